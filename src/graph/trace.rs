//! The shortest way in which something came to be where it is.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::{FxHashMap, FxHashSet};

use super::bits::meet;
use super::{ArrivalId, CellId, Contents, CopyId, Edges, Graph, How, Origins, Reading};
use crate::model::{ActivityId, Model};

/// A stretch of the way: an arrival by which the data moved on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Hop {
    /// The arrival.
    pub arrival: ArrivalId,
    /// The cell it came from; `None` where the data begins.
    pub from: Option<CellId>,
    /// The cell it came to.
    pub to: CellId,
}

/// Whether an arrival is not taken from a copy, by whether the way, seen from its end, has come out of what it comes into already.
pub type Without<'a> = dyn Fn(ArrivalId, Option<CopyId>, bool) -> bool + 'a;

/// What a way is looked for.
pub struct Search<'a> {
    /// The model.
    pub model: &'a Model,
    /// The graph.
    pub graph: &'a Graph,
    /// The arrivals of copies that have many.
    pub crowds: &'a Crowds,
    /// The classes of origins.
    pub origins: &'a Origins,
    /// What reaches which cell.
    pub contents: &'a Contents,
    /// The reading the contents were made in.
    pub reading: Reading,
    /// Arrivals that are not taken.
    pub without: &'a Without<'a>,
    /// Only ways that come in from outside: whether a copy is inside, and what came in there.
    pub entering: Option<(&'a dyn Fn(CopyId) -> bool, &'a Contents)>,
    /// Arrivals that cost nothing, since they are part of the story already.
    pub told: &'a FxHashSet<ArrivalId>,
}

/// A place on the way: the cell, whether rows are still rows, whether the marker looked for is already behind, and whether the
/// way has come in from outside already.
type State = (CellId, bool, bool, bool);

/// A state in the queue: by cost, then by declared names, so that ties fall alike on every run and machine.
type Queued<'m> = Reverse<(u32, (&'m str, &'m str, &'m str), u32, State)>;

impl Search<'_> {
    /// The shortest way by which one of `classes` reached `cell`, from where the data begins to the cell. With `rows`, only ways
    /// on which rows stayed rows. Ties go to what is declared first.
    pub fn way(&self, cell: CellId, classes: &[u64], rows: bool) -> Option<Vec<Hop>> {
        let base = self.origins.everything();
        let marked_only = !meet(&base, classes);
        let start = (cell, rows, !marked_only, self.entering.is_none_or(|(inside, _)| !inside(cell.copy)));
        let mut came: HashMap<State, (State, Hop)> = HashMap::new();
        let mut queue: BinaryHeap<Queued<'_>> = BinaryHeap::from([Reverse((0, ("", "", ""), 0, start))]);
        let mut sights = 0;
        let mut cost: HashMap<State, u32> = HashMap::from([(start, 0)]);
        let mut done: HashSet<State> = HashSet::new();
        let mut best: Option<(u32, State, Hop)> = None;
        while let Some(Reverse((_, _, _, at))) = queue.pop() {
            if !done.insert(at) {
                continue;
            }
            let so_far = cost.get(&at).copied().unwrap_or(0);
            if best.as_ref().is_some_and(|(b, ..)| *b < so_far) {
                break;
            }
            let (to, as_rows, passed, outside) = at;
            for edge in self.edges(to, outside) {
                let transform = self.graph.transform(&edge);
                let barred = (self.without)(edge.arrival, edge.from.map(|f| f.copy), outside);
                if (transform.maybe && self.reading == Reading::Kind) || barred {
                    continue;
                }
                let hop = Hop { arrival: edge.arrival, from: edge.from, to };
                let price = so_far + u32::from(!self.told.contains(&edge.arrival));
                let marks = self.origins.marks(self.graph, edge.arrival);
                let passed = passed || meet(&marks, classes);
                // once past the marker anything leads on; before it, only what carries a class that is looked for
                let wanted = if marked_only && passed { &base } else { classes };
                let Some(from) = edge.from else {
                    let begins = self
                        .origins
                        .class_of(self.model, self.graph, to, edge.arrival)
                        .is_some_and(|c| meet(&self.origins.set([c]), wanted));
                    if begins
                        && outside
                        && passed
                        && best
                            .as_ref()
                            .is_none_or(|(b, _, h)| (price, self.rank(edge.arrival)) < (*b, self.rank(h.arrival)))
                    {
                        best = Some((price, at, hop));
                    }
                    continue;
                };
                let before: &[bool] = match (as_rows, transform.aggregate.is_some()) {
                    (true, true) => &[],
                    (true, false) => &[true],
                    (false, true) => &[true, false],
                    (false, false) => &[false],
                };
                let outside = outside || self.entering.is_some_and(|(inside, _)| !inside(from.copy));
                let contents = match self.entering {
                    Some((_, came_in)) if !outside => came_in,
                    _ => self.contents,
                };
                for row in before {
                    let there = if *row {
                        contents.rows_meet(from, wanted)
                    } else {
                        contents.counts(from).any(|(_, s)| meet(s, wanted))
                    };
                    let next = (from, *row, passed, outside);
                    if there && !done.contains(&next) && self.better(&cost, &came, next, price, edge.arrival) {
                        cost.insert(next, price);
                        came.insert(next, (at, hop));
                        sights += 1;
                        queue.push(Reverse((price, self.rank(edge.arrival), sights, next)));
                    }
                }
            }
        }
        best.map(|(_, at, hop)| unwind(&came, at, hop))
    }
}

