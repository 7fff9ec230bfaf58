//! The way of a finding as stops: who has or does what, one after the other, and where data goes from one to another. What a
//! terminal shows of it is made of these.

use std::collections::BTreeSet;

use super::{clean, letter};
use crate::check::{Atlas, Report};
use crate::diagram::chart::{Chart, FrameKind, Grade, Node, Picture, Shape, Trail};
use crate::diagram::views::{self, Profile, Request, View};

/// More stops than this are not shown: the first and the last are.
pub const MOST_STOPS: usize = 24;

/// Of how many findings the ways are made.
pub const MOST_PATHS: usize = 200;

/// How many letters of a text are shown.
const LONGEST: usize = 80;

/// A stop of a way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stop {
    /// Whose it is: a party, or a processor, team or setting.
    pub place: String,
    /// Whether it comes of the stop before it. Where it does not, another way begins here, or goes on that was left before.
    pub follows: bool,
    /// From where data comes over a border to this place, where it does.
    pub from: Option<String>,
    /// What comes here.
    pub arrives: Vec<Arrival>,
    /// What it is.
    pub shape: Shape,
    /// Its number on the picture, where it is work.
    pub number: Option<String>,
    /// What it is called.
    pub title: String,
    /// The letter of its level, where it is data; and the level in words.
    pub level: Option<(String, &'static str)>,
    /// What is wrong with what is said of it.
    pub contradiction: Option<String>,
    /// How many stops before it are not shown.
    pub skipped: usize,
}

/// A flow that comes to a stop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    /// Its number in the flow register.
    pub number: String,
    /// What it brings: `name, date of birth + 2 more`.
    pub fields: String,
    /// How, and under what: `secure email · Agreement`.
    pub manner: String,
}

impl Arrival {
    /// `4 · name, date of birth · secure email`.
    pub fn line(&self) -> String {
        let parts = [&self.number, &self.fields, &self.manner];
        parts.into_iter().filter(|part| !part.is_empty()).map(String::as_str).collect::<Vec<_>>().join(" · ")
    }
}

/// The ways of the findings that count, first of each rule, by the fingerprints of the findings.
pub fn of_findings(atlas: &Atlas, report: &Report, each: usize) -> Vec<(String, Vec<Stop>)> {
    let mut all = Vec::new();
    let mut number = 0;
    let mut of_rule = (usize::MAX, 0);
    for trail in atlas.trails.iter().filter(|trail| trail.counts) {
        number += 1;
        of_rule = if of_rule.0 == trail.rule { (trail.rule, of_rule.1 + 1) } else { (trail.rule, 0) };
        if of_rule.1 >= each || all.len() >= MOST_PATHS {
            continue;
        }
        let finding = report.rules.get(trail.rule).and_then(|rule| rule.findings.get(trail.finding));
        let Some(finding) = finding else { continue };
        let request = Request {
            view: View::Swimlane,
            profile: Profile::Screen,
            finding: Some(number.to_string()),
            ..Request::default()
        };
        if let Ok(Picture::Chart(chart)) = views::picture(atlas, report, &request) {
            let stops = chart.trails.first().map(|trail| stops(&chart, trail)).unwrap_or_default();
            if stops.len() > 1 {
                all.push((finding.fingerprint.clone(), stops));
            }
        }
    }
    all
}

/// The stops of a way, in an order in which data comes before what is made of it.
pub fn stops(chart: &Chart, trail: &Trail) -> Vec<Stop> {
    let order = in_order(chart, trail);
    let skipped = order.len().saturating_sub(MOST_STOPS);
    let shown = |at: usize| skipped == 0 || at < MOST_STOPS / 2 || at >= MOST_STOPS / 2 + skipped;
    let mut stops: Vec<Stop> = Vec::new();
    for (at, number) in order.iter().enumerate() {
        let Some(node) = chart.nodes.get(*number) else { continue };
        let place = place(chart, node);
        if shown(at) {
            let mut stop = stop(chart, trail, *number, node, &place);
            stop.from = senders(chart, trail, *number).into_iter().find(|sender| *sender != place);
            let before = at.checked_sub(1).and_then(|before| order.get(before));
            stop.follows = before.is_some_and(|before| leads(chart, trail, *before, *number));
            stop.skipped = if at == MOST_STOPS / 2 + skipped && skipped > 0 { skipped } else { 0 };
            stops.push(stop);
        }
    }
    stops
}

