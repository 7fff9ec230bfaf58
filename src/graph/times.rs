//! From when to when a copy is held, as far as is stated, and what that proves (ruling 10).

use super::problems::{Problem, Problems};
use super::{Arrival, ArrivalId, CopyId, Graph, How};
use crate::model::time::Order;
use crate::model::{CopyFacts, Disposal, Known, Model, OperationKind, Period, Point, Retention, StepId, Timeline};
use crate::source::Span;

use jiff::civil::Date;

/// The end of a copy as one arrival states it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct End {
    /// The point: the trigger and its period.
    pub point: Point,
    /// At the latest then.
    pub no_later: Option<Date>,
    /// What is done then, where that is said.
    pub then: Option<Disposal>,
    /// Where it is said.
    pub span: Span,
}

/// A deletion by a `destroy` in a step.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Destroyed {
    /// When; `None` where the step does not say.
    pub at: Option<Point>,
    /// The step.
    pub step: StepId,
    /// Where it is said.
    pub span: Span,
}

/// From when to when one arrival's copy is held.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Stay {
    /// Points that all lie at or before its beginning (none: from the beginning of time).
    pub starts: Vec<Point>,
    /// Its end, where it states one that ends it.
    pub end: Option<End>,
    /// `retain not-stated`: whether and when it ends is not known.
    pub end_not_stated: Option<Span>,
    /// Ends of what a step made it from, where it states none of its own. They never prove copies apart.
    pub inherited: Vec<End>,
}

/// From when to when a copy is held: the hull of its arrivals' stays (ruling 18), and the deletions.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Holding {
    /// One for each arrival, in their order.
    pub stays: Vec<Stay>,
    /// Deletions. One ends only what had arrived by then.
    pub destroyed: Vec<Destroyed>,
}

/// The facts of a copy that an arrival states: its own, and for a dataset's first copies those of the dataset.
pub fn facts<'a>(model: &'a Model, arrival: &Arrival, dataset: crate::model::DatasetId) -> [Option<&'a CopyFacts>; 2] {
    let declared = &model.dataset(dataset).facts;
    match arrival.how {
        How::Declared => [Some(declared), None],
        How::Flow(flow, _) => [Some(&model.flows[flow.index()].facts), None],
        // what a step makes has the step's facts, else those that its dataset's declaration states for its first copies
        How::Step(step, _) => [Some(&model.steps[step.index()].facts), Some(declared)],
        // a lookup or secret is no output of the step: what is stated of those says nothing of it
        How::Side(..) => [Some(declared), None],
    }
}

/// The retention that an arrival states.
pub fn retention<'a>(model: &'a Model, arrival: &Arrival, dataset: crate::model::DatasetId) -> &'a Known<Retention> {
    static UNSAID: Known<Retention> = Known::Unsaid;
    let stated = facts(model, arrival, dataset);
    let said = stated.iter().flatten().map(|f| &f.retention).find(|r| !matches!(r, Known::Unsaid));
    said.unwrap_or(&UNSAID)
}

pub(super) fn holdings(model: &Model, graph: &Graph) -> Vec<Holding> {
    let mut holdings: Vec<Holding> = vec![Holding::default(); graph.copies.len()];
    for component in &graph.order {
        for copy in component {
            holdings[copy.index()] = holding(model, graph, *copy, component, &holdings);
        }
    }
    for (index, step) in model.steps.iter().enumerate() {
        for operation in &step.operations {
            let OperationKind::Destroy { datasets, .. } = &operation.kind else { continue };
            // a step that lasts has destroyed by its end
            let at = step.ends.value().or(step.starts.value()).copied();
            for dataset in datasets {
                for copy in graph.found(model, *dataset, step.place) {
                    holdings[copy.index()].destroyed.push(Destroyed {
                        at,
                        step: StepId(index as u32),
                        span: operation.span,
                    });
                }
            }
        }
    }
    holdings
}

/// How many lower bounds of a start are kept.
const BOUNDS: usize = 8;

fn holding(model: &Model, graph: &Graph, copy: CopyId, component: &[CopyId], so_far: &[Holding]) -> Holding {
    let dataset = graph.copy(copy).dataset;
    let stay = |id: &ArrivalId| {
        let arrival = graph.arrival(*id);
        let stated = match arrival.how {
            How::Declared => None,
            How::Flow(flow, _) => model.flows[flow.index()].starts.value(),
            How::Step(step, _) | How::Side(step, _) => model.steps[step.index()].starts.value(),
        };
        let mut stay = Stay { starts: stated.copied().into_iter().collect(), ..Stay::default() };
        if stay.starts.is_empty() {
            stay.starts = inherited_start(graph, arrival, component, so_far);
        }
        match retention(model, arrival, dataset) {
            Known::Unsaid => {
                if let How::Step(..) | How::Side(..) = arrival.how {
                    let sources = arrival.from.iter().flat_map(|f| &so_far[f.index()].stays);
                    for end in sources.flat_map(|s| s.end.iter().chain(&s.inherited)) {
                        if !stay.inherited.contains(end) && stay.inherited.len() < BOUNDS {
                            stay.inherited.push(*end);
                        }
                    }
                }
            }
            Known::NotStated(span) => stay.end_not_stated = Some(*span),
            Known::Said(retention, span) => match retention.then {
                Some(Disposal::Archive | Disposal::Review) => {}
                then => {
                    stay.end = Some(End { point: retention.ends, no_later: retention.no_later, then, span: *span });
                }
            },
        }
        stay
    };
    Holding { stays: graph.copy(copy).arrivals.iter().map(stay).collect(), destroyed: Vec::new() }
}

