//! The table of copies, and which of them are at hand where.

use smallvec::{SmallVec, smallvec};

use super::{Copy, CopyId};
use crate::model::{DatasetId, Model, PlaceId};

/// Every copy, gathered by dataset and sorted by place within it.
#[derive(Clone, Debug)]
pub(super) struct Table {
    copies: Vec<Copy>,
    /// The dataset that comes first.
    first: u32,
    /// The first copy of each dataset, and the end of the last one's.
    starts: Vec<u32>,
}

/// Copies that are at hand at a place; one, as a rule.
pub type Near = SmallVec<[CopyId; 4]>;

/// Up to how many copies of a dataset are looked through one by one.
const FEW: usize = 16;

impl Default for Table {
    fn default() -> Self {
        Table::beginning(DatasetId(0))
    }
}

impl Table {
    /// An empty table of which this dataset comes first.
    pub(super) fn beginning(dataset: DatasetId) -> Table {
        Table { copies: Vec::new(), first: dataset.0, starts: vec![0] }
    }

    /// The table of some copies of so many datasets, in the order of all of them.
    pub(super) fn of_some(datasets: usize, copies: impl Iterator<Item = Copy>) -> Table {
        let copies: Vec<Copy> = copies.collect();
        let mut starts = Vec::with_capacity(datasets + 1);
        let mut at = 0;
        for copy in &copies {
            while starts.len() <= copy.dataset.index() {
                starts.push(at);
            }
            at += 1;
        }
        starts.resize(datasets + 1, at);
        Table { copies, first: 0, starts }
    }

    /// Adds the table of the datasets that come next.
    pub(super) fn append(&mut self, next: Table) {
        let before = self.copies.len() as u32;
        self.copies.extend(next.copies);
        self.starts.extend(next.starts.into_iter().skip(1).map(|start| start + before));
    }

    /// Adds the copies of the next dataset; their places are sorted.
    pub(super) fn add(&mut self, copies: impl Iterator<Item = Copy>) {
        self.copies.extend(copies);
        self.starts.push(self.copies.len() as u32);
    }

    pub(super) fn len(&self) -> usize {
        self.copies.len()
    }

    pub(super) fn copy(&self, id: CopyId) -> &Copy {
        &self.copies[id.index()]
    }

    pub(super) fn copy_mut(&mut self, id: CopyId) -> &mut Copy {
        &mut self.copies[id.index()]
    }

    /// The copies of a dataset.
    pub(super) fn of(&self, dataset: DatasetId) -> impl DoubleEndedIterator<Item = CopyId> + ExactSizeIterator + use<> {
        let at = dataset.index().wrapping_sub(self.first as usize);
        let (start, end) = match (self.starts.get(at), self.starts.get(at.wrapping_add(1))) {
            (Some(start), Some(end)) => (*start, *end),
            _ => (0, 0),
        };
        (start..end).map(CopyId)
    }

    /// The copy of a dataset at a place.
    pub(super) fn at(&self, dataset: DatasetId, place: PlaceId) -> Option<CopyId> {
        let mut all = self.of(dataset);
        let (len, first) = (all.len(), all.next()?);
        let copies = &self.copies[first.index()..first.index() + len];
        copies.binary_search_by_key(&place, |c| c.place).ok().map(|at| CopyId(first.0 + at as u32))
    }

    /// The copies of a dataset that are at hand at a place, sorted.
    pub(super) fn near(&self, model: &Model, dataset: DatasetId, place: PlaceId) -> Near {
        let all = self.of(dataset);
        if all.len() <= FEW || place == Model::UNKNOWN {
            return all.filter(|c| reaches(model, place, self.copy(*c).place)).collect();
        }
        let here = model.place(place);
        let party = model.party(here.party);
        if here.team {
            let mut near: Near = [place, party.place].into_iter().filter_map(|p| self.at(dataset, p)).collect();
            near.sort_unstable();
            return near;
        }
        if party.teams.len() >= all.len() {
            return all.filter(|c| reaches(model, place, self.copy(*c).place)).collect();
        }
        let places = std::iter::once(&place).chain(&party.teams);
        let mut near: Near = places.filter_map(|p| self.at(dataset, *p)).collect();
        near.sort_unstable();
        near.dedup();
        near
    }

    /// The copies that a step or use at a place finds: those at the place itself, else those at hand.
    pub(super) fn found(&self, model: &Model, dataset: DatasetId, place: PlaceId) -> Near {
        match self.at(dataset, place) {
            Some(here) => smallvec![here],
            None => self.near(model, dataset, place),
        }
    }
}

/// Whether what is held at one place is at hand at another: the same place, its party's own, or a party its teams'.
pub(super) fn reaches(model: &Model, place: PlaceId, held: PlaceId) -> bool {
    let (p, h) = (model.place(place), model.place(held));
    place == held || place == Model::UNKNOWN || (p.party == h.party && (!p.team || !h.team))
}
