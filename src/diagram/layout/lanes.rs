//! The order of the lanes from top to bottom.

use super::model::Model;

/// Up to this number of lanes that may be moved, every order is tried.
const ALL: usize = 7;

/// The lanes from top to bottom: the order with the shortest lines, near to the declared one.
pub(super) fn order(model: &Model, column: &[usize]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..model.lanes).collect();
    let free: Vec<usize> = order.iter().copied().filter(|&l| !model.fixed[l]).collect();
    let judge = Judge::new(model, column);
    if free.len() <= ALL {
        let mut best = (judge.cost(&order), order.clone());
        let mut picked = free.clone();
        permute(&mut picked, 0, &mut |picked| {
            let mut candidate = order.clone();
            for (place, lane) in free.iter().zip(picked) {
                candidate[*place] = *lane;
            }
            let cost = judge.cost(&candidate);
            if (cost, &candidate) < (best.0, &best.1) {
                best = (cost, candidate);
            }
        });
        return best.1;
    }
    let rounds = 200_000 / (free.len() * (model.wires.len() + free.len() * free.len() / 2 + 1)).max(1);
    for _ in 0..rounds.min(20) {
        let mut better = false;
        for pair in free.windows(2) {
            let before = judge.cost(&order);
            order.swap(pair[0], pair[1]);
            if judge.cost(&order) < before {
                better = true;
            } else {
                order.swap(pair[0], pair[1]);
            }
        }
        if !better {
            break;
        }
    }
    order
}

fn permute(items: &mut Vec<usize>, at: usize, each: &mut impl FnMut(&[usize])) {
    if at >= items.len() {
        each(items);
        return;
    }
    for other in at..items.len() {
        items.swap(at, other);
        permute(items, at + 1, each);
        items.swap(at, other);
    }
}

struct Judge {
    lanes: usize,
    /// How many lines there are between two lanes.
    between: Vec<(usize, usize, i64)>,
    /// Lines that lead down one column from lane to lane, and which lanes have a box there.
    upright: Vec<(usize, usize, Vec<usize>)>,
}

impl Judge {
    fn new(model: &Model, column: &[usize]) -> Self {
        let lanes = model.lanes;
        let mut count = std::collections::BTreeMap::new();
        let mut upright = Vec::new();
        for wire in &model.wires {
            let (a, b) = (model.lane[wire.from], model.lane[wire.to]);
            if a == b {
                continue;
            }
            *count.entry((a.min(b), a.max(b))).or_insert(0i64) += if wire.strong { 25 } else { 20 };
            if column[wire.from] == column[wire.to] && upright.len() < 200 {
                let mut others: Vec<usize> = (0..model.nodes())
                    .filter(|&n| column[n] == column[wire.from] && model.lane[n] != a && model.lane[n] != b)
                    .map(|n| model.lane[n])
                    .collect();
                others.sort_unstable();
                others.dedup();
                upright.push((a, b, others));
            }
        }
        Self { lanes, between: count.into_iter().map(|((a, b), n)| (a, b, n)).collect(), upright }
    }

    fn cost(&self, order: &[usize]) -> i64 {
        let mut place = vec![0i64; self.lanes];
        for (at, &lane) in order.iter().enumerate() {
            place[lane] = at as i64;
        }
        let mut cost = 0;
        for &(a, b, n) in &self.between {
            cost += n * (place[a] - place[b]).abs();
        }
        for (a, b, others) in &self.upright {
            let (low, high) = (place[*a].min(place[*b]), place[*a].max(place[*b]));
            cost += 100 * others.iter().filter(|&&l| low < place[l] && place[l] < high).count() as i64;
        }
        for a in 0..self.lanes {
            for b in a + 1..self.lanes {
                if place[a] > place[b] {
                    cost += 12;
                }
            }
        }
        cost
    }
}
