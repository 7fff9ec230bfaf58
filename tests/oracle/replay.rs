//! Witnesses tried out: what a finding names is enough for what it says, and nothing in it can be left out.

use std::collections::BTreeSet;

use staunch::check::{Finding, Outcome};

use super::judge::{self, Truth};
use super::model::Model;
use super::people::People;
use super::rules::Rule;
use super::truth::Trial;

/// What is wrong with a witness.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Fault {
    /// What it names does not break the rule by itself.
    NotEnough,
    /// Without this, too, the rule is broken.
    TooMuch(String),
}

/// The names of the declarations that a finding's steps point to. Every declaration has a line of its own.
pub(crate) fn named(outcome: &Outcome, text: &str, finding: &Finding) -> BTreeSet<String> {
    let lines: Vec<&str> = text.lines().collect();
    let line_of = |at: u32| {
        let place = outcome.sources.place(at).to_string();
        place.split(':').nth(1).and_then(|n| n.parse::<usize>().ok()).unwrap_or_default()
    };
    let name = |at: u32| lines.get(line_of(at).wrapping_sub(1)).and_then(|l| l.split_whitespace().nth(1));
    finding.steps.iter().filter_map(|s| name(s.span.start)).map(str::to_owned).collect()
}

/// Runs only what is named, and again without each part of it.
pub(crate) fn replay(model: &Model, rule: &Rule, named: &BTreeSet<String>) -> Result<(), Fault> {
    let only = reduced(model, named);
    if !broken(&only, rule) {
        return Err(Fault::NotEnough);
    }
    let moving = named.iter().filter(|n| n.starts_with(['f', 's']));
    for part in moving {
        let mut rest = named.clone();
        rest.remove(part);
        if broken(&reduced(model, &rest), rule) {
            return Err(Fault::TooMuch(part.clone()));
        }
    }
    Ok(())
}

/// A model with what is named alone; who there is and what words mean stays.
pub(crate) fn reduced(model: &Model, named: &BTreeSet<String>) -> Model {
    let has = |kind: char, name: u8| named.contains(&format!("{kind}{name}"));
    let mut only = model.clone();
    only.flows.retain(|f| has('f', f.name));
    only.steps.retain(|s| has('s', s.name));
    only.uses.retain(|u| has('u', u.name));
    for (i, source) in (0u8..).zip(&mut only.sources) {
        if !has('d', i) {
            source.held.clear();
        }
    }
    only
}

fn broken(model: &Model, rule: &Rule) -> bool {
    let people = People::new(model);
    Trial::new(model, &people).is_some_and(|t| judge::judge(&t, rule).contains(&Truth::Broken))
}
