//! Marks at which a line leaves the page: what it leads to, whose that is, and on which page.

use super::font::{self, Weight};
use super::parts::{stroke, text};
use super::scene::{Group, Rgb, Stroke, at, polygon, size};
use super::style::{self, GREY, INK, Sizes, WHITE};
use super::text::{clean, fit, wrap};
use crate::check::Verdict;
use crate::diagram::chart::{Elsewhere, Node};
use crate::diagram::layout::{Rect, Size};

/// How far the point stands out.
const POINT: f64 = 9.0;
const LEADING: f64 = 1.2;

/// What it leads to and whose that is, in lines with their colours; how wide does not depend on the numbers of pages, so that these
/// may be found out last.
fn lines(node: &Node, sizes: &Sizes) -> Vec<(String, Rgb)> {
    let wrapped = |words: &str, color: Rgb| {
        let lines = wrap(&clean(words), sizes.note, Weight::Regular, sizes.node_width * 1.2, 2);
        lines.into_iter().map(move |line| (line, color))
    };
    let party = node.elsewhere.as_ref().map_or("", |elsewhere| elsewhere.party.as_str());
    wrapped(&node.title, INK).chain(wrapped(party, GREY)).collect()
}

/// How large a mark is.
pub(super) fn size_of(node: &Node, sizes: &Sizes) -> Size {
    let lines = lines(node, sizes);
    let pages = sizes.note * 8.2;
    let wide = lines.iter().map(|(line, _)| font::width(line, sizes.note, Weight::Regular)).fold(pages, f64::max);
    size((wide + POINT + 13.0).ceil(), ((lines.len() + 1) as f64 * sizes.note * LEADING + 8.0).ceil())
}

/// Draws a mark.
pub(super) fn draw(node: &Node, elsewhere: &Elsewhere, rect: Rect, trail: Option<Verdict>, sizes: &Sizes) -> Group {
    let mut group = Group {
        id: super::id(&node.id),
        class: "elsewhere".to_owned(),
        data: vec![("name", node.name.clone())],
        title: clean(&elsewhere.words()),
        description: clean(&node.description),
        ..Group::default()
    };
    let border = trail.map_or(stroke(GREY, 1.1), |verdict| Stroke { width: 2.0, ..style::trail(verdict).0 });
    let (l, t, r, b) = (rect.x, rect.y, rect.right(), rect.bottom());
    let mid = t + rect.h / 2.0;
    let corners = [at(l, t), at(r - POINT, t), at(r, mid), at(r - POINT, b), at(l, b)];
    group.path(polygon(&corners), Some(WHITE), Some(border));
    let said = lines(node, sizes);
    let step = sizes.note * LEADING;
    let mut y = mid - (said.len() + 1) as f64 * step / 2.0 + sizes.note * 0.93;
    let most = rect.w - POINT - 10.0;
    let words = fit(&elsewhere.words(), sizes.note, Weight::Bold, most);
    group.text(text(words, at(l + 7.0, y), sizes.note, Weight::Bold, INK, WHITE));
    for (line, color) in &said {
        y += step;
        group.text(text(line, at(l + 7.0, y), sizes.note, Weight::Regular, *color, WHITE));
    }
    group
}
