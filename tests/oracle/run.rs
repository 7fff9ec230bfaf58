//! Runs a model: puts rows about made-up people at the places where datasets begin, and lets flows and steps carry them
//! until nothing new arrives.
//!
//! A value remembers which cells of which people's source rows it was computed from. What a group of several people was
//! counted into depends on nobody alone.

use std::collections::{BTreeMap, BTreeSet};

use super::model::{Category, Dataset, Field, Flow, Method, Model, Operation, PUBLIC, Place, SPECIAL, Step};
use super::operate;
use super::people::People;
use super::random::mix;
use super::rows::{Arrival, By, Came, Cell, Copy, Key, Row, Rows, Set, Trace};

/// What of a run is watched besides where the rows go.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub(crate) struct Watch {
    /// What counts as inside a holder: what crosses into it is received.
    pub(crate) inside: Option<BTreeSet<Key>>,
    /// Whatever passes through these is marked.
    pub(crate) through: Option<Through>,
    /// Flows that bring in nothing that counts.
    pub(crate) closed: BTreeSet<u8>,
    /// Whether these flows are taken away at the border altogether, rather than not counted as receiving.
    pub(crate) shut: bool,
}

/// What values may pass through.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Through {
    Dataset(Dataset),
    Activity(u8),
    Steps(BTreeSet<u8>),
}

const MOST_ROWS: usize = 200;
const ROUNDS: usize = 40;

/// A model with its people, ready to be run.
pub(crate) struct Runner<'a> {
    pub(crate) model: &'a Model,
    pub(crate) people: &'a People,
    /// Which copies there will be: a step waits for those that it takes.
    there: BTreeSet<Key>,
    /// The whole model, where something is left out of this one.
    whole: Option<&'a Model>,
}

/// The number of a source cell's origin: the source, which of its first places, and whether it is special-category data.
pub(crate) fn origin(source: usize, place: usize, special: bool) -> Set {
    1 << ((source * 2 + place) * 2 + usize::from(special))
}

/// The origin of a numbering that a step makes up.
pub(crate) fn numbering(step: u8) -> Set {
    1 << (32 + 2 * (step % 16))
}

impl<'a> Runner<'a> {
    pub(crate) fn new(model: &'a Model, people: &'a People) -> Runner<'a> {
        Runner { model, people, there: there(model), whole: None }
    }

    /// For a part of a model: steps take what they take in the whole of it, or do without.
    pub(crate) fn of_part(model: &'a Model, people: &'a People, whole: &'a Model) -> Runner<'a> {
        Runner { model, people, there: there(whole), whole: Some(whole) }
    }

    /// Every copy there ever is; `None` when it does not come to rest.
    pub(crate) fn run(&self, watch: &Watch) -> Option<Vec<Copy>> {
        let mut world = World { runner: self, model: self.model, watch, copies: Vec::new(), waiting: true };
        for (i, source) in self.model.sources.iter().enumerate() {
            for (number, place) in source.held.iter().enumerate() {
                let arrival = Arrival { by: By::Declared, on: None, until: source.until, activity: None };
                let rows = world.first(i, number);
                world.arrive((Dataset::Source(i as u8), *place), rows, arrival);
            }
        }
        for _ in 0..ROUNDS {
            let mut changed = false;
            for step in &self.model.steps {
                changed |= world.step(step);
            }
            for flow in &self.model.flows {
                changed |= world.flow(flow);
            }
            // rows appended to themselves in a circle never come to rest
            if world.copies.iter().any(|c| c.rows.len() > MOST_ROWS) {
                return None;
            }
            if !changed && !world.waiting {
                return Some(world.copies);
            }
            // in a circle somebody has to begin with what there is
            world.waiting = changed && world.waiting;
        }
        None
    }
}

/// Whether something begins in a step: a numbering of whoever there is, or a secret.
fn begins(step: &Step) -> bool {
    step.operations
        .iter()
        .any(|o| matches!(o, Operation::AddKey(_) | Operation::Pseudonymise { method: Method::Salted, .. }))
}

