//! What the scenarios of a project came to, as a test runner says it.

use std::collections::BTreeSet;

use super::lines::Lines;
use super::paint::Paint;
use super::{diagnostics, look};
use crate::check::{Control, Controls, Expected, Finding, Report, ScenarioReport, Standing, Tested, Without};
use crate::output::text::{count, list, one_line, safe, sentence};
use crate::output::{Look, Options, place};
use crate::source::Sources;

/// The scenarios, then what they and the rules do not cover.
pub(in crate::output) fn tested(tested: &Tested, options: &Options) -> String {
    let mut show = look(&tested.base.sources, options, false);
    let Some(report) = &tested.base.report else {
        diagnostics(&tested.base, options.quiet, "No scenario was run", show.as_mut());
        return show.take();
    };
    let mut page =
        Page { sources: &tested.base.sources, options, paint: Paint { color: options.color }, out: Lines::default() };
    for scenario in &tested.scenarios {
        if !options.quiet || !scenario.passes() {
            page.scenario(scenario);
        }
    }
    if !options.quiet {
        page.closing(tested);
        page.coverage(tested, report);
    }
    if let Some(controls) = &tested.controls {
        page.controls(controls, report);
    }
    page.out.take()
}

struct Page<'a> {
    sources: &'a Sources,
    options: &'a Options,
    paint: Paint,
    out: Lines,
}

