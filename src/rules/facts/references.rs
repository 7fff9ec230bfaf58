//! Whether what a notice refers to is still there: where people can turn to, and the organisations that it names.

use std::collections::HashSet;

use super::alike::same_words;
use super::read::*;
use super::scope::{Named, senders};
use super::{Answer, Reason, Wants};
use crate::model::{Known, Model, Notice, PartyId};
use crate::rules::context::Context;
use crate::rules::truth::Truth;
use crate::source::Span;
use crate::vocabulary::Family;

facts! {
    "contacts of its own" of Notice, Wants::Nothing, "contact \"…\"; domain \"…\" in a party", "every contact, and every link and address in its text, leading to those who give it, a controller of what it covers, another party of the model, or a supervisory authority"
        => |c, s, _| notice(c, s).map_or(Answer::Unsaid, |n| contacts(c, n));
    "current parties" of Notice, Wants::Nothing, "renamed DATE; dissolved DATE in a party", "naming, in its lines or its text, no party by a name that it had before it was renamed or dissolved"
        => |c, s, _| notice(c, s).map_or(Answer::Unsaid, |n| current(c, n));
    "one name for each party" of Notice, Wants::Nothing, "also \"…\" in a party", "its text calling no party by two names that only look the same"
        => |c, s, _| notice(c, s).map_or(Answer::Unsaid, |n| one_name(c, n));
    "overdue review" of Notice, Wants::Nothing, "review by DATE", "being past the day by which it was to be looked at again"
        => |c, s, _| notice(c, s).map_or(Answer::Unsaid, |n| match &n.review_by {
            Known::Said(by, span) => {
                let late = Reason::at(format!("it was to be looked at again by {by}"), *span);
                Answer::Told(Truth::from(*by < c.as_of), vec![late.mended("look at the notice again, mend it, and set a new date".to_owned())])
            }
            Known::NotStated(span) => Answer::Is(Truth::unknown("when it is to be looked at again (`review by`)".to_owned(), *span)),
            Known::Unsaid => Answer::Is(Truth::False),
        });
}

/// Sites of authorities and of the law itself, to which any notice may lead.
const PUBLIC_SITES: &[&str] = &["ico.org.uk", "legislation.gov.uk", "eur-lex.europa.eu", "edpb.europa.eu"];

/// The last parts of domains that are looked for in running text, where a full stop may be just that.
const ENDINGS: &[&str] =
    &["uk", "com", "org", "net", "eu", "gov", "int", "ie", "scot", "wales", "cymru", "london", "info"];

/// The domains in a text, each with where it begins: after an `@`, in a link, or standing by itself.
fn domains(text: &str) -> Vec<(String, usize)> {
    let breaks = |c: char| {
        c.is_whitespace() || matches!(c, '<' | '>' | '(' | ')' | '[' | ']' | '{' | '}' | '"' | '\'' | ',' | ';' | '|')
    };
    let mut all = Vec::new();
    let mut at = 0;
    for word in text.split(breaks) {
        let begins = at;
        at += word.len() + 1;
        // the break may be longer than one byte: find where the next word really begins
        at = text
            .get(begins + word.len()..)
            .and_then(|rest| rest.chars().next())
            .map_or(at, |c| begins + word.len() + c.len_utf8());
        let sure = word.contains('@') || word.contains("://") || word.starts_with("www.");
        let (_, rest) = word.rsplit_once("://").unwrap_or(("", word));
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let host = host.rsplit('@').next().unwrap_or_default();
        let host = host.split(':').next().unwrap_or_default().trim_matches(['.', '*', '_', '!']).to_lowercase();
        let host = host.strip_prefix("www.").unwrap_or(&host).to_owned();
        let labels: Vec<&str> = host.split('.').collect();
        let plain = |l: &&str| !l.is_empty() && l.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        let ending = labels.last().copied().unwrap_or_default();
        let fits = labels.len() > 1 && labels.iter().all(plain) && ending.chars().all(|c| c.is_ascii_alphabetic());
        if fits && (sure || ENDINGS.contains(&ending)) {
            all.push((host, begins));
        }
    }
    all
}

/// Whether a domain is another or a part of it.
fn within(domain: &str, of: &str) -> bool {
    let of = of.trim().to_lowercase();
    let of = of.strip_prefix("www.").unwrap_or(&of);
    domain == of || domain.strip_suffix(of).is_some_and(|rest| rest.ends_with('.'))
}

