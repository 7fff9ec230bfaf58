//! Facts of transfers abroad: whether data leaves the country (or the European Economic Area), and on what that rests.

use jiff::civil::Date;

use super::read::*;
use super::{Answer, Item, Reason, Subject, Wants};
use crate::model::{CopyFacts, Known, Model, PartyId, PlaceId, Point, RecordId, Thing, Transfer};
use crate::rules::context::Context;
use crate::rules::truth::Truth;
use crate::source::Span;
use crate::vocabulary::tables::Row;
use crate::vocabulary::{Family, Jurisdiction};

facts! {
    "restricted transfer" of Flow Dataset, Wants::Nothing, "country COUNTRY in the receiver (receiver stores in COUNTRY)", "going to somebody in another country or being stored there; for the European Union, outside the European Economic Area. A public authority whose country is not stated is taken to be at home"
        => |c, s, _| {
            let abroad = abroad(c, s);
            if abroad.countries.is_empty() { Answer::Is(abroad.unknown) } else { Answer::Is(Truth::True) }
        };
    "adequate country" of Flow Dataset, Wants::Nothing, "country COUNTRY in the receiver", "every country abroad that it goes to being approved in the table `adequacy` for as long as it goes on"
        => |c, s, _| {
            let mut reasons = Vec::new();
            let truths: Vec<Truth> = abroad(c, s).countries.iter().map(|at| approved(c, s, at, &mut reasons)).collect();
            Answer::Told(Truth::all(truths), reasons)
        };
    "transfer mechanism" of Flow Dataset, Wants::Words(Family::TransferMechanism), "transfer MECHANISM", "on what it rests that it goes abroad (articles 44A to 49)"
        => |c, s, _| match transfer(c, s) {
            Known::Said(transfer, span) => Answer::Values(vec![Item::Word(c.model.word(transfer.mechanism).to_owned())], *span),
            other => unsaid(other),
        };
    "transfer mechanism in force" of Flow Dataset, Wants::Nothing, "transfer MECHANISM under AGREEMENT", "an approved country, an agreement in force that the mechanism is made under, or for a derogation its record"
        => |c, s, _| {
            let (truth, reasons) = mechanism_in_force(c, s);
            Answer::Told(truth, reasons)
        };
    "data protection test needed" of Flow Dataset, Wants::Nothing, "transfer MECHANISM", "a mechanism that the vocabulary marks `needs-test`"
        => |c, s, _| match transfer(c, s) {
            Known::Said(transfer, _) => Answer::Is(Truth::from(marked(c, transfer, "needs-test"))),
            other => unsaid(other),
        };
    "data protection test" of Flow Dataset, Wants::Nothing, "record NAME { kind data-protection-test; covers NAME; by \"role\"; on DATE }", "a record in force of the test (article 46(6)) that covers it, its activity, its transfer agreement or who receives it"
        => |c, s, _| recorded(c, s, "data-protection-test").map_or(Answer::Unsaid, Answer::Is);
    "held at first" of Dataset, Wants::Nothing, "held by PLACE", "being held from the start and not only made by steps"
        => |c, s, _| there(dataset(c, s).is_some_and(|d| !d.held_by.is_empty()));
}

/// A country abroad, and what is said to be there.
struct Abroad {
    country: String,
    /// The sentence that says so.
    why: String,
    span: Span,
}

/// Where data goes beyond the country whose law applies.
struct Countries {
    countries: Vec<Abroad>,
    /// Where none is known, whether there may be one.
    unknown: Truth,
}

fn copy_facts_of<'a>(c: &Context<'a>, s: Subject) -> Option<&'a CopyFacts> {
    let model: &'a Model = c.model;
    Some(match s {
        Subject::Flow(id) => &model.flows.get(id.index())?.facts,
        Subject::Dataset(id) => &model.datasets.get(id.index())?.facts,
        _ => return None,
    })
}

fn transfer<'a>(c: &Context<'a>, s: Subject) -> &'a Known<Transfer> {
    static UNSAID: Known<Transfer> = Known::Unsaid;
    copy_facts_of(c, s).map_or(&UNSAID, |f| &*f.transfer)
}

fn marked(c: &Context<'_>, transfer: &Transfer, mark: &str) -> bool {
    let word = c.model.vocabulary.word(Family::TransferMechanism, c.model.word(transfer.mechanism));
    word.is_some_and(|w| w.has_mark(mark))
}

/// Who receives, beyond the organisation that sends.
fn receivers(c: &Context<'_>, s: Subject) -> Vec<PartyId> {
    let party = |p: &PlaceId| c.model.place(*p).party;
    let Some(flow) = flow(c, s) else { return Vec::new() };
    let senders: Vec<PartyId> = flow.from.iter().map(party).collect();
    let mut all: Vec<PartyId> = Vec::new();
    for receiver in flow.to.iter().map(party) {
        if receiver != Model::PUBLIC_PARTY && !senders.contains(&receiver) && !all.contains(&receiver) {
            all.push(receiver);
        }
    }
    all
}

