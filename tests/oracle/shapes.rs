//! The hard shapes that random models are to have, so that a run can say how many of its models had each.

use std::collections::BTreeSet;

use super::attack::Effort;
use super::model::{Dataset, Method, Model, Operation, PUBLIC, Place};
use super::worlds::World;

/// What became visible when a model was run.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ran {
    pub(crate) worlds: usize,
    pub(crate) effort: Effort,
    /// Whether the row of one person has a count in it.
    pub(crate) counts_on_rows: bool,
}

/// Each shape, and whether a model has it.
pub(crate) fn shapes(model: &Model, ran: &Ran) -> Vec<(&'static str, bool)> {
    let does = |is: fn(&Operation) -> bool| operations(model).any(is);
    let method = |wanted: &[Method]| {
        operations(model).any(|o| matches!(o, Operation::Pseudonymise { method, .. } if wanted.contains(method)))
    };
    let ends = model.sources.iter().any(|s| s.until.is_some())
        || model.flows.iter().any(|f| f.until.is_some())
        || model.steps.iter().any(|s| s.until.is_some());
    let orders = World::orders_of(model);
    vec![
        ("circles of flows", circles(model, false)),
        ("circles through steps", circles(model, true)),
        ("combinations that link", ran.effort.rounds > 0),
        ("combinations across precisions", ran.effort.precisions),
        ("combinations after a merge", ran.effort.pooled),
        ("combinations after a combination", ran.effort.rounds > 1),
        ("derive", does(|o| matches!(o, Operation::Derive { .. }))),
        ("generalise", does(|o| matches!(o, Operation::Generalise(..)))),
        ("aggregate", does(|o| matches!(o, Operation::Aggregate { .. }))),
        ("counts joined back onto rows", ran.counts_on_rows),
        ("lookups and codes", method(&[Method::Lookup, Method::Code])),
        ("secrets", method(&[Method::Salted])),
        ("lookups and secrets elsewhere", elsewhere(model)),
        ("reidentify", does(|o| matches!(o, Operation::Reidentify(_)))),
        ("unsalted hashes", method(&[Method::Unsalted])),
        ("keys used again", keys_again(model)),
        ("teams", !model.teams.is_empty()),
        ("walls", !model.walls.is_empty()),
        ("walls not stated", model.walls.iter().any(|w| !w.stated)),
        ("processors", !model.processors.is_empty()),
        ("processors of two controllers", processors(model, |a, b| a.0 == b.0 && a.1 != b.1)),
        ("processors of processors", processors(model, |a, b| a.1 == b.0)),
        ("groups of people apart", model.groups),
        ("reveals", model.sources.iter().any(|s| s.reveals.is_some())),
        ("destroy", does(|o| matches!(o, Operation::Destroy(_)))),
        ("destroyed by a deadline", ends),
        ("dates", model.events.is_empty() && model.flows.iter().any(|f| f.on.is_some())),
        ("events in a total order", !model.events.is_empty() && orders == 1),
        ("events in a partial order", orders > 1),
        ("publication", model.flows.iter().any(|f| f.to == PUBLIC)),
        ("uses", model.uses.iter().any(|u| u.decides.is_none())),
        ("decisions", model.uses.iter().any(|u| u.decides.is_some())),
    ]
}

fn operations(model: &Model) -> impl Iterator<Item = &Operation> {
    model.steps.iter().flat_map(|s| &s.operations)
}

/// Whether a lookup, a code or a secret is kept by somebody else or sent on.
fn elsewhere(model: &Model) -> bool {
    let beside = |d: Dataset| matches!(d, Dataset::Lookup(_) | Dataset::Code(_) | Dataset::Secret(_));
    let sent = model.flows.iter().any(|f| beside(f.dataset));
    let kept = model.steps.iter().any(|s| Model::sides(s).iter().any(|(_, place)| *place != s.at));
    sent || kept
}

/// Whether one numbering is begun in two places, at least once by a step.
fn keys_again(model: &Model) -> bool {
    let made: Vec<_> = operations(model)
        .filter_map(|o| match o {
            Operation::AddKey(k) => Some(super::model::Field::Key(*k)),
            Operation::Pseudonymise { key, method, .. } if *method != Method::Unsalted => Some(*key),
            _ => None,
        })
        .collect();
    let given = |key| model.sources.iter().any(|s| s.columns.iter().any(|c| c.field == key));
    (0..made.len()).any(|i| given(made[i]) || made[..i].contains(&made[i]))
}

fn processors(model: &Model, are: fn((Place, Place), (Place, Place)) -> bool) -> bool {
    let all = &model.processors;
    all.iter().any(|a| all.iter().any(|b| a.activity == b.activity && are((a.who, a.whom), (b.who, b.whom))))
}

/// Whether something comes back to where it was: through flows alone, or through at least one step.
fn circles(model: &Model, through_steps: bool) -> bool {
    let mut ways: Vec<((Dataset, Place), (Dataset, Place))> =
        model.flows.iter().map(|f| ((f.dataset, f.from), (f.dataset, f.to))).collect();
    let of_steps = model
        .steps
        .iter()
        .flat_map(|s| s.takes.iter().flat_map(move |t| s.gives.iter().map(move |(g, _)| ((*t, s.at), (*g, s.at)))));
    if through_steps {
        ways.extend(of_steps.clone());
    }
    let leads = |from, to| {
        let mut reached = BTreeSet::from([from]);
        loop {
            let next: Vec<_> =
                ways.iter().filter(|(a, b)| reached.contains(a) && !reached.contains(b)).map(|w| w.1).collect();
            if next.is_empty() {
                return reached.contains(&to);
            }
            reached.extend(next);
        }
    };
    if through_steps {
        of_steps.clone().any(|(from, to)| leads(to, from))
    } else {
        ways.iter().any(|(from, to)| leads(*to, *from))
    }
}
