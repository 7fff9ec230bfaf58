//! Facts of the duty of confidence: on what footing confidential information leaves care, and whose no was respected.

use super::read::*;
use super::{Answer, Entity, Item, Reason, Subject, Wants};
use crate::graph::Reading;
use crate::model::{Footing, Known, Record};
use crate::rules::context::Context;
use crate::rules::truth::Truth;
use crate::source::Span;
use crate::vocabulary::Family;

facts! {
    "confidentiality" of Flow Copy Dataset, Wants::Words(Family::ConfidentialityBasis), "confidentiality BASIS [under LAW]", "why the duty of confidence lets it go"
        => |c, s, _| footing(c, s, |f| &*f.confidentiality);
    "confidentiality basis" of Flow, Wants::Nothing, "confidentiality BASIS [under LAW]", "a footing that the duty of confidence knows and that fits what the flow is for: consent implied by care for care alone, with the record or the law that the others need"
        => |c, s, _| confidentiality_basis(c, s);
    "opt-out filters" of Flow, Wants::Anything, "filter opt-out SCHEME in a step", "the opt-outs of those whom everything in it has passed the filter of"
        => |c, s, _| match s {
            Subject::Flow(id) => {
                let copies = c.graph.arrivals_by(id).iter().map(|a| c.graph.arrival(*a).copy);
                let mut passed: Option<Vec<usize>> = None;
                for copy in copies {
                    let own: Vec<usize> = c.opt_outs_passed(copy).collect();
                    passed = Some(passed.map_or(own.clone(), |p| p.into_iter().filter(|n| own.contains(n)).collect()));
                }
                let names = passed.unwrap_or_default().into_iter().filter_map(|n| c.model.opt_outs.get(n));
                Answer::Values(names.map(|o| Item::Word(c.model.word(o.declared.name).to_owned())).collect(), Span::default())
            }
            _ => Answer::Unsaid,
        };
    "opt-out exemption" of Flow, Wants::Nothing, "record NAME { kind opt-out-exemption; … }, or confidentiality BASIS", "an opt-out from uses beyond care not applying: people consented to this, it is required by law, the public interest overrides, or a signed record says why"
        => |c, s, _| opt_out_exemption(c, s);
}

/// The confidentiality footing of a flow.
fn stated<'a>(c: &Context<'a>, s: Subject) -> Option<&'a Known<Footing>> {
    flow(c, s).map(|f| &*f.facts.confidentiality)
}

fn has_kind(record: &Record, kind: &str) -> bool {
    record.kinds.value().is_some_and(|kinds| kinds.iter().any(|k| k == kind))
}

fn confidentiality_basis(c: &Context<'_>, s: Subject) -> Answer {
    let (footing, span) = match stated(c, s) {
        Some(Known::Said(footing, span)) => (footing, *span),
        Some(other) => return unsaid(other),
        None => return Answer::Unsaid,
    };
    let basis = c.model.word(footing.name);
    let word = c.model.vocabulary.word(Family::ConfidentialityBasis, basis);
    let has = |mark: &str| word.is_some_and(|w| w.has_mark(mark));
    let care =
        Entity::Flow.fact("direct care").is_some_and(|f| (f.read)(c, s, Reading::Kind) == Answer::Is(Truth::True));
    let mut reasons = Vec::new();
    let mut truth = Truth::True;
    if has("direct-care-only") && !care {
        let sentence =
            format!("`{basis}` reaches the care of the patient and no further, and this is for something else");
        let fix =
            "rest it on explicit consent, section 251 support, a statute or an overriding public interest".to_owned();
        reasons.push(Reason::at(sentence, span).mended(fix));
    }
    if has("needs-record") {
        let kind =
            if basis == "overriding-public-interest" { "public-interest-record" } else { "confidentiality-support" };
        let own = records_of(c, s).into_iter().filter(|r| has_kind(r, kind));
        let held = Truth::any(own.map(|r| record_in_force(c, r)));
        if held == Truth::False {
            let sentence = format!("no record in force says so (`kind {kind}`)");
            let fix =
                format!("record it: `record … {{ kind {kind}; covers …; by \"…\"; on …; until …; reference \"…\" }}`");
            reasons.push(Reason::at(sentence, span).mended(fix));
        }
        truth = truth.and(held);
    }
    if has("needs-law") {
        match footing.law {
            None => {
                let sentence = format!("`{basis}` names no law");
                reasons
                    .push(Reason::at(sentence, span).mended("name it: `confidentiality statute under LAW`".to_owned()));
            }
            Some(law) => {
                let held = law_in_force(c, law, window_of(c, s));
                if held == Truth::False {
                    let name = c.model.word(c.model.laws[law.index()].declared.name);
                    reasons.push(Reason::at(format!("`{name}` is not in force for the whole time"), span));
                }
                truth = truth.and(held);
            }
        }
    }
    let truth = if reasons.is_empty() { truth } else { Truth::False };
    Answer::Told(truth, reasons)
}

fn opt_out_exemption(c: &Context<'_>, s: Subject) -> Answer {
    let Some(flow) = flow(c, s) else { return Answer::Unsaid };
    let stands_on = |word: &str| {
        let known = flow.facts.confidentiality.value();
        known.is_some_and(|f| c.model.vocabulary.word_under(Family::ConfidentialityBasis, c.model.word(f.name), word))
    };
    // the flow's own basis, or its activity's
    let basis = Entity::Flow.fact("basis").map(|fact| (fact.read)(c, s, Reading::Kind));
    let required = matches!(basis, Some(Answer::Values(all, _)) if all.iter().any(|item| {
        matches!(item, Item::Word(word) if c.model.vocabulary.word_under(Family::Basis, word, "legal-obligation"))
    }));
    let consented = stands_on("explicit-confidentiality-consent");
    if consented || stands_on("overriding-public-interest") || (stands_on("statute") && required) {
        return Answer::Is(Truth::True);
    }
    let own = records_of(c, s).into_iter().filter(|r| has_kind(r, "opt-out-exemption"));
    Answer::Is(Truth::any(own.map(|r| record_in_force(c, r))))
}
