//! What can be counted in a picture: how many lines cross, and whether anything covers what it should not.

use super::model::Model;
use super::{Layout, Plan, Point, Rect};

/// What is wrong with a picture, and how good it is.
///
/// The first lot are faults: each is nought in every picture that [`place`](super::place) makes. The rest say how easily a
/// picture is read.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Measures {
    /// Lines that run through a box, a mark under a box, or a lane's header that is not theirs.
    pub lines_through_boxes: usize,
    /// Lines that run through a frame's tab.
    pub lines_through_tabs: usize,
    /// Lines that run through words.
    pub lines_through_labels: usize,
    /// Lines that lie on one another for a stretch and are not drawn as one.
    pub lines_on_lines: usize,
    /// Legs that are neither level nor upright.
    pub slanted: usize,
    /// Numbers that cover anything but their own line.
    pub badges_covering: usize,
    /// Words that cover a box, a mark, a tab, a header, a number or other words.
    pub labels_covering: usize,
    /// Boxes and marks that cover each other.
    pub boxes_covering: usize,
    /// Frames of one rank that cover each other, and boxes that stand in a frame that they are not in.
    pub frames_covering: usize,
    /// Boxes outside their frame, frames outside theirs, and either outside their lane.
    pub outside_their_frame: usize,
    /// Whatever is not on the page.
    pub outside_the_page: usize,
    /// Cards that cover anything but a lane's border.
    pub cards_covering: usize,
    /// Lines that do not begin and end at the border of their boxes.
    pub loose_ends: usize,
    /// How often lines cross.
    pub crossings: usize,
    /// How many corners the lines have.
    pub bends: usize,
    /// How long all lines are together.
    pub length: f64,
    /// Width over height.
    pub aspect: f64,
    /// How many lines have their words written beside them.
    pub labelled: usize,
}

impl Measures {
    /// How many faults there are; see [`Measures`].
    pub fn faults(&self) -> usize {
        self.lines_through_boxes
            + self.lines_through_tabs
            + self.lines_through_labels
            + self.lines_on_lines
            + self.slanted
            + self.badges_covering
            + self.labels_covering
            + self.boxes_covering
            + self.frames_covering
            + self.outside_their_frame
            + self.outside_the_page
            + self.cards_covering
            + self.loose_ends
    }
}

/// A leg of a line.
#[derive(Clone, Copy)]
struct Leg {
    edge: usize,
    a: Point,
    b: Point,
}

impl Leg {
    fn rect(&self) -> Rect {
        let (x, y) = (self.a.x.min(self.b.x), self.a.y.min(self.b.y));
        Rect { x, y, w: (self.a.x - self.b.x).abs(), h: (self.a.y - self.b.y).abs() }
    }

    fn level(&self) -> bool {
        self.a.y == self.b.y
    }

    /// Whether it runs through the inside of a rectangle.
    fn through(&self, rect: &Rect) -> bool {
        let leg = self.rect();
        leg.x < rect.right()
            && rect.x < leg.right().max(leg.x + 0.01)
            && leg.y < rect.bottom()
            && rect.y < leg.bottom().max(leg.y + 0.01)
            && leg.right().max(leg.x + 0.01) > rect.x
    }
}

/// Counts.
pub fn measure(plan: &Plan, layout: &Layout) -> Measures {
    let mut found = Measures::default();
    let legs: Vec<Leg> = (layout.edges.iter().enumerate())
        .filter(|(_, route)| route.bundled_with.is_none())
        .flat_map(|(edge, route)| route.points.windows(2).map(move |p| Leg { edge, a: p[0], b: p[1] }))
        .collect();
    lines(plan, layout, &legs, &mut found);
    words(plan, layout, &legs, &mut found);
    boxes(plan, layout, &mut found);
    for leg in &legs {
        let rect = leg.rect();
        found.length += rect.w + rect.h;
        found.slanted += usize::from(rect.w > 0.0 && rect.h > 0.0);
    }
    for route in layout.edges.iter().filter(|r| r.bundled_with.is_none()) {
        found.bends += route.points.len().saturating_sub(2);
    }
    found.labelled = layout.edges.iter().filter(|r| r.label.is_some()).count();
    found.aspect = if layout.size.h > 0.0 { layout.size.w / layout.size.h } else { 0.0 };
    found
}

fn lines(plan: &Plan, layout: &Layout, legs: &[Leg], found: &mut Measures) {
    for (at, a) in legs.iter().enumerate() {
        for b in &legs[at + 1..] {
            if a.edge == b.edge {
                continue;
            }
            let (ra, rb) = (a.rect(), b.rect());
            if a.level() != b.level() {
                let (h, v) = if a.level() { (ra, rb) } else { (rb, ra) };
                found.crossings += usize::from(h.x < v.x && v.x < h.right() && v.y < h.y && h.y < v.bottom());
            } else if a.level() {
                found.lines_on_lines += usize::from(ra.y == rb.y && ra.x < rb.right() && rb.x < ra.right());
            } else {
                found.lines_on_lines += usize::from(ra.x == rb.x && ra.y < rb.bottom() && rb.y < ra.bottom());
            }
        }
        let ends = (plan.edges[a.edge].from, plan.edges[a.edge].to);
        for (n, node) in layout.nodes.iter().enumerate() {
            // a line to its own box leaves it; it may touch its border, no more
            found.lines_through_boxes +=
                usize::from(a.through(node) && (n != ends.0 && n != ends.1 || inside(a, node)));
        }
        let blocks = layout.notes.iter().flatten().chain(&layout.lane_headers);
        found.lines_through_boxes += blocks.filter(|r| a.through(r)).count();
        found.lines_through_tabs += layout.tabs.iter().filter(|r| r.w > 0.0 && a.through(r)).count();
    }
    for (route, edge) in layout.edges.iter().zip(&plan.edges) {
        let (Some(from), Some(to)) = (layout.nodes.get(edge.from), layout.nodes.get(edge.to)) else { continue };
        let on = |p: &Point, r: &Rect| {
            (p.x == r.x || p.x == r.right()) && r.y <= p.y && p.y <= r.bottom()
                || (p.y == r.y || p.y == r.bottom()) && r.x <= p.x && p.x <= r.right()
        };
        let (first, last) = (route.points.first(), route.points.last());
        found.loose_ends += usize::from(!first.is_some_and(|p| on(p, from)) || !last.is_some_and(|p| on(p, to)));
    }
}

