//! Merging what shares a tie, until nothing new follows.

use std::collections::VecDeque;

use rustc_hash::FxHashSet;
use smallvec::SmallVec;

use super::profiles::{PartSet, Profile, ProfileId, Profiles, add, has_all, join};
use super::{Node, Tie};
use crate::faults::{self, Fault};
use crate::graph::CopyId;
use crate::model::CategoryId;

/// A node with what is known of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Unit {
    pub node: Node,
    pub profile: ProfileId,
}

/// Room that every linking needs, kept for the next.
#[derive(Default)]
pub(super) struct Scratch {
    units: Vec<Unit>,
    parent: Vec<u32>,
    /// How many units are in the component of each root.
    size: Vec<u32>,
    /// What each component has: the parts of combinations, a direct identifier, a key.
    parts: Vec<PartSet>,
    /// The combinations that it has whole and did not offer yet; known from when it was looked at, and kept up from then on.
    offers: Vec<SmallVec<[u32; 2]>>,
    looked_at: Vec<bool>,
    direct: Vec<bool>,
    keyed: Vec<bool>,
    secrets: Vec<u32>,
    /// For each thing that secrets compute, in which linking a secret for it was found last.
    computed: Vec<u32>,
    /// The components, by their roots, with the secrets by which they have computed a key.
    claimed: FxHashSet<(u32, u32)>,
    log: Vec<(u32, u32, Tie)>,
    /// For each tie, by its number, who offered it first, and in which linking.
    holders: Vec<(u32, u32)>,
    linking: u32,
    /// Whether a combination tied anything together in any of the linkings since that was asked.
    pub(super) by_combination: bool,
    /// Whether what ties raised levels, so that times matter.
    pub(super) by_time: bool,
}

/// Merges units.
pub(super) struct Linker<'a> {
    profiles: &'a Profiles,
    /// Whether combinations tie.
    combined: bool,
    s: &'a mut Scratch,
}

impl<'a> Linker<'a> {
    pub(super) fn new(profiles: &'a Profiles, combined: bool, scratch: &'a mut Scratch) -> Self {
        let s = scratch;
        s.units.clear();
        s.parent.clear();
        s.size.clear();
        s.parts.clear();
        s.offers.clear();
        s.looked_at.clear();
        s.direct.clear();
        s.keyed.clear();
        s.secrets.clear();
        s.claimed.clear();
        s.log.clear();
        s.holders.resize(profiles.ties, (0, 0));
        if s.linking == u32::MAX {
            s.holders.fill((0, 0));
            s.computed.fill(0);
            s.linking = 0;
        }
        s.linking += 1;
        Linker { profiles, combined, s }
    }

    /// Notes secrets that are at hand.
    pub(super) fn add_secrets(&mut self, secrets: &[u32]) {
        if !faults::on(Fault::SecretsIgnored) {
            self.s.secrets.extend_from_slice(secrets);
        }
    }

    /// Adds what is to be linked, and gives its number.
    pub(super) fn add(&mut self, unit: Unit) -> u32 {
        let number = self.s.units.len() as u32;
        let profile = self.profiles.get(unit.profile);
        self.s.units.push(unit);
        self.s.parent.push(number);
        self.s.size.push(1);
        self.s.parts.push(profile.parts.clone());
        self.s.offers.push(SmallVec::new());
        self.s.looked_at.push(false);
        self.s.direct.push(profile.direct);
        self.s.keyed.push(profile.keyed);
        number
    }

