//! Which row of its lane each box stands in. A frame is a block of rows and columns that nothing else comes into.

use super::engine::Taste;
use super::model::Model;

/// What stands in a lane or frame: a box or a frame with all that is in it.
#[derive(Debug, Clone)]
struct Item {
    what: What,
    /// First and last column.
    from: usize,
    to: usize,
    /// First row, counted from the first row of what it is in.
    row: usize,
    rows: usize,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum What {
    Node(usize),
    Frame(usize),
}

/// What is in one lane or frame.
#[derive(Debug, Clone, Default)]
struct Container {
    items: Vec<Item>,
    rows: usize,
}

/// Rows by box, by lane and by frame.
#[derive(Debug, Clone, Default)]
pub(super) struct Rows {
    /// The row of each box in its lane.
    pub(super) row: Vec<usize>,
    /// How many rows each lane has, one at least.
    pub(super) rows: Vec<usize>,
    /// First and last row and column of each frame that has something in it.
    pub(super) frames: Vec<Option<Block>>,
}

/// Rows and columns, the last ones included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Block {
    pub(super) left: usize,
    pub(super) right: usize,
    pub(super) top: usize,
    pub(super) bottom: usize,
}

struct Packer<'a> {
    model: &'a Model,
    column: &'a [usize],
    /// The place of each lane from above.
    place: Vec<usize>,
    order: &'a [usize],
    /// The frames from the innermost to the outermost, then the lanes.
    containers: Vec<Container>,
    /// Which wires touch each box.
    touching: Vec<Vec<usize>>,
    rows: Rows,
    taste: Taste,
}

/// Gives each box a row.
pub(super) fn assign(model: &Model, column: &[usize], order: &[usize], taste: Taste, effort: usize) -> Rows {
    let mut place = vec![0; model.lanes];
    for (at, &lane) in order.iter().enumerate() {
        place[lane] = at;
    }
    let mut touching = vec![Vec::new(); model.nodes()];
    for (at, wire) in model.wires.iter().enumerate() {
        touching[wire.from].push(at);
        if wire.to != wire.from {
            touching[wire.to].push(at);
        }
    }
    let mut packer = Packer {
        model,
        column,
        place,
        order,
        containers: vec![Container::default(); model.frames.len() + model.lanes],
        touching,
        rows: Rows { row: vec![0; model.nodes()], ..Rows::default() },
        taste,
    };
    packer.fill();
    packer.locate();
    packer.improve(effort);
    packer.locate();
    packer.rows
}

