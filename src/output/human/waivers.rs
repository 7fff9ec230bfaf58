//! The list of what is waived.

use super::diagnostics;
use crate::check::{Outcome, WaiverReport};
use crate::output::text::{count, one_line, safe};
use crate::output::{Options, place};

/// The waivers of a project, the first to end first.
pub(in crate::output) fn listed(outcome: &Outcome, options: &Options) -> String {
    let Some(report) = &outcome.report else {
        let mut show = super::look(&outcome.sources, options, false);
        diagnostics(outcome, false, "No waiver was looked at", show.as_mut());
        return show.take();
    };
    if report.waivers.is_empty() {
        return "Nothing is waived.\n".to_owned();
    }
    let mut waivers: Vec<&WaiverReport> = report.waivers.iter().collect();
    waivers.sort_by_key(|w| (w.until, w.span));
    let mut out = String::new();
    for waiver in waivers {
        let (rule, subject) = (safe(&waiver.rule), safe(&waiver.subject));
        out.push_str(&format!(
            "{}: `{rule}` for `{subject}`: {}\n",
            place(&outcome.sources, waiver.span),
            state(waiver)
        ));
        let on = waiver.on.map(|d| format!(" on {d}")).unwrap_or_default();
        out.push_str(&format!("  because: {}\n", one_line(&waiver.because)));
        out.push_str(&format!("  approved by: {}{on}, until {}\n", one_line(&waiver.by), waiver.until));
    }
    let stale = report.waivers.iter().filter(|w| w.is_stale()).count();
    out.push('\n');
    out.push_str(&count(report.waivers.len(), "waiver", "waivers"));
    if stale > 0 {
        out.push_str(&format!(", {stale} of them to be taken out or approved once more"));
    }
    out.push_str(&format!(". Counted from {}.\n", report.as_of));
    out
}

fn state(waiver: &WaiverReport) -> String {
    let days = |n: i64| count(usize::try_from(n.unsigned_abs()).unwrap_or(usize::MAX), "day", "days");
    let when = match waiver.days_left {
        0 => "ends today".to_owned(),
        n if n > 0 => format!("{} left", days(n)),
        n => format!("expired {} ago", days(n)),
    };
    let what = match (waiver.judged, waiver.findings) {
        (false, _) => "its rule is not judged on this date".to_owned(),
        (true, 0) => "puts nothing off".to_owned(),
        (true, n) if waiver.days_left < 0 => {
            format!("{} back", if n == 1 { "its finding is".to_owned() } else { format!("its {n} findings are") })
        }
        (true, n) => format!("puts {} off", count(n, "finding", "findings")),
    };
    format!("{when}, {what}")
}