    fn profile(&self, unit: u32) -> &'a Profile {
        self.profiles.get(self.s.units[unit as usize].profile)
    }

    fn unit_of(&self, node: Node) -> Option<u32> {
        self.s.units.iter().position(|u| u.node == node).map(|at| at as u32)
    }

    /// What stands for the component of a unit.
    pub(super) fn root(&mut self, mut unit: u32) -> u32 {
        let parent = &mut self.s.parent;
        while parent[unit as usize] != unit {
            let above = parent[parent[unit as usize] as usize];
            parent[unit as usize] = above;
            unit = above;
        }
        unit
    }

    /// Merges all that follows.
    pub(super) fn run(&mut self) {
        self.sort_out_secrets();
        for unit in 0..self.s.units.len() as u32 {
            for tie in &self.profile(unit).ties {
                if faults::on(Fault::KeysDoNotLink) && matches!(tie, Tie::Key(_)) {
                    continue;
                }
                self.offer(unit, *tie, *tie);
            }
        }
        // combinations and secrets look at whole components, and what they merge may complete others
        let roots = (0..self.s.units.len() as u32).filter(|unit| self.s.parent[*unit as usize] == *unit);
        let mut dirty: Vec<u32> = roots.collect();
        while let Some(unit) = dirty.pop() {
            let root = self.root(unit);
            if self.s.parts[root as usize].iter().all(|w| *w == 0) {
                continue;
            }
            if self.offer_combinations(root) {
                dirty.push(self.root(root));
                continue;
            }
            for (number, key) in self.recomputed(root) {
                if !self.s.claimed.insert((root, number)) {
                    continue;
                }
                // a key that can be computed may be what another is computed from
                if let Some(computed) = self.profiles.computed(number) {
                    let mut more = self.profiles.no_parts();
                    add(&mut more, &computed.has);
                    self.gain(root as usize, &more);
                }
                // nothing happens to it before its turn comes, so once is enough
                if dirty.last() != Some(&root) {
                    dirty.push(root);
                }
                if self.offer(root, Tie::Key(key), Tie::Recomputed(number, key)) {
                    dirty.push(self.root(root));
                    break;
                }
            }
        }
    }

    /// Leaves out secrets that compute nothing. Of those that compute the same from the same, the first does for all.
    fn sort_out_secrets(&mut self) {
        let (profiles, s) = (self.profiles, &mut *self.s);
        s.computed.resize(profiles.computed_in_all(), 0);
        let (linking, computed) = (s.linking, &mut s.computed);
        let mut is_first = |what: u32| {
            let known = computed.get_mut(what as usize);
            known.is_some_and(|known| std::mem::replace(known, linking) != linking)
        };
        s.secrets.retain(|secret| profiles.computes(*secret).is_some_and(&mut is_first));
    }

    /// Offers the combinations that a component has whole and did not offer yet, until that merges it with another; says whether it
    /// did.
    fn offer_combinations(&mut self, root: u32) -> bool {
        if !self.combined || faults::on(Fault::CombinationsDoNotLink) {
            return false;
        }
        let at = root as usize;
        if !std::mem::replace(&mut self.s.looked_at[at], true) {
            self.s.offers[at] = self.profiles.whole_in(&self.s.parts[at]).collect();
        }
        let mut offers = std::mem::take(&mut self.s.offers[at]);
        offers.sort_unstable();
        offers.dedup();
        for (place, number) in offers.iter().enumerate() {
            let tie = Tie::Combination(*number);
            if self.offer(root, tie, tie) {
                self.s.by_combination = true;
                if self.root(root) == root {
                    self.s.offers[at].extend_from_slice(&offers[place + 1..]);
                }
                return true;
            }
        }
        false
    }

    /// Adds parts to what a component has. Combinations that become whole by it are to be offered.
    fn gain(&mut self, root: usize, more: &PartSet) {
        let had = &self.s.parts[root];
        let gained: PartSet = had.iter().zip(more).map(|(had, more)| more & !had).collect();
        join(&mut self.s.parts[root], more);
        if self.s.looked_at[root] {
            self.s.offers[root].extend(self.profiles.whole_with(&gained, &self.s.parts[root]));
        }
    }

    /// The keys that secrets let a component compute, with the numbers of the secrets.
    fn recomputed(&self, root: u32) -> SmallVec<[(u32, CategoryId); 4]> {
        let parts = &self.s.parts[root as usize];
        let all = self.s.secrets.iter().filter_map(|number| Some((*number, self.profiles.computed(*number)?)));
        all.filter(|(_, computed)| has_all(parts, &computed.needed)).map(|(number, c)| (number, c.key)).collect()
    }

    /// Merges a unit with whoever offered the same before; says whether that merged anything.
    fn offer(&mut self, unit: u32, tie: Tie, said: Tie) -> bool {
        let holder = &mut self.s.holders[self.profiles.number(tie)];
        if holder.0 != self.s.linking {
            *holder = (self.s.linking, unit);
            return false;
        }
        let first = holder.1;
        self.merge(first, unit, said)
    }

    fn merge(&mut self, a: u32, b: u32, tie: Tie) -> bool {
        let (ra, rb) = (self.root(a), self.root(b));
        let s = &mut *self.s;
        s.log.push((a, b, tie));
        if ra == rb {
            return false;
        }
        let (large, small) = if s.size[ra as usize] >= s.size[rb as usize] { (ra, rb) } else { (rb, ra) };
        let (large, small) = (large as usize, small as usize);
        s.parent[small] = large as u32;
        s.size[large] += s.size[small];
        let parts = std::mem::take(&mut s.parts[small]);
        s.direct[large] |= s.direct[small];
        s.keyed[large] |= s.keyed[small];
        s.offers[small] = SmallVec::new();
        if !faults::on(Fault::PrecisionByTable) {
            self.gain(large, &parts);
        }
        true
    }

    /// The level of a unit's component.
    pub(super) fn level(&mut self, unit: u32) -> u8 {
        let root = self.root(unit) as usize;
        if self.s.direct[root] {
            4
        } else if self.s.keyed[root] {
            3
        } else {
            2
        }
    }

    /// As [`Linker::level`], by its node; 2 for one that is not linked.
    pub(super) fn level_of(&mut self, node: Node) -> u8 {
        self.unit_of(node).map_or(2, |unit| self.level(unit))
    }

    /// The shortest way from a copy to a node that has a level by itself: 4 for a direct identifier, 3 for a key too.
    pub(super) fn path(&mut self, copy: CopyId, level: u8) -> Option<Vec<(Node, Tie, Node)>> {
        let start = self.unit_of(Node::Copy(copy))?;
        if self.level(start) < level {
            return None;
        }
        // every pair that shares a plain tie is joined by it; the log adds what combinations and secrets joined
        let by_tie = ByTie::of(self);
        let logged = Logged::of(self);
        let mut came = Came::new(self.s.units.len(), start);
        let mut queue = VecDeque::from([start]);
        let mut used: FxHashSet<Tie> = FxHashSet::default();
        while let Some(unit) = queue.pop_front() {
            if self.profile(unit).level() >= level {
                let path = self.unwind(&came, unit);
                return Some(self.completed(path, &by_tie));
            }
            let mut next: Vec<(u32, Tie)> = Vec::new();
            for tie in self.profile(unit).ties.iter().filter(|t| used.insert(**t)) {
                next.extend(by_tie.of_tie(self, *tie).iter().map(|n| (*n, *tie)));
            }
            next.extend(logged.of_unit(unit));
            for (to, tie) in next {
                if came.note(to, unit, tie) {
                    queue.push_back(to);
                }
            }
        }
        None
    }

    fn unwind(&self, came: &Came, mut at: u32) -> Vec<(Node, Tie, Node)> {
        let node = |unit: u32| self.s.units[unit as usize].node;
        let mut path = Vec::new();
        while let Some((before, tie)) = came.before(at) {
            path.push((node(before), tie, node(at)));
            at = before;
        }
        path.reverse();
        path
    }

    /// A path with the nodes that complete the combinations on it: where a side lacks a part, the nearest node that has it.
    fn completed(&self, path: Vec<(Node, Tie, Node)>, by_tie: &ByTie) -> Vec<(Node, Tie, Node)> {
        let mut whole = Vec::with_capacity(path.len());
        for (before, tie, after) in path {
            let parts = match tie {
                Tie::Combination(number) => self.profiles.combinations.get(number as usize),
                Tie::Recomputed(number, _) => self.profiles.computed(number).map(|c| &c.needed),
                _ => None,
            };
            let Some(parts) = parts else {
                whole.push((before, tie, after));
                continue;
            };
            for start in [before, after].into_iter().filter_map(|side| self.unit_of(side)) {
                for part in parts.iter().map(|part| *part as usize) {
                    if !has_part(self.profile(start), part) {
                        whole.extend(self.nearest_with(start, part, by_tie));
                    }
                }
            }
            whole.push((before, tie, after));
        }
        whole.dedup();
        whole
    }

    /// The way by plain ties from a node to the nearest that has a part.
    fn nearest_with(&self, start: u32, part: usize, by_tie: &ByTie) -> Vec<(Node, Tie, Node)> {
        let mut came = Came::new(self.s.units.len(), start);
        let mut queue = VecDeque::from([start]);
        let mut used: FxHashSet<Tie> = FxHashSet::default();
        while let Some(unit) = queue.pop_front() {
            if has_part(self.profile(unit), part) {
                return self.unwind(&came, unit);
            }
            for tie in self.profile(unit).ties.iter().filter(|t| used.insert(**t)) {
                for next in by_tie.of_tie(self, *tie) {
                    if came.note(*next, unit, *tie) {
                        queue.push_back(*next);
                    }
                }
            }
        }
        Vec::new()
    }
}

