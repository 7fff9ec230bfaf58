//! Control coverage: each control of a project is taken away in turn, to see which rule misses it. A control that no rule would
//! miss is protected by nothing; a rule that no removal can break may say nothing.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::edit::{Trees, undone};
use super::prepared::{Prepared, Variant};
use super::report::{Report, RuleReport, Standing, Verdict};
use crate::source::Span;
use crate::syntax::intern::{Interner, Symbol};
use crate::syntax::tree::{
    CopyFact, DatasetFact, DecisionFact, Declaration, FlowFact, Operation, PartyFact, Stated, StepFact, Suppression,
};

/// What a project's controls are worth.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Controls {
    /// Every control, in the order of declaration.
    pub controls: Vec<Control>,
    /// The rules that hold, and still hold whichever control is taken away, in the order of declaration.
    pub unshaken: Vec<String>,
    /// How many rules hold.
    pub holding: usize,
}

/// Something that protects people, and who would miss it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Control {
    /// What it is: ``drop `name` in `strip` ``.
    pub what: String,
    /// Where.
    pub span: Span,
    /// What becomes of the rules without it.
    pub without: Without,
}

/// What becomes of a project without a control.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Without {
    /// These rules miss it: they are broken or cannot be told, or are so in one more place.
    Missed(Vec<String>),
    /// No rule misses it.
    NotMissed,
    /// The model does not hold together without it, so that it cannot get lost unseen; the first thing that is wrong then.
    Needed(String),
}

/// Where a control stands, and how it is taken away.
enum Taken {
    Line(usize, usize, usize),
    Name(usize, usize, usize, Symbol),
    Minimum(usize, usize, usize),
    Suppression(usize, usize, usize, usize),
    Declaration(usize, usize),
    Everywhere(Symbol),
}

struct Found {
    what: String,
    span: Span,
    at: (usize, usize),
    taken: Taken,
}

/// A control and the declaration that it is a part of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Seat {
    pub(super) what: String,
    pub(super) span: Span,
    /// Where the declaration stands in the trees.
    pub(super) at: (usize, usize),
    /// Whether the control is the declaration itself.
    pub(super) stands_alone: bool,
}

/// The controls of a project, and where they stand.
pub(super) fn controls_of(project: &Prepared) -> Vec<Seat> {
    let seat = |found: Found| {
        let (at, stands_alone) = match found.taken {
            Taken::Line(tree, declaration, _)
            | Taken::Name(tree, declaration, ..)
            | Taken::Minimum(tree, declaration, _)
            | Taken::Suppression(tree, declaration, ..) => ((tree, declaration), false),
            Taken::Declaration(tree, declaration) => ((tree, declaration), true),
            Taken::Everywhere(_) => (found.at, true),
        };
        Seat { what: found.what, span: found.span, at, stands_alone }
    };
    project.controls(true).into_iter().map(seat).collect()
}

impl Prepared {
    /// Takes each control away in turn.
    pub fn run_controls(&self, base: &Report) -> Controls {
        let found = self.controls(false);
        let results: Vec<(Without, BTreeSet<String>)> =
            found.par_iter().with_max_len(1).map(|control| self.without(control, base)).collect();
        let shaken: BTreeSet<&String> = results.iter().flat_map(|(_, worse)| worse).collect();
        let holds = |r: &&RuleReport| r.standing == Standing::Applies && r.verdict == Verdict::Pass;
        let holding = base.rules.iter().filter(holds).count();
        let unshaken = base.rules.iter().filter(holds).filter(|r| !shaken.contains(&r.name));
        Controls {
            unshaken: unshaken.map(|r| r.name.clone()).collect(),
            holding,
            controls: found
                .into_iter()
                .zip(results)
                .map(|(found, (without, _))| Control { what: found.what, span: found.span, without })
                .collect(),
        }
    }

    fn without(&self, control: &Found, base: &Report) -> (Without, BTreeSet<String>) {
        let mut trees = Trees::of(&self.trees, &self.words, &self.sources);
        control.taken.apply(&mut trees);
        let variant = Variant { trees: trees.into_trees(), as_of: self.as_of, questions: Vec::new() };
        let outcome = self.judge_as(&variant, |outcome, _| outcome);
        let Some(report) = outcome.report else {
            let first =
                outcome.diagnostics.sorted().into_iter().find(|d| d.severity == crate::diagnostic::Severity::Error);
            let why = first.map(|d| d.message.clone()).unwrap_or_default();
            return (Without::Needed(why), BTreeSet::new());
        };
        let worse = worse(base, &report);
        if worse.is_empty() {
            return (Without::NotMissed, BTreeSet::new());
        }
        let in_order: Vec<String> =
            report.rules.iter().filter(|r| worse.contains(&r.name)).map(|r| r.name.clone()).collect();
        (Without::Missed(in_order), worse)
    }

