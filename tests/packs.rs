//! The rule packs: every rule has an example that keeps it and one that breaks it, and the failing one trips exactly its rule.
//!
//! An example is a file `policies/examples/CODE/passes.staunch` or `fails.staunch`; texts of notices stand beside them. Its first
//! lines may be `# as of DATE` and `# jurisdiction eu`. It adopts the packs that it is judged by.

#![allow(clippy::expect_used, clippy::panic)] // a test that cannot go on must stop
#![allow(clippy::disallowed_methods)] // the examples are read from the disk

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use staunch::check::reference::{AS_OF, judge_example};
use staunch::check::{Inputs, Outcome, Report, Standing, Verdict, check, check_text, inputs_of_texts};
use staunch::packs::{self, PACKS};
use staunch::source::Span;
use staunch::vocabulary::{Jurisdiction, RuleSeverity, Settings};

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
        // what is told of an example may be what its rule is about
        .filter(|d| d.code.id.starts_with('E'))
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
    let outcome = check_text(&[("all.staunch", "adopt everything\n")], AS_OF);
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

/// Judges texts with settings.
fn judged(files: &[(&str, &str)], settings: Settings, as_of: jiff::civil::Date) -> Outcome {
    check(Inputs { settings, ..inputs_of_texts(files, as_of) })
}

fn codes(outcome: &Outcome) -> Vec<&'static str> {
    outcome.diagnostics.sorted().into_iter().map(|d| d.code.id).collect()
}

const SHARING: &str = "party council { kind local-authority }\nparty institute { kind research-organisation }\n\
    dataset cases { held by council; fields name, attendance }\n\
    flow cases-out { from council; to institute; data cases }\n";

const OURS: &str = "pack ours \"Ours\" { language 1 }\n\
    rule IG-001 \"Agreements\" { every flow must have agreement }\n\
    rule IG-002 \"Purposes\" { every flow must have purpose; severity warning }\n";

#[test]
fn a_rule_is_put_off_with_a_reason_until_its_review() {
    let adopt = format!("adopt \"ours.staunch\" except IG-002 because \"being written\" review 2027-03-31\n{SHARING}");
    let files = [("model.staunch", adopt.as_str()), ("ours.staunch", OURS)];
    let standing = |as_of| {
        let outcome = judged(&files, Settings::default(), as_of);
        let report = outcome.report.expect("the text is good");
        let rule = report.rules.iter().find(|r| r.name == "IG-002").expect("the rule is told of").clone();
        (rule.standing, rule.put_off)
    };
    let review = jiff::civil::date(2027, 3, 31);
    assert_eq!(standing(AS_OF), (Standing::PutOff(Some(review)), Some("being written".to_owned())));
    assert_eq!(standing(review).0, Standing::PutOff(Some(review)));
    assert_eq!(standing(jiff::civil::date(2027, 4, 1)).0, Standing::Applies);
}

#[test]
fn to_do_without_a_rule_needs_a_reason_and_a_rule_of_a_pack() {
    let unreasoned = format!("adopt \"ours.staunch\" except IG-002\n{SHARING}");
    assert_eq!(
        codes(&judged(&[("model.staunch", &unreasoned), ("ours.staunch", OURS)], Settings::default(), AS_OF)),
        ["E0302"]
    );
    let own = format!(
        "adopt \"ours.staunch\" except mine because \"no\"\n{SHARING}rule mine {{ every flow must have basis }}\n"
    );
    assert_eq!(
        codes(&judged(&[("model.staunch", &own), ("ours.staunch", OURS)], Settings::default(), AS_OF)),
        ["E0309"]
    );
    let unknown = format!("adopt \"ours.staunch\" except IG-009 because \"no\"\n{SHARING}");
    assert_eq!(
        codes(&judged(&[("model.staunch", &unknown), ("ours.staunch", OURS)], Settings::default(), AS_OF)),
        ["E0203"]
    );
}

