//! Where passages of a length begin in a text, so that many quotes of one notice do not each go through all of it.

use rustc_hash::FxHashMap;

/// How many quotes of one length are looked for by themselves before all passages of that length are gathered.
const BEFORE: u32 = 4;

/// How many passages are kept at the most, of all lengths together.
const KEPT: usize = 4_000_000;

/// What hashes of passages are made with: an odd number, as good as any other.
const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;

/// The passages of a text, by their lengths in bytes.
#[derive(Default)]
pub(super) struct Windows {
    /// How often each length was asked for.
    asked: FxHashMap<usize, u32>,
    /// For each length that was asked for often, the hashes of the passages, each with where the first of it begins.
    gathered: FxHashMap<usize, FxHashMap<u64, u32>>,
    kept: usize,
}

impl Windows {
    /// Whether a passage stands in a text, between borders; `None` where that has to be looked for.
    pub(super) fn have(&mut self, text: &str, passage: &str, border: impl Fn(usize) -> bool) -> Option<bool> {
        let length = passage.len();
        if !self.gathered.contains_key(&length) {
            let asked = self.asked.entry(length).or_default();
            *asked += 1;
            if *asked <= BEFORE || self.kept > KEPT {
                return None;
            }
            let all = gather(text.as_bytes(), length, border);
            self.kept += all.len();
            self.gathered.insert(length, all);
        }
        match self.gathered.get(&length)?.get(&hash(passage.as_bytes())) {
            None => Some(false),
            // two passages may have one hash
            Some(at) => {
                text.get(*at as usize..*at as usize + length).is_some_and(|there| there == passage).then_some(true)
            }
        }
    }
}

fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |hash, byte| next(hash, *byte))
}

fn next(hash: u64, byte: u8) -> u64 {
    hash.wrapping_mul(FACTOR).wrapping_add(u64::from(byte) + 1)
}

/// The hashes of all passages of a length that lie between borders.
fn gather(text: &[u8], length: usize, border: impl Fn(usize) -> bool) -> FxHashMap<u64, u32> {
    let mut all = FxHashMap::default();
    let last = (1..length).fold(1u64, |power, _| power.wrapping_mul(FACTOR));
    let mut hash = 0u64;
    for (at, byte) in text.iter().enumerate() {
        if let Some(gone) = at.checked_sub(length).and_then(|before| text.get(before)) {
            hash = hash.wrapping_sub(last.wrapping_mul(u64::from(*gone) + 1));
        }
        hash = next(hash, *byte);
        if let Some(from) = (at + 1).checked_sub(length)
            && border(from)
            && border(at + 1)
        {
            all.entry(hash).or_insert(from as u32);
        }
    }
    all
}
