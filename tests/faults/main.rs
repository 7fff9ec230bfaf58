//! Deliberate faults: the test-suite notices each of them.
//!
//! [`Fault`] lists what can be made wrong in the judgement, one thing at a time. With each fault on, the models that were reasoned
//! out by hand (`tests/judgement/`) and random models that the attacker has judged (`tests/oracle/`) are checked again; at
//! least one verdict must come out wrong. With none on, all are right. The faults:
//!
//! - linkage: keys do not link; combinations do not link, identify by themselves, match at any precision, or only within one table;
//!   nothing links; lookups do not link; secrets are ignored; unsalted hashes hide; groups apart are ignored, or all groups
//!   are apart;
//! - steps: `drop` removes what is revealed; membership is forgotten; `generalise` loses the category; `aggregate` keeps rows; groups
//!   of one are counts; joined counts hide rows; counting again raises the minimum;
//! - who sees what: walls ignored, or closed transitively; processors ignored, or acting in any activity; sub-processors ignored; what
//!   is published is not held; own data counts as received;
//! - time: what is destroyed never was; a deletion ends what comes later; overlaps are chained; expected dates prove; what touches
//!   is apart; circles are gone through once;
//! - rules: pass-through judged by whole tables; exceptions filter whole copies, or close upward; a narrower purpose is forbidden;
//!   the harsh reading is the kind one.
//!
//! What each does is said in `src/faults.rs`, and in the book.
//!
//! A random model that notices a fault is shrunk until it shows that fault and nothing else: with the fault off it is judged rightly. What is
//! left must be a `.staunch` file that anybody can check, with no more than a few things in it. So the shrinking that prints
//! a disagreement in `tests/oracle` is tried, too: for one fault in four, and for all with `STAUNCH_FAULTS_SHOWN=1`.
//!
//! The switch is one for the process, so all of this is one test. `STAUNCH_FAULTS_MODELS` says how many random models to look at,
//! with `STAUNCH_FAULTS_SHOWN=1` what is left of each is printed.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::disallowed_macros)] // a test that cannot go on must stop
#![allow(clippy::disallowed_methods)] // the models are read from the disk, and the environment says how many
#![allow(dead_code)] // only a part of what it shares with other tests is needed here

#[path = "../oracle/ask.rs"]
mod ask;
#[path = "../oracle/attack.rs"]
mod attack;
#[path = "../oracle/compare.rs"]
mod compare;
#[path = "../oracle/generate.rs"]
mod generate;
#[path = "../oracle/judge.rs"]
mod judge;
#[path = "../support/judged.rs"]
mod judged;
#[path = "../oracle/model.rs"]
mod model;
#[path = "../oracle/operate.rs"]
mod operate;
#[path = "../oracle/people.rs"]
mod people;
#[path = "../oracle/random.rs"]
mod random;
#[path = "../oracle/rows.rs"]
mod rows;
#[path = "../oracle/rules.rs"]
mod rules;
#[path = "../oracle/run.rs"]
mod run;
#[path = "../oracle/shapes.rs"]
mod shapes;
#[path = "../oracle/shrink.rs"]
mod shrink;
#[path = "../oracle/steps.rs"]
mod steps;
#[path = "../oracle/text.rs"]
mod text;
#[path = "../oracle/truth.rs"]
mod truth;
#[path = "../oracle/worlds.rs"]
mod worlds;

use compare::{Difference, compare, difference, verdicts};
use judge::Truth;
use model::Model;
use people::People;
use rules::Rule;
use staunch::check::check_text;
use staunch::faults::{Fault, set};
use truth::Trial;

/// To shrink takes long: one fault in so many is enough where nobody wants to see all.
const SHRUNK: usize = 4;

/// The most datasets, flows, steps, uses and decisions that a model may have after it was shrunk.
const MOST_AFTER_SHRINKING: usize = 12;

/// A model that was reasoned out by hand: its name and text.
type Reasoned = (String, String);

/// A random model, its rules, and what becomes of each.
type Tried = (u64, Model, Vec<Rule>, Vec<Vec<Truth>>);

fn reasoned() -> Vec<Reasoned> {
    let read = |path: std::path::PathBuf| {
        let text = std::fs::read_to_string(&path).expect("a model that can be read");
        (path.file_name().unwrap_or_default().to_string_lossy().into_owned(), text)
    };
    judged::files().into_iter().map(read).collect()
}

/// Random models that are judged exactly, with none of the faults on.
fn tried(models: u64) -> Vec<Tried> {
    let one = |seed| {
        let (model, mixed) = generate::generate(seed);
        let rules: Vec<Rule> = ask::rules(seed, &model).into_iter().filter(|r| !r.excepts_followed()).collect();
        let truths = truths(&model, &rules).filter(|_| !mixed)?;
        let differs = differs(&model, &rules, &truths);
        assert!(!differs, "the model of seed {seed} is judged wrongly with no fault on");
        Some((seed, model, rules, truths))
    };
    (0..models).filter_map(one).collect()
}

