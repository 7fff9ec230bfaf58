//! Whether a model is in good order: nothing without an origin or a use, no two names for one thing, nothing left open.

use super::{Answer, Reason, Subject, Wants};
use crate::graph::{ColumnKind, CopyId, How};
use crate::model::{Model, Operation, OperationKind, StepId};
use crate::rules::context::Context;
use crate::rules::finding::Missing;
use crate::rules::truth::Truth;
use crate::vocabulary::Identifies;

facts! {
    "origin" of Dataset, Wants::Nothing, "held by WHO; gives DATASET in a step", "being held by somebody from the start, or made by a step that says what it does"
        => |c, s, _| origin(c, s);
    "use" of Dataset, Wants::Nothing, "data DATASET in a flow; takes DATASET in a step, use or decision", "being sent, taken or destroyed by something, where it comes from somewhere"
        => |c, s, _| in_use(c, s);
    "live waivers" of Rule Promise, Wants::Nothing, "waive RULE for SUBJECT { because; by; until }", "no waiver of it being past the day until which it counts"
        => |c, s, _| live_waivers(c, s);
    "match on enough" of Step, Wants::Nothing, "match A with B on FIELDS", "matching only on fields that tell people apart: a key, a direct identifier, or a combination that identifies"
        => |c, s, _| matches_on_enough(c, s);
}

fn origin(c: &Context<'_>, s: Subject) -> Answer {
    let Subject::Dataset(id) = s else { return Answer::Unsaid };
    let dataset = c.model.dataset(id);
    let name = c.model.word(dataset.declared.name);
    if dataset.held_by.iter().any(|p| *p != Model::UNKNOWN) {
        return Answer::Told(Truth::True, Vec::new());
    }
    let mut unknown = Vec::new();
    if !dataset.held_by.is_empty() {
        let span = dataset.held_span.unwrap_or(dataset.declared.span);
        unknown.push(Missing { text: format!("who holds `{name}` (`held by`)"), span });
    }
    for arrival in c.graph.copies_of(id).flat_map(|copy| c.graph.arrivals_of(copy)) {
        match c.graph.arrival(arrival).how {
            How::Side(..) => return Answer::Told(Truth::True, Vec::new()),
            How::Step(step, _) => match c.model.steps[step.index()].operations_not_stated {
                None => return Answer::Told(Truth::True, Vec::new()),
                Some(span) => {
                    let by = c.model.word(c.model.steps[step.index()].declared.name);
                    unknown.push(Missing { text: format!("what `{by}` does to the data (`operations`)"), span });
                }
            },
            How::Declared | How::Flow(..) => {}
        }
    }
    if !unknown.is_empty() {
        return super::scope::told(Vec::new(), unknown);
    }
    let reason =
        Reason::at(format!("nobody holds `{name}` from the start, and no step makes it"), dataset.declared.span);
    let fix = "say who holds it (`held by`), or let the step that makes it say `gives`".to_owned();
    Answer::Told(Truth::False, vec![reason.mended(fix)])
}

fn in_use(c: &Context<'_>, s: Subject) -> Answer {
    let Subject::Dataset(id) = s else { return Answer::Unsaid };
    let m = c.model;
    let used = c.indexes.used.get_or_init(|| {
        let mut used = vec![false; m.datasets.len()];
        let mut mark = |id: crate::model::DatasetId| {
            if let Some(slot) = used.get_mut(id.index()) {
                *slot = true;
            }
        };
        m.flows.iter().flat_map(|f| &f.data).for_each(|d| mark(d.dataset));
        m.uses.iter().flat_map(|u| &u.takes).for_each(|d| mark(d.dataset));
        for step in &m.steps {
            step.takes.iter().for_each(|d| mark(d.dataset));
            for operation in &step.operations {
                match &operation.kind {
                    OperationKind::Destroy { datasets, .. } => datasets.iter().for_each(|d| mark(*d)),
                    OperationKind::Reidentify { lookup } => mark(*lookup),
                    // what stands for a key is there for the key
                    OperationKind::Pseudonymise { lookup: Some(lookup), .. } => mark(*lookup),
                    _ => {}
                }
            }
        }
        used
    });
    // what comes from nowhere cannot be used: that is another question
    if used.get(id.index()).copied().unwrap_or(true) || c.graph.copies_of(id).len() == 0 {
        return Answer::Told(Truth::True, Vec::new());
    }
    let declared = &m.dataset(id).declared;
    let name = m.word(declared.name);
    let reason = Reason::at(
        format!("nothing is done with `{name}`: no flow sends it, and no step, use or decision takes it"),
        declared.span,
    );
    let fix = format!("say what `{name}` is for (`use`, `decision`), or take it out of the model");
    Answer::Told(Truth::False, vec![reason.mended(fix)])
}

