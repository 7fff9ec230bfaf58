//! Facts of minimisation: whether a less identifiable version would do, and whether what is called anonymous is.

use std::sync::LazyLock;

use rustc_hash::FxHashSet;
use smallvec::SmallVec;

use super::read::*;
use super::research::why_named;
use super::{Answer, Item, Reason, Subject, Wants};
use crate::graph::{ArrivalId, CellId, Column, ColumnKind, CopyId, Reading};
use crate::model::Known;
use crate::rules::context::Context;
use crate::rules::forms::fields::Used;
use crate::rules::forms::filters::missing_of;
use crate::rules::phrase::Phrase;
use crate::rules::sought::Sought;
use crate::rules::truth::Truth;
use crate::source::Span;
use crate::syntax::tree::{LEAST_FORMS, LevelWord};

facts! {
    "needs" of Step Use Decision, Wants::Anything, "needs LEVEL", "the least identifiable form of data that it can work with"
        => |c, s, _| match needed(c, s) {
            Known::Said(level, span) => Answer::Values(vec![Item::Word(form(*level).to_owned())], *span),
            other => unsaid(other),
        };
    "least identifiable available" of Flow, Wants::Nothing, "needs LEVEL (in the steps and uses that take it)", "the least identifiable version that would do: its receivers need no less, and its sender has no less identifiable version with every field that they use"
        => where |c| !c.all_is_stated(), least_identifiable;
    "claimed anonymous" of Copy Dataset, Wants::Nothing, "claimed anonymous", "somebody saying that nobody in it can be identified"
        => |c, s, _| match s {
            Subject::Dataset(id) => there(c.model.dataset(id).claimed_anonymous.is_some()),
            Subject::Copy(copy, _) => there(c.model.dataset(c.graph.copy(copy).dataset).claimed_anonymous.is_some()),
            _ => Answer::Unsaid,
        };
    "anonymous" of Copy, Wants::Nothing, "nothing: it follows from what it is and what its holder holds, or `attest copy …`", "anonymous at its place: nobody can be identified in it, or a live attestation says so"
        => anonymous;
}

fn form(level: u8) -> &'static str {
    LEAST_FORMS.get(usize::from(level)).copied().unwrap_or("identifiable")
}

fn needed<'a>(c: &Context<'a>, s: Subject) -> &'a Known<u8> {
    match s {
        Subject::Step(id) => &c.model.steps[id.index()].needs,
        Subject::Use(id) => &c.model.uses[id.index()].needs,
        _ => &Known::Unsaid,
    }
}

/// How many copies of the sender are looked at for a less identifiable version.
const LOOKED_AT: usize = 200;

fn least_identifiable(c: &Context<'_>, s: Subject, reading: Reading) -> Answer {
    let Subject::Flow(flow) = s else { return Answer::Unsaid };
    let mut reasons: Vec<Reason> = Vec::new();
    for arrival in c.graph.arrivals_by(flow) {
        let copy = c.graph.arrival(*arrival).copy;
        let sent = c.linkage(reading).own_level(copy);
        // below row level there is nothing less identifiable
        if sent < 2 {
            continue;
        }
        let takers = c.uses().takers_of(c, copy);
        let needs: SmallVec<[Option<u8>; 4]> = takers.iter().map(|t| needed(c, *t).value().copied()).collect();
        let most = needs.iter().flatten().max().copied();
        // whoever needs it as it is has said so
        if most.is_some_and(|m| m >= sent) {
            continue;
        }
        let named = || (c.data_name(copy), c.place_title(c.graph.copy(copy).place));
        if let (Some(most), true) = (most, needs.iter().all(Option::is_some)) {
            let (data, to) = named();
            reasons.push(
                Reason {
                    span: None,
                    ..Reason::at(
                        format!("what {to} does with {data} needs {} data, and it is sent {}", form(most), form(sent)),
                        c.arrival_span(*arrival),
                    )
                }
                .mended(format!("send it {}: a step at the sender can drop, pseudonymise or count", form(most))),
            );
            continue;
        }
        let Some(lower) = lower_version(c, *arrival, sent, reading) else { continue };
        let level = form(c.linkage(reading).own_level(lower));
        let (data, to) = named();
        let from = c.place_title(c.graph.copy(lower).place);
        reasons.push(
            Reason::at(
                format!(
                    "{from} also has {}, which is {level} and has every field of {data} that {to} uses",
                    c.data_name(lower)
                ),
                c.graph.arrivals_of(lower).next().map_or_else(|| c.arrival_span(*arrival), |a| c.arrival_span(a)),
            )
            .mended(format!(
                "send {} in the place of {data}, or say `needs {}` where {to} cannot do without",
                c.data_name(lower),
                form(sent)
            )),
        );
    }
    let mut seen = FxHashSet::default();
    reasons.retain(|r| seen.insert(r.sentence.clone()));
    Answer::Told(Truth::from(reasons.is_empty()), reasons)
}

