//! What a holder can tie together from all that it holds at one time.
//!
//! A [`View`] is what one observer sees: a team sees itself, the teams not walled from it, its party's own copies and its
//! processors' (ruling 9), and everybody sees what is published. Within a view, for each copy, the copies that may be held when
//! it arrives (ruling 10, [`together`]) are merged wherever rows about overlapping people share a key, a direct identifier or a
//! whole identifying combination; columns pool in what is merged, which can unlock more ([`linker`]). A component with a direct
//! identifier identifies every row in it.
//!
//! Copies that are alike in all that linkage looks at, and that are held alike, are linked alike. So what is linked are
//! [`profiles`], not copies: one stands for all that share it.

mod linker;
mod profiles;
mod together;

use std::collections::BTreeMap;

use smallvec::SmallVec;

use super::times::HoldingId;
use super::{CellId, Contents, CopyId, Graph, Reading};
use crate::model::{CategoryId, Model};

pub use super::sight::{Sight, View};
use linker::{Linker, Unit};
use profiles::{ProfileId, Profiles};
pub use together::together;

/// What ties two copies together.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Tie {
    /// The same key.
    Key(CategoryId),
    /// The same direct identifier.
    Direct(CategoryId),
    /// The same identifying combination, by its number in the vocabulary.
    Combination(u32),
    /// A secret with which a key can be computed again, by its number in [`Graph::capabilities`].
    Recomputed(u32, CategoryId),
}

/// A node of the linkage: a copy, or what an `assume` line says is known.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Node {
    /// A copy.
    Copy(CopyId),
    /// An assumption, by its number in [`Model::assumptions`].
    Assumed(u32),
}

/// How identifiable each copy of a view is.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Levels {
    /// The level of the component of each copy that has rows: 2, 3 or 4. Sorted by copy.
    levels: Vec<(CopyId, u8)>,
}

impl Levels {
    /// The level of the rows of a copy at this view; 2 when it was not linked at all.
    pub fn of(&self, copy: CopyId) -> u8 {
        self.levels.binary_search_by_key(&copy, |(c, _)| *c).map_or(2, |at| self.levels[at].1)
    }

    /// The highest level of each copy in any of several views.
    pub fn worst<'l>(all: impl IntoIterator<Item = &'l Levels>) -> Levels {
        let mut worst: BTreeMap<CopyId, u8> = BTreeMap::new();
        for (copy, level) in all.into_iter().flat_map(|l| &l.levels) {
            let kept = worst.entry(*copy).or_insert(*level);
            *kept = (*kept).max(*level);
        }
        Levels { levels: worst.into_iter().collect() }
    }
}

/// Copies that are alike: their profile, when they are held, and one of them (the first).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Alike {
    profile: ProfileId,
    holding: HoldingId,
    copy: CopyId,
}

/// What is tied together where, under some contents.
pub struct Linkage<'a> {
    model: &'a Model,
    graph: &'a Graph,
    reading: Reading,
    profiles: Profiles,
}

impl<'a> Linkage<'a> {
    /// Prepares the linkage of everything under some contents, read so.
    pub fn new(model: &'a Model, graph: &'a Graph, contents: &Contents, reading: Reading) -> Self {
        Linkage { model, graph, reading, profiles: Profiles::new(model, graph, contents) }
    }

    /// Links a view and says how identifiable each of its copies is there.
    pub fn levels(&self, view: &View) -> Levels {
        self.levels_of(&view.with_rows(), view, &|copy| self.profiles.of(copy))
    }

    /// As [`Linkage::levels`], of one copy, as if there were no rows in one of its cells.
    pub fn level_without(&self, view: &View, cell: CellId, contents: &Contents) -> u8 {
        let mut profiles = self.profiles.clone();
        let changed = profiles.without(self.model, self.graph, contents, cell);
        let linkage = Linkage { profiles, ..*self };
        let of = |copy| if copy == cell.copy { changed } else { linkage.profiles.of(copy) };
        linkage.levels_of(&view.with_rows(), view, &of).of(cell.copy)
    }

    /// The distinct kinds of copies among some, and for each copy which it is.
    fn alike(&self, copies: &[CopyId], of: &dyn Fn(CopyId) -> Option<ProfileId>) -> (Vec<Alike>, Vec<(CopyId, u32)>) {
        let known = copies.iter().filter_map(|copy| {
            of(*copy).map(|profile| Alike { profile, holding: self.graph.times.id(*copy), copy: *copy })
        });
        let mut all: Vec<Alike> = known.collect();
        all.sort_unstable_by_key(|a| (a.profile, a.holding, a.copy));
        let mut kinds: Vec<Alike> = Vec::with_capacity(all.len());
        let mut which: Vec<(CopyId, u32)> = Vec::with_capacity(all.len());
        for one in all {
            if kinds.last().is_none_or(|k| (k.profile, k.holding) != (one.profile, one.holding)) {
                kinds.push(one);
            }
            which.push((one.copy, kinds.len() as u32 - 1));
        }
        which.sort_unstable();
        which.dedup();
        (kinds, which)
    }

