//! The hooks for pre-commit: what they call really runs.

use std::process::Command;

use serde_yaml::Value;

use crate::runner::{LEAK, PARTIES, git, repository, yaml};

/// A text that is not in the canonical layout.
fn messy(text: &str) -> String {
    text.replace(" { ", "   {  ")
}

#[test]
fn the_hooks_run() {
    let hooks = yaml(".pre-commit-hooks.yaml");
    let hooks = hooks.as_sequence().unwrap();
    let ids: Vec<&str> = hooks.iter().map(|h| h["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["staunch-check", "staunch-fmt", "staunch-check-system", "staunch-fmt-system"]);
    for hook in hooks {
        let (id, entry) = (hook["id"].as_str().unwrap(), hook["entry"].as_str().unwrap());
        assert!(hook["name"].as_str().is_some() && hook["description"].as_str().is_some());
        assert_eq!(hook["language"].as_str(), Some(if id.ends_with("-system") { "system" } else { "rust" }));
        // the files that it is about
        let about = |name: &str| {
            let mut grep = Command::new("grep");
            grep.args(["-Eq", "-e", hook["files"].as_str().unwrap(), "/dev/stdin"]);
            let mut child = grep.stdin(std::process::Stdio::piped()).spawn().unwrap();
            std::io::Write::write_all(&mut child.stdin.take().unwrap(), name.as_bytes()).unwrap();
            child.wait().unwrap().success()
        };
        assert!(about("study/a.staunch") && !about("src/main.rs") && !about("a.staunch.bak"));
        let checks = id.starts_with("staunch-check");
        for name in ["staunch.yaml", "words.yml", "notice.md", "notice.txt"] {
            assert_eq!(about(name), checks, "{id}: {name}");
        }
        // as it is called: with the names of files, unless it wants none
        let repository = repository(&[("study/a.staunch", &messy(PARTIES)), ("study/b.staunch", &messy(LEAK))], &[]);
        let named = hook.get("pass_filenames").and_then(Value::as_bool) != Some(false);
        assert_eq!(named, !checks);
        let mut words = entry.split(' ');
        assert_eq!(words.next(), Some("staunch"));
        let mut command = Command::new(env!("CARGO_BIN_EXE_staunch"));
        command.args(words).current_dir(repository.path());
        if named {
            command.args(["study/a.staunch", "study/b.staunch"]);
        }
        let output = command.output().unwrap();
        let changed = git(repository.path(), &["status", "--porcelain"]);
        if checks {
            assert_eq!(output.status.code(), Some(1), "{id}");
            assert_eq!(changed, "");
        } else {
            // a hook that changes files fails the commit
            assert_eq!(output.status.code(), Some(0), "{id}");
            assert_eq!(changed.lines().count(), 2, "{changed}");
        }
    }
}
