//! Which copies there are, and what makes each.
//!
//! Flows carry a dataset from place to place and never turn it into another, so each dataset is worked out by itself: from where
//! it is declared or made, along its flows, to wherever it comes.

use std::ops::Range;

use rayon::prelude::*;
use rustc_hash::FxHashSet;

use super::super::problems::{Problem, Problems};
use super::super::shapes::ShapeId;
use super::super::table::Table;
use super::super::{Arrival, Copy, CopyId, Graph, How, Near};
use crate::model::{DatasetFields, DatasetId, Flow, FlowId, Model, OperationKind, PartyId, PlaceId, Step, StepId};

/// For each source of each arrival, which of the step's `takes` it is for; [`REIDENTIFY`] for a lookup.
pub(super) type Takes = Vec<u32>;

/// The number of the `takes` of a lookup by which identities are put back.
pub(super) const REIDENTIFY: u32 = u32::MAX;

/// Finds the copies and their arrivals.
pub(super) fn find(model: &Model, graph: &mut Graph, problems: &mut Problems) -> Takes {
    let makers = Makers::of(model);
    let parts = in_stretches(model.datasets.len(), |datasets| Part::of(model, &makers, datasets));
    drop(makers);
    for part in parts {
        part.into_graph(graph, problems);
    }
    let mut takes = vec![0; graph.sources.len()];
    take_inputs(model, graph, &mut takes, problems);
    for used in &model.uses {
        let mut inputs = Vec::new();
        step_inputs(model, graph, used.place, &used.takes, &mut inputs, problems);
    }
    takes
}

/// Of so many things each thread is given this many at a time.
const STRETCH: usize = 4_096;

/// Works on stretches of things, on several threads where there are many; in order.
fn in_stretches<T: Send>(count: usize, work: impl Fn(Range<usize>) -> T + Sync) -> Vec<T> {
    if count <= STRETCH {
        return vec![work(0..count)];
    }
    let starts: Vec<usize> = (0..count).step_by(STRETCH).collect();
    starts.into_par_iter().map(|start| work(start..(start + STRETCH).min(count))).collect()
}

/// The copies of some datasets and their arrivals, numbered from 0.
struct Part {
    table: Table,
    arrivals: Vec<Arrival>,
    /// For each copy, where its arrivals end.
    ends: Vec<u32>,
    sources: Vec<CopyId>,
    problems: Problems,
}

impl Part {
    /// Finds the copies of datasets that stand one behind the other.
    fn of(model: &Model, makers: &Makers, datasets: Range<usize>) -> Part {
        let mut part = Part {
            table: Table::beginning(DatasetId(datasets.start as u32)),
            arrivals: Vec::new(),
            ends: Vec::new(),
            sources: Vec::new(),
            problems: Problems::heard(),
        };
        let mut finder = Finder::new(model);
        for number in datasets {
            let dataset = DatasetId(number as u32);
            finder.places(dataset, makers.of_dataset(number));
            let blank =
                |place: &PlaceId| Copy { dataset, place: *place, shape: ShapeId::default(), about: 0, rows: false };
            part.table.add(finder.reached.iter().map(blank));
            finder.arrivals(&mut part, dataset, makers.of_dataset(number));
        }
        part
    }

    /// Adds them to the graph, behind those that are there.
    fn into_graph(mut self, graph: &mut Graph, problems: &mut Problems) {
        let (copies, arrivals, sources) =
            (graph.table.len() as u32, graph.arrivals.len() as u32, graph.sources.len() as u32);
        let moved = |copy: CopyId| CopyId(copy.0 + copies);
        graph.arrivals.extend(self.arrivals.into_iter().map(|a| Arrival {
            copy: moved(a.copy),
            sources: (a.sources.0 + sources, a.sources.1 + sources),
            ..a
        }));
        graph.arrivals_start.extend(self.ends.into_iter().map(|end| end + arrivals));
        graph.sources.extend(self.sources.into_iter().map(moved));
        graph.table.append(self.table);
        self.problems.take().for_each(|problem| problems.push(problem));
    }
}

/// What brings or makes each dataset, gathered by dataset: flows first, then steps, each in order.
struct Makers {
    all: Vec<How>,
    starts: Vec<u32>,
}

