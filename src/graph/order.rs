//! An order in which, cycles apart, a copy comes after those it is made from: strongly connected components.

use std::collections::VecDeque;
use std::ops::Range;

use rayon::prelude::*;

use super::CopyId;
use crate::faults::{self, Fault};

/// How the components of a graph are shared out among threads. What comes of it never depends on how many threads there are.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shares {
    /// How many components are worked on by one thread.
    block: u32,
    /// How many such blocks are worked on at a time.
    wave: u32,
}

impl Shares {
    /// Up to how many copies nothing is shared out.
    const ALONE: usize = 2_000;

    /// What suits a graph of so many copies.
    pub(super) fn suiting(copies: usize) -> Shares {
        match copies {
            ..=Self::ALONE => Shares { block: u32::MAX, wave: 1 },
            _ => Shares { block: (copies / 64).clamp(256, 4_096) as u32, wave: 8 },
        }
    }

    /// Whether nothing is shared out.
    pub(super) fn alone(self) -> bool {
        self.wave == 1
    }

    /// Does two things side by side, unless the graph is too small for that to pay.
    pub(super) fn both<A: Send, B: Send>(self, a: impl FnOnce() -> A + Send, b: impl FnOnce() -> B + Send) -> (A, B) {
        if self.alone() { (a(), b()) } else { rayon::join(a, b) }
    }

    /// Blocks of so many components, four at a time.
    pub(super) fn blocks_of(block: u32) -> Shares {
        Shares { block: block.max(1), wave: 4 }
    }
}

/// Strongly connected components, sources first.
#[derive(Clone, Debug, Default)]
pub(super) struct Components {
    members: Vec<CopyId>,
    /// Where each component begins in `members`, and the end of the last.
    starts: Vec<u32>,
    /// The component of each copy.
    of: Vec<u32>,
}

impl Components {
    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// The copies of a component, sorted.
    pub(super) fn members(&self, component: usize) -> &[CopyId] {
        &self.members[self.starts[component] as usize..self.starts[component + 1] as usize]
    }

    /// All components, sources first.
    pub(super) fn iter(&self) -> impl Iterator<Item = &[CopyId]> {
        (0..self.len()).map(|c| self.members(c))
    }

    /// Works through all components, each after those it is made from, on several threads: `work` is given what is known of all
    /// earlier ones and gives what it found, which `merge` adds to that, always in the same order. Blocks of components stand close
    /// to what they are made from, so that few of them have to wait for another block of their wave.
    pub(super) fn in_waves<S: Sync, O: Send, I: Iterator<Item = CopyId>>(
        &self,
        shares: Shares,
        sources: impl Fn(CopyId) -> I + Sync,
        known: &mut S,
        work: impl Fn(&S, &[u32]) -> O + Sync,
        mut merge: impl FnMut(&mut S, O),
    ) {
        let all = self.len() as u32;
        let mut first = 0;
        while first < all {
            let past = first.saturating_add(shares.block.saturating_mul(shares.wave)).min(all);
            let starts: Vec<u32> = (first..past).step_by(shares.block as usize).collect();
            let one = |start: &u32| {
                let block = *start..start.saturating_add(shares.block).min(past);
                let (now, later) = self.ready(block, first, &sources);
                (work(known, &now), later)
            };
            let done: Vec<_> = match starts.as_slice() {
                [only] => vec![one(only)],
                starts => starts.par_iter().map(one).collect(),
            };
            let mut waiting = Vec::new();
            for (found, later) in done {
                merge(known, found);
                waiting.extend(later);
            }
            if !waiting.is_empty() {
                let found = work(known, &waiting);
                merge(known, found);
            }
            first = past;
        }
    }

    /// Which components of a block are made from nothing but earlier waves and this block, and which have to wait.
    fn ready<I: Iterator<Item = CopyId>>(
        &self,
        block: Range<u32>,
        wave: u32,
        sources: impl Fn(CopyId) -> I,
    ) -> (Vec<u32>, Vec<u32>) {
        let mut waits = vec![false; block.len()];
        let is_there = |source: CopyId, waits: &[bool]| {
            let of = self.of(source);
            of < wave || of.checked_sub(block.start).is_some_and(|at| !waits[at as usize])
        };
        for component in block.clone() {
            let mut all = self.members(component as usize).iter().flat_map(|copy| sources(*copy));
            let ready = all.all(|source| is_there(source, &waits));
            waits[(component - block.start) as usize] = !ready;
        }
        block.clone().partition(|component| !waits[(component - block.start) as usize])
    }