/// Nothing can be made before what it is made from is there. Where one of several copies would do, nothing is proved.
fn inherited_start(graph: &Graph, arrival: &Arrival, component: &[CopyId], so_far: &[Holding]) -> Vec<Point> {
    let mut starts = Vec::new();
    for from in &arrival.from {
        let dataset = graph.copy(*from).dataset;
        let alone = arrival.from.iter().filter(|f| graph.copy(**f).dataset == dataset).count() == 1;
        if let ([only], true, false) = (so_far[from.index()].stays.as_slice(), alone, component.contains(from)) {
            starts.extend(only.starts.iter().copied());
        }
    }
    starts.sort_unstable();
    starts.dedup();
    starts.truncate(BOUNDS);
    starts
}

impl Stay {
    /// Whether it is proved to begin at or before a point.
    fn begun_by(&self, timeline: &Timeline, point: Point) -> bool {
        self.starts.iter().all(|s| timeline.order(*s, point) != Order::Unknown)
    }

    /// Whether it is proved to begin after a point.
    fn begins_after(&self, timeline: &Timeline, point: Point) -> bool {
        self.starts.iter().any(|s| timeline.order(point, *s) == Order::Before)
    }

    fn ended_before(&self, timeline: &Timeline, destroyed: &[Destroyed], point: Point) -> bool {
        let before = |end: Point| timeline.order(end, point) == Order::Before;
        let deleted = |d: &Destroyed| d.at.is_some_and(|at| before(at) && self.begun_by(timeline, at));
        // what is done then is not stated, so the copy may be kept
        let ended =
            |e: &End| e.then.is_some() && (before(e.point) || e.no_later.is_some_and(|d| before(Point::Date(d))));
        destroyed.iter().any(deleted) || self.end.as_ref().is_some_and(ended)
    }

    fn lasts_until(&self, timeline: &Timeline, destroyed: &[Destroyed], point: Point) -> bool {
        let not_before = |end: Point| timeline.order(point, end) != Order::Unknown;
        let spared = |d: &Destroyed| d.at.is_some_and(|at| not_before(at) || self.begins_after(timeline, at));
        let lasts = |e: &End| not_before(e.point) && e.no_later.is_none_or(|d| not_before(Point::Date(d)));
        destroyed.iter().all(spared) && self.end_not_stated.is_none() && self.end.as_ref().is_none_or(lasts)
    }
}

impl Holding {
    /// Whether it never ends, as far as is stated.
    pub fn endless(&self) -> bool {
        self.destroyed.is_empty() && self.stays.iter().any(|s| s.end.is_none() && s.end_not_stated.is_none())
    }

    /// Whether it is proved to have ended before a point.
    pub fn ended_before(&self, timeline: &Timeline, point: Point) -> bool {
        !self.stays.is_empty() && self.stays.iter().all(|s| s.ended_before(timeline, &self.destroyed, point))
    }

    /// Whether it is proved to be held still at a point (once it has begun).
    pub fn lasts_until(&self, timeline: &Timeline, point: Point) -> bool {
        self.stays.iter().any(|s| s.lasts_until(timeline, &self.destroyed, point))
    }

    /// Whether it is proved to begin at or before a point.
    pub fn begun_by(&self, timeline: &Timeline, point: Point) -> bool {
        self.stays.iter().any(|s| s.begun_by(timeline, point))
    }

    /// Whether it is proved to begin after a point.
    pub fn begins_after(&self, timeline: &Timeline, point: Point) -> bool {
        self.stays.iter().all(|s| s.begins_after(timeline, point))
    }

    /// Whether nothing at all is stated of when it begins.
    pub fn from_the_beginning(&self) -> bool {
        self.stays.iter().any(|s| s.starts.is_empty())
    }

