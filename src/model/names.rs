//! What names stand for, by their symbols.

use super::Thing;
use crate::syntax::intern::Symbol;

/// What each name stands for. A plain table by symbol: to look a name up is one step, and there are millions of them.
#[derive(Clone, Debug, Default)]
pub struct Names {
    things: Vec<Option<Thing>>,
}

impl Names {
    /// What a name stands for.
    pub fn get(&self, name: &Symbol) -> Option<&Thing> {
        self.things.get(name.0 as usize)?.as_ref()
    }

    /// Whether a name stands for anything.
    pub fn contains_key(&self, name: &Symbol) -> bool {
        self.get(name).is_some()
    }

    /// Gives a name its meaning.
    pub fn insert(&mut self, name: Symbol, thing: Thing) {
        let index = name.0 as usize;
        if self.things.len() <= index {
            self.things.resize(index + 1, None);
        }
        self.things[index] = Some(thing);
    }

    /// Makes room for the names of this many words.
    pub fn reserve(&mut self, words: usize) {
        self.things.reserve(words.saturating_sub(self.things.len()));
    }

    /// What the names stand for, in order of their symbols.
    pub fn values(&self) -> impl Iterator<Item = &Thing> {
        self.things.iter().flatten()
    }

    /// Every name that stands for something, in order of the symbols.
    pub fn iter(&self) -> impl Iterator<Item = (Symbol, &Thing)> {
        self.things.iter().enumerate().filter_map(|(index, thing)| Some((Symbol(index as u32), thing.as_ref()?)))
    }
}