fn truths(model: &Model, rules: &[Rule]) -> Option<Vec<Vec<Truth>>> {
    let people = People::new(model);
    let trial = Trial::new(model, &people)?;
    Some(rules.iter().map(|rule| judge::judge(&trial, rule)).collect())
}

/// Whether any rule is judged wrongly; an error where there is none is wrong, too.
fn differs(model: &Model, rules: &[Rule], truths: &[Vec<Truth>]) -> bool {
    let Ok(said) = verdicts(model, rules) else { return false };
    // where it may come about in several ways, being unsure is no fault
    let wrong = |(truths, verdict): (&Vec<Truth>, _)| {
        difference(truths, verdict).is_some_and(|d| d != Difference::Unsure || truths.len() == 1)
    };
    truths.iter().zip(said).any(wrong)
}

/// The first rule of a model that is judged wrongly while a fault is on, with the model made as small as it can be while the
/// fault, and nothing else, makes the difference.
fn shrunk(fault: Fault, (seed, model, rules, truths): &Tried) -> String {
    let said = verdicts(model, rules).expect("a model that can be judged");
    let of = |(truths, verdict): (&Vec<Truth>, _)| difference(truths, verdict);
    let kinds: Vec<Option<Difference>> = truths.iter().zip(said).map(of).collect();
    let wrong = |k: &Option<Difference>| k.is_some_and(|k| k != Difference::Unsure || truths[0].len() == 1);
    let at = kinds.iter().position(wrong).expect("a rule that is judged wrongly");
    let kind = kinds[at];
    let differs = |m: &Model, r: &Rule| compare(m, std::slice::from_ref(r)).is_ok_and(|c| c.differences[0] == kind);
    let right = |m: &Model, r: &Rule| {
        set(None);
        let right = compare(m, std::slice::from_ref(r)).is_ok_and(|c| c.differences[0].is_none());
        set(Some(fault));
        right
    };
    let (model, rule) = shrink::shrink(model.clone(), rules[at].clone(), |m, r| differs(m, r) && right(m, r));
    format!("# {fault:?}, seed {seed}, {:?}\n{}", kind, model.text(&[rule]))
}

/// What was shrunk is a model that anybody can check, with little in it.
fn is_small(text: &str) {
    set(None);
    let outcome = check_text(&[("model.staunch", text)], jiff::civil::date(2026, 1, 1));
    assert!(outcome.report.is_some(), "what is printed can be checked:\n{text}");
    let is = |line: &&str| ["dataset ", "flow ", "step ", "use ", "decision "].iter().any(|w| line.starts_with(w));
    let things = text.lines().filter(is).count();
    assert!((1..=MOST_AFTER_SHRINKING).contains(&things), "{things} things after shrinking:\n{text}");
}

#[test]
fn every_fault_is_caught() {
    let models = std::env::var("STAUNCH_FAULTS_MODELS").ok().and_then(|v| v.parse().ok()).unwrap_or(300);
    let show = std::env::var("STAUNCH_FAULTS_SHOWN").is_ok();
    set(None);
    let reasoned = reasoned();
    for (name, text) in &reasoned {
        assert!(judged::mismatches(name, text).is_empty(), "{name} is judged wrongly with no fault on");
    }
    let tried = tried(models);
    let mut missed = Vec::new();
    for fault in Fault::ALL {
        set(Some(fault));
        let by_hand = reasoned.iter().find(|(name, text)| !judged::mismatches(name, text).is_empty());
        let by_attack = tried.iter().position(|(_, model, rules, truths)| differs(model, rules, truths));
        let name = format!("{fault:?}");
        let shown = by_hand.map_or("-", |(name, _)| name.as_str());
        let random = by_attack.map_or("-".to_owned(), |n| format!("random model {}", n + 1));
        println!("{name:28} {random:18} {shown}");
        let shrinks = show || (fault as usize).is_multiple_of(SHRUNK);
        if let Some(tried) = by_attack.and_then(|n| tried.get(n)).filter(|_| shrinks) {
            let text = shrunk(fault, tried);
            is_small(&text);
            if show {
                println!("{text}");
            }
        }
        if by_hand.is_none() && by_attack.is_none() {
            missed.push(fault);
        }
    }
    set(None);
    assert!(missed.is_empty(), "nothing notices {missed:?}");
    for (name, text) in &reasoned {
        assert!(judged::mismatches(name, text).is_empty(), "{name} is judged wrongly after all faults are off again");
    }
}
