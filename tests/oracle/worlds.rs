//! The ways in which a model may come true: every order of its events that is allowed, and every wall that may stand or not.
//! In each of them everything is certain.

use std::collections::{BTreeMap, BTreeSet};

use super::model::{Model, Operation, PUBLIC, Place};
use super::rows::{Arrival, By, Copy, Key};

/// One way in which a model may come true.
#[derive(Clone, Debug)]
pub(crate) struct World {
    /// When each point in time is; dates are as they are.
    times: Vec<i16>,
    walls: BTreeSet<(Place, Place)>,
}

pub(crate) const ALWAYS: i16 = -1;
pub(crate) const FOREVER: i16 = 999;

/// Every world of a model.
pub(crate) fn worlds(model: &Model) -> Vec<World> {
    let mut all = Vec::new();
    for times in orders(&model.events) {
        let unsure: Vec<usize> = (0..model.walls.len()).filter(|w| !model.walls[*w].stated).collect();
        for standing in 0..1u32 << unsure.len() {
            let stands = |(i, w): &(usize, &super::model::Wall)| {
                w.stated || unsure.iter().position(|u| u == i).is_some_and(|bit| standing & (1 << bit) != 0)
            };
            let walls = model.walls.iter().enumerate().filter(stands);
            let walls = walls.flat_map(|(_, w)| [w.between, (w.between.1, w.between.0)]).collect();
            all.push(World { times: times.clone(), walls });
        }
    }
    all
}

/// Every order of events, some of them perhaps at one time, in which each comes after those that it is said to.
fn orders(events: &[Vec<u8>]) -> Vec<Vec<i16>> {
    let mut all: Vec<Vec<i16>> = vec![Vec::new()];
    for after in events {
        let mut next = Vec::new();
        for order in &all {
            // times are even; a new event falls on one of them or between two
            let most = order.iter().copied().max().unwrap_or(0) + 1;
            for at in -1..=most {
                if after.iter().all(|a| order[usize::from(*a)] < at) {
                    let mut more: Vec<i16> = order.iter().map(|t| t * 2).collect();
                    more.push(at * 2);
                    next.push(ranked(&more));
                }
            }
        }
        next.sort();
        next.dedup();
        all = next;
    }
    all
}

/// The same order with the times 0, 2, 4…
fn ranked(times: &[i16]) -> Vec<i16> {
    let distinct: BTreeSet<i16> = times.iter().copied().collect();
    times.iter().map(|t| distinct.range(..t).count() as i16 * 2).collect()
}

impl World {
    /// In how many orders the events of a model may come.
    pub(crate) fn orders_of(model: &Model) -> usize {
        orders(&model.events).len()
    }

    pub(crate) fn at(&self, time: u8) -> i16 {
        self.times.get(usize::from(time)).copied().unwrap_or(i16::from(time))
    }

    pub(crate) fn walled(&self, a: Place, b: Place) -> bool {
        self.walls.contains(&(a, b))
    }

    /// From when to when what came with an arrival is held, both included: to what is said, or to the first deletion after.
    pub(crate) fn stay(&self, model: &Model, key: Key, arrival: &Arrival) -> (i16, i16) {
        let from = arrival.on.map_or(ALWAYS, |t| self.at(t));
        let said = arrival.until.map_or(FOREVER, |t| self.at(t));
        (from, self.destroyed(model, key, from).map_or(said, |d| d.min(said)))
    }

    /// The first deletion of a copy at or after a time.
    fn destroyed(&self, model: &Model, (dataset, place): Key, from: i16) -> Option<i16> {
        let destroys = |s: &&super::model::Step| {
            s.at == place && s.operations.iter().any(|o| matches!(o, Operation::Destroy(d) if *d == dataset))
        };
        let times = model.steps.iter().filter(destroys).filter_map(|s| s.on).map(|t| self.at(t));
        times.filter(|t| *t >= from).min()
    }

    /// From when to when a copy is held: from the first of its arrivals to the end of the last.
    pub(crate) fn held(&self, model: &Model, copy: &Copy) -> (i16, i16) {
        let stays = copy.arrivals.iter().map(|a| self.stay(model, copy.key, a));
        stays.fold((FOREVER, ALWAYS), |(f, t), (from, to)| (f.min(from), t.max(to)))
    }

