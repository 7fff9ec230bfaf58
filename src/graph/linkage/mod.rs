//! What a holder can tie together from all that it holds at one time.
//!
//! A [`View`] is what one observer sees: a team sees itself, the teams not walled from it, its party's own copies and its
//! processors' (ruling 9), and everybody sees what is published. Within a view, for each copy, the copies that may be held when
//! it arrives (ruling 10, `together`) are merged wherever rows about overlapping people share a key, a direct identifier or a
//! whole identifying combination; columns pool in what is merged, which can unlock more (`linker`). A component with a direct
//! identifier identifies every row in it.
//!
//! Copies that are alike in all that linkage looks at, and that are held alike, are linked alike. So what is linked are
//! `profiles`, not copies: one stands for all that share it.

mod levels;
mod linker;
mod profiles;
mod together;

use std::cmp::Reverse;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use rustc_hash::{FxHashMap, FxHashSet};

use super::times::HoldingId;
use super::view::Common;
use super::{CellId, Contents, CopyId, Graph, Reading};
use crate::faults::{self, Fault};
use crate::model::{CategoryId, Model, PeopleId};

pub use super::sight::Sight;
pub use super::view::View;
pub use levels::Levels;
use levels::{Alike, Kinds};
use linker::{Linker, Scratch, Unit};
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

/// What linkage looks at of the copies, under some contents, worked out when a copy is first seen. Several linkages share it.
#[derive(Clone)]
pub struct Looks(Arc<RwLock<Profiles>>);

impl Looks {
    /// Prepares it.
    pub fn new(model: &Model, graph: &Graph) -> Looks {
        Looks(Arc::new(RwLock::new(Profiles::new(model, graph))))
    }

    fn read(&self) -> RwLockReadGuard<'_, Profiles> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Profiles> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is tied together where, under some contents.
pub struct Linkage<'a> {
    model: &'a Model,
    graph: &'a Graph,
    contents: Arc<Contents>,
    reading: Reading,
    /// Whether facts that together fit one person tie.
    combined: bool,
    looks: Looks,
    /// For what several views are cut from, by its address, its kinds of copies and the levels that they have in views.
    kept: Mutex<FxHashMap<usize, Arc<Mutex<Option<Kept>>>>>,
    /// For each copy, the level that it has by itself, once that is asked; 0 before that.
    own: OnceLock<Box<[AtomicU8]>>,
    /// Room for linking that nobody uses just now.
    spare: Mutex<Vec<Scratch>>,
}

impl<'a> Linkage<'a> {
    /// Prepares the linkage of everything under some contents, read so. What is looked at must be of the same contents.
    pub fn new(model: &'a Model, graph: &'a Graph, contents: Arc<Contents>, reading: Reading, looks: Looks) -> Self {
        let (kept, own, spare) = (Mutex::default(), OnceLock::new(), Mutex::default());
        Linkage { model, graph, contents, reading, combined: true, looks, kept, own, spare }
    }

    /// The same by codes and direct identifiers alone, as if no combination of facts fitted one person.
    pub fn by_keys(self) -> Self {
        Linkage { combined: false, ..self }
    }

