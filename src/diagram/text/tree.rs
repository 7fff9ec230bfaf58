//! A picture in sentences: for screen readers, for terminals, and for whoever searches. Nothing is drawn; what belongs to
//! something stands below it, further in, and every line can be heard by itself.

use std::fmt::Write as _;

use super::{date, is_hidden, judged, wrap};
use crate::check::Verdict;
use crate::diagram::chart::{Bar, Chart, Edge, FrameKind, Heading, Life, Mark, Node, Picture, Shape, Table, Trail};

/// More lines than this are not written.
pub const MOST_LINES: usize = 5_000;

/// How many letters of one title or sentence are written.
const TITLE: usize = 160;
const SENTENCE: usize = 1_200;

/// Writes a picture in lines of so many columns.
pub fn write(picture: &Picture, width: usize) -> String {
    let mut tree = Tree { out: String::new(), lines: 0, left_out: 0, width: width.clamp(40, 160) };
    match picture {
        Picture::Chart(chart) => tree.chart(chart),
        Picture::Table(table) => tree.table(table),
        Picture::Life(life) => tree.life(life),
    }
    if tree.left_out > 0 {
        let _ = writeln!(
            tree.out,
            "Not shown: {} more lines. Ask for a part with --focus, --activity or --finding.",
            tree.left_out
        );
    }
    tree.out
}

/// A text on one line; what could steer a terminal or hide something is written out (`\u{1b}`).
pub fn shown(text: &str, most: usize) -> String {
    let mut out = String::new();
    for (at, letter) in text.split_whitespace().collect::<Vec<_>>().join(" ").chars().enumerate() {
        if at >= most {
            out.push('…');
            break;
        }
        if letter.is_control() || is_hidden(letter) {
            let _ = write!(out, "\\u{{{:x}}}", u32::from(letter));
        } else {
            out.push(letter);
        }
    }
    out
}

fn title(text: &str) -> String {
    let text = shown(text, TITLE);
    if text.is_empty() { "(no title)".to_owned() } else { text }
}

/// A sentence of a finding: capital letter, full stop, without the marks around names.
fn sentence(text: &str) -> String {
    let text = shown(&text.replace('`', ""), SENTENCE);
    let mut letters = text.chars();
    let mut out: String = match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => return String::new(),
    };
    if !out.ends_with(['.', '?', '!', '…']) {
        out.push('.');
    }
    out
}

fn level(mark: Mark) -> String {
    match mark.at_best {
        None => mark.grade.name().to_owned(),
        Some(best) => {
            format!("{} at the worst, {} at the best, since a fact is not stated", mark.grade.name(), best.name())
        }
    }
}

/// The text while it is written.
struct Tree {
    out: String,
    lines: usize,
    left_out: usize,
    width: usize,
}

impl Tree {
    /// A text, so far in; what does not fit goes on below it, a little further in.
    fn line(&mut self, depth: usize, text: &str) {
        let indent = depth * 2;
        for (number, line) in wrap(text, self.width.saturating_sub(indent + 2)).iter().enumerate() {
            if self.lines >= MOST_LINES {
                self.left_out += 1;
                continue;
            }
            self.lines += 1;
            let further = if number > 0 { 2 } else { 0 };
            let _ = writeln!(self.out, "{}{line}", " ".repeat(indent + further));
        }
    }

    /// A heading, with an empty line before it.
    fn heading(&mut self, text: &str) {
        if self.lines < MOST_LINES {
            self.out.push('\n');
        }
        self.line(0, text);
    }

    fn head(&mut self, heading: &Heading) {
        self.line(0, &title(&heading.title));
        if !heading.subtitle.is_empty() {
            self.line(0, &sentence(&heading.subtitle));
        }
        self.line(0, &sentence(&judged(heading)));
        for advice in &heading.advice {
            self.line(0, &format!("Note: {}", sentence(advice)));
        }
    }

    fn chart(&mut self, chart: &Chart) {
        self.head(&chart.heading);
        for trail in &chart.trails {
            self.trail(trail);
        }
        if chart.lanes.iter().all(|lane| lane.title.trim().is_empty()) {
            self.heading("Parties, and what flows between them");
        }
        for (number, lane) in chart.lanes.iter().enumerate() {
            if !lane.title.trim().is_empty() {
                let details: Vec<String> = lane.details.iter().map(|detail| shown(detail, TITLE)).collect();
                let details = if details.is_empty() { String::new() } else { format!(" ({})", details.join("; ")) };
                self.heading(&format!("{}{details}", title(&lane.title)));
            }
            self.boxes(chart, number, None, 1);
        }
        if !chart.walls.is_empty() {
            self.heading("Walls");
            for wall in &chart.walls {
                let stated = if wall.stated { "" } else { ", not stated to stand" };
                self.line(1, &format!("Between {}{stated}.", shown(&wall.words, TITLE)));
            }
        }
    }

