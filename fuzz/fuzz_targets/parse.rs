//! See [`staunch_fuzz::parse`].
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| staunch_fuzz::parse(text));
