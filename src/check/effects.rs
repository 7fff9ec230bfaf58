//! What follows from the difference between two versions, in sentences that a governance lead understands.

use std::collections::{BTreeMap, BTreeSet};

use super::changes::{Sided, Turn};
use super::compare::Snapshot;
use super::controls::Seat;
use super::report::{Finding, Report, RuleReport, Standing, Verdict};
use super::{Outcome, RuleSeverity};
use crate::rules::holdings::{End, Holding};
use crate::source::Span;
use crate::vocabulary::Settings;

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
    pub(super) target: Option<Target>,
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
pub(super) enum Target {
    Finding(String, Verdict),
    Has(HeldBy),
    Field(HeldBy, String),
    Levels(Vec<HeldBy>, (u8, u8)),
    End(HeldBy, End),
}

impl Target {
    /// Whether it is so in a variant.
    pub(super) fn is_in(&self, variant: &Snapshot) -> bool {
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

/// The promises of which a finding differs, each with the gravest of those.
fn promises<'o>(outcome: &'o Outcome, differs: impl Fn(&&Finding) -> bool) -> BTreeMap<&'o str, Verdict> {
    let promises = outcome.report.iter().flat_map(|r| &r.rules).filter(|r| r.promise);
    let gravest = |r: &'o RuleReport| r.open().filter(&differs).map(|f| f.verdict).max().map(|v| (r.name.as_str(), v));
    promises.filter_map(gravest).collect()
}

/// Whether a rule only says of a promise what the promise's own findings say: that it is not kept.
fn repeats(finding: &Finding, rule: &RuleReport, promises: &BTreeMap<&str, Verdict>) -> bool {
    let [name] = finding.subjects.as_slice() else { return false };
    !rule.promise && promises.get(name.as_str()).is_some_and(|own| *own >= finding.verdict)
}

/// What differs in findings and in who has what. A finding that is only hidden is not mended.
pub(super) fn of_snapshots(
    (was, is): (&Snapshot, &Snapshot),
    (old, new): (&Outcome, &Outcome),
    hidden: &[Effect],
) -> Vec<Effect> {
    let hidden: BTreeSet<&str> =
        hidden.iter().filter_map(|e| e.finding.as_ref()).map(|f| f.fingerprint.as_str()).collect();
    let worse = |f: &&Finding| was.findings.get(&f.fingerprint).is_none_or(|before| before.verdict < f.verdict);
    let gone = |f: &&Finding| {
        is.findings.get(&f.fingerprint).is_none_or(|now| now.verdict < f.verdict)
            && !hidden.contains(f.fingerprint.as_str())
    };
    let mut effects = Vec::new();
    let broken = promises(new, worse);
    for rule in new.report.iter().flat_map(|r| &r.rules) {
        for finding in rule.open().filter(worse).filter(|f| !repeats(f, rule, &broken)) {
            let how = match finding.verdict {
                Verdict::Fail => "likely issue",
                _ => "cannot be told any more",
            };
            let sentence = format!("{how}, {} `{}`: {}", kind(rule), rule.name, finding.summary);
            let target = Target::Finding(finding.fingerprint.clone(), finding.verdict);
            let mut effect = Effect::new(EffectKind::Finding, Bearing::Worse, sentence).about(rule);
            effect.finding = Some(Box::new(finding.clone()));
            effects.push(effect.at(Side::New, finding.span).known_by(target));
        }
    }
    let mended = promises(old, gone);
    for rule in old.report.iter().flat_map(|r| &r.rules) {
        for finding in rule.open().filter(gone).filter(|f| !repeats(f, rule, &mended)) {
            let judged = new
                .report
                .iter()
                .flat_map(|r| &r.rules)
                .any(|r| r.name == rule.name && r.standing == Standing::Applies);
            if judged {
                let sentence = format!("mended, {} `{}`: {}", kind(rule), rule.name, finding.summary);
                let effect = Effect::new(EffectKind::Finding, Bearing::Better, sentence).about(rule);
                effects.push(effect.at(Side::Old, finding.span));
            }
        }
    }
    let had: BTreeSet<&String> = was.holdings.keys().map(|(party, ..)| party).collect();
    let mut first: BTreeSet<&String> = BTreeSet::new();
    for (key, holding) in &is.holdings {
        match was.holdings.get(key) {
            None => {
                let new_here = !had.contains(&key.0) && first.insert(&key.0);
                effects.push(has(key, holding, new_here, was));
            }
            Some(before) => effects.extend(differs(key, before, holding)),
        }
    }
    effects.extend(levels(was, is));
    for (key, holding) in was.holdings.iter().filter(|(key, _)| !is.holdings.contains_key(*key)) {
        let sentence = format!("{} no longer has `{}`{}", title(holding), key.1, by_whom(holding));
        effects.push(Effect::new(EffectKind::Recipient, Bearing::Better, sentence).at(Side::Old, holding.span));
    }
    effects
}

