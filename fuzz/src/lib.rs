//! What must hold of any input, one function a fuzz target: each panics when it does not.
//!
//! The ordinary tests take this file in as well (`tests/regressions.rs`), so that what a fuzzer once found is tried again
//! in every run, without a fuzzer.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a broken law is told by a panic

mod pictures;

use std::collections::HashSet;
use std::sync::LazyLock;

use jiff::civil::{Date, date};
use staunch::check::{Baseline, Inputs, Outcome, inputs_of_texts};
use staunch::diagnostic::Diagnostics;
use staunch::output::{self, ComparisonFormat, Format, Look, Named, Options, TestFormat};
use staunch::source::{Sources, Span};
use staunch::syntax::intern::Interner;
use staunch::syntax::{self, Parsed};
use staunch::vocabulary;

/// The date that everything is judged as of.
const AS_OF: Date = date(2026, 1, 1);

/// A line that ends a project where an input holds two versions of one.
pub const NEXT_VERSION: &str = "#====== the new version\n";

/// What begins a line that ends one file and names the next. It is a comment, so a whole project is also one readable file.
pub const NEXT_FILE: &str = "#=== ";

/// Reading never panics; tokens, comments and declarations stand in order and within the text, on the borders of
/// characters, and so does whatever is wrong with it; every file is read alike wherever it stands among the others.
pub fn parse(text: &str) {
    const AHEAD: u32 = 1_000;
    let read = |start: u32| {
        let (mut words, mut diagnostics) = (Interner::new(), Diagnostics::new());
        let parsed = syntax::parse(text, start, &mut words, &mut diagnostics);
        (parsed, diagnostics)
    };
    let (parsed, diagnostics) = read(0);
    in_order("tokens", text, parsed.tokens.iter().map(|t| t.span()));
    in_order("comments", text, parsed.comments.iter().map(|c| c.span));
    in_order("declarations", text, parsed.tree.declarations.iter().map(|d| d.head().span));
    for diagnostic in diagnostics.sorted() {
        within("a diagnostic", text, diagnostic.span);
        diagnostic.related.iter().for_each(|label| within("a related place", text, label.span));
        assert!(!diagnostic.message.is_empty(), "{diagnostic:?}");
    }
    places_of_the_tree(text, &parsed);
    let (further, again) = read(AHEAD);
    assert_eq!(parsed.tokens.len(), further.tokens.len());
    assert_eq!(parsed.tree.declarations.len(), further.tree.declarations.len());
    assert_eq!((diagnostics.errors(), diagnostics.warnings()), (again.errors(), again.warnings()));
    for (here, there) in diagnostics.sorted().iter().zip(again.sorted()) {
        assert_eq!((here.span.start + AHEAD, &here.message), (there.span.start, &there.message));
    }
}

/// A whole project is judged and told in every format without a panic, and alike when it is judged again.
pub fn check(text: &str) {
    let files = files_of(text);
    let given: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), *text)).collect();
    let outcome = staunch::check::check_text(&given, AS_OF);
    for diagnostic in outcome.diagnostics.sorted() {
        let place = outcome.sources.position(diagnostic.span.start);
        assert!(place.is_some(), "{diagnostic:?}");
    }
    assert_eq!(outcome.report.is_none(), outcome.diagnostics.has_errors(), "verdicts only where the text is right");
    let told = every_format(&outcome);
    assert_eq!(told, every_format(&staunch::check::check_text(&given, AS_OF)));
}

/// A question, on the first line, is answered about the project after it without a panic.
pub fn ask(text: &str) {
    let (question, project) = text.split_once('\n').unwrap_or((text, ""));
    let inputs = inputs_of(&files_of(project));
    let outcome = staunch::check::ask(inputs, question);
    for look in [Look::Plain, Look::Graphical] {
        output::render_answer(&outcome, &Options { look, ..Options::default() });
    }
    every_format(&outcome);
}

/// A project's scenarios are run and its controls taken away without a panic, and alike when it is done again.
pub fn test(text: &str) {
    let files = files_of(text);
    let told = || {
        let tested = staunch::check::test(inputs_of(&files), |_| true, true);
        assert_eq!(tested.base.report.is_none(), tested.base.diagnostics.has_errors());
        TestFormat::ALL.iter().map(|f| output::render_tested(&tested, *f, &Options::default())).collect::<Vec<_>>()
    };
    steers_nothing(&told());
    assert_eq!(told(), told());
}

