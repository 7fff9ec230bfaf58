//! The reader of one fact: where it is, what it expects, and how it says what it found instead.

use super::values::Shape;
use super::{Read, Reported};
use crate::diagnostic::codes::{Code, syntax as codes};
use crate::diagnostic::{Diagnostic, Diagnostics, did_you_mean};
use crate::source::Span;
use crate::syntax::FixedWords;
use crate::syntax::lex::{push, shorten};
use crate::syntax::token::{Token, TokenKind};
use crate::syntax::tree::Name;
use crate::syntax::{Outline, Stretch};

/// Which facts are passed over without being read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Passes {
    /// None.
    Nothing,
    /// Those that do not begin with one of these words.
    AllBut(&'static [&'static str]),
}

/// Reads tokens from `at` up to `end`.
pub(super) struct Parser<'a> {
    pub(super) text: &'a str,
    /// Where the text begins in the run's offset space.
    pub(super) start: u32,
    pub(super) tokens: &'a [Token],
    pub(super) at: usize,
    pub(super) end: usize,
    /// The fact or head that is being read, for messages and for the formatter.
    pub(super) fact: Stretch,
    pub(super) outline: Outline,
    /// Whether the outline is wanted.
    pub(super) outlined: bool,
    /// Which facts of the declaration at hand are passed over.
    pub(super) passes: Passes,
    /// How many brackets are open in a condition.
    pub(super) depth: usize,
    /// Whether a scenario's `change` is being read, in which a step may leave its place out.
    pub(super) changing: bool,
    pub(super) fixed: FixedWords,
    pub(super) diagnostics: &'a mut Diagnostics,
}

impl<'a> Parser<'a> {
    pub(super) fn new(
        text: &'a str,
        start: u32,
        tokens: &'a [Token],
        fixed: FixedWords,
        diagnostics: &'a mut Diagnostics,
    ) -> Self {
        Parser {
            text,
            start,
            tokens,
            at: 0,
            end: tokens.len(),
            fact: Stretch::default(),
            outline: Outline::default(),
            outlined: false,
            passes: Passes::Nothing,
            depth: 0,
            changing: false,
            fixed,
            diagnostics,
        }
    }

    // ---- looking ----

    pub(super) fn done(&self) -> bool {
        self.at >= self.end
    }

    pub(super) fn token_at(&self, index: usize) -> Option<Token> {
        if index < self.end { self.tokens.get(index).copied() } else { None }
    }

    pub(super) fn peek(&self) -> Option<Token> {
        self.token_at(self.at)
    }

    pub(super) fn kind(&self) -> Option<TokenKind> {
        self.peek().map(|t| t.kind)
    }

