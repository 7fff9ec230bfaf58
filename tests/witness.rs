//! What every finding owes its reader, on every model of the repository: a way that it happens, each step in its place and
//! none said twice, the facts that are missing, and the same report however the files came.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::disallowed_methods)] // tests read their models

mod support;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use jiff::civil::{Date, date};
use staunch::check::{FINDINGS_KEPT, Outcome, Report, RuleReport, Standing, Verdict, check_text};
use staunch::output::{self, Format, Options};
use staunch::source::{Sources, Span};
use support::{files_below, root};

const AS_OF: Date = date(2027, 1, 1);

/// A project's name, and its files by name.
struct Case {
    name: String,
    files: Vec<(String, String)>,
}

impl Case {
    fn judged(&self) -> Outcome {
        check_text(&self.files.iter().map(|(n, t)| (n.as_str(), t.as_str())).collect::<Vec<_>>(), AS_OF)
    }

    /// Its files in another order.
    fn turned(&self, by: usize) -> Case {
        let mut files = self.files.clone();
        let by = by % files.len();
        files.rotate_left(by);
        if by % 2 == 1 {
            files.reverse();
        }
        Case { name: self.name.clone(), files }
    }
}

/// The examples, a project each, and the small models of `tests/judgement`, a project each.
fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for readme in files_below(&root().join("examples"), "README.md") {
        let folder = readme.parent().unwrap();
        let mut files = Vec::new();
        for path in files_below(folder, "") {
            let name = path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
            if name.ends_with(".staunch") || name == "notice.md" {
                files.push((name, std::fs::read_to_string(path).unwrap()));
            }
        }
        cases.push(Case { name: folder.display().to_string(), files });
    }
    for path in files_below(&root().join("tests/judgement"), ".staunch") {
        let text = std::fs::read_to_string(&path).unwrap();
        cases.push(Case { name: path.display().to_string(), files: vec![("model.staunch".to_owned(), text)] });
    }
    cases
}

/// Whether a place is in one file and marks something there.
fn is_real(sources: &Sources, span: Span) -> bool {
    let within =
        sources.file_at(span.start).is_some_and(|(_, f)| f.span().start <= span.start && span.end <= f.span().end);
    within && span.start < span.end && !sources.text(span).trim().is_empty()
}

