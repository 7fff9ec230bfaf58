//! The picture cut into strips across and down: columns and rows of boxes, and the channels and borders between them.

use super::model::Model;
use super::rows::{Block, Rows};

/// Between a box and a frame's border, between a border and the next one, at least.
pub(super) const PAD: i32 = 12;
/// The least width of what is between two columns.
const GAP: i32 = 16;

/// What a strip is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Lines may run along it.
    Channel,
    /// Boxes stand in it; lines may run along it where none does.
    Cells,
    /// A frame's border runs along it; lines only cross it.
    Border,
    /// Above and below a lane; lines only cross it.
    Edge,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Strip {
    pub(super) kind: Kind,
    /// How wide (or high) it is at least.
    pub(super) least: i32,
}

/// Where a frame's borders are, in strips.
#[derive(Debug, Clone, Copy)]
pub(super) struct Borders {
    pub(super) left: usize,
    pub(super) right: usize,
    pub(super) top: usize,
    pub(super) bottom: usize,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Grid {
    pub(super) xs: Vec<Strip>,
    pub(super) ys: Vec<Strip>,
    /// The strip of each column.
    pub(super) column: Vec<usize>,
    /// The widest strip of each gap; gap 0 is left of column 0.
    pub(super) gap: Vec<usize>,
    /// First and last strip of each gap.
    pub(super) gap_strips: Vec<(usize, usize)>,
    /// By lane: first and last strip, the edges included.
    pub(super) lanes: Vec<(usize, usize)>,
    /// By lane: the main channel above the first row and the one below the last.
    pub(super) lane_channels: Vec<(usize, usize)>,
    /// Which lane each strip across is in.
    pub(super) lane_at: Vec<usize>,
    pub(super) frames: Vec<Option<Borders>>,
    /// The strips of each box, across and down.
    pub(super) node: Vec<(usize, usize)>,
    /// The box in each cell.
    pub(super) boxed: Vec<Option<u32>>,
    /// The innermost frame in each cell.
    pub(super) framed: Vec<Option<u32>>,
}

impl Grid {
    pub(super) fn cell(&self, x: usize, y: usize) -> usize {
        y * self.xs.len() + x
    }

    /// The gap that a strip across is in, or that is left of it.
    pub(super) fn gap_of(&self, strip: usize) -> usize {
        self.gap_strips.partition_point(|&(from, _)| from <= strip).saturating_sub(1)
    }

    pub(super) fn build(model: &Model, column: &[usize], order: &[usize], rows: &Rows) -> Self {
        let mut grid = Self::default();
        let columns = column.iter().max().map_or(0, |c| c + 1);
        let across = Levels::of(model, rows, |b| (b.left, b.right), |_| 0);
        let down = Levels::of(model, rows, |b| (b.top, b.bottom), |f| model.frames[f].lane);
        let mut wide = vec![0; columns];
        for (node, &c) in column.iter().enumerate() {
            wide[c] = wide[c].max(model.size[node].w);
        }
        grid.build_across(&across, &wide);
        grid.build_down(model, order, rows, &down);
        for (f, block) in rows.frames.iter().enumerate() {
            grid.frames.push(block.map(|b| {
                let lane = model.frames[f].lane;
                let (first, last) = (grid.row_strip(lane, b.top), grid.row_strip(lane, b.bottom));
                Borders {
                    left: grid.column[b.left] - 2 * across.begin[f],
                    right: grid.column[b.right] + 2 * across.end[f],
                    top: first - 2 * down.begin[f],
                    bottom: last + 2 * down.end[f],
                }
            }));
        }
        for (node, &column) in column.iter().enumerate() {
            let y = grid.row_strip(model.lane[node], rows.row[node]);
            grid.node.push((grid.column[column], y));
            let note = model.note[node].map_or(0, |n| n.h);
            grid.ys[y].least = grid.ys[y].least.max(model.size[node].h + note);
        }
        grid.fill();
        grid
    }

    fn row_strip(&self, lane: usize, row: usize) -> usize {
        let (first, last) = self.lanes[lane];
        (first..=last).filter(|&y| self.ys[y].kind == Kind::Cells).nth(row).unwrap_or(first)
    }

    fn build_across(&mut self, levels: &Levels, wide: &[i32]) {
        for gap in 0..=wide.len() {
            let begin = self.xs.len();
            let (ends, begins) = (levels.ends(0, gap), levels.begins(0, gap));
            for _ in 0..ends {
                self.xs.push(Strip { kind: Kind::Channel, least: PAD });
                self.xs.push(Strip { kind: Kind::Border, least: 2 });
            }
            self.gap.push(self.xs.len());
            self.xs.push(Strip { kind: Kind::Channel, least: if ends + begins > 0 { PAD } else { GAP } });
            for _ in 0..begins {
                self.xs.push(Strip { kind: Kind::Border, least: 2 });
                self.xs.push(Strip { kind: Kind::Channel, least: PAD });
            }
            self.gap_strips.push((begin, self.xs.len() - 1));
            if let Some(&w) = wide.get(gap) {
                self.column.push(self.xs.len());
                self.xs.push(Strip { kind: Kind::Cells, least: w });
            }
        }
    }

