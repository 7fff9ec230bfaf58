//! `DATA` and `WHO`: the two noun phrases of the rule language.

use super::cursor::Parser;
use super::values::{PEOPLE, Shape};
use super::{Read, Reported};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::syntax as codes;
use crate::source::Span;
use crate::syntax::token::TokenKind;
use crate::syntax::tree::{AboutTerm, Data, DataKind, LevelWord, Name, Who, WhoTerm};

const DATA: Shape = Shape { what: "data", example: "identifiable data from families" };
const WHO: Shape = Shape { what: "a party, a team, a group or `any KIND`", example: "any insurer" };
const SOURCE: Shape = Shape { what: "a dataset, a party or an activity", example: "" };

/// The level that a word of a data phrase names.
pub(super) fn level_of(word: &str) -> Option<LevelWord> {
    Some(match word {
        "anonymous" => LevelWord::Anonymous,
        "aggregate" => LevelWord::Aggregate,
        "row-level" => LevelWord::RowLevel,
        "personal" => LevelWord::Personal,
        "pseudonymised" => LevelWord::Pseudonymised,
        "identifiable" => LevelWord::Identifiable,
        "identified" => LevelWord::Identified,
        _ => return None,
    })
}

/// The kind of data that a word of a data phrase names.
pub(super) fn kind_of(word: &str) -> Option<DataKind> {
    Some(match word {
        "special-category" => DataKind::SpecialCategory,
        "criminal" => DataKind::Criminal,
        "confidential" => DataKind::Confidential,
        _ => return None,
    })
}

/// The level word that someone means who writes another.
fn other_level(word: &str) -> Option<&'static str> {
    Some(match word {
        "anonymised" | "anonymized" | "non-identifiable" => "anonymous",
        "aggregated" => "aggregate",
        "pseudonymized" | "pseudonymous" | "de-identified" | "deidentified" | "coded" => "pseudonymised",
        "individual-level" | "record-level" | "microdata" => "row-level",
        "identifying" | "named" => "identified",
        "sensitive" => "special-category",
        _ => return None,
    })
}

