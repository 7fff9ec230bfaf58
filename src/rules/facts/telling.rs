//! Facts of the people that data is about: whether they are told, and whether those beside them are treated better.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use super::notices::all_notices;
use super::read::*;
use super::scope::{leading, senders};
use super::{Answer, Reason, Subject, Wants, Why};
use crate::graph::times;
use crate::graph::{ArrivalId, CopyId, How};
use crate::model::time::Order;
use crate::model::{
    ActivityId, Children, ControllerKind, Known, Notice, NoticeId, PartyId, PeopleId, Point, Record, RecordId, Thing,
};
use crate::rules::context::Context;
use crate::rules::finding::Missing;
use crate::rules::truth::Truth;
use crate::source::Span;
use crate::vocabulary::Family;

facts! {
    "told by every controller" of People, Wants::Nothing, "notice NAME { from CONTROLLER; to PEOPLE; published DATE }", "every controller of what is done with data about them having a notice to them that covers it, from before it began, or a record of kind `exemption`; one of joint controllers speaks for all"
        => |c, s, _| told(c, s);
    "covered like others" of People, Wants::Nothing, "notice, basis, retain, opt-out", "having a notice, a basis, an end and a way to say no wherever others in the same activity have one"
        => |c, s, _| like_others(c, s);
    "child notice" of Step, Wants::Nothing, "contains child-version", "every group of children that its data is about having a notice that children understand"
        => |c, s, _| child_notice(c, s);
}

/// What is done with data about a group of people, by activity and controllers.
#[derive(Debug)]
pub(super) struct Handling {
    activity: Option<ActivityId>,
    controllers: Vec<(PartyId, bool)>,
    /// `controller not-stated`.
    not_stated: Option<Span>,
    /// When it begins, as far as that is said.
    starts: Vec<Point>,
    /// Something of it, to point at.
    example: ArrivalId,
    has_basis: bool,
    has_end: bool,
}

/// What is done with data about each group of people.
#[derive(Debug, Default)]
pub(super) struct Cohorts(Vec<Vec<Handling>>);

impl Cohorts {
    fn of(c: &Context<'_>) -> Cohorts {
        let m = c.model;
        let mut all: Vec<FxHashMap<Key, Handling>> = m.people.iter().map(|_| FxHashMap::default()).collect();
        let mut deciding = Deciding::of(c);
        // arrivals of one copy come one after another
        let mut led: Option<(CopyId, Vec<PeopleId>)> = None;
        for number in 0..c.graph.arrivals.len() as u32 {
            let id = ArrivalId(number);
            let arrival = c.graph.arrival(id);
            let about = c.graph.about(arrival.copy);
            // what somebody has from the start was told of when it was got, which is another story
            if !c.graph.copy(arrival.copy).rows || about.people.is_empty() || arrival.how == How::Declared {
                continue;
            }
            let (controllers, not_stated) = deciding.of_arrival(c, id);
            let key = (arrival.activity, controllers);
            let facts = times::facts(m, arrival, c.graph.copy(arrival.copy).dataset);
            let has_basis = facts.iter().flatten().any(|f| matches!(*f.basis, Known::Said(..)));
            let has_end = facts.iter().flatten().any(|f| matches!(*f.retention, Known::Said(..)));
            if about.people.len() > 1 && led.as_ref().is_none_or(|(copy, _)| *copy != arrival.copy) {
                led = Some((arrival.copy, led_by(c, arrival.copy)));
            }
            let own = led.as_ref().filter(|(copy, _)| *copy == arrival.copy).map(|(_, led)| led);
            for people in own.unwrap_or(&about.people) {
                let Some(handlings) = all.get_mut(people.index()) else { continue };
                let handling = handlings.entry(key).or_insert_with(|| Handling {
                    activity: arrival.activity,
                    controllers: deciding.list(controllers).to_vec(),
                    not_stated,
                    starts: arrival
                        .activity
                        .and_then(|a| m.activities[a.index()].starts.value().copied())
                        .into_iter()
                        .collect(),
                    example: id,
                    has_basis: false,
                    has_end: false,
                });
                handling.has_basis |= has_basis;
                handling.has_end |= has_end;
                if let How::Flow(flow, _) = arrival.how
                    && let Some(start) = m.flows[flow.index()].starts.value()
                    && !handling.starts.contains(start)
                    && handling.starts.len() < STARTS
                {
                    handling.starts.push(*start);
                }
            }
        }
        let in_order = |of: FxHashMap<Key, Handling>| {
            let mut of: Vec<Handling> = of.into_values().collect();
            of.sort_unstable_by(|a, b| (a.activity, &a.controllers).cmp(&(b.activity, &b.controllers)));
            of
        };
        Cohorts(all.into_iter().map(in_order).collect())
    }
}

