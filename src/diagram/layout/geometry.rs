//! Strips and tracks become coordinates: each strip as narrow as what is in it allows.

use super::grid::{Grid, Kind};
use super::model::{Extent, Model};
use super::route::Noted;
use super::tracks::Tracks;

/// Around the page.
pub(super) const MARGIN: i32 = 16;
/// Between a strip's end and the first line in it.
const SIDE: i32 = 10;
/// What an arrowhead takes, with what is before and behind a number on a short line.
const ARROW: i32 = 32;

/// How much room is asked for, beyond what must be.
#[derive(Debug, Clone, Default)]
pub(super) struct Room {
    /// By wire: above a leg across, beside a leg down.
    pub(super) legs: Vec<i32>,
    /// By gap between columns: how wide it is at least.
    pub(super) gaps: Vec<i32>,
    /// By strip across: how much higher it is than it must be.
    pub(super) strips: Vec<i32>,
    /// More between lines.
    pub(super) loose: i32,
}

/// Where a strip begins, its middle line, and where it ends.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Span {
    pub(super) begin: i32,
    pub(super) middle: i32,
    pub(super) end: i32,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Geometry {
    pub(super) xs: Vec<Span>,
    pub(super) ys: Vec<Span>,
    /// Where each leg runs.
    pub(super) legs: Vec<i32>,
    /// How large each box became.
    pub(super) size: Vec<Extent>,
    /// How far right of the middle of a box the mark beside its lines begins.
    pub(super) beside: Vec<i32>,
    pub(super) header: i32,
    pub(super) headings: (i32, i32),
}

/// Where the tab of each frame goes, in strips.
pub(super) type Tabs = Vec<Option<(usize, usize)>>;

pub(super) struct Work<'a> {
    pub(super) model: &'a Model,
    pub(super) grid: &'a Grid,
    pub(super) column: &'a [usize],
    pub(super) order: &'a [usize],
    pub(super) tracks: &'a Tracks,
    pub(super) tabs: &'a Tabs,
    /// Where the mark of each box stands.
    pub(super) noted: &'a [Noted],
    pub(super) room: &'a Room,
}

/// Before and after the middle line of a strip.
type Halves = Vec<(i32, i32)>;

