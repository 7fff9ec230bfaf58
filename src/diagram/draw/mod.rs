//! How a picture is drawn: sizes from the fonts, places from the layout, and from both one scene that SVG, PNG and PDF are
//! written from.

mod cards;
mod chart;
pub mod font;
mod fonts;
mod legend;
mod life;
mod marks;
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

use super::chart::{Chart, Life, Picture, Table};
use super::layout::Size;
use super::views::Profile;

pub use chart::placed;
pub use fonts::{Fonts, missing};
pub(super) use page::LYING as PAGE;
pub use svg::{Options as SvgOptions, base64, escaped, number};

/// A picture as a scene.
pub fn draw(picture: &Picture, profile: Profile) -> Scene {
    match picture {
        Picture::Chart(chart) => {
            let mut chart = chart.clone();
            chart.name_apart();
            chart::draw(&chart, profile)
        }
        Picture::Table(table) => table::draw(table, profile),
        Picture::Life(life) => life::draw(life, profile),
    }
}

/// Whether a picture fits on a page of A4 at 100 %, lying or upright, in the letters of a document.
pub fn on_a_page(picture: &Picture) -> bool {
    let (w, h) = match picture {
        Picture::Chart(chart) => {
            let size = chart_size(chart);
            (size.w, size.h)
        }
        Picture::Table(table) => (table_size(table).w, table_size(table).h),
        Picture::Life(life) => (life_size(life).w, life_size(life).h),
    };
    (w <= PAGE.w && h <= PAGE.h) || (w <= PAGE.h && h <= PAGE.w)
}

/// Whether a chart fits on a page of A4 that lies.
pub(super) fn chart_on_a_page(chart: &Chart) -> bool {
    // a page that is full of boxes has no room for lines
    if chart::least_area(chart) > PAGE.w * PAGE.h {
        return false;
    }
    let size = chart_size(chart);
    size.w <= PAGE.w && size.h <= PAGE.h
}

/// How large a table is in a document, with the title of its page where it has one.
pub(super) fn table_size(table: &Table) -> Size {
    page::body_size(&table.heading, table::size_of(table, Profile::Document))
}

/// How many columns of a table a page has room for.
pub(super) fn columns_on_a_page(table: &Table) -> usize {
    table::columns_on_a_page(table)
}

/// How large a life is in a document, with the title of its page where it has one.
pub(super) fn life_size(life: &Life) -> Size {
    page::body_size(&life.heading, life::size_of(life, Profile::Document))
}

/// How large a chart is in a document, with the title of its page where it has one.
pub(super) fn chart_size(chart: &Chart) -> Size {
    page::bare_size(&chart.heading, chart::placed(chart, Profile::Document).1.size)
}

/// A scene as SVG.
pub fn svg(scene: &Scene, options: SvgOptions) -> String {
    svg::write(scene, options)
}

/// A scene as PNG, with so many dots an inch; 96 are the size of the page. Fails where that is too large.
pub fn png(scene: &Scene, dpi: f64, fonts: &Fonts) -> Result<Vec<u8>, String> {
    png::write(scene, dpi, fonts)
}

/// Scenes as PDF, a page for each: as large as it is, or of A4 where it is one of several that fit on that.
pub fn pdf(scenes: &[&Scene], fonts: &Fonts) -> Vec<u8> {
    pdf::write(scenes, fonts)
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
