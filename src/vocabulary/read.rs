//! A project's own files of words, added to the standard ones.
//!
//! All files are collected first and resolved together, so that any file may put its words under those of another, in any
//! order. What is wrong with one entry never hides another: an entry whose parent is unknown is reported once and kept
//! as a root, so that the words under it do not fail as well.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::{Diagnostic, Diagnostics, codes::vocabulary as codes, did_you_mean};
use crate::source::{FileId, Sources, Span};

use super::entries::{Entries, Entry, RawCategory, RawCombination, RawWord, collect};
use super::order::{Above, Fault, order};
use super::walk::Text;
use super::yaml::{self, Value};
use super::{Category, CategoryId, Family, Identifies, Level, Purpose, Vocabulary, Word};

/// The standard words together with those of a project's files. What is wrong is reported and left out.
pub fn read(base: &Vocabulary, files: &[FileId], sources: &Sources, diagnostics: &mut Diagnostics) -> Vocabulary {
    let mut entries = Entries::default();
    for file in files.iter().filter_map(|id| sources.file(*id)) {
        let Some(root) = yaml::parse(file, diagnostics) else { continue };
        if root.value == Value::Empty {
            diagnostics.push(
                Diagnostic::new(
                    &codes::SAYS_NOTHING,
                    Span::at(file.start),
                    format!("`{}` has no words in it", file.name),
                )
                .help("add words, or remove the file from `vocabularies` in `staunch.yaml`"),
            );
        }
        collect(&root, &mut entries, diagnostics);
    }
    let mut vocabulary = base.clone();
    add(&mut vocabulary, entries, true, diagnostics);
    vocabulary
}

/// Resolves entries and adds them. `placed` says whether they have places in files (the standard ones have not).
pub(super) fn add(vocabulary: &mut Vocabulary, entries: Entries, placed: bool, diagnostics: &mut Diagnostics) {
    let place = |span: Span| placed.then_some(span);
    for (family, words) in entries.words {
        add_words(vocabulary, family, words, place, diagnostics);
    }
    add_categories(vocabulary, entries.categories, place, diagnostics);
    add_purposes(vocabulary, entries.purposes, place, diagnostics);
    for combination in entries.combinations {
        add_combination(vocabulary, &combination, place, diagnostics);
    }
}

/// The title of a word that has none: its name as people write it.
pub(super) fn title_of(name: &str) -> String {
    let last = name.rsplit('.').next().unwrap_or(name).replace('-', " ");
    let mut letters = last.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}

fn report_faults<T>(entries: &[Entry<T>], faults: &[Fault], diagnostics: &mut Diagnostics) {
    for fault in faults {
        let (at, message) = match fault {
            Fault::Circle(at) => (*at, "stands under itself"),
            Fault::TooDeep(at) => (*at, "stands under more words than any tree needs"),
        };
        if let Some(entry) = entries.get(at) {
            let span = entry.under.as_ref().map_or(entry.name.span, |u| u.span);
            diagnostics.push(
                Diagnostic::new(&codes::CIRCLE, span, format!("`{}` {message}", entry.name.text))
                    .help("remove `under` from the widest of these words"),
            );
        }
    }
}

fn unknown_parent(name: &Text, parent: &str, span: Span, what: &str, advice: Option<String>) -> Diagnostic {
    let message = format!("`{}` stands under `{parent}`, which is not a known {what}", name.text);
    let help = advice.unwrap_or_else(|| format!("declare `{parent}` as well, or correct the name"));
    Diagnostic::new(&codes::UNKNOWN_PARENT, span, message).help(help)
}

fn already(name: &Text, what: &str, first: Option<Span>) -> Diagnostic {
    let diagnostic = match first {
        None => Diagnostic::new(
            &codes::SAID_TWICE,
            name.span,
            format!("`{}` is already a {what} of the standard vocabulary", name.text),
        ),
        Some(first) => {
            Diagnostic::new(&codes::SAID_TWICE, name.span, format!("the {what} `{}` is declared twice", name.text))
                .also(first, "it is declared here first")
        }
    };
    diagnostic.help("use the word that is there, or give this one another name")
}

fn by_name<T>(entries: &[Entry<T>]) -> BTreeMap<&str, usize> {
    let mut names = BTreeMap::new();
    for (i, entry) in entries.iter().enumerate() {
        names.entry(entry.name.text.as_str()).or_insert(i);
    }
    names
}

