//! A drawing of paths and texts in groups: what SVG and PDF are written from.

use super::font::Weight;
use crate::diagram::layout::{Point, Rect};

/// A colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rgb(pub u8, pub u8, pub u8);

impl Rgb {
    /// As `#rrggbb`.
    pub fn hex(self) -> String {
        format!("#{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }

    /// The relative luminance, as the accessibility guidelines define it.
    pub fn luminance(self) -> f64 {
        let linear = |value: u8| {
            let share = f64::from(value) / 255.0;
            if share <= 0.040_45 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(self.0) + 0.7152 * linear(self.1) + 0.0722 * linear(self.2)
    }

    /// The contrast to another colour, from 1 to 21.
    pub fn contrast(self, other: Rgb) -> f64 {
        let (one, two) = (self.luminance(), other.luminance());
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }
}

/// A part of a path.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Seg {
    /// Go there without a line.
    Move(Point),
    /// A straight line.
    Line(Point),
    /// A curve, by its two controls and its end.
    Curve(Point, Point, Point),
    /// Back to where the path began.
    Close,
}

/// A line's colour, width and dashes.
#[derive(Debug, Clone, PartialEq)]
pub struct Stroke {
    /// The colour.
    pub color: Rgb,
    /// The width.
    pub width: f64,
    /// Lengths of dashes and of gaps; empty for a whole line.
    pub dash: &'static [f64],
}

/// Where a text stands at its point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    /// It begins there.
    Start,
    /// Its middle is there.
    Middle,
    /// It ends there.
    End,
}

/// One line of text.
#[derive(Debug, Clone, PartialEq)]
pub struct Text {
    /// The text, cleaned.
    pub text: String,
    /// Where, on the base line.
    pub at: Point,
    /// The size of the letters.
    pub size: f64,
    /// How bold.
    pub weight: Weight,
    /// The colour.
    pub color: Rgb,
    /// What it stands on, for whoever measures the contrast.
    pub on: Rgb,
    /// Where it stands at its point.
    pub anchor: Anchor,
}

impl Text {
    /// The room that it takes.
    pub fn rect(&self) -> Rect {
        let w = super::font::width(&self.text, self.size, self.weight);
        let x = match self.anchor {
            Anchor::Start => self.at.x,
            Anchor::Middle => self.at.x - w / 2.0,
            Anchor::End => self.at.x - w,
        };
        Rect { x, y: self.at.y - self.size * 0.76, w, h: self.size }
    }
}

/// Something drawn.
#[derive(Debug, Clone, PartialEq)]
pub enum Mark {
    /// A path, filled, drawn along, or both.
    Path {
        /// Its parts.
        segs: Vec<Seg>,
        /// What it is filled with.
        fill: Option<Rgb>,
        /// How it is drawn along.
        stroke: Option<Stroke>,
    },
    /// A text.
    Text(Text),
    /// Several things that belong together.
    Group(Group),
}

/// Several things that belong together.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Group {
    /// An id that nothing else on the page has; may be empty.
    pub id: String,
    /// Classes, for whoever styles or filters.
    pub class: String,
    /// Further facts, `data-name` and what it says.
    pub data: Vec<(&'static str, String)>,
    /// A short name for those who cannot see it.
    pub title: String,
    /// All that is to be said of it.
    pub description: String,
    /// What is in it.
    pub marks: Vec<Mark>,
}

impl Group {
    /// A group with classes.
    pub fn of(class: &str) -> Group {
        Group { class: class.to_owned(), ..Group::default() }
    }

    /// Adds a path.
    pub fn path(&mut self, segs: Vec<Seg>, fill: Option<Rgb>, stroke: Option<Stroke>) {
        self.marks.push(Mark::Path { segs, fill, stroke });
    }

    /// Adds a rectangle.
    pub fn rect(&mut self, rect: Rect, radius: f64, fill: Option<Rgb>, stroke: Option<Stroke>) {
        self.path(rounded(rect, radius), fill, stroke);
    }

    /// Adds a circle.
    pub fn circle(&mut self, at: Point, radius: f64, fill: Option<Rgb>, stroke: Option<Stroke>) {
        self.path(rounded(Rect::around(at, size(radius * 2.0, radius * 2.0)), radius), fill, stroke);
    }

    /// Adds a text.
    pub fn text(&mut self, text: Text) {
        if !text.text.is_empty() {
            self.marks.push(Mark::Text(text));
        }
    }

    /// Adds a group.
    pub fn group(&mut self, group: Group) {
        if !group.marks.is_empty() {
            self.marks.push(Mark::Group(group));
        }
    }

    /// Every text in it.
    pub fn texts(&self) -> Vec<&Text> {
        let mut all = Vec::new();
        for mark in &self.marks {
            match mark {
                Mark::Text(text) => all.push(text),
                Mark::Group(group) => all.extend(group.texts()),
                Mark::Path { .. } => {}
            }
        }
        all
    }
}

/// A drawing.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Scene {
    /// What it is called among several: `2 The study: phases 1 and 2`; its title else.
    pub name: String,
    /// How wide.
    pub width: f64,
    /// How high.
    pub height: f64,
    /// All that is drawn; its title and description are those of the whole.
    pub root: Group,
}

/// A size.
pub fn size(w: f64, h: f64) -> crate::diagram::layout::Size {
    crate::diagram::layout::Size { w, h }
}

