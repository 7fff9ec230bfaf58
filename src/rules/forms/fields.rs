//! Forms 2 and 10: which fields may come in, and fields that come in and are never used.

use std::sync::atomic::{AtomicU64, Ordering};

use rustc_hash::FxHashSet;
use smallvec::{SmallVec, smallvec};

use super::closed::Closed;
use super::subjects::Names;
use super::{Detail, Judged, copy_name, holder_name, holder_word, holders, key};
use crate::graph::spread::is_field;
use crate::graph::{ArrivalId, Ask, CellId, Column, ColumnKind, Contents, CopyId, How, Reading};
use crate::model::{CategoryId, DatasetId, Model, Operation, OperationKind, Step, StepId, Use, UseId};
use crate::rules::compile::{Compiled, Whom};
use crate::rules::context::{Context, CopySet};
use crate::rules::facts::Subject;
use crate::rules::phrase::{Holder, Holders, Phrase};
use crate::rules::sought::Sought;
use crate::rules::story::{Story, list};
use crate::syntax::intern::Symbol;
use crate::vocabulary::Identifies;

/// Whether a column is one of those named, by its name or its category.
pub fn named(c: &Context<'_>, names: &[(Symbol, Option<CategoryId>)], column: &Column) -> bool {
    names.iter().any(|(name, category)| {
        *name == column.name
            || matches!((category, column.category), (Some(w), Some(has)) if c.model.vocabulary.category_under(has, *w))
    })
}

/// `WHO may receive only FIELDS from X`.
pub fn only_fields<'a>(
    c: &'a Context<'_>,
    sentence: &'a Compiled,
    who: &'a Holders,
    names: &'a [(Symbol, Option<CategoryId>)],
    from: &'a [Ask],
    reading: Reading,
) -> Judged<'a> {
    let mut judged = Judged::new(c);
    let everything = Phrase { from: Some(from.to_vec()), ..Phrase::everything(sentence.span) };
    let (mentioned, sought) = (Sought::new(c, &everything, &[]), Sought::new(c, &everything, &sentence.except_data()));
    let all = c.contents(reading);
    let closed = Closed::of(c, sentence, reading);
    for holder in holders(c, &Whom::These(who.clone()), reading) {
        let received = c.received_but(holder, reading, &closed);
        let inside = c.inside(holder, reading);
        let views = c.views(holder, reading);
        for (seen, fresh) in c.fresh(&views, mentioned.by_level(c) || sought.by_level(c)) {
            for copy in fresh.copies(&seen.view, &seen.view.public.all) {
                let at = c.graph.copy(copy).place;
                // everybody receives the rows that are published; a published count is nobody's field
                let public = at == Model::PUBLIC;
                let received = if public { all } else { &received };
                if !mentioned.is_in(c, copy, received, seen, reading) || sentence.excepts_place(c.model, at) {
                    continue;
                }
                let mut surplus: Vec<(CellId, Vec<u64>, bool)> = Vec::new();
                for (cell, first) in mentioned.hits(c, copy, received, seen, reading) {
                    let column = c.graph.cell(cell).column;
                    let open = column.kind == ColumnKind::Open;
                    if !(is_field(column.kind) || open) || (public && !first.has_rows()) {
                        continue;
                    }
                    judged.matched = true;
                    let hit = sought.hit(c, cell, received, seen, reading);
                    if hit.any() && (open || !named(c, names, &column)) {
                        let rows = hit.has_rows();
                        surplus.push((cell, if rows { hit.rows.to_vec() } else { hit.counts.to_vec() }, rows));
                    }
                }
                // what a step at the holder makes of what came in is not another arrival; what a processor makes for it is
                let arrives = c
                    .graph
                    .arrivals_of(copy)
                    .any(|a| c.graph.arrival(a).brings() || c.graph.from(a).iter().any(|f| !inside.contains(f)));
                if surplus.is_empty() || !arrives || judged.has(key((holder, copy))) {
                    continue;
                }
                let subjects = vec![holder_name(c, holder), copy_name(c, copy)];
                let what = key(&surplus);
                let (inside, received) = (inside.clone(), received.clone());
                judged.push_as(key((holder, copy)), what, subjects, move || {
                    tell_surplus(c, sentence, (holder, copy), &surplus, (&inside, &received), reading)
                });
            }
        }
    }
    judged
}

