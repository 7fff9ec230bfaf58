//! See [`staunch_fuzz::format`].
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| staunch_fuzz::format(text));
