//! What things are called in a picture, and how lists are shortened.

use crate::check::Verdict;
use crate::check::atlas::{Atlas, Copy, Field, Kept, Leg, Level, RoleKind};
use crate::diagram::chart::{Grade, Mark};
use crate::vocabulary::Identifies;

/// A name as people would write it: `matched-benefits` as `Matched benefits`.
pub(super) fn spoken(name: &str) -> String {
    let words = word(name);
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A word of the language in a sentence: `secure-email` as `secure email`.
pub(super) fn word(name: &str) -> String {
    let words: Vec<String> = name
        .split(['-', '_'])
        .map(|word| if ABBREVIATIONS.contains(&word) { word.to_uppercase() } else { word.to_owned() })
        .collect();
    words.join(" ")
}

/// Words that are written in capitals.
const ABBREVIATIONS: &[&str] = &[
    "api", "dna", "dpia", "eu", "gdpr", "gp", "hr", "id", "ip", "nhs", "nino", "pnc", "sftp", "sms", "uk", "url", "us",
    "vpn",
];

/// What a dataset is called.
pub(super) fn dataset(atlas: &Atlas, number: usize) -> String {
    atlas
        .datasets
        .get(number)
        .map_or_else(String::new, |dataset| if dataset.titled { dataset.title.clone() } else { spoken(&dataset.name) })
}

/// What a place is called, with its party where it is a team.
pub(super) fn place(atlas: &Atlas, number: usize) -> String {
    let Some(place) = atlas.places.get(number) else { return String::new() };
    match atlas.parties.get(place.party).filter(|_| place.team) {
        Some(party) => format!("{}, {}", party.title, place.title),
        None => place.title.clone(),
    }
}

/// A level of the judgement as it is shown: at the worst, and at the best where that is not the same.
pub(super) fn mark(level: Level) -> Mark {
    let (best, worst) = (level.kind.min(level.harsh), level.kind.max(level.harsh));
    Mark { grade: Grade::of(worst), at_best: (best != worst).then(|| Grade::of(best)) }
}

/// Fields in an order in which the telling ones come first, and the number of the others.
pub(super) fn fields(copy: &Copy, leg: Option<&Leg>, most: usize) -> String {
    let only = leg.and_then(|leg| leg.only.as_ref());
    let travels = |field: &&Field| only.is_none_or(|only| only.contains(&field.name));
    let mut all: Vec<&Field> = copy.fields.iter().filter(travels).collect();
    // names first, then codes, then what is sensitive; otherwise as they are declared
    let rank = |field: &&Field| match field.identifies {
        Identifies::Direct => 0,
        Identifies::Key => 1,
        _ if field.is_sensitive() => 2,
        Identifies::Quasi => 3,
        Identifies::No => 4,
    };
    all.sort_by_key(rank);
    let open = copy.open && only.is_none();
    let mut names: Vec<String> = all.iter().map(|field| word(&field.name)).collect();
    names.dedup();
    // one more name takes no more room than `+ 1 more`
    let shown = if names.len() <= most + 1 { names.len() } else { most };
    let rest = names.len() - shown;
    let mut text = names.get(..shown).unwrap_or_default().join(", ");
    if rest > 0 {
        text.push_str(&format!(" + {rest} more"));
    }
    match (text.is_empty(), open) {
        (true, true) => "fields that are not listed".to_owned(),
        (false, true) => format!("{text} + others"),
        _ => text,
    }
}

/// Until when a copy is kept, in a few words; nothing where nothing is said.
pub(super) fn kept(kept: &Kept) -> Option<String> {
    let first = kept.words.first();
    let first = match (first, kept.not_stated) {
        (Some(first), _) => first.clone(),
        (None, true) => return Some("end not stated".to_owned()),
        (None, false) => return None,
    };
    let keep = if first.starts_with("until") { first } else { format!("keep {first}") };
    let more = if kept.words.len() > 1 { " or later" } else { "" };
    Some(match (kept.endless, more) {
        (true, _) => format!("{keep}, some without end"),
        (false, more) => format!("{keep}{more}"),
    })
}

/// The same without the latest date that is said besides: the description has it.
pub(super) fn kept_short(kept: &Kept) -> Option<String> {
    self::kept(kept).map(|words| match words.split_once(", no later than ") {
        Some((before, _)) => before.to_owned(),
        None => words,
    })
}

/// The same in a sentence.
pub(super) fn kept_sentence(kept: &Kept) -> String {
    let then = kept.then.map_or_else(String::new, |then| format!(", then {then}"));
    match self::kept(kept) {
        Some(words) => format!("Kept: {words}{then}."),
        None => "Nothing says until when it is kept.".to_owned(),
    }
}

/// What a party is, in the activities that matter: `controller`, `processor for DCLG`.
pub(super) fn roles(atlas: &Atlas, number: usize, activities: &dyn Fn(usize) -> bool) -> Vec<String> {
    let Some(party) = atlas.parties.get(number) else { return Vec::new() };
    let mut words: Vec<String> = Vec::new();
    let mut add = |new: String| {
        if !words.contains(&new) {
            words.push(new);
        }
    };
    for role in party.roles.iter().filter(|role| activities(role.activity)) {
        let principals: Vec<&str> =
            role.principals.iter().filter_map(|p| atlas.parties.get(*p)).map(|p| p.title.as_str()).collect();
        match (role.kind.acts_for_another(), principals.is_empty()) {
            (true, false) => add(format!("{} for {}", role.kind.words(), principals.join(", "))),
            _ => add(role.kind.words().to_owned()),
        }
    }
    let controls = party.roles.iter().any(|r| r.kind <= RoleKind::IndependentController && activities(r.activity));
    if !controls && !party.controls.is_empty() {
        words.insert(0, RoleKind::Controller.words().to_owned());
    }
    words
}

/// What a picture of one finding shows.
pub(in crate::diagram) fn broken(title: &str, verdict: Verdict) -> String {
    match verdict {
        Verdict::CannotTell => format!("Why it cannot be told whether “{title}” holds"),
        Verdict::Fail | Verdict::Pass => format!("How “{title}” is broken"),
    }
}

/// Words with a large first letter.
pub(in crate::diagram) fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Words with a small first letter.
pub(in crate::diagram) fn small(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// Names put together as a list.
pub(in crate::diagram) fn list(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}
