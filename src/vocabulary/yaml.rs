//! YAML as a plain tree in which every node knows where it stands.
//!
//! Both readers of this room (words and settings) walk this tree by hand instead of deriving their types from it: that
//! way one run finds every mistake, not only the first, and each has a place. Scalars are kept as the text that was
//! written, so that `no`, `1e3` or `2011` is a word when a word is wanted.

use std::cell::Cell;
use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::budget::BudgetBreach;
use serde_saphyr::{Error, Spanned};

use crate::diagnostic::{Diagnostic, Diagnostics, codes::vocabulary as codes};
use crate::source::{File, Span};

/// The largest YAML file that is read. The standard vocabulary is a fiftieth of it.
pub const MOST_BYTES: usize = 2 * 1024 * 1024;
/// How deep mappings and lists may nest. The formats of this room need four.
pub const DEEPEST: usize = 16;
/// How many scalars, lists and mappings one file may hold.
pub const MOST_NODES: usize = 200_000;
/// The longest single text, in bytes.
pub const LONGEST_TEXT: usize = 4_000;

/// A node of a YAML file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Node {
    /// Where it is written; empty at 0 for the standard vocabulary.
    pub(super) span: Span,
    /// What it is.
    pub(super) value: Value,
}

/// What a node is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    /// Nothing, `~` or `null`.
    Empty,
    /// Any other scalar, as it was written.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// A mapping in the order it was written. Keys may repeat; who reads it reports that.
    Map(Vec<(Key, Node)>),
}

/// A key of a mapping.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Key {
    /// Its text.
    pub(super) text: String,
    /// Where it is written.
    pub(super) span: Span,
}

impl Value {
    /// What it is called in messages.
    pub(super) fn noun(&self) -> &'static str {
        match self {
            Value::Empty => "nothing",
            Value::Text(_) => "a single value",
            Value::List(_) => "a list",
            Value::Map(_) => "a mapping",
        }
    }
}

/// What a parser makes of a node; `N` is a node with or without a place.
enum Raw<N> {
    Empty,
    Text(String),
    /// A scalar the parser took for a number or a truth value; its own text is better, where its place is known.
    Plain(String),
    List(Vec<N>),
    Map(Vec<(N, N)>),
}

struct RawVisitor<N>(PhantomData<N>);

impl<'de, N: Deserialize<'de>> Visitor<'de> for RawVisitor<N> {
    type Value = Raw<N>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_bool<E>(self, v: bool) -> Result<Raw<N>, E> {
        Ok(Raw::Plain(v.to_string()))
    }

    fn visit_i64<E>(self, v: i64) -> Result<Raw<N>, E> {
        Ok(Raw::Plain(v.to_string()))
    }

    fn visit_u64<E>(self, v: u64) -> Result<Raw<N>, E> {
        Ok(Raw::Plain(v.to_string()))
    }

    fn visit_i128<E>(self, v: i128) -> Result<Raw<N>, E> {
        Ok(Raw::Plain(v.to_string()))
    }

    fn visit_u128<E>(self, v: u128) -> Result<Raw<N>, E> {
        Ok(Raw::Plain(v.to_string()))
    }

    fn visit_f64<E>(self, v: f64) -> Result<Raw<N>, E> {
        Ok(Raw::Plain(v.to_string()))
    }

    fn visit_str<E>(self, v: &str) -> Result<Raw<N>, E> {
        Ok(Raw::Text(v.to_owned()))
    }

    fn visit_string<E>(self, v: String) -> Result<Raw<N>, E> {
        Ok(Raw::Text(v))
    }

    fn visit_bytes<E>(self, v: &[u8]) -> Result<Raw<N>, E> {
        Ok(Raw::Plain(String::from_utf8_lossy(v).into_owned()))
    }

    fn visit_none<E>(self) -> Result<Raw<N>, E> {
        Ok(Raw::Empty)
    }

    fn visit_unit<E>(self) -> Result<Raw<N>, E> {
        Ok(Raw::Empty)
    }

    fn visit_some<D: Deserializer<'de>>(self, d: D) -> Result<Raw<N>, D::Error> {
        d.deserialize_any(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Raw<N>, A::Error> {
        let mut list = Vec::new();
        while let Some(node) = seq.next_element()? {
            list.push(node);
        }
        Ok(Raw::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Raw<N>, A::Error> {
        let mut map = Vec::new();
        while let Some(entry) = entries.next_entry()? {
            map.push(entry);
        }
        Ok(Raw::Map(map))
    }
}

impl<'de, N: Deserialize<'de>> Deserialize<'de> for Raw<N> {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        d.deserialize_any(RawVisitor(PhantomData))
    }
}

/// A node without a place, for the standard vocabulary, which needs none.
struct Bare(Raw<Bare>);

impl<'de> Deserialize<'de> for Bare {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        Raw::deserialize(d).map(Bare)
    }
}