    fn levels_of(&self, copies: &[CopyId], view: &View, of: &dyn Fn(CopyId) -> Option<ProfileId>) -> Levels {
        let (alike, which) = self.alike(copies, of);
        let mut levels: Vec<u8> = alike.iter().map(|a| self.profiles.get(a.profile).level()).collect();
        let unlinked = levels.clone();
        let all: Vec<u32> = (0..alike.len() as u32).collect();
        self.link_all(&alike, &all, view, &mut levels);
        // what is no more identifiable when all is there at once is not when only some of it is
        let endless = |a: &Alike| self.graph.times.get(a.holding).endless();
        if levels != unlinked && !alike.iter().all(endless) {
            levels = unlinked;
            let mut holdings: Vec<HoldingId> = alike.iter().map(|a| a.holding).collect();
            holdings.sort_unstable();
            holdings.dedup();
            let sets = together::holdings_together(self.graph, &holdings, self.reading);
            let alone = sets.alone.iter().flat_map(|h| all.iter().filter(|at| alike[**at as usize].holding == *h));
            for one in alone {
                self.link_all(&alike, &[*one], view, &mut levels);
            }
            for set in &sets.sets {
                let within = |at: &u32| set.binary_search(&alike[*at as usize].holding).is_ok();
                let set: Vec<u32> = all.iter().copied().filter(within).collect();
                self.link_all(&alike, &set, view, &mut levels);
            }
        }
        if self.reading == Reading::Harsh {
            let open = alike.iter().zip(&mut levels).filter(|(a, _)| self.profiles.get(a.profile).open);
            open.for_each(|(_, level)| *level = 4);
        }
        Levels { levels: which.into_iter().map(|(copy, at)| (copy, levels[at as usize])).collect() }
    }

    /// Links some of the alike, for every kind of person, and raises their levels to what comes of it.
    fn link_all(&self, alike: &[Alike], set: &[u32], view: &View, levels: &mut [u8]) {
        for kind in self.profiles.kinds() {
            let mut linker = self.linker(set.iter().map(|at| alike[*at as usize]), view, kind);
            linker.run();
            for at in set {
                let one = alike[*at as usize];
                levels[*at as usize] = levels[*at as usize].max(linker.level(Node::Copy(one.copy)));
            }
        }
    }

    fn linker(&self, set: impl Iterator<Item = Alike>, view: &View, kind: &[crate::model::PeopleId]) -> Linker<'_> {
        let mut linker = Linker::new(&self.profiles);
        for one in set {
            let profile = self.profiles.get(one.profile);
            // a secret is about nobody: it works on whoever's identifiers there are
            linker.add_secrets(&profile.secrets);
            if self.profiles.may_be(self.graph, profile, kind) {
                linker.add(Unit { node: Node::Copy(one.copy), profile: one.profile });
            }
        }
        let party = self.model.place(view.place).party;
        for (number, assumption) in self.model.assumptions.iter().enumerate() {
            if view.whole || assumption.who.is_none_or(|w| self.model.place(w).party == party) {
                let profile = self.profiles.assumed(number);
                linker.add(Unit { node: Node::Assumed(number as u32), profile });
            }
        }
        linker
    }

    /// Why a copy is identifiable: the nodes from it to one with a direct identifier, with what ties each to the next. Empty when
    /// the copy has a direct identifier itself; `None` when it is not identifiable.
    pub fn why(&self, view: &View, copy: CopyId) -> Option<Vec<(Node, Tie, Node)>> {
        let own = self.profiles.of(copy)?;
        let (mut alike, which) = self.alike(&view.with_rows(), &|c| self.profiles.of(c));
        let at = which.binary_search_by_key(&copy, |(c, _)| *c).ok()?;
        let at = which[at].1;
        // the copy that is asked about stands for its kind
        alike[at as usize].copy = copy;
        if self.profiles.get(own).direct {
            return Some(Vec::new());
        }
        let holding = alike[at as usize].holding;
        let mut holdings: Vec<HoldingId> = alike.iter().map(|a| a.holding).collect();
        holdings.sort_unstable();
        holdings.dedup();
        let sets = together::holdings_together(self.graph, &holdings, self.reading);
        let with_it = sets.sets.iter().filter(|set| set.binary_search(&holding).is_ok());
        let mut best: Option<Vec<(Node, Tie, Node)>> = None;
        for set in with_it {
            for kind in self.profiles.kinds() {
                let mut within: SmallVec<[Alike; 16]> =
                    alike.iter().copied().filter(|a| set.binary_search(&a.holding).is_ok()).collect();
                within.sort_unstable_by_key(|a| a.copy);
                let mut linker = self.linker(within.into_iter(), view, kind);
                linker.run();
                if let Some(path) = linker.path(copy)
                    && best.as_ref().is_none_or(|b| path.len() < b.len())
                {
                    best = Some(path);
                }
            }
        }
        if best.is_none() && sets.alone.contains(&holding) {
            let mut linker = self.linker(std::iter::once(alike[at as usize]), view, &[]);
            linker.run();
            best = linker.path(copy);
        }
        best
    }
}
