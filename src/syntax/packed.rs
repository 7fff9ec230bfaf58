//! Tokens in as little memory as can be, so that those of a large project can wait until they are read once more.

use super::intern::Symbol;
use super::token::{Token, TokenKind};

/// The tokens of a file, two or three bytes each: where it begins by its distance from the one before, how long it is, and for a
/// word its number in the file, of which the length follows.
#[derive(Debug, Default)]
pub(super) struct Packed {
    bytes: Vec<u8>,
    /// The lengths of the file's words, by their numbers.
    lengths: Vec<u16>,
}

/// Every kind of token, by its number.
const KINDS: [TokenKind; 12] = [
    TokenKind::Word,
    TokenKind::Number,
    TokenKind::Date,
    TokenKind::Text,
    TokenKind::OpenBrace,
    TokenKind::CloseBrace,
    TokenKind::OpenParen,
    TokenKind::CloseParen,
    TokenKind::Comma,
    TokenKind::Semicolon,
    TokenKind::Colon,
    TokenKind::Bad,
];

/// What marks the first token of a line, beside its kind.
const FIRST: u8 = 1 << 4;

/// A distance that has a number of its own behind the first byte, which has room for the smaller ones.
const FAR: u32 = 7;

impl Packed {
    /// Packs the tokens of a file that begins at `start`; the value of a word is its number in the file.
    pub(super) fn of(tokens: &[Token], start: u32, lengths: impl Iterator<Item = u32>) -> Packed {
        let mut packed = Packed { bytes: Vec::with_capacity(tokens.len() * 5 / 2), lengths: Vec::new() };
        packed.lengths.extend(lengths.map(|length| length as u16));
        let mut at = start;
        for token in tokens {
            let far = token.start - at;
            let first = if token.first { FIRST } else { 0 };
            packed.bytes.push(token.kind as u8 | first | (far.min(FAR) as u8) << 5);
            if far >= FAR {
                packed.number(far);
            }
            match token.kind {
                TokenKind::Word => packed.number(token.value),
                TokenKind::Number | TokenKind::Date | TokenKind::Text | TokenKind::Bad => {
                    packed.number(token.end - token.start);
                }
                _ => {}
            }
            at = token.end;
        }
        packed.bytes.shrink_to_fit();
        packed
    }

    /// Appends a number, seven bits a byte.
    fn number(&mut self, mut number: u32) {
        while number >= 0x80 {
            self.bytes.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.bytes.push(number as u8);
    }

    /// The tokens as they were, with the symbols of the words.
    pub(super) fn unpack(&self, start: u32, symbols: &[Symbol], tokens: &mut Vec<Token>) {
        tokens.clear();
        let mut bytes = self.bytes.iter().copied();
        let mut at = start;
        while let Some(head) = bytes.next() {
            let far = u32::from(head >> 5);
            let begin = at + if far == FAR { number(&mut bytes) } else { far };
            let kind = KINDS.get(usize::from(head & 0xf)).copied().unwrap_or(TokenKind::Bad);
            let (length, value) = match kind {
                TokenKind::Word => {
                    let word = number(&mut bytes) as usize;
                    let length = self.lengths.get(word).copied().unwrap_or(0);
                    (u32::from(length), symbols.get(word).map_or(0, |s| s.0))
                }
                TokenKind::Number | TokenKind::Date | TokenKind::Text | TokenKind::Bad => (number(&mut bytes), 0),
                _ => (1, 0),
            };
            at = begin + length;
            tokens.push(Token { start: begin, end: at, value, kind, first: head & FIRST != 0 });
        }
    }
}

fn number(bytes: &mut impl Iterator<Item = u8>) -> u32 {
    let (mut number, mut shift) = (0, 0);
    for byte in bytes {
        number |= u32::from(byte & 0x7f) << shift;
        shift += 7;
        if byte < 0x80 || shift > 28 {
            break;
        }
    }
    number
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Diagnostics;
    use crate::syntax::lex::{self, Lexed};

    #[test]
    fn tokens_come_out_as_they_went_in() {
        let far = " ".repeat(1000);
        let long = "a".repeat(200);
        let many: String = (0..300).map(|n| format!("word-{n}, ")).collect();
        let everything = include_str!("../../tests/sources/everything.staunch");
        let bad = format!("§ 12x 2016-13-40 {far}{long} {{ ( \"a {far}\" ) }} ; : 17\n{many}\"open\n\n\n  last");
        for text in [everything, &bad, ""] {
            let (mut lexed, mut wrong) = (Lexed::default(), Diagnostics::new());
            lex::lex(text, 77, &mut lexed, &mut wrong);
            let packed = Packed::of(&lexed.tokens, 77, lexed.words.lengths());
            let symbols: Vec<Symbol> = packed.lengths.iter().enumerate().map(|(n, _)| Symbol(n as u32)).collect();
            let mut tokens = Vec::new();
            packed.unpack(77, &symbols, &mut tokens);
            assert_eq!(tokens, lexed.tokens);
            assert!(packed.bytes.len() <= text.len());
        }
    }

    #[test]
    fn every_kind_has_its_number() {
        for (number, kind) in KINDS.iter().enumerate() {
            assert_eq!(*kind as usize, number);
        }
    }
}
