//! Who sees what: views.
//!
//! A team sees itself, the teams not walled from it, its party's own copies and its processors' (ruling 9); everybody sees what
//! is published.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};
use smallvec::SmallVec;

use super::{CopyId, Graph, Reading};
use crate::faults::{self, Fault};
use crate::model::{DatasetId, Model, PartyId, PlaceId};
use crate::source::Span;

/// What one observer sees.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct View {
    /// The observer.
    pub place: PlaceId,
    /// What it sees, sorted; what everybody sees is apart.
    pub copies: Vec<CopyId>,
    /// What is published, sorted; nothing for the public itself, which holds it.
    pub public: Arc<Published>,
    /// Walls that are declared `not-stated` and matter to this view.
    pub unsure_walls: Vec<Span>,
    /// Processors of which it is not stated for whom they act, and who may act for this observer's party.
    pub unsure_roles: Vec<(PartyId, Span)>,
    /// Whether it is the view of all places together.
    pub whole: bool,
}

/// What is published.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Published {
    /// All of it, sorted.
    pub all: Vec<CopyId>,
    /// What of it may have rows about people; the rest is counts, which tie to nothing.
    pub rows: Vec<CopyId>,
}

impl View {
    /// Everything that is seen, what is published last.
    pub fn all(&self) -> impl Iterator<Item = CopyId> + '_ {
        self.copies.iter().chain(&self.public.all).copied()
    }

    /// What is seen and may have rows about people, sorted.
    pub(super) fn with_rows(&self) -> Vec<CopyId> {
        let mut all: Vec<CopyId> = self.copies.iter().chain(&self.public.rows).copied().collect();
        if !self.public.rows.is_empty() {
            all.sort_unstable();
        }
        all
    }
}

/// Who sees what, worked out once for a model.
#[derive(Debug)]
pub struct Sight {
    walls: HashMap<(PlaceId, PlaceId), (bool, Span)>,
    /// For each party, what its processors hold for it: by processor, the copies.
    for_party: HashMap<(PartyId, Reading), Vec<CopyId>>,
    /// For whom a copy may be held by a processor.
    held_for: HashMap<CopyId, SmallVec<[PartyId; 2]>>,
    at_place: Vec<Vec<CopyId>>,
    published: Arc<Published>,
    walled: HashSet<PlaceId>,
    /// For each party, the processors that may act for it, where it is not stated for whom they do.
    unsure_roles: HashMap<PartyId, Vec<(PartyId, Span)>>,
}

impl Sight {
    /// Works out who sees what.
    pub fn new(model: &Model, graph: &Graph) -> Sight {
        let mut walls = HashMap::default();
        let mut walled = HashSet::default();
        for wall in &model.walls {
            for pair in [(wall.left, wall.right), (wall.right, wall.left)] {
                // of two declarations the one that is sure counts
                let entry = walls.entry(pair).or_insert((wall.stated, wall.span));
                if wall.stated {
                    *entry = (true, wall.span);
                }
                walled.insert(pair.0);
            }
        }
        if faults::on(Fault::WallsTransitive) {
            let pairs: Vec<_> = walls.iter().map(|(pair, how)| (*pair, *how)).collect();
            for ((a, b), how) in &pairs {
                let behind = pairs.iter().filter(|((c, d), _)| c == b && d != a);
                behind.for_each(|((_, d), _)| _ = walls.insert((*a, *d), *how));
            }
        }
        let mut at_place = vec![Vec::new(); model.places.len()];
        for copy in graph.copy_ids() {
            at_place[graph.copy(copy).place.index()].push(copy);
        }
        let all = at_place[Model::PUBLIC.index()].clone();
        let rows = all.iter().copied().filter(|c| graph.copy(*c).rows || !graph.secrets_of(*c).is_empty()).collect();
        let published = Arc::new(Published { all, rows });
        let mut sight = Sight {
            walls,
            for_party: HashMap::default(),
            held_for: HashMap::default(),
            at_place,
            published,
            walled,
            unsure_roles: unsure_roles(model),
        };
        sight.find_processors(model, graph);
        sight
    }

