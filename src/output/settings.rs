//! What a project sets, and where each value comes from.

use jiff::civil::Date;
use serde::Serialize;
use serde_json::{Value, json};

use super::json::Tool;
use super::text;
use crate::diagnostic::Diagnostics;
use crate::source::{Sources, Span};
use crate::vocabulary::{Jurisdiction, RuleSeverity, Settings, TableName};

/// The version of the format.
const VERSION: u32 = 1;

/// The schema of the format (JSON Schema, draft 2020-12).
pub const SCHEMA: &str = include_str!("../../book/src/schema/settings-1.schema.json");

/// The settings of a project, as they hold.
#[derive(Debug)]
pub struct InForce<'a> {
    /// The project's folder, as it is called from where the command runs.
    pub folder: &'a str,
    /// Whether the command line names it; else it is the folder in which the command runs, or one above.
    pub named: bool,
    /// The date that the command line gives, and the one that holds.
    pub as_of: (Option<Date>, Date),
    /// What `staunch.yaml` says.
    pub settings: &'a Settings,
    /// Its text.
    pub sources: &'a Sources,
    /// What is wrong with it.
    pub wrong: &'a Diagnostics,
}

#[derive(Serialize)]
struct Document {
    format: &'static str,
    version: u32,
    tool: Tool,
    settings: Vec<Entry>,
    errors: Vec<String>,
}

#[derive(Serialize)]
struct Entry {
    key: String,
    value: Value,
    from: &'static str,
    place: Option<Place>,
    /// The value in words, where it says more than the value.
    #[serde(skip)]
    words: Option<String>,
}

#[derive(Serialize)]
struct Place {
    file: String,
    line: u32,
    column: u32,
}

/// For people: one setting a line, its value, and where that comes from.
pub(super) fn human(all: &InForce<'_>) -> String {
    let mut out = String::new();
    for entry in entries(all) {
        let value = entry.words.unwrap_or_else(|| match &entry.value {
            Value::String(text) => text::safe(text).into_owned(),
            other => other.to_string(),
        });
        let from = match (&entry.place, entry.from) {
            (Some(p), _) => format!("{}:{}:{}", text::safe(&p.file), p.line, p.column),
            (None, "command-line") => "the command line".to_owned(),
            (None, from) => from.to_owned(),
        };
        out.push_str(&format!("{}: {value} ({from})\n", text::safe(&entry.key)));
    }
    out
}

/// For programs.
pub(super) fn to_json(all: &InForce<'_>) -> String {
    let errors = all.wrong.sorted().into_iter().map(|d| {
        let place = super::place(all.sources, d.span);
        format!("{place}: {}: {}", d.code.id, d.message)
    });
    let document = Document {
        format: "staunch-settings",
        version: VERSION,
        tool: Tool::THIS,
        settings: entries(all),
        errors: errors.collect(),
    };
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}

/// Every setting in the order of the book's page.
fn entries(all: &InForce<'_>) -> Vec<Entry> {
    let s = all.settings;
    let place = |span: Span| {
        let p = all.sources.position(span.start)?;
        Some(Place { file: all.sources.file(p.file)?.name.clone(), line: p.line, column: p.column })
    };
    let entry = |key: &str, value: Value, span: Option<Span>| Entry {
        key: key.to_owned(),
        value,
        from: if span.is_some() { "file" } else { "default" },
        place: span.and_then(place),
        words: None,
    };
    let single = |key: &str, value: Value| entry(key, value, s.places.get(key).copied());
    let or = |mut entry: Entry, words: &str| {
        if entry.from == "default" {
            entry.words = Some(words.to_owned());
        }
        entry
    };
    let given = |mut entry: Entry, given: bool| {
        if given {
            entry.from = "command-line";
        }
        entry
    };
    let law = match s.jurisdiction {
        Jurisdiction::Uk => "uk",
        Jurisdiction::Eu => "eu",
    };
    let grade = |severity: RuleSeverity| match severity {
        RuleSeverity::Info => "info",
        RuleSeverity::Warning => "warning",
        RuleSeverity::Error => "error",
    };
    let mut list = vec![
        given(entry("folder", json!(all.folder), None), all.named),
        given(entry("as-of", json!(all.as_of.1.to_string()), None), all.as_of.0.is_some()),
        or(single("name", json!(s.name)), "none"),
        single("jurisdiction", json!(law)),
    ];
    list.extend(s.vocabularies.iter().map(|(path, span)| entry("vocabularies", json!(path), Some(*span))));
    if s.vocabularies.is_empty() {
        list.push(or(entry("vocabularies", Value::Null, None), "only the standard words"));
    }
    list.extend(
        s.severity.iter().map(|(rule, (g, span))| entry(&format!("severity.{rule}"), json!(grade(*g)), Some(*span))),
    );
    if s.severity.is_empty() {
        list.push(or(entry("severity", Value::Null, None), "what each rule says"));
    }
    list.push(single("thresholds.minimum-count", json!(s.minimum_count)));
    list.push(single("thresholds.longest-waiver-days", json!(s.longest_waiver)));
    for table in TableName::ALL {
        let key = format!("tables.{}", table.definition().name);
        let named = s.tables.named().find(|(t, _, _)| *t == table);
        list.push(match named {
            Some((_, path, span)) => entry(&key, json!(path), Some(span)),
            None => or(entry(&key, Value::Null, None), "only the standard rows"),
        });
    }
    list
}
