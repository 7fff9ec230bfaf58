//! The 40 inconsistencies of the notice as written: which of them `check` finds when every pack is adopted, and by which finding.
//!
//! They were counted by people who read the notice before there were any rules. Each row names the fact that is wrong or
//! missing, in the words of the finding, so that a rule that no longer sees it, or no longer says it, fails here.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::disallowed_methods)] // tests copy what they read

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use jiff::civil::{Date, date};
use staunch::check::{Outcome, Report, Standing};
use staunch::project;
use support::{complaints, files_below, judge, root, words};

const AS_OF: Date = date(2026, 11, 1);

/// What is found: the number of the inconsistency, the rule, and what one of its findings says, each piece somewhere in it.
const FOUND: &[(u8, &str, &[&str])] = &[
    (2, "SEC-004", &["`schooling-to-niesr`", "the key `study-id` ties `matched-schooling` to names that `niesr` has"]),
    (2, "GDP-011", &["`combined` at `niesr`", "is not anonymous"]),
    (3, "SDC-003", &["`publish-findings`", "hidden counts in `findings`"]),
    (3, "SDC-004", &["nobody checks `findings` before it goes out"]),
    (4, "TRN-005", &["`p19-only-names`", "`for instance`", "leave open what else there is"]),
    (4, "GDP-011", &["`matched-schooling` at `niesr`", "is not anonymous"]),
    (5, "RSH-007", &["`niesr` gets `offences` and can name the people"]),
    (6, "SCD-004", &["the dataset `programme-families`", "membership"]),
    (7, "SDC-002", &["`publish-findings`", "nobody says how small a count `findings` shows"]),
    (9, "CPR-004", &["the processor `niesr`", "`essential-means`"]),
    (10, "CPR-005", &["`dwp` is the controller of `benefit-records`", "`match-benefits`"]),
    (10, "CPR-005", &["`dfe` is the controller of `pupil-records`"]),
    (10, "CPR-005", &["`moj` is the controller of `offence-records`"]),
    (11, "GDP-008", &["the flow `cohort-to-departments`", "no stated `controller`"]),
    (12, "GDP-008", &["the flow `families-to-niesr`", "no stated `controller`"]),
    (13, "DSC-001", &["the flow `cohort-to-departments`", "agreement in force"]),
    (13, "CPR-001", &["the processor `niesr`", "no stated contract"]),
    (13, "CPR-001", &["the processor `xantura`", "no stated contract"]),
    (14, "GDP-009", &["`niesr` and `dclg` decide together", "no arrangement"]),
    (15, "TRN-002", &["the notice does not name Department for Communities and Local Government"]),
    (16, "TRN-005", &["`p12-nobody-else`", "`duties and functions`"]),
    (17, "DSC-003", &["`cohort-to-departments`", "to whom `hackney-niesr-agreement` lets data be passed on"]),
    (18, "HYG-001", &["`anonymised-set`", "what `make-anonymised-set` does to the data"]),
    (18, "HYG-005", &["`make-anonymised-set`", "what it does is not stated"]),
    (19, "TRN-006", &["the law cited `dpa-1998`", "has not been in force since 2018-05-25"]),
    (20, "GDP-001", &["the flow `cohort-to-departments`", "no stated `basis`"]),
    (20, "DSC-005", &["`families-to-niesr`", "no law is named that lets London Borough of Hackney"]),
    (21, "SCD-001", &["the flow `council-records-to-xantura`", "special-category condition"]),
    (21, "SCD-002", &["the flow `offences-to-niesr`", "criminal-offence condition"]),
    (23, "GDP-004", &["`council-records-to-xantura`", "what `council-records` was collected or sent for"]),
    (24, "RSH-001", &["the step `assign-study-id`", "`cohort` identifies people as far as what it is made from"]),
    (24, "RSH-008", &["`matched-offences` are at `niesr`, which is no safe setting"]),
    (25, "GDP-010", &["the activity `safeguarding-profiling`", "no impact assessment", "who are children"]),
    (25, "CHP-004", &["the step `score-households`", "`best-interests-assessment` and `bias-test`"]),
    (25, "CHP-003", &["the decision `offer-support`", "`named-role`", "the automation of the decision"]),
    (27, "TRN-005", &["`p2-no-decisions`", "`you are getting now`", "leave open what comes later"]),
    (28, "SEC-005", &["whether a wall stands between `hackney.services` and `hackney.troubled-families`"]),
    (29, "TRN-001", &["nobody tells `comparison`", "no notice is addressed to them"]),
    (29, "CHP-005", &["`participants` have a notice, and `comparison` have none"]),
    (30, "TRN-003", &["does not tell `rights`"]),
    (31, "SEC-001", &["the flow `council-records-to-xantura`", "channel"]),
    (
        31,
        "SEC-001-storage",
        &["`council-records` at `xantura`", "special-category and confidential data", "`access-control`"],
    ),
    (32, "RET-001", &["`cohort` at `niesr`", "`study-end`, for which no date is stated"]),
    (32, "RET-001", &["`cohort` at `dfe.research`", "nobody says how long it is kept"]),
    (32, "RET-001", &["`scored-households` at `xantura`", "nobody says how long it is kept"]),
    (33, "SEC-001", &["the flow `families-to-niesr`", "`secure-email` is for up to 10 people"]),
    (33, "SEC-001", &["the flow `offences-to-niesr`", "`secure-email`", "criminal data"]),
    (33, "RET-004", &["the flow `offences-to-niesr`", "transit period"]),
    (34, "INT-003", &["the flow `council-records-to-xantura`", "location"]),
    (35, "TRN-006-contact", &["`brent.gov.uk`", "belongs to nobody who answers for the data"]),
    (36, "TRN-006", &["calls `niesr` both", "National Institute of Social and Economic Research"]),
    (37, "TRN-003", &["does not tell `complaint`", "does not tell `dpo-contact`", "does not tell `legal-basis`"]),
    (38, "TRN-002", &["brings `school-data` from Schools in the borough", "does not name it as a source"]),
    (39, "TRN-005", &["`p24-listed-data`", "`for example`", "leave open what else there is"]),
];