    /// What processors hold for each party (ruling 5): in the activity that brought or made the copy, for that activity's
    /// principals and theirs in turn; where the activity is unknown, for all principals of the processor. Where it is not stated
    /// for whom, it may be for any controller of the activity.
    fn find_processors(&mut self, model: &Model, graph: &Graph) {
        for reading in [Reading::Kind, Reading::Harsh] {
            if faults::on(Fault::ProcessorsIgnored) {
                continue;
            }
            let principals = principals(model, reading);
            for copy in graph.copy_ids() {
                let c = graph.copy(copy);
                let processor = model.place(c.place).party;
                let Some(all) = principals.get(&processor) else { continue };
                let mut for_whom: Vec<PartyId> = Vec::new();
                for arrival in graph.arrivals_of(copy) {
                    let roles = match graph.arrival(arrival).activity {
                        _ if faults::on(Fault::ProcessorsInAnyActivity) => all.as_slice(),
                        None => all.as_slice(),
                        // sorted by activity, one entry each
                        Some(known) => {
                            let at = all.partition_point(|(a, _)| *a < known.index());
                            all.get(at..=at).filter(|one| one.iter().all(|(a, _)| *a == known.index())).unwrap_or(&[])
                        }
                    };
                    for (_, found) in roles {
                        let covered =
                            found.iter().filter(|(_, limit)| limit.as_ref().is_none_or(|l| l.contains(&c.dataset)));
                        for_whom.extend(covered.map(|(p, _)| *p));
                    }
                }
                for_whom.sort_unstable();
                for_whom.dedup();
                for principal in for_whom.into_iter().filter(|p| *p != processor) {
                    self.for_party.entry((principal, reading)).or_default().push(copy);
                    let held_for = self.held_for.entry(copy).or_default();
                    if !held_for.contains(&principal) {
                        held_for.push(principal);
                    }
                }
            }
        }
    }

    /// The copies that count as held by a party: at its places, and by its processors for it (not what is public).
    pub fn group(&self, model: &Model, party: PartyId, reading: Reading) -> Vec<CopyId> {
        let p = model.party(party);
        let mut copies: Vec<CopyId> = self.at_place[p.place.index()].clone();
        copies.extend(p.teams.iter().flat_map(|t| &self.at_place[t.index()]));
        copies.extend(self.through_processors(party, reading));
        copies.sort_unstable();
        copies.dedup();
        copies
    }

    /// The parties that may have any of these copies: who has them in hand, and for whom processors hold them. `None` where it may
    /// be anybody: they are published (with `counts_apart`, as rows), or with somebody who is not stated.
    pub fn holders(
        &self,
        model: &Model,
        graph: &Graph,
        copies: &[CopyId],
        counts_apart: bool,
    ) -> Option<BTreeSet<PartyId>> {
        let mut holders = BTreeSet::from([Model::PUBLIC_PARTY]);
        for copy in copies {
            let place = graph.copy(*copy).place;
            let as_counts = counts_apart && self.published.rows.binary_search(copy).is_err();
            if place == Model::UNKNOWN || (place == Model::PUBLIC && !as_counts) {
                return None;
            }
            holders.insert(model.place(place).party);
            holders.extend(self.held_for.get(copy).into_iter().flatten());
        }
        Some(holders)
    }

    /// What is published.
    pub fn published(&self) -> &[CopyId] {
        &self.published.all
    }

    /// Whether anything is with somebody who is not stated.
    pub fn has_unknown(&self) -> bool {
        !self.at_place[Model::UNKNOWN.index()].is_empty()
    }

    /// The copies that processors hold for a party.
    pub fn through_processors(&self, party: PartyId, reading: Reading) -> &[CopyId] {
        self.for_party.get(&(party, reading)).map_or(&[], Vec::as_slice)
    }

    fn wall(&self, a: PlaceId, b: PlaceId, reading: Reading, unsure: &mut Vec<Span>) -> bool {
        match self.walls.get(&(a, b)) {
            _ if faults::on(Fault::WallsIgnored) => false,
            Some((true, _)) => true,
            Some((false, span)) => {
                if !unsure.contains(span) {
                    unsure.push(*span);
                }
                reading == Reading::Kind
            }
            None => false,
        }
    }

    /// What a place sees.
    pub fn view(&self, model: &Model, graph: &Graph, place: PlaceId, reading: Reading) -> View {
        let p = model.place(place);
        let party = model.party(p.party);
        let mut unsure = Vec::new();
        let mut copies: Vec<CopyId> = self.at_place[place.index()].clone();
        let mut others: Vec<PlaceId> = party.teams.clone();
        others.push(party.place);
        for other in others {
            if other != place && !self.wall(place, other, reading, &mut unsure) {
                copies.extend(&self.at_place[other.index()]);
            }
        }
        for copy in self.through_processors(p.party, reading) {
            let held = graph.copy(*copy).place;
            let holder = model.party(model.place(held).party).place;
            let mut walled = false;
            for side in [place, party.place] {
                walled |= self.wall(side, held, reading, &mut unsure) || self.wall(side, holder, reading, &mut unsure);
            }
            if !walled {
                copies.push(*copy);
            }
        }
        if reading == Reading::Harsh {
            // whoever is not stated may be this one
            copies.extend(&self.at_place[Model::UNKNOWN.index()]);
        }
        copies.sort_unstable();
        copies.dedup();
        let unsure_roles = self.unsure_roles.get(&p.party).cloned().unwrap_or_default();
        let hidden = place == Model::PUBLIC || faults::on(Fault::PublishedIsNotHeld);
        let public = if hidden { Arc::default() } else { self.published.clone() };
        View { place, copies, public, unsure_walls: unsure, unsure_roles, whole: false }
    }

