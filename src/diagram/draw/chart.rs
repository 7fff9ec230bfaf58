//! A chart as a scene: what everything measures, where the layout puts it, and how it is drawn there.

use std::collections::BTreeMap;

use super::cards::{self, Card};
use super::font::{self, Weight};
use super::parts::{
    arrowhead, badge, badge_size, bricks, clock, drop, level_mark, mark_size, middle, open, outline, stroke, tab, text,
};
use super::scene::{Group, Rgb, Scene, Stroke, at, polygon, rounded_left, route, size};
use super::style::{self, BORDER, GREY, HEADER, INK, LANE, SETTING, Sizes, WHITE};
use super::text::{balanced, clean, fit, widest, wrap};
use crate::check::Verdict;
use crate::diagram::chart::{Chart, Edge, FrameKind, Grade, Node, Shape, Side};
use crate::diagram::layout::{self, Layout, Plan, Rect, Route, Size};
use crate::diagram::views::Profile;

/// The texts of a chart in lines, with what they measure.
pub(super) struct Set<'a> {
    pub(super) chart: &'a Chart,
    pub(super) sizes: Sizes,
    titles: Vec<Vec<String>>,
    notes: Vec<Vec<(Note, String)>>,
    labels: Vec<Vec<Vec<(String, bool)>>>,
    lanes: Vec<LaneText>,
    tabs: Vec<String>,
    phases: Vec<String>,
    cards: Vec<Card>,
    /// Whether lanes are drawn at all.
    lanes_shown: bool,
}

/// What a line under a box says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Note {
    Kept,
    More,
    Contradiction,
    Home,
}

/// The header of a lane.
#[derive(Debug, Default)]
struct LaneText {
    title: Vec<String>,
    details: Vec<String>,
    walls: Vec<(Vec<String>, bool)>,
}

const LEADING: f64 = 1.22;

/// The ways that have a card.
fn told(chart: &Chart) -> impl Iterator<Item = &crate::diagram::chart::Trail> {
    chart.trails.iter().filter(|trail| trail.told)
}

