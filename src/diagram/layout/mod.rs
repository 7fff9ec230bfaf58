//! Where everything in a picture stands: sizes in, coordinates out.
//!
//! A [`Plan`] says which boxes there are, in which lane and frame, and which lines lead from box to box, with the sizes of
//! all that is to be written. [`place`] answers with a [`Layout`]. Nothing here knows what a box means, and nothing here
//! draws. Everything is in units of a 96th of an inch, `x` to the right and `y` downwards; every coordinate is a multiple
//! of a half, so that no machine rounds otherwise than another.
//!
//! Time goes across: columns follow the lines. Lanes go down. A line runs only through the channels between columns and
//! between rows and through cells where nothing stands, so it cannot run through a box that is not its own.

mod columns;
mod desk;
mod effort;
mod engine;
mod geometry;
mod grid;
mod lanes;
pub mod measure;
mod model;
mod picture;
mod route;
mod rows;
mod shelf;
mod space;
mod tracks;
mod untangle;
mod words;

/// How large something is.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Size {
    /// From left to right.
    pub w: f64,
    /// From top to bottom.
    pub h: f64,
}

/// A place on the page.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Point {
    /// From the left edge of the page.
    pub x: f64,
    /// From the top edge of the page.
    pub y: f64,
}

/// An upright rectangle on the page.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Rect {
    /// Its left edge.
    pub x: f64,
    /// Its top edge.
    pub y: f64,
    /// Its width.
    pub w: f64,
    /// Its height.
    pub h: f64,
}

impl Rect {
    /// Its right edge.
    pub fn right(&self) -> f64 {
        self.x + self.w
    }

    /// Its bottom edge.
    pub fn bottom(&self) -> f64 {
        self.y + self.h
    }

    /// The middle of it.
    pub fn centre(&self) -> Point {
        Point { x: self.x + self.w / 2.0, y: self.y + self.h / 2.0 }
    }

    /// The rectangle of a size around a point.
    pub fn around(centre: Point, size: Size) -> Self {
        Self { x: centre.x - size.w / 2.0, y: centre.y - size.h / 2.0, w: size.w, h: size.h }
    }

    /// Whether the two share more than an edge.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.x < other.right() && other.x < self.right() && self.y < other.bottom() && other.y < self.bottom()
    }

    /// Whether the other lies in this one; edges may touch.
    pub fn contains(&self, other: &Self) -> bool {
        self.x <= other.x && self.y <= other.y && self.right() >= other.right() && self.bottom() >= other.bottom()
    }

    /// The rectangle with so much more on each side.
    pub fn grown(&self, by: f64) -> Self {
        Self { x: self.x - by, y: self.y - by, w: self.w + 2.0 * by, h: self.h + 2.0 * by }
    }
}

/// What is to be placed. The order in each list is the declared order: ties are broken by it, and so are circles.
///
/// An index that leads nowhere (a box in a lane that is not there) is read as if it were not said; a line to or from a box
/// that is not there gets no points.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// From top to bottom, unless [`Options::order_lanes`] says that a better order may be sought.
    pub lanes: Vec<Lane>,
    /// Boxes around boxes, each inside one lane. A parent comes before what is in it.
    pub frames: Vec<Frame>,
    /// The columns' headings, from left to right.
    pub phases: Vec<Phase>,
    /// The boxes.
    pub nodes: Vec<Node>,
    /// The lines.
    pub edges: Vec<Edge>,
    /// What the page should be like.
    pub options: Options,
}

/// A band across the page: all that one party has.
#[derive(Debug, Clone, Default)]
pub struct Lane {
    /// How large what is written at its left end is. The column of headers is as wide as the widest.
    pub header: Size,
    /// It stays where it was declared, whatever order is best.
    pub fixed: bool,
}

/// A box around some boxes of one lane: a processor, a team, a secure setting.
#[derive(Debug, Clone, Default)]
pub struct Frame {
    /// The lane that it is in.
    pub lane: usize,
    /// The frame around it, in the same lane.
    pub parent: Option<usize>,
    /// How large the tab with its name is; the tab sits on the upper border.
    pub tab: Size,
}

