//! The standard vocabulary, embedded in the binary.

use std::sync::OnceLock;

use crate::diagnostic::Diagnostics;

use super::entries::{Entries, collect};
use super::{Vocabulary, compact, read, yaml};

const CATEGORIES: &str = include_str!("../../policies/vocabulary/categories.yaml");
const PURPOSES: &str = include_str!("../../policies/vocabulary/purposes.yaml");
const WORDS: &str = include_str!("../../policies/vocabulary/words.yaml");

/// The texts of the standard vocabulary with their file names, for showing and exporting them.
pub const STANDARD_FILES: [(&str, &str); 3] =
    [("categories.yaml", CATEGORIES), ("purposes.yaml", PURPOSES), ("words.yaml", WORDS)];

/// The standard vocabulary once more, in lines that are read faster than YAML: the command would spend longer on the YAML
/// than on a project of a thousand flows. Made out of [`STANDARD_FILES`] by [`standard_lines`], which a test holds it to.
pub const STANDARD_LINES: &str = include_str!("standard.txt");

/// The words that every project has. Read once, when they are first asked for.
pub fn standard() -> &'static Vocabulary {
    static STANDARD: OnceLock<Vocabulary> = OnceLock::new();
    STANDARD.get_or_init(|| compact::read(STANDARD_LINES).unwrap_or_else(standard_from_yaml))
}

/// What [`STANDARD_LINES`] has to be.
pub fn standard_lines() -> String {
    compact::write(&standard_from_yaml())
}

/// The standard words out of the YAML under `policies/vocabulary/`.
///
/// A test holds the embedded files to being good; were they not, what is wrong in them would be missing here.
pub fn standard_from_yaml() -> Vocabulary {
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
