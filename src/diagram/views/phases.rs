//! Phases: how often data has changed hands, and what is done with it there.

use std::collections::BTreeMap;

use crate::diagram::chart::{Chart, Shape};

/// With more phases than this none are shown.
pub(in crate::diagram) const MOST: usize = 9;

/// For each box how many times at the most the data in it has changed hands. Circles are broken where the last of their lines, in
/// their order, would close them.
pub(in crate::diagram) fn hops(chart: &Chart) -> Vec<usize> {
    let count = chart.nodes.len();
    let forward = without_circles(chart);
    let crosses = |edge: usize| {
        let (from, to) = (&chart.nodes[chart.edges[edge].from], &chart.nodes[chart.edges[edge].to]);
        usize::from(from.lane != to.lane || outer(chart, from.frame) != outer(chart, to.frame))
    };
    let mut hops = vec![0usize; count];
    let mut waiting = vec![0usize; count];
    forward.iter().for_each(|edge| waiting[chart.edges[*edge].to] += 1);
    let sources: Vec<bool> = waiting.iter().map(|n| *n == 0).collect();
    let mut ready: Vec<usize> = (0..count).filter(|node| waiting[*node] == 0).collect();
    while let Some(node) = ready.pop() {
        for edge in forward.iter().filter(|edge| chart.edges[**edge].from == node) {
            let to = chart.edges[*edge].to;
            hops[to] = hops[to].max(hops[node] + crosses(*edge));
            waiting[to] -= 1;
            if waiting[to] == 0 {
                ready.push(to);
            }
        }
    }
    // what is there from the start stands where it is first needed
    for node in (0..count).filter(|node| sources[*node]) {
        let out = forward.iter().filter(|edge| chart.edges[**edge].from == node);
        let needed = out.map(|edge| hops[chart.edges[*edge].to].saturating_sub(crosses(*edge))).min();
        hops[node] = needed.unwrap_or(0);
    }
    hops
}

/// The processor's frame that a frame is in, if any: teams of one party are one pair of hands.
fn outer(chart: &Chart, frame: Option<usize>) -> Option<usize> {
    let frame = frame?;
    match chart.frames.get(frame)?.kind {
        crate::diagram::chart::FrameKind::Processor => Some(frame),
        _ => chart.frames.get(frame)?.parent,
    }
}

/// Lines without those that would close a circle, in their order.
fn without_circles(chart: &Chart) -> Vec<usize> {
    let mut next: Vec<Vec<usize>> = vec![Vec::new(); chart.nodes.len()];
    let mut kept = Vec::new();
    for (number, edge) in chart.edges.iter().enumerate() {
        if edge.from == edge.to || reaches(&next, edge.to, edge.from) {
            continue;
        }
        next[edge.from].push(edge.to);
        kept.push(number);
    }
    kept
}

fn reaches(next: &[Vec<usize>], from: usize, to: usize) -> bool {
    let mut seen = vec![false; next.len()];
    let mut todo = vec![from];
    while let Some(node) = todo.pop() {
        if node == to {
            return true;
        }
        if !std::mem::replace(&mut seen[node], true) {
            todo.extend(&next[node]);
        }
    }
    false
}

/// What the phases are called, from what is done in each.
pub(in crate::diagram) fn titles(
    chart: &Chart,
    hops: &[usize],
    verbs: &BTreeMap<usize, &[&'static str]>,
) -> Vec<String> {
    let last = hops.iter().copied().max().unwrap_or(0);
    (0..=last).map(|phase| title(chart, hops, verbs, phase)).collect()
}

/// What operations come to, the most telling first.
const DOINGS: &[(&str, &[&str])] = &[
    ("re-identify", &["reidentify"]),
    ("match", &["match"]),
    ("pseudonymise", &["pseudonymise", "add key"]),
    ("analyse", &["aggregate", "suppress", "synthesise"]),
    ("work out", &["derive"]),
    ("combine", &["append"]),
    ("minimise", &["drop", "keep", "generalise", "filter"]),
    ("review", &["review"]),
];

fn title(chart: &Chart, hops: &[usize], verbs: &BTreeMap<usize, &[&'static str]>, phase: usize) -> String {
    let here: Vec<usize> = (0..chart.nodes.len()).filter(|node| hops[*node] == phase).collect();
    let done = |words: &[&str]| {
        here.iter().any(|node| verbs.get(node).is_some_and(|verbs| verbs.iter().any(|verb| words.contains(verb))))
    };
    let has = |shape: Shape| here.iter().any(|node| chart.nodes[*node].shape == shape);
    let mut words: Vec<&str> = Vec::new();
    if phase == 0 {
        words.push("collect");
    }
    words.extend(DOINGS.iter().filter(|(_, operations)| done(operations)).map(|(word, _)| *word));
    if has(Shape::Decision) {
        words.push("decide");
    } else if has(Shape::Use) {
        words.push("use");
    }
    if has(Shape::Document) {
        // what is published is what the phase is known by
        words.truncate(1);
        words.push("publish");
    }
    words.truncate(2);
    let said = match words[..] {
        [] => "hold".to_owned(),
        [one] => one.to_owned(),
        [one, two, ..] => format!("{one} and {two}"),
    };
    format!("{} {}", phase + 1, super::words::spoken(&said).replacen("Re ", "Re-", 1))
}
