//! Form 6: what must be destroyed, and by when (ruling 16).

use super::{Detail, Judged, copy_name};
use crate::graph::times::{self, End};
use crate::graph::{ArrivalId, CellId, CopyId, How, Reading};
use crate::model::time::Order;
use crate::model::{Disposal, Point};
use crate::rules::compile::Compiled;
use crate::rules::context::{Context, Hit};
use crate::rules::phrase::{Holders, Phrase};
use crate::rules::story::Story;
use crate::rules::truth::Truth;

/// `every copy of DATA must be destroyed by EVENT`.
pub fn destroyed(
    c: &Context<'_>,
    sentence: &Compiled,
    data: &Phrase,
    at: Option<&Holders>,
    by: Point,
    reading: Reading,
) -> Judged {
    let mut judged = Judged::default();
    for copy in c.graph.copy_ids() {
        let place = c.graph.copy(copy).place;
        let excepted = sentence.excepts_place(c.model, place);
        if excepted || at.is_some_and(|at| !at.covers(c.model, place)) {
            continue;
        }
        let Some((cell, hit)) = first_hit(c, sentence, data, copy, reading) else { continue };
        judged.matched = true;
        for arrival in &c.graph.arrivals_of(copy).collect::<Vec<_>>() {
            let truth = gone_by(c, copy, *arrival, by);
            let missing = match (truth, reading) {
                (Truth::True, _) | (Truth::Unknown(_), Reading::Kind) => continue,
                (Truth::False, _) => Vec::new(),
                (Truth::Unknown(missing), _) => missing,
            };
            let subjects =
                vec![c.model.place_name(place).to_owned(), copy_name(c, copy), c.arrival_name(*arrival).to_owned()];
            judged.push(subjects, || {
                let mut story = Story::missing(missing);
                tell(c, &mut story, cell, &hit, reading);
                let (who, what) = (c.place_title(place), c.data_name(copy));
                let deadline = times::deadline(c.model, c.graph, *arrival);
                let span = deadline
                    .ends
                    .first()
                    .map(|e| e.span)
                    .or(deadline.not_stated)
                    .unwrap_or_else(|| c.arrival_span(*arrival));
                let why = match deadline.ends.first() {
                    _ if deadline.not_stated.is_some() => "when it is destroyed is not stated".to_owned(),
                    Some(end) if !matches!(end.then, Some(Disposal::Destroy) | None) => {
                        "what is stated is not destruction".to_owned()
                    }
                    Some(_) => format!("what is stated is not by {}", point_words(c, by)),
                    None => "nothing says that it is ever destroyed".to_owned(),
                };
                story.say(format!("{who} keeps {what}: {why}"), span);
                let where_to = match c.graph.arrival(*arrival).how {
                    How::Flow(..) => {
                        format!("`receiver retains until … then destroy` in `{}`", c.arrival_name(*arrival))
                    }
                    How::Declared => format!("`retain until … then destroy` in `{}`", c.arrival_name(*arrival)),
                    _ => format!("`retain until … then destroy` or a `destroy` in `{}`", c.arrival_name(*arrival)),
                };
                Detail {
                    summary: format!("{what} at {who} is not destroyed by {}: {why}", point_words(c, by)),
                    span,
                    missing: std::mem::take(&mut story.missing),
                    steps: story.into_steps(),
                    fix: Some(format!("state {where_to}")),
                    ..Detail::default()
                }
            });
        }
    }
    judged
}

fn first_hit(
    c: &Context<'_>,
    sentence: &Compiled,
    data: &Phrase,
    copy: CopyId,
    reading: Reading,
) -> Option<(CellId, Hit)> {
    let contents = c.contents(reading);
    let seen = c.seen(c.graph.copy(copy).place, reading);
    let except = sentence.except_data();
    let cells = c.graph.cells_of(copy);
    let hits = cells.map(|cell| (cell, c.hit_except(data, &except, cell, &contents, &seen, reading)));
    c.telling(hits.filter(|(_, hit)| hit.any()).collect(), reading)
}

fn tell(c: &Context<'_>, story: &mut Story, cell: CellId, hit: &Hit, reading: Reading) {
    let contents = c.contents(reading);
    let rows = hit.rows.iter().any(|w| *w != 0);
    c.tell_way(story, &contents, (cell, if rows { &hit.rows } else { &hit.counts }, rows), reading, &|_| false);
}

/// Whether an arrival's copy is gone by a point. The same event, dated or not, is proof; nothing stated at all means that it is
/// held for ever.
fn gone_by(c: &Context<'_>, copy: CopyId, arrival: ArrivalId, by: Point) -> Truth {
    let timeline = &c.graph.timeline;
    let deadline = times::deadline(c.model, c.graph, arrival);
    let name = c.data_name(copy);
    let place = c.model.place_name(c.graph.copy(copy).place);
    let one = |end: &End| -> Truth {
        let in_time = if timeline.order(end.point, by) != Order::Unknown
            || end.no_later.is_some_and(|d| timeline.order(Point::Date(d), by) != Order::Unknown)
        {
            Truth::True
        } else if timeline.order(by, end.point) == Order::Before && end.no_later.is_none() {
            Truth::False
        } else {
            Truth::unknown(format!("whether {name} at `{place}` is destroyed by {}", point_words(c, by)), end.span)
        };
        let destroyed = match end.then {
            Some(Disposal::Destroy) => Truth::True,
            Some(_) => Truth::False,
            None => Truth::unknown(format!("what is done with {name} at `{place}` then (`then destroy`)"), end.span),
        };
        in_time.and(destroyed)
    };
    let stated = Truth::any(deadline.ends.iter().map(one));
    match deadline.not_stated {
        Some(span) => stated.or(Truth::unknown(format!("when {name} at `{place}` is destroyed (`retain`)"), span)),
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