/// What a party is called where a sentence begins with it.
fn title(holding: &Holding) -> String {
    let (name, title) = &holding.party;
    if name == "public" { "The public".to_owned() } else { title.clone() }
}

/// Where it is, if not simply with the party.
fn by_whom(holding: &Holding) -> String {
    if holding.place == holding.party.0 { String::new() } else { format!(" at `{}`", holding.place) }
}

/// What a level means for people.
fn level_words(level: u8) -> &'static str {
    match level {
        0 => "as anonymous counts",
        1 => "as counts",
        2 => "person by person",
        3 => "person by person, under a code",
        _ => "with people who can be identified there",
    }
}

/// Somebody has something new.
fn has(key: &HeldBy, holding: &Holding, new_here: bool, was: &Snapshot) -> Effect {
    let verb = match (new_here, holding.received) {
        (true, _) => "now receives data, and has",
        (false, true) => "now receives",
        (false, false) => "now has",
    };
    let (direct, other): (Vec<_>, Vec<_>) = holding.fields.iter().partition(|(_, direct)| **direct);
    let other: Vec<&String> = other.into_iter().map(|(name, _)| name).collect();
    let direct: Vec<&String> = direct.into_iter().map(|(name, _)| name).collect();
    let fields = match (other.is_empty(), direct.is_empty()) {
        (true, true) => String::new(),
        (false, true) => format!(" with {}", listed(other)),
        (true, false) => format!(" with {}", listed(direct)),
        (false, false) => format!(" with {} together with {}", listed(other), listed(direct)),
    };
    let level = holding.level.1;
    let sentence =
        format!("{} {verb} `{}`{}{fields}, {}", title(holding), key.1, by_whom(holding), both(holding.level));
    // a dataset under a new name at somebody who had all of it before is no new recipient
    let known = was.holdings.values().any(|h| {
        h.party == holding.party && h.level.1 >= level && holding.fields.keys().all(|f| h.fields.contains_key(f))
    });
    let bearing = if level == 0 || known { Bearing::Neither } else { Bearing::Worse };
    Effect::new(EffectKind::Recipient, bearing, sentence).at(Side::New, holding.span).known_by(Target::Has(key.clone()))
}

/// Somebody has what it had, and it is something else.
fn differs(key: &HeldBy, was: &Holding, is: &Holding) -> Vec<Effect> {
    let mut effects = Vec::new();
    let (who, what) = (title(is), &key.1);
    let more: Vec<&String> = is.fields.keys().filter(|f| !was.fields.contains_key(*f)).collect();
    let fewer: Vec<&String> = was.fields.keys().filter(|f| !is.fields.contains_key(*f)).collect();
    if let Some(first) = more.first() {
        let sentence = format!("{who} now has {} in `{what}`{} as well", listed(more.iter().copied()), by_whom(is));
        let target = Target::Field(key.clone(), (*first).clone());
        effects.push(Effect::new(EffectKind::Fields, Bearing::Worse, sentence).at(Side::New, is.span).known_by(target));
    }
    if !fewer.is_empty() {
        let sentence = format!("{who} no longer has {} in `{what}`{}", listed(fewer), by_whom(is));
        effects.push(Effect::new(EffectKind::Fields, Bearing::Better, sentence).at(Side::New, is.span));
    }
    if is.end != was.end {
        effects.push(kept(key, was, is));
    }
    effects
}

