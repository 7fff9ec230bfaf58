//! Sets of small numbers as words of bits.

/// Whether two sets share a number.
pub(super) fn meet(a: &[u64], b: &[u64]) -> bool {
    a.iter().zip(b).any(|(a, b)| a & b != 0)
}

/// The numbers of a set.
pub(super) fn numbers(set: &[u64]) -> impl Iterator<Item = usize> + '_ {
    let words = set.iter().enumerate().filter(|(_, word)| **word != 0);
    words.flat_map(|(i, word)| (0..64).filter(move |b| word >> b & 1 == 1).map(move |b| i * 64 + b))
}
