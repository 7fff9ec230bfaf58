//! What the README shows is what happens: its commands run, its quoted output is the output, its example is judged as it
//! says, and its links lead somewhere.
//!
//! `STAUNCH_README=write cargo test --test readme` writes the quoted output anew.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test that cannot go on must stop
#![allow(clippy::disallowed_methods)] // the README is read from the disk, and its commands are run

mod support;

use std::fs;
use std::path::Path;

use support::{root, staunch};

/// The day as of which the README's output is quoted.
const AS_OF: &str = "2026-01-01";

/// The promise whose finding is quoted.
const SHOWN: &str = "━━ promise p8-nobody-can-tell";

fn readme() -> String {
    fs::read_to_string(root().join("README.md")).unwrap()
}

/// Runs the command in a folder: its exit code, and all that it writes.
fn run(folder: &Path, args: &[&str]) -> (i32, String) {
    let output = staunch(folder).args(args).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
    (output.status.code().unwrap(), text)
}

/// The blocks of a kind, by the word behind the fence.
fn blocks<'t>(text: &'t str, kind: &str) -> Vec<&'t str> {
    let fence = format!("```{kind}\n");
    text.split(&fence).skip(1).map(|rest| rest.split("```").next().unwrap()).collect()
}

/// The words of a command line, with double quotes.
fn words(line: &str) -> Vec<&str> {
    let parts = line.split('"').enumerate();
    parts.flat_map(|(i, part)| if i % 2 == 1 { vec![part] } else { part.split_whitespace().collect() }).collect()
}

/// Text without the codes that colour it.
fn bare(text: &str) -> String {
    let mut parts = text.split('\u{1b}');
    let first = parts.next().unwrap_or("").to_owned();
    parts.fold(first, |all, part| all + part.split_once('m').map_or(part, |(_, rest)| rest))
}

/// What the README quotes of the check of the notice: one finding as a terminal shows it, and the summary.
fn quoted() -> String {
    let (code, text) =
        run(root(), &["check", "examples/troubled-families/as-written", "--as-of", AS_OF, "--color", "always"]);
    assert_eq!(code, 1, "{text}");
    let text = bare(&text);
    let begin = text.find(SHOWN).expect("the finding that is shown");
    let finding = &text[begin..];
    let end = finding.find("\n━━ ").expect("another finding behind it");
    let summary = &text[text.rfind("\nPromises\n").expect("the summary")..];
    format!("{}\n\n⋮\n{}\n", finding[..end].trim_end(), summary.trim_end())
}

#[test]
fn the_output_is_what_comes_out() {
    let (readme, quoted) = (readme(), quoted());
    let begin = readme.find("<!-- output: check ").expect("the mark of the quoted output");
    let begin = begin + readme[begin..].find("```text\n").expect("a block behind the mark") + "```text\n".len();
    let end = begin + readme[begin..].find("```").unwrap();
    if std::env::var("STAUNCH_README").is_ok_and(|v| v == "write") {
        fs::write(root().join("README.md"), format!("{}{quoted}{}", &readme[..begin], &readme[end..])).unwrap();
        return;
    }
    assert_eq!(&readme[begin..end], quoted, "write it anew with STAUNCH_README=write cargo test --test readme");
}

#[test]
fn every_command_runs() {
    let readme = readme();
    let elsewhere = tempfile::tempdir().unwrap();
    let mut ran = 0;
    for line in blocks(&readme, "sh").into_iter().flat_map(str::lines) {
        let Some(line) = line.strip_prefix("cargo run --release -- ").or_else(|| line.strip_prefix("staunch ")) else {
            assert!(["cargo test", "cargo install --path ."].contains(&line), "{line}: nobody tries this out");
            continue;
        };
        let folder = if line.contains("examples/") { root() } else { elsewhere.path() };
        let (code, text) = run(folder, &words(line));
        assert!(code == 0 || code == 1, "{line} ended with {code}: {text}");
        ran += 1;
    }
    assert!(ran >= 3);
}

#[test]
fn the_table_names_every_command() {
    let readme = readme();
    let mut told: Vec<&str> = readme
        .lines()
        .filter_map(|l| l.strip_prefix("| `staunch "))
        .filter_map(|l| l.split([' ', '`']).next())
        .collect();
    told.sort_unstable();
    let (_, help) = run(root(), &["--help"]);
    let commands = help.split("Commands:\n").nth(1).unwrap().split("\n\n").next().unwrap();
    let mut there: Vec<&str> =
        commands.lines().filter_map(|l| l.split_whitespace().next()).filter(|c| *c != "help").collect();
    there.sort_unstable();
    assert_eq!(told, there);
}

#[test]
fn the_model_holds_until_the_mailing_comes() {
    let readme = readme();
    let blocks = blocks(&readme, "staunch");
    let [model, mailing] = blocks.as_slice() else { panic!("{} blocks of Staunch", blocks.len()) };
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("study.staunch"), model).unwrap();
    let (code, text) = run(folder.path(), &["check"]);
    assert_eq!(code, 0, "{text}");
    assert!(!text.contains("warning"), "{text}");
    fs::write(folder.path().join("mailing.staunch"), mailing).unwrap();
    let (code, text) = run(folder.path(), &["fmt", "--diff"]);
    assert_eq!(code, 0, "{text}");
    let (code, text) = run(folder.path(), &["check"]);
    assert_eq!(code, 1, "{text}");
    assert!(text.contains("broken: no-names"), "{text}");
}

#[test]
fn links_lead_somewhere() {
    for page in ["README.md", "ARCHITECTURE.md", "CHANGELOG.md"] {
        let text = fs::read_to_string(root().join(page)).unwrap();
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let path = link.split('#').next().unwrap_or("");
            if !link.starts_with("https://") && !path.is_empty() {
                assert!(root().join(path).exists(), "{page} links to `{link}`, which is not there");
            }
        }
    }
}
