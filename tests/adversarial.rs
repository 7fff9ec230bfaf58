//! Models in shapes that would make a careless program slow, deep or long-winded: each comes to its end with the right verdict,
//! and says no more than a person can read. (How time and memory grow with the size is measured, not tested: `cargo bench --bench shapes`.)
#![allow(clippy::unwrap_used, clippy::panic)] // a test that cannot go on must stop

mod support;

use staunch::check::{FINDINGS_KEPT, Outcome, RuleReport, Verdict, check_text};
use staunch::diagnostic::KEPT;
use staunch::output::{self, Format, Look, Options};
use support::AS_OF;

/// The most that is said of one rule with long lists in it.
const READABLE: usize = 500_000;

fn parties(most: usize) -> String {
    (0..most).map(|i| format!("party p{i}\n")).collect()
}

const DATASET: &str = "dataset d { held by p0; fields name, sex, postcode, date-of-birth }\n";

/// Judges a text, and holds what is said of it to a length.
#[track_caller]
fn judged(text: &str) -> Outcome {
    let outcome = check_text(&[("a.staunch", text)], AS_OF);
    let plain = Format::ALL.iter().map(|format| (*format, Look::Plain));
    for (format, look) in plain.chain([(Format::Human, Look::Graphical)]) {
        let said = output::render(&outcome, format, &Options { look, ..Options::default() });
        // each step has its place in six lines there
        let most = if format == Format::Sarif { 4 * READABLE } else { READABLE };
        assert!(said.len() < most, "{} bytes are said: {}", said.len(), said.chars().take(2_000).collect::<String>());
    }
    outcome
}

/// The only rule of a text that is right.
#[track_caller]
fn rule(text: &str) -> RuleReport {
    let outcome = judged(text);
    assert!(!outcome.diagnostics.has_errors(), "{:?}", outcome.diagnostics.sorted().first());
    outcome.report.unwrap().rules.remove(0)
}

#[test]
fn a_list_of_two_thousand_receivers() {
    let to: Vec<String> = (1..2_000).map(|i| format!("p{i}")).collect();
    let text = format!("{}{DATASET}flow f {{ from p0; to {}; data d }}\n", parties(2_000), to.join(", "));
    let last = rule(&format!("{text}rule r {{ p1999 must never receive data from d }}\n"));
    assert_eq!((last.verdict, last.findings.len()), (Verdict::Fail, 1));
    let all = rule(&format!("{text}rule r {{ no one may receive data from d }}\n"));
    assert_eq!((all.findings.len(), all.findings_left_out), (FINDINGS_KEPT, 1_999 - FINDINGS_KEPT));
    let listed = rule(&format!("{text}rule r {{ no one except {} may receive data from d }}\n", to.join(", ")));
    assert_eq!(listed.verdict, Verdict::Pass);
}

#[test]
fn a_circle_of_a_thousand_copies() {
    let flow = |i: usize| format!("flow f{i} {{ from p{i}; to p{}; data d }}\n", (i + 1) % 1_000);
    let flows: String = (0..1_000).map(flow).collect();
    let half = rule(&format!("{}{DATASET}{flows}rule r {{ p20 must never hold identified data }}\n", parties(1_000)));
    assert_eq!(half.verdict, Verdict::Fail);
    assert_eq!(half.findings[0].steps.len(), 22, "the beginning, twenty flows, and why: {:?}", half.findings[0].steps);
    let far = rule(&format!("{}{DATASET}{flows}rule r {{ p999 must never hold identified data }}\n", parties(1_000)));
    assert_eq!(far.verdict, Verdict::Fail);
}