impl Page<'_> {
    /// A line with a verdict before it.
    fn verdict(&mut self, good: bool, words: (&str, &str), text: &str) {
        let word = if good { words.0 } else { words.1 };
        let line = match self.options.look {
            Look::Plain => format!("{word}: {text}"),
            Look::Graphical if good => format!("{} {text}", self.paint.green(&format!("✓ {word:<7}"))),
            Look::Graphical => format!("{} {text}", self.paint.red(&format!("✗ {word:<7}"))),
        };
        self.out.line(&line);
    }

    fn scenario(&mut self, scenario: &ScenarioReport) {
        self.verdict(scenario.passes(), ("ok", "failed"), &one_line(&scenario.title));
        for error in &scenario.errors {
            let at = place(self.sources, error.span);
            self.out.said(
                self.options,
                2,
                &format!("cannot be judged: {at}: {}: {}", error.code.id, sentence(&error.message)),
            );
            if let Some(help) = &error.help {
                self.out.said(self.options, 4, &format!("help: {}", sentence(help)));
            }
        }
        for expected in scenario.expected.iter().filter(|e| e.disappointment.is_some()) {
            self.expected(expected);
        }
    }

    fn expected(&mut self, expected: &Expected) {
        let Some(came) = &expected.disappointment else { return };
        let at = place(self.sources, expected.span);
        self.out.said(self.options, 2, &format!("{at}: {}", one_line(&expected.text)));
        self.out.said(self.options, 4, &format!("but {}.", one_line(&came.text)));
        let shown = 3;
        for finding in came.findings.iter().take(shown) {
            self.finding(finding);
        }
        if came.findings.len() > shown {
            self.out.said(self.options, 4, &format!("… and {} more.", came.findings.len() - shown));
        }
    }

    fn finding(&mut self, finding: &Finding) {
        self.out.said(
            self.options,
            4,
            &format!("{}: {}", place(self.sources, finding.span), sentence(&finding.summary)),
        );
        for missing in finding.missing.iter().take(3) {
            self.out.said(
                self.options,
                6,
                &format!("not stated: {}: {}", place(self.sources, missing.span), sentence(&missing.text)),
            );
        }
    }

    fn closing(&mut self, tested: &Tested) {
        if tested.scenarios.is_empty() {
            return;
        }
        self.out.gap();
        let failed = tested.scenarios.iter().filter(|s| !s.passes()).count();
        let all = count(tested.scenarios.len(), "scenario", "scenarios");
        let how = match (tested.scenarios.len(), failed) {
            (1, 0) => "it comes out as it expects".to_owned(),
            (_, 0) => "all come out as they expect".to_owned(),
            (1, _) => "it does not come out as it expects".to_owned(),
            (n, f) => format!("{} as they expect, {f} not", n - f),
        };
        let others = if tested.others > 0 {
            format!(" {} not run.", count(tested.others, "other was", "others were"))
        } else {
            String::new()
        };
        self.out.line(&self.paint.bold(&format!("{all}: {how}.{others}")));
    }

    /// The rules that no scenario breaks: nobody saw them bite.
    fn coverage(&mut self, tested: &Tested, report: &Report) {
        if tested.scenarios.is_empty() || tested.others > 0 {
            return;
        }
        let broken: BTreeSet<&str> = tested.scenarios.iter().flat_map(|s| &s.broken).map(String::as_str).collect();
        let judged = || report.rules.iter().filter(|r| r.standing == Standing::Applies);
        let own: Vec<&str> = judged().filter(|r| r.pack.is_none()).map(|r| r.name.as_str()).collect();
        let never: Vec<String> =
            own.iter().filter(|n| !broken.contains(*n)).map(|n| format!("`{}`", safe(n))).collect();
        if never.is_empty() {
            self.out.said(self.options, 0, "Every rule and promise of the project is broken by some scenario.");
        } else {
            let all = count(own.len(), "rule or promise", "rules and promises");
            self.out.said(
                self.options,
                0,
                &format!("Of {all} of the project, no scenario ever breaks {}: {}.", never.len(), list(&never)),
            );
        }
        let packs = judged().filter(|r| r.pack.is_some()).count();
        if packs > 0 {
            let bitten = judged().filter(|r| r.pack.is_some() && broken.contains(r.name.as_str())).count();
            self.out.said(
                self.options,
                0,
                &format!("Of {} of packs, scenarios break {bitten}.", count(packs, "rule", "rules")),
            );
        }
    }

    /// What nobody would miss comes first; what is missed is listed only where all is asked for.
    fn controls(&mut self, controls: &Controls, report: &Report) {
        self.out.gap();
        let of = |which: fn(&Without) -> bool| controls.controls.iter().filter(move |c| which(&c.without));
        let missed: Vec<&Control> = of(|w| matches!(w, Without::Missed(_))).collect();
        let needed: Vec<&Control> = of(|w| matches!(w, Without::Needed(_))).collect();
        let alone: Vec<&Control> = of(|w| matches!(w, Without::NotMissed)).collect();
        self.out.line(&self.paint.bold("Controls, each taken away in turn"));
        for control in &alone {
            let text = format!("{}: {}", place(self.sources, control.span), control.what);
            self.verdict(false, ("", "not missed"), &text);
        }
        for control in missed.iter().filter(|_| self.options.all) {
            let Without::Missed(rules) = &control.without else { continue };
            let names: Vec<String> = rules.iter().take(RULES).map(|r| format!("`{}`", safe(r))).collect();
            let more = rules.len() - names.len();
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            let text =
                format!("{}: {}: by {}{more}", place(self.sources, control.span), control.what, names.join(", "));
            self.verdict(true, ("missed", ""), &text);
        }
        for control in needed.iter().filter(|_| self.options.all) {
            let Without::Needed(why) = &control.without else { continue };
            let text = format!("{}: {}: {}", place(self.sources, control.span), control.what, sentence(why));
            self.verdict(true, ("needed", ""), &text);
        }
        self.out.gap();
        let all = count(controls.controls.len(), "control", "controls");
        self.out.said(
            self.options,
            0,
            &format!("{all}: {} would be missed by a rule, {} by none.", missed.len(), alone.len()),
        );
        if !needed.is_empty() {
            let text = "cannot get lost unseen, since the model does not hold together without";
            let them = if needed.len() == 1 { "it" } else { "them" };
            self.out.said(self.options, 0, &format!("{} {text} {them}.", count(needed.len(), "more", "more")));
        }
        let own = |name: &&String| report.rules.iter().any(|r| r.name == **name && r.pack.is_none());
        let unshaken: Vec<String> = controls.unshaken.iter().filter(own).map(|n| format!("`{}`", safe(n))).collect();
        let packs = controls.unshaken.len() - unshaken.len();
        let of_packs = count(packs, "rule of a pack", "rules of packs");
        let text = match (unshaken.len(), packs) {
            (0, 0) => "Every rule that holds is broken by the loss of some control.".to_owned(),
            (0, _) => format!("No loss of a single control breaks {of_packs} that hold."),
            (_, 0) => format!("No loss of a single control breaks {}.", list(&unshaken)),
            _ => format!("No loss of a single control breaks {}, nor {of_packs} that hold.", list(&unshaken)),
        };
        self.out.said(self.options, 0, &text);
        if !self.options.all && !missed.is_empty() {
            self.out.said(self.options, 0, "`--controls=all` lists those that are missed, and by which rules.");
        }
    }
}

/// How many rules are named that miss a control.
const RULES: usize = 4;
