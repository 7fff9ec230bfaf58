//! What becomes of a rule when the model is run: the data that each holder has at each time, and whether any of it breaks the
//! rule.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::attack::{self, Effort, Knowledge, Secrets};
use super::model::{Category, Dataset, Field, Model, PUBLIC, Place, SPECIAL};
use super::people::People;
use super::rows::{Came, Control, Copy, Key, Row, Set, Trace};
use super::rules::{From, Level, Phrase};
use super::run::{Runner, Through, Watch, numbering, origin};
use super::worlds::{World, worlds};

/// What is there to be judged: what one column of a copy holds of some source cells, as a holder knows it.
#[derive(Clone, Debug)]
pub(crate) struct Datum {
    pub(crate) copy: usize,
    pub(crate) about: About,
    pub(crate) trace: Trace,
    /// What the fields of the same row say already; being in it says only the rest.
    said: Trace,
}

/// What of a datum is spoken of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Of {
    pub(crate) came: Came,
    /// Only what came round what is watched.
    pub(crate) round: bool,
}

impl Of {
    pub(crate) const ALL: Of = Of::came(Came::Anyhow);

    pub(crate) const fn came(came: Came) -> Of {
        Of { came, round: false }
    }
}

/// The kind of a datum.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct About {
    /// The column; `None` for being in the data at all.
    pub(crate) field: Option<Field>,
    pub(crate) category: Option<Category>,
    /// 4 with a name to it, 3 with a number, 2 other rows, 1 counts, 0 counts that are controlled.
    pub(crate) level: u8,
    /// Whether a direct identifier stands in the same row.
    pub(crate) identified: bool,
    /// The control of a count; `None` for rows.
    pub(crate) control: Option<Control>,
}

/// The least count that counts as anonymous, with secondary control.
const ENOUGH: u8 = 10;

/// A run with what it shows.
pub(crate) type Copies = Rc<Vec<Copy>>;

/// The data of what is held at one time, by run.
type Found = BTreeMap<(Watch, BTreeSet<Key>), Rc<Vec<Datum>>>;

/// A model that is being tried.
pub(crate) struct Trial<'a> {
    pub(crate) model: &'a Model,
    runner: Runner<'a>,
    pub(crate) base: Copies,
    pub(crate) worlds: Vec<World>,
    secrets: Secrets,
    runs: RefCell<BTreeMap<Watch, Copies>>,
    known: RefCell<BTreeMap<BTreeSet<Key>, Rc<Knowledge>>>,
    data: RefCell<Found>,
    /// The most that any joining took.
    pub(crate) effort: RefCell<Effort>,
}

