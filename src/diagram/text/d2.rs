//! Pictures in the language of D2: containers in containers, and classes for levels.

use super::sheet::{Entry, Sheet};
use super::{BORDER, FRAME, INK, LANE, Page, class, clean, colours, colours_of, fitted, judged, wrap};
use crate::check::Verdict;
use crate::diagram::chart::{Edge, Frame, Grade, Heading, Node, Picture, Shape};

/// More than this is not written.
pub const MOST_LETTERS: usize = 500_000;

/// Columns of boxes, lines and cards: D2 breaks no lines.
const BOX: usize = 26;
const LINE: usize = 26;
const CARD: usize = 60;

/// Writes a picture.
pub fn write(picture: &Picture) -> String {
    match picture {
        Picture::Chart(chart) => fitted(chart, MOST_LETTERS, usize::MAX, diagram),
        Picture::Table(table) => {
            let sheet = Sheet::of_table(table);
            let rest = sheet.left_out(table.rows.len(), table.columns.len());
            grid(&sheet, rest)
        }
        Picture::Life(life) => {
            let sheet = Sheet::of_life(life);
            let rest = (life.bars.len() > sheet.rows.len())
                .then(|| format!("Not shown: {} more copies", life.bars.len() - sheet.rows.len()));
            grid(&sheet, rest)
        }
    }
}

/// A text inside double quotes, in which D2 reads backslashes and `${…}`.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for letter in text.chars() {
        match letter {
            '"' | '\\' | '$' => out.extend(['\\', letter]),
            '\n' => out.push_str("\\n"),
            letter if letter.is_control() => out.push(' '),
            letter => out.push(letter),
        }
    }
    out
}

/// Texts as lines of at most so many columns, in quotes. An empty label would be none, and the id would be shown.
fn quoted(texts: &[String], room: usize) -> String {
    let lines: Vec<String> = texts.iter().flat_map(|text| wrap(text, room)).collect();
    let text = lines.join("\n");
    format!("\"{}\"", escaped(if text.is_empty() { " " } else { &text }))
}

fn head(heading: &Heading) -> String {
    let mut out = String::new();
    let text = format!("{} {}", clean(&heading.description, 4_000), judged(heading));
    for line in wrap(&text, 110) {
        // three quotes at the start of a comment would go on over lines
        out.push_str(&format!("# {line}\n"));
    }
    out.push_str("direction: right\n");
    let title = vec![clean(&heading.title, 120), clean(&heading.subtitle, 160), judged(heading)];
    let title: Vec<String> = title.into_iter().filter(|line| !line.is_empty()).collect();
    out.push_str(&format!(
        "title: {} {{shape: text; near: top-center; style: {{font-size: 20; font-color: \"{INK}\"}}}}\n",
        quoted(&title, 120)
    ));
    out
}

/// Looks by name.
fn classes(grades: &[Grade], verdicts: &[Verdict]) -> String {
    let mut out = String::from("classes: {\n");
    for grade in grades {
        let (look, name) = (colours(*grade), class(*grade));
        let dash = if *grade == Grade::Anonymous { "; stroke-dash: 3" } else { "" };
        out.push_str(&format!(
            "  {name}: {{style: {{fill: \"{}\"; stroke: \"{}\"; font-color: \"{}\"{dash}}}}}\n",
            look.fill, look.border, look.text
        ));
        let dash = if *grade <= Grade::Aggregate { "; stroke-dash: 3" } else { "" };
        out.push_str(&format!("  {name}-line: {{style: {{stroke: \"{}\"; stroke-width: 2{dash}}}}}\n", look.line));
    }
    for verdict in verdicts {
        let ((line, ground), name) = (colours_of(*verdict), verdict_class(*verdict));
        let dash = if *verdict == Verdict::CannotTell { "; stroke-dash: 5" } else { "" };
        out.push_str(&format!("  {name}: {{style: {{stroke: \"{line}\"; stroke-width: 4}}}}\n"));
        out.push_str(&format!(
            "  {name}-line: {{style: {{stroke: \"{line}\"; font-color: \"{line}\"; stroke-width: 4{dash}}}}}\n"
        ));
        out.push_str(&format!(
            "  {name}-card: {{shape: page; style: {{fill: \"{ground}\"; stroke: \"{line}\"; font-color: \"{INK}\"}}}}\n"
        ));
    }
    out.push_str(&format!("  work: {{style: {{fill: \"#ffffff\"; stroke: \"{INK}\"; font-color: \"{INK}\"}}}}\n"));
    out.push_str(&format!(
        "  lane: {{style: {{fill: \"{LANE}\"; stroke: \"{BORDER}\"; font-color: \"{INK}\"; font-size: 22; stroke-dash: 5}}}}\n"
    ));
    out.push_str(&format!(
        "  frame: {{style: {{fill: \"{FRAME}\"; stroke: \"{BORDER}\"; font-color: \"{INK}\"; font-size: 18; stroke-dash: 5}}}}\n"
    ));
    out.push_str("}\n");
    out
}

