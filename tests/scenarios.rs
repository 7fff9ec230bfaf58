//! Scenarios and controls: what a change of the model does to its rules.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test may stop where its case is wrong

mod support;

use staunch::check::{ScenarioReport, Tested, Without, inputs_of_texts, test};
use support::AS_OF;

/// A council, an institute and a company; names are dropped before anything leaves.
const WORLD: &str = r#"
party council "The Council" { kind local-authority; team care; team payroll }
party institute "The Institute" { kind university }
party company "A Company" { kind company }
wall between council.care and council.payroll
people clients "Clients" { children some }
agreement deal { kind sharing; between council, institute; from 2025-01-01; until 2027-01-01; for research; covers stripped }
opt-out not-me { blocks research; before use }
dataset cases { held by council.care; about clients; fields name, date-of-birth, attendance; retain until 2030-01-01 then destroy }
step strip at council.care { takes cases; filter opt-out not-me; drop name, date-of-birth; gives stripped; for research }
flow out { from council.care; to institute; data stripped; for research; under deal; by managed-transfer }
step count at institute { takes stripped; aggregate by attendance minimum 10; suppress secondary; gives counts; for research }
flow publish { from institute; to public; data counts; for research }

rule no-names { institute must never receive name }
rule no-birthdays { institute must never receive date-of-birth }
rule payroll-cannot-see { council.payroll must never hold personal data from cases }
rule agreed { every flow to institute must have agreement in force }
rule safe-counts { published data must be anonymous }
rule not-the-company { company must never receive personal data }
rule no-objectors { personal data from cases must pass through filter opt-out not-me before reaching institute }
"#;

fn run(scenarios: &str) -> Tested {
    let tested =
        test(inputs_of_texts(&[("scenarios.staunch", scenarios), ("world.staunch", WORLD)], AS_OF), |_| true, false);
    assert!(tested.base.report.is_some(), "{}", support::complaints(&tested.base));
    tested
}

fn one(scenario: &str) -> ScenarioReport {
    run(&format!("scenario \"it\" {{\n{scenario}\n}}")).scenarios.remove(0)
}

#[track_caller]
fn comes_out(scenario: &str) {
    let report = one(scenario);
    assert!(report.passes(), "{scenario}\n{report:#?}");
}

/// What a scenario says that does not come out as it expects.
#[track_caller]
fn fails(scenario: &str) -> String {
    let report = one(scenario);
    assert!(!report.passes(), "{scenario}");
    let came = report.expected.iter().filter_map(|e| e.disappointment.as_ref()).map(|d| d.text.clone());
    came.chain(report.errors.iter().map(|e| e.message.clone())).collect::<Vec<_>>().join("; ")
}

#[test]
fn the_project_itself_is_as_its_rules_ask() {
    let rules = ["no-names", "no-birthdays", "payroll-cannot-see", "agreed", "safe-counts", "not-the-company"];
    for rule in rules {
        comes_out(&format!("expect {rule} passes"));
        assert_eq!(fails(&format!("expect {rule} fails")), format!("`{rule}` passes"));
    }
    comes_out("expect no new findings");
}

#[test]
fn a_field_of_an_operation_can_be_left_out_and_the_rest_stays() {
    comes_out("without drop name in strip\nexpect no-names fails\nexpect no-birthdays passes");
    comes_out("without drop in strip\nexpect no-names fails\nexpect no-birthdays fails");
    comes_out("without filter opt-out not-me in strip\nexpect no-objectors fails");
    comes_out("without suppress secondary in count\nexpect safe-counts cannot tell");
    assert_eq!(
        fails("without drop attendance in strip\nexpect no-names passes"),
        "`strip` does not do `drop attendance`"
    );
    assert_eq!(fails("without encrypt in strip\nexpect no-names passes"), "`strip` does not do `encrypt`");
}

#[test]
fn what_is_added_is_there_in_its_scenario_alone() {
    let tested = run(
        "scenario \"one\" { add flow leak { from council.care; to company; data cases; for research }; expect not-the-company fails }\n\
         scenario \"two\" { expect not-the-company passes; expect company does not receive personal data }",
    );
    assert!(tested.scenarios.iter().all(ScenarioReport::passes), "{:#?}", tested.scenarios);
    comes_out(
        "add flow leak { from institute; to company; data stripped }\nexpect company receives attendance\nexpect company does not receive name",
    );
    assert_eq!(
        fails("add flow leak { from institute; to company; data stripped }\nexpect company receives name"),
        "that does not happen"
    );
    assert_eq!(
        fails(
            "add flow leak { from institute; to company; data stripped }\nexpect company does not receive attendance"
        ),
        "that does happen"
    );
    assert_eq!(
        fails("add flow leak { from institute; to company; data stripped }\nexpect no new findings"),
        "there is a new finding"
    );
}

#[test]
fn a_change_takes_the_place_of_lines_that_begin_alike_and_leaves_the_others() {
    comes_out("change flow out { to institute, company }\nexpect not-the-company fails\nexpect agreed passes");
    comes_out("change flow out { under not-stated }\nexpect agreed fails\nexpect no-names passes");
    comes_out("change agreement deal { until 2025-06-30 }\nexpect agreed fails");
    comes_out("change step count { aggregate by attendance minimum 3 }\nexpect safe-counts fails");
}