/// There are 2^60 ways through, all of the same length; one is told.
#[test]
fn sixty_diamonds() {
    let diamond = |i: usize| {
        let (from, left, right, to) = (3 * i, 3 * i + 1, 3 * i + 2, 3 * i + 3);
        format!(
            "flow a{i} {{ from p{from}; to p{left}, p{right}; data d }}\n\
             flow b{i} {{ from p{left}; to p{to}; data d }}\nflow c{i} {{ from p{right}; to p{to}; data d }}\n"
        )
    };
    let diamonds: String = (0..60).map(diamond).collect();
    let end = rule(&format!("{}{DATASET}{diamonds}rule r {{ p180 must never hold identified data }}\n", parties(181)));
    assert_eq!((end.verdict, end.findings.len()), (Verdict::Fail, 1));
    assert_eq!(end.findings[0].steps.len(), 1 + 2 * 60 + 1, "the beginning, two flows a diamond, and why");
}

#[test]
fn a_key_in_a_thousand_copies() {
    let copies: String = (0..1_000).map(|i| format!("dataset e{i} {{ held by p1; fields k, sex }}\n")).collect();
    let key = "step number at p0 { takes d; add key k; gives numbered }\nflow f { from p0; to p1; data numbered }\n";
    let text = format!("{}{DATASET}{key}{copies}", parties(2));
    let linked = rule(&format!("{text}rule r {{ p1 must never hold identifiable data from e999 }}\n"));
    assert_eq!(linked.verdict, Verdict::Fail);
    // without the names the key is all that there is
    let text = text.replace("add key k;", "add key k; drop name, sex, postcode, date-of-birth;");
    let apart = rule(&format!("{text}rule r {{ p1 must never hold identifiable data from e999 }}\n"));
    assert_eq!(apart.verdict, Verdict::Pass);
}

#[test]
fn a_thousand_teams_in_a_row_of_walls() {
    let teams: String = (0..1_000).map(|i| format!("  team t{i}\n")).collect();
    let walls: String = (0..999).map(|i| format!("wall between p0.t{i} and p0.t{}\n", i + 1)).collect();
    let text = format!(
        "party p0 {{\n{teams}}}\nparty p1\n{walls}dataset d {{ held by p0.t0; fields name }}\n\
         flow f {{ from p0.t0; to p1; data d }}\nrule r {{ p1 must never hold identified data }}\n"
    );
    assert_eq!(rule(&text).verdict, Verdict::Fail);
}

#[test]
fn every_wall_among_forty_teams() {
    let teams: String = (0..40).map(|i| format!("  team t{i}\n")).collect();
    let pairs = (0..40).flat_map(|a| (0..a).map(move |b| format!("wall between p0.t{a} and p0.t{b}\n")));
    let walls: String = pairs.collect();
    let data: String =
        (1..40).map(|i| format!("dataset d{i} {{ held by p0.t{i}; fields sex, postcode, date-of-birth }}\n")).collect();
    let text = format!(
        "party p0 {{\n{teams}}}\n{walls}dataset d {{ held by p0.t0; fields name, sex, postcode, date-of-birth }}\n{data}"
    );
    let apart = rule(&format!("{text}rule r {{ p0 must never hold identifiable data from d39 }}\n"));
    assert_eq!(apart.verdict, Verdict::Pass, "{:?}", apart.findings);
    let gap = text.replace("wall between p0.t39 and p0.t0\n", "");
    let linked = rule(&format!("{gap}rule r {{ p0 must never hold identifiable data from d39 }}\n"));
    assert_eq!(linked.verdict, Verdict::Fail);
}

#[test]
fn a_thousand_promises_on_one_dataset() {
    let promises: String = (0..1_000).map(|i| format!("promise q{i} {{ p1 must never hold data from d }}\n")).collect();
    let text = format!("{}{DATASET}flow f {{ from p0; to p1; data d }}\n{promises}", parties(2));
    let report = check_text(&[("a.staunch", &text)], AS_OF).report.unwrap();
    assert_eq!(report.rules.len(), 1_000);
    assert!(report.rules.iter().all(|r| r.verdict == Verdict::Fail && r.findings.len() == 1));
}

