//! What comes down to copies from what they are made of: that a purpose of research brought them, that nothing was taken away on the
//! way, that people who opted out are still in them. Each is worked out for all copies at once, when a fact first asks.

use std::sync::OnceLock;

use rustc_hash::{FxHashMap, FxHashSet};

use super::context::Context;
use super::finding::Missing;
use super::phrase::Holder;
use crate::graph::{ArrivalId, CopyId, How, Reading};
use crate::model::{CategoryId, DatasetId, Known, Model, OperationKind, PlaceId, PurposeId, Step, Vocabulary};
use crate::vocabulary::Family;

/// A purpose word that stands for research, statistics or archiving together with all below it.
const RESEARCH: [&str; 3] = ["research", "statistics", "archiving"];

/// The kinds of party that provide health services or care.
const CARERS: [&str; 2] = ["nhs-body", "care-provider"];

/// The kinds of party that have many functions, social care for adults among them.
const AUTHORITIES: [&str; 2] = ["local-authority", "combined-authority"];

/// How many opt-outs are told apart; those beyond count as never applied.
const OPT_OUTS: usize = 64;

/// Which copies of lookups, secrets and codes somebody sees, by the key whose codes they turn back; sorted.
type Means = Box<[(CategoryId, DatasetId, CopyId)]>;

/// What was worked out so far.
#[derive(Default)]
pub(super) struct Descent {
    research: [OnceLock<Vec<u64>>; 2],
    whole: OnceLock<Vec<u64>>,
    care: OnceLock<Vec<u64>>,
    opted: OnceLock<Vec<u64>>,
    unchecked: OnceLock<Vec<u64>>,
    thresholds: OnceLock<Vec<u64>>,
    twice: OnceLock<Vec<u64>>,
    walled: OnceLock<FxHashMap<CopyId, Vec<Crossing>>>,
    means: OnceLock<KeyMeans>,
    /// By the places of those who see them.
    seen: OnceLock<Vec<OnceLock<Means>>>,
}

/// The lookups, secrets and codes of keys.
#[derive(Default)]
struct KeyMeans {
    /// By category, those of the key.
    of: Vec<Vec<DatasetId>>,
    /// For each dataset, whether it is one; nothing where there is none at all.
    is_one: Vec<bool>,
    /// By dataset, of which keys it is one.
    keys: FxHashMap<DatasetId, Vec<CategoryId>>,
}

/// Rows of one side of a wall that came to the other.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Crossing {
    /// The wall, by its number.
    pub wall: u32,
    /// The side that the rows were on.
    pub from: PlaceId,
}

/// Why data counts as held for health services or adult social care.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Care {
    /// It was collected for the care of patients.
    pub collected: bool,
    /// Who held it first provides health services or care, and does not say what it was collected for.
    pub carer: bool,
    /// Who held it first has such functions among others, and does not say what it was collected for.
    pub authority: bool,
}

/// How the outputs that data comes from were checked.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Checked {
    /// On some way nobody checked.
    pub unchecked: bool,
    /// On some way it is not said who did.
    pub by_nobody_named: bool,
}

/// Whether a purpose is research, statistics or archiving: by its class, or by what it stands under.
pub(super) fn is_research(vocabulary: &Vocabulary, purpose: PurposeId) -> bool {
    above(vocabulary, purpose)
        .any(|p| matches!(p.class.as_deref(), Some("research" | "statistics")) || RESEARCH.contains(&p.name.as_str()))
}

/// Whether a purpose is one of services to, care of or enforcement against particular people.
pub(super) fn is_operational(vocabulary: &Vocabulary, purpose: PurposeId) -> bool {
    matches!(vocabulary.purpose(purpose).class.as_deref(), Some("operational" | "direct-care" | "law-enforcement"))
}

/// Whether a purpose is the care of one person: of a patient, or of somebody who gets social care.
pub(super) fn is_individual_care(vocabulary: &Vocabulary, purpose: PurposeId) -> bool {
    is_direct_care(vocabulary, purpose) || above(vocabulary, purpose).any(|p| p.name == "social-care")
}

/// Whether a purpose is the care of a patient.
pub(super) fn is_direct_care(vocabulary: &Vocabulary, purpose: PurposeId) -> bool {
    vocabulary.purpose(purpose).class.as_deref() == Some("direct-care")
}

