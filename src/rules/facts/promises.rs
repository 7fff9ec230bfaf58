//! Facts of promises: whether they are kept, and whether their words bind anybody.

use super::read::*;
use super::{Answer, Reason, Subject, Wants};
use crate::model::RuleId;
use crate::rules::Verdict;
use crate::rules::context::Context;
use crate::rules::truth::Truth;

/// The name of the fact that asks for verdicts: sentences that ask for it are judged last.
pub(crate) const KEPT: &str = "kept";

facts! {
    "kept" of Promise Rule, Wants::Nothing, "nothing: it follows from its sentences", "its own sentences holding; sentences that ask whether something is kept are left out, and a promise that does not apply on the date is kept"
        => |c, s, _| kept(c, s);
    "bounded wording" of Promise, Wants::Nothing, "quote \"…\" in NOTICE", "quoting no phrase that leaves open what is promised, by the table `open-wording`"
        => |c, s, _| bounded(c, s);
}

fn kept(c: &Context<'_>, s: Subject) -> Answer {
    let Subject::Rule(id) = s else { return Answer::Unsaid };
    let name = c.model.word(c.model.rules[id.index()].declared.name);
    let Some(outcome) = c.outcome_of(id) else {
        let span = c.model.rules[id.index()].declared.span;
        return Answer::Is(Truth::unknown(format!("what became of `{name}`"), span));
    };
    match outcome.verdict {
        Verdict::Pass => Answer::Told(Truth::True, Vec::new()),
        Verdict::CannotTell => Answer::Is(Truth::Unknown(outcome.missing.clone())),
        Verdict::Fail => {
            let told = outcome.said.iter().map(|(summary, span)| Reason::at(summary.clone(), *span));
            Answer::Told(Truth::False, told.collect())
        }
    }
}

fn bounded(c: &Context<'_>, s: Subject) -> Answer {
    let Some(promise) = rule(c, s) else { return Answer::Unsaid };
    let mut reasons = Vec::new();
    for (quote, _, span) in &promise.quotes {
        for found in c.settings.tables.open_phrases(quote, c.settings.jurisdiction, c.as_of) {
            let words = quote.get(found.start..found.end).unwrap_or_default();
            let leaves = match found.row.text("kind").unwrap_or_default() {
                "open-list" => "leave open what else there is",
                "open-time" => "leave open until when",
                "open-exception" => "leave open when it does not hold",
                "absolute" => "promise more than anybody can",
                "for-now" => "leave open what comes later",
                _ => "leave open what is done",
            };
            let sentence = format!("its words `{}` {leaves}", words.split_whitespace().collect::<Vec<_>>().join(" "));
            let say = found.row.text("say").unwrap_or_default();
            reasons.push(Reason::at(sentence, *span).mended(format!("in the notice, {say}")));
        }
    }
    Answer::Told(Truth::from(reasons.is_empty()), reasons)
}

/// What became of a promise by its own sentences.
#[derive(Clone, Debug)]
pub struct Became {
    /// Whose.
    pub rule: RuleId,
    /// The worst of its sentences.
    pub verdict: Verdict,
    /// What is wrong, in a sentence with its place each; the first few.
    pub said: Vec<(String, crate::source::Span)>,
    /// What is not stated; the first few.
    pub missing: Vec<crate::rules::Missing>,
}
