//! What linkage looks at of a copy, kept once for all that are alike in it.

use std::hash::BuildHasher;
use std::sync::Arc;

use rustc_hash::{FxBuildHasher, FxHashMap};
use smallvec::SmallVec;

use super::super::columns::{Column, ColumnKind};
use super::super::contents::ContentId;
use super::super::{CellId, Contents, CopyId, Graph};
use super::Tie;
use crate::faults::{self, Fault};
use crate::model::{CategoryId, Model, PeopleId};
use crate::vocabulary::Identifies;

/// A number of a [`Profile`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) struct ProfileId(u32);

/// Not worked out yet.
const LATER: ProfileId = ProfileId(u32::MAX);

/// Nothing to link.
const ABSENT: ProfileId = ProfileId(u32::MAX - 1);

/// A column as linkage sees it.
type Known = (CategoryId, u8, Identifies);

/// A set of parts of combinations, by their numbers.
pub(super) type PartSet = SmallVec<[u64; 2]>;

/// A few parts, by their numbers; sorted.
pub(super) type Parts = SmallVec<[u32; 4]>;

/// What linkage knows of a copy.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct Profile {
    /// What ties it to others by itself, sorted.
    pub ties: Vec<Tie>,
    /// The parts of combinations that it has.
    pub parts: PartSet,
    /// Whether it has a direct identifier.
    pub direct: bool,
    /// Whether it has a key.
    pub keyed: bool,
    /// Whether it may hold more columns than are stated (`fields open`).
    pub open: bool,
    /// The secrets that it is, by their numbers in [`Graph::capabilities`].
    pub secrets: Vec<u32>,
    /// Whom it is about; `None` for what is assumed.
    about: Option<u32>,
}

impl Profile {
    /// The level of its rows when it is tied to nothing.
    pub(super) fn level(&self) -> u8 {
        if self.direct {
            4
        } else if self.keyed {
            3
        } else {
            2
        }
    }
}

/// What makes two copies alike.
#[derive(Hash)]
struct Key {
    columns: Vec<Known>,
    open: bool,
    secrets: Vec<u32>,
    about: Option<u32>,
}

/// The columns of all profiles, one after another: there may be a few hundred thousand profiles.
#[derive(Default)]
struct Keys {
    columns: Vec<Known>,
    /// Where those of each profile end.
    ends: Vec<u32>,
    /// By hash, the last profile that has it, and for each profile the one before with the same hash.
    by_hash: FxHashMap<u64, ProfileId>,
    before: Vec<Option<ProfileId>>,
}

impl Keys {
    fn columns(&self, id: ProfileId) -> &[Known] {
        let at = id.0 as usize;
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.columns[start as usize..self.ends[at] as usize]
    }

    /// The profile of a key with this hash and these columns that is alike in all else.
    fn find(&self, hash: u64, columns: &[Known], alike: impl Fn(ProfileId) -> bool) -> Option<ProfileId> {
        let mut at = self.by_hash.get(&hash).copied();
        while let Some(id) = at.filter(|id| self.columns(*id) != columns || !alike(*id)) {
            at = self.before.get(id.0 as usize).copied().flatten();
        }
        at
    }

    fn add(&mut self, hash: u64, columns: &[Known]) -> ProfileId {
        let id = ProfileId(self.ends.len() as u32);
        self.columns.extend_from_slice(columns);
        self.ends.push(self.columns.len() as u32);
        self.before.push(self.by_hash.insert(hash, id));
        id
    }
}

/// A key that a secret lets its holder compute.
pub(super) struct Computed {
    pub key: CategoryId,
    /// The parts that are needed for it.
    pub needed: Parts,
    /// The parts that it has itself.
    pub has: Parts,
}

