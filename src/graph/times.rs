//! From when to when a copy is held, as far as is stated, and what that proves (ruling 10).

use super::problems::{Problem, Problems};
use super::{Arrival, ArrivalId, CopyId, Graph, How};
use crate::faults::{self, Fault};
use crate::model::time::Order;
use crate::model::{
    CopyFacts, DatasetId, Disposal, Known, Model, OperationKind, Period, Point, Retention, StepId, Timeline,
};
use crate::source::Span;

use jiff::civil::Date;
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

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

/// The end of a copy, wherever it is said.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
struct Ending {
    point: Point,
    no_later: Option<Date>,
    then: Option<Disposal>,
}

/// From when to when one arrival's copy is held.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Stay {
    /// Points that all lie at or before its beginning (none: from the beginning of time).
    pub starts: SmallVec<[Point; 1]>,
    /// Its end, where it states one that ends it.
    end: Option<Ending>,
    /// `retain not-stated`: whether and when it ends is not known.
    end_not_stated: bool,
}

/// From when to when a copy is held: the hull of its arrivals' stays (ruling 18), and the deletions. Copies that are held alike
/// share one.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Holding {
    /// One for each arrival, in their order.
    pub stays: Vec<Stay>,
    /// When it is deleted, sorted; `None` where a step does not say when. A deletion ends only what had arrived by then.
    destroyed: Vec<Option<Point>>,
}

/// A number of a [`Holding`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) struct HoldingId(u32);

/// The number of a holding that is not worked out yet.
const LATER: HoldingId = HoldingId(u32::MAX);

/// When every copy of a graph is held.
#[derive(Clone, Debug, Default)]
pub(super) struct Times {
    holdings: Vec<Holding>,
    of: Vec<HoldingId>,
    destroyed: FxHashMap<CopyId, Vec<Destroyed>>,
    /// For what a step made and states no end of, the arrivals whose ends it inherits. They never prove copies apart.
    inherited: FxHashMap<ArrivalId, SmallVec<[ArrivalId; 2]>>,
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
    let said = stated.iter().flatten().map(|f| &*f.retention).find(|r| !matches!(r, Known::Unsaid));
    said.unwrap_or(&UNSAID)
}

/// How many lower bounds of a start, and how many inherited ends, are kept.
const BOUNDS: usize = 8;

impl Times {
    /// Works out when every copy of a graph is held.
    pub(super) fn of(model: &Model, graph: &Graph) -> Times {
        let mut times = Times::default();
        times.find_deletions(model, graph);
        times.held(model, graph)
    }

    /// The same for the graph of a part of the model: what is deleted in the whole is deleted there, too.
    pub(super) fn of_part(
        model: &Model,
        graph: &Graph,
        whole: &Times,
        new: impl Fn(CopyId) -> Option<CopyId>,
    ) -> Times {
        let deleted = whole.destroyed.iter().filter_map(|(old, all)| Some((new(*old)?, all.clone())));
        Times { destroyed: deleted.collect(), ..Times::default() }.held(model, graph)
    }

    /// With when every copy is held; what is deleted is known.
    fn held(mut self, model: &Model, graph: &Graph) -> Times {
        let times = &mut self;
        times.of = vec![LATER; graph.size()];
        let mut numbers: FxHashMap<Holding, HoldingId> = FxHashMap::default();
        let mut holding = Holding::default();
        for component in graph.order.iter() {
            for copy in component {
                times.hold(model, graph, *copy, component, &mut holding);
                let id = match numbers.get(&holding) {
                    Some(id) => *id,
                    None => {
                        let id = HoldingId(times.holdings.len() as u32);
                        times.holdings.push(holding.clone());
                        numbers.insert(holding.clone(), id);
                        id
                    }
                };
                times.of[copy.index()] = id;
            }
        }
        self
    }

    fn find_deletions(&mut self, model: &Model, graph: &Graph) {
        for (index, step) in model.steps.iter().enumerate() {
            for operation in &step.operations {
                let OperationKind::Destroy { datasets, .. } = &operation.kind else { continue };
                // a step that lasts has destroyed by its end
                let at = step.ends.value().or(step.starts.value()).copied();
                for copy in datasets.iter().flat_map(|d| graph.found(model, *d, step.place)) {
                    let destroyed = Destroyed { at, step: StepId(index as u32), span: operation.span };
                    self.destroyed.entry(copy).or_default().push(destroyed);
                }
            }
        }
    }

