//! The graphical look: the source lines themselves, with each step marked where it is declared.

use std::fmt;

use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, SourceCode};

use super::excerpt::{Excerpt, Mark};
use super::lines::Lines;
use super::paint::Paint;
use super::{Show, groups, path, words};
use crate::check::{Finding, Report, RuleReport, Standing, Verdict};
use crate::diagnostic::{Diagnostic, Severity};
use crate::diagram::text::path::Stop;
use crate::output::Options;
use crate::output::text::{count, one_line, sentence, shorten, width, wrap};
use crate::source::{Sources, Span};

/// How many missing facts of one finding are shown in the source; the rest are counted.
const MISSING_SHOWN: usize = 8;

pub(super) struct Graphic<'a> {
    sources: &'a Sources,
    width: usize,
    paint: Paint,
    asked: bool,
    handler: GraphicalReportHandler,
    out: Lines,
}

/// What miette is handed: words and lines, no more.
#[derive(Debug)]
struct Shown {
    code: Option<String>,
    severity: miette::Severity,
    message: String,
    help: Option<String>,
    excerpt: Excerpt,
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Shown {}

impl miette::Diagnostic for Shown {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.code.as_ref().map(|c| Box::new(c) as Box<dyn fmt::Display>)
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(self.severity)
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|h| Box::new(h) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.excerpt)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        (!self.excerpt.is_empty())
            .then(|| Box::new(self.excerpt.labels().into_iter()) as Box<dyn Iterator<Item = LabeledSpan>>)
    }
}

