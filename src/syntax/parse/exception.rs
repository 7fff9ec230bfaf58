//! `except …` at the end of a sentence.

use super::Read;
use super::cursor::Parser;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::syntax as codes;
use crate::syntax::tree::{Excepted, Exception};

impl Parser<'_> {
    /// Every `except …` that follows.
    pub(super) fn exceptions(&mut self) -> Read<Vec<Exception>> {
        let mut all = Vec::new();
        while self.is("except") {
            let first = self.at;
            self.advance();
            let what = self.excepted()?;
            let because = self.after_word("because", Self::text)?;
            let review = if self.is("review") && !self.peek().is_some_and(|t| t.first && because.is_none()) {
                self.advance();
                Some(self.date()?)
            } else {
                None
            };
            all.push(Exception { span: self.span_from(first), what, because, review });
        }
        Ok(all)
    }

    fn excepted(&mut self) -> Read<Excepted> {
        if self.eat("at") {
            return self.who().map(Excepted::At);
        }
        if self.is("by") && matches!(self.word_at(self.at + 1), "flows" | "flow") {
            self.advance();
            self.advance();
            self.expect("where")?;
            return self.condition().map(Excepted::Flows);
        }
        if matches!(self.word(), "for" | "when" | "if" | "where") {
            let (here, word) = (self.here(), self.word());
            return Err(self.report(&codes::WRONG_VALUE, here, |code, span| {
                Diagnostic::new(code, span, format!("an exception cannot begin with `{word}`")).help(
                    "except data (`except anonymous data`), a place (`except at hackney`), a party (`except niesr`) or flows (`except by flows where …`)",
                )
            }));
        }
        if self.data_begins() { self.data().map(Excepted::Data) } else { self.who().map(Excepted::Who) }
    }
}