impl Bare {
    fn into_node(self) -> Node {
        let value = match self.0 {
            Raw::Empty => Value::Empty,
            Raw::Text(t) | Raw::Plain(t) => Value::Text(t),
            Raw::List(list) => Value::List(list.into_iter().map(Bare::into_node).collect()),
            Raw::Map(map) => Value::Map(
                map.into_iter()
                    .map(|(k, v)| {
                        let text = match k.0 {
                            Raw::Text(t) | Raw::Plain(t) => t,
                            _ => String::new(),
                        };
                        (Key { text, span: Span::default() }, v.into_node())
                    })
                    .collect(),
            ),
        };
        Node { span: Span::default(), value }
    }
}

/// A node with its place, for files that people wrote.
struct Placed(Spanned<Raw<Placed>>);

impl<'de> Deserialize<'de> for Placed {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        Spanned::deserialize(d).map(Placed)
    }
}

/// Where the text of a file begins and what it says, for turning the parser's places into ours.
struct Text<'a> {
    text: &'a str,
    start: u32,
    /// The whole file, for nodes the parser gives no place.
    whole: Span,
    /// Whether some text was too long, so that the tree is not to be used.
    too_long: Cell<bool>,
}

impl Text<'_> {
    /// Our span of a place of the parser.
    fn span(&self, location: serde_saphyr::Location) -> Span {
        let place = location.span();
        let (Some(start), Some(length)) = (place.byte_offset(), place.byte_len()) else {
            return self.line_and_column(location);
        };
        let limit = self.text.len();
        let mut start = (start as usize).min(limit);
        let mut end = start.saturating_add(length as usize).min(limit);
        while !self.text.is_char_boundary(start) {
            start -= 1;
        }
        while !self.text.is_char_boundary(end) {
            end += 1;
        }
        // a place may take in the line end that follows
        let trimmed = self.text.get(start..end).unwrap_or("").trim_end().len();
        Span::new(self.start + start as u32, self.start + (start + trimmed) as u32)
    }

    /// Our place of one for which the parser gives only a line and a column, as it does for text it cannot read.
    fn line_and_column(&self, location: serde_saphyr::Location) -> Span {
        let (Some(line), Some(column)) = (location.line().checked_sub(1), location.column().checked_sub(1)) else {
            return Span::at(self.whole.start);
        };
        let mut start = 0;
        for written in self.text.split_inclusive('\n').take(line as usize) {
            start += written.len();
        }
        let rest = self.text.get(start..).unwrap_or("");
        let within = rest.split('\n').next().unwrap_or("");
        let before: usize = within.chars().take(column as usize).map(char::len_utf8).sum();
        Span::at(self.start + (start + before) as u32)
    }

    /// The text of a span of this file.
    fn written(&self, span: Span) -> &str {
        let from = span.start.saturating_sub(self.start) as usize;
        self.text.get(from..from + span.len()).unwrap_or("")
    }

    fn node(&self, placed: Placed, diagnostics: &mut Diagnostics) -> Node {
        let span = self.span(placed.0.referenced);
        let value = match placed.0.value {
            Raw::Empty => Value::Empty,
            Raw::Text(t) => self.scalar(t, span, diagnostics),
            Raw::Plain(t) => match self.written(span) {
                "" => self.scalar(t, span, diagnostics),
                written => self.scalar(written.to_owned(), span, diagnostics),
            },
            Raw::List(list) => Value::List(list.into_iter().map(|n| self.node(n, diagnostics)).collect()),
            Raw::Map(map) => {
                let mut entries = Vec::with_capacity(map.len());
                for (key, value) in map {
                    let key = self.node(key, diagnostics);
                    let value = self.node(value, diagnostics);
                    match key.value {
                        Value::Text(text) => entries.push((Key { text, span: key.span }, value)),
                        other => diagnostics.push(
                            Diagnostic::new(
                                &codes::WRONG_SHAPE,
                                key.span,
                                format!("a name is expected before the colon, not {}", other.noun()),
                            )
                            .help("write a single word before the colon"),
                        ),
                    }
                }
                Value::Map(entries)
            }
        };
        Node { span, value }
    }

    fn scalar(&self, text: String, span: Span, diagnostics: &mut Diagnostics) -> Value {
        if text.len() > LONGEST_TEXT {
            self.too_long.set(true);
            diagnostics.push(
                Diagnostic::new(
                    &codes::TOO_BIG,
                    Span::new(span.start, span.start.saturating_add(1).min(self.whole.end)),
                    format!(
                        "this text has {} characters, more than the {LONGEST_TEXT} that are read",
                        text.chars().count()
                    ),
                )
                .help("shorten it; long explanations belong in a comment"),
            );
            return Value::Empty;
        }
        Value::Text(text)
    }
}

/// Reads the tree of text that is known to be good.
pub(super) fn parse_standard(text: &str) -> Option<Node> {
    serde_yaml::from_str::<Bare>(text).ok().map(Bare::into_node)
}

