//! The legend: what occurs in the picture, and nothing else.

use std::collections::BTreeSet;

use super::font::{self, Weight};
use super::parts::{arrowhead, badge, bricks, clock, drop, level_mark, middle, outline, stroke, tab, text};
use super::scene::{Group, Stroke, at, polygon, route, size};
use super::style::{self, BORDER, INK, WHITE};
use crate::check::Verdict;
use crate::diagram::chart::{Chart, FrameKind, Grade, Life, Mark, Shape, Table};
use crate::diagram::layout::{Rect, Size};

/// A sign of the legend.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    /// A level: box, letter and line.
    Level(Grade, bool),
    /// A level that depends on what is not stated.
    Unsure(Grade),
    /// A shape.
    Shape(Shape),
    /// The border of a party.
    Lane,
    /// A frame.
    Frame(FrameKind),
    /// The number of a flow.
    Number,
    /// Until when.
    Kept,
    /// Where a line leaves the page.
    Elsewhere,
    /// The end of a bar.
    End,
    /// A bar without an end.
    Open,
    /// A wall.
    Wall(bool),
    /// The way of a finding.
    Trail(Verdict),
    /// A cell that a broken rule passes.
    BrokenCell,
}

/// What is explained, in sections.
pub(super) type Legend = Vec<(&'static str, Vec<(Sign, String)>)>;

/// The legend of a chart.
pub(super) fn of_chart(chart: &Chart) -> Legend {
    let node_grades = chart.nodes.iter().filter_map(|node| node.mark);
    let marks: Vec<Mark> = node_grades.chain(chart.edges.iter().filter_map(|edge| edge.mark)).collect();
    let mut levels: Vec<(Sign, String)> = grades(&marks);
    if let Some(mark) = marks.iter().find(|mark| mark.at_best.is_some()) {
        levels.push((Sign::Unsure(mark.grade), "At the worst: a fact is not stated".to_owned()));
    }
    let here = chart.nodes.iter().filter(|node| node.elsewhere.is_none());
    let shapes: BTreeSet<Shape> = here.map(|node| node.shape).collect();
    let mut drawn: Vec<(Sign, String)> =
        shapes.iter().map(|shape| (Sign::Shape(*shape), super::text::clean(&capital(shape.words())))).collect();
    if chart.lanes.iter().any(|lane| !lane.title.is_empty()) {
        drawn.push((Sign::Lane, "One party".to_owned()));
    }
    for (kind, words) in [
        (FrameKind::Processor, "Processor, acts for the party"),
        (FrameKind::Team, "Team"),
        (FrameKind::Setting, "Secure setting"),
    ] {
        if chart.frames.iter().any(|frame| frame.kind == kind) {
            drawn.push((Sign::Frame(kind), words.to_owned()));
        }
    }
    let mut signs: Vec<(Sign, String)> = Vec::new();
    if chart.edges.iter().any(|edge| !edge.number.is_empty()) {
        signs.push((Sign::Number, "Number in the flow register".to_owned()));
    }
    if chart.nodes.iter().any(|node| node.kept.is_some() && node.shape != Shape::Party) {
        signs.push((Sign::Kept, "Until when it is kept".to_owned()));
    }
    if chart.nodes.iter().any(|node| node.elsewhere.is_some()) {
        signs.push((Sign::Elsewhere, "Goes on on another page".to_owned()));
    }
    for (stated, words) in [(true, "Wall"), (false, "Wall, not stated to stand")] {
        if chart.walls.iter().any(|wall| wall.stated == stated) {
            signs.push((Sign::Wall(stated), words.to_owned()));
        }
    }
    for (verdict, words) in
        [(Verdict::Fail, "Way that breaks a rule"), (Verdict::CannotTell, "Way that cannot be told")]
    {
        if chart.trails.iter().any(|trail| trail.verdict == verdict) {
            signs.push((Sign::Trail(verdict), words.to_owned()));
        }
    }
    let what = if chart.lanes.iter().any(|lane| !lane.title.is_empty()) {
        "Box: what its holder can tell. Line: what it gives away by itself"
    } else {
        "Letter: what the party holds at the most. Line: what travels, by itself"
    };
    let all = vec![(what, levels), ("Shapes", drawn), ("Marks", signs)];
    all.into_iter().filter(|(_, items)| !items.is_empty()).collect()
}

/// The legend of a table.
pub(super) fn of_table(table: &Table) -> Legend {
    let cells = || table.rows.iter().flat_map(|row| &row.cells).flatten();
    let marks: Vec<Mark> = cells().map(|cell| cell.mark).collect();
    let mut levels: Vec<(Sign, String)> = grades(&marks)
        .into_iter()
        .map(|(sign, words)| match sign {
            Sign::Level(grade, _) => (Sign::Level(grade, false), words),
            sign => (sign, words),
        })
        .collect();
    if let Some(mark) = marks.iter().find(|mark| mark.at_best.is_some()) {
        levels.push((Sign::Unsure(mark.grade), "At the worst: a fact is not stated".to_owned()));
    }
    let mut signs = vec![(Sign::Kept, "Until when it is kept".to_owned())];
    if cells().any(|cell| cell.broken) {
        signs.push((Sign::BrokenCell, "Breaks a rule".to_owned()));
    }
    vec![("What the holder can tell", levels), ("Marks", signs)]
}

/// The legend of a life.
pub(super) fn of_life(life: &Life) -> Legend {
    let marks: Vec<Mark> = life.bars.iter().map(|bar| bar.mark).collect();
    let mut signs = Vec::new();
    if life.bars.iter().any(|bar| bar.until.is_some() && matches!(bar.then.as_str(), "destroyed" | "")) {
        signs.push((Sign::End, "It ends: destroyed, unless it says otherwise".to_owned()));
    }
    if life.bars.iter().any(|bar| bar.until.is_none()) {
        // on one of several pages it may go on along the axis
        let where_it_ends =
            if life.heading.sheet.is_some() { "No end on this page" } else { "No end at a date that is known" };
        signs.push((Sign::Open, where_it_ends.to_owned()));
    }
    let all = [of_marks(&marks), vec![("Marks", signs)]].concat();
    all.into_iter().filter(|(_, items)| !items.is_empty()).collect()
}

fn of_marks(marks: &[Mark]) -> Legend {
    let mut levels: Vec<(Sign, String)> = grades(marks)
        .into_iter()
        .map(
            |(sign, words)| {
                if let Sign::Level(grade, _) = sign { (Sign::Level(grade, false), words) } else { (sign, words) }
            },
        )
        .collect();
    if let Some(mark) = marks.iter().find(|mark| mark.at_best.is_some()) {
        levels.push((Sign::Unsure(mark.grade), "At the worst: a fact is not stated".to_owned()));
    }
    vec![("What the holder can tell", levels)]
}

fn grades(marks: &[Mark]) -> Vec<(Sign, String)> {
    let all = Grade::ALL.iter().filter(|grade| marks.iter().any(|mark| mark.grade == **grade));
    all.map(|grade| (Sign::Level(*grade, true), grade.words().to_owned())).collect()
}

fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

const LETTERS: f64 = 11.5;
const ROW: f64 = 25.0;
/// The rows of a legend, at the least and at the most.
const ROWS: (usize, usize) = (2, 6);
const HEAD: f64 = 24.0;

/// How wide the sign itself is.
fn sign_width(sign: Sign) -> f64 {
    match sign {
        Sign::Level(_, true) | Sign::Trail(_) => 88.0,
        Sign::Level(_, false) => 40.0,
        Sign::Shape(_) | Sign::Lane | Sign::Frame(_) | Sign::BrokenCell | Sign::Elsewhere | Sign::Open => 46.0,
        Sign::Unsure(_) | Sign::Number | Sign::Kept | Sign::End | Sign::Wall(_) => 30.0,
    }
}

fn item_width(item: &(Sign, String)) -> f64 {
    sign_width(item.0) + 8.0 + font::width(&item.1, LETTERS, Weight::Regular) + 26.0
}

/// A section with its columns' widths.
fn columns(section: &[(Sign, String)], rows: usize) -> Vec<f64> {
    section.chunks(rows).map(|column| column.iter().map(item_width).fold(0.0, f64::max)).collect()
}

fn section_size((title, items): &(&'static str, Vec<(Sign, String)>), rows: usize) -> Size {
    let wide: f64 = columns(items, rows).iter().sum();
    size(wide.max(font::width(title, 12.0, Weight::Bold) + 26.0), HEAD + items.len().min(rows) as f64 * ROW)
}

/// Where the sections stand.
struct Arranged {
    /// Where each begins.
    places: Vec<(f64, f64)>,
    /// In how many rows its items are.
    rows: usize,
    high: f64,
}

/// Where the sections stand in a legend of a width, so that it is as low as can be.
fn arrange(legend: &Legend, wide: f64) -> Arranged {
    let all = (ROWS.0..=ROWS.1).map(|rows| {
        let (places, high) = in_rows(legend, wide, rows);
        Arranged { places, rows, high }
    });
    let none = Arranged { places: Vec::new(), rows: ROWS.1, high: 0.0 };
    all.min_by(|one, two| one.high.total_cmp(&two.high)).unwrap_or(none)
}

fn in_rows(legend: &Legend, wide: f64, rows: usize) -> (Vec<(f64, f64)>, f64) {
    let (mut x, mut y, mut high): (f64, f64, f64) = (16.0, 8.0, 0.0);
    let mut places = Vec::new();
    for section in legend {
        let needed = section_size(section, rows);
        if needed.w + 16.0 > wide {
            // only more rows make it narrower
            return (places, f64::MAX);
        }
        if x > 16.0 && x + needed.w > wide {
            (x, y, high) = (16.0, y + high + 4.0, 0.0);
        }
        places.push((x, y));
        x += needed.w + 14.0;
        high = high.max(needed.h);
    }
    (places, y + high + 8.0)
}

/// How high a legend of a width is.
pub(super) fn height(legend: &Legend, wide: f64) -> f64 {
    arrange(legend, wide).high
}

/// The least width that the widest section needs.
pub(super) fn least_width(legend: &Legend) -> f64 {
    legend.iter().map(|section| section_size(section, ROWS.1).w).fold(0.0, f64::max) + 32.0
}

/// Draws a legend.
pub(super) fn draw(legend: &Legend, rect: Rect) -> Group {
    let mut group = Group { id: "legend".to_owned(), title: "Legend".to_owned(), ..Group::of("legend") };
    group.rect(rect, 8.0, Some(WHITE), Some(stroke(style::RULE, 1.0)));
    let Arranged { places, rows, .. } = arrange(legend, rect.w);
    for ((title, items), (x, y)) in legend.iter().zip(places) {
        let (mut left, top) = (rect.x + x, rect.y + y);
        group.text(text(*title, at(left, top + 15.0), 12.0, Weight::Bold, INK, WHITE));
        for (column, wide) in items.chunks(rows).zip(columns(items, rows)) {
            for (row, (sign, words)) in column.iter().enumerate() {
                let middle_y = top + HEAD + ROW * (row as f64 + 0.5);
                let room = Rect { x: left, y: middle_y - 9.0, w: sign_width(*sign), h: 18.0 };
                draw_sign(&mut group, *sign, room);
                let base = at(room.right() + 8.0, middle_y + drop(LETTERS));
                group.text(text(words, base, LETTERS, Weight::Regular, INK, WHITE));
            }
            left += wide;
        }
    }
    group
}

fn draw_sign(group: &mut Group, sign: Sign, room: Rect) {
    let centre = room.centre();
    match sign {
        Sign::Level(grade, line) => {
            let look = style::look(grade);
            let chip = Rect { w: 34.0, ..room };
            group.rect(chip, 4.0, Some(look.fill), Some(look.border.clone()));
            let base = at(chip.x + 17.0, centre.y + drop(11.0));
            group.text(middle(grade.letter(), base, 11.0, Weight::Bold, look.text, look.fill));
            if line {
                sample(group, room.x + 42.0, room.right(), centre.y, look.line);
            }
        }
        Sign::Unsure(grade) => level_mark(group, Mark { grade, at_best: Some(grade) }, centre),
        Sign::Shape(shape) => {
            let small = Rect { x: room.x, y: room.y - 1.0, w: 40.0, h: 20.0 };
            outline(group, shape, small, WHITE, &stroke(INK, 1.3));
        }
        Sign::Lane => {
            let border = Stroke { color: BORDER, width: 1.3, dash: &[7.0, 5.0] };
            group.rect(Rect { w: 40.0, ..room }, 4.0, Some(style::LANE), Some(border));
        }
        Sign::Frame(kind) => {
            let border = Stroke { color: BORDER, width: 1.3, dash: &[7.0, 5.0] };
            let fill = if kind == FrameKind::Setting { style::SETTING } else { WHITE };
            group.rect(Rect { x: room.x, y: room.y + 3.0, w: 40.0, h: 15.0 }, 4.0, Some(fill), Some(border));
            tab(group, Rect { x: room.x + 6.0, y: room.y, w: 22.0, h: 7.0 }, "", 6.0);
        }
        Sign::Number => badge(group, "4", centre, 10.5, WHITE, INK, INK),
        Sign::Kept => clock(group, centre),
        Sign::End => super::life::cross(group, centre),
        Sign::Open => {
            let (l, t, b) = (room.x, room.y + 3.0, room.bottom() - 3.0);
            let corners = [at(l, t), at(l + 32.0, t), at(l + 40.0, centre.y), at(l + 32.0, b), at(l, b)];
            group.path(polygon(&corners), Some(WHITE), Some(stroke(style::GREY, 1.3)));
        }
        Sign::Elsewhere => {
            let (l, t, b) = (room.x, room.y + 1.0, room.bottom() - 1.0);
            let corners = [at(l, t), at(l + 33.0, t), at(l + 40.0, centre.y), at(l + 33.0, b), at(l, b)];
            group.path(polygon(&corners), Some(WHITE), Some(stroke(style::GREY, 1.1)));
        }
        Sign::Wall(stated) => {
            bricks(group, at(centre.x - 6.0, centre.y - 4.5), if stated { INK } else { style::UNSURE })
        }
        Sign::Trail(verdict) => {
            let (line, ground) = style::trail(verdict);
            sample(group, room.x, room.right() - 8.0, centre.y, line);
            badge(group, "7", at(room.x + 28.0, centre.y), 10.5, ground, WHITE, ground);
        }
        Sign::BrokenCell => {
            group.rect(Rect { w: 40.0, ..room }, 3.0, Some(WHITE), Some(stroke(style::BROKEN, 2.4)));
        }
    }
}

fn sample(group: &mut Group, from: f64, to: f64, y: f64, line: Stroke) {
    let (color, width) = (line.color, line.width);
    group.path(route(&[at(from, y), at(to - 6.0, y)], 0.0), None, Some(line));
    arrowhead(group, at(from, y), at(to, y), width, color);
}
