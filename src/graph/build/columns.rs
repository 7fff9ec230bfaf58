//! Which columns each copy has, whom it is about, and what each step does column by column.

use std::sync::atomic::{AtomicU64, Ordering};

use rustc_hash::FxHashMap;

use super::super::columns::{Column, ColumnKind, Further, Interned, Renumbered, Transform};
use super::super::operations::{self, Columns, Input, Listed, Ran, SideProduct, Table};
use super::super::order::{Circle, Shares};
use super::super::problems::{Problem, Problems};
use super::super::shapes::{FurtherShapes, NewShapes, ShapeId};
use super::super::{About, ArrivalId, Capability, CopyId, Graph, How, Move, Moves, table_control};
use super::copies::{Takes, lookups};
use super::sources_of;
use crate::model::{DatasetFields, DatasetId, Model, PeopleId, StepId, Unit};
use crate::source::Span;
use crate::syntax::intern::Symbol;

/// Finds the columns of every copy and the moves of every step.
pub(super) fn find(model: &Model, graph: &Graph, takes: &Takes, shares: Shares) -> Found {
    let mut found = Found::new(graph);
    let sources = |copy| sources_of(graph, copy);
    let work = |found: &Found, components: &[u32]| {
        let mut finder = Finder::new(model, graph, takes, found);
        components.iter().for_each(|component| finder.component(*component));
        finder.into_new()
    };
    graph.order.in_waves(shares, sources, &mut found, work, Found::merge);
    // as if one had gone through the components in order
    found.capabilities.sort_by_key(|(component, _)| *component);
    found.problems.sort_by_key(|(component, _)| *component);
    found
}

/// The columns of a copy, whom it is about, and whether it has rows, by number.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
struct Form {
    shape: ShapeId,
    about: u32,
    rows: bool,
}

impl Form {
    fn packed(self) -> u64 {
        u64::from(self.shape.0) << 32 | u64::from(self.about) << 1 | u64::from(self.rows)
    }

    fn unpacked(packed: u64) -> Form {
        Form { shape: ShapeId((packed >> 32) as u32), about: (packed as u32) >> 1, rows: packed & 1 == 1 }
    }
}

/// What was found of the copies that were worked on.
pub(super) struct Found {
    /// The form of each copy. One thread alone writes it, before any other reads it.
    forms: Vec<AtomicU64>,
    shapes: NewShapes,
    abouts: Interned<About>,
    transforms: Interned<Transform>,
    moves: Moves,
    /// The moves of arrivals: stretches of `moves`.
    stretches: Vec<(ArrivalId, (u32, u32))>,
    /// Secrets, with the component of their copy.
    capabilities: Vec<(u32, Capability)>,
    problems: Vec<(u32, Problem)>,
}

/// What one thread found of some components. Numbers that are not known to all count from there.
struct New {
    copies: Vec<CopyId>,
    /// How many were known, and the others.
    shapes: (usize, NewShapes),
    abouts: (usize, Vec<About>),
    transforms: (usize, Vec<Transform>),
    moves: Vec<Move>,
    stretches: Vec<(ArrivalId, (u32, u32))>,
    capabilities: Vec<(u32, Capability)>,
    problems: Vec<(u32, Problem)>,
}

impl Found {
    fn new(graph: &Graph) -> Found {
        let (mut abouts, mut transforms) = (Interned::default(), Interned::default());
        abouts.number(About::default());
        transforms.number(Transform::default());
        Found {
            forms: (0..graph.size()).map(|_| AtomicU64::new(Form::default().packed())).collect(),
            shapes: NewShapes::default(),
            abouts,
            transforms,
            moves: Moves::default(),
            stretches: Vec::new(),
            capabilities: Vec::new(),
            problems: Vec::new(),
        }
    }

    fn form(&self, copy: CopyId) -> Form {
        Form::unpacked(self.forms[copy.index()].load(Ordering::Relaxed))
    }

    fn set(&self, copy: CopyId, form: Form) {
        self.forms[copy.index()].store(form.packed(), Ordering::Relaxed);
    }

