//! From text to tokens: white space, words and signs, of which a text is made, byte by byte; what is rarer with `nom`.
//!
//! Lexing never stops: what is no token is reported once and leaves a [`TokenKind::Bad`], so that the fact around it is
//! given up without a second message.

use nom::branch::alt;
use nom::bytes::complete::{tag, take_while, take_while_m_n, take_while1};
use nom::combinator::recognize;
use nom::multi::many0_count;
use nom::{IResult, Parser as _};

use super::intern::FileWords;
use super::token::{Comment, Token, TokenKind};
use crate::diagnostic::codes::{Code, syntax as codes};
use crate::diagnostic::{Diagnostic, Diagnostics, KEPT};
use crate::source::Span;

/// The longest word that is taken for a name, in characters.
pub const LONGEST_NAME: usize = 256;

/// The longest text in quotes, in bytes: some four pages of a notice.
pub const LONGEST_TEXT: usize = 10_000;

/// The tokens and comments of a text, and its words, which are told apart but have no symbols yet.
#[derive(Debug, Default)]
pub(super) struct Lexed {
    /// The value of a word is its number in `words`.
    pub(super) tokens: Vec<Token>,
    pub(super) comments: Vec<Comment>,
    pub(super) words: FileWords,
}

/// Lexes a text whose first byte is at `start` of the run's offset space. What was in `lexed` goes, the room for it stays.
pub(super) fn lex(text: &str, start: u32, lexed: &mut Lexed, diagnostics: &mut Diagnostics) {
    lexed.tokens.clear();
    lexed.comments.clear();
    lexed.words.clear();
    lexed.tokens.reserve(text.len() / 4);
    Lexer { text, start, diagnostics, lexed, first: true }.run();
}

/// The date of `2016-03-31`, if there is such a day.
pub(super) fn date_of(text: &str) -> Option<jiff::civil::Date> {
    let mut parts = text.splitn(3, '-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    jiff::civil::Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

type Bytes<'a> = &'a [u8];

fn is_line_end(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'
}

/// How many bytes at the beginning go on with a word.
fn word_bytes(input: Bytes<'_>) -> usize {
    let Some(sixteen) = input.first_chunk() else { return count(input, is_word_byte) };
    match word_bytes_of(sixteen) {
        16 => 16 + count(input.get(16..).unwrap_or(&[]), is_word_byte),
        length => length,
    }
}

/// The same for sixteen bytes at once, without a branch for each: most words are shorter, and where a loop over bytes ends is
/// hard to foresee. By itself the compiler makes a dozen steps of this, built into a loop two hundred.
#[inline(never)]
fn word_bytes_of(sixteen: &[u8; 16]) -> usize {
    let mut goes_on = [0u8; 16];
    for (to, byte) in goes_on.iter_mut().zip(sixteen) {
        let letter = (byte | 0x20).wrapping_sub(b'a') < 26;
        let digit = byte.wrapping_sub(b'0') < 10;
        *to = if letter | digit | (*byte == b'-') | (*byte == b'_') { 0xff } else { 0 };
    }
    u128::from_le_bytes(goes_on).trailing_ones() as usize / 8
}

/// What a byte begins.
#[derive(Clone, Copy)]
enum Begins {
    Space,
    LineEnd,
    Word,
    Sign(TokenKind),
    /// Something rarer.
    Other,
}

/// What each byte begins.
const BEGINS: [Begins; 256] = {
    let mut table = [Begins::Other; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = match byte as u8 {
            b' ' | b'\t' => Begins::Space,
            b'\n' | b'\r' => Begins::LineEnd,
            b'a'..=b'z' | b'A'..=b'Z' => Begins::Word,
            b'{' => Begins::Sign(TokenKind::OpenBrace),
            b'}' => Begins::Sign(TokenKind::CloseBrace),
            b'(' => Begins::Sign(TokenKind::OpenParen),
            b')' => Begins::Sign(TokenKind::CloseParen),
            b',' => Begins::Sign(TokenKind::Comma),
            b';' => Begins::Sign(TokenKind::Semicolon),
            b':' => Begins::Sign(TokenKind::Colon),
            _ => Begins::Other,
        };
        byte += 1;
    }
    table
};

/// How many bytes at the beginning are such bytes.
fn count(input: Bytes<'_>, is: impl Fn(u8) -> bool) -> usize {
    input.iter().position(|b| !is(*b)).unwrap_or(input.len())
}

/// The length of `families`, `hackney.early-help`; the caller has seen the first letter.
fn word(input: Bytes<'_>) -> usize {
    let mut length = count(input, is_word_byte);
    // a dot belongs to the word when a letter or a digit follows
    while let Some([b'.', next, rest @ ..]) = input.get(length..)
        && next.is_ascii_alphanumeric()
    {
        length += 2 + count(rest, is_word_byte);
    }
    length
}

/// Digits and whatever is written together with them.
fn digits(input: Bytes<'_>) -> IResult<Bytes<'_>, Bytes<'_>> {
    let joined =
        |i| recognize((alt((tag(&b"/"[..]), tag(&b"."[..]))), take_while1(|b: u8| b.is_ascii_digit()))).parse(i);
    recognize((take_while1(is_word_byte), many0_count(joined))).parse(input)
}

/// `dddd-dd-dd` and nothing else.
fn iso_date(input: Bytes<'_>) -> IResult<Bytes<'_>, Bytes<'_>> {
    let number = |n| take_while_m_n(n, n, |b: u8| b.is_ascii_digit());
    recognize((number(4), tag(&b"-"[..]), number(2), tag(&b"-"[..]), number(2))).parse(input)
}

/// The inside of a text up to its closing quote, an escape, or the end of the line.
fn plain_text(input: Bytes<'_>) -> IResult<Bytes<'_>, Bytes<'_>> {
    take_while(|b| !matches!(b, b'"' | b'\\' | b'\n' | b'\r')).parse(input)
}

fn to_line_end(input: Bytes<'_>) -> IResult<Bytes<'_>, Bytes<'_>> {
    take_while(|b| !is_line_end(b)).parse(input)
}

/// What is left after a parser that cannot fail; after one byte should it ever fail, so that lexing always moves on.
fn after<'a>(input: Bytes<'a>, result: IResult<Bytes<'a>, Bytes<'a>>) -> Bytes<'a> {
    match result {
        Ok((rest, _)) if rest.len() < input.len() => rest,
        _ => input.get(1..).unwrap_or(&[]),
    }
}

