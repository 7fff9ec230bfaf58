//! The judgement held to an independent attacker.
//!
//! Small random models (`generate`, `steps`) are run on made-up people (`people`): rows of values go where flows and steps carry
//! them (`run`, `operate`), and each value remembers the source cells that it was computed from, whether it came to a holder
//! from outside and whether it passed through what a rule watches (`rows`). For every holder and time an attacker joins all
//! that is held on equal values until nothing new follows (`attack`). Who can then be tied to which value is the truth, and the
//! rules (`rules`, `ask`) are judged from it (`truth`, `judge`). None of this reads a level or a label of the model, and
//! it shares no code with the judgement.
//!
//! # What is covered
//!
//! - Models: cycles through flows and steps; quasi-identifiers at three precisions, with combinations that meet only after other
//!   merges, by keys or by another combination; `match` (counts joined back onto rows, too), `append`, `keep`, `drop`, `add
//!   key`, `pseudonymise` in all four ways with lookups, codes and secrets that are kept elsewhere and sent on, `reidentify`,
//!   `generalise`, `derive`, `aggregate` once and again with and without control, `suppress`, splits, `destroy`; keys used
//!   again; `reveals`; groups of people apart; teams and walls between teams, parties and processors; chains of processors,
//!   processors of two controllers, activities; publication; uses and decisions; dates, and events in a partial order.
//! - Rules: `must never hold` and `receive`, `no one may`, `only WHO may`, `may receive only FIELDS`, `must pass through` a drop, a step
//!   and operations at a place, `may be used only for` and `at`, `must never be used for` and to decide, `only DATA may be
//!   used for`, `must be destroyed by`, `together`, what is published; with every level word, categories, special-category
//!   data, `from` a dataset, derived dataset, party, team or activity, and exceptions of data, places, parties and flows.
//! - Where the order of events is not total or a wall is not stated, every way in which it may be is run: each is a *world*.
//! - Witnesses: only what a finding names is run, which must break the rule, and without any one of its flows and steps it
//!   must not (`replay`).
//!
//! How many of the models have each of these shapes is counted (`shapes`), and a shape that fewer than one in fifty has fails the
//! test; so does a form of rule that is never broken, or always.
//!
//! # What counts as a difference
//!
//! - *Unsound*: a pass of what is broken in some world. Never allowed.
//! - *Overstated*: a failure of what holds in some world. Never allowed where the model is exact.
//! - *Unsure*: cannot tell what is the same in all worlds. Never allowed where there is one world and the model is exact.
//! - *Dependent*: another verdict when the rule is the only one. Never allowed.
//!
//! A model is not exact where rows of different kinds are put into one dataset, since a column is judged as a whole, and a rule
//! is not where it excepts what came through a derived dataset or an activity, since all ways that lead there are looked
//! at. Where there are several worlds the judgement may be unsure of something that is the same in all of them, each for
//! another reason. These are counted and shown, by reason (`seen`): of 40,000 models with 876,000 rules 811 for the
//! first reason, 5 for the second, 11 for the third. Of the witnesses
//! none may fall short. In a part of a model, steps take what they take in the whole of it, or do without, and what is deleted is
//! deleted there, too: leaving that out mends nothing, and nor does leaving out a deadline that is later than the rule's. A witness must
//! break its rule in every world. Where teams of a party see different things a way is told for one of them; that another sees
//! the same with less is counted apart: 2 of 169,523.
//!
//! Being in data says something of its own only where no field says it already. Which of the things that a person may have been in are
//! the same is up to the sentence: those that no `from` in it tells apart.
//!
//! What is not stated otherwise (`operations not-stated`, open field lists, kinds and purposes that are not said),
//! attestations, `assume` and the conditions of `every` are held by the models under `tests/judgement` alone. What random models
//! have found is kept there, too, under `oracle/`.
//!
//! # What it shares with the judgement
//!
//! Nothing: `compare` asks the check for its verdicts, `replay` reads what findings name, and no other file names the library
//! (a test holds them to it). The names of the model's things are the only thing that both see.
//!
//! # Running it
//!
//! A disagreement is shrunk, with other rules beside it only where it takes them, and printed as a `.staunch` file; `tests/faults`
//! shows it at work. `STAUNCH_ORACLE_MODELS` says how many models to try, `STAUNCH_ORACLE_WITNESSES` of how many the
//! witnesses are replayed, `STAUNCH_ORACLE_SEED` where to begin, `STAUNCH_ORACLE_SHOWN` how many differences to show;
//! `STAUNCH_ORACLE_COARSE=1` shows those that are only counted.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::disallowed_macros)] // a test that cannot go on must stop
#![allow(clippy::disallowed_methods)] // the environment says how many models

