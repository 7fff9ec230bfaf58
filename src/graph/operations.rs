//! What a step does, worked out on column names: which column of which input each output column comes from.
//!
//! Nothing is executed. A [`Table`] is a running table of the step; each of its columns remembers the input columns it
//! was made from and what happens to rows and counts on the way. The same code serves twice: while the columns of cyclic
//! graphs are still being found (problems are then not reported), and once more when they are known.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::{SmallVec, smallvec};

use super::columns::{Column, ColumnKind, Control, Lift, Minimum, Said, Transform};
use super::problems::{Problem, Problems};
use crate::faults::{self, Fault};
use crate::model::{CategoryId, DatasetId, Known, Method, Model, Operation, OperationKind, PlaceId, Step, Unit};
use crate::source::Span;
use crate::syntax::intern::Symbol;
use crate::vocabulary::Identifies;

/// Where a running column comes from.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Origin {
    /// The input, by its number among the step's inputs, and its column; `None` for a key that the step makes up.
    pub from: Option<(u32, u32)>,
    /// What happens on the way.
    pub transform: Transform,
}

/// A running column.
#[derive(Clone, Debug)]
pub(super) struct Running {
    pub column: Column,
    pub origins: SmallVec<[Origin; 1]>,
}

/// The columns of a running table, each once.
#[derive(Clone, Default, Debug)]
pub(super) struct Columns {
    all: Vec<Running>,
    /// Where each is, by its name, kept only for wide tables; empty when it is not known.
    places: FxHashMap<Symbol, SmallVec<[u32; 2]>>,
    /// Whether there may be fields that are not listed.
    open: bool,
}

/// From how many on an index is worth its while.
pub(super) const MANY: usize = 32;

impl std::ops::Deref for Columns {
    type Target = [Running];

    fn deref(&self) -> &[Running] {
        &self.all
    }
}

impl Columns {
    /// Adds a column, or its origins to the same column that is there.
    fn add(&mut self, running: Running) {
        self.index();
        let there = if self.places.is_empty() {
            self.all.iter().position(|c| c.column == running.column)
        } else {
            let named = self.places.get(&running.column.name).into_iter().flatten().map(|at| *at as usize);
            named.into_iter().find(|at| self.all[*at].column == running.column)
        };
        match there {
            Some(at) => add_origins(&mut self.all[at].origins, &running.origins),
            None => {
                if !self.places.is_empty() {
                    self.places.entry(running.column.name).or_default().push(self.all.len() as u32);
                }
                self.open |= running.column.kind == ColumnKind::Open;
                self.all.push(running);
            }
        }
    }

    /// The columns of these, which are distinct.
    fn of(all: Vec<Running>) -> Columns {
        let open = all.iter().any(|c| c.column.kind == ColumnKind::Open);
        Columns { all, places: FxHashMap::default(), open }
    }

    /// Makes the columns of a wide table found by their names.
    fn index(&mut self) {
        if self.all.len() < MANY || !self.places.is_empty() {
            return;
        }
        for (at, running) in self.all.iter().enumerate() {
            self.places.entry(running.column.name).or_default().push(at as u32);
        }
    }

    /// The columns of a name.
    fn named(&self, name: Symbol) -> impl Iterator<Item = &Running> {
        let wide = !self.places.is_empty();
        let known = self.places.get(&name).into_iter().flatten().map(|at| &self.all[*at as usize]);
        let all = if wide { &[] } else { self.all.as_slice() };
        known.chain(all.iter().filter(move |c| c.column.name == name))
    }

    fn is_open(&self) -> bool {
        self.open
    }

    fn retain(&mut self, keep: impl Fn(&Column) -> bool) {
        self.places.clear();
        self.all.retain(|c| keep(&c.column));
        self.open = self.open && self.all.iter().any(|c| c.column.kind == ColumnKind::Open);
    }

    fn take(&mut self) -> Vec<Running> {
        self.places.clear();
        self.open = false;
        std::mem::take(&mut self.all)
    }

