//! (room: rules)
mod finding;
pub use finding::{Finding, Missing, Verdict, WitnessStep};
