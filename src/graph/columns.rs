//! What moves along the edges: columns, and what an edge does to them.

use std::hash::{Hash, Hasher};

use rustc_hash::FxHashMap;

use crate::model::{CategoryId, Vocabulary};
use crate::syntax::intern::Symbol;
use crate::vocabulary::Identifies;

/// What kind of column it is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum ColumnKind {
    /// A field.
    Field,
    /// What being in the dataset says about a person: every row-level descendant keeps it, nothing drops it.
    Reveals,
    /// That a person is in the dataset at all (ruling 7).
    Membership,
    /// Whatever else an open field list may hold.
    Open,
}

/// A column's identity: two columns of one name but of another category or precision are two columns.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Column {
    /// What kind.
    pub kind: ColumnKind,
    /// Its name.
    pub name: Symbol,
    /// Its category; none where nobody said.
    pub category: Option<CategoryId>,
    /// Its level of precision: an index into the category's levels.
    pub level: u8,
}

/// In two pieces, not in six: lists of columns are hashed by the million.
impl Hash for Column {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let category = self.category.map_or(u32::MAX, |c| c.0);
        state.write_u64(u64::from(self.name.0) | u64::from(category) << 32);
        state.write_u16(self.kind as u16 | u16::from(self.level) << 8);
    }
}

impl Column {
    /// How a row-level value of it identifies.
    pub fn identifies(&self, vocabulary: &Vocabulary) -> Identifies {
        match (self.kind, self.category) {
            (ColumnKind::Field | ColumnKind::Reveals, Some(category)) => {
                let category = vocabulary.category(category);
                category.levels.get(self.level as usize).map_or(category.identifies, |l| l.identifies)
            }
            _ => Identifies::No,
        }
    }
}

/// Values numbered in the order in which they first came, so that a number can stand for a value.
#[derive(Debug, Clone)]
pub(super) struct Interned<T> {
    values: Vec<T>,
    numbers: FxHashMap<T, u32>,
}

impl<T> Default for Interned<T> {
    fn default() -> Self {
        Interned { values: Vec::new(), numbers: FxHashMap::default() }
    }
}

impl<T: Clone + Eq + Hash> Interned<T> {
    /// The number of a value, new or known.
    pub(super) fn number(&mut self, value: T) -> u32 {
        if let Some(number) = self.numbers.get(&value) {
            return *number;
        }
        let number = self.values.len() as u32;
        self.values.push(value.clone());
        self.numbers.insert(value, number);
        number
    }

    /// The number of a value that is known.
    pub(super) fn known(&self, value: &T) -> Option<u32> {
        self.numbers.get(value).copied()
    }

    /// The value of a number that this table gave out.
    pub(super) fn get(&self, number: u32) -> &T {
        &self.values[number as usize]
    }

    /// All values, by their numbers.
    pub(super) fn into_values(self) -> Vec<T> {
        self.values
    }
}

/// Values that one thread numbers for itself, after those that all know already.
pub(super) struct Further<'a, T> {
    known: &'a Interned<T>,
    own: Interned<T>,
}

impl<'a, T: Clone + Eq + Hash> Further<'a, T> {
    /// None besides those that are known.
    pub(super) fn new(known: &'a Interned<T>) -> Self {
        Further { known, own: Interned::default() }
    }

    /// The number of a value, new or known.
    pub(super) fn number(&mut self, value: T) -> u32 {
        match self.known.known(&value) {
            Some(number) => number,
            None => self.known.values.len() as u32 + self.own.number(value),
        }
    }

    /// The value of a number.
    pub(super) fn get(&self, number: u32) -> &T {
        match self.known.values.get(number as usize) {
            Some(value) => value,
            None => self.own.get(number - self.known.values.len() as u32),
        }
    }

    /// How many were known, and the new values in order.
    pub(super) fn into_new(self) -> (usize, Vec<T>) {
        (self.known.values.len(), self.own.values)
    }
}

/// Which numbers the new values of a thread get when all are to know them.
pub(super) struct Renumbered {
    /// How many were known before.
    known: u32,
    new: Vec<u32>,
}

impl Renumbered {
    /// Numbers new values by `number`, where so many were known to who found them.
    pub(super) fn of<T>(known: usize, new: impl IntoIterator<Item = T>, number: impl FnMut(T) -> u32) -> Renumbered {
        Renumbered { known: known as u32, new: new.into_iter().map(number).collect() }
    }

    /// What became of a number.
    pub(super) fn get(&self, number: u32) -> u32 {
        if number < self.known { number } else { self.new[(number - self.known) as usize] }
    }
}

/// How small a count may be.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Minimum {
    /// Nobody said.
    NotStated,
    /// At least this many people.
    Count(u64),
}

/// Whether something is done, as far as is said.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Said {
    /// It is not.
    No,
    /// Nobody said.
    NotStated,
    /// It is.
    Yes,
}

/// The disclosure control on a count.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Control {
    /// The least count.
    pub minimum: Minimum,
    /// Whether cells from which a suppressed one could be worked out are suppressed too.
    pub secondary: Said,
}

impl Control {
    /// No control, and known to be none: synthetic data, tables that say so.
    pub const NONE: Control = Control { minimum: Minimum::Count(0), secondary: Said::No };

    /// The level of a count under it: 0 with a minimum of at least `threshold` and secondary control, otherwise 1. With
    /// `kindly`, what is not stated is taken to be done.
    pub fn level(self, threshold: u64, kindly: bool) -> u8 {
        let minimum = match self.minimum {
            Minimum::NotStated => kindly,
            Minimum::Count(n) => n >= threshold,
        };
        let secondary = match self.secondary {
            Said::Yes => true,
            Said::NotStated => kindly,
            Said::No => false,
        };
        if minimum && secondary { 0 } else { 1 }
    }

    /// This control after a `suppress`.
    pub fn lifted(self, lift: Lift) -> Control {
        let minimum = match (self.minimum, lift.under) {
            (Minimum::Count(a), Some(b)) => Minimum::Count(a.max(b)),
            (Minimum::NotStated, Some(b)) => Minimum::Count(b),
            (minimum, None) => minimum,
        };
        Control { minimum, secondary: self.secondary.max(lift.secondary) }
    }
}

/// What `suppress` adds to a control.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Lift {
    /// Secondary suppression.
    pub secondary: Said,
    /// Cells under this are suppressed.
    pub under: Option<u64>,
}

/// What an edge does to what moves along it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Transform {
    /// Rows become counts under this control.
    pub aggregate: Option<Control>,
    /// Counts get this on top.
    pub lift: Option<Lift>,
    /// Whether the edge is there at all is not stated.
    pub maybe: bool,
}

impl Transform {
    /// This transform followed by an aggregation. Counting counts again raises nothing (ruling 12).
    #[must_use]
    pub fn then_aggregate(self, control: Control) -> Transform {
        Transform { aggregate: self.aggregate.or(Some(control)), ..self }
    }

    /// This transform followed by a `suppress`.
    #[must_use]
    pub fn then_lift(self, lift: Lift) -> Transform {
        let lift = match self.lift {
            None => lift,
            Some(old) => Lift { secondary: old.secondary.max(lift.secondary), under: old.under.max(lift.under) },
        };
        Transform { lift: Some(lift), aggregate: self.aggregate.map(|c| c.lifted(lift)), ..self }
    }
}
