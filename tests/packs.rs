//! The rule packs: every rule has an example that keeps it and one that breaks it, and the failing one trips exactly its rule.
//!
//! An example is a file `policies/examples/CODE/passes.staunch` or `fails.staunch`; texts of notices stand beside them. Its first
//! lines may be `# as of DATE` and `# jurisdiction eu`. It adopts the packs that it is judged by.

#![allow(clippy::expect_used, clippy::panic)] // a test that cannot go on must stop
#![allow(clippy::disallowed_methods)] // the examples are read from the disk

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::civil::{Date, date};
use staunch::check::{Inputs, Outcome, Report, Standing, Verdict, check};
use staunch::diagnostic::Diagnostics;
use staunch::model::NoticeTexts;
use staunch::packs::{self, PACKS};
use staunch::source::{FileId, Sources};
use staunch::vocabulary::{self, Jurisdiction, Settings};

const AS_OF: Date = date(2026, 11, 1);

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

fn judge(code: &str, which: &str) -> (String, Outcome) {
    let folder = examples().join(code);
    let path = folder.join(format!("{which}.staunch"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let head: Vec<&str> = text.lines().take_while(|l| l.starts_with('#')).collect();
    let said = |what: &str| head.iter().find_map(|l| l.strip_prefix("# ")?.strip_prefix(what)).map(str::trim);
    let as_of = said("as of ").map_or(AS_OF, |d| d.parse().unwrap_or_else(|e| panic!("{}: {e}", path.display())));
    let jurisdiction = if said("jurisdiction ") == Some("eu") { Jurisdiction::Eu } else { Jurisdiction::Uk };
    let mut sources = Sources::new();
    let model = sources.add(format!("{which}.staunch"), text.as_str()).expect("the example is small");
    let mut notices = NoticeTexts::new();
    for entry in std::fs::read_dir(&folder).expect("the folder is there") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().and_then(|n| n.to_str()).unwrap_or_default().to_owned();
        if !name.ends_with(".staunch") {
            let text = std::fs::read_to_string(&path).expect("a text");
            let id: FileId = sources.add(name.as_str(), text.as_str()).expect("the notice is small");
            notices.insert((model, name), Ok(id));
        }
    }
    let outcome = check(Inputs {
        sources,
        files: vec![model],
        notices,
        settings: Settings { jurisdiction, ..Settings::default() },
        vocabulary: vocabulary::standard().clone(),
        diagnostics: Diagnostics::new(),
        as_of,
    });
    (text, outcome)
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

#[test]
fn every_rule_has_an_example_that_keeps_it_and_one_that_trips_it_alone() {
    let mut wrong = Vec::new();
    for (code, pack) in rules() {
        let (_, passes) = judge(&code, "passes");
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
        let (_, fails) = judge(&code, "fails");
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
