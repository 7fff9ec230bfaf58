//! Parties as lanes, processors, teams and secure settings as frames in them, and what is held and done as boxes.

use std::collections::{BTreeMap, BTreeSet};

use super::scope::Scope;
use super::{Profile, trails, words};
use crate::check::Verdict;
use crate::check::atlas::{Atlas, Copy, Item};
use crate::diagram::chart::{Chart, Edge, Frame, FrameKind, Heading, Lane, Node, Shape, Side, Trail, TrailStep, Wall};

/// How many fields a line names.
const FIELDS: usize = 2;

/// The swimlane chart of a part of a project.
pub(super) fn chart(atlas: &Atlas, scope: &Scope, heading: Heading, _profile: Profile) -> Chart {
    let mut maker = Maker::made(atlas, scope, heading);
    maker.phases();
    maker.describe();
    maker.chart
}

/// The same without phases, with what its parts are sorted by where it is split into pages.
pub(super) fn whole(atlas: &Atlas, scope: &Scope, heading: Heading) -> Whole {
    let maker = Maker::made(atlas, scope, heading);
    let mut boxes = vec![None; maker.chart.nodes.len()];
    for (step, node) in &maker.steps {
        boxes[*node] = atlas.steps[*step].activity;
    }
    for (used, node) in &maker.uses {
        boxes[*node] = atlas.uses[*used].activity;
    }
    let done: BTreeSet<usize> = maker.steps.values().chain(maker.uses.values()).copied().collect();
    let mut lines: Vec<Line> = Vec::new();
    for edge in &maker.chart.edges {
        let owner = if done.contains(&edge.from) { edge.from } else { edge.to };
        lines.push(Line { flow: None, activity: boxes[owner] });
    }
    for ((flow, _), edge) in &maker.legs {
        lines[*edge] = Line { flow: Some(*flow), activity: atlas.flows[*flow].activity };
    }
    let mut around: Vec<Vec<usize>> = vec![Vec::new(); maker.chart.nodes.len()];
    for (number, edge) in maker.chart.edges.iter().enumerate() {
        around[edge.from].push(number);
        if edge.to != edge.from {
            around[edge.to].push(number);
        }
    }
    let verbs = maker.steps.iter().map(|(step, node)| (*node, atlas.steps[*step].verbs.clone())).collect();
    Whole {
        lines,
        around,
        boxes,
        done,
        verbs,
        activities: atlas.activities.iter().map(|activity| activity.title.clone()).collect(),
        chart: maker.chart,
    }
}

/// A swimlane with what its parts are sorted by.
#[derive(Debug)]
pub(in crate::diagram) struct Whole {
    /// All of it, without phases.
    pub(in crate::diagram) chart: Chart,
    /// What each line belongs to.
    pub(in crate::diagram) lines: Vec<Line>,
    /// The lines of each box.
    pub(in crate::diagram) around: Vec<Vec<usize>>,
    /// The activity of each box that is a step or a use.
    pub(in crate::diagram) boxes: Vec<Option<usize>>,
    /// The boxes that are steps or uses.
    pub(in crate::diagram) done: BTreeSet<usize>,
    /// What each step does, by its box.
    pub(in crate::diagram) verbs: BTreeMap<usize, Vec<&'static str>>,
    /// What activities are called.
    pub(in crate::diagram) activities: Vec<String>,
}

/// What a line belongs to.
#[derive(Debug, Clone, Copy)]
pub(in crate::diagram) struct Line {
    /// The flow, if it is one.
    pub(in crate::diagram) flow: Option<usize>,
    /// The activity, where it is said.
    pub(in crate::diagram) activity: Option<usize>,
}

/// A chart while it is made.
struct Maker<'a> {
    atlas: &'a Atlas,
    scope: &'a Scope,
    chart: Chart,
    /// Where what is at a place stands: a lane and a frame.
    at: BTreeMap<usize, (usize, Option<usize>)>,
    /// Boxes of copies, steps and uses.
    copies: BTreeMap<usize, usize>,
    steps: BTreeMap<usize, usize>,
    uses: BTreeMap<usize, usize>,
    /// Lines of flows, by flow and leg.
    legs: BTreeMap<(usize, usize), usize>,
}