impl Work<'_> {
    pub(super) fn solve(&self) -> Geometry {
        let (grid, model) = (self.grid, self.model);
        let mut geometry =
            Geometry { legs: vec![0; self.tracks.legs.len()], size: model.size.clone(), ..Geometry::default() };
        let badge = model.wires.iter().fold((0, 0), |b, w| (b.0.max(w.badge.w), b.1.max(w.badge.h)));
        let even = |n: i32| n + n % 2;
        let loose = self.room.loose;
        let beside = [even(14.max(badge.0 / 2 + 5)) + loose, even(14.max(badge.1 / 2 + 5)) + loose];
        let ports = [even(12.max(badge.0 / 2 + 2)) + loose, even(12.max(badge.1 / 2 + 2)) + loose];
        let mut offset = vec![0; self.tracks.legs.len()];
        for (level, strips, lists) in [(false, &grid.xs, &self.tracks.down), (true, &grid.ys, &self.tracks.across)] {
            for (strip, list) in strips.iter().zip(lists) {
                let apart = if strip.kind == Kind::Cells { ports } else { beside }[usize::from(level)];
                let extra = |leg: usize| self.extra(leg);
                let found = self.tracks.offsets(list, |a, b| apart + if level { extra(b) } else { extra(a) });
                for (&leg, at) in list.iter().zip(found) {
                    offset[leg] = at;
                }
            }
        }
        geometry.beside = vec![0; model.nodes()];
        self.enlarge(&offset, &mut geometry);
        let mut across = self.halves(false, &offset);
        let mut down = self.halves(true, &offset);
        self.boxes(&geometry, &mut across, &mut down);
        self.widen(&mut across, badge.0);
        self.heighten(&mut down, badge.1);
        geometry.header = model.headers.iter().map(|h| h.w).max().unwrap_or(0);
        geometry.header += if geometry.header > 0 { 20 } else { 0 };
        let title = model.phases.iter().map(|p| p.h).max().map_or(0, |h| h + 12);
        geometry.headings = (MARGIN, MARGIN + title);
        let top = MARGIN + title + if title > 0 { 12 } else { 0 };
        geometry.xs = spans(&across, MARGIN + geometry.header, |_| 0);
        let mut last = None;
        geometry.ys = spans(&down, top, |y| {
            let lane = grid.lane_at.get(y).copied();
            let new = last.is_some() && lane != last;
            last = lane;
            if new { 10 } else { 0 }
        });
        for (leg, l) in self.tracks.legs.iter().enumerate() {
            let span = if l.level { geometry.ys[l.strip] } else { geometry.xs[l.strip] };
            geometry.legs[leg] = span.middle + offset[leg];
        }
        geometry
    }

    /// What a leg asks for beside it, for its words.
    fn extra(&self, leg: usize) -> i32 {
        let l = &self.tracks.legs[leg];
        let channel = if l.level { self.grid.ys[l.strip].kind } else { self.grid.xs[l.strip].kind } == Kind::Channel;
        if channel { self.room.legs.get(leg).copied().unwrap_or(0) } else { 0 }
    }

    /// Makes boxes so large that all their lines reach them.
    fn enlarge(&self, offset: &[i32], geometry: &mut Geometry) {
        let (size, beside) = (&mut geometry.size, &mut geometry.beside);
        for (at, leg) in self.tracks.legs.iter().enumerate() {
            let wire = &self.model.wires[leg.wire];
            for (end, node, low) in [(leg.before, wire.from, leg.onward), (leg.after, wire.to, !leg.onward)] {
                if end.is_some() {
                    continue;
                }
                if leg.level {
                    size[node].h = size[node].h.max(2 * (offset[at].abs() + 8));
                } else {
                    size[node].w = size[node].w.max(2 * (offset[at].abs() + 14));
                    if low {
                        beside[node] = beside[node].max(offset[at] + 10);
                    }
                }
            }
        }
    }

    /// What each strip needs for the lines that run along it.
    fn halves(&self, level: bool, offset: &[i32]) -> Halves {
        let (strips, lists) =
            if level { (&self.grid.ys, &self.tracks.across) } else { (&self.grid.xs, &self.tracks.down) };
        (strips.iter().zip(lists))
            .map(|(strip, list)| {
                if strip.kind == Kind::Cells {
                    let far = list.iter().map(|&l| offset[l].abs() + 8).max().unwrap_or(0);
                    return (far, far);
                }
                let half = strip.least / 2;
                list.iter().fold((half, strip.least - half), |(low, high), &l| {
                    let (above, beside) = if level { (self.extra(l), 0) } else { (0, self.extra(l)) };
                    (low.max(SIDE - offset[l] + above), high.max(SIDE + offset[l] + beside))
                })
            })
            .collect()
    }

    /// What rows and columns need for their boxes and the marks beside them.
    fn boxes(&self, geometry: &Geometry, across: &mut Halves, down: &mut Halves) {
        let (model, size) = (self.model, &geometry.size);
        for (node, &(x, y)) in self.grid.node.iter().enumerate() {
            let note = model.note[node].unwrap_or_default();
            let noted = self.noted[node];
            let half = (size[node].w / 2, size[node].w / 2);
            let half = match noted {
                _ if note.h == 0 => half,
                Noted::Beside => (half.0, half.1.max(geometry.beside[node] + note.w)),
                _ => (half.0.max(note.w / 2), half.1.max(note.w / 2)),
            };
            across[x] = (across[x].0.max(half.0), across[x].1.max(half.1));
            let half = size[node].h / 2;
            let mark = model.mark[node].h / 2;
            let above = if noted == Noted::Above && note.h > 0 { note.h + 6.max(mark + 4) } else { mark };
            let below = if noted == Noted::Above || note.h == 0 { 0 } else { note.h + 4 };
            down[y] = (down[y].0.max(half + above), down[y].1.max(half + below));
        }
    }

    /// Gaps wide enough for short lines, tabs and headings.
    fn widen(&self, across: &mut Halves, badge: i32) {
        let grid = self.grid;
        let mut least: Vec<i32> = vec![40; grid.gap.len()];
        if let Some(first) = least.first_mut() {
            *first = 24;
        }
        if let Some(last) = least.last_mut() {
            *last = 24;
        }
        // numbers on lines side by side stand one after the other
        let mut side_by_side = std::collections::BTreeMap::new();
        for leg in self.tracks.legs.iter().filter(|l| l.level && l.before.is_none() && l.after.is_none()) {
            let gap = grid.gap_of(leg.from);
            if gap == grid.gap_of(leg.to) {
                let numbers = self.model.wires[leg.wire].edges.len().min(6) as i32;
                *side_by_side.entry((gap, leg.strip)).or_insert(0) += numbers * (badge + 4);
            }
        }
        for ((gap, _), wide) in side_by_side {
            least[gap] = least[gap].max(wide + ARROW);
        }
        for (gap, &(from, to)) in grid.gap_strips.iter().enumerate() {
            let least = least[gap].max(self.room.gaps.get(gap).copied().unwrap_or(0));
            let size: i32 = across[from..=to].iter().map(|h| h.0 + h.1).sum();
            grow(&mut across[grid.gap[gap]], least - size);
        }
        for (frame, stretch) in self.tabs.iter().enumerate() {
            let Some((from, to)) = *stretch else { continue };
            let size: i32 = across[from..=to].iter().map(|h| h.0 + h.1).sum();
            let lack = self.model.frames[frame].tab.w + 12 - size;
            // a column that is widened keeps its boxes in the middle
            let at = (from..=to).find(|&x| grid.xs[x].kind == Kind::Cells).unwrap_or(from);
            grow(&mut across[at], lack);
        }
        for (from, to, title) in self.headings() {
            let size: i32 = across[grid.gap[from]..=grid.gap[to + 1]].iter().map(|h| h.0 + h.1).sum();
            grow(&mut across[grid.gap[to + 1]], title + 30 - size);
        }
    }

    /// The first and last column of each phase that has any, with how wide its title is.
    pub(super) fn headings(&self) -> Vec<(usize, usize, i32)> {
        let mut spans: Vec<Option<(usize, usize)>> = vec![None; self.model.phases.len()];
        for (node, &c) in self.column.iter().enumerate() {
            if let Some(phase) = self.model.phase[node] {
                let span = spans[phase].get_or_insert((c, c));
                *span = (span.0.min(c), span.1.max(c));
            }
        }
        spans.iter().zip(&self.model.phases).filter_map(|(s, p)| s.map(|(a, b)| (a, b, p.w))).collect()
    }

    /// Channels high enough for short lines, and lanes for their headers.
    fn heighten(&self, down: &mut Halves, badge: i32) {
        let grid = self.grid;
        let mut side_by_side = std::collections::BTreeMap::new();
        for leg in self.tracks.legs.iter().filter(|l| !l.level && l.before.is_none() && l.after.is_none()) {
            let numbers = self.model.wires[leg.wire].edges.len().min(6) as i32;
            *side_by_side.entry((leg.from, leg.to, leg.strip)).or_insert(0) += numbers * (badge + 4);
        }
        for ((from, to, _), high) in side_by_side {
            let size: i32 = down[from..=to].iter().map(|h| h.0 + h.1).sum();
            if let Some(at) = (from..=to).find(|&y| grid.ys[y].kind == Kind::Channel) {
                grow(&mut down[at], high + ARROW - 6 - size);
            }
        }
        for (half, &more) in down.iter_mut().zip(&self.room.strips) {
            grow(half, more);
        }
        for &lane in self.order {
            let (from, to) = grid.lanes[lane];
            let size: i32 = down[from..=to].iter().map(|h| h.0 + h.1).sum();
            let lack = (self.model.headers[lane].h + 16 - size).max(0);
            let (above, below) = grid.lane_channels[lane];
            grow(&mut down[above], lack / 2);
            grow(&mut down[below], lack - lack / 2);
        }
    }

    /// The corners of a line.
    pub(super) fn points(&self, geometry: &Geometry, wire: usize) -> Vec<(i32, i32)> {
        let mut points = Vec::new();
        let Some(first) = self.tracks.first[wire] else {
            return points;
        };
        let ends = &self.model.wires[wire];
        let mut leg = first;
        loop {
            let l = &self.tracks.legs[leg];
            let at = geometry.legs[leg];
            let edge = |node: usize, onward: bool| {
                let (x, y) = self.grid.node[node];
                let size = geometry.size[node];
                let (middle, half) =
                    if l.level { (geometry.xs[x].middle, size.w / 2) } else { (geometry.ys[y].middle, size.h / 2) };
                if onward { middle + half } else { middle - half }
            };
            let mut push = |along: i32| points.push(if l.level { (along, at) } else { (at, along) });
            if l.before.is_none() {
                push(edge(ends.from, l.onward));
            }
            match l.after {
                Some(after) => push(geometry.legs[after]),
                None => {
                    push(edge(ends.to, !l.onward));
                    return points;
                }
            }
            leg = l.after.unwrap_or(first);
        }
    }
}

fn grow(half: &mut (i32, i32), by: i32) {
    if by > 0 {
        let by = by + by % 2;
        half.0 += by / 2;
        half.1 += by / 2;
    }
}

fn spans(halves: &Halves, begin: i32, mut before: impl FnMut(usize) -> i32) -> Vec<Span> {
    let mut at = begin;
    (halves.iter().enumerate())
        .map(|(i, &(low, high))| {
            at += before(i);
            let begin = at;
            at += low + high;
            Span { begin, middle: begin + low, end: at }
        })
        .collect()
}
