//! Tokens: the words, numbers, dates, texts and signs of a file, each with its place.

use super::intern::Symbol;
use crate::source::Span;

/// What a token is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TokenKind {
    /// `families`, `criminal.convictions`.
    Word,
    /// `1200`.
    Number,
    /// `2016-03-31`, a day that exists.
    Date,
    /// `"…"`.
    Text,
    /// `{`.
    OpenBrace,
    /// `}`.
    CloseBrace,
    /// `(`.
    OpenParen,
    /// `)`.
    CloseParen,
    /// `,`.
    Comma,
    /// `;`.
    Semicolon,
    /// `:`.
    Colon,
    /// Something that has been reported already; whoever meets it gives up quietly.
    Bad,
}

/// A token, small enough that a million lines of them fit in memory easily.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Token {
    /// First byte, in the run's offset space.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
    /// For a word its symbol's number; for a brace the index of its partner.
    pub value: u32,
    /// What it is.
    pub kind: TokenKind,
    /// Whether it is the first on its line.
    pub first: bool,
}

impl Token {
    /// Where it stands.
    pub fn span(self) -> Span {
        Span { start: self.start, end: self.end }
    }

    /// The symbol of a word.
    pub fn symbol(self) -> Symbol {
        Symbol(self.value)
    }
}

/// A comment, from its `#` to the end of its line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Comment {
    /// The token that it stands before, by index; the number of tokens at the end of the file.
    pub before_token: u32,
    /// Where, without the line end.
    pub span: Span,
}
