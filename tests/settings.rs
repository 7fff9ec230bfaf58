//! `staunch settings`: every setting is there, with the value that holds and where it comes from.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods)] // tests make the files that they read

mod support;

use std::fs;

use serde_json::Value;
use support::{against, folder, root, run};

const MODEL: &str = "party a { kind charity }\n";

const ALL: &str = "# what we set
name: Attendance study
jurisdiction: eu
vocabularies:
  - words.yaml
  - more/words.yaml
severity: { no-names: warning, GDP-003: info }
thresholds:
  minimum-count: 20
tables:
  open-wording: wording.yaml
";

fn json(text: &str) -> Value {
    let value: Value = serde_json::from_str(text).unwrap();
    let schema: Value = serde_json::from_str(staunch::output::SETTINGS_SCHEMA).unwrap();
    assert!(jsonschema::meta::is_valid(&schema));
    let validator = jsonschema::validator_for(&schema).unwrap();
    let faults: Vec<String> = validator.iter_errors(&value).map(|e| e.to_string()).collect();
    assert!(faults.is_empty(), "{faults:?}");
    // stricter: nothing that the schema does not describe
    for entry in value["settings"].as_array().unwrap() {
        let mut described = schema["properties"]["settings"]["items"].clone();
        described["properties"]["place"]["type"] = "object".into();
        if entry["place"].is_null() {
            described["properties"]["place"] = serde_json::json!({ "type": "null" });
        }
        against(entry, &described, &schema, "settings");
    }
    value
}

#[test]
fn every_value_has_its_place() {
    let rows = "wording:\n  - { words: \"and others\", why: \"Open.\" }\n";
    let f = folder(&[
        ("staunch.yaml", ALL),
        ("a.staunch", MODEL),
        ("words.yaml", "purposes:\n  bus-planning: { title: Planning buses, under: research }\n"),
        ("more/words.yaml", "purposes:\n  tram-planning: { title: Planning trams, under: research }\n"),
        ("wording.yaml", rows),
    ]);
    let expected = "\
folder: . (default)
as-of: 2026-01-01 (the command line)
name: Attendance study (staunch.yaml:2:1)
jurisdiction: eu (staunch.yaml:3:1)
vocabularies: words.yaml (staunch.yaml:5:5)
vocabularies: more/words.yaml (staunch.yaml:6:5)
severity.GDP-003: info (staunch.yaml:7:32)
severity.no-names: warning (staunch.yaml:7:13)
thresholds.minimum-count: 20 (staunch.yaml:9:3)
thresholds.longest-waiver-days: 366 (default)
";
    let (code, out, err) = run(&f, &["settings", "--as-of", "2026-01-01"]);
    assert!(out.starts_with(expected), "{code}: {out}\n{err}");
    assert!(out.contains("\ntables.open-wording: wording.yaml (staunch.yaml:11:17)\n"), "{out}");
    assert!(out.contains("\ntables.adequacy: only the standard rows (default)\n"), "{out}");
    let (_, text, _) = run(&f, &["settings", "--format", "json"]);
    let value = json(&text);
    let entry = |key: &str| value["settings"].as_array().unwrap().iter().find(|e| e["key"] == key).unwrap().clone();
    assert_eq!(entry("thresholds.minimum-count")["value"], 20);
    assert_eq!(entry("thresholds.minimum-count")["from"], "file");
    assert_eq!(entry("thresholds.minimum-count")["place"]["line"], 9);
    assert_eq!(entry("thresholds.longest-waiver-days")["from"], "default");
    assert_eq!(entry("as-of")["from"], "default");
    assert_eq!(entry("tables.adequacy")["value"], Value::Null);
}

