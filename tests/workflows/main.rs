//! Ready to use: the GitHub Action's scripts are executed, the hooks' entries and the book's snippets run.
//!
//! What is executed is what the files say: a small stand-in for the runner goes through the steps of `action.yml`, with their
//! conditions and variables, and stands for nothing but the installation, the cache and the services.
#![cfg(unix)] // the scripts are for bash
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::disallowed_methods)] // it runs programs

mod action;
mod book;
mod hooks;
mod runner;
#[path = "../support/mod.rs"]
mod support;
