//! Rules and codes as SARIF describes them: what each asks and why, where it comes from, and what to do.

use super::log::{Configuration, Descriptor, DescriptorProperties, Help, Message};
use super::{level, message};
use crate::check::{RuleReport, RuleSeverity, Standing};
use crate::diagnostic::{Code, Severity};
use crate::output::entries::Grade;
use crate::output::marked::{code, rich};
use crate::output::text::{one_line, sentence};

/// A rule or promise.
pub(super) fn of_rule(rule: &RuleReport) -> Descriptor<'_> {
    let title = if rule.title.is_empty() { one_line(&rule.name) } else { one_line(&rule.title) };
    let mut help = Text::default();
    for quote in &rule.quotes {
        help.line("Promised", &format!("“{}” ({})", one_line(&quote.text), one_line(&quote.notice)));
    }
    for asked in &rule.sentences {
        help.code("Asks", &asked.text);
    }
    if let Some(because) = &rule.because {
        help.line("Why", because);
    }
    if !rule.law.is_empty() {
        help.line("Law and guidance", &rule.law.join("; "));
    }
    help.line(
        "What to do",
        rule.fix.as_deref().unwrap_or("follow the way that the finding tells, and mend one of its steps"),
    );
    let grade = Grade::of(rule.severity);
    let mut tags = vec![if rule.promise { "promise" } else { "rule" }.to_owned(), "privacy".to_owned()];
    tags.extend(rule.pack.as_deref().map(one_line).filter(|pack| !tags.contains(pack)));
    Descriptor {
        id: &rule.name,
        short_description: message(&title),
        full_description: message(&rule.because.as_deref().map_or_else(|| sentence(&title), sentence)),
        help: help.done(),
        default_configuration: Configuration { level: level(grade), enabled: rule.standing == Standing::Applies },
        properties: DescriptorProperties {
            tags,
            problem_severity: match rule.severity {
                RuleSeverity::Error => "error",
                RuleSeverity::Warning => "warning",
                RuleSeverity::Info => "recommendation",
            },
        },
    }
}

/// A code of what is wrong with the text.
pub(super) fn of_code(described: &'static Code) -> Descriptor<'static> {
    let (level, problem_severity) = match described.severity {
        Severity::Error => ("error", "error"),
        Severity::Warning => ("warning", "warning"),
    };
    let mut help = Text::default();
    help.line("What it means", described.explanation);
    help.line("What to do", described.remedy);
    Descriptor {
        id: described.id,
        short_description: Message::new(sentence(described.title)),
        full_description: Message::new(sentence(described.explanation)),
        help: help.done(),
        default_configuration: Configuration { level, enabled: true },
        properties: DescriptorProperties { tags: vec!["text".to_owned()], problem_severity },
    }
}

/// The same said twice: plainly, and as Markdown.
#[derive(Default)]
struct Text {
    plain: Vec<String>,
    markdown: Vec<String>,
}

impl Text {
    fn line(&mut self, what: &str, text: &str) {
        self.plain.push(format!("{what}: {}", sentence(text)));
        self.markdown.push(format!("**{what}:** {}", rich(&sentence(text))));
    }

    fn code(&mut self, what: &str, text: &str) {
        self.plain.push(format!("{what}: {}", one_line(text)));
        self.markdown.push(format!("**{what}:** {}", code(text)));
    }

    fn done(self) -> Help {
        Help { text: message(&self.plain.join("\n")).text, markdown: self.markdown.join("\n\n") }
    }
}