fn above(vocabulary: &Vocabulary, purpose: PurposeId) -> impl Iterator<Item = &crate::vocabulary::Purpose> {
    let mut at = Some(purpose);
    (0..=vocabulary.purposes.len()).map_while(move |_| {
        let found = vocabulary.purpose(at?);
        at = found.parent;
        Some(found)
    })
}

fn all_research(model: &Model, purposes: &Known<crate::model::List<PurposeId>>) -> bool {
    let all = purposes.value();
    all.is_some_and(|all| !all.is_empty() && all.iter().all(|p| is_research(&model.vocabulary, *p)))
}

fn either(a: u64, b: u64) -> u64 {
    a | b
}

fn brought(sources: &[CopyId], all: &[u64]) -> u64 {
    sources.iter().fold(0, |sum, from| sum | all.get(from.index()).copied().unwrap_or(0))
}

/// Whether an operation leaves less than there was.
fn lessens(kind: &OperationKind) -> bool {
    use OperationKind as O;
    matches!(
        kind,
        O::Drop { .. }
            | O::Keep { .. }
            | O::Pseudonymise { .. }
            | O::Generalise { .. }
            | O::Aggregate { .. }
            | O::Synthesise
    )
}

/// Whether a step takes something away before it looks at what is left.
pub(super) fn step_lessens(step: &Step) -> bool {
    let looks = |o: &OperationKind| matches!(o, OperationKind::Derive { .. });
    step.operations.iter().take_while(|o| !looks(&o.kind)).any(|o| lessens(&o.kind))
}

