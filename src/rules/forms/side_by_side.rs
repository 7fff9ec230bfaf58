//! Sentences of `every`, judged side by side: thing by thing, in both readings at once.
//!
//! Many rules ask the same of the same things: `of personal data`, `between organisations`, whether there is a basis. What
//! several sentences ask of a thing is worked out once, while all that is known of it is at hand. What is found is only that a
//! thing breaks a sentence; why is told of the few that are shown (`every.rs`).

use std::collections::BTreeMap;
use std::ops::Range;

use rustc_hash::FxHashMap;

use super::every::{self, out_of_time};
use super::filters::{Excepts, Passes};
use super::subjects::{Names, beginning as beginning_of, subjects};
use super::{Detail, Judged, key};
use crate::graph::Reading;
use crate::model::FlowId;
use crate::rules::compile::{Compiled, Condition, Filter, Form, Test};
use crate::rules::context::Context;
use crate::rules::facts::{Entity, Fact, Subject, takes_only};
use crate::rules::phrase::Phrase;
use crate::rules::truth::Kleene;

/// The parts of a sentence of `every`.
pub struct Every<'a> {
    /// Of which kind of thing.
    pub entity: Entity,
    /// Which of them.
    pub filters: &'a [Filter],
    /// `where CONDITION`.
    pub only_where: Option<&'a Condition>,
    /// `must not`.
    pub negated: bool,
    /// What must hold.
    pub must: &'a Condition,
}

impl<'a> Every<'a> {
    /// The parts of a sentence, where it is one of `every`.
    pub fn of(sentence: &'a Compiled) -> Option<Every<'a>> {
        match &sentence.form {
            Form::Every { entity, filters, only_where, negated, must } => {
                let only_where = only_where.as_ref();
                Some(Every { entity: *entity, filters, only_where, negated: *negated, must })
            }
            _ => None,
        }
    }
}

/// Both readings, in the order in which what is found in them is kept.
const READINGS: [Reading; 2] = [Reading::Kind, Reading::Harsh];

/// What breaks a sentence among the things of a stretch.
#[derive(Debug, Default)]
pub struct Found {
    /// Whether it speaks of any of them.
    matched: bool,
    /// What breaks it in each reading.
    broken: [Broken; 2],
}

/// What breaks a sentence in a reading.
#[derive(Debug, Default)]
struct Broken {
    count: usize,
    /// The first of them by their names.
    first: BTreeMap<(Vec<String>, u64), Subject>,
    /// How the last of those begins, once there are as many as are told: most of what comes after begins with something greater.
    last: Option<u64>,
    /// The keys of all, where the sentence is weighed.
    keys: Vec<u64>,
}

/// What breaks a sentence, by its names and key.
pub type At<'f> = (&'f (Vec<String>, u64), &'f Subject);

impl Found {
    /// Whether the sentence speaks of anything.
    pub fn is_matched(&self) -> bool {
        self.matched
    }

    fn broken(&self, reading: Reading) -> Option<&Broken> {
        READINGS.iter().zip(&self.broken).find_map(|(r, broken)| (*r == reading).then_some(broken))
    }

    /// How much breaks it in a reading.
    pub fn count(&self, reading: Reading) -> usize {
        self.broken(reading).map_or(0, |broken| broken.count)
    }

    /// What breaks it in a reading: the first by their names.
    pub fn first(&self, reading: Reading) -> impl Iterator<Item = At<'_>> {
        self.broken(reading).into_iter().flat_map(|broken| &broken.first)
    }

    /// Adds what was found in another stretch; at most so many are told.
    pub fn add(&mut self, other: Found, most: usize) {
        self.matched |= other.matched;
        for (mine, mut other) in self.broken.iter_mut().zip(other.broken) {
            mine.count += other.count;
            mine.first.append(&mut other.first);
            while mine.first.len() > most {
                mine.first.pop_last();
            }
            mine.keys.append(&mut other.keys);
        }
    }

    /// What judging the sentence in a reading gives.
    pub fn judged<'a>(&self, c: &'a Context<'_>, sentence: &'a Compiled, reading: Reading) -> Judged<'a> {
        let Some(broken) = self.broken(reading) else { return Judged::new(c) };
        let tell = |subject: Subject| move || tell(c, sentence, subject, reading);
        Judged {
            matched: self.matched,
            count: broken.count,
            keys: broken.keys.iter().map(|key| (*key, 0)).collect(),
            most: c.findings_kept,
            violations: broken.first.iter().map(|(at, subject)| (at.clone(), Box::new(tell(*subject)) as _)).collect(),
        }
    }
}

