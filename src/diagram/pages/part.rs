//! A part of a swimlane as a chart of its own.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagram::chart::{Chart, Edge, Elsewhere, FrameKind, Lane, Mark, Node, Side, Trail, Wall};
use crate::diagram::views::swimlane::Whole;
use crate::diagram::views::{phases, words};

/// Boxes and lines of the whole, by number.
#[derive(Debug, Clone, Default)]
pub(super) struct Part {
    /// Boxes.
    pub(super) nodes: BTreeSet<usize>,
    /// Lines; both ends of each are among the boxes.
    pub(super) edges: BTreeSet<usize>,
    /// Those of the lines that belong here; the others are here since both their ends are.
    pub(super) own: BTreeSet<usize>,
}

/// The phases that a part's boxes are sorted into.
#[derive(Debug, Clone, Default)]
pub(super) struct Phased {
    /// The phase of each box.
    pub(super) of: BTreeMap<usize, usize>,
    /// What they are called.
    pub(super) titles: Vec<String>,
}

/// Where things are whole.
#[derive(Debug, Clone)]
pub(super) struct Homes {
    /// The page on which each line is drawn from end to end.
    pub(super) lines: Vec<usize>,
    /// The line with which each box comes to its own page, on which all its lines are: the first that makes it, else the first.
    boxes: Vec<Option<usize>>,
}

impl Homes {
    /// The line with which a box comes to its own page.
    pub(super) fn of(&self, node: usize) -> Option<usize> {
        self.boxes.get(node).copied().flatten()
    }

    /// Before the pages have their numbers.
    pub(super) fn unknown(whole: &Whole) -> Homes {
        let first = |node: usize| {
            let rank = |edge: &&usize| {
                let activity = whole.lines[**edge].activity;
                (whole.chart.edges[**edge].to != node, activity.is_none(), activity, **edge)
            };
            whole.around[node].iter().min_by_key(rank).copied()
        };
        Homes { lines: vec![0; whole.chart.edges.len()], boxes: (0..whole.chart.nodes.len()).map(first).collect() }
    }
}

/// More boxes than this at the other ends of a box's lines are one mark.
const MARKS: usize = 2;

/// The chart of a part. Where the pages of all lines are given, the lines of a box that are not here end in marks if the box is on
/// its own page: a mark says on which page its line is whole. On another page the box says where its own is.
pub(super) fn chart(whole: &Whole, part: &Part, phased: &Phased, homes: Option<&Homes>) -> Chart {
    let mut cut = Cut::empty(whole, part, phased);
    cut.chart.heading = whole.chart.heading.clone();
    cut.lanes();
    cut.boxes();
    cut.phases();
    cut.lines();
    if let Some(homes) = homes {
        cut.marks(homes);
    }
    cut.trails();
    cut.walls();
    cut.chart
}

struct Cut<'a> {
    whole: &'a Whole,
    part: &'a Part,
    phased: &'a Phased,
    chart: Chart,
    lanes: BTreeMap<usize, usize>,
    frames: BTreeMap<usize, usize>,
    nodes: BTreeMap<usize, usize>,
    edges: BTreeMap<usize, usize>,
    /// For each line that leaves the page the line to its mark, and the mark.
    leaving: BTreeMap<usize, Vec<(usize, usize)>>,
}