struct Lexer<'a> {
    text: &'a str,
    start: u32,
    diagnostics: &'a mut Diagnostics,
    lexed: &'a mut Lexed,
    /// Whether no token of the line has been seen yet.
    first: bool,
}

impl<'a> Lexer<'a> {
    fn run(&mut self) {
        let bytes = self.text.as_bytes();
        // some editors put a byte order mark before the text
        let mut at = if bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
        while let Some(byte) = bytes.get(at) {
            match BEGINS[*byte as usize] {
                Begins::Space => at += 1,
                Begins::LineEnd => {
                    self.first = true;
                    at += 1;
                    // most lines are indented
                    while bytes.get(at) == Some(&b' ') {
                        at += 1;
                    }
                }
                Begins::Sign(kind) => {
                    self.take(at, at + 1, kind, 0);
                    at += 1;
                }
                Begins::Word => {
                    let start = at;
                    at += word_bytes(bytes.get(at..).unwrap_or(&[]));
                    let plain = bytes.get(at).is_none_or(|b| b.is_ascii() && *b != b'.');
                    if plain && at - start <= LONGEST_NAME {
                        let number = self.lexed.words.number(bytes, start, at - start);
                        self.take(start, at, TokenKind::Word, number);
                    } else {
                        let rest = self.word(bytes.get(start..).unwrap_or(&[]));
                        at = self.offset(rest);
                    }
                }
                Begins::Other => {
                    let rest = self.rarer(*byte, bytes.get(at..).unwrap_or(&[]));
                    at = self.offset(rest);
                }
            }
        }
    }

