//! A life as a scene: copies down, time across.

use super::font::{self, Weight};
use super::parts::{drop, level_mark, open, stroke, text};
use super::scene::{Anchor, Group, Rgb, Scene, Stroke, Text, at, polygon, size};
use super::style::{self, BORDER, GREY, HEADER, INK, LANE, WHITE};
use super::text::{clean, wrap};
use crate::diagram::chart::{Bar, Life, Stage, Tick, Told};
use crate::diagram::layout::{Rect, Size};
use crate::diagram::views::Profile;

/// A row of the least height.
const ROW: f64 = 46.0;
const LETTERS: f64 = 11.0;
/// From one line to the next.
const LINE: f64 = 14.0;
/// Where the name of a row begins: its stage stands before it.
const NAME: f64 = 72.0;
/// How far from its top a row's words are that stand under its bar.
const UNDER: f64 = 26.0;
/// An axis is no shorter than what stands above it needs.
const LEAST: f64 = 760.0;

/// The measures of a life.
struct Axis {
    /// Where each tick is.
    ticks: Vec<f64>,
    /// What stands at each.
    titles: Vec<Vec<(String, Weight)>>,
    begin: f64,
    end: f64,
    /// How high all above the rows is.
    head: f64,
    /// The rows: one for each bar, and one for all ends.
    rows: Vec<Row>,
}

/// A row: where it is, and its words in lines.
struct Row {
    top: f64,
    high: f64,
    on: Rgb,
    title: Vec<String>,
    holder: Vec<String>,
    under: Under,
}

/// The words under a bar, or under the crosses of all ends.
#[derive(Default)]
struct Under {
    /// Where they begin.
    left: f64,
    /// Until when, and what is done then.
    kept: Vec<String>,
    /// What it is used for: after the first where they are one line, else below it.
    uses: Vec<String>,
    /// Under each cross.
    ends: Vec<Vec<String>>,
}

impl Under {
    fn lines(&self) -> usize {
        let beside = self.kept.len() == 1 && self.uses.len() == 1 && self.beside();
        let own = self.kept.len() + self.uses.len() - usize::from(beside);
        self.ends.iter().map(Vec::len).fold(own, usize::max)
    }

    /// Whether the uses stand after the end.
    fn beside(&self) -> bool {
        self.uses.first().is_some_and(|line| line.starts_with('·'))
    }
}

impl Axis {
    fn of(life: &Life, profile: Profile) -> Axis {
        let names = if profile == Profile::Screen { 290.0 } else { 230.0 };
        let begin = names + 10.0;
        let count = life.ticks.len() as f64 + 0.7;
        let step = match profile {
            Profile::Screen => ((LEAST - begin) / count).max(150.0),
            // as many as can be on a page, as long as their words have room
            Profile::Document => ((super::page::BODY.w - 10.0 - begin) / count).clamp(least_step(life), 150.0),
        };
        let titles: Vec<_> = life.ticks.iter().map(|tick| tick_lines(tick, step - 10.0)).collect();
        let ticks: Vec<f64> = (0..life.ticks.len()).map(|n| (begin + step * (n as f64 + 0.6)).floor()).collect();
        let end = (begin + step * count).max(LEAST).floor();
        let mut axis = Axis { ticks, titles, begin, end, head: 0.0, rows: Vec::new() };
        let strip = Strip::of(life, end + 10.0);
        axis.head = strip.high + axis.titles.iter().map(Vec::len).max().unwrap_or(1) as f64 * LINE + 26.0;
        let wide = names - NAME - 4.0;
        let mut top = axis.head;
        let mut add = |title: &str, holder: &str, under: Under| {
            let title = wrap(&clean(title), 12.0, Weight::Bold, wide, 4);
            let holder = wrap(&clean(holder), LETTERS, Weight::Regular, wide, 5);
            let words = 8.0 + title.len() as f64 * 15.0 + holder.len() as f64 * LINE + 7.0;
            let high = ROW.max(words).max(UNDER + under.lines() as f64 * LINE + 6.0);
            let on = if axis.rows.len().is_multiple_of(2) { LANE } else { WHITE };
            axis.rows.push(Row { top, high, on, title, holder, under });
            top += high;
        };
        for bar in &life.bars {
            let by = if bar.by.is_empty() { String::new() } else { format!("{} · ", bar.by) };
            let left = bar.from.and_then(|tick| axis.ticks.get(tick)).copied().unwrap_or(begin);
            add(&bar.title, &format!("{by}{}", bar.holder), under_bar(bar, left, begin, end));
        }
        if !life.ends.is_empty() {
            let lines = |(_, words): &(usize, String)| wrap(words, 10.7, Weight::Regular, step - 8.0, 5);
            let under = Under { ends: life.ends.iter().map(lines).collect(), ..Under::default() };
            add("What ends when", "", under);
        }
        axis
    }

