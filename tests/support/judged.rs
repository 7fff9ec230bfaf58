//! Models with the verdicts that were reasoned out for them, and whether they are judged so. `tests/judgement.rs` says what the
//! `#=` lines mean.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use staunch::check::{Finding, Outcome, RuleReport, Verdict, check_text};

/// What a `#=` line expects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Expected {
    /// A rule's verdict and a piece of text that its findings must mention.
    Verdict { rule: String, verdict: Wanted, mentions: Option<String> },
    /// How many findings a rule has.
    Findings { rule: String, count: usize },
    /// A diagnostic whose code begins so.
    Diagnostic { code: String },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    Passes,
    Fails,
    CannotTell,
    DoesNotPass,
}

impl Wanted {
    pub(crate) fn is_met_by(self, verdict: &Verdict) -> bool {
        match self {
            Wanted::Passes => matches!(verdict, Verdict::Pass),
            Wanted::Fails => matches!(verdict, Verdict::Fail),
            Wanted::CannotTell => matches!(verdict, Verdict::CannotTell),
            Wanted::DoesNotPass => !matches!(verdict, Verdict::Pass),
        }
    }

    pub(crate) fn words(self) -> &'static str {
        match self {
            Wanted::Passes => "passes",
            Wanted::Fails => "fails",
            Wanted::CannotTell => "cannot tell",
            Wanted::DoesNotPass => "does not pass",
        }
    }
}

/// What the `#=` lines of one file say.
pub(crate) struct Expectations {
    pub(crate) as_of: jiff::civil::Date,
    pub(crate) list: Vec<Expected>,
}

impl Expectations {
    pub(crate) fn expects_error(&self) -> bool {
        self.list.iter().any(|e| matches!(e, Expected::Diagnostic { code } if code.starts_with('E')))
    }

    /// The rules that a verdict is expected of.
    pub(crate) fn rules(&self) -> BTreeSet<&str> {
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
pub(crate) fn expectations(text: &str) -> Result<Expectations, String> {
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
pub(crate) fn verdict_words(rest: &str) -> Option<(Wanted, Option<String>)> {
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
pub(crate) fn files() -> Vec<PathBuf> {
    pub(crate) fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
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
pub(crate) fn rendered(finding: &Finding, outcome: &Outcome) -> String {
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

pub(crate) fn verdict_name(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "passes",
        Verdict::Fail => "fails",
        Verdict::CannotTell => "cannot tell",
    }
}

pub(crate) fn rendered_rule(rule: &RuleReport, outcome: &Outcome) -> String {
    rule.findings.iter().map(|f| rendered(f, outcome)).collect()
}

/// Whether the findings mention a piece of text (any case).
pub(crate) fn mentioned(rule: &RuleReport, text: &str) -> bool {
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
pub(crate) fn mismatches(name: &str, text: &str) -> Vec<String> {
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

pub(crate) fn find<'a>(outcome: &'a Outcome, rule: &str) -> Option<&'a RuleReport> {
    outcome.report.as_ref()?.rules.iter().find(|r| r.name == rule)
}

/// What must hold of every report: a failure shows its way, an unknown names what is missing or shows its way, a pass has
/// no findings, and every rule of the model is reasoned about in its comment.
pub(crate) fn shape(outcome: &Outcome, expected: &Expectations) -> Vec<String> {
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