impl Packer<'_> {
    /// Puts everything into what it is in, innermost first, each at the first good row.
    fn fill(&mut self) {
        let frames = self.model.frames.len();
        let holder = |frame: Option<usize>, lane: usize| frame.unwrap_or(frames + lane);
        for node in 0..self.model.nodes() {
            let c = self.column[node];
            let item = Item { what: What::Node(node), from: c, to: c, row: 0, rows: 1 };
            self.containers[holder(self.model.frame[node], self.model.lane[node])].items.push(item);
        }
        // a parent comes before what is in it, so that backwards is from within
        for at in (0..frames).rev().chain(frames..frames + self.model.lanes) {
            self.pack(at);
            if at >= frames || self.containers[at].items.is_empty() {
                continue;
            }
            let inside = &self.containers[at];
            let from = inside.items.iter().map(|i| i.from).min().unwrap_or(0);
            let to = inside.items.iter().map(|i| i.to).max().unwrap_or(0);
            let item = Item { what: What::Frame(at), from, to, row: 0, rows: inside.rows };
            let frame = &self.model.frames[at];
            self.containers[holder(frame.parent, frame.lane)].items.push(item);
        }
    }

    fn pack(&mut self, at: usize) {
        let mut items = std::mem::take(&mut self.containers[at].items);
        let declared = |item: &Item| match item.what {
            What::Node(n) => n,
            What::Frame(f) => self.first_node(f),
        };
        items.sort_by_key(|i| (i.from, declared(i)));
        let mut owner = vec![usize::MAX; self.model.nodes()];
        for (index, item) in items.iter().enumerate() {
            self.each_node(item.what, &mut |n| owner[n] = index);
        }
        let mut placed: Vec<Item> = Vec::with_capacity(items.len());
        let mut high = 0;
        for mut item in items {
            let mut wanted: Vec<(usize, i64)> = Vec::new();
            let mut pull = 0i64;
            self.each_node(item.what, &mut |n| {
                for &w in &self.touching[n] {
                    let wire = &self.model.wires[w];
                    let other = if wire.from == n { wire.to } else { wire.from };
                    let (here, there) = (self.place[self.model.lane[n]], self.place[self.model.lane[other]]);
                    if here != there {
                        pull += if there < here { 1 } else { -1 };
                    } else if owner[other] < placed.len() {
                        let p: &Item = &placed[owner[other]];
                        wanted.push((p.row + self.inner_row(p.what, other), self.inner_row(item.what, n) as i64));
                    }
                }
            });
            let mut best = (i64::MAX, 0);
            for row in 0..=high {
                let clash = placed
                    .iter()
                    .any(|p| p.from <= item.to && item.from <= p.to && p.row < row + item.rows && row < p.row + p.rows);
                if clash {
                    continue;
                }
                let mut cost = 0i64;
                for &(there, here) in &wanted {
                    cost += 4 * (there as i64 - row as i64 - here).abs();
                }
                cost += 6 * (row + item.rows).saturating_sub(high) as i64 + pull.signum() * row as i64;
                if cost < best.0 {
                    best = (cost, row);
                }
            }
            item.row = best.1;
            high = high.max(item.row + item.rows);
            placed.push(item);
        }
        self.containers[at] = Container { items: placed, rows: high };
    }

    /// The row of a box within an item of what it is in.
    fn inner_row(&self, what: What, node: usize) -> usize {
        let What::Frame(frame) = what else {
            return 0;
        };
        let (mut row, mut at, mut item) = (0, self.model.frame[node], What::Node(node));
        while let Some(f) = at {
            row += self.containers[f].items.iter().find(|i| i.what == item).map_or(0, |i| i.row);
            if f == frame {
                break;
            }
            (item, at) = (What::Frame(f), self.model.frames[f].parent);
        }
        row
    }

    fn first_node(&self, frame: usize) -> usize {
        let mut first = usize::MAX;
        self.each_node(What::Frame(frame), &mut |n| first = first.min(n));
        first
    }

    fn each_node(&self, what: What, each: &mut impl FnMut(usize)) {
        let mut stack = vec![what];
        while let Some(what) = stack.pop() {
            match what {
                What::Node(n) => each(n),
                What::Frame(f) => stack.extend(self.containers[f].items.iter().map(|i| i.what)),
            }
        }
    }

    /// Works out the rows of all boxes from what is in what.
    fn locate(&mut self) {
        let frames = self.model.frames.len();
        self.rows.rows = (0..self.model.lanes).map(|l| self.containers[frames + l].rows.max(1)).collect();
        self.rows.frames = vec![None; frames];
        for lane in 0..self.model.lanes {
            let mut stack = vec![(frames + lane, 0)];
            while let Some((at, base)) = stack.pop() {
                for item in &self.containers[at].items {
                    match item.what {
                        What::Node(n) => self.rows.row[n] = base + item.row,
                        What::Frame(f) => {
                            let top = base + item.row;
                            let block =
                                Block { left: item.from, right: item.to, top, bottom: top + item.rows.max(1) - 1 };
                            self.rows.frames[f] = Some(block);
                            stack.push((f, top));
                        }
                    }
                }
            }
        }
    }

    /// Moves boxes and frames to other rows while that makes the lines easier.
    fn improve(&mut self, effort: usize) {
        let mut left = effort / (self.model.wires.len() * self.model.wires.len().min(120) + self.model.nodes() + 1);
        let mut cost = self.cost();
        for _ in 0..6 {
            let before = cost;
            for at in 0..self.containers.len() {
                let (items, rows) = (self.containers[at].items.len(), self.containers[at].rows);
                if items > 1 {
                    self.try_move(&mut left, &mut cost, |p| p.turn(at));
                }
                // rows change places as they are, and so do chains in them
                for a in 0..rows.min(12) {
                    for b in a + 1..rows.min(12) {
                        self.try_move(&mut left, &mut cost, |p| p.exchange(at, a, b));
                    }
                }
                for index in 0..items {
                    for row in 0..=self.containers[at].rows + 1 {
                        for between in [false, true] {
                            self.try_move(&mut left, &mut cost, |p| p.shift(at, index, row, between));
                        }
                    }
                }
            }
            if cost >= before || left == 0 {
                break;
            }
        }
    }

    /// Makes a move, and takes it back if it can not be or makes nothing better.
    fn try_move(&mut self, left: &mut usize, cost: &mut i64, change: impl FnOnce(&mut Self) -> bool) {
        if *left == 0 {
            return;
        }
        let kept = self.containers.clone();
        if change(self) {
            *left -= 1;
            self.locate();
            let now = self.cost();
            if now < *cost {
                *cost = now;
                return;
            }
        }
        self.containers = kept;
    }

    /// Turns what is in a lane or frame upside down.
    fn turn(&mut self, at: usize) -> bool {
        let container = &mut self.containers[at];
        for item in &mut container.items {
            item.row = container.rows.saturating_sub(item.row + item.rows);
        }
        true
    }

    /// Lets two rows of a lane or frame change places; frames that are higher stay where they are.
    fn exchange(&mut self, at: usize, a: usize, b: usize) -> bool {
        let container = &mut self.containers[at];
        for item in container.items.iter_mut().filter(|i| i.rows == 1) {
            if item.row == a || item.row == b {
                item.row = a + b - item.row;
            }
        }
        container.sound()
    }

    /// Moves an item to a row: into free space or in the place of another, or, if `between`, into a new row before it.
    fn shift(&mut self, at: usize, index: usize, row: usize, between: bool) -> bool {
        let container = &mut self.containers[at];
        let old = container.items[index].row;
        let rows = container.items[index].rows;
        if between {
            for (other, item) in container.items.iter_mut().enumerate() {
                if other != index && item.row + item.rows > row {
                    if item.row < row {
                        return false;
                    }
                    item.row += rows;
                }
            }
            container.items[index].row = row;
        } else {
            if row == old {
                return false;
            }
            container.items[index].row = row;
            let (from, to) = (container.items[index].from, container.items[index].to);
            let clash: Vec<usize> = (0..container.items.len())
                .filter(|&o| {
                    let p = &container.items[o];
                    o != index && p.from <= to && from <= p.to && p.row < row + rows && row < p.row + p.rows
                })
                .collect();
            match clash[..] {
                [] => {}
                [other] => {
                    container.items[other].row = old;
                    if !container.sound() {
                        return false;
                    }
                }
                _ => return false,
            }
        }
        container.squeeze();
        self.grown(at);
        let frames = self.model.frames.len();
        (0..frames + self.model.lanes).all(|c| self.containers[c].sound())
    }

    /// Passes on that a frame has more or fewer rows now.
    fn grown(&mut self, at: usize) {
        let frames = self.model.frames.len();
        let mut at = at;
        while at < frames {
            let frame = &self.model.frames[at];
            let parent = frame.parent.unwrap_or(frames + frame.lane);
            let rows = self.containers[at].rows;
            let Some(index) = self.containers[parent].items.iter().position(|i| i.what == What::Frame(at)) else {
                return;
            };
            let old = self.containers[parent].items[index].rows;
            let end = self.containers[parent].items[index].row + old;
            self.containers[parent].items[index].rows = rows;
            if rows > old {
                for item in self.containers[parent].items.iter_mut().filter(|i| i.row >= end) {
                    item.row += rows - old;
                }
            }
            self.containers[parent].squeeze();
            at = parent;
        }
    }

    /// How hard the lines are to draw.
    fn cost(&self) -> i64 {
        let model = self.model;
        let mut base = vec![0i64; model.lanes];
        let mut y = 0i64;
        for &lane in self.order {
            base[lane] = y;
            y += self.rows.rows[lane] as i64;
        }
        let tall: i64 = self.rows.rows.iter().map(|&r| r as i64).sum();
        let at = |n: usize| (self.column[n] as i64, base[model.lane[n]] + self.rows.row[n] as i64);
        let mut cells: Vec<(i64, i64)> = (0..model.nodes()).map(at).collect();
        let across: std::collections::BTreeSet<(i64, i64)> = cells.iter().map(|&(x, y)| (y, x)).collect();
        cells.sort_unstable();
        let mut cost = tall * self.taste.tall;
        let free_across =
            |y: i64, from: i64, to: i64| across.range((y, from + 1)..(y, to.max(from + 1))).next().is_none();
        let free_down = |x: i64, from: i64, to: i64| {
            let begin = cells.partition_point(|&c| c <= (x, from));
            cells.get(begin).is_none_or(|&c| c >= (x, to))
        };
        let mut ends: Vec<((i64, i64), (i64, i64))> = Vec::with_capacity(model.wires.len());
        for wire in &model.wires {
            let (a, b) = (at(wire.from), at(wire.to));
            ends.push((a, b));
            let weight = if wire.strong { 3 } else { 2 };
            let (dx, dy) = ((a.0 - b.0).abs(), (a.1 - b.1).abs());
            let (left, right) = (a.0.min(b.0), a.0.max(b.0));
            cost += match (dx, dy) {
                (0, 0) => 0,
                (0, _) => dy * 2 + if free_down(a.0, a.1.min(b.1), a.1.max(b.1)) { 0 } else { 16 },
                (_, 0) => {
                    if free_across(a.1, left, right) {
                        0
                    } else {
                        14
                    }
                }
                _ => {
                    let easy = free_across(a.1, left - i64::from(left != a.0), right + i64::from(right != a.0))
                        || free_across(b.1, left - i64::from(left != b.0), right + i64::from(right != b.0))
                        || dx == 1;
                    6 + dy * 2 + if easy { 0 } else { 6 }
                }
            } * weight;
        }
        if ends.len() <= 120 {
            for (i, a) in ends.iter().enumerate() {
                for b in &ends[i + 1..] {
                    if cross(*a, *b) {
                        cost += self.taste.cross;
                    }
                }
            }
        }
        cost
    }
}

