//! What the operations that make columns do: matching, appending, pseudonyms, keys, coarser values, derived ones, counts.

use smallvec::SmallVec;

use super::tables::{Columns, Origin, Running, Table};
use super::{Listed, Runner, SideProduct, singles_out};
use crate::faults::{self, Fault};
use crate::graph::columns::{Column, ColumnKind, Control, Minimum, Said, Transform};
use crate::graph::problems::Problem;
use crate::model::{CategoryId, DatasetId, Known, Method, PlaceId};
use crate::source::Span;
use crate::syntax::intern::Symbol;
use crate::vocabulary::Identifies;

impl Runner<'_, '_> {
    pub(super) fn join(&mut self, left: DatasetId, right: DatasetId, on: &[(Symbol, Span)], span: Span) {
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
    pub(super) fn pairs(
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

    pub(super) fn append(&mut self, datasets: &[DatasetId]) {
        let Some(into) = datasets.first().and_then(|d| self.tables.position(*d)) else { return };
        for dataset in datasets.iter().skip(1) {
            let Some(from) = self.tables.position(*dataset).filter(|from| *from != into) else { continue };
            let Some(mut other) = self.tables.remove(from) else { continue };
            let Some(table) = self.tables.get_mut(into) else { continue };
            other.columns.take().into_iter().for_each(|c| table.columns.add(c));
            table.rows |= other.rows;
        }
    }

    pub(super) fn pseudonymise(
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

    pub(super) fn add_key(&mut self, key: Symbol, key_category: CategoryId) {
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

    pub(super) fn generalise(&mut self, (field, field_span): (Symbol, Span), (level, level_span): (Symbol, Span)) {
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

    pub(super) fn derive(&mut self, field: Symbol, category: CategoryId, from: &[(Symbol, Span)]) {
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

    pub(super) fn aggregate(&mut self, by: &[(Symbol, Span)], of: &[(Symbol, Span)], minimum: &Known<u64>) {
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
}