/// The entries above each word, as their `under` says. A parent that nobody declares is reported, with what there is.
fn parents_by_name<'v>(
    entries: &'v [Entry<RawWord>],
    noun: &str,
    known: impl Fn(&str) -> bool,
    words: &[&'v str],
    diagnostics: &mut Diagnostics,
) -> Vec<Above> {
    let names = by_name(entries);
    let parent = |entry: &Entry<RawWord>| match &entry.under {
        None => Above::Nothing,
        Some(under) => match names.get(under.text.as_str()) {
            Some(own) => Above::Own(*own),
            None if known(&under.text) => Above::Known,
            None => {
                let all = names.keys().copied().chain(words.iter().copied());
                let advice = diagnostics.heard().then(|| did_you_mean(&under.text, all)).flatten();
                diagnostics.push(unknown_parent(&entry.name, &under.text, under.span, noun, advice));
                Above::Nothing
            }
        },
    };
    entries.iter().map(parent).collect()
}

fn add_words(
    vocabulary: &mut Vocabulary,
    family: Family,
    entries: Vec<Entry<RawWord>>,
    place: impl Fn(Span) -> Option<Span>,
    diagnostics: &mut Diagnostics,
) {
    let known = |name: &str| vocabulary.word(family, name).is_some();
    let words: Vec<&str> = vocabulary.family_words(family).collect();
    let above = parents_by_name(&entries, family.noun(), known, &words, diagnostics);
    let ordered = order(&above);
    report_faults(&entries, &ordered.faults, diagnostics);
    for i in ordered.order {
        let (Some(entry), Some(above)) = (entries.get(i), ordered.above.get(i)) else { continue };
        if let Some(known) = vocabulary.word(family, &entry.name.text) {
            diagnostics.push(already(&entry.name, family.noun(), known.span));
            continue;
        }
        let parent = match above {
            Above::Nothing => None,
            _ => entry.under.as_ref().map(|u| u.text.clone()),
        };
        let mut marks = entry.body.marks.clone();
        // what is marked above holds below: a district council is a public authority because a local authority is
        marks.extend(parent.iter().filter_map(|p| vocabulary.word(family, p)).flat_map(|w| w.marks.iter().cloned()));
        marks.sort();
        marks.dedup();
        let word = Word {
            title: entry.body.title.clone().unwrap_or_else(|| title_of(&entry.name.text)),
            parent,
            law: entry.body.law.clone(),
            dpv: entry.body.dpv.clone(),
            marks,
            span: place(entry.name.span),
        };
        vocabulary.words.entry(family).or_default().insert(entry.name.text.clone(), word);
    }
}

fn add_purposes(
    vocabulary: &mut Vocabulary,
    entries: Vec<Entry<RawWord>>,
    place: impl Fn(Span) -> Option<Span>,
    diagnostics: &mut Diagnostics,
) {
    let known = |name: &str| vocabulary.find_purpose(name).is_some();
    let words: Vec<&str> = vocabulary.purpose_words().collect();
    let above = parents_by_name(&entries, "purpose", known, &words, diagnostics);
    let ordered = order(&above);
    report_faults(&entries, &ordered.faults, diagnostics);
    for i in ordered.order {
        let (Some(entry), Some(above)) = (entries.get(i), ordered.above.get(i)) else { continue };
        if let Some(known) = vocabulary.find_purpose(&entry.name.text) {
            diagnostics.push(already(&entry.name, "purpose", vocabulary.purpose(known).span));
            continue;
        }
        let parent = match above {
            Above::Nothing => None,
            _ => entry.under.as_ref().and_then(|u| vocabulary.find_purpose(&u.text)),
        };
        let class = entry.body.class.as_ref().and_then(|class| class_of(vocabulary, class, diagnostics));
        let inherited = parent.and_then(|p| vocabulary.purpose(p).class.clone());
        let dpv = parent.and_then(|p| vocabulary.purpose(p).dpv.clone());
        vocabulary.add_purpose(Purpose {
            name: entry.name.text.clone(),
            title: entry.body.title.clone().unwrap_or_else(|| title_of(&entry.name.text)),
            parent,
            class: class.or(inherited),
            dpv: entry.body.dpv.clone().or(dpv),
            span: place(entry.name.span),
        });
    }
}

fn class_of(vocabulary: &Vocabulary, class: &Text, diagnostics: &mut Diagnostics) -> Option<String> {
    if vocabulary.word(Family::PurposeClass, &class.text).is_some() {
        return Some(class.text.clone());
    }
    let known: Vec<&str> = vocabulary.family_words(Family::PurposeClass).collect();
    let message = format!("`{}` is not a class of purpose", class.text);
    diagnostics.push(super::walk::not_one_of(&codes::UNKNOWN_VALUE, class.span, message, &class.text, &known));
    None
}