    fn merge(&mut self, new: New) {
        let (shapes, abouts, transforms) = (&mut self.shapes, &mut self.abouts, &mut self.transforms);
        let shapes = Renumbered::of(new.shapes.0, new.shapes.1.lists(), |list| shapes.number(list).0);
        let abouts = Renumbered::of(new.abouts.0, new.abouts.1, |about| abouts.number(about));
        let transforms = Renumbered::of(new.transforms.0, new.transforms.1, |transform| transforms.number(transform));
        for copy in new.copies {
            let form = self.form(copy);
            let (shape, about) = (ShapeId(shapes.get(form.shape.0)), abouts.get(form.about));
            self.set(copy, Form { shape, about, ..form });
        }
        for (id, (start, end)) in new.stretches {
            let own = new.moves[start as usize..end as usize].iter();
            let stretch = self.moves.add(own.map(|one| Move { transform: transforms.get(one.transform), ..*one }));
            self.stretches.push((id, stretch));
        }
        self.capabilities.extend(new.capabilities);
        self.problems.extend(new.problems);
    }

    /// Puts all of it into the graph.
    pub(super) fn into_graph(mut self, graph: &mut Graph, problems: &mut Problems) {
        for (number, form) in std::mem::take(&mut self.forms).into_iter().enumerate() {
            let Form { shape, about, rows } = Form::unpacked(form.into_inner());
            let it = graph.table.copy_mut(CopyId(number as u32));
            (it.shape, it.about, it.rows) = (shape, about, rows);
        }
        for (id, stretch) in std::mem::take(&mut self.stretches) {
            graph.arrivals[id.index()].moves = stretch;
        }
        self.moves.settle();
        graph.moves = self.moves;
        graph.shapes = self.shapes.settled();
        graph.abouts = self.abouts.into_values();
        graph.transforms = self.transforms;
        graph.capabilities.extend(self.capabilities.into_iter().map(|(_, secret)| secret));
        self.problems.into_iter().for_each(|(_, problem)| problems.push(problem));
    }
}

struct Finder<'a> {
    model: &'a Model,
    graph: &'a Graph,
    takes: &'a Takes,
    /// What is known to all.
    found: &'a Found,
    shapes: FurtherShapes<'a>,
    abouts: Further<'a, About>,
    transforms: Further<'a, Transform>,
    problems: Problems,
    new: New,
    /// The component at hand.
    component: u32,
    /// The columns of the copy at hand.
    columns: Vec<Column>,
    /// What the steps that make the copy at hand give.
    outputs: Vec<(ArrivalId, Columns)>,
    /// What steps gave whose inputs do not change any more, as far as it is still to be taken.
    ran: FxHashMap<StepId, Kept>,
    /// Whether the inputs of the copy at hand do not change any more.
    settled: bool,
}

/// What a step gave.
struct Kept {
    outputs: Vec<Option<Table>>,
    side: Vec<SideProduct>,
    /// How much of it was not taken yet.
    left: usize,
}

impl<'a> Finder<'a> {
    fn new(model: &'a Model, graph: &'a Graph, takes: &'a Takes, found: &'a Found) -> Self {
        Finder {
            model,
            graph,
            takes,
            found,
            shapes: FurtherShapes::new(&found.shapes),
            abouts: Further::new(&found.abouts),
            transforms: Further::new(&found.transforms),
            problems: Problems::default(),
            new: New {
                copies: Vec::new(),
                shapes: (0, NewShapes::bare()),
                abouts: (0, Vec::new()),
                transforms: (0, Vec::new()),
                moves: Vec::new(),
                stretches: Vec::new(),
                capabilities: Vec::new(),
                problems: Vec::new(),
            },
            component: 0,
            columns: Vec::new(),
            outputs: Vec::new(),
            ran: FxHashMap::default(),
            settled: false,
        }
    }

    fn into_new(self) -> New {
        New {
            shapes: self.shapes.into_new(),
            abouts: self.abouts.into_new(),
            transforms: self.transforms.into_new(),
            ..self.new
        }
    }

