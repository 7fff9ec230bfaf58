//! The comment on a pull request is read by somebody else's reader of GitHub's Markdown: names show and do nothing.

use comrak::{Options as Reader, markdown_to_html};
use staunch::check::Outcome;
use staunch::output::{self, Format, Options, markdown};

use super::study::study;
use super::{EXAMPLES, HOSTILE, all_outcomes, live, named, outcomes, render, waived};

fn told(outcome: &Outcome) -> String {
    render(outcome, Format::Markdown)
}

/// What a browser is given.
fn html(markdown: &str) -> String {
    let mut options = Reader::default();
    options.extension.table = true;
    options.extension.autolink = true;
    options.extension.strikethrough = true;
    options.extension.tasklist = true;
    options.render.r#unsafe = true;
    markdown_to_html(markdown, &options)
}

/// How often a tag is opened.
fn tags(html: &str, tag: &str) -> usize {
    html.matches(&format!("<{tag}>")).count() + html.matches(&format!("<{tag} ")).count()
}

#[test]
fn a_study_as_a_comment() {
    let options = Options { folder: "models/study".into(), ..Options::default() };
    insta::assert_snapshot!(output::render(&study(), Format::Markdown, &options));
}

#[test]
fn a_comment_is_found_again_by_its_first_line() {
    let tag = |folder: &str| {
        let options = Options { folder: folder.into(), ..Options::default() };
        output::render(&study(), Format::Markdown, &options).lines().next().unwrap().to_owned()
    };
    assert_eq!(tag(""), "<!-- staunch-report: . -->");
    assert_eq!(tag("models/study"), "<!-- staunch-report: models/study -->");
    assert_eq!(tag("a --> <b>"), "<!-- staunch-report: a%20--%3E%20%3Cb%3E -->");
    for (name, outcome) in all_outcomes() {
        assert!(told(&outcome).starts_with("<!-- staunch-report: . -->\n\n## Staunch: "), "{name}");
    }
}

#[test]
fn every_finding_is_told_or_counted() {
    for (name, outcome) in EXAMPLES.iter() {
        let text = told(outcome);
        let report = outcome.report.as_ref().unwrap();
        let all = report.rules.iter().map(|r| r.open().count()).sum::<usize>() + outcome.diagnostics.sorted().len();
        let shown = text.matches("<details>").count();
        let cut: usize = match text.split_once("**Cut to 60000 characters:** ") {
            None => 0,
            Some((_, rest)) => {
                let said = rest.split(" left out").next().unwrap();
                said.split_whitespace().filter_map(|w| w.parse::<usize>().ok()).sum()
            }
        };
        assert_eq!(shown + cut, all, "{name}");
        assert!(text.chars().count() <= markdown::LONGEST, "{name}");
        let broken = report.rules.iter().flat_map(|r| &r.findings).any(|f| f.verdict == staunch::check::Verdict::Fail);
        assert_eq!(text.contains("```mermaid\nflowchart TD\n"), broken, "{name}: the first broken way is drawn");
        let html = html(&text);
        assert_eq!((tags(&html, "details"), html.matches("</details>").count()), (shown, shown), "{name}");
    }
    let large = told(&EXAMPLES.iter().find(|(name, _)| name.ends_with("as-written")).unwrap().1);
    assert!(large.contains("**Cut to 60000 characters:**"), "{}", large.chars().count());
}

#[test]
fn what_is_very_long_is_cut_and_said_to_be() {
    for (length, findings, steps) in [(100, 50, 100), (2_000, 40, 5), (70_000, 2, 3)] {
        for sign in ["x", "`", "@x ", "<", "| ", "兵庫 "] {
            let name = sign.repeat(length / sign.chars().count());
            let mut outcome = named(&name);
            let report = outcome.report.as_mut().unwrap();
            report.assumptions = vec![report.assumptions[0].clone(); 50];
            let finding = report.rules[0].findings[0].clone();
            report.rules[0].findings = vec![finding; findings];
            for finding in &mut report.rules[0].findings {
                finding.steps = vec![finding.steps[0].clone(); steps];
            }
            let text = told(&outcome);
            let characters = text.chars().count();
            assert!(characters <= markdown::LONGEST, "{sign} {length}: {characters}");
            assert!(text.contains("Cut to 60000 characters") || findings == 2, "{sign} {length}");
            assert!(text.ends_with("</sub>\n"), "the end is never cut");
        }
    }
}

