//! How hard the lines are to draw between boxes in these columns and rows, found quickly: it is asked for thousands of times.

use super::engine::Taste;
use super::model::Model;
use super::rows::Rows;

/// Above this number of lines, which of them cross is not counted.
const MANY: usize = 120;

/// Where all boxes stand, to be looked at quickly.
#[derive(Debug, Clone, Default)]
pub(super) struct Desk {
    columns: usize,
    rows: usize,
    /// Which cells have a box, row by row.
    taken: Vec<bool>,
    /// The cell of each box.
    at: Vec<(i32, i32)>,
    base: Vec<usize>,
}

impl Desk {
    /// Puts every box into its cell, where the lanes stand in this order.
    pub(super) fn lay_out(&mut self, model: &Model, column: &[usize], order: &[usize], rows: &Rows) {
        self.base.clear();
        self.base.resize(model.lanes, 0);
        self.rows = 0;
        for &lane in order {
            self.base[lane] = self.rows;
            self.rows += rows.rows[lane];
        }
        self.columns = column.iter().max().map_or(0, |c| c + 1);
        self.taken.clear();
        self.taken.resize(self.columns * self.rows, false);
        self.at.clear();
        for (node, (&x, &row)) in column.iter().zip(&rows.row).enumerate() {
            let y = self.base[model.lane[node]] + row;
            self.taken[y * self.columns + x] = true;
            self.at.push((x as i32, y as i32));
        }
    }

    /// Whether no box stands between two columns in a row.
    fn free_across(&self, row: i32, from: i32, to: i32) -> bool {
        let begin = row as usize * self.columns;
        let (from, to) = ((from + 1).max(0) as usize, (to.max(0) as usize).min(self.columns));
        from >= to || !self.taken[begin + from..begin + to].contains(&true)
    }

    /// Whether no box stands between two rows in a column.
    fn free_down(&self, column: i32, from: i32, to: i32) -> bool {
        (from + 1..to).all(|row| !self.taken[row as usize * self.columns + column as usize])
    }

    /// How hard all lines are to draw.
    pub(super) fn cost(&self, model: &Model, taste: Taste) -> i64 {
        let mut cost = self.rows as i64 * taste.tall;
        for wire in &model.wires {
            cost += self.hardness(self.at[wire.from], self.at[wire.to]) * if wire.strong { 3 } else { 2 };
        }
        if model.wires.len() <= MANY {
            for (i, a) in model.wires.iter().enumerate() {
                let a = (self.at[a.from], self.at[a.to]);
                for b in &model.wires[i + 1..] {
                    if cross(a, (self.at[b.from], self.at[b.to])) {
                        cost += taste.cross;
                    }
                }
            }
        }
        cost
    }

    /// How hard one line is to draw.
    fn hardness(&self, a: (i32, i32), b: (i32, i32)) -> i64 {
        let (dx, dy) = ((a.0 - b.0).abs(), i64::from((a.1 - b.1).abs()));
        let (left, right) = (a.0.min(b.0), a.0.max(b.0));
        match (dx, dy) {
            (0, 0) => 0,
            (0, _) if self.free_down(a.0, a.1.min(b.1), a.1.max(b.1)) => dy * 2,
            (0, _) => dy * 2 + 16,
            (_, 0) if self.free_across(a.1, left, right) => 0,
            (_, 0) => 14,
            _ => {
                let easy = dx == 1
                    || self.free_across(a.1, left - i32::from(left != a.0), right + i32::from(right != a.0))
                    || self.free_across(b.1, left - i32::from(left != b.0), right + i32::from(right != b.0));
                6 + dy * 2 + if easy { 0 } else { 6 }
            }
        }
    }
}

/// Whether two straight lines between cells cross.
fn cross(a: ((i32, i32), (i32, i32)), b: ((i32, i32), (i32, i32))) -> bool {
    let apart = |a: (i32, i32), b: (i32, i32)| a.0.max(a.1) < b.0.min(b.1) || b.0.max(b.1) < a.0.min(a.1);
    let (across, down) = (|l: ((i32, i32), (i32, i32))| (l.0.0, l.1.0), |l: ((i32, i32), (i32, i32))| (l.0.1, l.1.1));
    if apart(across(a), across(b)) || apart(down(a), down(b)) {
        return false;
    }
    let side = |p: (i32, i32), q: (i32, i32), r: (i32, i32)| {
        (i64::from(q.0 - p.0) * i64::from(r.1 - p.1) - i64::from(q.1 - p.1) * i64::from(r.0 - p.0)).signum()
    };
    side(a.0, a.1, b.0) * side(a.0, a.1, b.1) < 0 && side(b.0, b.1, a.0) * side(b.0, b.1, a.1) < 0
}
