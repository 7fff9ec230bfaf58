//! What a file of words says, entry by entry, before anything is looked up.

use crate::diagnostic::{Diagnostic, Diagnostics, codes::vocabulary as codes};
use crate::source::Span;

use super::walk::{self, Text};
use super::yaml::{Key, Node, Value};
use super::{Family, Identifies, Level, MOST_LEVELS};

/// What can be said of how a value identifies, in the words of the file.
pub(super) const IDENTIFIES: [(&str, Identifies); 4] =
    [("direct", Identifies::Direct), ("key", Identifies::Key), ("quasi", Identifies::Quasi), ("no", Identifies::No)];

/// The kinds of special-category data of article 9(1).
pub(super) const SPECIAL: [&str; 8] = [
    "ethnic-origin",
    "political-opinions",
    "beliefs",
    "union-membership",
    "genetic",
    "biometric",
    "health",
    "sex-life",
];

/// The properties that each family knows.
pub(super) fn known_marks(family: Family) -> &'static [&'static str] {
    match family {
        Family::PartyKind => &["public-authority"],
        Family::Channel => &["secure", "leaves-copies", "for-small-sets"],
        Family::ConfidentialityBasis => &["direct-care-only", "needs-record", "needs-law"],
        Family::TransferMechanism => &["needs-test", "needs-record", "uk-only", "eu-only"],
        Family::Basis => &["needs-law", "not-for-public-tasks"],
        Family::Condition => &["article-10"],
        Family::Term => &["article-28"],
        Family::DpiaTrigger => &["needs-another"],
        Family::Safeguard
        | Family::DestructionMethod
        | Family::PurposeClass
        | Family::Record
        | Family::NoticeElement
        | Family::Oversight
        | Family::DecisionSafeguard => &[],
    }
}

/// A category as a file declares it.
#[derive(Debug, Default)]
pub(super) struct RawCategory {
    pub(super) title: Option<String>,
    pub(super) identifies: Option<(Identifies, Span)>,
    pub(super) levels: Vec<(Level, Span)>,
    pub(super) special: Option<String>,
    pub(super) criminal: bool,
    pub(super) confidential: bool,
    pub(super) dpv: Option<String>,
    pub(super) fides: Option<String>,
    pub(super) also: Vec<Text>,
}

/// A purpose or simple word as a file declares it.
#[derive(Debug, Default)]
pub(super) struct RawWord {
    pub(super) title: Option<String>,
    pub(super) class: Option<Text>,
    pub(super) law: Option<String>,
    pub(super) dpv: Option<String>,
    pub(super) marks: Vec<String>,
}

/// An entry with its name and the word above it.
#[derive(Debug)]
pub(super) struct Entry<T> {
    pub(super) name: Text,
    pub(super) under: Option<Text>,
    pub(super) body: T,
}

/// A combination as a file declares it: category and level, and where the whole is.
#[derive(Debug)]
pub(super) struct RawCombination {
    pub(super) parts: Vec<(Text, Option<Text>)>,
    pub(super) span: Span,
}

/// Everything that files of words say.
#[derive(Debug, Default)]
pub(super) struct Entries {
    pub(super) categories: Vec<Entry<RawCategory>>,
    pub(super) purposes: Vec<Entry<RawWord>>,
    pub(super) combinations: Vec<RawCombination>,
    pub(super) words: Vec<(Family, Vec<Entry<RawWord>>)>,
}

const CATEGORY_KEYS: [&str; 10] =
    ["title", "under", "identifies", "levels", "special", "criminal", "confidential", "dpv", "fides", "also"];
const PURPOSE_KEYS: [&str; 4] = ["title", "under", "class", "dpv"];
const WORD_KEYS: [&str; 5] = ["title", "under", "law", "dpv", "marks"];

