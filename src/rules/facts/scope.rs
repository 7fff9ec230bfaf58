//! What a notice is about: what is done in the activities that it covers with data about the people whom it speaks to.
//!
//! Worked out once for a notice and kept, so that the facts of a notice can each go over it.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, OnceLock};

use super::{Answer, Reason};
use crate::graph::{ArrivalId, CopyId, How};
use crate::model::{
    ActivityId, ControllerKind, ControllerRole, DatasetId, Known, Model, Notice, NoticeId, Operation, OperationKind,
    PartyId, PeopleId, PlaceId, Step, StepId, Thing, UseId,
};
use crate::rules::context::Context;
use crate::rules::finding::Missing;
use crate::rules::truth::Truth;
use crate::syntax::intern::Symbol;
use crate::vocabulary::Family;

/// What facts look things up in, each made when it is first asked for.
#[derive(Debug, Default)]
pub struct Indexes {
    scopes: OnceLock<Vec<OnceLock<Arc<Scope>>>>,
    uses: OnceLock<Vec<Vec<UseId>>>,
    pub(super) cohorts: OnceLock<super::telling::Cohorts>,
    pub(super) best_parts: OnceLock<super::telling::BestParts>,
    pub(super) covering: OnceLock<super::telling::Covering>,
    pub(super) exemptions: OnceLock<Vec<crate::model::RecordId>>,
    pub(super) alike: OnceLock<super::alike::Alike>,
    pub(super) used: OnceLock<Vec<bool>>,
    pub(super) profiling: OnceLock<std::collections::BTreeSet<crate::model::StepId>>,
}

/// What a notice is about.
#[derive(Debug, Default)]
pub(super) struct Scope {
    /// What flows bring and steps make, in the order in which they are declared.
    pub(super) arrivals: Vec<ArrivalId>,
    /// What others do in the same activities, which decide there as well: to name it is not in vain.
    pub(super) beside: Vec<ArrivalId>,
    /// Uses and decisions.
    pub(super) uses: Vec<UseId>,
    /// The activities.
    pub(super) activities: Vec<ActivityId>,
}

/// The scope of a notice.
pub(super) fn scope(c: &Context<'_>, id: NoticeId) -> Arc<Scope> {
    let all = c.indexes.scopes.get_or_init(|| c.model.notices.iter().map(|_| OnceLock::new()).collect());
    let made = || Arc::new(scope_of(c, &c.model.notices[id.index()]));
    all.get(id.index()).map_or_else(made, |one| one.get_or_init(made).clone())
}

/// The uses and decisions of an activity.
pub(super) fn uses_in<'a>(c: &'a Context<'_>, activity: ActivityId) -> &'a [UseId] {
    let all = c.indexes.uses.get_or_init(|| {
        let mut all = vec![Vec::new(); c.model.activities.len()];
        for (number, used) in c.model.uses.iter().enumerate() {
            if let Some(activity) = used.activity {
                all[activity.index()].push(UseId(number as u32));
            }
        }
        all
    });
    all.get(activity.index()).map_or(&[], Vec::as_slice)
}

/// Whose notice it is.
pub(super) fn senders(notice: &Notice) -> &[PartyId] {
    notice.from.value().map_or(&[], |all| all)
}

fn scope_of(c: &Context<'_>, notice: &Notice) -> Scope {
    let m = c.model;
    let from = senders(notice);
    let mut scope = Scope { activities: notice.covers.clone(), ..Scope::default() };
    let mut loose: Vec<ArrivalId> = Vec::new();
    if notice.covers.is_empty() {
        // a notice that names no activity is about all that whoever gives it decides on, or does itself
        let decides = |a: &ActivityId| from.is_empty() || part(m, *a, from) != Part::None;
        scope.activities = (0..m.activities.len() as u32).map(ActivityId).filter(decides).collect();
        let elsewhere = |a: &ArrivalId| {
            let activity = c.graph.arrival(*a).activity;
            activity.is_none_or(|activity| !scope.activities.contains(&activity)) && is_of(c, *a, from, true)
        };
        loose = (0..c.graph.arrivals.len() as u32).map(ArrivalId).filter(elsewhere).collect();
    }
    let mut about = Audience::of(m, notice);
    let mut take = |copy: CopyId, arrivals: &[ArrivalId], all: bool| {
        if c.graph.copy(copy).rows && about.includes(c, copy) {
            for arrival in arrivals.iter().filter(|a| c.graph.arrival(**a).how != How::Declared) {
                let own = all || is_of(c, *arrival, from, false);
                if own { &mut scope.arrivals } else { &mut scope.beside }.push(*arrival);
            }
        }
    };
    for activity in &scope.activities {
        let all = part(m, *activity, from) != Part::Some;
        c.copies_in(*activity).iter().for_each(|(copy, arrivals)| take(*copy, arrivals, all));
        let own = |id: &UseId| {
            let used = &m.uses[id.index()];
            let party = m.place(used.place).party;
            let acts = |t: &crate::model::DatasetFields| is_for(c, Some(*activity), party, t.dataset, from);
            all || from.contains(&party) || used.takes.iter().any(acts)
        };
        scope.uses.extend(uses_in(c, *activity).iter().copied().filter(own));
    }
    loose.iter().for_each(|a| take(c.graph.arrival(*a).copy, std::slice::from_ref(a), true));
    scope.arrivals.sort_by_key(|a| (c.arrival_span(*a).start, *a));
    scope.uses.sort_unstable();
    scope
}