fn contacts(c: &Context<'_>, n: &Notice) -> Answer {
    let m = c.model;
    let controllers = n.covers.iter().flat_map(|a| &m.activities[a.index()].controllers).map(|r| r.party);
    let answering: HashSet<PartyId> = senders(n).iter().copied().chain(controllers).collect();
    let is_of = |p: &PartyId, domain: &str| m.party(*p).domain.value().is_some_and(|of| within(domain, of));
    let any = |domain: &str| {
        PUBLIC_SITES.contains(&domain) || (0..m.parties.len() as u32).map(PartyId).any(|p| is_of(&p, domain))
    };
    let authority = |domain: &str| {
        let of = |p: &PartyId| {
            let kind = m.party(*p).kind.value();
            kind.is_some_and(|k| m.vocabulary.word_under(Family::PartyKind, k, "data-protection-authority"))
        };
        (0..m.parties.len() as u32).map(PartyId).any(|p| of(&p) && is_of(&p, domain))
    };
    let mut wrong: Vec<(String, String, Span)> = Vec::new();
    for (text, span) in n.contacts.value().into_iter().flatten() {
        for (domain, _) in domains(text) {
            let own = answering.iter().any(|p| is_of(p, &domain)) || authority(&domain);
            if !own && !PUBLIC_SITES.contains(&domain.as_str()) {
                wrong.push((domain, "its contact".to_owned(), *span));
            }
        }
    }
    if let Some(body) = &n.body {
        for (domain, at) in domains(&body.text) {
            if !any(&domain) && !wrong.iter().any(|(known, ..)| *known == domain) {
                let start = body.start.saturating_add(u32::try_from(at).unwrap_or(u32::MAX));
                let end = start.saturating_add(u32::try_from(domain.len()).unwrap_or(0));
                wrong.push((domain, "its text".to_owned(), Span::new(start, end)));
            }
        }
    }
    if wrong.is_empty() {
        return Answer::Told(Truth::True, Vec::new());
    }
    let silent = senders(n).iter().find(|p| m.party(**p).domain.value().is_none());
    if let Some(party) = silent {
        let declared = &m.party(*party).declared;
        let text = format!("the domain of `{}` (`domain`)", m.word(declared.name));
        return Answer::Is(Truth::unknown(text, declared.span));
    }
    let reasons = wrong.into_iter().map(|(domain, where_from, span)| {
        Reason::at(
            format!("{where_from} leads people to `{domain}`, which belongs to nobody who answers for the data"),
            span,
        )
        .mended(format!("put the right address there, or say whose `{domain}` is (`domain` in a party)"))
    });
    Answer::Told(Truth::False, reasons.collect())
}

/// The parties that a notice names in its lines: who gives it, recipients, sources.
fn parties(m: &Model, n: &Notice) -> Vec<PartyId> {
    let lists = ["recipients", "sources"].into_iter().flat_map(|what| Named::of(m, n, what).parties(m));
    let mut all: Vec<PartyId> = senders(n).iter().copied().chain(lists).collect();
    let mut seen = HashSet::new();
    all.retain(|p| seen.insert(*p));
    all
}

fn current(c: &Context<'_>, n: &Notice) -> Answer {
    let m = c.model;
    let mut reasons = Vec::new();
    let listed = parties(m, n);
    let text = n.body.as_ref().map(|b| flat(&b.text)).unwrap_or_default();
    let all = (0..m.parties.len() as u32).map(PartyId);
    for id in all.filter(|id| listed.contains(id) || is_named_as_it_was(m, *id, &text)) {
        let party = m.party(id);
        let word = m.word(party.declared.name);
        if let Known::Said((on, to), span) = &*party.renamed
            && *on <= c.as_of
        {
            let now = to.as_ref().map(|to| format!(" {to}")).unwrap_or_default();
            let sentence = format!(
                "it names `{word}`, which is called{} since {on}",
                if now.is_empty() { " otherwise".to_owned() } else { now }
            );
            reasons.push(Reason::at(sentence, *span).mended(format!("call `{word}` what it is called today")));
        }
        if let Known::Said((on, into), span) = &*party.dissolved
            && *on <= c.as_of
        {
            let heir =
                into.map(|p| format!("; `{}` took its place", m.word(m.party(p).declared.name))).unwrap_or_default();
            let sentence = format!("it names `{word}`, which has not existed since {on}{heir}");
            reasons.push(Reason::at(sentence, *span).mended(format!("name who does today what `{word}` did")));
        }
    }
    Answer::Told(Truth::from(reasons.is_empty()), reasons)
}

/// Whether a text calls a party by a name that it has no more, and nowhere by the one that it has now.
fn is_named_as_it_was(m: &Model, id: PartyId, text: &str) -> bool {
    let party = m.party(id);
    let now = match (&*party.renamed, &*party.dissolved) {
        (Known::Said((_, to), _), _) => to.clone(),
        (_, Known::Said(..)) => None,
        _ => return false,
    };
    let names = std::iter::once(m.title(&party.declared)).chain(party.also.iter().map(String::as_str));
    names.into_iter().any(|name| has_words(text, &flat(name))) && !now.is_some_and(|now| has_words(text, &flat(&now)))
}

/// Whether a text has these words, and not only as a part of longer ones.
fn has_words(text: &str, words: &str) -> bool {
    let ends = |c: Option<char>| !c.is_some_and(char::is_alphanumeric);
    !words.is_empty()
        && text.match_indices(words).any(|(at, _)| {
            let (before, after) = text.split_at(at);
            ends(before.chars().next_back()) && ends(after.get(words.len()..).and_then(|rest| rest.chars().next()))
        })
}

/// A text in small letters with one space between words.
fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

fn one_name(c: &Context<'_>, n: &Notice) -> Answer {
    let (m, mut reasons) = (c.model, Vec::new());
    let text = n.body.as_ref().map(|b| flat(&b.text)).unwrap_or_default();
    let all = if text.is_empty() { Vec::new() } else { parties(m, n) };
    for id in all {
        let party = m.party(id);
        let names: Vec<&str> =
            std::iter::once(m.title(&party.declared)).chain(party.also.iter().map(String::as_str)).collect();
        for (number, name) in names.iter().enumerate() {
            let twin = names.iter().skip(number + 1).find(|other| {
                flat(other) != flat(name)
                    && same_words(name, other)
                    && text.contains(&flat(other))
                    && text.contains(&flat(name))
            });
            if let Some(twin) = twin {
                let sentence = format!("it calls `{}` both \"{name}\" and \"{twin}\"", m.word(party.declared.name));
                let at = n.text.span().unwrap_or(n.declared.span);
                reasons.push(
                    Reason::at(sentence, at)
                        .mended(format!("use one name for `{}`, the right one", m.word(party.declared.name))),
                );
            }
        }
    }
    Answer::Told(Truth::from(reasons.is_empty()), reasons)
}