impl<'a> Set<'a> {
    /// Breaks all texts of a chart into lines.
    pub(super) fn of(chart: &'a Chart, profile: Profile) -> Set<'a> {
        let sizes = Sizes::of(profile);
        let lanes_shown = chart.lanes.iter().any(|lane| !lane.title.is_empty());
        let frame_wide = if sizes.dressed { 320.0 } else { 170.0 };
        Set {
            titles: chart.nodes.iter().map(|node| title_lines(node, &sizes)).collect(),
            notes: chart.nodes.iter().map(|node| note_lines(node, &sizes)).collect(),
            labels: chart.edges.iter().map(|edge| label_choices(edge, &sizes)).collect(),
            lanes: (0..chart.lanes.len()).map(|lane| lane_text(chart, lane, &sizes)).collect(),
            tabs: chart.frames.iter().map(|f| tab_text(&f.title, &f.short, &sizes, frame_wide)).collect(),
            phases: chart.phases.iter().map(|phase| clean(phase)).collect(),
            cards: if sizes.dressed { told(chart).map(cards::card).collect() } else { Vec::new() },
            chart,
            sizes,
            lanes_shown,
        }
    }

    /// What the layout is asked to place.
    fn plan(&self) -> Plan {
        let (chart, sizes) = (self.chart, &self.sizes);
        let trailed = |edge: usize| chart.trails.iter().position(|trail| trail.edges.binary_search(&edge).is_ok());
        let style = |number: usize, edge: &Edge| {
            let grade =
                edge.mark.map_or(0, |mark| usize::from(mark.grade.level()) * 2 + usize::from(mark.at_best.is_some()));
            grade + trailed(number).map_or(0, |trail| 100 * (trail + 1))
        };
        let (width, aspect) = match (sizes.dressed, &chart.heading.sheet) {
            (true, _) => (None, (1.2, 2.0)),
            (false, None) => (Some(super::page::LYING.w), (1.2, 1.7)),
            // a page that lies is to be filled, not to be of a shape
            (false, Some(_)) => (Some(super::page::LYING.w + 24.0), (1.5, 4.0)),
        };
        Plan {
            lanes: chart
                .lanes
                .iter()
                .zip(&self.lanes)
                .map(|(lane, text)| layout::Lane { header: self.header_size(text), fixed: lane.public })
                .collect(),
            frames: chart
                .frames
                .iter()
                .zip(&self.tabs)
                .map(|(frame, tab)| layout::Frame {
                    lane: frame.lane,
                    parent: frame.parent,
                    tab: size((font::width(tab, sizes.tab, Weight::Bold) + 18.0).ceil(), sizes.tab + 7.0),
                })
                .collect(),
            phases: self
                .phases
                .iter()
                .map(|phase| layout::Phase {
                    title: size(font::width(phase, sizes.tab, Weight::Bold) + 28.0, sizes.tab + 14.0),
                })
                .collect(),
            nodes: (0..chart.nodes.len()).map(|n| self.planned_node(n)).collect(),
            edges: chart
                .edges
                .iter()
                .enumerate()
                .map(|(n, edge)| layout::Edge {
                    from: edge.from,
                    to: edge.to,
                    badge: badge_size(&edge.number, sizes.badge),
                    labels: self.labels[n].iter().map(|label| label_size(label, sizes)).collect(),
                    strong: trailed(n).is_some(),
                    style: style(n, edge),
                })
                .collect(),
            options: layout::Options {
                width,
                aspect,
                order_lanes: true,
                cards: self
                    .cards
                    .iter()
                    .zip(told(chart))
                    .map(|(card, trail)| layout::Card {
                        size: card.size(),
                        nodes: trail.nodes.clone(),
                        edges: trail.edges.clone(),
                    })
                    .collect(),
            },
        }
    }

    fn header_size(&self, text: &LaneText) -> Size {
        if !self.lanes_shown {
            return Size::default();
        }
        let sizes = &self.sizes;
        let walls: usize = text.walls.iter().map(|(lines, _)| lines.len()).sum();
        let walls_gap = if walls > 0 { 5.0 } else { 0.0 };
        let high = text.title.len() as f64 * sizes.lane * LEADING
            + (text.details.len() + walls) as f64 * sizes.detail * LEADING * 1.06
            + walls_gap;
        size(sizes.header_width + 26.0, (high + 22.0).ceil())
    }

    fn planned_node(&self, number: usize) -> layout::Node {
        let (node, sizes) = (&self.chart.nodes[number], &self.sizes);
        if node.elsewhere.is_some() {
            let size = super::marks::size_of(node, sizes);
            return layout::Node { lane: node.lane, frame: node.frame, phase: node.phase, size, ..Default::default() };
        }
        let lines = &self.titles[number];
        let wide = widest(lines, sizes.node, Weight::Bold);
        let sides = match node.shape {
            Shape::Step | Shape::Decision => 30.0,
            Shape::Use => 24.0,
            _ => 22.0,
        };
        let least: f64 = if sizes.dressed { 92.0 } else { 64.0 };
        let lid = if node.shape == Shape::Store { super::parts::LID * 2.0 } else { 0.0 };
        let high = lines.len().max(2) as f64 * sizes.node * LEADING + 11.0 + lid;
        let notes = &self.notes[number];
        let note = (!notes.is_empty()).then(|| {
            let wide = notes.iter().map(|(note, line)| {
                match note {
                    Note::Contradiction => font::width(line, sizes.note, Weight::Regular),
                    // as wide for each page, so that the numbers of pages may be found out last
                    Note::Home => font::width("see page 888", sizes.note, Weight::Regular),
                    Note::Kept | Note::More => font::width(line, sizes.note, Weight::Regular) + 15.0,
                }
            });
            size(wide.fold(0.0, f64::max).ceil() + 4.0, (notes.len() as f64 * sizes.note * 1.25 + 2.0).ceil())
        });
        layout::Node {
            lane: node.lane,
            frame: node.frame,
            phase: node.phase,
            size: size((wide + sides).max(least).ceil(), high.ceil()),
            note,
            mark: node.mark.map(mark_size),
        }
    }

    /// The verdict of the trail that a line is on.
    fn trail_of_edge(&self, edge: usize) -> Option<Verdict> {
        self.chart.trails.iter().filter(|t| t.edges.binary_search(&edge).is_ok()).map(|t| t.verdict).max()
    }

    fn trail_of_node(&self, node: usize) -> Option<Verdict> {
        self.chart.trails.iter().filter(|t| t.nodes.binary_search(&node).is_ok()).map(|t| t.verdict).max()
    }
}

/// What stands on a tab: all of it where that is not too long.
fn tab_text(title: &str, short: &str, sizes: &Sizes, most: f64) -> String {
    let title = clean(title);
    let fits = |text: &str| font::width(text, sizes.tab, Weight::Bold) <= most;
    let short = clean(short);
    // what it is for whom is in the description: its name matters most
    let name = short.rsplit_once(": ").map_or(short.as_str(), |(name, _)| name);
    let best = [title.as_str(), short.as_str(), name].into_iter().find(|text| fits(text)).unwrap_or(name);
    fit(best, sizes.tab, Weight::Bold, most)
}

fn title_lines(node: &Node, sizes: &Sizes) -> Vec<String> {
    let title = clean(&node.title);
    let wide = |share: f64| balanced(&title, sizes.node, Weight::Bold, sizes.node_width * share, 3);
    let lines = wide(1.0);
    // a long title gets a wider box before it is cut
    let is_cut = |lines: &[String]| lines.last().is_some_and(|line| line.ends_with('…'));
    let broken = widest(&title.split(' ').map(str::to_owned).collect::<Vec<_>>(), sizes.node, Weight::Bold);
    if is_cut(&lines) || broken > sizes.node_width { wide(1.4) } else { lines }
}

fn note_lines(node: &Node, sizes: &Sizes) -> Vec<(Note, String)> {
    let mut lines = Vec::new();
    let most = sizes.node_width * 1.25;
    if node.shape == Shape::Party {
        return lines;
    }
    if let Some(kept) = &node.kept {
        let kept = clean(kept);
        let mut words = balanced(&kept, sizes.note, Weight::Regular, most, 2);
        if words.last().is_some_and(|line| line.ends_with('…')) {
            words = balanced(&kept, sizes.note, Weight::Regular, most, 3);
        }
        lines.extend(
            words.into_iter().enumerate().map(|(n, line)| (if n == 0 { Note::Kept } else { Note::More }, line)),
        );
    }
    if let Some(page) = node.home {
        lines.push((Note::Home, format!("see page {page}")));
    }
    if let Some(words) = &node.contradiction {
        let words = wrap(&clean(words), sizes.note, Weight::Regular, most, 2);
        lines.extend(words.into_iter().map(|line| (Note::Contradiction, line)));
    }
    lines
}

/// What could be written beside a line, the fullest first: each a list of lines, with whether the line matters less.
fn label_choices(edge: &Edge, sizes: &Sizes) -> Vec<Vec<(String, bool)>> {
    if edge.fields.is_empty() || !sizes.dressed {
        return Vec::new();
    }
    let cut = |words: &str, most: f64| fit(&clean(words), sizes.label, Weight::Regular, most);
    let fields = |most: f64| (cut(&edge.fields, most), false);
    let lines = |words: &str, most: f64, count: usize, less: bool| {
        let lines = wrap(&clean(words), sizes.label, Weight::Regular, most, count);
        lines.into_iter().map(move |line| (line, less))
    };
    let mut choices = Vec::new();
    if !edge.manner.is_empty() {
        // all of it in several lines, where there is room for them
        for (most, count) in [(200.0, 2), (130.0, 3)] {
            let manner = lines(&edge.manner, most, count + 1, true);
            choices.push(lines(&edge.fields, most, count, false).chain(manner).collect());
        }
        choices.push(std::iter::once(fields(200.0)).chain(lines(&edge.manner, 200.0, 3, true)).collect());
        choices.push(vec![fields(210.0), (cut(&edge.manner, 210.0), true)]);
        choices.push(vec![fields(130.0), (cut(&edge.manner, 130.0), true)]);
    }
    choices.push(vec![fields(210.0)]);
    let narrow = wrap(&clean(&edge.fields), sizes.label, Weight::Regular, 120.0, 2);
    choices.push(narrow.into_iter().map(|line| (line, false)).collect());
    choices.dedup();
    choices
}

fn label_size(lines: &[(String, bool)], sizes: &Sizes) -> Size {
    let wide = lines.iter().map(|(line, _)| font::width(line, sizes.label, Weight::Regular)).fold(0.0, f64::max);
    size(wide.ceil() + 4.0, (lines.len() as f64 * sizes.label * 1.25).ceil() + 2.0)
}

fn lane_text(chart: &Chart, lane: usize, sizes: &Sizes) -> LaneText {
    let said = &chart.lanes[lane];
    let wide = sizes.header_width;
    let mut details = Vec::new();
    for detail in said.details.iter().take(3) {
        details.extend(wrap(&clean(detail), sizes.detail, Weight::Regular, wide, 6));
    }
    let of_lane = |side: Side| match side {
        Side::Lane(number) => number == lane,
        Side::Frame(frame) => chart.frames.get(frame).is_some_and(|frame| frame.lane == lane),
        Side::Elsewhere => false,
    };
    let walls = chart.walls.iter().filter(|wall| of_lane(wall.left) || of_lane(wall.right)).take(3);
    let walls = walls.map(|wall| {
        let words =
            if wall.stated { format!("wall: {}", wall.words) } else { format!("wall not stated: {}", wall.words) };
        (wrap(&clean(&words), sizes.detail, Weight::Regular, wide - 17.0, 8), wall.stated)
    });
    LaneText { title: wrap(&clean(&said.title), sizes.lane, Weight::Bold, wide, 6), details, walls: walls.collect() }
}

/// Draws a chart.
pub(super) fn draw(chart: &Chart, profile: Profile) -> Scene {
    let mut set = Set::of(chart, profile);
    let mut layout = layout::place(&set.plan());
    cards::arrange(&mut set.cards, told(chart), &mut layout);
    let mut body = Group::of("picture");
    set.draw_phases(&mut body, &layout);
    set.draw_lanes(&mut body, &layout);
    set.draw_frames(&mut body, &layout);
    set.draw_edges(&mut body, &layout);
    set.draw_nodes(&mut body, &layout);
    for ((card, rect), trail) in set.cards.iter().zip(&layout.cards).zip(told(chart)) {
        body.group(card.draw(*rect, trail, chart));
    }
    super::page::dress(&chart.heading, body, layout.size, profile, Some(&super::legend::of_chart(chart)))
}

impl Set<'_> {
    fn draw_phases(&self, body: &mut Group, layout: &Layout) {
        let mut group = Group::of("phases");
        for (title, rect) in self.phases.iter().zip(&layout.phases) {
            if rect.w < 20.0 {
                continue;
            }
            let (l, t, r, b) = (rect.x, rect.y, rect.right(), rect.bottom());
            let (mid, notch) = (t + rect.h / 2.0, 8.0);
            let corners = [at(l, t), at(r - notch, t), at(r, mid), at(r - notch, b), at(l, b), at(l + notch, mid)];
            let mut phase = Group { title: title.clone(), ..Group::of("phase") };
            phase.path(polygon(&corners), Some(HEADER), None);
            // what is done first there, rather than half a word
            let fits = |words: &&str| font::width(words, self.sizes.tab, Weight::Bold) <= rect.w - 22.0;
            let first = title.split_once(" and ").map_or(title.as_str(), |(first, _)| first);
            let words = [title.as_str(), first].into_iter().find(fits).unwrap_or(first);
            let words = fit(words, self.sizes.tab, Weight::Bold, rect.w - 22.0);
            let base = at(l + rect.w / 2.0, mid + drop(self.sizes.tab));
            phase.text(middle(words, base, self.sizes.tab, Weight::Bold, GREY, HEADER));
            group.group(phase);
        }
        body.group(group);
    }

