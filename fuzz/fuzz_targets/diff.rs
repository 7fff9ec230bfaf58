//! See [`staunch_fuzz::diff`].
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| staunch_fuzz::diff(text));
