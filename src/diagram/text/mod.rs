//! Pictures as text in the syntax of other programs, and as sentences for those who read with their ears.
//!
//! Names and titles come from outside. Each syntax has one function that makes them harmless, nothing else writes them, and the
//! ids that the syntax itself sees are our own (`n0`, `l1`). Every format has a bound on its size, and says so where it cuts.

pub mod d2;
pub mod dot;
pub mod mermaid;
pub mod path;
mod sequence;
mod sheet;
pub mod tree;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::chart::{Chart, Edge, Frame, Grade, Heading, Lane, Mark, Node, Picture, Shape, Trail};
use crate::check::Verdict;

/// The formats of this room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Mermaid: a flowchart, a block diagram for a table, a Gantt chart for a life.
    Mermaid,
    /// Mermaid's swimlanes, which it has from version 11.16 on.
    MermaidSwimlane,
    /// Mermaid's sequence diagram: the same flows under the same numbers, one below the other.
    MermaidSequence,
    /// The language of Graphviz.
    Dot,
    /// D2.
    D2,
    /// Sentences, set off by indentation.
    Text,
}

impl Format {
    /// All of them.
    pub const ALL: [Format; 6] =
        [Format::Mermaid, Format::MermaidSwimlane, Format::MermaidSequence, Format::Dot, Format::D2, Format::Text];

    /// What it is called on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Format::Mermaid => "mermaid",
            Format::MermaidSwimlane => "mermaid-swimlane",
            Format::MermaidSequence => "mermaid-sequence",
            Format::Dot => "dot",
            Format::D2 => "d2",
            Format::Text => "text",
        }
    }

    /// The format that files with an ending have: `mmd`, `dot`, `d2`, `txt`.
    pub fn of_ending(ending: &str) -> Option<Format> {
        match ending {
            "mmd" | "mermaid" => Some(Format::Mermaid),
            "dot" | "gv" => Some(Format::Dot),
            "d2" => Some(Format::D2),
            "txt" => Some(Format::Text),
            _ => None,
        }
    }
}

/// Columns of the text format where nobody says how many there are.
pub const WIDTH: usize = 100;

/// Writes a picture. A table or a life has no swimlanes and no sequence: these formats then write what [`Format::Mermaid`] does.
pub fn write(picture: &Picture, format: Format) -> String {
    match format {
        Format::Mermaid => mermaid::write(picture, mermaid::Kind::Flowchart),
        Format::MermaidSwimlane => mermaid::write(picture, mermaid::Kind::Swimlane),
        Format::MermaidSequence => match picture {
            Picture::Chart(chart) => sequence::write(chart),
            _ => mermaid::write(picture, mermaid::Kind::Flowchart),
        },
        Format::Dot => dot::write(picture),
        Format::D2 => d2::write(picture),
        Format::Text => tree::write(picture, WIDTH),
    }
}

/// A text on one line without control characters, marks of direction and letters that nobody sees, at most so many letters of it.
/// The joiner of emoji and of some scripts stays.
fn clean(text: &str, most: usize) -> String {
    let mut out = String::new();
    let mut letters = 0;
    for letter in text.chars() {
        if letters > most {
            break;
        }
        if letter.is_whitespace() || letter.is_control() {
            if !out.is_empty() && !out.ends_with(' ') {
                out.push(' ');
                letters += 1;
            }
        } else if !is_hidden(letter) {
            out.push(letter);
            letters += 1;
        }
    }
    out.truncate(out.trim_end().len());
    if letters > most {
        out = out.chars().take(most.saturating_sub(1)).collect();
        out.truncate(out.trim_end_matches([' ', ',', ';', ':']).len());
        out.push('…');
    }
    out
}

