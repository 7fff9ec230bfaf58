//! The one table of diagnostic codes. Each family has a file of its own; a code is never used again for another thing.
//!
//! `E01..` words and layout · `E02..` names · `E03..` meaning of declarations · `E04..` steps and flows that cannot
//! happen · `E05..` rules · `E06..` vocabulary and settings · `E07..` files. Warnings have the same number space with `W`.

pub mod files;
pub mod graph;
pub mod model;
pub mod names;
pub mod rules;
pub mod syntax;
pub mod vocabulary;

use super::Severity;

/// An entry of the table: what `staunch explain CODE` and the book say of it.
#[derive(Debug, PartialEq, Eq)]
pub struct Code {
    /// The stable code, `E0101` or `W0301`.
    pub id: &'static str,
    /// Error or warning.
    pub severity: Severity,
    /// A few words that name the problem.
    pub title: &'static str,
    /// What it means and why it matters, in plain words.
    pub explanation: &'static str,
    /// A small source that has the problem.
    pub example: &'static str,
    /// What to do.
    pub remedy: &'static str,
}

/// Declares codes and lists them.
macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $id:literal $severity:ident $title:literal {
        explanation: $explanation:literal, example: $example:literal, remedy: $remedy:literal $(,)?
    })*) => {
        $(
            #[doc = concat!("`", $id, "`: ", $title, ".")]
            pub static $name: $crate::diagnostic::codes::Code = $crate::diagnostic::codes::Code {
                id: $id,
                severity: $crate::diagnostic::Severity::$severity,
                title: $title,
                explanation: $explanation,
                example: $example,
                remedy: $remedy,
            };
        )*
        /// Every code of this family.
        pub static ALL: &[&$crate::diagnostic::codes::Code] = &[$(&$name),*];
    };
}
pub(crate) use codes;

/// Every code, in order of its number.
pub fn all() -> Vec<&'static Code> {
    let mut all: Vec<&'static Code> =
        [syntax::ALL, names::ALL, model::ALL, graph::ALL, rules::ALL, vocabulary::ALL, files::ALL]
            .into_iter()
            .flatten()
            .copied()
            .collect();
    all.sort_by_key(|c| (&c.id[1..], c.id));
    all
}

/// The code with this id (any case).
pub fn find(id: &str) -> Option<&'static Code> {
    all().into_iter().find(|c| c.id.eq_ignore_ascii_case(id))
}
