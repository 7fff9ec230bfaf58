//! Witnesses tried out: what a finding names is enough for what it says, and nothing in it can be left out.

use std::collections::BTreeSet;

use staunch::check::{Finding, Outcome};

use super::judge;
use super::model::{Field, Model, Operation, Step};
use super::people::People;
use super::rules::{Form, Level, Rule};
use super::truth::Trial;

/// What is wrong with a witness.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Fault {
    /// What it names does not break the rule by itself.
    NotEnough,
    /// Without this, too, the rule is broken.
    TooMuch(String),
    /// Without this, too, it is broken, but only in what another team of the party sees: in what one of them sees nothing
    /// is too much. A way is told for one observer.
    AnotherTeam(String),
}

/// What a finding tells.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Told {
    /// The names of the declarations that its steps point to.
    pub(crate) named: BTreeSet<String>,
    pub(crate) subjects: Vec<String>,
    /// Whether it says what makes people identifiable.
    identifiable: bool,
}

/// Reads a finding. Every declaration has a line of its own.
pub(crate) fn told(outcome: &Outcome, text: &str, finding: &Finding) -> Told {
    let lines: Vec<&str> = text.lines().collect();
    let line_of = |at: u32| {
        let place = outcome.sources.place(at).to_string();
        place.split(':').nth(1).and_then(|n| n.parse::<usize>().ok()).unwrap_or_default()
    };
    let name = |at: u32| lines.get(line_of(at).wrapping_sub(1)).and_then(|l| l.split_whitespace().nth(1));
    let named = finding.steps.iter().filter_map(|s| name(s.span.start)).map(str::to_owned).collect();
    let identifiable = finding.summary.contains(", identifiable there: ");
    Told { named, subjects: finding.subjects.clone(), identifiable }
}

/// Runs only what is named, and again without each part of it.
pub(crate) fn replay(model: &Model, rule: &Rule, told: &Told) -> Result<(), Fault> {
    let mut rule = rule.clone();
    if let (Form::Never(_, _, phrase), true) = (&mut rule.form, told.identifiable)
        && phrase.level != Some(Level::Personal)
    {
        // it tells how people are identified, too
        phrase.level = Some(Level::Identifiable);
    }
    let broken = |named: &BTreeSet<String>| breaks(model, &reduced(model, named), &rule, &told.subjects, None);
    if broken(&told.named).is_none() {
        // a rule that the judgement is stricter about than it turns out has nothing that could be replayed
        let whole = breaks(model, model, &rule, &told.subjects, None);
        return if whole.is_some() { Err(Fault::NotEnough) } else { Ok(()) };
    }
    // a deletion that comes too late is told of, and leaving it away mends nothing
    let destroys = |n: &str| {
        let of = |s: &Step| format!("s{}", s.name) == n;
        model.steps.iter().any(|s| of(s) && s.operations.iter().any(|o| matches!(o, Operation::Destroy(_))))
    };
    // so is a deadline that is later than the rule's, and by whom it is set
    let late = matches!(rule.form, Form::Destroyed(..));
    let sets = |n: &str| {
        model.steps.iter().any(|s| format!("s{}", s.name) == n && s.until.is_some())
            || model.flows.iter().any(|f| format!("f{}", f.name) == n && f.until.is_some())
    };
    let parts: Vec<&String> = told.named.iter().filter(|n| n.starts_with(['f', 's'])).collect();
    let parts: Vec<&String> = parts.into_iter().filter(|n| !(destroys(n) || late && sets(n))).collect();
    // what can be left out, seen by all observers or by one
    let too_much = |view: Option<usize>| {
        let broken = |named: &BTreeSet<String>| breaks(model, &reduced(model, named), &rule, &told.subjects, view);
        let whole = broken(&told.named)?;
        let without = |part: &&&String| {
            let mut rest = told.named.clone();
            rest.remove(**part);
            broken(&rest).is_some_and(|left| left == whole)
        };
        Some(parts.iter().find(without).map(|part| (*part).clone()))
    };
    let Some(Some(part)) = too_much(None) else { return Ok(()) };
    let party = (0..model.parties).find(|p| told.subjects.first() == Some(&model.place(*p)));
    let teams = party.map_or(0, |p| model.teams_of(p).len());
    if (0..=teams).any(|view| teams > 0 && too_much(Some(view)) == Some(None)) {
        return Err(Fault::AnotherTeam(part));
    }
    Err(Fault::TooMuch(part))
}

/// A model with what is named alone; who there is, what words mean and what is deleted stays.
pub(crate) fn reduced(model: &Model, named: &BTreeSet<String>) -> Model {
    let has = |kind: char, name: u8| named.contains(&format!("{kind}{name}"));
    let mut only = model.clone();
    only.flows.retain(|f| has('f', f.name));
    // what is deleted is deleted, whoever tells of it
    for step in only.steps.iter_mut().filter(|s| !has('s', s.name)) {
        step.operations.retain(|o| matches!(o, Operation::Destroy(_)));
        step.takes.clear();
        step.gives.clear();
    }
    only.steps.retain(|s| has('s', s.name) || !s.operations.is_empty());
    only.uses.retain(|u| has('u', u.name));
    for (i, source) in (0u8..).zip(&mut only.sources) {
        if !has('d', i) {
            source.held.clear();
        }
    }
    only
}

fn breaks(
    whole: &Model,
    part: &Model,
    rule: &Rule,
    subjects: &[String],
    view: Option<usize>,
) -> Option<BTreeSet<Field>> {
    let people = People::new(part);
    judge::breaks(&Trial::of_part(part, &people, whole)?, rule, subjects, view)
}
