//! What the judgement of all rules shares: contents, views and levels in both readings, worked out once and when asked for.

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::hash::Hash;
use std::sync::atomic::{AtomicU8, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use jiff::civil::Date;
use rustc_hash::FxHashMap;

use super::descent::Descent;
use super::facts::{Became, Entity, Indexes};
use super::forms::fields::Uses;
use super::indexes::Gathered;
use super::least::Declared;
use super::phrase::{Holder, Phrase};
use super::provenance::{Doings, Provenance};
use super::ready::Columns;
use crate::faults::{self, Fault};
use crate::graph::linkage::{Levels, Linkage, Looks, Sight, Tie, View, together};
use crate::graph::spread::{Limits, Scope, spread, spread_all, spread_without};
use crate::graph::trace::Crowds;
use crate::graph::{
    ArrivalId, CellId, Column, ColumnKind, ContentId, Contents, CopyId, Graph, Onward, Origins, Reading,
};
use crate::model::{ActivityId, Attestation, DatasetId, Model, PlaceId, Record, RecordId, RuleId, Thing};
use crate::source::Span;
use crate::vocabulary::Identifies;
use crate::vocabulary::Settings;
use crate::vocabulary::tables::Protection;

/// A view with its levels.
#[derive(Debug)]
pub struct Seen {
    /// What is seen.
    pub view: View,
    reading: Reading,
    /// What it is put together of, where it is what a party with teams sees.
    of: Option<Views>,
    /// How identifiable it is there, once that is asked.
    levels: OnceLock<Arc<Levels>>,
    /// The same by codes and direct identifiers alone.
    by_keys: OnceLock<Arc<Levels>>,
}

impl Seen {
    fn new(view: View, reading: Reading) -> Seen {
        Seen { view, reading, of: None, levels: OnceLock::new(), by_keys: OnceLock::new() }
    }

    /// The walls that are not stated and matter to what is seen, in the order of the text.
    pub fn unsure_walls(&self) -> BTreeSet<Span> {
        let of = self.of.iter().flat_map(|views| views.iter());
        let views = std::iter::once(&self.view).chain(of.map(|seen| &seen.view));
        views.flat_map(|view| view.unsure_walls.iter().copied()).collect()
    }
}

/// What of a view is to be looked at.
pub enum Fresh {
    /// All of it.
    All,
    /// What is at these places.
    At(Vec<PlaceId>),
}

impl Fresh {
    /// The copies to look at, with this of what is published.
    pub fn copies<'v>(&'v self, view: &'v View, public: &'v [CopyId]) -> impl Iterator<Item = CopyId> + 'v {
        let (all, places): (bool, &[PlaceId]) = match self {
            Fresh::All => (true, &[]),
            Fresh::At(places) => (false, places),
        };
        let everything = all.then(|| view.copies().chain(public.iter().copied()));
        everything.into_iter().flatten().chain(places.iter().flat_map(|place| view.held_at(*place)).copied())
    }
}

/// The views in which a holder is judged: one for each of its teams where walls divide them.
pub type Views = Arc<Vec<Arc<Seen>>>;

/// A copy that an activity makes, and by which of its arrivals.
pub type Made = (CopyId, Vec<ArrivalId>);

/// A set of copies, sorted.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct CopySet(Arc<Vec<CopyId>>);

impl CopySet {
    /// The set of these; they are sorted.
    fn of(mut copies: Vec<CopyId>) -> CopySet {
        copies.sort_unstable();
        copies.dedup();
        CopySet(Arc::new(copies))
    }

    /// Whether a copy is in it.
    pub fn contains(&self, copy: &CopyId) -> bool {
        self.0.binary_search(copy).is_ok()
    }

    /// Its copies, in order.
    pub fn as_slice(&self) -> &[CopyId] {
        &self.0
    }

