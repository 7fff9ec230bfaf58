//! Reading `.staunch` files: every form of the language, and what happens to text that is wrong.

use staunch::diagnostic::{Diagnostics, codes};
use staunch::syntax::intern::Interner;
use staunch::syntax::tree::*;
use staunch::syntax::{Parsed, parse, parse_sentence};

const EVERYTHING: &str = include_str!("sources/everything.staunch");

fn read(text: &str) -> (Parsed, Interner, Diagnostics) {
    let (mut interner, mut diagnostics) = (Interner::new(), Diagnostics::new());
    let parsed = parse(text, 0, &mut interner, &mut diagnostics);
    (parsed, interner, diagnostics)
}

fn said(diagnostics: &Diagnostics, text: &str) -> String {
    diagnostics
        .sorted()
        .iter()
        .map(|d| {
            let line = text[..d.span.start as usize].matches('\n').count() + 1;
            format!("{} line {line} `{}`: {}; {}\n", d.code.id, &text[d.span.start as usize..d.span.end as usize], d.message, d.help.as_deref().unwrap_or("-"))
        })
        .collect()
}

fn ask(text: &str) -> Result<Sentence, String> {
    let (mut interner, mut diagnostics) = (Interner::new(), Diagnostics::new());
    parse_sentence(text, 0, &mut interner, &mut diagnostics).ok_or_else(|| said(&diagnostics, text))
}

#[test]
fn everything_is_read() {
    let (parsed, _, diagnostics) = read(EVERYTHING);
    assert_eq!(said(&diagnostics, EVERYTHING), "");
    assert!(parsed.tree.declarations.len() > 50);
}