impl Container {
    /// Leaves out rows where nothing stands and counts the rows.
    fn squeeze(&mut self) {
        let high = self.items.iter().map(|i| i.row + i.rows).max().unwrap_or(0);
        let mut used = vec![false; high];
        for item in &self.items {
            for row in &mut used[item.row..item.row + item.rows] {
                *row = true;
            }
        }
        let mut new = vec![0; high];
        let mut next = 0;
        for (row, used) in used.iter().enumerate() {
            new[row] = next;
            next += usize::from(*used);
        }
        for item in &mut self.items {
            item.row = new.get(item.row).copied().unwrap_or(item.row);
        }
        self.rows = next;
    }

    /// Whether nothing stands in the place of another.
    fn sound(&self) -> bool {
        self.items.iter().enumerate().all(|(at, a)| {
            self.items[at + 1..]
                .iter()
                .all(|b| a.to < b.from || b.to < a.from || a.row + a.rows <= b.row || b.row + b.rows <= a.row)
        })
    }
}

/// Whether two straight lines between cells cross.
fn cross(a: ((i64, i64), (i64, i64)), b: ((i64, i64), (i64, i64))) -> bool {
    let side =
        |p: (i64, i64), q: (i64, i64), r: (i64, i64)| ((q.0 - p.0) * (r.1 - p.1) - (q.1 - p.1) * (r.0 - p.0)).signum();
    side(a.0, a.1, b.0) * side(a.0, a.1, b.1) < 0 && side(b.0, b.1, a.0) * side(b.0, b.1, a.1) < 0
}
