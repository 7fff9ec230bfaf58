//! The one place where the command meets the judgement.

use jiff::civil::Date;

use crate::check::{Outcome, Report, Size};
use crate::diagnostic::Diagnostics;
use crate::project::Loaded;

/// Judges a project that was read.
pub(super) fn judge(loaded: Loaded, as_of: Date) -> Outcome {
    let Loaded { sources, staunch_files, settings, diagnostics, .. } = loaded;
    let report = (!diagnostics.has_errors()).then(|| Report {
        project: settings.name,
        as_of,
        rules: Vec::new(),
        assumptions: Vec::new(),
        size: Size { files: staunch_files.len(), ..Size::default() },
    });
    Outcome { sources, diagnostics, report }
}

/// Answers a question: an outcome whose only rule is the question, and whose findings are the answers.
pub(super) fn ask(loaded: Loaded, _question: &str, as_of: Date) -> Outcome {
    judge(loaded, as_of)
}

/// What a word of the vocabulary means.
pub(super) fn describe(_loaded: Option<&Loaded>, _word: &str) -> Option<String> {
    None
}

/// Every word of the vocabulary, for "did you mean".
pub(super) fn words(_loaded: Option<&Loaded>) -> Vec<String> {
    Vec::new()
}

/// A fact of an entity that a condition may ask for.
#[derive(Clone, Debug)]
pub(super) struct Fact {
    /// The entity, `flow`.
    pub(super) entity: String,
    /// The fact, `agreement in force`.
    pub(super) name: String,
    /// What it means.
    pub(super) meaning: String,
}

/// Every fact of every entity.
pub(super) fn facts() -> Vec<Fact> {
    Vec::new()
}

/// A file in its canonical layout; what is wrong with it, if it cannot be read.
pub(super) fn format(text: &str, _start: u32) -> Result<String, Diagnostics> {
    Ok(text.lines().map(|l| format!("{}\n", l.trim_end())).collect())
}
