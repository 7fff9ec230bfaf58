//! The data of a phrase, less what is excepted, looked for in many copies, and what of a cell is sought.

use std::cell::{OnceCell, RefCell};

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::context::{Context, Seen};
use super::phrase::{Phrase, about_matches};
use super::ready::{Classes, Closing, Columns, Matched, Ready, alike, and, matched_in};
use crate::faults::{self, Fault};
use crate::graph::{CellId, ContentId, Contents, Control, CopyId, Reading};
use crate::model::Model;
use crate::syntax::tree::LevelWord;

/// What of a cell a phrase matches.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Hit {
    /// The classes matched as rows.
    pub rows: Classes,
    /// The classes matched as counts, under any control.
    pub counts: Classes,
    /// The same by control: what one control excuses another does not.
    by_control: SmallVec<[(Control, Classes); 1]>,
}

impl Hit {
    /// Whether anything is matched.
    pub fn any(&self) -> bool {
        self.rows.iter().chain(&self.counts).any(|w| *w != 0)
    }

    fn new(rows: Classes, by_control: SmallVec<[(Control, Classes); 1]>) -> Hit {
        let mut hit = Hit { counts: SmallVec::from_elem(0, rows.len()), rows, by_control };
        hit.gather();
        hit
    }

    /// Whether rows are matched.
    pub fn has_rows(&self) -> bool {
        self.rows.iter().any(|w| *w != 0)
    }

    /// The classes to tell of: those of the rows, or where there are none those of the counts.
    pub fn classes(&self) -> &[u64] {
        if self.has_rows() { &self.rows } else { &self.counts }
    }

    fn gather(&mut self) {
        self.counts.iter_mut().for_each(|w| *w = 0);
        for (_, set) in &self.by_control {
            self.counts.iter_mut().zip(set).for_each(|(a, b)| *a |= b);
        }
    }

    /// Whether classes under this control are matched.
    pub fn under(&self, control: Control) -> bool {
        self.by_control.iter().any(|(c, set)| *c == control && set.iter().any(|w| *w != 0))
    }
}

/// From which level on rows are what a phrase speaks of, where what else there is does not matter: it is the same in both readings,
/// and counts are sought by no level.
fn plain_level(c: &Context<'_>, phrase: &Phrase) -> Option<u8> {
    match phrase.level {
        _ if !c.same_in_both() => None,
        None => Some(0),
        Some(LevelWord::RowLevel | LevelWord::Personal) => Some(2),
        Some(LevelWord::Pseudonymised) => Some(3),
        Some(LevelWord::Identifiable) => Some(4),
        Some(LevelWord::Anonymous | LevelWord::Aggregate | LevelWord::Identified) => None,
    }
}

/// Whether a phrase's level depends on what a copy is tied to, and not only on what it is.
fn depends(phrase: &Phrase, closing: Closing) -> bool {
    match closing {
        Closing::Up => matches!(phrase.level, Some(LevelWord::Pseudonymised | LevelWord::Identifiable)),
        Closing::Down => matches!(phrase.level, Some(LevelWord::RowLevel | LevelWord::Pseudonymised)),
    }
}

/// Whether what a phrase matches in a copy depends on what else there is where the copy is.
pub fn asks_level(phrase: &Phrase) -> bool {
    depends(phrase, Closing::Up)
}

/// Whether a phrase may match in one reading what it does not match in the other, though the same is there: whom data is about may
/// not be stated, nor how well counts are protected.
fn by_reading(phrase: &Phrase) -> bool {
    !phrase.about.is_empty()
        || phrase.children
        || matches!(phrase.level, Some(LevelWord::Aggregate | LevelWord::Anonymous))
}

/// From which level on rows about people are what a phrase speaks of, where it asks for nothing but the level.
fn any_rows(c: &Context<'_>, phrase: &Phrase) -> Option<u8> {
    let Phrase { published, level, kinds, categories, about, children, from, span: _ } = phrase;
    let more = *published || *children || from.is_some();
    if more || !kinds.is_empty() || !categories.is_empty() || !about.is_empty() || level.is_none() {
        return None;
    }
    plain_level(c, phrase)
}

/// What a rule looks for: data, less what it excepts.
pub struct Sought<'p> {
    data: Ready<'p>,
    except: Vec<Ready<'p>>,
    /// Whether exceptions depend on the way by which data came, and not only on what there is.
    by_way: bool,
    /// Whether levels matter, and whether what is identified by itself does.
    levels: bool,
    identified: bool,
    /// Whether it matters whom data is about, and whether it is published.
    about: bool,
    published: bool,
    /// Whether the two readings may find something else in the same.
    by_reading: bool,
    /// From which level on rows are what is sought, where nothing else is asked of them.
    any_rows: Option<u8>,
    /// From which level on rows are what is sought, where all else that matters is what is in a copy and whom it is about.
    plain: Option<u8>,
    /// What of each content is sought, where that is all that matters.
    by_content: OnceCell<Option<Columns>>,
    known: RefCell<FxHashMap<Known, bool>>,
    /// In which columns something is found.
    columns: RefCell<FxHashMap<Known, u64>>,
    /// For each content, whether there may be anything in it; of the contents of one number.
    may: RefCell<(u32, Vec<Option<bool>>)>,
}

