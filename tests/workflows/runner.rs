//! A repository with a proposed change, and a stand-in for the machine that goes through the steps of the action.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_yaml::Value;
use tempfile::TempDir;

use crate::support::root;

pub(crate) const PARTIES: &str = "party council \"The council\" { kind local-authority }
party institute { kind university }
party broker { kind company }
dataset pupils { held by council; fields name, attendance }
flow out { from council; to institute; data pupils }
rule no-names { institute must never receive identified data }
";

/// What a change adds: names go to one who had none.
pub(crate) const LEAK: &str = "flow onward { from institute; to broker; data pupils }
rule no-broker { broker must never receive identified data }
";

pub(crate) fn yaml(file: &str) -> Value {
    serde_yaml::from_str(&fs::read_to_string(root().join(file)).unwrap()).unwrap()
}

/// Runs git as if nobody had set anything.
pub(crate) fn git(folder: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new("git");
    command.current_dir(folder).args(arguments).env_clear().env("PATH", std::env::var_os("PATH").unwrap());
    command.envs([("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_NOSYSTEM", "1")]);
    let who = ["GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"];
    command.envs(who.map(|name| (name, "someone@example.org")));
    let output = command.output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// A repository whose newest commit is a proposed change.
pub(crate) fn repository(base: &[(&str, &str)], change: &[(&str, &str)]) -> TempDir {
    let folder = TempDir::new().unwrap();
    git(folder.path(), &["init", "--quiet", "-b", "main"]);
    for files in [base, change] {
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        git(folder.path(), &["add", "--all"]);
        git(folder.path(), &["commit", "--quiet", "--allow-empty", "--message", "a change"]);
    }
    folder
}

/// Writes a program for bash.
pub(crate) fn program(path: &Path, script: &str) {
    fs::write(path, format!("#!/usr/bin/env bash\n{script}")).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

/// A run of the action: the stand-in for the runner.
pub(crate) struct Run {
    /// What the runner keeps: its own files, and programs that are found before all others.
    machine: TempDir,
    folder: PathBuf,
    /// Where programs are looked for.
    path: String,
    names: BTreeMap<String, String>,
    pub(crate) log: String,
    pub(crate) code: i32,
    /// The steps that ran, by their ids.
    pub(crate) ran: Vec<String>,
}

impl Run {
    /// A run in a folder with these inputs, from a `staunch` that is installed.
    pub(crate) fn new(folder: &Path, inputs: &[(&str, &str)]) -> Run {
        let machine = TempDir::new().unwrap();
        for name in ["bin", "temp", "home"] {
            fs::create_dir(machine.path().join(name)).unwrap();
        }
        let staunch = env!("CARGO_BIN_EXE_staunch");
        std::os::unix::fs::symlink(staunch, machine.path().join("bin/staunch")).unwrap();
        let mut names = BTreeMap::new();
        for (name, about) in yaml("action.yml")["inputs"].as_mapping().unwrap() {
            names.insert(format!("inputs.{}", name.as_str().unwrap()), about["default"].as_str().unwrap().to_owned());
        }
        let path = format!("{}:{}", machine.path().join("bin").display(), std::env::var("PATH").unwrap());
        let folder = folder.to_path_buf();
        let mut run = Run { machine, folder, path, names, log: String::new(), code: 0, ran: Vec::new() };
        run.set(&[
            ("inputs.source", "installed"),
            ("github.token", "a-token"),
            ("github.action_repository", "staunch/staunch"),
        ]);
        run.set(&[("runner.os", "Linux"), ("runner.arch", "X64"), ("runner.temp", "/nowhere")]);
        for (name, value) in inputs {
            let known = run.names.insert(format!("inputs.{name}"), (*value).to_owned());
            assert!(known.is_some(), "the action has no input `{name}`");
        }
        run
    }

    /// What the action takes.
    pub(crate) fn inputs(&self) -> Vec<String> {
        self.names.keys().filter_map(|n| n.strip_prefix("inputs.")).map(str::to_owned).collect()
    }

    /// Leaves the machine no programs but these.
    pub(crate) fn only_these(&mut self, programs: &[&str]) {
        let folders = std::env::var("PATH").unwrap();
        for name in programs {
            let found = folders.split(':').map(|f| Path::new(f).join(name)).find(|p| p.exists()).unwrap();
            std::os::unix::fs::symlink(found, self.file("bin").join(name)).unwrap();
        }
        self.path = self.file("bin").display().to_string();
    }

    pub(crate) fn set(&mut self, names: &[(&str, &str)]) {
        self.names.extend(names.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.machine.path().join(name)
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.file(name)).unwrap_or_default()
    }

    pub(crate) fn output(&self, name: &str) -> &str {
        self.names.get(name).map_or("", String::as_str)
    }

    /// What happened, as the service writes it down for the machine.
    pub(crate) fn happened(&self, event: &serde_json::Value) {
        fs::write(self.file("event.json"), event.to_string()).unwrap();
    }

    /// The value of a name in an expression. Outputs of steps that did not run are empty, as is what the event does not have.
    pub(crate) fn value(&self, name: &str) -> String {
        let name = name.trim();
        match self.names.get(name) {
            Some(value) => value.clone(),
            None if name.starts_with("steps.") => String::new(),
            None if name.starts_with("github.event.") => {
                let event: serde_json::Value = serde_json::from_str(&self.read("event.json")).unwrap_or_default();
                match event.pointer(&name.trim_start_matches("github.event").replace('.', "/")) {
                    Some(serde_json::Value::String(text)) => text.clone(),
                    Some(value) => value.to_string(),
                    None => String::new(),
                }
            }
            None => panic!("nobody says what `{name}` is"),
        }
    }

    /// A text with its expressions replaced.
    pub(crate) fn text(&self, text: &str) -> String {
        let mut parts = text.split("${{");
        let first = parts.next().unwrap().to_owned();
        parts.fold(first, |all, part| {
            let (name, rest) = part.split_once("}}").unwrap();
            all + &self.value(name) + rest
        })
    }

    /// Whether a condition holds: comparisons with texts, joined by `&&`.
    pub(crate) fn holds(&self, condition: &str) -> bool {
        condition.split("&&").all(|one| {
            let (name, equal, text) = match (one.split_once("!="), one.split_once("==")) {
                (Some((name, text)), _) => (name, false, text),
                (_, Some((name, text))) => (name, true, text),
                _ => panic!("a condition of another kind: {one}"),
            };
            (self.value(name) == text.trim().trim_matches('\'')) == equal
        })
    }

    /// Goes through the steps until one fails, as the runner does.
    pub(crate) fn go(mut self) -> Run {
        let action = yaml("action.yml");
        for step in action["runs"]["steps"].as_sequence().unwrap() {
            let id = step["id"].as_str().expect("a step that can be spoken of");
            if step.get("if").is_some_and(|c| !self.holds(c.as_str().unwrap())) || step.get("uses").is_some() {
                continue;
            }
            assert_eq!(step["shell"].as_str(), Some("bash"));
            self.ran.push(id.to_owned());
            self.step(id, step);
            if self.code != 0 {
                break;
            }
        }
        self
    }

    pub(crate) fn step(&mut self, id: &str, step: &Value) {
        let script = self.file("script.sh");
        fs::write(&script, step["run"].as_str().unwrap()).unwrap();
        fs::write(self.file("output"), "").unwrap();
        let mut command = Command::new("bash");
        command.args(["--noprofile", "--norc", "-eo", "pipefail"]).arg(&script).current_dir(&self.folder).env_clear();
        command.env("PATH", &self.path).env("HOME", self.file("home")).env("RUNNER_TEMP", self.file("temp"));
        for (name, file) in [("GITHUB_OUTPUT", "output"), ("GITHUB_PATH", "path"), ("GITHUB_STEP_SUMMARY", "summary")] {
            command.env(name, self.file(file));
        }
        command.env("GITHUB_EVENT_PATH", self.file("event.json")).env("GITHUB_WORKSPACE", &self.folder);
        command.env("GITHUB_ACTION_PATH", root()).env("MACHINE", self.machine.path());
        command.envs([
            ("GITHUB_REPOSITORY", "someone/study"),
            ("GITHUB_SERVER_URL", "https://git.example.org"),
            ("GITHUB_EVENT_NAME", "pull_request"),
            ("GITHUB_BASE_REF", "main"),
            ("GITHUB_ACTIONS", "true"),
            ("CI", "true"),
        ]);
        for (name, value) in step.get("env").and_then(Value::as_mapping).into_iter().flatten() {
            command.env(name.as_str().unwrap(), self.text(value.as_str().unwrap()));
        }
        let output = command.output().unwrap();
        self.log.push_str(&String::from_utf8_lossy(&output.stdout));
        self.log.push_str(&String::from_utf8_lossy(&output.stderr));
        self.code = output.status.code().unwrap();
        for line in self.read("output").lines() {
            let (name, value) = line.split_once('=').unwrap_or_else(|| panic!("an output is `name=value`: {line}"));
            self.names.insert(format!("steps.{id}.outputs.{name}"), value.to_owned());
        }
    }

    /// What the action gives to the workflow.
    pub(crate) fn given(&self, output: &str) -> String {
        self.text(yaml("action.yml")["outputs"][output]["value"].as_str().unwrap())
    }
}

pub(crate) fn pull_request() -> TempDir {
    repository(&[("study/a.staunch", PARTIES)], &[("study/b.staunch", LEAK)])
}
