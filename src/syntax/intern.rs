//! Words kept once: a [`Symbol`] stands for a word of the text.
//!
//! Tables of our own, because a run of a million lines looks every word up, and most of the time goes into waiting for
//! memory. A file's words are first told apart in a small table of the file's own (`FileWords`), which stays in the cache;
//! then each of them is looked up once in the large table of the run ([`Interner`]), many at a time, so that the waits for
//! memory overlap.

/// A word, by its number in an [`Interner`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Symbol(pub u32);

/// The words of a run. Symbols are numbered in order of first sight, so never sort by symbol what people will see.
#[derive(Clone, Debug, Default)]
pub struct Interner {
    /// All words, one after another.
    text: String,
    /// Where each word ends; it begins where the one before it ends.
    ends: Vec<usize>,
    /// Open addressing with linear probing; a power of two long, or empty.
    table: Vec<Slot>,
}

/// A place in a table: the upper half of a word's hash and the number of the word plus one; zero is free.
#[derive(Clone, Copy, Debug, Default)]
struct Slot {
    hash: u32,
    number: u32,
}

impl Slot {
    fn new(hash: u64, number: usize) -> Slot {
        Slot { hash: (hash >> 32) as u32, number: number as u32 + 1 }
    }
}

/// The table's size when the first word comes.
const FIRST_SIZE: usize = 1024;

/// How many words are looked up side by side.
const TOGETHER: usize = 16;

impl Interner {
    /// No words.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many words there are; their symbols are the numbers below.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is no word.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The symbol of a word, new or known.
    pub fn intern(&mut self, word: &str) -> Symbol {
        self.intern_hashed(word, hash(word.as_bytes()))
    }

    fn intern_hashed(&mut self, word: &str, hash: u64) -> Symbol {
        // at most half full, so that probes stay short and always meet a free slot
        if self.ends.len() * 2 >= self.table.len() {
            self.grow();
        }
        let index = match self.probe(word, hash) {
            Ok(symbol) => return symbol,
            Err(free) => free,
        };
        let number = self.ends.len();
        self.text.push_str(word);
        self.ends.push(self.text.len());
        if let Some(slot) = self.table.get_mut(index) {
            *slot = Slot::new(hash, number);
        }
        Symbol(number as u32)
    }

    /// The symbols of a file's words, in the order in which the file first says them: `symbols[n]` is that of its word `n`.
    pub(super) fn intern_file(&mut self, words: &FileWords, text: &str, symbols: &mut Vec<Symbol>) {
        symbols.clear();
        for together in words.entries.chunks(TOGETHER) {
            // three rounds over a few words each, none of which waits for another's memory: the slots, where the words in
            // them stand, and the words
            let mut slots = [Slot::default(); TOGETHER];
            if let Some(mask) = self.table.len().checked_sub(1) {
                for (slot, entry) in slots.iter_mut().zip(together) {
                    *slot = self.table[entry.hash as usize & mask];
                }
            }
            let mut places = [(0, 0); TOGETHER];
            for ((place, slot), entry) in places.iter_mut().zip(&slots).zip(together) {
                if slot.number != 0 && slot.hash == (entry.hash >> 32) as u32 {
                    *place = self.place(Symbol(slot.number - 1));
                }
            }
            for ((place, slot), entry) in places.iter().zip(&slots).zip(together) {
                let word = text.get(entry.start as usize..(entry.start + entry.length) as usize).unwrap_or("");
                let known = self.text.as_bytes().get(place.0..place.1).unwrap_or(&[]);
                symbols.push(if !known.is_empty() && known == word.as_bytes() {
                    Symbol(slot.number - 1)
                } else {
                    self.intern_hashed(word, entry.hash)
                });
            }
        }
    }

    /// The symbol of a word, if it was ever seen.
    pub fn find(&self, word: &str) -> Option<Symbol> {
        if self.table.is_empty() {
            return None;
        }
        self.probe(word, hash(word.as_bytes())).ok()
    }

    /// The word of a symbol.
    pub fn word(&self, symbol: Symbol) -> &str {
        let (start, end) = self.place(symbol);
        self.text.get(start..end).unwrap_or("")
    }

    fn place(&self, symbol: Symbol) -> (usize, usize) {
        let index = symbol.0 as usize;
        let start = index.checked_sub(1).map_or(0, |i| self.ends.get(i).copied().unwrap_or(usize::MAX));
        (start, self.ends.get(index).copied().unwrap_or(0))
    }