#[test]
fn two_thousand_flows_of_one_dataset_to_one_party() {
    let flows: String = (0..2_000).map(|i| format!("flow f{i} {{ from p0; to p1; data d }}\n")).collect();
    let text = format!("{}{DATASET}{flows}", parties(2));
    let every = rule(&format!("{text}rule r {{ every flow must have agreement in force }}\n"));
    assert_eq!((every.findings.len(), every.findings_left_out), (FINDINGS_KEPT, 2_000 - FINDINGS_KEPT));
    assert_eq!(rule(&format!("{text}rule r {{ p1 must never hold data from d }}\n")).findings.len(), 1);
}

#[test]
fn a_thousand_fields() {
    let fields: String = (0..1_000).map(|i| format!("  field x{i} : social\n")).collect();
    let names: Vec<String> = (0..1_000).map(|i| format!("x{i}")).collect();
    let text = format!(
        "{}dataset d {{ held by p0; fields name\n{fields}}}\nstep s at p0 {{ takes d; drop {}; gives e }}\n\
         flow f {{ from p0; to p1; data e }}\nflow g {{ from p0; to p2; data d }}\n",
        parties(3),
        names.join(", ")
    );
    assert_eq!(rule(&format!("{text}rule r {{ p1 must never hold social data }}\n")).verdict, Verdict::Pass);
    assert_eq!(rule(&format!("{text}rule r {{ p2 must never hold social data }}\n")).verdict, Verdict::Fail);
}

#[test]
fn events_after_events() {
    let events: String = (1..500).map(|i| format!("event e{i} {{ after e{} }}\n", i - 1)).collect();
    let text = format!(
        "{}event e0\n{events}dataset d {{ held by p0; fields name; retain until e3 then destroy }}\n",
        parties(1)
    );
    let after = rule(&format!("{text}rule r {{ every copy must be destroyed by e499 }}\n"));
    assert_eq!(after.verdict, Verdict::Pass);
    let before = rule(&format!("{text}rule r {{ every copy must be destroyed by e2 }}\n"));
    assert_eq!(before.verdict, Verdict::Fail);
}

/// Each group holds two of the level below: 2^40 ways down to the two parties.
#[test]
fn groups_of_groups() {
    let level = |i: usize| {
        let below = i - 1;
        format!("group g{i} {{ g{below}, h{below} }}\ngroup h{i} {{ g{below}, h{below} }}\n")
    };
    let groups: String = (1..40).map(level).collect();
    let text = format!("{}group g0 {{ p0, p1 }}\ngroup h0 {{ p1 }}\n{groups}{DATASET}", parties(2));
    assert_eq!(rule(&format!("{text}rule r {{ g39 must never hold identified data }}\n")).verdict, Verdict::Fail);
    let circle = judged(&text.replace("group h0 { p1 }", "group h0 { g39 }"));
    assert!(circle.diagnostics.has_errors());
}

/// What is told of a thousand names is the first of them and how many more there are.
#[test]
fn long_lists_are_told_shortly() {
    let names: Vec<String> = (0..1_000).map(|i| format!("x{i}")).collect();
    let fields: String = names.iter().map(|n| format!("  field {n} : social\n")).collect();
    let text = format!(
        "{}dataset d {{ held by p0; fields name\n{fields}}}\nflow f {{ from p0; to p1; data d }}\n\
         rule r {{ no one may receive a field they do not use }}\n",
        parties(2)
    );
    let idle = rule(&text);
    assert_eq!(idle.findings.len(), 1);
    assert!(idle.findings[0].summary.contains("`x1`, "), "{}", idle.findings[0].summary);
    assert!(idle.findings[0].summary.contains(" and 962 more"), "{}", idle.findings[0].summary);
    // categories of one last part, too
    let same: String = (0..1_000).map(|i| format!("category c{i} under social\ncategory c{i}.same\n")).collect();
    let outcome = judged(&format!("{}{same}dataset d {{ held by p0; fields same }}\n", parties(1)));
    let help = outcome.diagnostics.sorted().first().and_then(|d| d.help.clone()).unwrap();
    assert!(help.contains("there are 988 more"), "{help}");
}

