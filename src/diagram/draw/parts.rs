//! The parts that drawings are made of: boxes, badges, arrowheads, marks.

use super::font::{self, Weight};
use super::scene::{Anchor, Group, Rgb, Seg, Stroke, Text, at, cylinder, polygon, rounded, size, toward};
use super::style::{self, BORDER, GREY, INK, WHITE};
use crate::check::Verdict;
use crate::diagram::chart::{Mark, Shape};
use crate::diagram::layout::{Point, Rect, Size};

/// A text of a size, at a point, on a ground.
pub(super) fn text(text: impl Into<String>, at: Point, size: f64, weight: Weight, color: Rgb, on: Rgb) -> Text {
    Text { text: text.into(), at, size, weight, color, on, anchor: Anchor::Start }
}

/// The same with its middle there.
pub(super) fn middle(line: impl Into<String>, at: Point, size: f64, weight: Weight, color: Rgb, on: Rgb) -> Text {
    Text { anchor: Anchor::Middle, ..text(line, at, size, weight, color, on) }
}

/// A plain stroke.
pub(super) fn stroke(color: Rgb, width: f64) -> Stroke {
    Stroke { color, width, dash: &[] }
}

/// How far below the middle of a line of text its base line is.
pub(super) fn drop(size: f64) -> f64 {
    size * 0.36
}

/// Draws the outline of a box.
pub(super) fn outline(group: &mut Group, shape: Shape, rect: Rect, fill: Rgb, border: &Stroke) {
    let (l, t, r, b) = (rect.x, rect.y, rect.right(), rect.bottom());
    let border = || Some(border.clone());
    match shape {
        Shape::Store => {
            let (whole, front) = cylinder(rect, LID.min(rect.h / 4.0));
            group.path(whole, Some(fill), border());
            group.path(front, None, border());
        }
        Shape::Step => group.rect(rect, rect.h / 2.0, Some(fill), border()),
        Shape::Document => {
            let ear = 12.0f64.min(rect.w / 4.0).min(rect.h / 3.0);
            let corners = [at(l, t), at(r - ear, t), at(r, t + ear), at(r, b), at(l, b)];
            group.path(polygon(&corners), Some(fill), border());
            let fold = [at(r - ear, t), at(r - ear, t + ear), at(r, t + ear)];
            group.path(open(&fold), None, border());
        }
        Shape::Use => {
            group.rect(rect, 3.0, Some(fill), border());
            group.path(open(&[at(l + 6.0, t), at(l + 6.0, b)]), None, border());
        }
        Shape::Decision => {
            let point = 12.0f64.min(rect.w / 4.0);
            let mid = t + rect.h / 2.0;
            let corners =
                [at(l + point, t), at(r - point, t), at(r, mid), at(r - point, b), at(l + point, b), at(l, mid)];
            group.path(polygon(&corners), Some(fill), border());
        }
        Shape::Party => group.rect(rect, 6.0, Some(fill), border()),
    }
}

/// How high the lid of a cylinder is, from its edge to its middle.
pub(super) const LID: f64 = 6.0;

/// An open line.
pub(super) fn open(points: &[Point]) -> Vec<Seg> {
    points.iter().enumerate().map(|(n, p)| if n == 0 { Seg::Move(*p) } else { Seg::Line(*p) }).collect()
}

/// How large a badge for a number is.
pub(super) fn badge_size(number: &str, letters: f64) -> Size {
    if number.is_empty() {
        return Size::default();
    }
    let height = letters + 7.0;
    size((font::width(number, letters, Weight::Bold) + 9.0).max(height).ceil(), height)
}

/// A number in a circle, or in a longer badge.
pub(super) fn badge(group: &mut Group, number: &str, centre: Point, letters: f64, ground: Rgb, ink: Rgb, border: Rgb) {
    let rect = Rect::around(centre, badge_size(number, letters));
    group.rect(rect, rect.h / 2.0, Some(ground), Some(stroke(border, 1.3)));
    group.text(middle(number, at(centre.x, centre.y + drop(letters)), letters, Weight::Bold, ink, ground));
}

/// What is written in the mark of a level.
pub(super) fn mark_letters(mark: Mark) -> String {
    format!("{}{}", mark.grade.letter(), if mark.at_best.is_some() { "?" } else { "" })
}

/// How large the mark of a level is.
pub(super) fn mark_size(mark: Mark) -> Size {
    if mark.at_best.is_some() { size(25.0, 17.0) } else { size(17.0, 17.0) }
}

