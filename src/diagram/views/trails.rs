//! Which boxes and lines the way of a finding goes through.

use std::collections::BTreeSet;

use crate::check::atlas::{Atlas, Item, Trail};

/// What a way goes through, by numbers in the atlas.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Way {
    /// Copies.
    pub(super) copies: BTreeSet<usize>,
    /// Legs of flows, by flow and leg.
    pub(super) legs: BTreeSet<(usize, usize)>,
    /// Steps.
    pub(super) steps: BTreeSet<usize>,
    /// Uses.
    pub(super) uses: BTreeSet<usize>,
    /// For each step of the trail the leg that was chosen first.
    pub(super) first_leg: Vec<Option<usize>>,
}

/// The way of a trail. A flow may have several legs: those are meant that lead from where the way has been to where it goes on.
pub(super) fn way(atlas: &Atlas, trail: &Trail) -> Way {
    let mut way = Way::default();
    let goals = goals(atlas, trail);
    let places: BTreeSet<usize> =
        trail.subjects.iter().filter_map(|s| if let Item::Place(place) = s { Some(*place) } else { None }).collect();
    let mut reached: BTreeSet<usize> = BTreeSet::new();
    for (at, step) in trail.steps.iter().enumerate() {
        let mut first = None;
        match step.item {
            Some(Item::Flow(flow)) => {
                let after = goals.get(at + 1..).unwrap_or_default();
                let chosen = legs_of(atlas, flow, &reached, after, &places);
                first = chosen.first().copied();
                for leg in chosen {
                    let said = &atlas.flows[flow].legs[leg];
                    way.legs.insert((flow, leg));
                    way.copies.extend([said.from, said.to]);
                    reached.insert(said.to);
                }
            }
            Some(Item::Step(step)) => {
                way.steps.insert(step);
                reached.extend(&atlas.steps[step].gives);
            }
            Some(Item::Use(used)) => _ = way.uses.insert(used),
            Some(Item::Dataset(dataset)) => {
                let declared = atlas.datasets[dataset].copies.iter().filter(|copy| atlas.copies[**copy].declared);
                reached.extend(declared.clone());
                way.copies.extend(declared);
            }
            _ => {}
        }
        way.first_leg.push(first);
    }
    for subject in &trail.subjects {
        match subject {
            Item::Copy(copy) => _ = way.copies.insert(*copy),
            Item::Use(used) => _ = way.uses.insert(*used),
            Item::Step(step) => _ = way.steps.insert(*step),
            Item::Flow(flow) if !way.legs.iter().any(|(f, _)| f == flow) => {
                way.legs.extend((0..atlas.flows[*flow].legs.len()).map(|leg| (*flow, leg)));
            }
            _ => {}
        }
    }
    let legs: Vec<(usize, usize)> = way.legs.iter().copied().collect();
    for (flow, leg) in legs {
        let said = &atlas.flows[flow].legs[leg];
        way.copies.extend([said.from, said.to]);
    }
    join(atlas, &mut way);
    way
}

/// What leads from a step of the way to a later one: a copy that the one gives and the other takes or sends, which no step of the
/// trail names.
fn join(atlas: &Atlas, way: &mut Way) {
    let takers = |copy: &usize| {
        way.steps.iter().any(|s| atlas.steps[*s].takes.contains(copy))
            || way.uses.iter().any(|u| atlas.uses[*u].takes.contains(copy))
    };
    let between: Vec<usize> =
        way.steps.iter().flat_map(|s| &atlas.steps[*s].gives).filter(|copy| takers(copy)).copied().collect();
    way.copies.extend(between);
    // a step at the end of the way that gives one thing ends in that
    let ends: Vec<usize> = way
        .steps
        .iter()
        .filter(|s| !atlas.steps[**s].gives.iter().any(|copy| way.copies.contains(copy)))
        .filter_map(|s| atlas.steps[*s].gives.first().filter(|_| atlas.steps[*s].gives.len() == 1))
        .copied()
        .collect();
    way.copies.extend(ends);
}

/// For each step of a trail the copies that it starts from, as far as that is known before its legs are chosen.
fn goals(atlas: &Atlas, trail: &Trail) -> Vec<Vec<usize>> {
    let mut goals: Vec<Vec<usize>> = Vec::new();
    for step in &trail.steps {
        goals.push(match step.item {
            Some(Item::Flow(flow)) => atlas.flows[flow].legs.iter().map(|leg| leg.from).collect(),
            Some(Item::Step(step)) => atlas.steps[step].takes.clone(),
            Some(Item::Use(used)) => atlas.uses[used].takes.clone(),
            _ => Vec::new(),
        });
    }
    let copies = trail.subjects.iter().filter_map(|s| if let Item::Copy(copy) = s { Some(*copy) } else { None });
    goals.push(copies.collect());
    goals
}

/// The legs of a flow that the way takes: those that fit best to where it has been and where it goes.
fn legs_of(
    atlas: &Atlas,
    flow: usize,
    reached: &BTreeSet<usize>,
    after: &[Vec<usize>],
    places: &BTreeSet<usize>,
) -> Vec<usize> {
    let parties: BTreeSet<usize> = places.iter().map(|place| atlas.places[*place].party).collect();
    let rank = |leg: &crate::check::atlas::Leg| {
        let came = reached.contains(&leg.from);
        let goes = after.iter().position(|goal| goal.contains(&leg.to));
        let place = atlas.copies[leg.to].place;
        // where it goes next counts most, the sooner the more
        let soon = goes.map_or(0, |at| 100 - at.min(50));
        let there = if places.contains(&place) { 3 } else { u8::from(parties.contains(&atlas.places[place].party)) };
        (came, soon, there)
    };
    let legs = &atlas.flows[flow].legs;
    let best = legs.iter().map(rank).max();
    (0..legs.len()).filter(|n| Some(rank(&legs[*n])) == best).collect()
}
