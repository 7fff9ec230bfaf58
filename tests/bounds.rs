//! Every bound lets through what stands at it and refuses one more, with its own code (the list is in the book).
#![allow(clippy::unwrap_used, clippy::panic)] // a test that cannot go on must stop

mod support;

use std::collections::BTreeSet;

use staunch::check::{FINDINGS_KEPT, check_text};
use staunch::diagnostic::{Diagnostics, KEPT};
use staunch::source::Sources;
use staunch::syntax::{DEEPEST, LONGEST_NAME, LONGEST_TEXT};
use staunch::vocabulary::{
    self, DEEPEST_TREE, DEEPEST_YAML, LARGEST_YAML, LONGEST_WORD, LONGEST_YAML_TEXT, MOST_LEVELS, MOST_YAML_VALUES,
};
use support::AS_OF;

/// The codes of the errors of a model.
fn errors(text: &str) -> BTreeSet<&'static str> {
    let outcome = check_text(&[("a.staunch", text)], AS_OF);
    let errors = outcome.diagnostics.sorted().into_iter().map(|d| d.code.id).filter(|id| id.starts_with('E'));
    errors.collect()
}

/// The codes of the errors of a file of words.
fn errors_of_words(text: &str) -> BTreeSet<&'static str> {
    let (mut sources, mut diagnostics) = (Sources::new(), Diagnostics::new());
    let file = sources.add("words.yaml", text).unwrap();
    vocabulary::read(vocabulary::standard(), &[file], &sources, &mut diagnostics);
    diagnostics.sorted().into_iter().map(|d| d.code.id).collect()
}

/// What stands at the bound is read, one more brings up this code and no other.
#[track_caller]
fn bound(
    code: &'static str,
    most: usize,
    errors: impl Fn(&str) -> BTreeSet<&'static str>,
    text: impl Fn(usize) -> String,
) {
    assert_eq!(errors(&text(most)), BTreeSet::new(), "{most}");
    assert_eq!(errors(&text(most + 1)), BTreeSet::from([code]), "{}", most + 1);
}

#[test]
fn names_and_texts() {
    bound("E0108", LONGEST_NAME, errors, |n| format!("party {}\n", "a".repeat(n)));
    bound("E0123", LONGEST_TEXT, errors, |n| format!("party a \"{}\"\n", "x".repeat(n)));
    // a text that is too long leaves one error, wherever it stands
    let long = "x".repeat(LONGEST_TEXT + 1);
    let everywhere = format!(
        "party a {{ also \"b\", \"{long}\"; domain \"{long}\" }}\nrule r {{ fix \"{long}\"; every flow must have agreement }}\n"
    );
    let outcome = check_text(&[("a.staunch", &everywhere)], AS_OF);
    assert_eq!(outcome.diagnostics.errors(), 3, "{:?}", outcome.diagnostics.sorted());
    let [first, ..] = outcome.diagnostics.sorted()[..] else { panic!("an error") };
    assert!(first.message.len() < 100 && first.span.len() == 1, "{first:?}");
}

#[test]
fn nesting() {
    let condition =
        |n: usize| format!("rule r {{ every flow must {}have agreement{} }}\n", "(".repeat(n), ")".repeat(n));
    bound("E0109", DEEPEST, errors, condition);
    let after = |n: usize| format!("activity a {{ starts {}2020-01-01 }}\n", "1 day after ".repeat(n));
    bound("E0109", DEEPEST, errors, after);
    // no declaration stands so deep: one more brace than may stand in each other is told beside what is wrong with them
    let braces = |n: usize| format!("party a {}{}\n", "{ team b ".repeat(n), "}".repeat(n));
    assert!(!errors(&braces(DEEPEST)).contains("E0109"));
    assert!(errors(&braces(DEEPEST + 1)).contains("E0109"));
}

