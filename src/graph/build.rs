//! From declarations to copies, columns and edges.
//!
//! Three passes: which copies there are (a worklist from the declared ones along the flows), which columns each has (a
//! fixpoint in topological order, since cycles are allowed), and then the edges between columns, together with everything that
//! cannot happen.

use std::collections::HashMap;

use petgraph::graph::DiGraph;

use super::columns::{Column, ColumnKind, Control, Interned, Minimum, Said, Transform};
use super::operations::{self, Input, Ran, Running};
use super::problems::{Problem, Problems};
use super::{Arrival, ArrivalId, Capability, Cell, CellId, Copy, CopyId, Edge, Graph, How};
use crate::diagnostic::Diagnostics;
use crate::model::{DatasetFields, DatasetId, FlowId, Model, PeopleId, PlaceId, StepId, Unit};
use crate::source::Span;
use crate::syntax::intern::Symbol;

/// Builds the graph of a model and reports what cannot happen.
pub(super) fn build(model: &mut Model, diagnostics: &mut Diagnostics) -> Graph {
    let people = model.words.intern("people");
    let member = model.words.intern("being in it");
    let other = model.words.intern("other fields");
    let model = &*model;
    let mut builder = Builder {
        model,
        people,
        member,
        other,
        copies: Vec::new(),
        by_key: HashMap::new(),
        of_dataset: vec![Vec::new(); model.datasets.len()],
        arrivals: Vec::new(),
        inputs: Vec::new(),
        columns: Vec::new(),
        problems: Problems::default(),
    };
    builder.find_copies();
    let order = builder.order();
    builder.find_columns(&order);
    let (graph, Builder { mut problems, .. }) = builder.find_edges(order);
    super::times::used_after_end(model, &graph, &mut problems);
    problems.report(model, diagnostics);
    graph
}

struct Builder<'a> {
    model: &'a Model,
    people: Symbol,
    member: Symbol,
    other: Symbol,
    copies: Vec<Copy>,
    by_key: HashMap<(DatasetId, PlaceId), CopyId>,
    of_dataset: Vec<Vec<CopyId>>,
    arrivals: Vec<Arrival>,
    /// For each arrival, the copies it comes from: for a step in the order of its inputs, with the number of the `takes`.
    inputs: Vec<Vec<(CopyId, u32)>>,
    /// For each copy, its columns.
    columns: Vec<Vec<Column>>,
    problems: Problems,
}

