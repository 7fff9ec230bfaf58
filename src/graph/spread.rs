//! Which origins reach which column: one least fixpoint over the cells.
//!
//! Rules tell apart only so many kinds of origin ("from `families`", "criminal data", "made by the study"). [`Origins`] puts
//! every source cell into a **class** by what the rules at hand ask of it, so that a set of origins is a word or two, however
//! large the model. A derived dataset or an activity that a rule names is a class of its own, a marker put on what its copies
//! carry.

use std::collections::HashMap;

use super::bits::{Bits, meet, numbers};
use super::columns::{ColumnKind, Control, Interned};
use super::{ArrivalId, CellId, CopyId, Graph, How, Reading};
use crate::model::{ActivityId, CategoryId, DatasetId, Model, PartyId, PlaceId};
use crate::syntax::tree::DataKind;

/// What a rule asks of an origin.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub enum Ask {
    /// It is a source cell of this dataset.
    Dataset(DatasetId),
    /// It was first declared at a place of this party.
    Party(PartyId),
    /// It was first declared at this team.
    Place(PlaceId),
    /// Its own category is of this kind.
    Kind(DataKind),
    /// Marker: it passed through a copy of this dataset.
    Through(DatasetId),
    /// Marker: flows or steps of this activity made it.
    Made(ActivityId),
}

/// A class of origins.
pub type Class = usize;

/// The classes of origins that a set of rules needs.
#[derive(Clone, Debug, Default)]
pub struct Origins {
    asked: Vec<Ask>,
    /// For each class of source cells, which of `asked` it answers; markers come after.
    signatures: Vec<Vec<bool>>,
    markers: HashMap<Ask, Class>,
    /// The class of each source cell, by (dataset, column number among the declared; the last is membership).
    of_cell: HashMap<CellId, Class>,
    base: usize,
    width: usize,
}

impl Origins {
    /// Sorts the source cells of a graph by what is asked.
    pub fn new(model: &Model, graph: &Graph, asked: impl IntoIterator<Item = Ask>) -> Origins {
        let mut asked: Vec<Ask> = asked.into_iter().collect();
        asked.sort_unstable();
        asked.dedup();
        let (marks, asked): (Vec<Ask>, Vec<Ask>) =
            asked.into_iter().partition(|a| matches!(a, Ask::Through(_) | Ask::Made(_)));
        let mut classes: HashMap<Vec<bool>, Class> = HashMap::new();
        let mut origins = Origins { asked, ..Origins::default() };
        for copy in graph.copy_ids() {
            for cell in graph.cells_of(copy) {
                if graph.incoming(cell).iter().all(|e| e.from.is_some()) {
                    continue;
                }
                let signature: Vec<bool> = origins.asked.iter().map(|a| answers(model, graph, cell, *a)).collect();
                let class = *classes.entry(signature.clone()).or_insert_with(|| {
                    origins.signatures.push(signature);
                    origins.signatures.len() - 1
                });
                origins.of_cell.insert(cell, class);
            }
        }
        origins.base = origins.signatures.len();
        origins.width = origins.base;
        for mark in marks {
            origins.markers.insert(mark, origins.width);
            origins.width += 1;
        }
        origins
    }

    /// How many classes there are.
    pub fn width(&self) -> usize {
        self.width
    }

    /// The words of a set of classes.
    pub fn set(&self, classes: impl IntoIterator<Item = Class>) -> Vec<u64> {
        let mut words = vec![0; self.width.div_ceil(64).max(1)];
        for class in classes {
            words[class / 64] |= 1 << (class % 64);
        }
        words
    }

    /// Every class of source cells, markers left out.
    pub fn everything(&self) -> Vec<u64> {
        self.set(0..self.base)
    }

    /// The classes that answer any of what is asked.
    pub fn answering(&self, any_of: &[Ask]) -> Vec<u64> {
        let of_sources = (0..self.base).filter(|class| {
            any_of.iter().any(|a| self.asked.iter().position(|x| x == a).is_some_and(|i| self.signatures[*class][i]))
        });
        let marked = any_of.iter().filter_map(|a| self.markers.get(a)).copied();
        self.set(of_sources.chain(marked).collect::<Vec<_>>())
    }

    /// The markers that an arrival puts on what it brings: those of its dataset, and of its activity unless it only declares.
    pub fn marks(&self, graph: &Graph, arrival: ArrivalId) -> Vec<u64> {
        let mut marks = vec![0; self.width.div_ceil(64).max(1)];
        if self.markers.is_empty() {
            return marks;
        }
        let mut put = |mark: Ask| {
            if let Some(class) = self.markers.get(&mark) {
                marks[class / 64] |= 1 << (class % 64);
            }
        };
        let arrival = graph.arrival(arrival);
        put(Ask::Through(graph.copy(arrival.copy).dataset));
        if let (false, Some(activity)) = (matches!(arrival.how, How::Declared), arrival.activity) {
            put(Ask::Made(activity));
        }
        marks
    }

