//! What the rule packs find that the stories adopt: for each rule how much is broken and how much cannot be told, the same in
//! the README, and the words that lead to the fact that is wrong.

use std::collections::{BTreeMap, BTreeSet};

use staunch::check::{Finding, Report, Verdict};

use super::{AS_OF, all_words, files, folders, judged, story};

/// What a rule of a pack finds in a story.
struct Found {
    story: &'static str,
    rule: &'static str,
    broken: usize,
    cannot_tell: usize,
    /// Somebody answers for these, until a day.
    waived: usize,
    /// Words that its findings must have.
    mentions: &'static [&'static str],
}

const fn broken(story: &'static str, rule: &'static str, broken: usize, mentions: &'static [&'static str]) -> Found {
    Found { story, rule, broken, cannot_tell: 0, waived: 0, mentions }
}

const fn cannot_tell(
    story: &'static str,
    rule: &'static str,
    cannot_tell: usize,
    mentions: &'static [&'static str],
) -> Found {
    Found { story, rule, broken: 0, cannot_tell, waived: 0, mentions }
}

/// Everything that the packs find; each story stands beside its own rules, which `main.rs` has.
const FOUND: &[Found] = &[
    broken(
        "charity-mailing",
        "GDP-004",
        2,
        &["`letters-to-pellway`", "`write-letters`", "nobody found `service-improvement` compatible"],
    ),
    broken("charity-mailing", "GDP-005", 1, &["`form-number`", "`filled-forms`"]),
    cannot_tell("charity-mailing", "RET-003", 3, &["6 years after `last-gift`", "7 years after `help-ended`"]),
    broken(
        "hospital-and-technology-company",
        "CAL-001",
        1,
        &["`history-to-lumenwell`", "has no `confidentiality basis`"],
    ),
    broken("hospital-and-technology-company", "CAL-002", 1, &["`history-to-lumenwell`", "`caldicott-approval`"]),
    broken("hospital-and-technology-company", "CAL-003", 1, &["`history-to-lumenwell`", "`national-data-opt-out`"]),
    broken("hospital-and-technology-company", "CPR-004", 1, &["`run-tests`", "was not instructed"]),
    broken(
        "hospital-and-technology-company",
        "GDP-004",
        1,
        &["`record-history`", "nobody found `system-testing` compatible"],
    ),
    broken("hospital-and-technology-company", "GDP-005", 1, &["`sexual-health`"]),
    broken("hospital-and-technology-company", "GDP-010", 1, &["`beacon-testing`", "2026-11-13"]),
    broken("safeguarding-hub", "DSC-003", 1, &["`enquiry-out`", "`hub-agreement` does not let"]),
    broken("safeguarding-hub", "SCD-003", 1, &["`school-concerns`", "paragraph 18"]),
    broken("safeguarding-hub", "SEC-002", 1, &["`hub-case` at `casewise`", "`trained-staff`"]),
    Found {
        story: "safeguarding-hub",
        rule: "SEC-005",
        broken: 0,
        cannot_tell: 1,
        waived: 1,
        mentions: &["`health-records-in-reach`", "`police-records-in-reach`"],
    },
    broken("school-apps", "CHP-003", 1, &["`choose-books`", "`overrides-counted`"]),
    broken("school-apps", "TRN-001", 1, &["told of `homework` only after it has begun"]),
    broken("school-apps", "TRN-004", 1, &["`no-company-can-tell`"]),
    broken("trusted-linker", "RSH-005", 2, &["`learning-department` is accredited"]),
    broken("trusted-linker", "RSH-007", 2, &["`panel-survey-in`", "`study-file-released`"]),
    broken("trusted-linker", "SEC-004", 1, &["`panel-survey-in`"]),
    broken("trusted-linker", "SEC-005", 1, &["`study-file-released`"]),
    broken("university-and-cloud", "RSH-008", 2, &["`cloud-backup`", "`support-at-night`"]),
];

/// Rule of a pack → how many findings are broken, cannot be told, and are waived.
type Counts = BTreeMap<String, [usize; 3]>;

/// What the README calls them.
const WORDS: [&str; 3] = ["broken", "cannot tell", "waived"];

fn counts(report: &Report) -> Counts {
    let wrong = report.rules.iter().filter(|r| r.pack.is_some() && r.verdict != Verdict::Pass);
    let kind = |finding: &Finding| match finding.verdict {
        _ if finding.waived.is_some() => 2,
        Verdict::Fail => 0,
        _ => 1,
    };
    wrong
        .map(|r| {
            assert_eq!(r.findings_left_out, 0, "{}: too many to count", r.name);
            let mut counts = [0; 3];
            r.findings.iter().for_each(|f| counts[kind(f)] += 1);
            (r.name.clone(), counts)
        })
        .collect()
}

#[test]
fn every_story_adopts_a_few_packs() {
    for folder in folders() {
        let report = judged(&files(&folder), AS_OF);
        let packs: BTreeSet<&str> = report.rules.iter().filter_map(|r| r.pack.as_deref()).collect();
        assert!((2..=5).contains(&packs.len()), "{}: {packs:?}", story(&folder));
    }
}

#[test]
fn the_packs_find_this_and_nothing_else() {
    for folder in folders() {
        let name = story(&folder);
        let report = judged(&files(&folder), AS_OF);
        let expected = FOUND.iter().filter(|f| f.story == name);
        let expected: Counts = expected.map(|f| (f.rule.to_owned(), [f.broken, f.cannot_tell, f.waived])).collect();
        assert_eq!(counts(&report), expected, "{name}");
        for found in FOUND.iter().filter(|f| f.story == name) {
            let rule = report.rules.iter().find(|r| r.name == found.rule).unwrap();
            let said = all_words(rule);
            for words in found.mentions {
                assert!(said.contains(words), "{name}: {} does not mention {words}:\n{said}", found.rule);
            }
        }
    }
}

/// The README has a row for each rule of a pack that finds something: `2 broken`, `1 cannot tell`, `1 waived`, or several of them.
#[test]
fn the_readmes_explain_what_the_packs_find() {
    for folder in folders() {
        let (name, files) = (story(&folder), files(&folder));
        let mut told = Counts::new();
        for row in files["README.md"].lines().filter(|l| l.starts_with("| `")) {
            let cells: Vec<&str> = row.split('|').map(str::trim).collect();
            let [_, rule, found, why, ..] = cells.as_slice() else { continue };
            let parts: Vec<(&str, &str)> = found.split(", ").filter_map(|part| part.split_once(' ')).collect();
            let number = |what| parts.iter().find(|(_, w)| *w == what).and_then(|(n, _)| n.parse::<usize>().ok());
            let found = WORDS.map(number);
            if found == [None; 3] {
                continue;
            }
            assert!(!why.is_empty(), "{name}: {rule} is not explained");
            told.insert(rule.trim_matches('`').to_owned(), found.map(Option::unwrap_or_default));
        }
        assert_eq!(told, counts(&judged(&files, AS_OF)), "{name}");
    }
}
