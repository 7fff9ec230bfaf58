//! What differs in findings, and in who has what.

use std::collections::{BTreeMap, BTreeSet};

use super::{Bearing, Effect, EffectKind, HeldBy, Side, Target, kind, listed};
use crate::check::Outcome;
use crate::check::compare::Snapshot;
use crate::check::report::{Finding, RuleReport, Standing, Verdict};
use crate::rules::holdings::{End, Holding};

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
pub(in crate::check) fn of_snapshots(
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