impl Context<'_> {
    /// Whether rows in a copy came there for research and nothing else, at some time on their way.
    pub(super) fn came_for_research(&self, copy: CopyId, reading: Reading) -> bool {
        let at = &self.descent.research[usize::from(reading == Reading::Harsh)];
        let all = at.get_or_init(|| {
            let m = self.model;
            self.graph.come_down(either, |id, all| {
                let arrival = self.graph.arrival(id);
                let starts = match arrival.how {
                    How::Declared => all_research(m, &m.dataset(self.graph.copy(arrival.copy).dataset).collected_for),
                    How::Flow(flow, _) => all_research(m, &m.flows[flow.index()].purposes),
                    How::Step(step, _) | How::Side(step, _) => all_research(m, &m.steps[step.index()].purposes),
                };
                let comes = |(n, from): (usize, &CopyId)| {
                    all.get(from.index()) == Some(&1) && self.graph.takes_rows(id, n, reading)
                };
                u64::from(starts || self.graph.from(id).iter().enumerate().any(comes))
            })
        });
        all.get(copy.index()) == Some(&1) && self.has_rows(copy, reading)
    }

    /// Whether a copy came, on some way, from where it was first held with nothing left out, replaced, made coarser or counted.
    pub(super) fn came_whole(&self, copy: CopyId) -> bool {
        let all = self.descent.whole.get_or_init(|| {
            self.graph.come_down(either, |id, all| {
                let arrival = self.graph.arrival(id);
                match arrival.how {
                    How::Declared => 1,
                    How::Flow(flow, item) => {
                        let item = self.model.flows[flow.index()].data.get(item as usize);
                        if item.is_some_and(|i| i.fields.is_some()) { 0 } else { brought(self.graph.from(id), all) }
                    }
                    How::Side(..) => 1,
                    How::Step(step, _) => {
                        let step = &self.model.steps[step.index()];
                        let lessened = step.operations.iter().any(|o| lessens(&o.kind));
                        if lessened { 0 } else { brought(self.graph.from(id), all) }
                    }
                }
            })
        });
        all.get(copy.index()) == Some(&1)
    }

    /// In how far a copy comes from what was held for health services or adult social care.
    pub(super) fn care(&self, copy: CopyId) -> Care {
        let all = self.descent.care.get_or_init(|| {
            self.graph.come_down(either, |id, all| {
                let arrival = self.graph.arrival(id);
                match arrival.how {
                    How::Declared => self.first_held_for(arrival.copy),
                    _ => brought(self.graph.from(id), all),
                }
            })
        });
        let bits = all.get(copy.index()).copied().unwrap_or(0);
        Care { collected: bits & 1 != 0, carer: bits & 2 != 0, authority: bits & 4 != 0 }
    }

    fn first_held_for(&self, copy: CopyId) -> u64 {
        let it = self.graph.copy(copy);
        let vocabulary = &self.model.vocabulary;
        match &*self.model.dataset(it.dataset).collected_for {
            Known::Said(all, _) => u64::from(all.iter().any(|p| is_direct_care(vocabulary, *p))),
            _ => {
                let party = self.model.party(self.model.place(it.place).party);
                let Some(kind) = party.kind.value() else { return 4 };
                let is = |above: &str| vocabulary.word_under(Family::PartyKind, kind, above);
                match (CARERS.iter().any(|k| is(k)), AUTHORITIES.iter().any(|k| is(k))) {
                    (true, _) => 2,
                    (_, true) => 4,
                    _ => 0,
                }
            }
        }
    }

    /// The opt-outs whose filter everything in a copy has passed, by their numbers.
    pub(super) fn opt_outs_passed(&self, copy: CopyId) -> impl Iterator<Item = usize> {
        let all = self.descent.opted.get_or_init(|| {
            self.graph.come_down(either, |id, all| {
                let filtered = |step: &Step| {
                    let filters = step.operations.iter().filter_map(|o| match &o.kind {
                        OperationKind::FilterOptOut(scheme) => Some(scheme.index()).filter(|n| *n < OPT_OUTS),
                        _ => None,
                    });
                    filters.fold(0u64, |sum, n| sum | 1 << n)
                };
                match self.graph.arrival(id).how {
                    How::Declared => u64::MAX,
                    How::Flow(..) => brought(self.graph.from(id), all),
                    How::Step(step, _) | How::Side(step, _) => {
                        brought(self.graph.from(id), all) & !filtered(&self.model.steps[step.index()])
                    }
                }
            })
        });
        let left = all.get(copy.index()).copied().unwrap_or(u64::MAX);
        (0..self.model.opt_outs.len().min(OPT_OUTS)).filter(move |n| left & (1 << n) == 0)
    }

    /// How what is in a copy was checked after it was counted.
    pub(super) fn checked(&self, copy: CopyId) -> Checked {
        let all = self.descent.unchecked.get_or_init(|| {
            self.graph.come_down(either, |id, all| {
                let arrival = self.graph.arrival(id);
                let before = brought(self.graph.from(id), all);
                match arrival.how {
                    How::Declared => 1,
                    How::Flow(..) => before,
                    How::Step(step, _) | How::Side(step, _) => {
                        let step = &self.model.steps[step.index()];
                        // what is looked at before it is counted is no output yet
                        let counts = |o: &OperationKind| {
                            matches!(o, OperationKind::Aggregate { .. } | OperationKind::Synthesise)
                        };
                        let counted = step.operations.iter().rposition(|o| counts(&o.kind));
                        let after = step.operations.iter().skip(counted.map_or(0, |at| at + 1));
                        let reviews = after.filter_map(|o| match &o.kind {
                            OperationKind::Review { by, .. } => Some(by.is_some()),
                            _ => None,
                        });
                        let output = !self.has_rows(arrival.copy, Reading::Kind) || self.may_be_attested(arrival.copy);
                        match reviews.max().filter(|_| output) {
                            Some(true) => 0,
                            Some(false) => 2,
                            None => before,
                        }
                    }
                }
            })
        });
        let bits = all.get(copy.index()).copied().unwrap_or(0);
        Checked { unchecked: bits & 1 != 0, by_nobody_named: bits & 2 != 0 }
    }

    /// The greatest of the least counts that those ask for who first held what a copy comes from, and who asks for it.
    pub(super) fn owners_threshold(&self, copy: CopyId) -> (u64, PlaceId) {
        let all = self.descent.thresholds.get_or_init(|| {
            self.graph.come_down(u64::max, |id, all| {
                let arrival = self.graph.arrival(id);
                match arrival.how {
                    How::Declared => {
                        let place = self.graph.copy(arrival.copy).place;
                        self.threshold_of(place).min(u64::from(u32::MAX)) << 32 | u64::from(place.0)
                    }
                    _ => {
                        let of = |from: &CopyId| all.get(from.index()).copied().unwrap_or(0);
                        self.graph.from(id).iter().map(of).max().unwrap_or(0)
                    }
                }
            })
        });
        let found = all.get(copy.index()).copied().unwrap_or(0);
        (found >> 32, PlaceId((found & u64::from(u32::MAX)) as u32))
    }

    /// The least count that whoever is at a place asks for.
    fn threshold_of(&self, place: PlaceId) -> u64 {
        let place = self.model.place(place);
        let kinds = [place.kind.value(), self.model.party(place.party).kind.value()];
        let tables = &self.settings.tables;
        let own = kinds
            .into_iter()
            .flatten()
            .filter_map(|kind| tables.threshold(&self.model.vocabulary, kind, self.settings.jurisdiction, self.as_of));
        own.max().unwrap_or(self.threshold)
    }

    /// Whether something else that is published comes from data that a published copy comes from.
    pub(super) fn published_twice(&self, copy: CopyId) -> bool {
        const MANY: u64 = u64::MAX;
        let all = self.descent.twice.get_or_init(|| {
            let join = |a: u64, b: u64| match (a, b) {
                (0, x) | (x, 0) => x,
                (a, b) if a == b => a,
                _ => MANY,
            };
            let own = |copy: CopyId| match self.graph.copy(copy).place {
                Model::PUBLIC => 1 + u64::from(copy.0),
                _ => 0,
            };
            let above = self.graph.go_up(join, own);
            self.graph.come_down(either, |id, all| match self.graph.arrival(id).how {
                How::Declared => u64::from(above.get(self.graph.arrival(id).copy.index()) == Some(&MANY)),
                _ => brought(self.graph.from(id), all),
            })
        });
        all.get(copy.index()) == Some(&1)
    }

    /// The walls that rows in a copy have come past, from the side that its place is walled from.
    pub(super) fn crossings(&self, copy: CopyId) -> &[Crossing] {
        let all = self.descent.walled.get_or_init(|| self.all_crossings());
        all.get(&copy).map_or(&[], Vec::as_slice)
    }

    fn all_crossings(&self) -> FxHashMap<CopyId, Vec<Crossing>> {
        let mut found: FxHashMap<CopyId, Vec<Crossing>> = FxHashMap::default();
        let mut at_place: FxHashMap<PlaceId, Vec<CopyId>> = FxHashMap::default();
        let sides: FxHashSet<PlaceId> = self.model.walls.iter().flat_map(|w| [w.left, w.right]).collect();
        for copy in self.graph.copy_ids().filter(|c| sides.contains(&self.graph.copy(*c).place)) {
            at_place.entry(self.graph.copy(copy).place).or_default().push(copy);
        }
        for (number, wall) in self.model.walls.iter().enumerate() {
            for (from, to) in [(wall.left, wall.right), (wall.right, wall.left)] {
                if from == to || !at_place.contains_key(&to) {
                    continue;
                }
                for copy in self.reached(at_place.get(&from).map_or(&[], Vec::as_slice)) {
                    if self.graph.copy(copy).place == to {
                        found.entry(copy).or_default().push(Crossing { wall: number as u32, from });
                    }
                }
            }
        }
        found
    }

    /// The copies to which rows of these come, however far.
    fn reached(&self, copies: &[CopyId]) -> FxHashSet<CopyId> {
        let mut seen: FxHashSet<CopyId> = FxHashSet::default();
        let mut stack: Vec<CopyId> = copies.to_vec();
        while let Some(at) = stack.pop() {
            for id in self.onward().from(at) {
                let to = self.graph.arrival(*id).copy;
                let source = self.graph.from(*id).iter().position(|f| *f == at);
                if !seen.contains(&to) && source.is_some_and(|n| self.graph.takes_rows(*id, n, Reading::Harsh)) {
                    seen.insert(to);
                    stack.push(to);
                }
            }
        }
        seen
    }

    /// The first place, by name, where data that is in a copy was first held, of those for which `fits` holds.
    pub(super) fn first_held(&self, copy: CopyId, fits: impl Fn(CopyId) -> bool) -> Option<ArrivalId> {
        let mut seen = FxHashSet::from_iter([copy]);
        let mut stack = vec![copy];
        let mut found: Vec<ArrivalId> = Vec::new();
        while let Some(at) = stack.pop() {
            for id in self.graph.arrivals_of(at) {
                if matches!(self.graph.arrival(id).how, How::Declared) && fits(at) {
                    found.push(id);
                }
                stack.extend(self.graph.from(id).iter().filter(|from| seen.insert(**from)));
            }
        }
        found.into_iter().min_by_key(|a| self.graph.rank(self.model, *a))
    }

    /// What the steps that a copy came through leave unsaid of what they do.
    pub(super) fn unsure_steps(&self, copy: CopyId) -> Vec<Missing> {
        let mut seen = FxHashSet::from_iter([copy]);
        let mut stack = vec![copy];
        let mut missing = Vec::new();
        while let Some(at) = stack.pop() {
            for id in self.graph.arrivals_of(at) {
                if let How::Step(step, _) | How::Side(step, _) = self.graph.arrival(id).how
                    && let step = &self.model.steps[step.index()]
                    && let Some(span) = step.operations_not_stated
                {
                    let name = self.model.word(step.declared.name);
                    missing.push(Missing { text: format!("what `{name}` does to the data (`operations`)"), span });
                }
                stack.extend(self.graph.from(id).iter().filter(|from| seen.insert(**from)));
            }
        }
        missing.sort_by(|a, b| a.text.cmp(&b.text));
        missing.dedup();
        missing
    }

    /// The copies of lookups, secrets and codes that a holder sees in any of its views, what is not stated read harshly, by the key
    /// whose codes they turn back; sorted.
    pub(super) fn means_seen(&self, holder: Holder) -> &[(CategoryId, DatasetId, CopyId)] {
        let all = self.descent.seen.get_or_init(|| self.model.places.iter().map(|_| OnceLock::new()).collect());
        let Some(seen) = all.get(holder.place(self.model).index()) else { return &[] };
        seen.get_or_init(|| self.means_in_views(holder))
    }

    fn means_in_views(&self, holder: Holder) -> Means {
        let KeyMeans { is_one, keys, .. } = self.key_means();
        if keys.is_empty() {
            return Means::default();
        }
        let views = self.views(holder, Reading::Harsh);
        let mut found: Vec<(CategoryId, DatasetId, CopyId)> = Vec::new();
        for copy in views.iter().flat_map(|seen| seen.view.copies()) {
            let dataset = self.graph.copy(copy).dataset;
            if is_one.get(dataset.index()) == Some(&true) {
                found.extend(keys.get(&dataset).into_iter().flatten().map(|key| (*key, dataset, copy)));
            }
        }
        found.sort_unstable();
        found.dedup();
        found.into()
    }

    /// The lookups, secrets and codes that turn the codes of a key back.
    pub(super) fn means_of(&self, key: CategoryId) -> &[DatasetId] {
        self.key_means().of.get(key.0 as usize).map_or(&[], Vec::as_slice)
    }

    fn key_means(&self) -> &KeyMeans {
        self.descent.means.get_or_init(|| {
            let mut of: Vec<Vec<DatasetId>> = vec![Vec::new(); self.model.vocabulary.categories.len()];
            for operation in self.model.steps.iter().flat_map(|s| s.operations.iter()) {
                if let OperationKind::Pseudonymise { key_category, lookup: Some(lookup), .. } = &operation.kind
                    && let Some(means) = of.get_mut(key_category.0 as usize)
                {
                    means.push(*lookup);
                }
            }
            let mut keys: FxHashMap<DatasetId, Vec<CategoryId>> = FxHashMap::default();
            for (key, means) in (0..).map(CategoryId).zip(&mut of) {
                means.sort_unstable();
                means.dedup();
                means.iter().for_each(|dataset| keys.entry(*dataset).or_default().push(key));
            }
            let mut is_one = vec![false; if keys.is_empty() { 0 } else { self.model.datasets.len() }];
            for dataset in keys.keys() {
                if let Some(is_one) = is_one.get_mut(dataset.index()) {
                    *is_one = true;
                }
            }
            KeyMeans { of, is_one, keys }
        })
    }
}
