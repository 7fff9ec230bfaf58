//! Where data came from, as rules about reuse and onward sharing ask: for what its holder got it, to whom it may be passed on,
//! and to whom it must not come back.
//!
//! All three follow from the arrivals before a copy. A model may have a million copies and few different answers, so each answer
//! is kept once and a copy has its number; what several arrivals bring is joined by number and remembered.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::context::Context;
use super::truth::Truth;
use crate::graph::{ArrivalId, CopyId, Graph, How};
use crate::model::{
    ActivityId, AgreementId, CopyFacts, DatasetId, Flow, Footing, Known, List, Model, PartyId, PlaceId, ProcessorRole,
    PurposeId, StepId, UseId,
};
use crate::vocabulary::Family;

/// For what data came to its holder: a purpose of collection, or that of the flow that brought it.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Origin {
    /// The purposes; `None` where nobody says.
    pub purposes: Option<Vec<PurposeId>>,
    /// Whether the data was got on consent; `None` where the basis is `not-stated`.
    pub consent: Option<bool>,
}

/// Sets of numbers, each kept once.
#[derive(Debug, Default)]
struct Sets {
    all: Vec<Vec<u32>>,
    numbers: FxHashMap<Vec<u32>, u32>,
    joined: FxHashMap<(u32, u32), u32>,
}

impl Sets {
    fn number(&mut self, set: Vec<u32>) -> u32 {
        if let Some(number) = self.numbers.get(&set) {
            return *number;
        }
        let number = self.all.len() as u32;
        self.all.push(set.clone());
        self.numbers.insert(set, number);
        number
    }

    fn get(&self, number: u32) -> &[u32] {
        self.all.get(number as usize).map_or(&[], Vec::as_slice)
    }

    fn join(&mut self, a: u32, b: u32, of: impl Fn(&[u32], &[u32]) -> Vec<u32>) -> u32 {
        if a == b {
            return a;
        }
        if let Some(joined) = self.joined.get(&(a, b)) {
            return *joined;
        }
        let set = of(self.get(a), self.get(b));
        let number = self.number(set);
        self.joined.insert((a, b), number);
        number
    }
}

fn united(a: &[u32], b: &[u32]) -> Vec<u32> {
    let mut all: Vec<u32> = a.iter().chain(b).copied().collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// To whom a copy may be passed on, as far as what it came under says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Passing {
    /// The places, by the number of their set; anybody when `None`.
    to: Option<u32>,
    /// An agreement that it came under and that does not say.
    silent: Option<AgreementId>,
}

/// A few parties.
pub type Parties = SmallVec<[PartyId; 4]>;

/// What is known of every copy.
#[derive(Debug)]
pub struct Provenance {
    origins: Vec<Origin>,
    origin_sets: Sets,
    place_sets: Sets,
    party_sets: Sets,
    /// For each copy: its origins, to whom it may go, to whom it must not return.
    of: Vec<State>,
    /// The processor roles of each party.
    roles: FxHashMap<PartyId, Vec<(ActivityId, usize)>>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct State {
    origins: u32,
    passing: Passing,
    no_return: u32,
}

/// What is asked of flows and agreements again and again while it is worked out.
struct Asked {
    /// The numbers of origins.
    origins: FxHashMap<Origin, u32>,
    /// For each flow, the set of its origin, once that is asked.
    flows: Vec<Option<u32>>,
    /// For each agreement, what of its terms matters, once that is asked.
    terms: Vec<Option<Terms>>,
}

/// Which terms an agreement has.
#[derive(Clone, Copy)]
struct Terms {
    no_return: bool,
    no_onward: bool,
}

impl Asked {
    /// Nothing was asked yet.
    fn of(model: &Model) -> Asked {
        let (flows, terms) = (vec![None; model.flows.len()], vec![None; model.agreements.len()]);
        Asked { origins: FxHashMap::default(), flows, terms }
    }

