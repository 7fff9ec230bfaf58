//! The graph of what some arrivals alone would bring.
//!
//! A witness is tried out: only what it names happens, and the rule is judged of that. Copies are found where they are found in
//! the whole model, so that a step takes what it takes there, or does without.

use rustc_hash::FxHashSet;

use super::super::edges::begins_by_itself;
use super::super::order::Shares;
use super::super::problems::{Problem, Problems};
use super::super::table::Table;
use super::super::times::Times;
use super::super::{Arrival, ArrivalId, Capability, Column, ColumnKind, Copy, CopyId, Graph, How};
use super::{columns, copies};
use crate::model::{CategoryId, Method, Model, OperationKind, Step};

/// Of these arrivals of a graph (sorted) those that would bring anything if nothing else happened.
pub(in super::super) fn alive(model: &Model, whole: &Graph, arrivals: &[ArrivalId]) -> Vec<ArrivalId> {
    let mut alive: Vec<ArrivalId> = Vec::new();
    let mut there: FxHashSet<CopyId> = FxHashSet::default();
    let mut left: Vec<ArrivalId> = arrivals.to_vec();
    loop {
        let before = left.len();
        left.retain(|id| {
            let arrival = whole.arrival(*id);
            let brings = match arrival.how {
                How::Declared => true,
                How::Flow(..) => whole.from(*id).iter().any(|from| there.contains(from)),
                How::Step(step, _) => has_inputs(&model.steps[step.index()], false, whole.from(*id), &there),
                How::Side(step, _) => has_inputs(&model.steps[step.index()], true, whole.from(*id), &there),
            };
            if brings {
                there.insert(arrival.copy);
                alive.push(*id);
            }
            !brings
        });
        if left.len() == before {
            break;
        }
    }
    alive.sort_unstable();
    alive
}

/// Whether a step has what it needs: anything that it takes, unless what begins in it needs nothing. A match without one side is
/// the other. A secret works on whatever there will be.
fn has_inputs(step: &Step, side: bool, from: &[CopyId], there: &FxHashSet<CopyId>) -> bool {
    if from.is_empty() || from.iter().any(|copy| there.contains(copy)) {
        return true;
    }
    let salted = |kind: &OperationKind| matches!(kind, OperationKind::Pseudonymise { method, .. } if method.value() == Some(&Method::SaltedHash));
    side && step.operations.iter().any(|o| salted(&o.kind)) || begins_by_itself(step)
}

/// The secrets that a step makes of fields that are left out here: they are computed from what these are in the whole.
fn secrets(whole: &Graph, (step, from): (&Step, &[CopyId]), copy: CopyId) -> Vec<Capability> {
    let mut known: Vec<Column> = from.iter().flat_map(|copy| whole.columns_of(*copy).iter()).copied().collect();
    let mut made = Vec::new();
    for operation in &step.operations {
        let OperationKind::Pseudonymise { fields, key, key_category, method, lookup, .. } = &operation.kind else {
            continue;
        };
        let of = |c: &Column| fields.iter().any(|(name, _)| c.name == *name);
        let (replaced, mut left): (Vec<Column>, Vec<Column>) = known.into_iter().partition(of);
        let parts: FxHashSet<(CategoryId, u8)> = replaced.iter().filter_map(|c| Some((c.category?, c.level))).collect();
        if *lookup == Some(whole.copy(copy).dataset) {
            let own = whole.capabilities.iter().filter(|c| c.copy == copy && c.key == *key_category);
            made.extend(own.filter(|c| c.from.iter().all(|part| parts.contains(part))).cloned());
        }
        if method.value() == Some(&Method::UnsaltedHash) {
            left.extend(replaced.into_iter().map(|c| Column { name: *key, ..c }));
        } else {
            left.push(Column { kind: ColumnKind::Field, name: *key, category: Some(*key_category), level: 0 });
        }
        known = left;
    }
    made
}

