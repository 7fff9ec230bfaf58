//! The flow graph: copies, the columns of each, the edges between them, and what follows.
//!
//! A node is a **copy**, one dataset at one place. Arrivals (declarations, flows, steps) make copies; each arrival has edges
//! from columns to columns. On that graph:
//!
//! - [`Contents`] says which origins reach which column, row by row or as counts ([`spread`]: one least fixpoint);
//! - [`sight`] says who sees which copies;
//! - [`linkage`] says what a holder can tie together from all that it holds at one time, and so how identifiable each copy is;
//! - [`trace`] finds the shortest way in which something reached a place.
//!
//! Everything exists in two [`Reading`]s: what is not stated is read kindly or harshly. A rule broken in the kind reading fails;
//! one that holds in the harsh reading passes; between the two nobody can tell.

mod bits;
mod build;
mod columns;
pub mod linkage;
mod operations;
mod problems;
pub mod sight;
pub mod spread;
pub mod times;
pub mod trace;

pub use columns::{Column, ColumnKind, Control, Lift, Minimum, Said, Transform};
pub use spread::{Contents, Origins};
pub use times::Holding;

use crate::diagnostic::Diagnostics;
use crate::model::{ActivityId, CategoryId, DatasetId, FlowId, Model, PartyId, PeopleId, PlaceId, StepId, Timeline};

/// How what is not stated is read.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Reading {
    /// As the one who hopes that all is well would.
    Kind,
    /// As the one who fears the worst would.
    Harsh,
}

crate::model::ids! {
    /// A copy: [`Graph::copies`].
    CopyId
    /// An arrival: [`Graph::arrivals`].
    ArrivalId
    /// A column of a copy: [`Graph::cells`].
    CellId
}

/// One dataset at one place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Copy {
    /// The dataset.
    pub dataset: DatasetId,
    /// The place.
    pub place: PlaceId,
    /// What made it; several arrivals unite (ruling 18).
    pub arrivals: Vec<ArrivalId>,
    /// Whom it is about, sorted.
    pub about: Vec<PeopleId>,
    /// Whether it may be about anybody, since a source does not say.
    pub about_all: bool,
    /// Whether it may have rows about people, and not only counts.
    pub rows: bool,
}

/// How a copy came to be.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum How {
    /// It is declared there.
    Declared,
    /// A flow brings it: the flow and which of its data.
    Flow(FlowId, u32),
    /// A step gives it: the step and which of its outputs.
    Step(StepId, u32),
    /// A step makes it beside its outputs: a lookup table, code or secret.
    Side(StepId, u32),
}

/// One way in which a copy came to be.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Arrival {
    /// The copy.
    pub copy: CopyId,
    /// How.
    pub how: How,
    /// In which activity.
    pub activity: Option<ActivityId>,
    /// From which copies.
    pub from: Vec<CopyId>,
}

impl Arrival {
    /// Whether it can bring something from another place: a flow does, and so does a lookup that another keeps.
    pub fn brings(&self) -> bool {
        matches!(self.how, How::Flow(..) | How::Side(..))
    }
}

/// A column of a copy.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Cell {
    /// The copy.
    pub copy: CopyId,
    /// The column.
    pub column: Column,
}

/// An edge into a cell.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Edge {
    /// From which cell; `None` where the data begins.
    pub from: Option<CellId>,
    /// What happens on the way: a number of [`Graph::transform`].
    pub transform: u32,
    /// By which arrival.
    pub arrival: ArrivalId,
}

/// A secret that lets its holder recompute a key from identifiers (ruling 11).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Capability {
    /// The copy that stands for the secret.
    pub copy: CopyId,
    /// The key.
    pub key: CategoryId,
    /// What it is computed from: categories with the level they had.
    pub from: Vec<(CategoryId, u8)>,
}

/// The graph of a model.
#[derive(Clone, Debug)]
pub struct Graph {
    /// Every copy.
    pub copies: Vec<Copy>,
    /// Every arrival.
    pub arrivals: Vec<Arrival>,
    /// Every column of every copy, gathered by copy, sorted within it.
    pub cells: Vec<Cell>,
    cell_start: Vec<u32>,
    incoming_start: Vec<u32>,
    incoming: Vec<Edge>,
    transforms: columns::Interned<Transform>,
    /// Secrets of keys.
    pub capabilities: Vec<Capability>,
    /// Copies in topological order, cycles together.
    order: Vec<Vec<CopyId>>,
    /// For each copy, how far it is at the most from where data begins.
    turns: Vec<u32>,
    /// For each arrival, its place in the order of declared names.
    ranks: Vec<u32>,
    of_dataset: Vec<Vec<CopyId>>,
    /// What is proved of times.
    pub timeline: Timeline,
    /// From when to when each copy is held.
    pub holdings: Vec<Holding>,
}

