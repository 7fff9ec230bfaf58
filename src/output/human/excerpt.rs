//! The lines of source that a message shows, as [`miette`] wants them.
//!
//! Miette reads labels in the order of their offsets, prints lines whole and prints every character as it is. So the
//! lines that a message needs are copied into a small text of our own: **in the order of the story**, whatever files they
//! are in; escaped; cut around the place. Offsets are those of that text, and line numbers those of the file. It is also
//! fast: nothing but the lines shown is read.

use std::ops::Range;

use miette::{LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use crate::output::text;
use crate::source::{File, FileId, Sources, Span};

/// A place and what to say of it.
#[derive(Debug, Clone)]
pub(super) struct Mark {
    /// Where.
    pub(super) span: Span,
    /// What is said there; may be empty.
    pub(super) text: String,
}

/// Lines between two places of one file that still are shown in one piece.
const NEAR: u32 = 2;

/// Columns that what is said at a place must at least have.
const ROOM_FOR_TEXT: usize = 48;

/// Columns of a place that are underlined at most, so that what is said of it begins near its start.
const UNDERLINED: usize = 40;

/// The lines to show, with what is said of them.
#[derive(Debug, Default)]
pub(super) struct Excerpt {
    text: String,
    pieces: Vec<Piece>,
    lines: Vec<Line>,
    labels: Vec<Said>,
}

/// Lines of one file that follow each other.
#[derive(Debug)]
struct Piece {
    name: String,
    lines: Range<usize>,
}

#[derive(Debug)]
struct Line {
    /// Where it begins in the excerpt's text.
    start: usize,
    /// Its number in its file, from 1.
    number: u32,
}

#[derive(Debug)]
struct Said {
    start: usize,
    len: usize,
    /// Column in the file, from 1.
    column: u32,
    text: String,
}

/// The marks that are shown in one piece.
struct Group<'a> {
    id: FileId,
    first: u32,
    last: u32,
    marks: Vec<&'a Mark>,
}

impl Excerpt {
    /// The lines that the marks stand on, with `context` lines around, no wider than `width` columns.
    pub(super) fn of(sources: &Sources, marks: &[Mark], context: u32, width: usize) -> Excerpt {
        let mut excerpt = Excerpt::default();
        for group in groups(sources, marks) {
            if let Some(file) = sources.file(group.id) {
                excerpt.add(sources, file, &group, context, width);
            }
        }
        excerpt
    }

    fn add(&mut self, sources: &Sources, file: &File, group: &Group<'_>, context: u32, width: usize) {
        let blank = |n: u32| file.line(n).is_none_or(|(l, _)| l.trim().is_empty());
        let mut first = group.first.saturating_sub(context).max(1);
        let mut last = group.last.saturating_add(context).min(file.line_count() as u32);
        while first < group.first && blank(first) {
            first += 1;
        }
        while last > group.last && blank(last) {
            last -= 1;
        }
        let begin = self.lines.len();
        let room = width.saturating_sub(last.to_string().len() + 4).max(40);
        for number in first..=last {
            let Some((line, start)) = file.line(number) else { continue };
            let marks: Vec<(&Mark, u32)> = group
                .marks
                .iter()
                .filter_map(|m| sources.position(m.span.start).filter(|p| p.line == number).map(|p| (*m, p.column)))
                .collect();
            self.add_line(line, file.start + start, number, &marks, room);
        }
        self.pieces.push(Piece { name: text::safe(&file.shown()).into_owned(), lines: begin..self.lines.len() });
    }

    fn add_line(&mut self, line: &str, start: u32, number: u32, marks: &[(&Mark, u32)], room: usize) {
        let local = |m: &Mark| {
            let from = (m.span.start.saturating_sub(start) as usize).min(line.len());
            from..(m.span.end.saturating_sub(start) as usize).clamp(from, line.len())
        };
        let from = marks.iter().map(|(m, _)| local(m).start).min();
        let shown = Shown::of(line, from, room);
        let offset = self.text.len();
        self.lines.push(Line { start: offset, number });
        self.text.push_str(&shown.text);
        self.text.push('\n');
        let before = self.labels.len();
        for (mark, column) in marks {
            let range = local(mark);
            let at = shown.find(range.start);
            let end = shown.find(range.end).max(at);
            let piece = shown.text.get(at..end).unwrap_or("");
            let len = text_prefix(piece.trim_end(), UNDERLINED);
            let column_shown =
                text::width(shown.text.get(..at).unwrap_or("")) + text::width(piece.get(..len).unwrap_or("")) / 2;
            let said = text::wrap(&mark.text, room.saturating_sub(column_shown + 5).max(24)).join("\n");
            let start = offset + at;
            let taken = self.labels[before..]
                .iter_mut()
                .find(|l| start < l.start + l.len.max(1) && l.start < start + len.max(1));
            match taken {
                Some(_) if said.is_empty() => {}
                Some(other) if other.text.is_empty() => other.text = said,
                Some(other) => other.text = format!("{}\n{said}", other.text),
                None => self.labels.push(Said { start, len, column: *column, text: said }),
            }
        }
    }