/// Two versions of a project are compared without a panic, and alike when it is done again; a version does not differ from itself.
pub fn diff(text: &str) {
    let (old, new) = text.split_once(NEXT_VERSION).unwrap_or((text, text));
    let (old, new) = (files_of(old), files_of(new));
    let told = |old: &[(String, &str)], new: &[(String, &str)]| {
        let compared = staunch::check::compare(inputs_of(old), inputs_of(new));
        let version = |name| output::Version { name, folder: "" };
        let format = |f: &ComparisonFormat| {
            output::render_comparison(
                &compared,
                *f,
                (version("the old version"), version("the new one")),
                &Options::default(),
            )
        };
        let texts: Vec<String> = ComparisonFormat::ALL.iter().map(format).collect();
        (compared, texts)
    };
    let (_, texts) = told(&old, &new);
    steers_nothing(&texts);
    assert_eq!(texts, told(&old, &new).1);
    let (same, _) = told(&new, &new);
    assert!(same.changes.is_empty() && same.effects.is_empty() && same.renamed.is_empty(), "{same:?}");
}

/// Every picture of a project, in every format, and its page are made without a panic, are whole, have everything on the page and
/// do nothing but show it, and are the same bytes when they are made again.
pub fn diagram(text: &str) {
    let files = files_of(text);
    assert_eq!(pictures(inputs_of(&files)), pictures(inputs_of(&files)));
}

/// Every picture of a project, in every format, and its page, each with what it is called; they keep their laws.
pub fn pictures(inputs: Inputs) -> Vec<(String, Vec<u8>)> {
    pictures::made(inputs)
}

/// A file of known findings is read without a panic; what is wrong with it is said in a sentence, and what was read is written
/// as it is read again.
pub fn baseline(text: &str) {
    match Baseline::read(text) {
        Ok(read) => {
            let again = Baseline::read(&read.text());
            assert_eq!(again.as_ref(), Ok(&read));
            assert_eq!(again.map(|b| b.text()), Ok(read.text()));
        }
        Err((message, help)) => {
            steers_nothing(std::slice::from_ref(&message));
            assert!(!message.is_empty() && !message.ends_with('.') && !help.is_empty(), "{message}");
        }
    }
}

/// What can be read is formatted; formatting changes neither tokens nor comments, and not its own result.
pub fn format(text: &str) {
    let (mut words, mut diagnostics) = (Interner::new(), Diagnostics::new());
    let parsed = syntax::parse(text, 0, &mut words, &mut diagnostics);
    let formatted = match syntax::format(text) {
        Ok(formatted) => formatted,
        Err(_) => return assert!(diagnostics.has_errors(), "what can be read is formatted"),
    };
    assert!(!diagnostics.has_errors(), "what cannot be read is not formatted");
    let mut diagnostics = Diagnostics::new();
    let again = syntax::parse(&formatted, 0, &mut words, &mut diagnostics);
    assert!(!diagnostics.has_errors(), "what is formatted can be read:\n{formatted}\n{diagnostics:?}");
    assert_eq!(comments(text, &parsed), comments(&formatted, &again), "\n{formatted}");
    assert_eq!(without_places(&parsed), without_places(&again), "\n{formatted}");
    assert_eq!(syntax::format(&formatted).ok().as_deref(), Some(formatted.as_str()), "formatting is done at once");
}

/// A project's words are read without a panic, and whatever is wrong is said of a place in their file.
pub fn words(text: &str) {
    let mut sources = Sources::new();
    let Ok(file) = sources.add("words.yaml", text) else { return };
    let mut diagnostics = Diagnostics::new();
    let vocabulary = vocabulary::read(vocabulary::standard(), &[file], &sources, &mut diagnostics);
    yaml_places(text, &diagnostics);
    // everything that was read can be told
    static STANDARD: LazyLock<HashSet<&str>> =
        LazyLock::new(|| vocabulary::standard().all_words().into_iter().collect());
    for word in vocabulary.all_words().into_iter().filter(|w| !STANDARD.contains(w)) {
        assert!(vocabulary.describe(word).is_some(), "{word}");
    }
    rendered(sources, diagnostics);
}