#[test]
fn trees_of_words() {
    // `social` and `research` stand at the top
    let categories = |n: usize| {
        let under = |i: usize| if i == 2 { "social".to_owned() } else { format!("c{}", i - 1) };
        (2..=n).map(|i| format!("category c{i} under {}\n", under(i))).collect::<String>()
    };
    bound("E0213", DEEPEST_TREE, errors, categories);
    let purposes = |n: usize| {
        let under = |i: usize| if i == 2 { "research".to_owned() } else { format!("p{}", i - 1) };
        (2..=n).map(|i| format!("purpose p{i} under {}\n", under(i))).collect::<String>()
    };
    bound("E0213", DEEPEST_TREE, errors, purposes);
    let levels = |n: usize| {
        let levels: String = (0..n).map(|i| format!("level l{i}; ")).collect();
        format!("category c under social {{ {levels}}}\n")
    };
    bound("E0214", MOST_LEVELS, errors, levels);
    let words = |n: usize| {
        let entry = |i: usize| {
            format!("  w{i}: {{ title: W{} }}\n", if i == 0 { String::new() } else { format!(", under: w{}", i - 1) })
        };
        format!("purposes:\n{}", (0..n).map(entry).collect::<String>())
    };
    bound("E0607", DEEPEST_TREE, errors_of_words, words);
    let levels = |n: usize| {
        let levels: Vec<String> = (0..n).map(|i| format!("l{i}: quasi")).collect();
        format!("categories:\n  social.c: {{ levels: {{ {} }} }}\n", levels.join(", "))
    };
    bound("E0609", MOST_LEVELS, errors_of_words, levels);
}

#[test]
fn files_of_words() {
    let purpose = |title: &str| format!("purposes:\n  w: {{ title: {title} }}\n");
    bound("E0602", LONGEST_YAML_TEXT, errors_of_words, |n| purpose(&"x".repeat(n)));
    bound("E0613", LONGEST_WORD, errors_of_words, |n| format!("purposes:\n  {}: {{ title: W }}\n", "w".repeat(n)));
    let comment = |n: usize| {
        let text = purpose("W");
        format!("#{}\n{text}", "x".repeat(n - text.len() - 2))
    };
    bound("E0602", LARGEST_YAML, errors_of_words, comment);
    // nesting and values are refused before anything is looked at: what is nested is no word
    let nested = |n: usize| format!("purposes: {}{}\n", "[".repeat(n), "]".repeat(n));
    assert!(!errors_of_words(&nested(DEEPEST_YAML - 2)).contains("E0602"));
    assert_eq!(errors_of_words(&nested(DEEPEST_YAML + 2)), BTreeSet::from(["E0602"]));
    let many = |n: usize| format!("purposes: {{ w: {{ title: W, also: [{}] }} }}\n", "a, ".repeat(n));
    assert!(!errors_of_words(&many(MOST_YAML_VALUES / 2)).contains("E0602"));
    assert_eq!(errors_of_words(&many(MOST_YAML_VALUES + 1)), BTreeSet::from(["E0602"]));
    assert_eq!(errors_of_words("purposes: { w: &w { title: W }, v: *w }\n"), BTreeSet::from(["E0602"]));
}

#[test]
fn messages_and_findings() {
    for wrong in [KEPT, KEPT + 1] {
        let outcome = check_text(&[("a.staunch", &"%\n".repeat(wrong))], AS_OF);
        let told = (outcome.diagnostics.sorted().len(), outcome.diagnostics.errors(), outcome.diagnostics.left_out());
        assert_eq!(told, (KEPT, wrong, wrong - KEPT));
    }
    for flows in [FINDINGS_KEPT, FINDINGS_KEPT + 1] {
        let flow = |i: usize| format!("flow f{i} {{ from a; to b; data d }}\n");
        let flows_text: String = (0..flows).map(flow).collect();
        let text = format!(
            "party a\nparty b\ndataset d {{ held by a; fields name }}\n{flows_text}rule r {{ every flow must have agreement }}\n"
        );
        let report = check_text(&[("a.staunch", &text)], AS_OF).report.unwrap();
        let rule = &report.rules[0];
        assert_eq!((rule.findings.len(), rule.findings_left_out), (FINDINGS_KEPT, flows - FINDINGS_KEPT));
    }
}
