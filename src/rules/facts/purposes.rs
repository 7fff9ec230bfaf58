//! Facts of purposes: whether they are specific, whether a further use is compatible with what data was collected for.

use super::read::*;
use super::{Answer, Item, Reason, Subject, Wants};
use crate::graph::Reading;
use crate::model::PurposeId;
use crate::rules::context::Context;
use crate::rules::truth::Truth;

facts! {
    "specific purpose" of Flow Step Use Decision Activity, Wants::Nothing, "for PURPOSE", "a purpose, and none that is the root of others in the vocabulary, such as `operational`"
        => specific;
}

fn specific(c: &Context<'_>, s: Subject, _: Reading) -> Answer {
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
