//! Two versions side by side, for people: what the difference newly lets happen, and because of which change.

use super::lines::Lines;
use super::paint::Paint;
use super::{diagnostics, look};
use crate::check::{Bearing, Change, Comparison, Effect, EffectKind, LineChange, Outcome, Side, Turn};
use crate::output::comparison::called;
use crate::output::text::{count, list, one_line, safe, sentence, shorten};
use crate::output::{Options, place};

/// What a comparison found. `names` are what the old and the new version are called.
pub(in crate::output) fn compared(comparison: &Comparison, names: (&str, &str), options: &Options) -> String {
    for (outcome, name) in [(&comparison.old, names.0), (&comparison.new, names.1)] {
        if outcome.report.is_none() {
            return unread(outcome, name, options);
        }
    }
    let mut page = Page { comparison, options, paint: Paint { color: options.color }, out: Lines::default() };
    let worse = page.section(Bearing::Worse, "Worse");
    if !options.quiet {
        page.section(Bearing::Neither, "Otherwise");
        page.section(Bearing::Better, "Better");
        page.changes();
    }
    page.out.gap();
    let (old, new) = (called(names.0), called(names.1));
    if !options.quiet {
        for (from, to) in &comparison.renamed {
            page.out.said(options, 0, &format!("`{}` is called `{}` now.", safe(from), safe(to)));
        }
    }
    let closing = match (comparison.changes.is_empty() && comparison.effects.is_empty(), worse) {
        (true, _) if !comparison.renamed.is_empty() => format!("Otherwise {new} says what {old} says."),
        (true, _) => sentence(&format!("{new} says what {old} says")),
        (false, 0) => format!("Nothing that is declared gets worse from {old} to {new}."),
        (false, n) => format!("{} for the worse from {old} to {new}.", count(n, "thing is", "things are")),
    };
    if !(options.quiet && worse == 0) {
        let line = page.paint.bold(&closing);
        page.out.line(&line);
        if !comparison.changes.is_empty() {
            let as_of = comparison.new.report.as_ref().map(|r| r.as_of.to_string()).unwrap_or_default();
            page.out.said(
                options,
                0,
                &format!(
                    "Both judged as of {as_of}; {} changed.",
                    count(comparison.changes.len(), "declaration is", "declarations are")
                ),
            );
        }
    }
    page.out.take()
}

/// A version whose text has errors.
fn unread(outcome: &Outcome, name: &str, options: &Options) -> String {
    let mut show = look(&outcome.sources, options, false);
    diagnostics(outcome, false, "Nothing was compared", show.as_mut());
    show.note(&format!("The errors are in {}.", called(name)));
    show.take()
}

struct Page<'a> {
    comparison: &'a Comparison,
    options: &'a Options,
    paint: Paint,
    out: Lines,
}

/// How many effects of one cause are told unless all are asked for, and how many findings among them with their way.
const SHOWN: usize = 12;
const TOLD: usize = 1;

/// How many changed declarations, and how many lines of each, are shown.
const CHANGES: usize = 40;
const LINES: usize = 12;

