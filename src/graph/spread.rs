//! Which origins reach which column: one least fixpoint over the copies.
//!
//! A flow that carries all there is makes a copy with the content of the one that was sent, so it is given the same number; only
//! where something changes is a new content put together, column by column.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::columns::ColumnKind;
use super::contents::{ContentId, Contents, Draft};
use super::edges::begins_by_itself;
use super::operations::Listed;
use super::order::{Circle, Shares};
use super::{ArrivalId, CopyId, Graph, How, Onward, Origins, Reading, is_declared, table_control};
use crate::faults::{self, Fault};
use crate::model::Model;

/// How far a fixpoint reaches.
#[derive(Clone, Copy)]
pub enum Scope<'a> {
    /// Over everything.
    Everything,
    /// What came into a group of copies (sorted) from outside it, with what is where altogether.
    Inside(&'a [CopyId], &'a Contents),
    /// What came into a group of copies (sorted), or begins there, with what is where altogether.
    Into(&'a [CopyId], &'a Contents),
}

/// What a fixpoint runs over.
#[derive(Clone, Copy)]
pub struct Limits<'a> {
    /// How unstated operations are read.
    pub reading: Reading,
    /// How far it reaches.
    pub scope: Scope<'a>,
    /// Arrivals left out.
    pub without: &'a dyn Fn(ArrivalId) -> bool,
    /// Arrivals that bring nothing from outside (but carry on what is within).
    pub closed: &'a dyn Fn(ArrivalId) -> bool,
    /// Arrivals that bring nothing from a copy.
    pub barred: &'a dyn Fn(ArrivalId, CopyId) -> bool,
}

impl Limits<'_> {
    /// The whole graph.
    pub fn all(reading: Reading) -> Limits<'static> {
        Limits { reading, scope: Scope::Everything, without: &|_| false, closed: &|_| false, barred: &|_, _| false }
    }
}

/// Runs the fixpoint.
pub fn spread(model: &Model, graph: &Graph, origins: &Origins, limits: &Limits<'_>) -> Contents {
    let contents = match limits.scope {
        Scope::Inside(copies, _) | Scope::Into(copies, _) => Contents::some(origins.width(), copies),
        Scope::Everything => Contents::all(origins.width(), graph.size()),
    };
    let mut spreader = Spreader::new(model, graph, origins, limits, contents);
    match limits.scope {
        Scope::Inside(copies, _) | Scope::Into(copies, _) => spreader.among(copies),
        Scope::Everything => graph.order.iter().for_each(|component| spreader.component(component)),
    }
    spreader.contents.settle();
    spreader.contents
}

/// Runs the fixpoint over the whole graph, on several threads where that pays.
pub fn spread_all(model: &Model, graph: &Graph, origins: &Origins, reading: Reading) -> Contents {
    spread_shared(model, graph, origins, reading, Shares::suiting(graph.size()))
}

/// As [`spread_all`], with so many strongly connected components for each thread at a time. What comes of it is the same.
pub fn spread_in_blocks(model: &Model, graph: &Graph, origins: &Origins, reading: Reading, block: u32) -> Contents {
    spread_shared(model, graph, origins, reading, Shares::blocks_of(block))
}

fn spread_shared(model: &Model, graph: &Graph, origins: &Origins, reading: Reading, shares: Shares) -> Contents {
    if shares.alone() {
        return spread(model, graph, origins, &Limits::all(reading));
    }
    let mut known = Arc::new(Contents::shared(origins.width(), graph.size()));
    let work = |known: &Arc<Contents>, components: &[u32]| {
        let limits = Limits::all(reading);
        let mut spreader = Spreader::new(model, graph, origins, &limits, Contents::further(known));
        let mut copies = Vec::new();
        for component in components {
            let component = graph.order.members(*component as usize);
            spreader.component(component);
            copies.extend_from_slice(component);
        }
        (copies, spreader.contents.into_new())
    };
    let sources = |copy| super::build::sources_of(graph, copy);
    graph.order.in_waves(shares, sources, &mut known, work, |known, (copies, new)| {
        Arc::make_mut(known).take_in(new, &copies);
    });
    let mut contents = Arc::unwrap_or_clone(known);
    contents.settle();
    contents
}

