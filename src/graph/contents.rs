//! What is in each copy, kept once for all copies that hold the same.

use std::hash::{BuildHasher, Hash, Hasher};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};

use rustc_hash::{FxBuildHasher, FxHashMap};

use super::bits::{meet, numbers};
use super::columns::{Control, Interned, Renumbered};
use super::shapes::{Columns, ShapeId};
use super::{CellId, Class, CopyId, Graph};

/// What a copy holds, by number: copies with the same number have the same columns with the same in them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct ContentId(u32);

impl ContentId {
    /// Nothing at all.
    pub const NOTHING: ContentId = ContentId(0);

    /// The content of a number.
    pub fn numbered(number: u32) -> ContentId {
        ContentId(number)
    }

    /// Its place in tables.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// One content: for each column of a shape a set of classes that reach it row by row, and layers of those that reach it only as
/// counts.
#[derive(Clone, Copy, Debug)]
struct Content {
    shape: ShapeId,
    /// How many columns it has.
    width: u32,
    /// Where its rows are in the words.
    rows: u32,
    /// Its layers.
    layers: (u32, u32),
    /// The next content with the same hash.
    next: ContentId,
}

/// Counts under one control: a set of classes for each column.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Layer {
    control: u32,
    at: u32,
}

/// Which contents the copies have.
#[derive(Clone, Debug)]
enum Of {
    /// All copies.
    All(Vec<ContentId>),
    /// Some, sorted; the rest have nothing.
    Some(Vec<(CopyId, ContentId)>),
    /// All copies, while several threads find them out: of each copy one thread alone, before any other asks.
    Shared(Arc<Vec<AtomicU32>>),
}

/// What is in each cell: the classes that reach it row by row, and those that reach it only as counts, by their control.
#[derive(Clone, Debug)]
pub struct Contents {
    /// Which contents these are among those that are kept; 0 for those that are not, and that nothing is remembered of.
    pub number: u32,
    /// How many words a set of classes takes.
    words: usize,
    of: Of,
    /// What these are a change of: their contents have the first numbers.
    base: Option<Arc<Contents>>,
    /// How many contents the base has.
    first: u32,
    contents: Vec<Content>,
    layers: Vec<Layer>,
    data: Vec<u64>,
    nothing: Vec<u64>,
    /// All classes that are anywhere, once that is asked.
    anywhere: OnceLock<Vec<u64>>,
    /// Where each class is, once that is asked, where there are many.
    index: OnceLock<Index>,
    by_hash: FxHashMap<u64, ContentId>,
    /// By hash, where sets of columns are in the data.
    places: FxHashMap<u64, u32>,
    controls: Interned<Control>,
}

/// Where classes are.
#[derive(Clone, Debug)]
struct Index {
    /// For each class, the contents that have it.
    contents: Vec<Vec<u32>>,
    /// For each content, the copies that have it.
    copies: Vec<Vec<CopyId>>,
}

/// From how many words of classes on it pays to look up where a class is.
const MANY_WORDS: usize = 4;

/// What one thread found besides what all knew, by numbers that count from there.
pub(super) struct New {
    /// How many contents were known.
    known: usize,
    contents: Vec<Content>,
    layers: Vec<Layer>,
    data: Vec<u64>,
    controls: Vec<Control>,
}

/// A content that is being put together.
#[derive(Clone, Debug, Default)]
pub(super) struct Draft {
    words: usize,
    rows: Vec<u64>,
    layers: Vec<(u32, Vec<u64>)>,
    spare: Vec<Vec<u64>>,
}

impl Draft {
    /// Begins anew, with this many columns.
    pub(super) fn begin(&mut self, width: usize, words: usize) {
        self.words = words;
        self.rows.clear();
        self.rows.resize(width * words, 0);
        self.spare.extend(self.layers.drain(..).map(|(_, layer)| layer));
    }

    /// Adds a set to a column's rows, with marks unless the set is empty.
    pub(super) fn add_rows(&mut self, column: usize, set: &[u64], marks: &[u64]) {
        unite(&mut self.rows[column * self.words..(column + 1) * self.words], set, marks);
    }

    /// Adds a class to a column's rows.
    pub(super) fn add_class(&mut self, column: usize, class: Class) {
        self.rows[column * self.words + class / 64] |= 1 << (class % 64);
    }

