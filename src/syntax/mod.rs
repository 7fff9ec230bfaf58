//! From text to tree: tokens, declarations, facts and sentences, each with its place; and back, the formatter.
//!
//! [`parse()`] never fails. What it cannot read is a diagnostic and leaves no fact; everything around it is read all the
//! same, so one run reports every error of a file. [`format()`] lays a file out again without changing what it says.

mod files;
pub mod format;
pub mod intern;
mod lex;
pub mod list;
mod packed;
mod parse;
pub mod token;
pub mod tree;

pub use files::{Brief, Care, Files, Room, Row, RowKind, is_large, parse_files, parse_files_within};
pub use format::format;
pub use lex::{LONGEST_NAME, LONGEST_TEXT};
pub use parse::DEEPEST;
pub use token::{Comment, Token, TokenKind};

use crate::diagnostic::Diagnostics;
use intern::{Interner, Symbol};
use lex::Lexed;
use tree::{Sentence, Tree};

/// A file after reading.
#[derive(Clone, Debug, Default)]
pub struct Parsed {
    /// What it declares.
    pub tree: Tree,
    /// Its tokens, in order.
    pub tokens: Vec<Token>,
    /// Its comments, in order.
    pub comments: Vec<Comment>,
    /// Where declarations and facts begin and end, for the formatter.
    pub(crate) outline: Outline,
}

impl Parsed {
    /// The lines of its declarations, in order, as stretches of its tokens; those of a nested declaration are a part of the line that
    /// it stands in.
    pub fn facts(&self) -> Vec<std::ops::Range<usize>> {
        let mut all: Vec<std::ops::Range<usize>> = Vec::new();
        for fact in &self.outline.facts {
            let stretch = fact.first as usize..fact.end as usize;
            if all.last().is_none_or(|last| stretch.start >= last.end) {
                all.push(stretch);
            }
        }
        all
    }
}

/// Where the declarations and facts of a file stand, by index of token, in the order in which they begin.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outline {
    /// The declarations at the top of the file.
    pub(crate) declarations: Vec<Stretch>,
    /// Every fact, those of nested declarations after the fact that they stand in.
    pub(crate) facts: Vec<Stretch>,
}

/// A declaration or fact as a stretch of tokens.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Stretch {
    /// Its first token.
    pub(crate) first: u32,
    /// One past its last token.
    pub(crate) end: u32,
    /// How many tokens its property word takes; none for a sentence or a list.
    pub(crate) label: u32,
    /// Whether it is a rule's sentence.
    pub(crate) sentence: bool,
}

/// Reads a file whose first byte stands at `start` in the run's offset space.
///
/// Never fails: errors go to `diagnostics` (codes `E01..`), and the tree holds all that could be read.
pub fn parse(text: &str, start: u32, interner: &mut Interner, diagnostics: &mut Diagnostics) -> Parsed {
    let mut lexed = Lexed::default();
    lex::lex(text, start, &mut lexed, diagnostics);
    let fixed = name_words(text, &mut lexed, interner);
    parse::match_braces(text, start, &mut lexed.tokens, diagnostics);
    let (tree, outline) = parse::file(text, start, &lexed.tokens, fixed, parse::Extent::Outlined, diagnostics);
    Parsed { tree, tokens: lexed.tokens, comments: lexed.comments, outline }
}

/// Reads one sentence of the rule language, or a question for `staunch ask`: `who may hold DATA`, or a data phrase alone.
///
/// A question mark at the end is welcome. `None` when it could not be read; `diagnostics` then says why.
pub fn parse_sentence(
    text: &str,
    start: u32,
    interner: &mut Interner,
    diagnostics: &mut Diagnostics,
) -> Option<Sentence> {
    let text = text.trim_end().trim_end_matches('?');
    let before = diagnostics.errors();
    let mut lexed = Lexed::default();
    lex::lex(text, start, &mut lexed, diagnostics);
    let fixed = name_words(text, &mut lexed, interner);
    parse::match_braces(text, start, &mut lexed.tokens, diagnostics);
    let sentence = parse::question(text, start, &lexed.tokens, fixed, diagnostics);
    if diagnostics.errors() > before { None } else { sentence }
}

/// Words that the parser knows by their symbols.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FixedWords {
    /// What says that the source is silent.
    pub(crate) not_stated: Symbol,
    /// The one word that two words of the text make.
    pub(crate) law_cited: Symbol,
}

impl FixedWords {
    fn new(interner: &mut Interner) -> Self {
        FixedWords { not_stated: interner.intern("not-stated"), law_cited: interner.intern("law cited") }
    }
}

/// Gives every word of a text that was lexed its symbol.
fn name_words(text: &str, lexed: &mut Lexed, interner: &mut Interner) -> FixedWords {
    let (fixed, mut symbols) = (FixedWords::new(interner), Vec::new());
    interner.intern_file(&lexed.words, text, &mut symbols);
    set_symbols(lexed, &symbols);
    fixed
}

/// Writes into every word its symbol instead of its number in the file.
fn set_symbols(lexed: &mut Lexed, symbols: &[Symbol]) {
    for token in &mut lexed.tokens {
        if token.kind == TokenKind::Word
            && let Some(symbol) = symbols.get(token.value as usize)
        {
            token.value = symbol.0;
        }
    }
}
