//! See [`staunch_fuzz::ask`].
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| staunch_fuzz::ask(text));