/// From which unit by which tie a search first came to each.
struct Came {
    start: u32,
    before: Vec<Option<(u32, Tie)>>,
}

impl Came {
    fn new(units: usize, start: u32) -> Came {
        Came { start, before: vec![None; units] }
    }

    /// Notes that the search came to a unit, unless it was there before; says whether it was not.
    fn note(&mut self, to: u32, from: u32, tie: Tie) -> bool {
        let before = &mut self.before[to as usize];
        let new = to != self.start && before.is_none();
        if new {
            *before = Some((from, tie));
        }
        new
    }

    fn before(&self, at: u32) -> Option<(u32, Tie)> {
        self.before[at as usize]
    }
}

/// What the log says of each unit, in the order of the log: with which other by which tie it was merged.
struct Logged {
    /// For each unit, where what is said of it begins, and where it ends for the last.
    starts: Vec<u32>,
    said: Vec<(u32, Tie)>,
}

impl Logged {
    fn of(linker: &Linker<'_>) -> Logged {
        let both = || linker.s.log.iter().flat_map(|(a, b, tie)| [(*a, *b, *tie), (*b, *a, *tie)]);
        let units = linker.s.units.len();
        let mut starts = vec![0; units + 1];
        both().for_each(|(of, ..)| starts[of as usize + 1] += 1);
        (0..units).for_each(|unit| starts[unit + 1] += starts[unit]);
        let mut next = starts.clone();
        let mut said = vec![(0, Tie::Combination(0)); linker.s.log.len() * 2];
        for (of, other, tie) in both() {
            said[next[of as usize] as usize] = (other, tie);
            next[of as usize] += 1;
        }
        Logged { starts, said }
    }

