//! The formatter: one canonical layout, from tokens and the outline that parsing left, so that nothing can get lost.
//!
//! Facts stand one a line, two spaces in, their values in one column. What was on one line stays there while it fits.
//! Line breaks inside a list or sentence stay, with a canonical indent; comments stay where they were; at most one blank
//! line stays between two facts or declarations.

use super::intern::Interner;
use super::parse::GOES_ON;
use super::token::{Comment, Token, TokenKind};
use super::{Outline, Parsed, Stretch, parse};
use crate::diagnostic::Diagnostics;

/// How wide a line may be for a declaration to stay on it.
const WIDTH: usize = 100;
/// How far a line is indented for each brace around it.
const INDENT: usize = 2;
/// A property word longer than this does not push the values of the other lines to the right.
const LONGEST_LABEL: usize = 18;

/// Lays a file out.
///
/// The result says the same as the text, with the same comments, and is its own layout. Line ends become LF, a byte
/// order mark goes.
///
/// # Errors
/// A file with errors is left alone; what is wrong with it comes back, with spans from 0.
pub fn format(text: &str) -> Result<String, Diagnostics> {
    let mut diagnostics = Diagnostics::new();
    let parsed = parse(text, 0, &mut Interner::new(), &mut diagnostics);
    if diagnostics.has_errors() {
        return Err(diagnostics);
    }
    Ok(lay_out(text, &parsed))
}

fn lay_out(text: &str, parsed: &Parsed) -> String {
    let mut writer = Writer {
        text,
        tokens: &parsed.tokens,
        comments: &parsed.comments,
        outline: &parsed.outline,
        out: String::with_capacity(text.len() + text.len() / 8),
        next_comment: 0,
        commented: false,
        last_end: None,
        before: None,
    };
    for declaration in &parsed.outline.declarations {
        let first = declaration.first as usize;
        writer.comments_before(first, 0);
        writer.start_line(0, writer.start_of(first));
        let style = Style { indent: 0, rest: INDENT, sentence: false, keyword: writer.word(first) };
        writer.stretch(first, declaration.end as usize, 0, 0, style);
    }
    writer.comments_before(parsed.tokens.len(), 0);
    if !writer.out.is_empty() {
        writer.out.push('\n');
    }
    writer.out
}

/// How the tokens of a fact or head are written.
#[derive(Clone, Copy)]
struct Style<'a> {
    /// The indent of its first line.
    indent: usize,
    /// The indent of its other lines.
    rest: usize,
    /// Whether it is a sentence, in which brackets group.
    sentence: bool,
    /// The keyword of the declaration that a brace in it belongs to.
    keyword: &'a str,
}

struct Writer<'a> {
    text: &'a str,
    tokens: &'a [Token],
    comments: &'a [Comment],
    outline: &'a Outline,
    out: String,
    next_comment: usize,
    /// Whether the line that is being written ends with a comment.
    commented: bool,
    /// Where in the source the last thing written ends; `None` at the beginning of a file or body.
    last_end: Option<u32>,
    /// The kind of the token before on this line.
    before: Option<TokenKind>,
}

impl<'a> Writer<'a> {
    fn start_of(&self, token: usize) -> u32 {
        self.tokens.get(token).map_or(0, |t| t.start)
    }

