//! What the script of the page must know: what filters go by, what leads to what, and the ways of findings.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::picture::{Drawn, grade};
use super::tables::travelling;
use crate::check::atlas::{Atlas, Copy, Field, Flow};
use crate::diagram::draw;

/// What filters go by, of one box, line or row.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(super) struct Thing {
    /// Parties.
    #[serde(rename = "p")]
    parties: BTreeSet<usize>,
    /// Activities.
    #[serde(rename = "a")]
    activities: BTreeSet<usize>,
    /// Categories of data.
    #[serde(rename = "c")]
    categories: BTreeSet<usize>,
    /// Levels at the worst.
    #[serde(rename = "l")]
    levels: BTreeSet<u8>,
}

impl Thing {
    fn add(&mut self, other: &Thing) {
        self.parties.extend(&other.parties);
        self.activities.extend(&other.activities);
        self.categories.extend(&other.categories);
        self.levels.extend(&other.levels);
    }
}

/// What things are filtered by.
pub(super) struct Facts {
    /// The titles of all categories, in order.
    pub(super) categories: Vec<String>,
    numbers: BTreeMap<String, usize>,
    /// The activities that each copy has to do with.
    activities: Vec<BTreeSet<usize>>,
}

impl Facts {
    pub(super) fn of(atlas: &Atlas) -> Facts {
        let titles = atlas.copies.iter().flat_map(|copy| &copy.fields).filter_map(|field| field.category.clone());
        let categories: Vec<String> = titles.collect::<BTreeSet<_>>().into_iter().collect();
        let numbers = categories.iter().enumerate().map(|(number, title)| (title.clone(), number)).collect();
        let mut activities: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); atlas.copies.len()];
        let mut add = |copy: usize, activity: Option<usize>| {
            if let (Some(all), Some(activity)) = (activities.get_mut(copy), activity) {
                all.insert(activity);
            }
        };
        for flow in &atlas.flows {
            for leg in &flow.legs {
                add(leg.from, flow.activity);
                add(leg.to, flow.activity);
            }
        }
        for step in &atlas.steps {
            step.takes.iter().chain(&step.gives).for_each(|copy| add(*copy, step.activity));
        }
        for used in &atlas.uses {
            used.takes.iter().for_each(|copy| add(*copy, used.activity));
        }
        Facts { categories, numbers, activities }
    }

    fn categories<'a>(&self, fields: impl Iterator<Item = &'a Field>) -> BTreeSet<usize> {
        fields.filter_map(|field| self.numbers.get(field.category.as_ref()?)).copied().collect()
    }

    fn copy(&self, atlas: &Atlas, number: usize, copy: &Copy) -> Thing {
        let holder = atlas.places.get(copy.place).map(|place| place.party);
        Thing {
            parties: holder.into_iter().chain(copy.held_for.iter().copied()).collect(),
            activities: self.activities.get(number).cloned().unwrap_or_default(),
            categories: self.categories(copy.fields.iter()),
            levels: BTreeSet::from([grade(copy.level).0.level()]),
        }
    }

    pub(super) fn copies(&self, atlas: &Atlas, numbers: &[usize]) -> Thing {
        let mut all = Thing::default();
        for number in numbers {
            if let Some(copy) = atlas.copies.get(*number) {
                all.add(&self.copy(atlas, *number, copy));
            }
        }
        all
    }

    pub(super) fn flow(&self, atlas: &Atlas, flow: &Flow) -> Thing {
        self.legs(atlas, flow, |_, _| true)
    }

    /// What travels along some legs of a flow.
    fn legs(&self, atlas: &Atlas, flow: &Flow, which: impl Fn(usize, usize) -> bool) -> Thing {
        let mut all = Thing { activities: flow.activity.into_iter().collect(), ..Thing::default() };
        for leg in flow.legs.iter().filter(|leg| which(leg.from, leg.to)) {
            let (Some(from), Some(to)) = (atlas.copies.get(leg.from), atlas.copies.get(leg.to)) else { continue };
            all.parties.extend([leg.from, leg.to].into_iter().filter_map(|copy| atlas.holder(copy)));
            all.categories.extend(self.categories(travelling(from, leg)));
            all.levels.insert(grade(to.own_level).0.level());
        }
        all
    }
}