impl<'a> Trial<'a> {
    /// `None` when the model does not come to rest.
    pub(crate) fn new(model: &'a Model, people: &'a People) -> Option<Trial<'a>> {
        Trial::with(model, Runner::new(model, people))
    }

    /// Tries a part of a model.
    pub(crate) fn of_part(model: &'a Model, people: &'a People, whole: &'a Model) -> Option<Trial<'a>> {
        Trial::with(model, Runner::of_part(model, people, whole))
    }

    fn with(model: &'a Model, runner: Runner<'a>) -> Option<Trial<'a>> {
        let base = Rc::new(runner.run(&Watch::default())?);
        Some(Trial {
            model,
            runner,
            secrets: attack::secrets(&base),
            worlds: worlds(model),
            runs: RefCell::new(BTreeMap::from([(Watch::default(), base.clone())])),
            base,
            known: RefCell::default(),
            data: RefCell::default(),
            effort: RefCell::default(),
        })
    }

    /// A run in which something is watched.
    pub(crate) fn run(&self, watch: &Watch) -> Copies {
        if let Some(found) = self.runs.borrow().get(watch) {
            return found.clone();
        }
        // what comes to rest does so with anything watched
        let copies = Rc::new(self.runner.run(watch).unwrap_or_default());
        self.runs.borrow_mut().insert(watch.clone(), copies.clone());
        copies
    }

    /// What a view holds at one time, for each time at which that is something else.
    pub(crate) fn instants(&self, world: &World, view: &BTreeSet<Key>) -> BTreeSet<BTreeSet<Key>> {
        let held: Vec<(Key, i16, i16)> = self
            .base
            .iter()
            .filter(|c| view.contains(&c.key))
            .map(|c| {
                let (from, to) = world.held(self.model, c);
                (c.key, from, to)
            })
            .collect();
        let times: BTreeSet<i16> = held.iter().map(|(_, from, _)| *from).collect();
        let at = |t: &i16| held.iter().filter(|(_, f, e)| f <= t && t <= e).map(|(k, ..)| *k).collect();
        times.iter().map(at).collect()
    }

    fn knowledge(&self, held: &BTreeSet<Key>) -> Rc<Knowledge> {
        if let Some(found) = self.known.borrow().get(held) {
            return found.clone();
        }
        let copies: Vec<&Copy> = self.base.iter().filter(|c| held.contains(&c.key)).collect();
        let (known, effort) = attack::join(self.runner.people, &self.secrets, &copies);
        let known = Rc::new(known);
        self.known.borrow_mut().insert(held.clone(), known.clone());
        let most = self.effort.borrow().most(effort);
        *self.effort.borrow_mut() = most;
        known
    }

    /// The data in what is held at one time, as the copies of a run show it. The numbers of the copies are the run's.
    pub(crate) fn data(&self, watch: &Watch, held: &BTreeSet<Key>) -> Rc<Vec<Datum>> {
        let key = (watch.clone(), held.clone());
        if let Some(found) = self.data.borrow().get(&key) {
            return found.clone();
        }
        let known = self.knowledge(held);
        let copies = self.run(watch);
        let mut all: BTreeMap<(usize, About, Trace), Trace> = BTreeMap::new();
        for (number, copy) in copies.iter().enumerate().filter(|(_, c)| held.contains(&c.key)) {
            if matches!(copy.key.0, Dataset::Secret(_)) {
                continue;
            }
            for (id, row) in &copy.rows {
                let of = known.get(&(copy.key, *id)).or_else(|| {
                    // where flows are shut a step may begin with whoever there is, and its lines have other numbers than else
                    let else_there = self.base.iter().filter(|c| c.key == copy.key).flat_map(|c| &c.rows);
                    let mut same = else_there.filter(|(_, other)| other.people == row.people);
                    same.find_map(|(other, _)| known.get(&(copy.key, *other)))
                });
                let of = of.copied().unwrap_or_default();
                data_of(row, of, &mut |about, said, trace| {
                    all.entry((number, about, said)).or_default().unite(trace);
                });
            }
        }
        let found: Vec<Datum> =
            all.into_iter().map(|((copy, about, said), trace)| Datum { copy, about, trace, said }).collect();
        let found = Rc::new(found);
        self.data.borrow_mut().insert(key, found.clone());
        found
    }

    /// The source cells that `from` names, where they are told by where they begin.
    fn begins(&self, from: From) -> Set {
        let mut set = 0;
        for (i, source) in self.model.sources.iter().enumerate() {
            for (number, place) in source.held.iter().enumerate() {
                let is = match from {
                    From::Dataset(dataset) => dataset == Dataset::Source(i as u8),
                    From::Place(p) => covers(self.model, p, *place),
                    From::Activity(_) => false,
                };
                if is {
                    set |= origin(i, number, false) | origin(i, number, true);
                }
            }
        }
        // a numbering begins where it is made up
        if let From::Place(p) = from {
            let there = self.model.steps.iter().filter(|s| covers(self.model, p, s.at));
            set |= there.fold(0, |set, s| set | numbering(s.name));
        }
        set
    }

    /// What of a datum a phrase means. In exceptions level words close downward.
    fn hit(&self, phrase: &Phrase, datum: &Datum, of: Of, excepted: bool, apart: &[Set]) -> Set {
        let about = &datum.about;
        let level_fits = match (phrase.level, excepted) {
            (None, _) => true,
            (Some(word), false) => fits_up(word, about),
            (Some(word), true) => fits_down(word, about),
        };
        let category_fits =
            phrase.categories.is_empty() || about.category.is_some_and(|c| phrase.categories.contains(&c));
        if !level_fits || !category_fits {
            return 0;
        }
        let [round, mut through] = datum.trace.came(of.came);
        let [round_said, through_said] = datum.said.came(of.came);
        if of.round {
            through = 0;
        }
        let all = (round | through) & !alike(round_said | through_said, apart);
        let mut hit = match phrase.from {
            None => all,
            Some(from) if watched(from).is_some() && excepted => all & !round,
            Some(from) if watched(from).is_some() => through & !alike(through_said, apart),
            Some(from) => all & self.begins(from),
        };
        if phrase.special && about.category != Some(Category::Trait(SPECIAL)) {
            // a column of another category still carries what it was computed from, row by row
            hit &= if about.control.is_none() { special_origins() } else { 0 };
        }
        hit
    }

    /// Whether a phrase means anything of a datum that no exception takes out.
    pub(crate) fn hits(&self, phrase: &Phrase, except: &[&Phrase], datum: &Datum, of: Of) -> bool {
        let all = || except.iter().copied().chain([phrase]);
        let begins = all().filter_map(|p| p.from).filter(|from| watched(*from).is_none());
        let apart: Vec<Set> = begins.map(|from| self.begins(from)).collect();
        let out = except.iter().fold(0, |out, e| out | self.hit(e, datum, of, true, &apart));
        self.hit(phrase, datum, of, false, &apart) & !out != 0
    }
}

