//! Rules and promises with what became of them: findings first, each with its steps beside the source lines.

use super::Page;
use super::html::{called, rich, sentence, text};
use crate::check::{Finding, Report, RuleReport, RuleSeverity, Standing, Verdict};
use crate::diagram::draw;
use crate::output::text::count;

/// How many findings of one rule are told with their steps.
pub const TOLD_OF_A_RULE: usize = 5;

/// How many findings are told with their steps on the whole page.
pub const TOLD: usize = 300;

/// How many findings stand open when a page is opened, if promises alone are not as many.
const OPEN: usize = 5;

/// How many rules are listed in one part of the page.
pub const LISTED: usize = 1_000;

/// What became of a rule, as the page sorts it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum State {
    Broken,
    CannotTell,
    PutOff,
    Holds,
    NotJudged,
}

impl State {
    pub(super) const ALL: [State; 5] =
        [State::Broken, State::CannotTell, State::PutOff, State::Holds, State::NotJudged];

    pub(super) fn of(rule: &RuleReport) -> State {
        match (rule.standing, rule.counted()) {
            (Standing::Applies, _) if rule.is_put_off() => State::PutOff,
            (Standing::Applies, Verdict::Pass) => State::Holds,
            (Standing::Applies, Verdict::Fail) => State::Broken,
            (Standing::Applies, Verdict::CannotTell) => State::CannotTell,
            _ => State::NotJudged,
        }
    }

    fn key(self) -> &'static str {
        match self {
            State::Broken => "broken",
            State::CannotTell => "unsure",
            State::PutOff => "put-off",
            State::Holds => "holds",
            State::NotJudged => "not-judged",
        }
    }

    /// Where the promises or the other rules of a state are told: `part:broken:promises`.
    pub(super) fn part(self, promises: bool) -> String {
        match self {
            // these are one table
            State::Holds | State::NotJudged => format!("part:{}", self.key()),
            _ => format!("part:{}:{}", self.key(), if promises { "promises" } else { "rules" }),
        }
    }

    pub(super) fn words(self) -> &'static str {
        match self {
            State::Broken => "likely issue",
            State::CannotTell => "cannot tell",
            State::PutOff => "put off",
            State::Holds => "holds",
            State::NotJudged => "not judged",
        }
    }

    /// What stands before the words, so that colour is never the only sign.
    fn sign(self) -> &'static str {
        match self {
            State::Broken => "!",
            State::CannotTell => "?",
            State::PutOff => "…",
            State::Holds => "✓",
            State::NotJudged => "–",
        }
    }

    /// The verdict as a mark with words.
    pub(super) fn chip(self) -> String {
        format!(
            "<span class=\"chip {}\"><span aria-hidden=\"true\">{}</span> {}</span>",
            self.key(),
            self.sign(),
            self.words()
        )
    }

    fn heading(self) -> &'static str {
        match self {
            State::Broken => "Likely issues",
            State::CannotTell => "What cannot be told",
            State::PutOff => "Put off",
            State::Holds => "What holds",
            State::NotJudged => "Not judged on the date",
        }
    }

    fn explained(self) -> &'static str {
        match self {
            State::Broken => {
                "Each of these is a likely issue: what is declared breaks a rule or a promise, in the way that is told. \
                              Whether it is unlawful is for people to judge."
            }
            State::CannotTell => {
                "A fact that is needed is not stated. This is not a pass: nobody can say whether these hold until \
                                  the facts are stated."
            }
            State::PutOff => "Something is wrong with each of these, and somebody answers for it until a date.",
            State::Holds => {
                "Nothing that is declared breaks these. That is as true as the description is true and complete."
            }
            State::NotJudged => "These do not apply on the date, or not here.",
        }
    }
}

/// `rule:NAME`, for links.
pub(super) fn rule_id(name: &str) -> String {
    format!("rule:{}", draw::id(name))
}

/// `finding:NAME:1`, for links.
pub(super) fn finding_id(rule: &str, finding: usize) -> String {
    format!("finding:{}:{}", draw::id(rule), finding + 1)
}

