//! A small source of numbers that is the same everywhere: the same seed gives the same project on every machine.

/// Sebastiano Vigna's splitmix64 (public domain): one addition and three multiplications a number.
#[derive(Clone, Debug)]
pub(crate) struct Random(u64);

impl Random {
    /// Starts from a seed.
    pub(crate) fn new(seed: u64) -> Self {
        Random(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `bound`; 0 for a bound of 0.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        ((u128::from(self.next()) * bound as u128) >> 64) as usize
    }

    /// A number from `low` to `high`, both included.
    pub(crate) fn between(&mut self, low: usize, high: usize) -> usize {
        low + self.below(high - low + 1)
    }

    /// True in `percent` of 100 cases.
    pub(crate) fn percent(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// A number below `bound`, small ones far more often: the chance falls with the square root, so that a few organisations
    /// hold much and most hold little.
    pub(crate) fn skewed(&mut self, bound: usize) -> usize {
        let unit = self.below(1 << 20) as u64;
        ((unit * unit * bound as u64) >> 40) as usize
    }

    /// One of several.
    pub(crate) fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }

    /// One of the bits of a mask, or none of an empty one.
    pub(crate) fn bit(&mut self, mask: u64) -> Option<u32> {
        let count = mask.count_ones() as usize;
        let skip = self.below(count);
        super::columns::bits(mask).nth(skip)
    }
}
