//! The JSON report is what its published schema says.

use serde_json::Value;
use staunch::output::{Format, Options, json};

use super::{EXAMPLES, all_outcomes, faults, render_json, support};

fn schema() -> Value {
    serde_json::from_str(json::SCHEMA).unwrap()
}

#[test]
fn every_report_is_what_the_schema_says() {
    let schema = schema();
    assert!(jsonschema::meta::is_valid(&schema), "the schema is itself a schema");
    let validator = jsonschema::validator_for(&schema).unwrap();
    let examples = EXAMPLES.iter().map(|(name, outcome)| (name.clone(), outcome.clone()));
    for (name, outcome) in examples.chain(all_outcomes()) {
        let report = render_json(&outcome, Format::Json, &Options::default());
        assert_eq!(faults(&validator, &report), [""; 0], "{name}");
        // and there is no field that it does not know
        support::against(&report, &schema, &schema, "");
    }
}

#[test]
fn a_report_that_is_not_so_is_noticed() {
    let validator = jsonschema::validator_for(&schema()).unwrap();
    let report = render_json(&EXAMPLES[0].1, Format::Json, &Options::default());
    let wrong = |at: &str, value: Value| {
        let mut report = report.clone();
        *report.pointer_mut(at).unwrap() = value;
        !faults(&validator, &report).is_empty()
    };
    assert!(wrong("/version", 2.into()));
    assert!(wrong("/as_of", "tomorrow".into()));
    assert!(wrong("/rules/0/verdict", "unsure".into()));
    assert!(wrong("/rules/0/place/line", 0.into()));
}

/// Every field says what it is: the book's page is made of that.
#[test]
fn every_field_of_the_schema_is_described() {
    let schema = schema();
    let (mut open, mut fields) = (vec![("", &schema)], 0);
    while let Some((at, node)) = open.pop() {
        for (name, field) in node.get("properties").and_then(Value::as_object).into_iter().flatten() {
            let said = field.get("description").and_then(Value::as_str).unwrap_or_default();
            assert!(said.ends_with('.') && said.len() > 5, "{at}/{name}: {said:?}");
            fields += 1;
        }
        if let Some(map) = node.as_object() {
            open.extend(map.iter().map(|(name, value)| (name.as_str(), value)));
        }
    }
    assert!(fields > 80, "{fields}");
}
