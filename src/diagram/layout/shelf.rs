//! What stands in each lane and frame, row by row, and how it may be moved.

use super::model::Model;

/// What stands in a lane or frame: a box or a frame with all that is in it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Item {
    pub(super) what: What,
    /// First and last column.
    pub(super) from: usize,
    pub(super) to: usize,
    /// First row, counted from the first row of what it is in.
    pub(super) row: usize,
    pub(super) rows: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    Node(usize),
    Frame(usize),
}

/// What is in one lane or frame.
#[derive(Debug, Default)]
pub(super) struct Container {
    pub(super) items: Vec<Item>,
    pub(super) rows: usize,
}

impl Clone for Container {
    fn clone(&self) -> Self {
        Self { items: self.items.clone(), rows: self.rows }
    }

    // what is kept while a move is tried is kept in the same place each time
    fn clone_from(&mut self, other: &Self) {
        self.items.clone_from(&other.items);
        self.rows = other.rows;
    }
}

/// A change of the rows of what is in one lane or frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Move {
    /// All of it upside down.
    Turn { at: usize },
    /// Two rows change places as they are, and so do chains in them.
    Exchange { at: usize, rows: (usize, usize) },
    /// An item goes to a row, or into a new row before it.
    Shift { at: usize, index: usize, row: usize, between: bool },
}

/// All lanes and frames: the frames as in the model, then the lanes.
#[derive(Debug, Default)]
pub(super) struct Shelves {
    pub(super) all: Vec<Container>,
}

impl Clone for Shelves {
    fn clone(&self) -> Self {
        Self { all: self.all.clone() }
    }

    fn clone_from(&mut self, other: &Self) {
        self.all.clone_from(&other.all);
    }
}

impl Shelves {
    /// What may be tried in a lane or frame.
    pub(super) fn moves(&self, at: usize) -> Vec<Move> {
        let container = &self.all[at];
        let (items, rows) = (container.items.len(), container.rows);
        if items < 2 {
            return Vec::new();
        }
        let mut moves = vec![Move::Turn { at }];
        let few = rows.min(12);
        moves.extend((0..few).flat_map(|a| (a + 1..few).map(move |b| Move::Exchange { at, rows: (a, b) })));
        for index in 0..items {
            for row in 0..=rows + 1 {
                moves.extend([false, true].map(|between| Move::Shift { at, index, row, between }));
            }
        }
        moves
    }

    /// Makes a move; if it can not be made, says so, and what is left is of no use.
    pub(super) fn make(&mut self, model: &Model, change: Move) -> bool {
        match change {
            Move::Turn { at } => self.turn(at),
            Move::Exchange { at, rows } => self.exchange(at, rows.0, rows.1),
            Move::Shift { at, index, row, between } => self.shift(model, at, index, row, between),
        }
    }

    /// Turns what is in a lane or frame upside down.
    fn turn(&mut self, at: usize) -> bool {
        let container = &mut self.all[at];
        for item in &mut container.items {
            item.row = container.rows.saturating_sub(item.row + item.rows);
        }
        true
    }

    /// Lets two rows of a lane or frame change places; frames that are higher stay where they are.
    fn exchange(&mut self, at: usize, a: usize, b: usize) -> bool {
        let container = &mut self.all[at];
        for item in container.items.iter_mut().filter(|i| i.rows == 1) {
            if item.row == a || item.row == b {
                item.row = a + b - item.row;
            }
        }
        container.sound()
    }

    /// Moves an item to a row: into free space or in the place of another, or, if `between`, into a new row before it.
    fn shift(&mut self, model: &Model, at: usize, index: usize, row: usize, between: bool) -> bool {
        let container = &mut self.all[at];
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
        self.grown(model, at);
        self.all.iter().all(Container::sound)
    }

    /// Passes on that a frame has more or fewer rows now.
    fn grown(&mut self, model: &Model, at: usize) {
        let frames = model.frames.len();
        let mut at = at;
        while at < frames {
            let frame = &model.frames[at];
            let parent = frame.parent.unwrap_or(frames + frame.lane);
            let rows = self.all[at].rows;
            let Some(index) = self.all[parent].items.iter().position(|i| i.what == What::Frame(at)) else {
                return;
            };
            let old = self.all[parent].items[index].rows;
            let end = self.all[parent].items[index].row + old;
            self.all[parent].items[index].rows = rows;
            if rows > old {
                for item in self.all[parent].items.iter_mut().filter(|i| i.row >= end) {
                    item.row += rows - old;
                }
            }
            self.all[parent].squeeze();
            at = parent;
        }
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
