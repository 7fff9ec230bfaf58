//! The rule packs: every rule has an example that keeps it and one that breaks it, and the failing one trips exactly its rule.
//!
//! An example is a file `policies/examples/CODE/passes.staunch` or `fails.staunch`; texts of notices stand beside them. Its first
//! lines may be `# as of DATE` and `# jurisdiction eu`. It adopts the packs that it is judged by.

#![allow(clippy::expect_used, clippy::panic)] // a test that cannot go on must stop
#![allow(clippy::disallowed_methods)] // the examples are read from the disk

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use staunch::check::reference::{AS_OF, judge_example};
use staunch::check::{Inputs, Outcome, Report, Standing, Verdict, check};
use staunch::diagnostic::Diagnostics;
use staunch::model::NoticeTexts;
use staunch::packs::{self, PACKS};
use staunch::source::Sources;
use staunch::vocabulary::{self, Settings};

fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("policies/examples")
}

/// The rules of a pack: each code and the file that it stands in.
fn rules() -> BTreeMap<String, &'static str> {
    let mut rules = BTreeMap::new();
    for pack in PACKS {
        for line in pack.text.lines() {
            let Some(name) = line.strip_prefix("rule ").and_then(|rest| rest.split_whitespace().next()) else {
                continue;
            };
            let before = rules.insert(name.to_owned(), pack.name);
            assert!(before.is_none(), "{name} is in two packs");
        }
    }
    rules
}

fn judge(code: &str, which: &str) -> Outcome {
    let (_, outcome) =
        judge_example(code, which).unwrap_or_else(|| panic!("policies/examples/{code}/{which}.staunch is missing"));
    outcome
}

fn report<'a>(code: &str, which: &str, outcome: &'a Outcome) -> Result<&'a Report, String> {
    let wrong: Vec<String> = outcome
        .diagnostics
        .sorted()
        .into_iter()
        .map(|d| {
            let at = outcome.sources.position(d.span.start).map_or(0, |p| p.line);
            format!("{}:{at}: {}", d.code.id, d.message)
        })
        .collect();
    if !wrong.is_empty() {
        return Err(format!("{code}/{which}: {}", wrong.join("; ")));
    }
    outcome.report.as_ref().ok_or_else(|| format!("{code}/{which}: not judged"))
}

/// The rules of a pack that are broken or cannot be told, with what each says first.
fn tripped(report: &Report, pack: &str) -> Vec<(String, Verdict, String)> {
    let of_pack = report.rules.iter().filter(|r| r.pack.as_deref() == Some(pack) && r.standing == Standing::Applies);
    of_pack
        .filter(|r| r.verdict != Verdict::Pass)
        .map(|r| (r.name.clone(), r.verdict, r.findings.first().map(|f| f.summary.clone()).unwrap_or_default()))
        .collect()
}

/// What `src/packs/examples.txt` has to be.
fn examples_text() -> String {
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    for folder in std::fs::read_dir(examples()).expect("the examples are there") {
        let folder = folder.expect("an entry").path();
        let code = folder.file_name().expect("a name").to_string_lossy().into_owned();
        for file in std::fs::read_dir(&folder).expect("a folder") {
            let path = file.expect("an entry").path();
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            files.insert(format!("{code}/{name}"), std::fs::read_to_string(&path).expect("a text"));
        }
    }
    files.into_iter().map(|(name, text)| format!("=== {name}\n{}\n", text.trim_end())).collect()
}

#[test]
fn the_embedded_examples_are_those_of_the_folder() {
    let fresh = examples_text();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/packs/examples.txt");
    if std::env::var_os("STAUNCH_BOOK").is_some_and(|v| v == "write") {
        std::fs::write(&path, &fresh).expect("the file can be written");
        return;
    }
    assert!(
        packs::EXAMPLES == fresh,
        "src/packs/examples.txt is not fresh: STAUNCH_BOOK=write cargo test --test packs"
    );
}

#[test]
fn every_rule_has_an_example_that_keeps_it_and_one_that_trips_it_alone() {
    let mut wrong = Vec::new();
    for (code, pack) in rules() {
        let passes = judge(&code, "passes");
        match report(&code, "passes", &passes) {
            Err(e) => wrong.push(e),
            Ok(report) => {
                for (name, verdict, said) in tripped(report, pack) {
                    wrong.push(format!("{code}/passes trips {name} ({}): {said}", verdict.words()));
                }
                match report.rules.iter().find(|r| r.name == code) {
                    None => wrong.push(format!("{code}/passes: {code} is not judged (is `{pack}` adopted?)")),
                    Some(rule) if rule.sentences.iter().all(|s| s.matched_nothing) => {
                        wrong.push(format!("{code}/passes: nothing in it is what {code} is about"));
                    }
                    Some(_) => {}
                }
            }
        }
        let fails = judge(&code, "fails");
        match report(&code, "fails", &fails) {
            Err(e) => wrong.push(e),
            Ok(report) => {
                let tripped = tripped(report, pack);
                if !tripped.iter().any(|(name, verdict, _)| *name == code && *verdict == Verdict::Fail) {
                    wrong.push(format!("{code}/fails does not break {code}"));
                }
                for (name, verdict, said) in tripped.into_iter().filter(|(name, ..)| *name != code) {
                    wrong.push(format!("{code}/fails trips {name}, too ({}): {said}", verdict.words()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_example_belongs_to_a_rule() {
    let rules = rules();
    let Ok(folders) = std::fs::read_dir(examples()) else { return };
    for entry in folders {
        let name = entry.expect("an entry").file_name().to_string_lossy().into_owned();
        assert!(rules.contains_key(&name), "policies/examples/{name} belongs to no rule");
    }
}

#[test]
fn every_pack_says_what_it_is_and_every_rule_where_it_comes_from() {
    let mut sources = Sources::new();
    let file = sources.add("all.staunch", "adopt everything\n").expect("small");
    let outcome = check(Inputs {
        sources,
        files: vec![file],
        notices: NoticeTexts::new(),
        settings: Settings::default(),
        vocabulary: vocabulary::standard().clone(),
        diagnostics: Diagnostics::new(),
        as_of: AS_OF,
    });
    let report = report("everything", "alone", &outcome).expect("every pack can be read");
    for rule in &report.rules {
        assert!(rule.pack.is_some(), "{} is of no pack", rule.name);
        assert!(!rule.title.is_empty(), "{} has no title", rule.name);
        assert!(!rule.law.is_empty(), "{} has no source", rule.name);
        assert!(rule.because.is_some() && rule.fix.is_some(), "{} has no reason or no remedy", rule.name);
    }
    for pack in PACKS {
        assert_eq!(packs::find(pack.name).map(|p| p.text), Some(pack.text));
        assert!(pack.text.contains(&format!("\npack {} \"", pack.name)), "{} has no `pack`", pack.name);
    }
}
