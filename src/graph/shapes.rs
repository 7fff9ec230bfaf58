//! Shapes: the distinct lists of columns that copies have.
//!
//! Most copies came by flows that carry all there is, so they have the columns of the copy that was sent. A list is kept once,
//! and a copy has its number.

use std::hash::BuildHasher;

use rustc_hash::{FxBuildHasher, FxHashMap};

use super::columns::Column;

/// The number of a list of columns.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub(super) struct ShapeId(pub(super) u32);

/// Distinct lists of columns; each is sorted. Number 0 is the empty list.
#[derive(Clone, Debug)]
pub(super) struct Shapes {
    columns: Vec<Column>,
    /// Where each list begins, and the end of the last.
    starts: Vec<u32>,
    /// By hash, the last list that has it, and for each list the one before with the same hash.
    by_hash: FxHashMap<u64, ShapeId>,
    before: Vec<Option<ShapeId>>,
}

impl Default for Shapes {
    fn default() -> Self {
        let mut shapes =
            Shapes { columns: Vec::new(), starts: vec![0], by_hash: FxHashMap::default(), before: Vec::new() };
        shapes.number(&[]);
        shapes
    }
}

impl Shapes {
    /// The columns of a shape.
    pub(super) fn columns(&self, id: ShapeId) -> &[Column] {
        let (start, end) = (self.starts[id.0 as usize], self.starts[id.0 as usize + 1]);
        &self.columns[start as usize..end as usize]
    }

    /// How many columns a shape has.
    pub(super) fn width(&self, id: ShapeId) -> usize {
        (self.starts[id.0 as usize + 1] - self.starts[id.0 as usize]) as usize
    }

    /// The place of a column in a shape.
    pub(super) fn position(&self, id: ShapeId, column: &Column) -> Option<u32> {
        self.columns(id).binary_search(column).ok().map(|at| at as u32)
    }

    /// The number of a sorted list, new or known.
    pub(super) fn number(&mut self, columns: &[Column]) -> ShapeId {
        let hash = FxBuildHasher.hash_one(columns);
        let last = self.by_hash.get(&hash).copied();
        let mut known = last;
        while let Some(id) = known {
            if self.columns(id) == columns {
                return id;
            }
            known = self.before.get(id.0 as usize).copied().flatten();
        }
        let id = ShapeId(self.starts.len() as u32 - 1);
        self.columns.extend_from_slice(columns);
        self.starts.push(self.columns.len() as u32);
        self.before.push(last);
        self.by_hash.insert(hash, id);
        id
    }

    /// Forgets what is only needed while new lists come.
    pub(super) fn settle(&mut self) {
        self.by_hash = FxHashMap::default();
        self.before = Vec::new();
    }
}
