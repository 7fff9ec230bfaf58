//! What a step does, worked out on column names: which column of which input each output column comes from.
//!
//! Nothing is executed. A [`Table`] is a running table of the step; each of its columns remembers the input columns it
//! was made from and what happens to rows and counts on the way. The same code serves twice: while the columns of cyclic
//! graphs are still being found (problems are then not reported), and once more when they are known.

use super::columns::{Column, ColumnKind, Control, Lift, Minimum, Said, Transform};
use super::problems::{Problem, Problems};
use crate::model::{CategoryId, DatasetId, Known, Method, Model, Operation, OperationKind, PlaceId, Step, Unit};
use crate::source::Span;
use crate::syntax::intern::Symbol;
use crate::vocabulary::Identifies;

/// Where a running column comes from.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Origin {
    /// The input copy, by its number among the step's inputs; `None` for a key that the step makes up.
    pub input: Option<u32>,
    /// The input's column.
    pub column: Column,
    /// What happens on the way.
    pub transform: Transform,
}

/// A running column.
#[derive(Clone, Debug)]
pub(super) struct Running {
    pub column: Column,
    pub origins: Vec<Origin>,
}

/// A running table of a step.
#[derive(Clone, Debug)]
pub(super) struct Table {
    pub dataset: DatasetId,
    pub columns: Vec<Running>,
    /// Whether it has rows about people, not only counts.
    pub rows: bool,
}