/// Whether a line of the way leads from one box to another.
fn leads(chart: &Chart, trail: &Trail, from: usize, to: usize) -> bool {
    trail.edges.iter().filter_map(|edge| chart.edges.get(*edge)).any(|edge| edge.from == from && edge.to == to)
}

/// The places from which flows of the way come to a box.
fn senders(chart: &Chart, trail: &Trail, number: usize) -> Vec<String> {
    let edges = trail.edges.iter().filter_map(|edge| chart.edges.get(*edge));
    let flows = edges.filter(|edge| edge.to == number && !edge.number.is_empty());
    flows.filter_map(|edge| chart.nodes.get(edge.from)).map(|node| place(chart, node)).collect()
}

fn stop(chart: &Chart, trail: &Trail, number: usize, node: &Node, place: &str) -> Stop {
    let flows = trail.edges.iter().filter_map(|edge| chart.edges.get(*edge));
    let flows = flows.filter(|edge| edge.to == number && !edge.number.is_empty());
    let arrives = flows.take(4).map(|edge| {
        let [number, fields, manner] = [&edge.number, &edge.fields, &edge.manner].map(|part| clean(part, LONGEST));
        Arrival { number, fields, manner }
    });
    let work = matches!(node.shape, Shape::Step | Shape::Use | Shape::Decision);
    Stop {
        place: place.to_owned(),
        follows: false,
        from: None,
        arrives: arrives.collect(),
        shape: node.shape,
        number: node.number.clone(),
        title: clean(&node.title, LONGEST),
        level: node.mark.filter(|_| !work).map(|mark| (letter(mark), Grade::name(mark.grade))),
        contradiction: node.contradiction.as_deref().map(|words| clean(words, LONGEST)),
        skipped: 0,
    }
}

fn place(chart: &Chart, node: &Node) -> String {
    let lane = chart.lanes.get(node.lane).map(|lane| clean(&lane.title, LONGEST)).unwrap_or_default();
    match node.frame.and_then(|frame| chart.frames.get(frame)) {
        // who is a processor for whom is said where there is more room
        Some(frame) if frame.kind == FrameKind::Processor => {
            let title = clean(&frame.title, LONGEST);
            title.split_once(": ").map_or(title.clone(), |(name, _)| name.to_owned())
        }
        Some(frame) => format!("{lane}, {}", clean(&frame.title, LONGEST)),
        None => lane,
    }
}

/// The boxes of a way; of those that could come next, first the one that goes on where the way has just been.
fn in_order(chart: &Chart, trail: &Trail) -> Vec<usize> {
    let mut left: BTreeSet<usize> = trail.nodes.iter().copied().filter(|n| *n < chart.nodes.len()).collect();
    let ways: Vec<(usize, usize)> = trail
        .edges
        .iter()
        .filter_map(|edge| chart.edges.get(*edge))
        .map(|edge| (edge.from, edge.to))
        .filter(|(from, to)| from != to)
        .collect();
    let mut order: Vec<usize> = Vec::new();
    while let Some(first) = left.first().copied() {
        let ready = |node: &usize| !ways.iter().any(|(from, to)| to == node && left.contains(from));
        let on = |node: &usize| order.last().is_some_and(|last| ways.contains(&(*last, *node)));
        let next = left.iter().copied().find(|node| ready(node) && on(node));
        // of a circle the first is taken
        let next = next.or_else(|| left.iter().copied().find(|node| ready(node))).unwrap_or(first);
        left.remove(&next);
        order.push(next);
    }
    order
}

/// The sign of a box on a terminal that shows more than ASCII.
pub fn sign(shape: Shape) -> &'static str {
    match shape {
        Shape::Store => "■",
        Shape::Step => "●",
        Shape::Document => "□",
        Shape::Use => "○",
        Shape::Decision => "◆",
        Shape::Party => "▪",
    }
}
