//! The stories under `examples/`, each from another field: what their READMEs say is what comes out.
//!
//! `STAUNCH_README=write cargo test --test stories` writes the output that the READMEs quote anew.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::disallowed_methods)] // tests read the examples

mod packs;
mod scenarios;
#[path = "../support/mod.rs"]
mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use jiff::civil::{Date, date};
use staunch::check::{Outcome, Report, Standing, Verdict};
use staunch::project;
use support::{all_words, complaints, files_below, judge, root};

use scenarios::{Files, disappointments, scenarios};

/// The day as of which the stories are told: all that they stand on is in place.
const AS_OF: Date = date(2027, 1, 1);

/// What a rule says: story, rule, verdict, the file that its first finding leads to, and words that its findings must have.
/// Only of rules that the stories have themselves; `packs.rs` has those of the packs.
const FINDINGS: &[(&str, &str, Verdict, &str, &[&str])] = &[
    (
        "charity-mailing",
        "form-has-no-name",
        Verdict::Fail,
        "survey.staunch",
        &[
            "Pellway Print and Post holds `filled-forms`",
            "the key `form-number` ties it to `letters`",
            "(`letters-to-pellway`)",
            "(`forms-back`)",
        ],
    ),
    (
        "charity-mailing",
        "goes-securely",
        Verdict::CannotTell,
        "appeals.staunch",
        &["`email-list` at `larkmail`", "destruction method"],
    ),
    (
        "hospital-and-technology-company",
        "care-only",
        Verdict::Fail,
        "testing.staunch",
        &["the step `run-tests` uses `record-history` for `system-testing`", "(`history-to-lumenwell`)"],
    ),
    (
        "hospital-and-technology-company",
        "only-those-in-hospital",
        Verdict::Fail,
        "testing.staunch",
        &["Lumenwell Ltd receives `record-history`", "Information department"],
    ),
    (
        "hospital-and-technology-company",
        "assessed-first",
        Verdict::Fail,
        "parties.staunch",
        &["`beacon-dpia`", "2026-11-13"],
    ),
    (
        "hospital-and-technology-company",
        "told-first",
        Verdict::Fail,
        "parties.staunch",
        &["`beacon-notice`", "2026-11-20"],
    ),
    (
        "hospital-and-technology-company",
        "confidence",
        Verdict::Fail,
        "testing.staunch",
        &["`history-to-lumenwell`", "`confidentiality-support`"],
    ),
    (
        "hospital-and-technology-company",
        "only-what-is-used",
        Verdict::Fail,
        "testing.staunch",
        &["`sexual-health`", "`record-history`"],
    ),
    (
        "safeguarding-hub",
        "intelligence-does-not-learn",
        Verdict::CannotTell,
        "hub.staunch",
        &["whether a wall stands between `police.hub-desk` and `police.intelligence`", "`enquiry-out`"],
    ),
    (
        "school-apps",
        "no-company-can-tell",
        Verdict::Fail,
        "reading.staunch",
        &[
            "Tallyworks Analytics holds `reading-results`",
            "the key `pupil-code` ties it to `homework-results`",
            "adds the key `pupil-code`",
            "(`homework-to-tallyworks`)",
        ],
    ),
    (
        "trusted-linker",
        "nobody-can-tell",
        Verdict::Fail,
        "study.staunch",
        &[
            "Lantern Research Data Service holds `study-file`",
            "the combination of `date-of-birth`, `sex` and `small-area` ties it to `panel-survey`",
            "(`join-extracts`)",
            "the key `panel-number` ties it to `panel-survey`",
            "Letters office",
        ],
    ),
    (
        "university-and-cloud",
        "stays-here",
        Verdict::Fail,
        "survey.staunch",
        &[
            "`support-at-night`",
            "`US`",
            "the location of the flow `cloud-backup`",
            "`coded-answers` at `stratus.backups`",
        ],
    ),
];

fn folders() -> Vec<PathBuf> {
    let readmes = files_below(&root().join("examples"), "README.md");
    let folders = readmes.into_iter().map(|path| path.parent().unwrap().to_path_buf());
    folders.filter(|f| !f.starts_with(root().join("examples/troubled-families"))).collect()
}

fn story(folder: &Path) -> String {
    folder.file_name().unwrap().to_string_lossy().into_owned()
}

fn files(folder: &Path) -> Files {
    let read = |path: PathBuf| {
        let name = path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
        (name, fs::read_to_string(path).unwrap())
    };
    files_below(folder, "").into_iter().map(read).collect()
}

fn outcome(files: &Files, as_of: Date) -> Outcome {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    judge(project::open(folder.path()).unwrap(), as_of)
}

#[track_caller]
fn judged(files: &Files, as_of: Date) -> Report {
    let outcome = outcome(files, as_of);
    outcome.report.clone().unwrap_or_else(|| panic!("{}", complaints(&outcome)))
}

#[test]
fn every_story_is_whole() {
    for folder in folders() {
        let (name, files) = (story(&folder), files(&folder));
        for file in ["README.md", "notice.md", "staunch.yaml", "scenarios.staunch", "promises.staunch"] {
            assert!(files.contains_key(file), "{name} has no {file}");
        }
        let outcome = outcome(&files, AS_OF);
        assert!(outcome.diagnostics.is_empty(), "{name}:\n{}", complaints(&outcome));
        let report = outcome.report.unwrap();
        assert!(report.rules.iter().filter(|r| r.promise).count() >= 5, "{name} promises little");
        assert!(report.rules.iter().all(|r| r.standing == Standing::Applies), "{name}");
        let own = report.rules.iter().filter(|r| r.pack.is_none());
        let idle = own.filter(|r| r.sentences.iter().any(|s| s.matched_nothing));
        assert_eq!(idle.map(|r| r.name.as_str()).collect::<Vec<_>>(), Vec::<&str>::new(), "{name}: judge nothing");
        assert!(scenarios(&files).len() >= 4, "{name}: {} scenarios", scenarios(&files).len());
    }
}

