//! The standard vocabulary is whole, and a project's own words and settings are read with every mistake in its place.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test that cannot go on must stop
#![allow(clippy::disallowed_methods)] // the environment says whether the standard lines are to be written anew

use std::collections::BTreeMap;

use jiff::civil::{Date, date};
use proptest::prelude::*;
use staunch::diagnostic::Diagnostics;
use staunch::source::Sources;
use staunch::vocabulary::{
    Family, Identifies, Jurisdiction, RuleSeverity, STANDARD_FILES, STANDARD_LINES, Settings, TableName, Tables,
    Vocabulary, read, read_settings, read_tables, standard, standard_from_yaml, standard_lines, tables,
};

/// What was reported, a line each: `CODE line:column [marked text] message | help`.
fn report(sources: &Sources, diagnostics: &Diagnostics) -> Vec<String> {
    diagnostics
        .sorted()
        .into_iter()
        .map(|d| {
            let at = sources.position(d.span.start).expect("a place in the file");
            let marked: String = sources.text(d.span).chars().take(40).collect();
            let help = d.help.as_deref().unwrap_or("");
            format!("{} {}:{} [{marked}] {} | {help}", d.code.id, at.line, at.column, d.message)
        })
        .collect()
}

fn words(text: &str) -> (Vocabulary, Vec<String>) {
    let mut sources = Sources::new();
    sources.add("before.staunch", "party x {}\n").unwrap();
    let file = sources.add("words.yaml", text).unwrap();
    let mut diagnostics = Diagnostics::new();
    let vocabulary = read(standard(), &[file], &sources, &mut diagnostics);
    (vocabulary, report(&sources, &diagnostics))
}

fn settings(text: &str) -> (Settings, Vec<String>) {
    let mut sources = Sources::new();
    sources.add("before.staunch", "party x {}\n").unwrap();
    let file = sources.add("staunch.yaml", text).unwrap();
    let mut diagnostics = Diagnostics::new();
    let settings = read_settings(file, &sources, &mut diagnostics);
    (settings, report(&sources, &diagnostics))
}

/// One complaint, with this code at this place, with these words in its message and its help.
#[track_caller]
fn one(report: &[String], begins: &str, says: &str, helps: &str) {
    assert_eq!(report.len(), 1, "{report:#?}");
    let (message, help) = report[0].split_once(" | ").unwrap();
    assert!(message.starts_with(begins), "{message}");
    assert!(message.contains(says), "{message}");
    assert!(help.contains(helps), "{help}");
}

// ---- the standard words ----

/// The lines that the command reads say what the YAML says. `STAUNCH_VOCABULARY=write` writes them anew.
#[test]
fn the_standard_lines_are_fresh() {
    if std::env::var("STAUNCH_VOCABULARY").is_ok_and(|v| v == "write") {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/vocabulary/standard.txt");
        std::fs::write(path, standard_lines()).unwrap();
        return;
    }
    assert!(
        standard_lines() == STANDARD_LINES,
        "the standard vocabulary has changed: run `STAUNCH_VOCABULARY=write cargo test --test vocabulary`"
    );
    assert_eq!(*standard(), standard_from_yaml());
}

/// Read as a project's files would be, the standard files have nothing wrong with them and give the same words.
#[test]
fn standard_files_have_no_mistakes() {
    let mut sources = Sources::new();
    let files: Vec<_> = STANDARD_FILES.iter().map(|(name, text)| sources.add(*name, *text).unwrap()).collect();
    let mut diagnostics = Diagnostics::new();
    let read = read(&Vocabulary::default(), &files, &sources, &mut diagnostics);
    let report = report(&sources, &diagnostics);
    assert!(report.is_empty(), "{report:#?}");
    let names = |v: &Vocabulary| v.categories.iter().map(|c| c.name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&read), names(standard()));
    assert_eq!(read.purposes.len(), standard().purposes.len());
    assert_eq!(read.combinations.len(), standard().combinations.len());
    for family in Family::ALL {
        let words = |v: &Vocabulary| v.family_words(family).map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(words(&read), words(standard()));
    }
}

