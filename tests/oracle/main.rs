//! The judgement held to an independent attacker.
//!
//! Random small models are run on made-up people (`run`, `people`); at every party and time an attacker joins what is held
//! on equal values (`attack`). Whoever can tie a name to a value that was computed from that person's own source row has
//! broken *must never hold identifiable …*. None of this reads a level or a label, and it shares no code with the judgement.
//!
//! - An attack on what the check passes is *unsound* and fails the test.
//! - A finding where there is no attack is *imprecise*. It fails the test too, except in models that put rows of different
//!   kinds into one dataset: a column is judged as a whole there, and these are counted.
//!
//! A disagreement is shrunk and printed as a `.staunch` file. `STAUNCH_ORACLE_MODELS` says how many models to try,
//! `STAUNCH_ORACLE_SEED` where to begin.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::disallowed_macros)] // a test that cannot go on must stop
#![allow(clippy::disallowed_methods)] // the environment says how many models

mod attack;
mod generate;
mod model;
mod people;
mod random;
mod run;
mod shrink;

use std::collections::BTreeMap;

use attack::Attack;
use model::{Category, Model, Place, rule_name};
use people::People;
use staunch::check::{Verdict, check_text};

/// How the two differ on one rule.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Difference {
    /// There is an attack and the check passes.
    Unsound,
    /// There is no attack and the check does not pass.
    Imprecise,
}

/// Two views of one model beside each other.
struct Compared {
    differences: Vec<(Difference, (Place, Category))>,
    attacks: usize,
}

type Truth = BTreeMap<(Place, Category), Attack>;

fn truth(model: &Model) -> Option<Truth> {
    let people = People::new(model);
    let copies = run::run(model, &people)?;
    Some(attack::attacks(model, &people, &copies))
}

fn all_rules(model: &Model) -> Vec<(Place, Category)> {
    (0..model.parties).flat_map(|p| model.asked().into_iter().map(move |c| (p, c))).collect()
}

/// What the check says of each rule; the first error when there is one.
fn verdicts(model: &Model, rules: &[(Place, Category)]) -> Result<Vec<Verdict>, String> {
    let text = model.text(rules);
    let outcome = check_text(&[("model.staunch", &text)], jiff::civil::date(2026, 1, 1));
    let Some(report) = outcome.report else {
        let said = outcome.diagnostics.sorted().iter().map(|d| d.message.clone()).collect::<Vec<_>>().join("; ");
        return Err(format!("{said}\n{text}"));
    };
    Ok(rules
        .iter()
        .map(|(p, c)| {
            let name = rule_name(*p, *c);
            report.rules.iter().find(|r| r.name == name).map_or(Verdict::CannotTell, |r| r.verdict)
        })
        .collect())
}

/// Where the two differ on a model, and how many attacks there are.
fn compare(model: &Model, rules: &[(Place, Category)]) -> Result<Compared, String> {
    let Some(truth) = truth(model) else { return Err("does not come to rest".to_owned()) };
    let said = verdicts(model, rules)?;
    let mut differences = Vec::new();
    for (rule, verdict) in rules.iter().zip(said) {
        match (truth.contains_key(rule), verdict) {
            (true, Verdict::Pass) => differences.push((Difference::Unsound, *rule)),
            (false, Verdict::Fail | Verdict::CannotTell) => differences.push((Difference::Imprecise, *rule)),
            _ => {}
        }
    }
    Ok(Compared { differences, attacks: truth.len() })
}

/// What one run over a range of seeds saw.
#[derive(Default)]
struct Seen {
    judged: usize,
    rules: usize,
    attacks: usize,
    unusable: Vec<String>,
    coarse: usize,
    wrong: Vec<(u64, Difference, (Place, Category))>,
}

fn look(seeds: impl Iterator<Item = u64>) -> Seen {
    let mut seen = Seen::default();
    for seed in seeds {
        let (model, mixed) = generate::generate(seed);
        let rules = all_rules(&model);
        match compare(&model, &rules) {
            Err(why) => seen.unusable.push(why),
            Ok(compared) => {
                seen.judged += 1;
                seen.rules += rules.len();
                seen.attacks += compared.attacks;
                if let Some((kind, rule)) = compared.differences.iter().min() {
                    if mixed && *kind == Difference::Imprecise {
                        seen.coarse += 1;
                    } else {
                        seen.wrong.push((seed, *kind, *rule));
                    }
                }
            }
        }
    }
    seen
}

fn shown(seed: u64, kind: Difference, rule: (Place, Category)) -> String {
    let (model, _) = generate::generate(seed);
    let small = shrink::shrink(model, |m| compare(m, &[rule]).is_ok_and(|c| c.differences.contains(&(kind, rule))));
    let attack = truth(&small).and_then(|t| t.get(&rule).cloned());
    let how = attack.map_or("# no attack".to_owned(), |a| {
        format!("# person {} is named in {:?} and told in {:?}, time {}", a.person, a.named_in, a.told_in, a.at)
    });
    format!("seed {seed}, {kind:?}\n{how}\n{}", small.text(&[rule]))
}

fn setting(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(otherwise)
}

#[test]
fn the_check_agrees_with_the_attacker() {
    let (models, first) = (setting("STAUNCH_ORACLE_MODELS", 3_000), setting("STAUNCH_ORACLE_SEED", 0));
    let halves = [0, 1].map(|half| std::thread::spawn(move || look((first..first + models).filter(|s| s % 2 == half))));
    let mut all = Seen::default();
    for half in halves {
        let seen = half.join().expect("the half of the models is looked at");
        all.judged += seen.judged;
        all.rules += seen.rules;
        all.attacks += seen.attacks;
        all.coarse += seen.coarse;
        all.unusable.extend(seen.unusable);
        all.wrong.extend(seen.wrong);
    }
    println!(
        "{} models, {} rules, {} attacks; {} judged more coarsely, {} not usable, {} wrong",
        all.judged,
        all.rules,
        all.attacks,
        all.coarse,
        all.unusable.len(),
        all.wrong.len()
    );
    all.unusable.iter().take(2).for_each(|why| println!("{why}"));
    all.wrong.sort_by_key(|(seed, kind, _)| (*kind, *seed));
    let examples: Vec<String> =
        all.wrong.iter().take(setting("STAUNCH_ORACLE_SHOWN", 3) as usize).map(|(s, k, r)| shown(*s, *k, *r)).collect();
    assert!(all.wrong.is_empty(), "{} models differ\n{}", all.wrong.len(), examples.join("\n"));
    assert!(all.unusable.len() * 20 < all.judged, "too many models cannot be judged");
}
