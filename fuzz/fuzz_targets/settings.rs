//! See [`staunch_fuzz::settings`].
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| staunch_fuzz::settings(text));