/// The row of a country in the table, on a date.
fn row<'a>(c: &Context<'a>, country: &str, on: Date) -> Option<&'a Row> {
    let settings: &'a crate::vocabulary::Settings = c.settings;
    settings.tables.adequate(country, settings.jurisdiction, on)
}

fn abroad(c: &Context<'_>, s: Subject) -> Countries {
    let mut all = Countries { countries: Vec::new(), unknown: Truth::False };
    let stored = copy_facts_of(c, s).map(|f| &*f.stored_in);
    let own: Vec<&str> = dataset(c, s).map_or_else(Vec::new, |d| {
        // where it is from the start nothing was transferred to
        d.held_by
            .iter()
            .filter_map(|p| c.model.party(c.model.place(*p).party).country.value())
            .map(String::as_str)
            .collect()
    });
    if let Some(Known::Said(countries, span)) = stored {
        for country in countries.iter().map(|s| c.model.word(*s)) {
            if !c.at_home(country) && !own.contains(&country) {
                let why = format!("the data is stored in `{country}`");
                all.countries.push(Abroad { country: country.to_owned(), why, span: *span });
            }
        }
    }
    for receiver in receivers(c, s) {
        let party = c.model.party(receiver);
        let name = c.model.word(party.declared.name);
        match &party.country {
            Known::Said(country, span) if !c.at_home(country) => {
                let why = format!("`{name}` is in `{country}`");
                all.countries.push(Abroad { country: country.clone(), why, span: *span });
            }
            Known::Said(..) => {}
            // a public authority of the vocabulary is one of this country
            Known::Unsaid if public_authority(c, receiver) => {}
            other => {
                let span = other.span().unwrap_or(party.declared.span);
                let missing = match receiver {
                    Model::UNKNOWN_PARTY => "who receives it (`to`)".to_owned(),
                    _ => format!("in which country `{name}` is (`country`)"),
                };
                all.unknown = all.unknown.or(Truth::unknown(missing, span));
            }
        }
    }
    all
}

/// Whether a party is of a kind that the vocabulary marks as a public authority.
pub(super) fn public_authority(c: &Context<'_>, party: PartyId) -> bool {
    let kind = c.model.party(party).kind.value();
    kind.and_then(|k| c.model.vocabulary.word(Family::PartyKind, k)).is_some_and(|w| w.has_mark("public-authority"))
}

/// The dates on which what a transfer rests on has to hold: its beginning and its end where they are known, else that of the check.
fn dates(c: &Context<'_>, s: Subject) -> Vec<Date> {
    let timeline = &c.graph.timeline;
    let known = |p: Point| timeline.latest(p).or_else(|| timeline.earliest(p));
    let (start, end) = window_of(c, s);
    let start = start.and_then(known);
    let end = end.and_then(known).unwrap_or(c.as_of);
    match start {
        Some(start) if start < end => vec![start, end],
        Some(start) => vec![start],
        None => vec![end],
    }
}

/// Whether a country is approved for as long as a transfer goes on.
fn approved(c: &Context<'_>, s: Subject, at: &Abroad, reasons: &mut Vec<Reason>) -> Truth {
    let country = &at.country;
    let claimed = matches!(transfer(c, s), Known::Said(t, _) if c.model.word(t.mechanism) == "adequacy");
    for date in dates(c, s) {
        let Some(row) = row(c, country, date) else {
            let said = format!("{}, and on {date} no {} approve that country", at.why, approvers(c));
            reasons.push(
                Reason::at(said, at.span).mended(
                    "state another mechanism with `transfer MECHANISM under AGREEMENT`, or keep the data at home"
                        .to_owned(),
                ),
            );
            return Truth::False;
        };
        if let Some(only) = row.text("only").filter(|_| !claimed) {
            return Truth::unknown(
                format!("whether that is {only}, for which alone `{country}` is approved (`transfer adequacy`)"),
                at.span,
            );
        }
    }
    Truth::True
}

