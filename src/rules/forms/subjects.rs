//! The things that a sentence of `every` speaks of: all of a kind, and how each is named.

use std::cmp::Ordering;
use std::ops::Range;

use super::every::declared;
use super::holder_word;
use crate::graph::CopyId;
use crate::model::{
    ActivityId, AgreementId, DatasetId, DpiaId, EventId, FlowId, LawId, Model, NoticeId, PartyId, PeopleId, RuleId,
    StepId, UseId,
};
use crate::rules::context::Context;
use crate::rules::facts::{Entity, Subject};
use crate::rules::phrase::Holder;

/// How many stretches of one each all things of a kind can be cut into: a stretch may have several things in it, or none.
pub fn extent(c: &Context<'_>, entity: Entity) -> usize {
    let m = c.model;
    match entity {
        Entity::Flow => m.flows.len(),
        Entity::Copy => c.graph.size(),
        Entity::Dataset => m.datasets.len(),
        Entity::Step => m.steps.len(),
        Entity::Use | Entity::Decision => m.uses.len(),
        Entity::Activity | Entity::Processor => m.activities.len(),
        Entity::Agreement => m.agreements.len(),
        Entity::Law => m.laws.len(),
        Entity::LawCited | Entity::Notice => m.notices.len(),
        Entity::Promise | Entity::Rule => m.rules.len(),
        Entity::Party => m.parties.len(),
        Entity::People => m.people.len(),
        Entity::Event => m.events.len(),
        Entity::Dpia => m.dpias.len(),
    }
}

/// Everything of a kind within a stretch, in the order of declaration.
pub(super) fn subjects<'c>(
    c: &'c Context<'_>,
    entity: Entity,
    stretch: Range<usize>,
) -> Box<dyn Iterator<Item = Subject> + 'c> {
    let m = c.model;
    let ids = stretch.start as u32..stretch.end as u32;
    let declared = |p: &PartyId| !matches!(*p, Model::PUBLIC_PARTY | Model::UNKNOWN_PARTY);
    match entity {
        Entity::Flow => Box::new(ids.map(|i| Subject::Flow(FlowId(i)))),
        Entity::Copy => {
            let arrivals = |copy| c.graph.arrivals_of(copy).map(move |a| Subject::Copy(copy, a));
            Box::new(ids.map(CopyId).flat_map(arrivals))
        }
        Entity::Dataset => {
            let there = |d: &DatasetId| c.graph.copies_of(*d).len() > 0 || m.dataset(*d).explicit;
            Box::new(ids.map(DatasetId).filter(there).map(Subject::Dataset))
        }
        Entity::Step => Box::new(ids.map(|i| Subject::Step(StepId(i)))),
        Entity::Use | Entity::Decision => {
            let is = move |u: &UseId| m.uses[u.index()].decision.is_some() == (entity == Entity::Decision);
            Box::new(ids.map(UseId).filter(is).map(Subject::Use))
        }
        Entity::Activity => Box::new(ids.map(|i| Subject::Activity(ActivityId(i)))),
        Entity::Processor => {
            let of = move |id: ActivityId| {
                (0..m.activities[id.index()].processors.len()).map(move |n| Subject::Processor(id, n))
            };
            Box::new(ids.map(ActivityId).flat_map(of))
        }
        Entity::Agreement => Box::new(ids.map(|i| Subject::Agreement(AgreementId(i)))),
        Entity::Law => Box::new(ids.map(|i| Subject::Law(LawId(i)))),
        Entity::LawCited => {
            let cited = |id: NoticeId| {
                m.notices[id.index()].cites.iter().map(move |(law, span)| Subject::LawCited(id, *law, *span))
            };
            Box::new(ids.map(NoticeId).flat_map(cited))
        }
        Entity::Notice => Box::new(ids.map(|i| Subject::Notice(NoticeId(i)))),
        Entity::Promise | Entity::Rule => {
            let is = move |r: &RuleId| m.rules[r.index()].promise == (entity == Entity::Promise);
            Box::new(ids.map(RuleId).filter(is).map(Subject::Rule))
        }
        Entity::Party => Box::new(ids.map(PartyId).filter(declared).map(Subject::Party)),
        Entity::People => Box::new(ids.map(|i| Subject::People(PeopleId(i)))),
        Entity::Event => Box::new(ids.map(|i| Subject::Event(EventId(i)))),
        Entity::Dpia => Box::new(ids.map(|i| Subject::Dpia(DpiaId(i)))),
    }
}

