//! The formats for programs and services: each is what its standard or schema says, is read by somebody else's reader, says the same
//! as the others, and lets no name from outside do anything.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test that cannot go on must stop

mod github;
mod gitlab;
mod json;
mod junit;
mod markdown;
mod sarif;
#[path = "../support/study.rs"]
mod study;
#[path = "../support/mod.rs"]
mod support;

use std::sync::LazyLock;

use jiff::civil::date;
use serde_json::Value;
use staunch::check::{Outcome, Standing, Waived};
use staunch::diagnostic::Diagnostic;
use staunch::output::{self, Format, Options};
use staunch::project;
use staunch::source::Span;

use study::{MISSPELT, broken_text, named, study};

/// Every example of the repository, judged, with its folder from the root of the repository.
static EXAMPLES: LazyLock<Vec<(String, Outcome)>> = LazyLock::new(|| {
    let mut folders: Vec<_> = support::files_below(&support::root().join("examples"), ".staunch")
        .into_iter()
        .map(|p| p.parent().unwrap().to_path_buf())
        .collect();
    folders.dedup();
    assert!(folders.len() >= 8, "{folders:?}");
    let judged = |folder: std::path::PathBuf| {
        let name = folder.strip_prefix(support::root()).unwrap().to_string_lossy().replace('\\', "/");
        let outcome = support::judge(project::open(&folder).unwrap(), date(2027, 1, 1));
        assert!(outcome.report.is_some(), "{name}");
        (name, outcome)
    };
    folders.into_iter().map(judged).collect()
});

/// Names that somebody might send to see what happens.
const HOSTILE: &[&str] = &[
    "\u{1b}]0;owned\u{7}\u{202e}txt\u{9b}31m",
    "a]]>b</failure></testcase><testcase name=\"x\"/>",
    "::error file=x::owned%0A::set-output name=a::b",
    "##[error]owned ##[add-mask]a",
    "a\n::error::owned\r\n::warning::owned",
    "a | b | c\n|---|---|\n",
    "`a``b```c```\n```\n# owned",
    "<script>alert('owned')</script><img src=x onerror=alert(1)> --> <!-- &amp;",
    "[owned](https://example.org) ![x](javascript:alert(1)) www.example.org @octocat #1 o/r!2",
    "\"; click n1 \"javascript:alert(1)\" %%{init: {}}%% end\n n9[x]",
    "\u{0}\u{1}\u{ffff}\u{feff}",
    "../../etc/passwd C:\\x a%2fb?c#d",
    "",
    " ",
];

/// Outcomes of every sort.
fn outcomes() -> Vec<(&'static str, Outcome)> {
    let wrong = broken_text(&[("a.staunch", "party x\n")], |_| {
        vec![
            Diagnostic::new(&MISSPELT, Span::new(0, 5), "wrong")
                .label("here")
                .also(Span::new(6, 7), "and here")
                .help("mend it"),
            Diagnostic::new(&MISSPELT, Span::at(8), "at the end"),
            Diagnostic::new(&MISSPELT, Span::new(700, 900), "nowhere"),
        ]
    });
    let many = broken_text(&[("bad.staunch", "bad\n")], |_| {
        (0..1000).map(|i| Diagnostic::new(&MISSPELT, Span::new(i % 4, 4), "what is `bad`?")).collect()
    });
    let nowhere = broken_text(&[], |_| vec![Diagnostic::new(&MISSPELT, Span::new(7, 9), "lost")]);
    let mut lapsed = study();
    let report = lapsed.report.as_mut().unwrap();
    report.rules[0].standing = Standing::Withdrawn(date(2006, 2, 28));
    report.rules[1].standing = Standing::NotYet(date(2030, 1, 1));
    report.rules[2].standing = Standing::NoLonger(date(2020, 1, 1));
    report.rules[3].standing = Standing::PutOff(None);
    let mut empty = study();
    let report = empty.report.as_mut().unwrap();
    report.rules.clear();
    report.assumptions.clear();
    vec![
        ("study", study()),
        ("wrong", wrong),
        ("many", many),
        ("nowhere", nowhere),
        ("lapsed", lapsed),
        ("empty", empty),
        ("waived", waived()),
    ]
}

/// The study with a waiver for its broken promise and for one of two findings of its broken rule.
fn waived() -> Outcome {
    let mut outcome = study();
    let waiver = Waived {
        reason: "the key is rotated in May".into(),
        approver: "DPO".into(),
        until: date(2027, 5, 31),
        span: Span::default(),
    };
    let rules = &mut outcome.report.as_mut().unwrap().rules;
    rules[0].findings[0].waived = Some(waiver.clone());
    rules[3].findings[1].waived = Some(waiver);
    rules[3].findings_left_out = 0;
    outcome
}