/// Takes in the entries of one file.
pub(super) fn collect(root: &Node, entries: &mut Entries, diagnostics: &mut Diagnostics) {
    let mut known = vec!["categories", "combinations", "purposes"];
    known.extend(Family::ALL.iter().map(|f| f.key()));
    let Some(sections) = walk::mapping(root, root.span, "a file of words", diagnostics) else { return };
    for (key, node) in sections {
        match key.text.as_str() {
            "categories" => section(key, node, diagnostics, |key, node, d| {
                entries.categories.extend(category(key, node, d));
            }),
            "purposes" => section(key, node, diagnostics, |key, node, d| {
                entries.purposes.extend(word(key, node, None, d));
            }),
            "combinations" => combinations(key, node, entries, diagnostics),
            other => match Family::ALL.into_iter().find(|f| f.key() == other) {
                Some(family) => {
                    let mut words = Vec::new();
                    section(key, node, diagnostics, |key, node, d| words.extend(word(key, node, Some(family), d)));
                    match entries.words.iter_mut().find(|(f, _)| *f == family) {
                        Some((_, known)) => known.append(&mut words),
                        None => entries.words.push((family, words)),
                    }
                }
                None => walk::unknown_key(key, "a file of words", &known, diagnostics),
            },
        }
    }
}

fn section(key: &Key, node: &Node, diagnostics: &mut Diagnostics, mut each: impl FnMut(&Key, &Node, &mut Diagnostics)) {
    let what = format!("`{}`", key.text);
    for (key, node) in walk::mapping(node, key.span, &what, diagnostics).unwrap_or_default() {
        each(key, node, diagnostics);
    }
}

fn category(name: &Key, node: &Node, diagnostics: &mut Diagnostics) -> Option<Entry<RawCategory>> {
    let mut body = RawCategory::default();
    let mut under = None;
    let good = walk::name_is_good(&name.text, name.span, true, diagnostics);
    if let Value::Text(title) = &node.value {
        body.title = Some(title.clone());
    } else {
        let what = format!("the category `{}`", name.text);
        for (key, node) in walk::mapping(node, name.span, &what, diagnostics)? {
            match key.text.as_str() {
                "title" => body.title = walk::text(key, node, diagnostics).map(|t| t.text),
                "under" => under = walk::text(key, node, diagnostics),
                "identifies" => {
                    body.identifies = walk::one_of(key, node, &IDENTIFIES, diagnostics).map(|i| (i, node.span));
                }
                "levels" => body.levels = levels(key, node, diagnostics),
                "special" => {
                    let kinds = SPECIAL.map(|k| (k, k));
                    body.special = walk::one_of(key, node, &kinds, diagnostics).map(str::to_owned);
                }
                "criminal" => body.criminal = walk::yes(key, node, diagnostics),
                "confidential" => body.confidential = walk::yes(key, node, diagnostics),
                "dpv" => body.dpv = walk::text(key, node, diagnostics).map(|t| t.text),
                "fides" => body.fides = walk::text(key, node, diagnostics).map(|t| t.text),
                "also" => body.also = walk::texts(key, node, diagnostics),
                _ => walk::unknown_key(key, "a category", &CATEGORY_KEYS, diagnostics),
            }
        }
    }
    if under.is_some() && name.text.contains('.') {
        let last = name.text.rsplit('.').next().unwrap_or("");
        diagnostics.push(
            Diagnostic::new(&codes::MALFORMED_NAME, name.span, format!("`{}` has both a path and `under`", name.text))
                .help(format!("write the whole path and no `under`, or only `{last}` with `under`")),
        );
        return None;
    }
    let name = Text { text: name.text.clone(), span: name.span };
    good.then_some(Entry { name, under, body })
}

fn levels(key: &Key, node: &Node, diagnostics: &mut Diagnostics) -> Vec<(Level, Span)> {
    let mut levels: Vec<(Level, Span)> = Vec::new();
    for (name, value) in walk::mapping(node, key.span, "`levels`", diagnostics).unwrap_or_default() {
        if !walk::name_is_good(&name.text, name.span, false, diagnostics) {
            continue;
        }
        let Some(identifies) = walk::one_of(name, value, &IDENTIFIES, diagnostics) else { continue };
        if let Some((finer, _)) = levels.last()
            && identifies > finer.identifies
        {
            let message =
                format!("`{}` cannot identify people better than `{}`, which is finer", name.text, finer.name);
            diagnostics.push(
                Diagnostic::new(&codes::LEVELS_DISAGREE, value.span, message).help("list the levels finest first"),
            );
            continue;
        }
        if levels.len() >= MOST_LEVELS {
            let message = format!("a category has no more than {MOST_LEVELS} levels");
            diagnostics.push(
                Diagnostic::new(&codes::LEVELS_DISAGREE, name.span, message)
                    .help("keep the levels that somebody will generalise to"),
            );
            break;
        }
        levels.push((Level { name: name.text.clone(), identifies }, name.span));
    }
    levels
}

