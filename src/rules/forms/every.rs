//! Forms 5, 8 and 9: `every ENTITY … must [not] CONDITION`.

use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, LazyLock};

use super::{Detail, Judged, copy_name, key, lacks, uses};
use crate::graph::{ArrivalId, CellId, CopyId, How, Reading};
use crate::model::{
    ActivityId, AgreementId, DatasetId, Declared, DpiaId, EventId, FlowId, Known, LawId, Model, NoticeId, PartyId,
    PeopleId, PlaceId, Point, RuleId, StepId, Thing, UseId,
};
use crate::rules::compile::{Compiled, Condition, Exception, Filter, Out, Test, Value};
use crate::rules::context::Context;
use crate::rules::facts::{Answer, Entity, Item, Subject, Wants, activity_of, takes_only};
use crate::rules::finding::Missing;
use crate::rules::phrase::{Holders, Phrase};
use crate::rules::sought::Sought;
use crate::rules::story::Story;
use crate::rules::truth::Truth;
use crate::source::Span;
use crate::syntax::tree::Compare;

/// Judges every thing of a kind.
#[allow(clippy::too_many_arguments)] // the parts of one sentence
pub fn every<'a>(
    c: &'a Context<'_>,
    sentence: &'a Compiled,
    entity: Entity,
    filters: &'a [Filter],
    only_where: Option<&'a Condition>,
    negated: bool,
    must: &'a Condition,
    reading: Reading,
) -> Judged<'a> {
    let mut judged = Judged::default();
    let filters: Vec<Passes<'_>> = filters.iter().map(|f| Passes::new(c, f, entity)).collect();
    let except = Excepts::all(c, sentence);
    for subject in subjects(c, entity) {
        // what the model says outright is asked before what follows from it, and what data is in a thing last of all
        let mut applies = Truth::all(filters.iter().filter(|f| f.sought.is_none()).map(|f| f.test(c, subject)));
        if applies == Truth::False {
            continue;
        }
        if let Some(condition) = only_where {
            applies = applies.and(eval(c, subject, condition, reading));
            if applies == Truth::False {
                continue;
            }
        }
        let holds = eval(c, subject, must, reading);
        let holds = if negated { holds.negate() } else { holds };
        // one thing is enough for the rule to speak of any
        if judged.matched && (holds == Truth::True || (reading == Reading::Kind && holds != Truth::False)) {
            continue;
        }
        applies = applies.and(Truth::all(filters.iter().filter(|f| f.sought.is_some()).map(|f| f.test(c, subject))));
        if applies == Truth::False || out_of_time(c, sentence, subject) {
            continue;
        }
        if !except.is_empty() {
            applies = applies.and(Truth::any(except.iter().map(|e| e.test(c, subject, reading))).negate());
        }
        if applies == Truth::False {
            continue;
        }
        judged.matched = true;
        // it applies and does not hold: the sentence is broken as far as both are known
        let missing = match (applies.and(holds.negate()), reading) {
            (Truth::False, _) | (Truth::Unknown(_), Reading::Kind) => continue,
            (Truth::True, _) => Vec::new(),
            (Truth::Unknown(missing), _) => missing,
        };
        let missing = missing.into_iter().chain(uses::takes_missing(c, subject)).collect();
        judged.push(key(subject), names(c, subject), move || {
            let mut story = Story::missing(missing);
            let span = span_of(c, subject);
            if let Some(said) = describe(c, subject) {
                story.say(said, span);
            }
            let told = lacks::tell(c, subject, must, negated, reading);
            for (sentence, at) in told.lacks {
                story.say(sentence, at.unwrap_or(span));
            }
            Detail {
                summary: told.summary,
                says_doubt: told.says_doubt,
                span,
                missing: std::mem::take(&mut story.missing),
                steps: story.into_steps(),
                fix: told.fix,
                ..Detail::default()
            }
        });
    }
    judged
}

