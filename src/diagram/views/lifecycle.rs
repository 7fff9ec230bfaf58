//! What becomes of data: from when to when each copy is held, and how it ends.

pub(in crate::diagram) mod stages;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::scope::Scope;
use super::words;
use crate::check::atlas::{Atlas, Copy, Event};
use crate::diagram::chart::{Bar, Heading, Life, Stage, Tick, Told};

/// More copies than this stand on no page.
pub(super) const MOST_BARS: usize = 60;

/// The life of what a part of a project holds, of so many copies at the most.
pub(super) fn life(atlas: &Atlas, scope: &Scope, mut heading: Heading, most: usize) -> Life {
    let order = in_order(atlas, scope, most);
    if scope.copies.len() > most {
        heading.advice.push(format!(
            "there are {} copies: this shows the first {most}; ask for all of them on pages with `--pages`, or for one dataset \
             with `--focus DATASET`",
            scope.copies.len()
        ));
    }
    let axis = Axis::of(atlas, order.iter().map(|copy| &atlas.copies[*copy]));
    let bars: Vec<Bar> = order.iter().map(|copy| bar(atlas, *copy, &axis)).collect();
    let stages = stages::stages(&axis.ticks, &bars);
    heading.description = in_sentences(&stages, &bars);
    let ends = stages::by_tick(&bars);
    Life { heading, ticks: axis.ticks, bars, stages, ends }
}

/// All that a life shows, for those who cannot see it.
pub(in crate::diagram) fn in_sentences(stages: &[Told], bars: &[Bar]) -> String {
    let told = stages.iter().map(|told| format!("{}: {}", told.stage.words(), told.lines.join("; ")));
    let told = told.chain(bars.iter().map(|bar| format!("{}: {}, {}", bar.title, bar.mark.words(), bar.kept)));
    format!("Life of data on an axis of time. {}.", told.collect::<Vec<_>>().join(". "))
}

/// Copies in the order in which they come to be: what is there from the start first, then what is made of it.
fn in_order(atlas: &Atlas, scope: &Scope, most: usize) -> Vec<usize> {
    let mut made_of: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    let ways = atlas.flows.iter().flat_map(|flow| flow.legs.iter().map(|leg| (leg.from, leg.to)));
    let steps =
        atlas.steps.iter().flat_map(|step| step.takes.iter().flat_map(|from| step.gives.iter().map(|to| (*from, *to))));
    for (from, to) in ways.chain(steps).filter(|(from, to)| from != to) {
        if scope.copies.contains(&from) && scope.copies.contains(&to) {
            made_of.entry(to).or_default().insert(from);
        }
    }
    let mut done: Vec<usize> = Vec::new();
    let mut known: BTreeSet<usize> = BTreeSet::new();
    let mut left: Vec<usize> = scope.copies.iter().copied().collect();
    // no more than are shown
    while !left.is_empty() && done.len() < most {
        let ready = |copy: &usize| made_of.get(copy).is_none_or(|from| from.is_subset(&known));
        // in a circle the one that is declared first goes first
        let at = left.iter().position(ready).unwrap_or(0);
        let next = left.remove(at);
        known.insert(next);
        done.push(next);
    }
    done
}

/// The points of the axis, in order: dates and events that something begins or ends with.
struct Axis {
    ticks: Vec<Tick>,
    /// The tick of each event.
    events: BTreeMap<usize, usize>,
}