fn tell_surplus(
    c: &Context<'_>,
    sentence: &Compiled,
    (holder, copy): (Holder, CopyId),
    surplus: &[(CellId, Vec<u64>, bool)],
    came: (&CopySet, &Contents),
    reading: Reading,
) -> Detail {
    let mut story = Story::default();
    let mut last = None;
    for (cell, classes, rows) in surplus {
        let told = (*cell, classes.as_slice(), *rows);
        let way = c.tell_entry(&mut story, c.contents(reading), told, reading, &|_, _, _| false, came);
        last = last.or(way.last().map(|h| h.arrival));
        if c.graph.cell(*cell).column.kind == ColumnKind::Open {
            c.open_missing(&mut story, copy);
        }
    }
    let fields: Vec<String> = surplus.iter().map(|(cell, ..)| c.column_name(&c.graph.cell(*cell).column)).collect();
    let (who, data) = (c.place_title(holder.place(c.model)), c.data_name(copy));
    Detail {
        summary: format!("{who} receives {} in {data}, which the rule does not list", list(&fields)),
        span: last.map_or(sentence.span, |a| c.arrival_span(a)),
        missing: std::mem::take(&mut story.missing),
        steps: story.into_steps(),
        fix: last.map(|a| format!("leave {} out of `{}`", list(&fields), c.arrival_name(a))),
        ..Detail::default()
    }
}

/// What is known of the use of a cell by its holder.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Used {
    /// Nothing takes it.
    No,
    /// A step whose operations are not stated takes it.
    Perhaps,
    /// Something does.
    Yes,
}

impl Used {
    /// It in two bits for a column, among those of others.
    fn to_be_kept(self, column: u32) -> u64 {
        (self as u64 + 1) << (column * 2)
    }

    /// What is kept of a column; `None` where that is nothing yet.
    fn kept(all: u64, column: u32) -> Option<Used> {
        match all >> (column * 2) & 3 {
            1 => Some(Used::No),
            2 => Some(Used::Perhaps),
            3 => Some(Used::Yes),
            _ => None,
        }
    }
}

/// `no one may receive a field they do not use`: a field is used when a step works on it, a use or decision takes it, or it goes
/// on to somebody else (UK GDPR article 5(1)(c), data minimisation). Read kindly and harshly; both at once where they look at the
/// same.
pub fn unused<'a>(c: &'a Context<'_>, who: &'a Whom) -> [Judged<'a>; 2] {
    let kind = receivers(c, who, Reading::Kind);
    let inside = |holder: &Holder| c.inside(*holder, Reading::Kind) == c.inside(*holder, Reading::Harsh);
    if c.same_in_both() && kind == receivers(c, who, Reading::Harsh) && kind.iter().all(inside) {
        return unused_by(c, &kind, [Reading::Kind, Reading::Harsh]);
    }
    [Reading::Kind, Reading::Harsh].map(|reading| {
        let [judged] = unused_by(c, &receivers(c, who, reading), [reading]);
        judged
    })
}

/// Those who may not receive such fields, in the order of their names.
fn receivers(c: &Context<'_>, who: &Whom, reading: Reading) -> Vec<Holder> {
    let mut holders = holders(c, who, reading);
    holders.retain(|holder| holder.place(c.model) != Model::PUBLIC);
    holders.sort_by_cached_key(|holder| holder_name(c, *holder));
    holders
}