/// How much of an activity those who give a notice answer for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    /// They decide nothing there.
    None,
    /// They and others decide, each for itself: each tells of what it gets, does and gives.
    Some,
    /// They decide on all of it, alone or with others jointly.
    All,
}

fn part(m: &Model, activity: ActivityId, from: &[PartyId]) -> Part {
    let roles = &m.activities[activity.index()].controllers;
    let ours = |r: &&ControllerRole| from.contains(&r.party);
    match (roles.iter().any(|r| ours(&r)), roles.iter().all(|r| ours(&r))) {
        (false, _) => Part::None,
        (true, true) => Part::All,
        (true, false) if roles.iter().filter(ours).any(|r| r.kind == ControllerKind::Joint) => Part::All,
        (true, false) => Part::Some,
    }
}

/// Whether a party is one of these, or acts for one of them with a dataset.
fn is_for(c: &Context<'_>, activity: Option<ActivityId>, party: PartyId, dataset: DatasetId, whom: &[PartyId]) -> bool {
    whom.contains(&party) || principals(c, activity, party, dataset).iter().any(|p| whom.contains(p))
}

/// Whether something is sent, received or done by one of these or for one of them; with `own`, whether it is theirs and they do not
/// do it for somebody else.
fn is_of(c: &Context<'_>, arrival: ArrivalId, by: &[PartyId], own: bool) -> bool {
    let a = c.graph.arrival(arrival);
    let dataset = c.graph.copy(a.copy).dataset;
    let theirs = |place: &PlaceId| {
        let party = c.model.place(*place).party;
        match own {
            true => by.contains(&party) && principals(c, a.activity, party, dataset).is_empty(),
            false => is_for(c, a.activity, party, dataset, by),
        }
    };
    match a.how {
        How::Declared => false,
        _ if by.is_empty() => a.activity.is_none(),
        How::Flow(flow, _) => {
            let flow = &c.model.flows[flow.index()];
            flow.from.iter().any(theirs) || theirs(&c.graph.copy(a.copy).place)
        }
        How::Step(step, _) | How::Side(step, _) => theirs(&c.model.steps[step.index()].place),
    }
}

/// To whom a notice speaks.
struct Audience<'a> {
    to: &'a [PeopleId],
    /// What was found already, by the number of whom copies are about.
    known: HashMap<u32, bool>,
}

