//! Facts of notices: what one tells, held against what happens in the activities that it covers.

use std::collections::{BTreeMap, HashSet};

use super::scope::{Named, Scope, names, principals, scope, senders, told};
use super::{Answer, Reason, Subject, Wants};
use crate::graph::{ArrivalId, ColumnKind, CopyId, How, Reading};
use crate::model::{CategoryId, Known, Model, Notice, NoticeId, PartyId, PlaceId, PurposeId};
use crate::rules::context::Context;
use crate::rules::finding::Missing;
use crate::rules::forms::uses::taken;
use crate::source::Span;

facts! {
    "every recipient named" of Notice, Wants::Nothing, "names recipients WHO", "naming all who are given personal data in what it covers, by name or by kind; what goes to a processor goes to those for whom it processes"
        => |c, s, reading| compared(c, s, reading, "recipients", recipients);
    "every purpose named" of Notice, Wants::Nothing, "names purposes PURPOSE", "naming all purposes of what it covers, or wider ones"
        => |c, s, reading| compared(c, s, reading, "purposes", purposes_told);
    "every category named" of Notice, Wants::Nothing, "names categories CATEGORY", "naming all categories of personal data in what it covers, or wider ones; what being in a list reveals is one of them, keys are none"
        => |c, s, reading| compared(c, s, reading, "categories", categories);
    "every source named" of Notice, Wants::Nothing, "names sources WHO", "naming all from whom those who give it, or their processors, get personal data in what it covers (article 14(2)(f))"
        => |c, s, reading| compared(c, s, reading, "sources", sources);
    "nothing named in vain" of Notice, Wants::Nothing, "names recipients WHO; names sources WHO", "naming as recipients and sources only those who are; a source is also with whom the data that is used begins, or who is its controller there"
        => |c, s, reading| in_vain(c, s, reading);
}

/// What is not told, and what nobody can tell.
#[derive(Default)]
pub(super) struct Gaps {
    pub(super) reasons: Vec<Reason>,
    pub(super) missing: Vec<Missing>,
}

impl Gaps {
    pub(super) fn answer(self) -> Answer {
        told(self.reasons, self.missing)
    }
}

pub(super) fn with_scope(c: &Context<'_>, s: Subject, read: impl FnOnce(&Notice, &Scope) -> Answer) -> Answer {
    let Subject::Notice(id) = s else { return Answer::Unsaid };
    read(&c.model.notices[id.index()], &scope(c, id))
}

type Compare = fn(&Context<'_>, &Notice, &Scope, Reading) -> Gaps;

/// Compares one list of a notice with what happens. A list that is `not-stated` may name all there is.
fn compared(c: &Context<'_>, s: Subject, reading: Reading, what: &str, compare: Compare) -> Answer {
    with_scope(c, s, |n, scope| {
        let mut gaps = compare(c, n, scope, reading);
        if let Some(Known::NotStated(span)) = n.names.get(what)
            && !gaps.reasons.is_empty()
        {
            gaps.reasons.clear();
            gaps.missing
                .push(Missing { text: format!("which {what} {} names (`names {what}`)", name(c, n)), span: *span });
        }
        gaps.answer()
    })
}

pub(super) fn name(c: &Context<'_>, notice: &Notice) -> String {
    format!("`{}`", c.model.word(notice.declared.name))
}

/// The flows of a scope that bring rows about people: the arrival and the place that receives.
pub(super) fn brought<'a>(
    c: &'a Context<'_>,
    scope: &'a Scope,
    reading: Reading,
) -> impl Iterator<Item = (ArrivalId, &'a crate::model::Flow, CopyId)> {
    by_flows(c, &scope.arrivals, reading)
}

/// Those of some arrivals by which flows bring rows about people.
fn by_flows<'a>(
    c: &'a Context<'_>,
    arrivals: &'a [ArrivalId],
    reading: Reading,
) -> impl Iterator<Item = (ArrivalId, &'a crate::model::Flow, CopyId)> {
    arrivals.iter().filter_map(move |a| {
        let arrival = c.graph.arrival(*a);
        match arrival.how {
            How::Flow(flow, _) if c.has_rows(arrival.copy, reading) => {
                Some((*a, &c.model.flows[flow.index()], arrival.copy))
            }
            _ => None,
        }
    })
}

