//! The steps of `action.yml`, executed.

use std::fs;

use serde_yaml::Value;
use tempfile::TempDir;

use crate::runner::{PARTIES, Run, git, program, pull_request, repository, yaml};
use crate::support::root;

#[test]
fn a_change_is_refused_for_what_is_new_in_it() {
    let repository = pull_request();
    let base = git(repository.path(), &["rev-parse", "HEAD~1"]);
    let run = Run::new(repository.path(), &[("path", "study"), ("against", &base), ("sarif", "staunch.sarif")]).go();
    assert_eq!(run.code, 1, "{}", run.log);
    assert_eq!(run.ran, ["base", "check", "compare", "result"]);
    assert_eq!((run.given("code"), run.given("sarif")), ("1".to_owned(), "staunch.sarif".to_owned()));
    // at the line of the change, from the repository's root, and nothing else is an error
    let errors: Vec<&str> = run.log.lines().filter(|l| l.starts_with("::error ")).collect();
    assert_eq!(errors.len(), 1, "{}", run.log);
    assert!(errors[0].contains("file=study/b.staunch,line=1,"), "{}", errors[0]);
    assert!(run.log.contains("no-broker"), "{}", run.log);
    let sarif: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(repository.path().join("staunch.sarif")).unwrap()).unwrap();
    assert_eq!(sarif["version"], "2.1.0");
    // what it newly lets happen
    let summary = run.read("summary");
    assert!(summary.contains("now receives") && summary.contains("broker"), "{summary}");
    assert!(summary.starts_with("<!-- staunch-report: study -->\n"), "{summary}");
    assert!(summary.ends_with(&fs::read_to_string(run.given("comparison")).unwrap()), "{summary}");
    assert_eq!(git(repository.path(), &["status", "--porcelain"]), "?? staunch.sarif", "nothing else is written there");
}

#[test]
fn what_was_there_before_refuses_no_change() {
    let repository = repository(&[("study/a.staunch", PARTIES)], &[("notes.md", "nothing to do with it")]);
    let run = Run::new(repository.path(), &[("path", "study"), ("against", "HEAD~1")]).go();
    assert_eq!(run.code, 0, "{}", run.log);
    // without a base all there is counts, and there is nothing to compare
    let run = Run::new(repository.path(), &[("path", "study")]).go();
    assert_eq!((run.code, run.given("code").as_str()), (1, "1"), "{}", run.log);
    assert_eq!(run.ran, ["check", "result"]);
    assert_eq!((run.given("sarif"), run.given("comparison")), (String::new(), String::new()));
    // and it may be let pass
    let run = Run::new(repository.path(), &[("path", "study"), ("fail-on", "never")]).go();
    assert_eq!(run.code, 0, "{}", run.log);
    let run = Run::new(repository.path(), &[("path", "study"), ("args", "--rule no-names  --as-of 2020-01-01")]).go();
    assert!(run.log.contains("as of 2020-01-01"), "{}", run.log);
}

#[test]
fn a_run_ends_as_the_check_ends() {
    for (files, code) in [
        (&[("a.staunch", "party a { kind nonsense }\n")][..], 2),
        (&[("notes.md", "no model")], 3),
        (&[("a.staunch", "party a { kind charity }\n")], 3),
    ] {
        let repository = repository(files, &[]);
        for against in ["", "HEAD~1"] {
            let run = Run::new(repository.path(), &[("against", against)]).go();
            assert_eq!(run.code, code, "{files:?}, against {against:?}: {}", run.log);
            assert_eq!(run.given("code"), code.to_string());
        }
    }
}

#[test]
fn a_checkout_of_one_commit_is_enough() {
    let origin = pull_request();
    let base = git(origin.path(), &["rev-parse", "HEAD~1"]);
    git(origin.path(), &["branch", "trunk", "HEAD~1"]);
    git(origin.path(), &["config", "uploadpack.allowAnySHA1InWant", "true"]);
    for against in [base.as_str(), "trunk"] {
        let clone = TempDir::new().unwrap();
        git(clone.path(), &["clone", "--quiet", "--depth", "1", &format!("file://{}", origin.path().display()), "."]);
        let run = Run::new(clone.path(), &[("path", "study"), ("against", against)]).go();
        assert_eq!(run.code, 1, "{against}: {}", run.log);
        assert_eq!(run.output("steps.base.outputs.commit"), base);
        assert!(run.read("summary").contains("now receives"), "{}", run.log);
    }
    let clone = TempDir::new().unwrap();
    git(clone.path(), &["clone", "--quiet", "--depth", "1", &format!("file://{}", origin.path().display()), "."]);
    let run = Run::new(clone.path(), &[("path", "study"), ("against", "no-such-branch")]).go();
    assert_ne!(run.code, 0);
    assert_eq!(run.ran, ["base"], "nothing is checked against nothing: {}", run.log);
}

