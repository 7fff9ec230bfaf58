//! Facts of purposes: whether they are specific, whether a further use is compatible with what data was collected for.

use std::collections::VecDeque;

use rustc_hash::FxHashSet;

use super::lawfulness::{class_of, laws_of};
use super::read::*;
use super::{Answer, Item, Reason, Subject, Wants};
use crate::graph::{CopyId, How, Reading};
use crate::model::{Known, PurposeId, Record};
use crate::rules::context::Context;
use crate::rules::forms::uses;
use crate::rules::provenance::Origin;
use crate::rules::truth::Truth;
use crate::source::Span;

facts! {
    "specific purpose" of Flow Step Use Decision Activity, Wants::Nothing, "for PURPOSE", "a purpose, and none that is the root of others in the vocabulary, such as `operational`"
        => |c, s, _| specific(c, s);
    "compatible purpose" of Flow Step Use Decision, Wants::Nothing, "compatible PURPOSE with PURPOSE", "purposes that are those for which its holder got the data or narrower, that are research or statistics, or that somebody found compatible; data got on consent needs the last or a new consent"
        => where |c| !c.all_is_stated(), compatible;
}

/// The fact that asks for what data came to its holder.
pub(crate) const COMPATIBLE: &str = "compatible purpose";

fn specific(c: &Context<'_>, s: Subject) -> Answer {
    let (items, span) = match purposes(c, s) {
        Answer::Values(items, span) => (items, span),
        other => return other,
    };
    let wide = items.iter().filter_map(|item| match item {
        Item::Purpose(p) if is_wide(c, *p) => Some(&c.model.vocabulary.purpose(*p).name),
        _ => None,
    });
    let reasons: Vec<Reason> = wide
        .map(|name| {
            Reason::at(format!("its purpose `{name}` is so wide that it says little"), span)
                .mended(format!("say what exactly it is for: a purpose under `{name}`, or one of your own with `purpose NAME under {name}`"))
        })
        .collect();
    Answer::Told(Truth::from(!items.is_empty() && reasons.is_empty()), reasons)
}

/// Whether a purpose is a root with others under it: it says too little to be one.
fn is_wide(c: &Context<'_>, purpose: PurposeId) -> bool {
    let all = &c.model.vocabulary.purposes;
    c.model.vocabulary.purpose(purpose).parent.is_none() && all.iter().any(|p| p.parent == Some(purpose))
}

/// What a subject is for, where that is said.
fn said_purposes(c: &Context<'_>, s: Subject) -> Option<(Vec<PurposeId>, Span)> {
    match purposes(c, s) {
        Answer::Values(items, span) => {
            let all = items.iter().filter_map(|i| if let Item::Purpose(p) = i { Some(*p) } else { None });
            Some((all.collect(), span))
        }
        _ => None,
    }
}

/// UK GDPR article 8A, European Union article 6(4): each purpose against each for which the holder got the data. What was found
/// compatible at an earlier step does not widen what data was collected for.
fn compatible(c: &Context<'_>, s: Subject, reading: Reading) -> Answer {
    let Some((its, span)) = said_purposes(c, s) else { return unsaid::<()>(&Known::Unsaid) };
    let mut copies: Vec<CopyId> = uses::taken(c, s, reading).into_iter().map(|t| t.copy).collect();
    copies.sort_unstable();
    copies.dedup();
    let mut truth = Truth::True;
    let mut reasons = Vec::new();
    for copy in copies {
        for origin in c.provenance().origins(copy) {
            for purpose in its.iter().copied() {
                let fits = covered(c, origin, purpose);
                if fits == Some(true) {
                    continue;
                }
                let by_record = found_compatible(c, s, copy, (origin, purpose));
                if by_record == Truth::True {
                    continue;
                }
                let (from, at) = came_by(c, copy, origin);
                let here = match fits {
                    Some(_) => {
                        let reason = incompatible(c, origin, purpose, &from, span);
                        if !reasons.contains(&reason) {
                            reasons.push(reason);
                        }
                        Truth::False
                    }
                    None if origin.purposes.is_none() => {
                        Truth::unknown(format!("what {from} was collected or sent for"), at)
                    }
                    None => Truth::unknown(format!("whether {from} was got on consent (`basis`)"), at),
                };
                truth = truth.and(here.or(by_record));
            }
        }
    }
    Answer::Told(truth, reasons)
}

fn incompatible(c: &Context<'_>, origin: &Origin, purpose: PurposeId, from: &str, span: Span) -> Reason {
    let name = |p: &PurposeId| format!("`{}`", c.model.vocabulary.purpose(*p).name);
    let collected: Vec<String> = origin.purposes.iter().flatten().map(name).collect();
    let new = name(&purpose);
    let got = crate::rules::story::list(&collected);
    if origin.consent == Some(true) {
        return Reason::at(format!("{from} was got on consent for {got}, and {new} is something else"), span)
            .mended(format!("ask people anew and record it with `kind consent`, or use the data only for {got}"));
    }
    let first = collected.first().cloned().unwrap_or_default();
    Reason::at(format!("{from} was got for {got}, and nobody found {new} compatible with that"), span).mended(format!(
        "record why it is compatible: a `record` of `kind compatibility-assessment`, or `compatible {} with {} because \"…\"`",
        first.trim_matches('`'),
        new.trim_matches('`')
    ))
}

