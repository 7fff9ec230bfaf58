//! The declarations of which there may be a million: datasets, flows, uses, decisions and steps. Their facts are read file by
//! file, so that of a large project only one file's tree at a time has to be there as a whole.

use std::ops::Range;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rayon::prelude::*;

use super::Resolver;
use super::index::Found;
use crate::source::{FileId, Sources};
use crate::syntax::tree::{DatasetDecl, DatasetFact, Declaration, Tree};
use crate::syntax::{Files, Room};

impl Resolver<'_> {
    /// Fills the tables of datasets, flows, uses and steps. Where the trees lack them, `again` reads the files again.
    pub(super) fn tables(&mut self, trees: &[(FileId, Tree)], again: Option<&Files>, found: &Found<'_>) {
        let reserve = |number: u32| number as usize;
        self.model.datasets.reserve(reserve(found.datasets) + self.implicit.len());
        self.model.flows.reserve(reserve(found.flows));
        self.model.uses.reserve(reserve(found.uses));
        self.model.steps.reserve(reserve(found.steps));
        match again {
            Some(files) => self.rows_read_again(trees, files),
            None => trees.iter().for_each(|(file, tree)| self.rows(*file, tree)),
        }
        self.add_implicit_datasets();
    }

    /// Reads each file again, some files ahead of those that are worked on.
    fn rows_read_again(&mut self, trees: &[(FileId, Tree)], files: &Files) {
        let sources = self.sources;
        let bench = Bench::default();
        let read = |some: Range<usize>| -> Vec<Whole> {
            let numbered = trees.get(some.clone()).unwrap_or_default().par_iter().zip(some);
            numbered.map(|((file, _), index)| bench.read(files, *file, index, sources)).collect()
        };
        let mut batches = batches(trees, sources).into_iter();
        let mut whole = batches.next().map(read).unwrap_or_default();
        while !whole.is_empty() {
            let next = batches.next().unwrap_or_default();
            let work = || {
                for one in whole {
                    self.rows(one.file, &one.tree);
                    bench.take_back(one);
                }
            };
            whole = rayon::join(work, || read(next)).1;
        }
    }

    /// What one file adds to the tables.
    fn rows(&mut self, file: FileId, tree: &Tree) {
        self.only_activity = self.activity_of.get(&file).copied();
        for declaration in &tree.declarations {
            match declaration {
                Declaration::Dataset(decl) => {
                    self.without_fields.push(!says_fields(decl));
                    let dataset = self.dataset_facts(decl);
                    self.model.datasets.push(dataset);
                }
                Declaration::Flow(decl) => {
                    let flow = self.flow_facts(decl);
                    self.model.flows.push(flow);
                }
                Declaration::Use(decl) => {
                    let made = self.use_facts(&decl.head, decl.at.as_ref(), &decl.facts);
                    self.model.uses.push(made);
                }
                Declaration::Decision(decl) => {
                    let made = self.decision_facts(decl);
                    self.model.uses.push(made);
                }
                Declaration::Step(decl) => {
                    let step = self.step_facts(decl);
                    self.model.steps.push(step);
                }
                _ => {}
            }
        }
    }
}

/// A file's tree, read again, and the thread that did.
struct Whole {
    file: FileId,
    tree: Tree,
    thread: usize,
}

/// What the threads have at hand that read files again.
struct Bench {
    /// Room in which files were read, for the next.
    rooms: Mutex<Vec<Room>>,
    /// For each thread, the trees that it read and that were worked on. It gives back itself what memory it took, since others would
    /// have to wait for it.
    done: Vec<Mutex<Vec<Tree>>>,
}

impl Default for Bench {
    fn default() -> Self {
        let done = (0..rayon::current_num_threads()).map(|_| Mutex::default()).collect();
        Bench { rooms: Mutex::default(), done }
    }
}

impl Bench {
    fn read(&self, files: &Files, file: FileId, index: usize, sources: &Sources) -> Whole {
        let thread = rayon::current_thread_index().unwrap_or(usize::MAX);
        if let Some(done) = self.done.get(thread) {
            let gone = std::mem::take(&mut *locked(done));
            drop(gone);
        }
        let mut room = locked(&self.rooms).pop().unwrap_or_default();
        let tree = files.whole(index, sources, &mut room);
        locked(&self.rooms).push(room);
        Whole { file, tree, thread }
    }

    fn take_back(&self, one: Whole) {
        if let Some(done) = self.done.get(one.thread) {
            locked(done).push(one.tree);
        }
    }
}

fn locked<T>(what: &Mutex<T>) -> MutexGuard<'_, T> {
    what.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How much text is read again at a time, in bytes.
const BATCH: usize = 8_000_000;

/// Stretches of files with about as much text each.
fn batches(trees: &[(FileId, Tree)], sources: &Sources) -> Vec<Range<usize>> {
    let (mut batches, mut start, mut bytes) = (Vec::new(), 0, 0);
    for (index, (file, _)) in trees.iter().enumerate() {
        bytes += sources.file(*file).map_or(0, |f| f.length());
        if bytes >= BATCH || index + 1 == trees.len() {
            batches.push(start..index + 1);
            (start, bytes) = (index + 1, 0);
        }
    }
    batches
}

/// Whether a dataset has a line about its fields, were it a wrong one.
fn says_fields(decl: &DatasetDecl) -> bool {
    decl.facts.iter().any(|fact| {
        matches!(
            fact.value,
            DatasetFact::Fields(_) | DatasetFact::Field(_) | DatasetFact::FieldsOpen | DatasetFact::Reveals(_)
        )
    })
}
