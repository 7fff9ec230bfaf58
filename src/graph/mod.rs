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
pub mod linkage;
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
pub use operations::Listed;
pub use origins::{Ask, Class, Origins, is_kind};
pub use shapes::{Columns, ColumnsIter};
pub use table::Near;
pub use times::Holding;

use std::hash::BuildHasher;
use std::sync::{Arc, OnceLock};

use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};
use smallvec::SmallVec;

use crate::diagnostic::Diagnostics;
use crate::model::{
    ActivityId, CategoryId, DatasetId, FlowId, Model, PartyId, PeopleId, PlaceId, StepId, Timeline, Unit,
};
use crate::syntax::intern::Symbol;
use columns::Interned;
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

/// What a step does to one column: a column of an input (or nothing, where the step makes it up) becomes one of the copy.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Move {
    /// The column of the copy.
    to: u32,
    /// Which of the arrival's sources, and its column.
    from: Option<(u32, u32)>,
    /// A number of [`Graph::transform`].
    transform: u32,
}

impl Move {
    /// What marks a word that says where a move stands whose numbers are too large for a word.
    const WIDE: u64 = 1 << 63;
    /// In the place of an input: none.
    const MADE_UP: u64 = 0xff;

    /// In one word, where the numbers are as small as they mostly are: a million steps have a dozen moves each.
    fn packed(self) -> Option<u64> {
        let (source, column) = self.from.map_or((Self::MADE_UP, 0), |(s, c)| (u64::from(s), u64::from(c)));
        let small = source < Self::MADE_UP || self.from.is_none();
        let numbers = [u64::from(self.to), column, u64::from(self.transform)];
        let small = small && numbers.iter().all(|n| *n <= 0xffff);
        small.then(|| numbers[0] << 40 | source << 32 | column << 16 | numbers[2])
    }

    fn unpacked(word: u64) -> Move {
        let (source, column) = ((word >> 32 & 0xff) as u32, (word >> 16 & 0xffff) as u32);
        Move {
            to: (word >> 40) as u32,
            from: (u64::from(source) != Self::MADE_UP).then_some((source, column)),
            transform: (word & 0xffff) as u32,
        }
    }
}

/// What all steps do.
#[derive(Clone, Debug, Default)]
struct Moves {
    words: Vec<u64>,
    /// Moves that no word can hold, by what is in the word instead.
    wide: Vec<Move>,
    /// By hash, a stretch of words: what steps do to the columns of alike tables is often the same.
    by_hash: FxHashMap<u64, (u32, u32)>,
}

impl Moves {
    /// The stretch of words for what a step does, new or known.
    fn add(&mut self, all: impl Iterator<Item = Move>) -> (u32, u32) {
        let start = self.words.len();
        for one in all {
            let word = one.packed().unwrap_or(Move::WIDE | self.wide.len() as u64);
            if word & Move::WIDE != 0 {
                self.wide.push(one);
            }
            self.words.push(word);
        }
        let new = (start as u32, self.words.len() as u32);
        let known = *self.by_hash.entry(FxBuildHasher.hash_one(&self.words[start..])).or_insert(new);
        if known != new && self.words[known.0 as usize..known.1 as usize] == self.words[start..] {
            self.words.truncate(start);
            return known;
        }
        new
    }

    fn get(&self, word: u64) -> Move {
        match word & Move::WIDE {
            0 => Move::unpacked(word),
            _ => self.wide[(word & !Move::WIDE) as usize],
        }
    }

    /// Forgets what is only needed while new ones come.
    fn settle(&mut self) {
        self.by_hash = FxHashMap::default();
        self.words.shrink_to_fit();
        self.wide.shrink_to_fit();
    }
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

/// Edges into a cell: most cells have a few.
pub type Edges = SmallVec<[Edge; 4]>;

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

    /// The edges into a cell, in the order of the arrivals.
    pub fn incoming(&self, model: &Model, cell: CellId) -> Edges {
        let mut edges = Edges::new();
        for arrival in self.arrivals_of(cell.copy) {
            self.edges_by(model, arrival, cell, &mut |edge| {
                edges.push(edge);
                true
            });
        }
        edges
    }

