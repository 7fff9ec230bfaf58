//! Facts of retention: until when a copy is kept, what is done then, and whether that was done.

use jiff::civil::Date;

use super::read::*;
use super::transfers::record_of_kind;
use super::{Answer, Item, Reason, Subject, Wants, Why};
use crate::graph::times::{self, Deadline, End};
use crate::graph::{ArrivalId, ColumnKind, CopyId, How};
use crate::model::time::Order;
use crate::model::{Disposal, Known, Point, Retention, Thing};
use crate::rules::context::Context;
use crate::rules::forms::keeping::point_words;
use crate::rules::truth::Truth;
use crate::source::Span;
use crate::syntax::intern::Symbol;
use crate::vocabulary::Family;

facts! {
    "dated retention" of Copy, Wants::Nothing, "retain PERIOD after EVENT then destroy (receiver retains PERIOD after EVENT then destroy)", "a time of keeping that comes to a date, whatever is done then: its own, or for what a step makes the earliest of what it was made from. An event needs a date, an expected one or a latest one"
        => |c, s, _| on_copy(c, s, dated);
    "closed out" of Copy, Wants::Nothing, "retain … then destroy", "being destroyed, given back or made anonymous when its time is up; archived only with a record in force of kind `retention-justification`"
        => |c, s, _| on_copy(c, s, closed_out);
    "overdue" of Copy, Wants::Nothing, "record NAME { kind destruction-certificate; covers NAME }", "being past its end on the date of the check, without a record in force that certifies its destruction"
        => |c, s, _| on_copy(c, s, overdue);
    "derived" of Copy, Wants::Nothing, "nothing: it follows from the steps", "being made by a step"
        => |c, s, _| on_copy(c, s, |c, _, arrival| there(matches!(c.graph.arrival(arrival).how, How::Step(..))));
    "outliving its sources" of Copy, Wants::Nothing, "retain … in the step", "being kept longer than what the step made it from and what is still in it, without a record in force of kind `retention-justification` or `necessity-assessment`"
        => |c, s, _| on_copy(c, s, outliving);
    "leaves copies" of Flow, Wants::Nothing, "by CHANNEL", "a channel that the vocabulary marks as leaving copies on the way: in mailboxes, on sticks, on shared drives"
        => |c, s, _| flow(c, s).map_or(Answer::Unsaid, |f| match &*f.channels {
            Known::Said(channels, _) => Answer::Is(Truth::from(channels.iter().any(|w| leaves_copies(c, *w)))),
            other => unsaid(other),
        });
    "transit period" of Flow, Wants::Period, "in transit PERIOD", "how long copies stay where it passes through"
        => |c, s, _| flow(c, s).map_or(Answer::Unsaid, |f| match &*f.facts.in_transit {
            Known::Said(period, span) => Answer::Values(vec![Item::Period(*period)], *span),
            other => unsaid(other),
        });
}

fn on_copy(c: &Context<'_>, s: Subject, read: impl Fn(&Context<'_>, CopyId, ArrivalId) -> Answer) -> Answer {
    if let Subject::Copy(copy, arrival) = s { read(c, copy, arrival) } else { Answer::Unsaid }
}

fn leaves_copies(c: &Context<'_>, channel: Symbol) -> bool {
    c.model.vocabulary.word(Family::Channel, c.model.word(channel)).is_some_and(|w| w.has_mark("leaves-copies"))
}

fn stated<'a>(c: &Context<'a>, copy: CopyId, arrival: ArrivalId) -> &'a Known<Retention> {
    times::retention(c.model, c.graph.arrival(arrival), c.graph.copy(copy).dataset)
}

/// An answer of one reason why something does not hold.
fn not_so(reason: Reason) -> Answer {
    Answer::Told(Truth::False, vec![reason])
}

fn dated(c: &Context<'_>, copy: CopyId, arrival: ArrivalId) -> Answer {
    let own = stated(c, copy, arrival);
    if let Known::Said(retention, _) = own
        && resolvable(c, retention.ends, retention.no_later)
    {
        return Answer::Is(Truth::True);
    }
    let deadline = times::deadline(c.model, c.graph, arrival);
    if deadline.ends.iter().any(|end| resolvable(c, end.point, end.no_later)) {
        return Answer::Is(Truth::True);
    }
    let why = |c: &Context<'_>, s| match s {
        Subject::Copy(copy, arrival) => vec![undated(c, copy, arrival)],
        _ => Vec::new(),
    };
    Answer::Later(Truth::False, Why(why))
}