fn verdict_class(verdict: Verdict) -> &'static str {
    if verdict == Verdict::CannotTell { "unsure" } else { "broken" }
}

fn diagram(page: &Page<'_>) -> String {
    let mut out = head(&page.chart.heading);
    let marks = page.nodes().filter_map(|(_, n)| n.mark).chain(page.edges().filter_map(|(_, e)| e.mark));
    let used: Vec<Grade> = marks.map(|mark| mark.grade).collect();
    let grades: Vec<Grade> = Grade::ALL.into_iter().filter(|grade| used.contains(grade)).collect();
    let told = |verdict: &Verdict| page.chart.trails.iter().any(|trail| trail.verdict == *verdict);
    let verdicts: Vec<Verdict> = [Verdict::Fail, Verdict::CannotTell].into_iter().filter(told).collect();
    out.push_str(&classes(&grades, &verdicts));
    // where a box is to be found from outside: its lane and its frames, then itself
    let mut paths: Vec<Option<String>> = vec![None; page.chart.nodes.len()];
    for (number, lane) in page.lanes() {
        let unnamed = lane.title.trim().is_empty();
        let mut path = String::new();
        if !unnamed {
            let mut title = vec![clean(&lane.title, page.room.title)];
            let details: Vec<String> = lane.details.iter().take(4).map(|d| clean(d, page.room.title)).collect();
            title.extend(Some(details.join(", ")).filter(|d| !d.is_empty()));
            out.push_str(&format!("l{number}: {} {{\n  class: lane\n", quoted(&title, 40)));
            path = format!("l{number}.");
        }
        inside(&mut out, page, (number, None), usize::from(!unnamed), &path, &mut paths);
        if !unnamed {
            out.push_str("}\n");
        }
    }
    let at = |node: usize| paths.get(node).and_then(Option::as_deref);
    for (number, edge) in page.edges() {
        if let (Some(from), Some(to)) = (at(edge.from), at(edge.to)) {
            edge_line(&mut out, page, (number, edge), from, to);
        }
    }
    notes(&mut out, page);
    out
}

fn inside(
    out: &mut String,
    page: &Page<'_>,
    (lane, frame): (usize, Option<usize>),
    depth: usize,
    path: &str,
    paths: &mut [Option<String>],
) {
    for (number, node) in page.nodes_in(lane, frame) {
        node_line(out, page, number, node, depth);
        if let Some(place) = paths.get_mut(number) {
            *place = Some(format!("{path}n{number}"));
        }
    }
    for (number, said) in page.frames_in(lane, frame) {
        frame_block(out, page, (number, said), depth, path, paths);
    }
}

fn frame_block(
    out: &mut String,
    page: &Page<'_>,
    (number, frame): (usize, &Frame),
    depth: usize,
    path: &str,
    paths: &mut [Option<String>],
) {
    let pad = "  ".repeat(depth);
    let title = quoted(&[clean(&frame.title, page.room.title)], 40);
    out.push_str(&format!("{pad}f{number}: {title} {{\n{pad}  class: frame\n"));
    // a parent comes before what is in it: this ends
    inside(out, page, (frame.lane, Some(number)), depth + 1, &format!("{path}f{number}."), paths);
    out.push_str(&format!("{pad}}}\n"));
}

