//! Runs a model: puts rows about made-up people at the places where datasets begin, and lets flows and steps carry them
//! until nothing new arrives.
//!
//! A cell remembers which people's source rows it was computed from *alone*. What a group of several people was counted into
//! depends on nobody alone.

use std::collections::{BTreeMap, BTreeSet};

use super::model::{Category, Dataset, Field, Flow, LEVELS, Method, Model, Operation, PUBLIC, Place, Step};
use super::people::People;
use super::random::mix;

/// One value in one row.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Cell {
    pub(crate) field: Field,
    pub(crate) category: Category,
    pub(crate) level: u8,
    pub(crate) value: u32,
    /// The people on whose source rows alone it depends.
    pub(crate) alone: u32,
}

/// One row and the people it is about.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Row {
    pub(crate) people: u32,
    pub(crate) cells: Vec<Cell>,
}

impl Row {
    fn put(&mut self, cell: Cell) -> bool {
        let same = |c: &&mut Cell| {
            (c.field, c.category, c.level, c.value) == (cell.field, cell.category, cell.level, cell.value)
        };
        match self.cells.iter_mut().find(same) {
            Some(there) => {
                let before = there.alone;
                there.alone |= cell.alone;
                before != there.alone
            }
            None => {
                self.cells.push(cell);
                true
            }
        }
    }

    fn absorb(&mut self, other: &Row) -> bool {
        let before = self.people;
        self.people |= other.people;
        let mut changed = before != self.people;
        for cell in &other.cells {
            changed |= self.put(*cell);
        }
        changed
    }
}

/// Rows by what tells them apart in the file, such as their order.
pub(crate) type Rows = BTreeMap<u64, Row>;

/// A dataset at a place.
#[derive(Clone, Debug)]
pub(crate) struct Copy {
    pub(crate) dataset: Dataset,
    pub(crate) place: Place,
    pub(crate) rows: Rows,
    /// From when to when it is held, both included.
    pub(crate) from: i16,
    pub(crate) to: i16,
    /// The activities of the flows and steps that made it; `None` for those that say none (a source's first copy).
    pub(crate) activities: Vec<Option<u8>>,
}

pub(crate) const ALWAYS: i16 = -1;
pub(crate) const FOREVER: i16 = 999;

const MOST_ROWS: usize = 200;

/// Every copy there ever is; `None` when it does not come to rest.
pub(crate) fn run(model: &Model, people: &People) -> Option<Vec<Copy>> {
    // once to see what there will be where: a step waits for a copy of its own place rather than take its party's
    let there = go(model, people, BTreeSet::new())?.iter().map(|c| (c.dataset, c.place)).collect();
    go(model, people, there)
}

fn go(model: &Model, people: &People, there: BTreeSet<(Dataset, Place)>) -> Option<Vec<Copy>> {
    let mut world = World { model, people, there, copies: Vec::new() };
    for (i, source) in (0u8..).zip(&model.sources) {
        let rows = world.first(i);
        for place in &source.held {
            world.arrive(Dataset::Source(i), *place, rows.clone(), (ALWAYS, source.until), None);
        }
    }
    for _ in 0..24 {
        let mut changed = false;
        for step in &model.steps {
            changed |= world.step(step);
        }
        for flow in &model.flows {
            changed |= world.flow(flow);
        }
        // rows appended to themselves in a circle never come to rest
        if world.copies.iter().any(|c| c.rows.len() > MOST_ROWS) {
            return None;
        }
        if !changed {
            return Some(world.copies);
        }
    }
    None
}

struct World<'a> {
    model: &'a Model,
    people: &'a People,
    /// Which copies there will be.
    there: BTreeSet<(Dataset, Place)>,
    copies: Vec<Copy>,
}