    /// The class of a source cell.
    pub fn class_of(&self, cell: CellId) -> Option<Class> {
        self.of_cell.get(&cell).copied()
    }
}

fn answers(model: &Model, graph: &Graph, cell: CellId, ask: Ask) -> bool {
    let c = graph.cell(cell);
    match ask {
        Ask::Dataset(dataset) => graph.copy(c.copy).dataset == dataset,
        Ask::Party(party) => graph.party_of(model, c.copy) == party,
        Ask::Place(place) => graph.copy(c.copy).place == place,
        Ask::Kind(kind) => is_kind(model, c.column.category, kind),
        Ask::Through(_) | Ask::Made(_) => false,
    }
}

/// Whether a category is of a kind that the law treats apart.
pub fn is_kind(model: &Model, category: Option<CategoryId>, kind: DataKind) -> bool {
    category.is_some_and(|c| {
        let category = model.vocabulary.category(c);
        match kind {
            DataKind::SpecialCategory => category.special.is_some(),
            DataKind::Criminal => category.criminal,
            DataKind::Confidential => category.confidential,
        }
    })
}

/// What is in each cell: the classes that reach it row by row, and those that reach it only as counts, by their control.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Contents {
    rows: Bits,
    /// For each control, the classes that reach a cell as counts under it.
    counts: Vec<Bits>,
    controls: Vec<Control>,
}

impl Contents {
    /// The classes that reach a cell row by row.
    pub fn rows(&self, cell: CellId) -> &[u64] {
        self.rows.row(cell.index())
    }

    /// The classes that reach a cell as counts, with their control.
    pub fn counts(&self, cell: CellId) -> impl Iterator<Item = (Control, &[u64])> {
        self.controls
            .iter()
            .zip(&self.counts)
            .map(move |(c, b)| (*c, b.row(cell.index())))
            .filter(|(_, s)| s.iter().any(|w| *w != 0))
    }

    /// Whether anything at all reaches a cell row by row.
    pub fn has_rows(&self, cell: CellId) -> bool {
        self.rows(cell).iter().any(|w| *w != 0)
    }

    /// Whether anything at all reaches a cell.
    pub fn has_any(&self, cell: CellId) -> bool {
        self.has_rows(cell) || self.counts(cell).next().is_some()
    }

    /// Whether any of `classes` reaches a cell, in rows or counts.
    pub fn meets(&self, cell: CellId, classes: &[u64]) -> bool {
        meet(self.rows(cell), classes) || self.counts(cell).any(|(_, s)| meet(s, classes))
    }

    /// Whether any of `classes` reaches a cell row by row.
    pub fn rows_meet(&self, cell: CellId, classes: &[u64]) -> bool {
        meet(self.rows(cell), classes)
    }

    /// These contents with nothing in one cell, row by row: for trying out what leaving it away would mend.
    #[must_use]
    pub fn without_rows(&self, cell: CellId) -> Contents {
        let mut changed = self.clone();
        changed.rows.clear(cell.index());
        changed
    }

    /// Adds what other contents of the same graph hold.
    pub fn unite(&mut self, other: &Contents) {
        self.rows.unite_all(&other.rows);
        self.counts.iter_mut().zip(&other.counts).for_each(|(mine, theirs)| mine.unite_all(theirs));
    }

    /// The numbers of the classes that reach a cell row by row.
    pub fn row_classes(&self, cell: CellId) -> impl Iterator<Item = Class> + '_ {
        numbers(self.rows(cell))
    }
}

/// Which edges a fixpoint runs over.
pub struct Limits<'a> {
    /// How unstated operations are read.
    pub reading: Reading,
    /// The group of each copy, for following what came into a group from outside; copies without one are left out.
    pub groups: Option<&'a dyn Fn(CopyId) -> Option<u32>>,
    /// What edges from another group bring: what these contents hold there. Then nothing begins within a group.
    pub outside: Option<&'a Contents>,
    /// Arrivals left out.
    pub without: &'a dyn Fn(ArrivalId) -> bool,
    /// Arrivals that bring nothing from outside (but carry on what is within).
    pub closed: &'a dyn Fn(ArrivalId) -> bool,
}

