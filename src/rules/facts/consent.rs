//! Facts of consent: whose, for what, and how it is taken back.

use super::lawfulness::{BASIS, footings};
use super::read::*;
use super::{Answer, Item, Reason, Subject, Wants};
use crate::graph::{CopyId, Reading};
use crate::model::{Known, PeopleId, PurposeId, Record};
use crate::rules::context::Context;
use crate::rules::forms::uses;
use crate::rules::truth::Truth;
use crate::source::Span;
use crate::vocabulary::Family;

facts! {
    "on consent" of Flow Step Use Decision Dataset Activity, Wants::Nothing, "basis consent", "consent being its legal basis, or one of them"
        => |c, s, _| match footings(c, s, BASIS) {
            Known::Said(all, _) => Answer::Is(Truth::from(all.iter().any(|(f, _)| {
                c.model.vocabulary.word_under(Family::Basis, c.model.word(f.name), "consent")
            }))),
            other => unsaid(&other),
        };
    "consent that covers it" of Flow Step Use Decision Dataset, Wants::Nothing, "record NAME { kind consent; covers NAME; about PEOPLE; for PURPOSE; withdrawal \"…\" }", "a record in force of the consent of everybody whom it is about, for each of its purposes, with a way to take it back"
        => where |c| !c.all_is_stated(), covering;
}

fn covering(c: &Context<'_>, s: Subject, reading: Reading) -> Answer {
    let copies: Vec<CopyId> = match s {
        Subject::Dataset(id) => c.graph.copies_of(id).collect(),
        _ => uses::taken(c, s, reading).into_iter().map(|t| t.copy).collect(),
    };
    let mut records = records_of(c, s);
    for copy in &copies {
        let more = records_of(c, Subject::Dataset(c.graph.copy(*copy).dataset));
        let new: Vec<&Record> =
            more.into_iter().filter(|r| !records.iter().any(|had| std::ptr::eq(*had, *r))).collect();
        records.extend(new);
    }
    records.retain(|r| r.kinds.value().is_some_and(|k| k.iter().any(|w| w == "consent")));
    let span = footings(c, s, BASIS).span().unwrap_or_default();
    if records.is_empty() {
        let reason = Reason::at("it rests on consent, and no consent is recorded for it".to_owned(), span);
        return Answer::Told(Truth::False, vec![reason.mended(
            "record it: `record NAME { kind consent; covers …; about PEOPLE; for PURPOSE; by \"role\"; on DATE; withdrawal \"…\" }`".to_owned(),
        )]);
    }
    let (people, unknown) = subjects(c, &copies);
    let purposes = its_purposes(c, s);
    let mut truth = Truth::True;
    let mut reasons = Vec::new();
    if let Some((name, span)) = unknown {
        truth = Truth::unknown(format!("whom {name} is about (`about`)"), span);
    }
    // one record must reach the people and the purpose alike
    for who in people.iter().map(|p| Some(*p)).chain(people.is_empty().then_some(None)) {
        for purpose in purposes.iter().map(|p| Some(*p)).chain(purposes.is_empty().then_some(None)) {
            let fits: Vec<&&Record> = records.iter().filter(|r| reaches(c, r, who, purpose)).collect();
            let holds = Truth::any(fits.iter().map(|r| record_in_force(c, r)));
            if holds == Truth::False {
                let reason = Reason::at(uncovered(c, who, purpose, fits.first().copied()), records[0].declared.span)
                    .mended("record the consent of these people for this purpose, or leave them out".to_owned());
                if !reasons.contains(&reason) {
                    reasons.push(reason);
                }
            }
            truth = truth.and(holds);
        }
    }
    for record in records.iter().filter(|r| matches!(r.withdrawal, Known::Unsaid)) {
        let name = c.model.word(record.declared.name);
        truth = Truth::False;
        reasons.push(
            Reason::at(format!("`{name}` does not say how people take their consent back"), record.declared.span)
                .mended(format!("say it in `{name}`: `withdrawal \"…\"`")),
        );
    }
    for record in &records {
        if let Known::NotStated(span) = record.withdrawal {
            let name = c.model.word(record.declared.name);
            truth = truth.and(Truth::unknown(format!("how consent is taken back in `{name}` (`withdrawal`)"), span));
        }
    }
    Answer::Told(truth, reasons)
}

fn uncovered(c: &Context<'_>, who: Option<PeopleId>, purpose: Option<PurposeId>, lapsed: Option<&&Record>) -> String {
    if let Some(record) = lapsed {
        return format!("the consent in `{}` is not in force", c.model.word(record.declared.name));
    }
    let who =
        who.map(|p| format!(" of `{}`", c.model.word(c.model.people[p.index()].declared.name))).unwrap_or_default();
    let purpose = purpose.map(|p| format!(" for `{}`", c.model.vocabulary.purpose(p).name)).unwrap_or_default();
    format!("no consent{who}{purpose} is recorded")
}

/// Whether a record is of these people and for this purpose; what it does not limit, it covers.
fn reaches(c: &Context<'_>, record: &Record, who: Option<PeopleId>, purpose: Option<PurposeId>) -> bool {
    let of_them = match (&record.about, who) {
        (Known::Said(groups, _), Some(who)) => groups.iter().any(|g| c.model.people_within(who, *g)),
        _ => true,
    };
    let for_it = match (&record.purposes, purpose) {
        (Known::Said(all, _), Some(purpose)) => all.iter().any(|p| c.model.vocabulary.purpose_under(purpose, *p)),
        _ => true,
    };
    of_them && for_it
}

/// Whom copies are about, and the first of which nobody says.
fn subjects(c: &Context<'_>, copies: &[CopyId]) -> (Vec<PeopleId>, Option<(String, Span)>) {
    let mut people: Vec<PeopleId> = Vec::new();
    let mut unknown = None;
    for copy in copies {
        let about = c.graph.about(*copy);
        people.extend(&about.people);
        if about.all && unknown.is_none() {
            unknown = Some((c.data_name(*copy), c.model.dataset(c.graph.copy(*copy).dataset).declared.span));
        }
    }
    people.sort_unstable();
    people.dedup();
    (people, unknown)
}

fn its_purposes(c: &Context<'_>, s: Subject) -> Vec<PurposeId> {
    match purposes(c, s) {
        Answer::Values(items, _) => {
            items.into_iter().filter_map(|i| if let Item::Purpose(p) = i { Some(p) } else { None }).collect()
        }
        _ => Vec::new(),
    }
}
