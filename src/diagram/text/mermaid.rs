//! Mermaid: what GitHub, GitLab and many wikis draw.
//!
//! Mermaid reads a text several times: for directives, for references such as `#34;`, for its own syntax, for Markdown and for
//! HTML. So all that could mean something to any of them is written by its number, which it puts back last.

use jiff::ToSpan;
use jiff::civil::Date;

use super::sheet::{Entry, Sheet};
use super::{
    BORDER, BROKEN, FRAME, INK, LANE, Page, class, clean, colours, colours_of, fitted, is_counts, judged, letter,
    verdict_words, wrap,
};
use crate::check::Verdict;
use crate::diagram::chart::{Bar, Frame, Grade, Heading, Lane, Life, Node, Picture, Shape, Table, Tick};

/// Mermaid refuses more letters than 50,000 and more lines than 500 unless it is told otherwise, which services do not let one do.
pub const MOST_LETTERS: usize = 48_000;
/// How many lines it draws.
pub const MOST_EDGES: usize = 490;

/// The kinds of diagram for boxes and lines. Their syntax is the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Laid out by the lines; every version of Mermaid has it.
    Flowchart,
    /// Laid out in lanes; from version 11.16 on.
    Swimlane,
}

/// Writes a picture.
pub fn write(picture: &Picture, kind: Kind) -> String {
    match picture {
        Picture::Chart(chart) => fitted(chart, MOST_LETTERS, MOST_EDGES, |page| flowchart(page, kind)),
        Picture::Table(table) => block(&Sheet::of_table(table), table),
        Picture::Life(life) => gantt(life),
    }
}

/// A text as it can stand in any label: what means something to Mermaid, to HTML or to Markdown is written by its number.
///
/// What is left as it is are letters and digits of all languages and a few signs that mean nothing between them. Numbers are
/// put back after Mermaid's own syntax and its Markdown have been read, as references of HTML. `ﬂ°` and `¶ß` are Mermaid's own marks
/// for numbers on their way through it, and it takes those of a title for its own, even where they are written as numbers.
pub fn label(text: &str) -> String {
    let text = marks_apart(text);
    let mut out = String::with_capacity(text.len() + 16);
    // `1.` and `1)` at the start would be a list, and so would `-`; `www.` would be a link
    let mut listing = true;
    let mut before = String::new();
    for letter in text.chars() {
        let safe = match letter {
            ' ' | ',' | '\'' | '(' | '/' | '…' | '–' | '·' => true,
            '-' => !before.is_empty(),
            ')' => !listing || before.is_empty(),
            '.' => !listing && !before.ends_with("www"),
            _ => letter.is_alphanumeric(),
        };
        if safe {
            out.push(letter)
        } else {
            out.push_str(&format!("#{};", u32::from(letter)))
        }
        listing &= letter.is_ascii_digit();
        before.extend(letter.to_lowercase());
        if before.len() > 8 {
            before = before.chars().skip(1).collect();
        }
    }
    out
}

/// A text without what Mermaid would take for its own marks.
fn marks_apart(text: &str) -> String {
    text.replace('ﬂ', "fl").replace("¶ß", "¶ ß")
}

/// Lines of a label, in quotes.
fn quoted(lines: &[String]) -> String {
    let lines: Vec<String> = lines.iter().map(|line| label(line)).collect();
    let text = lines.join("<br/>");
    // a label of nothing is none to Mermaid: a blank that does not break
    format!("\"{}\"", if text.trim().is_empty() { "#160;" } else { &text })
}

/// The front matter that shows a title. YAML reads it, and JSON's quoting is YAML's.
pub(super) fn front(heading: &Heading) -> String {
    let title = marks_apart(&clean(&heading.title, 120));
    if title.is_empty() { String::new() } else { format!("---\ntitle: {}\n---\n", serde_json::Value::from(title)) }
}

/// What a screen reader says of a diagram.
pub(super) fn accessible(heading: &Heading, most: usize) -> String {
    let mut title = clean(&heading.title, 120);
    if !heading.subtitle.is_empty() {
        title = format!("{title}: {}", clean(&heading.subtitle, 200));
    }
    let description = format!("{} {}", clean(&heading.description, most), judged(heading));
    format!("  accTitle: {}\n  accDescr: {}\n", label(&title), label(description.trim()))
}

