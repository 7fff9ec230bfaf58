//! Waivers: a finding that somebody answers for, until a day. It is still found and still shown; it does not count.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::report::{RuleReport, Standing, WaiverReport};
use crate::diagnostic::codes::rules as codes;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::model::{Model, Thing, Waiver};
use crate::rules::compile::Compiled;
use crate::rules::context::Context;
use crate::rules::{self, Finding, Waived};
use crate::vocabulary::Settings;

/// How waivers are taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Waivers {
    /// They put off what they name.
    #[default]
    Applied,
    /// They are read, and nothing more: for auditors.
    Ignored,
}

/// Reports waivers that last longer than the project lets them, counted from their approval, or else from the day of the check.
pub(super) fn too_long(model: &Model, settings: &Settings, as_of: Date, diagnostics: &mut Diagnostics) {
    for waiver in &model.waivers {
        let (Some(until), from) = (waiver.until, waiver.on.unwrap_or(as_of)) else { continue };
        let days = days_between(from, until);
        if days > i64::from(settings.longest_waiver) {
            let since = if waiver.on.is_some() {
                "its approval"
            } else {
                "now, since it does not say `on` which day it was approved"
            };
            diagnostics.push(
                Diagnostic::new(
                    &codes::WAIVER_TOO_LONG,
                    waiver.span,
                    format!("this waiver lasts until {until}, {days} days from {since}"),
                )
                .label(format!("{} days are the most", settings.longest_waiver))
                .help("let it end earlier, and have it approved again then; `thresholds: longest-waiver-days` in `staunch.yaml` sets the most"),
            );
        }
    }
}

/// Days from one date to another.
fn days_between(from: Date, to: Date) -> i64 {
    // both dates are of years that a calendar has, so that the difference in days always can be had
    from.until(to).map_or(0, |span| i64::from(span.get_days()))
}

/// Marks what is waived, and says which waivers have expired and which are of no use.
pub(super) fn apply(
    context: &Context<'_>,
    sentences: &[Compiled],
    rules: &mut [RuleReport],
    waivers: Waivers,
    diagnostics: &mut Diagnostics,
) -> Vec<WaiverReport> {
    let (model, as_of) = (context.model, context.as_of);
    let mut all = Vec::new();
    for waiver in &model.waivers {
        let rule = model.word(model.rules[waiver.rule.index()].declared.name);
        let subject = model.word(waiver.subject);
        let Some(until) = waiver.until else { continue };
        let report = rules.iter_mut().find(|r| r.name == rule);
        let judged = report.as_ref().is_some_and(|r| r.standing == Standing::Applies);
        let left_out = report.as_ref().is_some_and(|r| r.findings_left_out > 0);
        let expired = until < as_of;
        let otherwise = Otherwise::than_by(context, sentences, waiver, as_of);
        let mut matched = 0;
        for finding in report.into_iter().flat_map(|r| &mut r.findings) {
            let about =
                is_about(finding, subject) || otherwise.as_ref().is_some_and(|o| o.is_only_by_them(finding, subject));
            if !about {
                continue;
            }
            matched += 1;
            if !expired && waivers == Waivers::Applied && finding.waived.as_ref().is_none_or(|w| w.until < until) {
                finding.waived = Some(waived(waiver, until));
            }
        }
        if judged && expired && matched > 0 {
            diagnostics.push(
                Diagnostic::new(
                    &codes::WAIVER_EXPIRED,
                    waiver.span,
                    format!("this waiver of `{rule}` ended on {until}"),
                )
                .label(format!("what it put off for `{subject}` is back"))
                .help("mend it, or have it approved once more with a new end"),
            );
        } else if judged && matched == 0 && !left_out {
            diagnostics.push(
                Diagnostic::new(
                    &codes::WAIVER_WITHOUT_USE,
                    waiver.span,
                    format!("this waiver puts nothing off: no finding of `{rule}` is about `{subject}` alone"),
                )
                .help("take it out if that was mended; name what the finding names, or every flow by which it comes about"),
            );
        }
        all.push(WaiverReport {
            rule: rule.to_owned(),
            subject: subject.to_owned(),
            because: waiver.because.clone().unwrap_or_default(),
            by: waiver.by.clone().unwrap_or_default(),
            on: waiver.on,
            until,
            days_left: days_between(as_of, until),
            findings: matched,
            judged,
            span: waiver.span,
        });
    }
    all
}

fn waived(waiver: &Waiver, until: Date) -> Waived {
    Waived {
        reason: waiver.because.clone().unwrap_or_default(),
        approver: waiver.by.clone().unwrap_or_default(),
        until,
        span: waiver.span,
    }
}

/// Whether a finding is about a declared name: as a whole, or as what lies somewhere or where it lies.
fn is_about(finding: &Finding, name: &str) -> bool {
    finding.subjects.iter().any(|subject| {
        let mut parts = subject.splitn(2, " at ");
        subject == name
            || parts.any(|part| part == name || part.split_once('.').is_some_and(|(party, _)| party == name))
    })
}

/// What of a rule is still broken if nothing came by the flows that it is waived for. A finding tells of one way; where there is
/// another by a flow that nobody answers for, it counts.
struct Otherwise(Option<BTreeSet<(usize, Vec<String>)>>);

impl Otherwise {
    /// For a waiver of a flow: with all flows that its rule is waived for at the time.
    fn than_by(context: &Context<'_>, sentences: &[Compiled], waiver: &Waiver, as_of: Date) -> Option<Otherwise> {
        let flow = |w: &Waiver| match context.model.names.get(&w.subject) {
            Some(Thing::Flow(flow)) => Some(*flow),
            _ => None,
        };
        flow(waiver)?;
        let lasts =
            |w: &&Waiver| w.rule == waiver.rule && (w.until.is_some_and(|d| d >= as_of) || w.span == waiver.span);
        let flows: Vec<_> = context.model.waivers.iter().filter(lasts).filter_map(flow).collect();
        let mut broken = BTreeSet::new();
        let of_rule = sentences.iter().filter(|s| s.rule == waiver.rule);
        let but: Vec<Compiled> = of_rule.map(|sentence| sentence.but_for(flows.clone())).collect();
        for judged in rules::judge(context, &but.iter().collect::<Vec<_>>(), false) {
            if judged.left_out > 0 {
                return Some(Otherwise(None));
            }
            broken.extend(judged.findings.into_iter().map(|f| (f.sentence, f.subjects)));
        }
        Some(Otherwise(Some(broken)))
    }

    /// Whether a finding tells of the flow and would not be there without it.
    fn is_only_by_them(&self, finding: &Finding, flow: &str) -> bool {
        let told = finding.fingerprint.split('/').skip(2).any(|part| part == flow);
        let at = (finding.sentence, finding.subjects.clone());
        told && self.0.as_ref().is_some_and(|broken| !broken.contains(&at))
    }
}
