//! Facts of outputs and of where research is done: safe settings, checks, counts that are large enough.

use super::read::*;
use super::research::{Copies, is_kind_of_party, place_of, taken_copies};
use super::{Answer, Reason, Subject, Wants};
use crate::graph::{Control, CopyId, How, Minimum, Reading, Said};
use crate::model::{FlowId, Known, OperationKind, PlaceId, Record, Thing};
use crate::rules::context::Context;
use crate::rules::truth::Truth;
use crate::source::Span;
use crate::vocabulary::Family;

/// Rounding to this or more hides what secondary suppression would.
const ROUNDING: u64 = 5;

facts! {
    "safe setting" of Flow Step Use Decision Copy, Wants::Nothing, "kept secure-setting, or a team { kind trusted-research-environment }", "being where data can be used and not taken out: a trusted research environment, or a copy kept in a secure setting; a list of names and of how to reach people is asked for none"
        => |c, s, _| safe_setting(c, s);
    "leaving safe setting" of Flow, Wants::Nothing, "from PLACE", "going out of a safe setting to somewhere that is none"
        => |c, s, _| flow(c, s).map_or(Answer::Unsaid, |f| {
            let out = f.from.iter().any(|p| is_environment(c, *p)) && !f.to.iter().all(|p| is_environment(c, *p));
            Answer::Is(Truth::from(out))
        });
    "disclosure control" of Flow, Wants::Nothing, "aggregate … minimum N, suppress secondary", "bringing counts with enough disclosure control and nothing else (or what is attested anonymous)"
        => |c, s, _| controlled(c, s);
    "output check" of Flow, Wants::Nothing, "review \"output check\" by \"role\" in a step, or record NAME { kind output-check; … }", "a check of what goes out, after it was counted, by a role that is named"
        => |c, s, _| output_check(c, s);
    "thresholds of its owners" of Flow, Wants::Nothing, "aggregate … minimum N", "counts of no fewer people than those ask for who first held the data (table `thresholds`)"
        => |c, s, _| thresholds(c, s);
    "secondary control" of Flow, Wants::Nothing, "suppress secondary (or rounding 5)", "counts from which no hidden one can be worked out"
        => |c, s, _| secondary(c, s);
    "overlapping publication" of Flow, Wants::Nothing, "nothing: it follows from what else is published", "another table that is published from the same data, from which small counts could be worked out by subtraction"
        => |c, s, _| match s {
            Subject::Flow(id) => Answer::Is(Truth::from(made_by(c, id).any(|copy| c.published_twice(copy)))),
            _ => Answer::Unsaid,
        };
}

/// The copies that a flow makes.
fn made_by<'a>(c: &'a Context<'_>, flow: FlowId) -> impl Iterator<Item = CopyId> + 'a {
    c.graph.arrivals_by(flow).iter().map(|a| c.graph.arrival(*a).copy)
}

/// Whether a place is a trusted research environment.
fn is_environment(c: &Context<'_>, place: PlaceId) -> bool {
    is_kind_of_party(c, place, "trusted-research-environment")
}

/// Whether a copy says that it is kept in a secure setting.
fn kept_safe(c: &Context<'_>, copy: CopyId) -> bool {
    let secure = |known: &Known<crate::model::List<crate::syntax::intern::Symbol>>| {
        known.value().is_some_and(|all| {
            all.iter().any(|w| c.model.vocabulary.word_under(Family::Safeguard, c.model.word(*w), "secure-setting"))
        })
    };
    c.graph.arrivals_of(copy).any(|a| {
        let facts = crate::graph::times::facts(c.model, c.graph.arrival(a), c.graph.copy(copy).dataset);
        facts.into_iter().flatten().any(|f| secure(&f.safeguards))
    })
}