impl Limits<'_> {
    /// The whole graph.
    pub fn all(reading: Reading) -> Limits<'static> {
        Limits { reading, groups: None, outside: None, without: &|_| false, closed: &|_| false }
    }
}

/// Runs the fixpoint.
pub fn spread(graph: &Graph, origins: &Origins, limits: &Limits<'_>) -> Contents {
    Spreader::new(graph, origins, limits).run()
}

struct Spreader<'a> {
    graph: &'a Graph,
    origins: &'a Origins,
    limits: &'a Limits<'a>,
    contents: Contents,
    controls: Interned<Control>,
}

impl<'a> Spreader<'a> {
    fn new(graph: &'a Graph, origins: &'a Origins, limits: &'a Limits<'a>) -> Self {
        let controls = all_controls(graph);
        let width = origins.width();
        let rows = graph.cells.len();
        let contents = Contents {
            rows: Bits::new(rows, width),
            counts: controls.values().iter().map(|_| Bits::new(rows, width)).collect(),
            controls: controls.values().to_vec(),
        };
        Spreader { graph, origins, limits, contents, controls }
    }

    fn group(&self, copy: CopyId) -> Option<u32> {
        self.limits.groups.map_or(Some(0), |g| g(copy))
    }

    fn run(mut self) -> Contents {
        let graph = self.graph;
        for component in &graph.order {
            loop {
                let mut grew = false;
                for copy in component {
                    if self.group(*copy).is_some() {
                        for cell in graph.cells_of(*copy) {
                            grew |= self.gather(cell);
                        }
                    }
                }
                if !grew || component.len() == 1 {
                    break;
                }
            }
        }
        self.contents
    }

    /// Unites into a cell what its edges bring; says whether it grew.
    fn gather(&mut self, cell: CellId) -> bool {
        let mut grew = false;
        for edge in self.graph.incoming(cell) {
            let transform = *self.graph.transform(edge);
            if (transform.maybe && self.limits.reading == Reading::Kind) || (self.limits.without)(edge.arrival) {
                continue;
            }
            let (rows, counts): (Vec<u64>, Vec<(Control, Vec<u64>)>) = match edge.from {
                None if self.limits.outside.is_some() => continue,
                None => match self.origins.class_of(cell) {
                    Some(class) => (self.origins.set([class]), Vec::new()),
                    None => continue,
                },
                Some(from) => {
                    let source = self.graph.cell(from).copy;
                    let contents = match self.limits.outside {
                        Some(outside) if self.group(source) != self.group(self.graph.cell(cell).copy) => {
                            if (self.limits.closed)(edge.arrival) {
                                continue;
                            }
                            outside
                        }
                        _ if self.group(source).is_none() => continue,
                        _ => &self.contents,
                    };
                    let counts = contents.counts(from).map(|(c, s)| (c, s.to_vec())).collect();
                    (contents.rows(from).to_vec(), counts)
                }
            };
            let mark = self.origins.marks(self.graph, edge.arrival);
            let marked = |mut set: Vec<u64>| {
                if set.iter().any(|w| *w != 0) {
                    set.iter_mut().zip(&mark).for_each(|(s, m)| *s |= m);
                }
                set
            };
            let rows = marked(rows);
            match transform.aggregate {
                None => grew |= self.contents.rows.unite(cell.index(), &rows),
                Some(control) => grew |= self.count(cell, control, &rows),
            }
            for (control, set) in counts {
                let control = transform.lift.map_or(control, |l| control.lifted(l));
                grew |= self.count(cell, control, &marked(set));
            }
        }
        grew
    }

    fn count(&mut self, cell: CellId, control: Control, set: &[u64]) -> bool {
        let number = self.controls.number(control) as usize;
        match self.contents.counts.get_mut(number) {
            Some(bits) => bits.unite(cell.index(), set),
            None => false,
        }
    }
}

/// Every control that can come about: those of the edges, each lifted by every `suppress`, until nothing is new.
fn all_controls(graph: &Graph) -> Interned<Control> {
    let mut controls = Interned::default();
    let transforms = graph.transforms.values();
    for control in transforms.iter().filter_map(|t| t.aggregate) {
        controls.number(control);
    }
    let lifts: Vec<_> = transforms.iter().filter_map(|t| t.lift).collect();
    let mut next = 0;
    while next < controls.values().len() {
        let control = *controls.get(next as u32);
        for lift in &lifts {
            controls.number(control.lifted(*lift));
        }
        next += 1;
    }
    controls
}

/// Whether a column is one that people would call a field of the data (ruling 7: what being in it reveals is one too).
pub fn is_field(kind: ColumnKind) -> bool {
    matches!(kind, ColumnKind::Field | ColumnKind::Reveals)
}