/// Whether what a subject does is proved to lie outside the time for which the rule applies.
fn out_of_time(c: &Context<'_>, sentence: &Compiled, subject: Subject) -> bool {
    let Some((from, to)) = c.model.rules[sentence.rule.index()].applies else { return false };
    let (starts, ends) = match subject {
        Subject::Flow(i) => (&*c.model.flows[i.index()].starts, &*c.model.flows[i.index()].ends),
        Subject::Step(i) => (&*c.model.steps[i.index()].starts, &*c.model.steps[i.index()].ends),
        Subject::Use(i) => (&c.model.uses[i.index()].starts, &c.model.uses[i.index()].ends),
        _ => return false,
    };
    let before = |a: Point, b: Point| c.graph.timeline.order(a, b) == crate::model::time::Order::Before;
    ends.value().is_some_and(|end| before(*end, Point::Date(from)))
        || matches!((starts.value(), to), (Some(start), Some(to)) if before(Point::Date(to), *start))
}

/// Everything of a kind, in the order of declaration.
fn subjects<'c>(c: &'c Context<'_>, entity: Entity) -> Box<dyn Iterator<Item = Subject> + 'c> {
    let m = c.model;
    fn ids<'i, T: 'i>(count: usize, make: impl Fn(u32) -> T + 'i) -> Box<dyn Iterator<Item = T> + 'i> {
        Box::new((0..count as u32).map(make))
    }
    let declared = |p: &PartyId| !matches!(*p, Model::PUBLIC_PARTY | Model::UNKNOWN_PARTY);
    match entity {
        Entity::Flow => ids(m.flows.len(), |i| Subject::Flow(FlowId(i))),
        Entity::Copy => {
            let arrivals = |copy| c.graph.arrivals_of(copy).map(move |a| Subject::Copy(copy, a));
            Box::new(c.graph.copy_ids().flat_map(arrivals))
        }
        Entity::Dataset => {
            let there = |d: &DatasetId| c.graph.copies_of(*d).len() > 0 || m.dataset(*d).explicit;
            Box::new(ids(m.datasets.len(), DatasetId).filter(there).map(Subject::Dataset))
        }
        Entity::Step => ids(m.steps.len(), |i| Subject::Step(StepId(i))),
        Entity::Use | Entity::Decision => {
            let is = move |u: &UseId| m.uses[u.index()].decision.is_some() == (entity == Entity::Decision);
            Box::new(ids(m.uses.len(), UseId).filter(is).map(Subject::Use))
        }
        Entity::Activity => ids(m.activities.len(), |i| Subject::Activity(ActivityId(i))),
        Entity::Processor => {
            let numbered = m.activities.iter().enumerate();
            Box::new(
                numbered.flat_map(|(i, a)| {
                    (0..a.processors.len()).map(move |n| Subject::Processor(ActivityId(i as u32), n))
                }),
            )
        }
        Entity::Agreement => ids(m.agreements.len(), |i| Subject::Agreement(AgreementId(i))),
        Entity::Law => ids(m.laws.len(), |i| Subject::Law(LawId(i))),
        Entity::LawCited => {
            let numbered = m.notices.iter().enumerate();
            Box::new(numbered.flat_map(|(i, n)| {
                n.cites.iter().map(move |(law, span)| Subject::LawCited(NoticeId(i as u32), *law, *span))
            }))
        }
        Entity::Notice => ids(m.notices.len(), |i| Subject::Notice(NoticeId(i))),
        Entity::Promise | Entity::Rule => {
            let is = move |r: &RuleId| m.rules[r.index()].promise == (entity == Entity::Promise);
            Box::new(ids(m.rules.len(), RuleId).filter(is).map(Subject::Rule))
        }
        Entity::Party => Box::new(ids(m.parties.len(), PartyId).filter(declared).map(Subject::Party)),
        Entity::People => ids(m.people.len(), |i| Subject::People(PeopleId(i))),
        Entity::Event => ids(m.events.len(), |i| Subject::Event(EventId(i))),
        Entity::Dpia => ids(m.dpias.len(), |i| Subject::Dpia(DpiaId(i))),
    }
}

pub(super) fn declared<'a>(c: &Context<'a>, subject: Subject) -> &'a Declared {
    let m = c.model;
    match subject {
        Subject::Flow(i) => &m.flows[i.index()].declared,
        Subject::Copy(copy, _) => &m.dataset(c.graph.copy(copy).dataset).declared,
        Subject::Dataset(i) => &m.dataset(i).declared,
        Subject::Step(i) => &m.steps[i.index()].declared,
        Subject::Use(i) => &m.uses[i.index()].declared,
        Subject::Activity(i) => &m.activities[i.index()].declared,
        Subject::Processor(i, n) => m.activities[i.index()]
            .processors
            .get(n)
            .map_or(&m.activities[i.index()].declared, |r| &m.party(r.party).declared),
        Subject::Agreement(i) => &m.agreements[i.index()].declared,
        Subject::Law(i) | Subject::LawCited(_, i, _) => &m.laws[i.index()].declared,
        Subject::Notice(i) => &m.notices[i.index()].declared,
        Subject::Rule(i) => &m.rules[i.index()].declared,
        Subject::Party(i) => &m.party(i).declared,
        Subject::People(i) => &m.people[i.index()].declared,
        Subject::Event(i) => &m.events[i.index()].declared,
        Subject::Dpia(i) => &m.dpias[i.index()].declared,
    }
}

