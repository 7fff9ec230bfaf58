//! A data phrase with what it asks worked out, and what of a content it matches, wherever that is.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use smallvec::SmallVec;

use super::context::Context;
use super::phrase::Phrase;
use crate::graph::{Ask, CellId, Column, ColumnKind, ContentId, Contents, Reading, is_kind};
use crate::syntax::tree::DataKind;

/// How a level word closes (ruling 2): upward in what is forbidden, downward in what is excepted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Closing {
    /// This level and above.
    Up,
    /// This level and below.
    Down,
}

/// A set of classes, which are few in most projects.
pub type Classes = SmallVec<[u64; 2]>;

/// A phrase with what it asks worked out.
pub(super) struct Ready<'p> {
    pub(super) phrase: &'p Phrase,
    pub(super) closing: Closing,
    /// Every class of sources.
    pub(super) base: Vec<u64>,
    /// The classes that it is from, and from which word to which there are any.
    pub(super) from: Vec<u64>,
    words: Range<usize>,
    /// The kinds of data that it names.
    kinds: Vec<OfKind>,
    /// For each category, whether it is one that the phrase names; empty when it names none.
    categories: Vec<bool>,
    /// The classes that the sentence does not tell apart, set by set: it must not matter what other sentences ask.
    alike: Arc<[Vec<u64>]>,
}

/// A kind of data that a phrase names.
pub(super) struct OfKind {
    /// For each category, whether it is of that kind.
    categories: Vec<bool>,
    /// The classes that are of that kind.
    flagged: Vec<u64>,
    /// Every class of sources.
    base: Vec<u64>,
}

impl OfKind {
    fn new(c: &Context<'_>, kind: DataKind) -> OfKind {
        OfKind {
            categories: c.model.vocabulary.category_ids().map(|id| is_kind(c.model, Some(id), kind)).collect(),
            flagged: c.origins.answering(&[Ask::Kind(kind)]),
            base: c.origins.everything(),
        }
    }

    /// Whether a column is of that kind.
    fn has(&self, column: &Column) -> bool {
        column.category.is_some_and(|category| self.categories.get(category.0 as usize).copied().unwrap_or(false))
    }

    /// What of a word of the classes that reach a column is of that kind; `own` are all classes that reach it.
    fn of_word(&self, row: u64, at: usize, own: &[u64], column: &Column, open: bool) -> u64 {
        if open || self.has(column) {
            return row;
        }
        let (Some(base), Some(flagged)) = (self.base.get(at), self.flagged.get(at)) else { return row };
        // a column of another category still carries what it was computed from, row by row (ruling 8): a source must be of that
        // kind itself; a marker stands for whatever came through with it
        (row & base & flagged) | if meet(own, &self.flagged) { row & !base } else { 0 }
    }
}

/// The classes of sources in sets, so that each phrase is from all of a set or from nothing of it.
pub(super) fn alike(c: &Context<'_>, phrases: &[&Phrase]) -> Arc<[Vec<u64>]> {
    let mut sets = vec![c.origins.everything()];
    for from in phrases.iter().filter_map(|p| p.from.as_ref()) {
        let from = c.origins.answering(from);
        let parts = sets.iter().flat_map(|set| {
            let rest: Vec<u64> = set.iter().zip(&from).map(|(s, f)| s & !f).collect();
            [and(set, &from).into_vec(), rest]
        });
        sets = parts.filter(|set| set.iter().any(|w| *w != 0)).collect();
    }
    sets.into()
}

impl<'p> Ready<'p> {
    /// Of a phrase that closes so, in a sentence that does not tell these apart.
    pub(super) fn new(c: &Context<'_>, phrase: &'p Phrase, closing: Closing, alike: Arc<[Vec<u64>]>) -> Self {
        let vocabulary = &c.model.vocabulary;
        let from = phrase.from.as_ref().map_or_else(|| c.origins.everything(), |from| c.origins.answering(from));
        let first = from.iter().position(|w| *w != 0).unwrap_or(0);
        let last = from.iter().rposition(|w| *w != 0).map_or(0, |last| last + 1);
        let named = |id| phrase.categories.iter().any(|wanted| vocabulary.category_under(id, *wanted));
        Ready {
            phrase,
            closing,
            base: c.origins.everything(),
            alike,
            from,
            words: first..last,
            kinds: phrase.kinds.iter().map(|kind| OfKind::new(c, *kind)).collect(),
            categories: if phrase.categories.is_empty() {
                Vec::new()
            } else {
                vocabulary.category_ids().map(named).collect()
            },
        }
    }

    /// Whether it may match a column; whether anything at all may be in it.
    pub(super) fn fits(&self, column: &Column, reading: Reading) -> Option<bool> {
        let open = column.kind == ColumnKind::Open && self.closing == Closing::Up;
        if open && reading == Reading::Kind {
            return None;
        }
        let named = column.category.is_some_and(|c| self.categories.get(c.0 as usize).copied().unwrap_or(false));
        (self.categories.is_empty() || open || named).then_some(open)
    }
}

