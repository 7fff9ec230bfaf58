//! The picture of the page, and which of its boxes and lines stand for what.

use std::collections::{BTreeMap, BTreeSet};

use crate::check::Report;
use crate::check::atlas::{Atlas, Item};
use crate::diagram::chart::{Chart, Edge, Grade, Node, Picture, Shape};
use crate::diagram::draw::scene::{Group, Mark, Scene, Seg};
use crate::diagram::draw::{self, SvgOptions};
use crate::diagram::views::{self, Profile, Request};

/// A picture of more bytes than this is left out.
pub const LARGEST_PICTURE: usize = 3_000_000;

/// On a page of A4 that shows more than this, the smallest words are under 5 points.
const ON_PAPER: (f64, f64) = (1_750.0, 1_050.0);

/// What the page shows of the project.
pub(super) struct Drawn<'a> {
    /// What it describes.
    pub(super) atlas: &'a Atlas,
    /// What is on the picture.
    pub(super) chart: Chart,
    /// The picture; empty where there is nothing to draw, or too much.
    pub(super) svg: String,
    /// What its marks mean.
    pub(super) legend: String,
    /// Whether parties alone are shown, since the project is too large for more.
    pub(super) context: bool,
    /// What the reader must know of it.
    pub(super) advice: Vec<String>,
    /// Whether its words are too small to be read where the whole of it is printed on one page.
    pub(super) small_on_paper: bool,
    /// The ids of its parts.
    known: BTreeSet<String>,
    /// The ids of parts that had the id of another, by that id and by what they stand for.
    renamed: BTreeMap<(String, String), String>,
}