    fn draw_lanes(&self, body: &mut Group, layout: &Layout) {
        if !self.lanes_shown {
            return;
        }
        for (number, (rect, header)) in layout.lanes.iter().zip(&layout.lane_headers).enumerate() {
            let (lane, lines) = (&self.chart.lanes[number], &self.lanes[number]);
            let mut group = Group {
                id: format!("lane-{}", super::id(&lane.name)),
                data: vec![("name", lane.name.clone())],
                title: clean(&lane.title),
                description: clean(&lane.details.join(", ")),
                ..Group::of("lane")
            };
            let border = Stroke { color: BORDER, width: 1.3, dash: &[7.0, 5.0] };
            group.rect(*rect, 10.0, Some(LANE), None);
            group.path(rounded_left(*header, 10.0), Some(HEADER), None);
            group.rect(*rect, 10.0, None, Some(border));
            self.lane_header(&mut group, lines, *header);
            body.group(group);
        }
    }

    fn lane_header(&self, group: &mut Group, lines: &LaneText, header: Rect) {
        let sizes = &self.sizes;
        let high = self.header_size(lines).h - 22.0;
        let mut y = header.y + (header.h - high) / 2.0;
        let x = header.x + 14.0;
        for line in &lines.title {
            y += sizes.lane * LEADING;
            group.text(text(line, at(x, y - sizes.lane * 0.26), sizes.lane, Weight::Bold, INK, HEADER));
        }
        for line in &lines.details {
            y += sizes.detail * LEADING * 1.06;
            group.text(text(line, at(x, y - sizes.detail * 0.26), sizes.detail, Weight::Regular, GREY, HEADER));
        }
        y += if lines.walls.is_empty() { 0.0 } else { 5.0 };
        for (wall, stated) in &lines.walls {
            let color = if *stated { INK } else { style::UNSURE };
            for (n, line) in wall.iter().enumerate() {
                y += sizes.detail * LEADING * 1.06;
                if n == 0 {
                    bricks(group, at(x, y - sizes.detail * 0.26 - 9.0), color);
                }
                group.text(text(
                    line,
                    at(x + 17.0, y - sizes.detail * 0.26),
                    sizes.detail,
                    Weight::Regular,
                    color,
                    HEADER,
                ));
            }
        }
    }

