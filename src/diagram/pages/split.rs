//! Which parts of a swimlane stand on which page: by activity, then by phases that follow one another, and where one phase is too
//! much by what goes together at one party. Each page is tried: it is as full as a page of A4 takes.

mod merge;

use std::collections::{BTreeMap, BTreeSet};

use super::part::{self, Homes, Part, Phased};
use crate::diagram::chart::{Chart, Sheet};
use crate::diagram::draw;
use crate::diagram::views::swimlane::Whole;
use crate::diagram::views::{phases, words};

/// The pages of details.
pub(super) enum Split {
    /// All of them.
    Pages(Vec<Detail>),
    /// More than were asked for.
    TooMany {
        /// About so many, with the context.
        about: usize,
    },
}

/// A page of details.
#[derive(Debug, Clone)]
pub(super) struct Detail {
    /// What it shows, in words.
    pub(super) title: String,
    /// What it shows.
    pub(super) part: Part,
    /// The phases of its boxes.
    pub(super) phased: Phased,
    /// Whether lines that leave it end in marks; a page of a finding shows its way and nothing else.
    pub(super) marked: bool,
}

/// What stays together: a step or a use with its lines, the legs of a flow, a box without lines.
#[derive(Debug, Clone, Default)]
struct Unit {
    edges: Vec<usize>,
    nodes: Vec<usize>,
    /// The step or use that it is.
    own: Option<usize>,
    phase: usize,
    lane: usize,
}

/// A group of more lines than this is not sorted into phases: that takes too long, and nobody could read so many.
const MOST_SORTED: usize = 3_000;

/// Splits a swimlane into at most so many pages.
pub(super) fn split(whole: &Whole, most: usize) -> Split {
    let all = units(whole);
    let count: usize = all.iter().map(|(_, units)| units.len()).sum();
    let several = all.len() > 1;
    let mut splitter = Splitter {
        whole,
        most,
        phased: Phased::default(),
        activity: None,
        homes: Homes::unknown(whole),
        done: 0,
        guess: 4,
        shown: Vec::new(),
        pages: Vec::new(),
    };
    for (activity, units) in all {
        let name = match activity.and_then(|activity| whole.activities.get(activity)) {
            Some(title) => title.clone(),
            None if several => "Outside every activity".to_owned(),
            None => String::new(),
        };
        splitter.activity = activity;
        if !splitter.group(units, &name) {
            // as many for the rest as for what was done
            let about = (splitter.pages.len() * count).div_ceil(splitter.done.max(1)) + 1;
            return Split::TooMany { about: about.max(most + 2) };
        }
    }
    let ways = ways(whole, &splitter.pages);
    splitter.pages.extend(ways);
    match splitter.pages.len() {
        pages if pages > most => Split::TooMany { about: pages + 1 },
        _ => Split::Pages(splitter.pages),
    }
}

/// Units by what they are: a flow, or a step or use by its box.
type ByKey = BTreeMap<(usize, usize), Unit>;

/// What stays together, by activity; what belongs to none comes last.
fn units(whole: &Whole) -> Vec<(Option<usize>, Vec<Unit>)> {
    let mut found: BTreeMap<(bool, Option<usize>), ByKey> = BTreeMap::new();
    let mut add = |activity: Option<usize>, key: (usize, usize), edge: Option<usize>, nodes: &[usize]| {
        let unit = found.entry((activity.is_none(), activity)).or_default().entry(key).or_default();
        unit.edges.extend(edge);
        unit.nodes.extend(nodes);
        unit.own = Some(key.1).filter(|node| key.0 == 1 && whole.done.contains(node));
    };
    for (number, edge) in whole.chart.edges.iter().enumerate() {
        let line = whole.lines[number];
        let key = match line.flow {
            Some(flow) => (0, flow),
            None => (1, if whole.done.contains(&edge.from) { edge.from } else { edge.to }),
        };
        add(line.activity, key, Some(number), &[edge.from, edge.to]);
    }
    for node in (0..whole.chart.nodes.len()).filter(|node| whole.around[*node].is_empty()) {
        add(whole.boxes[node], (1, node), None, &[node]);
    }
    found.into_iter().map(|((_, activity), units)| (activity, units.into_values().collect())).collect()
}