fn undated(c: &Context<'_>, copy: CopyId, arrival: ArrivalId) -> Reason {
    let own = stated(c, copy, arrival);
    let deadline = times::deadline(c.model, c.graph, arrival);
    let point = own.value().map(|r| (r.ends, own.span())).or(deadline.ends.first().map(|e| (e.point, Some(e.span))));
    match (point, deadline.not_stated) {
        (Some((point, span)), _) => Reason {
            sentence: format!("it is kept until {}, for which no date is stated", point_words(c, point)),
            span,
            fix: Some(undated_fix(c, point)),
        },
        (None, span) => Reason {
            sentence: "nobody says how long it is kept".to_owned(),
            span,
            fix: Some(match c.graph.arrival(arrival).how {
                How::Flow(..) => format!("state `receiver retains …` in `{}`", c.arrival_name(arrival)),
                _ => format!("state `retain …` in `{}`", c.arrival_name(arrival)),
            }),
        },
    }
}

fn undated_fix(c: &Context<'_>, point: Point) -> String {
    match point {
        Point::Event(event, _) => {
            let name = c.model.word(c.model.events[event.index()].declared.name);
            format!("give `{name}` a latest date with `no later than DATE`, or put one into the retention")
        }
        _ => "say after how long, or put `no later than DATE` into the retention".to_owned(),
    }
}

fn ends_it(then: Option<Disposal>) -> bool {
    matches!(then, Some(Disposal::Destroy | Disposal::Return | Disposal::Anonymise))
}

fn closed_out(c: &Context<'_>, copy: CopyId, arrival: ArrivalId) -> Answer {
    let deadline = times::deadline(c.model, c.graph, arrival);
    if deadline.ends.iter().any(|e| ends_it(e.then)) {
        return Answer::Is(Truth::True);
    }
    let own = stated(c, copy, arrival);
    let (then, span) = match (own, deadline.ends.first()) {
        (Known::Said(retention, span), _) => (retention.then, *span),
        (_, Some(end)) => (end.then, end.span),
        (other, None) => return deadline.not_stated.map_or_else(|| unsaid(other), Answer::NotStated),
    };
    if then == Some(Disposal::Archive) {
        return match record_of_kind(c, &about(c, copy, arrival), "retention-justification") {
            None | Some(Truth::False) => not_so(
                Reason::at("it is archived when its time is up, and no record in force says why".to_owned(), span)
                    .mended(
                        "say `then destroy`, or write a `record` with `kind retention-justification` that covers it"
                            .to_owned(),
                    ),
            ),
            Some(truth) => Answer::Is(truth),
        };
    }
    let sentence = match then {
        Some(_) => "it is only looked at again when its time is up",
        None => "nobody says what is done with it when its time is up",
    };
    not_so(
        Reason::at(sentence.to_owned(), span)
            .mended("say what ends it: `then destroy`, `then return` or `then anonymise`".to_owned()),
    )
}

/// What a record about a copy covers.
fn about(c: &Context<'_>, copy: CopyId, arrival: ArrivalId) -> Vec<Thing> {
    let arrived = c.graph.arrival(arrival);
    let mut about = vec![Thing::Dataset(c.graph.copy(copy).dataset)];
    about.extend(match arrived.how {
        How::Flow(flow, _) => Some(Thing::Flow(flow)),
        How::Step(step, _) | How::Side(step, _) => Some(Thing::Step(step)),
        How::Declared => None,
    });
    about.extend(arrived.activity.map(Thing::Activity));
    about
}

