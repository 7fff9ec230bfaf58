//! The sentence forms, one file a kind. Each judges in a reading and gives [`Violation`]s; [`super::judge`] makes verdicts and
//! findings of the two readings.

mod closed;
pub mod every;
pub mod fields;
pub(super) mod filters;
pub mod keeping;
mod lacks;
pub mod never;
pub mod passing;
pub mod published;
pub mod side_by_side;
mod subjects;
pub mod together;
pub mod uses;

pub use subjects::extent;

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::hash::{BuildHasher, Hash};
use std::sync::LazyLock;

use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};

use super::compile::{Compiled, Form, Whom};
use super::context::Context;
use super::finding::{Missing, WitnessStep};
use super::phrase::{Holder, Holders};
use crate::faults::{self, Fault};
use crate::graph::{CopyId, Reading};
use crate::model::{Model, PartyId};
use crate::source::Span;
use subjects::Names;

/// Works out what is said of a violation.
pub type Tell<'a> = Box<dyn FnOnce() -> Detail + 'a>;

/// Something that breaks a sentence in a reading.
pub struct Violation<'a> {
    /// What tells it from the others: declared names, the holder first.
    pub subjects: Vec<String>,
    /// Tells it, once it is to be shown.
    pub tell: Tell<'a>,
}

/// What a finding says that its steps do not tell.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Beyond {
    /// The summary, up to how identifiable people are.
    pub before: String,
    /// How identifiable people are.
    pub level: &'static str,
    /// Whether it goes on to say by what, which the steps tell.
    pub tied: bool,
    /// Whether the summary and the last step speak of all that is declared, and not only of what the steps before it name.
    pub whole: bool,
}

impl Beyond {
    /// Of a summary that says nothing of that. Which fields it names may be others where less happens.
    pub fn nothing(summary: &str) -> Beyond {
        Beyond { before: summary.to_owned(), level: "", tied: false, whole: false }
    }
}

/// What a finding says of a violation.
#[derive(Clone, Debug, Default)]
pub struct Detail {
    /// One sentence.
    pub summary: String,
    /// Whether that sentence says itself what is not known, where something is not.
    pub says_doubt: bool,
    /// What of it is not told by the steps, and whether they tell what makes people identifiable.
    pub beyond: Option<Beyond>,
    /// The primary place.
    pub span: Span,
    /// The way it happens.
    pub steps: Vec<WitnessStep>,
    /// What is not stated.
    pub missing: Vec<Missing>,
    /// What would mend it.
    pub fix: Option<String>,
    /// What besides the subjects tells it from others (ruling 20): the last flow that crosses into the holder, the linking copy
    /// and the key.
    pub trail: Vec<String>,
}

/// What judging a sentence in a reading gave.
pub struct Judged<'a> {
    /// What breaks it: the first few by the names of their subjects, so that the order of files does not matter.
    violations: BTreeMap<(Vec<String>, u64), Tell<'a>>,
    /// How many break it.
    count: usize,
    /// Every violation, by a hash of what it is about, with one of what it is. Sentences of `every` note it only where they are
    /// weighed, since they judge each thing once.
    keys: FxHashMap<u64, u64>,
    /// Whether there was anything to judge.
    pub matched: bool,
    /// How many violations are told in full.
    most: usize,
}

/// A hash of what a violation is about: of ids, so that it is the same in both readings of one check, and in no other check.
pub fn key(of: impl Hash) -> u64 {
    FxBuildHasher.hash_one(of)
}

impl<'a> Judged<'a> {
    /// Nothing yet.
    pub fn new(c: &Context<'_>) -> Self {
        Judged {
            violations: BTreeMap::new(),
            count: 0,
            keys: FxHashMap::default(),
            matched: false,
            most: c.findings_kept,
        }
    }

    /// Notes a violation, once for each key; it is told only when it is to be shown.
    pub fn push(&mut self, key: u64, subjects: Vec<String>, tell: impl FnOnce() -> Detail + 'a) {
        self.push_as(key, 0, subjects, tell);
    }

    /// As [`Judged::push`], with a hash of what exactly is violated.
    pub fn push_as(&mut self, key: u64, what: u64, subjects: Vec<String>, tell: impl FnOnce() -> Detail + 'a) {
        self.matched = true;
        if self.keys.insert(key, what).is_some() {
            return;
        }
        self.count += 1;
        let at = (subjects, key);
        if self.violations.len() < self.most || self.violations.last_key_value().is_some_and(|(last, _)| at < *last) {
            self.violations.insert(at, Box::new(tell));
            if self.violations.len() > self.most {
                self.violations.pop_last();
            }
        }
    }