#[test]
fn the_settings_go_before_the_pack_and_the_pack_before_the_rule() {
    let profile =
        "pack strict \"Strict\" { language 1; severity IG-002 error; severity IG-001 info }\nadopt \"ours.staunch\"\n";
    let model = format!("adopt \"strict.staunch\"\n{SHARING}");
    let files = [("model.staunch", model.as_str()), ("ours.staunch", OURS), ("strict.staunch", profile)];
    let severities = |settings| {
        let outcome = judged(&files, settings, AS_OF);
        let report = outcome.report.expect("the text is good");
        report.rules.iter().map(|r| (r.name.clone(), r.severity)).collect::<BTreeMap<_, _>>()
    };
    let by_pack = severities(Settings::default());
    assert_eq!(by_pack["IG-001"], RuleSeverity::Info);
    assert_eq!(by_pack["IG-002"], RuleSeverity::Error);
    let mut settings = Settings::default();
    settings.severity.insert("IG-002".to_owned(), (RuleSeverity::Warning, Span::default()));
    assert_eq!(severities(settings)["IG-002"], RuleSeverity::Warning);
}

#[test]
fn of_a_pack_only_what_is_law_there_and_then_is_told_of() {
    let ours = "pack ours \"Ours\" { language 1 }\n\
        rule IG-001 \"Here\" { jurisdiction uk; every flow must have agreement }\n\
        rule IG-002 \"There\" { jurisdiction eu; every flow must have agreement }\n\
        rule IG-003 \"Before\" { applies 2018-05-25 to 2026-02-04; every flow must have agreement }\n\
        rule IG-004 \"After\" { applies 2026-02-05; every flow must have agreement\n\
          law \"Old article\" in uk in force 2018-05-25 to 2026-02-05\n\
          law \"New article\" in uk in force 2026-02-05\n\
          law \"Regulation\" in eu }\n";
    let files = [("model.staunch", SHARING), ("ours.staunch", ours)];
    let told = |jurisdiction, as_of| {
        let outcome = judged(&files, Settings { jurisdiction, ..Settings::default() }, as_of);
        let report = outcome.report.expect("the text is good");
        report.rules.iter().map(|r| (r.name.clone(), r.law.clone())).collect::<Vec<_>>()
    };
    let names = |told: &[(String, Vec<String>)]| told.iter().map(|(n, _)| n.clone()).collect::<Vec<_>>();
    let now = told(Jurisdiction::Uk, AS_OF);
    assert_eq!(names(&now), ["IG-001", "IG-004"]);
    assert_eq!(now[1].1, ["New article"]);
    assert_eq!(names(&told(Jurisdiction::Uk, jiff::civil::date(2026, 2, 4))), ["IG-001", "IG-003"]);
    let there = told(Jurisdiction::Eu, AS_OF);
    assert_eq!(names(&there), ["IG-002", "IG-004"]);
    assert_eq!(there[1].1, ["Regulation"]);
}

#[test]
fn packs_that_cannot_be_adopted_are_errors_with_a_place() {
    assert_eq!(codes(&judged(&[("a.staunch", "adopt uk-gpdr\n")], Settings::default(), AS_OF)), ["E0211"]);
    let circle = [
        ("a.staunch", "adopt \"b.staunch\"\n"),
        ("b.staunch", "adopt \"c.staunch\"\n"),
        ("c.staunch", "adopt \"a.staunch\"\n"),
    ];
    assert_eq!(codes(&judged(&circle, Settings::default(), AS_OF)), ["E0215"]);
    let fine = [
        ("a.staunch", "adopt \"b.staunch\", \"c.staunch\"\n"),
        ("b.staunch", "adopt \"c.staunch\"\n"),
        ("c.staunch", ""),
    ];
    assert!(codes(&judged(&fine, Settings::default(), AS_OF)).is_empty());
    let later = [("a.staunch", "pack later \"Later\" { language 2 }\n")];
    assert_eq!(codes(&judged(&later, Settings::default(), AS_OF)), ["E0216"]);
    // a code used twice, by two packs of the project or by one of its own and one that comes with the program
    let twice = format!("adopt uk-gdpr\n{SHARING}rule GDP-003 \"Ours\" {{ every flow must have purpose }}\n");
    assert_eq!(codes(&judged(&[("a.staunch", twice.as_str())], Settings::default(), AS_OF)), ["E0201"]);
}

#[test]
fn adopting_twice_is_adopting_once() {
    let model = format!("adopt uk-gdpr\nadopt everything, uk-gdpr\n{SHARING}");
    let outcome = judged(&[("model.staunch", model.as_str())], Settings::default(), AS_OF);
    let report = report("twice", "model", &outcome).expect("nothing is declared twice");
    assert_eq!(report.rules.iter().filter(|r| r.name == "GDP-003").count(), 1);
}