/// A `gh` that writes down what it is asked, and answers with the comments that there are.
const GH: &str = r#"
printf '%s\n' "$*" >> "$MACHINE/gh.txt"
case "$*" in *--jq*) cat "$MACHINE/comments" ;; esac
for word in "$@"; do case "$word" in body=@*) cp "${word#body=@}" "$MACHINE/body.md" ;; esac; done
"#;

/// A run for a proposed change, told of it as the service does.
fn for_a_change(folder: &std::path::Path, base: &str, gh: &str, comments: &str) -> Run {
    let against = [("against", base)];
    let given = [("path", "study"), ("comment", "true")];
    let run = Run::new(folder, &[&given[..], if base.is_empty() { &[] } else { &against[..] }].concat());
    run.happened(&serde_json::json!({
        "action": "synchronize", "number": 7, "pull_request": { "number": 7, "base": { "ref": "main", "sha": base } },
    }));
    program(&run.file("bin/gh"), gh);
    fs::write(run.file("comments"), comments).unwrap();
    run.go()
}

#[test]
fn a_comment_is_made_once_and_then_written_anew() {
    let repository = pull_request();
    for (there, expected) in [
        ("", "--method POST repos/someone/study/issues/7/comments"),
        (
            "41 Looks good\n42 <!-- staunch-diff: study -->\n43 <!-- staunch-diff: study -->\n",
            "--method PATCH repos/someone/study/issues/comments/42",
        ),
        // another project's comment, and words of a person, are left alone
        (
            "42 <!-- staunch-diff: other -->\n43 > <!-- staunch-diff: study -->\n",
            "--method POST repos/someone/study/issues/7/comments",
        ),
    ] {
        let run = for_a_change(repository.path(), "HEAD~1", GH, there);
        assert_eq!(run.code, 1, "{}", run.log);
        assert_eq!(run.ran, ["base", "check", "compare", "comment", "result"]);
        let asked = run.read("gh.txt");
        assert_eq!(asked.lines().count(), 2, "{asked}");
        assert!(asked.lines().next().unwrap().contains("select(.user.type == \"Bot\")"), "{asked}");
        assert!(asked.lines().last().unwrap().contains(expected), "{asked}");
        let body = run.read("body.md");
        assert!(body.starts_with("<!-- staunch-diff: study -->\n") && body.contains("now receives"), "{body}");
        assert!(body.contains("`study/b.staunch:1`"), "as the change calls it: {body}");
    }
    // without a base the report is the comment
    let run = for_a_change(repository.path(), "", GH, "");
    assert_eq!(run.ran, ["check", "comment", "result"]);
    let body = run.read("body.md");
    assert!(body.starts_with("<!-- staunch-report: study -->\n") && body.contains("no-broker"), "{body}");
    // where there is no pull request there is nobody to tell
    let run = Run::new(repository.path(), &[("path", "study"), ("against", "HEAD~1"), ("comment", "true")]).go();
    assert!(!run.ran.contains(&"comment".to_owned()));
}

#[test]
fn a_comment_that_cannot_be_written_changes_nothing_else() {
    let broken = pull_request();
    let sound = repository(&[("study/a.staunch", PARTIES)], &[("notes.md", "nothing to do with it")]);
    for (folder, code) in [(&broken, 1), (&sound, 0)] {
        for gh in ["exit 1", "case \"$*\" in *--jq*) exit 0 ;; esac; exit 1"] {
            let run = for_a_change(folder.path(), "HEAD~1", gh, "");
            assert_eq!(run.code, code, "{}", run.log);
            assert!(run.log.contains("::warning title=staunch::the comment could not be written"), "{}", run.log);
            assert!(run.log.contains("`pull-requests: write`"), "{}", run.log);
            assert_eq!(run.ran.last().map(String::as_str), Some("result"));
        }
    }
}