/// What there would be if some arrivals did not happen, or brought nothing from some copies, where `base` is what there is: only
/// what comes of them is worked out anew.
pub fn spread_without(
    model: &Model,
    graph: &Graph,
    origins: &Origins,
    reading: Reading,
    (base, onward): (&Arc<Contents>, &Onward),
    without: &dyn Fn(ArrivalId) -> bool,
    barred: &dyn Fn(ArrivalId, CopyId) -> bool,
) -> Contents {
    let changed = |a: &ArrivalId| without(*a) || graph.from(*a).iter().any(|from| barred(*a, *from));
    let gone = (0..graph.arrivals.len() as u32).map(ArrivalId).filter(changed);
    let mut affected: Vec<CopyId> = gone.map(|a| graph.arrival(a).copy).collect();
    let mut seen: FxHashSet<CopyId> = affected.iter().copied().collect();
    let mut next = 0;
    while next < affected.len() {
        let takers = onward.from(affected[next]).iter().map(|a| graph.arrival(*a).copy);
        affected.extend(takers.filter(|copy| seen.insert(*copy)));
        next += 1;
    }
    affected.sort_unstable();
    affected.dedup();
    let limits = Limits { without, barred, ..Limits::all(reading) };
    let contents = Contents::over(base, &affected);
    let mut spreader = Spreader::new(model, graph, origins, &limits, contents);
    spreader.among(&affected);
    spreader.contents.settle();
    spreader.contents
}

struct Spreader<'a> {
    model: &'a Model,
    graph: &'a Graph,
    origins: &'a Origins,
    limits: &'a Limits<'a>,
    contents: Contents,
    /// Contents of outside by the number that they have here.
    imported: FxHashMap<ContentId, ContentId>,
    draft: Draft,
    set: Vec<u64>,
}

impl<'a> Spreader<'a> {
    fn new(
        model: &'a Model,
        graph: &'a Graph,
        origins: &'a Origins,
        limits: &'a Limits<'a>,
        contents: Contents,
    ) -> Self {
        let imported = FxHashMap::default();
        Spreader { model, graph, origins, limits, contents, imported, draft: Draft::default(), set: Vec::new() }
    }

    /// Works out these copies (sorted).
    fn among(&mut self, copies: &[CopyId]) {
        let graph = self.graph;
        let mut ordered: Vec<CopyId> = copies.to_vec();
        ordered.sort_unstable_by_key(|c| (graph.order.of(*c), *c));
        ordered.chunk_by(|a, b| graph.order.of(*a) == graph.order.of(*b)).for_each(|part| self.component(part));
    }

    fn component(&mut self, component: &[CopyId]) {
        let graph = self.graph;
        let sources = |copy| super::build::sources_of(graph, copy);
        match component {
            [only] if !sources(*only).any(|s| s == *only) => {
                self.gather(*only);
            }
            _ => Circle::of(component, sources).settle(component, |copy| self.gather(copy)),
        }
    }

    /// Whether two copies are in one group.
    fn together(&self, a: CopyId, b: CopyId) -> bool {
        match self.limits.scope {
            Scope::Everything => true,
            // what is worked on is inside
            Scope::Inside(copies, _) | Scope::Into(copies, _) => {
                copies.binary_search(&a).is_ok() && copies.binary_search(&b).is_ok()
            }
        }
    }

    /// What an arrival brings from a copy: the number of a content, here.
    fn brought(&mut self, by: ArrivalId, from: CopyId, to: CopyId) -> ContentId {
        if (self.limits.barred)(by, from) {
            return ContentId::NOTHING;
        }
        let outside = match self.limits.scope {
            Scope::Inside(_, outside) | Scope::Into(_, outside) if !self.together(from, to) => outside,
            _ => return self.contents.of(from),
        };
        if (self.limits.closed)(by) {
            return ContentId::NOTHING;
        }
        let theirs = outside.of(from);
        if theirs == ContentId::NOTHING {
            return theirs;
        }
        if let Some(known) = self.imported.get(&theirs) {
            return *known;
        }
        let shape = self.graph.copy(from).shape;
        let width = self.graph.shapes.width(shape);
        self.draft.begin(width, self.contents.words());
        for column in 0..width as u32 {
            self.draft.add_rows(column as usize, outside.rows_in(theirs, column), &[]);
            for (control, set) in outside.counts_in(theirs, column) {
                let control = self.contents.control(control);
                self.draft.add_counts(column as usize, control, set, &[]);
            }
        }
        let ours = self.contents.keep(shape, &self.draft);
        self.imported.insert(theirs, ours);
        ours
    }