/// Whether a purpose is within what data was got for, without anybody's judgement; `None` where that depends on what is not said.
fn covered(c: &Context<'_>, origin: &Origin, purpose: PurposeId) -> Option<bool> {
    let vocabulary = &c.model.vocabulary;
    if origin.purposes.iter().flatten().any(|p| vocabulary.purpose_under(purpose, *p)) {
        return Some(true);
    }
    // to answer people and to keep data safe is part of whatever it is used for (article 8A(3)(c))
    let serves = |word: &str| vocabulary.find_purpose(word).is_some_and(|p| vocabulary.purpose_under(purpose, p));
    if ["rights-requests", "information-security"].into_iter().any(serves) {
        return Some(true);
    }
    // the presumption for research and statistics; it does not reach what people agreed to for something else
    let presumed = matches!(class_of(c, purpose), Some("research" | "statistics"));
    let judged = origin.purposes.iter().flatten().any(|p| {
        let same = |a: &crate::model::Compatible| {
            vocabulary.purpose_under(*p, a.purpose) && vocabulary.purpose_under(purpose, a.with)
        };
        c.model.compatibles.iter().any(same)
    });
    match (presumed || judged, origin.consent) {
        (true, Some(false)) => Some(true),
        (true, None) => None,
        _ => origin.purposes.as_ref().map(|_| false),
    }
}

/// Whether somebody recorded that a purpose is compatible, or asked people anew. For what was got on consent an assessment is
/// not enough by itself: it needs a law that authorises the new purpose (article 8A(4)).
fn found_compatible(c: &Context<'_>, s: Subject, copy: CopyId, (origin, purpose): (&Origin, PurposeId)) -> Truth {
    let may_be_assessed = origin.consent == Some(false) || !laws_of(c, s).is_empty();
    let dataset = Subject::Dataset(c.graph.copy(copy).dataset);
    let all = records_of(c, s).into_iter().chain(records_of(c, dataset));
    let of_kind = |r: &&Record| {
        let kinds = r.kinds.value();
        kinds.is_some_and(|k| k.iter().any(|w| w == "consent" || (w == "compatibility-assessment" && may_be_assessed)))
    };
    let for_it = |r: &&Record| match &r.purposes {
        Known::Said(purposes, _) => purposes.iter().any(|p| c.model.vocabulary.purpose_under(purpose, *p)),
        _ => true,
    };
    Truth::any(all.filter(of_kind).filter(for_it).map(|r| record_in_force(c, r)))
}

/// How many copies are looked at to find where data came from.
const LOOKED_AT: usize = 500;

/// The dataset or flow by which data with an origin came, and where that is said.
fn came_by(c: &Context<'_>, copy: CopyId, origin: &Origin) -> (String, Span) {
    let mut queue = VecDeque::from([copy]);
    let mut seen: FxHashSet<CopyId> = FxHashSet::from_iter([copy]);
    let said = |purposes: &Known<crate::syntax::list::List<PurposeId>>| {
        let mut all: Option<Vec<PurposeId>> = purposes.value().map(|p| p.iter().copied().collect());
        if let Some(all) = &mut all {
            all.sort_unstable();
            all.dedup();
        }
        all == origin.purposes
    };
    while let Some(at) = queue.pop_front() {
        let party = c.graph.party_of(c.model, at);
        for id in c.graph.arrivals_of(at).take(LOOKED_AT) {
            let arrival = c.graph.arrival(id);
            let dataset = c.model.dataset(c.graph.copy(at).dataset);
            let name = c.model.word(dataset.declared.name);
            if arrival.how == How::Declared && said(&dataset.collected_for) {
                let at = dataset.collected_for.span().unwrap_or(dataset.declared.span);
                return (format!("`{name}`"), at);
            }
            let abroad = |f: &CopyId| c.graph.party_of(c.model, *f) != party;
            if let How::Flow(flow, _) = arrival.how
                && c.graph.from(id).iter().any(abroad)
            {
                let flow = &c.model.flows[flow.index()];
                if said(&flow.purposes) {
                    let by = c.model.word(flow.declared.name);
                    return (
                        format!("`{name}`, which came by `{by}`,"),
                        flow.purposes.span().unwrap_or(flow.declared.span),
                    );
                }
                continue;
            }
            let new = c.graph.from(id).iter().filter(|f| seen.len() < LOOKED_AT && seen.insert(**f));
            queue.extend(new.copied().collect::<Vec<_>>());
        }
    }
    (c.data_name(copy), c.graph.arrivals_of(copy).next().map_or_else(Default::default, |a| c.arrival_span(a)))
}
