//! Phrases that leave open what is promised to people.

use jiff::civil::Date;

use super::{Column, ColumnKind, Definition, Jurisdiction, Needed, Row, TableName, Tables};

/// What a phrase leaves open.
const KINDS: &[&str] = &["open-list", "open-time", "open-exception", "open-duty", "absolute", "for-now"];

/// The table `open-wording`.
pub(super) static DEFINITION: Definition = Definition {
    name: "open-wording",
    about: "phrases that leave open what is promised",
    columns: &[
        Column { name: "phrase", about: "the words, in small letters", kind: ColumnKind::Text, needed: Needed::Key },
        Column { name: "kind", about: "what they leave open", kind: ColumnKind::OneOf(KINDS), needed: Needed::Always },
        Column { name: "say", about: "what to write instead", kind: ColumnKind::Text, needed: Needed::Always },
    ],
    standard: include_str!("../../../policies/tables/open-wording.yaml"),
};

/// A phrase that was found, and where it begins and ends in the text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OpenPhrase<'t> {
    /// Its row.
    pub row: &'t Row,
    /// Where it begins.
    pub start: usize,
    /// One past its end.
    pub end: usize,
}

impl Tables {
    /// The phrases of the table that stand in a text, each where it stands first, in the order of the text. A phrase within a
    /// longer one that was found is passed over.
    pub fn open_phrases(&self, text: &str, jurisdiction: Jurisdiction, on: Date) -> Vec<OpenPhrase<'_>> {
        let plain = plain(text);
        let words: String = plain.iter().map(|(c, _)| *c).collect();
        // for each byte of the plain text the number of its character
        let numbers: Vec<usize> =
            words.chars().enumerate().flat_map(|(i, c)| std::iter::repeat_n(i, c.len_utf8())).collect();
        let mut found: Vec<OpenPhrase<'_>> = Vec::new();
        for row in self.in_force(TableName::OpenWording, jurisdiction, on) {
            let Some(phrase) = row.text("phrase") else { continue };
            let wanted: String = self::plain(phrase).iter().map(|(c, _)| *c).collect();
            let hit = words.match_indices(wanted.as_str()).find(|(at, _)| whole(&words, *at, wanted.len()));
            let Some((at, _)) = hit.filter(|_| !wanted.is_empty()) else { continue };
            let place = |byte: usize| numbers.get(byte).and_then(|n| plain.get(*n));
            if let (Some((_, start)), Some((last, end))) = (place(at), place(at + wanted.len() - 1)) {
                found.push(OpenPhrase { row, start: *start, end: end + last.len_utf8() });
            }
        }
        found.sort_by_key(|f| (f.start, std::cmp::Reverse(f.end)));
        let mut kept: Vec<OpenPhrase<'_>> = Vec::new();
        for phrase in found {
            if kept.last().is_none_or(|last| phrase.end > last.end) {
                kept.push(phrase);
            }
        }
        kept
    }
}

/// A text in small letters, one space between words, with the place that each character has in the original. Marks of emphasis
/// are left out.
fn plain(text: &str) -> Vec<(char, usize)> {
    let mut all: Vec<(char, usize)> = Vec::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        match c {
            '*' | '_' => {}
            c if c.is_whitespace() => {
                if all.last().is_some_and(|(last, _)| *last != ' ') {
                    all.push((' ', at));
                }
            }
            c => all.push((c.to_lowercase().next().filter(|l| l.len_utf8() == c.len_utf8()).unwrap_or(c), at)),
        }
    }
    all
}

/// Whether what stands at a place begins and ends with a word.
fn whole(text: &str, at: usize, length: usize) -> bool {
    let before = text.get(..at).and_then(|t| t.chars().next_back());
    let after = text.get(at + length..).and_then(|t| t.chars().next());
    ![before, after].into_iter().flatten().any(char::is_alphanumeric)
}
