//! GitLab's Code Quality report has what GitLab asks for.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use staunch::output::{Format, Options};

use super::study::study;
use super::{EXAMPLES, all_outcomes, faults, outcomes, render_json, waived};

/// What GitLab's documentation says of a report.
fn validator() -> jsonschema::Validator {
    let text = json!({"type": "string", "minLength": 1});
    let number = json!({"type": "integer", "minimum": 1});
    let lines = json!({"type": "object", "required": ["begin"], "properties": {"begin": number, "end": number}});
    let location =
        json!({"type": "object", "required": ["path", "lines"], "properties": {"path": text, "lines": lines}});
    let severity = json!({"enum": ["info", "minor", "major", "critical", "blocker"]});
    let names = ["description", "check_name", "fingerprint", "severity", "location"];
    let entry = json!({
        "type": "object",
        "required": names,
        "additionalProperties": false,
        "properties": {
            "description": text, "check_name": {"type": "string"}, "fingerprint": text, "severity": severity, "location": location,
        },
    });
    jsonschema::validator_for(&json!({"type": "array", "items": entry})).unwrap()
}

fn report(outcome: &staunch::check::Outcome) -> Vec<Value> {
    render_json(outcome, Format::Gitlab, &Options::default()).as_array().unwrap().clone()
}

#[test]
fn every_report_is_what_gitlab_asks_for() {
    let validator = validator();
    let examples = EXAMPLES.iter().map(|(name, outcome)| (name.clone(), outcome.clone()));
    for (name, outcome) in examples.chain(all_outcomes()) {
        let report = report(&outcome);
        assert_eq!(faults(&validator, &Value::Array(report.clone())), [""; 0], "{name}");
        let known: BTreeSet<&str> = report.iter().map(|i| i["fingerprint"].as_str().unwrap()).collect();
        assert_eq!(known.len(), report.len(), "{name}: what has the same fingerprint is taken to be one");
        assert!(report.iter().all(|i| !i["location"]["path"].as_str().unwrap().starts_with("./")), "{name}");
    }
}

#[test]
fn findings_come_with_their_severity_the_gravest_first() {
    let report = report(&study());
    let told: Vec<(&str, &str)> =
        report.iter().map(|i| (i["check_name"].as_str().unwrap(), i["severity"].as_str().unwrap())).collect();
    assert_eq!(told, [("P8", "critical"), ("agreements", "major"), ("agreements", "major"), ("P15", "info")]);
    assert_eq!(report[0]["location"], json!({"path": "departments/dfe.staunch", "lines": {"begin": 8, "end": 8}}));
    let said = report[0]["description"].as_str().unwrap();
    assert!(said.starts_with("P8: `niesr` can tell who") && said.contains(" Fix: Destroy `cohort`"), "{said}");
    assert!(report[3]["description"].as_str().unwrap().starts_with("P15: Cannot tell: "));
}

#[test]
fn nothing_wrong_is_left_out_and_nothing_waived_is_told() {
    for (name, outcome) in outcomes() {
        let told = report(&outcome);
        match name {
            "wrong" => assert_eq!((told.len(), told[0]["severity"].as_str()), (3, Some("blocker"))),
            "many" => assert_eq!(told.len(), 100),
            "nowhere" => assert!(told.is_empty(), "there is no file to show it beside"),
            "empty" | "lapsed" => assert_eq!(told[0]["check_name"], "nothing-checked"),
            _ => {}
        }
    }
    assert_eq!(report(&waived()).len(), report(&study()).len() - 2);
    let ids = |outcome| report(&outcome).iter().map(|i| i["fingerprint"].to_string()).collect::<BTreeSet<_>>();
    assert!(ids(waived()).is_subset(&ids(study())), "a waiver changes nothing about the others");
}