    /// The component of a copy: its place in the order.
    pub(super) fn of(&self, copy: CopyId) -> u32 {
        self.of[copy.index()]
    }

    /// Finds the components of copies, given what each is made from. Tarjan's algorithm with a stack of its own, run against the
    /// edges, so that components come out sources first.
    pub(super) fn find<'g, I>(copies: usize, sources: impl Fn(CopyId) -> I) -> Components
    where
        I: Iterator<Item = CopyId> + 'g,
    {
        const NEW: u32 = u32::MAX;
        let mut found = Components { members: Vec::with_capacity(copies), starts: vec![0], of: vec![NEW; copies] };
        let mut number = vec![NEW; copies];
        let mut low = vec![0u32; copies];
        let mut next = 0u32;
        let mut open: Vec<CopyId> = Vec::new();
        let mut path: Vec<(CopyId, I)> = Vec::new();
        for root in (0..copies as u32).map(CopyId) {
            if number[root.index()] != NEW {
                continue;
            }
            number[root.index()] = next;
            low[root.index()] = next;
            next += 1;
            open.push(root);
            path.push((root, sources(root)));
            while let Some((at, rest)) = path.last_mut() {
                let at = *at;
                if let Some(source) = rest.next() {
                    if number[source.index()] == NEW {
                        number[source.index()] = next;
                        low[source.index()] = next;
                        next += 1;
                        open.push(source);
                        path.push((source, sources(source)));
                    } else if found.of[source.index()] == NEW {
                        low[at.index()] = low[at.index()].min(number[source.index()]);
                    }
                    continue;
                }
                path.pop();
                if let Some((parent, _)) = path.last() {
                    low[parent.index()] = low[parent.index()].min(low[at.index()]);
                }
                if low[at.index()] == number[at.index()] {
                    found.close(at, &mut open);
                }
            }
        }
        found
    }

    /// Takes a component, `first` and all that was opened after it, off the stack.
    fn close(&mut self, first: CopyId, open: &mut Vec<CopyId>) {
        let component = self.starts.len() as u32 - 1;
        let start = self.members.len();
        while let Some(copy) = open.pop() {
            self.of[copy.index()] = component;
            self.members.push(copy);
            if copy == first {
                break;
            }
        }
        self.members[start..].sort_unstable();
        self.starts.push(self.members.len() as u32);
    }
}

/// Which copies of a component are made from which, so that growth can be passed on within it.
#[derive(Clone, Debug)]
pub(super) struct Circle {
    /// For each copy of the component, where its takers begin, and the end of the last one's.
    starts: Vec<u32>,
    takers: Vec<u32>,
}

impl Circle {
    /// Gathers the takers of a component's copies, given what each is made from.
    pub(super) fn of<I: Iterator<Item = CopyId>>(component: &[CopyId], sources: impl Fn(CopyId) -> I) -> Circle {
        let mut edges: Vec<(u32, u32)> = Vec::new();
        for (taker, copy) in component.iter().enumerate() {
            let within = sources(*copy).filter_map(|source| component.binary_search(&source).ok());
            edges.extend(within.map(|source| (source as u32, taker as u32)));
        }
        edges.sort_unstable();
        edges.dedup();
        let mut starts = vec![0u32; component.len() + 1];
        edges.iter().for_each(|(source, _)| starts[*source as usize + 1] += 1);
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        Circle { starts, takers: edges.into_iter().map(|(_, taker)| taker).collect() }
    }

    /// Runs `work` on the copies of the component until nothing grows any more: first on each, then on those that are made from
    /// one that grew. `work` says whether its copy grew.
    pub(super) fn settle(&self, component: &[CopyId], mut work: impl FnMut(CopyId) -> bool) {
        if faults::on(Fault::CirclesOnce) {
            component.iter().for_each(|copy| _ = work(*copy));
            return;
        }
        let mut queue: VecDeque<u32> = (0..component.len() as u32).collect();
        let mut queued = vec![true; component.len()];
        while let Some(number) = queue.pop_front() {
            queued[number as usize] = false;
            if !work(component[number as usize]) {
                continue;
            }
            let (start, end) = (self.starts[number as usize], self.starts[number as usize + 1]);
            for taker in &self.takers[start as usize..end as usize] {
                if !std::mem::replace(&mut queued[*taker as usize], true) {
                    queue.push_back(*taker);
                }
            }
        }
    }
}