/// A point.
pub fn at(x: f64, y: f64) -> Point {
    Point { x, y }
}

/// How far the controls of a quarter of a circle stand from its ends.
const QUARTER: f64 = 0.552_284_75;

/// A rectangle with round corners, clockwise.
pub fn rounded(rect: Rect, radius: f64) -> Vec<Seg> {
    let (l, t, r, b) = (rect.x, rect.y, rect.right(), rect.bottom());
    let radius = radius.min(rect.w / 2.0).min(rect.h / 2.0).max(0.0);
    if radius == 0.0 {
        return vec![Seg::Move(at(l, t)), Seg::Line(at(r, t)), Seg::Line(at(r, b)), Seg::Line(at(l, b)), Seg::Close];
    }
    let k = radius * (1.0 - QUARTER);
    vec![
        Seg::Move(at(l + radius, t)),
        Seg::Line(at(r - radius, t)),
        Seg::Curve(at(r - k, t), at(r, t + k), at(r, t + radius)),
        Seg::Line(at(r, b - radius)),
        Seg::Curve(at(r, b - k), at(r - k, b), at(r - radius, b)),
        Seg::Line(at(l + radius, b)),
        Seg::Curve(at(l + k, b), at(l, b - k), at(l, b - radius)),
        Seg::Line(at(l, t + radius)),
        Seg::Curve(at(l, t + k), at(l + k, t), at(l + radius, t)),
        Seg::Close,
    ]
}

/// A rectangle with round corners on its left only.
pub fn rounded_left(rect: Rect, radius: f64) -> Vec<Seg> {
    let (l, t, r, b) = (rect.x, rect.y, rect.right(), rect.bottom());
    let k = radius * (1.0 - QUARTER);
    vec![
        Seg::Move(at(l + radius, t)),
        Seg::Line(at(r, t)),
        Seg::Line(at(r, b)),
        Seg::Line(at(l + radius, b)),
        Seg::Curve(at(l + k, b), at(l, b - k), at(l, b - radius)),
        Seg::Line(at(l, t + radius)),
        Seg::Curve(at(l, t + k), at(l + k, t), at(l + radius, t)),
        Seg::Close,
    ]
}

/// A cylinder: its outline, and the front of its lid.
pub fn cylinder(rect: Rect, lid: f64) -> (Vec<Seg>, Vec<Seg>) {
    let (l, t, r, b) = (rect.x, rect.y + lid, rect.right(), rect.bottom() - lid);
    let (mid, k) = (rect.x + rect.w / 2.0, QUARTER);
    let (kx, ky) = (rect.w / 2.0 * (1.0 - k), lid * (1.0 - k));
    let arc = |y: f64, up: f64| {
        [
            Seg::Curve(at(l, y + up * (lid - ky)), at(l + kx, y + up * lid), at(mid, y + up * lid)),
            Seg::Curve(at(r - kx, y + up * lid), at(r, y + up * (lid - ky)), at(r, y)),
        ]
    };
    let mut outline = vec![Seg::Move(at(l, t))];
    outline.extend(arc(t, -1.0));
    outline.push(Seg::Line(at(r, b)));
    outline.push(Seg::Curve(at(r, b + lid - ky), at(r - kx, b + lid), at(mid, b + lid)));
    outline.push(Seg::Curve(at(l + kx, b + lid), at(l, b + lid - ky), at(l, b)));
    outline.push(Seg::Close);
    let mut front = vec![Seg::Move(at(l, t))];
    front.extend(arc(t, 1.0));
    (outline, front)
}

/// A closed line through points.
pub fn polygon(points: &[Point]) -> Vec<Seg> {
    let mut segs: Vec<Seg> =
        points.iter().enumerate().map(|(n, p)| if n == 0 { Seg::Move(*p) } else { Seg::Line(*p) }).collect();
    segs.push(Seg::Close);
    segs
}

/// An open line through points, with round corners.
pub fn route(points: &[Point], radius: f64) -> Vec<Seg> {
    let mut segs = Vec::new();
    for (n, point) in points.iter().enumerate() {
        let (before, after) = (n.checked_sub(1).and_then(|n| points.get(n)), points.get(n + 1));
        match (before, after) {
            (None, _) => segs.push(Seg::Move(*point)),
            (Some(_), None) => segs.push(Seg::Line(*point)),
            (Some(before), Some(after)) => {
                let (to, on) = (toward(*point, *before), toward(*point, *after));
                let radius = radius.min(to.2 / 2.0).min(on.2 / 2.0);
                let first = at(point.x + to.0 * radius, point.y + to.1 * radius);
                let last = at(point.x + on.0 * radius, point.y + on.1 * radius);
                let k = radius * (1.0 - QUARTER);
                segs.push(Seg::Line(first));
                segs.push(Seg::Curve(
                    at(point.x + to.0 * k, point.y + to.1 * k),
                    at(point.x + on.0 * k, point.y + on.1 * k),
                    last,
                ));
            }
        }
    }
    segs
}

/// The direction from one point to another, and how far it is.
pub fn toward(from: Point, to: Point) -> (f64, f64, f64) {
    let (dx, dy) = (to.x - from.x, to.y - from.y);
    let length = dx.hypot(dy);
    if length == 0.0 { (0.0, 0.0, 0.0) } else { (dx / length, dy / length, length) }
}
