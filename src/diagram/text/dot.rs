//! DOT, the language of Graphviz.

use super::sheet::Sheet;
use super::{BORDER, FRAME, INK, LANE, Page, clean, colours, colours_of, fitted, is_counts, judged, plain, wrap};
use crate::check::Verdict;
use crate::diagram::chart::{Edge, Frame, Grade, Heading, Node, Picture, Shape, Trail};

/// More than this is not written.
pub const MOST_LETTERS: usize = 1_000_000;

/// Columns of boxes and lines: Graphviz breaks no lines.
const BOX: usize = 24;
const LINE: usize = 26;
const CARD: usize = 60;

/// Writes a picture.
pub fn write(picture: &Picture) -> String {
    match picture {
        Picture::Chart(chart) => fitted(chart, MOST_LETTERS, usize::MAX, graph),
        Picture::Table(table) => {
            let sheet = Sheet::of_table(table);
            let rest = sheet.left_out(table.rows.len(), table.columns.len());
            table_graph(&sheet, rest)
        }
        Picture::Life(life) => {
            let sheet = Sheet::of_life(life);
            let rest = (life.bars.len() > sheet.rows.len())
                .then(|| format!("Not shown: {} more copies", life.bars.len() - sheet.rows.len()));
            table_graph(&sheet, rest)
        }
    }
}

/// A text inside a quoted string. Graphviz reads backslashes in labels, and the names of letters that HTML has.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '&' => out.push_str("&amp;"),
            '\n' => out.push_str("\\n"),
            letter if letter.is_control() => out.push(' '),
            letter => out.push(letter),
        }
    }
    out
}

/// A string of one line.
fn quoted(text: &str) -> String {
    format!("\"{}\"", escaped(text))
}

/// Lines one below the other, in the middle or at the left.
fn lines(lines: &[String], left: bool) -> String {
    let lines: Vec<String> = lines.iter().map(|line| escaped(line)).collect();
    if left { format!("\"{}\\l\"", lines.join("\\l")) } else { format!("\"{}\"", lines.join("\\n")) }
}

fn wrapped(texts: &[String], room: usize) -> Vec<String> {
    texts.iter().flat_map(|text| wrap(text, room)).collect()
}

/// The whole, as comments above a graph.
fn comment(heading: &Heading) -> String {
    let mut out = String::new();
    let text = format!("{} {}", clean(&heading.description, 4_000), judged(heading));
    for line in wrap(&text, 110) {
        out.push_str(&format!("// {line}\n"));
    }
    out
}

fn head(heading: &Heading, description: usize) -> String {
    let mut out = comment(heading);
    let title = vec![clean(&heading.title, 120), clean(&heading.subtitle, 160), judged(heading)];
    let title: Vec<String> = title.into_iter().filter(|line| !line.is_empty()).collect();
    out.push_str("digraph staunch {\n");
    out.push_str(&format!(
        "  graph [label={}, labelloc=t, fontname=\"Helvetica,Arial,sans-serif\", fontsize=18, fontcolor=\"{INK}\", rankdir=LR, \
         newrank=true, nodesep=0.3, ranksep=0.5, pad=0.3, tooltip={}]\n",
        lines(&title, false),
        quoted(&clean(&heading.description, description))
    ));
    out.push_str(&format!(
        "  node [fontname=\"Helvetica,Arial,sans-serif\", fontsize=11, style=filled, fillcolor=\"#ffffff\", color=\"{INK}\", \
         fontcolor=\"{INK}\", margin=\"0.14,0.08\"]\n"
    ));
    out.push_str(&format!(
        "  edge [fontname=\"Helvetica,Arial,sans-serif\", fontsize=10, color=\"{INK}\", fontcolor=\"{INK}\", arrowsize=0.8]\n"
    ));
    out
}

