//! Facts of notices: what one tells, held against what happens in the activities that it covers.

use std::collections::{BTreeMap, HashSet};

use super::read::*;
use super::scope::{Named, Scope, names, principals, scope, senders};
use super::{Answer, Entity, Item, Reason, Subject, Wants};
use crate::graph::times::{self, End};
use crate::graph::{ArrivalId, ColumnKind, CopyId, How, Reading};
use crate::model::time::Order;
use crate::model::{
    CategoryId, Known, Model, Notice, NoticeId, OperationKind, PartyId, PlaceId, Point, PurposeId, Retention,
};
use crate::rules::context::Context;
use crate::rules::finding::Missing;
use crate::rules::forms::keeping::point_words;
use crate::rules::forms::uses::taken;
use crate::rules::truth::Truth;
use crate::source::Span;
use crate::vocabulary::Family;

facts! {
    "elements" of Notice, Wants::Words(Family::NoticeElement), "contains ELEMENT", "what it tells of what a notice has to tell (articles 13 and 14)"
        => |c, s, _| notice(c, s).map_or(Answer::Unsaid, |n| words(&n.contains));
    "contact" of Notice, Wants::Anything, "contact \"…\"", "where people can turn to"
        => |c, s, _| notice(c, s).map_or(Answer::Unsaid, |n| match &n.contacts {
            Known::Said(all, span) => Answer::Values(all.iter().map(|(text, _)| Item::Word(text.clone())).collect(), *span),
            other => unsaid(other),
        });
    "every recipient named" of Notice, Wants::Nothing, "names recipients WHO", "naming all who are given personal data in what it covers, by name or by kind; what goes to a processor goes to those for whom it processes"
        => |c, s, reading| compared(c, s, reading, "recipients", recipients);
    "every purpose named" of Notice, Wants::Nothing, "names purposes PURPOSE", "naming all purposes of what it covers, or wider ones"
        => |c, s, reading| compared(c, s, reading, "purposes", purposes_told);
    "every category named" of Notice, Wants::Nothing, "names categories CATEGORY", "naming all categories of personal data in what it covers, or wider ones; what being in a list reveals is one of them, keys are none"
        => |c, s, reading| compared(c, s, reading, "categories", categories);
    "every source named" of Notice, Wants::Nothing, "names sources WHO", "naming all from whom those who give it, or their processors, get personal data in what it covers (article 14(2)(f))"
        => |c, s, reading| compared(c, s, reading, "sources", sources);
    "nothing named in vain" of Notice, Wants::Nothing, "names recipients WHO; names sources WHO", "naming as recipients and sources only those who are"
        => |c, s, reading| in_vain(c, s, reading);
    "profiling told" of Notice, Wants::Nothing, "contains profiling", "telling that people are scored, where they are (articles 13(2)(f) and 14(2)(g))"
        => |c, s, _| with_scope(c, s, |n, scope| element(n, &["profiling", "automated-decisions"], profiling(c, n, scope)));
    "transfers told" of Notice, Wants::Nothing, "contains transfers", "telling of transfers abroad, where there are any (articles 13(1)(f) and 14(1)(f))"
        => |c, s, reading| with_scope(c, s, |n, scope| element(n, &["transfers"], transfers(c, n, scope, reading)));
    "data kept as told" of Notice, Wants::Nothing, "retain PERIOD after EVENT", "no copy in what it covers being kept longer than it says (`retain` in the notice)"
        => |c, s, reading| kept_as_told(c, s, reading);
    "every required element" of Notice, Wants::Nothing, "contains ELEMENT", "containing all that articles 13 and 14 demand of a notice about what it covers"
        => |c, s, reading| required(c, s, reading);
}

/// What is not told, and what nobody can tell.
#[derive(Default)]
struct Gaps {
    reasons: Vec<Reason>,
    missing: Vec<Missing>,
}

impl Gaps {
    fn answer(self) -> Answer {
        let truth = match (self.reasons.is_empty(), self.missing.is_empty()) {
            (false, _) => Truth::False,
            (true, true) => Truth::True,
            (true, false) => Truth::Unknown(self.missing),
        };
        Answer::Told(truth, self.reasons)
    }
}