    /// Whether it is held when something arrives that begins no earlier than `starts` (with none: at the beginning of time).
    /// Read harshly, unless it is proved that it is not; read kindly, only if it is proved that it is.
    pub fn held_at(&self, timeline: &Timeline, starts: &[Point], reading: super::Reading) -> bool {
        // the hull of all stays (ruling 18): begun by the first, over with the last
        let gone = |s: &Stay| starts.iter().any(|p| s.ended_before(timeline, &self.destroyed, *p));
        let later = |s: &Stay| match starts {
            [] => !s.starts.is_empty(),
            [point] => s.begins_after(timeline, *point),
            _ => false,
        };
        let begun =
            |s: &Stay| starts.is_empty() && s.starts.is_empty() || matches!(starts, [p] if s.begun_by(timeline, *p));
        // what begins at this very point is there then, whatever comes after
        let lasts =
            |s: &Stay| s.starts == starts || matches!(starts, [p] if s.lasts_until(timeline, &self.destroyed, *p));
        match reading {
            super::Reading::Harsh => !self.stays.iter().all(gone) && !self.stays.iter().all(later),
            super::Reading::Kind => self.stays.iter().any(begun) && self.stays.iter().any(lasts),
        }
    }

    /// For each arrival, the points at or before its beginning; each once.
    pub fn starts(&self) -> Vec<Vec<Point>> {
        let mut starts: Vec<Vec<Point>> = self.stays.iter().map(|s| s.starts.clone()).collect();
        starts.sort();
        starts.dedup();
        starts
    }

    /// Every stated end, deletions included.
    pub fn end_points(&self) -> impl Iterator<Item = Point> + '_ {
        let ends = self.stays.iter().filter_map(|s| s.end.map(|e| e.point));
        ends.chain(self.destroyed.iter().filter_map(|d| d.at))
    }
}

/// Flows, steps and uses that take a copy after it is proved to be gone.
pub(super) fn used_after_end(model: &Model, graph: &Graph, problems: &mut Problems) {
    problems.listening = true;
    let timeline = &graph.timeline;
    let mut check = |copy: CopyId, start: Option<&Point>, span: Span| {
        let holding = &graph.holdings[copy.index()];
        if let Some(start) = start
            && holding.ended_before(timeline, *start)
        {
            let ended =
                holding.destroyed.first().map(|d| d.span).or(holding.stays.iter().find_map(|s| s.end.map(|e| e.span)));
            let Some(ended) = ended else { return };
            let c = graph.copy(copy);
            problems.push(Problem::UsedAfterEnd { dataset: c.dataset, place: c.place, span, ended });
        }
    };
    for arrival in &graph.arrivals {
        let (start, span) = match arrival.how {
            How::Declared => continue,
            How::Flow(flow, item) => {
                let flow = &model.flows[flow.index()];
                (flow.starts.value(), flow.data.get(item as usize).map_or(flow.declared.span, |d| d.span))
            }
            How::Step(step, _) | How::Side(step, _) => {
                let step = &model.steps[step.index()];
                (step.starts.value(), step.declared.span)
            }
        };
        for from in &arrival.from {
            check(*from, start, span);
        }
    }
    for used in &model.uses {
        for item in &used.takes {
            for copy in graph.found(model, item.dataset, used.place) {
                check(copy, used.starts.value(), item.span);
            }
        }
    }
}

/// When a copy is to be gone at the latest, as its own statement says, or as the inputs of the step that made it say (the
/// earliest of them all: any one that is proved early enough is enough).
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Deadline {
    /// Ends, any of which bounds the copy.
    pub ends: Vec<End>,
    /// The period where it is stated as one.
    pub period: Option<Period>,
    /// `retain not-stated`, somewhere on the way.
    pub not_stated: Option<Span>,
    /// Whether the ends were inherited.
    pub inherited: bool,
}

/// The deadline of one arrival of a copy.
pub fn deadline(model: &Model, graph: &Graph, id: ArrivalId) -> Deadline {
    let arrival = graph.arrival(id);
    let holding = &graph.holdings[arrival.copy.index()];
    let number = graph.copy(arrival.copy).arrivals.iter().position(|a| *a == id);
    let Some(stay) = number.and_then(|n| holding.stays.get(n)) else { return Deadline::default() };
    let mut deadline =
        Deadline { ends: stay.end.into_iter().collect(), not_stated: stay.end_not_stated, ..Deadline::default() };
    for destroyed in &holding.destroyed {
        match destroyed.at {
            // what came in after a deletion outlives it
            Some(at) if stay.begun_by(&graph.timeline, at) => {
                let then = Some(Disposal::Destroy);
                deadline.ends.push(End { point: at, no_later: None, then, span: destroyed.span });
            }
            Some(at) if stay.begins_after(&graph.timeline, at) => {}
            _ => deadline.not_stated = Some(destroyed.span),
        }
    }
    deadline.period = retention(model, arrival, graph.copy(arrival.copy).dataset).value().and_then(|r| r.period);
    if deadline.ends.is_empty() && deadline.not_stated.is_none() {
        deadline.inherited = !stay.inherited.is_empty();
        deadline.ends.extend(stay.inherited.iter().copied());
    }
    deadline
}
