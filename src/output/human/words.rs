//! What is said in the human format, whichever way it looks.

use crate::check::{Finding, Quote, Report, RuleReport, RuleSeverity, Standing, Tally, Verdict, Waived};
use crate::output::place;
use crate::output::text::{count, list, one_line, safe, shorten};
use crate::source::Sources;

/// How many columns of a sentence of the model are repeated; who wants to read more finds it at its place.
const LONGEST_SENTENCE: usize = 600;

/// The rules of which something is to be shown: broken ones first, then those that cannot be told; promises before rules and
/// the grave before the less grave, then in the order of their declaration.
pub(super) fn in_order(report: &Report) -> Vec<&RuleReport> {
    // what was there before is only counted
    let has_more = |r: &RuleReport| r.findings.iter().any(|f| !f.known) || r.findings_left_out > 0;
    let broken = |r: &&RuleReport| r.standing == Standing::Applies && r.verdict != Verdict::Pass && has_more(r);
    let mut rules: Vec<&RuleReport> = report.rules.iter().filter(broken).collect();
    rules.sort_by_key(|r| (std::cmp::Reverse(r.counted()), !r.promise, std::cmp::Reverse(r.severity)));
    rules
}

/// A rule's name, fit to show.
pub(super) fn name(rule: &RuleReport) -> String {
    safe(&rule.name).into_owned()
}

/// `promise` or `rule`.
pub(super) fn kind(rule: &RuleReport) -> &'static str {
    if rule.promise { "promise" } else { "rule" }
}

/// What a verdict is called where a rule has it: never more than the model can know.
pub(super) fn verdict(rule: &RuleReport) -> &'static str {
    match (rule.standing, rule.counted()) {
        (Standing::Applies, _) if rule.is_put_off() => "put off",
        (Standing::Applies, Verdict::Pass) => "holds",
        (Standing::Applies, Verdict::Fail) => "broken",
        (Standing::Applies, Verdict::CannotTell) => "cannot tell",
        _ => "not judged",
    }
}

/// The few words beside a rule's heading.
pub(super) fn headline(rule: &RuleReport) -> String {
    let what = match rule.counted() {
        _ if rule.is_put_off() => "put off",
        Verdict::Fail => "likely issue",
        Verdict::CannotTell => "cannot tell",
        Verdict::Pass => "holds",
    };
    match rule.severity {
        RuleSeverity::Error => what.to_owned(),
        RuleSeverity::Warning => format!("{what} (warning)"),
        RuleSeverity::Info => format!("{what} (for information)"),
    }
}

/// `“We will not …” (study-notice)`.
pub(in crate::output) fn quote(quote: &Quote) -> String {
    format!("“{}” ({})", one_line(&quote.text), safe(&quote.notice))
}

/// `“We will not …” (study-notice, quoted in promises.staunch:4:3)`.
pub(super) fn quote_at(sources: &Sources, quote: &Quote) -> String {
    format!("“{}” ({}, quoted in {})", one_line(&quote.text), safe(&quote.notice), place(sources, quote.span))
}

/// The sentence of the rule that a finding is about.
pub(super) fn broken_sentence(rule: &RuleReport, finding: &Finding) -> Option<String> {
    rule.sentences.get(finding.sentence).map(|s| shorten(&one_line(&s.text), LONGEST_SENTENCE))
}

/// Why a rule was not judged, or what else is to be said of its verdict.
pub(in crate::output) fn remark(rule: &RuleReport) -> Option<String> {
    match rule.standing {
        Standing::NotYet(date) => Some(format!("it applies from {date}")),
        Standing::NoLonger(date) => Some(format!("it applied until {date}")),
        Standing::Withdrawn(date) => Some(format!("it was withdrawn on {date}")),
        Standing::Elsewhere => Some("it holds in another jurisdiction".to_owned()),
        Standing::PutOff(until) => {
            let why = rule.put_off.as_deref().map(one_line).unwrap_or_default();
            Some(match until {
                Some(date) => format!("put off until {date}: {why}"),
                None => format!("put off: {why}"),
            })
        }
        Standing::Applies if rule.is_put_off() => Some(put_off(rule)),
        Standing::Applies => {
            let empty = !rule.sentences.is_empty() && rule.sentences.iter().all(|s| s.matched_nothing);
            (rule.verdict == Verdict::Pass && empty)
                .then(|| "nothing in the model is of the kind it is about".to_owned())
        }
    }
}

/// How much of a rule is put off, and how.
fn put_off(rule: &RuleReport) -> String {
    let waived = rule.findings.iter().filter(|f| f.waived.is_some()).count();
    let known = rule.findings.len() - waived;
    let parts: Vec<String> = [(waived, "waived"), (known, "there before")]
        .into_iter()
        .filter(|(n, _)| *n > 0)
        .map(|(n, how)| format!("{} {how}", count(n, "finding", "findings")))
        .collect();
    list(&parts)
}

