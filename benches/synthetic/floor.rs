//! The floor: what the reachability part of a check costs when nothing else is done.
//!
//! A bare worklist over words of 64 bits on facts that are in memory already: for each cell the classes of sources that reach it
//! row by row, and those that reach it as counts. No text, no names, no linkage, no rules, no findings. No checker can be
//! faster than the memory that this walks over, so it says how fast the machine is.

use std::collections::VecDeque;

use super::facts::Facts;

/// The facts as a machine likes them: edges gathered by the cell that they start from.
#[derive(Debug)]
pub(crate) struct Floor {
    starts: Vec<u32>,
    /// The cell that an edge leads to, and in the highest bit whether it counts.
    edges: Vec<u32>,
    origins: Vec<(u32, u64)>,
}

/// What reaches what.
#[derive(Debug)]
pub(crate) struct Reached {
    /// For each cell, the classes that reach it row by row.
    pub(crate) rows: Vec<u64>,
    /// For each cell, the classes that reach it as counts.
    pub(crate) counts: Vec<u64>,
}

const COUNTED: u32 = 1 << 31;

impl Floor {
    /// Gathers the facts.
    pub(crate) fn new(facts: &Facts) -> Floor {
        let mut starts = vec![0u32; facts.cells() + 1];
        facts.edges(|from, _, _| starts[from as usize + 1] += 1);
        for i in 1..starts.len() {
            starts[i] += starts[i - 1];
        }
        let mut next = starts.clone();
        let mut edges = vec![0u32; starts.last().copied().unwrap_or(0) as usize];
        facts.edges(|from, to, counted| {
            edges[next[from as usize] as usize] = to | if counted { COUNTED } else { 0 };
            next[from as usize] += 1;
        });
        let mut origins = Vec::new();
        facts.origins(|cell, class| origins.push((cell, 1 << class)));
        Floor { starts, edges, origins }
    }

    /// How many edges between cells there are.
    pub(crate) fn edges(&self) -> usize {
        self.edges.len()
    }

    /// The worklist: every cell whose classes grew hands them on, first come, first served.
    pub(crate) fn run(&self) -> Reached {
        let cells = self.starts.len() - 1;
        let mut reached = Reached { rows: vec![0; cells], counts: vec![0; cells] };
        let mut waits = vec![false; cells];
        let mut queue: VecDeque<u32> = VecDeque::with_capacity(cells);
        for (cell, class) in &self.origins {
            reached.rows[*cell as usize] |= class;
            if !std::mem::replace(&mut waits[*cell as usize], true) {
                queue.push_back(*cell);
            }
        }
        while let Some(cell) = queue.pop_front() {
            let cell = cell as usize;
            waits[cell] = false;
            let (rows, counts) = (reached.rows[cell], reached.counts[cell]);
            for edge in &self.edges[self.starts[cell] as usize..self.starts[cell + 1] as usize] {
                let to = (edge & !COUNTED) as usize;
                let (more, counted) = if edge & COUNTED == 0 { (rows, counts) } else { (0, rows | counts) };
                if more & !reached.rows[to] | counted & !reached.counts[to] != 0 {
                    reached.rows[to] |= more;
                    reached.counts[to] |= counted;
                    if !std::mem::replace(&mut waits[to], true) {
                        queue.push_back(to as u32);
                    }
                }
            }
        }
        reached
    }
}

impl Reached {
    /// How many pairs of cell and class there are, rows and counts apart: what another engine should find, too.
    pub(crate) fn pairs(&self) -> u64 {
        self.rows.iter().chain(&self.counts).map(|word| u64::from(word.count_ones())).sum()
    }
}