fn span_of(c: &Context<'_>, subject: Subject) -> Span {
    match subject {
        Subject::Copy(_, arrival) => c.arrival_span(arrival),
        Subject::LawCited(_, _, span) => span,
        Subject::Processor(i, n) => {
            c.model.activities[i.index()].processors.get(n).map_or(declared(c, subject).span, |r| r.span)
        }
        _ => declared(c, subject).span,
    }
}

fn noun(subject: Subject, c: &Context<'_>) -> &'static str {
    match subject {
        Subject::Flow(_) => "flow",
        Subject::Copy(..) => "copy",
        Subject::Dataset(_) => "dataset",
        Subject::Step(_) => "step",
        Subject::Use(u) if c.model.uses[u.index()].decision.is_some() => "decision",
        Subject::Use(_) => "use",
        Subject::Activity(_) => "activity",
        Subject::Processor(..) => "processor",
        Subject::Agreement(_) => "agreement",
        Subject::Law(_) => "law",
        Subject::LawCited(..) => "law cited",
        Subject::Notice(_) => "notice",
        Subject::Rule(r) if c.model.rules[r.index()].promise => "promise",
        Subject::Rule(_) => "rule",
        Subject::Party(_) => "party",
        Subject::People(_) => "people",
        Subject::Event(_) => "event",
        Subject::Dpia(_) => "DPIA",
    }
}

fn names(c: &Context<'_>, subject: Subject) -> Vec<String> {
    let name = c.model.word(declared(c, subject).name).to_owned();
    match subject {
        Subject::Copy(copy, arrival) => vec![copy_name(c, copy), c.arrival_name(arrival).to_owned()],
        Subject::Processor(i, _) => vec![name, c.model.word(c.model.activities[i.index()].declared.name).to_owned()],
        Subject::LawCited(notice, ..) => {
            vec![name, c.model.word(c.model.notices[notice.index()].declared.name).to_owned()]
        }
        _ => vec![name],
    }
}

/// What a subject is called: ``the flow `return-education` ``.
pub(super) fn label(c: &Context<'_>, subject: Subject) -> String {
    match subject {
        Subject::Copy(copy, arrival) => {
            let by = match c.graph.arrival(arrival).how {
                How::Declared => String::new(),
                How::Flow(..) => format!(" (brought by `{}`)", c.arrival_name(arrival)),
                How::Step(..) | How::Side(..) => format!(" (made by `{}`)", c.arrival_name(arrival)),
            };
            format!("the copy of {} at `{}`{by}", c.data_name(copy), c.model.place_name(c.graph.copy(copy).place))
        }
        _ => format!("the {} `{}`", noun(subject, c), c.model.word(declared(c, subject).name)),
    }
}

/// The subject's own sentence of the witness, where there is more to say than that it is declared.
fn describe(c: &Context<'_>, subject: Subject) -> Option<String> {
    let m = c.model;
    Some(match subject {
        Subject::Flow(i) => {
            let flow = &m.flows[i.index()];
            let data: Vec<String> = flow.data.iter().map(|d| format!("`{}`", m.dataset_name(d.dataset))).collect();
            let places =
                |all: &[PlaceId]| crate::rules::story::list(&all.iter().map(|p| c.place_title(*p)).collect::<Vec<_>>());
            format!("{} sends {} to {}", places(&flow.from), crate::rules::story::list(&data), places(&flow.to))
        }
        Subject::Copy(copy, _) => format!("{} holds {}", c.place_title(c.graph.copy(copy).place), c.data_name(copy)),
        Subject::Processor(i, n) => {
            let activity = &m.activities[i.index()];
            let role = activity.processors.get(n);
            let who = role.map_or_else(String::new, |r| m.title(&m.party(r.party).declared).to_owned());
            let principals: Vec<String> = role
                .map(|r| r.principals.iter().map(|p| m.title(&m.party(*p).declared).to_owned()).collect())
                .unwrap_or_default();
            let for_whom = if principals.is_empty() {
                "somebody who is not stated".to_owned()
            } else {
                crate::rules::story::list(&principals)
            };
            format!("{who} processes for {for_whom} in `{}`", m.word(activity.declared.name))
        }
        Subject::LawCited(notice, law, _) => {
            let (notice, law) = (&m.notices[notice.index()].declared, &m.laws[law.index()].declared);
            format!("`{}` cites the {}", m.word(notice.name), m.title(law))
        }
        _ => return None,
    })
}

/// A filter made ready for many subjects.
struct Passes<'a> {
    filter: &'a Filter,
    /// What `of DATA` looks for.
    sought: Option<Sought<'a>>,
    /// What was found so far in things of this kind, by whichever rule asked first.
    known: Option<Arc<[AtomicU8]>>,
}