/// `waived until 2026-04-30 (Caldicott guardian: “Counts are being built”)`.
pub(super) fn waived(waived: &Waived) -> String {
    format!("waived until {} ({}: “{}”)", waived.until, one_line(&waived.approver), one_line(&waived.reason))
}

/// `27 promises: 15 hold, 5 are broken, 7 cannot be told.`
pub(super) fn tally(tally: Tally, one: &str, many: &str) -> Option<String> {
    let all = tally.pass + tally.fail + tally.cannot_tell + tally.put_off + tally.not_judged;
    if all == 0 {
        return None;
    }
    let part = |n: usize, one: &str, many: &str| {
        (n > 0).then(|| match n {
            1 if all == 1 => format!("it {one}"),
            1 => format!("1 {one}"),
            n => format!("{n} {many}"),
        })
    };
    let parts: Vec<String> = [
        part(tally.pass, "holds", "hold"),
        part(tally.fail, "is broken", "are broken"),
        part(tally.cannot_tell, "cannot be told", "cannot be told"),
        part(tally.put_off, "is put off", "are put off"),
        part(tally.not_judged, "is not judged on this date", "are not judged on this date"),
    ]
    .into_iter()
    .flatten()
    .collect();
    Some(format!("{}: {}.", count(all, one, many), list(&parts)))
}

/// How much was judged and when.
pub(super) fn judged(report: &Report) -> String {
    let size = report.size;
    format!(
        "Judged as of {}: {}, {}, {}, {} and {} in {}, which make {} of data.",
        report.as_of,
        count(size.parties, "party", "parties"),
        count(size.datasets, "dataset", "datasets"),
        count(size.flows, "flow", "flows"),
        count(size.steps, "step", "steps"),
        count(report.rules.len(), "rule", "rules"),
        count(size.files, "file", "files"),
        count(size.copies, "copy", "copies"),
    )
}

/// What every verdict rests on.
pub(in crate::output) fn rests_on(report: &Report) -> String {
    format!(
        "A pass says that nothing declared here breaks the rule or promise as of {}. Parties, flows, fields and recipients that are \
         not declared are taken not to exist; a fact that is not stated is never taken as a pass.",
        report.as_of
    )
}

/// What an answer rests on.
pub(super) fn answered(report: &Report) -> String {
    format!(
        "Answered as of {} by what is declared: parties, flows, fields and recipients that are not declared are taken not to exist.",
        report.as_of
    )
}

/// The answer to a question that nothing answers.
pub(super) fn no_answer(question: &str) -> &'static str {
    let question = format!("{} ", question.trim().to_lowercase());
    if question.starts_with("who ") {
        "No one, by what is declared."
    } else if ["must ", "may ", "only "].iter().any(|w| question.contains(w)) {
        "It holds: nothing declared breaks it."
    } else {
        "There is no such data anywhere, by what is declared."
    }
}

/// An assumption of the project.
pub(in crate::output) fn assumed(sentence: &str) -> String {
    format!("Assumed: {}.", shorten(one_line(sentence).trim_end_matches('.'), LONGEST_SENTENCE))
}

/// Where to read on.
pub(super) fn pointer(report: &Report) -> Option<String> {
    let rule = in_order(report).first().copied().or(report.rules.first())?;
    Some(format!("`staunch explain {}` says what a rule asks, why, and what to do.", name(rule)))
}

/// Whether two findings of a rule say the same of two things, and one mend does for both.
pub(super) fn say_the_same(one: &Finding, other: &Finding) -> bool {
    fn said(finding: &Finding) -> Option<&str> {
        let name = format!("`{}`", finding.subjects.first()?);
        finding.summary.split_once(&name).map(|(_, said)| said)
    }
    one.verdict == other.verdict
        && one.fix.is_some()
        && one.fix == other.fix
        && said(one).is_some_and(|s| said(other) == Some(s))
}

/// How many names are repeated of things of which the same is said.
const NAMES: usize = 4;

/// ``; the same goes for `match-benefits`, `combine` and 5 more``; nothing where there are none.
pub(super) fn the_same_of(alike: &[&Finding]) -> String {
    let mut names: Vec<String> =
        alike.iter().filter_map(|f| f.subjects.first()).take(NAMES).map(|n| format!("`{}`", safe(n))).collect();
    if alike.len() > names.len() {
        names.push(format!("{} more", alike.len() - names.len()));
    }
    if names.is_empty() { String::new() } else { format!("; the same goes for {}", list(&names)) }
}

/// The lines that close the summary, in order.
pub(in crate::output) fn closing(report: &Report) -> Vec<String> {
    let mut lines = Vec::new();
    lines.extend(tally(report.tally(|r| r.promise), "promise", "promises"));
    lines.extend(tally(report.tally(|r| !r.promise), "rule", "rules"));
    if report.rules.is_empty() {
        lines.push("No rule and no promise is declared: nothing was judged.".to_owned());
    }
    lines
}
