//! See [`staunch_fuzz::diagram`].
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| staunch_fuzz::diagram(text));
