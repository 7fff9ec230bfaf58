//! For programs: one JSON object, versioned.
//!
//! The schema says what each field is, `book/src/schema/report-1.schema.json`; the book's page is made from it, and tests hold what
//! is written here to it. The version goes up when a field changes its meaning or goes away.

use serde::Serialize;

use super::text::is_hidden;
use crate::check::{
    Finding, Missing, Outcome, Report, RuleReport, RuleSeverity, SentenceReport, Standing, Tally, Verdict,
    WaiverReport, WitnessStep,
};
use crate::diagnostic::{Diagnostic, Severity};
use crate::source::{Sources, Span};

/// The version of the format.
pub const VERSION: u32 = 1;

/// The schema of the format (JSON Schema, draft 2020-12).
pub const SCHEMA: &str = include_str!("../../book/src/schema/report-1.schema.json");

#[derive(Serialize)]
struct Document<'a> {
    format: &'static str,
    version: u32,
    tool: Tool,
    project: Option<&'a str>,
    as_of: Option<String>,
    judged: bool,
    summary: Summary,
    assumptions: Vec<Said<'a>>,
    waivers: Vec<Waiver<'a>>,
    diagnostics: Vec<Problem<'a>>,
    rules: Vec<Rule<'a>>,
}

/// What wrote a document.
#[derive(Serialize)]
pub(super) struct Tool {
    name: &'static str,
    version: &'static str,
}

impl Tool {
    /// This program.
    pub(super) const THIS: Tool = Tool { name: "staunch", version: env!("CARGO_PKG_VERSION") };
}

#[derive(Serialize)]
struct Summary {
    errors: usize,
    warnings: usize,
    diagnostics_left_out: usize,
    promises: Counts,
    rules: Counts,
    size: Size,
}

#[derive(Serialize)]
struct Counts {
    pass: usize,
    fail: usize,
    cannot_tell: usize,
    not_judged: usize,
    put_off: usize,
}

#[derive(Serialize, Default)]
struct Size {
    files: usize,
    parties: usize,
    datasets: usize,
    flows: usize,
    steps: usize,
    copies: usize,
}

#[derive(Serialize)]
struct Waiver<'a> {
    rule: &'a str,
    subject: &'a str,
    reason: &'a str,
    approver: &'a str,
    on: Option<String>,
    until: String,
    days_left: i64,
    findings: usize,
    place: Option<Place<'a>>,
}

#[derive(Serialize)]
struct Place<'a> {
    file: &'a str,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
}

#[derive(Serialize)]
struct Said<'a> {
    text: &'a str,
    place: Option<Place<'a>>,
}

#[derive(Serialize)]
struct Problem<'a> {
    code: &'static str,
    severity: &'static str,
    message: &'a str,
    place: Option<Place<'a>>,
    label: Option<&'a str>,
    related: Vec<Said<'a>>,
    help: Option<&'a str>,
}

#[derive(Serialize)]
struct Rule<'a> {
    name: &'a str,
    title: Option<&'a str>,
    kind: &'static str,
    place: Option<Place<'a>>,
    severity: &'static str,
    verdict: Option<&'static str>,
    standing: &'static str,
    standing_date: Option<String>,
    pack: Option<&'a str>,
    put_off: Option<&'a str>,
    quotes: Vec<Quoted<'a>>,
    law: &'a [String],
    because: Option<&'a str>,
    fix: Option<&'a str>,
    sentences: Vec<Sentence<'a>>,
    findings: Vec<Found<'a>>,
    findings_left_out: usize,
}

#[derive(Serialize)]
struct Quoted<'a> {
    text: &'a str,
    notice: &'a str,
    place: Option<Place<'a>>,
}

#[derive(Serialize)]
struct Sentence<'a> {
    text: &'a str,
    place: Option<Place<'a>>,
    verdict: &'static str,
    matched_nothing: bool,
}

#[derive(Serialize)]
struct Found<'a> {
    fingerprint: &'a str,
    verdict: &'static str,
    sentence: usize,
    summary: &'a str,
    subjects: &'a [String],
    activity: Option<&'a str>,
    place: Option<Place<'a>>,
    steps: Vec<Step<'a>>,
    missing: Vec<Said<'a>>,
    fix: Option<&'a str>,
    waived: Option<Allowed<'a>>,
    known: bool,
}

#[derive(Serialize)]
struct Allowed<'a> {
    reason: &'a str,
    approver: &'a str,
    until: String,
}

#[derive(Serialize)]
struct Step<'a> {
    sentence: &'a str,
    place: Option<Place<'a>>,
}

/// Renders what a check found; ends with a newline.
pub fn render(outcome: &Outcome) -> String {
    let writer = Writer { sources: &outcome.sources };
    pretty(&writer.document(outcome))
}

/// A document as indented text with a line end, hidden characters written as escapes.
pub(super) fn pretty(document: &impl Serialize) -> String {
    // plain strings and numbers always serialise; an empty text would be seen at once
    let mut text = escaped(serde_json::to_string_pretty(document).unwrap_or_default());
    text.push('\n');
    text
}

/// JSON without hidden characters.
pub(super) fn escaped(text: String) -> String {
    if text.contains(|c| is_hidden(c) && c != '\n') { escape_hidden(&text) } else { text }
}

/// Writes hidden characters as `\u` escapes: they stand only inside strings, since the layout has none but line ends.
fn escape_hidden(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 64);
    for c in text.chars() {
        if c != '\n' && is_hidden(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            out.push(c);
        }
    }
    out
}

struct Writer<'a> {
    sources: &'a Sources,
}

