//! The running tables of a step, and the columns in them.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

use crate::graph::columns::{Column, ColumnKind, Transform};
use crate::model::DatasetId;
use crate::source::Span;
use crate::syntax::intern::Symbol;

/// Where a running column comes from.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(in crate::graph) struct Origin {
    /// The input, by its number among the step's inputs, and its column; `None` for a key that the step makes up.
    pub from: Option<(u32, u32)>,
    /// What happens on the way.
    pub transform: Transform,
}

/// A running column.
#[derive(Clone, Debug)]
pub(in crate::graph) struct Running {
    pub column: Column,
    pub origins: SmallVec<[Origin; 1]>,
}

/// The columns of a running table, each once.
#[derive(Clone, Default, Debug)]
pub(in crate::graph) struct Columns {
    all: Vec<Running>,
    /// Where each is, by its name, kept only for wide tables; empty when it is not known.
    places: FxHashMap<Symbol, SmallVec<[u32; 2]>>,
    /// Whether there may be fields that are not listed.
    open: bool,
}

/// From how many on an index is worth its while.
pub(in crate::graph) const MANY: usize = 32;

impl std::ops::Deref for Columns {
    type Target = [Running];

    fn deref(&self) -> &[Running] {
        &self.all
    }
}

impl Columns {
    /// Adds a column, or its origins to the same column that is there.
    pub(super) fn add(&mut self, running: Running) {
        self.index();
        let there = if self.places.is_empty() {
            self.all.iter().position(|c| c.column == running.column)
        } else {
            let named = self.places.get(&running.column.name).into_iter().flatten().map(|at| *at as usize);
            named.into_iter().find(|at| self.all[*at].column == running.column)
        };
        match there {
            Some(at) => add_origins(&mut self.all[at].origins, &running.origins),
            None => {
                if !self.places.is_empty() {
                    self.places.entry(running.column.name).or_default().push(self.all.len() as u32);
                }
                self.open |= running.column.kind == ColumnKind::Open;
                self.all.push(running);
            }
        }
    }

    /// The columns of these, which are distinct.
    pub(super) fn of(all: Vec<Running>) -> Columns {
        let open = all.iter().any(|c| c.column.kind == ColumnKind::Open);
        Columns { all, places: FxHashMap::default(), open }
    }

    /// Makes the columns of a wide table found by their names.
    pub(super) fn index(&mut self) {
        if self.all.len() < MANY || !self.places.is_empty() {
            return;
        }
        for (at, running) in self.all.iter().enumerate() {
            self.places.entry(running.column.name).or_default().push(at as u32);
        }
    }

    /// The columns of a name.
    pub(super) fn named(&self, name: Symbol) -> impl Iterator<Item = &Running> {
        let wide = !self.places.is_empty();
        let known = self.places.get(&name).into_iter().flatten().map(|at| &self.all[*at as usize]);
        let all = if wide { &[] } else { self.all.as_slice() };
        known.chain(all.iter().filter(move |c| c.column.name == name))
    }

    pub(super) fn is_open(&self) -> bool {
        self.open
    }

    pub(super) fn retain(&mut self, keep: impl Fn(&Column) -> bool) {
        self.places.clear();
        self.all.retain(|c| keep(&c.column));
        self.open = self.open && self.all.iter().any(|c| c.column.kind == ColumnKind::Open);
    }

    pub(super) fn take(&mut self) -> Vec<Running> {
        self.places.clear();
        self.open = false;
        std::mem::take(&mut self.all)
    }

    /// The columns of one name or another, and the rest.
    pub(super) fn split(&mut self, named: impl Fn(&Column) -> bool) -> (Vec<Running>, Columns) {
        let (named, all) = self.take().into_iter().partition(|c| named(&c.column));
        (named, Columns::of(all))
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Running> {
        self.all.iter_mut()
    }
}

/// Adds origins that are not there yet; of very many some may stay twice for a while.
pub(super) fn add_origins(origins: &mut SmallVec<[Origin; 1]>, more: &[Origin]) {
    if origins.len() + more.len() > MANY {
        if origins.len() + more.len() > origins.capacity() {
            // each time there is twice the room, so that many single ones are not sorted anew with each
            origins.sort_unstable();
            origins.dedup();
            origins.reserve(origins.len() + more.len());
        }
        origins.extend_from_slice(more);
        return;
    }
    for origin in more {
        if !origins.contains(origin) {
            origins.push(*origin);
        }
    }
}

/// Names that an operation, a flow or a use lists.
pub struct Listed<'a> {
    all: &'a [(Symbol, Span)],
    /// The same as a set, where they are many and it is asked.
    many: OnceCell<FxHashSet<Symbol>>,
}

impl<'a> Listed<'a> {
    /// Prepares a list to be looked through.
    pub fn new(all: &'a [(Symbol, Span)]) -> Self {
        Listed { all, many: OnceCell::new() }
    }

    /// Whether a name is among them.
    pub fn has(&self, name: Symbol) -> bool {
        if self.all.len() <= MANY {
            return self.all.iter().any(|(n, _)| *n == name);
        }
        self.many.get_or_init(|| self.all.iter().map(|(name, _)| *name).collect()).contains(&name)
    }

    /// Whether a column is a field of that name.
    pub(in crate::graph) fn names(&self, column: &Column) -> bool {
        column.kind == ColumnKind::Field && self.has(column.name)
    }
}

/// A running table of a step.
#[derive(Clone, Debug)]
pub(in crate::graph) struct Table {
    pub dataset: DatasetId,
    pub columns: Columns,
    /// Whether it has rows about people, not only counts.
    pub rows: bool,
}

/// The running tables of a step, in the order in which they came.
#[derive(Default)]
pub(super) struct Tables {
    pub(super) all: BTreeMap<u32, Table>,
    of: FxHashMap<DatasetId, u32>,
}

impl Tables {
    pub(super) fn position(&self, dataset: DatasetId) -> Option<u32> {
        self.of.get(&dataset).copied()
    }

    pub(super) fn push(&mut self, table: Table) {
        let place = self.all.last_key_value().map_or(0, |(last, _)| last + 1);
        self.of.entry(table.dataset).or_insert(place);
        self.all.insert(place, table);
    }

    pub(super) fn get(&self, place: u32) -> Option<&Table> {
        self.all.get(&place)
    }

    pub(super) fn get_mut(&mut self, place: u32) -> Option<&mut Table> {
        self.all.get_mut(&place)
    }

    pub(super) fn remove(&mut self, place: u32) -> Option<Table> {
        let table = self.all.remove(&place)?;
        self.of.remove(&table.dataset);
        Some(table)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Table> {
        self.all.values()
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Table> {
        self.all.values_mut()
    }
}
