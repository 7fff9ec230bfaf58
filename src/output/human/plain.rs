//! The plain look: one statement a line, every place as `path:line:column`, steps numbered, nothing drawn.

use super::{Show, groups, words};
use crate::check::{Finding, Report, RuleReport, Verdict};
use crate::diagnostic::{Diagnostic, Severity};
use crate::output::place;
use crate::output::text::{one_line, sentence};
use crate::source::Sources;

pub(super) struct Plain<'a> {
    sources: &'a Sources,
    asked: bool,
    out: String,
}

impl<'a> Plain<'a> {
    pub(super) fn new(sources: &'a Sources, asked: bool) -> Self {
        Plain { sources, asked, out: String::new() }
    }

    fn line(&mut self, text: &str) {
        self.out.push_str(text);
        self.out.push('\n');
    }

    fn gap(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
    }

    fn rules(&mut self, report: &Report, heading: &str, promise: bool) {
        let mut first = true;
        for rule in report.rules.iter().filter(|r| r.promise == promise && r.pack.is_none()) {
            if first {
                self.gap();
                self.line(heading);
                first = false;
            }
            let mut line = format!("{}: {}", words::verdict(rule), words::name(rule));
            if let Some(quote) = rule.quotes.first() {
                line.push_str(&format!(": {}", words::quote(quote)));
            } else if !rule.title.is_empty() {
                line.push_str(&format!(": {}", one_line(&rule.title)));
            }
            if let Some(remark) = words::remark(rule) {
                line.push_str(&format!(" ({remark})"));
            }
            self.line(&line);
        }
    }
}

impl Show for Plain<'_> {
    fn diagnostic(&mut self, d: &Diagnostic) {
        self.gap();
        let severity = match d.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        self.line(&format!("{}: {severity} {}: {}", place(self.sources, d.span), d.code.id, one_line(&d.message)));
        if !d.label.is_empty() {
            self.line(&format!("  here: {}", one_line(&d.label)));
        }
        for label in &d.related {
            self.line(&format!("  see {}: {}", place(self.sources, label.span), one_line(&label.text)));
        }
        if let Some(help) = &d.help {
            self.line(&format!("  help: {}", one_line(help)));
        }
    }

    fn rule(&mut self, rule: &RuleReport) {
        self.gap();
        if self.asked {
            for asked in &rule.sentences {
                self.line(&format!("Question: {}", one_line(&asked.text)));
                if rule.findings.is_empty() {
                    self.line(&format!("Answer: {}", words::no_answer(&asked.text)));
                }
            }
            return;
        }
        let title = if rule.title.is_empty() { String::new() } else { format!(": {}", one_line(&rule.title)) };
        let headline = words::headline(rule);
        let place = place(self.sources, rule.span);
        self.line(&format!("{place}: {headline}: {} `{}`{title}", words::kind(rule), words::name(rule)));
        for quote in &rule.quotes {
            let quote = words::quote_at(self.sources, quote);
            self.line(&format!("  promised: {quote}"));
        }
    }

    fn finding(&mut self, rule: &RuleReport, finding: &Finding, number: Option<(usize, usize)>) {
        let which = number.map(|(n, all)| format!(" {n} of {all}")).unwrap_or_default();
        let what = match (self.asked, finding.verdict) {
            (true, Verdict::CannotTell) => "possible answer",
            (true, _) => "answer",
            (false, Verdict::CannotTell) => "cannot tell",
            (false, _) => "finding",
        };
        let at = place(self.sources, finding.span);
        self.line(&format!("  {what}{which}: {at}: {}", sentence(&finding.summary)));
        for (index, step) in finding.steps.iter().enumerate() {
            let at = place(self.sources, step.span);
            self.line(&format!("    step {}: {at}: {}", index + 1, sentence(&step.sentence)));
        }
        for missing in &finding.missing {
            let at = place(self.sources, missing.span);
            self.line(&format!("    not stated: {at}: {}", sentence(&missing.text)));
        }
        if let Some(broken) = words::broken_sentence(rule, finding).filter(|_| !self.asked) {
            self.line(&format!("    the rule says: {broken}"));
        }
        if let Some(fix) = finding.fix.as_ref().filter(|_| !self.asked) {
            self.line(&format!("    fix: {}", sentence(fix)));
        }
    }

    fn brief(&mut self, finding: &Finding, alike: &[&Finding]) {
        let at = place(self.sources, finding.span);
        let unsure = if finding.verdict == Verdict::CannotTell { "also cannot tell" } else { "also" };
        let said = format!("{}{}", finding.summary, words::the_same_of(alike));
        self.line(&format!("  {unsure}: {at}: {}", sentence(&said)));
    }

    fn waived(&mut self, finding: &Finding, how: &str) {
        let at = place(self.sources, finding.span);
        self.line(&format!("  {how}: {at}: {}", sentence(&finding.summary)));
    }

    fn rule_end(&mut self, rule: &RuleReport, short: bool) {
        if let Some(fix) = &rule.fix {
            self.line(&format!("  what to do: {}", sentence(fix)));
        }
        if short {
            return;
        }
        if let Some(because) = &rule.because {
            self.line(&format!("  because: {}", sentence(because)));
        }
        for law in &rule.law {
            self.line(&format!("  law: {}", one_line(law)));
        }
    }

    fn note(&mut self, text: &str) {
        self.gap();
        self.line(text);
    }

    fn summary(&mut self, report: &Report) {
        self.rules(report, "Promises:", true);
        self.rules(report, "Rules:", false);
        let packs = groups::packs(report);
        if !packs.is_empty() {
            self.gap();
            self.line("Packs:");
        }
        for (name, fares) in packs {
            self.line(&format!("{name}: {fares}"));
        }
        if groups::is_large(report) {
            for group in groups::groups(report) {
                self.gap();
                self.line(&format!("{}:", group.heading));
                group.lines.iter().for_each(|line| self.line(line));
            }
        }
        self.gap();
        for line in words::closing(report) {
            self.line(&line);
        }
        self.line(&words::judged(report));
        for (assumption, span) in &report.assumptions {
            let at = place(self.sources, *span);
            self.line(&format!("{} ({at})", words::assumed(assumption)));
        }
        if !report.rules.is_empty() {
            self.line(&words::rests_on(report));
        }
        if let Some(pointer) = words::pointer(report) {
            self.line(&pointer);
        }
    }

    fn take(self: Box<Self>) -> String {
        self.out
    }
}