/// Reads the tree of a file; `None` when it is not YAML or is too big, which has then been reported.
pub(super) fn parse(file: &File, diagnostics: &mut Diagnostics) -> Option<Node> {
    let whole = file.span();
    if file.length() > MOST_BYTES {
        let message = format!("this file has {} bytes, more than the {MOST_BYTES} that are read", file.length());
        diagnostics.push(
            Diagnostic::new(&codes::TOO_BIG, Span::at(whole.start), message)
                .help("split it into several smaller files"),
        );
        return None;
    }
    let (body, skipped) = match file.text().strip_prefix('\u{feff}') {
        Some(rest) => (rest, 3),
        None => (file.text(), 0),
    };
    let text = Text { text: body, start: file.start + skipped, whole, too_long: Cell::new(false) };
    if body.lines().all(|l| l.trim().is_empty() || l.trim_start().starts_with('#')) {
        return Some(Node { span: Span::at(text.start), value: Value::Empty });
    }
    let budget = serde_saphyr::budget! {
        flow_nesting_limit: DEEPEST * 2,
        max_depth: DEEPEST,
        max_nodes: MOST_NODES,
        max_aliases: 0,
        max_documents: 1,
    };
    let options = serde_saphyr::options! {
        budget: budget,
        duplicate_keys: serde_saphyr::options::DuplicateKeyPolicy::PassThrough,
        merge_keys: serde_saphyr::options::MergeKeyPolicy::AsOrdinary,
        with_snippet: false,
    };
    match serde_saphyr::from_str_with_options::<Placed>(body, options) {
        Ok(placed) => {
            let node = text.node(placed, diagnostics);
            (!text.too_long.get()).then_some(node)
        }
        Err(error) => {
            diagnostics.push(fault(&text, &error));
            None
        }
    }
}

/// What to say of a file that is not readable.
fn fault(text: &Text<'_>, error: &Error) -> Diagnostic {
    let error = error.without_snippet();
    let mut span = error.location().map_or(Span::at(text.whole.start), |l| text.span(l));
    if span.start >= text.whole.end {
        // the end of the file has nothing to point at: take the last character that is there
        let last = text.text.trim_end().char_indices().last().map_or(0, |(i, _)| i);
        span = Span::at(text.start + last as u32);
    }
    let too_big = |message: &str, help: &str| Diagnostic::new(&codes::TOO_BIG, span, message).help(help);
    match error {
        Error::Budget { breach, .. } => match breach {
            BudgetBreach::Aliases { .. } | BudgetBreach::Anchors { .. } => too_big(
                "this refers to another part of the file (`*name`), which is not read here",
                "write the words out where they are needed",
            ),
            BudgetBreach::Documents { .. } => too_big(
                "this file holds several YAML documents, of which only one is read",
                "remove the line `---` or split the file",
            ),
            BudgetBreach::Nodes { .. } | BudgetBreach::Events { .. } => {
                too_big("this file holds more values than are read", "split it into several smaller files")
            }
            _ => too_big(
                &format!("mappings and lists nest more than {DEEPEST} deep here"),
                "a file of words or settings needs no more than four levels; look for a bracket too many",
            ),
        },
        Error::MultipleDocuments { .. } => too_big(
            "this file holds several YAML documents, of which only one is read",
            "remove the line `---` or split the file",
        ),
        other => {
            let message = plain_message(other);
            if message.contains("nest") || message.contains("depth") || message.contains("recursion") {
                return too_big(
                    &format!("mappings and lists nest more than {DEEPEST} deep here"),
                    "a file of words or settings needs no more than four levels; look for a bracket too many",
                );
            }
            Diagnostic::new(&codes::NOT_YAML, span, format!("this cannot be read as YAML: {message}"))
                .help("check the indentation, colons, brackets and quotation marks near here")
        }
    }
}

/// What the parser says, and what it means to somebody who did not learn YAML.
const IN_PLAIN_WORDS: [(&str, &str); 9] = [
    ("unclosed bracket", "a bracket is opened here and never closed"),
    ("unclosed quote", "a quotation mark is opened here and never closed"),
    (
        "mapping values are not allowed",
        "a second colon stands on this line; text with a colon in it needs quotation marks",
    ),
    ("tabs disallowed", "a tab is used to indent this line; only spaces can be"),
    ("simple key", "a colon is missing after this word"),
    ("unexpected character", "this character cannot stand here"),
    ("anchor or alias", "`*` and `&` mean something special; text that begins with one needs quotation marks"),
    ("directive", "a line that begins with `%` means something special; put the text in quotation marks"),
    ("invalid indentation", "this line does not start in the same column as the others of its list or mapping"),
];

/// What is wrong, in plain words where we have them and otherwise in the parser's, without its places and line ends.
fn plain_message(error: &Error) -> String {
    let whole = match error {
        Error::Message { msg, .. } | Error::ExternalMessage { msg, .. } => msg.clone(),
        other => other.to_string(),
    };
    if let Some((_, plain)) = IN_PLAIN_WORDS.iter().find(|(parser, _)| whole.contains(parser)) {
        return (*plain).to_owned();
    }
    let line = whole.lines().next().unwrap_or("").trim();
    let line = line.split(" at line ").next().unwrap_or(line).trim_end_matches(['.', ':', ',']);
    let line = line.strip_prefix("error: ").unwrap_or(line);
    let mut letters = line.chars();
    let lowered = match letters.next() {
        Some(first) => first.to_lowercase().chain(letters).collect(),
        None => "something is out of place".to_owned(),
    };
    lowered.chars().take(200).collect()
}
