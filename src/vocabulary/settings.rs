//! `staunch.yaml`: what a project sets.

use std::collections::BTreeMap;

use crate::diagnostic::{Diagnostic, Diagnostics, codes::vocabulary as codes};
use crate::source::{FileId, Sources, Span};

use super::tables::{TableName, Tables};
use super::walk;
use super::yaml::{self, Key, Node};

/// Which law a project stands under.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Jurisdiction {
    /// United Kingdom.
    #[default]
    Uk,
    /// European Union.
    Eu,
}

/// How grave a broken rule is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub enum RuleSeverity {
    /// Worth knowing.
    Info,
    /// Should be mended.
    Warning,
    /// Must be mended.
    Error,
}

/// What `staunch.yaml` says; all of it is optional.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Settings {
    /// The project's name.
    pub name: Option<String>,
    /// Its law.
    pub jurisdiction: Jurisdiction,
    /// Vocabulary files, relative to the project, with the place that names each.
    pub vocabularies: Vec<(String, Span)>,
    /// Severity by rule name, with the place that says it.
    pub severity: BTreeMap<String, (RuleSeverity, Span)>,
    /// The least count that makes a table disclosure-controlled (level 0). Default 10, the stricter of the values common in
    /// UK government statistics.
    pub minimum_count: u64,
    /// For how many days a waiver may last at the most. Default a year.
    pub longest_waiver: u32,
    /// Tables that change with the law, with the project's own rows.
    pub tables: Tables,
    /// Where each setting of a single value is said, by its key (`thresholds.minimum-count`); what is not here is a default.
    pub places: BTreeMap<&'static str, Span>,
}

/// For how many days a waiver may last where a project says nothing: a year, be it a leap year.
const A_YEAR: u32 = 366;

impl Default for Settings {
    fn default() -> Self {
        Settings {
            name: None,
            jurisdiction: Jurisdiction::Uk,
            vocabularies: Vec::new(),
            severity: BTreeMap::new(),
            minimum_count: 10,
            longest_waiver: A_YEAR,
            tables: Tables::default(),
            places: BTreeMap::new(),
        }
    }
}

const KEYS: [&str; 6] = ["name", "jurisdiction", "vocabularies", "severity", "thresholds", "tables"];

/// Reads `staunch.yaml`. What is wrong is reported, and its default holds.
///
/// Whether the rules named under `severity` exist, and whether the files under `vocabularies` and `tables` do, is for others to
/// say.
pub fn read_settings(file: FileId, sources: &Sources, diagnostics: &mut Diagnostics) -> Settings {
    let mut settings = Settings::default();
    let Some(root) = sources.file(file).and_then(|f| yaml::parse(f, diagnostics)) else { return settings };
    for (key, node) in walk::mapping(&root, root.span, "this file of settings", diagnostics).unwrap_or_default() {
        match key.text.as_str() {
            "name" => {
                if let Some(name) = walk::text(key, node, diagnostics) {
                    settings.name = Some(name.text);
                    settings.places.insert("name", key.span);
                }
            }
            "jurisdiction" => {
                let laws = [("uk", Jurisdiction::Uk), ("eu", Jurisdiction::Eu)];
                if let Some(law) = walk::one_of(key, node, &laws, diagnostics) {
                    settings.jurisdiction = law;
                    settings.places.insert("jurisdiction", key.span);
                }
            }
            "vocabularies" => settings.vocabularies = vocabularies(key, node, diagnostics),
            "severity" => settings.severity = severity(key, node, diagnostics),
            "thresholds" => thresholds(key, node, &mut settings, diagnostics),
            "tables" => tables(key, node, &mut settings.tables, diagnostics),
            _ => walk::unknown_key(key, "`staunch.yaml`", &KEYS, diagnostics),
        }
    }
    settings
}

fn vocabularies(key: &Key, node: &Node, diagnostics: &mut Diagnostics) -> Vec<(String, Span)> {
    let mut files: Vec<(String, Span)> = Vec::new();
    let mut named: BTreeMap<String, Span> = BTreeMap::new();
    for file in walk::texts(key, node, diagnostics) {
        match named.get(&file.text) {
            Some(first) => diagnostics.push(
                Diagnostic::new(&codes::SAID_TWICE, file.span, format!("`{}` is named twice", file.text))
                    .also(*first, "it is named here first")
                    .help("name each file once"),
            ),
            None => {
                named.insert(file.text.clone(), file.span);
                files.push((file.text, file.span));
            }
        }
    }
    files
}

fn tables(key: &Key, node: &Node, tables: &mut Tables, diagnostics: &mut Diagnostics) {
    for (key, node) in walk::mapping(node, key.span, "`tables`", diagnostics).unwrap_or_default() {
        let Some(table) = TableName::of(&key.text) else {
            let known: Vec<&str> = TableName::ALL.into_iter().map(|t| t.definition().name).collect();
            walk::unknown_key(key, "`tables`", &known, diagnostics);
            continue;
        };
        if let Some(path) = walk::text(key, node, diagnostics) {
            tables.name(table, path.text, path.span);
        }
    }
}

fn severity(key: &Key, node: &Node, diagnostics: &mut Diagnostics) -> BTreeMap<String, (RuleSeverity, Span)> {
    let grades = [("error", RuleSeverity::Error), ("warning", RuleSeverity::Warning), ("info", RuleSeverity::Info)];
    let mut severity = BTreeMap::new();
    for (rule, node) in walk::mapping(node, key.span, "`severity`", diagnostics).unwrap_or_default() {
        if let Some(grade) = walk::one_of(rule, node, &grades, diagnostics) {
            severity.insert(rule.text.clone(), (grade, rule.span));
        }
    }
    severity
}

fn thresholds(key: &Key, node: &Node, settings: &mut Settings, diagnostics: &mut Diagnostics) {
    for (key, node) in walk::mapping(node, key.span, "`thresholds`", diagnostics).unwrap_or_default() {
        match key.text.as_str() {
            "minimum-count" => {
                let what = "a number of people that can be a threshold";
                if let Some(count) = number(key, node, (what, 1_000_000, 10), diagnostics) {
                    settings.minimum_count = u64::from(count);
                    settings.places.insert("thresholds.minimum-count", key.span);
                }
            }
            "longest-waiver-days" => {
                let what = "a number of days that a waiver may last";
                if let Some(days) = number(key, node, (what, 3_660, A_YEAR), diagnostics) {
                    settings.longest_waiver = days;
                    settings.places.insert("thresholds.longest-waiver-days", key.span);
                }
            }
            _ => walk::unknown_key(key, "`thresholds`", &["minimum-count", "longest-waiver-days"], diagnostics),
        }
    }
}

/// A whole number from 1 to the most that makes sense.
fn number(
    key: &Key,
    node: &Node,
    (what, most, example): (&str, u32, u32),
    diagnostics: &mut Diagnostics,
) -> Option<u32> {
    let text = walk::text(key, node, diagnostics)?;
    let found = text.text.parse::<u32>().ok().filter(|n| (1..=most).contains(n));
    if found.is_none() {
        let shown: String = text.text.chars().take(40).collect();
        diagnostics.push(
            Diagnostic::new(&codes::UNKNOWN_VALUE, text.span, format!("`{shown}` is not {what}"))
                .help(format!("write a whole number from 1 to {most}, such as `{}: {example}`", key.text)),
        );
    }
    found
}