/// Whether it depends on what is not there which rows a step gives.
fn matters(model: &Model, graph: &Graph, problem: &Problem) -> bool {
    let (Problem::CannotMatchOn { step, .. }
    | Problem::NothingInCommon { step, .. }
    | Problem::Unmet { step }
    | Problem::NoSuchField { step, operation: "aggregate by", .. }) = problem
    else {
        return false;
    };
    let steps = graph.arrivals.iter().enumerate().filter_map(|(number, arrival)| match arrival.how {
        How::Step(id, _) | How::Side(id, _) => Some((&model.steps[id.index()], graph.from(ArrivalId(number as u32)))),
        How::Declared | How::Flow(..) => None,
    });
    let numbers = |step: &Step| {
        let counted = step.operations.iter().skip_while(|o| !matches!(o.kind, OperationKind::Aggregate { .. }));
        counted.into_iter().any(|o| matches!(o.kind, OperationKind::AddKey { .. }))
    };
    let counts = matches!(problem, Problem::NoSuchField { .. });
    // what begins in a step that takes nothing does so whatever else it does
    let mut own = steps.filter(|(known, from)| known.declared.span == *step && !from.is_empty());
    own.any(|(step, _)| !counts || numbers(step))
}

/// The graph of these arrivals (sorted, and such as [`alive`] gives them) and nothing else; `None` where a step cannot do what it
/// does in the whole, since a field is left out on which it depends which rows there are.
pub(in super::super) fn part(model: &Model, whole: &Graph, arrivals: &[ArrivalId]) -> Option<Graph> {
    let mut graph = Graph { part: true, ..super::empty(whole.names, whole.timeline.clone()) };
    let mut olds: Vec<CopyId> = arrivals.iter().map(|id| whole.arrival(*id).copy).collect();
    olds.dedup();
    let new = |old: &CopyId| olds.binary_search(old).ok().map(|at| CopyId(at as u32));
    let blank = |old: &CopyId| Copy { shape: Default::default(), about: 0, rows: false, ..*whole.copy(*old) };
    graph.table = Table::of_some(model.datasets.len(), olds.iter().map(blank));
    let mut takes = copies::Takes::new();
    for old in &olds {
        let first = arrivals.partition_point(|id| whole.arrival(*id).copy < *old);
        for id in arrivals[first..].iter().take_while(|id| whole.arrival(**id).copy == *old) {
            let arrival = whole.arrival(*id);
            let start = graph.sources.len() as u32;
            let numbers = match arrival.how {
                How::Step(step, _) | How::Side(step, _) => copies::numbers_of(model, whole, &model.steps[step.index()]),
                How::Declared | How::Flow(..) => vec![0; whole.from(*id).len()],
            };
            for (from, number) in whole.from(*id).iter().zip(numbers) {
                if let Some(from) = new(from) {
                    graph.sources.push(from);
                    takes.push(number);
                }
            }
            let end = graph.sources.len() as u32;
            let copy = CopyId((graph.arrivals_start.len() - 1) as u32);
            graph.arrivals.push(Arrival { copy, sources: (start, end), moves: (0, 0), ..*arrival });
        }
        graph.arrivals_start.push(graph.arrivals.len() as u32);
    }
    graph.order = super::Components::find(graph.size(), |copy| super::sources_of(&graph, copy));
    let found = columns::find(model, &graph, &takes, Shares::suiting(graph.size()));
    graph.times = Times::of_part(model, &graph, &whole.times, |copy| new(&copy));
    graph.turns = super::turns(&graph);
    let mut problems = Problems::heard();
    found.into_graph(&mut graph, &mut problems);
    if problems.take().any(|problem| matters(model, &graph, &problem)) {
        return None;
    }
    for (id, arrival) in arrivals.iter().zip(&graph.arrivals) {
        if let How::Side(step, _) = arrival.how
            && graph.capabilities.iter().all(|c| c.copy != arrival.copy)
        {
            let step = (&model.steps[step.index()], whole.from(*id));
            let made = secrets(whole, step, whole.arrival(*id).copy).into_iter();
            graph.capabilities.extend(made.map(|c| Capability { copy: arrival.copy, ..c }));
        }
    }
    super::share_secrets(&mut graph);
    graph.flows_index(model);
    Some(graph)
}
