//! What is taken on the page, found quickly by place.

use super::Rect;

/// What takes a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Taken {
    /// A box, a mark, a tab, a header: nothing may cover it.
    Solid,
    /// A line of this wire.
    Line(usize),
    /// A border of a lane or frame: words keep off it, numbers would rather.
    Border,
    /// A border of a lane, which a card may cover.
    LaneBorder,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Space {
    page: Rect,
    step: f64,
    across: usize,
    down: usize,
    buckets: Vec<Vec<u32>>,
    items: Vec<(Rect, Taken)>,
}

impl Space {
    pub(super) fn new(width: f64, height: f64) -> Self {
        let mut step = 64.0;
        while (width / step + 1.0) * (height / step + 1.0) > 200_000.0 {
            step *= 2.0;
        }
        let (across, down) = ((width / step) as usize + 1, (height / step) as usize + 1);
        Self {
            page: Rect { x: 0.0, y: 0.0, w: width, h: height },
            step,
            across,
            down,
            buckets: vec![Vec::new(); across * down],
            items: Vec::new(),
        }
    }

    fn reach(&self, rect: &Rect) -> (usize, usize, usize, usize) {
        let clamp = |v: f64, most: usize| ((v / self.step).max(0.0) as usize).min(most.saturating_sub(1));
        (
            clamp(rect.x, self.across),
            clamp(rect.right(), self.across),
            clamp(rect.y, self.down),
            clamp(rect.bottom(), self.down),
        )
    }

    /// Whether a rectangle is on the page at all.
    pub(super) fn holds(&self, rect: &Rect) -> bool {
        self.page.contains(rect)
    }

    pub(super) fn take(&mut self, rect: Rect, taken: Taken) {
        let (left, right, top, bottom) = self.reach(&rect);
        for y in top..=bottom {
            for x in left..=right {
                self.buckets[y * self.across + x].push(self.items.len() as u32);
            }
        }
        self.items.push((rect, taken));
    }

    /// Takes the legs of a line.
    pub(super) fn take_line(&mut self, wire: usize, points: &[(i32, i32)]) {
        for pair in points.windows(2) {
            self.take(leg(pair[0], pair[1]), Taken::Line(wire));
        }
        // the arrowhead
        if let [.., before, end] = points {
            let back = |from: i32, to: i32| to - (to - from).signum() * (to - from).abs().min(12);
            let head = leg((back(before.0, end.0), back(before.1, end.1)), *end);
            let (wide, high) = if head.h > head.w { (6.0, 0.0) } else { (0.0, 6.0) };
            let head = Rect { x: head.x - wide, y: head.y - high, w: head.w + 2.0 * wide, h: head.h + 2.0 * high };
            self.take(head, Taken::Line(wire));
        }
    }

    /// Takes the border of a rectangle.
    pub(super) fn take_border(&mut self, r: &Rect, taken: Taken) {
        self.take(Rect { h: 0.0, ..*r }, taken);
        self.take(Rect { y: r.bottom(), h: 0.0, ..*r }, taken);
        self.take(Rect { w: 0.0, ..*r }, taken);
        self.take(Rect { x: r.right(), w: 0.0, ..*r }, taken);
    }

    /// The dearest of what is in a rectangle's way, priced by `price`; it is asked for what touches the rectangle grown by
    /// `by`.
    pub(super) fn price(&self, rect: &Rect, by: f64, price: impl Fn(&Rect, Taken) -> u32) -> u32 {
        let rect = rect.grown(by);
        let (left, right, top, bottom) = self.reach(&rect);
        let mut worst = 0;
        for y in top..=bottom {
            for x in left..=right {
                for &item in &self.buckets[y * self.across + x] {
                    let (other, taken) = &self.items[item as usize];
                    if touches(&rect, other) {
                        worst = worst.max(price(other, *taken));
                    }
                }
            }
        }
        worst
    }
}

/// Whether a rectangle meets another, which may be as thin as a line.
pub(super) fn touches(rect: &Rect, other: &Rect) -> bool {
    rect.x < other.right() && other.x < rect.right() && rect.y < other.bottom() && other.y < rect.bottom()
}

/// A leg of a line as a thin rectangle.
pub(super) fn leg(a: (i32, i32), b: (i32, i32)) -> Rect {
    let (x, y) = (f64::from(a.0.min(b.0)), f64::from(a.1.min(b.1)));
    Rect { x, y, w: f64::from((a.0 - b.0).abs()), h: f64::from((a.1 - b.1).abs()) }
}
