//! The outputs, on reports made by hand: what people and programs are shown.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a test that cannot go on says so by failing

mod support;

use jiff::civil::date;
use staunch::check::{
    Finding, Missing, Outcome, Quote, Report, RuleReport, RuleSeverity, SentenceReport, Size, Standing, Verdict,
    WitnessStep,
};
use staunch::diagnostic::{Code, Diagnostic, Diagnostics, Severity};
use staunch::output::{self, Format, Look, Options};
use staunch::source::{Sources, Span};
use support::against;

const STUDY: &str = r#"party hackney "London Borough of Hackney" { kind local-authority }
party niesr "National Institute of Economic and Social Research" { kind research-organisation }

dataset families {
  held by    hackney
  controller hackney
  fields     name, address, date-of-birth
}

flow cohort-to-niesr "The council sends the families' identifiers" {
  from  hackney
  to    niesr
  data  families(name, address, date-of-birth)
}

step assign-study-id at niesr {
  takes  families
  add    key study-id
  gives  cohort
}

step report-results at niesr {
  takes      combined
  aggregate  by year, outcome
  gives      findings
}
"#;

const PROMISES: &str = r#"promise P8 "The research file says nothing about who anyone is" {
  quote    "Your name will be removed before your details are put together, and nobody who works on the study will be able to tell who you are." in study-notice
  niesr must never hold identifiable data from combined
  because  "Families agreed to be counted, not to be known."
}

promise P15 "Only tables are published" {
  quote "Only tables will be published." in study-notice
  published data must be counts of at least 10 people
}

promise P1 "The council keeps its records for six years" {
  quote "We keep your records for six years." in study-notice
  every dataset of data from hackney must have a deadline
}

rule agreements "Sharing between organisations has an agreement in force" {
  every flow of personal data between organisations must have agreement in force
}
"#;

const LINKED: &str = r#"# what the departments add
step match-education at dfe {
  takes  cohort, pupils
  match  cohort with pupils on name, date-of-birth
  drop   name, address, date-of-birth
  gives  combined
}
flow combined-to-niesr { from dfe; to niesr; data combined }
"#;

struct Texts {
    sources: Sources,
}

impl Texts {
    fn new(files: &[(&str, &str)]) -> Self {
        let mut sources = Sources::new();
        for (name, text) in files {
            sources.add(*name, *text).unwrap();
        }
        Texts { sources }
    }

    /// The first place of a text in a file.
    fn find(&self, file: &str, text: &str) -> Span {
        let (_, f) = self.sources.files().find(|(_, f)| f.name == file).unwrap();
        let at = f.start + f.text().find(text).unwrap() as u32;
        Span::new(at, at + text.len() as u32)
    }

    fn quote(&self, text: &str) -> Quote {
        Quote { text: text.into(), notice: "study-notice".into(), span: self.find("promises.staunch", text) }
    }
}

fn rule(t: &Texts, name: &str, title: &str, promise: bool, verdict: Verdict, sentence: &str) -> RuleReport {
    let span = t.find("promises.staunch", &format!("{} {name}", if promise { "promise" } else { "rule" }));
    RuleReport {
        name: name.into(),
        title: title.into(),
        span,
        promise,
        severity: RuleSeverity::Error,
        verdict,
        standing: Standing::Applies,
        pack: None,
        put_off: None,
        quotes: Vec::new(),
        law: Vec::new(),
        because: None,
        fix: None,
        sentences: vec![SentenceReport {
            text: sentence.into(),
            span: t.find("promises.staunch", sentence),
            verdict,
            matched_nothing: false,
        }],
        findings: Vec::new(),
        findings_left_out: 0,
    }
}

