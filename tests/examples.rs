//! The stories under `examples/` are judged as their READMEs say, and small changes to them change what they should.
//!
//! Every change edits the text of a real example, so that a finding that comes up, or does not, is one a reader of the
//! example would meet.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::disallowed_methods)] // tests copy what they read

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use jiff::civil::{Date, date};
use staunch::check::{Outcome, Report, RuleReport, Standing, Verdict};
use staunch::project;
use staunch::vocabulary::RuleSeverity;
use support::{all_words, complaints, files_below, judge, root, words};

/// Before the re-designed study begins, when all that it stands on is in place.
const AS_OF: Date = date(2027, 1, 1);

/// A project's files by name, to be changed before it is judged.
struct Story {
    files: BTreeMap<String, String>,
}

impl Story {
    fn of(example: &str) -> Self {
        let folder = root().join("examples").join(example);
        // scenarios speak of the project as it is, and these tests change it
        let files =
            files_below(&folder, "").into_iter().filter(|path| !path.ends_with("scenarios.staunch")).map(|path| {
                let name = path.strip_prefix(&folder).unwrap().to_str().unwrap().to_owned();
                (name, fs::read_to_string(path).unwrap())
            });
        Story { files: files.collect() }
    }

    /// Says something else: the words must be there, exactly once, however they are laid out.
    #[track_caller]
    fn instead(mut self, file: &str, words: &str, new: &str) -> Self {
        let text = self.files.get_mut(file).unwrap();
        let wanted: Vec<&str> = words.split_whitespace().collect();
        let mut there: Vec<(usize, &str)> = Vec::new();
        for word in text.split_whitespace() {
            let from = there.last().map_or(0, |(at, before)| at + before.len());
            there.push((from + text[from..].find(word).unwrap(), word));
        }
        let said = |window: &&[(usize, &str)]| window.iter().map(|(_, word)| *word).eq(wanted.iter().copied());
        let found: Vec<_> = there.windows(wanted.len()).filter(said).collect();
        assert_eq!(found.len(), 1, "{words:?} in {file}");
        let (first, (last, word)) = (found[0][0].0, found[0][wanted.len() - 1]);
        let new = format!("{}{new}{}", &text[..first], &text[last + word.len()..]);
        *text = new;
        self
    }

    /// Says more.
    fn and(mut self, file: &str, more: &str) -> Self {
        let text = self.files.get_mut(file).unwrap();
        text.push_str(more);
        self
    }

    fn outcome(&self) -> Outcome {
        self.outcome_as_of(AS_OF)
    }

    fn outcome_as_of(&self, date: Date) -> Outcome {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in &self.files {
            fs::create_dir_all(folder.path().join(name).parent().unwrap()).unwrap();
            fs::write(folder.path().join(name), text).unwrap();
        }
        judge(project::open(folder.path()).unwrap(), date)
    }

    #[track_caller]
    fn report(&self) -> Report {
        let outcome = self.outcome();
        outcome.report.clone().unwrap_or_else(|| panic!("{}", complaints(&outcome)))
    }
}

fn as_written() -> Story {
    Story::of("troubled-families/as-written")
}

fn as_it_should_be() -> Story {
    Story::of("troubled-families/as-it-should-be")
}

/// A promise by its number: `p8` is `p8-nobody-can-tell`.
#[track_caller]
fn rule<'r>(report: &'r Report, name: &str) -> &'r RuleReport {
    let begins = format!("{name}-");
    report
        .rules
        .iter()
        .find(|r| r.name == name || r.name.starts_with(&begins))
        .unwrap_or_else(|| panic!("no rule {name}"))
}

/// What was promised, without the rules of packs.
fn promises(report: &Report) -> impl Iterator<Item = &RuleReport> {
    report.rules.iter().filter(|r| r.promise)
}

fn verdict(report: &Report, name: &str) -> Verdict {
    rule(report, name).verdict
}

// ---- every example ----

fn projects() -> Vec<PathBuf> {
    let readmes = files_below(&root().join("examples"), "README.md");
    readmes.into_iter().map(|path| path.parent().unwrap().to_path_buf()).collect()
}

