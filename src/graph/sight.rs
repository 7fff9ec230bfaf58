//! Who sees what: views.
//!
//! A team sees itself, the teams not walled from it, its party's own copies and its processors' (ruling 9); everybody sees what
//! is published.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};
use smallvec::SmallVec;

use super::view::{Common, Published, UnsureRoles, View};
use super::{CopyId, Graph, Reading};
use crate::faults::{self, Fault};
use crate::model::{DatasetId, Model, PartyId, PlaceId, ProcessorRole};
use crate::source::Span;

/// Who sees what, worked out once for a model.
#[derive(Debug)]
pub struct Sight {
    /// For each place with walls, the places that one stands to, sorted, each with whether it is stated and where.
    walls: HashMap<PlaceId, Vec<(PlaceId, bool, Span)>>,
    /// For each party, what its processors hold for it: by processor, the copies.
    for_party: HashMap<(PartyId, Reading), Vec<CopyId>>,
    /// For whom a copy may be held by a processor.
    held_for: HashMap<CopyId, SmallVec<[PartyId; 2]>>,
    at_place: Vec<Vec<CopyId>>,
    published: Arc<Published>,
    /// For each party with teams, what its views are cut from, in each reading.
    common: HashMap<PartyId, [OnceLock<Arc<Common>>; 2]>,
    /// For each party, the processors that may act for it, where it is not stated for whom they do.
    unsure_roles: HashMap<PartyId, Arc<UnsureRoles>>,
}

