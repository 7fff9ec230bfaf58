//! What the judgement of all rules shares: contents, views and levels in both readings, worked out once and when asked for.

mod held;
mod seen;

use std::collections::{HashMap, HashSet};
use std::hash::Hash;
use std::sync::atomic::{AtomicU8, AtomicU32};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use jiff::civil::Date;

use super::descent::Descent;
use super::facts::{Became, Entity, Indexes};
use super::forms::fields::Uses;
use super::indexes::Gathered;
use super::least::Declared;
use super::phrase::{Holder, Phrase};
use super::provenance::{Doings, Provenance};
use super::ready::Columns;
use crate::graph::linkage::{Linkage, Looks, Sight, Tie};
use crate::graph::spread::spread_all;
use crate::graph::trace::Crowds;
use crate::graph::{
    ArrivalId, CellId, Column, ColumnKind, ContentId, Contents, CopyId, Graph, Onward, Origins, Reading,
};
use crate::model::{ActivityId, Attestation, DatasetId, Model, PlaceId, Record, RecordId, RuleId, Thing};
use crate::vocabulary::Identifies;
use crate::vocabulary::Settings;
use crate::vocabulary::tables::Protection;

pub use held::CopySet;
pub use seen::{Fresh, Seen, Views};

/// A copy that an activity makes, and by which of its arrivals.
pub type Made = (CopyId, Vec<ArrivalId>);

/// Of which kind of things (copies where they are when `None`), what is looked for in them, and what was found in each.
type FoundIn = (Option<Entity>, Phrase, Arc<[AtomicU8]>);

/// For how many phrases what is found is kept, and how much that may be, in bytes.
const FOUND_KEPT: usize = 256;
const FOUND_BYTES: usize = 64 << 20;

/// The state that all rules share.
pub struct Context<'a> {
    /// The model.
    pub model: &'a Model,
    /// Its graph.
    pub graph: &'a Graph,
    /// What the project sets.
    pub settings: &'a Settings,
    /// The date of the judgement.
    pub as_of: Date,
    /// How many findings of one sentence are told in full.
    pub findings_kept: usize,
    /// Where the graph is that of a part of the model, in which the witness of a finding is tried out: what that is about.
    pub part: Option<&'a [String]>,
    /// The least count that makes a table disclosure-controlled.
    pub threshold: u64,
    /// The classes of origins that the rules ask for.
    pub origins: Origins,
    /// Who sees what.
    pub sight: Sight,
    /// The arrivals of copies that have many, as ways are looked for.
    pub crowds: Crowds,
    contents: [OnceLock<Arc<Contents>>; 2],
    declared_by: OnceLock<Declared>,
    onward: OnceLock<Onward>,
    provenance: OnceLock<Provenance>,
    uses: OnceLock<Uses>,
    doings: OnceLock<Doings>,
    received_by: Mutex<HashMap<(Holder, Reading), Arc<Contents>>>,
    inside: Mutex<HashMap<(Holder, Reading), CopySet>>,
    linkage: [OnceLock<Arc<Linkage<'a>>>; 2],
    by_keys: OnceLock<Arc<Linkage<'a>>>,
    looks: [OnceLock<Looks>; 2],
    first_ties: Mutex<HashMap<CopyId, Option<Tie>>>,
    found_in: Mutex<Vec<FoundIn>>,
    /// What is looked for in contents, and in which of their columns it was found.
    columns_found: Mutex<Vec<(Phrase, Columns)>>,
    /// For each content, whether it identifies by itself, once that is asked.
    identified: [OnceLock<Vec<OnceLock<bool>>>; 2],
    /// For each content, whether it has rows about people.
    with_rows: [OnceLock<Vec<bool>>; 2],
    columns_with_any: [OnceLock<Columns>; 2],
    /// For each copy, its level where it is, once that is asked: 0 before that, and the highest number where it is not seen.
    levels_there: [OnceLock<Box<[AtomicU8]>>; 2],
    /// The same by codes and direct identifiers alone, read kindly, as far as that is known.
    by_keys_there: OnceLock<Box<[AtomicU8]>>,
    attested: HashMap<(DatasetId, PlaceId), Vec<&'a Attestation>>,
    seen: Vec<[OnceLock<Arc<Seen>>; 2]>,
    activities: OnceLock<Vec<Vec<Made>>>,
    /// How many contents are kept.
    kept: AtomicU32,
    /// Whether some step does not say what it does, and whether some field list is open.
    unsure_steps: bool,
    /// Whether some use does not say what it takes.
    unsure_uses: bool,
    open_lists: bool,
    views: Vec<[OnceLock<Views>; 2]>,
    everything: [OnceLock<Arc<Seen>>; 2],
    /// What facts look things up in.
    pub(super) indexes: Indexes,
    /// What facts of a million subjects look up.
    pub(super) gathered: Gathered,
    outcomes: OnceLock<Vec<Option<Became>>>,
    /// What comes down to copies from what they are made of, for the facts that ask.
    pub(super) descent: Descent,
    /// What the table `protection` asks, by level and kinds of data.
    pub(super) protections: OnceLock<Vec<Protection<'a>>>,
}

