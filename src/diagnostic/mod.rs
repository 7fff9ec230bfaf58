//! What is wrong with the *text*: never with the sharing (that is a finding, see [`crate::check`]).
//!
//! A [`Diagnostic`] is plain data; [`crate::output`] renders it. Each has a [`Code`] out of one table, [`codes`], that
//! `staunch explain` and the book print. Messages are one lower-case sentence without a full stop, names in backticks,
//! the remedy in `help`.

pub mod codes;
mod suggest;

pub use codes::Code;
pub use suggest::{did_you_mean, nearest};

use crate::source::Span;

/// A noun with its article: `a dataset`, `an event`.
pub fn with_article(noun: &str) -> String {
    let vowel = noun.chars().next().is_some_and(|c| "aeio".contains(c));
    format!("{} {noun}", if vowel { "an" } else { "a" })
}

/// How grave a diagnostic is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Severity {
    /// The text cannot be judged as it stands.
    Error,
    /// The text can be judged, but something in it is likely not meant.
    Warning,
}

/// A place in the source and what to say of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What is there, in a few words; may be empty for the primary place.
    pub text: String,
}

/// One thing that is wrong with the text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Diagnostic {
    /// Its entry in the table.
    pub code: &'static Code,
    /// How grave.
    pub severity: Severity,
    /// One sentence: what is wrong.
    pub message: String,
    /// The primary place.
    pub span: Span,
    /// What to say at the primary place.
    pub label: String,
    /// Other places that matter, possibly in other files.
    pub related: Vec<Label>,
    /// What to do about it.
    pub help: Option<String>,
}

impl Diagnostic {
    /// An error (or a warning, when its code says so) at a place.
    pub fn new(code: &'static Code, span: Span, message: impl Into<String>) -> Self {
        Diagnostic {
            code,
            severity: code.severity,
            message: message.into(),
            span,
            label: String::new(),
            related: Vec::new(),
            help: None,
        }
    }

    /// Says something at the primary place.
    #[must_use]
    pub fn label(mut self, text: impl Into<String>) -> Self {
        self.label = text.into();
        self
    }

    /// Adds another place.
    #[must_use]
    pub fn also(mut self, span: Span, text: impl Into<String>) -> Self {
        self.related.push(Label { span, text: text.into() });
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(text.into());
        self
    }

    /// Says what to do, if there is something to say.
    #[must_use]
    pub fn maybe_help(mut self, text: Option<String>) -> Self {
        if text.is_some() {
            self.help = text;
        }
        self
    }
}

/// How many diagnostics of one run are kept whole; the rest are only counted.
pub const KEPT: usize = 100;

/// The diagnostics of a run: the first [`KEPT`] errors and warnings whole, the rest counted.
#[derive(Clone, Debug, Default)]
pub struct Diagnostics {
    kept: Vec<Diagnostic>,
    errors: usize,
    warnings: usize,
}

impl Diagnostics {
    /// None so far.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes one in.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        let (count, other) = match diagnostic.severity {
            Severity::Error => (&mut self.errors, self.warnings),
            Severity::Warning => (&mut self.warnings, self.errors),
        };
        *count += 1;
        let kept_of_kind = self.kept.len().saturating_sub(other.min(KEPT));
        if kept_of_kind < KEPT {
            self.kept.push(diagnostic);
        }
    }

    /// Takes another set in.
    pub fn extend(&mut self, other: Diagnostics) {
        let (errors, warnings) = (self.errors + other.errors, self.warnings + other.warnings);
        for diagnostic in other.kept {
            self.push(diagnostic);
        }
        self.errors = errors;
        self.warnings = warnings;
    }

    /// Those that were kept, in source order.
    pub fn sorted(&self) -> Vec<&Diagnostic> {
        let mut all: Vec<&Diagnostic> = self.kept.iter().collect();
        all.sort_by(|a, b| (a.span, a.code.id, &a.message).cmp(&(b.span, b.code.id, &b.message)));
        all
    }

    /// How many errors there are, kept or not.
    pub fn errors(&self) -> usize {
        self.errors
    }

    /// How many warnings there are, kept or not.
    pub fn warnings(&self) -> usize {
        self.warnings
    }

    /// How many were counted but not kept.
    pub fn left_out(&self) -> usize {
        self.errors + self.warnings - self.kept.len()
    }

    /// Whether one more error would be kept whole, so that looking for advice on it is worth its while.
    pub fn heard(&self) -> bool {
        self.errors < KEPT
    }

    /// Whether the text cannot be judged.
    pub fn has_errors(&self) -> bool {
        self.errors > 0
    }

    /// Whether there is nothing to say.
    pub fn is_empty(&self) -> bool {
        self.errors == 0 && self.warnings == 0
    }
}
