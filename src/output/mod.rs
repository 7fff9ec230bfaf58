//! (room: output)