/// A project's settings are read without a panic, and whatever is wrong is said of a place in their file.
pub fn settings(text: &str) {
    let mut sources = Sources::new();
    let Ok(file) = sources.add("staunch.yaml", text) else { return };
    let mut diagnostics = Diagnostics::new();
    let settings = vocabulary::read_settings(file, &sources, &mut diagnostics);
    assert!((1..=1_000_000).contains(&settings.minimum_count));
    yaml_places(text, &diagnostics);
    rendered(sources, diagnostics);
}

/// Cuts an input into files.
fn files_of(text: &str) -> Vec<(String, &str)> {
    let mut files = Vec::new();
    let mut name = "a.staunch".to_owned();
    let (mut from, mut at) = (0, 0);
    for line in text.split_inclusive('\n') {
        if let Some(next) = line.strip_prefix(NEXT_FILE) {
            files.push((name, &text[from..at]));
            name = next.trim().to_owned();
            from = at + line.len();
        }
        at += line.len();
    }
    files.push((name, &text[from..]));
    files
}

fn inputs_of(files: &[(String, &str)]) -> Inputs {
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), *text)).collect();
    inputs_of_texts(&files, AS_OF)
}

/// Everything that a person or a program may be shown.
fn every_format(outcome: &Outcome) -> Vec<String> {
    let graphical = Options { look: Look::Graphical, color: true, width: 80, ..Options::default() };
    let mut told: Vec<String> = Vec::new();
    for format in Format::ALL {
        let text = output::render(outcome, *format, &Options::default());
        told.push(text);
    }
    steers_nothing(&told);
    told.push(output::render(outcome, Format::Human, &graphical));
    told
}

fn steers_nothing(texts: &[String]) {
    let steers = |c: char| c.is_control() && c != '\n';
    texts.iter().for_each(|text| assert!(!text.contains(steers), "nothing steers a terminal: {text}"));
}

fn rendered(sources: Sources, diagnostics: Diagnostics) {
    every_format(&Outcome { sources, diagnostics, report: None });
}

fn yaml_places(text: &str, diagnostics: &Diagnostics) {
    for diagnostic in diagnostics.sorted() {
        within("a diagnostic", text, diagnostic.span);
        diagnostic.related.iter().for_each(|label| within("a related place", text, label.span));
    }
}

fn within(what: &str, text: &str, span: Span) {
    assert!(text.get(span.start as usize..span.end as usize).is_some(), "{what} at {span:?} of {} bytes", text.len());
}

fn in_order(what: &str, text: &str, spans: impl Iterator<Item = Span>) {
    let mut last = 0;
    for span in spans {
        within(what, text, span);
        assert!(span.start >= last, "{what} out of order: {span:?} after {last}");
        last = span.end;
    }
}

/// Every place that a tree names lies in the text: the tree's own description writes them as `12..34`.
fn places_of_the_tree(text: &str, parsed: &Parsed) {
    let told = format!("{:?}", parsed.tree);
    for (at, _) in told.match_indices("..") {
        let digits = |c: char| c.is_ascii_digit();
        let before = &told[told[..at].trim_end_matches(digits).len()..at];
        let after = &told[at + 2..];
        let after = &after[..after.len() - after.trim_start_matches(digits).len()];
        // a text of the file may hold two dots as well
        if let (Ok(start), Ok(end)) = (before.parse::<u32>(), after.parse::<u32>())
            && told[..at].ends_with(&format!("span: {before}"))
        {
            assert!(start <= end, "{start}..{end}");
            within("the tree", text, Span::new(start, end));
        }
    }
}

/// The tree with every place blanked.
pub fn without_places(parsed: &Parsed) -> String {
    let tree = format!("{:?}", parsed.tree);
    let mut blanked = String::with_capacity(tree.len());
    let mut rest = tree.as_str();
    while let Some(at) = rest.find("..") {
        let (before, after) = rest.split_at(at);
        blanked.push_str(before.trim_end_matches(|c: char| c.is_ascii_digit()));
        blanked.push('@');
        rest = after[2..].trim_start_matches(|c: char| c.is_ascii_digit());
    }
    blanked.push_str(rest);
    blanked
}

fn comments<'a>(text: &'a str, parsed: &Parsed) -> Vec<&'a str> {
    parsed.comments.iter().map(|c| &text[c.span.start as usize..c.span.end as usize]).collect()
}
