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

/// What the joining took.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Effort {
    /// In how many rounds something was joined by descriptions.
    pub(crate) rounds: usize,
    /// Whether a description came together only in what had been joined before.
    pub(crate) pooled: bool,
    /// Whether what was joined told something at different precisions.
    pub(crate) precisions: bool,
}

impl Effort {
    /// The most of two.
    pub(crate) fn most(self, other: Effort) -> Effort {
        Effort {
            rounds: self.rounds.max(other.rounds),
            pooled: self.pooled || other.pooled,
            precisions: self.precisions || other.precisions,
        }
    }
}

/// Joins what is held, and says what is then known of each row and what it took.
pub(crate) fn join(people: &People, secrets: &Secrets, held: &[&Copy]) -> (Knowledge, Effort) {
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
    let mut effort = Effort::default();
    while join_by_description(people, &rows, &mut groups, &mut effort) {
        effort.rounds += 1;
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
    (rows.iter().enumerate().map(knowledge).collect(), effort)
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
fn join_by_description(people: &People, rows: &[(Key, u64, &Row)], groups: &mut Groups, effort: &mut Effort) -> bool {
    let mut known: BTreeMap<(usize, u8), (u8, u32)> = BTreeMap::new();
    let own: Vec<usize> = (0..rows.len()).map(|i| groups.of(i)).collect();
    for ((_, _, row), group) in rows.iter().zip(&own) {
        for cell in &row.cells {
            if let Category::Quasi(q) = cell.category {
                let finest = known.entry((*group, q)).or_insert((cell.level, cell.value));
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
                let other = *seen.entry((i, values)).or_insert(group);
                if groups.join(other, group) {
                    changed = true;
                    let whole = |g: usize| rows.iter().zip(&own).any(|((_, _, r), o)| *o == g && tells(r, set));
                    effort.pooled |= !(whole(group) && whole(other));
                    let level = |g: usize, q: u8| known.get(&(g, q)).map(|(level, _)| *level);
                    effort.precisions |= set.iter().any(|(q, _)| level(group, *q) != level(other, *q));
                }
            }
        }
    }
    changed
}

/// Whether one row tells all of a description by itself.
fn tells(row: &Row, set: &[(u8, u8)]) -> bool {
    set.iter().all(|(q, l)| row.cells.iter().any(|c| c.category == Category::Quasi(*q) && c.level <= *l))
}
