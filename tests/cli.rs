//! The command: what it writes, where, and how it ends.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods)] // tests make the files that they read

use std::fs;
use std::process::Output;

use assert_cmd::Command;
use tempfile::TempDir;

/// The command in an empty environment, in a folder.
fn staunch(folder: &TempDir) -> Command {
    let mut command = Command::cargo_bin("staunch").unwrap();
    command.env_clear().current_dir(folder.path());
    command
}

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::Builder::new().prefix("project-").tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn run(folder: &TempDir, args: &[&str]) -> (i32, String, String) {
    let Output { status, stdout, stderr } = staunch(folder).args(args).output().unwrap();
    (status.code().unwrap(), String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
}

#[test]
fn help_is_there_for_every_command_with_examples() {
    let f = folder(&[]);
    for command in ["check", "explain", "ask", "init", "fmt"] {
        let (code, out, err) = run(&f, &[command, "--help"]);
        assert_eq!((code, err.as_str()), (0, ""));
        assert!(out.contains("Examples:") && out.contains(&format!("staunch {command}")), "{out}");
    }
    let (code, out, _) = run(&f, &["--help"]);
    assert_eq!(code, 0);
    assert!(out.contains("Exit codes"));
    assert_eq!(run(&f, &["--version"]).0, 0);
}

#[test]
fn a_wrong_command_line_is_2() {
    let f = folder(&[("a.staunch", "")]);
    for args in [
        &["chek"][..],
        &["check", "nothing-here"],
        &["check", "--as-of", "2026-02-30"],
        &["check", "--format", "jsn"],
        &["check", "--format", "json="],
        &["check", "--format", "json", "--format", "human"],
        &["explain"],
        &["ask"],
        &["fmt", "nothing-here"],
        &[],
    ] {
        let (code, _, err) = run(&f, args);
        assert_eq!(code, 2, "{args:?}");
        assert!(!err.is_empty());
    }
    assert!(run(&f, &["check", "nothing-here"]).2.contains("there is no file or folder `nothing-here`"));
    assert!(run(&f, &["check", "--as-of", "31/3/2026"]).2.contains("2026-03-31"));
    assert!(run(&f, &["check", "--format", "jsn"]).2.contains("did you mean `json`?"));
}

#[test]
fn a_project_without_models_is_3() {
    let f = folder(&[("notes.md", "")]);
    let (code, _, err) = run(&f, &["check"]);
    assert_eq!(code, 3);
    assert!(err.contains("nothing was checked") && err.contains("staunch init"), "{err}");
    assert_eq!(run(&f, &["ask", "who may hold data"]).0, 3);
    assert_eq!(run(&f, &["fmt"]).0, 3);
}

#[test]
fn files_that_cannot_be_read_are_2_and_told_in_both_formats() {
    let f = folder(&[]);
    fs::write(f.path().join("a.staunch"), b"party \xff").unwrap();
    let (code, out, _) = run(&f, &["check", "--format", "human", "--format", "json=report.json"]);
    assert_eq!(code, 2);
    assert!(out.starts_with("a.staunch:1:7: error E0702: `a.staunch` is not UTF-8 text (line 1)\n"), "{out}");
    let json: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(f.path().join("report.json")).unwrap()).unwrap();
    assert_eq!(json["judged"], false);
    assert_eq!(json["diagnostics"][0]["code"], "E0702");
    let (code, out, _) = run(&f, &["check", "--color", "always"]);
    assert_eq!(code, 2);
    assert!(out.contains("\u{1b}[") && out.contains("╭─"), "{out}");
    let (_, out, _) = run(&f, &["check", "--color", "always", "--plain"]);
    assert!(!out.contains('\u{1b}') && !out.contains("╭─"), "{out}");
}

#[test]
fn init_writes_all_or_nothing() {
    let f = folder(&[]);
    let (code, out, _) = run(&f, &["init", "new"]);
    assert_eq!(code, 0, "{out}");
    let names = ["README.md", "notice.md", "promises.staunch", "sharing.staunch", "staunch.yaml"];
    for name in names {
        assert!(f.path().join("new").join(name).is_file());
    }
    let (code, _, err) = run(&f, &["init", "new"]);
    assert_eq!(code, 2);
    assert!(err.contains("README.md"), "{err}");
    fs::write(f.path().join("new/README.md"), "mine").unwrap();
    assert_eq!(run(&f, &["init", "new"]).0, 2);
    assert_eq!(fs::read_to_string(f.path().join("new/README.md")).unwrap(), "mine");
    assert_eq!(run(&f, &["init", "new", "--force"]).0, 0);
    assert_ne!(fs::read_to_string(f.path().join("new/README.md")).unwrap(), "mine");
    // one file in the way: none is written
    let f = folder(&[("notice.md", "mine")]);
    assert_eq!(run(&f, &["init"]).0, 2);
    assert_eq!(fs::read_dir(f.path()).unwrap().count(), 1);
    // a folder in the way of the last one: those before are taken back
    let f = folder(&[("notice.md/x", "")]);
    assert_eq!(run(&f, &["init", "--force"]).0, 4);
    assert_eq!(fs::read_dir(f.path()).unwrap().count(), 1);
    assert_eq!(run(&f, &["init", "notice.md/x"]).0, 2);
}

