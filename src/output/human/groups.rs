//! A large outcome put in order: how each pack fares, where it happens, what to mend and what to find out first.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::BuildHasher;

use rustc_hash::FxBuildHasher;
use smallvec::SmallVec;

use crate::check::{Finding, Report, RuleReport, RuleSeverity, Standing, Tally, Verdict};
use crate::output::text::{count, list, one_line, safe, sentence, shorten};

/// From how many findings on an outcome is put in order.
const MANY: usize = 20;

/// How many rules of a large outcome are told with their ways; of the others only what happens.
pub(super) const RULES_TOLD: usize = 8;

/// How many findings of each other rule are shown in a line.
pub(super) const IN_BRIEF: usize = 3;

/// How many things to do are listed.
const FIRST: usize = 6;

/// How many columns of one thing to do are repeated.
const LONGEST: usize = 240;

/// Whether there is so much to say that it is put in order.
pub(super) fn is_large(report: &Report) -> bool {
    findings(report).count() + report.rules.iter().map(|r| r.findings_left_out).sum::<usize>() > MANY
}

/// A list with its heading.
pub(super) struct Group {
    pub(super) heading: &'static str,
    pub(super) lines: Vec<String>,
}

/// What is said of a large outcome besides its rules.
pub(super) fn groups(report: &Report) -> Vec<Group> {
    let all = [
        Group { heading: "By activity", lines: activities(report) },
        Group { heading: "What to do first", lines: numbered(mends(report)) },
        Group { heading: "What to find out first", lines: numbered(questions(report)) },
    ];
    all.into_iter().filter(|g| !g.lines.is_empty()).collect()
}

/// The packs that rules come from, in order, each with how its rules fare.
pub(super) fn packs(report: &Report) -> Vec<(String, String)> {
    let mut names: Vec<&str> = Vec::new();
    for pack in report.rules.iter().filter_map(|r| r.pack.as_deref()) {
        if !names.contains(&pack) {
            names.push(pack);
        }
    }
    names.into_iter().map(|name| (safe(name).into_owned(), fares(report, name))).collect()
}

/// ``3 likely issues (`GDP-001`, …), 1 cannot be told (…), 7 hold``.
fn fares(report: &Report, pack: &str) -> String {
    let tally: Tally = report.tally(|r| r.pack.as_deref() == Some(pack));
    let of = |verdict: Verdict| {
        let rules = report.rules.iter().filter(|r| r.pack.as_deref() == Some(pack));
        let names: Vec<String> = rules
            .filter(|r| r.standing == Standing::Applies && r.counted() == verdict)
            .map(|r| safe(&r.name).into_owned())
            .collect();
        names.join(", ")
    };
    let mut parts = Vec::new();
    if tally.fail > 0 {
        parts.push(format!("{} broken ({})", tally.fail, of(Verdict::Fail)));
    }
    if tally.cannot_tell > 0 {
        parts.push(format!("{} cannot be told ({})", tally.cannot_tell, of(Verdict::CannotTell)));
    }
    if tally.pass > 0 {
        parts.push(if tally.pass == 1 { "1 holds".to_owned() } else { format!("{} hold", tally.pass) });
    }
    if tally.put_off > 0 {
        parts.push(format!("{} put off", tally.put_off));
    }
    if tally.not_judged > 0 {
        parts.push(format!("{} not judged", tally.not_judged));
    }
    list(&parts)
}

/// Every finding with its rule.
fn findings(report: &Report) -> impl Iterator<Item = (&RuleReport, &Finding)> {
    report.rules.iter().flat_map(|r| r.findings.iter().filter(|f| f.counts()).map(move |f| (r, f)))
}

fn activities(report: &Report) -> Vec<String> {
    #[derive(Default)]
    struct Seen<'a> {
        broken: usize,
        unsure: usize,
        rules: BTreeSet<&'a str>,
    }
    let mut by: BTreeMap<Option<&str>, Seen<'_>> = BTreeMap::new();
    for (rule, finding) in findings(report) {
        let seen = by.entry(finding.activity.as_deref()).or_default();
        seen.rules.insert(&rule.name);
        match finding.verdict {
            Verdict::Fail => seen.broken += 1,
            _ => seen.unsure += 1,
        }
    }
    // with one activity, or none, there is nothing to tell apart
    if by.len() < 2 {
        return Vec::new();
    }
    let mut all: Vec<(Option<&str>, Seen<'_>)> = by.into_iter().collect();
    all.sort_by_key(|(name, seen)| (name.is_none(), Reverse(seen.broken), Reverse(seen.unsure), *name));
    let line = |(name, seen): (Option<&str>, Seen<'_>)| {
        let none = || "in no activity (datasets, people, notices, promises)".to_owned();
        let name = name.map_or_else(none, |n| format!("`{}`", safe(n)));
        let mut parts = Vec::new();
        if seen.broken > 0 {
            parts.push(count(seen.broken, "likely issue", "likely issues"));
        }
        if seen.unsure > 0 {
            parts.push(format!("{} that cannot be told", seen.unsure));
        }
        format!("{name}: {} under {}", list(&parts), count(seen.rules.len(), "rule", "rules"))
    };
    all.into_iter().map(line).collect()
}

/// Things to do by their words; by a hash first, since many begin alike.
type ToDo<'a> = BTreeMap<(u64, Cow<'a, str>), Settles<'a>>;

