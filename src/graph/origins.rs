//! Where data comes from, told apart only as far as anybody asks.
//!
//! Rules tell apart only so many kinds of origin ("from `families`", "criminal data", "made by the study"). [`Origins`] puts
//! every source cell into a **class** by what the rules at hand ask of it, so that a set of origins is a word or two, however
//! large the model. A derived dataset or an activity that a rule names is a class of its own, a marker put on what its copies
//! carry.

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::columns::Column;
use super::{ArrivalId, CellId, Graph, How};
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

/// The numbers of what source cells answer, sorted: of a thousand questions a cell answers a few.
pub(super) type Answers = SmallVec<[u32; 4]>;

/// The classes of origins that a set of rules needs.
#[derive(Clone, Debug, Default)]
pub struct Origins {
    /// What is asked of source cells, each with its number.
    asked: FxHashMap<Ask, usize>,
    /// The kinds of data among it.
    kinds: Vec<(DataKind, usize)>,
    /// The classes of source cells, by which of `asked` they answer; markers come after.
    classes: FxHashMap<Answers, Class>,
    /// For each of `asked`, the classes that answer it.
    answering: Vec<Vec<Class>>,
    markers: FxHashMap<Ask, Class>,
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
        let mut origins = Origins { answering: vec![Vec::new(); asked.len()], ..Origins::default() };
        for (number, ask) in asked.into_iter().enumerate() {
            origins.asked.insert(ask, number);
            if let Ask::Kind(kind) = ask {
                origins.kinds.push((kind, number));
            }
        }
        for copy in graph.copy_ids() {
            let mut last = None;
            graph.begins_at(model, copy, &mut |column, place| {
                let kinds = origins.of_column(model, column);
                // most columns of a copy are of no kind that is asked for, and begin at its place
                if last != Some((kinds, place)) {
                    last = Some((kinds, place));
                    let own = origins.of_cells(model, graph.copy(copy).dataset, place);
                    origins.class(origins.with_kinds(&own, kinds));
                }
            });
        }
        origins.base = origins.classes.len();
        origins.width = origins.base;
        for mark in marks {
            origins.markers.insert(mark, origins.width);
            origins.width += 1;
        }
        origins
    }

    fn class(&mut self, answers: Answers) {
        if self.classes.contains_key(&answers) {
            return;
        }
        let class = self.classes.len();
        answers.iter().for_each(|number| self.answering[*number as usize].push(class));
        self.classes.insert(answers, class);
    }

    /// What source cells of a dataset that begin at a place answer, whatever their column.
    pub(super) fn of_cells(&self, model: &Model, dataset: DatasetId, place: PlaceId) -> Answers {
        if self.asked.len() == self.kinds.len() {
            return Answers::new();
        }
        let asks = [Ask::Dataset(dataset), Ask::Party(model.place(place).party), Ask::Place(place)];
        let mut answers: Answers = asks.iter().filter_map(|a| self.asked.get(a)).map(|n| *n as u32).collect();
        answers.sort_unstable();
        answers
    }

    /// Which kinds a source column is of, as bits by their place in `kinds`.
    pub(super) fn of_column(&self, model: &Model, column: &Column) -> u8 {
        let kinds = self.kinds.iter().enumerate();
        kinds.fold(0, |bits, (at, (kind, _))| bits | u8::from(is_kind(model, column.category, *kind)) << at)
    }

    /// What a cell of a copy that answers `own` answers, with the kinds of its column.
    fn with_kinds(&self, own: &Answers, kinds: u8) -> Answers {
        let mut answers = own.clone();
        for (at, (_, number)) in self.kinds.iter().enumerate() {
            if kinds >> at & 1 == 1 {
                answers.push(*number as u32);
            }
        }
        answers.sort_unstable();
        answers
    }

    /// The class of a source cell of a copy that answers `own`, by the kinds of its column.
    pub(super) fn class_by(&self, own: &Answers, kinds: u8) -> Option<Class> {
        if kinds == 0 {
            return self.classes.get(own).copied();
        }
        self.classes.get(&self.with_kinds(own, kinds)).copied()
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
        let asked = any_of.iter().filter_map(|a| self.asked.get(a));
        let of_sources = asked.flat_map(|number| &self.answering[*number]).copied();
        let marked = any_of.iter().filter_map(|a| self.markers.get(a)).copied();
        self.set(of_sources.chain(marked))
    }

    /// Whether anything is marked at all.
    pub fn has_markers(&self) -> bool {
        !self.markers.is_empty()
    }

    /// The markers that an arrival puts on what it brings: those of its dataset, and of its activity unless it only declares.
    pub fn marks(&self, graph: &Graph, arrival: ArrivalId) -> Vec<u64> {
        let mut marks = self.set([]);
        for class in self.marked(graph, arrival) {
            marks[class / 64] |= 1 << (class % 64);
        }
        marks
    }

    /// As [`Origins::marks`], class by class.
    pub(super) fn marked(&self, graph: &Graph, arrival: ArrivalId) -> impl Iterator<Item = Class> {
        let arrival = graph.arrival(arrival);
        let through = Ask::Through(graph.copy(arrival.copy).dataset);
        let made = arrival.activity.filter(|_| !matches!(arrival.how, How::Declared)).map(Ask::Made);
        let asks = [Some(through), made].into_iter().flatten().filter(|_| self.has_markers());
        asks.filter_map(|ask| self.markers.get(&ask).copied())
    }

    /// The class of a source cell that begins by an arrival.
    pub fn class_of(&self, model: &Model, graph: &Graph, cell: CellId, by: ArrivalId) -> Option<Class> {
        let own = self.of_cells(model, graph.copy(cell.copy).dataset, graph.begins(model, by));
        self.class_by(&own, self.of_column(model, &graph.cell(cell).column))
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
