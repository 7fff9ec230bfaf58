//! (room: syntax)
