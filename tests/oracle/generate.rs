//! Makes small random models, with a leaning to the shapes that are hard to judge.

use super::model::{
    Category, Column, Dataset, Field, Flow, KEYS, Method, Model, Operation, PUBLIC, Place, Processor, Source, Step,
    TRAITS,
};
use super::random::Random;

/// What the generator knows of a copy that there will be.
#[derive(Clone)]
struct Known {
    dataset: Dataset,
    place: Place,
    columns: Vec<Column>,
    counts: bool,
    from: Option<u8>,
    to: Option<u8>,
}

struct Maker {
    random: Random,
    model: Model,
    copies: Vec<Known>,
    fresh: u8,
    /// The month in which the next thing happens, in models with dates.
    clock: Option<u8>,
    /// Whether the model has rows of different kinds in one dataset, which is judged by columns and not by rows.
    mixed: bool,
}

/// A model, and whether the judgement by columns may be coarser than the truth of rows.
pub(crate) fn generate(seed: u64) -> (Model, bool) {
    let mut random = Random::new(seed);
    let clock = random.chance(35).then_some(1);
    let mut maker = Maker { random, model: Model::default(), copies: Vec::new(), fresh: 0, clock, mixed: false };
    maker.world();
    maker.sources();
    for _ in 0..3 + maker.random.below(7) {
        if maker.random.chance(60) {
            maker.flow()
        } else {
            maker.step()
        }
        if let Some(clock) = &mut maker.clock {
            *clock += 1;
        }
    }
    (maker.model, maker.mixed)
}

fn links(column: &Column) -> bool {
    matches!(column.category, Category::Name | Category::Nhs | Category::Key(_))
}

impl Maker {
    fn world(&mut self) {
        let random = &mut self.random;
        let model = &mut self.model;
        model.parties = 3 + random.below(3) as u8;
        if random.chance(40) {
            let party = random.below(model.parties.into()) as u8;
            model.teams = vec![party; 2 + random.below(2)];
            let first = model.parties;
            let teams = model.teams.len() as u8;
            for a in 0..teams {
                for b in a + 1..teams {
                    if random.chance(60) {
                        model.walls.push((first + a, first + b));
                    }
                }
            }
        }
        if random.chance(45) {
            model.activities = 1 + random.below(2) as u8;
            for _ in 0..1 + random.below(3) {
                let (who, whom) = (random.below(model.parties.into()) as u8, random.below(model.parties.into()) as u8);
                let activity = random.below(model.activities.into()) as u8;
                let old = model.processors.iter().any(|p| (p.activity, p.who) == (activity, who));
                let back = model.processors.iter().any(|p| (p.activity, p.who) == (activity, whom));
                let above = model.processors.iter().any(|p| (p.activity, p.whom) == (activity, who));
                if who != whom && !old && !back && !above {
                    model.processors.push(Processor { activity, who, whom });
                }
            }
        }
        model.quasis = 3;
        for _ in 0..1 + random.below(2) {
            let mut parts: Vec<(u8, u8)> = Vec::new();
            for q in random.some(&[0, 1, 2], 75) {
                parts.push((q, random.below(3) as u8));
            }
            if parts.len() > 1 {
                model.combinations.push(parts);
            }
        }
        model.groups = random.chance(15);
        while super::people::People::new(model).count > 16 {
            model.combinations.pop();
        }
    }

    fn sources(&mut self) {
        let count = 2 + self.random.below(4);
        let mut places = self.model.places();
        // a few places hold most, so that things meet
        while places.len() > 4 && self.random.chance(60) {
            let out = self.random.below(places.len());
            places.remove(out);
        }
        for i in 0..count as u8 {
            let columns = self.columns(i == 0);
            let mut held: Vec<Place> = self.random.pick(&places).copied().into_iter().collect();
            if self.random.chance(25) {
                let more = self.random.pick(&places).copied().filter(|p| !held.contains(p));
                held.extend(more);
            }
            let until = (self.clock.is_some() && self.random.chance(35)).then(|| 2 + self.random.below(8) as u8);
            let about = (self.model.groups && self.random.chance(70)).then(|| self.random.below(2) as u8);
            for place in &held {
                let copy = Known {
                    dataset: Dataset::Source(i),
                    place: *place,
                    columns: columns.clone(),
                    counts: false,
                    from: None,
                    to: until,
                };
                self.copies.push(copy);
            }
            self.model.sources.push(Source { held, columns, about, until });
        }
    }