struct Splitter<'a> {
    whole: &'a Whole,
    most: usize,
    /// The phases of the group that is split.
    phased: Phased,
    activity: Option<usize>,
    /// Where boxes are at home.
    homes: Homes,
    /// How many units have their page.
    done: usize,
    /// How many units the last page took of a phase that is too much for one.
    guess: usize,
    /// What each page of the group that is split shows.
    shown: Vec<Vec<Unit>>,
    pages: Vec<Detail>,
}

impl Splitter<'_> {
    /// Splits what belongs to one activity. Whether that was possible with the pages that are left.
    fn group(&mut self, mut units: Vec<Unit>, name: &str) -> bool {
        self.phased = phased(self.whole, &units);
        for unit in &mut units {
            let of = |node: usize| self.phased.of.get(&node).copied().unwrap_or(0);
            let chart = &self.whole.chart;
            // what is done has a phase and a place of its own; a flow belongs to where it arrives, or goes back from
            let arrives = unit.edges.last().map(|edge| chart.edges[*edge].to);
            unit.phase = unit.own.map_or_else(|| unit.nodes.iter().map(|n| of(*n)).max().unwrap_or(0), of);
            let at = unit.own.or(arrives).or_else(|| unit.nodes.first().copied());
            unit.lane = at.map_or(0, |node| chart.nodes[node].lane);
        }
        units.sort_by_key(|unit| (unit.phase, unit.lane));
        let first = self.pages.len();
        let possible = self.by_phase(units);
        if possible {
            self.merge(first);
        }
        let shown = std::mem::take(&mut self.shown);
        let titles = self.titles(name, &shown);
        for (page, title) in self.pages.iter_mut().skip(first).zip(titles) {
            page.title = title;
        }
        possible
    }

    /// Phases that follow one another together, as many as a page takes; what is left of one that is more than a page goes with
    /// the next.
    fn by_phase(&mut self, units: Vec<Unit>) -> bool {
        let mut open: Vec<Unit> = Vec::new();
        for phase in phases_of(units) {
            let both: Vec<Unit> = open.iter().chain(&phase).cloned().collect();
            if self.fits(&self.part(&both)) {
                open = both;
                continue;
            }
            if !open.is_empty() && !self.page(std::mem::take(&mut open)) {
                return false;
            }
            let mut left = phase;
            while !left.is_empty() && !self.fits(&self.part(&left)) {
                let (page, rest) = self.largest(left);
                if !self.page(page) {
                    return false;
                }
                left = rest;
            }
            open = left;
        }
        open.is_empty() || self.page(open)
    }

    /// As much as a page takes of what is too much for one, and the rest: what goes together stays together, and what is at one
    /// party.
    fn largest(&mut self, units: Vec<Unit>) -> (Vec<Unit>, Vec<Unit>) {
        let mut order = together(units);
        let fits = |end: usize, splitter: &Self| splitter.fits(&splitter.part(&order[..end]));
        let mut end = self.guess.clamp(1, order.len());
        while end > 1 && !fits(end, self) {
            end -= 1;
        }
        while end < order.len() && fits(end + 1, self) {
            end += 1;
        }
        self.guess = end;
        if end == 1 && order[0].edges.len() > 1 && !fits(1, self) {
            // a step with very many inputs, or a flow to very many places: line by line
            let lines = lines(self.whole, &order[0]);
            order.splice(0..1, lines);
            if order.len() > 1 {
                return self.largest(order);
            }
        }
        let end = self.cut(&order, end);
        let rest = order.split_off(end);
        (order, rest)
    }

    /// Where to cut: at the end of what fits, or somewhat before it where less is torn apart.
    fn cut(&self, order: &[Unit], end: usize) -> usize {
        let edges: BTreeSet<usize> = order.iter().flat_map(|unit| &unit.edges).copied().collect();
        let boxes = |units: &[Unit]| units.iter().flat_map(|unit| &unit.nodes).copied().collect::<BTreeSet<usize>>();
        let torn = |end: usize| {
            let (here, there) = (boxes(&order[..end]), boxes(&order[end..]));
            let torn = here.intersection(&there);
            // a box that is at home on another page is apart from it anyway
            torn.filter(|node| self.homes.of(**node).is_none_or(|edge| edges.contains(&edge))).count()
        };
        let least = (end * 2).div_ceil(3).max(1);
        (least..=end).rev().min_by_key(|end| (torn(*end), std::cmp::Reverse(*end))).unwrap_or(end)
    }

    /// What the pages of a group are called: by their phases, where that is not enough by their parties, and then by number.
    fn titles(&self, name: &str, shown: &[Vec<Unit>]) -> Vec<String> {
        if shown.len() == 1 {
            return vec![if name.is_empty() { "All of it".to_owned() } else { name.to_owned() }];
        }
        let mut parts: Vec<String> = shown.iter().map(|units| self.phases(units)).collect();
        let again = |parts: &[String], at: usize| parts.iter().filter(|part| **part == parts[at]).count() > 1;
        let with: Vec<String> = (0..parts.len())
            .map(|at| if again(&parts, at) { joined(&parts[at], &self.parties(&shown[at])) } else { parts[at].clone() })
            .collect();
        parts.clone_from(&with);
        let numbered = (0..with.len()).map(|at| {
            let (of, before) = (
                with.iter().filter(|part| **part == with[at]).count(),
                with[..at].iter().filter(|part| **part == with[at]).count(),
            );
            if of > 1 { joined(&parts[at], &format!("part {} of {of}", before + 1)) } else { parts[at].clone() }
        });
        let titled = numbered.map(|part| match name {
            "" => words::capital(&part),
            name if name.ends_with(['?', '!', '.', ':']) => format!("{name} {}", words::capital(&part)),
            name => format!("{name}: {part}"),
        });
        titled.collect()
    }

    fn phases(&self, units: &[Unit]) -> String {
        let phases: BTreeSet<usize> = units.iter().map(|unit| unit.phase).collect();
        let (first, last) = (phases.first().copied().unwrap_or(0), phases.last().copied().unwrap_or(0));
        match last - first {
            _ if self.phased.titles.len() < 2 => String::new(),
            0 => match self.phased.titles.get(first).and_then(|title| title.split_once(' ')) {
                Some((_, doing)) => format!("phase {} ({})", first + 1, words::small(doing)),
                None => format!("phase {}", first + 1),
            },
            more if more >= 2 && phases.len() == more + 1 => format!("phases {} to {}", first + 1, last + 1),
            _ => format!(
                "phases {}",
                words::list(&phases.iter().map(|phase| (phase + 1).to_string()).collect::<Vec<_>>())
            ),
        }
    }

    fn parties(&self, units: &[Unit]) -> String {
        let mut titles: Vec<String> = Vec::new();
        for lane in units.iter().filter_map(|unit| self.whole.chart.lanes.get(unit.lane)) {
            if !titles.contains(&lane.title) {
                titles.push(lane.title.clone());
            }
        }
        if titles.len() > 3 {
            let more = titles.len() - 2;
            titles.truncate(2);
            titles.push(format!("{more} more"));
        }
        words::list(&titles)
    }

    /// All that these units show: their boxes, their lines, and lines of the same activity between their boxes.
    fn part(&self, units: &[Unit]) -> Part {
        let mut part = Part::default();
        for unit in units {
            part.nodes.extend(&unit.nodes);
            part.own.extend(&unit.edges);
        }
        part.edges.clone_from(&part.own);
        for node in &part.nodes {
            for number in &self.whole.around[*node] {
                let edge = &self.whole.chart.edges[*number];
                let ours = self.whole.lines[*number].activity == self.activity;
                if ours && part.nodes.contains(&edge.from) && part.nodes.contains(&edge.to) {
                    part.edges.insert(*number);
                }
            }
        }
        part
    }

    fn fits(&self, part: &Part) -> bool {
        part.nodes.len() <= MOST_ON_A_PAGE && fits(&part::chart(self.whole, part, &self.phased, Some(&self.homes)))
    }

    fn page(&mut self, units: Vec<Unit>) -> bool {
        self.done += units.len();
        let (part, phased) = (self.part(&units), self.phased.clone());
        self.pages.push(Detail { title: String::new(), part, phased, marked: true });
        self.shown.push(units);
        self.pages.len() <= self.most
    }
}

