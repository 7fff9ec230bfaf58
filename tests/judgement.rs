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

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use staunch::check::{Finding, Outcome, RuleReport, Verdict, check_text};

/// What a `#=` line expects.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Expected {
    /// A rule's verdict and a piece of text that its findings must mention.
    Verdict { rule: String, verdict: Wanted, mentions: Option<String> },
    /// How many findings a rule has.
    Findings { rule: String, count: usize },
    /// A diagnostic whose code begins so.
    Diagnostic { code: String },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Passes,
    Fails,
    CannotTell,
    DoesNotPass,
}

impl Wanted {
    fn is_met_by(self, verdict: &Verdict) -> bool {
        match self {
            Wanted::Passes => matches!(verdict, Verdict::Pass),
            Wanted::Fails => matches!(verdict, Verdict::Fail),
            Wanted::CannotTell => matches!(verdict, Verdict::CannotTell),
            Wanted::DoesNotPass => !matches!(verdict, Verdict::Pass),
        }
    }

    fn words(self) -> &'static str {
        match self {
            Wanted::Passes => "passes",
            Wanted::Fails => "fails",
            Wanted::CannotTell => "cannot tell",
            Wanted::DoesNotPass => "does not pass",
        }
    }
}

/// What the `#=` lines of one file say.
struct Expectations {
    as_of: jiff::civil::Date,
    list: Vec<Expected>,
}

impl Expectations {
    fn expects_error(&self) -> bool {
        self.list.iter().any(|e| matches!(e, Expected::Diagnostic { code } if code.starts_with('E')))
    }

    /// The rules that a verdict is expected of.
    fn rules(&self) -> BTreeSet<&str> {
        self.list
            .iter()
            .filter_map(|e| match e {
                Expected::Verdict { rule, .. } => Some(rule.as_str()),
                _ => None,
            })
            .collect()
    }
}

/// Reads the `#=` lines of a file; a line that cannot be read is told, not passed over.
fn expectations(text: &str) -> Result<Expectations, String> {
    let mut as_of = jiff::civil::date(2026, 1, 1);
    let mut list = Vec::new();
    for line in text.lines() {
        let Some(said) = line.strip_prefix("#=") else { continue };
        let said = said.trim();
        let unreadable = || format!("cannot read `#= {said}`");
        if let Some(date) = said.strip_prefix("as of ") {
            as_of = date.trim().parse().map_err(|_| unreadable())?;
            continue;
        }
        if let Some(code) = said.strip_prefix("error ").or_else(|| said.strip_prefix("warning ")) {
            list.push(Expected::Diagnostic { code: code.trim().to_owned() });
            continue;
        }
        let (rule, rest) = said.split_once(' ').ok_or_else(unreadable)?;
        let (rule, rest) = (rule.to_owned(), rest.trim());
        if let Some(count) = rest.strip_prefix("findings ") {
            let count = count.trim().parse().map_err(|_| unreadable())?;
            list.push(Expected::Findings { rule, count });
            continue;
        }
        let (verdict, mentions) = verdict_words(rest).ok_or_else(unreadable)?;
        list.push(Expected::Verdict { rule, verdict, mentions });
    }
    Ok(Expectations { as_of, list })
}

/// `fails because TEXT` and its like.
fn verdict_words(rest: &str) -> Option<(Wanted, Option<String>)> {
    let forms = [
        ("passes", Wanted::Passes, ""),
        ("fails", Wanted::Fails, "because "),
        ("cannot tell", Wanted::CannotTell, "missing "),
        ("does not pass", Wanted::DoesNotPass, ""),
    ];
    for (words, wanted, before_text) in forms {
        let Some(tail) = rest.strip_prefix(words) else { continue };
        let tail = tail.trim();
        if tail.is_empty() {
            return Some((wanted, None));
        }
        if before_text.is_empty() {
            return None;
        }
        return tail.strip_prefix(before_text).map(|text| (wanted, Some(text.trim().to_owned())));
    }
    None
}

/// The model files, in order of their names.
fn files() -> Vec<PathBuf> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).expect("the folder of models") {
            let path = entry.expect("an entry of the folder of models").path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|e| e == "staunch") {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/judgement"), &mut found);
    found.sort();
    found
}

/// All that a finding says, for looking a piece of text up and for showing.
fn rendered(finding: &Finding, outcome: &Outcome) -> String {
    let mut out = format!("    [{}] {}\n", verdict_name(&finding.verdict), finding.summary);
    for step in &finding.steps {
        let source = outcome.sources.text(step.span);
        let first = source.lines().next().unwrap_or_default();
        let _ = writeln!(out, "      - {} ({}: {first})", step.sentence, outcome.sources.place(step.span.start));
    }
    for missing in &finding.missing {
        let _ = writeln!(out, "      missing: {}", missing.text);
    }
    if let Some(fix) = &finding.fix {
        let _ = writeln!(out, "      fix: {fix}");
    }
    out
}