/// What is known of whether data is in a thing.
const IS_IN: u8 = 1;
const IS_NOT_IN: u8 = 2;
const NOBODY_KNOWS: u8 = 3;

/// The place of a subject among all of its kind, and how many there are.
fn place_among(c: &Context<'_>, subject: Subject) -> Option<(usize, usize)> {
    let m = c.model;
    Some(match subject {
        Subject::Flow(i) => (i.index(), m.flows.len()),
        Subject::Copy(_, arrival) => (arrival.index(), c.graph.arrivals.len()),
        Subject::Dataset(i) => (i.index(), m.datasets.len()),
        Subject::Step(i) => (i.index(), m.steps.len()),
        Subject::Use(i) => (i.index(), m.uses.len()),
        _ => return None,
    })
}

impl<'a> Passes<'a> {
    fn new(c: &Context<'_>, filter: &'a Filter, entity: Entity) -> Self {
        let Filter::Of(phrase) = filter else { return Passes { filter, sought: None, known: None } };
        let entity = if entity == Entity::Decision { Entity::Use } else { entity };
        let first = match entity {
            Entity::Flow => Some(Subject::Flow(FlowId(0))),
            Entity::Copy => Some(Subject::Copy(CopyId(0), ArrivalId(0))),
            Entity::Dataset => Some(Subject::Dataset(DatasetId(0))),
            Entity::Step => Some(Subject::Step(StepId(0))),
            Entity::Use => Some(Subject::Use(UseId(0))),
            _ => None,
        };
        let size = first.and_then(|s| place_among(c, s)).map(|(_, size)| size);
        let known = size.map(|size| c.found_in(entity, phrase, size));
        Passes { filter, sought: Some(Sought::new(c, phrase, &[])), known }
    }

    /// Whether a subject passes.
    fn test(&self, c: &Context<'_>, subject: Subject) -> Truth {
        let Some(sought) = &self.sought else { return passes(c, subject, self.filter) };
        let known = self.known.as_ref().and_then(|known| known.get(place_among(c, subject)?.0));
        let found = match known.map_or(0, |k| k.load(Ordering::Relaxed)) {
            0 => {
                // where the two readings do not agree, nobody can tell whether the data is in it
                let kind = of_data(c, subject, sought, Reading::Kind);
                let found = match kind == of_data(c, subject, sought, Reading::Harsh) {
                    true if kind => IS_IN,
                    true => IS_NOT_IN,
                    false => NOBODY_KNOWS,
                };
                known.inspect(|k| k.store(found, Ordering::Relaxed));
                found
            }
            found => found,
        };
        match found {
            IS_IN => Truth::True,
            IS_NOT_IN => Truth::False,
            _ => Truth::Unknown(of_missing(c, subject, sought)),
        }
    }
}