    /// The controls that there are, in the order of the files. Their addresses count all declarations, or those but scenarios.
    fn controls(&self, count_all: bool) -> Vec<Found> {
        let mut all = Vec::new();
        for (tree, (file, parsed)) in self.trees.iter().enumerate() {
            if self.is_standard_pack(*file) {
                continue;
            }
            let counted = |d: &&Declaration| count_all || !matches!(d, Declaration::Scenario(_));
            for (number, declaration) in parsed.declarations.iter().filter(counted).enumerate() {
                Search { words: &self.words, at: (tree, number), all: &mut all }.of(declaration);
            }
        }
        all
    }
}

/// The rules that fare worse in a changed project.
pub(super) fn worse(base: &Report, changed: &Report) -> BTreeSet<String> {
    let before: BTreeMap<&str, &RuleReport> = base.rules.iter().map(|r| (r.name.as_str(), r)).collect();
    let fares_worse = |r: &&RuleReport| {
        let Some(was) = before.get(r.name.as_str()) else { return false };
        let known: BTreeSet<&str> = was.findings.iter().map(|f| f.fingerprint.as_str()).collect();
        r.standing == Standing::Applies
            && (r.counted() > was.counted()
                || r.findings.iter().any(|f| f.counts() && !known.contains(f.fingerprint.as_str()))
                || r.findings_left_out > was.findings_left_out)
    };
    changed.rules.iter().filter(fares_worse).map(|r| r.name.clone()).collect()
}

struct Search<'a> {
    words: &'a Interner,
    at: (usize, usize),
    all: &'a mut Vec<Found>,
}

impl Search<'_> {
    fn push(&mut self, what: String, span: Span, taken: Taken) {
        self.all.push(Found { what, span, at: self.at, taken });
    }

    fn line(&mut self, what: String, span: Span, fact: usize) {
        self.push(what, span, Taken::Line(self.at.0, self.at.1, fact));
    }

    fn of(&mut self, declaration: &Declaration) {
        let head = declaration.head();
        let name = declaration.name().map_or("", |n| self.words.word(n));
        let span = head.name.map_or(head.keyword, |n| n.span);
        match declaration {
            Declaration::Step(step) => {
                for (number, fact) in step.facts.iter().enumerate() {
                    match &fact.value {
                        StepFact::Operation(operation) => self.operation(operation, name, fact.span, number),
                        StepFact::Output(fact_) => self.copy(fact_, &format!("what `{name}` gives"), fact.span, number),
                        _ => {}
                    }
                }
            }
            Declaration::Dataset(dataset) => {
                for (number, fact) in dataset.facts.iter().enumerate() {
                    if let DatasetFact::Copy(copy) = &fact.value {
                        self.copy(copy, &format!("`{name}`"), fact.span, number);
                    }
                }
            }
            Declaration::Flow(flow) => {
                for (number, fact) in flow.facts.iter().enumerate() {
                    match &fact.value {
                        FlowFact::By(Stated::Is(_)) => {
                            self.line(format!("the channel of `{name}`"), fact.span, number);
                        }
                        FlowFact::Under(Stated::Is(_)) => {
                            self.line(format!("the agreement of `{name}`"), fact.span, number);
                        }
                        FlowFact::Onward(Stated::Is(_)) => {
                            self.line(format!("the bar to onward sharing of `{name}`"), fact.span, number);
                        }
                        FlowFact::Receiver(copy) => {
                            self.copy(copy, &format!("what `{name}` brings"), fact.span, number);
                        }
                        _ => {}
                    }
                }
            }
            Declaration::Decision(decision) => {
                for (number, fact) in decision.facts.iter().enumerate() {
                    let what = match &fact.value {
                        DecisionFact::Review(Stated::Is(_)) => "the review",
                        DecisionFact::Safeguards(Stated::Is(_)) => "the safeguards",
                        DecisionFact::Oversight(Stated::Is(_)) => "the oversight",
                        _ => continue,
                    };
                    self.line(format!("{what} of `{name}`"), fact.span, number);
                }
            }
            Declaration::Party(party) => {
                for (number, fact) in party.facts.iter().enumerate() {
                    if let PartyFact::Access(Stated::Is(_)) = &fact.value {
                        self.line(format!("who has access at `{name}`"), fact.span, number);
                    }
                }
            }
            Declaration::Wall(wall) if wall.not_stated.is_none() => {
                let sides = [wall.left, wall.right].map(|side| self.words.word(side.symbol));
                let what = format!("the wall between `{}` and `{}`", sides[0], sides[1]);
                self.push(what, head.keyword, Taken::Declaration(self.at.0, self.at.1));
            }
            Declaration::Attest(attest) => {
                let parts = [attest.dataset, attest.at].map(|part| self.words.word(part.symbol));
                let what = format!("the attestation of `{}` at `{}`", parts[0], parts[1]);
                self.push(what, head.keyword, Taken::Declaration(self.at.0, self.at.1));
            }
            Declaration::Agreement(_) | Declaration::Dpia(_) | Declaration::OptOut(_) | Declaration::Record(_) => {
                let kind = match declaration {
                    Declaration::Agreement(_) => "agreement",
                    Declaration::Dpia(_) => "assessment",
                    Declaration::OptOut(_) => "opt-out",
                    _ => "record",
                };
                if let Some(symbol) = declaration.name() {
                    self.push(format!("the {kind} `{name}`"), span, Taken::Everywhere(symbol));
                }
            }
            _ => {}
        }
    }

    fn copy(&mut self, copy: &CopyFact, of: &str, span: Span, number: usize) {
        match copy {
            CopyFact::Retain(Stated::Is(_)) => self.line(format!("the end of {of}"), span, number),
            CopyFact::Kept(Stated::Is(_)) => self.line(format!("how {of} is kept"), span, number),
            _ => {}
        }
    }

    fn operation(&mut self, operation: &Operation, step: &str, span: Span, number: usize) {
        let (tree, declaration) = self.at;
        match operation {
            Operation::Drop(names) | Operation::Destroy { datasets: names, .. } => {
                for name in names {
                    let what = format!("{} `{}` in `{step}`", operation.word(), self.words.word(name.symbol));
                    self.push(what, name.span, Taken::Name(tree, declaration, number, name.symbol));
                }
            }
            Operation::Pseudonymise { fields, key, .. } => {
                let fields: Vec<String> = fields.iter().map(|f| format!("`{}`", self.words.word(f.symbol))).collect();
                let key = self.words.word(key.symbol);
                self.line(format!("pseudonymise {} as `{key}` in `{step}`", fields.join(", ")), span, number);
            }
            Operation::Aggregate { minimum, .. } => {
                self.line(format!("aggregate in `{step}`"), span, number);
                if let Some(Stated::Is(minimum)) = minimum {
                    let what = format!("the least count of {} in `{step}`", minimum.value);
                    self.push(what, minimum.span, Taken::Minimum(tree, declaration, number));
                }
            }
            Operation::Suppress(Stated::Is(parts)) => {
                for (part, suppression) in parts.iter().enumerate() {
                    let what = match suppression {
                        Suppression::Secondary => "suppress secondary".to_owned(),
                        Suppression::Rounding(n) => format!("rounding {}", n.value),
                        Suppression::Under(n) => format!("suppress under {}", n.value),
                        Suppression::None(_) => continue,
                    };
                    let taken = Taken::Suppression(tree, declaration, number, part);
                    self.push(format!("{what} in `{step}`"), span, taken);
                }
            }
            Operation::Generalise { field, .. } => {
                self.line(format!("generalise `{}` in `{step}`", self.words.word(field.symbol)), span, number);
            }
            Operation::FilterOptOut(scheme) => {
                self.line(format!("filter opt-out `{}` in `{step}`", self.words.word(scheme.symbol)), span, number);
            }
            Operation::Keep(_) | Operation::Review { .. } | Operation::Synthesise | Operation::Encrypt => {
                self.line(format!("{} in `{step}`", operation.word()), span, number);
            }
            _ => {}
        }
    }
}