fn index(reading: Reading) -> usize {
    match reading {
        Reading::Kind => 0,
        Reading::Harsh => 1,
    }
}

impl<'a> Context<'a> {
    /// Prepares the judgement.
    pub fn new(
        model: &'a Model,
        graph: &'a Graph,
        origins: Origins,
        settings: &'a Settings,
        (as_of, findings_kept): (Date, usize),
    ) -> Self {
        let mut attested: HashMap<(DatasetId, PlaceId), Vec<&'a Attestation>> = HashMap::new();
        for attestation in &model.attestations {
            attested.entry((attestation.dataset, attestation.place)).or_default().push(attestation);
        }
        Context {
            model,
            graph,
            settings,
            as_of,
            findings_kept,
            part: None,
            threshold: settings.minimum_count,
            origins,
            sight: Sight::new(model, graph),
            crowds: Crowds::default(),
            contents: Default::default(),
            declared_by: OnceLock::new(),
            onward: OnceLock::new(),
            provenance: OnceLock::new(),
            uses: OnceLock::new(),
            doings: OnceLock::new(),
            received_by: Mutex::default(),
            inside: Mutex::default(),
            linkage: Default::default(),
            by_keys: OnceLock::new(),
            looks: Default::default(),
            first_ties: Mutex::default(),
            found_in: Mutex::default(),
            columns_found: Mutex::default(),
            identified: Default::default(),
            with_rows: Default::default(),
            columns_with_any: Default::default(),
            levels_there: Default::default(),
            by_keys_there: OnceLock::new(),
            attested,
            seen: (0..model.places.len()).map(|_| Default::default()).collect(),
            activities: OnceLock::new(),
            kept: AtomicU32::new(0),
            unsure_uses: model.uses.iter().any(|u| u.takes_not_stated.is_some()),
            unsure_steps: model.steps.iter().any(|s| s.operations_not_stated.is_some()),
            open_lists: model.datasets.iter().any(|d| d.open.is_some()),
            views: (0..model.parties.len()).map(|_| Default::default()).collect(),
            everything: Default::default(),
            indexes: Indexes::default(),
            gathered: Gathered::default(),
            outcomes: OnceLock::new(),
            descent: Descent::default(),
            protections: OnceLock::new(),
        }
    }

    /// The same with the graph of a part of the model, in which a finding about these is looked for.
    pub(super) fn of_part(whole: &'a Context<'_>, graph: &'a Graph, origins: Origins, about: &'a [String]) -> Self {
        let kept = (whole.as_of, usize::MAX);
        Context { part: Some(about), ..Context::new(whole.model, graph, origins, whole.settings, kept) }
    }

    /// The arrivals that each declaration makes, by its place.
    pub(super) fn declared_by(&self) -> &Declared {
        self.declared_by.get_or_init(|| {
            let mut all = Declared::default();
            for id in (0..self.graph.arrivals.len() as u32).map(ArrivalId) {
                all.entry(self.arrival_span(id)).or_default().push(id);
            }
            all
        })
    }

