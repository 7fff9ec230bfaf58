//! Staunch checks the promises made about personal data.
//!
//! A project describes who shares what with whom; rules and promises say what must never and what must
//! always be. The library turns the text into a model, the model into a graph of copies, and judges every
//! rule on that graph. It is pure: files, the clock and the terminal are handed in by [`project`] and [`cli`].
//!
//! Data flows one way; `ARCHITECTURE.md` tells the way of it, and a test holds the rooms to that order.
#![forbid(unsafe_code)]

pub mod check;
pub mod cli;
pub mod diagnostic;
pub mod diagram;
pub mod faults;
pub mod graph;
pub mod model;
pub mod output;
pub mod packs;
pub mod project;
pub mod rules;
pub mod source;
pub mod syntax;
pub mod vocabulary;
