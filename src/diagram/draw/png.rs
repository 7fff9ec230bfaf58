//! A scene as PNG: its SVG, drawn with the fonts that are given and no others.

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::Tree;

use super::fonts::Fonts;
use super::scene::Scene;
use super::svg;

/// The dots an inch that a page has at 100 %.
pub(super) const PLAIN: f64 = 96.0;

/// A picture has no more dots than this: about 1 GB while it is drawn.
const MOST: f64 = 200_000_000.0;

/// The scene as a PNG file, with so many dots an inch. Fails where that would be too large.
pub(super) fn write(scene: &Scene, dpi: f64, fonts: &Fonts) -> Result<Vec<u8>, String> {
    let scale = dpi / PLAIN;
    let (width, height) = ((scene.width * scale).ceil(), (scene.height * scale).ceil());
    if !(width >= 1.0 && height >= 1.0 && width * height <= MOST) {
        return Err(format!("a picture of {width} by {height} dots is too large to be drawn as PNG"));
    }
    let text = svg::write(scene, svg::Options::default());
    let tree =
        Tree::from_str(&text, &fonts.options()).map_err(|error| format!("the picture cannot be drawn: {error}"))?;
    let mut pixels = Pixmap::new(width as u32, height as u32).ok_or("the picture is too large to be drawn as PNG")?;
    let scale = scale as f32;
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixels.as_mut());
    pixels.encode_png().map_err(|error| format!("the picture cannot be written as PNG: {error}"))
}
