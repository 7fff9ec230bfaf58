//! `staunch.yaml`: what a project sets.

use std::collections::BTreeMap;

use crate::source::Span;

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
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            name: None,
            jurisdiction: Jurisdiction::Uk,
            vocabularies: Vec::new(),
            severity: BTreeMap::new(),
            minimum_count: 10,
        }
    }
}
