//! The flow graph: copies, the columns of each, the edges between them, and what follows.
//!
//! A node is a **copy**, one dataset at one place. Arrivals (declarations, flows, steps) make copies; each arrival leads from
//! columns to columns. On that graph:
//!
//! - [`Contents`] says which origins reach which column, row by row or as counts ([`spread`]: one least fixpoint);
//! - [`sight`] says who sees which copies;
//! - [`linkage`] says what a holder can tie together from all that it holds at one time, and so how identifiable each copy is;
//! - [`trace`] finds the shortest way in which something reached a place.
//!
//! Everything exists in two [`Reading`]s: what is not stated is read kindly or harshly. A rule broken in the kind reading fails;
//! one that holds in the harsh reading passes; between the two nobody can tell.
//!
//! A programme may have a million copies, and most of them are what a flow brought unchanged. So what copies have alike is kept
//! once and known by a number: lists of columns (`shapes`), what is in them (`contents`), when they are held (`times`).
//! Edges between single columns are not kept at all: they follow from the arrivals.

mod bits;
mod build;
mod columns;
mod contents;
mod edges;
pub mod linkage;
mod moves;
mod onward;
mod operations;
mod order;
mod origins;
mod problems;
mod shapes;
pub mod sight;
pub mod spread;
mod table;
pub mod times;
pub mod trace;
pub mod view;

pub use columns::{Column, ColumnKind, Control, Lift, Minimum, Said, Transform};
pub use contents::{ContentId, Contents};
pub use edges::{Edge, Edges};
pub use onward::Onward;
pub use operations::Listed;
pub use origins::{Ask, Class, Origins, is_kind};
pub use shapes::{Columns, ColumnsIter};
pub use table::Near;
pub use times::Holding;

use std::sync::{Arc, OnceLock};

use rustc_hash::{FxHashMap, FxHashSet};

use crate::diagnostic::Diagnostics;
use crate::model::{ActivityId, CategoryId, DatasetId, FlowId, Model, PartyId, PeopleId, PlaceId, StepId, Timeline};
use crate::syntax::intern::Symbol;
use columns::Interned;
use edges::{is_declared, table_control};
use moves::{Move, Moves};
use order::Components;
use shapes::{ShapeId, Shapes};
use table::Table;

/// How what is not stated is read.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Reading {
    /// As the one who hopes that all is well would.
    Kind,
    /// As the one who fears the worst would.
    Harsh,
}

crate::model::ids! {
    /// A copy.
    CopyId
    /// An arrival: [`Graph::arrivals`].
    ArrivalId
}

/// A column of a copy.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct CellId {
    /// The copy.
    pub copy: CopyId,
    /// Which of its columns.
    pub column: u32,
}

/// One dataset at one place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Copy {
    /// The dataset.
    pub dataset: DatasetId,
    /// The place.
    pub place: PlaceId,
    /// Its columns.
    shape: ShapeId,
    /// Whom it is about.
    about: u32,
    /// Whether it may have rows about people, and not only counts.
    pub rows: bool,
}

/// Whom a copy is about.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct About {
    /// The groups of people, sorted.
    pub people: Vec<PeopleId>,
    /// Whether it may be about anybody, since a source does not say.
    pub all: bool,
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
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Arrival {
    /// The copy.
    pub copy: CopyId,
    /// How.
    pub how: How,
    /// In which activity.
    pub activity: Option<ActivityId>,
    /// From which copies: a stretch of [`Graph::sources`].
    sources: (u32, u32),
    /// For a step, what it does column by column: a stretch of [`Graph::moves`].
    moves: (u32, u32),
}

impl Arrival {
    /// Whether it can bring something from another place: a flow does, and so does a lookup that another keeps.
    pub fn brings(&self) -> bool {
        matches!(self.how, How::Flow(..) | How::Side(..))
    }
}

/// A cell as it is: its copy and its column.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Cell {
    /// The copy.
    pub copy: CopyId,
    /// The column.
    pub column: Column,
}

