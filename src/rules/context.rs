//! What the judgement of all rules shares: contents, views and levels in both readings, worked out once and when asked for.

use std::cell::{OnceCell, RefCell};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use jiff::civil::Date;

use super::phrase::{Holder, Phrase, about_matches};
use crate::graph::linkage::{Levels, Linkage, Sight, View};
use crate::graph::spread::{Limits, Scope, spread};
use crate::graph::{ArrivalId, Ask, CellId, ColumnKind, Contents, Control, CopyId, Graph, Origins, Reading, is_kind};
use crate::model::{Attestation, DatasetId, Model, PartyId, PlaceId};
use crate::syntax::tree::LevelWord;
use crate::vocabulary::Identifies;

/// How a level word closes (ruling 2): upward in what is forbidden, downward in what is excepted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Closing {
    /// This level and above.
    Up,
    /// This level and below.
    Down,
}

/// What of a cell a phrase matches.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Hit {
    /// The classes matched as rows.
    pub rows: Vec<u64>,
    /// The classes matched as counts, under any control.
    pub counts: Vec<u64>,
    /// The same by control: what one control excuses another does not.
    by_control: Vec<(Control, Vec<u64>)>,
}

impl Hit {
    /// Whether anything is matched.
    pub fn any(&self) -> bool {
        self.rows.iter().chain(&self.counts).any(|w| *w != 0)
    }