/// Boxes and lines.
fn flowchart(page: &Page<'_>, kind: Kind) -> String {
    let word = if kind == Kind::Swimlane { "swimlane-beta" } else { "flowchart" };
    let mut out = front(&page.chart.heading);
    out.push_str(&format!("{word} LR\n"));
    out.push_str(&accessible(&page.chart.heading, page.room.description));
    for (number, lane) in page.lanes() {
        lane_block(&mut out, page, number, lane, kind);
    }
    links(&mut out, page, kind);
    let noted = notes(&mut out, page, kind);
    classes(&mut out, page, noted);
    out
}

fn lane_block(out: &mut String, page: &Page<'_>, number: usize, lane: &Lane, kind: Kind) {
    // lanes have their titles at their side, from below to above: there is little room
    let most = if kind == Kind::Swimlane { page.room.title.min(28) } else { page.room.title };
    let title = clean(&lane.title, most);
    let unnamed = title.is_empty() && lane.details.is_empty();
    let depth = if unnamed { 1 } else { 2 };
    if !unnamed {
        let mut lines = vec![title];
        let details: Vec<String> = lane.details.iter().take(4).map(|d| clean(d, page.room.title)).collect();
        lines.extend(Some(details.join(", ")).filter(|d| !d.is_empty() && kind == Kind::Flowchart));
        // the title of a subgraph has one line
        out.push_str(&format!("  subgraph l{number}[{}]\n", quoted(&[lines.join(" – ")])));
    }
    for (node, said) in page.nodes_in(number, None) {
        node_line(out, page, node, said, depth);
    }
    for (frame, said) in page.frames_in(number, None) {
        frame_block(out, page, (frame, said), depth);
    }
    if !unnamed {
        out.push_str("  end\n");
    }
}

fn frame_block(out: &mut String, page: &Page<'_>, (number, frame): (usize, &Frame), depth: usize) {
    let pad = "  ".repeat(depth);
    out.push_str(&format!("{pad}subgraph f{number}[{}]\n", quoted(&[clean(&frame.title, page.room.title)])));
    for (node, said) in page.nodes_in(frame.lane, Some(number)) {
        node_line(out, page, node, said, depth + 1);
    }
    for inner in page.frames_in(frame.lane, Some(number)) {
        // a parent comes before what is in it: this ends
        frame_block(out, page, inner, depth + 1);
    }
    out.push_str(&format!("{pad}end\n"));
}

fn node_line(out: &mut String, page: &Page<'_>, number: usize, node: &Node, depth: usize) {
    let (open, close) = match node.shape {
        Shape::Store => ("[(", ")]"),
        Shape::Step => ("([", "])"),
        Shape::Document => ("[/", "/]"),
        Shape::Use => ("[[", "]]"),
        Shape::Decision => ("{{", "}}"),
        Shape::Party => ("[", "]"),
    };
    let text = quoted(&page.node_lines(node));
    let look = node.mark.filter(|_| holds(node.shape)).map(|m| format!(":::{}", class(m.grade)));
    let look = look.unwrap_or_else(|| ":::work".to_owned());
    out.push_str(&format!("{}n{number}{open}{text}{close}{look}\n", "  ".repeat(depth)));
}

/// Whether a box stands for data that somebody has; others are drawn plain.
fn holds(shape: Shape) -> bool {
    !matches!(shape, Shape::Step | Shape::Use | Shape::Decision)
}

/// Lines, and how they look. Mermaid counts them in the order in which they stand.
fn links(out: &mut String, page: &Page<'_>, kind: Kind) {
    let mut looks: Vec<(String, Vec<String>)> = Vec::new();
    for (at, (number, edge)) in page.edges().enumerate() {
        let arrow = if is_counts(edge.mark) { "-.->" } else { "-->" };
        let mut lines = page.edge_lines(edge);
        if kind == Kind::Swimlane {
            lines.truncate(1);
        }
        let text = if lines.is_empty() { String::new() } else { format!("|{}|", quoted(&lines)) };
        out.push_str(&format!("  n{} {arrow}{text} n{}\n", edge.from, edge.to));
        let look = match (page.edge_verdict(number), edge.mark) {
            (Some(Verdict::CannotTell), _) => {
                format!("stroke:{},stroke-width:4px,stroke-dasharray:9 4", colours_of(Verdict::CannotTell).0)
            }
            (Some(verdict), _) => format!("stroke:{},stroke-width:4px", colours_of(verdict).0),
            (None, Some(mark)) => format!("stroke:{},stroke-width:2px", colours(mark.grade).line),
            (None, None) => continue,
        };
        match looks.iter_mut().find(|(known, _)| *known == look) {
            Some((_, all)) => all.push(at.to_string()),
            None => looks.push((look, vec![at.to_string()])),
        }
    }
    for (look, numbers) in looks {
        out.push_str(&format!("  linkStyle {} {look}\n", numbers.join(",")));
    }
}