impl Graph {
    /// Builds the graph of a model. Reports what cannot happen.
    pub fn build(model: &mut Model, diagnostics: &mut Diagnostics) -> Graph {
        build::build(model, diagnostics)
    }

    /// A copy.
    pub fn copy(&self, id: CopyId) -> &Copy {
        &self.copies[id.index()]
    }

    /// All copies' ids.
    pub fn copy_ids(&self) -> impl Iterator<Item = CopyId> + use<> {
        (0..self.copies.len() as u32).map(CopyId)
    }

    /// The copies of a dataset.
    pub fn copies_of(&self, dataset: DatasetId) -> &[CopyId] {
        self.of_dataset.get(dataset.index()).map_or(&[], Vec::as_slice)
    }

    /// The cells of a copy.
    pub fn cells_of(&self, copy: CopyId) -> impl DoubleEndedIterator<Item = CellId> + ExactSizeIterator + use<> {
        (self.cell_start[copy.index()]..self.cell_start[copy.index() + 1]).map(CellId)
    }

    /// A cell.
    pub fn cell(&self, id: CellId) -> &Cell {
        &self.cells[id.index()]
    }

    /// The edges into a cell.
    pub fn incoming(&self, cell: CellId) -> &[Edge] {
        let (start, end) = (self.incoming_start[cell.index()], self.incoming_start[cell.index() + 1]);
        &self.incoming[start as usize..end as usize]
    }

    /// What happens along an edge.
    pub fn transform(&self, edge: &Edge) -> &Transform {
        self.transforms.get(edge.transform)
    }

    /// An arrival.
    pub fn arrival(&self, id: ArrivalId) -> &Arrival {
        &self.arrivals[id.index()]
    }

    /// The turn of a copy: what it is made from has an earlier one, cycles apart.
    pub fn turn(&self, copy: CopyId) -> u32 {
        self.turns.get(copy.index()).copied().unwrap_or(0)
    }

    /// The place of an arrival in the order of declared names.
    pub fn rank(&self, arrival: ArrivalId) -> u32 {
        self.ranks.get(arrival.index()).copied().unwrap_or(0)
    }

    /// The party at whose place a copy is.
    pub fn party_of(&self, model: &Model, copy: CopyId) -> PartyId {
        model.place(self.copy(copy).place).party
    }

    /// The copies that a use or step at `place` finds for a dataset: at the place itself, else at its party or (for a party) at
    /// its teams; for a place that is not stated, wherever it is.
    pub fn found(&self, model: &Model, dataset: DatasetId, place: PlaceId) -> Vec<CopyId> {
        let all = self.copies_of(dataset).iter().map(|c| (*c, self.copy(*c).place));
        found(model, all, place)
    }

    /// The copies that a flow from `place` carries: all that the place and, around it, its party or teams have.
    pub fn sent(&self, model: &Model, dataset: DatasetId, place: PlaceId) -> Vec<CopyId> {
        let all = self.copies_of(dataset).iter().copied();
        all.filter(|c| reaches(model, place, self.copy(*c).place)).collect()
    }
}

/// Whether what is held at one place is at hand at another: the same place, its party's own, or a party its teams'.
fn reaches(model: &Model, place: PlaceId, held: PlaceId) -> bool {
    let (p, h) = (model.place(place), model.place(held));
    place == held || place == Model::UNKNOWN || (p.party == h.party && (!p.team || !h.team))
}

/// Of copies with their places, those that a step or use at `place` finds.
fn found(model: &Model, copies: impl Iterator<Item = (CopyId, PlaceId)>, place: PlaceId) -> Vec<CopyId> {
    let near: Vec<(CopyId, PlaceId)> = copies.filter(|(_, held)| reaches(model, place, *held)).collect();
    let here: Vec<CopyId> = near.iter().filter(|(_, held)| *held == place).map(|(c, _)| *c).collect();
    if here.is_empty() { near.into_iter().map(|(c, _)| c).collect() } else { here }
}
