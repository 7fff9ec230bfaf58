//! The judgement and the truth beside each other.

use staunch::check::{Verdict, check_text};

use super::judge::{self, Truth};
use super::model::Model;
use super::people::People;
use super::rows::Row;
use super::rules::Rule;
use super::shapes::Ran;
use super::truth::Trial;

/// How the two differ on one rule.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Difference {
    /// The rule is broken in some world and the check passes it.
    Unsound,
    /// The rule holds in some world and the check fails it.
    Overstated,
    /// It is certain what becomes of the rule, and the check cannot tell.
    Unsure,
}

/// What the check says of each rule; the first error when there is one.
pub(crate) fn verdicts(model: &Model, rules: &[Rule]) -> Result<Vec<Verdict>, String> {
    let text = model.text(rules);
    let outcome = check_text(&[("model.staunch", &text)], jiff::civil::date(2026, 1, 1));
    let Some(report) = outcome.report else {
        let said = outcome.diagnostics.sorted().iter().map(|d| d.message.clone()).collect::<Vec<_>>().join("; ");
        return Err(format!("{said}\n{text}"));
    };
    Ok((0..rules.len())
        .map(|i| {
            let name = format!("r{i}");
            report.rules.iter().find(|r| r.name == name).map_or(Verdict::CannotTell, |r| r.verdict)
        })
        .collect())
}

/// How a verdict differs from what happens in the worlds.
pub(crate) fn difference(truths: &[Truth], verdict: Verdict) -> Option<Difference> {
    let all = |t: Truth| truths.iter().all(|x| *x == t);
    match verdict {
        Verdict::Pass => (!all(Truth::Holds)).then_some(Difference::Unsound),
        Verdict::Fail => (!all(Truth::Broken)).then_some(Difference::Overstated),
        Verdict::CannotTell => (all(Truth::Holds) || all(Truth::Broken)).then_some(Difference::Unsure),
    }
}

/// What became of each rule in the worlds, and what the check says of it.
pub(crate) struct Compared {
    pub(crate) differences: Vec<Option<Difference>>,
    pub(crate) truths: Vec<Vec<Truth>>,
    pub(crate) said: Vec<Verdict>,
    pub(crate) ran: Ran,
}

impl Compared {
    /// Whether a rule is broken in some world.
    pub(crate) fn broken(&self, rule: usize) -> bool {
        self.truths[rule].contains(&Truth::Broken)
    }

    /// Whether it depends on the world what becomes of a rule.
    pub(crate) fn open(&self, rule: usize) -> bool {
        self.truths[rule].iter().any(|t| *t != self.truths[rule][0])
    }
}

pub(crate) fn compare(model: &Model, rules: &[Rule]) -> Result<Compared, String> {
    let people = People::new(model);
    let Some(trial) = Trial::new(model, &people) else { return Err("does not come to rest".to_owned()) };
    let said = verdicts(model, rules)?;
    let truths: Vec<Vec<Truth>> = rules.iter().map(|rule| judge::judge(&trial, rule)).collect();
    let counts_on = |r: &Row| r.single() && r.cells.iter().any(|c| !c.counts.is_empty());
    let ran = Ran {
        worlds: trial.worlds.len(),
        effort: *trial.effort.borrow(),
        counts_on_rows: trial.base.iter().any(|c| c.rows.values().any(counts_on)),
    };
    let differences = truths.iter().zip(&said).map(|(t, v)| difference(t, *v)).collect();
    Ok(Compared { differences, truths, said, ran })
}