impl Builder<'_> {
    fn copy(&mut self, dataset: DatasetId, place: PlaceId) -> CopyId {
        if let Some(id) = self.by_key.get(&(dataset, place)) {
            return *id;
        }
        let id = CopyId(self.copies.len() as u32);
        self.by_key.insert((dataset, place), id);
        self.of_dataset[dataset.index()].push(id);
        self.copies.push(Copy {
            dataset,
            place,
            arrivals: Vec::new(),
            about: Vec::new(),
            about_all: false,
            rows: false,
        });
        self.columns.push(Vec::new());
        id
    }

    fn arrive(&mut self, copy: CopyId, how: How, inputs: Vec<(CopyId, u32)>) -> ArrivalId {
        let id = ArrivalId(self.arrivals.len() as u32);
        let activity = match how {
            How::Declared => None,
            How::Flow(flow, _) => self.model.flows[flow.index()].activity,
            How::Step(step, _) | How::Side(step, _) => self.model.steps[step.index()].activity,
        };
        self.arrivals.push(Arrival { copy, how, activity, from: inputs.iter().map(|(c, _)| *c).collect() });
        self.inputs.push(inputs);
        self.copies[copy.index()].arrivals.push(id);
        id
    }

    /// The copies that a step or use finds.
    fn found(&self, dataset: DatasetId, place: PlaceId) -> Vec<CopyId> {
        let all = self.of_dataset[dataset.index()].iter().map(|c| (*c, self.copies[c.index()].place));
        super::found(self.model, all, place)
    }

    /// The copies that a flow carries; from a sender who is not stated, what is with one who is not stated, or else anything.
    fn sent(&self, dataset: DatasetId, place: PlaceId) -> Vec<CopyId> {
        if place == Model::UNKNOWN {
            return self.found(dataset, place);
        }
        let all = self.of_dataset[dataset.index()].iter().copied();
        all.filter(|c| super::reaches(self.model, place, self.copies[c.index()].place)).collect()
    }

    fn find_copies(&mut self) {
        let model = self.model;
        for (index, dataset) in model.datasets.iter().enumerate() {
            for place in &dataset.held_by {
                let copy = self.copy(DatasetId(index as u32), *place);
                self.arrive(copy, How::Declared, Vec::new());
            }
        }
        for step in &model.steps {
            for output in &step.gives {
                self.copy(output.dataset, step.place);
            }
            for (lookup, place) in lookups(step) {
                self.copy(lookup, place);
            }
        }
        // flows carry copies on: from each copy that appears, along the flows of its dataset
        let mut flows_of: Vec<Vec<u32>> = vec![Vec::new(); model.datasets.len()];
        for (index, flow) in model.flows.iter().enumerate() {
            for item in &flow.data {
                if flows_of[item.dataset.index()].last() != Some(&(index as u32)) {
                    flows_of[item.dataset.index()].push(index as u32);
                }
            }
        }
        let mut next = 0;
        while next < self.copies.len() {
            let (dataset, held) = (self.copies[next].dataset, self.copies[next].place);
            next += 1;
            for index in &flows_of[dataset.index()] {
                let flow = &model.flows[*index as usize];
                if flow.from.iter().any(|p| super::reaches(self.model, *p, held)) {
                    for to in &flow.to {
                        self.copy(dataset, *to);
                    }
                }
            }
        }
        self.find_arrivals();
    }

    fn find_arrivals(&mut self) {
        let model = self.model;
        for (index, flow) in model.flows.iter().enumerate() {
            for (number, item) in flow.data.iter().enumerate() {
                let mut sources: Vec<CopyId> = Vec::new();
                for from in &flow.from {
                    let found = self.sent(item.dataset, *from);
                    if found.is_empty() {
                        self.problems.listening = true;
                        self.problems.push(Problem::NotHeld { dataset: item.dataset, place: *from, span: item.span });
                    }
                    sources.extend(found.into_iter().filter(|c| !sources.contains(c)).collect::<Vec<_>>());
                }
                for to in &flow.to {
                    let Some(target) = self.by_key.get(&(item.dataset, *to)).copied() else { continue };
                    let inputs: Vec<(CopyId, u32)> =
                        sources.iter().filter(|s| **s != target).map(|s| (*s, number as u32)).collect();
                    if !inputs.is_empty() {
                        self.arrive(target, How::Flow(FlowId(index as u32), number as u32), inputs);
                    }
                }
            }
        }
        for (index, step) in model.steps.iter().enumerate() {
            let mut inputs = self.step_inputs(step.place, &step.takes);
            for operation in &step.operations {
                // putting identities back takes the lookup too
                if let crate::model::OperationKind::Reidentify { lookup } = operation.kind {
                    let found = self.found(lookup, step.place).into_iter().map(|c| (c, u32::MAX));
                    inputs.extend(found.filter(|(c, _)| !inputs.iter().any(|(i, _)| i == c)).collect::<Vec<_>>());
                }
            }
            for operation in &step.operations {
                if let crate::model::OperationKind::Destroy { datasets, .. } = &operation.kind {
                    for dataset in
                        datasets.iter().filter(|d| self.found(**d, step.place).is_empty()).collect::<Vec<_>>()
                    {
                        self.problems.listening = true;
                        let (dataset, place) = (*dataset, step.place);
                        self.problems.push(Problem::NotHeld { dataset, place, span: operation.span });
                    }
                }
            }
            let id = StepId(index as u32);
            for (number, output) in step.gives.iter().enumerate() {
                let copy = self.copy(output.dataset, step.place);
                self.arrive(copy, How::Step(id, number as u32), inputs.clone());
            }
            for (number, (lookup, place)) in lookups(step).enumerate() {
                let copy = self.copy(lookup, place);
                self.arrive(copy, How::Side(id, number as u32), inputs.clone());
            }
        }
        for used in &model.uses {
            self.step_inputs(used.place, &used.takes);
        }
    }

    fn step_inputs(&mut self, place: PlaceId, takes: &[DatasetFields]) -> Vec<(CopyId, u32)> {
        let mut inputs = Vec::new();
        for (number, item) in takes.iter().enumerate() {
            let found = self.found(item.dataset, place);
            if found.is_empty() {
                self.problems.listening = true;
                self.problems.push(Problem::NotHeld { dataset: item.dataset, place, span: item.span });
            }
            inputs.extend(found.into_iter().map(|c| (c, number as u32)));
        }
        inputs
    }

    /// Copies in an order in which, cycles apart, a copy comes after those it is made from: strongly connected components.
    fn order(&self) -> Vec<Vec<CopyId>> {
        let mut graph: DiGraph<(), (), u32> = DiGraph::with_capacity(self.copies.len(), self.arrivals.len());
        for _ in &self.copies {
            graph.add_node(());
        }
        for (arrival, inputs) in self.arrivals.iter().zip(&self.inputs) {
            for (from, _) in inputs {
                graph.add_edge(from.0.into(), arrival.copy.0.into(), ());
            }
        }
        // Kosaraju's components come in reverse topological order, without recursion
        let mut components: Vec<Vec<CopyId>> = petgraph::algo::kosaraju_scc(&graph)
            .into_iter()
            .map(|c| c.into_iter().map(|n| CopyId(n.index() as u32)).collect())
            .collect();
        components.reverse();
        components.iter_mut().for_each(|c| c.sort_unstable());
        components
    }

    fn declared_columns(&self, dataset: DatasetId) -> Vec<Column> {
        let declared = self.model.dataset(dataset);
        let field = |kind| {
            move |f: &crate::model::Field| Column { kind, name: f.name, category: Some(f.category), level: f.level }
        };
        let mut columns: Vec<Column> = declared.fields.iter().map(field(ColumnKind::Field)).collect();
        columns.extend(declared.reveals.iter().map(field(ColumnKind::Reveals)));
        columns.push(Column { kind: ColumnKind::Membership, name: self.member, category: None, level: 0 });
        if declared.open.is_some() {
            columns.push(Column { kind: ColumnKind::Open, name: self.other, category: None, level: 0 });
        }
        columns
    }

    fn find_columns(&mut self, order: &[Vec<CopyId>]) {
        let listening = std::mem::take(&mut self.problems.listening);
        for component in order {
            loop {
                let mut changed = false;
                for copy in component {
                    changed |= self.find_columns_of(*copy);
                }
                if !changed || component.len() == 1 && !self.feeds_itself(component[0]) {
                    break;
                }
            }
        }
        self.problems.listening = listening;
    }

    fn feeds_itself(&self, copy: CopyId) -> bool {
        self.copies[copy.index()].arrivals.iter().any(|a| self.inputs[a.index()].iter().any(|(c, _)| *c == copy))
    }

    fn find_columns_of(&mut self, copy: CopyId) -> bool {
        let dataset = self.copies[copy.index()].dataset;
        let mut columns = std::mem::take(&mut self.columns[copy.index()]);
        let before = (columns.len(), self.copies[copy.index()].rows, self.copies[copy.index()].about.len());
        let mut rows = before.1;
        let mut about: Vec<PeopleId> = std::mem::take(&mut self.copies[copy.index()].about);
        let mut about_all = self.copies[copy.index()].about_all;
        let arrivals = self.copies[copy.index()].arrivals.clone();
        let own = self.model.dataset(dataset).about.value().cloned();
        for arrival in arrivals {
            let (arrived, arrived_rows) = match self.arrivals[arrival.index()].how {
                How::Declared => (self.declared_columns(dataset), self.model.dataset(dataset).unit == Unit::Rows),
                How::Flow(flow, item) => self.carried(flow, item, &self.inputs[arrival.index()], &columns, copy),
                How::Step(step, number) => {
                    let ran = self.run(step, arrival, &columns, copy);
                    ran.outputs
                        .into_iter()
                        .nth(number as usize)
                        .map_or((Vec::new(), false), |t| (names(t.columns), t.rows))
                }
                How::Side(step, number) => {
                    let ran = self.run(step, arrival, &columns, copy);
                    let side =
                        lookups(&self.model.steps[step.index()]).nth(number as usize).and_then(|(lookup, place)| {
                            ran.side.into_iter().find(|s| s.dataset == lookup && s.place == place)
                        });
                    side.map_or((Vec::new(), false), |s| (names(s.columns), true))
                }
            };
            rows |= arrived_rows;
            for column in arrived {
                if !columns.contains(&column) {
                    columns.push(column);
                }
            }
            match &own {
                Some(own) => own.iter().for_each(|p| insert(&mut about, *p)),
                None if self.inputs[arrival.index()].is_empty() => about_all = true,
                None => {
                    for (from, _) in &self.inputs[arrival.index()] {
                        if *from != copy {
                            let source = &self.copies[from.index()];
                            about_all |= source.about_all;
                            source.about.iter().for_each(|p| insert(&mut about, *p));
                        }
                    }
                }
            }
        }
        columns.sort_unstable();
        let after = (columns.len(), rows, about.len());
        self.columns[copy.index()] = columns;
        let kept = &mut self.copies[copy.index()];
        kept.rows = rows;
        kept.about = about;
        let about_changed = kept.about_all != about_all;
        kept.about_all = about_all;
        after != before || about_changed
    }

    /// The columns of a copy; `own` are those of the copy at hand, which are out of their place while it is worked on.
    fn columns_of<'b>(&'b self, copy: CopyId, own: (&'b [Column], CopyId)) -> &'b [Column] {
        if copy == own.1 { own.0 } else { &self.columns[copy.index()] }
    }

    fn carried(
        &self,
        flow: FlowId,
        item: u32,
        inputs: &[(CopyId, u32)],
        own: &[Column],
        at: CopyId,
    ) -> (Vec<Column>, bool) {
        let fields = self.model.flows[flow.index()].data.get(item as usize).and_then(|d| d.fields.as_deref());
        let mut columns = Vec::new();
        let mut rows = false;
        for (from, _) in inputs {
            rows |= self.copies[from.index()].rows;
            columns.extend(self.columns_of(*from, (own, at)).iter().copied().filter(|c| carries(fields, c)));
        }
        (columns, rows)
    }

    fn run(&mut self, step: StepId, arrival: ArrivalId, own: &[Column], at: CopyId) -> Ran {
        let declared = &self.model.steps[step.index()];
        let mut problems = std::mem::take(&mut self.problems);
        let inputs: Vec<Input<'_>> = self.inputs[arrival.index()]
            .iter()
            .map(|(copy, number)| Input {
                dataset: self.copies[copy.index()].dataset,
                columns: if *copy == at { own } else { &self.columns[copy.index()] },
                rows: self.copies[copy.index()].rows,
                fields: declared.takes.get(*number as usize).and_then(|t| t.fields.as_deref()),
            })
            .collect();
        let ran = operations::run(self.model, declared, &inputs, self.people, &mut problems);
        self.problems = problems;
        ran
    }

    fn find_edges(mut self, order: Vec<Vec<CopyId>>) -> (Graph, Self) {
        self.problems.listening = true;
        let mut cells: Vec<Cell> = Vec::new();
        let mut starts: Vec<u32> = Vec::with_capacity(self.copies.len() + 1);
        for (index, columns) in self.columns.iter().enumerate() {
            starts.push(cells.len() as u32);
            cells.extend(columns.iter().map(|c| Cell { copy: CopyId(index as u32), column: *c }));
        }
        starts.push(cells.len() as u32);
        let mut transforms: Interned<Transform> = Interned::default();
        let mut edges: Vec<(CellId, Edge)> = Vec::new();
        let mut capabilities = Vec::new();
        let cell_of = |columns: &[Vec<Column>], copy: CopyId, column: &Column| -> Option<CellId> {
            columns[copy.index()].binary_search(column).ok().map(|i| CellId(starts[copy.index()] + i as u32))
        };
        let mut ran_steps: HashMap<StepId, Ran> = HashMap::new();
        for number in 0..self.arrivals.len() {
            let arrival = ArrivalId(number as u32);
            let (copy, how) = (self.arrivals[number].copy, self.arrivals[number].how);
            match how {
                How::Declared => {
                    let control = self.table_control(copy);
                    let transform = transforms.number(Transform { aggregate: control, ..Transform::default() });
                    for column in self.declared_columns(self.copies[copy.index()].dataset) {
                        if let Some(cell) = cell_of(&self.columns, copy, &column) {
                            edges.push((cell, Edge { from: None, transform, arrival }));
                        }
                    }
                }
                How::Flow(flow, item) => {
                    let declared = &self.model.flows[flow.index()];
                    let item = &declared.data[item as usize];
                    let fields = item.fields.as_deref();
                    let transform = transforms.number(Transform::default());
                    let inputs = self.inputs[number].clone();
                    self.check_sent(item, &inputs);
                    for (from, _) in inputs {
                        for column in &self.columns[from.index()] {
                            if carries(fields, column)
                                && let (Some(source), Some(cell)) =
                                    (cell_of(&self.columns, from, column), cell_of(&self.columns, copy, column))
                            {
                                edges.push((cell, Edge { from: Some(source), transform, arrival }));
                            }
                        }
                    }
                }
                How::Step(step, _) | How::Side(step, _) => {
                    let ran: &Ran =
                        ran_steps.entry(step).or_insert_with(|| self.run(step, arrival, &[], CopyId(u32::MAX)));
                    let columns = match how {
                        How::Step(_, output) => ran.outputs.get(output as usize).map(|t| t.columns.as_slice()),
                        _ => {
                            let place = self.copies[copy.index()].place;
                            let dataset = self.copies[copy.index()].dataset;
                            let side = ran.side.iter().find(|s| s.dataset == dataset && s.place == place);
                            if let Some((key, from)) = side.and_then(|s| s.recomputes.as_ref()) {
                                capabilities.push(Capability { copy, key: *key, from: from.clone() });
                            }
                            side.map(|s| s.columns.as_slice())
                        }
                    };
                    for running in columns.unwrap_or_default() {
                        let Some(cell) = cell_of(&self.columns, copy, &running.column) else { continue };
                        for origin in &running.origins {
                            let from = match origin.input {
                                None => None,
                                Some(input) => {
                                    let Some((source, _)) = self.inputs[number].get(input as usize) else { continue };
                                    let Some(source) = cell_of(&self.columns, *source, &origin.column) else {
                                        continue;
                                    };
                                    Some(source)
                                }
                            };
                            let transform = transforms.number(origin.transform);
                            edges.push((cell, Edge { from, transform, arrival }));
                        }
                    }
                }
            }
        }
        // incoming edges, gathered by cell
        let mut incoming_start = vec![0u32; cells.len() + 1];
        for (cell, _) in &edges {
            incoming_start[cell.index() + 1] += 1;
        }
        for i in 0..cells.len() {
            incoming_start[i + 1] += incoming_start[i];
        }
        let mut fill = incoming_start.clone();
        let mut incoming = vec![Edge { from: None, transform: 0, arrival: ArrivalId(0) }; edges.len()];
        for (cell, edge) in edges {
            incoming[fill[cell.index()] as usize] = edge;
            fill[cell.index()] += 1;
        }
        // who is given a secret has it too
        let given: Vec<Capability> = capabilities
            .iter()
            .flat_map(|c: &Capability| {
                let dataset = self.copies[c.copy.index()].dataset;
                let others = self.of_dataset[dataset.index()].iter().filter(|o| **o != c.copy);
                others.map(|o| Capability { copy: *o, ..c.clone() }).collect::<Vec<_>>()
            })
            .collect();
        for capability in given {
            if !capabilities.contains(&capability) {
                capabilities.push(capability);
            }
        }
        let (turns, ranks) = (self.turns(&order), self.ranks());
        let graph = Graph {
            turns,
            ranks,
            copies: std::mem::take(&mut self.copies),
            arrivals: std::mem::take(&mut self.arrivals),
            cells,
            cell_start: starts,
            incoming_start,
            incoming,
            transforms,
            capabilities,
            order,
            of_dataset: std::mem::take(&mut self.of_dataset),
            timeline: crate::model::Timeline::of(self.model),
            holdings: Vec::new(),
        };
        let holdings = super::times::holdings(self.model, &graph);
        (Graph { holdings, ..graph }, self)
    }

    /// For each copy, how many steps and flows it is from where data begins at the most; cycles count as one.
    fn turns(&self, order: &[Vec<CopyId>]) -> Vec<u32> {
        let mut turns = vec![0; self.copies.len()];
        for component in order {
            let sources =
                component.iter().flat_map(|c| &self.copies[c.index()].arrivals).flat_map(|a| &self.inputs[a.index()]);
            let outside = sources.filter(|(from, _)| component.binary_search(from).is_err());
            let turn = outside.map(|(from, _)| turns[from.index()] + 1).max().unwrap_or(0);
            component.iter().for_each(|c| turns[c.index()] = turn);
        }
        turns
    }

    /// For each arrival, its place in the order of declared names: ties are broken by it, whatever the order of the files.
    fn ranks(&self) -> Vec<u32> {
        let m = self.model;
        let key = |number: &u32| {
            let arrival = &self.arrivals[*number as usize];
            let copy = &self.copies[arrival.copy.index()];
            let name = match arrival.how {
                How::Declared => m.dataset(copy.dataset).declared.name,
                How::Flow(flow, _) => m.flows[flow.index()].declared.name,
                How::Step(step, _) | How::Side(step, _) => m.steps[step.index()].declared.name,
            };
            (m.word(name), m.dataset_name(copy.dataset), m.place_name(copy.place))
        };
        let mut numbers: Vec<u32> = (0..self.arrivals.len() as u32).collect();
        numbers.sort_by_cached_key(key);
        let mut ranks = vec![0; numbers.len()];
        for (rank, number) in numbers.into_iter().enumerate() {
            ranks[number as usize] = rank as u32;
        }
        ranks
    }

    /// A declared table's cells are counts from the start.
    fn table_control(&self, copy: CopyId) -> Option<Control> {
        let dataset = self.model.dataset(self.copies[copy.index()].dataset);
        (dataset.unit == Unit::Table).then(|| Control {
            minimum: dataset.table_minimum.value().map_or(Minimum::NotStated, |n| Minimum::Count(*n)),
            secondary: Said::NotStated,
        })
    }

    fn check_sent(&mut self, item: &DatasetFields, inputs: &[(CopyId, u32)]) {
        let Some(fields) = &item.fields else { return };
        let columns = || inputs.iter().flat_map(|(c, _)| &self.columns[c.index()]);
        if columns().any(|c| c.kind == ColumnKind::Open) || inputs.is_empty() {
            return;
        }
        let missing: Vec<(Symbol, Span)> = fields
            .iter()
            .filter(|(n, _)| !columns().any(|c| c.name == *n && c.kind == ColumnKind::Field))
            .copied()
            .collect();
        let have: Vec<Symbol> = columns().filter(|c| c.kind == ColumnKind::Field).map(|c| c.name).collect();
        let place = inputs.first().map_or(Model::UNKNOWN, |(c, _)| self.copies[c.index()].place);
        for (field, span) in missing {
            self.problems.push(Problem::NotSent { field, span, dataset: item.dataset, place, have: have.clone() });
        }
    }
}

/// The lookup tables, codes and secrets that a step makes, and where.
fn lookups(step: &crate::model::Step) -> impl Iterator<Item = (DatasetId, PlaceId)> {
    use crate::model::OperationKind;
    step.operations.iter().filter_map(|o| match &o.kind {
        OperationKind::Pseudonymise { lookup: Some(lookup), held_by, .. } => {
            Some((*lookup, held_by.value().copied().unwrap_or(step.place)))
        }
        _ => None,
    })
}

fn names(columns: Vec<Running>) -> Vec<Column> {
    columns.into_iter().map(|c| c.column).collect()
}

fn insert(sorted: &mut Vec<PeopleId>, value: PeopleId) {
    if let Err(at) = sorted.binary_search(&value) {
        sorted.insert(at, value);
    }
}

/// Whether a flow that lists `fields` carries a column.
fn carries(fields: Option<&[(Symbol, Span)]>, column: &Column) -> bool {
    match (fields, column.kind) {
        (None, _) | (_, ColumnKind::Membership | ColumnKind::Reveals) => true,
        (Some(fields), ColumnKind::Field) => fields.iter().any(|(name, _)| *name == column.name),
        (Some(_), ColumnKind::Open) => false,
    }
}
