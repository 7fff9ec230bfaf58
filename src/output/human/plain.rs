//! The plain look: one statement a line, every place as `path:line:column`, steps numbered, nothing drawn.

use super::lines::Lines;
use super::{Show, groups, path, words};
use crate::check::{Finding, Report, RuleReport, Verdict};
use crate::diagnostic::{Diagnostic, Severity};
use crate::diagram::text::path::Stop;
use crate::output::place;
use crate::output::text::{one_line, sentence};
use crate::source::Sources;

pub(super) struct Plain<'a> {
    sources: &'a Sources,
    asked: bool,
    out: Lines,
}

impl<'a> Plain<'a> {
    pub(super) fn new(sources: &'a Sources, asked: bool) -> Self {
        Plain { sources, asked, out: Lines::default() }
    }

    fn rules(&mut self, report: &Report, heading: &str, promise: bool) {
        let mut first = true;
        for rule in report.rules.iter().filter(|r| r.promise == promise && r.pack.is_none()) {
            if first {
                self.out.gap();
                self.out.line(heading);
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
            self.out.line(&line);
        }
    }
}

impl Show for Plain<'_> {
    fn diagnostic(&mut self, d: &Diagnostic) {
        self.out.gap();
        let severity = match d.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        self.out.line(&format!("{}: {severity} {}: {}", place(self.sources, d.span), d.code.id, one_line(&d.message)));
        if !d.label.is_empty() {
            self.out.line(&format!("  here: {}", one_line(&d.label)));
        }
        for label in &d.related {
            self.out.line(&format!("  see {}: {}", place(self.sources, label.span), one_line(&label.text)));
        }
        if let Some(help) = &d.help {
            self.out.line(&format!("  help: {}", one_line(help)));
        }
    }

    fn rule(&mut self, rule: &RuleReport) {
        self.out.gap();
        if self.asked {
            for asked in &rule.sentences {
                self.out.line(&format!("Question: {}", one_line(&asked.text)));
                if rule.findings.is_empty() {
                    self.out.line(&format!("Answer: {}", words::no_answer(&asked.text)));
                }
            }
            return;
        }
        let title = if rule.title.is_empty() { String::new() } else { format!(": {}", one_line(&rule.title)) };
        let headline = words::headline(rule);
        let place = place(self.sources, rule.span);
        self.out.line(&format!("{place}: {headline}: {} `{}`{title}", words::kind(rule), words::name(rule)));
        for quote in &rule.quotes {
            let quote = words::quote_at(self.sources, quote);
            self.out.line(&format!("  promised: {quote}"));
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
        self.out.line(&format!("  {what}{which}: {at}: {}", sentence(&finding.summary)));
        for (index, step) in finding.steps.iter().enumerate() {
            let at = place(self.sources, step.span);
            self.out.line(&format!("    step {}: {at}: {}", index + 1, sentence(&step.sentence)));
        }
        for missing in &finding.missing {
            let at = place(self.sources, missing.span);
            self.out.line(&format!("    not stated: {at}: {}", sentence(&missing.text)));
        }
        if let Some(broken) = words::broken_sentence(rule, finding).filter(|_| !self.asked) {
            self.out.line(&format!("    the rule says: {broken}"));
        }
        if let Some(fix) = finding.fix.as_ref().filter(|_| !self.asked) {
            self.out.line(&format!("    fix: {}", sentence(fix)));
        }
    }

    fn path(&mut self, stops: &[Stop], _verdict: Verdict) {
        for line in path::told(stops) {
            self.out.line(&format!("    way: {line}"));
        }
    }

    fn brief(&mut self, finding: &Finding, alike: &[&Finding]) {
        let at = place(self.sources, finding.span);
        let unsure = if finding.verdict == Verdict::CannotTell { "also cannot tell" } else { "also" };
        let said = format!("{}{}", finding.summary, words::the_same_of(alike));
        self.out.line(&format!("  {unsure}: {at}: {}", sentence(&said)));
    }

    fn waived(&mut self, finding: &Finding, how: &str) {
        let at = place(self.sources, finding.span);
        self.out.line(&format!("  {how}: {at}: {}", sentence(&finding.summary)));
    }

    fn rule_end(&mut self, rule: &RuleReport, short: bool) {
        if let Some(fix) = &rule.fix {
            self.out.line(&format!("  what to do: {}", sentence(fix)));
        }
        if short {
            return;
        }
        if let Some(because) = &rule.because {
            self.out.line(&format!("  because: {}", sentence(because)));
        }
        for law in &rule.law {
            self.out.line(&format!("  law: {}", one_line(law)));
        }
    }

    fn note(&mut self, text: &str) {
        self.out.gap();
        self.out.line(text);
    }

    fn summary(&mut self, report: &Report) {
        self.rules(report, "Promises:", true);
        self.rules(report, "Rules:", false);
        let packs = groups::packs(report);
        if !packs.is_empty() {
            self.out.gap();
            self.out.line("Packs:");
        }
        for (name, fares) in packs {
            self.out.line(&format!("{name}: {fares}"));
        }
        if groups::is_large(report) {
            for group in groups::groups(report) {
                self.out.gap();
                self.out.line(&format!("{}:", group.heading));
                group.lines.iter().for_each(|line| self.out.line(line));
            }
        }
        self.out.gap();
        for line in words::closing(report) {
            self.out.line(&line);
        }
        self.out.line(&words::judged(report));
        for (assumption, span) in &report.assumptions {
            let at = place(self.sources, *span);
            self.out.line(&format!("{} ({at})", words::assumed(assumption)));
        }
        if !report.rules.is_empty() {
            self.out.line(&words::rests_on(report));
        }
        if let Some(pointer) = words::pointer(report) {
            self.out.line(&pointer);
        }
    }

    fn take(self: Box<Self>) -> String {
        self.out.take()
    }
}