    fn linked<'l>(&self, profiles: &'l Profiles) -> Linked<'l>
    where
        'a: 'l,
    {
        Linked { model: self.model, graph: self.graph, reading: self.reading, combined: self.combined, profiles }
    }

    /// Works out the profiles of copies.
    fn know(&self, copies: &[CopyId]) -> RwLockReadGuard<'_, Profiles> {
        let profiles = self.looks.read();
        if copies.iter().all(|copy| profiles.knows(*copy)) {
            return profiles;
        }
        drop(profiles);
        let mut profiles = self.looks.write();
        copies.iter().for_each(|copy| profiles.know(self.model, self.graph, &self.contents, *copy));
        drop(profiles);
        self.looks.read()
    }

    /// Works out the profiles of all copies, before anybody asks for one.
    pub fn find_looks(&self) {
        let copies: Vec<CopyId> = self.graph.copy_ids().collect();
        drop(self.know(&copies));
    }

    /// Works with some room, which the next can have after.
    fn with_room<T>(&self, work: impl FnOnce(&mut Scratch) -> T) -> T {
        let spare = || self.spare.lock().unwrap_or_else(PoisonError::into_inner);
        let mut room = spare().pop().unwrap_or_default();
        let done = work(&mut room);
        spare().push(room);
        done
    }

    /// Links a view and says how identifiable each of its copies is there.
    pub fn levels(&self, view: &View) -> Levels {
        if view.common.shared {
            return self.with_room(|room| self.levels_in(view, room));
        }
        let copies = view.with_rows();
        let profiles = self.know(&copies);
        let linked = self.linked(&profiles);
        let (alike, which) = linked.alike(&copies, &|copy| profiles.of(copy), &|profile| profile);
        let found = self.with_room(|room| linked.levels_of(&alike, view, room));
        Levels::new(Arc::new(Kinds::plain(which)), found, Arc::default())
    }

    /// The levels in one of several views that are cut from one. Views that have some of every kind of copy are linked alike, and
    /// so are views that lack the same kinds.
    fn levels_in(&self, view: &View, scratch: &mut Scratch) -> Levels {
        let address = Arc::as_ptr(&view.common) as usize;
        // whoever links the views of another party does not wait
        let own = self.kept.lock().unwrap_or_else(PoisonError::into_inner).entry(address).or_default().clone();
        let mut own = own.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = own.get_or_insert_with(|| {
            let copies = View { behind: Arc::default(), ..view.clone() }.with_rows();
            let profiles = self.know(&copies);
            let linked = self.linked(&profiles);
            let (alike, which) = linked.alike(&copies, &|c| profiles.of(c), &|p| profiles.class(p));
            let kinds = Arc::new(Kinds::of(which, alike.len(), &view.common));
            Kept { _common: view.common.clone(), alike, kinds, levels: FxHashMap::default() }
        });
        let missing = kept.kinds.missing(&view.behind);
        let found = kept.levels.get(&missing).cloned().unwrap_or_else(|| {
            let there = |at: &usize| missing.binary_search(&(*at as u32)).is_err();
            let present: Vec<usize> = (0..kept.alike.len()).filter(there).collect();
            let alike: Vec<Alike> = present.iter().map(|at| kept.alike[*at]).collect();
            let mut levels = vec![0; kept.alike.len()];
            let found = self.linked(&self.looks.read()).levels_of(&alike, view, scratch);
            present.iter().zip(&*found.levels).for_each(|(at, level)| levels[*at] = *level);
            Leveled { levels: levels.into(), ..found }
        });
        kept.levels.insert(missing, found.clone());
        Levels::new(kept.kinds.clone(), found, view.behind.clone())
    }

    /// As [`Linkage::levels`], of one copy, as if there were no rows in one of its cells.
    pub fn level_without(&self, view: &View, cell: CellId) -> u8 {
        let copies = view.with_rows();
        drop(self.know(&copies));
        let changed = self.looks.write().without(self.model, self.graph, &self.contents, cell);
        let profiles = self.looks.read();
        let linked = self.linked(&profiles);
        let of = |copy| if copy == cell.copy { changed } else { profiles.of(copy) };
        let (alike, which) = linked.alike(&copies, &of, &|profile| profile);
        let at = which.binary_search_by_key(&cell.copy, |(copy, _)| *copy).ok();
        let found = self.with_room(|room| linked.levels_of(&alike, view, room));
        at.and_then(|at| found.levels.get(which[at].1 as usize).copied()).unwrap_or(2)
    }

    /// The level that a copy has by itself, linked with nothing.
    pub fn own_level(&self, copy: CopyId) -> u8 {
        let own = self.own.get_or_init(|| (0..self.graph.size()).map(|_| AtomicU8::new(0)).collect());
        let known = own.get(copy.index());
        match known.map_or(0, |known| known.load(Ordering::Relaxed)) {
            0 => {
                let profiles = self.know(&[copy]);
                let level = profiles.of(copy).map_or(2, |profile| profiles.get(profile).level());
                known.inspect(|known| known.store(level, Ordering::Relaxed));
                level
            }
            level => level,
        }
    }

    /// Why a copy has a level at a view (4 for identifiable, 3 for tied to a key); `None` when it has not.
    pub fn why(&self, view: &View, copy: CopyId, level: u8) -> Option<Why> {
        let copies = view.with_rows();
        let profiles = self.know(&copies);
        self.with_room(|room| self.linked(&profiles).why(&copies, view, (copy, level), room))
    }
}

