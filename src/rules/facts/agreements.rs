//! Facts of sharing under agreements: between whom, within what, how far on, by which power.

use rustc_hash::FxHashSet;
use smallvec::SmallVec;

use super::lawfulness::{BASIS, footings};
use super::read::*;
use super::{Answer, Item, Reason, Subject, Wants};
use crate::graph::{ColumnKind, CopyId};
use crate::model::{Agreement, Flow, FlowId, Known, LawId, Model, PartyId, Period, PlaceId, Point};
use crate::rules::context::Context;
use crate::rules::provenance;
use crate::rules::story::list;
use crate::rules::truth::Truth;
use crate::source::Span;
use crate::syntax::tree::DurationUnit;
use crate::vocabulary::Family;

facts! {
    "to another controller" of Flow, Wants::Nothing, "processor PARTY for PARTY in the activity", "a receiver that decides for itself: neither its sender nor a processor for the same controllers"
        => |c, s, _| with_flow(c, s, |id, flow| Answer::Is(to_another(c, id, flow)));
    "within agreement" of Flow, Wants::Nothing, "covers, for, between, about, by in the agreement", "data, purposes, parties, people and channel that one of its agreements covers"
        => |c, s, _| with_flow(c, s, |id, flow| within(c, id, flow));
    "time left under agreement" of Flow, Wants::Period, "until DATE in the agreement", "how long from the date of the check an agreement that is in force still runs; as long as is asked where it has no end, or the flow ends first"
        => |c, s, _| with_flow(c, s, |_, flow| left(c, flow));
    "onward sharing allowed" of Flow, Wants::Nothing, "onward to WHO in the agreement (in the flow)", "receivers to whom everything that the data came under before lets it be passed on"
        => |c, s, _| with_flow(c, s, |id, flow| onward_allowed(c, s, id, flow));
    "return to its source" of Flow, Wants::Nothing, "terms no-return in the agreement", "a receiver from whom the data came under an agreement with the term `no-return`, or whoever acts for it"
        => |c, s, _| with_flow(c, s, |id, flow| returns(c, id, flow));
    "power that covers it" of Flow, Wants::Nothing, "basis BASIS under LAW; gives power in the law", "a law in force under its basis that gives a power or gateway and does not exclude any of its data"
        => |c, s, _| with_flow(c, s, |id, flow| power(c, s, id, flow));
}

fn with_flow<'a>(c: &Context<'a>, s: Subject, read: impl FnOnce(FlowId, &'a Flow) -> Answer) -> Answer {
    match s {
        Subject::Flow(id) => read(id, &c.model.flows[id.index()]),
        _ => Answer::Unsaid,
    }
}

fn party(c: &Context<'_>, place: PlaceId) -> PartyId {
    c.model.place(place).party
}

fn party_name<'a>(c: &Context<'a>, id: PartyId) -> &'a str {
    c.model.title(&c.model.party(id).declared)
}

/// Whether one of the agreements of a flow is in force, and which are not.
pub(super) fn in_force_told(c: &Context<'_>, s: Subject) -> Answer {
    let answer = each_agreement(c, s, &|c, a, window| in_force(c, a, window));
    let (Answer::Is(Truth::False), Subject::Flow(id)) = (&answer, s) else { return answer };
    let flow = &c.model.flows[id.index()];
    let at = flow.agreements.span().unwrap_or(flow.declared.span);
    let reasons = provenance::agreements(flow).map(|a| {
        let agreement = &c.model.agreements[a.index()];
        let name = c.model.word(agreement.declared.name);
        let dates = match (agreement.from.value(), agreement.until.value()) {
            (_, Some(Point::Date(end))) => format!("; it ends on {end}"),
            (Some(Point::Date(start)), _) => format!("; it begins on {start}"),
            _ => String::new(),
        };
        Reason::at(format!("the agreement `{name}` is not in force for as long as it goes on{dates}"), at)
            .mended(format!("renew `{name}`, name another agreement, or say with `during` when the flow is"))
    });
    Answer::Told(Truth::False, reasons.collect())
}

/// For whom a party acts in a flow.
fn acting(c: &Context<'_>, flow: &Flow, who: PartyId) -> Result<provenance::Parties, Span> {
    let datasets: SmallVec<[_; 4]> = flow.data.iter().map(|d| d.dataset).collect();
    c.provenance().acts_for(c, who, flow.activity, &datasets)
}

