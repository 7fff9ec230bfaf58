//! A life as a scene: copies down, time across.

use super::font::{self, Weight};
use super::parts::{drop, level_mark, open, stroke, text};
use super::scene::{Anchor, Group, Scene, Stroke, Text, at, polygon, size};
use super::style::{self, BORDER, GREY, HEADER, INK, LANE, WHITE};
use super::text::{clean, fit, wrap};
use crate::diagram::chart::{Bar, Life, Stage, Tick, Told};
use crate::diagram::layout::Rect;
use crate::diagram::views::Profile;
use crate::diagram::views::lifecycle::stages::ending;

const ROW: f64 = 46.0;

/// The measures of the axis.
struct Axis {
    names: f64,
    ticks: Vec<f64>,
    begin: f64,
    end: f64,
    head: f64,
}

/// Draws a life.
pub(super) fn draw(life: &Life, profile: Profile) -> Scene {
    let (names, step) = if profile == Profile::Screen { (290.0, 150.0) } else { (210.0, 104.0) };
    let titles: Vec<Vec<(String, Weight)>> = life.ticks.iter().map(|tick| tick_lines(tick, step - 12.0)).collect();
    let begin = names + 10.0;
    let ticks: Vec<f64> = (0..life.ticks.len()).map(|n| begin + step * (n as f64 + 0.6)).collect();
    let end = (begin + step * (life.ticks.len() as f64 + 0.7)).max(760.0);
    let strip = Strip::of(life, end + 10.0);
    let head = strip.high + titles.iter().map(Vec::len).max().unwrap_or(1) as f64 * 14.0 + 26.0;
    let axis = Axis { names, ticks, begin, end, head };
    let rows = life.bars.len() + usize::from(life.bars.iter().any(|bar| bar.until.is_some()));
    let room = size(end + 10.0, head + ROW * rows as f64 + 6.0);
    let mut body = Group::of("life");
    body.group(strip.draw());
    if rows > life.bars.len() {
        body.group(ends_ground(&axis, life.bars.len()));
    }
    for (number, bar) in life.bars.iter().enumerate() {
        body.group(bar_ground(&axis, number, bar));
    }
    axis_drawn(&mut body, &axis, life, &titles, room.h);
    for (number, bar) in life.bars.iter().enumerate() {
        body.group(bar_drawn(&axis, number, bar));
    }
    if rows > life.bars.len() {
        body.group(ends_drawn(&axis, life));
    }
    super::page::dress(&life.heading, body, room, profile, Some(&super::legend::of_life(life)))
}

/// The five stages side by side, with what happens in each.
struct Strip {
    columns: Vec<(String, Vec<String>)>,
    wide: f64,
    high: f64,
}

impl Strip {
    const LETTERS: f64 = 11.0;
    const LINE: f64 = 14.0;
    const HEAD: f64 = 24.0;

    fn of(life: &Life, room: f64) -> Strip {
        let wide = room / life.stages.len().max(1) as f64;
        let lines = |told: &Told| {
            let wrapped =
                told.lines.iter().map(|line| wrap(&clean(line), Strip::LETTERS, Weight::Regular, wide - 26.0, 2));
            wrapped.flatten().collect::<Vec<String>>()
        };
        let columns: Vec<_> = life.stages.iter().map(|told| (told.stage.words().to_owned(), lines(told))).collect();
        let most = columns.iter().map(|(_, lines)| lines.len()).max().unwrap_or(0);
        let high = if columns.is_empty() { 0.0 } else { Strip::HEAD + most as f64 * Strip::LINE + 22.0 };
        Strip { columns, wide, high }
    }

    fn draw(&self) -> Group {
        let mut group = Group { title: "Stages".to_owned(), ..Group::of("stages") };
        for (number, (name, lines)) in self.columns.iter().enumerate() {
            let (l, r) = (self.wide * number as f64, self.wide * (number as f64 + 1.0) - 2.0);
            let (b, notch) = (Strip::HEAD, 9.0);
            let mut stage = Group { title: name.clone(), description: lines.join("; "), ..Group::of("stage") };
            let corners =
                [at(l, 0.0), at(r - notch, 0.0), at(r, b / 2.0), at(r - notch, b), at(l, b), at(l + notch, b / 2.0)];
            stage.path(polygon(&corners), Some(HEADER), None);
            let base = at(l + 18.0, b / 2.0 + drop(12.0));
            stage.text(text(name, base, 12.0, Weight::Bold, INK, HEADER));
            let mut y = b + 4.0;
            for line in lines {
                y += Strip::LINE;
                stage.text(text(line, at(l + 18.0, y - 3.0), Strip::LETTERS, Weight::Regular, INK, WHITE));
            }
            group.group(stage);
        }
        group
    }
}

/// The row of all ends.
fn ends_ground(axis: &Axis, number: usize) -> Group {
    let (y, on) = (top(axis, number), ground(number));
    let mut group = Group { title: "What ends when".to_owned(), ..Group::of("row") };
    group.rect(Rect { x: 0.0, y, w: axis.end + 10.0, h: ROW }, 0.0, Some(on), None);
    chip(&mut group, Stage::Destroy, y);
    group.text(text("What ends when", at(72.0, y + 19.0), 12.0, Weight::Bold, INK, on));
    group
}

