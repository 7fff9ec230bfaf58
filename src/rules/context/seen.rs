//! What holders and places see, and how identifiable it is there.

use std::collections::BTreeSet;
use std::collections::hash_map::Entry;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, OnceLock};

use rustc_hash::FxHashMap;

use super::{Context, index, kept};
use crate::graph::linkage::{Levels, Linkage, Looks, Sight, Tie, View, together};
use crate::graph::{CopyId, Reading};
use crate::model::{Attestation, PlaceId};
use crate::rules::phrase::Holder;
use crate::source::Span;

/// A view with its levels.
#[derive(Debug)]
pub struct Seen {
    /// What is seen.
    pub view: View,
    reading: Reading,
    /// What it is put together of, where it is what a party with teams sees.
    of: Option<Views>,
    /// How identifiable it is there, once that is asked.
    levels: OnceLock<Arc<Levels>>,
    /// The same by codes and direct identifiers alone.
    by_keys: OnceLock<Arc<Levels>>,
}

impl Seen {
    fn new(view: View, reading: Reading) -> Seen {
        Seen { view, reading, of: None, levels: OnceLock::new(), by_keys: OnceLock::new() }
    }

    /// The walls that are not stated and matter to what is seen, in the order of the text.
    pub fn unsure_walls(&self) -> BTreeSet<Span> {
        let of = self.of.iter().flat_map(|views| views.iter());
        let views = std::iter::once(&self.view).chain(of.map(|seen| &seen.view));
        views.flat_map(|view| view.unsure_walls.iter().copied()).collect()
    }
}

/// What of a view is to be looked at.
pub enum Fresh {
    /// All of it.
    All,
    /// What is at these places.
    At(Vec<PlaceId>),
}

impl Fresh {
    /// The copies to look at, with this of what is published.
    pub fn copies<'v>(&'v self, view: &'v View, public: &'v [CopyId]) -> impl Iterator<Item = CopyId> + 'v {
        let (all, places): (bool, &[PlaceId]) = match self {
            Fresh::All => (true, &[]),
            Fresh::At(places) => (false, places),
        };
        let everything = all.then(|| view.copies().chain(public.iter().copied()));
        everything.into_iter().flatten().chain(places.iter().flat_map(|place| view.held_at(*place)).copied())
    }
}

/// The views in which a holder is judged: one for each of its teams where walls divide them.
pub type Views = Arc<Vec<Arc<Seen>>>;

impl<'a> Context<'a> {
    /// What a view is at each instant at which it may be something else.
    pub fn instants<'s>(&'s self, seen: &'s Seen) -> impl Iterator<Item = Arc<Seen>> + 's {
        let mut copies: Vec<CopyId> = seen.view.all().collect();
        copies.sort_unstable();
        copies.dedup();
        let instants = together(self.graph, &copies, seen.reading).into_iter();
        instants.map(|set| Arc::new(Seen::new(seen.view.only(self.graph, &set), seen.reading)))
    }

    /// Works out what linkage looks at of every copy, before anybody asks: whoever links waits while it grows.
    pub fn find_looks(&self) {
        self.linkage(Reading::Kind).find_looks();
        if self.unsure_steps {
            self.linkage(Reading::Harsh).find_looks();
        }
    }

    /// Works out how identifiable data is at some places, before anybody asks: of two that ask for one view at a time one waits.
    pub fn find_levels(&self, places: &[PlaceId], by_keys: bool) {
        for place in places {
            let [kindly, harshly] = [Reading::Kind, Reading::Harsh].map(|reading| self.seen(*place, reading));
            for seen in [harshly, kindly] {
                let kept = self.levels_there(seen.reading);
                let there = |copy: &CopyId| self.graph.copy(*copy).place == *place;
                for (copy, level) in self.levels(seen).iter().filter(|(copy, _)| there(copy)) {
                    kept.get(copy.index()).inspect(|kept| kept.store(level, Ordering::Relaxed));
                }
            }
            if by_keys {
                let levels = self.levels_by_keys(kindly);
                let kept = self.by_keys_there.get_or_init(|| self.no_levels());
                for (copy, level) in levels.iter().filter(|(copy, _)| self.graph.copy(*copy).place == *place) {
                    kept.get(copy.index()).inspect(|kept| kept.store(level, Ordering::Relaxed));
                }
            }
        }
    }