fn safe_setting(c: &Context<'_>, s: Subject) -> Answer {
    let copies: Copies = match s {
        Subject::Flow(id) => made_by(c, id).collect(),
        Subject::Copy(copy, _) => Copies::from_slice(&[copy]),
        _ => taken_copies(c, s, Reading::Kind),
    };
    let is_safe = |copy: CopyId| is_environment(c, place_of(c, copy)) || kept_safe(c, copy);
    let is_exposed = |copy: &CopyId| c.has_rows(*copy, Reading::Kind) && !is_safe(*copy) && !only_reaches(c, *copy);
    let Some(copy) = copies.into_iter().find(is_exposed) else { return Answer::Is(Truth::True) };
    let (data, place) = (c.data_name(copy), c.model.place_name(place_of(c, copy)));
    let first = c.graph.arrivals_of(copy).next();
    let span = first.map_or_else(Span::default, |a| c.arrival_span(a));
    let sentence = format!("records about people in {data} are at `{place}`, which is no safe setting");
    let fix = format!(
        "give access in a trusted research environment (a team of that kind), or say `receiver keeps secure-setting` of {data} where that is so"
    );
    Answer::Told(Truth::False, vec![Reason::at(sentence, span).mended(fix)])
}

/// The controls on the counts in a copy, each once.
fn controls(c: &Context<'_>, copy: CopyId, reading: Reading) -> Vec<Control> {
    let contents = c.contents(reading);
    let cells = c.graph.cells_of(copy);
    let mut all: Vec<Control> =
        cells.flat_map(|cell| contents.counts(cell).map(|(k, _)| k).collect::<Vec<_>>()).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// Whether a copy is attested anonymous where it is.
fn attested(c: &Context<'_>, copy: CopyId) -> bool {
    let seen = c.seen(place_of(c, copy), Reading::Harsh);
    c.may_be_attested(copy) && c.attested(copy, c.levels(seen).of(copy)).is_some()
}

fn controlled(c: &Context<'_>, s: Subject) -> Answer {
    let Subject::Flow(id) = s else { return Answer::Unsaid };
    let span = c.model.flows[id.index()].declared.span;
    let (mut reasons, mut truths) = (Vec::new(), Vec::new());
    for copy in made_by(c, id).filter(|copy| !attested(c, *copy)) {
        let data = c.data_name(copy);
        match (c.has_rows(copy, Reading::Kind), c.has_rows(copy, Reading::Harsh)) {
            (true, _) => {
                let sentence = format!("{data} has records about people in it");
                reasons
                    .push(Reason::at(sentence, span).mended(format!("let only counts that are made from {data} out")));
                truths.push(Truth::False);
            }
            (false, true) => {
                truths.push(Truth::unknown(format!("whether {data} has records about people in it"), span))
            }
            _ => {}
        }
        for control in controls(c, copy, Reading::Kind) {
            truths.push(match (control.level(c.threshold, true), control.level(c.threshold, false)) {
                (0, 0) => Truth::True,
                (0, _) => {
                    Truth::unknown(format!("the disclosure control on {data} (`minimum`, `suppress secondary`)"), span)
                }
                _ => {
                    let sentence = format!("the counts in {data} have no full disclosure control");
                    let fix = format!("count with `minimum {}` and `suppress secondary`", c.threshold);
                    reasons.push(Reason::at(sentence, span).mended(fix));
                    Truth::False
                }
            });
        }
    }
    Answer::Told(Truth::all(truths), reasons)
}

fn output_check(c: &Context<'_>, s: Subject) -> Answer {
    let Subject::Flow(id) = s else { return Answer::Unsaid };
    let flow = &c.model.flows[id.index()];
    let things = [Thing::Flow(id)].into_iter().chain(flow.activity.map(Thing::Activity));
    let things = things.chain(flow.data.iter().map(|d| Thing::Dataset(d.dataset)));
    let records = things.flat_map(|thing| c.records_about(thing)).filter_map(|r| c.model.records.get(r.index()));
    let is_check = |r: &&Record| r.kinds.value().is_some_and(|kinds| kinds.iter().any(|k| k == "output-check"));
    let recorded = Truth::any(records.filter(is_check).map(|r| record_in_force(c, r)));
    if recorded == Truth::True {
        return Answer::Is(recorded);
    }
    let mut reasons = Vec::new();
    for copy in made_by(c, id) {
        let (data, checked) = (c.data_name(copy), c.checked(copy));
        let sentence = match (checked.unchecked, checked.by_nobody_named) {
            (true, _) => format!("nobody checks {data} before it goes out"),
            (false, true) => format!("nobody says who checks {data}"),
            (false, false) => continue,
        };
        let fix = format!(
            "say who checks {data} in a step, `review \"output check\" by \"…\"`, or record it with `kind output-check`"
        );
        reasons.push(Reason::at(sentence, flow.declared.span).mended(fix));
    }
    let stepwise = Truth::from(reasons.is_empty());
    Answer::Told(recorded.or(stepwise), reasons)
}

fn thresholds(c: &Context<'_>, s: Subject) -> Answer {
    let Subject::Flow(id) = s else { return Answer::Unsaid };
    let span = c.model.flows[id.index()].declared.span;
    let mut reasons = Vec::new();
    for copy in made_by(c, id).filter(|copy| !attested(c, *copy)) {
        let data = c.data_name(copy);
        let (asked, owner) = c.owners_threshold(copy);
        let owner = c.model.place_name(owner);
        for control in controls(c, copy, Reading::Kind) {
            let sentence = match control.minimum {
                Minimum::Count(n) if n >= asked => continue,
                Minimum::Count(n) => {
                    format!("{data} shows counts of {n} people, and `{owner}` asks for at least {asked}")
                }
                Minimum::NotStated => {
                    format!("nobody says how small a count {data} shows, and `{owner}` asks for at least {asked}")
                }
            };
            let fix = format!(
                "count {data} with `minimum {asked} people`, or suppress what is under {asked} (`suppress under {asked}`)"
            );
            reasons.push(Reason::at(sentence, span).mended(fix));
        }
    }
    Answer::Told(Truth::from(reasons.is_empty()), reasons)
}

fn secondary(c: &Context<'_>, s: Subject) -> Answer {
    let Subject::Flow(id) = s else { return Answer::Unsaid };
    let span = c.model.flows[id.index()].declared.span;
    let mut reasons = Vec::new();
    for copy in made_by(c, id).filter(|copy| !attested(c, *copy)) {
        let data = c.data_name(copy);
        let worst = controls(c, copy, Reading::Kind).into_iter().map(|k| k.secondary).min();
        let sentence = match worst {
            None | Some(Said::Yes) => continue,
            _ if is_rounded(c, copy) => continue,
            Some(Said::No) => format!("hidden counts in {data} can be worked out from the others"),
            Some(Said::NotStated) => {
                format!("nobody says whether hidden counts in {data} can be worked out from the others")
            }
        };
        let fix = format!("say `suppress secondary` (or `suppress rounding {ROUNDING}`) in the step that makes {data}");
        reasons.push(Reason::at(sentence, span).mended(fix));
    }
    Answer::Told(Truth::from(reasons.is_empty()), reasons)
}

/// Whether the counts in a copy were rounded enough on every way by which they came.
fn is_rounded(c: &Context<'_>, copy: CopyId) -> bool {
    let mut stack = vec![copy];
    let mut seen = std::collections::BTreeSet::from([copy]);
    while let Some(at) = stack.pop() {
        for id in c.graph.arrivals_of(at) {
            match c.graph.arrival(id).how {
                How::Step(step, _) => {
                    let rounds = c.model.steps[step.index()].operations.iter().any(|o| {
                        matches!(&o.kind, OperationKind::Suppress(how)
                            if how.value().and_then(|h| h.rounding).is_some_and(|n| n >= ROUNDING))
                    });
                    if rounds {
                        continue;
                    }
                    let from = c.graph.from(id).iter().filter(|f| !c.has_rows(**f, Reading::Kind));
                    let before = stack.len();
                    stack.extend(from.filter(|f| seen.insert(**f)));
                    // it was counted here, and not rounded
                    if stack.len() == before {
                        return false;
                    }
                }
                How::Flow(..) => stack.extend(c.graph.from(id).iter().filter(|f| seen.insert(**f))),
                How::Declared | How::Side(..) => return false,
            }
        }
    }
    true
}