fn recipients(c: &Context<'_>, n: &Notice, scope: &Scope, reading: Reading) -> Gaps {
    let (m, from) = (c.model, senders(n));
    let named = Named::of(m, n, "recipients");
    let mut gaps = Gaps::default();
    let mut told: HashSet<PartyId> = HashSet::new();
    let mut unnamed = |party: PartyId, place: PlaceId, sentence: String, span: Span| {
        if from.contains(&party) || named.place(m, place) || !told.insert(party) {
            return;
        }
        let fix = format!("add `{}` to `names recipients` in {}", m.place_name(place), name(c, n));
        gaps.reasons.push(Reason::at(sentence, span).mended(fix));
    };
    let mut unknown = Vec::new();
    for (arrival, flow, copy) in brought(c, scope, reading) {
        let (place, at) = (c.graph.copy(copy).place, c.arrival_span(arrival));
        let (party, what) = (m.place(place).party, c.data_name(copy));
        let by = m.word(flow.declared.name);
        if place == Model::UNKNOWN {
            unknown.push(Missing { text: format!("who receives `{by}` (`to`)"), span: flow.to_span });
            continue;
        }
        let who = c.place_title(place);
        unnamed(party, place, format!("`{by}` gives {what} to {who}, and the notice does not name it"), at);
        for principal in principals(c, c.graph.arrival(arrival).activity, party, c.graph.copy(copy).dataset) {
            let place = m.party(principal).place;
            let whom = c.place_title(place);
            let said =
                format!("`{by}` gives {what} to {who}, which holds it for {whom}, and the notice does not name {whom}");
            unnamed(principal, place, said, at);
        }
    }
    for id in &scope.uses {
        let used = &m.uses[id.index()];
        for place in used.by.value().into_iter().flatten() {
            let who = c.place_title(*place);
            let said = format!(
                "`{}` lets {who} see personal data, and the notice does not name it",
                m.word(used.declared.name)
            );
            if taken(c, Subject::Use(*id), reading).iter().any(|t| c.has_rows(t.copy, reading)) {
                unnamed(m.place(*place).party, *place, said, used.declared.span);
            }
        }
    }
    gaps.missing = unknown;
    gaps
}

fn purposes_told(c: &Context<'_>, n: &Notice, scope: &Scope, reading: Reading) -> Gaps {
    let m = c.model;
    let named: Vec<PurposeId> =
        names(n, "purposes").iter().filter_map(|(name, _)| m.vocabulary.find_purpose(m.word(*name))).collect();
    let mut gaps = Gaps::default();
    let mut told: HashSet<PurposeId> = HashSet::new();
    let mut look = |what: &str, at: Span, purposes: &Known<crate::model::List<PurposeId>>| {
        if let Known::NotStated(span) = purposes {
            gaps.missing.push(Missing { text: format!("what `{what}` is for (`for`)"), span: *span });
        }
        for purpose in purposes.value().into_iter().flatten() {
            if named.iter().any(|n| m.vocabulary.purpose_under(*purpose, *n)) || !told.insert(*purpose) {
                continue;
            }
            let word = &m.vocabulary.purpose(*purpose).name;
            let sentence = format!("`{what}` uses personal data for `{word}`, and the notice does not name it");
            gaps.reasons
                .push(Reason::at(sentence, at).mended(format!("add `{word}` to `names purposes` in {}", name(c, n))));
        }
    };
    for arrival in &scope.arrivals {
        let a = c.graph.arrival(*arrival);
        let personal = |copies: &[CopyId]| copies.iter().any(|copy| c.has_rows(*copy, reading));
        let (declared, purposes) = match a.how {
            How::Flow(flow, _) if personal(&[a.copy]) => {
                let flow = &m.flows[flow.index()];
                (&flow.declared, &flow.purposes)
            }
            How::Step(step, _) if personal(c.graph.from(*arrival)) => {
                let step = &m.steps[step.index()];
                (&step.declared, &step.purposes)
            }
            _ => continue,
        };
        look(m.word(declared.name), declared.span, purposes);
    }
    for id in &scope.uses {
        let used = &m.uses[id.index()];
        if taken(c, Subject::Use(*id), reading).iter().any(|t| c.has_rows(t.copy, reading)) {
            look(m.word(used.declared.name), used.declared.span, &used.purposes);
        }
    }
    gaps
}

