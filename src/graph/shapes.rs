//! Shapes: the distinct lists of columns that copies have.
//!
//! Most copies came by flows that carry all there is, so they have the columns of the copy that was sent. A list is kept once,
//! and a copy has its number.

use std::hash::BuildHasher;
use std::ops::Index;
use std::slice;

use rustc_hash::{FxBuildHasher, FxHashMap};

use super::columns::{Column, Interned};

/// The number of a list of columns.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub(super) struct ShapeId(pub(super) u32);

/// Distinct lists of columns; each is sorted. There are half a million lists and a few hundred columns, so a list has the
/// columns' numbers.
#[derive(Clone, Debug, Default)]
pub(super) struct Shapes {
    columns: Vec<Column>,
    numbers: Vec<u32>,
    /// Where each list begins, and the end of the last.
    starts: Vec<u32>,
}

impl Shapes {
    /// The columns of a shape.
    pub(super) fn columns(&self, id: ShapeId) -> Columns<'_> {
        let (start, end) = (self.starts[id.0 as usize], self.starts[id.0 as usize + 1]);
        Columns { numbers: &self.numbers[start as usize..end as usize], all: &self.columns }
    }

    /// How many columns a shape has.
    pub(super) fn width(&self, id: ShapeId) -> usize {
        (self.starts[id.0 as usize + 1] - self.starts[id.0 as usize]) as usize
    }

    /// The place of a column in a shape.
    pub(super) fn position(&self, id: ShapeId, column: &Column) -> Option<u32> {
        let columns = self.columns(id);
        let place = columns.numbers.binary_search_by(|number| columns.all[*number as usize].cmp(column));
        place.ok().map(|at| at as u32)
    }
}

/// A list of columns, sorted.
#[derive(Clone, Copy)]
pub struct Columns<'g> {
    numbers: &'g [u32],
    all: &'g [Column],
}

impl<'g> Columns<'g> {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.numbers.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.numbers.is_empty()
    }

    /// The columns in order.
    pub fn iter(self) -> ColumnsIter<'g> {
        ColumnsIter { numbers: self.numbers.iter(), all: self.all }
    }
}

impl<'g> IntoIterator for Columns<'g> {
    type Item = &'g Column;
    type IntoIter = ColumnsIter<'g>;

    fn into_iter(self) -> ColumnsIter<'g> {
        self.iter()
    }
}

/// The columns of a list, one after another.
#[derive(Clone)]
pub struct ColumnsIter<'g> {
    numbers: slice::Iter<'g, u32>,
    all: &'g [Column],
}

impl<'g> Iterator for ColumnsIter<'g> {
    type Item = &'g Column;

    fn next(&mut self) -> Option<&'g Column> {
        self.numbers.next().map(|number| &self.all[*number as usize])
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.numbers.size_hint()
    }
}

impl DoubleEndedIterator for ColumnsIter<'_> {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.numbers.next_back().map(|number| &self.all[*number as usize])
    }
}

impl ExactSizeIterator for ColumnsIter<'_> {}

impl Index<usize> for Columns<'_> {
    type Output = Column;

    fn index(&self, at: usize) -> &Column {
        &self.all[self.numbers[at] as usize]
    }
}

/// Distinct lists of columns while they are found out; each is sorted. Number 0 is the empty list.
pub(super) struct NewShapes {
    columns: Vec<Column>,
    /// Where each list begins, and the end of the last.
    starts: Vec<u32>,
    /// By hash, the last list that has it, and for each list the one before with the same hash.
    by_hash: FxHashMap<u64, ShapeId>,
    before: Vec<Option<ShapeId>>,
}

impl Default for NewShapes {
    fn default() -> Self {
        let mut shapes = NewShapes::bare();
        shapes.number(&[]);
        shapes
    }
}

impl NewShapes {
    /// Not even the empty list.
    pub(super) fn bare() -> NewShapes {
        NewShapes { columns: Vec::new(), starts: vec![0], by_hash: FxHashMap::default(), before: Vec::new() }
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// All lists, by their numbers.
    pub(super) fn lists(&self) -> impl Iterator<Item = &[Column]> {
        (0..self.len() as u32).map(|number| self.columns(ShapeId(number)))
    }

    /// The columns of a shape.
    pub(super) fn columns(&self, id: ShapeId) -> &[Column] {
        let (start, end) = (self.starts[id.0 as usize], self.starts[id.0 as usize + 1]);
        &self.columns[start as usize..end as usize]
    }

    /// The number of a sorted list, new or known.
    pub(super) fn number(&mut self, columns: &[Column]) -> ShapeId {
        let hash = FxBuildHasher.hash_one(columns);
        self.find(hash, columns).unwrap_or_else(|| self.add(hash, columns))
    }

    /// The number of a list with this hash, if it is here.
    fn find(&self, hash: u64, columns: &[Column]) -> Option<ShapeId> {
        let mut known = self.by_hash.get(&hash).copied();
        while let Some(id) = known {
            if self.columns(id) == columns {
                return Some(id);
            }
            known = self.before.get(id.0 as usize).copied().flatten();
        }
        None
    }

    /// Adds a list that is not here.
    fn add(&mut self, hash: u64, columns: &[Column]) -> ShapeId {
        let id = ShapeId(self.starts.len() as u32 - 1);
        self.columns.extend_from_slice(columns);
        self.starts.push(self.columns.len() as u32);
        let before = self.by_hash.insert(hash, id);
        self.before.push(before);
        id
    }

    /// The same lists, of which there come no new ones.
    pub(super) fn settled(self) -> Shapes {
        let mut columns = Interned::default();
        let numbers = self.columns.iter().map(|column| columns.number(*column)).collect();
        Shapes { columns: columns.into_values(), numbers, starts: self.starts }
    }
}

/// Lists that one thread numbers for itself, after those that all know already.
pub(super) struct FurtherShapes<'a> {
    known: &'a NewShapes,
    own: NewShapes,
}

impl<'a> FurtherShapes<'a> {
    /// None besides those that are known.
    pub(super) fn new(known: &'a NewShapes) -> Self {
        FurtherShapes { known, own: NewShapes::bare() }
    }

    /// The columns of a shape.
    pub(super) fn columns(&self, id: ShapeId) -> &[Column] {
        match id.0.checked_sub(self.known.len() as u32) {
            None => self.known.columns(id),
            Some(own) => self.own.columns(ShapeId(own)),
        }
    }

    /// The place of a column in a shape.
    pub(super) fn position(&self, id: ShapeId, column: &Column) -> Option<u32> {
        self.columns(id).binary_search(column).ok().map(|at| at as u32)
    }

    /// The number of a sorted list, new or known.
    pub(super) fn number(&mut self, columns: &[Column]) -> ShapeId {
        let hash = FxBuildHasher.hash_one(columns);
        if let Some(known) = self.known.find(hash, columns) {
            return known;
        }
        let own = self.own.find(hash, columns).unwrap_or_else(|| self.own.add(hash, columns));
        ShapeId(self.known.len() as u32 + own.0)
    }

    /// How many were known, and the new lists.
    pub(super) fn into_new(self) -> (usize, NewShapes) {
        (self.known.len(), self.own)
    }
}