impl Sight {
    /// Works out who sees what.
    pub fn new(model: &Model, graph: &Graph) -> Sight {
        let mut walls: HashMap<(PlaceId, PlaceId), (bool, Span)> = HashMap::default();
        for wall in &model.walls {
            for pair in [(wall.left, wall.right), (wall.right, wall.left)] {
                // of two declarations the one that is sure counts
                let entry = walls.entry(pair).or_insert((wall.stated, wall.span));
                if wall.stated {
                    *entry = (true, wall.span);
                }
            }
        }
        if faults::on(Fault::WallsTransitive) {
            let pairs: Vec<_> = walls.iter().map(|(pair, how)| (*pair, *how)).collect();
            for ((a, b), how) in &pairs {
                let behind = pairs.iter().filter(|((c, d), _)| c == b && d != a);
                behind.for_each(|((_, d), _)| _ = walls.insert((*a, *d), *how));
            }
        }
        let mut walls_of: HashMap<PlaceId, Vec<(PlaceId, bool, Span)>> = HashMap::default();
        for ((from, to), (stated, span)) in walls {
            walls_of.entry(from).or_default().push((to, stated, span));
        }
        walls_of.values_mut().for_each(|all| all.sort_unstable_by_key(|(to, ..)| *to));
        let mut at_place = vec![Vec::new(); model.places.len()];
        for copy in graph.copy_ids() {
            at_place[graph.copy(copy).place.index()].push(copy);
        }
        let all = at_place[Model::PUBLIC.index()].clone();
        let rows = all.iter().copied().filter(|c| graph.copy(*c).rows || !graph.secrets_of(*c).is_empty()).collect();
        let published = Arc::new(Published::new(all, rows));
        let numbered = model.parties.iter().enumerate().filter(|(_, p)| !p.teams.is_empty());
        let mut sight = Sight {
            walls: walls_of,
            for_party: HashMap::default(),
            held_for: HashMap::default(),
            at_place,
            published,
            common: numbered.map(|(number, _)| (PartyId(number as u32), Default::default())).collect(),
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

    /// The places to which a wall stands from a place, sorted.
    fn walls_from(&self, place: PlaceId) -> &[(PlaceId, bool, Span)] {
        if faults::on(Fault::WallsIgnored) {
            return &[];
        }
        self.walls.get(&place).map_or(&[], Vec::as_slice)
    }

    fn wall(&self, a: PlaceId, b: PlaceId, reading: Reading, unsure: &mut Vec<Span>) -> bool {
        let all = self.walls_from(a);
        match all.binary_search_by_key(&b, |(to, ..)| *to).ok().map(|at| all[at]) {
            Some((_, true, _)) => true,
            Some((_, false, span)) => {
                if !unsure.contains(&span) {
                    unsure.push(span);
                }
                reading == Reading::Kind
            }
            None => false,
        }
    }

    /// What a place sees: all that its party could, but for what is behind a wall.
    pub fn view(&self, model: &Model, graph: &Graph, place: PlaceId, reading: Reading) -> View {
        let p = model.place(place);
        let party = model.party(p.party);
        let common = self.common(model, graph, p.party, reading);
        let mut behind: Vec<PlaceId> = Vec::new();
        for (to, stated, _) in self.walls_from(place) {
            if *to == place || !(*stated || reading == Reading::Kind) {
                continue;
            }
            if common.holds_at(*to) {
                behind.push(*to);
            }
            // what stands to a party stands to all that it holds as a processor
            let held_for = model.place(*to);
            if held_for.party != p.party && !held_for.team {
                let teams = &model.party(held_for.party).teams;
                behind.extend(teams.iter().copied().filter(|team| common.holds_at(*team)));
            }
        }
        behind.sort_unstable();
        behind.dedup();
        let unsure_walls = self.unsure_walls(model, graph, place, party.place, reading);
        let unsure_roles = self.unsure_roles.get(&p.party).cloned().unwrap_or_default();
        let hidden = place == Model::PUBLIC || faults::on(Fault::PublishedIsNotHeld);
        let public = if hidden { Arc::default() } else { self.published.clone() };
        View { place, common, behind: behind.into(), public, unsure_walls, unsure_roles, whole: false }
    }

    /// What all places of a party see, if no wall stands to any of them.
    fn common(&self, model: &Model, graph: &Graph, party: PartyId, reading: Reading) -> Arc<Common> {
        let work = || Arc::new(self.common_of(model, graph, party, reading));
        match self.common.get(&party) {
            Some(kept) => kept[usize::from(reading == Reading::Harsh)].get_or_init(work).clone(),
            None => work(),
        }
    }

    fn common_of(&self, model: &Model, graph: &Graph, party: PartyId, reading: Reading) -> Common {
        let p = model.party(party);
        let mut copies = self.at_place[p.place.index()].clone();
        copies.extend(p.teams.iter().flat_map(|team| &self.at_place[team.index()]));
        for copy in self.through_processors(party, reading) {
            let held = graph.copy(*copy).place;
            let holder = model.party(model.place(held).party).place;
            let stands = |to| self.wall(p.place, to, reading, &mut Vec::new());
            if !stands(held) && !stands(holder) {
                copies.push(*copy);
            }
        }
        if reading == Reading::Harsh {
            // whoever is not stated may be this one
            copies.extend(&self.at_place[Model::UNKNOWN.index()]);
        }
        copies.sort_unstable();
        copies.dedup();
        let mut places = std::iter::once(&p.place).chain(&p.teams);
        let walled = places.any(|place| !self.walls_from(*place).is_empty());
        Common::new(graph, copies, !p.teams.is_empty(), walled)
    }

    /// The walls of which it is not stated whether they stand and that matter to what a place sees.
    fn unsure_walls(
        &self,
        model: &Model,
        graph: &Graph,
        place: PlaceId,
        party: PlaceId,
        reading: Reading,
    ) -> Vec<Span> {
        let mut unsure = Vec::new();
        let owner = model.place(place).party;
        let own = |to: &PlaceId| model.place(*to).party == owner;
        let walls = || self.walls_from(place).iter().chain(self.walls_from(party)).filter(|(_, stated, _)| !stated);
        if walls().next().is_none() {
            return unsure;
        }
        // those to its party's own places: to the teams, and then to the party
        let mut others: Vec<PlaceId> =
            self.walls_from(place).iter().map(|(to, ..)| *to).filter(|to| *to != place && own(to)).collect();
        others.sort_unstable_by_key(|to| (*to == party, *to));
        others.into_iter().for_each(|to| _ = self.wall(place, to, reading, &mut unsure));
        if walls().all(|(to, ..)| own(to)) {
            return unsure;
        }
        for copy in self.through_processors(owner, reading) {
            let held = graph.copy(*copy).place;
            let holder = model.party(model.place(held).party).place;
            for side in [place, party] {
                let _ = self.wall(side, held, reading, &mut unsure) || self.wall(side, holder, reading, &mut unsure);
            }
        }
        unsure
    }

    /// The views in which a party is judged: one for each team that walls set apart, one for those that none does, or its own
    /// when it has no teams. Of several that see the same there is one.
    pub fn views(&self, model: &Model, graph: &Graph, party: PartyId, reading: Reading) -> Vec<View> {
        let p = model.party(party);
        if p.teams.is_empty() {
            return vec![self.view(model, graph, p.place, reading)];
        }
        let mut views: Vec<View> = Vec::new();
        let mut known: HashSet<Arc<[PlaceId]>> = HashSet::default();
        let mut open_done = false;
        if self.walls.contains_key(&p.place) {
            // a wall hides the party's own copies from a team, not from the party
            let own = self.own(model, graph, party, reading);
            known.insert(own.behind.clone());
            views.push(own);
        }
        for team in &p.teams {
            let apart = self.walls.contains_key(team);
            if !apart && open_done {
                continue;
            }
            open_done |= !apart;
            let view = self.view(model, graph, *team, reading);
            if known.insert(view.behind.clone()) {
                views.push(view);
            }
        }
        views
    }

    /// What a party sees without its teams.
    fn own(&self, model: &Model, graph: &Graph, party: PartyId, reading: Reading) -> View {
        let p = model.party(party);
        let mut view = self.view(model, graph, p.place, reading);
        let mut behind: Vec<PlaceId> = view.behind.to_vec();
        behind.extend(p.teams.iter().filter(|team| view.common.holds_at(**team)));
        behind.sort_unstable();
        behind.dedup();
        view.behind = behind.into();
        view
    }

    /// One view of everything, for `judged by anyone`.
    pub fn everything(graph: &Graph) -> View {
        View {
            place: Model::PUBLIC,
            common: Arc::new(Common::new(graph, graph.copy_ids().collect(), false, false)),
            behind: Arc::default(),
            public: Arc::default(),
            unsure_walls: Vec::new(),
            unsure_roles: Arc::default(),
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
        let mut roles_of: HashMap<PartyId, Vec<&ProcessorRole>> = HashMap::default();
        for role in &activity.processors {
            roles_of.entry(role.party).or_default().push(role);
        }
        for processor in processors {
            let mut found: BTreeMap<PartyId, Limit> = BTreeMap::new();
            let mut stack: Vec<(PartyId, Limit)> = vec![(processor, None)];
            while let Some((at, limit)) = stack.pop() {
                for role in roles_of.get(&at).into_iter().flatten() {
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
fn unsure_roles(model: &Model) -> HashMap<PartyId, Arc<UnsureRoles>> {
    let mut unsure: HashMap<PartyId, Vec<(PartyId, Span)>> = HashMap::default();
    for activity in &model.activities {
        let unstated: Vec<_> = activity.processors.iter().filter(|r| r.principals.is_empty()).collect();
        let controllers: BTreeSet<PartyId> = activity.controllers.iter().map(|c| c.party).collect();
        for controller in controllers.into_iter().filter(|_| !unstated.is_empty()) {
            unsure.entry(controller).or_default().extend(unstated.iter().map(|r| (r.party, r.span)));
        }
    }
    unsure.into_iter().map(|(party, roles)| (party, Arc::new(roles))).collect()
}
