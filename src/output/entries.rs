//! What the formats for other services have in common: everything that is wrong, one thing after the other, with a place that is
//! called as it is from the root of the repository.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use super::text::{one_line, safe, sentence};
use super::{Options, Threshold};
use crate::check::{Finding, Outcome, Report, RuleReport, RuleSeverity, Standing, Verdict};
use crate::diagnostic::{Diagnostic, Severity};
use crate::packs;
use crate::source::{File, FileId, Sources, Span};

/// How grave something is, in the three grades that every service knows.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Grade {
    Note,
    Warning,
    Error,
}

impl Grade {
    /// The grade of a rule's severity.
    pub(super) fn of(severity: RuleSeverity) -> Grade {
        match severity {
            RuleSeverity::Error => Grade::Error,
            RuleSeverity::Warning => Grade::Warning,
            RuleSeverity::Info => Grade::Note,
        }
    }

    /// The grade of a finding: that of its rule, but no more than a note where it cannot be told and need not be.
    pub(super) fn of_finding(rule: &RuleReport, finding: &Finding, threshold: Threshold) -> Grade {
        match finding.verdict {
            Verdict::CannotTell if !threshold.cannot_tell => Grade::Note,
            _ => Grade::of(rule.severity),
        }
    }
}

/// Where something is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Place {
    /// The file from the root of the repository, with forward slashes.
    pub(super) path: String,
    pub(super) line: u32,
    pub(super) column: u32,
    pub(super) end_line: u32,
    /// The column of the first character after it.
    pub(super) end_column: u32,
}

/// Finds places.
#[derive(Clone, Copy)]
pub(super) struct Places<'a> {
    sources: &'a Sources,
    folder: &'a str,
}

impl<'a> Places<'a> {
    /// Finds places in a project that is in this folder of its repository.
    pub(super) fn new(sources: &'a Sources, folder: &'a str) -> Self {
        Places { sources, folder }
    }

    /// `path:line` of a place, with the revision before it where it was read from one.
    pub(super) fn shown(&self, span: Span) -> Option<String> {
        let place = self.find(span)?;
        let file = self.sources.position(span.start).and_then(|p| self.sources.file(p.file))?;
        let shown = file.shown();
        let revision = shown.strip_suffix(file.name.as_str()).unwrap_or_default();
        Some(format!("{revision}{}:{}", place.path, place.line))
    }

    /// A place in the project's own files; none of what stands in a pack that comes with the program, since that is no file of the
    /// repository.
    pub(super) fn find(&self, span: Span) -> Option<Place> {
        let start = self.sources.position(span.start)?;
        let file = self.sources.file(start.file).filter(|f| !is_embedded(f))?;
        let end = self.sources.position(span.end).filter(|e| e.file == start.file).unwrap_or(start);
        Some(Place {
            path: self.path(&file.name),
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
        })
    }

    /// A place, or the project's first file where there is none: services refuse what has no place.
    pub(super) fn find_or_first(&self, span: Span) -> Option<Place> {
        self.find(span).or_else(|| self.first())
    }

    /// The beginning of the project's first file.
    pub(super) fn first(&self) -> Option<Place> {
        let own = |(_, file): &(FileId, &File)| !is_embedded(file);
        let (_, file) = self.sources.files().find(own)?;
        Some(Place { path: self.path(&file.name), line: 1, column: 1, end_line: 1, end_column: 1 })
    }

    /// `path:line` of a place in the project's own files, in round brackets behind what is said of it.
    fn behind(&self, said: String, span: Span) -> String {
        match self.find(span) {
            Some(place) => format!("{said} ({}:{})", safe(&place.path), place.line),
            None => said,
        }
    }

    /// A file's name from the root of the repository.
    fn path(&self, name: &str) -> String {
        if self.folder.is_empty() { name.to_owned() } else { format!("{}/{name}", self.folder) }
    }
}

/// Whether a file is a pack that comes with the program.
fn is_embedded(file: &File) -> bool {
    packs::PACKS.iter().any(|p| p.path == file.name && p.text.len() == file.length())
}

/// What an entry is about.
#[derive(Clone, Copy)]
pub(super) enum About<'a> {
    /// Something wrong with the text.
    Text(&'a Diagnostic),
    /// Something wrong with the sharing, or that cannot be told.
    Sharing(&'a RuleReport, &'a Finding),
}

/// One thing that is wrong.
pub(super) struct Entry<'a> {
    pub(super) about: About<'a>,
    pub(super) grade: Grade,
    /// Where; none where the project has no file at all.
    pub(super) place: Option<Place>,
    /// What it is known by from run to run, in 32 digits; no two entries have the same.
    pub(super) known_by: String,
}

