//! What is told, promised, assessed and signed: notices, DPIAs, opt-outs, attestations, waivers.

use super::Read;
use super::cursor::Parser;
use super::declarations::{HeadWords, Layout};
use super::values::{ACTIVITY, DATASET, LAW, PARTIES, PEOPLE, PLACE, PURPOSE, RULE, Shape};
use crate::syntax::tree::{
    AttestDecl, DpiaDecl, DpiaFact, Head, NoticeDecl, NoticeFact, OptOutDecl, OptOutFact, PackDecl, PackFact,
    RecordDecl, RecordFact, SignedFact, WaiveDecl,
};

const NOTICE_LINES: &[&str] = &[
    "text",
    "from",
    "to",
    "published",
    "review by",
    "contact",
    "contains",
    "retain",
    "names recipients",
    "names purposes",
    "names categories",
    "names sources",
    "covers",
    "cites",
];

const RECORD_LINES: &[&str] =
    &["kind", "covers", "about", "for", "by", "on", "review by", "until", "reference", "because", "withdrawal"];

const RECORD_KIND: Shape = Shape { what: "a kind of record", example: "legitimate-interests-assessment" };
const ELEMENT: Shape = Shape { what: "what a notice tells", example: "rights" };
const COVERED: Shape = Shape { what: "what the record is about", example: "impact-study" };