/// An exception made ready for many subjects.
struct Excepts<'a> {
    exception: &'a Exception,
    /// Where it excepts data, all else.
    rest: Option<Sought<'a>>,
}

impl<'a> Excepts<'a> {
    /// The exceptions of a sentence.
    fn all(c: &Context<'_>, sentence: &'a Compiled) -> Vec<Self> {
        static ALL: LazyLock<Phrase> = LazyLock::new(|| Phrase::everything(Span::default()));
        let rest = |e: &'a Exception| match &e.what {
            Out::Data(phrase) => Some(Sought::new(c, &ALL, &[phrase])),
            _ => None,
        };
        sentence.exceptions.iter().map(|exception| Excepts { exception, rest: rest(exception) }).collect()
    }

    /// Whether it takes a subject out.
    fn test(&self, c: &Context<'_>, subject: Subject, reading: Reading) -> Truth {
        let truth = self.takes_out(c, subject, reading);
        if truth != Truth::False {
            self.exception.applied.note();
        }
        truth
    }

    fn takes_out(&self, c: &Context<'_>, subject: Subject, reading: Reading) -> Truth {
        match &self.exception.what {
            Out::At(who) => is_at(c, subject, who),
            Out::Who(who) => match subject {
                Subject::Party(p) => Truth::from(who.covers(c.model, c.model.party(p).place)),
                Subject::Flow(f) => Truth::from(c.model.flows[f.index()].to.iter().all(|p| who.covers(c.model, *p))),
                Subject::Processor(i, n) => {
                    let role = c.model.activities[i.index()].processors.get(n);
                    Truth::from(role.is_some_and(|r| who.covers(c.model, c.model.party(r.party).place)))
                }
                _ => is_at(c, subject, who),
            },
            Out::Flows(condition) => match subject {
                Subject::Flow(_) => eval(c, subject, condition, reading),
                _ => Truth::False,
            },
            Out::Data(_) => {
                let Some(rest) = &self.rest else { return Truth::False };
                // a subject is out when all of its data is
                let contents = c.contents(reading);
                let cells = data_cells(c, subject, reading);
                let out = |(place, cell): &(PlaceId, CellId)| {
                    !rest.hit(c, *cell, &contents, &c.seen(*place, reading), reading).any()
                };
                Truth::from(!cells.is_empty() && cells.iter().all(out))
            }
        }
    }
}

/// Whether a subject is at one of these; whatever is nowhere passes.
fn is_at(c: &Context<'_>, subject: Subject, who: &Holders) -> Truth {
    let at = |place: PlaceId| who.covers_truth(c.model, place);
    match subject {
        Subject::Copy(copy, _) => at(c.graph.copy(copy).place),
        Subject::Dataset(d) => Truth::any(c.model.dataset(d).held_by.iter().map(|p| at(*p))),
        Subject::Step(s) => at(c.model.steps[s.index()].place),
        Subject::Use(u) => at(c.model.uses[u.index()].place),
        _ => Truth::True,
    }
}