/// A heading over one or more columns.
#[derive(Debug, Clone, Default)]
pub struct Phase {
    /// How large what is written in it is.
    pub title: Size,
}

/// A box.
#[derive(Debug, Clone, Default)]
pub struct Node {
    /// The lane that it is in.
    pub lane: usize,
    /// The innermost frame that it is in, of the same lane.
    pub frame: Option<usize>,
    /// The phase that it belongs to. A box without one stands where its lines put it.
    pub phase: Option<usize>,
    /// How large it is. It is made higher or wider where more lines come to it than its sides have room for.
    pub size: Size,
    /// How large the mark under it (or above it) is: until when something is kept.
    pub note: Option<Size>,
    /// How large the mark on its upper right corner is, which stands half out of the box on both sides.
    pub mark: Option<Size>,
}

/// A line from one box to another.
#[derive(Debug, Clone, Default)]
pub struct Edge {
    /// The box where it begins.
    pub from: usize,
    /// The box where it ends, with an arrowhead. It may be the same.
    pub to: usize,
    /// How large the number on the line is.
    pub badge: Size,
    /// How large what could be written beside it is, best first. What fits nowhere is not written.
    pub labels: Vec<Size>,
    /// It is on the path that a finding tells of: it is laid first and so straightest.
    pub strong: bool,
    /// Lines of one style with the same two ends are drawn as one line with several numbers on it.
    pub style: usize,
}

/// A box of text that is put where there is room, near what it tells of.
#[derive(Debug, Clone, Default)]
pub struct Card {
    /// How large it is.
    pub size: Size,
    /// The boxes that it tells of.
    pub nodes: Vec<usize>,
    /// The lines that it tells of.
    pub edges: Vec<usize>,
}

/// What the page should be like.
#[derive(Debug, Clone)]
pub struct Options {
    /// The page is no wider than this if folding can do it.
    pub width: Option<f64>,
    /// The least and the greatest width over height to aim at.
    pub aspect: (f64, f64),
    /// Lanes that are not fixed may change places for shorter lines.
    pub order_lanes: bool,
    /// What is to be put into free space.
    pub cards: Vec<Card>,
}

impl Default for Options {
    fn default() -> Self {
        Self { width: None, aspect: (1.2, 2.0), order_lanes: false, cards: Vec::new() }
    }
}

/// Where everything stands. Each list goes with the list of the same name in the plan, in the same order.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Layout {
    /// How large the page is; everything is inside.
    pub size: Size,
    /// The bands, headers included.
    pub lanes: Vec<Rect>,
    /// The left ends of the lanes.
    pub lane_headers: Vec<Rect>,
    /// The frames' borders. A frame with nothing in it has no size.
    pub frames: Vec<Rect>,
    /// The tabs on the frames' upper borders. A frame with nothing in it has none, so its tab has no size.
    pub tabs: Vec<Rect>,
    /// The headings across the top. A phase with nothing in it has no width.
    pub phases: Vec<Rect>,
    /// The boxes.
    pub nodes: Vec<Rect>,
    /// The marks under or above the boxes.
    pub notes: Vec<Option<Rect>>,
    /// The lines.
    pub edges: Vec<Route>,
    /// The cards; every one is placed.
    pub cards: Vec<Rect>,
}

/// How one line runs.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Route {
    /// Its corners, from the border of the one box to the border of the other; each leg is level or upright.
    pub points: Vec<Point>,
    /// The middle of its number.
    pub badge: Point,
    /// Which of the labels is written, and where.
    pub label: Option<(usize, Rect)>,
    /// The line that this one is drawn as one with: it has the same points.
    pub bundled_with: Option<usize>,
}

/// Places everything. It never fails, whatever the plan; a large plan gets fewer rounds of improvement.
pub fn place(plan: &Plan) -> Layout {
    engine::place(plan)
}