#[test]
fn each_outcome_has_its_heading() {
    for (name, outcome) in outcomes() {
        let text = told(&outcome);
        let heading = text.lines().nth(2).unwrap();
        let expected = match name {
            "study" => "## Staunch: 3 likely issues and 3 more",
            "wrong" => "## Staunch: 3 errors in the text",
            "many" => "## Staunch: 1000 errors in the text",
            "nowhere" => "## Staunch: 1 error in the text",
            "lapsed" | "empty" => "## Staunch: nothing was checked",
            "waived" => "## Staunch: 1 likely issue",
            name => panic!("{name}"),
        };
        assert_eq!(heading, expected, "{name}");
        assert!(!text.contains("all holds"), "{name}");
    }
    let text = told(&waived());
    assert!(text.contains("2 findings are waived."), "{text}");
    let mut before = study();
    before.report.as_mut().unwrap().rules.iter_mut().for_each(|rule| {
        rule.findings.iter_mut().for_each(|finding| finding.known = true);
        rule.findings_left_out = 0;
    });
    let text = told(&before);
    assert!(
        text.contains("## Staunch: nothing new is wrong") && text.contains("4 findings were there before."),
        "{text}"
    );
    let mut good = study();
    good.report.as_mut().unwrap().rules.retain(|r| r.name == "P1");
    let text = told(&good);
    assert!(
        text.contains("## Staunch: all holds") && text.contains("A pass says that nothing declared here"),
        "{text}"
    );
}

/// Whatever names say, the page has the same parts, and nothing that can be followed, fetched or run.
#[test]
fn no_name_does_anything() {
    let parts = |outcome: &Outcome| {
        let html = html(&told(outcome));
        let tags =
            ["h2", "h3", "table", "tr", "td", "details", "summary", "ol", "hr", "sub", "pre"].map(|t| tags(&html, t));
        let nothing = ["a", "img", "script", "iframe", "svg", "form", "input", "del"].map(|t| self::tags(&html, t));
        assert_eq!(nothing, [0; 8], "{html}");
        (tags, html)
    };
    let (harmless, _) = parts(&named("harmless"));
    for name in HOSTILE {
        let (there, html) = parts(&named(name));
        assert_eq!(there, harmless, "{name:?}\n{html}");
        // nobody is called from inside of code
        let outside: String =
            html.split("<code>").map(|p| p.split_once("</code>").map_or(p, |(_, after)| after)).collect();
        assert!(!outside.contains("@octocat"), "{outside}");
    }
    for (name, outcome) in all_outcomes() {
        let text = told(&outcome);
        let (outside, _) = text.split_once("```mermaid").unwrap_or((&text, ""));
        assert!(!live(outside).contains("]("), "{name}: {text}");
        assert_eq!(text.matches("\n```").count() % 2, 0, "{name}: no fence is left open\n{text}");
    }
}

/// The diagram is made of lines of four shapes, whatever stands in the labels.
#[test]
fn the_diagram_is_whole() {
    let examples = EXAMPLES.iter().map(|(name, outcome)| (name.clone(), outcome.clone()));
    let mut drawn = 0;
    for (name, outcome) in examples.chain(all_outcomes()) {
        let text = told(&outcome);
        let Some((_, rest)) = text.split_once("```mermaid\nflowchart TD\n") else { continue };
        drawn += 1;
        let diagram = rest.split("```").next().unwrap();
        for line in diagram.lines() {
            let line = line.trim_start();
            let node = line.split_once("[\"").and_then(|(id, rest)| {
                let label = rest.strip_suffix(":::broken").unwrap_or(rest).strip_suffix("\"]")?;
                let plain = |c: char| c.is_alphanumeric() || " .,-'()/…#;".contains(c);
                (id.starts_with('n') && label.chars().all(plain)).then_some(())
            });
            let edge = line.split_once(" --> ").is_some_and(|(a, b)| a.starts_with('n') && b.starts_with('n'));
            assert!(node.is_some() || edge || line.starts_with("classDef broken"), "{name}: {line}");
        }
    }
    assert!(drawn > 15, "{drawn}");
}