impl<'a> Entry<'a> {
    /// The code of what is wrong with the text, the name of the rule.
    pub(super) fn name(&self) -> &'a str {
        match self.about {
            About::Text(diagnostic) => diagnostic.code.id,
            About::Sharing(rule, _) => &rule.name,
        }
    }

    /// What happens, as a sentence on one line. What cannot be told says so.
    pub(super) fn summary(&self) -> String {
        match self.about {
            About::Text(diagnostic) => sentence(&diagnostic.message),
            About::Sharing(_, finding) => match finding.verdict {
                Verdict::CannotTell => format!("Cannot tell: {}.", one_line(&finding.summary).trim_end_matches('.')),
                _ => sentence(&finding.summary),
            },
        }
    }

    /// How it happens, step by step.
    pub(super) fn steps(&self, places: Places<'_>) -> Vec<String> {
        match self.about {
            About::Text(_) => Vec::new(),
            About::Sharing(_, finding) => {
                finding.steps.iter().map(|s| places.behind(one_line(&s.sentence), s.span)).collect()
            }
        }
    }

    /// What else there is to say of it, a line each: other places, what is not stated, what was promised, what to do.
    pub(super) fn remarks(&self, places: Places<'_>) -> Vec<String> {
        let mut lines = Vec::new();
        match self.about {
            About::Text(diagnostic) => {
                let others = diagnostic.related.iter().filter(|l| !l.text.is_empty());
                lines.extend(others.map(|l| places.behind(format!("See also: {}", one_line(&l.text)), l.span)));
                lines.extend(diagnostic.help.as_deref().map(|h| format!("Help: {}", sentence(h))));
            }
            About::Sharing(rule, finding) => {
                let missing = finding.missing.iter();
                lines.extend(missing.map(|m| places.behind(format!("Not stated: {}", one_line(&m.text)), m.span)));
                if let Some(quote) = rule.quotes.first() {
                    lines.push(format!("Promised: “{}” ({})", one_line(&quote.text), safe(&quote.notice)));
                }
                lines.extend(finding.fix.as_deref().or(rule.fix.as_deref()).map(|f| format!("Fix: {}", sentence(f))));
            }
        }
        lines
    }
}

/// All that is wrong, in the order of the text, then of the rules; what is waived is only counted.
pub(super) struct Entries<'a> {
    pub(super) places: Places<'a>,
    pub(super) all: Vec<Entry<'a>>,
    /// How many findings a waiver covers.
    pub(super) waived: usize,
    /// How many findings were there before, in a baseline or another version.
    pub(super) known: usize,
    /// How many things are wrong that were counted and not kept.
    pub(super) left_out: usize,
}

impl<'a> Entries<'a> {
    pub(super) fn of(outcome: &'a Outcome, options: &'a Options) -> Self {
        let places = Places::new(&outcome.sources, &options.folder);
        let mut numbers = Numbers::default();
        let mut all: Vec<Entry<'a>> = Vec::new();
        for diagnostic in outcome.diagnostics.sorted() {
            let known_by = numbers.known_by(&of_text(diagnostic));
            let grade = grade_of_text(diagnostic);
            all.push(Entry {
                about: About::Text(diagnostic),
                grade,
                place: places.find_or_first(diagnostic.span),
                known_by,
            });
        }
        let (mut waived, mut known, mut left_out) = (0, 0, outcome.diagnostics.left_out());
        for rule in judged(outcome.report.as_ref()) {
            for finding in &rule.findings {
                // numbered before it is left out, so that a waiver changes nothing about the others
                let known_by = numbers.known_by(&finding.fingerprint);
                if finding.waived.is_some() {
                    waived += 1;
                    continue;
                }
                if finding.known {
                    known += 1;
                    continue;
                }
                let grade = Grade::of_finding(rule, finding, options.threshold);
                let place = places.find_or_first(finding.span);
                all.push(Entry { about: About::Sharing(rule, finding), grade, place, known_by });
            }
            left_out += rule.findings_left_out;
        }
        Entries { places, all, waived, known, left_out }
    }

    /// The gravest first; within a grade what is wrong with the text, then promises, then what is broken before what cannot be told.
    pub(super) fn gravest_first(mut self) -> Self {
        let order = |entry: &Entry<'_>| match entry.about {
            About::Text(_) => (false, false, Verdict::Fail),
            About::Sharing(rule, finding) => (true, !rule.promise, finding.verdict),
        };
        self.all.sort_by_key(|entry| {
            let (sharing, rule, verdict) = order(entry);
            (std::cmp::Reverse(entry.grade), sharing, std::cmp::Reverse(verdict), rule)
        });
        self
    }
}

/// The rules that were judged.
pub(super) fn judged(report: Option<&Report>) -> impl Iterator<Item = &RuleReport> {
    report.into_iter().flat_map(|r| &r.rules).filter(|r| r.standing == Standing::Applies)
}

/// The grade of what is wrong with the text.
pub(super) fn grade_of_text(diagnostic: &Diagnostic) -> Grade {
    match diagnostic.severity {
        Severity::Error => Grade::Error,
        Severity::Warning => Grade::Warning,
    }
}

/// What is known of something wrong with the text besides its lines.
pub(super) fn of_text(diagnostic: &Diagnostic) -> String {
    format!("text/{}/{}/{}", diagnostic.code.id, diagnostic.message, diagnostic.label)
}

/// Gives everything something to be known by: a hash of its fingerprint, and of a number where another has the same.
#[derive(Default)]
pub(super) struct Numbers {
    seen: BTreeMap<String, u32>,
}

impl Numbers {
    pub(super) fn known_by(&mut self, fingerprint: &str) -> String {
        let number = self.seen.entry(fingerprint.to_owned()).or_insert(0);
        *number += 1;
        let mut hash = Sha256::new();
        hash.update(fingerprint.as_bytes());
        if *number > 1 {
            hash.update(format!("\n{number}").as_bytes());
        }
        hash.finalize().iter().take(16).fold(String::with_capacity(32), |mut digits, byte| {
            let _ = write!(digits, "{byte:02x}");
            digits
        })
    }
}
