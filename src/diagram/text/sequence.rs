//! Mermaid's sequence diagram: places side by side, and below one another what goes from one to another and what is done at each,
//! in an order in which nothing comes before what it is made from.

use std::collections::BTreeMap;

use super::mermaid::{MOST_LETTERS, accessible, finding_words, front, label};
use super::{BROKEN, Page, UNSURE, clean, fitted, is_counts, letter};
use crate::check::Verdict;
use crate::diagram::chart::{Chart, Edge, Node, Shape};

/// Where boxes stand: a lane, and a frame in it.
type Place = (usize, Option<usize>);

/// Something that happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Happening {
    /// Work on data: a box.
    Work(usize),
    /// A flow: a line.
    Flow(usize),
}

/// Writes a chart.
pub(super) fn write(chart: &Chart) -> String {
    fitted(chart, MOST_LETTERS, usize::MAX, |page| {
        let mut out = front(&page.chart.heading);
        out.push_str("sequenceDiagram\n");
        out.push_str(&accessible(&page.chart.heading, page.room.description));
        let happenings = in_order(page);
        let places = participants(&mut out, page, &happenings);
        for happening in &happenings {
            match happening {
                Happening::Work(node) => work(&mut out, page, *node, &places),
                Happening::Flow(edge) => flow(&mut out, page, *edge, &places),
            }
        }
        ending(&mut out, page, places.len());
        out
    })
}

/// Where a box stands for this diagram: in the context every party is a place of its own.
fn place(page: &Page<'_>, node: usize) -> Option<(Place, Option<usize>)> {
    let said = page.chart.nodes.get(node)?;
    let alone = (said.shape == Shape::Party).then_some(node);
    Some(((said.lane, said.frame), alone))
}

type Places = BTreeMap<(Place, Option<usize>), usize>;

fn participants(out: &mut String, page: &Page<'_>, happenings: &[Happening]) -> Places {
    let mut used: Vec<(Place, Option<usize>)> = Vec::new();
    let mut add = |node: usize| {
        if let Some(place) = place(page, node).filter(|place| !used.contains(place)) {
            used.push(place);
        }
    };
    for happening in happenings {
        match happening {
            Happening::Work(node) => add(*node),
            Happening::Flow(edge) => page.chart.edges.get(*edge).into_iter().for_each(|e| {
                add(e.from);
                add(e.to);
            }),
        }
    }
    if happenings.is_empty() {
        (0..page.nodes().count()).for_each(add);
    }
    // what stands in one lane stands together
    used.sort_by_key(|((lane, frame), node)| (*lane, frame.map_or(0, |f| f + 1), *node));
    let places: Places = used.iter().enumerate().map(|(number, place)| (*place, number)).collect();
    let mut boxed: Option<usize> = None;
    for (at, ((lane, frame), node)) in used.iter().enumerate() {
        let same = |other: Option<&(Place, Option<usize>)>| {
            other.is_some_and(|((other, _), alone)| other == lane && alone.is_none()) && node.is_none()
        };
        if boxed != Some(*lane) && same(used.get(at + 1)) {
            // a first word that is a colour would be read as one, were there none before it
            let title = page.chart.lanes.get(*lane).map(|lane| clean(&lane.title, page.room.title)).unwrap_or_default();
            out.push_str(&format!("  box transparent {}\n", label(&title)));
            boxed = Some(*lane);
        }
        let title = match (node, frame) {
            (Some(node), _) => page.chart.nodes.get(*node).map(|n| &n.title),
            (_, Some(frame)) => page.chart.frames.get(*frame).map(|f| &f.title),
            _ => page.chart.lanes.get(*lane).map(|l| &l.title),
        };
        let title = title.map(|title| clean(title, page.room.title)).filter(|title| !title.is_empty());
        out.push_str(&format!("  participant p{at} as {}\n", label(&title.unwrap_or_else(|| "elsewhere".to_owned()))));
        if boxed == Some(*lane) && !same(used.get(at + 1)) {
            out.push_str("  end\n");
            boxed = None;
        }
    }
    places
}

