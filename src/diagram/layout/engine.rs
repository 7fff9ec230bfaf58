//! The steps one after the other, and the choice among several pictures of the same plan.

use super::effort::Effort;
use super::geometry::{Room, Work};
use super::grid::Grid;
use super::model::Model;
use super::picture::Picture;
use super::route::Router;
use super::rows::{Packer, Rows};
use super::untangle::{tabs, untangled};
use super::{Layout, Plan, columns, lanes};

/// More columns than this are joined whatever comes of it.
const MOST_COLUMNS: usize = 80;

/// A picture no wider than this is not folded for being flat: it fits any page.
const NARROW: f64 = 840.0;

/// A picture and how bad it is.
struct Draft {
    layout: Layout,
    score: i64,
    /// How often each line crosses another.
    crossed: Vec<usize>,
    /// Its lanes from top to bottom.
    order: Vec<usize>,
    /// What its rows were chosen by.
    taste: Taste,
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
    let mut best: Option<(Draft, Columns)> = None;
    for base in ways {
        let columns = studio.folded(base);
        let tried = studio.best_order(&columns.column, Taste::ALL[0], effort);
        if best.as_ref().is_none_or(|(b, _)| tried.score + DOUBT < b.score) {
            best = Some((tried, columns));
        }
    }
    let Some((best, columns)) = best else { return Layout::default() };
    let mut best = studio.improved(&columns.column, best);
    // what crosses in wide columns may not where some stand together
    if best.crossed() {
        for at in folds(&model, &columns.base, &columns.joined).into_iter().take(effort.folds) {
            let column = columns.joined_too(at);
            let first = studio.best_order(&column, Taste::ALL[0], effort);
            let tried = studio.improved(&column, first);
            if tried.score + MOVED < best.score {
                best = tried;
            }
        }
    }
    best.layout
}

/// Layers, which of them stand together with the next one, and the columns that come of it.
struct Columns {
    base: Vec<usize>,
    joined: Vec<bool>,
    column: Vec<usize>,
}

impl Columns {
    /// The columns if one more layer stood together with the next one.
    fn joined_too(&self, at: usize) -> Vec<usize> {
        let mut joined = self.joined.clone();
        joined[at] = true;
        joined_columns(&self.base, &joined)
    }
}

impl Draft {
    /// Whether any lines cross.
    fn crossed(&self) -> bool {
        self.crossed.iter().any(|c| *c > 0)
    }
}

/// A picture made in another way must be better by this to be taken, so that a small change of the plan makes no other
/// picture.
const DOUBT: i64 = 15;

/// Boxes in other rows than the easiest ones must make the picture better by this: about half a crossing.
const MOVED: i64 = 45;

/// Lanes in another order than the declared one must make the picture better by this.
const DECLARED: i64 = 60;

