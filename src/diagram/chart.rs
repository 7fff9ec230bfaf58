//! What is on a page, before anything has a place: the common ground of all views, drawings and text formats.
//!
//! A view makes a [`Picture`] from an atlas; [`crate::diagram::draw`] lays it out and draws it, text formats write it in
//! their own syntax. Everything refers to everything else by its number in its list. Texts are as people wrote them: whoever
//! writes them into a format escapes and shortens them there.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::check::Verdict;

/// One page.
#[derive(Debug, Clone, PartialEq)]
pub enum Picture {
    /// Boxes and lines: the swimlane and the context view.
    Chart(Chart),
    /// Who has what: rows and columns.
    Table(Table),
    /// A dataset's life on an axis of time.
    Life(Life),
}

impl Picture {
    /// What stands around it: title, date, verdicts.
    pub fn heading(&self) -> &Heading {
        match self {
            Picture::Chart(chart) => &chart.heading,
            Picture::Table(table) => &table.heading,
            Picture::Life(life) => &life.heading,
        }
    }

    /// The same, to be changed.
    pub fn heading_mut(&mut self) -> &mut Heading {
        match self {
            Picture::Chart(chart) => &mut chart.heading,
            Picture::Table(table) => &mut table.heading,
            Picture::Life(life) => &mut life.heading,
        }
    }
}

/// What a page says of itself.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Heading {
    /// The title.
    pub title: String,
    /// What is shown, in a line under the title.
    pub subtitle: String,
    /// All that the page shows, in sentences, for those who cannot see it.
    pub description: String,
    /// The date that it was judged as of.
    pub as_of: Date,
    /// How many rules hold, are broken and cannot be told.
    pub tally: Tally,
    /// What the reader must know: what was left out, and what to ask for instead.
    pub advice: Vec<String>,
    /// Which of several pages this is, where a picture is split.
    pub sheet: Option<Sheet>,
}

/// One of several pages of a picture that is split.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sheet {
    /// Its number, from 1.
    pub number: usize,
    /// How many there are.
    pub of: usize,
    /// What it shows: `The study: phases 2 and 3`.
    pub title: String,
    /// On the first page what each of the others shows: its number, its title, its flows.
    pub contents: Vec<Entry>,
}

/// A page in the list of pages.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Entry {
    /// Its number.
    pub number: usize,
    /// What it shows.
    pub title: String,
    /// The numbers of its flows, shortened: `1–4, 7`.
    pub flows: String,
}

/// Rules by what became of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Rules that hold.
    pub hold: usize,
    /// Rules that are broken.
    pub broken: usize,
    /// Rules that cannot be told.
    pub cannot_tell: usize,
}

impl Tally {
    /// In words: `39 rules broken, 11 cannot be told, 25 hold`.
    pub fn words(self) -> String {
        let rules = |n: usize| if n == 1 { "1 rule".to_owned() } else { format!("{n} rules") };
        let mut parts = Vec::new();
        if self.broken > 0 {
            parts.push(format!("{} broken", rules(self.broken)));
        }
        if self.cannot_tell > 0 {
            let first = if parts.is_empty() { rules(self.cannot_tell) } else { self.cannot_tell.to_string() };
            parts.push(format!("{first} cannot be told"));
        }
        let all = parts.is_empty();
        if self.hold > 0 || all {
            let first = if all { rules(self.hold) } else { self.hold.to_string() };
            let verb = if self.hold == 1 { "holds" } else { "hold" };
            parts.push(format!("{first} {verb}"));
        }
        parts.join(", ")
    }
}

/// How far something identifies people, as a picture shows it: by fill, by letter and by the style of lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grade {
    /// Anonymous: counts that are protected, or what is attested.
    Anonymous,
    /// Counts.
    Aggregate,
    /// Rows about people, without names or codes.
    DeIdentified,
    /// Rows with a code for each person.
    Pseudonymised,
    /// Rows that name people, or that their holder can tie to names.
    Identifiable,
}

impl Grade {
    /// All of them, the most telling first.
    pub const ALL: [Grade; 5] =
        [Grade::Identifiable, Grade::Pseudonymised, Grade::DeIdentified, Grade::Aggregate, Grade::Anonymous];