/// The profiles of all copies under some contents.
pub(super) struct Profiles {
    /// For each copy its profile ([`ABSENT`] where there is nothing to link), once it is worked out.
    of: Vec<ProfileId>,
    /// The same for contents.
    of_contents: Vec<ProfileId>,
    /// The same for contents, with whom they are about, where that matters.
    of_contents_about: FxHashMap<(ContentId, u32), ProfileId>,
    about_matters: bool,
    /// For each profile what it says, which others may say too: columns that tie to nothing are left out of it.
    says: Vec<u32>,
    /// What profiles say, with the first that says so.
    said: Vec<(Arc<Profile>, ProfileId)>,
    by_profile: FxHashMap<Arc<Profile>, u32>,
    keys: Keys,
    assumed: Vec<ProfileId>,
    /// Parts of combinations and of what secrets are computed from: each category with its coarsest level that counts.
    parts: Vec<(CategoryId, u8)>,
    /// The parts that a column of a category at a level has.
    has: FxHashMap<(CategoryId, u8), Parts>,
    /// For each category, the parts that are it or stand under it.
    under: FxHashMap<CategoryId, Parts>,
    /// Every combination, as the numbers of its parts, sorted.
    pub combinations: Vec<Parts>,
    /// For each part the combinations that have it, by their numbers.
    with_part: Vec<Vec<u32>>,
    /// For each part those of them in which no other part is in fewer combinations: every combination is found by one part.
    by_part: Vec<Vec<u32>>,
    /// For each secret what it is computed from and what its key has, as a number: many secrets are alike.
    secrets: Vec<Option<u32>>,
    computed: Vec<Computed>,
    /// How many ties there can be, as numbers of [`Profiles::number`].
    pub ties: usize,
    kinds: Vec<Vec<PeopleId>>,
}

/// The parts that a combination or a secret needs: categories, each with its coarsest level.
type Needed<'p> = &'p [(CategoryId, u8)];

