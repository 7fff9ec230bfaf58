//! Which columns each copy has, whom it is about, and what each step does column by column.

use rustc_hash::FxHashMap;

use super::super::columns::{Column, ColumnKind, Transform};
use super::super::operations::{self, Columns, Input, Listed, Ran};
use super::super::order::Circle;
use super::super::problems::{Problem, Problems};
use super::super::shapes::ShapeId;
use super::super::{About, ArrivalId, Capability, CopyId, Graph, How, Move, table_control};
use super::copies::{Takes, lookups};
use super::sources_of;
use crate::model::{DatasetFields, DatasetId, Model, PeopleId, StepId, Unit};
use crate::source::Span;
use crate::syntax::intern::Symbol;

/// Finds the columns of every copy and the moves of every step.
pub(super) fn find(model: &Model, graph: &mut Graph, takes: &Takes, problems: &mut Problems) {
    let order = std::mem::take(&mut graph.order);
    let mut finder = Finder {
        model,
        graph,
        takes,
        problems,
        abouts: FxHashMap::default(),
        columns: Vec::new(),
        outputs: Vec::new(),
    };
    finder.abouts.insert(About::default(), 0);
    for component in order.iter() {
        finder.component(component);
    }
    graph.shapes.settle();
    graph.moves.shrink_to_fit();
    graph.order = order;
}

struct Finder<'a> {
    model: &'a Model,
    graph: &'a mut Graph,
    takes: &'a Takes,
    problems: &'a mut Problems,
    abouts: FxHashMap<About, u32>,
    /// The columns of the copy at hand.
    columns: Vec<Column>,
    /// What the steps that make the copy at hand give.
    outputs: Vec<(ArrivalId, Columns)>,
}

