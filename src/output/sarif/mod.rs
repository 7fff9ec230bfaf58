//! SARIF 2.1.0, for code-scanning services and editors.
//!
//! Every rule of the project is listed, whatever became of it, with its help and its tags. Every result has a place, since services
//! refuse a whole file for one that has none, and something by which it is known from run to run that no line number is part of.
//! How a finding happens is a code flow; what a waiver covers is there, and suppressed.
//!
//! What cannot be told is of the kind `open`, which is the standard's word for just that. Its level must then be `none`; where it
//! makes the check fail it is a failure like any other.

mod describe;
mod log;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::Options;
use super::entries::{Grade, Numbers, Place, Places, grade_of_text, judged, of_text};
use super::json::pretty;
use super::text::{count, one_line, sentence};
use crate::check::{Finding, Outcome, Report, RuleReport, Standing, Verdict, Waived};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use describe::{of_code, of_rule};
use log::{
    ArtifactLocation, AutomationDetails, Base, CodeFlow, Driver, FlowLocation, Invocation, Location, Log, Message,
    Notification, PhysicalLocation, Reference, Region, ResultProperties, Run, RunProperties, Suppression, ThreadFlow,
    Tool,
};

/// From where the paths count.
const ROOT: &str = "%SRCROOT%";

/// What may stand in a path as it is.
const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Renders what a check found; ends with a newline.
pub(super) fn render(outcome: &Outcome, options: &Options) -> String {
    let writer = Writer { outcome, options, places: Places::new(&outcome.sources, &options.folder) };
    pretty(&writer.log())
}

struct Writer<'a> {
    outcome: &'a Outcome,
    options: &'a Options,
    places: Places<'a>,
}