impl Profiles {
    pub(super) fn new(model: &Model, graph: &Graph) -> Profiles {
        let vocabulary = &model.vocabulary;
        let mut parts: Vec<(CategoryId, u8)> = vocabulary.combinations.iter().flat_map(|c| c.parts.clone()).collect();
        parts.extend(graph.capabilities.iter().flat_map(|c| c.from.iter().copied()));
        parts.sort_unstable();
        parts.dedup();
        let mut profiles = Profiles {
            of: vec![LATER; graph.size()],
            of_contents: Vec::new(),
            of_contents_about: FxHashMap::default(),
            about_matters: false,
            says: Vec::new(),
            said: Vec::new(),
            by_profile: FxHashMap::default(),
            keys: Keys::default(),
            assumed: Vec::new(),
            parts,
            has: FxHashMap::default(),
            under: FxHashMap::default(),
            combinations: Vec::new(),
            with_part: Vec::new(),
            by_part: Vec::new(),
            secrets: Vec::new(),
            computed: Vec::new(),
            ties: vocabulary.categories.len() * 2 + vocabulary.combinations.len(),
            kinds: kinds_of_person(model),
        };
        let numbers = |of: &Profiles, needed: &[(CategoryId, u8)]| {
            let numbers = needed.iter().filter_map(|part| of.parts.binary_search(part).ok());
            let mut parts: Parts = numbers.map(|n| n as u32).collect();
            parts.sort_unstable();
            parts.dedup();
            parts
        };
        for combination in &vocabulary.combinations {
            let parts = numbers(&profiles, &combination.parts);
            profiles.combinations.push(parts);
        }
        profiles.index_combinations();
        profiles.index_parts(model);
        let mut alike: FxHashMap<(CategoryId, Needed<'_>), u32> = FxHashMap::default();
        for secret in &graph.capabilities {
            if secret.from.is_empty() {
                profiles.secrets.push(None);
                continue;
            }
            let computed = *alike.entry((secret.key, secret.from.as_slice())).or_insert_with(|| {
                let (needed, has) = (numbers(&profiles, &secret.from), profiles.parts_of(model, secret.key, 0));
                profiles.computed.push(Computed { key: secret.key, needed, has });
                profiles.computed.len() as u32 - 1
            });
            profiles.secrets.push(Some(computed));
        }
        profiles.about_matters = profiles.kinds.iter().any(|k| !k.is_empty());
        for assumption in &model.assumptions {
            let finest =
                |c: &CategoryId| vocabulary.category(*c).levels.first().map_or(Identifies::No, |l| l.identifies);
            let columns = assumption.knows.iter().map(|c| (*c, 0, finest(c))).collect();
            let key = Key { columns, open: false, secrets: Vec::new(), about: None };
            let id = profiles.keep(model, key);
            profiles.assumed.push(id);
        }
        profiles
    }

    /// Whether the profile of a copy is worked out.
    pub(super) fn knows(&self, copy: CopyId) -> bool {
        self.of.get(copy.index()).is_some_and(|profile| *profile != LATER)
    }

    /// Works out the profile of a copy, unless it is known already.
    pub(super) fn know(&mut self, model: &Model, graph: &Graph, contents: &Contents, copy: CopyId) {
        if self.of[copy.index()] != LATER {
            return;
        }
        let content = contents.of(copy);
        let about = self.about_matters.then(|| graph.about_number(copy));
        let secret = !graph.secrets_of(copy).is_empty();
        let known = match (secret, content) {
            (false, ContentId::NOTHING) => Some(ABSENT),
            (false, _) => match about {
                Some(about) => self.of_contents_about.get(&(content, about)).copied(),
                None => self.of_contents.get(content.index()).copied().filter(|profile| *profile != LATER),
            },
            (true, _) => None,
        };
        self.of[copy.index()] = known.unwrap_or_else(|| {
            let profile = self.profile(model, graph, contents, copy, None).unwrap_or(ABSENT);
            match about {
                _ if secret => {}
                Some(about) => _ = self.of_contents_about.insert((content, about), profile),
                None => {
                    if self.of_contents.len() <= content.index() {
                        self.of_contents.resize(contents.len().max(content.index() + 1), LATER);
                    }
                    self.of_contents[content.index()] = profile;
                }
            }
            profile
        });
    }

    /// The profile of a copy, with one of its columns left out; `None` where there is nothing to link.
    fn profile(
        &mut self,
        model: &Model,
        graph: &Graph,
        contents: &Contents,
        copy: CopyId,
        without: Option<u32>,
    ) -> Option<ProfileId> {
        let content = contents.of(copy);
        let numbered = graph.columns_of(copy).iter().enumerate();
        let has_rows = |at: usize| contents.rows_in(content, at as u32).iter().any(|w| *w != 0);
        let rows = numbered.filter(|(at, _)| Some(*at as u32) != without && has_rows(*at)).map(|(_, c)| c);
        let mut key = Key { columns: Vec::new(), open: false, secrets: graph.secrets_of(copy).to_vec(), about: None };
        let mut any = !key.secrets.is_empty();
        for column in rows {
            any = true;
            key.open |= column.kind == ColumnKind::Open;
            let known = |c: CategoryId, column: &Column| (c, column.level, column.identifies(&model.vocabulary));
            key.columns.extend(column.category.map(|c| known(c, column)));
        }
        if !any {
            return None;
        }
        key.columns.sort_unstable();
        key.columns.dedup();
        key.about = self.about_matters.then(|| graph.about_number(copy));
        Some(self.keep(model, key))
    }

    fn keep(&mut self, model: &Model, key: Key) -> ProfileId {
        let hash = FxBuildHasher.hash_one(&key);
        let alike = |id: ProfileId| {
            let profile = self.get(id);
            (profile.open, profile.about) == (key.open, key.about) && profile.secrets == key.secrets
        };
        if let Some(id) = self.keys.find(hash, &key.columns, alike) {
            return id;
        }
        let mut ties: Vec<Tie> = Vec::new();
        let mut parts = self.no_parts();
        for (category, level, identifies) in &key.columns {
            match identifies {
                Identifies::Key => ties.push(Tie::Key(*category)),
                Identifies::Direct => ties.push(Tie::Direct(*category)),
                _ => {}
            }
            add(&mut parts, &self.parts_of(model, *category, *level));
        }
        ties.sort_unstable();
        ties.dedup();
        let has = |which: Identifies| key.columns.iter().any(|(.., i)| *i == which);
        let named = faults::on(Fault::CombinationsIdentify) && self.has_combination(&parts);
        let profile = Profile {
            parts,
            direct: has(Identifies::Direct) || named,

            keyed: has(Identifies::Key),
            open: key.open,
            secrets: key.secrets.clone(),
            about: key.about,
            ties,
        };
        let id = self.keys.add(hash, &key.columns);
        let says = match self.by_profile.get(&profile) {
            Some(known) => *known,
            None => {
                let (says, profile) = (self.said.len() as u32, Arc::new(profile));
                self.said.push((profile.clone(), id));
                self.by_profile.insert(profile, says);
                says
            }
        };
        self.says.push(says);
        id
    }

    /// The profile that a copy would have if there were no rows in one of its cells.
    pub(super) fn without(
        &mut self,
        model: &Model,
        graph: &Graph,
        contents: &Contents,
        cell: CellId,
    ) -> Option<ProfileId> {
        self.profile(model, graph, contents, cell.copy, Some(cell.column))
    }

    fn has_combination(&self, parts: &PartSet) -> bool {
        self.combinations.iter().any(|whole| has_all(parts, whole))
    }

    /// An empty set of parts.
    pub(super) fn no_parts(&self) -> PartSet {
        SmallVec::from_elem(0, self.parts.len().div_ceil(64).max(1))
    }

    /// The parts that a column has. A full value has in it what stands under it: an address its postcode, a name the surname.
    fn parts_of(&mut self, model: &Model, category: CategoryId, level: u8) -> Parts {
        if let Some(known) = self.has.get(&(category, level)) {
            return known.clone();
        }
        let whole = level == 0 && model.vocabulary.category(category).identifies != Identifies::No;
        let has = |number: &u32| {
            let (part, coarsest) = self.parts[*number as usize];
            whole || (part == category && (level <= coarsest || faults::on(Fault::PrecisionIgnored)))
        };
        let parts: Parts = self.under.get(&category).into_iter().flatten().copied().filter(has).collect();
        self.has.insert((category, level), parts.clone());
        parts
    }

    /// Notes which parts stand under which categories.
    fn index_parts(&mut self, model: &Model) {
        for (number, (part, _)) in self.parts.iter().enumerate() {
            let mut at = Some(*part);
            while let Some(category) = at {
                self.under.entry(category).or_default().push(number as u32);
                at = model.vocabulary.category(category).parent;
            }
        }
    }

    /// Notes which combinations have which parts.
    fn index_combinations(&mut self) {
        self.with_part = vec![Vec::new(); self.parts.len()];
        self.by_part = vec![Vec::new(); self.parts.len()];
        for (number, whole) in self.combinations.iter().enumerate() {
            whole.iter().for_each(|part| self.with_part[*part as usize].push(number as u32));
        }
        for (number, whole) in self.combinations.iter().enumerate() {
            let rarest = whole.iter().min_by_key(|part| self.with_part[**part as usize].len());
            if let Some(part) = rarest {
                self.by_part[*part as usize].push(number as u32);
            }
        }
    }

    /// The combinations that a set of parts has whole.
    pub(super) fn whole_in<'s>(&'s self, parts: &'s PartSet) -> impl Iterator<Item = u32> + 's {
        let found = super::super::bits::numbers(parts).filter_map(|part| self.by_part.get(part)).flatten();
        found.copied().filter(|number| self.is_whole(*number, parts))
    }

    /// The combinations that a set of parts has whole and that have one of some parts.
    pub(super) fn whole_with<'s>(&'s self, some: &'s PartSet, parts: &'s PartSet) -> impl Iterator<Item = u32> + 's {
        let found = super::super::bits::numbers(some).filter_map(|part| self.with_part.get(part)).flatten();
        found.copied().filter(|number| self.is_whole(*number, parts))
    }

    fn is_whole(&self, number: u32, parts: &PartSet) -> bool {
        self.combinations.get(number as usize).is_some_and(|whole| has_all(parts, whole))
    }

    /// What a secret is computed from and what its key has, where it is computed from anything.
    pub(super) fn computed(&self, secret: u32) -> Option<&Computed> {
        self.computed.get(self.computes(secret)? as usize)
    }

    /// How many different things secrets compute.
    pub(super) fn computed_in_all(&self) -> usize {
        self.computed.len()
    }

    /// The number of what a secret computes: alike numbers, the same key from the same.
    pub(super) fn computes(&self, secret: u32) -> Option<u32> {
        self.secrets.get(secret as usize).copied().flatten()
    }

    /// The profile of a copy; `None` where there is nothing to link.
    pub(super) fn of(&self, copy: CopyId) -> Option<ProfileId> {
        Some(self.of[copy.index()]).filter(|profile| !matches!(*profile, LATER | ABSENT))
    }

    /// The profile of what an assumption says is known.
    pub(super) fn assumed(&self, number: usize) -> ProfileId {
        self.assumed[number]
    }

    pub(super) fn get(&self, id: ProfileId) -> &Profile {
        &self.said[self.says[id.0 as usize] as usize].0
    }

    /// The first profile that says the same.
    pub(super) fn class(&self, id: ProfileId) -> ProfileId {
        self.said[self.says[id.0 as usize] as usize].1
    }

    /// The kinds of person there can be.
    pub(super) fn kinds(&self) -> &[Vec<PeopleId>] {
        &self.kinds
    }

    /// Whether a profile may be about a kind of person.
    pub(super) fn may_be(&self, graph: &Graph, profile: &Profile, kind: &[PeopleId]) -> bool {
        let (false, Some(about)) = (kind.is_empty(), profile.about) else { return true };
        let about = &graph.abouts[about as usize];
        about.all || about.people.is_empty() || about.people.iter().any(|p| kind.contains(p))
    }

    /// The number of a tie.
    pub(super) fn number(&self, tie: Tie) -> usize {
        match tie {
            Tie::Key(c) | Tie::Recomputed(_, c) => c.0 as usize * 2,
            Tie::Direct(c) => c.0 as usize * 2 + 1,
            Tie::Combination(n) => self.ties - self.combinations.len() + n as usize,
        }
    }
}

