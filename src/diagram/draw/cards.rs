//! The card of a finding: which rule, how it comes about, what would mend it.

use super::font::Weight;
use super::parts::{badge, badge_size, drop, open, sign, stroke, text};
use super::scene::{Group, Seg, Stroke, at, rounded, size};
use super::style::{self, GREY, INK, WHITE};
use super::text::{clean, plain, wrap};
use crate::check::Verdict;
use crate::diagram::chart::{Chart, Trail};
use crate::diagram::layout::{Layout, Rect, Size};

/// How wide a card is that stands in the picture.
const WIDE: f64 = 330.0;
/// How wide one is at the most that stands below it.
const WIDEST: f64 = 640.0;
/// Between cards, and between them and the picture.
const GAP: f64 = 14.0;
const LETTERS: f64 = 11.0;
const LINE: f64 = 14.0;
const HEAD: f64 = 12.5;
/// More steps than this are counted, not told.
const STEPS: usize = 8;

/// A card with its texts in lines.
pub(super) struct Card {
    wide: f64,
    verdict: Verdict,
    head: Vec<String>,
    rows: Vec<(String, Vec<String>)>,
    foot: Vec<String>,
    badges: f64,
}

/// The card of a trail.
pub(super) fn card(trail: &Trail) -> Card {
    of_width(trail, WIDE)
}

/// The same, so wide.
fn of_width(trail: &Trail, across: f64) -> Card {
    let what = if trail.verdict == Verdict::CannotTell { "Cannot be told" } else { "Broken" };
    let head = wrap(&format!("{what}: {}", clean(&trail.title)), HEAD, Weight::Bold, across - 52.0, 3);
    let badges = trail.steps.iter().map(|step| badge_size(&step.number, 10.5).w).fold(0.0, f64::max);
    let indent = if badges > 0.0 { badges + 8.0 } else { 0.0 };
    let wide = across - 24.0 - indent;
    let mut rows: Vec<(String, Vec<String>)> = Vec::new();
    for step in trail.steps.iter().take(STEPS) {
        let words = if step.number.is_empty() { &step.sentence } else { without_name(&step.sentence) };
        rows.push((step.number.clone(), wrap(&sentence(words), LETTERS, Weight::Regular, wide, 8)));
    }
    if trail.steps.is_empty() {
        rows.push((String::new(), wrap(&sentence(&trail.summary), LETTERS, Weight::Regular, wide, 6)));
    }
    if trail.steps.len() > STEPS {
        rows.push((String::new(), vec![format!("… and {} more steps", trail.steps.len() - STEPS)]));
    }
    for missing in trail.missing.iter().take(2).filter(|_| trail.verdict == Verdict::CannotTell) {
        let words = format!("Not stated: {}", plain(missing));
        rows.push((String::new(), wrap(&words, LETTERS, Weight::Regular, wide, 4)));
    }
    let fix = trail.fix.as_ref().map(|fix| format!("To mend it: {}", plain(fix)));
    let foot = fix.map_or_else(Vec::new, |fix| wrap(&fix, LETTERS, Weight::Bold, across - 24.0, 8));
    Card { wide: across, verdict: trail.verdict, head, rows, foot, badges: indent }
}

