//! What a check found, for people and for machines: one file a format.
//!
//! Every output is a pure function of the [`Outcome`] and the [`Options`]: the same outcome gives the same bytes.

mod human;
pub mod json;
pub mod page;
mod text;

use crate::check::{Outcome, RuleReport, RuleSeverity, Standing, Tested, Verdict};
use crate::source::{Sources, Span};

/// The formats.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// For people, on a terminal or read aloud.
    Human,
    /// For programs: see [`json`].
    Json,
}

/// How the human format looks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Look {
    /// Source lines with marks drawn below them, for a terminal that shows Unicode.
    Graphical,
    /// One statement a line, nothing drawn, no colour: for screen readers, pipes and logs.
    Plain,
}

/// How to render.
#[derive(Clone, Debug)]
pub struct Options {
    /// How the human format looks.
    pub look: Look,
    /// Whether to use colour (only the graphical look does).
    pub color: bool,
    /// Columns to fill.
    pub width: usize,
    /// Whether to leave the summary out and print nothing when nothing is wrong.
    pub quiet: bool,
    /// Whether what cannot be told counts as broken, which is then said.
    pub strict: bool,
    /// Whether to list what is as it should be, too.
    pub all: bool,
    /// How many findings of one rule are shown to people; the rest are counted.
    pub findings_shown: usize,
    /// How many of them are told with the whole way; the others in a line each.
    pub findings_told: usize,
}

/// How many findings of one rule people are shown unless they ask for that rule alone.
pub const FINDINGS_SHOWN: usize = 10;

/// How many of them are told with the whole way.
pub const FINDINGS_TOLD: usize = 2;

impl Default for Options {
    fn default() -> Self {
        Options {
            look: Look::Plain,
            color: false,
            width: 100,
            quiet: false,
            strict: false,
            all: false,
            findings_shown: FINDINGS_SHOWN,
            findings_told: FINDINGS_TOLD,
        }
    }
}

/// Renders what a check found.
pub fn render(outcome: &Outcome, format: Format, options: &Options) -> String {
    match format {
        Format::Human => human::check(outcome, options),
        Format::Json => json::render(outcome),
    }
}

/// Renders the answer to a question of `staunch ask`: the outcome of a project whose only rule is the question.
pub fn render_answer(outcome: &Outcome, options: &Options) -> String {
    human::answer(outcome, options)
}

/// Renders what the scenarios of a project came to.
pub fn render_tested(tested: &Tested, options: &Options) -> String {
    human::tested(tested, options)
}

/// Renders the waivers of a project.
pub fn render_waivers(outcome: &Outcome, options: &Options) -> String {
    human::listed(outcome, options)
}

/// A text with everything written out that could steer a terminal, on one line.
pub fn safe_line(text: &str) -> String {
    text::safe(text).into_owned()
}

/// Whether a rule counts as broken: it fails, or, when strict, it cannot be told; and it is grave enough.
pub fn counts(rule: &RuleReport, least: RuleSeverity, strict: bool) -> bool {
    rule.standing == Standing::Applies
        && rule.severity >= least
        && match rule.counted() {
            Verdict::Pass => false,
            Verdict::CannotTell => strict,
            Verdict::Fail => true,
        }
}

/// `path:line:column` of a place, as every format writes it.
fn place(sources: &Sources, span: Span) -> String {
    sources
        .position(span.start)
        .and_then(|p| sources.file(p.file).map(|f| format!("{}:{}:{}", text::safe(&f.name), p.line, p.column)))
        .unwrap_or_default()
}