/// Found by no rule: the file's README says why.
const NOT_FOUND: &[u8] = &[8, 22, 26, 40];

/// Without these nobody would believe the rest.
const AT_LEAST: &[u8] = &[1, 2, 4, 6, 9, 10, 13, 15, 16, 19, 20, 21, 25, 29, 32, 33, 35];

fn folder() -> PathBuf {
    root().join("examples/troubled-families/as-written")
}

/// The example judged with some of its words changed.
fn judged(changes: &[(&str, &str, &str)]) -> Outcome {
    let changed = tempfile::tempdir().unwrap();
    let mut made = 0;
    for path in files_below(&folder(), "") {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let mut text = fs::read_to_string(&path).unwrap();
        for (_, from, to) in changes.iter().filter(|(file, ..)| *file == name) {
            assert_eq!(text.matches(from).count(), 1, "{from:?} in {name}");
            text = text.replace(from, to);
            made += 1;
        }
        fs::write(changed.path().join(name), text).unwrap();
    }
    assert_eq!(made, changes.len());
    judge(project::open(changed.path()).unwrap(), AS_OF)
}

#[track_caller]
fn report(changes: &[(&str, &str, &str)]) -> Report {
    let outcome = judged(changes);
    outcome.report.clone().unwrap_or_else(|| panic!("{}", complaints(&outcome)))
}

/// What the findings of a rule say, one text each.
#[track_caller]
fn findings(report: &Report, rule: &str) -> Vec<String> {
    let found = report.rules.iter().find(|r| r.name == rule).unwrap_or_else(|| panic!("no rule {rule}"));
    found.findings.iter().map(words).collect()
}

#[track_caller]
fn says(report: &Report, rule: &str, pieces: &[&str]) -> bool {
    findings(report, rule).iter().any(|said| pieces.iter().all(|p| said.contains(p)))
}

#[test]
fn the_inconsistencies_of_the_notice_are_found() {
    let report = report(&[]);
    assert!(report.rules.iter().filter(|r| r.pack.is_some() && r.standing == Standing::Applies).count() >= 70);
    let mut lost = Vec::new();
    for (number, rule, pieces) in FOUND {
        if !says(&report, rule, pieces) {
            lost.push(format!("I-{number} by {rule}: {pieces:?}\n  {}", findings(&report, rule).join("\n  ")));
        }
    }
    assert!(lost.is_empty(), "{}", lost.join("\n"));
}

