//! Rules: their sentences compiled, judged in both readings, and told.
//!
//! [`compile::compile`] resolves sentences; [`judge`] runs each in the kind and in the harsh [`Reading`] and makes verdicts and
//! findings of the two: what is broken even when all that is unstated is read kindly fails, what is broken only when it is read
//! harshly cannot be told. [`facts`] is the table of what `every` can ask.

pub mod compile;
pub mod context;
mod descent;
pub mod facts;
mod finding;
pub mod forms;
pub mod holdings;
mod indexes;
mod least;
pub mod phrase;
pub mod provenance;
pub mod ready;
pub mod sought;
pub mod story;
mod ties;
pub mod truth;

pub use finding::{Finding, Missing, Verdict, Waived, WitnessStep, fingerprint};

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use rustc_hash::{FxHashMap, FxHashSet};

use compile::{Compiled, Condition, Filter, Form, Out};
use context::Context;
use facts::{Entity, Subject};
use forms::side_by_side::{self, ABREAST, Abreast, At, Every, Found};
use forms::{Judged, Violation};
use phrase::Holder;

use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::rules as codes;
use crate::graph::{CopyId, Reading};
use crate::model::{ActivityId, PlaceId, Thing};

/// What became of one sentence.
#[derive(Clone, Debug)]
pub struct Sentence {
    /// The verdict.
    pub verdict: Verdict,
    /// The findings, failing ones first.
    pub findings: Vec<Finding>,
    /// How many findings there are beyond these.
    pub left_out: usize,
    /// Whether nothing in the model was there to judge.
    pub matched_nothing: bool,
}

/// Judges sentences, in their order, on all threads where `threads` says so.
pub fn judge(c: &Context<'_>, sentences: &[&Compiled], threads: bool) -> Vec<Sentence> {
    let groups = groups(c, sentences);
    let work = work(c, sentences, &groups, threads);
    let mut judged: Vec<Option<Sentence>> = sentences.iter().map(|_| None).collect();
    for (number, sentence) in each(&work, threads, |work| work.done(c, sentences, &groups)).into_iter().flatten() {
        judged[number] = Some(sentence);
    }
    let mut concluded: Vec<(usize, Concluded)> = Vec::new();
    for group in groups {
        let found = group.found(c);
        concluded.extend(found.into_iter().map(|(number, found)| (number, found.concluded(c, sentences[number]))));
    }
    // one finding may take as long to tell as a hundred others: what is about many copies comes first
    let mut due: Vec<(usize, usize, &Due)> = Vec::new();
    for (number, one) in concluded.iter().flat_map(|(number, all)| all.due.iter().map(move |one| (*number, one))) {
        due.push((due.len(), number, one));
    }
    due.sort_by_cached_key(|(.., one)| Reverse(one.weight(c)));
    let mut told = each(&due, threads, |(at, number, one)| (*at, told(c, sentences[*number], one)));
    told.sort_unstable_by_key(|(at, _)| *at);
    let mut told = told.into_iter().map(|(_, finding)| finding);
    for (number, concluded) in concluded {
        let findings = told.by_ref().take(concluded.due.len()).collect();
        judged[number] = Some(concluded.told(findings));
    }
    judged.into_iter().flatten().collect()
}

/// Works on each of some pieces; what comes of it is in their order. With threads, each takes the next piece when it has done one:
/// what takes long should come first.
pub fn each<W: Sync, D: Send>(all: &[W], threads: bool, work: impl Fn(&W) -> D + Sync + Send) -> Vec<D> {
    if !threads {
        return all.iter().map(work).collect();
    }
    let (next, done) = (AtomicUsize::new(0), Mutex::new(Vec::with_capacity(all.len())));
    let take = || {
        let mut own: Vec<(usize, D)> = Vec::new();
        while let Some((number, piece)) =
            Some(next.fetch_add(1, Ordering::Relaxed)).and_then(|n| Some((n, all.get(n)?)))
        {
            own.push((number, work(piece)));
        }
        done.lock().unwrap_or_else(PoisonError::into_inner).append(&mut own);
    };
    rayon::scope(|scope| (0..rayon::current_num_threads()).for_each(|_| scope.spawn(|_| take())));
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_unstable_by_key(|(number, _)| *number);
    done.into_iter().map(|(_, done)| done).collect()
}