    /// The columns of one name or another, and the rest.
    fn split(&mut self, named: impl Fn(&Column) -> bool) -> (Vec<Running>, Columns) {
        let (named, all) = self.take().into_iter().partition(|c| named(&c.column));
        (named, Columns::of(all))
    }

    fn iter_mut(&mut self) -> impl Iterator<Item = &mut Running> {
        self.all.iter_mut()
    }
}

/// Adds origins that are not there yet; of very many some may stay twice for a while.
fn add_origins(origins: &mut SmallVec<[Origin; 1]>, more: &[Origin]) {
    if origins.len() + more.len() > MANY {
        if origins.len() + more.len() > origins.capacity() {
            // each time there is twice the room, so that many single ones are not sorted anew with each
            origins.sort_unstable();
            origins.dedup();
            origins.reserve(origins.len() + more.len());
        }
        origins.extend_from_slice(more);
        return;
    }
    for origin in more {
        if !origins.contains(origin) {
            origins.push(*origin);
        }
    }
}

/// Names that an operation, a flow or a use lists.
pub struct Listed<'a> {
    all: &'a [(Symbol, Span)],
    /// The same as a set, where they are many and it is asked.
    many: OnceCell<FxHashSet<Symbol>>,
}

impl<'a> Listed<'a> {
    /// Prepares a list to be looked through.
    pub fn new(all: &'a [(Symbol, Span)]) -> Self {
        Listed { all, many: OnceCell::new() }
    }

    /// Whether a name is among them.
    pub fn has(&self, name: Symbol) -> bool {
        if self.all.len() <= MANY {
            return self.all.iter().any(|(n, _)| *n == name);
        }
        self.many.get_or_init(|| self.all.iter().map(|(name, _)| *name).collect()).contains(&name)
    }

    /// Whether a column is a field of that name.
    pub(super) fn names(&self, column: &Column) -> bool {
        column.kind == ColumnKind::Field && self.has(column.name)
    }
}

/// A running table of a step.
#[derive(Clone, Debug)]
pub(super) struct Table {
    pub dataset: DatasetId,
    pub columns: Columns,
    /// Whether it has rows about people, not only counts.
    pub rows: bool,
}

/// What a step makes besides what it gives: a lookup table, or a secret that lets its holder recompute a key.
#[derive(Clone, Debug)]
pub(super) struct SideProduct {
    pub dataset: DatasetId,
    pub place: PlaceId,
    /// The columns of a lookup; empty for a secret.
    pub columns: Columns,
    /// For a secret: the key and what it is computed from.
    pub recomputes: Option<(CategoryId, Vec<(CategoryId, u8)>)>,
}

/// What running a step gave.
#[derive(Default, Debug)]
pub(super) struct Ran {
    /// For each of `gives`, its columns.
    pub outputs: Vec<Table>,
    pub side: Vec<SideProduct>,
}

/// An input of a step: one copy that it takes.
pub(super) struct Input<'a> {
    pub dataset: DatasetId,
    pub columns: &'a [Column],
    pub rows: bool,
    /// The fields that the step takes; all when `None`.
    pub fields: Option<&'a [(Symbol, Span)]>,
}