    /// The edges of one arrival into a cell.
    pub fn edges_of(&self, model: &Model, arrival: ArrivalId, cell: CellId) -> Edges {
        let mut edges = Edges::new();
        self.edges_by(model, arrival, cell, &mut |edge| {
            edges.push(edge);
            true
        });
        edges
    }

    /// Whether an arrival brings anything into a cell.
    pub fn comes_by(&self, model: &Model, arrival: ArrivalId, cell: CellId) -> bool {
        let mut found = false;
        self.edges_by(model, arrival, cell, &mut |_| {
            found = true;
            false
        });
        found
    }

    /// Gives the edges of an arrival into a cell to `each`, until it says no.
    fn edges_by(&self, model: &Model, id: ArrivalId, cell: CellId, each: &mut dyn FnMut(Edge) -> bool) {
        let arrival = self.arrival(id);
        let column = self.columns_of(cell.copy)[cell.column as usize];
        match arrival.how {
            How::Declared => {
                if is_declared(model, self.copy(cell.copy).dataset, &column) {
                    let transform = self.declared_transform(model, cell.copy);
                    each(Edge { from: None, transform, arrival: id });
                }
            }
            How::Flow(flow, item) => {
                if !self.carries(model, (flow, item), &column) {
                    return;
                }
                for source in self.from(id) {
                    let from = self.same_column(cell, &column, *source);
                    if from.is_some() && !each(Edge { from, transform: UNCHANGED, arrival: id }) {
                        return;
                    }
                }
            }
            How::Step(..) | How::Side(..) => {
                let all = self.words_of(id);
                let first = all.partition_point(|word| self.moves.get(*word).to < cell.column);
                let moves = all[first..].iter().map(|word| self.moves.get(*word));
                for made in moves.take_while(|m| m.to == cell.column) {
                    let from =
                        made.from.map(|(source, column)| CellId { copy: self.from(id)[source as usize], column });
                    if !each(Edge { from, transform: made.transform, arrival: id }) {
                        return;
                    }
                }
            }
        }
    }

    /// The cells into which an arrival takes what is in a cell.
    pub fn leads_to(&self, model: &Model, id: ArrivalId, from: CellId) -> SmallVec<[CellId; 2]> {
        let arrival = self.arrival(id);
        let copy = arrival.copy;
        match arrival.how {
            How::Declared => SmallVec::new(),
            How::Flow(flow, item) => {
                let column = self.columns_of(from.copy)[from.column as usize];
                let carried = self.carries(model, (flow, item), &column);
                let to = if carried { self.same_column(from, &column, copy) } else { None };
                to.into_iter().collect()
            }
            How::Step(..) | How::Side(..) => {
                let is =
                    |m: &Move| m.from.is_some_and(|(s, c)| c == from.column && self.from(id)[s as usize] == from.copy);
                self.moves_of(id).filter(is).map(|m| CellId { copy, column: m.to }).collect()
            }
        }
    }

    /// The cell of another copy that has the same column.
    fn same_column(&self, cell: CellId, column: &Column, other: CopyId) -> Option<CellId> {
        let (own, shape) = (self.copy(cell.copy).shape, self.copy(other).shape);
        // most copies have the columns of what they came from
        let column = if own == shape { Some(cell.column) } else { self.shapes.position(shape, column) };
        column.map(|column| CellId { copy: other, column })
    }

    /// Whether an item of a flow carries a column.
    fn carries(&self, model: &Model, (flow, item): (FlowId, u32), column: &Column) -> bool {
        let item_of = |flow: FlowId, item: u32| &model.flows[flow.index()].data[item as usize];
        match (&item_of(flow, item).fields, column.kind) {
            (None, _) | (_, ColumnKind::Membership | ColumnKind::Reveals) => true,
            (Some(fields), ColumnKind::Field) if fields.len() <= operations::MANY => {
                fields.iter().any(|(name, _)| *name == column.name)
            }
            (Some(_), ColumnKind::Field) => {
                let listed = self.listed.get_or_init(|| long_lists(model));
                listed.get(&(flow, item)).is_some_and(|names| names.contains(&column.name))
            }
            (Some(_), ColumnKind::Open) => false,
        }
    }

