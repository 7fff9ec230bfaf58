//! JUnit's XML is read by somebody else's reader, and says of every rule what the report says.

use std::collections::BTreeMap;

use junit_parser::{TestCase, TestStatus, TestSuite, TestSuites};
use staunch::check::{Outcome, Standing, Verdict};
use staunch::output::{self, Format, Options, Threshold};

use super::study::study;
use super::{EXAMPLES, HOSTILE, all_outcomes, named, outcomes, render, waived};

fn read(outcome: &Outcome, options: &Options) -> TestSuites {
    let text = output::render(outcome, Format::Junit, options);
    junit_parser::from_reader(text.as_bytes()).unwrap_or_else(|e| panic!("{e}\n{text}"))
}

fn cases(suites: &TestSuites) -> Vec<(&TestSuite, &TestCase)> {
    suites.suites.iter().flat_map(|s| s.cases.iter().map(move |c| (s, c))).collect()
}

/// What became of a case, with its type and message.
fn status(case: &TestCase) -> (&'static str, String, String) {
    match &case.status {
        TestStatus::Success => ("passed", String::new(), String::new()),
        TestStatus::Failure(f) => ("failed", f.failure_type.clone(), f.message.clone()),
        TestStatus::Error(e) => ("error", e.error_type.clone(), e.message.clone()),
        TestStatus::Skipped(s) => ("skipped", s.skipped_type.clone(), s.message.clone()),
    }
}

fn strict() -> Options {
    Options { threshold: Threshold { cannot_tell: true, ..Threshold::ERRORS }, ..Options::default() }
}

#[test]
fn every_rule_is_a_case_and_only_what_holds_passes() {
    for (name, outcome) in EXAMPLES.iter() {
        for options in [Options::default(), strict()] {
            let suites = read(outcome, &options);
            let all = cases(&suites);
            let report = outcome.report.as_ref().unwrap();
            let told: BTreeMap<&str, &TestCase> =
                all.iter().map(|(_, c)| (c.original_name.split(": ").next().unwrap(), *c)).collect();
            for rule in &report.rules {
                let case = told.get(rule.name.as_str()).unwrap_or_else(|| panic!("{name}: {}", rule.name));
                let (status, kind, message) = status(case);
                let expected = match (rule.standing, rule.counted()) {
                    (Standing::Applies, _) if rule.is_put_off() => ("skipped", "waived"),
                    (Standing::Applies, Verdict::Pass) => ("passed", ""),
                    (Standing::Applies, Verdict::Fail) if rule.promise => ("failed", "broken promise"),
                    (Standing::Applies, Verdict::Fail) => ("failed", "broken rule"),
                    (Standing::Applies, Verdict::CannotTell) if options.threshold.counts(rule) => {
                        ("failed", "cannot tell")
                    }
                    (Standing::Applies, Verdict::CannotTell) => ("skipped", "cannot tell"),
                    _ => ("skipped", "not judged"),
                };
                assert_eq!((status, kind.as_str()), expected, "{name}: {}", rule.name);
                assert_eq!(message.is_empty(), status == "passed", "{name}: {}", rule.name);
            }
            let number = |what: &str| all.iter().filter(|(_, c)| status(c).0 == what).count() as u64;
            assert_eq!(
                (suites.tests, suites.failures, suites.errors, suites.skipped),
                (all.len() as u64, number("failed"), number("error"), number("skipped")),
                "{name}: the counts"
            );
        }
    }
}

#[test]
fn packs_and_files_are_suites() {
    let suites = read(&study(), &Options { folder: "model".into(), ..Options::default() });
    let names: Vec<&str> = suites.suites.iter().map(|s| s.name.as_str()).collect();
    assert_eq!(names, ["model/promises.staunch"]);
    let as_written = &EXAMPLES.iter().find(|(name, _)| name.ends_with("as-written")).unwrap().1;
    let suites = read(as_written, &Options::default());
    let names: Vec<&str> = suites.suites.iter().map(|s| s.name.as_str()).collect();
    assert!(names.contains(&"pack uk-gdpr") && names.contains(&"promises.staunch"), "{names:?}");
}

#[test]
fn a_failure_tells_the_whole_way() {
    let suites = read(&study(), &Options::default());
    let (_, case) = cases(&suites)[0];
    assert_eq!(case.original_name, "P8: The research file says nothing about who anyone is");
    let TestStatus::Failure(failure) = &case.status else { panic!("{case:?}") };
    for part in [
        "“Your name will be removed",
        "niesr must never hold identifiable data from combined",
        "departments/dfe.staunch:8: `niesr` can tell who the people in `combined` are",
        "  3. DfE matches `cohort` with `pupils`",
        "  Fix: Destroy `cohort`",
    ] {
        assert!(failure.text.contains(part), "{part}\n{}", failure.text);
    }
    let text = render(&study(), Format::Junit);
    assert!(text.contains("file=\"departments/dfe.staunch\" line=\"8\""), "{text}");
}

#[test]
fn what_is_waived_is_skipped_with_its_reason() {
    let suites = read(&waived(), &Options::default());
    let told: Vec<(&str, String)> = cases(&suites).iter().map(|(_, c)| (status(c).0, status(c).2)).collect();
    assert_eq!(told[0].0, "skipped");
    assert_eq!(told[0].1, "waived: until 2027-05-31, approved by DPO: the key is rotated in May");
    // of two findings only one is waived
    assert_eq!(told[3].0, "failed");
    assert!(!told[3].1.contains("more"), "{}", told[3].1);
}

#[test]
fn a_wrong_text_and_nothing_to_check_are_errors() {
    for (name, outcome) in outcomes() {
        let suites = read(&outcome, &Options::default());
        let errors: Vec<_> = cases(&suites).into_iter().map(|(_, c)| status(c)).filter(|s| s.0 == "error").collect();
        match name {
            "wrong" | "nowhere" => {
                assert_eq!(errors.len(), outcome.diagnostics.errors());
                assert_eq!(errors[0].1, "E0299");
            }
            "many" => assert_eq!(errors.len(), 100),
            "empty" | "lapsed" => assert_eq!(errors[0].1, "nothing checked"),
            _ => assert!(errors.is_empty(), "{name}: {errors:?}"),
        }
    }
}

/// Names are text and nothing else: there are as many cases, and what they say can be read.
#[test]
fn no_name_is_markup() {
    for (name, outcome) in all_outcomes() {
        let suites = read(&outcome, &Options::default());
        assert!(suites.tests as usize == cases(&suites).len(), "{name}");
    }
    let number = |outcome: &Outcome| cases(&read(outcome, &Options::default())).len();
    for name in HOSTILE {
        assert_eq!(number(&named(name)), number(&named("harmless")), "{name:?}");
    }
    let suites = read(&named("a]]>b <c> & \"d\""), &Options::default());
    assert!(cases(&suites).iter().any(|(_, c)| c.original_name.contains("a]]>b <c> & \"d\"")));
}
