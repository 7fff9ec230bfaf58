//! The pages of `staunch explain`: what a code, a rule, a fact or a word means.

use super::text::{list, one_line, safe, sentence, wrap};
use crate::check::reference::{self, Entry};
use crate::check::{Jurisdiction, LawSource, Report, RuleReport, RuleSeverity, Standing, Verdict};
use crate::diagnostic::{Code, Severity};
use crate::packs;

/// A page that grows.
struct Page {
    text: String,
    width: usize,
}

impl Page {
    fn new(title: &str, width: usize) -> Self {
        Page { text: format!("{title}\n"), width: width.clamp(40, 100) }
    }

    fn paragraph(&mut self, text: &str) {
        if !text.is_empty() {
            self.text.push('\n');
            self.lines(text, "");
        }
    }

    fn lines(&mut self, text: &str, indent: &str) {
        for line in wrap(text, self.width - indent.len()) {
            self.text.push_str(indent);
            self.text.push_str(&line);
            self.text.push('\n');
        }
    }

    /// A text whose later lines stand a little further in than its first.
    fn hanging(&mut self, text: &str, indent: usize) {
        let room = self.width.saturating_sub(indent + 4);
        for (index, line) in wrap(text, room).iter().enumerate() {
            let indent = if index == 0 { indent } else { indent + 4 };
            self.text.push_str(&format!("{}{line}\n", " ".repeat(indent)));
        }
    }

    /// Text as it stands, set in.
    fn verbatim(&mut self, heading: &str, text: &str) {
        self.text.push_str(&format!("\n{heading}\n"));
        for line in text.trim_end().lines() {
            self.text.push_str(format!("  {line}").trim_end());
            self.text.push('\n');
        }
    }

    fn headed(&mut self, heading: &str, items: &[String]) {
        if !items.is_empty() {
            self.text.push_str(&format!("\n{heading}\n"));
            for item in items {
                self.lines(item, "  ");
            }
        }
    }
}

/// The page of an error code.
pub fn code(code: &Code, width: usize) -> String {
    let severity = match code.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let mut page = Page::new(&format!("{} ({severity}): {}", code.id, code.title), width);
    page.paragraph(code.explanation);
    if !code.example.is_empty() {
        page.text.push_str("\nExample\n");
        for line in code.example.lines() {
            page.text.push_str(format!("  {line}").trim_end());
            page.text.push('\n');
        }
    }
    page.headed("What to do", &[code.remedy.to_owned()]);
    page.text
}

/// The page of a rule or promise of a project.
pub fn rule(report: &Report, rule: &RuleReport, width: usize) -> String {
    let kind = if rule.promise { "Promise" } else { "Rule" };
    let title = if rule.title.is_empty() { String::new() } else { format!(": {}", one_line(&rule.title)) };
    let mut page = Page::new(&format!("{kind} {}{title}", safe(&rule.name)), width);
    let quotes: Vec<String> =
        rule.quotes.iter().map(|q| format!("“{}” ({})", one_line(&q.text), safe(&q.notice))).collect();
    page.headed("Promised in these words", &quotes);
    let sentences: Vec<String> = rule.sentences.iter().map(|s| one_line(&s.text)).collect();
    page.headed("What it asks", &sentences);
    page.headed("Why", &rule.because.iter().map(|b| sentence(b)).collect::<Vec<_>>());
    page.headed("In law", &rule.law.iter().map(|l| one_line(l)).collect::<Vec<_>>());
    page.headed("What to do when it is broken", &rule.fix.iter().map(|f| sentence(f)).collect::<Vec<_>>());
    let severity = severity(rule.severity);
    let now = match (rule.standing, rule.verdict) {
        (Standing::Applies, Verdict::Pass) => "it holds: nothing declared breaks it".to_owned(),
        (Standing::Applies, Verdict::Fail) => {
            format!("it is likely broken; `staunch check --rule {}` shows how", safe(&rule.name))
        }
        (Standing::Applies, Verdict::CannotTell) => {
            format!("it cannot be told; `staunch check --rule {}` shows what is missing", safe(&rule.name))
        }
        (Standing::NotYet(date), _) => format!("it applies from {date}"),
        (Standing::NoLonger(date), _) => format!("it applied until {date}"),
        (Standing::Withdrawn(date), _) => format!("it was withdrawn on {date}"),
        (Standing::Elsewhere, _) => "it holds in another jurisdiction".to_owned(),
        (Standing::PutOff(Some(date)), _) => format!("it is put off until {date}"),
        (Standing::PutOff(None), _) => "it is put off".to_owned(),
    };
    page.headed(&format!("As of {}", report.as_of), &[sentence(&now), format!("Severity when broken: {severity}.")]);
    page.text
}