fn ends_drawn(axis: &Axis, life: &Life) -> Group {
    let (y, on) = (top(axis, life.bars.len()), ground(life.bars.len()));
    let mut group = Group::of("ends");
    for (tick, x) in axis.ticks.iter().enumerate() {
        let bars: Vec<&Bar> = life.bars.iter().filter(|bar| bar.until == Some(tick)).collect();
        if bars.is_empty() {
            continue;
        }
        let words = ending(&bars);
        let mut end = Group { title: words.clone(), ..Group::of("end") };
        let narrow = axis.ticks.windows(2).map(|two| two[1] - two[0]).fold(150.0, f64::min) - 8.0;
        let words = fit(&words, 10.7, Weight::Regular, narrow);
        let wide = font::width(&words, 10.7, Weight::Regular);
        end.rect(Rect { x: x - wide / 2.0 - 2.0, y: y + 25.0, w: wide + 4.0, h: 16.0 }, 0.0, Some(on), None);
        cross(&mut end, at(*x, y + 15.0));
        end.text(super::parts::middle(words, at(*x, y + 37.0), 10.7, Weight::Regular, INK, on));
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
    let title = wrap(&clean(&tick.title), 11.0, Weight::Bold, wide, 3).into_iter().map(|line| (line, Weight::Bold));
    let date = wrap(&date, 11.0, Weight::Regular, wide, 2).into_iter().map(|line| (line, Weight::Regular));
    title.chain(date).collect()
}

fn axis_drawn(body: &mut Group, axis: &Axis, life: &Life, titles: &[Vec<(String, Weight)>], high: f64) {
    let mut group = Group { title: "Axis of time".to_owned(), ..Group::of("axis") };
    let y = axis.head - 8.0;
    group.path(open(&[at(axis.begin, y), at(axis.end, y)]), None, Some(stroke(GREY, 1.4)));
    super::parts::arrowhead(&mut group, at(axis.begin, y), at(axis.end + 8.0, y), 1.4, GREY);
    for ((x, lines), tick) in axis.ticks.iter().zip(titles).zip(&life.ticks) {
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

fn top(axis: &Axis, number: usize) -> f64 {
    axis.head + ROW * number as f64
}

fn ground(number: usize) -> super::scene::Rgb {
    if number.is_multiple_of(2) { LANE } else { WHITE }
}

/// The row of a bar: its stage, its dataset, its holder.
fn bar_ground(axis: &Axis, number: usize, bar: &Bar) -> Group {
    let (y, on) = (top(axis, number), ground(number));
    let mut group = Group { title: format!("{} at {}", clean(&bar.title), clean(&bar.holder)), ..Group::of("row") };
    group.rect(Rect { x: 0.0, y, w: axis.end + 10.0, h: ROW }, 0.0, Some(on), None);
    chip(&mut group, bar.stage, y);
    let (x, wide) = (72.0, axis.names - 76.0);
    group.text(text(fit(&clean(&bar.title), 12.0, Weight::Bold, wide), at(x, y + 19.0), 12.0, Weight::Bold, INK, on));
    let by = if bar.by.is_empty() { String::new() } else { format!("{} · ", bar.by) };
    let holder = fit(&format!("{by}{}", clean(&bar.holder)), 11.0, Weight::Regular, wide);
    group.text(text(holder, at(x, y + 35.0), 11.0, Weight::Regular, GREY, on));
    group
}

fn bar_drawn(axis: &Axis, number: usize, bar: &Bar) -> Group {
    let (y, on) = (top(axis, number), ground(number));
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
    let then = if bar.then.is_empty() { String::new() } else { format!(", then {}", bar.then) };
    let words = format!("{}{then}", clean(&bar.kept));
    let uses = if bar.uses.is_empty() { String::new() } else { format!("· used: {}", clean(&bar.uses.join("; "))) };
    let color = if bar.endless { style::UNSURE } else { GREY };
    let start = left + 2.0;
    let first = fit(&words, 11.0, Weight::Regular, axis.end - start);
    let wide = font::width(&first, 11.0, Weight::Regular);
    let behind = Rect { x: start, y: y + 26.0, w: wide, h: 15.0 };
    group.rect(behind, 0.0, Some(on), None);
    group.text(text(&first, at(start, y + 37.0), 11.0, Weight::Regular, color, on));
    let rest = axis.end - start - wide;
    if rest > 60.0 {
        let uses = fit(&uses, 11.0, Weight::Regular, rest - 5.0);
        let long = font::width(&uses, 11.0, Weight::Regular) + 5.0;
        group.rect(Rect { x: start + wide, w: long, ..behind }, 0.0, Some(on), None);
        group.text(text(uses, at(start + wide + 5.0, y + 37.0), 11.0, Weight::Regular, GREY, on));
    }
    group
}
