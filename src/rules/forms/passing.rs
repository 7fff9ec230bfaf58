//! Form 3: what data must pass through before it reaches somebody (ruling 14).

use std::rc::Rc;

use super::closed::Closed;
use super::fields::named;
use super::{Beyond, Detail, Judged, copy_name, holder_name, holders, key};
use crate::faults::{self, Fault};
use crate::graph::{ArrivalId, CellId, ColumnKind, Contents, CopyId, How, Reading};
use crate::model::{CategoryId, Model, Operation, OperationKind, Step, StepId};
use crate::rules::compile::{Compiled, Through, Whom};
use crate::rules::context::{Context, CopySet, Seen};
use crate::rules::phrase::{Holders, Phrase};
use crate::rules::sought::{Hit, Sought};
use crate::rules::story::{Story, list};
use crate::rules::ties::needed_level;
use crate::syntax::intern::Symbol;
use crate::syntax::tree::LevelWord;

/// `DATA must pass through STEP-or-OPERATION [at PLACE] before reaching WHO`.
pub fn pass_through<'a>(
    c: &'a Context<'_>,
    sentence: &'a Compiled,
    data: &'a Phrase,
    through: &'a Through,
    at: Option<&'a Holders>,
    reaching: &'a Holders,
    reading: Reading,
) -> Judged<'a> {
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
fn dropped<'a>(
    c: &'a Context<'_>,
    sentence: &'a Compiled,
    data: &'a Phrase,
    fields: &'a [(Symbol, Option<CategoryId>)],
    reaching: &'a Holders,
    reading: Reading,
) -> Judged<'a> {
    let mut judged = Judged::new(c);
    let contents = c.contents(reading);
    let closed = Closed::of(c, sentence, reading);
    let rows_only = Phrase { level: data.level.or(Some(LevelWord::RowLevel)), ..data.clone() };
    let sought = Sought::new(c, &rows_only, &sentence.except_data());
    for holder in holders(c, &Whom::These(reaching.clone()), reading) {
        let inside = c.inside(holder, reading);
        let received = c.received_but(holder, reading, &closed);
        let views = c.views(holder, reading);
        for (seen, fresh) in c.fresh(&views, sought.by_level(c)) {
            for copy in fresh.copies(&seen.view, &seen.view.public.all) {
                // what is published reaches everybody (ruling 6)
                let there = if published(c, copy) { contents } else { &received };
                if sentence.excepts_place(c.model, c.graph.copy(copy).place)
                    || !sought.is_in(c, copy, there, seen, reading)
                {
                    continue;
                }
                let Some(entry) = entering(c, copy, &inside, &closed) else { continue };
                let came = Came { inside: &inside, closed: &closed, all: contents, without: &|_| false };
                let arriving = came.straight(c, &sought, (copy, there), seen, reading);
                let Some((cell, hit)) = arriving.into_iter().next() else { continue };
                judged.matched = true;
                let cells = c.graph.cells_of(copy);
                let kept: Vec<CellId> =
                    cells.filter(|cell| contents.has_rows(*cell) && has_field(c, fields, *cell, reading)).collect();
                if kept.is_empty() || judged.has(key((holder, copy))) {
                    continue;
                }
                let subjects = vec![holder_name(c, holder), copy_name(c, copy)];
                let (contents, what) = (contents.clone(), key(&kept));
                let (inside, received, seen) = (inside.clone(), received.clone(), seen.clone());
                judged.push_as(key((holder, copy)), what, subjects, move || {
                    let mut story = Story::default();
                    let came = (&inside, &*received);
                    c.tell_entry(&mut story, &contents, (cell, &hit.rows, true), reading, &|_, _, _| false, came);
                    let needed = needed_level(sentence, data);
                    if needed > 0 {
                        c.tell_linkage(&mut story, &seen, copy, needed, reading);
                    }
                    let names: Vec<String> =
                        kept.iter().map(|cell| c.column_name(&c.graph.cell(*cell).column)).collect();
                    for cell in &kept {
                        if c.graph.cell(*cell).column.kind == ColumnKind::Open {
                            c.open_missing(&mut story, copy);
                        }
                        c.tell_way(&mut story, &contents, (*cell, &c.origins.everything(), true), reading, &|_| false);
                    }
                    let (who, what) = (c.place_title(holder.place(c.model)), c.data_name(copy));
                    let summary = format!("{what} reaches {who} with {}", list(&names));
                    Detail {
                        beyond: Some(Beyond::nothing(&summary)),
                        summary,
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

/// The first arrival by which a copy comes in from outside: a flow, a lookup that another keeps (ruling 11), or what a processor
/// makes in the activity of what it has in another.
fn entering(c: &Context<'_>, copy: CopyId, inside: &CopySet, closed: &Closed) -> Option<ArrivalId> {
    c.graph
        .arrivals_of(copy)
        .find(|a| !closed.has(*a) && c.graph.from(*a).iter().any(|f| published(c, copy) || !inside.contains(f)))
}

fn published(c: &Context<'_>, copy: CopyId) -> bool {
    c.graph.copy(copy).place == Model::PUBLIC
}

/// Whether a cell is one of the fields, or may be: an open list may hold anything.
fn has_field(c: &Context<'_>, fields: &[(Symbol, Option<CategoryId>)], cell: CellId, reading: Reading) -> bool {
    let column = c.graph.cell(cell).column;
    (column.kind == ColumnKind::Open && reading == Reading::Harsh) || named(c, fields, &column)
}

/// Whether something comes into a cell from outside (or is published), other than by the flows that an exception lets pass.
fn came_by(c: &Context<'_>, cell: CellId, inside: &CopySet, closed: &Closed) -> bool {
    let public = published(c, cell.copy);
    c.graph
        .incoming(c.model, cell)
        .iter()
        .any(|e| !closed.has(e.arrival) && e.from.is_some_and(|f| public || !inside.contains(&f.copy)))
}

/// How data comes in.
struct Came<'a> {
    inside: &'a CopySet,
    closed: &'a Closed,
    /// What is where, when the arrivals for which `without` holds do not happen.
    all: &'a Contents,
    without: &'a dyn Fn(ArrivalId) -> bool,
}

impl Came<'_> {
    /// What is found in a copy, with what is there, of what came to it straight from outside. What was passed on inside does not
    /// arrive once more where other data comes into the same column.
    fn straight(
        &self,
        c: &Context<'_>,
        sought: &Sought<'_>,
        (copy, there): (CopyId, &Contents),
        seen: &Seen,
        reading: Reading,
    ) -> Vec<(CellId, Hit)> {
        let mut found = sought.hits(c, copy, there, seen, reading);
        found.retain(|(cell, _)| came_by(c, *cell, self.inside, self.closed));
        let (none, closed) = (CopySet::default(), |a| self.closed.has(a));
        let inside = if published(c, copy) { &none } else { self.inside };
        let outside = |from: &[CopyId]| !from.is_empty() && !from.iter().any(|f| inside.contains(f));
        if found.is_empty() || c.graph.arrivals_of(copy).all(|a| !closed(a) && outside(c.graph.from(a))) {
            return found;
        }
        let straight = c.entered(copy, inside, self.all, reading, (self.without, &closed));
        sought.hits(c, copy, &straight, seen, reading)
    }
}

/// `must pass through` a step or another operation: judged per column, by deleting their outputs. What still arrives has not
/// passed through.
fn deleted<'a>(
    c: &'a Context<'_>,
    sentence: &'a Compiled,
    data: &'a Phrase,
    reaching: &'a Holders,
    reading: Reading,
    through: &dyn Fn(StepId, &Step) -> bool,
) -> Judged<'a> {
    let mut judged = Judged::new(c);
    let all = c.contents(reading);
    let closed = Closed::of(c, sentence, reading);
    let numbered = c.model.steps.iter().enumerate();
    let gone: Rc<[bool]> = numbered.map(|(number, step)| through(StepId(number as u32), step)).collect();
    let without = {
        let gone = gone.clone();
        move |a: ArrivalId| match c.graph.arrival(a).how {
            How::Step(step, _) | How::Side(step, _) => gone[step.index()],
            _ => false,
        }
    };
    let rest = Rc::new(c.contents_without(reading, &without));
    let sought = Sought::new(c, data, &sentence.except_data());
    for holder in holders(c, &Whom::These(reaching.clone()), reading) {
        let inside = c.inside(holder, reading);
        // its own data that never left it does not reach it
        let received = Rc::new(c.received_of(holder, reading, &rest, &without, &|a| closed.has(a)));
        let views = c.views(holder, reading);
        for (seen, fresh) in c.fresh(&views, sought.by_level(c)) {
            for copy in fresh.copies(&seen.view, &seen.view.public.all) {
                if !sought.is_in(c, copy, all, seen, reading)
                    || sentence.excepts_place(c.model, c.graph.copy(copy).place)
                    || !c.graph.cells_of(copy).any(|cell| came_by(c, cell, &inside, &closed))
                {
                    continue;
                }
                judged.matched = true;
                let there = if published(c, copy) { &rest } else { &received };
                let came = Came { inside: &inside, closed: &closed, all: &rest, without: &without };
                let left = came.straight(c, &sought, (copy, there), seen, reading);
                let Some((cell, hit)) = left.first().cloned() else { continue };
                let before = || sought.hits(c, copy, all, seen, reading).len();
                if faults::on(Fault::PassThroughByTable) && left.len() < before() {
                    continue;
                }
                let subjects = vec![holder_name(c, holder), copy_name(c, copy)];
                let (rest, without) = (rest.clone(), without.clone());
                let (inside, received, seen) = (inside.clone(), received.clone(), seen.clone());
                judged.push_as(key((holder, copy)), key(left), subjects, move || {
                    let mut story = Story::default();
                    let told = (cell, hit.classes(), hit.has_rows());
                    let way =
                        c.tell_entry(&mut story, &rest, told, reading, &|a, _, _| without(a), (&inside, &received));
                    let needed = needed_level(sentence, data);
                    if hit.has_rows() && needed > 0 {
                        c.tell_linkage(&mut story, &seen, copy, needed, reading);
                    }
                    let (who, what) = (c.place_title(holder.place(c.model)), c.data_name(copy));
                    let column = c.column_name(&c.graph.cell(cell).column);
                    let summary =
                        format!("{column} in {what} reaches {who} without passing through what the rule asks for");
                    Detail {
                        beyond: Some(Beyond::nothing(&summary)),
                        summary,
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
