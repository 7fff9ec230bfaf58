//! The same project gives the same bytes: in whatever order its files were made or handed over, however many threads
//! there are, however often it is run. And what is said of it does not depend on how its declarations are laid out in files.
#![allow(clippy::unwrap_used, clippy::disallowed_methods)] // tests read and write files

mod support;

#[path = "../fuzz/src/lib.rs"]
#[allow(missing_docs, unreachable_pub, dead_code)]
mod laws;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use staunch::check::{Outcome, check_text, inputs_of_texts};
use staunch::diagnostic::Diagnostics;
use staunch::output::{self, Format, Look, Options};
use staunch::syntax::intern::Interner;
use support::{AS_OF, files_below, root, staunch};

/// A project's files: name and text.
type Files = Vec<(String, String)>;

/// Numbers that look random and are the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % most.max(1)
    }

    fn shuffle<T>(&mut self, all: &mut [T]) {
        for last in (1..all.len()).rev() {
            all.swap(last, self.below(last + 1));
        }
    }
}

/// The examples, whole.
fn examples() -> Vec<(String, Files)> {
    let with_settings = files_below(&root().join("examples"), "staunch.yaml");
    let project = |folder: &Path| {
        let files = files_below(folder, "").into_iter().map(|path| {
            let name = path.strip_prefix(folder).unwrap().to_str().unwrap().replace('\\', "/");
            (name, fs::read_to_string(path).unwrap())
        });
        (folder.display().to_string(), files.collect())
    };
    with_settings.iter().map(|settings| project(settings.parent().unwrap())).collect()
}

/// Every so many of the models that are judged by hand, with one declaration a file.
fn models(step: usize) -> Vec<(String, Files)> {
    let judged = files_below(&root().join("tests/judgement"), ".staunch");
    let models = judged.into_iter().step_by(step).filter_map(|path| {
        let text = fs::read_to_string(&path).unwrap();
        let files = declarations(&text)?.into_iter().enumerate();
        Some((path.display().to_string(), files.map(|(i, d)| (format!("f{i:03}.staunch"), d)).collect()))
    });
    models.collect()
}

/// The declarations of a file that can be read, each by itself.
fn declarations(text: &str) -> Option<Vec<String>> {
    let mut diagnostics = Diagnostics::new();
    let parsed = staunch::syntax::parse(text, 0, &mut Interner::new(), &mut diagnostics);
    if diagnostics.has_errors() {
        return None;
    }
    let spans = parsed.tree.declarations.iter().map(|d| d.head().span);
    Some(spans.map(|span| format!("{}\n", &text[span.start as usize..span.end as usize])).collect())
}

