//! What steps do to columns, move by move, a word each.

use std::hash::BuildHasher;

use rustc_hash::{FxBuildHasher, FxHashMap};

/// What a step does to one column: a column of an input (or nothing, where the step makes it up) becomes one of the copy.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Move {
    /// The column of the copy.
    pub(super) to: u32,
    /// Which of the arrival's sources, and its column.
    pub(super) from: Option<(u32, u32)>,
    /// A number of [`super::Graph::transform`].
    pub(super) transform: u32,
}

impl Move {
    /// What marks a word that says where a move stands whose numbers are too large for a word.
    pub(super) const WIDE: u64 = 1 << 63;
    /// In the place of an input: none.
    pub(super) const MADE_UP: u64 = 0xff;

    /// In one word, where the numbers are as small as they mostly are: a million steps have a dozen moves each.
    pub(super) fn packed(self) -> Option<u64> {
        let (source, column) = self.from.map_or((Self::MADE_UP, 0), |(s, c)| (u64::from(s), u64::from(c)));
        let small = source < Self::MADE_UP || self.from.is_none();
        let numbers = [u64::from(self.to), column, u64::from(self.transform)];
        let small = small && numbers.iter().all(|n| *n <= 0xffff);
        small.then(|| numbers[0] << 40 | source << 32 | column << 16 | numbers[2])
    }

    pub(super) fn unpacked(word: u64) -> Move {
        let (source, column) = ((word >> 32 & 0xff) as u32, (word >> 16 & 0xffff) as u32);
        Move {
            to: (word >> 40) as u32,
            from: (u64::from(source) != Self::MADE_UP).then_some((source, column)),
            transform: (word & 0xffff) as u32,
        }
    }
}

/// What all steps do.
#[derive(Clone, Debug, Default)]
pub(super) struct Moves {
    pub(super) words: Vec<u64>,
    /// Moves that no word can hold, by what is in the word instead.
    pub(super) wide: Vec<Move>,
    /// By hash, a stretch of words: what steps do to the columns of alike tables is often the same.
    by_hash: FxHashMap<u64, (u32, u32)>,
}

impl Moves {
    /// The stretch of words for what a step does, new or known.
    pub(super) fn add(&mut self, all: impl Iterator<Item = Move>) -> (u32, u32) {
        let start = self.words.len();
        for one in all {
            let word = one.packed().unwrap_or(Move::WIDE | self.wide.len() as u64);
            if word & Move::WIDE != 0 {
                self.wide.push(one);
            }
            self.words.push(word);
        }
        let new = (start as u32, self.words.len() as u32);
        let known = *self.by_hash.entry(FxBuildHasher.hash_one(&self.words[start..])).or_insert(new);
        if known != new && self.words[known.0 as usize..known.1 as usize] == self.words[start..] {
            self.words.truncate(start);
            return known;
        }
        new
    }

    pub(super) fn get(&self, word: u64) -> Move {
        match word & Move::WIDE {
            0 => Move::unpacked(word),
            _ => self.wide[(word & !Move::WIDE) as usize],
        }
    }

    /// Forgets what is only needed while new ones come.
    pub(super) fn settle(&mut self) {
        self.by_hash = FxHashMap::default();
        self.words.shrink_to_fit();
        self.wide.shrink_to_fit();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moves_are_kept_however_large_their_numbers_are() {
        let numbers = [0, 1, 0xfe, 0xff, 0xffff, 0x1_0000, u32::MAX];
        let (mut moves, mut all) = (Moves::default(), Vec::new());
        for to in numbers {
            for transform in numbers {
                all.push(Move { to, from: None, transform });
                let from = numbers.iter().flat_map(|source| numbers.map(|column| Some((*source, column))));
                all.extend(from.map(|from| Move { to, from, transform }));
            }
        }
        let stretches: Vec<_> =
            all.chunks(5).chain(all.chunks(7)).map(|some| moves.add(some.iter().copied())).collect();
        let back = |(start, end): &(u32, u32)| -> Vec<Move> {
            moves.words[*start as usize..*end as usize].iter().map(|word| moves.get(*word)).collect()
        };
        let kept: Vec<Vec<Move>> = stretches.iter().map(back).collect();
        assert_eq!(kept, all.chunks(5).chain(all.chunks(7)).map(<[Move]>::to_vec).collect::<Vec<_>>());
        assert!(moves.wide.len() < moves.words.len());
        let small = || [Move { to: 3, from: Some((1, 2)), transform: 0 }, Move { to: 4, from: None, transform: 9 }];
        assert_eq!(moves.add(small().into_iter()), moves.add(small().into_iter()), "kept once");
    }
}