/// The entries above each category, by its path or by `under`.
fn category_parents(
    vocabulary: &Vocabulary,
    entries: &[Entry<RawCategory>],
    diagnostics: &mut Diagnostics,
) -> Vec<Above> {
    let names = by_name(entries);
    let mut above = Vec::with_capacity(entries.len());
    for entry in entries {
        let path = entry.name.text.rsplit_once('.').map(|(parent, _)| parent);
        let (parent, span) = match (&entry.under, path) {
            (Some(under), _) => (under.text.as_str(), under.span),
            (None, Some(path)) => (path, entry.name.span),
            (None, None) => {
                above.push(Above::Nothing);
                continue;
            }
        };
        above.push(match names.get(parent) {
            Some(own) => Above::Own(*own),
            None if vocabulary.find_category(parent).is_some() => Above::Known,
            None => {
                let known = names.keys().copied().chain(vocabulary.category_words());
                let advice = diagnostics.heard().then(|| did_you_mean(parent, known)).flatten();
                diagnostics.push(unknown_parent(&entry.name, parent, span, "category", advice));
                Above::Nothing
            }
        });
    }
    above
}

fn add_categories(
    vocabulary: &mut Vocabulary,
    entries: Vec<Entry<RawCategory>>,
    place: impl Fn(Span) -> Option<Span>,
    diagnostics: &mut Diagnostics,
) {
    let above = category_parents(vocabulary, &entries, diagnostics);
    let ordered = order(&above);
    report_faults(&entries, &ordered.faults, diagnostics);
    let mut ids: Vec<Option<CategoryId>> = vec![None; entries.len()];
    for i in ordered.order {
        let (Some(entry), Some(above)) = (entries.get(i), ordered.above.get(i)) else { continue };
        let parent = match above {
            Above::Nothing => None,
            Above::Own(own) => ids.get(*own).copied().flatten(),
            Above::Known => {
                let word = match &entry.under {
                    Some(under) => under.text.as_str(),
                    None => entry.name.text.rsplit_once('.').map_or("", |(parent, _)| parent),
                };
                vocabulary.find_category(word)
            }
        };
        let last = entry.name.text.rsplit('.').next().unwrap_or("");
        let name = match parent {
            Some(parent) => format!("{}.{last}", vocabulary.category(parent).name),
            None => entry.name.text.clone(),
        };
        if let Some(known) = vocabulary.find_category(&name).filter(|id| vocabulary.category(*id).name == name) {
            diagnostics.push(already(&entry.name, "category", vocabulary.category(known).span));
            continue;
        }
        if let Some(other) = vocabulary.find_category(last).filter(|_| place(entry.name.span).is_some()) {
            diagnostics.push(short_name_taken(vocabulary, entry, other, &name, last));
        }
        let aliases = aliases(vocabulary, entry, diagnostics);
        let category = category(vocabulary, entry, name, parent, place(entry.name.span), diagnostics);
        if let Some(slot) = ids.get_mut(i) {
            *slot = Some(vocabulary.add_category(category, &aliases));
        }
    }
}

fn short_name_taken(
    vocabulary: &Vocabulary,
    entry: &Entry<RawCategory>,
    other: CategoryId,
    name: &str,
    last: &str,
) -> Diagnostic {
    let other = vocabulary.category(other);
    let message = format!("`{last}` meant `{}` until now, and with `{name}` it no longer does", other.name);
    let diagnostic = Diagnostic::new(&codes::SHORT_NAME_TAKEN, entry.name.span, message)
        .help(format!("give the new category another last part, or write `{}` in full everywhere", other.name));
    match other.span {
        Some(span) => diagnostic.also(span, "it is declared here"),
        None => diagnostic,
    }
}

fn aliases(vocabulary: &Vocabulary, entry: &Entry<RawCategory>, diagnostics: &mut Diagnostics) -> Vec<String> {
    let mut aliases = Vec::new();
    for alias in &entry.body.also {
        if !super::walk::name_is_good(&alias.text, alias.span, false, diagnostics) {
            continue;
        }
        match vocabulary.find_category(&alias.text) {
            None => aliases.push(alias.text.clone()),
            Some(other) => {
                let message = format!("`{}` already means `{}`", alias.text, vocabulary.category(other).name);
                diagnostics.push(
                    Diagnostic::new(&codes::SAID_TWICE, alias.span, message)
                        .help("choose another word, or leave it out"),
                );
            }
        }
    }
    aliases
}

