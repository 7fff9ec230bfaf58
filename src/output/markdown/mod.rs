//! A comment on a pull request, in Markdown.
//!
//! Its first line is a tag that nobody sees and that is always the same for one project, so that whoever posts it finds the comment of
//! last time and puts this one in its place. Services take no more than a certain length: what does not fit is left out from the
//! end, where the least grave stands, and counted.

mod mermaid;

use super::Options;
use super::entries::{About, Entries, Entry, Grade, judged};
use super::human::words;
use super::marked::{cell, code, html, rich};
use super::text::{count, one_line, safe, sentence, shorten};
use crate::check::{Finding, Outcome, Report, RuleReport, Verdict};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// How many characters a comment has at the most. GitHub takes 65,536.
pub const LONGEST: usize = 60_000;

/// How many columns of one sentence are repeated.
const LONGEST_SENTENCE: usize = 400;

/// How many steps of a way, and how many other remarks of a finding are told.
const MOST_LINES: usize = 30;

/// How many rules the table at the head lists.
const MOST_ROWS: usize = 30;

/// What may stand in the tag as it is.
const TAG: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'.').remove(b'_').remove(b'-');

/// Renders what a check found; ends with a newline.
pub(super) fn render(outcome: &Outcome, options: &Options) -> String {
    let entries = Entries::of(outcome, options).gravest_first();
    // what stands at the end has its room, whatever it will have to say of what was left out
    let all = entries.all.len();
    let longest_end = ending(outcome, &entries, &Cut { text: all, broken: all, cannot_tell: all });
    let room = LONGEST.saturating_sub(longest_end.chars().count() + 1);
    let mut page = Page { room, ..Page::default() };
    page.always(&format!("{}\n", tag("report", &options.folder)));
    page.always(&format!("## Staunch: {}\n", heading(outcome, &entries)));
    page.always(&tallies(outcome, &entries));
    let rows = table(outcome, &entries);
    page.if_it_fits(&rows);
    if let Some((rule, finding)) = first_broken(&entries) {
        let way = format!("How {} comes to be broken:\n\n{}", code(&rule.name), mermaid::draw(finding));
        page.if_it_fits(&way);
    }
    let mut cut = Cut::default();
    for (part, title) in PARTS {
        let of_part: Vec<&Entry<'_>> = entries.all.iter().filter(|e| self::part(e) == part).collect();
        if of_part.is_empty() {
            continue;
        }
        let head = format!("### {title}\n");
        let mut first = true;
        for entry in of_part {
            // once something did not fit, nothing that is less grave is told
            let told = cut.all() == 0 && {
                let whole = details(entry, &entries);
                page.if_it_fits(&if first { format!("{head}\n{whole}") } else { whole })
            };
            if told {
                first = false;
            } else {
                cut.note(part);
            }
        }
    }
    page.always(&ending(outcome, &entries, &cut));
    page.text
}

/// The line by which a comment is found again: one for each sort of comment and each project of a repository.
pub(super) fn tag(sort: &str, folder: &str) -> String {
    let folder = if folder.is_empty() { "." } else { folder };
    format!("<!-- staunch-{sort}: {} -->", utf8_percent_encode(folder, TAG))
}

/// What entries are grouped by, in the order in which they are told.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Text,
    Broken,
    CannotTell,
}

const PARTS: [(Part, &str); 3] =
    [(Part::Text, "Wrong in the text"), (Part::Broken, "Likely issues"), (Part::CannotTell, "Cannot be told")];

fn part(entry: &Entry<'_>) -> Part {
    match entry.about {
        About::Text(_) => Part::Text,
        About::Sharing(_, finding) if finding.verdict == Verdict::CannotTell => Part::CannotTell,
        About::Sharing(..) => Part::Broken,
    }
}

/// The page so far, which never gets longer than it may be.
#[derive(Default)]
struct Page {
    text: String,
    /// Its length in characters.
    length: usize,
    /// How long it may get before the end is added.
    room: usize,
}

impl Page {
    /// Adds a paragraph that is known to be short.
    fn always(&mut self, paragraph: &str) {
        if !self.text.is_empty() {
            self.text.push('\n');
            self.length += 1;
        }
        self.text.push_str(paragraph);
        self.length += paragraph.chars().count();
    }

