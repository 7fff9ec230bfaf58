//! What is wrong with a text is said clearly: each code with a source that has the problem, and the message for people.
//!
//! A case under `tests/diagnostics/` is a model (`.staunch`), a list of words (`.yaml`), settings (`.settings.yaml`), or a folder of
//! models and the texts of notices. Its name begins with the code that it brings up, and no other code may come up. What
//! is wrong with files themselves is made in a temporary folder here. The snapshot holds source and message together,
//! so that a reviewer reads the complaint next to its cause.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods)] // tests make the files that they read

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use staunch::check::{Outcome, check_text};
use staunch::diagnostic::{Diagnostics, Severity, codes};
use staunch::project::{self, Reader};
use staunch::source::{Sources, Span};
use staunch::syntax::intern::Interner;
use staunch::vocabulary;
use support::{AS_OF, complaints, files_of, folder, judge, numbered, root};
use tempfile::TempDir;

// ---- cases in the folder ----

fn cases() -> Vec<PathBuf> {
    let folder = root().join("tests/diagnostics");
    let mut cases: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    cases
}

fn borrowed(files: &[(String, String)]) -> Vec<(&str, &str)> {
    files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect()
}

/// What comes up when these files are a project: models and notices, or one file of words or settings.
fn outcome(files: &[(&str, &str)]) -> Outcome {
    let [(name, text)] = files else { return check_text(files, AS_OF) };
    if !name.ends_with(".yaml") {
        return check_text(files, AS_OF);
    }
    let (mut sources, mut diagnostics) = (Sources::new(), Diagnostics::new());
    let file = sources.add(*name, *text).unwrap();
    if name.ends_with("settings.yaml") {
        vocabulary::read_settings(file, &sources, &mut diagnostics);
    } else {
        vocabulary::read(vocabulary::standard(), &[file], &sources, &mut diagnostics);
    }
    Outcome { sources, diagnostics, report: None }
}

/// What comes up when a text is read and no more is done with it.
fn read_only(text: &str) -> Outcome {
    let (mut sources, mut diagnostics) = (Sources::new(), Diagnostics::new());
    sources.add("example.staunch", text).unwrap();
    staunch::syntax::parse(text, 0, &mut Interner::new(), &mut diagnostics);
    Outcome { sources, diagnostics, report: None }
}

fn said(outcome: &Outcome) -> BTreeSet<&'static str> {
    outcome.diagnostics.sorted().iter().map(|d| d.code.id).collect()
}

/// A source that makes a long snapshot is shown by its beginning.
fn shown(files: &[(String, String)]) -> String {
    let short = |line: &str| match line.char_indices().nth(160) {
        Some((at, _)) => format!("{} … ({} characters)\n", &line[..at], line.chars().count()),
        None => format!("{line}\n"),
    };
    numbered(files).lines().map(short).collect()
}

#[test]
fn every_case_says_what_its_name_says() {
    let mut wrong = String::new();
    for case in cases() {
        let name = case.file_name().unwrap().to_str().unwrap().to_owned();
        let name = name.replace(".staunch", "").replace(".yaml", "");
        let files = files_of(&case);
        let outcome = outcome(&borrowed(&files));
        snapshot(&name, &format!("{}──\n{}", shown(&files), complaints(&outcome)));
        if said(&outcome) != BTreeSet::from([&name[..5]]) {
            let _ = writeln!(wrong, "{name} brings up {:?}:\n{}", said(&outcome), complaints(&outcome));
        }
        check_wording(&name, &outcome, &mut wrong);
    }
    assert!(wrong.is_empty(), "{wrong}");
}

fn snapshot(name: &str, text: &str) {
    insta::with_settings!({
        prepend_module_to_snapshot => false, omit_expression => true, snapshot_path => "snapshots/diagnostics"
    }, {
        insta::assert_snapshot!(name, text);
    });
}

/// One lower-case sentence, in the user's words; the places are in files and never empty-handed.
fn check_wording(case: &str, outcome: &Outcome, wrong: &mut String) {
    let foreign =
        ["Some(", "None", "Err(", "::", "Option", "panicked", "unwrap", "usize", "u32", "HashMap", "token", "AST"];
    for d in outcome.diagnostics.sorted() {
        let message = &d.message;
        let mut complain = |what: &str| {
            let _ = writeln!(wrong, "{case}: {what}: {message}");
        };
        if message.starts_with(char::is_uppercase) || message.ends_with('.') || message.contains('\n') {
            complain("not one lower-case sentence without a full stop");
        }
        if message.matches('`').count() % 2 == 1 {
            complain("a name is not closed in backticks");
        }
        let texts = [Some(message), Some(&d.label), d.help.as_ref()];
        let mut texts = texts.into_iter().flatten().chain(d.related.iter().map(|r| &r.text));
        if texts.any(|text| foreign.iter().any(|word| text.contains(word))) {
            complain("not in the user's words");
        }
        if d.help.as_ref().is_none_or(|help| help.is_empty()) {
            complain("no help");
        }
        for span in std::iter::once(d.span).chain(d.related.iter().map(|r| r.span)) {
            if outcome.sources.position(span.start).is_none() || span.start > span.end {
                complain("a place that is in no file");
            }
        }
    }
}

