//! Two versions of a model: what the difference newly lets happen, and because of which change.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test may stop where its case is wrong

mod support;

use staunch::check::{
    Baseline, Bearing, Comparison, EffectKind, FINDINGS_COMPARED, Inputs, Outcome, Turn, Verdict, against, check,
    compare, inputs_of_texts,
};
use support::AS_OF;

const WORLD: &str = r#"party council "The Council" { kind local-authority }
party institute "The Institute" { kind university }
party company "The Company" { kind company }
event study-end { no later than 2028-01-01 }
dataset cases { held by council; fields name, date-of-birth, attendance; retain until 2030-01-01 then destroy }
step strip at council { takes cases; drop name, date-of-birth; gives stripped; for research }
flow out { from council; to institute; data stripped; for research; receiver retains until study-end then destroy }
step count at institute { takes stripped; aggregate by attendance minimum 10; suppress secondary; gives counts; for research }

rule no-names { institute must never receive name }
rule not-the-company { company must never receive data }
rule no-birthdays {
  institute must never receive date-of-birth
  severity warning
}
"#;

fn inputs(text: &str) -> Inputs {
    Inputs { findings_kept: FINDINGS_COMPARED, ..inputs_of_texts(&[("model.staunch", text)], AS_OF) }
}

fn between(old: &str, new: &str) -> Comparison {
    let comparison = compare(inputs(old), inputs(new));
    for outcome in [&comparison.old, &comparison.new] {
        assert!(outcome.report.is_some(), "{}", support::complaints(outcome));
    }
    comparison
}

/// The world with some words in the place of others.
fn with(changes: &[(&str, &str)]) -> String {
    changes.iter().fold(WORLD.to_owned(), |text, (old, new)| {
        assert!(text.contains(old), "{old}");
        text.replacen(old, new, 1)
    })
}

/// What follows from some changes of the world, with what brings it about.
fn follows(changes: &[(&str, &str)], bearing: Bearing) -> Vec<(EffectKind, String, Vec<String>)> {
    told(&between(WORLD, &with(changes)), bearing)
}

fn told(comparison: &Comparison, bearing: Bearing) -> Vec<(EffectKind, String, Vec<String>)> {
    let effects = comparison.effects.iter().filter(|e| e.bearing == bearing);
    effects
        .map(|e| {
            let causes = e.caused_by.iter().map(|n| comparison.changes[*n].name.clone()).collect();
            (e.kind, e.sentence.clone(), causes)
        })
        .collect()
}

fn one(kind: EffectKind, sentence: &str, causes: &[&str]) -> (EffectKind, String, Vec<String>) {
    (kind, sentence.to_owned(), causes.iter().map(|c| (*c).to_owned()).collect())
}

#[test]
fn a_version_is_as_itself_however_it_is_laid_out() {
    let lines: Vec<&str> = WORLD.lines().collect();
    let turned = format!(
        "# another comment\n{}\n",
        lines[8..].iter().chain(&lines[..8]).copied().collect::<Vec<_>>().join("\n")
    );
    let comparison = between(WORLD, &turned.replace("; ", ";   # why\n  "));
    assert!(comparison.changes.is_empty(), "{:#?}", comparison.changes);
    assert!(comparison.effects.is_empty(), "{:#?}", comparison.effects);
}

#[test]
fn a_flow_that_is_added_lets_somebody_have_data() {
    let new = format!("{WORLD}flow leak {{ from institute; to company; data stripped; for research }}\n");
    let comparison = between(WORLD, &new);
    assert_eq!(
        told(&comparison, Bearing::Worse),
        [
            one(
                EffectKind::Recipient,
                "The Company now receives data, and has `stripped` with `attendance`, person by person",
                &["leak"]
            ),
            one(
                EffectKind::Finding,
                "likely issue, rule `not-the-company`: The Company receives `stripped` with `attendance`, row by row",
                &["leak"]
            ),
        ]
    );
    let change = &comparison.changes[0];
    assert_eq!((&change.turn, change.kind.as_str(), change.name.as_str()), (&Turn::Added, "flow", "leak"));
    // and the other way round it is all for the better
    let back = between(&new, WORLD);
    assert!(back.effects.iter().all(|e| e.bearing == Bearing::Better), "{:#?}", back.effects);
    assert_eq!(back.effects.len(), 2);
}