/// `finding:NAME:1:step:3`, for links.
pub(super) fn step_id(rule: &str, finding: usize, step: usize) -> String {
    format!("{}:step:{}", finding_id(rule, finding), step + 1)
}

/// The rules with which something is so: promises before other rules, and grave ones before others; as declared among those.
pub(super) fn rules(report: &Report, state: State) -> Vec<&RuleReport> {
    let mut rules: Vec<&RuleReport> = report.rules.iter().filter(|rule| State::of(rule) == state).collect();
    rules.sort_by_key(|rule| (!rule.promise, std::cmp::Reverse(rule.severity)));
    rules
}

/// All rules, the gravest first.
pub(super) fn sections(page: &mut Page<'_>, report: &Report) -> String {
    let mut out = String::new();
    for state in State::ALL {
        let rules = rules(report, state);
        if rules.is_empty() && !matches!(state, State::Broken | State::CannotTell) {
            continue;
        }
        let key = state.key();
        out.push_str(&format!(
            "<section id=\"part:{key}\" class=\"part {key}\" aria-labelledby=\"part:{key}:title\">\n\
             <h2 id=\"part:{key}:title\">{} <span class=\"count\">{}</span></h2>\n",
            state.heading(),
            rules.len()
        ));
        if rules.is_empty() {
            let judged = report.rules.iter().any(|rule| State::of(rule) != State::NotJudged);
            let none = match (judged, state) {
                (false, _) => "No rule or promise was judged.",
                (_, State::Broken) => "No rule or promise is known to be broken.",
                _ => "Nothing that is asked is left open.",
            };
            out.push_str(&format!("<p>{none}</p>\n</section>\n"));
            continue;
        }
        out.push_str(&format!("<p class=\"about\">{}</p>\n", state.explained()));
        match state {
            State::Broken | State::CannotTell | State::PutOff => {
                articles(page, &rules, state, &mut out);
            }
            State::Holds | State::NotJudged => out.push_str(&listed(page, &rules, state)),
        }
        if rules.len() > LISTED {
            let more = rules.len() - LISTED;
            out.push_str(&format!(
                "<p class=\"cut\">{more} more are not on this page; <code>staunch check --all</code> lists all.</p>\n"
            ));
        }
        out.push_str("</section>\n");
    }
    out
}

/// Promises first: they are what people were told.
fn articles(page: &mut Page<'_>, rules: &[&RuleReport], state: State, out: &mut String) {
    if page.told == 0 && rules.iter().any(|rule| !rule.findings.is_empty()) {
        out.push_str("<p class=\"js\"><button type=\"button\" id=\"unfold\">Unfold all findings</button></p>\n");
    }
    for (title, promise) in [("Promises", true), ("Rules", false)] {
        let all = rules.iter().filter(|rule| rule.promise == promise).count();
        if all > 0 {
            out.push_str(&format!(
                "<h3 class=\"sort\" id=\"{}\">{title} <span class=\"count\">{all}</span></h3>\n",
                state.part(promise)
            ));
        }
        rules
            .iter()
            .take(LISTED)
            .filter(|rule| rule.promise == promise)
            .for_each(|rule| article(page, rule, state, out));
    }
}

fn article(page: &mut Page<'_>, rule: &RuleReport, state: State, out: &mut String) {
    let id = rule_id(&rule.name);
    let title = title(rule);
    let kind = if rule.promise { "promise" } else { "rule" };
    out.push_str(&format!(
        "<article id=\"{id}\" class=\"rule {}\" aria-labelledby=\"{id}:title\">\n<header>{}\
         <h4 id=\"{id}:title\">{}</h4><p class=\"meta\">{kind} <code>{}</code>{}{} {}</p></header>\n",
        state.key(),
        state.chip(),
        rich(title),
        text(&rule.name),
        rule.pack.as_ref().map_or_else(String::new, |pack| format!(" · pack <code>{}</code>", text(pack))),
        severity(rule.severity),
        declared(page, rule)
    ));
    for quote in &rule.quotes {
        out.push_str(&format!(
            "<blockquote><p>{}</p><cite>{}</cite></blockquote>\n",
            text(&quote.text),
            text(&quote.notice)
        ));
    }
    for (number, finding) in rule.findings.iter().enumerate() {
        if number < TOLD_OF_A_RULE && page.told < TOLD {
            page.told += 1;
            *page.told_of.entry(rule.name.clone()).or_default() += 1;
            told(page, (rule, state), number, finding, out);
        } else {
            break;
        }
    }
    rest(page, rule, out);
    facts(rule, state, out);
    out.push_str("</article>\n");
}