    /// Works out on all threads what is in each cell, before anybody asks. Whoever is the first to ask does it alone: a thread that
    /// others wait for must not take up work for which it would wait itself.
    pub fn find_contents(&self) {
        for reading in [Reading::Kind, Reading::Harsh] {
            if reading == Reading::Kind || self.unsure_steps {
                let found = spread_all(self.model, self.graph, &self.origins, reading);
                let _ = self.contents[index(reading)].set(Arc::new(self.numbered(found)));
            }
        }
    }

    /// Notes what became of promises and rules by their own sentences, for those that ask whether they are kept. Once.
    pub fn note_outcomes(&self, outcomes: impl IntoIterator<Item = Became>) {
        self.outcomes.get_or_init(|| {
            let mut all = vec![None; self.model.rules.len()];
            for outcome in outcomes {
                if let Some(slot) = all.get_mut(outcome.rule.index()) {
                    *slot = Some(outcome);
                }
            }
            all
        });
    }

    /// What became of a rule by its own sentences; `None` while that is not known.
    pub fn outcome_of(&self, rule: RuleId) -> Option<&Became> {
        self.outcomes.get()?.get(rule.index())?.as_ref()
    }

    /// Where copies go on to.
    pub fn onward(&self) -> &Onward {
        self.onward.get_or_init(|| Onward::of(self.graph))
    }

    /// Where data came from, as rules about reuse and onward sharing ask.
    pub fn provenance(&self) -> &Provenance {
        self.provenance.get_or_init(|| Provenance::of(self))
    }

    /// What is done in each activity.
    pub fn doings(&self) -> &Doings {
        self.doings.get_or_init(|| Doings::of(self.model, self.graph))
    }

