//! The graph gone through as a whole: where copies go on to, and what comes down to them or up from them.

use super::{ArrivalId, CopyId, Graph};

/// Where copies go on to.
#[derive(Clone, Debug)]
pub struct Onward {
    arrivals: Vec<ArrivalId>,
    starts: Vec<u32>,
}

impl Onward {
    /// Works out where all copies go.
    pub fn of(graph: &Graph) -> Onward {
        let mut starts = vec![0u32; graph.size() + 1];
        let all = || (0..graph.arrivals.len() as u32).map(ArrivalId);
        for from in all().flat_map(|a| graph.from(a)) {
            starts[from.index() + 1] += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let mut fill = starts.clone();
        let mut arrivals = vec![ArrivalId(0); starts.last().copied().unwrap_or(0) as usize];
        for arrival in all() {
            for from in graph.from(arrival) {
                arrivals[fill[from.index()] as usize] = arrival;
                fill[from.index()] += 1;
            }
        }
        Onward { arrivals, starts }
    }

    /// The arrivals that take a copy.
    pub fn from(&self, copy: CopyId) -> &[ArrivalId] {
        &self.arrivals[self.starts[copy.index()] as usize..self.starts[copy.index() + 1] as usize]
    }
}

impl Graph {
    /// What comes down to each copy, as a number: `by` says what an arrival brings, given what all copies have so far, and `join`
    /// puts two numbers together. The least fixpoint, from 0.
    pub fn come_down(&self, join: fn(u64, u64) -> u64, mut by: impl FnMut(ArrivalId, &[u64]) -> u64) -> Vec<u64> {
        let mut all = vec![0u64; self.size()];
        for component in self.order.iter() {
            loop {
                let mut more = false;
                for copy in component {
                    let before = all[copy.index()];
                    let after = self.arrivals_of(*copy).fold(before, |sum, a| join(sum, by(a, &all)));
                    more |= after != before;
                    all[copy.index()] = after;
                }
                if !more || component.len() == 1 {
                    break;
                }
            }
        }
        all
    }

    /// The contrary way: what goes up from each copy to those it is made of. `own` says what a copy has of itself.
    pub fn go_up(&self, join: fn(u64, u64) -> u64, own: impl Fn(CopyId) -> u64) -> Vec<u64> {
        let mut all: Vec<u64> = self.copy_ids().map(own).collect();
        for number in (0..self.order.len()).rev() {
            loop {
                let mut more = false;
                for copy in self.order.members(number) {
                    let own = all[copy.index()];
                    for from in self.arrivals_of(*copy).flat_map(|a| self.from(a)) {
                        let sum = join(all[from.index()], own);
                        more |= sum != all[from.index()] && self.order.of(*from) as usize == number;
                        all[from.index()] = sum;
                    }
                }
                if !more {
                    break;
                }
            }
        }
        all
    }
}
