//! The generator of `benches/`: what it makes is without mistakes, is judged as it says, and is of the shape that the book tells.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::disallowed_methods)] // a test that cannot go on must stop
#![allow(dead_code)] // the benches use the rest of the generator

#[path = "../benches/synthetic/mod.rs"]
mod synthetic;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::date;
use staunch::check::{Outcome, Verdict, check_text};

use synthetic::columns::{CATEGORIES, DIRECT, MEMBER, OWN, OWN_TEXT};
use synthetic::facts::Facts;
use synthetic::floor::Floor;
use synthetic::registers::RULES;
use synthetic::{Project, SEED};

fn check(project: &Project) -> Outcome {
    let files: Vec<(&str, &str)> = project.files.iter().map(|(n, t)| (n.as_str(), t.as_str())).collect();
    check_text(&files, date(2026, 1, 1))
}

#[test]
fn exactly_the_rules_that_are_to_fail_do() {
    for seed in [SEED, 2, 3] {
        let project = Project::new(1_000, seed);
        let outcome = check(&project);
        let said: Vec<String> =
            outcome.diagnostics.sorted().iter().map(|d| format!("{}: {}", d.code.id, d.message)).collect();
        assert!(said.is_empty(), "seed {seed}: {said:#?}");
        let report = outcome.report.expect("a report, since the text has no errors");
        let verdicts: BTreeMap<&str, Verdict> = report.rules.iter().map(|r| (r.name.as_str(), r.verdict)).collect();
        assert_eq!(verdicts.len(), RULES.len());
        for (rule, sentence, broken) in RULES {
            let wanted = if broken { Verdict::Fail } else { Verdict::Pass };
            assert_eq!(verdicts.get(rule), Some(&wanted), "seed {seed}, {rule}: {sentence}");
        }
        assert_eq!(RULES.iter().filter(|(.., broken)| *broken).count(), 8);
    }
}

#[test]
fn no_rule_holds_because_it_is_about_nothing() {
    let report = check(&Project::new(1_000, SEED)).report.expect("a report");
    for rule in &report.rules {
        assert!(rule.sentences.iter().all(|s| !s.matched_nothing), "{} is about nothing", rule.name);
    }
}

#[test]
fn the_facts_are_those_of_the_text() {
    let project = Project::new(1_000, SEED);
    let size = check(&project).report.expect("a report").size;
    assert_eq!(size.flows, project.flows);
    assert_eq!(size.steps, project.steps);
    assert_eq!(size.parties, project.parties);
    assert_eq!(size.copies, project.facts.copies.len());
}

#[test]
fn a_seed_gives_the_same_bytes_and_another_one_others() {
    let (one, again, other) = (Project::new(1_000, 7), Project::new(1_000, 7), Project::new(1_000, 8));
    assert_eq!(one.files, again.files);
    assert_ne!(one.files, other.files);
}

/// What reaches what, in the simplest way there is: rules applied until nothing new comes of them.
fn reachable(facts: &Facts) -> BTreeSet<(u32, u8, bool)> {
    let mut edges: BTreeMap<u32, Vec<(u32, bool)>> = BTreeMap::new();
    facts.edges(|from, to, counted| edges.entry(from).or_default().push((to, counted)));
    let mut new = Vec::new();
    facts.origins(|cell, class| new.push((cell, class, false)));
    let mut reached = BTreeSet::new();
    while let Some((cell, class, as_counts)) = new.pop() {
        if reached.insert((cell, class, as_counts)) {
            let onwards = edges.get(&cell).into_iter().flatten();
            new.extend(onwards.map(|(to, counted)| (*to, class, as_counts || *counted)));
        }
    }
    reached
}

