//! JUnit's XML, as test reports read it: a suite for each pack and for each file of promises and rules, a case for each of these.
//!
//! A case passes only where its rule holds. What is broken is a failure, whatever its severity; what cannot be told is a failure
//! where it makes the check fail, and skipped with its reason where it does not; what is waived or does not apply is skipped. A
//! wrong text, and nothing to check, are errors.

use quick_junit::{NonSuccessKind, Property, Report as Xml, TestCase, TestCaseStatus, TestSuite};

use super::Options;
use super::entries::{About, Entries, Entry, Places, judged};
use super::human::words;
use super::text::{count, one_line, safe};
use crate::check::{Outcome, Report, RuleReport, ScenarioReport, Standing, Tested, Verdict};
use crate::diagnostic::Severity;
use crate::source::Span;

/// Renders what a check found; ends with a newline.
pub(super) fn render(outcome: &Outcome, options: &Options) -> String {
    let entries = Entries::of(outcome, options);
    let mut suites: Vec<TestSuite> = text(outcome, &entries).into_iter().collect();
    if let Some(report) = &outcome.report {
        suites.extend(nothing(report));
        suites.extend(rules(report, &entries, options));
    }
    let mut xml = Xml::new("staunch");
    xml.add_test_suites(suites);
    // only writing can fail, and memory takes all that is written; an empty text would be seen at once
    xml.to_string().unwrap_or_default()
}

/// Renders what the scenarios of a project came to: a suite for each file of them, a case for each; ends with a newline.
pub(super) fn tested(tested: &Tested, options: &Options) -> String {
    let entries = Entries::of(&tested.base, options);
    let places = entries.places;
    let mut suites: Vec<TestSuite> = match tested.base.report {
        Some(_) => Vec::new(),
        None => text(&tested.base, &entries).into_iter().collect(),
    };
    for scenario in &tested.scenarios {
        let file = places.find(scenario.span).map_or_else(|| "scenarios".to_owned(), |p| safe(&p.path).into_owned());
        let status = match scenario.passes() {
            true => TestCaseStatus::success(),
            false => disappointed(scenario, places),
        };
        let mut case = TestCase::new(one_line(&scenario.title), status);
        case.set_classname(file.as_str());
        placed(&mut case, scenario.span, places);
        match suites.iter_mut().find(|s| s.name.as_str() == file) {
            Some(suite) => {
                suite.add_test_case(case);
            }
            None => {
                let mut suite = TestSuite::new(file);
                suite.add_test_case(case);
                suites.push(suite);
            }
        }
    }
    let mut xml = Xml::new("staunch test");
    xml.add_test_suites(suites);
    xml.to_string().unwrap_or_default()
}

/// A scenario that does not come out as it expects, or whose changes do not fit together.
fn disappointed(scenario: &ScenarioReport, places: Places<'_>) -> TestCaseStatus {
    let at = |span| places.find(span).map(|p| format!("{}:{}: ", safe(&p.path), p.line)).unwrap_or_default();
    let mut lines: Vec<String> =
        scenario.errors.iter().map(|e| format!("{}{}: {}", at(e.span), e.code.id, one_line(&e.message))).collect();
    for expected in &scenario.expected {
        let Some(came) = &expected.disappointment else { continue };
        lines.push(format!("{}{}, but {}", at(expected.span), one_line(&expected.text), one_line(&came.text)));
        lines.extend(came.findings.iter().map(|f| format!("  {}{}", at(f.span), one_line(&f.summary))));
    }
    let what = if scenario.errors.is_empty() { NonSuccessKind::Failure } else { NonSuccessKind::Error };
    let mut status = TestCaseStatus::non_success(what);
    status.set_type(if scenario.errors.is_empty() { "not as expected" } else { "does not fit together" });
    status.set_message(lines.first().cloned().unwrap_or_default());
    status.set_description(lines.join("\n"));
    status
}

