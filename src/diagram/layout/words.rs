//! Where numbers and words go: on and beside their lines, over nothing else.

use super::model::Model;
use super::space::{Space, Taken};
use super::{Plan, Point, Rect, Size};

/// With more lines than this only their numbers are written: nobody reads such a picture on one page.
const SILENT: usize = 2_500;

/// Out of the question.
const NEVER: u32 = 1_000;

/// Where the numbers and words of one line of the plan are.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Words {
    pub(super) badge: Point,
    /// The number covers nothing.
    pub(super) clear: bool,
    /// The leg that the number is on.
    pub(super) leg: usize,
    pub(super) label: Option<(usize, Rect)>,
}

/// The lines' corners, by wire.
pub(super) type Lines = Vec<Vec<(i32, i32)>>;

/// Puts every number on its line, and words beside the lines where there is room.
pub(super) fn place(plan: &Plan, model: &Model, lines: &Lines, space: &mut Space) -> Vec<Words> {
    let mut words = vec![Words::default(); plan.edges.len()];
    let mut order: Vec<usize> = (0..model.wires.len()).collect();
    let long = |w: usize| {
        let longest = lines[w].windows(2).map(|p| (p[0].0 - p[1].0).abs() + (p[0].1 - p[1].1).abs()).max();
        longest.unwrap_or(0) / model.wires[w].edges.len().max(1) as i32
    };
    // those with the least choice first
    order.sort_by_key(|&w| (long(w).min(200), w));
    for &w in &order {
        for (nth, &e) in model.wires[w].edges.iter().enumerate() {
            let share = (nth, model.wires[w].edges.len());
            let found = badge(&lines[w], w, Size { w: plan.edges[e].badge.w, h: plan.edges[e].badge.h }, share, space);
            words[e] = found;
            space.take(Rect::around(found.badge, plan.edges[e].badge), Taken::Solid);
        }
    }
    order.sort_by_key(|&w| (!model.wires[w].strong, w));
    if plan.edges.len() > SILENT {
        return words;
    }
    for &w in &order {
        for &e in &model.wires[w].edges {
            words[e].label = label(&lines[w], w, &plan.edges[e].labels, plan.edges[e].badge, &words[e], space);
            if let Some((_, rect)) = words[e].label {
                space.take(rect, Taken::Solid);
            }
        }
    }
    words
}

fn half(value: f64) -> f64 {
    (value * 2.0).round() / 2.0
}

/// The best place for a number on its line: near the middle of a long leg, off everything else.
fn badge(points: &[(i32, i32)], wire: usize, size: Size, share: (usize, usize), space: &Space) -> Words {
    let mut best: Option<(u32, Words)> = None;
    let last = points.len().saturating_sub(2);
    let longest = points.windows(2).map(|p| (p[0].0 - p[1].0).abs() + (p[0].1 - p[1].1).abs()).max().unwrap_or(0);
    for (leg, pair) in points.windows(2).enumerate() {
        let (a, b) = (pair[0], pair[1]);
        let level = a.1 == b.1;
        let length = (a.0 - b.0).abs() + (a.1 - b.1).abs();
        let along = (if level { size.w } else { size.h }) / 2.0;
        let begin = along + if leg == 0 { 3.0 } else { 1.0 };
        let end = f64::from(length) - along - if leg == last { 13.0 } else { 1.0 };
        let wanted = f64::from(length) * (share.0 as f64 + 0.5) / share.1.max(1) as f64;
        let mut steps: Vec<f64> = vec![wanted.clamp(begin.min(end), end.max(begin))];
        // closely on short legs, further apart on long ones
        let step = half(((end - begin) / 80.0).max(5.0));
        let mut at = begin;
        while at <= end {
            steps.push(at);
            at += step;
        }
        steps.push(end.max(begin));
        for along in steps {
            let sign = |from: i32, to: i32| f64::from((to - from).signum());
            let badge = Point {
                x: half(f64::from(a.0) + sign(a.0, b.0) * along),
                y: half(f64::from(a.1) + sign(a.1, b.1) * along),
            };
            let rect = Rect::around(badge, size);
            let blocked = space.price(&rect, 1.0, |_, taken| match taken {
                Taken::Solid => NEVER * 4,
                Taken::Line(w) if w == wire => 0,
                Taken::Line(_) => NEVER,
                Taken::Border | Taken::LaneBorder => 60,
            });
            let tight = if along < begin || along > end || !space.holds(&rect) { NEVER } else { 0 };
            let cost = blocked
                + tight
                + (along - wanted).abs() as u32 / 4
                + (longest - length) as u32 / 2
                + if level { 0 } else { 10 };
            if best.is_none_or(|(c, _)| cost < c) {
                best = Some((cost, Words { badge, clear: cost < NEVER, leg, label: None }));
            }
        }
    }
    best.map_or_else(Words::default, |(_, w)| w)
}