    /// Gives a copy what its arrivals bring; says whether that is more than before.
    fn gather(&mut self, copy: CopyId) -> bool {
        let graph = self.graph;
        if faults::on(Fault::DestroyedNeverWas) && graph.holding(copy).is_destroyed() {
            return false;
        }
        let it = graph.copy(copy);
        let all = || graph.arrivals_of(copy);
        let mut left = all().filter(|a| !(self.limits.without)(*a));
        let first = left.next();
        if let (Some(only), None) = (first, left.next())
            && let Some(content) = self.unchanged(only, copy)
        {
            return self.contents.put(copy, content);
        }
        // contents of outside are fetched before the draft is begun, since they are drafted too
        if !matches!(self.limits.scope, Scope::Everything) {
            for arrival in all() {
                for source in graph.from(arrival) {
                    self.brought(arrival, *source, copy);
                }
            }
        }
        self.draft.begin(graph.shapes.width(it.shape), self.contents.words());
        for arrival in all() {
            if !(self.limits.without)(arrival) {
                self.add(arrival, copy);
            }
        }
        let content = self.contents.keep(it.shape, &self.draft);
        self.contents.put(copy, content)
    }

    /// What an arrival brings when it changes nothing: a flow that carries all there is from one copy, and no rule asks whether
    /// data came by it.
    fn unchanged(&mut self, arrival: ArrivalId, copy: CopyId) -> Option<ContentId> {
        let graph = self.graph;
        let How::Flow(flow, item) = graph.arrival(arrival).how else { return None };
        let [source] = graph.from(arrival) else { return None };
        let all = self.model.flows[flow.index()].data[item as usize].fields.is_none();
        let same = all && graph.copy(*source).shape == graph.copy(copy).shape;
        (same && self.origins.marked(graph, arrival).next().is_none()).then(|| self.brought(arrival, *source, copy))
    }

    fn add(&mut self, arrival: ArrivalId, copy: CopyId) {
        let marks = if self.origins.has_markers() { self.origins.marks(self.graph, arrival) } else { Vec::new() };
        match self.graph.arrival(arrival).how {
            How::Declared => {
                if !matches!(self.limits.scope, Scope::Inside(..)) {
                    self.declared(copy, &marks);
                }
            }
            How::Flow(flow, item) => {
                let fields = self.model.flows[flow.index()].data[item as usize].fields.as_deref();
                let graph = self.graph;
                for source in graph.from(arrival) {
                    let content = self.brought(arrival, *source, copy);
                    if content != ContentId::NOTHING {
                        self.carry(content, *source, copy, fields.map(Listed::new).as_ref(), &marks);
                    }
                }
            }
            How::Step(..) | How::Side(..) => self.step(arrival, copy, &marks),
        }
    }

    fn declared(&mut self, copy: CopyId, marks: &[u64]) {
        let graph = self.graph;
        let dataset = graph.copy(copy).dataset;
        let control = table_control(self.model, dataset).map(|c| self.contents.control(c));
        let own = self.origins.of_cells(self.model, dataset, graph.copy(copy).place);
        let only = graph.arrivals_of(copy).len() == 1;
        for (number, column) in graph.columns_of(copy).iter().enumerate() {
            // where nothing else makes it, all its columns are declared
            if !only && !is_declared(self.model, dataset, column) {
                continue;
            }
            let Some(class) = self.origins.class_by(&own, self.origins.of_column(self.model, column)) else { continue };
            if marks.is_empty() && control.is_none() {
                self.draft.add_class(number, class);
                continue;
            }
            let set = self.origins.set([class]);
            match control {
                None => self.draft.add_rows(number, &set, marks),
                Some(control) => self.draft.add_counts(number, control, &set, marks),
            }
        }
    }