fn approvers(c: &Context<'_>) -> &'static str {
    match c.settings.jurisdiction {
        Jurisdiction::Uk => "regulations",
        Jurisdiction::Eu => "decisions of the Commission",
    }
}

fn mechanism_in_force(c: &Context<'_>, s: Subject) -> (Truth, Vec<Reason>) {
    let mut reasons = Vec::new();
    let countries = abroad(c, s).countries;
    let adequate = |reasons: &mut Vec<Reason>| {
        Truth::all(countries.iter().map(|at| approved(c, s, at, reasons)).collect::<Vec<_>>())
    };
    let (transfer, span) = match transfer(c, s) {
        Known::Said(transfer, span) => (transfer, *span),
        Known::NotStated(span) => {
            let truth = adequate(&mut Vec::new());
            if truth == Truth::True {
                return (truth, reasons);
            }
            return (Truth::unknown("on what the transfer rests (`transfer`)".to_owned(), *span), reasons);
        }
        Known::Unsaid => return (adequate(&mut reasons), reasons),
    };
    let word = c.model.word(transfer.mechanism);
    if let Some((here, there)) = elsewhere(c, transfer) {
        reasons.push(
            Reason::at(
                format!("it rests on `{word}`, which is a mechanism of the law of the {there} and not of the {here}"),
                span,
            )
            .mended(format!("state a mechanism that the law of the {here} has")),
        );
        return (Truth::False, reasons);
    }
    if word == "adequacy" {
        return (adequate(&mut reasons), reasons);
    }
    let truth = if marked(c, transfer, "needs-record") {
        derogation(c, s, word, span, &mut reasons)
    } else {
        agreed(c, s, transfer, span, &mut reasons)
    };
    (truth, reasons)
}

/// Where a mechanism belongs to another law: the law that applies, and its own.
fn elsewhere(c: &Context<'_>, transfer: &Transfer) -> Option<(&'static str, &'static str)> {
    match c.settings.jurisdiction {
        Jurisdiction::Uk if marked(c, transfer, "eu-only") => Some(("United Kingdom", "European Union")),
        Jurisdiction::Eu if marked(c, transfer, "uk-only") => Some(("European Union", "United Kingdom")),
        _ => None,
    }
}

/// Whether there is a record in force of why a derogation applies.
fn derogation(c: &Context<'_>, s: Subject, word: &str, span: Span, reasons: &mut Vec<Reason>) -> Truth {
    let truth = recorded(c, s, "transfer-derogation").unwrap_or(Truth::False);
    if truth == Truth::False {
        reasons.push(
            Reason::at(format!("it rests on `{word}`, and no record in force says why that applies"), span)
                .mended("write a `record` with `kind transfer-derogation` that covers it".to_owned()),
        );
    }
    truth
}

/// Whether the agreement under which a mechanism is made is in force.
fn agreed(c: &Context<'_>, s: Subject, transfer: &Transfer, span: Span, reasons: &mut Vec<Reason>) -> Truth {
    let word = c.model.word(transfer.mechanism);
    let Some(agreement) = transfer.under else {
        reasons.push(
            Reason::at(format!("it rests on `{word}`, and no agreement is named"), span)
                .mended(format!("name the signed agreement: `transfer {word} under AGREEMENT`")),
        );
        return Truth::False;
    };
    let agreement = &c.model.agreements[agreement.index()];
    let truth = in_force(c, agreement, window_of(c, s));
    if truth == Truth::False {
        let name = c.model.word(agreement.declared.name);
        reasons.push(
            Reason::at(
                format!("`{name}`, on which the transfer rests, is not in force for as long as it goes on"),
                agreement.declared.span,
            )
            .mended(format!("renew `{name}`, or end the transfer with it")),
        );
    }
    truth
}

/// Whether a record of a kind in force covers a transfer; `None` where there is none at all.
fn recorded(c: &Context<'_>, s: Subject, kind: &str) -> Option<Truth> {
    let mut about: Vec<Thing> = Vec::new();
    match s {
        Subject::Flow(id) => about.push(Thing::Flow(id)),
        Subject::Dataset(id) => about.push(Thing::Dataset(id)),
        _ => {}
    }
    about.extend(activity_of(c, s).map(Thing::Activity));
    about.extend(transfer(c, s).value().and_then(|t| t.under).map(Thing::Agreement));
    about.extend(receivers(c, s).into_iter().map(|p| Thing::Place(c.model.party(p).place)));
    record_of_kind(c, &about, kind)
}

/// Whether a record of a kind that covers one of these is in force; `None` where there is none of that kind.
pub(super) fn record_of_kind(c: &Context<'_>, about: &[Thing], kind: &str) -> Option<Truth> {
    let mut found: Vec<RecordId> = about.iter().flat_map(|t| c.records_about(*t)).copied().collect();
    found.sort_unstable();
    found.dedup();
    let records = found.into_iter().map(|r| &c.model.records[r.index()]);
    let of_kind = |known: &Known<Vec<String>>| {
        known.value().is_some_and(|all| all.iter().any(|k| c.model.vocabulary.word_under(Family::Record, k, kind)))
    };
    let mut truths = records.filter(|r| of_kind(&r.kinds)).map(|r| record_in_force(c, r)).peekable();
    truths.peek()?;
    Some(Truth::any(truths))
}