#[test]
fn what_cannot_be_without_what_is_removed_goes_with_it() {
    comes_out("remove wall between council.payroll and council.care\nexpect payroll-cannot-see fails");
    comes_out("remove deal\nexpect agreed fails\nexpect no-names passes");
    // the flow has no data any more, nor has the counting, nor what is published
    comes_out(
        "remove strip\nexpect institute does not receive data\nexpect public does not receive data\nexpect no-names passes",
    );
    // what a rule names has to stay
    let said = fails("remove institute\nexpect public does not receive data");
    assert!(said.contains("there is no party, team or group called `institute`"), "{said}");
}

/// A step can be put in the place of another, in whichever order the two lines stand.
#[test]
fn what_is_made_anew_is_not_missed() {
    let other = "step other-strip at council.care { takes cases; filter opt-out not-me; drop name; gives stripped; for research }";
    for lines in [format!("remove strip\nadd {other}"), format!("add {other}\nremove strip")] {
        comes_out(&format!("{lines}\nexpect no-birthdays fails\nexpect no-names passes\nexpect public receives data"));
    }
    // taking away what is made itself is another matter
    let said = format!("add {other}\nremove strip, counts\nexpect public does not receive data");
    comes_out(&said);
}

#[test]
fn a_scenario_that_does_not_fit_together_fails_and_says_why() {
    // the institute counts what nobody brings
    let said = fails("remove out\nexpect no-names passes");
    assert!(said.contains("stripped"), "{said}");
}

#[test]
fn a_date_of_its_own_moves_the_judgement() {
    comes_out("as of 2027-06-01\nexpect agreed fails");
    comes_out("as of 2026-06-01\nexpect agreed passes");
}

#[test]
fn only_the_scenarios_that_are_wanted_run() {
    let text = "scenario \"the first\" { expect no-names passes }\nscenario \"the second\" { expect no-names fails }";
    let tested =
        test(inputs_of_texts(&[("a.staunch", text), ("world.staunch", WORLD)], AS_OF), |t| t.contains("first"), false);
    let titles: Vec<&str> = tested.scenarios.iter().map(|s| s.title.as_str()).collect();
    assert_eq!((titles, tested.others), (vec!["the first"], 1));
}

#[test]
fn a_control_is_missed_by_the_rules_that_are_broken_without_it() {
    let tested = test(inputs_of_texts(&[("world.staunch", WORLD)], AS_OF), |_| true, true);
    let controls = tested.controls.unwrap();
    let found: Vec<(&str, String)> = controls
        .controls
        .iter()
        .map(|c| {
            let without = match &c.without {
                Without::Missed(rules) => rules.join(" "),
                Without::NotMissed => "nobody".to_owned(),
                Without::Needed(why) => format!("needed: {why}"),
            };
            (c.what.as_str(), without)
        })
        .collect();
    let expected = [
        ("the wall between `council.care` and `council.payroll`", "payroll-cannot-see"),
        ("the agreement `deal`", "agreed"),
        ("the opt-out `not-me`", "no-objectors"),
        ("the end of `cases`", "nobody"),
        ("filter opt-out `not-me` in `strip`", "no-objectors"),
        ("drop `name` in `strip`", "no-names"),
        ("drop `date-of-birth` in `strip`", "no-birthdays"),
        ("the agreement of `out`", "agreed"),
        ("the channel of `out`", "nobody"),
        ("aggregate in `count`", "payroll-cannot-see safe-counts not-the-company"),
        ("the least count of 10 in `count`", "safe-counts"),
        ("suppress secondary in `count`", "safe-counts"),
    ];
    assert_eq!(found, expected.map(|(what, by)| (what, by.to_owned())));
    assert_eq!(controls.unshaken, [""; 0]);
    assert_eq!(controls.holding, 7);
}

/// The scenarios of the examples say what is true of them, and of the study as it should be they break every promise and every
/// rule of its own at least once.
#[test]
fn the_examples_scenarios_come_out() {
    for name in ["as-written", "as-it-should-be"] {
        let folder = support::root().join("examples/troubled-families").join(name);
        let loaded = staunch::project::open(&folder).unwrap();
        let tested = test(support::inputs(loaded, jiff::civil::date(2026, 11, 1)), |_| true, false);
        let report = tested.base.report.as_ref().unwrap();
        for scenario in &tested.scenarios {
            assert!(scenario.passes(), "{name}: {scenario:#?}");
        }
        if name == "as-it-should-be" {
            let own = report.rules.iter().filter(|r| r.pack.is_none());
            let never: Vec<&str> = own
                .map(|r| r.name.as_str())
                .filter(|rule| !tested.scenarios.iter().any(|s| s.broken.iter().any(|b| b == rule)))
                .collect();
            assert_eq!(never, [""; 0], "nobody has seen these break");
        }
        assert!(tested.scenarios.len() >= 4);
    }
}
