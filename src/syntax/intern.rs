//! Words kept once: a [`Symbol`] stands for a word of the text.

use std::collections::HashMap;
use std::sync::Arc;

/// A word, by its number in an [`Interner`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Symbol(pub u32);

/// The words of a run. Symbols are numbered in order of first sight, so never sort by symbol what people will see.
#[derive(Clone, Debug, Default)]
pub struct Interner {
    words: Vec<Arc<str>>,
    numbers: HashMap<Arc<str>, Symbol>,
}

impl Interner {
    /// No words.
    pub fn new() -> Self {
        Self::default()
    }

    /// The symbol of a word, new or known.
    pub fn intern(&mut self, word: &str) -> Symbol {
        if let Some(symbol) = self.numbers.get(word) {
            return *symbol;
        }
        let word: Arc<str> = word.into();
        let symbol = Symbol(self.words.len() as u32);
        self.words.push(word.clone());
        self.numbers.insert(word, symbol);
        symbol
    }

    /// The symbol of a word, if it was ever seen.
    pub fn find(&self, word: &str) -> Option<Symbol> {
        self.numbers.get(word).copied()
    }

    /// The word of a symbol.
    pub fn word(&self, symbol: Symbol) -> &str {
        self.words.get(symbol.0 as usize).map_or("", |w| w)
    }
}