/// The dates by which an end has come at the latest.
fn latest(c: &Context<'_>, end: &End) -> Option<Date> {
    let point = c.graph.timeline.latest(end.point);
    match (point, end.no_later) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

fn overdue(c: &Context<'_>, copy: CopyId, arrival: ArrivalId) -> Answer {
    let deadline = times::deadline(c.model, c.graph, arrival);
    let due = deadline.ends.iter().filter_map(|e| Some((latest(c, e)?, e.span)));
    let Some((date, span)) = due.filter(|(date, _)| *date < c.as_of).min() else { return Answer::Is(Truth::False) };
    let certified = certified(c, copy, arrival);
    let reason = Reason::at(format!("its time was up on {date}, and no certificate says that it is gone"), span).mended(
        "destroy it, and write a `record` with `kind destruction-certificate` that covers it, or state why it is kept longer"
            .to_owned(),
    );
    match certified {
        Truth::True => Answer::Is(Truth::False),
        Truth::False => Answer::Told(Truth::True, vec![reason]),
        unknown => Answer::Is(unknown),
    }
}

/// Whether a certificate of destruction covers a copy: its dataset, what brought it or the step that destroys it. One that names
/// places covers the copies there.
fn certified(c: &Context<'_>, copy: CopyId, arrival: ArrivalId) -> Truth {
    let place = c.graph.copy(copy).place;
    let party = c.model.party(c.model.place(place).party).place;
    let mut things = about(c, copy, arrival);
    things.extend(times::deletions(c.graph, copy).iter().map(|d| Thing::Step(d.step)));
    let records = things.iter().flat_map(|t| c.records_about(*t)).map(|r| &c.model.records[r.index()]);
    let certificates = records.filter(|r| {
        let kinds = r.kinds.value().map_or(&[] as &[String], Vec::as_slice);
        let mut places = r.covers.iter().filter(|(t, _)| matches!(t, Thing::Place(_))).peekable();
        let there = |(t, _): &(Thing, Span)| *t == Thing::Place(place) || *t == Thing::Place(party);
        kinds.iter().any(|k| c.model.vocabulary.word_under(Family::Record, k, "destruction-certificate"))
            && (places.peek().is_none() || places.any(there))
    });
    Truth::any(certificates.map(|r| record_in_force(c, r)))
}

fn outliving(c: &Context<'_>, copy: CopyId, arrival: ArrivalId) -> Answer {
    let arrived = c.graph.arrival(arrival);
    let own = times::deadline(c.model, c.graph, arrival);
    let archived = stated(c, copy, arrival).value().is_some_and(|r| r.then == Some(Disposal::Archive));
    if !matches!(arrived.how, How::Step(..)) || own.inherited || (own.ends.is_empty() && !archived) {
        return Answer::Is(Truth::False);
    }
    let mut truth = Truth::False;
    let mut reasons = Vec::new();
    for from in c.graph.from(arrival).iter().filter(|from| lives_on(c, **from, arrival)) {
        for source in c.graph.arrivals_of(*from) {
            let ends = times::deadline(c.model, c.graph, source);
            for end in &ends.ends {
                let outlives = if archived { Truth::True } else { longer(c, &own, end) };
                if outlives == Truth::True {
                    let (source, until) = (c.data_name(*from), point_words(c, end.point));
                    reasons.push(
                        Reason::at(format!("it was made from {source}, which is kept until {until}, and it is kept longer"), end.span)
                            .mended("end it when its sources end, or write a `record` with `kind retention-justification` that covers it".to_owned()),
                    );
                }
                truth = truth.or(outlives);
            }
        }
    }
    if truth == Truth::False {
        return Answer::Is(truth);
    }
    let about = about(c, copy, arrival);
    let records = ["retention-justification", "necessity-assessment"].map(|kind| record_of_kind(c, &about, kind));
    let justified = Truth::any(records.into_iter().flatten());
    Answer::Told(truth.and(justified.negate()), reasons)
}

/// Whether anything of a copy is in what an arrival made of it. Of a table of which every field was dropped nothing is.
fn lives_on(c: &Context<'_>, from: CopyId, arrival: ArrivalId) -> bool {
    let mut fields =
        c.graph.cells_of(from).filter(|cell| c.graph.cell(*cell).column.kind == ColumnKind::Field).peekable();
    fields.peek().is_none() || fields.any(|cell| !c.graph.leads_to(c.model, arrival, cell).is_empty())
}

/// Whether what has these ends is kept longer than what has that end.
fn longer(c: &Context<'_>, own: &Deadline, source: &End) -> Truth {
    let bounds = |e: &End| [Some(e.point), e.no_later.map(Point::Date)].into_iter().flatten().collect::<Vec<_>>();
    let owns: Vec<Point> = own.ends.iter().flat_map(bounds).collect();
    let timeline = &c.graph.timeline;
    let mut all = Truth::False;
    for bound in bounds(source) {
        all = all.or(if owns.iter().any(|a| timeline.order(*a, bound) != Order::Unknown) {
            Truth::False
        } else if owns.iter().all(|a| timeline.order(bound, *a) == Order::Before) {
            Truth::True
        } else {
            Truth::unknown(format!("whether it ends before {}", point_words(c, bound)), source.span)
        });
    }
    all
}