#[test]
fn standard_is_large_and_whole() {
    let v = standard();
    assert!(v.categories.len() >= 130, "{} categories", v.categories.len());
    assert!(v.purposes.len() >= 45, "{} purposes", v.purposes.len());
    assert!(v.combinations.len() >= 10);
    for family in Family::ALL {
        assert!(v.family_words(family).count() >= 4, "{}", family.key());
    }
    for (i, category) in v.categories.iter().enumerate() {
        let name = &category.name;
        assert!(category.dpv.as_deref().is_some_and(|t| t.starts_with("pd:") || t.starts_with("dpv:")), "{name}");
        assert!(category.fides.as_deref().is_some_and(|t| t.starts_with("user") || t.starts_with("system")), "{name}");
        assert!(!category.title.is_empty(), "{name}");
        assert!(!category.levels.is_empty(), "{name}");
        assert_eq!(category.levels[0].identifies, category.identifies, "{name}");
        assert!(category.levels.windows(2).all(|l| l[0].identifies >= l[1].identifies), "{name}");
        if let Some(parent) = category.parent {
            assert!((parent.0 as usize) < i, "{name} stands before its parent");
            assert!(name.starts_with(&format!("{}.", v.category(parent).name)), "{name}");
        }
    }
    for (i, purpose) in v.purposes.iter().enumerate() {
        assert!(purpose.class.is_some() && purpose.dpv.is_some(), "{}", purpose.name);
        assert!(purpose.parent.is_none_or(|p| (p.0 as usize) < i), "{}", purpose.name);
    }
}

#[test]
fn every_combination_identifies() {
    let v = standard();
    for combination in &v.combinations {
        assert!(combination.parts.len() >= 2);
        assert!(combination.parts.is_sorted());
        for (id, level) in &combination.parts {
            let category = v.category(*id);
            assert!((*level as usize) < category.levels.len(), "{}", category.name);
            assert!(category.identifies_at(*level) >= Identifies::Quasi, "{}", category.name);
        }
    }
}

/// Models name categories by their last part, so no two standard ones share it.
#[test]
fn last_parts_are_unique() {
    let v = standard();
    let mut last: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for category in &v.categories {
        last.entry(category.short_name()).or_default().push(&category.name);
    }
    let shared: Vec<_> = last.iter().filter(|(_, full)| full.len() > 1).collect();
    assert!(shared.is_empty(), "{shared:?}");
    for id in v.category_ids() {
        assert_eq!(v.find_category(v.category(id).short_name()), Some(id), "{}", v.category(id).name);
        assert_eq!(v.find_category(&v.category(id).name), Some(id));
    }
}

#[test]
fn words_of_the_domain_are_there() {
    let v = standard();
    let is = |word: &str| v.find_category(word).map(|id| v.category(id).identifies);
    for word in
        "name address email telephone nhs-number national-insurance-number pupil-number police-identifier photograph"
            .split(' ')
    {
        assert_eq!(is(word), Some(Identifies::Direct), "{word}");
    }
    for word in "date-of-birth postcode sex ethnicity school admission-date".split(' ') {
        assert_eq!(is(word), Some(Identifies::Quasi), "{word}");
    }
    for word in "key study-id household-key record-key".split(' ') {
        assert_eq!(is(word), Some(Identifies::Key), "{word}");
    }
    for word in "attendance attainment exclusion free-school-meals intervention social-care-children domestic-abuse debt \
                 council-tax housing-benefit benefits offences convictions cautions police-contact count year outcome risk-score"
        .split_whitespace()
    {
        assert_eq!(is(word), Some(Identifies::No), "{word}");
    }
    let convictions = v.category(v.find_category("criminal.convictions").unwrap());
    assert!(convictions.criminal && convictions.special.is_none());
    let mental = v.category(v.find_category("health.mental").unwrap());
    assert!(mental.confidential && mental.special.as_deref() == Some("health"));
    let birth = v.category(v.find_category("dob").unwrap());
    assert_eq!(birth.levels.iter().map(|l| l.name.as_str()).collect::<Vec<_>>(), ["day", "month", "year", "decade"]);
    let evaluation = v.find_purpose("evaluation").unwrap();
    assert!(v.purpose_under(evaluation, v.find_purpose("research").unwrap()));
    assert_eq!(v.purpose(evaluation).class.as_deref(), Some("research"));
    assert!(v.word(Family::PartyKind, "local-authority").unwrap().has_mark("public-authority"));
    assert!(!v.word(Family::PartyKind, "insurer").unwrap().has_mark("public-authority"));
    assert!(v.word(Family::Channel, "secure-email").unwrap().has_mark("secure"));
    assert!(!v.word(Family::Channel, "email").unwrap().has_mark("secure"));
    assert!(v.word_under(Family::PartyKind, "data-broker", "company"));
    let processor_terms = v.words[&Family::Term].values().filter(|w| w.has_mark("article-28")).count();
    assert_eq!(processor_terms, 8);
    for word in "encrypted named-access vetted-staff vetted secure-facility access-logged output-checked".split(' ') {
        assert!(v.word(Family::Safeguard, word).is_some(), "{word}");
    }
}

#[test]
fn reading_the_standard_words_twice_gives_the_same() {
    assert!(std::ptr::eq(standard(), standard()));
}

// ---- a project's own words ----