    fn boxes(&mut self, chart: &Chart, lane: usize, frame: Option<usize>, depth: usize) {
        let here = chart.nodes.iter().enumerate().filter(|(_, node)| node.lane == lane && node.frame == frame);
        for (number, node) in here {
            self.a_box(chart, number, node, depth);
        }
        for (number, said) in chart.frames.iter().enumerate() {
            // a parent comes before what is in it: this ends
            if said.lane == lane && said.parent == frame && frame.is_none_or(|frame| frame < number) {
                self.line(depth, &format!("{}:", title(&said.title)));
                self.boxes(chart, lane, Some(number), depth + 1);
            }
        }
    }

    fn a_box(&mut self, chart: &Chart, number: usize, node: &Node, depth: usize) {
        self.line(depth, &box_words(node));
        for edge in chart.edges.iter().filter(|edge| edge.from == number || edge.to == number) {
            let Some(other) = chart.nodes.get(if edge.from == number { edge.to } else { edge.from }) else { continue };
            let (goes, work) = (edge.from == number, !holds(node));
            match (edge.number.is_empty(), goes) {
                (false, true) => self.line(depth + 1, &flow_words(chart, edge, (node, other))),
                (false, false) => {
                    let from = whose(chart, other, node);
                    self.line(depth + 1, &format!("Comes as flow {} from {from}.", shown(&edge.number, 40)));
                }
                // work says what it takes and makes; data says nothing of it a second time
                (true, true) if work => self.line(depth + 1, &format!("Makes {}.", title(&other.title))),
                (true, false) if work => self.line(depth + 1, &format!("Takes {}.", title(&other.title))),
                _ => {}
            }
        }
        for trail in chart.trails.iter().filter(|trail| trail.nodes.contains(&number)) {
            self.line(depth + 1, &format!("On the way that {}: {}.", what_of(trail.verdict), title(&trail.title)));
        }
    }

    fn trail(&mut self, trail: &Trail) {
        let what = match trail.verdict {
            Verdict::Fail => "Broken",
            Verdict::CannotTell => "Cannot tell",
            Verdict::Pass => "Holds",
        };
        let name = if trail.rule == trail.title { String::new() } else { format!(" ({})", shown(&trail.rule, TITLE)) };
        self.heading(&format!("{what}: {}{name}", title(&trail.title)));
        self.line(1, &sentence(&trail.summary));
        for (number, step) in trail.steps.iter().enumerate() {
            let by = match step.number.chars().next() {
                None => String::new(),
                Some('S') => format!(" (step {})", shown(&step.number, 40)),
                Some('U') => format!(" (use {})", shown(&step.number, 40)),
                Some(_) => format!(" (flow {})", shown(&step.number, 40)),
            };
            self.line(1, &format!("{}. {}{by}", number + 1, sentence(&step.sentence)));
        }
        for missing in &trail.missing {
            self.line(1, &format!("Not stated: {}", sentence(missing)));
        }
        if let Some(fix) = &trail.fix {
            self.line(1, &format!("To do: {}", sentence(fix)));
        }
    }

    fn table(&mut self, table: &Table) {
        self.head(&table.heading);
        for (at, column) in table.columns.iter().enumerate() {
            let team = column.team.as_deref().map(|team| format!(", {}", title(team))).unwrap_or_default();
            self.heading(&format!("{}{team} holds", title(&column.party)));
            for row in &table.rows {
                let Some(cell) = row.cells.get(at).and_then(Option::as_ref) else { continue };
                let fields =
                    if row.fields.is_empty() { String::new() } else { format!(" ({})", shown(&row.fields, TITLE)) };
                let broken = if cell.broken { " A rule is broken by it." } else { "" };
                let (kept, level) = (shown(&cell.kept, TITLE), level(cell.mark));
                self.line(1, &format!("{}{fields}: {level}; {kept}.{broken}", title(&row.title)));
            }
        }
    }

