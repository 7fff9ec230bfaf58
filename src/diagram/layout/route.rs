//! The way of each line through the grid, cell by cell: the shortest with few turns and few crossings.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

use super::grid::{Grid, Kind};
use super::model::Model;

/// What a turn costs, in units of length.
const TURN: i32 = 34;
/// What crossing another line costs, and what it costs where a way without is sought.
const CROSS: i32 = 80;
const CROSS_NOT: [i32; 2] = [600, 4_000];
/// What crossing the border of a frame costs that neither end is in.
const FOREIGN: i32 = 60;

/// The lower and the upper side of a box; 0 and 1 are right and left.
const BELOW: usize = 2;
const ABOVE: usize = 3;

/// The ways in which a line may go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Right,
    Left,
    Down,
    Up,
}

impl Way {
    const ALL: [Self; 4] = [Self::Right, Self::Left, Self::Down, Self::Up];

    pub(super) fn level(self) -> bool {
        matches!(self, Self::Right | Self::Left)
    }

    fn against(self, other: Self) -> bool {
        self != other && self.level() == other.level()
    }
}

/// Where the mark of a box stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Noted {
    Below,
    Above,
    /// Below, right of the lines that come to the lower side.
    Beside,
}

/// The cells that a line goes through, its boxes' cells included.
pub(super) type Path = Vec<(usize, usize)>;

/// What lines run where.
#[derive(Debug, Clone)]
struct Traffic {
    /// Lines that go straight across each cell, and straight down.
    across: Vec<u16>,
    down: Vec<u16>,
    /// Lines that turn in it.
    turns: Vec<u16>,
    /// Lines at the sides of each box: right, left, below, above.
    sides: Vec<[u16; 4]>,
}

pub(super) struct Router<'a> {
    model: &'a Model,
    grid: &'a Grid,
    /// The middle of each strip if all were as narrow as they may be.
    px: Vec<i32>,
    py: Vec<i32>,
    /// Cells that no line may go through upright: a frame's tab is there.
    pub(super) tabbed: Vec<bool>,
    traffic: Traffic,
    best: Vec<i32>,
    came: Vec<u8>,
    stamp: Vec<u32>,
    now: u32,
    /// How many more cells may be looked at.
    left: usize,
    pub(super) paths: Vec<Path>,
    frames_of: Vec<u32>,
    /// Sides at which the line that is sought may not begin and end.
    barred: [Option<usize>; 2],
    /// What crossing another line costs now.
    cross: i32,
    /// In quarters: how much the way ahead weighs. More is faster and less exact.
    haste: i32,
}

fn middles(strips: &[super::grid::Strip], more: i32) -> Vec<i32> {
    let mut at = 0;
    let mut middles = Vec::with_capacity(strips.len());
    for strip in strips {
        let size = strip.least + if strip.kind == Kind::Channel { more } else { 0 };
        middles.push(at + size / 2);
        at += size.max(1);
    }
    middles
}

impl<'a> Router<'a> {
    pub(super) fn new(model: &'a Model, grid: &'a Grid, effort: usize) -> Self {
        let cells = grid.xs.len() * grid.ys.len();
        let traffic = Traffic {
            across: vec![0; cells],
            down: vec![0; cells],
            turns: vec![0; cells],
            sides: vec![[0; 4]; model.nodes()],
        };
        Self {
            model,
            grid,
            px: middles(&grid.xs, 16),
            py: grid
                .ys
                .iter()
                .zip(middles(&grid.ys, 8))
                .map(|(s, m)| m + if s.kind == Kind::Cells { 10 } else { 0 })
                .collect(),
            tabbed: vec![false; cells],
            traffic,
            best: vec![0; cells * 4],
            came: vec![0; cells * 4],
            stamp: vec![0; cells * 4],
            now: 0,
            left: effort,
            paths: vec![Path::new(); model.wires.len()],
            frames_of: vec![0; model.frames.len()],
            barred: [None; 2],
            cross: CROSS,
            haste: match model.wires.len() {
                0..=100 => 4,
                101..=400 => 5,
                _ => 8,
            },
        }
    }

    /// Lays every line: those of a finding first, then from the shortest to the longest.
    pub(super) fn lay_all(&mut self) {
        let mut order: Vec<usize> = (0..self.model.wires.len()).collect();
        order.sort_by_key(|&w| {
            let wire = &self.model.wires[w];
            let (a, b) = (self.grid.node[wire.from], self.grid.node[wire.to]);
            (!wire.strong, self.px[a.0].abs_diff(self.px[b.0]) + self.py[a.1].abs_diff(self.py[b.1]), w)
        });
        for w in order {
            self.lay(w);
        }
    }

