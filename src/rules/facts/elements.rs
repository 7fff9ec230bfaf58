//! Facts of the parts of notices: what each has to tell, and how long it says that data is kept.

use std::collections::HashSet;

use super::notices::{Gaps, brought, coming_in, name, with_scope};
use super::read::*;
use super::scope::{Scope, senders};
use super::{Answer, Entity, Item, Reason, Subject, Wants};
use crate::graph::times::{self, End};
use crate::graph::{How, Reading};
use crate::model::time::Order;
use crate::model::{Known, Model, Notice, OperationKind, PartyId, Point, Retention};
use crate::rules::context::Context;
use crate::rules::finding::Missing;
use crate::rules::forms::keeping::point_words;
use crate::rules::truth::Truth;
use crate::vocabulary::Family;

facts! {
    "elements" of Notice, Wants::Words(Family::NoticeElement), "contains ELEMENT", "what it tells of what a notice has to tell (articles 13 and 14)"
        => |c, s, _| notice(c, s).map_or(Answer::Unsaid, |n| words(&n.contains));
    "contact" of Notice, Wants::Anything, "contact \"…\"", "where people can turn to"
        => |c, s, _| notice(c, s).map_or(Answer::Unsaid, |n| match &n.contacts {
            Known::Said(all, span) => Answer::Values(all.iter().map(|(text, _)| Item::Word(text.clone())).collect(), *span),
            other => unsaid(other),
        });
    "profiling told" of Notice, Wants::Nothing, "contains profiling", "telling that people are scored, where they are (articles 13(2)(f) and 14(2)(g))"
        => |c, s, _| with_scope(c, s, |n, scope| element(n, &["profiling", "automated-decisions"], profiling(c, n, scope)));
    "transfers told" of Notice, Wants::Nothing, "contains transfers", "telling of transfers abroad, where there are any (articles 13(1)(f) and 14(1)(f))"
        => |c, s, reading| with_scope(c, s, |n, scope| element(n, &["transfers"], transfers(c, n, scope, reading)));
    "data kept as told" of Notice, Wants::Nothing, "retain PERIOD after EVENT", "no copy in what it covers being kept longer than it says (`retain` in the notice)"
        => |c, s, reading| kept_as_told(c, s, reading);
    "every required element" of Notice, Wants::Nothing, "contains ELEMENT", "containing all that articles 13 and 14 demand of a notice about what it covers"
        => |c, s, reading| required(c, s, reading);
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
            let sentence = format!("it does not tell `{element}` ({}{law}){why}", lower(title));
            Reason {
                sentence,
                span: None,
                fix: Some(format!("write the part `{element}`, and add `contains {element}` to {}", name(c, n))),
            }
        });
        Gaps { reasons: reasons.collect(), missing: Vec::new() }.answer()
    })
}

/// A title in the middle of a sentence.
fn lower(title: &str) -> String {
    let mut letters = title.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
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