    /// The symbol of a word that is here, or the free slot for one that is not. The table is not empty.
    fn probe(&self, word: &str, hash: u64) -> Result<Symbol, usize> {
        let mask = self.table.len() - 1;
        let high = (hash >> 32) as u32;
        let mut index = hash as usize & mask;
        loop {
            let slot = self.table[index];
            if slot.number == 0 {
                return Err(index);
            }
            let symbol = Symbol(slot.number - 1);
            if slot.hash == high && self.word(symbol) == word {
                return Ok(symbol);
            }
            index = (index + 1) & mask;
        }
    }

    /// Makes room for this many words.
    pub(super) fn reserve(&mut self, words: usize) {
        let size = (words * 2).next_power_of_two();
        if size > self.table.len().max(FIRST_SIZE) {
            self.resize(size);
        }
    }

    fn grow(&mut self) {
        self.resize((self.table.len() * 2).max(FIRST_SIZE));
    }

    fn resize(&mut self, size: usize) {
        let mut table = vec![Slot::default(); size];
        let mut start = 0;
        for (number, end) in self.ends.iter().enumerate() {
            let hash = hash(self.text.as_bytes().get(start..*end).unwrap_or(&[]));
            settle(&mut table, Slot::new(hash, number), hash);
            start = *end;
        }
        self.table = table;
    }
}

/// Puts a slot at the first free place for its hash.
fn settle(table: &mut [Slot], slot: Slot, hash: u64) {
    let mask = table.len() - 1;
    let mut index = hash as usize & mask;
    while table[index].number != 0 {
        index = (index + 1) & mask;
    }
    table[index] = slot;
}

/// The words of one file, told apart. A word's number counts from 0 in order of first sight.
#[derive(Debug, Default)]
pub(super) struct FileWords {
    entries: Vec<Entry>,
    table: Vec<Slot>,
}

/// A word of a file and where the file first says it.
#[derive(Clone, Copy, Debug)]
struct Entry {
    hash: u64,
    /// Its first sixteen bytes.
    begins: (u64, u64),
    start: u32,
    length: u32,
}

impl FileWords {
    /// How long the words are, by their numbers.
    pub(super) fn lengths(&self) -> impl Iterator<Item = u32> {
        self.entries.iter().map(|entry| entry.length)
    }

    /// Forgets all words and keeps the room for them.
    pub(super) fn clear(&mut self) {
        self.entries.clear();
        self.table.fill(Slot::default());
        if self.table.is_empty() {
            self.table = vec![Slot::default(); FIRST_SIZE];
        }
    }

    /// The number of the word that stands in the text from `start` on. Only after [`FileWords::clear`].
    pub(super) fn number(&mut self, text: &[u8], start: usize, length: usize) -> u32 {
        if length > 16 {
            return self.number_of_long(text, start, length);
        }
        let begins = begins(text.get(start..).unwrap_or(&[]), length);
        let hash = hash_short(begins, length);
        let mask = self.table.len().wrapping_sub(1);
        let mut index = hash as usize & mask;
        while let Some(slot) = self.table.get(index).filter(|slot| slot.number != 0) {
            if slot.hash == (hash >> 32) as u32
                && let Some(entry) = self.entries.get(slot.number as usize - 1)
                && entry.begins == begins
                && entry.length as usize == length
            {
                return slot.number - 1;
            }
            index = (index + 1) & mask;
        }
        self.add(index, Entry { hash, begins, start: start as u32, length: length as u32 })
    }

    /// The same for a word that its first sixteen bytes do not say whole.
    #[inline(never)]
    fn number_of_long(&mut self, text: &[u8], start: usize, length: usize) -> u32 {
        let word = |start: usize| text.get(start..start + length).unwrap_or(&[]);
        let (begins, hash) = (begins(word(start), length), hash(word(start)));
        let mask = self.table.len().wrapping_sub(1);
        let mut index = hash as usize & mask;
        while let Some(slot) = self.table.get(index).filter(|slot| slot.number != 0) {
            if slot.hash == (hash >> 32) as u32
                && let Some(entry) = self.entries.get(slot.number as usize - 1)
                && entry.begins == begins
                && entry.length as usize == length
                && word(entry.start as usize) == word(start)
            {
                return slot.number - 1;
            }
            index = (index + 1) & mask;
        }
        self.add(index, Entry { hash, begins, start: start as u32, length: length as u32 })
    }

    /// Adds a word whose free place in the table was found.
    #[inline(never)]
    fn add(&mut self, index: usize, entry: Entry) -> u32 {
        let number = self.entries.len();
        if let Some(slot) = self.table.get_mut(index) {
            *slot = Slot::new(entry.hash, number);
        }
        self.entries.push(entry);
        // at most half full, so that probes stay short and always meet a free slot
        if self.entries.len() * 2 >= self.table.len() {
            self.table = vec![Slot::default(); self.table.len() * 2];
            for (number, entry) in self.entries.iter().enumerate() {
                settle(&mut self.table, Slot::new(entry.hash, number), entry.hash);
            }
        }
        number as u32
    }
}

