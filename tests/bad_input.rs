//! Bad input through the command: each gives a clear error or the right behaviour, and nothing is written half.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods)] // tests make the files that they read

mod support;

use std::fs;
use std::time::{Duration, Instant};

use support::{files_below, folder, root, run, staunch};
use tempfile::TempDir;

const MODEL: &str = "party hackney \"London Borough of Hackney\" { kind local-authority }\n";

/// Runs a check that must end with a wrong text, soon, having said no more than a person can read.
#[track_caller]
fn refused(folder: &TempDir) -> String {
    let started = Instant::now();
    let (code, out, err) = run(folder, &["check"]);
    assert_eq!((code, err.as_str()), (2, ""), "{out}");
    assert!(started.elapsed() < Duration::from_secs(30), "{:?}", started.elapsed());
    assert!(out.len() < 100_000, "{} bytes said", out.len());
    assert!(!out.contains("fault of its own"));
    assert!(out.contains("No rule was judged"), "{out}");
    out
}

fn errors(out: &str) -> usize {
    out.lines().filter(|l| l.contains(": error E")).count()
}

#[test]
fn brackets_ten_thousand_deep() {
    for (open, close) in [("(", ")"), ("{", "}")] {
        let text = format!("rule r {{ every flow must {}basis{} }}\n", open.repeat(10_000), close.repeat(10_000));
        let f = folder(&[("a.staunch", MODEL), ("b.staunch", &text)]);
        let out = refused(&f);
        assert!((1..4).contains(&errors(&out)), "{out}");
        assert!(out.contains("b.staunch:1:") && !out.contains("a.staunch"), "{out}");
        let (code, ..) = run(&f, &["fmt"]);
        assert_eq!(code, 2);
        assert_eq!(fs::read_to_string(f.path().join("b.staunch")).unwrap(), text);
    }
    let deep = format!("purposes: {}{}\n", "[".repeat(10_000), "]".repeat(10_000));
    let f = folder(&[("a.staunch", MODEL), ("staunch.yaml", "vocabularies: [words.yaml]\n"), ("words.yaml", &deep)]);
    assert!(refused(&f).contains("words.yaml:1:"));
}

#[test]
fn a_file_of_a_hundred_megabytes() {
    let f = folder(&[("a.staunch", MODEL)]);
    // a file with a hole: large by its length, small on the disk
    fs::File::create(f.path().join("dump.staunch")).unwrap().set_len(100 * 1024 * 1024).unwrap();
    let out = refused(&f);
    assert!(out.contains("dump.staunch:1:1: error E0703: `dump.staunch` is larger than 64 MB"), "{out}");
    // the text of a notice has its own bound
    let f = folder(&[("a.staunch", MODEL), ("n.staunch", "notice n { text \"n.md\" }\n")]);
    let notice = fs::File::create(f.path().join("n.md")).unwrap();
    notice.set_len(8 * 1024 * 1024 + 1).unwrap();
    assert!(refused(&f).contains("n.staunch:1:17: error E0703: `n.md` is larger than 8 MB"));
    // as settings and as words
    let f = folder(&[("a.staunch", MODEL)]);
    fs::File::create(f.path().join("staunch.yaml")).unwrap().set_len(100 * 1024 * 1024).unwrap();
    assert!(refused(&f).contains("E0703"));
}