#[test]
fn a_project_that_sets_nothing_has_the_defaults() {
    let f = folder(&[("a.staunch", MODEL)]);
    let (code, out, err) = run(&f, &["settings"]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.lines().all(|l| l.ends_with(" (default)")), "{out}");
    for line in
        ["name: none", "jurisdiction: uk", "vocabularies: only the standard words", "severity: what each rule says"]
    {
        assert!(out.contains(&format!("\n{line} (default)\n")), "{out}");
    }
    json(&run(&f, &["settings", "--format", "json"]).1);
}

#[test]
fn the_command_line_says_which_folder_and_which_day() {
    let f = folder(&[("study/staunch.yaml", "name: Study\n"), ("study/deep/a.staunch", MODEL)]);
    let (_, out, _) = run(&f, &["settings", "study/deep", "--as-of", "2020-02-29"]);
    assert!(out.starts_with("folder: study (the command line)\nas-of: 2020-02-29 (the command line)\n"), "{out}");
    assert!(out.contains("name: Study (staunch.yaml:1:1)"), "{out}");
    assert_eq!(run(&f, &["settings", "nothing"]).0, 2);
    assert_eq!(run(&f, &["settings", "--format", "yaml"]).0, 2);
}

#[test]
fn of_what_is_wrong_the_default_holds_and_the_mistake_is_told() {
    let wrong = "jurisdiction: fr\nthresholds: { minimum-count: many }\nvocabularys: [x]\nvocabularies: [gone.yaml]\n";
    let f = folder(&[("staunch.yaml", wrong), ("a.staunch", "what is no model")]);
    let (code, out, _) = run(&f, &["settings"]);
    assert_eq!(code, 2);
    assert!(out.contains("jurisdiction: uk (default)\n") && out.contains("minimum-count: 10 (default)\n"), "{out}");
    for part in
        ["`fr` is not a value", "`many` is not a number", "`vocabularys` is not a key", "`gone.yaml` is not there"]
    {
        assert!(out.contains(part), "{part}: {out}");
    }
    assert!(!out.contains("a.staunch"), "models are none of its business: {out}");
    let (code, text, _) = run(&f, &["settings", "--format", "json"]);
    assert_eq!(code, 2);
    let errors = json(&text)["errors"].as_array().unwrap().clone();
    assert_eq!(errors.len(), 4);
    assert!(errors[0].as_str().unwrap().starts_with("staunch.yaml:1:15: E"), "{errors:?}");
    // settings under another name are not read, which is what one looks for here
    let f = folder(&[("staunch.yml", "name: x\n")]);
    let (code, out, _) = run(&f, &["settings"]);
    assert_eq!(code, 0);
    assert!(out.contains("name: none (default)") && out.contains("`staunch.yml` is not read"), "{out}");
}

#[test]
fn what_settings_say_does_no_harm_to_the_terminal() {
    let f = folder(&[("staunch.yaml", "name: \"a\\e[31mb\\nc\"\nseverity: { \"x\\e[2J\": error }\n")]);
    let (_, out, _) = run(&f, &["settings"]);
    assert!(!out.contains('\u{1b}'), "{out:?}");
    assert_eq!(out.lines().filter(|l| l.starts_with("name: ")).count(), 1);
    assert!(!out.contains("\nc\""), "a name stays on its line: {out:?}");
    json(&run(&f, &["settings", "--format", "json"]).1);
}

/// The book's page has a table of all keys; whoever adds one to it must show it here, too.
#[test]
fn every_key_of_the_book_is_shown() {
    let page = fs::read_to_string(root().join("book/src/command/settings.md")).unwrap();
    let (_, out, _) = run(&folder(&[]), &["settings"]);
    let keys: Vec<&str> =
        page.lines().filter_map(|l| l.strip_prefix("| `")?.split_once("` |")).map(|(key, _)| key).collect();
    assert!(keys.len() >= 7, "{keys:?}");
    for key in keys {
        let shown = out.lines().any(|l| l.starts_with(&format!("{key}: ")) || l.starts_with(&format!("{key}.")));
        assert!(shown, "{key}: {out}");
    }
}