/// As [`unused`], in some readings in which what these receive is the same.
fn unused_by<'a, const N: usize>(c: &'a Context<'_>, holders: &[Holder], readings: [Reading; N]) -> [Judged<'a>; N] {
    let mut judged = readings.map(|_| Judged::new(c));
    let Some(first) = readings.first() else { return judged };
    // whoever has it in hand is told of first; it is the same for those for whom it is held
    let mut for_others: Vec<(Holder, CopySet, Vec<CopyId>)> = Vec::new();
    for holder in holders.iter().copied() {
        let party = c.model.place(holder.place(c.model)).party;
        let inside = c.inside(holder, *first);
        let word = holder_word(c, holder);
        let mut elsewhere = Vec::new();
        for copy in inside.iter().copied() {
            match c.graph.party_of(c.model, copy) == party {
                true => unused_in(c, (holder, word, &inside, copy), readings, &mut judged),
                false => elsewhere.push(copy),
            }
        }
        if !elsewhere.is_empty() {
            for_others.push((holder, inside, elsewhere));
        }
    }
    for (holder, inside, copies) in for_others {
        for copy in copies {
            unused_in(c, (holder, holder_word(c, holder), &inside, copy), readings, &mut judged);
        }
    }
    judged
}

/// Notes a copy that is inside a holder of this name, where a field came in with it that nobody uses.
fn unused_in<'a, const N: usize>(
    c: &'a Context<'_>,
    (holder, word, inside, copy): (Holder, &str, &CopySet, CopyId),
    readings: [Reading; N],
    judged: &mut [Judged<'a>; N],
) {
    let Some(first) = readings.first() else { return };
    let entering: Entering = c.graph.arrivals_of(copy).filter(|a| enters(c, *a, inside)).collect();
    if entering.is_empty() || judged.iter().all(|j| j.has(key(copy))) {
        return;
    }
    let Some(idle) = idle_in(c, copy, &entering, *first) else { return };
    for (judged, reading) in judged.iter_mut().zip(readings) {
        judged.matched = true;
        let counts = move |used: Used| used == Used::No || reading == Reading::Harsh;
        if !idle.iter().any(|(_, used)| counts(*used)) || judged.has(key(copy)) {
            continue;
        }
        let names = || Names::of_copy(c, holder, copy);
        let (entering, mut idle) = (entering.clone(), idle.clone());
        judged.push_named(key(copy), word, names, move || {
            idle.retain(|(_, used)| counts(*used));
            tell_idle(c, copy, &entering, &idle)
        });
    }
}

/// The arrivals by which a copy comes in from outside.
type Entering = SmallVec<[ArrivalId; 2]>;

/// The fields that come into a copy by some arrivals and that nothing surely uses; `None` where no field comes in.
fn idle_in(
    c: &Context<'_>,
    copy: CopyId,
    entering: &[ArrivalId],
    reading: Reading,
) -> Option<SmallVec<[(CellId, Used); 4]>> {
    let (uses, contents) = (c.uses(), c.contents(reading));
    // what is in a copy came by one of its arrivals
    let all_enter = entering.len() == c.graph.arrivals_of(copy).len();
    let comes = |cell: CellId| all_enter || entering.iter().any(|a| c.graph.comes_by(c.model, *a, cell));
    let (mut any, mut idle) = (false, SmallVec::new());
    let content = contents.of(copy);
    let with_any = c.columns_with_any(content, reading);
    let has_any = |column: u32| match with_any {
        Some(columns) => columns >> column & 1 == 1,
        None => contents.has_any_in(content, column),
    };
    for (number, column) in (0..).zip(c.graph.columns_of(copy)) {
        let cell = CellId { copy, column: number };
        if column.kind != ColumnKind::Field {
            continue;
        }
        if has_any(number) && comes(cell) {
            any = true;
            let used = uses.of_cell(c, cell);
            if used != Used::Yes {
                idle.push((cell, used));
            }
        }
    }
    any.then_some(idle)
}

