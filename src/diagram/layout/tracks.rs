//! Which of the lines in one strip runs left of or above which: in the order with the fewest crossings.

use super::grid::Grid;
use super::model::Model;
use super::route::Path;

/// One straight leg of a line.
#[derive(Debug, Clone)]
pub(super) struct Leg {
    pub(super) wire: usize,
    /// It runs across; else down.
    pub(super) level: bool,
    /// The strip that it runs along.
    pub(super) strip: usize,
    /// The strips that it goes through, the first and last included, its boxes' left out.
    pub(super) from: usize,
    pub(super) to: usize,
    /// The legs before and after it.
    pub(super) before: Option<usize>,
    pub(super) after: Option<usize>,
    /// It goes right or down.
    pub(super) onward: bool,
    /// Its place among the legs of its strip.
    rank: usize,
}

/// All legs, and the legs of each strip in order.
#[derive(Debug, Clone, Default)]
pub(super) struct Tracks {
    pub(super) legs: Vec<Leg>,
    pub(super) across: Vec<Vec<usize>>,
    pub(super) down: Vec<Vec<usize>>,
    /// The first leg of each line.
    pub(super) first: Vec<Option<usize>>,
}

const RANKS: i64 = 1 << 20;

impl Tracks {
    pub(super) fn of(model: &Model, grid: &Grid, paths: &[Path]) -> Self {
        let mut tracks = Self {
            across: vec![Vec::new(); grid.ys.len()],
            down: vec![Vec::new(); grid.xs.len()],
            first: vec![None; model.wires.len()],
            ..Self::default()
        };
        for (wire, path) in paths.iter().enumerate() {
            tracks.cut(wire, path);
        }
        for list in [&mut tracks.across, &mut tracks.down] {
            for legs in list.iter_mut() {
                legs.sort_by_key(|&l| (tracks.legs[l].from + tracks.legs[l].to, l));
                for (rank, &leg) in legs.iter().enumerate() {
                    tracks.legs[leg].rank = rank;
                }
            }
        }
        tracks
    }

    fn cut(&mut self, wire: usize, path: &Path) {
        let mut at = 0;
        let mut last: Option<usize> = None;
        while at + 1 < path.len() {
            let level = path[at].1 == path[at + 1].1;
            let along = |p: (usize, usize)| if level { p.0 } else { p.1 };
            let aside = |p: (usize, usize)| if level { p.1 } else { p.0 };
            let strip = aside(path[at]);
            let mut end = at + 1;
            while end + 1 < path.len() && aside(path[end + 1]) == strip {
                end += 1;
            }
            let (mut from, mut to) = (along(path[at]), along(path[end]));
            let onward = to > from;
            let (begins, ends) = (at == 0, end + 1 == path.len());
            // the boxes' own cells are not run through
            if begins {
                from = if onward { from + 1 } else { from - 1 };
            }
            if ends {
                to = if onward { to.max(1) - 1 } else { to + 1 };
            }
            let leg = self.legs.len();
            let (from, to) = (from.min(to), from.max(to));
            self.legs.push(Leg { wire, level, strip, from, to, before: last, after: None, onward, rank: 0 });
            if let Some(last) = last {
                self.legs[last].after = Some(leg);
            } else {
                self.first[wire] = Some(leg);
            }
            last = Some(leg);
            if level {
                self.across[strip].push(leg)
            } else {
                self.down[strip].push(leg)
            }
            at = end;
        }
    }

    fn key(&self, leg: usize) -> i64 {
        self.legs[leg].strip as i64 * RANKS + self.legs[leg].rank as i64
    }

    /// Where a leg begins and ends, in strips and ranks of what it turns into.
    fn extent(&self, leg: usize) -> (i64, i64) {
        let l = &self.legs[leg];
        let (low, high) = if l.onward { (l.before, l.after) } else { (l.after, l.before) };
        let low = low.map_or(l.from as i64 * RANKS - 1, |o| self.key(o));
        let high = high.map_or((l.to as i64 + 1) * RANKS, |o| self.key(o));
        (low, high)
    }

    /// Whether two legs, one across and one down, cross.
    fn cross(&self, a: usize, b: usize) -> bool {
        if self.legs[a].wire == self.legs[b].wire {
            return false;
        }
        let (ea, eb) = (self.extent(a), self.extent(b));
        let (ka, kb) = (self.key(a), self.key(b));
        ea.0 < kb && kb < ea.1 && eb.0 < ka && ka < eb.1
    }

