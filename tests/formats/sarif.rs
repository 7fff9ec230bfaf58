//! SARIF is what the standard's own schema says, what services ask beyond it, and what another reader understands.

use std::collections::BTreeSet;

use serde_json::Value;
use staunch::check::{Outcome, Verdict};
use staunch::output::{Format, Options, Threshold};
use staunch::source::Span;

use super::study::study;
use super::{EXAMPLES, HOSTILE, all_outcomes, faults, live, named, outcomes, render, render_json, waived};

fn log(outcome: &Outcome) -> Value {
    render_json(outcome, Format::Sarif, &Options::default())
}

fn results(log: &Value) -> &[Value] {
    log["runs"][0]["results"].as_array().unwrap()
}

fn strict() -> Options {
    Options { threshold: Threshold { cannot_tell: true, ..Threshold::ERRORS }, ..Options::default() }
}

/// The schema of the standard; `tests/schemas/README.md` says where it comes from.
fn validator() -> jsonschema::Validator {
    let schema = serde_json::from_str(include_str!("../schemas/sarif-2.1.0.json")).unwrap();
    jsonschema::options().should_validate_formats(true).build(&schema).unwrap()
}

#[test]
fn every_log_is_what_the_standard_says() {
    let validator = validator();
    let examples = EXAMPLES.iter().map(|(name, outcome)| (name.clone(), outcome.clone()));
    for (name, outcome) in examples.chain(all_outcomes()) {
        for options in [Options::default(), strict(), Options { folder: "a b/ç".into(), ..Options::default() }] {
            let log = render_json(&outcome, Format::Sarif, &options);
            assert_eq!(faults(&validator, &log), [""; 0], "{name}");
            wanted_by_services(&name, &log);
        }
    }
    let mut log = log(&study());
    log["runs"][0]["results"][0]["level"] = "grave".into();
    assert!(!faults(&validator, &log).is_empty(), "the schema is heeded");
}

/// What GitHub asks of a file besides the schema, or else refuses or misplaces all of it.
fn wanted_by_services(name: &str, log: &Value) {
    let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
    let mut seen = BTreeSet::new();
    for result in results(log) {
        assert_eq!(result["locations"].as_array().unwrap().len(), 1, "{name}");
        let flows = result["codeFlows"].as_array().into_iter().flatten();
        let steps = flows.flat_map(|f| f["threadFlows"][0]["locations"].as_array().unwrap()).map(|l| &l["location"]);
        let related = result["relatedLocations"].as_array().into_iter().flatten();
        for location in result["locations"].as_array().unwrap().iter().chain(steps).chain(related) {
            let place = &location["physicalLocation"];
            let uri = place["artifactLocation"]["uri"].as_str().unwrap();
            let own = !uri.is_empty() && !uri.starts_with('/') && !uri.starts_with("./");
            assert!(own || name.contains("etc/passwd"), "{name}: {uri}");
            assert!(uri.bytes().all(|b| b.is_ascii_alphanumeric() || b"/-._~%".contains(&b)), "{name}: {uri}");
            let number = |field: &str| place["region"][field].as_u64().unwrap();
            let (from, to) = ((number("startLine"), number("startColumn")), (number("endLine"), number("endColumn")));
            assert!(from.0 >= 1 && from.1 >= 1 && from <= to, "{name}: {from:?} to {to:?}");
        }
        let rule = &rules[result["ruleIndex"].as_u64().unwrap() as usize];
        assert_eq!(rule["id"], result["ruleId"], "{name}");
        assert!(!result["message"]["text"].as_str().unwrap().contains("]("), "{name}: a link");
        let known_by = result["partialFingerprints"]["primaryLocationLineHash"].as_str().unwrap();
        assert!(known_by.len() == 32 && seen.insert(known_by.to_owned()), "{name}: {known_by} is not alone");
    }
    for rule in rules {
        for field in ["shortDescription", "fullDescription", "help"] {
            assert!(rule[field]["text"].is_string(), "{name}: {rule}");
        }
        assert!(rule["help"]["markdown"].is_string() && rule.get("helpUri").is_none());
        assert!(rule["defaultConfiguration"]["level"].is_string() && !rule["properties"]["tags"][0].is_null());
    }
}