/// A study in three files with a broken promise, one that cannot be told, one that holds and a broken rule.
fn study() -> Outcome {
    let t =
        Texts::new(&[("study.staunch", STUDY), ("promises.staunch", PROMISES), ("departments/dfe.staunch", LINKED)]);
    let step =
        |file: &str, text: &str, sentence: &str| WitnessStep { sentence: sentence.into(), span: t.find(file, text) };

    let mut p8 = rule(
        &t,
        "P8",
        "The research file says nothing about who anyone is",
        true,
        Verdict::Fail,
        "niesr must never hold identifiable data from combined",
    );
    p8.quotes.push(t.quote(
        "Your name will be removed before your details are put together, and nobody who works on the study will be able to tell who you are.",
    ));
    p8.because = Some("Families agreed to be counted, not to be known.".into());
    p8.law = vec!["UK GDPR article 5(1)(a)".into()];
    p8.findings.push(Finding {
        verdict: Verdict::Fail,
        sentence: 0,
        summary: "`niesr` can tell who the people in `combined` are, because it also holds `cohort` under the same `study-id`".into(),
        subjects: vec!["niesr".into(), "combined".into(), "cohort".into(), "study-id".into()],
        activity: None,
        span: t.find("departments/dfe.staunch", "combined-to-niesr"),
        steps: vec![
            step("study.staunch", "cohort-to-niesr", "Hackney sends `families` to NIESR with `name`, `address` and `date-of-birth`"),
            step("study.staunch", "add    key study-id", "NIESR numbers the families with `study-id` and keeps the names beside it in `cohort`"),
            step("departments/dfe.staunch", "match-education", "DfE matches `cohort` with `pupils`, drops the names and keeps `study-id`"),
            step("departments/dfe.staunch", "combined-to-niesr", "DfE sends `combined` to NIESR, where `study-id` joins it to `cohort`"),
        ],
        missing: Vec::new(),
        fix: Some("destroy `cohort` at `niesr` before `combined-to-niesr`, or drop `study-id` in `match-education`".into()),
        fingerprint: "5b3c1f0a9d2e4476".into(),
        waived: None,
        known: false,
    });

    let mut p15 = rule(
        &t,
        "P15",
        "Only tables are published",
        true,
        Verdict::CannotTell,
        "published data must be counts of at least 10 people",
    );
    p15.quotes.push(t.quote("Only tables will be published."));
    p15.findings.push(Finding {
        verdict: Verdict::CannotTell,
        sentence: 0,
        summary: "whether `findings` is counts of at least 10 people is not stated".into(),
        subjects: vec!["public".into(), "findings".into()],
        activity: None,
        span: t.find("study.staunch", "report-results"),
        steps: Vec::new(),
        missing: vec![Missing {
            text: "the least count (`minimum`) in `report-results`".into(),
            span: t.find("study.staunch", "aggregate  by year, outcome"),
        }],
        fix: None,
        fingerprint: "0f6e1d2c3b4a5968".into(),
        waived: None,
        known: false,
    });

    let mut p1 = rule(
        &t,
        "P1",
        "The council keeps its records for six years",
        true,
        Verdict::Pass,
        "every dataset of data from hackney must have a deadline",
    );
    p1.quotes.push(t.quote("We keep your records for six years."));
    let mut agreements = rule(
        &t,
        "agreements",
        "Sharing between organisations has an agreement in force",
        false,
        Verdict::Fail,
        "every flow of personal data between organisations must have agreement in force",
    );
    agreements.severity = RuleSeverity::Warning;
    agreements.fix = Some("Name the agreement with `under`.".into());
    agreements.findings_left_out = 3;
    for flow in ["cohort-to-niesr", "combined-to-niesr"] {
        let file = if flow.starts_with("cohort") { "study.staunch" } else { "departments/dfe.staunch" };
        agreements.findings.push(Finding {
            verdict: Verdict::Fail,
            sentence: 0,
            summary: format!("the flow `{flow}` has no agreement in force"),
            subjects: vec![flow.into()],
            activity: None,
            span: t.find(file, flow),
            steps: vec![step(file, flow, &format!("`{flow}` names no agreement"))],
            missing: Vec::new(),
            fix: None,
            fingerprint: format!("{:016x}", flow.len()),
            waived: None,
            known: false,
        });
    }

    let assumption = t.find("study.staunch", "dataset families");
    Outcome {
        diagnostics: Diagnostics::new(),
        report: Some(Report {
            project: Some("National impact study".into()),
            as_of: date(2026, 11, 22),
            rules: vec![p8, p15, p1, agreements],
            waivers: Vec::new(),
            assumptions: vec![("anyone knows `name` and `address`".into(), assumption)],
            size: Size { files: 3, parties: 4, datasets: 2, flows: 2, steps: 3, copies: 7 },
        }),
        sources: t.sources,
    }
}

fn graphical() -> Options {
    Options { look: Look::Graphical, ..Options::default() }
}

static MISSPELT: Code =
    Code { id: "E0299", severity: Severity::Error, title: "unknown name", explanation: "", example: "", remedy: "" };

fn broken_text(files: &[(&str, &str)], make: impl Fn(&Texts) -> Vec<Diagnostic>) -> Outcome {
    let t = Texts::new(files);
    let mut diagnostics = Diagnostics::new();
    for diagnostic in make(&t) {
        diagnostics.push(diagnostic);
    }
    Outcome { sources: t.sources, diagnostics, report: None }
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
    let mut outcome = study();
    let mut sources = Sources::new();
    let line = format!("party {evil} \"{evil}\" {{ kind local-authority }}\n");
    sources.add(format!("{evil}.staunch"), STUDY.replacen("party", &line, 1)).unwrap();
    sources.add("promises.staunch", PROMISES).unwrap();
    outcome.sources = sources;
    let report = outcome.report.as_mut().unwrap();
    report.project = Some(evil.into());
    report.assumptions[0].0 = evil.into();
    for rule in &mut report.rules {
        rule.name = evil.into();
        rule.title = evil.into();
        rule.because = Some(evil.into());
        rule.fix = Some(evil.into());
        rule.law = vec![evil.into()];
        for quote in &mut rule.quotes {
            quote.text = evil.into();
            quote.notice = evil.into();
        }
        for finding in &mut rule.findings {
            finding.summary = evil.into();
            finding.span = Span::new(8, 9);
            finding.fix = Some(evil.into());
            for step in &mut finding.steps {
                step.sentence = evil.into();
                step.span = Span::new(8, 9);
            }
            for missing in &mut finding.missing {
                missing.text = evil.into();
            }
        }
    }
    outcome
        .diagnostics
        .push(Diagnostic::new(&MISSPELT, Span::new(8, 9), evil).label(evil).also(Span::new(0, 5), evil).help(evil));
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
    for format in [Format::Human, Format::Json] {
        assert_eq!(output::render(&study(), format, &graphical()), output::render(&study(), format, &graphical()));
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
    let text = output::render(&study(), Format::Human, &Options { strict: true, ..Options::default() });
    assert!(text.ends_with("Strict: what cannot be told counts as broken.\n"), "{text}");
}

#[test]
fn what_makes_a_check_fail() {
    let report = study().report.unwrap();
    let counts = |name: &str, least, strict| {
        output::counts(report.rules.iter().find(|r| r.name == name).unwrap(), least, strict)
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
