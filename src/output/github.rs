//! Workflow commands of GitHub Actions: annotations at the lines of a pull request.
//!
//! GitHub shows ten annotations of each kind for a step and says nothing of the others. So the gravest come first, the others are
//! counted in an annotation of their own, and stand in the log as plain lines.

use super::entries::{About, Entries, Entry, Grade, judged};
use super::human::words;
use super::text::{count, list, one_line, safe, shorten};
use super::{Options, text};
use crate::check::{Outcome, RuleReport, Verdict};

/// How many annotations of a kind GitHub shows for a step.
pub const SHOWN: usize = 10;

/// How many columns of a title are shown.
const LONGEST_TITLE: usize = 120;

/// How many lines of one annotation are written, and how many columns of each: GitHub takes 64 KB of an annotation.
const MOST_LINES: usize = 40;
const LONGEST_LINE: usize = 600;

/// Renders what a check found; ends with a newline.
pub(super) fn render(outcome: &Outcome, options: &Options) -> String {
    let entries = Entries::of(outcome, options).gravest_first();
    let over: usize = [Grade::Error, Grade::Warning, Grade::Note].into_iter().map(|g| over(&entries, g, SHOWN)).sum();
    // what says how many are held back is a notice itself
    let room = |grade| if over > 0 && grade == Grade::Note { SHOWN - 1 } else { SHOWN };
    let mut out = String::new();
    if over > 0 {
        out.push_str(&held_back(&entries, room));
    }
    let mut shown = [0; 3];
    let mut log = String::new();
    for entry in &entries.all {
        let number = &mut shown[entry.grade as usize];
        *number += 1;
        if *number <= room(entry.grade) {
            out.push_str(&annotation(entry, &entries));
        } else {
            log.push_str(&plain(entry));
        }
    }
    out.push_str(&log);
    out.push_str(&ending(outcome, &entries));
    out
}

/// How many entries of a grade there are beyond what is shown.
fn over(entries: &Entries<'_>, grade: Grade, room: usize) -> usize {
    entries.all.iter().filter(|e| e.grade == grade).count().saturating_sub(room)
}

/// The annotation that says how many are held back.
fn held_back(entries: &Entries<'_>, room: impl Fn(Grade) -> usize) -> String {
    let kinds = [(Grade::Error, "error"), (Grade::Warning, "warning"), (Grade::Note, "notice")];
    let parts: Vec<String> = kinds
        .into_iter()
        .map(|(grade, word)| (over(entries, grade, room(grade)), word))
        .filter(|(number, _)| *number > 0)
        .map(|(number, word)| count(number, word, &format!("{word}s")))
        .collect();
    let text = format!(
        "{} held back here, since GitHub shows {SHOWN} of each kind for a step: the log of this step has them all.",
        list(&parts)
    );
    format!("::notice title={}::{}\n", property("Staunch: more than is shown"), data(&text))
}

fn annotation(entry: &Entry<'_>, entries: &Entries<'_>) -> String {
    let mut lines = vec![entry.summary()];
    lines.extend(entry.steps(entries.places).into_iter().enumerate().map(|(n, step)| format!("{}. {step}", n + 1)));
    lines.extend(entry.remarks(entries.places));
    if lines.len() > MOST_LINES {
        let more = lines.len() - MOST_LINES;
        lines.truncate(MOST_LINES);
        lines.push(format!("… and {}.", count(more, "more line", "more lines")));
    }
    let mut properties = Vec::new();
    if let Some(place) = &entry.place {
        properties.push(format!("file={}", property(&safe(&place.path))));
        properties.push(format!("line={},endLine={}", place.line, place.end_line));
    }
    properties.push(format!("title={}", property(&shorten(&title(entry), LONGEST_TITLE))));
    format!("::{} {}::{}\n", kind(entry.grade), properties.join(","), data(&shortened(&lines).join("\n")))
}

fn shortened(lines: &[String]) -> Vec<String> {
    lines.iter().map(|line| shorten(line, LONGEST_LINE)).collect()
}

/// A line of the log. It begins with a dash, so that no name from outside can begin it as a command.
fn plain(entry: &Entry<'_>) -> String {
    let place = entry.place.as_ref().map(|p| format!("{}:{}: ", safe(&p.path), p.line)).unwrap_or_default();
    let said = shorten(&entry.summary(), LONGEST_LINE);
    format!("- {}\n", quiet(&format!("{place}{}: {}: {said}", kind(entry.grade), one_line(entry.name()))))
}

/// How it ended, as plain lines.
fn ending(outcome: &Outcome, entries: &Entries<'_>) -> String {
    let Some(report) = &outcome.report else {
        let errors = count(outcome.diagnostics.errors(), "error", "errors");
        return format!("No rule was judged, since the text has {errors}.\n");
    };
    let mut out = String::new();
    if judged(Some(report)).next().is_none() {
        let text = data("nothing was checked: no rule or promise applies");
        out.push_str(&format!("::warning title={}::{text}\n", property("Staunch")));
    }
    for line in words::closing(report) {
        out.push_str(&format!("{}\n", quiet(&line)));
    }
    if entries.waived > 0 {
        out.push_str(&format!("{} waived.\n", text::count(entries.waived, "finding is", "findings are")));
    }
    if entries.known > 0 {
        out.push_str(&format!("{} there before.\n", text::count(entries.known, "finding was", "findings were")));
    }
    if entries.left_out > 0 {
        out.push_str(&format!("{} not listed.\n", text::count(entries.left_out, "more is", "more are")));
    }
    out
}

fn title(entry: &Entry<'_>) -> String {
    match entry.about {
        About::Text(diagnostic) => format!("{}: {}", diagnostic.code.id, one_line(diagnostic.code.title)),
        About::Sharing(rule, finding) => match finding.verdict {
            Verdict::CannotTell => format!("Cannot tell: {}", called(rule)),
            _ => format!("{} broken: {}", if rule.promise { "Promise" } else { "Rule" }, called(rule)),
        },
    }
}

/// A rule's name and title.
fn called(rule: &RuleReport) -> String {
    let name = one_line(&rule.name);
    if rule.title.is_empty() { name } else { format!("{name}, {}", one_line(&rule.title)) }
}

fn kind(grade: Grade) -> &'static str {
    match grade {
        Grade::Error => "error",
        Grade::Warning => "warning",
        Grade::Note => "notice",
    }
}

/// The message of a command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property of a command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// A line that is no command: the older form of commands is read anywhere in a line.
fn quiet(line: &str) -> String {
    line.replace("##[", "## [")
}