/// Letters that show nothing and change how others are shown.
pub fn is_hidden(letter: char) -> bool {
    matches!(letter,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{ffff}' | '\u{e0000}'..='\u{e0fff}')
}

/// A sentence of a finding without the marks around names.
fn plain(text: &str, most: usize) -> String {
    clean(&text.replace('`', ""), most)
}

/// A text in lines of at most so many columns. Words that are longer are broken.
fn wrap(text: &str, room: usize) -> Vec<String> {
    let room = room.max(8);
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    let mut wide = 0;
    for word in text.split_whitespace() {
        let word_wide = UnicodeWidthStr::width(word);
        if wide > 0 && wide + 1 + word_wide > room {
            lines.push(std::mem::take(&mut line));
            wide = 0;
        }
        if wide > 0 {
            line.push(' ');
            wide += 1;
        }
        for letter in word.chars() {
            let letter_wide = letter.width().unwrap_or(0);
            if wide + letter_wide > room {
                lines.push(std::mem::take(&mut line));
                wide = 0;
            }
            line.push(letter);
            wide += letter_wide;
        }
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(line);
    }
    lines
}

/// The date and what became of the rules: `judged as of 3 May 2026: 2 rules broken, 5 hold`.
fn judged(heading: &Heading) -> String {
    format!("judged as of {}: {}", date(heading.as_of), heading.tally.words())
}

/// `3 May 2026`.
fn date(date: jiff::civil::Date) -> String {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let month = usize::try_from(date.month()).ok().and_then(|month| MONTHS.get(month.checked_sub(1)?)).unwrap_or(&"");
    format!("{} {month} {}", date.day(), date.year())
}

/// The letter of a level, with a question mark where it depends on what is not stated.
fn letter(mark: Mark) -> String {
    format!("{}{}", mark.grade.letter(), if mark.at_best.is_some() { "?" } else { "" })
}

/// What a class or a style of a level is called.
fn class(grade: Grade) -> &'static str {
    match grade {
        Grade::Identifiable => "identifiable",
        Grade::Pseudonymised => "pseudonymised",
        Grade::DeIdentified => "rows",
        Grade::Aggregate => "counts",
        Grade::Anonymous => "anonymous",
    }
}

/// Whether what has this level is drawn with broken lines: no row of it is about one person.
fn is_counts(mark: Option<Mark>) -> bool {
    mark.is_some_and(|mark| mark.grade <= Grade::Aggregate)
}

/// How a level looks, as the colours `#rrggbb` of ground, border, letters and line.
struct Colours {
    fill: &'static str,
    border: &'static str,
    text: &'static str,
    line: &'static str,
}

/// The colours of a level: those of the drawing, which a test compares.
fn colours(grade: Grade) -> Colours {
    let (fill, border, text, line) = match grade {
        Grade::Identifiable => ("#1b3a6b", "#10264a", "#ffffff", "#1b3a6b"),
        Grade::Pseudonymised => ("#8db4e2", "#2a5a9a", "#0f1b2d", "#3a6dad"),
        Grade::DeIdentified => ("#dce9f7", "#5b7fae", "#0f1b2d", "#5b7fae"),
        Grade::Aggregate | Grade::Anonymous => ("#ffffff", "#6b7486", "#0f1b2d", "#6b7486"),
    };
    Colours { fill, border, text, line }
}

/// What is written with.
const INK: &str = "#1a2230";
/// The ground of a lane.
const LANE: &str = "#f8f9fb";
/// The border of a lane and of a frame.
const BORDER: &str = "#8a94a8";
/// The ground of a frame.
const FRAME: &str = "#ffffff";
/// The way that breaks a rule, and the ground of its card.
const BROKEN: (&str, &str) = ("#c73a00", "#fff1ea");
/// The way that cannot be told, and the ground of its card.
const UNSURE: (&str, &str) = ("#8a5a00", "#fff6e0");

fn colours_of(verdict: Verdict) -> (&'static str, &'static str) {
    if verdict == Verdict::CannotTell { UNSURE } else { BROKEN }
}

/// What a verdict is called on a card.
fn verdict_words(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Fail => "broken",
        Verdict::CannotTell => "cannot tell",
        Verdict::Pass => "holds",
    }
}

/// How much of a chart is written: what does not fit is left out from the end, and counted.
#[derive(Debug, Clone, Copy)]
struct Room {
    /// Boxes.
    nodes: usize,
    /// Lines.
    edges: usize,
    /// Letters of a title.
    title: usize,
    /// Whether lines say what travels, or only their number.
    labels: bool,
    /// Cards for findings.
    cards: usize,
    /// Letters of a description.
    description: usize,
}

