//! The book is right: its pages hang together, its models are judged as it says, its outputs are those of the command, its
//! generated tables are those of the code, and its reference passes over no word of the language.
//!
//! Blocks of the book that are run, by the first word of their info string:
//!
//! - `staunch`: a model. It is checked as it stands, as of 2026-01-01; lines that begin with `#=` say what must come of it
//!   (`#= RULE passes`, `#= RULE fails [because TEXT]`, `#= RULE cannot tell [missing TEXT]`,
//!   `#= RULE not judged`, `#= error CODE`,
//!   `#= warning CODE`, `#= as of DATE`). Every rule needs a verdict, and nothing else may be reported.
//!   `setup=NAME` puts the block called `name=NAME` before it. `notice=FILE` on a `markdown` block gives a notice's text.
//! - any block with `file=FILE` is written into the page's folder, with `append=FILE` added to it; a `diff` block with
//!   `patch=FILE` changes it.
//! - `console`: what stands after `$ ` is run in the page's folder (with `in=PATH`, in that folder of the repository), and the
//!   lines below are what it writes; `first=N` shows no more than N lines, `grep=TEXT` those from
//!   the first line with TEXT. `staunch` runs as of 2026-01-01.
//!
//! `STAUNCH_BOOK=write cargo test --test book` writes outputs and generated tables anew; look at the difference before you
//! commit it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::disallowed_methods)] // a test that cannot go on must stop

mod coverage;
mod generated;
mod models;
mod pages;
mod sessions;

use std::path::{Path, PathBuf};

/// The date that the book is judged as of.
pub(crate) const AS_OF: &str = "2026-01-01";

/// The folder of the repository.
pub(crate) fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The folder of the pages.
pub(crate) fn source() -> PathBuf {
    repository().join("book/src")
}

/// Whether the book is to be written anew.
pub(crate) fn writes() -> bool {
    std::env::var("STAUNCH_BOOK").is_ok_and(|v| v == "write")
}

/// Held while pages are written: more than one test does.
pub(crate) static PAGES: std::sync::Mutex<()> = std::sync::Mutex::new(());

/// A page of the book.
pub(crate) struct Page {
    /// Its path below the folder of the pages, with forward slashes.
    pub(crate) name: String,
    /// Its text.
    pub(crate) text: String,
}

/// A fenced block.
pub(crate) struct Block {
    /// The line of its fence, from 1.
    pub(crate) line: usize,
    /// The parts of its info string.
    info: Vec<String>,
    /// What stands in it, with a line end.
    pub(crate) text: String,
}

impl Block {
    /// The first word of its info string.
    pub(crate) fn language(&self) -> &str {
        self.info.first().map_or("", String::as_str)
    }

    /// Whether its info string has a word.
    pub(crate) fn has(&self, word: &str) -> bool {
        self.info.iter().any(|i| i == word)
    }

    /// The value of `key=value` in its info string.
    pub(crate) fn option(&self, key: &str) -> Option<&str> {
        self.info.iter().find_map(|i| i.strip_prefix(key)?.strip_prefix('='))
    }
}

impl Page {
    /// Its fenced blocks, in order.
    pub(crate) fn blocks(&self) -> Vec<Block> {
        let mut blocks = Vec::new();
        let mut open: Option<Block> = None;
        // a block that holds fences has a longer one itself
        let mut fence = 0;
        for (number, line) in self.text.lines().enumerate() {
            let ticks = line.len() - line.trim_start_matches('`').len();
            match &mut open {
                None if ticks >= 3 => {
                    fence = ticks;
                    let info = line[ticks..].split(',').map(|i| i.trim().to_owned()).collect();
                    open = Some(Block { line: number + 1, info, text: String::new() });
                }
                Some(_) if ticks == fence && line[ticks..].trim().is_empty() => blocks.extend(open.take()),
                Some(block) => {
                    block.text.push_str(line);
                    block.text.push('\n');
                }
                None => {}
            }
        }
        assert!(open.is_none(), "{}: a block is not closed", self.name);
        blocks
    }

    /// Its text without fenced blocks; the lines stay where they are.
    pub(crate) fn prose(&self) -> String {
        let mut inside = 0;
        let mut prose = String::new();
        for line in self.text.lines() {
            let ticks = line.len() - line.trim_start_matches('`').len();
            if inside == 0 && ticks >= 3 {
                inside = ticks;
            } else if inside == 0 {
                prose.push_str(line);
            } else if ticks == inside {
                inside = 0;
            }
            prose.push('\n');
        }
        prose
    }
}

/// Every Markdown file below the folder of the pages, by name.
pub(crate) fn pages() -> Vec<Page> {
    fn walk(root: &Path, folder: &Path, found: &mut Vec<Page>) {
        for entry in std::fs::read_dir(folder).expect("a folder of pages") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                walk(root, &path, found);
            } else if path.extension().is_some_and(|e| e == "md") {
                let name = path.strip_prefix(root).expect("below the root").to_string_lossy().replace('\\', "/");
                found.push(Page { name, text: std::fs::read_to_string(&path).expect("a page") });
            }
        }
    }
    let mut found = Vec::new();
    walk(&source(), &source(), &mut found);
    found.sort_by(|a, b| a.name.cmp(&b.name));
    found
}

/// Fails with everything that is wrong.
pub(crate) fn report(wrong: &[String]) {
    assert!(wrong.is_empty(), "{} thing(s) are wrong in the book\n\n{}", wrong.len(), wrong.join("\n"));
}