    fn size(&self) -> Size {
        size(self.end + 10.0, self.rows.last().map_or(self.head, |row| row.top + row.high) + 6.0)
    }
}

/// How far from one another ticks must be for their words.
fn least_step(life: &Life) -> f64 {
    let words = |tick: &Tick| {
        let title = clean(&tick.title);
        title.split(' ').map(|word| font::width(word, LETTERS, Weight::Bold)).fold(0.0, f64::max)
    };
    (life.ticks.iter().map(words).fold(52.0, f64::max) + 10.0).min(100.0).ceil()
}

/// The words under a bar: from its beginning, as far as the axis goes; where that is not far enough they begin before it.
fn under_bar(bar: &Bar, left: f64, begin: f64, end: f64) -> Under {
    let then = if bar.then.is_empty() { String::new() } else { format!(", then {}", bar.then) };
    let words = clean(&format!("{}{then}", bar.kept));
    let used = clean(&bar.uses.join("; "));
    let wide = |text: &str| font::width(text, LETTERS, Weight::Regular);
    let (first, all) = (left + 2.0, end - begin - 2.0);
    let both = if used.is_empty() { 0.0 } else { wide(&format!("· used: {used}")) + 5.0 };
    let longest = wide(&words) + both;
    if longest <= all {
        let left = first.min(end - longest).floor();
        let uses = if used.is_empty() { Vec::new() } else { vec![format!("· used: {used}")] };
        return Under { left, kept: vec![words], uses, ends: Vec::new() };
    }
    let kept = wrap(&words, LETTERS, Weight::Regular, all, 3);
    let used = if used.is_empty() { String::new() } else { format!("used: {used}") };
    let uses = wrap(&used, LETTERS, Weight::Regular, all, 3);
    let widest = super::text::widest(&[kept.clone(), uses.clone()].concat(), LETTERS, Weight::Regular);
    Under { left: first.min(end - widest).max(begin + 2.0).floor(), kept, uses, ends: Vec::new() }
}

/// How large a life is by itself.
pub(super) fn size_of(life: &Life, profile: Profile) -> Size {
    Axis::of(life, profile).size()
}

/// Draws a life.
pub(super) fn draw(life: &Life, profile: Profile) -> Scene {
    let axis = Axis::of(life, profile);
    let room = axis.size();
    let mut body = Group::of("life");
    body.group(Strip::of(life, axis.end + 10.0).draw());
    let (bars, ends) = axis.rows.split_at(life.bars.len().min(axis.rows.len()));
    for row in ends {
        body.group(row_ground(
            &axis,
            row,
            Stage::Destroy,
            Group { title: "What ends when".to_owned(), ..Group::of("row") },
        ));
    }
    for (row, bar) in bars.iter().zip(&life.bars) {
        let title = format!("{} at {}", clean(&bar.title), clean(&bar.holder));
        body.group(row_ground(&axis, row, bar.stage, Group { title, ..Group::of("row") }));
    }
    axis_drawn(&mut body, &axis, life, room.h);
    for (number, (row, bar)) in bars.iter().zip(&life.bars).enumerate() {
        body.group(bar_drawn(&axis, number, row, bar));
    }
    for row in ends {
        body.group(ends_drawn(&axis, life, row));
    }
    super::page::dress(&life.heading, body, room, profile, Some(&super::legend::of_life(life)))
}

/// The five stages side by side, with what happens in each.
struct Strip {
    columns: Vec<(String, Vec<Vec<String>>)>,
    wide: f64,
    high: f64,
}

impl Strip {
    const HEAD: f64 = 24.0;
    /// Between one thing that happens and the next.
    const GAP: f64 = 4.0;

    fn of(life: &Life, room: f64) -> Strip {
        let wide = room / life.stages.len().max(1) as f64;
        let lines = |line: &String| wrap(&clean(line), LETTERS, Weight::Regular, wide - 26.0, 6);
        let column = |told: &Told| (told.stage.words().to_owned(), told.lines.iter().map(lines).collect::<Vec<_>>());
        let columns: Vec<(String, Vec<Vec<String>>)> = life.stages.iter().map(column).collect();
        let high = |told: &[Vec<String>]| told.iter().map(|lines| lines.len() as f64 * LINE + Strip::GAP).sum::<f64>();
        let most = columns.iter().map(|(_, told)| high(told)).fold(0.0, f64::max);
        let high = if columns.is_empty() { 0.0 } else { Strip::HEAD + most + 22.0 };
        Strip { columns, wide, high }
    }