    /// Adds a paragraph if there is room for it.
    fn if_it_fits(&mut self, paragraph: &str) -> bool {
        let fits = self.length + paragraph.chars().count() < self.room;
        if fits && !paragraph.is_empty() {
            self.always(paragraph);
        }
        fits
    }
}

/// What was left out for its length.
#[derive(Default)]
struct Cut {
    text: usize,
    broken: usize,
    cannot_tell: usize,
}

impl Cut {
    fn note(&mut self, part: Part) {
        match part {
            Part::Text => self.text += 1,
            Part::Broken => self.broken += 1,
            Part::CannotTell => self.cannot_tell += 1,
        }
    }

    fn all(&self) -> usize {
        self.text + self.broken + self.cannot_tell
    }

    /// What was left out, in words.
    fn words(&self) -> String {
        let parts = [
            (self.text, "thing wrong in the text", "things wrong in the text"),
            (self.broken, "likely issue", "likely issues"),
            (self.cannot_tell, "finding that cannot be told", "findings that cannot be told"),
        ];
        let parts: Vec<String> = parts
            .iter()
            .filter(|(number, ..)| *number > 0)
            .map(|(number, one, many)| count(*number, one, many))
            .collect();
        super::text::list(&parts)
    }
}

/// The outcome in a few words.
fn heading(outcome: &Outcome, entries: &Entries<'_>) -> String {
    let Some(report) = &outcome.report else {
        return format!("{} in the text", count(outcome.diagnostics.errors(), "error", "errors"));
    };
    if judged(Some(report)).next().is_none() {
        return "nothing was checked".to_owned();
    }
    let number = |verdict| {
        let kept = entries.all.iter().filter(|e| matches!(e.about, About::Sharing(_, f) if f.verdict == verdict));
        kept.count()
    };
    let (broken, unsure) = (number(Verdict::Fail), number(Verdict::CannotTell));
    // whether those that were only counted are broken nobody knows
    let more = match judged(Some(report)).map(|r| r.findings_left_out).sum::<usize>() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    match (broken, unsure) {
        (0, 0) if entries.known > 0 => "nothing new is wrong".to_owned(),
        (0, 0) if entries.waived > 0 => "nothing is wrong that is not waived".to_owned(),
        (0, 0) => "all holds".to_owned(),
        (0, unsure) => format!("{} told", count(unsure, "thing cannot be", "things cannot be")),
        (broken, _) => format!("{}{more}", count(broken, "likely issue", "likely issues")),
    }
}

/// The counts, and the day.
fn tallies(outcome: &Outcome, entries: &Entries<'_>) -> String {
    let Some(report) = &outcome.report else {
        return "No rule was judged: a verdict on half a model would be a guess.\n".to_owned();
    };
    let mut lines = Vec::new();
    if let Some(project) = &report.project {
        lines.push(format!("**Project:** {}", rich(&shorten(&one_line(project), LONGEST_SENTENCE))));
    }
    lines.extend(words::closing(report).iter().map(|line| rich(line)));
    if entries.waived > 0 {
        lines.push(format!("{} waived.", count(entries.waived, "finding is", "findings are")));
    }
    if entries.known > 0 {
        lines.push(format!("{} there before.", count(entries.known, "finding was", "findings were")));
    }
    lines.push(format!("Judged as of {}.", report.as_of));
    format!("{}\n", lines.join("  \n"))
}

/// The rules of which something is told, in a table.
fn table(outcome: &Outcome, entries: &Entries<'_>) -> String {
    let mut rows: Vec<(&RuleReport, usize)> = Vec::new();
    for entry in &entries.all {
        let About::Sharing(rule, _) = entry.about else { continue };
        match rows.iter_mut().find(|(of, _)| std::ptr::eq(*of, rule)) {
            Some((_, number)) => *number += 1,
            None => rows.push((rule, 1)),
        }
    }
    if rows.is_empty() || outcome.report.is_none() {
        return String::new();
    }
    let mut out = String::from("| promise or rule | verdict | findings |\n|---|---|---|\n");
    let more = rows.len().saturating_sub(MOST_ROWS);
    for (rule, number) in rows.into_iter().take(MOST_ROWS) {
        let verdict = match (rule.counted(), Grade::of(rule.severity)) {
            (Verdict::Fail, Grade::Error) => "likely issue",
            (Verdict::Fail, Grade::Warning) => "likely issue (warning)",
            (Verdict::Fail, Grade::Note) => "likely issue (for information)",
            _ => "cannot tell",
        };
        let title = shorten(&one_line(&rule.title), 120);
        let name = cell(&format!("`{}`", one_line(&rule.name).replace('`', "'")));
        let number = number + rule.findings_left_out;
        out.push_str(&format!("| {name} {} | {verdict} | {number} |\n", cell(&title)));
    }
    if more > 0 {
        out.push_str(&format!("| … and {} | | |\n", count(more, "more", "more")));
    }
    out
}