impl<'a> Graphic<'a> {
    pub(super) fn new(sources: &'a Sources, options: &Options, asked: bool) -> Self {
        let theme = if options.color { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
        let width = options.width.clamp(60, 120);
        let handler = GraphicalReportHandler::new_themed(theme)
            .with_width(width)
            .with_context_lines(1)
            // names have hyphens: we break lines ourselves, at spaces only
            .with_wrap_lines(false)
            .without_syntax_highlighting()
            .with_urls(false);
        Graphic { sources, width, paint: Paint { color: options.color }, asked, handler, out: Lines::default() }
    }

    /// A text with a word before it, over as many lines as it needs: `  because  The study must not …`.
    fn said(&mut self, word: &str, text: &str, indent: usize) {
        let room = self.width.saturating_sub(indent + 10);
        for (index, line) in wrap(text, room).iter().enumerate() {
            let word = if index == 0 { word } else { "" };
            let lead = self.paint.cyan(&format!("{word:<9}"));
            self.out.line(&format!("{:indent$}{lead} {line}", ""));
        }
    }

    fn paragraph(&mut self, text: &str) {
        for line in wrap(text, self.width) {
            self.out.line(&line);
        }
    }

    fn miette(&mut self, mut shown: Shown) {
        let mut out = String::new();
        shown.message = wrap(&shown.message, self.width.saturating_sub(4)).join("\n");
        shown.help = shown.help.map(|h| wrap(&h, self.width.saturating_sub(8)).join("\n"));
        // writing to a string cannot fail; a place that cannot be shown leaves the words
        if self.handler.render_report(&mut out, &shown).is_err() {
            out = format!("  {}\n", shown.message);
        }
        for line in out.lines() {
            self.out.line(line);
        }
    }

    /// The verdict's sign and word, in its colour.
    fn sign(&self, rule: &RuleReport) -> String {
        let words = words::verdict(rule);
        let padded = format!("{words:<11}");
        match (rule.standing, rule.counted()) {
            (Standing::Applies, _) if rule.is_put_off() => self.paint.dim(&format!("– {padded}")),
            (Standing::Applies, Verdict::Pass) => self.paint.green(&format!("✓ {padded}")),
            (Standing::Applies, Verdict::Fail) => self.paint.red(&format!("✗ {padded}")),
            (Standing::Applies, Verdict::CannotTell) => self.paint.yellow(&format!("? {padded}")),
            _ => self.paint.dim(&format!("– {padded}")),
        }
    }

    fn rules(&mut self, report: &Report, heading: &str, promise: bool) {
        let rules: Vec<&RuleReport> =
            report.rules.iter().filter(|r| r.promise == promise && r.pack.is_none()).collect();
        if rules.is_empty() {
            return;
        }
        self.out.gap();
        self.out.line(&self.paint.bold(heading));
        let names = rules.iter().map(|r| width(&words::name(r))).max().unwrap_or(0).min(30);
        let room = self.width.saturating_sub(2 + 13 + 1 + names + 2);
        for rule in rules {
            let name = words::name(rule);
            let pad = " ".repeat(names.saturating_sub(width(&name)));
            let text = match (words::remark(rule), rule.quotes.first()) {
                (Some(remark), _) => remark,
                (None, Some(quote)) => format!("“{}”", shorten(&one_line(&quote.text), room.saturating_sub(2))),
                (None, None) => one_line(&rule.title),
            };
            let line = format!("  {} {name}{pad}  {}", self.sign(rule), shorten(&text, room));
            self.out.line(&line);
        }
    }

    /// `━━ promise P8: Title ━━━━━━ likely issue`; a title that is too long stands below.
    fn heading(&mut self, rule: &RuleReport) {
        let headline = words::headline(rule);
        let left = format!("{} {}", words::kind(rule), words::name(rule));
        let title = one_line(&rule.title);
        let used = width(&left) + width(&headline) + 8;
        let fits = !title.is_empty() && used + 2 + width(&title) <= self.width;
        let beside = if fits { format!(": {title}") } else { String::new() };
        let line = "━".repeat(self.width.saturating_sub(used + width(&beside) - 3).max(1));
        let paint = |t: &str| match rule.verdict {
            Verdict::Fail => self.paint.red(t),
            _ => self.paint.yellow(t),
        };
        let text = format!("{} {}{beside} {} {}", paint("━━"), self.paint.bold(&left), paint(&line), paint(&headline));
        self.out.line(&text);
        if !fits && !title.is_empty() {
            for line in wrap(&title, self.width.saturating_sub(3)) {
                self.out.line(&format!("   {line}"));
            }
        }
    }

    fn marks(&self, finding: &Finding) -> Vec<Mark> {
        let mut marks: Vec<Mark> = Vec::new();
        for (index, step) in finding.steps.iter().enumerate() {
            let number = if finding.steps.len() > 1 { format!("{}. ", index + 1) } else { String::new() };
            marks.push(Mark { span: step.span, text: format!("{number}{}", one_line(&step.sentence)) });
        }
        for missing in finding.missing.iter().take(MISSING_SHOWN) {
            marks.push(Mark { span: missing.span, text: format!("not stated: {}", one_line(&missing.text)) });
        }
        let same = |span: Span| self.sources.position(span.start).map(|p| (p.file, p.line));
        if !marks.iter().any(|m| same(m.span) == same(finding.span)) {
            let text = if finding.verdict == Verdict::Fail { "it comes about here" } else { "" };
            marks.insert(0, Mark { span: finding.span, text: text.to_owned() });
        }
        marks
    }
}

impl Show for Graphic<'_> {
    fn diagnostic(&mut self, d: &Diagnostic) {
        self.out.gap();
        let mut marks = vec![Mark { span: d.span, text: one_line(&d.label) }];
        marks.extend(d.related.iter().map(|l| Mark { span: l.span, text: one_line(&l.text) }));
        let shown = Shown {
            code: None,
            severity: match d.severity {
                Severity::Error => miette::Severity::Error,
                Severity::Warning => miette::Severity::Warning,
            },
            message: format!("{}: {}", d.code.id, one_line(&d.message)),
            help: d.help.as_ref().map(|h| one_line(h)),
            excerpt: Excerpt::of(self.sources, &marks, 1, self.width),
        };
        self.miette(shown);
    }

    fn rule(&mut self, rule: &RuleReport) {
        self.out.gap();
        if self.asked {
            for asked in &rule.sentences {
                self.paragraph(&format!("{} {}", self.paint.bold("Question:"), one_line(&asked.text)));
                if rule.findings.is_empty() {
                    self.paragraph(&format!("{} {}", self.paint.bold("Answer:"), words::no_answer(&asked.text)));
                }
            }
            return;
        }
        self.heading(rule);
        for quote in &rule.quotes {
            self.said("promised", &words::quote_at(self.sources, quote), 2);
        }
    }

