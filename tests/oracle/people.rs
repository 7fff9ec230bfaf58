//! Made-up people such that a set of columns singles somebody out exactly when it contains a declared combination.
//!
//! A person is a vector of bits, one for each way of breaking every combination at once (a smallest set of columns that
//! meets them all, each column hidden down to the level at which it no longer counts). Two people who differ in one bit
//! agree on all that this way leaves visible and on nothing else, so whatever holds no combination is shared by two, and
//! what holds one is nobody else's. This is W. W. Armstrong's construction for dependencies, used on precision too.

use super::model::Model;

/// The bit of a value that shows the group.
const GROUP: u32 = 1 << 20;

/// The population.
pub(crate) struct People {
    /// How many there are; with groups, the first half is the first group.
    pub(crate) count: u32,
    half: u32,
    /// For each quasi-identifier and level, the bits of a person that its value shows.
    shows: Vec<[u32; 3]>,
    /// Smallest sets of columns, each at its coarsest level, that nobody shares: found by counting.
    pub(crate) unique: Vec<Vec<(u8, u8)>>,
}

impl People {
    pub(crate) fn new(model: &Model) -> People {
        let ways = breakings(model);
        let mut shows = vec![[0u32; 3]; usize::from(model.quasis)];
        for (q, levels) in shows.iter_mut().enumerate() {
            for (level, bits) in (0u8..).zip(levels.iter_mut()) {
                for (way, hidden) in ways.iter().enumerate() {
                    if hidden.get(q).copied().flatten().is_some_and(|coarsest| level <= coarsest) {
                        *bits |= 1 << way;
                    }
                }
            }
        }
        let half = 1u32 << ways.len();
        let count = if model.groups { half * 2 } else { half };
        let mut people = People { count, half, shows, unique: Vec::new() };
        people.unique = people.count_unique(model.quasis);
        people
    }

    /// A person's value of a quasi-identifier at a level. Every value shows the group, so that nobody of one is taken for
    /// somebody of the other.
    pub(crate) fn value(&self, person: u32, quasi: u8, level: u8) -> u32 {
        let group = if person < self.half { 0 } else { GROUP };
        group | ((person % self.half) & self.shows[usize::from(quasi)][usize::from(level)])
    }

    /// A finer value made coarser.
    pub(crate) fn coarsen(&self, value: u32, quasi: u8, level: u8) -> u32 {
        value & (GROUP | self.shows[usize::from(quasi)][usize::from(level)])
    }

    /// The members of a group.
    pub(crate) fn members(&self, about: Option<u8>) -> std::ops::Range<u32> {
        match about {
            Some(0) => 0..self.half,
            Some(_) => self.half..self.count,
            None => 0..self.count,
        }
    }

    /// Tries every set of columns at every precision and counts who shares a value; keeps the least that single out.
    fn count_unique(&self, quasis: u8) -> Vec<Vec<(u8, u8)>> {
        let mut found: Vec<Vec<(u8, u8)>> = Vec::new();
        // coarse first, so that what is found later and contains an earlier one is no news
        let mut sets: Vec<Vec<(u8, u8)>> = vec![Vec::new()];
        for q in 0..quasis {
            let before = sets.clone();
            for level in 0..3 {
                sets.extend(before.iter().map(|s| s.iter().copied().chain([(q, level)]).collect()));
            }
        }
        sets.sort_by_key(|s| (s.len(), s.iter().map(|(_, l)| 2 - l).sum::<u8>()));
        for set in sets {
            let known = |f: &Vec<(u8, u8)>| f.iter().all(|(q, l)| set.iter().any(|(p, m)| p == q && m <= l));
            if found.iter().any(known) {
                continue;
            }
            let mut seen: Vec<Vec<u32>> =
                (0..self.half).map(|p| set.iter().map(|(q, l)| self.value(p, *q, *l)).collect()).collect();
            seen.sort();
            seen.dedup();
            if seen.len() == self.half as usize {
                found.push(set);
            }
        }
        found
    }
}

/// The smallest ways to hide something of every combination: for each quasi-identifier the coarsest level that is hidden.
fn breakings(model: &Model) -> Vec<Vec<Option<u8>>> {
    let mut ways: Vec<Vec<Option<u8>>> = vec![vec![None; usize::from(model.quasis)]];
    for parts in &model.combinations {
        let mut next = Vec::new();
        for way in &ways {
            // a level is hidden with everything finer, so a part counts as hidden when the way hides that level or a coarser
            if parts.iter().any(|(q, l)| way[usize::from(*q)].is_some_and(|hidden| hidden >= *l)) {
                next.push(way.clone());
                continue;
            }
            for (q, l) in parts {
                let mut more = way.clone();
                more[usize::from(*q)] = Some(*l);
                next.push(more);
            }
        }
        ways = next;
    }
    let covers = |a: &Vec<Option<u8>>, b: &Vec<Option<u8>>| a.iter().zip(b).all(|(x, y)| x <= y);
    let mut least: Vec<Vec<Option<u8>>> = Vec::new();
    ways.sort();
    ways.dedup();
    for way in &ways {
        if !ways.iter().any(|other| other != way && covers(other, way)) {
            least.push(way.clone());
        }
    }
    least
}
