//! The sentences of a witness: what each hop of the way does, in plain words.

use std::hash::BuildHasher;

use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};

use super::context::{Context, CopySet, Seen};
use super::finding::{Missing, WitnessStep};
use super::sought::Hit;
use crate::graph::linkage::{Node, Tie};
use crate::graph::times;
use crate::graph::trace::{Hop, Search, Without};
use crate::graph::{ArrivalId, CellId, Column, ColumnKind, Contents, CopyId, How, Minimum, Reading, Said};
use crate::model::{Model, Operation, OperationKind, PartyId, PlaceId, Step};
use crate::source::Span;
use crate::vocabulary::Identifies;

/// How many cells are tried for a short way.
const TRIED: usize = 8;

/// A way that is being told.
#[derive(Default)]
pub struct Story {
    /// Its steps so far, each once, with their turn: what is made from something comes after it, conclusions come last.
    steps: Vec<(u32, WitnessStep)>,
    /// The facts on the way that are not stated.
    pub missing: Vec<Missing>,
    pub(super) told: FxHashSet<ArrivalId>,
    /// Hashes of what was said and of what is missing, so that what is new need not be compared with all of it.
    known: FxHashSet<u64>,
}

impl Story {
    /// A story that begins with facts that are not stated.
    pub fn missing(missing: Vec<Missing>) -> Story {
        let known = missing.iter().map(|m| FxBuildHasher.hash_one(m)).collect();
        Story { missing, known, ..Story::default() }
    }

    /// Adds a conclusion unless it was told already.
    pub fn say(&mut self, sentence: String, span: Span) {
        self.say_in_turn(sentence, span, u32::MAX);
    }

    fn say_in_turn(&mut self, sentence: String, span: Span, turn: u32) {
        let step = WitnessStep { sentence, span };
        let new = self.known.insert(FxBuildHasher.hash_one(&step));
        if new || !self.steps.iter().any(|(_, s)| *s == step) {
            self.steps.push((turn, step));
        }
    }

    /// The steps in order.
    pub fn into_steps(mut self) -> Vec<WitnessStep> {
        self.steps.sort_by_key(|(turn, _)| *turn);
        self.steps.into_iter().map(|(_, step)| step).collect()
    }

    /// Notes a fact that is not stated.
    pub fn miss(&mut self, text: String, span: Span) {
        let missing = Missing { text, span };
        let new = self.known.insert(FxBuildHasher.hash_one(&missing));
        if new || !self.missing.contains(&missing) {
            self.missing.push(missing);
        }
    }
}