/// What filters go by, of each box and each numbered line of the picture.
pub(super) fn things(drawn: &Drawn<'_>, facts: &Facts) -> BTreeMap<String, Thing> {
    let atlas = drawn.atlas;
    let mut all: BTreeMap<String, Thing> = BTreeMap::new();
    let mut by_id: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for copy in 0..atlas.copies.len() {
        by_id.entry(drawn.copy(copy)).or_default().push(copy);
    }
    for node in &drawn.chart.nodes {
        let copies = by_id.get(&draw::id(&node.id));
        if let Some(copies) = copies {
            all.insert(draw::id(&node.id), facts.copies(atlas, copies));
        }
    }
    if drawn.context {
        for flow in &atlas.flows {
            for leg in &flow.legs {
                let name = |copy: usize| atlas.holder(copy).and_then(|p| atlas.parties.get(p)).map(|p| p.name.as_str());
                let (Some(from), Some(to)) = (name(leg.from), name(leg.to)) else { continue };
                let thing = facts.legs(atlas, flow, |from, to| (from, to) == (leg.from, leg.to));
                all.entry(drawn.between(from, to)).or_default().add(&thing);
            }
        }
        return all;
    }
    for (what, name, place, activity, takes) in done(atlas) {
        let mut thing = facts.copies(atlas, takes);
        thing.parties = atlas.places.get(place).map(|place| place.party).into_iter().collect();
        thing.activities = activity.into_iter().collect();
        thing.levels = thing.levels.into_iter().max().into_iter().collect();
        all.insert(drawn.done(what, name, place), thing);
    }
    let flows: BTreeMap<&str, &Flow> = atlas.flows.iter().map(|flow| (flow.name.as_str(), flow)).collect();
    for edge in drawn.chart.edges.iter().filter(|edge| !edge.number.is_empty()) {
        let Some(flow) = flows.get(edge.name.as_str()) else { continue };
        let end = |node: usize| drawn.chart.nodes.get(node).and_then(|node| by_id.get(&draw::id(&node.id)));
        let (Some(from), Some(to)) = (end(edge.from), end(edge.to)) else { continue };
        let thing = facts.legs(atlas, flow, |one, other| from.contains(&one) && to.contains(&other));
        all.insert(draw::id(&edge.id), thing);
    }
    all
}

type Done<'a> = (&'static str, &'a str, usize, Option<usize>, &'a [usize]);

fn done(atlas: &Atlas) -> impl Iterator<Item = Done<'_>> {
    let steps = atlas.steps.iter().map(|s| ("step", s.name.as_str(), s.place, s.activity, s.takes.as_slice()));
    steps.chain(atlas.uses.iter().map(|u| ("use", u.name.as_str(), u.place, u.activity, u.takes.as_slice())))
}

/// All that the script is given.
#[derive(Serialize)]
pub(super) struct Data<'a> {
    things: &'a BTreeMap<String, Thing>,
    /// Each line with the boxes at its ends.
    lines: Vec<[String; 3]>,
    /// The boxes in each lane and frame.
    within: BTreeMap<String, Vec<String>>,
    /// What the ways of findings go through.
    ids: Vec<&'a str>,
    /// The ways of findings, by numbers in [`Data::ids`]: many go the same way.
    walks: BTreeMap<&'a str, Numbered>,
}

/// A way by numbers.
#[derive(Serialize)]
struct Numbered {
    way: Vec<usize>,
    steps: Vec<Vec<usize>>,
}

/// The way of a finding on the picture.
#[derive(Debug, Default)]
pub(super) struct Walk {
    /// All that it goes through.
    pub(super) way: Vec<String>,
    /// What each of its steps is.
    pub(super) steps: Vec<Vec<String>>,
}

impl<'a> Data<'a> {
    pub(super) fn of(
        drawn: &Drawn<'_>,
        things: &'a BTreeMap<String, Thing>,
        walks: &'a BTreeMap<String, Walk>,
    ) -> Data<'a> {
        let chart = &drawn.chart;
        let node = |number: usize| chart.nodes.get(number).map(|node| draw::id(&node.id));
        let lines = chart.edges.iter().filter_map(|e| Some([draw::id(&e.id), node(e.from)?, node(e.to)?])).collect();
        let mut within: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for box_ in &chart.nodes {
            let id = draw::id(&box_.id);
            if let Some(lane) = chart.lanes.get(box_.lane).filter(|lane| !lane.name.is_empty()) {
                within.entry(format!("lane-{}", draw::id(&lane.name))).or_default().push(id.clone());
            }
            let mut frame = box_.frame;
            // a parent stands before what is in it, so this comes to an end
            while let Some(said) = frame.and_then(|number| chart.frames.get(number)) {
                within.entry(format!("frame-{}", draw::id(&said.name))).or_default().push(id.clone());
                frame = said.parent.filter(|parent| Some(*parent) < frame);
            }
        }
        let parts = walks.values().flat_map(|walk| walk.steps.iter().flatten().chain(&walk.way));
        let ids: BTreeSet<&str> = parts.map(String::as_str).collect();
        let at: BTreeMap<&str, usize> = ids.iter().enumerate().map(|(number, id)| (*id, number)).collect();
        let numbers = |ids: &Vec<String>| ids.iter().filter_map(|id| at.get(id.as_str())).copied().collect();
        let numbered =
            |walk: &Walk| Numbered { way: numbers(&walk.way), steps: walk.steps.iter().map(numbers).collect() };
        let walks = walks.iter().map(|(id, walk)| (id.as_str(), numbered(walk))).collect();
        Data { things, lines, within, ids: ids.into_iter().collect(), walks }
    }
}
