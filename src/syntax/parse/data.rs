//! Datasets, categories and events: what data there is, and when.

use super::cursor::Parser;
use super::declarations::{HeadWords, Layout};
use super::values::{CATEGORY, EVENT, FIELD, LEVEL, PARTIES, PEOPLE, PLACE, PURPOSE, Shape};
use super::{Read, Reported};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::syntax as codes;
use crate::syntax::token::TokenKind;
use crate::syntax::tree::{
    CategoryDecl, CategoryFact, DatasetDecl, DatasetFact, EventDecl, EventFact, FieldFact, Name, Stated,
};

const LINES: &[&str] = &[
    "held by",
    "controller",
    "about",
    "collected for",
    "basis",
    "condition",
    "confidentiality",
    "fields",
    "field",
    "reveals",
    "rows",
    "table",
    "claimed anonymous",
    "retain",
    "kept",
    "stored in",
    "transfer",
];

const IDENTIFIES: &[&str] = &["direct", "quasi", "key", "no"];

impl Parser<'_> {
    /// `dataset NAME "…" { … }`.
    pub(super) fn dataset(&mut self, layout: Layout) -> Option<DatasetDecl> {
        let head = self.head(layout, HeadWords::default());
        let facts = self.facts(layout, Self::dataset_fact);
        head.ok().map(|read| DatasetDecl { head: read.head, facts })
    }

    fn dataset_fact(&mut self, word: &str) -> Read<DatasetFact> {
        if let Some(copy) = self.copy_fact(word) {
            return copy.map(DatasetFact::Copy);
        }
        match word {
            "held" => {
                self.second("by")?;
                self.stated_names(PLACE).map(DatasetFact::HeldBy)
            }
            "controller" | "controllers" => self.stated_names(PARTIES).map(DatasetFact::Controller),
            "about" => self.stated_names(PEOPLE).map(DatasetFact::About),
            "collected" => {
                self.second("for")?;
                self.stated_names(PURPOSE).map(DatasetFact::CollectedFor)
            }
            "fields" => self.fields_fact(),
            "field" => self.field_fact().map(DatasetFact::Field),
            "reveals" => self.reveals(),
            "rows" => {
                let one_per = if self.eat("one") {
                    self.expect("per")?;
                    Some(self.name(PEOPLE)?)
                } else {
                    None
                };
                Ok(DatasetFact::Rows { one_per })
            }
            "table" => {
                let minimum = self.after_word("minimum", Self::stated_number)?;
                self.eat("people");
                Ok(DatasetFact::Table { minimum })
            }
            "claimed" => self.second("anonymous").map(|()| DatasetFact::ClaimedAnonymous),
            _ => Err(self.unknown_property("a dataset", LINES)),
        }
    }

    /// `fields a, b` or `fields open`.
    fn fields_fact(&mut self) -> Read<DatasetFact> {
        if self.at + 1 == self.end && (self.eat("open") || self.eat("not-stated")) {
            return Ok(DatasetFact::FieldsOpen);
        }
        let fields = self.new_names(FIELD)?;
        let open = fields.iter().find(|f| self.source(f.span) == "open").map(|f| f.span);
        if let Some(open) = open {
            return Err(self.report(&codes::WRONG_VALUE, open, |code, span| {
                Diagnostic::new(code, span, "`open` stands in a list of fields")
                    .help("write `fields open` as a line of its own when the source leaves the list open")
            }));
        }
        Ok(DatasetFact::Fields(fields))
    }

    /// `reveals nothing`, `reveals not-stated` or `reveals x : category [at LEVEL]`.
    fn reveals(&mut self) -> Read<DatasetFact> {
        let (alone, here) = (self.at + 1 == self.end, self.here());
        if alone && self.eat("nothing") {
            return Ok(DatasetFact::RevealsNothing(Stated::Is(here)));
        }
        if alone && self.eat("not-stated") {
            return Ok(DatasetFact::RevealsNothing(Stated::Not(here)));
        }
        self.field_fact().map(DatasetFact::Reveals)
    }

    /// `x : category [at LEVEL]`.
    fn field_fact(&mut self) -> Read<FieldFact> {
        let name = self.new_name(FIELD, false)?;
        if !self.eat_kind(TokenKind::Colon) {
            return Err(self.missing_category(name));
        }
        let category = self.stated_name(CATEGORY)?;
        let level = self.after_word("at", |p| p.name(LEVEL))?;
        Ok(FieldFact { name, category, level })
    }

    fn missing_category(&mut self, name: Name) -> Reported {
        if self.kind() == Some(TokenKind::Bad) {
            return Reported;
        }
        let (owner, field) = (self.owner(), self.source(name.span));
        self.report(&codes::MISSING_VALUE, name.span, |code, span| {
            Diagnostic::new(code, span, format!("{owner} says no category for `{field}`")).help(format!(
                "write `{field} : CATEGORY`; with `fields {field}` the category is the word of the same name"
            ))
        })
    }

    /// `category NAME under PARENT "…" { … }`.
    pub(super) fn category(&mut self, layout: Layout) -> Option<CategoryDecl> {
        let words = HeadWords { under: Some(("under", CATEGORY)), dotted: true, ..HeadWords::default() };
        let head = self.head(layout, words);
        let facts = self.facts(layout, Self::category_fact);
        head.ok().map(|read| CategoryDecl { head: read.head, under: read.under, facts })
    }

    fn category_fact(&mut self, word: &str) -> Read<CategoryFact> {
        match word {
            "identifies" => self.identifies().map(CategoryFact::Identifies),
            "level" => {
                let name = self.new_name(LEVEL, false)?;
                let identifies = self.after_word("identifies", Self::identifies)?;
                Ok(CategoryFact::Level { name, identifies })
            }
            "special" => {
                let kind = Shape { what: "a kind of special-category data", example: "health" };
                if self.done() {
                    Ok(CategoryFact::Special(None))
                } else {
                    self.name(kind).map(|n| CategoryFact::Special(Some(n)))
                }
            }
            "criminal" => Ok(CategoryFact::Criminal),
            "confidential" => Ok(CategoryFact::Confidential),
            _ => {
                Err(self
                    .unknown_property("a category", &["identifies", "level", "special", "criminal", "confidential"]))
            }
        }
    }

    fn identifies(&mut self) -> Read<Name> {
        self.one_of("`direct`, `quasi`, `key` or `no`", IDENTIFIES)
    }

    /// `event NAME "…" { … }`.
    pub(super) fn event(&mut self, layout: Layout) -> Option<EventDecl> {
        let head = self.head(layout, HeadWords::default());
        let facts = self.facts(layout, |p, word| match word {
            "expected" => p.stated_date().map(EventFact::Expected),
            "no" => p.later_than().and_then(|()| p.stated_date()).map(EventFact::NoLater),
            "not" => p.second("before").and_then(|()| p.stated_date()).map(EventFact::NotBefore),
            "happened" => p.stated_date().map(EventFact::Happened),
            "after" => p.names(EVENT).map(EventFact::After),
            "per" => p.second("person").map(|()| EventFact::PerPerson),
            _ => Err(p.unknown_property(
                "an event",
                &["expected", "no later than", "not before", "happened", "after", "per person"],
            )),
        });
        head.ok().map(|read| EventDecl { head: read.head, facts })
    }
}