impl Parser<'_> {
    /// `dpia NAME "…" { … }`.
    pub(super) fn dpia(&mut self, layout: Layout) -> Option<DpiaDecl> {
        let head = self.head(layout, HeadWords::default());
        let facts = self.facts(layout, |p, word| match word {
            "covers" => p.names(ACTIVITY).map(DpiaFact::Covers),
            "completed" => p.stated_date().map(DpiaFact::Completed),
            "review" => p.second("by").and_then(|()| p.stated_date()).map(DpiaFact::ReviewBy),
            "residual" => {
                p.second("risk")?;
                p.stated(|p| p.one_of("`low`, `medium` or `high`", &["low", "medium", "high"]))
                    .map(DpiaFact::ResidualRisk)
            }
            "advice" => p.stated(Self::text).map(DpiaFact::Advice),
            _ => Err(p.unknown_property("a DPIA", &["covers", "completed", "review by", "residual risk", "advice"])),
        });
        head.ok().map(|read| DpiaDecl { head: read.head, facts })
    }

    /// `record NAME "…" { … }`.
    pub(super) fn record(&mut self, layout: Layout) -> Option<RecordDecl> {
        let head = self.head(layout, HeadWords::default());
        let facts = self.facts(layout, |p, word| match word {
            "kind" => p.stated_names(RECORD_KIND).map(RecordFact::Kind),
            "covers" => p.names(COVERED).map(RecordFact::Covers),
            "about" => p.stated_names(PEOPLE).map(RecordFact::About),
            "for" => p.stated_names(PURPOSE).map(RecordFact::For),
            "by" => p.stated(Self::text).map(RecordFact::By),
            "on" => p.stated_date().map(RecordFact::On),
            "review" => p.second("by").and_then(|()| p.stated_date()).map(RecordFact::ReviewBy),
            "until" => p.stated_date().map(RecordFact::Until),
            "reference" => p.stated(Self::text).map(RecordFact::Reference),
            "because" => p.stated(Self::text).map(RecordFact::Because),
            "withdrawal" => p.stated(Self::text).map(RecordFact::Withdrawal),
            _ => Err(p.unknown_property("a record", RECORD_LINES)),
        });
        head.ok().map(|read| RecordDecl { head: read.head, facts })
    }

    /// `pack NAME "…" { … }`.
    pub(super) fn pack(&mut self, layout: Layout) -> Option<PackDecl> {
        let head = self.head(layout, HeadWords::default());
        let facts = self.facts(layout, |p, word| match word {
            "language" => p.number().map(PackFact::Language),
            "severity" => {
                let rule = p.name(RULE)?;
                let severity = p.one_of("`error`, `warning` or `info`", &["error", "warning", "info"])?;
                Ok(PackFact::Severity { rule, severity })
            }
            "because" => p.text().map(PackFact::Because),
            _ => Err(p.unknown_property("a pack", &["language", "severity", "because"])),
        });
        head.ok().map(|read| PackDecl { head: read.head, facts })
    }

    /// `opt-out NAME "…" { … }`.
    pub(super) fn opt_out(&mut self, layout: Layout) -> Option<OptOutDecl> {
        let head = self.head(layout, HeadWords::default());
        let facts = self.facts(layout, |p, word| match word {
            "blocks" if p.are(&["identifiable", "data"]) => {
                p.advance();
                p.advance();
                p.expect("to")?;
                p.names(PARTIES).map(OptOutFact::BlocksIdentifiableTo)
            }
            "blocks" => p.names(PURPOSE).map(OptOutFact::Blocks),
            "at" => p.second("extraction").map(|()| OptOutFact::AtExtraction),
            "before" => p.second("use").map(|()| OptOutFact::BeforeUse),
            "covers" => p.names(DATASET).map(OptOutFact::Covers),
            "about" => p.names(PEOPLE).map(OptOutFact::About),
            _ => Err(p.unknown_property("an opt-out", &["blocks", "at extraction", "before use", "covers", "about"])),
        });
        head.ok().map(|read| OptOutDecl { head: read.head, facts })
    }

    /// `notice NAME "…" { … }`.
    pub(super) fn notice(&mut self, layout: Layout) -> Option<NoticeDecl> {
        let head = self.head(layout, HeadWords::default());
        let facts = self.facts(layout, |p, word| match word {
            "text" => p.stated(Self::text).map(NoticeFact::Text),
            "from" => p.stated_names(PARTIES).map(NoticeFact::From),
            "to" => p.stated_names(PEOPLE).map(NoticeFact::To),
            "published" => p.stated_date().map(NoticeFact::Published),
            "review" => p.second("by").and_then(|()| p.stated_date()).map(NoticeFact::ReviewBy),
            "contact" => p.stated(|p| p.list(Self::text)).map(NoticeFact::Contact),
            "contains" => p.stated_names(ELEMENT).map(NoticeFact::Contains),
            "retain" => p.stated(|p| p.retention().map(Box::new)).map(NoticeFact::Retain),
            "names" => {
                const WHAT: &[&str] = &["recipients", "purposes", "categories", "sources"];
                let what = p.one_of("`recipients`, `purposes`, `categories` or `sources`", WHAT)?;
                p.label_ends();
                let list = p.stated_names(Shape { what: "what the notice names", example: "" })?;
                Ok(NoticeFact::Names { what, list })
            }
            "covers" => p.names(ACTIVITY).map(NoticeFact::Covers),
            "cites" => p.names(LAW).map(NoticeFact::Cites),
            _ => Err(p.unknown_property("a notice", NOTICE_LINES)),
        });
        head.ok().map(|read| NoticeDecl { head: read.head, facts })
    }

    /// `attest copy X at P is anonymous { by; on; review by; because }`.
    pub(super) fn attest(&mut self, layout: Layout) -> Option<AttestDecl> {
        let head = self.attest_head(layout);
        let facts = self.facts(layout, |p, word| match word {
            "until" => Err(p.unknown_property("an attestation", ATTEST_LINES)),
            _ => p.signed_fact(word, "an attestation", ATTEST_LINES),
        });
        head.ok().map(|(head, dataset, at)| AttestDecl { head, dataset, at, facts })
    }

    fn attest_head(&mut self, layout: Layout) -> Read<(Head, crate::syntax::tree::Name, crate::syntax::tree::Name)> {
        let mut head = self.plain_head(layout);
        self.expect("copy")?;
        let dataset = self.name(DATASET)?;
        self.expect("at")?;
        let at = self.name(PLACE)?;
        self.expect("is")?;
        self.expect("anonymous")?;
        if !self.done() {
            head.title = Some(Box::new(self.text()?));
        }
        self.finish()?;
        Ok((head, dataset, at))
    }

    /// `waive RULE for SUBJECT { because; by; until }`.
    pub(super) fn waive(&mut self, layout: Layout) -> Option<WaiveDecl> {
        let head = self.waive_head(layout);
        let facts = self.facts(layout, |p, word| match word {
            "review" => Err(p.unknown_property("a waiver", WAIVE_LINES)),
            _ => p.signed_fact(word, "a waiver", WAIVE_LINES),
        });
        head.ok().map(|(head, rule, subject)| WaiveDecl { head, rule, subject, facts })
    }

    fn waive_head(&mut self, layout: Layout) -> Read<(Head, crate::syntax::tree::Name, crate::syntax::tree::Name)> {
        let mut head = self.plain_head(layout);
        let rule = self.name(RULE)?;
        self.expect("for")?;
        let subject = self.name(Shape { what: "what the rule is waived for", example: "" })?;
        if !self.done() {
            head.title = Some(Box::new(self.text()?));
        }
        self.finish()?;
        Ok((head, rule, subject))
    }

    fn signed_fact(&mut self, word: &str, noun: &'static str, lines: &'static [&'static str]) -> Read<SignedFact> {
        match word {
            "by" => self.text().map(SignedFact::By),
            "on" => self.date().map(SignedFact::On),
            "review" => self.second("by").and_then(|()| self.date()).map(SignedFact::ReviewBy),
            "because" => self.text().map(SignedFact::Because),
            "until" => self.date().map(SignedFact::Until),
            _ => Err(self.unknown_property(noun, lines)),
        }
    }
}

const ATTEST_LINES: &[&str] = &["by", "on", "review by", "because"];
const WAIVE_LINES: &[&str] = &["because", "by", "on", "until"];