#[test]
fn reports_are_written_as_they_are_asked_for() {
    let repository = pull_request();
    let formats = "junit=staunch.xml\r\n\n  json=a report.json\n";
    let given = [("path", "study"), ("formats", formats), ("upload-sarif", "true"), ("as-of", "2020-02-03")];
    let run = Run::new(repository.path(), &given).go();
    assert_eq!(run.code, 1, "{}", run.log);
    let written = |name: &str| fs::read_to_string(repository.path().join(name)).unwrap();
    assert!(written("staunch.xml").contains("no-broker"));
    let report: serde_json::Value = serde_json::from_str(&written("a report.json")).unwrap();
    assert_eq!(report["as_of"], "2020-02-03");
    // what is handed over is written outside of the repository unless a file is asked for
    let sarif = run.given("sarif");
    assert_eq!(sarif, run.file("temp/staunch.sarif").display().to_string());
    assert!(fs::read_to_string(&sarif).unwrap().contains("no-broker"));
    assert_eq!(run.given("report"), run.file("temp/staunch-report.md").display().to_string());
    let changed = git(repository.path(), &["status", "--porcelain"]);
    assert_eq!(changed.lines().count(), 2, "{changed}");
    // a format that does not exist is said, and fails
    let run = Run::new(repository.path(), &[("path", "study"), ("formats", "word=a.docx")]).go();
    assert_eq!(run.code, 2);
    assert!(run.log.contains("there is no format `word`"), "{}", run.log);
    // a report of last time is not taken for one of this time
    fs::write(repository.path().join("old.sarif"), "{}").unwrap();
    let run = Run::new(repository.path(), &[("path", "nowhere"), ("sarif", "old.sarif")]).go();
    assert_eq!((run.code, run.given("sarif").as_str()), (2, ""), "{}", run.log);
}

/// What is used of others is pinned, and neither service makes the check end otherwise.
#[test]
fn what_is_used_of_others_is_pinned() {
    let action = yaml("action.yml");
    let used: Vec<&Value> =
        action["runs"]["steps"].as_sequence().unwrap().iter().filter(|s| s.get("uses").is_some()).collect();
    assert_eq!(used.len(), 2);
    for step in used {
        let (_, commit) = step["uses"].as_str().unwrap().split_once('@').unwrap();
        assert!(commit.len() == 40 && commit.bytes().all(|b| b.is_ascii_hexdigit()), "{step:?}");
    }
    let steps = action["runs"]["steps"].as_sequence().unwrap();
    let upload = steps.iter().find(|s| s["id"].as_str() == Some("upload")).unwrap();
    assert_eq!(upload["continue-on-error"].as_bool(), Some(true));
    // what the job needs is said where the inputs are, and only the step that writes a comment has the token
    let text = fs::read_to_string(root().join("action.yml")).unwrap();
    for right in ["contents: read", "pull-requests: write", "security-events: write"] {
        assert!(text.contains(right), "{right}");
    }
    let with_token: Vec<&str> = steps
        .iter()
        .filter(|s| s.get("env").is_some_and(|e| e.get("GH_TOKEN").is_some()))
        .map(|s| s["id"].as_str().unwrap())
        .collect();
    assert_eq!(with_token, ["comment"]);
    assert_eq!(text.matches("github.token").count(), 1);
}

#[test]
fn nothing_that_a_change_says_is_run() {
    let evil = "party p \"::error::x %0A::set-output name=a::b\" { kind charity }\n\
                dataset d \"$(touch pwned) `touch pwned` ::stop-commands::x\" { held by p; fields name }\n\
                flow f { from p; to q; data d }\nparty q { kind charity }\nrule r \"::add-mask::a\" { q must never receive data }\n";
    let repository = repository(&[("a \"; touch pwned; \".staunch", evil)], &[]);
    let trick = "$(touch pwned)`touch pwned`\"; touch pwned; \"";
    let option = "--upload-pack=touch pwned;";
    let command = "x\n::set-output name=a::b\n::add-mask::the";
    let names: Vec<String> = Run::new(repository.path(), &[]).inputs();
    for input in names.iter().filter(|n| *n != "source") {
        for said in [trick, option, command, "--help", "-"] {
            let run = Run::new(repository.path(), &[(input, said)]).go();
            assert!(!repository.path().join("pwned").exists(), "{input}: {}", run.log);
            // outside of the reports nothing starts a line that a machine takes for a command but what is ours
            let (before, _) = run.log.split_once("::stop-commands::").unwrap_or((&run.log, ""));
            let theirs = before.lines().filter(|l| l.trim_start().starts_with("::"));
            let ours = ["::error ", "::warning ", "::notice "];
            assert_eq!(
                theirs.filter(|l| !ours.iter().any(|o| l.starts_with(o))).collect::<Vec<_>>(),
                [""; 0],
                "{input}"
            );
        }
    }
    let run = Run::new(repository.path(), &[]).go();
    let (_, told) = run.log.split_once("::stop-commands::").unwrap();
    let (word, told) = told.split_once('\n').unwrap();
    assert!(word.len() == 32 && word.bytes().all(|b| b.is_ascii_hexdigit()), "{word}");
    let (told, after) = told.split_once(&format!("::{word}::\n")).unwrap();
    assert!(told.contains("likely issue: rule `r`"), "{told}");
    assert_eq!(after, "", "nothing follows");
    let said = Run::new(repository.path(), &[("args", "--rule ##[add-mask]the")]).go();
    let (before, _) = said.log.split_once("::stop-commands::").unwrap();
    assert!(!before.contains("##[") && said.log.contains("no rule or promise `##[add-mask]the`"), "{}", said.log);
    // another word every time, or it could be guessed
    let again = Run::new(repository.path(), &[]).go();
    assert!(!again.log.contains(word));
    // nothing is put into a script but by the environment
    for step in yaml("action.yml")["runs"]["steps"].as_sequence().unwrap() {
        assert!(!step.get("run").and_then(Value::as_str).unwrap_or("").contains("${{"), "{step:?}");
    }
}