impl Room {
    /// From the widest to the closest; the last has room in any bound.
    const ALL: [Room; 7] = [
        Room { nodes: 1_000, edges: 1_000, title: 90, labels: true, cards: 8, description: 1_500 },
        Room { nodes: 1_000, edges: 1_000, title: 60, labels: false, cards: 4, description: 800 },
        Room { nodes: 500, edges: 1_000, title: 32, labels: false, cards: 2, description: 400 },
        Room { nodes: 250, edges: 500, title: 28, labels: false, cards: 2, description: 400 },
        Room { nodes: 100, edges: 250, title: 24, labels: false, cards: 1, description: 300 },
        Room { nodes: 50, edges: 100, title: 20, labels: false, cards: 1, description: 200 },
        Room { nodes: 20, edges: 40, title: 16, labels: false, cards: 1, description: 200 },
    ];
}

/// A chart's parts as far as they are shown, with what all formats ask of them.
struct Page<'a> {
    chart: &'a Chart,
    room: Room,
    /// Numbers of the lines that are shown.
    edges: Vec<usize>,
}

impl<'a> Page<'a> {
    fn new(chart: &'a Chart, room: Room) -> Page<'a> {
        let shown = |node: usize| node < room.nodes && node < chart.nodes.len();
        let edges = chart.edges.iter().enumerate().filter(|(_, edge)| shown(edge.from) && shown(edge.to));
        Page { chart, room, edges: edges.map(|(number, _)| number).take(room.edges).collect() }
    }

    /// The boxes that are shown, with their numbers.
    fn nodes(&self) -> impl Iterator<Item = (usize, &'a Node)> {
        self.chart.nodes.iter().enumerate().take(self.room.nodes)
    }

    fn edges(&self) -> impl Iterator<Item = (usize, &'a Edge)> + '_ {
        self.edges.iter().filter_map(|number| Some((*number, self.chart.edges.get(*number)?)))
    }

    /// The boxes straight in a lane or in a frame.
    fn nodes_in(&self, lane: usize, frame: Option<usize>) -> Vec<(usize, &'a Node)> {
        self.nodes().filter(|(_, node)| node.lane == lane && node.frame == frame).collect()
    }

    /// The frames straight in a lane or in a frame, as far as anything in them is shown.
    fn frames_in(&self, lane: usize, parent: Option<usize>) -> Vec<(usize, &'a Frame)> {
        let all = self.chart.frames.iter().enumerate();
        let here = all.filter(|(number, frame)| {
            // a parent comes before what is in it, so that no frame is in itself
            frame.lane == lane && frame.parent == parent && parent.is_none_or(|parent| parent < *number)
        });
        here.filter(|(number, _)| self.is_used(*number)).collect()
    }

    fn is_used(&self, frame: usize) -> bool {
        self.nodes().any(|(_, node)| {
            let mut at = node.frame;
            while let Some(now) = at {
                if now == frame {
                    return true;
                }
                at = self.chart.frames.get(now).and_then(|f| f.parent).filter(|parent| *parent < now);
            }
            false
        })
    }

    /// The lanes in which anything is shown.
    fn lanes(&self) -> Vec<(usize, &'a Lane)> {
        let used = |lane: usize| self.nodes().any(|(_, node)| node.lane == lane);
        self.chart.lanes.iter().enumerate().filter(|(number, _)| used(*number)).collect()
    }

    /// What stands in a box, line by line.
    fn node_lines(&self, node: &Node) -> Vec<String> {
        let number = node.number.as_deref().map(|n| format!("{n} ")).unwrap_or_default();
        let title = format!("{number}{}", clean(&node.title, self.room.title));
        let mut lines = vec![if title.is_empty() { "(no title)".to_owned() } else { title }];
        let mut second: Vec<String> = Vec::new();
        // steps and uses hold nothing themselves
        if let Some(mark) = node.mark.filter(|_| !matches!(node.shape, Shape::Step | Shape::Use | Shape::Decision)) {
            second.push(letter(mark));
        }
        second.extend(node.kept.as_deref().map(|kept| clean(kept, self.room.title)));
        if node.shape == Shape::Document {
            second.push("published".to_owned());
        }
        if !second.is_empty() {
            lines.push(second.join(" · "));
        }
        lines.extend(node.contradiction.as_deref().map(|words| clean(words, self.room.title)));
        lines
    }

    /// What stands at a line; empty for lines within a place.
    fn edge_lines(&self, edge: &Edge) -> Vec<String> {
        if edge.number.is_empty() {
            return Vec::new();
        }
        let number = clean(&edge.number, self.room.title);
        if !self.room.labels {
            return vec![number];
        }
        let fields = clean(&edge.fields, self.room.title);
        let mut lines = vec![if fields.is_empty() { number } else { format!("{number} · {fields}") }];
        lines.extend(Some(clean(&edge.manner, self.room.title)).filter(|manner| !manner.is_empty()));
        lines
    }

    /// The worst verdict of the ways along a line.
    fn edge_verdict(&self, edge: usize) -> Option<Verdict> {
        self.chart.trails.iter().filter(|trail| trail.edges.contains(&edge)).map(|trail| trail.verdict).max()
    }

    /// The worst verdict of the ways through a box.
    fn node_verdict(&self, node: usize) -> Option<Verdict> {
        self.chart.trails.iter().filter(|trail| trail.nodes.contains(&node)).map(|trail| trail.verdict).max()
    }

    /// The findings that have cards.
    fn trails(&self) -> impl Iterator<Item = &'a Trail> {
        self.chart.trails.iter().take(self.room.cards)
    }

    /// What stands on the card of a finding.
    fn card_lines(&self, trail: &Trail) -> Vec<String> {
        let most = self.room.title.saturating_mul(3);
        let mut lines = vec![format!("{}: {}", verdict_words(trail.verdict), clean(&trail.title, most))];
        lines.push(plain(&trail.summary, most));
        let mut numbers: Vec<&str> = trail.steps.iter().map(|s| s.number.as_str()).filter(|n| !n.is_empty()).collect();
        numbers.dedup();
        if !numbers.is_empty() {
            lines.push(clean(&format!("the way: {}", numbers.join(", ")), most));
        }
        if let Some(missing) = trail.missing.first() {
            let more = trail.missing.len() - 1;
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            lines.push(format!("not stated: {}{more}", plain(missing, most)));
        }
        lines.extend(trail.fix.as_deref().map(|fix| format!("to do: {}", plain(fix, most))));
        lines
    }

    /// What is written of walls.
    fn wall_lines(&self) -> Vec<String> {
        let most = 12;
        let mut lines: Vec<String> = Vec::new();
        for wall in self.chart.walls.iter().take(most) {
            let stated = if wall.stated { "" } else { " (not stated to stand)" };
            lines.push(format!("Wall between {}{stated}", clean(&wall.words, self.room.title)));
        }
        if self.chart.walls.len() > most {
            lines.push(format!("and {} more walls", self.chart.walls.len() - most));
        }
        lines
    }

    /// What is left out, in words; nothing where all is shown.
    fn left_out(&self) -> Option<String> {
        let count = |n: usize, one: &str, many: &str| format!("{n} more {}", if n == 1 { one } else { many });
        let nodes = self.chart.nodes.len().saturating_sub(self.room.nodes);
        let edges = self.chart.edges.len() - self.edges.len();
        let trails = self.chart.trails.len().saturating_sub(self.room.cards);
        let mut parts: Vec<String> = Vec::new();
        parts.extend((nodes > 0).then(|| count(nodes, "box", "boxes")));
        parts.extend((edges > 0).then(|| count(edges, "line", "lines")));
        parts.extend((trails > 0).then(|| count(trails, "finding", "findings")));
        (!parts.is_empty()).then(|| format!("Not shown: {}", parts.join(", ")))
    }
}

/// Writes a chart, with at most so many lines, in as much room as there is: with the first amount with which it fits.
fn fitted(chart: &Chart, most: usize, edges: usize, write: impl Fn(&Page<'_>) -> String) -> String {
    let mut last = String::new();
    for room in Room::ALL {
        let page = Page::new(chart, Room { edges: room.edges.min(edges), ..room });
        last = write(&page);
        if last.encode_utf16().count() <= most {
            break;
        }
    }
    last
}
