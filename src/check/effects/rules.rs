//! What differs in rules, promises, waivers, controls and settings.

use std::collections::{BTreeMap, BTreeSet};

use super::{Bearing, Effect, EffectKind, Side, kind, listed};
use crate::check::changes::{Sided, Turn};
use crate::check::compare::Snapshot;
use crate::check::controls::Seat;
use crate::check::report::{Finding, Report, RuleReport, Standing, Verdict};
use crate::check::{Outcome, RuleSeverity};
use crate::source::Span;
use crate::vocabulary::Settings;

/// The changes of what has a name.
fn changed<'s>(sided: &'s [Sided], name: &'s str) -> impl Iterator<Item = usize> + 's {
    sided.iter().enumerate().filter(move |(_, s)| s.change.name == name).map(|(n, _)| n)
}

fn applies(report: &Report) -> BTreeMap<&str, &RuleReport> {
    let rules = report.rules.iter().filter(|r| r.standing == Standing::Applies);
    rules.map(|r| (r.name.as_str(), r)).collect()
}

/// What differs in rules, promises and waivers.
pub(in crate::check) fn of_rules((old, new): (&Outcome, &Outcome), sided: &[Sided]) -> Vec<Effect> {
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
pub(in crate::check) fn of_controls((old, new): (&[Seat], &[Seat]), sided: &[Sided]) -> Vec<Effect> {
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
pub(in crate::check) fn of_settings(was: &Settings, is: &Settings) -> Vec<Effect> {
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
pub(in crate::check) fn hidden(
    as_before: &Snapshot,
    (was, is): (&Snapshot, &Snapshot),
    causes: &BTreeSet<usize>,
) -> Vec<Effect> {
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