    /// Adds a set to a column's counts under a control.
    pub(super) fn add_counts(&mut self, column: usize, control: u32, set: &[u64], marks: &[u64]) {
        if set.iter().all(|w| *w == 0) {
            return;
        }
        let words = self.words;
        let layer = self.layer(control);
        unite(&mut layer[column * words..(column + 1) * words], set, marks);
    }

    fn layer(&mut self, control: u32) -> &mut Vec<u64> {
        let at = match self.layers.binary_search_by_key(&control, |(c, _)| *c) {
            Ok(at) => at,
            Err(at) => {
                let mut layer = self.spare.pop().unwrap_or_default();
                layer.clear();
                layer.resize(self.rows.len(), 0);
                self.layers.insert(at, (control, layer));
                at
            }
        };
        &mut self.layers[at].1
    }
}

fn unite(into: &mut [u64], set: &[u64], marks: &[u64]) {
    if set.iter().any(|w| *w != 0) {
        into.iter_mut().zip(set).for_each(|(a, b)| *a |= b);
        into.iter_mut().zip(marks).for_each(|(a, b)| *a |= b);
    }
}

impl Contents {
    /// Nothing anywhere, for sets of this many classes, for so many copies.
    pub(super) fn all(classes: usize, copies: usize) -> Contents {
        Contents::new(classes.div_ceil(64).max(1), Of::All(vec![ContentId::NOTHING; copies]), None)
    }

    /// As [`Contents::all`], to be found out by several threads.
    pub(super) fn shared(classes: usize, copies: usize) -> Contents {
        let of = (0..copies).map(|_| AtomicU32::new(ContentId::NOTHING.0)).collect();
        Contents::new(classes.div_ceil(64).max(1), Of::Shared(Arc::new(of)), None)
    }

    /// What one thread finds besides what all know; the copies are shared.
    pub(super) fn further(known: &Arc<Contents>) -> Contents {
        Contents::new(known.words, known.of.clone(), Some(known.clone()))
    }

    /// Takes in what a thread found besides what all knew then, of these copies.
    pub(super) fn take_in(&mut self, new: New, copies: &[CopyId]) {
        let controls: Vec<u32> = new.controls.iter().map(|control| self.control(*control)).collect();
        let mut draft = Draft::default();
        let contents = Renumbered::of(new.known, &new.contents, |content| {
            let width = content.width as usize * self.words;
            let set = |at: u32| &new.data[at as usize..at as usize + width];
            draft.begin(content.width as usize, self.words);
            draft.rows.copy_from_slice(set(content.rows));
            for layer in &new.layers[content.layers.0 as usize..content.layers.1 as usize] {
                draft.layer(controls[layer.control as usize]).copy_from_slice(set(layer.at));
            }
            self.keep(content.shape, &draft).0
        });
        for copy in copies {
            self.put(*copy, ContentId(contents.get(self.of(*copy).0)));
        }
    }

    /// What was found besides what all know.
    pub(super) fn into_new(self) -> New {
        New {
            known: self.first as usize,
            contents: self.contents,
            layers: self.layers,
            data: self.data,
            controls: self.controls.into_values(),
        }
    }

    /// Nothing anywhere, for these copies (sorted) alone.
    pub(super) fn some(classes: usize, copies: &[CopyId]) -> Contents {
        let of = Of::Some(copies.iter().map(|c| (*c, ContentId::NOTHING)).collect());
        Contents::new(classes.div_ceil(64).max(1), of, None)
    }

    /// The same as others, with nothing in these copies.
    pub(super) fn over(base: &Arc<Contents>, nothing_in: &[CopyId]) -> Contents {
        let mut contents = Contents::new(base.words, base.of.clone(), Some(base.clone()));
        for copy in nothing_in {
            contents.put(*copy, ContentId::NOTHING);
        }
        contents
    }

