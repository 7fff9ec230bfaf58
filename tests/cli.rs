//! The command: what it writes, where, and how it ends.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods)] // tests make the files that they read

mod support;

use std::fs;

use support::{folder, run};

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
        &["check", "--format", "json=-", "--format", "human"],
        &["check", "--format", "json=report", "--format", "sarif=report"],
        &["check", "--fail-on", "always"],
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
fn explain_lists_words_and_facts() {
    let f = folder(&[]);
    for list in ["categories", "purposes", "party-kinds", "channels", "safeguards", "bases", "conditions", "terms"] {
        let (code, out, err) = run(&f, &["explain", list]);
        assert_eq!((code, err.as_str()), (0, ""), "{list}");
        assert!(out.contains(&format!("{list}: ")) && out.lines().count() > 5, "{out}");
    }
    assert!(run(&f, &["explain", "every copy"]).1.contains("location: The countries"));
    assert!(run(&f, &["explain", "stored in"]).1.starts_with("location: a fact"));
}

#[test]
fn a_question_that_cannot_be_read_is_met_with_examples() {
    let f = folder(&[]);
    run(&f, &["init"]);
    let (code, out, _) = run(&f, &["ask", "who holds name"]);
    assert_eq!(code, 2);
    assert!(out.contains("Nothing was answered") && out.contains("`who may hold name`"), "{out}");
}

#[test]
fn several_formats_are_written_in_one_run() {
    let f = folder(&[]);
    run(&f, &["init"]);
    let mut args = vec!["check".to_owned(), "--format".to_owned(), "human".to_owned()];
    for format in staunch::output::Format::ALL {
        args.extend(["--format".to_owned(), format!("{0}=report.{0}", format.word())]);
    }
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let (code, out, err) = run(&f, &args);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.contains("1 promise: it holds"), "{out}");
    for format in staunch::output::Format::ALL {
        let text = fs::read_to_string(f.path().join(format!("report.{}", format.word()))).unwrap();
        let (_, alone, _) = run(&f, &["check", "--format", format.word()]);
        assert_eq!(text, alone, "{format:?} is the same in a file");
    }
}

/// One file that cannot be written keeps no other from being written.
#[test]
fn what_can_be_written_is_written() {
    let f = folder(&[]);
    run(&f, &["init"]);
    let args = ["check", "--format", "json=nowhere/report.json", "--format", "sarif=out.sarif", "--format", "human"];
    let (code, out, err) = run(&f, &args);
    assert_eq!(code, 4);
    assert!(err.contains("cannot write `nowhere/report.json`") && out.contains("it holds"), "{out}{err}");
    assert!(fs::read_to_string(f.path().join("out.sarif")).unwrap().contains("2.1.0"));
}

/// Two reports in one file are half of each, whatever the file is called; and a report is no model.
#[test]
fn nothing_is_written_over_something_else() {
    let f = folder(&[]);
    run(&f, &["init"]);
    fs::create_dir(f.path().join("out")).unwrap();
    for (one, other) in [("a", "a"), ("a", "./a"), ("out/a", "out/../out/a")] {
        let (json, sarif) = (format!("json={one}"), format!("sarif={other}"));
        let (code, out, err) = run(&f, &["check", "--format", &json, "--format", &sarif]);
        assert_eq!((code, out.as_str()), (2, ""));
        assert!(err.contains("two things would be written into one file"), "{err}");
        let (code, _, err) = run(&f, &["check", "--format", &json, "--write-baseline", other]);
        assert_eq!(code, 2);
        assert!(err.contains("two things would be written into one file"), "{err}");
    }
    assert!(!f.path().join("a").exists());
    assert_eq!(run(&f, &["check", "--format", "json=out/a", "--format", "sarif=a"]).0, 0);
    for file in ["sharing.staunch", "new.staunch", "./staunch.yaml"] {
        let before = fs::read(f.path().join(file)).ok();
        for args in [&["check", "--format", &format!("json={file}")][..], &["check", "--write-baseline", file]] {
            let (code, _, err) = run(&f, args);
            assert_eq!(code, 2, "{args:?}");
            assert!(err.contains("is a part of a project, and what is written there would take its place"), "{err}");
        }
        assert_eq!(fs::read(f.path().join(file)).ok(), before);
    }
    let (code, _, err) = run(&f, &["check", "--format", "json=out"]);
    assert_eq!(code, 4);
    assert!(err.contains("cannot write `out`: it is a folder"), "{err}");
}