#[test]
fn the_floor_finds_what_the_simplest_way_finds() {
    for seed in [SEED, 2] {
        let facts = Project::new(1_000, seed).facts;
        let (reached, simple) = (Floor::new(&facts).run(), reachable(&facts));
        assert_eq!(reached.pairs(), simple.len() as u64);
        for (cell, class, as_counts) in simple {
            let words = if as_counts { &reached.counts } else { &reached.rows };
            assert_eq!(words[cell as usize] >> class & 1, 1, "cell {cell}, class {class}");
        }
    }
}

#[test]
fn the_shape_is_what_the_book_tells() {
    let project = Project::new(10_000, SEED);
    let text: String = project.files.iter().map(|(_, t)| t.as_str()).collect();
    let count = |start: &str| text.lines().filter(|l| l.starts_with(start)).count();
    let share = |part: usize, of: usize| part * 1000 / of;
    assert_eq!(project.flows, 10_000);
    assert_eq!(count("flow "), project.flows);
    assert_eq!(count("step "), project.steps);
    assert_eq!(count("rule "), 20);
    let within = |what: &str, value: usize, low: usize, high: usize| {
        assert!((low..=high).contains(&value), "{what}: {value} is not between {low} and {high} per thousand");
    };
    within("parties to flows", share(count("party "), project.flows), 18, 22);
    within("datasets to flows", share(count("dataset "), project.flows), 90, 120);
    within("steps to flows", share(project.steps, project.flows), 290, 360);
    within("steps that strip", share(count("step strip-"), project.steps), 220, 280);
    within("steps that count", share(count("step count-"), project.steps), 40, 60);
    let declared: u32 = project
        .facts
        .origins
        .iter()
        .map(|(_, columns, _)| columns)
        .filter(|c| *c & MEMBER != 0)
        .map(|c| c.count_ones() - 1)
        .sum();
    within("fields of a dataset", share(declared as usize, count("dataset ")), 11_000, 13_500);
    let files = project.files.len();
    assert_eq!(files, 5, "one file for 10,000 flows and four for everything else");
}

#[test]
fn there_are_sixty_categories_and_six_direct_identifiers() {
    let distinct: BTreeSet<&str> = CATEGORIES.into_iter().collect();
    assert_eq!(distinct.len(), 60);
    assert_eq!(DIRECT.count_ones(), 6);
    let vocabulary = staunch::vocabulary::standard();
    for (number, category) in CATEGORIES.into_iter().enumerate() {
        let standard = vocabulary.find_category(category).is_some();
        assert_eq!(standard, number < OWN, "{category}");
        assert_eq!(OWN_TEXT.contains(&format!("category {category} ")), number >= OWN, "{category}");
    }
    let direct = |name: &str| {
        let found = vocabulary.find_category(name).expect("a category");
        vocabulary.category(found).levels.first().map(|l| l.identifies) == Some(staunch::vocabulary::Identifies::Direct)
    };
    for (number, category) in CATEGORIES.into_iter().take(OWN).enumerate() {
        assert_eq!(direct(category), DIRECT >> number & 1 == 1, "{category}");
    }
}

#[test]
fn the_tables_for_other_engines_are_complete() {
    let facts = Project::new(1_000, SEED).facts;
    let folder = tempfile::tempdir().expect("a folder");
    facts.write(folder.path()).expect("the tables are written");
    let lines = |name: &str| {
        let text = std::fs::read_to_string(folder.path().join(name)).expect("a table");
        text.lines().count()
    };
    assert_eq!(lines("copy.facts"), facts.copies.len());
    assert_eq!(lines("cell.facts"), facts.cells());
    let mut edges = 0;
    facts.edges(|_, _, _| edges += 1);
    assert_eq!(lines("edge.facts"), edges);
    let mut origins = 0;
    facts.origins(|_, _| origins += 1);
    assert_eq!(lines("origin.facts"), origins);
    assert_eq!(lines("transform.facts"), 2);
    for name in ["reach.dl", "reach.sql", "tables.sql"] {
        assert!(lines(name) > 0, "{name}");
    }
}