impl Finder<'_> {
    fn component(&mut self, component: &[CopyId]) {
        if let [only] = component
            && !sources_of(self.graph, *only).any(|source| source == *only)
        {
            self.problems.listening = true;
            self.grow(*only);
            self.make_moves();
            return;
        }
        // while columns are still being found, what a step lacks may yet come
        self.problems.listening = false;
        let circle = Circle::of(component, |copy| sources_of(self.graph, copy));
        circle.settle(component, |copy| self.grow(copy));
        self.problems.listening = true;
        for copy in component {
            self.grow(*copy);
            self.make_moves();
        }
    }

    /// Gives a copy what its arrivals bring besides what it has; says whether that is more. What steps give stays at hand.
    fn grow(&mut self, copy: CopyId) -> bool {
        self.outputs.clear();
        let before = *self.graph.copy(copy);
        let mut arrivals = self.graph.arrivals_of(copy);
        if let (1, Some(only)) = (arrivals.len(), arrivals.next())
            && let How::Flow(flow, item) = self.graph.arrival(only).how
            && let [source] = self.graph.from(only)
            && self.model.flows[flow.index()].data[item as usize].fields.is_none()
            && (before.shape == ShapeId::default() || before.shape == self.graph.copy(*source).shape)
        {
            // carried as it is; whom a dataset is about it says of all its copies
            let source = *self.graph.copy(*source);
            let it = self.graph.table.copy_mut(copy);
            (it.shape, it.about, it.rows) = (source.shape, source.about, source.rows);
            return *it != before;
        }
        let mut columns = std::mem::take(&mut self.columns);
        columns.clear();
        columns.extend_from_slice(self.graph.shapes.columns(before.shape));
        let mut rows = before.rows;
        let mut about = self.graph.abouts[before.about as usize].clone();
        let own = self.model.dataset(before.dataset).about.value();
        for arrival in self.graph.arrivals_of(copy) {
            rows |= self.bring(copy, arrival, &mut columns);
            match own {
                Some(own) => own.iter().for_each(|p| insert(&mut about.people, *p)),
                None if self.graph.from(arrival).is_empty() => about.all = true,
                None => {
                    for source in self.graph.from(arrival).iter().filter(|s| **s != copy) {
                        let theirs = &self.graph.abouts[self.graph.copy(*source).about as usize];
                        about.all |= theirs.all;
                        theirs.people.iter().for_each(|p| insert(&mut about.people, *p));
                    }
                }
            }
        }
        columns.sort_unstable();
        columns.dedup();
        let shape = self.graph.shapes.number(&columns);
        self.columns = columns;
        let about = self.about(about);
        let it = self.graph.table.copy_mut(copy);
        (it.shape, it.about, it.rows) = (shape, about, rows);
        *it != before
    }

    fn about(&mut self, about: About) -> u32 {
        let abouts = &mut self.graph.abouts;
        *self.abouts.entry(about).or_insert_with_key(|about| {
            abouts.push(about.clone());
            abouts.len() as u32 - 1
        })
    }

    /// Adds the columns that an arrival brings; says whether they are rows about people.
    fn bring(&mut self, copy: CopyId, id: ArrivalId, columns: &mut Vec<Column>) -> bool {
        let model = self.model;
        let dataset = self.graph.copy(copy).dataset;
        match self.graph.arrival(id).how {
            How::Declared => {
                self.declared(dataset, columns);
                let control = table_control(model, dataset);
                self.graph.transforms.number(Transform { aggregate: control, ..Transform::default() });
                model.dataset(dataset).unit == Unit::Rows
            }
            How::Flow(flow, item) => {
                let item = &model.flows[flow.index()].data[item as usize];
                self.check_sent(item, id);
                let listed = item.fields.as_deref().map(Listed::new);
                let mut rows = false;
                for source in self.graph.from(id) {
                    let source = self.graph.copy(*source);
                    rows |= source.rows;
                    let theirs = self.graph.shapes.columns(source.shape).iter().copied();
                    columns.extend(theirs.filter(|c| match (&listed, c.kind) {
                        (Some(listed), ColumnKind::Field) => listed.has(c.name),
                        (Some(_), ColumnKind::Open) => false,
                        _ => true,
                    }));
                }
                rows
            }
            How::Step(step, number) => {
                let ran = self.run(step, id, number == 0);
                let Some(table) = ran.outputs.into_iter().nth(number as usize) else { return false };
                columns.extend(table.columns.iter().map(|c| c.column));
                self.outputs.push((id, table.columns));
                table.rows
            }
            How::Side(step, number) => {
                let declared = &model.steps[step.index()];
                let ran = self.run(step, id, number == 0 && declared.gives.is_empty());
                let wanted = lookups(declared).nth(number as usize);
                let mut side = ran.side.into_iter();
                let Some(side) = side.find(|s| Some((s.dataset, s.place)) == wanted) else { return false };
                columns.extend(side.columns.iter().map(|c| c.column));
                if let (Some((key, from)), true) = (side.recomputes, self.problems.listening) {
                    self.graph.capabilities.push(Capability { copy, key, from });
                }
                self.outputs.push((id, side.columns));
                true
            }
        }
    }

    fn declared(&self, dataset: DatasetId, columns: &mut Vec<Column>) {
        let declared = self.model.dataset(dataset);
        let column =
            |kind, f: &crate::model::Field| Column { kind, name: f.name, category: Some(f.category), level: f.level };
        columns.extend(declared.fields.iter().map(|f| column(ColumnKind::Field, f)));
        columns.extend(declared.reveals.iter().map(|f| column(ColumnKind::Reveals, f)));
        let names = self.graph.names;
        columns.push(Column { kind: ColumnKind::Membership, name: names.member, category: None, level: 0 });
        if declared.open.is_some() {
            columns.push(Column { kind: ColumnKind::Open, name: names.other, category: None, level: 0 });
        }
    }

    /// Runs a step on the columns of its inputs. Only one of its arrivals, the `first`, tells of what cannot be done.
    fn run(&mut self, step: StepId, id: ArrivalId, first: bool) -> Ran {
        let declared = &self.model.steps[step.index()];
        let (start, _) = self.graph.arrival(id).sources;
        let numbered = self.graph.from(id).iter().zip(&self.takes[start as usize..]);
        let inputs: Vec<Input<'_>> = numbered
            .map(|(source, take)| {
                let copy = self.graph.copy(*source);
                Input {
                    dataset: copy.dataset,
                    columns: self.graph.shapes.columns(copy.shape),
                    rows: copy.rows,
                    fields: declared.takes.get(*take as usize).and_then(|t| t.fields.as_deref()),
                }
            })
            .collect();
        let listening = self.problems.listening;
        self.problems.listening &= first;
        let ran = operations::run(self.model, declared, &inputs, self.graph.names.people, self.problems);
        self.problems.listening = listening;
        ran
    }

    /// Keeps what the steps do that make the copy at hand, now that all its columns are known.
    fn make_moves(&mut self) {
        for (id, columns) in std::mem::take(&mut self.outputs) {
            let shape = self.graph.copy(self.graph.arrival(id).copy).shape;
            let start = self.graph.moves.len();
            for running in columns.iter() {
                let Some(to) = self.graph.shapes.position(shape, &running.column) else { continue };
                for origin in &running.origins {
                    let transform = self.graph.transforms.number(origin.transform);
                    self.graph.moves.push(Move { to, from: origin.from, transform });
                }
            }
            self.graph.moves[start..].sort_unstable();
            let end = self.graph.moves.len() as u32;
            self.graph.arrivals[id.index()].moves = (start as u32, end);
        }
    }

    /// Notes fields that a flow lists and that are not there.
    fn check_sent(&mut self, item: &DatasetFields, id: ArrivalId) {
        let Some(fields) = &item.fields else { return };
        let inputs = self.graph.from(id);
        if !self.problems.listens() || inputs.is_empty() {
            return;
        }
        let columns = || inputs.iter().flat_map(|c| self.graph.shapes.columns(self.graph.copy(*c).shape));
        if columns().any(|c| c.kind == ColumnKind::Open) {
            return;
        }
        let have: Vec<Symbol> = columns().filter(|c| c.kind == ColumnKind::Field).map(|c| c.name).collect();
        let known: rustc_hash::FxHashSet<Symbol> = have.iter().copied().collect();
        let missing: Vec<(Symbol, Span)> = fields.iter().filter(|(n, _)| !known.contains(n)).copied().collect();
        let place = inputs.first().map_or(Model::UNKNOWN, |c| self.graph.copy(*c).place);
        for (field, span) in missing {
            if !self.problems.listens() {
                return;
            }
            self.problems.push(Problem::NotSent { field, span, dataset: item.dataset, place, have: have.clone() });
        }
    }
}

fn insert(sorted: &mut Vec<PeopleId>, value: PeopleId) {
    if let Err(at) = sorted.binary_search(&value) {
        sorted.insert(at, value);
    }
}