fn verdict_name(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "passes",
        Verdict::Fail => "fails",
        Verdict::CannotTell => "cannot tell",
    }
}

fn rendered_rule(rule: &RuleReport, outcome: &Outcome) -> String {
    rule.findings.iter().map(|f| rendered(f, outcome)).collect()
}

/// Whether the findings mention a piece of text (any case).
fn mentioned(rule: &RuleReport, text: &str) -> bool {
    let said: String = rule
        .findings
        .iter()
        .map(|f| {
            let mut said = format!("{}\n", f.summary);
            for step in &f.steps {
                let _ = writeln!(said, "{}", step.sentence);
            }
            for missing in &f.missing {
                let _ = writeln!(said, "{}", missing.text);
            }
            said
        })
        .collect();
    said.to_lowercase().contains(&text.to_lowercase())
}

/// Everything in which one file's judgement differs from what was reasoned out.
fn mismatches(name: &str, text: &str) -> Vec<String> {
    let expected = match expectations(text) {
        Ok(expected) => expected,
        Err(problem) => return vec![problem],
    };
    let outcome = check_text(&[(name, text)], expected.as_of);
    let mut wrong = Vec::new();
    let diagnostics = outcome.diagnostics.sorted();
    if outcome.diagnostics.has_errors() && !expected.expects_error() {
        for d in diagnostics.iter().filter(|d| d.code.id.starts_with('E')) {
            wrong.push(format!("unexpected {}: {} ({})", d.code.id, d.message, outcome.sources.place(d.span.start)));
        }
    }
    for each in &expected.list {
        match each {
            Expected::Diagnostic { code } => {
                if !diagnostics.iter().any(|d| d.code.id.starts_with(code.as_str())) {
                    let got: Vec<&str> = diagnostics.iter().map(|d| d.code.id).collect();
                    wrong.push(format!("expected a diagnostic {code}…, got {got:?}"));
                }
            }
            Expected::Verdict { rule, verdict, mentions } => match find(&outcome, rule) {
                None => wrong.push(format!("{rule}: expected `{}`, got no report of that rule", verdict.words())),
                Some(report) => {
                    let shown = || rendered_rule(report, &outcome);
                    if !verdict.is_met_by(&report.verdict) {
                        let got = verdict_name(&report.verdict);
                        wrong.push(format!("{rule}: expected `{}`, got `{got}`\n{}", verdict.words(), shown()));
                    } else if let Some(text) = mentions
                        && !mentioned(report, text)
                    {
                        wrong.push(format!(
                            "{rule}: `{}` as expected, but no finding mentions `{text}`\n{}",
                            verdict.words(),
                            shown()
                        ));
                    }
                }
            },
            Expected::Findings { rule, count } => {
                if let Some(report) = find(&outcome, rule)
                    && report.findings.len() != *count
                {
                    let shown = rendered_rule(report, &outcome);
                    wrong.push(format!("{rule}: expected {count} finding(s), got {}\n{shown}", report.findings.len()));
                }
            }
        }
    }
    wrong.extend(shape(&outcome, &expected));
    wrong
}

fn find<'a>(outcome: &'a Outcome, rule: &str) -> Option<&'a RuleReport> {
    outcome.report.as_ref()?.rules.iter().find(|r| r.name == rule)
}

/// What must hold of every report: a failure shows its way, an unknown names what is missing or shows its way, a pass has
/// no findings, and every rule of the model is reasoned about in its comment.
fn shape(outcome: &Outcome, expected: &Expectations) -> Vec<String> {
    let mut wrong = Vec::new();
    let Some(report) = &outcome.report else { return wrong };
    let reasoned = expected.rules();
    for rule in &report.rules {
        if !reasoned.contains(rule.name.as_str()) && !expected.expects_error() {
            wrong.push(format!("{}: no verdict is expected of this rule", rule.name));
        }
        for finding in &rule.findings {
            let pathless = finding.steps.is_empty();
            if matches!(finding.verdict, Verdict::Fail) && pathless {
                wrong.push(format!("{}: a failure without a step: {}", rule.name, finding.summary));
            }
            if matches!(finding.verdict, Verdict::CannotTell) && pathless && finding.missing.is_empty() {
                wrong.push(format!("{}: an unknown that names nothing: {}", rule.name, finding.summary));
            }
        }
        if matches!(rule.verdict, Verdict::Fail) && !rule.findings.iter().any(|f| matches!(f.verdict, Verdict::Fail)) {
            wrong.push(format!("{}: fails without a finding that fails", rule.name));
        }
    }
    wrong
}

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
        let declared: BTreeSet<&str> =
            text.lines().filter_map(|l| l.strip_prefix("rule ")).filter_map(|l| l.split_whitespace().next()).collect();
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