    /// Takes lines up again and lays them anew, now that the others are known; says whether any changed.
    pub(super) fn again(&mut self, wires: &[usize]) -> bool {
        let mut changed = false;
        for &w in wires {
            let old = std::mem::take(&mut self.paths[w]);
            self.count(w, &old, false);
            self.paths[w] = old.clone();
            self.lay(w);
            changed |= self.paths[w] != old;
        }
        changed
    }

    /// Puts back a way that a line had before.
    pub(super) fn restore(&mut self, w: usize, path: Path) {
        let old = std::mem::take(&mut self.paths[w]);
        self.count(w, &old, false);
        self.count(w, &path, true);
        self.paths[w] = path;
    }

    /// Other ways for a line: beginning or ending at other sides of its boxes.
    pub(super) fn others(&mut self, w: usize) -> Vec<Path> {
        let old = self.paths[w].clone();
        self.restore(w, Path::new());
        let mut found: Vec<Path> = Vec::new();
        let mut offer = |path: Option<Path>| {
            found.extend(path.filter(|p| *p != old && !found.contains(p)));
        };
        for cross in [CROSS_NOT[0], CROSS_NOT[1], CROSS] {
            self.cross = cross;
            offer(self.search(w));
        }
        if let ([first, second, ..], [.., before, last]) = (old.as_slice(), old.as_slice()) {
            let (begin, end) = (side(*first, *second), side(*last, *before));
            for barred in [[Some(begin), None], [None, Some(end)], [Some(begin), Some(end)]] {
                self.barred = barred;
                offer(self.search(w));
            }
        }
        self.barred = [None; 2];
        self.restore(w, old);
        found
    }

    fn lay(&mut self, w: usize) {
        let path = if self.left > 0 { self.search(w) } else { None };
        let path = path.unwrap_or_else(|| self.plain(w));
        self.count(w, &path, true);
        self.paths[w] = path;
    }

    /// How long all lines are together, about.
    pub(super) fn length(&self) -> i64 {
        let step = |p: &[(usize, usize)]| {
            i64::from(self.px[p[0].0].abs_diff(self.px[p[1].0]) + self.py[p[0].1].abs_diff(self.py[p[1].1]))
        };
        self.paths.iter().flat_map(|path| path.windows(2)).map(step).sum()
    }

    /// How many lines go down through a cell.
    pub(super) fn down_through(&self, x: usize, y: usize) -> u16 {
        self.traffic.down[self.grid.cell(x, y)]
    }

    fn count(&mut self, w: usize, path: &Path, add: bool) {
        let bump = |n: &mut u16| *n = if add { n.saturating_add(1) } else { n.saturating_sub(1) };
        for (at, &(x, y)) in path.iter().enumerate() {
            let cell = self.grid.cell(x, y);
            let (Some(before), Some(after)) = (at.checked_sub(1).and_then(|i| path.get(i)), path.get(at + 1)) else {
                continue;
            };
            if before.1 == after.1 {
                bump(&mut self.traffic.across[cell]);
            } else if before.0 == after.0 {
                bump(&mut self.traffic.down[cell]);
            } else {
                bump(&mut self.traffic.turns[cell]);
            }
        }
        if let ([first, second, ..], [.., before, last]) = (path.as_slice(), path.as_slice()) {
            let wire = &self.model.wires[w];
            bump(&mut self.traffic.sides[wire.from][side(*first, *second)]);
            bump(&mut self.traffic.sides[wire.to][side(*last, *before)]);
        }
    }

    /// Where the mark of each box stands: on the side that no line takes, else beside the lines.
    pub(super) fn notes(&self) -> Vec<Noted> {
        let place = |s: &[u16; 4]| match (s[BELOW] > 0, s[ABOVE] > 0) {
            (false, _) => Noted::Below,
            (true, false) => Noted::Above,
            (true, true) => Noted::Beside,
        };
        self.traffic.sides.iter().map(place).collect()
    }

    /// What it costs to begin or end at a side of a box that has lines already.
    fn crowd(&self, node: usize, side: usize) -> i32 {
        let size = self.model.size[node];
        let room = if side < BELOW { size.h } else { size.w - 20 };
        let taken = i32::from(self.traffic.sides[node][side]);
        // the mark under the box gives way, but not gladly
        let sides = self.traffic.sides[node];
        let mark = match side {
            BELOW | ABOVE if self.model.note[node].is_some() => {
                let other = sides[BELOW + ABOVE - side] > 0;
                if other && sides[side] == 0 {
                    55
                } else if side == BELOW {
                    6
                } else {
                    0
                }
            }
            _ => 0,
        };
        let most = (room / 12).max(1);
        mark + if taken < most { taken * 5 } else { 60 + 30 * (taken - most) }
    }