/// Whether a subject passes a filter that is not about data.
fn passes(c: &Context<'_>, subject: Subject, filter: &Filter) -> Truth {
    let m = c.model;
    match filter {
        // looked for by whoever made the filter ready
        Filter::Of(_) => Truth::True,
        Filter::At(who) => is_at(c, subject, who),
        Filter::From(who) => match subject {
            Subject::Flow(f) => Truth::any(m.flows[f.index()].from.iter().map(|p| who.covers_truth(m, *p))),
            Subject::Notice(n) => {
                let from = m.notices[n.index()].from.value();
                from.map_or(Truth::False, |all| Truth::any(all.iter().map(|p| who.covers_truth(m, m.party(*p).place))))
            }
            _ => Truth::True,
        },
        Filter::To(who) => match subject {
            Subject::Flow(f) => Truth::any(m.flows[f.index()].to.iter().map(|p| who.covers_truth(m, *p))),
            _ => Truth::True,
        },
        Filter::In(things) => Truth::from(things.iter().any(|t| is_in(c, subject, *t))),
        Filter::For(purposes) => {
            let known = match subject {
                Subject::Flow(i) => &m.flows[i.index()].purposes,
                Subject::Step(i) => &m.steps[i.index()].purposes,
                Subject::Use(i) => &m.uses[i.index()].purposes,
                Subject::Activity(i) => &m.activities[i.index()].purposes,
                Subject::Dataset(i) => &m.dataset(i).collected_for,
                _ => return Truth::True,
            };
            match known {
                Known::Said(its, _) => {
                    Truth::from(its.iter().any(|p| purposes.iter().any(|a| m.vocabulary.purpose_under(*p, *a))))
                }
                other => {
                    let span = other.span().unwrap_or(span_of(c, subject));
                    Truth::unknown(format!("what {} is for (`for`)", label(c, subject)), span)
                }
            }
        }
        Filter::Named(names) => {
            let alias = match subject {
                Subject::Copy(copy, _) => m.place(c.graph.copy(copy).place).declared.name,
                Subject::Processor(i, _) => m.activities[i.index()].declared.name,
                _ => declared(c, subject).name,
            };
            Truth::from(names.contains(&declared(c, subject).name) || names.contains(&alias))
        }
        Filter::BetweenOrganisations => Truth::from(match subject {
            Subject::Flow(f) => {
                let flow = &m.flows[f.index()];
                let party = |p: &PlaceId| m.place(*p).party;
                flow.from
                    .iter()
                    .any(|a| flow.to.iter().any(|b| party(a) != party(b) && *a != Model::PUBLIC && *b != Model::PUBLIC))
            }
            _ => true,
        }),
    }
}

/// What is not stated, so that nobody can tell whether the data is in it.
fn of_missing(c: &Context<'_>, subject: Subject, sought: &Sought<'_>) -> Vec<Missing> {
    let mut story = missing_of(c, data_cells(c, subject, Reading::Harsh), sought);
    if story.missing.is_empty() {
        story.miss(format!("whether {} has such data", label(c, subject)), span_of(c, subject));
    }
    story.missing
}

/// A story of what is not stated along the ways by which the data that is sought may have come into these cells.
pub(in crate::rules) fn missing_of(c: &Context<'_>, cells: Vec<(PlaceId, CellId)>, sought: &Sought<'_>) -> Story {
    let contents = c.contents(Reading::Harsh);
    let mut story = Story::default();
    for (place, cell) in cells {
        let seen = c.seen(place, Reading::Harsh);
        let hit = sought.hit(c, cell, &contents, &seen, Reading::Harsh);
        if hit.any() {
            let told = (cell, hit.classes(), hit.has_rows());
            c.tell_way(&mut story, &contents, told, Reading::Harsh, &|_| false);
            c.counts_missing(&mut story, cell, &contents);
            c.open_missing(&mut story, c.graph.cell(cell).copy);
            c.walls_missing(&mut story, &seen, &[c.graph.cell(cell).copy]);
        }
    }
    story
}

fn is_in(c: &Context<'_>, subject: Subject, thing: Thing) -> bool {
    let m = c.model;
    match (thing, subject) {
        (Thing::Notice(notice), Subject::LawCited(n, ..)) => n == notice,
        (Thing::Notice(notice), Subject::Rule(r)) => m.rules[r.index()].quotes.iter().any(|(_, n, _)| *n == notice),
        (Thing::Activity(activity), Subject::LawCited(n, ..) | Subject::Notice(n)) => {
            m.notices[n.index()].covers.contains(&activity)
        }
        (Thing::Activity(activity), Subject::Rule(r)) => m.rules[r.index()].activity == Some(activity),
        (Thing::Activity(activity), Subject::Dpia(d)) => m.dpias[d.index()].covers.contains(&activity),
        (Thing::Activity(activity), _) => activity_of(c, subject) == Some(activity),
        _ => false,
    }
}

