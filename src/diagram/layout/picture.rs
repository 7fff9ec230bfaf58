//! The picture itself, from the coordinates: every rectangle, line, number and word; and what more room would help.

use super::geometry::{Geometry, MARGIN, Room, Work};
use super::grid::Kind;
use super::model::Model;
use super::route::Noted;
use super::space::{Space, Taken};
use super::words::{self, Lines, Words};
use super::{Layout, Plan, Point, Rect, Route, Size};

/// A picture with what could be better in it.
pub(super) struct Picture {
    pub(super) layout: Layout,
    lines: Lines,
    words: Vec<Words>,
}

fn rect(x0: i32, y0: i32, x1: i32, y1: i32) -> Rect {
    Rect { x: f64::from(x0), y: f64::from(y0), w: f64::from(x1 - x0), h: f64::from(y1 - y0) }
}

impl Picture {
    pub(super) fn make(plan: &Plan, work: &Work, geometry: Geometry, quick: bool) -> Self {
        let (model, grid) = (work.model, work.grid);
        let right = geometry.xs.last().map_or(0, |s| s.end);
        let bottom = geometry.ys.last().map_or(0, |s| s.end);
        let mut layout = Layout::default();
        for (lane, &(from, to)) in grid.lanes.iter().enumerate().take(plan.lanes.len()) {
            let (top, end) = (geometry.ys[from].begin, geometry.ys[to].end);
            debug_assert!(lane < model.lanes);
            layout.lanes.push(rect(MARGIN, top, right, end));
            layout.lane_headers.push(rect(MARGIN, top, MARGIN + geometry.header, end));
        }
        for (f, borders) in grid.frames.iter().enumerate() {
            let Some(b) = borders else {
                layout.frames.push(Rect::default());
                layout.tabs.push(Rect::default());
                continue;
            };
            let (x, y) = (|s: usize| geometry.xs[s].middle, |s: usize| geometry.ys[s].middle);
            layout.frames.push(rect(x(b.left), y(b.top), x(b.right), y(b.bottom)));
            let tab = model.frames[f].tab;
            let (from, to) = work.tabs[f].unwrap_or((b.left + 1, b.left + 1));
            let begin = geometry.xs[from].begin;
            let lead = ((geometry.xs[to].end - begin - tab.w) / 2).clamp(0, 8);
            let top = y(b.top) - tab.h / 2;
            layout.tabs.push(rect(begin + lead, top, begin + lead + tab.w, top + tab.h));
        }
        for (node, &(x, y)) in grid.node.iter().enumerate() {
            let (x, y) = (geometry.xs[x].middle, geometry.ys[y].middle);
            let half = (geometry.size[node].w / 2, geometry.size[node].h / 2);
            layout.nodes.push(rect(x - half.0, y - half.1, x + half.0, y + half.1));
            layout.notes.push(model.note[node].map(|note| {
                let lift = 4.max(model.mark[node].h / 2 + 2);
                let above = work.noted[node] == Noted::Above;
                let top = if above { y - half.1 - lift - note.h } else { y + half.1 + 4 };
                let left = match work.noted[node] {
                    Noted::Beside => x + geometry.beside[node],
                    _ => x - note.w / 2,
                };
                rect(left, top, left + note.w, top + note.h)
            }));
        }
        layout.phases = phases(work, &geometry, right);
        let lines: Lines = (0..model.wires.len()).map(|w| tidy(work.points(&geometry, w))).collect();
        if quick {
            for (wire, points) in model.wires.iter().zip(&lines) {
                layout.edges.push(route(points));
                debug_assert!(!wire.edges.is_empty());
            }
            layout.size = Size { w: f64::from(right + MARGIN), h: f64::from(bottom + MARGIN) };
            return Self { layout, lines, words: Vec::new() };
        }
        let mut space = taken(model, &layout, &lines, f64::from(right), f64::from(bottom));
        let words = words::place(plan, model, &lines, &mut space);
        layout.edges = vec![Route::default(); plan.edges.len()];
        for (w, wire) in model.wires.iter().enumerate() {
            for (nth, &e) in wire.edges.iter().enumerate() {
                let bundled_with = (nth > 0).then(|| wire.edges[0]);
                layout.edges[e] =
                    Route { badge: words[e].badge, label: words[e].label, bundled_with, ..route(&lines[w]) };
            }
        }
        let top = geometry.ys.first().map_or(0, |s| s.begin);
        let area = rect(MARGIN + geometry.header, top, right, bottom);
        let (cards, bottom) = words::cards(plan, &layout.nodes, &words, area, &mut space);
        let wide = cards.iter().map(Rect::right).fold(f64::from(right), f64::max);
        layout.cards = cards;
        layout.size = Size { w: wide + f64::from(MARGIN), h: bottom + f64::from(MARGIN) };
        Self { layout, lines, words }
    }

    /// What more room would help: above legs where words do not fit, in gaps where numbers do not.
    pub(super) fn ask(&self, plan: &Plan, work: &Work, words: bool) -> Option<Room> {
        let mut room = work.room.clone();
        let aspect = self.layout.size.w / self.layout.size.h.max(1.0);
        let mut asked = false;
        for (w, wire) in work.model.wires.iter().enumerate() {
            for &e in &wire.edges {
                if !self.words[e].clear {
                    asked = true;
                    room.loose = (room.loose + 2).min(work.room.loose + 6);
                    self.ask_for_number(work, w, &mut room);
                }
                if !words || self.words[e].label.is_some() || plan.edges[e].labels.is_empty() {
                    continue;
                }
                asked |= self.ask_for_words(plan, work, w, e, aspect, &mut room);
            }
        }
        asked.then_some(room)
    }

