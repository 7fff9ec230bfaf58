//! Merging what shares a tie, until nothing new follows.

use std::collections::VecDeque;

use rustc_hash::{FxHashMap, FxHashSet};

use super::profiles::{PartSet, Profile, ProfileId, Profiles, Whole, has_all, join};
use super::{Node, Tie};
use crate::graph::CopyId;

/// A node with what is known of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Unit {
    pub node: Node,
    pub profile: ProfileId,
}

/// Merges units.
pub(super) struct Linker<'a> {
    profiles: &'a Profiles,
    units: Vec<Unit>,
    number: FxHashMap<Node, u32>,
    parent: Vec<u32>,
    /// How many units are in the component of each root.
    size: Vec<u32>,
    /// What each component has: the parts of combinations, a direct identifier, a key.
    parts: Vec<PartSet>,
    direct: Vec<bool>,
    keyed: Vec<bool>,
    secrets: Vec<u32>,
    log: Vec<(u32, u32, Tie)>,
}

/// Who offered a tie first, by its number.
type Holders = FxHashMap<usize, u32>;

impl<'a> Linker<'a> {
    pub(super) fn new(profiles: &'a Profiles) -> Self {
        Linker {
            profiles,
            units: Vec::new(),
            number: FxHashMap::default(),
            parent: Vec::new(),
            size: Vec::new(),
            parts: Vec::new(),
            direct: Vec::new(),
            keyed: Vec::new(),
            secrets: Vec::new(),
            log: Vec::new(),
        }
    }

    /// Notes secrets that are at hand.
    pub(super) fn add_secrets(&mut self, secrets: &[u32]) {
        self.secrets.extend_from_slice(secrets);
    }

    pub(super) fn add(&mut self, unit: Unit) {
        let number = self.units.len() as u32;
        let profile = self.profiles.get(unit.profile);
        self.number.insert(unit.node, number);
        self.units.push(unit);
        self.parent.push(number);
        self.size.push(1);
        self.parts.push(profile.parts.clone());
        self.direct.push(profile.direct);
        self.keyed.push(profile.keyed);
    }

