//! Facts of decisions and of the steps that score people for them.

use std::collections::HashSet;

use super::read::*;
use super::{Answer, Reason, Subject, Wants};
use crate::graph::{CellId, How, Reading};
use crate::model::{Known, OperationKind, StepId};
use crate::rules::context::Context;
use crate::rules::forms::uses::taken;
use crate::rules::truth::Truth;
use crate::source::Span;
use crate::vocabulary::Family;

facts! {
    "safeguards" of Decision, Wants::Words(Family::DecisionSafeguard), "safeguards SAFEGUARD", "what people can do about it (UK GDPR article 22C)"
        => |c, s, _| decision(c, s).map_or(Answer::Unsaid, |d| at_least_none(&d.safeguards));
    "oversight measures" of Decision, Wants::Words(Family::Oversight), "oversight WORD", "what makes the review by a person more than a formality (UK GDPR article 22A)"
        => |c, s, _| decision(c, s).map_or(Answer::Unsaid, |d| at_least_none(&d.oversight));
    "based on profiling" of Use Decision, Wants::Nothing, "derive … profiling, in a step that its data comes through", "taking what a step derived by profiling, or what was worked out from that"
        => |c, s, reading| profiled(c, s, reading);
    "assessment of its activity in force" of Flow Step Use Decision, Wants::Nothing, "dpia DPIA in its activity", "its activity having an impact assessment that is completed and not overdue for review"
        => |c, s, _| match activity_of(c, s) {
            None => Answer::Unsaid,
            Some(activity) => activity_dpia(c, Subject::Activity(activity))
                .map_or(Answer::Unsaid, |(dpia, _)| Answer::Is(dpia_in_force(c, dpia))),
        };
}

/// What is stated; where nothing is, nothing is there, since whoever decides has to show it.
fn at_least_none(known: &Known<Vec<String>>) -> Answer {
    match known {
        Known::Unsaid => Answer::Values(Vec::new(), Span::default()),
        known => words(known),
    }
}

/// Whether something that a use or decision takes comes from profiling.
fn profiled(c: &Context<'_>, s: Subject, reading: Reading) -> Answer {
    let profiling = c.indexes.profiling.get_or_init(|| {
        let has = |step: &crate::model::Step| {
            step.operations.iter().any(|o| matches!(o.kind, OperationKind::Derive { profiling: true, .. }))
        };
        let steps = c.model.steps.iter().enumerate().filter(|(_, step)| has(step));
        steps.map(|(i, _)| StepId(i as u32)).collect()
    });
    if profiling.is_empty() {
        return Answer::Told(Truth::False, Vec::new());
    }
    let contents = c.contents(reading);
    let taken = taken(c, s, reading);
    let mut stack: Vec<CellId> =
        taken.iter().flat_map(|t| t.cells(c)).filter(|cell| contents.has_rows(*cell)).collect();
    let mut seen: HashSet<CellId> = stack.iter().copied().collect();
    while let Some(cell) = stack.pop() {
        for edge in c.graph.incoming(c.model, cell) {
            if let How::Step(step, _) = c.graph.arrival(edge.arrival).how
                && profiling.contains(&step)
                && derives_here(c, step, cell)
            {
                let by = c.model.word(c.model.steps[step.index()].declared.name);
                let sentence = format!("it takes {}, which `{by}` derived by profiling", column(c, cell));
                return Answer::Told(Truth::True, vec![Reason::at(sentence, c.arrival_span(edge.arrival))]);
            }
            if let Some(from) = edge.from.filter(|from| contents.has_rows(*from))
                && seen.insert(from)
            {
                stack.push(from);
            }
        }
    }
    Answer::Told(Truth::False, Vec::new())
}

fn column(c: &Context<'_>, cell: CellId) -> String {
    c.column_name(&c.graph.cell(cell).column)
}

/// Whether a column of what a step made is one that it derived by profiling.
fn derives_here(c: &Context<'_>, step: StepId, cell: CellId) -> bool {
    let name = c.graph.cell(cell).column.name;
    c.model.steps[step.index()]
        .operations
        .iter()
        .any(|o| matches!(&o.kind, OperationKind::Derive { field, profiling: true, .. } if *field == name))
}
