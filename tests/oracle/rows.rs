//! Rows of values, each of which remembers the source rows it was computed from.

use std::collections::BTreeMap;

use super::model::{Category, Dataset, Field, Place};

/// A set of source cells by number (see `run::Marks`).
pub(crate) type Set = u64;

/// The source cells that a value was computed from, and what became of each on its way.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Trace {
    pub(crate) origins: Set,
    /// Those that came to the holder in question from outside.
    pub(crate) received: Set,
    /// Those that came from outside to this very copy.
    pub(crate) entered: Set,
    /// Those that passed through what is watched.
    pub(crate) marked: Set,
    /// Those that came by a way round it.
    pub(crate) around: Set,
}

impl Trace {
    /// A value that begins here.
    pub(crate) fn begun(origin: Set) -> Trace {
        Trace { origins: origin, around: origin, ..Trace::default() }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.origins == 0
    }

    pub(crate) fn unite(&mut self, other: &Trace) -> bool {
        let before = *self;
        self.origins |= other.origins;
        self.received |= other.received;
        self.entered |= other.entered;
        self.marked |= other.marked;
        self.around |= other.around;
        before != *self
    }
}

/// The disclosure control on a count: the least number of people, and whether secondary cells are suppressed.
pub(crate) type Control = (u8, bool);

/// What is in a value only as a count.
pub(crate) type Counts = Vec<(Control, Trace)>;

/// Adds to counts; says whether that is more than before.
pub(crate) fn count(counts: &mut Counts, control: Control, trace: &Trace) -> bool {
    if trace.is_empty() {
        return false;
    }
    match counts.iter_mut().find(|(c, _)| *c == control) {
        Some((_, there)) => there.unite(trace),
        None => {
            counts.push((control, *trace));
            counts.sort_by_key(|(c, _)| *c);
            true
        }
    }
}

/// One value in one row.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Cell {
    pub(crate) field: Field,
    pub(crate) category: Category,
    pub(crate) level: u8,
    pub(crate) value: u32,
    /// The people on whose source rows alone it depends.
    pub(crate) alone: u32,
    /// Which cells of those rows.
    pub(crate) trace: Trace,
    pub(crate) counts: Counts,
}

/// One row and the people it is about.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Row {
    pub(crate) people: u32,
    /// That somebody is in it at all, which depends on being in each of its sources.
    pub(crate) member: Trace,
    pub(crate) counts: Counts,
    pub(crate) cells: Vec<Cell>,
}

impl Row {
    /// Whether it is about one person.
    pub(crate) fn single(&self) -> bool {
        self.people.count_ones() == 1
    }

    pub(crate) fn put(&mut self, cell: Cell) -> bool {
        let same = |c: &&mut Cell| {
            (c.field, c.category, c.level, c.value) == (cell.field, cell.category, cell.level, cell.value)
        };
        let Some(there) = self.cells.iter_mut().find(same) else {
            self.cells.push(cell);
            return true;
        };
        let before = there.alone;
        there.alone |= cell.alone;
        let mut changed = before != there.alone;
        changed |= there.trace.unite(&cell.trace);
        for (control, trace) in &cell.counts {
            changed |= count(&mut there.counts, *control, trace);
        }
        changed
    }

    pub(crate) fn absorb(&mut self, other: &Row) -> bool {
        let before = self.people;
        self.people |= other.people;
        let mut changed = before != self.people;
        changed |= self.member.unite(&other.member);
        for (control, trace) in &other.counts {
            changed |= count(&mut self.counts, *control, trace);
        }
        for cell in &other.cells {
            changed |= self.put(cell.clone());
        }
        changed
    }

    /// Changes every trace in it.
    pub(crate) fn each_trace(&mut self, change: &impl Fn(&mut Trace)) {
        change(&mut self.member);
        self.counts.iter_mut().for_each(|(_, t)| change(t));
        for cell in &mut self.cells {
            change(&mut cell.trace);
            cell.counts.iter_mut().for_each(|(_, t)| change(t));
        }
    }
}

/// Rows by what tells them apart in the file, such as their order.
pub(crate) type Rows = BTreeMap<u64, Row>;

/// How a copy came to be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum By {
    Declared,
    Flow(u8),
    Step(u8),
    /// Beside what a step gives: a lookup, a code or a secret.
    Side(u8),
}

/// One coming of a copy: at what time (before all others when not said), and until when it says that it is kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Arrival {
    pub(crate) by: By,
    pub(crate) on: Option<u8>,
    pub(crate) until: Option<u8>,
    pub(crate) activity: Option<u8>,
}

/// A dataset at a place.
pub(crate) type Key = (Dataset, Place);

/// What a dataset at a place holds.
#[derive(Clone, Debug)]
pub(crate) struct Copy {
    pub(crate) key: Key,
    pub(crate) rows: Rows,
    pub(crate) arrivals: Vec<Arrival>,
}