    fn life(&mut self, life: &Life) {
        self.head(&life.heading);
        if !life.stages.is_empty() {
            self.heading("Stages");
        }
        for told in &life.stages {
            self.line(1, &format!("{}:", told.stage.words()));
            for line in &told.lines {
                self.line(2, &format!("{}.", shown(line, TITLE)));
            }
        }
        if !life.ticks.is_empty() {
            self.heading("Dates and events, in order");
        }
        for tick in &life.ticks {
            let on = tick.date.map_or_else(|| "no date".to_owned(), date);
            let sure = if tick.sure.is_empty() { String::new() } else { format!("{} ", shown(&tick.sure, TITLE)) };
            let what = if tick.title.is_empty() { String::new() } else { format!("{}: ", title(&tick.title)) };
            self.line(1, &format!("{what}{sure}{on}."));
        }
        self.heading("Copies, in the order in which they come to be");
        for bar in &life.bars {
            self.bar(life, bar);
        }
    }

    fn bar(&mut self, life: &Life, bar: &Bar) {
        let by = if bar.by.is_empty() { String::new() } else { format!(", by {}", shown(&bar.by, TITLE)) };
        self.line(
            1,
            &format!(
                "{} at {}: {}{by}; {}.",
                title(&bar.title),
                title(&bar.holder),
                bar.stage.words(),
                level(bar.mark)
            ),
        );
        let at = |tick: Option<usize>| {
            let tick = life.ticks.get(tick?)?;
            Some(match tick.date {
                Some(on) if tick.title.is_empty() => date(on),
                Some(on) => format!("{} ({})", title(&tick.title), date(on)),
                None => title(&tick.title),
            })
        };
        if let Some(from) = at(bar.from) {
            self.line(2, &format!("Held from: {from}."));
        }
        let then = if bar.then.is_empty() { String::new() } else { format!(", then {}", shown(&bar.then, TITLE)) };
        self.line(2, &format!("Kept: {}{then}.", shown(&bar.kept, TITLE)));
        for used in &bar.uses {
            self.line(2, &format!("Used for: {}", sentence(used)));
        }
    }
}

/// Whether a box stands for data or a party, not for work.
fn holds(node: &Node) -> bool {
    !matches!(node.shape, Shape::Step | Shape::Use | Shape::Decision)
}

/// What a box says of itself.
fn box_words(node: &Node) -> String {
    let what = match node.shape {
        Shape::Store => "Holds",
        Shape::Step => "Step",
        Shape::Document => "Published",
        Shape::Use => "Use",
        Shape::Decision => "Decision about people",
        Shape::Party => "Party",
    };
    let number = node.number.as_deref().map(|n| format!(" {}", shown(n, 40))).unwrap_or_default();
    let mut parts: Vec<String> = Vec::new();
    if holds(node) {
        let at_most = if node.shape == Shape::Party { "holds at the most what is " } else { "" };
        parts.extend(node.mark.map(|mark| format!("{at_most}{}", level(mark))));
    }
    if node.shape == Shape::Store && node.kept.is_none() {
        parts.push("nothing says until when it is kept".to_owned());
    }
    parts.extend(node.kept.as_deref().map(|kept| shown(kept, TITLE)));
    parts.extend(node.contradiction.as_deref().map(|words| format!("yet it is {}", shown(words, TITLE))));
    let said = if parts.is_empty() { String::new() } else { format!("; {}", parts.join("; ")) };
    format!("{what}{number}: {}{said}.", title(&node.title))
}

/// Where a flow goes, and what travels.
fn flow_words(chart: &Chart, edge: &Edge, (from, to): (&Node, &Node)) -> String {
    let fields = if edge.fields.is_empty() { String::new() } else { format!(": {}", shown(&edge.fields, TITLE)) };
    let mut parts: Vec<String> = Vec::new();
    parts.extend(Some(shown(&edge.manner, TITLE)).filter(|manner| !manner.is_empty()));
    parts.extend(edge.mark.map(|mark| format!("by itself {}", level(mark))));
    let how = if parts.is_empty() { String::new() } else { format!("; {}", parts.join("; ")) };
    format!("Goes as flow {} to {}{fields}{how}.", shown(&edge.number, 40), whose(chart, to, from))
}

/// Who has a box: its lane, or what it is called where it is the party itself.
fn whose(chart: &Chart, node: &Node, here: &Node) -> String {
    if node.shape == Shape::Party {
        return title(&node.title);
    }
    let lane = chart.lanes.get(node.lane).map(|lane| title(&lane.title)).unwrap_or_default();
    let place = match node.frame.and_then(|frame| chart.frames.get(frame)) {
        Some(frame) if frame.kind == FrameKind::Processor => title(&frame.title),
        Some(frame) => format!("{lane}, {}", title(&frame.title)),
        None => lane,
    };
    // what keeps its name on the way needs not be told a second time
    if node.title == here.title { place } else { format!("{place} ({})", title(&node.title)) }
}

fn what_of(verdict: Verdict) -> &'static str {
    if verdict == Verdict::CannotTell { "cannot be told" } else { "breaks a rule" }
}