#[test]
fn own_words_join_the_standard_ones() {
    let (v, report) = words(
        "categories:\n\
         \x20 library-card: { under: identity, title: Library card, identifies: direct, also: lib-card }\n\
         \x20 education.reading: { levels: { score: no } }\n\
         \x20 health.mental.therapy: Therapy\n\
         purposes:\n\
         \x20 outreach-visits: { under: outreach }\n\
         \x20 outreach: { title: Outreach, under: early-help }\n\
         party-kinds:\n\
         \x20 district-council: { under: local-authority }\n\
         combinations:\n\
         \x20 - [year-group, school, sex]\n\
         \x20 - { age: band, employer: , occupation: job-title }\n",
    );
    assert_eq!(report, Vec::<String>::new());
    let card = v.category(v.find_category("lib-card").unwrap());
    assert_eq!((card.name.as_str(), card.identifies), ("identity.library-card", Identifies::Direct));
    assert_eq!(card.fides.as_deref(), Some("user"), "the nearest counterpart is that of the category above");
    let therapy = v.category(v.find_category("therapy").unwrap());
    assert_eq!(therapy.title, "Therapy");
    assert!(therapy.confidential && therapy.special.as_deref() == Some("health"));
    let visits = v.purpose(v.find_purpose("outreach-visits").unwrap());
    assert_eq!((visits.title.as_str(), visits.class.as_deref()), ("Outreach visits", Some("operational")));
    assert!(v.word(Family::PartyKind, "district-council").unwrap().has_mark("public-authority"));
    assert_eq!(v.combinations.len(), standard().combinations.len() + 2);
    let (id, level) = v.combinations.last().unwrap().parts[0];
    assert_eq!((v.category(id).short_name(), level), ("age", 1));
}

#[test]
fn words_may_stand_under_those_of_another_file() {
    let mut sources = Sources::new();
    let a = sources.add("a.yaml", "purposes: { visits: { under: outreach } }\n").unwrap();
    let b = sources.add("b.yaml", "purposes: { outreach: { under: early-help } }\n").unwrap();
    let mut diagnostics = Diagnostics::new();
    let v = read(standard(), &[a, b], &sources, &mut diagnostics);
    assert!(diagnostics.is_empty());
    assert!(v.purpose_under(v.find_purpose("visits").unwrap(), v.find_purpose("early-help").unwrap()));
}

#[test]
fn unknown_parents() {
    let (v, report) = words("purposes:\n  outreach: { under: early-hepl }\n");
    one(&report, "E0606 2:22 [early-hepl]", "`outreach` stands under `early-hepl`", "did you mean `early-help`?");
    assert!(v.find_purpose("outreach").is_some(), "kept, so that words under it do not fail as well");
    let (_, report) = words("categories:\n  identty.card: { identifies: direct }\n");
    one(&report, "E0606 2:3 [identty.card]", "`identty`", "did you mean `identity`?");
    let (_, report) = words("party-kinds:\n  parish: { under: public-autority }\n");
    one(&report, "E0606 2:20", "not a known kind of party", "`public-authority`");
}

#[test]
fn words_that_are_there_already() {
    let (v, report) = words("purposes:\n  evaluation: { title: Ours, class: commercial }\n");
    one(&report, "E0605 2:3 [evaluation]", "already a purpose of the standard vocabulary", "another name");
    assert_eq!(v.purpose(v.find_purpose("evaluation").unwrap()).class.as_deref(), Some("research"));
    let (_, report) = words("categories:\n  name: { under: identity, identifies: no }\n");
    one(&report, "E0605 2:3 [name]", "already a category", "");
    let (_, report) = words("channels:\n  pigeon: Pigeon\n  \"pigeon\": Dove\n");
    one(&report, "E0605 3:3 [\"pigeon\"]", "`pigeon` is here twice", "");
    let (_, report) = words("channels: { pigeon: Pigeon }\nchannels: { dove: Dove }\n");
    one(&report, "E0605 2:1 [channels]", "here twice", "bring them together");
    let (_, report) = words("categories:\n  identity.card: { also: [dob, card-no] }\n");
    one(&report, "E0605 2:27 [dob]", "already means `identity.date-of-birth`", "");
}

#[test]
fn the_same_word_in_two_files() {
    let mut sources = Sources::new();
    let a = sources.add("a.yaml", "channels: { pigeon: Pigeon }\n").unwrap();
    let b = sources.add("b.yaml", "channels: { pigeon: Pigeon }\n").unwrap();
    let mut diagnostics = Diagnostics::new();
    read(standard(), &[a, b], &sources, &mut diagnostics);
    let found = diagnostics.sorted();
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].code.id, sources.place(found[0].span.start).as_str()), ("E0605", "b.yaml:1"));
    assert_eq!(sources.place(found[0].related[0].span.start), "a.yaml:1");
}