/// Runs a step on the columns of its inputs: of all, or of those that there are in a part of the model.
pub(super) fn run(
    model: &Model,
    (step, part): (&Step, bool),
    inputs: &[Input<'_>],
    people: Symbol,
    problems: &mut Problems,
) -> Ran {
    let mut runner = Runner { model, step, people, tables: Tables::default(), ran: Ran::default(), problems };
    let taken: FxHashSet<DatasetId> = step.takes.iter().map(|t| t.dataset).collect();
    runner.take(inputs, |dataset| taken.contains(&dataset));
    if let (true, true, Some(first)) = (part, inputs.is_empty(), step.takes.first()) {
        // whoever there is
        runner.tables.push(Table { dataset: first.dataset, columns: Columns::default(), rows: true });
    }
    let fields_dropped = |o: &Operation| matches!(o.kind, OperationKind::Drop { .. });
    for operations in step.operations.chunk_by(|a, b| fields_dropped(a) && fields_dropped(b)) {
        let fields = operations.iter().filter_map(|o| match &o.kind {
            OperationKind::Drop { fields } => Some(&**fields),
            _ => None,
        });
        let dropped: Vec<&[(Symbol, Span)]> = fields.collect();
        match operations {
            [_, _, ..] => runner.drop_all(&dropped),
            _ => operations.iter().for_each(|o| runner.operate(o, inputs)),
        }
    }
    runner.give();
    runner.ran
}

/// The running tables of a step, in the order in which they came.
#[derive(Default)]
struct Tables {
    all: BTreeMap<u32, Table>,
    of: FxHashMap<DatasetId, u32>,
}

impl Tables {
    fn position(&self, dataset: DatasetId) -> Option<u32> {
        self.of.get(&dataset).copied()
    }

    fn push(&mut self, table: Table) {
        let place = self.all.last_key_value().map_or(0, |(last, _)| last + 1);
        self.of.entry(table.dataset).or_insert(place);
        self.all.insert(place, table);
    }

    fn get(&self, place: u32) -> Option<&Table> {
        self.all.get(&place)
    }

    fn get_mut(&mut self, place: u32) -> Option<&mut Table> {
        self.all.get_mut(&place)
    }

    fn remove(&mut self, place: u32) -> Option<Table> {
        let table = self.all.remove(&place)?;
        self.of.remove(&table.dataset);
        Some(table)
    }

    fn iter(&self) -> impl Iterator<Item = &Table> {
        self.all.values()
    }

    fn iter_mut(&mut self) -> impl Iterator<Item = &mut Table> {
        self.all.values_mut()
    }
}

struct Runner<'a, 'p> {
    model: &'a Model,
    step: &'a Step,
    people: Symbol,
    tables: Tables,
    ran: Ran,
    problems: &'p mut Problems,
}

impl Runner<'_, '_> {
    fn take(&mut self, inputs: &[Input<'_>], which: impl Fn(DatasetId) -> bool) {
        let maybe = self.step.operations_not_stated.is_some();
        let transform = Transform { maybe, ..Transform::default() };
        for (number, input) in inputs.iter().enumerate().filter(|(_, i)| which(i.dataset)) {
            let listed = input.fields.map(Listed::new);
            let taken = |c: &Column| match (&listed, c.kind) {
                (Some(listed), ColumnKind::Field) => listed.has(c.name),
                (Some(_), ColumnKind::Open) => false,
                (_, ColumnKind::Membership) => !faults::on(Fault::MembershipForgotten),
                _ => true,
            };
            let columns = input.columns.iter().enumerate().filter(|(_, c)| taken(c)).map(|(at, column)| Running {
                column: *column,
                origins: smallvec![Origin { from: Some((number as u32, at as u32)), transform }],
            });
            match self.tables.position(input.dataset).and_then(|place| self.tables.get_mut(place)) {
                Some(table) => {
                    columns.for_each(|c| table.columns.add(c));
                    table.rows |= input.rows;
                }
                None => {
                    // the columns of one copy are distinct
                    let columns = Columns::of(columns.collect());
                    self.tables.push(Table { dataset: input.dataset, columns, rows: input.rows });
                }
            }
        }
    }

    fn operate(&mut self, operation: &Operation, inputs: &[Input<'_>]) {
        let span = operation.span;
        match &operation.kind {
            OperationKind::Match { left, right, on, .. } => self.join(*left, *right, on, span),
            OperationKind::Append { datasets } => self.append(datasets),
            OperationKind::Keep { fields } => {
                self.must_be_there(fields, "keep");
                let listed = Listed::new(fields);
                self.retain_columns(|c| match c.kind {
                    ColumnKind::Field => listed.has(c.name),
                    ColumnKind::Open => false,
                    _ => true,
                });
            }
            OperationKind::Drop { fields } => self.drop_all(&[fields]),
            OperationKind::Pseudonymise { fields, key, key_category, method, held_by, lookup } => {
                self.must_be_there(fields, "pseudonymise");
                self.pseudonymise(fields, *key, *key_category, method, held_by, *lookup);
            }
            OperationKind::AddKey { key, key_category, .. } => self.add_key(*key, *key_category),
            OperationKind::Generalise { field, level } => self.generalise(*field, *level),
            OperationKind::Derive { field, category, from, .. } => {
                self.must_be_there(from, "derive");
                self.derive(*field, *category, from);
            }
            OperationKind::Aggregate { by, of, minimum } => {
                self.must_be_there(by, "aggregate by");
                self.must_be_there(of, "aggregate of");
                self.aggregate(by, of, minimum);
            }
            OperationKind::Suppress(how) => {
                let lift = match how.value() {
                    Some(how) if how.none => Lift { secondary: Said::No, under: None },
                    Some(how) => {
                        Lift { secondary: if how.secondary { Said::Yes } else { Said::NotStated }, under: how.under }
                    }
                    None => Lift { secondary: Said::NotStated, under: None },
                };
                let none = how.value().is_some_and(|h| h.none);
                self.each_origin(|o| {
                    o.transform = o.transform.then_lift(lift);
                    if none && let Some(control) = &mut o.transform.aggregate {
                        control.secondary = Said::No;
                    }
                });
            }
            OperationKind::Reidentify { lookup } => {
                let first = self.tables.iter().map(|t| t.dataset).find(|d| d != lookup);
                if let Some(first) = first {
                    if inputs.iter().any(|i| i.dataset == *lookup) {
                        // nothing was done to the lookup before
                        if self.tables.position(*lookup).is_none() {
                            self.take(inputs, |dataset| dataset == *lookup);
                        }
                        self.join(first, *lookup, &[], span);
                    } else {
                        self.problems.push(Problem::NotHeld { dataset: *lookup, place: self.step.place, span });
                    }
                }
            }
            OperationKind::Synthesise => {
                self.each_origin(|o| o.transform = o.transform.then_aggregate(Control::NONE));
                self.tables.iter_mut().for_each(|t| t.rows = false);
            }
            OperationKind::FilterOptOut(_)
            | OperationKind::Review { .. }
            | OperationKind::Encrypt
            | OperationKind::Destroy { .. } => {}
        }
    }

    fn each_origin(&mut self, mut change: impl FnMut(&mut Origin)) {
        for running in self.tables.iter_mut().flat_map(|t| t.columns.iter_mut()) {
            running.origins.iter_mut().for_each(&mut change);
        }
    }

    /// Drops what several operations in a row do: each tells of what is not there any more, and all go at once.
    fn drop_all(&mut self, dropped: &[&[(Symbol, Span)]]) {
        let mut gone: FxHashSet<Symbol> = FxHashSet::default();
        for fields in dropped {
            self.must_be_there_but(fields, "drop", &gone);
            gone.extend(fields.iter().map(|(name, _)| *name));
        }
        let reveals = |c: &Column| faults::on(Fault::DropRemovesReveals) && c.kind == ColumnKind::Reveals;
        let is_gone = |c: &Column| c.kind == ColumnKind::Field && gone.contains(&c.name);
        self.retain_columns(|c| !is_gone(c) && !reveals(c));
    }

    fn retain_columns(&mut self, keep: impl Fn(&Column) -> bool) {
        self.tables.iter_mut().for_each(|t| t.columns.retain(&keep));
    }

    fn has(&self, name: Symbol) -> bool {
        let named = self.tables.iter().flat_map(|t| t.columns.named(name));
        named.into_iter().any(|c| c.column.kind == ColumnKind::Field)
    }

    fn open(&self) -> bool {
        self.tables.iter().any(|t| t.columns.is_open())
    }

    /// Reports fields that no running table has. With an open field list nobody can say.
    fn must_be_there(&mut self, fields: &[(Symbol, Span)], operation: &'static str) {
        self.must_be_there_but(fields, operation, &FxHashSet::default());
    }

    /// As [`Runner::must_be_there`], where some are gone.
    fn must_be_there_but(&mut self, fields: &[(Symbol, Span)], operation: &'static str, gone: &FxHashSet<Symbol>) {
        if self.open() || self.tables.all.is_empty() {
            return;
        }
        if fields.len() > MANY {
            self.tables.iter_mut().for_each(|t| t.columns.index());
        }
        for (name, span) in fields {
            if !self.problems.listens() {
                return;
            }
            if gone.contains(name) || !self.has(*name) {
                let mut have: Vec<Symbol> = self.fields().filter(|field| !gone.contains(field)).collect();
                have.dedup();
                self.problems.push(Problem::NoSuchField {
                    field: *name,
                    span: *span,
                    operation,
                    step: self.step.declared.span,
                    have,
                });
            }
        }
    }

    fn fields(&self) -> impl Iterator<Item = Symbol> {
        let columns = self.tables.iter().flat_map(|t| t.columns.iter());
        columns.filter(|c| c.column.kind == ColumnKind::Field).map(|c| c.column.name)
    }

    fn join(&mut self, left: DatasetId, right: DatasetId, on: &[(Symbol, Span)], span: Span) {
        let (Some(l), Some(r)) = (self.tables.position(left), self.tables.position(right)) else { return };
        if l == r {
            return;
        }
        let (Some(a), Some(b)) = (self.tables.get(l), self.tables.get(r)) else { return };
        let pairs = match self.pairs(a, b, on) {
            Ok(pairs) => pairs,
            Err(problem) => {
                if let Some(problem) = problem {
                    self.problems.push(problem(span, self.step.declared.span));
                }
                Vec::new()
            }
        };
        let fields = |t: &Table| t.columns.iter().any(|c| c.column.kind != ColumnKind::Membership);
        if pairs.is_empty() && !(fields(a) && fields(b)) {
            self.problems.push(Problem::Unmet { step: self.step.declared.span });
        }
        let Some(mut right_table) = self.tables.remove(r) else { return };
        let Some(left_table) = self.tables.get_mut(l) else { return };
        for running in right_table.columns.take() {
            // what was matched on is one column now, under the first input's name
            match pairs.iter().find(|(_, right)| *right == running.column) {
                // of another category or precision it says more than the first's column does, and stays beside it
                Some((target, _))
                    if target != &running.column
                        && (target.category, target.level) == (running.column.category, running.column.level) =>
                {
                    left_table.columns.add(Running { column: *target, origins: running.origins });
                }
                _ => left_table.columns.add(running),
            }
        }
        if faults::on(Fault::JoinedCountsHideRows) && !right_table.rows {
            let origins = left_table.columns.iter_mut().flat_map(|c| &mut c.origins);
            origins.for_each(|o| o.transform = o.transform.then_aggregate(Control::NONE));
        }
        left_table.rows |= right_table.rows;
    }

    /// The columns that two tables are matched on; or why they cannot be (`Err(None)` where it was reported already or
    /// cannot be known).
    #[allow(clippy::type_complexity)] // a problem that waits for its places
    fn pairs(
        &self,
        a: &Table,
        b: &Table,
        on: &[(Symbol, Span)],
    ) -> Result<Vec<(Column, Column)>, Option<Box<dyn FnOnce(Span, Span) -> Problem>>> {
        let fields = |t: &Table| -> Vec<Column> {
            t.columns.iter().map(|c| c.column).filter(|c| c.kind == ColumnKind::Field).collect()
        };
        let (left, right) = (fields(a), fields(b));
        let unsure = a.columns.is_open() || b.columns.is_open() || left.is_empty() || right.is_empty();
        let mut pairs = Vec::new();
        if on.is_empty() {
            for l in &left {
                if l.identifies(&self.model.vocabulary) != Identifies::No {
                    pairs.extend(right.iter().filter(|r| r.category == l.category).map(|r| (*l, *r)));
                }
            }
        }
        for (name, span) in on {
            let l = left.iter().find(|c| c.name == *name);
            let r = right
                .iter()
                .find(|c| c.name == *name)
                .or_else(|| l.and_then(|l| right.iter().find(|c| c.category.is_some() && c.category == l.category)));
            let l =
                l.or_else(|| r.and_then(|r| left.iter().find(|c| c.category.is_some() && c.category == r.category)));
            match (l, r) {
                (Some(l), Some(r)) => pairs.push((*l, *r)),
                _ if unsure => {}
                _ => {
                    let (field, span) = (*name, *span);
                    let missing_in = if l.is_none() { a.dataset } else { b.dataset };
                    let have = if l.is_none() { left } else { right }.iter().map(|c| c.name).collect();
                    return Err(Some(Box::new(move |_, step| Problem::CannotMatchOn {
                        field,
                        span,
                        missing_in,
                        step,
                        have,
                    })));
                }
            }
        }
        let identifying = pairs.iter().any(|(l, r)| {
            l.identifies(&self.model.vocabulary) != Identifies::No
                || r.identifies(&self.model.vocabulary) != Identifies::No
        });
        if identifying || unsure || !(a.rows && b.rows || pairs.is_empty()) {
            return Ok(pairs);
        }
        let (left_name, right_name) = (a.dataset, b.dataset);
        let names = |c: Vec<Column>| c.into_iter().map(|c| c.name).collect::<Vec<_>>();
        let (left, right) = (names(left), names(right));
        Err(Some(Box::new(move |span, step| Problem::NothingInCommon {
            left: left_name,
            right: right_name,
            left_has: left,
            right_has: right,
            span,
            step,
        })))
    }

    fn append(&mut self, datasets: &[DatasetId]) {
        let Some(into) = datasets.first().and_then(|d| self.tables.position(*d)) else { return };
        for dataset in datasets.iter().skip(1) {
            let Some(from) = self.tables.position(*dataset).filter(|from| *from != into) else { continue };
            let Some(mut other) = self.tables.remove(from) else { continue };
            let Some(table) = self.tables.get_mut(into) else { continue };
            other.columns.take().into_iter().for_each(|c| table.columns.add(c));
            table.rows |= other.rows;
        }
    }

    fn pseudonymise(
        &mut self,
        fields: &[(Symbol, Span)],
        key: Symbol,
        key_category: CategoryId,
        method: &Known<Method>,
        held_by: &Known<PlaceId>,
        lookup: Option<DatasetId>,
    ) {
        let listed = Listed::new(fields);
        let named = |c: &Column| listed.names(c);
        let unsalted = method.value() == Some(&Method::UnsaltedHash) && !faults::on(Fault::UnsaltedHashHides);
        let mut replaced: Vec<Running> = Vec::new();
        for table in self.tables.iter_mut().filter(|t| t.columns.iter().any(|c| named(&c.column))) {
            let (gone, mut stay) = table.columns.split(named);
            for running in &gone {
                // a hash that anybody can recompute is as good as the value
                let column = if unsalted {
                    Column { name: key, ..running.column }
                } else {
                    Column { kind: ColumnKind::Field, name: key, category: Some(key_category), level: 0 }
                };
                stay.add(Running { column, origins: running.origins.clone() });
            }
            table.columns = stay;
            replaced.extend(gone);
        }
        let (Some(dataset), false) = (lookup, unsalted || replaced.is_empty()) else { return };
        if faults::on(Fault::LookupsDoNotLink) {
            return;
        }
        let place = held_by.value().copied().unwrap_or(self.step.place);
        let with_table = matches!(method.value(), Some(Method::Lookup | Method::ReversibleCode));
        if with_table {
            let column = Column { kind: ColumnKind::Field, name: key, category: Some(key_category), level: 0 };
            let mut columns = Columns::default();
            replaced.iter().for_each(|r| columns.add(r.clone()));
            let origins = replaced.iter().flat_map(|r| r.origins.iter().copied()).collect();
            columns.add(Running { column, origins });
            let all = self.tables.iter().flat_map(|t| t.columns.iter());
            for running in all.filter(|c| matches!(c.column.kind, ColumnKind::Membership | ColumnKind::Reveals)) {
                columns.add(running.clone());
            }
            self.ran.side.push(SideProduct { dataset, place, columns, recomputes: None });
        } else {
            let from = replaced.iter().filter_map(|r| r.column.category.map(|c| (c, r.column.level))).collect();
            self.ran.side.push(SideProduct {
                dataset,
                place,
                columns: Columns::default(),
                recomputes: Some((key_category, from)),
            });
        }
    }

    fn add_key(&mut self, key: Symbol, key_category: CategoryId) {
        let column = Column { kind: ColumnKind::Field, name: key, category: Some(key_category), level: 0 };
        for table in self.tables.iter_mut() {
            // a number on a line of counts numbers nobody
            let mut origins = SmallVec::new();
            if table.rows {
                origins.push(Origin { from: None, transform: Transform::default() });
            }
            // a number for each person says that the person is in the list (ruling 7)
            let members = table.columns.iter().filter(|c| c.column.kind == ColumnKind::Membership);
            origins.extend(members.flat_map(|m| m.origins.iter().copied()));
            table.columns.add(Running { column, origins });
        }
    }

    fn generalise(&mut self, (field, field_span): (Symbol, Span), (level, level_span): (Symbol, Span)) {
        if !self.has(field) {
            self.must_be_there(&[(field, field_span)], "generalise");
            return;
        }
        let word = self.model.word(level);
        let mut problem = None;
        for table in self.tables.iter_mut() {
            if table.columns.named(field).next().is_none() {
                continue;
            }
            let (named, mut stay) = table.columns.split(|c| c.kind == ColumnKind::Field && c.name == field);
            for mut running in named {
                if let Some(category) = running.column.category {
                    let levels = &self.model.vocabulary.category(category).levels;
                    match levels.iter().position(|l| l.name == word) {
                        Some(to) if to >= running.column.level as usize => {
                            running.column.level = to as u8;
                            running.column.category =
                                running.column.category.filter(|_| !faults::on(Fault::GeneraliseLosesCategory));
                        }
                        found => {
                            problem = Some(Problem::CannotGeneralise {
                                field,
                                level: level_span,
                                category,
                                from: running.column.level,
                                finer: found.is_some(),
                                step: self.step.declared.span,
                            });
                        }
                    }
                }
                stay.add(running);
            }
            table.columns = stay;
        }
        if let Some(problem) = problem {
            self.problems.push(problem);
        }
    }

    fn derive(&mut self, field: Symbol, category: CategoryId, from: &[(Symbol, Span)]) {
        let column = Column { kind: ColumnKind::Field, name: field, category: Some(category), level: 0 };
        let listed = Listed::new(from);
        for table in self.tables.iter_mut() {
            let all = |c: &Running| c.origins.to_vec();
            let origins: SmallVec<[Origin; 1]> = match from {
                [(only, _)] => table.columns.named(*only).flat_map(all).collect(),
                _ => table.columns.iter().filter(|c| listed.has(c.column.name)).flat_map(all).collect(),
            };
            if !origins.is_empty() {
                table.columns.add(Running { column, origins });
            }
        }
    }

    fn aggregate(&mut self, by: &[(Symbol, Span)], of: &[(Symbol, Span)], minimum: &Known<u64>) {
        let control = Control {
            minimum: minimum.value().map_or(Minimum::NotStated, |n| Minimum::Count(*n)),
            secondary: Said::NotStated,
        };
        let count = self.model.vocabulary.find_category("measure.count");
        let (by, of) = (Listed::new(by), Listed::new(of));
        for table in self.tables.iter_mut() {
            let grouped: Vec<Column> = table.columns.iter().map(|c| c.column).filter(|c| by.names(c)).collect();
            let stays = (singles_out(self.model, &grouped) || faults::on(Fault::AggregateKeepsRows))
                && !faults::on(Fault::GroupsOfOneAreCounts);
            let mut columns = Columns::default();
            let mut counted = SmallVec::new();
            for mut running in table.columns.take() {
                let kept = match running.column.kind {
                    ColumnKind::Field => by.has(running.column.name) || of.has(running.column.name),
                    ColumnKind::Membership => true,
                    // what a row reveals stays with rows; a count reveals it of nobody
                    ColumnKind::Reveals => stays,
                    ColumnKind::Open => false,
                };
                if !kept {
                    continue;
                }
                if !stays {
                    running.origins.iter_mut().for_each(|o| o.transform = o.transform.then_aggregate(control));
                }
                if running.column.kind == ColumnKind::Membership || by.names(&running.column) {
                    counted.extend(running.origins.iter().copied());
                }
                columns.add(running);
            }
            let people = Column { kind: ColumnKind::Field, name: self.people, category: count, level: 0 };
            if !columns.is_empty() {
                columns.add(Running { column: people, origins: counted });
            }
            table.columns = columns;
            table.rows &= stays;
        }
    }

    fn give(&mut self) {
        // several tables that nothing joined: the result has the rows and columns of all
        let mut tables = std::mem::take(&mut self.tables).all.into_values();
        let none = || Table { dataset: DatasetId(0), columns: Columns::default(), rows: true };
        let mut all = tables.next().unwrap_or_else(none);
        for mut table in tables {
            table.columns.take().into_iter().for_each(|c| all.columns.add(c));
            all.rows |= table.rows;
        }
        self.tables.push(all);
        for output in &self.step.gives {
            let mut table = self.tables.iter().next().cloned().unwrap_or_else(none);
            table.dataset = output.dataset;
            if let Some(fields) = &output.fields {
                if self.step.operations_not_stated.is_some() {
                    self.unexplained_fields(&mut table, fields);
                } else {
                    self.must_be_there(fields, "gives");
                }
                let listed = Listed::new(fields);
                table.columns.retain(|c| match c.kind {
                    ColumnKind::Field => listed.has(c.name),
                    ColumnKind::Open => false,
                    _ => true,
                });
            }
            if self.model.dataset(output.dataset).unit == Unit::Table {
                table.rows = false;
            }
            self.ran.outputs.push(table);
        }
    }

    /// Fields that a step with unstated operations gives and does not take: made from anything it takes.
    fn unexplained_fields(&self, table: &mut Table, fields: &[(Symbol, Span)]) {
        let from: SmallVec<[Origin; 1]> = table.columns.iter().flat_map(|c| c.origins.iter().copied()).collect();
        let known: FxHashSet<Symbol> = table.columns.iter().map(|c| c.column.name).collect();
        for (name, _) in fields {
            if !known.contains(name) {
                let category = self.model.vocabulary.find_category(self.model.word(*name));
                let column = Column { kind: ColumnKind::Field, name: *name, category, level: 0 };
                table.columns.add(Running { column, origins: from.clone() });
            }
        }
    }
}

/// Whether grouping by these columns leaves one person to a group: by a direct identifier, a key or a whole declared
/// combination (ruling 12).
fn singles_out(model: &Model, columns: &[Column]) -> bool {
    let alone = columns.iter().any(|c| matches!(c.identifies(&model.vocabulary), Identifies::Direct | Identifies::Key));
    alone
        || model.vocabulary.combinations.iter().any(|combination| {
            combination
                .parts
                .iter()
                .all(|(category, level)| columns.iter().any(|c| c.category == Some(*category) && c.level <= *level))
        })
}
