//! The outputs, on reports made by hand: what people and programs are shown.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a test that cannot go on says so by failing

#[path = "support/study.rs"]
mod study;
mod support;

use jiff::civil::date;
use staunch::check::{RuleSeverity, Standing, Verdict};
use staunch::diagnostic::Diagnostic;
use staunch::output::{self, Format, Look, Options, Threshold};
use staunch::source::Span;
use study::{MISSPELT, STUDY, broken_text, named, study};
use support::against;

fn graphical() -> Options {
    Options { look: Look::Graphical, ..Options::default() }
}

#[test]
fn a_study_for_people() {
    insta::assert_snapshot!(output::render(&study(), Format::Human, &graphical()));
}

#[test]
fn a_study_read_aloud() {
    insta::assert_snapshot!(output::render(&study(), Format::Human, &Options::default()));
}

#[test]
fn a_study_for_programs() {
    insta::assert_snapshot!(output::render(&study(), Format::Json, &Options::default()));
}

#[test]
fn an_error_with_places_in_two_files() {
    let outcome = broken_text(&[("a.staunch", STUDY), ("b.staunch", "flow x {\n\tto niser\n}\n")], |t| {
        vec![
            Diagnostic::new(&MISSPELT, t.find("b.staunch", "niser"), "there is no party `niser`")
                .label("not declared")
                .also(t.find("a.staunch", "niesr"), "this one is")
                .help("did you mean `niesr`?"),
            // at the very end of a file that ends with a line end
            Diagnostic::new(&MISSPELT, Span::at(STUDY.len() as u32), "a `}` is missing").label("expected here"),
        ]
    });
    insta::assert_snapshot!("two_files_graphical", output::render(&outcome, Format::Human, &graphical()));
    insta::assert_snapshot!("two_files_plain", output::render(&outcome, Format::Human, &Options::default()));
}

#[test]
fn nothing_from_outside_steers_the_terminal() {
    let evil = "\u{1b}]0;owned\u{7}\u{202e}txt\u{9b}31m";
    let outcome = named(evil);
    for (format, options) in
        [(Format::Human, graphical()), (Format::Human, Options::default()), (Format::Json, Options::default())]
    {
        let text = output::render(&outcome, format, &options);
        assert!(text.contains("owned"));
        let bad = text.chars().find(|c| (c.is_control() && *c != '\n') || matches!(c, '\u{202a}'..='\u{202e}'));
        assert_eq!(bad, None, "in {format:?} {:?}:\n{text}", options.look);
    }
}

#[test]
fn a_very_long_line_is_cut_around_the_place() {
    let long = format!("party {}niser{}\n", "x, ".repeat(400_000), ", y".repeat(400_000));
    let outcome = broken_text(&[("long.staunch", &long)], |t| {
        vec![
            Diagnostic::new(&MISSPELT, t.find("long.staunch", "niser"), "there is no party `niser`")
                .label("not declared"),
        ]
    });
    let text = output::render(&outcome, Format::Human, &graphical());
    insta::assert_snapshot!(text);
    assert!(text.lines().all(|l| l.chars().count() <= 100));
}

#[test]
fn a_million_errors_are_counted() {
    let text = "bad\n".repeat(1_000_000);
    let outcome = broken_text(&[("bad.staunch", &text)], |_| {
        (0..1_000_000).map(|i| Diagnostic::new(&MISSPELT, Span::new(i * 4, i * 4 + 3), "what is `bad`?")).collect()
    });
    for options in [graphical(), Options::default()] {
        let text = output::render(&outcome, Format::Human, &options);
        assert!(text.contains("… and 999900 more of these."), "{text}");
        assert!(text.contains("1000000 errors in the text."));
        assert!(text.lines().count() < 1_500);
    }
}

#[test]
fn many_findings_are_counted() {
    let mut outcome = study();
    let rule = &mut outcome.report.as_mut().unwrap().rules[3];
    let one = rule.findings[0].clone();
    rule.findings = vec![one; 50];
    rule.findings_left_out = 999_950;
    let text = output::render(&outcome, Format::Human, &Options::default());
    assert!(text.contains("… and 999990 more of this rule"), "{text}");
}

#[test]
fn every_odd_place_can_be_shown() {
    // empty file, no line end, Windows line ends, a byte order mark, tabs, wide characters; every place in each
    for text in ["", "a", "a\r\nb\r\n", "\u{feff}party x\n", "\t\tx\ty", "兵庫 👩‍👩‍👧 Tŷ\n\n\n", "\n\n\n"]
    {
        let end = text.len() as u32;
        let borders: Vec<u32> = (0..=end).filter(|i| text.is_char_boundary(*i as usize)).collect();
        for from in &borders {
            for to in borders.iter().filter(|t| *t >= from) {
                let outcome = broken_text(&[("first", text), ("second", text)], |_| {
                    vec![
                        Diagnostic::new(&MISSPELT, Span::new(*from, *to), "odd")
                            .label("this one")
                            .also(Span::new(from + end + 1, to + end + 1), "and that one"),
                    ]
                });
                let shown = output::render(&outcome, Format::Human, &graphical());
                assert!(shown.contains("this one") && shown.contains("and that one"), "{text:?} {from}..{to}\n{shown}");
                output::render(&outcome, Format::Human, &Options::default());
                output::render(&outcome, Format::Json, &Options::default());
            }
        }
    }
    // a place that is of no file
    let outcome = broken_text(&[], |_| vec![Diagnostic::new(&MISSPELT, Span::new(7, 9), "lost")]);
    assert!(output::render(&outcome, Format::Human, &graphical()).contains("lost"));
}