#[test]
fn explain_knows_every_code() {
    let f = folder(&[]);
    for code in staunch::diagnostic::codes::all() {
        let (exit, out, _) = run(&f, &["explain", code.id]);
        assert_eq!(exit, 0);
        assert!(out.contains(code.title));
    }
    let (exit, _, err) = run(&f, &["explain", "E0775"]);
    assert_eq!(exit, 2);
    assert!(err.contains("did you mean `E07"), "{err}");
}

#[test]
fn fmt_shows_or_writes() {
    let f = folder(&[("a.staunch", "party a \"A\" {\n  kind  charity   \n}\n"), ("sub/staunch.yaml", "")]);
    let before = fs::read_to_string(f.path().join("a.staunch")).unwrap();
    let (code, out, _) = run(&f, &["fmt", "--check"]);
    assert_eq!(code, 1);
    assert!(out.starts_with("a.staunch\n"), "{out}");
    let (code, out, _) = run(&f, &["fmt", "--diff"]);
    assert_eq!(code, 1);
    assert!(out.contains("\n-  kind  charity   \n"), "{out}");
    assert_eq!(fs::read_to_string(f.path().join("a.staunch")).unwrap(), before);
    assert_eq!(run(&f, &["fmt"]).0, 0);
    assert_ne!(fs::read_to_string(f.path().join("a.staunch")).unwrap(), before);
    assert_eq!(run(&f, &["fmt", "--check"]), (0, String::new(), String::new()));
}

#[cfg(unix)]
#[test]
fn a_closed_pipe_is_no_fault() {
    let f = folder(&[]);
    fs::write(f.path().join("a.staunch"), b"\xff").unwrap();
    let mut child = std::process::Command::new(assert_cmd::cargo::cargo_bin!("staunch"))
        .args(["explain", "E0705"])
        .env_clear()
        .current_dir(f.path())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let ended = child.wait_with_output().unwrap();
    assert_eq!(ended.status.code(), Some(0));
    assert!(ended.stderr.is_empty());
}

#[test]
fn fmt_reports_files_with_errors_and_leaves_them() {
    let broken = "party a \"A\" {\n  kind  charity\nparty b \"B\" { kind charity }\n";
    let f = folder(&[("b/bad.staunch", broken), ("a.staunch", "party a \"A\" { kind charity   }\n")]);
    let (code, out, _) = run(&f, &["fmt"]);
    assert_eq!(code, 2);
    assert!(out.contains("b/bad.staunch:1:13: error E"), "{out}");
    assert_eq!(fs::read_to_string(f.path().join("b/bad.staunch")).unwrap(), broken);
    assert!(!fs::read_to_string(f.path().join("a.staunch")).unwrap().contains("   }"));
}

#[test]
fn every_error_of_a_project_is_told_in_one_run() {
    let f = folder(&[
        ("staunch.yaml", "nme: Study\nvocabularies: [words.yaml]\n"),
        ("a.staunch", "party a \"A\" { kind charty }\n"),
        ("b.staunch", "flow x { from a; to b; data c }\nnotice n \"N\" { text \"../n.md\" }\n"),
    ]);
    let (code, out, _) = run(&f, &["check"]);
    assert_eq!(code, 2);
    for part in [
        "staunch.yaml:1:1: error E06",
        "did you mean `name`?",
        "staunch.yaml:2:16: error E0706",
        "did you mean `charity`?",
    ] {
        assert!(out.contains(part), "{part}:\n{out}");
    }
    assert!(out.contains("b.staunch:2:21: error E0705: `../n.md` leads out of the project"), "{out}");
    assert!(out.contains("No rule was judged"), "{out}");
}

#[test]
fn explain_knows_words() {
    let f = folder(&[]);
    assert!(run(&f, &["explain", "date-of-birth"]).1.contains("Date of birth"));
    let (code, _, err) = run(&f, &["explain", "date-of-brith"]);
    assert_eq!(code, 2);
    assert!(err.contains("did you mean `date-of-birth`?"), "{err}");
}

#[test]
fn the_project_of_init_has_no_errors_in_its_text() {
    let f = folder(&[]);
    run(&f, &["init"]);
    let (code, out, _) = run(&f, &["check"]);
    assert_ne!(code, 2, "{out}");
    assert!(!out.contains("error"), "{out}");
    assert_eq!(run(&f, &["fmt", "--check"]).0, 0, "what is written to start from is in the canonical layout");
}