#[test]
fn every_finding_shows_how_it_happens() {
    let (mut wrong, mut findings) = (String::new(), 0);
    for case in cases() {
        let outcome = case.judged();
        let Some(report) = &outcome.report else { continue };
        for rule in &report.rules {
            findings += rule.findings.len();
            check_findings(&case, &outcome.sources, rule, &mut wrong);
            check_verdicts(&case, rule, &mut wrong);
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(findings > 100, "{findings} findings are too few to say much");
}

fn check_findings(case: &Case, sources: &Sources, rule: &RuleReport, wrong: &mut String) {
    let mut fingerprints = BTreeSet::new();
    for finding in &rule.findings {
        let mut complain = |what: &str| {
            let _ = writeln!(wrong, "{}: {}: {what}: {finding:#?}", case.name, rule.name);
        };
        match finding.verdict {
            Verdict::Pass => complain("a finding that passes"),
            Verdict::Fail if !finding.missing.is_empty() => complain("what is broken cannot depend on what is missing"),
            Verdict::CannotTell if finding.missing.is_empty() => complain("no missing fact"),
            _ => {}
        }
        if finding.steps.is_empty() {
            complain("no step");
        }
        let mut steps = BTreeSet::new();
        if !finding.steps.iter().all(|s| steps.insert(&s.sentence)) {
            complain("a step twice");
        }
        let mut missing = BTreeSet::new();
        if !finding.missing.iter().all(|m| missing.insert(m)) {
            complain("a missing fact twice");
        }
        let spans = finding.steps.iter().map(|s| s.span).chain(finding.missing.iter().map(|m| m.span));
        if !spans.chain([finding.span]).all(|span| is_real(sources, span)) {
            complain("a place that is none");
        }
        let texts = finding.steps.iter().map(|s| &s.sentence).chain(finding.missing.iter().map(|m| &m.text));
        for text in texts.chain([&finding.summary]) {
            if text.trim().is_empty()
                || text.ends_with('.')
                || text.contains('\n')
                || text.matches('`').count() % 2 == 1
            {
                complain("not a plain sentence");
            }
        }
        if finding.subjects.is_empty() || !fingerprints.insert(&finding.fingerprint) {
            complain("not told apart by subjects and fingerprint");
        }
        if finding.sentence >= rule.sentences.len() {
            complain("of no sentence");
        }
    }
    let keys: Vec<_> = rule.findings.iter().map(|f| (std::cmp::Reverse(f.verdict), f.sentence)).collect();
    if !keys.is_sorted() {
        let _ = writeln!(wrong, "{}: {}: findings are not in order: {keys:?}", case.name, rule.name);
    }
}

/// A rule is the worst of its sentences, and a sentence the worst of its findings.
fn check_verdicts(case: &Case, rule: &RuleReport, wrong: &mut String) {
    let worst = rule.sentences.iter().map(|s| s.verdict).max().unwrap_or(Verdict::Pass);
    let found = rule.findings.iter().map(|f| f.verdict).max().unwrap_or(Verdict::Pass);
    let whole = rule.findings_left_out == 0;
    if rule.verdict != worst
        || (rule.standing == Standing::Applies && rule.verdict != found)
        || rule.findings.len() > FINDINGS_KEPT
    {
        let _ = writeln!(
            wrong,
            "{}: {}: {:?}, sentences {worst:?}, findings {found:?}",
            case.name, rule.name, rule.verdict
        );
    }
    for (number, sentence) in rule.sentences.iter().enumerate().filter(|_| whole) {
        let found =
            rule.findings.iter().filter(|f| f.sentence == number).map(|f| f.verdict).max().unwrap_or(Verdict::Pass);
        if sentence.verdict != found {
            let _ = writeln!(
                wrong,
                "{}: {}: sentence {number} is {:?}, findings {found:?}",
                case.name, rule.name, sentence.verdict
            );
        }
    }
}

/// What a report says, places by file and line, rules by name.
fn told(outcome: &Outcome) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    let at = |span: Span| outcome.sources.place(span.start);
    for d in outcome.diagnostics.sorted() {
        all.insert(format!("{} {} {} {:?}", at(d.span), d.code.id, d.message, d.help));
    }
    for rule in outcome.report.iter().flat_map(|r: &Report| &r.rules) {
        all.insert(format!("{}: {:?} left out {}", rule.name, rule.verdict, rule.findings_left_out));
        for f in &rule.findings {
            // of several ways that lead there any one may be told
            let missing: BTreeSet<String> = f.missing.iter().map(|m| format!("{} {}", at(m.span), m.text)).collect();
            all.insert(format!("{} {:?} {} {missing:#?} {:?}", f.fingerprint, f.verdict, f.summary, f.fix));
        }
    }
    all
}

#[test]
fn the_order_of_files_does_not_matter() {
    for case in cases().iter().filter(|c| c.files.len() > 1) {
        let first = told(&case.judged());
        for by in 1..=4 {
            let other = told(&case.turned(by).judged());
            let only: Vec<_> = first.symmetric_difference(&other).collect();
            assert!(only.is_empty(), "{}: files turned by {by}: {only:#?}", case.name);
        }
    }
}

#[test]
fn the_same_model_gives_the_same_bytes() {
    for case in cases() {
        let (one, two) = (case.judged(), case.judged());
        for format in Format::ALL {
            let options = Options::default();
            let told = [&one, &two].map(|outcome| output::render(outcome, *format, &options));
            assert_eq!(told[0], told[1], "{}", case.name);
        }
    }
}

/// What the first finding about some data tells, step by step.
fn steps_about(text: &str, subject: &str) -> Vec<String> {
    let outcome = check_text(&[("model.staunch", text)], AS_OF);
    let report = outcome.report.as_ref().unwrap_or_else(|| panic!("{:?}", outcome.diagnostics.sorted()));
    let mut findings = report.rules.iter().flat_map(|rule| &rule.findings);
    let finding = findings.find(|f| f.subjects.iter().any(|s| s == subject)).unwrap();
    finding.steps.iter().map(|step| step.sentence.clone()).collect()
}

/// The flow that uses the data also brings it round: no other flow is needed.
#[test]
fn who_uses_data_may_have_brought_it_round() {
    let text = "
party council { team desk }
party charity
dataset visits { held by council.desk; fields attendance }
flow monthly { from council.desk; to charity; data visits; for research }
flow weekly { from council.desk; to charity; data visits; for service-delivery }
flow back { from charity; to council; data visits; for service-delivery }
rule no-services { data must never be used for service-delivery }
";
    let steps = steps_about(text, "weekly");
    assert!(steps.iter().any(|s| s.contains("(`back`)")), "{steps:#?}");
    assert!(steps.iter().all(|s| !s.contains("`monthly`")), "{steps:#?}");
}

/// Whoever has the secret can work on what a processor holds, though what it was made for is not there: an unsalted hash
/// on the way hides nothing.
#[test]
fn a_secret_needs_nothing_to_work_on_yet() {
    let text = "
party council
party cloud
party trust
party registry
activity care { purpose service-delivery; controller council; processor cloud for council }
category person-number under key { identifies key }
category visit-number under key { identifies key }
category code under key { identifies key }
dataset people-list { held by council; fields name, person-number }
dataset visits { held by cloud; fields attendance, visit-number }
dataset numbers { held by registry; fields person-number }
flow copy { from cloud; to council; data visits }
step encode at council {
  takes visits
  pseudonymise visit-number as hashed using unsalted-hash
  pseudonymise hashed as code using salted-hash
  gives encoded
}
step list at registry { takes numbers; pseudonymise person-number as code using lookup held by cloud; gives listed }
rule hidden { council must never hold identifiable attendance }
";
    let steps = steps_about(text, "visits at cloud");
    assert!(steps.iter().any(|s| s.contains("code-secret")), "{steps:#?}");
    assert!(steps.iter().all(|s| !s.contains("(`copy`)")), "{steps:#?}");
}