/// The mark of a level.
pub(super) fn level_mark(group: &mut Group, mark: Mark, centre: Point) {
    let look = style::look(mark.grade);
    let unsure = mark.at_best.is_some();
    let border = match unsure {
        true => Stroke { color: style::UNSURE, width: 1.5, dash: &[3.0, 2.0] },
        false => stroke(look.border.color, 1.3),
    };
    let ground = if unsure { style::UNSURE_GROUND } else { WHITE };
    group.rect(Rect::around(centre, mark_size(mark)), 8.5, Some(ground), Some(border));
    let letters = mark_letters(mark);
    group.text(middle(letters, at(centre.x, centre.y + drop(10.7)), 10.7, Weight::Bold, INK, ground));
}

/// A small clock: until when something is kept.
pub(super) fn clock(group: &mut Group, centre: Point) {
    group.circle(centre, 5.0, Some(WHITE), Some(stroke(GREY, 1.2)));
    let hands = [at(centre.x, centre.y - 3.0), centre, at(centre.x + 2.4, centre.y)];
    group.path(open(&hands), None, Some(stroke(GREY, 1.2)));
}

/// A small piece of wall.
pub(super) fn bricks(group: &mut Group, corner: Point, color: Rgb) {
    let line = stroke(color, 1.1);
    let rect = Rect { x: corner.x, y: corner.y, w: 12.0, h: 9.0 };
    group.rect(rect, 0.0, Some(WHITE), Some(line.clone()));
    for y in [3.0, 6.0] {
        group.path(open(&[at(corner.x, corner.y + y), at(corner.x + 12.0, corner.y + y)]), None, Some(line.clone()));
    }
    for (x, y) in [(6.0, 0.0), (3.0, 3.0), (9.0, 3.0), (6.0, 6.0)] {
        let upright = [at(corner.x + x, corner.y + y), at(corner.x + x, corner.y + y + 3.0)];
        group.path(open(&upright), None, Some(line.clone()));
    }
}

/// A triangle with an exclamation mark, a circle with a question mark or a tick.
pub(super) fn sign(group: &mut Group, verdict: Verdict, centre: Point, ground: Rgb, ink: Rgb) {
    let radius = 11.0;
    match verdict {
        Verdict::Fail => {
            let tip = at(centre.x, centre.y - radius);
            let corners =
                [tip, at(centre.x + radius, centre.y + radius * 0.8), at(centre.x - radius, centre.y + radius * 0.8)];
            group.path(polygon(&corners), Some(ground), Some(stroke(ground, 1.5)));
            group.text(middle("!", at(centre.x, centre.y + 6.0), 12.0, Weight::Bold, ink, ground));
        }
        Verdict::CannotTell => {
            group.circle(centre, radius - 1.0, Some(ground), None);
            group.text(middle("?", at(centre.x, centre.y + drop(13.0)), 13.0, Weight::Bold, ink, ground));
        }
        Verdict::Pass => {
            group.circle(centre, radius - 1.0, Some(ground), None);
            let tick =
                [at(centre.x - 5.0, centre.y), at(centre.x - 1.5, centre.y + 4.0), at(centre.x + 5.0, centre.y - 4.0)];
            group.path(open(&tick), None, Some(stroke(ink, 2.0)));
        }
    }
}

/// An arrowhead with its tip at the end of a line.
pub(super) fn arrowhead(group: &mut Group, from: Point, tip: Point, width: f64, color: Rgb) {
    let (x, y, length) = toward(from, tip);
    if length == 0.0 {
        return;
    }
    let (long, half) = (7.0 + width * 1.6, 2.6 + width * 0.9);
    let base = at(tip.x - x * long, tip.y - y * long);
    let corners = [tip, at(base.x - y * half, base.y + x * half), at(base.x + y * half, base.y - x * half)];
    group.path(polygon(&corners), Some(color), None);
}

/// A tab with a name on it.
pub(super) fn tab(group: &mut Group, rect: Rect, title: &str, letters: f64) {
    group.path(rounded(rect, rect.h / 2.0), Some(style::HEADER), Some(stroke(BORDER, 1.0)));
    let base = at(rect.x + rect.w / 2.0, rect.y + rect.h / 2.0 + drop(letters));
    group.text(middle(title, base, letters, Weight::Bold, INK, style::HEADER));
}
