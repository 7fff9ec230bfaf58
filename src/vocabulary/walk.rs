//! Small steps that both readers of this room take over a YAML tree, each with its own complaint.

use crate::diagnostic::{Code, Diagnostic, Diagnostics, codes::vocabulary as codes, did_you_mean};
use crate::source::Span;

use super::LONGEST_WORD;
use super::yaml::{Key, Node, Value};

/// A text with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Text {
    pub(super) text: String,
    pub(super) span: Span,
}

/// A list of choices as people read it: "`a`, `b` or `c`".
pub(super) fn choices(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [only] => format!("`{only}`"),
        [most @ .., last] => {
            let most: Vec<String> = most.iter().map(|w| format!("`{w}`")).collect();
            format!("{} or `{last}`", most.join(", "))
        }
    }
}

/// Reports a word that is not one of a few.
pub(super) fn not_one_of(code: &'static Code, span: Span, message: String, word: &str, words: &[&str]) -> Diagnostic {
    let help = match did_you_mean(word, words.iter().copied()) {
        Some(near) => format!("{near} It can be {}", choices(words)),
        None => format!("it can be {}", choices(words)),
    };
    Diagnostic::new(code, span, message).help(help)
}

/// The entries of a mapping with repeated keys reported and left out; `None` (reported) when it is no mapping.
pub(super) fn mapping<'a>(
    node: &'a Node,
    at: Span,
    what: &str,
    diagnostics: &mut Diagnostics,
) -> Option<Vec<(&'a Key, &'a Node)>> {
    let entries = match &node.value {
        Value::Map(entries) => entries,
        Value::Empty => return Some(Vec::new()),
        other => {
            let message = format!("{what} is a mapping (`key: value`), and this is {}", other.noun());
            let span = if node.span.is_empty() { at } else { node.span };
            diagnostics.push(
                Diagnostic::new(&codes::WRONG_SHAPE, span, message)
                    .help("write one `key: value` a line, all starting in the same column"),
            );
            return None;
        }
    };
    let mut seen = std::collections::BTreeMap::new();
    let mut kept = Vec::with_capacity(entries.len());
    for (key, value) in entries {
        match seen.get(key.text.as_str()) {
            None => {
                seen.insert(key.text.as_str(), key.span);
                kept.push((key, value));
            }
            Some(first) => diagnostics.push(
                Diagnostic::new(&codes::SAID_TWICE, key.span, format!("`{}` is here twice", key.text))
                    .also(*first, "it is here first")
                    .help("keep one of the two, or bring them together under one heading"),
            ),
        }
    }
    Some(kept)
}

/// Reports a key that is not known.
pub(super) fn unknown_key(key: &Key, of: &str, known: &[&str], diagnostics: &mut Diagnostics) {
    let message = format!("`{}` is not a key of {of}", key.text);
    diagnostics.push(not_one_of(&codes::UNKNOWN_KEY, key.span, message, &key.text, known));
}

/// The text of a single value; `None` (reported) for anything else.
pub(super) fn text(key: &Key, node: &Node, diagnostics: &mut Diagnostics) -> Option<Text> {
    match &node.value {
        Value::Text(text) if !text.trim().is_empty() => Some(Text { text: text.trim().to_owned(), span: node.span }),
        other => {
            let found = if matches!(other, Value::Text(_)) { "nothing" } else { other.noun() };
            let span = if node.span.is_empty() { key.span } else { node.span };
            diagnostics.push(
                Diagnostic::new(&codes::WRONG_SHAPE, span, format!("`{}` takes a single value, not {found}", key.text))
                    .help(format!("write `{}: VALUE`, in quotation marks if it has a colon in it", key.text)),
            );
            None
        }
    }
}

/// One text or a list of texts.
pub(super) fn texts(key: &Key, node: &Node, diagnostics: &mut Diagnostics) -> Vec<Text> {
    match &node.value {
        Value::List(list) => list.iter().filter_map(|n| text(key, n, diagnostics)).collect(),
        Value::Empty => Vec::new(),
        _ => text(key, node, diagnostics).into_iter().collect(),
    }
}

/// One of a few words.
pub(super) fn one_of<T: Copy>(
    key: &Key,
    node: &Node,
    values: &[(&str, T)],
    diagnostics: &mut Diagnostics,
) -> Option<T> {
    let text = text(key, node, diagnostics)?;
    let found = values.iter().find(|(word, _)| *word == text.text).map(|(_, value)| *value);
    if found.is_none() {
        let words: Vec<&str> = values.iter().map(|(word, _)| *word).collect();
        let message = format!("`{}` is not a value of `{}`", text.text, key.text);
        diagnostics.push(not_one_of(&codes::UNKNOWN_VALUE, text.span, message, &text.text, &words));
    }
    found
}

/// Whether a key is set to yes.
pub(super) fn yes(key: &Key, node: &Node, diagnostics: &mut Diagnostics) -> bool {
    one_of(key, node, &[("yes", true), ("no", false), ("true", true), ("false", false)], diagnostics).unwrap_or(false)
}

/// Whether a part of a name is kebab-case.
pub(super) fn is_kebab(part: &str) -> bool {
    part.starts_with(|c: char| c.is_ascii_lowercase())
        && !part.ends_with('-')
        && !part.contains("--")
        && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// Reports a name that cannot be used; `dots` says whether it may be a path.
pub(super) fn name_is_good(name: &str, span: Span, dots: bool, diagnostics: &mut Diagnostics) -> bool {
    let good = name.len() <= LONGEST_WORD && if dots { name.split('.').all(is_kebab) } else { is_kebab(name) };
    if !good {
        let mut better: String = name
            .to_lowercase()
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() || (dots && c == '.') { c } else { '-' })
            .take(60)
            .collect();
        while better.contains("--") {
            better = better.replace("--", "-");
        }
        let better = better.trim_matches('-');
        let help = if name.len() > LONGEST_WORD {
            format!("a name may have {LONGEST_WORD} characters, with its path; put longer wording in the title")
        } else if is_kebab(better) {
            format!("write it as `{better}`")
        } else {
            "use small letters, digits and hyphens, and begin with a letter".to_owned()
        };
        let shown: String = name.chars().take(60).collect();
        let message = format!("`{shown}` cannot be used as a name");
        diagnostics.push(Diagnostic::new(&codes::MALFORMED_NAME, span, message).help(help));
    }
    good
}