/// The best place for words beside a line, near its number; none if none is free.
fn label(
    points: &[(i32, i32)],
    wire: usize,
    sizes: &[Size],
    badge: Size,
    words: &Words,
    space: &Space,
) -> Option<(usize, Rect)> {
    for (which, &size) in sizes.iter().enumerate() {
        if !(size.w > 0.0 && size.h > 0.0) {
            continue;
        }
        let mut best: Option<(u32, Rect)> = None;
        let mut offer = |rect: Rect, more: u32, leg: usize| {
            let away = (rect.centre().x - words.badge.x).abs() - size.w / 2.0;
            let off = (rect.centre().y - words.badge.y).abs() - size.h / 2.0;
            let cost = away.max(0.0) as u32 + 2 * off.max(0.0) as u32 + more + if leg == words.leg { 0 } else { 40 };
            if best.is_some_and(|(c, _)| c <= cost) || !free(&rect, wire, space) {
                return;
            }
            best = Some((cost, rect));
        };
        for (leg, pair) in points.windows(2).enumerate() {
            let (a, b) = (pair[0], pair[1]);
            let (low, high) = (
                (f64::from(a.0.min(b.0)), f64::from(a.1.min(b.1))),
                (f64::from(a.0.max(b.0)), f64::from(a.1.max(b.1))),
            );
            if a.1 == b.1 {
                for (nth, y) in [low.1 - 3.0 - size.h, low.1 + 4.0].into_iter().enumerate() {
                    let more = 6 * nth as u32;
                    let mut at = low.0 + 2.0;
                    let end = high.0 - size.w - 2.0;
                    let step = half(((end - at) / 60.0).max(8.0));
                    if words.leg == leg {
                        for x in [words.badge.x + badge.w / 2.0 + 4.0, words.badge.x - badge.w / 2.0 - 4.0 - size.w] {
                            if x + size.w <= high.0 + 2.0 && x >= low.0 - 2.0 {
                                offer(Rect { x: half(x), y: half(y), w: size.w, h: size.h }, more, leg);
                            }
                        }
                        // over or under the number
                        let clear = badge.h / 2.0 + 2.0;
                        let y = if nth == 0 { low.1 - clear - size.h } else { low.1 + clear };
                        let x = words.badge.x - size.w / 2.0;
                        if x + size.w <= high.0 + 8.0 && x >= low.0 - 8.0 {
                            offer(Rect { x: half(x), y: half(y), w: size.w, h: size.h }, more + 12, leg);
                        }
                    }
                    while at <= end {
                        offer(Rect { x: half(at), y: half(y), w: size.w, h: size.h }, more + 8, leg);
                        at += step;
                    }
                }
            } else {
                let beside = words.leg == leg;
                for (nth, x) in [low.0 + 5.0, low.0 - 5.0 - size.w].into_iter().enumerate() {
                    let more = 6 * nth as u32 + 2;
                    if beside {
                        let x = if nth == 0 {
                            words.badge.x + badge.w / 2.0 + 4.0
                        } else {
                            words.badge.x - badge.w / 2.0 - 4.0 - size.w
                        };
                        let y = words.badge.y - size.h / 2.0;
                        offer(Rect { x: half(x), y: half(y), w: size.w, h: size.h }, more, leg);
                    }
                    let mut at = low.1 + 2.0;
                    let step = half(((high.1 - size.h - at) / 60.0).max(8.0));
                    while at <= high.1 - size.h - 2.0 {
                        offer(Rect { x: half(x), y: half(at), w: size.w, h: size.h }, more + 8, leg);
                        at += step;
                    }
                }
            }
        }
        if let Some((_, rect)) = best {
            return Some((which, rect));
        }
    }
    None
}

/// Whether words may stand here: off everything, and so far from other lines that nobody takes them for theirs.
fn free(rect: &Rect, wire: usize, space: &Space) -> bool {
    space.holds(rect)
        && space.price(rect, 2.0, |other, taken| match taken {
            Taken::Line(w) if w == wire => u32::from(super::space::touches(&rect.grown(1.0), other)),
            _ => 1,
        }) == 0
        && space.price(rect, 4.0, |_, taken| match taken {
            Taken::Line(w) if w != wire => 1,
            _ => 0,
        }) == 0
}

/// Puts the cards into free space near what they tell of, or below everything.
pub(super) fn cards(plan: &Plan, nodes: &[Rect], words: &[Words], area: Rect, space: &mut Space) -> (Vec<Rect>, f64) {
    let mut bottom = area.bottom();
    let mut placed = Vec::new();
    for card in &plan.options.cards {
        let size = Size { w: tidy(card.size.w), h: tidy(card.size.h) };
        let mut targets: Vec<Point> = card.nodes.iter().filter_map(|&n| nodes.get(n)).map(Rect::centre).collect();
        targets.extend(card.edges.iter().filter_map(|&e| words.get(e)).map(|w| w.badge));
        let mut best: Option<(f64, Rect)> = None;
        let step = 8.0f64.max(((area.w * area.h) / 40_000.0).sqrt().ceil());
        let mut y = area.y + 6.0;
        while y + size.h + 6.0 <= area.bottom() {
            let mut x = area.x + 6.0;
            while x + size.w + 6.0 <= area.right() {
                let rect = Rect { x, y, w: size.w, h: size.h };
                let centre = rect.centre();
                let far = |t: &Point| {
                    ((t.x - centre.x).abs() - size.w / 2.0).max(0.0) + ((t.y - centre.y).abs() - size.h / 2.0).max(0.0)
                };
                let mut cost: f64 = targets.iter().map(far).sum::<f64>() / targets.len().max(1) as f64;
                let nearest = targets.iter().map(far).fold(f64::MAX, f64::min);
                if nearest < f64::MAX {
                    cost += nearest;
                }
                if best.is_none_or(|(c, _)| cost < c)
                    && space.price(&rect, 8.0, |_, taken| u32::from(taken != Taken::LaneBorder)) == 0
                {
                    best = Some((cost, rect));
                }
                x += step;
            }
            y += step;
        }
        let rect = best.map_or_else(
            || {
                let rect = Rect { x: area.x, y: bottom + 12.0, w: size.w, h: size.h };
                bottom = rect.bottom();
                rect
            },
            |(_, rect)| rect,
        );
        space.take(rect, Taken::Solid);
        placed.push(rect);
    }
    (placed, bottom)
}

fn tidy(length: f64) -> f64 {
    if length.is_finite() { length.clamp(0.0, 20_000.0).ceil() } else { 0.0 }
}