#[test]
fn the_same_outcome_gives_the_same_bytes() {
    for format in Format::ALL {
        assert_eq!(output::render(&study(), *format, &graphical()), output::render(&study(), *format, &graphical()));
    }
}

#[test]
fn the_json_is_what_its_schema_says() {
    let schema: serde_json::Value = serde_json::from_str(output::json::SCHEMA).unwrap();
    let with_errors = broken_text(&[("a.staunch", "party x\n")], |_| {
        vec![
            Diagnostic::new(&MISSPELT, Span::new(0, 5), "wrong")
                .label("here")
                .also(Span::new(6, 7), "and here")
                .help("mend it"),
            Diagnostic::new(&MISSPELT, Span::at(8), "at the end"),
        ]
    });
    let mut lapsed = study();
    let report = lapsed.report.as_mut().unwrap();
    report.rules[0].standing = Standing::Withdrawn(date(2006, 2, 28));
    report.rules[1].standing = Standing::NotYet(date(2030, 1, 1));
    report.rules[2].standing = Standing::NoLonger(date(2020, 1, 1));
    for outcome in [study(), with_errors, lapsed] {
        let text = output::render(&outcome, Format::Json, &Options::default());
        assert!(text.ends_with("}\n"));
        against(&serde_json::from_str(&text).unwrap(), &schema, &schema, "");
    }
}

#[test]
fn a_question_is_answered_with_the_way_it_happens() {
    let mut outcome = study();
    let report = outcome.report.as_mut().unwrap();
    report.rules.truncate(1);
    report.rules[0].sentences[0].text = "who may hold identifiable data from families".into();
    insta::assert_snapshot!("answer_graphical", output::render_answer(&outcome, &graphical()));
    insta::assert_snapshot!("answer_plain", output::render_answer(&outcome, &Options::default()));
    outcome.report.as_mut().unwrap().rules[0].findings.clear();
    insta::assert_snapshot!("answer_no_one", output::render_answer(&outcome, &Options::default()));
}

#[test]
fn the_page_of_a_promise() {
    let report = study().report.unwrap();
    insta::assert_snapshot!(output::page::rule(&report, &report.rules[0], 80));
}

#[test]
fn the_page_of_a_code() {
    let code = staunch::diagnostic::codes::find("e0705").unwrap();
    insta::assert_snapshot!(output::page::code(code, 80));
}

#[test]
fn colour_changes_no_word() {
    let plain = output::render(&study(), Format::Human, &graphical());
    let colour = output::render(&study(), Format::Human, &Options { color: true, ..graphical() });
    let mut bare = String::new();
    let mut rest = colour.as_str();
    while let Some((before, after)) = rest.split_once('\u{1b}') {
        bare.push_str(before);
        rest = after.split_once('m').map_or("", |(_, r)| r);
    }
    bare.push_str(rest);
    let lines = |t: &str| t.lines().map(|l| l.trim_end().to_owned()).collect::<Vec<_>>();
    assert_eq!(lines(&bare), lines(&plain));
}

#[test]
fn the_page_of_a_fact() {
    let entities = ["flow".to_owned(), "dataset".to_owned(), "copy".to_owned()];
    insta::assert_snapshot!(output::page::fact(
        "deadline",
        &entities,
        "by when the data must be destroyed",
        "`retain until EVENT then destroy`",
        80
    ));
}

#[test]
fn strictness_is_said() {
    let text = output::render(
        &study(),
        Format::Human,
        &Options { threshold: Threshold { cannot_tell: true, ..Threshold::ERRORS }, ..Options::default() },
    );
    assert!(text.ends_with("Strict: what cannot be told counts as broken.\n"), "{text}");
}

#[test]
fn what_makes_a_check_fail() {
    let report = study().report.unwrap();
    let counts = |name: &str, least, cannot_tell| {
        Threshold { least: Some(least), cannot_tell }.counts(report.rules.iter().find(|r| r.name == name).unwrap())
    };
    assert!(counts("P8", RuleSeverity::Error, false));
    assert!(!counts("P1", RuleSeverity::Info, true));
    assert!(!counts("P15", RuleSeverity::Error, false), "what cannot be told does not fail");
    assert!(counts("P15", RuleSeverity::Error, true), "unless strict");
    assert!(!counts("agreements", RuleSeverity::Error, false), "a warning does not fail");
    assert!(counts("agreements", RuleSeverity::Warning, false), "unless asked to");
}

#[test]
fn quiet_says_only_what_is_wrong() {
    let mut outcome = study();
    let quiet = Options { quiet: true, ..Options::default() };
    let text = output::render(&outcome, Format::Human, &quiet);
    assert!(text.contains("likely issue") && !text.contains("Promises:"));
    outcome.report.as_mut().unwrap().rules.retain(|r| r.verdict == Verdict::Pass);
    assert_eq!(output::render(&outcome, Format::Human, &quiet), "");
}