fn tell_idle(c: &Context<'_>, copy: CopyId, entering: &[ArrivalId], idle: &[(CellId, Used)]) -> Detail {
    let mut story = Story::default();
    let fields: Vec<String> = idle.iter().map(|(cell, _)| c.column_name(&c.graph.cell(*cell).column)).collect();
    let (who, data) = (c.place_title(c.graph.copy(copy).place), c.data_name(copy));
    for arrival in entering {
        let from = c.graph.from(*arrival).first().map(|f| c.place_title(c.graph.copy(*f).place));
        let from = from.unwrap_or_else(|| "somebody".to_owned());
        story.say(format!("{from} sends {data} with {} to {who}", list(&fields)), c.arrival_span(*arrival));
    }
    for (cell, _) in idle.iter().filter(|(_, used)| *used == Used::Perhaps) {
        perhaps_missing(c, &mut story, *cell);
    }
    let name = entering.first().map(|a| c.arrival_name(*a).to_owned()).unwrap_or_default();
    Detail {
        summary: format!("{who} receives {} in {data} and no step, use or decision there needs it", list(&fields)),
        span: entering.first().map_or_else(Default::default, |a| c.arrival_span(*a)),
        missing: std::mem::take(&mut story.missing),
        steps: story.into_steps(),
        fix: Some(format!("leave {} out of `{name}`, or declare what it is used for", list(&fields))),
        ..Detail::default()
    }
}

fn enters(c: &Context<'_>, arrival: ArrivalId, inside: &CopySet) -> bool {
    matches!(c.graph.arrival(arrival).how, How::Flow(..)) && c.graph.from(arrival).iter().any(|f| !inside.contains(f))
}

/// How many cells are looked at to find a use.
const LOOKED_AT: usize = 1000;

/// Where data goes and what uses it.
#[derive(Debug)]
pub struct Uses {
    takers: Takers,
    /// What is known of the use of the first columns of each copy, two bits for each.
    known: Vec<AtomicU64>,
}

impl Uses {
    /// Works it out.
    pub fn of(c: &Context<'_>) -> Uses {
        let known = c.graph.copy_ids().map(|_| AtomicU64::new(0)).collect();
        Uses { takers: Takers::of(c), known }
    }

    /// The steps, uses and decisions that take a copy where it is.
    pub fn takers_of(&self, c: &Context<'_>, copy: CopyId) -> SmallVec<[Subject; 4]> {
        let dataset = c.graph.copy(copy).dataset;
        let (steps, uses) = (self.takers.steps.takers(dataset).iter(), self.takers.uses.takers(dataset).iter());
        let steps = steps.filter(|s| c.graph.finds(c.model, c.model.steps[s.index()].place, copy));
        let uses = uses.filter(|u| c.graph.finds(c.model, c.model.uses[u.index()].place, copy));
        steps.map(|s| Subject::Step(*s)).chain(uses.map(|u| Subject::Use(*u))).collect()
    }

    /// Whether a cell, or what is made of it at the same holder, is used.
    pub fn of_cell(&self, c: &Context<'_>, cell: CellId) -> Used {
        let Some(known) = self.known.get(cell.copy.index()).filter(|_| cell.column < u64::BITS / 2) else {
            return self.find(c, cell);
        };
        let all = known.load(Ordering::Relaxed);
        Used::kept(all, cell.column)
            .or_else(|| {
                // whoever asks for one field of a copy mostly asks for all
                let all = self.find_fields(c, cell.copy);
                known.fetch_or(all, Ordering::Relaxed);
                Used::kept(all, cell.column)
            })
            .unwrap_or_else(|| {
                let used = self.find(c, cell);
                known.fetch_or(used.to_be_kept(cell.column), Ordering::Relaxed);
                used
            })
    }

    /// What is known of the use of the first fields of a copy, to be kept: what takes the copy is looked up once for all of them.
    fn find_fields(&self, c: &Context<'_>, copy: CopyId) -> u64 {
        let taken = self.takers.taken(c, copy);
        let onward = c.onward().from(copy);
        let (flows, steps): (SmallVec<[ArrivalId; 4]>, SmallVec<[ArrivalId; 4]>) =
            onward.iter().copied().partition(|a| matches!(c.graph.arrival(*a).how, How::Flow(..)));
        let mut all = 0;
        for (number, column) in (0..u64::BITS / 2).zip(c.graph.columns_of(copy)) {
            if column.kind != ColumnKind::Field {
                continue;
            }
            let cell = CellId { copy, column: number };
            let goes_on = || flows.iter().any(|flow| !c.graph.leads_to(c.model, *flow, cell).is_empty());
            let used = match taken.of(c, column) {
                Used::Yes => Used::Yes,
                _ if goes_on() => Used::Yes,
                used if steps.is_empty() => used,
                _ => self.find(c, cell),
            };
            all |= used.to_be_kept(number);
        }
        all
    }

