//! The judgement held to an independent attacker.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::disallowed_macros)] // a test that cannot go on must stop
#![allow(clippy::disallowed_methods)] // the environment says how many models

mod ask;
mod attack;
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
mod shrink;
mod steps;
mod text;
mod truth;
mod worlds;

use std::collections::BTreeMap;

use judge::Truth;
use model::Model;
use people::People;
use rules::Rule;
use staunch::check::{Verdict, check_text};
use truth::Trial;

/// How the two differ on one rule.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Difference {
    /// The rule is broken in some world and the check passes it.
    Unsound,
    /// The rule holds in some world and the check fails it.
    Overstated,
    /// It is certain what becomes of the rule, and the check cannot tell.
    Unsure,
}

/// What the check says of each rule; the first error when there is one.
fn verdicts(model: &Model, rules: &[Rule]) -> Result<Vec<Verdict>, String> {
    let text = model.text(rules);
    let outcome = check_text(&[("model.staunch", &text)], jiff::civil::date(2026, 1, 1));
    let Some(report) = outcome.report else {
        let said = outcome.diagnostics.sorted().iter().map(|d| d.message.clone()).collect::<Vec<_>>().join("; ");
        return Err(format!("{said}\n{text}"));
    };
    Ok((0..rules.len())
        .map(|i| {
            let name = format!("r{i}");
            report.rules.iter().find(|r| r.name == name).map_or(Verdict::CannotTell, |r| r.verdict)
        })
        .collect())
}

/// How a verdict differs from what happens in the worlds.
fn difference(truths: &[Truth], verdict: Verdict) -> Option<Difference> {
    let all = |t: Truth| truths.iter().all(|x| *x == t);
    match verdict {
        Verdict::Pass => (!all(Truth::Holds)).then_some(Difference::Unsound),
        Verdict::Fail => (!all(Truth::Broken)).then_some(Difference::Overstated),
        Verdict::CannotTell => (all(Truth::Holds) || all(Truth::Broken)).then_some(Difference::Unsure),
    }
}

/// What became of each rule in the worlds, and what the check says of it.
struct Compared {
    differences: Vec<Option<Difference>>,
    broken: Vec<bool>,
    worlds: usize,
    rounds: usize,
}

fn compare(model: &Model, rules: &[Rule]) -> Result<Compared, String> {
    let people = People::new(model);
    let Some(trial) = Trial::new(model, &people) else { return Err("does not come to rest".to_owned()) };
    let said = verdicts(model, rules)?;
    let truths: Vec<Vec<Truth>> = rules.iter().map(|rule| judge::judge(&trial, rule)).collect();
    let rounds = *trial.rounds.borrow();
    Ok(Compared {
        differences: truths.iter().zip(said).map(|(t, v)| difference(t, v)).collect(),
        broken: truths.iter().map(|t| t.contains(&Truth::Broken)).collect(),
        worlds: trial.worlds.len(),
        rounds,
    })
}

/// How often something was seen.
#[derive(Default)]
struct Tally {
    asked: usize,
    broken: usize,
    coarse: usize,
}

/// What one run over a range of seeds saw.
#[derive(Default)]
struct Seen {
    judged: usize,
    many_worlds: usize,
    two_rounds: usize,
    forms: BTreeMap<&'static str, Tally>,
    unusable: Vec<String>,
    wrong: Vec<(u64, Difference, usize)>,
    coarse: Vec<(u64, Difference, usize)>,
}

impl Seen {
    fn look(&mut self, seed: u64) {
        let (model, mixed) = generate::generate(seed);
        let rules = ask::rules(seed, &model);
        let compared = match compare(&model, &rules) {
            Err(why) => return self.unusable.push(format!("seed {seed}: {why}")),
            Ok(compared) => compared,
        };
        self.judged += 1;
        self.many_worlds += usize::from(compared.worlds > 1);
        self.two_rounds += usize::from(compared.rounds > 1);
        for (i, rule) in rules.iter().enumerate() {
            let tally = self.forms.entry(rule.kind()).or_default();
            tally.asked += 1;
            tally.broken += usize::from(compared.broken[i]);
            let Some(kind) = compared.differences[i] else { continue };
            // what is mixed is judged by columns, and an order that is not total by what is proved of it
            let coarse = (mixed && kind != Difference::Unsound) || (compared.worlds > 1 && kind == Difference::Unsure);
            if coarse {
                tally.coarse += 1;
                self.coarse.push((seed, kind, i));
            } else {
                self.wrong.push((seed, kind, i));
            }
        }
    }

