//! Witnesses tried out: what a finding names must be enough for it, and nothing in it may be left out.
//!
//! A story is put together of the shortest ways that lead to what it speaks of. Together they need not be the least: one flow may
//! bring what two ways bring one after the other, a copy may be held earlier by another flow, and what is matched must be
//! there on both sides. So what a story names is judged by itself, as a small model: if it does not break the sentence what
//! else leads there is added, and what can be left out then is left out.

use std::cell::Cell;
use std::collections::BTreeSet;

use rustc_hash::{FxHashMap, FxHashSet};

use super::compile::{Compiled, Form};
use super::context::Context;
use super::finding::WitnessStep;
use super::forms::{self, Detail, copy_name};
use crate::graph::{ArrivalId, CopyId, How, Origins, Reading};
use crate::source::Span;

/// How much work trying out the findings of a sentence may be. To judge a part of a model takes looking at all that is declared, so
/// this is the number of declarations that may be looked at: in a large model only the first findings, or none.
const WORK: usize = 40_000;

/// What one declaration of the part itself counts for.
const OWN: usize = 20;

/// What is left of the work on the findings of a sentence.
pub(super) struct Left(Cell<usize>);

impl Left {
    /// All of it.
    pub(super) fn all() -> Left {
        Left(Cell::new(WORK))
    }

    /// Takes some of it, where there is so much.
    fn take(&self, work: usize) -> bool {
        let left = self.0.get().checked_sub(work);
        self.0.set(left.unwrap_or_default());
        left.is_some()
    }
}

/// From how many arrivals on it is not tried what everything at once would do.
const EVERYTHING: usize = 1_000;

/// The arrivals that each declaration makes, by its place.
pub(super) type Declared = FxHashMap<Span, Vec<ArrivalId>>;

/// Declarations, by their places.
type Pieces = BTreeSet<Span>;

/// What is said of a failing finding, with a way on which nothing is missing and nothing is too much.
pub(super) fn least(
    c: &Context<'_>,
    sentence: &Compiled,
    subjects: &[String],
    mut detail: Detail,
    left: &Left,
) -> Detail {
    let model = c.model;
    let size = [model.places.len(), model.datasets.len(), model.flows.len(), model.steps.len(), c.graph.size()];
    let size = size.iter().sum::<usize>();
    let steps = detail.steps.len();
    let all = (steps + 1) * (size + OWN * steps);
    if c.part.is_some() || left.0.get() < all || matches!(sentence.form, Form::Every { .. } | Form::UnusedFields { .. })
    {
        return detail;
    }
    let declared = c.declared_by();
    let named: Pieces = detail.steps.iter().map(|s| s.span).filter(|span| declared.contains_key(span)).collect();
    let trial = Trial { c, declared, sentence, subjects, detail: &detail, size, left };
    let Some((least, told)) = trial.enough(&named).map(|(enough, told)| trial.reduced(enough, told)) else {
        return detail;
    };
    if least != named {
        let whole = detail.beyond.as_ref().is_some_and(|beyond| beyond.whole);
        let mut own = told.steps;
        if whole {
            own.pop();
        }
        let mut steps = trial.with_unsaid(&least, own);
        match (detail.beyond.take(), told.beyond) {
            _ if whole => steps.extend(detail.steps.pop()),
            // how identifiable people are is not always what the steps tell
            (Some(all), Some(own)) if !all.tied => (detail.summary, detail.span) = (own.before + all.level, told.span),
            _ => (detail.summary, detail.span) = (told.summary, told.span),
        }
        detail.steps = steps;
    }
    detail
}

/// A finding that is tried out.
struct Trial<'c, 'a> {
    c: &'c Context<'a>,
    declared: &'c Declared,
    sentence: &'c Compiled,
    subjects: &'c [String],
    /// What is said of it: what breaks the sentence in another way is another finding.
    detail: &'c Detail,
    /// How much is declared.
    size: usize,
    left: &'c Left,
}

impl Trial<'_, '_> {
    /// What is said of the finding where only these declarations happen; `None` where it is none.
    fn told(&self, pieces: &Pieces) -> Option<Detail> {
        let c = self.c;
        if !self.left.take(self.size + OWN * pieces.len()) {
            return None;
        }
        let alive = c.graph.alive(c.model, &self.arrivals(pieces));
        let graph = c.graph.part(c.model, &alive)?;
        let origins = Origins::new(c.model, &graph, self.sentence.asks());
        let part = Context::of_part(c, &graph, origins, self.subjects);
        let judged = forms::judge(&part, self.sentence, Reading::Kind);
        let same = judged.told(|_| false).find(|violation| violation.subjects == self.subjects);
        let is_told = |own: &Detail| match (&self.detail.beyond, &own.beyond) {
            (Some(all), Some(own)) => own.tied || !all.tied,
            _ => own.summary == self.detail.summary,
        };
        same.map(|violation| (violation.tell)()).filter(is_told)
    }

