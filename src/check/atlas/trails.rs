//! Findings as ways through the things of an atlas.

use std::collections::BTreeMap;

use super::super::{Report, Verdict};
use super::Atlas;
use crate::graph::CopyId;
use crate::model::Model;
use crate::rules::Finding;
use crate::rules::context::Context;
use crate::source::Span;

/// A thing of an atlas, by its number in its list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Item {
    /// A party or a team, by its place.
    Place(usize),
    /// A dataset.
    Dataset(usize),
    /// A copy.
    Copy(usize),
    /// A flow.
    Flow(usize),
    /// A step.
    Step(usize),
    /// A use or a decision.
    Use(usize),
    /// A wall.
    Wall(usize),
    /// An activity.
    Activity(usize),
    /// An agreement.
    Agreement(usize),
    /// An event.
    Event(usize),
}

/// A finding, and which things it goes through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trail {
    /// The rule: its number in the report.
    pub rule: usize,
    /// The rule's name.
    pub name: String,
    /// What the rule is called; its name where it has no title.
    pub title: String,
    /// Whether it is a promise.
    pub promise: bool,
    /// Which of the rule's findings it is, from 0.
    pub finding: usize,
    /// Broken, or not to be told.
    pub verdict: Verdict,
    /// Whether it counts: no waiver covers it and it is not known from before.
    pub counts: bool,
    /// What happens, in one sentence.
    pub summary: String,
    /// What it is about.
    pub subjects: Vec<Item>,
    /// The way it happens, in order.
    pub steps: Vec<TrailStep>,
    /// The facts that are not stated.
    pub missing: Vec<String>,
    /// The smallest change that would mend it.
    pub fix: Option<String>,
}

/// One step of the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrailStep {
    /// What happens.
    pub sentence: String,
    /// The thing that it happens by, where it is declared as one.
    pub item: Option<Item>,
}

/// The findings of a report as trails, in its order.
pub(super) fn trails(c: &Context<'_>, report: &Report) -> Vec<Trail> {
    let declared = Declarations::of(c.model);
    let names = Names::of(c);
    let mut trails = Vec::new();
    for (rule, said) in report.rules.iter().enumerate() {
        let title = if said.title.is_empty() { &said.name } else { &said.title };
        for (number, finding) in said.findings.iter().enumerate() {
            trails.push(Trail {
                rule,
                name: said.name.clone(),
                title: title.clone(),
                promise: said.promise,
                finding: number,
                verdict: finding.verdict,
                counts: finding.counts(),
                summary: finding.summary.clone(),
                subjects: finding.subjects.iter().filter_map(|subject| names.find(subject)).collect(),
                steps: steps(&declared, finding),
                missing: finding.missing.iter().map(|missing| missing.text.clone()).collect(),
                fix: finding.fix.clone().or_else(|| said.fix.clone()),
            });
        }
    }
    trails
}

fn steps(declared: &Declarations, finding: &Finding) -> Vec<TrailStep> {
    let step =
        |step: &crate::rules::WitnessStep| TrailStep { sentence: step.sentence.clone(), item: declared.at(step.span) };
    finding.steps.iter().map(step).collect()
}

/// Every declaration with where it stands. The steps of a finding point into these.
struct Declarations {
    /// Start, end and thing, by start.
    all: Vec<(u32, u32, Item)>,
}

impl Declarations {
    /// A party's teams stand within it: so many declarations before a place may begin and not hold it.
    const BACK: usize = 256;

    fn of(model: &Model) -> Declarations {
        let mut all: Vec<(u32, u32, Item)> = Vec::new();
        let mut add = |span: Span, item: Item| all.push((span.start, span.end, item));
        for (number, place) in model.places.iter().enumerate().skip(Atlas::UNKNOWN + 1) {
            add(place.declared.whole, Item::Place(number));
        }
        for (number, dataset) in model.datasets.iter().enumerate().filter(|(_, dataset)| dataset.explicit) {
            add(dataset.declared.whole, Item::Dataset(number));
        }
        let flows = model.flows.iter().enumerate().map(|(n, flow)| (flow.declared.whole, Item::Flow(n)));
        let steps = model.steps.iter().enumerate().map(|(n, step)| (step.declared.whole, Item::Step(n)));
        let uses = model.uses.iter().enumerate().map(|(n, used)| (used.declared.whole, Item::Use(n)));
        let walls = model.walls.iter().enumerate().map(|(n, wall)| (wall.span, Item::Wall(n)));
        let activities = model.activities.iter().enumerate().map(|(n, a)| (a.declared.whole, Item::Activity(n)));
        let agreements = model.agreements.iter().enumerate().map(|(n, a)| (a.declared.whole, Item::Agreement(n)));
        let events = model.events.iter().enumerate().map(|(n, e)| (e.declared.whole, Item::Event(n)));
        let rest = flows.chain(steps).chain(uses).chain(walls).chain(activities).chain(agreements).chain(events);
        rest.for_each(|(span, item)| add(span, item));
        all.sort_unstable();
        Declarations { all }
    }

    /// The innermost declaration that a place is in.
    fn at(&self, span: Span) -> Option<Item> {
        let after = self.all.partition_point(|(start, ..)| *start <= span.start);
        let before = self.all.get(..after)?.iter().rev().take(Self::BACK);
        before.filter(|(_, end, _)| span.start < *end).map(|(.., item)| *item).next()
    }
}

/// What findings call their subjects: names, and `dataset at place` for copies.
struct Names(BTreeMap<String, Item>);

impl Names {
    fn of(c: &Context<'_>) -> Names {
        let model = c.model;
        let mut all = BTreeMap::new();
        let mut add = |name: String, item: Item| _ = all.entry(name).or_insert(item);
        add("public".to_owned(), Item::Place(Atlas::PUBLIC));
        for (number, place) in model.places.iter().enumerate().skip(Atlas::UNKNOWN + 1) {
            add(model.word(place.declared.name).to_owned(), Item::Place(number));
        }
        let named = |declared: &crate::model::Declared| model.word(declared.name).to_owned();
        model.datasets.iter().enumerate().for_each(|(n, d)| add(named(&d.declared), Item::Dataset(n)));
        model.flows.iter().enumerate().for_each(|(n, f)| add(named(&f.declared), Item::Flow(n)));
        model.steps.iter().enumerate().for_each(|(n, s)| add(named(&s.declared), Item::Step(n)));
        model.uses.iter().enumerate().for_each(|(n, u)| add(named(&u.declared), Item::Use(n)));
        model.activities.iter().enumerate().for_each(|(n, a)| add(named(&a.declared), Item::Activity(n)));
        model.agreements.iter().enumerate().for_each(|(n, a)| add(named(&a.declared), Item::Agreement(n)));
        for number in 0..c.graph.size() {
            let copy = c.graph.copy(CopyId(number as u32));
            let name = format!("{} at {}", model.dataset_name(copy.dataset), model.place_name(copy.place));
            add(name, Item::Copy(number));
        }
        Names(all)
    }

    fn find(&self, name: &str) -> Option<Item> {
        self.0.get(name).copied()
    }
}