    fn new(words: usize, of: Of, base: Option<Arc<Contents>>) -> Contents {
        let nothing =
            Content { shape: ShapeId::default(), width: 0, rows: 0, layers: (0, 0), next: ContentId::NOTHING };
        Contents {
            number: 0,
            words,
            of,
            first: base.as_ref().map_or(0, |b| b.len() as u32),
            controls: base.as_ref().map_or_else(Interned::default, |b| b.controls.clone()),
            // the base has nothing already
            contents: if base.is_some() { Vec::new() } else { vec![nothing] },
            base,
            layers: Vec::new(),
            data: Vec::new(),
            nothing: vec![0; words],
            anywhere: OnceLock::new(),
            index: OnceLock::new(),
            by_hash: FxHashMap::default(),
            places: FxHashMap::default(),
        }
    }

    /// Whose content a number is, and its place there.
    fn own(&self, id: ContentId) -> (&Contents, usize) {
        match &self.base {
            Some(base) if id.0 < self.first => base.own(id),
            _ => (self, (id.0 - self.first) as usize),
        }
    }

    /// How many words a set takes.
    pub(super) fn words(&self) -> usize {
        self.words
    }

    /// The content of a copy.
    pub fn of(&self, copy: CopyId) -> ContentId {
        match &self.of {
            Of::All(all) => all.get(copy.index()).copied().unwrap_or_default(),
            Of::Some(some) => some.binary_search_by_key(&copy, |(c, _)| *c).map_or(ContentId::NOTHING, |at| some[at].1),
            Of::Shared(all) => {
                all.get(copy.index()).map_or(ContentId::NOTHING, |c| ContentId(c.load(Ordering::Relaxed)))
            }
        }
    }

    /// Gives a copy its content; says whether it had another.
    pub(super) fn put(&mut self, copy: CopyId, content: ContentId) -> bool {
        let kept = match &mut self.of {
            Of::All(all) => &mut all[copy.index()],
            Of::Some(some) => match some.binary_search_by_key(&copy, |(c, _)| *c) {
                Ok(at) => &mut some[at].1,
                Err(_) => return false,
            },
            Of::Shared(all) => {
                let Some(kept) = all.get(copy.index()) else { return false };
                let before = kept.load(Ordering::Relaxed);
                kept.store(content.0, Ordering::Relaxed);
                return before != content.0;
            }
        };
        std::mem::replace(kept, content) != content
    }

    /// The number of a control.
    pub(super) fn control(&mut self, control: Control) -> u32 {
        self.controls.number(control)
    }

    /// The number of what a draft has come to, new or known.
    pub(super) fn keep(&mut self, shape: ShapeId, draft: &Draft) -> ContentId {
        if draft.layers.is_empty() && draft.rows.iter().all(|w| *w == 0) {
            return ContentId::NOTHING;
        }
        let mut hasher = FxBuildHasher.build_hasher();
        shape.hash(&mut hasher);
        draft.rows.hash(&mut hasher);
        draft.layers.hash(&mut hasher);
        let hash = hasher.finish();
        if let Some(known) = self.base.as_ref().and_then(|base| base.find(hash, shape, draft)) {
            return known;
        }
        self.find(hash, shape, draft).unwrap_or_else(|| self.add(hash, shape, draft))
    }

    /// The number of what a draft with this hash has come to, if it is here.
    fn find(&self, hash: u64, shape: ShapeId, draft: &Draft) -> Option<ContentId> {
        let mut at = self.by_hash.get(&hash).copied().unwrap_or(ContentId::NOTHING);
        while at != ContentId::NOTHING {
            if self.is(at, shape, draft) {
                return Some(at);
            }
            at = self.contents[(at.0 - self.first) as usize].next;
        }
        None
    }

    /// Adds what a draft has come to, which is not here.
    fn add(&mut self, hash: u64, shape: ShapeId, draft: &Draft) -> ContentId {
        let id = ContentId(self.first + self.contents.len() as u32);
        let rows = self.place(&draft.rows);
        let start = self.layers.len() as u32;
        for (control, layer) in &draft.layers {
            let at = self.place(layer);
            self.layers.push(Layer { control: *control, at });
        }
        let next = self.by_hash.insert(hash, id).unwrap_or(ContentId::NOTHING);
        let width = (draft.rows.len() / self.words) as u32;
        self.contents.push(Content { shape, width, rows, layers: (start, self.layers.len() as u32), next });
        id
    }