/// What is wrong with the text: a case for each error; the warnings are said in one that passes.
fn text(outcome: &Outcome, entries: &Entries<'_>) -> Option<TestSuite> {
    if outcome.diagnostics.is_empty() {
        return None;
    }
    let mut suite = TestSuite::new("the text");
    let mut warnings = Vec::new();
    for entry in &entries.all {
        let About::Text(diagnostic) = entry.about else { continue };
        let place = entry.place.as_ref().map(|p| format!("{}:{}", safe(&p.path), p.line)).unwrap_or_default();
        if diagnostic.severity == Severity::Warning {
            warnings.push(format!("{place}: {}: {}", diagnostic.code.id, entry.summary()));
            continue;
        }
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
        status.set_type(diagnostic.code.id);
        status.set_message(entry.summary());
        status.set_description(told(entry, entries).join("\n"));
        suite.add_test_case(case(&format!("{}: {}", diagnostic.code.id, entry.summary()), "the text", status, entry));
    }
    if outcome.diagnostics.left_out() > 0 {
        warnings.push(format!("{} not listed.", count(outcome.diagnostics.left_out(), "more is", "more are")));
    }
    if !outcome.diagnostics.has_errors() {
        let mut case = TestCase::new("the text has no errors", TestCaseStatus::success());
        case.set_classname("the text");
        suite.add_test_case(case);
    }
    if !warnings.is_empty() {
        suite.set_system_out(warnings.join("\n"));
    }
    Some(suite)
}

/// A report without a case looks like one in which all is well.
fn nothing(report: &Report) -> Option<TestSuite> {
    if judged(Some(report)).next().is_some() {
        return None;
    }
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
    status.set_type("nothing checked");
    status.set_message("nothing was checked: no rule or promise applies");
    let mut case = TestCase::new("something is checked", status);
    case.set_classname("staunch");
    let mut suite = TestSuite::new("staunch");
    suite.add_test_case(case);
    Some(suite)
}

fn rules(report: &Report, entries: &Entries<'_>, options: &Options) -> Vec<TestSuite> {
    let mut suites: Vec<TestSuite> = Vec::new();
    for rule in &report.rules {
        let name = suite_of(rule, entries.places);
        let case = of_rule(rule, &name, entries, options);
        let there = suites.iter_mut().find(|s| s.name.as_str() == name);
        if let Some(suite) = there {
            suite.add_test_case(case);
            continue;
        }
        let mut suite = TestSuite::new(name);
        suite.add_properties([Property::new("as of", report.as_of.to_string())]);
        suite.add_test_case(case);
        suites.push(suite);
    }
    suites
}

/// What a rule stands under: its pack, or the file that it is in.
fn suite_of(rule: &RuleReport, places: Places<'_>) -> String {
    match &rule.pack {
        Some(pack) => format!("pack {}", one_line(pack)),
        None => places.find(rule.span).map_or_else(|| "rules".to_owned(), |p| safe(&p.path).into_owned()),
    }
}

fn of_rule(rule: &RuleReport, suite: &str, entries: &Entries<'_>, options: &Options) -> TestCase {
    let own: Vec<&Entry<'_>> =
        entries.all.iter().filter(|e| matches!(e.about, About::Sharing(of, _) if std::ptr::eq(of, rule))).collect();
    let title = match rule.title.as_str() {
        "" => one_line(&rule.name),
        title => format!("{}: {}", one_line(&rule.name), one_line(title)),
    };
    let verdict = rule.counted();
    let counts = options.threshold.counts(rule);
    let mut status = match verdict {
        _ if rule.standing != Standing::Applies => {
            let why = words::remark(rule).unwrap_or_default();
            skipped("not judged", &format!("not judged: {why}"))
        }
        Verdict::Pass if rule.findings.iter().any(|f| f.known) => {
            skipped("there before", &format!("there before: {}", put_off(rule)))
        }
        Verdict::Pass if rule.is_put_off() => skipped("waived", &format!("waived: {}", put_off(rule))),
        Verdict::Pass => TestCaseStatus::success(),
        Verdict::CannotTell if !counts => skipped("cannot tell", &headline(&own)),
        Verdict::CannotTell => failure("cannot tell", &headline(&own)),
        Verdict::Fail => failure(if rule.promise { "broken promise" } else { "broken rule" }, &headline(&own)),
    };
    if verdict != Verdict::Pass && rule.standing == Standing::Applies {
        status.set_description(description(rule, &own, entries));
    }
    let passed = matches!(status, TestCaseStatus::Success { .. });
    let mut case = TestCase::new(title, status);
    case.set_classname(suite);
    if let Some(remark) = words::remark(rule).filter(|_| passed) {
        case.set_system_out(remark);
    }
    placed(&mut case, own.first().map_or(rule.span, |e| span(e)), entries.places);
    case
}