impl World<'_> {
    /// The rows of a source.
    fn first(&self, index: u8) -> Rows {
        let source = &self.model.sources[usize::from(index)];
        let row = |person: u32| {
            let cell = |c: &super::model::Column| Cell {
                field: c.field,
                category: c.category,
                level: c.level,
                value: match c.category {
                    Category::Quasi(q) => self.people.value(person, q, c.level),
                    Category::Trait(_) => 0,
                    _ => person,
                },
                alone: 1 << person,
            };
            let id = mix(u64::from(index) * 64 + u64::from(person) + 1);
            (id, Row { people: 1 << person, cells: source.columns.iter().map(cell).collect() })
        };
        self.people.members(source.about).map(row).collect()
    }

    fn arrive(
        &mut self,
        dataset: Dataset,
        place: Place,
        rows: Rows,
        (from, until): (i16, Option<u8>),
        activity: Option<u8>,
    ) -> bool {
        let to = until.map_or(FOREVER, i16::from);
        let to = self.destroyed(dataset, place, from).map_or(to, |on| on.min(to));
        let Some(copy) = self.copies.iter_mut().find(|c| c.dataset == dataset && c.place == place) else {
            self.copies.push(Copy { dataset, place, rows, from, to, activities: vec![activity] });
            return true;
        };
        let mut changed = false;
        if from < copy.from || to > copy.to {
            copy.from = copy.from.min(from);
            copy.to = copy.to.max(to);
            changed = true;
        }
        if !copy.activities.contains(&activity) {
            copy.activities.push(activity);
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

    /// The first time after an arrival when a step destroys what arrived.
    fn destroyed(&self, dataset: Dataset, place: Place, from: i16) -> Option<i16> {
        let here = self.model.steps.iter().filter(|s| s.at == place);
        let ends = here.filter(|s| s.operations.iter().any(|o| matches!(o, Operation::Destroy(d) if *d == dataset)));
        ends.filter_map(|s| s.on).map(i16::from).filter(|on| *on >= from).min()
    }

    /// The copies of a dataset that a place can send: for a party its teams' too, for a team its party's.
    fn sent_from(&self, dataset: Dataset, place: Place) -> Vec<usize> {
        let near = |other: Place| other == place || self.team_of(other, place) || self.team_of(place, other);
        (0..self.copies.len()).filter(|i| self.copies[*i].dataset == dataset && near(self.copies[*i].place)).collect()
    }

    fn team_of(&self, team: Place, party: Place) -> bool {
        team != PUBLIC && team >= self.model.parties && self.model.party_of(team) == party
    }

    fn flow(&mut self, flow: &Flow) -> bool {
        let mut changed = false;
        for index in self.sent_from(flow.dataset, flow.from) {
            let copy = &self.copies[index];
            let from = flow.on.map_or(copy.from, i16::from);
            let mut rows = copy.rows.clone();
            if let Some(fields) = &flow.fields {
                rows.values_mut().for_each(|r| r.cells.retain(|c| fields.contains(&c.field)));
            }
            changed |= self.arrive(flow.dataset, flow.to, rows, (from, flow.until), Some(flow.activity));
        }
        changed
    }

    /// The copy that a step takes: here, else at the party, else at the teams.
    fn taken(&self, dataset: Dataset, at: Place) -> Option<(Rows, i16)> {
        let of = |place: Place| self.copies.iter().find(|c| c.dataset == dataset && c.place == place);
        if self.there.contains(&(dataset, at)) {
            return of(at).map(|copy| (copy.rows.clone(), copy.from));
        }
        if let Some(copy) = of(at).or_else(|| of(self.model.party_of(at))) {
            return Some((copy.rows.clone(), copy.from));
        }
        let mut all: Option<(Rows, i16)> = None;
        for index in self.sent_from(dataset, at) {
            let copy = &self.copies[index];
            let (rows, from) = all.get_or_insert_with(|| (Rows::new(), copy.from));
            *from = (*from).min(copy.from);
            for (id, row) in &copy.rows {
                rows.entry(*id).or_default().absorb(row);
            }
        }
        all
    }

    fn step(&mut self, step: &Step) -> bool {
        let mut inputs: BTreeMap<Dataset, Rows> = BTreeMap::new();
        let mut latest = ALWAYS;
        for dataset in &step.takes {
            let Some((rows, from)) = self.taken(*dataset, step.at) else { return false };
            latest = latest.max(from);
            inputs.insert(*dataset, rows);
        }
        let from = step.on.map_or(latest, i16::from);
        let mut table = Rows::new();
        if !step.operations.iter().any(|o| matches!(o, Operation::Match(..))) {
            let several = inputs.len() > 1;
            for (dataset, rows) in &inputs {
                let tag = if several { dataset_number(*dataset) } else { 0 };
                table.extend(rows.iter().map(|(id, r)| (if several { mix(*id ^ tag) } else { *id }, r.clone())));
            }
        }
        let mut changed = false;
        for operation in &step.operations {
            table = match operation {
                Operation::Match(a, b, on) => joined(self.people, &inputs, *a, *b, on),
                Operation::Pseudonymise { field, key, method, held_by } => {
                    let place = held_by.unwrap_or(step.at);
                    changed |= self.beside(&table, (*field, *key, *method), place, from, step.activity);
                    pseudonymised(table, *field, *key, *method)
                }
                other => self.changed(table, other),
            };
        }
        if let Some(gives) = step.gives {
            changed |= self.arrive(gives, step.at, table, (from, step.until), Some(step.activity));
        }
        changed
    }

    /// The lookup, the code or the secret that a pseudonym leaves behind.
    fn beside(
        &mut self,
        table: &Rows,
        (field, key, method): (Field, Field, Method),
        place: Place,
        from: i16,
        activity: u8,
    ) -> bool {
        let Field::Key(k) = key else { return false };
        let mut rows = Rows::new();
        for (id, row) in table {
            for cell in row.cells.iter().filter(|c| c.field == field) {
                let code = Cell { field: key, category: Category::Key(k), level: 0, ..*cell };
                match method {
                    Method::Unsalted => {}
                    Method::Lookup | Method::Code => {
                        rows.insert(*id, Row { people: row.people, cells: vec![code, *cell] });
                    }
                    // one line that says what the secret turns into the key
                    Method::Salted => {
                        let line = Cell { value: 0, alone: 0, ..*cell };
                        rows.insert(category_number(cell.category), Row { people: 0, cells: vec![line] });
                    }
                }
            }
        }
        let dataset = match method {
            Method::Unsalted => return false,
            Method::Lookup => Dataset::Lookup(k),
            Method::Code => Dataset::Code(k),
            Method::Salted => Dataset::Secret(k),
        };
        self.arrive(dataset, place, rows, (from, None), Some(activity))
    }

    fn changed(&self, mut table: Rows, operation: &Operation) -> Rows {
        match operation {
            Operation::Keep(fields) => table.values_mut().for_each(|r| r.cells.retain(|c| fields.contains(&c.field))),
            Operation::Drop(fields) => table.values_mut().for_each(|r| r.cells.retain(|c| !fields.contains(&c.field))),
            Operation::AddKey(k) => {
                for row in table.values_mut().filter(|r| r.people.count_ones() == 1) {
                    let value = row.people.trailing_zeros();
                    let (field, category) = (Field::Key(*k), Category::Key(*k));
                    row.put(Cell { field, category, level: 0, value, alone: row.people });
                }
            }
            Operation::Generalise(field, level) => {
                for cell in table.values_mut().flat_map(|r| &mut r.cells).filter(|c| c.field == *field) {
                    if let (Category::Quasi(q), true) = (cell.category, cell.level < *level) {
                        cell.value = self.people.coarsen(cell.value, q, *level);
                        cell.level = (*level).min(LEVELS.len() as u8);
                    }
                }
            }
            Operation::Derive { field, category, from } => {
                for row in table.values_mut() {
                    let of: Vec<&Cell> = row.cells.iter().filter(|c| from.contains(&c.field)).collect();
                    if !of.is_empty() {
                        let alone = of.iter().fold(0, |a, c| a | c.alone);
                        row.put(Cell { field: *field, category: *category, level: 0, value: 0, alone });
                    }
                }
            }
            Operation::Aggregate { by, of, .. } => return counted(&table, by, of),
            Operation::Match(..) | Operation::Append(_) | Operation::Pseudonymise { .. } | Operation::Destroy(_) => {}
        }
        table
    }
}

fn category_number(category: Category) -> u64 {
    match category {
        Category::Name => 1,
        Category::Nhs => 2,
        Category::Quasi(q) => 100 + u64::from(q),
        Category::Key(k) => 200 + u64::from(k),
        Category::Trait(t) => 300 + u64::from(t),
    }
}

fn dataset_number(dataset: Dataset) -> u64 {
    let (kind, n) = match dataset {
        Dataset::Source(n) => (1, n),
        Dataset::Made(n) => (2, n),
        Dataset::Lookup(n) => (3, n),
        Dataset::Code(n) => (4, n),
        Dataset::Secret(n) => (5, n),
    };
    mix(kind * 1000 + u64::from(n))
}

/// `match A with B on FIELDS`: values of the coarser precision are compared, and what both say stays.
fn joined(people: &People, inputs: &BTreeMap<Dataset, Rows>, a: Dataset, b: Dataset, on: &[Field]) -> Rows {
    let (Some(left), Some(right)) = (inputs.get(&a), inputs.get(&b)) else { return Rows::new() };
    let mut out = Rows::new();
    for (id, row) in left {
        let mut whole = row.clone();
        let mut met = false;
        for other in right.values() {
            if on.iter().all(|f| agree(people, row, other, *f)) {
                met = true;
                let who = whole.people;
                whole.absorb(other);
                // a row of counts adds nobody to whom the row is about
                whole.people = who;
            }
        }
        if met {
            out.insert(*id, whole);
        }
    }
    out
}

fn agree(people: &People, left: &Row, right: &Row, field: Field) -> bool {
    let of = |row: &Row| row.cells.iter().filter(|c| c.field == field).copied().min_by_key(|c| c.level);
    let (Some(a), Some(b)) = (of(left), of(right)) else { return false };
    let level = a.level.max(b.level);
    match (a.category, b.category) {
        (Category::Quasi(p), Category::Quasi(q)) => {
            p == q && people.coarsen(a.value, p, level) == people.coarsen(b.value, q, level)
        }
        (x, y) => x == y && a.value == b.value,
    }
}

fn pseudonymised(mut table: Rows, field: Field, key: Field, method: Method) -> Rows {
    for cell in table.values_mut().flat_map(|r| &mut r.cells).filter(|c| c.field == field) {
        cell.field = key;
        if let (Field::Key(k), true) = (key, method != Method::Unsalted) {
            cell.category = Category::Key(k);
            cell.level = 0;
        }
    }
    table
}

/// `aggregate by FIELDS of FIELDS`: one row for each group. In a group of several people nothing depends on one alone.
fn counted(table: &Rows, by: &[Field], of: &[Field]) -> Rows {
    let mut groups: BTreeMap<Vec<(Field, Category, u8, u32)>, Row> = BTreeMap::new();
    for row in table.values() {
        let mut heads: Vec<_> = row.cells.iter().filter(|c| by.contains(&c.field)).copied().collect();
        heads.sort_by_key(|c| (c.field, c.category, c.level, c.value));
        let group = heads.iter().map(|c| (c.field, c.category, c.level, c.value)).collect();
        let to = groups.entry(group).or_default();
        to.people |= row.people;
        let all = row.cells.iter().fold(row.people, |a, c| a | c.alone);
        to.put(Cell { field: Field::People, category: Category::Key(99), level: 0, value: 0, alone: all });
        for cell in heads.into_iter().chain(row.cells.iter().filter(|c| of.contains(&c.field)).copied()) {
            to.put(cell);
        }
    }
    let mut out = Rows::new();
    for (group, mut row) in groups {
        if row.people.count_ones() > 1 {
            row.cells.iter_mut().for_each(|c| c.alone = 0);
        }
        // the count itself is a number, not a key
        row.cells.retain(|c| c.field != Field::People);
        let id = group.iter().fold(7, |h, (f, c, l, v)| {
            mix(h ^ category_number(*c) ^ (u64::from(*l) << 32) ^ (u64::from(*v) << 40) ^ field_number(*f))
        });
        out.insert(id, row);
    }
    out
}

fn field_number(field: Field) -> u64 {
    match field {
        Field::Name => 1,
        Field::Nhs => 2,
        Field::Quasi(q) => 10 + u64::from(q),
        Field::Key(k) => 20 + u64::from(k),
        Field::Trait(t, u) => 1000 + u64::from(t) * 300 + u64::from(u),
        Field::Hash(h) => 40 + u64::from(h),
        Field::People => 3,
    }
}
