//! The stages of a life in words: collect, use, share, keep, destroy.

use std::collections::BTreeMap;

use crate::diagram::chart::{Bar, Stage, Tick, Told};

/// How many things of a stage are told.
const MOST: usize = 3;

/// What happens in each stage, and when.
pub(super) fn stages(ticks: &[Tick], bars: &[Bar]) -> Vec<Told> {
    if bars.is_empty() {
        return Vec::new();
    }
    let from = |bar: &Bar| {
        let tick = bar.from.and_then(|tick| ticks.get(tick));
        tick.map_or_else(String::new, |tick| format!(", from {}", moment(tick)))
    };
    let of = |stage: Stage| bars.iter().filter(move |bar| bar.stage == stage);
    let collect = of(Stage::Collect).map(|bar| format!("{}, {}{}", bar.title, bar.holder, from(bar)));
    let mut used: Vec<String> =
        of(Stage::Use).map(|bar| with_way(&bar.by, &format!("{}{}", bar.title, from(bar)))).collect();
    for name in bars.iter().flat_map(|bar| &bar.uses) {
        if !used.contains(name) {
            used.push(name.clone());
        }
    }
    let shared = of(Stage::Share).map(|bar| with_way(&bar.by, &format!("to {}{}", bar.holder, from(bar))));
    let published =
        of(Stage::Publish).map(|bar| with_way(&bar.by, &format!("{} is published{}", bar.title, from(bar))));
    let told = |stage: Stage, lines: Vec<String>, none: &str| Told { stage, lines: short(lines, none) };
    vec![
        told(Stage::Collect, collect.collect(), "not told here: it is made of something"),
        told(Stage::Use, used, "no step and no use is declared"),
        told(Stage::Share, shared.chain(published).collect(), "with nobody"),
        told(Stage::Keep, kept(ticks, bars), ""),
        told(Stage::Destroy, ends(ticks, bars), "nothing says when"),
    ]
}

fn with_way(by: &str, words: &str) -> String {
    if by.is_empty() { words.to_owned() } else { format!("{by}: {words}") }
}

/// The first of them, and how many more there are.
fn short(mut lines: Vec<String>, none: &str) -> Vec<String> {
    if lines.is_empty() && !none.is_empty() {
        lines.push(none.to_owned());
    }
    if lines.len() > MOST + 1 {
        let more = lines.len() - MOST;
        lines.truncate(MOST);
        lines.push(format!("and {more} more"));
    }
    lines
}

/// An event or a date, in words.
pub(in crate::diagram) fn moment(tick: &Tick) -> String {
    let date = tick.date.map(|date| date.strftime("%-d %b %Y").to_string());
    let date = match (date, tick.sure.as_str()) {
        (Some(date), "" | "happened") => Some(date),
        (Some(date), sure) => Some(format!("{sure} {date}")),
        (None, _) => None,
    };
    match (tick.title.is_empty(), date) {
        (true, date) => date.unwrap_or_default(),
        (false, None) => format!("“{}”", tick.title),
        (false, Some(date)) => format!("“{}” ({date})", tick.title),
    }
}

fn copies(count: usize) -> String {
    if count == 1 { "1 copy".to_owned() } else { format!("{count} copies") }
}

/// How much is held, and how long the longest of it.
fn kept(ticks: &[Tick], bars: &[Bar]) -> Vec<String> {
    let held = bars.iter().filter(|bar| bar.stage != Stage::Publish).count();
    let mut lines = vec![format!("{} of what is held here", copies(held))];
    if let Some(last) = bars.iter().filter_map(|bar| bar.until).max().and_then(|tick| ticks.get(tick)) {
        lines.push(format!("the longest until {}", moment(last)));
    }
    let endless = bars.iter().filter(|bar| bar.endless).count();
    if endless > 0 {
        lines.push(format!("{} with no end stated", copies(endless)));
    }
    lines
}

/// How much ends at which tick, and what is done then.
pub(super) fn by_tick(bars: &[Bar]) -> Vec<(usize, String)> {
    let mut ends: BTreeMap<usize, Vec<&Bar>> = BTreeMap::new();
    for bar in bars {
        if let Some(tick) = bar.until {
            ends.entry(tick).or_default().push(bar);
        }
    }
    ends.into_iter().map(|(tick, bars)| (tick, ending(&bars))).collect()
}

/// When how much of it ends, and what is done then.
fn ends(ticks: &[Tick], bars: &[Bar]) -> Vec<String> {
    let words = |(tick, words): (usize, String)| {
        let moment = ticks.get(tick).map(moment).unwrap_or_default();
        format!("{moment}: {words}")
    };
    let mut lines: Vec<String> = by_tick(bars).into_iter().map(words).collect();
    // the first and the last matter most
    if lines.len() > MOST {
        let last = lines.pop().unwrap_or_default();
        let between = lines.len() - 1;
        lines.truncate(1);
        lines.push(format!("{between} more dates between"));
        lines.push(last);
    }
    let open = bars.iter().filter(|bar| bar.until.is_none() && bar.stage != Stage::Publish).count();
    if open > 0 {
        lines.push(format!("{} at no date that is known", copies(open)));
    }
    lines
}

/// How many copies end, and in what way where that is said of all.
fn ending(bars: &[&Bar]) -> String {
    let first = bars.first().map_or("", |bar| bar.then.as_str());
    let then = if !first.is_empty() && bars.iter().all(|bar| bar.then == first) { first } else { "at the end" };
    format!("{} {then}", copies(bars.len()))
}
