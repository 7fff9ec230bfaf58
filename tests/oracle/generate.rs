//! Makes small random models, with a leaning to the shapes that are hard to judge.

use super::model::{
    Category, Column, Dataset, Field, Flow, KEYS, Model, PUBLIC, Place, Processor, Source, Step, TRAITS, Use, Wall,
};
use super::random::Random;

/// What the generator knows of a copy that there will be.
#[derive(Clone)]
pub(crate) struct Known {
    pub(crate) dataset: Dataset,
    pub(crate) place: Place,
    pub(crate) columns: Vec<Column>,
    pub(crate) counts: bool,
    pub(crate) from: Option<u8>,
    pub(crate) to: Option<u8>,
    /// When it was taken by something.
    pub(crate) used: Vec<u8>,
}

pub(crate) struct Maker {
    pub(crate) random: Random,
    pub(crate) model: Model,
    pub(crate) copies: Vec<Known>,
    pub(crate) fresh: u8,
    /// When the next thing happens, in models with times.
    pub(crate) clock: Option<u8>,
    /// Whether the model has rows of different kinds in one dataset, which is judged by columns and not by rows.
    pub(crate) mixed: bool,
}

/// A model, and whether the judgement by columns may be coarser than the truth of rows.
pub(crate) fn generate(seed: u64) -> (Model, bool) {
    let mut random = Random::new(seed);
    let kind = random.below(100);
    let mut model = Model::default();
    if kind < 14 {
        let total = random.chance(25);
        for event in 0..3 + random.below(2) as u8 {
            let before: Vec<u8> = (0..event).collect();
            model.events.push(if total { before } else { random.some(&before, 45) });
        }
    }
    let clock = (kind < 42).then_some(1);
    let mut maker = Maker { random, model, copies: Vec::new(), fresh: 0, clock, mixed: false };
    maker.world();
    maker.sources();
    if maker.model.quasis == 4 || maker.random.chance(14) {
        maker.puzzle();
    } else if maker.clock.is_some() && maker.random.chance(40) {
        maker.bridge();
    }
    for _ in 0..3 + maker.random.below(7) {
        maker.tick();
        if maker.random.chance(58) { maker.flow() } else { maker.step() }
    }
    if maker.clock.is_none() && maker.random.chance(12) {
        maker.circle();
    }
    for _ in 0..maker.random.below(3) {
        maker.tick();
        maker.used();
    }
    (maker.model, maker.mixed)
}

pub(crate) fn links(column: &Column) -> bool {
    matches!(column.category, Category::Name | Category::Nhs | Category::Key(_))
}

impl Maker {
    /// Goes on to the next date, or to any event.
    fn tick(&mut self) {
        let events = self.model.events.len();
        if let Some(clock) = &mut self.clock {
            *clock = if events == 0 { *clock + 1 } else { self.random.below(events) as u8 };
        }
    }

    /// Whether one time is at or before another for sure.
    pub(crate) fn before(&self, a: u8, b: u8) -> bool {
        if self.model.events.is_empty() {
            return a <= b;
        }
        a == b || self.model.events[usize::from(b)].iter().any(|c| self.before(a, *c))
    }