    pub(super) fn source(&self, span: Span) -> &'a str {
        self.text.get((span.start - self.start) as usize..(span.end - self.start) as usize).unwrap_or("")
    }

    /// The text of the token at an index when it is a word, else nothing.
    pub(super) fn word_at(&self, index: usize) -> &'a str {
        match self.token_at(index) {
            Some(t) if t.kind == TokenKind::Word => self.source(t.span()),
            _ => "",
        }
    }

    pub(super) fn word(&self) -> &'a str {
        self.word_at(self.at)
    }

    pub(super) fn is(&self, word: &str) -> bool {
        self.word() == word
    }

    /// Whether the next words are these.
    pub(super) fn are(&self, words: &[&str]) -> bool {
        words.iter().enumerate().all(|(i, w)| self.word_at(self.at + i) == *w)
    }

    /// The place of the next token, or the empty place after the last one.
    pub(super) fn here(&self) -> Span {
        match self.peek() {
            Some(token) => token.span(),
            None => Span::at(self.before().end),
        }
    }

    /// The place of the token that was taken last.
    pub(super) fn before(&self) -> Span {
        self.at.checked_sub(1).and_then(|i| self.tokens.get(i)).map_or(Span::at(self.start), |t| t.span())
    }

    /// From the token at an index to the one taken last.
    pub(super) fn span_from(&self, index: usize) -> Span {
        match self.tokens.get(index) {
            Some(first) if index < self.at => first.span().to(self.before()),
            _ => self.here(),
        }
    }

    /// What stands next, for messages.
    pub(super) fn found(&self) -> String {
        let Some(token) = self.peek() else { return "the line ends".to_owned() };
        let text = self.source(token.span());
        match token.kind {
            TokenKind::Number => format!("the number `{}` stands", shorten(text)),
            TokenKind::Date => format!("the date `{text}` stands"),
            TokenKind::Text => "a text in quotes stands".to_owned(),
            _ => format!("`{}` stands", shorten(text)),
        }
    }

    // ---- taking ----

    pub(super) fn advance(&mut self) {
        self.at += 1;
    }

    pub(super) fn eat(&mut self, word: &str) -> bool {
        let found = self.is(word);
        if found {
            self.at += 1;
        }
        found
    }

    pub(super) fn eat_kind(&mut self, kind: TokenKind) -> bool {
        let found = self.kind() == Some(kind);
        if found {
            self.at += 1;
        }
        found
    }

    /// Takes the second word of a property such as `held by`, which then belongs to its label.
    pub(super) fn second(&mut self, word: &'static str) -> Read<()> {
        self.expect(word)?;
        self.label_ends();
        Ok(())
    }

    /// Says that the property word of the fact ends here.
    pub(super) fn label_ends(&mut self) {
        self.fact.label = (self.at - (self.fact.first as usize).min(self.at)) as u32;
    }

    /// Takes a word that has to come next.
    pub(super) fn expect(&mut self, word: &'static str) -> Read<Span> {
        let here = self.here();
        if self.eat(word) {
            return Ok(here);
        }
        Err(self.expected(Shape { what: "", example: word }))
    }

    /// Takes one word, whatever it says.
    pub(super) fn name(&mut self, shape: Shape) -> Read<Name> {
        match self.peek() {
            Some(token) if token.kind == TokenKind::Word => {
                self.at += 1;
                Ok(Name { symbol: token.symbol(), span: token.span() })
            }
            _ => Err(self.expected(shape)),
        }
    }

    // ---- saying ----

    pub(super) fn report(
        &mut self,
        code: &'static Code,
        span: Span,
        build: impl FnOnce(&'static Code, Span) -> Diagnostic,
    ) -> Reported {
        push(self.diagnostics, code, span, build);
        Reported
    }

    /// The property word of the fact that is being read, in backticks, or what else it is.
    pub(super) fn owner(&self) -> String {
        let first = self.tokens.get(self.fact.first as usize);
        let last = self.tokens.get((self.fact.first + self.fact.label.max(1) - 1) as usize);
        match (first, last) {
            (Some(first), Some(_)) if self.fact.sentence && first.kind == TokenKind::Word => "the sentence".to_owned(),
            (Some(first), Some(last)) => format!("`{}`", shorten(self.source(first.span().to(last.span())))),
            _ => "the line".to_owned(),
        }
    }

    /// Reports that something else was expected here; quiet about what has been reported already.
    pub(super) fn expected(&mut self, shape: Shape) -> Reported {
        let here = self.here();
        if self.kind() == Some(TokenKind::Bad) {
            return Reported;
        }
        let owner = self.owner();
        let what = match shape.what {
            "" => format!("the word `{}`", shape.example),
            what => what.to_owned(),
        };
        // a property of a rule may be followed by the next line's sentence
        let next_line = !self.fact.sentence && self.peek().is_some_and(|t| t.first && t.kind == TokenKind::Word);
        if self.done() || next_line {
            let (after, sentence) = (self.before(), self.fact.sentence);
            return self.report(&codes::MISSING_VALUE, after, |code, span| {
                let message = match shape.what {
                    "" => format!("{owner} goes on with {what}, but the line ends"),
                    _ => format!("{owner} is missing {what}"),
                };
                let help = if sentence {
                    "write it here; a sentence may go on to the next line"
                } else {
                    "write it, or `not-stated` when the source does not say"
                };
                Diagnostic::new(code, span, message).help(help).maybe_help(shape.help())
            });
        }
        let found = self.found();
        let near = if shape.what.is_empty() { did_you_mean(self.word(), [shape.example]) } else { None };
        self.report(&codes::WRONG_VALUE, here, |code, span| {
            Diagnostic::new(code, span, format!("{owner} needs {what} where {found}"))
                .maybe_help(near.or_else(|| shape.help()))
        })
    }

    /// Reports what stands after a complete fact, if anything.
    pub(super) fn finish(&mut self) -> Read<()> {
        let Some(token) = self.peek() else { return Ok(()) };
        if self.tokens.get(self.at..self.end).unwrap_or(&[]).iter().any(|t| t.kind == TokenKind::Bad) {
            return Err(Reported);
        }
        let owner = self.owner();
        let found = self.source(token.span());
        let help = match token.kind {
            TokenKind::OpenBrace => Some(format!("{owner} takes no lines of its own in braces")),
            _ if self.fact.sentence => {
                Some("the sentence is complete before it; another one begins on a line of its own".to_owned())
            }
            TokenKind::Word if self.after_line_comma() => Some(
                "the line above ends with a comma, so this line goes on with its list; take that comma out".to_owned(),
            ),
            TokenKind::Word if self.found_after_list() => Some(
                "separate several values by commas, and join the words of one by hyphens, as in `date-of-birth`"
                    .to_owned(),
            ),
            TokenKind::CloseParen => Some("take the bracket out, or open it before".to_owned()),
            TokenKind::Comma => Some(format!("{owner} takes one value only; write the line again for another")),
            _ => Some("write one fact a line, or put `;` between two on one line".to_owned()),
        };
        let rest = token.span();
        Err(self.report(&codes::LEFTOVER, rest, |code, span| {
            Diagnostic::new(code, span, format!("`{}` is left over after {owner}", shorten(found))).maybe_help(help)
        }))
    }

    /// Whether the token before began its line because of a comma at the end of the line above.
    fn after_line_comma(&self) -> bool {
        let before = |n: usize| self.at.checked_sub(n).and_then(|i| self.tokens.get(i));
        before(1).is_some_and(|t| t.first) && before(2).is_some_and(|t| t.kind == TokenKind::Comma)
    }

    /// Whether the token before is a word too, as in a list without its comma.
    fn found_after_list(&self) -> bool {
        let label_end = (self.fact.first + self.fact.label) as usize;
        self.at > label_end
            && self.at.checked_sub(1).and_then(|i| self.tokens.get(i)).is_some_and(|t| t.kind == TokenKind::Word)
    }
}
