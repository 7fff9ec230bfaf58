//! Form 6: what must be destroyed, and by when (ruling 16).

use std::rc::Rc;

use super::{Beyond, Detail, Judged, copy_name, key};
use crate::graph::times::{self, End};
use crate::graph::{ArrivalId, CopyId, How, Reading};
use crate::model::time::Order;
use crate::model::{Disposal, Point};
use crate::rules::compile::Compiled;
use crate::rules::context::Context;
use crate::rules::phrase::{Holders, Phrase};
use crate::rules::sought::Sought;
use crate::rules::story::Story;
use crate::rules::ties::needed_level;
use crate::rules::truth::Truth;

/// `every copy of DATA must be destroyed by EVENT`.
pub fn destroyed<'a>(
    c: &'a Context<'_>,
    sentence: &'a Compiled,
    data: &'a Phrase,
    at: Option<&'a Holders>,
    by: Point,
    reading: Reading,
) -> Judged<'a> {
    let mut judged = Judged::new(c);
    let contents = c.contents(reading);
    let sought = Rc::new(Sought::new(c, data, &sentence.except_data()));
    for copy in c.graph.copy_ids() {
        let place = c.graph.copy(copy).place;
        if !sought.may_be_in(c, copy, contents) || at.is_some_and(|at| !at.covers(c.model, place)) {
            continue;
        }
        let seen = c.seen(place, reading);
        if !sought.is_in(c, copy, contents, seen, reading) || sentence.excepts_place(c.model, place) {
            continue;
        }
        judged.matched = true;
        for arrival in c.graph.arrivals_of(copy) {
            let missing = match (gone_by(c, copy, arrival, by), reading) {
                (Truth::True, _) | (Truth::Unknown(_), Reading::Kind) => continue,
                (Truth::False, _) => Vec::new(),
                (Truth::Unknown(missing), _) => missing,
            };
            let subjects =
                vec![c.model.place_name(place).to_owned(), copy_name(c, copy), c.arrival_name(arrival).to_owned()];
            let (sought, contents, seen) = (sought.clone(), contents.clone(), seen.clone());
            judged.push(key(arrival), subjects, move || {
                let mut story = Story::missing(missing);
                if let Some((cell, hit)) = c.telling(sought.hits(c, copy, &contents, &seen, reading), reading) {
                    let told = (cell, hit.classes(), hit.has_rows());
                    // by this arrival, where the data came by it
                    let other = |a: ArrivalId| a != arrival && c.graph.arrival(a).copy == copy;
                    if c.tell_way(&mut story, &contents, told, reading, &other).is_empty() {
                        c.tell_way(&mut story, &contents, told, reading, &|_| false);
                    }
                    c.tell_level(&mut story, needed_level(sentence, data), (cell, &hit), place, reading);
                }
                tell(c, story, copy, arrival, by)
            });
        }
    }
    judged
}

/// Tells that an arrival's copy is kept, and how that would be mended.
fn tell(c: &Context<'_>, mut story: Story, copy: CopyId, arrival: ArrivalId, by: Point) -> Detail {
    let (who, what) = (c.place_title(c.graph.copy(copy).place), c.data_name(copy));
    let deadline = times::deadline(c.model, c.graph, arrival);
    let first = deadline.ends.first();
    let span = first.map(|e| e.span).or(deadline.not_stated).unwrap_or_else(|| c.arrival_span(arrival));
    let why = match first {
        _ if deadline.not_stated.is_some() => "when it is destroyed is not stated".to_owned(),
        Some(end) if !matches!(end.then, Some(Disposal::Destroy) | None) => {
            "what is stated is not destruction".to_owned()
        }
        Some(_) => format!("what is stated is not by {}", point_words(c, by)),
        None => "nothing says that it is ever destroyed".to_owned(),
    };
    story.say(format!("{who} keeps {what}: {why}"), span);
    let name = c.arrival_name(arrival);
    let where_to = match c.graph.arrival(arrival).how {
        How::Flow(..) => format!("`receiver retains until … then destroy` in `{name}`"),
        How::Declared => format!("`retain until … then destroy` in `{name}`"),
        _ => format!("`retain until … then destroy` or a `destroy` in `{name}`"),
    };
    let summary = format!("{what} at {who} is not destroyed by {}: {why}", point_words(c, by));
    Detail {
        beyond: Some(Beyond { whole: true, ..Beyond::nothing(&summary) }),
        summary,
        span,
        missing: std::mem::take(&mut story.missing),
        steps: story.into_steps(),
        fix: Some(format!("state {where_to}")),
        ..Detail::default()
    }
}

/// Whether an arrival's copy is gone by a point. The same event, dated or not, is proof; nothing stated at all means that it is
/// held for ever.
fn gone_by(c: &Context<'_>, copy: CopyId, arrival: ArrivalId, by: Point) -> Truth {
    let timeline = &c.graph.timeline;
    let deadline = times::deadline(c.model, c.graph, arrival);
    let name = || c.data_name(copy);
    let place = c.model.place_name(c.graph.copy(copy).place);
    let one = |end: &End| -> Truth {
        let in_time = if timeline.order(end.point, by) != Order::Unknown
            || end.no_later.is_some_and(|d| timeline.order(Point::Date(d), by) != Order::Unknown)
        {
            Truth::True
        } else if timeline.order(by, end.point) == Order::Before && end.no_later.is_none() {
            Truth::False
        } else {
            Truth::unknown(format!("whether {} at `{place}` is destroyed by {}", name(), point_words(c, by)), end.span)
        };
        let destroyed = match end.then {
            Some(Disposal::Destroy) => Truth::True,
            Some(_) => Truth::False,
            None => {
                Truth::unknown(format!("what is done with {} at `{place}` then (`then destroy`)", name()), end.span)
            }
        };
        in_time.and(destroyed)
    };
    let stated = Truth::any(deadline.ends.iter().map(one));
    match deadline.not_stated {
        Some(span) => stated.or(Truth::unknown(format!("when {} at `{place}` is destroyed (`retain`)", name()), span)),
        None => stated,
    }
}

/// A point in words.
pub fn point_words(c: &Context<'_>, point: Point) -> String {
    let after = |period: Option<crate::model::Period>, of: String| match period {
        Some(period) => format!("{} after {of}", period.words()),
        None => of,
    };
    match point {
        Point::Date(date) => date.to_string(),
        Point::Event(event, period) => {
            after(period, format!("`{}`", c.model.word(c.model.events[event.index()].declared.name)))
        }
        Point::PerPerson(trigger, period) => after(period, format!("`{}`", trigger.word())),
    }
}
