//! The steps of random models.

use super::generate::{Known, Maker, distinct, links};
use super::model::{self, Category, Column, Dataset, Field, KEYS, Method, Model, Operation, PUBLIC, Step, TRAITS};

impl Maker {
    /// A step that takes a copy.
    pub(crate) fn step_on(&mut self, first: Known) {
        if matches!(first.dataset, Dataset::Secret(_)) || first.place == PUBLIC || !self.now(&first) {
            return;
        }
        let (on, until, activity, purpose) = (self.clock, self.end(), self.activity(), self.purpose());
        let (name, at) = (self.model.steps.len() as u8, first.place);
        let takes = vec![first.dataset];
        let mut step = Step { name, at, takes, operations: vec![], gives: vec![], activity, purpose, on, until };
        if let (Some(now), true) = (on, self.random.chance(14)) {
            self.destroy(step, now);
            return;
        }
        let mut table = first.clone();
        table.from = on.or(first.from);
        if self.random.chance(55) {
            self.second(&mut step, &mut table);
        }
        if self.random.chance(60) {
            self.reidentify(&mut step, &mut table);
        }
        for _ in 0..self.random.below(4) {
            self.operation(&mut step, &mut table);
        }
        if table.columns.is_empty() || (step.operations.is_empty() && self.random.chance(80)) {
            return;
        }
        if !step.takes.iter().all(|d| self.take(*d, at)) {
            return;
        }
        table.to = until;
        self.give(step, table);
    }

    fn destroy(&mut self, mut step: Step, now: u8) {
        let dataset = step.takes[0];
        let here = |c: &Known| c.dataset == dataset && c.place == step.at;
        if self.copies.iter().any(|c| here(c) && !c.used.iter().all(|u| self.before(*u, now))) {
            return;
        }
        // what is used while it is destroyed is used, too
        if !self.take(dataset, step.at) {
            return;
        }
        self.copies.iter_mut().filter(|c| here(c)).for_each(|c| c.to = Some(now));
        step.operations.push(Operation::Destroy(dataset));
        self.model.steps.push(step);
    }

    /// What a step gives: one table, sometimes in two parts, sometimes under an old name.
    fn give(&mut self, mut step: Step, mut table: Known) {
        let taken: Vec<u8> = self
            .model
            .steps
            .iter()
            .flat_map(|s| &s.gives)
            .filter_map(|(d, _)| if let Dataset::Made(n) = d { Some(*n) } else { None })
            .collect();
        let made = (0u8..).find(|n| !taken.contains(n)).unwrap_or(0);
        if self.clock.is_none()
            && self.random.chance(8)
            && let Some(again) = self.random.pick(&taken).copied()
        {
            self.mixed = true;
            table.dataset = Dataset::Made(again);
            step.gives.push((table.dataset, None));
            self.add(table);
            self.model.steps.push(step);
            return;
        }
        let names = distinct(table.columns.iter().map(|c| c.field).collect());
        if names.len() > 1 && self.random.chance(12) {
            for part in [made, made + 1] {
                let mut fields = self.random.some(&names, 55);
                if fields.is_empty() {
                    fields.push(names[0]);
                }
                let columns = table.columns.iter().filter(|c| fields.contains(&c.field)).copied().collect();
                let dataset = Dataset::Made(part);
                step.gives.push((dataset, Some(fields)));
                self.copies.push(Known { dataset, columns, used: Vec::new(), ..table.clone() });
            }
        } else {
            table.dataset = Dataset::Made(made);
            table.used = Vec::new();
            step.gives.push((table.dataset, None));
            self.copies.push(table.clone());
            let before = step.takes[0];
            let beside = Model::sides(&step);
            self.model.steps.push(step);
            if beside.iter().any(|(_, place)| *place == table.place) && self.random.chance(35) {
                self.put_back(&table, made + 1);
                return;
            }
            if table.counts && self.random.chance(35) {
                self.join_back(before, &table, made + 1);
            }
            return;
        }
        self.model.steps.push(step);
    }

    /// What a pseudonym replaced is put back with the list that is at hand.
    fn put_back(&mut self, rows: &Known, made: u8) {
        let (on, until, activity, purpose) = (self.clock, self.end(), self.activity(), self.purpose());
        let (name, takes) = (self.model.steps.len() as u8, vec![rows.dataset]);
        let mut step =
            Step { name, at: rows.place, takes, operations: vec![], gives: vec![], activity, purpose, on, until };
        let mut table = rows.clone();
        if !self.now(&table) {
            return;
        }
        self.reidentify(&mut step, &mut table);
        if step.operations.is_empty() || !self.take(rows.dataset, rows.place) {
            return;
        }
        let dataset = Dataset::Made(made);
        step.gives.push((dataset, None));
        self.model.steps.push(step);
        let from = on.or(rows.from);
        self.copies.push(Known { dataset, from, to: until, used: Vec::new(), ..table });
    }