    /// Adds what a flow carries of a content: both lists of columns are sorted.
    fn carry(&mut self, content: ContentId, from: CopyId, to: CopyId, listed: Option<&Listed<'_>>, marks: &[u64]) {
        let graph = self.graph;
        let mut into = graph.columns_of(to).iter().enumerate().peekable();
        for (number, column) in graph.columns_of(from).iter().enumerate() {
            while into.next_if(|(_, c)| *c < column).is_some() {}
            let Some((target, _)) = into.next_if(|(_, c)| *c == column) else { continue };
            let carried = match (listed, column.kind) {
                (Some(listed), ColumnKind::Field) => listed.has(column.name),
                (Some(_), ColumnKind::Open) => false,
                _ => true,
            };
            if carried {
                self.copy_column(content, number as u32, target, None, marks);
            }
        }
    }

    /// Adds what is in a column of a content to a column of the draft.
    fn copy_column(&mut self, content: ContentId, from: u32, to: usize, transform: Option<u32>, marks: &[u64]) {
        let transform = transform.map(|t| *self.graph.transforms.get(t)).unwrap_or_default();
        self.set.clear();
        self.set.extend_from_slice(self.contents.rows_in(content, from));
        match transform.aggregate {
            None => self.draft.add_rows(to, &self.set, marks),
            Some(control) => {
                let control = self.contents.control(control);
                self.draft.add_counts(to, control, &self.set, marks);
            }
        }
        if self.contents.has_counts_in(content) {
            let counts: Vec<_> = self.contents.counts_in(content, from).map(|(c, set)| (c, set.to_vec())).collect();
            for (control, set) in counts {
                let control = match transform.aggregate {
                    Some(again) if faults::on(Fault::CountingAgainRaises) => control.max(again),
                    _ => control,
                };
                let control = self.contents.control(transform.lift.map_or(control, |l| control.lifted(l)));
                self.draft.add_counts(to, control, &set, marks);
            }
        }
    }

    fn step(&mut self, arrival: ArrivalId, copy: CopyId, marks: &[u64]) {
        let graph = self.graph;
        let sources = graph.from(arrival);
        for made in graph.moves_of(arrival) {
            let maybe = graph.transforms.get(made.transform).maybe;
            if maybe && self.limits.reading == Reading::Kind {
                continue;
            }
            match made.from {
                Some((source, column)) => {
                    let content = self.brought(arrival, sources[source as usize], copy);
                    if content != ContentId::NOTHING {
                        self.copy_column(content, column, made.to as usize, Some(made.transform), marks);
                    }
                }
                None if !matches!(self.limits.scope, Scope::Inside(..)) && self.begins(arrival, copy) => {
                    self.made_up((arrival, copy), made.to as usize, made.transform, marks);
                }
                None => {}
            }
        }
    }

    /// Whether a key that a step makes up is there: it is given anything, or needs nothing.
    fn begins(&mut self, arrival: ArrivalId, copy: CopyId) -> bool {
        let sources = self.graph.from(arrival);
        let given = sources.iter().any(|source| self.brought(arrival, *source, copy) != ContentId::NOTHING);
        let step = match self.graph.arrival(arrival).how {
            How::Step(step, _) | How::Side(step, _) => step,
            How::Declared | How::Flow(..) => return given,
        };
        given || sources.is_empty() || begins_by_itself(&self.model.steps[step.index()])
    }

    /// A key that a step makes up begins here.
    fn made_up(&mut self, (by, copy): (ArrivalId, CopyId), column: usize, transform: u32, marks: &[u64]) {
        let graph = self.graph;
        let own = self.origins.of_cells(self.model, graph.copy(copy).dataset, graph.begins(self.model, by));
        let kinds = self.origins.of_column(self.model, &graph.columns_of(copy)[column]);
        let Some(class) = self.origins.class_by(&own, kinds) else { return };
        let set = self.origins.set([class]);
        match graph.transforms.get(transform).aggregate {
            None => self.draft.add_rows(column, &set, marks),
            Some(control) => {
                let control = self.contents.control(control);
                self.draft.add_counts(column, control, &set, marks);
            }
        }
    }
}

/// Whether a column is one that people would call a field of the data (ruling 7: what being in it reveals is one too).
pub fn is_field(kind: ColumnKind) -> bool {
    matches!(kind, ColumnKind::Field | ColumnKind::Reveals)
}