/// Something to do, and what it settles.
#[derive(Default)]
struct Settles<'a> {
    /// How many findings of promises and of rules of severity `error`.
    grave: usize,
    findings: usize,
    /// Whether it says where: it names what one of the findings is about.
    somewhere: bool,
    rules: SmallVec<[&'a str; 1]>,
}

/// Notes what a finding has to do with something that is to be done, which may be on one line already; `names` are those of what
/// it is about, in backticks.
fn settle<'a>(into: &mut ToDo<'a>, what: &'a str, in_line: bool, names: &[String], rule: &'a RuleReport) {
    // what differs only in how its lines are broken is the same
    let line = if in_line { Cow::Borrowed(what) } else { Cow::Owned(one_line(what)) };
    let settles = into.entry((FxBuildHasher.hash_one(&*line), line)).or_default();
    settles.findings += 1;
    settles.grave += usize::from(rule.promise || rule.severity == RuleSeverity::Error);
    settles.somewhere = settles.somewhere || names.iter().any(|name| what.contains(name));
    // the findings of one rule come one after another
    if settles.rules.last() != Some(&rule.name.as_str()) {
        settles.rules.push(&rule.name);
    }
}

/// The names of what a finding is about, in backticks.
fn names(finding: &Finding) -> Vec<String> {
    finding.subjects.iter().chain(&finding.activity).map(|name| format!("`{name}`")).collect()
}

/// The mends that settle most: what mends promises and errors first, and what says where before what does not.
fn mends(report: &Report) -> Vec<(String, Settles<'_>)> {
    let mut all = ToDo::default();
    for (rule, finding) in findings(report).filter(|(_, f)| f.verdict == Verdict::Fail) {
        let names = names(finding);
        if let Some(fix) = &finding.fix {
            // a part of what is on one line is so, too
            let in_line = is_one_line(fix);
            for mend in things_to_do(fix) {
                settle(&mut all, mend, in_line, &names, rule);
            }
        }
    }
    in_order(all, |s| (s.grave > 0, s.somewhere, s.findings, s.rules.len()))
}

/// The things to do of a fix: a semicolon parts them, unless it stands in words of the language.
fn things_to_do(fix: &str) -> Vec<&str> {
    let (mut all, mut from, mut in_code) = (Vec::new(), 0, false);
    for at in memchr::memchr2_iter(b'`', b';', fix.as_bytes()) {
        match fix.as_bytes().get(at) {
            Some(b'`') => in_code = !in_code,
            _ if in_code => {}
            _ => {
                all.extend(fix.get(from..at));
                from = at + 1;
            }
        }
    }
    all.extend(fix.get(from..));
    all.into_iter().map(str::trim).filter(|part| !part.is_empty()).collect()
}

/// The facts that would settle most.
fn questions(report: &Report) -> Vec<(String, Settles<'_>)> {
    let asked: BTreeMap<&str, BTreeSet<&str>> = report
        .rules
        .iter()
        .map(|r| (&*r.name, r.findings.iter().flat_map(|f| f.missing.iter().map(|m| &*m.text)).collect()))
        .collect();
    let mut all = ToDo::default();
    for (rule, finding) in findings(report).filter(|(_, f)| f.verdict == Verdict::CannotTell) {
        // what a promise or rule asks itself is not counted again for a finding about it
        let own = finding.subjects.first().filter(|name| **name != rule.name).and_then(|name| asked.get(&**name));
        let names = names(finding);
        for missing in finding.missing.iter().filter(|m| !own.is_some_and(|own| own.contains(&*m.text))) {
            settle(&mut all, &missing.text, is_one_line(&missing.text), &names, rule);
        }
    }
    in_order(all, |s| (s.grave > 0, s.findings, s.rules.len()))
}

/// The first of them: those of the highest rank, then by their words.
fn in_order<'a, R: Ord>(all: ToDo<'a>, rank: impl Fn(&Settles<'a>) -> R) -> Vec<(String, Settles<'a>)> {
    let mut all: Vec<(Cow<'a, str>, Settles<'a>)> =
        all.into_iter().map(|((_, what), settles)| (what, settles)).collect();
    for (_, settles) in &mut all {
        settles.rules.sort_unstable();
        settles.rules.dedup();
    }
    let order = |(a, x): &(Cow<'a, str>, Settles<'a>), (b, y): &(Cow<'a, str>, Settles<'a>)| {
        rank(y).cmp(&rank(x)).then_with(|| a.cmp(b))
    };
    // of very many only the first are wanted
    if all.len() > FIRST {
        all.select_nth_unstable_by(FIRST, order);
        all.truncate(FIRST);
    }
    all.sort_unstable_by(order);
    all.into_iter().map(|(what, settles)| (what.into_owned(), settles)).collect()
}

/// Whether a text is as [`one_line`] would have it, as can be seen at once.
fn is_one_line(text: &str) -> bool {
    let plain = text.bytes().all(|b| (b' '..=b'~').contains(&b));
    plain && !text.contains("  ") && text.trim_ascii().len() == text.len()
}

fn numbered(all: Vec<(String, Settles<'_>)>) -> Vec<String> {
    let line = |(number, (what, settles)): (usize, (String, Settles<'_>))| {
        let rules: Vec<String> = settles.rules.iter().take(6).map(|r| safe(r).into_owned()).collect();
        let more = settles.rules.len() - rules.len();
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let what = shorten(sentence(&what).trim_end_matches('.'), LONGEST);
        format!(
            "{}. {what}: {} ({}{more})",
            number + 1,
            count(settles.findings, "finding", "findings"),
            rules.join(", ")
        )
    };
    all.into_iter().enumerate().map(line).collect()
}