mod ask;
mod attack;
mod compare;
mod generate;
mod judge;
mod model;
mod operate;
mod people;
mod random;
mod replay;
mod rows;
mod rules;
mod run;
mod seen;
mod shapes;
mod shrink;
mod steps;
mod text;
mod truth;
mod worlds;

use std::collections::BTreeMap;

use compare::{Difference, compare};
use model::Model;
use rules::Rule;
use seen::Seen;
use staunch::check::{Verdict, check_text};

/// A disagreement, made as small as it can be. Other rules stay where it takes them.
fn shown(seed: u64, kind: Difference, number: usize) -> String {
    let (model, _) = generate::generate(seed);
    let mut others = ask::rules(seed, &model);
    let rule = others.remove(number);
    let beside = |rule: &Rule, others: &[Rule]| [std::slice::from_ref(rule), others].concat();
    let differs = |m: &Model, rules: &[Rule]| compare(m, rules).is_ok_and(|c| c.differences[0] == Some(kind));
    if differs(&model, std::slice::from_ref(&rule)) {
        others.clear();
    }
    loop {
        let less = shrink::without_one(&others);
        match less.into_iter().find(|less| differs(&model, &beside(&rule, less))) {
            Some(less) => others = less,
            None => break,
        }
    }
    let (model, rule) = shrink::shrink(model, rule, |m, r| differs(m, &beside(r, &others)));
    format!("# seed {seed}, {kind:?}\n{}", model.text(&beside(&rule, &others)))
}

/// What the first finding of each broken rule tells.
fn told(model: &Model, rules: &[Rule]) -> Option<Vec<(usize, replay::Told)>> {
    let text = model.text(rules);
    let outcome = check_text(&[("model.staunch", &text)], jiff::civil::date(2026, 1, 1));
    let report = outcome.report.as_ref()?;
    let number = |name: &str| name.strip_prefix('r').and_then(|n| n.parse().ok());
    let failing = report.rules.iter().filter(|r| r.verdict == Verdict::Fail);
    let first = failing.filter_map(|r| Some((number(&r.name)?, r.findings.first()?)));
    Some(first.map(|(i, f)| (i, replay::told(&outcome, &text, f))).collect())
}

#[test]
fn witnesses_replay() {
    let (models, first) = (setting("STAUNCH_ORACLE_WITNESSES", 500), setting("STAUNCH_ORACLE_SEED", 0));
    let half = |half: u64| {
        move || {
            let (mut replayed, mut wrong) = (BTreeMap::<&str, usize>::new(), Vec::new());
            for seed in (first..first + models).filter(|s| s % 2 == half) {
                let (model, mixed) = generate::generate(seed);
                let rules = ask::rules(seed, &model);
                let Some(told) = told(&model, &rules).filter(|_| !mixed) else { continue };
                for (i, named) in told {
                    *replayed.entry(rules[i].kind()).or_default() += 1;
                    if let Err(fault) = replay::replay(&model, &rules[i], &named) {
                        wrong.push((seed, i, rules[i].kind(), fault));
                    }
                }
            }
            (replayed, wrong)
        }
    };
    let halves = [0, 1].map(|n| std::thread::spawn(half(n)));
    let mut all: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let mut faults = Vec::new();
    for half in halves {
        let (replayed, wrong) = half.join().expect("the half of the models is looked at");
        replayed.into_iter().for_each(|(kind, n)| all.entry(kind).or_default().0 += n);
        let counts = |fault: &replay::Fault| !matches!(fault, replay::Fault::AnotherTeam(_));
        wrong.iter().filter(|(.., f)| counts(f)).for_each(|(_, _, kind, _)| all.entry(kind).or_default().1 += 1);
        faults.extend(wrong);
    }
    for (kind, (replayed, wrong)) in &all {
        println!("{kind:28} {replayed:6} witnesses, {wrong:5} wrong");
    }
    let (others, mut faults): (Vec<_>, Vec<_>) =
        faults.into_iter().partition(|(.., fault)| matches!(fault, replay::Fault::AnotherTeam(_)));
    println!("{} more show in what another team of the party sees, with less", others.len());
    faults.sort_by_key(|(seed, rule, ..)| (*seed, *rule));
    let most = setting("STAUNCH_ORACLE_SHOWN", 3) as usize;
    let examples: Vec<String> = faults.iter().take(most).map(|(s, i, _, f)| shown_witness(*s, *i, f)).collect();
    let (witnesses, wrong) = (all.values().map(|(n, _)| n).sum::<usize>(), faults.len());
    assert!(others.len() * 10_000 <= witnesses.max(10_000), "{} show to another team with less", others.len());
    assert!(wrong == 0, "{wrong} of {witnesses} witnesses do not replay\n{}", examples.join("\n"));
}

