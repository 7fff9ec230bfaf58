//! Verdicts that were reasoned out by hand, before and without the code that judges.
//!
//! Each file under `tests/judgement/` is a small model. The comment at its top says why each verdict follows from the
//! rules of meaning; lines that begin with `#=` say the same for the machine:
//!
//! - `#= RULE passes`, `#= RULE cannot tell [missing TEXT]`, `#= RULE fails [because TEXT]`: the verdict; TEXT must occur in
//!   what the findings say (several lines for one rule must all hold);
//! - `#= RULE does not pass`: where the design leaves open which of the other two it is;
//! - `#= RULE findings N`: how many findings there are;
//! - `#= as of DATE`: the date of judgement (2026-01-01 when not said);
//! - `#= error CODE`, `#= warning CODE`: a diagnostic whose code begins so must be there. No other error may be.
//!
//! All files are judged and all mismatches are told together.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test that cannot go on must stop
#![allow(clippy::disallowed_methods)] // the models are read from the disk

#[path = "support/judged.rs"]
mod judged;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use judged::{expectations, files, mismatches};

#[test]
fn verdicts_are_those_that_were_reasoned_out() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/judgement");
    let files = files();
    assert!(files.len() >= 60, "only {} models: some are lost", files.len());
    let mut report = String::new();
    let (mut bad_files, mut bad) = (0, 0);
    for path in &files {
        let text = std::fs::read_to_string(path).expect("a model that can be read");
        let name = path.strip_prefix(&root).unwrap_or(path).display().to_string();
        let wrong = mismatches(&name, &text);
        if !wrong.is_empty() {
            bad_files += 1;
            bad += wrong.len();
            let _ = writeln!(report, "{name}");
            for each in wrong {
                let _ = writeln!(report, "  {}", each.trim_end());
            }
        }
    }
    assert!(report.is_empty(), "{bad} mismatches in {bad_files} of {} models\n\n{report}", files.len());
}

#[test]
fn every_model_is_reasoned() {
    let mut numbers = BTreeSet::new();
    for path in files() {
        let text = std::fs::read_to_string(&path).expect("a model that can be read");
        let name = path.display();
        let number: String = path.file_name().unwrap_or_default().to_string_lossy().chars().take(3).collect();
        assert!(numbers.insert(number), "{name}: its number is taken");
        assert!(text.lines().any(|l| l.starts_with("# ")), "{name}: no reasoning at the top");
        let expected = expectations(&text).unwrap_or_else(|problem| panic!("{name}: {problem}"));
        assert!(!expected.list.is_empty(), "{name}: expects nothing");
        let declared: BTreeSet<&str> = text
            .lines()
            .filter_map(|l| l.strip_prefix("rule ").or_else(|| l.strip_prefix("promise ")))
            .filter_map(|l| l.split_whitespace().next())
            .collect();
        for rule in expected.rules() {
            assert!(declared.contains(rule), "{name}: expects something of `{rule}`, which it does not declare");
        }
        if !expected.expects_error() {
            for rule in &declared {
                assert!(expected.rules().contains(rule), "{name}: expects nothing of `{rule}`");
            }
        }
    }
}