/// How many things are judged in one go by sentences side by side.
const STRETCH: usize = 1_024;

/// Sentences about things of one kind that are judged side by side.
struct Group<'a> {
    entity: Entity,
    numbers: Vec<usize>,
    sentences: Vec<&'a Compiled>,
    /// What those have at hand who have judged a stretch: what was found so far, and what was looked up for it.
    hands: Mutex<Vec<Abreast<'a>>>,
}

impl<'a> Group<'a> {
    /// Judges a stretch of things.
    fn judge(&self, c: &Context<'_>, stretch: Range<usize>) {
        let hands = || self.hands.lock().unwrap_or_else(PoisonError::into_inner);
        let free = hands().pop();
        let mut hand = free.unwrap_or_else(|| Abreast::new(c, self.entity, &self.sentences));
        hand.judge_all(c, self.entity, stretch);
        hands().push(hand);
    }

    /// What was found for each sentence, by its number.
    fn found(self, c: &Context<'_>) -> Vec<(usize, Found)> {
        let mut all: Vec<Found> = self.numbers.iter().map(|_| Found::default()).collect();
        for hand in self.hands.into_inner().unwrap_or_else(PoisonError::into_inner) {
            all.iter_mut().zip(hand.found()).for_each(|(all, found)| all.add(found, c.findings_kept));
        }
        self.numbers.into_iter().zip(all).collect()
    }
}

/// The sentences that are judged side by side.
fn groups<'a>(c: &Context<'_>, sentences: &[&'a Compiled]) -> Vec<Group<'a>> {
    let mut abreast: BTreeMap<Entity, Vec<usize>> = BTreeMap::new();
    for (number, sentence) in sentences.iter().enumerate() {
        if let Form::Every { entity, .. } = &sentence.form {
            abreast.entry(*entity).or_default().push(number);
        }
    }
    let group = |entity: Entity, some: &[usize]| Group {
        entity,
        numbers: some.to_vec(),
        sentences: some.iter().map(|n| sentences[*n]).collect(),
        hands: Mutex::default(),
    };
    let mut groups: Vec<Group<'_>> =
        abreast.iter().flat_map(|(entity, all)| all.chunks(ABREAST).map(move |some| group(*entity, some))).collect();
    // of few things each may be much to look at
    groups.sort_by_cached_key(|group| forms::extent(c, group.entity));
    groups
}

/// A piece of the work of judging.
enum Work {
    /// What linkage looks at of every copy.
    Looks,
    /// For what data came to its holders.
    Provenance,
    /// How identifiable data is at some places, and how it would be by codes and direct identifiers alone.
    Levels(Vec<PlaceId>, bool),
    /// One sentence.
    Alone(usize),
    /// Sentences of a group, for a stretch of things.
    Abreast(usize, Range<usize>),
}

/// The work of judging sentences. What takes long by itself comes first.
fn work(c: &Context<'_>, sentences: &[&Compiled], groups: &[Group<'_>], threads: bool) -> Vec<Work> {
    let pieces = |all: usize, size: usize| (0..all).step_by(size).map(move |start| start..(start + size).min(all));
    let mut work = Vec::new();
    // where most will be asked for, nobody should have to wait for another who works it out
    let levels = threads && sentences.iter().any(|sentence| asks_levels(sentence));
    if levels {
        work.push(Work::Looks);
    }
    if threads && sentences.iter().any(|sentence| asks(sentence, facts::COMPATIBLE)) {
        work.push(Work::Provenance);
    }
    let is_alone = |sentence: &&Compiled| !matches!(sentence.form, Form::Every { .. });
    let alone = sentences.iter().enumerate().filter(|(_, sentence)| is_alone(sentence));
    let (long, short): (Vec<_>, Vec<_>) = alone.partition(|(_, s)| matches!(s.form, Form::UnusedFields { .. }));
    work.extend(long.into_iter().map(|(number, _)| Work::Alone(number)));
    if levels {
        let by_keys = sentences.iter().any(|sentence| asks(sentence, facts::BY_COMBINATION));
        work.extend(c.places_with_rows().into_iter().map(|places| Work::Levels(places, by_keys)));
    }
    work.extend(short.into_iter().map(|(number, _)| Work::Alone(number)));
    for (number, group) in groups.iter().enumerate() {
        work.extend(pieces(forms::extent(c, group.entity), STRETCH).map(|stretch| Work::Abreast(number, stretch)));
    }
    work
}