impl<'a> Drawn<'a> {
    /// Draws a project.
    pub(super) fn of(atlas: &'a Atlas, report: &Report) -> Drawn<'a> {
        let mut drawn = Drawn {
            atlas,
            chart: Chart::default(),
            svg: String::new(),
            legend: String::new(),
            context: false,
            advice: Vec::new(),
            small_on_paper: false,
            known: BTreeSet::new(),
            renamed: BTreeMap::new(),
        };
        if atlas.copies.is_empty() && atlas.flows.is_empty() && atlas.steps.is_empty() {
            drawn.advice.push("The project declares no data: there is nothing to draw.".to_owned());
            return drawn;
        }
        let picture = views::picture(atlas, report, &Request::default());
        let Ok(Picture::Chart(mut chart)) = picture else { return drawn };
        drawn.renamed = chart.name_apart();
        let picture = Picture::Chart(chart);
        let scene = draw::draw(&picture, Profile::Screen);
        let Picture::Chart(chart) = picture else { return drawn };
        drawn.context = chart.nodes.iter().any(|node| node.shape == Shape::Party);
        if drawn.context {
            drawn.advice.push(format!(
                "The project is too large for one picture of all that is held: this one shows parties alone. `staunch diagram` \
                 draws parts of it with `--activity`, `--focus` and `--finding`. {} copies, {} flows and {} steps are described.",
                atlas.copies.len(),
                atlas.flows.len(),
                atlas.steps.len()
            ));
        }
        let svg = interactive(&only(&scene, "picture"));
        if svg.len() > LARGEST_PICTURE {
            drawn.advice.push("The picture would be too large for this page and is left out.".to_owned());
            return drawn;
        }
        drawn.small_on_paper = scene.width > ON_PAPER.0 || scene.height > ON_PAPER.1;
        drawn.svg = svg;
        drawn.legend = legend(&scene);
        drawn.known = known(&chart);
        drawn.chart = chart;
        drawn
    }

    /// What a thing of the atlas is on the picture: boxes, lines, lanes, frames.
    pub(super) fn ids(&self, item: Item) -> Vec<String> {
        let atlas = self.atlas;
        let mut all = match item {
            Item::Copy(copy) => vec![self.copy(copy)],
            Item::Dataset(dataset) => atlas.datasets.get(dataset).map_or_else(Vec::new, |dataset| {
                let declared =
                    dataset.copies.iter().filter(|copy| atlas.copies.get(**copy).is_some_and(|c| c.declared));
                declared.map(|copy| self.copy(*copy)).collect()
            }),
            Item::Flow(flow) => self.flow(flow),
            Item::Step(step) => {
                atlas.steps.get(step).map_or_else(Vec::new, |s| vec![self.done("step", &s.name, s.place)])
            }
            Item::Use(used) => atlas.uses.get(used).map_or_else(Vec::new, |u| vec![self.done("use", &u.name, u.place)]),
            Item::Place(place) => vec![self.place(place)],
            Item::Wall(wall) => {
                atlas.walls.get(wall).map_or_else(Vec::new, |w| vec![self.place(w.left), self.place(w.right)])
            }
            Item::Activity(_) | Item::Agreement(_) | Item::Event(_) => Vec::new(),
        };
        all.retain(|id| self.known.contains(id));
        all.sort();
        all.dedup();
        all
    }

    /// The copies of a dataset.
    pub(super) fn copy(&self, copy: usize) -> String {
        let Some(said) = self.atlas.copies.get(copy) else { return String::new() };
        match self.context {
            true => self.party_of(said.place),
            false => {
                let name = |place: usize| self.atlas.places.get(place).map_or("", |place| place.name.as_str());
                let dataset = self.atlas.datasets.get(said.dataset).map_or("", |dataset| dataset.name.as_str());
                self.id(&format!("copy-{dataset}-at-{}", name(said.place)), dataset)
            }
        }
    }

    fn party_of(&self, place: usize) -> String {
        let party = self.atlas.places.get(place).and_then(|place| self.atlas.parties.get(place.party));
        party.map_or_else(String::new, |party| draw::id(&format!("party-{}", party.name)))
    }

    /// A step or use.
    pub(super) fn done(&self, what: &str, name: &str, place: usize) -> String {
        if self.context { self.party_of(place) } else { self.id(&format!("{what}-{name}"), name) }
    }

    /// Where parties alone are shown: all flows from one to another.
    pub(super) fn between(&self, from: &str, to: &str) -> String {
        self.id(&format!("flows-{from}-to-{to}"), &format!("{from} to {to}"))
    }

    /// The id on the page of a part of the picture that has this id there and stands for that.
    fn id(&self, id: &str, name: &str) -> String {
        let own = self.renamed.get(&(id.to_owned(), name.to_owned()));
        draw::id(own.map_or(id, String::as_str))
    }

    fn flow(&self, flow: usize) -> Vec<String> {
        let Some(said) = self.atlas.flows.get(flow) else { return Vec::new() };
        if !self.context {
            let legs = self.chart.edges.iter().filter(|edge| !edge.number.is_empty() && edge.name == said.name);
            return legs.map(|edge| draw::id(&edge.id)).collect();
        }
        let party = |copy: usize| self.atlas.holder(copy).and_then(|party| self.atlas.parties.get(party));
        let pairs = said.legs.iter().filter_map(|leg| Some((party(leg.from)?, party(leg.to)?)));
        pairs.map(|(from, to)| self.between(&from.name, &to.name)).collect()
    }

    /// A team, a processor that is drawn as a frame, or a party with a lane of its own.
    pub(super) fn place(&self, place: usize) -> String {
        let Some(said) = self.atlas.places.get(place) else { return String::new() };
        if self.context {
            return self.party_of(place);
        }
        let frame = draw::id(&format!("frame-{}", said.name));
        if self.known.contains(&frame) { frame } else { draw::id(&format!("lane-{}", said.name)) }
    }

    /// For a finding: all that its way goes through, and what each of its steps is.
    pub(super) fn walk(&self, report: &Report, trail: usize) -> (Vec<String>, Vec<Vec<String>>) {
        let Some(said) = self.atlas.trails.get(trail) else { return (Vec::new(), Vec::new()) };
        let mut steps: Vec<Vec<String>> =
            said.steps.iter().map(|step| step.item.map_or_else(Vec::new, |item| self.ids(item))).collect();
        let mut way: BTreeSet<String> = steps.iter().flatten().cloned().collect();
        way.extend(said.subjects.iter().flat_map(|item| self.ids(*item)));
        if !self.context
            && let Some((parts, told)) = self.narrowed(report, trail)
        {
            // the flow of a step may have many legs: the picture of the finding alone knows which one is meant
            for (ids, one) in steps.iter_mut().zip(told) {
                if let Some(one) = one {
                    *ids = vec![one];
                }
            }
            way = steps.iter().flatten().cloned().chain(parts).collect();
        }
        (way.into_iter().collect(), steps)
    }

    fn narrowed(&self, report: &Report, trail: usize) -> Option<(Vec<String>, Vec<Option<String>>)> {
        let said = self.atlas.trails.get(trail)?;
        let finding = Some(format!("{}/{}", said.name, said.finding + 1));
        let Ok(Picture::Chart(chart)) = views::picture(self.atlas, report, &Request { finding, ..Request::default() })
        else {
            return None;
        };
        let drawn = chart.trails.iter().find(|t| t.rule == said.name && t.summary == said.summary)?;
        let node = |node: &Node| self.id(&node.id, &node.name);
        let edge = |edge: &Edge| self.id(&edge.id, &edge.name);
        let mut numbered: BTreeMap<&str, String> = BTreeMap::new();
        for line in chart.edges.iter().filter(|edge| !edge.number.is_empty()) {
            numbered.insert(&line.number, edge(line));
        }
        for box_ in &chart.nodes {
            if let Some(number) = &box_.number {
                numbered.insert(number, node(box_));
            }
        }
        numbered.retain(|_, id| self.known.contains(id));
        let nodes = drawn.nodes.iter().filter_map(|n| chart.nodes.get(*n)).map(node);
        let edges = drawn.edges.iter().filter_map(|n| chart.edges.get(*n)).map(edge);
        let parts = nodes.chain(edges).filter(|id| self.known.contains(id)).collect();
        Some((parts, drawn.steps.iter().map(|step| numbered.get(step.number.as_str()).cloned()).collect()))
    }
}

/// The grade that a level of the judgement shows as.
pub(super) fn grade(level: crate::check::atlas::Level) -> (Grade, Option<Grade>) {
    let (best, worst) = (level.kind.min(level.harsh), level.kind.max(level.harsh));
    (Grade::of(worst), (best != worst).then(|| Grade::of(best)))
}

fn known(chart: &Chart) -> BTreeSet<String> {
    let nodes = chart.nodes.iter().map(|node| draw::id(&node.id));
    let edges = chart.edges.iter().map(|edge| draw::id(&edge.id));
    let lanes =
        chart.lanes.iter().filter(|lane| !lane.name.is_empty()).map(|lane| format!("lane-{}", draw::id(&lane.name)));
    let frames = chart.frames.iter().map(|frame| format!("frame-{}", draw::id(&frame.name)));
    nodes.chain(edges).chain(lanes).chain(frames).collect()
}

/// The part of a drawing that has a class, without the cards of findings: the page tells these itself.
fn only(scene: &Scene, class: &str) -> Scene {
    let mut marks = Vec::new();
    find(&scene.root, class, &mut marks);
    let (mut low, mut high) = ((f64::MAX, f64::MAX), (f64::MIN, f64::MIN));
    for mark in &marks {
        measure(mark, &mut low, &mut high);
    }
    let root = Group { marks, ..scene.root.clone() };
    let mut part = Scene { root, ..scene.clone() };
    if low.0 <= high.0 {
        // what stands above is left out; the root says where the picture begins
        part.root.data = vec![("top", draw::number((low.1 - 8.0).max(0.0)))];
        part.height = (high.1 + 8.0).ceil();
    }
    part
}

fn find(group: &Group, class: &str, out: &mut Vec<Mark>) {
    for mark in &group.marks {
        if let Mark::Group(inner) = mark {
            if inner.class == class { out.push(Mark::Group(without_cards(inner))) } else { find(inner, class, out) }
        }
    }
}

fn without_cards(group: &Group) -> Group {
    let keep = |mark: &Mark| match mark {
        Mark::Group(inner) if inner.class.split(' ').any(|class| class == "finding") => None,
        Mark::Group(inner) => Some(Mark::Group(without_cards(inner))),
        other => Some(other.clone()),
    };
    Group { marks: group.marks.iter().filter_map(keep).collect(), ..group.clone() }
}

fn measure(mark: &Mark, low: &mut (f64, f64), high: &mut (f64, f64)) {
    let mut add = |x: f64, y: f64| {
        *low = (low.0.min(x), low.1.min(y));
        *high = (high.0.max(x), high.1.max(y));
    };
    match mark {
        Mark::Path { segs, .. } => {
            for seg in segs {
                match seg {
                    Seg::Move(to) | Seg::Line(to) | Seg::Curve(_, _, to) => add(to.x, to.y),
                    Seg::Close => {}
                }
            }
        }
        Mark::Text(text) => {
            let rect = text.rect();
            add(rect.x, rect.y);
            add(rect.right(), rect.bottom());
        }
        Mark::Group(group) => group.marks.iter().for_each(|mark| measure(mark, low, high)),
    }
}

/// A drawing whose parts can be chosen: a group of things, not one image, and as large as there is room.
fn interactive(scene: &Scene) -> String {
    let top = scene.root.data.first().map_or("0", |(_, top)| top.as_str());
    let height = scene.height - top.parse::<f64>().unwrap_or(0.0);
    let (w, h) = (draw::number(scene.width), draw::number(height.max(40.0)));
    let head = format!("id=\"picture\" viewBox=\"0 {top} {w} {h}\" role=\"group\" ");
    headed(&draw::svg(scene, SvgOptions::default()), &head)
}

fn legend(scene: &Scene) -> String {
    let mut part = only(scene, "legend");
    let (mut low, mut high) = ((f64::MAX, f64::MAX), (f64::MIN, f64::MIN));
    for mark in &mut part.root.marks {
        if let Mark::Group(group) = mark
            && matches!(group.marks.first(), Some(Mark::Path { .. }))
        {
            // the frame around it is as wide as the picture, which a page need not be
            group.marks.remove(0);
        }
        measure(mark, &mut low, &mut high);
    }
    if low.0 > high.0 {
        return String::new();
    }
    let [x, y] = [low.0 - 6.0, low.1 - 6.0].map(draw::number);
    let (w, h) = (draw::number((high.0 - low.0 + 12.0).ceil()), draw::number((high.1 - low.1 + 12.0).ceil()));
    part.root.title = "What the marks of the picture mean".to_owned();
    part.root.description = String::new();
    let head = format!("id=\"marks\" viewBox=\"{x} {y} {w} {h}\" width=\"{w}\" height=\"{h}\" role=\"img\" ");
    headed(&draw::svg(&part, SvgOptions::default()), &head)
        .replacen("id=\"picture-title\"", "id=\"legend-title\"", 1)
        .replacen("id=\"picture-description\"", "id=\"legend-description\"", 1)
        .replacen("picture-title picture-description", "legend-title", 1)
}

/// An SVG with other attributes at its head: what it begins with up to `aria-labelledby` is ours.
fn headed(svg: &str, head: &str) -> String {
    let rest = svg.split_once("aria-labelledby=").map_or("", |(_, rest)| rest);
    format!("<svg xmlns=\"http://www.w3.org/2000/svg\" {head}aria-labelledby={rest}")
}