/// What a step makes besides what it gives: a lookup table, or a secret that lets its holder recompute a key.
#[derive(Clone, Debug)]
pub(super) struct SideProduct {
    pub dataset: DatasetId,
    pub place: PlaceId,
    /// The columns of a lookup; empty for a secret.
    pub columns: Vec<Running>,
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

/// Runs a step on the columns of its inputs.
pub(super) fn run(model: &Model, step: &Step, inputs: &[Input<'_>], people: Symbol, problems: &mut Problems) -> Ran {
    let mut runner = Runner { model, step, people, tables: Vec::new(), ran: Ran::default(), problems };
    runner.take(inputs, |dataset| step.takes.iter().any(|t| t.dataset == dataset));
    for operation in &step.operations {
        runner.operate(operation, inputs);
    }
    runner.give();
    runner.ran
}

struct Runner<'a, 'p> {
    model: &'a Model,
    step: &'a Step,
    people: Symbol,
    tables: Vec<Table>,
    ran: Ran,
    problems: &'p mut Problems,
}

impl Runner<'_, '_> {
    fn take(&mut self, inputs: &[Input<'_>], which: impl Fn(DatasetId) -> bool) {
        let maybe = self.step.operations_not_stated.is_some();
        for (number, input) in inputs.iter().enumerate().filter(|(_, i)| which(i.dataset)) {
            let taken = |c: &&Column| match (input.fields, c.kind) {
                (Some(fields), ColumnKind::Field) => fields.iter().any(|(name, _)| *name == c.name),
                (Some(_), ColumnKind::Open) => false,
                _ => true,
            };
            let columns = input.columns.iter().filter(taken).map(|column| Running {
                column: *column,
                origins: vec![Origin {
                    input: Some(number as u32),
                    column: *column,
                    transform: Transform { maybe, ..Transform::default() },
                }],
            });
            match self.tables.iter_mut().find(|t| t.dataset == input.dataset) {
                Some(table) => {
                    columns.for_each(|c| unite(&mut table.columns, c));
                    table.rows |= input.rows;
                }
                None => {
                    let columns = columns.collect();
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
                self.retain_columns(|c| c.kind != ColumnKind::Field || fields.iter().any(|(n, _)| *n == c.name));
                self.tables.iter_mut().for_each(|t| t.columns.retain(|c| c.column.kind != ColumnKind::Open));
            }
            OperationKind::Drop { fields } => {
                self.must_be_there(fields, "drop");
                self.retain_columns(|c| c.kind != ColumnKind::Field || !fields.iter().any(|(n, _)| *n == c.name));
            }
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
                if let Some(first) = self.tables.iter().map(|t| t.dataset).find(|d| d != lookup) {
                    if inputs.iter().any(|i| i.dataset == *lookup) {
                        // nothing was done to the lookup before
                        if self.position(*lookup).is_none() {
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
        for running in self.tables.iter_mut().flat_map(|t| &mut t.columns) {
            running.origins.iter_mut().for_each(&mut change);
        }
    }

    fn retain_columns(&mut self, keep: impl Fn(&Column) -> bool) {
        self.tables.iter_mut().for_each(|t| t.columns.retain(|c| keep(&c.column)));
    }

    fn has(&self, name: Symbol) -> bool {
        self.tables.iter().flat_map(|t| &t.columns).any(|c| c.column.kind == ColumnKind::Field && c.column.name == name)
    }

    fn open(&self) -> bool {
        self.tables.iter().flat_map(|t| &t.columns).any(|c| c.column.kind == ColumnKind::Open)
    }

    /// Reports fields that no running table has. With an open field list nobody can say.
    fn must_be_there(&mut self, fields: &[(Symbol, Span)], operation: &'static str) {
        if self.open() || self.tables.is_empty() {
            return;
        }
        for (name, span) in fields {
            if !self.has(*name) {
                let mut have: Vec<Symbol> = self.fields().collect();
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
        let columns = self.tables.iter().flat_map(|t| &t.columns);
        columns.filter(|c| c.column.kind == ColumnKind::Field).map(|c| c.column.name)
    }

    fn position(&self, dataset: DatasetId) -> Option<usize> {
        self.tables.iter().position(|t| t.dataset == dataset)
    }

    fn join(&mut self, left: DatasetId, right: DatasetId, on: &[(Symbol, Span)], span: Span) {
        let (Some(l), Some(r)) = (self.position(left), self.position(right)) else { return };
        if l == r {
            return;
        }
        let (a, b) = (&self.tables[l], &self.tables[r]);
        let pairs = match self.pairs(a, b, on) {
            Ok(pairs) => pairs,
            Err(problem) => {
                if let Some(problem) = problem {
                    self.problems.push(problem(span, self.step.declared.span));
                }
                Vec::new()
            }
        };
        let right_table = self.tables.remove(r);
        let l = if r < l { l - 1 } else { l };
        let left_table = &mut self.tables[l];
        for running in right_table.columns {
            // what was matched on is one column now, under the first input's name
            match pairs.iter().find(|(_, right)| *right == running.column) {
                // of another category or precision it says more than the first's column does, and stays beside it
                Some((target, _))
                    if target != &running.column
                        && (target.category, target.level) == (running.column.category, running.column.level) =>
                {
                    unite(&mut left_table.columns, Running { column: *target, origins: running.origins });
                }
                _ => unite(&mut left_table.columns, running),
            }
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
        let open = |t: &Table| t.columns.iter().any(|c| c.column.kind == ColumnKind::Open);
        let unsure = open(a) || open(b) || left.is_empty() || right.is_empty();
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
        let Some(first) = datasets.first().and_then(|d| self.position(*d)) else { return };
        let name = self.tables[first].dataset;
        for dataset in datasets.iter().skip(1) {
            let (Some(from), Some(into)) = (self.position(*dataset), self.position(name)) else { continue };
            if from == into {
                continue;
            }
            let other = self.tables.remove(from);
            let Some(into) = self.position(name) else { continue };
            let table = &mut self.tables[into];
            other.columns.into_iter().for_each(|c| unite(&mut table.columns, c));
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
        let named = |c: &Column| c.kind == ColumnKind::Field && fields.iter().any(|(n, _)| *n == c.name);
        let unsalted = method.value() == Some(&Method::UnsaltedHash);
        let mut replaced: Vec<Running> = Vec::new();
        for table in self.tables.iter_mut().filter(|t| t.columns.iter().any(|c| named(&c.column))) {
            let (gone, mut stay): (Vec<_>, Vec<_>) = table.columns.drain(..).partition(|c| named(&c.column));
            for running in &gone {
                // a hash that anybody can recompute is as good as the value
                let column = if unsalted {
                    Column { name: key, ..running.column }
                } else {
                    Column { kind: ColumnKind::Field, name: key, category: Some(key_category), level: 0 }
                };
                unite(&mut stay, Running { column, origins: running.origins.clone() });
            }
            table.columns = stay;
            replaced.extend(gone);
        }
        let (Some(dataset), false) = (lookup, unsalted || replaced.is_empty()) else { return };
        let place = held_by.value().copied().unwrap_or(self.step.place);
        let with_table = matches!(method.value(), Some(Method::Lookup | Method::ReversibleCode));
        if with_table {
            let column = Column { kind: ColumnKind::Field, name: key, category: Some(key_category), level: 0 };
            let mut columns = replaced.clone();
            let origins = replaced.iter().flat_map(|r| r.origins.iter().copied()).collect();
            unite(&mut columns, Running { column, origins });
            for running in self
                .tables
                .iter()
                .flat_map(|t| &t.columns)
                .filter(|c| matches!(c.column.kind, ColumnKind::Membership | ColumnKind::Reveals))
            {
                unite(&mut columns, running.clone());
            }
            self.ran.side.push(SideProduct { dataset, place, columns, recomputes: None });
        } else {
            let from = replaced.iter().filter_map(|r| r.column.category.map(|c| (c, r.column.level))).collect();
            self.ran.side.push(SideProduct {
                dataset,
                place,
                columns: Vec::new(),
                recomputes: Some((key_category, from)),
            });
        }
    }

    fn add_key(&mut self, key: Symbol, key_category: CategoryId) {
        let column = Column { kind: ColumnKind::Field, name: key, category: Some(key_category), level: 0 };
        for table in &mut self.tables {
            // a number on a line of counts numbers nobody
            let mut origins = Vec::new();
            if table.rows {
                origins.push(Origin { input: None, column, transform: Transform::default() });
            }
            // a number for each person says that the person is in the list (ruling 7)
            let members = table.columns.iter().filter(|c| c.column.kind == ColumnKind::Membership);
            origins.extend(members.flat_map(|m| m.origins.iter().copied()));
            unite(&mut table.columns, Running { column, origins });
        }
    }

    fn generalise(&mut self, (field, field_span): (Symbol, Span), (level, level_span): (Symbol, Span)) {
        if !self.has(field) {
            self.must_be_there(&[(field, field_span)], "generalise");
            return;
        }
        let word = self.model.word(level);
        let mut problem = None;
        for table in &mut self.tables {
            let (named, mut stay): (Vec<_>, Vec<_>) =
                table.columns.drain(..).partition(|c| c.column.kind == ColumnKind::Field && c.column.name == field);
            for mut running in named {
                if let Some(category) = running.column.category {
                    let levels = &self.model.vocabulary.category(category).levels;
                    match levels.iter().position(|l| l.name == word) {
                        Some(to) if to >= running.column.level as usize => running.column.level = to as u8,
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
                unite(&mut stay, running);
            }
            table.columns = stay;
        }
        if let Some(problem) = problem {
            self.problems.push(problem);
        }
    }

    fn derive(&mut self, field: Symbol, category: CategoryId, from: &[(Symbol, Span)]) {
        let column = Column { kind: ColumnKind::Field, name: field, category: Some(category), level: 0 };
        for table in &mut self.tables {
            let sources = table.columns.iter().filter(|c| from.iter().any(|(n, _)| *n == c.column.name));
            let origins: Vec<Origin> = sources.flat_map(|c| c.origins.iter().copied()).collect();
            if !origins.is_empty() {
                unite(&mut table.columns, Running { column, origins });
            }
        }
    }

    fn aggregate(&mut self, by: &[(Symbol, Span)], of: &[(Symbol, Span)], minimum: &Known<u64>) {
        let control = Control {
            minimum: minimum.value().map_or(Minimum::NotStated, |n| Minimum::Count(*n)),
            secondary: Said::NotStated,
        };
        let count = self.model.vocabulary.find_category("measure.count");
        for table in &mut self.tables {
            let grouped: Vec<Column> = table
                .columns
                .iter()
                .map(|c| c.column)
                .filter(|c| c.kind == ColumnKind::Field && by.iter().any(|(n, _)| *n == c.name))
                .collect();
            let stays = singles_out(self.model, &grouped);
            let mut columns: Vec<Running> = Vec::new();
            let mut counted = Vec::new();
            for mut running in table.columns.drain(..) {
                let kept = match running.column.kind {
                    ColumnKind::Field => by.iter().chain(of).any(|(n, _)| *n == running.column.name),
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
                if running.column.kind == ColumnKind::Membership || grouped.contains(&running.column) {
                    counted.extend(running.origins.iter().copied());
                }
                unite(&mut columns, running);
            }
            let people = Column { kind: ColumnKind::Field, name: self.people, category: count, level: 0 };
            if !columns.is_empty() {
                unite(&mut columns, Running { column: people, origins: counted });
            }
            table.columns = columns;
            table.rows &= stays;
        }
    }

    fn give(&mut self) {
        // several tables that nothing joined: the result has the rows and columns of all
        let mut all = match self.tables.split_first() {
            Some((first, rest)) => {
                let mut all = first.clone();
                for table in rest {
                    table.columns.iter().for_each(|c| unite(&mut all.columns, c.clone()));
                    all.rows |= table.rows;
                }
                all
            }
            None => Table { dataset: DatasetId(0), columns: Vec::new(), rows: true },
        };
        for output in &self.step.gives {
            let mut table = all.clone();
            table.dataset = output.dataset;
            if let Some(fields) = &output.fields {
                if self.step.operations_not_stated.is_some() {
                    self.unexplained_fields(&mut table, fields);
                } else {
                    self.must_be_there(fields, "gives");
                }
                table.columns.retain(|c| match c.column.kind {
                    ColumnKind::Field => fields.iter().any(|(n, _)| *n == c.column.name),
                    ColumnKind::Open => false,
                    _ => true,
                });
            }
            if self.model.dataset(output.dataset).unit == Unit::Table {
                table.rows = false;
            }
            self.ran.outputs.push(table);
        }
        all.columns.clear();
    }

    /// Fields that a step with unstated operations gives and does not take: made from anything it takes.
    fn unexplained_fields(&self, table: &mut Table, fields: &[(Symbol, Span)]) {
        let from: Vec<Origin> = table.columns.iter().flat_map(|c| c.origins.iter().copied()).collect();
        for (name, _) in fields {
            if !table.columns.iter().any(|c| c.column.name == *name) {
                let category = self.model.vocabulary.find_category(self.model.word(*name));
                let column = Column { kind: ColumnKind::Field, name: *name, category, level: 0 };
                unite(&mut table.columns, Running { column, origins: from.clone() });
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

/// Adds a column, or its origins to the same column that is there.
fn unite(columns: &mut Vec<Running>, running: Running) {
    match columns.iter_mut().find(|c| c.column == running.column) {
        Some(there) => {
            for origin in running.origins {
                if !there.origins.contains(&origin) {
                    there.origins.push(origin);
                }
            }
        }
        None => columns.push(running),
    }
}
