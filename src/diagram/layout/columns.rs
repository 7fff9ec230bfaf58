//! Which column each box stands in: time goes across, as the lines and the phases say.

use super::model::Model;

/// Above this number of lines, which of them go back is told by the order of the boxes alone.
const MANY: usize = 8_000;

/// Which lines go on in time. Lines are taken in declared order; one that would close a circle, or that leads into an
/// earlier phase, goes back.
pub(super) fn forward(model: &Model) -> Vec<bool> {
    let (nodes, phases) = (model.nodes(), model.phases.len());
    let mut next: Vec<Vec<usize>> = vec![Vec::new(); nodes + phases];
    // a phase's end stands between its boxes and those of the next phase
    for phase in 1..phases {
        next[nodes + phase - 1].push(nodes + phase);
    }
    for node in 0..nodes {
        if let Some(phase) = model.phase[node] {
            next[node].push(nodes + phase);
            if phase > 0 {
                next[nodes + phase - 1].push(node);
            }
        }
    }
    let mut seen = vec![0usize; nodes + phases];
    let mut stamp = 0;
    let mut reaches = |next: &[Vec<usize>], from: usize, to: usize| {
        stamp += 1;
        let mut stack = vec![from];
        seen[from] = stamp;
        while let Some(at) = stack.pop() {
            if at == to {
                return true;
            }
            for &n in &next[at] {
                if seen[n] != stamp {
                    seen[n] = stamp;
                    stack.push(n);
                }
            }
        }
        false
    };
    let many = model.wires.len() > MANY;
    (model.wires.iter())
        .map(|wire| {
            let on = if many { wire.from < wire.to } else { !reaches(&next, wire.to, wire.from) };
            if on && !many {
                next[wire.from].push(wire.to);
            }
            on
        })
        .collect()
}

/// The lines that hand over from one lane to another with nothing else to do at either end: the two boxes may stand in one
/// column, one above the other.
pub(super) fn handovers(model: &Model, forward: &[bool]) -> Vec<bool> {
    let (mut out, mut into) = (vec![0usize; model.nodes()], vec![0usize; model.nodes()]);
    for wire in &model.wires {
        out[wire.from] += 1;
        into[wire.to] += 1;
    }
    // boxes that are already one above the other, with the lanes that they take
    let mut group: Vec<usize> = (0..model.nodes()).collect();
    let mut lanes: Vec<Vec<usize>> = model.lane.iter().map(|&l| vec![l]).collect();
    (model.wires.iter().zip(forward))
        .map(|(wire, &on)| {
            let (a, b) = (wire.from, wire.to);
            if !on || a == b || out[a] != 1 || into[b] != 1 || model.phase[a] != model.phase[b] {
                return false;
            }
            let (ga, gb) = (group[a], group[b]);
            if ga == gb || lanes[ga].iter().any(|l| lanes[gb].contains(l)) || lanes[ga].len() + lanes[gb].len() > 4 {
                return false;
            }
            let moved = std::mem::take(&mut lanes[gb]);
            lanes[ga].extend(moved);
            for g in group.iter_mut().filter(|g| **g == gb) {
                *g = ga;
            }
            true
        })
        .collect()
}

/// The column of each box: as far left as its lines allow, with boxes where nothing comes in moved up to what they feed.
pub(super) fn assign(model: &Model, forward: &[bool], handover: &[bool]) -> Vec<usize> {
    let (nodes, phases) = (model.nodes(), model.phases.len());
    let mut next: Vec<Vec<(usize, usize)>> = vec![Vec::new(); nodes + phases];
    for ((wire, &on), &over) in model.wires.iter().zip(forward).zip(handover) {
        if on && wire.from != wire.to {
            next[wire.from].push((wire.to, usize::from(!over)));
        }
    }
    for node in 0..nodes {
        if let Some(phase) = model.phase[node] {
            next[node].push((nodes + phase, 1));
            if phase > 0 {
                next[nodes + phase - 1].push((node, 0));
            }
        }
    }
    for phase in 1..phases {
        next[nodes + phase - 1].push((nodes + phase, 0));
    }
    let mut waiting = vec![0usize; nodes + phases];
    for (to, _) in next.iter().flatten() {
        waiting[*to] += 1;
    }
    let mut column = vec![0usize; nodes + phases];
    let mut ready: Vec<usize> = (0..nodes + phases).filter(|&n| waiting[n] == 0).collect();
    while let Some(at) = ready.pop() {
        for &(to, length) in &next[at] {
            column[to] = column[to].max(column[at] + length);
            waiting[to] -= 1;
            if waiting[to] == 0 {
                ready.push(to);
            }
        }
    }
    pull(model, forward, handover, &mut column);
    spread(model, &mut column);
    column.truncate(nodes);
    squeeze(&mut column);
    column
}