/// Cards that found no room in the picture stand below it, one under another, with nothing beside them. They are put side by side and
/// made as wide as there is room, or to the right of the picture: whichever makes the better page.
pub(super) fn arrange<'a>(cards: &mut [Card], trails: impl Iterator<Item = &'a Trail>, layout: &mut Layout) {
    let drawn = drawn(layout);
    let out: Vec<(usize, &Trail)> = trails
        .enumerate()
        .filter(|(at, _)| *at < cards.len() && layout.cards.get(*at).is_some_and(|card| card.y >= drawn.bottom()))
        .collect();
    if out.is_empty() {
        return;
    }
    let gaps = GAP * (out.len() - 1) as f64;
    let left = layout.lane_headers.iter().map(Rect::right).fold(drawn.x, f64::max);
    let room = drawn.right() - left;
    let across = ((room.max(NARROW) - gaps) / out.len() as f64).floor().clamp(WIDE, WIDEST);
    let below: Vec<Card> = out.iter().map(|(_, trail)| narrowest(trail, across)).collect();
    let beside: Vec<Card> = out.iter().map(|(_, trail)| of_width(trail, WIDE)).collect();
    let row = below.iter().map(|card| card.wide).sum::<f64>() + gaps;
    let high = below.iter().map(|card| card.size().h).fold(0.0, f64::max);
    let column = beside.iter().map(|card| card.size().h).sum::<f64>() + gaps;
    let low = badness(drawn.w.max(row + left - drawn.x), drawn.h + GAP + high)
        <= badness(drawn.w + GAP * 2.0 + WIDE, drawn.h.max(column));
    let mut corner = match low {
        true if left <= drawn.x => at((left + (room - row).max(0.0) / 2.0).floor(), drawn.bottom() + GAP),
        true => at(left, drawn.bottom() + GAP),
        false => at(drawn.right() + GAP * 2.0, (drawn.y + (drawn.h - column).max(0.0) / 2.0).floor()),
    };
    for ((number, _), card) in out.iter().zip(if low { below } else { beside }) {
        let size = card.size();
        layout.cards[*number] = Rect { x: corner.x, y: corner.y, w: size.w, h: size.h };
        corner = if low { at(corner.x + size.w + GAP, corner.y) } else { at(corner.x, corner.y + size.h + GAP) };
        cards[*number] = card;
    }
    let all = layout.cards.iter().fold(drawn, around);
    layout.size = size(all.right() + EDGE, all.bottom() + EDGE);
}

/// A card that is no higher than one of a width, and no wider than it must be for that.
fn narrowest(trail: &Trail, across: f64) -> Card {
    let mut best = of_width(trail, across);
    while best.wide - STEP >= WIDE {
        let next = of_width(trail, best.wide - STEP);
        if next.size().h > best.size().h {
            break;
        }
        best = next;
    }
    best
}

/// By how much a card is made narrower at a time.
const STEP: f64 = 20.0;

/// What holds both.
fn around(one: Rect, two: &Rect) -> Rect {
    let (x, y) = (one.x.min(two.x), one.y.min(two.y));
    Rect { x, y, w: one.right().max(two.right()) - x, h: one.bottom().max(two.bottom()) - y }
}

/// A page is no narrower than its title and its legend.
const NARROW: f64 = 720.0;
/// How high these are, about.
const AROUND: f64 = 240.0;
/// How far what the layout places stands from the page's edges.
const EDGE: f64 = 16.0;

/// How bad a page of a size is: large, upright, or a strip.
fn badness(w: f64, h: f64) -> f64 {
    let (w, h) = (w.max(NARROW), h + AROUND);
    w * h * (1.2 * h / w).max(w / (1.9 * h)).max(1.0)
}

/// The room of all that is no card.
fn drawn(layout: &Layout) -> Rect {
    let boxes = layout.lanes.iter().chain(&layout.phases).chain(&layout.nodes).chain(layout.notes.iter().flatten());
    let routes = || layout.edges.iter();
    let labels = routes().filter_map(|route| route.label.as_ref().map(|(_, rect)| rect));
    let points = routes().flat_map(|route| route.points.iter().chain(std::iter::once(&route.badge)));
    let points = points.map(|point| Rect { x: point.x, y: point.y, w: 0.0, h: 0.0 });
    // a line between the same boxes as another has no place of its own
    let placed = points.filter(|point| point.x > 0.0 || point.y > 0.0);
    let mut all = boxes.chain(labels).copied().filter(|rect| rect.w > 0.0).chain(placed);
    let first = all.next().unwrap_or_default();
    all.fold(first, |all, rect| around(all, &rect))
}

/// A sentence without the name of its flow or step in brackets at the end: its number stands beside it.
fn without_name(words: &str) -> &str {
    match words.rsplit_once(" (") {
        Some((before, name)) if name.ends_with("`)") && name.starts_with('`') => before,
        _ => words,
    }
}