    fn component(&mut self, number: u32) {
        self.component = number;
        let (graph, found) = (self.graph, self.found);
        let component = graph.order.members(number as usize);
        self.new.copies.extend_from_slice(component);
        let sources = |copy| sources_of(graph, copy);
        if let [only] = component
            && !sources(*only).any(|source| source == *only)
        {
            self.problems.listening = true;
            self.settled = true;
            self.grow(*only);
            self.make_moves(found.form(*only).shape);
            self.settled = false;
        } else {
            // while columns are still being found, what a step lacks may yet come
            self.problems.listening = false;
            let circle = Circle::of(component, sources);
            circle.settle(component, |copy| self.grow(copy));
            self.problems.listening = true;
            for copy in component {
                self.grow(*copy);
                self.make_moves(found.form(*copy).shape);
            }
        }
        self.new.problems.extend(self.problems.take().map(|problem| (number, problem)));
    }

    /// Gives a copy what its arrivals bring besides what it has; says whether that is more. What steps give stays at hand.
    fn grow(&mut self, copy: CopyId) -> bool {
        self.outputs.clear();
        let (found, before) = (self.found, self.found.form(copy));
        let mut arrivals = self.graph.arrivals_of(copy);
        if let (1, Some(only)) = (arrivals.len(), arrivals.next())
            && let How::Flow(flow, item) = self.graph.arrival(only).how
            && let [source] = self.graph.from(only)
            && self.model.flows[flow.index()].data[item as usize].fields.is_none()
            && (before.shape == ShapeId::default() || before.shape == found.form(*source).shape)
        {
            // carried as it is; whom a dataset is about it says of all its copies
            let form = found.form(*source);
            found.set(copy, form);
            return form != before;
        }
        let mut columns = std::mem::take(&mut self.columns);
        columns.clear();
        columns.extend_from_slice(self.shapes.columns(before.shape));
        let mut rows = before.rows;
        let mut about = self.abouts.get(before.about).clone();
        let own = self.model.dataset(self.graph.copy(copy).dataset).about.value();
        for arrival in self.graph.arrivals_of(copy) {
            rows |= self.bring(copy, arrival, &mut columns);
            match own {
                Some(own) => own.iter().for_each(|p| insert(&mut about.people, *p)),
                None if self.graph.from(arrival).is_empty() => about.all = true,
                None => {
                    for source in self.graph.from(arrival).iter().filter(|s| **s != copy) {
                        let theirs = self.abouts.get(found.form(*source).about);
                        about.all |= theirs.all;
                        theirs.people.iter().for_each(|p| insert(&mut about.people, *p));
                    }
                }
            }
        }
        columns.sort_unstable();
        columns.dedup();
        let shape = self.shapes.number(&columns);
        self.columns = columns;
        let form = Form { shape, about: self.abouts.number(about), rows };
        found.set(copy, form);
        form != before
    }