    fn columns(&mut self, named: bool) -> Vec<Column> {
        let mut columns = Vec::new();
        let plain = |field, category| Column { field, category, level: 0 };
        if self.random.chance(if named { 90 } else { 20 }) {
            columns.push(plain(Field::Name, Category::Name));
        }
        if self.random.chance(15) {
            columns.push(plain(Field::Nhs, Category::Nhs));
        }
        for q in 0..self.model.quasis {
            if self.random.chance(45) {
                let level = if self.random.chance(55) { 0 } else { self.random.below(3) as u8 };
                columns.push(Column { field: Field::Quasi(q), category: Category::Quasi(q), level });
            }
        }
        for k in 0..KEYS {
            if self.random.chance(if k < 2 { 35 } else { 12 }) {
                columns.push(plain(Field::Key(k), Category::Key(k)));
            }
        }
        for t in 0..TRAITS {
            if self.random.chance(if named { 15 } else { 40 }) {
                let field = self.trait_field(t);
                columns.push(plain(field, Category::Trait(t)));
            }
        }
        if columns.is_empty() {
            let field = self.trait_field(0);
            columns.push(plain(field, Category::Trait(0)));
        }
        columns
    }

    fn trait_field(&mut self, of: u8) -> Field {
        self.fresh += 1;
        Field::Trait(of, self.fresh)
    }

    /// A copy that is there now.
    fn any(&mut self) -> Option<Known> {
        let now = self.clock;
        let there = |c: &&Known| now.is_none_or(|now| c.from.is_none_or(|f| f <= now) && c.to.is_none_or(|t| now <= t));
        let all: Vec<Known> = self.copies.iter().filter(there).cloned().collect();
        self.random.pick(&all).cloned()
    }

    fn end(&mut self) -> Option<u8> {
        let clock = self.clock?;
        self.random.chance(40).then(|| clock + self.random.below(6) as u8)
    }

    fn activity(&mut self) -> u8 {
        self.random.below(usize::from(self.model.activities.max(1))) as u8
    }

    fn add(&mut self, copy: Known) {
        match self.copies.iter_mut().find(|c| c.dataset == copy.dataset && c.place == copy.place) {
            Some(there) => {
                for column in copy.columns {
                    if !there.columns.contains(&column) {
                        there.columns.push(column);
                    }
                }
                there.from = there.from.min(copy.from);
                there.to = if there.to.is_none() || copy.to.is_none() { None } else { there.to.max(copy.to) };
            }
            None => self.copies.push(copy),
        }
    }

    fn flow(&mut self) {
        let Some(copy) = self.any() else { return };
        let mut places = self.model.places();
        places.retain(|p| *p != copy.place && self.model.party_of(copy.place) != *p);
        let to = if self.random.chance(4) { Some(PUBLIC) } else { self.random.pick(&places).copied() };
        let Some(to) = to else { return };
        let mut names: Vec<Field> = copy.columns.iter().map(|c| c.field).collect();
        names.sort();
        names.dedup();
        let secret = matches!(copy.dataset, Dataset::Secret(_));
        // a flow from a party takes its teams' copies too, and one of them may be gone
        let party = copy.place;
        let gone = |c: &&Known| {
            c.dataset == copy.dataset
                && self.model.party_of(c.place) == self.model.party_of(party)
                && self.clock.is_some_and(|now| c.to.is_some_and(|t| t < now))
        };
        if self.copies.iter().any(|c| gone(&c)) {
            return;
        }
        let some = (!secret && self.random.chance(45)).then(|| self.random.some(&names, 65)).filter(|f| !f.is_empty());
        let columns = copy.columns.iter().filter(|c| some.as_ref().is_none_or(|s| s.contains(&c.field)));
        let (on, until) = (self.clock, self.end());
        let activity = self.activity();
        let from = on.or(copy.from);
        let arrived = Known { place: to, columns: columns.copied().collect(), from, to: until, ..copy.clone() };
        self.add(arrived);
        self.model.flows.push(Flow { from: copy.place, to, dataset: copy.dataset, fields: some, activity, on, until });
    }

    fn step(&mut self) {
        let Some(first) = self.any() else { return };
        if matches!(first.dataset, Dataset::Secret(_)) {
            return;
        }
        let (on, until, activity) = (self.clock, self.end(), self.activity());
        let mut step =
            Step { at: first.place, takes: vec![first.dataset], operations: vec![], gives: None, activity, on, until };
        if on.is_some() && self.random.chance(12) {
            step.operations.push(Operation::Destroy(first.dataset));
            self.copies
                .iter_mut()
                .filter(|c| c.dataset == first.dataset && c.place == first.place)
                .for_each(|c| c.to = on);
            self.model.steps.push(step);
            return;
        }
        let mut table = first.clone();
        table.from = on.or(first.from);
        if self.random.chance(55) {
            self.second(&mut step, &mut table);
        }
        for _ in 0..self.random.below(4) {
            self.operation(&mut step, &mut table);
        }
        if table.columns.is_empty() || (step.operations.is_empty() && self.random.chance(80)) {
            return;
        }
        let made = (0u8..).find(|n| !self.copies.iter().any(|c| c.dataset == Dataset::Made(*n))).unwrap_or(0);
        let old: Vec<Dataset> =
            self.copies.iter().map(|c| c.dataset).filter(|d| matches!(d, Dataset::Made(_))).collect();
        let again = if self.clock.is_none() && self.random.chance(6) { self.random.pick(&old).copied() } else { None };
        self.mixed |= again.is_some();
        table.dataset = again.unwrap_or(Dataset::Made(made));
        step.gives = Some(table.dataset);
        table.to = until;
        self.add(table);
        self.model.steps.push(step);
    }