    /// Takes a token, comment or character that is neither a plain word nor a sign; gives what is left.
    fn rarer(&mut self, byte: u8, input: Bytes<'a>) -> Bytes<'a> {
        match byte {
            b'0'..=b'9' => self.digits(input),
            b'"' => self.text(input),
            b'#' => self.comment(input),
            _ => self.other(input),
        }
    }

    fn take(&mut self, start: usize, end: usize, kind: TokenKind, value: u32) {
        let (start, end) = (self.start + start as u32, self.start + end as u32);
        self.lexed.tokens.push(Token { start, end, value, kind, first: self.first });
        self.first = false;
    }

    fn offset(&self, rest: Bytes<'_>) -> usize {
        self.text.len() - rest.len()
    }

    fn span(&self, input: Bytes<'_>, rest: Bytes<'_>) -> Span {
        Span::new(self.start + self.offset(input) as u32, self.start + self.offset(rest) as u32)
    }

    fn taken(&self, input: Bytes<'_>, rest: Bytes<'_>) -> &'a str {
        self.text.get(self.offset(input)..self.offset(rest)).unwrap_or("")
    }

    fn push(&mut self, input: Bytes<'a>, rest: Bytes<'a>, kind: TokenKind, value: u32) -> Bytes<'a> {
        self.take(self.offset(input), self.offset(rest), kind, value);
        rest
    }

    fn word(&mut self, input: Bytes<'a>) -> Bytes<'a> {
        let length = word(input);
        let rest = input.get(length..).unwrap_or(&[]);
        if rest.first().is_some_and(|b| !b.is_ascii()) {
            let more = self.letters(rest);
            if more > 0 {
                return self.other_letters(input, rest.get(more..).unwrap_or(&[]));
            }
        }
        if length > LONGEST_NAME {
            self.report(&codes::NAME_TOO_LONG, self.span(input, rest), |code, span| {
                Diagnostic::new(code, span, format!("this name has {length} characters"))
                    .help(format!("a name may have {LONGEST_NAME} characters; put longer wording in the title"))
            });
            return self.push(input, rest, TokenKind::Bad, 0);
        }
        let number = self.lexed.words.number(self.text.as_bytes(), self.offset(input), length);
        self.push(input, rest, TokenKind::Word, number)
    }

    fn digits(&mut self, input: Bytes<'a>) -> Bytes<'a> {
        let rest = after(input, digits(input));
        let taken = self.taken(input, rest);
        if taken.bytes().all(|b| b.is_ascii_digit()) {
            return self.push(input, rest, TokenKind::Number, 0);
        }
        if matches!(iso_date(taken.as_bytes()), Ok((after, _)) if after.is_empty()) {
            if date_of(taken).is_some() {
                return self.push(input, rest, TokenKind::Date, 0);
            }
            self.report(&codes::BAD_DATE, self.span(input, rest), |code, span| {
                Diagnostic::new(code, span, format!("there is no day `{taken}` in the calendar"))
                    .help("dates are written year-month-day, as in `2016-03-31`")
            });
            return self.push(input, rest, TokenKind::Bad, 0);
        }
        let date_like = taken.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'-' | b'/' | b'.'))
            && taken.bytes().filter(|b| !b.is_ascii_digit()).count() == 2;
        let (code, message, help) = if date_like {
            (&codes::BAD_DATE, "is not a date as Staunch reads them", date_help(taken))
        } else {
            (
                &codes::BAD_NUMBER,
                "is neither a number nor a name",
                "a name begins with a letter, a number has digits only".to_owned(),
            )
        };
        self.report(code, self.span(input, rest), |code, span| {
            Diagnostic::new(code, span, format!("`{}` {message}", shorten(taken))).help(help)
        });
        self.push(input, rest, TokenKind::Bad, 0)
    }

    fn text(&mut self, input: Bytes<'a>) -> Bytes<'a> {
        let mut kind = TokenKind::Text;
        let mut rest = input.get(1..).unwrap_or(&[]);
        loop {
            rest = match plain_text(rest) {
                Ok((rest, _)) => rest,
                Err(_) => &[],
            };
            match (rest.first(), rest.get(1)) {
                (Some(b'"'), _) => return self.whole_text(input, rest.get(1..).unwrap_or(&[]), kind),
                (Some(b'\\'), Some(b'"' | b'\\')) => rest = rest.get(2..).unwrap_or(&[]),
                (Some(b'\\'), Some(next)) if !is_line_end(*next) => {
                    let at = self.start + self.offset(rest) as u32;
                    self.report(&codes::BAD_ESCAPE, Span::new(at, at + 1), |code, span| {
                        Diagnostic::new(code, span, "a lone backslash in a text")
                            .help("write `\\\\` for a backslash and `\\\"` for a double quote inside a text")
                    });
                    kind = TokenKind::Bad;
                    rest = rest.get(1..).unwrap_or(&[]);
                }
                (Some(b'\\'), _) => rest = rest.get(1..).unwrap_or(&[]),
                _ => break,
            }
        }
        self.report(&codes::UNCLOSED_TEXT, self.span(input, rest), |code, span| {
            Diagnostic::new(code, span, "this text has no closing quote on its line")
                .help("end the text with `\"`; a text stands on one line, however long")
        });
        self.push(input, rest, TokenKind::Bad, 0)
    }

    /// A text with both its quotes.
    fn whole_text(&mut self, input: Bytes<'a>, rest: Bytes<'a>, kind: TokenKind) -> Bytes<'a> {
        let length = (input.len() - rest.len()).saturating_sub(2);
        if length <= LONGEST_TEXT {
            return self.push(input, rest, kind, 0);
        }
        let at = self.span(input, rest).start;
        self.report(&codes::TEXT_TOO_LONG, Span::new(at, at + 1), |code, span| {
            Diagnostic::new(code, span, format!("this text has {length} bytes"))
                .help(format!("a text may have {LONGEST_TEXT}; put what is longer into a file, or a comment"))
        });
        self.push(input, rest, TokenKind::Bad, 0)
    }

    fn comment(&mut self, input: Bytes<'a>) -> Bytes<'a> {
        let rest = after(input, to_line_end(input));
        let length = self.taken(input, rest).trim_end().len() as u32;
        let start = self.start + self.offset(input) as u32;
        let before_token = self.lexed.tokens.len() as u32;
        self.lexed.comments.push(Comment { before_token, span: Span::new(start, start + length) });
        rest
    }

    /// How many bytes of letters of any alphabet, digits and hyphens come next.
    fn letters(&self, input: Bytes<'a>) -> usize {
        let text = self.text.get(self.offset(input)..).unwrap_or("");
        text.chars().take_while(|c| c.is_alphanumeric() || matches!(c, '-' | '_')).map(char::len_utf8).sum()
    }

    /// A name with letters that names do not have.
    fn other_letters(&mut self, input: Bytes<'a>, rest: Bytes<'a>) -> Bytes<'a> {
        let name = self.taken(input, rest);
        self.report(&codes::BAD_CHARACTER, self.span(input, rest), |code, span| {
            Diagnostic::new(code, span, format!("the name `{}` has letters other than a to z", shorten(name)))
                .help("names use a to z, digits and hyphens; put the full spelling in the title, in double quotes")
        });
        self.push(input, rest, TokenKind::Bad, 0)
    }

    /// What begins no token: another sort of quotation mark, or characters that mean nothing.
    fn other(&mut self, input: Bytes<'a>) -> Bytes<'a> {
        let text = self.text.get(self.offset(input)..).unwrap_or("");
        let first = text.chars().next().unwrap_or(' ');
        if let Some(length) = quoted_otherwise(first, text) {
            let rest = input.get(length..).unwrap_or(&[]);
            self.report(&codes::OTHER_QUOTES, self.span(input, rest), |code, span| {
                Diagnostic::new(code, span, format!("text stands in straight double quotes, not in `{first}`"))
                    .help("put `\"` at both ends; word processors change quotes by themselves")
            });
            return self.push(input, rest, TokenKind::Bad, 0);
        }
        if first.is_alphabetic() {
            let length = self.letters(input);
            return self.other_letters(input, input.get(length..).unwrap_or(&[]));
        }
        let length: usize =
            text.chars().take_while(|c| means_nothing(*c) && !c.is_alphabetic()).map(char::len_utf8).sum();
        let rest = input.get(length.max(first.len_utf8())..).unwrap_or(&[]);
        let taken = self.taken(input, rest);
        self.report(&codes::BAD_CHARACTER, self.span(input, rest), |code, span| {
            Diagnostic::new(code, span, format!("{} nothing here", shown(taken))).help(character_help(first))
        });
        self.push(input, rest, TokenKind::Bad, 0)
    }

    fn report(&mut self, code: &'static Code, span: Span, build: impl FnOnce(&'static Code, Span) -> Diagnostic) {
        push(self.diagnostics, code, span, build);
    }
}

