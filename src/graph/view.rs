//! What one observer sees.
//!
//! The teams of a party see the same but for what walls hide from each. So what all could see is kept once ([`Common`]), and a
//! view is that with the places that are behind walls: a thousand teams with a wall between each two take no thousand lists.

use std::sync::{Arc, OnceLock};

use rustc_hash::FxHashMap;

use super::{CopyId, Graph};
use crate::model::{PartyId, PlaceId};
use crate::source::Span;

/// What all places of a party could see.
#[derive(Debug)]
pub struct Common {
    /// The copies, sorted.
    copies: Vec<CopyId>,
    /// Where each is; empty where no wall can hide any.
    places: Vec<PlaceId>,
    /// The copies at each place; empty where no wall can hide any.
    held: FxHashMap<PlaceId, Vec<CopyId>>,
    /// Whether several views are cut from it.
    pub(super) shared: bool,
    /// The places with copies that are not kept for ever, once that is asked.
    ending: OnceLock<Vec<PlaceId>>,
}

/// Processors of which it is not stated for whom they act.
pub type UnsureRoles = Vec<(PartyId, Span)>;

/// What one observer sees.
#[derive(Clone, Debug)]
pub struct View {
    /// The observer.
    pub place: PlaceId,
    /// What its party could see.
    pub(super) common: Arc<Common>,
    /// Places whose copies walls hide from it, sorted.
    pub(super) behind: Arc<[PlaceId]>,
    /// What is published, sorted; nothing for the public itself, which holds it.
    pub public: Arc<Published>,
    /// Walls that are declared `not-stated` and matter to this view.
    pub unsure_walls: Vec<Span>,
    /// Processors of which it is not stated for whom they act, and who may act for this observer's party.
    pub unsure_roles: Arc<UnsureRoles>,
    /// Whether it is the view of all places together.
    pub whole: bool,
}

/// What is published.
#[derive(Debug, Default)]
pub struct Published {
    /// All of it, sorted.
    pub all: Vec<CopyId>,
    /// What of it may have rows about people; the rest is counts, which tie to nothing.
    pub rows: Vec<CopyId>,
    /// Whether none of the rows ever ends, once that is asked.
    endless: OnceLock<bool>,
}

impl Published {
    /// Of all that is published, and what of it may have rows.
    pub(super) fn new(all: Vec<CopyId>, rows: Vec<CopyId>) -> Published {
        Published { all, rows, endless: OnceLock::new() }
    }
}

impl Common {
    /// Of copies that are sorted. Where walls may hide some, they are found by their places too.
    pub(super) fn new(graph: &Graph, copies: Vec<CopyId>, shared: bool, walled: bool) -> Common {
        let mut places = Vec::new();
        let mut held: FxHashMap<PlaceId, Vec<CopyId>> = FxHashMap::default();
        if walled {
            places.extend(copies.iter().map(|copy| graph.copy(*copy).place));
            copies.iter().zip(&places).for_each(|(copy, place)| held.entry(*place).or_default().push(*copy));
        }
        Common { copies, places, held, shared, ending: OnceLock::new() }
    }

    /// Whether there is anything at a place, where walls can hide it.
    pub(super) fn holds_at(&self, place: PlaceId) -> bool {
        self.held.contains_key(&place)
    }

    /// Whether a wall hides any of it from anybody.
    pub(super) fn is_walled(&self) -> bool {
        !self.places.is_empty()
    }

    /// Where a copy is that walls can hide.
    pub(super) fn place(&self, copy: CopyId) -> Option<PlaceId> {
        let at = self.copies.binary_search(&copy).ok()?;
        self.places.get(at).copied()
    }

    fn ending(&self, graph: &Graph) -> &[PlaceId] {
        self.ending.get_or_init(|| {
            let ends = self.copies.iter().filter(|copy| !graph.holding(**copy).endless());
            let mut places: Vec<PlaceId> = if self.places.is_empty() {
                // no view leaves anything out, so one is enough
                ends.take(1).map(|copy| graph.copy(*copy).place).collect()
            } else {
                ends.map(|copy| graph.copy(*copy).place).collect()
            };
            places.sort_unstable();
            places.dedup();
            places
        })
    }
}

impl View {
    /// What it sees, in order; what everybody sees is apart.
    pub fn copies(&self) -> impl Iterator<Item = CopyId> + '_ {
        let hidden = |at: usize| self.behind.binary_search(&self.common.places[at]).is_ok();
        let walled = !self.behind.is_empty();
        let numbered = self.common.copies.iter().enumerate();
        numbered.filter(move |(at, _)| !walled || !hidden(*at)).map(|(_, copy)| *copy)
    }

    /// Whether it sees a copy, whatever everybody sees left apart.
    pub fn sees(&self, copy: CopyId) -> bool {
        let at = self.common.copies.binary_search(&copy);
        at.is_ok_and(|at| self.common.places.get(at).is_none_or(|place| !self.hides(*place)))
    }

    /// Everything that is seen, what is published last.
    pub fn all(&self) -> impl Iterator<Item = CopyId> + '_ {
        self.copies().chain(self.public.all.iter().copied())
    }

    /// What is seen and may have rows about people, sorted.
    pub(super) fn with_rows(&self) -> Vec<CopyId> {
        let mut all: Vec<CopyId> = self.copies().chain(self.public.rows.iter().copied()).collect();
        if !self.public.rows.is_empty() {
            all.sort_unstable();
        }
        all
    }

    /// The places that walls hide from it.
    pub fn behind(&self) -> &[PlaceId] {
        &self.behind
    }

    /// Whether a wall hides a place from it.
    pub fn hides(&self, place: PlaceId) -> bool {
        self.behind.binary_search(&place).is_ok()
    }

    /// What the observer's party has at a place that a wall hides from some, whether or not from this one.
    pub fn held_at(&self, place: PlaceId) -> &[CopyId] {
        self.common.held.get(&place).map_or(&[], Vec::as_slice)
    }

    /// Whether nothing that is seen, published rows too, ever ends.
    pub fn endless(&self, graph: &Graph) -> bool {
        self.common.ending(graph).iter().all(|place| self.behind.binary_search(place).is_ok())
            && *self.public.endless.get_or_init(|| self.public.rows.iter().all(|c| graph.holding(*c).endless()))
    }

    /// The same with these of its copies alone (sorted).
    pub fn only(&self, graph: &Graph, copies: &[CopyId]) -> View {
        let within = |copy: &CopyId| copies.binary_search(copy).is_ok();
        let own: Vec<CopyId> = self.copies().filter(within).collect();
        let published = |all: &[CopyId]| all.iter().copied().filter(within).collect();
        View {
            common: Arc::new(Common::new(graph, own, false, false)),
            behind: Arc::default(),
            public: Arc::new(Published::new(published(&self.public.all), published(&self.public.rows))),
            ..self.clone()
        }
    }

    /// The same, seeing what any of some views of its party does.
    pub fn seeing(&self, views: &[&View]) -> View {
        let mut behind: Vec<PlaceId> = views.first().map_or_else(Vec::new, |first| first.behind.to_vec());
        for view in views.iter().skip(1) {
            behind.retain(|place| view.behind.binary_search(place).is_ok());
        }
        View { behind: behind.into(), ..self.clone() }
    }
}