    /// Works out one holding; those of what it is made from are known, cycles apart.
    fn hold(&mut self, model: &Model, graph: &Graph, copy: CopyId, component: &[CopyId], holding: &mut Holding) {
        let dataset = graph.copy(copy).dataset;
        holding.stays.clear();
        holding.destroyed.clear();
        holding.destroyed.extend(self.destroyed.get(&copy).into_iter().flatten().map(|d| d.at));
        holding.destroyed.sort_unstable();
        holding.destroyed.dedup();
        for id in graph.arrivals_of(copy) {
            let arrival = graph.arrival(id);
            let stated = match arrival.how {
                How::Declared => None,
                How::Flow(flow, _) => model.flows[flow.index()].starts.value(),
                How::Step(step, _) | How::Side(step, _) => model.steps[step.index()].starts.value(),
            };
            let mut stay = Stay { starts: stated.copied().into_iter().collect(), ..Stay::default() };
            if stay.starts.is_empty() {
                stay.starts = self.inherited_start(graph, id, component);
            }
            match retention(model, arrival, dataset) {
                Known::Unsaid => {
                    if let How::Step(..) | How::Side(..) = arrival.how {
                        self.inherit(graph, id);
                    }
                }
                Known::NotStated(_) => stay.end_not_stated = true,
                Known::Said(retention, _) => stay.end = ending(retention),
            }
            holding.stays.push(stay);
        }
    }

    /// Nothing can be made before what it is made from is there. Where one of several copies would do, nothing is proved.
    fn inherited_start(&self, graph: &Graph, id: ArrivalId, component: &[CopyId]) -> SmallVec<[Point; 1]> {
        let all = graph.from(id);
        let mut starts = SmallVec::new();
        let mut copies_of: FxHashMap<DatasetId, usize> = FxHashMap::default();
        if all.len() > 1 {
            all.iter().for_each(|from| *copies_of.entry(graph.copy(*from).dataset).or_default() += 1);
        }
        for from in all {
            let alone = all.len() == 1 || copies_of.get(&graph.copy(*from).dataset) == Some(&1);
            if !alone || component.binary_search(from).is_ok() {
                continue;
            }
            if let [only] = self.holding(*from).stays.as_slice() {
                starts.extend(only.starts.iter().copied());
            }
        }
        starts.sort_unstable();
        starts.dedup();
        starts.truncate(BOUNDS);
        starts
    }

    /// Notes the arrivals whose ends a step's output inherits: those of its inputs that state one, or what those inherit.
    fn inherit(&mut self, graph: &Graph, id: ArrivalId) {
        let mut ends: SmallVec<[ArrivalId; 2]> = SmallVec::new();
        for from in graph.from(id) {
            // in a circle only what was worked out already counts
            let stays = graph.arrivals_of(*from).zip(&self.holding(*from).stays);
            for (arrival, stay) in stays {
                let inherited = self.inherited.get(&arrival).map_or(&[] as &[ArrivalId], |i| i);
                let own = stay.end.is_some().then_some(arrival);
                for end in own.iter().chain(inherited) {
                    if ends.len() < BOUNDS && !ends.contains(end) {
                        ends.push(*end);
                    }
                }
            }
        }
        if !ends.is_empty() {
            self.inherited.insert(id, ends);
        }
    }

    /// When a copy is held.
    pub(super) fn holding(&self, copy: CopyId) -> &Holding {
        static NEVER: Holding = Holding { stays: Vec::new(), destroyed: Vec::new() };
        self.of.get(copy.index()).and_then(|id| self.holdings.get(id.0 as usize)).unwrap_or(&NEVER)
    }

    /// The number of when a copy is held: copies of one number are held alike.
    pub(super) fn id(&self, copy: CopyId) -> HoldingId {
        self.of[copy.index()]
    }

    /// A holding by its number.
    pub(super) fn get(&self, id: HoldingId) -> &Holding {
        &self.holdings[id.0 as usize]
    }
}

fn ending(retention: &Retention) -> Option<Ending> {
    match retention.then {
        Some(Disposal::Archive | Disposal::Review) => None,
        then => Some(Ending { point: retention.ends, no_later: retention.no_later, then }),
    }
}

/// Where a copy's retention is said to be not known, for each arrival that says so.
pub fn ends_not_stated(model: &Model, graph: &Graph, copy: CopyId) -> impl Iterator<Item = Span> {
    graph.arrivals_of(copy).filter_map(move |a| match retention(model, graph.arrival(a), graph.copy(copy).dataset) {
        Known::NotStated(span) => Some(*span),
        _ => None,
    })
}

/// The ends that a copy's arrivals state.
pub fn ends(model: &Model, graph: &Graph, copy: CopyId) -> impl Iterator<Item = End> {
    graph.arrivals_of(copy).filter_map(move |a| end_of(model, graph, a))
}

/// The end that an arrival states.
fn end_of(model: &Model, graph: &Graph, arrival: ArrivalId) -> Option<End> {
    let arrival = graph.arrival(arrival);
    match retention(model, arrival, graph.copy(arrival.copy).dataset) {
        Known::Said(retention, span) => {
            ending(retention).map(|e| End { point: e.point, no_later: e.no_later, then: e.then, span: *span })
        }
        _ => None,
    }
}

