//! Two versions side by side, for programs and as a comment on a change. For people it is in `human/comparison.rs`.

mod json;
mod markdown;

pub use json::SCHEMA;
pub(super) use json::render as json;
pub(super) use markdown::render as markdown;

use super::Named;
use super::text::safe;

/// A version that is compared.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Version<'a> {
    /// What it is called.
    pub name: &'a str,
    /// Its folder, as [`super::Options::folder`] has it.
    pub folder: &'a str,
}

/// What the version in the folder is called where no other name was given.
pub const HERE: &str = "what is here";

/// A version's name as people read it, in the middle of a sentence.
pub(super) fn called(name: &str) -> String {
    if name == HERE { name.to_owned() } else { format!("`{}`", safe(name)) }
}

/// The formats of a comparison.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ComparisonFormat {
    /// For people, on a terminal or read aloud.
    Human,
    /// For programs; versioned, with a schema.
    Json,
    /// A comment on a proposed change, with a hidden tag by which it is found again.
    Markdown,
}

impl Named for ComparisonFormat {
    const ALL: &[ComparisonFormat] = &[ComparisonFormat::Human, ComparisonFormat::Json, ComparisonFormat::Markdown];

    fn word(self) -> &'static str {
        match self {
            ComparisonFormat::Human => "human",
            ComparisonFormat::Json => "json",
            ComparisonFormat::Markdown => "markdown",
        }
    }
}