/// The number of the transform that changes nothing.
const UNCHANGED: u32 = 0;

/// A secret that lets its holder recompute a key from identifiers (ruling 11).
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
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
    /// Every copy, gathered by dataset.
    table: Table,
    /// Every arrival, gathered by copy.
    pub arrivals: Vec<Arrival>,
    /// The first arrival of each copy, and the end of the last one's.
    arrivals_start: Vec<u32>,
    sources: Vec<CopyId>,
    moves: Moves,
    /// For each flow, where its arrivals begin in `flow_arrivals`, and the end of the last one's.
    flow_start: Vec<u32>,
    flow_arrivals: Vec<ArrivalId>,
    shapes: Shapes,
    abouts: Vec<About>,
    transforms: Interned<Transform>,
    /// Secrets of keys.
    pub capabilities: Vec<Capability>,
    secrets: FxHashMap<CopyId, Vec<u32>>,
    /// Copies in topological order, cycles together.
    order: Components,
    /// For each copy, how far it is at the most from where data begins.
    turns: Vec<u32>,
    /// What being in a dataset, and fields that are not listed, are called.
    names: Names,
    /// Fields that flows list, once they are asked for.
    listed: OnceLock<LongLists>,
    /// What is proved of times.
    pub timeline: Arc<Timeline>,
    times: times::Times,
    /// Whether it is the graph of a part of the model.
    part: bool,
}

/// For items of flows that list many fields, their names.
type LongLists = FxHashMap<(FlowId, u32), FxHashSet<Symbol>>;

/// Names of columns that no text names.
#[derive(Clone, Copy, Debug)]
struct Names {
    /// How many people a line of counts counts.
    people: Symbol,
    /// That somebody is in the dataset.
    member: Symbol,
    /// Fields that are not listed.
    other: Symbol,
}

impl Graph {
    /// Builds the graph of a model. Reports what cannot happen.
    pub fn build(model: &mut Model, diagnostics: &mut Diagnostics) -> Graph {
        build::build(model, diagnostics, None)
    }

    /// As [`Graph::build`], with so many strongly connected components for each thread at a time. What comes of it is the same.
    pub fn build_in_blocks(model: &mut Model, diagnostics: &mut Diagnostics, block: u32) -> Graph {
        build::build(model, diagnostics, Some(order::Shares::blocks_of(block)))
    }

    /// Of these arrivals (sorted) those that would bring anything if nothing else happened.
    pub fn alive(&self, model: &Model, arrivals: &[ArrivalId]) -> Vec<ArrivalId> {
        build::part::alive(model, self, arrivals)
    }

    /// The graph of these arrivals alone, as [`Graph::alive`] gives them; `None` where a step cannot be done with them.
    pub fn part(&self, model: &Model, arrivals: &[ArrivalId]) -> Option<Graph> {
        build::part::part(model, self, arrivals)
    }

    /// A copy.
    pub fn copy(&self, id: CopyId) -> &Copy {
        self.table.copy(id)
    }

    /// How many copies there are.
    pub fn size(&self) -> usize {
        self.table.len()
    }

    /// All copies' ids.
    pub fn copy_ids(&self) -> impl Iterator<Item = CopyId> + use<> {
        (0..self.table.len() as u32).map(CopyId)
    }

    /// The copies of a dataset.
    pub fn copies_of(&self, dataset: DatasetId) -> impl DoubleEndedIterator<Item = CopyId> + ExactSizeIterator + use<> {
        self.table.of(dataset)
    }

    /// The cells of a copy.
    pub fn cells_of(&self, copy: CopyId) -> impl DoubleEndedIterator<Item = CellId> + ExactSizeIterator + use<> {
        (0..self.shapes.width(self.copy(copy).shape) as u32).map(move |column| CellId { copy, column })
    }