/// Whether a sentence asks of many things how identifiable data is in them.
fn asks_levels(sentence: &Compiled) -> bool {
    let Form::Every { filters, .. } = &sentence.form else { return false };
    filters.iter().any(|filter| matches!(filter, Filter::Of(phrase) if sought::asks_level(phrase)))
}

/// Whether a sentence of `every` asks for a fact.
fn asks(sentence: &Compiled, fact: &str) -> bool {
    fn is_in(condition: &Condition, fact: &str) -> bool {
        match condition {
            Condition::And(all) | Condition::Or(all) => all.iter().any(|one| is_in(one, fact)),
            Condition::Not(inner) => is_in(inner, fact),
            Condition::Test(test) => test.fact.name == fact,
            Condition::TakesOnly(_) | Condition::OneOf(_) => false,
        }
    }
    Every::of(sentence).is_some_and(|every| every.only_where.into_iter().chain([every.must]).any(|x| is_in(x, fact)))
}

impl Work {
    fn done(&self, c: &Context<'_>, sentences: &[&Compiled], groups: &[Group<'_>]) -> Option<(usize, Sentence)> {
        match self {
            Work::Looks => c.find_looks(),
            Work::Provenance => _ = c.provenance(),
            Work::Levels(places, by_keys) => c.find_levels(places, *by_keys),
            Work::Alone(number) => return Some((*number, alone(c, sentences[*number]))),
            Work::Abreast(number, stretch) => groups[*number].judge(c, stretch.clone()),
        }
        None
    }
}

/// Judges one sentence by itself.
fn alone(c: &Context<'_>, sentence: &Compiled) -> Sentence {
    match &sentence.form {
        // what both readings look at is the same in most projects
        Form::UnusedFields { who } if forms::harsh() == Reading::Harsh => {
            let [kind, harsh] = forms::fields::unused(c, who);
            conclude(c, sentence, harsh, || kind)
        }
        _ => {
            let judged = |reading| forms::judge(c, sentence, reading);
            conclude(c, sentence, judged(forms::harsh()), || judged(Reading::Kind))
        }
    }
}

/// Makes a verdict and findings of what a sentence is in both readings.
fn conclude<'a>(
    c: &Context<'_>,
    sentence: &Compiled,
    harsh: Judged<'a>,
    kind: impl FnOnce() -> Judged<'a>,
) -> Sentence {
    if harsh.count() == 0 {
        return Sentence::passed(harsh.matched);
    }
    let kind = kind();
    let verdict = if kind.count() > 0 { Verdict::Fail } else { Verdict::CannotTell };
    let count = harsh.count().max(kind.count());
    // where fewer fail than are told, all that fail are told
    let failing = kind.keys_told();
    let left = least::Left::all();
    let told = kind.told(|_| false);
    let mut findings: Vec<Finding> = told.map(|v| finding(c, sentence, v, Verdict::Fail, Some(&left))).collect();
    let room = c.findings_kept.saturating_sub(findings.len());
    let unsure = harsh.told(|key| failing.contains(&key)).take(room);
    findings.extend(unsure.map(|v| finding(c, sentence, v, Verdict::CannotTell, None)));
    Sentence::broken(verdict, findings, count)
}