/// How far people can be identified where it is another: for each party in one sentence of all that changes alike.
fn levels(was: &Snapshot, is: &Snapshot) -> Vec<Effect> {
    type Alike<'h> = ((u8, u8), (u8, u8), Vec<(&'h HeldBy, &'h Holding)>);
    let mut by_party: BTreeMap<&String, Vec<Alike<'_>>> = BTreeMap::new();
    for (key, now) in &is.holdings {
        let Some(before) = was.holdings.get(key).filter(|before| before.level != now.level) else { continue };
        let alike = by_party.entry(&key.0).or_default();
        match alike.iter_mut().find(|(a, b, _)| (*a, *b) == (before.level, now.level)) {
            Some((_, _, all)) => all.push((key, now)),
            None => alike.push((before.level, now.level, vec![(key, now)])),
        }
    }
    let mut effects = Vec::new();
    for (before, now, all) in by_party.into_values().flatten() {
        let Some((_, first)) = all.first() else { continue };
        let worse = now.1 > before.1 || (now.1 == before.1 && now.0 > before.0);
        let names: BTreeSet<&String> = all.iter().map(|(key, _)| &key.1).collect();
        let only = if worse { "" } else { " only" };
        let sentence =
            format!("{} now has {}{only} {} (before: {})", title(first), listed(names), both(now), both(before));
        let bearing = if worse { Bearing::Worse } else { Bearing::Better };
        let effect = Effect::new(EffectKind::Level, bearing, sentence).at(Side::New, first.span);
        let target = Target::Levels(all.iter().map(|(key, _)| (*key).clone()).collect(), now);
        effects.push(if worse { effect.known_by(target) } else { effect });
    }
    effects
}

/// A level as read kindly and harshly, in words.
fn both((kind, harsh): (u8, u8)) -> String {
    match kind == harsh {
        true => level_words(harsh).to_owned(),
        false => format!("perhaps {}", level_words(harsh)),
    }
}

/// Something is kept for another time.
fn kept(key: &HeldBy, was: &Holding, is: &Holding) -> Effect {
    let words = |end: &End| {
        let said = end.words.iter().cloned().collect::<Vec<_>>().join("; ");
        match end.date {
            _ if end.words.is_empty() => "nobody says until when".to_owned(),
            Some(date) if !said.contains(&date.to_string()) => format!("until {said}, by {date}"),
            _ => format!("until {said}"),
        }
    };
    let longer = match (&was.end, &is.end) {
        (a, b) if b.words.is_empty() => Some(!a.words.is_empty()),
        (a, _) if a.words.is_empty() => Some(false),
        (End { date: Some(a), .. }, End { date: Some(b), .. }) if a != b => Some(b > a),
        (End { days: Some((from, a)), .. }, End { days: Some((same, b)), .. }) if from == same && a != b => Some(b > a),
        _ => None,
    };
    let (how, bearing) = match longer {
        Some(true) => ("keeps longer", Bearing::Worse),
        Some(false) => ("keeps for a shorter time", Bearing::Better),
        None => ("keeps for another time", Bearing::Neither),
    };
    let sentence =
        format!("{} {how} `{}`{}: {} (before: {})", title(is), key.1, by_whom(is), words(&is.end), words(&was.end));
    Effect::new(EffectKind::Retention, bearing, sentence)
        .at(Side::New, is.span)
        .known_by(Target::End(key.clone(), is.end.clone()))
}

