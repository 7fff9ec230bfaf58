//! The shortest way in which something came to be where it is.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet};

use super::bits::meet;
use super::{ArrivalId, CellId, Contents, CopyId, Graph, Origins, Reading};
use crate::model::Model;

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
    pub told: &'a [ArrivalId],
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
            for edge in self.graph.incoming(self.model, to) {
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
}

fn unwind(came: &HashMap<State, (State, Hop)>, mut at: State, first: Hop) -> Vec<Hop> {
    let mut way = vec![first];
    while let Some((next, hop)) = came.get(&at) {
        way.push(*hop);
        at = *next;
    }
    way
}