    fn build_down(&mut self, model: &Model, order: &[usize], rows: &Rows, levels: &Levels) {
        self.lanes = vec![(0, 0); model.lanes];
        self.lane_channels = vec![(0, 0); model.lanes];
        let tab = model.frames.iter().map(|f| f.tab.h).max().unwrap_or(0).max(2);
        for &lane in order {
            let begin = self.ys.len();
            self.ys.push(Strip { kind: Kind::Edge, least: 2 });
            for gap in 0..=rows.rows[lane] {
                let (ends, begins) = (levels.ends(lane, gap), levels.begins(lane, gap));
                for _ in 0..ends {
                    self.ys.push(Strip { kind: Kind::Channel, least: PAD });
                    self.ys.push(Strip { kind: Kind::Border, least: 2 });
                }
                if gap == 0 {
                    self.lane_channels[lane].0 = self.ys.len();
                }
                if gap == rows.rows[lane] {
                    self.lane_channels[lane].1 = self.ys.len();
                }
                let outside = gap == 0 || gap == rows.rows[lane];
                let least = if ends + begins > 0 {
                    8
                } else if outside {
                    14
                } else {
                    GAP
                };
                self.ys.push(Strip { kind: Kind::Channel, least });
                for _ in 0..begins {
                    self.ys.push(Strip { kind: Kind::Border, least: tab });
                    self.ys.push(Strip { kind: Kind::Channel, least: PAD - 2 });
                }
                if gap < rows.rows[lane] {
                    self.ys.push(Strip { kind: Kind::Cells, least: 20 });
                }
            }
            self.ys.push(Strip { kind: Kind::Edge, least: 2 });
            self.lanes[lane] = (begin, self.ys.len() - 1);
            self.lane_at.resize(self.ys.len(), lane);
        }
    }

    fn fill(&mut self) {
        let cells = self.xs.len() * self.ys.len();
        self.boxed = vec![None; cells];
        self.framed = vec![None; cells];
        for (f, borders) in self.frames.iter().enumerate() {
            // a parent comes before what is in it
            let Some(b) = borders else { continue };
            for y in b.top..=b.bottom {
                for x in b.left..=b.right {
                    self.framed[y * self.xs.len() + x] = Some(f as u32);
                }
            }
        }
        for (node, &(x, y)) in self.node.iter().enumerate() {
            let cell = self.cell(x, y);
            self.boxed[cell] = Some(node as u32);
        }
    }
}

/// How many frames of a lane begin and end, one within the other, before and after each row or column.
struct Levels {
    begin: Vec<usize>,
    end: Vec<usize>,
    first: std::collections::BTreeMap<(usize, usize), usize>,
    last: std::collections::BTreeMap<(usize, usize), usize>,
}

impl Levels {
    fn of(model: &Model, rows: &Rows, ends: impl Fn(&Block) -> (usize, usize), lane: impl Fn(usize) -> usize) -> Self {
        let count = model.frames.len();
        let mut levels = Self {
            begin: vec![1; count],
            end: vec![1; count],
            first: std::collections::BTreeMap::new(),
            last: std::collections::BTreeMap::new(),
        };
        for f in (0..count).rev() {
            let Some(block) = &rows.frames[f] else { continue };
            let (from, to) = ends(block);
            let first = levels.first.entry((lane(f), from)).or_insert(0);
            *first = (*first).max(levels.begin[f]);
            let last = levels.last.entry((lane(f), to + 1)).or_insert(0);
            *last = (*last).max(levels.end[f]);
            let parent = model.frames[f].parent;
            if let Some((p, outer)) = parent.and_then(|p| rows.frames[p].as_ref().map(|b| (p, ends(b)))) {
                if outer.0 == from {
                    levels.begin[p] = levels.begin[p].max(levels.begin[f] + 1);
                }
                if outer.1 == to {
                    levels.end[p] = levels.end[p].max(levels.end[f] + 1);
                }
            }
        }
        levels
    }

    fn begins(&self, lane: usize, gap: usize) -> usize {
        self.first.get(&(lane, gap)).copied().unwrap_or(0)
    }

    fn ends(&self, lane: usize, gap: usize) -> usize {
        self.last.get(&(lane, gap)).copied().unwrap_or(0)
    }
}
