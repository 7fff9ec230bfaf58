//! Workflow commands are read as GitHub's runner reads them: at the beginning of a line in the new form, anywhere in the old.

use std::collections::BTreeMap;

use staunch::check::Outcome;
use staunch::output::{Format, Options};

use super::study::study;
use super::{EXAMPLES, all_outcomes, named, outcomes, render, waived};

/// A command as the runner understands it.
#[derive(Debug)]
struct Command {
    kind: String,
    properties: BTreeMap<String, String>,
    message: String,
}

fn unescaped(text: &str, property: bool) -> String {
    let text = if property { text.replace("%3A", ":").replace("%2C", ",") } else { text.to_owned() };
    text.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")
}

/// The commands of a text, and its other lines.
fn read(text: &str) -> (Vec<Command>, Vec<&str>) {
    let (mut commands, mut lines) = (Vec::new(), Vec::new());
    for line in text.lines() {
        let Some((head, message)) = line.trim_start().strip_prefix("::").and_then(|l| l.split_once("::")) else {
            assert!(!line.contains("##["), "an old command: {line}");
            lines.push(line);
            continue;
        };
        let (kind, rest) = head.split_once(' ').unwrap_or((head, ""));
        let properties = rest.split(',').filter_map(|p| p.split_once('='));
        commands.push(Command {
            kind: kind.to_owned(),
            properties: properties.map(|(k, v)| (k.to_owned(), unescaped(v, true))).collect(),
            message: unescaped(message, false),
        });
    }
    (commands, lines)
}

fn told(outcome: &Outcome) -> String {
    render(outcome, Format::Github)
}

#[test]
fn each_finding_is_at_its_line_with_its_way() {
    let options = Options { folder: "models/a,b: c".into(), ..Options::default() };
    let text = staunch::output::render(&study(), Format::Github, &options);
    let (commands, lines) = read(&text);
    assert_eq!(commands.iter().map(|c| c.kind.as_str()).collect::<Vec<_>>(), ["error", "warning", "warning", "notice"]);
    let first = &commands[0];
    assert_eq!(first.properties["file"], "models/a,b: c/departments/dfe.staunch");
    assert_eq!((first.properties["line"].as_str(), first.properties["endLine"].as_str()), ("8", "8"));
    assert_eq!(first.properties["title"], "Promise broken: P8, The research file says nothing about who anyone is");
    assert!(first.message.starts_with("`niesr` can tell who the people in `combined` are"), "{}", first.message);
    assert!(first.message.contains("\n2. NIESR numbers the families") && first.message.contains("\nFix: Destroy"));
    let unsure = &commands[3];
    assert!(unsure.properties["title"].starts_with("Cannot tell: P15"), "{unsure:?}");
    assert!(unsure.message.contains("Not stated: the least count (`minimum`) in `report-results`"));
    assert_eq!(
        lines,
        ["3 promises: 1 holds, 1 is broken and 1 cannot be told.", "1 rule: it is broken.", "3 more are not listed."]
    );
}

#[test]
fn ten_of_a_kind_are_shown_and_the_others_counted() {
    for (name, outcome) in EXAMPLES.iter() {
        let text = told(outcome);
        let (commands, lines) = read(&text);
        let report = outcome.report.as_ref().unwrap();
        let all = report.rules.iter().map(|r| r.open().count()).sum::<usize>() + outcome.diagnostics.sorted().len();
        let number = |kind: &str| commands.iter().filter(|c| c.kind == kind).count();
        for kind in ["error", "warning", "notice"] {
            assert!(number(kind) <= 10, "{name}: {} of {kind}", number(kind));
        }
        let logged = lines.iter().filter(|l| l.starts_with("- ")).count();
        let shown = commands.len() - usize::from(logged > 0);
        assert_eq!(shown + logged, all, "{name}: none is lost");
        if logged > 0 {
            assert!(commands[0].message.contains("held back"), "{name}: {:?}", commands[0]);
        }
        let grades: Vec<usize> = commands
            .iter()
            .skip(usize::from(logged > 0))
            .map(|c| ["error", "warning", "notice"].iter().position(|k| *k == c.kind).unwrap())
            .collect();
        assert!(grades.is_sorted(), "{name}: the gravest first");
    }
    let as_written = &EXAMPLES.iter().find(|(name, _)| name.ends_with("as-written")).unwrap().1;
    let text = told(as_written);
    let (commands, _) = read(&text);
    let said = &commands[0].message;
    assert!(said.contains(" errors, ") && said.contains(" notices held back here"), "{said}");
}

#[test]
fn what_is_wrong_with_the_text_and_nothing_to_check_are_told() {
    for (name, outcome) in outcomes() {
        let text = told(&outcome);
        let (commands, lines) = read(&text);
        match name {
            "wrong" => {
                assert_eq!(commands.len(), 3);
                assert_eq!(commands[0].properties["title"], "E0299: unknown name");
                assert_eq!(commands[0].message, "Wrong.\nSee also: and here (a.staunch:1)\nHelp: Mend it.");
                assert_eq!(lines, ["No rule was judged, since the text has 3 errors."]);
            }
            "nowhere" => assert!(!commands[0].properties.contains_key("file")),
            "many" => assert!(commands[0].message.starts_with("90 errors held back"), "{}", commands[0].message),
            "empty" | "lapsed" => {
                assert!(commands.iter().any(|c| c.kind == "warning" && c.message.starts_with("nothing was checked")));
            }
            _ => {}
        }
    }
}

#[test]
fn what_is_waived_is_counted() {
    let text = told(&waived());
    let (commands, lines) = read(&text);
    assert!(commands.iter().all(|c| !c.message.contains("can tell who the people")));
    assert_eq!(commands.len(), 2);
    assert!(lines.contains(&"2 findings are waived."), "{lines:?}");
}

/// Whatever a name says, there are as many commands as findings, and of no other kind.
#[test]
fn no_name_is_a_command() {
    for (name, outcome) in all_outcomes() {
        let text = told(&outcome);
        let (commands, lines) = read(&text);
        for command in &commands {
            assert!(matches!(command.kind.as_str(), "error" | "warning" | "notice"), "{name}: {command:?}");
            let known = ["file", "line", "endLine", "title"];
            assert!(command.properties.keys().all(|k| known.contains(&k.as_str())), "{name}: {command:?}");
        }
        assert!(lines.iter().all(|l| !l.trim_start().starts_with("::")), "{name}: {lines:?}");
    }
    let number = |outcome: &Outcome| read(&told(outcome)).0.len();
    for name in super::HOSTILE {
        assert_eq!(number(&named(name)), number(&named("harmless")), "{name:?}");
    }
}
