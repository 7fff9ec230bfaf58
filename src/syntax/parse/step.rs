//! Steps and their operations.

use super::Read;
use super::cursor::Parser;
use super::declarations::{HeadWords, Layout, Named};
use super::values::{ACTIVITY, CATEGORY, DATASET, FIELD, KEY, LEVEL, METHOD, PLACE, PURPOSE, Shape};
use crate::syntax::token::TokenKind;
use crate::syntax::tree::{LEAST_FORMS, Method, Name, Operation, Stated, StepDecl, StepFact, Suppression};

const LINES: &[&str] = &[
    "takes",
    "gives",
    "for",
    "activity",
    "during",
    "on",
    "match",
    "append",
    "keep",
    "drop",
    "pseudonymise",
    "add key",
    "generalise",
    "derive",
    "aggregate by",
    "suppress",
    "filter opt-out",
    "review",
    "reidentify with",
    "synthesise",
    "encrypt",
    "destroy",
    "needs",
    "operations not-stated",
    "basis",
    "condition",
    "retain",
    "kept",
    "stored in",
    "transfer",
];

/// The words that begin an operation.
pub(super) const OPERATIONS: &[&str] = &[
    "match",
    "append",
    "keep",
    "drop",
    "pseudonymise",
    "add",
    "generalise",
    "derive",
    "aggregate",
    "suppress",
    "filter",
    "review",
    "reidentify",
    "synthesise",
    "encrypt",
    "destroy",
];

const OPT_OUT: Shape = Shape { what: "an opt-out", example: "" };

