//! The reference passes over no word of the language.
