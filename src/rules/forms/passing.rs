//! Form 3: what data must pass through before it reaches somebody (ruling 14).

use super::data::closed_flows;
use super::fields::named;
use super::{Detail, Judged, copy_name, holder_name, holders};
use crate::graph::{ArrivalId, CellId, ColumnKind, Contents, CopyId, How, Reading};
use crate::model::{CategoryId, Model, Operation, OperationKind, Step, StepId};
use crate::rules::compile::{Compiled, Through, Whom};
use crate::rules::context::{Context, CopySet, Hit, Seen};
use crate::rules::phrase::{Holders, Phrase};
use crate::rules::story::{Story, list};
use crate::syntax::intern::Symbol;
use crate::syntax::tree::LevelWord;

/// `DATA must pass through STEP-or-OPERATION [at PLACE] before reaching WHO`.
pub fn pass_through(
    c: &Context<'_>,
    sentence: &Compiled,
    data: &Phrase,
    through: &Through,
    at: Option<&Holders>,
    reaching: &Holders,
    reading: Reading,
) -> Judged {
    match through {
        // where the drop stands does not matter to what arrives: see ruling 14
        Through::Drop(fields) => dropped(c, sentence, data, fields, reaching, reading),
        Through::Step(step) => deleted(c, sentence, data, reaching, reading, &|s, _| s == *step),
        Through::Operation { word, minimum, arguments } => {
            let does = |_: StepId, step: &Step| {
                at.is_none_or(|at| at.covers(c.model, step.place))
                    && step.operations.iter().any(|o| fits(c, o, word, *minimum, arguments, reading))
            };
            deleted(c, sentence, data, reaching, reading, &does)
        }
    }
}

/// Whether an operation is the one that a sentence names.
fn fits(
    c: &Context<'_>,
    operation: &Operation,
    word: &str,
    minimum: Option<u64>,
    arguments: &[Symbol],
    reading: Reading,
) -> bool {
    let all = |fields: &[(Symbol, crate::source::Span)]| arguments.iter().all(|a| fields.iter().any(|(n, _)| n == a));
    match (&operation.kind, word) {
        (OperationKind::Pseudonymise { fields, .. }, "pseudonymise") => all(fields),
        (OperationKind::Aggregate { minimum: said, .. }, "aggregate") => match (minimum, said.value()) {
            (None, _) => true,
            (Some(wanted), Some(said)) => *said >= wanted,
            (Some(_), None) => reading == Reading::Kind,
        },
        (OperationKind::Generalise { field, .. }, "generalise") => arguments.iter().all(|a| *a == field.0),
        (OperationKind::FilterOptOut(scheme), "filter") => {
            arguments.iter().all(|a| c.model.opt_outs.get(scheme.index()).is_some_and(|o| o.declared.name == *a))
        }
        (OperationKind::Derive { field, .. }, "derive") => arguments.iter().all(|a| a == field),
        (OperationKind::Suppress(how), "suppress") => how.value().is_some_and(|s| !s.none),
        (OperationKind::Review { .. }, "review")
        | (OperationKind::Encrypt, "encrypt")
        | (OperationKind::Synthesise, "synthesise")
        | (OperationKind::Match { .. }, "match")
        | (OperationKind::AddKey { .. }, "add") => true,
        _ => false,
    }
}

/// `must pass through drop F`: rows from the subject arrive in a copy that has any column of `F`, whoever's.
fn dropped(
    c: &Context<'_>,
    sentence: &Compiled,
    data: &Phrase,
    fields: &[(Symbol, Option<CategoryId>)],
    reaching: &Holders,
    reading: Reading,
) -> Judged {
    let mut judged = Judged::default();
    let contents = c.contents(reading);
    let closed = closed_flows(c, sentence, reading);
    let rows_only = Phrase { level: data.level.or(Some(LevelWord::RowLevel)), ..data.clone() };
    for holder in holders(c, &Whom::These(reaching.clone()), reading) {
        let inside = c.inside(holder, reading);
        let received = c.received_but(holder, reading, &closed);
        for seen in c.views(holder, reading).iter() {
            for copy in &seen.view.all().collect::<Vec<_>>() {
                if sentence.excepts_place(c.model, c.graph.copy(*copy).place) {
                    continue;
                }
                let Some(entry) = entering(c, *copy, &inside, &closed) else { continue };
                let arriving: Vec<(CellId, Hit)> = hits(c, sentence, &rows_only, *copy, &received, seen, reading)
                    .into_iter()
                    .filter(|(cell, _)| came_by(c, *cell, &inside, &closed))
                    .collect();
                let Some((cell, hit)) = arriving.first() else { continue };
                judged.matched = true;
                let kept: Vec<CellId> = c
                    .graph
                    .cells_of(*copy)
                    .filter(|cell| contents.has_rows(*cell) && has_field(c, fields, *cell, reading))
                    .collect();
                let subjects = vec![holder_name(c, holder), copy_name(c, *copy)];
                if kept.is_empty() || judged.violations.iter().any(|v| v.subjects == subjects) {
                    continue;
                }
                judged.push(subjects, || {
                    let mut story = Story::default();
                    c.tell_way(&mut story, &contents, (*cell, &hit.rows, true), reading, &|_| false);
                    let names: Vec<String> =
                        kept.iter().map(|cell| c.column_name(&c.graph.cell(*cell).column)).collect();
                    for cell in &kept {
                        if c.graph.cell(*cell).column.kind == ColumnKind::Open {
                            c.open_missing(&mut story, *copy);
                        }
                        c.tell_way(&mut story, &contents, (*cell, &c.origins.everything(), true), reading, &|_| false);
                    }
                    let (who, what) = (c.place_title(holder.place(c.model)), c.data_name(*copy));
                    Detail {
                        summary: format!("{what} reaches {who} with {}", list(&names)),
                        span: c.arrival_span(entry),
                        missing: std::mem::take(&mut story.missing),
                        steps: story.into_steps(),
                        fix: Some(format!("drop {} before `{}`", list(&names), c.arrival_name(entry))),
                        ..Detail::default()
                    }
                });
            }
        }
    }
    judged
}