fn graph(page: &Page<'_>) -> String {
    let mut out = head(&page.chart.heading, page.room.description);
    for (number, lane) in page.lanes() {
        let unnamed = lane.title.trim().is_empty();
        if !unnamed {
            let mut title = vec![clean(&lane.title, page.room.title)];
            let details: Vec<String> = lane.details.iter().take(4).map(|d| clean(d, page.room.title)).collect();
            title.extend(Some(details.join(", ")).filter(|d| !d.is_empty()));
            cluster_start(&mut out, &format!("l{number}"), &title, LANE, 1);
        }
        inside(&mut out, page, number, None, if unnamed { 1 } else { 2 });
        if !unnamed {
            out.push_str("  }\n");
        }
    }
    for (number, edge) in page.edges() {
        edge_line(&mut out, page, number, edge);
    }
    notes(&mut out, page);
    out.push_str("}\n");
    out
}

fn cluster_start(out: &mut String, id: &str, title: &[String], ground: &str, depth: usize) {
    let pad = "  ".repeat(depth);
    out.push_str(&format!("{pad}subgraph cluster_{id} {{\n"));
    out.push_str(&format!(
        "{pad}  graph [label={}, labeljust=l, fontsize=13, style=\"rounded,filled,dashed\", fillcolor=\"{ground}\", \
         color=\"{BORDER}\", tooltip={}]\n",
        lines(&wrapped(title, 40), true),
        quoted(&title.join(", "))
    ));
}

fn inside(out: &mut String, page: &Page<'_>, lane: usize, frame: Option<usize>, depth: usize) {
    for (number, node) in page.nodes_in(lane, frame) {
        node_line(out, page, number, node, depth);
    }
    for (number, said) in page.frames_in(lane, frame) {
        frame_block(out, page, number, said, depth);
    }
}

fn frame_block(out: &mut String, page: &Page<'_>, number: usize, frame: &Frame, depth: usize) {
    cluster_start(out, &format!("f{number}"), &[clean(&frame.title, page.room.title)], FRAME, depth);
    // a parent comes before what is in it: this ends
    inside(out, page, frame.lane, Some(number), depth + 1);
    out.push_str(&format!("{}}}\n", "  ".repeat(depth)));
}

fn node_line(out: &mut String, page: &Page<'_>, number: usize, node: &Node, depth: usize) {
    let (shape, style) = match node.shape {
        Shape::Store => ("cylinder", "filled"),
        Shape::Step => ("box", "filled,rounded"),
        Shape::Document => ("note", "filled"),
        Shape::Use => ("box", "filled,diagonals"),
        Shape::Decision => ("hexagon", "filled"),
        Shape::Party => ("box", "filled"),
    };
    let holds = !matches!(node.shape, Shape::Step | Shape::Use | Shape::Decision);
    let mut looks = String::new();
    if let Some(mark) = node.mark.filter(|_| holds) {
        let look = colours(mark.grade);
        looks = format!(", fillcolor=\"{}\", color=\"{}\", fontcolor=\"{}\"", look.fill, look.border, look.text);
    }
    let dashed = if holds && node.mark.is_some_and(|m| m.grade == Grade::Anonymous) { ",dashed" } else { "" };
    if let Some(verdict) = page.node_verdict(number) {
        looks.push_str(&format!(", color=\"{}\", penwidth=3", colours_of(verdict).0));
    }
    out.push_str(&format!(
        "{}n{number} [label={}, shape={shape}, style=\"{style}{dashed}\"{looks}, id={}, tooltip={}]\n",
        "  ".repeat(depth),
        lines(&wrapped(&page.node_lines(node), BOX), false),
        quoted(&clean(&node.id, 200)),
        quoted(&clean(&node.description, page.room.description)),
    ));
}

