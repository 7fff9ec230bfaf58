//! Facts of parties, people and events.

use super::read::*;
use super::{Answer, Item, Subject, Wants};
use crate::model::Known;
use crate::rules::truth::Truth;
use crate::vocabulary::Family;

facts! {
    "country" of Party, Wants::Anything, "country GB", "where it is established"
        => |c, s, _| match s {
            Subject::Party(p) => text(&c.model.party(p).country),
            _ => Answer::Unsaid,
        };
    "domain" of Party, Wants::Anything, "domain \"…\"", "its internet domain"
        => |c, s, _| match s {
            Subject::Party(p) => text(&c.model.party(p).domain),
            _ => Answer::Unsaid,
        };
    "public authority" of Party, Wants::Nothing, "kind KIND", "being a public authority, by the vocabulary"
        => |c, s, _| match s {
            Subject::Party(p) => match &c.model.party(p).kind {
                Known::Said(kind, _) => Answer::Is(Truth::from(c.model.vocabulary.word_under(Family::PartyKind, kind, "public-authority")
                    || c.model.vocabulary.word(Family::PartyKind, kind).is_some_and(|w| w.marks.iter().any(|m| m == "public-authority")))),
                other => unsaid(other),
            },
            _ => Answer::Unsaid,
        };
    "count" of People, Wants::Number, "count N", "how many they are"
        => |c, s, _| match s {
            Subject::People(p) => match &c.model.people[p.index()].count {
                Known::Said(n, span) => Answer::Values(vec![Item::Number(*n)], *span),
                other => unsaid(other),
            },
            _ => Answer::Unsaid,
        };
    "children" of People, Wants::Nothing, "children all | some | none", "children being among them"
        => |c, s, _| match s {
            Subject::People(p) => match &c.model.people[p.index()].children {
                Known::Said(children, _) => Answer::Is(Truth::from(*children != crate::model::Children::None)),
                other => unsaid(other),
            },
            _ => Answer::Unsaid,
        };
    "date" of Event, Wants::Date, "happened DATE (expected DATE)", "when it happened or is expected"
        => |c, s, _| event(c, s).map_or(Answer::Unsaid, |e| match &e.happened { Known::Unsaid => date(&e.expected), said => date(said) });
    "latest date" of Event, Wants::Date, "no later than DATE", "the date by which it happens in any case"
        => |c, s, _| event(c, s).map_or(Answer::Unsaid, |e| match &e.happened { Known::Unsaid => date(&e.no_later), said => date(said) });
}