impl Taken {
    fn apply(&self, trees: &mut Trees<'_>) {
        match self {
            Taken::Line(tree, declaration, line) => {
                if let Some(declaration) = trees.declaration_mut(*tree, *declaration) {
                    without_line(declaration, *line);
                }
            }
            Taken::Name(tree, declaration, line, name) => {
                let gone = trees.operation_mut(*tree, *declaration, *line).is_some_and(|operation| match operation {
                    Operation::Drop(names) | Operation::Destroy { datasets: names, .. } => {
                        names.retain(|n| n.symbol != *name);
                        names.is_empty()
                    }
                    _ => false,
                });
                if gone {
                    Taken::Line(*tree, *declaration, *line).apply(trees);
                }
            }
            Taken::Minimum(tree, declaration, line) => {
                if let Some(Operation::Aggregate { minimum, .. }) = trees.operation_mut(*tree, *declaration, *line) {
                    *minimum = None;
                }
            }
            Taken::Suppression(tree, declaration, line, part) => {
                let gone = match trees.operation_mut(*tree, *declaration, *line) {
                    Some(Operation::Suppress(Stated::Is(parts))) if *part < parts.len() => {
                        parts.remove(*part);
                        parts.is_empty()
                    }
                    _ => false,
                };
                if gone {
                    Taken::Line(*tree, *declaration, *line).apply(trees);
                }
            }
            Taken::Declaration(tree, declaration) => trees.take_out(*tree, *declaration),
            Taken::Everywhere(name) => trees.remove(*name),
        }
    }
}

/// Takes a line out of a declaration. A pseudonym's key is given all the same, beside what it should replace.
fn without_line(declaration: &mut Declaration, line: usize) {
    macro_rules! lines {
        ($($kind:ident),*) => {
            match declaration {
                Declaration::Step(d) => {
                    if let Some(fact) = d.facts.get_mut(line)
                        && let StepFact::Operation(operation) = &fact.value
                        && let Some(left) = undone(operation)
                    {
                        fact.value = StepFact::Operation(Box::new(left));
                    } else if line < d.facts.len() {
                        d.facts.remove(line);
                    }
                }
                $(Declaration::$kind(d) if line < d.facts.len() => {
                    d.facts.remove(line);
                })*
                _ => {}
            }
        };
    }
    lines!(Dataset, Flow, Decision, Party);
}