#[test]
fn circles() {
    let (v, report) =
        words("purposes:\n  a1: { under: b1 }\n  b1: { under: c1 }\n  c1: { under: a1 }\n  d1: { under: d1 }\n");
    assert_eq!(report.len(), 2, "{report:#?}");
    assert!(report[0].starts_with("E0607 4:16 [a1] `c1` stands under itself"), "{report:#?}");
    assert!(report[1].starts_with("E0607 5:16 [d1] `d1` stands under itself"), "{report:#?}");
    assert!(v.find_purpose("a1").is_some());
    let (_, report) = words("categories:\n  a1: { under: b1 }\n  b1: { under: a1 }\n");
    one(&report, "E0607 3:16 [a1]", "stands under itself", "remove `under`");
    let deep: String = (0..60).map(|i| format!("  p{i}: {{ under: p{} }}\n", i + 1)).collect();
    let (_, report) = words(&format!("purposes:\n{deep}  p60: Top\n"));
    one(&report, "E0607", "more words than any tree needs", "");
}

#[test]
fn values_that_are_not_possible() {
    let (_, report) = words("categories:\n  identity.card: { identifies: directly }\n");
    one(&report, "E0608 2:32 [directly]", "`directly` is not a value of `identifies`", "did you mean `direct`?");
    let (_, report) = words("categories:\n  identity.card: { special: helth }\n");
    one(&report, "E0608 2:29", "`helth`", "did you mean `health`?");
    let (_, report) = words("purposes:\n  outreach: { class: reserch }\n");
    one(&report, "E0608 2:22 [reserch]", "not a class of purpose", "did you mean `research`?");
    let (_, report) = words("channels:\n  pigeon: { marks: [secur] }\n");
    one(&report, "E0608 2:21 [secur]", "not a mark of a channel", "did you mean `secure`?");
    let (_, report) = words("categories:\n  identity.card: { titel: Card }\n");
    one(&report, "E0603 2:20 [titel]", "`titel` is not a key of a category", "did you mean `title`?");
    let (_, report) = words("purpose:\n  outreach: Outreach\n");
    one(&report, "E0603 1:1 [purpose]", "not a key of a file of words", "did you mean `purposes`?");
    let (_, report) = words("purposes:\n  Tenancy Support: Tenancy\n");
    one(&report, "E0613 2:3 [Tenancy Support]", "cannot be used as a name", "write it as `tenancy-support`");
}

/// In old YAML `no` is a truth value; here it is the word that was written.
#[test]
fn no_is_a_word() {
    let (v, report) = words("categories:\n  identity.card: { identifies: no, title: 2011, criminal: yes }\n");
    assert_eq!(report, Vec::<String>::new());
    let card = v.category(v.find_category("card").unwrap());
    assert_eq!((card.identifies, card.title.as_str(), card.criminal), (Identifies::No, "2011", true));
}

#[test]
fn levels_that_contradict() {
    let (_, report) = words("categories:\n  identity.card: { levels: { area: quasi, number: direct } }\n");
    one(&report, "E0609 2:51 [direct]", "`number` cannot identify people better than `area`", "finest first");
    let (_, report) = words("categories:\n  identity.card: { identifies: no, levels: { number: direct } }\n");
    one(&report, "E0609 2:32 [no]", "say different things", "leave `identifies` out");
    let (_, report) = words("categories:\n  identity.card: { levels: { a: direct, a: quasi } }\n");
    one(&report, "E0605 2:41 [a]", "here twice", "");
}

#[test]
fn combinations_that_cannot_be() {
    let (_, report) = words("combinations:\n  - [date-of-birth, post-code]\n");
    one(&report, "E0610 2:21 [post-code]", "not a known category", "did you mean `postcode`?");
    let (_, report) = words("combinations:\n  - { date-of-birth: dya, postcode: unit }\n");
    one(&report, "E0611 2:22 [dya]", "`identity.date-of-birth` has no level `dya`", "did you mean `day`?");
    let (_, report) = words("combinations:\n  - [date-of-birth]\n");
    one(&report, "E0612 2:6 [date-of-birth]", "at least two", "");
    let (_, report) = words("combinations:\n  - { date-of-birth: decade, postcode: unit }\n");
    one(&report, "E0612 2:22 [decade]", "tells nobody apart", "use the level `year` or a finer one");
    let (_, report) = words("combinations:\n  - [date-of-birth, attendance]\n");
    one(&report, "E0612 2:21 [attendance]", "tells nobody apart", "leave it out");
    let (_, report) = words("combinations:\n  - [dob, date-of-birth]\n");
    one(&report, "E0612 2:11 [date-of-birth]", "twice", "");
    let (_, report) = words("combinations: { a: b }\n");
    one(&report, "E0604 1:1 [combinations]", "is a list", "");
}

