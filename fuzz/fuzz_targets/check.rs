//! See [`staunch_fuzz::check`].
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| staunch_fuzz::check(text));
