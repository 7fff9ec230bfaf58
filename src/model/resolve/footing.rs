//! On what footing: agreements, laws, DPIAs, opt-outs.

use super::Resolver;
use super::circles::Edges;
use super::facts::{Seen, date, plain, text};
use super::index::Found;
use super::names::each_once;
use crate::model::{Agreement, Dpia, Known, Law, OptOut};
use crate::source::Span;
use crate::syntax::tree::{
    AgreementDecl, AgreementFact, DpiaDecl, DpiaFact, Fact, LawDecl, LawFact, OptOutDecl, OptOutFact,
};
use crate::vocabulary::Family;

const AGREEMENT_KINDS: [&str; 5] = ["sharing", "processing-contract", "joint-controller", "transfer", "memorandum"];

impl Resolver<'_> {
    /// Laws, agreements, DPIAs, opt-outs and assumptions.
    pub(super) fn footing(&mut self, found: &Found<'_>) {
        for decl in &found.laws {
            self.law_facts(decl);
        }
        let mut edges: Edges = Vec::with_capacity(found.agreements.len());
        for decl in &found.agreements {
            let replaces = self.agreement_facts(decl);
            edges.push(replaces);
        }
        let walk = self.walk(&edges, "replaces", |r, i| r.head_name(found.agreements.get(i).map(|d| &d.head)));
        for (from, to) in walk.cut {
            self.model.agreements[from].replaces.retain(|a| a.index() != to);
        }
        for decl in &found.dpias {
            self.dpia_facts(decl);
        }
        for decl in &found.opt_outs {
            self.opt_out_facts(decl);
        }
        self.assumptions(found);
    }

    fn law_facts(&mut self, decl: &LawDecl) {
        let declared = self.declared(&decl.head);
        let mut law =
            Law { declared, from: Known::Unsaid, to: Known::Unsaid, gives: Known::Unsaid, excludes: Vec::new() };
        let mut seen = Seen::new(&decl.head);
        for fact in &decl.facts {
            match &fact.value {
                LawFact::InForce { from, to } => {
                    if self.once(&mut seen, "in force", fact.word) {
                        law.from = date(from);
                        law.to = to.as_ref().map_or(Known::Unsaid, date);
                    }
                }
                LawFact::Gives(gives) => {
                    let more = self.said(gives, fact.span, |r, names| {
                        Some(
                            names
                                .iter()
                                .filter_map(|n| r.closed_word(*n, "what a law gives", &["power", "gateway"]))
                                .map(str::to_owned)
                                .collect(),
                        )
                    });
                    self.append(&decl.head, "gives", &mut law.gives, more);
                }
                LawFact::Excludes(names) => law.excludes.extend(self.categories_of(names)),
            }
        }
        each_once(&mut law.excludes);
        self.model.laws.push(law);
    }

    fn agreement_facts(&mut self, decl: &AgreementDecl) -> Vec<(usize, Span)> {
        let declared = self.declared(&decl.head);
        let mut agreement = Agreement {
            declared,
            kind: Known::Unsaid,
            binding: Known::Unsaid,
            between: Known::Unsaid,
            from: Known::Unsaid,
            until: Known::Unsaid,
            purposes: Known::Unsaid,
            covers: Known::Unsaid,
            about: Known::Unsaid,
            by: Known::Unsaid,
            onward: Known::Unsaid,
            terms: Known::Unsaid,
            replaces: Vec::new(),
        };
        let mut seen = Seen::new(&decl.head);
        let mut edges = Vec::new();
        for fact in &decl.facts {
            self.agreement_fact(&mut agreement, &mut edges, &mut seen, fact);
        }
        self.model.agreements.push(agreement);
        edges
    }

    fn agreement_fact(
        &mut self,
        agreement: &mut Agreement,
        edges: &mut Vec<(usize, Span)>,
        seen: &mut Seen<'_>,
        fact: &Fact<AgreementFact>,
    ) {
        let (word, span) = (fact.word, fact.span);
        match &fact.value {
            AgreementFact::Kind(kind) if self.once(seen, "kind", word) => {
                agreement.kind = self.said(kind, span, |r, n| {
                    r.closed_word(*n, "a kind of agreement", &AGREEMENT_KINDS).map(str::to_owned)
                });
            }
            AgreementFact::Binding(yes) if self.once(seen, "binding", word) => agreement.binding = plain(yes, span),
            AgreementFact::Between(parties) if self.once(seen, "between", word) => {
                agreement.between = self.said(parties, span, |r, n| Some(r.parties_of(n)));
            }
            AgreementFact::From(when) if self.once(seen, "from", word) => agreement.from = self.said_point(when),
            AgreementFact::Until(when) if self.once(seen, "until", word) => agreement.until = self.said_point(when),
            AgreementFact::For(purposes) if self.once(seen, "for", word) => {
                agreement.purposes = self.said(purposes, span, |r, n| Some(r.purposes(n)));
            }
            AgreementFact::Covers(covers) => {
                let more = self.said(covers, span, |r, list| Some(r.dataset_list(list)));
                self.append(seen.head(), "covers", &mut agreement.covers, more);
            }
            AgreementFact::Onward(who) if self.once(seen, "onward", word) => {
                agreement.onward = self.said(who, span, |r, n| Some(r.places(n)));
            }
            AgreementFact::About(people) if self.once(seen, "about", word) => {
                agreement.about = self.said(people, span, |r, n| Some(r.people_groups(n)));
            }
            AgreementFact::By(channels) if self.once(seen, "by", word) => {
                agreement.by = self.said(channels, span, |r, n| Some(r.family_symbols(Family::Channel, n)));
            }
            AgreementFact::Terms(terms) => {
                let more = self.said(terms, span, |r, n| Some(r.family_words(Family::Term, n)));
                self.append(seen.head(), "terms", &mut agreement.terms, more);
            }
            AgreementFact::Replaces(names) => {
                for name in names {
                    if let Some(other) = self.agreement(*name)
                        && !agreement.replaces.contains(&other)
                    {
                        agreement.replaces.push(other);
                        edges.push((other.index(), name.span));
                    }
                }
            }
            _ => {} // said twice
        }
    }

    fn dpia_facts(&mut self, decl: &DpiaDecl) {
        let declared = self.declared(&decl.head);
        let mut dpia = Dpia {
            declared,
            covers: Vec::new(),
            completed: Known::Unsaid,
            review_by: Known::Unsaid,
            residual_risk: Known::Unsaid,
            advice: Known::Unsaid,
        };
        let mut seen = Seen::new(&decl.head);
        for fact in &decl.facts {
            let word = fact.word;
            match &fact.value {
                DpiaFact::Covers(activities) => dpia.covers.extend(self.activities_of(activities)),
                DpiaFact::Completed(d) if self.once(&mut seen, "completed", word) => dpia.completed = date(d),
                DpiaFact::ReviewBy(d) if self.once(&mut seen, "review by", word) => dpia.review_by = date(d),
                DpiaFact::ResidualRisk(risk) if self.once(&mut seen, "residual risk", word) => {
                    dpia.residual_risk = self.said(risk, fact.span, |r, n| {
                        r.closed_word(*n, "a degree of risk", &["low", "medium", "high"]).map(str::to_owned)
                    });
                }
                DpiaFact::Advice(advice) if self.once(&mut seen, "advice", word) => dpia.advice = text(advice),
                _ => {} // said twice
            }
        }
        each_once(&mut dpia.covers);
        self.model.dpias.push(dpia);
    }

    fn opt_out_facts(&mut self, decl: &OptOutDecl) {
        let declared = self.declared(&decl.head);
        let mut made = OptOut {
            declared,
            blocks: Vec::new(),
            blocks_identifiable_to: Vec::new(),
            at_extraction: Known::Unsaid,
            covers: Vec::new(),
            about: Vec::new(),
        };
        let mut seen = Seen::new(&decl.head);
        for fact in &decl.facts {
            match &fact.value {
                OptOutFact::Blocks(purposes) => made.blocks.extend(self.purposes(purposes)),
                OptOutFact::Covers(names) => {
                    made.covers.extend(names.iter().filter_map(|n| self.dataset(*n)));
                }
                OptOutFact::About(people) => made.about.extend(self.people_groups(people)),
                OptOutFact::BlocksIdentifiableTo(who) => made.blocks_identifiable_to.extend(self.places(who)),
                OptOutFact::AtExtraction | OptOutFact::BeforeUse => {
                    if self.once(&mut seen, "at extraction | before use", fact.word) {
                        made.at_extraction = Known::Said(matches!(fact.value, OptOutFact::AtExtraction), fact.span);
                    }
                }
            }
        }
        each_once(&mut made.blocks);
        each_once(&mut made.blocks_identifiable_to);
        self.model.opt_outs.push(made);
    }
}
