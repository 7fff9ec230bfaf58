//! Values that many facts share: lists of names, texts, numbers, dates, durations, points in time.

use smallvec::SmallVec;
use thin_vec::ThinVec;

use super::braces::DEEPEST;
use super::cursor::Parser;
use super::{Read, Reported};
use crate::diagnostic::codes::syntax as codes;
use crate::diagnostic::{Diagnostic, did_you_mean};
use crate::source::Span;
use crate::syntax::lex::{date_of, shorten};
use crate::syntax::token::TokenKind;
use crate::syntax::tree::{
    DatasetFields, DateLiteral, Duration, DurationUnit, During, Name, Names, Number, Stated, Text, When,
};

/// What a value has to be, for messages: "a dataset", and how that looks.
#[derive(Clone, Copy)]
pub(super) struct Shape {
    /// With its article; empty when `example` is the very word.
    pub(super) what: &'static str,
    /// How one looks; empty when that says itself.
    pub(super) example: &'static str,
}

impl Shape {
    pub(super) fn help(self) -> Option<String> {
        match (self.what, self.example) {
            (_, "") => None,
            ("", word) => Some(format!("write `{word}` here")),
            (_, example) => Some(format!("for example `{example}`")),
        }
    }
}

macro_rules! shapes {
    ($($name:ident = $what:literal, $example:literal;)*) => {
        $(pub(super) const $name: Shape = Shape { what: $what, example: $example };)*
    };
}

shapes! {
    PARTY = "a party or team", "";
    PARTIES = "a party", "";
    PLACE = "a place (a party or team)", "";
    DATASET = "a dataset", "";
    FIELD = "a field", "";
    CATEGORY = "a category", "criminal.convictions";
    KEY = "a name for the key", "study-id";
    LEVEL = "a level of precision", "year";
    PURPOSE = "a purpose", "evaluation";
    PEOPLE = "a group of people", "";
    AGREEMENT = "an agreement", "";
    LAW = "a law", "";
    ACTIVITY = "an activity", "";
    EVENT = "an event", "study-end";
    RULE = "a rule", "";
    STEP = "a step", "";
    NOTICE = "a notice", "";
    TEXT = "a text in double quotes", "\"…\"";
    DATE = "a date", "2016-03-31";
    NUMBER = "a whole number", "10";
    WHEN = "a date, an event, or a duration after one", "6 years after case-closed";
    DURATION = "a duration", "6 years";
    COUNTRY = "a country by its two letters", "GB";
    SAFEGUARD = "a safeguard", "encrypted";
    MECHANISM = "a transfer mechanism", "idta";
    METHOD = "a way of destroying it", "secure-erasure";
    FACT = "a fact to test", "agreement in force";
    VALUE = "a value to compare with", "";
}

