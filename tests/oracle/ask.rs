//! Asks about a model: the old question of every party and category, and rules of every form at random.

use super::model::{Category, Dataset, Field, Model, Operation, Place};
use super::random::Random;
use super::rules::{Except, Form, From, Level, Phrase, Rule, Through, Verb, Who};

/// The rules that a model is tried with.
pub(crate) fn rules(seed: u64, model: &Model) -> Vec<Rule> {
    let random = Random::new(seed ^ 0x0_7a5c_11d3);
    let mut asker = Asker { random, model, watched: false };
    let mut all = Vec::new();
    let first = asker.random.below(model.parties.into()) as u8;
    for party in [first, (first + 1) % model.parties] {
        for category in model.asked() {
            let phrase = Phrase::of(Level::Identifiable, category);
            all.push(Rule::of(Form::Never(Who::This(party), Verb::Hold, phrase)));
        }
    }
    for _ in 0..10 {
        all.extend(asker.rule());
    }
    all
}

struct Asker<'a> {
    random: Random,
    model: &'a Model,
    /// Whether the rule at hand already names something that values pass through.
    watched: bool,
}

impl Asker<'_> {
    fn rule(&mut self) -> Option<Rule> {
        self.watched = false;
        let form = match self.random.below(100) {
            0..30 => self.never(),
            30..37 => Form::OnlyFields(self.place(), self.some_categories(), self.from(false)?),
            37..46 => {
                let phrase = Phrase { level: None, ..self.phrase() };
                Form::PassThrough(phrase, Through::Drop(self.some_categories()), self.place())
            }
            46..56 => self.passed()?,
            56..61 => Form::UsedOnlyFor(self.phrase(), self.random.below(3) as u8),
            61..66 => Form::NeverUsedFor(self.phrase(), self.random.below(3) as u8),
            66..69 => Form::NeverDecide(self.phrase()),
            69..72 => Form::OnlyDataFor(self.narrow(), self.random.below(3) as u8),
            72..76 => Form::UsedOnlyAt(self.phrase(), self.place()),
            76..84 => self.destroyed()?,
            84..92 => self.together(),
            92..95 => Form::PublishedCounts(*self.random.pick(&[5, 10])?),
            _ => Form::PublishedAnonymous(self.phrase()),
        };
        let except = if self.random.chance(40) { self.except(&form) } else { Vec::new() };
        Some(Rule { form, except })
    }

    fn place(&mut self) -> Place {
        let places = self.model.places();
        self.random.pick(&places).copied().unwrap_or(0)
    }

    fn party(&mut self) -> Place {
        self.random.below(self.model.parties.into()) as u8
    }

    fn category(&mut self) -> Category {
        let mut all = self.model.asked();
        all.extend([Category::Name, Category::Key(0), Category::Key(1)]);
        self.random.pick(&all).copied().unwrap_or(Category::Name)
    }

    fn some_categories(&mut self) -> Vec<Category> {
        let mut all: Vec<Category> = (0..1 + self.random.below(3)).map(|_| self.category()).collect();
        all.sort();
        all.dedup();
        all
    }

    /// Something that data can be from. At most one thing in a rule is followed through the model.
    fn from(&mut self, followed: bool) -> Option<From> {
        let mut all: Vec<From> =
            (0..self.model.sources.len() as u8).map(|i| From::Dataset(Dataset::Source(i))).collect();
        all.extend(self.model.places().into_iter().map(From::Place));
        if followed && !self.watched && self.random.chance(35) {
            all = self.model.steps.iter().flat_map(|s| &s.gives).map(|(d, _)| From::Dataset(*d)).collect();
            if self.model.activities > 1 {
                all.extend((0..self.model.activities).map(From::Activity));
            }
            self.watched = !all.is_empty();
        }
        self.random.pick(&all).copied()
    }

    fn phrase(&mut self) -> Phrase {
        let levels = [
            None,
            None,
            Some(Level::Identifiable),
            Some(Level::Identifiable),
            Some(Level::Identified),
            Some(Level::Pseudonymised),
            Some(Level::Rows),
            Some(Level::Personal),
            Some(Level::Aggregate),
            Some(Level::Anonymous),
        ];
        let level = self.random.pick(&levels).copied().flatten();
        let special = self.random.chance(10);
        let categories = if self.random.chance(60) { self.some_categories() } else { Vec::new() };
        let from = if self.random.chance(50) { self.from(true) } else { None };
        Phrase { level, special, categories, from }
    }

    /// A phrase that says what is allowed.
    fn narrow(&mut self) -> Phrase {
        if self.random.chance(60) {
            let level = *self.random.pick(&[Level::Anonymous, Level::Aggregate, Level::Rows]).unwrap_or(&Level::Rows);
            return Phrase { level: Some(level), ..Phrase::default() };
        }
        Phrase { categories: self.some_categories(), from: self.from(false), ..Phrase::default() }
    }

    fn never(&mut self) -> Form {
        let verb = if self.random.chance(60) { Verb::Receive } else { Verb::Hold };
        let who = match self.random.below(10) {
            0 => Who::NoOne,
            1 => Who::Only(self.place()),
            2 | 3 => Who::This(self.place()),
            _ => Who::This(self.party()),
        };
        Form::Never(who, verb, self.phrase())
    }

    fn passed(&mut self) -> Option<Form> {
        let steps = &self.model.steps;
        let step = self.random.pick(steps)?;
        let at = self.random.chance(40).then_some(step.at);
        let operation = self.random.pick(&step.operations).filter(|_| self.random.chance(60));
        let through = match operation {
            Some(Operation::Aggregate { .. }) => Through::Aggregate(Some(10).filter(|_| self.random.chance(50)), at),
            Some(Operation::Pseudonymise { field, .. }) if plain(*field) => Through::Pseudonymise(*field, at),
            Some(Operation::Generalise(field, _)) if plain(*field) => Through::Generalise(*field, at),
            _ => Through::Step(step.name),
        };
        // the step is what is followed
        self.watched = true;
        Some(Form::PassThrough(self.phrase(), through, self.place()))
    }

    fn destroyed(&mut self) -> Option<Form> {
        let by = if self.model.events.is_empty() {
            2 + self.random.below(12) as u8
        } else {
            self.random.below(self.model.events.len()) as u8
        };
        let at = self.random.chance(60).then(|| self.place());
        Some(Form::Destroyed(self.phrase(), at, by))
    }

    fn together(&mut self) -> Form {
        let who = if self.random.chance(25) { Who::NoOne } else { Who::This(self.place()) };
        let left = Phrase { from: self.from(true), ..self.phrase() };
        let from = self.from(false);
        let right = Phrase { from, categories: self.some_categories(), ..Phrase::default() };
        Form::Together(who, left, right)
    }

    /// What stays outside the rule. Never all of it.
    fn except(&mut self, form: &Form) -> Vec<Except> {
        let mut all = Vec::new();
        let phrase = match form {
            Form::Never(_, _, p) | Form::PassThrough(p, ..) | Form::UsedOnlyFor(p, _) | Form::NeverUsedFor(p, _) => p,
            Form::Destroyed(p, ..) | Form::Together(_, p, _) | Form::UsedOnlyAt(p, _) => p,
            _ => return all,
        };
        let drop = matches!(form, Form::PassThrough(_, Through::Drop(_), _));
        match self.random.below(10) {
            0..3 => {
                let levels = [Level::Anonymous, Level::Aggregate, Level::Rows, Level::Pseudonymised];
                let level = self.random.pick(&levels).copied();
                all.push(Except::Data(Phrase { level, ..Phrase::default() }));
            }
            3..5 if phrase.categories.is_empty() => {
                all.push(Except::Data(Phrase { categories: self.some_categories(), ..Phrase::default() }));
            }
            5..8 if phrase.from.is_none() => {
                let from = self.from(!drop);
                all.extend(from.map(|_| Except::Data(Phrase { from, ..Phrase::default() })));
            }
            8 if matches!(form, Form::Never(Who::NoOne | Who::Only(_), ..)) => {
                let (place, party) = (self.place(), self.party());
                all.push(if self.random.chance(50) { Except::At(place) } else { Except::Who(party) });
            }
            9 if matches!(form, Form::Never(..) | Form::UsedOnlyFor(..) | Form::PassThrough(..)) => {
                all.push(Except::Flows(self.random.below(3) as u8));
            }
            _ => {}
        }
        all
    }
}

/// Whether a field is called the same wherever it is.
fn plain(field: Field) -> bool {
    matches!(field, Field::Name | Field::Nhs | Field::Quasi(_) | Field::Key(_))
}
