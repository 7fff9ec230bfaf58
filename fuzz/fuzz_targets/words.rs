//! See [`staunch_fuzz::words`].
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| staunch_fuzz::words(text));