/// A sentence with a large first letter.
fn sentence(words: &str) -> String {
    let words = plain(words);
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

impl Card {
    fn head_height(&self) -> f64 {
        self.head.len() as f64 * 15.5 + 13.0
    }

    fn rows_height(&self) -> f64 {
        self.rows.iter().map(|(number, lines)| row_height(number, lines)).sum()
    }

    /// How large it is.
    pub(super) fn size(&self) -> Size {
        let foot = if self.foot.is_empty() { 0.0 } else { self.foot.len() as f64 * LINE + 12.0 };
        size(self.wide, (self.head_height() + self.rows_height() + foot + 12.0).ceil())
    }

    /// Draws it.
    pub(super) fn draw(&self, rect: Rect, trail: &Trail, chart: &Chart) -> Group {
        let color = if self.verdict == Verdict::CannotTell { style::UNSURE } else { style::BROKEN };
        let nodes: Vec<String> =
            trail.nodes.iter().filter_map(|n| chart.nodes.get(*n)).map(|node| super::id(&node.id)).collect();
        let mut group = Group {
            id: format!("finding-{}", super::id(&trail.rule)),
            data: vec![("rule", trail.rule.clone()), ("through", nodes.join(" "))],
            title: clean(&self.head.join(" ")),
            description: plain(&trail.summary),
            ..Group::of(if self.verdict == Verdict::CannotTell { "finding unsure" } else { "finding broken" })
        };
        let border = match self.verdict {
            Verdict::CannotTell => Stroke { color, width: 2.0, dash: &[9.0, 4.0] },
            _ => stroke(color, 2.0),
        };
        group.path(rounded(rect, 8.0), Some(WHITE), None);
        let head = self.head_height();
        group.path(head_path(rect, head), Some(color), None);
        group.path(rounded(rect, 8.0), None, Some(border));
        sign(&mut group, self.verdict, at(rect.x + 22.0, rect.y + head / 2.0), WHITE, color);
        let mut y = rect.y + 6.5;
        for line in &self.head {
            y += 15.5;
            group.text(text(line, at(rect.x + 42.0, y - 4.0), HEAD, Weight::Bold, WHITE, color));
        }
        y = rect.y + head + 6.0;
        for (number, lines) in &self.rows {
            let high = row_height(number, lines);
            if !number.is_empty() {
                let centre = at(rect.x + 12.0 + (self.badges - 8.0) / 2.0, y + 2.0 + LINE / 2.0);
                badge(&mut group, number, centre, 10.5, color, WHITE, color);
            }
            for (n, line) in lines.iter().enumerate() {
                let base = at(rect.x + 12.0 + self.badges, y + 2.0 + LINE * (n as f64 + 0.5) + drop(LETTERS));
                group.text(text(line, base, LETTERS, Weight::Regular, INK, WHITE));
            }
            y += high;
        }
        if !self.foot.is_empty() {
            y += 5.0;
            let rule = [at(rect.x + 12.0, y), at(rect.right() - 12.0, y)];
            group.path(open(&rule), None, Some(stroke(GREY, 0.6)));
            y += 3.0;
            for line in &self.foot {
                y += LINE;
                group.text(text(line, at(rect.x + 12.0, y - 2.0), LETTERS, Weight::Bold, INK, WHITE));
            }
        }
        group
    }
}

fn row_height(number: &str, lines: &[String]) -> f64 {
    let words = lines.len() as f64 * LINE + 4.0;
    if number.is_empty() { words } else { words.max(21.0) }
}

/// The head of a card: round above, straight below.
fn head_path(rect: Rect, high: f64) -> Vec<Seg> {
    let (l, t, r, b) = (rect.x, rect.y, rect.right(), rect.y + high);
    let whole = rounded(rect, 8.0);
    // the two upper corners of the whole, and a straight end
    let mut segs: Vec<Seg> = whole.iter().take(3).copied().collect();
    segs.extend([Seg::Line(at(r, b)), Seg::Line(at(l, b)), Seg::Line(at(l, t + 8.0))]);
    if let Some(Seg::Curve(one, two, end)) = whole.get(8) {
        segs.push(Seg::Curve(*one, *two, *end));
    }
    segs.push(Seg::Close);
    segs
}
