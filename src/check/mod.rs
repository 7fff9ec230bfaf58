//! One entry point: texts, settings and a date go in, a [`Report`] comes out.
//!
//! The command, the tests and (later) the language server all come through here.

mod report;

pub use report::*;

use crate::diagnostic::Diagnostics;
use crate::source::Sources;

/// What a check gives back.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// Every text of the run.
    pub sources: Sources,
    /// What is wrong with the text.
    pub diagnostics: Diagnostics,
    /// The report; `None` when the text has errors, since nothing was judged then.
    pub report: Option<Report>,
}