    fn terms(&mut self, c: &Context<'_>, agreement: AgreementId) -> Terms {
        *self.terms[agreement.index()].get_or_insert_with(|| Terms {
            no_return: has_term(c, agreement, "no-return"),
            no_onward: has_term(c, agreement, "no-onward-sharing"),
        })
    }
}

impl Provenance {
    /// Works it out for all copies, those it is made from first; circles until nothing changes.
    pub fn of(c: &Context<'_>) -> Provenance {
        let mut made = Provenance {
            origins: Vec::new(),
            origin_sets: Sets::default(),
            place_sets: Sets::default(),
            party_sets: Sets::default(),
            of: Vec::new(),
            roles: roles(c),
        };
        let nothing = State {
            origins: made.origin_sets.number(Vec::new()),
            passing: Passing { to: None, silent: None },
            no_return: made.party_sets.number(Vec::new()),
        };
        made.of = vec![nothing; c.graph.size()];
        let mut known = Asked::of(c.model);
        let mut waits = vec![true; c.graph.size()];
        let turn = |copy: CopyId| (c.graph.turn(copy), copy);
        let mut all: Vec<(u32, CopyId)> = c.graph.copy_ids().map(turn).collect();
        all.sort_unstable();
        // only what goes in circles comes more than once
        let (mut all, mut again) = (all.into_iter().peekable(), BinaryHeap::new());
        while let Some((_, copy)) = match again.peek() {
            Some(Reverse(first)) if all.peek().is_none_or(|next| first < next) => again.pop().map(|Reverse(copy)| copy),
            _ => all.next(),
        } {
            waits[copy.index()] = false;
            let mut state = nothing;
            for arrival in c.graph.arrivals_of(copy) {
                state = made.arrives(c, &mut known, state, copy, arrival);
            }
            if state == made.of[copy.index()] {
                continue;
            }
            made.of[copy.index()] = state;
            for next in c.onward().from(copy).iter().map(|a| c.graph.arrival(*a).copy) {
                if !waits[next.index()] {
                    waits[next.index()] = true;
                    again.push(Reverse(turn(next)));
                }
            }
        }
        made
    }

    fn arrives(&mut self, c: &Context<'_>, known: &mut Asked, mut state: State, copy: CopyId, id: ArrivalId) -> State {
        let arrival = c.graph.arrival(id);
        let party = c.graph.party_of(c.model, copy);
        if arrival.how == How::Declared {
            let dataset = c.model.dataset(c.graph.copy(copy).dataset);
            let origin = origin(c, &dataset.collected_for, &consent_of(c, &dataset.facts, None));
            let one = self.add_origin(known, origin);
            state.origins = self.origin_sets.join(state.origins, one, united);
        }
        let flow = if let How::Flow(flow, _) = arrival.how { Some(flow) } else { None };
        for source in c.graph.from(id) {
            let before = self.of[source.index()];
            let from = c.graph.party_of(c.model, *source);
            state.no_return = self.party_sets.join(state.no_return, before.no_return, united);
            state.passing = self.both(c, state.passing, before.passing);
            match flow.filter(|_| from != party) {
                None => state.origins = self.origin_sets.join(state.origins, before.origins, united),
                Some(id) => {
                    let flow = &c.model.flows[id.index()];
                    let one = known.flows[id.index()].unwrap_or_else(|| {
                        let origin = origin(c, &flow.purposes, &consent_of(c, &flow.facts, flow.activity));
                        self.add_origin(known, origin)
                    });
                    known.flows[id.index()] = Some(one);
                    state.origins = self.origin_sets.join(state.origins, one, united);
                    let under = self.passing_under(c, known, flow, from);
                    state.passing = self.both(c, state.passing, under);
                    if agreements(flow).any(|a| known.terms(c, a).no_return) {
                        let sender = self.party_sets.number(vec![from.0]);
                        state.no_return = self.party_sets.join(state.no_return, sender, united);
                    }
                }
            }
        }
        state
    }

    /// The number of the set of one origin.
    fn add_origin(&mut self, known: &mut Asked, origin: Origin) -> u32 {
        let next = self.origins.len() as u32;
        let number = *known.origins.entry(origin.clone()).or_insert(next);
        if number == next {
            self.origins.push(origin);
        }
        self.origin_sets.number(vec![number])
    }

