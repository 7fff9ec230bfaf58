//! Which row of its lane each box stands in. A frame is a block of rows and columns that nothing else comes into.

use super::desk::Desk;
use super::engine::Taste;
use super::model::Model;
use super::shelf::{Container, Item, Move, Shelves, What};

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

/// Gives each box a row.
pub(super) struct Packer<'a> {
    model: &'a Model,
    column: &'a [usize],
    /// The place of each lane from above.
    place: Vec<usize>,
    order: &'a [usize],
    shelves: Shelves,
    /// What they were before a move is tried.
    kept: Shelves,
    stack: Vec<(usize, usize)>,
    /// Which wires touch each box.
    touching: Vec<Vec<usize>>,
    /// The rows as they are now.
    pub(super) rows: Rows,
    taste: Taste,
    desk: Desk,
}

impl<'a> Packer<'a> {
    pub(super) fn of(model: &'a Model, column: &'a [usize], order: &'a [usize], taste: Taste, effort: usize) -> Self {
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
            shelves: Shelves { all: vec![Container::default(); model.frames.len() + model.lanes] },
            kept: Shelves::default(),
            stack: Vec::new(),
            touching,
            rows: Rows { row: vec![0; model.nodes()], ..Rows::default() },
            taste,
            desk: Desk::default(),
        };
        packer.fill();
        packer.locate();
        packer.improve(effort);
        packer.locate();
        packer
    }

    /// Puts everything into what it is in, innermost first, each at the first good row.
    fn fill(&mut self) {
        let frames = self.model.frames.len();
        let holder = |frame: Option<usize>, lane: usize| frame.unwrap_or(frames + lane);
        for node in 0..self.model.nodes() {
            let c = self.column[node];
            let item = Item { what: What::Node(node), from: c, to: c, row: 0, rows: 1 };
            self.shelves.all[holder(self.model.frame[node], self.model.lane[node])].items.push(item);
        }
        // a parent comes before what is in it, so that backwards is from within
        for at in (0..frames).rev().chain(frames..frames + self.model.lanes) {
            self.pack(at);
            if at >= frames || self.shelves.all[at].items.is_empty() {
                continue;
            }
            let inside = &self.shelves.all[at];
            let from = inside.items.iter().map(|i| i.from).min().unwrap_or(0);
            let to = inside.items.iter().map(|i| i.to).max().unwrap_or(0);
            let item = Item { what: What::Frame(at), from, to, row: 0, rows: inside.rows };
            let frame = &self.model.frames[at];
            self.shelves.all[holder(frame.parent, frame.lane)].items.push(item);
        }
    }

    fn pack(&mut self, at: usize) {
        let mut items = std::mem::take(&mut self.shelves.all[at].items);
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
        self.shelves.all[at] = Container { items: placed, rows: high };
    }

    /// The row of a box within an item of what it is in.
    fn inner_row(&self, what: What, node: usize) -> usize {
        let What::Frame(frame) = what else {
            return 0;
        };
        let (mut row, mut at, mut item) = (0, self.model.frame[node], What::Node(node));
        while let Some(f) = at {
            row += self.shelves.all[f].items.iter().find(|i| i.what == item).map_or(0, |i| i.row);
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
                What::Frame(f) => stack.extend(self.shelves.all[f].items.iter().map(|i| i.what)),
            }
        }
    }

    /// Works out the rows of all boxes from what is in what.
    pub(super) fn locate(&mut self) {
        let frames = self.model.frames.len();
        self.rows.rows.clear();
        self.rows.rows.extend((0..self.model.lanes).map(|l| self.shelves.all[frames + l].rows.max(1)));
        self.rows.frames.clear();
        self.rows.frames.resize(frames, None);
        let mut stack = std::mem::take(&mut self.stack);
        for lane in 0..self.model.lanes {
            stack.push((frames + lane, 0));
            while let Some((at, base)) = stack.pop() {
                for item in &self.shelves.all[at].items {
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
        self.stack = stack;
    }

    /// Moves boxes and frames to other rows while that makes the lines easier.
    fn improve(&mut self, effort: usize) {
        let mut left = effort / (self.model.wires.len() * self.model.wires.len().min(120) + self.model.nodes() + 1);
        let mut cost = self.cost();
        for _ in 0..6 {
            let before = cost;
            for at in 0..self.shelves.all.len() {
                for change in self.shelves.moves(at) {
                    if left == 0 {
                        return;
                    }
                    let now = self.tried(change);
                    left -= usize::from(now.is_some());
                    match now.filter(|&now| now < cost) {
                        Some(now) => cost = now,
                        None => self.back(),
                    }
                }
            }
            if cost >= before {
                break;
            }
        }
    }

    /// Makes a move, if it can be made, and says how hard the lines are then. What was before is kept.
    pub(super) fn tried(&mut self, change: Move) -> Option<i64> {
        self.kept.clone_from(&self.shelves);
        if !self.shelves.make(self.model, change) {
            return None;
        }
        self.locate();
        Some(self.cost())
    }

    /// Single moves of what these boxes are in and of what stands beside them, those with the easiest lines first.
    pub(super) fn near(&mut self, boxes: &[bool]) -> Vec<Move> {
        let mut found: Vec<(i64, Vec<usize>, Move)> = Vec::new();
        let home = self.rows.row.clone();
        for at in 0..self.shelves.all.len() {
            let concerned = |what: What| {
                let mut any = false;
                self.each_node(what, &mut |n| any |= boxes[n]);
                any
            };
            let moved: Vec<bool> = self.shelves.all[at].items.iter().map(|i| concerned(i.what)).collect();
            if !moved.contains(&true) {
                continue;
            }
            for change in self.shelves.moves(at) {
                if matches!(change, Move::Shift { index, .. } if !moved[index]) {
                    continue;
                }
                if let Some(cost) = self.tried(change)
                    && self.rows.row != home
                {
                    found.push((cost, self.rows.row.clone(), change));
                }
                self.back();
            }
        }
        self.locate();
        // several moves may come to the same rows
        found.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
        found.dedup_by(|a, b| a.1 == b.1);
        found.into_iter().map(|(_, _, change)| change).collect()
    }

    /// Takes the last move back; where boxes stand is not worked out again.
    pub(super) fn back(&mut self) {
        std::mem::swap(&mut self.shelves, &mut self.kept);
    }

    /// How hard the lines are to draw.
    fn cost(&mut self) -> i64 {
        let mut desk = std::mem::take(&mut self.desk);
        desk.lay_out(self.model, self.column, self.order, &self.rows);
        let cost = desk.cost(self.model, self.taste);
        self.desk = desk;
        cost
    }
}