/// What is said of a thing that breaks a sentence of `every` in a reading.
pub fn tell(c: &Context<'_>, sentence: &Compiled, subject: Subject, reading: Reading) -> Detail {
    Every::of(sentence).map_or_else(Detail::default, |every| every::tell(c, sentence, &every, subject, reading))
}

/// How many sentences are judged side by side.
pub const ABREAST: usize = 256;

/// Judges sentences that speak of things of one kind, in a stretch of those; gives what was found for each.
pub fn judge(c: &Context<'_>, entity: Entity, sentences: &[&Compiled], stretch: Range<usize>) -> Vec<Found> {
    let mut abreast = Abreast::new(c, entity, sentences);
    abreast.judge_all(c, entity, stretch);
    abreast.found().collect()
}

/// Sentences side by side, what they ask in common, and what was found so far.
pub struct Abreast<'a> {
    sentences: Vec<One<'a>>,
    filters: Vec<Passes<'a>>,
    tests: Vec<&'a Test>,
    /// For each test, whether the two readings may differ in it.
    differs: Vec<bool>,
    /// What is known of the thing that is judged: for each filter, and for each test in each reading.
    passed: Vec<Option<Kleene>>,
    tested: [Vec<Option<Kleene>>; 2],
}

/// A sentence, with what it asks by number.
struct One<'a> {
    sentence: &'a Compiled,
    plain: Vec<usize>,
    of_data: Vec<usize>,
    /// Whether others look for the same data: then it is looked for at once, otherwise last of all, since it takes longest.
    shared: bool,
    only_where: Option<Asked<'a>>,
    negated: bool,
    must: Asked<'a>,
    except: Vec<Excepts<'a>>,
    /// Whether the two readings may differ.
    by_reading: bool,
    found: Found,
}