    fn source(&self, start: u32, end: u32) -> &'a str {
        self.text.get(start as usize..end as usize).unwrap_or("")
    }

    fn word(&self, token: usize) -> &'a str {
        self.tokens.get(token).map_or("", |t| self.source(t.start, t.end))
    }

    /// How many characters the line has so far.
    fn column(&self) -> usize {
        let line = self.out.rsplit('\n').next().unwrap_or("");
        line.chars().count()
    }

    /// Ends the line that is being written, if any, and indents the next; keeps one blank line where there were some.
    fn start_line(&mut self, indent: usize, source_start: u32) {
        if !self.out.is_empty() {
            self.out.push('\n');
            let gap = self.last_end.map_or("", |end| self.source(end, source_start));
            if line_ends(gap) > 1 {
                self.out.push('\n');
            }
        }
        self.indent(indent);
    }

    /// Goes on with the same fact on another line.
    fn break_line(&mut self, indent: usize) {
        self.out.push('\n');
        self.indent(indent);
    }

    fn indent(&mut self, indent: usize) {
        self.out.extend(std::iter::repeat_n(' ', indent));
        self.commented = false;
        self.before = None;
    }

    /// Writes the comments before a token that are not written yet.
    fn comments_before(&mut self, token: usize, indent: usize) {
        while let Some(comment) = self.comments.get(self.next_comment).filter(|c| c.before_token as usize <= token) {
            self.next_comment += 1;
            let follows = !self.out.is_empty() && !self.commented && self.follows_on_line(*comment);
            if follows {
                self.out.push_str("  ");
            } else {
                self.start_line(indent, comment.span.start);
            }
            self.out.push_str(self.source(comment.span.start, comment.span.end));
            self.commented = true;
            self.last_end = Some(comment.span.end);
        }
    }

    /// Whether something else stands before a comment on its line.
    fn follows_on_line(&self, comment: Comment) -> bool {
        let before = self.text.get(..comment.span.start as usize).unwrap_or("").trim_start_matches('\u{feff}');
        let before = before.trim_end_matches([' ', '\t']);
        !before.is_empty() && !before.ends_with(['\n', '\r'])
    }

    /// Writes the tokens of a head or fact, bodies in it included. `label` tokens are its property word, padded to `width`.
    fn stretch(&mut self, first: usize, end: usize, label: usize, width: usize, style: Style<'a>) {
        let begin = self.out.len();
        let mut at = first;
        while at < end {
            let Some(token) = self.tokens.get(at).copied() else { return };
            if token.kind == TokenKind::OpenBrace {
                self.body(at, style);
                at = token.value as usize + 1;
                continue;
            }
            // a comment before these signs goes behind them, where a line may end
            let deferred = matches!(token.kind, TokenKind::Comma | TokenKind::CloseParen);
            if at > first && !deferred {
                self.comments_before(at, style.rest);
                if self.commented || token.first {
                    self.break_line(style.rest);
                }
            }
            if at == first + label && label > 0 && self.before.is_some() {
                let written = self.out.len() - begin;
                self.out.extend(std::iter::repeat_n(' ', width.saturating_sub(written).max(1)));
            } else if self.space_before(token.kind, style.sentence) {
                self.out.push(' ');
            }
            self.token(token);
            at += 1;
        }
    }

    fn space_before(&self, kind: TokenKind, sentence: bool) -> bool {
        match (self.before, kind) {
            (None | Some(TokenKind::OpenParen), _) | (_, TokenKind::Comma | TokenKind::CloseParen) => false,
            (_, TokenKind::OpenParen) => sentence,
            _ => true,
        }
    }

    fn token(&mut self, token: Token) {
        self.out.push_str(self.source(token.start, token.end));
        self.before = Some(token.kind);
        self.last_end = Some(token.end);
    }

    /// Writes ` { … }`, on this line when it was on one and fits.
    fn body(&mut self, open: usize, style: Style<'a>) {
        let close = self.tokens.get(open).map_or(open, |t| t.value as usize);
        let facts = self.facts_between(open, close);
        // a comment between the head and its brace goes behind the brace
        let comments = self.comments.get(self.next_comment).is_some_and(|c| c.before_token as usize <= close);
        let one_line = !self.tokens.get(open + 1..=close).unwrap_or(&[]).iter().any(|t| t.first);
        self.out.push_str(" {");
        // no facts fit on any line
        if !comments && (one_line || facts.is_empty()) && self.on_one_line(&facts, style) {
            self.out.push_str(" }");
        } else {
            self.on_lines(open, close, &facts, style);
        }
        self.before = Some(TokenKind::CloseBrace);
        self.last_end = self.tokens.get(close).map(|t| t.end);
    }

    /// The facts directly between two braces.
    fn facts_between(&self, open: usize, close: usize) -> Vec<Stretch> {
        let all = &self.outline.facts;
        let mut place = all.partition_point(|f| f.first as usize <= open);
        let mut facts: Vec<Stretch> = Vec::new();
        while let Some(fact) = all.get(place).filter(|f| (f.first as usize) < close) {
            if facts.last().is_none_or(|last| fact.first >= last.end) {
                facts.push(*fact);
            }
            place += 1;
        }
        facts
    }

    /// Writes `fact; fact` after the brace; takes it back when the line gets too long.
    fn on_one_line(&mut self, facts: &[Stretch], style: Style<'a>) -> bool {
        let (length, last_end) = (self.out.len(), self.last_end);
        for (index, fact) in facts.iter().enumerate() {
            self.out.push_str(if index == 0 { " " } else { "; " });
            self.before = None;
            let inner = self.fact_style(*fact, style, style.indent + INDENT, None);
            self.stretch(fact.first as usize, fact.end as usize, 0, 0, inner);
            if self.column() + 2 > WIDTH || self.out.get(length..).is_some_and(|new| new.contains('\n')) {
                self.out.truncate(length);
                self.last_end = last_end;
                return false;
            }
        }
        true
    }

    /// Writes the facts one a line, and the closing brace on a line of its own.
    fn on_lines(&mut self, open: usize, close: usize, facts: &[Stretch], style: Style<'a>) {
        let indent = style.indent + INDENT;
        let widths = self.widths(facts, style.keyword);
        self.last_end = None;
        self.commented = false;
        // a comment right behind the brace stays there
        self.comments_before(open, indent);
        let mut after_sentence = false;
        for fact in facts {
            let first = fact.first as usize;
            // a party may be named `from`: then only the `;` shows that another sentence begins
            if after_sentence && fact.sentence && GOES_ON.contains(&self.word(first)) {
                if self.commented {
                    self.break_line(indent);
                }
                self.out.push(';');
            }
            after_sentence = fact.sentence;
            self.comments_before(first, indent);
            self.start_line(indent, self.start_of(first));
            let width = if self.word(first) == "receiver" { widths.receiver } else { widths.own };
            let width = width.filter(|w| fact.label > 0 && *w > self.label_length(*fact));
            let inner = self.fact_style(*fact, style, indent, width);
            self.stretch(first, fact.end as usize, fact.label as usize, width.unwrap_or(0), inner);
        }
        self.comments_before(close, indent);
        // no blank line before the closing brace
        self.last_end = None;
        self.start_line(style.indent, 0);
        self.out.push('}');
    }

    fn fact_style(&self, fact: Stretch, outer: Style<'a>, indent: usize, width: Option<usize>) -> Style<'a> {
        let list = fact.label == 0 && !fact.sentence;
        let rest = match width {
            _ if list => indent,
            Some(width) => indent + width,
            None => indent + INDENT,
        };
        let declares = fact.first as usize + usize::from(outer.keyword == "scenario");
        Style { indent, rest, sentence: fact.sentence, keyword: self.word(declares) }
    }

    fn label_length(&self, fact: Stretch) -> usize {
        let first = fact.first as usize;
        let words = self.tokens.get(first..first + fact.label as usize).unwrap_or(&[]);
        words.iter().map(|t| (t.end - t.start) as usize + 1).sum::<usize>().saturating_sub(1)
    }

    /// Where the values of a body's lines begin; a scenario's lines are read as sentences and are not padded.
    fn widths(&self, facts: &[Stretch], keyword: &str) -> Widths {
        let width = |receiver: bool| {
            if keyword == "scenario" {
                return None;
            }
            let labels = facts
                .iter()
                .filter(|f| {
                    f.label > 0 && f.first + f.label < f.end && (self.word(f.first as usize) == "receiver") == receiver
                })
                .map(|f| self.label_length(*f))
                .filter(|l| *l <= LONGEST_LABEL);
            let (longest, count) = labels.fold((0, 0), |(longest, count), l| (longest.max(l), count + 1));
            (count > 1).then_some(longest + 2)
        };
        Widths { own: width(false), receiver: width(true) }
    }
}

/// Where values begin, counted from the property word; `None` when they follow it after one space.
struct Widths {
    own: Option<usize>,
    /// For the lines about a flow's receiver, which are aligned among themselves.
    receiver: Option<usize>,
}

/// How many line ends are in a stretch of text.
fn line_ends(gap: &str) -> usize {
    let bytes = gap.as_bytes();
    bytes.iter().enumerate().filter(|(i, b)| **b == b'\n' || (**b == b'\r' && bytes.get(i + 1) != Some(&b'\n'))).count()
}