impl Makers {
    fn of(model: &Model) -> Makers {
        let mut starts = vec![0u32; model.datasets.len() + 1];
        each_maker(model, &mut |dataset, _| starts[dataset.index() + 1] += 1);
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let mut fill = starts.clone();
        let mut all = vec![How::Declared; starts.last().copied().unwrap_or(0) as usize];
        each_maker(model, &mut |dataset, how| {
            all[fill[dataset.index()] as usize] = how;
            fill[dataset.index()] += 1;
        });
        Makers { all, starts }
    }

    fn of_dataset(&self, dataset: usize) -> &[How] {
        &self.all[self.starts[dataset] as usize..self.starts[dataset + 1] as usize]
    }
}

fn each_maker(model: &Model, each: &mut dyn FnMut(DatasetId, How)) {
    for (index, flow) in model.flows.iter().enumerate() {
        for (number, item) in flow.data.iter().enumerate() {
            each(item.dataset, How::Flow(FlowId(index as u32), number as u32));
        }
    }
    for (index, step) in model.steps.iter().enumerate() {
        let id = StepId(index as u32);
        for (number, output) in step.gives.iter().enumerate() {
            each(output.dataset, How::Step(id, number as u32));
        }
        for (number, (lookup, _)) in lookups(step).enumerate() {
            each(lookup, How::Side(id, number as u32));
        }
    }
}

/// The lookup tables, codes and secrets that a step makes, and where.
pub(super) fn lookups(step: &Step) -> impl Iterator<Item = (DatasetId, PlaceId)> {
    step.operations.iter().filter_map(|o| match &o.kind {
        OperationKind::Pseudonymise { lookup: Some(lookup), held_by, .. } => {
            Some((*lookup, held_by.value().copied().unwrap_or(step.place)))
        }
        _ => None,
    })
}

/// Where a flow's data is looked for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Sender {
    party: PartyId,
    place: PlaceId,
    flow: FlowId,
}

/// Finds the places that one dataset after another comes to.
struct Finder<'a> {
    model: &'a Model,
    /// The places of the dataset at hand; sorted in the end.
    reached: Vec<PlaceId>,
    /// For each place, one more than the dataset for which it was reached last.
    reached_for: Vec<u32>,
    /// For each party and each place, one more than the dataset for which all its flows were gone along.
    walked_party: Vec<u32>,
    walked_place: Vec<u32>,
    senders: Vec<Sender>,
    arrivals: Vec<Arrival>,
}

impl<'a> Finder<'a> {
    fn new(model: &'a Model) -> Self {
        Finder {
            model,
            reached: Vec::new(),
            reached_for: vec![0; model.places.len()],
            walked_party: vec![0; model.parties.len()],
            walked_place: vec![0; model.places.len()],
            senders: Vec::new(),
            arrivals: Vec::new(),
        }
    }

    fn reach(&mut self, dataset: DatasetId, place: PlaceId) {
        let mark = dataset.0 + 1;
        if std::mem::replace(&mut self.reached_for[place.index()], mark) != mark {
            self.reached.push(place);
        }
    }

    /// All places of a dataset: a worklist from those where it begins or is made, along its flows.
    fn places(&mut self, dataset: DatasetId, makers: &[How]) {
        let model = self.model;
        self.reached.clear();
        self.senders.clear();
        model.dataset(dataset).held_by.iter().for_each(|place| self.reach(dataset, *place));
        let mut last = None;
        for how in makers {
            match how {
                How::Declared => {}
                How::Flow(flow, _) if last == Some(*flow) => {}
                How::Flow(flow, _) => {
                    last = Some(*flow);
                    let from = model.flows[flow.index()].from.iter();
                    let sender =
                        |place: &PlaceId| Sender { party: model.place(*place).party, place: *place, flow: *flow };
                    self.senders.extend(from.map(sender));
                }
                How::Step(step, _) => self.reach(dataset, model.steps[step.index()].place),
                How::Side(step, number) => {
                    if let Some((_, place)) = lookups(&model.steps[step.index()]).nth(*number as usize) {
                        self.reach(dataset, place);
                    }
                }
            }
        }
        self.senders.sort_unstable();
        let mut next = 0;
        while next < self.reached.len() {
            let held = self.reached[next];
            if next == 0 {
                // who is not stated may send whatever there is
                self.walk_party(dataset, Model::UNKNOWN_PARTY);
            }
            next += 1;
            let (place, party) = (model.place(held), model.place(held).party);
            if place.team {
                self.walk_place(dataset, held);
                self.walk_place(dataset, model.party(party).place);
            } else {
                self.walk_party(dataset, party);
            }
        }
        self.reached.sort_unstable();
    }

