//! The same model as plain facts, without any text: what the floor works on, and what other engines can load.

use super::columns::{MEMBER, bits};

/// One dataset at one place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct CopyFact {
    /// Its dataset's number.
    pub(crate) dataset: u32,
    /// Its place's number.
    pub(crate) place: u32,
    /// Its columns.
    pub(crate) columns: u64,
}

/// A way from one copy to another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Hop {
    /// The copy that it starts from.
    pub(crate) from: u32,
    /// The copy that it leads to.
    pub(crate) to: u32,
    /// The columns that stay what they are.
    pub(crate) same: u64,
    /// Where the columns that turn into others begin in [`Facts::turns`], and how many they are.
    pub(crate) turns: (u32, u32),
    /// Whether rows are counted on the way.
    pub(crate) counted: bool,
}

/// Copies, the ways between them and where data begins.
#[derive(Clone, Default, Debug)]
pub(crate) struct Facts {
    /// Every copy.
    pub(crate) copies: Vec<CopyFact>,
    /// Every way.
    pub(crate) hops: Vec<Hop>,
    /// Columns that turn into others: from, to.
    pub(crate) turns: Vec<(u32, u32)>,
    /// Where data begins: copy, columns, and the class of sources that it is counted with (below 64).
    pub(crate) origins: Vec<(u32, u64, u8)>,
    /// Names of datasets, by number.
    pub(crate) datasets: Vec<String>,
    /// Names of places, by number.
    pub(crate) places: Vec<String>,
}

impl Facts {
    /// Adds a copy.
    pub(crate) fn copy(&mut self, dataset: u32, place: u32, columns: u64) -> u32 {
        self.copies.push(CopyFact { dataset, place, columns: columns | MEMBER });
        self.copies.len() as u32 - 1
    }

    /// Adds a way.
    pub(crate) fn hop(&mut self, from: u32, to: u32, same: u64, turned: &[(u32, u32)], counted: bool) {
        let turns = (self.turns.len() as u32, turned.len() as u32);
        self.turns.extend_from_slice(turned);
        self.hops.push(Hop { from, to, same: same | MEMBER, turns, counted });
    }

    /// How many cells there are.
    pub(crate) fn cells(&self) -> usize {
        self.copies.iter().map(|c| c.columns.count_ones() as usize).sum()
    }

    /// The first cell of each copy, and the number of all cells at the end.
    pub(crate) fn starts(&self) -> Vec<u32> {
        let mut starts = Vec::with_capacity(self.copies.len() + 1);
        let mut next = 0;
        for copy in &self.copies {
            starts.push(next);
            next += copy.columns.count_ones();
        }
        starts.push(next);
        starts
    }

    /// The cell of a column of a copy, given the first cells.
    pub(crate) fn cell(&self, starts: &[u32], copy: u32, bit: u32) -> u32 {
        let below = self.copies[copy as usize].columns & ((1u64 << bit) - 1);
        starts[copy as usize] + below.count_ones()
    }

    /// Calls `edge` with every way from a cell to a cell, and whether it counts.
    pub(crate) fn edges(&self, mut edge: impl FnMut(u32, u32, bool)) {
        let starts = self.starts();
        for hop in &self.hops {
            let there = self.copies[hop.from as usize].columns & self.copies[hop.to as usize].columns;
            for bit in bits(hop.same & there) {
                edge(self.cell(&starts, hop.from, bit), self.cell(&starts, hop.to, bit), hop.counted);
            }
            let (first, count) = (hop.turns.0 as usize, hop.turns.1 as usize);
            for (from, to) in &self.turns[first..first + count] {
                edge(self.cell(&starts, hop.from, *from), self.cell(&starts, hop.to, *to), hop.counted);
            }
        }
    }
}