/// The deletions of a copy.
pub fn deletions(graph: &Graph, copy: CopyId) -> &[Destroyed] {
    graph.times.destroyed.get(&copy).map_or(&[], Vec::as_slice)
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

    fn ended_before(&self, timeline: &Timeline, destroyed: &[Option<Point>], point: Point) -> bool {
        let before = |end: Point| timeline.order(end, point) == Order::Before;
        let deleted = |at: &Option<Point>| {
            at.is_some_and(|at| {
                before(at) && (self.begun_by(timeline, at) || faults::on(Fault::DeletionEndsWhatComesLater))
            })
        };
        // what is done then is not stated, so the copy may be kept
        let ended =
            |e: &Ending| e.then.is_some() && (before(e.point) || e.no_later.is_some_and(|d| before(Point::Date(d))));
        destroyed.iter().any(deleted) || self.end.as_ref().is_some_and(ended)
    }

    fn lasts_until(&self, timeline: &Timeline, destroyed: &[Option<Point>], point: Point) -> bool {
        let not_before = |end: Point| timeline.order(point, end) != Order::Unknown;
        let spared = |at: &Option<Point>| at.is_some_and(|at| not_before(at) || self.begins_after(timeline, at));
        let lasts = |e: &Ending| not_before(e.point) && e.no_later.is_none_or(|d| not_before(Point::Date(d)));
        destroyed.iter().all(spared) && !self.end_not_stated && self.end.as_ref().is_none_or(lasts)
    }
}

impl Holding {
    /// Whether it never ends, as far as is stated.
    pub fn endless(&self) -> bool {
        self.destroyed.is_empty() && self.stays.iter().any(|s| s.end.is_none() && !s.end_not_stated)
    }

    /// Whether a step destroys it at some time.
    pub fn is_destroyed(&self) -> bool {
        !self.destroyed.is_empty()
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
        let lasts = |s: &Stay| {
            s.starts.as_slice() == starts || matches!(starts, [p] if s.lasts_until(timeline, &self.destroyed, *p))
        };
        match reading {
            super::Reading::Harsh => !self.stays.iter().all(gone) && !self.stays.iter().all(later),
            super::Reading::Kind => self.stays.iter().any(begun) && self.stays.iter().any(lasts),
        }
    }

    /// Whether it has begun on a date, read so; from one date on it has on all later ones.
    pub(super) fn begun_at(&self, timeline: &Timeline, date: Point, reading: super::Reading) -> bool {
        match reading {
            super::Reading::Harsh => !self.begins_after(timeline, date),
            super::Reading::Kind => self.begun_by(timeline, date),
        }
    }

    /// Whether it lasts until a date, read so; up to one date it does on all earlier ones.
    pub(super) fn lasting_at(&self, timeline: &Timeline, date: Point, reading: super::Reading) -> bool {
        match reading {
            super::Reading::Harsh => !self.ended_before(timeline, date),
            super::Reading::Kind => self.lasts_until(timeline, date),
        }
    }

    /// For each arrival, the points at or before its beginning; each once.
    pub fn starts(&self) -> Vec<Vec<Point>> {
        let mut starts: Vec<Vec<Point>> = self.stays.iter().map(|s| s.starts.to_vec()).collect();
        starts.sort();
        starts.dedup();
        starts
    }

    /// Every stated end, deletions included.
    pub fn end_points(&self) -> impl Iterator<Item = Point> + '_ {
        let ends = self.stays.iter().filter_map(|s| s.end.map(|e| e.point));
        ends.chain(self.destroyed.iter().flatten().copied())
    }
}

/// Flows, steps and uses that take a copy after it is proved to be gone.
pub(super) fn used_after_end(model: &Model, graph: &Graph, problems: &mut Problems) {
    problems.listening = true;
    let timeline = &graph.timeline;
    let mut check = |copy: CopyId, start: Option<&Point>, span: Span| {
        if let Some(start) = start
            && graph.holding(copy).ended_before(timeline, *start)
        {
            let ended =
                deletions(graph, copy).first().map(|d| d.span).or(ends(model, graph, copy).next().map(|e| e.span));
            let Some(ended) = ended else { return };
            let c = graph.copy(copy);
            problems.push(Problem::UsedAfterEnd { dataset: c.dataset, place: c.place, span, ended });
        }
    };
    for (number, arrival) in graph.arrivals.iter().enumerate() {
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
        if start.is_some() {
            graph.from(ArrivalId(number as u32)).iter().for_each(|from| check(*from, start, span));
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
    let first = graph.arrivals_start[arrival.copy.index()];
    let Some(stay) = graph.holding(arrival.copy).stays.get((id.0 - first) as usize) else { return Deadline::default() };
    let stated = retention(model, arrival, graph.copy(arrival.copy).dataset);
    let mut deadline = Deadline { ends: end_of(model, graph, id).into_iter().collect(), ..Deadline::default() };
    if let Known::NotStated(span) = stated {
        deadline.not_stated = Some(*span);
    }
    for destroyed in deletions(graph, arrival.copy) {
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
    deadline.period = stated.value().and_then(|r| r.period);
    if deadline.ends.is_empty() && deadline.not_stated.is_none() {
        let inherited = graph.times.inherited.get(&id).into_iter().flatten();
        deadline.ends.extend(inherited.filter_map(|from| end_of(model, graph, *from)));
        deadline.inherited = !deadline.ends.is_empty();
    }
    deadline
}