/// Findings, walls, and what is left out, in boxes beside the others. Whether there are any. In a diagram of lanes they would be a
/// lane, as wide as the others: only what is left out is said there.
fn notes(out: &mut String, page: &Page<'_>, kind: Kind) -> bool {
    let mut lines: Vec<(String, &str)> = Vec::new();
    if kind == Kind::Flowchart {
        for trail in page.trails() {
            let look = if trail.verdict == Verdict::CannotTell { "unsure" } else { "broken" };
            lines.push((quoted(&page.card_lines(trail)), look));
        }
        let walls = page.wall_lines();
        if !walls.is_empty() {
            lines.push((quoted(&walls), "note"));
        }
    }
    lines.extend(page.left_out().map(|text| (quoted(&[text]), "note")));
    if lines.is_empty() {
        return false;
    }
    out.push_str("  subgraph notes[\"Notes\"]\n");
    for (number, (text, look)) in lines.iter().enumerate() {
        out.push_str(&format!("    c{number}[{text}]:::{look}\n"));
    }
    out.push_str("  end\n");
    true
}

/// The looks that occur.
fn classes(out: &mut String, page: &Page<'_>, noted: bool) {
    for grade in Grade::ALL {
        if page.nodes().any(|(_, node)| node.mark.is_some_and(|m| m.grade == grade) && holds(node.shape)) {
            class_line(out, grade);
        }
    }
    out.push_str(&format!("  classDef work fill:#ffffff,stroke:{INK},color:{INK}\n"));
    out.push_str(&format!("  classDef note fill:#ffffff,stroke:{BORDER},color:{INK}\n"));
    for (name, verdict) in [("broken", Verdict::Fail), ("unsure", Verdict::CannotTell)] {
        let (line, ground) = colours_of(verdict);
        if page.trails().any(|trail| trail.verdict == verdict) {
            out.push_str(&format!("  classDef {name} fill:{ground},stroke:{line},stroke-width:2px,color:{INK}\n"));
        }
    }
    for (name, verdict) in [("onbroken", Verdict::Fail), ("onunsure", Verdict::CannotTell)] {
        let on: Vec<String> = page
            .nodes()
            .filter(|(number, _)| page.node_verdict(*number) == Some(verdict))
            .map(|(number, _)| format!("n{number}"))
            .collect();
        if !on.is_empty() {
            out.push_str(&format!("  classDef {name} stroke:{},stroke-width:4px\n", colours_of(verdict).0));
            out.push_str(&format!("  class {} {name}\n", on.join(",")));
        }
    }
    if noted {
        out.push_str("  class notes note\n");
    }
    let lanes: Vec<String> = page
        .lanes()
        .iter()
        .filter(|(_, lane)| !lane.title.trim().is_empty())
        .map(|(number, _)| format!("l{number}"))
        .collect();
    let frames: Vec<String> = (0..page.chart.frames.len())
        .filter(|frame| page.is_used(*frame) && page.chart.frames.get(*frame).is_some())
        .map(|frame| format!("f{frame}"))
        .collect();
    for (name, fill, ids) in [("lane", LANE, lanes), ("frame", FRAME, frames)] {
        if !ids.is_empty() {
            out.push_str(&format!("  classDef {name} fill:{fill},stroke:{BORDER},color:{INK}\n"));
            out.push_str(&format!("  class {} {name}\n", ids.join(",")));
        }
    }
}