impl Search<'_> {
    /// Whether coming to a state by an arrival is cheaper than before, or as cheap and earlier by name.
    fn better(
        &self,
        cost: &HashMap<State, u32>,
        came: &HashMap<State, (State, Hop)>,
        next: State,
        price: u32,
        by: ArrivalId,
    ) -> bool {
        let rank = |state: &State| came.get(state).map_or(("", "", ""), |(_, hop)| self.rank(hop.arrival));
        cost.get(&next).is_none_or(|known| (price, self.rank(by)) < (*known, rank(&next)))
    }

    fn rank(&self, arrival: ArrivalId) -> (&str, &str, &str) {
        self.graph.rank(self.model, arrival)
    }

    /// The edges into a cell, in the order of the arrivals. Of arrivals that bring the same alike only those are gone through that
    /// can be taken: the first by name, and the first by name of those that are told already.
    fn edges(&self, to: CellId, outside: bool) -> Edges {
        if self.graph.arrivals_of(to.copy).len() <= FEW {
            return self.graph.incoming(self.model, to);
        }
        let crowd = self.crowds.of(self.model, self.graph, to.copy);
        let mut taken: Vec<ArrivalId> = crowd.alone.clone();
        for group in &crowd.groups {
            // what bars an arrival may depend on where the data came from; all of a group come from the same copies
            for from in group.first().into_iter().flat_map(|a| self.graph.from(*a)) {
                let can_be = |a: &&ArrivalId| !(self.without)(**a, Some(*from), outside);
                taken.extend(group.iter().find(|a| can_be(a) && !self.told.contains(a)));
                if group.len() <= self.told.len() {
                    taken.extend(group.iter().find(|a| can_be(a) && self.told.contains(a)));
                } else {
                    let place = |a: &ArrivalId| crowd.place(*a).filter(|_| self.graph.arrival(*a).copy == to.copy);
                    let mut told: Vec<_> = self.told.iter().filter_map(|a| Some((place(a)?, a))).collect();
                    told.sort_unstable();
                    let of_group = |a: &&ArrivalId| group.first().is_some_and(|f| crowd.group(**a) == crowd.group(*f));
                    taken.extend(told.into_iter().map(|(_, a)| a).filter(of_group).find(can_be));
                }
            }
        }
        taken.sort_unstable();
        taken.dedup();
        taken.into_iter().flat_map(|arrival| self.graph.edges_of(self.model, arrival, to)).collect()
    }
}

/// Up to how many arrivals of a copy are simply gone through.
const FEW: usize = 16;

/// The arrivals of copies that have many, sorted for a search: worked out when a search first comes there.
#[derive(Debug, Default)]
pub struct Crowds(Mutex<FxHashMap<CopyId, Arc<Crowd>>>);

/// The arrivals of one copy.
#[derive(Debug, Default)]
struct Crowd {
    /// Flows of all there is from the same copies in the same activity, in the order of their names.
    groups: Vec<Vec<ArrivalId>>,
    /// All other arrivals.
    alone: Vec<ArrivalId>,
    /// The first arrival, and for each from there on its group and its place in it.
    first: u32,
    of: Vec<Option<(u32, u32)>>,
}

impl Crowds {
    fn of(&self, model: &Model, graph: &Graph, copy: CopyId) -> Arc<Crowd> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.entry(copy).or_insert_with(|| Arc::new(Crowd::new(model, graph, copy))).clone()
    }
}

impl Crowd {
    fn new(model: &Model, graph: &Graph, copy: CopyId) -> Crowd {
        let mut crowd = Crowd { first: graph.arrivals_of(copy).next().map_or(0, |a| a.0), ..Crowd::default() };
        let mut numbers: FxHashMap<(&[CopyId], Option<ActivityId>), usize> = FxHashMap::default();
        for id in graph.arrivals_of(copy) {
            let arrival = graph.arrival(id);
            match arrival.how {
                How::Flow(flow, item) if model.flows[flow.index()].data[item as usize].fields.is_none() => {
                    let next = numbers.len();
                    let number = *numbers.entry((graph.from(id), arrival.activity)).or_insert(next);
                    if number == crowd.groups.len() {
                        crowd.groups.push(Vec::new());
                    }
                    crowd.groups[number].push(id);
                }
                _ => crowd.alone.push(id),
            }
        }
        crowd.of = vec![None; graph.arrivals_of(copy).len()];
        for (number, group) in crowd.groups.iter_mut().enumerate() {
            group.sort_by_cached_key(|id| (graph.rank(model, *id), *id));
            for (place, id) in group.iter().enumerate() {
                crowd.of[(id.0 - crowd.first) as usize] = Some((number as u32, place as u32));
            }
        }
        crowd
    }

    fn entry(&self, arrival: ArrivalId) -> Option<(u32, u32)> {
        self.of.get(arrival.0.checked_sub(self.first)? as usize).copied().flatten()
    }

    fn group(&self, arrival: ArrivalId) -> Option<u32> {
        self.entry(arrival).map(|(group, _)| group)
    }

    fn place(&self, arrival: ArrivalId) -> Option<u32> {
        self.entry(arrival).map(|(_, place)| place)
    }
}

fn unwind(came: &HashMap<State, (State, Hop)>, mut at: State, first: Hop) -> Vec<Hop> {
    let mut way = vec![first];
    while let Some((next, hop)) = came.get(&at) {
        way.push(*hop);
        at = *next;
    }
    way
}