    fn draw_frames(&self, body: &mut Group, layout: &Layout) {
        for (number, (rect, tab_rect)) in layout.frames.iter().zip(&layout.tabs).enumerate() {
            if rect.w <= 0.0 || rect.h <= 0.0 {
                continue;
            }
            let frame = &self.chart.frames[number];
            let (class, fill) = match frame.kind {
                FrameKind::Processor => ("frame processor", WHITE),
                FrameKind::Team => ("frame team", WHITE),
                FrameKind::Setting => ("frame setting", SETTING),
            };
            let mut group = Group {
                id: format!("frame-{}", super::id(&frame.name)),
                data: vec![("name", frame.name.clone())],
                title: clean(&frame.title),
                ..Group::of(class)
            };
            group.rect(*rect, 8.0, Some(fill), Some(self.frame_border(number)));
            tab(&mut group, *tab_rect, &self.tabs[number], self.sizes.tab);
            body.group(group);
        }
    }

    /// A frame that a wall stands around has a heavy border, a whole line where the wall is said to stand.
    fn frame_border(&self, number: usize) -> Stroke {
        let walled =
            |wall: &&crate::diagram::chart::Wall| wall.left == Side::Frame(number) || wall.right == Side::Frame(number);
        let walls: Vec<_> = self.chart.walls.iter().filter(walled).collect();
        if walls.is_empty() {
            return Stroke { color: BORDER, width: 1.3, dash: &[7.0, 5.0] };
        }
        match walls.iter().all(|wall| wall.stated) {
            true => stroke(GREY, 2.4),
            false => Stroke { color: style::UNSURE, width: 2.0, dash: &[9.0, 4.0] },
        }
    }

