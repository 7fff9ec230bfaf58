//! Facts of copies: basis, condition, retention, safeguards, location. Datasets, steps and flows share them.

use super::cursor::Parser;
use super::values::{AGREEMENT, COUNTRY, LAW, MECHANISM, METHOD, SAFEGUARD, Shape, WHEN, unit_of};
use super::{Read, Reported};
use crate::diagnostic::codes::syntax as codes;
use crate::diagnostic::{Diagnostic, did_you_mean};
use crate::syntax::lex::shorten;
use crate::syntax::token::TokenKind;
use crate::syntax::tree::{BasisFact, CopyFact, Disposal, Names, Retention, Stated, TransferFact, When};

pub(super) const BASIS: Shape = Shape { what: "a legal basis", example: "public-task" };
pub(super) const CONDITION: Shape = Shape { what: "a condition", example: "substantial-public-interest" };
const CONFIDENTIALITY: Shape = Shape { what: "a basis of confidentiality", example: "section-251" };

impl Parser<'_> {
    /// A fact of a copy, when its property word (already taken) is of one.
    pub(super) fn copy_fact(&mut self, word: &str) -> Option<Read<CopyFact>> {
        Some(match word {
            "basis" => self.stated(|p| p.basis(BASIS).map(Box::new)).map(CopyFact::Basis),
            "condition" => self.stated(|p| p.basis(CONDITION).map(Box::new)).map(CopyFact::Condition),
            "confidentiality" => self.stated(|p| p.basis(CONFIDENTIALITY).map(Box::new)).map(CopyFact::Confidentiality),
            "retain" => self.stated(|p| p.retention().map(Box::new)).map(CopyFact::Retain),
            "kept" => self.stated_names(SAFEGUARD).map(CopyFact::Kept),
            "stored" => self.second("in").and_then(|()| self.stated_names(COUNTRY)).map(CopyFact::StoredIn),
            "transfer" => self.stated(Self::transfer).map(CopyFact::Transfer),
            _ => return None,
        })
    }

    /// What follows `receiver`: `retains`, `keeps`, `stores in`.
    pub(super) fn receiver_fact(&mut self) -> Read<CopyFact> {
        const VERBS: &[&str] = &["retains", "keeps", "stores in"];
        match self.word() {
            "retains" => {
                self.second("retains")?;
                self.stated(|p| p.retention().map(Box::new)).map(CopyFact::Retain)
            }
            "keeps" => {
                self.second("keeps")?;
                self.stated_names(SAFEGUARD).map(CopyFact::Kept)
            }
            "stores" => {
                self.second("stores")?;
                self.second("in")?;
                self.stated_names(COUNTRY).map(CopyFact::StoredIn)
            }
            _ => Err(self.not_among("`retains`, `keeps` or `stores in`", VERBS)),
        }
    }

    /// Reports a word that should have been one of a few that the grammar has here.
    pub(super) fn not_among(&mut self, what: &'static str, words: &[&'static str]) -> Reported {
        if self.kind() != Some(TokenKind::Word) {
            return self.expected(Shape { what, example: "" });
        }
        let (here, word, owner) = (self.here(), self.word(), self.owner());
        let help = did_you_mean(word, words.iter().copied());
        self.report(&codes::NOT_ONE_OF, here, |code, span| {
            Diagnostic::new(code, span, format!("{owner} goes on with {what}, not with `{}`", shorten(word)))
                .maybe_help(help)
        })
    }

    fn transfer(&mut self) -> Read<TransferFact> {
        let mechanism = self.name(MECHANISM)?;
        let under = self.after_word("under", |p| p.name(AGREEMENT))?;
        Ok(TransferFact { mechanism, under })
    }

    pub(super) fn basis(&mut self, shape: Shape) -> Read<BasisFact> {
        let name = self.name(shape)?;
        let under = self.after_word("under", |p| p.name(LAW))?;
        let schedule = self.after_word("schedule", Self::number)?;
        let paragraph = self.after_word("paragraph", Self::number)?;
        Ok(BasisFact { name, under, schedule, paragraph })
    }

    /// `6 years after case-closed then destroy`, `until study-end no later than 2017-03-31 then destroy by METHOD`.
    pub(super) fn retention(&mut self) -> Read<Retention> {
        let first = self.at;
        let (period, from) = if self.eat("until") {
            (None, Some(self.when()?))
        } else if self.kind() == Some(TokenKind::Number) || unit_of(self.word_at(self.at + 1)).is_some() {
            let period = self.duration()?;
            (Some(period), self.after_word("after", Self::when)?)
        } else {
            return Err(self.expected(Shape {
                what: "a duration or `until` a date or event",
                example: "6 years after case-closed then destroy",
            }));
        };
        let no_later = if self.are(&["no", "later"]) {
            self.advance();
            self.advance();
            self.expect("than")?;
            Some(self.date()?)
        } else {
            None
        };
        let then = self.after_word("then", Self::disposal)?;
        let method = if then.is_some() { self.after_word("by", |p| p.stated_name(METHOD))? } else { None };
        Ok(Retention { period, from, no_later, then, method, span: self.span_from(first) })
    }

    fn disposal(&mut self) -> Read<Disposal> {
        const WORDS: &[&str] = &["destroy", "return", "anonymise", "archive", "review"];
        let disposal = match self.word() {
            "destroy" => Disposal::Destroy,
            "return" => Disposal::Return,
            "anonymise" => Disposal::Anonymise,
            "archive" => Disposal::Archive,
            "review" => Disposal::Review,
            "delete" | "erase" | "destroyed" => {
                let (here, word) = (self.here(), self.word());
                return Err(self.report(&codes::NOT_ONE_OF, here, |code, span| {
                    Diagnostic::new(code, span, format!("a copy is not said to be `{word}`")).help("say `then destroy`")
                }));
            }
            _ => return Err(self.not_among("`destroy`, `return`, `anonymise`, `archive` or `review`", WORDS)),
        };
        self.advance();
        Ok(disposal)
    }

    /// `no later than DATE`, the cursor behind `no`.
    pub(super) fn later_than(&mut self) -> Read<()> {
        self.second("later")?;
        self.second("than")
    }

    /// A date or event that a duration may precede, for `destroyed within 30 days of EVENT`.
    pub(super) fn within(&mut self) -> Read<When> {
        let duration = self.duration()?;
        if !self.eat("after") {
            self.expect("of")?;
        }
        if self.done() {
            return Err(self.expected(WHEN));
        }
        Ok(When::After(duration, Box::new(self.when()?)))
    }

    /// `to no one | WHO, …`: empty for no one.
    pub(super) fn onward(&mut self) -> Read<Stated<Names>> {
        self.stated(|p| {
            p.second("to")?;
            if p.are(&["no", "one"]) {
                p.advance();
                p.advance();
                return Ok(Stated::Is(Names::new()));
            }
            p.stated_names(super::values::PARTIES)
        })
        .map(|stated| match stated {
            Stated::Not(span) => Stated::Not(span),
            Stated::Is(inner) => inner,
        })
    }
}