    /// The arrivals by these declarations, sorted.
    fn arrivals(&self, pieces: &Pieces) -> Vec<ArrivalId> {
        let mut all: Vec<ArrivalId> = pieces.iter().filter_map(|p| self.declared.get(p)).flatten().copied().collect();
        all.sort_unstable();
        all
    }

    /// Declarations that are enough for the finding: those that are named, or else what leads there besides.
    fn enough(&self, named: &Pieces) -> Option<(Pieces, Detail)> {
        if let Some(told) = self.told(named) {
            return Some((named.clone(), told));
        }
        let wider = self.upstream(named);
        if wider.len() > named.len()
            && let Some(told) = self.told(&wider)
        {
            return Some((wider, told));
        }
        let all: Pieces = if self.c.graph.arrivals.len() > EVERYTHING {
            return None;
        } else {
            self.declared.keys().copied().collect()
        };
        self.told(&all).map(|told| (all, told))
    }

    /// Everything that leads to the copies that these declarations make.
    fn upstream(&self, named: &Pieces) -> Pieces {
        let graph = self.c.graph;
        let mut seen: FxHashSet<CopyId> = FxHashSet::default();
        let mut queue: Vec<CopyId> = self.arrivals(named).into_iter().map(|a| graph.arrival(a).copy).collect();
        let mut pieces = named.clone();
        while let Some(copy) = queue.pop() {
            if seen.insert(copy) {
                for arrival in graph.arrivals_of(copy) {
                    pieces.insert(self.c.arrival_span(arrival));
                    queue.extend_from_slice(graph.from(arrival));
                }
            }
        }
        pieces
    }

    /// The same with nothing in it that can be left out. What is farther from where data begins is tried first.
    fn reduced(&self, enough: Pieces, told: Detail) -> (Pieces, Detail) {
        let c = self.c;
        let first = |piece: &Span| self.declared.get(piece).and_then(|all| all.first().copied());
        let mut order: Vec<Span> = enough.iter().copied().collect();
        order.sort_by_cached_key(|piece| {
            first(piece).map(|a| (c.graph.turn(c.graph.arrival(a).copy), c.graph.rank(c.model, a)))
        });
        order.reverse();
        let about = self.about(&enough);
        let (mut pieces, mut told) = (enough, told);
        let mut some = if order.len() > 8 { order.len() / 2 } else { 1 };
        loop {
            let mut at = 0;
            while at < order.len() {
                let end = (at + some).min(order.len());
                let mut rest = pieces.clone();
                order[at..end].iter().for_each(|piece| _ = rest.remove(piece));
                // most of what leads there in one line is needed for there to be anything at all
                let mut tried = (self.about(&rest) == about).then(|| self.told(&rest)).flatten();
                // who uses data is told whether the data goes on from there or not
                let told_of = |own: &Detail| own.steps.iter().any(|s| order[at..end].contains(&s.span));
                tried = tried.filter(|own| !told_of(own));
                // a dataset is left out only where as much can be said without it
                if order[at..end].iter().any(|piece| self.is_dataset(piece)) {
                    tried = tried.filter(|own| own.summary == told.summary);
                }
                match tried {
                    Some(detail) => {
                        (pieces, told) = (rest, detail);
                        order.drain(at..end);
                    }
                    None => at = end,
                }
            }
            if some == 1 {
                return (pieces, told);
            }
            some /= 2;
        }
    }

    fn is_dataset(&self, piece: &Span) -> bool {
        let arrivals = self.declared.get(piece).into_iter().flatten();
        arrivals.into_iter().all(|a| matches!(self.c.graph.arrival(*a).how, How::Declared))
    }

    /// The copies that the finding is about, of those that come about by these declarations.
    fn about(&self, pieces: &Pieces) -> FxHashSet<CopyId> {
        let c = self.c;
        let alive = c.graph.alive(c.model, &self.arrivals(pieces)).into_iter();
        alive.map(|a| c.graph.arrival(a).copy).filter(|copy| self.subjects.contains(&copy_name(c, *copy))).collect()
    }

    /// The steps with those that they take for granted.
    fn with_unsaid(&self, least: &Pieces, mut steps: Vec<WitnessStep>) -> Vec<WitnessStep> {
        let c = self.c;
        let turn = |a: ArrivalId| c.graph.turn(c.graph.arrival(a).copy);
        let mut unsaid: Vec<ArrivalId> = c.graph.alive(c.model, &self.arrivals(least));
        unsaid.retain(|a| steps.iter().all(|s| s.span != c.arrival_span(*a)));
        unsaid.sort_by_key(|a| (turn(*a), c.graph.rank(c.model, *a)));
        for arrival in unsaid {
            let step = c.arrival_step(arrival);
            if steps.iter().any(|s| s.span == step.span) {
                continue;
            }
            let later = |at: usize| {
                let said_before = steps[..at].iter().any(|s| s.span == steps[at].span);
                let own = self.declared.get(&steps[at].span).and_then(|all| all.first());
                said_before || own.is_none_or(|own| turn(*own) > turn(arrival))
            };
            let at = (0..steps.len()).find(|at| later(*at)).unwrap_or(steps.len());
            steps.insert(at, step);
        }
        steps
    }
}