    fn of_unit(&self, unit: u32) -> impl Iterator<Item = (u32, Tie)> {
        let at = unit as usize;
        self.said[self.starts[at] as usize..self.starts[at + 1] as usize].iter().copied()
    }
}

/// The units that have each plain tie by themselves.
struct ByTie {
    /// For each tie, by its number, where its units begin, and where the last one's end.
    starts: Vec<u32>,
    units: Vec<u32>,
}

impl ByTie {
    fn of(linker: &Linker<'_>) -> ByTie {
        let ties = |unit| linker.profile(unit).ties.iter().map(|tie| linker.profiles.number(*tie));
        let all = || (0..linker.s.units.len() as u32).flat_map(|unit| ties(unit).map(move |tie| (unit, tie)));
        let mut starts = vec![0; linker.profiles.ties + 1];
        all().for_each(|(_, tie)| starts[tie + 1] += 1);
        (0..linker.profiles.ties).for_each(|tie| starts[tie + 1] += starts[tie]);
        let mut units = vec![0; starts.last().map_or(0, |end| *end as usize)];
        let mut next = starts.clone();
        for (unit, tie) in all() {
            units[next[tie] as usize] = unit;
            next[tie] += 1;
        }
        ByTie { starts, units }
    }

    /// The units that have a tie, in their order.
    fn of_tie(&self, linker: &Linker<'_>, tie: Tie) -> &[u32] {
        let number = linker.profiles.number(tie);
        &self.units[self.starts[number] as usize..self.starts[number + 1] as usize]
    }
}

fn has_part(profile: &Profile, part: usize) -> bool {
    profile.parts.get(part / 64).is_some_and(|word| word >> (part % 64) & 1 == 1)
}
