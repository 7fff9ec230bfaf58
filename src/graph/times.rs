//! From when to when a copy is held, as far as is stated, and what that proves (ruling 10).

use super::problems::{Problem, Problems};
use super::{Arrival, CopyId, Graph, How};
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

/// From when to when a copy is held.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Holding {
    /// For each arrival, points that all lie at or before it (none: from the beginning).
    pub starts: Vec<Vec<Point>>,
    /// For each arrival that states an end, the end.
    pub ends: Vec<End>,
    /// Whether an arrival states no end, so that the copy is held for ever.
    pub for_ever: bool,
    /// `retain not-stated`: whether and when it ends is not known.
    pub end_not_stated: Option<Span>,
    /// Deletions.
    pub destroyed: Vec<Destroyed>,
    /// Ends of what a step made it from, where it states none of its own. They never prove copies apart.
    pub inherited: Vec<End>,
}

/// The facts of a copy that an arrival states: its own, and for a dataset's first copies those of the dataset.
pub fn facts<'a>(model: &'a Model, arrival: &Arrival, dataset: crate::model::DatasetId) -> [Option<&'a CopyFacts>; 2] {
    let declared = &model.dataset(dataset).facts;
    match arrival.how {
        How::Declared => [Some(declared), None],
        How::Flow(flow, _) => [Some(&model.flows[flow.index()].facts), None],
        // what a step makes has the step's facts, else those that its dataset's declaration states for its first copies
        How::Step(step, _) | How::Side(step, _) => [Some(&model.steps[step.index()].facts), Some(declared)],
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
    let mut holding = Holding::default();
    let dataset = graph.copy(copy).dataset;
    for id in &graph.copy(copy).arrivals {
        let arrival = graph.arrival(*id);
        let stated = match arrival.how {
            How::Declared => None,
            How::Flow(flow, _) => model.flows[flow.index()].starts.value(),
            How::Step(step, _) | How::Side(step, _) => model.steps[step.index()].starts.value(),
        };
        let mut starts: Vec<Point> = stated.copied().into_iter().collect();
        if starts.is_empty() {
            // nothing can be made before what it is made from is there
            for from in &arrival.from {
                let source = &so_far[from.index()];
                if !component.contains(from) && source.starts.len() == 1 {
                    starts.extend(source.starts[0].iter().copied());
                }
            }
            starts.sort_unstable();
            starts.dedup();
            starts.truncate(BOUNDS);
        }
        if !holding.starts.contains(&starts) {
            holding.starts.push(starts);
        }
        match retention(model, arrival, dataset) {
            Known::Unsaid => {
                holding.for_ever = true;
                if let How::Step(..) | How::Side(..) = arrival.how {
                    for from in &arrival.from {
                        let source = &so_far[from.index()];
                        for end in source.ends.iter().chain(&source.inherited) {
                            if !holding.inherited.contains(end) && holding.inherited.len() < BOUNDS {
                                holding.inherited.push(*end);
                            }
                        }
                    }
                }
            }
            Known::NotStated(span) => holding.end_not_stated = Some(*span),
            Known::Said(retention, span) => match retention.then {
                Some(Disposal::Archive | Disposal::Review) => holding.for_ever = true,
                _ => holding.ends.push(End {
                    point: retention.ends,
                    no_later: retention.no_later,
                    then: retention.then,
                    span: *span,
                }),
            },
        }
    }
    holding
}

impl Holding {
    /// Whether it never ends, as far as is stated.
    pub fn endless(&self) -> bool {
        self.destroyed.is_empty() && self.end_not_stated.is_none() && (self.for_ever || self.ends.is_empty())
    }

    /// Whether it is proved to have ended before a point.
    pub fn ended_before(&self, timeline: &Timeline, point: Point) -> bool {
        let before = |end: Point| timeline.order(end, point) == Order::Before;
        if self.destroyed.iter().any(|d| d.at.is_some_and(before)) {
            return true;
        }
        !self.for_ever
            && self.end_not_stated.is_none()
            && !self.ends.is_empty()
            && self.ends.iter().all(|e| before(e.point) || e.no_later.is_some_and(|d| before(Point::Date(d))))
    }

    /// Whether it is proved to be held still at a point (once it has begun).
    pub fn lasts_until(&self, timeline: &Timeline, point: Point) -> bool {
        let not_before = |end: Point| timeline.order(point, end) != Order::Unknown;
        let destroyed_late = self.destroyed.iter().all(|d| d.at.is_some_and(not_before));
        let lasts = self.for_ever
            || (self.ends.is_empty() && self.end_not_stated.is_none())
            || self.ends.iter().any(|e| not_before(e.point) && e.no_later.is_none_or(|d| not_before(Point::Date(d))));
        destroyed_late && lasts
    }

    /// Whether it is proved to begin at or before a point.
    pub fn begun_by(&self, timeline: &Timeline, point: Point) -> bool {
        self.starts.iter().any(|all| all.iter().all(|s| timeline.order(*s, point) != Order::Unknown))
    }

    /// Whether it is proved to begin after a point.
    pub fn begins_after(&self, timeline: &Timeline, point: Point) -> bool {
        self.starts.iter().all(|all| all.iter().any(|s| timeline.order(point, *s) == Order::Before))
    }

    /// Whether nothing at all is stated of when it begins.
    pub fn from_the_beginning(&self) -> bool {
        self.starts.is_empty() || self.starts.iter().any(Vec::is_empty)
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
            let ended = holding.destroyed.first().map(|d| d.span).or(holding.ends.first().map(|e| e.span));
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
pub fn deadline(model: &Model, graph: &Graph, arrival: &Arrival) -> Deadline {
    let copy = arrival.copy;
    let mut deadline = Deadline::default();
    for destroyed in &graph.holdings[copy.index()].destroyed {
        if let Some(point) = destroyed.at {
            deadline.ends.push(End { point, no_later: None, then: Some(Disposal::Destroy), span: destroyed.span });
        } else {
            deadline.not_stated = Some(destroyed.span);
        }
    }
    match retention(model, arrival, graph.copy(copy).dataset) {
        Known::Said(retention, span) => {
            deadline.period = retention.period;
            if !matches!(retention.then, Some(Disposal::Archive | Disposal::Review)) {
                deadline.ends.push(End {
                    point: retention.ends,
                    no_later: retention.no_later,
                    then: retention.then,
                    span: *span,
                });
            }
        }
        Known::NotStated(span) => deadline.not_stated = Some(*span),
        Known::Unsaid => {
            if let How::Step(..) | How::Side(..) = arrival.how {
                let inherited = &graph.holdings[copy.index()].inherited;
                deadline.inherited = !inherited.is_empty();
                deadline.ends.extend(inherited.iter().copied());
            }
        }
    }
    deadline
}