/// A `cargo` that writes down what it is asked, and installs something.
const CARGO: &str = r#"
printf '%s\n' "$*" >> "$MACHINE/cargo.txt"
while [ "$1" != "--root" ]; do shift; done
mkdir -p "$2/bin" && cp "$MACHINE/bin/staunch" "$2/bin/staunch"
"#;

#[test]
fn it_is_built_from_where_the_workflow_says() {
    let folder = TempDir::new().unwrap();
    let action = yaml("action.yml");
    let steps: Vec<&Value> = action["runs"]["steps"].as_sequence().unwrap().iter().collect();
    let step = |id: &str| *steps.iter().find(|s| s["id"].as_str() == Some(id)).unwrap();
    let commit = "0123456789abcdef0123456789abcdef01234567";
    let here = root().display();
    let mut known = Vec::new();
    for (source, version, expected) in [
        ("", "", format!("--path {here}")),
        ("", "v0.1.0", "--git=https://git.example.org/staunch/staunch --tag=v0.1.0 staunch".to_owned()),
        ("https://git.example.org/staunch", "", "--git=https://git.example.org/staunch staunch".to_owned()),
        (
            "https://git.example.org/staunch",
            "v0.1.0",
            "--git=https://git.example.org/staunch --tag=v0.1.0 staunch".to_owned(),
        ),
        (
            "https://git.example.org/staunch",
            commit,
            format!("--git=https://git.example.org/staunch --rev={commit} staunch"),
        ),
    ] {
        let mut run = Run::new(folder.path(), &[("source", source), ("version", version)]);
        program(&run.file("bin/cargo"), CARGO);
        for id in ["source", "install", "install"] {
            assert!(run.holds(step(id)["if"].as_str().unwrap()));
            run.step(id, step(id));
            assert_eq!(run.code, 0, "{}", run.log);
        }
        // what was built already is not built again
        let built = run.file("temp/staunch-built");
        assert_eq!(run.read("cargo.txt"), format!("install --locked --root {} {expected}\n", built.display()));
        let path = run.read("path");
        assert_eq!(path.lines().last(), Some(built.join("bin").to_str().unwrap()));
        assert!(built.join("bin/staunch").exists());
        known.push(run.output("steps.source.outputs.known").to_owned());
    }
    // what is built from a branch that may move is not kept
    assert_eq!(known.iter().map(|k| k.len()).collect::<Vec<_>>(), [40, 40, 0, 40, 40]);
    assert!(known[0] != known[1] && known[1] != known[3] && known[3] != known[4]);
    assert!(!Run::new(folder.path(), &[]).holds(step("install")["if"].as_str().unwrap()));
}

#[test]
fn what_is_missing_for_a_build_is_said() {
    let folder = TempDir::new().unwrap();
    let action = yaml("action.yml");
    let step = |id: &str| {
        action["runs"]["steps"].as_sequence().unwrap().iter().find(|s| s["id"].as_str() == Some(id)).unwrap()
    };
    // an action of the repository itself has no address
    let mut run = Run::new(folder.path(), &[("source", ""), ("version", "v0.1.0")]);
    run.set(&[("github.action_repository", "")]);
    run.step("source", step("source"));
    assert_eq!(run.code, 1);
    assert!(run.log.contains("::error title=staunch::`version` needs `source`"), "{}", run.log);
    // no compiler
    let mut run = Run::new(folder.path(), &[("source", "")]);
    run.only_these(&["bash"]);
    run.step("install", step("install"));
    assert_eq!(run.code, 1);
    assert!(
        run.log.contains("there is no `cargo` to build staunch with: install Rust in an earlier step"),
        "{}",
        run.log
    );
}
