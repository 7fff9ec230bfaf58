//! What several test files need: finding sources, reading a case's files, judging them.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods)] // each test uses a part; tests read their cases
#![allow(missing_docs, unreachable_pub)]

use std::path::{Path, PathBuf};

use jiff::civil::{Date, date};
use staunch::check::{Inputs, Outcome, check};
use staunch::output::{self, Format, Options};
use staunch::project::Loaded;

/// The date that tests judge as of, so that no verdict changes with the calendar.
pub const AS_OF: Date = date(2026, 1, 1);

/// The repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every file below a folder whose name ends so, in order.
pub fn files_below(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut todo = vec![folder.to_path_buf()];
    while let Some(folder) = todo.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder of the repository") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                todo.push(path);
            } else if path.to_string_lossy().ends_with(ending) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// The files of a case: of a folder all, of a file itself, as (name, text).
pub fn files_of(case: &Path) -> Vec<(String, String)> {
    let mut files = if case.is_dir() {
        std::fs::read_dir(case).expect("a folder").map(|e| e.expect("a file").path()).collect()
    } else {
        vec![case.to_owned()]
    };
    files.sort();
    let named = |path: PathBuf| {
        let name = path.file_name().and_then(|n| n.to_str()).unwrap_or("").to_owned();
        (name, std::fs::read_to_string(&path).expect("a readable case"))
    };
    files.into_iter().map(named).collect()
}

/// Judges a project that was read.
pub fn judge(loaded: Loaded, as_of: Date) -> Outcome {
    let Loaded { sources, staunch_files, settings, vocabulary, notices, diagnostics, .. } = loaded;
    check(Inputs { sources, files: staunch_files, notices, settings, vocabulary, diagnostics, as_of })
}

/// What is wrong with the text, in the plain form, without verdicts.
pub fn complaints(outcome: &Outcome) -> String {
    let text_only = Outcome { report: None, ..outcome.clone() };
    output::render(&text_only, Format::Human, &Options { quiet: true, ..Options::default() })
}

/// Sources with their line numbers.
pub fn numbered(files: &[(String, String)]) -> String {
    let mut out = String::new();
    for (name, text) in files {
        out.push_str(&format!("── {name}\n"));
        for (number, line) in text.lines().enumerate() {
            out.push_str(&format!("{:>3} │ {line}\n", number + 1));
        }
    }
    out
}
