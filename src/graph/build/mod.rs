//! From declarations to copies, columns and what steps do to them.
//!
//! Three passes: which copies there are and what makes each ([`copies`]), in which order they come about, and which columns
//! each has, with what each step does column by column ([`columns`], a fixpoint, since flows may go in circles). What cannot
//! happen is noted on the way.

mod columns;
mod copies;
pub(super) mod part;

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::columns::Interned;
use super::order::{Components, Shares};
use super::problems::Problems;
use super::shapes::Shapes;
use super::table::Table;
use super::times::Times;
use super::{ArrivalId, Capability, CopyId, Graph, How, Moves, Names};
use crate::diagnostic::Diagnostics;
use crate::model::{Model, Timeline};

/// Builds the graph of a model and reports what cannot happen.
pub(super) fn build(model: &mut Model, diagnostics: &mut Diagnostics, shares: Option<Shares>) -> Graph {
    let names = Names {
        people: model.words.intern("people"),
        member: model.words.intern("being in it"),
        other: model.words.intern("other fields"),
    };
    let model = &*model;
    let mut graph = empty(names, Arc::new(Timeline::of(model)));
    let mut problems = Problems::heard();
    let takes = copies::find(model, &mut graph, &mut problems);
    graph.order = Components::find(graph.size(), |copy| sources_of(&graph, copy));
    let shares = shares.unwrap_or(Shares::suiting(graph.size()));
    // when copies are held has nothing to do with what is in them
    let (found, (times, turns)) =
        shares.both(|| columns::find(model, &graph, &takes, shares), || (Times::of(model, &graph), turns(&graph)));
    drop(takes);
    (graph.times, graph.turns) = (times, turns);
    found.into_graph(&mut graph, &mut problems);
    share_secrets(&mut graph);
    graph.flows_index(model);
    super::times::used_after_end(model, &graph, &mut problems);
    problems.report(model, diagnostics);
    graph
}

/// The graph of a model in which nothing is anywhere.
fn empty(names: Names, timeline: Arc<Timeline>) -> Graph {
    Graph {
        table: Table::default(),
        arrivals: Vec::new(),
        arrivals_start: vec![0],
        sources: Vec::new(),
        moves: Moves::default(),
        flow_start: Vec::new(),
        flow_arrivals: Vec::new(),
        shapes: Shapes::default(),
        abouts: Vec::new(),
        transforms: Interned::default(),
        capabilities: Vec::new(),
        secrets: FxHashMap::default(),
        order: Components::default(),
        turns: Vec::new(),
        names,
        listed: Default::default(),
        timeline,
        times: Times::default(),
        part: false,
    }
}

/// The copies that a copy is made from, as often as there are arrivals that do so.
pub(super) fn sources_of(graph: &Graph, copy: CopyId) -> impl Iterator<Item = CopyId> + '_ {
    graph.arrivals_of(copy).flat_map(|a| graph.from(a).iter().copied())
}

/// For each copy, how many steps and flows it is from where data begins at the most; cycles count as one.
fn turns(graph: &Graph) -> Vec<u32> {
    let mut turns = vec![0; graph.size()];
    for (number, component) in graph.order.iter().enumerate() {
        let sources = component.iter().flat_map(|c| sources_of(graph, *c));
        let outside = sources.filter(|from| graph.order.of(*from) as usize != number);
        let turn = outside.map(|from| turns[from.index()] + 1).max().unwrap_or(0);
        component.iter().for_each(|c| turns[c.index()] = turn);
    }
    turns
}

/// Who is given a secret has it too.
fn share_secrets(graph: &mut Graph) {
    let mut known: FxHashSet<Capability> = graph.capabilities.iter().cloned().collect();
    let mut all = std::mem::take(&mut graph.capabilities);
    // of alike secrets of one dataset the first is given on already
    let mut given_on = FxHashSet::default();
    for number in 0..all.len() {
        let secret = all[number].clone();
        let dataset = graph.copy(secret.copy).dataset;
        if !given_on.insert((dataset, secret.key, secret.from.clone())) {
            continue;
        }
        for other in graph.copies_of(dataset) {
            let given = Capability { copy: other, ..secret.clone() };
            if known.insert(given.clone()) {
                all.push(given);
            }
        }
    }
    for (number, capability) in all.iter().enumerate() {
        graph.secrets.entry(capability.copy).or_default().push(number as u32);
    }
    graph.capabilities = all;
}

impl Graph {
    /// Gathers the arrivals of each flow.
    fn flows_index(&mut self, model: &Model) {
        let mut starts = vec![0u32; model.flows.len() + 1];
        let flow_of = |how: How| if let How::Flow(flow, _) = how { Some(flow.index()) } else { None };
        for flow in self.arrivals.iter().filter_map(|a| flow_of(a.how)) {
            starts[flow + 1] += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let mut fill = starts.clone();
        let mut gathered = vec![ArrivalId(0); starts.last().copied().unwrap_or(0) as usize];
        for (number, arrival) in self.arrivals.iter().enumerate() {
            if let Some(flow) = flow_of(arrival.how) {
                gathered[fill[flow] as usize] = ArrivalId(number as u32);
                fill[flow] += 1;
            }
        }
        self.flow_start = starts;
        self.flow_arrivals = gathered;
    }
}