    /// The records that are about any of these things, in the order of declaration.
    pub fn records_covering(&self, things: impl Iterator<Item = Thing>) -> Vec<&'a Record> {
        let mut found: Vec<RecordId> = things.flat_map(|t| self.records_about(t)).copied().collect();
        found.sort_unstable();
        found.dedup();
        found.into_iter().filter_map(|n| self.model.records.get(n.index())).collect()
    }

    /// Where data goes and what uses it.
    pub fn uses(&self) -> &Uses {
        self.uses.get_or_init(|| Uses::of(self))
    }

    /// The copies that an activity makes, each with those of its arrivals that are the activity's.
    pub fn copies_in(&self, activity: ActivityId) -> &[Made] {
        let all = self.activities.get_or_init(|| {
            let mut all: Vec<Vec<Made>> = vec![Vec::new(); self.model.activities.len()];
            for (number, arrival) in self.graph.arrivals.iter().enumerate() {
                let Some(activity) = arrival.activity else { continue };
                let id = ArrivalId(number as u32);
                match all[activity.index()].last_mut() {
                    Some((copy, arrivals)) if *copy == arrival.copy => arrivals.push(id),
                    _ => all[activity.index()].push((arrival.copy, vec![id])),
                }
            }
            all
        });
        &all[activity.index()]
    }

    /// The places that have rows about people, party by party.
    pub fn places_with_rows(&self) -> Vec<Vec<PlaceId>> {
        let with_rows = self.graph.copy_ids().map(|copy| self.graph.copy(copy)).filter(|copy| copy.rows);
        let party = |place: PlaceId| self.model.place(place).party;
        let mut places: Vec<PlaceId> = with_rows.map(|copy| copy.place).collect();
        places.sort_unstable_by_key(|place| (party(*place), *place));
        places.dedup();
        places.chunk_by(|a, b| party(*a) == party(*b)).map(<[PlaceId]>::to_vec).collect()
    }

    /// Whether both readings find the same in copies, and the same taken, levels apart: every use says what it takes, too.
    pub fn all_is_stated(&self) -> bool {
        self.same_in_both() && !self.unsure_uses
    }

    /// Whether both readings find the same in copies, levels apart: no field list is open, and no step is silent about what it does.
    pub fn same_in_both(&self) -> bool {
        !self.open_lists && !self.unsure_steps
    }

    /// What is known of whether the data of a phrase is in things of a kind, or in copies where they are; rules that ask the same
    /// share it. `None` where too much would be kept.
    pub fn found_in(&self, entity: Option<Entity>, phrase: &Phrase, size: usize) -> Option<Arc<[AtomicU8]>> {
        let mut all = self.found_in.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, _, known)) = all.iter().find(|(e, p, _)| *e == entity && p.means(phrase)) {
            return Some(known.clone());
        }
        let kept: usize = all.iter().map(|(_, _, known)| known.len()).sum();
        if all.len() >= FOUND_KEPT || kept.saturating_add(size) > FOUND_BYTES {
            return None;
        }
        let known: Arc<[AtomicU8]> = (0..size).map(|_| AtomicU8::new(0)).collect();
        all.push((entity, phrase.clone(), known.clone()));
        Some(known)
    }

    /// What is known of which columns of each content have the data of a phrase. `None` where too much would be kept.
    pub fn columns_found(&self, phrase: &Phrase, contents: usize) -> Option<Columns> {
        let mut all = self.columns_found.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, known)) = all.iter().find(|(p, _)| p.means(phrase)) {
            return Some(known.clone());
        }
        if all.len() >= FOUND_KEPT || (all.len() + 1).saturating_mul(Columns::room(contents)) > FOUND_BYTES {
            return None;
        }
        let known = Columns::new(contents);
        all.push((phrase.clone(), known.clone()));
        Some(known)
    }

    /// Whether the copy itself has a direct identifier, row by row.
    pub fn identified(&self, copy: CopyId, reading: Reading) -> bool {
        let contents = self.contents(reading);
        let known =
            self.identified[index(reading)].get_or_init(|| (0..contents.len()).map(|_| OnceLock::new()).collect());
        let content = contents.of(copy);
        let identifies = |(number, column): (usize, &Column)| {
            contents.rows_in(content, number as u32).iter().any(|word| *word != 0)
                && (column.identifies(&self.model.vocabulary) == Identifies::Direct
                    || (reading == Reading::Harsh && column.kind == ColumnKind::Open))
        };
        let work = || self.graph.columns_of(copy).iter().enumerate().any(identifies);
        known.get(content.index()).map_or_else(work, |known| *known.get_or_init(work))
    }

    /// The columns of a content with anything in them, as bits; `None` where there are too many columns.
    pub fn columns_with_any(&self, content: ContentId, reading: Reading) -> Option<u64> {
        let contents = self.contents(reading);
        let all = self.columns_with_any[index(reading)].get_or_init(|| Columns::new(contents.len()));
        all.of(content, || {
            let width = contents.columns_in(self.graph, content).len();
            let has_any = |column: &u32| contents.has_any_in(content, *column);
            let bits = || (0..width as u32).filter(has_any).fold(0, |bits, column| bits | 1 << column);
            (width <= Columns::MOST).then(bits)
        })
    }

    /// Whether a copy has any rows about people.
    pub fn has_rows(&self, copy: CopyId, reading: Reading) -> bool {
        let contents = self.contents(reading);
        let all = self.with_rows[index(reading)].get_or_init(|| {
            let width = |id| contents.columns_in(self.graph, id).len() as u32;
            let rows = |id, column| contents.rows_in(id, column).iter().any(|word| *word != 0);
            let ids = (0..contents.len() as u32).map(ContentId::numbered);
            ids.map(|id| id != ContentId::NOTHING && (0..width(id)).any(|column| rows(id, column))).collect()
        });
        all.get(contents.of(copy).index()).copied().unwrap_or(false)
    }

    /// Whether all that is in a cell came through what one of these markers marks.
    pub fn descends_wholly(&self, cell: CellId, marks: &[u64]) -> bool {
        let mut stack = vec![cell];
        let mut seen = HashSet::from([cell]);
        while let Some(at) = stack.pop() {
            for edge in self.graph.incoming(self.model, at) {
                let marked = meet(&self.origins.marks(self.graph, edge.arrival), marks);
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
}

/// Whether two sets share a class.
fn meet(a: &[u64], b: &[u64]) -> bool {
    a.iter().zip(b).any(|(a, b)| a & b != 0)
}

/// What is kept of a key, worked out where it is not yet. Two threads may both work it out, to the same result.
fn kept<K: Hash + Eq, V: Clone>(all: &Mutex<HashMap<K, V>>, key: K, work: impl FnOnce() -> V) -> V {
    let open = || all.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(found) = open().get(&key) {
        return found.clone();
    }
    let made = work();
    open().insert(key, made.clone());
    made
}