    /// A second input: matched on something that both have, or appended.
    fn second(&mut self, step: &mut Step, table: &mut Known) {
        let now = self.clock;
        let others: Vec<Known> = self
            .copies
            .iter()
            .filter(|c| {
                c.place == table.place && c.dataset != table.dataset && !matches!(c.dataset, Dataset::Secret(_))
            })
            .filter(|c| now.is_none_or(|now| c.from.is_none_or(|f| f <= now) && c.to.is_none_or(|t| now <= t)))
            .cloned()
            .collect();
        let Some(other) = self.random.pick(&others).cloned() else { return };
        let on = self.shared(table, &other);
        let all = |c: &Known| {
            c.columns.iter().filter(|c| !matches!(c.category, Category::Trait(_))).copied().collect::<Vec<_>>()
        };
        let same =
            all(table).iter().all(|c| all(&other).contains(c)) && all(&other).iter().all(|c| all(table).contains(c));
        if !on.is_empty() && self.random.chance(85) {
            // nobody is in two groups that are apart, but columns are judged as if somebody were
            self.mixed |= self.model.groups;
            step.takes.push(other.dataset);
            step.operations.push(Operation::Match(table.dataset, other.dataset, on));
        } else if !table.counts && !other.counts && (same || self.random.chance(8)) {
            self.mixed |= !same || self.model.groups;
            step.takes.push(other.dataset);
            step.operations.push(Operation::Append(vec![table.dataset, other.dataset]));
        } else {
            return;
        }
        for column in other.columns {
            if !table.columns.contains(&column) {
                table.columns.push(column);
            }
        }
        table.from = self.clock.or(table.from.max(other.from));
    }

    /// The fields on which two copies can be matched row by row, or rows with counts.
    fn shared(&mut self, left: &Known, right: &Known) -> Vec<Field> {
        if left.counts {
            return Vec::new();
        }
        let level = |of: &Known, q: u8| of.columns.iter().filter(|c| c.field == Field::Quasi(q)).map(|c| c.level).min();
        if right.counts {
            let both: Vec<Field> = (0..3)
                .filter(|q| {
                    level(left, *q).is_some()
                        && level(right, *q).is_some_and(|r| level(left, *q).is_some_and(|l| l <= r))
                })
                .map(Field::Quasi)
                .collect();
            let all = right.columns.iter().filter(|c| matches!(c.category, Category::Quasi(_))).count();
            return if both.len() == all { both } else { Vec::new() };
        }
        let mut ways: Vec<Vec<Field>> = Vec::new();
        let one = |of: &Known, f: Field| of.columns.iter().filter(|c| c.field == f).count() == 1;
        for column in left.columns.iter().filter(|c| links(c) && right.columns.contains(c)) {
            if one(left, column.field) && one(right, column.field) {
                ways.push(vec![column.field]);
            }
        }
        for parts in &self.model.combinations {
            let enough = |(q, l): &(u8, u8)| {
                level(left, *q).is_some_and(|at| at <= *l) && level(right, *q).is_some_and(|at| at <= *l)
            };
            if parts.iter().all(enough) {
                ways.push(parts.iter().map(|(q, _)| Field::Quasi(*q)).collect());
            }
        }
        self.random.pick(&ways).cloned().unwrap_or_default()
    }