/// Where a rule is declared. Those of packs are the same for everybody, and their text is not shown again.
fn declared(page: &mut Page<'_>, rule: &RuleReport) -> String {
    match rule.pack {
        Some(_) => String::new(),
        None => page.cited.link(rule.span),
    }
}

fn severity(severity: RuleSeverity) -> &'static str {
    match severity {
        RuleSeverity::Error => "",
        RuleSeverity::Warning => " · warning",
        RuleSeverity::Info => " · for information",
    }
}

/// What a rule is called.
pub(super) fn title(rule: &RuleReport) -> &str {
    called(&rule.title, &rule.name)
}

/// Whether a finding stands open: the first of each promise that is broken, and where these are few, the first of other rules.
fn is_open(page: &mut Page<'_>, rule: &RuleReport, state: State, number: usize) -> bool {
    let open = number == 0 && state == State::Broken && (rule.promise || page.open < OPEN);
    page.open += usize::from(open);
    open
}

/// One finding with its way.
fn told(page: &mut Page<'_>, (rule, state): (&RuleReport, State), number: usize, finding: &Finding, out: &mut String) {
    let id = finding_id(&rule.name, number);
    let kind = if finding.verdict == Verdict::Fail { "broken" } else { "unsure" };
    let open = if is_open(page, rule, state, number) { " open" } else { "" };
    let all = rule.findings.len() + rule.findings_left_out;
    let nth = if all > 1 { format!("<span class=\"nth\">{} of {all}</span> ", number + 1) } else { String::new() };
    out.push_str(&format!(
        "<details class=\"finding {kind}\" id=\"{id}\"{open}><summary>{nth}<span class=\"what\">{}</span></summary>\n",
        sentence(&finding.summary)
    ));
    if let Some(waived) = &finding.waived {
        out.push_str(&format!(
            "<p class=\"waived\">Put off until {} by {}: {}</p>\n",
            super::date(waived.until),
            text(&waived.approver),
            sentence(&waived.reason)
        ));
    }
    if !finding.steps.is_empty() {
        out.push_str(&format!(
            "<p class=\"walk\"><a class=\"button js\" data-walk=\"{id}\" href=\"#{}\">Walk it on the picture</a></p>\n<ol class=\"steps\">\n",
            step_id(&rule.name, number, 0)
        ));
        for (at, step) in finding.steps.iter().enumerate() {
            out.push_str(&format!(
                "<li id=\"{}\"><p>{}</p><div class=\"source\">{}</div></li>\n",
                step_id(&rule.name, number, at),
                sentence(&step.sentence),
                page.cited.shown(step.span)
            ));
        }
        out.push_str("</ol>\n");
        page.walks.push((rule.name.clone(), number));
    }
    if !finding.missing.is_empty() {
        out.push_str("<div class=\"missing\"><p>Not stated:</p><ul>\n");
        for missing in &finding.missing {
            out.push_str(&format!("<li>{} {}</li>\n", rich(&missing.text), page.cited.link(missing.span)));
        }
        out.push_str("</ul></div>\n");
    }
    if let Some(fix) = finding.fix.as_ref().or(rule.fix.as_ref()) {
        out.push_str(&format!("<p class=\"fix\"><strong>To mend it:</strong> {}</p>\n", sentence(fix)));
    }
    out.push_str("</details>\n");
}