impl<'a> Writer<'a> {
    fn log(&self) -> Log<'a> {
        let report = self.outcome.report.as_ref();
        let rules: &[RuleReport] = report.map_or(&[], |r| &r.rules);
        let mut codes: Vec<&'static Code> = self.outcome.diagnostics.sorted().iter().map(|d| d.code).collect();
        codes.sort_by_key(|c| c.id);
        codes.dedup_by_key(|c| c.id);
        let folder = if self.options.folder.is_empty() { String::new() } else { format!("{}/", self.options.folder) };
        let description = Message::new("The root of the repository; where there is none, the project's folder.");
        let run = Run {
            tool: Tool {
                driver: Driver {
                    name: "Staunch",
                    version: env!("CARGO_PKG_VERSION"),
                    semantic_version: env!("CARGO_PKG_VERSION"),
                    short_description: Message::new(
                        "Checks what is promised about personal data against what is done with it.",
                    ),
                    rules: rules.iter().map(of_rule).chain(codes.iter().map(|c| of_code(c))).collect(),
                    notifications: codes.iter().map(|c| of_code(c)).collect(),
                },
            },
            automation_details: AutomationDetails { id: format!("staunch/{}", one_line(&folder)) },
            original_uri_base_ids: [(ROOT, Base { description })].into(),
            column_kind: "unicodeCodePoints",
            invocations: [self.invocation(&codes)],
            results: self.results(rules, &codes),
            properties: RunProperties {
                project: report.and_then(|r| r.project.as_deref()),
                as_of: report.map(|r| r.as_of.to_string()),
            },
        };
        Log { schema: log::SCHEMA, version: "2.1.0", runs: [run] }
    }

    fn results(&self, rules: &'a [RuleReport], codes: &[&'static Code]) -> Vec<log::Outcome<'a>> {
        let mut numbers = Numbers::default();
        let mut results = Vec::new();
        for diagnostic in self.outcome.diagnostics.sorted() {
            let known_by = numbers.known_by(&of_text(diagnostic));
            let code = codes.iter().position(|c| c.id == diagnostic.code.id).unwrap_or(0);
            results.extend(self.of_text(diagnostic, rules.len() + code, known_by));
        }
        for (number, rule) in rules.iter().enumerate().filter(|(_, r)| r.standing == Standing::Applies) {
            for finding in &rule.findings {
                let known_by = numbers.known_by(&finding.fingerprint);
                results.extend(self.of_sharing(rule, number, finding, known_by));
            }
        }
        results
    }

    /// A result about the text. Where no file was read there is no place, and it is only a notification.
    fn of_text(&self, diagnostic: &'a Diagnostic, rule_index: usize, known_by: String) -> Option<log::Outcome<'a>> {
        let place = self.places.find_or_first(diagnostic.span)?;
        let mut text = sentence(&diagnostic.message);
        if let Some(help) = &diagnostic.help {
            text.push_str(&format!("\nHelp: {}", sentence(help)));
        }
        let related = diagnostic.related.iter().map(|l| (l.text.as_str(), l.span));
        Some(log::Outcome {
            rule_id: diagnostic.code.id,
            rule_index,
            kind: "fail",
            level: level(grade_of_text(diagnostic)),
            message: message(&text),
            locations: [location(place, None)],
            related_locations: self.related(related),
            code_flows: Vec::new(),
            partial_fingerprints: fingerprints(known_by, None),
            baseline_state: None,
            suppressions: Vec::new(),
            properties: None,
        })
    }

    fn of_sharing(
        &self,
        rule: &'a RuleReport,
        rule_index: usize,
        finding: &'a Finding,
        known_by: String,
    ) -> Option<log::Outcome<'a>> {
        let place = self.places.find_or_first(finding.span)?;
        let open = finding.verdict == Verdict::CannotTell && !self.options.threshold.cannot_tell;
        let grade = match finding.counts() {
            // for readers that know nothing of suppressions and of what was there before
            false => Grade::Note,
            true => Grade::of_finding(rule, finding, self.options.threshold),
        };
        let mut text = match finding.verdict {
            Verdict::CannotTell => format!("Cannot tell: {}.", one_line(&finding.summary).trim_end_matches('.')),
            _ => sentence(&finding.summary),
        };
        for missing in &finding.missing {
            text.push_str(&format!("\nNot stated: {}", one_line(&missing.text)));
        }
        if let Some(fix) = finding.fix.as_ref().or(rule.fix.as_ref()) {
            text.push_str(&format!("\nFix: {}", sentence(fix)));
        }
        let related = finding.missing.iter().map(|m| (m.text.as_str(), m.span));
        Some(log::Outcome {
            rule_id: &rule.name,
            rule_index,
            kind: if open { "open" } else { "fail" },
            level: if open { "none" } else { level(grade) },
            message: message(&text),
            code_flows: self.flow(finding, &place).into_iter().collect(),
            locations: [location(place, None)],
            related_locations: self.related(related),
            partial_fingerprints: fingerprints(known_by, Some(&finding.fingerprint)),
            baseline_state: finding.known.then_some("unchanged"),
            suppressions: finding.waived.iter().map(suppression).collect(),
            properties: Some(ResultProperties {
                verdict: finding.verdict.words(),
                subjects: &finding.subjects,
                activity: finding.activity.as_deref(),
                fix: finding.fix.as_deref(),
            }),
        })
    }

    /// The way a finding happens. A step that stands in no file of the repository is shown where the finding is.
    fn flow(&self, finding: &Finding, primary: &Place) -> Option<CodeFlow> {
        let locations: Vec<FlowLocation> = finding
            .steps
            .iter()
            .enumerate()
            .map(|(number, step)| FlowLocation {
                location: location(
                    self.places.find(step.span).unwrap_or_else(|| primary.clone()),
                    Some(message(&sentence(&step.sentence))),
                ),
                execution_order: number + 1,
            })
            .collect();
        (!locations.is_empty()).then_some(CodeFlow { thread_flows: [ThreadFlow { locations }] })
    }

    fn related<'t>(&self, all: impl Iterator<Item = (&'t str, Span)>) -> Vec<Location> {
        let found = all.filter_map(|(text, span)| Some((text, self.places.find(span)?)));
        let one = |(number, (text, place)): (usize, (&str, Place))| Location {
            id: Some(number + 1),
            ..location(place, (!text.is_empty()).then(|| message(&sentence(text))))
        };
        found.enumerate().map(one).collect()
    }

    /// Whether the rules were judged, and what of the outcome is no result.
    fn invocation(&self, codes: &[&'static Code]) -> Invocation {
        let diagnostics = &self.outcome.diagnostics;
        let mut execution = Vec::new();
        let note = |level, text: String| Notification {
            level,
            message: Message::new(text),
            descriptor: None,
            locations: Vec::new(),
        };
        let report = self.outcome.report.as_ref();
        if report.is_none() {
            let errors = count(diagnostics.errors(), "error", "errors");
            execution.push(note("error", format!("No rule was judged, since the text has {errors}.")));
        } else if judged(report).next().is_none() {
            execution.push(note("warning", "Nothing was checked: no rule or promise applies.".to_owned()));
        }
        if diagnostics.left_out() > 0 {
            execution.push(note(
                "warning",
                format!("{} more errors and warnings of the text are left out.", diagnostics.left_out()),
            ));
        }
        execution.extend(judged(report).filter(|r| r.findings_left_out > 0).map(|rule| {
            note(
                "warning",
                format!("{} more findings of `{}` are left out.", rule.findings_left_out, one_line(&rule.name)),
            )
        }));
        execution.extend(report.and_then(assumptions).map(|text| note("note", text)));
        let configuration = diagnostics.sorted().into_iter().map(|d| Notification {
            level: level(grade_of_text(d)),
            message: message(&sentence(&d.message)),
            descriptor: codes.iter().position(|c| c.id == d.code.id).map(|index| Reference { id: d.code.id, index }),
            locations: self.places.find(d.span).map(|p| location(p, None)).into_iter().collect(),
        });
        Invocation {
            execution_successful: report.is_some(),
            tool_execution_notifications: execution,
            tool_configuration_notifications: configuration.collect(),
        }
    }
}