    /// The views in which a party is judged: one for each team that walls set apart, one for those that none does, or its own
    /// when it has no teams.
    pub fn views(&self, model: &Model, graph: &Graph, party: PartyId, reading: Reading) -> Vec<View> {
        let p = model.party(party);
        if p.teams.is_empty() {
            return vec![self.view(model, graph, p.place, reading)];
        }
        let mut views: Vec<View> = Vec::new();
        let mut open_done = false;
        if self.walled.contains(&p.place) {
            // a wall hides the party's own copies from a team, not from the party
            views.push(self.own(model, graph, party, reading));
        }
        for team in &p.teams {
            let apart = self.walled.contains(team);
            if !apart && open_done {
                continue;
            }
            open_done |= !apart;
            let view = self.view(model, graph, *team, reading);
            if !views.iter().any(|v| v.copies == view.copies) {
                views.push(view);
            }
        }
        views
    }

    /// What a party sees without its teams.
    fn own(&self, model: &Model, graph: &Graph, party: PartyId, reading: Reading) -> View {
        let place = model.party(party).place;
        let mut view = self.view(model, graph, place, reading);
        view.copies.retain(|c| {
            let held = model.place(graph.copy(*c).place);
            held.party != party || !held.team
        });
        view
    }

    /// One view of everything, for `judged by anyone`.
    pub fn everything(graph: &Graph) -> View {
        View {
            place: Model::PUBLIC,
            copies: graph.copy_ids().collect(),
            public: Arc::default(),
            unsure_walls: Vec::new(),
            unsure_roles: Vec::new(),
            whole: true,
        }
    }
}

/// The datasets that a role is limited to; all when `None`.
type Limit = Option<BTreeSet<DatasetId>>;

/// What a processor is in an activity (by its number): whom it acts for, and with which datasets.
type Roles = (usize, BTreeMap<PartyId, Limit>);

/// For each processor, by activity, whom it acts for and with which datasets, through sub-processors too.
fn principals(model: &Model, reading: Reading) -> HashMap<PartyId, Vec<Roles>> {
    let mut all: HashMap<PartyId, Vec<Roles>> = HashMap::default();
    for (number, activity) in model.activities.iter().enumerate() {
        let processors: BTreeSet<PartyId> = activity.processors.iter().map(|r| r.party).collect();
        for processor in processors {
            let mut found: BTreeMap<PartyId, Limit> = BTreeMap::new();
            let mut stack: Vec<(PartyId, Limit)> = vec![(processor, None)];
            while let Some((at, limit)) = stack.pop() {
                for role in activity.processors.iter().filter(|r| r.party == at) {
                    let own: Limit = (!role.of.is_empty()).then(|| role.of.iter().copied().collect());
                    let limit = both(&limit, &own);
                    let unstated = role.principals.is_empty() && reading == Reading::Harsh;
                    let controllers = activity.controllers.iter().filter(|_| unstated).map(|c| &c.party);
                    for principal in role.principals.iter().chain(controllers).filter(|p| **p != processor) {
                        if widen(&mut found, *principal, &limit) && !faults::on(Fault::SubProcessorsIgnored) {
                            stack.push((*principal, limit.clone()));
                        }
                    }
                }
            }
            if !found.is_empty() {
                all.entry(processor).or_default().push((number, found));
            }
        }
    }
    all
}

/// What two limits leave.
fn both(a: &Limit, b: &Limit) -> Limit {
    match (a, b) {
        (None, x) | (x, None) => x.clone(),
        (Some(a), Some(b)) => Some(a.intersection(b).copied().collect()),
    }
}

/// Adds what one more role covers; says whether that is more than before.
fn widen(found: &mut BTreeMap<PartyId, Limit>, principal: PartyId, limit: &Limit) -> bool {
    match (found.get_mut(&principal), limit) {
        (None, limit) => {
            found.insert(principal, limit.clone());
            true
        }
        (Some(None), _) => false,
        (Some(known), None) => {
            *known = None;
            true
        }
        (Some(Some(known)), Some(more)) => {
            let before = known.len();
            known.extend(more.iter().copied());
            known.len() > before
        }
    }
}

/// For each party, the processors that may act for it, where it is not stated for whom they do.
fn unsure_roles(model: &Model) -> HashMap<PartyId, Vec<(PartyId, Span)>> {
    let mut unsure: HashMap<PartyId, Vec<(PartyId, Span)>> = HashMap::default();
    for activity in &model.activities {
        let unstated: Vec<_> = activity.processors.iter().filter(|r| r.principals.is_empty()).collect();
        let controllers: BTreeSet<PartyId> = activity.controllers.iter().map(|c| c.party).collect();
        for controller in controllers.into_iter().filter(|_| !unstated.is_empty()) {
            unsure.entry(controller).or_default().extend(unstated.iter().map(|r| (r.party, r.span)));
        }
    }
    unsure
}
