//! Lines laid anew where they cross, and the tabs of frames put where they are least in the way.

use super::effort::Effort;
use super::engine::{CROSSING, lines_cost};
use super::geometry::Tabs;
use super::grid::Grid;
use super::model::Model;
use super::route::Router;
use super::tracks::Tracks;

/// Lays lines anew while that makes fewer crossings and corners: all in turn, then one by one those that cross.
pub(super) fn untangled(model: &Model, grid: &Grid, router: &mut Router, effort: Effort) -> Tracks {
    let wires = model.wires.len();
    let judge = |router: &Router| {
        let mut tracks = Tracks::of(model, grid, &router.paths);
        tracks.untangle(effort.knots);
        let crossings = tracks.crossings(wires);
        let cost = CROSSING * crossings.0 as i64 + lines_cost(tracks.corners(wires), router.length());
        (tracks, crossings.1, cost)
    };
    let mut best = judge(router);
    for _ in 0..effort.rounds {
        let kept = router.paths.clone();
        // those that cross most first
        let mut order: Vec<usize> = (0..wires).collect();
        order.sort_by_key(|&w| (std::cmp::Reverse(best.1[w]), w));
        if !router.again(&order) {
            break;
        }
        let now = judge(router);
        if now.2 < best.2 {
            best = now;
        } else {
            for (w, path) in kept.into_iter().enumerate() {
                router.restore(w, path);
            }
            break;
        }
    }
    let mut left = effort.tries;
    loop {
        let before = best.2;
        let mut order: Vec<usize> = (0..wires).filter(|&w| best.1[w] > 0).collect();
        order.sort_by_key(|&w| (std::cmp::Reverse(best.1[w]), w));
        for w in order {
            for other in router.others(w) {
                if left == 0 {
                    return best.0;
                }
                left -= 1;
                let kept = router.paths[w].clone();
                router.restore(w, other);
                let now = judge(router);
                if now.2 < best.2 {
                    best = now;
                } else {
                    router.restore(w, kept);
                }
            }
        }
        if best.2 >= before {
            return best.0;
        }
    }
}

/// Where each frame's tab goes: where fewest lines cross its upper border. Lines that do are laid anew.
pub(super) fn tabs(model: &Model, grid: &Grid, router: &mut Router) -> Tabs {
    let mut moved = vec![false; model.wires.len()];
    let mut tabs: Tabs = vec![None; model.frames.len()];
    for (f, borders) in grid.frames.iter().enumerate() {
        let Some(b) = borders else { continue };
        let need = model.frames[f].tab.w + 12;
        let mut best: Option<(i32, usize, usize)> = None;
        for from in b.left + 1..b.right {
            let (mut wide, mut lines) = (0, 0);
            for to in from..b.right {
                wide += grid.xs[to].least;
                lines += i32::from(router.down_through(to, b.top));
                if wide >= need || (from == b.left + 1 && to + 1 == b.right) {
                    let cost = 50 * lines + (from - b.left) as i32;
                    if best.is_none_or(|(c, _, _)| cost < c) {
                        best = Some((cost, from, to));
                    }
                    break;
                }
            }
        }
        let Some((_, from, to)) = best else { continue };
        tabs[f] = Some((from, to));
        for x in from..=to {
            router.tabbed[grid.cell(x, b.top)] = true;
        }
        for (w, path) in router.paths.iter().enumerate() {
            moved[w] |= path.iter().any(|&(x, y)| y == b.top && from <= x && x <= to);
        }
    }
    let moved: Vec<usize> = (0..moved.len()).filter(|&w| moved[w]).collect();
    router.again(&moved);
    tabs
}