    fn draw_edges(&self, body: &mut Group, layout: &Layout) {
        let mut bundles: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (number, route) in layout.edges.iter().enumerate() {
            bundles.entry(route.bundled_with.unwrap_or(number)).or_default().push(number);
        }
        // ways of findings lie on top of all other lines
        let mut order: Vec<usize> = (0..layout.edges.len()).collect();
        order.sort_by_key(|edge| (self.trail_of_edge(*edge), *edge));
        let mut lines = Group::of("lines");
        for number in &order {
            lines.group(self.edge_line(*number, &layout.edges[*number]));
        }
        body.group(lines);
        let mut words = Group::of("numbers");
        for number in order {
            words.group(self.edge_words(number, &layout.edges[number]));
        }
        body.group(words);
    }

    fn edge_line(&self, number: usize, way: &Route) -> Group {
        let edge = &self.chart.edges[number];
        let grade = edge.mark.map_or(Grade::Aggregate, |mark| mark.grade);
        let trail = self.trail_of_edge(number);
        let kind = if edge.number.is_empty() { "inner" } else { "flow" };
        let state = match trail {
            Some(Verdict::CannotTell) => " unsure",
            Some(_) => " broken",
            None => "",
        };
        let mut group = Group {
            id: super::id(&edge.id),
            class: format!("{kind} level-{}{state}", grade.level()),
            data: vec![
                ("name", edge.name.clone()),
                ("number", edge.number.clone()),
                ("from", super::id(&self.chart.nodes[edge.from].id)),
                ("to", super::id(&self.chart.nodes[edge.to].id)),
            ],
            title: if edge.number.is_empty() { clean(&edge.description) } else { format!("Flow {}", edge.number) },
            description: if edge.number.is_empty() { String::new() } else { clean(&edge.description) },
            ..Group::default()
        };
        let (Some(first), Some(last)) = (way.points.first(), way.points.last()) else { return group };
        if way.bundled_with.is_some() {
            // its line is drawn by another; what it says is still found by whoever reads aloud
            group.path(open(&[*first, *first]), None, None);
            return group;
        }
        let line = trail.map_or_else(|| style::look(grade).line, |verdict| style::trail(verdict).0);
        let mut points = way.points.clone();
        // the line ends under its arrowhead, not beside its tip
        if let [.., before, end] = &mut points[..] {
            let (x, y, length) = super::scene::toward(*before, *end);
            let back = (3.0 + line.width).min(length / 2.0);
            *end = at(end.x - x * back, end.y - y * back);
        }
        let casing = Stroke { color: self.ground(), width: line.width + 4.5, dash: &[] };
        group.path(route(&points, 8.0), None, Some(casing));
        let before = way.points.get(way.points.len().wrapping_sub(2)).copied().unwrap_or(*first);
        let (color, width) = (line.color, line.width);
        group.path(route(&points, 8.0), None, Some(line));
        arrowhead(&mut group, before, *last, width, color);
        group
    }

