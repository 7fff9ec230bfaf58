//! From tokens to the tree: first the layout (which braces belong together, where declarations and facts end), then
//! each fact by the parser of its declaration, so that an error in one never touches another.

mod activity;
mod agreement;
mod braces;
mod condition;
mod cursor;
mod data;
mod data_phrase;
mod declarations;
mod exception;
mod flow;
mod footing;
mod party;
mod retention;
mod rule;
mod scenario;
mod sentence;
mod single;
mod step;
mod values;

pub use braces::DEEPEST;
pub(super) use braces::match_braces;
pub(super) use declarations::{Extent, file, file_in_parts};
pub(super) use rule::GOES_ON;
pub(super) use sentence::question;

/// Says that an error was met and has been reported: whoever gets it gives up its fact.
#[derive(Clone, Copy, Debug)]
struct Reported;

type Read<T> = Result<T, Reported>;
