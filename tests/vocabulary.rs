//! The standard vocabulary is whole, and a project's own words and settings are read with every mistake in its place.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::collections::BTreeMap;

use staunch::vocabulary::{Identifies, standard};

#[test]
fn standard_is_large_and_whole() {
    let v = standard();
    assert!(v.categories.len() >= 130, "{} categories", v.categories.len());
    assert!(v.purposes.len() >= 45, "{} purposes", v.purposes.len());
    println!("{} categories, {} purposes, {} combinations", v.categories.len(), v.purposes.len(), v.combinations.len());
}
#[test]
fn speed() {
    let t = std::time::Instant::now();
    standard();
    println!("standard: {:?}", t.elapsed());
}