    fn operation(&mut self, step: &mut Step, table: &mut Known) {
        let names: Vec<Field> = table.columns.iter().map(|c| c.field).collect();
        match self.random.below(9) {
            0 | 1 => {
                let out = self.random.some(&names, 30);
                if !out.is_empty() && table.columns.iter().any(|c| !out.contains(&c.field)) {
                    table.columns.retain(|c| !out.contains(&c.field));
                    step.operations.push(Operation::Drop(distinct(out)));
                }
            }
            2 => {
                let stay = self.random.some(&names, 65);
                if !stay.is_empty() {
                    table.columns.retain(|c| stay.contains(&c.field));
                    step.operations.push(Operation::Keep(distinct(stay)));
                }
            }
            3 => {
                let key = self.random.below(KEYS.into()) as u8;
                if !table.counts && !names.contains(&Field::Key(key)) {
                    table.columns.push(Column { field: Field::Key(key), category: Category::Key(key), level: 0 });
                    step.operations.push(Operation::AddKey(key));
                }
            }
            4 | 5 => self.pseudonymise(step, table),
            6 => self.generalise(step, table),
            7 => {
                let category = Category::Trait(self.random.below(TRAITS.into()) as u8);
                let from = distinct(self.random.some(&names, 35));
                if !from.is_empty() {
                    let Category::Trait(t) = category else { return };
                    let field = self.trait_field(t);
                    table.columns.push(Column { field, category, level: 0 });
                    step.operations.push(Operation::Derive { field, category, from });
                }
            }
            _ => self.aggregate(step, table),
        }
    }

    fn pseudonymise(&mut self, step: &mut Step, table: &mut Known) {
        let linking: Vec<Column> = table.columns.iter().filter(|c| links(c)).copied().collect();
        let key = self.random.below(KEYS.into()) as u8;
        let Some(column) = self.random.pick(&linking).copied() else { return };
        let taken = table.columns.iter().any(|c| c.category == Category::Key(key) || c.field == Field::Key(key));
        if table.counts || taken {
            return;
        }
        let method = *self
            .random
            .pick(&[Method::Salted, Method::Salted, Method::Lookup, Method::Lookup, Method::Code, Method::Unsalted])
            .unwrap_or(&Method::Salted);
        let mut to = Column { field: Field::Key(key), category: Category::Key(key), level: 0 };
        if method == Method::Unsalted {
            self.fresh += 1;
            to = Column { field: Field::Hash(self.fresh), category: column.category, level: 0 };
        }
        let places = self.model.places();
        let held_by = if method != Method::Unsalted && self.random.chance(25) {
            self.random.pick(&places).copied()
        } else {
            None
        };
        table.columns.iter_mut().filter(|c| c.field == column.field).for_each(|c| *c = to);
        step.operations.push(Operation::Pseudonymise { field: column.field, key: to.field, method, held_by });
        let dataset = match method {
            Method::Unsalted => return,
            Method::Salted => Dataset::Secret(key),
            Method::Lookup => Dataset::Lookup(key),
            Method::Code => Dataset::Code(key),
        };
        let columns = if method == Method::Salted { vec![] } else { vec![to, column] };
        let place = held_by.unwrap_or(step.at);
        self.add(Known { dataset, place, columns, counts: false, from: table.from, to: None });
    }

    fn generalise(&mut self, step: &mut Step, table: &mut Known) {
        let fine: Vec<Column> =
            table.columns.iter().filter(|c| matches!(c.category, Category::Quasi(_)) && c.level < 2).copied().collect();
        let Some(column) = self.random.pick(&fine).copied() else { return };
        let level = column.level + 1 + self.random.below(usize::from(2 - column.level)) as u8;
        let same = table.columns.iter_mut().filter(|c| c.field == column.field && c.level < level);
        same.for_each(|c| c.level = level);
        step.operations.push(Operation::Generalise(column.field, level));
    }

    fn aggregate(&mut self, step: &mut Step, table: &mut Known) {
        if table.counts {
            return;
        }
        let traits: Vec<Field> =
            table.columns.iter().filter(|c| matches!(c.category, Category::Trait(_))).map(|c| c.field).collect();
        let quasis: Vec<Field> =
            table.columns.iter().filter(|c| matches!(c.category, Category::Quasi(_))).map(|c| c.field).collect();
        let mut by = self.random.some(&quasis, 50);
        if by.is_empty() || self.random.chance(15) {
            let linking: Vec<Field> = table.columns.iter().filter(|c| links(c)).map(|c| c.field).collect();
            by.extend(self.random.pick(&linking));
        }
        let by = distinct(by);
        if by.is_empty() {
            return;
        }
        let of = distinct(self.random.some(&traits, 60));
        table.columns.retain(|c| by.contains(&c.field) || of.contains(&c.field));
        let rows = table.columns.iter().any(links) || self.whole(table);
        table.counts = !rows;
        step.operations.push(Operation::Aggregate { by, of, controlled: self.random.chance(60) });
    }

    /// Whether a combination stands whole in a table.
    fn whole(&self, table: &Known) -> bool {
        let has = |q: u8, l: u8| table.columns.iter().any(|c| c.category == Category::Quasi(q) && c.level <= l);
        self.model.combinations.iter().any(|parts| parts.iter().all(|(q, l)| has(*q, *l)))
    }
}

fn distinct(mut fields: Vec<Field>) -> Vec<Field> {
    fields.sort();
    fields.dedup();
    fields
}