fn categories(c: &Context<'_>, n: &Notice, scope: &Scope, reading: Reading) -> Gaps {
    let m = c.model;
    let named: Vec<CategoryId> =
        names(n, "categories").iter().filter_map(|(name, _)| m.vocabulary.find_category(m.word(*name))).collect();
    let keys = m.vocabulary.find_category("key");
    let is_key = |category| keys.is_some_and(|keys| m.vocabulary.category_under(category, keys));
    let mut found: BTreeMap<CategoryId, (String, Span)> = BTreeMap::new();
    let contents = c.contents(reading);
    let mut seen = HashSet::new();
    let mut look = |copy: CopyId, by: &str, at: Span| {
        if !seen.insert(contents.of(copy)) {
            return;
        }
        for cell in c.graph.cells_of(copy).filter(|cell| contents.has_rows(*cell)) {
            let column = c.graph.cell(cell).column;

            let Some(category) = column.category else { continue };
            if is_key(category) || named.iter().any(|n| m.vocabulary.category_under(category, *n)) {
                continue;
            }
            let what = match column.kind {
                ColumnKind::Reveals => format!("being in {} reveals `{}`", c.data_name(copy), m.word(column.name)),
                ColumnKind::Field => format!("`{by}` has `{}` in {}", m.word(column.name), c.data_name(copy)),
                ColumnKind::Membership | ColumnKind::Open => continue,
            };
            found.entry(category).or_insert((what, at));
        }
    };
    for arrival in &scope.arrivals {
        look(c.graph.arrival(*arrival).copy, c.arrival_name(*arrival), c.arrival_span(*arrival));
    }
    for id in &scope.uses {
        let declared = &m.uses[id.index()].declared;
        for used in taken(c, Subject::Use(*id), reading) {
            look(used.copy, m.word(declared.name), declared.span);
        }
    }
    let reasons = found.into_iter().map(|(category, (what, at))| {
        let word = &m.vocabulary.category(category).name;
        let sentence = format!("{what}, and the notice does not name `{word}`");
        Reason::at(sentence, at).mended(format!("add `{word}` to `names categories` in {}", name(c, n)))
    });
    Gaps { reasons: reasons.collect(), missing: Vec::new() }
}

/// From whom those who give a notice get data: what each flow brings, with the place that sends.
pub(super) fn coming_in<'a>(
    c: &'a Context<'_>,
    n: &'a Notice,
    scope: &'a Scope,
    reading: Reading,
) -> Vec<(&'a crate::model::Flow, CopyId, PlaceId)> {
    let (m, from) = (c.model, senders(n));
    let mut all = Vec::new();
    for (arrival, flow, copy) in brought(c, scope, reading) {
        let (activity, dataset) = (c.graph.arrival(arrival).activity, c.graph.copy(copy).dataset);
        let ours = |party: PartyId| {
            from.contains(&party) || principals(c, activity, party, dataset).iter().any(|p| from.contains(p))
        };
        if !ours(m.place(c.graph.copy(copy).place).party) {
            continue;
        }
        all.extend(flow.from.iter().filter(|p| !ours(m.place(**p).party)).map(|p| (flow, copy, *p)));
    }
    all
}

fn sources(c: &Context<'_>, n: &Notice, scope: &Scope, reading: Reading) -> Gaps {
    let m = c.model;
    let named = Named::of(m, n, "sources");
    let mut gaps = Gaps::default();
    let mut told: HashSet<PartyId> = HashSet::new();
    for (flow, copy, sender) in coming_in(c, n, scope, reading) {
        let by = m.word(flow.declared.name);
        if sender == Model::UNKNOWN {
            gaps.missing.push(Missing { text: format!("who sends `{by}` (`from`)"), span: flow.from_span });
            continue;
        }
        let known = named.place(m, sender) || named.dataset(c.graph.copy(copy).dataset);
        if known || !told.insert(m.place(sender).party) {
            continue;
        }
        let (what, who) = (c.data_name(copy), c.place_title(sender));
        let sentence = format!("`{by}` brings {what} from {who}, and the notice does not name it as a source");
        let fix = format!("add `{}` to `names sources` in {}", m.place_name(sender), name(c, n));
        gaps.reasons.push(Reason::at(sentence, flow.declared.span).mended(fix));
    }
    gaps
}

