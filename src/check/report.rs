//! What a check found: plain data for every output.

use jiff::civil::Date;

pub use crate::model::LawSource;
pub use crate::rules::{Finding, Missing, Verdict, Waived, WitnessStep, fingerprint};
use crate::source::Span;
pub use crate::vocabulary::{Jurisdiction, RuleSeverity};

/// The outcome of judging a project as of a date.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Report {
    /// The project's name, from its settings.
    pub project: Option<String>,
    /// The date that it was judged as of.
    pub as_of: Date,
    /// Rules and promises, in the order of their declaration (files by name).
    pub rules: Vec<RuleReport>,
    /// What is put off, in the order of declaration.
    pub waivers: Vec<WaiverReport>,
    /// `assume` lines, as sentences: what every verdict rests on.
    pub assumptions: Vec<(String, Span)>,
    /// How much was judged.
    pub size: Size,
}

/// A waiver and what became of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WaiverReport {
    /// The rule.
    pub rule: String,
    /// What it is waived for.
    pub subject: String,
    /// Why.
    pub because: String,
    /// The role of who approved it.
    pub by: String,
    /// When it was approved, where that is said.
    pub on: Option<Date>,
    /// The last day.
    pub until: Date,
    /// How many days are left; below 0 where it has expired.
    pub days_left: i64,
    /// How many findings it is about.
    pub findings: usize,
    /// Whether its rule was judged at all on the date.
    pub judged: bool,
    /// The declaration.
    pub span: Span,
}

impl WaiverReport {
    /// Whether it is to be taken out or approved once more: it has expired, or puts nothing off.
    pub fn is_stale(&self) -> bool {
        self.days_left < 0 || (self.judged && self.findings == 0)
    }
}

/// How much was judged.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Size {
    /// `.staunch` files.
    pub files: usize,
    /// Parties that are declared.
    pub parties: usize,
    /// Datasets, those that steps give included.
    pub datasets: usize,
    /// Flows.
    pub flows: usize,
    /// Steps.
    pub steps: usize,
    /// Copies of data that all of these make.
    pub copies: usize,
}

/// One rule or promise and what became of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RuleReport {
    /// Its name.
    pub name: String,
    /// Its title; may be empty.
    pub title: String,
    /// Where its name stands.
    pub span: Span,
    /// Whether it was promised to people.
    pub promise: bool,
    /// How grave it is when broken.
    pub severity: RuleSeverity,
    /// The worst of its sentences.
    pub verdict: Verdict,
    /// Whether it was judged on the date at all.
    pub standing: Standing,
    /// The pack that it comes from, where it was adopted from one that comes with the program.
    pub pack: Option<String>,
    /// Why it is put off, where it is.
    pub put_off: Option<String>,
    /// The words it was promised in.
    pub quotes: Vec<Quote>,
    /// Its sources in law.
    pub law: Vec<String>,
    /// Why it is there.
    pub because: Option<String>,
    /// What its author says to do when it is broken.
    pub fix: Option<String>,
    /// Its sentences and what became of each.
    pub sentences: Vec<SentenceReport>,
    /// What is wrong, failing ones first; at most [`FINDINGS_KEPT`].
    pub findings: Vec<Finding>,
    /// How many more findings there are.
    pub findings_left_out: usize,
}

impl RuleReport {
    /// The findings that count: no waiver covers them, and they were not there before.
    pub fn open(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|f| f.counts())
    }

    /// The verdict that counts: the worst of the findings that do. Of findings that were not kept nobody knows whether they do.
    pub fn counted(&self) -> Verdict {
        if self.findings_left_out > 0 || self.findings.iter().all(Finding::counts) {
            return self.verdict;
        }
        self.open().map(|f| f.verdict).max().unwrap_or(Verdict::Pass)
    }

    /// Leaves out the last of the findings that count, where there are more than so many, and says how many these were.
    pub(super) fn shorten(&mut self, most: usize) {
        let mut counting = 0;
        let all = self.findings.len();
        self.findings.retain(|finding| {
            counting += usize::from(finding.counts());
            !finding.counts() || counting <= most
        });
        self.findings_left_out += all - self.findings.len();
    }

    /// Whether something is wrong, but nothing that counts.
    pub fn is_put_off(&self) -> bool {
        self.counted() == Verdict::Pass && self.verdict != Verdict::Pass
    }
}

/// How many findings of one rule are kept whole.
pub const FINDINGS_KEPT: usize = 50;

/// How many are kept where findings are compared with those of a baseline, of another version or of a scenario: beyond so many
/// nobody can tell which are new.
pub const FINDINGS_COMPARED: usize = 10_000;

/// Whether a rule applies on the date it was judged as of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Standing {
    /// It was judged.
    Applies,
    /// It applies from a later date: not judged.
    NotYet(Date),
    /// It applied until an earlier date: not judged.
    NoLonger(Date),
    /// The promise was withdrawn: not judged.
    Withdrawn(Date),
    /// It holds in another jurisdiction: not judged.
    Elsewhere,
    /// The project adopts its pack without it, until the end of this day where one is set: not judged.
    PutOff(Option<Date>),
}

/// A promise's words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Quote {
    /// The words.
    pub text: String,
    /// The notice they stand in.
    pub notice: String,
    /// Where the promise quotes them.
    pub span: Span,
}

/// One sentence of a rule.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SentenceReport {
    /// Its text on one line.
    pub text: String,
    /// Where.
    pub span: Span,
    /// What became of it.
    pub verdict: Verdict,
    /// Whether nothing in the model was there for it to judge; a pass that says little.
    pub matched_nothing: bool,
}

/// Counts of rules by verdict.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Tally {
    /// Rules that hold.
    pub pass: usize,
    /// Rules that are broken.
    pub fail: usize,
    /// Rules that cannot be judged.
    pub cannot_tell: usize,
    /// Rules that do not apply on the date.
    pub not_judged: usize,
    /// Rules of which something is wrong, but nothing that counts: it is waived, or was there before.
    pub put_off: usize,
}

impl Report {
    /// Leaves out the last findings of each rule where more count than are shown.
    pub fn shorten(&mut self) {
        self.rules.iter_mut().for_each(|rule| rule.shorten(FINDINGS_KEPT));
    }

    /// Counts the rules (or only the promises, or only the other rules) by verdict.
    pub fn tally(&self, which: impl Fn(&RuleReport) -> bool) -> Tally {
        let mut tally = Tally::default();
        for rule in self.rules.iter().filter(|r| which(r)) {
            match (rule.standing, rule.counted()) {
                (Standing::Applies, _) if rule.is_put_off() => tally.put_off += 1,
                (Standing::Applies, Verdict::Pass) => tally.pass += 1,
                (Standing::Applies, Verdict::Fail) => tally.fail += 1,
                (Standing::Applies, Verdict::CannotTell) => tally.cannot_tell += 1,
                _ => tally.not_judged += 1,
            }
        }
        tally
    }
}