    /// Counts are joined back onto the rows that they were counted from.
    fn join_back(&mut self, rows: Dataset, counts: &Known, made: u8) {
        let here = |c: &&Known| c.dataset == rows && c.place == counts.place && !c.counts;
        let Some(rows) = self.copies.iter().find(here).filter(|c| self.now(c)).cloned() else { return };
        let on = self.shared(&rows, counts);
        if on.is_empty()
            || !self.now(counts)
            || !self.take(rows.dataset, rows.place)
            || !self.take(counts.dataset, counts.place)
        {
            return;
        }
        let dataset = Dataset::Made(made);
        let mut columns = rows.columns.clone();
        columns.extend(counts.columns.iter().filter(|c| !rows.columns.contains(c)).copied());
        let (name, activity, purpose) = (self.model.steps.len() as u8, self.activity(), self.purpose());
        let (on_time, until) = (self.clock, self.end());
        self.mixed |= self.model.groups;
        self.model.steps.push(Step {
            name,
            at: rows.place,
            takes: vec![rows.dataset, counts.dataset],
            operations: vec![Operation::Match(rows.dataset, counts.dataset, on)],
            gives: vec![(dataset, None)],
            activity,
            purpose,
            on: on_time,
            until,
        });
        let from = on_time.or(rows.from);
        self.copies.push(Known { dataset, columns, from, to: until, used: Vec::new(), ..rows });
    }

    /// A second input: matched on something that both have, or appended.
    fn second(&mut self, step: &mut Step, table: &mut Known) {
        let fits = |c: &&Known| {
            c.place == table.place && c.dataset != table.dataset && !matches!(c.dataset, Dataset::Secret(_))
        };
        // counts are joined back onto rows when there are any
        let counts = self.random.chance(40);
        let others: Vec<Known> = self.copies.iter().filter(fits).filter(|c| self.now(c)).cloned().collect();
        let preferred: Vec<Known> = others.iter().filter(|c| counts && c.counts).cloned().collect();
        let others = if preferred.is_empty() { others } else { preferred };
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
        match self.random.below(11) {
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
            9 => self.reidentify(step, table),
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
            .pick(&[
                Method::Salted,
                Method::Salted,
                Method::Lookup,
                Method::Lookup,
                Method::Code,
                Method::Unsalted,
                Method::Unsalted,
            ])
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
        let Some(dataset) = model::beside(method, key) else { return };
        let columns = if method == Method::Salted { vec![] } else { vec![to, column] };
        let place = held_by.unwrap_or(step.at);
        // a lookup of something else under the same name
        self.mixed |= self.copies.iter().any(|c| c.dataset == dataset && c.columns != columns);
        self.add(Known { dataset, place, columns, counts: false, from: table.from, to: None, used: Vec::new() });
    }

    fn generalise(&mut self, step: &mut Step, table: &mut Known) {
        let fine: Vec<Column> =
            table.columns.iter().filter(|c| matches!(c.category, Category::Quasi(_)) && c.level < 2).copied().collect();
        let Some(column) = self.random.pick(&fine).copied() else { return };
        let level = column.level + 1 + self.random.below(usize::from(2 - column.level)) as u8;
        if table.columns.iter().any(|c| c.field == column.field && c.level > level) {
            return;
        }
        let same = table.columns.iter_mut().filter(|c| c.field == column.field && c.level < level);
        same.for_each(|c| c.level = level);
        step.operations.push(Operation::Generalise(column.field, level));
    }

    /// The names or numbers of a lookup that is at hand are put back.
    fn reidentify(&mut self, step: &mut Step, table: &mut Known) {
        let fits = |c: &&Known| {
            let (Dataset::Lookup(k) | Dataset::Code(k)) = c.dataset else { return false };
            let back =
                |x: &Column| x.category != Category::Key(k) && table.columns.iter().any(|t| t.category == x.category);
            let numbered = table.columns.iter().any(|t| t.field == Field::Key(k));
            c.place == table.place && numbered && !c.columns.iter().any(back) && !step.takes.contains(&c.dataset)
        };
        let all: Vec<Known> = self.copies.iter().filter(fits).filter(|c| self.now(c)).cloned().collect();
        let Some(lookup) = self.random.pick(&all).cloned() else { return };
        if table.counts || !self.take(lookup.dataset, lookup.place) {
            return;
        }
        step.operations.push(Operation::Reidentify(lookup.dataset));
        for column in lookup.columns {
            if !table.columns.contains(&column) {
                table.columns.push(column);
            }
        }
    }

    fn aggregate(&mut self, step: &mut Step, table: &mut Known) {
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
        table.counts |= !rows;
        let minimum = *self.random.pick(&[10, 10, 10, 0, 5]).unwrap_or(&10);
        // to say that nothing is suppressed where something was would contradict it
        let again = step.operations.iter().any(|o| matches!(o, Operation::Aggregate { .. }));
        step.operations.push(Operation::Aggregate { by, of, minimum });
        let secondary = again || self.random.chance(65);
        step.operations.push(Operation::Suppress(secondary));
    }

    /// Whether a combination stands whole in a table.
    fn whole(&self, table: &Known) -> bool {
        let has = |q: u8, l: u8| table.columns.iter().any(|c| c.category == Category::Quasi(q) && c.level <= l);
        self.model.combinations.iter().any(|parts| parts.iter().all(|(q, l)| has(*q, *l)))
    }
}