/// The levels of some kinds of copies.
#[derive(Clone)]
struct Leveled {
    levels: Arc<[u8]>,
    /// Whether a combination of facts tied any of them to another.
    by_combination: bool,
    /// Whether it took what is proved of times to find them.
    by_time: bool,
}

/// How to link what is known so far.
struct Linked<'l> {
    model: &'l Model,
    graph: &'l Graph,
    reading: Reading,
    combined: bool,
    profiles: &'l Profiles,
}

/// What the views that are cut from one [`Common`] share.
struct Kept {
    /// That it is kept, so that its address stays its own.
    _common: Arc<Common>,
    alike: Vec<Alike>,
    kinds: Arc<Kinds>,
    /// By the kinds that a view has none of, the levels of the others.
    levels: FxHashMap<Vec<u32>, Leveled>,
}

impl Linked<'_> {
    /// The distinct kinds of copies among some, and for each copy which it is; two copies are of one kind when they are held alike
    /// and `class` says the same of their profiles.
    fn alike<K: Ord>(
        &self,
        copies: &[CopyId],
        of: &dyn Fn(CopyId) -> Option<ProfileId>,
        class: &dyn Fn(ProfileId) -> K,
    ) -> (Vec<Alike>, Vec<(CopyId, u32)>) {
        let known = copies.iter().filter_map(|copy| {
            let alike = |profile| Alike { profile, holding: self.graph.times.id(*copy), copy: *copy };
            of(*copy).map(|profile| (class(profile), alike(profile)))
        });
        let mut all: Vec<(K, Alike)> = known.collect();
        all.sort_unstable_by(|(k, a), (l, b)| (k, a.holding, a.copy).cmp(&(l, b.holding, b.copy)));
        let mut kinds: Vec<Alike> = Vec::new();
        let mut which: Vec<(CopyId, u32)> = Vec::with_capacity(all.len());
        for alike in all.chunk_by(|(k, a), (l, b)| k == l && a.holding == b.holding) {
            which.extend(alike.iter().map(|(_, a)| (a.copy, kinds.len() as u32)));
            kinds.extend(alike.first().map(|(_, a)| *a));
        }
        which.sort_unstable();
        which.dedup();
        (kinds, which)
    }

    /// The level of each kind of copy in a view.
    fn levels_of(&self, alike: &[Alike], view: &View, scratch: &mut Scratch) -> Leveled {
        let mut levels: Vec<u8> = alike.iter().map(|a| self.profiles.get(a.profile).level()).collect();
        let assumed = self.assumed(view);
        (scratch.by_combination, scratch.by_time) = (false, false);
        for kind in self.profiles.kinds() {
            self.raise(alike, &assumed, kind, &mut levels, scratch);
        }
        if self.reading == Reading::Harsh {
            let open = alike.iter().zip(&mut levels).filter(|(a, _)| self.profiles.get(a.profile).open);
            open.for_each(|(_, level)| *level = 4);
        }
        Leveled { levels: levels.into(), by_combination: scratch.by_combination, by_time: scratch.by_time }
    }

    /// Links the alike, as far as they are about a kind of person, and raises their levels to what comes of it.
    fn raise(&self, alike: &[Alike], assumed: &[Unit], kind: &[PeopleId], levels: &mut [u8], scratch: &mut Scratch) {
        let fits = |a: &Alike| self.profiles.may_be(self.graph, self.profiles.get(a.profile), kind);
        // as if all were there at once
        let mut linker = Linker::new(self.profiles, self.combined, scratch);
        let mut members: Vec<(u32, u32)> = Vec::with_capacity(alike.len());
        for (at, one) in alike.iter().enumerate() {
            linker.add_secrets(&self.profiles.get(one.profile).secrets);
            if fits(one) {
                members.push((linker.add(one.unit()), at as u32));
            }
        }
        assumed.iter().for_each(|unit| {
            linker.add(*unit);
        });
        if !faults::on(Fault::NothingLinks) {
            linker.run();
        }
        members.iter_mut().for_each(|(unit, _)| *unit = linker.root(*unit));
        let roots: Vec<u8> = members.iter().map(|(root, _)| linker.level(*root)).collect();
        let rises = |((_, at), level): (&(u32, u32), &u8)| levels[*at as usize] < *level;
        if !members.iter().zip(&roots).any(rises) {
            return;
        }
        scratch.by_time = true;
        let endless = |a: &Alike| self.graph.times.get(a.holding).endless();
        if alike.iter().all(endless) {
            members.iter().zip(&roots).for_each(|((_, at), level)| {
                levels[*at as usize] = levels[*at as usize].max(*level);
            });
            return;
        }
        let mut all: Vec<(u32, u8, u32)> =
            members.iter().zip(&roots).map(|((root, at), level)| (*root, *level, *at)).collect();
        all.sort_unstable();
        // a secret need not be tied to what it unlocks
        let secret = |a: &Alike| !self.profiles.get(a.profile).secrets.is_empty();
        let secrets: Vec<u32> = (0..alike.len() as u32).filter(|at| secret(&alike[*at as usize])).collect();
        for component in all.chunk_by(|a, b| a.0 == b.0) {
            let level = component.first().map_or(2, |c| c.1);
            if component.iter().any(|(.., at)| levels[*at as usize] < level) {
                let within: Vec<u32> = component.iter().map(|c| c.2).collect();
                self.raise_within(alike, &within, &secrets, assumed, level, levels, scratch);
            }
        }
    }

    /// Raises the levels of a component of what is tied together if all is there at once, by what may be there at once in truth.
    #[allow(clippy::too_many_arguments)] // one thought, cut in two for its length
    fn raise_within(
        &self,
        alike: &[Alike],
        component: &[u32],
        secrets: &[u32],
        assumed: &[Unit],
        level: u8,
        levels: &mut [u8],
        scratch: &mut Scratch,
    ) {
        let mut holdings: Vec<HoldingId> =
            component.iter().chain(secrets).map(|at| alike[*at as usize].holding).collect();
        holdings.sort_unstable();
        holdings.dedup();
        let sets = together::holdings_together(self.graph, &holdings, self.reading);
        if sets.sets.iter().any(|set| set.len() == holdings.len()) {
            component.iter().for_each(|at| levels[*at as usize] = levels[*at as usize].max(level));
            return;
        }
        let mut link = |set: &[u32], secrets: &[u32], levels: &mut [u8]| {
            let mut linker = Linker::new(self.profiles, self.combined, scratch);
            let units: Vec<u32> = set.iter().map(|at| linker.add(alike[*at as usize].unit())).collect();
            for at in set.iter().chain(secrets) {
                linker.add_secrets(&self.profiles.get(alike[*at as usize].profile).secrets);
            }
            assumed.iter().for_each(|unit| {
                linker.add(*unit);
            });
            linker.run();
            for (at, unit) in set.iter().zip(units) {
                levels[*at as usize] = levels[*at as usize].max(linker.level(unit));
            }
        };
        // what is there together can tie no more than what is tied if all is: the largest sets come first, and of the rest only those
        // are linked in which anything may still rise
        let mut largest_first: Vec<&Vec<HoldingId>> = sets.sets.iter().collect();
        largest_first.sort_by_key(|set| Reverse(set.len()));
        for set in largest_first {
            let within = |at: &u32| set.binary_search(&alike[*at as usize].holding).is_ok();
            let members: Vec<u32> = component.iter().copied().filter(within).collect();
            if members.iter().any(|at| levels[*at as usize] < level) {
                let secrets: Vec<u32> = secrets.iter().copied().filter(within).collect();
                link(&members, &secrets, levels);
            }
        }
        if !assumed.is_empty() {
            let alone = component.iter().filter(|at| sets.alone.binary_search(&alike[**at as usize].holding).is_ok());
            alone.for_each(|at| link(&[*at], &[], levels));
        }
    }

    /// Some of the alike to be linked, as far as they are about a kind of person, with what is assumed.
    fn linker<'s>(
        &'s self,
        set: &[Alike],
        assumed: &[Unit],
        kind: &[PeopleId],
        scratch: &'s mut Scratch,
    ) -> Linker<'s> {
        let mut linker = Linker::new(self.profiles, self.combined, scratch);
        for one in set {
            let profile = self.profiles.get(one.profile);
            // a secret is about nobody: it works on whoever's identifiers there are
            linker.add_secrets(&profile.secrets);
            if self.profiles.may_be(self.graph, profile, kind) {
                linker.add(one.unit());
            }
        }
        assumed.iter().for_each(|unit| {
            linker.add(*unit);
        });
        linker.run();
        linker
    }

    /// What the observer of a view is taken to know already.
    fn assumed(&self, view: &View) -> Vec<Unit> {
        let party = self.model.place(view.place).party;
        let numbered = self.model.assumptions.iter().enumerate();
        let applies = numbered
            .filter(|(_, a)| view.whole || a.who.is_none_or(|w| self.model.place(w).party == party))
            .map(|(number, _)| number);
        applies.map(|n| Unit { node: Node::Assumed(n as u32), profile: self.profiles.assumed(n) }).collect()
    }

    fn why(&self, copies: &[CopyId], view: &View, (copy, level): (CopyId, u8), scratch: &mut Scratch) -> Option<Why> {
        let own = self.profiles.of(copy)?;
        let (mut alike, which) = self.alike(copies, &|c| self.profiles.of(c), &|profile| profile);
        let at = which.binary_search_by_key(&copy, |(c, _)| *c).ok()?;
        let at = which[at].1;
        // of copies that are alike the one stands for all that is the nearest to where data begins; the copy that is asked
        // about stands for its kind
        for (other, kind) in &which {
            let stands = &mut alike[*kind as usize].copy;
            if (self.graph.turn(*other), *other) < (self.graph.turn(*stands), *stands) {
                *stands = *other;
            }
        }
        alike[at as usize].copy = copy;
        if self.profiles.get(own).level() >= level {
            return Some(Why::default());
        }
        let holding = alike[at as usize].holding;
        let mut holdings: Vec<HoldingId> = alike.iter().map(|a| a.holding).collect();
        holdings.sort_unstable();
        holdings.dedup();
        let sets = together::holdings_together(self.graph, &holdings, self.reading);
        let mut tried: Vec<Vec<Alike>> = Vec::new();
        for set in sets.sets.iter().filter(|set| set.binary_search(&holding).is_ok()) {
            let within = alike.iter().copied().filter(|a| set.binary_search(&a.holding).is_ok());
            tried.push(within.collect());
        }
        if sets.alone.contains(&holding) {
            tried.push(vec![alike[at as usize]]);
        }
        let assumed = self.assumed(view);
        let mut best: Option<(Path, usize, &[PeopleId])> = None;
        for (number, within) in tried.iter_mut().enumerate() {
            if best.as_ref().is_some_and(|(path, ..)| path.len() <= 1) {
                // none is shorter
                break;
            }
            within.sort_unstable_by_key(|a| a.copy);
            for kind in self.profiles.kinds() {
                let path = self.linker(within, &assumed, kind, scratch).path(copy, level);
                if let Some(path) = path
                    && best.as_ref().is_none_or(|(b, ..)| path.len() < b.len())
                {
                    best = Some((path, number, kind));
                }
            }
        }
        let (path, number, kind) = best?;
        Some(self.least(&tried[number], &assumed, kind, (copy, level), path, scratch))
    }

    /// The same with nothing in it that it can do without.
    fn least(
        &self,
        within: &[Alike],
        assumed: &[Unit],
        kind: &[PeopleId],
        (copy, level): (CopyId, u8),
        path: Path,
        scratch: &mut Scratch,
    ) -> Why {
        let mut enough = |some: &[Alike]| self.linker(some, assumed, kind, scratch).level_of(Node::Copy(copy)) >= level;
        let nodes: FxHashSet<Node> = path.iter().flat_map(|(before, _, after)| [*before, *after]).collect();
        let computes = |tie: &Tie| if let Tie::Recomputed(number, _) = tie { Some(*number) } else { None };
        let secrets: FxHashSet<u32> = path.iter().filter_map(|(_, tie, _)| computes(tie)).collect();
        let on_path = |a: &&Alike| {
            let is_used = |number: &u32| secrets.contains(number);
            a.copy == copy
                || nodes.contains(&Node::Copy(a.copy))
                || self.profiles.get(a.profile).secrets.iter().any(is_used)
        };
        let mut some: Vec<Alike> = within.iter().filter(on_path).copied().collect();
        let reduced = |mut some: Vec<Alike>, enough: &mut dyn FnMut(&[Alike]) -> bool| {
            // what is farther from where data begins takes more to tell, and is tried first
            some.sort_by_key(|a| (self.graph.turn(a.copy), a.copy));
            for one in (0..some.len()).rev() {
                let mut rest = some.clone();
                if rest.remove(one).copy != copy && enough(&rest) {
                    some = rest;
                }
            }
            some
        };
        let effort = |some: &[Alike]| (some.iter().map(|a| self.graph.turn(a.copy)).sum::<u32>(), some.len());
        let mut tried: Vec<Vec<Alike>> = Vec::new();
        if some.len() <= LEFT_OUT && enough(&some) {
            tried.push(reduced(some.clone(), &mut enough));
        }
        if within.len() <= LEFT_OUT {
            tried.push(reduced(within.to_vec(), &mut enough));
        }
        if let Some(least) = tried.into_iter().min_by_key(|t| effort(t)) {
            some = least;
        }
        some.sort_unstable_by_key(|a| a.copy);
        let path = self.linker(&some, assumed, kind, scratch).path(copy, level).unwrap_or(path);
        let told = |c: CopyId| path.iter().any(|(a, _, b)| [*a, *b].contains(&Node::Copy(c)));
        let besides = if some.len() > LEFT_OUT { Vec::new() } else { some.iter().map(|a| a.copy).collect() };
        let besides = besides.into_iter().filter(|c| *c != copy && !told(*c)).collect();
        Why { path, besides }
    }
}

/// How many copies are tried out one by one for whether a witness can do without them.
const LEFT_OUT: usize = 64;

/// Nodes with what ties each to the next.
pub type Path = Vec<(Node, Tie, Node)>;

/// Why a copy has a level.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Why {
    /// The nodes from it to one with a direct identifier (or a key), with what ties each to the next. Empty when the copy has
    /// one itself.
    pub path: Path,
    /// Copies that this takes besides.
    pub besides: Vec<CopyId>,
}