    fn new(rows: Vec<u64>, by_control: Vec<(Control, Vec<u64>)>) -> Hit {
        let mut hit = Hit { counts: vec![0; rows.len()], rows, by_control };
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

/// A view with its levels.
#[derive(Debug)]
pub struct Seen {
    /// What is seen.
    pub view: View,
    /// How identifiable it is there.
    pub levels: Levels,
}

/// The views in which a holder is judged: one for each of its teams where walls divide them.
pub type Views = Rc<Vec<Rc<Seen>>>;

/// A set of copies, sorted.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct CopySet(Rc<Vec<CopyId>>);

impl CopySet {
    /// The set of these; they are sorted.
    fn of(mut copies: Vec<CopyId>) -> CopySet {
        copies.sort_unstable();
        copies.dedup();
        CopySet(Rc::new(copies))
    }

    /// Whether a copy is in it.
    pub fn contains(&self, copy: &CopyId) -> bool {
        self.0.binary_search(copy).is_ok()
    }

    /// Its copies, in order.
    pub fn iter(&self) -> impl Iterator<Item = &CopyId> {
        self.0.iter()
    }
}

/// The state that all rules share.
pub struct Context<'a> {
    /// The model.
    pub model: &'a Model,
    /// Its graph.
    pub graph: &'a Graph,
    /// The date of the judgement.
    pub as_of: Date,
    /// The least count that makes a table disclosure-controlled.
    pub threshold: u64,
    /// The classes of origins that the rules ask for.
    pub origins: Origins,
    /// Who sees what.
    pub sight: Sight,
    contents: [OnceCell<Rc<Contents>>; 2],
    received: [OnceCell<Rc<Contents>>; 2],
    received_by: RefCell<HashMap<(Holder, Reading), Rc<Contents>>>,
    inside: RefCell<HashMap<(Holder, Reading), CopySet>>,
    linkage: [OnceCell<Rc<Linkage<'a>>>; 2],
    attested: HashMap<(DatasetId, PlaceId), Vec<&'a Attestation>>,
    seen: RefCell<HashMap<(PlaceId, Reading), Rc<Seen>>>,
    views: RefCell<HashMap<(PartyId, Reading), Views>>,
    everything: [OnceCell<Rc<Seen>>; 2],
}

fn index(reading: Reading) -> usize {
    match reading {
        Reading::Kind => 0,
        Reading::Harsh => 1,
    }
}

impl<'a> Context<'a> {
    /// Prepares the judgement.
    pub fn new(model: &'a Model, graph: &'a Graph, origins: Origins, as_of: Date, threshold: u64) -> Self {
        let mut attested: HashMap<(DatasetId, PlaceId), Vec<&'a Attestation>> = HashMap::new();
        for attestation in &model.attestations {
            attested.entry((attestation.dataset, attestation.place)).or_default().push(attestation);
        }
        Context {
            model,
            graph,
            as_of,
            threshold,
            origins,
            sight: Sight::new(model, graph),
            contents: Default::default(),
            received: Default::default(),
            received_by: RefCell::default(),
            inside: RefCell::default(),
            linkage: Default::default(),
            attested,
            seen: RefCell::default(),
            views: RefCell::default(),
            everything: Default::default(),
        }
    }

    /// What is in each cell.
    pub fn contents(&self, reading: Reading) -> Rc<Contents> {
        self.contents[index(reading)]
            .get_or_init(|| {
                // where no operation is left unstated the two readings hold the same
                let unsure = self.model.steps.iter().any(|s| s.operations_not_stated.is_some());
                if reading == Reading::Harsh && !unsure {
                    return self.contents(Reading::Kind);
                }
                Rc::new(spread(self.model, self.graph, &self.origins, &Limits::all(reading)))
            })
            .clone()
    }

    /// What would be in each cell if these arrivals did not happen.
    pub fn contents_without(&self, reading: Reading, without: &dyn Fn(ArrivalId) -> bool) -> Contents {
        spread(self.model, self.graph, &self.origins, &Limits { without, ..Limits::all(reading) })
    }

    /// What is tied together.
    pub fn linkage(&self, reading: Reading) -> &Rc<Linkage<'a>> {
        self.linkage[index(reading)]
            .get_or_init(|| Rc::new(Linkage::new(self.model, self.graph, &self.contents(reading), reading)))
    }

    /// What of each cell entered its holder from outside (ruling 6). For a party, its own places and its processors' copies for
    /// it are inside; for a team, what it sees.
    pub fn received(&self, holder: Holder, reading: Reading) -> Rc<Contents> {
        if let Holder::Party(party) = holder
            && self.sight.through_processors(party, reading).is_empty()
        {
            return self.received[index(reading)]
                .get_or_init(|| {
                    let group = |copy: CopyId| self.graph.party_of(self.model, copy).0;
                    let all = self.contents(reading);
                    let limits = Limits { scope: Scope::Groups(&group, &all), ..Limits::all(reading) };
                    Rc::new(spread(self.model, self.graph, &self.origins, &limits))
                })
                .clone();
        }
        if let Some(found) = self.received_by.borrow().get(&(holder, reading)) {
            return found.clone();
        }
        let contents = Rc::new(self.received_without(holder, reading, &|_| false));
        self.received_by.borrow_mut().insert((holder, reading), contents.clone());
        contents
    }

    /// As [`Context::received`], with arrivals for which `closed` holds bringing nothing in.
    pub fn received_without(&self, holder: Holder, reading: Reading, closed: &dyn Fn(ArrivalId) -> bool) -> Contents {
        let inside = self.inside(holder, reading);
        let all = self.contents(reading);
        let limits = Limits { scope: Scope::Inside(&inside.0, &all), closed, ..Limits::all(reading) };
        spread(self.model, self.graph, &self.origins, &limits)
    }

    /// As [`Context::received`], less what comes in by the arrivals that are closed (sorted).
    pub fn received_but(&self, holder: Holder, reading: Reading, closed: &[ArrivalId]) -> Rc<Contents> {
        if closed.is_empty() {
            return self.received(holder, reading);
        }
        Rc::new(self.received_without(holder, reading, &|a| closed.binary_search(&a).is_ok()))
    }

    /// The copies that are inside a holder.
    pub fn inside(&self, holder: Holder, reading: Reading) -> CopySet {
        if let Some(found) = self.inside.borrow().get(&(holder, reading)) {
            return found.clone();
        }
        let inside = CopySet::of(match holder {
            Holder::Party(party) => self.sight.group(self.model, party, reading),
            Holder::Team(place) => {
                // a wall that may stand makes more of what comes in an arrival from outside: the other reading is the harsh one
                let reading = match reading {
                    Reading::Kind => Reading::Harsh,
                    Reading::Harsh => Reading::Kind,
                };
                let view = self.sight.view(self.model, self.graph, place, reading);
                let unknown = |c: &CopyId| self.graph.copy(*c).place == Model::UNKNOWN;
                view.copies.into_iter().filter(|c| !unknown(c)).collect()
            }
        });
        self.inside.borrow_mut().insert((holder, reading), inside.clone());
        inside
    }

    /// What a place sees, with levels.
    pub fn seen(&self, place: PlaceId, reading: Reading) -> Rc<Seen> {
        if let Some(found) = self.seen.borrow().get(&(place, reading)) {
            return found.clone();
        }
        let p = self.model.place(place);
        let seen = if !p.team && !self.model.party(p.party).teams.is_empty() {
            // a party sees no more than one of its teams does: its worst view counts (ruling 9)
            let views = self.views(Holder::Party(p.party), reading);
            let levels = Levels::worst(views.iter().map(|s| &s.levels));
            let mut copies: Vec<CopyId> = views.iter().flat_map(|s| s.view.copies.iter().copied()).collect();
            copies.sort_unstable();
            copies.dedup();
            let view = View { copies, ..self.sight.view(self.model, self.graph, place, reading) };
            Rc::new(Seen { view, levels })
        } else {
            let view = self.sight.view(self.model, self.graph, place, reading);
            Rc::new(self.look(view, reading))
        };
        self.seen.borrow_mut().insert((place, reading), seen.clone());
        seen
    }

    fn look(&self, view: View, reading: Reading) -> Seen {
        let levels = self.linkage(reading).levels(&view);
        Seen { view, levels }
    }

    /// The views in which a holder is judged.
    pub fn views(&self, holder: Holder, reading: Reading) -> Views {
        let party = match holder {
            Holder::Team(place) => return Rc::new(vec![self.seen(place, reading)]),
            Holder::Party(party) => party,
        };
        if let Some(found) = self.views.borrow().get(&(party, reading)) {
            return found.clone();
        }
        let views = self.sight.views(self.model, self.graph, party, reading);
        let seen = Rc::new(views.into_iter().map(|v| Rc::new(self.look(v, reading))).collect::<Vec<_>>());
        self.views.borrow_mut().insert((party, reading), seen.clone());
        seen
    }

    /// One view of everything, for `judged by anyone`.
    pub fn everything(&self, reading: Reading) -> Rc<Seen> {
        self.everything[index(reading)]
            .get_or_init(|| Rc::new(self.look(Sight::everything(self.graph), reading)))
            .clone()
    }

    /// The live attestation of a copy, unless a direct identifier in its component contradicts it (ruling 13).
    pub fn attested(&self, copy: CopyId, level: u8) -> Option<&'a Attestation> {
        if level >= 4 || self.attested.is_empty() {
            return None;
        }
        let c = self.graph.copy(copy);
        let live =
            |a: &&Attestation| a.on.is_none_or(|d| d <= self.as_of) && a.review_by.is_none_or(|d| d >= self.as_of);
        self.attested.get(&(c.dataset, c.place))?.iter().copied().find(live)
    }