/// The groups of people that the rows of a copy are about in the first place. What is matched to a list is about those who are
/// in the list, however many more there are in what it is matched with.
fn led_by(c: &Context<'_>, copy: CopyId) -> Vec<PeopleId> {
    let about = &c.graph.about(copy).people;
    let mut stack = vec![copy];
    let mut seen: FxHashSet<CopyId> = FxHashSet::from_iter([copy]);
    let mut found: Vec<PeopleId> = Vec::new();
    while let Some(at) = stack.pop() {
        if seen.len() > LOOKED_AT {
            return about.clone();
        }
        for id in c.graph.arrivals_of(at) {
            let arrival = c.graph.arrival(id);
            match arrival.how {
                How::Declared => found.extend(&c.graph.about(at).people),
                How::Flow(..) => stack.extend(c.graph.from(id).iter().filter(|from| seen.insert(**from))),
                How::Step(step, _) | How::Side(step, _) => {
                    stack.extend(leading(c, step, id).filter(|from| seen.insert(*from)));
                }
            }
        }
    }
    found.sort_unstable();
    found.dedup();
    found.retain(|p| about.contains(p));
    if found.is_empty() { about.clone() } else { found }
}

/// After how many copies on the way back a copy counts as being about all whom it may be about.
const LOOKED_AT: usize = 1_000;

/// How many beginnings of what is done with one group's data are kept; they are mostly the same few.
const STARTS: usize = 64;

/// An activity with a list of controllers, by its number.
type Key = (Option<ActivityId>, u32);

/// Those who decide over what arrivals bring: lists of controllers, each once.
#[derive(Default)]
struct Deciding {
    lists: Vec<Vec<(PartyId, bool)>>,
    numbers: FxHashMap<Vec<(PartyId, bool)>, u32>,
    /// For each activity whose controllers decide over all data in it, their list and where it is said that they are not stated.
    activities: Vec<Option<(u32, Option<Span>)>>,
}

impl Deciding {
    fn of(c: &Context<'_>) -> Deciding {
        Deciding { activities: vec![None; c.model.activities.len()], ..Deciding::default() }
    }

    fn list(&self, number: u32) -> &[(PartyId, bool)] {
        self.lists.get(number as usize).map_or(&[], Vec::as_slice)
    }

    /// The number of the list of those who decide over what an arrival brings, as [`controllers_of`].
    fn of_arrival(&mut self, c: &Context<'_>, id: ArrivalId) -> (u32, Option<Span>) {
        let activity = c.graph.arrival(id).activity;
        if let Some(known) = activity.and_then(|a| self.activities[a.index()]) {
            return known;
        }
        let (list, not_stated) = controllers_of(c, id);
        let next = self.lists.len() as u32;
        let number = *self.numbers.entry(list).or_insert_with_key(|list| {
            self.lists.push(list.clone());
            next
        });
        if let Some(id) = activity {
            let it = &c.model.activities[id.index()];
            let says = !it.controllers.is_empty() || it.controllers_not_stated.is_some();
            if says && it.controllers.iter().all(|role| role.of.is_empty()) {
                self.activities[id.index()] = Some((number, not_stated));
            }
        }
        (number, not_stated)
    }
}

/// Who is controller of what an arrival brings, and whether jointly with others.
fn controllers_of(c: &Context<'_>, id: ArrivalId) -> (Vec<(PartyId, bool)>, Option<Span>) {
    let arrival = c.graph.arrival(id);
    let dataset = c.graph.copy(arrival.copy).dataset;
    if let Some(activity) = arrival.activity.map(|a| &c.model.activities[a.index()]) {
        let fits = activity.controllers.iter().filter(|r| r.of.is_empty() || r.of.contains(&dataset));
        let mut all: Vec<(PartyId, bool)> = fits.map(|r| (r.party, r.kind == ControllerKind::Joint)).collect();
        all.sort_unstable();
        all.dedup();
        if !all.is_empty() || activity.controllers_not_stated.is_some() {
            return (all, activity.controllers_not_stated);
        }
    }
    match &*c.model.dataset(dataset).controllers {
        Known::Said(all, _) if !matches!(arrival.how, How::Flow(..)) => {
            (all.iter().map(|p| (*p, false)).collect(), None)
        }
        Known::NotStated(span) => (Vec::new(), Some(*span)),
        _ => (Vec::new(), None),
    }
}