fn class_line(out: &mut String, grade: Grade) {
    let look = colours(grade);
    let dash = if grade == Grade::Anonymous { ",stroke-dasharray:4 3" } else { "" };
    out.push_str(&format!(
        "  classDef {} fill:{},stroke:{},color:{}{dash}\n",
        class(grade),
        look.fill,
        look.border,
        look.text
    ));
}

/// Columns of a cell: a block diagram breaks no lines, and its widest cell makes all as wide.
const CELL: usize = 22;

/// A table as a diagram of blocks, row by row.
fn block(sheet: &Sheet, table: &Table) -> String {
    let mut out = String::new();
    // a block diagram has no words for screen readers: its title is said in a block of its own
    let columns = sheet.columns.len();
    out.push_str(&format!("block-beta\n  columns {columns}\n"));
    let title = format!("{}: {}", clean(&sheet.heading.title, 100), clean(&sheet.heading.subtitle, 120));
    out.push_str(&format!("  t[{}]:{columns}\n", quoted(&[title, judged(&sheet.heading)])));
    out.push_str("  class t head\n");
    for (at, column) in sheet.columns.iter().enumerate() {
        out.push_str(&format!("  h{at}[{}]\n  class h{at} head\n", quoted(&wrap(column, CELL))));
    }
    let mut shown = 0;
    for (row, cells) in sheet.rows.iter().enumerate() {
        let mut line = String::new();
        for (at, cell) in cells.iter().enumerate() {
            let Some(cell) = cell else {
                line.push_str("  space\n");
                continue;
            };
            let text: Vec<String> = cell.lines.iter().flat_map(|text| wrap(text, CELL)).collect();
            line.push_str(&format!("  r{row}c{at}[{}]\n", quoted(&text)));
            line.push_str(&format!("  class r{row}c{at} {}\n", look(cell)));
        }
        if out.len() + line.len() > MOST_LETTERS - 2_000 {
            break;
        }
        out.push_str(&line);
        shown = row + 1;
    }
    let (rows, columns_left) = (table.rows.len() - shown, (table.columns.len() + 1).saturating_sub(columns));
    if rows + columns_left > 0 {
        let rest = format!("Not shown: {rows} more rows, {columns_left} more columns");
        out.push_str(&format!("  x[{}]:{columns}\n", quoted(&[rest])));
    }
    for grade in Grade::ALL {
        class_line(&mut out, grade);
        let grade = class(grade);
        let border = format!("stroke:{},stroke-width:4px", BROKEN.0);
        let look = out.lines().last().map(|line| line.trim().replace("classDef ", "")).unwrap_or_default();
        let colours = look.split_once(' ').map(|(_, rest)| rest.to_owned()).unwrap_or_default();
        out.push_str(&format!("  classDef {grade}broken {colours},{border}\n"));
    }
    out.push_str(&format!("  classDef head fill:{LANE},stroke:{BORDER},color:{INK}\n"));
    out
}

fn look(cell: &Entry) -> String {
    match cell.grade {
        None => "head".to_owned(),
        Some(grade) if cell.broken => format!("{}broken", class(grade)),
        Some(grade) => class(grade).to_owned(),
    }
}

/// How many dates stand above a Gantt chart.
const MOST_DATES: usize = 40;