    /// The level of a copy's rows at a view: 0 while it is attested anonymous.
    pub fn level(&self, seen: &Seen, copy: CopyId) -> u8 {
        let level = seen.levels.of(copy);
        if self.attested(copy, level).is_some() { 0 } else { level }
    }

    /// Whether the copy itself has a direct identifier, row by row.
    pub fn identified(&self, copy: CopyId, reading: Reading) -> bool {
        let contents = self.contents(reading);
        self.graph.cells_of(copy).any(|cell| {
            let column = self.graph.cell(cell).column;
            contents.has_rows(cell)
                && (column.identifies(&self.model.vocabulary) == Identifies::Direct
                    || (reading == Reading::Harsh && column.kind == ColumnKind::Open))
        })
    }

    /// Whether a copy has any rows about people.
    pub fn has_rows(&self, copy: CopyId, reading: Reading) -> bool {
        let contents = self.contents(reading);
        self.graph.cells_of(copy).any(|cell| contents.has_rows(cell))
    }

    /// What of a cell a phrase matches, with what is in the cell as `contents` say and the levels of `seen`.
    pub fn hit(
        &self,
        phrase: &Phrase,
        cell: CellId,
        contents: &Contents,
        seen: &Seen,
        closing: Closing,
        reading: Reading,
    ) -> Hit {
        let copy = self.graph.cell(cell).copy;
        let c = self.graph.copy(copy);
        if (phrase.published && c.place != Model::PUBLIC)
            || !about_matches(self.model, phrase, self.graph.about(copy), reading)
        {
            return Hit::default();
        }
        let column = self.graph.cell(cell).column;
        let open = column.kind == ColumnKind::Open && reading == Reading::Harsh && closing == Closing::Up;
        if column.kind == ColumnKind::Open && reading == Reading::Kind && closing == Closing::Up {
            return Hit::default();
        }
        if !phrase.categories.is_empty() && !open {
            let fits = |wanted| column.category.is_some_and(|c| self.model.vocabulary.category_under(c, wanted));
            if !phrase.categories.iter().any(|wanted| fits(*wanted)) {
                return Hit::default();
            }
        }
        let mask = match &phrase.from {
            None => self.origins.everything(),
            Some(from) => self.origins.answering(from),
        };
        let mut rows: Vec<u64> = and(contents.rows(cell), &mask);
        if column.kind == ColumnKind::Membership {
            // being in it says something of its own only where no field says that the person was in it
            for other in self.graph.cells_of(copy).filter(|o| *o != cell) {
                rows.iter_mut().zip(contents.rows(other)).for_each(|(a, b)| *a &= !b);
            }
        }
        if rows.iter().any(|w| *w != 0) && !self.rows_level_fits(phrase.level, copy, seen, closing, reading) {
            rows.iter_mut().for_each(|w| *w = 0);
        }
        let mut counts = Vec::new();
        for (control, set) in contents.counts(cell) {
            let attested =
                self.attested(copy, if seen.levels.of(copy) == 4 && contents.has_rows(cell) { 4 } else { 1 });
            if self.count_level_fits(phrase.level, control, attested.is_some(), closing, reading) {
                counts.push((control, and(set, &mask)));
            }
        }
        for kind in &phrase.kinds {
            if !is_kind(self.model, column.category, *kind) && !open {
                // a column of another category still carries what it was computed from, row by row (ruling 8)
                let flagged = self.origins.answering(&[Ask::Kind(*kind)]);
                counts.clear();
                // a source must be of that kind itself; a marker stands for whatever came through with it
                let base = self.origins.everything();
                let any = contents.rows_meet(cell, &flagged);
                for ((row, base), flagged) in rows.iter_mut().zip(&base).zip(&flagged) {
                    *row = (*row & base & flagged) | if any { *row & !base } else { 0 };
                }
            }
        }
        Hit::new(rows, counts)
    }