/// What happens, in order: work as soon as what it takes is there, flows by their numbers otherwise.
fn in_order(page: &Page<'_>) -> Vec<Happening> {
    let is_work = |node: &Node| matches!(node.shape, Shape::Step | Shape::Use | Shape::Decision);
    let mut left: Vec<Happening> = page.nodes().filter(|(_, n)| is_work(n)).map(|(n, _)| Happening::Work(n)).collect();
    left.extend(page.edges().filter(|(_, e)| !e.number.is_empty()).map(|(n, _)| Happening::Flow(n)));
    // what is still to bring something to a box
    let mut waiting: BTreeMap<usize, usize> = BTreeMap::new();
    let makes = |happening: &Happening| -> Vec<usize> {
        match happening {
            Happening::Flow(edge) => page.chart.edges.get(*edge).map(|e| e.to).into_iter().collect(),
            Happening::Work(node) => page.edges().filter(|(_, e)| e.from == *node).map(|(_, e)| e.to).collect(),
        }
    };
    let takes: BTreeMap<Happening, Vec<usize>> = left
        .iter()
        .map(|happening| {
            let from = match happening {
                Happening::Flow(edge) => page.chart.edges.get(*edge).map(|e| e.from).into_iter().collect(),
                Happening::Work(node) => page.edges().filter(|(_, e)| e.to == *node).map(|(_, e)| e.from).collect(),
            };
            (*happening, from)
        })
        .collect();
    for made in left.iter().flat_map(makes) {
        *waiting.entry(made).or_default() += 1;
    }
    let mut order = Vec::new();
    while !left.is_empty() {
        let ready = |happening: &Happening| {
            takes.get(happening).is_none_or(|from| from.iter().all(|n| waiting.get(n).copied().unwrap_or(0) == 0))
        };
        // of a circle the first flow goes first
        let first_flow = || left.iter().position(|h| matches!(h, Happening::Flow(_)));
        let at = left.iter().position(ready).or_else(first_flow).unwrap_or(0);
        let now = left.remove(at);
        for made in makes(&now) {
            waiting.entry(made).and_modify(|n| *n = n.saturating_sub(1));
        }
        order.push(now);
    }
    order
}

fn work(out: &mut String, page: &Page<'_>, number: usize, places: &Places) {
    let (Some(node), Some(at)) = (page.chart.nodes.get(number), place(page, number).and_then(|p| places.get(&p)))
    else {
        return;
    };
    let mut text = page.node_lines(node).join(" · ");
    if let Some(verdict) = page.node_verdict(number) {
        text = format!("{text} ({})", finding_words(verdict));
    }
    out.push_str(&format!("  Note over p{at}: {}\n", label(&text)));
}

fn flow(out: &mut String, page: &Page<'_>, number: usize, places: &Places) {
    let Some(edge) = page.chart.edges.get(number) else { return };
    let at = |node: usize| place(page, node).and_then(|p| places.get(&p)).copied();
    let (Some(from), Some(to)) = (at(edge.from), at(edge.to)) else { return };
    let arrow = if is_counts(edge.mark) { "-->>" } else { "->>" };
    let verdict = page.edge_verdict(number);
    let mut lines = flow_lines(page, edge);
    if let (Some(verdict), Some(first)) = (verdict, lines.first_mut()) {
        first.push_str(&format!(" ({})", finding_words(verdict)));
    }
    let text: Vec<String> = lines.iter().map(|line| label(line)).collect();
    let message = format!("  p{from}{arrow}p{to}: {}\n", text.join("<br/>"));
    match verdict {
        None => out.push_str(&message),
        Some(verdict) => {
            let ground = if verdict == Verdict::CannotTell { UNSURE.1 } else { BROKEN.1 };
            out.push_str(&format!("  rect {}\n  {message}  end\n", rgb(ground)));
        }
    }
}

/// What travels: number, dataset, level, fields, and how.
fn flow_lines(page: &Page<'_>, edge: &Edge) -> Vec<String> {
    let most = page.room.title;
    let what = page.chart.nodes.get(edge.to).filter(|n| n.shape != Shape::Party).map(|n| clean(&n.title, most));
    let level = edge.mark.map(|mark| format!(" ({})", letter(mark))).unwrap_or_default();
    let mut lines = vec![match what {
        Some(what) => format!("{} · {what}{level}", clean(&edge.number, most)),
        None => format!("{}{level}", clean(&edge.number, most)),
    }];
    if page.room.labels {
        lines.extend([&edge.fields, &edge.manner].map(|t| clean(t, most)).into_iter().filter(|t| !t.is_empty()));
    }
    lines
}

/// `#fff1ea` as `rgb(255,241,234)`: a sequence diagram would take the sign as the start of a comment.
fn rgb(colour: &str) -> String {
    let part = |at: usize| colour.get(at..at + 2).and_then(|hex| u8::from_str_radix(hex, 16).ok()).unwrap_or(255);
    format!("rgb({},{},{})", part(1), part(3), part(5))
}

/// Findings and what is left out, over all places.
fn ending(out: &mut String, page: &Page<'_>, places: usize) {
    let Some(last) = places.checked_sub(1) else {
        out.push_str("  participant p0 as nothing is shown\n");
        return;
    };
    let over = if last == 0 { "p0".to_owned() } else { format!("p0,p{last}") };
    for trail in page.trails() {
        let lines: Vec<String> = page.card_lines(trail).iter().map(|line| label(line)).collect();
        out.push_str(&format!("  Note over {over}: {}\n", lines.join("<br/>")));
    }
    let walls = page.wall_lines();
    for text in [walls.join("; "), page.left_out().unwrap_or_default()].iter().filter(|text| !text.is_empty()) {
        out.push_str(&format!("  Note over {over}: {}\n", label(text)));
    }
}