fn inside(leg: &Leg, rect: &Rect) -> bool {
    leg.through(&rect.grown(-1.0))
}

fn words(plan: &Plan, layout: &Layout, legs: &[Leg], found: &mut Measures) {
    let solid: Vec<Rect> = (layout.nodes.iter().chain(layout.notes.iter().flatten()))
        .chain(layout.tabs.iter().filter(|t| t.w > 0.0))
        .chain(&layout.lane_headers)
        .copied()
        .collect();
    let badges: Vec<Rect> = layout.edges.iter().zip(&plan.edges).map(|(r, e)| Rect::around(r.badge, e.badge)).collect();
    let placed = |e: usize| !layout.edges[e].points.is_empty();
    let labels: Vec<(usize, Rect)> =
        layout.edges.iter().enumerate().filter_map(|(e, r)| r.label.map(|(_, rect)| (e, rect))).collect();
    let same = |a: usize, b: usize| {
        let root = |e: usize| layout.edges[e].bundled_with.unwrap_or(e);
        root(a) == root(b)
    };
    for (e, badge) in badges.iter().enumerate().filter(|(e, b)| placed(*e) && b.w > 0.0) {
        let mut covers = solid.iter().any(|r| r.overlaps(badge));
        covers |= badges.iter().enumerate().any(|(o, b)| o != e && placed(o) && b.overlaps(badge));
        covers |= legs.iter().any(|l| !same(l.edge, e) && l.through(badge));
        found.badges_covering += usize::from(covers);
    }
    for (at, (e, label)) in labels.iter().enumerate() {
        let mut covers = solid.iter().chain(&badges).any(|r| r.overlaps(label));
        covers |= labels[..at].iter().any(|(_, l)| l.overlaps(label));
        found.labels_covering += usize::from(covers);
        found.lines_through_labels += legs.iter().filter(|l| l.through(label)).count();
        debug_assert!(placed(*e));
    }
    let page = Rect { x: 0.0, y: 0.0, w: layout.size.w, h: layout.size.h };
    let everything = (solid.iter().chain(&layout.lanes).chain(&layout.frames).chain(&layout.phases))
        .chain(labels.iter().map(|(_, l)| l))
        .chain(&layout.cards);
    found.outside_the_page += everything.filter(|r| !page.contains(r)).count();
    found.outside_the_page += badges.iter().enumerate().filter(|(e, b)| placed(*e) && !page.contains(b)).count();
    found.outside_the_page += legs.iter().filter(|l| !page.contains(&l.rect())).count();
    for (at, card) in layout.cards.iter().enumerate() {
        let mut covers = solid.iter().chain(&badges).chain(&layout.cards[..at]).any(|r| r.overlaps(card));
        covers |= labels.iter().any(|(_, l)| l.overlaps(card)) || legs.iter().any(|l| l.through(card));
        found.cards_covering += usize::from(covers);
    }
}

fn boxes(plan: &Plan, layout: &Layout, found: &mut Measures) {
    let model = Model::of(plan);
    for (n, rect) in layout.nodes.iter().enumerate() {
        found.boxes_covering += layout.nodes[..n].iter().filter(|o| o.overlaps(rect)).count();
        found.boxes_covering += layout.notes.iter().flatten().filter(|o| o.overlaps(rect)).count();
        let note = layout.notes[n].as_ref();
        let both = || std::iter::once(rect).chain(note);
        let lane = layout.lanes.get(model.lane[n]);
        found.outside_their_frame += both().filter(|r| lane.is_some_and(|l| !l.contains(r))).count();
        for (f, frame) in layout.frames.iter().enumerate() {
            if model.chain(model.frame[n]).any(|o| o == f) {
                found.outside_their_frame += both().filter(|r| !frame.contains(r)).count();
            } else {
                found.frames_covering += both().filter(|r| frame.w > 0.0 && frame.overlaps(r)).count();
            }
        }
    }
    for (f, rect) in layout.frames.iter().enumerate().filter(|(_, r)| r.w > 0.0) {
        for (o, other) in layout.frames[..f].iter().enumerate().filter(|(_, r)| r.w > 0.0) {
            if model.chain(Some(f)).any(|p| p == o) {
                found.outside_their_frame += usize::from(!other.contains(rect));
            } else {
                found.frames_covering += usize::from(other.overlaps(rect));
            }
        }
        let lane = layout.lanes.get(model.frames[f].lane);
        found.outside_their_frame += usize::from(lane.is_some_and(|l| !l.contains(rect)));
    }
}