/// For each length the bits of a word's first sixteen bytes that belong to it.
const MASKS: [(u64, u64); 17] = {
    let mut masks = [(u64::MAX, u64::MAX); 17];
    let mut length = 0;
    while length < 16 {
        masks[length] = match length {
            0 => (0, 0),
            1..8 => (u64::MAX >> (64 - 8 * length), 0),
            8 => (u64::MAX, 0),
            _ => (u64::MAX, u64::MAX >> (128 - 8 * length)),
        };
        length += 1;
    }
    masks
};

/// The first sixteen bytes of a word, with nothing behind a shorter one; `text` begins with the word.
fn begins(text: &[u8], length: usize) -> (u64, u64) {
    let mut copy = [0; 16];
    let sixteen: &[u8; 16] = match text.first_chunk() {
        Some(sixteen) => sixteen,
        None => {
            copy.iter_mut().zip(text).for_each(|(to, from)| *to = *from);
            &copy
        }
    };
    let both = u128::from_le_bytes(*sixteen);
    let (first, second) = MASKS[length.min(16)];
    (both as u64 & first, (both >> 64) as u64 & second)
}

/// A hash by folded multiplication: several times as fast as the standard one on short words.
fn hash(bytes: &[u8]) -> u64 {
    let mut state = hash_short(begins(bytes, bytes.len()), bytes.len());
    if bytes.len() > 16 {
        let (chunks, rest) = bytes.as_chunks::<8>();
        for chunk in chunks.iter().skip(2) {
            state = fold(state, u64::from_le_bytes(*chunk));
        }
        state = fold(state, begins(rest, rest.len()).0);
    }
    state
}

/// The hash of a word of sixteen bytes at most.
fn hash_short(begins: (u64, u64), length: usize) -> u64 {
    fold(begins.0, begins.1.rotate_left(32) ^ length as u64)
}

fn fold(a: u64, b: u64) -> u64 {
    let product = u128::from(a ^ 0x9e37_79b9_7f4a_7c15) * u128::from(b ^ 0xd1b5_4a32_d192_ed03);
    product as u64 ^ (product >> 64) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_keeps_its_symbol() {
        let mut interner = Interner::new();
        let words: Vec<String> = (0..5000).map(|i| format!("word-{i}")).collect();
        let symbols: Vec<Symbol> = words.iter().map(|w| interner.intern(w)).collect();
        for (word, symbol) in words.iter().zip(&symbols) {
            assert_eq!(interner.intern(word), *symbol);
            assert_eq!(interner.find(word), Some(*symbol));
            assert_eq!(interner.word(*symbol), word);
        }
        assert_eq!(symbols, (0..5000).map(Symbol).collect::<Vec<_>>());
        assert_eq!(interner.find("another"), None);
        assert_eq!(interner.word(Symbol(99_999)), "");
        assert_eq!(Interner::new().find("word"), None);
    }

    /// Words that differ only in their length, only in the middle, or only behind their sixteenth byte.
    fn alike() -> Vec<String> {
        let mut words: Vec<String> = (1..=40).map(|n| "a".repeat(n)).collect();
        for at in 0..30 {
            let mut word = "a".repeat(30);
            word.replace_range(at..=at, "b");
            words.push(word);
        }
        words
    }

    #[test]
    fn words_that_are_much_alike_are_told_apart() {
        let words = alike();
        let text = words.join(" ");
        let (mut file, mut interner) = (FileWords::default(), Interner::new());
        file.clear();
        for round in 0..2 {
            let mut at = 0;
            for (number, word) in words.iter().enumerate() {
                assert_eq!(file.number(text.as_bytes(), at, word.len()), number as u32, "{word} in round {round}");
                at += word.len() + 1;
            }
        }
        let mut symbols = Vec::new();
        // some are known already
        let known = interner.intern(&words[50]);
        for _ in 0..2 {
            interner.intern_file(&file, &text, &mut symbols);
            assert_eq!(symbols.len(), words.len());
            assert_eq!(symbols[50], known);
            for (word, symbol) in words.iter().zip(&symbols) {
                assert_eq!(interner.word(*symbol), word);
                assert_eq!(interner.find(word), Some(*symbol));
            }
        }
        assert_eq!(interner.len(), words.len());
    }

    #[test]
    fn a_file_that_was_cleared_knows_no_words() {
        let mut file = FileWords::default();
        file.clear();
        assert_eq!(file.number(b"one two", 4, 3), 0);
        file.clear();
        assert_eq!(file.number(b"one two", 0, 3), 0);
        assert_eq!(file.number(b"one two", 4, 3), 1);
    }
}