/// The finding that is drawn.
fn first_broken<'a>(entries: &Entries<'a>) -> Option<(&'a RuleReport, &'a Finding)> {
    entries.all.iter().find_map(|entry| match entry.about {
        About::Sharing(rule, finding) if finding.verdict == Verdict::Fail && !finding.steps.is_empty() => {
            Some((rule, finding))
        }
        _ => None,
    })
}

/// An entry, folded up under its summary.
fn details(entry: &Entry<'_>, entries: &Entries<'_>) -> String {
    let place = entry.place.as_ref().map(|p| format!("{}:{}", safe(&p.path), p.line));
    let summary = shorten(&entry.summary(), LONGEST_SENTENCE);
    let mut out = format!("<details><summary><b>{}</b>: {}</summary>\n\n", html(entry.name()), html(&summary));
    let mut lines: Vec<String> = Vec::new();
    lines.extend(place.map(|p| format!("- At {}", code(&p))));
    if let About::Sharing(rule, finding) = entry.about {
        let asked = rule.sentences.get(finding.sentence);
        lines.extend(asked.map(|s| format!("- Asked: {}", code(&shorten(&one_line(&s.text), LONGEST_SENTENCE)))));
    }
    let steps = bounded(entry.steps(entries.places));
    if !steps.is_empty() {
        lines.push("- How it happens:".to_owned());
        lines.extend(steps.iter().enumerate().map(|(number, step)| format!("  {}. {}", number + 1, rich(step))));
    }
    lines.extend(bounded(entry.remarks(entries.places)).iter().map(|line| format!("- {}", rich(line))));
    out.push_str(&lines.join("\n"));
    out.push_str("\n\n</details>\n");
    out
}

/// Not too many lines, none of them too long.
fn bounded(mut lines: Vec<String>) -> Vec<String> {
    let more = lines.len().saturating_sub(MOST_LINES);
    lines.truncate(MOST_LINES);
    let mut lines: Vec<String> = lines.iter().map(|line| shorten(line, LONGEST_SENTENCE)).collect();
    if more > 0 {
        lines.push(format!("… and {more} more"));
    }
    lines
}

/// What was left out, and what all of it rests on.
fn ending(outcome: &Outcome, entries: &Entries<'_>, cut: &Cut) -> String {
    let mut lines = Vec::new();
    if cut.all() > 0 {
        lines.push(format!(
            "**Cut to {LONGEST} characters:** {} left out. `staunch check` tells all.",
            format_args!("{} {}", cut.words(), if cut.all() == 1 { "is" } else { "are" })
        ));
    }
    if entries.left_out > 0 {
        lines.push(format!("{} counted and not listed.", count(entries.left_out, "more was", "more were")));
    }
    lines.extend(outcome.report.as_ref().map(rests_on));
    format!("---\n\n{}\n", lines.join("\n\n"))
}

fn rests_on(report: &Report) -> String {
    let mut text = words::rests_on(report);
    let mut assumed = report.assumptions.iter().map(|(text, _)| shorten(one_line(text).trim_end_matches('.'), 200));
    let all: Vec<String> = assumed.by_ref().take(5).collect();
    let more = assumed.count();
    if !all.is_empty() {
        text.push_str(&format!(" Assumed: {}", all.join("; ")));
        text.push_str(&if more > 0 { format!("; and {more} more.") } else { ".".to_owned() });
    }
    // Markdown is read inside of it
    format!("<sub>{}</sub>", rich(&sentence(&text)))
}