/// The place of a subject among all of its kind, and how many there are.
pub(super) fn place_among(c: &Context<'_>, subject: Subject) -> Option<(usize, usize)> {
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

/// The names that tell what is judged from others: one or two, each in pieces.
pub(super) struct Names<'n> {
    first: [&'n str; 3],
    second: Option<[&'n str; 3]>,
}

impl<'n> Names<'n> {
    /// Those of a thing.
    pub(super) fn of(c: &'n Context<'_>, subject: Subject) -> Names<'n> {
        let m = c.model;
        let one = |name| [m.word(name), "", ""];
        let name = || one(declared(c, subject).name);
        match subject {
            Subject::Copy(copy, arrival) => {
                Names { first: copy_pieces(c, copy), second: Some([c.arrival_name(arrival), "", ""]) }
            }
            Subject::Processor(i, _) => {
                Names { first: name(), second: Some(one(m.activities[i.index()].declared.name)) }
            }
            Subject::LawCited(notice, ..) => {
                Names { first: name(), second: Some(one(m.notices[notice.index()].declared.name)) }
            }
            _ => Names { first: name(), second: None },
        }
    }

    /// Those of a copy, after its holder's.
    pub(super) fn of_copy(c: &'n Context<'_>, holder: Holder, copy: CopyId) -> Names<'n> {
        Names { first: [holder_word(c, holder), "", ""], second: Some(copy_pieces(c, copy)) }
    }

    /// How the first of them begins, as a number: of two that differ in it, the greater comes later in the order of texts.
    pub(super) fn beginning(&self) -> u64 {
        beginning(self.first.iter().flat_map(|piece| piece.bytes()))
    }

    /// They as texts.
    pub(super) fn to_texts(&self) -> Vec<String> {
        std::iter::once(&self.first).chain(&self.second).map(|pieces| pieces.concat()).collect()
    }

    /// How they stand to others in the order of texts.
    pub(super) fn order(&self, others: &[String]) -> Ordering {
        let mine = std::iter::once(&self.first).chain(&self.second);
        for (mine, other) in mine.zip(others) {
            match order(mine, other) {
                Ordering::Equal => {}
                different => return different,
            }
        }
        (1 + usize::from(self.second.is_some())).cmp(&others.len())
    }
}

/// How a text begins, as [`Names::beginning`]. What is shorter is filled with zeros, than which no byte is less.
pub(super) fn beginning(text: impl Iterator<Item = u8>) -> u64 {
    let mut bytes = [0; size_of::<u64>()];
    bytes.iter_mut().zip(text).for_each(|(byte, its)| *byte = its);
    u64::from_be_bytes(bytes)
}

/// The name of a copy, in pieces.
fn copy_pieces<'n>(c: &'n Context<'_>, copy: CopyId) -> [&'n str; 3] {
    let it = c.graph.copy(copy);
    [c.model.dataset_name(it.dataset), " at ", c.model.place_name(it.place)]
}

/// How the pieces of a text stand to another text.
fn order(pieces: &[&str], other: &str) -> Ordering {
    let mut left = other.as_bytes();
    for piece in pieces {
        let piece = piece.as_bytes();
        let (head, tail) = left.split_at(piece.len().min(left.len()));
        let found = piece.cmp(head);
        // a piece that goes on where the other text ends is greater than what is left of it, too
        if found != Ordering::Equal {
            return found;
        }
        left = tail;
    }
    if left.is_empty() { Ordering::Equal } else { Ordering::Less }
}