    /// Where the sets of a content's columns are. Contents of different columns often have the same in them, one after the other.
    fn place(&mut self, sets: &[u64]) -> u32 {
        let hash = FxBuildHasher.hash_one(sets);
        if let Some(at) = self.places.get(&hash)
            && self.data.get(*at as usize..*at as usize + sets.len()).is_some_and(|there| there == sets)
        {
            return *at;
        }
        let at = self.data.len() as u32;
        self.data.extend_from_slice(sets);
        self.places.insert(hash, at);
        at
    }

    fn is(&self, id: ContentId, shape: ShapeId, draft: &Draft) -> bool {
        let content = self.contents[(id.0 - self.first) as usize];
        let width = draft.rows.len();
        let layers = &self.layers[content.layers.0 as usize..content.layers.1 as usize];
        content.shape == shape
            && self.data[content.rows as usize..content.rows as usize + width] == draft.rows
            && layers.len() == draft.layers.len()
            && layers.iter().zip(&draft.layers).all(|(layer, (control, set))| {
                layer.control == *control && self.data[layer.at as usize..layer.at as usize + width] == *set
            })
    }

    /// Adds what other contents of the same graph hold. Copies that these leave out stay left out.
    pub fn unite(&mut self, graph: &Graph, other: &Contents) {
        let copies: Vec<CopyId> = match (&self.of, &other.of) {
            (Of::Some(some), _) | (_, Of::Some(some)) => some.iter().map(|(copy, _)| *copy).collect(),
            _ => graph.copy_ids().collect(),
        };
        let mut draft = Draft::default();
        for copy in copies.into_iter().filter(|c| other.of(*c) != ContentId::NOTHING) {
            draft.begin(graph.columns_of(copy).len(), self.words);
            for column in 0..graph.columns_of(copy).len() as u32 {
                for from in [&*self, other] {
                    draft.add_rows(column as usize, from.rows_in(from.of(copy), column), &[]);
                }
            }
            self.add_counts_of(copy, graph, other, &mut draft);
            let content = self.keep(graph.copy(copy).shape, &draft);
            self.put(copy, content);
        }
    }

    fn add_counts_of(&mut self, copy: CopyId, graph: &Graph, other: &Contents, draft: &mut Draft) {
        for column in 0..graph.columns_of(copy).len() as u32 {
            let own = self.counts_in(self.of(copy), column).map(|(c, set)| (c, set.to_vec()));
            let all: Vec<_> =
                own.chain(other.counts_in(other.of(copy), column).map(|(c, s)| (c, s.to_vec()))).collect();
            for (control, set) in all {
                let control = self.control(control);
                draft.add_counts(column as usize, control, &set, &[]);
            }
        }
    }

    /// The copies in which any of `classes` may be; `None` where there are so few classes that it is as well to go through all.
    pub fn copies_with(&self, classes: &[u64]) -> Option<Vec<CopyId>> {
        let (true, Of::All(of)) = (self.words >= MANY_WORDS && self.base.is_none(), &self.of) else { return None };
        let index = self.index.get_or_init(|| self.index(of));
        let contents = numbers(classes).filter_map(|class| index.contents.get(class)).flatten();
        let mut contents: Vec<u32> = contents.copied().collect();
        contents.sort_unstable();
        contents.dedup();
        let copies = contents.into_iter().filter_map(|content| index.copies.get(content as usize)).flatten();
        let mut copies: Vec<CopyId> = copies.copied().collect();
        copies.sort_unstable();
        Some(copies)
    }

    fn index(&self, of: &[ContentId]) -> Index {
        let mut index =
            Index { contents: vec![Vec::new(); self.words * 64], copies: vec![Vec::new(); self.contents.len()] };
        for (copy, content) in of.iter().enumerate() {
            index.copies[content.index()].push(CopyId(copy as u32));
        }
        for (number, content) in self.contents.iter().enumerate() {
            let next = |start: u32| start as usize + content.width as usize * self.words;
            let layers = &self.layers[content.layers.0 as usize..content.layers.1 as usize];
            for start in std::iter::once(content.rows).chain(layers.iter().map(|l| l.at)) {
                for set in self.data[start as usize..next(start)].chunks_exact(self.words) {
                    for class in numbers(set) {
                        let known = &mut index.contents[class];
                        if known.last() != Some(&(number as u32)) {
                            known.push(number as u32);
                        }
                    }
                }
            }
        }
        index
    }