    /// Whether an arrival takes rows of one of its sources (by its place in [`Graph::from`]) along as rows, and not only as
    /// counts; read kindly, only where it certainly does.
    pub fn takes_rows(&self, id: ArrivalId, source: usize, reading: Reading) -> bool {
        match self.arrival(id).how {
            How::Declared => false,
            How::Flow(..) => true,
            How::Step(..) | How::Side(..) => self.moves_of(id).any(|m| {
                let transform = self.transforms.get(m.transform);
                m.from.is_some_and(|(from, _)| from as usize == source)
                    && transform.aggregate.is_none()
                    && (reading == Reading::Harsh || !transform.maybe)
            }),
        }
    }

    /// What comes down to each copy, as a number: `by` says what an arrival brings, given what all copies have so far, and `join`
    /// puts two numbers together. The least fixpoint, from 0.
    pub fn come_down(&self, join: fn(u64, u64) -> u64, mut by: impl FnMut(ArrivalId, &[u64]) -> u64) -> Vec<u64> {
        let mut all = vec![0u64; self.size()];
        for component in self.order.iter() {
            loop {
                let mut more = false;
                for copy in component {
                    let before = all[copy.index()];
                    let after = self.arrivals_of(*copy).fold(before, |sum, a| join(sum, by(a, &all)));
                    more |= after != before;
                    all[copy.index()] = after;
                }
                if !more || component.len() == 1 {
                    break;
                }
            }
        }
        all
    }

    /// The contrary way: what goes up from each copy to those it is made of. `own` says what a copy has of itself.
    pub fn go_up(&self, join: fn(u64, u64) -> u64, own: impl Fn(CopyId) -> u64) -> Vec<u64> {
        let mut all: Vec<u64> = self.copy_ids().map(own).collect();
        for number in (0..self.order.len()).rev() {
            loop {
                let mut more = false;
                for copy in self.order.members(number) {
                    let own = all[copy.index()];
                    for from in self.arrivals_of(*copy).flat_map(|a| self.from(a)) {
                        let sum = join(all[from.index()], own);
                        more |= sum != all[from.index()] && self.order.of(*from) as usize == number;
                        all[from.index()] = sum;
                    }
                }
                if !more {
                    break;
                }
            }
        }
        all
    }

    fn words_of(&self, id: ArrivalId) -> &[u64] {
        let (start, end) = self.arrival(id).moves;
        &self.moves.words[start as usize..end as usize]
    }

    fn moves_of(&self, id: ArrivalId) -> impl Iterator<Item = Move> {
        self.words_of(id).iter().map(|word| self.moves.get(*word))
    }

    /// What happens to what a dataset declares: a table's cells are counts from the start.
    fn declared_transform(&self, model: &Model, copy: CopyId) -> u32 {
        let control = table_control(model, self.copy(copy).dataset);
        self.transforms.known(&Transform { aggregate: control, ..Transform::default() }).unwrap_or(UNCHANGED)
    }

    /// Where what an arrival makes up begins: where the step is, whoever keeps the lookup that it goes into.
    fn begins(&self, model: &Model, arrival: ArrivalId) -> PlaceId {
        let arrival = self.arrival(arrival);
        match arrival.how {
            How::Side(step, _) => model.steps[step.index()].place,
            How::Declared | How::Flow(..) | How::Step(..) => self.copy(arrival.copy).place,
        }
    }