    /// Adds the columns that an arrival brings; says whether they are rows about people.
    fn bring(&mut self, copy: CopyId, id: ArrivalId, columns: &mut Vec<Column>) -> bool {
        let model = self.model;
        let dataset = self.graph.copy(copy).dataset;
        match self.graph.arrival(id).how {
            How::Declared => {
                self.declared(dataset, columns);
                let control = table_control(model, dataset);
                self.transforms.number(Transform { aggregate: control, ..Transform::default() });
                model.dataset(dataset).unit == Unit::Rows
            }
            How::Flow(flow, item) => {
                let item = &model.flows[flow.index()].data[item as usize];
                self.check_sent(item, id);
                let listed = item.fields.as_deref().map(Listed::new);
                let mut rows = false;
                for source in self.graph.from(id) {
                    let source = self.found.form(*source);
                    rows |= source.rows;
                    let theirs = self.shapes.columns(source.shape).iter().copied();
                    columns.extend(theirs.filter(|c| match (&listed, c.kind) {
                        (Some(listed), ColumnKind::Field) => listed.has(c.name),
                        (Some(_), ColumnKind::Open) => false,
                        _ => true,
                    }));
                }
                rows
            }
            How::Step(step, number) => {
                let take = |kept: &mut Kept| kept.outputs.get_mut(number as usize).and_then(Option::take);
                let Some(table) = self.run(step, id, number == 0, take) else { return false };
                columns.extend(table.columns.iter().map(|c| c.column));
                self.outputs.push((id, table.columns));
                table.rows
            }
            How::Side(step, number) => {
                let declared = &model.steps[step.index()];
                let wanted = lookups(declared).nth(number as usize);
                let is_wanted = |s: &SideProduct| Some((s.dataset, s.place)) == wanted;
                let take = |kept: &mut Kept| kept.side.iter().find(|s| is_wanted(s)).cloned();
                let first = number == 0 && declared.gives.is_empty();
                let Some(side) = self.run(step, id, first, take) else { return false };
                columns.extend(side.columns.iter().map(|c| c.column));
                if let (Some((key, from)), true) = (side.recomputes, self.problems.listening) {
                    self.new.capabilities.push((self.component, Capability { copy, key, from }));
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

    /// Runs a step on the columns of its inputs, and takes what is wanted of what it gives. Only one of its arrivals, the `first`,
    /// tells of what cannot be done. Of a step that gives several things what is not taken yet is kept for their turn.
    fn run<T>(&mut self, step: StepId, id: ArrivalId, first: bool, take: impl Fn(&mut Kept) -> Option<T>) -> Option<T> {
        let several = self.settled && self.model.steps[step.index()].gives.len() > 1;
        if several
            && !first
            && let Some(kept) = self.ran.get_mut(&step)
        {
            let taken = take(kept);
            kept.left = kept.left.saturating_sub(1);
            if kept.left == 0 {
                self.ran.remove(&step);
            }
            return taken;
        }
        let ran = self.run_now(step, id, first);
        let left = ran.outputs.len();
        let some = |all: Vec<Table>| all.into_iter().map(Some).collect();
        let mut kept = Kept { outputs: some(ran.outputs), side: ran.side, left: left.saturating_sub(1) };
        let taken = take(&mut kept);
        if several && kept.left > 0 && !self.ran.contains_key(&step) {
            self.ran.insert(step, kept);
        }
        taken
    }

    fn run_now(&mut self, step: StepId, id: ArrivalId, first: bool) -> Ran {
        let declared = &self.model.steps[step.index()];
        let (start, _) = self.graph.arrival(id).sources;
        let numbered = self.graph.from(id).iter().zip(&self.takes[start as usize..]);
        let inputs: Vec<Input<'_>> = numbered
            .map(|(source, take)| {
                let form = self.found.form(*source);
                Input {
                    dataset: self.graph.copy(*source).dataset,
                    columns: self.shapes.columns(form.shape),
                    rows: form.rows,
                    fields: declared.takes.get(*take as usize).and_then(|t| t.fields.as_deref()),
                }
            })
            .collect();
        let listening = self.problems.listening;
        self.problems.listening &= first;
        let ran = operations::run(
            self.model,
            (declared, self.graph.part),
            &inputs,
            self.graph.names.people,
            &mut self.problems,
        );
        self.problems.listening = listening;
        ran
    }

    /// Keeps what the steps do that make the copy at hand, now that all its columns are known.
    fn make_moves(&mut self, shape: ShapeId) {
        for (id, columns) in std::mem::take(&mut self.outputs) {
            let start = self.new.moves.len();
            for running in columns.iter() {
                let Some(to) = self.shapes.position(shape, &running.column) else { continue };
                for origin in &running.origins {
                    let transform = self.transforms.number(origin.transform);
                    self.new.moves.push(Move { to, from: origin.from, transform });
                }
            }
            let mut own = self.new.moves.split_off(start);
            own.sort_unstable();
            own.dedup();
            self.new.moves.append(&mut own);
            self.new.stretches.push((id, (start as u32, self.new.moves.len() as u32)));
        }
    }

    /// Notes fields that a flow lists and that are not there.
    fn check_sent(&mut self, item: &DatasetFields, id: ArrivalId) {
        let Some(fields) = &item.fields else { return };
        let inputs = self.graph.from(id);
        if !self.problems.listens() || inputs.is_empty() {
            return;
        }
        let columns = || inputs.iter().flat_map(|c| self.shapes.columns(self.found.form(*c).shape));
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
