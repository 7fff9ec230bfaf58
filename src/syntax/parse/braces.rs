//! Which brace belongs to which.

use super::declarations::is_keyword;
use crate::diagnostic::codes::syntax as codes;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::Span;
use crate::syntax::lex::push;
use crate::syntax::token::{Token, TokenKind};

/// How deep braces and brackets may stand in each other.
pub const DEEPEST: usize = 64;

/// Writes into every brace the index of its partner, and reports braces without one.
///
/// An opening brace that is never closed gets as its partner the token before which it should have been closed: the next
/// declaration that begins at the very start of a line, or the end of the file. A stray closing brace becomes
/// [`TokenKind::Bad`].
pub(in crate::syntax) fn match_braces(text: &str, start: u32, tokens: &mut [Token], diagnostics: &mut Diagnostics) {
    let mut open: Vec<usize> = Vec::new();
    let mut too_deep = false;
    for index in 0..tokens.len() {
        let token = tokens[index];
        match token.kind {
            TokenKind::OpenBrace => {
                open.push(index);
                if open.len() > DEEPEST && !too_deep {
                    too_deep = true;
                    push(diagnostics, &codes::NESTED_TOO_DEEP, token.span(), |code, span| {
                        Diagnostic::new(code, span, format!("braces stand more than {DEEPEST} deep in each other"))
                            .help("close some of them first; no declaration needs more than three")
                    });
                }
            }
            TokenKind::CloseBrace => match open.pop() {
                Some(partner) => {
                    tokens[partner].value = index as u32;
                    tokens[index].value = partner as u32;
                }
                None => {
                    tokens[index].kind = TokenKind::Bad;
                    push(diagnostics, &codes::STRAY_BRACE, token.span(), |code, span| {
                        Diagnostic::new(code, span, "this `}` closes nothing")
                            .help("take it out, or look for a `}` too many above it")
                    });
                }
            },
            TokenKind::Word if !open.is_empty() && token.first && begins_declaration(text, start, tokens, index) => {
                report_unclosed(&open, tokens, Some(token.span()), too_deep, diagnostics);
                for partner in open.drain(..) {
                    tokens[partner].value = index as u32;
                }
                too_deep = false;
            }
            _ => {}
        }
    }
    if !open.is_empty() {
        report_unclosed(&open, tokens, None, too_deep, diagnostics);
        let end = tokens.len() as u32;
        for partner in open {
            tokens[partner].value = end;
        }
    }
}

/// Points at the outermost brace that is not closed; inside a declaration that is nested too deep it was said already.
fn report_unclosed(
    open: &[usize],
    tokens: &[Token],
    next: Option<Span>,
    too_deep: bool,
    diagnostics: &mut Diagnostics,
) {
    let Some(last) = open.last().map(|i| tokens[*i].span()) else { return };
    if too_deep {
        return;
    }
    push(diagnostics, &codes::UNCLOSED_BRACE, last, |code, span| {
        let diagnostic = Diagnostic::new(code, span, "this `{` is never closed").label("opened here");
        match next {
            Some(next) => diagnostic
                .also(next, "the next declaration begins here")
                .help("put a `}` on a line of its own before the next declaration"),
            None => diagnostic.help("put a `}` after the declaration's last line"),
        }
    });
}

/// Whether a word at the very start of a line begins a declaration although a brace is still open.
///
/// Someone may write a body without indenting it, so a word that is also a property counts only when its line goes on
/// to open a brace.
fn begins_declaration(text: &str, start: u32, tokens: &[Token], index: usize) -> bool {
    let token = tokens[index];
    if !at_line_start(text, start, token) {
        return false;
    }
    let word = text.get((token.start - start) as usize..(token.end - start) as usize).unwrap_or("");
    if !is_keyword(word) {
        return false;
    }
    let line = tokens.get(index + 1..).unwrap_or(&[]).iter().take_while(|t| !t.first);
    let named = tokens.get(index + 1).is_some_and(|t| !t.first && matches!(t.kind, TokenKind::Word | TokenKind::Text));
    named && (!ALSO_PROPERTIES.contains(&word) || line.clone().any(|t| t.kind == TokenKind::OpenBrace))
}

/// Keywords that also begin a fact of some declaration.
const ALSO_PROPERTIES: &[&str] = &["activity", "purpose", "dpia", "law"];

/// Whether nothing, not even a space, stands before a token on its line.
pub(super) fn at_line_start(text: &str, start: u32, token: Token) -> bool {
    match ((token.start - start) as usize).checked_sub(1) {
        None => true,
        Some(before) => matches!(text.as_bytes().get(before), Some(b'\n' | b'\r' | 0xbf)),
    }
}
