//! For people: what is wrong with the text, then what is wrong with the sharing and how it happens, then a summary.
//!
//! There are two looks. The graphical one shows the lines of the source with [`miette`]; this room is its only user. The
//! plain one says one statement a line and draws nothing. Both say the same things in the same order; what they have
//! in common is in [`words`].

mod comparison;
mod excerpt;
mod graphic;
mod groups;
mod lines;
mod paint;
mod path;
mod plain;
mod scenarios;
mod waivers;
pub(super) mod words;

use crate::check::{Finding, Outcome, Report, RuleReport, Verdict};

use crate::diagnostic::Diagnostic;
use crate::diagram::text::path::Stop;
use crate::output::text::count;
use crate::output::{Look, Options};
use crate::source::Sources;
pub(super) use comparison::{compared, named};
pub(super) use scenarios::tested;
pub(super) use waivers::listed;

/// What both looks can show.
trait Show {
    /// Something wrong with the text.
    fn diagnostic(&mut self, diagnostic: &Diagnostic);
    /// The heading of a rule of which findings follow.
    fn rule(&mut self, rule: &RuleReport);
    /// A finding of the rule; with its number and how many there are when it is one of several.
    fn finding(&mut self, rule: &RuleReport, finding: &Finding, number: Option<(usize, usize)>);
    /// The way of a finding as a small picture.
    fn path(&mut self, stops: &[Stop], verdict: Verdict);
    /// What stands at the end of a rule: what to do, and, unless it is to be short, why it is there.
    fn rule_end(&mut self, rule: &RuleReport, short: bool);
    /// A line of its own.
    fn note(&mut self, text: &str);
    /// A further finding of the same rule, without its way, and those that say the same and have the same mend.
    fn brief(&mut self, finding: &Finding, alike: &[&Finding]);
    /// A finding that somebody answers for.
    fn waived(&mut self, finding: &Finding, how: &str);
    /// Every rule with its verdict, and what the verdicts rest on.
    fn summary(&mut self, report: &Report);
    /// The text so far.
    fn take(self: Box<Self>) -> String;
}

fn look<'a>(sources: &'a Sources, options: &'a Options, asked: bool) -> Box<dyn Show + 'a> {
    match options.look {
        Look::Graphical => Box::new(graphic::Graphic::new(sources, options, asked)),
        Look::Plain => Box::new(plain::Plain::new(sources, asked)),
    }
}

/// A check.
pub(super) fn check(outcome: &Outcome, options: &Options) -> String {
    let mut show = look(&outcome.sources, options, false);
    diagnostics(outcome, options.quiet, "No rule was judged", show.as_mut());
    if let Some(report) = &outcome.report {
        // of a large outcome the gravest is told, and the rest shown in short
        let large = groups::is_large(report) && options.findings_told < usize::MAX;
        let short = Options { findings_told: 0, findings_shown: groups::IN_BRIEF, ..options.clone() };
        for (number, rule) in words::in_order(report).into_iter().enumerate() {
            let in_short = large && number >= groups::RULES_TOLD;
            let options = if in_short { &short } else { options };
            show.rule(rule);
            findings(rule, options, show.as_mut());
            show.rule_end(rule, in_short);
        }
        if !options.quiet {
            show.summary(report);
            if options.threshold.cannot_tell && report.tally(|_| true).cannot_tell > 0 {
                show.note("Strict: what cannot be told counts as broken.");
            }
        }
    }
    show.take()
}

/// What the text of a question is called where something is wrong with it.
const QUESTION: &str = "question";

/// Said where a question cannot be read.
const QUESTIONS: &str = "Questions are, for example: `who may hold name`, `who may receive identifiable data from DATASET`, \
    `health data about children`, or a sentence of a rule, such as `every flow must have agreement in force`.";

/// The answer to a question.
pub(super) fn answer(outcome: &Outcome, options: &Options) -> String {
    let mut show = look(&outcome.sources, options, true);
    diagnostics(outcome, options.quiet, "Nothing was answered", show.as_mut());
    let in_question =
        |d: &&Diagnostic| outcome.sources.file_at(d.span.start).is_some_and(|(_, file)| file.name == QUESTION);
    if outcome.diagnostics.sorted().iter().any(in_question) {
        show.note(QUESTIONS);
    }
    if let Some(report) = &outcome.report {
        for rule in &report.rules {
            show.rule(rule);
            findings(rule, options, show.as_mut());
        }
        show.note(&words::answered(report));
        for (assumption, _) in &report.assumptions {
            show.note(&words::assumed(assumption));
        }
    }
    show.take()
}

fn diagnostics(outcome: &Outcome, quiet: bool, undone: &str, show: &mut dyn Show) {
    let all = &outcome.diagnostics;
    for diagnostic in all.sorted() {
        show.diagnostic(diagnostic);
    }
    if all.left_out() > 0 {
        show.note(&format!("… and {} more of these.", all.left_out()));
    }
    if all.has_errors() && !quiet {
        let warnings = match all.warnings() {
            0 => String::new(),
            n => format!(" and {}", count(n, "warning", "warnings")),
        };
        show.note(&format!(
            "{}{warnings} in the text. {undone}: mend {} first, then check again.",
            count(all.errors(), "error", "errors"),
            if all.errors() == 1 { "it" } else { "them" },
        ));
    }
}

fn findings(rule: &RuleReport, options: &Options, show: &mut dyn Show) {
    let counting: Vec<&Finding> = rule.findings.iter().filter(|f| f.counts()).collect();
    let several = counting.len() > 1;
    // after those that fail, the first that cannot be told is told whole as well
    let first_unsure = counting.iter().filter(|f| f.verdict == Verdict::Fail).count();
    let told = |index: usize| {
        index < options.findings_told || (options.findings_told > 0 && index == first_unsure && first_unsure > 0)
    };
    let mut done: Vec<bool> = vec![false; counting.len()];
    let (mut lines, mut brief) = (0, false);
    for (index, finding) in counting.iter().enumerate() {
        if lines == options.findings_shown {
            break;
        }
        if done[index] {
            continue;
        }
        (done[index], lines) = (true, lines + 1);
        if told(index) {
            show.finding(rule, finding, several.then_some((index + 1, counting.len() + rule.findings_left_out)));
            if let Some(stops) = options.paths.get(&finding.fingerprint) {
                show.path(stops, finding.verdict);
            }
            continue;
        }
        brief = true;
        let mut alike: Vec<&Finding> = Vec::new();
        for (other, further) in counting.iter().enumerate().skip(index + 1) {
            if !done[other] && !told(other) && words::say_the_same(finding, further) {
                done[other] = true;
                alike.push(further);
            }
        }
        show.brief(finding, &alike);
    }
    let shown = done.iter().filter(|d| **d).count();
    for finding in rule.findings.iter().filter(|f| !f.known) {
        if let Some(waived) = &finding.waived {
            show.waived(finding, &words::waived(waived));
        }
    }
    let known = rule.findings.iter().filter(|f| f.known).count();
    if known > 0 {
        show.note(&format!(
            "{} of this rule {} there before.",
            count(known, "finding", "findings"),
            if known == 1 { "was" } else { "were" }
        ));
    }
    let more = counting.len() - shown + rule.findings_left_out;
    if more == 0 && brief {
        show.note(&format!("`staunch check --rule {}` shows how each comes about.", words::name(rule)));
    }
    if more > 0 {
        let how = if shown < counting.len() || brief {
            format!(" (`staunch check --rule {}` shows more)", words::name(rule))
        } else {
            String::new()
        };
        show.note(&format!("… and {more} more of this rule{how}."));
    }
}
