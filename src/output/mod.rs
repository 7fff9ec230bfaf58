//! What a check found, for people and for machines: one file a format.
//!
//! Every output is a pure function of the [`Outcome`] and the [`Options`]: the same outcome gives the same bytes.

mod comparison;
mod entries;
mod github;
mod gitlab;
mod human;
pub mod json;
mod junit;
pub mod markdown;
mod marked;
pub mod page;
mod sarif;
mod settings;
mod text;

use crate::check::{Comparison, Outcome, RuleReport, RuleSeverity, Standing, Tested, Verdict};
use crate::source::{Sources, Span};

pub use comparison::{ComparisonFormat, HERE, SCHEMA as DIFF_SCHEMA, Version};
pub use github::SHOWN as ANNOTATIONS_SHOWN;
pub use settings::{InForce, SCHEMA as SETTINGS_SCHEMA};

/// The formats.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// For people, on a terminal or read aloud.
    Human,
    /// For programs: see [`json`].
    Json,
    /// SARIF 2.1.0, for code-scanning services and editors.
    Sarif,
    /// JUnit's XML, for reports of tests.
    Junit,
    /// Workflow commands of GitHub Actions, which make annotations.
    Github,
    /// GitLab's Code Quality report.
    Gitlab,
    /// A comment on a pull request.
    Markdown,
}

impl Format {
    /// All of them.
    pub const ALL: &[Format] =
        &[Format::Human, Format::Json, Format::Sarif, Format::Junit, Format::Github, Format::Gitlab, Format::Markdown];

    /// What it is called on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Format::Human => "human",
            Format::Json => "json",
            Format::Sarif => "sarif",
            Format::Junit => "junit",
            Format::Github => "github",
            Format::Gitlab => "gitlab",
            Format::Markdown => "markdown",
        }
    }

    /// The format of a word.
    pub fn of(word: &str) -> Option<Format> {
        Format::ALL.iter().copied().find(|f| f.word() == word)
    }
}

/// What makes a check fail. It is one question for all formats, so that none of them calls a failure what another does not.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Threshold {
    /// The least severity of a rule that counts; no rule does when there is none.
    pub least: Option<RuleSeverity>,
    /// Whether what cannot be told counts as broken.
    pub cannot_tell: bool,
}

impl Threshold {
    /// Broken rules of the severity `error`.
    pub const ERRORS: Threshold = Threshold { least: Some(RuleSeverity::Error), cannot_tell: false };

    /// Whether a rule makes the check fail.
    pub fn counts(self, rule: &RuleReport) -> bool {
        rule.standing == Standing::Applies && self.counts_verdict(rule.severity, rule.counted())
    }

    /// Whether a verdict on a rule of this severity makes the check fail.
    pub fn counts_verdict(self, severity: RuleSeverity, verdict: Verdict) -> bool {
        self.least.is_some_and(|least| severity >= least)
            && match verdict {
                Verdict::Pass => false,
                Verdict::CannotTell => self.cannot_tell,
                Verdict::Fail => true,
            }
    }
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
    /// Whether to list what is as it should be, too.
    pub all: bool,
    /// What makes the check fail.
    pub threshold: Threshold,
    /// The project's folder as it is called from the root of the repository that it is in, with forward slashes; empty where they
    /// are the same and where there is no repository. What other services read names files from there.
    pub folder: String,
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
            all: false,
            threshold: Threshold::ERRORS,
            folder: String::new(),
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
        Format::Sarif => sarif::render(outcome, options),
        Format::Junit => junit::render(outcome, options),
        Format::Github => github::render(outcome, options),
        Format::Gitlab => gitlab::render(outcome, options),
        Format::Markdown => markdown::render(outcome, options),
    }
}

/// Renders the answer to a question of `staunch ask`: the outcome of a project whose only rule is the question.
pub fn render_answer(outcome: &Outcome, options: &Options) -> String {
    human::answer(outcome, options)
}

/// Renders the settings of a project, for people.
pub fn render_settings(settings: &InForce<'_>) -> String {
    settings::human(settings)
}

/// Renders the settings of a project, for programs.
pub fn render_settings_json(settings: &InForce<'_>) -> String {
    settings::to_json(settings)
}

/// Renders what the scenarios of a project came to.
pub fn render_tested(tested: &Tested, format: TestFormat, options: &Options) -> String {
    match format {
        TestFormat::Human => human::tested(tested, options),
        TestFormat::Junit => junit::tested(tested, options),
    }
}

/// The formats of what scenarios came to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TestFormat {
    /// For people, on a terminal or read aloud.
    Human,
    /// JUnit's XML: a case for each scenario.
    Junit,
}

impl Named for TestFormat {
    const ALL: &[TestFormat] = &[TestFormat::Human, TestFormat::Junit];

    fn word(self) -> &'static str {
        match self {
            TestFormat::Human => "human",
            TestFormat::Junit => "junit",
        }
    }
}

impl Named for Format {
    const ALL: &[Format] = Format::ALL;

    fn word(self) -> &'static str {
        Format::word(self)
    }
}

/// A format that the command line knows by a word.
pub trait Named: Copy + 'static {
    /// All of them.
    const ALL: &[Self];

    /// What it is called.
    fn word(self) -> &'static str;

    /// The format of a word.
    fn of(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|format| format.word() == word)
    }
}

/// Renders what a comparison of two versions found.
pub fn render_comparison(
    comparison: &Comparison,
    format: ComparisonFormat,
    (old, new): (Version<'_>, Version<'_>),
    options: &Options,
) -> String {
    match format {
        ComparisonFormat::Human => human::compared(comparison, (old.name, new.name), options),
        ComparisonFormat::Json => comparison::json(comparison, (old.name, new.name)),
        ComparisonFormat::Markdown => comparison::markdown(comparison, old, new),
    }
}

/// Renders the waivers of a project.
pub fn render_waivers(outcome: &Outcome, options: &Options) -> String {
    human::listed(outcome, options)
}

/// A text with everything written out that could steer a terminal, on one line.
pub fn safe_line(text: &str) -> String {
    text::safe(text).into_owned()
}

/// `path:line:column` of a place, as every format writes it.
fn place(sources: &Sources, span: Span) -> String {
    sources
        .position(span.start)
        .and_then(|p| sources.file(p.file).map(|f| format!("{}:{}:{}", text::safe(&f.shown()), p.line, p.column)))
        .unwrap_or_default()
}