    /// What a flow lets its receiver do. It may always go to those who have it by this flow: back to the sender, and on its way
    /// through others back to the receiver.
    fn passing_under(&mut self, c: &Context<'_>, known: &mut Asked, flow: &Flow, from: PartyId) -> Passing {
        let mut passing = Passing { to: None, silent: None };
        let mut allow = |provenance: &mut Provenance, places: &[PlaceId]| {
            let had = [from].into_iter().chain(flow.to.iter().map(|to| c.model.place(*to).party));
            let had = had.map(|party| c.model.party(party).place);
            let mut set: Vec<u32> = places.iter().copied().chain(had).map(|p| p.0).collect();
            set.sort_unstable();
            set.dedup();
            let to = Some(provenance.place_sets.number(set));
            passing = provenance.both(c, passing, Passing { to, silent: None });
        };
        let own = flow.onward.value();
        if let Some(places) = own {
            allow(self, places);
        }
        let mut silent = None;
        for agreement in agreements(flow) {
            match &c.model.agreements[agreement.index()].onward {
                Known::Said(places, _) => allow(self, places),
                _ if known.terms(c, agreement).no_onward => allow(self, &[]),
                _ if own.is_some() => {}
                _ => silent = silent.or(Some(agreement)),
            }
        }
        Passing { silent, ..passing }
    }

    fn both(&mut self, c: &Context<'_>, a: Passing, b: Passing) -> Passing {
        let to = match (a.to, b.to) {
            (None, other) | (other, None) => other,
            (Some(a), Some(b)) => Some(self.place_sets.join(a, b, |a, b| {
                let has = |set: &[u32], place: u32| set.contains(&place) || set.contains(&party_place(c, place));
                let mut all: Vec<u32> = a.iter().filter(|p| has(b, **p)).copied().collect();
                all.extend(b.iter().filter(|p| has(a, **p)));
                all.sort_unstable();
                all.dedup();
                all
            })),
        };
        Passing { to, silent: a.silent.into_iter().chain(b.silent).min() }
    }

    /// The origins of a copy.
    pub fn origins(&self, copy: CopyId) -> impl Iterator<Item = &Origin> {
        let set = self.of[copy.index()].origins;
        self.origin_sets.get(set).iter().filter_map(|n| self.origins.get(*n as usize))
    }

    /// Whether a copy may be passed on to a place; the agreement that does not say where nobody can tell.
    pub fn may_pass(&self, c: &Context<'_>, copy: CopyId, to: PlaceId) -> Result<bool, AgreementId> {
        let passing = self.of[copy.index()].passing;
        let has = |set: u32| {
            let set = self.place_sets.get(set);
            set.contains(&to.0) || set.contains(&party_place(c, to.0))
        };
        match (passing.to, passing.silent) {
            (Some(set), _) if !has(set) => Ok(false),
            (_, Some(silent)) => Err(silent),
            _ => Ok(true),
        }
    }

    /// Whether a copy must not come back to a party.
    pub fn must_not_return(&self, copy: CopyId, party: PartyId) -> bool {
        self.party_sets.get(self.of[copy.index()].no_return).contains(&party.0)
    }

    /// For whom a party acts in an activity: itself, or those whose processor it is there. The spans are those of roles that
    /// do not say for whom.
    pub fn acts_for(
        &self,
        c: &Context<'_>,
        party: PartyId,
        activity: Option<ActivityId>,
        datasets: &[DatasetId],
    ) -> Result<Parties, crate::source::Span> {
        if !self.roles.contains_key(&party) {
            return Ok(Parties::from_slice(&[party]));
        }
        let (mut found, mut seen) = (Parties::new(), Parties::new());
        let mut stack = Parties::from_slice(&[party]);
        while let Some(party) = stack.pop() {
            if seen.contains(&party) {
                continue;
            }
            seen.push(party);
            let roles = self.roles.get(&party).map_or(&[][..], Vec::as_slice);
            // they are in the order of the activities
            let roles = match activity {
                None => roles,
                Some(activity) => {
                    let first = roles.partition_point(|(a, _)| *a < activity);
                    let own = roles[first..].iter().take_while(|(a, _)| *a == activity).count();
                    &roles[first..first + own]
                }
            };
            let fits = |role: &&ProcessorRole| {
                role.of.is_empty() || datasets.is_empty() || datasets.iter().any(|d| role.of.contains(d))
            };
            let here = roles.iter();
            let roles: SmallVec<[&ProcessorRole; 4]> =
                here.filter_map(|(a, n)| c.model.activities[a.index()].processors.get(*n)).filter(fits).collect();
            let controls =
                || activity.is_some_and(|a| c.model.activities[a.index()].controllers.iter().any(|r| r.party == party));
            if roles.is_empty() || controls() {
                found.push(party);
            }
            for role in roles {
                if role.principals.is_empty() {
                    return Err(role.span);
                }
                stack.extend(role.principals.iter().copied());
            }
        }
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }
}

fn roles(c: &Context<'_>) -> FxHashMap<PartyId, Vec<(ActivityId, usize)>> {
    let mut roles: FxHashMap<PartyId, Vec<(ActivityId, usize)>> = FxHashMap::default();
    for (number, activity) in c.model.activities.iter().enumerate() {
        for (at, role) in activity.processors.iter().enumerate() {
            roles.entry(role.party).or_default().push((ActivityId(number as u32), at));
        }
    }
    roles
}

fn party_place(c: &Context<'_>, place: u32) -> u32 {
    c.model.party(c.model.place(PlaceId(place)).party).place.0
}

/// The agreements of a flow.
pub fn agreements(flow: &Flow) -> impl Iterator<Item = AgreementId> + '_ {
    flow.agreements.value().into_iter().flat_map(|all| all.iter().copied())
}