#[test]
fn a_million_errors_in_one_file() {
    let f = folder(&[("a.staunch", &"%\n".repeat(1_000_000))]);
    let out = refused(&f);
    assert_eq!(errors(&out), 100, "the first hundred are shown");
    assert!(out.contains("a.staunch:1:1: error") && out.contains("a.staunch:100:1: error"));
    assert!(out.contains("999900") || out.contains("999,900"), "the rest are counted: {}", &out[out.len() - 300..]);
    let (code, json, _) = run(&f, &["check", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(
        (code, json["summary"]["errors"].as_u64(), json["summary"]["diagnostics_left_out"].as_u64()),
        (2, Some(1_000_000), Some(999_900))
    );
}

#[cfg(unix)]
#[test]
fn links_that_go_round() {
    use std::os::unix::fs::symlink;
    let f = folder(&[("a.staunch", "rule r { no one may hold identified data }\n"), ("d/b.staunch", MODEL)]);
    symlink("..", f.path().join("d/up")).unwrap();
    symlink(f.path(), f.path().join("d/round")).unwrap();
    let (code, out, _) = run(&f, &["check"]);
    assert_eq!(code, 0, "a folder that leads back is passed over: {out}");
    assert!(out.contains("in 2 files"), "{out}");
    symlink("y.staunch", f.path().join("x.staunch")).unwrap();
    symlink("x.staunch", f.path().join("y.staunch")).unwrap();
    let out = refused(&f);
    assert!(out.contains("`x.staunch` is a link that leads back to itself") && out.contains("`y.staunch`"), "{out}");
}

#[test]
fn paths_that_leave_the_project() {
    let outside = folder(&[
        ("secret.md", "TOP SECRET"),
        (
            "p/a.staunch",
            "notice n { text \"../secret.md\" }\nnotice m { text \"/etc/passwd\" }\nadopt \"../b.staunch\"\n",
        ),
        ("p/staunch.yaml", "vocabularies: [../secret.md, /etc/hostname]\n"),
    ]);
    let out = staunch(&outside.path().join("p")).args(["check", "--format", "json"]).output().unwrap();
    let text = String::from_utf8(out.stdout).unwrap();
    assert_eq!(out.status.code(), Some(2));
    assert!(!text.contains("TOP SECRET") && !text.contains("root:"), "{text}");
    assert!(text.matches("E0705").count() >= 4, "{text}");
}

#[test]
fn yaml_whose_aliases_explode() {
    let mut bomb = String::from("a: &a [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n");
    for (this, last) in ('b'..='i').zip('a'..='h') {
        bomb.push_str(&format!("{this}: &{this} [{}]\n", vec![format!("*{last}"); 9].join(", ")));
    }
    for name in ["staunch.yaml", "words.yaml"] {
        let settings = if name == "words.yaml" { "vocabularies: [words.yaml]\n" } else { "" };
        let f = folder(&[("a.staunch", MODEL), ("staunch.yaml", settings), (name, &bomb)]);
        let out = refused(&f);
        assert!(out.contains(&format!("{name}:")) && out.contains("E0602"), "{out}");
    }
}

#[test]
fn one_name_in_two_files() {
    let f = folder(&[("a.staunch", MODEL), ("sub/b.staunch", "# again\nparty hackney { kind charity }\n")]);
    let out = refused(&f);
    assert!(out.contains("sub/b.staunch:2:7: error E0201: `hackney` is declared twice"), "{out}");
    assert!(out.contains("a.staunch:1:7: first declared here"), "{out}");
    assert_eq!(errors(&out), 1);
}

#[test]
fn every_file_that_is_wrong_is_told_in_one_run() {
    let f = folder(&[
        ("a.staunch", "party a { knd charity }\n"),
        ("c.staunch", "flow f { from nobody; to no-one; data nothing }\n"),
        ("staunch.yaml", "colour: red\n"),
    ]);
    fs::write(f.path().join("b.staunch"), b"party b \xff\n").unwrap();
    fs::File::create(f.path().join("d.staunch")).unwrap().set_len(100 * 1024 * 1024).unwrap();
    let out = refused(&f);
    for part in [
        "a.staunch:1:11: error E0116",
        "b.staunch:1:9: error E0702",
        "c.staunch:1:15: error E0203",
        "d.staunch:1:1: error E0703",
        "staunch.yaml:1:1: error E0603",
    ] {
        assert!(out.contains(part), "{part}:\n{out}");
    }
}

/// Copies an example with its texts changed.
fn copied(example: &str, change: impl Fn(&str) -> String) -> TempDir {
    let from = root().join("examples").join(example);
    let f = folder(&[]);
    for path in files_below(&from, "") {
        let to = f.path().join(path.strip_prefix(&from).unwrap());
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::write(to, change(&fs::read_to_string(path).unwrap())).unwrap();
    }
    f
}

#[test]
fn windows_line_ends_and_a_byte_order_mark_change_nothing() {
    for example in ["troubled-families/as-written", "troubled-families/as-it-should-be"] {
        let check = |f: &TempDir| run(f, &["check", "--format", "json", "--as-of", "2027-01-01"]);
        let (code, plain, _) = check(&copied(example, str::to_owned));
        let windows = check(&copied(example, |text| text.replace('\n', "\r\n")));
        assert_eq!((windows.0, &windows.1), (code, &plain), "places and all");
        let marked = check(&copied(example, |text| format!("\u{feff}{}", text.replace('\n', "\r\n"))));
        assert_eq!((marked.0, &marked.1), (code, &plain), "places and all");
    }
}

#[test]
fn names_that_would_steer_a_terminal() {
    let title = "\u{1b}[31mred\u{1b}]0;title\u{7}\u{202e}gnp.exe\u{9b}2J\u{0}";
    let text = format!(
        "party a \"A {title}\" {{ kind charity }}\nparty b \"B {title}\" {{ kind charity }}\n\
         dataset list \"{title}\" {{ held by a; fields name }}\nflow send \"{title}\" {{ from a; to b; data list }}\n\
         promise p \"{title}\" {{ quote \"{title} no\" in n; b must never hold data from list; because \"{title}\" }}\n\
         notice n \"{title}\" {{ text \"n.md\" }}\n"
    );
    let steers =
        |c: char| (c.is_control() && c != '\n') || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let f =
        folder(&[("a.staunch", &text), ("n.md", &format!("{title} no")), ("staunch.yaml", "name: \"\\e[31mred\"\n")]);
    for args in [
        &["check"][..],
        &["check", "--plain"],
        &["ask", "who may hold data from list"],
        &["explain", "p"],
        &["fmt", "--diff"],
        &["check", "--format", "json"],
    ] {
        let (_, out, err) = run(&f, args);
        assert!(!out.contains(steers) && !err.contains(steers), "{args:?}: {out:?}{err:?}");
        assert!(!out.is_empty() || !err.is_empty() || args[0] == "fmt", "{args:?}");
    }
    assert!(run(&f, &["check"]).1.contains("likely issue: promise `p`"), "the text is read, and its names are shown");
    // the command line is no safer than a file
    let (_, out, err) = run(&f, &["check", "no\u{1b}[31m"]);
    assert!(!out.contains(steers) && !err.contains(steers), "{err:?}");
    // nor is the name of a file
    #[cfg(unix)]
    {
        let f = folder(&[("\u{1b}[31m.staunch", "party {\n")]);
        for args in [&["check"][..], &["fmt", "--check"], &["check", "--format", "json"]] {
            let (_, out, err) = run(&f, args);
            assert!(!out.contains(steers) && !err.contains(steers), "{args:?}: {out:?}{err:?}");
        }
    }
}

/// What cannot be written is left as it was, and nothing is left beside it.
#[test]
fn nothing_is_written_half() {
    let text = "party a \"A\" {\n  kind  charity   \n}\n";
    let f = folder(&[("a.staunch", text), ("b.staunch", text)]);
    let mut read_only = fs::metadata(f.path().join("a.staunch")).unwrap().permissions();
    read_only.set_readonly(true);
    fs::set_permissions(f.path().join("a.staunch"), read_only).unwrap();
    let (code, _, err) = run(&f, &["fmt"]);
    assert_eq!(code, 4);
    assert!(err.contains("cannot write") && err.contains("a.staunch"), "{err}");
    assert_eq!(fs::read_to_string(f.path().join("a.staunch")).unwrap(), text);
    assert_ne!(fs::read_to_string(f.path().join("b.staunch")).unwrap(), text, "the others are written all the same");
    // a report that cannot be written
    fs::create_dir(f.path().join("report.json")).unwrap();
    let (code, _, err) = run(&f, &["check", "--format", "json=report.json"]);
    assert_eq!(code, 4);
    assert!(err.contains("cannot write `report.json`"), "{err}");
    let (code, ..) = run(&f, &["check", "--format", "json=no/such/folder.json"]);
    assert_eq!(code, 4);
    let names: Vec<String> =
        fs::read_dir(f.path()).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(names.len(), 3, "{names:?}");
}
