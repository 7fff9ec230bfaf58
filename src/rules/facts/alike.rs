//! Names that could be slips for each other: made of the same words, or one letter apart.

use super::{Answer, Reason, Subject, Wants};
use crate::model::Declared;
use crate::rules::context::Context;
use crate::rules::truth::Truth;

facts! {
    "name of its own" of Party People Dataset Activity, Wants::Nothing, "also \"…\"; distinct from PARTY", "being called by no name that could be a slip for another of its kind: the same words, or one letter apart"
        => |c, s, _| own_name(c, s);
}

/// Words that tell no name from another.
const FILLERS: &[&str] = &["the", "of", "for", "and", "a", "an", "in", "to", "on", "at"];

/// The words of a name that count, in small letters and without the s of a plural.
fn words(name: &str) -> Vec<String> {
    let all = name.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_lowercase);
    let counts = all.filter(|w| !FILLERS.contains(&w.as_str()));
    counts
        .map(|w| if w.len() > 4 && w.ends_with('s') && !w.ends_with("ss") { w[..w.len() - 1].to_owned() } else { w })
        .collect()
}

fn sorted(mut words: Vec<String>) -> Vec<String> {
    words.sort_unstable();
    words
}

/// Whether two names are made of the same words.
pub(super) fn same_words(a: &str, b: &str) -> bool {
    sorted(words(a)) == sorted(words(b))
}

/// Hashes that names which could be slips for each other share: of all the words, and of all with one letter of a longer word
/// left out.
fn keys(name: &str) -> Vec<u64> {
    let words = words(name);
    if words.is_empty() {
        return Vec::new();
    }
    let mut all = vec![crate::rules::forms::key((0u8, sorted(words.clone())))];
    // what differs in a digit is numbered, and so not alike
    let numbered = words.iter().any(|w| w.bytes().any(|b| b.is_ascii_digit()));
    let long = words.iter().enumerate().filter(|(_, w)| (LONG..=LONGEST).contains(&w.chars().count()));
    for (at, word) in long.filter(|_| !numbered && words.len() <= MOST_WORDS) {
        let others = (words.get(..at), words.get(at + 1..));
        all.push(crate::rules::forms::key((1u8, others, word)));
        for (index, letter) in word.char_indices() {
            let (before, after) = (&word[..index], &word[index + letter.len_utf8()..]);
            all.push(crate::rules::forms::key((1u8, others, &format!("{before}{after}"))));
        }
    }
    all
}

/// How many letters a word has in which one letter may be a slip, and up to how many, and how many words such a name has.
const LONG: usize = 5;
const LONGEST: usize = 40;
const MOST_WORDS: usize = 12;

/// For each thing of a kind another one that it could be a slip for: its number, and the two names.
type Twins = Vec<Option<(u32, String, String)>>;

/// Names that could be slips for each other.
#[derive(Debug, Default)]
pub(super) struct Alike {
    parties: Twins,
    people: Twins,
    datasets: Twins,
    activities: Twins,
}

/// Finds twins: things by number with their names, and which pairs are told apart.
fn twins(count: usize, names: impl Iterator<Item = (u32, String)>, apart: impl Fn(u32, u32) -> bool) -> Twins {
    let names: Vec<(u32, String)> = names.collect();
    let mut by_key: Vec<(u64, u32)> = Vec::new();
    for (at, (_, name)) in names.iter().enumerate() {
        let mut keys = keys(name);
        keys.sort_unstable();
        keys.dedup();
        by_key.extend(keys.into_iter().map(|k| (k, at as u32)));
    }
    by_key.sort_unstable();
    let mut found: Twins = vec![None; count];
    for alike in by_key.chunk_by(|a, b| a.0 == b.0).filter(|chunk| chunk.len() > 1) {
        for (_, at) in alike {
            let Some((own, name)) = names.get(*at as usize) else { continue };
            // a slip is found by the first few that are alike; more of them would be a way of naming
            let mut others = alike.iter().take(FEW).filter_map(|(_, o)| names.get(*o as usize));
            if let Some((other, its)) = others.find(|(other, _)| other != own && !apart(*own, *other))
                && let Some(slot) = found.get_mut(*own as usize)
                && slot.as_ref().is_none_or(|(known, ..)| other < known)
            {
                *slot = Some((*other, name.clone(), its.clone()));
            }
        }
    }
    found
}