impl Parser<'_> {
    /// A value, or `not-stated`.
    pub(super) fn stated<T>(&mut self, read: impl FnOnce(&mut Self) -> Read<T>) -> Read<Stated<T>> {
        match self.peek() {
            Some(token) if token.kind == TokenKind::Word && token.symbol() == self.fixed.not_stated => {
                self.advance();
                Ok(Stated::Not(token.span()))
            }
            _ => read(self).map(Stated::Is),
        }
    }

    /// A value and nothing else on the line but what may follow it, or `not-stated`.
    pub(super) fn stated_name(&mut self, shape: Shape) -> Read<Stated<Name>> {
        self.stated(|p| p.name(shape))
    }

    pub(super) fn stated_names(&mut self, shape: Shape) -> Read<Stated<Names>> {
        self.stated(|p| p.names(shape))
    }

    /// `a, b, c`.
    pub(super) fn names(&mut self, shape: Shape) -> Read<Names> {
        self.list_of(|p| p.name(shape))
    }

    /// Names with commas between, read one by one.
    pub(super) fn list_of(&mut self, mut read: impl FnMut(&mut Self) -> Read<Name>) -> Read<Names> {
        let first = read(self)?;
        if self.kind() != Some(TokenKind::Comma) {
            return Ok(Names::one(first));
        }
        let mut all: SmallVec<[Name; 16]> = SmallVec::new();
        all.push(first);
        while self.eat_kind(TokenKind::Comma) {
            all.push(read(self)?);
        }
        Ok(all.into_iter().collect())
    }

    /// Values with commas between.
    pub(super) fn list<T>(&mut self, mut read: impl FnMut(&mut Self) -> Read<T>) -> Read<Vec<T>> {
        let mut all = vec![read(self)?];
        while self.eat_kind(TokenKind::Comma) {
            all.push(read(self)?);
        }
        Ok(all)
    }

    /// `WORD VALUE`, when the word comes next.
    pub(super) fn after_word<T>(&mut self, word: &str, read: impl FnOnce(&mut Self) -> Read<T>) -> Read<Option<T>> {
        if self.eat(word) { read(self).map(Some) } else { Ok(None) }
    }

    pub(super) fn text(&mut self) -> Read<Text> {
        match self.peek() {
            Some(token) if token.kind == TokenKind::Text => {
                self.advance();
                let span = token.span();
                Ok(Text { value: unescape(self.source(span)), span })
            }
            _ => Err(self.expected(TEXT)),
        }
    }

    pub(super) fn date(&mut self) -> Read<DateLiteral> {
        match self.peek() {
            Some(token) if token.kind == TokenKind::Date => {
                let span = token.span();
                match date_of(self.source(span)) {
                    Some(date) => {
                        self.advance();
                        Ok(DateLiteral { date, span })
                    }
                    None => Err(self.expected(DATE)),
                }
            }
            _ => Err(self.expected(DATE)),
        }
    }

    pub(super) fn stated_date(&mut self) -> Read<Stated<DateLiteral>> {
        self.stated(Self::date)
    }

    pub(super) fn number(&mut self) -> Read<Number> {
        let Some(token) = self.peek().filter(|t| t.kind == TokenKind::Number) else {
            return Err(self.expected(NUMBER));
        };
        let span = token.span();
        let text = self.source(span);
        self.advance();
        self.no_thousands(span)?;
        match text.parse() {
            Ok(value) => Ok(Number { value, span }),
            Err(_) => Err(self.report(&codes::BAD_NUMBER, span, |code, span| {
                Diagnostic::new(code, span, format!("the number `{}` is too large", shorten(text)))
                    .help(format!("numbers go up to {}", u64::MAX))
            })),
        }
    }

    /// Refuses `1,200`, which would read as two numbers.
    fn no_thousands(&mut self, span: Span) -> Read<()> {
        let (comma, next) = (self.peek(), self.token_at(self.at + 1));
        if let (Some(comma), Some(next)) = (comma, next)
            && comma.kind == TokenKind::Comma
            && next.kind == TokenKind::Number
            && comma.start == span.end
            && next.start == comma.end
            && next.span().len() == 3
        {
            let whole = span.to(next.span());
            let plain = self.source(whole).replace(',', "");
            return Err(self.report(&codes::BAD_NUMBER, whole, |code, span| {
                Diagnostic::new(code, span, "a number has no comma in it").help(format!("write `{plain}`"))
            }));
        }
        Ok(())
    }

    pub(super) fn stated_number(&mut self) -> Read<Stated<Number>> {
        self.stated(Self::number)
    }

    /// `6 years`.
    pub(super) fn duration(&mut self) -> Read<Duration> {
        let first = self.at;
        if self.kind() == Some(TokenKind::Word) && unit_of(self.word_at(self.at + 1)).is_some() {
            let span = self.here().to(self.token_at(self.at + 1).map_or(self.here(), |t| t.span()));
            let unit = self.word_at(self.at + 1);
            return Err(self.report(&codes::BAD_DURATION, span, |code, span| {
                Diagnostic::new(code, span, "a duration begins with a number in figures")
                    .help(format!("for example `6 {unit}`"))
            }));
        }
        if self.kind() != Some(TokenKind::Number) {
            return Err(self.expected(DURATION));
        }
        let number = self.number()?;
        let Some(unit) = unit_of(self.word()) else { return Err(self.bad_unit()) };
        self.advance();
        let span = self.span_from(first);
        match u32::try_from(number.value) {
            Ok(amount) => Ok(Duration { amount, unit, span }),
            Err(_) => Err(self.report(&codes::BAD_DURATION, span, |code, span| {
                Diagnostic::new(code, span, "this duration is longer than Staunch can reckon with")
                    .help("for something kept for good, declare an event without a date and write `until EVENT`")
            })),
        }
    }

    fn bad_unit(&mut self) -> Reported {
        if self.kind() == Some(TokenKind::Bad) {
            return Reported;
        }
        let word = self.word();
        let help = did_you_mean(word, ["days", "weeks", "months", "years"])
            .unwrap_or_else(|| "a duration is a number and a unit, as in `6 years`".to_owned());
        let (span, message) = match self.peek() {
            Some(token) => (token.span(), format!("`{}` is no unit of time", shorten(self.source(token.span())))),
            None => (self.before(), "this number needs `days`, `weeks`, `months` or `years` after it".to_owned()),
        };
        self.report(&codes::BAD_DURATION, span, |code, span| Diagnostic::new(code, span, message).help(help))
    }

    /// `2016-03-31`, `study-end`, `6 years after case-closed`.
    pub(super) fn when(&mut self) -> Read<When> {
        let mut durations = Vec::new();
        while self.kind() == Some(TokenKind::Number) {
            durations.push(self.duration()?);
            self.expect("after")?;
            if durations.len() > DEEPEST {
                let here = self.here();
                return Err(self.report(&codes::NESTED_TOO_DEEP, here, |code, span| {
                    Diagnostic::new(code, span, format!("more than {DEEPEST} durations after each other"))
                        .help("add them up into one")
                }));
            }
        }
        let mut when = match self.kind() {
            Some(TokenKind::Date) => When::Date(self.date()?),
            Some(TokenKind::Word) if unit_of(self.word_at(self.at + 1)).is_some() => {
                self.duration()?;
                return Err(Reported);
            }
            _ => When::Event(self.name(WHEN)?),
        };
        while let Some(duration) = durations.pop() {
            when = When::After(duration, Box::new(when));
        }
        Ok(when)
    }

    pub(super) fn stated_when(&mut self) -> Read<Stated<When>> {
        self.stated(Self::when)
    }

    /// What follows `during`: `A to B`, `from A [to B]`, `A` alone (both start and end).
    pub(super) fn during(&mut self, first: usize) -> Read<During> {
        let open_ended = self.eat("from");
        let from = self.stated_when()?;
        let to = match self.after_word("to", Self::stated_when)? {
            None if !open_ended => Some(from.clone()),
            to => to,
        };
        Ok(During { from: Some(from), to, span: self.span_from(first) })
    }

    /// What follows `on`: one point in time.
    pub(super) fn on(&mut self, first: usize) -> Read<During> {
        let at = self.stated_when()?;
        Ok(During { from: Some(at.clone()), to: Some(at), span: self.span_from(first) })
    }

    /// `families(name, address), pupils`.
    pub(super) fn stated_datasets(&mut self) -> Read<Stated<ThinVec<DatasetFields>>> {
        self.stated(|p| {
            let first = p.dataset_fields()?;
            let mut all = ThinVec::with_capacity(1);
            all.push(first);
            while p.eat_kind(TokenKind::Comma) {
                all.push(p.dataset_fields()?);
            }
            Ok(all)
        })
    }

    fn dataset_fields(&mut self) -> Read<DatasetFields> {
        let first = self.at;
        let dataset = self.name(DATASET)?;
        let open = self.here();
        let fields = if self.eat_kind(TokenKind::OpenParen) {
            let fields = self.names(FIELD)?;
            self.close_paren(open)?;
            Some(fields)
        } else {
            None
        };
        Ok(DatasetFields { dataset, fields, span: self.span_from(first) })
    }

    /// Takes the `)` for the `(` at `open`.
    pub(super) fn close_paren(&mut self, open: Span) -> Read<()> {
        if self.eat_kind(TokenKind::CloseParen) {
            return Ok(());
        }
        if self.kind() == Some(TokenKind::Bad) {
            return Err(Reported);
        }
        let here = self.here();
        let help = if self.kind() == Some(TokenKind::Word) && !self.fact.sentence {
            "put a comma between two names, or close the bracket with `)`"
        } else {
            "close it with `)`"
        };
        Err(self.report(&codes::UNCLOSED_BRACKET, open, |code, span| {
            Diagnostic::new(code, span, "this `(` is not closed")
                .also(here, "a `)` or a comma is expected here")
                .help(help)
        }))
    }

    /// `yes` or `no`.
    pub(super) fn yes_or_no(&mut self) -> Read<bool> {
        let word = self.one_of("`yes` or `no`", &["yes", "no"])?;
        Ok(self.source(word.span) == "yes")
    }

    /// A word out of a closed set.
    pub(super) fn one_of(&mut self, what: &'static str, set: &'static [&'static str]) -> Read<Name> {
        let word = self.word();
        if self.kind() != Some(TokenKind::Word) {
            return Err(self.expected(Shape { what, example: set.first().copied().unwrap_or("") }));
        }
        if set.contains(&word) {
            return self.name(Shape { what, example: "" });
        }
        let here = self.here();
        let owner = self.owner();
        Err(self.report(&codes::NOT_ONE_OF, here, |code, span| {
            let known = format!("it is one of: {}", ticked(set));
            let help = match did_you_mean(word, set.iter().copied()) {
                Some(near) => format!("{near} {known}"),
                None => known,
            };
            Diagnostic::new(code, span, format!("{owner} cannot be `{}`", shorten(word))).help(help)
        }))
    }

    /// A name that is being declared: `kebab-case`. A badly spelt one is reported and taken as it is.
    pub(super) fn new_name(&mut self, shape: Shape, dotted: bool) -> Read<Name> {
        let name = self.name(shape)?;
        let word = self.source(name.span);
        if !is_kebab(word, dotted) {
            let meant = kebab(word, dotted);
            let dot = !dotted && word.contains('.');
            self.report(&codes::NAME_SHAPE, name.span, |code, span| {
                let message = if dot {
                    format!("a name that is declared has no dot, as `{}` has", shorten(word))
                } else {
                    format!("the name `{}` is not in kebab-case", shorten(word))
                };
                let why = if dot {
                    "a dot only enters a party's team"
                } else {
                    "names are small letters, digits and hyphens"
                };
                Diagnostic::new(code, span, message).help(format!("{why}: write `{}`", shorten(&meant)))
            });
        }
        Ok(name)
    }

    /// New names with commas between.
    pub(super) fn new_names(&mut self, shape: Shape) -> Read<Names> {
        self.list_of(|p| p.new_name(shape, false))
    }
}