    fn add(&mut self, other: Seen) {
        self.judged += other.judged;
        self.many_worlds += other.many_worlds;
        self.two_rounds += other.two_rounds;
        for (kind, tally) in other.forms {
            let all = self.forms.entry(kind).or_default();
            all.asked += tally.asked;
            all.broken += tally.broken;
            all.coarse += tally.coarse;
        }
        self.unusable.extend(other.unusable);
        self.wrong.extend(other.wrong);
        self.coarse.extend(other.coarse);
    }
}

/// A disagreement, made as small as it can be.
fn shown(seed: u64, kind: Difference, number: usize) -> String {
    let (model, _) = generate::generate(seed);
    let rule = ask::rules(seed, &model).swap_remove(number);
    let differs =
        |m: &Model, r: &Rule| compare(m, std::slice::from_ref(r)).is_ok_and(|c| c.differences[0] == Some(kind));
    let (model, rule) = shrink::shrink(model, rule, differs);
    format!("# seed {seed}, {kind:?}\n{}", model.text(&[rule]))
}

/// The verdicts and the first finding of each broken rule, with the names that its witness points to.
type Told = Vec<(usize, std::collections::BTreeSet<String>)>;

fn told(model: &Model, rules: &[Rule]) -> Option<Told> {
    let text = model.text(rules);
    let outcome = check_text(&[("model.staunch", &text)], jiff::civil::date(2026, 1, 1));
    let report = outcome.report.as_ref()?;
    let number = |name: &str| name.strip_prefix('r').and_then(|n| n.parse().ok());
    let failing = report.rules.iter().filter(|r| r.verdict == Verdict::Fail);
    let first = failing.filter_map(|r| Some((number(&r.name)?, r.findings.first()?)));
    Some(first.map(|(i, f)| (i, replay::named(&outcome, &text, f))).collect())
}

#[test]
#[ignore = "not every witness does yet"]
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
        wrong.iter().for_each(|(_, _, kind, _)| all.entry(kind).or_default().1 += 1);
        faults.extend(wrong);
    }
    for (kind, (replayed, wrong)) in &all {
        println!("{kind:28} {replayed:6} witnesses, {wrong:5} wrong");
    }
    faults.sort_by_key(|(seed, rule, ..)| (*seed, *rule));
    let most = setting("STAUNCH_ORACLE_SHOWN", 3) as usize;
    let examples: Vec<String> = faults.iter().take(most).map(|(s, i, _, f)| shown_witness(*s, *i, f)).collect();
    assert!(faults.is_empty(), "{} witnesses do not replay\n{}", faults.len(), examples.join("\n"));
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
    println!(
        "{} models ({} with several worlds, {} with two rounds of combinations), {} not usable",
        all.judged,
        all.many_worlds,
        all.two_rounds,
        all.unusable.len()
    );
    for (form, tally) in &all.forms {
        println!(
            "{form:28} {:7} rules, {:6} broken, {:5} judged more coarsely",
            tally.asked, tally.broken, tally.coarse
        );
    }
    all.unusable.iter().take(setting("STAUNCH_ORACLE_UNUSABLE", 1) as usize).for_each(|why| println!("{why}"));
    all.wrong.sort_by_key(|(seed, kind, rule)| (*kind, *seed, *rule));
    let most = setting("STAUNCH_ORACLE_SHOWN", 3) as usize;
    if setting("STAUNCH_ORACLE_COARSE", 0) > 0 {
        all.coarse.iter().take(most).for_each(|(s, k, r)| println!("{}", shown(*s, *k, *r)));
    }
    let examples: Vec<String> = all.wrong.iter().take(most).map(|(s, k, r)| shown(*s, *k, *r)).collect();
    assert!(all.wrong.is_empty(), "{} rules differ\n{}", all.wrong.len(), examples.join("\n"));
    assert!(all.unusable.len() * 20 < all.judged, "too many models cannot be judged");
}