    /// What lines are cased with where they cross others.
    fn ground(&self) -> Rgb {
        WHITE
    }

    fn edge_words(&self, number: usize, way: &Route) -> Group {
        let (edge, sizes) = (&self.chart.edges[number], &self.sizes);
        let mut group = Group { data: vec![("for", super::id(&edge.id))], ..Group::of("number") };
        if way.points.is_empty() {
            return group;
        }
        let trail = self.trail_of_edge(number);
        if !edge.number.is_empty() {
            let (ground, ink, border) = match trail {
                Some(verdict) => (style::trail(verdict).1, WHITE, style::trail(verdict).1),
                None => (WHITE, INK, style::look(edge.mark.map_or(Grade::Aggregate, |mark| mark.grade)).border.color),
            };
            badge(&mut group, &edge.number, way.badge, sizes.badge, ground, ink, border);
        }
        if let Some((choice, rect)) = way.label
            && let Some(lines) = self.labels[number].get(choice)
        {
            let mut y = rect.y + 1.0;
            for (line, lesser) in lines {
                y += sizes.label * 1.25;
                let color = if *lesser { GREY } else { INK };
                let base = at(rect.x + 2.0, y - sizes.label * 0.3);
                group.text(text(line, base, sizes.label, Weight::Regular, color, LANE));
            }
        }
        group
    }

    fn draw_nodes(&self, body: &mut Group, layout: &Layout) {
        for (number, rect) in layout.nodes.iter().enumerate() {
            body.group(self.node(number, *rect, layout.notes.get(number).copied().flatten()));
        }
    }