#[test]
fn every_example_with_a_readme_is_a_project_that_can_be_judged() {
    let projects = projects();
    assert!(projects.len() >= 2);
    for folder in projects {
        let outcome = judge(project::open(&folder).unwrap(), AS_OF);
        let report =
            outcome.report.clone().unwrap_or_else(|| panic!("{}:\n{}", folder.display(), complaints(&outcome)));
        assert!(
            report.rules.iter().any(|r| r.standing == Standing::Applies),
            "{}: nothing was judged",
            folder.display()
        );
        // a rule that nothing in the model can break says little: no example has one of its own
        for rule in report.rules.iter().filter(|r| r.pack.is_none()) {
            assert!(
                !rule.sentences.iter().any(|s| s.matched_nothing),
                "{}: {} judged nothing",
                folder.display(),
                rule.name
            );
        }
    }
}

// ---- the notice as written ----

/// The verdicts of the domain's table, with words that each finding (or missing fact) must have.
const AS_WRITTEN: &[(&str, Verdict, &[&str])] = &[
    ("p1", Verdict::Pass, &[]),
    ("p2", Verdict::Pass, &[]),
    (
        "p3",
        Verdict::CannotTell,
        &["whether a wall stands between `dwp.research` and `dwp.operations`", "`ministry-use`"],
    ),
    ("p4", Verdict::CannotTell, &["what the use `ministry-use` is for"]),
    ("p5", Verdict::Pass, &[]),
    ("p6", Verdict::CannotTell, &["`minimum`", "`suppress secondary`", "`report-findings`"]),
    ("p7", Verdict::CannotTell, &["`minimum`", "`report-findings`"]),
    ("p8", Verdict::Fail, &["`cohort`", "`study-id`", "`name`", "`combined`", "National Institute"]),
    (
        "p9",
        Verdict::Fail,
        &[
            "`cohort` at Department for Education",
            "`matched-offences` at Ministry of Justice",
            "`combined` at National Institute",
        ],
    ),
    ("p10", Verdict::CannotTell, &["destruction method", "`cohort`"]),
    ("p11", Verdict::Fail, &["`programme-records`", "`council-records`", "`families-at-risk`", "has no `deadline`"]),
    ("p12", Verdict::Pass, &[]),
    ("p13", Verdict::CannotTell, &["what `make-anonymised-set` does to the data"]),
    ("p14", Verdict::Pass, &[]),
    ("p15", Verdict::Fail, &["Data Protection Act 1998", "2018-05-25"]),
    ("p16", Verdict::Pass, &[]),
    ("p17", Verdict::CannotTell, &["safeguards", "`combined`", "`matched-benefits`"]),
    ("p18", Verdict::Pass, &[]),
    ("p19", Verdict::Pass, &[]),
    ("p20", Verdict::Pass, &[]),
    ("p21", Verdict::CannotTell, &["contract terms", "`xantura`"]),
    ("p22", Verdict::Fail, &["`niesr`", "`dwp`", "`dfe`", "`moj`", "contract"]),
    ("p23", Verdict::Pass, &[]),
    ("p24", Verdict::Pass, &[]),
    ("p25", Verdict::Fail, &["`study-id`", "`cohort` at Department for Education"]),
    ("p26", Verdict::Pass, &[]),
    ("p27", Verdict::CannotTell, &["`minimum`", "what the use `ministry-use` is for"]),
];

