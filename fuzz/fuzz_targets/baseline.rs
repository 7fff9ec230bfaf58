//! See [`staunch_fuzz::baseline`].
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| staunch_fuzz::baseline(text));