/// Those with whom begins what is in the scope of a notice: who holds it from the start, and its controllers.
fn beginnings(c: &Context<'_>, scope: &Scope) -> HashSet<PartyId> {
    let (m, mut found) = (c.model, HashSet::new());
    let mut stack: Vec<CopyId> = scope.arrivals.iter().chain(&scope.beside).map(|a| c.graph.arrival(*a).copy).collect();
    let mut seen: HashSet<CopyId> = stack.iter().copied().collect();
    while let Some(copy) = stack.pop() {
        for id in c.graph.arrivals_of(copy) {
            if c.graph.arrival(id).how == How::Declared {
                let dataset = m.dataset(c.graph.copy(copy).dataset);
                found.insert(m.place(c.graph.copy(copy).place).party);
                found.extend(dataset.controllers.value().into_iter().flatten().copied());
            }
            stack.extend(c.graph.from(id).iter().copied().filter(|from| seen.insert(*from)));
        }
    }
    found
}

/// Recipients and sources that a notice names and that have no part in what it covers.
fn in_vain(c: &Context<'_>, s: Subject, reading: Reading) -> Answer {
    let m = c.model;
    with_scope(c, s, |n, scope| {
        let mut receiving: HashSet<PartyId> = HashSet::new();
        let mut unsure = false;
        let beside = by_flows(c, &scope.beside, Reading::Harsh);
        for (arrival, _, copy) in brought(c, scope, Reading::Harsh).chain(beside) {
            let place = c.graph.copy(copy).place;
            unsure |= place == Model::UNKNOWN;
            receiving.insert(m.place(place).party);
            let activity = c.graph.arrival(arrival).activity;
            receiving.extend(principals(c, activity, m.place(place).party, c.graph.copy(copy).dataset));
        }
        receiving.extend(
            scope
                .uses
                .iter()
                .flat_map(|u| m.uses[u.index()].by.value().into_iter().flatten())
                .map(|p| m.place(*p).party),
        );
        let mut sending: HashSet<PartyId> =
            coming_in(c, n, scope, Reading::Harsh).iter().map(|(_, _, p)| m.place(*p).party).collect();
        let named = !names(n, "sources").is_empty();
        sending.extend(if named { beginnings(c, scope) } else { HashSet::new() });
        let mut gaps = Gaps::default();
        let lists = [("recipients", &receiving, "is given no personal data"), ("sources", &sending, "gives none")];
        for (what, taking_part, not) in lists {
            for (word, span) in names(n, what) {
                let one = Notice {
                    names: BTreeMap::from([(what.to_owned(), Known::Said(vec![(*word, *span)], *span))]),
                    ..n.clone()
                };
                let parties = Named::of(m, &one, what).parties(m);
                // those who give the notice are sources of what they have themselves
                let part = |p: &PartyId| taking_part.contains(p) || senders(n).contains(p);
                if parties.is_empty() || parties.iter().any(part) || (unsure && reading == Reading::Kind) {
                    continue;
                }
                let word = m.word(*word);
                let sentence = format!("it names `{word}` among its {what}, which {not} in what the notice covers");
                let fix =
                    format!("take `{word}` out of `names {what}` in {}, or add the flow that is missing", name(c, n));
                gaps.reasons.push(Reason::at(sentence, *span).mended(fix));
            }
        }
        gaps.answer()
    })
}

/// The notices of a model, by number.
pub(super) fn all_notices<'a>(c: &Context<'a>) -> impl Iterator<Item = (NoticeId, &'a Notice)> {
    c.model.notices.iter().enumerate().map(|(i, n)| (NoticeId(i as u32), n))
}
