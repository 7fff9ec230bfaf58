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
pub mod sought;
pub mod story;
mod ties;
pub mod truth;

pub use finding::{Finding, Missing, Verdict, Waived, WitnessStep, fingerprint};

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use compile::{Compiled, Form, Out};
use context::Context;
use facts::Entity;
use forms::side_by_side::{self, ABREAST, Found};
use forms::{Judged, Violation};

use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::rules as codes;
use crate::graph::Reading;
use crate::model::{ActivityId, Thing};

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
    let work = work(c, sentences);
    let mut alone: Vec<Option<Sentence>> = sentences.iter().map(|_| None).collect();
    let mut found: Vec<Found> = sentences.iter().map(|_| Found::default()).collect();
    for done in each(&work, threads, |work| work.done(c, sentences)) {
        match done {
            Done::Alone(number, sentence) => alone[number] = Some(sentence),
            Done::Abreast(numbers, all) => {
                numbers.iter().zip(all).for_each(|(n, one)| found[*n].add(one, c.findings_kept))
            }
        }
    }
    let numbers: Vec<usize> = (0..sentences.len()).collect();
    let told = each(&numbers, threads, |number| {
        let (sentence, found) = (sentences[*number], &found[*number]);
        let is_every = alone[*number].is_none();
        is_every.then(|| {
            let judged = |reading| found.judged(c, sentence, reading);
            conclude(c, sentence, judged(forms::harsh()), || judged(Reading::Kind))
        })
    });
    alone.into_iter().zip(told).filter_map(|(alone, told)| alone.or(told)).collect()
}

/// Works on each of some pieces; what comes of it is in their order.
pub fn each<W: Sync, D: Send>(all: &[W], threads: bool, work: impl Fn(&W) -> D + Sync + Send) -> Vec<D> {
    match threads {
        true => all.par_iter().with_max_len(1).map(work).collect(),
        false => all.iter().map(work).collect(),
    }
}

/// How many things are judged in one go by sentences side by side.
const STRETCH: usize = 8_192;

/// A piece of the work of judging.
enum Work {
    /// One sentence.
    Alone(usize),
    /// Sentences about things of a kind, for a stretch of those.
    Abreast(Arc<[usize]>, Entity, Range<usize>),
}

/// What came of a piece of work.
enum Done {
    Alone(usize, Sentence),
    Abreast(Arc<[usize]>, Vec<Found>),
}

/// The work of judging sentences. What takes long by itself comes first.
fn work(c: &Context<'_>, sentences: &[&Compiled]) -> Vec<Work> {
    let mut work = Vec::new();
    let mut abreast: BTreeMap<Entity, Vec<usize>> = BTreeMap::new();
    for (number, sentence) in sentences.iter().enumerate() {
        match &sentence.form {
            Form::Every { entity, .. } => abreast.entry(*entity).or_default().push(number),
            _ => work.push(Work::Alone(number)),
        }
    }
    for (entity, numbers) in abreast {
        for some in numbers.chunks(ABREAST) {
            let some: Arc<[usize]> = some.into();
            let extent = forms::extent(c, entity);
            let stretches = (0..extent).step_by(STRETCH).map(|start| start..(start + STRETCH).min(extent));
            work.extend(stretches.map(|stretch| Work::Abreast(some.clone(), entity, stretch)));
        }
    }
    work
}

impl Work {
    fn done(&self, c: &Context<'_>, sentences: &[&Compiled]) -> Done {
        match self {
            Work::Alone(number) => {
                let sentence = sentences[*number];
                Done::Alone(*number, alone(c, sentence))
            }
            Work::Abreast(numbers, entity, stretch) => {
                let some: Vec<&Compiled> = numbers.iter().map(|n| sentences[*n]).collect();
                Done::Abreast(numbers.clone(), side_by_side::judge(c, *entity, &some, stretch.clone()))
            }
        }
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
        return Sentence { verdict: Verdict::Pass, findings: Vec::new(), left_out: 0, matched_nothing: !harsh.matched };
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
    findings.sort_by(|a, b| (b.verdict, &a.subjects).cmp(&(a.verdict, &b.subjects)));
    let left_out = count.saturating_sub(findings.len());
    Sentence { verdict, findings, left_out, matched_nothing: false }
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
    if verdict == Verdict::CannotTell {
        detail.summary = format!("it may be that {}", detail.summary);
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