    /// Goes along every flow from a party or a team of it, once.
    fn walk_party(&mut self, dataset: DatasetId, party: PartyId) {
        if std::mem::replace(&mut self.walked_party[party.index()], dataset.0 + 1) == dataset.0 + 1 {
            return;
        }
        let first = self.senders.partition_point(|s| s.party < party);
        let past = self.senders.partition_point(|s| s.party <= party);
        (first..past).for_each(|at| self.walk(dataset, at));
    }

    /// Goes along every flow from a place, once.
    fn walk_place(&mut self, dataset: DatasetId, place: PlaceId) {
        if std::mem::replace(&mut self.walked_place[place.index()], dataset.0 + 1) == dataset.0 + 1 {
            return;
        }
        let at = (self.model.place(place).party, place);
        let first = self.senders.partition_point(|s| (s.party, s.place) < at);
        let past = self.senders.partition_point(|s| (s.party, s.place) <= at);
        (first..past).for_each(|at| self.walk(dataset, at));
    }

    fn walk(&mut self, dataset: DatasetId, sender: usize) {
        let model = self.model;
        let flow = self.senders[sender].flow;
        model.flows[flow.index()].to.iter().for_each(|to| self.reach(dataset, *to));
    }

    /// The arrivals of a dataset's copies, gathered by copy.
    fn arrivals(&mut self, part: &mut Part, dataset: DatasetId, makers: &[How]) {
        let model = self.model;
        self.arrivals.clear();
        for place in &model.dataset(dataset).held_by {
            if let Some(copy) = part.table.at(dataset, *place) {
                self.arrivals.push(arrival(model, copy, How::Declared, (0, 0)));
            }
        }
        for how in makers {
            match *how {
                How::Declared => {}
                How::Flow(id, item) => self.flow_arrivals(part, dataset, id, item),
                How::Step(step, _) => {
                    if let Some(copy) = part.table.at(dataset, model.steps[step.index()].place) {
                        self.arrivals.push(arrival(model, copy, *how, (0, 0)));
                    }
                }
                How::Side(step, number) => {
                    let place = lookups(&model.steps[step.index()]).nth(number as usize).map(|(_, place)| place);
                    if let Some(copy) = place.and_then(|p| part.table.at(dataset, p)) {
                        self.arrivals.push(arrival(model, copy, *how, (0, 0)));
                    }
                }
            }
        }
        // within a copy they stay in this order
        self.arrivals.sort_by_key(|a| a.copy);
        self.arrivals.dedup_by(|a, b| a.copy == b.copy && (a.how, b.how) == (How::Declared, How::Declared));
        let mut rest = self.arrivals.as_slice();
        for copy in part.table.of(dataset) {
            let own = rest.iter().take_while(|a| a.copy == copy).count();
            part.arrivals.extend_from_slice(&rest[..own]);
            part.ends.push(part.arrivals.len() as u32);
            rest = &rest[own..];
        }
    }

    fn flow_arrivals(&mut self, part: &mut Part, dataset: DatasetId, id: FlowId, number: u32) {
        let flow = &self.model.flows[id.index()];
        let item = &flow.data[number as usize];
        let sources = flow_sources(self.model, part, flow, item, dataset);
        for to in &flow.to {
            let Some(target) = part.table.at(dataset, *to) else { continue };
            let start = part.sources.len() as u32;
            part.sources.extend(sources.iter().copied().filter(|s| *s != target));
            let end = part.sources.len() as u32;
            if start < end {
                self.arrivals.push(arrival(self.model, target, How::Flow(id, number), (start, end)));
            }
        }
    }
}

fn arrival(model: &Model, copy: CopyId, how: How, sources: (u32, u32)) -> Arrival {
    let activity = match how {
        How::Declared => None,
        How::Flow(flow, _) => model.flows[flow.index()].activity,
        How::Step(step, _) | How::Side(step, _) => model.steps[step.index()].activity,
    };
    Arrival { copy, how, activity, sources, moves: (0, 0) }
}