    /// Its copies, in order.
    pub fn iter(&self) -> impl Iterator<Item = &CopyId> {
        self.0.iter()
    }
}

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

    /// What is in each cell.
    pub fn contents(&self, reading: Reading) -> &Arc<Contents> {
        self.contents[index(reading)].get_or_init(|| {
            // where no operation is left unstated the two readings hold the same
            if reading == Reading::Harsh && !self.unsure_steps {
                return self.contents(Reading::Kind).clone();
            }
            Arc::new(self.numbered(spread(self.model, self.graph, &self.origins, &Limits::all(reading))))
        })
    }

    /// What would be in each cell if these arrivals did not happen.
    pub fn contents_without(&self, reading: Reading, without: &dyn Fn(ArrivalId) -> bool) -> Contents {
        let base = self.contents(reading);
        let onward = self.onward();
        let base = (base, onward);
        self.numbered(spread_without(self.model, self.graph, &self.origins, reading, base, without, &|_, _| false))
    }

    /// What is where without what some arrivals bring from some copies.
    pub fn contents_barred(&self, reading: Reading, barred: &dyn Fn(ArrivalId, CopyId) -> bool) -> Contents {
        let base = self.contents(reading);
        let onward = self.onward();
        let base = (base, onward);
        self.numbered(spread_without(self.model, self.graph, &self.origins, reading, base, &|_| false, barred))
    }

    /// What is published otherwise than by the arrivals that are closed.
    pub fn published_but(&self, reading: Reading, closed: &dyn Fn(ArrivalId) -> bool) -> Contents {
        let all = self.contents(reading);
        let scope = Scope::Into(self.sight.published(), all);
        let limits = Limits { scope, closed, ..Limits::all(reading) };
        spread(self.model, self.graph, &self.origins, &limits)
    }

    /// What a view is at each instant at which it may be something else.
    pub fn instants<'s>(&'s self, seen: &'s Seen) -> impl Iterator<Item = Arc<Seen>> + 's {
        let mut copies: Vec<CopyId> = seen.view.all().collect();
        copies.sort_unstable();
        copies.dedup();
        let instants = together(self.graph, &copies, seen.reading).into_iter();
        instants.map(|set| Arc::new(Seen::new(seen.view.only(self.graph, &set), seen.reading)))
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

    fn numbered(&self, mut contents: Contents) -> Contents {
        contents.number = 1 + self.kept.fetch_add(1, Ordering::Relaxed);
        contents
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

    /// Works out what linkage looks at of every copy, before anybody asks: whoever links waits while it grows.
    pub fn find_looks(&self) {
        self.linkage(Reading::Kind).find_looks();
        if self.unsure_steps {
            self.linkage(Reading::Harsh).find_looks();
        }
    }

    /// Works out how identifiable data is at some places, before anybody asks: of two that ask for one view at a time one waits.
    pub fn find_levels(&self, places: &[PlaceId], by_keys: bool) {
        for place in places {
            let [kindly, harshly] = [Reading::Kind, Reading::Harsh].map(|reading| self.seen(*place, reading));
            for seen in [harshly, kindly] {
                let kept = self.levels_there(seen.reading);
                let there = |copy: &CopyId| self.graph.copy(*copy).place == *place;
                for (copy, level) in self.levels(seen).iter().filter(|(copy, _)| there(copy)) {
                    kept.get(copy.index()).inspect(|kept| kept.store(level, Ordering::Relaxed));
                }
            }
            if by_keys {
                let levels = self.levels_by_keys(kindly);
                let kept = self.by_keys_there.get_or_init(|| self.no_levels());
                for (copy, level) in levels.iter().filter(|(copy, _)| self.graph.copy(*copy).place == *place) {
                    kept.get(copy.index()).inspect(|kept| kept.store(level, Ordering::Relaxed));
                }
            }
        }
    }

    /// For each copy its level where it is, as far as that is known.
    fn levels_there(&self, reading: Reading) -> &[AtomicU8] {
        let all = &self.levels_there[index(reading)];
        all.get_or_init(|| self.no_levels())
    }

    /// No level is known of any copy.
    fn no_levels(&self) -> Box<[AtomicU8]> {
        (0..self.graph.size()).map(|_| AtomicU8::new(0)).collect()
    }

    /// The level of a copy's rows where it is, read kindly, by codes and direct identifiers alone; 2 when it was not linked at all.
    pub fn level_there_by_keys(&self, copy: CopyId) -> u8 {
        let kept = self.by_keys_there.get().and_then(|all| all.get(copy.index()));
        match kept.map_or(0, |kept| kept.load(Ordering::Relaxed)) {
            0 => self.levels_by_keys(self.seen(self.graph.copy(copy).place, Reading::Kind)).of(copy),
            level => level,
        }
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

    /// What is tied together.
    pub fn linkage(&self, reading: Reading) -> &Arc<Linkage<'a>> {
        self.linkage[index(reading)].get_or_init(|| Arc::new(self.new_linkage(reading)))
    }

    /// The first of the ties that lead from a copy to names, where it is and read kindly.
    pub fn first_tie(&self, copy: CopyId) -> Option<Tie> {
        kept(&self.first_ties, copy, || {
            let seen = self.seen(self.graph.copy(copy).place, Reading::Kind);
            let why = self.linkage(Reading::Kind).why(&seen.view, copy, 4)?;
            why.path.first().map(|(_, tie, _)| *tie)
        })
    }

    fn new_linkage(&self, reading: Reading) -> Linkage<'a> {
        // what linkage looks at of a copy is what is in it
        let at = if self.unsure_steps { index(reading) } else { index(Reading::Kind) };
        let looks = self.looks[at].get_or_init(|| Looks::new(self.model, self.graph)).clone();
        Linkage::new(self.model, self.graph, self.contents(reading).clone(), reading, looks)
    }

    /// What of each cell entered its holder from outside (ruling 6). For a party, its own places and its processors' copies for
    /// it are inside; for a team, what it sees.
    pub fn received(&self, holder: Holder, reading: Reading) -> Arc<Contents> {
        if faults::on(Fault::OwnDataIsReceived) {
            return self.contents(reading).clone();
        }
        kept(&self.received_by, (holder, reading), || Arc::new(self.received_without(holder, reading, &|_| false)))
    }

    /// As [`Context::received`], with arrivals for which `closed` holds bringing nothing in.
    pub fn received_without(&self, holder: Holder, reading: Reading, closed: &dyn Fn(ArrivalId) -> bool) -> Contents {
        self.received_of(holder, reading, self.contents(reading), &|_| false, closed)
    }

    /// What of each cell entered its holder from outside, where `all` is what there is and the arrivals for which `without`
    /// holds do not happen.
    pub fn received_of(
        &self,
        holder: Holder,
        reading: Reading,
        all: &Contents,
        without: &dyn Fn(ArrivalId) -> bool,
        closed: &dyn Fn(ArrivalId) -> bool,
    ) -> Contents {
        let came_in = |inside: &CopySet| {
            let limits =
                Limits { reading, scope: Scope::Inside(&inside.0, all), without, closed, ..Limits::all(reading) };
            spread(self.model, self.graph, &self.origins, &limits)
        };
        let inside = self.inside(holder, reading);
        let widened = self.widened(holder, &inside, reading);
        let Some(widest) = widened.last() else { return came_in(&inside) };
        // what is inside the narrowest counts for all that may be inside
        let mut contents = came_in(widest);
        for set in widened.iter().rev().skip(1).chain([&inside]) {
            contents.unite(self.graph, &came_in(set));
        }
        contents
    }

    /// Where walls are not stated, what else may be inside a team: everything but what is behind one of them, from where something
    /// may then come in, and everything. Whatever comes in in any case does so in one of these.
    fn widened(&self, holder: Holder, inside: &CopySet, reading: Reading) -> Vec<CopySet> {
        let (Holder::Team(place), Reading::Harsh) = (holder, reading) else { return Vec::new() };
        let unknown = |c: &CopyId| self.graph.copy(*c).place == Model::UNKNOWN;
        let view = self.sight.view(self.model, self.graph, place, Reading::Harsh);
        let all: Vec<CopyId> = view.copies().filter(|c| !unknown(c)).collect();
        let outside = all.iter().filter(|c| !inside.contains(c));
        let behind: BTreeSet<PlaceId> = outside.map(|c| self.graph.copy(*c).place).collect();
        if behind.is_empty() {
            return Vec::new();
        }
        let but = |place: &PlaceId| {
            CopySet::of(all.iter().copied().filter(|c| self.graph.copy(*c).place != *place).collect())
        };
        let mut widened: Vec<CopySet> = behind.iter().map(but).collect();
        widened.push(CopySet::of(all));
        widened
    }

    /// As [`Context::received`], less what comes in by the arrivals that are closed (sorted).
    pub fn received_but(&self, holder: Holder, reading: Reading, closed: &[ArrivalId]) -> Arc<Contents> {
        if closed.is_empty() {
            return self.received(holder, reading);
        }
        Arc::new(self.received_without(holder, reading, &|a| closed.binary_search(&a).is_ok()))
    }

    /// As [`Context::received_but`], read kindly, where the walls that are not stated stand: what a wall leaves outside can be excused
    /// when it comes in. `None` where that is the same.
    pub fn received_past_walls(&self, holder: Holder, closed: &[ArrivalId]) -> Option<Contents> {
        // what is inside a team is turned round, see below
        let inside = self.inside(holder, Reading::Harsh);
        if closed.is_empty() || inside == self.inside(holder, Reading::Kind) {
            return None;
        }
        let all = self.contents(Reading::Kind);
        let closed = |a: ArrivalId| closed.binary_search(&a).is_ok();
        let scope = Scope::Inside(inside.as_slice(), all);
        let limits = Limits { scope, closed: &closed, ..Limits::all(Reading::Kind) };
        Some(spread(self.model, self.graph, &self.origins, &limits))
    }

    /// The copies that are inside a holder.
    pub fn inside(&self, holder: Holder, reading: Reading) -> CopySet {
        kept(&self.inside, (holder, reading), || CopySet::of(self.group(holder, reading)))
    }

    fn group(&self, holder: Holder, reading: Reading) -> Vec<CopyId> {
        match holder {
            Holder::Party(party) => self.sight.group(self.model, party, reading),
            Holder::Team(place) => {
                // a wall that may stand makes more of what comes in an arrival from outside: the other reading is the harsh one
                let reading = match reading {
                    Reading::Kind => Reading::Harsh,
                    Reading::Harsh => Reading::Kind,
                };
                let view = self.sight.view(self.model, self.graph, place, reading);
                let unknown = |c: &CopyId| self.graph.copy(*c).place == Model::UNKNOWN;
                view.copies().filter(|c| !unknown(c)).collect()
            }
        }
    }

    /// What a place sees, with levels.
    pub fn seen(&self, place: PlaceId, reading: Reading) -> &Arc<Seen> {
        let at = &self.seen[place.index()][index(reading)];
        at.get_or_init(|| {
            let harsh = (reading == Reading::Kind).then(|| self.seen(place, Reading::Harsh));
            match harsh {
                Some(harsh) if self.is_certain(harsh) => harsh.clone(),
                _ => Arc::new(self.look(place, reading)),
            }
        })
    }

    fn look(&self, place: PlaceId, reading: Reading) -> Seen {
        let p = self.model.place(place);
        let view = self.sight.view(self.model, self.graph, place, reading);
        if p.team || self.model.party(p.party).teams.is_empty() {
            return Seen::new(view, reading);
        }
        // a party sees no more than one of its teams does: its worst view counts (ruling 9)
        let views = self.views(Holder::Party(p.party), reading);
        let any: Vec<&View> = views.iter().map(|s| &s.view).collect();
        let view = view.seeing(&any);
        Seen { of: Some(views), ..Seen::new(view, reading) }
    }

    /// Whether what is seen, read harshly, is the same when it is read kindly: nothing about it is not stated, and nothing in it
    /// ever ends.
    fn is_certain(&self, harsh: &Seen) -> bool {
        self.is_stated(harsh)
            && harsh.view.endless(self.graph)
            && harsh.of.iter().flat_map(|views| views.iter()).all(|seen| self.is_certain(seen))
    }

    /// Whether nothing about what is seen is not stated.
    fn is_stated(&self, harsh: &Seen) -> bool {
        !(self.unsure_steps || self.open_lists || self.sight.has_unknown())
            && harsh.view.unsure_walls.is_empty()
            && harsh.view.unsure_roles.is_empty()
    }

    /// What is seen kindly, read harshly, where that is the same but for what is proved of times.
    fn read_harshly(&self, seen: &Seen) -> Option<&Arc<Seen>> {
        let both = self.seen.get(seen.view.place.index()).filter(|_| seen.reading == Reading::Kind)?;
        let is_there = both[index(Reading::Kind)].get().is_some_and(|kind| std::ptr::eq(&**kind, seen));
        let harsh = both[index(Reading::Harsh)].get().filter(|_| is_there)?;
        (harsh.of.is_none() && self.is_stated(harsh)).then_some(harsh)
    }

    /// Whether what is seen is what is seen when all is read kindly.
    fn is_read_kindly(&self, seen: &Seen) -> bool {
        seen.reading == Reading::Kind || self.is_certain(seen)
    }

    /// Whether both readings find the same in copies, and the same taken, levels apart: every use says what it takes, too.
    pub fn all_is_stated(&self) -> bool {
        self.same_in_both() && !self.unsure_uses
    }

    /// Whether both readings find the same in copies, levels apart: no field list is open, and no step is silent about what it does.
    pub fn same_in_both(&self) -> bool {
        !self.open_lists && !self.unsure_steps
    }

    /// How identifiable what is seen is there.
    pub fn levels<'s>(&self, seen: &'s Seen) -> &'s Arc<Levels> {
        seen.levels.get_or_init(|| match seen.of.as_deref().map(Vec::as_slice) {
            None => {
                let harsh = self.read_harshly(seen).map(|harsh| self.levels(harsh));
                match harsh.filter(|levels| !levels.by_time()) {
                    Some(levels) => levels.clone(),
                    None => Arc::new(self.linkage(seen.reading).levels(&seen.view)),
                }
            }
            Some([only]) => self.levels(only).clone(),
            Some(all) => Arc::new(Levels::worst(all.iter().map(|s| &**self.levels(s)))),
        })
    }

    /// How identifiable the copies of a view are by codes and direct identifiers alone, read kindly.
    pub fn levels_by_keys<'s>(&self, seen: &'s Seen) -> &'s Arc<Levels> {
        let linkage = || self.by_keys.get_or_init(|| Arc::new(self.new_linkage(Reading::Kind).by_keys()));
        seen.by_keys.get_or_init(|| match seen.of.as_deref().map(Vec::as_slice) {
            // where no combination ties anything it is the same without
            None if self.is_read_kindly(seen) && !self.levels(seen).by_combination() => self.levels(seen).clone(),
            None => Arc::new(linkage().levels(&seen.view)),
            Some([only]) => self.levels_by_keys(only).clone(),
            Some(all) => Arc::new(Levels::worst(all.iter().map(|s| &**self.levels_by_keys(s)))),
        })
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

    /// The views in which a holder is judged.
    pub fn views(&self, holder: Holder, reading: Reading) -> Views {
        let party = match holder {
            Holder::Team(place) => return Arc::new(vec![self.seen(place, reading).clone()]),
            Holder::Party(party) => party,
        };
        let at = &self.views[party.index()][index(reading)];
        at.get_or_init(|| {
            let p = self.model.party(party);
            if p.teams.is_empty() {
                return Arc::new(vec![self.seen(p.place, reading).clone()]);
            }
            if reading == Reading::Kind {
                let harsh = self.views(holder, Reading::Harsh);
                if harsh.iter().all(|s| self.is_certain(s)) {
                    return harsh;
                }
            }
            let views = self.sight.views(self.model, self.graph, party, reading);
            Arc::new(views.into_iter().map(|view| Arc::new(Seen::new(view, reading))).collect())
        })
        .clone()
    }

    /// The views of a holder, each with what of it is to be looked at: a copy is left out where an earlier view showed it in the
    /// same light, which is the same level (or none, where levels do not matter).
    pub fn fresh<'s>(&'s self, views: &'s Views, by_level: bool) -> impl Iterator<Item = (&'s Arc<Seen>, Fresh)> {
        let several = views.len() > 1;
        // for each light, the places that none of the views in it has shown
        let mut hidden: FxHashMap<Option<usize>, Vec<PlaceId>> = FxHashMap::default();
        views.iter().map(move |seen| {
            if !several {
                return (seen, Fresh::All);
            }
            let light = by_level.then(|| self.levels(seen).light());
            let behind = seen.view.behind();
            match hidden.entry(light) {
                Entry::Vacant(new) => {
                    new.insert(behind.to_vec());
                    (seen, Fresh::All)
                }
                Entry::Occupied(mut known) => {
                    let still = |place: &PlaceId| behind.binary_search(place).is_ok();
                    let (still, shown) = known.get().iter().copied().partition(still);
                    known.insert(still);
                    (seen, Fresh::At(shown))
                }
            }
        })
    }

    /// One view of everything, for `judged by anyone`.
    pub fn everything(&self, reading: Reading) -> Arc<Seen> {
        self.everything[index(reading)]
            .get_or_init(|| {
                let view = Sight::everything(self.graph);
                Arc::new(Seen::new(view, reading))
            })
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

    /// Whether anybody attests that anything is anonymous, at whatever time.
    pub fn any_attested(&self) -> bool {
        !self.attested.is_empty()
    }

    /// Whether anybody attests that a copy is anonymous, at whatever time.
    pub fn may_be_attested(&self, copy: CopyId) -> bool {
        let c = self.graph.copy(copy);
        !self.attested.is_empty() && self.attested.contains_key(&(c.dataset, c.place))
    }

    /// The level of a copy's rows at a view: 0 while it is attested anonymous.
    pub fn level(&self, seen: &Seen, copy: CopyId) -> u8 {
        // what is taken from behind a wall is not seen, and yet has what it has by itself
        let own = || self.linkage(seen.reading).own_level(copy);
        let level = self.level_seen(seen, copy).unwrap_or_else(own);
        if self.attested(copy, level).is_some() { 0 } else { level }
    }

    /// The level of a copy's rows where it is; 2 when it was not linked at all.
    pub fn level_where_it_is(&self, copy: CopyId, reading: Reading) -> u8 {
        self.level_seen(self.seen(self.graph.copy(copy).place, reading), copy).unwrap_or(2)
    }

    /// The level of a copy's rows at a view, where the copy is one of the view's. Most who ask look at a copy where it is: that is
    /// kept.
    fn level_seen(&self, seen: &Seen, copy: CopyId) -> Option<u8> {
        const UNSEEN: u8 = u8::MAX;
        let at = index(seen.reading);
        let own = self.seen.get(self.graph.copy(copy).place.index()).and_then(|both| both[at].get());
        let is_there = own.is_some_and(|own| std::ptr::eq(&**own, seen));
        let look = || self.levels(seen).known(copy);
        let all = || self.levels_there(seen.reading);
        let Some(kept) = is_there.then(all).and_then(|all| all.get(copy.index())) else { return look() };
        match kept.load(Ordering::Relaxed) {
            0 => {
                let level = look();
                kept.store(level.unwrap_or(UNSEEN), Ordering::Relaxed);
                level
            }
            UNSEEN => None,
            level => Some(level),
        }
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