fn with_scope(c: &Context<'_>, s: Subject, read: impl FnOnce(&Notice, &Scope) -> Answer) -> Answer {
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

fn name(c: &Context<'_>, notice: &Notice) -> String {
    format!("`{}`", c.model.word(notice.declared.name))
}

/// The flows of a scope that bring rows about people: the arrival and the place that receives.
fn brought<'a>(
    c: &'a Context<'_>,
    scope: &'a Scope,
    reading: Reading,
) -> impl Iterator<Item = (ArrivalId, &'a crate::model::Flow, CopyId)> {
    scope.arrivals.iter().filter_map(move |a| {
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

/// The first word of a category's path: what it stands under in the end.
fn root(category: &str) -> &str {
    category.split('.').next().unwrap_or(category)
}

fn categories(c: &Context<'_>, n: &Notice, scope: &Scope, reading: Reading) -> Gaps {
    let m = c.model;
    let named: Vec<CategoryId> =
        names(n, "categories").iter().filter_map(|(name, _)| m.vocabulary.find_category(m.word(*name))).collect();
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
            let word = &m.vocabulary.category(category).name;
            if root(word) == "key" || named.iter().any(|n| m.vocabulary.category_under(category, *n)) {
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
fn coming_in<'a>(
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

/// Recipients and sources that a notice names and that have no part in what it covers.
fn in_vain(c: &Context<'_>, s: Subject, reading: Reading) -> Answer {
    let m = c.model;
    with_scope(c, s, |n, scope| {
        let mut receiving: HashSet<PartyId> = HashSet::new();
        let mut unsure = false;
        for (arrival, _, copy) in brought(c, scope, Reading::Harsh) {
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
        let sending: HashSet<PartyId> =
            coming_in(c, n, scope, Reading::Harsh).iter().map(|(_, _, p)| m.place(*p).party).collect();
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

/// Whether a notice contains one of these elements, where something asks for it.
fn element(n: &Notice, any: &[&str], asked: Vec<Reason>) -> Answer {
    if asked.is_empty() {
        return Answer::Told(Truth::True, Vec::new());
    }
    match &n.contains {
        Known::Said(all, _) if all.iter().any(|e| any.contains(&e.as_str())) => Answer::Told(Truth::True, Vec::new()),
        Known::NotStated(span) => Answer::Is(Truth::unknown(
            format!("what the notice tells (`contains {}`)", any.first().copied().unwrap_or_default()),
            *span,
        )),
        _ => Answer::Told(Truth::False, asked),
    }
}

fn profiling(c: &Context<'_>, n: &Notice, scope: &Scope) -> Vec<Reason> {
    let m = c.model;
    let mut seen = HashSet::new();
    let mut reasons = Vec::new();
    for arrival in &scope.arrivals {
        let How::Step(id, _) = c.graph.arrival(*arrival).how else { continue };
        if !seen.insert(id) {
            continue;
        }
        let step = &m.steps[id.index()];
        let scored = step.operations.iter().find_map(|o| match &o.kind {
            OperationKind::Derive { field, profiling: true, .. } => Some((*field, o.span)),
            _ => None,
        });
        if let Some((field, span)) = scored {
            let (by, field) = (m.word(step.declared.name), m.word(field));
            let sentence = format!("`{by}` scores people (`{field}`), and the notice does not tell of profiling");
            reasons.push(
                Reason::at(sentence, span)
                    .mended(format!("tell of it, and add `contains profiling` to {}", name(c, n))),
            );
        }
    }
    reasons
}

/// The transfers abroad in what a notice covers.
fn transfers(c: &Context<'_>, n: &Notice, scope: &Scope, reading: Reading) -> Vec<Reason> {
    let m = c.model;
    let abroad = Entity::Flow.fact("restricted transfer");
    let mut seen = HashSet::new();
    let mut reasons = Vec::new();
    for arrival in &scope.arrivals {
        let (How::Flow(id, _), Some(fact)) = (c.graph.arrival(*arrival).how, abroad) else { continue };
        if !seen.insert(id) || !c.has_rows(c.graph.arrival(*arrival).copy, reading) {
            continue;
        }
        let leaves = (fact.read)(c, Subject::Flow(id), reading);
        if matches!(leaves, Answer::Is(Truth::True) | Answer::Told(Truth::True, _)) {
            let declared = &m.flows[id.index()].declared;
            let sentence =
                format!("`{}` takes personal data abroad, and the notice does not tell of it", m.word(declared.name));
            let fix = format!("tell of it, and add `contains transfers` to {}", name(c, n));
            reasons.push(Reason::at(sentence, declared.span).mended(fix));
        }
    }
    reasons
}

/// Whether every copy goes when the notice says that it goes.
fn kept_as_told(c: &Context<'_>, s: Subject, reading: Reading) -> Answer {
    with_scope(c, s, |n, scope| {
        let mut gaps = Gaps::default();
        let told = match &n.retention {
            Known::Said(told, _) => told,
            // that a notice has to tell it is another question
            Known::Unsaid => return gaps.answer(),
            Known::NotStated(span) => {
                gaps.missing.push(Missing {
                    text: format!("how long {} says that data is kept (`retain`)", name(c, n)),
                    span: *span,
                });
                return gaps.answer();
            }
        };
        for arrival in &scope.arrivals {
            let copy = c.graph.arrival(*arrival).copy;
            if c.graph.copy(copy).place == Model::PUBLIC || !c.has_rows(copy, reading) {
                continue;
            }
            let deadline = times::deadline(c.model, c.graph, *arrival);
            let (what, at) = (c.data_name(copy), c.place_title(c.graph.copy(copy).place));
            let span = deadline.ends.first().map_or_else(|| c.arrival_span(*arrival), |end| end.span);
            match deadline.ends.iter().map(|end| no_later(c, end, told)).max() {
                Some(Some(true)) => {}
                Some(Some(false)) => {
                    let until = deadline.ends.first().map(|end| point_words(c, end.point)).unwrap_or_default();
                    let sentence = format!(
                        "{what} at {at} is kept until {until}, longer than the notice says ({})",
                        point_words(c, told.ends)
                    );
                    gaps.reasons.push(Reason::at(sentence, span).mended(format!(
                        "keep it for a shorter time, or tell people the longer one in {}",
                        name(c, n)
                    )));
                }
                None if deadline.not_stated.is_none() => {
                    let sentence =
                        format!("{what} at {at} has no end, though the notice says {}", point_words(c, told.ends));
                    gaps.reasons.push(
                        Reason::at(sentence, span)
                            .mended(format!("give `{}` an end that comes no later", c.arrival_name(*arrival))),
                    );
                }
                _ => gaps.missing.push(Missing {
                    text: format!("whether {what} at {at} goes by {}", point_words(c, told.ends)),
                    span: deadline.not_stated.unwrap_or(span),
                }),
            }
        }
        gaps.answer()
    })
}

/// Whether an end comes no later than was told; `None` where nothing is proved.
fn no_later(c: &Context<'_>, end: &End, told: &Retention) -> Option<bool> {
    let timeline = &c.graph.timeline;
    let limits = [Some(told.ends), told.no_later.map(Point::Date)];
    let ends = [Some(end.point), end.no_later.map(Point::Date)];
    let pairs = |f: &dyn Fn(Point, Point) -> bool| {
        ends.iter().flatten().any(|end| limits.iter().flatten().any(|limit| f(*end, *limit)))
    };
    if pairs(&|end, limit| end == limit || timeline.order(end, limit) != Order::Unknown) {
        Some(true)
    } else if pairs(&|end, limit| timeline.order(limit, end) == Order::Before) {
        Some(false)
    } else {
        None
    }
}

/// The bases of what a notice covers, as far as they are said.
fn bases(c: &Context<'_>, scope: &Scope, reading: Reading) -> HashSet<String> {
    let mut all = HashSet::new();
    let Some(fact) = Entity::Copy.fact("basis") else { return all };
    for arrival in &scope.arrivals {
        let copy = c.graph.arrival(*arrival).copy;
        if let Answer::Values(items, _) = (fact.read)(c, Subject::Copy(copy, *arrival), reading) {
            all.extend(items.into_iter().filter_map(|i| if let Item::Word(word) = i { Some(word) } else { None }));
        }
    }
    all
}

fn required(c: &Context<'_>, s: Subject, reading: Reading) -> Answer {
    let m = c.model;
    with_scope(c, s, |n, scope| {
        let mut needed: Vec<(&str, &str)> = Vec::new();
        for element in ["controller-identity", "purposes", "legal-basis", "retention", "rights", "complaint"] {
            needed.push((element, ""));
        }
        let mut when = |holds: bool, element: &'static str, why: &'static str| {
            if holds {
                needed.push((element, why));
            }
        };
        let authority = |p: &PartyId| {
            let kind = m.party(*p).kind.value();
            kind.is_some_and(|k| m.vocabulary.word_under(Family::PartyKind, k, "public-authority"))
        };
        let bases = bases(c, scope, reading);
        let under = |word: &str| bases.iter().any(|b| m.vocabulary.word_under(Family::Basis, b, word));
        let decided = scope.uses.iter().filter_map(|u| m.uses[u.index()].decision.as_ref()).any(|d| {
            d.automation.value().is_some_and(|a| a == "solely") && d.significant.value().copied().unwrap_or(true)
        });
        let joint = |a: &crate::model::ActivityId| {
            let roles = &m.activities[a.index()].controllers;
            roles.iter().filter(|r| r.kind == crate::model::ControllerKind::Joint).count() > 1
        };
        let elsewhere = !coming_in(c, n, scope, reading).is_empty();
        when(senders(n).iter().any(authority), "dpo-contact", "public authorities have a data protection officer");
        when(brought(c, scope, reading).next().is_some(), "recipients", "data is given to others");
        when(!transfers(c, n, scope, reading).is_empty(), "transfers", "data goes abroad");
        when(under("legitimate-interests"), "legitimate-interests", "they are the basis");
        when(under("consent"), "consent-withdrawal", "consent is the basis");
        when(
            under("public-task") || under("legitimate-interests"),
            "opt-out-route",
            "on this basis people have a right to object, and are told so apart from all else",
        );
        when(decided, "automated-decisions", "a decision is made by a machine alone");
        when(elsewhere, "source", "not all of it comes from the people themselves");
        when(elsewhere, "categories", "not all of it comes from the people themselves");
        when(scope.activities.iter().any(joint), "joint-arrangement", "the controllers are joint");
        let lacking: Vec<(&str, &str)> = needed.into_iter().filter(|(e, _)| !tells(n, e)).collect();
        if let (Known::NotStated(span), false) = (&n.contains, lacking.is_empty()) {
            return Answer::Is(Truth::unknown(format!("what {} tells (`contains`)", name(c, n)), *span));
        }
        let reasons = lacking.into_iter().map(|(element, why)| {
            let word = m.vocabulary.word(Family::NoticeElement, element);
            let title = word.map_or(element, |w| w.title.as_str());
            let law = word.and_then(|w| w.law.as_deref()).map(|l| format!("; {l}")).unwrap_or_default();
            let why = if why.is_empty() { String::new() } else { format!(": {why}") };
            let sentence = format!("it does not tell `{element}` ({title}{law}){why}");
            Reason {
                sentence,
                span: None,
                fix: Some(format!("tell it, and add `contains {element}` to {}", name(c, n))),
            }
        });
        Gaps { reasons: reasons.collect(), missing: Vec::new() }.answer()
    })
}

/// Whether a notice tells something: by `contains`, or by a line that says it itself.
fn tells(n: &Notice, element: &str) -> bool {
    let by_name = |what: &str| matches!(n.names.get(what), Some(Known::Said(..)));
    n.contains.value().is_some_and(|all| all.iter().any(|e| e == element))
        || match element {
            "controller-identity" => matches!((&n.from, &n.contacts), (Known::Said(..), Known::Said(..))),
            "purposes" | "recipients" | "categories" => by_name(element),
            "source" => by_name("sources"),
            "retention" => matches!(n.retention, Known::Said(..)),
            _ => false,
        }
}

/// The notices of a model, by number.
pub(super) fn all_notices<'a>(c: &Context<'a>) -> impl Iterator<Item = (NoticeId, &'a Notice)> {
    c.model.notices.iter().enumerate().map(|(i, n)| (NoticeId(i as u32), n))
}