    /// Gives the columns in which data begins at a copy to `each`, with the place where it does: what is declared there, and
    /// keys that steps make up.
    fn begins_at(&self, model: &Model, copy: CopyId, each: &mut dyn FnMut(&Column, PlaceId)) {
        let columns = self.columns_of(copy);
        let arrivals = self.arrivals_of(copy);
        let only = arrivals.len() == 1;
        for id in arrivals {
            let place = self.begins(model, id);
            match self.arrival(id).how {
                How::Declared => {
                    let dataset = self.copy(copy).dataset;
                    let begin = columns.iter().filter(|c| only || is_declared(model, dataset, c));
                    begin.for_each(|c| each(c, place));
                }
                How::Flow(..) => {}
                How::Step(..) | How::Side(..) => {
                    let made = self.moves_of(id).filter(|m| m.from.is_none());
                    made.for_each(|m| each(&columns[m.to as usize], place));
                }
            }
        }
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

/// Where copies go on to.
#[derive(Clone, Debug)]
pub struct Onward {
    arrivals: Vec<ArrivalId>,
    starts: Vec<u32>,
}

impl Onward {
    /// Works out where all copies go.
    pub fn of(graph: &Graph) -> Onward {
        let mut starts = vec![0u32; graph.size() + 1];
        let all = || (0..graph.arrivals.len() as u32).map(ArrivalId);
        for from in all().flat_map(|a| graph.from(a)) {
            starts[from.index() + 1] += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let mut fill = starts.clone();
        let mut arrivals = vec![ArrivalId(0); starts.last().copied().unwrap_or(0) as usize];
        for arrival in all() {
            for from in graph.from(arrival) {
                arrivals[fill[from.index()] as usize] = arrival;
                fill[from.index()] += 1;
            }
        }
        Onward { arrivals, starts }
    }

    /// The arrivals that take a copy.
    pub fn from(&self, copy: CopyId) -> &[ArrivalId] {
        &self.arrivals[self.starts[copy.index()] as usize..self.starts[copy.index() + 1] as usize]
    }
}

/// Whether a dataset declares a column.
fn is_declared(model: &Model, dataset: DatasetId, column: &Column) -> bool {
    let declared = model.dataset(dataset);
    let among = |fields: &[crate::model::Field]| {
        fields.iter().any(|f| f.name == column.name && Some(f.category) == column.category && f.level == column.level)
    };
    match column.kind {
        ColumnKind::Field => among(&declared.fields),
        ColumnKind::Reveals => among(&declared.reveals),
        ColumnKind::Membership => true,
        ColumnKind::Open => declared.open.is_some(),
    }
}

/// The control on what a dataset declares; none where it declares rows.
fn table_control(model: &Model, dataset: DatasetId) -> Option<Control> {
    let dataset = model.dataset(dataset);
    (dataset.unit == Unit::Table).then(|| Control {
        minimum: dataset.table_minimum.value().map_or(Minimum::NotStated, |n| Minimum::Count(*n)),
        secondary: Said::NotStated,
    })
}

/// The fields that items of flows list, where they are many.
fn long_lists(model: &Model) -> LongLists {
    let mut long = LongLists::default();
    for (number, flow) in model.flows.iter().enumerate() {
        for (item, listed) in flow.data.iter().enumerate() {
            if let Some(fields) = listed.fields.as_ref().filter(|f| f.len() > operations::MANY) {
                let names = fields.iter().map(|(name, _)| *name).collect();
                long.insert((FlowId(number as u32), item as u32), names);
            }
        }
    }
    long
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moves_are_kept_however_large_their_numbers_are() {
        let numbers = [0, 1, 0xfe, 0xff, 0xffff, 0x1_0000, u32::MAX];
        let (mut moves, mut all) = (Moves::default(), Vec::new());
        for to in numbers {
            for transform in numbers {
                all.push(Move { to, from: None, transform });
                let from = numbers.iter().flat_map(|source| numbers.map(|column| Some((*source, column))));
                all.extend(from.map(|from| Move { to, from, transform }));
            }
        }
        let stretches: Vec<_> =
            all.chunks(5).chain(all.chunks(7)).map(|some| moves.add(some.iter().copied())).collect();
        let back = |(start, end): &(u32, u32)| -> Vec<Move> {
            moves.words[*start as usize..*end as usize].iter().map(|word| moves.get(*word)).collect()
        };
        let kept: Vec<Vec<Move>> = stretches.iter().map(back).collect();
        assert_eq!(kept, all.chunks(5).chain(all.chunks(7)).map(<[Move]>::to_vec).collect::<Vec<_>>());
        assert!(moves.wide.len() < moves.words.len());
        let small = || [Move { to: 3, from: Some((1, 2)), transform: 0 }, Move { to: 4, from: None, transform: 9 }];
        assert_eq!(moves.add(small().into_iter()), moves.add(small().into_iter()), "kept once");
    }
}