/// The first arrival by which a copy comes in from outside: a flow, or a lookup that another keeps (ruling 11).
fn entering(c: &Context<'_>, copy: CopyId, inside: &CopySet, closed: &[ArrivalId]) -> Option<ArrivalId> {
    c.graph.arrivals_of(copy).find(|a| {
        !closed.contains(a) && c.graph.arrival(*a).brings() && c.graph.from(*a).iter().any(|f| !inside.contains(f))
    })
}

/// Whether a cell is one of the fields, or may be: an open list may hold anything.
fn has_field(c: &Context<'_>, fields: &[(Symbol, Option<CategoryId>)], cell: CellId, reading: Reading) -> bool {
    let column = c.graph.cell(cell).column;
    (column.kind == ColumnKind::Open && reading == Reading::Harsh) || named(c, fields, &column)
}

/// Whether something comes into a cell from outside, other than by the flows that an exception lets pass.
fn came_by(c: &Context<'_>, cell: CellId, inside: &CopySet, closed: &[ArrivalId]) -> bool {
    c.graph
        .incoming(c.model, cell)
        .iter()
        .any(|e| !closed.contains(&e.arrival) && e.from.is_some_and(|f| !inside.contains(&c.graph.cell(f).copy)))
}

fn hits(
    c: &Context<'_>,
    sentence: &Compiled,
    data: &Phrase,
    copy: CopyId,
    contents: &Contents,
    seen: &Seen,
    reading: Reading,
) -> Vec<(CellId, Hit)> {
    let except = sentence.except_data();
    c.graph
        .cells_of(copy)
        .map(|cell| (cell, c.hit_except(data, &except, cell, contents, seen, reading)))
        .filter(|(_, hit)| hit.any())
        .collect()
}

/// `must pass through` a step or another operation: judged per column, by deleting their outputs. What still arrives has not
/// passed through.
fn deleted(
    c: &Context<'_>,
    sentence: &Compiled,
    data: &Phrase,
    reaching: &Holders,
    reading: Reading,
    through: &dyn Fn(StepId, &Step) -> bool,
) -> Judged {
    let mut judged = Judged::default();
    let all = c.contents(reading);
    let closed = closed_flows(c, sentence, reading);
    let without = |a: ArrivalId| match c.graph.arrival(a).how {
        How::Step(step, _) | How::Side(step, _) => through(step, &c.model.steps[step.index()]),
        _ => false,
    };
    let rest = c.contents_without(reading, &without);
    for holder in holders(c, &Whom::These(reaching.clone()), reading) {
        let inside = c.inside(holder, reading);
        for seen in c.views(holder, reading).iter() {
            for copy in &seen.view.all().collect::<Vec<_>>() {
                let public = c.graph.copy(*copy).place == Model::PUBLIC;
                if sentence.excepts_place(c.model, c.graph.copy(*copy).place)
                    || !(public || c.graph.cells_of(*copy).any(|cell| came_by(c, cell, &inside, &closed)))
                {
                    continue;
                }
                judged.matched |= !hits(c, sentence, data, *copy, &all, seen, reading).is_empty();
                let left = hits(c, sentence, data, *copy, &rest, seen, reading);
                let left: Vec<_> =
                    left.into_iter().filter(|(cell, _)| public || came_by(c, *cell, &inside, &closed)).collect();
                let subjects = vec![holder_name(c, holder), copy_name(c, *copy)];
                let Some((cell, hit)) = left.first() else { continue };
                if judged.violations.iter().any(|v| v.subjects == subjects) {
                    continue;
                }
                judged.push(subjects, || {
                    let mut story = Story::default();
                    let rows = hit.rows.iter().any(|w| *w != 0);
                    let way = c.tell_way(
                        &mut story,
                        &rest,
                        (*cell, if rows { &hit.rows } else { &hit.counts }, rows),
                        reading,
                        &without,
                    );
                    let (who, what) = (c.place_title(holder.place(c.model)), c.data_name(*copy));
                    let column = c.column_name(&c.graph.cell(*cell).column);
                    Detail {
                        summary: format!(
                            "{column} in {what} reaches {who} without passing through what the rule asks for"
                        ),
                        span: way.last().map_or(sentence.span, |h| c.arrival_span(h.arrival)),
                        missing: std::mem::take(&mut story.missing),
                        steps: story.into_steps(),
                        fix: way.last().map(|h| format!("put it before `{}`", c.arrival_name(h.arrival))),
                        ..Detail::default()
                    }
                });
            }
        }
    }
    judged
}
