//! What the operations of a step do to rows.

use std::collections::BTreeMap;

use super::model::{self, Category, Dataset, Field, LEVELS, Method, Model, Operation, Step};
use super::people::People;
use super::random::mix;
use super::rows::{Cell, Counts, Row, Rows, Trace, count};

/// The rows that a step begins with: those of all that it takes, one after the other; none yet where they are to be matched.
pub(crate) fn together(step: &Step, inputs: &BTreeMap<Dataset, Rows>) -> Rows {
    let mut table = Rows::new();
    let matched = step.operations.iter().any(|o| matches!(o, Operation::Match(..)));
    let own: Vec<(&Dataset, &Rows)> = inputs.iter().filter(|(d, _)| step.takes.contains(d)).collect();
    if !matched {
        let several = own.len() > 1;
        for (dataset, rows) in own {
            let tag = if several { number_of(*dataset) } else { 0 };
            table.extend(rows.iter().map(|(id, r)| (if several { mix(*id ^ tag) } else { *id }, r.clone())));
        }
    }
    table
}

/// The table after an operation; `made_up` is the trace of what begins in it, a new numbering.
pub(crate) fn operate(
    people: &People,
    mut table: Rows,
    operation: &Operation,
    inputs: &BTreeMap<Dataset, Rows>,
    made_up: Trace,
) -> Rows {
    let shows = |c: &Cell| matches!(c.field, Field::Shows(_));
    match operation {
        Operation::Match(a, b, on) => return matched(people, inputs, *a, *b, on),
        Operation::Reidentify(lookup) => {
            let (Dataset::Lookup(k) | Dataset::Code(k)) = *lookup else { return table };
            let Some(right) = inputs.get(lookup) else { return table };
            return joined(people, &table, right, &[Field::Key(k)]);
        }
        Operation::Keep(fields) => {
            table.values_mut().for_each(|r| r.cells.retain(|c| fields.contains(&c.field) || shows(c)));
        }
        Operation::Drop(fields) => table.values_mut().for_each(|r| r.cells.retain(|c| !fields.contains(&c.field))),
        Operation::AddKey(k) => {
            for row in table.values_mut().filter(|r| r.single()) {
                let (field, category, value) = (Field::Key(*k), Category::Key(*k), row.people.trailing_zeros());
                let (alone, mut trace) = (row.people, row.member);
                trace.unite(&made_up);
                // whether somebody has a number can depend on counts that the rows were matched with, too
                let counts = row.counts.clone();
                row.put(Cell { field, category, level: 0, value, alone, trace, counts });
            }
        }
        Operation::Pseudonymise { field, key, method, .. } => return pseudonymised(table, *field, *key, *method),
        Operation::Generalise(field, level) => {
            for cell in table.values_mut().flat_map(|r| &mut r.cells).filter(|c| c.field == *field) {
                if let (Category::Quasi(q), true) = (cell.category, cell.level < *level) {
                    cell.value = people.coarsen(cell.value, q, *level);
                    cell.level = (*level).min(LEVELS.len() as u8);
                }
            }
        }
        Operation::Derive { field, category, from } => {
            for row in table.values_mut() {
                derive(row, *field, *category, from);
            }
        }
        Operation::Aggregate { by, of, minimum } => return counted(&table, by, of, *minimum),
        Operation::Suppress(true) => {
            for row in table.values_mut() {
                lift(&mut row.counts);
                row.cells.iter_mut().for_each(|c| lift(&mut c.counts));
            }
        }
        Operation::Suppress(false) | Operation::Append(_) | Operation::Destroy(_) => {}
    }
    table
}

fn lift(counts: &mut Counts) {
    let before = std::mem::take(counts);
    for ((minimum, _), trace) in before {
        count(counts, (minimum, true), &trace);
    }
}

fn derive(row: &mut Row, field: Field, category: Category, from: &[Field]) {
    let mut made = Cell { field, category, level: 0, value: 0, alone: 0, trace: Trace::default(), counts: Vec::new() };
    let mut any = false;
    for cell in row.cells.iter().filter(|c| from.contains(&c.field)) {
        any = true;
        made.alone |= cell.alone;
        made.trace.unite(&cell.trace);
        for (control, trace) in &cell.counts {
            count(&mut made.counts, *control, trace);
        }
    }
    if any {
        row.put(made);
    }
}

/// The lookup, the code or the secret that a pseudonym leaves behind.
pub(crate) fn beside(
    table: &Rows,
    field: Field,
    key: Field,
    method: Method,
    always: Option<Category>,
) -> Option<(Dataset, Rows)> {
    let Field::Key(k) = key else { return None };
    let dataset = model::beside(method, k)?;
    let mut rows = Rows::new();
    for (id, row) in table {
        for cell in row.cells.iter().filter(|c| c.field == field) {
            if method == Method::Salted {
                // one line that says what the secret turns into the key
                let cells =
                    vec![Cell { value: 0, alone: 0, trace: Trace::default(), counts: Vec::new(), ..cell.clone() }];
                rows.insert(category_number(cell.category), Row { cells, ..Row::default() });
            } else {
                let code = Cell { field: key, category: Category::Key(k), level: 0, ..cell.clone() };
                let mut cells = vec![code, cell.clone()];
                cells.extend(row.cells.iter().filter(|c| matches!(c.field, Field::Shows(_))).cloned());
                rows.insert(*id, Row { cells, ..row.clone() });
            }
        }
    }
    if let (true, Method::Salted, Some(category)) = (rows.is_empty(), method, always) {
        // it works on whatever there will be
        let (trace, counts) = (Trace::default(), Vec::new());
        let cells = vec![Cell { field, category, level: 0, value: 0, alone: 0, trace, counts }];
        rows.insert(category_number(category), Row { cells, ..Row::default() });
    }
    Some((dataset, rows))
}

