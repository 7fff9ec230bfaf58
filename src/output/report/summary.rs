//! The head of the page: what it comes to, in one sentence and one table, and where to begin.

use std::collections::BTreeMap;

use super::Page;
use super::findings::{LISTED, State, finding_id, rule_id, rules, title};
use super::html::{rich, sentence};
use crate::check::{Finding, Report, RuleReport};
use crate::output::text::count;

/// How many broken promises and rules are named at the head of the page.
const NAMED: usize = 8;

/// How many mends are named that would do for several findings.
const MENDS: usize = 6;

/// How many rules a mend names.
const ASKING: usize = 3;

/// How many promises and how many rules there are with which something is so.
fn number(report: &Report, wanted: impl Fn(State) -> bool) -> [usize; 2] {
    let of = |promise| report.rules.iter().filter(|r| r.promise == promise && wanted(State::of(r))).count();
    [of(true), of(false)]
}

/// `6 of 27 promises and 38 of 75 rules`, of what there is at all.
fn part_of([promises, rules]: [usize; 2], [all_promises, all_rules]: [usize; 2]) -> String {
    let mut parts = Vec::new();
    if promises > 0 {
        parts.push(format!("{promises} of {}", count(all_promises, "promise", "promises")));
    }
    if rules > 0 {
        parts.push(format!("{rules} of {}", count(all_rules, "rule", "rules")));
    }
    parts.join(" and ")
}

/// `9 promises and 11 rules`, of what there is at all.
fn counted([promises, rules]: [usize; 2]) -> String {
    let mut parts = Vec::new();
    if promises > 0 {
        parts.push(count(promises, "promise", "promises"));
    }
    if rules > 0 {
        parts.push(count(rules, "rule", "rules"));
    }
    parts.join(" and ")
}

fn sum(both: [usize; 2]) -> usize {
    both.iter().sum()
}

/// What came of it, in a sentence that cannot be taken for more than it says.
pub(super) fn verdict(report: &Report) -> String {
    let all = number(report, |state| state != State::NotJudged);
    let (broken, unsure) = (number(report, |s| s == State::Broken), number(report, |s| s == State::CannotTell));
    let put_off = number(report, |state| state == State::PutOff);
    let verb = |both| if sum(both) == 1 { "is" } else { "are" };
    let open = format!("{} cannot be told, since facts are not stated", counted(unsure));
    let (class, mut words) = match (sum(all), sum(broken), sum(unsure)) {
        (0, ..) => ("unsure", "No rule or promise was judged. This is no pass".to_owned()),
        (_, 0, 0) => {
            let class = if sum(put_off) > 0 { "put-off" } else { "holds" };
            (class, format!("{} judged; none is known to be broken", counted(all)))
        }
        (_, 0, _) => ("unsure", format!("None of {} is known to be broken, but {open}", counted(all))),
        (_, _, 0) => ("broken", format!("{} {} likely broken", part_of(broken, all), verb(broken))),
        _ => ("broken", format!("{} {} likely broken, and {open}", part_of(broken, all), verb(broken))),
    };
    if sum(put_off) > 0 {
        words.push_str(&format!("; {} {} put off, and somebody answers for it", counted(put_off), verb(put_off)));
    }
    format!("<p class=\"verdict {class}\">{words}.</p>\n")
}

/// The table of verdicts.
pub(super) fn tally(report: &Report) -> String {
    let mut out =
        String::from("<table class=\"tally\"><caption>Promises and rules by verdict</caption><thead><tr><td></td>");
    for state in State::ALL {
        out.push_str(&format!("<th scope=\"col\">{}</th>", state.chip()));
    }
    out.push_str("</tr></thead><tbody>");
    for (title, promises) in [("Promises", true), ("Rules", false)] {
        out.push_str(&format!("<tr><th scope=\"row\">{title}</th>"));
        for state in State::ALL {
            let [kept, asked] = number(report, |other| other == state);
            match if promises { kept } else { asked } {
                0 => out.push_str("<td class=\"none\">0</td>"),
                all => out.push_str(&format!(
                    "<td><a href=\"#{}\" aria-label=\"{all}, {title}: {}\">{all}</a></td>",
                    state.part(promises),
                    state.words()
                )),
            }
        }
        out.push_str("</tr>");
    }
    out.push_str("</tbody></table>\n");
    out
}