#[test]
fn a_short_name_that_is_taken() {
    let (v, report) = words("categories:\n  education.address: Address of a school\n");
    one(&report, "W0602 2:3 [education.address]", "`address` meant `identity.address` until now", "another last part");
    assert_eq!(v.find_category("address"), None);
    assert_eq!(v.categories_sharing("address").len(), 2);
}

#[test]
fn one_run_finds_all() {
    let (_, report) = words(
        "categories:\n  identity.card: { titel: x, identifies: maybe }\npurposes:\n  outreach: { under: nowhere-at-all }\nfoo: 1\n",
    );
    let codes: Vec<&str> = report.iter().map(|l| &l[..5]).collect();
    assert_eq!(codes, ["E0603", "E0608", "E0606", "E0603"], "{report:#?}");
}

// ---- files that are not what they should be ----

/// What is said of a text whose reading must end soon, in little memory, and with errors only.
#[track_caller]
fn refused(text: &str) -> Vec<String> {
    let (_, report) = words(text);
    let (_, other) = settings(text);
    assert!(report.iter().chain(&other).all(|l| l.starts_with('E')), "{report:#?} {other:#?}");
    report
}

#[test]
fn aliases_that_explode() {
    let mut text = String::from("a: &a [x, x, x, x, x, x, x, x, x, x]\n");
    for (name, before) in "bcdefghij".chars().zip("abcdefghi".chars()) {
        let list = vec![format!("*{before}"); 10].join(", ");
        text.push_str(&format!("{name}: &{name} [{list}]\n"));
    }
    one(&refused(&text), "E0602 2:8", "refers to another part of the file", "write the words out");
    one(&refused("purposes: &a\n  x: *a\n"), "E0602 2:6", "refers to another part", "");
}

#[test]
fn nesting_without_end() {
    one(&refused(&"[".repeat(10_000)), "E0602 1:", "nest more than", "bracket");
    one(&refused(&"{a: ".repeat(10_000)), "E0602 1:", "nest more than", "bracket");
    one(&refused(&"- ".repeat(10_000)), "E0602 1:", "nest more than", "bracket");
    let steps: String = (0..200).map(|i| format!("{}a:\n", " ".repeat(i))).collect();
    one(&refused(&steps), "E0602 ", "nest more than", "");
}

#[test]
fn huge_texts_and_files() {
    let long = "x".repeat(1_000_000);
    one(
        &refused(&format!("purposes:\n  outreach: {{ title: \"{long}\" }}\n")),
        "E0602 2:22",
        "1000000 characters",
        "comment",
    );
    one(&refused(&format!("purposes: \"{long}\"\n")), "E0602 1:11", "1000000 characters", "");
    let huge = "# nothing but comments\n".repeat(200_000);
    one(&refused(&huge), "E0602 1:1", "more than the", "split it");
    let many = format!("channels:\n{}", (0..150_000).map(|i| format!("  c{i}: x\n")).collect::<String>());
    one(&refused(&many), "E0602 ", "more values than are read", "split it");
    let keys = "x".repeat(100_000);
    assert_eq!(refused(&format!("{keys}: 1\n")).len(), 1);
}

#[test]
fn files_without_words() {
    for text in ["", "\n", "# only a comment\n", "\u{feff}", "---\n", "~\n"] {
        let (v, report) = words(text);
        one(&report, "W0601 1:1", "`words.yaml` has no words in it", "remove the file");
        assert_eq!(v.categories.len(), standard().categories.len());
        assert_eq!(settings(text), (Settings::default(), Vec::new()));
    }
}

#[test]
fn roots_that_are_no_mapping() {
    one(&refused("- a\n- b\n"), "E0604 1:1", "a file of words is a mapping (`key: value`), and this is a list", "");
    one(&refused("words\n"), "E0604 1:1 [words]", "a single value", "");
    one(&refused("purposes: [a, b]\n"), "E0604 1:11", "`purposes` is a mapping", "");
    one(&refused("purposes:\n  a1: { title: [x] }\n"), "E0604 2:16", "`title` takes a single value, not a list", "");
    one(&refused("purposes:\n  [a]: b\n"), "E0604 2:3", "a name is expected before the colon", "");
}

