//! Sets of small numbers as rows of a matrix of words, united word by word.

/// A matrix of bits: `rows` sets over `width` numbers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Bits {
    words: usize,
    data: Vec<u64>,
}

impl Bits {
    /// Empty sets.
    pub(super) fn new(rows: usize, width: usize) -> Bits {
        let words = width.div_ceil(64).max(1);
        Bits { words, data: vec![0; rows * words] }
    }

    /// The set of a row.
    pub(super) fn row(&self, row: usize) -> &[u64] {
        &self.data[row * self.words..(row + 1) * self.words]
    }

    /// Empties a row's set.
    pub(super) fn clear(&mut self, row: usize) {
        self.data[row * self.words..(row + 1) * self.words].iter_mut().for_each(|w| *w = 0);
    }

    /// Unites words into a row's set; says whether it grew.
    pub(super) fn unite(&mut self, row: usize, with: &[u64]) -> bool {
        let mut grew = false;
        for (word, add) in self.data[row * self.words..(row + 1) * self.words].iter_mut().zip(with) {
            grew |= *add & !*word != 0;
            *word |= *add;
        }
        grew
    }

    /// Unites every row of a matrix of the same size into this one's.
    pub(super) fn unite_all(&mut self, other: &Bits) {
        self.data.iter_mut().zip(&other.data).for_each(|(word, add)| *word |= *add);
    }
}

/// Whether two sets share a number.
pub(super) fn meet(a: &[u64], b: &[u64]) -> bool {
    a.iter().zip(b).any(|(a, b)| a & b != 0)
}

/// The numbers of a set.
pub(super) fn numbers(set: &[u64]) -> impl Iterator<Item = usize> + '_ {
    set.iter().enumerate().flat_map(|(i, word)| (0..64).filter(move |b| word >> b & 1 == 1).map(move |b| i * 64 + b))
}
