//! Many files side by side, with the same result as one after the other.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};

use super::intern::{Interner, Symbol};
use super::lex::{self, Lexed};
use super::tree::Tree;
use super::{parse, set_symbols};
use crate::diagnostic::Diagnostics;
use crate::source::{FileId, Sources};

/// Projects with less text than this, in bytes, are read by one thread: to wake another would cost more.
const WORTH_SHARING: usize = 200_000;

/// Reads files of a run, as [`super::parse()`] does, with all the threads that there are; in the order of `ids`.
///
/// The result is the same however many threads there are: each file is lexed by itself, the words of the files get their
/// symbols in the order of the files, and what is wrong is told in that order, too.
pub fn parse_files(
    sources: &Sources,
    ids: &[FileId],
    interner: &mut Interner,
    diagnostics: &mut Diagnostics,
) -> Vec<(FileId, Tree)> {
    let law_cited = interner.intern(parse::LAW_CITED);
    let work = Work {
        sources,
        ids,
        law_cited,
        next: AtomicUsize::new(0),
        turn: Mutex::new(Turn { file: 0, interner: std::mem::take(interner) }),
        moved: Condvar::new(),
    };
    let bytes: usize = ids.iter().filter_map(|id| sources.file(*id)).map(|f| f.text.len()).sum();
    let workers = if bytes < WORTH_SHARING { 1 } else { rayon::current_num_threads().min(ids.len()) };
    let mut read =
        if workers < 2 { work.read() } else { rayon::broadcast(|_| work.read()).into_iter().flatten().collect() };
    *interner = work.turn.into_inner().unwrap_or_else(PoisonError::into_inner).interner;
    read.sort_unstable_by_key(|(index, ..)| *index);
    let mut trees = Vec::with_capacity(read.len());
    for (index, tree, wrong) in read {
        diagnostics.extend(wrong);
        trees.extend(ids.get(index).map(|id| (*id, tree)));
    }
    trees
}

/// What several threads read together.
struct Work<'a> {
    sources: &'a Sources,
    ids: &'a [FileId],
    law_cited: Symbol,
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
    fn read(&self) -> Vec<(usize, Tree, Diagnostics)> {
        let (mut lexed, mut symbols, mut read) = (Lexed::default(), Vec::new(), Vec::new());
        loop {
            let index = self.next.fetch_add(1, Ordering::Relaxed);
            let Some(id) = self.ids.get(index) else { return read };
            let (text, start) = self.sources.file(*id).map_or(("", 0), |f| (&*f.text, f.start));
            let mut diagnostics = Diagnostics::new();
            lex::lex(text, start, &mut lexed, &mut diagnostics);
            self.in_turn(index, |interner| interner.intern_file(&lexed.words, text, &mut symbols));
            set_symbols(&mut lexed, &symbols);
            parse::match_braces(text, start, &mut lexed.tokens, &mut diagnostics);
            let (tree, _) = parse::file(text, start, &lexed.tokens, self.law_cited, &mut diagnostics);
            read.push((index, tree, diagnostics));
        }
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