/// A life as a Gantt chart. What has no date begins and ends where the chart does, and its words say so.
fn gantt(life: &Life) -> String {
    let dates: Vec<Date> = life.ticks.iter().filter_map(|tick| usable(tick.date)).collect();
    let first = dates.iter().min().copied().unwrap_or(life.heading.as_of);
    let last = dates.iter().max().copied().unwrap_or(life.heading.as_of);
    let days = first.until(last).map_or(0, |span| i64::from(span.get_days()));
    let margin = (days / 12).max(30).days();
    let start = first.checked_sub(margin).unwrap_or(first);
    let end = last.checked_add(margin).unwrap_or(last);
    // the names of holders stand at the left, where by default there is room for a word
    let mut out = String::from("---\nconfig:\n  gantt:\n    leftPadding: 240\n    useWidth: 1400\n---\ngantt\n");
    out.push_str(&accessible(&life.heading, 1_500));
    let title = format!("{}: {}", clean(&life.heading.title, 100), clean(&life.heading.subtitle, 120));
    out.push_str(&format!("  title {}\n", label(&title)));
    out.push_str("  dateFormat YYYY-MM-DD\n  axisFormat %d %b %Y\n  todayMarker off\n");
    let moments: Vec<&Tick> = life.ticks.iter().filter(|tick| usable(tick.date).is_some()).take(MOST_DATES).collect();
    if !moments.is_empty() {
        out.push_str("  section Dates\n");
    }
    for (number, tick) in moments.iter().enumerate() {
        let Some(on) = tick.date else { continue };
        let what = [clean(&tick.sure, 40), super::date(on)].join(" ");
        let text = format!("{} · {}", clean(&tick.title, 60), what.trim());
        let text = text.trim_start_matches([' ', '·']).to_owned();
        out.push_str(&format!("    {} :milestone, t{number}, {on}, 0d\n", task(&text)));
    }
    // a section may occur but once: the copies of each holder stand together
    let mut holders: Vec<&str> = Vec::new();
    for bar in &life.bars {
        if !holders.contains(&bar.holder.as_str()) {
            holders.push(&bar.holder);
        }
    }
    let mut bars: Vec<(usize, usize, &Bar)> = Vec::new();
    for (number, bar) in life.bars.iter().enumerate() {
        bars.push((holders.iter().position(|h| *h == bar.holder).unwrap_or(0), number, bar));
    }
    bars.sort_by_key(|(holder, number, _)| (*holder, *number));
    let mut section = None;
    for (done, (holder, number, bar)) in bars.into_iter().enumerate() {
        let mut lines = String::new();
        if section != Some(holder) {
            // two holders of one name would be one section
            lines.push_str(&format!("  section {}\n", task(&clean(&bar.holder, 38))));
            section = Some(holder);
        }
        let at = |tick: Option<usize>| usable(life.ticks.get(tick?)?.date);
        let from = at(bar.from).unwrap_or(start);
        // a bar needs a length
        let until = at(bar.until).unwrap_or(end).max(from.checked_add(1.day()).unwrap_or(from));
        let mark = if bar.endless { "crit, " } else { "" };
        lines.push_str(&format!("    {} :{mark}b{number}, {from}, {until}\n", task(&bar_words(bar))));
        if out.len() + lines.len() > MOST_LETTERS - 200 {
            let rest = life.bars.len() - done;
            out.push_str(&format!("    {rest} more copies are not shown :milestone, more, {end}, 0d\n"));
            break;
        }
        out.push_str(&lines);
    }
    if life.bars.is_empty() && moments.is_empty() {
        out.push_str(&format!("    nothing is held :milestone, none, {}, 0d\n", life.heading.as_of));
    }
    out
}

/// Words that begin a statement of a Gantt chart wherever a line begins with them.
const STATEMENTS: [&str; 16] = [
    "section",
    "click",
    "call",
    "href",
    "title",
    "acctitle",
    "accdescr",
    "dateformat",
    "axisformat",
    "tickinterval",
    "excludes",
    "includes",
    "todaymarker",
    "inclusiveenddates",
    "topaxis",
    "week",
];

/// A text at the start of a line of a Gantt chart. It is never empty, and begins with no word of the language.
fn task(text: &str) -> String {
    let text = if text.trim().is_empty() { "(no title)" } else { text.trim() };
    let lower = text.to_lowercase();
    let mut letters = text.chars();
    match letters.next().filter(|_| STATEMENTS.iter().any(|word| lower.starts_with(word)) || lower.starts_with("gantt"))
    {
        // its first letter is written by its number
        Some(first) => format!("#{};{}", u32::from(first), label(letters.as_str())),
        None => label(text),
    }
}

/// Dates that a Gantt chart can read: years of four digits.
fn usable(date: Option<Date>) -> Option<Date> {
    date.filter(|date| (1900..=2999).contains(&date.year()))
}

fn bar_words(bar: &Bar) -> String {
    let then = if bar.then.is_empty() { String::new() } else { format!(", then {}", clean(&bar.then, 30)) };
    let by = if bar.by.is_empty() { String::new() } else { format!(" by {}", clean(&bar.by, 30)) };
    format!("{} ({}){by}, {}{then}", clean(&bar.title, 60), letter(bar.mark), clean(&bar.kept, 80))
}

/// What a finding is called in a sequence.
pub(super) fn finding_words(verdict: Verdict) -> &'static str {
    verdict_words(verdict)
}