#[test]
fn text_that_is_not_yaml() {
    for text in ["a: [b\n", "a: b: c\n", "\"a\n", "a:\n\t- b\n", "a: 'b\n", "{\n", "%\n", "a: |\n b\nc", "\0", "a: *\n"]
    {
        let report = refused(text);
        assert_eq!(report.len(), 1, "{text:?} {report:#?}");
        assert!(report[0].starts_with("E060"), "{text:?} {report:#?}");
        assert!(!report[0].contains(" at line ") && !report[0].contains("serde"), "{report:#?}");
    }
    one(&refused("purposes:\n  a: { title: x\n"), "E0601 2:6", "a bracket is opened here and never closed", "brackets");
    one(&refused("purposes:\n  a: b: c\n"), "E0601 2:7", "a second colon stands on this line", "quotation marks");
    one(&refused("purposes:\n\ta: b\n"), "E0601 2:", "a tab is used to indent", "");
    one(&refused("a: 1\n---\nb: 2\n"), "E0602 ", "several YAML documents", "");
}

#[test]
fn line_ends_and_byte_order_marks_move_nothing() {
    let text = "purposes:\r\n  outreach: { title: \"Tŷ Hafan 👩‍👩‍👧\", under: early-hepl }\r\n";
    let (_, report) = words(text);
    one(&report, "E0606 2:47 [early-hepl]", "", "early-help");
    let (_, report) = words(&format!("\u{feff}{text}"));
    one(&report, "E0606 2:47 [early-hepl]", "", "early-help");
    let (_, report) = words("\u{feff}purpose: x\n");
    one(&report, "E0603 1:2 [purpose]", "", "purposes");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// No text makes the readers panic, and every complaint has a place in the file.
    #[test]
    fn any_text_is_read(text in "\\PC{0,200}") {
        words(&text);
        settings(&text);
    }

    /// Nor does text that is nearly right: pieces of the format in any order.
    #[test]
    fn pieces_of_the_format_are_read(pieces in proptest::collection::vec(piece(), 0..40)) {
        let text = pieces.concat();
        words(&text);
        settings(&text);
    }
}

fn piece() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(vec![
        "categories:",
        "purposes:",
        "combinations:",
        "channels:",
        "severity:",
        "thresholds:",
        "vocabularies:",
        "name",
        "a1",
        "b.c",
        "under",
        "levels",
        "identifies",
        "quasi",
        "direct",
        ": ",
        ":",
        "\n",
        "\n  ",
        "\n    ",
        "{",
        "}",
        "[",
        "]",
        ", ",
        "- ",
        "\"",
        "'",
        "#",
        " ",
        "~",
        "&a ",
        "*a ",
        "<<",
        "!!int ",
        "|",
        ">",
        "\t",
        "\r\n",
        "é",
        "👩‍👩‍👧",
        "\u{feff}",
        "0x1F",
        "1e9",
        ".nan",
        "yes",
        "---\n",
        "? ",
    ])
}

// ---- settings ----

#[test]
fn settings_are_read() {
    let (settings, report) = settings(
        "name: \"Families: the programme\"\njurisdiction: eu\nvocabularies:\n  - words/ours.yaml\n  - more.yaml\n\
         severity:\n  agreements: warning\n  strip-first: error\nthresholds:\n  minimum-count: 5\n",
    );
    assert_eq!(report, Vec::<String>::new());
    assert_eq!(settings.name.as_deref(), Some("Families: the programme"));
    assert_eq!(settings.jurisdiction, Jurisdiction::Eu);
    assert_eq!(
        settings.vocabularies.iter().map(|(f, _)| f.as_str()).collect::<Vec<_>>(),
        ["words/ours.yaml", "more.yaml"]
    );
    assert_eq!(settings.severity["agreements"].0, RuleSeverity::Warning);
    assert_eq!(settings.minimum_count, 5);
}

#[test]
fn settings_that_are_wrong() {
    let (_, report) = settings("jurisdiction: fr\n");
    one(&report, "E0608 1:15 [fr]", "`fr` is not a value of `jurisdiction`", "it can be `uk` or `eu`");
    let (_, report) = settings("vocabularys: x\n");
    one(&report, "E0603 1:1 [vocabularys]", "not a key of `staunch.yaml`", "did you mean `vocabularies`?");
    let (_, report) = settings("severity:\n  agreements: warn\n");
    one(&report, "E0608 2:15 [warn]", "`warn`", "`warning`");
    for bad in ["0", "ten", "-1", "1.5", "99999999999999999999999"] {
        let (settings, report) = settings(&format!("thresholds:\n  minimum-count: {bad}\n"));
        one(&report, &format!("E0608 2:18 [{bad}]"), "threshold", "whole number");
        assert_eq!(settings.minimum_count, 10);
    }
    let (_, report) = settings("thresholds: { minimum: 4 }\n");
    one(&report, "E0603 1:15 [minimum]", "", "`minimum-count`");
    let (_, report) = settings("vocabularies: [a.yaml, a.yaml]\n");
    one(&report, "E0605 1:24 [a.yaml]", "named twice", "");
    let (_, report) = settings("vocabularies: { a: b }\n");
    one(&report, "E0604 1:15", "not a mapping", "");
    let (_, report) = settings("name: [a]\nname: b\n");
    assert_eq!(report.len(), 2, "{report:#?}");
}

