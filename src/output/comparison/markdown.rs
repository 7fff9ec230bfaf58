//! A comparison as a comment on a proposed change.

use super::{HERE, Version};
use crate::check::{Bearing, Comparison, Effect, EffectKind, Finding, Side, Turn};
use crate::output::entries::Places;
use crate::output::human::named;
use crate::output::markdown::{LONGEST, tag};
use crate::output::marked::{code, html, rich};
use crate::output::text::{count, sentence};
use crate::source::Span;

/// How many effects of one cause are listed openly.
const OPEN: usize = 8;

/// A part of the comment, and what is told of it where there is no room for the whole.
struct Block {
    whole: String,
    short: Option<String>,
}

impl From<String> for Block {
    fn from(whole: String) -> Block {
        Block { whole, short: None }
    }
}

/// Renders a comparison. Its first line is a tag by which the comment is found again, so that the next run writes it anew instead of
/// adding another.
pub(in crate::output) fn render(comparison: &Comparison, old: Version<'_>, new: Version<'_>) -> String {
    let head = format!(
        "{}\n### Staunch: what this change lets happen\n\n{} → {}\n",
        tag("diff", new.folder),
        name(old),
        name(new)
    );
    if comparison.old.report.is_none() || comparison.new.report.is_none() {
        let which = if comparison.new.report.is_none() { new } else { old };
        return format!("{head}\nNothing was compared: the text of {} has errors.\n", name(which));
    }
    let sides = Sides {
        old: Places::new(&comparison.old.sources, old.folder),
        new: Places::new(&comparison.new.sources, new.folder),
    };
    let mut blocks = vec![Block::from(head)];
    let worse: Vec<&Effect> = comparison.effects.iter().filter(|e| e.bearing == Bearing::Worse).collect();
    blocks.push(Block::from(match worse.len() {
        0 => "**Nothing that is declared gets worse.**\n".to_owned(),
        n => format!("**{} for the worse.**\n", count(n, "thing is", "things are")),
    }));
    blocks.extend(by_cause(comparison, sides, &worse));
    for (bearing, heading) in [(Bearing::Neither, "Otherwise"), (Bearing::Better, "Better")] {
        let some: Vec<&Effect> = comparison.effects.iter().filter(|e| e.bearing == bearing).collect();
        if !some.is_empty() {
            let lines: String = some.iter().map(|e| sides.line(e)).collect();
            let heading = format!("{heading}: {}", some.len());
            let short = format!("{heading}. `staunch diff` says them.\n");
            blocks.push(Block { whole: format!("{}\n", folded(&heading, &lines)), short: Some(short) });
        }
    }
    blocks.push(changes(comparison, sides));
    cut(blocks)
}

fn name(version: Version<'_>) -> String {
    if version.name == HERE { HERE.to_owned() } else { code(version.name) }
}

/// What is shown when somebody asks for it.
fn folded(heading: &str, lines: &str) -> String {
    format!("<details><summary>{heading}</summary>\n\n{lines}\n</details>\n")
}

fn by_cause(comparison: &Comparison, sides: Sides<'_>, worse: &[&Effect]) -> Vec<Block> {
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
            let mut open = match names.as_slice() {
                [] => "By settings, words or notices:\n\n".to_owned(),
                names => format!("Because {}:\n\n", names.join(", ")),
            };
            let (shown, rest) = of_it.split_at(of_it.len().min(OPEN));
            shown.iter().for_each(|e| open.push_str(&sides.line(e)));
            let mut whole = open.clone();
            if !rest.is_empty() {
                let lines: String = rest.iter().map(|e| sides.line(e)).collect();
                whole.push_str(&format!("\n{}", folded(&format!("and {} more", rest.len()), &lines)));
                open.push_str(&format!("- … and {} more: `staunch diff --all` says them.\n", rest.len()));
            }
            let way = of_it.iter().find(|e| e.kind == EffectKind::Finding).and_then(|e| e.finding.as_ref());
            if let Some(finding) = way {
                whole.push_str(&format!("\n{}", sides.way(finding)));
            }
            Block { whole, short: Some(open) }
        })
        .collect()
}

/// The places of both versions.
#[derive(Clone, Copy)]
struct Sides<'a> {
    old: Places<'a>,
    new: Places<'a>,
}

impl Sides<'_> {
    fn line(self, effect: &Effect) -> String {
        let at = effect.place.map_or_else(String::new, |(side, span)| self.behind(side, span));
        format!("- {}{at}\n", rich(&sentence(&effect.sentence)))
    }

    fn way(self, finding: &Finding) -> String {
        let mut lines = String::new();
        for (number, step) in finding.steps.iter().enumerate() {
            let at = self.behind(Side::New, step.span);
            lines.push_str(&format!("{}. {}{at}\n", number + 1, rich(&sentence(&step.sentence))));
        }
        if let Some(fix) = &finding.fix {
            lines.push_str(&format!("\nFix: {}\n", rich(&sentence(fix))));
        }
        folded(&format!("How {} comes about", html(&finding.summary)), &lines)
    }

    /// A place behind what is said of it.
    fn behind(self, side: Side, span: Span) -> String {
        let places = match side {
            Side::Old => self.old,
            Side::New => self.new,
        };
        places.shown(span).map_or_else(String::new, |place| format!(" ({})", code(&place)))
    }
}

fn changes(comparison: &Comparison, sides: Sides<'_>) -> Block {
    let renamed = comparison.renamed.iter().map(|(from, to)| format!("- {} is called {} now\n", code(from), code(to)));
    let changed = comparison.changes.iter().map(|change| {
        let side = if change.turn == Turn::Removed { Side::Old } else { Side::New };
        format!("- {}{}\n", rich(&named(change)), sides.behind(side, change.span))
    });
    let all: Vec<String> = renamed.chain(changed).collect();
    if all.is_empty() {
        return Block::from("The model says the same as before.\n".to_owned());
    }
    let what = count(all.len(), "declaration is changed", "declarations are changed");
    Block { whole: folded(&what, &all.concat()), short: Some(format!("{what}. `staunch diff` says which.\n")) }
}

/// Tells less of what does not fit, and leaves out the last blocks of a comment that is still too long, and says so.
fn cut(blocks: Vec<Block>) -> String {
    let mut text = String::new();
    // what is said in the place of what is left out has its room
    let room = LONGEST - 200;
    let all = blocks.len();
    let fits = |text: &str, more: &str| text.chars().count() + more.chars().count() < room;
    for (number, block) in blocks.into_iter().enumerate() {
        let told = if fits(&text, &block.whole) { Some(block.whole) } else { block.short.filter(|s| fits(&text, s)) };
        let Some(told) = told else {
            text.push_str(&format!(
                "… {} left out: `staunch diff --all` says all.\n",
                count(all - number, "part of this comment is", "parts of this comment are")
            ));
            break;
        };
        text.push_str(&told);
        text.push('\n');
    }
    text
}