    fn draw(&self) -> Group {
        let mut group = Group { title: "Stages".to_owned(), ..Group::of("stages") };
        for (number, (name, told)) in self.columns.iter().enumerate() {
            let (l, r) = (self.wide * number as f64, self.wide * (number as f64 + 1.0) - 2.0);
            let (b, notch) = (Strip::HEAD, 9.0);
            let mut stage = Group {
                title: name.clone(),
                description: told.iter().map(|lines| lines.join(" ")).collect::<Vec<_>>().join("; "),
                ..Group::of("stage")
            };
            let corners =
                [at(l, 0.0), at(r - notch, 0.0), at(r, b / 2.0), at(r - notch, b), at(l, b), at(l + notch, b / 2.0)];
            stage.path(polygon(&corners), Some(HEADER), None);
            let base = at(l + 18.0, b / 2.0 + drop(12.0));
            stage.text(text(name, base, 12.0, Weight::Bold, INK, HEADER));
            let mut y = b + 4.0;
            for lines in told {
                for line in lines {
                    y += LINE;
                    stage.text(text(line, at(l + 18.0, y - 3.0), LETTERS, Weight::Regular, INK, WHITE));
                }
                y += Strip::GAP;
            }
            group.group(stage);
        }
        group
    }
}

/// The ground of a row, with its stage and its name.
fn row_ground(axis: &Axis, row: &Row, stage: Stage, mut group: Group) -> Group {
    group.rect(Rect { x: 0.0, y: row.top, w: axis.end + 10.0, h: row.high }, 0.0, Some(row.on), None);
    chip(&mut group, stage, row.top);
    let mut y = row.top + 4.0;
    for line in &row.title {
        y += 15.0;
        group.text(text(line, at(NAME, y), 12.0, Weight::Bold, INK, row.on));
    }
    y += 2.0;
    for line in &row.holder {
        y += LINE;
        group.text(text(line, at(NAME, y), LETTERS, Weight::Regular, GREY, row.on));
    }
    group
}

/// The crosses of all ends.
fn ends_drawn(axis: &Axis, life: &Life, row: &Row) -> Group {
    let mut group = Group::of("ends");
    for ((tick, words), lines) in life.ends.iter().zip(&row.under.ends) {
        let Some(x) = axis.ticks.get(*tick) else { continue };
        let mut end = Group { title: words.clone(), ..Group::of("end") };
        let wide = super::text::widest(lines, 10.7, Weight::Regular);
        let behind = Rect { x: x - wide / 2.0 - 2.0, y: row.top + 25.0, w: wide + 4.0, h: LINE * lines.len() as f64 };
        end.rect(behind, 0.0, Some(row.on), None);
        cross(&mut end, at(*x, row.top + 15.0));
        for (n, line) in lines.iter().enumerate() {
            let base = at(*x, row.top + 37.0 + LINE * n as f64);
            end.text(super::parts::middle(line, base, 10.7, Weight::Regular, INK, row.on));
        }
        group.group(end);
    }
    group
}

/// A cross: here it ends.
pub(super) fn cross(group: &mut Group, centre: crate::diagram::layout::Point) {
    for up in [5.0, -5.0] {
        let line = [at(centre.x - up, centre.y - 5.0), at(centre.x + up, centre.y + 5.0)];
        group.path(open(&line), None, Some(stroke(INK, 2.0)));
    }
}

/// The stage of a row.
fn chip(group: &mut Group, stage: Stage, y: f64) {
    let room = Rect { x: 6.0, y: y + 7.0, w: 58.0, h: 17.0 };
    group.rect(room, 8.0, Some(HEADER), None);
    let base = at(room.x + room.w / 2.0, room.y + 8.5 + drop(10.7));
    group.text(super::parts::middle(stage.words(), base, 10.7, Weight::Bold, INK, HEADER));
}