// ---- tables ----

/// Reads a text as a table, and what was said about it.
fn table(name: TableName, text: &str) -> (Tables, Vec<String>) {
    let mut sources = Sources::new();
    sources.add("before.staunch", "party x {}\n").unwrap();
    let file = sources.add("table.yaml", text).unwrap();
    let (mut tables, mut diagnostics) = (Tables::default(), Diagnostics::new());
    read_tables(&mut tables, &[(name, file)], &sources, &mut diagnostics);
    (tables, report(&sources, &diagnostics))
}

#[test]
fn the_tables_that_come_with_the_program_are_whole() {
    for name in TableName::ALL {
        let definition = name.definition();
        let (read, report) = table(name, definition.standard);
        assert_eq!(report, Vec::<String>::new(), "{}", definition.name);
        let standard = tables::standard(name);
        assert!(!standard.is_empty(), "{}", definition.name);
        // read by either reader the rows are the same, and none is lost to another of its key
        assert_eq!(read.rows(name).len(), standard.len(), "{}", definition.name);
        for (placed, bare) in read.rows(name).iter().zip(standard) {
            let dates = |r: &tables::Row| (r.jurisdiction, r.from, r.to, r.source.clone());
            assert_eq!(dates(placed), dates(bare));
            for column in definition.columns {
                assert_eq!(placed.texts(column.name), bare.texts(column.name));
            }
            assert!(!bare.source.is_empty(), "{bare:?}");
            // what the law says has a day on which it began; what words mean has none
            assert!(name == TableName::OpenWording || bare.from.is_some(), "{bare:?}");
        }
        assert_eq!(TableName::of(definition.name), Some(name));
    }
    let words = standard();
    for row in tables::standard(TableName::Schedule1) {
        for condition in row.texts("conditions") {
            assert!(words.word(Family::Condition, condition).is_some(), "{condition}");
        }
    }
}

#[test]
fn the_law_of_a_date_is_asked_for() {
    let tables = Tables::default();
    let adequate = |country: &str, j, on: Date| tables.adequate(country, j, on).is_some();
    assert!(adequate("FR", Jurisdiction::Uk, date(2026, 11, 1)) && adequate("fr", Jurisdiction::Uk, date(2026, 11, 1)));
    assert!(
        !adequate("US", Jurisdiction::Uk, date(2023, 10, 11)) && adequate("US", Jurisdiction::Uk, date(2023, 10, 12))
    );
    assert!(
        adequate("GB", Jurisdiction::Eu, date(2031, 12, 27)) && !adequate("GB", Jurisdiction::Eu, date(2031, 12, 28))
    );
    assert!(
        adequate("GB", Jurisdiction::Uk, date(2026, 11, 1)) && !adequate("IN", Jurisdiction::Uk, date(2026, 11, 1))
    );
    let home = |country, j| tables.adequate(country, j, date(2026, 11, 1)).and_then(|r| r.text("home")) == Some("yes");
    assert!(
        home("GB", Jurisdiction::Uk)
            && !home("GB", Jurisdiction::Eu)
            && home("FR", Jurisdiction::Eu)
            && !home("FR", Jurisdiction::Uk)
    );
    let only = tables.adequate("US", Jurisdiction::Uk, date(2026, 11, 1)).and_then(|r| r.text("only"));
    assert!(only.is_some_and(|o| o.contains("UK extension")), "{only:?}");
    let paragraph = |n| tables.schedule_1(n, Jurisdiction::Uk, date(2026, 11, 1));
    assert_eq!(paragraph(18).and_then(|r| r.text("policy-document")), Some("yes"));
    assert_eq!(paragraph(13).and_then(|r| r.text("policy-document")), Some("no"));
    assert_eq!(paragraph(10).and_then(|r| r.text("policy-document")), Some("unless-disclosed"));
    assert!(paragraph(5).is_none() && paragraph(38).is_none());
}