    /// The grade of a level of the judgement, 0 to 4.
    pub fn of(level: u8) -> Grade {
        match level {
            0 => Grade::Anonymous,
            1 => Grade::Aggregate,
            2 => Grade::DeIdentified,
            3 => Grade::Pseudonymised,
            _ => Grade::Identifiable,
        }
    }

    /// The level of the judgement.
    pub fn level(self) -> u8 {
        self as u8
    }

    /// The letter on boxes.
    pub fn letter(self) -> &'static str {
        match self {
            Grade::Identifiable => "I",
            Grade::Pseudonymised => "P",
            Grade::DeIdentified => "D",
            Grade::Aggregate => "A",
            Grade::Anonymous => "0",
        }
    }

    /// What it means, for the legend.
    pub fn words(self) -> &'static str {
        match self {
            Grade::Identifiable => "Identifiable: the holder can tell who it is",
            Grade::Pseudonymised => "Pseudonymised: a code for each person",
            Grade::DeIdentified => "De-identified rows: no names, no codes",
            Grade::Aggregate => "Aggregate: counts",
            Grade::Anonymous => "Anonymous: protected counts, or attested",
        }
    }

    /// In a word or two.
    pub fn name(self) -> &'static str {
        match self {
            Grade::Identifiable => "identifiable",
            Grade::Pseudonymised => "pseudonymised",
            Grade::DeIdentified => "de-identified rows",
            Grade::Aggregate => "aggregate",
            Grade::Anonymous => "anonymous",
        }
    }
}

/// How far something identifies people, and whether that is certain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// At the worst.
    pub grade: Grade,
    /// At the best, where what is not stated makes a difference.
    pub at_best: Option<Grade>,
}

impl Mark {
    /// In words: `identifiable`, `identifiable at the worst, aggregate at the best`.
    pub fn words(self) -> String {
        match self.at_best {
            None => self.grade.name().to_owned(),
            Some(best) => format!("{} at the worst, {} at the best: not stated", self.grade.name(), best.name()),
        }
    }
}

/// Boxes and lines.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Chart {
    /// What the page says of itself.
    pub heading: Heading,
    /// Bands across the page, in order: parties.
    pub lanes: Vec<Lane>,
    /// Boxes around boxes; a parent comes before what is in it.
    pub frames: Vec<Frame>,
    /// Headings across the top, in order.
    pub phases: Vec<String>,
    /// Boxes.
    pub nodes: Vec<Node>,
    /// Lines.
    pub edges: Vec<Edge>,
    /// Ways in which rules are broken or cannot be told, as far as they are shown.
    pub trails: Vec<Trail>,
    /// Walls between what is shown.
    pub walls: Vec<Wall>,
}

impl Chart {
    /// Gives parts that would have one id ids of their own: the copy of `a` at `b-at-c` and that of `a-at-b` at `c`, a step `a-1` and
    /// the first line of a step `a`. Which they were, by the id and by what they stand for.
    pub fn name_apart(&mut self) -> BTreeMap<(String, String), String> {
        let (mut taken, mut renamed) = (BTreeSet::new(), BTreeMap::new());
        let nodes = self.nodes.iter_mut().map(|node| (&mut node.id, &node.name));
        for (id, name) in nodes.chain(self.edges.iter_mut().map(|edge| (&mut edge.id, &edge.name))) {
            // no name has a dot there
            let mut own = id.clone();
            for number in 2.. {
                if taken.insert(own.clone()) {
                    break;
                }
                own = format!("{id}.{number}");
            }
            if own != *id {
                renamed.insert((id.clone(), name.clone()), own.clone());
                *id = own;
            }
        }
        renamed
    }
}

/// A band: a party.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Lane {
    /// The party's name, for ids.
    pub name: String,
    /// What it is called.
    pub title: String,
    /// Lines under the title: its role, its kind.
    pub details: Vec<String>,
    /// Whether it is the public, who stand last.
    pub public: bool,
}

/// What a box around boxes is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FrameKind {
    /// A processor that acts for the party of the lane.
    Processor,
    /// A team.
    Team,
    /// A secure setting.
    Setting,
}

/// A box around boxes.
#[derive(Debug, Clone, PartialEq)]
pub struct Frame {
    /// The place's name, for ids.
    pub name: String,
    /// What stands on its tab: `NIESR, processor for DCLG`.
    pub title: String,
    /// The same where there is less room: `NIESR: processor`.
    pub short: String,
    /// The lane that it is in.
    pub lane: usize,
    /// The frame that it is in.
    pub parent: Option<usize>,
    /// What it is.
    pub kind: FrameKind,
}

