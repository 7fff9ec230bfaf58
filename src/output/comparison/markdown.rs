//! A comparison as a comment on a proposed change.

use crate::check::{Bearing, Comparison, Effect, EffectKind, Side, Turn};
use crate::output::human::named;
use crate::output::marked::{code, rich};
use crate::output::place;
use crate::output::text::{count, sentence};

/// By which the comment is found again, so that the next run writes it anew instead of adding another.
pub(in crate::output) const TAG: &str = "<!-- staunch-diff -->";

/// The most characters of a comment: services take 65,536 bytes.
const LONGEST: usize = 60_000;

/// How many effects of one cause are listed openly.
const OPEN: usize = 8;

/// Renders a comparison.
pub(in crate::output) fn render(comparison: &Comparison, (old, new): (&str, &str)) -> String {
    let mut blocks =
        vec![format!("{TAG}\n### Staunch: what this change lets happen\n\n{} → {}\n", code(old), code(new))];
    if comparison.old.report.is_none() || comparison.new.report.is_none() {
        let which = if comparison.new.report.is_none() { new } else { old };
        blocks.push(format!("Nothing was compared: the text of {} has errors.\n", code(which)));
        return blocks.join("\n");
    }
    let worse: Vec<&Effect> = comparison.effects.iter().filter(|e| e.bearing == Bearing::Worse).collect();
    blocks.push(match worse.len() {
        0 => "**Nothing that is declared gets worse.**\n".to_owned(),
        n => format!("**{} for the worse.**\n", count(n, "thing is", "things are")),
    });
    blocks.extend(by_cause(comparison, &worse));
    for (bearing, heading) in [(Bearing::Neither, "Otherwise"), (Bearing::Better, "Better")] {
        let some: Vec<&Effect> = comparison.effects.iter().filter(|e| e.bearing == bearing).collect();
        if !some.is_empty() {
            let lines: Vec<String> = some.iter().map(|e| line(comparison, e)).collect();
            blocks.push(format!(
                "<details><summary>{heading}: {}</summary>\n\n{}\n</details>\n",
                some.len(),
                lines.concat()
            ));
        }
    }
    blocks.push(changes(comparison));
    cut(blocks)
}

fn by_cause(comparison: &Comparison, worse: &[&Effect]) -> Vec<String> {
    let mut causes: Vec<&[usize]> = Vec::new();
    for effect in worse {
        if !causes.contains(&effect.caused_by.as_slice()) {
            causes.push(&effect.caused_by);
        }
    }
    causes
        .into_iter()
        .map(|cause| {
            let of_it: Vec<&Effect> = worse.iter().copied().filter(|e| e.caused_by == cause).collect();
            let names: Vec<String> =
                cause.iter().filter_map(|n| comparison.changes.get(*n)).map(|c| rich(&named(c))).collect();
            let heading = match names.as_slice() {
                [] => "By settings, words or notices:\n\n".to_owned(),
                names => format!("Because {}:\n\n", names.join(", ")),
            };
            let (open, rest) = of_it.split_at(of_it.len().min(OPEN));
            let mut block = heading;
            open.iter().for_each(|e| block.push_str(&line(comparison, e)));
            if !rest.is_empty() {
                block.push_str(&format!("\n<details><summary>and {} more</summary>\n\n", rest.len()));
                rest.iter().for_each(|e| block.push_str(&line(comparison, e)));
                block.push_str("\n</details>\n");
            }
            let way = of_it.iter().find(|e| e.kind == EffectKind::Finding).and_then(|e| e.finding.as_ref());
            if let Some(finding) = way {
                block.push_str(&format!(
                    "\n<details><summary>How {} comes about</summary>\n\n",
                    crate::output::marked::html(&finding.summary)
                ));
                for (number, step) in finding.steps.iter().enumerate() {
                    let at = place(&comparison.new.sources, step.span);
                    block.push_str(&format!("{}. {} ({})\n", number + 1, rich(&sentence(&step.sentence)), code(&at)));
                }
                if let Some(fix) = &finding.fix {
                    block.push_str(&format!("\nFix: {}\n", rich(&sentence(fix))));
                }
                block.push_str("\n</details>\n");
            }
            block
        })
        .collect()
}

fn line(comparison: &Comparison, effect: &Effect) -> String {
    let at = match effect.place {
        Some((Side::Old, span)) => place(&comparison.old.sources, span),
        Some((Side::New, span)) => place(&comparison.new.sources, span),
        None => String::new(),
    };
    let at = if at.is_empty() { String::new() } else { format!(" ({})", code(&at)) };
    format!("- {}{at}\n", rich(&sentence(&effect.sentence)))
}

fn changes(comparison: &Comparison) -> String {
    let renamed = comparison.renamed.iter().map(|(from, to)| format!("- {} is called {} now\n", code(from), code(to)));
    let changed = comparison.changes.iter().map(|change| {
        let sources = if change.turn == Turn::Removed { &comparison.old.sources } else { &comparison.new.sources };
        format!("- {} ({})\n", rich(&named(change)), code(&place(sources, change.span)))
    });
    let all: Vec<String> = renamed.chain(changed).collect();
    if all.is_empty() {
        return "The model says the same as before.\n".to_owned();
    }
    let what = count(all.len(), "declaration is changed", "declarations are changed");
    format!("<details><summary>{what}</summary>\n\n{}\n</details>\n", all.concat())
}

/// Leaves out the last blocks of a comment that is too long, and says so.
fn cut(blocks: Vec<String>) -> String {
    let mut text = String::new();
    let all = blocks.len();
    for (number, block) in blocks.into_iter().enumerate() {
        if text.chars().count() + block.chars().count() + 1 > LONGEST {
            text.push_str(&format!(
                "\n… {} of this comment left out: `staunch diff --all` says all.\n",
                count(all - number, "part is", "parts are")
            ));
            break;
        }
        text.push_str(&block);
        text.push('\n');
    }
    text
}