    fn rows_level_fits(
        &self,
        word: Option<LevelWord>,
        copy: CopyId,
        seen: &Seen,
        closing: Closing,
        reading: Reading,
    ) -> bool {
        let Some(word) = word else { return true };
        let level = self.level(seen, copy);
        match closing {
            Closing::Up => match word {
                LevelWord::Anonymous => true,
                LevelWord::Aggregate => level >= 1,
                LevelWord::RowLevel | LevelWord::Personal => level >= 2,
                LevelWord::Pseudonymised => level >= 3,
                LevelWord::Identifiable => level >= 4,
                LevelWord::Identified => self.identified(copy, reading),
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

    fn count_level_fits(
        &self,
        word: Option<LevelWord>,
        control: Control,
        attested: bool,
        closing: Closing,
        reading: Reading,
    ) -> bool {
        let Some(word) = word else { return true };
        let level = if attested { 0 } else { control.level(self.threshold, reading == Reading::Kind) };
        match closing {
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

    /// What a phrase matches less what the exceptions take out, datum by datum (ruling 1).
    #[allow(clippy::too_many_arguments)] // the two phrases are judged on the same datum
    pub fn hit_except(
        &self,
        phrase: &Phrase,
        except: &[&Phrase],
        cell: CellId,
        contents: &Contents,
        seen: &Seen,
        reading: Reading,
    ) -> Hit {
        let mut hit = self.hit(phrase, cell, contents, seen, Closing::Up, reading);
        if !hit.any() {
            return hit;
        }
        for exception in except {
            let out = self.hit(exception, cell, contents, seen, Closing::Down, reading);
            if out.any() {
                self.take_out(&mut hit, &out, exception, cell, contents);
            }
        }
        hit
    }

    /// Takes out of a hit what an exception matches in the same cell. A marker stands for whatever came through: it goes when
    /// all that is in the cell is excepted; and an exception by a marker takes all that certainly came through.
    fn take_out(&self, hit: &mut Hit, out: &Hit, exception: &Phrase, cell: CellId, contents: &Contents) {
        let base = self.origins.everything();
        let marks: Vec<u64> = exception.from.iter().map(|f| self.origins.answering(f)).next().unwrap_or_default();
        let wholly = exception.from.is_some() && self.descends_wholly(cell, &marks);
        let left = |all: &[u64], gone: &[u64]| and(all, &base).iter().zip(gone).any(|(a, o)| a & !o != 0);
        let remove = |from: &mut Vec<u64>, gone: &[u64], all: &[u64]| {
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

    /// Whether all that is in a cell came through what one of these markers marks.
    fn descends_wholly(&self, cell: CellId, marks: &[u64]) -> bool {
        let mut stack = vec![cell];
        let mut seen = HashSet::from([cell]);
        while let Some(at) = stack.pop() {
            for edge in self.graph.incoming(self.model, at) {
                let marked = and(&self.origins.marks(self.graph, edge.arrival), marks).iter().any(|w| *w != 0);
                match edge.from {
                    _ if marked => {}
                    None => return false,
                    Some(from) => {
                        if seen.insert(from) {
                            stack.push(from);
                        }
                    }
                }
            }
        }
        true
    }

    /// Whether any cell of a copy is matched by a phrase, as its own place sees it.
    pub fn copy_matches(&self, phrase: &Phrase, copy: CopyId, reading: Reading) -> bool {
        let seen = self.seen(self.graph.copy(copy).place, reading);
        let contents = self.contents(reading);
        let mut cells = self.graph.cells_of(copy);
        cells.any(|cell| self.hit(phrase, cell, &contents, &seen, Closing::Up, reading).any())
    }
}

fn and(a: &[u64], b: &[u64]) -> Vec<u64> {
    a.iter().zip(b).map(|(a, b)| a & b).collect()
}