/// Moves boxes where nothing comes in to the right, next to what they feed, and with them whatever has nothing else to
/// do than to feed what moves.
fn pull(model: &Model, forward: &[bool], handover: &[bool], column: &mut [usize]) {
    let nodes = model.nodes();
    let mut next: Vec<Vec<(usize, usize)>> = vec![Vec::new(); nodes];
    let mut before: Vec<Vec<usize>> = vec![Vec::new(); nodes];
    for ((wire, &on), &over) in model.wires.iter().zip(forward).zip(handover) {
        if on && wire.from != wire.to {
            next[wire.from].push((wire.to, usize::from(!over)));
            before[wire.to].push(wire.from);
        }
    }
    let mut order: Vec<usize> = (0..nodes).collect();
    let rank = ranks(&next, &before);
    order.sort_by_key(|&n| rank[n]);
    let mut loose = vec![false; nodes];
    for &node in &order {
        let follows = |&b: &usize| loose[b] && next[b].iter().all(|&(to, _)| to == node);
        loose[node] = !next[node].is_empty() && before[node].iter().all(follows);
    }
    let latest = |node: usize, column: &[usize]| {
        next[node].iter().map(|&(to, length)| column[to].saturating_sub(length)).min().unwrap_or(0)
    };
    let mut goal = column.to_vec();
    for &node in order.iter().rev().filter(|&&n| loose[n]) {
        let end = model.phase[node].map_or(usize::MAX, |p| column[nodes + p].saturating_sub(1));
        goal[node] = column[node].max(latest(node, &goal).min(end));
    }
    // a line that gets longer by as much as the next one gets shorter is no gain
    let mut shift = vec![0; nodes];
    for &node in &order {
        let follow = before[node].iter().map(|&b| shift[b]).min().unwrap_or(usize::MAX);
        shift[node] = follow.min(goal[node] - column[node]);
    }
    for &node in order.iter().rev().filter(|&&n| shift[n] > 0) {
        column[node] = column[node].max(latest(node, column).min(column[node] + shift[node]));
    }
}

/// A place for each box in an order in which every line that goes on leads to a later one.
fn ranks(next: &[Vec<(usize, usize)>], before: &[Vec<usize>]) -> Vec<usize> {
    let mut waiting: Vec<usize> = before.iter().map(Vec::len).collect();
    let mut ready: Vec<usize> = (0..next.len()).filter(|&n| waiting[n] == 0).collect();
    let mut rank = vec![0; next.len()];
    let mut place = 0;
    while let Some(at) = ready.pop() {
        rank[at] = place;
        place += 1;
        for &(to, _) in &next[at] {
            waiting[to] -= 1;
            if waiting[to] == 0 {
                ready.push(to);
            }
        }
    }
    rank
}

/// Boxes without lines take the columns of their phase where their lane has least.
fn spread(model: &Model, column: &mut [usize]) {
    let nodes = model.nodes();
    let mut joined = vec![false; nodes];
    for wire in &model.wires {
        joined[wire.from] = true;
        joined[wire.to] = true;
    }
    let last = (0..nodes).map(|n| column[n]).max().unwrap_or(0);
    let alone = joined.iter().filter(|j| !**j).count();
    // a project that has no lines yet makes a block and not a tower
    let last =
        last.max(if alone == nodes { (nodes as f64 / model.lanes as f64).sqrt().ceil() as usize } else { 2 }.min(12));
    let mut taken = vec![vec![0usize; last + 1]; model.lanes];
    for node in (0..nodes).filter(|&n| joined[n]) {
        taken[model.lane[node]][column[node]] += 1;
    }
    for node in (0..nodes).filter(|&n| !joined[n]) {
        let (from, to) = match model.phase[node] {
            Some(p) => {
                let from = if p > 0 { column[nodes + p - 1] } else { 0 };
                (from, column[nodes + p].saturating_sub(1).max(from).min(last))
            }
            None => (0, last),
        };
        let lane = &mut taken[model.lane[node]];
        let best = (from..=to).min_by_key(|&c| lane.get(c).copied().unwrap_or(usize::MAX)).unwrap_or(from);
        column[node] = best;
        if let Some(count) = lane.get_mut(best) {
            *count += 1;
        }
    }
}

/// Leaves out columns where nothing stands.
pub(super) fn squeeze(column: &mut [usize]) {
    let mut used: Vec<usize> = column.to_vec();
    used.sort_unstable();
    used.dedup();
    for c in column {
        *c = used.binary_search(c).unwrap_or(0);
    }
}