/// Senders and receivers of different organisations; the public is none.
fn pairs<'f>(c: &'f Context<'_>, flow: &'f Flow) -> impl Iterator<Item = (PlaceId, PlaceId)> + 'f {
    let each = flow.from.iter().flat_map(|a| flow.to.iter().map(move |b| (*a, *b)));
    each.filter(|(a, b)| party(c, *a) != party(c, *b) && *a != Model::PUBLIC && *b != Model::PUBLIC)
}

fn to_another(c: &Context<'_>, _: FlowId, flow: &Flow) -> Truth {
    Truth::any(pairs(c, flow).map(|(a, b)| match (acting(c, flow, party(c, a)), acting(c, flow, party(c, b))) {
        (Ok(from), Ok(to)) => Truth::from(to.iter().any(|p| !from.contains(p))),
        (Err(span), _) | (_, Err(span)) => {
            Truth::unknown("for whom a processor of this data acts (`for`)".to_owned(), span)
        }
    }))
}

/// What keeps a flow from being within an agreement, so far.
struct Scope<'c, 'a> {
    c: &'c Context<'a>,
    name: &'a str,
    truth: Truth,
    reasons: Vec<Reason>,
}

impl Scope<'_, '_> {
    fn outside(&mut self, sentence: String, span: Span, fix: String) {
        self.truth = Truth::False;
        self.reasons.push(Reason::at(sentence, span).mended(fix));
    }

    fn unknown(&mut self, what: &str, line: &str, span: Span) {
        let text = format!("{what} `{}` covers (`{line}`)", self.name);
        self.truth = std::mem::replace(&mut self.truth, Truth::True).and(Truth::unknown(text, span));
    }
}

fn within(c: &Context<'_>, id: FlowId, flow: &Flow) -> Answer {
    let all = match &flow.agreements {
        Known::Said(all, _) => all,
        other => return unsaid(other),
    };
    let mut best: Option<(Truth, Vec<Reason>)> = None;
    for agreement in all {
        let found = within_one(c, id, flow, &c.model.agreements[agreement.index()]);
        let rank = |(truth, reasons): &(Truth, Vec<Reason>)| match truth {
            Truth::True => (0, 0),
            Truth::Unknown(missing) => (1, missing.len()),
            Truth::False => (2, reasons.len()),
        };
        if best.as_ref().is_none_or(|b| rank(&found) < rank(b)) {
            best = Some(found);
        }
    }
    best.map_or(Answer::Unsaid, |(truth, reasons)| Answer::Told(truth, reasons))
}

fn within_one(c: &Context<'_>, id: FlowId, flow: &Flow, agreement: &Agreement) -> (Truth, Vec<Reason>) {
    let name = c.model.word(agreement.declared.name);
    let mut scope = Scope { c, name, truth: Truth::True, reasons: Vec::new() };
    scope_of_parties(&mut scope, flow, agreement);
    scope_of_purposes(&mut scope, flow, agreement);
    scope_of_data(&mut scope, id, agreement);
    scope_of_people(&mut scope, id, agreement);
    scope_of_channels(&mut scope, flow, agreement);
    (scope.truth, scope.reasons)
}

fn scope_of_parties(scope: &mut Scope<'_, '_>, flow: &Flow, agreement: &Agreement) {
    let c = scope.c;
    let span = agreement.declared.span;
    let Known::Said(between, at) = &agreement.between else {
        return scope.unknown("whom", "between", agreement.between.span().unwrap_or(span));
    };
    let mut parties: Vec<PartyId> = pairs(c, flow).flat_map(|(a, b)| [party(c, a), party(c, b)]).collect();
    parties.sort_unstable();
    parties.dedup();
    for who in parties {
        let acts = acting(c, flow, who).unwrap_or_default();
        if !between.contains(&who) && !acts.iter().any(|p| between.contains(p)) {
            let word = c.model.word(c.model.party(who).declared.name);
            scope.outside(
                format!("{} is no party to `{}`", party_name(c, who), scope.name),
                *at,
                format!("make `{word}` a party to `{}`, or name the agreement that it is a party to", scope.name),
            );
        }
    }
}