fn tick_lines(tick: &Tick, wide: f64) -> Vec<(String, Weight)> {
    let date = tick.date.map(|date| date.strftime("%-d %b %Y").to_string());
    let date = match (date, tick.sure.as_str()) {
        (Some(date), "" | "happened") => date,
        (Some(date), sure) => format!("{sure} {date}"),
        (None, _) => "no date stated".to_owned(),
    };
    let title = wrap(&clean(&tick.title), LETTERS, Weight::Bold, wide, 6).into_iter().map(|line| (line, Weight::Bold));
    let date = wrap(&date, LETTERS, Weight::Regular, wide, 5).into_iter().map(|line| (line, Weight::Regular));
    title.chain(date).collect()
}

fn axis_drawn(body: &mut Group, axis: &Axis, life: &Life, high: f64) {
    let mut group = Group { title: "Axis of time".to_owned(), ..Group::of("axis") };
    let y = axis.head - 8.0;
    group.path(open(&[at(axis.begin, y), at(axis.end, y)]), None, Some(stroke(GREY, 1.4)));
    super::parts::arrowhead(&mut group, at(axis.begin, y), at(axis.end + 8.0, y), 1.4, GREY);
    for ((x, lines), tick) in axis.ticks.iter().zip(&axis.titles).zip(&life.ticks) {
        let dash: &'static [f64] = if tick.date.is_some() { &[3.0, 4.0] } else { &[1.0, 6.0] };
        let thin = Stroke { color: BORDER, width: 1.0, dash };
        group.path(open(&[at(*x, y), at(*x, high)]), None, Some(thin));
        group.circle(at(*x, y), 4.0, Some(WHITE), Some(stroke(GREY, 1.4)));
        let mut base = y - 10.0 - 14.0 * (lines.len() as f64 - 1.0);
        for (line, weight) in lines {
            let color = if *weight == Weight::Bold { INK } else { GREY };
            let words = text(line, at(*x, base), 11.0, *weight, color, WHITE);
            group.text(Text { anchor: Anchor::Middle, ..words });
            base += 14.0;
        }
    }
    body.group(group);
}

fn bar_drawn(axis: &Axis, number: usize, row: &Row, bar: &Bar) -> Group {
    let y = row.top;
    let look = style::look(bar.mark.grade);
    let mut group = Group {
        id: format!("bar-{number}-{}", super::id(&bar.name)),
        data: vec![("name", bar.name.clone())],
        title: format!("{} at {}: {}", clean(&bar.title), clean(&bar.holder), bar.kept),
        description: format!("{}. {}", bar.mark.words(), clean(&bar.uses.join("; "))),
        ..Group::of(&format!("bar level-{}", bar.mark.grade.level()))
    };
    let from = bar.from.and_then(|tick| axis.ticks.get(tick)).copied();
    let left = from.unwrap_or(axis.begin);
    let until = bar.until.and_then(|tick| axis.ticks.get(tick)).copied().filter(|x| *x > left);
    let right = until.unwrap_or(axis.end);
    let (t, b) = (y + 7.0, y + 23.0);
    let mid = f64::midpoint(t, b);
    // an open beginning is cut in, an open end points on
    let mut corners = vec![at(left, t)];
    match until {
        Some(_) => corners.extend([at(right, t), at(right, b)]),
        None => corners.extend([at(right - 10.0, t), at(right, mid), at(right - 10.0, b)]),
    }
    corners.push(at(left, b));
    if from.is_none() {
        corners.push(at(left + 8.0, mid));
    }
    group.path(polygon(&corners), Some(look.fill), Some(look.border));
    level_mark(&mut group, bar.mark, at(left + 24.0, mid));
    if until.is_some() && matches!(bar.then.as_str(), "destroyed" | "") {
        cross(&mut group, at(right, mid));
    }
    words_drawn(&mut group, row, if bar.endless { style::UNSURE } else { GREY });
    group
}

/// The words under a bar, before the lines of the ticks.
fn words_drawn(group: &mut Group, row: &Row, color: Rgb) {
    let (under, mut y) = (&row.under, row.top + UNDER);
    let mut line = |words: &str, x: f64, y: f64, color: Rgb| {
        let wide = font::width(words, LETTERS, Weight::Regular);
        group.rect(Rect { x, y, w: wide, h: LINE + 1.0 }, 0.0, Some(row.on), None);
        group.text(text(words, at(x, y + 11.0), LETTERS, Weight::Regular, color, row.on));
        x + wide
    };
    let mut right = under.left;
    for words in &under.kept {
        right = line(words, under.left, y, color);
        y += LINE;
    }
    if under.beside() {
        (right, y) = (right + 5.0, y - LINE);
    } else {
        right = under.left;
    }
    for words in &under.uses {
        line(words, right, y, GREY);
        y += LINE;
    }
}