/// The unit of a word, one or many.
pub(super) fn unit_of(word: &str) -> Option<DurationUnit> {
    Some(match word {
        "day" | "days" => DurationUnit::Days,
        "week" | "weeks" => DurationUnit::Weeks,
        "month" | "months" => DurationUnit::Months,
        "year" | "years" => DurationUnit::Years,
        _ => return None,
    })
}

/// `a`, `b` and `c` in backticks with commas between.
pub(super) fn ticked(words: &[&str]) -> String {
    words.iter().map(|w| format!("`{w}`")).collect::<Vec<_>>().join(", ")
}

/// Whether a word is in kebab-case.
fn is_kebab(word: &str, dotted: bool) -> bool {
    let mut before = 0;
    for byte in word.bytes() {
        let good = byte.is_ascii_lowercase()
            || byte.is_ascii_digit()
            || (byte == b'-' && before != b'-')
            || (byte == b'.' && dotted);
        if !good {
            return false;
        }
        before = byte;
    }
    before != b'-'
}

/// A word as it would be in kebab-case.
fn kebab(word: &str, dotted: bool) -> String {
    let mut out = String::new();
    let mut after_small = false;
    for c in word.chars() {
        let separator = c == '_' || c == '-' || (c == '.' && !dotted);
        if (separator || (c.is_ascii_uppercase() && after_small)) && !out.is_empty() && !out.ends_with('-') {
            out.push('-');
        }
        if !separator {
            out.push(c.to_ascii_lowercase());
        }
        after_small = c.is_ascii_lowercase() || c.is_ascii_digit();
    }
    out.trim_end_matches('-').to_owned()
}

/// The inside of a text token, escapes undone.
fn unescape(quoted: &str) -> String {
    let inside = quoted.strip_prefix('"').and_then(|q| q.strip_suffix('"')).unwrap_or("");
    if !inside.contains('\\') {
        return inside.to_owned();
    }
    let mut out = String::with_capacity(inside.len());
    let mut chars = inside.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => out.extend(chars.next()),
            c => out.push(c),
        }
    }
    out
}
