//! What may be held at one time (ruling 10).

use std::collections::BTreeSet;

use super::super::times::{Holding, HoldingId};
use super::super::{CopyId, Graph, Reading};
use crate::model::Point;

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
    for starts in &others {
        sets.push(holdings.iter().copied().filter(|id| held(id).held_at(timeline, starts, reading)).collect());
    }
    // what never ends is held together in the end
    sets.push(holdings.iter().copied().filter(|id| held(id).endless()).collect());
    let dates: Vec<Point> = dates.into_iter().flatten().collect();
    at_dates(graph, holdings, &dates, reading, &mut sets);
    sets.sort();
    sets.dedup();
    let contained = |s: &Vec<HoldingId>| sets.iter().any(|t| t.len() > s.len() && is_subset(s, t));
    let widest: Vec<Vec<HoldingId>> = if sets.len() > COMPARED {
        sets.iter().filter(|s| !s.is_empty()).cloned().collect()
    } else {
        sets.iter().filter(|s| !s.is_empty() && !contained(s)).cloned().collect()
    };
    let there: BTreeSet<HoldingId> = widest.iter().flatten().copied().collect();
    // whatever else is not known, a copy is there together with itself
    Sets { sets: widest, alone: holdings.iter().copied().filter(|id| !there.contains(id)).collect() }
}

/// The sets that are held at these dates (sorted). Dates have an order, so a holding is there for one stretch of them, and a set
/// is as large as can be just before a stretch ends. Read kindly, what begins on a date is there on it, whatever comes after, so
/// it may be there on a date of its own as well.
fn at_dates(graph: &Graph, holdings: &[HoldingId], dates: &[Point], reading: Reading, sets: &mut Vec<Vec<HoldingId>>) {
    let timeline = &graph.timeline;
    let mut begins: Vec<Vec<HoldingId>> = vec![Vec::new(); dates.len()];
    let mut ends: Vec<Vec<HoldingId>> = vec![Vec::new(); dates.len()];
    let mut only: Vec<Vec<HoldingId>> = vec![Vec::new(); dates.len()];
    for id in holdings {
        let held: &Holding = graph.times.get(*id);
        let first = dates.partition_point(|d| !held.begun_at(timeline, *d, reading));
        let past = dates.partition_point(|d| held.lasting_at(timeline, *d, reading));
        if first < past {
            begins[first].push(*id);
            ends[past - 1].push(*id);
        }
        if reading == Reading::Kind {
            let own = held
                .stays
                .iter()
                .filter_map(|s| dates.binary_search(s.starts.first()?).ok().filter(|_| s.starts.len() == 1));
            own.filter(|at| *at < first || *at >= past).for_each(|at| only[at].push(*id));
        }
    }
    let mut held: BTreeSet<HoldingId> = BTreeSet::new();
    let mut grown = false;
    for at in 0..dates.len() {
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

fn is_subset(small: &[HoldingId], large: &[HoldingId]) -> bool {
    small.iter().all(|id| large.binary_search(id).is_ok())
}