impl Parser<'_> {
    /// `step NAME at PLACE "…" { … }`.
    pub(super) fn step(&mut self, layout: Layout) -> Option<StepDecl> {
        let head = self.head(layout, HeadWords { named: Named::Yes, at: true, ..HeadWords::default() });
        let facts = self.facts(layout, Self::step_fact);
        head.ok().map(|read| StepDecl { head: read.head, at: read.at, facts })
    }

    fn step_fact(&mut self, word: &str) -> Read<StepFact> {
        let first = self.at.saturating_sub(1);
        if let Some(operation) = self.operation(word) {
            return operation.map(|o| StepFact::Operation(Box::new(o)));
        }
        if let Some(copy) = self.copy_fact(word) {
            return copy.map(StepFact::Output);
        }
        match word {
            "takes" => self.stated_datasets().map(StepFact::Takes),
            "gives" => self.stated_datasets().map(StepFact::Gives),
            "for" => self.stated_names(PURPOSE).map(StepFact::For),
            "activity" => self.name(ACTIVITY).map(StepFact::Activity),
            "during" => self.during(first).map(|d| StepFact::During(Box::new(d))),
            "on" => self.on(first).map(|d| StepFact::During(Box::new(d))),
            "needs" => self.least_form().map(StepFact::Needs),
            "operations" => self.expect("not-stated").map(|_| StepFact::OperationsNotStated),
            _ => Err(self.unknown_property("a step", LINES)),
        }
    }

    /// The least identifiable form of data that something can work with.
    pub(super) fn least_form(&mut self) -> Read<Stated<Name>> {
        let form = self.stated(|p| p.one_of("a level such as `pseudonymised`", &LEAST_FORMS));
        self.eat("data");
        form
    }

    /// An operation, when the word (already taken) begins one.
    pub(super) fn operation(&mut self, word: &str) -> Option<Read<Operation>> {
        Some(match word {
            "match" => self.match_operation(),
            "append" => self.names(DATASET).map(Operation::Append),
            "keep" => self.names(FIELD).map(Operation::Keep),
            "drop" => self.names(FIELD).map(Operation::Drop),
            "pseudonymise" => self.pseudonymise(),
            "add" => self.add_key(),
            "generalise" => self.generalise(),
            "derive" => self.derive(),
            "aggregate" => self.aggregate(),
            "suppress" => self.stated(|p| p.list(Self::suppression)).map(Operation::Suppress),
            "filter" => self.expect("opt-out").and_then(|_| self.name(OPT_OUT)).map(Operation::FilterOptOut),
            "review" => self.review(),
            "reidentify" => self
                .expect("with")
                .and_then(|_| {
                    self.name(Shape { what: "a lookup (a dataset that holds the key beside identifiers)", example: "" })
                })
                .map(Operation::Reidentify),
            "synthesise" => Ok(Operation::Synthesise),
            "encrypt" => Ok(Operation::Encrypt),
            "destroy" => self.destroy(),
            _ => return None,
        })
    }

    fn match_operation(&mut self) -> Read<Operation> {
        let left = self.name(DATASET)?;
        self.expect("with")?;
        let right = self.name(DATASET)?;
        let on = self.after_word("on", |p| p.names(FIELD))?.unwrap_or_default();
        let keeping_unmatched = self.after_word("keeping", |p| p.expect("unmatched"))?.is_some();
        Ok(Operation::Match { left, right, on, keeping_unmatched })
    }

    fn pseudonymise(&mut self) -> Read<Operation> {
        let fields = self.names(FIELD)?;
        self.expect("as")?;
        let key = self.new_name(KEY, false)?;
        let using = self.after_word("using", |p| p.stated(Self::method))?;
        let held_by = if self.eat("held") {
            self.expect("by")?;
            Some(self.stated_name(PLACE)?)
        } else {
            None
        };
        Ok(Operation::Pseudonymise { fields, key, using, held_by })
    }

    fn method(&mut self) -> Read<Method> {
        const WORDS: &[&str] = &["salted-hash", "unsalted-hash", "lookup", "reversible-code"];
        let word = self.one_of("`salted-hash`, `unsalted-hash`, `lookup` or `reversible-code`", WORDS)?;
        Ok(match self.source(word.span) {
            "salted-hash" => Method::SaltedHash,
            "unsalted-hash" => Method::UnsaltedHash,
            "lookup" => Method::Lookup,
            _ => Method::ReversibleCode,
        })
    }

    fn add_key(&mut self) -> Read<Operation> {
        self.expect("key")?;
        let key = self.new_name(KEY, false)?;
        let per = self.after_word("per", |p| p.name(Shape { what: "what the key numbers", example: "family" }))?;
        Ok(Operation::AddKey { key, per })
    }

    fn generalise(&mut self) -> Read<Operation> {
        let field = self.name(FIELD)?;
        self.expect("to")?;
        let level = self.name(LEVEL)?;
        Ok(Operation::Generalise { field, level })
    }

    fn derive(&mut self) -> Read<Operation> {
        let field = self.new_name(FIELD, false)?;
        let category = if self.eat_kind(TokenKind::Colon) { Some(self.name(CATEGORY)?) } else { None };
        self.expect("from")?;
        let from = self.names(FIELD)?;
        let profiling = self.eat("profiling");
        Ok(Operation::Derive { field, category, from, profiling })
    }

    /// `by FIELDS [of FIELDS] [minimum N [people]]`; without `by` it is one total.
    fn aggregate(&mut self) -> Read<Operation> {
        let by = self.after_word("by", |p| p.names(FIELD))?.unwrap_or_default();
        let of = self.after_word("of", |p| p.names(FIELD))?.unwrap_or_default();
        let minimum = self.after_word("minimum", Self::stated_number)?;
        if minimum.is_some() {
            self.eat("people");
        }
        Ok(Operation::Aggregate { by, of, minimum })
    }

    fn suppression(&mut self) -> Read<Suppression> {
        const WORDS: &[&str] = &["secondary", "rounding", "under", "none"];
        let here = self.here();
        match self.word() {
            "secondary" => {
                self.advance();
                Ok(Suppression::Secondary)
            }
            "rounding" => {
                self.advance();
                self.number().map(Suppression::Rounding)
            }
            "under" => {
                self.advance();
                self.number().map(Suppression::Under)
            }
            "none" => {
                self.advance();
                Ok(Suppression::None(here))
            }
            _ => Err(self.not_among("`secondary`, `rounding N`, `under N` or `none`", WORDS)),
        }
    }

    fn review(&mut self) -> Read<Operation> {
        let what = self.text()?;
        let by = self.after_word("by", Self::text)?;
        Ok(Operation::Review { what, by })
    }

    fn destroy(&mut self) -> Read<Operation> {
        let datasets = self.names(DATASET)?;
        let method = self.after_word("by", |p| p.stated_name(METHOD))?;
        Ok(Operation::Destroy { datasets, method })
    }
}