    /// What miette shows of it.
    pub(super) fn labels(&self) -> Vec<LabeledSpan> {
        self.labels
            .iter()
            .map(|l| LabeledSpan::new((!l.text.is_empty()).then(|| l.text.clone()), l.start, l.len))
            .collect()
    }

    /// Whether there is nothing to show.
    pub(super) fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    fn line_at(&self, offset: usize) -> Option<usize> {
        self.lines.partition_point(|l| l.start <= offset).checked_sub(1)
    }
}

impl SourceCode for Excerpt {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        // no label holds a line end, so its end is on its own line; two pieces are never one
        let end = span.offset() + span.len();
        let (Some(from), Some(to)) = (self.line_at(span.offset()), self.line_at(end)) else {
            return Err(MietteError::OutOfBounds);
        };
        let Some(piece) = self.pieces.iter().find(|p| p.lines.contains(&from) && p.lines.contains(&to)) else {
            return Err(MietteError::OutOfBounds);
        };
        let from = from.saturating_sub(before).max(piece.lines.start);
        let to = (to + after + 1).min(piece.lines.end);
        let start = self.lines[from].start;
        let end = self.lines.get(to).map_or(self.text.len(), |l| l.start);
        let column = self.labels.iter().find(|l| l.start == span.offset()).map_or(1, |l| l.column);
        Ok(Box::new(MietteSpanContents::new_named(
            piece.name.clone(),
            &self.text.as_bytes()[start..end],
            (start, end - start).into(),
            self.lines[from].number as usize - 1,
            column as usize - 1,
            to - from,
        )))
    }
}

/// The marks by piece, in their order.
fn groups<'a>(sources: &Sources, marks: &'a [Mark]) -> Vec<Group<'a>> {
    let mut groups: Vec<Group<'a>> = Vec::new();
    for mark in marks {
        let Some(place) = sources.position(mark.span.start) else { continue };
        match groups.last_mut() {
            Some(g) if g.id == place.file && place.line + NEAR >= g.first && place.line <= g.last + NEAR => {
                g.first = g.first.min(place.line);
                g.last = g.last.max(place.line);
                g.marks.push(mark);
            }
            _ => groups.push(Group { id: place.file, first: place.line, last: place.line, marks: vec![mark] }),
        }
    }
    groups
}

/// A line as it is shown: escaped, and cut where it is too long.
struct Shown {
    text: String,
    /// Offsets in the line and where they came to stand, in order.
    places: Vec<(usize, usize)>,
}

impl Shown {
    /// Shows a line in `room` columns, around the offset `from` if something is said there.
    fn of(line: &str, from: Option<usize>, room: usize) -> Shown {
        let from = from.unwrap_or(0);
        // only the neighbourhood is looked at: a line may be millions of bytes long
        let low = floor(line, from.saturating_sub(4 * room));
        let high = floor(line, from.saturating_add(8 * room));
        let cells: Vec<(usize, char)> = line[low..high].char_indices().map(|(i, c)| (low + i, c)).collect();
        let piece = |c: char| {
            let mut out = String::new();
            match c {
                '\t' => out.push_str("    "),
                '\u{feff}' => {}
                c => text::push_safe(&mut out, c),
            }
            out
        };
        let index = cells.partition_point(|(at, _)| *at < from);
        let columns: usize = cells[..index].iter().map(|(_, c)| text::width(&piece(*c))).sum();
        let mut skip = 0;
        if low > 0 || columns + ROOM_FOR_TEXT > room {
            // keep a third of the room for what stands before the place
            let mut before = 0;
            skip = index;
            while skip > 0 && before < room / 3 {
                skip -= 1;
                before += text::width(&piece(cells[skip].1));
            }
        }
        let mut shown = Shown { text: String::new(), places: Vec::new() };
        if low > 0 || skip > 0 {
            shown.text.push('…');
        }
        let mut used = text::width(&shown.text);
        for (at, c) in &cells[skip..] {
            let piece = piece(*c);
            used += text::width(&piece);
            if used >= room {
                shown.places.push((*at, shown.text.len()));
                shown.text.push('…');
                return shown;
            }
            shown.places.push((*at, shown.text.len()));
            shown.text.push_str(&piece);
        }
        shown.places.push((high, shown.text.len()));
        shown
    }

    /// Where an offset of the line came to stand.
    fn find(&self, offset: usize) -> usize {
        let next = self.places.partition_point(|(at, _)| *at < offset);
        self.places.get(next).or(self.places.last()).map_or(0, |(_, to)| *to)
    }
}

/// The nearest character border at or below an offset.
fn floor(text: &str, offset: usize) -> usize {
    let mut at = offset.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// How many bytes of a text fit in so many columns.
fn text_prefix(text: &str, columns: usize) -> usize {
    let mut used = 0;
    for (at, c) in text.char_indices() {
        used += text::width(c.encode_utf8(&mut [0; 4]));
        if used > columns {
            return at;
        }
    }
    text.len()
}
