//! Many files side by side, with the same result as one after the other.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};

use rayon::prelude::*;

use super::intern::{Interner, Symbol};
use super::lex::{self, Lexed};
use super::parse::Extent;
use super::token::Token;
use super::tree::{Declaration, Makes, Name, Tree};
use super::{FixedWords, parse, set_symbols};
use crate::diagnostic::Diagnostics;
use crate::source::{FileId, Sources};

/// Projects with less text than this, in bytes, besides their largest file are read by one thread: to wake another would
/// cost more.
const WORTH_SHARING: usize = 200_000;

/// Of projects with more text than this, in bytes, the trees are kept in brief only, and files are read again one by one when
/// their facts are needed: that costs less than the memory that all trees together would take.
const KEPT_WHOLE: usize = 48_000_000;

/// In how many bytes of a large project there is at least one word that was not there before.
const BYTES_A_WORD: usize = 256;

/// What the files of a run say.
#[derive(Debug, Default)]
pub struct Files {
    /// Each file with its tree. Where there are briefs, the trees lack the declarations that stand there.
    pub trees: Vec<(FileId, Tree)>,
    /// In a large project, for each file what its tree lacks.
    pub briefs: Vec<Brief>,
    fixed: Option<FixedWords>,
    /// Whether the facts that the briefs lack have not been read yet.
    skimmed: bool,
    /// Whether anything was found to be wrong although they had not.
    misread: AtomicBool,
}

/// How files are read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Care {
    /// So that all that is wrong with them is told at once.
    Thorough,
    /// In the trust that nothing is wrong with them: what is read again anyhow is passed over at first. Where
    /// [`Files::misread`] says so in the end, nothing that was made of them counts.
    Trusting,
}

/// The datasets, flows, steps, uses and decisions of a file by their names only. There may be a million of them, and their
/// trees together would take more memory than reading the file again takes time.
#[derive(Debug, Default)]
pub struct Brief {
    /// The declarations in order.
    pub rows: Vec<Row>,
    /// What the steps make, in order.
    pub makes: Vec<Makes>,
    /// The file's words by their numbers in the file, for reading it again.
    symbols: Vec<Symbol>,
}

/// A declaration of a brief.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// What it declares.
    pub kind: RowKind,
    /// How many declarations of the file's tree stand before it.
    pub before: u32,
    /// Its name.
    pub name: Option<Name>,
}

/// What a [`Row`] declares.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RowKind {
    /// A dataset.
    Dataset,
    /// A flow.
    Flow,
    /// A step.
    Step,
    /// A use or a decision.
    Use,
}

impl Files {
    /// Whether something is wrong with files that were read in trust, so that they must be read thoroughly.
    pub fn misread(&self) -> bool {
        self.misread.load(Ordering::Relaxed)
    }

    /// The tree of the file of this number, read again, with those declarations only that a brief is of; empty past the last. What
    /// is wrong with it is known, unless it was read in trust.
    pub fn whole(&self, index: usize, sources: &Sources, room: &mut Room) -> Tree {
        let (Some((id, _)), Some(brief), Some(fixed)) = (self.trees.get(index), self.briefs.get(index), self.fixed)
        else {
            return Tree::default();
        };
        let (text, start) = sources.file(*id).map_or(("", 0), |f| (f.text(), f.start));
        let (lexed, mut known) = (&mut room.0, Diagnostics::new());
        lex::lex(text, start, lexed, &mut known);
        set_symbols(lexed, &brief.symbols);
        parse::match_braces(text, start, &mut lexed.tokens, &mut known);
        let (tree, _) = parse::file(text, start, &lexed.tokens, fixed, Extent::Rows, &mut known);
        if self.skimmed && !known.is_empty() {
            self.misread.store(true, Ordering::Relaxed);
        }
        tree
    }
}

/// Room to work for [`Files::whole`], to be handed in again and again.
#[derive(Debug, Default)]
pub struct Room(Lexed);