#[test]
fn rows_of_a_project_go_before_those_of_their_key() {
    let (tables, report) = table(
        TableName::Adequacy,
        "about: What our office found\nrows:\n  - { country: US, in: uk, from: 2023-10-12, to: 2026-06-01, source: Our advice }\n\
         \x20 - { country: IN, in: uk, from: 2026-09-01, source: Regulations }\n",
    );
    assert_eq!(report, Vec::<String>::new());
    let adequate = |country: &str, on| tables.adequate(country, Jurisdiction::Uk, on);
    assert!(adequate("US", date(2026, 5, 31)).is_some_and(|r| r.source == "Our advice" && r.span.is_some()));
    assert!(adequate("US", date(2026, 6, 1)).is_none(), "the standard row of the country does not count any more");
    assert!(adequate("IN", date(2026, 9, 1)).is_some() && adequate("FR", date(2026, 9, 1)).is_some());
    assert!(tables.adequate("US", Jurisdiction::Eu, date(2026, 6, 1)).is_some(), "elsewhere it goes on");
}

#[test]
fn tables_that_are_wrong() {
    let wrong = |text: &str| table(TableName::Schedule1, text).1;
    let whole = "rows: [{ paragraph: 4, title: a, conditions: b, policy-document: no, source: c }]\n";
    assert_eq!(wrong(whole), Vec::<String>::new());
    one(&wrong("row: []\n"), "E0603 1:1 [row]", "not a key of the table `schedule-1`", "`rows`");
    one(&wrong("rows: { a: b }\n"), "E0604 1:7", "`rows` is a list", "begin each row");
    one(&wrong("- a\n"), "E0604 1:1", "the table `schedule-1` is a mapping", "");
    one(&wrong("# nothing\n"), "W0601 1:1", "no rows in it", "`tables`");
    one(&wrong(&whole.replace("4", "four")), "E0608 1:21 [four]", "not a whole number", "`paragraph: 10`");
    one(&wrong(&whole.replace("no,", "perhaps,")), "E0608", "`perhaps` is not a value of `policy-document`", "`yes`");
    one(&wrong(&whole.replace(", source: c", "")), "E0604 1:8", "has no `source`", "where it comes from");
    one(&wrong(&whole.replace("title: a, ", "")), "E0604 1:8", "has no `title`", "");
    one(&wrong(&whole.replace("source: c", "source: c, form: 2026-01-01")), "E0603", "`form` is not a key", "`from`");
    one(&wrong(&whole.replace("source: c", "source: c, from: soon")), "E0608", "`soon` is not a date", "`from: ");
    let ends = whole.replace("source: c", "source: c, from: 2026-01-02, to: 2026-01-02");
    one(&wrong(&ends), "E0608", "ends before it begins", "`to` the first");
    one(
        &wrong(&whole.replace("source: c", "source: c, in: fr")),
        "E0608",
        "`fr` is not a value of `in`",
        "`uk` or `eu`",
    );
    let (_, report) = settings("tables: { adequecy: a.yaml }\n");
    one(&report, "E0603 1:11 [adequecy]", "not a key of `tables`", "did you mean `adequacy`?");
    let (settings, report) = settings("tables:\n  adequacy: tables/countries.yaml\n");
    assert_eq!(report, Vec::<String>::new());
    let named: Vec<_> = settings.tables.named().map(|(t, path, _)| (t, path.to_owned())).collect();
    assert_eq!(named, [(TableName::Adequacy, "tables/countries.yaml".to_owned())]);
}

// ---- what words mean, for people ----

#[test]
fn words_are_described() {
    let v = standard();
    let birth = v.describe("date-of-birth").unwrap();
    for part in ["identity.date-of-birth (category of data): Date of birth", "as day helps to identify", "pd:BirthDate"]
    {
        assert!(birth.contains(part), "{birth}");
    }
    let mental = v.describe("mental").unwrap();
    assert!(mental.contains("article 9(1)") && mental.contains("duty of confidence"), "{mental}");
    let shared = v.describe("legal-claims").unwrap();
    assert!(shared.contains("(purpose)") && shared.contains("(condition)"), "{shared}");
    let council = v.describe("local-authority").unwrap();
    assert!(council.contains("counts as     public authority"), "{council}");
    assert!(v.describe("no-such-word").is_none());
    let (v, _) = words("categories:\n  education.address: Address of a school\n");
    assert!(v.describe("address").unwrap().contains("education.address"));
    for word in v.all_words() {
        assert!(v.describe(word).is_some(), "{word}");
    }
}

#[test]
fn codes_are_whole() {
    let codes = staunch::diagnostic::codes::vocabulary::ALL;
    for code in codes {
        assert!(code.id[1..].starts_with("06"), "{}", code.id);
        assert!(code.explanation.len() > 80 && code.remedy.len() > 30 && !code.example.is_empty(), "{}", code.id);
        let (_, first) = words(code.example);
        let (_, second) = settings(code.example);
        assert!(first.iter().chain(&second).any(|l| l.starts_with(code.id)), "{} {first:#?} {second:#?}", code.id);
    }
}
