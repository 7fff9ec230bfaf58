//! A repository with a base commit and a proposed change that sends the joined data back to the council: what `diff`, `check
//! --against` and the formats for code review say of it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::disallowed_methods)] // it runs the command and git

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use support::root;
use tempfile::TempDir;

const LEAK: &str = "
flow quality-check \"The council gets the joined records back, for quality assurance\" {
  from  niesr
  to    hackney
  data  combined
  for   service-planning
}
";

struct Repository {
    folder: TempDir,
}

impl Repository {
    /// The study as it should be on `main`, and on `leak` with the change.
    fn new() -> Repository {
        let folder = TempDir::new().unwrap();
        let repository = Repository { folder };
        repository.git(&["init", "--quiet", "--initial-branch", "main"]);
        let study = repository.path().join("study");
        fs::create_dir(&study).unwrap();
        for entry in fs::read_dir(root().join("examples/troubled-families/as-it-should-be")).unwrap() {
            let path = entry.unwrap().path();
            fs::copy(&path, study.join(path.file_name().unwrap())).unwrap();
        }
        repository.commit("The study");
        repository.git(&["switch", "--quiet", "--create", "leak"]);
        let file = study.join("study.staunch");
        let text = fs::read_to_string(&file).unwrap();
        fs::write(&file, text + LEAK).unwrap();
        repository.commit("Let the council check the quality");
        repository
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn git(&self, arguments: &[&str]) -> String {
        let output = Command::new("git")
            .args(arguments)
            .current_dir(self.path())
            .envs([("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_NOSYSTEM", "1")])
            .envs([("GIT_AUTHOR_NAME", "A"), ("GIT_AUTHOR_EMAIL", "a@example.org")])
            .envs([("GIT_COMMITTER_NAME", "A"), ("GIT_COMMITTER_EMAIL", "a@example.org")])
            .output()
            .unwrap();
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    fn commit(&self, message: &str) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message", message]);
    }

    fn staunch(&self, arguments: &[&str]) -> Output {
        assert_cmd::Command::cargo_bin("staunch")
            .unwrap()
            .args(arguments)
            .args(["--as-of", "2026-11-01"])
            .current_dir(self.path())
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .output()
            .unwrap()
    }

    /// What a command writes, which must end with this code.
    #[track_caller]
    fn says(&self, code: i32, arguments: &[&str]) -> String {
        let output = self.staunch(arguments);
        let (said, complained) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
        assert_eq!(output.status.code(), Some(code), "{arguments:?}\n{said}\n{complained}");
        said + &complained
    }

    /// The line of the flow that the change adds.
    fn line(&self) -> usize {
        let text = fs::read_to_string(self.path().join("study/study.staunch")).unwrap();
        1 + text.lines().position(|l| l.starts_with("flow quality-check")).unwrap()
    }

    fn file(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }
}

#[test]
fn the_change_is_refused_with_the_line_and_the_way() {
    let repository = Repository::new();
    let line = repository.line();
    let said = repository.says(1, &["diff", "main", "--path", "study"]);
    let because = format!("because flow `quality-check` is new (study.staunch:{line}:6):");
    assert!(said.contains(&because), "{said}");
    assert!(
        said.contains("London Borough of Hackney now receives `combined` with `attainment`, `attendance`"),
        "{said}"
    );
    assert!(
        said.contains("Likely issue, promise `p1-no-return`: London Borough of Hackney receives `combined`"),
        "{said}"
    );
    assert!(said.contains("step 1: study.staunch:"), "{said}");
    // both by their revisions, and the other way round
    assert!(repository.says(1, &["diff", "main", "leak", "--path", "study"]).contains("flow `quality-check` is new"));
    let better = repository.says(0, &["diff", "leak", "main", "--path", "study"]);
    assert!(better.contains("London Borough of Hackney no longer has `combined`"), "{better}");
    assert!(repository.says(0, &["diff", "HEAD", "--path", "study"]).contains("says what `HEAD` says"));
    // nothing of the repository has changed by looking
    assert_eq!(repository.git(&["status", "--porcelain"]), "");
    assert_eq!(repository.git(&["branch", "--show-current"]).trim(), "leak");
}

#[test]
fn the_check_counts_only_what_the_change_brings() {
    let repository = Repository::new();
    repository.says(1, &["check", "study", "--against", "main", "--quiet"]);
    let said = repository.says(0, &["check", "study", "--against", "leak"]);
    assert!(said.contains("put off"), "{said}");
    // on main there is one warning, which explains itself, and nothing that counts
    repository.git(&["switch", "--quiet", "main"]);
    repository.says(0, &["check", "study", "--against", "main~0", "--fail-on", "warning"]);
}

#[test]
fn every_format_of_code_review_names_the_line() {
    let repository = Repository::new();
    let line = repository.line();
    repository.says(
        1,
        &[
            "check",
            "study",
            "--against",
            "main",
            "--format",
            "sarif=out.sarif",
            "--format",
            "github",
            "--format",
            "markdown=comment.md",
        ],
    );
    let sarif: Value = serde_json::from_str(&fs::read_to_string(repository.file("out.sarif")).unwrap()).unwrap();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    let broken = results.iter().find(|r| r["ruleId"] == "p1-no-return" && r["level"] == "error").unwrap();
    let place = &broken["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "study/study.staunch");
    assert_eq!(place["region"]["startLine"], line);
    assert!(broken["codeFlows"][0]["threadFlows"][0]["locations"].as_array().unwrap().len() > 2);
    // what main has already is told as it was
    let old = results.iter().filter(|r| r["baselineState"] == "unchanged").count();
    assert!(old > 0 && old < results.len(), "{old} of {}", results.len());
    let github = repository.says(1, &["check", "study", "--against", "main", "--format", "github"]);
    assert!(github.contains(&format!("file=study/study.staunch,line={line},")), "{github}");
    let comment = repository.says(1, &["diff", "main", "--path", "study", "--format", "markdown"]);
    // two projects of a repository have a comment each, and files are called as in the list of the change
    assert!(comment.starts_with("<!-- staunch-diff: study -->\n"), "{comment}");
    assert!(comment.contains(&format!("`study/study.staunch:{line}`")), "{comment}");
    let comment = fs::read_to_string(repository.file("comment.md")).unwrap();
    assert!(comment.contains(&format!("study.staunch:{line}")) && comment.contains("mermaid"), "{comment}");
}

/// Parties with long names, and what else a project has.
fn parties(number: usize, more: &str) -> String {
    let name = "a long name ".repeat(40);
    let start = "party council { kind local-authority }\ndataset pupils { held by council; fields name }\n".to_owned();
    (0..number).fold(start, |all, n| all + &format!("party p{n} \"{name}\" {{ kind company }}\n")) + more
}

#[test]
fn a_long_comment_is_cut_and_says_so() {
    let folder = TempDir::new().unwrap();
    let compared = |old: &str, new: &str| {
        for (name, text) in [("old", old), ("new", new)] {
            fs::create_dir_all(folder.path().join(name)).unwrap();
            fs::write(folder.path().join(name).join("a.staunch"), text).unwrap();
        }
        let mut command = assert_cmd::Command::cargo_bin("staunch").unwrap();
        let arguments = ["diff", "old", "new", "--format", "markdown", "--fail-on", "never"];
        let output = command.args(arguments).current_dir(folder.path()).output().unwrap();
        let comment = String::from_utf8(output.stdout).unwrap();
        assert!(comment.chars().count() <= 60_000, "{comment}");
        comment
    };
    // many causes: what does not fit is counted
    let flows =
        (0..120).fold(String::new(), |all, n| all + &format!("flow f{n} {{ from council; to p{n}; data pupils }}\n"));
    let comment = compared(&parties(120, ""), &parties(120, &flows));
    assert!(comment.contains("now receives data, and has `pupils`") && comment.len() > 40_000, "{comment}");
    assert!(comment.ends_with("parts of this comment are left out: `staunch diff --all` says all.\n"), "{comment}");
    // one cause of more than fits is told in part, and so is what else there is to say
    let to: Vec<String> = (0..150).map(|n| format!("p{n}")).collect();
    let flow = format!("flow f {{ from council; to {}; data pupils }}\n", to.join(", "));
    let comment = compared(&parties(150, ""), &parties(150, &flow));
    assert!(comment.contains("Because flow `f` is new:\n\n- "), "{comment}");
    assert!(comment.contains("- … and 142 more: `staunch diff --all` says them."), "{comment}");
    assert!(comment.contains("1 declaration is changed</summary>"), "{comment}");
}

#[test]
fn the_comparison_for_programs_is_as_its_schema_says() {
    let repository = Repository::new();
    let text = repository.says(1, &["diff", "main", "--path", "study", "--format", "json"]);
    let document: Value = serde_json::from_str(&text).unwrap();
    let schema: Value = serde_json::from_str(staunch::output::DIFF_SCHEMA).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let wrong: Vec<String> = validator.iter_errors(&document).map(|e| e.to_string()).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(document["changes"][0]["name"], "quality-check");
    assert!(
        document["effects"]
            .as_array()
            .unwrap()
            .iter()
            .all(|e| e["bearing"] != "worse" || e["caused_by"] == serde_json::json!([0]))
    );
}

#[test]
fn what_cannot_be_compared_is_said() {
    let repository = Repository::new();
    assert!(repository.says(2, &["diff", "nowhere", "--path", "study"]).contains("there is no revision `nowhere`"));
    assert!(repository.says(2, &["check", "study", "--against", "nowhere"]).contains("there is no revision `nowhere`"));
    let said = repository.says(2, &["check", "study", "--baseline", "nothing.json"]);
    assert!(said.contains("the baseline `nothing.json` cannot be used: it is not there"), "{said}");
    let said = repository.says(4, &["check", "study", "--write-baseline", "no/such/folder.json"]);
    assert!(said.contains("cannot be written to `no/such/folder.json`"), "{said}");
    // an old version whose text is wrong
    fs::write(repository.file("study/wrong.staunch"), "party {\n").unwrap();
    repository.commit("A mistake");
    fs::remove_file(repository.file("study/wrong.staunch")).unwrap();
    assert!(repository.says(2, &["diff", "HEAD", "--path", "study"]).contains("The errors are in `HEAD`"));
    // who mends that text must be able to get it in; nothing is let pass unseen
    let said = repository.says(1, &["check", "study", "--against", "HEAD"]);
    assert!(said.contains("note: everything counts, since the text of `HEAD` has errors: "), "{said}");
    assert!(said.contains("RSH-007") && !said.contains("put off"), "{said}");
    // a variable that is not set
    for arguments in [&["diff", "", "--path", "study"][..], &["check", "study", "--against", ""]] {
        let said = repository.says(2, arguments);
        assert!(
            said.contains("the name of the revision is empty") && said.contains("a variable that is not set"),
            "{said}"
        );
    }
}

#[test]
fn a_folder_that_was_called_otherwise_is_compared() {
    let repository = Repository::new();
    repository.git(&["switch", "--quiet", "main"]);
    repository.git(&["mv", "study", "model"]);
    repository.commit("Call it what it is");
    // as the folder is called now, there was nothing
    let said = repository.says(0, &["diff", "HEAD~1", "--path", "model", "--fail-on", "never", "--quiet"]);
    assert!(said.contains("note: `HEAD~1` has no project in `model`: beside it, everything is new"), "{said}");
    assert!(said.contains("`HEAD~1:FOLDER`"), "{said}");
    let said = repository.says(0, &["diff", "HEAD~1:study", "--path", "model"]);
    assert_eq!(said, "`model` says what `HEAD~1:study` says.\n");
    let said = repository.says(0, &["diff", "leak:study/", "HEAD:model", "--path", "model"]);
    assert!(said.contains("leak:study.staunch:341:6: London Borough of Hackney no longer has `combined`."), "{said}");
    repository.says(0, &["check", "model", "--against", "main~1:study", "--fail-on", "warning"]);
    repository.says(1, &["check", "model", "--against", "main~1", "--fail-on", "warning"]);
    // no folder of the repository
    repository.says(2, &["diff", "HEAD:../study", "--path", "model"]);
    repository.says(2, &["diff", "HEAD:model/study.staunch", "--path", "model"]);
}

/// What the scenarios come to is read by a reader of JUnit's files that is not ours.
#[test]
fn scenarios_are_cases_for_test_reports() {
    let repository = Repository::new();
    // the change breaks what the project's own scenarios expect
    let text = repository.says(1, &["test", "study", "--format", "junit"]);
    assert!(text.contains("expect p1-no-return passes, but `p1-no-return` fails"), "{text}");
    repository.git(&["switch", "--quiet", "main"]);
    let text = repository.says(0, &["test", "study", "--format", "junit"]);
    let report = quick_junit::Report::deserialize_from_str(&text).unwrap();
    assert_eq!((report.tests, report.failures, report.errors), (27, 0, 0), "{text}");
    assert_eq!(report.test_suites[0].name.as_str(), "study/scenarios.staunch");
    // a scenario that expects too much, and one whose changes do not fit together
    let wrong = "scenario \"too much\" { expect p1-no-return fails }\nscenario \"no file\" { remove assign-keys\n expect p1-no-return passes }\n";
    fs::write(repository.file("study/more.staunch"), wrong).unwrap();
    let text =
        repository.says(1, &["test", "study", "--format", "junit", "--filter", "too much", "--filter", "no file"]);
    let report = quick_junit::Report::deserialize_from_str(&text).unwrap();
    assert_eq!((report.tests, report.failures, report.errors), (2, 1, 1), "{text}");
    assert!(text.contains("study/more.staunch:1: expect p1-no-return fails, but `p1-no-return` passes"), "{text}");
}