    fn search(&mut self, w: usize) -> Option<Path> {
        let wire = &self.model.wires[w];
        let (from, to) = (self.grid.node[wire.from], self.grid.node[wire.to]);
        self.now += 1;
        let now = self.now;
        for end in [wire.from, wire.to] {
            for f in self.model.chain(self.model.frame[end]) {
                self.frames_of[f] = now;
            }
        }
        let goal = self.grid.cell(to.0, to.1);
        let lanes = (self.model.lane[wire.from], self.model.lane[wire.to]);
        let aim = Aim { to, goal, node: wire.to, lanes };
        let mut heap = Heap::new();
        for (at, way) in Way::ALL.into_iter().enumerate() {
            if self.barred[0] == Some(at) {
                continue;
            }
            let price = match way {
                Way::Right => 0,
                Way::Left => 50,
                _ => 12,
            };
            // a line to its own box comes back to this cell, so that what begins here is not noted as reached
            let cost = price + self.crowd(wire.from, at);
            self.step(&mut heap, &aim, Step { here: from, way: at, before: 4, cost });
        }
        while let Some(Reverse((_, state))) = heap.pop() {
            let state = state as usize;
            let (cell, at) = (state / 4, state % 4);
            let cost = self.best[state];
            if self.came[state] & 0x80 != 0 {
                continue;
            }
            self.came[state] |= 0x80;
            if cell == goal {
                return Some(self.trace(state));
            }
            if self.left == 0 {
                return None;
            }
            self.left -= 1;
            let (x, y) = (cell % self.grid.xs.len(), cell / self.grid.xs.len());
            let way = Way::ALL[at];
            let may_turn = !matches!(self.grid.xs[x].kind, Kind::Border)
                && !matches!(self.grid.ys[y].kind, Kind::Border | Kind::Edge);
            for (next, turn) in Way::ALL.into_iter().enumerate() {
                if turn.against(way) || (turn != way && !may_turn) {
                    continue;
                }
                let mut price = cost;
                // whether lines cross that run side by side for a while is not known before their tracks are
                let joins = if self.cross == CROSS { 14 } else { self.cross / 4 };
                let through = &self.traffic;
                if turn != way {
                    price += TURN + joins * i32::from(through.across[cell].min(9) + through.down[cell].min(9));
                    price += 4 * i32::from(through.turns[cell].min(9));
                } else if way.level() {
                    price += self.cross * i32::from(through.down[cell].min(9)) + i32::from(through.across[cell].min(9));
                    price += (joins - 2) * i32::from(through.turns[cell].min(9));
                } else {
                    price += self.cross * i32::from(through.across[cell].min(9)) + i32::from(through.down[cell].min(9));
                    price += (joins - 2) * i32::from(through.turns[cell].min(9));
                }
                self.step(&mut heap, &aim, Step { here: (x, y), way: next, before: at as u8, cost: price });
            }
        }
        None
    }