/// The shape of a box.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shape {
    /// A dataset that is held: a cylinder.
    Store,
    /// A step: a box with round ends.
    Step,
    /// What is published: a sheet with a dog-ear.
    Document,
    /// A use: a box with a double left edge.
    Use,
    /// A decision about people: a box with pointed ends.
    Decision,
    /// A party, in the context view: a plain box.
    Party,
}

impl Shape {
    /// What it stands for, for legends and descriptions.
    pub fn words(self) -> &'static str {
        match self {
            Shape::Store => "dataset held",
            Shape::Step => "processing step",
            Shape::Document => "published",
            Shape::Use => "use",
            Shape::Decision => "decision about people",
            Shape::Party => "party",
        }
    }
}

/// A box.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// An id of its own: `copy-families-at-niesr`.
    pub id: String,
    /// The declared name of what it stands for.
    pub name: String,
    /// What is written in it.
    pub title: String,
    /// What it looks like.
    pub shape: Shape,
    /// Its lane.
    pub lane: usize,
    /// The innermost frame that it is in.
    pub frame: Option<usize>,
    /// Its phase.
    pub phase: Option<usize>,
    /// How far it identifies people to who holds it.
    pub mark: Option<Mark>,
    /// A number of its own where lines have none: `S2` for the second step.
    pub number: Option<String>,
    /// Until when it is kept, in a few words.
    pub kept: Option<String>,
    /// What is wrong with what is said of it: `said to be anonymous`.
    pub contradiction: Option<String>,
    /// All that is to be said of it, in sentences.
    pub description: String,
    /// The page on which all its lines are, if that is another: here are only some.
    pub home: Option<usize>,
    /// Where it is found, if it is not on this page: then this is only a mark at which a line goes on.
    pub elsewhere: Option<Elsewhere>,
}

/// A mark at the end of a line that leaves the page: what it leads to, or comes from, and where that is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Elsewhere {
    /// The ids of the boxes that it stands for, each with the page on which the line is drawn whole, in the order of the pages.
    pub boxes: Vec<(String, usize)>,
    /// Who has them: `DWP`.
    pub party: String,
    /// Whether the line leads there; otherwise it comes from there.
    pub leads: bool,
}

impl Elsewhere {
    /// The pages, each once: `to page 4`, `from pages 2, 3`.
    pub fn words(&self) -> String {
        let mut pages: Vec<usize> = self.boxes.iter().map(|(_, page)| *page).collect();
        pages.sort_unstable();
        pages.dedup();
        let word = if self.leads { "to" } else { "from" };
        let several = if pages.len() == 1 { "page" } else { "pages" };
        let mut numbers: Vec<String> = pages.iter().take(3).map(usize::to_string).collect();
        if pages.len() > 3 {
            numbers.push("…".to_owned());
        }
        format!("{word} {several} {}", numbers.join(", "))
    }
}

/// A line.
#[derive(Debug, Clone, PartialEq)]
pub struct Edge {
    /// An id of its own: `flow-5b`; `takes-3` for lines that are no flows.
    pub id: String,
    /// The declared name of the flow or step.
    pub name: String,
    /// Its number in the flow register, with a letter where the flow has several legs: `5b`. Empty for lines within a place.
    pub number: String,
    /// From which box.
    pub from: usize,
    /// To which box.
    pub to: usize,
    /// How far what travels identifies people by itself.
    pub mark: Option<Mark>,
    /// What travels, shortened: `name, date of birth + 4 more`.
    pub fields: String,
    /// How, and under which agreement: `secure email · the deal`.
    pub manner: String,
    /// All that is to be said of it, in sentences.
    pub description: String,
}

/// A way in which a rule is broken or cannot be told.
#[derive(Debug, Clone, PartialEq)]
pub struct Trail {
    /// The rule's name.
    pub rule: String,
    /// What it is called.
    pub title: String,
    /// Broken, or not to be told.
    pub verdict: Verdict,
    /// What happens, in one sentence.
    pub summary: String,
    /// The way, in order.
    pub steps: Vec<TrailStep>,
    /// The facts that are not stated.
    pub missing: Vec<String>,
    /// What would mend it.
    pub fix: Option<String>,
    /// The boxes that it goes through, sorted.
    pub nodes: Vec<usize>,
    /// The lines that it goes along, sorted.
    pub edges: Vec<usize>,
    /// Whether it has its card here; otherwise another page tells of it.
    pub told: bool,
}