/// A witness that does not replay, in a model as small as it can be.
fn shown_witness(seed: u64, number: usize, fault: &replay::Fault) -> String {
    let (model, _) = generate::generate(seed);
    let rule = ask::rules(seed, &model).swap_remove(number);
    let same = |f: &replay::Fault| {
        matches!(
            (f, fault),
            (replay::Fault::NotEnough, replay::Fault::NotEnough)
                | (replay::Fault::TooMuch(_), replay::Fault::TooMuch(_))
        )
    };
    let shows = |m: &Model, r: &Rule| {
        let told = told(m, std::slice::from_ref(r)).unwrap_or_default();
        told.iter().any(|(_, named)| replay::replay(m, r, named).is_err_and(|f| same(&f)))
    };
    let (model, rule) = shrink::shrink(model, rule, shows);
    let rules = [rule];
    let named = told(&model, &rules);
    format!("# seed {seed}, {fault:?}; the witness of what follows names {named:?}\n{}", model.text(&rules))
}

fn setting(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(otherwise)
}

#[test]
fn the_check_agrees_with_the_attacker() {
    let (models, first) = (setting("STAUNCH_ORACLE_MODELS", 3_000), setting("STAUNCH_ORACLE_SEED", 0));
    let half = |half: u64| {
        move || {
            let mut seen = Seen::default();
            (first..first + models).filter(|s| s % 2 == half).for_each(|seed| seen.look(seed));
            seen
        }
    };
    let halves = [0, 1].map(|n| std::thread::spawn(half(n)));
    let mut all = Seen::default();
    for half in halves {
        all.add(half.join().expect("the half of the models is looked at"));
    }
    all.print();
    all.unusable.iter().take(setting("STAUNCH_ORACLE_UNUSABLE", 1) as usize).for_each(|why| println!("{why}"));
    all.wrong.sort_by_key(|(seed, kind, rule)| (*kind, *seed, *rule));
    let most = setting("STAUNCH_ORACLE_SHOWN", 3) as usize;
    if setting("STAUNCH_ORACLE_COARSE", 0) > 0 {
        all.coarse.iter().take(most).for_each(|(s, k, r)| println!("{}", shown(*s, *k, *r)));
    }
    let examples: Vec<String> = all.wrong.iter().take(most).map(|(s, k, r)| shown(*s, *k, *r)).collect();
    assert!(all.wrong.is_empty(), "{} rules differ\n{}", all.wrong.len(), examples.join("\n"));
    assert!(all.unusable.len() * 20 < all.judged, "too many models cannot be judged");
    assert_eq!(all.dependent, [], "rules that are judged otherwise beside other rules: seeds and numbers");
    if all.judged >= 1_000 {
        assert_eq!(all.rare(50), [""; 0], "shapes that are too rare");
        assert_eq!(all.one_sided(), [""; 0], "forms of rule that are never broken, or always");
    }
}

#[test]
fn the_attacker_knows_nothing_of_the_library() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracle");
    let mut named: Vec<(String, String)> = Vec::new();
    for entry in std::fs::read_dir(folder).expect("the folder of this test") {
        let path = entry.expect("a file").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&path).expect("a source");
        let uses = text.lines().filter(|l| l.contains("staunch::") && l.trim_start().starts_with("use "));
        named.extend(uses.map(|l| (name.clone(), l.trim().to_owned())));
    }
    named.sort();
    let expected = [
        ("compare.rs", "use staunch::check::{Verdict, check_text};"),
        ("main.rs", "use staunch::check::{Verdict, check_text};"),
        ("replay.rs", "use staunch::check::{Finding, Outcome};"),
    ];
    assert_eq!(named, expected.map(|(file, line)| (file.to_owned(), line.to_owned())));
}