/// The first is no finding of a rule: with the line that the notice leaves out left out, nothing can be judged at all.
#[test]
fn without_the_number_that_the_notice_leaves_out_it_cannot_run() {
    let outcome = judged(&[("study.staunch", "  add     key study-id\n", "")]);
    assert!(outcome.report.is_none());
    let all = outcome.diagnostics.sorted();
    let unmatched = all.iter().find(|d| d.code.id == "E0405").expect("a match that cannot run");
    assert!(unmatched.message.contains("they share no key and no identifying field"), "{}", unmatched.message);
}

/// Every one is in the table or among those that are not found, and those that matter most are found.
#[test]
fn none_is_passed_over() {
    let mut found: BTreeSet<u8> = FOUND.iter().map(|(number, ..)| *number).collect();
    found.insert(1);
    assert!(found.len() >= 32, "{} are found", found.len());
    assert!(AT_LEAST.iter().all(|n| found.contains(n)));
    let not: BTreeSet<u8> = NOT_FOUND.iter().copied().collect();
    assert!(found.is_disjoint(&not));
    assert_eq!(found.union(&not).copied().collect::<Vec<_>>(), (1..=40).collect::<Vec<u8>>());
}

/// The README's table names the rules that the test does.
#[test]
fn the_readme_tells_which_rule_finds_which() {
    let mut by: BTreeMap<u8, BTreeSet<&str>> = BTreeMap::from([(1, BTreeSet::from(["E0405"]))]);
    for (number, rule, _) in FOUND {
        by.entry(*number).or_default().insert(rule);
    }
    let readme = fs::read_to_string(folder().join("README.md")).unwrap();
    for number in 1..=40 {
        let row = readme.lines().find(|l| l.starts_with(&format!("| I-{number} |")));
        let row = row.unwrap_or_else(|| panic!("no row of I-{number}"));
        let told = row.split('|').nth(3).unwrap().trim();
        if NOT_FOUND.contains(&number) {
            assert_eq!(told, "not found", "I-{number}");
            continue;
        }
        let told: BTreeSet<&str> = told.split(", ").collect();
        assert_eq!(told, by[&number], "I-{number}");
    }
}

// ---- what would be found if the notice said more ----

/// A pupil number is on no list of what is taken out: whoever adds it to the department's records sees it come back.
#[test]
fn an_identifier_that_no_list_names_is_found_where_it_survives() {
    let fields = "  fields      name, address, date-of-birth, attendance, attainment\n";
    let more = "  fields      name, address, date-of-birth, attendance, attainment, unique-pupil-number\n";
    let report = report(&[("study.staunch", fields, more)]);
    assert!(says(&report, "GDP-011", &["`matched-schooling` at `niesr`", "`unique-pupil-number`"]));
    assert!(says(&report, "p20-only-these-data", &["`unique-pupil-number`", "`matched-schooling`"]));
    // to carry it along through `combine` is not to use it
    assert!(says(&report, "GDP-005", &["receives `unique-pupil-number` in `matched-schooling`"]));
}

/// Nobody says that the study rests on consent. If somebody did, it would be the consent of one group of two.
#[test]
fn consent_of_the_participants_would_be_nobody_elses() {
    let dpia = "  ends        study-end\n  dpia        not-stated\n";
    let consent = "  ends        study-end\n  dpia        not-stated\n  basis       consent\n";
    let record = "record said-yes { kind consent; covers impact-study; about participants; by \"The family\"; on 2013-03-01 }\n\nactivity impact-study ";
    let report = report(&[("study.staunch", dpia, consent), ("study.staunch", "activity impact-study ", record)]);
    assert!(says(&report, "GDP-007", &["`families-to-niesr`", "no consent of `comparison`"]));
}

/// No line of the notice names the department; its text does, by a name that it has not had since 2018.
#[test]
fn a_department_that_was_renamed_is_found_by_the_text_of_the_notice() {
    let named = ["`dclg`", "is called Ministry of Housing, Communities and Local Government since 2018-01-08"];
    assert!(says(&report(&[]), "TRN-006", &named));
    let later = report(&[("parties.staunch", "  renamed  2018-01-08 ", "  renamed  2027-01-08 ")]);
    assert!(!says(&later, "TRN-006", &["`dclg`"]));
}

/// Nobody states on what offences are used. That is told once, and not again as a doubt about whose authority it would be.
#[test]
fn a_footing_that_nobody_states_raises_no_doubt_about_its_kind() {
    let told = findings(&report(&[]), "SCD-002");
    assert!(told.iter().any(|said| said.contains("has no stated `criminal-offence condition`")));
    assert!(!told.iter().any(|said| said.contains("official authority")), "{}", told.join("\n"));
}