    /// Goes one cell on.
    fn step(&mut self, heap: &mut Heap, aim: &Aim, step: Step) {
        let Step { here: (x, y), way: at, before, cost } = step;
        let Aim { to, goal, node, lanes } = *aim;
        let way = Way::ALL[at];
        let (nx, ny) = match way {
            Way::Right => (x + 1, y),
            Way::Left => (x.wrapping_sub(1), y),
            Way::Down => (x, y + 1),
            Way::Up => (x, y.wrapping_sub(1)),
        };
        if nx >= self.grid.xs.len() || ny >= self.grid.ys.len() {
            return;
        }
        let cell = self.grid.cell(nx, ny);
        // along a border nothing runs; a line into a border comes out on the other side
        if way.level() && matches!(self.grid.ys[ny].kind, Kind::Border | Kind::Edge) {
            return;
        }
        if !way.level() && (self.grid.xs[nx].kind == Kind::Border || self.tabbed[cell]) {
            return;
        }
        let mut cost = cost + (self.px[x] - self.px[nx]).abs() + (self.py[y] - self.py[ny]).abs();
        if cell == goal {
            let (price, side) = match way {
                Way::Right => (0, 1),
                Way::Left => (50, 0),
                Way::Down => (12, 3),
                Way::Up => (12, 2),
            };
            if self.barred[1] == Some(side) {
                return;
            }
            cost += price + self.crowd(node, side);
        } else if self.grid.boxed[cell].is_some() {
            return;
        }
        let inner = self.grid.framed[cell].map(|f| f as usize);
        if inner != self.grid.framed[self.grid.cell(x, y)].map(|f| f as usize) {
            let foreign = self.model.chain(inner).take(8).filter(|&f| self.frames_of[f] != self.now).count();
            cost += FOREIGN * foreign as i32;
        } else if inner.is_some_and(|f| self.frames_of[f] != self.now) {
            cost += 10;
        }
        let lane = self.grid.lane_at[ny];
        if way.level() && lane != lanes.0 && lane != lanes.1 {
            cost += (self.px[x] - self.px[nx]).abs() / 2;
            if self.grid.ys[ny].kind == Kind::Cells {
                cost += 12;
            }
        } else if way.level() && self.grid.ys[ny].kind == Kind::Cells {
            let many = i32::from(self.traffic.across[cell].min(9));
            cost += if many > 2 { 12 * many } else { 0 };
        }
        let state = cell * 4 + at;
        if self.stamp[state] == self.now && self.best[state] <= cost {
            return;
        }
        self.stamp[state] = self.now;
        self.best[state] = cost;
        self.came[state] = before;
        let rest = (self.px[nx] - self.px[to.0]).abs() + (self.py[ny] - self.py[to.1]).abs();
        let rest = rest + TURN * turns_left(way, (nx, ny), to);
        heap.push(Reverse((cost + rest * self.haste / 4, state as u32)));
    }

    /// The way back from where a search arrived.
    fn trace(&self, state: usize) -> Path {
        let across = self.grid.xs.len();
        let mut path = Path::new();
        let (mut cell, mut way) = (state / 4, state % 4);
        loop {
            path.push((cell % across, cell / across));
            let before = self.came[cell * 4 + way] & 0x7f;
            cell = match Way::ALL[way] {
                Way::Right => cell - 1,
                Way::Left => cell + 1,
                Way::Down => cell - across,
                Way::Up => cell + across,
            };
            if before >= 4 {
                path.push((cell % across, cell / across));
                break;
            }
            way = usize::from(before);
        }
        path.reverse();
        path
    }

    /// A way that is always there: right, down the channel, along the channel above the lane, and into the box from the
    /// left.
    fn plain(&self, w: usize) -> Path {
        let wire = &self.model.wires[w];
        let (from, to) = (self.grid.node[wire.from], self.grid.node[wire.to]);
        let over = self.grid.lane_channels[self.model.lane[wire.to]].0;
        let corners = [(from.0 + 1, from.1), (from.0 + 1, over), (to.0 - 1, over), (to.0 - 1, to.1), to];
        let straight = from.1 == to.1 && from.0 + 2 == to.0;
        let corners = if straight { &corners[4..] } else { &corners[..] };
        let mut path = vec![from];
        let (mut x, mut y) = from;
        for &(cx, cy) in corners {
            while (x, y) != (cx, cy) {
                x = if x < cx { x + 1 } else { x - usize::from(x > cx) };
                y = if y < cy { y + 1 } else { y - usize::from(y > cy) };
                path.push((x, y));
            }
        }
        path
    }
}

/// Cells to look at next: what a way through is at least, and the cell with the way into it.
type Heap = BinaryHeap<Reverse<(i32, u32)>>;

/// What a search looks for.
#[derive(Clone, Copy)]
struct Aim {
    to: (usize, usize),
    goal: usize,
    node: usize,
    lanes: (usize, usize),
}

struct Step {
    here: (usize, usize),
    /// Which way it goes on, and which way it came here; 4 where it begins.
    way: usize,
    before: u8,
    cost: i32,
}

/// How many turns there are at least from a cell, entered in this way, to the end.
fn turns_left(way: Way, here: (usize, usize), to: (usize, usize)) -> i32 {
    let (across, down) = (to.0.cmp(&here.0), to.1.cmp(&here.1));
    let (along, aside) = if way.level() { (across, down) } else { (down, across) };
    let onward = if matches!(way, Way::Right | Way::Down) { Ordering::Greater } else { Ordering::Less };
    match (along == onward, along == Ordering::Equal, aside == Ordering::Equal) {
        (_, true, true) | (true, _, true) => 0,
        (true, _, false) | (_, true, false) => 1,
        (false, false, _) => 2,
    }
}

fn side(here: (usize, usize), there: (usize, usize)) -> usize {
    if there.0 > here.0 {
        0
    } else if there.0 < here.0 {
        1
    } else if there.1 > here.1 {
        2
    } else {
        3
    }
}
