//! A comparison for programs: one JSON object, versioned, as its schema (`book/src/schema/diff-1.schema.json`) says.

use serde::Serialize;

use crate::check::{Change, Comparison, Effect, Outcome, RuleSeverity, Side, Turn, Verdict};
use crate::output::json::Tool;
use crate::source::{Sources, Span};

/// The version of the format.
const VERSION: u32 = 1;

/// The schema of the format (JSON Schema, draft 2020-12).
pub const SCHEMA: &str = include_str!("../../../book/src/schema/diff-1.schema.json");

#[derive(Serialize)]
struct Document<'a> {
    format: &'static str,
    version: u32,
    tool: Tool,
    old: Version<'a>,
    new: Version<'a>,
    compared: bool,
    renamed: Vec<Renamed<'a>>,
    changes: Vec<Changed<'a>>,
    effects: Vec<Follows<'a>>,
}

#[derive(Serialize)]
struct Version<'a> {
    name: &'a str,
    judged: bool,
    as_of: Option<String>,
    errors: Vec<&'a str>,
}

#[derive(Serialize)]
struct Renamed<'a> {
    from: &'a str,
    to: &'a str,
}

#[derive(Serialize)]
struct Changed<'a> {
    turn: &'static str,
    from: Option<&'a str>,
    kind: &'a str,
    name: &'a str,
    lines: Vec<Line<'a>>,
    place: Option<Place<'a>>,
}

#[derive(Serialize)]
struct Line<'a> {
    old: Option<&'a str>,
    new: Option<&'a str>,
}

#[derive(Serialize)]
struct Follows<'a> {
    kind: &'static str,
    bearing: &'static str,
    severity: &'static str,
    sentence: &'a str,
    rule: Option<&'a str>,
    place: Option<Place<'a>>,
    caused_by: &'a [usize],
    finding: Option<Found<'a>>,
}

#[derive(Serialize)]
struct Found<'a> {
    fingerprint: &'a str,
    verdict: &'static str,
    summary: &'a str,
    steps: Vec<Step<'a>>,
    fix: Option<&'a str>,
}

#[derive(Serialize)]
struct Step<'a> {
    sentence: &'a str,
    place: Option<Place<'a>>,
}

#[derive(Serialize)]
struct Place<'a> {
    version: &'static str,
    file: &'a str,
    line: u32,
    column: u32,
}

/// Renders a comparison; ends with a newline.
pub(in crate::output) fn render(comparison: &Comparison, (old, new): (&str, &str)) -> String {
    let sides = Sides { old: &comparison.old.sources, new: &comparison.new.sources };
    let document = Document {
        format: "staunch-diff",
        version: VERSION,
        tool: Tool::THIS,
        old: version(old, &comparison.old),
        new: version(new, &comparison.new),
        compared: comparison.old.report.is_some() && comparison.new.report.is_some(),
        renamed: comparison.renamed.iter().map(|(from, to)| Renamed { from, to }).collect(),
        changes: comparison.changes.iter().map(|c| sides.change(c)).collect(),
        effects: comparison.effects.iter().map(|e| sides.effect(e)).collect(),
    };
    // plain strings and numbers always serialise; an empty text would be seen at once
    let mut text = crate::output::json::escaped(serde_json::to_string_pretty(&document).unwrap_or_default());
    text.push('\n');
    text
}

fn version<'a>(name: &'a str, outcome: &'a Outcome) -> Version<'a> {
    let errors = outcome.diagnostics.sorted().into_iter();
    Version {
        name,
        judged: outcome.report.is_some(),
        as_of: outcome.report.as_ref().map(|r| r.as_of.to_string()),
        errors: errors
            .filter(|d| d.severity == crate::diagnostic::Severity::Error)
            .map(|d| d.message.as_str())
            .collect(),
    }
}

/// The texts of both versions.
struct Sides<'a> {
    old: &'a Sources,
    new: &'a Sources,
}

impl<'a> Sides<'a> {
    fn place(&self, side: Side, span: Span) -> Option<Place<'a>> {
        let (version, sources) = match side {
            Side::Old => ("old", self.old),
            Side::New => ("new", self.new),
        };
        let start = sources.position(span.start)?;
        let file = sources.file(start.file)?;
        Some(Place { version, file: &file.name, line: start.line, column: start.column })
    }

    fn change(&self, change: &'a Change) -> Changed<'a> {
        let (turn, from) = match &change.turn {
            Turn::Added => ("added", None),
            Turn::Removed => ("removed", None),
            Turn::Changed => ("changed", None),
            Turn::Renamed { from } => ("renamed", Some(from.as_str())),
        };
        let side = if change.turn == Turn::Removed { Side::Old } else { Side::New };
        Changed {
            turn,
            from,
            kind: &change.kind,
            name: &change.name,
            lines: change.lines.iter().map(|l| Line { old: l.old.as_deref(), new: l.new.as_deref() }).collect(),
            place: self.place(side, change.span),
        }
    }

    fn effect(&self, effect: &'a Effect) -> Follows<'a> {
        let finding = effect.finding.as_ref().map(|f| Found {
            fingerprint: &f.fingerprint,
            verdict: match f.verdict {
                Verdict::Pass => "pass",
                Verdict::Fail => "fail",
                Verdict::CannotTell => "cannot_tell",
            },
            summary: &f.summary,
            steps: f
                .steps
                .iter()
                .map(|s| Step { sentence: &s.sentence, place: self.place(Side::New, s.span) })
                .collect(),
            fix: f.fix.as_deref(),
        });
        Follows {
            kind: effect.kind.word(),
            bearing: effect.bearing.word(),
            severity: match effect.severity {
                RuleSeverity::Error => "error",
                RuleSeverity::Warning => "warning",
                RuleSeverity::Info => "info",
            },
            sentence: &effect.sentence,
            rule: effect.rule.as_deref(),
            place: effect.place.and_then(|(side, span)| self.place(side, span)),
            caused_by: &effect.caused_by,
            finding,
        }
    }
}
