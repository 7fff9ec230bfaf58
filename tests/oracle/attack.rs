//! What each party can find out: it lays everything it holds at one time side by side and joins it on equal values until
//! nothing new follows.

use std::collections::{BTreeMap, BTreeSet};

use super::model::{Category, Dataset, Model, PUBLIC, Place};
use super::people::People;
use super::run::{Cell, Copy, Row};

/// How somebody was found out.
#[derive(Clone, Debug)]
pub(crate) struct Attack {
    pub(crate) person: u32,
    pub(crate) named_in: (Dataset, Place),
    pub(crate) told_in: (Dataset, Place),
    pub(crate) at: i16,
}

/// For every party, what it can tell about a person that it knows by a direct identifier.
pub(crate) fn attacks(model: &Model, people: &People, copies: &[Copy]) -> BTreeMap<(Place, Category), Attack> {
    let mut found = BTreeMap::new();
    // who has a secret can turn into the key whatever anybody turned into it: numberings are the same everywhere
    let secrets: BTreeSet<(u8, Category)> = copies
        .iter()
        .filter_map(|c| if let Dataset::Secret(k) = c.dataset { Some((k, c)) } else { None })
        .flat_map(|(k, c)| c.rows.values().flat_map(move |r| r.cells.iter().map(move |x| (k, x.category))))
        .collect();
    for party in 0..model.parties {
        for view in views(model, party) {
            let seen: Vec<&Copy> = copies.iter().filter(|c| sees(model, &view, c)).collect();
            let times: BTreeSet<i16> = seen.iter().map(|c| c.from).collect();
            for at in times {
                let held: Vec<&Copy> = seen.iter().filter(|c| c.from <= at && at <= c.to).copied().collect();
                for (category, attack) in at_once(people, &secrets, &held, at) {
                    found.entry((party, category)).or_insert(attack);
                }
            }
        }
    }
    found
}

/// Places that are looked at together, and for processors the activity in which they act (`None` for any).
type View = Vec<(Place, Option<BTreeSet<u8>>)>;

fn walled(model: &Model, a: Place, b: Place) -> bool {
    model.walls.iter().any(|w| *w == (a, b) || *w == (b, a))
}

/// What can be looked at together in a party: one view for its own copies, one for each of its teams.
fn views(model: &Model, party: Place) -> Vec<View> {
    let teams: Vec<Place> =
        model.places().into_iter().filter(|t| *t >= model.parties && model.party_of(*t) == party).collect();
    let mut common: View = vec![(party, None), (PUBLIC, None)];
    for (who, activities) in processors(model, party) {
        common.push((who, Some(activities.clone())));
        let of = model.places().into_iter().filter(|t| *t >= model.parties && model.party_of(*t) == who);
        common.extend(of.map(|t| (t, Some(activities.clone()))));
    }
    let mut all = vec![common.clone()];
    for team in &teams {
        let mut view = common.clone();
        view.extend(teams.iter().filter(|t| !walled(model, *team, **t)).map(|t| (*t, None)));
        all.push(view);
    }
    all
}

/// Who acts for a party in which activities, also through another processor of the same activity.
fn processors(model: &Model, party: Place) -> BTreeMap<Place, BTreeSet<u8>> {
    let mut all: BTreeMap<Place, BTreeSet<u8>> = BTreeMap::new();
    for activity in 0..model.activities {
        let mut reached = BTreeSet::from([party]);
        loop {
            let next: Vec<Place> = model
                .processors
                .iter()
                .filter(|p| p.activity == activity && reached.contains(&p.whom) && !reached.contains(&p.who))
                .map(|p| p.who)
                .collect();
            if next.is_empty() {
                break;
            }
            reached.extend(next);
        }
        reached.remove(&party);
        for who in reached {
            all.entry(who).or_default().insert(activity);
        }
    }
    all
}

fn sees(model: &Model, view: &View, copy: &Copy) -> bool {
    view.iter().any(|(place, activities)| {
        *place == copy.place
            && activities.as_ref().is_none_or(|activities| {
                // nobody says for whom a source's first copy is kept: for all
                model.activities == 1 || copy.activities.iter().any(|a| a.is_none_or(|a| activities.contains(&a)))
            })
    })
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

fn at_once(people: &People, secrets: &BTreeSet<(u8, Category)>, held: &[&Copy], at: i16) -> Vec<(Category, Attack)> {
    let has = |k: u8| held.iter().any(|c| c.dataset == Dataset::Secret(k));
    let secrets: Vec<(u8, Category)> = secrets.iter().filter(|(k, _)| has(*k)).copied().collect();
    // what stands for several people at once says nothing of one
    let rows: Vec<(usize, &Row)> = held
        .iter()
        .enumerate()
        .filter(|(_, c)| !matches!(c.dataset, Dataset::Secret(_)))
        .flat_map(|(i, c)| c.rows.values().map(move |r| (i, r)))
        .filter(|(_, r)| r.people.count_ones() == 1)
        .collect();
    let mut groups = Groups((0..rows.len()).collect());
    let mut numbers: BTreeMap<(Category, u32), usize> = BTreeMap::new();
    for (i, (_, row)) in rows.iter().enumerate() {
        for number in numbers_of(row, &secrets) {
            groups.join(*numbers.entry(number).or_insert(i), i);
        }
    }
    while join_by_description(people, &rows, &mut groups) {}
    told(&rows, held, &mut groups, at)
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
fn join_by_description(people: &People, rows: &[(usize, &Row)], groups: &mut Groups) -> bool {
    let mut known: BTreeMap<(usize, u8), (u8, u32)> = BTreeMap::new();
    for (i, (_, row)) in rows.iter().enumerate() {
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

/// Whose data stands in one group with their name.
fn told(rows: &[(usize, &Row)], held: &[&Copy], groups: &mut Groups, at: i16) -> Vec<(Category, Attack)> {
    let mut named: BTreeMap<(usize, u32), usize> = BTreeMap::new();
    for (i, (copy, row)) in rows.iter().enumerate() {
        for cell in row.cells.iter().filter(|c| matches!(c.category, Category::Name | Category::Nhs)) {
            named.entry((groups.of(i), cell.value)).or_insert(*copy);
        }
    }
    let mut found: BTreeMap<Category, Attack> = BTreeMap::new();
    let at_place = |copy: usize| (held[copy].dataset, held[copy].place);
    for (i, (copy, row)) in rows.iter().enumerate() {
        let group = groups.of(i);
        for ((_, person), by) in named.range((group, 0)..=(group, u32::MAX)) {
            for cell in row.cells.iter().filter(|c| c.alone & (1 << person) != 0) {
                found.entry(cell.category).or_insert_with(|| Attack {
                    person: *person,
                    named_in: at_place(*by),
                    told_in: at_place(*copy),
                    at,
                });
            }
        }
    }
    found.into_iter().collect()
}
