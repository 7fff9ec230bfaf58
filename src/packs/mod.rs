//! The rule packs that come with the program, and the examples of their rules: texts in the Staunch language, from
//! `policies/packs/` and `policies/examples/`.

mod examples;

pub use examples::{EXAMPLES, Example, example, examples};

/// A pack: its name and its text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Pack {
    /// What `adopt` calls it.
    pub name: &'static str,
    /// Its file as it is called in messages.
    pub path: &'static str,
    /// Its text.
    pub text: &'static str,
}

macro_rules! packs {
    ($($name:literal)*) => {
        /// Every pack, in the order in which the book has them.
        pub const PACKS: &[Pack] = &[$(Pack {
            name: $name,
            path: concat!("policies/packs/", $name, ".staunch"),
            text: include_str!(concat!("../../policies/packs/", $name, ".staunch")),
        }),*];

        /// Their names.
        pub const NAMES: &[&str] = &[$($name),*];
    };
}

packs! {
    "uk-gdpr"
    "special-category"
    "data-sharing"
    "processors"
    "transfers"
    "retention"
    "research"
    "disclosure-control"
    "transparency"
    "profiling-and-children"
    "security"
    "confidentiality"
    "hygiene"
    "everything"
}

/// The pack of a name.
pub fn find(name: &str) -> Option<Pack> {
    PACKS.iter().copied().find(|p| p.name == name)
}