/// The changes of what has a name.
fn changed<'s>(sided: &'s [Sided], name: &'s str) -> impl Iterator<Item = usize> + 's {
    sided.iter().enumerate().filter(move |(_, s)| s.change.name == name).map(|(n, _)| n)
}

fn applies(report: &Report) -> BTreeMap<&str, &RuleReport> {
    let rules = report.rules.iter().filter(|r| r.standing == Standing::Applies);
    rules.map(|r| (r.name.as_str(), r)).collect()
}

/// What differs in rules, promises and waivers.
pub(super) fn of_rules((old, new): (&Outcome, &Outcome), sided: &[Sided]) -> Vec<Effect> {
    let (Some(old), Some(new)) = (&old.report, &new.report) else { return Vec::new() };
    let (before, after) = (applies(old), applies(new));
    let mut effects = Vec::new();
    let mut not_adopted: BTreeMap<&String, Vec<&RuleReport>> = BTreeMap::new();
    let adopts = || sided.iter().enumerate().filter(|(_, s)| s.change.kind == "adopt").map(|(n, _)| n);
    for (name, was) in &before {
        let causes: Vec<usize> = match changed(sided, name).collect::<Vec<_>>() {
            own if own.is_empty() => adopts().collect(),
            own => own,
        };
        let Some(is) = after.get(name) else {
            if let (Some(pack), None) = (&was.pack, new.rules.iter().find(|r| r.name == *name)) {
                not_adopted.entry(pack).or_default().push(was);
                continue;
            }
            let how = match new.rules.iter().find(|r| r.name == *name).map(|r| r.standing) {
                None => "is gone".to_owned(),
                Some(Standing::PutOff(Some(until))) => format!("is put off until {until}"),
                Some(Standing::PutOff(None)) => "is put off".to_owned(),
                Some(Standing::Withdrawn(on)) => format!("was withdrawn on {on}"),
                Some(Standing::NotYet(from)) => format!("applies only from {from}"),
                Some(Standing::NoLonger(to)) => format!("applied until {to}"),
                Some(_) => "does not apply any more".to_owned(),
            };
            let sentence = format!("the {} `{name}` {how}", kind(was));
            let effect = Effect::new(EffectKind::Rule, Bearing::Worse, sentence).about(was).caused_by(causes);
            effects.push(effect.at(Side::Old, was.span));
            continue;
        };
        if is.severity != was.severity {
            let weaker = is.severity < was.severity;
            let how = if weaker { "graver no more" } else { "graver" };
            let words = |s: RuleSeverity| match s {
                RuleSeverity::Error => "an error",
                RuleSeverity::Warning => "a warning",
                RuleSeverity::Info => "for information",
            };
            let sentence = match weaker {
                true => format!(
                    "the {} `{name}` is only {} (before: {})",
                    kind(is),
                    words(is.severity),
                    words(was.severity)
                ),
                false => format!(
                    "the {} `{name}` is {how}: {} (before: {})",
                    kind(is),
                    words(is.severity),
                    words(was.severity)
                ),
            };
            let bearing = if weaker { Bearing::Worse } else { Bearing::Better };
            effects.push(
                Effect::new(EffectKind::Rule, bearing, sentence)
                    .about(was)
                    .caused_by(causes.clone())
                    .at(Side::New, is.span),
            );
        }
        for (sentence, bearing, span) in sentences(was, is) {
            let (side, span) = span;
            effects.push(
                Effect::new(EffectKind::Rule, bearing, sentence).about(is).caused_by(causes.clone()).at(side, span),
            );
        }
    }
    for (pack, rules) in not_adopted {
        let names: Vec<&String> = rules.iter().map(|r| &r.name).collect();
        let (what, are) = if names.len() == 1 { ("rule", "is") } else { ("rules", "are") };
        let sentence = format!("the {what} {} of the pack `{pack}` {are} no longer adopted", listed(names));
        let mut effect = Effect::new(EffectKind::Rule, Bearing::Worse, sentence).caused_by(adopts());
        effect.severity = rules.iter().map(|r| r.severity).max().unwrap_or(RuleSeverity::Warning);
        effects.push(effect);
    }
    for (name, is) in after.iter().filter(|(name, _)| !before.contains_key(*name)) {
        let sentence = format!("the {} `{name}` is new", kind(is));
        let causes: Vec<usize> = match changed(sided, name).collect::<Vec<_>>() {
            own if own.is_empty() => adopts().collect(),
            own => own,
        };
        let effect = Effect::new(EffectKind::Rule, Bearing::Better, sentence).about(is).caused_by(causes);
        effects.push(effect.at(Side::New, is.span));
    }
    effects.extend(of_waivers((old, new), sided));
    effects
}