fn scope_of_purposes(scope: &mut Scope<'_, '_>, flow: &Flow, agreement: &Agreement) {
    let vocabulary = &scope.c.model.vocabulary;
    let span = agreement.declared.span;
    match (&agreement.purposes, &flow.purposes) {
        (Known::Said(allowed, _), Known::Said(its, at)) => {
            for purpose in its.iter().filter(|p| !allowed.iter().any(|a| vocabulary.purpose_under(**p, *a))) {
                let purpose = &vocabulary.purpose(*purpose).name;
                scope.outside(
                    format!("it is for `{purpose}`, which `{}` does not cover", scope.name),
                    *at,
                    format!("agree on `{purpose}` in `{}`, or do not share for it", scope.name),
                );
            }
        }
        (Known::Said(..), other) => {
            let at = other.span().unwrap_or(flow.declared.span);
            let text = format!("what the flow `{}` is for (`for`)", scope.c.model.word(flow.declared.name));
            scope.truth = std::mem::replace(&mut scope.truth, Truth::True).and(Truth::unknown(text, at));
        }
        (other, _) => scope.unknown("which purposes", "for", other.span().unwrap_or(span)),
    }
}

fn scope_of_data(scope: &mut Scope<'_, '_>, id: FlowId, agreement: &Agreement) {
    let c = scope.c;
    let Known::Said(covers, _) = &agreement.covers else {
        return scope.unknown("which data", "covers", agreement.covers.span().unwrap_or(agreement.declared.span));
    };
    let flow = &c.model.flows[id.index()];
    for item in &flow.data {
        let data = c.model.dataset_name(item.dataset);
        let mut of_it = covers.iter().filter(|d| d.dataset == item.dataset).peekable();
        if of_it.peek().is_none() {
            let fix = format!("cover `{data}` in `{}`, or leave it out", scope.name);
            scope.outside(format!("`{}` does not cover `{data}`", scope.name), item.span, fix);
            continue;
        }
        let lists: Vec<_> = of_it.map(|d| d.fields.as_ref()).collect();
        if lists.iter().any(Option::is_none) {
            continue;
        }
        let covered: FxHashSet<_> = lists.into_iter().flatten().flatten().map(|(n, _)| *n).collect();
        // what is sent is what the receivers' copies get by this flow
        let (mut extra, mut open) = (Vec::new(), false);
        for arrival in c.graph.arrivals_by(id) {
            let copy = c.graph.arrival(*arrival).copy;
            if c.graph.copy(copy).dataset != item.dataset {
                continue;
            }
            for cell in c.graph.cells_of(copy).filter(|cell| c.graph.comes_by(c.model, *arrival, *cell)) {
                let column = c.graph.cell(cell).column;
                match column.kind {
                    ColumnKind::Field if !covered.contains(&column.name) => extra.push(c.column_name(&column)),
                    ColumnKind::Open => open = true,
                    _ => {}
                }
            }
        }
        extra.sort();
        extra.dedup();
        if !extra.is_empty() {
            let fix = format!("leave {} out of the flow, or cover it in `{}`", list(&extra), scope.name);
            scope.outside(format!("`{}` does not cover {} in `{data}`", scope.name, list(&extra)), item.span, fix);
        } else if open {
            let text = format!("which other fields `{data}` has (`fields open`)");
            scope.truth = std::mem::replace(&mut scope.truth, Truth::True).and(Truth::unknown(text, item.span));
        }
    }
}

fn scope_of_people(scope: &mut Scope<'_, '_>, id: FlowId, agreement: &Agreement) {
    let c = scope.c;
    let (groups, at) = match &agreement.about {
        Known::Said(groups, at) => (groups, *at),
        Known::NotStated(span) => return scope.unknown("whose data", "about", *span),
        Known::Unsaid => return,
    };
    let mut others = Vec::new();
    for arrival in c.graph.arrivals_by(id) {
        let copy: CopyId = c.graph.arrival(*arrival).copy;
        let about = c.graph.about(copy);
        for people in about.people.iter().filter(|p| !groups.iter().any(|g| c.model.people_within(**p, *g))) {
            others.push(format!("`{}`", c.model.word(c.model.people[people.index()].declared.name)));
        }
        if about.all {
            let text = format!("whom {} is about (`about`)", c.data_name(copy));
            let span = c.arrival_span(*arrival);
            scope.truth = std::mem::replace(&mut scope.truth, Truth::True).and(Truth::unknown(text, span));
        }
    }
    others.sort();
    others.dedup();
    if !others.is_empty() {
        let fix = format!("cover them in `{}` with `about`, or leave them out", scope.name);
        scope.outside(format!("it is about {}, whom `{}` does not cover", list(&others), scope.name), at, fix);
    }
}