fn handlings<'a>(c: &'a Context<'_>, people: PeopleId) -> &'a [Handling] {
    c.indexes.cohorts.get_or_init(|| Cohorts::of(c)).0.get(people.index()).map_or(&[], Vec::as_slice)
}

/// How well a notice tells a group of people of what is done.
enum Told {
    Yes,
    No,
    Late(Span),
    Unsure(Missing),
}

fn tells(c: &Context<'_>, notice: &Notice, people: PeopleId, handling: &Handling) -> Told {
    let m = c.model;
    let name = m.word(notice.declared.name);
    if let Some(activity) = handling.activity
        && !notice.covers.is_empty()
        && !notice.covers.contains(&activity)
    {
        return Told::No;
    }
    match &notice.to {
        Known::Said(to, _) if to.iter().any(|t| m.people_within(people, *t)) => {}
        Known::Said(..) => return Told::No,
        other => {
            let span = other.span().unwrap_or(notice.declared.span);
            return Told::Unsure(Missing { text: format!("to whom `{name}` is given (`to`)"), span });
        }
    }
    match &notice.published {
        Known::Said(date, span) => {
            let late = |start: &Point| c.graph.timeline.order(*start, Point::Date(*date)) == Order::Before;
            if *date > c.as_of || handling.starts.iter().any(late) { Told::Late(*span) } else { Told::Yes }
        }
        other => {
            let span = other.span().unwrap_or(notice.declared.span);
            Told::Unsure(Missing { text: format!("when `{name}` was given to people (`published`)"), span })
        }
    }
}

/// The notices by what they cover.
#[derive(Debug, Default)]
pub(super) struct Covering {
    /// Those that name no activity: they cover all.
    all: Vec<NoticeId>,
    by_activity: FxHashMap<ActivityId, Vec<NoticeId>>,
}

/// The notices that cover what is done in an activity, in the order of declaration; every notice where it is in none.
fn about<'a>(c: &'a Context<'_>, activity: Option<ActivityId>) -> impl Iterator<Item = &'a Notice> {
    let covering = c.indexes.covering.get_or_init(|| {
        let mut covering = Covering::default();
        for (id, notice) in all_notices(c) {
            if notice.covers.is_empty() {
                covering.all.push(id);
            }
            for activity in &notice.covers {
                let by = covering.by_activity.entry(*activity).or_default();
                if by.last() != Some(&id) {
                    by.push(id);
                }
            }
        }
        covering
    });
    let by = activity.and_then(|a| covering.by_activity.get(&a)).map_or(&[][..], Vec::as_slice);
    let mut some: Vec<NoticeId> = covering.all.iter().chain(by).copied().collect();
    some.sort_unstable();
    if activity.is_none() {
        some = all_notices(c).map(|(id, _)| id).collect();
    }
    some.into_iter().filter_map(|id| c.model.notices.get(id.index()))
}

/// Whether a recorded exemption stands in for a notice.
fn exempt(c: &Context<'_>, people: PeopleId, handling: &Handling, controller: Option<PartyId>) -> bool {
    let m = c.model;
    let covers = |r: &Record| {
        r.covers.iter().any(|(thing, _)| match thing {
            Thing::People(p) => m.people_within(people, *p),
            Thing::Activity(a) => Some(*a) == handling.activity,
            Thing::Place(p) => Some(m.place(*p).party) == controller,
            _ => false,
        })
    };
    let all = c.indexes.exemptions.get_or_init(|| {
        let is = |k: &String| m.vocabulary.word_under(Family::Record, k, "exemption");
        let is_one = |r: &Record| r.kinds.value().is_some_and(|kinds| kinds.iter().any(is));
        m.records.iter().zip(0..).filter(|(r, _)| is_one(r)).map(|(_, number)| RecordId(number)).collect()
    });
    all.iter().filter_map(|id| m.records.get(id.index())).any(|r| {
        covers(r)
            && r.about.value().is_none_or(|about| about.iter().any(|a| m.people_within(people, *a)))
            && record_in_force(c, r) == Truth::True
    })
}

fn told(c: &Context<'_>, s: Subject) -> Answer {
    let Subject::People(people) = s else { return Answer::Unsaid };
    // that one does not tell them is enough, until it is to be said who does not
    let (reasons, missing) = untold(c, people, 1);
    if reasons.is_empty() {
        return super::scope::told(reasons, missing);
    }
    let all = |c: &Context<'_>, s| if let Subject::People(p) = s { untold(c, p, usize::MAX).0 } else { Vec::new() };
    Answer::Later(Truth::False, Why(all))
}