/// A sentence with what it means for the better or worse, and where it stands.
type Said = (String, Bearing, (Side, Span));

/// Which sentences of a rule are others.
fn sentences(was: &RuleReport, is: &RuleReport) -> Vec<Said> {
    let texts = |r: &RuleReport| r.sentences.iter().map(|s| s.text.clone()).collect::<BTreeSet<String>>();
    let (before, after) = (texts(was), texts(is));
    let gone: Vec<_> = was.sentences.iter().filter(|s| !after.contains(&s.text)).collect();
    let mut new: Vec<_> = is.sentences.iter().filter(|s| !before.contains(&s.text)).collect();
    let mut said = Vec::new();
    let (name, kind) = (&is.name, kind(is));
    for old in gone {
        // the same with one exception more or less
        let more = new
            .iter()
            .position(|n| n.text.strip_prefix(&old.text).is_some_and(|r| r.trim_start().starts_with("except")));
        let less = new
            .iter()
            .position(|n| old.text.strip_prefix(&n.text).is_some_and(|r| r.trim_start().starts_with("except")));
        if let Some(at) = more {
            let now = new.remove(at);
            let exception = now.text.strip_prefix(&old.text).unwrap_or("").trim();
            said.push((
                format!("the {kind} `{name}` lets more pass: {exception}"),
                Bearing::Worse,
                (Side::New, now.span),
            ));
        } else if let Some(at) = less {
            let now = new.remove(at);
            let exception = old.text.strip_prefix(&now.text).unwrap_or("").trim();
            said.push((
                format!("the {kind} `{name}` makes no exception any more: {exception}"),
                Bearing::Better,
                (Side::New, now.span),
            ));
        } else {
            let text = format!("the {kind} `{name}` no longer says: {}", old.text);
            said.push((text, Bearing::Worse, (Side::Old, old.span)));
        }
    }
    for now in new {
        said.push((format!("the {kind} `{name}` now says: {}", now.text), Bearing::Neither, (Side::New, now.span)));
    }
    said
}

fn of_waivers((old, new): (&Report, &Report), sided: &[Sided]) -> Vec<Effect> {
    let mut effects = Vec::new();
    for is in &new.waivers {
        let was = old.waivers.iter().find(|w| (&w.rule, &w.subject) == (&is.rule, &is.subject));
        let (rule, subject, until) = (&is.rule, &is.subject, is.until);
        let head = format!("waive {rule} for {subject}");
        let causes: Vec<usize> = changed(sided, &head).collect();
        let (sentence, bearing) = match was {
            None => (format!("`{rule}` is waived for `{subject}` until {until}"), Bearing::Worse),
            Some(was) if was.until < until => {
                (format!("`{rule}` is waived for `{subject}` until {until} (before: {})", was.until), Bearing::Worse)
            }
            Some(was) if was.until > until => (
                format!("`{rule}` is waived for `{subject}` only until {until} (before: {})", was.until),
                Bearing::Better,
            ),
            Some(_) => continue,
        };
        effects.push(Effect::new(EffectKind::Waiver, bearing, sentence).at(Side::New, is.span).caused_by(causes));
    }
    for was in &old.waivers {
        if !new.waivers.iter().any(|w| (&w.rule, &w.subject) == (&was.rule, &was.subject)) {
            let sentence = format!("`{}` is no longer waived for `{}`", was.rule, was.subject);
            effects.push(Effect::new(EffectKind::Waiver, Bearing::Better, sentence).at(Side::Old, was.span));
        }
    }
    effects
}

