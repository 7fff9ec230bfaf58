//! GitLab's Code Quality report: a list of what is wrong, which merge requests show beside the lines.

use serde::Serialize;

use super::Options;
use super::entries::{About, Entries, Entry, Grade, Numbers, Places, judged};
use super::json::pretty;
use super::text::{one_line, safe, sentence};
use crate::check::{Outcome, Verdict};

#[derive(Serialize)]
struct Issue {
    description: String,
    check_name: String,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
    end: u32,
}

/// Renders what a check found; ends with a newline.
pub(super) fn render(outcome: &Outcome, options: &Options) -> String {
    let entries = Entries::of(outcome, options).gravest_first();
    let mut issues: Vec<Issue> = entries.all.iter().filter_map(issue).collect();
    issues.extend(nothing(outcome, options));
    pretty(&issues)
}

/// An entry; without a file there is nothing that GitLab could show it beside.
fn issue(entry: &Entry<'_>) -> Option<Issue> {
    let place = entry.place.as_ref()?;
    let mut description = format!("{}: {}", one_line(entry.name()), entry.summary());
    if let About::Sharing(rule, finding) = entry.about
        && let Some(fix) = finding.fix.as_ref().or(rule.fix.as_ref())
    {
        description.push_str(&format!(" Fix: {}", sentence(fix)));
    }
    Some(Issue {
        description,
        check_name: one_line(entry.name()),
        fingerprint: entry.known_by.clone(),
        severity: severity(entry),
        location: Location {
            path: safe(&place.path).into_owned(),
            lines: Lines { begin: place.line, end: place.end_line },
        },
    })
}

/// An empty list would look as if all were well.
fn nothing(outcome: &Outcome, options: &Options) -> Option<Issue> {
    let report = outcome.report.as_ref()?;
    if judged(Some(report)).next().is_some() {
        return None;
    }
    let place = Places::new(&outcome.sources, &options.folder).first()?;
    Some(Issue {
        description: "Nothing was checked: no rule or promise applies.".to_owned(),
        check_name: "nothing-checked".to_owned(),
        fingerprint: Numbers::default().known_by("nothing-checked"),
        severity: "major",
        location: Location { path: safe(&place.path).into_owned(), lines: Lines { begin: 1, end: 1 } },
    })
}

fn severity(entry: &Entry<'_>) -> &'static str {
    match (entry.about, entry.grade) {
        (About::Text(_), Grade::Error) => "blocker",
        (_, Grade::Error) => "critical",
        (_, Grade::Warning) => "major",
        (About::Sharing(_, finding), Grade::Note) if finding.verdict == Verdict::CannotTell => "info",
        (_, Grade::Note) => "minor",
    }
}