/// Who does not tell a group of people what is done with their data, the first so many; and what nobody knows of it.
fn untold(c: &Context<'_>, people: PeopleId, most: usize) -> (Vec<Reason>, Vec<Missing>) {
    let m = c.model;
    let whom = m.word(m.people[people.index()].declared.name);
    let (mut reasons, mut missing): (Vec<Reason>, Vec<Missing>) = (Vec::new(), Vec::new());
    let mut done: FxHashSet<(Option<PartyId>, Option<ActivityId>)> = FxHashSet::default();
    for handling in handlings(c, people) {
        if reasons.len() >= most {
            break;
        }
        let in_activity = handling.activity.map(|a| m.word(m.activities[a.index()].declared.name));
        let what = in_activity.map_or_else(String::new, |a| format!(" of `{a}`"));
        let joint: Vec<PartyId> = handling.controllers.iter().filter(|(_, j)| *j).map(|(p, _)| *p).collect();
        let each: Vec<Option<PartyId>> = match handling.controllers.as_slice() {
            [] => vec![None],
            some => some.iter().map(|(p, _)| Some(*p)).collect(),
        };
        for controller in each {
            if !done.insert((controller, handling.activity)) || exempt(c, people, handling, controller) {
                continue;
            }
            let speaks = |n: &Notice| match controller {
                None => true,
                Some(p) => {
                    senders(n).contains(&p) || (joint.contains(&p) && senders(n).iter().any(|s| joint.contains(s)))
                }
            };
            let mut best = Told::No;
            for notice in about(c, handling.activity).filter(|n| speaks(n)) {
                best = match (best, tells(c, notice, people, handling)) {
                    (Told::Yes, _) | (_, Told::Yes) => Told::Yes,
                    (Told::Unsure(m), _) | (_, Told::Unsure(m)) => Told::Unsure(m),
                    (Told::Late(at), _) | (_, Told::Late(at)) => Told::Late(at),
                    (Told::No, Told::No) => Told::No,
                };
            }
            let span = c.arrival_span(handling.example);
            match (best, controller, handling.not_stated) {
                (Told::Yes, ..) => {}
                (Told::Unsure(m), ..) => missing.push(m),
                (Told::No | Told::Late(_), None, Some(at)) => missing.push(Missing {
                    text: format!("who the controller{what} is, and whether it tells `{whom}`"),
                    span: at,
                }),
                (Told::Late(at), ..) => reasons.push(
                    Reason::at(format!("`{whom}` are told{what} only after it has begun"), at)
                        .mended("give the notice to people before anything is done with their data".to_owned()),
                ),
                (Told::No, None, None) => reasons.push(
                    Reason::at(
                        format!(
                            "nobody tells `{whom}`{what}: no notice is addressed to them, and no controller is named"
                        ),
                        span,
                    )
                    .mended(format!("give `{whom}` a notice (`notice NAME {{ to {whom} }}`), or record an exemption")),
                ),
                (Told::No, Some(p), _) => {
                    let who = m.word(m.party(p).declared.name);
                    reasons.push(Reason::at(format!("`{who}` has no notice to `{whom}`{what}"), span).mended(format!(
                        "give `{whom}` a notice or declare the one that they have, with or without its text (`notice NAME {{ from {who}; to {whom}; published DATE }}`), or record an exemption"
                    )));
                }
            }
        }
    }
    (reasons, missing)
}

/// What people may have in an activity that others in it have.
const PARTS: [(&str, &str); 4] = [
    ("a notice", "a notice to them"),
    ("a basis", "a `basis` for what is done with their data"),
    ("an end", "an end (`retain`) to what is held about them"),
    ("a way to say no", "a way to say no (a notice that contains `opt-out-route`, or an `opt-out` about them)"),
];

/// Which of [`PARTS`] a group has in an activity.
fn parts(c: &Context<'_>, people: PeopleId, activity: ActivityId) -> [bool; 4] {
    let m = c.model;
    // they are in the order of the activities
    let all = handlings(c, people);
    let before = all.partition_point(|h| h.activity < Some(activity));
    let own = all.iter().skip(before).take_while(|h| h.activity == Some(activity));
    let (mut basis, mut end) = (false, false);
    own.for_each(|h| {
        basis |= h.has_basis;
        end |= h.has_end;
    });
    let to_them = |n: &Notice| {
        (n.covers.is_empty() || n.covers.contains(&activity))
            && n.to.value().is_some_and(|to| to.iter().any(|t| m.people_within(people, *t)))
    };
    let notice = m.notices.iter().any(to_them);
    let told_no = |n: &Notice| n.contains.value().is_some_and(|all| all.iter().any(|e| e == "opt-out-route"));
    let way = m.notices.iter().any(|n| to_them(n) && told_no(n))
        || m.opt_outs.iter().any(|o| o.about.iter().any(|t| m.people_within(people, *t)));
    [notice, basis, end, way]
}