/// All that the answer for a copy depends on.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Known {
    contents: u32,
    reading: Reading,
    content: ContentId,
    about: u32,
    public: bool,
    level: u8,
    identified: bool,
}

impl<'p> Sought<'p> {
    /// Data to look for, less what is excepted.
    pub fn new(c: &Context<'_>, data: &'p Phrase, except: &[&'p Phrase]) -> Self {
        let closing = if faults::on(Fault::ExceptionsCloseUpward) { Closing::Up } else { Closing::Down };
        let all = || std::iter::once(data).chain(except.iter().copied());
        let alike = alike(c, &all().collect::<Vec<_>>());
        Sought {
            data: Ready::new(c, data, Closing::Up, alike.clone()),
            except: except.iter().map(|e| Ready::new(c, e, closing, alike.clone())).collect(),
            by_way: except.iter().any(|e| e.from.is_some()),
            levels: depends(data, Closing::Up) || except.iter().any(|e| depends(e, Closing::Down)),
            identified: all().any(|p| p.level == Some(LevelWord::Identified)),
            about: all().any(|p| !p.about.is_empty() || p.children),
            published: all().any(|p| p.published),
            by_reading: !c.same_in_both() || all().any(by_reading),
            any_rows: any_rows(c, data).filter(|_| except.is_empty()),
            plain: plain_level(c, data).filter(|_| except.is_empty()),
            by_content: OnceCell::new(),
            known: RefCell::default(),
            columns: RefCell::default(),
            may: RefCell::default(),
        }
    }

    /// Whether what is found in a copy is the same in both readings, whatever it is tied to.
    pub fn same_in_both(&self, c: &Context<'_>) -> bool {
        !self.by_reading && !self.levels && !self.identified && !c.any_attested()
    }

    /// Whether what is found in a copy may depend on its level where it is seen.
    pub fn by_level(&self, c: &Context<'_>) -> bool {
        self.levels || c.any_attested()
    }

    /// Whether it is quickly looked up what is found in a copy.
    pub fn is_plain(&self) -> bool {
        self.plain.is_some()
    }

    /// The columns of a copy in which there is what is sought, as bits; `None` where more matters than what is in it, whom it is
    /// about and how identifiable it is.
    fn plain_columns(
        &self,
        c: &Context<'_>,
        copy: CopyId,
        contents: &Contents,
        seen: &Seen,
        reading: Reading,
    ) -> Option<u64> {
        let least = self.plain?;
        if contents.number != c.contents(reading).number || c.may_be_attested(copy) {
            return None;
        }
        let (content, phrase) = (contents.of(copy), self.data.phrase);
        let by_content = self.by_content.get_or_init(|| c.columns_found(phrase, contents.len())).as_ref()?;
        let found = by_content.of(content, || self.data.columns_in(c, contents, content))?;
        let is_there = found != 0
            && (!phrase.published || c.graph.copy(copy).place == Model::PUBLIC)
            && (!self.about || about_matches(c.model, phrase, c.graph.about(copy), reading))
            && (least <= 2 || c.level(seen, copy) >= least);
        Some(if is_there { found } else { 0 })
    }

    /// Whether there may be anything that is sought in a copy, wherever and by whomever it is seen: a quick look at what is in
    /// it, before exceptions.
    pub fn may_be_in(&self, c: &Context<'_>, copy: CopyId, contents: &Contents) -> bool {
        let content = contents.of(copy);
        if content == ContentId::NOTHING || contents.number == 0 {
            return content != ContentId::NOTHING;
        }
        let mut may = self.may.borrow_mut();
        if may.0 != contents.number {
            *may = (contents.number, vec![None; contents.len()]);
        }
        *may.1[content.index()].get_or_insert_with(|| self.data.may_be_in(c, contents, content))
    }

    /// The copies in which there may be something that is sought.
    pub fn candidates(&self, c: &Context<'_>, contents: &Contents) -> Vec<CopyId> {
        if let Some(copies) = contents.copies_with(&self.data.from) {
            return copies.into_iter().filter(|copy| self.may_be_in(c, *copy, contents)).collect();
        }
        let may: Vec<bool> =
            (0..contents.len() as u32).map(|id| self.data.may_be_in(c, contents, ContentId::numbered(id))).collect();
        c.graph.copy_ids().filter(|copy| may[contents.of(*copy).index()]).collect()
    }

    /// What of a cell is sought, with what is in the cell as `contents` say, where `seen` sees it. Exceptions take out datum by
    /// datum (ruling 1).
    pub fn hit(&self, c: &Context<'_>, cell: CellId, contents: &Contents, seen: &Seen, reading: Reading) -> Hit {
        let mut hit = matched(c, &self.data, cell, contents, seen, reading);
        if !hit.any() {
            return hit;
        }
        for exception in &self.except {
            let whole = |cell: CellId| matched(c, exception, cell, contents, seen, reading).any();
            if faults::on(Fault::ExceptionsFilterCopies) && c.graph.cells_of(cell.copy).any(whole) {
                return Hit::default();
            }
            let out = matched(c, exception, cell, contents, seen, reading);
            if out.any() {
                take_out(c, &mut hit, &out, exception, cell, contents);
            }
        }
        hit
    }

    /// The cells of a copy in which there is something that is sought, with what of it.
    pub fn hits(
        &self,
        c: &Context<'_>,
        copy: CopyId,
        contents: &Contents,
        seen: &Seen,
        reading: Reading,
    ) -> Vec<(CellId, Hit)> {
        let cells = c.graph.cells_of(copy).filter(|cell| contents.has_any(*cell));
        cells.map(|cell| (cell, self.hit(c, cell, contents, seen, reading))).filter(|(_, hit)| hit.any()).collect()
    }

    /// Whether there is anything that is sought in a copy. Copies that are alike are looked at once.
    pub fn is_in(&self, c: &Context<'_>, copy: CopyId, contents: &Contents, seen: &Seen, reading: Reading) -> bool {
        if let Some(least) = self.any_rows
            && contents.number == c.contents(reading).number
            && !c.may_be_attested(copy)
        {
            return c.has_rows(copy, reading) && (least <= 2 || c.level(seen, copy) >= least);
        }
        if let Some(found) = self.plain_columns(c, copy, contents, seen, reading) {
            return found != 0;
        }
        if !self.may_be_in(c, copy, contents) {
            return false;
        }
        let slowly = |sought: &Self| {
            let mut cells = c.graph.cells_of(copy);
            cells.any(|cell| {
                sought.data.may_be_at(c, contents, cell, reading) && sought.hit(c, cell, contents, seen, reading).any()
            })
        };
        let Some(known) = self.depends_on(c, copy, contents, seen, reading) else { return slowly(self) };
        let before = self.known.borrow().get(&known).copied();
        let found = before.unwrap_or_else(|| {
            let found = if self.by_way {
                let matched = |cell| matched(c, &self.data, cell, contents, seen, reading).any();
                c.graph.cells_of(copy).any(matched)
            } else {
                slowly(self)
            };
            self.known.borrow_mut().insert(known, found);
            found
        });
        found && (!self.by_way || slowly(self))
    }
}

impl Sought<'_> {
    /// All that what is found in a copy depends on, exceptions by the way apart; `None` where that cannot be said.
    fn depends_on(
        &self,
        c: &Context<'_>,
        copy: CopyId,
        contents: &Contents,
        seen: &Seen,
        reading: Reading,
    ) -> Option<Known> {
        (contents.number != 0 && !c.may_be_attested(copy)).then(|| Known {
            contents: contents.number,
            reading: if self.by_reading { reading } else { Reading::Kind },
            content: contents.of(copy),
            about: if self.about { c.graph.about_number(copy) } else { 0 },
            public: self.published && c.graph.copy(copy).place == Model::PUBLIC,
            level: if self.levels { c.level(seen, copy) } else { 0 },
            identified: self.identified && c.identified(copy, reading),
        })
    }