// ---- what is wrong with files ----

const MODEL: &str = "party hackney { kind local-authority }\n";

fn opened(folder: &TempDir) -> Outcome {
    judge(project::open(folder.path()).unwrap(), AS_OF)
}

fn notice(path: &str) -> TempDir {
    folder(&[("model/study.staunch", &format!("notice study-notice {{ text \"{path}\" }}\n"))])
}

/// What cannot be made in a source: how the folder was made, in words, and what is said of it.
fn file_cases() -> Vec<(&'static str, &'static str, Outcome)> {
    let mut cases = vec![
        ("E0702", "study.staunch is saved as Windows-1252", {
            let f = folder(&[]);
            fs::write(f.path().join("study.staunch"), b"party hackney {\n  # caf\xe9\n}\n").unwrap();
            opened(&f)
        }),
        ("E0703", "study.staunch has 100 MB", {
            let f = folder(&[]);
            // a file with a hole: large by its length, small on the disk
            fs::File::create(f.path().join("study.staunch")).unwrap().set_len(100 * 1024 * 1024).unwrap();
            opened(&f)
        }),
        (
            "E0705",
            "notice study-notice { text \"../../notice.md\" } in model/study.staunch",
            opened(&notice("../../notice.md")),
        ),
        ("E0706", "notice study-notice { text \"notise.md\" } beside notice.md", {
            let f = notice("notise.md");
            fs::write(f.path().join("model/notice.md"), "Hello").unwrap();
            opened(&f)
        }),
        ("E0707", "notice study-notice { text \"notices\" }, which is a folder", {
            let f = notice("notices");
            fs::create_dir(f.path().join("model/notices")).unwrap();
            opened(&f)
        }),
        (
            "W0701",
            "the settings are in staunch.yml",
            opened(&folder(&[("a.staunch", MODEL), ("staunch.yml", "name: Study\n")])),
        ),
    ];
    if cfg!(unix) {
        cases.extend(unix_cases());
    }
    cases
}

#[cfg(not(unix))]
fn unix_cases() -> Vec<(&'static str, &'static str, Outcome)> {
    Vec::new()
}

#[cfg(unix)]
fn unix_cases() -> Vec<(&'static str, &'static str, Outcome)> {
    use std::os::unix::fs::symlink;
    let linked = folder(&[("a.staunch", MODEL)]);
    symlink("loop.staunch", linked.path().join("loop.staunch")).unwrap();
    let (elsewhere, out) = (folder(&[("b.staunch", MODEL)]), folder(&[("a.staunch", MODEL)]));
    symlink(elsewhere.path(), out.path().join("shared")).unwrap();
    vec![
        ("E0708", "loop.staunch is a link to loop.staunch", opened(&linked)),
        ("W0702", "shared is a link to a folder elsewhere", opened(&out)),
        ("E0709", "a folder whose path is longer than the system lets anyone read", opened(&too_deep())),
    ]
}

/// A project with a folder that cannot be listed, not even by whoever may read everything: its path is too long.
#[cfg(unix)]
fn too_deep() -> TempDir {
    let f = folder(&[("a.staunch", MODEL)]);
    let long = |times: usize| vec!["d".repeat(200); times].join("/");
    fs::create_dir_all(f.path().join(long(12))).unwrap();
    fs::create_dir_all(f.path().join("e").join(long(12))).unwrap();
    fs::rename(f.path().join("e"), f.path().join(long(12)).join("e")).unwrap();
    f
}