    fn find(&self, c: &Context<'_>, first: CellId) -> Used {
        let mut seen: FxHashSet<(CellId, Used)> = FxHashSet::default();
        // each with what it comes to if something uses it: nobody knows what passes through a step that does not say what it does
        let mut stack: SmallVec<[(CellId, Used); 4]> = smallvec![(first, Used::Yes)];
        let mut used = Used::No;
        while let Some((cell, if_used)) = stack.pop() {
            let column = c.graph.cell(cell).column;
            used = used.max(self.takers.taken(c, cell.copy).of(c, &column).min(if_used));
            if used == Used::Yes {
                return Used::Yes;
            }
            for arrival in c.onward().from(cell.copy) {
                let next = c.graph.leads_to(c.model, *arrival, cell);
                if next.is_empty() {
                    continue;
                }
                let if_used = match c.graph.arrival(*arrival).how {
                    How::Flow(..) if if_used == Used::Yes => return Used::Yes,
                    How::Flow(..) => {
                        used = used.max(if_used);
                        continue;
                    }
                    How::Step(step, _) if c.model.steps[step.index()].operations_not_stated.is_some() => Used::Perhaps,
                    _ => if_used,
                };
                let new = next.into_iter().map(|to| (to, if_used));
                let new = new.filter(|to| to.0 != first && seen.len() < LOOKED_AT && seen.insert(*to));
                stack.extend(new.collect::<SmallVec<[(CellId, Used); 4]>>());
            }
        }
        used
    }
}

/// The steps and uses that take each dataset, and the uses of which it is not stated what they take.
#[derive(Debug)]
struct Takers {
    steps: ByDataset<StepId>,
    uses: ByDataset<UseId>,
    unstated: Vec<UseId>,
}

/// What takes each dataset, one after another.
#[derive(Debug)]
struct ByDataset<T> {
    /// Where what takes each dataset begins, and where it ends for the last.
    starts: Vec<u32>,
    all: Vec<T>,
}

impl<T: Copy> ByDataset<T> {
    /// Of all that takes a dataset, in its order.
    fn of(datasets: usize, mut taken: Vec<(DatasetId, T)>) -> Self {
        let mut starts = vec![0; datasets + 1];
        taken.iter().for_each(|(dataset, _)| starts[dataset.index() + 1] += 1);
        (0..datasets).for_each(|at| starts[at + 1] += starts[at]);
        taken.sort_by_key(|(dataset, _)| *dataset);
        ByDataset { starts, all: taken.into_iter().map(|(_, taker)| taker).collect() }
    }

    fn takers(&self, dataset: DatasetId) -> &[T] {
        let at = dataset.index();
        &self.all[self.starts[at] as usize..self.starts[at + 1] as usize]
    }
}

impl Takers {
    fn of(c: &Context<'_>) -> Takers {
        let (mut steps, mut uses, mut unstated) = (Vec::new(), Vec::new(), Vec::new());
        for (number, step) in c.model.steps.iter().enumerate() {
            for item in &step.takes {
                steps.push((item.dataset, StepId(number as u32)));
            }
        }
        for (number, used) in c.model.uses.iter().enumerate() {
            for item in &used.takes {
                uses.push((item.dataset, UseId(number as u32)));
            }
            if used.takes_not_stated.is_some() {
                unstated.push(UseId(number as u32));
            }
        }
        let datasets = c.model.datasets.len();
        Takers { steps: ByDataset::of(datasets, steps), uses: ByDataset::of(datasets, uses), unstated }
    }
}