/// What is not told with its way: in a line each, or only counted.
fn rest(page: &Page<'_>, rule: &RuleReport, out: &mut String) {
    let told = page.walks_told(&rule.name);
    let rest: Vec<&Finding> = rule.findings.iter().skip(told).collect();
    if !rest.is_empty() {
        out.push_str(&format!("<details class=\"more\"><summary>{} more, in a line each</summary><ul>\n", rest.len()));
        for finding in rest {
            out.push_str(&format!(
                "<li>{} <span class=\"at\">{}</span></li>\n",
                sentence(&finding.summary),
                text(&page.cited.place(finding.span))
            ));
        }
        out.push_str("</ul></details>\n");
    }
    if rule.findings_left_out > 0 {
        out.push_str(&format!(
            "<p class=\"cut\">{} of this rule not on this page.</p>\n",
            count(rule.findings_left_out, "more finding is", "more findings are")
        ));
    }
}

/// What a rule asks, why, and where that stands in law.
fn facts(rule: &RuleReport, state: State, out: &mut String) {
    out.push_str("<dl class=\"facts\">\n");
    let asked: Vec<String> = rule.sentences.iter().map(|s| format!("<code>{}</code>", text(&s.text))).collect();
    let mut row = |title: &str, body: String| {
        if !body.is_empty() {
            out.push_str(&format!("<div><dt>{title}</dt><dd>{body}</dd></div>\n"));
        }
    };
    row("What it asks", asked.join("<br>"));
    row("Why", rule.because.as_deref().map_or_else(String::new, sentence));
    row("In law", rule.law.iter().map(|law| text(law)).collect::<Vec<_>>().join("<br>"));
    if state == State::PutOff {
        row("Put off because", rule.put_off.as_deref().map_or_else(String::new, sentence));
    }
    out.push_str("</dl>\n");
}

/// Rules in a line each.
fn listed(page: &mut Page<'_>, rules: &[&RuleReport], state: State) -> String {
    let mut out = format!(
        "<details class=\"list\"><summary>{}</summary>\n<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"{}, as a table\">\
         <table><thead><tr><th scope=\"col\">Verdict</th><th scope=\"col\">Rule or promise</th><th scope=\"col\">Name</th>\
         <th scope=\"col\">In law</th></tr></thead><tbody>\n",
        count(rules.len(), "rule or promise", "rules and promises"),
        state.heading()
    );
    for rule in rules.iter().take(LISTED) {
        let title = title(rule);
        let little = rule.standing == Standing::Applies
            && !rule.sentences.is_empty()
            && rule.sentences.iter().all(|sentence| sentence.matched_nothing);
        let little = if little { "<br><small>Nothing declared was there for it to judge.</small>" } else { "" };
        let standing = standing(rule);
        out.push_str(&format!(
            "<tr id=\"{}\"><td>{}</td><th scope=\"row\">{}{little}{standing}</th><td><code>{}</code> {}</td><td>{}</td></tr>\n",
            rule_id(&rule.name),
            state.chip(),
            rich(title),
            text(&rule.name),
            declared(page, rule),
            rule.law.iter().map(|law| text(law)).collect::<Vec<_>>().join("; ")
        ));
    }
    out.push_str("</tbody></table></div></details>\n");
    out
}

fn standing(rule: &RuleReport) -> String {
    let words = match rule.standing {
        Standing::Applies => return String::new(),
        Standing::NotYet(date) => format!("It applies from {}.", super::date(date)),
        Standing::NoLonger(date) => format!("It applied until {}.", super::date(date)),
        Standing::Withdrawn(date) => format!("It was withdrawn on {}.", super::date(date)),
        Standing::Elsewhere => "It holds in another jurisdiction.".to_owned(),
        Standing::PutOff(Some(date)) => format!("It is put off until {}.", super::date(date)),
        Standing::PutOff(None) => "It is put off.".to_owned(),
    };
    let why = rule.put_off.as_deref().map_or_else(String::new, |why| format!(" {}", sentence(why)));
    format!("<br><small>{words}{why}</small>")
}