fn joined(one: &str, two: &str) -> String {
    if one.is_empty() { two.to_owned() } else { format!("{one}, {two}") }
}

/// No page of A4 takes more boxes in letters of 8 points.
const MOST_ON_A_PAGE: usize = 60;

/// Whether a chart fits on a page of A4 with its title.
fn fits(chart: &Chart) -> bool {
    let mut chart = chart.clone();
    chart.heading.sheet = Some(Sheet::default());
    draw::chart_on_a_page(&chart)
}

/// The phases of a group by itself.
fn phased(whole: &Whole, units: &[Unit]) -> Phased {
    let mut part = Part::default();
    for unit in units {
        part.nodes.extend(&unit.nodes);
        part.edges.extend(&unit.edges);
    }
    if part.edges.len() > MOST_SORTED {
        return Phased::default();
    }
    let chart = part::chart(whole, &part, &Phased::default(), None);
    let hops = phases::hops(&chart);
    let at: Vec<usize> = part.nodes.iter().copied().collect();
    let verbs: BTreeMap<usize, &[&'static str]> =
        at.iter().enumerate().filter_map(|(here, node)| Some((here, whole.verbs.get(node)?.as_slice()))).collect();
    Phased { titles: phases::titles(&chart, &hops, &verbs), of: at.into_iter().zip(hops).collect() }
}

/// Units by phase; they are sorted by it.
fn phases_of(units: Vec<Unit>) -> Vec<Vec<Unit>> {
    let mut phases: Vec<Vec<Unit>> = Vec::new();
    for unit in units {
        match phases.last_mut() {
            Some(last) if last.last().is_some_and(|known| known.phase == unit.phase) => last.push(unit),
            _ => phases.push(vec![unit]),
        }
    }
    phases
}

/// Units in an order in which each goes with those before it, as far as a page may take them: what shares boxes with them comes
/// first, then what is at the same party, then what is declared first.
fn together(mut left: Vec<Unit>) -> Vec<Unit> {
    let mut order: Vec<Unit> = Vec::new();
    let mut boxes: BTreeSet<usize> = BTreeSet::new();
    while !left.is_empty() && order.len() < MOST_ON_A_PAGE {
        let lane = order.last().map(|unit: &Unit| unit.lane);
        let rank = |unit: &Unit| {
            let shared = unit.nodes.iter().filter(|node| boxes.contains(node)).count();
            (shared.min(2), Some(unit.lane) == lane)
        };
        let mut best = (0, rank(&left[0]));
        for (at, unit) in left.iter().enumerate().skip(1) {
            let rank = rank(unit);
            if rank > best.1 {
                best = (at, rank);
            }
        }
        let next = left.remove(best.0);
        boxes.extend(&next.nodes);
        order.push(next);
    }
    order.extend(left);
    order
}

/// A unit line by line.
fn lines(whole: &Whole, unit: &Unit) -> Vec<Unit> {
    let line = |edge: &usize| {
        let said = &whole.chart.edges[*edge];
        Unit { edges: vec![*edge], nodes: vec![said.from, said.to], ..unit.clone() }
    };
    if unit.edges.is_empty() { vec![unit.clone()] } else { unit.edges.iter().map(line).collect() }
}

/// A page of its own for each finding that is told and is whole on no other, if it fits on one.
fn ways(whole: &Whole, pages: &[Detail]) -> Vec<Detail> {
    let mut own = Vec::new();
    for trail in &whole.chart.trails {
        let (nodes, edges): (BTreeSet<usize>, BTreeSet<usize>) =
            (trail.nodes.iter().copied().collect(), trail.edges.iter().copied().collect());
        let is_whole = |page: &Detail| nodes.is_subset(&page.part.nodes) && edges.is_subset(&page.part.edges);
        if edges.is_empty() || pages.iter().any(is_whole) {
            continue;
        }
        let part = Part { nodes, edges, own: BTreeSet::new() };
        let chart = part::chart(whole, &part, &Phased::default(), None);
        if part.nodes.len() <= MOST_ON_A_PAGE && fits(&chart) {
            let title = words::broken(&trail.title, trail.verdict);
            own.push(Detail { title, part, phased: Phased::default(), marked: false });
        }
    }
    own
}