impl Page<'_> {
    fn at(&self, place_of: Option<(Side, crate::source::Span)>) -> String {
        match place_of {
            Some((Side::Old, span)) => place(&self.comparison.old.sources, span),
            Some((Side::New, span)) => place(&self.comparison.new.sources, span),
            None => String::new(),
        }
    }

    /// The effects of one bearing, by what brings them about; gives how many there are.
    fn section(&mut self, bearing: Bearing, heading: &str) -> usize {
        let comparison = self.comparison;
        let all: Vec<&Effect> = comparison.effects.iter().filter(|e| e.bearing == bearing).collect();
        if all.is_empty() {
            return 0;
        }
        self.out.gap();
        let line = self.paint.bold(&format!("{heading}:"));
        self.out.line(&line);
        // in the order in which the first effect of each cause is told
        let mut causes: Vec<&[usize]> = Vec::new();
        for effect in &all {
            if !causes.contains(&effect.caused_by.as_slice()) {
                causes.push(&effect.caused_by);
            }
        }
        for cause in causes {
            let of_it: Vec<&Effect> = all.iter().copied().filter(|e| e.caused_by == cause).collect();
            let indent = if self.because(cause) { 4 } else { 2 };
            self.effects(&of_it, indent);
        }
        all.len()
    }

    /// The effects of one cause: who has what first, then what is broken, each rule once.
    fn effects(&mut self, all: &[&Effect], indent: usize) {
        let (findings, others): (Vec<&Effect>, Vec<&Effect>) = all.iter().partition(|e| e.kind == EffectKind::Finding);
        let most = if self.options.all { usize::MAX } else { SHOWN };
        for effect in others.iter().take(most) {
            self.effect(effect, indent, false);
        }
        if others.len() > most {
            self.out.said(
                self.options,
                indent,
                &format!("… and {} more of this (`--all` shows it).", others.len() - most),
            );
        }
        let mut rules: Vec<&str> = Vec::new();
        let mut left = 0;
        for effect in findings {
            let rule = effect.rule.as_deref().unwrap_or("");
            let known = rules.contains(&rule);
            if !known {
                rules.push(rule);
            }
            if self.options.all || (!known && rules.len() <= most) {
                self.effect(effect, indent, self.options.all || rules.len() <= TOLD);
            } else {
                left += 1;
            }
        }
        if left > 0 {
            self.out.said(self.options, indent, &format!("… and {left} more of these (`--all` shows them)."));
        }
    }

    fn effect(&mut self, effect: &Effect, indent: usize, told: bool) {
        let at = self.at(effect.place);
        let at = if at.is_empty() { String::new() } else { format!("{at}: ") };
        self.out.said(self.options, indent, &format!("{at}{}", sentence(&one_line(&effect.sentence))));
        let Some(finding) = effect.finding.as_ref().filter(|_| told && effect.bearing == Bearing::Worse) else {
            return;
        };
        for (number, step) in finding.steps.iter().enumerate() {
            let at = place(&self.comparison.new.sources, step.span);
            self.out.said(
                self.options,
                indent + 2,
                &format!("step {}: {at}: {}", number + 1, sentence(&one_line(&step.sentence))),
            );
        }
        if let Some(fix) = &finding.fix {
            self.out.said(self.options, indent + 2, &format!("fix: {}", sentence(&one_line(fix))));
        }
    }

    /// What brings something about, where that is known.
    fn because(&mut self, causes: &[usize]) -> bool {
        let comparison = self.comparison;
        let named: Vec<String> = causes
            .iter()
            .filter_map(|n| comparison.changes.get(*n))
            .take(CAUSES)
            .map(|change| format!("{} ({})", named(change), self.change_place(change)))
            .collect();
        if named.is_empty() {
            return false;
        }
        let more = causes.len() - named.len();
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        self.out.said(self.options, 2, &format!("because {}{more}:", list(&named)));
        true
    }

    fn change_place(&self, change: &Change) -> String {
        let side = if change.turn == Turn::Removed { Side::Old } else { Side::New };
        self.at(Some((side, change.span)))
    }

    fn changes(&mut self) {
        let comparison = self.comparison;
        if comparison.changes.is_empty() {
            return;
        }
        self.out.gap();
        let line = self.paint.bold("Changed:");
        self.out.line(&line);
        let most = if self.options.all { usize::MAX } else { CHANGES };
        for change in comparison.changes.iter().take(most) {
            self.out.said(self.options, 2, &format!("{}: {}", self.change_place(change), named(change)));
            if change.turn == Turn::Added || change.turn == Turn::Removed {
                continue;
            }
            for LineChange { old, new } in change.lines.iter().take(LINES) {
                for (sign, text) in [("-", old), ("+", new)] {
                    let Some(text) = text else { continue };
                    let text = format!("{sign} {}", shorten(&one_line(text), 160));
                    let text = if sign == "-" { self.paint.red(&text) } else { self.paint.green(&text) };
                    self.out.line(&format!("      {text}"));
                }
            }
            if change.lines.len() > LINES {
                self.out.said(self.options, 6, &format!("… and {} more lines.", change.lines.len() - LINES));
            }
        }
        if comparison.changes.len() > most {
            self.out.said(
                self.options,
                2,
                &format!("… and {} more (`--all` shows them).", comparison.changes.len() - most),
            );
        }
    }
}

/// How many causes are named.
const CAUSES: usize = 6;

/// ``the new flow `leak` ``.
pub(in crate::output) fn named(change: &Change) -> String {
    let what = match change.name.split_once(' ') {
        // what has no name is called by what it says
        Some(_) => format!("`{}`", shorten(&one_line(&safe(&change.name)), 80)),
        None => format!("{} `{}`", change.kind, safe(&change.name)),
    };
    match &change.turn {
        Turn::Added => format!("{what} is new"),
        Turn::Removed => format!("{what} is gone"),
        Turn::Changed => format!("{what} is changed"),
        Turn::Renamed { from } => format!("{what} was called `{}`", safe(from)),
    }
}