#[test]
fn the_notice_as_written_has_the_verdicts_of_the_table() {
    let report = as_written().report();
    assert_eq!(promises(&report).count(), 27);
    let mut wrong = Vec::new();
    for (name, expected, mentions) in AS_WRITTEN {
        let rule = rule(&report, name);
        if rule.verdict != *expected {
            wrong.push(format!("{name}: {}, and {} is expected", rule.verdict.words(), expected.words()));
        }
        let said = all_words(rule);
        wrong.extend(
            mentions.iter().filter(|m| !said.contains(**m)).map(|m| format!("{name} does not mention {m}:\n{said}")),
        );
        assert!(rule.promise && !rule.quotes.is_empty());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The README's table and the judgement say the same.
#[test]
fn the_readme_tells_the_verdicts_that_come_out() {
    let story = as_written();
    let report = story.report();
    let readme = &story.files["README.md"];
    for rule in promises(&report) {
        let number = rule.name.split('-').next().unwrap().to_uppercase();
        let row = readme
            .lines()
            .find(|l| l.starts_with(&format!("| {number} |")))
            .unwrap_or_else(|| panic!("no row of {number}"));
        let told = row.split('|').nth(3).unwrap().trim().trim_matches('*');
        assert_eq!(told, rule.verdict.words(), "{number}");
    }
}

#[test]
fn while_the_act_was_in_force_it_could_be_kept() {
    let report = as_written().outcome_as_of(date(2016, 1, 1)).report.unwrap();
    assert_eq!(verdict(&report, "p15"), Verdict::Pass);
    assert_eq!(verdict(&report, "p8"), Verdict::Fail, "what is wrong with the design is wrong on any day");
}

#[test]
fn p8_shows_that_the_institute_holds_names_and_rows_under_one_key() {
    let report = as_written().report();
    let p8 = rule(&report, "p8");
    assert_eq!(p8.findings.len(), 1, "one place, one reason: {}", all_words(p8));
    let finding = &p8.findings[0];
    assert_eq!(finding.verdict, Verdict::Fail);
    assert_eq!(finding.subjects, ["niesr", "combined at niesr"], "the holder first, then the copy");
    // both copies are shown, with the step that made each and what joins them
    let last = &finding.steps.last().unwrap().sentence;
    assert!(last.contains("`cohort`") && last.contains("`name`") && last.contains("`study-id`"), "{last}");
    let said = words(finding);
    for part in [
        "Department for Education",
        "drops `name`, `address` and `date-of-birth`",
        "adds the key `study-id`",
        "giving `combined`",
    ] {
        assert!(said.contains(part), "{part}:\n{said}");
    }
    let fix = finding.fix.as_deref().unwrap();
    assert!(fix.contains("`study-id`") && fix.contains("`cohort`"), "{fix}");
}

#[test]
fn without_the_key_the_notice_cannot_run() {
    let outcome = as_written().instead("study.staunch", "  add key study-id\n", "").outcome();
    assert!(outcome.report.is_none(), "nothing is judged on a story that cannot happen");
    let all = outcome.diagnostics.sorted();
    let nothing_shared: Vec<_> = all.iter().filter(|d| d.code.id == "E0405").collect();
    assert_eq!(nothing_shared.len(), 2, "{}", complaints(&outcome));
    assert!(nothing_shared[0].message.contains("`matched-benefits` and `matched-schooling`"));
    assert!(nothing_shared[0].help.as_ref().unwrap().contains("add key"));
    // all else that comes up follows from the same missing line: rules name a field that nothing adds now
    assert!(
        all.iter().all(|d| d.code.id == "E0405" || d.message.contains("`study-id`") || d.code.id == "W0504"),
        "{}",
        complaints(&outcome)
    );
}

// ---- changes to the notice as written: what each newly lets happen, or rules out ----

const SET: &str = "  takes       combined\n  operations  not-stated\n  gives       anonymised-set\n";
const FINDINGS: &str = "by programme-outcome minimum not-stated\n  suppress   not-stated\n";

/// Only these promises are judged otherwise than before, and so.
#[track_caller]
fn changes(story: &Story, expected: &[(&str, Verdict)]) -> Report {
    let (before, after) = (as_written().report(), story.report());
    let changed: BTreeSet<(&str, &str)> = promises(&after)
        .filter(|r| verdict(&before, &r.name) != r.verdict)
        .map(|r| (r.name.split('-').next().unwrap(), r.verdict.words()))
        .collect();
    assert_eq!(changed, expected.iter().map(|(name, v)| (*name, v.words())).collect());
    after
}

#[test]
fn the_ministry_getting_rows_breaks_p13() {
    let story =
        as_written().instead("study.staunch", SET, "  takes  combined\n  drop   study-id\n  gives  anonymised-set\n");
    let report = changes(&story, &[("p13", Verdict::Fail)]);
    let p13 = rule(&report, "p13");
    let said = all_words(p13);
    assert!(said.contains("Department for Communities and Local Government receives `anonymised-set`"), "{said}");
    // rows with the key are no better
    let story = as_written().instead(
        "study.staunch",
        SET,
        "  takes  combined\n  keep   study-id, offences\n  gives  anonymised-set\n",
    );
    assert_eq!(verdict(&story.report(), "p13"), Verdict::Fail);
}

#[test]
fn counts_for_the_ministry_keep_p13() {
    let counts = "  takes      combined\n  aggregate  by benefits minimum 10 people\n  suppress   secondary\n  gives      anonymised-set\n";
    let report = as_written().instead("study.staunch", SET, counts).report();
    assert_eq!(verdict(&report, "p13"), Verdict::Pass, "{}", all_words(rule(&report, "p13")));
    assert_eq!(verdict(&report, "p4"), Verdict::Pass, "what is no longer about people may be used for anything");
}

#[test]
fn the_file_going_back_to_the_council_breaks_p1() {
    let leak = "flow leak \"For quality assurance\" { from niesr; to hackney; data combined; for service-planning }\n";
    let report = as_written().and("study.staunch", leak).report();
    assert_eq!(verdict(&report, "p1"), Verdict::Fail);
    assert!(all_words(rule(&report, "p1")).contains("`combined`"));
}

#[test]
fn one_forgotten_identifier_breaks_p5() {
    let step = "  takes  cohort, benefit-records\n  match  cohort with benefit-records on name, address, date-of-birth\n  drop   name, address";
    let report =
        as_written().instead("study.staunch", &format!("{step}, date-of-birth\n"), &format!("{step}\n")).report();
    assert_eq!(verdict(&report, "p5"), Verdict::Fail);
    let said = all_words(rule(&report, "p5"));
    assert!(said.contains("`date-of-birth`") && said.contains("`matched-benefits`"), "{said}");
}

#[test]
fn a_field_that_nobody_thought_of_breaks_p20_and_not_p5() {
    let story = as_written().instead(
        "study.staunch",
        "fields   name, address, date-of-birth, attendance, attainment",
        "fields   name, address, date-of-birth, attendance, attainment, pupil-number",
    );
    let report = story.report();
    assert_eq!((verdict(&report, "p5"), verdict(&report, "p20")), (Verdict::Pass, Verdict::Fail));
    assert!(all_words(rule(&report, "p20")).contains("`pupil-number`"));
}

#[test]
fn what_being_on_the_list_says_travels_with_every_name() {
    let story = as_written().instead(
        "study.staunch",
        "  about          participants\n  collected for  family-support\n",
        "  about          participants\n  collected for  family-support\n  reveals        on-programme : intervention\n",
    );
    let report = story.report();
    assert_eq!(verdict(&report, "p19"), Verdict::Fail, "{}", all_words(rule(&report, "p19")));
}

#[test]
fn a_wall_that_is_stated_is_one_question_fewer() {
    let missing = |report: &Report| rule(report, "p3").findings.iter().flat_map(|f| f.missing.clone()).count();
    let wall = "wall between dwp.research and dwp.operations";
    let story = as_written().instead("parties.staunch", &format!("{wall} not-stated"), wall);
    let report = changes(&story, &[]);
    assert_eq!(missing(&report), missing(&as_written().report()) - 1);
    assert!(!all_words(rule(&report, "p3")).contains("dwp.operations"));
}

#[test]
fn disclosure_control_that_is_stated_keeps_what_is_published() {
    let counted = "by programme-outcome minimum 10 people\n  suppress   secondary\n";
    let story = as_written().instead("study.staunch", FINDINGS, counted);
    let report = changes(&story, &[("p6", Verdict::Pass), ("p7", Verdict::Pass)]);
    // of p27 the other half is left: what the ministry does with its set
    let said = all_words(rule(&report, "p27"));
    assert!(said.contains("`ministry-use`") && !said.contains("`minimum`"), "{said}");
    // a lower least count is not what was promised, and secondary cells can be worked out
    let five = as_written().instead(
        "study.staunch",
        FINDINGS,
        "by programme-outcome minimum 5 people\n  suppress   secondary\n",
    );
    assert_eq!(verdict(&five.report(), "p7"), Verdict::Fail);
    let alone =
        as_written().instead("study.staunch", FINDINGS, "by programme-outcome minimum 10 people\n  suppress   none\n");
    assert_eq!(verdict(&alone.report(), "p6"), Verdict::Fail);
}

#[test]
fn names_destroyed_before_the_answers_come_back_keep_p8() {
    let story = as_written()
        .and("parties.staunch", "\nevent names-gone { happened 2014-01-31 }\n")
        .instead(
            "study.staunch",
            "  gives   cohort\n  retain  until study-end then destroy by not-stated\n",
            "  gives   cohort\n  retain  until names-gone then destroy by not-stated\n",
        )
        .instead(
            "study.staunch",
            "  by                secure-email\n  receiver retains  until study-end then destroy by not-stated\n",
            "  by                secure-email\n  receiver retains  until names-gone then destroy by not-stated\n",
        )
        .instead("study.staunch", "data matched-benefits;  by", "data matched-benefits; on 2014-06-30; by")
        .instead("study.staunch", "data matched-schooling; by", "data matched-schooling; on 2014-06-30; by")
        .instead("study.staunch", "data matched-offences;  by", "data matched-offences; on 2014-06-30; by");
    let report = story.report();
    assert_eq!(verdict(&report, "p8"), Verdict::Pass, "{}", all_words(rule(&report, "p8")));
}

// ---- no false alarms ----

/// Whoever publishes safe tables publishes them to the council, too.
#[test]
fn published_tables_that_reach_the_council_are_no_finding() {
    let counted = as_written().instead(
        "study.staunch",
        FINDINGS,
        "by programme-outcome minimum 10 people\n  suppress   secondary\n",
    );
    let to_council = "flow tables-to-hackney { from niesr; to hackney; data findings; for publication }\n";
    let read = "use read-report at hackney.services \"The council reads the report\" { takes findings; for service-planning }\n";
    let before = counted.report();
    let after = counted.and("study.staunch", &format!("{to_council}{read}")).report();
    for (before, after) in before.rules.iter().zip(&after.rules) {
        assert!(after.verdict <= before.verdict, "{}: {}", after.name, all_words(after));
        assert!(after.findings.len() <= before.findings.len(), "{}: {}", after.name, all_words(after));
    }
    assert_eq!(verdict(&after, "p1"), Verdict::Pass);
}

/// The council's own records never left it: using them is nothing that the study gave back.
#[test]
fn the_council_using_its_own_records_is_no_finding() {
    let own = "use visit at hackney.troubled-families \"A keyworker reads a family's record\" { takes programme-records; for family-support }\n\
               decision offer-help at hackney.troubled-families { takes programme-records; about individuals; for family-support }\n";
    changes(&as_written().and("programme.staunch", own), &[]);
    // not even of the very list that was sent to the study
    let list = "use call at hackney.troubled-families \"A family on the list is called\" { takes programme-families; for family-support; activity family-programme }\n";
    let report = as_written().and("programme.staunch", list).report();
    for name in ["p1", "p2", "p5", "p8", "p12", "p13"] {
        assert_eq!(
            verdict(&report, name),
            verdict(&as_written().report(), name),
            "{name}: {}",
            all_words(rule(&report, name))
        );
    }
}

// ---- as it should be ----

/// The promises and the rules that the project sets itself, without those of the packs.
fn own(report: &Report) -> impl Iterator<Item = &RuleReport> {
    report.rules.iter().filter(|r| r.pack.is_none())
}

#[test]
fn as_it_should_be_every_promise_and_rule_holds_without_a_warning() {
    let outcome = as_it_should_be().outcome();
    assert!(outcome.diagnostics.is_empty(), "{}", complaints(&outcome));
    let report = outcome.report.unwrap();
    let broken: Vec<String> =
        own(&report).filter(|r| r.verdict != Verdict::Pass).map(|r| format!("{}: {}", r.name, all_words(r))).collect();
    assert!(broken.is_empty(), "{}", broken.join("\n"));
    assert_eq!(report.rules.iter().filter(|r| r.promise).count(), 27);
    assert!(own(&report).all(|r| r.standing == Standing::Applies));
}

/// With every pack: nothing at error severity, and no warning that the README does not explain.
#[test]
fn as_it_should_be_the_packs_find_only_what_the_readme_explains() {
    let story = as_it_should_be();
    let report = story.report();
    for path in files_below(&root().join("policies/packs"), ".staunch") {
        let pack = path.file_stem().unwrap().to_str().unwrap();
        let has_rules = fs::read_to_string(&path).unwrap().contains("\nrule ");
        let judged = report.rules.iter().any(|r| r.pack.as_deref() == Some(pack) && r.standing == Standing::Applies);
        assert!(judged || !has_rules, "{pack} is not adopted");
    }
    let graver: Vec<String> = report
        .rules
        .iter()
        .filter(|r| r.severity == RuleSeverity::Error && r.verdict != Verdict::Pass)
        .map(|r| format!("{}: {}", r.name, all_words(r)))
        .collect();
    assert!(graver.is_empty(), "{}", graver.join("\n"));

    let found: BTreeSet<(String, String)> = report
        .rules
        .iter()
        .filter(|r| r.verdict != Verdict::Pass)
        .flat_map(|r| r.findings.iter().map(|f| (r.name.clone(), f.subjects.first().cloned().unwrap_or_default())))
        .collect();
    let readme = &story.files["README.md"];
    let (_, section) = readme.split_once("## The warning that stays").unwrap();
    let table = section.split("\n## ").next().unwrap();
    let explained: BTreeSet<(String, String)> = table
        .lines()
        .filter(|l| l.starts_with("| ") && !l.starts_with("| rule"))
        .map(|row| {
            let cells: Vec<&str> = row.split(" | ").map(|c| c.trim_matches([' ', '|', '`'])).collect();
            assert!(cells[2].len() > 40, "no reason: {row}");
            (cells[0].to_owned(), cells[1].to_owned())
        })
        .collect();
    assert!(!found.is_empty());
    assert_eq!(found, explained);
}

const PAPERS: &str = "papers.staunch";

/// Each paper and each measure is there because a rule asks for it: taken out, that rule says so.
#[test]
fn as_it_should_be_needs_its_papers() {
    breaks(
        &as_it_should_be().instead(PAPERS, "impact-study, hackney, nls, dwp, dfe, moj, niesr", "impact-study"),
        &["RSH-005"],
    );
    let departments = as_it_should_be()
        .instead(PAPERS, "hackney, nls, dwp, dfe, moj, mhclg\n  to                participants, comparison, claimants, pupils, offenders", "hackney, nls, mhclg\n  to participants, comparison");
    breaks(&departments, &["TRN-001", "TRN-002"]);
    // a comparison group that nobody tells is the one that is forgotten
    let forgotten = as_it_should_be()
        .instead(PAPERS, "participants, comparison, households\n", "participants, households\n")
        .instead(PAPERS, "participants, comparison, claimants,", "participants, claimants,");
    breaks(&forgotten, &["CHP-005"]);
    breaks(
        &as_it_should_be().instead(PAPERS, "best-interests-assessment, equality-assessment", "equality-assessment"),
        &["CHP-004"],
    );
    let profiling = "profiling.staunch";
    breaks(&as_it_should_be().instead(profiling, "can-override, overrides-counted", "can-override"), &["CHP-003"]);
    breaks(&as_it_should_be().instead(profiling, "filter opt-out national-data-opt-out", ""), &["CAL-003", "CHP-006"]);
    breaks(&as_it_should_be().instead(profiling, "risk-score : family-risk from", "risk-score from"), &["SCD-004"]);
}

#[test]
fn as_it_should_be_holds_for_as_long_as_it_lasts_and_no_longer() {
    let broken = |date| {
        let report = as_it_should_be().outcome_as_of(date).report.unwrap();
        own(&report).filter(|r| r.verdict != Verdict::Pass).map(|r| r.name.clone()).collect::<Vec<_>>()
    };
    for date in [date(2027, 1, 11), date(2027, 6, 30), date(2028, 12, 31)] {
        assert_eq!(broken(date), Vec::<String>::new(), "{date}");
    }
    assert!(!broken(date(2026, 8, 31)).is_empty(), "before the agreements are in force");
    assert!(!broken(date(2029, 4, 1)).is_empty(), "after they ended");
}

/// The same promises: whoever mends the design may not mend the promises instead.
#[test]
fn as_it_should_be_promises_no_less() {
    let (before, after) = (as_written().report(), as_it_should_be().report());
    let numbers = |r: &Report| -> Vec<String> {
        r.rules.iter().filter(|r| r.promise).map(|r| r.name.split('-').next().unwrap().to_owned()).collect()
    };
    assert_eq!(numbers(&before), numbers(&after));
    let strength = |report: &Report, number: &str, parts: &[&str]| {
        let rule = rule(report, number);
        let text: String = rule.sentences.iter().map(|s| s.text.as_str()).collect::<Vec<_>>().join("\n");
        assert!(parts.iter().all(|p| text.contains(p)), "{number}: {text}");
    };
    for report in [&before, &after] {
        strength(report, "p1", &["hackney must never receive data from combined"]);
        strength(report, "p7", &["counts of at least 10 people"]);
        strength(report, "p8", &["no one may hold identifiable data"]);
        strength(report, "p9", &["must be destroyed by study-end"]);
    }
}

/// The design holds because of its parts: take one out, and a promise or rule says so.
#[test]
fn as_it_should_be_needs_its_parts() {
    let report = as_it_should_be().report();
    assert_eq!(verdict(&report, "names-and-answers-apart"), Verdict::Pass);
    let leak = "\nflow names-to-niesr { from hackney; to niesr; data programme-families; for impact-evaluation }\n";
    let report = as_it_should_be().and("study.staunch", leak).report();
    let broken: Vec<&str> =
        report.rules.iter().filter(|r| r.verdict != Verdict::Pass).map(|r| r.name.as_str()).collect();
    assert!(broken.contains(&"names-and-answers-apart"), "{broken:?}");
    assert!(
        broken.iter().any(|n| n.starts_with("p13-") || n.starts_with("p19-") || n.starts_with("p14-")),
        "{broken:?}"
    );
}

/// Names of what does not pass, without the words after the number.
fn not_passing(report: &Report) -> BTreeSet<String> {
    let short = |name: &str| match name.split_once('-') {
        Some((number, _)) if number.starts_with('p') && number[1..].parse::<u8>().is_ok() => number.to_owned(),
        _ => name.to_owned(),
    };
    report.rules.iter().filter(|r| r.verdict != Verdict::Pass).map(|r| short(&r.name)).collect()
}

#[track_caller]
fn breaks(story: &Story, expected: &[&str]) {
    let report = story.report();
    let broken = not_passing(&report);
    for name in expected {
        assert!(broken.contains(*name), "{name} still passes; these do not: {broken:?}");
    }
}

const STUDY: &str = "study.staunch";

#[test]
fn a_linker_that_works_for_the_ministry_puts_the_names_into_its_hands() {
    let story = as_it_should_be().instead(STUDY, "  decides                  niesr means\n", "  processor nls for mhclg of study-list, benefit-request, school-request, offence-request, key-table\n  decides niesr means\n");
    breaks(&story, &["p8", "names-and-answers-apart"]);
}

#[test]
fn a_name_that_a_department_forgets_to_drop_is_seen() {
    let step =
        "on name, address, date-of-birth\n  drop       name, address, date-of-birth\n  gives      benefit-outcomes";
    let story = as_it_should_be().instead(STUDY, step, &step.replace("drop       name, ", "drop       "));
    breaks(&story, &["p5", "p8"]);
}

#[test]
fn small_counts_are_seen() {
    let before = "aggregate  by study-group, programme-outcome minimum 10 people";
    let story = as_it_should_be().instead(STUDY, before, &before.replace("10", "3"));
    breaks(&story, &["p6", "p7"]);
}

#[test]
fn a_wall_taken_down_is_seen() {
    let story = as_it_should_be().instead("parties.staunch", "wall between dwp.research and dwp.operations\n", "");
    breaks(&story, &["p3"]);
}

#[test]
fn a_file_kept_for_later_is_seen() {
    let kept = "during     2027-05-04 to 2027-06-30\n  retain     until study-end then";
    let story = as_it_should_be().instead(
        STUDY,
        kept,
        "during     2027-05-04 to 2027-06-30\n  retain     until 2035-12-31 then",
    );
    breaks(&story, &["p9"]);
}

#[test]
fn an_agreement_that_ends_too_early_is_seen() {
    let story = as_it_should_be().instead(
        "parties.staunch",
        "  between  hackney, nls, dwp, dfe, moj, niesr, mhclg\n  from     2026-09-01\n  until    2029-03-31\n",
        "  between  hackney, nls, dwp, dfe, moj, niesr, mhclg\n  from     2026-09-01\n  until    2027-03-31\n",
    );
    breaks(&story, &["p14"]);
}

#[test]
fn published_tables_for_everyone_stay_no_finding() {
    let more = "\nflow tables-to-hackney { from niesr.secure-room; to hackney; data findings; for publication; under study-agreement; by managed-transfer }\n\
                use read-report at hackney.services { takes findings; for service-planning }\n";
    let report = as_it_should_be().and(STUDY, more).report();
    let broken = not_passing(&report);
    // the council's own services are not in the study: nothing about people comes with the tables
    for name in ["p1", "p2", "p8", "p12", "p13", "published-tables-are-no-leak"] {
        assert!(!broken.contains(name), "{name}: {}", all_words(rule(&report, name)));
    }
}
