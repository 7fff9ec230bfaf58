//! Edges between cells: from which column of what, by which arrival, with what done to it; and where data begins.

use smallvec::SmallVec;

use super::columns::{Column, ColumnKind, Control, Minimum, Said, Transform};
use super::moves::Move;
use super::{ArrivalId, CellId, CopyId, Graph, How, LongLists, Reading, UNCHANGED, operations};
use crate::model::{DatasetId, FlowId, Method, Model, OperationKind, PlaceId, Step, Unit};

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

/// Edges into a cell: most cells have a few.
pub type Edges = SmallVec<[Edge; 4]>;

impl Graph {
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
    pub(super) fn edges_by(&self, model: &Model, id: ArrivalId, cell: CellId, each: &mut dyn FnMut(Edge) -> bool) {
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
    pub(super) fn same_column(&self, cell: CellId, column: &Column, other: CopyId) -> Option<CellId> {
        let (own, shape) = (self.copy(cell.copy).shape, self.copy(other).shape);
        // most copies have the columns of what they came from
        let column = if own == shape { Some(cell.column) } else { self.shapes.position(shape, column) };
        column.map(|column| CellId { copy: other, column })
    }

    /// Whether an item of a flow carries a column.
    pub(super) fn carries(&self, model: &Model, (flow, item): (FlowId, u32), column: &Column) -> bool {
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

    pub(super) fn words_of(&self, id: ArrivalId) -> &[u64] {
        let (start, end) = self.arrival(id).moves;
        &self.moves.words[start as usize..end as usize]
    }

    pub(super) fn moves_of(&self, id: ArrivalId) -> impl Iterator<Item = Move> {
        self.words_of(id).iter().map(|word| self.moves.get(*word))
    }

    /// What happens to what a dataset declares: a table's cells are counts from the start.
    pub(super) fn declared_transform(&self, model: &Model, copy: CopyId) -> u32 {
        let control = table_control(model, self.copy(copy).dataset);
        self.transforms.known(&Transform { aggregate: control, ..Transform::default() }).unwrap_or(UNCHANGED)
    }

    /// Where what an arrival makes up begins: where the step is, whoever keeps the lookup that it goes into.
    pub(super) fn begins(&self, model: &Model, arrival: ArrivalId) -> PlaceId {
        let arrival = self.arrival(arrival);
        match arrival.how {
            How::Side(step, _) => model.steps[step.index()].place,
            How::Declared | How::Flow(..) | How::Step(..) => self.copy(arrival.copy).place,
        }
    }

    /// Gives the columns in which data begins at a copy to `each`, with the place where it does: what is declared there, and
    /// keys that steps make up.
    pub(super) fn begins_at(&self, model: &Model, copy: CopyId, each: &mut dyn FnMut(&Column, PlaceId)) {
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
}

/// Whether what begins in a step, a numbering or a secret, does so though it is given nothing: not where rows have to come from
/// elsewhere first.
pub(super) fn begins_by_itself(step: &Step) -> bool {
    let mut begins = false;
    for operation in &step.operations {
        match &operation.kind {
            OperationKind::Match { .. } => return false,
            OperationKind::Aggregate { .. } if !begins => return false,
            OperationKind::AddKey { .. } => begins = true,
            OperationKind::Pseudonymise { method, .. } => begins |= method.value() == Some(&Method::SaltedHash),
            _ => {}
        }
    }
    begins
}

/// Whether a dataset declares a column.
pub(super) fn is_declared(model: &Model, dataset: DatasetId, column: &Column) -> bool {
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
pub(super) fn table_control(model: &Model, dataset: DatasetId) -> Option<Control> {
    let dataset = model.dataset(dataset);
    (dataset.unit == Unit::Table).then(|| Control {
        minimum: dataset.table_minimum.value().map_or(Minimum::NotStated, |n| Minimum::Count(*n)),
        secondary: Said::NotStated,
    })
}

/// The fields that items of flows list, where they are many.
pub(super) fn long_lists(model: &Model) -> LongLists {
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
