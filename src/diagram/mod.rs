//! Pictures of a programme: what is on the page, where it stands, and how it is drawn.

pub mod chart;
pub mod draw;
pub mod layout;
pub mod pages;
pub mod text;
pub mod views;
