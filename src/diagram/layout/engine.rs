//! The steps one after the other, and the choice among several pictures of the same plan.

use super::geometry::{Room, Tabs, Work};
use super::grid::Grid;
use super::model::Model;
use super::picture::Picture;
use super::route::Router;
use super::tracks::Tracks;
use super::{Layout, Plan, columns, lanes, rows};

/// More columns than this are joined whatever comes of it.
const MOST_COLUMNS: usize = 80;

/// A picture no wider than this is not folded for being flat: it fits any page.
const NARROW: f64 = 840.0;

/// How much may be tried.
#[derive(Debug, Clone, Copy)]
struct Effort {
    /// How many foldings are tried at each step, and how many steps there are.
    width: usize,
    steps: usize,
    rows: usize,
    cells: usize,
    knots: usize,
    /// How often all lines are laid anew.
    rounds: usize,
    /// How often one line is tried otherwise.
    tries: usize,
    /// In how many ways the rows are chosen.
    tastes: usize,
    /// Only to compare: numbers and words are not placed.
    quick: bool,
}

impl Effort {
    fn of(model: &Model) -> Self {
        let size = model.nodes() + model.wires.len();
        match size {
            0..=90 => Self {
                width: 3,
                steps: 8,
                rows: 3_000_000,
                cells: 4_000_000,
                knots: 400_000,
                rounds: 3,
                tries: 60,
                tastes: 4,
                quick: false,
            },
            91..=200 => Self {
                width: 2,
                steps: 5,
                rows: 5_000_000,
                cells: 6_000_000,
                knots: 600_000,
                rounds: 3,
                tries: 60,
                tastes: 3,
                quick: false,
            },
            201..=700 => Self {
                width: 1,
                steps: 3,
                rows: 6_000_000,
                cells: 3_000_000,
                knots: 600_000,
                rounds: 1,
                tries: 20,
                tastes: 1,
                quick: false,
            },
            701..=2_000 => Self {
                width: 1,
                steps: 1,
                rows: 4_000_000,
                cells: 6_000_000,
                knots: 1_000_000,
                rounds: 0,
                tries: 0,
                tastes: 1,
                quick: false,
            },
            _ => Self {
                width: 0,
                steps: 0,
                rows: 0,
                cells: 3_000_000,
                knots: 1_000_000,
                rounds: 0,
                tries: 0,
                tastes: 1,
                quick: false,
            },
        }
    }
}

/// A picture and how bad it is.
struct Draft {
    layout: Layout,
    score: i64,
}

/// Places everything.
pub(super) fn place(plan: &Plan) -> Layout {
    let model = Model::of(plan);
    let effort = Effort::of(&model);
    let studio = Studio { plan, model: &model, effort };
    let forward = columns::forward(&model);
    let handover = columns::handovers(&model, &forward);
    let mut ways = vec![columns::assign(&model, &forward, &handover)];
    if effort.tastes > 1 && handover.contains(&true) {
        ways.push(columns::assign(&model, &forward, &vec![false; handover.len()]));
    }
    let mut best: Option<(Draft, Vec<usize>)> = None;
    for base in ways {
        let column = studio.folded(&base);
        let tried = studio.best_order(&column, Taste::ALL[0], effort);
        if best.as_ref().is_none_or(|(b, _)| tried.score + DOUBT < b.score) {
            best = Some((tried, column));
        }
    }
    let Some((mut best, column)) = best else { return Layout::default() };
    for taste in Taste::ALL.iter().take(effort.tastes).skip(1) {
        let tried = studio.best_order(&column, *taste, effort);
        if tried.score + DOUBT < best.score {
            best = tried;
        }
    }
    best.layout
}

/// A picture made in another way must be better by this to be taken, so that a small change of the plan makes no other
/// picture.
const DOUBT: i64 = 15;

/// What the rows are chosen by.
#[derive(Debug, Clone, Copy)]
pub(super) struct Taste {
    /// What two lines that would cross cost.
    pub(super) cross: i64,
    /// What each row costs.
    pub(super) tall: i64,
}

impl Taste {
    const ALL: [Self; 4] = [
        Self { cross: 14, tall: 9 },
        Self { cross: 34, tall: 9 },
        Self { cross: 14, tall: 2 },
        Self { cross: 60, tall: 4 },
    ];
}

struct Studio<'a> {
    plan: &'a Plan,
    model: &'a Model,
    effort: Effort,
}