fn scope_of_channels(scope: &mut Scope<'_, '_>, flow: &Flow, agreement: &Agreement) {
    let c = scope.c;
    let allowed = match &agreement.by {
        Known::Said(allowed, _) => allowed,
        Known::NotStated(span) => return scope.unknown("which channels", "by", *span),
        Known::Unsaid => return,
    };
    match &*flow.channels {
        Known::Said(channels, at) => {
            let fits = |w: &crate::syntax::intern::Symbol| {
                let word = c.model.word(*w);
                allowed.iter().any(|a| c.model.vocabulary.word_under(Family::Channel, word, c.model.word(*a)))
            };
            for channel in channels.iter().filter(|w| !fits(w)) {
                let word = c.model.word(*channel);
                let fix = format!("send it as `{}` says, or agree on `{word}`", scope.name);
                scope.outside(format!("it travels by `{word}`, which `{}` does not allow", scope.name), *at, fix);
            }
        }
        other => {
            let at = other.span().unwrap_or(flow.declared.span);
            let text = "how it travels (`by`)".to_owned();
            scope.truth = std::mem::replace(&mut scope.truth, Truth::True).and(Truth::unknown(text, at));
        }
    }
}

/// How long agreements in force still run, as days.
fn left(c: &Context<'_>, flow: &Flow) -> Answer {
    let all = match &flow.agreements {
        Known::Said(all, _) => all,
        other => return unsaid(other),
    };
    let today = (Some(Point::Date(c.as_of)), Some(Point::Date(c.as_of)));
    let mut longest: Option<(u32, Span)> = None;
    let mut silent = None;
    for agreement in all.iter().map(|a| &c.model.agreements[a.index()]) {
        if in_force(c, agreement, today) == Truth::False {
            continue;
        }
        let (until, span) = match &agreement.until {
            Known::Unsaid => return Answer::Is(Truth::True),
            Known::NotStated(span) => {
                silent = Some(*span);
                continue;
            }
            Known::Said(until, span) => (*until, *span),
        };
        if flow
            .ends
            .value()
            .is_some_and(|end| c.graph.timeline.order(*end, until) != crate::model::time::Order::Unknown)
        {
            return Answer::Is(Truth::True);
        }
        let Some(end) = c.graph.timeline.latest(until) else {
            silent = Some(span);
            continue;
        };
        let days = c.as_of.until(end).ok().map_or(0, |d| u32::try_from(d.get_days()).unwrap_or(0));
        if longest.is_none_or(|(most, _)| days > most) {
            longest = Some((days, span));
        }
    }
    match (longest, silent) {
        (Some((days, span)), _) => {
            Answer::Values(vec![Item::Period(Period { amount: days, unit: DurationUnit::Days })], span)
        }
        (None, Some(span)) => Answer::NotStated(span),
        (None, None) => Answer::Unsaid,
    }
}

fn onward_allowed(c: &Context<'_>, s: Subject, id: FlowId, flow: &Flow) -> Answer {
    let consents = records_of(c, s)
        .into_iter()
        .filter(|r| r.kinds.value().is_some_and(|k| k.iter().any(|w| w == "onward-consent")));
    if Truth::any(consents.map(|r| record_in_force(c, r))) == Truth::True {
        return Answer::Told(Truth::True, Vec::new());
    }
    let mut truth = Truth::True;
    let mut reasons: Vec<Reason> = Vec::new();
    for arrival in c.graph.arrivals_by(id) {
        let to = c.graph.copy(c.graph.arrival(*arrival).copy).place;
        for source in c.graph.from(*arrival) {
            if c.graph.party_of(c.model, *source) == party(c, to) {
                continue;
            }
            let mut may = provenance::truth(c.provenance().may_pass(c, *source, to), c);
            if may == Truth::False
                && let Ok(acts) = acting(c, flow, party(c, to))
            {
                // a processor stands for those for whom it acts
                let others = acts.iter().filter(|p| **p != party(c, to)).map(|p| c.model.party(*p).place);
                let all: Vec<Truth> =
                    others.map(|p| provenance::truth(c.provenance().may_pass(c, *source, p), c)).collect();
                if !all.is_empty() {
                    may = Truth::all(all);
                }
            }
            if may == Truth::False {
                let reason = forbidden(c, *source, to);
                if !reasons.contains(&reason) {
                    reasons.push(reason);
                }
            }
            truth = truth.and(may);
        }
    }
    Answer::Told(truth, reasons)
}