impl<'a> Cut<'a> {
    fn empty(whole: &'a Whole, part: &'a Part, phased: &'a Phased) -> Cut<'a> {
        Cut {
            whole,
            part,
            phased,
            chart: Chart::default(),
            lanes: BTreeMap::new(),
            frames: BTreeMap::new(),
            nodes: BTreeMap::new(),
            edges: BTreeMap::new(),
            leaving: BTreeMap::new(),
        }
    }

    /// The lanes and frames that the boxes stand in.
    fn lanes(&mut self) {
        let all = &self.whole.chart;
        let lanes: BTreeSet<usize> = self.part.nodes.iter().map(|node| all.nodes[*node].lane).collect();
        for lane in lanes {
            self.lanes.insert(lane, self.chart.lanes.len());
            self.chart.lanes.push(all.lanes.get(lane).cloned().unwrap_or_else(Lane::default));
        }
        let mut frames: BTreeSet<usize> = BTreeSet::new();
        for node in &self.part.nodes {
            frames.extend(chain(all, all.nodes[*node].frame));
        }
        for frame in frames {
            let mut copy = all.frames[frame].clone();
            copy.lane = self.lanes.get(&copy.lane).copied().unwrap_or(0);
            copy.parent = copy.parent.and_then(|parent| self.frames.get(&parent)).copied();
            self.frames.insert(frame, self.chart.frames.len());
            self.chart.frames.push(copy);
        }
    }

    fn boxes(&mut self) {
        for number in &self.part.nodes {
            let mut node = self.whole.chart.nodes[*number].clone();
            node.lane = self.lanes.get(&node.lane).copied().unwrap_or(0);
            node.frame = node.frame.and_then(|frame| self.frames.get(&frame)).copied();
            node.phase = None;
            self.nodes.insert(*number, self.chart.nodes.len());
            self.chart.nodes.push(node);
        }
    }

    /// The phases that occur, if they are not too many for a page.
    fn phases(&mut self) {
        let here: BTreeSet<usize> =
            self.part.nodes.iter().filter_map(|node| self.phased.of.get(node)).copied().collect();
        if here.len() < 2 || here.len() > phases::MOST {
            return;
        }
        let order: Vec<usize> = here.into_iter().collect();
        self.chart.phases = order.iter().filter_map(|phase| self.phased.titles.get(*phase)).cloned().collect();
        for (number, at) in &self.nodes {
            let phase = self.phased.of.get(number);
            self.chart.nodes[*at].phase = phase.and_then(|phase| order.iter().position(|p| p == phase));
        }
    }

    fn lines(&mut self) {
        for number in &self.part.edges {
            let mut edge = self.whole.chart.edges[*number].clone();
            let (Some(from), Some(to)) = (self.nodes.get(&edge.from), self.nodes.get(&edge.to)) else { continue };
            (edge.from, edge.to) = (*from, *to);
            self.edges.insert(*number, self.chart.edges.len());
            self.chart.edges.push(edge);
        }
    }

    /// For each box, and for each direction, what its lines lead to that are not here.
    fn marks(&mut self, homes: &Homes) {
        let all = &self.whole.chart;
        for near in &self.part.nodes {
            if let Some(home) = homes.of(*near).filter(|edge| !self.part.own.contains(edge)) {
                if self.whole.around[*near].iter().any(|edge| !self.part.edges.contains(edge)) {
                    let node = &mut self.chart.nodes[self.nodes[near]];
                    node.home = Some(homes.lines[home]);
                    node.kept = None;
                }
                continue;
            }
            for leads in [false, true] {
                let mut far: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
                for edge in self.whole.around[*near].iter().filter(|edge| !self.part.edges.contains(*edge)) {
                    let (from, to) = (all.edges[*edge].from, all.edges[*edge].to);
                    if from != to && (if leads { from } else { to }) == *near {
                        far.entry(if leads { to } else { from }).or_default().push(*edge);
                    }
                }
                let far: Vec<(usize, Vec<usize>)> = far.into_iter().collect();
                if far.len() > MARKS {
                    self.mark(*near, leads, &far, homes);
                } else {
                    far.iter().for_each(|one| self.mark(*near, leads, std::slice::from_ref(one), homes));
                }
            }
        }
    }

    /// One mark, for all these boxes at the other ends of these lines.
    fn mark(&mut self, near: usize, leads: bool, far: &[(usize, Vec<usize>)], homes: &Homes) {
        let (all, Some(at)) = (&self.whole.chart, self.nodes.get(&near).copied()) else { return };
        let edges: Vec<usize> = far.iter().flat_map(|(_, edges)| edges).copied().collect();
        let mut boxes: Vec<(usize, usize)> = Vec::new();
        for (node, edges) in far {
            boxes.extend(edges.iter().map(|edge| (homes.lines[*edge], *node)));
        }
        boxes.sort_unstable();
        boxes.dedup();
        let names: Vec<String> = far.iter().map(|(node, _)| all.nodes[*node].title.clone()).collect();
        let mut parties: Vec<String> = Vec::new();
        for title in far.iter().map(|(node, _)| holder(all, *node)) {
            if !parties.contains(&title) {
                parties.push(title);
            }
        }
        let elsewhere = Elsewhere {
            boxes: boxes.iter().map(|(page, node)| (all.nodes[*node].id.clone(), *page)).collect(),
            party: parties.join(", "),
            leads,
        };
        let title =
            if names.len() > MARKS { format!("{} boxes: {}", names.len(), names.join(", ")) } else { names.join(", ") };
        let (here, first) = (&self.chart.nodes[at], &all.nodes[far[0].0]);
        let (lane, frame, phase, near_id) = (here.lane, self.common(near, far), here.phase, here.id.clone());
        let direction = if leads { "to" } else { "from" };
        let id = format!("{near_id}-{direction}-{}", first.id);
        let shown: Vec<String> = names.iter().take(20).cloned().collect();
        let words = format!("{}, {}: {}.", words::list(&shown), elsewhere.party, elsewhere.words());
        let mark = edges.iter().filter_map(|edge| all.edges[*edge].mark).max_by_key(|mark| mark.grade);
        let node = Node {
            id: format!("mark-{id}"),
            name: first.name.clone(),
            title,
            lane,
            frame,
            phase,
            mark: None,
            number: None,
            kept: None,
            contradiction: None,
            description: words.clone(),
            home: None,
            elsewhere: Some(elsewhere),
            ..first.clone()
        };
        let end = self.chart.nodes.len();
        self.chart.nodes.push(node);
        let line = self.leaving_line(&edges, &id, (at, end, leads), mark, &words);
        for edge in &edges {
            self.leaving.entry(*edge).or_default().push((self.chart.edges.len(), end));
        }
        self.chart.edges.push(line);
    }

    fn leaving_line(
        &self,
        edges: &[usize],
        id: &str,
        (near, end, leads): (usize, usize, bool),
        mark: Option<Mark>,
        words: &str,
    ) -> Edge {
        let all: Vec<&Edge> = edges.iter().map(|edge| &self.whole.chart.edges[*edge]).collect();
        let mut numbers: Vec<String> = all.iter().map(|edge| edge.number.clone()).filter(|n| !n.is_empty()).collect();
        let more = numbers.len().saturating_sub(SHOWN + 1);
        if more > 0 {
            numbers.truncate(SHOWN);
            numbers.push(format!("{} more", more + 1));
        }
        let (from, to) = if leads { (near, end) } else { (end, near) };
        let said: Vec<&str> = all.iter().map(|edge| edge.description.as_str()).take(20).collect();
        Edge {
            id: format!("leaves-{id}"),
            name: all.first().map(|edge| edge.name.clone()).unwrap_or_default(),
            number: numbers.join(", "),
            from,
            to,
            mark,
            fields: String::new(),
            manner: String::new(),
            description: format!("{} {words}", said.join(" ")),
        }
    }

    /// The innermost frame of a box that those at the other ends stand in, too: a line that stays in a team ends in it.
    fn common(&self, near: usize, far: &[(usize, Vec<usize>)]) -> Option<usize> {
        let all = &self.whole.chart;
        let around = |node: usize, frame: usize| chain(all, all.nodes[node].frame).contains(&frame);
        let common =
            chain(all, all.nodes[near].frame).into_iter().find(|frame| far.iter().all(|(n, _)| around(*n, *frame)));
        common.and_then(|frame| self.frames.get(&frame)).copied()
    }

    /// What of each way is here.
    fn trails(&mut self) {
        for trail in &self.whole.chart.trails {
            let mut edges: BTreeSet<usize> =
                trail.edges.iter().filter_map(|edge| self.edges.get(edge)).copied().collect();
            let mut nodes: BTreeSet<usize> =
                trail.nodes.iter().filter_map(|node| self.nodes.get(node)).copied().collect();
            for (edge, mark) in trail.edges.iter().filter_map(|edge| self.leaving.get(edge)).flatten() {
                edges.insert(*edge);
                nodes.insert(*mark);
            }
            if edges.is_empty() && (!trail.edges.is_empty() || nodes.is_empty()) {
                continue;
            }
            let (nodes, edges) = (nodes.into_iter().collect(), edges.into_iter().collect());
            self.chart.trails.push(Trail { nodes, edges, ..trail.clone() });
        }
    }

    fn walls(&mut self) {
        let side = |side: Side| match side {
            Side::Lane(lane) => self.lanes.get(&lane).map_or(Side::Elsewhere, |lane| Side::Lane(*lane)),
            Side::Frame(frame) => self.frames.get(&frame).map_or(Side::Elsewhere, |frame| Side::Frame(*frame)),
            Side::Elsewhere => Side::Elsewhere,
        };
        let walls = self.whole.chart.walls.iter().map(|wall| Wall {
            left: side(wall.left),
            right: side(wall.right),
            ..wall.clone()
        });
        self.chart.walls = walls.filter(|wall| wall.left != Side::Elsewhere || wall.right != Side::Elsewhere).collect();
    }
}

/// How many numbers stand on a line that leaves the page.
const SHOWN: usize = 3;

/// Whose a box is: a processor within another's lane, or the party of the lane.
fn holder(chart: &Chart, node: usize) -> String {
    let node = &chart.nodes[node];
    let processor = chain(chart, node.frame).into_iter().rev().map(|frame| &chart.frames[frame]);
    let processor =
        processor.filter(|frame| frame.kind == FrameKind::Processor).map(|frame| frame.short.clone()).next();
    processor.unwrap_or_else(|| chart.lanes.get(node.lane).map_or_else(String::new, |lane| lane.title.clone()))
}

/// The frames around something, the innermost first.
fn chain(chart: &Chart, frame: Option<usize>) -> Vec<usize> {
    std::iter::successors(frame, |frame| chart.frames.get(*frame)?.parent).collect()
}
