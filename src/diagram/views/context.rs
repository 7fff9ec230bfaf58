//! Parties alone, with one line for all that flows from one to another.

use std::collections::{BTreeMap, BTreeSet};

use super::scope::Scope;
use super::{swimlane, trails, words};
use crate::check::atlas::{Atlas, Item, Level};
use crate::diagram::chart::{Chart, Edge, Heading, Lane, Node, Shape, Trail, TrailStep};

/// The context chart of a part of a project.
pub(super) fn chart(atlas: &Atlas, scope: &Scope, mut heading: Heading, most: usize) -> Chart {
    let ways: Vec<(usize, trails::Way)> = scope
        .trails
        .iter()
        .filter_map(|number| Some((*number, trails::way(atlas, atlas.trails.get(*number)?))))
        .collect();
    let mut pairs: BTreeMap<(usize, usize), Bundle> = BTreeMap::new();
    for (flow, leg) in &scope.legs {
        let Some(way) = atlas.flows.get(*flow).and_then(|said| said.legs.get(*leg)) else { continue };
        let (Some(from), Some(to)) = (atlas.holder(way.from), atlas.holder(way.to)) else { continue };
        if from != to {
            let bundle = pairs.entry((from, to)).or_default();
            bundle.flows.insert(atlas.flows[*flow].number);
            bundle.datasets.insert(atlas.copies[way.to].dataset);
            let level = atlas.copies[way.to].own_level;
            bundle.level = bundle.level.max(Some(level));
            bundle.on_a_way |= ways.iter().any(|(_, way)| way.legs.contains(&(*flow, *leg)));
        }
    }
    shorten(atlas, &mut pairs, &mut heading, most);
    let mut parties: BTreeSet<usize> = pairs.keys().flat_map(|(from, to)| [*from, *to]).collect();
    if parties.len() < most {
        let holders: BTreeSet<usize> = scope.copies.iter().filter_map(|copy| atlas.holder(*copy)).collect();
        parties.extend(holders.into_iter().take(most));
    }
    let mut order: Vec<usize> = parties.into_iter().collect();
    order.sort_by_key(|party| (*party == Atlas::PUBLIC, *party));
    let mut chart = Chart { heading, ..Chart::default() };
    chart.lanes.push(Lane::default());
    chart.nodes = order.iter().map(|party| party_box(atlas, scope, *party)).collect();
    let at = |party: &usize| order.iter().position(|p| p == party).unwrap_or(0);
    chart.edges =
        pairs.iter().map(|((from, to), bundle)| line(atlas, (*from, *to), (at(from), at(to)), bundle)).collect();
    chart.edges.sort_by_key(|edge| first_number(&edge.number));
    chart.trails = ways.iter().map(|(number, way)| trail(atlas, *number, way, &order, &chart)).collect();
    let sentences: Vec<&str> = chart.edges.iter().map(|edge| edge.description.as_str()).take(60).collect();
    chart.heading.description =
        format!("Context diagram: parties and what flows between them. {}", sentences.join(" "));
    for trail in &chart.trails {
        chart.heading.description.push(' ');
        chart.heading.description.push_str(&swimlane::told(trail));
    }
    chart
}

/// The way of a finding from party to party.
fn trail(atlas: &Atlas, number: usize, way: &trails::Way, order: &[usize], chart: &Chart) -> Trail {
    let said = &atlas.trails[number];
    let at = |party: usize| order.iter().position(|other| *other == party);
    let party = |copy: usize| atlas.holder(copy).and_then(at);
    let of_place = |place: usize| atlas.places.get(place).and_then(|place| at(place.party));
    let mut nodes: BTreeSet<usize> = way.copies.iter().filter_map(|copy| party(*copy)).collect();
    nodes.extend(way.steps.iter().filter_map(|step| of_place(atlas.steps[*step].place)));
    nodes.extend(way.uses.iter().filter_map(|used| of_place(atlas.uses[*used].place)));
    let mut edges: BTreeSet<usize> = BTreeSet::new();
    for (flow, leg) in &way.legs {
        let leg = &atlas.flows[*flow].legs[*leg];
        let ends = (party(leg.from), party(leg.to));
        edges.extend(chart.edges.iter().position(|edge| (Some(edge.from), Some(edge.to)) == ends));
    }
    // what happens within a party is not on this page, so its card tells of flows, where there are any
    let number = |item: Option<Item>| match item {
        Some(Item::Flow(flow)) => atlas.flows[flow].number.to_string(),
        _ => String::new(),
    };
    let flows = said.steps.iter().any(|step| matches!(step.item, Some(Item::Flow(_))));
    let told = said.steps.iter().filter(|step| !flows || matches!(step.item, Some(Item::Flow(_))));
    let steps = told.map(|step| TrailStep { number: number(step.item), sentence: step.sentence.clone() });
    Trail {
        rule: said.name.clone(),
        title: said.title.clone(),
        verdict: said.verdict,
        summary: said.summary.clone(),
        steps: steps.collect(),
        missing: said.missing.clone(),
        fix: said.fix.clone(),
        nodes: nodes.into_iter().collect(),
        edges: edges.into_iter().collect(),
        told: true,
    }
}

/// More lines than this nobody can follow.
pub(in crate::diagram) const MOST_LINES: usize = 80;