/// What has to be watched for a `from` that is not told by where data begins.
pub(crate) fn watched(from: From) -> Option<Through> {
    match from {
        From::Dataset(Dataset::Source(_)) | From::Place(_) => None,
        From::Dataset(dataset) => Some(Through::Dataset(dataset)),
        From::Activity(activity) => Some(Through::Activity(activity)),
    }
}

fn special_origins() -> Set {
    // of each pair of numbers the second
    0xaaaa_aaaa_aaaa_aaaa
}

fn fits_up(word: Level, about: &About) -> bool {
    match word {
        Level::Identified => about.control.is_none() && about.identified,
        Level::Identifiable => about.level >= 4,
        Level::Pseudonymised => about.level >= 3,
        Level::Rows | Level::Personal => about.level >= 2,
        Level::Aggregate => about.level >= 1,
        Level::Anonymous => true,
    }
}

fn fits_down(word: Level, about: &About) -> bool {
    match word {
        Level::Anonymous => about.level == 0,
        Level::Aggregate => about.level <= 1,
        Level::Rows => about.level <= 2,
        Level::Pseudonymised => about.level <= 3,
        Level::Personal | Level::Identifiable | Level::Identified => true,
    }
}

/// What one row tells.
fn data_of(row: &Row, known: attack::Known, put: &mut dyn FnMut(About, Trace, &Trace)) {
    let level = |people: u32| match known {
        known if known.named & people != 0 => 4,
        known if known.numbered || known.named != 0 => 3,
        _ => 2,
    };
    let identified = row.cells.iter().any(|c| matches!(c.category, Category::Name | Category::Nhs) && c.alone != 0);
    let nothing = Trace::default();
    let mut said = Trace::default();
    for cell in &row.cells {
        let (field, category) = (Some(cell.field), Some(cell.category));
        if cell.alone != 0 {
            said.unite(&cell.trace);
            let about = About { field, category, level: level(cell.alone), identified, control: None };
            put(about, nothing, &cell.trace);
        }
        for (control, trace) in &cell.counts {
            put(counted(field, category, *control), nothing, trace);
        }
    }
    for (control, trace) in &row.counts {
        put(counted(None, None, *control), nothing, trace);
    }
    if row.single() {
        let about = About { field: None, category: None, level: level(row.people), identified, control: None };
        put(about, said, &row.member);
    }
}

fn counted(field: Option<Field>, category: Option<Category>, control: Control) -> About {
    let level = u8::from(control.0 < ENOUGH || !control.1);
    About { field, category, level, identified: false, control: Some(control) }
}

/// All origins that these sets do not tell apart from any of the given ones.
fn alike(given: Set, apart: &[Set]) -> Set {
    let mut parts: Vec<Set> = vec![Set::MAX];
    for set in apart {
        parts = parts.iter().flat_map(|p| [p & set, p & !set]).collect();
    }
    parts.into_iter().filter(|p| p & given != 0).fold(0, |all, p| all | p)
}

/// Whether a place is that of somebody: a team, or a party with its teams.
pub(crate) fn covers(model: &Model, who: Place, place: Place) -> bool {
    who == place || (!model.is_team(who) && who != PUBLIC && model.party_of(place) == who)
}