/// What differs in controls. With a step or a flow go its controls, which is no loss.
pub(super) fn of_controls((old, new): (&[Seat], &[Seat]), sided: &[Sided]) -> Vec<Effect> {
    let whats = |seats: &[Seat]| seats.iter().map(|s| s.what.clone()).collect::<BTreeSet<String>>();
    let (before, after) = (whats(old), whats(new));
    let mut effects = Vec::new();
    let of = |at, old: bool| sided.iter().position(|s| if old { s.old == Some(at) } else { s.new == Some(at) });
    for seat in old.iter().filter(|s| !after.contains(&s.what)) {
        let change = of(seat.at, true);
        let removed = change.and_then(|n| sided.get(n)).is_some_and(|s| s.change.turn == Turn::Removed);
        if removed && !seat.stands_alone {
            continue;
        }
        let sentence = format!("a control is gone: {}", seat.what);
        effects.push(
            Effect::new(EffectKind::Control, Bearing::Worse, sentence).at(Side::Old, seat.span).caused_by(change),
        );
    }
    for seat in new.iter().filter(|s| !before.contains(&s.what)) {
        let change = of(seat.at, false);
        let added = change.and_then(|n| sided.get(n)).is_some_and(|s| s.change.turn == Turn::Added);
        if added && !seat.stands_alone {
            continue;
        }
        let sentence = format!("a control is new: {}", seat.what);
        effects.push(
            Effect::new(EffectKind::Control, Bearing::Better, sentence).at(Side::New, seat.span).caused_by(change),
        );
    }
    effects
}

/// What differs in the settings that verdicts depend on.
pub(super) fn of_settings(was: &Settings, is: &Settings) -> Vec<Effect> {
    let mut effects = Vec::new();
    let mut number = |what: &str, was: u64, is: u64, weaker: bool| {
        if was != is {
            let bearing = if weaker { Bearing::Worse } else { Bearing::Better };
            let sentence = format!("`thresholds: {what}` is {is} in the settings (before: {was})");
            effects.push(Effect::new(EffectKind::Setting, bearing, sentence));
        }
    };
    number("minimum-count", was.minimum_count, is.minimum_count, is.minimum_count < was.minimum_count);
    let (a, b) = (was.longest_waiver, is.longest_waiver);
    number("longest-waiver-days", u64::from(a), u64::from(b), b > a);
    if was.jurisdiction != is.jurisdiction {
        let sentence = "the settings name another jurisdiction".to_owned();
        effects.push(Effect::new(EffectKind::Setting, Bearing::Neither, sentence));
    }
    effects
}

/// Findings that are gone only because the rules are others.
pub(super) fn hidden(as_before: &Snapshot, (was, is): (&Snapshot, &Snapshot), causes: &BTreeSet<usize>) -> Vec<Effect> {
    let gone = |(fingerprint, finding): &(&String, &Finding)| {
        let now = is.findings.get(*fingerprint).is_none_or(|f| f.verdict < finding.verdict);
        // what the rules of before would bring up anew is hidden, and so is what was there already
        now && (finding.verdict == Verdict::Fail || was.findings.contains_key(*fingerprint))
    };
    as_before
        .findings
        .iter()
        .filter(gone)
        .map(|(fingerprint, finding)| {
            let rule = fingerprint.split('/').next().unwrap_or("");
            let sentence = format!("the rules as they were would say (`{rule}`): {}", finding.summary);
            let mut effect = Effect::new(EffectKind::Hidden, Bearing::Worse, sentence)
                .at(Side::New, finding.span)
                .caused_by(causes.iter().copied());
            effect.rule = Some(rule.to_owned());
            effect.finding = Some(Box::new(finding.clone()));
            effect
        })
        .collect()
}