    /// How often lines cross, by line.
    pub(super) fn crossings(&self, wires: usize) -> (usize, Vec<usize>) {
        let mut by = vec![0; wires];
        let mut all = 0;
        for legs in &self.across {
            for &a in legs {
                for strip in self.legs[a].from..=self.legs[a].to {
                    for &b in &self.down[strip] {
                        if self.cross(a, b) {
                            all += 1;
                            by[self.legs[a].wire] += 1;
                            by[self.legs[b].wire] += 1;
                        }
                    }
                }
            }
        }
        (all, by)
    }

    /// How many corners each line has.
    pub(super) fn corners(&self, wires: usize) -> Vec<usize> {
        let mut corners = vec![0; wires];
        for leg in self.legs.iter().filter(|l| l.after.is_some()) {
            corners[leg.wire] += 1;
        }
        corners
    }

    /// How many crossings of two legs of one strip, and of what they turn into, there are as they stand.
    fn knots(&self, a: usize, b: usize) -> i64 {
        let of = |a: usize, b: usize| {
            let l = &self.legs[a];
            [l.before, l.after].into_iter().flatten().filter(|&o| self.cross(o, b)).count() as i64
        };
        of(a, b) + of(b, a)
    }

    fn near(&self, a: usize, b: usize) -> bool {
        let (a, b) = (&self.legs[a], &self.legs[b]);
        a.from <= b.to && b.from <= a.to
    }

    /// Puts the legs of each strip into the order with the fewest crossings, as far as moving one after the other can.
    pub(super) fn untangle(&mut self, effort: usize) {
        let mut left = effort;
        for _ in 0..12 {
            let mut better = false;
            for level in [false, true] {
                let count = if level { self.across.len() } else { self.down.len() };
                for strip in 0..count {
                    let list = if level { &mut self.across[strip] } else { &mut self.down[strip] };
                    let mut list = std::mem::take(list);
                    if list.len() > 1 && left > 0 {
                        better |= self.sort(&mut list, &mut left);
                    }
                    if level {
                        self.across[strip] = list;
                    } else {
                        self.down[strip] = list;
                    }
                }
            }
            if !better || left == 0 {
                break;
            }
        }
    }

    /// Moves each leg to where it crosses least.
    fn sort(&mut self, list: &mut [usize], left: &mut usize) -> bool {
        let mut better = false;
        for start in 0..list.len() {
            let leg = list[start];
            for up in [true, false] {
                let mut at = self.legs[leg].rank;
                let home = at;
                let (mut gain, mut best, mut best_at) = (0i64, 0i64, at);
                loop {
                    let next = if up { at.checked_sub(1) } else { Some(at + 1).filter(|&n| n < list.len()) };
                    let Some(next) = next else { break };
                    let other = list[next];
                    if *left == 0 {
                        break;
                    }
                    if self.near(leg, other) {
                        *left = left.saturating_sub(1);
                        let before = self.knots(leg, other);
                        self.swap(list, at, next);
                        gain += self.knots(leg, other) - before;
                    } else {
                        self.swap(list, at, next);
                    }
                    at = next;
                    if gain < best {
                        (best, best_at) = (gain, at);
                    }
                    if gain > 6 {
                        break;
                    }
                }
                // back to the best place on the way
                while at != best_at {
                    let next = if at < best_at { at + 1 } else { at - 1 };
                    self.swap(list, at, next);
                    at = next;
                }
                better |= best_at != home;
            }
        }
        better
    }

    fn swap(&mut self, list: &mut [usize], a: usize, b: usize) {
        list.swap(a, b);
        self.legs[list[a]].rank = a;
        self.legs[list[b]].rank = b;
    }

    /// For each leg of a strip, how far it lies from the strip's middle so that each pair that runs side by side is as far
    /// apart as it must be.
    pub(super) fn offsets(&self, list: &[usize], apart: impl Fn(usize, usize) -> i32) -> Vec<i32> {
        let count = list.len();
        let (mut low, mut high) = (vec![0i32; count], vec![0i32; count]);
        let beside = |i: usize, j: usize| {
            let (a, b) = (list[i], list[j]);
            if !self.near(a, b) || !self.legs[a].level {
                return self.near(a, b);
            }
            let (ea, eb) = (self.extent(a), self.extent(b));
            ea.0 <= eb.1 && eb.0 <= ea.1
        };
        // only what is near in order matters in crowded strips; the rest follows from it
        for j in 0..count {
            for i in (0..j).rev() {
                if beside(i, j) {
                    low[j] = low[j].max(low[i] + apart(list[i], list[j]));
                }
            }
        }
        for i in (0..count).rev() {
            for j in i + 1..count {
                if beside(i, j) {
                    high[i] = high[i].max(high[j] + apart(list[i], list[j]));
                }
            }
        }
        low.iter().zip(&high).map(|(l, h)| (l - h) / 2).collect()
    }
}