    /// When what came with an arrival must be gone at the latest. What a step makes of something with a deadline has that
    /// deadline, the earliest of all, unless it states one.
    pub(crate) fn deadline(&self, model: &Model, copies: &[Copy], key: Key, arrival: &Arrival) -> i16 {
        match self.stay(model, key, arrival).1 {
            FOREVER => self.inherited(model, copies, arrival, 0),
            own => own,
        }
    }

    fn inherited(&self, model: &Model, copies: &[Copy], arrival: &Arrival, depth: u8) -> i16 {
        let (By::Step(name) | By::Side(name)) = arrival.by else { return FOREVER };
        let Some(step) = model.steps.iter().find(|s| s.name == name).filter(|_| depth < 12) else { return FOREVER };
        let here = |d| copies.iter().any(|c| c.key == (d, step.at));
        let taken = |c: &&Copy| {
            let (dataset, place) = c.key;
            // what identities are put back with is a source, too
            let takes = step.takes.contains(&dataset) || step.operations.contains(&Operation::Reidentify(dataset));
            takes && model.near(place, step.at) && (place == step.at || !here(dataset))
        };
        let of = |a: &Arrival| match a.until {
            Some(until) => self.at(until),
            None => self.inherited(model, copies, a, depth + 1),
        };
        copies.iter().filter(taken).flat_map(|c| &c.arrivals).map(of).min().unwrap_or(FOREVER)
    }

    /// The views of a holder: what it can lay side by side. A party has its own and one for each of its teams.
    pub(crate) fn views(&self, model: &Model, holder: Place, copies: &[Copy]) -> Vec<BTreeSet<Key>> {
        if holder == PUBLIC || model.is_team(holder) {
            return vec![self.view(model, holder, copies)];
        }
        let mut views = vec![self.view(model, holder, copies)];
        views.extend(model.teams_of(holder).into_iter().map(|t| self.view(model, t, copies)));
        views
    }

    fn view(&self, model: &Model, observer: Place, copies: &[Copy]) -> BTreeSet<Key> {
        let party = model.party_of(observer);
        let processors = processors(model, party);
        let sees = |copy: &&Copy| {
            let place = copy.key.1;
            let of = model.party_of(place);
            if place == PUBLIC || place == observer {
                return true;
            }
            if observer == PUBLIC {
                return false;
            }
            if of == party {
                // a party without its teams, or a team with the others and the party's own
                return model.is_team(observer) && !self.walled(observer, place);
            }
            let hidden = [observer, party].iter().any(|o| self.walled(*o, place) || self.walled(*o, of));
            !hidden && acts(model, &processors, copy)
        };
        copies.iter().filter(sees).map(|c| c.key).collect()
    }

    /// The copies that count as a holder's own when it is asked what came from outside: for a party all its places and what
    /// its processors hold for it, for a team what it sees.
    pub(crate) fn inside(&self, model: &Model, holder: Place, copies: &[Copy]) -> BTreeSet<Key> {
        if model.is_team(holder) {
            return self.view(model, holder, copies).into_iter().filter(|k| k.1 != PUBLIC).collect();
        }
        let processors = processors(model, holder);
        let own = |c: &&Copy| model.party_of(c.key.1) == holder || acts(model, &processors, c);
        copies.iter().filter(own).map(|c| c.key).collect()
    }
}

/// Whether a copy is held for somebody by one of these processors.
fn acts(model: &Model, processors: &BTreeMap<Place, BTreeSet<u8>>, copy: &Copy) -> bool {
    processors.get(&model.party_of(copy.key.1)).is_some_and(|activities| {
        // nobody says for whom a source's first copy is kept: for all
        model.activities == 1 || copy.arrivals.iter().any(|a| a.activity.is_none_or(|a| activities.contains(&a)))
    })
}

/// Who acts for a party in which activities, also through another processor of the same activity.
fn processors(model: &Model, party: Place) -> BTreeMap<Place, BTreeSet<u8>> {
    let mut all: BTreeMap<Place, BTreeSet<u8>> = BTreeMap::new();
    for activity in 0..model.activities {
        let mut reached = BTreeSet::from([party]);
        loop {
            let next: Vec<Place> = model
                .processors
                .iter()
                .filter(|p| p.activity == activity && reached.contains(&p.whom) && !reached.contains(&p.who))
                .map(|p| p.who)
                .collect();
            if next.is_empty() {
                break;
            }
            reached.extend(next);
        }
        reached.remove(&party);
        for who in reached {
            all.entry(who).or_default().insert(activity);
        }
    }
    all
}