#[test]
fn thousands_of_broken_facts() {
    let kinds: [fn(usize) -> String; 8] = [
        |i| format!("party q{i} {{ knd charity }}\n"),
        |i| format!("prty q{i}\n"),
        |i| format!("flow f{i} {{ from qq{i}; to p1; data d }}\n"),
        |i| format!("dataset e{i} {{ held by p0; fields nmae{i} }}\n"),
        |i| format!("rule r{i} {{ pp{i} must never hold data from d }}\n"),
        |i| format!("adopt \"x{i}.staunch\"\n"),
        |_| "party p0 { kind charity }\n".to_owned(),
        |_| "party p0 “x\n".to_owned(),
    ];
    for kind in kinds {
        let wrong: String = (0..2_000).map(kind).collect();
        let outcome = judged(&format!("{}{DATASET}{wrong}", parties(2)));
        assert!(outcome.diagnostics.errors() >= 2_000, "{}", kind(0));
        assert_eq!(outcome.diagnostics.sorted().iter().filter(|d| d.code.id.starts_with('E')).count(), KEPT);
        assert!(outcome.report.is_none());
    }
}

/// A line may be as long as it likes; what is said of it may not.
#[test]
fn everything_on_one_line() {
    let parties: String = (0..5_000).map(|i| format!("party p{i} {{ kind charity }} ")).collect();
    assert_eq!(judged(&parties).diagnostics.errors(), 0);
    for wrong in ["%", "knd x", "'", "“", "\"", "\\", "é"] {
        let far = format!(
            "party p0 {{ {} {} }} # {}",
            " ".repeat(200_000),
            format!("{wrong} ").repeat(500),
            "x".repeat(200_000)
        );
        assert!(judged(&far).diagnostics.has_errors(), "{wrong}");
    }
    let name = "a".repeat(1_000_000);
    let outcome = judged(&format!("party {name}\nflow f {{ from {name}; to {name} }}\n"));
    assert!(outcome.diagnostics.has_errors());
}

fn team_copies(teams: usize) -> String {
    let names: String = (0..teams).map(|i| format!("  team t{i}\n")).collect();
    let data: String = (1..teams)
        .map(|i| format!("dataset d{i} {{ held by p0.t{i}; fields sex, postcode, date-of-birth }}\n"))
        .collect();
    format!(
        "party p0 {{\n{names}}}\n{data}dataset d {{ held by p0.t0; fields name, sex, postcode, date-of-birth }}\n\
         dataset health {{ held by p0.t1; fields sex; field illness : health.mental }}\n"
    )
}

/// Every view is another, and each is judged as what it sees says.
#[test]
fn five_hundred_teams_with_data_in_a_row_of_walls() {
    let walls: String = (1..500).map(|i| format!("wall between p0.t{} and p0.t{i}\n", i - 1)).collect();
    let text = team_copies(500) + &walls;
    let verdict = |sentence: &str| rule(&format!("{text}rule r {{ {sentence} }}\n")).verdict;
    // the team beside the names does not see them; all others do
    assert_eq!(verdict("p0.t1 must never hold identifiable data from d1"), Verdict::Pass);
    assert_eq!(verdict("p0.t2 must never hold identifiable data from d1"), Verdict::Pass, "a wall hides d1");
    assert_eq!(verdict("p0.t3 must never hold identifiable data from d1"), Verdict::Fail);
    assert_eq!(verdict("p0 must never hold identifiable data from d499"), Verdict::Fail);
    assert_eq!(verdict("p0 must never hold name together with health.mental"), Verdict::Fail);
    assert_eq!(verdict("p0.t0 must never hold name together with health.mental"), Verdict::Pass);
}