impl Studio<'_> {
    /// The columns that come of these layers, folded until the page has its shape.
    fn folded(&self, base: &[usize]) -> Vec<usize> {
        let layers = base.iter().max().map_or(0, |c| c + 1);
        let mut joined = vec![false; layers];
        let column = joined_columns(base, &joined);
        if self.effort.steps == 0 {
            return column;
        }
        let rounds = usize::from(self.model.wires.len() < 60);
        let quick = Effort { quick: true, rounds, tries: 0, ..self.effort };
        let mut now = (self.best_order(&column, Taste::ALL[0], quick), column);
        let mut best: Option<(Draft, Vec<usize>)> = None;
        for _ in 0..self.effort.steps {
            let size = now.0.layout.size;
            let wide = self.plan.options.width.is_some_and(|w| size.w > w);
            let strip = size.w / size.h.max(1.0) > self.plan.options.aspect.1 && size.w > NARROW;
            if !strip && !wide {
                break;
            }
            let mut next: Option<(Draft, Vec<usize>, usize)> = None;
            for at in folds(self.model, base, &joined).into_iter().take(self.effort.width) {
                joined[at] = true;
                let column = joined_columns(base, &joined);
                joined[at] = false;
                let tried = self.best_order(&column, Taste::ALL[0], quick);
                if next.as_ref().is_none_or(|(n, _, _)| tried.score < n.score) {
                    next = Some((tried, column, at));
                }
            }
            let Some((draft, column, at)) = next else { break };
            joined[at] = true;
            let before = std::mem::replace(&mut now, (draft, column));
            if best.as_ref().is_none_or(|b| before.0.score < b.0.score) {
                best = Some(before);
            }
        }
        best.filter(|b| b.0.score < now.0.score).unwrap_or(now).1
    }

    /// The better of two pictures with these columns: lanes in declared order, and lanes in the order with the shortest
    /// lines where that is asked for.
    fn best_order(&self, column: &[usize], taste: Taste, effort: Effort) -> Draft {
        let declared: Vec<usize> = (0..self.model.lanes).collect();
        let first = draft(self, column, &declared, taste, effort);
        if !self.plan.options.order_lanes {
            return first;
        }
        let order = lanes::order(self.model, column);
        if order == declared {
            return first;
        }
        let second = draft(self, column, &order, taste, effort);
        // what was declared is what the reader expects, so that another order must be worth it
        if second.score + 60 < first.score { second } else { first }
    }
}

/// The columns where some layers stand together with the next one.
fn joined_columns(base: &[usize], joined: &[bool]) -> Vec<usize> {
    let mut column = Vec::with_capacity(joined.len());
    let mut at = 0;
    for join in joined {
        column.push(at);
        at += usize::from(!join);
    }
    let many = at.max(1);
    let most = if base.len() > 400 { MOST_COLUMNS } else { usize::MAX };
    base.iter()
        .map(|&c| {
            let c = column.get(c).copied().unwrap_or(0);
            if many > most { c * most / many } else { c }
        })
        .collect()
}

/// The layers that can stand together with the next one, the least costly first.
fn folds(model: &Model, base: &[usize], joined: &[bool]) -> Vec<usize> {
    let column = joined_columns(base, joined);
    let columns = column.iter().max().map_or(0, |c| c + 1);
    let mut count = vec![vec![0i64; columns]; model.lanes];
    let mut phases: Vec<Option<(usize, usize)>> = vec![None; columns];
    for node in 0..model.nodes() {
        count[model.lane[node]][column[node]] += 1;
        if let Some(phase) = model.phase[node] {
            let span = phases[column[node]].get_or_insert((phase, phase));
            *span = (span.0.min(phase), span.1.max(phase));
        }
    }
    let mut found: Vec<(i64, usize)> = Vec::new();
    for (at, _) in joined.iter().enumerate().take(joined.len().saturating_sub(1)).filter(|(_, j)| !**j) {
        let Some(c) = (0..base.len()).find(|&n| base[n] == at).map(|n| column[n]) else { continue };
        let Some(next) = phases.get(c + 1) else { continue };
        if let (Some(a), Some(b)) = (phases[c], next)
            && a.1 != b.0
        {
            continue;
        }
        let mut cost = 0;
        for lane in &count {
            let tall = lane.iter().max().copied().unwrap_or(0);
            cost += 6 * (lane[c] + lane[c + 1] - tall).max(0);
            cost += 3 * lane[c].min(lane[c + 1]);
        }
        // lines within the new column: one that hands over is easy, a fan is not
        let within = |w: &&super::model::Wire| {
            let ends = (column[w.from], column[w.to]);
            ends == (c, c + 1) || ends == (c + 1, c) || ends == (c, c) || ends == (c + 1, c + 1)
        };
        let inside: Vec<_> = model.wires.iter().filter(within).collect();
        for (i, a) in inside.iter().enumerate() {
            cost += 1;
            for b in &inside[..i] {
                cost += 4 * i64::from(a.from == b.from || a.to == b.to);
            }
        }
        found.push((cost, at));
    }
    found.sort_unstable();
    found.into_iter().map(|(_, at)| at).collect()
}