/// Which copies there will be, whatever is in them.
fn there(model: &Model) -> BTreeSet<Key> {
    let mut there: BTreeSet<Key> = BTreeSet::new();
    for (i, source) in model.sources.iter().enumerate() {
        there.extend(source.held.iter().map(|p| (Dataset::Source(i as u8), *p)));
    }
    loop {
        let before = there.len();
        let at_hand = |there: &BTreeSet<Key>, d: Dataset, at: Place| {
            there.iter().any(|(dataset, place)| *dataset == d && model.near(*place, at))
        };
        for step in &model.steps {
            if begins(step) || step.takes.iter().any(|d| at_hand(&there, *d, step.at)) {
                there.extend(step.gives.iter().map(|(d, _)| (*d, step.at)));
                there.extend(Model::sides(step));
            }
        }
        for flow in &model.flows {
            if at_hand(&there, flow.dataset, flow.from) {
                there.insert((flow.dataset, flow.to));
            }
        }
        if there.len() == before {
            return there;
        }
    }
}

struct World<'a> {
    runner: &'a Runner<'a>,
    model: &'a Model,
    watch: &'a Watch,
    copies: Vec<Copy>,
    /// Whether steps wait for everything that they will have.
    waiting: bool,
}

impl World<'_> {
    /// The rows of a source at one of its first places.
    fn first(&self, index: usize, number: usize) -> Rows {
        let source = &self.model.sources[index];
        let people = self.runner.people;
        let row = |person: u32| {
            let cell = |field, category, level| {
                let value = match category {
                    Category::Quasi(q) => people.value(person, q, level),
                    Category::Trait(_) | Category::Count => 0,
                    _ => person,
                };
                let trace = Trace::begun(origin(index, number, category == Category::Trait(SPECIAL)));
                Cell { field, category, level, value, alone: 1 << person, trace, counts: Vec::new() }
            };
            let mut cells: Vec<Cell> = source.columns.iter().map(|c| cell(c.field, c.category, c.level)).collect();
            cells.extend(source.reveals.map(|t| cell(Field::Shows(index as u8), Category::Trait(t), 0)));
            let id = mix(index as u64 * 64 + u64::from(person) + 1);
            let member = Trace::begun(origin(index, number, false));
            (id, Row { people: 1 << person, member, counts: Vec::new(), cells })
        };
        people.members(source.about).map(row).collect()
    }

    fn is_inside(&self, key: &Key) -> bool {
        self.watch.inside.as_ref().is_some_and(|inside| inside.contains(key))
    }

    /// The rows of a copy on their way out of it: what is in the holder has been received or not, what is outside would be.
    fn leaving(&self, copy: &Copy) -> Rows {
        let mut rows = copy.rows.clone();
        if self.watch.inside.is_some() {
            let inside = self.is_inside(&copy.key);
            let change = |t: &mut Trace| if inside { t.go_on() } else { t.set(Came::Here) };
            rows.values_mut().for_each(|r| r.each_trace(&change));
        }
        rows
    }

    fn passes(&self, key: Key, arrival: &Arrival) -> bool {
        match (&self.watch.through, arrival.by) {
            (None, _) => false,
            (Some(Through::Dataset(dataset)), _) => key.0 == *dataset,
            (Some(Through::Activity(_)), By::Declared) => false,
            (Some(Through::Activity(activity)), _) => arrival.activity == Some(*activity),
            (Some(Through::Steps(steps)), By::Step(step) | By::Side(step)) => steps.contains(&step),
            (Some(Through::Steps(_)), _) => false,
        }
    }

    fn arrive(&mut self, key: Key, mut rows: Rows, arrival: Arrival) -> bool {
        if !self.is_inside(&key) && key.1 != PUBLIC {
            rows.values_mut().for_each(|r| r.each_trace(&|t| t.set(Came::Anyhow)));
        }
        if self.passes(key, &arrival) {
            rows.values_mut().for_each(|r| r.each_trace(&Trace::mark));
        }
        let Some(copy) = self.copies.iter_mut().find(|c| c.key == key) else {
            self.copies.push(Copy { key, rows, arrivals: vec![arrival] });
            return true;
        };
        let mut changed = false;
        if !copy.arrivals.contains(&arrival) {
            copy.arrivals.push(arrival);
            changed = true;
        }
        for (id, row) in rows {
            match copy.rows.get_mut(&id) {
                Some(there) => changed |= there.absorb(&row),
                None => {
                    copy.rows.insert(id, row);
                    changed = true;
                }
            }
        }
        changed
    }

    fn flow(&mut self, flow: &Flow) -> bool {
        let mut changed = false;
        let key = (flow.dataset, flow.to);
        let closed = self.watch.closed.contains(&flow.name);
        let sent: Vec<usize> = (0..self.copies.len())
            .filter(|i| {
                let (dataset, place) = self.copies[*i].key;
                dataset == flow.dataset && self.model.near(place, flow.from) && place != flow.to
            })
            .collect();
        for index in sent {
            let crosses = self.is_inside(&key) && !self.is_inside(&self.copies[index].key);
            if closed && self.watch.shut && crosses {
                continue;
            }
            let mut rows = self.leaving(&self.copies[index]);
            for row in rows.values_mut() {
                // what goes on inside is not excused by it; what is published comes to everybody
                if closed && (crosses || flow.to == PUBLIC) {
                    row.each_trace(&|t| t.set(Came::Anyhow));
                } else if flow.to == PUBLIC {
                    row.each_trace(&|t| t.set(Came::Here));
                }
                if let Some(fields) = &flow.fields {
                    row.cells.retain(|c| fields.contains(&c.field) || matches!(c.field, Field::Shows(_)));
                }
            }
            let until = flow.until;
            let arrival = Arrival { by: By::Flow(flow.name), on: flow.on, until, activity: Some(flow.activity) };
            changed |= self.arrive(key, rows, arrival);
        }
        changed
    }

    /// What a step takes of a dataset: the copy here, else at the party, else at the teams. `None` to wait for it.
    fn taken(&self, dataset: Dataset, at: Place) -> Option<Option<Rows>> {
        let there: Vec<Key> =
            self.runner.there.iter().filter(|(d, p)| *d == dataset && self.model.near(*p, at)).copied().collect();
        let here: Vec<Key> = there.iter().filter(|(_, p)| *p == at).copied().collect();
        let wanted = if here.is_empty() { there } else { here };
        let mut all: Option<Rows> = None;
        for key in wanted {
            match self.copies.iter().find(|c| c.key == key) {
                Some(copy) => {
                    let rows = all.get_or_insert_with(Rows::new);
                    for (id, row) in self.leaving(copy) {
                        rows.entry(id).or_default().absorb(&row);
                    }
                }
                None if self.waiting => return None,
                None => {}
            }
        }
        Some(all)
    }

    fn step(&mut self, step: &Step) -> bool {
        let mut inputs: BTreeMap<Dataset, Rows> = BTreeMap::new();
        let lookups =
            step.operations.iter().filter_map(|o| if let Operation::Reidentify(l) = o { Some(l) } else { None });
        for dataset in step.takes.iter().chain(lookups) {
            match self.taken(*dataset, step.at) {
                Some(Some(rows)) => _ = inputs.insert(*dataset, rows),
                Some(None) => {}
                None => return false,
            }
        }
        if inputs.is_empty() && !begins(step) {
            return false;
        }
        let mut table = operate::together(step, &inputs);
        if inputs.is_empty() {
            table = (0..self.runner.people.count)
                .map(|p| (u64::from(p), Row { people: 1 << p, ..Row::default() }))
                .collect();
        }
        let arrival = |by, until| Arrival { by, on: step.on, until, activity: Some(step.activity) };
        let mut changed = false;
        for operation in &step.operations {
            if let Operation::Pseudonymise { field, key, method, held_by } = operation {
                let always = operate::always(self.runner.whole.unwrap_or(self.model), *field);
                if let Some((dataset, rows)) = operate::beside(&table, *field, *key, *method, always) {
                    let place = held_by.unwrap_or(step.at);
                    changed |= self.arrive((dataset, place), rows, arrival(By::Side(step.name), None));
                    // it is there at once for who goes on to put identities back with it
                    let again = step.operations.contains(&Operation::Reidentify(dataset));
                    if let Some(Some(rows)) = again.then(|| self.taken(dataset, step.at)).flatten() {
                        inputs.insert(dataset, rows);
                    }
                }
            }
            table = operate::operate(self.runner.people, table, operation, &inputs, Trace::begun(numbering(step.name)));
        }
        for (dataset, fields) in &step.gives {
            let mut part = table.clone();
            if let Some(fields) = fields {
                let stays = |c: &Cell| fields.contains(&c.field) || matches!(c.field, Field::Shows(_));
                part.values_mut().for_each(|r| r.cells.retain(stays));
            }
            changed |= self.arrive((*dataset, step.at), part, arrival(By::Step(step.name), step.until));
        }
        changed
    }
}