/// The category of a field that is the same wherever it is. An unsalted hash is what it was made of.
pub(crate) fn always(model: &Model, field: Field) -> Option<Category> {
    match field {
        Field::Hash(_) => {
            let made = model.steps.iter().flat_map(|s| &s.operations).find_map(|o| match o {
                Operation::Pseudonymise { field: of, key, .. } if *key == field && *of != field => Some(*of),
                _ => None,
            });
            made.filter(|of| !matches!(of, Field::Hash(_))).and_then(|of| always(model, of))
        }
        Field::Name => Some(Category::Name),
        Field::Nhs => Some(Category::Nhs),
        Field::Key(k) => Some(Category::Key(k)),
        _ => None,
    }
}

fn category_number(category: Category) -> u64 {
    match category {
        Category::Name => 1,
        Category::Nhs => 2,
        Category::Count => 3,
        Category::Quasi(q) => 100 + u64::from(q),
        Category::Key(k) => 200 + u64::from(k),
        Category::Trait(t) => 300 + u64::from(t),
    }
}

fn number_of(dataset: Dataset) -> u64 {
    let (kind, n) = match dataset {
        Dataset::Source(n) => (1, n),
        Dataset::Made(n) => (2, n),
        Dataset::Lookup(n) => (3, n),
        Dataset::Code(n) => (4, n),
        Dataset::Secret(n) => (5, n),
    };
    mix(kind * 1000 + u64::from(n))
}

/// `match A with B on FIELDS`. Where one of the two is not there at all, the other is as it is.
fn matched(people: &People, inputs: &BTreeMap<Dataset, Rows>, a: Dataset, b: Dataset, on: &[Field]) -> Rows {
    match (inputs.get(&a), inputs.get(&b)) {
        (Some(left), Some(right)) => joined(people, left, right, on),
        (Some(one), None) | (None, Some(one)) => one.clone(),
        (None, None) => Rows::new(),
    }
}

/// Values of the coarser precision are compared, and what both say stays.
fn joined(people: &People, left: &Rows, right: &Rows, on: &[Field]) -> Rows {
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
    let of = |row: &Row| row.cells.iter().filter(|c| c.field == field).map(|c| (c.level, c.category, c.value)).min();
    let (Some(a), Some(b)) = (of(left), of(right)) else { return false };
    let level = a.0.max(b.0);
    match (a.1, b.1) {
        (Category::Quasi(p), Category::Quasi(q)) => {
            p == q && people.coarsen(a.2, p, level) == people.coarsen(b.2, q, level)
        }
        (x, y) => x == y && a.2 == b.2,
    }
}

fn pseudonymised(mut table: Rows, field: Field, key: Field, method: Method) -> Rows {
    for row in table.values_mut() {
        let (gone, stay): (Vec<Cell>, Vec<Cell>) =
            std::mem::take(&mut row.cells).into_iter().partition(|c| c.field == field);
        row.cells = stay;
        for mut cell in gone {
            cell.field = key;
            if let (Field::Key(k), true) = (key, method != Method::Unsalted) {
                cell.category = Category::Key(k);
                cell.level = 0;
            }
            row.put(cell);
        }
    }
    table
}

/// `aggregate by FIELDS of FIELDS`: one row for each group. In a group of several people nothing depends on one alone.
fn counted(table: &Rows, by: &[Field], of: &[Field], minimum: u8) -> Rows {
    let mut groups: BTreeMap<Vec<(Field, Category, u8, u32)>, Row> = BTreeMap::new();
    for row in table.values() {
        let mut heads: Vec<&Cell> = row.cells.iter().filter(|c| by.contains(&c.field)).collect();
        heads.sort_by_key(|c| (c.field, c.category, c.level, c.value));
        let group = heads.iter().map(|c| (c.field, c.category, c.level, c.value)).collect();
        let to = groups.entry(group).or_default();
        let people = Cell {
            field: Field::People,
            category: Category::Count,
            level: 0,
            value: 0,
            alone: heads.iter().fold(row.people, |a, c| a | c.alone),
            trace: heads.iter().fold(row.member, |mut t, c| {
                t.unite(&c.trace);
                t
            }),
            counts: row.counts.clone(),
        };
        let shows = |c: &&Cell| of.contains(&c.field) || matches!(c.field, Field::Shows(_));
        let others: Vec<Cell> = row.cells.iter().filter(shows).cloned().collect();
        let cells: Vec<Cell> = heads.into_iter().cloned().chain(others).chain([people]).collect();
        to.absorb(&Row { people: row.people, member: row.member, counts: row.counts.clone(), cells });
    }
    let mut out = Rows::new();
    for (group, mut row) in groups {
        if !row.single() {
            // what a row reveals stays with rows; a count reveals it of nobody
            row.cells.retain(|c| !matches!(c.field, Field::Shows(_)));
            let control = (minimum, false);
            let member = std::mem::take(&mut row.member);
            count(&mut row.counts, control, &member);
            for cell in &mut row.cells {
                cell.alone = 0;
                let trace = std::mem::take(&mut cell.trace);
                count(&mut cell.counts, control, &trace);
            }
        }
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
        Field::People => 3,
        Field::Quasi(q) => 10 + u64::from(q),
        Field::Key(k) => 20 + u64::from(k),
        Field::Hash(h) => 40 + u64::from(h),
        Field::Shows(d) => 400 + u64::from(d),
        Field::Trait(t, u) => 1000 + u64::from(t) * 300 + u64::from(u),
    }
}