/// How many copies are looked at to find what forbids it.
const LOOKED_AT: usize = 500;

/// The flow before that does not let data be passed on to a place.
fn forbidden(c: &Context<'_>, copy: CopyId, to: PlaceId) -> Reason {
    let who = c.place_title(to);
    let found = before(c, copy, |flow, from| {
        let had = party(c, to) == from || flow.to.iter().any(|p| party(c, *p) == party(c, to));
        let lets =
            |places: &[PlaceId]| had || places.iter().any(|p| *p == to || *p == c.model.party(party(c, to)).place);
        if flow.onward.value().is_some_and(|places| !lets(places)) {
            let name = c.model.word(flow.declared.name);
            return Some((format!("`{name}`"), flow.onward.span()));
        }
        provenance::agreements(flow).find_map(|a| {
            let agreement = &c.model.agreements[a.index()];
            let name = c.model.word(agreement.declared.name);
            match &agreement.onward {
                Known::Said(places, span) if !lets(places) => Some((format!("`{name}`"), Some(*span))),
                Known::Said(..) => None,
                _ if provenance::has_term(c, a, "no-onward-sharing") && !had => {
                    Some((format!("`{name}`"), agreement.terms.span()))
                }
                _ => None,
            }
        })
    });
    let (by, span) = found.map_or(("what it came under".to_owned(), None), |(by, span)| (by, span));
    Reason {
        span,
        ..Reason::at(format!("{by} does not let {} be passed on to {who}", c.data_name(copy)), Span::default())
    }
    .mended(format!(
        "agree with where it came from that it may go to {who} (`onward to`), record that it consented (`kind onward-consent`), or do not send it"
    ))
}

/// Looks backwards from a copy for a flow between organisations of which something holds.
fn before<T>(c: &Context<'_>, copy: CopyId, holds: impl Fn(&Flow, PartyId) -> Option<T>) -> Option<T> {
    let mut queue = std::collections::VecDeque::from([copy]);
    let mut seen: FxHashSet<CopyId> = FxHashSet::from_iter([copy]);
    while let Some(at) = queue.pop_front() {
        let here = c.graph.party_of(c.model, at);
        for id in c.graph.arrivals_of(at).take(LOOKED_AT) {
            for from in c.graph.from(id) {
                let sender = c.graph.party_of(c.model, *from);
                if let crate::graph::How::Flow(flow, _) = c.graph.arrival(id).how
                    && sender != here
                    && let Some(found) = holds(&c.model.flows[flow.index()], sender)
                {
                    return Some(found);
                }
                if seen.len() < LOOKED_AT && seen.insert(*from) {
                    queue.push_back(*from);
                }
            }
        }
    }
    None
}

fn returns(c: &Context<'_>, id: FlowId, flow: &Flow) -> Answer {
    let mut truth = Truth::False;
    let mut reasons: Vec<Reason> = Vec::new();
    for arrival in c.graph.arrivals_by(id) {
        let to = party(c, c.graph.copy(c.graph.arrival(*arrival).copy).place);
        let mut whom = acting(c, flow, to).unwrap_or_default();
        whom.push(to);
        for source in c.graph.from(*arrival) {
            let here = c.graph.party_of(c.model, *source);
            let back = whom.iter().find(|p| **p != here && c.provenance().must_not_return(*source, **p));
            let Some(back) = back else { continue };
            truth = Truth::True;
            let found = before(c, *source, |flow, from| {
                let of = |a: &crate::model::AgreementId| provenance::has_term(c, *a, "no-return");
                let under = (from == *back).then(|| provenance::agreements(flow).find(of)).flatten()?;
                Some((c.model.word(flow.declared.name), &c.model.agreements[under.index()].declared))
            });
            let who = party_name(c, *back);
            let sentence = match found {
                Some((flow, agreement)) => format!(
                    "it comes of what {who} sent by `{flow}`, and `{}` says that it does not come back",
                    c.model.word(agreement.name)
                ),
                None => format!("it comes of what {who} sent under an agreement that says that it does not come back"),
            };
            let reason = Reason { span: None, ..Reason::at(sentence, Span::default()) }
                .mended(format!("send {who} nothing about people of it: counts with disclosure control, or nothing"));
            if !reasons.contains(&reason) {
                reasons.push(reason);
            }
        }
    }
    Answer::Told(truth, reasons)
}

