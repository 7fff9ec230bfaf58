//! How identifiable each copy of a view is, kept once for views that are alike in it.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::super::times::HoldingId;
use super::super::view::Common;
use super::linker::Unit;
use super::profiles::ProfileId;
use super::{CopyId, Leveled, Node};
use crate::model::PlaceId;

/// Copies that are alike: their profile, when they are held, and one of them (the first).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Alike {
    pub profile: ProfileId,
    pub holding: HoldingId,
    pub copy: CopyId,
}

impl Alike {
    /// What is linked for all of them.
    pub(super) fn unit(self) -> Unit {
        Unit { node: Node::Copy(self.copy), profile: self.profile }
    }
}

/// Of which kind each copy is, by the numbers of the kinds.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Kinds {
    /// Sorted by copy.
    which: Vec<(CopyId, u32)>,
    /// Where each of these is; empty where no wall can hide any.
    places: Vec<Option<PlaceId>>,
    /// How many copies there are of each kind, and how many of them at a place that a wall can hide.
    count: Vec<u32>,
    at: FxHashMap<PlaceId, Vec<(u32, u32)>>,
}

impl Kinds {
    /// The kinds in a view that nothing hides from.
    pub(super) fn plain(which: Vec<(CopyId, u32)>) -> Kinds {
        Kinds { which, ..Kinds::default() }
    }

    /// The kinds in all that several views are cut from.
    pub(super) fn of(which: Vec<(CopyId, u32)>, kinds: usize, common: &Common) -> Kinds {
        let mut count = vec![0; kinds];
        which.iter().for_each(|(_, kind)| count[*kind as usize] += 1);
        if !common.is_walled() {
            return Kinds { which, count, ..Kinds::default() };
        }
        let places: Vec<Option<PlaceId>> = which.iter().map(|(copy, _)| common.place(*copy)).collect();
        let mut all: Vec<(PlaceId, u32)> =
            places.iter().zip(&which).filter_map(|(place, (_, kind))| Some(((*place)?, *kind))).collect();
        all.sort_unstable();
        let mut at: FxHashMap<PlaceId, Vec<(u32, u32)>> = FxHashMap::default();
        for same in all.chunk_by(|a, b| a == b) {
            if let Some((place, kind)) = same.first() {
                at.entry(*place).or_default().push((*kind, same.len() as u32));
            }
        }
        Kinds { which, places, count, at }
    }

    /// The kinds of which nothing is left when walls hide some places; sorted.
    pub(super) fn missing(&self, behind: &[PlaceId]) -> Vec<u32> {
        let mut hidden: BTreeMap<u32, u32> = BTreeMap::new();
        for (kind, count) in behind.iter().filter_map(|place| self.at.get(place)).flatten() {
            *hidden.entry(*kind).or_default() += count;
        }
        hidden.into_iter().filter(|(kind, count)| self.count[*kind as usize] == *count).map(|(kind, _)| kind).collect()
    }
}

/// How identifiable each copy of a view is.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Levels {
    kinds: Arc<Kinds>,
    /// The level of the component of each kind of copy: 2, 3 or 4; 0 where the view has none of the kind.
    levels: Arc<[u8]>,
    /// The places that walls hide from the view, sorted.
    behind: Arc<[PlaceId]>,
    /// Whether a combination of facts tied anything together.
    by_combination: bool,
    /// Whether it took what is proved of times to find them.
    by_time: bool,
}

impl Levels {
    pub(super) fn new(kinds: Arc<Kinds>, found: Leveled, behind: Arc<[PlaceId]>) -> Levels {
        Levels { kinds, levels: found.levels, behind, by_combination: found.by_combination, by_time: found.by_time }
    }

    /// Whether they might be others if what is proved of times were read in another way.
    pub fn by_time(&self) -> bool {
        self.by_time
    }

    /// Whether they might be others if no combination of facts fitted one person.
    pub fn by_combination(&self) -> bool {
        self.by_combination
    }

    /// The level of the rows of a copy at this view; 2 when it was not linked at all.
    pub fn of(&self, copy: CopyId) -> u8 {
        self.known(copy).unwrap_or(2)
    }

    /// As [`Levels::of`], where the copy is one of the view's.
    pub fn known(&self, copy: CopyId) -> Option<u8> {
        let at = self.kinds.which.binary_search_by_key(&copy, |(c, _)| *c).ok()?;
        self.at(at)
    }

    /// The level of each copy that is one of the view's.
    pub fn iter(&self) -> impl Iterator<Item = (CopyId, u8)> + '_ {
        self.kinds.which.iter().enumerate().filter_map(|(at, (copy, _))| Some((*copy, self.at(at)?)))
    }

    fn at(&self, at: usize) -> Option<u8> {
        let place = self.kinds.places.get(at).copied().flatten();
        let hidden = place.is_some_and(|place| self.behind.binary_search(&place).is_ok());
        let level = self.levels.get(self.kinds.which[at].1 as usize).copied()?;
        (!hidden && level > 0).then_some(level)
    }

    /// What views have in common in which every copy that they share has the same level.
    pub fn light(&self) -> usize {
        Arc::as_ptr(&self.levels).addr()
    }

    /// The highest level of each copy in any of several views.
    pub fn worst<'l>(all: impl IntoIterator<Item = &'l Levels>) -> Levels {
        // of views in one light, what none of them sees
        let mut lights: BTreeMap<usize, (&Levels, Vec<PlaceId>)> = BTreeMap::new();
        for levels in all {
            let known = lights.entry(levels.light()).or_insert_with(|| (levels, levels.behind.to_vec()));
            known.1.retain(|place| levels.behind.binary_search(place).is_ok());
        }
        let mut worst: Vec<(CopyId, u8)> = Vec::new();
        for (levels, behind) in lights.into_values() {
            let seen = Levels { behind: behind.into(), ..levels.clone() };
            for (at, (copy, _)) in seen.kinds.which.iter().enumerate() {
                worst.extend(seen.at(at).map(|level| (*copy, level)));
            }
        }
        worst.sort_unstable_by_key(|(copy, level)| (*copy, Reverse(*level)));
        worst.dedup_by_key(|(copy, _)| *copy);
        let kinds = Kinds::plain(worst.iter().zip(0..).map(|((copy, _), kind)| (*copy, kind)).collect());
        let levels = worst.into_iter().map(|(_, level)| level).collect();
        Levels { kinds: Arc::new(kinds), levels, ..Levels::default() }
    }
}
