//! Which things a sentence of `every` speaks of: its filters and exceptions, made ready for many things.

use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, LazyLock};

use super::every::{declared, eval, label, span_of};
use super::subjects::place_among;
use super::uses;
use crate::graph::{ArrivalId, CellId, CopyId, Reading};
use crate::model::{DatasetId, FlowId, Known, Model, PlaceId, StepId, Thing, UseId};
use crate::rules::compile::{Compiled, Exception, Filter, Out};
use crate::rules::context::Context;
use crate::rules::facts::{Entity, Subject, activity_of};
use crate::rules::finding::Missing;
use crate::rules::phrase::{Holders, Phrase};
use crate::rules::sought::Sought;
use crate::rules::story::Story;
use crate::rules::truth::{Kleene, Truth};
use crate::source::Span;

/// A filter made ready for many subjects.
pub(super) struct Passes<'a> {
    filter: &'a Filter,
    /// What `of DATA` looks for.
    look: Option<Look<'a>>,
    /// What was found so far in things of this kind, by whichever rule asked first.
    known: Option<Arc<[AtomicU8]>>,
}

/// Data that is looked for.
struct Look<'a> {
    sought: Sought<'a>,
    /// Whether both readings find the same in copies.
    same: bool,
    /// What was found so far in copies where they are.
    known: Option<Arc<[AtomicU8]>>,
}

/// What is known of whether data is in a thing.
const IS_IN: u8 = 1;
const IS_NOT_IN: u8 = 2;
const NOBODY_KNOWS: u8 = 3;

impl Look<'_> {
    /// Whether there is such data in a copy, where it is.
    fn is_in(&self, c: &Context<'_>, copy: CopyId, reading: Reading) -> bool {
        let reading = if self.same { Reading::Kind } else { reading };
        // both readings in one byte
        let shift = if reading == Reading::Kind { 0 } else { 2 };
        let known = self.known.as_ref().and_then(|known| known.get(copy.index()));
        match known.map_or(0, |known| known.load(Ordering::Relaxed) >> shift & 3) {
            IS_IN => true,
            IS_NOT_IN => false,
            _ => {
                let seen = c.seen(c.graph.copy(copy).place, reading);
                let found = self.sought.is_in(c, copy, c.contents(reading), seen, reading);
                let found_so = if found { IS_IN } else { IS_NOT_IN };
                known.inspect(|known| _ = known.fetch_or(found_so << shift, Ordering::Relaxed));
                found
            }
        }
    }
}

impl<'a> Passes<'a> {
    pub(super) fn new(c: &Context<'_>, filter: &'a Filter, entity: Entity) -> Self {
        let Filter::Of(phrase) = filter else { return Passes { filter, look: None, known: None } };
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
        let sought = Sought::new(c, phrase, &[]);
        let same = sought.same_in_both(c);
        // what is looked up quickly need not be kept once more
        let slow = !sought.is_plain();
        let known = size.filter(|_| slow).and_then(|size| c.found_in(Some(entity), phrase, size));
        let found = if slow { c.found_in(None, phrase, c.graph.size()) } else { None };
        let look = Look { sought, same, known: found };
        Passes { filter, look: Some(look), known }
    }

    /// Whether it asks what data is in a thing.
    pub(super) fn is_of_data(&self) -> bool {
        self.look.is_some()
    }

    /// Whether a subject passes, without what is missing where nobody can tell.
    pub(super) fn known(&self, c: &Context<'_>, subject: Subject) -> Kleene {
        let Some(look) = &self.look else { return Kleene::from(&passes(c, subject, self.filter)) };
        let known = self.known.as_ref().and_then(|known| known.get(place_among(c, subject)?.0));
        let found = match known.map_or(0, |k| k.load(Ordering::Relaxed)) {
            0 => {
                // where the two readings do not agree, nobody can tell whether the data is in it
                let kind = of_data(c, subject, look, Reading::Kind);
                // what a use takes may be stated in neither
                let same = look.same && !matches!(subject, Subject::Use(_));
                let found = match same || kind == of_data(c, subject, look, Reading::Harsh) {
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
            IS_IN => Kleene::True,
            IS_NOT_IN => Kleene::False,
            _ => Kleene::Unknown,
        }
    }

    /// Whether a subject passes.
    pub(super) fn test(&self, c: &Context<'_>, subject: Subject) -> Truth {
        match (&self.look, self.known(c, subject)) {
            (None, _) => passes(c, subject, self.filter),
            (Some(_), Kleene::True) => Truth::True,
            (Some(_), Kleene::False) => Truth::False,
            (Some(look), Kleene::Unknown) => Truth::Unknown(of_missing(c, subject, &look.sought)),
        }
    }
}

/// An exception made ready for many subjects.
pub(super) struct Excepts<'a> {
    exception: &'a Exception,
    /// Where it excepts data, all else.
    rest: Option<Sought<'a>>,
}

impl<'a> Excepts<'a> {
    /// The exceptions of a sentence.
    pub(super) fn all(c: &Context<'_>, sentence: &'a Compiled) -> Vec<Self> {
        static ALL: LazyLock<Phrase> = LazyLock::new(|| Phrase::everything(Span::default()));
        let rest = |e: &'a Exception| match &e.what {
            Out::Data(phrase) => Some(Sought::new(c, &ALL, &[phrase])),
            _ => None,
        };
        sentence.exceptions.iter().map(|exception| Excepts { exception, rest: rest(exception) }).collect()
    }

    /// Whether it takes a subject out.
    pub(super) fn test(&self, c: &Context<'_>, subject: Subject, reading: Reading) -> Truth {
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
                    !rest.hit(c, *cell, contents, c.seen(*place, reading), reading).any()
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
        let hit = sought.hit(c, cell, contents, seen, Reading::Harsh);
        if hit.any() {
            let told = (cell, hit.classes(), hit.has_rows());
            c.tell_way(&mut story, contents, told, Reading::Harsh, &|_| false);
            c.counts_missing(&mut story, cell, contents);
            c.open_missing(&mut story, c.graph.cell(cell).copy);
            c.walls_missing(&mut story, seen, &[c.graph.cell(cell).copy]);
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
fn of_data(c: &Context<'_>, subject: Subject, look: &Look<'_>, reading: Reading) -> bool {
    // what came by these arrivals
    let by = |copy: CopyId, only: &[ArrivalId]| {
        if !look.is_in(c, copy, reading) {
            return false;
        }
        if c.graph.arrivals_of(copy).all(|a| only.contains(&a)) {
            return true;
        }
        let seen = c.seen(c.graph.copy(copy).place, reading);
        let mut cells = look.sought.cells(c, copy, c.contents(reading), seen, reading);
        cells.any(|cell| only.iter().any(|a| c.graph.comes_by(c.model, *a, cell)))
    };
    match subject {
        Subject::Flow(flow) => {
            let arrivals = c.graph.arrivals_by(flow);
            arrivals.iter().any(|a| by(c.graph.arrival(*a).copy, arrivals))
        }
        Subject::Copy(copy, arrival) => by(copy, &[arrival]),
        Subject::Dataset(d) => c.graph.copies_of(d).any(|copy| look.is_in(c, copy, reading)),
        Subject::Step(_) | Subject::Use(_) => uses::taken(c, subject, reading).iter().any(|taken| {
            if taken.is_whole() && c.graph.copy(taken.copy).place == taken.place {
                look.is_in(c, taken.copy, reading)
            } else {
                taken.includes(c, &look.sought, reading)
            }
        }),
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
