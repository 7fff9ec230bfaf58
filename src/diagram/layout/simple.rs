//! A first placing, good enough to draw: columns by longest path, one row a box, lines right, down and right.

use super::{Layout, Plan, Point, Rect, Route, Size};

const GAP: f64 = 60.0;

/// Places everything, with little art.
pub(super) fn place(plan: &Plan) -> Layout {
    let lanes = plan.lanes.len().max(1);
    let header = plan.lanes.iter().map(|l| l.header.w).fold(0.0, f64::max).ceil() + 24.0;
    let mut column = vec![0usize; plan.nodes.len()];
    for _ in 0..plan.nodes.len().min(64) {
        for edge in &plan.edges {
            if edge.from >= edge.to || edge.to >= column.len() {
                continue;
            }
            column[edge.to] = column[edge.to].max(column[edge.from] + 1);
        }
    }
    let columns = column.iter().max().map_or(0, |c| c + 1);
    let mut widths = vec![0.0f64; columns];
    for (node, &c) in plan.nodes.iter().zip(&column) {
        widths[c] = widths[c].max(node.size.w.ceil());
    }
    let (mut x, mut lefts) = (20.0 + header + GAP, Vec::new());
    for w in &widths {
        lefts.push(x);
        x += w + GAP;
    }
    let width = x + 20.0;
    let mut layout = Layout { nodes: vec![Rect::default(); plan.nodes.len()], ..Layout::default() };
    layout.notes = vec![None; plan.nodes.len()];
    let mut y = 60.0;
    for lane in 0..lanes {
        let top = y;
        y += 40.0;
        for (at, node) in plan.nodes.iter().enumerate().filter(|(_, n)| n.lane.min(lanes - 1) == lane) {
            let rect = Rect { x: lefts[column[at]], y, w: node.size.w, h: node.size.h };
            layout.nodes[at] = rect;
            y += node.size.h.ceil() + 6.0;
            if let Some(note) = node.note {
                layout.notes[at] = Some(Rect { x: rect.x, y, w: note.w, h: note.h });
                y += note.h.ceil();
            }
            y += 30.0;
        }
        y = y.max(top + plan.lanes.get(lane).map_or(0.0, |l| l.header.h) + 20.0);
        if lane < plan.lanes.len() {
            layout.lanes.push(Rect { x: 20.0, y: top, w: width - 40.0, h: y - top });
            layout.lane_headers.push(Rect { x: 20.0, y: top, w: header, h: y - top });
        }
        y += 12.0;
    }
    layout.frames = (0..plan.frames.len()).map(|f| frame(plan, &layout, f)).collect();
    layout.tabs = (plan.frames.iter().zip(&layout.frames))
        .map(|(f, r)| Rect { x: r.x + 12.0, y: r.y - f.tab.h / 2.0, w: f.tab.w.min(r.w), h: f.tab.h.min(r.h) })
        .collect();
    let wide = (width - 40.0 - header) / plan.phases.len().max(1) as f64;
    layout.phases = (plan.phases.iter().enumerate())
        .map(|(at, p)| Rect { x: 20.0 + header + wide * at as f64, y: 20.0, w: wide, h: p.title.h + 8.0 })
        .collect();
    for edge in &plan.edges {
        layout.edges.push(route(&layout, edge.from, edge.to));
    }
    for card in &plan.options.cards {
        layout.cards.push(Rect { x: 20.0, y, w: card.size.w, h: card.size.h });
        y += card.size.h + 12.0;
    }
    let right = layout.cards.iter().map(Rect::right).fold(width, f64::max);
    layout.size = Size { w: right + 20.0, h: y + 20.0 };
    layout
}

fn frame(plan: &Plan, layout: &Layout, frame: usize) -> Rect {
    let within = |mut at: Option<usize>| {
        for _ in 0..plan.frames.len() {
            match at {
                Some(f) if f == frame => return true,
                Some(f) => at = plan.frames.get(f).and_then(|f| f.parent),
                None => return false,
            }
        }
        false
    };
    let mut hull: Option<Rect> = None;
    for (rect, _) in layout.nodes.iter().zip(&plan.nodes).filter(|(_, n)| within(n.frame)) {
        hull = Some(hull.map_or(*rect, |h| {
            let (x, y) = (h.x.min(rect.x), h.y.min(rect.y));
            Rect { x, y, w: h.right().max(rect.right()) - x, h: h.bottom().max(rect.bottom()) - y }
        }));
    }
    hull.map_or(Rect::default(), |h| h.grown(16.0))
}

fn route(layout: &Layout, from: usize, to: usize) -> Route {
    let (Some(a), Some(b)) = (layout.nodes.get(from), layout.nodes.get(to)) else {
        return Route::default();
    };
    let (start, end) = (Point { x: a.right(), y: a.centre().y }, Point { x: b.x, y: b.centre().y });
    let turn = end.x - GAP / 2.0;
    let points = vec![start, Point { x: turn, y: start.y }, Point { x: turn, y: end.y }, end];
    Route { points, badge: Point { x: start.x + 14.0, y: start.y }, label: None, bundled_with: None }
}
