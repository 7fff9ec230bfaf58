//! Scenarios tried out on a copy of the text, by hand so to speak: each line of a scenario is an edit of the files, and
//! what it expects is held against the check of the edited copy.
//!
//! The files are in the canonical layout (`tests/formatter.rs` sees to that), so a declaration begins at the margin and a
//! fact two blanks in.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use staunch::check::{Outcome, Report, Verdict};

use super::{AS_OF, judged, outcome};

/// A project's files by name.
pub(super) type Files = BTreeMap<String, String>;

/// Properties of two words, which a scenario may write with one blank between.
const TWO_WORDS: &[&str] = &[
    "held by",
    "collected for",
    "stored in",
    "receiver retains",
    "receiver keeps",
    "receiver stores",
    "onward to",
    "in force",
    "review by",
    "no later",
    "not before",
];

/// What a scenario of a project says, as text.
pub(super) struct Scenario {
    /// Its title.
    pub(super) title: String,
    facts: Vec<String>,
}

/// A block's facts: a line at this depth begins one, and what stands deeper, or closes it, belongs to it.
fn facts(body: &str, depth: usize) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for line in body.lines().filter(|l| !l.trim().is_empty() && !l.trim_start().starts_with('#')) {
        let begins = line.len() - line.trim_start().len() == depth && !line.trim_start().starts_with('}');
        match all.last_mut() {
            Some(last) if !begins => {
                last.push('\n');
                last.push_str(line);
            }
            _ => all.push(line.to_owned()),
        }
    }
    all.iter().map(|f| f.trim().to_owned()).collect()
}

/// The declarations of a file: from the margin to the closing brace at the margin.
fn declarations(text: &str) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    let mut open = false;
    for line in text.lines().filter(|l| !l.trim_start().starts_with('#') && !l.trim().is_empty()) {
        if open {
            let last = all.last_mut().unwrap();
            last.push('\n');
            last.push_str(line);
            open = line != "}";
        } else {
            all.push(line.to_owned());
            open = line.ends_with('{');
        }
    }
    all
}

pub(super) fn scenarios(files: &Files) -> Vec<Scenario> {
    let blocks = declarations(files.get("scenarios.staunch").map_or("", String::as_str));
    let scenario = |block: &String| {
        let (head, body) = block.split_once(" {\n")?;
        let title = head.strip_prefix("scenario ")?.trim_matches('"').to_owned();
        Some(Scenario { title, facts: facts(body.trim_end_matches('}'), 2) })
    };
    blocks.iter().map(|b| scenario(b).unwrap_or_else(|| panic!("not laid out as a scenario: {b}"))).collect()
}

/// The property that a fact states.
fn property(fact: &str) -> String {
    let words: Vec<&str> = fact.split_whitespace().collect();
    let two = words.iter().take(2).copied().collect::<Vec<_>>().join(" ");
    if TWO_WORDS.contains(&two.as_str()) { two } else { words.first().copied().unwrap_or("").to_owned() }
}

/// `KIND NAME` of a declaration.
fn named(declaration: &str) -> (String, String) {
    let mut words = declaration.split_whitespace().map(str::to_owned);
    (words.next().unwrap_or_default(), words.next().unwrap_or_default())
}

/// Puts another text in the place of the declaration of this name, which must be there once.
fn replace(files: &mut Files, name: &str, new: impl Fn(&str) -> String) {
    let mut found = 0;
    for (_, text) in files.iter_mut().filter(|(file, _)| file.ends_with(".staunch") && *file != "scenarios.staunch") {
        for declaration in declarations(text) {
            // comments between its lines are not among what is compared
            if named(&declaration).1 == name {
                found += 1;
                let bare: String = text
                    .lines()
                    .filter(|l| !l.trim_start().starts_with('#') && !l.trim().is_empty())
                    .fold(String::new(), |all, line| all + line + "\n");
                *text = bare.replacen(&declaration, &new(&declaration), 1);
            }
        }
    }
    assert_eq!(found, 1, "`{name}` is declared {found} times");
}

/// A declaration with these facts in the place of those of the same property.
fn changed(declaration: &str, change: &str) -> String {
    let (_, body) = change.split_once('{').unwrap();
    let body = body.trim_end().trim_end_matches('}');
    let new: Vec<String> = match body.trim_start_matches(' ').starts_with('\n') {
        true => facts(body, 4),
        false => body.split(';').map(|f| f.trim().to_owned()).collect(),
    };
    let touched: BTreeSet<String> = new.iter().map(|f| property(f)).collect();
    let (head, old) = match declaration.split_once(" {\n") {
        Some((head, old)) => (head, facts(old.trim_end_matches('}'), 2)),
        None => {
            let (head, old) = declaration.split_once(" { ").unwrap();
            (head, old.trim_end_matches('}').split(';').map(|f| f.trim().to_owned()).collect())
        }
    };
    let at = old.iter().position(|f| touched.contains(&property(f))).unwrap_or(old.len());
    let kept = |facts: &[String]| facts.iter().filter(|f| !touched.contains(&property(f))).cloned().collect::<Vec<_>>();
    let all = [kept(&old[..at]), new, kept(&old[at..])].concat();
    format!("{head} {{\n  {}\n}}", all.join("\n  "))
}