/// Pieces of a text of about so many bytes, each with its place, that end where lines end.
fn pieces(text: &str, bytes: usize) -> Vec<(usize, &str)> {
    let (mut pieces, mut at) = (Vec::new(), 0);
    while at < text.len() {
        let from = (at + bytes).min(text.len());
        let end = memchr::memchr(b'\n', text.as_bytes().get(from..).unwrap_or(&[]));
        let end = end.map_or(text.len(), |line_end| from + line_end + 1);
        pieces.push((at, text.get(at..end).unwrap_or("")));
        at = end;
    }
    pieces
}

/// Takes out of a tree what belongs in a brief.
fn brief(tree: &mut Tree, symbols: &[Symbol]) -> Brief {
    let mut brief = Brief { symbols: symbols.to_vec(), ..Brief::default() };
    let mut kept = Vec::new();
    for declaration in std::mem::take(&mut tree.declarations) {
        let (kind, name) = match &declaration {
            Declaration::Dataset(d) => (RowKind::Dataset, d.head.name),
            Declaration::Flow(d) => (RowKind::Flow, d.head.name),
            Declaration::Use(d) => (RowKind::Use, d.head.name),
            Declaration::Decision(d) => (RowKind::Use, d.head.name),
            Declaration::Step(d) => {
                brief.makes.extend(d.makes());
                (RowKind::Step, d.head.name)
            }
            _ => {
                kept.push(declaration);
                continue;
            }
        };
        brief.rows.push(Row { kind, before: kept.len() as u32, name });
    }
    brief.rows.shrink_to_fit();
    tree.declarations = kept;
    brief
}

/// Whether files have so much text that their trees are kept in brief only.
pub fn is_large(sources: &Sources, ids: &[FileId]) -> bool {
    ids.iter().filter_map(|id| sources.file(*id)).map(|f| f.length()).sum::<usize>() > KEPT_WHOLE
}

/// Reads files of a run, as [`super::parse()`] does, with all the threads that there are; in the order of `ids`.
///
/// The result is the same however many threads there are: each file is lexed by itself, the words of the files get their
/// symbols in the order of the files, and what is wrong is told in that order, too.
pub fn parse_files(
    care: Care,
    sources: &Sources,
    ids: &[FileId],
    interner: &mut Interner,
    diagnostics: &mut Diagnostics,
) -> Files {
    parse_files_within(KEPT_WHOLE, care, sources, ids, interner, diagnostics)
}

/// As [`parse_files`]; the trees are whole only when there are at most `whole` bytes of text.
pub fn parse_files_within(
    whole: usize,
    care: Care,
    sources: &Sources,
    ids: &[FileId],
    interner: &mut Interner,
    diagnostics: &mut Diagnostics,
) -> Files {
    let sizes = || ids.iter().filter_map(|id| sources.file(*id)).map(|f| f.length());
    let (bytes, largest) = (sizes().sum::<usize>(), sizes().max().unwrap_or(0));
    let fixed = FixedWords::new(interner);
    interner.reserve(bytes / BYTES_A_WORD);
    let extent = match care {
        Care::Trusting if bytes > whole => Extent::Skimmed,
        _ => Extent::Whole,
    };
    // one thread reads the largest file, however many there are
    let workers = if bytes - largest < WORTH_SHARING { 1 } else { rayon::current_num_threads().min(ids.len()) };
    let work = Work {
        sources,
        ids,
        fixed,
        extent,
        briefs: bytes > whole,
        alone: workers < 2 && largest >= WORTH_SHARING,
        next: AtomicUsize::new(0),
        turn: Mutex::new(Turn { file: 0, interner: std::mem::take(interner) }),
        moved: Condvar::new(),
    };
    let mut read =
        if workers < 2 { work.read() } else { rayon::broadcast(|_| work.read()).into_iter().flatten().collect() };
    *interner = work.turn.into_inner().unwrap_or_else(PoisonError::into_inner).interner;
    read.sort_unstable_by_key(|one| one.index);
    let mut files = Files { fixed: Some(fixed), skimmed: extent == Extent::Skimmed, ..Files::default() };
    for One { index, tree, brief, wrong } in read {
        if files.skimmed && !wrong.is_empty() {
            files.misread.store(true, Ordering::Relaxed);
        }
        diagnostics.extend(wrong);
        files.trees.extend(ids.get(index).map(|id| (*id, tree)));
        files.briefs.extend(brief);
    }
    files
}