    fn finding(&mut self, rule: &RuleReport, finding: &Finding, number: Option<(usize, usize)>) {
        self.out.gap();
        let which = number.map(|(n, all)| format!("({n} of {all}) ")).unwrap_or_default();
        let mut help: Vec<String> = Vec::new();
        help.extend(finding.fix.as_ref().map(|f| sentence(f)).filter(|_| !self.asked));
        if !self.asked && finding.verdict == Verdict::CannotTell && finding.fix.is_none() && !finding.missing.is_empty()
        {
            help.push("State what is marked as not stated, or ask whoever knows.".to_owned());
        }
        let marks = self.marks(finding);
        let shown = Shown {
            code: None,
            severity: match (self.asked, finding.verdict) {
                (true, _) => miette::Severity::Advice,
                (_, Verdict::CannotTell) => miette::Severity::Warning,
                _ => miette::Severity::Error,
            },
            message: format!("{which}{}", sentence(&finding.summary)),
            help: (!help.is_empty()).then(|| help.join(" ")),
            excerpt: Excerpt::of(self.sources, &marks, 0, self.width),
        };
        self.miette(shown);
        let more = finding.missing.len().saturating_sub(MISSING_SHOWN);
        if more > 0 {
            self.paragraph(&format!("  … and {} not stated.", count(more, "more fact is", "more facts are")));
        }
        if let Some(broken) = words::broken_sentence(rule, finding).filter(|_| !self.asked && rule.sentences.len() > 1)
        {
            self.said("asks", &broken, 2);
        }
    }

    fn path(&mut self, stops: &[Stop], verdict: Verdict) {
        self.out.gap();
        for line in path::drawn(stops, verdict, self.width, self.paint) {
            self.out.line(&line);
        }
        self.out.gap();
    }

    fn brief(&mut self, finding: &Finding, alike: &[&Finding]) {
        let at = crate::output::place(self.sources, finding.span);
        let said = format!("{}{}", finding.summary, words::the_same_of(alike));
        self.said("also", &format!("{} ({at})", sentence(&said)), 2);
    }

    fn waived(&mut self, finding: &Finding, how: &str) {
        let at = crate::output::place(self.sources, finding.span);
        self.said("waived", &format!("{} ({at}; {how})", sentence(&finding.summary)), 2);
    }

    fn rule_end(&mut self, rule: &RuleReport, short: bool) {
        if let Some(fix) = &rule.fix {
            self.said("to do", &sentence(fix), 2);
        }
        if short {
            return;
        }
        if let Some(because) = &rule.because {
            self.said("because", &sentence(because), 2);
        }
        for law in &rule.law {
            self.said("law", &one_line(law), 2);
        }
    }

    fn note(&mut self, text: &str) {
        self.out.gap();
        self.paragraph(text);
    }

    fn summary(&mut self, report: &Report) {
        self.rules(report, "Promises", true);
        self.rules(report, "Rules", false);
        let packs = groups::packs(report);
        let names = packs.iter().map(|(name, _)| width(name)).max().unwrap_or(0);
        if !packs.is_empty() {
            self.out.gap();
            self.out.line(&self.paint.bold("Packs"));
        }
        for (name, fares) in packs {
            let room = self.width.saturating_sub(names + 4);
            for (index, line) in wrap(&fares, room).iter().enumerate() {
                let name = if index == 0 { name.as_str() } else { "" };
                let pad = " ".repeat(names.saturating_sub(width(name)));
                self.out.line(&format!("  {name}{pad}  {line}"));
            }
        }
        if groups::is_large(report) {
            for group in groups::groups(report) {
                self.out.gap();
                self.out.line(&self.paint.bold(group.heading));
                for text in &group.lines {
                    for (index, line) in wrap(text, self.width.saturating_sub(5)).iter().enumerate() {
                        self.out.line(&format!("{}{line}", if index == 0 { "  " } else { "     " }));
                    }
                }
            }
        }
        self.out.gap();
        for line in words::closing(report) {
            let line = self.paint.bold(&line);
            self.out.line(&line);
        }
        self.paragraph(&words::judged(report));
        for (assumption, _) in &report.assumptions {
            self.paragraph(&words::assumed(assumption));
        }
        if !report.rules.is_empty() {
            self.paragraph(&words::rests_on(report));
        }
        if let Some(pointer) = words::pointer(report) {
            self.paragraph(&pointer);
        }
    }

    fn take(self: Box<Self>) -> String {
        self.out.take()
    }
}