/// Leaves out all but the lines that matter most: those of a finding that is told, those along which the most telling data goes, and
/// of these those of the most flows.
fn shorten(atlas: &Atlas, pairs: &mut BTreeMap<(usize, usize), Bundle>, heading: &mut Heading, most: usize) {
    if pairs.len() <= most {
        return;
    }
    let mut order: Vec<(usize, usize)> = pairs.keys().copied().collect();
    order.sort_by_key(|pair| {
        let level = pairs[pair].level.map_or(0, |level| level.kind.max(level.harsh));
        (std::cmp::Reverse((pairs[pair].on_a_way, level, pairs[pair].flows.len())), *pair)
    });
    let all = pairs.len();
    let busiest = order.first().map_or(0, |(from, _)| *from);
    let name = atlas.parties.get(busiest).map_or("PARTY", |party| party.name.as_str());
    let kept: BTreeSet<(usize, usize)> = order.into_iter().take(most).collect();
    pairs.retain(|pair, _| kept.contains(pair));
    heading.advice.push(format!(
        "data flows along {all} ways between parties: this shows the {most} of the most telling data and the most flows; ask \
         for one party with `--focus {name}`"
    ));
}

/// The flows from one party to another.
#[derive(Debug, Default)]
struct Bundle {
    flows: BTreeSet<usize>,
    datasets: BTreeSet<usize>,
    level: Option<Level>,
    /// Whether a finding that is told goes along it.
    on_a_way: bool,
}

fn first_number(number: &str) -> usize {
    let digits: String = number.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().unwrap_or(usize::MAX)
}

fn party_box(atlas: &Atlas, scope: &Scope, party: usize) -> Node {
    let said = &atlas.parties[party];
    let held = scope.copies.iter().filter(|copy| atlas.holder(**copy) == Some(party));
    let held: Vec<&crate::check::atlas::Copy> = held.filter_map(|copy| atlas.copies.get(*copy)).collect();
    let datasets: BTreeSet<usize> = held.iter().map(|copy| copy.dataset).collect();
    let worst = held.iter().map(|copy| copy.level).max_by_key(|level| (level.harsh, level.kind));
    let roles = words::roles(atlas, party, &|_| true);
    let names: Vec<String> = datasets.iter().map(|dataset| words::dataset(atlas, *dataset)).take(20).collect();
    let what = if party == Atlas::PUBLIC { "can read" } else { "holds" };
    let mut description = format!("{} {what} {}.", said.title, words::list(&names));
    if !roles.is_empty() {
        description.push_str(&format!(" It is {}.", words::list(&roles)));
    }
    Node {
        id: format!("party-{}", said.name),
        name: said.name.clone(),
        title: said.title.clone(),
        shape: Shape::Party,
        lane: 0,
        frame: None,
        phase: None,
        mark: worst.map(words::mark),
        number: None,
        kept: roles.first().cloned(),
        contradiction: None,
        description,
        home: None,
        elsewhere: None,
    }
}

fn line(atlas: &Atlas, (from, to): (usize, usize), (from_at, to_at): (usize, usize), bundle: &Bundle) -> Edge {
    let names: Vec<String> = bundle.datasets.iter().map(|dataset| words::dataset(atlas, *dataset)).collect();
    let short = match names.len() {
        0..=2 => names.join(", "),
        n => format!("{} + {} more", names[0], n - 1),
    };
    let number = numbers(&bundle.flows);
    let [sender, receiver] = [from, to].map(|party| atlas.parties[party].title.as_str());
    let which = if bundle.flows.len() == 1 { "Flow" } else { "Flows" };
    let told: Vec<String> = names.iter().take(20).cloned().collect();
    Edge {
        id: format!("flows-{}-to-{}", atlas.parties[from].name, atlas.parties[to].name),
        name: format!("{} to {}", atlas.parties[from].name, atlas.parties[to].name),
        description: format!(
            "{which} {}, from {sender} to {receiver}: {}.",
            spans(&bundle.flows, 40),
            words::list(&told)
        ),
        number,
        from: from_at,
        to: to_at,
        mark: bundle.level.map(words::mark),
        fields: short,
        manner: String::new(),
    }
}

/// Numbers with neighbours put together: `1–3, 7`; of very many only how many they are.
fn numbers(flows: &BTreeSet<usize>) -> String {
    match spans(flows, 4) {
        words if words.ends_with('…') => format!("{} flows", flows.len()),
        words => words,
    }
}

/// Numbers with neighbours put together, as far as there are no more than so many to write; then dots.
pub(in crate::diagram) fn spans(flows: &BTreeSet<usize>, most: usize) -> String {
    let mut spans: Vec<(usize, usize)> = Vec::new();
    for flow in flows {
        match spans.last_mut() {
            Some((_, last)) if *last + 1 == *flow => *last = *flow,
            _ => spans.push((*flow, *flow)),
        }
    }
    let words = spans.iter().take(most).map(|(first, last)| match last - first {
        0 => first.to_string(),
        1 => format!("{first}, {last}"),
        _ => format!("{first}–{last}"),
    });
    let mut words: Vec<String> = words.collect();
    if spans.len() > most {
        words.push("…".to_owned());
    }
    words.join(", ")
}