impl Ready<'_> {
    /// Whether it may match anything in a content.
    pub(super) fn may_be_in(&self, c: &Context<'_>, contents: &Contents, content: ContentId) -> bool {
        contents.columns_in(c.graph, content).iter().enumerate().any(|(number, column)| {
            self.fits(column, Reading::Harsh).is_some()
                && (self.meets(contents.rows_in(content, number as u32))
                    || contents.counts_in(content, number as u32).any(|(_, set)| self.meets(set)))
        })
    }

    /// Whether it may match anything in a cell.
    pub(super) fn may_be_at(&self, c: &Context<'_>, contents: &Contents, cell: CellId, reading: Reading) -> bool {
        self.fits(&c.graph.cell(cell).column, reading).is_some()
            && (self.meets(contents.rows(cell)) || contents.counts(cell).any(|(_, set)| self.meets(set)))
    }

    /// Whether any of the classes that it is from is in a set.
    fn meets(&self, set: &[u64]) -> bool {
        let (first, end) = (self.words.start, self.words.end.min(set.len()));
        first < end && meet(&set[first..end], &self.from[first..end])
    }
}

impl Ready<'_> {
    /// The columns of a content in which there is anything that is sought, as bits, whatever it is tied to and whomever it is about;
    /// `None` where there are too many columns.
    pub(super) fn columns_in(&self, c: &Context<'_>, contents: &Contents, content: ContentId) -> Option<u64> {
        let columns = contents.columns_in(c.graph, content);
        if columns.len() > Columns::MOST {
            return None;
        }
        let counted = self.phrase.level.is_none();
        let mut found = 0;
        for (number, column) in (0..).zip(columns.iter()) {
            let Some(open) = self.fits(column, Reading::Kind) else { continue };
            let own = contents.rows_in(content, number);
            let has_rows = match column.kind {
                ColumnKind::Membership => {
                    let Matched { rows, .. } = matched_in(c, self, (contents, content), (number, column), open);
                    rows.iter().any(|w| *w != 0)
                }
                _ => own.iter().zip(&self.from).enumerate().any(|(at, (own_word, from))| {
                    let row = own_word & from;
                    row != 0 && self.kinds.iter().fold(row, |row, kind| kind.of_word(row, at, own, column, open)) != 0
                }),
            };
            let of_kinds = || self.kinds.iter().all(|kind| open || kind.has(column));
            let has_counts =
                || counted && of_kinds() && contents.counts_in(content, number).any(|(_, set)| meet(set, &self.from));
            found |= u64::from(has_rows || has_counts()) << number;
        }
        Some(found)
    }
}

/// For each content of the copies, the columns in which there is what is asked about, once that is asked. All threads share it.
#[derive(Clone)]
pub struct Columns(Arc<[AtomicU64]>);

impl Columns {
    /// How many columns there is room for.
    pub const MOST: usize = 63;

    /// That a content was looked at.
    const KNOWN: u64 = 1 << Columns::MOST;

    /// How much room so many contents take, in bytes.
    pub fn room(contents: usize) -> usize {
        contents * size_of::<AtomicU64>()
    }

    /// Nothing is known yet of so many contents.
    pub fn new(contents: usize) -> Columns {
        Columns((0..contents).map(|_| AtomicU64::new(0)).collect())
    }

    /// The columns of a content, as bits; `None` where whoever finds them finds that there are too many.
    pub fn of(&self, content: ContentId, find: impl FnOnce() -> Option<u64>) -> Option<u64> {
        let kept = self.0.get(content.index())?;
        match kept.load(Ordering::Relaxed) {
            0 => {
                let found = find()?;
                kept.store(found | Columns::KNOWN, Ordering::Relaxed);
                Some(found)
            }
            known => Some(known & !Columns::KNOWN),
        }
    }
}

/// What of a column a phrase matches, levels apart.
pub(super) struct Matched {
    /// The classes that reach it row by row.
    pub(super) rows: Classes,
    /// Whether counts count.
    pub(super) counts: bool,
}

/// What of a column of a content a phrase matches, wherever it is and whomever it is about; `open` where anything may be in it.
pub(super) fn matched_in(
    c: &Context<'_>,
    ready: &Ready<'_>,
    (contents, content): (&Contents, ContentId),
    (number, column): (u32, &Column),
    open: bool,
) -> Matched {
    let own = contents.rows_in(content, number);
    let mut rows: Classes = and(own, &ready.from);
    if column.kind == ColumnKind::Membership {
        // being in it says something of its own only where no field says that the person was in it, as far as the sentence
        // tells apart what they may have been in
        let width = contents.columns_in(c.graph, content).len() as u32;
        for other in (0..width).filter(|other| *other != number) {
            let said = contents.rows_in(content, other);
            rows.iter_mut().zip(said).for_each(|(a, b)| *a &= !b);
            for set in ready.alike.iter().filter(|set| meet(set, said)) {
                rows.iter_mut().zip(set).for_each(|(a, b)| *a &= !b);
            }
        }
    }
    for kind in &ready.kinds {
        for (at, row) in rows.iter_mut().enumerate() {
            *row = kind.of_word(*row, at, own, column, open);
        }
    }
    Matched { rows, counts: open || ready.kinds.iter().all(|kind| kind.has(column)) }
}

/// Whether two sets share a class.
pub(super) fn meet(a: &[u64], b: &[u64]) -> bool {
    a.iter().zip(b).any(|(a, b)| a & b != 0)
}

pub(super) fn and(a: &[u64], b: &[u64]) -> Classes {
    a.iter().zip(b).map(|(a, b)| a & b).collect()
}