/// `of DATA`. A flow is judged by the copy that it makes at the receiver (ruling 2).
fn of_data(c: &Context<'_>, subject: Subject, sought: &Sought<'_>, reading: Reading) -> bool {
    let contents = c.contents(reading);
    let in_copy = |copy: CopyId| {
        sought.may_be_in(c, copy, &contents)
            && sought.is_in(c, copy, &contents, &c.seen(c.graph.copy(copy).place, reading), reading)
    };
    // what came by these arrivals
    let by = |copy: CopyId, only: &[ArrivalId]| {
        if !in_copy(copy) || c.graph.arrivals_of(copy).all(|a| only.contains(&a)) {
            return in_copy(copy);
        }
        let seen = c.seen(c.graph.copy(copy).place, reading);
        let hits = sought.hits(c, copy, &contents, &seen, reading);
        hits.iter().any(|(cell, _)| only.iter().any(|a| c.graph.comes_by(c.model, *a, *cell)))
    };
    match subject {
        Subject::Flow(flow) => {
            let arrivals = c.graph.arrivals_by(flow);
            arrivals.iter().any(|a| by(c.graph.arrival(*a).copy, arrivals))
        }
        Subject::Copy(copy, arrival) => by(copy, &[arrival]),
        Subject::Dataset(d) => c.graph.copies_of(d).any(in_copy),
        Subject::Step(_) | Subject::Use(_) => {
            uses::taken(c, subject, reading).iter().any(|taken| taken.includes(c, sought, reading))
        }
        Subject::Activity(a) => c.copies_in(a).iter().any(|(copy, arrivals)| by(*copy, arrivals)),
        _ => true,
    }
}

fn data_cells(c: &Context<'_>, subject: Subject, reading: Reading) -> Vec<(PlaceId, crate::graph::CellId)> {
    match subject {
        Subject::Copy(copy, _) => c.graph.cells_of(copy).map(|cell| (c.graph.copy(copy).place, cell)).collect(),
        Subject::Flow(flow) => c
            .graph
            .arrivals_by(flow)
            .iter()
            .flat_map(|a| {
                let copy = c.graph.arrival(*a).copy;
                let cells = c.graph.cells_of(copy).filter(move |cell| c.graph.comes_by(c.model, *a, *cell));
                cells.map(move |cell| (c.graph.copy(copy).place, cell))
            })
            .collect(),
        Subject::Dataset(d) => c
            .graph
            .copies_of(d)
            .flat_map(|copy| c.graph.cells_of(copy).map(move |cell| (c.graph.copy(copy).place, cell)))
            .collect(),
        Subject::Step(_) | Subject::Use(_) => uses::taken(c, subject, reading)
            .into_iter()
            .flat_map(|t| t.cells(c).map(|cell| (t.place, cell)).collect::<Vec<_>>())
            .collect(),
        _ => Vec::new(),
    }
}

/// Evaluates a condition (strong Kleene, ruling 17).
pub fn eval(c: &Context<'_>, subject: Subject, condition: &Condition, reading: Reading) -> Truth {
    match condition {
        Condition::And(all) => Truth::all(all.iter().map(|x| eval(c, subject, x, reading))),
        Condition::Or(any) => Truth::any(any.iter().map(|x| eval(c, subject, x, reading))),
        Condition::Not(inner) => eval(c, subject, inner, reading).negate(),
        Condition::TakesOnly(phrase) => Truth::from(takes_only(c, subject, phrase, reading)),
        Condition::Test(test) => eval_test(c, subject, test, reading),
        Condition::OneOf(flows) => Truth::from(matches!(subject, Subject::Flow(flow) if flows.contains(&flow))),
    }
}

