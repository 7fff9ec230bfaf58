//! Agreements, laws and purposes.

use super::Read;
use super::cursor::Parser;
use super::declarations::{HeadWords, Layout};
use super::flow::CHANNEL;
use super::values::{AGREEMENT, CATEGORY, PARTIES, PEOPLE, PURPOSE, Shape};
use crate::syntax::tree::{AgreementDecl, AgreementFact, LawDecl, LawFact, PurposeDecl};

const LINES: &[&str] =
    &["kind", "binding", "between", "from", "until", "for", "covers", "about", "by", "onward to", "terms", "replaces"];

impl Parser<'_> {
    /// `agreement NAME "…" { … }`.
    pub(super) fn agreement(&mut self, layout: Layout) -> Option<AgreementDecl> {
        let head = self.head(layout, HeadWords::default());
        let facts = self.facts(layout, Self::agreement_fact);
        head.ok().map(|read| AgreementDecl { head: read.head, facts })
    }

    fn agreement_fact(&mut self, word: &str) -> Read<AgreementFact> {
        const KINDS: &[&str] = &["sharing", "processing-contract", "joint-controller", "transfer", "memorandum"];
        match word {
            "kind" => self.stated(|p| p.one_of("a kind of agreement", KINDS)).map(AgreementFact::Kind),
            "binding" => self.stated(Self::yes_or_no).map(AgreementFact::Binding),
            "between" => self.stated_names(PARTIES).map(AgreementFact::Between),
            "from" => self.stated_when().map(AgreementFact::From),
            "until" => self.stated_when().map(AgreementFact::Until),
            "for" => self.stated_names(PURPOSE).map(AgreementFact::For),
            "covers" => self.stated_datasets().map(AgreementFact::Covers),
            "about" => self.stated_names(PEOPLE).map(AgreementFact::About),
            "by" => self.stated_names(CHANNEL).map(AgreementFact::By),
            "onward" => self.onward().map(AgreementFact::Onward),
            "terms" => self.stated_names(Shape { what: "a term", example: "audit" }).map(AgreementFact::Terms),
            "replaces" => self.names(AGREEMENT).map(AgreementFact::Replaces),
            _ => Err(self.unknown_property("an agreement", LINES)),
        }
    }

    /// `law NAME "Citation" { in force; gives; excludes }`.
    pub(super) fn law(&mut self, layout: Layout) -> Option<LawDecl> {
        let head = self.head(layout, HeadWords::default());
        let facts = self.facts(layout, |p, word| match word {
            "in" => {
                p.second("force")?;
                p.eat("from");
                let from = p.stated_date()?;
                let to = p.after_word("to", Self::stated_date)?;
                Ok(LawFact::InForce { from, to })
            }
            "gives" => {
                p.stated(|p| p.list_of(|p| p.one_of("`power` or `gateway`", &["power", "gateway"]))).map(LawFact::Gives)
            }
            "excludes" => p.names(CATEGORY).map(LawFact::Excludes),
            _ => Err(p.unknown_property("a law", &["in force", "gives", "excludes"])),
        });
        head.ok().map(|read| LawDecl { head: read.head, facts })
    }

    /// `purpose NAME [under PARENT] "…" { class CLASS }`.
    pub(super) fn purpose(&mut self, layout: Layout) -> Option<PurposeDecl> {
        let head = self.head(layout, HeadWords { under: Some(("under", PURPOSE)), ..HeadWords::default() });
        let facts = self.facts(layout, |p, word| match word {
            "class" => p.stated_name(Shape { what: "a class of purpose", example: "research" }),
            _ => Err(p.unknown_property("a purpose", &["class"])),
        });
        head.ok().map(|read| PurposeDecl { head: read.head, under: read.under, facts })
    }
}
