//! Facts of flows, copies and datasets.

use super::read::*;
use super::{Answer, Item, Subject, Wants};
use crate::model::{AgreementId, Known, PeopleId, PlaceId};
use crate::rules::truth::Truth;
use crate::syntax::intern::Symbol;
use crate::vocabulary::Family;

facts! {
    "agreement" of Flow, Wants::Anything, "under AGREEMENT", "the agreement or contract that it is made under"
        => |c, s, _| names_of(c, flow(c, s).map(|f| &f.agreements), |c, a: &AgreementId| c.model.agreements[a.index()].declared.name);
    "agreement in force" of Flow, Wants::Nothing, "under AGREEMENT", "an agreement or contract that is in force for as long as it goes on, or on the date of the check"
        => |c, s, _| super::agreements::in_force_told(c, s);
    "binding agreement" of Flow, Wants::Nothing, "under AGREEMENT", "an agreement or contract that binds in law"
        => |c, s, _| each_agreement(c, s, &|_, a, _| binding(a));
    "binding agreement in force" of Flow, Wants::Nothing, "under AGREEMENT", "an agreement or contract that binds in law and is in force"
        => |c, s, _| each_agreement(c, s, &|c, a, window| in_force(c, a, window).and(binding(a)));
    "agreement kind" of Flow, Wants::Anything, "kind in the agreement", "the kind of the agreements that it is made under"
        => |c, s, _| agreement_words(c, s, |a| &a.kind);
    "channel" of Flow, Wants::Words(Family::Channel), "by CHANNEL", "how it travels"
        => |c, s, _| names_of(c, flow(c, s).map(|f| &*f.channels), |_, w: &Symbol| *w);
    "secure channel" of Flow, Wants::Nothing, "by CHANNEL", "a channel that the vocabulary marks as secure"
        => |c, s, _| flow(c, s).map_or(Answer::Unsaid, |f| match &*f.channels {
            Known::Said(channels, _) => Answer::Is(Truth::from(channels.iter().all(|w| {
                c.model.vocabulary.word(Family::Channel, c.model.word(*w)).is_some_and(|w| w.marks.iter().any(|m| m == "secure"))
            }))),
            other => unsaid(other),
        });
    "controller" of Flow Step Use Decision, Wants::Anything, "controller PARTY [of DATASET] in its activity", "who decides why and how (UK GDPR article 4(7))"
        => |c, s, _| controller(c, s);
    "controller" of Copy Dataset Activity, Wants::Anything, "controller PARTY", "who decides why and how (UK GDPR article 4(7))"
        => |c, s, _| controller(c, s);
    "safeguards" of Flow Copy Dataset, Wants::Words(Family::Safeguard), "kept SAFEGUARD (receiver keeps SAFEGUARD)", "how it is kept safe"
        => |c, s, _| copy_facts(c, s, |f| names_of(c, Some(&*f.safeguards), |_, w: &Symbol| *w));
    "location" of Flow Copy Dataset, Wants::Anything, "stored in COUNTRY (receiver stores in COUNTRY)", "the countries it is stored in"
        => |c, s, _| copy_facts(c, s, |f| names_of(c, Some(&*f.stored_in), |_, w: &Symbol| *w));
    "deadline" of Flow Copy Dataset, Wants::Nothing, "retain … (receiver retains …)", "an end of its keeping that comes to a date: its own, or for what a step makes the earliest of what it was made from"
        => |c, s, _| deadline(c, s);
    "retention" of Flow Copy Dataset, Wants::Period, "retain PERIOD after EVENT (receiver retains PERIOD after EVENT)", "how long it is kept, where that is said as a period"
        => |c, s, _| copy_facts(c, s, |f| match &*f.retention {
            Known::Said(r, span) => r.period.map_or(Answer::Unsaid, |p| Answer::Values(vec![Item::Period(p)], *span)),
            other => unsaid(other),
        });
    "destruction" of Copy Dataset, Wants::Nothing, "retain … then destroy", "being destroyed when its time is up"
        => |c, s, _| copy_facts(c, s, |f| match &*f.retention {
            Known::Said(r, span) => match r.then {
                Some(crate::model::Disposal::Destroy) => Answer::Is(Truth::True),
                Some(_) => Answer::Is(Truth::False),
                None => Answer::NotStated(*span),
            },
            other => unsaid(other),
        });
    "destruction method" of Copy Dataset, Wants::Words(Family::DestructionMethod), "then destroy by METHOD", "how it is destroyed"
        => |c, s, _| copy_facts(c, s, |f| match &*f.retention {
            Known::Said(r, span) => match &r.method {
                Known::Said(method, span) => Answer::Values(vec![Item::Word(method.clone())], *span),
                _ => Answer::NotStated(*span),
            },
            other => unsaid(other),
        });
    "re-identifiable" of Copy, Wants::Nothing, "nothing: it follows from what its holder holds", "identifiable at its place, though it has no direct identifier of its own"
        => |c, s, _| match s {
            Subject::Copy(copy, _) => Answer::Is(re_identifiable(c, copy)),
            _ => Answer::Unsaid,
        };
    "attestation" of Copy, Wants::Nothing, "attest copy …", "a live attestation that it is anonymous"
        => |c, s, reading| match s {
            Subject::Copy(copy, _) => {
                let level = c.level_where_it_is(copy, reading);
                c.attested(copy, level).map_or(Answer::Unsaid, |_| Answer::Is(Truth::True))
            }
            _ => Answer::Unsaid,
        };
    "onward" of Flow, Wants::Anything, "onward to WHO", "to whom the receiver may pass it on"
        => |c, s, _| names_of(c, flow(c, s).map(|f| &*f.onward), |c, p: &PlaceId| c.model.place(*p).declared.name);
    "window" of Flow, Wants::Nothing, "during DATE to DATE", "the time in which it goes on"
        => |c, s, _| flow(c, s).map_or(Answer::Unsaid, |f| match (&*f.starts, &*f.ends) {
            (Known::Said(..), Known::Said(..)) => Answer::Is(Truth::True),
            (Known::NotStated(span), _) | (_, Known::NotStated(span)) => Answer::NotStated(*span),
            _ => Answer::Unsaid,
        });
    "about" of Dataset, Wants::Anything, "about PEOPLE", "whom it is about"
        => |c, s, _| names_of(c, dataset(c, s).map(|d| &*d.about), |c, p: &PeopleId| c.model.people[p.index()].declared.name);
    "fields" of Dataset, Wants::Anything, "fields …", "its fields"
        => |c, s, _| dataset(c, s).map_or(Answer::Unsaid, |d| match (d.open, d.fields.first()) {
            (Some(span), _) => Answer::NotStated(span),
            (None, None) => Answer::Unsaid,
            (None, Some(first)) => Answer::Values(d.fields.iter().map(|f| Item::Word(c.model.word(f.name).to_owned())).collect(), first.span),
        });
}