    /// The columns of a copy, in the order of its cells.
    pub fn columns_of(&self, copy: CopyId) -> Columns<'_> {
        self.shapes.columns(self.copy(copy).shape)
    }

    /// A cell.
    pub fn cell(&self, id: CellId) -> Cell {
        Cell { copy: id.copy, column: self.columns_of(id.copy)[id.column as usize] }
    }

    /// Whom a copy is about.
    pub fn about(&self, copy: CopyId) -> &About {
        &self.abouts[self.copy(copy).about as usize]
    }

    /// The number of whom a copy is about: alike numbers, alike people.
    pub fn about_number(&self, copy: CopyId) -> u32 {
        self.copy(copy).about
    }

    /// What made a copy; several arrivals unite (ruling 18).
    pub fn arrivals_of(&self, copy: CopyId) -> impl DoubleEndedIterator<Item = ArrivalId> + ExactSizeIterator + use<> {
        (self.arrivals_start[copy.index()]..self.arrivals_start[copy.index() + 1]).map(ArrivalId)
    }

    /// The arrivals that a flow makes.
    pub fn arrivals_by(&self, flow: FlowId) -> &[ArrivalId] {
        let (start, end) = (self.flow_start[flow.index()], self.flow_start[flow.index() + 1]);
        &self.flow_arrivals[start as usize..end as usize]
    }

    /// An arrival.
    pub fn arrival(&self, id: ArrivalId) -> &Arrival {
        &self.arrivals[id.index()]
    }

    /// The copies that an arrival comes from.
    pub fn from(&self, id: ArrivalId) -> &[CopyId] {
        let (start, end) = self.arrival(id).sources;
        &self.sources[start as usize..end as usize]
    }

    /// What happens along an edge.
    pub fn transform(&self, edge: &Edge) -> &Transform {
        self.transforms.get(edge.transform)
    }

    /// The secrets that a copy stands for, by their numbers in [`Graph::capabilities`].
    pub fn secrets_of(&self, copy: CopyId) -> &[u32] {
        self.secrets.get(&copy).map_or(&[], Vec::as_slice)
    }

    /// The turn of a copy: what it is made from has an earlier one, cycles apart.
    pub fn turn(&self, copy: CopyId) -> u32 {
        self.turns.get(copy.index()).copied().unwrap_or(0)
    }

    /// What an arrival is known by: ties between ways are broken by it, whatever the order of the files.
    pub fn rank<'m>(&self, model: &'m Model, arrival: ArrivalId) -> (&'m str, &'m str, &'m str) {
        let arrival = self.arrival(arrival);
        let copy = self.copy(arrival.copy);
        let name = match arrival.how {
            How::Declared => model.dataset(copy.dataset).declared.name,
            How::Flow(flow, _) => model.flows[flow.index()].declared.name,
            How::Step(step, _) | How::Side(step, _) => model.steps[step.index()].declared.name,
        };
        (model.word(name), model.dataset_name(copy.dataset), model.place_name(copy.place))
    }

    /// The party at whose place a copy is.
    pub fn party_of(&self, model: &Model, copy: CopyId) -> PartyId {
        model.place(self.copy(copy).place).party
    }

    /// From when to when a copy is held.
    pub fn holding(&self, copy: CopyId) -> &Holding {
        self.times.holding(copy)
    }

    /// The copies that a use or step at `place` finds for a dataset: at the place itself, else at its party or (for a party) at
    /// its teams; for a place that is not stated, wherever it is.
    pub fn found(&self, model: &Model, dataset: DatasetId, place: PlaceId) -> Near {
        self.table.found(model, dataset, place)
    }

    /// Whether a use or step at `place` finds a copy.
    pub fn finds(&self, model: &Model, place: PlaceId, copy: CopyId) -> bool {
        let it = self.copy(copy);
        it.place == place || (table::reaches(model, place, it.place) && self.table.at(it.dataset, place).is_none())
    }

    /// The copies that a flow from `place` carries: all that the place and, around it, its party or teams have.
    pub fn sent(&self, model: &Model, dataset: DatasetId, place: PlaceId) -> Near {
        self.table.near(model, dataset, place)
    }
}