/// One picture with these columns and this order of lanes.
fn draft(studio: &Studio, column: &[usize], order: &[usize], taste: Taste, effort: Effort) -> Draft {
    let Studio { plan, model, .. } = *studio;
    let rows = rows::assign(model, column, order, taste, effort.rows);
    let grid = Grid::build(model, column, order, &rows);
    let mut router = Router::new(model, &grid, effort.cells);
    router.lay_all();
    let tabs = tabs(model, &grid, &mut router);
    let tracks = untangled(model, &grid, &mut router, effort);
    let crossings = tracks.crossings(model.wires.len());
    let noted = router.notes();
    let mut room = Room {
        legs: vec![0; tracks.legs.len()],
        gaps: vec![0; grid.gap.len()],
        strips: vec![0; grid.ys.len()],
        loose: 0,
    };
    let mut picture = None;
    let last = if model.wires.len() > 700 { 1 } else { 4 };
    for round in 0..=last {
        let work = Work { model, grid: &grid, column, order, tracks: &tracks, tabs: &tabs, noted: &noted, room: &room };
        let geometry = work.solve();
        let made = Picture::make(plan, &work, geometry, effort.quick);
        let asked = if round < last && !effort.quick { made.ask(plan, &work, round < 2) } else { None };
        picture = Some(made);
        match asked {
            Some(more) => room = more,
            None => break,
        }
    }
    let layout = picture.map(|p| p.layout).unwrap_or_default();
    let score = score(plan, &layout, crossings.0, effort.quick);
    Draft { layout, score }
}

/// Lays lines anew while that makes fewer crossings and corners: all in turn, then one by one those that cross.
fn untangled(model: &Model, grid: &Grid, router: &mut Router, effort: Effort) -> Tracks {
    let wires = model.wires.len();
    let judge = |router: &Router| {
        let mut tracks = Tracks::of(model, grid, &router.paths);
        tracks.untangle(effort.knots);
        let crossings = tracks.crossings(wires);
        let cost = 10 * crossings.0 + 2 * tracks.legs.len();
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
fn tabs(model: &Model, grid: &Grid, router: &mut Router) -> Tabs {
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

/// How bad a picture is.
fn score(plan: &Plan, layout: &Layout, crossings: usize, quick: bool) -> i64 {
    let (mut bends, mut length, mut silent) = (0i64, 0.0, 0i64);
    for (e, route) in layout.edges.iter().enumerate() {
        if route.bundled_with.is_none() {
            bends += route.points.len().saturating_sub(2) as i64;
            length += route.points.windows(2).map(|p| (p[0].x - p[1].x).abs() + (p[0].y - p[1].y).abs()).sum::<f64>();
        }
        silent += i64::from(!quick && route.label.is_none() && !plan.edges[e].labels.is_empty());
    }
    let aspect = layout.size.w / layout.size.h.max(1.0);
    let (low, high) = plan.options.aspect;
    let mut shape = 0.0;
    if aspect > high {
        shape += (aspect / high.max(0.1) - 1.0) * 400.0;
    } else if aspect < low {
        shape += (low / aspect.max(0.01) - 1.0) * 200.0;
    }
    if let Some(width) = plan.options.width {
        shape += ((layout.size.w / width.max(1.0) - 1.0) * 800.0).max(0.0);
    }
    let area = (layout.size.w * layout.size.h / 10_000.0) as i64;
    crossings as i64 * 40 + bends * 5 + (length / 60.0) as i64 + silent * 6 + shape as i64 + area
}