    /// Forgets what is only needed while contents are still found.
    pub(super) fn settle(&mut self) {
        if let Of::Shared(all) = &self.of {
            self.of = Of::All(all.iter().map(|c| ContentId(c.load(Ordering::Relaxed))).collect());
        }
        self.by_hash = FxHashMap::default();
        self.places = FxHashMap::default();
        self.data.shrink_to_fit();
    }

    fn layers_of(&self, id: ContentId) -> (&Contents, &[Layer]) {
        let (own, at) = self.own(id);
        let (start, end) = own.contents[at].layers;
        (own, &own.layers[start as usize..end as usize])
    }

    fn set(&self, at: u32, column: u32) -> &[u64] {
        let start = at as usize + column as usize * self.words;
        &self.data[start..start + self.words]
    }

    /// The classes that reach a column of a content row by row.
    pub fn rows_in(&self, id: ContentId, column: u32) -> &[u64] {
        if id == ContentId::NOTHING {
            return &self.nothing;
        }
        let (own, at) = self.own(id);
        own.set(own.contents[at].rows, column)
    }

    /// The classes that reach a column of a content as counts, with their control.
    pub fn counts_in(&self, id: ContentId, column: u32) -> impl Iterator<Item = (Control, &[u64])> {
        let (own, layers) = self.layers_of(id);
        let sets = layers.iter().map(move |layer| (*own.controls.get(layer.control), own.set(layer.at, column)));
        sets.filter(|(_, set)| set.iter().any(|w| *w != 0))
    }

    /// Whether a content has counts at all.
    pub fn has_counts_in(&self, id: ContentId) -> bool {
        !self.layers_of(id).1.is_empty()
    }

    /// How many contents there are.
    pub fn len(&self) -> usize {
        self.first as usize + self.contents.len()
    }

    /// Whether there is nothing but nothing.
    pub fn is_empty(&self) -> bool {
        self.len() <= 1
    }

    /// The columns of a content.
    pub fn columns_in<'g>(&self, graph: &'g Graph, id: ContentId) -> Columns<'g> {
        let (own, at) = self.own(id);
        graph.shapes.columns(own.contents[at].shape)
    }

    /// Whether any of `classes` is anywhere in any copy.
    pub fn anywhere(&self, classes: &[u64]) -> bool {
        let all = self.anywhere.get_or_init(|| {
            let mut all = vec![0; self.words];
            for set in self.data.chunks_exact(self.words) {
                all.iter_mut().zip(set).for_each(|(a, b)| *a |= b);
            }
            all
        });
        meet(all, classes) || self.base.as_ref().is_some_and(|base| base.anywhere(classes))
    }

    /// The classes that reach a cell row by row.
    pub fn rows(&self, cell: CellId) -> &[u64] {
        self.rows_in(self.of(cell.copy), cell.column)
    }

    /// The classes that reach a cell as counts, with their control.
    pub fn counts(&self, cell: CellId) -> impl Iterator<Item = (Control, &[u64])> {
        self.counts_in(self.of(cell.copy), cell.column)
    }

    /// Whether anything at all reaches a cell row by row.
    pub fn has_rows(&self, cell: CellId) -> bool {
        self.rows(cell).iter().any(|w| *w != 0)
    }

    /// Whether anything at all reaches a cell.
    pub fn has_any(&self, cell: CellId) -> bool {
        self.has_any_in(self.of(cell.copy), cell.column)
    }

    /// Whether anything at all reaches a column of a content.
    pub fn has_any_in(&self, content: ContentId, column: u32) -> bool {
        self.rows_in(content, column).iter().any(|w| *w != 0) || self.counts_in(content, column).next().is_some()
    }

    /// Whether any of `classes` reaches a cell, in rows or counts.
    pub fn meets(&self, cell: CellId, classes: &[u64]) -> bool {
        meet(self.rows(cell), classes) || self.counts(cell).any(|(_, s)| meet(s, classes))
    }

    /// Whether any of `classes` reaches a cell row by row.
    pub fn rows_meet(&self, cell: CellId, classes: &[u64]) -> bool {
        meet(self.rows(cell), classes)
    }

    /// The numbers of the classes that reach a cell row by row.
    pub fn row_classes(&self, cell: CellId) -> impl Iterator<Item = Class> + '_ {
        numbers(self.rows(cell))
    }
}