    /// For each copy its level where it is, as far as that is known.
    fn levels_there(&self, reading: Reading) -> &[AtomicU8] {
        let all = &self.levels_there[index(reading)];
        all.get_or_init(|| self.no_levels())
    }

    /// No level is known of any copy.
    fn no_levels(&self) -> Box<[AtomicU8]> {
        (0..self.graph.size()).map(|_| AtomicU8::new(0)).collect()
    }

    /// The level of a copy's rows where it is, read kindly, by codes and direct identifiers alone; 2 when it was not linked at all.
    pub fn level_there_by_keys(&self, copy: CopyId) -> u8 {
        let kept = self.by_keys_there.get().and_then(|all| all.get(copy.index()));
        match kept.map_or(0, |kept| kept.load(Ordering::Relaxed)) {
            0 => self.levels_by_keys(self.seen(self.graph.copy(copy).place, Reading::Kind)).of(copy),
            level => level,
        }
    }

    /// What is tied together.
    pub fn linkage(&self, reading: Reading) -> &Arc<Linkage<'a>> {
        self.linkage[index(reading)].get_or_init(|| Arc::new(self.new_linkage(reading)))
    }

    /// The first of the ties that lead from a copy to names, where it is and read kindly.
    pub fn first_tie(&self, copy: CopyId) -> Option<Tie> {
        kept(&self.first_ties, copy, || {
            let seen = self.seen(self.graph.copy(copy).place, Reading::Kind);
            let why = self.linkage(Reading::Kind).why(&seen.view, copy, 4)?;
            why.path.first().map(|(_, tie, _)| *tie)
        })
    }

    fn new_linkage(&self, reading: Reading) -> Linkage<'a> {
        // what linkage looks at of a copy is what is in it
        let at = if self.unsure_steps { index(reading) } else { index(Reading::Kind) };
        let looks = self.looks[at].get_or_init(|| Looks::new(self.model, self.graph)).clone();
        Linkage::new(self.model, self.graph, self.contents(reading).clone(), reading, looks)
    }

    /// What a place sees, with levels.
    pub fn seen(&self, place: PlaceId, reading: Reading) -> &Arc<Seen> {
        let at = &self.seen[place.index()][index(reading)];
        at.get_or_init(|| {
            let harsh = (reading == Reading::Kind).then(|| self.seen(place, Reading::Harsh));
            match harsh {
                Some(harsh) if self.is_certain(harsh) => harsh.clone(),
                _ => Arc::new(self.look(place, reading)),
            }
        })
    }

    fn look(&self, place: PlaceId, reading: Reading) -> Seen {
        let p = self.model.place(place);
        let view = self.sight.view(self.model, self.graph, place, reading);
        if p.team || self.model.party(p.party).teams.is_empty() {
            return Seen::new(view, reading);
        }
        // a party sees no more than one of its teams does: its worst view counts (ruling 9)
        let views = self.views(Holder::Party(p.party), reading);
        let any: Vec<&View> = views.iter().map(|s| &s.view).collect();
        let view = view.seeing(&any);
        Seen { of: Some(views), ..Seen::new(view, reading) }
    }

    /// Whether what is seen, read harshly, is the same when it is read kindly: nothing about it is not stated, and nothing in it
    /// ever ends.
    fn is_certain(&self, harsh: &Seen) -> bool {
        self.is_stated(harsh)
            && harsh.view.endless(self.graph)
            && harsh.of.iter().flat_map(|views| views.iter()).all(|seen| self.is_certain(seen))
    }

    /// Whether nothing about what is seen is not stated.
    fn is_stated(&self, harsh: &Seen) -> bool {
        !(self.unsure_steps || self.open_lists || self.sight.has_unknown())
            && harsh.view.unsure_walls.is_empty()
            && harsh.view.unsure_roles.is_empty()
    }

    /// What is seen kindly, read harshly, where that is the same but for what is proved of times.
    fn read_harshly(&self, seen: &Seen) -> Option<&Arc<Seen>> {
        let both = self.seen.get(seen.view.place.index()).filter(|_| seen.reading == Reading::Kind)?;
        let is_there = both[index(Reading::Kind)].get().is_some_and(|kind| std::ptr::eq(&**kind, seen));
        let harsh = both[index(Reading::Harsh)].get().filter(|_| is_there)?;
        (harsh.of.is_none() && self.is_stated(harsh)).then_some(harsh)
    }

    /// Whether what is seen is what is seen when all is read kindly.
    fn is_read_kindly(&self, seen: &Seen) -> bool {
        seen.reading == Reading::Kind || self.is_certain(seen)
    }

    /// How identifiable what is seen is there.
    pub fn levels<'s>(&self, seen: &'s Seen) -> &'s Arc<Levels> {
        seen.levels.get_or_init(|| match seen.of.as_deref().map(Vec::as_slice) {
            None => {
                let harsh = self.read_harshly(seen).map(|harsh| self.levels(harsh));
                match harsh.filter(|levels| !levels.by_time()) {
                    Some(levels) => levels.clone(),
                    None => Arc::new(self.linkage(seen.reading).levels(&seen.view)),
                }
            }
            Some([only]) => self.levels(only).clone(),
            Some(all) => Arc::new(Levels::worst(all.iter().map(|s| &**self.levels(s)))),
        })
    }

    /// How identifiable the copies of a view are by codes and direct identifiers alone, read kindly.
    pub fn levels_by_keys<'s>(&self, seen: &'s Seen) -> &'s Arc<Levels> {
        let linkage = || self.by_keys.get_or_init(|| Arc::new(self.new_linkage(Reading::Kind).by_keys()));
        seen.by_keys.get_or_init(|| match seen.of.as_deref().map(Vec::as_slice) {
            // where no combination ties anything it is the same without
            None if self.is_read_kindly(seen) && !self.levels(seen).by_combination() => self.levels(seen).clone(),
            None => Arc::new(linkage().levels(&seen.view)),
            Some([only]) => self.levels_by_keys(only).clone(),
            Some(all) => Arc::new(Levels::worst(all.iter().map(|s| &**self.levels_by_keys(s)))),
        })
    }

    /// The views in which a holder is judged.
    pub fn views(&self, holder: Holder, reading: Reading) -> Views {
        let party = match holder {
            Holder::Team(place) => return Arc::new(vec![self.seen(place, reading).clone()]),
            Holder::Party(party) => party,
        };
        let at = &self.views[party.index()][index(reading)];
        at.get_or_init(|| {
            let p = self.model.party(party);
            if p.teams.is_empty() {
                return Arc::new(vec![self.seen(p.place, reading).clone()]);
            }
            if reading == Reading::Kind {
                let harsh = self.views(holder, Reading::Harsh);
                if harsh.iter().all(|s| self.is_certain(s)) {
                    return harsh;
                }
            }
            let views = self.sight.views(self.model, self.graph, party, reading);
            Arc::new(views.into_iter().map(|view| Arc::new(Seen::new(view, reading))).collect())
        })
        .clone()
    }

    /// The views of a holder, each with what of it is to be looked at: a copy is left out where an earlier view showed it in the
    /// same light, which is the same level (or none, where levels do not matter).
    pub fn fresh<'s>(&'s self, views: &'s Views, by_level: bool) -> impl Iterator<Item = (&'s Arc<Seen>, Fresh)> {
        let several = views.len() > 1;
        // for each light, the places that none of the views in it has shown
        let mut hidden: FxHashMap<Option<usize>, Vec<PlaceId>> = FxHashMap::default();
        views.iter().map(move |seen| {
            if !several {
                return (seen, Fresh::All);
            }
            let light = by_level.then(|| self.levels(seen).light());
            let behind = seen.view.behind();
            match hidden.entry(light) {
                Entry::Vacant(new) => {
                    new.insert(behind.to_vec());
                    (seen, Fresh::All)
                }
                Entry::Occupied(mut known) => {
                    let still = |place: &PlaceId| behind.binary_search(place).is_ok();
                    let (still, shown) = known.get().iter().copied().partition(still);
                    known.insert(still);
                    (seen, Fresh::At(shown))
                }
            }
        })
    }

    /// One view of everything, for `judged by anyone`.
    pub fn everything(&self, reading: Reading) -> Arc<Seen> {
        self.everything[index(reading)]
            .get_or_init(|| {
                let view = Sight::everything(self.graph);
                Arc::new(Seen::new(view, reading))
            })
            .clone()
    }

    /// The live attestation of a copy, unless a direct identifier in its component contradicts it (ruling 13).
    pub fn attested(&self, copy: CopyId, level: u8) -> Option<&'a Attestation> {
        if level >= 4 || self.attested.is_empty() {
            return None;
        }
        let c = self.graph.copy(copy);
        let live =
            |a: &&Attestation| a.on.is_none_or(|d| d <= self.as_of) && a.review_by.is_none_or(|d| d >= self.as_of);
        self.attested.get(&(c.dataset, c.place))?.iter().copied().find(live)
    }

    /// Whether anybody attests that anything is anonymous, at whatever time.
    pub fn any_attested(&self) -> bool {
        !self.attested.is_empty()
    }

    /// Whether anybody attests that a copy is anonymous, at whatever time.
    pub fn may_be_attested(&self, copy: CopyId) -> bool {
        let c = self.graph.copy(copy);
        !self.attested.is_empty() && self.attested.contains_key(&(c.dataset, c.place))
    }

    /// The level of a copy's rows at a view: 0 while it is attested anonymous.
    pub fn level(&self, seen: &Seen, copy: CopyId) -> u8 {
        // what is taken from behind a wall is not seen, and yet has what it has by itself
        let own = || self.linkage(seen.reading).own_level(copy);
        let level = self.level_seen(seen, copy).unwrap_or_else(own);
        if self.attested(copy, level).is_some() { 0 } else { level }
    }

    /// The level of a copy's rows where it is; 2 when it was not linked at all.
    pub fn level_where_it_is(&self, copy: CopyId, reading: Reading) -> u8 {
        self.level_seen(self.seen(self.graph.copy(copy).place, reading), copy).unwrap_or(2)
    }

    /// The level of a copy's rows at a view, where the copy is one of the view's. Most who ask look at a copy where it is: that is
    /// kept.
    fn level_seen(&self, seen: &Seen, copy: CopyId) -> Option<u8> {
        const UNSEEN: u8 = u8::MAX;
        let at = index(seen.reading);
        let own = self.seen.get(self.graph.copy(copy).place.index()).and_then(|both| both[at].get());
        let is_there = own.is_some_and(|own| std::ptr::eq(&**own, seen));
        let look = || self.levels(seen).known(copy);
        let all = || self.levels_there(seen.reading);
        let Some(kept) = is_there.then(all).and_then(|all| all.get(copy.index())) else { return look() };
        match kept.load(Ordering::Relaxed) {
            0 => {
                let level = look();
                kept.store(level.unwrap_or(UNSEEN), Ordering::Relaxed);
                level
            }
            UNSEEN => None,
            level => Some(level),
        }
    }
}