fn category(
    vocabulary: &Vocabulary,
    entry: &Entry<RawCategory>,
    name: String,
    parent: Option<CategoryId>,
    span: Option<Span>,
    diagnostics: &mut Diagnostics,
) -> Category {
    let body = &entry.body;
    let above = parent.map(|p| vocabulary.category(p));
    let mut levels: Vec<Level> = body.levels.iter().map(|(l, _)| l.clone()).collect();
    let stated = body.identifies.map(|(i, _)| i);
    let identifies = match (levels.first(), stated) {
        (Some(finest), _) => finest.identifies,
        (None, Some(stated)) => stated,
        // a kind of something identifies as that does, unless it says otherwise
        (None, None) => above.map_or(Identifies::No, |a| a.identifies),
    };
    if let (Some((stated, at)), Some((finest, first))) = (body.identifies, body.levels.first())
        && stated != finest.identifies
    {
        let message = format!("`identifies` and the finest level `{}` say different things", finest.name);
        diagnostics.push(
            Diagnostic::new(&codes::LEVELS_DISAGREE, at, message)
                .also(*first, "the finest level")
                .help("leave `identifies` out; it follows from the levels"),
        );
    }
    if levels.is_empty() {
        levels.push(Level { name: "exact".to_owned(), identifies });
    }
    Category {
        title: body.title.clone().unwrap_or_else(|| title_of(&name)),
        name,
        parent,
        identifies,
        levels,
        special: body.special.clone().or_else(|| above.and_then(|a| a.special.clone())),
        criminal: body.criminal || above.is_some_and(|a| a.criminal),
        confidential: body.confidential || above.is_some_and(|a| a.confidential),
        dpv: body.dpv.clone().or_else(|| above.and_then(|a| a.dpv.clone())),
        fides: body.fides.clone().or_else(|| above.and_then(|a| a.fides.clone())),
        span,
    }
}

fn add_combination(
    vocabulary: &mut Vocabulary,
    raw: &RawCombination,
    place: impl Fn(Span) -> Option<Span>,
    diagnostics: &mut Diagnostics,
) {
    let mut parts: Vec<(CategoryId, u8)> = Vec::new();
    let mut named = BTreeSet::new();
    let mut good = true;
    for (category, level) in &raw.parts {
        match combination_part(vocabulary, category, level.as_ref(), diagnostics.heard()) {
            Ok(part) if !named.insert(part.0) => {
                good = false;
                let message = format!("`{}` is in this combination twice", category.text);
                diagnostics.push(
                    Diagnostic::new(&codes::NOTHING_TO_COMBINE, category.span, message).help("name each category once"),
                );
            }
            Ok(part) => parts.push(part),
            Err(diagnostic) => {
                good = false;
                diagnostics.push(*diagnostic);
            }
        }
    }
    if good && parts.len() < 2 {
        diagnostics.push(
            Diagnostic::new(&codes::NOTHING_TO_COMBINE, raw.span, "a combination needs at least two categories")
                .help("name the other categories that must be known as well"),
        );
    } else if good {
        vocabulary.add_combination(parts, place(raw.span));
    }
}

fn combination_part(
    vocabulary: &Vocabulary,
    category: &Text,
    level: Option<&Text>,
    heard: bool,
) -> Result<(CategoryId, u8), Box<Diagnostic>> {
    let Some(id) = vocabulary.find_category(&category.text) else {
        let message = format!("`{}` is not a known category", category.text);
        let help = heard
            .then(|| did_you_mean(&category.text, vocabulary.category_words()))
            .flatten()
            .unwrap_or_else(|| "declare it under `categories`, or write its whole path".to_owned());
        return Err(Box::new(Diagnostic::new(&codes::UNKNOWN_CATEGORY, category.span, message).help(help)));
    };
    let found = vocabulary.category(id);
    let index = match level {
        None => vocabulary.coarsest_identifying_level(id),
        Some(level) => {
            let Some(index) = found.level(&level.text) else {
                let names: Vec<&str> = found.levels.iter().map(|l| l.name.as_str()).collect();
                let message = format!("`{}` has no level `{}`", found.name, level.text);
                return Err(Box::new(super::walk::not_one_of(
                    &codes::UNKNOWN_LEVEL,
                    level.span,
                    message,
                    &level.text,
                    &names,
                )));
            };
            Some(index).filter(|i| found.identifies_at(*i) >= Identifies::Quasi)
        }
    };
    index.map(|i| (id, i)).ok_or_else(|| {
        let span = level.map_or(category.span, |l| l.span);
        let message =
            format!("`{}` tells nobody apart at this level, so it cannot be part of a combination", found.name);
        let help = match vocabulary.coarsest_identifying_level(id).and_then(|i| found.levels.get(i as usize)) {
            Some(level) => format!("use the level `{}` or a finer one", level.name),
            None => "leave it out, or say in the category that it identifies as `quasi`".to_owned(),
        };
        Box::new(Diagnostic::new(&codes::NOTHING_TO_COMBINE, span, message).help(help))
    })
}