impl Parser<'_> {
    /// Whether a data phrase rather than a `WHO` begins here.
    pub(super) fn data_begins(&self) -> bool {
        let word = self.word();
        if matches!(word, "data" | "published") || level_of(word).is_some() || kind_of(word).is_some() {
            return true;
        }
        let after_word = self.word_at(self.at + 1);
        if other_level(word).is_some() && after_word == "data" {
            return true;
        }
        // a list of categories and then what only data has
        let mut at = self.at;
        while self.token_at(at).is_some_and(|t| t.kind == TokenKind::Word)
            && self.token_at(at + 1).is_some_and(|t| t.kind == TokenKind::Comma)
        {
            at += 2;
        }
        matches!(self.word_at(at + 1), "data" | "about" | "from")
    }

    /// A data phrase.
    pub(super) fn data(&mut self) -> Read<Data> {
        self.data_before(|_| false)
    }

    /// A data phrase whose `from` is left to the caller when `leave_from` says so.
    pub(super) fn data_before(&mut self, leave_from: impl Fn(&Self) -> bool) -> Read<Data> {
        let first = self.at;
        self.article();
        let mut data = Data {
            span: self.here(),
            published: self.eat("published"),
            level: None,
            kinds: Vec::new(),
            categories: Vec::new(),
            about: Vec::new(),
            from: Vec::new(),
        };
        if let Some(level) = level_of(self.word()) {
            data.level = Some((level, self.here()));
            self.advance();
        }
        self.kinds(&mut data);
        self.no_other_level()?;
        self.categories(&mut data)?;
        loop {
            if data.about.is_empty() && self.eat("about") {
                data.about = self.about()?;
            } else if data.from.is_empty() && self.is("from") && !leave_from(self) {
                self.advance();
                data.from = self.or_list(SOURCE)?;
            } else {
                break;
            }
        }
        data.span = self.span_from(first);
        Ok(data)
    }

    /// `special-category`, `criminal or confidential`; a word that goes on as a list of categories is one of those.
    fn kinds(&mut self, data: &mut Data) {
        while let Some(kind) = kind_of(self.word()) {
            let joins = self.token_at(self.at + 1).is_some_and(|t| t.kind == TokenKind::Comma)
                || matches!(self.word_at(self.at + 1), "or" | "and");
            let more = kind_of(self.word_at(self.at + 2)).is_some();
            if joins && !more && self.token_at(self.at + 1).is_some_and(|t| t.kind == TokenKind::Comma) {
                return;
            }
            data.kinds.push((kind, self.here()));
            self.advance();
            if joins && more {
                self.advance();
            }
        }
    }

    fn no_other_level(&mut self) -> Read<()> {
        let word = self.word();
        let Some(meant) = other_level(word).filter(|_| self.word_at(self.at + 1) == "data") else { return Ok(()) };
        let here = self.here();
        Err(self.report(&codes::OTHER_LEVEL_WORD, here, |code, span| {
            Diagnostic::new(code, span, format!("`{word}` is not a level of identifiability"))
                .help(format!("say `{meant} data`"))
        }))
    }

    fn categories(&mut self, data: &mut Data) -> Read<()> {
        let adjective = data.level.is_some() || !data.kinds.is_empty();
        // after `except anonymous` a line that begins with `data` may be the next sentence
        let next_sentence = adjective && self.peek().is_some_and(|t| t.first) && self.modal().is_some();
        if !next_sentence && self.eat("data") {
            return Ok(());
        }
        let noun = self.kind() == Some(TokenKind::Word)
            && !ENDS_DATA.contains(&self.word())
            && !(adjective && self.peek().is_some_and(|t| t.first));
        if !noun && adjective {
            return Ok(());
        }
        if !noun {
            return Err(self.expected(DATA));
        }
        data.categories = self.names(super::values::CATEGORY)?.into_iter().collect();
        if !self.peek().is_some_and(|t| t.first) {
            self.eat("data");
        }
        Ok(())
    }

    fn about(&mut self) -> Read<Vec<AboutTerm>> {
        let names = self.or_list(PEOPLE)?;
        Ok(names
            .into_iter()
            .map(|n| if self.source(n.span) == "children" { AboutTerm::Children(n.span) } else { AboutTerm::People(n) })
            .collect())
    }

    /// `a, b or c`.
    pub(super) fn or_list(&mut self, shape: Shape) -> Read<Vec<Name>> {
        let mut all = vec![self.name(shape)?];
        while self.eat_joint() {
            all.push(self.name(shape)?);
        }
        Ok(all)
    }

    /// Takes the comma, `or` or `and` between two of a list.
    fn eat_joint(&mut self) -> bool {
        if self.eat_kind(TokenKind::Comma) {
            let _ = self.eat("or") || self.eat("and");
            return true;
        }
        self.eat("or") || self.eat("and")
    }

    /// Takes `a`, `an` or `the`.
    pub(super) fn article(&mut self) {
        if matches!(self.word(), "a" | "an" | "the")
            && self.token_at(self.at + 1).is_some_and(|t| t.kind == TokenKind::Word)
            && !matches!(self.word_at(self.at + 1), "must" | "may" | "or" | "and")
        {
            self.advance();
        }
    }

    /// `hackney, niesr or any insurer`.
    pub(super) fn who(&mut self) -> Read<Who> {
        let first = self.at;
        let mut terms = vec![self.who_term()?];
        while self.eat_joint() {
            terms.push(self.who_term()?);
        }
        Ok(Who { terms, span: self.span_from(first) })
    }

    fn who_term(&mut self) -> Read<WhoTerm> {
        self.article();
        if self.is("any") && self.token_at(self.at + 1).is_some_and(|t| t.kind == TokenKind::Word) {
            self.advance();
            return self.name(Shape { what: "a kind of organisation", example: "any insurer" }).map(WhoTerm::Any);
        }
        if self.are(&["no", "one"]) || self.is("nobody") {
            let here = self.here();
            let said = if self.is("nobody") { "nobody" } else { "no one" };
            return Err(self.report(&codes::WRONG_VALUE, here, |code, span| {
                Diagnostic::new(code, span, format!("no rule says `{said}` here"))
                    .help("a sentence about everybody begins `no one may receive DATA` or `no one may hold DATA`")
            }));
        }
        self.name(WHO).map(WhoTerm::Named)
    }

    /// Plain `data` where a sentence names none.
    pub(super) fn any_data(&self, span: Span) -> Data {
        Data {
            span: Span::at(span.end),
            published: false,
            level: None,
            kinds: Vec::new(),
            categories: Vec::new(),
            about: Vec::new(),
            from: Vec::new(),
        }
    }

    /// Gives up quietly on what was reported before.
    pub(super) fn bad(&self) -> Option<Reported> {
        (self.kind() == Some(TokenKind::Bad)).then_some(Reported)
    }
}

/// Words after a data phrase, which therefore are no categories in it.
const ENDS_DATA: &[&str] = &[
    "must", "may", "except", "together", "about", "from", "at", "where", "for", "to", "in", "between", "of", "named",
    "because", "review", "before", "and", "or",
];