#[test]
fn every_fault_of_a_file_says_what_it_is() {
    let mut wrong = String::new();
    for (code, made, outcome) in file_cases() {
        let text = complaints(&outcome).replace(&"d".repeat(200), "d…");
        snapshot(code, &format!("── {made}\n──\n{text}"));
        if said(&outcome) != BTreeSet::from([code]) {
            let _ = writeln!(wrong, "{made}: {:?}\n{text}", said(&outcome));
        }
        check_wording(code, &outcome, &mut wrong);
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// The system's own file of a process can be seen and not read, whoever asks.
#[cfg(target_os = "linux")]
#[test]
fn a_file_that_cannot_be_read_is_told() {
    let root = Path::new("/proc/self").canonicalize().unwrap();
    let mut reader = Reader::new(root.clone());
    reader.read_named(&root, "mem", Span::new(0, 0)).unwrap_err();
    let all = reader.diagnostics.sorted();
    assert_eq!(all.iter().map(|d| d.code.id).collect::<Vec<_>>(), ["E0701"]);
    assert!(all[0].message.starts_with("`mem` cannot be read: "), "{}", all[0].message);
    assert!(all[0].help.as_ref().unwrap().contains("permission"));
}

/// Codes of files that the lists above cannot hold, with the test that brings them up.
const ELSEWHERE: &[(&str, &str)] = &[
    ("E0701", "a_file_that_cannot_be_read_is_told, above"),
    ("E0704", "too_many_files_are_not_read, in src/project/discover.rs"),
];

// ---- the table of codes ----

#[test]
fn every_code_has_a_case() {
    let mut covered: BTreeSet<String> =
        cases().iter().map(|c| c.file_name().unwrap().to_str().unwrap()[..5].to_owned()).collect();
    covered.extend(file_cases().iter().map(|(code, ..)| (*code).to_owned()));
    covered.extend(ELSEWHERE.iter().map(|(code, _)| (*code).to_owned()));
    let all: BTreeSet<String> = codes::all().iter().map(|c| c.id.to_owned()).collect();
    if cfg!(unix) {
        assert_eq!(all.difference(&covered).collect::<Vec<_>>(), Vec::<&String>::new(), "codes without a case");
    }
    assert_eq!(covered.difference(&all).collect::<Vec<_>>(), Vec::<&String>::new(), "cases of no code");
}

#[test]
fn codes_are_unique_and_well_formed() {
    let families = [
        ("01", codes::syntax::ALL),
        ("02", codes::names::ALL),
        ("03", codes::model::ALL),
        ("04", codes::graph::ALL),
        ("05", codes::rules::ALL),
        ("06", codes::vocabulary::ALL),
        ("07", codes::files::ALL),
    ];
    let mut seen = BTreeSet::new();
    for (family, all) in families {
        for code in all {
            let (letter, number) = code.id.split_at(1);
            assert_eq!(letter, if code.severity == Severity::Error { "E" } else { "W" }, "{}", code.id);
            assert!(number.len() == 4 && number.bytes().all(|b| b.is_ascii_digit()), "{}", code.id);
            assert!(number.starts_with(family), "{} stands in family {family}", code.id);
            assert!(seen.insert(code.id), "{} twice", code.id);
            assert!(!code.title.starts_with(char::is_uppercase) && !code.title.ends_with('.'), "{}", code.title);
            for text in [code.explanation, code.remedy] {
                assert!(text.ends_with('.') && text.len() > 20, "{}: {text}", code.id);
            }
        }
    }
    assert_eq!(seen.len(), codes::all().len(), "every family is in the table");
}

/// Examples that one text cannot hold, with the reason.
const NOT_ONE_TEXT: &[(&str, &str)] = &[
    ("E0108", "the long name is shortened, so that the page can be read"),
    ("E0109", "the brackets are left out, so that the page can be read"),
    ("E0123", "the long text is shortened, so that the page can be read"),
    ("E0213", "most of the categories are left out, so that the page can be read"),
    ("E0214", "most of the levels are left out, so that the page can be read"),
    ("E0704", "a command and not a source"),
    ("E0708", "a command and not a source"),
    ("E0709", "a command and not a source"),
    ("W0701", "the name of a file"),
    ("W0702", "a command and not a source"),
    ("E0701", "it is the named file that has the problem"),
    ("E0702", "it is the named file that has the problem"),
    ("E0703", "it is the named file that has the problem"),
    ("E0705", "paths are followed by the room that reads the disk"),
    ("E0706", "paths are followed by the room that reads the disk"),
    ("E0707", "it is the named file that has the problem"),
];

#[test]
fn every_example_of_a_code_brings_up_that_code_alone() {
    let passed_over: BTreeMap<&str, &str> = NOT_ONE_TEXT.iter().copied().collect();
    let mut wrong = String::new();
    for code in codes::all() {
        if passed_over.contains_key(code.id) {
            continue;
        }
        let made = if code.id[1..].starts_with("01") {
            // of names that the example leaves out for brevity the reader of the text knows nothing
            read_only(code.example)
        } else if !code.id[1..].starts_with("06") {
            outcome(&[("example.staunch", code.example), ("notice.md", "We may share your data.\n")])
        } else if code.example.starts_with("vocabularies") {
            outcome(&[("settings.yaml", code.example)])
        } else {
            outcome(&[("words.yaml", code.example)])
        };
        if said(&made) != BTreeSet::from([code.id]) {
            let _ = writeln!(
                wrong,
                "the example of {} brings up {:?}:\n{}\n{}",
                code.id,
                said(&made),
                code.example,
                complaints(&made)
            );
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
