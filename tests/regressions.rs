//! The laws of the fuzz targets, tried without a fuzzer: on what fuzzing once found (`tests/regressions/TARGET/`), and on
//! every source of the repository, whole and cut short.
#![allow(clippy::unwrap_used, clippy::panic, clippy::disallowed_methods)] // tests read their cases

mod support;

#[path = "../fuzz/src/lib.rs"]
#[allow(missing_docs, unreachable_pub)]
mod laws;

use std::fs;
use std::path::PathBuf;

use support::{files_below, root};

type Law = fn(&str);

const TARGETS: [(&str, Law); 6] = [
    ("parse", laws::parse),
    ("check", laws::check),
    ("ask", laws::ask),
    ("format", laws::format),
    ("words", laws::words),
    ("settings", laws::settings),
];

/// Tries a law; says which input breaks it.
fn hold(target: &str, law: Law, name: &str, text: &str) {
    let text = text.to_owned();
    let told = format!("{target}: {name}");
    if std::panic::catch_unwind(move || law(&text)).is_err() {
        panic!("{told} breaks the law of its target");
    }
}

#[test]
fn what_fuzzing_found_stays_mended() {
    let folder = root().join("tests/regressions");
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let Some((target, law)) = TARGETS.iter().find(|(target, _)| *target == name) else {
            assert!(!path.is_dir(), "there is no target `{name}`");
            continue;
        };
        let inputs = files_below(&path, "");
        assert!(!inputs.is_empty(), "{name} has cases");
        for input in inputs {
            // a fuzzer hands over nothing but text
            let Ok(text) = String::from_utf8(fs::read(&input).unwrap()) else { panic!("{}", input.display()) };
            hold(target, *law, &input.display().to_string(), &text);
        }
    }
}

/// Every source of the repository, by its ending.
fn sources(ending: &str) -> Vec<(PathBuf, String)> {
    let folders = ["examples", "tests", "policies"].map(|folder| root().join(folder));
    let files = folders.iter().flat_map(|folder| files_below(folder, ending));
    files.filter_map(|path| fs::read_to_string(&path).ok().map(|text| (path, text))).collect()
}

#[test]
fn every_source_keeps_the_laws() {
    let models = sources(".staunch");
    assert!(models.len() > 200, "{}", models.len());
    for (path, text) in &models {
        let name = path.display().to_string();
        hold("parse", laws::parse, &name, text);
        hold("format", laws::format, &name, text);
        hold("ask", laws::ask, &name, &format!("who may hold identifiable data\n{text}"));
    }
    let words = sources(".yaml");
    assert!(words.len() > 20, "{}", words.len());
    for (path, text) in &words {
        let name = path.display().to_string();
        hold("words", laws::words, &name, text);
        hold("settings", laws::settings, &name, text);
    }
}

/// What somebody has who is still typing.
#[test]
fn a_source_cut_short_anywhere_keeps_the_laws() {
    let everything = include_str!("sources/everything.staunch");
    for at in (0..everything.len()).step_by(7).filter(|at| everything.is_char_boundary(*at)) {
        let name = format!("everything.staunch up to byte {at}");
        let text = &everything[..at];
        hold("parse", laws::parse, &name, text);
        hold("format", laws::format, &name, text);
    }
    let judged =
        fs::read_to_string(root().join("tests/judgement/levels/098-lookup-destroyed-before-the-results-come.staunch"));
    let judged = judged.unwrap();
    for at in (0..judged.len()).step_by(17).filter(|at| judged.is_char_boundary(*at)) {
        hold("check", laws::check, &format!("098 up to byte {at}"), &judged[..at]);
    }
}

/// An input of a fuzz target may hold several files.
#[test]
fn a_project_in_one_input_is_cut_into_its_files() {
    let text =
        "party a\n#=== b.staunch\nparty b\n#=== n.md\nOur promise.\n#=== c.staunch\nnotice n { text \"n.md\" }\n";
    hold("check", laws::check, "a project in one input", text);
    let (question, rule) = ("a must never hold name data", "rule r { b must never hold name data }");
    hold("ask", laws::ask, "a question about it", &format!("{question}\n{rule}\n{text}"));
}