/// Unites a set of parts into another.
pub(super) fn join(into: &mut PartSet, more: &PartSet) {
    into.iter_mut().zip(more).for_each(|(a, b)| *a |= b);
}

/// Adds parts to a set.
pub(super) fn add(into: &mut PartSet, parts: &Parts) {
    for part in parts {
        into[*part as usize / 64] |= 1 << (*part % 64);
    }
}

/// Whether all of `parts` are in a set.
pub(super) fn has_all(set: &PartSet, parts: &Parts) -> bool {
    parts.iter().all(|part| set.get(*part as usize / 64).is_some_and(|word| word >> (*part % 64) & 1 == 1))
}

/// How many kinds of person are told apart.
const KINDS: usize = 4096;

/// The kinds of person there can be: largest sets of groups of people of which none are declared apart. One empty set where
/// nothing is declared apart.
fn kinds_of_person(model: &Model) -> Vec<Vec<PeopleId>> {
    let all: Vec<PeopleId> = (0..model.people.len() as u32).map(PeopleId).collect();
    let together = model.people.iter().all(|p| p.apart.is_empty()) && !faults::on(Fault::GroupsAlwaysApart);
    if together || faults::on(Fault::GroupsApartIgnored) || all.len() > 24 {
        return vec![Vec::new()];
    }
    let mut found = Vec::new();
    cliques(model, &mut Vec::new(), &all, &mut found);
    if found.len() > KINDS {
        // too many to go through: as if nothing were declared apart, which can only link more
        return vec![Vec::new()];
    }
    found.sort();
    found.dedup();
    let widest: Vec<Vec<PeopleId>> = found
        .iter()
        .filter(|s| !found.iter().any(|t| t.len() > s.len() && s.iter().all(|x| t.contains(x))))
        .cloned()
        .collect();
    if widest.is_empty() { vec![Vec::new()] } else { widest }
}

fn cliques(model: &Model, chosen: &mut Vec<PeopleId>, rest: &[PeopleId], found: &mut Vec<Vec<PeopleId>>) {
    if found.len() > KINDS {
        return;
    }
    let Some((first, rest)) = rest.split_first() else {
        found.push(chosen.clone());
        return;
    };
    let apart = |a: PeopleId, b: PeopleId| model.people_apart(a, b) || faults::on(Fault::GroupsAlwaysApart) && a != b;
    let fits = chosen.iter().all(|c| !apart(*c, *first));
    if fits {
        chosen.push(*first);
        cliques(model, chosen, rest, found);
        chosen.pop();
    }
    // leaving out one that fits and conflicts with nobody never makes a larger set
    if !fits || rest.iter().any(|r| apart(*first, *r)) {
        cliques(model, chosen, rest, found);
    }
}