#[test]
fn three_hundred_teams_and_one_walled_from_all() {
    let walls: String = (1..300).map(|i| format!("wall between p0.t0 and p0.t{i}\n")).collect();
    let text = team_copies(300) + &walls;
    let apart = rule(&format!("{text}rule r {{ p0 must never hold identifiable data from d299 }}\n"));
    assert_eq!(apart.verdict, Verdict::Pass, "{:?}", apart.findings);
    let meeting = format!("{text}rule r {{ p0 must never hold name together with health.mental }}\n");
    assert_eq!(rule(&meeting).verdict, Verdict::Pass);
    assert_eq!(rule(&meeting.replace("wall between p0.t0 and p0.t1\n", "")).verdict, Verdict::Fail);
}

/// Of very many exceptions those that never apply are told, and none that does.
#[test]
fn six_hundred_exceptions() {
    let flows: String = (1..300).map(|i| format!("flow f{i} {{ from p0; to p{i}; data d }}\n")).collect();
    let except: String = (1..600).map(|i| format!(" except at p{i}")).collect();
    let text = format!("{}{DATASET}{flows}rule r {{ no one except p0 may hold data from d{except} }}\n", parties(600));
    let outcome = judged(&text);
    let unused: Vec<String> = outcome.diagnostics.sorted().iter().map(|d| d.message.clone()).collect();
    assert_eq!(unused.iter().filter(|m| m.contains("never applies")).count(), KEPT, "{unused:?}");
    assert_eq!(outcome.diagnostics.warnings(), 300, "p300 to p599 hold nothing");
    assert_eq!(outcome.report.unwrap().rules[0].verdict, Verdict::Pass);
}

/// What one copy completes with the next completes it with another: all merge, one after the other.
#[test]
fn three_hundred_combinations_in_a_row() {
    let names: String = (0..302).map(|i| format!("category c{i} under social {{ identifies quasi }}\n")).collect();
    let pairs: String = (0..301).map(|i| format!("combination c{i}, c{}\n", i + 1)).collect();
    let copy = |i: usize| format!("dataset e{i} {{ held by p1; fields c{i}, c{}, c{} }}\n", i + 1, i + 2);
    let copies: String = (0..300).map(copy).collect();
    let text = format!("{}{names}{pairs}{copies}dataset d {{ held by p1; fields name, c0, c1 }}\n", parties(2));
    let judge = |text: &str, from: usize| {
        rule(&format!("{text}rule r {{ p1 must never hold identifiable data from e{from} }}\n"))
    };
    assert_eq!(judge(&text, 40).verdict, Verdict::Fail);
    assert_eq!(judge(&text, 299).verdict, Verdict::Fail);
    assert_eq!(judge(&text.replace(&copy(150), ""), 299).verdict, Verdict::Pass);
}

#[test]
fn a_step_with_a_thousand_of_everything() {
    let (fields, drops, inputs, outputs): (String, String, Vec<String>, Vec<String>) = (
        (0..1_000).map(|i| format!("  field x{i} : social\n")).collect(),
        (0..1_000).map(|i| format!("drop x{i}; ")).collect(),
        (0..1_000).map(|i| format!("e{i}")).collect(),
        (0..1_000).map(|i| format!("o{i}(name)")).collect(),
    );
    let others: String = inputs.iter().map(|e| format!("dataset {e} {{ held by p0; fields name, sex }}\n")).collect();
    let text = format!(
        "{}dataset d {{ held by p0; fields name\n{fields}}}\n{others}\
         step s at p0 {{ takes d, {}; {drops}gives {}, rest }}\n\
         flow f {{ from p0; to p1; data o999 }}\nflow g {{ from p0; to p2; data rest }}\n",
        parties(3),
        inputs.join(", "),
        outputs.join(", ")
    );
    let verdict = |sentence: &str| rule(&format!("{text}rule r {{ {sentence} }}\n")).verdict;
    assert_eq!(verdict("p2 must never hold social data"), Verdict::Pass);
    assert_eq!(verdict("p1 must never hold name"), Verdict::Fail);
    assert_eq!(verdict("p1 must never hold sex"), Verdict::Pass);
    assert_eq!(verdict("p2 must never hold sex"), Verdict::Fail);
    // what is dropped twice is not there the second time
    let twice = judged(&text.replace("drop x7; ", "drop x7; drop x7; "));
    assert_eq!(twice.diagnostics.errors(), 1);
}