/// One step of a way.
#[derive(Debug, Clone, PartialEq)]
pub struct TrailStep {
    /// The number that stands at its line or box; empty where it has none.
    pub number: String,
    /// What happens.
    pub sentence: String,
}

/// A wall between two places of the page.
#[derive(Debug, Clone, PartialEq)]
pub struct Wall {
    /// One side: a lane or a frame.
    pub left: Side,
    /// The other.
    pub right: Side,
    /// What it stands between, in words.
    pub words: String,
    /// Whether it is said to stand; otherwise nobody knows.
    pub stated: bool,
}

/// A side of a wall.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// A lane.
    Lane(usize),
    /// A frame.
    Frame(usize),
    /// A place with nothing on the page.
    Elsewhere,
}

/// Who has what.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Table {
    /// What the page says of itself.
    pub heading: Heading,
    /// The columns: places, under their parties.
    pub columns: Vec<Column>,
    /// The rows: datasets.
    pub rows: Vec<Row>,
}

/// A place as a column.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// The place's name.
    pub name: String,
    /// The party.
    pub party: String,
    /// The team, where it is one.
    pub team: Option<String>,
}

/// A dataset as a row.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The dataset's name.
    pub name: String,
    /// What it is called.
    pub title: String,
    /// What is in it, shortened.
    pub fields: String,
    /// What each column's place has of it.
    pub cells: Vec<Option<Cell>>,
}

/// A copy as a cell.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// How far it identifies people there.
    pub mark: Mark,
    /// Until when it is kept.
    pub kept: String,
    /// Whether nothing says until when.
    pub endless: bool,
    /// Whether a rule is broken by it.
    pub broken: bool,
    /// All that is to be said of it.
    pub description: String,
}

/// A dataset's life.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Life {
    /// What the page says of itself.
    pub heading: Heading,
    /// Dates and events on the axis, in order.
    pub ticks: Vec<Tick>,
    /// Its copies and what is made of them, in the order in which they come to be.
    pub bars: Vec<Bar>,
    /// What happens in each stage, in the order of a life.
    pub stages: Vec<Told>,
    /// What ends at which tick: `3 copies destroyed`.
    pub ends: Vec<(usize, String)>,
}

/// What happens in a stage of a life, in lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The stage.
    pub stage: Stage,
    /// What happens in it, and when.
    pub lines: Vec<String>,
}

/// A point on the axis. Points without a date have an order only.
#[derive(Debug, Clone, PartialEq)]
pub struct Tick {
    /// What is written at it.
    pub title: String,
    /// Its date, where it has one.
    pub date: Option<Date>,
    /// How sure the date is: `no later than`.
    pub sure: String,
}

/// The stages of a life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// It is there from the start.
    Collect,
    /// A step makes it, or uses it.
    Use,
    /// A flow brings it to somebody else.
    Share,
    /// It is published.
    Publish,
    /// It is held.
    Keep,
    /// It ends.
    Destroy,
}

impl Stage {
    /// What it is called.
    pub fn words(self) -> &'static str {
        match self {
            Stage::Collect => "Collect",
            Stage::Use => "Use",
            Stage::Share => "Share",
            Stage::Publish => "Publish",
            Stage::Keep => "Keep",
            Stage::Destroy => "Destroy",
        }
    }
}

/// A copy on the axis.
#[derive(Debug, Clone, PartialEq)]
pub struct Bar {
    /// The dataset's name.
    pub name: String,
    /// What stands beside it: dataset and holder.
    pub title: String,
    /// Who holds it.
    pub holder: String,
    /// How it comes to be there: a stage.
    pub stage: Stage,
    /// By what: `flow 4`, `step S2`.
    pub by: String,
    /// How far it identifies people there.
    pub mark: Mark,
    /// The tick at which it begins; from before the axis where there is none.
    pub from: Option<usize>,
    /// The tick at which it ends; beyond the axis where there is none.
    pub until: Option<usize>,
    /// Its end in words.
    pub kept: String,
    /// What is done at the end: `destroyed`; empty where nobody says.
    pub then: String,
    /// Whether nothing says until when.
    pub endless: bool,
    /// Uses of it, in words.
    pub uses: Vec<String>,
}
