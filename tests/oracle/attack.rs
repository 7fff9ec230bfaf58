//! What can be found out from what is held at one time: everything is laid side by side and joined on equal values until
//! nothing new follows.

use std::collections::{BTreeMap, BTreeSet};

use super::model::{Category, Dataset};
use super::people::People;
use super::rows::{Cell, Copy, Key, Row};

/// What is known of a row.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Known {
    /// Who is named in what it could be joined with.
    pub(crate) named: u32,
    /// Whether there is a number for the person.
    pub(crate) numbered: bool,
}

/// What is known of each row of what is held at one time.
pub(crate) type Knowledge = BTreeMap<(Key, u64), Known>;

/// What the secrets of this world turn into keys.
pub(crate) type Secrets = BTreeSet<(u8, Category)>;

/// Who has a secret can turn into the key whatever anybody turned into it: numberings are the same everywhere.
pub(crate) fn secrets(copies: &[Copy]) -> Secrets {
    let of = |c: &Copy| if let Dataset::Secret(k) = c.key.0 { Some(k) } else { None };
    let all = copies.iter().filter_map(|c| of(c).map(|k| (k, c)));
    all.flat_map(|(k, c)| c.rows.values().flat_map(move |r| r.cells.iter().map(move |x| (k, x.category)))).collect()
}

/// Rows joined so far: each row knows its group by following the others.
struct Groups(Vec<usize>);

impl Groups {
    fn of(&mut self, mut row: usize) -> usize {
        while self.0[row] != row {
            self.0[row] = self.0[self.0[row]];
            row = self.0[row];
        }
        row
    }

    fn join(&mut self, a: usize, b: usize) -> bool {
        let (a, b) = (self.of(a), self.of(b));
        self.0[a] = b;
        a != b
    }
}

/// Joins what is held, and says what is then known of each row. The number says in how many rounds of descriptions.
pub(crate) fn join(people: &People, secrets: &Secrets, held: &[&Copy]) -> (Knowledge, usize) {
    let has = |k: u8| held.iter().any(|c| c.key.0 == Dataset::Secret(k));
    let secrets: Vec<(u8, Category)> = secrets.iter().filter(|(k, _)| has(*k)).copied().collect();
    // what stands for several people at once says nothing of one
    let rows: Vec<(Key, u64, &Row)> = held
        .iter()
        .filter(|c| !matches!(c.key.0, Dataset::Secret(_)))
        .flat_map(|c| c.rows.iter().map(move |(id, r)| (c.key, *id, r)))
        .filter(|(_, _, r)| r.single())
        .collect();
    let mut groups = Groups((0..rows.len()).collect());
    let mut numbers: BTreeMap<(Category, u32), usize> = BTreeMap::new();
    for (i, (_, _, row)) in rows.iter().enumerate() {
        for number in numbers_of(row, &secrets) {
            groups.join(*numbers.entry(number).or_insert(i), i);
        }
    }
    let mut rounds = 0;
    while join_by_description(people, &rows, &mut groups) {
        rounds += 1;
    }
    let mut known: BTreeMap<usize, Known> = BTreeMap::new();
    for (i, (_, _, row)) in rows.iter().enumerate() {
        let of = known.entry(groups.of(i)).or_default();
        for cell in &row.cells {
            match cell.category {
                Category::Name | Category::Nhs => of.named |= 1 << cell.value,
                Category::Key(_) => of.numbered = true,
                _ => {}
            }
        }
    }
    let knowledge = |(i, (key, id, _)): (usize, &(Key, u64, &Row))| {
        let of = groups.of(i);
        ((*key, *id), known.get(&of).copied().unwrap_or_default())
    };
    (rows.iter().enumerate().map(knowledge).collect(), rounds)
}

/// A row's names and numbers, and those that the secrets turn them into.
fn numbers_of(row: &Row, secrets: &[(u8, Category)]) -> Vec<(Category, u32)> {
    let is_number = |c: &&Cell| matches!(c.category, Category::Name | Category::Nhs | Category::Key(_));
    let mut all: Vec<(Category, u32)> = row.cells.iter().filter(is_number).map(|c| (c.category, c.value)).collect();
    let mut next = 0;
    while let Some((category, value)) = all.get(next).copied() {
        for (k, from) in secrets {
            if *from == category && !all.contains(&(Category::Key(*k), value)) {
                all.push((Category::Key(*k), value));
            }
        }
        next += 1;
    }
    all
}

/// Joins groups whose description fits one person only, and the same one.
fn join_by_description(people: &People, rows: &[(Key, u64, &Row)], groups: &mut Groups) -> bool {
    let mut known: BTreeMap<(usize, u8), (u8, u32)> = BTreeMap::new();
    for (i, (_, _, row)) in rows.iter().enumerate() {
        let group = groups.of(i);
        for cell in &row.cells {
            if let Category::Quasi(q) = cell.category {
                let finest = known.entry((group, q)).or_insert((cell.level, cell.value));
                if cell.level < finest.0 {
                    *finest = (cell.level, cell.value);
                }
            }
        }
    }
    let heads: BTreeSet<usize> = known.keys().map(|(g, _)| *g).collect();
    let mut seen: BTreeMap<(usize, Vec<u32>), usize> = BTreeMap::new();
    let mut changed = false;
    for group in heads {
        for (i, set) in people.unique.iter().enumerate() {
            let value = |(q, l): &(u8, u8)| {
                known.get(&(group, *q)).filter(|(level, _)| level <= l).map(|(_, v)| people.coarsen(*v, *q, *l))
            };
            if let Some(values) = set.iter().map(value).collect::<Option<Vec<u32>>>() {
                changed |= groups.join(*seen.entry((i, values)).or_insert(group), group);
            }
        }
    }
    changed
}