/// A class of origins for each promise, asked of a copy for each.
#[test]
fn five_hundred_promises_on_datasets_of_their_own() {
    let own = |i: usize| {
        let to = i + 1;
        format!(
            "dataset d{i} {{ held by p0; fields name }}\nflow f{i} {{ from p0; to p{to}; data d{i} }}\n\
             promise q{i} {{ p{to} must never hold data from d{i} }}\npromise k{i} {{ p{i} must never hold data from d0 }}\n"
        )
    };
    let text = format!("{}{}", parties(501), (1..500).map(own).collect::<String>())
        + "dataset d0 { held by p0; fields name }\nflow f0 { from p0; to p1; data d0 }\n";
    let report = check_text(&[("a.staunch", &text)], AS_OF).report.unwrap();
    let failing =
        |first: char| report.rules.iter().filter(|r| r.name.starts_with(first) && r.verdict == Verdict::Fail).count();
    assert_eq!((failing('q'), failing('k')), (499, 1));
}

/// Many events in a row are gone through as dates are, and not each held against each: the same comes of it.
#[test]
fn events_in_a_row_are_judged_as_dates_are() {
    const EVENTS: usize = 90;
    let day = |i: usize| format!("{}-{:02}-{:02}", 2000 + i / 12, 1 + i % 12, 1);
    let row: String = (1..EVENTS).map(|i| format!("event e{i} {{ after e{} }}\n", i - 1)).collect();
    let (mut broken, mut held) = (0, 0);
    for seed in 0..40usize {
        let at = |n: usize| (seed * 37 + n * n * 53 + n * 11) % EVENTS;
        let model = |when: &dyn Fn(usize) -> String| -> String {
            let dataset = |i: usize| {
                let (from, to) = (at(i), (at(i) + 1 + at(i + 7) % 9).min(EVENTS - 1));
                format!(
                    "dataset d{i} {{ held by p0; fields {} }}\n\
                     flow f{i} {{ from p0; to p1; data d{i}; on {}; receiver retains until {} then destroy }}\n",
                    ["name, nhs-number", "nhs-number, postcode", "sex"][i % 3],
                    when(from),
                    when(to)
                )
            };
            let data: String = (0..12).map(dataset).collect();
            // a flow at each of the events
            let others: String =
                (0..EVENTS).map(|i| format!("flow g{i} {{ from p0; to p1; data o; on {} }}\n", when(i))).collect();
            format!("{}dataset o {{ held by p0; fields sex }}\n{data}{others}", parties(3))
                + "rule r { p1 must never hold name together with postcode }\n\
                   rule q { p1 must never hold identifiable postcode }\n"
        };
        let verdicts = |text: &str| -> Vec<Verdict> {
            let outcome = check_text(&[("a.staunch", text)], AS_OF);
            let report = outcome.report.as_ref();
            report.map_or_else(
                || panic!("{:?}", outcome.diagnostics.sorted().first()),
                |report| report.rules.iter().map(|r| r.verdict).collect(),
            )
        };
        let by_events = verdicts(&format!("event e0\n{row}{}", model(&|i| format!("e{i}"))));
        assert_eq!(by_events, verdicts(&model(&day)), "{seed}");
        broken += by_events.iter().filter(|v| **v == Verdict::Fail).count();
        held += by_events.iter().filter(|v| **v == Verdict::Pass).count();
    }
    assert!(broken > 10 && held > 2, "{broken} broken, {held} kept");
}