/// Among how many names that are alike a twin is looked for.
const FEW: usize = 8;

impl Alike {
    fn of(c: &Context<'_>) -> Alike {
        let m = c.model;
        let own = |i: usize, declared: &Declared| {
            let title: &str = &declared.title;
            let titled = (!title.is_empty()).then(|| (i as u32, title.to_owned()));
            std::iter::once((i as u32, m.word(declared.name).to_owned())).chain(titled)
        };
        let parties = m
            .parties
            .iter()
            .enumerate()
            .skip(2)
            .flat_map(|(i, p)| own(i, &p.declared).chain(p.also.iter().map(move |name| (i as u32, name.clone()))));
        let person = |i: u32| crate::model::PeopleId(i);
        Alike {
            parties: twins(m.parties.len(), parties, |a, b| {
                let says = |a: u32, b: u32| m.parties[a as usize].distinct.iter().any(|p| p.0 == b);
                says(a, b) || says(b, a)
            }),
            people: twins(
                m.people.len(),
                m.people.iter().enumerate().flat_map(|(i, p)| own(i, &p.declared)),
                |a, b| {
                    m.people_apart(person(a), person(b))
                        || m.people_within(person(a), person(b))
                        || m.people_within(person(b), person(a))
                },
            ),
            datasets: twins(
                m.datasets.len(),
                m.datasets.iter().enumerate().map(|(i, d)| (i as u32, m.word(d.declared.name).to_owned())),
                |_, _| false,
            ),
            activities: twins(
                m.activities.len(),
                m.activities.iter().enumerate().flat_map(|(i, a)| own(i, &a.declared)),
                |_, _| false,
            ),
        }
    }
}

fn own_name(c: &Context<'_>, s: Subject) -> Answer {
    let m = c.model;
    let alike = c.indexes.alike.get_or_init(|| Alike::of(c));
    let (twins, number, own): (&Twins, usize, &Declared) = match s {
        Subject::Party(i) => (&alike.parties, i.index(), &m.party(i).declared),
        Subject::People(i) => (&alike.people, i.index(), &m.people[i.index()].declared),
        Subject::Dataset(i) => (&alike.datasets, i.index(), &m.dataset(i).declared),
        Subject::Activity(i) => (&alike.activities, i.index(), &m.activities[i.index()].declared),
        _ => return Answer::Unsaid,
    };
    let Some((other, name, its)) = twins.get(number).and_then(Option::as_ref) else {
        return Answer::Told(Truth::True, Vec::new());
    };
    let declared = match s {
        Subject::Party(_) => m.parties.get(*other as usize).map(|p| &p.declared),
        Subject::People(_) => m.people.get(*other as usize).map(|p| &p.declared),
        Subject::Dataset(_) => m.datasets.get(*other as usize).map(|d| &d.declared),
        _ => m.activities.get(*other as usize).map(|a| &a.declared),
    };
    let twin = declared.map(|d| m.word(d.name)).unwrap_or_default();
    let sentence = format!("\"{name}\" could be a slip for \"{its}\" (`{twin}`)");
    let fix = match s {
        Subject::Party(_) => format!("make one party of the two (`also \"{its}\"`), or say `distinct from {twin}`"),
        Subject::People(_) => format!("make one group of the two, or say `apart from {twin}` or `within {twin}`"),
        _ => "make one of the two, or give them names that tell them apart".to_owned(),
    };
    Answer::Told(Truth::False, vec![Reason::at(sentence, own.span).mended(fix)])
}