impl Axis {
    fn of<'a>(atlas: &Atlas, copies: impl Iterator<Item = &'a Copy>) -> Axis {
        let mut events: BTreeSet<usize> = BTreeSet::new();
        let mut dates: BTreeSet<Date> = BTreeSet::new();
        for copy in copies {
            // an end that has a date stands at it, whatever event it depends on
            match (copy.kept.until, copy.kept.event) {
                (Some(date), Some(event)) if atlas.events[event].date == Some(date) => _ = events.insert(event),
                (Some(date), _) => _ = dates.insert(date),
                (None, event) => events.extend(event),
            }
            events.extend(copy.from.as_ref().and_then(|from| from.event));
            if copy.from.as_ref().is_some_and(|from| from.event.is_none()) {
                dates.extend(copy.from.as_ref().and_then(|from| from.earliest));
            }
        }
        for activity in &atlas.activities {
            for moment in [&activity.starts, &activity.ends].into_iter().flatten() {
                match moment.event {
                    Some(event) => _ = events.insert(event),
                    None => dates.extend(moment.latest),
                }
            }
        }
        dates.retain(|date| !events.iter().any(|event| atlas.events[*event].date == Some(*date)));
        let mut ticks: Vec<(bool, Option<Date>, usize, Tick)> = Vec::new();
        let today = Tick { title: "judged as of".to_owned(), date: Some(atlas.as_of), sure: String::new() };
        ticks.push((false, Some(atlas.as_of), 0, today));
        for date in dates.iter().filter(|date| **date != atlas.as_of) {
            let tick = Tick { title: String::new(), date: Some(*date), sure: String::new() };
            ticks.push((false, Some(*date), 0, tick));
        }
        for event in &events {
            let said: &Event = &atlas.events[*event];
            let tick = Tick { title: said.title.clone(), date: said.date, sure: said.sure.to_owned() };
            ticks.push((said.date.is_none(), said.date, event + 1, tick));
        }
        // events without a date come after all that have one
        ticks.sort_by_key(|tick| (tick.0, tick.1, tick.2));
        let events = ticks.iter().enumerate().filter_map(|(n, (_, _, event, _))| Some((event.checked_sub(1)?, n)));
        Axis { events: events.collect(), ticks: ticks.into_iter().map(|(.., tick)| tick).collect() }
    }

    fn at(&self, event: Option<usize>, date: Option<Date>) -> Option<usize> {
        let of_date = date.and_then(|date| self.ticks.iter().position(|tick| tick.date == Some(date)));
        of_date.or_else(|| event.and_then(|event| self.events.get(&event)).copied())
    }
}

fn bar(atlas: &Atlas, number: usize, axis: &Axis) -> Bar {
    let copy = &atlas.copies[number];
    let by_flow = atlas.flows.iter().find(|flow| flow.legs.iter().any(|leg| leg.to == number));
    let by_step = atlas.steps.iter().position(|step| step.gives.contains(&number));
    let stage = match (copy.published, copy.declared, by_flow.is_some()) {
        (true, ..) => Stage::Publish,
        (_, true, _) => Stage::Collect,
        (_, _, true) => Stage::Share,
        _ => Stage::Use,
    };
    let by = match (by_flow, by_step) {
        _ if copy.declared => String::new(),
        (Some(flow), _) => format!("flow {}", flow.number),
        (None, Some(step)) => format!("step S{}", step + 1),
        (None, None) => String::new(),
    };
    let uses = atlas.uses.iter().filter(|used| used.takes.contains(&number));
    let kept = words::kept(&copy.kept);
    Bar {
        name: atlas.datasets[copy.dataset].name.clone(),
        title: words::dataset(atlas, copy.dataset),
        holder: words::place(atlas, copy.place),
        stage,
        by,
        mark: words::mark(copy.level),
        from: copy.from.as_ref().and_then(|from| axis.at(from.event, from.earliest)),
        until: axis.at(copy.kept.event, copy.kept.until).filter(|_| !copy.kept.endless),
        endless: kept.is_none() && !copy.published,
        kept: if copy.published { "published".to_owned() } else { kept.unwrap_or_else(|| "no end stated".to_owned()) },
        then: copy.kept.then.unwrap_or("").to_owned(),
        uses: uses.map(|used| if used.titled { used.title.clone() } else { words::spoken(&used.name) }).collect(),
    }
}
