//! (room: syntax)
pub mod intern;
pub mod tree;
