//! What follows from the difference between two versions, in sentences that a governance lead understands.

mod rules;
mod snapshots;

use super::RuleSeverity;
use super::compare::Snapshot;
use super::report::{Finding, RuleReport, Verdict};
use crate::rules::holdings::End;
use crate::source::Span;

pub(in crate::check) use rules::{hidden, of_controls, of_rules, of_settings};
pub(in crate::check) use snapshots::of_snapshots;

/// What follows from a difference.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Effect {
    /// Of which sort it is.
    pub kind: EffectKind,
    /// Whether it is for the worse.
    pub bearing: Bearing,
    /// How grave it is: that of the rule, where one is broken.
    pub severity: RuleSeverity,
    /// One sentence without a full stop.
    pub sentence: String,
    /// The rule that it is about, where it is about one.
    pub rule: Option<String>,
    /// Where it is said: in the new version, or in the old one.
    pub place: Option<(Side, Span)>,
    /// The way it happens, where a rule is broken.
    pub finding: Option<Box<Finding>>,
    /// The changes that bring it about, by their numbers: a smallest set of them. With none, it comes from settings, words or notices.
    pub caused_by: Vec<usize>,
    /// How to know it again in a variant.
    pub(in crate::check) target: Option<Target>,
}

/// Which version a place is in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Side {
    /// The old one.
    Old,
    /// The new one.
    New,
}

/// The sorts of effects, in the order in which they are told.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum EffectKind {
    /// Somebody has data that it had not.
    Recipient,
    /// Somebody can identify people who could not.
    Level,
    /// Somebody has more, or fewer, fields.
    Fields,
    /// A control is gone, or new.
    Control,
    /// Something is kept longer, or for a shorter time.
    Retention,
    /// A rule is broken, or cannot be told, where it was not; or is no more.
    Finding,
    /// A rule is weaker, put off or gone; or stronger, or new.
    Rule,
    /// A waiver is new, longer or gone.
    Waiver,
    /// A threshold of the settings is another.
    Setting,
    /// A finding is gone because the rules are weaker.
    Hidden,
}

impl EffectKind {
    /// A word for it.
    pub fn word(self) -> &'static str {
        match self {
            EffectKind::Finding => "finding",
            EffectKind::Hidden => "hidden",
            EffectKind::Rule => "rule",
            EffectKind::Waiver => "waiver",
            EffectKind::Setting => "setting",
            EffectKind::Recipient => "recipient",
            EffectKind::Level => "level",
            EffectKind::Fields => "fields",
            EffectKind::Control => "control",
            EffectKind::Retention => "retention",
        }
    }
}

/// Whether an effect is for the better or for the worse.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Bearing {
    /// For the better.
    Better,
    /// For neither, as far as can be told.
    Neither,
    /// For the worse.
    Worse,
}

impl Bearing {
    /// A word for it.
    pub fn word(self) -> &'static str {
        match self {
            Bearing::Better => "better",
            Bearing::Neither => "neither",
            Bearing::Worse => "worse",
        }
    }
}

type HeldBy = (String, String, String);

/// What an effect is known by in a variant of the new version.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in crate::check) enum Target {
    Finding(String, Verdict),
    Has(HeldBy),
    Field(HeldBy, String),
    Levels(Vec<HeldBy>, (u8, u8)),
    End(HeldBy, End),
}

impl Target {
    /// Whether it is so in a variant.
    pub(in crate::check) fn is_in(&self, variant: &Snapshot) -> bool {
        match self {
            Target::Finding(fingerprint, verdict) => {
                variant.findings.get(fingerprint).is_some_and(|f| f.verdict >= *verdict)
            }
            Target::Has(key) => variant.holdings.contains_key(key),
            Target::Field(key, field) => variant.holdings.get(key).is_some_and(|h| h.fields.contains_key(field)),
            Target::Levels(keys, (kind, harsh)) => keys
                .iter()
                .all(|key| variant.holdings.get(key).is_some_and(|h| h.level.0 >= *kind && h.level.1 >= *harsh)),
            Target::End(key, end) => variant.holdings.get(key).is_some_and(|h| h.end == *end),
        }
    }
}

impl Effect {
    fn new(kind: EffectKind, bearing: Bearing, sentence: String) -> Effect {
        Effect {
            kind,
            bearing,
            severity: RuleSeverity::Warning,
            sentence,
            rule: None,
            place: None,
            finding: None,
            caused_by: Vec::new(),
            target: None,
        }
    }

    fn at(mut self, side: Side, span: Span) -> Effect {
        self.place = Some((side, span));
        self
    }

    fn about(mut self, rule: &RuleReport) -> Effect {
        self.rule = Some(rule.name.clone());
        self.severity = rule.severity;
        self
    }

    fn known_by(mut self, target: Target) -> Effect {
        self.target = Some(target);
        self
    }

    fn caused_by(mut self, causes: impl IntoIterator<Item = usize>) -> Effect {
        self.caused_by = causes.into_iter().collect();
        self
    }
}

/// `a`, `b` and `c`.
fn listed<'n>(names: impl IntoIterator<Item = &'n String>) -> String {
    let names: Vec<String> = names.into_iter().map(|n| format!("`{n}`")).collect();
    match names.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [all @ .., last] if all.len() < MANY => format!("{} and {last}", all.join(", ")),
        all => format!("{} and {} more", all.get(..MANY).unwrap_or(all).join(", "), all.len() - MANY),
    }
}

/// How many names are listed.
const MANY: usize = 6;

fn kind(rule: &RuleReport) -> &'static str {
    if rule.promise { "promise" } else { "rule" }
}
