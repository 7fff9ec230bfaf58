//! See [`staunch_fuzz::test`].
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| staunch_fuzz::test(text));