/// A step without an operation, or without some of its fields.
fn without(step: &str, operation: &str) -> String {
    let wanted: Vec<&str> = operation.split_whitespace().collect();
    let (head, body) = step.split_once(" {\n").unwrap();
    let mut left = Vec::new();
    let mut hits = 0;
    for fact in facts(body.trim_end_matches('}'), 2) {
        let words: Vec<&str> = fact.split_whitespace().collect();
        if words.first() != wanted.first() {
            left.push(fact);
        } else if words == wanted || wanted.len() == 1 {
            hits += 1;
        } else if wanted[0] == "drop" {
            let gone: Vec<&str> = wanted[1..].iter().map(|w| w.trim_end_matches(',')).collect();
            let fields = words[1..].iter().map(|w| w.trim_end_matches(','));
            let kept: Vec<&str> = fields.clone().filter(|f| !gone.contains(f)).collect();
            hits += usize::from(kept.len() + gone.len() == fields.count());
            left.push(format!("drop {}", kept.join(", ")));
        } else {
            left.push(fact);
        }
    }
    assert_eq!(hits, 1, "`{operation}` in {head}");
    format!("{head} {{\n  {}\n}}", left.join("\n  "))
}

fn verdict(words: &str) -> Option<Verdict> {
    Some(match words {
        "passes" => Verdict::Pass,
        "fails" => Verdict::Fail,
        "cannot tell" => Verdict::CannotTell,
        _ => return None,
    })
}

fn fingerprints(report: &Report) -> BTreeSet<String> {
    report.rules.iter().flat_map(|r| &r.findings).map(|f| f.fingerprint.clone()).collect()
}

/// What a scenario expects and does not get.
pub(super) fn disappointments(files: &Files, scenario: &Scenario) -> Vec<String> {
    let mut changed_files = files.clone();
    changed_files.remove("scenarios.staunch");
    let mut more = String::new();
    let mut as_of = AS_OF;
    let mut data = Vec::new();
    let mut verdicts = Vec::new();
    let mut nothing_new = false;
    for fact in &scenario.facts {
        let (word, rest) = fact.split_once(' ').unwrap();
        match word {
            "add" => more.push_str(&format!("{rest}\n")),
            "change" => replace(&mut changed_files, &named(rest).1, |old| changed(old, rest)),
            "remove" => rest.split(", ").for_each(|name| replace(&mut changed_files, name, |_| String::new())),
            "without" => {
                let (operation, step) = rest.rsplit_once(" in ").unwrap();
                replace(&mut changed_files, step, |old| without(old, operation));
            }
            "as" => as_of = rest.trim_start_matches("of ").parse::<Date>().unwrap(),
            "expect" if rest == "no new findings" => nothing_new = true,
            "expect" => match rest.split_once(' ').and_then(|(rule, v)| Some((rule.to_owned(), verdict(v)?))) {
                Some(expected) => verdicts.push(expected),
                None => {
                    let verbs = [
                        (" does not receive ", "receive", Verdict::Pass),
                        (" does not hold ", "hold", Verdict::Pass),
                        (" receives ", "receive", Verdict::Fail),
                        (" holds ", "hold", Verdict::Fail),
                    ];
                    let (who, what, verb, expected) = verbs
                        .iter()
                        .find_map(|(part, verb, v)| rest.split_once(part).map(|(who, what)| (who, what, *verb, *v)))
                        .unwrap_or_else(|| panic!("{rest}"));
                    let name = format!("expected-{}", data.len());
                    more.push_str(&format!("rule {name} {{ {who} must never {verb} {what} }}\n"));
                    data.push(rest.to_owned());
                    verdicts.push((name, expected));
                }
            },
            _ => panic!("{fact}"),
        }
    }
    changed_files.insert("added-by-the-scenario.staunch".to_owned(), more);
    let before = fingerprints(&judged(files, AS_OF));
    let Outcome { report, diagnostics, .. } = outcome(&changed_files, as_of);
    let Some(report) = report else {
        return vec![format!("{}: cannot be judged: {:?}", scenario.title, diagnostics.sorted().first())];
    };
    let mut wrong = Vec::new();
    for (name, expected) in verdicts {
        let rule = report.rules.iter().find(|r| r.name == name).unwrap_or_else(|| panic!("no rule {name}"));
        let what = name.strip_prefix("expected-").map_or(name.as_str(), |n| &data[n.parse::<usize>().unwrap()]);
        if rule.verdict != expected {
            let said: Vec<&str> = rule.findings.iter().map(|f| f.summary.as_str()).collect();
            wrong.push(format!("{}: {what}: {} {said:#?}", scenario.title, rule.verdict.words()));
        }
    }
    let new: Vec<_> = report
        .rules
        .iter()
        .filter(|r| !r.name.starts_with("expected-"))
        .flat_map(|r| &r.findings)
        .filter(|f| !before.contains(&f.fingerprint))
        .map(|f| f.summary.clone())
        .collect();
    if nothing_new && !new.is_empty() {
        wrong.push(format!("{}: new findings: {new:#?}", scenario.title));
    }
    wrong
}