/// Whether an agreement has a term.
pub fn has_term(c: &Context<'_>, agreement: AgreementId, term: &str) -> bool {
    let terms = c.model.agreements[agreement.index()].terms.value();
    terms.is_some_and(|t| t.iter().any(|w| c.model.vocabulary.word_under(Family::Term, w, term)))
}

fn origin(_: &Context<'_>, purposes: &Known<List<PurposeId>>, consent: &Option<bool>) -> Origin {
    let purposes = purposes.value().map(|all| {
        let mut all: Vec<PurposeId> = all.iter().copied().collect();
        all.sort_unstable();
        all.dedup();
        all
    });
    Origin { purposes, consent: *consent }
}

/// Whether data was got on consent: by what is stated with it, else by its activity.
fn consent_of(c: &Context<'_>, facts: &CopyFacts, activity: Option<ActivityId>) -> Option<bool> {
    let is = |f: &Footing| c.model.vocabulary.word_under(Family::Basis, c.model.word(f.name), "consent");
    match &*facts.basis {
        Known::Said(footing, _) => Some(is(footing)),
        Known::NotStated(_) => None,
        Known::Unsaid => {
            let bases = activity.map_or(&[][..], |a| &c.model.activities[a.index()].bases);
            Some(bases.iter().filter_map(|b| b.footing.value()).any(is))
        }
    }
}

/// Whether something may be passed on, in words of truth.
pub fn truth(may: Result<bool, AgreementId>, c: &Context<'_>) -> Truth {
    match may {
        Ok(yes) => Truth::from(yes),
        Err(silent) => {
            let declared = &c.model.agreements[silent.index()].declared;
            let name = c.model.word(declared.name);
            Truth::unknown(format!("to whom `{name}` lets data be passed on (`onward to`)"), declared.span)
        }
    }
}

/// The steps and uses of each activity, and what steps make of each copy.
#[derive(Debug, Default)]
pub struct Doings {
    steps: Vec<Vec<StepId>>,
    uses: Vec<Vec<UseId>>,
    made: FxHashMap<CopyId, Vec<CopyId>>,
}

impl Doings {
    /// Sorts them by their activities.
    pub fn of(model: &Model, graph: &Graph) -> Doings {
        let empty = model.activities.len();
        let mut made = Doings { steps: vec![Vec::new(); empty], uses: vec![Vec::new(); empty], ..Doings::default() };
        for (number, arrival) in graph.arrivals.iter().enumerate() {
            if let How::Step(..) = arrival.how {
                for from in graph.from(ArrivalId(number as u32)) {
                    made.made.entry(*from).or_default().push(arrival.copy);
                }
            }
        }
        for (number, step) in model.steps.iter().enumerate() {
            if let Some(activity) = step.activity {
                made.steps[activity.index()].push(StepId(number as u32));
            }
        }
        for (number, used) in model.uses.iter().enumerate() {
            if let Some(activity) = used.activity {
                made.uses[activity.index()].push(UseId(number as u32));
            }
        }
        made
    }

    /// What steps make of a copy.
    pub fn made_of(&self, copy: CopyId) -> &[CopyId] {
        self.made.get(&copy).map_or(&[], Vec::as_slice)
    }

    /// The steps of an activity.
    pub fn steps(&self, activity: ActivityId) -> &[StepId] {
        self.steps.get(activity.index()).map_or(&[], Vec::as_slice)
    }

    /// The uses and decisions of an activity.
    pub fn uses(&self, activity: ActivityId) -> &[UseId] {
        self.uses.get(activity.index()).map_or(&[], Vec::as_slice)
    }
}