fn edge_line(out: &mut String, page: &Page<'_>, number: usize, edge: &Edge) {
    let mut looks = Vec::new();
    let text = page.edge_lines(edge);
    if !text.is_empty() {
        looks.push(format!("label={}", lines(&wrapped(&text, LINE), false)));
    }
    let verdict = page.edge_verdict(number);
    match (verdict, edge.mark) {
        (Some(verdict), _) => {
            let style = if verdict == Verdict::CannotTell { "dashed" } else { "solid" };
            looks.push(format!("color=\"{0}\", fontcolor=\"{0}\", penwidth=3, style={style}", colours_of(verdict).0));
        }
        (None, Some(mark)) => {
            let style = if is_counts(edge.mark) { "dashed" } else { "solid" };
            looks.push(format!("color=\"{}\", penwidth=1.6, style={style}", colours(mark.grade).line));
        }
        (None, None) => {}
    }
    looks.push(format!("id={}", quoted(&clean(&edge.id, 200))));
    let told = quoted(&clean(&edge.description, page.room.description));
    looks.push(format!("tooltip={told}, labeltooltip={told}"));
    out.push_str(&format!("  n{} -> n{} [{}]\n", edge.from, edge.to, looks.join(", ")));
}

fn notes(out: &mut String, page: &Page<'_>) {
    let mut cards: Vec<(String, (&str, &str))> =
        page.trails().map(|trail: &Trail| (card(page, trail), colours_of(trail.verdict))).collect();
    let mut rest = page.wall_lines();
    rest.extend(page.left_out());
    if !rest.is_empty() {
        cards.push((lines(&wrapped(&rest, CARD), true), (BORDER, "#ffffff")));
    }
    for (number, (text, (line, ground))) in cards.iter().enumerate() {
        out.push_str(&format!(
            "  c{number} [label={text}, shape=note, fillcolor=\"{ground}\", color=\"{line}\", penwidth=1.5, tooltip=\"\"]\n"
        ));
    }
}

fn card(page: &Page<'_>, trail: &Trail) -> String {
    lines(&wrapped(&page.card_lines(trail), CARD), true)
}

/// Rows and columns as one node that is a table.
fn table_graph(sheet: &Sheet, rest: Option<String>) -> String {
    let mut out = head(&sheet.heading, 1_500);
    out.push_str("  sheet [shape=plaintext, style=\"\", tooltip=\"\", label=<\n");
    out.push_str("    <table border=\"0\" cellborder=\"1\" cellspacing=\"0\" cellpadding=\"6\">\n");
    let header: Vec<String> = sheet
        .columns
        .iter()
        .map(|column| format!("<td bgcolor=\"{LANE}\"><b>{}</b></td>", html(&wrap(column, 18))))
        .collect();
    out.push_str(&format!("      <tr>{}</tr>\n", header.concat()));
    for row in &sheet.rows {
        let cells = row.iter().map(|cell| match cell {
            None => "<td></td>".to_owned(),
            Some(cell) => {
                let text = html(&wrapped(&cell.lines, 22));
                match cell.grade {
                    None => format!("<td align=\"left\">{text}</td>"),
                    Some(grade) => {
                        let look = colours(grade);
                        let border = if cell.broken {
                            format!(" color=\"{}\" border=\"3\"", colours_of(Verdict::Fail).0)
                        } else {
                            String::new()
                        };
                        format!(
                            "<td bgcolor=\"{}\"{border}><font color=\"{}\">{text}</font></td>",
                            look.fill, look.text
                        )
                    }
                }
            }
        });
        out.push_str(&format!("      <tr>{}</tr>\n", cells.collect::<Vec<_>>().concat()));
    }
    out.push_str("    </table>>]\n");
    if let Some(rest) = rest {
        out.push_str(&format!("  rest [shape=plaintext, style=\"\", label={}]\n", quoted(&plain(&rest, 200))));
    }
    out.push_str("}\n");
    out
}

/// Lines in a label of Graphviz' HTML, which must not be without any letter.
fn html(lines: &[String]) -> String {
    let escaped = |text: &str| {
        text.replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;")
            .replace('"', "&quot;")
            .replace('[', "&#91;")
            .replace(']', "&#93;")
    };
    let all: Vec<String> = lines.iter().map(|line| escaped(line)).collect();
    let text = all.join("<br/>");
    if text.is_empty() { " ".to_owned() } else { text }
}