    /// As [`Judged::push`], of what is named so, with the first of the names: they are looked up and put together only where it may
    /// be told.
    fn push_named<'n>(
        &mut self,
        key: u64,
        first: &str,
        names: impl Fn() -> Names<'n>,
        tell: impl FnOnce() -> Detail + 'a,
    ) {
        let last = self.violations.last_key_value().filter(|_| self.violations.len() >= self.most);
        let is_after = |((last, at), _): (&(Vec<String>, u64), _)| match last.first().map(|last| first.cmp(last)) {
            Some(Ordering::Greater) => true,
            _ => names().order(last).then(key.cmp(at)).is_ge(),
        };
        if last.is_some_and(is_after) {
            self.matched = true;
            self.count += usize::from(self.keys.insert(key, 0).is_none());
        } else {
            self.push(key, names().to_texts(), tell);
        }
    }

    /// Whether there is a violation of this key.
    pub fn has(&self, key: u64) -> bool {
        self.keys.contains_key(&key)
    }

    /// How many violations there are.
    pub fn count(&self) -> usize {
        self.count
    }

    /// The keys of those that are told.
    pub fn keys_told(&self) -> FxHashSet<u64> {
        self.violations.keys().map(|(_, key)| *key).collect()
    }

    /// The keys of all violations with what exactly is violated.
    pub fn into_keys(self) -> FxHashMap<u64, u64> {
        self.keys
    }

    /// Those that are told.
    pub fn told(self, but: impl Fn(u64) -> bool) -> impl Iterator<Item = Violation<'a>> {
        let left = self.violations.into_iter().filter(move |((_, key), _)| !but(*key));
        left.map(|((subjects, _), tell)| Violation { subjects, tell })
    }
}

/// The harsh reading.
pub fn harsh() -> Reading {
    if faults::on(Fault::HarshReadingIsKind) { Reading::Kind } else { Reading::Harsh }
}

/// Judges a sentence in a reading.
pub fn judge<'a>(c: &'a Context<'_>, sentence: &'a Compiled, reading: Reading) -> Judged<'a> {
    match &sentence.form {
        Form::Never { who, verb, data } => never::never(c, sentence, who, *verb, data, reading),
        Form::Asked { verb, data } => never::never(c, sentence, everybody(), *verb, data, reading),
        Form::Together { who, left, right } => together::together(c, sentence, who, (left, right), reading),
        Form::PublishedCounts { data, minimum } => published::published_counts(c, sentence, data, *minimum, reading),
        Form::PublishedAnonymous { data } => published::published_anonymous(c, sentence, data, reading),
        Form::OnlyFields { who, names, from, .. } => fields::only_fields(c, sentence, who, names, from, reading),
        Form::UnusedFields { who } => {
            let [kind, harsh] = fields::unused(c, who);
            if reading == Reading::Kind { kind } else { harsh }
        }
        Form::PassThrough { data, through, at, reaching } => {
            passing::pass_through(c, sentence, data, through, at.as_ref(), reaching, reading)
        }
        Form::UsedOnlyFor { data, purposes } => uses::only_for(c, sentence, data, purposes, reading),
        Form::NeverUsedFor { data, purposes } => uses::never_for(c, sentence, data, purposes, reading),
        Form::NeverDecide { data } => uses::never_decide(c, sentence, data, reading),
        Form::OnlyDataFor { data, purposes } => uses::only_data_for(c, sentence, data, purposes, reading),
        Form::UsedOnlyAt { data, at } => uses::only_at(c, sentence, data, at, reading),
        Form::Destroyed { data, at, by } => keeping::destroyed(c, sentence, data, at.as_ref(), *by, reading),
        Form::Every { entity, .. } => {
            let all = side_by_side::judge(c, *entity, &[sentence], 0..subjects::extent(c, *entity));
            all.first().map_or_else(|| Judged::new(c), |found| found.judged(c, sentence, reading))
        }
    }
}

/// All there are.
fn everybody() -> &'static Whom {
    static EVERYBODY: LazyLock<Whom> = LazyLock::new(|| Whom::AllBut(Holders::default()));
    &EVERYBODY
}

/// The holders that a sentence speaks of, in order of declaration.
pub fn holders(c: &Context<'_>, who: &Whom, reading: Reading) -> Vec<Holder> {
    let mut all: Vec<Holder> = match who {
        Whom::These(these) => {
            let mut all = these.sure.clone();
            if reading == Reading::Harsh {
                all.extend(&these.perhaps);
            }
            all
        }
        Whom::AllBut(but) => (0..c.model.parties.len() as u32)
            .map(|p| Holder::Party(PartyId(p)))
            .filter(|h| reading == Reading::Harsh || *h != Holder::Party(Model::UNKNOWN_PARTY))
            .filter(|h| !(but.surely(*h) || reading == Reading::Kind && but.perhaps(*h)))
            .collect(),
    };
    all.sort_unstable();
    all.dedup();
    all
}

/// The name of a holder.
pub fn holder_name(c: &Context<'_>, holder: Holder) -> String {
    holder_word(c, holder).to_owned()
}

fn holder_word<'n>(c: &'n Context<'_>, holder: Holder) -> &'n str {
    match holder {
        Holder::Party(Model::PUBLIC_PARTY) => "public",
        _ => c.model.place_name(holder.place(c.model)),
    }
}

/// The name of a copy, `dataset at place`.
pub fn copy_name(c: &Context<'_>, copy: CopyId) -> String {
    let it = c.graph.copy(copy);
    format!("{} at {}", c.model.dataset_name(it.dataset), c.model.place_name(it.place))
}