    fn ask_for_words(&self, plan: &Plan, work: &Work, w: usize, e: usize, aspect: f64, room: &mut Room) -> bool {
        let mut leg = work.tracks.first[w];
        let Some(label) = plan.edges[e].labels.last() else { return false };
        let (wide, high) = (label.w.ceil() as i32, label.h.ceil() as i32);
        let badge = work.model.wires[w].badge.w;
        let mut best: Option<(i32, usize)> = None;
        for pair in self.lines[w].windows(2) {
            let Some(at) = leg else { break };
            let l = &work.tracks.legs[at];
            let length = (pair[0].0 - pair[1].0).abs();
            if l.level && work.grid.ys[l.strip].kind == Kind::Channel && length >= wide + badge + 12 {
                best = best.max(Some((length, at)));
            }
            leg = l.after;
        }
        if let Some((_, leg)) = best {
            let before = room.legs[leg];
            room.legs[leg] = before.max(high + 4 + high % 2);
            return room.legs[leg] > before;
        }
        let hop = self.lines[w].len() == 2 && self.lines[w][0].1 == self.lines[w][1].1;
        if hop && wide <= 96 && aspect < 0.85 * plan.options.aspect.1 {
            let gap = work.tracks.first[w].map_or(0, |l| work.grid.gap_of(work.tracks.legs[l].from));
            let before = room.gaps[gap];
            room.gaps[gap] = before.max(wide + 22);
            return room.gaps[gap] > before;
        }
        false
    }

    /// Asks for longer legs, so that the number fits on one.
    fn ask_for_number(&self, work: &Work, w: usize, room: &mut Room) {
        let badge = work.model.wires[w].badge;
        let mut leg = work.tracks.first[w];
        while let Some(at) = leg {
            let l = &work.tracks.legs[at];
            if l.level {
                for gap in [work.grid.gap_of(l.from), work.grid.gap_of(l.to)] {
                    room.gaps[gap] = room.gaps[gap].max(work.room.gaps[gap].max(50) + 12 + badge.w);
                }
            } else if let Some(y) = (l.from..=l.to).find(|&y| work.grid.ys[y].kind == Kind::Channel) {
                room.strips[y] = room.strips[y].max(work.room.strips[y] + badge.h + 6);
            }
            leg = l.after;
        }
    }
}

fn route(points: &[(i32, i32)]) -> Route {
    let points = points.iter().map(|&(x, y)| Point { x: f64::from(x), y: f64::from(y) }).collect();
    Route { points, ..Route::default() }
}

/// Leaves out corners where nothing turns.
fn tidy(points: Vec<(i32, i32)>) -> Vec<(i32, i32)> {
    let mut tidy: Vec<(i32, i32)> = Vec::with_capacity(points.len());
    for point in points {
        if tidy.last() == Some(&point) {
            continue;
        }
        if let [.., a, b] = tidy[..]
            && ((a.0 == b.0 && b.0 == point.0) || (a.1 == b.1 && b.1 == point.1))
        {
            tidy.pop();
        }
        tidy.push(point);
    }
    tidy
}

fn taken(model: &Model, layout: &Layout, lines: &Lines, right: f64, bottom: f64) -> Space {
    let mut space = Space::new(right, bottom);
    for rect in layout.nodes.iter().chain(&layout.tabs).chain(layout.notes.iter().flatten()) {
        space.take(*rect, Taken::Solid);
    }
    for rect in layout.lane_headers.iter().chain(&layout.phases) {
        space.take(*rect, Taken::Solid);
    }
    for (mark, node) in model.mark.iter().zip(&layout.nodes) {
        if mark.w > 0 {
            let size = Size { w: f64::from(mark.w), h: f64::from(mark.h) };
            space.take(Rect::around(Point { x: node.right(), y: node.y }, size), Taken::Solid);
        }
    }
    for rect in &layout.lanes {
        space.take_border(rect, Taken::LaneBorder);
    }
    for rect in &layout.frames {
        space.take_border(rect, Taken::Border);
    }
    for (wire, points) in lines.iter().enumerate() {
        space.take_line(wire, points);
    }
    space
}

fn phases(work: &Work, geometry: &Geometry, right: i32) -> Vec<Rect> {
    let (top, bottom) = geometry.headings;
    let mut first: Vec<Option<usize>> = vec![None; work.model.phases.len()];
    for (node, &c) in work.column.iter().enumerate() {
        if let Some(phase) = work.model.phase[node] {
            first[phase] = Some(first[phase].map_or(c, |f: usize| f.min(c)));
        }
    }
    let mut at = geometry.xs.first().map_or(0, |s| s.begin);
    let mut rects = Vec::new();
    for phase in 0..first.len() {
        if first[phase].is_none() {
            rects.push(rect(at, top, at, bottom));
            continue;
        }
        let next = first[phase + 1..].iter().flatten().next();
        let end = next.map_or(right, |&c| geometry.xs[work.grid.gap[c]].middle).max(at);
        rects.push(rect(at, top, end, bottom));
        at = end;
    }
    rects
}