/// How bad each pair of lanes is that stands the other way round than declared: of orders that are as good, the nearest to
/// the declared one is taken, whatever small change there is in the plan.
const TURNED: i64 = 2;

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
    fn folded(&self, base: Vec<usize>) -> Columns {
        let layers = base.iter().max().map_or(0, |c| c + 1);
        let mut joined = vec![false; layers];
        let column = joined_columns(&base, &joined);
        if self.effort.steps == 0 {
            return Columns { base, joined, column };
        }
        let few = usize::from(self.model.wires.len() < 60);
        let quick = Effort { quick: true, rounds: few, tries: 20 * few, ..self.effort };
        let mut now = (self.best_order(&column, Taste::ALL[0], quick), joined.clone());
        let mut best: Option<(Draft, Vec<bool>)> = None;
        for _ in 0..self.effort.steps {
            let size = now.0.layout.size;
            let wide = self.plan.options.width.is_some_and(|w| size.w > w);
            let strip = size.w / size.h.max(1.0) > self.plan.options.aspect.1 && size.w > NARROW;
            if !strip && !wide {
                break;
            }
            let mut next: Option<(Draft, usize)> = None;
            for at in folds(self.model, &base, &joined).into_iter().take(self.effort.width) {
                joined[at] = true;
                let tried = self.best_order(&joined_columns(&base, &joined), Taste::ALL[0], quick);
                joined[at] = false;
                if next.as_ref().is_none_or(|(n, _)| tried.score < n.score) {
                    next = Some((tried, at));
                }
            }
            let Some((draft, at)) = next else { break };
            joined[at] = true;
            let before = std::mem::replace(&mut now, (draft, joined.clone()));
            if best.as_ref().is_none_or(|b| before.0.score < b.0.score) {
                best = Some(before);
            }
        }
        let joined = best.filter(|b| b.0.score < now.0.score).unwrap_or(now).1;
        let column = joined_columns(&base, &joined);
        Columns { base, joined, column }
    }

    /// The best picture with these columns that can be come by from one: rows chosen otherwise, lanes and boxes moved.
    fn improved(&self, column: &[usize], mut best: Draft) -> Draft {
        for taste in Taste::ALL.iter().take(self.effort.tastes).skip(1) {
            let tried = self.best_order(column, *taste, self.effort);
            if tried.score + DOUBT < best.score {
                best = tried;
            }
        }
        if let Some(better) = self.reordered(column, &best).filter(|b| b.score + DOUBT < best.score) {
            best = better;
        }
        if let Some(better) = self.moved(column, &best).filter(|b| b.score + MOVED < best.score) {
            best = better;
        }
        best
    }

    /// The picture with lanes that have changed places with their neighbours while that made it better.
    fn reordered(&self, column: &[usize], best: &Draft) -> Option<Draft> {
        let lanes = self.model.lanes;
        if !self.plan.options.order_lanes || self.effort.tastes < 2 || lanes > 12 {
            return None;
        }
        let quick = Effort { quick: true, rounds: 1, tries: 20, ..self.effort };
        let mut now = draft(self, column, &best.order, Taste::ALL[0], quick);
        for _ in 0..2 {
            let before = now.score;
            for at in 1..lanes {
                let mut order = now.order.clone();
                if self.model.fixed[order[at]] || self.model.fixed[order[at - 1]] {
                    continue;
                }
                order.swap(at - 1, at);
                let tried = draft(self, column, &order, Taste::ALL[0], quick);
                if tried.score + DOUBT < now.score {
                    now = tried;
                }
            }
            if now.score == before {
                break;
            }
        }
        (now.order != best.order).then(|| draft(self, column, &now.order, Taste::ALL[0], self.effort))
    }

    /// The picture with boxes and frames that have changed rows while fewer lines crossed for it.
    fn moved(&self, column: &[usize], best: &Draft) -> Option<Draft> {
        let mut left = self.effort.moves;
        if left == 0 || !best.crossed() {
            return None;
        }
        let quick = Effort { quick: true, rounds: 1, tries: 20, ..self.effort };
        let mut packer = Packer::of(self.model, column, &best.order, best.taste, self.effort.rows);
        let mut now: Option<Draft> = None;
        loop {
            let crossed = &now.as_ref().unwrap_or(best).crossed;
            let mut ends = vec![false; self.model.nodes()];
            for (wire, _) in self.model.wires.iter().zip(crossed).filter(|(_, c)| **c > 0) {
                ends[wire.from] = true;
                ends[wire.to] = true;
            }
            if left == 0 || !ends.contains(&true) {
                break;
            }
            let here = match &now {
                Some(now) => now.score,
                None => drawn(self, column, &best.order, &packer.rows, quick).score,
            };
            let mut better = None;
            for change in packer.near(&ends).into_iter().take(left) {
                left -= 1;
                if packer.tried(change).is_some() {
                    let tried = drawn(self, column, &best.order, &packer.rows, quick);
                    if tried.score + MOVED < here {
                        better = Some(tried);
                        break;
                    }
                }
                packer.back();
            }
            if better.is_none() {
                break;
            }
            now = better;
        }
        packer.locate();
        now.map(|now| Draft { taste: best.taste, ..drawn(self, column, &now.order, &packer.rows, self.effort) })
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
        if second.score + DECLARED < first.score { second } else { first }
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
    let rows = Packer::of(studio.model, column, order, taste, effort.rows).rows;
    let drawn = drawn(studio, column, order, &rows, effort);
    Draft { taste, ..drawn }
}

/// One picture with these rows.
fn drawn(studio: &Studio, column: &[usize], order: &[usize], rows: &Rows, effort: Effort) -> Draft {
    let Studio { plan, model, .. } = *studio;
    let grid = Grid::build(model, column, order, rows);
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
    let score = score(plan, &layout, crossings.0, effort.quick) + TURNED * turned(order);
    Draft { layout, score, crossed: crossings.1, order: order.to_vec(), taste: Taste::ALL[0] }
}

/// How many pairs of lanes stand the other way round than they were declared.
fn turned(order: &[usize]) -> i64 {
    (1..order.len()).map(|b| order[..b].iter().filter(|a| **a > order[b]).count() as i64).sum()
}

/// How bad a crossing is; a corner is 5.
pub(super) const CROSSING: i64 = 90;

/// How hard lines are to follow, from how many corners each has and how long all are together.
pub(super) fn lines_cost(corners: impl IntoIterator<Item = usize>, length: i64) -> i64 {
    // a way about is harder to follow than as many corners on several lines
    let of = |c: usize| 5 * c as i64 + 6 * c.saturating_sub(2) as i64;
    corners.into_iter().map(of).sum::<i64>() + length / 60
}

/// How bad a picture is.
fn score(plan: &Plan, layout: &Layout, crossings: usize, quick: bool) -> i64 {
    let (mut corners, mut length, mut silent) = (Vec::new(), 0.0, 0i64);
    for (e, route) in layout.edges.iter().enumerate() {
        if route.bundled_with.is_none() {
            corners.push(route.points.len().saturating_sub(2));
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
    CROSSING * crossings as i64 + lines_cost(corners, length as i64) + silent * 6 + shape as i64 + area
}