/// The README's table has a row for each rule of the story's own, with the verdict that comes out.
#[test]
fn the_readmes_tell_the_verdicts() {
    for folder in folders() {
        let (name, files) = (story(&folder), files(&folder));
        let mut told = BTreeSet::new();
        for row in files["README.md"].lines().filter(|l| l.starts_with("| `")) {
            let cells: Vec<&str> = row.split('|').map(|c| c.trim().trim_matches(['`', '*'])).collect();
            if let [_, rule, _, verdict @ ("pass" | "fail" | "cannot tell"), ..] = cells.as_slice() {
                told.insert(((*rule).to_owned(), (*verdict).to_owned()));
            }
        }
        let report = judged(&files, AS_OF);
        let own = report.rules.iter().filter(|r| r.pack.is_none());
        let there = own.map(|r| (r.name.clone(), r.verdict.words().to_owned())).collect();
        let differ: Vec<_> = told.symmetric_difference(&there).collect();
        assert!(differ.is_empty(), "{name}: {differ:?}");
    }
}

#[test]
fn findings_name_what_is_wrong_and_where() {
    for (name, rule, verdict, file, mentions) in FINDINGS {
        let outcome = outcome(&files(&root().join("examples").join(name)), AS_OF);
        let report = outcome.report.as_ref().unwrap_or_else(|| panic!("{}", complaints(&outcome)));
        let rule = report.rules.iter().find(|r| r.name == *rule).unwrap_or_else(|| panic!("{name} has no {rule}"));
        let said = all_words(rule);
        let place = outcome.sources.place(rule.findings[0].span.start);
        assert!(place.starts_with(file), "{name}: {} leads to {place}", rule.name);
        assert_eq!(rule.verdict, *verdict, "{name}: {}: {said}", rule.name);
        for words in *mentions {
            assert!(said.contains(words), "{name}: {} does not mention {words}:\n{said}", rule.name);
        }
    }
}

/// No finding is left untested: whatever of a story's own rules does not hold is in the table above, the rest in `packs.rs`.
#[test]
fn every_finding_of_a_story_is_expected() {
    for folder in folders() {
        let name = story(&folder);
        let report = judged(&files(&folder), AS_OF);
        let own = report.rules.iter().filter(|r| r.pack.is_none());
        let wrong = own.filter(|r| r.verdict != Verdict::Pass).map(|r| r.name.as_str());
        let expected = FINDINGS.iter().filter(|f| f.0 == name).map(|f| f.1);
        assert_eq!(wrong.collect::<BTreeSet<_>>(), expected.collect(), "{name}");
    }
}

#[test]
fn scenarios_come_out_as_they_say() {
    let mut wrong = Vec::new();
    for folder in folders() {
        let files = files(&folder);
        for scenario in scenarios(&files) {
            wrong.extend(disappointments(&files, &scenario).into_iter().map(|w| format!("{}: {w}", story(&folder))));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// `staunch test` comes to the same as trying them out by hand.
#[test]
fn the_command_finds_the_scenarios_alike() {
    for folder in folders() {
        let path = format!("examples/{}", story(&folder));
        let output = support::staunch(root()).args(["test", &path, "--as-of", &AS_OF.to_string()]).output().unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(0), "{path}:\n{said}");
        let all = format!("{} scenarios: all come out as they expect", scenarios(&files(&folder)).len());
        assert!(said.contains(&all), "{path} does not say `{all}`:\n{said}");
    }
}

/// A README's console blocks, with what their commands write now: from the root of the repository, as a reader runs them.
fn played(readme: &str) -> String {
    let mut text = String::new();
    let mut lines = readme.lines().peekable();
    while let Some(line) = lines.next() {
        text.push_str(&format!("{line}\n"));
        let Some(options) = line.strip_prefix("```console") else { continue };
        let mut first = options.strip_prefix(",first=").map_or(usize::MAX, |n| n.parse().unwrap());
        while let Some(line) = lines.next_if(|l| *l != "```") {
            let Some(command) = line.strip_prefix("$ staunch ") else { continue };
            let parts = command.split('"').enumerate();
            let split = |(i, part): (usize, &str)| match i % 2 {
                1 => vec![part.to_owned()],
                _ => part.split_whitespace().map(str::to_owned).collect(),
            };
            let output = support::staunch(root()).args(parts.flat_map(split)).output().unwrap();
            let said = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
            text.push_str(&format!("{line}\n"));
            for line in said.trim_end().lines() {
                if first == 0 {
                    text.push_str("…\n");
                    break;
                }
                first -= 1;
                text.push_str(&format!("{}\n", line.trim_end()));
            }
        }
    }
    text
}

#[test]
fn the_readmes_quote_what_the_commands_write() {
    for folder in folders() {
        let path = folder.join("README.md");
        let readme = fs::read_to_string(&path).unwrap();
        assert!(readme.contains("```console"), "{}: no command", path.display());
        let played = played(&readme);
        if std::env::var("STAUNCH_README").is_ok_and(|v| v == "write") {
            fs::write(path, played).unwrap();
        } else {
            let difference =
                similar::TextDiff::from_lines(&readme, &played).unified_diff().context_radius(1).to_string();
            assert!(difference.is_empty(), "{}:\n{difference}\nSTAUNCH_README=write writes it anew", path.display());
        }
    }
}
