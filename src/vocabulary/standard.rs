//! The standard vocabulary, embedded in the binary.

use std::sync::OnceLock;

use crate::diagnostic::Diagnostics;

use super::entries::{Entries, collect};
use super::{Vocabulary, read, yaml};

const CATEGORIES: &str = include_str!("../../policies/vocabulary/categories.yaml");
const PURPOSES: &str = include_str!("../../policies/vocabulary/purposes.yaml");
const WORDS: &str = include_str!("../../policies/vocabulary/words.yaml");

/// The texts of the standard vocabulary with their file names, for showing and exporting them.
pub const STANDARD_FILES: [(&str, &str); 3] =
    [("categories.yaml", CATEGORIES), ("purposes.yaml", PURPOSES), ("words.yaml", WORDS)];

/// The words that every project has. Read once, when they are first asked for.
///
/// A test holds the embedded files to being good; were they not, what is wrong in them would be missing here.
pub fn standard() -> &'static Vocabulary {
    static STANDARD: OnceLock<Vocabulary> = OnceLock::new();
    STANDARD.get_or_init(load)
}

fn load() -> Vocabulary {
    let mut entries = Entries::default();
    let mut ignored = Diagnostics::new();
    for (_, text) in STANDARD_FILES {
        if let Some(root) = yaml::parse_standard(text) {
            collect(&root, &mut entries, &mut ignored);
        }
    }
    let mut vocabulary = Vocabulary::default();
    read::add(&mut vocabulary, entries, false, &mut ignored);
    vocabulary
}