/// What happens first, and how much more there is.
fn headline(own: &[&Entry<'_>]) -> String {
    let Some(first) = own.first() else { return String::new() };
    match own.len() - 1 {
        0 => first.summary(),
        more => format!("{} And {more} more.", first.summary()),
    }
}

/// Everything that is wrong under a rule.
fn description(rule: &RuleReport, own: &[&Entry<'_>], entries: &Entries<'_>) -> String {
    let mut lines = Vec::new();
    for quote in &rule.quotes {
        lines.push(words::quote(quote));
    }
    lines.extend(rule.sentences.iter().map(|s| one_line(&s.text)));
    for entry in own {
        lines.push(String::new());
        lines.extend(told(entry, entries));
    }
    if rule.findings_left_out > 0 {
        lines.push(format!("… and {} more.", rule.findings_left_out));
    }
    lines.join("\n")
}

/// One thing that is wrong, in lines.
fn told(entry: &Entry<'_>, entries: &Entries<'_>) -> Vec<String> {
    let place = entry.place.as_ref().map(|p| format!("{}:{}: ", safe(&p.path), p.line)).unwrap_or_default();
    let mut lines = vec![format!("{place}{}", entry.summary())];
    let steps = entry.steps(entries.places);
    lines.extend(steps.into_iter().enumerate().map(|(number, step)| format!("  {}. {step}", number + 1)));
    lines.extend(entry.remarks(entries.places).into_iter().map(|line| format!("  {line}")));
    lines
}

/// Why a rule that is broken does not count: which findings are waived, and how many were there before.
fn put_off(rule: &RuleReport) -> String {
    let waived = rule
        .findings
        .iter()
        .filter_map(|f| f.waived.as_ref())
        .map(|w| format!("until {}, approved by {}: {}", w.until, one_line(&w.approver), one_line(&w.reason)));
    let known = rule.findings.iter().filter(|f| f.known).count();
    let before = (known > 0).then(|| count(known, "finding", "findings"));
    before.into_iter().chain(waived).collect::<Vec<_>>().join("; ")
}

fn skipped(what: &str, message: &str) -> TestCaseStatus {
    let mut status = TestCaseStatus::skipped();
    status.set_type(what);
    status.set_message(message);
    status
}

fn failure(what: &str, message: &str) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
    status.set_type(what);
    status.set_message(message);
    status
}

fn case(name: &str, suite: &str, status: TestCaseStatus, entry: &Entry<'_>) -> TestCase {
    let mut case = TestCase::new(name, status);
    case.set_classname(suite);
    if let Some(place) = &entry.place {
        case.extra.insert("file".into(), safe(&place.path).as_ref().into());
        case.extra.insert("line".into(), place.line.to_string().into());
    }
    case
}

/// Says where a case is, which some readers make a link of.
fn placed(case: &mut TestCase, span: Span, places: Places<'_>) {
    if let Some(place) = places.find(span) {
        case.extra.insert("file".into(), safe(&place.path).as_ref().into());
        case.extra.insert("line".into(), place.line.to_string().into());
    }
}

fn span(entry: &Entry<'_>) -> Span {
    match entry.about {
        About::Text(diagnostic) => diagnostic.span,
        About::Sharing(_, finding) => finding.span,
    }
}