/// Pushes a diagnostic, and spares the building of its message when so many came before that it is only counted.
pub(super) fn push(
    diagnostics: &mut Diagnostics,
    code: &'static Code,
    span: Span,
    build: impl FnOnce(&'static Code, Span) -> Diagnostic,
) {
    let full = diagnostics.errors() >= KEPT;
    diagnostics.push(if full { Diagnostic::new(code, span, String::new()) } else { build(code, span) });
}

/// How many bytes a text in the wrong sort of quotation marks takes, when it is one.
fn quoted_otherwise(first: char, text: &str) -> Option<usize> {
    let closing: &[char] = match first {
        '“' | '”' | '„' | '«' => &['”', '“', '»', '"'],
        '‘' | '’' | '\'' | '`' => &['’', '‘', '\'', '`'],
        _ => return None,
    };
    let begin = first.len_utf8();
    let inside = text.get(begin..).unwrap_or("");
    // no further than the closing one: a line may be long and have many
    let end = inside.char_indices().find(|(_, c)| closing.contains(c) || matches!(c, '\n' | '\r'));
    Some(match end {
        Some((at, c)) if !matches!(c, '\n' | '\r') => begin + at + c.len_utf8(),
        // an opening double quote that is never closed takes its line with it; a lone apostrophe is only itself
        end if closing.contains(&'"') => {
            let line = text.get(..begin + end.map_or(inside.len(), |(at, _)| at)).unwrap_or("");
            line.trim_end().len()
        }
        _ => begin,
    })
}

fn means_nothing(c: char) -> bool {
    !c.is_ascii_alphanumeric()
        && !matches!(c, ' ' | '\t' | '\n' | '\r' | '"' | '#' | '{' | '}' | '(' | ')' | ',' | ';' | ':')
        && !matches!(c, '“' | '”' | '„' | '«' | '‘' | '’' | '\'' | '`')
}

fn character_help(first: char) -> String {
    match first {
        '\u{a0}' | '\u{2007}' | '\u{202f}' => "replace the no-break space by an ordinary one".to_owned(),
        '.' => "a line needs no full stop at its end; a dot stands only inside a name, as in `hackney.early-help`"
            .to_owned(),
        '?' => "a question mark ends a question put to `staunch ask`, not a rule".to_owned(),
        '=' => "write the property and its value with a space between, as in `kind school`".to_owned(),
        '/' => "comments begin with `#`; texts with a slash stand in double quotes".to_owned(),
        '[' | ']' => "lists need no brackets: `fields name, address`".to_owned(),
        '–' | '—' | '‑' | '−' => "use the ordinary hyphen `-`".to_owned(),
        '\u{feff}' | '\u{200b}'..='\u{200f}' => "take the invisible character out".to_owned(),
        _ => "take it out, or put the text in double quotes".to_owned(),
    }
}

/// Characters for a message: control and invisible ones by number.
fn shown(taken: &str) -> String {
    let plural = taken.chars().nth(1).is_some();
    let mut text: String = taken
        .chars()
        .take(20)
        .map(|c| {
            if c.is_control()
                || c.is_whitespace()
                || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{feff}')
            {
                format!("U+{:04X}", u32::from(c))
            } else {
                c.to_string()
            }
        })
        .collect();
    if taken.chars().nth(20).is_some() {
        text.push('…');
    }
    format!("`{text}` {}", if plural { "mean" } else { "means" })
}

/// The first forty characters.
pub(super) fn shorten(text: &str) -> String {
    match text.char_indices().nth(40) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or("")),
        None => text.to_owned(),
    }
}

/// The date that someone meant who wrote `31/03/2016`, `31.3.2016` or `2016-3-31`.
fn date_help(taken: &str) -> String {
    let parts: Vec<&str> = taken.split(['-', '/', '.']).collect();
    let (year, month, day) = match parts.as_slice() {
        [y, m, d] if y.len() == 4 => (*y, *m, *d),
        [d, m, y] if y.len() == 4 => (*y, *m, *d),
        _ => return "dates are written year-month-day, as in `2016-03-31`".to_owned(),
    };
    let meant = format!("{year}-{month:0>2}-{day:0>2}");
    match date_of(&meant) {
        Some(_) => format!("dates are written year-month-day; for day, month and year in that order write `{meant}`"),
        None => "dates are written year-month-day, as in `2016-03-31`".to_owned(),
    }
}
