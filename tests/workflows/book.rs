//! The snippets of the book's page are about the action and the hooks that there are, and its job for GitLab runs.

use std::fs;
use std::process::Command;

use serde_yaml::Value;

use crate::runner::{LEAK, PARTIES, Run, git, repository, yaml};
use crate::support::root;

/// The blocks of YAML in the book's page.
fn snippets() -> Vec<Value> {
    let page = fs::read_to_string(root().join("book/src/command/ci.md")).unwrap();
    let blocks = page.split("```yaml\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    blocks.map(|text| serde_yaml::from_str(text).unwrap_or_else(|e| panic!("{e}\n{text}"))).collect()
}

#[test]
fn the_books_workflow_says_what_the_action_takes() {
    let action = yaml("action.yml");
    let inputs = action["inputs"].as_mapping().unwrap();
    let page = fs::read_to_string(root().join("book/src/command/ci.md")).unwrap();
    for name in inputs.keys().chain(action["outputs"].as_mapping().unwrap().keys()) {
        let name = name.as_str().unwrap();
        assert!(page.contains(&format!("| `{name}` |")), "the page does not tell of `{name}`");
    }
    let workflows: Vec<Value> = snippets().into_iter().filter(|s| s.get("jobs").is_some()).collect();
    assert_eq!(workflows.len(), 1);
    let jobs = workflows[0]["jobs"].as_mapping().unwrap();
    let steps: Vec<&Value> = jobs.values().flat_map(|j| j["steps"].as_sequence().unwrap()).collect();
    let uses = |s: &&&Value| s["uses"].as_str().is_some_and(|u| u.split('@').next().unwrap().ends_with("/staunch"));
    let step = steps.iter().find(uses).expect("a step that uses the action");
    for name in step["with"].as_mapping().unwrap().keys() {
        assert!(inputs.contains_key(name), "the action has no input {name:?}");
    }
}

#[test]
fn the_books_job_for_gitlab_runs() {
    let snippets = snippets();
    let job = snippets.iter().find_map(|s| s.get("staunch").filter(|j| j.get("script").is_some())).expect("a job");
    let lines: Vec<&str> = job["script"].as_sequence().unwrap().iter().filter_map(Value::as_str).collect();
    let script: Vec<&str> = lines.iter().copied().filter(|l| !l.starts_with("cargo install --locked ")).collect();
    assert_eq!(script.len() + 1, lines.len(), "all but the installation is run: {lines:?}");
    let repository = repository(&[("study/a.staunch", PARTIES)], &[("study/b.staunch", LEAK)]);
    let machine = Run::new(repository.path(), &[]);
    let path = format!("{}:{}", machine.file("bin").display(), std::env::var("PATH").unwrap());
    // for a merge request only what is new counts, on a schedule everything
    for (base, said_too) in
        [(git(repository.path(), &["rev-parse", "HEAD~1"]), "now receives"), (String::new(), "broken: no-names")]
    {
        let output = Command::new("bash")
            .args(["-euo", "pipefail", "-c", &script.join("\n")])
            .current_dir(repository.path())
            .env_clear()
            .env("PATH", &path)
            .env("CI_MERGE_REQUEST_DIFF_BASE_SHA", &base)
            .output()
            .unwrap();
        let said = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains("broken: no-broker") && said.contains(said_too), "{said}");
    }
    let comment = fs::read_to_string(repository.path().join("staunch.md")).unwrap();
    assert!(comment.contains("now receives"), "{comment}");
    // the reports that the job hands over are there
    let reports = job["artifacts"]["reports"].as_mapping().unwrap();
    assert!(reports.len() >= 2);
    for name in reports.values() {
        let report = fs::read_to_string(repository.path().join(name.as_str().unwrap())).unwrap();
        assert!(report.contains("no-broker"), "{name:?}: {report}");
    }
}

#[test]
fn the_books_hooks_are_those_that_there_are() {
    let hooks = yaml(".pre-commit-hooks.yaml");
    let ids: Vec<&str> = hooks.as_sequence().unwrap().iter().map(|h| h["id"].as_str().unwrap()).collect();
    let snippets = snippets();
    let config = snippets.iter().find_map(|s| s.get("repos")).expect("a configuration of pre-commit");
    let used: Vec<&str> = config[0]["hooks"].as_sequence().unwrap().iter().map(|h| h["id"].as_str().unwrap()).collect();
    assert!(!used.is_empty() && used.iter().all(|id| ids.contains(id)), "{used:?}");
    let page = fs::read_to_string(root().join("book/src/command/ci.md")).unwrap();
    for id in ids {
        assert!(page.contains(&format!("`{id}`")) || used.contains(&id), "the page does not tell of `{id}`");
    }
}