/// For each activity the first group that has each of [`PARTS`] there.
fn best_parts<'a>(c: &'a Context<'_>) -> &'a BestParts {
    c.indexes.best_parts.get_or_init(|| {
        let mut best = BestParts::new();
        for people in (0..c.model.people.len() as u32).map(PeopleId) {
            let mut activities: Vec<ActivityId> = handlings(c, people).iter().filter_map(|h| h.activity).collect();
            activities.dedup();
            for activity in activities {
                let own = parts(c, people, activity);
                let kept = best.entry(activity).or_default();
                for (slot, has) in kept.iter_mut().zip(own) {
                    *slot = slot.or(has.then_some(people));
                }
            }
        }
        best
    })
}

/// For each activity the first group that has each of [`PARTS`] there.
pub(super) type BestParts = BTreeMap<ActivityId, [Option<PeopleId>; 4]>;

fn like_others(c: &Context<'_>, s: Subject) -> Answer {
    let Subject::People(people) = s else { return Answer::Unsaid };
    let all = |c: &Context<'_>, s| if let Subject::People(p) = s { worse_off(c, p, usize::MAX) } else { Vec::new() };
    match worse_off(c, people, 1).is_empty() {
        true => Answer::Told(Truth::True, Vec::new()),
        false => Answer::Later(Truth::False, Why(all)),
    }
}

/// What a group of people lacks that others have, the first so many.
fn worse_off(c: &Context<'_>, people: PeopleId, most: usize) -> Vec<Reason> {
    let m = c.model;
    let whom = m.word(m.people[people.index()].declared.name);
    let mut reasons: Vec<Reason> = Vec::new();
    let mut activities: Vec<ActivityId> = handlings(c, people).iter().filter_map(|h| h.activity).collect();
    activities.dedup();
    for activity in activities {
        if reasons.len() >= most {
            break;
        }
        let own = parts(c, people, activity);
        let best = best_parts(c).get(&activity);
        for (index, (part, fix)) in PARTS.iter().enumerate() {
            let (Some(other), false) = (best.and_then(|b| b[index]), own[index]) else { continue };
            let declared = &m.activities[activity.index()].declared;
            let other = m.word(m.people[other.index()].declared.name);
            let sentence = format!("in `{}` `{other}` have {part}, and `{whom}` have none", m.word(declared.name));
            let span =
                handlings(c, people).iter().find(|h| h.activity == Some(activity)).map(|h| c.arrival_span(h.example));
            reasons.push(Reason { sentence, span, fix: Some(format!("state {fix}")) });
        }
    }
    reasons
}

/// The groups of children that data of a step is about.
fn child_notice(c: &Context<'_>, s: Subject) -> Answer {
    let Subject::Step(id) = s else { return Answer::Unsaid };
    let m = c.model;
    let mut groups: Vec<PeopleId> = Vec::new();
    for given in &m.steps[id.index()].gives {
        for copy in c.graph.copies_of(given.dataset) {
            let made = |a: ArrivalId| matches!(c.graph.arrival(a).how, How::Step(by, _) if by == id);
            if c.graph.arrivals_of(copy).any(made) {
                groups.extend(&c.graph.about(copy).people);
            }
        }
    }
    groups.sort_unstable();
    groups.dedup();
    let is_child = |p: &PeopleId| m.people[p.index()].children.value().is_some_and(|w| *w != Children::None);
    let understands = |p: PeopleId| {
        m.notices.iter().any(|n| {
            n.to.value().is_some_and(|to| to.iter().any(|t| m.people_within(p, *t)))
                && n.contains.value().is_some_and(|all| all.iter().any(|e| e == "child-version"))
        })
    };
    let lacking = groups.into_iter().filter(is_child).filter(|p| !understands(*p));
    let reasons: Vec<Reason> = lacking
        .map(|p| {
            let declared = &m.people[p.index()].declared;
            let whom = m.word(declared.name);
            Reason::at(format!("no notice to `{whom}` has a version that children understand"), declared.span).mended(
                format!(
                    "tell `{whom}` in words that children understand, and add `contains child-version` to the notice"
                ),
            )
        })
        .collect();
    Answer::Told(Truth::from(reasons.is_empty()), reasons)
}