/// All of these, and the study with hostile names.
fn all_outcomes() -> Vec<(String, Outcome)> {
    let hostile = HOSTILE.iter().map(|name| (format!("{name:?}"), named(name)));
    outcomes().into_iter().map(|(name, outcome)| (name.to_owned(), outcome)).chain(hostile).collect()
}

/// What of Markdown does something: without code, and without what is escaped.
fn live(markdown: &str) -> String {
    let mut out = String::new();
    let mut rest = markdown;
    while let Some(c) = rest.chars().next() {
        if let Some(escaped) = rest.strip_prefix('\\') {
            rest = escaped.get(escaped.chars().next().map_or(0, char::len_utf8)..).unwrap_or_default();
            out.push('·');
        } else if c == '`' {
            let fence = &rest[..rest.len() - rest.trim_start_matches('`').len()];
            let inside = &rest[fence.len()..];
            // a code ends with as many backticks as it began with
            let mut at = 0;
            let end = loop {
                let Some(next) = inside[at..].find('`') else { break None };
                let run = inside[at + next..].len() - inside[at + next..].trim_start_matches('`').len();
                if run == fence.len() {
                    break Some(at + next + run);
                }
                at += next + run;
            };
            out.push_str(if end.is_some() { "code" } else { fence });
            rest = &inside[end.unwrap_or(0)..];
        } else {
            out.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    out
}

fn render(outcome: &Outcome, format: Format) -> String {
    output::render(outcome, format, &Options::default())
}

fn render_json(outcome: &Outcome, format: Format, options: &Options) -> Value {
    let text = output::render(outcome, format, options);
    serde_json::from_str(&text).unwrap_or_else(|e| panic!("{e}:\n{text}"))
}

/// Everything that a value says against its schema.
fn faults(validator: &jsonschema::Validator, value: &Value) -> Vec<String> {
    validator.iter_errors(value).map(|e| format!("{}: {e}", e.instance_path())).collect()
}

#[test]
fn the_same_outcome_gives_the_same_bytes_in_every_format() {
    let all = outcomes();
    let again = outcomes();
    for format in Format::ALL {
        for ((name, one), (_, two)) in all.iter().zip(&again) {
            assert_eq!(render(one, *format), render(two, *format), "{name} in {format:?}");
        }
    }
}

/// No format writes anything that could steer a terminal or turn text round, and each ends its last line.
#[test]
fn nothing_from_outside_steers_a_terminal_in_any_format() {
    for (name, outcome) in all_outcomes() {
        for format in Format::ALL {
            let text = render(&outcome, *format);
            let bad = text.chars().find(|c| {
                (c.is_control() && *c != '\n')
                    || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
            });
            assert_eq!(bad, None, "{name} in {format:?}:\n{text}");
            assert!(text.is_empty() || text.ends_with('\n'), "{name} in {format:?}");
        }
    }
}

/// What a finding is known by is made of declared names: it is the same when lines are moved and files are renamed, and another when
/// it is about something else.
#[test]
fn findings_are_known_again_wherever_their_lines_are() {
    let parties = ["party council { kind local-authority }", "party institute { kind university }"];
    let pupils = "dataset pupils { held by council; fields name, attendance }";
    let flow = "flow pupils-out { from council; to institute; data pupils }";
    let rules = [
        "rule no-names { institute must never receive identified data }",
        "rule agreed { every flow must have agreement }",
    ];
    let known = |files: &[(&str, String)]| {
        let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
        let outcome = staunch::check::check_text(&files, date(2026, 1, 1));
        let findings = |f: fn(&Value) -> Value| -> std::collections::BTreeSet<String> {
            let log = render_json(&outcome, Format::Sarif, &Options::default());
            log["runs"][0]["results"].as_array().unwrap().iter().map(|r| f(r).to_string()).collect()
        };
        let known = findings(|r| r["partialFingerprints"].clone());
        assert_eq!(known.len(), 2, "{known:?}");
        (known, findings(|r| r["locations"].clone()))
    };
    let one = known(&[("a.staunch", [parties[0], parties[1], pupils, flow, rules[0], rules[1]].join("\n"))]);
    let two = known(&[
        ("x/rules.staunch", format!("# why\n\n\n{}\n{}", rules[1], rules[0])),
        ("z.staunch", [flow, pupils, parties[1], parties[0]].join("\n\n")),
    ]);
    assert_eq!(one.0, two.0);
    assert_ne!(one.1, two.1, "they were moved");
    let other = flow.replace("pupils-out", "names-out");
    let three = known(&[("a.staunch", [parties[0], parties[1], pupils, &other, rules[0], rules[1]].join("\n"))]);
    assert!(three.0.is_disjoint(&one.0), "another flow is another finding");
}

#[test]
fn every_format_has_a_word_by_which_it_is_found() {
    for format in Format::ALL {
        assert_eq!(Format::of(format.word()), Some(*format));
    }
    assert_eq!(Format::of("xml"), None);
}