impl<'a> Maker<'a> {
    /// All but the phases and the whole in sentences.
    fn made(atlas: &'a Atlas, scope: &'a Scope, heading: Heading) -> Maker<'a> {
        let chart = Chart { heading, ..Chart::default() };
        let mut maker = Maker { chart, ..Maker::default_of(atlas, scope) };
        maker.lanes();
        maker.boxes();
        maker.lines();
        maker.trails();
        maker.walls();
        maker
    }

    fn default_of(atlas: &'a Atlas, scope: &'a Scope) -> Maker<'a> {
        Maker {
            atlas,
            scope,
            chart: Chart::default(),
            at: BTreeMap::new(),
            copies: BTreeMap::new(),
            steps: BTreeMap::new(),
            uses: BTreeMap::new(),
            legs: BTreeMap::new(),
        }
    }

    /// The places at which anything stands.
    fn places(&self) -> BTreeSet<usize> {
        let copies = self.scope.copies.iter().filter_map(|n| self.atlas.copies.get(*n)).map(|copy| copy.place);
        let steps = self.scope.steps.iter().filter_map(|n| self.atlas.steps.get(*n)).map(|step| step.place);
        let uses = self.scope.uses.iter().filter_map(|n| self.atlas.uses.get(*n)).map(|used| used.place);
        copies.chain(steps).chain(uses).collect()
    }

    /// Lanes for parties, frames for processors, teams and settings.
    fn lanes(&mut self) {
        let places = self.places();
        let parties: BTreeSet<usize> =
            places.iter().filter_map(|place| self.atlas.places.get(*place)).map(|place| place.party).collect();
        let inside: BTreeMap<usize, usize> =
            parties.iter().filter_map(|p| Some((*p, principal(self.atlas, *p)?))).collect();
        // a processor that another processor engaged stands where that one would: only one step is followed
        let lane_of = |party: usize| inside.get(&party).copied().filter(|to| !inside.contains_key(to));
        let mut lanes: Vec<usize> = parties.iter().map(|party| lane_of(*party).unwrap_or(*party)).collect();
        // the public last, whoever is not stated before it
        lanes.sort_by_key(|party| {
            (
                matches!(*party, Atlas::PUBLIC | Atlas::UNKNOWN),
                std::cmp::Reverse(usize::from(*party == Atlas::UNKNOWN)),
                *party,
            )
        });
        lanes.dedup();
        for (lane, party) in lanes.iter().enumerate() {
            self.chart.lanes.push(self.lane(*party));
            self.frames_of(lane, *party, None, &places);
            let processors: Vec<usize> = parties.iter().filter(|p| lane_of(**p) == Some(*party)).copied().collect();
            for processor in processors {
                let said = &self.atlas.parties[processor];
                let title = format!("{}: processor for {}", said.title, self.atlas.parties[*party].title);
                let short = format!("{}: processor", said.title);
                let frame =
                    Frame { name: said.name.clone(), title, short, lane, parent: None, kind: FrameKind::Processor };
                self.chart.frames.push(frame);
                let frame = self.chart.frames.len() - 1;
                self.frames_of(lane, processor, Some(frame), &places);
            }
        }
    }

    /// The party's own place and its teams' frames.
    fn frames_of(&mut self, lane: usize, party: usize, parent: Option<usize>, places: &BTreeSet<usize>) {
        let said = &self.atlas.parties[party];
        self.at.insert(said.place, (lane, parent));
        for team in said.teams.iter().filter(|team| places.contains(team)) {
            let place = &self.atlas.places[*team];
            let kind = if place.is_setting() { FrameKind::Setting } else { FrameKind::Team };
            let what = place.kind.as_deref().map(words::word).filter(|kind| !place.title.to_lowercase().contains(kind));
            let title = what.map_or_else(|| place.title.clone(), |what| format!("{} ({what})", place.title));
            let short = place.title.clone();
            self.chart.frames.push(Frame { name: place.name.clone(), title, short, lane, parent, kind });
            self.at.insert(*team, (lane, Some(self.chart.frames.len() - 1)));
        }
    }

    fn lane(&self, party: usize) -> Lane {
        let said = &self.atlas.parties[party];
        let activities = self.activities();
        let mut details = words::roles(self.atlas, party, &|activity| activities.contains(&activity));
        details.extend(said.kind.as_deref().map(words::word));
        if party == Atlas::PUBLIC {
            details = vec!["what anybody can read".to_owned()];
        }
        if let Some(country) = said.country.as_deref().filter(|country| *country != "GB") {
            details.push(format!("in {country}"));
        }
        Lane { name: said.name.clone(), title: said.title.clone(), details, public: party == Atlas::PUBLIC }
    }

    /// The activities that what is shown belongs to.
    fn activities(&self) -> BTreeSet<usize> {
        if self.scope.whole {
            return (0..self.atlas.activities.len()).collect();
        }
        let flows = self.scope.legs.iter().filter_map(|(flow, _)| self.atlas.flows[*flow].activity);
        let steps = self.scope.steps.iter().filter_map(|step| self.atlas.steps[*step].activity);
        flows.chain(steps).chain(self.scope.uses.iter().filter_map(|used| self.atlas.uses[*used].activity)).collect()
    }

    fn boxes(&mut self) {
        for number in &self.scope.copies {
            let node = self.store(*number);
            self.copies.insert(*number, self.chart.nodes.len());
            self.chart.nodes.push(node);
        }
        for number in &self.scope.steps {
            let node = self.step(*number);
            self.steps.insert(*number, self.chart.nodes.len());
            self.chart.nodes.push(node);
        }
        for number in &self.scope.uses {
            let node = self.used(*number);
            self.uses.insert(*number, self.chart.nodes.len());
            self.chart.nodes.push(node);
        }
    }

    fn place(&self, place: usize) -> (usize, Option<usize>) {
        self.at.get(&place).copied().unwrap_or((0, None))
    }

    fn store(&self, number: usize) -> Node {
        let (atlas, copy) = (self.atlas, &self.atlas.copies[number]);
        let dataset = &atlas.datasets[copy.dataset];
        let (lane, frame) = self.place(copy.place);
        let contradicted = dataset.claimed_anonymous && copy.level.kind >= 2;
        Node {
            id: format!("copy-{}-at-{}", dataset.name, atlas.places[copy.place].name),
            name: dataset.name.clone(),
            title: words::dataset(atlas, copy.dataset),
            shape: if copy.published { Shape::Document } else { Shape::Store },
            lane,
            frame,
            phase: None,
            mark: Some(words::mark(copy.level)),
            number: None,
            kept: words::kept_short(&copy.kept).filter(|_| !copy.published),
            contradiction: contradicted.then(|| "said to be anonymous".to_owned()),
            description: self.store_words(copy),
            home: None,
            elsewhere: None,
        }
    }

    fn store_words(&self, copy: &Copy) -> String {
        let atlas = self.atlas;
        let mut text = format!(
            "{} at {}: {}.",
            words::dataset(atlas, copy.dataset),
            words::place(atlas, copy.place),
            words::mark(copy.level).words()
        );
        let fields = words::fields(copy, None, 30);
        if !fields.is_empty() {
            text.push_str(&format!(" Fields: {fields}."));
        }
        if !copy.published {
            text.push_str(&format!(" {}", words::kept_sentence(&copy.kept)));
        }
        text
    }

    fn step(&self, number: usize) -> Node {
        let (atlas, step) = (self.atlas, &self.atlas.steps[number]);
        let (lane, frame) = self.place(step.place);
        let worst = step
            .takes
            .iter()
            .filter_map(|copy| atlas.copies.get(*copy))
            .map(|copy| copy.level)
            .max_by_key(|l| (l.harsh, l.kind));
        let done = if step.not_stated { "What it does is not stated".to_owned() } else { step.operations.join("; ") };
        let title = if step.titled { step.title.clone() } else { words::spoken(&step.name) };
        Node {
            id: format!("step-{}", step.name),
            name: step.name.clone(),
            description: format!("Step S{}: {title}, at {}. {done}.", number + 1, words::place(atlas, step.place)),
            title,
            shape: Shape::Step,
            lane,
            frame,
            phase: None,
            mark: worst.map(words::mark),
            number: Some(format!("S{}", number + 1)),
            kept: None,
            contradiction: None,
            home: None,
            elsewhere: None,
        }
    }

    fn used(&self, number: usize) -> Node {
        let (atlas, used) = (self.atlas, &self.atlas.uses[number]);
        let (lane, frame) = self.place(used.place);
        let worst = used
            .takes
            .iter()
            .filter_map(|copy| atlas.copies.get(*copy))
            .map(|copy| copy.level)
            .max_by_key(|l| (l.harsh, l.kind));
        let title = if used.titled { used.title.clone() } else { words::spoken(&used.name) };
        let what = if used.decision { "Decision" } else { "Use" };
        let purposes =
            if used.purposes.is_empty() { String::new() } else { format!(" For: {}.", used.purposes.join(", ")) };
        let by: Vec<String> = used.by.iter().map(|place| words::place(atlas, *place)).collect();
        let by = if by.is_empty() { String::new() } else { format!(" Seen by {}.", words::list(&by)) };
        Node {
            id: format!("use-{}", used.name),
            name: used.name.clone(),
            description: format!("{what}: {title}, at {}.{purposes}{by}", words::place(atlas, used.place)),
            title,
            shape: if used.decision { Shape::Decision } else { Shape::Use },
            lane,
            frame,
            phase: None,
            mark: worst.map(words::mark),
            number: Some(format!("U{}", number + 1)),
            kept: None,
            contradiction: None,
            home: None,
            elsewhere: None,
        }
    }

    /// Lines within places first, then flows: of a circle it is a flow that goes back.
    fn lines(&mut self) {
        let atlas = self.atlas;
        for (number, node) in self.steps.clone() {
            let step = &atlas.steps[number];
            let ways = step.takes.iter().map(|copy| (*copy, true)).chain(step.gives.iter().map(|copy| (*copy, false)));
            for (at, (copy, taken)) in ways.enumerate() {
                let Some(store) = self.copies.get(&copy).copied() else { continue };
                let (from, to) = if taken { (store, node) } else { (node, store) };
                let id = format!("step-{}-{}", step.name, at + 1);
                self.inner(id, &step.name, from, to, copy, if taken { "takes" } else { "gives" });
            }
        }
        for (number, node) in self.uses.clone() {
            let used = &atlas.uses[number];
            for (at, copy) in used.takes.iter().enumerate() {
                let Some(store) = self.copies.get(copy).copied() else { continue };
                self.inner(format!("use-{}-{}", used.name, at + 1), &used.name, store, node, *copy, "uses");
            }
        }
        for (flow, leg) in &self.scope.legs {
            self.leg(*flow, *leg);
        }
    }

    /// A line between a box and what it takes or gives.
    fn inner(&mut self, id: String, name: &str, from: usize, to: usize, copy: usize, verb: &str) {
        let said = &self.atlas.copies[copy];
        let subject = if verb == "gives" { from } else { to };
        let description =
            format!("{} {verb} {}.", self.chart.nodes[subject].title, words::dataset(self.atlas, said.dataset));
        self.chart.edges.push(Edge {
            id,
            name: name.to_owned(),
            number: String::new(),
            from,
            to,
            mark: Some(words::mark(said.level)),
            fields: String::new(),
            manner: String::new(),
            description,
        });
    }

    fn leg(&mut self, flow: usize, leg: usize) {
        let (atlas, said) = (self.atlas, &self.atlas.flows[flow]);
        let Some(way) = said.legs.get(leg) else { return };
        let (Some(from), Some(to)) = (self.copies.get(&way.from), self.copies.get(&way.to)) else { return };
        let number = number(said.number, leg, said.legs.len());
        let arrives = &atlas.copies[way.to];
        let manner = manner(atlas, flow);
        let title = if said.titled { said.title.clone() } else { words::spoken(&said.name) };
        let how = if manner.is_empty() { String::new() } else { format!(" How: {manner}.") };
        let description = format!(
            "Flow {number}: {title}. {} goes from {} to {}: {}.{how} By itself it is {}.",
            words::dataset(atlas, arrives.dataset),
            words::place(atlas, atlas.copies[way.from].place),
            words::place(atlas, arrives.place),
            words::fields(arrives, Some(way), 30),
            words::mark(arrives.own_level).words(),
        );
        let edge = Edge {
            id: format!("flow-{number}"),
            name: said.name.clone(),
            number,
            from: *from,
            to: *to,
            mark: Some(words::mark(arrives.own_level)),
            fields: words::fields(arrives, Some(way), FIELDS),
            manner,
            description,
        };
        self.legs.insert((flow, leg), self.chart.edges.len());
        self.chart.edges.push(edge);
    }

    /// Phases are counted by how often the data has changed hands, and are called by what is done there.
    fn phases(&mut self) {
        let hops = super::phases::hops(&self.chart);
        let last = hops.iter().copied().max().unwrap_or(0);
        if last == 0 || last > super::phases::MOST {
            return;
        }
        let steps: BTreeMap<usize, &[&'static str]> =
            self.steps.iter().map(|(number, node)| (*node, self.atlas.steps[*number].verbs.as_slice())).collect();
        self.chart.phases = super::phases::titles(&self.chart, &hops, &steps);
        for (node, hop) in self.chart.nodes.iter_mut().zip(hops) {
            node.phase = Some(hop);
        }
    }

    fn trails(&mut self) {
        for number in &self.scope.trails {
            let Some(trail) = self.atlas.trails.get(*number) else { continue };
            let way = trails::way(self.atlas, trail);
            let mut nodes: BTreeSet<usize> = way.copies.iter().filter_map(|n| self.copies.get(n)).copied().collect();
            nodes.extend(way.steps.iter().filter_map(|n| self.steps.get(n)));
            nodes.extend(way.uses.iter().filter_map(|n| self.uses.get(n)));
            let mut edges: BTreeSet<usize> = way.legs.iter().filter_map(|leg| self.legs.get(leg)).copied().collect();
            let inner = |edge: &Edge| edge.number.is_empty() && nodes.contains(&edge.from) && nodes.contains(&edge.to);
            edges.extend(self.chart.edges.iter().enumerate().filter(|(_, edge)| inner(edge)).map(|(n, _)| n));
            let steps = trail.steps.iter().zip(&way.first_leg).map(|(step, leg)| TrailStep {
                number: match (step.item, leg) {
                    (Some(Item::Flow(flow)), Some(leg)) => number_of(self.atlas, flow, *leg),
                    (Some(Item::Step(step)), _) => format!("S{}", step + 1),
                    (Some(Item::Use(used)), _) => format!("U{}", used + 1),
                    _ => String::new(),
                },
                sentence: step.sentence.clone(),
            });
            self.chart.trails.push(Trail {
                rule: trail.name.clone(),
                title: trail.title.clone(),
                verdict: trail.verdict,
                summary: trail.summary.clone(),
                steps: steps.collect(),
                missing: trail.missing.clone(),
                fix: trail.fix.clone(),
                nodes: nodes.into_iter().collect(),
                edges: edges.into_iter().collect(),
                told: true,
            });
        }
    }

    fn walls(&mut self) {
        for wall in &self.atlas.walls {
            let side = |place: usize| match self.at.get(&place) {
                Some((_, Some(frame))) => Side::Frame(*frame),
                Some((lane, None)) => Side::Lane(*lane),
                None => Side::Elsewhere,
            };
            let (left, right) = (side(wall.left), side(wall.right));
            if left == Side::Elsewhere && right == Side::Elsewhere {
                continue;
            }
            let [one, two] = [wall.left, wall.right].map(|place| self.atlas.places[place].title.clone());
            let words = format!("{one} and {two}");
            self.chart.walls.push(Wall { left, right, words, stated: wall.stated });
        }
    }

    /// The whole in sentences.
    fn describe(&mut self) {
        self.chart.heading.description = in_sentences(&self.chart);
    }
}