/// The copies that a flow carries; from a sender who is not stated, what is with one who is not stated, or else anything.
fn flow_sources(model: &Model, part: &mut Part, flow: &Flow, item: &DatasetFields, dataset: DatasetId) -> Near {
    let mut sources = Near::new();
    let mut known: FxHashSet<CopyId> = FxHashSet::default();
    for from in &flow.from {
        let found = match *from {
            Model::UNKNOWN => part.table.found(model, dataset, *from),
            place => part.table.near(model, dataset, place),
        };
        if found.is_empty() {
            part.problems.push(Problem::NotHeld { dataset, place: *from, span: item.span });
        }
        if flow.from.len() == 1 {
            return found;
        }
        sources.extend(found.into_iter().filter(|c| known.insert(*c)));
    }
    sources
}

/// Gives the arrivals of steps what the steps take.
fn take_inputs(model: &Model, graph: &mut Graph, takes: &mut Takes, problems: &mut Problems) {
    let found = in_stretches(model.steps.len(), |steps| {
        let mut taken = Taken { inputs: Vec::new(), ends: Vec::new(), problems: Problems::heard() };
        model.steps[steps].iter().for_each(|step| taken.add(model, graph, step));
        taken
    });
    let mut stretches: Vec<(u32, u32)> = Vec::with_capacity(model.steps.len());
    for mut taken in found {
        let before = graph.sources.len() as u32;
        let mut start = before;
        for end in taken.ends {
            stretches.push((start, before + end));
            start = before + end;
        }
        graph.sources.extend(taken.inputs.iter().map(|(copy, _)| *copy));
        takes.extend(taken.inputs.iter().map(|(_, number)| *number));
        taken.problems.take().for_each(|problem| problems.push(problem));
    }
    for arrival in &mut graph.arrivals {
        if let How::Step(step, _) | How::Side(step, _) = arrival.how {
            arrival.sources = stretches[step.index()];
        }
    }
}

/// For each source of a step's arrivals, which of its `takes` it is for.
pub(super) fn numbers_of(model: &Model, graph: &Graph, step: &Step) -> Vec<u32> {
    let mut taken = Taken { inputs: Vec::new(), ends: Vec::new(), problems: Problems::default() };
    taken.add(model, graph, step);
    taken.inputs.into_iter().map(|(_, number)| number).collect()
}

/// What some steps take.
struct Taken {
    /// The copies, each with the number of the `takes` that it is for.
    inputs: Vec<(CopyId, u32)>,
    /// For each step, where its inputs end.
    ends: Vec<u32>,
    problems: Problems,
}

impl Taken {
    fn add(&mut self, model: &Model, graph: &Graph, step: &Step) {
        let first = self.inputs.len();
        step_inputs(model, graph, step.place, &step.takes, &mut self.inputs, &mut self.problems);
        for operation in &step.operations {
            match &operation.kind {
                // putting identities back takes the lookup too
                OperationKind::Reidentify { lookup } => {
                    let found = graph.table.found(model, *lookup, step.place);
                    let is_new = |c: &CopyId| !self.inputs[first..].iter().any(|(i, _)| i == c);
                    let new: Vec<_> = found.into_iter().filter(is_new).collect();
                    self.inputs.extend(new.into_iter().map(|c| (c, REIDENTIFY)));
                }
                OperationKind::Destroy { datasets, .. } => {
                    for dataset in datasets {
                        if graph.table.found(model, *dataset, step.place).is_empty() {
                            let (dataset, place) = (*dataset, step.place);
                            self.problems.push(Problem::NotHeld { dataset, place, span: operation.span });
                        }
                    }
                }
                _ => {}
            }
        }
        self.ends.push(self.inputs.len() as u32);
    }
}

fn step_inputs(
    model: &Model,
    graph: &Graph,
    place: PlaceId,
    takes: &[DatasetFields],
    inputs: &mut Vec<(CopyId, u32)>,
    problems: &mut Problems,
) {
    for (number, item) in takes.iter().enumerate() {
        let found = graph.table.found(model, item.dataset, place);
        if found.is_empty() {
            problems.push(Problem::NotHeld { dataset: item.dataset, place, span: item.span });
        }
        inputs.extend(found.into_iter().map(|c| (c, number as u32)));
    }
}
