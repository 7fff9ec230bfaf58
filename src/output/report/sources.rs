//! The lines of source that findings point to: each once, with what follows of its declaration.

use std::collections::{BTreeMap, BTreeSet};

use super::html;
use crate::output::text::{one_line, safe, shorten};
use crate::source::{FileId, Sources, Span};

/// How many lines of a declaration are shown.
const LINES: u32 = 8;

/// How many columns of a line are shown.
const COLUMNS: usize = 180;

/// How many lines are shown on the whole page.
pub const MOST_LINES: usize = 4_000;

/// The lines that the page refers to.
pub(super) struct Cited<'a> {
    sources: &'a Sources,
    lines: BTreeMap<FileId, BTreeSet<u32>>,
    count: usize,
}

impl<'a> Cited<'a> {
    pub(super) fn of(sources: &'a Sources) -> Cited<'a> {
        Cited { sources, lines: BTreeMap::new(), count: 0 }
    }

    /// `file:line` as a link to the line, which is then shown at the end of the page; without a link where there are too many.
    pub(super) fn link(&mut self, span: Span) -> String {
        let Some(at) = self.sources.position(span.start) else { return String::new() };
        let Some(file) = self.sources.file(at.file) else { return String::new() };
        let name = html::text(&format!("{}:{}", safe(&file.shown()), at.line));
        if !self.cite(at.file, at.line) {
            return format!("<span class=\"at\">{name}</span>");
        }
        format!("<a class=\"at\" href=\"#{}\">{name}</a>", id(at.file, at.line))
    }

    /// The same with the line itself, the place in it marked.
    pub(super) fn shown(&mut self, span: Span) -> String {
        let link = self.link(span);
        let Some(at) = self.sources.position(span.start) else { return link };
        let Some((line, start)) = self.sources.file(at.file).and_then(|file| file.line(at.line)) else { return link };
        let file_start = self.sources.file(at.file).map_or(0, |file| file.start);
        let from = (span.start.saturating_sub(file_start + start) as usize).min(line.len());
        let to = (span.end.saturating_sub(file_start + start) as usize).clamp(from, line.len());
        let (Some(before), Some(marked), Some(after)) = (line.get(..from), line.get(from..to), line.get(to..)) else {
            return link;
        };
        let room = COLUMNS.saturating_sub(marked.chars().count());
        let lead = if before.trim_start().chars().count() > 60 { "…" } else { before.trim_start() };
        format!(
            "{link} <code class=\"line\">{}<mark>{}</mark>{}</code>",
            html::escaped(&safe(lead)),
            html::escaped(&shorten(&safe(marked), COLUMNS)),
            html::escaped(&shorten(safe(after).trim_end(), room.max(20)))
        )
    }

    /// Notes the lines of the declaration that begins there.
    fn cite(&mut self, file: FileId, line: u32) -> bool {
        let Some(text) = self.sources.file(file) else { return false };
        let cited = self.lines.entry(file).or_default();
        if !cited.contains(&line) && self.count >= MOST_LINES {
            return false;
        }
        let indent = |text: &str| text.len() - text.trim_start().len();
        let first = text.line(line).map_or("", |(text, _)| text);
        let (depth, open) = (indent(first), first.matches('{').count() > first.matches('}').count());
        for number in line..=line.saturating_add(if open { LINES - 1 } else { 0 }) {
            let Some((text, _)) = text.line(number) else { break };
            self.count += usize::from(cited.insert(number));
            if number > line && !text.trim().is_empty() && indent(text) <= depth {
                break;
            }
        }
        true
    }

    /// All lines that the page refers to, file by file.
    pub(super) fn listing(&self) -> String {
        let mut out = String::new();
        for (id, lines) in &self.lines {
            let Some(file) = self.sources.file(*id) else { continue };
            let name = html::text(&safe(&file.shown()));
            // a region that can be scrolled must be reached by keyboard
            out.push_str(&format!(
                "<h3>{name}</h3>\n<pre class=\"listing\" tabindex=\"0\" role=\"region\" aria-label=\"{name}\">"
            ));
            let mut last = 0;
            for number in lines {
                let Some((line, _)) = file.line(*number) else { continue };
                if last > 0 && last + 1 != *number {
                    out.push_str("<span class=\"gap\">…</span>\n");
                }
                last = *number;
                let shown = shorten(safe(&line.replace('\t', "    ")).trim_end(), COLUMNS);
                out.push_str(&format!(
                    "<span id=\"{}\" class=\"row\"><span class=\"nr\">{number}</span>{}</span>\n",
                    self::id(*id, *number),
                    html::escaped(&shown)
                ));
            }
            out.push_str("</pre>\n");
        }
        out
    }

    /// A place in words, for lists.
    pub(super) fn place(&self, span: Span) -> String {
        self.sources
            .position(span.start)
            .and_then(|at| Some(one_line(&format!("{}:{}", self.sources.file(at.file)?.shown(), at.line))))
            .unwrap_or_default()
    }
}

fn id(file: FileId, line: u32) -> String {
    format!("line:{}:{line}", file.0 + 1)
}