impl<'a> Audience<'a> {
    fn of(_: &Model, notice: &'a Notice) -> Audience<'a> {
        Audience { to: notice.to.value().map_or(&[], |all| all), known: HashMap::new() }
    }

    /// Whether a copy may be about one of them.
    fn includes(&mut self, c: &Context<'_>, copy: CopyId) -> bool {
        let to = self.to;
        *self.known.entry(c.graph.about_number(copy)).or_insert_with(|| {
            let about = c.graph.about(copy);
            let meets = |p: &PeopleId| to.iter().any(|t| !c.model.people_apart(*p, *t));
            to.is_empty() || about.all || about.people.is_empty() || about.people.iter().any(meets)
        })
    }
}

/// For whom a party processes a dataset in an activity: its principals, and theirs in turn.
pub(super) fn principals(
    c: &Context<'_>,
    activity: Option<ActivityId>,
    party: PartyId,
    dataset: DatasetId,
) -> Vec<PartyId> {
    let Some(activity) = activity.and_then(|a| c.model.activities.get(a.index())) else { return Vec::new() };
    let mut found: Vec<PartyId> = vec![party];
    let mut at = 0;
    while let Some(who) = found.get(at).copied() {
        for role in activity.processors.iter().filter(|r| r.party == who) {
            if role.of.is_empty() || role.of.contains(&dataset) {
                let more: Vec<PartyId> = role.principals.iter().copied().filter(|p| !found.contains(p)).collect();
                found.extend(more);
            }
        }
        at += 1;
    }
    found.remove(0);
    found
}

/// The datasets that a step only looks things up in: what `match A with B` finds in B is about those who are in A.
pub(super) fn looked_up(step: &Step) -> Vec<DatasetId> {
    let right = |o: &Operation| if let OperationKind::Match { right, .. } = &o.kind { Some(*right) } else { None };
    let all: Vec<DatasetId> = step.operations.iter().filter_map(right).collect();
    let leads = |d: &DatasetId| !all.contains(d);
    // where each is matched with another of them, each leads
    if step.takes.iter().any(|t| leads(&t.dataset)) { all } else { Vec::new() }
}

/// The copies that an arrival of a step is led by: all that it takes but what it only looks things up in.
pub(super) fn leading<'a>(c: &'a Context<'_>, step: StepId, arrival: ArrivalId) -> impl Iterator<Item = CopyId> + 'a {
    let looked_up = looked_up(&c.model.steps[step.index()]);
    c.graph.from(arrival).iter().copied().filter(move |copy| !looked_up.contains(&c.graph.copy(*copy).dataset))
}

/// The answer of a fact that gathers what is wrong and what nobody can tell: what is wrong weighs more.
pub(super) fn told(reasons: Vec<Reason>, missing: Vec<Missing>) -> Answer {
    let mut seen = HashSet::new();
    let missing: Vec<Missing> = missing.into_iter().filter(|m| seen.insert((m.text.clone(), m.span))).collect();
    let truth = match (reasons.is_empty(), missing.is_empty()) {
        (false, _) => return Answer::Told(Truth::False, reasons),
        (true, true) => Truth::True,
        (true, false) => Truth::Unknown(missing.clone()),
    };
    let open = missing.into_iter().map(|m| Reason::at(format!("nobody states {}", m.text), m.span));
    Answer::Told(truth, open.collect())
}

/// Whom or what a line of a notice names.
pub(super) struct Named<'a>(Vec<Naming<'a>>);

enum Naming<'a> {
    Place(PlaceId),
    Members(&'a [PartyId]),
    Dataset(DatasetId),
    Kind(&'a str),
}

impl<'a> Named<'a> {
    /// What the notice's `names WHAT` names.
    pub(super) fn of(m: &'a Model, notice: &Notice, what: &str) -> Named<'a> {
        let names = names(notice, what);
        Named(
            names
                .iter()
                .map(|(name, _)| match m.names.get(name) {
                    Some(Thing::Place(place)) => Naming::Place(*place),
                    Some(Thing::Group(group)) => Naming::Members(&m.groups[*group as usize].members),
                    Some(Thing::Dataset(dataset)) => Naming::Dataset(*dataset),
                    _ => Naming::Kind(m.word(*name)),
                })
                .collect(),
        )
    }

    /// Whether a place is named: itself, its party, a group with its party in it, or the kind of its party.
    pub(super) fn place(&self, m: &Model, place: PlaceId) -> bool {
        let party = m.place(place).party;
        self.0.iter().any(|naming| match naming {
            Naming::Place(named) => *named == place || *named == m.party(party).place,
            Naming::Members(members) => members.contains(&party),
            Naming::Kind(kind) => {
                m.party(party).kind.value().is_some_and(|k| m.vocabulary.word_under(Family::PartyKind, k, kind))
            }
            Naming::Dataset(_) => false,
        })
    }

    /// Whether a dataset is named.
    pub(super) fn dataset(&self, dataset: DatasetId) -> bool {
        self.0.iter().any(|naming| matches!(naming, Naming::Dataset(named) if *named == dataset))
    }

    /// The parties that are named by name.
    pub(super) fn parties(&self, m: &Model) -> Vec<PartyId> {
        let all = self.0.iter().flat_map(|naming| match naming {
            Naming::Place(place) => vec![m.place(*place).party],
            Naming::Members(members) => members.to_vec(),
            Naming::Dataset(_) | Naming::Kind(_) => Vec::new(),
        });
        all.filter(|p| !matches!(*p, Model::PUBLIC_PARTY | Model::UNKNOWN_PARTY)).collect()
    }
}

/// The words of a notice's `names WHAT`.
pub(super) fn names<'n>(notice: &'n Notice, what: &str) -> &'n [(Symbol, crate::source::Span)] {
    notice.names.get(what).and_then(Known::value).map_or(&[], Vec::as_slice)
}
