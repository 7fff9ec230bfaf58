//! What a step does, worked out on column names: which column of which input each output column comes from.
//!
//! Nothing is executed. A [`Table`] is a running table of the step; each of its columns remembers the input columns it
//! was made from and what happens to rows and counts on the way. The same code serves twice: while the columns of cyclic
//! graphs are still being found (problems are then not reported), and once more when they are known.

mod each;
mod tables;

use rustc_hash::FxHashSet;
use smallvec::{SmallVec, smallvec};

pub use tables::Listed;
use tables::Tables;
pub(super) use tables::{Columns, MANY, Origin, Running, Table};

use super::columns::{Column, ColumnKind, Control, Lift, Said, Transform};
use super::problems::{Problem, Problems};
use crate::faults::{self, Fault};
use crate::model::{CategoryId, DatasetId, Model, Operation, OperationKind, PlaceId, Step, Unit};
use crate::source::Span;
use crate::syntax::intern::Symbol;
use crate::vocabulary::Identifies;

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