/// What takes more than one text, such as a terminal, may be named twice.
#[cfg(unix)]
#[test]
fn what_is_no_file_may_be_named_twice() {
    let f = folder(&[]);
    run(&f, &["init"]);
    let (code, _, err) = run(&f, &["check", "--format", "json=/dev/null", "--format", "sarif=/dev/null"]);
    assert_eq!((code, err.as_str()), (0, ""));
}

/// A baseline that is written anew with `--baseline` gets shorter and never longer.
#[test]
fn a_baseline_only_gets_shorter() {
    let broken = format!("{VERDICTS}{BROKEN}").replace("severity warning", "severity error");
    let f = folder(&[("a.staunch", &broken)]);
    assert_eq!(run(&f, &["check", "--write-baseline", "known.json"]).0, 0);
    let before = fs::read_to_string(f.path().join("known.json")).unwrap();
    // one of the findings that are there was not known before, and one that was known is not there
    let lines: Vec<&str> = before.lines().collect();
    let first = lines.iter().position(|l| l.contains("\"verdict\":\"fail\"")).unwrap();
    let mended = lines[first].replace("\"fingerprint\":\"", "\"fingerprint\":\"mended/");
    let known = before.replace(lines[first], &mended);
    fs::write(f.path().join("known.json"), &known).unwrap();
    let (code, _, err) = run(&f, &["check", "--baseline", "known.json"]);
    assert_eq!(code, 1);
    assert!(err.contains("note: 1 entry of the baseline is mended"), "{err}");
    assert!(err.contains("`staunch check --baseline known.json --write-baseline known.json` takes them out"), "{err}");
    let (code, _, err) = run(&f, &["check", "--baseline", "known.json", "--write-baseline", "known.json"]);
    assert_eq!((code, err.as_str()), (1, ""), "what is new counts still");
    let after = fs::read_to_string(f.path().join("known.json")).unwrap();
    assert_eq!(after.matches("fingerprint").count(), before.matches("fingerprint").count() - 1);
    assert!(!after.contains("mended/"), "{after}");
}

