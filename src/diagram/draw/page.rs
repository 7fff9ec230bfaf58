//! What stands around a picture: title, verdicts, advice, legend.

use super::font::{self, Weight};
use super::legend::{self, Legend};
use super::parts::{sign, stroke, text};
use super::scene::{Group, Mark, Scene, Seg, at};
use super::style::{self, GREY, INK};
use super::text::{clean, fit, wrap};
use crate::check::Verdict;
use crate::diagram::chart::{Heading, Sheet};
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
        return bare(heading, body, room, root);
    }
    let verdict = Verdicts::of(heading);
    let inset = inset(&body);
    let drawn = room.w - inset * 2.0;
    let wide = drawn.max(720.0).max(legend.map_or(0.0, legend::least_width));
    let mut y = MARGIN;
    let title_room = (wide - verdict.width - 24.0).max(200.0);
    let mut head = Group::of("heading");
    for line in wrap(&clean(&heading.title), TITLE, Weight::Bold, title_room, 2) {
        y += TITLE * 1.2;
        head.text(text(line, at(MARGIN, y - 5.0), TITLE, Weight::Bold, INK, style::WHITE));
    }
    for line in wrap(&subtitle(heading), SUBTITLE, Weight::Regular, title_room, 2) {
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
    if let Some(sheet) = heading.sheet.as_ref().filter(|sheet| !sheet.contents.is_empty()) {
        y += 10.0;
        let list = contents(sheet, wide, 12.0);
        root.group(moved(list.0, MARGIN, y));
        y += list.1;
    }
    if let Some(legend) = legend.filter(|legend| !legend.is_empty()) {
        y += 14.0;
        let rect = Rect { x: MARGIN, y, w: wide, h: legend::height(legend, wide) };
        root.group(legend::draw(legend, rect));
        y += rect.h;
    }
    Scene { name: name(heading), width: (wide + MARGIN * 2.0).ceil(), height: (y + MARGIN).ceil(), root }
}

/// How far what is drawn stands from its edges: the layout keeps a margin of its own.
fn inset(body: &Group) -> f64 {
    if body.class == "picture" { INSET } else { 0.0 }
}

fn name(heading: &Heading) -> String {
    match &heading.sheet {
        Some(sheet) => clean(&format!("{} {}", sheet.number, sheet.title)),
        None => clean(&heading.title),
    }
}

fn subtitle(heading: &Heading) -> String {
    match &heading.sheet {
        Some(sheet) => clean(&format!("Page {} of {}: {}", sheet.number, sheet.of, sheet.title)),
        None => clean(&heading.subtitle),
    }
}

/// How wide and how high a page of A4 is that lies, within margins of 20 mm.
pub(in crate::diagram) const LYING: Size = Size { w: 971.0, h: 642.0 };
/// How high the line with a page's title is.
const TOP: f64 = 24.0;
/// What is left of the layout's margin on such a page.
const EDGE: f64 = 4.0;
/// The letters of a document's pages: 8 points and a little.
const SMALL: f64 = 10.7;

/// How wide and how high a table or a life may be on such a page.
pub(super) const BODY: Size = Size { w: LYING.w - EDGE * 2.0, h: LYING.h - EDGE * 2.0 - TOP };

/// How large a chart is in a document, with the title of its page where it has one.
pub(super) fn bare_size(heading: &Heading, room: Size) -> Size {
    sized(heading, room, INSET)
}

/// How large a table or a life is.
pub(super) fn body_size(heading: &Heading, room: Size) -> Size {
    sized(heading, room, 0.0)
}

/// The same of a picture that stands so far from its own edges.
fn sized(heading: &Heading, room: Size, inset: f64) -> Size {
    if heading.sheet.is_none() {
        return Size { w: (room.w + 8.0).max(40.0).ceil(), h: (room.h + 8.0).max(24.0).ceil() };
    }
    // the page has margins of its own
    let cut = (inset - EDGE) * 2.0;
    Size { w: (room.w - cut).max(40.0).ceil(), h: (room.h - cut + TOP).max(24.0).ceil() }
}

/// A picture as a document has it: nothing around it but the title of its page, where it is one of several.
fn bare(heading: &Heading, body: Group, room: Size, mut root: Group) -> Scene {
    let inset = inset(&body);
    let mut whole = sized(heading, room, inset);
    let Some(sheet) = &heading.sheet else {
        root.group(moved(body, 4.0, 4.0));
        return Scene { name: name(heading), width: whole.w, height: whole.h, root };
    };
    let number = format!("page {} of {}", sheet.number, sheet.of);
    let number_wide = font::width(&number, SMALL, Weight::Regular);
    let title = fit(&clean(&sheet.title), 12.0, Weight::Bold, LYING.w - number_wide - 40.0);
    whole.w = whole.w.max(font::width(&title, 12.0, Weight::Bold) + number_wide + 32.0).ceil();
    let mut head = Group::of("heading");
    head.text(text(title, at(8.0, 16.0), 12.0, Weight::Bold, INK, style::WHITE));
    let right = at(whole.w - number_wide - 8.0, 16.0);
    head.text(text(number, right, SMALL, Weight::Regular, GREY, style::WHITE));
    root.group(head);
    root.group(moved(body, EDGE - inset, EDGE - inset + TOP));
    let list = contents(sheet, LYING.w - 16.0, SMALL);
    // only where it is not too much for the page: the terminal has it all
    if !sheet.contents.is_empty() && whole.h + list.1 + 4.0 <= LYING.h {
        whole.w = whole.w.max(list.2 + 16.0).ceil();
        root.group(moved(list.0, 8.0, whole.h + 4.0));
        whole.h = (whole.h + list.1 + 4.0).ceil();
    }
    Scene { name: name(heading), width: whole.w, height: whole.h, root }
}

/// The list of pages, how high it is, and how wide.
fn contents(sheet: &Sheet, most: f64, letters: f64) -> (Group, f64, f64) {
    let mut group = Group { title: "Pages".to_owned(), ..Group::of("contents") };
    let step = letters * 1.45;
    let (mut y, mut widest) = (0.0, 0.0f64);
    let numbers = font::width("Page 00", letters, Weight::Bold) + 10.0;
    for entry in &sheet.contents {
        y += step;
        let base = y - letters * 0.3;
        let number = format!("Page {}", entry.number);
        group.text(text(number, at(0.0, base), letters, Weight::Bold, INK, style::WHITE));
        let share = if entry.flows.is_empty() { 1.0 } else { 0.7 };
        let title = fit(&clean(&entry.title), letters, Weight::Regular, (most - numbers) * share);
        let wide = font::width(&title, letters, Weight::Regular);
        group.text(text(title, at(numbers, base), letters, Weight::Regular, INK, style::WHITE));
        widest = widest.max(numbers + wide);
        if entry.flows.is_empty() {
            continue;
        }
        let left = numbers + wide + 12.0;
        let which = if entry.flows.chars().all(|letter| letter.is_ascii_digit()) { "flow" } else { "flows" };
        let flows = fit(&format!("{which} {}", entry.flows), letters, Weight::Regular, (most - left).max(0.0));
        widest = widest.max(left + font::width(&flows, letters, Weight::Regular));
        group.text(text(flows, at(left, base), letters, Weight::Regular, GREY, style::WHITE));
    }
    (group, y + 6.0, widest)
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
