//! What several test files need: finding sources, reading a case's files, judging them.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::disallowed_methods)] // each test uses a part; tests read their cases
#![allow(missing_docs, unreachable_pub)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use assert_cmd::Command;
use jiff::civil::{Date, date};
use staunch::check::{FINDINGS_KEPT, Finding, Inputs, Outcome, RuleReport, Waivers, check};
use staunch::output::{self, Format, Options};
use staunch::project::Loaded;
use tempfile::TempDir;

/// The date that tests judge as of, so that no verdict changes with the calendar.
pub const AS_OF: Date = date(2026, 1, 1);

/// The projects of the folder `examples`.
pub const EXAMPLES: [&str; 8] = [
    "troubled-families/as-written",
    "troubled-families/as-it-should-be",
    "charity-mailing",
    "hospital-and-technology-company",
    "safeguarding-hub",
    "school-apps",
    "trusted-linker",
    "university-and-cloud",
];

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
    check(inputs(loaded, as_of))
}

/// A project that was read as the inputs of a check.
pub fn inputs(loaded: Loaded, as_of: Date) -> Inputs {
    let Loaded { sources, staunch_files, settings, vocabulary, notices, diagnostics, .. } = loaded;
    Inputs {
        sources,
        files: staunch_files,
        notices,
        settings,
        vocabulary,
        diagnostics,
        as_of,
        waivers: Waivers::Applied,
        findings_kept: FINDINGS_KEPT,
    }
}

/// Everything that a finding says, in one text.
pub fn words(finding: &Finding) -> String {
    let mut all = vec![finding.summary.clone()];
    all.extend(finding.subjects.iter().cloned());
    all.extend(finding.steps.iter().map(|s| s.sentence.clone()));
    all.extend(finding.missing.iter().map(|m| m.text.clone()));
    all.join("\n")
}

/// Everything that the findings of a rule say.
pub fn all_words(rule: &RuleReport) -> String {
    rule.findings.iter().map(words).collect::<Vec<_>>().join("\n")
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

/// The command in an empty environment, in a folder.
pub fn staunch(folder: &Path) -> Command {
    let mut command = Command::cargo_bin("staunch").unwrap();
    command.env_clear().current_dir(folder);
    command
}

/// A temporary folder with these files in it.
pub fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::Builder::new().prefix("project-").tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

/// Runs the command: how it ended, what it said, what it complained of.
pub fn run(folder: &TempDir, args: &[&str]) -> (i32, String, String) {
    let Output { status, stdout, stderr } = staunch(folder.path()).args(args).output().unwrap();
    (status.code().unwrap(), String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
}

/// Holds a value against a schema: the words of JSON Schema that ours uses, and stricter in one thing, that a field must
/// be described.
pub fn against(value: &serde_json::Value, schema: &serde_json::Value, root: &serde_json::Value, at: &str) {
    use serde_json::Value;
    if let Some(name) = schema.get("$ref").and_then(Value::as_str) {
        let schema = root.pointer(name.trim_start_matches('#')).expect("a reference leads somewhere");
        return against(value, schema, root, at);
    }
    if let Some(ways) = schema.get("oneOf").and_then(Value::as_array) {
        let way = if value.is_null() { ways.last() } else { ways.first() };
        return against(value, way.unwrap(), root, at);
    }
    if let Some(constant) = schema.get("const") {
        assert_eq!(value, constant, "{at}");
    }
    if let Some(allowed) = schema.get("enum").and_then(Value::as_array) {
        assert!(allowed.contains(value), "{at}: {value}");
    }
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    match schema.get("type") {
        Some(Value::String(wanted)) => assert_eq!(kind, wanted, "{at}"),
        Some(Value::Array(wanted)) => assert!(wanted.iter().any(|w| w == kind), "{at}: {kind}"),
        _ => {}
    }
    if let (Some(least), Some(number)) = (schema.get("minimum").and_then(Value::as_u64), value.as_u64()) {
        assert!(number >= least, "{at}: {number}");
    }
    if let Value::Object(fields) = value {
        let properties = schema["properties"].as_object().expect("an object is described");
        for (name, field) in fields {
            let described = properties.get(name);
            assert!(described.is_some(), "{at}/{name} is not described");
            against(field, described.unwrap(), root, &format!("{at}/{name}"));
        }
        for name in schema["required"].as_array().unwrap() {
            assert!(fields.contains_key(name.as_str().unwrap()), "{at}/{name} is left out");
        }
    }
    if let (Value::Array(items), Some(described)) = (value, schema.get("items")) {
        for (index, item) in items.iter().enumerate() {
            against(item, described, root, &format!("{at}/{index}"));
        }
    }
}