    /// Whether a copy is there now for sure.
    pub(crate) fn now(&self, copy: &Known) -> bool {
        self.clock.is_none_or(|now| {
            copy.from.is_none_or(|f| self.before(f, now)) && copy.to.is_none_or(|t| self.before(now, t))
        })
    }

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
                        let stated = !random.chance(8);
                        model.walls.push(Wall { between: (first + a, first + b), stated });
                    }
                }
                if random.chance(8) {
                    model.walls.push(Wall { between: (first + a, party), stated: true });
                }
            }
        }
        if random.chance(45) {
            model.activities = 1 + random.below(2) as u8;
            for _ in 0..1 + random.below(4) {
                let (who, whom) = (random.below(model.parties.into()) as u8, random.below(model.parties.into()) as u8);
                let activity = random.below(model.activities.into()) as u8;
                let role = Processor { activity, who, whom };
                let old = model.processors.iter().any(|p| (p.activity, p.who, p.whom) == (activity, who, whom));
                if who != whom && !old && !acts_for(model, activity, whom, who) {
                    model.processors.push(role);
                    if random.chance(10) {
                        model.walls.push(Wall { between: (who, whom), stated: true });
                    }
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
        if random.chance(5) {
            // two combinations with nothing in common, so that one can unlock the other
            model.quasis = 4;
            let mut level = || random.below(3) as u8;
            model.combinations = vec![vec![(0, level()), (1, level())], vec![(2, level()), (3, level())]];
        }
        model.groups = model.quasis < 4 && random.chance(15);
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
        for i in 0..count {
            let columns = self.columns(i == 0);
            let mut held: Vec<Place> = self.random.pick(&places).copied().into_iter().collect();
            if self.random.chance(25) {
                let more = self.random.pick(&places).copied().filter(|p| !held.contains(p));
                held.extend(more);
            }
            let events = self.model.events.len();
            let until = (self.clock.is_some() && self.random.chance(35))
                .then(|| if events == 0 { 2 + self.random.below(8) as u8 } else { self.random.below(events) as u8 });
            let about = (self.model.groups && self.random.chance(70)).then(|| self.random.below(2) as u8);
            let reveals = self.random.chance(22).then(|| self.random.below(TRAITS.into()) as u8);
            self.source(Source { held, columns, reveals, about, until });
        }
    }

    fn source(&mut self, source: Source) -> Dataset {
        let dataset = Dataset::Source(self.model.sources.len() as u8);
        for place in &source.held {
            let columns = source.columns.clone();
            let (place, to) = (*place, source.until);
            self.copies.push(Known { dataset, place, columns, counts: false, from: None, to, used: Vec::new() });
        }
        self.model.sources.push(source);
        dataset
    }

    /// What identifies is spread so that it meets only after two merges: names and one part of a combination under a key,
    /// the others under the same key, and the whole combination beside what is told.
    fn puzzle(&mut self) {
        if self.model.quasis == 4 {
            return self.chain();
        }
        let Some(parts) = self.random.pick(&self.model.combinations.clone()).cloned() else { return };
        let places = self.model.places();
        let (Some(here), Some(there)) = (self.random.pick(&places).copied(), self.random.pick(&places).copied()) else {
            return;
        };
        let key = self.random.below(KEYS.into()) as u8;
        let plain = |field, category| Column { field, category, level: 0 };
        let part = |(q, l): &(u8, u8)| Column { field: Field::Quasi(*q), category: Category::Quasi(*q), level: *l };
        let number = plain(Field::Key(key), Category::Key(key));
        let mut rest: Vec<Column> = parts.iter().map(part).collect();
        let told = self.trait_field(0);
        let all: Vec<Column> = rest.iter().copied().chain([plain(told, Category::Trait(0))]).collect();
        // sometimes a part is too coarse, and nothing follows
        let coarse = self.random.chance(25);
        let first: Vec<Column> = rest.split_off(rest.len() - 1);
        if let (true, Some(column)) = (coarse, rest.first_mut()) {
            column.level = (column.level + 1).min(2);
        }
        rest.push(number);
        let names: Vec<Column> = first.into_iter().chain([number, plain(Field::Name, Category::Name)]).collect();
        for (held, columns) in [(here, names), (here, rest), (there, all)] {
            let dataset = self.source(Source { held: vec![held], columns, reveals: None, about: None, until: None });
            if held != here {
                self.send(&self.copies.iter().find(|c| c.dataset == dataset).cloned(), here, None);
            }
        }
    }

    /// Names and what is told are tied by a third file alone, and each of the three is there for a time.
    fn bridge(&mut self) {
        let places = self.model.places();
        let (Some(here), Some(there)) = (self.random.pick(&places).copied(), self.random.pick(&places).copied()) else {
            return;
        };
        let key = |k: u8| Column { field: Field::Key(k), category: Category::Key(k), level: 0 };
        let name = Column { field: Field::Name, category: Category::Name, level: 0 };
        let told = Column { field: self.trait_field(0), category: Category::Trait(0), level: 0 };
        for columns in [vec![name, key(0)], vec![key(0), key(1)], vec![key(1), told]] {
            let held = if self.random.chance(60) { here } else { there };
            let events = self.model.events.len();
            let point = |random: &mut Random| if events == 0 { 1 + random.below(6) } else { random.below(events) };
            let until = self.random.chance(60).then(|| point(&mut self.random) as u8);
            let dataset = self.source(Source { held: vec![held], columns, reveals: None, about: None, until });
            if held != here {
                let now = self.clock;
                self.clock = Some(point(&mut self.random) as u8);
                self.send(&self.copies.iter().find(|c| c.dataset == dataset).cloned(), here, None);
                self.clock = now;
            }
        }
    }

    /// One combination ties two files, which together complete the other.
    fn chain(&mut self) {
        let places = self.model.places();
        let (Some(here), Some(there)) = (self.random.pick(&places).copied(), self.random.pick(&places).copied()) else {
            return;
        };
        let [one, other] = self.model.combinations.as_slice() else { return };
        let part = |(q, l): &(u8, u8)| Column { field: Field::Quasi(*q), category: Category::Quasi(*q), level: *l };
        let with = |parts: &[&[(u8, u8)]]| parts.iter().flat_map(|p| p.iter().map(part)).collect::<Vec<_>>();
        let (mut names, rest, mut told) = (with(&[one, &other[..1]]), with(&[one, &other[1..]]), with(&[other]));
        names.push(Column { field: Field::Name, category: Category::Name, level: 0 });
        let field = self.trait_field(1);
        told.push(Column { field, category: Category::Trait(1), level: 0 });
        for (held, columns) in [(here, names), (here, rest), (there, told)] {
            let dataset = self.source(Source { held: vec![held], columns, reveals: None, about: None, until: None });
            if held != here {
                self.send(&self.copies.iter().find(|c| c.dataset == dataset).cloned(), here, None);
            }
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

    pub(crate) fn trait_field(&mut self, of: u8) -> Field {
        self.fresh += 1;
        Field::Trait(of, self.fresh)
    }

    /// A copy that is there now.
    pub(crate) fn any(&mut self) -> Option<Known> {
        let all: Vec<Known> = self.copies.iter().filter(|c| self.now(c)).cloned().collect();
        self.random.pick(&all).cloned()
    }

    pub(crate) fn end(&mut self) -> Option<u8> {
        let clock = self.clock?;
        if self.model.events.is_empty() {
            return self.random.chance(40).then(|| clock + self.random.below(6) as u8);
        }
        let later: Vec<u8> = (0..self.model.events.len() as u8).filter(|e| self.before(clock, *e)).collect();
        self.random.pick(&later).copied().filter(|_| self.random.chance(55))
    }

    pub(crate) fn activity(&mut self) -> u8 {
        self.random.below(usize::from(self.model.activities.max(1))) as u8
    }

    pub(crate) fn purpose(&mut self) -> u8 {
        *self.random.pick(&[0, 0, 1, 1, 2]).unwrap_or(&0)
    }

    /// Notes that there will be a copy; whether that can be, as far as times are known.
    pub(crate) fn add(&mut self, copy: Known) -> bool {
        let at = self.copies.iter().position(|c| c.dataset == copy.dataset && c.place == copy.place);
        let Some(at) = at else {
            self.copies.push(copy);
            return true;
        };
        let first = |a: Option<u8>, b: Option<u8>| match (a, b) {
            (Some(a), Some(b)) if self.before(a, b) => Some(Some(a)),
            (Some(a), Some(b)) if self.before(b, a) => Some(Some(b)),
            (Some(_), Some(_)) => None,
            _ => Some(None),
        };
        let last = match (self.copies[at].to, copy.to) {
            (Some(a), Some(b)) if self.before(a, b) => Some(Some(b)),
            (Some(a), Some(b)) if self.before(b, a) => Some(Some(a)),
            (Some(_), Some(_)) => None,
            _ => Some(None),
        };
        let (Some(from), Some(to)) = (first(self.copies[at].from, copy.from), last) else { return false };
        let there = &mut self.copies[at];
        for column in copy.columns {
            if !there.columns.contains(&column) {
                there.columns.push(column);
            }
        }
        (there.from, there.to) = (from, to);
        true
    }

    /// Notes that a dataset is taken at a place; whether all that is taken is there for sure.
    pub(crate) fn take(&mut self, dataset: Dataset, place: Place) -> bool {
        let near = |c: &Known, m: &Model| c.dataset == dataset && m.near(c.place, place);
        if self.copies.iter().any(|c| near(c, &self.model) && !self.now(c)) {
            return false;
        }
        let now = self.clock;
        let model = &self.model;
        self.copies.iter_mut().filter(|c| near(c, model)).for_each(|c| c.used.extend(now));
        true
    }

    fn flow(&mut self) {
        let Some(copy) = self.any() else { return };
        let mut places = self.model.places();
        places.retain(|p| *p != copy.place && self.model.party_of(copy.place) != *p);
        let to = if self.random.chance(6) { Some(PUBLIC) } else { self.random.pick(&places).copied() };
        let Some(to) = to else { return };
        let mut names: Vec<Field> = copy.columns.iter().map(|c| c.field).collect();
        names.sort();
        names.dedup();
        let secret = matches!(copy.dataset, Dataset::Secret(_));
        let some = (!secret && self.random.chance(45)).then(|| self.random.some(&names, 65)).filter(|f| !f.is_empty());
        self.send(&Some(copy), to, some);
    }

    /// A flow of a copy to a place.
    fn send(&mut self, copy: &Option<Known>, to: Place, some: Option<Vec<Field>>) {
        let Some(copy) = copy else { return };
        // a flow from a party takes its teams' copies too, and one of them may be gone
        if to == copy.place || !self.now(copy) || !self.take(copy.dataset, copy.place) {
            return;
        }
        let columns = copy.columns.iter().filter(|c| some.as_ref().is_none_or(|s| s.contains(&c.field)));
        let (on, until) = (self.clock, self.end());
        let (activity, purpose) = (self.activity(), self.purpose());
        let from = on.or(copy.from);
        let columns = columns.copied().collect();
        let arrived = Known { place: to, columns, from, to: until, used: Vec::new(), ..copy.clone() };
        if self.add(arrived) {
            let name = self.model.flows.len() as u8;
            let (from, dataset) = (copy.place, copy.dataset);
            self.model.flows.push(Flow { name, from, to, dataset, fields: some, activity, purpose, on, until });
        }
    }

    /// Data that goes there and back, through steps, and into itself.
    fn circle(&mut self) {
        let Some(copy) = self.any().filter(|c| !matches!(c.dataset, Dataset::Secret(_)) && c.place != PUBLIC) else {
            return;
        };
        let places: Vec<Place> = self.model.places().into_iter().filter(|p| !self.model.near(*p, copy.place)).collect();
        let Some(other) = self.random.pick(&places).copied() else { return };
        self.send(&Some(copy.clone()), other, None);
        let made = |m: &Maker| m.copies.last().cloned();
        self.step_from(copy.dataset, other);
        let Some(there) = made(self).filter(|c| c.place == other && matches!(c.dataset, Dataset::Made(_))) else {
            return;
        };
        self.send(&Some(there.clone()), copy.place, None);
        self.step_from(there.dataset, copy.place);
        let Some(back) = made(self).filter(|c| c.place == copy.place && c.dataset != there.dataset) else { return };
        if !matches!(back.dataset, Dataset::Made(_)) || back.counts || there.counts {
            return;
        }
        self.send(&Some(back.clone()), other, None);
        let (name, activity, purpose) = (self.model.steps.len() as u8, self.activity(), self.purpose());
        self.mixed = true;
        self.model.steps.push(Step {
            name,
            at: other,
            takes: vec![back.dataset],
            operations: vec![],
            gives: vec![(there.dataset, None)],
            activity,
            purpose,
            on: None,
            until: None,
        });
    }

    fn step_from(&mut self, dataset: Dataset, place: Place) {
        if let Some(copy) = self.copies.iter().find(|c| c.dataset == dataset && c.place == place).cloned() {
            self.step_on(copy);
        }
    }

    fn step(&mut self) {
        if let Some(first) = self.any() {
            self.step_on(first);
        }
    }

    /// A use or a decision.
    fn used(&mut self) {
        let Some(copy) = self.any().filter(|c| !matches!(c.dataset, Dataset::Secret(_)) && c.place != PUBLIC) else {
            return;
        };
        if !self.take(copy.dataset, copy.place) {
            return;
        }
        let names: Vec<Field> = distinct(copy.columns.iter().map(|c| c.field).collect());
        let fields = self.random.chance(40).then(|| self.random.some(&names, 60)).filter(|f| !f.is_empty());
        let (name, purpose, on) = (self.model.uses.len() as u8, self.purpose(), self.clock);
        let decides = self.random.chance(50).then(|| self.random.chance(60));
        let used = Use { name, at: copy.place, takes: copy.dataset, fields, purpose, decides, on };
        self.model.uses.push(used);
    }
}

/// Whether a party acts for another in an activity, directly or through others.
fn acts_for(model: &Model, activity: u8, who: Place, whom: Place) -> bool {
    let mut of = model.processors.iter().filter(|p| p.activity == activity && p.who == who);
    of.any(|p| p.whom == whom || acts_for(model, activity, p.whom, whom))
}

pub(crate) fn distinct(mut fields: Vec<Field>) -> Vec<Field> {
    fields.sort();
    fields.dedup();
    fields
}