impl Takers {
    /// What takes a copy where it is.
    fn taken<'c>(&self, c: &Context<'c>, copy: CopyId) -> Taken<'c> {
        let model: &'c Model = c.model;
        let dataset = c.graph.copy(copy).dataset;
        let finds = |place| c.graph.finds(model, place, copy);
        let uses = self.uses.takers(dataset).iter().map(|u| &model.uses[u.index()]);
        let steps = self.steps.takers(dataset).iter().map(|s| &model.steps[s.index()]);
        Taken {
            dataset,
            uses: uses.filter(|used| finds(used.place)).collect(),
            steps: steps.filter(|step| finds(step.place)).collect(),
            perhaps: self.unstated.iter().any(|u| finds(model.uses[u.index()].place)),
        }
    }
}

/// The uses and steps that take a copy.
struct Taken<'c> {
    dataset: DatasetId,
    uses: SmallVec<[&'c Use; 2]>,
    steps: SmallVec<[&'c Step; 2]>,
    /// Whether something may take it that does not say what it takes.
    perhaps: bool,
}

impl Taken<'_> {
    /// Whether a use takes a column, or a step works on it.
    fn of(&self, c: &Context<'_>, column: &Column) -> Used {
        let takes = |used: &&Use| {
            used.takes.iter().any(|t| {
                t.dataset == self.dataset && t.fields.as_ref().is_none_or(|f| f.iter().any(|(n, _)| *n == column.name))
            })
        };
        if self.uses.iter().any(takes) {
            return Used::Yes;
        }
        let mut used = if self.perhaps { Used::Perhaps } else { Used::No };
        for step in &self.steps {
            if step.operations_not_stated.is_some() {
                used = used.max(Used::Perhaps);
            } else if works_on(c, step, self.dataset, column) {
                return Used::Yes;
            }
        }
        used
    }
}

/// Whether a step does something with a field of what it takes besides passing it on or dropping it.
fn works_on(c: &Context<'_>, step: &Step, dataset: DatasetId, column: &Column) -> bool {
    let is = |fields: &[(Symbol, crate::source::Span)]| fields.iter().any(|(n, _)| *n == column.name);
    let identifies = column.identifies(&c.model.vocabulary);
    step.operations.iter().any(|o: &Operation| match &o.kind {
        // a match that names no fields goes by whatever identifies and is on both sides; the rest is only carried along
        OperationKind::Match { on, .. } if on.is_empty() => {
            identifies != Identifies::No
                && step.takes.iter().any(|t| t.dataset != dataset && has_field(c, step, t.dataset, column.name))
        }
        OperationKind::Match { on, .. } => is(on),
        OperationKind::Reidentify { .. } => identifies == Identifies::Key,
        OperationKind::Pseudonymise { fields, .. } => is(fields),
        OperationKind::Derive { from, .. } => is(from),
        OperationKind::Aggregate { by, of, .. } => is(by) || is(of),
        OperationKind::Generalise { field: f, .. } => f.0 == column.name,
        _ => false,
    })
}

/// Whether what a step takes of a dataset has a field of this name.
fn has_field(c: &Context<'_>, step: &Step, dataset: DatasetId, name: Symbol) -> bool {
    let found = c.graph.copies_of(dataset).filter(|copy| c.graph.finds(c.model, step.place, *copy));
    found.flat_map(|copy| c.graph.columns_of(copy)).any(|col| col.kind == ColumnKind::Field && col.name == name)
}

fn perhaps_missing(c: &Context<'_>, story: &mut Story, cell: CellId) {
    let copy = c.graph.cell(cell).copy;
    for (number, used) in c.model.uses.iter().enumerate() {
        if c.graph.finds(c.model, used.place, copy)
            && let Some(missing) = super::uses::takes_missing(c, Subject::Use(UseId(number as u32)))
        {
            story.miss(missing.text, missing.span);
        }
    }
    for arrival in c.onward().from(copy).iter().filter(|a| !c.graph.leads_to(c.model, **a, cell).is_empty()) {
        if let How::Step(step, _) = c.graph.arrival(*arrival).how {
            let step = &c.model.steps[step.index()];
            if let Some(span) = step.operations_not_stated {
                story
                    .miss(format!("what `{}` does to the data (`operations`)", c.model.word(step.declared.name)), span);
            }
        }
    }
}