impl Sentence {
    /// One that nothing breaks.
    fn passed(matched: bool) -> Sentence {
        Sentence { verdict: Verdict::Pass, findings: Vec::new(), left_out: 0, matched_nothing: !matched }
    }

    /// One that is broken, or may be, so many times.
    fn broken(verdict: Verdict, mut findings: Vec<Finding>, count: usize) -> Sentence {
        findings.sort_by(|a, b| (b.verdict, &a.subjects).cmp(&(a.verdict, &b.subjects)));
        let left_out = count.saturating_sub(findings.len());
        Sentence { verdict, findings, left_out, matched_nothing: false }
    }
}

/// What becomes of a sentence of `every`, as [`conclude`] makes it of others; what is to be told of it is told by whoever has time.
struct Concluded {
    verdict: Verdict,
    count: usize,
    matched: bool,
    due: Vec<Due>,
}

/// Something that is to be told: its names, what it is, and in which reading it breaks the sentence.
struct Due {
    subjects: Vec<String>,
    subject: Subject,
    reading: Reading,
    verdict: Verdict,
}

impl Due {
    /// How many copies there may be to tell of, each with all that its holder has.
    fn weight(&self, c: &Context<'_>) -> usize {
        let held = |copy: CopyId| {
            let holder = Holder::Party(c.graph.party_of(c.model, copy));
            c.inside(holder, Reading::Kind).as_slice().len()
        };
        match self.subject {
            Subject::Flow(flow) => c.graph.arrivals_by(flow).iter().map(|a| held(c.graph.arrival(*a).copy)).sum(),
            Subject::Copy(copy, _) => held(copy),
            _ => 0,
        }
    }
}

impl Found {
    fn concluded(&self, c: &Context<'_>, sentence: &Compiled) -> Concluded {
        let matched = self.is_matched();
        let (harsh, kind) = (self.count(forms::harsh()), self.count(Reading::Kind));
        if harsh == 0 || Every::of(sentence).is_none() {
            return Concluded { verdict: Verdict::Pass, count: 0, matched, due: Vec::new() };
        }
        let verdict = if kind > 0 { Verdict::Fail } else { Verdict::CannotTell };
        let due = |((subjects, _), subject): At<'_>, reading: Reading, verdict: Verdict| Due {
            subjects: subjects.clone(),
            subject: *subject,
            reading,
            verdict,
        };
        let failing: FxHashSet<u64> = self.first(Reading::Kind).map(|((_, key), _)| *key).collect();
        let sure = self.first(Reading::Kind).map(|at| due(at, Reading::Kind, Verdict::Fail));
        // where fewer fail than are told, all that fail are told
        let unsure = self.first(forms::harsh()).filter(|((_, key), _)| !failing.contains(key));
        let room = c.findings_kept.saturating_sub(failing.len());
        let unsure = unsure.take(room).map(|at| due(at, forms::harsh(), Verdict::CannotTell));
        let due = sure.chain(unsure).collect();
        Concluded { verdict, count: harsh.max(kind), matched, due }
    }
}

impl Concluded {
    fn told(self, findings: Vec<Finding>) -> Sentence {
        match self.verdict {
            Verdict::Pass => Sentence::passed(self.matched),
            verdict => Sentence::broken(verdict, findings, self.count),
        }
    }
}

/// Tells what is due.
fn told(c: &Context<'_>, sentence: &Compiled, due: &Due) -> Finding {
    let tell = || side_by_side::tell(c, sentence, due.subject, due.reading);
    finding(c, sentence, Violation { subjects: due.subjects.clone(), tell: Box::new(tell) }, due.verdict, None)
}

