//! How a picture is drawn: sizes from the fonts, places from the layout, and from both one scene that SVG, PNG and PDF are
//! written from.

mod cards;
mod chart;
pub mod font;
mod legend;
mod life;
mod page;
mod parts;
mod pdf;
mod png;
pub mod scene;
pub mod style;
mod svg;
mod table;
pub mod text;

use scene::Scene;

use super::chart::Picture;
use super::views::Profile;

pub use chart::placed;
pub use svg::{Options as SvgOptions, base64, escaped, number};

/// A picture as a scene.
pub fn draw(picture: &Picture, profile: Profile) -> Scene {
    match picture {
        Picture::Chart(chart) => chart::draw(chart, profile),
        Picture::Table(table) => table::draw(table, profile),
        Picture::Life(life) => life::draw(life, profile),
    }
}

/// A scene as SVG.
pub fn svg(scene: &Scene, options: SvgOptions) -> String {
    svg::write(scene, options)
}

/// A scene as PNG, with so many dots an inch; 96 are the size of the page. Fails where that is too large.
pub fn png(scene: &Scene, dpi: f64) -> Result<Vec<u8>, String> {
    png::write(scene, dpi)
}

/// A scene as PDF.
pub fn pdf(scene: &Scene) -> Vec<u8> {
    pdf::write(scene)
}

/// A name as an id: letters, digits, dots and hyphens stay, all else is written out, so that no two names share one.
pub fn id(name: &str) -> String {
    let mut out = String::new();
    for letter in name.chars() {
        match letter {
            letter if letter.is_ascii_alphanumeric() || matches!(letter, '-' | '.') => out.push(letter),
            letter => out.push_str(&format!("_{:x}_", u32::from(letter))),
        }
    }
    out
}
