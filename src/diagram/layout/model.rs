//! The plan made sound: whole even sizes, indices that lead somewhere, and lines that go together as one wire.

use super::{Plan, Size};

/// Nothing is larger than this.
const LARGEST: f64 = 20_000.0;

/// A width and a height, both whole and even.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Extent {
    pub(super) w: i32,
    pub(super) h: i32,
}

impl Extent {
    pub(super) fn of(size: Size) -> Self {
        Self { w: even(size.w), h: even(size.h) }
    }
}

fn even(length: f64) -> i32 {
    if !length.is_finite() || length <= 0.0 {
        return 0;
    }
    let whole = (length.min(LARGEST) / 2.0).ceil();
    whole as i32 * 2
}

#[derive(Debug, Clone)]
pub(super) struct FrameOf {
    pub(super) lane: usize,
    pub(super) parent: Option<usize>,
    pub(super) tab: Extent,
}

/// One line as it is drawn: one edge of the plan or several that go together.
#[derive(Debug, Clone)]
pub(super) struct Wire {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) strong: bool,
    pub(super) edges: Vec<usize>,
    /// The largest of the badges.
    pub(super) badge: Extent,
}

/// A sound plan.
#[derive(Debug, Clone, Default)]
pub(super) struct Model {
    /// At least one.
    pub(super) lanes: usize,
    pub(super) headers: Vec<Extent>,
    pub(super) fixed: Vec<bool>,
    pub(super) frames: Vec<FrameOf>,
    pub(super) phases: Vec<Extent>,
    pub(super) lane: Vec<usize>,
    pub(super) frame: Vec<Option<usize>>,
    pub(super) phase: Vec<Option<usize>>,
    pub(super) size: Vec<Extent>,
    pub(super) note: Vec<Option<Extent>>,
    pub(super) mark: Vec<Extent>,
    pub(super) wires: Vec<Wire>,
}

impl Model {
    pub(super) fn of(plan: &Plan) -> Self {
        let lanes = plan.lanes.len().max(1);
        let lane_of = |lane: usize| if lane < lanes { lane } else { 0 };
        let mut frames: Vec<FrameOf> = Vec::with_capacity(plan.frames.len());
        for (at, frame) in plan.frames.iter().enumerate() {
            let lane = lane_of(frame.lane);
            let parent = frame.parent.filter(|&p| p < at && frames[p].lane == lane);
            frames.push(FrameOf { lane, parent, tab: Extent::of(frame.tab) });
        }
        let mut model = Self {
            lanes,
            headers: plan.lanes.iter().map(|l| Extent::of(l.header)).collect(),
            fixed: plan.lanes.iter().map(|l| l.fixed).collect(),
            phases: plan.phases.iter().map(|p| Extent::of(p.title)).collect(),
            ..Self::default()
        };
        model.headers.resize(lanes, Extent::default());
        model.fixed.resize(lanes, false);
        for node in &plan.nodes {
            let lane = lane_of(node.lane);
            model.lane.push(lane);
            model.frame.push(node.frame.filter(|&f| frames.get(f).is_some_and(|f| f.lane == lane)));
            model.phase.push(node.phase.filter(|&p| p < plan.phases.len()));
            let size = Extent::of(node.size);
            model.size.push(Extent { w: size.w.max(8), h: size.h.max(8) });
            model.note.push(node.note.map(Extent::of));
            model.mark.push(node.mark.map_or(Extent::default(), Extent::of));
        }
        model.frames = frames;
        model.wires = wires(plan);
        model
    }

    pub(super) fn nodes(&self) -> usize {
        self.lane.len()
    }

    /// The frames around a frame, itself first.
    pub(super) fn chain(&self, frame: Option<usize>) -> impl Iterator<Item = usize> + '_ {
        std::iter::successors(frame, |&f| self.frames[f].parent)
    }
}

/// The lines, those of one style with the same two ends as one.
fn wires(plan: &Plan) -> Vec<Wire> {
    let mut keys: Vec<((usize, usize, usize, bool), usize)> = (plan.edges.iter().enumerate())
        .filter(|(_, e)| e.from < plan.nodes.len() && e.to < plan.nodes.len())
        .map(|(at, e)| ((e.from, e.to, e.style, e.strong), at))
        .collect();
    keys.sort_unstable();
    let mut wires: Vec<Wire> = Vec::new();
    let mut last = None;
    for (key, at) in keys {
        let badge = Extent::of(plan.edges[at].badge);
        match wires.last_mut() {
            Some(wire) if last == Some(key) => {
                wire.edges.push(at);
                wire.badge = Extent { w: wire.badge.w.max(badge.w), h: wire.badge.h.max(badge.h) };
            }
            _ => wires.push(Wire { from: key.0, to: key.1, strong: key.3, edges: vec![at], badge }),
        }
        last = Some(key);
    }
    wires.sort_by_key(|w| w.edges[0]);
    wires
}