fn node_line(out: &mut String, page: &Page<'_>, number: usize, node: &Node, depth: usize) {
    let shape = match node.shape {
        Shape::Store => "cylinder",
        Shape::Step => "oval",
        Shape::Document => "document",
        Shape::Use => "rectangle; style.double-border: true",
        Shape::Decision => "hexagon",
        Shape::Party => "rectangle",
    };
    let holds = !matches!(node.shape, Shape::Step | Shape::Use | Shape::Decision);
    let mut looks = vec![node.mark.filter(|_| holds).map_or("work", |mark| class(mark.grade))];
    looks.extend(page.node_verdict(number).map(verdict_class));
    out.push_str(&format!(
        "{}n{number}: {} {{shape: {shape}; class: [{}]}}\n",
        "  ".repeat(depth),
        quoted(&page.node_lines(node), BOX),
        looks.join("; ")
    ));
}

fn edge_line(out: &mut String, page: &Page<'_>, (number, edge): (usize, &Edge), from: &str, to: &str) {
    let text = page.edge_lines(edge);
    let text = if text.is_empty() { String::new() } else { format!(": {}", quoted(&text, LINE)) };
    let mut looks: Vec<String> = Vec::new();
    looks.extend(edge.mark.map(|mark| format!("{}-line", class(mark.grade))));
    looks.extend(page.edge_verdict(number).map(|verdict| format!("{}-line", verdict_class(verdict))));
    let looks = match (looks.is_empty(), text.is_empty()) {
        (true, _) => String::new(),
        (false, true) => format!(": {{class: [{}]}}", looks.join("; ")),
        (false, false) => format!(" {{class: [{}]}}", looks.join("; ")),
    };
    out.push_str(&format!("{from} -> {to}{text}{looks}\n"));
}

fn notes(out: &mut String, page: &Page<'_>) {
    for (number, trail) in page.trails().enumerate() {
        let look = verdict_class(trail.verdict);
        out.push_str(&format!("c{number}: {} {{class: {look}-card}}\n", quoted(&page.card_lines(trail), CARD)));
    }
    let mut rest = page.wall_lines();
    rest.extend(page.left_out());
    if !rest.is_empty() {
        out.push_str(&format!("rest: {} {{shape: page; class: work}}\n", quoted(&rest, CARD)));
    }
}

/// Rows and columns as a grid.
fn grid(sheet: &Sheet, rest: Option<String>) -> String {
    let mut out = head(&sheet.heading);
    out.push_str(&classes(&Grade::ALL, &[Verdict::Fail]));
    out.push_str(&format!(
        "sheet: \"\" {{\n  grid-rows: {}\n  grid-columns: {}\n  grid-gap: 0\n  style: {{stroke-width: 0; fill: \"#ffffff\"}}\n",
        sheet.rows.len() + 1,
        sheet.columns.len()
    ));
    for (at, column) in sheet.columns.iter().enumerate() {
        out.push_str(&format!(
            "  h{at}: {} {{class: lane; style.font-size: 16}}\n",
            quoted(std::slice::from_ref(column), 20)
        ));
    }
    for (row, cells) in sheet.rows.iter().enumerate() {
        for (at, cell) in cells.iter().enumerate() {
            let (text, looks) = match cell {
                None => ("\" \"".to_owned(), "[work]".to_owned()),
                Some(cell) => (quoted(&cell.lines, 24), looks(cell)),
            };
            out.push_str(&format!("  r{row}c{at}: {text} {{class: {looks}}}\n"));
        }
    }
    out.push_str("}\n");
    if let Some(rest) = rest {
        out.push_str(&format!("rest: {} {{shape: page; class: work}}\n", quoted(&[rest], CARD)));
    }
    out
}

fn looks(cell: &Entry) -> String {
    let mut all = vec![cell.grade.map_or("work", class)];
    if cell.broken {
        all.push("broken");
    }
    format!("[{}]", all.join("; "))
}