    fn node(&self, number: usize, rect: Rect, note: Option<Rect>) -> Group {
        let (node, sizes) = (&self.chart.nodes[number], &self.sizes);
        if let Some(elsewhere) = &node.elsewhere {
            return super::marks::draw(node, elsewhere, rect, self.trail_of_node(number), sizes);
        }
        let grade = node.mark.map_or(Grade::Aggregate, |mark| mark.grade);
        let look = if node.shape == Shape::Party { party_look() } else { style::look(grade) };
        let trail = self.trail_of_node(number);
        let mut group = Group {
            id: super::id(&node.id),
            class: format!("node {} level-{}", class(node.shape), grade.level()),
            data: vec![("name", node.name.clone())],
            title: clean(&node.title),
            description: clean(&node.description),
            ..Group::default()
        };
        let border = trail.map_or(look.border.clone(), |verdict| Stroke { width: 2.6, ..style::trail(verdict).0 });
        outline(&mut group, node.shape, rect, look.fill, &border);
        let lines = &self.titles[number];
        let lid = if node.shape == Shape::Store { super::parts::LID * 0.8 } else { 0.0 };
        let shift = if node.shape == Shape::Use { 3.0 } else { 0.0 };
        let step = sizes.node * LEADING;
        let first = rect.y + lid + (rect.h - lid) / 2.0 - (lines.len() as f64 - 1.0) * step / 2.0 + drop(sizes.node);
        for (n, line) in lines.iter().enumerate() {
            let base = at(rect.x + shift + rect.w / 2.0, first + n as f64 * step);
            group.text(middle(line, base, sizes.node, Weight::Bold, look.text, look.fill));
        }
        if let Some(mark) = node.mark {
            level_mark(&mut group, mark, at(rect.right() - 3.0, rect.y + 1.0));
        }
        if let (Some(words), Some(verdict)) = (node.number.as_ref().filter(|_| self.is_told(number)), trail) {
            let ground = style::trail(verdict).1;
            let wide = badge_size(words, sizes.badge).w;
            badge(&mut group, words, at(rect.x + wide / 2.0 - 6.0, rect.y + 1.0), sizes.badge, ground, WHITE, ground);
        }
        if let Some(rect) = note {
            self.note(&mut group, number, rect);
        }
        group
    }

    /// Whether a trail that is shown has a step by this box's number.
    fn is_told(&self, node: usize) -> bool {
        let number = self.chart.nodes[node].number.as_deref().unwrap_or("");
        self.chart.trails.iter().flat_map(|trail| &trail.steps).any(|step| step.number == number)
    }

    fn note(&self, group: &mut Group, number: usize, rect: Rect) {
        let sizes = &self.sizes;
        let mut y = rect.y + 1.0;
        for (note, line) in &self.notes[number] {
            y += sizes.note * 1.25;
            let base = y - sizes.note * 0.3;
            match note {
                Note::Kept => {
                    clock(group, at(rect.x + 7.0, base - drop(sizes.note)));
                    group.text(text(line, at(rect.x + 17.0, base), sizes.note, Weight::Regular, GREY, LANE));
                }
                Note::More => {
                    group.text(text(line, at(rect.x + 17.0, base), sizes.note, Weight::Regular, GREY, LANE));
                }
                Note::Home => {
                    group.text(text(line, at(rect.x + 2.0, base), sizes.note, Weight::Bold, GREY, LANE));
                }
                Note::Contradiction => {
                    group.text(text(line, at(rect.x + 2.0, base), sizes.note, Weight::Regular, style::BROKEN, LANE));
                }
            }
        }
    }
}

/// Parties are boxes without a level of their own.
fn party_look() -> style::Look {
    let look = style::look(Grade::DeIdentified);
    style::Look { fill: HEADER, border: stroke(GREY, 1.4), ..look }
}

fn class(shape: Shape) -> &'static str {
    match shape {
        Shape::Store => "store",
        Shape::Step => "step",
        Shape::Document => "document",
        Shape::Use => "use",
        Shape::Decision => "decision",
        Shape::Party => "party",
    }
}

/// The room that the boxes of a chart take in a document, whatever is between them.
pub(super) fn least_area(chart: &Chart) -> f64 {
    let set = Set::of(chart, Profile::Document);
    let sizes = (0..chart.nodes.len()).map(|number| set.planned_node(number).size);
    sizes.map(|size| (size.w + 24.0) * (size.h + 24.0)).sum()
}

/// Only for those who measure: where everything was put.
pub fn placed(chart: &Chart, profile: Profile) -> (Plan, Layout) {
    let mut set = Set::of(chart, profile);
    let plan = set.plan();
    let mut layout = layout::place(&plan);
    cards::arrange(&mut set.cards, told(chart), &mut layout);
    (plan, layout)
}