    /// The cells of a copy in which there is something that is sought, as [`Sought::hits`], without what.
    pub fn cells(
        &self,
        c: &Context<'_>,
        copy: CopyId,
        contents: &Contents,
        seen: &Seen,
        reading: Reading,
    ) -> impl Iterator<Item = CellId> {
        let is_in = |cell: &CellId| {
            self.data.may_be_at(c, contents, *cell, reading) && self.hit(c, *cell, contents, seen, reading).any()
        };
        let cells = || c.graph.cells_of(copy);
        let plain = self.plain_columns(c, copy, contents, seen, reading);
        let known = if plain.is_some() { None } else { self.depends_on(c, copy, contents, seen, reading) };
        let known = known.filter(|_| !self.by_way && cells().len() <= u64::BITS as usize);
        let before = plain.or_else(|| known.and_then(|known| self.columns.borrow().get(&known).copied()));
        let mut found = before.unwrap_or(0);
        let mut more = Vec::new();
        match (before, known) {
            (Some(_), _) => {}
            (None, Some(known)) => {
                found = cells().filter(is_in).fold(0, |found, cell| found | 1 << cell.column);
                self.columns.borrow_mut().insert(known, found);
            }
            (None, None) => more.extend(cells().filter(is_in)),
        }
        let few = cells().take(u64::BITS as usize).filter(move |cell| found >> cell.column & 1 == 1);
        few.chain(more)
    }
}