/// A pipe, a terminal and their like are written to; to put a file in their place would break them.
#[cfg(unix)]
#[test]
fn what_is_no_file_stays_what_it_is() {
    use std::os::unix::fs::FileTypeExt;
    let f = folder(&[]);
    run(&f, &["init"]);
    let pipe = f.path().join("pipe");
    if !std::process::Command::new("mkfifo").arg(&pipe).status().is_ok_and(|s| s.success()) {
        return;
    }
    let path = pipe.clone();
    let reader = std::thread::spawn(move || fs::read_to_string(path).unwrap());
    let (code, _, err) = run(&f, &["check", "--format", "json=pipe"]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(reader.join().unwrap().ends_with("}\n"));
    assert!(fs::metadata(&pipe).unwrap().file_type().is_fifo());
}

/// Services look a file up from the root of the repository, wherever the project is in it.
#[test]
fn places_count_from_the_root_of_the_repository() {
    let broken = format!("{VERDICTS}{BROKEN}");
    let f = folder(&[("models/study/a.staunch", &broken), (".git/HEAD", "ref: refs/heads/main\n")]);
    for args in [&["check", "models/study"][..], &["check", "models/study/a.staunch"]] {
        let (_, out, _) = run(&f, &[args, &["--format", "sarif"]].concat());
        assert!(out.contains("\"uri\": \"models/study/a.staunch\""), "{out}");
        let (_, out, _) = run(&f, &[args, &["--format", "json"]].concat());
        assert!(out.contains("\"file\": \"a.staunch\""), "the report for programs counts from the project: {out}");
    }
}

#[test]
fn a_report_that_cannot_be_written_names_no_other_file() {
    let f = folder(&[]);
    run(&f, &["init"]);
    let (_, _, err) = run(&f, &["check", "--format", "json=nowhere/report.json"]);
    assert!(err.contains("there is no such folder") && !err.contains(".staunch-"), "{err}");
}

#[test]
fn the_project_of_init_checks_and_holds() {
    let f = folder(&[]);
    assert_eq!(run(&f, &["init"]).0, 0);
    let (code, out, err) = run(&f, &["check", "--strict"]);
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    assert!(!out.contains("error") && !out.contains("warning"), "{out}");
    assert!(out.contains("1 promise: it holds"), "{out}");
    assert_eq!(run(&f, &["fmt", "--check"]).0, 0, "what is written to start from is in the canonical layout");
    let (code, out, _) = run(&f, &["check", "--quiet"]);
    assert_eq!((code, out.as_str()), (0, ""), "nothing is said when all holds");
}

/// One rule of each verdict, and one that applies from a later date.
const VERDICTS: &str = r#"party hackney { kind local-authority }
party niesr { kind research-organisation }
dataset families { held by hackney; fields name }
flow send { from hackney; to niesr; data families; by not-stated }
rule holds   { hackney must never receive data from families }
rule unknown { every flow must have channel is secure-email }
"#;
const BROKEN: &str = "rule broken { severity warning; niesr must never hold identified data }\n";
const LATER: &str = "rule later { applies 2030-01-01; niesr must never hold data }\n";

#[test]
fn how_a_check_ends() {
    let check = |text: &str, args: &[&str]| {
        let f = folder(&[("a.staunch", text)]);
        let mut all = vec!["check", "--as-of", "2027-01-01"];
        all.extend(args);
        run(&f, &all)
    };
    let broken = format!("{VERDICTS}{BROKEN}");
    assert_eq!(check(VERDICTS, &[]).0, 0, "what cannot be told is no failure");
    assert_eq!(check(VERDICTS, &["--strict"]).0, 1, "but is when strict");
    assert_eq!(check(VERDICTS, &["--strict", "--rule", "holds"]).0, 0);
    assert_eq!(check(&broken, &["--fail-on", "warning"]).0, 1);
    assert_eq!(check(&broken, &["--fail-on", "info"]).0, 1);
    assert_eq!(check(&broken, &[]).0, 0, "less grave than what makes it fail");
    assert_eq!(check(&broken.replace("warning", "error"), &[]).0, 1);
    assert_eq!(check(&broken.replace("hackney; to", "hackny; to"), &[]).0, 2, "a wrong text is not judged");
    let (code, out, err) = check(LATER.trim(), &[]);
    assert_eq!(code, 2, "a rule about nobody is a wrong text: {out}{err}");
    let later = format!("{}{LATER}", VERDICTS.split("rule").next().unwrap());
    let (code, _, err) = check(&later, &[]);
    assert_eq!(code, 3, "no rule applies yet");
    assert!(err.contains("nothing was checked: no rule or promise applies"), "{err}");
    // the same in every format
    let grave = broken.replace("warning", "error");
    let wrong = broken.replace("hackney; to", "hackny; to");
    let all = [(VERDICTS, 0), (broken.as_str(), 0), (grave.as_str(), 1), (wrong.as_str(), 2), (later.as_str(), 3)];
    for (text, expected) in all {
        for format in staunch::output::Format::ALL {
            let (code, out, _) = check(text, &["--format", format.word()]);
            assert_eq!(code, expected, "{format:?}: {out}");
        }
    }
    // each threshold lets through what the next one does not
    for (text, expected) in [
        // never, error, warning, cannot-tell, info
        (VERDICTS, [0, 0, 0, 1, 0]),
        (broken.as_str(), [0, 0, 1, 1, 1]),
        (grave.as_str(), [0, 1, 1, 1, 1]),
        (&broken.replace("warning", "info"), [0, 0, 0, 1, 1]),
        (wrong.as_str(), [2; 5]),
        (later.as_str(), [3; 5]),
    ] {
        let ended = ["never", "error", "warning", "cannot-tell", "info"].map(|on| check(text, &["--fail-on", on]).0);
        assert_eq!(ended, expected, "{text}");
    }
    assert_eq!(check(&grave, &["--fail-on", "never", "--strict"]).0, 0, "never is never");
    let (code, _, err) = check(VERDICTS, &["--rule", "unknwon"]);
    assert_eq!(code, 2);
    assert!(err.contains("did you mean `unknown`?"), "{err}");
}

#[test]
fn a_check_is_of_a_date() {
    let text = format!("{VERDICTS}{LATER}");
    let f = folder(&[("a.staunch", &text)]);
    assert_eq!(run(&f, &["check", "--as-of", "2029-12-31"]).0, 0);
    let (code, out, _) = run(&f, &["check", "--as-of", "2030-01-01"]);
    assert_eq!(code, 1, "{out}");
    assert!(out.contains("as of 2030-01-01"), "{out}");
    let json: serde_json::Value =
        serde_json::from_str(&run(&f, &["check", "--as-of", "2029-12-31", "--format", "json"]).1).unwrap();
    assert_eq!(json["as_of"], "2029-12-31");
    let later = json["rules"].as_array().unwrap().iter().find(|r| r["name"] == "later").unwrap();
    assert_eq!((later["standing"].as_str(), later["verdict"].is_null()), (Some("not_yet"), true));
}

#[test]
fn the_json_of_a_real_project_is_what_its_schema_says() {
    let schema: serde_json::Value = serde_json::from_str(staunch::output::json::SCHEMA).unwrap();
    for example in ["as-written", "as-it-should-be"] {
        let path = support::root().join("examples/troubled-families").join(example);
        let args = ["check", path.to_str().unwrap(), "--as-of", "2027-01-01", "--format", "json"];
        let f = folder(&[]);
        let (_, first, _) = run(&f, &args);
        assert_eq!(run(&f, &args).1, first, "the same bytes, twice");
        let json: serde_json::Value = serde_json::from_str(&first).unwrap();
        support::against(&json, &schema, &schema, "");
        assert!(!first.contains(path.to_str().unwrap()), "paths count from the project");
    }
}

/// Files are found in the order in which the disk lists them; nothing may come of that.
#[test]
fn files_made_in_another_order_give_the_same_bytes() {
    let example = support::root().join("examples/troubled-families/as-written");
    let mut paths = support::files_below(&example, "");
    let mut told = Vec::new();
    for _ in 0..3 {
        let f = folder(&[]);
        for path in &paths {
            fs::write(f.path().join(path.file_name().unwrap()), fs::read(path).unwrap()).unwrap();
        }
        for format in ["json", "human"] {
            told.push(run(&f, &["check", "--as-of", "2027-01-01", "--format", format]).1);
        }
        paths.reverse();
        paths.rotate_left(2);
    }
    assert!(told[0].len() > 10_000);
    for later in [2, 4] {
        assert_eq!((&told[0], &told[1]), (&told[later], &told[later + 1]));
    }
}

/// Colour is for terminals whose user wants it. (`script` gives the command a terminal; without it there is nothing to see.)
#[cfg(target_os = "linux")]
#[test]
fn no_color_is_respected() {
    let f = folder(&[("a.staunch", "party a { kind charty }\n")]);
    let exe = assert_cmd::cargo::cargo_bin!("staunch").display().to_string();
    let on_a_terminal = |vars: &[(&str, &str)], args: &str| {
        let mut command = std::process::Command::new("script");
        command.args(["-qec", &format!("{exe} check {args}"), "/dev/null"]).env_clear().current_dir(f.path());
        command.env("PATH", "/usr/bin:/bin").env("TERM", "xterm").env("LANG", "C.UTF-8").envs(vars.iter().copied());
        command
            .stdin(std::process::Stdio::null())
            .output()
            .ok()
            .map(|o| String::from_utf8_lossy(&o.stdout).into_owned())
    };
    let Some(colored) = on_a_terminal(&[], "").filter(|out| out.contains("charty")) else { return };
    assert!(colored.contains("\u{1b}[") && colored.contains("╭─"), "{colored:?}");
    for (vars, args) in
        [(&[("NO_COLOR", "1")][..], ""), (&[], "--color never"), (&[("TERM", "dumb")], ""), (&[], "--plain")]
    {
        let out = on_a_terminal(vars, args).unwrap();
        assert!(out.contains("charty") && !out.contains('\u{1b}'), "{vars:?} {args}: {out:?}");
    }
    // into a pipe there is none anyway, and nothing drawn
    let (_, out, _) = run(&f, &["check"]);
    assert!(!out.contains('\u{1b}') && !out.contains("╭─"), "{out}");
}