/// A condition whose tests have numbers.
enum Asked<'a> {
    And(Vec<Asked<'a>>),
    Or(Vec<Asked<'a>>),
    Not(Box<Asked<'a>>),
    Test(usize),
    TakesOnly(&'a Phrase),
    OneOf(&'a [FlowId]),
}

/// Numbers what sentences ask, alike things alike.
#[derive(Default)]
struct Numbers<'a> {
    filters: Vec<&'a Filter>,
    /// How many sentences ask for each filter.
    asked: Vec<usize>,
    tests: Vec<&'a Test>,
    by_fact: FxHashMap<*const Fact, Vec<usize>>,
}

/// With how many others of its kind a filter or test is compared; a project may have very many.
const COMPARED: usize = 64;

impl<'a> Numbers<'a> {
    fn filter(&mut self, filter: &'a Filter) -> usize {
        let known = self.filters.iter().take(COMPARED).position(|other| other.asks_as(filter));
        let number = known.unwrap_or_else(|| {
            self.filters.push(filter);
            self.asked.push(0);
            self.filters.len() - 1
        });
        if let Some(asked) = self.asked.get_mut(number) {
            *asked += 1;
        }
        number
    }

    fn test(&mut self, test: &'a Test) -> usize {
        let alike = self.by_fact.entry(std::ptr::from_ref(test.fact)).or_default();
        let same = |number: &&usize| self.tests.get(**number).is_some_and(|other| other.compare == test.compare);
        if let Some(known) = alike.iter().take(COMPARED).find(same) {
            return *known;
        }
        let number = self.tests.len();
        alike.push(number);
        self.tests.push(test);
        number
    }

    fn condition(&mut self, condition: &'a Condition) -> Asked<'a> {
        match condition {
            Condition::And(all) => Asked::And(all.iter().map(|x| self.condition(x)).collect()),
            Condition::Or(any) => Asked::Or(any.iter().map(|x| self.condition(x)).collect()),
            Condition::Not(inner) => Asked::Not(Box::new(self.condition(inner))),
            Condition::Test(test) => Asked::Test(self.test(test)),
            Condition::TakesOnly(phrase) => Asked::TakesOnly(phrase),
            Condition::OneOf(flows) => Asked::OneOf(flows),
        }
    }
}

/// Whether a condition may be something else in the other reading.
fn by_reading(c: &Context<'_>, condition: &Condition) -> bool {
    match condition {
        Condition::And(all) | Condition::Or(all) => all.iter().any(|one| by_reading(c, one)),
        Condition::Not(inner) => by_reading(c, inner),
        Condition::Test(test) => (test.fact.differs)(c),
        Condition::TakesOnly(_) => true,
        Condition::OneOf(_) => false,
    }
}

impl<'a> Abreast<'a> {
    /// Sentences that speak of things of one kind, made ready.
    pub fn new(c: &Context<'_>, entity: Entity, sentences: &[&'a Compiled]) -> Self {
        let mut numbers = Numbers::default();
        let mut all = Vec::with_capacity(sentences.len());
        for sentence in sentences.iter().copied() {
            let Some(every) = Every::of(sentence) else { continue };
            let is_of_data = |f: &&Filter| matches!(f, Filter::Of(_));
            let (of_data, plain): (Vec<&Filter>, Vec<&Filter>) = every.filters.iter().partition(is_of_data);
            let except = Excepts::all(c, sentence);
            all.push(One {
                sentence,
                plain: plain.into_iter().map(|f| numbers.filter(f)).collect(),
                of_data: of_data.into_iter().map(|f| numbers.filter(f)).collect(),
                shared: false,
                by_reading: !except.is_empty()
                    || every.only_where.into_iter().chain([every.must]).any(|condition| by_reading(c, condition)),
                only_where: every.only_where.map(|x| numbers.condition(x)),
                negated: every.negated,
                must: numbers.condition(every.must),
                except,
                found: Found::default(),
            });
        }
        for one in &mut all {
            one.shared = one.of_data.iter().all(|n| numbers.asked.get(*n).is_some_and(|asked| *asked > 1));
        }
        Abreast {
            sentences: all,
            filters: numbers.filters.iter().map(|f| Passes::new(c, f, entity)).collect(),
            passed: vec![None; numbers.filters.len()],
            tested: [vec![None; numbers.tests.len()], vec![None; numbers.tests.len()]],
            differs: numbers.tests.iter().map(|test| (test.fact.differs)(c)).collect(),
            tests: numbers.tests,
        }
    }

    /// Judges them in a stretch of those things.
    pub fn judge_all(&mut self, c: &Context<'_>, entity: Entity, stretch: Range<usize>) {
        for subject in subjects(c, entity, stretch) {
            self.judge(c, subject);
        }
    }

    /// What was found for each.
    pub fn found(self) -> impl Iterator<Item = Found> {
        self.sentences.into_iter().map(|one| one.found)
    }

    fn judge(&mut self, c: &Context<'_>, subject: Subject) {
        self.passed.fill(None);
        self.tested.iter_mut().for_each(|known| known.fill(None));
        let mut asking = Asking {
            c,
            subject,
            filters: &self.filters,
            tests: &self.tests,
            differs: &self.differs,
            passed: &mut self.passed,
            tested: &mut self.tested,
        };
        let mut names = None;
        for one in &mut self.sentences {
            let broken = one.judge(&mut asking);
            for (so, broken) in broken.into_iter().zip(&mut one.found.broken) {
                if so {
                    let (names, beginning) = names.get_or_insert_with(|| {
                        let names = Names::of(c, subject);
                        let beginning = names.beginning();
                        (names, beginning)
                    });
                    broken.note(subject, (names, *beginning), one.sentence.weighed, c.findings_kept);
                }
            }
        }
    }
}

impl Broken {
    fn note(&mut self, subject: Subject, (names, beginning): (&Names<'_>, u64), weighed: bool, most: usize) {
        self.count += 1;
        if weighed {
            self.keys.push(key(subject));
        }
        if self.last.is_some_and(|last| beginning > last) {
            return;
        }
        let full = self.first.len() >= most;
        let last = self.first.last_key_value().filter(|_| full);
        let order = last.map(|((last, key), _)| (names.order(last), *key));
        let goes_in = match order {
            None => true,
            Some((std::cmp::Ordering::Equal, last)) => key(subject) < last,
            Some((order, _)) => order.is_lt(),
        };
        if goes_in {
            self.first.insert((names.to_texts(), key(subject)), subject);
            if full {
                self.first.pop_last();
            }
            let last = self.first.last_key_value().filter(|_| self.first.len() >= most);
            self.last = last.and_then(|((names, _), _)| Some(beginning_of(names.first()?.bytes())));
        }
    }
}

/// What is asked of a thing, and what is known of it so far.
struct Asking<'s, 'a, 'c, 'm> {
    c: &'c Context<'m>,
    subject: Subject,
    filters: &'s [Passes<'a>],
    tests: &'s [&'a Test],
    differs: &'s [bool],
    passed: &'s mut [Option<Kleene>],
    tested: &'s mut [Vec<Option<Kleene>>; 2],
}

impl Asking<'_, '_, '_, '_> {
    fn filter(&mut self, number: usize) -> Kleene {
        let (Some(filter), Some(passed)) = (self.filters.get(number), self.passed.get_mut(number)) else {
            return Kleene::False;
        };
        *passed.get_or_insert_with(|| filter.known(self.c, self.subject))
    }

    fn all(&mut self, filters: &[usize]) -> Kleene {
        let mut all = Kleene::True;
        for number in filters {
            all = all.and(self.filter(*number));
            if all == Kleene::False {
                break;
            }
        }
        all
    }

    /// The truth of a test in a reading (by its number among the two).
    fn test(&mut self, number: usize, reading: usize) -> Kleene {
        let Some(test) = self.tests.get(number) else { return Kleene::False };
        let reading = if self.differs.get(number).copied().unwrap_or(true) { reading } else { 0 };
        let (c, subject) = (self.c, self.subject);
        let known = self.tested.get_mut(reading).and_then(|all| all.get_mut(number));
        let work = || every::known(c, subject, test, READINGS.get(reading).copied().unwrap_or(Reading::Harsh));
        known.map_or_else(work, |known| *known.get_or_insert_with(work))
    }

    /// The truth of a condition (strong Kleene, ruling 17).
    fn condition(&mut self, asked: &Asked<'_>, reading: usize) -> Kleene {
        match asked {
            Asked::And(all) => {
                let mut truth = Kleene::True;
                for x in all {
                    truth = truth.and(self.condition(x, reading));
                    if truth == Kleene::False {
                        break;
                    }
                }
                truth
            }
            Asked::Or(any) => {
                let mut truth = Kleene::False;
                for x in any {
                    truth = truth.or(self.condition(x, reading));
                    if truth == Kleene::True {
                        break;
                    }
                }
                truth
            }
            Asked::Not(inner) => self.condition(inner, reading).negate(),
            Asked::Test(number) => self.test(*number, reading),
            Asked::OneOf(flows) => Kleene::from(matches!(self.subject, Subject::Flow(flow) if flows.contains(&flow))),
            Asked::TakesOnly(phrase) => {
                let reading = READINGS.get(reading).copied().unwrap_or(Reading::Harsh);
                Kleene::from(takes_only(self.c, self.subject, phrase, reading))
            }
        }
    }
}

impl One<'_> {
    /// Whether a thing breaks the sentence in each reading.
    fn judge(&mut self, asking: &mut Asking<'_, '_, '_, '_>) -> [bool; 2] {
        const NO: [bool; 2] = [false, false];
        // what the model says outright is asked before what follows from it, and what data is in a thing last of all
        let mut applies = asking.all(&self.plain);
        if applies != Kleene::False && self.shared {
            applies = applies.and(asking.all(&self.of_data));
        }
        if applies == Kleene::False {
            return NO;
        }
        let [kind, harsh] = match self.by_reading {
            true => [self.state(asking, applies, 0), self.state(asking, applies, 1)],
            false => [self.state(asking, applies, 0); 2],
        };
        let mut state = [kind, harsh];
        // one thing is enough for the rule to speak of any
        if state.iter().all(|s| s.applies == Kleene::False) || (self.found.matched && broken(&state) == NO) {
            return NO;
        }
        let mut rest = if self.shared { Kleene::True } else { asking.all(&self.of_data) };
        if rest != Kleene::False && out_of_time(asking.c, self.sentence, asking.subject) {
            rest = Kleene::False;
        }
        for (number, state) in state.iter_mut().enumerate() {
            state.applies = state.applies.and(rest);
            if state.applies != Kleene::False && !self.except.is_empty() {
                let reading = READINGS.get(number).copied().unwrap_or(Reading::Harsh);
                // all of them, since each notes whether it is needed
                let out = self.except.iter().map(|e| Kleene::from(&e.test(asking.c, asking.subject, reading)));
                state.applies = state.applies.and(out.fold(Kleene::False, Kleene::or).negate());
            }
        }
        self.found.matched |= state[1].applies != Kleene::False;
        broken(&state)
    }

    /// Whether the sentence speaks of a thing, as far as that is asked first, and what it asks holds of it.
    fn state(&self, asking: &mut Asking<'_, '_, '_, '_>, mut applies: Kleene, reading: usize) -> State {
        if let Some(condition) = &self.only_where {
            applies = applies.and(asking.condition(condition, reading));
        }
        if applies == Kleene::False {
            return State { applies, holds: Kleene::True };
        }
        let holds = asking.condition(&self.must, reading);
        State { applies, holds: if self.negated { holds.negate() } else { holds } }
    }
}

/// Whether a sentence speaks of a thing, and whether what it asks holds of it, in a reading.
#[derive(Clone, Copy)]
struct State {
    applies: Kleene,
    holds: Kleene,
}

/// In which readings it applies and does not hold: the sentence is broken as far as both are known.
fn broken(states: &[State; 2]) -> [bool; 2] {
    let [kind, harsh] = states.map(|s| s.applies.and(s.holds.negate()));
    [kind == Kleene::True, harsh != Kleene::False]
}
