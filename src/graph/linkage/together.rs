//! What may be held at one time (ruling 10).

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use super::super::times::{Holding, HoldingId};
use super::super::{CopyId, Graph, Reading};
use crate::faults::{self, Fault};
use crate::model::Point;
use crate::model::time::Order;

/// Which holdings may be at one instant.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Sets {
    /// Sets that may be held together, each sorted.
    pub sets: Vec<Vec<HoldingId>>,
    /// Holdings of which nothing is known that would put them beside another: each copy is there with itself alone.
    pub alone: Vec<HoldingId>,
}

/// Up to how many sets are compared with each other, to leave out those that others contain.
const COMPARED: usize = 64;

/// Sets of copies that may be held together: all of each set at one instant.
pub fn together(graph: &Graph, copies: &[CopyId], reading: Reading) -> Vec<Vec<CopyId>> {
    let mut holdings: Vec<HoldingId> = copies.iter().map(|c| graph.times.id(*c)).collect();
    holdings.sort_unstable();
    holdings.dedup();
    let found = holdings_together(graph, &holdings, reading);
    let mut all: Vec<Vec<CopyId>> = Vec::with_capacity(found.sets.len());
    for set in &found.sets {
        let within = |c: &CopyId| set.binary_search(&graph.times.id(*c)).is_ok();
        all.push(copies.iter().copied().filter(within).collect());
    }
    let alone = copies.iter().filter(|c| found.alone.binary_search(&graph.times.id(**c)).is_ok());
    all.extend(alone.map(|c| vec![*c]));
    all
}

/// As [`together`], for holdings (sorted): copies that are held alike are together with the same.
pub(super) fn holdings_together(graph: &Graph, holdings: &[HoldingId], reading: Reading) -> Sets {
    let held = |id: &HoldingId| graph.times.get(*id);
    if holdings.iter().all(|id| held(id).endless()) {
        return Sets { sets: vec![holdings.to_vec()], alone: Vec::new() };
    }
    let timeline = &graph.timeline;
    let mut starts: Vec<Vec<Point>> = holdings.iter().flat_map(|id| held(id).starts()).collect();
    if reading == Reading::Kind {
        // and at each stated end, what is held until then
        starts.extend(holdings.iter().flat_map(|id| held(id).end_points()).map(|p| vec![p]));
    }
    starts.sort_unstable();
    starts.dedup();
    let is_date = |starts: &Vec<Point>| matches!(starts.as_slice(), [Point::Date(_)]);
    let (dates, others): (Vec<Vec<Point>>, Vec<Vec<Point>>) = starts.into_iter().partition(is_date);
    let mut sets: Vec<Vec<HoldingId>> = Vec::new();
    // many events that are proved to come one after the other are gone through as dates are
    let (row, others) = if others.len() > COMPARED { row_of(graph, others) } else { (Vec::new(), others) };
    at_points(graph, holdings, &row, reading, &mut sets);
    for starts in &others {
        sets.push(holdings.iter().copied().filter(|id| held(id).held_at(timeline, starts, reading)).collect());
    }
    // what never ends is held together in the end
    sets.push(holdings.iter().copied().filter(|id| held(id).endless()).collect());
    let dates: Vec<Point> = dates.into_iter().flatten().collect();
    at_points(graph, holdings, &dates, reading, &mut sets);
    sets.sort();
    sets.dedup();
    let contained = |s: &Vec<HoldingId>| sets.iter().any(|t| t.len() > s.len() && is_subset(s, t));
    let widest: Vec<Vec<HoldingId>> = if sets.len() > COMPARED {
        sets.iter().filter(|s| !s.is_empty()).cloned().collect()
    } else {
        sets.iter().filter(|s| !s.is_empty() && !contained(s)).cloned().collect()
    };
    let widest = if faults::on(Fault::OverlapsChained) { chained(widest) } else { widest };
    let there: BTreeSet<HoldingId> = widest.iter().flatten().copied().collect();
    // whatever else is not known, a copy is there together with itself
    Sets { sets: widest, alone: holdings.iter().copied().filter(|id| !there.contains(id)).collect() }
}

/// Of sets of points the events that come one after the other, in that order, and the sets that are left.
fn row_of(graph: &Graph, sets: Vec<Vec<Point>>) -> (Vec<Point>, Vec<Vec<Point>>) {
    let timeline = &graph.timeline;
    let (single, mut others): (Vec<_>, Vec<_>) =
        sets.into_iter().partition(|set| matches!(set.as_slice(), [Point::Event(_, None)]));
    let mut row: Vec<Point> = Vec::with_capacity(single.len());
    for point in timeline.in_turn(single.into_iter().flatten()) {
        match row.last() {
            Some(last) if timeline.order(*last, point) != Order::Before => others.push(vec![point]),
            _ => row.push(point),
        }
    }
    (row, others)
}

/// The sets that are held at points of which each is before the next. A holding is there for one stretch of them, and a set
/// is as large as can be just before a stretch ends. Read kindly, what begins at a point is there then, whatever comes after, so
/// it may be there at a point of its own as well.
fn at_points(
    graph: &Graph,
    holdings: &[HoldingId],
    points: &[Point],
    reading: Reading,
    sets: &mut Vec<Vec<HoldingId>>,
) {
    let timeline = &graph.timeline;
    let mut begins: Vec<Vec<HoldingId>> = vec![Vec::new(); points.len()];
    let mut ends: Vec<Vec<HoldingId>> = vec![Vec::new(); points.len()];
    let mut only: Vec<Vec<HoldingId>> = vec![Vec::new(); points.len()];
    let places: FxHashMap<Point, usize> = points.iter().enumerate().map(|(at, point)| (*point, at)).collect();
    for id in holdings {
        let held: &Holding = graph.times.get(*id);
        let first = points.partition_point(|d| !held.begun_at(timeline, *d, reading));
        let past = points.partition_point(|d| held.lasting_at(timeline, *d, reading));
        if first < past {
            begins[first].push(*id);
            ends[past - 1].push(*id);
        }
        if reading == Reading::Kind {
            let own = held
                .stays
                .iter()
                .filter_map(|s| places.get(s.starts.first()?).copied().filter(|_| s.starts.len() == 1));
            own.filter(|at| *at < first || *at >= past).for_each(|at| only[at].push(*id));
        }
    }
    let mut held: BTreeSet<HoldingId> = BTreeSet::new();
    let mut grown = false;
    for at in 0..points.len() {
        grown |= !begins[at].is_empty();
        held.extend(&begins[at]);
        if !only[at].is_empty() {
            sets.push(held.iter().chain(&only[at]).copied().collect::<BTreeSet<_>>().into_iter().collect());
        }
        if grown && !ends[at].is_empty() {
            sets.push(held.iter().copied().collect());
            grown = false;
        }
        ends[at].iter().for_each(|id| {
            held.remove(id);
        });
    }
}

/// What overlaps what overlaps: wrong, and there to be noticed.
fn chained(sets: Vec<Vec<HoldingId>>) -> Vec<Vec<HoldingId>> {
    let mut chains: Vec<BTreeSet<HoldingId>> = Vec::new();
    for set in sets {
        let mut chain: BTreeSet<HoldingId> = set.into_iter().collect();
        chains.retain(|other| {
            let apart = other.is_disjoint(&chain);
            if !apart {
                chain.extend(other);
            }
            apart
        });
        chains.push(chain);
    }
    chains.into_iter().map(|chain| chain.into_iter().collect()).collect()
}

fn is_subset(small: &[HoldingId], large: &[HoldingId]) -> bool {
    small.iter().all(|id| large.binary_search(id).is_ok())
}
