//! The pages of `staunch explain`: what a code, a rule, a fact or a word means.

use super::text::{list, one_line, safe, sentence, wrap};
use crate::check::{Report, RuleReport, RuleSeverity, Standing, Verdict};
use crate::diagnostic::{Code, Severity};

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
    let severity = match rule.severity {
        RuleSeverity::Error => "error",
        RuleSeverity::Warning => "warning",
        RuleSeverity::Info => "info",
    };
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