impl Context<'_> {
    /// What people call a place.
    pub fn place_title(&self, place: PlaceId) -> String {
        let p = self.model.place(place);
        if place == Model::PUBLIC {
            return "the public".to_owned();
        }
        if place == Model::UNKNOWN {
            return "somebody who is not stated".to_owned();
        }
        if p.team {
            let party = self.model.party(p.party);
            return format!("{} ({})", self.model.title(&party.declared), self.model.title(&p.declared));
        }
        self.model.title(&p.declared).to_owned()
    }

    /// A dataset's name in backticks.
    pub fn data_name(&self, copy: CopyId) -> String {
        format!("`{}`", self.model.dataset_name(self.graph.copy(copy).dataset))
    }

    /// A column for people.
    pub fn column_name(&self, column: &Column) -> String {
        match column.kind {
            ColumnKind::Membership => "the fact of being in it".to_owned(),
            ColumnKind::Open => "fields that are not listed".to_owned(),
            _ => format!("`{}`", self.model.word(column.name)),
        }
    }

    /// Where an arrival is declared.
    pub fn arrival_span(&self, arrival: ArrivalId) -> Span {
        let a = self.graph.arrival(arrival);
        match a.how {
            How::Declared => self.model.dataset(self.graph.copy(a.copy).dataset).declared.span,
            How::Flow(flow, _) => self.model.flows[flow.index()].declared.span,
            How::Step(step, _) | How::Side(step, _) => self.model.steps[step.index()].declared.span,
        }
    }

    /// The name of what an arrival is declared as.
    pub fn arrival_name(&self, arrival: ArrivalId) -> &str {
        let a = self.graph.arrival(arrival);
        self.model.word(match a.how {
            How::Declared => self.model.dataset(self.graph.copy(a.copy).dataset).declared.name,
            How::Flow(flow, _) => self.model.flows[flow.index()].declared.name,
            How::Step(step, _) | How::Side(step, _) => self.model.steps[step.index()].declared.name,
        })
    }

    /// Of several cells that a rule is broken by, the one to tell of: rows before counts, then the one with the shortest way,
    /// then a field before what membership says, then by name.
    pub fn telling(&self, hits: Vec<(CellId, Hit)>, reading: Reading) -> Option<(CellId, Hit)> {
        let contents = self.contents(reading);
        let rank = |kind: ColumnKind| match kind {
            ColumnKind::Field => 0,
            ColumnKind::Reveals => 1,
            ColumnKind::Membership => 2,
            ColumnKind::Open => 3,
        };
        let key = |(cell, hit): &(CellId, Hit)| {
            let column = self.graph.cell(*cell).column;
            let copy = self.graph.cell(*cell).copy;
            (
                !hit.has_rows(),
                rank(column.kind),
                self.model.word(column.name),
                self.data_name(copy),
                self.graph.copy(copy).place,
            )
        };
        let mut hits = hits;
        hits.sort_by(|a, b| key(a).cmp(&key(b)));
        // a wide table has many columns that tell the same; the first few by name are enough to find a short way
        hits.truncate(TRIED);
        let length = |(cell, hit): &(CellId, Hit)| {
            let told = FxHashSet::default();
            let search = self.search(contents, reading, &told);
            let way = search.way(*cell, hit.classes(), hit.has_rows());
            (!hit.has_rows(), way.map_or(usize::MAX, |w| w.len()))
        };
        hits.into_iter().min_by_key(length)
    }

    /// A search for ways among some contents, on which what was told already costs nothing.
    pub(super) fn search<'s>(
        &'s self,
        contents: &'s Contents,
        reading: Reading,
        told: &'s FxHashSet<ArrivalId>,
    ) -> Search<'s> {
        Search {
            model: self.model,
            graph: self.graph,
            crowds: &self.crowds,
            origins: &self.origins,
            contents,
            reading,
            without: &|_, _, _| false,
            entering: None,
            told,
        }
    }

    /// Finds the way by which one of some classes reached a cell (as rows or not), sharing what it can with what was told
    /// already, and tells it.
    pub fn tell_way(
        &self,
        story: &mut Story,
        contents: &Contents,
        (cell, classes, rows): (CellId, &[u64], bool),
        reading: Reading,
        without: &dyn Fn(ArrivalId) -> bool,
    ) -> Vec<Hop> {
        self.tell_way_in(story, contents, (cell, classes, rows), reading, &|a, _, _| without(a), None)
    }

    /// As [`Context::tell_way`], of a way that comes in from outside: whether a copy is inside, and what came in there.
    pub fn tell_way_in(
        &self,
        story: &mut Story,
        contents: &Contents,
        (cell, classes, rows): (CellId, &[u64], bool),
        reading: Reading,
        without: &Without<'_>,
        entering: Option<(&dyn Fn(CopyId) -> bool, &Contents)>,
    ) -> Vec<Hop> {
        let search = Search { without, entering, ..self.search(contents, reading, &story.told) };
        let way = search.way(cell, classes, rows).unwrap_or_default();
        self.tell(story, &way, reading);
        way
    }

    /// As [`Context::tell_way`], of a way that comes in from outside where there is one.
    pub fn tell_entry(
        &self,
        story: &mut Story,
        contents: &Contents,
        told: (CellId, &[u64], bool),
        reading: Reading,
        without: &Without<'_>,
        (inside, came_in): (&CopySet, &Contents),
    ) -> Vec<Hop> {
        let public = matches!(self.graph.copy(told.0.copy).place, Model::PUBLIC | Model::UNKNOWN);
        let is_inside = |copy: CopyId| inside.contains(&copy);
        if !public {
            let way = self.tell_way_in(story, contents, told, reading, without, Some((&is_inside, came_in)));
            if !way.is_empty() {
                return way;
            }
        }
        self.tell_way_in(story, contents, told, reading, without, None)
    }

    /// Tells a way, hop by hop.
    pub fn tell(&self, story: &mut Story, way: &[Hop], reading: Reading) {
        for hop in way {
            if !story.told.insert(hop.arrival) {
                continue;
            }
            let WitnessStep { sentence, span } = self.hop_step(hop);
            story.say_in_turn(sentence, span, self.graph.turn(self.graph.arrival(hop.arrival).copy));
            if reading == Reading::Harsh {
                self.hop_missing(story, hop);
            }
        }
    }

    fn hop_step(&self, hop: &Hop) -> WitnessStep {
        let mut sentence = self.hop_sentence(hop);
        if !matches!(self.graph.arrival(hop.arrival).how, How::Declared) {
            sentence = format!("{sentence} (`{}`)", self.arrival_name(hop.arrival));
        }
        WitnessStep { sentence, span: self.arrival_span(hop.arrival) }
    }

    /// What an arrival does, by itself.
    pub(super) fn arrival_step(&self, arrival: ArrivalId) -> WitnessStep {
        let to = CellId { copy: self.graph.arrival(arrival).copy, column: 0 };
        let from = self.graph.from(arrival).first().map(|copy| CellId { copy: *copy, column: 0 });
        self.hop_step(&Hop { arrival, from, to })
    }

    fn hop_sentence(&self, hop: &Hop) -> String {
        let arrival = self.graph.arrival(hop.arrival);
        let to = self.graph.copy(arrival.copy);
        let data = self.data_name(arrival.copy);
        match arrival.how {
            How::Declared => format!("{} holds {data}", self.place_title(to.place)),
            How::Flow(flow, _) => {
                let from = hop.from.map(|f| self.graph.copy(f.copy).place);
                let flow = &self.model.flows[flow.index()];
                let sender = flow.from.first().copied().or(from).unwrap_or(Model::UNKNOWN);
                if to.place == Model::PUBLIC {
                    return format!("{} publishes {data} to the public", self.place_title(sender));
                }
                format!("{} sends {data} to {}", self.place_title(sender), self.place_title(to.place))
            }
            How::Step(step, _) => {
                let step = &self.model.steps[step.index()];
                format!("{} {} giving {data}", self.place_title(step.place), self.step_words(step))
            }
            How::Side(step, _) => {
                let step = &self.model.steps[step.index()];
                format!("{} makes {data} on the way", self.place_title(step.place))
            }
        }
    }

    /// What a step does, by its first telling operations.
    fn step_words(&self, step: &Step) -> String {
        let words: Vec<String> = step.operations.iter().filter_map(|o| self.operation_words(o)).take(3).collect();
        let takes: Vec<String> =
            step.takes.iter().map(|t| format!("`{}`", self.model.dataset_name(t.dataset))).collect();
        match (words.is_empty(), step.operations_not_stated.is_some()) {
            (_, true) => format!("does what is not stated with {},", list(&takes)),
            (true, _) => format!("takes {},", list(&takes)),
            (false, _) => format!("{},", list(&words)),
        }
    }

    fn operation_words(&self, operation: &Operation) -> Option<String> {
        let field = |f: &(crate::syntax::intern::Symbol, Span)| format!("`{}`", self.model.word(f.0));
        let fields = |f: &[(crate::syntax::intern::Symbol, Span)]| list(&f.iter().map(field).collect::<Vec<_>>());
        let data = |d: &crate::model::DatasetId| format!("`{}`", self.model.dataset_name(*d));
        Some(match &operation.kind {
            OperationKind::Match { left, right, on, .. } if on.is_empty() => {
                format!("matches {} with {}", data(left), data(right))
            }
            OperationKind::Match { left, right, on, .. } => {
                format!("matches {} with {} on {}", data(left), data(right), fields(on))
            }
            OperationKind::Append { datasets } => {
                format!("puts {} together", list(&datasets.iter().map(data).collect::<Vec<_>>()))
            }
            OperationKind::Keep { fields: f } => format!("keeps {}", fields(f)),
            OperationKind::Drop { fields: f } => format!("drops {}", fields(f)),
            OperationKind::Pseudonymise { fields: f, key, .. } => {
                format!("replaces {} by `{}`", fields(f), self.model.word(*key))
            }
            OperationKind::AddKey { key, .. } => format!("adds the key `{}`", self.model.word(*key)),
            OperationKind::Generalise { field: f, level } => {
                format!("makes {} coarser (`{}`)", field(f), self.model.word(level.0))
            }
            OperationKind::Derive { field: f, from, .. } => {
                format!("derives `{}` from {}", self.model.word(*f), fields(from))
            }
            OperationKind::Aggregate { by, .. } => format!("counts by {}", fields(by)),
            OperationKind::Synthesise => "makes synthetic data".to_owned(),
            OperationKind::Reidentify { lookup } => format!("puts identities back with {}", data(lookup)),
            _ => return None,
        })
    }

    fn hop_missing(&self, story: &mut Story, hop: &Hop) {
        let arrival = self.graph.arrival(hop.arrival);
        let step = match arrival.how {
            How::Step(step, _) | How::Side(step, _) => &self.model.steps[step.index()],
            _ => return,
        };
        let name = self.model.word(step.declared.name);
        if let Some(span) = step.operations_not_stated {
            story.miss(format!("what `{name}` does to the data (`operations`)"), span);
        }
        if step.place == Model::UNKNOWN {
            story.miss(format!("who carries out `{name}` (`at`)"), step.place_span);
        }
        self.control_missing(story, step);
    }

    /// What is not stated of a step's disclosure control.
    pub fn control_missing(&self, story: &mut Story, step: &Step) {
        let name = self.model.word(step.declared.name);
        let mut counted = None;
        let mut secondary = false;
        for operation in &step.operations {
            match &operation.kind {
                OperationKind::Aggregate { minimum, .. } => {
                    counted = Some(operation.span);
                    if minimum.value().is_none() {
                        story.miss(format!("the least count shown in `{name}` (`minimum`)"), operation.span);
                    }
                }
                OperationKind::Suppress(how) => {
                    secondary |= how.value().is_some_and(|s| s.secondary || s.none);
                }
                _ => {}
            }
        }
        if let (Some(span), false) = (counted, secondary) {
            story.miss(format!("whether `{name}` suppresses secondary cells (`suppress secondary`)"), span);
        }
    }

    /// Notes which controls on the counts in a cell are not stated, walking back to where they were made.
    pub fn counts_missing(&self, story: &mut Story, cell: CellId, contents: &Contents) {
        self.counts_missing_from(story, cell, contents, 0, &mut FxHashMap::default());
    }

    fn counts_missing_from(
        &self,
        story: &mut Story,
        cell: CellId,
        contents: &Contents,
        depth: usize,
        seen: &mut FxHashMap<CellId, usize>,
    ) {
        let unsure =
            contents.counts(cell).any(|(c, _)| c.minimum == Minimum::NotStated || c.secondary == Said::NotStated);
        // what was looked at from as near adds nothing
        if !unsure || depth > 64 || seen.get(&cell).is_some_and(|before| *before <= depth) {
            return;
        }
        seen.insert(cell, depth);
        for edge in self.graph.incoming(self.model, cell) {
            if let How::Step(step, _) = self.graph.arrival(edge.arrival).how {
                self.control_missing(story, &self.model.steps[step.index()]);
            } else if let (How::Declared, Some(_)) =
                (self.graph.arrival(edge.arrival).how, self.graph.transform(&edge).aggregate)
            {
                let declared = &self.model.dataset(self.graph.copy(self.graph.cell(cell).copy).dataset).declared;
                story.miss(format!("the disclosure control on `{}`", self.model.word(declared.name)), declared.span);
            }
            if let Some(from) = edge.from {
                self.counts_missing_from(story, from, contents, depth + 16, seen);
            }
        }
    }

    /// `, which has `study-id` beside `name``.
    pub(super) fn identifiers_beside(&self, copy: CopyId, tie: &Tie, contents: &Contents) -> String {
        let columns = |which: &dyn Fn(&Column) -> bool| -> Vec<String> {
            let cells = self.graph.cells_of(copy).filter(|c| contents.has_rows(*c));
            cells.map(|c| self.graph.cell(c).column).filter(|c| which(c)).map(|c| self.column_name(&c)).collect()
        };
        let tied = columns(&|c: &Column| match tie {
            Tie::Key(k) | Tie::Direct(k) => c.category == Some(*k),
            Tie::Combination(n) => {
                let parts = &self.model.vocabulary.combinations[*n as usize].parts;
                parts.iter().any(|(p, _)| c.category == Some(*p))
            }
            Tie::Recomputed(n, key) => {
                let secret = &self.graph.capabilities[*n as usize];
                c.category == Some(*key) || secret.from.iter().any(|(f, _)| c.category == Some(*f))
            }
        });
        let direct = columns(&|c: &Column| c.identifies(&self.model.vocabulary) == Identifies::Direct);
        let direct: Vec<String> = direct.into_iter().filter(|d| !tied.contains(d)).collect();
        match (tied.is_empty(), direct.is_empty()) {
            (true, true) => String::new(),
            (false, true) => format!(", which has {}", list(&tied)),
            (true, false) => format!(", which has {}", list(&direct)),
            (false, false) => format!(", which has {} beside {}", list(&tied), list(&direct)),
        }
    }

    /// What ties, in words.
    pub fn tie_words(&self, tie: &Tie) -> String {
        let category = |c: &crate::model::CategoryId| format!("`{}`", short(&self.model.vocabulary.category(*c).name));
        match tie {
            Tie::Key(c) => format!("the key {}", category(c)),
            Tie::Direct(c) => format!("the identifier {}", category(c)),
            Tie::Combination(n) => {
                let parts = &self.model.vocabulary.combinations[*n as usize].parts;
                let mut parts: Vec<String> = parts.iter().map(|(c, _)| category(c)).collect();
                // these words are part of the fingerprint: the same in whatever order the categories are declared
                parts.sort();
                format!("the combination of {}", list_whole(&parts))
            }
            Tie::Recomputed(_, key) => format!("the key {}, which can be computed again,", category(key)),
        }
    }

    pub(super) fn times_missing(&self, story: &mut Story, copy: CopyId, path: &[(Node, Tie, Node)]) {
        let timeline = &self.graph.timeline;
        let mut copies = vec![copy];
        copies.extend(path.iter().filter_map(|(_, _, n)| if let Node::Copy(c) = n { Some(*c) } else { None }));
        for a in copies.iter().filter(|a| copies.iter().any(|b| *a != b)) {
            let (held, name) = (self.graph.holding(*a), self.data_name(*a));
            for span in times::ends_not_stated(self.model, self.graph, *a) {
                story.miss(format!("when {name} is destroyed (`retain`)"), span);
            }
            for destroyed in times::deletions(self.graph, *a).iter().filter(|d| d.at.is_none()) {
                story.miss(format!("when {name} is destroyed (`during` of the step)"), destroyed.span);
            }
            if held.endless() {
                continue;
            }
            for b in copies.iter().filter(|b| a != *b) {
                let (other, later) = (self.graph.holding(*b), self.data_name(*b));
                let starts: Vec<_> = other.starts().concat();
                for end in times::ends(self.model, self.graph, *a) {
                    let ordered = starts.iter().all(|s| {
                        timeline.order(end.point, *s) != crate::model::time::Order::Unknown
                            || timeline.order(*s, end.point) != crate::model::time::Order::Unknown
                    });
                    if !ordered {
                        story.miss(format!("whether {name} is destroyed before {later} is there"), end.span);
                    }
                }
            }
        }
    }

    /// Notes why nobody can tell whether two copies are held at one time.
    pub fn pair_times_missing(&self, story: &mut Story, a: CopyId, b: CopyId) {
        self.times_missing(story, a, &[(Node::Copy(a), Tie::Combination(0), Node::Copy(b))]);
    }

    /// Notes the datasets whose open field lists reach a copy.
    pub fn open_missing(&self, story: &mut Story, copy: CopyId) {
        let contents = self.contents(Reading::Harsh);
        let open = |cell: &CellId| self.graph.cell(*cell).column.kind == ColumnKind::Open && contents.has_rows(*cell);
        let mut stack: Vec<CellId> = self.graph.cells_of(copy).filter(open).collect();
        let mut seen: std::collections::HashSet<CellId> = stack.iter().copied().collect();
        while let Some(cell) = stack.pop() {
            for edge in self.graph.incoming(self.model, cell) {
                match edge.from {
                    Some(from) if seen.insert(from) => stack.push(from),
                    Some(_) => {}
                    None => {
                        let dataset = self.model.dataset(self.graph.copy(self.graph.cell(cell).copy).dataset);
                        if let Some(span) = dataset.open {
                            let name = self.model.word(dataset.declared.name);
                            story.miss(format!("which other fields `{name}` has (`fields open`)"), span);
                        }
                    }
                }
            }
        }
    }

    /// Notes walls of a view that are declared `not-stated`.
    pub fn walls_missing(&self, story: &mut Story, seen: &Seen, copies: &[CopyId]) {
        let at = |processor: PartyId| copies.iter().any(|c| self.graph.party_of(self.model, *c) == processor);
        for (processor, span) in seen.view.unsure_roles.iter().filter(|(p, _)| at(*p)) {
            let name = self.model.place_name(self.model.party(*processor).place);
            story.miss(format!("for whom `{name}` processes (`processor … for`)"), *span);
        }
        for span in seen.unsure_walls() {
            if let Some(wall) = self.model.walls.iter().find(|w| w.span == span) {
                let (left, right) = (self.model.place_name(wall.left), self.model.place_name(wall.right));
                story.miss(format!("whether a wall stands between `{left}` and `{right}`"), span);
            }
        }
    }
}

/// How many things a sentence lists.
const LISTED: usize = 40;

/// `a`, `a and b`, `a, b and c`; of very many the first ones and how many more there are.
pub fn list(items: &[String]) -> String {
    if items.len() > LISTED {
        let (shown, rest) = items.split_at(LISTED - 1);
        return format!("{} and {} more", shown.join(", "), rest.len());
    }
    list_whole(items)
}

/// The same, however many there are: for what a fingerprint is made of.
fn list_whole(items: &[String]) -> String {
    match items {
        [] => "nothing".to_owned(),
        [one] => one.clone(),
        [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
    }
}

/// The last part of a category's path.
pub fn short(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}