/// A copy that the sender has made of what it sends, with less in it that identifies and all that is used.
fn lower_version(c: &Context<'_>, arrival: ArrivalId, sent: u8, reading: Reading) -> Option<CopyId> {
    let sources = c.graph.from(arrival);
    // most of what is sent nobody works on
    if sources.iter().all(|from| c.doings().made_of(*from).is_empty()) {
        return None;
    }
    let party = c.graph.party_of(c.model, *sources.first()?);
    let mut seen: FxHashSet<CopyId> = sources.iter().copied().collect();
    let mut stack: Vec<CopyId> = sources.to_vec();
    let mut found: Vec<CopyId> = Vec::new();
    while let Some(at) = stack.pop() {
        for next in c.doings().made_of(at).iter().copied() {
            let inside = c.graph.party_of(c.model, next) == party;
            if !inside || seen.len() >= LOOKED_AT || !seen.insert(next) {
                continue;
            }
            stack.push(next);
            if (2..sent).contains(&c.linkage(reading).own_level(next)) {
                found.push(next);
            }
        }
    }
    if found.is_empty() {
        return None;
    }
    let received = c.graph.arrival(arrival).copy;
    let used = |cell: &CellId| match c.uses().of_cell(c, *cell) {
        Used::Yes => true,
        Used::Perhaps => reading == Reading::Kind,
        Used::No => false,
    };
    let brought = c.graph.cells_of(received).filter(|cell| c.graph.comes_by(c.model, arrival, *cell));
    let fields: Vec<_> = brought
        .filter(|cell| c.graph.cell(*cell).column.kind == ColumnKind::Field)
        .filter(used)
        .map(|cell| c.graph.cell(cell).column)
        .collect();
    // where nobody says what it is used for, nobody can say that less would do
    if fields.is_empty() {
        return None;
    }
    let has_all = |copy: &CopyId| {
        let has = |wanted: &Column| {
            c.graph.columns_of(*copy).iter().any(|k| k.name == wanted.name && k.category == wanted.category)
        };
        fields.iter().all(has)
    };
    let fit = found.into_iter().filter(has_all);
    fit.min_by_key(|copy| (c.linkage(reading).own_level(*copy), c.data_name(*copy)))
}

fn anonymous(c: &Context<'_>, s: Subject, reading: Reading) -> Answer {
    static ALL: LazyLock<Phrase> = LazyLock::new(|| Phrase::everything(Span::default()));
    static ANONYMOUS: LazyLock<Phrase> =
        LazyLock::new(|| Phrase { level: Some(LevelWord::Anonymous), ..Phrase::everything(Span::default()) });
    let Subject::Copy(copy, arrival) = s else { return Answer::Unsaid };
    let place = c.graph.copy(copy).place;
    let seen = c.seen(place, reading);
    let sought = Sought::new(c, &ALL, &[&*ANONYMOUS]);
    let found = |reading| sought.is_in(c, copy, c.contents(reading), c.seen(place, reading), reading);
    // the two readings are judged apart, so that what only one of them finds cannot be told
    if !found(reading) {
        return Answer::Told(Truth::True, Vec::new());
    }
    let level = if c.has_rows(copy, reading) { c.level(seen, copy) } else { 1 };
    let why = match level {
        4 if c.identified(copy, reading) && !c.identified(copy, Reading::Kind) => {
            "it may have a direct identifier that is not listed".to_owned()
        }
        4 => why_named(c, copy),
        3 => "it has a row for each person, under a key".to_owned(),
        1 => "its counts are without full disclosure control".to_owned(),
        _ => "it has a row for each person".to_owned(),
    };
    let fix = if level == 1 {
        "count with a `minimum` and `suppress secondary`, or do not call it anonymous".to_owned()
    } else {
        format!(
            "call {} pseudonymised and treat it as personal data, count it with disclosure control, or have it attested (`attest copy … is anonymous`)",
            c.data_name(copy)
        )
    };
    let reason = Reason::at(format!("it is not anonymous: {why}"), c.arrival_span(arrival));
    let truth = match found(Reading::Kind) {
        true => Truth::False,
        // what only the harsh reading finds cannot be told
        false => {
            let cells = c.graph.cells_of(copy).map(|cell| (place, cell)).collect();
            Truth::Unknown(missing_of(c, cells, &sought).missing)
        }
    };
    Answer::Told(truth, vec![reason.mended(fix)])
}