impl<'a> Writer<'a> {
    fn document(&self, outcome: &'a Outcome) -> Document<'a> {
        let report = outcome.report.as_ref();
        Document {
            format: "staunch-report",
            version: VERSION,
            tool: Tool::THIS,
            project: report.and_then(|r| r.project.as_deref()),
            as_of: report.map(|r| r.as_of.to_string()),
            judged: report.is_some(),
            summary: summary(outcome, report),
            assumptions: report.map_or(&[][..], |r| &r.assumptions).iter().map(|(t, s)| self.said(t, *s)).collect(),
            waivers: report.map_or(&[][..], |r| &r.waivers).iter().map(|w| self.waiver(w)).collect(),
            diagnostics: outcome.diagnostics.sorted().into_iter().map(|d| self.problem(d)).collect(),
            rules: report.map_or(&[][..], |r| &r.rules).iter().map(|r| self.rule(r)).collect(),
        }
    }

    fn waiver(&self, w: &'a WaiverReport) -> Waiver<'a> {
        Waiver {
            rule: &w.rule,
            subject: &w.subject,
            reason: &w.because,
            approver: &w.by,
            on: w.on.map(|d| d.to_string()),
            until: w.until.to_string(),
            days_left: w.days_left,
            findings: w.findings,
            place: self.place(w.span),
        }
    }

    fn place(&self, span: Span) -> Option<Place<'a>> {
        let start = self.sources.position(span.start)?;
        let end = self.sources.position(span.end).filter(|e| e.file == start.file).unwrap_or(start);
        let file = self.sources.file(start.file)?;
        Some(Place {
            file: &file.name,
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
        })
    }

    fn said(&self, text: &'a str, span: Span) -> Said<'a> {
        Said { text, place: self.place(span) }
    }

    fn problem(&self, d: &'a Diagnostic) -> Problem<'a> {
        Problem {
            code: d.code.id,
            severity: match d.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
            },
            message: &d.message,
            place: self.place(d.span),
            label: some(&d.label),
            related: d.related.iter().map(|l| self.said(&l.text, l.span)).collect(),
            help: d.help.as_deref(),
        }
    }

    fn rule(&self, r: &'a RuleReport) -> Rule<'a> {
        let (standing, date) = match r.standing {
            Standing::Applies => ("applies", None),
            Standing::NotYet(date) => ("not_yet", Some(date)),
            Standing::NoLonger(date) => ("no_longer", Some(date)),
            Standing::Withdrawn(date) => ("withdrawn", Some(date)),
            Standing::Elsewhere => ("elsewhere", None),
            Standing::PutOff(date) => ("put_off", date),
        };
        Rule {
            name: &r.name,
            title: some(&r.title),
            kind: if r.promise { "promise" } else { "rule" },
            place: self.place(r.span),
            severity: match r.severity {
                RuleSeverity::Error => "error",
                RuleSeverity::Warning => "warning",
                RuleSeverity::Info => "info",
            },
            verdict: (r.standing == Standing::Applies).then(|| verdict(r.verdict)),
            standing,
            standing_date: date.map(|d| d.to_string()),
            pack: r.pack.as_deref(),
            put_off: r.put_off.as_deref(),
            quotes: r
                .quotes
                .iter()
                .map(|q| Quoted { text: &q.text, notice: &q.notice, place: self.place(q.span) })
                .collect(),
            law: &r.law,
            because: r.because.as_deref(),
            fix: r.fix.as_deref(),
            sentences: r.sentences.iter().map(|s| self.sentence(s)).collect(),
            findings: r.findings.iter().map(|f| self.finding(f)).collect(),
            findings_left_out: r.findings_left_out,
        }
    }

    fn sentence(&self, s: &'a SentenceReport) -> Sentence<'a> {
        Sentence {
            text: &s.text,
            place: self.place(s.span),
            verdict: verdict(s.verdict),
            matched_nothing: s.matched_nothing,
        }
    }

    fn finding(&self, f: &'a Finding) -> Found<'a> {
        Found {
            fingerprint: &f.fingerprint,
            verdict: verdict(f.verdict),
            sentence: f.sentence,
            summary: &f.summary,
            subjects: &f.subjects,
            activity: f.activity.as_deref(),
            place: self.place(f.span),
            steps: f
                .steps
                .iter()
                .map(|s: &WitnessStep| Step { sentence: &s.sentence, place: self.place(s.span) })
                .collect(),
            missing: f.missing.iter().map(|m: &Missing| self.said(&m.text, m.span)).collect(),
            fix: f.fix.as_deref(),
            waived: f.waived.as_ref().map(|w| Allowed {
                reason: &w.reason,
                approver: &w.approver,
                until: w.until.to_string(),
            }),
            known: f.known,
        }
    }
}

fn summary(outcome: &Outcome, report: Option<&Report>) -> Summary {
    let counts = |promises: bool| {
        let t = report.map_or_else(Tally::default, |r| r.tally(|rule| rule.promise == promises));
        Counts { pass: t.pass, fail: t.fail, cannot_tell: t.cannot_tell, not_judged: t.not_judged, put_off: t.put_off }
    };
    let size = report.map_or_else(Size::default, |r| Size {
        files: r.size.files,
        parties: r.size.parties,
        datasets: r.size.datasets,
        flows: r.size.flows,
        steps: r.size.steps,
        copies: r.size.copies,
    });
    Summary {
        errors: outcome.diagnostics.errors(),
        warnings: outcome.diagnostics.warnings(),
        diagnostics_left_out: outcome.diagnostics.left_out(),
        promises: counts(true),
        rules: counts(false),
        size,
    }
}

fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "pass",
        Verdict::Fail => "fail",
        Verdict::CannotTell => "cannot_tell",
    }
}

fn some(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}