/// Those between whom a flow goes, and those for whom they act.
pub(super) fn on_either_side(c: &Context<'_>, flow: &Flow) -> Vec<PartyId> {
    let mut all: Vec<PartyId> = flow.from.iter().chain(&flow.to).map(|p| party(c, *p)).collect();
    for each in all.clone() {
        all.extend(acting(c, flow, each).unwrap_or_default());
    }
    all
}

/// The laws on which the senders of a flow stand.
fn laws_of_senders(c: &Context<'_>, s: Subject, flow: &Flow) -> Vec<(LawId, Span)> {
    let own = flow.facts.basis.value().is_some();
    let activity = flow.activity.filter(|_| !own).map(|a| &c.model.activities[a.index()]);
    let Some(activity) = activity else {
        let Known::Said(all, _) = footings(c, s, BASIS) else { return Vec::new() };
        return all.into_iter().filter_map(|(f, span)| f.law.map(|law| (law, span))).collect();
    };
    let mut senders: Vec<PartyId> = flow.from.iter().map(|p| party(c, *p)).collect();
    for sender in senders.clone() {
        senders.extend(acting(c, flow, sender).unwrap_or_default());
    }
    let theirs = activity.bases.iter().filter(|b| b.of.is_empty() || b.of.iter().any(|p| senders.contains(p)));
    theirs.filter_map(|b| b.footing.value()?.law.map(|law| (law, b.span))).collect()
}

fn power(c: &Context<'_>, s: Subject, id: FlowId, flow: &Flow) -> Answer {
    let laws = laws_of_senders(c, s, flow);
    let senders: Vec<String> = flow.from.iter().map(|p| c.place_title(*p)).collect();
    if laws.is_empty() {
        let reason = Reason {
            span: None,
            ..Reason::at(format!("no law is named that lets {} share it", list(&senders)), Span::default())
        };
        return Answer::Told(
            Truth::False,
            vec![
                reason.mended(
                    "name it: `basis BASIS under LAW`, and declare the law with `gives power` or `gives gateway`"
                        .to_owned(),
                ),
            ],
        );
    }
    let mut truth = Truth::False;
    let mut reasons = Vec::new();
    for (law, span) in laws {
        let (holds, reason) = covers(c, law, id, s, span);
        truth = truth.or(holds);
        reasons.extend(reason);
    }
    if truth == Truth::True {
        reasons.clear();
    }
    Answer::Told(truth, reasons)
}

/// Whether a law lets the data of a flow be shared, and why not.
fn covers(c: &Context<'_>, id: LawId, flow: FlowId, s: Subject, span: Span) -> (Truth, Option<Reason>) {
    let law = &c.model.laws[id.index()];
    let title = c.model.title(&law.declared);
    let gives = match &law.gives {
        Known::Said(gives, _) => Truth::from(!gives.is_empty()),
        other => {
            let at = other.span().unwrap_or(law.declared.span);
            Truth::unknown(format!("whether the {title} gives a power or gateway (`gives`)"), at)
        }
    };
    let force = law_in_force(c, id, window_of(c, s));
    if force == Truth::False {
        let reason = Reason::at(
            format!("the {title}, under which it is shared, is not in force for as long as it goes on"),
            span,
        );
        return (Truth::False, Some(reason.mended("name a power that is in force".to_owned())));
    }
    let mut excluded: Vec<String> = Vec::new();
    for arrival in c.graph.arrivals_by(flow) {
        let copy = c.graph.arrival(*arrival).copy;
        for cell in c.graph.cells_of(copy).filter(|_| !law.excludes.is_empty()) {
            let column = c.graph.cell(cell).column;
            let out = |category| law.excludes.iter().any(|e| c.model.vocabulary.category_under(category, *e));
            if column.category.is_some_and(out) && c.graph.comes_by(c.model, *arrival, cell) {
                excluded.push(c.column_name(&column));
            }
        }
    }
    excluded.sort();
    excluded.dedup();
    if !excluded.is_empty() {
        let reason = Reason::at(format!("the {title} does not reach {}", list(&excluded)), span);
        let fix = format!("leave {} out, or name another power that reaches it", list(&excluded));
        return (Truth::False, Some(reason.mended(fix)));
    }
    (gives.and(force), None)
}