pub(super) fn eval_test(c: &Context<'_>, subject: Subject, test: &Test, reading: Reading) -> Truth {
    let answer = (test.fact.read)(c, subject, reading);
    let unknown = |span: Option<Span>| {
        Truth::unknown(
            format!("the {} of {}{}", test.fact.name, label(c, subject), lacks::said(c, subject, test.fact)),
            span.unwrap_or(span_of(c, subject)),
        )
    };
    let Some((compare, values)) = &test.compare else {
        return match answer {
            // `must have X` fails where X is not stated
            Answer::Unsaid | Answer::NotStated(_) => Truth::False,
            Answer::Is(truth) | Answer::Told(truth, _) | Answer::Later(truth, _) => truth,
            Answer::Values(items, _) => Truth::from(!items.is_empty()),
        };
    };
    match answer {
        Answer::Unsaid => unknown(None),
        Answer::NotStated(span) => unknown(Some(span)),
        Answer::Is(truth) | Answer::Told(truth, _) | Answer::Later(truth, _) => truth,
        Answer::Values(items, span) => {
            let truth =
                |item: &Item, compare: Compare, value: &Value| holds(c, test.fact.wants, item, compare, value, span);
            let any_value = |item: &Item| Truth::any(values.iter().map(|v| truth(item, Compare::Is, v)));
            match compare {
                Compare::Is | Compare::OneOf => Truth::all(items.iter().map(any_value)),
                Compare::IsNot => Truth::all(items.iter().map(|i| any_value(i).negate())),
                Compare::Includes => {
                    Truth::all(values.iter().map(|v| Truth::any(items.iter().map(|i| truth(i, Compare::Is, v)))))
                }
                other => Truth::all(
                    items.iter().flat_map(|i| values.iter().map(move |v| (i, v))).map(|(i, v)| truth(i, *other, v)),
                ),
            }
        }
    }
}

/// Whether one item stands so to one value.
pub(super) fn holds(c: &Context<'_>, wants: Wants, item: &Item, compare: Compare, value: &Value, span: Span) -> Truth {
    let order = |a: u64, b: u64| match compare {
        Compare::AtMost => a <= b,
        Compare::AtLeast => a >= b,
        _ => a == b,
    };
    match (item, value) {
        (Item::Word(word), Value::Word(wanted)) => Truth::from(match wants {
            Wants::Words(family) => c.model.vocabulary.word_under(family, word, wanted),
            _ => {
                word == wanted
                    || c.model.vocabulary.word_under(crate::vocabulary::Family::PartyKind, word, wanted)
                    || word.strip_prefix(wanted.as_str()).is_some_and(|rest| rest.starts_with('.'))
            }
        }),
        (Item::Purpose(purpose), Value::Word(wanted)) => Truth::from(
            c.model.vocabulary.find_purpose(wanted).is_some_and(|w| c.model.vocabulary.purpose_under(*purpose, w)),
        ),
        (Item::Number(a), Value::Number(b)) => Truth::from(order(*a, *b)),
        (Item::Period(a), Value::Period(b)) => Truth::from(order(a.days(), b.days())),
        (Item::Point(point), Value::Date(date)) => point_holds(c, *point, compare, *date, span),
        _ => Truth::False,
    }
}

fn point_holds(c: &Context<'_>, point: Point, compare: Compare, date: jiff::civil::Date, span: Span) -> Truth {
    let timeline = &c.graph.timeline;
    let (early, late) = (timeline.earliest(point), timeline.latest(point));
    let before = late.map(|l| l < date);
    let not_before = early.map(|e| e >= date);
    let known = match compare {
        Compare::Before | Compare::AtMost => match (before, not_before) {
            (Some(true), _) => Some(true),
            (_, Some(true)) => Some(compare == Compare::AtMost && early == Some(date) && late == Some(date)),
            _ => None,
        },
        Compare::AfterDate | Compare::AtLeast => match (late.map(|l| l <= date), early.map(|e| e > date)) {
            (_, Some(true)) => Some(true),
            (Some(true), _) => Some(compare == Compare::AtLeast && early == Some(date) && late == Some(date)),
            _ => None,
        },
        _ => (early.is_some() && early == late).then_some(early == Some(date)),
    };
    known.map_or_else(
        || Truth::unknown(format!("the date of {}", super::keeping::point_words(c, point)), span),
        Truth::from,
    )
}