/// A folder with these files, made in this order.
fn written(files: &Files) -> tempfile::TempDir {
    let folder = support::folder(&[]);
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

/// Everything that the command says of a project whose files were made in this order.
fn said(files: &Files, threads: &str) -> Vec<Vec<u8>> {
    let folder = written(files);
    let question = "who may hold identifiable data";
    let runs: [&[&str]; 4] = [
        &["check", ".", "--plain", "--format", "human", "--format", "json=report.json"],
        &["check", ".", "--color", "always"],
        &["ask", question, ".", "--plain"],
        &["ask", question, ".", "--color", "always"],
    ];
    let mut said = Vec::new();
    for args in runs {
        let mut command = staunch(folder.path());
        let output = command.env("RAYON_NUM_THREADS", threads).args(args).args(["--as-of", "2026-01-01"]).output();
        let output = output.unwrap();
        assert!(matches!(output.status.code(), Some(0..=2)), "{args:?}: {output:?}");
        said.extend([output.stdout, output.stderr]);
    }
    said.push(fs::read(folder.path().join("report.json")).unwrap());
    said
}

/// Every picture that the command draws of a project, in every format, and its page: what it says and what it writes.
fn drawn(files: &Files, threads: &str) -> Vec<(String, Vec<u8>)> {
    const FORMATS: [&str; 9] =
        ["svg", "png", "pdf", "mermaid", "mermaid-swimlane", "mermaid-sequence", "dot", "d2", "text"];
    let folder = written(files);
    let made = tempfile::tempdir().unwrap();
    let file = |view: &str, format: &str| made.path().join(format!("{view}.{format}")).display().to_string();
    let mut runs = vec![["report", ".", "-o", &file("page", "html")].map(str::to_owned).to_vec()];
    for view in ["swimlane", "context", "lifecycle", "matrix"] {
        let mut run = ["diagram", ".", "--view", view, "--dpi", "24"].map(str::to_owned).to_vec();
        run.extend(FORMATS.iter().map(|format| format!("--format={format}={}", file(view, format))));
        runs.push(run);
    }
    let mut said = Vec::new();
    for args in runs {
        let mut command = staunch(folder.path());
        let output = command.env("RAYON_NUM_THREADS", threads).args(&args).args(["--as-of", "2026-01-01"]).output();
        let output = output.unwrap();
        assert!(matches!(output.status.code(), Some(0 | 2 | 3)), "{args:?}: {output:?}");
        said.extend([(args[3].clone(), output.stdout), (args[3].clone(), output.stderr)]);
    }
    let names = files_below(made.path(), "").into_iter();
    said.extend(names.map(|p| (p.file_name().unwrap().to_str().unwrap().to_owned(), fs::read(p).unwrap())));
    said
}

#[test]
fn the_command_draws_the_same_bytes() {
    let mut random = Random(4);
    let few = |(name, _): &(String, Files)| ["safeguarding-hub", "as-it-should-be"].iter().any(|n| name.ends_with(n));
    let mut pictures = 0;
    for (name, mut files) in examples().into_iter().filter(few).chain(models(60)) {
        let first = drawn(&files, "1");
        pictures += first.len();
        random.shuffle(&mut files);
        let again = drawn(&files, "2");
        assert_eq!(first.len(), again.len(), "{name}");
        for ((what, first), (_, other)) in first.iter().zip(&again) {
            assert!(first == other, "{name}: {what} of files made in another order, on two threads");
        }
    }
    assert!(pictures > 200, "{pictures}");
}

#[test]
fn the_command_says_the_same_bytes() {
    let mut random = Random(3);
    for (name, mut files) in examples().into_iter().chain(models(25)) {
        let first = said(&files, "1");
        files.reverse();
        assert_eq!(first, said(&files, "2"), "{name}: made in reverse order, on two threads");
        random.shuffle(&mut files);
        assert_eq!(first, said(&files, "2"), "{name}: made in any order");
        assert_eq!(first, said(&files, "1"), "{name}: run again");
    }
}

/// What the library says of files handed over in this order, in every format.
fn rendered(files: &Files) -> Vec<String> {
    let given: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let outcome = check_text(&given, AS_OF);
    let graphical = Options { look: Look::Graphical, color: true, ..Options::default() };
    let plain = Format::ALL.iter().map(|format| output::render(&outcome, *format, &Options::default()));
    plain.chain([output::render(&outcome, Format::Human, &graphical)]).collect()
}

#[test]
fn files_handed_over_in_any_order_give_the_same_bytes() {
    let mut random = Random(5);
    // also where the text is wrong: the same mistakes are told in the same order
    let wrong = |(name, mut files): (String, Files)| {
        files.remove(0);
        (format!("{name} without its first declaration"), files)
    };
    let wrongs: Vec<_> = models(30).into_iter().map(wrong).collect();
    let mut with_errors = 0;
    for (name, mut files) in examples().into_iter().chain(models(10)).chain(wrongs) {
        files.retain(|(name, _)| !name.ends_with(".yaml") && !name.ends_with("README.md"));
        let first = rendered(&files);
        with_errors += usize::from(first[0].contains("No rule was judged"));
        for _ in 0..3 {
            random.shuffle(&mut files);
            assert_eq!(first, rendered(&files), "{name}");
        }
    }
    assert!(with_errors > 2, "{with_errors}");
}

#[test]
fn files_handed_over_in_any_order_give_the_same_pictures() {
    let mut random = Random(6);
    let mut pictures = 0;
    for (name, mut files) in models(30) {
        let drawn = |files: &Files| {
            let given: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
            laws::pictures(inputs_of_texts(&given, AS_OF))
        };
        let first = drawn(&files);
        random.shuffle(&mut files);
        let again = drawn(&files);
        assert_eq!(first.len(), again.len(), "{name}");
        pictures += first.len();
        for ((what, first), (_, other)) in first.iter().zip(&again) {
            assert!(first == other, "{name}: {what}");
        }
    }
    assert!(pictures > 200, "{pictures}");
}

/// What is judged of each rule: verdicts and whom and what each finding is about. Which of several equally short ways a finding
/// tells is another matter: it is the one that is declared first.
fn verdicts(outcome: &Outcome) -> BTreeMap<String, Vec<String>> {
    let report = outcome.report.as_ref().unwrap();
    let rules = report.rules.iter().map(|rule| {
        let finding = |f: &staunch::check::Finding| format!("{:?} {} {:?}", f.verdict, f.sentence, f.subjects);
        let mut said: Vec<String> = rule.findings.iter().map(finding).collect();
        said.sort();
        said.push(format!("{:?} {:?}, {} more", rule.standing, rule.verdict, rule.findings_left_out));
        (rule.name.clone(), said)
    });
    rules.collect()
}

#[test]
fn declarations_laid_out_otherwise_mean_the_same() {
    let mut random = Random(7);
    let (mut judged, mut free) = (0, 0);
    for (name, files) in examples().into_iter().chain(models(1)) {
        let (models, others): (Files, Files) = files.into_iter().partition(|(name, _)| name.ends_with(".staunch"));
        let others: Files = others.into_iter().filter(|(name, _)| name.ends_with("notice.md")).collect();
        let mut arranged: Vec<Vec<String>> = models.iter().map(|(_, text)| declarations(text).unwrap()).collect();
        if name.ends_with(".staunch") {
            arranged = vec![arranged.concat()];
        }
        let judge = |arranged: &[Vec<String>]| {
            let texts: Files =
                arranged.iter().enumerate().map(|(i, file)| (format!("{i}.staunch"), file.concat())).collect();
            let given: Vec<(&str, &str)> =
                texts.iter().chain(&others).map(|(name, text)| (name.as_str(), text.as_str())).collect();
            check_text(&given, AS_OF)
        };
        let first = judge(&arranged);
        if first.report.is_none() {
            continue;
        }
        judged += 1;
        // a file's only activity is that of its flows and steps: where there are activities, what stands in a file stays in it
        let together = arranged.iter().flatten().any(|d| d.starts_with("activity"));
        free += usize::from(!together);
        for files in 1..4 {
            random.shuffle(&mut arranged);
            arranged.iter_mut().for_each(|file| random.shuffle(file));
            if !together {
                let mut dealt = vec![Vec::new(); files];
                arranged.concat().into_iter().for_each(|declaration| dealt[random.below(files)].push(declaration));
                arranged = dealt;
            }
            assert_eq!(verdicts(&first), verdicts(&judge(&arranged)), "{name}: {arranged:#?}");
        }
    }
    assert!(judged > 150 && free > 100, "{judged} judged, {free} of them dealt freely");
}