/// The page of a rule of a pack: what it asks and why, its examples, and what the check says of the one that breaks it.
pub fn pack_rule(pack: &str, entry: &Entry, width: usize) -> String {
    let severity = severity(entry.severity);
    let mut page = Page::new(&format!("{} ({severity}): {}", entry.code, entry.title), width);
    page.paragraph(&format!("A rule of the pack `{pack}`: `adopt {pack}`.{}", where_and_when(entry)));
    page.headed("What it asks", &entry.sentences);
    page.headed("Why", &entry.because.iter().map(|b| sentence(b)).collect::<Vec<_>>());
    page.headed("In law", &entry.law.iter().map(law_source).collect::<Vec<_>>());
    page.headed("What to do when it is broken", &entry.fix.iter().map(|f| sentence(f)).collect::<Vec<_>>());
    for (which, heading) in [("passes", "A model that keeps it"), ("fails", "One that breaks it")] {
        if let Some(example) = packs::example(&entry.code, &format!("{which}.staunch")) {
            page.verbatim(heading, example.text);
        }
    }
    if let Some(said) = said_of_example(&entry.code) {
        page.verbatim("What the check says of it", &said);
    }
    page.text
}

/// What the check says of the example that breaks a rule.
pub fn said_of_example(code: &str) -> Option<String> {
    let (_, mut outcome) = reference::judge_example(code, "fails")?;
    outcome.report.as_mut()?.rules.retain(|r| r.name == code);
    Some(super::render(&outcome, super::Format::Human, &super::Options { quiet: true, ..super::Options::default() }))
}

/// Where and when a rule is judged, if not always and everywhere.
pub fn where_and_when(entry: &Entry) -> String {
    let mut text = String::new();
    if let Some(jurisdiction) = entry.jurisdiction {
        text.push_str(&format!(" It holds in the {}.", country(jurisdiction)));
    }
    match entry.applies {
        Some((from, Some(to))) => text.push_str(&format!(" It is judged from {from} to {to}.")),
        Some((from, None)) => text.push_str(&format!(" It is judged from {from} on.")),
        None => {}
    }
    text
}

/// `UK GDPR article 84C (United Kingdom, in force from 2026-02-05)`.
pub fn law_source(law: &LawSource) -> String {
    let mut notes = Vec::new();
    notes.extend(law.jurisdiction.map(|j| country(j).to_owned()));
    match (law.from, law.to) {
        (Some(from), Some(to)) => notes.push(format!("in force from {from} to {to}")),
        (Some(from), None) => notes.push(format!("in force from {from}")),
        (None, Some(to)) => notes.push(format!("in force until {to}")),
        (None, None) => {}
    }
    let notes = if notes.is_empty() { String::new() } else { format!(" ({})", notes.join(", ")) };
    format!("{}{notes}", one_line(&law.text))
}

fn country(jurisdiction: Jurisdiction) -> &'static str {
    match jurisdiction {
        Jurisdiction::Uk => "United Kingdom",
        Jurisdiction::Eu => "European Union",
    }
}

/// The word for a severity.
pub fn severity(severity: RuleSeverity) -> &'static str {
    match severity {
        RuleSeverity::Error => "error",
        RuleSeverity::Warning => "warning",
        RuleSeverity::Info => "info",
    }
}

/// The page of a fact that conditions ask for: whose fact it is, what it means, and how a model says it.
pub fn fact(name: &str, entities: &[String], meaning: &str, said: &str, width: usize) -> String {
    let mut page = Page::new(&format!("{name}: a fact of every {}", list(entities)), width);
    page.paragraph(&sentence(meaning));
    page.headed("How a model says it", &[one_line(said)]);
    if let Some(entity) = entities.first() {
        page.headed(
            "How a rule asks for it",
            &[format!("every {entity} … must have {name}"), format!("every {entity} … where {name} …")],
        );
    }
    page.text
}

/// The page of a kind of thing that rules speak of: its facts, each with what it means.
pub fn entity(name: &str, facts: &[(&str, &str)], width: usize) -> String {
    let mut page = Page::new(&format!("every {name}: what a rule can ask of it"), width);
    page.text.push('\n');
    for (fact, meaning) in facts {
        page.hanging(&format!("{fact}: {}", sentence(meaning)), 2);
    }
    if let Some((fact, _)) = facts.first() {
        page.headed("For example", &[format!("every {name} … must have {fact}")]);
    }
    page.text
}

/// The page of a word of the vocabulary: its description, which may have several lines, some of them indented.
pub fn word(description: &str, width: usize) -> String {
    let mut page = Page { text: String::new(), width: width.clamp(40, 100) };
    for line in description.lines() {
        let indent = line.len() - line.trim_start_matches(' ').len();
        if line.trim().is_empty() {
            page.text.push('\n');
        } else {
            page.hanging(&one_line(line), indent.min(20));
        }
    }
    page.text
}