/// What of a cell a phrase matches.
fn matched(
    c: &Context<'_>,
    ready: &Ready<'_>,
    cell: CellId,
    contents: &Contents,
    seen: &Seen,
    reading: Reading,
) -> Hit {
    let (copy, phrase) = (cell.copy, ready.phrase);
    let column = c.graph.cell(cell).column;
    let Some(open) = ready.fits(&column, reading) else { return Hit::default() };
    if (phrase.published && c.graph.copy(copy).place != Model::PUBLIC)
        || !about_matches(c.model, phrase, c.graph.about(copy), reading)
    {
        return Hit::default();
    }
    let content = (contents, contents.of(copy));
    let Matched { mut rows, counts: counted } = matched_in(c, ready, content, (cell.column, &column), open);
    if rows.iter().any(|w| *w != 0) && !rows_level_fits(c, ready, copy, seen, reading) {
        rows.iter_mut().for_each(|w| *w = 0);
    }
    let mut counts: SmallVec<[(Control, Classes); 1]> = SmallVec::new();
    for (control, set) in contents.counts(cell).filter(|_| counted) {
        let attested = c.may_be_attested(copy)
            && c.attested(copy, if c.levels(seen).of(copy) == 4 && contents.has_rows(cell) { 4 } else { 1 }).is_some();
        if count_level_fits(c, ready, control, attested, reading) {
            counts.push((control, and(set, &ready.from)));
        }
    }
    Hit::new(rows, counts)
}

fn rows_level_fits(c: &Context<'_>, ready: &Ready<'_>, copy: CopyId, seen: &Seen, reading: Reading) -> bool {
    let Some(word) = ready.phrase.level else { return true };
    // rows are at 2 or more, unless they are attested anonymous
    let level = if depends(ready.phrase, ready.closing) || c.may_be_attested(copy) { c.level(seen, copy) } else { 2 };
    match ready.closing {
        Closing::Up => match word {
            LevelWord::Anonymous => true,
            LevelWord::Aggregate => level >= 1,
            LevelWord::RowLevel | LevelWord::Personal => level >= 2,
            LevelWord::Pseudonymised => level >= 3,
            LevelWord::Identifiable => level >= 4,
            LevelWord::Identified => c.identified(copy, reading),
        },
        Closing::Down => match word {
            LevelWord::Anonymous => level == 0,
            LevelWord::Aggregate => level <= 1,
            LevelWord::RowLevel => level <= 2,
            LevelWord::Pseudonymised => level <= 3,
            LevelWord::Personal | LevelWord::Identifiable | LevelWord::Identified => true,
        },
    }
}

fn count_level_fits(c: &Context<'_>, ready: &Ready<'_>, control: Control, attested: bool, reading: Reading) -> bool {
    let Some(word) = ready.phrase.level else { return true };
    let level = if attested { 0 } else { control.level(c.threshold, reading == Reading::Kind) };
    match ready.closing {
        Closing::Up => match word {
            LevelWord::Anonymous => true,
            LevelWord::Aggregate => level >= 1,
            _ => false,
        },
        Closing::Down => match word {
            LevelWord::Anonymous => level == 0,
            _ => true,
        },
    }
}

/// Takes out of a hit what an exception matches in the same cell. A marker stands for whatever came through: it goes when
/// all that is in the cell is excepted; and an exception by a marker takes all that certainly came through.
fn take_out(c: &Context<'_>, hit: &mut Hit, out: &Hit, exception: &Ready<'_>, cell: CellId, contents: &Contents) {
    let wholly = exception.phrase.from.is_some() && c.descends_wholly(cell, &exception.from);
    let left = |all: &[u64], gone: &[u64]| and(all, &exception.base).iter().zip(gone).any(|(a, o)| a & !o != 0);
    let remove = |from: &mut Classes, gone: &[u64], all: &[u64]| {
        if gone.iter().all(|w| *w == 0) {
            return;
        }
        if wholly || !left(all, gone) {
            from.iter_mut().for_each(|w| *w = 0);
        } else {
            from.iter_mut().zip(gone).for_each(|(a, b)| *a &= !b);
        }
    };
    remove(&mut hit.rows, &out.rows, contents.rows(cell));
    for (control, set) in contents.counts(cell) {
        let gone = out.by_control.iter().find(|(c, _)| *c == control);
        let mine = hit.by_control.iter_mut().find(|(c, _)| *c == control);
        if let (Some((_, gone)), Some((_, mine))) = (gone, mine) {
            remove(mine, gone, set);
        }
    }
    hit.gather();
}