    fn profile(&self, unit: u32) -> &'a Profile {
        self.profiles.get(self.units[unit as usize].profile)
    }

    fn root(&mut self, mut unit: u32) -> u32 {
        while self.parent[unit as usize] != unit {
            let above = self.parent[self.parent[unit as usize] as usize];
            self.parent[unit as usize] = above;
            unit = above;
        }
        unit
    }

    /// Merges all that follows.
    pub(super) fn run(&mut self) {
        let mut holders: Holders = FxHashMap::default();
        for unit in 0..self.units.len() as u32 {
            for tie in &self.profile(unit).ties {
                self.offer(&mut holders, unit, *tie, *tie);
            }
        }
        // combinations and secrets look at whole components, and what they merge may complete others
        let mut dirty: Vec<u32> = (0..self.units.len() as u32).collect();
        let mut claimed: FxHashSet<(u32, Tie)> = FxHashSet::default();
        while let Some(unit) = dirty.pop() {
            let root = self.root(unit);
            for tie in self.unlocked(root) {
                if !claimed.insert((root, tie)) {
                    continue;
                }
                let mut asked = tie;
                if let Tie::Recomputed(number, key) = tie {
                    // a key that can be computed may be what another is computed from
                    if let Some((_, parts)) = self.profiles.secrets.get(&number) {
                        join(&mut self.parts[root as usize], parts);
                    }
                    dirty.push(root);
                    asked = Tie::Key(key);
                }
                if self.offer(&mut holders, root, asked, tie) {
                    dirty.push(self.root(root));
                    break;
                }
            }
        }
    }

    /// The combinations that a component completes, and the keys that a secret lets it compute.
    fn unlocked(&self, root: u32) -> Vec<Tie> {
        let parts = &self.parts[root as usize];
        let whole = |w: &&Whole| has_all(parts, &w.parts);
        let mut ties: Vec<Tie> = self.profiles.combinations.iter().filter(whole).map(|w| w.tie).collect();
        let secrets = self.secrets.iter().filter_map(|n| self.profiles.secrets.get(n)).map(|(w, _)| w);
        ties.extend(secrets.filter(whole).map(|w| w.tie));
        ties
    }

    /// Merges a unit with whoever offered the same before; says whether that merged anything.
    fn offer(&mut self, holders: &mut Holders, unit: u32, tie: Tie, said: Tie) -> bool {
        match holders.insert(self.profiles.number(tie), unit) {
            None => false,
            Some(other) => {
                // whoever was first stays the one to be merged with
                holders.insert(self.profiles.number(tie), other);
                self.merge(other, unit, said)
            }
        }
    }

    fn merge(&mut self, a: u32, b: u32, tie: Tie) -> bool {
        let (ra, rb) = (self.root(a), self.root(b));
        self.log.push((a, b, tie));
        if ra == rb {
            return false;
        }
        let (large, small) = if self.size[ra as usize] >= self.size[rb as usize] { (ra, rb) } else { (rb, ra) };
        let (large, small) = (large as usize, small as usize);
        self.parent[small] = large as u32;
        self.size[large] += self.size[small];
        let parts = std::mem::take(&mut self.parts[small]);
        join(&mut self.parts[large], &parts);
        self.direct[large] |= self.direct[small];
        self.keyed[large] |= self.keyed[small];
        true
    }

    /// The level of a node's component; 2 when it was not linked.
    pub(super) fn level(&mut self, node: Node) -> u8 {
        let Some(unit) = self.number.get(&node).copied() else { return 2 };
        let root = self.root(unit) as usize;
        if self.direct[root] {
            4
        } else if self.keyed[root] {
            3
        } else {
            2
        }
    }

    /// The shortest way from a copy to a node with a direct identifier of its own.
    pub(super) fn path(&mut self, copy: CopyId) -> Option<Vec<(Node, Tie, Node)>> {
        let start = *self.number.get(&Node::Copy(copy))?;
        let root = self.root(start);
        if !self.direct[root as usize] {
            return None;
        }
        // every pair that shares a plain tie is joined by it; the log adds what combinations and secrets joined
        let mut by_tie: FxHashMap<Tie, Vec<u32>> = FxHashMap::default();
        for unit in 0..self.units.len() as u32 {
            for tie in &self.profile(unit).ties {
                by_tie.entry(*tie).or_default().push(unit);
            }
        }
        let mut logged: FxHashMap<u32, Vec<(u32, Tie)>> = FxHashMap::default();
        for (a, b, tie) in &self.log {
            logged.entry(*a).or_default().push((*b, *tie));
            logged.entry(*b).or_default().push((*a, *tie));
        }
        let mut came: FxHashMap<u32, (u32, Tie)> = FxHashMap::default();
        let mut queue = VecDeque::from([start]);
        let mut seen = FxHashSet::from_iter([start]);
        let mut used: FxHashSet<Tie> = FxHashSet::default();
        while let Some(unit) = queue.pop_front() {
            if self.profile(unit).direct {
                let path = self.unwind(&came, unit);
                return Some(self.completed(path, &by_tie));
            }
            let mut next: Vec<(u32, Tie)> = Vec::new();
            for tie in self.profile(unit).ties.iter().filter(|t| used.insert(**t)) {
                next.extend(by_tie.get(tie).into_iter().flatten().map(|n| (*n, *tie)));
            }
            next.extend(logged.get(&unit).into_iter().flatten().copied());
            for (to, tie) in next {
                if seen.insert(to) {
                    came.insert(to, (unit, tie));
                    queue.push_back(to);
                }
            }
        }
        None
    }

    fn unwind(&self, came: &FxHashMap<u32, (u32, Tie)>, mut at: u32) -> Vec<(Node, Tie, Node)> {
        let node = |unit: u32| self.units[unit as usize].node;
        let mut path = Vec::new();
        while let Some((before, tie)) = came.get(&at) {
            path.push((node(*before), *tie, node(at)));
            at = *before;
        }
        path.reverse();
        path
    }

    /// A path with the nodes that complete the combinations on it: where a side lacks a part, the nearest node that has it.
    fn completed(&self, path: Vec<(Node, Tie, Node)>, by_tie: &FxHashMap<Tie, Vec<u32>>) -> Vec<(Node, Tie, Node)> {
        let mut whole = Vec::with_capacity(path.len());
        for (before, tie, after) in path {
            let parts = match tie {
                Tie::Combination(number) => self.profiles.combinations.get(number as usize).map(|w| &w.parts),
                Tie::Recomputed(number, _) => self.profiles.secrets.get(&number).map(|(w, _)| &w.parts),
                _ => None,
            };
            let numbers = |set: &PartSet| super::super::bits::numbers(set).collect::<Vec<_>>();
            for start in [before, after].iter().filter_map(|side| self.number.get(side)) {
                for part in parts.map(numbers).unwrap_or_default() {
                    if !has_part(self.profile(*start), part) {
                        whole.extend(self.nearest_with(*start, part, by_tie));
                    }
                }
            }
            whole.push((before, tie, after));
        }
        whole.dedup();
        whole
    }

    /// The way by plain ties from a node to the nearest that has a part.
    fn nearest_with(&self, start: u32, part: usize, by_tie: &FxHashMap<Tie, Vec<u32>>) -> Vec<(Node, Tie, Node)> {
        let mut came: FxHashMap<u32, (u32, Tie)> = FxHashMap::default();
        let mut queue = VecDeque::from([start]);
        let mut seen = FxHashSet::from_iter([start]);
        let mut used: FxHashSet<Tie> = FxHashSet::default();
        while let Some(unit) = queue.pop_front() {
            if has_part(self.profile(unit), part) {
                return self.unwind(&came, unit);
            }
            for tie in self.profile(unit).ties.iter().filter(|t| used.insert(**t)) {
                for next in by_tie.get(tie).into_iter().flatten() {
                    if seen.insert(*next) {
                        came.insert(*next, (unit, *tie));
                        queue.push_back(*next);
                    }
                }
            }
        }
        Vec::new()
    }
}

fn has_part(profile: &Profile, part: usize) -> bool {
    profile.parts.get(part / 64).is_some_and(|word| word >> (part % 64) & 1 == 1)
}