/// A swimlane in sentences.
pub(in crate::diagram) fn in_sentences(chart: &Chart) -> String {
    let lanes: Vec<String> = chart.lanes.iter().map(|lane| lane.title.clone()).collect();
    let mut text = format!("Swimlane diagram, a lane for each party: {}.", words::list(&lanes));
    for edge in chart.edges.iter().filter(|edge| !edge.number.is_empty()).take(DESCRIBED) {
        text.push(' ');
        text.push_str(&edge.description);
    }
    for trail in &chart.trails {
        text.push(' ');
        text.push_str(&told(trail));
    }
    text
}

/// What is wrong, in a sentence.
pub(super) fn told(trail: &Trail) -> String {
    let what = if trail.verdict == Verdict::Fail { "is broken" } else { "cannot be told" };
    format!("“{}” {what}: {}.", trail.title, trail.summary.replace('`', ""))
}

/// How many flows the description of a picture tells.
const DESCRIBED: usize = 60;

/// The one party that a party acts for in all that it has: then it is drawn within that one's lane.
fn principal(atlas: &Atlas, party: usize) -> Option<usize> {
    let said = atlas.parties.get(party)?;
    if !said.controls.is_empty() || !said.roles.iter().all(|role| role.kind.acts_for_another()) {
        return None;
    }
    let mut all = atlas.copies.iter().filter(|copy| atlas.places[copy.place].party == party).map(|copy| &copy.held_for);
    let first = all.next()?;
    let [principal] = first[..] else { return None };
    (all.all(|other| *other == [principal]) && principal != party).then_some(principal)
}

/// The number of a flow's leg in the register: with a letter where there are several.
fn number(flow: usize, leg: usize, of: usize) -> String {
    if of < 2 {
        return flow.to_string();
    }
    let letter = u8::try_from(leg).ok().filter(|leg| *leg < 26).map(|leg| char::from(b'a' + leg));
    letter.map_or_else(|| format!("{flow}.{}", leg + 1), |letter| format!("{flow}{letter}"))
}

fn number_of(atlas: &Atlas, flow: usize, leg: usize) -> String {
    number(atlas.flows[flow].number, leg, atlas.flows[flow].legs.len())
}

/// How a flow travels and under which agreement.
fn manner(atlas: &Atlas, flow: usize) -> String {
    let said = &atlas.flows[flow];
    let mut parts: Vec<String> = said.channels.iter().map(|channel| words::word(channel)).collect();
    if said.channels_not_stated {
        parts.push("channel not stated".to_owned());
    }
    parts.extend(said.agreements.iter().filter_map(|a| atlas.agreements.get(*a)).map(|a| a.title.clone()));
    parts.join(" · ")
}