/// What is said of a violation; its witness is tried out where so much work is left.
fn finding(
    c: &Context<'_>,
    sentence: &Compiled,
    violation: Violation<'_>,
    verdict: Verdict,
    left: Option<&least::Left>,
) -> Finding {
    let Violation { subjects, tell } = violation;
    let mut detail = tell();
    if let Some(left) = left {
        detail = least::least(c, sentence, &subjects, detail, left);
    }
    if verdict == Verdict::Fail {
        detail.missing.clear();
    } else if detail.missing.is_empty() {
        detail.missing.push(Missing { text: "a fact along this way that is not stated".to_owned(), span: detail.span });
    }
    if verdict == Verdict::CannotTell && !detail.says_doubt {
        detail.summary = format!("perhaps {}", detail.summary);
    }
    if detail.steps.is_empty() {
        detail.steps.push(WitnessStep { sentence: detail.summary.clone(), span: detail.span });
    }
    let rule = &c.model.rules[sentence.rule.index()];
    let activity = activity_of(c, subjects.iter().chain(&detail.trail)).or(rule.activity);
    let activity = activity.map(|a| c.model.word(c.model.activities[a.index()].declared.name).to_owned());
    let name = c.model.word(rule.declared.name);
    Finding {
        verdict,
        sentence: sentence.sentence,
        summary: detail.summary,
        fingerprint: fingerprint(name, sentence.sentence, &subjects, &detail.trail),
        activity,
        subjects,
        span: detail.span,
        steps: detail.steps,
        missing: detail.missing,
        fix: detail.fix,
        waived: None,
        known: false,
    }
}

/// The activity of the first of these names that belongs to one.
fn activity_of<'n>(c: &Context<'_>, mut names: impl Iterator<Item = &'n String>) -> Option<ActivityId> {
    names.find_map(|name| match c.model.names.get(&c.model.words.find(name)?)? {
        Thing::Activity(id) => Some(*id),
        Thing::Flow(id) => c.model.flows[id.index()].activity,
        Thing::Step(id) => c.model.steps[id.index()].activity,
        Thing::Use(id) => c.model.uses[id.index()].activity,
        _ => None,
    })
}

/// How many exceptions of a sentence are tried out for whether it would be judged the same without them.
const WEIGHED: usize = 200;

/// Warns of exceptions without which their sentence would be judged the same.
pub fn unused_exceptions(c: &Context<'_>, sentence: &Compiled) -> Vec<Diagnostic> {
    let mut unused = Vec::new();
    if sentence.exceptions.is_empty() {
        return unused;
    }
    let mut sentence = sentence.clone();
    sentence.weighed = true;
    fn broken(c: &Context<'_>, sentence: &Compiled) -> [FxHashMap<u64, u64>; 2] {
        [Reading::Kind, Reading::Harsh].map(|reading| forms::judge(c, sentence, reading).into_keys())
    }
    let with = broken(c, &sentence);
    // what took nothing out can be left out; of very many that did, all after the first ones are taken to be needed
    let mut weighed = 0;
    for (number, exception) in sentence.exceptions.iter().enumerate() {
        let may_matter = exception.applied.is_noted() || matches!(exception.what, Out::Data(_));
        weighed += usize::from(may_matter);
        if !may_matter || (weighed <= WEIGHED && broken(c, &sentence.without(number)) == with) {
            let what = match &exception.what {
                Out::Data(_) => "no data",
                Out::At(_) => "nothing at this place",
                Out::Who(_) => "nothing that they hold",
                Out::Flows(_) => "no flow",
            };
            unused.push(
                Diagnostic::new(&codes::UNUSED_EXCEPTION, exception.span, "this exception never applies")
                    .label(format!("{what} that the rule is about needs it"))
                    .help("remove it, unless it is meant for what is to come"),
            );
        }
    }
    unused
}
