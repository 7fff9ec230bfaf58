//! Flows, uses and decisions.

use super::Read;
use super::cursor::Parser;
use super::declarations::{HeadWords, Layout};
use super::values::{ACTIVITY, AGREEMENT, PARTY, PLACE, PURPOSE, Shape};
use crate::syntax::tree::{DecisionDecl, DecisionFact, FlowDecl, FlowFact, UseDecl, UseFact};

const FLOW_LINES: &[&str] = &[
    "from",
    "to",
    "data",
    "for",
    "activity",
    "under",
    "by",
    "during",
    "on",
    "basis",
    "condition",
    "transfer",
    "in transit",
    "confidentiality",
    "receiver retains",
    "receiver keeps",
    "receiver stores in",
    "onward to",
];
const USE_LINES: &[&str] = &["takes", "for", "by", "activity", "needs", "during", "on"];
const DECISION_LINES: &[&str] = &[
    "takes",
    "for",
    "by",
    "activity",
    "needs",
    "during",
    "on",
    "about",
    "automation",
    "significant",
    "review",
    "safeguards",
    "oversight",
];
const DECISION_SAFEGUARD: Shape = Shape { what: "a safeguard for decisions", example: "human-intervention" };
const OVERSIGHT: Shape = Shape { what: "a kind of oversight", example: "can-override" };
pub(super) const CHANNEL: Shape = Shape { what: "a channel", example: "secure-email" };
const IN_PLACE: HeadWords =
    HeadWords { named: super::declarations::Named::Yes, at: true, under: None, dotted: false, coded: false };

impl Parser<'_> {
    /// `flow NAME "…" { … }`.
    pub(super) fn flow(&mut self, layout: Layout) -> Option<FlowDecl> {
        let head = self.head(layout, HeadWords::default());
        let facts = self.facts(layout, Self::flow_fact);
        head.ok().map(|read| FlowDecl { head: read.head, facts })
    }

    fn flow_fact(&mut self, word: &str) -> Read<FlowFact> {
        let first = self.at.saturating_sub(1);
        match word {
            "from" => self.stated_names(PLACE).map(FlowFact::From),
            "to" => self.stated_names(PLACE).map(FlowFact::To),
            "data" => self.stated_datasets().map(FlowFact::Data),
            "for" => self.stated_names(PURPOSE).map(FlowFact::For),
            "activity" => self.name(ACTIVITY).map(FlowFact::Activity),
            "under" => self.stated_names(AGREEMENT).map(FlowFact::Under),
            "by" => self.stated_names(CHANNEL).map(FlowFact::By),
            "during" => self.during(first).map(|d| FlowFact::During(Box::new(d))),
            "on" => self.on(first).map(|d| FlowFact::During(Box::new(d))),
            "receiver" => self.receiver_fact().map(FlowFact::Receiver),
            "onward" => self.onward().map(FlowFact::Onward),
            "in" => self.second("transit").and_then(|()| self.stated(Self::duration)).map(FlowFact::InTransit),
            "basis" | "condition" | "confidentiality" | "transfer" => match self.copy_fact(word) {
                Some(copy) => copy.map(FlowFact::Receiver),
                None => Err(self.unknown_property("a flow", FLOW_LINES)),
            },
            _ => Err(self.unknown_property("a flow", FLOW_LINES)),
        }
    }

    /// `use NAME at PLACE "…" { … }`.
    pub(super) fn usage(&mut self, layout: Layout) -> Option<UseDecl> {
        let head = self.head(layout, IN_PLACE);
        let facts = self.facts(layout, |p, word| match p.use_fact(word) {
            Some(fact) => fact,
            None => Err(p.unknown_property("a use", USE_LINES)),
        });
        head.ok().map(|read| UseDecl { head: read.head, at: read.at, facts })
    }

    fn use_fact(&mut self, word: &str) -> Option<Read<UseFact>> {
        let first = self.at.saturating_sub(1);
        Some(match word {
            "takes" => self.stated_datasets().map(UseFact::Takes),
            "for" => self.stated_names(PURPOSE).map(UseFact::For),
            "by" => self.stated_names(PARTY).map(UseFact::By),
            "activity" => self.name(ACTIVITY).map(UseFact::Activity),
            "needs" => self.least_form().map(UseFact::Needs),
            "during" => self.during(first).map(|d| UseFact::During(Box::new(d))),
            "on" => self.on(first).map(|d| UseFact::During(Box::new(d))),
            _ => return None,
        })
    }

    /// `decision NAME at PLACE "…" { … }`.
    pub(super) fn decision(&mut self, layout: Layout) -> Option<DecisionDecl> {
        let head = self.head(layout, IN_PLACE);
        let facts = self.facts(layout, |p, word| match word {
            "about" => {
                p.stated(|p| p.one_of("`individuals` or `groups`", &["individuals", "groups"])).map(DecisionFact::About)
            }
            "automation" => p
                .stated(|p| p.one_of("`solely`, `assisted` or `none`", &["solely", "assisted", "none"]))
                .map(DecisionFact::Automation),
            "significant" => p.stated(Self::yes_or_no).map(DecisionFact::Significant),
            "review" => p.stated(Self::text).map(DecisionFact::Review),
            "safeguards" => p.stated_names(DECISION_SAFEGUARD).map(DecisionFact::Safeguards),
            "oversight" => p.stated_names(OVERSIGHT).map(DecisionFact::Oversight),
            _ => match p.use_fact(word) {
                Some(fact) => fact.map(DecisionFact::Use),
                None => Err(p.unknown_property("a decision", DECISION_LINES)),
            },
        });
        head.ok().map(|read| DecisionDecl { head: read.head, at: read.at, facts })
    }
}