/// What every verdict rests on, where the project assumes something.
fn assumptions(report: &Report) -> Option<String> {
    let all: Vec<String> = report.assumptions.iter().map(|(text, _)| one_line(text)).collect();
    (!all.is_empty()).then(|| format!("Every verdict rests on what is assumed: {}.", all.join("; ")))
}

fn level(grade: Grade) -> &'static str {
    match grade {
        Grade::Error => "error",
        Grade::Warning => "warning",
        Grade::Note => "note",
    }
}

/// A message that has no links: `](` would make one.
fn message(text: &str) -> Message {
    Message::new(text.replace("](", "] ("))
}

fn location(place: Place, message: Option<Message>) -> Location {
    let Place { path, line, column, end_line, end_column } = place;
    let uri = utf8_percent_encode(&path, PATH).to_string();
    Location {
        id: None,
        physical_location: PhysicalLocation {
            artifact_location: ArtifactLocation { uri, uri_base_id: ROOT },
            region: Region { start_line: line, start_column: column, end_line, end_column },
        },
        message,
    }
}

/// What a result is known by. GitHub goes by the name `primaryLocationLineHash`, and by a hash of the line where it is missing, so that
/// two findings on one line would be one.
fn fingerprints(known_by: String, fingerprint: Option<&str>) -> std::collections::BTreeMap<&'static str, String> {
    let mut all = std::collections::BTreeMap::new();
    all.extend(fingerprint.map(|f| ("staunch/v1", f.to_owned())));
    all.insert("primaryLocationLineHash", known_by);
    all
}

fn suppression(waived: &Waived) -> Suppression {
    Suppression {
        kind: "inSource",
        status: "accepted",
        justification: format!(
            "{} Approved by {}, until {}.",
            sentence(&waived.reason),
            one_line(&waived.approver),
            waived.until
        ),
    }
}