/// What to look at first: broken promises, then broken rules, and what would mend many findings at once.
pub(super) fn begin(page: &Page<'_>, report: &Report) -> String {
    let state = if sum(number(report, |s| s == State::Broken)) > 0 { State::Broken } else { State::CannotTell };
    let rules = rules(report, state);
    if rules.is_empty() {
        return String::new();
    }
    let mut out = String::from("<div class=\"begin\"><h3>Where to begin</h3>\n");
    let promises = rules.iter().filter(|rule| rule.promise).count();
    let others = rules.len() - promises;
    // where people were promised something, that is what counts before anything else
    let (words, [named_promises, named_rules]) = match (state, promises) {
        (State::Broken, 0) => ("The gravest of what is likely broken.", [0, others.min(NAMED)]),
        (State::Broken, _) => ("What people were promised and is likely broken comes first.", [promises.min(NAMED), 0]),
        (_, 0) => ("Nothing is known to be broken; these cannot be told.", [0, others.min(NAMED)]),
        _ => ("Nothing is known to be broken; these promises cannot be told.", [promises.min(NAMED), 0]),
    };
    out.push_str(&format!("<p class=\"about\">{words}</p>\n<ol class=\"first\">\n"));
    rules.iter().take(named_promises + named_rules).for_each(|rule| out.push_str(&named_first(page, rule)));
    out.push_str("</ol>\n");
    let left = [promises - named_promises, others - named_rules];
    if sum(left) > 0 {
        let part = if state == State::Broken { "part:broken" } else { "part:unsure" };
        out.push_str(&format!("<p><a href=\"#{part}\">And {} more</a></p>\n", counted(left)));
    }
    out.push_str(&mends(report));
    out.push_str("</div>\n");
    out
}

/// Where a rule's first finding that counts is told, or the rule.
fn first(page: &Page<'_>, rule: &RuleReport) -> (String, Option<usize>) {
    match rule.findings.iter().position(Finding::counts) {
        Some(at) if page.is_told(&rule.name, at) => (finding_id(&rule.name, at), Some(at)),
        at => (rule_id(&rule.name), at),
    }
}

fn named_first(page: &Page<'_>, rule: &RuleReport) -> String {
    let (to, at) = first(page, rule);
    let mut out = format!("<li><a href=\"#{to}\">{}</a>", rich(title(rule)));
    if let Some(finding) = at.and_then(|at| rule.findings.get(at)) {
        let all = rule.open().count() + rule.findings_left_out;
        let others = match all {
            0 | 1 => String::new(),
            all => format!(" <span class=\"meta\">(1 of {all} findings)</span>"),
        };
        out.push_str(&format!("<br>{}{others}", sentence(&finding.summary)));
        if let Some(fix) = finding.fix.as_ref().or(rule.fix.as_ref()) {
            out.push_str(&format!("<br><strong>To mend it:</strong> {}", sentence(fix)));
        }
    }
    out.push_str("</li>\n");
    out
}

/// What is offered for more findings than one, the most useful first.
fn mends(report: &Report) -> String {
    let mut all: BTreeMap<&str, (usize, Vec<&RuleReport>)> = BTreeMap::new();
    let listed = |state| rules(report, state).into_iter().take(LISTED);
    for rule in [State::Broken, State::CannotTell].into_iter().flat_map(listed) {
        for fix in rule.open().filter_map(|finding| finding.fix.as_deref()) {
            let (times, asking) = all.entry(fix).or_default();
            *times += 1;
            if asking.last().is_none_or(|last| last.name != rule.name) {
                asking.push(rule);
            }
        }
    }
    all.retain(|_, (times, _)| *times > 1);
    if all.is_empty() {
        return String::new();
    }
    let mut all: Vec<_> = all.into_iter().collect();
    all.sort_by_key(|(_, (times, _))| std::cmp::Reverse(*times));
    let mut out = String::from(
        "<h3>What would mend several findings at once</h3>\n\
         <p class=\"about\">Each is offered for so many findings. Whether it settles all of them, the next check says.</p>\n\
         <div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"Mends, as a table\"><table id=\"mends\"><thead><tr>\
         <th scope=\"col\">What to do</th><th scope=\"col\">Findings</th><th scope=\"col\">Who asks</th></tr></thead><tbody>\n",
    );
    for (fix, (times, asking)) in all.iter().take(MENDS) {
        let mut links: Vec<String> = asking
            .iter()
            .take(ASKING)
            .map(|rule| format!("<a href=\"#{}\">{}</a>", rule_id(&rule.name), rich(title(rule))))
            .collect();
        if asking.len() > ASKING {
            links.push(format!("and {} more", asking.len() - ASKING));
        }
        out.push_str(&format!(
            "<tr><th scope=\"row\">{}</th><td>{times}</td><td>{}</td></tr>\n",
            sentence(fix),
            links.join("<br>")
        ));
    }
    out.push_str("</tbody></table></div>\n");
    if all.len() > MENDS {
        out.push_str(&format!("<p class=\"cut\">{} more are with their findings.</p>\n", all.len() - MENDS));
    }
    out
}
