//! What stands around a picture: title, verdicts, advice, legend.

use super::font::{self, Weight};
use super::legend::{self, Legend};
use super::parts::{sign, stroke, text};
use super::scene::{Group, Mark, Scene, Seg, at};
use super::style::{self, GREY, INK};
use super::text::{clean, fit, wrap};
use crate::check::Verdict;
use crate::diagram::chart::Heading;
use crate::diagram::layout::{Rect, Size};
use crate::diagram::views::Profile;

const MARGIN: f64 = 24.0;
/// How far what the layout places stands from its edges.
const INSET: f64 = 16.0;
const TITLE: f64 = 23.0;
const SUBTITLE: f64 = 13.5;

/// Puts a picture on its page.
pub(super) fn dress(heading: &Heading, body: Group, room: Size, profile: Profile, legend: Option<&Legend>) -> Scene {
    let mut root = Group { title: clean(&heading.title), description: clean(&heading.description), ..Group::default() };
    if profile == Profile::Document {
        root.group(moved(body, 4.0, 4.0));
        return Scene { width: (room.w + 8.0).max(40.0).ceil(), height: (room.h + 8.0).max(24.0).ceil(), root };
    }
    let verdict = Verdicts::of(heading);
    // the layout keeps a margin of its own
    let inset = if body.class == "picture" { INSET } else { 0.0 };
    let drawn = room.w - inset * 2.0;
    let wide = drawn.max(720.0).max(legend.map_or(0.0, legend::least_width));
    let mut y = MARGIN;
    let title_room = (wide - verdict.width - 24.0).max(200.0);
    let mut head = Group::of("heading");
    for line in wrap(&clean(&heading.title), TITLE, Weight::Bold, title_room, 2) {
        y += TITLE * 1.2;
        head.text(text(line, at(MARGIN, y - 5.0), TITLE, Weight::Bold, INK, style::WHITE));
    }
    for line in wrap(&clean(&heading.subtitle), SUBTITLE, Weight::Regular, title_room, 2) {
        y += SUBTITLE * 1.35;
        head.text(text(line, at(MARGIN, y - 2.0), SUBTITLE, Weight::Regular, GREY, style::WHITE));
    }
    head.group(verdict.draw(Rect { x: MARGIN + wide - verdict.width, y: MARGIN, w: verdict.width, h: 46.0 }));
    y = y.max(MARGIN + 46.0);
    for line in heading.advice.iter().flat_map(|advice| wrap(&clean(advice), 12.0, Weight::Bold, wide, 3)) {
        y += 17.0;
        head.text(text(line, at(MARGIN, y), 12.0, Weight::Bold, style::UNSURE, style::WHITE));
    }
    y += 18.0 - inset;
    root.group(head);
    root.group(moved(body, MARGIN - inset + ((wide - drawn) / 2.0).floor(), y));
    y += room.h - inset;
    if let Some(legend) = legend.filter(|legend| !legend.is_empty()) {
        y += 14.0;
        let rect = Rect { x: MARGIN, y, w: wide, h: legend::height(legend, wide) };
        root.group(legend::draw(legend, rect));
        y += rect.h;
    }
    Scene { width: (wide + MARGIN * 2.0).ceil(), height: (y + MARGIN).ceil(), root }
}

/// The box with what became of the rules.
struct Verdicts {
    worst: Verdict,
    first: String,
    second: String,
    width: f64,
}

impl Verdicts {
    fn of(heading: &Heading) -> Verdicts {
        let tally = heading.tally;
        let worst = match (tally.broken, tally.cannot_tell) {
            (1.., _) => Verdict::Fail,
            (0, 1..) => Verdict::CannotTell,
            (0, 0) => Verdict::Pass,
        };
        let date = heading.as_of.strftime("%-d %B %Y").to_string();
        let second = format!("Judged as of {date}");
        let first = fit(&tally.words(), 13.5, Weight::Bold, 380.0);
        let wide = font::width(&first, 13.5, Weight::Bold).max(font::width(&second, 11.5, Weight::Regular));
        Verdicts { worst, first, second, width: (wide + 66.0).ceil() }
    }

    fn draw(&self, rect: Rect) -> Group {
        let (ground, ink) = match self.worst {
            Verdict::Fail => (style::BROKEN_GROUND, style::BROKEN),
            Verdict::CannotTell => (style::UNSURE_GROUND, style::UNSURE),
            Verdict::Pass => (style::HOLDS_GROUND, style::HOLDS),
        };
        let mut group = Group { title: self.first.clone(), description: self.second.clone(), ..Group::of("verdicts") };
        group.rect(rect, 6.0, Some(ground), Some(stroke(ink, 1.5)));
        sign(&mut group, self.worst, at(rect.x + 26.0, rect.y + 23.0), ink, style::WHITE);
        group.text(text(&self.first, at(rect.x + 50.0, rect.y + 20.0), 13.5, Weight::Bold, ink, ground));
        group.text(text(&self.second, at(rect.x + 50.0, rect.y + 37.0), 11.5, Weight::Regular, INK, ground));
        group
    }
}

/// A group somewhere else.
pub(super) fn moved(mut group: Group, x: f64, y: f64) -> Group {
    let to = |point: crate::diagram::layout::Point| at(point.x + x, point.y + y);
    group.marks = group
        .marks
        .into_iter()
        .map(|mark| match mark {
            Mark::Path { segs, fill, stroke } => {
                let segs = segs.into_iter().map(|seg| match seg {
                    Seg::Move(point) => Seg::Move(to(point)),
                    Seg::Line(point) => Seg::Line(to(point)),
                    Seg::Curve(one, two, end) => Seg::Curve(to(one), to(two), to(end)),
                    Seg::Close => Seg::Close,
                });
                Mark::Path { segs: segs.collect(), fill, stroke }
            }
            Mark::Text(text) => Mark::Text(super::scene::Text { at: to(text.at), ..text }),
            Mark::Group(group) => Mark::Group(moved(group, x, y)),
        })
        .collect();
    group
}