/// All findings are there, each with its way; all rules, whatever became of them.
#[test]
fn nothing_of_the_report_is_lost() {
    for (name, outcome) in EXAMPLES.iter() {
        let log = log(outcome);
        let report = outcome.report.as_ref().unwrap();
        let findings: Vec<_> = report.rules.iter().flat_map(|r| &r.findings).collect();
        let warnings = outcome.diagnostics.sorted().len();
        assert_eq!(results(&log).len(), findings.len() + warnings, "{name}");
        assert!(log["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap().len() >= report.rules.len(), "{name}");
        for (finding, result) in findings.iter().zip(&results(&log)[warnings..]) {
            assert_eq!(result["partialFingerprints"]["staunch/v1"], finding.fingerprint.as_str());
            let steps = &result["codeFlows"][0]["threadFlows"][0]["locations"];
            assert_eq!(steps.as_array().map_or(0, Vec::len), finding.steps.len(), "{name}: {}", finding.fingerprint);
        }
    }
}

#[test]
fn another_reader_understands_it() {
    for (name, outcome) in EXAMPLES.iter() {
        let text = render(outcome, Format::Sarif);
        let log: serde_sarif::sarif::Sarif = serde_json::from_str(&text).unwrap_or_else(|e| panic!("{name}: {e}"));
        let run = &log.runs[0];
        assert_eq!(run.tool.driver.name, "Staunch");
        let report = outcome.report.as_ref().unwrap();
        let broken: usize =
            report.rules.iter().flat_map(|r| &r.findings).filter(|f| f.verdict == Verdict::Fail).count();
        let failing = |r: &&serde_sarif::sarif::Result| r.rule_id.as_deref().is_some_and(|id| !id.starts_with('W'));
        let read: Vec<_> = run.results.as_ref().unwrap().iter().filter(failing).collect();
        let level = |level| read.iter().filter(|r| r.level == Some(level)).count();
        use serde_sarif::sarif::ResultLevel;
        assert_eq!(read.len() - level(ResultLevel::None), broken, "{name}: what cannot be told has no level");
    }
    let text = render(&study(), Format::Sarif);
    let log: serde_sarif::sarif::Sarif = serde_json::from_str(&text).unwrap();
    let first = &log.runs[0].results.as_ref().unwrap()[0];
    let flow = &first.code_flows.as_ref().unwrap()[0].thread_flows[0];
    let step = flow.locations[0].location.as_ref().unwrap();
    assert_eq!(
        step.message.as_ref().unwrap().text.as_deref(),
        Some("Hackney sends `families` to NIESR with `name`, `address` and `date-of-birth`.")
    );
    let place = step.physical_location.as_ref().unwrap();
    assert_eq!(place.artifact_location.as_ref().unwrap().uri.as_deref(), Some("study.staunch"));
    assert_eq!(place.region.as_ref().unwrap().start_line, Some(10));
}

#[test]
fn what_cannot_be_told_is_open_and_fails_only_where_that_counts() {
    let unsure = |log: &Value| {
        let result = results(log).iter().find(|r| r["ruleId"] == "P15").unwrap();
        let text = result["message"]["text"].as_str().unwrap().to_owned();
        assert!(text.starts_with("Cannot tell: "), "{text}");
        (result["kind"].as_str().unwrap().to_owned(), result["level"].as_str().unwrap().to_owned())
    };
    assert_eq!(unsure(&log(&study())), ("open".into(), "none".into()));
    assert_eq!(unsure(&render_json(&study(), Format::Sarif, &strict())), ("fail".into(), "error".into()));
}

#[test]
fn what_is_waived_is_there_and_suppressed() {
    let log = log(&waived());
    let suppressed: Vec<&Value> = results(&log).iter().filter(|r| r.get("suppressions").is_some()).collect();
    assert_eq!((results(&log).len(), suppressed.len()), (4, 2));
    assert_eq!(suppressed[0]["ruleId"], "P8");
    assert_eq!(suppressed[0]["level"], "note");
    assert_eq!(suppressed[0]["suppressions"][0]["status"], "accepted");
    let why = suppressed[0]["suppressions"][0]["justification"].as_str().unwrap();
    assert_eq!(why, "The key is rotated in May. Approved by DPO, until 2027-05-31.");
}

#[test]
fn a_wrong_text_is_told_as_results_and_as_notifications() {
    for (name, outcome) in outcomes() {
        let log = log(&outcome);
        let invocation = &log["runs"][0]["invocations"][0];
        let judged = outcome.report.is_some();
        assert_eq!(invocation["executionSuccessful"], judged, "{name}");
        let told = invocation["toolConfigurationNotifications"].as_array().unwrap();
        assert_eq!(told.len(), outcome.diagnostics.sorted().len(), "{name}");
        let said = invocation["toolExecutionNotifications"].to_string();
        match name {
            "wrong" => assert_eq!(results(&log).len(), 3, "what has no place gets one"),
            "many" => assert!(said.contains("900 more errors and warnings of the text are left out"), "{said}"),
            "nowhere" => assert_eq!(results(&log).len(), 0, "there is no file to point at"),
            "empty" | "lapsed" => assert!(said.contains("Nothing was checked"), "{said}"),
            "study" => assert!(said.contains("3 more findings of `agreements` are left out"), "{said}"),
            _ => {}
        }
        if !judged {
            assert!(said.contains("No rule was judged"), "{said}");
        }
    }
}

#[test]
fn paths_count_from_the_repository_and_are_encoded() {
    let mut outcome = study();
    let mut sources = staunch::source::Sources::new();
    let id = sources.add("Tŷ Hafan/100% a:b#c?.staunch", "party x\n").unwrap();
    let span = Span::new(sources.file(id).unwrap().start, 5);
    outcome.sources = sources;
    outcome.report.as_mut().unwrap().rules[0].findings[0].span = span;
    let options = Options { folder: "the model".into(), ..Options::default() };
    let log = render_json(&outcome, Format::Sarif, &options);
    let place = &results(&log)[0]["locations"][0]["physicalLocation"]["artifactLocation"];
    assert_eq!(place["uri"], "the%20model/T%C5%B7%20Hafan/100%25%20a%3Ab%23c%3F.staunch");
    assert_eq!(place["uriBaseId"], "%SRCROOT%");
    assert_eq!(log["runs"][0]["automationDetails"]["id"], "staunch/the model/");
}

/// A rule of a pack stands in no file of the repository: nothing may point there.
#[test]
fn nothing_points_into_the_packs() {
    for (name, outcome) in EXAMPLES.iter() {
        let text = render(outcome, Format::Sarif);
        assert!(!text.contains("\"uri\": \"policies/"), "{name}");
    }
    let mut outcome = EXAMPLES.iter().find(|(name, _)| name.ends_with("as-written")).unwrap().1.clone();
    let pack = outcome.sources.files().find(|(_, f)| f.name.starts_with("policies/")).unwrap().1.span();
    let report = outcome.report.as_mut().unwrap();
    let rule = report.rules.iter_mut().find(|r| !r.findings.is_empty()).unwrap();
    rule.findings[0].span = pack;
    rule.findings[0].steps[0].span = pack;
    assert!(!render(&outcome, Format::Sarif).contains("\"uri\": \"policies/"));
}

#[test]
fn hostile_names_make_no_markup_in_the_help_of_a_rule() {
    for name in HOSTILE {
        let log = log(&named(name));
        for rule in log["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap() {
            let help = rule["help"]["markdown"].as_str().unwrap();
            assert!(!live(help).contains(['[', '<', '`', '|', '~']), "{help}");
            assert!(
                !live(help).contains("http://") && !live(help).contains("://") && !live(help).contains("www."),
                "{help}"
            );
            assert!(!live(help).contains("@o"), "{help}");
        }
    }
}