fn live_waivers(c: &Context<'_>, s: Subject) -> Answer {
    let Subject::Rule(id) = s else { return Answer::Unsaid };
    let over = c.model.waivers.iter().filter(|w| w.rule == id && w.until.is_some_and(|until| until < c.as_of));
    let reasons: Vec<Reason> = over
        .map(|waiver| {
            let until = waiver.until.map(|d| d.to_string()).unwrap_or_default();
            let sentence = format!("its waiver for `{}` ran out on {until}", c.model.word(waiver.subject));
            Reason::at(sentence, waiver.span)
                .mended("mend what it was for, or decide anew and set another day".to_owned())
        })
        .collect();
    Answer::Told(Truth::from(reasons.is_empty()), reasons)
}

fn matches_on_enough(c: &Context<'_>, s: Subject) -> Answer {
    let Subject::Step(id) = s else { return Answer::Unsaid };
    let step = &c.model.steps[id.index()];
    let mut reasons = Vec::new();
    for (number, operation) in step.operations.iter().enumerate() {
        let changed = step.operations[..number].iter().any(|o| !matches!(o.kind, OperationKind::Match { .. }));
        if let Some(reason) = too_little(c, id, operation, changed) {
            reasons.push(reason);
        }
    }
    Answer::Told(Truth::from(reasons.is_empty()), reasons)
}

/// What is wrong with what a `match` goes by. Where something else was done to the inputs before, only fields that it names count.
fn too_little(c: &Context<'_>, id: StepId, operation: &Operation, changed: bool) -> Option<Reason> {
    let m = c.model;
    let OperationKind::Match { left, right, on, .. } = &operation.kind else { return None };
    let step = &m.steps[id.index()];
    let taken = step.gives.iter().flat_map(|g| c.graph.copies_of(g.dataset)).flat_map(|copy| c.graph.arrivals_of(copy));
    let arrival = taken.into_iter().find(|a| matches!(c.graph.arrival(*a).how, How::Step(by, _) if by == id))?;
    let input = |dataset| c.graph.from(arrival).iter().copied().find(|copy| c.graph.copy(*copy).dataset == dataset);
    let fields = |copy: CopyId| c.graph.columns_of(copy).iter().filter(|col| col.kind == ColumnKind::Field);
    let (left, right) = (input(*left)?, input(*right)?);
    let columns: Vec<_> = if on.is_empty() {
        fields(left).filter(|a| fields(right).any(|b| a.name == b.name)).collect()
    } else {
        fields(left).filter(|a| on.iter().any(|(name, _)| *name == a.name)).collect()
    };
    if columns.is_empty() || (changed && columns.len() < on.len().max(1)) || (changed && on.is_empty()) {
        return None;
    }
    let tells = |column: &&crate::graph::Column| column.identifies(&m.vocabulary) >= Identifies::Key;
    let has = |(category, level): &(crate::model::CategoryId, u8)| {
        columns.iter().any(|col| {
            col.category.is_some_and(|own| m.vocabulary.category_under(own, *category)) && col.level <= *level
        })
    };
    let enough = columns.iter().any(tells) || m.vocabulary.combinations.iter().any(|co| co.parts.iter().all(has));
    if enough {
        return None;
    }
    let names: Vec<String> = columns.iter().map(|col| format!("`{}`", m.word(col.name))).collect();
    let sentence = format!(
        "`{}` matches on {}, which does not tell one person from another",
        m.word(step.declared.name),
        crate::rules::story::list(&names)
    );
    Some(Reason::at(sentence, operation.span).mended("match on a key (if there is one that the model leaves out, declare it), or on fields that identify together".to_owned()))
}