/// That the promise is not kept is its own finding; a rule that asks of every promise to be kept has nothing to add.
#[test]
fn a_promise_that_is_newly_broken_is_told_once() {
    let promised = format!(
        "{WORLD}people clients {{ children none }}
notice told {{ from council; to clients; text \"notice.md\" }}
promise quiet {{ quote \"A company never gets it.\" in told; company must never receive data }}
rule kept {{ every promise must be kept }}
"
    );
    let notice = "A company never gets it.";
    let of = |text: &str| {
        let files = [("model.staunch", text), ("notice.md", notice)];
        Inputs { findings_kept: FINDINGS_COMPARED, ..inputs_of_texts(&files, AS_OF) }
    };
    let leaking = format!("{promised}flow leak {{ from institute; to company; data stripped; for research }}\n");
    let rules = |old: &str, new: &str, bearing: Bearing| {
        let comparison = compare(of(old), of(new));
        let found = comparison.effects.into_iter().filter(|e| e.kind == EffectKind::Finding && e.bearing == bearing);
        found.filter_map(|e| e.rule).collect::<Vec<String>>()
    };
    let outcome = check(of(&leaking));
    let report = outcome.report.as_ref().unwrap_or_else(|| panic!("{}", support::complaints(&outcome)));
    assert!(report.rules.iter().any(|r| r.name == "kept" && r.verdict == Verdict::Fail));
    assert_eq!(rules(&promised, &leaking, Bearing::Worse), ["not-the-company", "quiet"]);
    assert_eq!(rules(&leaking, &promised, Bearing::Better), ["not-the-company", "quiet"]);
}

#[test]
fn a_control_that_is_lost_is_named_and_so_is_who_can_identify_whom() {
    assert_eq!(
        follows(&[("drop name, date-of-birth", "drop date-of-birth")], Bearing::Worse),
        [
            one(
                EffectKind::Level,
                "The Council now has `stripped` with people who can be identified there (before: person by person)",
                &["strip"]
            ),
            one(
                EffectKind::Level,
                "The Institute now has `stripped` with people who can be identified there (before: person by person)",
                &["strip"]
            ),
            one(EffectKind::Fields, "The Council now has `name` in `stripped` as well", &["strip"]),
            one(EffectKind::Fields, "The Institute now has `name` in `stripped` as well", &["strip"]),
            one(EffectKind::Control, "a control is gone: drop `name` in `strip`", &["strip"]),
            one(
                EffectKind::Finding,
                "likely issue, rule `no-names`: The Institute receives `stripped` with `name`, identifiable there",
                &["strip"]
            ),
        ]
    );
}

#[test]
fn what_takes_two_changes_is_blamed_on_both_and_on_no_third() {
    let new = with(&[
        ("drop name, date-of-birth; gives stripped", "drop date-of-birth; gives stripped, whole"),
        ("dataset cases", "dataset unrelated { held by institute; fields attendance }\ndataset cases"),
    ]);
    let new = format!("{new}flow leak {{ from council; to company; data whole; for research }}\n");
    let comparison = between(WORLD, &new);
    let receives = comparison.effects.iter().find(|e| e.sentence.starts_with("The Company now receives data")).unwrap();
    let mut causes: Vec<&str> = receives.caused_by.iter().map(|n| comparison.changes[*n].name.as_str()).collect();
    causes.sort_unstable();
    assert_eq!(causes, ["leak", "strip"]);
}

#[test]
fn what_is_called_otherwise_is_the_same() {
    let new = WORLD
        .replace("institute", "university")
        .replace("cases", "records")
        .replace("stripped", "prepared")
        .replace("flow out", "flow to-the-university");
    let comparison = between(WORLD, &new);
    let names =
        |list: &[(&str, &str)]| list.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect::<Vec<_>>();
    assert_eq!(
        comparison.renamed,
        names(&[
            ("cases", "records"),
            ("institute", "university"),
            ("out", "to-the-university"),
            ("stripped", "prepared")
        ])
    );
    let changes: Vec<(&Turn, &str)> = comparison.changes.iter().map(|c| (&c.turn, c.name.as_str())).collect();
    assert!(changes.iter().all(|(turn, _)| matches!(turn, Turn::Renamed { .. })), "{changes:?}");
    assert!(comparison.effects.is_empty(), "{:#?}", comparison.effects);
}

#[test]
fn weaker_rules_are_told_and_what_they_hide() {
    let leak = "flow leak { from institute; to company; data counts; for research }\n";
    let old = WORLD.to_owned();
    let new = with(&[("company must never receive data }", "company must never receive data except aggregate data }")])
        + leak;
    let comparison = between(&old, &new);
    let worse = told(&comparison, Bearing::Worse);
    assert!(
        worse.contains(&one(
            EffectKind::Rule,
            "the rule `not-the-company` lets more pass: except aggregate data",
            &["not-the-company"]
        )),
        "{worse:#?}"
    );
    assert!(
        worse.iter().any(|(kind, said, causes)| *kind == EffectKind::Hidden
            && said.starts_with("the rules as they were would say (`not-the-company`)")
            && *causes == ["not-the-company"]),
        "{worse:#?}"
    );
    assert!(comparison.new.report.unwrap().rules.iter().all(|r| r.verdict == Verdict::Pass));

    let gone = follows(&[("rule not-the-company { company must never receive data }\n", "")], Bearing::Worse);
    assert_eq!(gone, [one(EffectKind::Rule, "the rule `not-the-company` is gone", &["not-the-company"])]);
    let milder = follows(&[("severity warning", "severity info")], Bearing::Worse);
    let said = "the rule `no-birthdays` is only for information (before: a warning)";
    assert_eq!(milder, [one(EffectKind::Rule, said, &["no-birthdays"])]);
}

/// Of more changes than can be tried out one by one, those are tried first in which something follows.
#[test]
fn many_changes_are_told_apart() {
    let parties = (0..450).fold(String::new(), |all, n| all + &format!("party added-{n} {{ kind company }}\n"));
    let leaks = "flow leak-a { from institute; to company; data counts; for research }\n\
                 flow leak-b { from institute; to company; data stripped; for research }\n";
    let comparison = between(WORLD, &format!("{WORLD}{parties}{leaks}"));
    assert_eq!(comparison.changes.len(), 452);
    let worse = told(&comparison, Bearing::Worse);
    let findings: Vec<_> = worse.iter().filter(|(kind, ..)| *kind == EffectKind::Finding).collect();
    assert!(findings.len() >= 2, "{worse:#?}");
    for (_, said, causes) in findings {
        assert!(*causes == ["leak-a"] || *causes == ["leak-b"], "{said}: {} changes", causes.len());
    }
}

#[test]
fn waivers_that_come_and_last_longer_are_for_the_worse() {
    let leak = "flow leak { from institute; to company; data stripped; for research }\n";
    let waiver = |until: &str| {
        format!(
            "{WORLD}{leak}waive not-the-company for leak {{ because \"r\"; by \"b\"; on 2025-12-01; until {until} }}\n"
        )
    };
    let base = format!("{WORLD}{leak}");
    let new = told(&between(&base, &waiver("2026-03-01")), Bearing::Worse);
    assert!(
        new.contains(&one(
            EffectKind::Waiver,
            "`not-the-company` is waived for `leak` until 2026-03-01",
            &["waive not-the-company for leak"]
        )),
        "{new:#?}"
    );
    // what somebody answers for is not mended
    let better = told(&between(&base, &waiver("2026-03-01")), Bearing::Better);
    assert!(better.is_empty(), "{better:#?}");
    let mended = told(&between(&base, WORLD), Bearing::Better);
    assert!(mended.iter().any(|(_, said, _)| said.starts_with("mended, rule `not-the-company`")), "{mended:#?}");
    let longer = told(&between(&waiver("2026-03-01"), &waiver("2026-06-01")), Bearing::Worse);
    assert_eq!(longer[0].1, "`not-the-company` is waived for `leak` until 2026-06-01 (before: 2026-03-01)");
}

#[test]
fn what_is_kept_longer_is_for_the_worse() {
    let later = follows(&[("no later than 2028-01-01", "no later than 2029-01-01")], Bearing::Worse);
    let said = "The Institute keeps longer `stripped`: until `study-end`, by 2029-01-01 (before: until `study-end`, by 2028-01-01)";
    assert!(later.contains(&one(EffectKind::Retention, said, &["study-end"])), "{later:#?}");
    let longer = follows(
        &[("receiver retains until study-end then destroy", "receiver retains 2 years after study-end then destroy")],
        Bearing::Worse,
    );
    let said = "The Institute keeps longer `stripped`: until 2 years after `study-end`, by 2030-01-01 (before: until `study-end`, by 2028-01-01)";
    assert!(longer.contains(&one(EffectKind::Retention, said, &["out"])), "{longer:#?}");
    assert!(longer.iter().all(|(kind, ..)| *kind == EffectKind::Retention), "{longer:#?}");
    let for_ever = follows(&[("; retain until 2030-01-01 then destroy", "")], Bearing::Worse);
    assert!(
        for_ever.iter().any(|(k, s, _)| *k == EffectKind::Retention
            && s.starts_with("The Council keeps longer `cases`: nobody says until when")),
        "{for_ever:#?}"
    );
}

#[test]
fn only_what_is_new_counts_against_an_old_version() {
    let leak = "flow leak { from institute; to company; data stripped; for research }\n";
    let old = format!("{WORLD}{leak}");
    let counts = |outcome: &Outcome| {
        let rules = &outcome.report.as_ref().unwrap().rules;
        rules.iter().flat_map(|r| r.open()).map(|f| f.fingerprint.clone()).collect::<Vec<_>>()
    };
    assert!(counts(&against(inputs(&old), inputs(&old)).0).is_empty());
    // under other names it is still the same
    let renamed = old.replace("stripped", "prepared").replace("flow leak", "flow drip");
    assert!(counts(&against(inputs(&old), inputs(&renamed)).0).is_empty());
    // one is mended and another comes: the new one counts
    let swapped = format!("{WORLD}flow other {{ from institute; to company; data counts; for research }}\n");
    assert_eq!(
        counts(&against(inputs(&old), inputs(&swapped)).0),
        ["not-the-company/0/company/counts at company/other"]
    );
    // what cannot be judged says nothing of what was there
    // nobody can tell what a text with errors has: all counts
    let (new, unread) = against(inputs("party a {"), inputs(&old));
    assert!(unread.is_some_and(|old| old.report.is_none()));
    assert!(new.report.unwrap().rules.iter().all(|r| r.findings.iter().all(|f| !f.known)));
}

#[test]
fn a_baseline_knows_findings_by_their_names() {
    let leak = "flow leak { from institute; to company; data stripped; for research }\n";
    let old = format!("{WORLD}{leak}");
    let report = check(inputs(&old)).report.unwrap();
    let baseline = Baseline::of(&report);
    assert_eq!(baseline.len(), 1);
    let read = Baseline::read(&baseline.text()).unwrap();
    assert_eq!(read, baseline, "it is read as it was written");
    let marked = |text: &str| {
        let mut report = check(inputs(text)).report.unwrap();
        let gone = read.mark(&mut report);
        (report.rules.iter().map(|r| r.open().count()).sum::<usize>(), gone.len())
    };
    assert_eq!(marked(&old), (0, 0));
    assert_eq!(marked(&format!("\n\n# moved down\n{old}")), (0, 0));
    assert_eq!(marked(WORLD), (0, 1), "what is mended can be taken out");
    // swaps do not hide
    let swapped = format!("{WORLD}flow other {{ from institute; to company; data counts; for research }}\n");
    assert_eq!(marked(&swapped), (1, 1));
}

#[test]
fn a_baseline_that_is_none_is_not_used() {
    let why = |text: &str| Baseline::read(text).unwrap_err().0;
    assert_eq!(why("{"), "it is not the JSON of a baseline (line 1, column 1)");
    assert_eq!(why("[]"), "it is not the JSON of a baseline (line 1, column 2)");
    assert_eq!(
        why("{\"format\": \"staunch-report\", \"version\": 1}"),
        "it is some other JSON: a baseline has `\"format\": \"staunch-baseline\"`"
    );
    assert_eq!(
        why("{\"format\": \"staunch-baseline\", \"version\": 7, \"entries\": {}}"),
        "it has version 7 of the format, and this program reads 1"
    );
    assert!(
        why("{\"format\": \"staunch-baseline\", \"version\": 1, \"findings\": [{}]}")
            .starts_with("an entry of it cannot be read")
    );
}