/// One file, read.
struct One {
    index: usize,
    tree: Tree,
    brief: Option<Brief>,
    wrong: Diagnostics,
}

/// What several threads read together.
struct Work<'a> {
    sources: &'a Sources,
    ids: &'a [FileId],
    fixed: FixedWords,
    extent: Extent,
    /// Whether the trees are kept in brief only.
    briefs: bool,
    /// Whether there is but one file at a time, so that threads have to share it.
    alone: bool,
    /// The next file that nobody has taken.
    next: AtomicUsize,
    turn: Mutex<Turn>,
    moved: Condvar,
}

/// The words of the run, and the file whose words come next. A file waits here only for files that were taken before it, each
/// by a thread that is at work on it, so that nobody waits for ever.
struct Turn {
    file: usize,
    interner: Interner,
}

impl Work<'_> {
    /// Reads files until none is left.
    fn read(&self) -> Vec<One> {
        let (mut lexed, mut symbols, mut read) = (Lexed::default(), Vec::new(), Vec::new());
        loop {
            let index = self.next.fetch_add(1, Ordering::Relaxed);
            let Some(id) = self.ids.get(index) else { return read };
            let (text, start) = self.sources.file(*id).map_or(("", 0), |f| (f.text(), f.start));
            let mut wrong = Diagnostics::new();
            if let Some(mut tokens) = self.lexed_in_parts(index, text, start) {
                parse::match_braces(text, start, &mut tokens, &mut wrong);
                let tree = parse::file_in_parts(text, start, &tokens, self.fixed, &mut wrong);
                read.push(One { index, tree, brief: None, wrong });
                continue;
            }
            lex::lex(text, start, &mut lexed, &mut wrong);
            self.in_turn(index, |interner| interner.intern_file(&lexed.words, text, &mut symbols));
            set_symbols(&mut lexed, &symbols);
            parse::match_braces(text, start, &mut lexed.tokens, &mut wrong);
            let (mut tree, _) = parse::file(text, start, &lexed.tokens, self.fixed, self.extent, &mut wrong);
            let brief = self.briefs.then(|| brief(&mut tree, &symbols));
            read.push(One { index, tree, brief, wrong });
        }
    }

    /// The tokens of a large file that is read alone, found by all threads; none where it is not, or where something is wrong with
    /// its tokens.
    fn lexed_in_parts(&self, index: usize, text: &str, start: u32) -> Option<Vec<Token>> {
        if !self.alone || self.briefs || text.len() < WORTH_SHARING || rayon::current_num_threads() < 2 {
            return None;
        }
        // no token goes on over the end of a line
        let pieces = pieces(text, text.len().div_ceil(rayon::current_num_threads() * 4));
        let mut parts: Vec<(Lexed, Diagnostics)> = pieces
            .par_iter()
            .map(|(at, piece)| {
                let (mut lexed, mut wrong) = (Lexed::default(), Diagnostics::new());
                lex::lex(piece, start + *at as u32, &mut lexed, &mut wrong);
                (lexed, wrong)
            })
            .collect();
        let mark = |(at, piece): &(usize, &str)| *at > 0 && piece.starts_with('\u{feff}');
        if parts.iter().any(|(_, wrong)| !wrong.is_empty()) || pieces.iter().any(mark) {
            return None;
        }
        self.in_turn(index, |interner| {
            let mut symbols = Vec::new();
            for ((lexed, _), (_, piece)) in parts.iter_mut().zip(&pieces) {
                interner.intern_file(&lexed.words, piece, &mut symbols);
                set_symbols(lexed, &symbols);
            }
        });
        let mut tokens = Vec::with_capacity(parts.iter().map(|(lexed, _)| lexed.tokens.len()).sum());
        parts.iter().for_each(|(lexed, _)| tokens.extend_from_slice(&lexed.tokens));
        Some(tokens)
    }

    /// Does something with the words once all files before this one have.
    fn in_turn(&self, index: usize, work: impl FnOnce(&mut Interner)) {
        let mut turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        while turn.file != index {
            turn = self.moved.wait(turn).unwrap_or_else(PoisonError::into_inner);
        }
        work(&mut turn.interner);
        turn.file += 1;
        drop(turn);
        self.moved.notify_all();
    }
}