/// A purpose (no family) or a simple word.
fn word(name: &Key, node: &Node, family: Option<Family>, diagnostics: &mut Diagnostics) -> Option<Entry<RawWord>> {
    let mut body = RawWord::default();
    let mut under = None;
    let good = walk::name_is_good(&name.text, name.span, false, diagnostics);
    let (what, keys): (&str, &[&str]) = match family {
        None => ("a purpose", &PURPOSE_KEYS),
        Some(family) => (family.noun(), &WORD_KEYS),
    };
    if let Value::Text(title) = &node.value {
        body.title = Some(title.clone());
    } else {
        for (key, node) in
            walk::mapping(node, name.span, &format!("the {} `{}`", noun(family), name.text), diagnostics)?
        {
            match (key.text.as_str(), family) {
                ("title", _) => body.title = walk::text(key, node, diagnostics).map(|t| t.text),
                ("under", _) => under = walk::text(key, node, diagnostics),
                ("dpv", _) => body.dpv = walk::text(key, node, diagnostics).map(|t| t.text),
                ("class", None) => body.class = walk::text(key, node, diagnostics),
                ("law", Some(_)) => body.law = walk::text(key, node, diagnostics).map(|t| t.text),
                ("marks", Some(family)) => body.marks = marks(family, key, node, diagnostics),
                _ => walk::unknown_key(key, what, keys, diagnostics),
            }
        }
    }
    let name = Text { text: name.text.clone(), span: name.span };
    good.then_some(Entry { name, under, body })
}

fn noun(family: Option<Family>) -> &'static str {
    family.map_or("purpose", Family::noun)
}

fn marks(family: Family, key: &Key, node: &Node, diagnostics: &mut Diagnostics) -> Vec<String> {
    let known = known_marks(family);
    let mut marks = Vec::new();
    for mark in walk::texts(key, node, diagnostics) {
        if known.contains(&mark.text.as_str()) {
            marks.push(mark.text);
        } else if known.is_empty() {
            let message = format!("a {} has no marks", family.noun());
            diagnostics.push(Diagnostic::new(&codes::UNKNOWN_VALUE, mark.span, message).help("remove `marks` here"));
        } else {
            let message = format!("`{}` is not a mark of a {}", mark.text, family.noun());
            diagnostics.push(walk::not_one_of(&codes::UNKNOWN_VALUE, mark.span, message, &mark.text, known));
        }
    }
    marks
}

fn combinations(key: &Key, node: &Node, entries: &mut Entries, diagnostics: &mut Diagnostics) {
    const SHAPE: &str =
        "write each combination as `- [date-of-birth, postcode]` or `- { date-of-birth: day, postcode: unit }`";
    let list = match &node.value {
        Value::List(list) => list,
        Value::Empty => return,
        other => {
            let message = format!("`combinations` is a list, and this is {}", other.noun());
            diagnostics.push(Diagnostic::new(&codes::WRONG_SHAPE, key.span, message).help(SHAPE));
            return;
        }
    };
    for item in list {
        let mut parts = Vec::new();
        match &item.value {
            Value::List(categories) => {
                parts.extend(categories.iter().filter_map(|c| Some((walk::text(key, c, diagnostics)?, None))));
            }
            Value::Map(_) => {
                for (category, level) in walk::mapping(item, key.span, "a combination", diagnostics).unwrap_or_default()
                {
                    let level = match level.value {
                        Value::Empty => None,
                        _ => walk::text(category, level, diagnostics),
                    };
                    parts.push((Text { text: category.text.clone(), span: category.span }, level));
                }
            }
            other => {
                let span = if item.span.is_empty() { key.span } else { item.span };
                let message = format!("a combination names several categories, and this is {}", other.noun());
                diagnostics.push(Diagnostic::new(&codes::WRONG_SHAPE, span, message).help(SHAPE));
                continue;
            }
        }
        // a list's own place may be only its first character: the parts say where it is
        let span = match (parts.first(), parts.last()) {
            (Some((first, _)), Some((last, level))) => {
                first.span.to(level.as_ref().map_or(last.span, |l| l.span.to(last.span)))
            }
            _ => item.span,
        };
        entries.combinations.push(RawCombination { parts, span });
    }
}
