//! The fonts that a picture is drawn with: those of the program, and for letters that these lack others that somebody gives.

use std::collections::BTreeSet;
use std::sync::Arc;

use resvg::tiny_skia::{Path, PathSegment};
use resvg::usvg::{self, FontResolver, Options, Paint, Tree, fontdb};

use super::font::{self, Weight};
use super::scene::{Rgb, Scene, Seg, Text, at};
use super::svg;

/// The fonts of the program, and others for letters that these lack.
#[derive(Debug, Clone)]
pub struct Fonts {
    all: Arc<fontdb::Database>,
    others: bool,
}

impl Default for Fonts {
    fn default() -> Fonts {
        Fonts::with(Vec::new())
    }
}

impl Fonts {
    /// The fonts of the program and the files of others.
    pub fn with(others: Vec<Vec<u8>>) -> Fonts {
        let mut all = fontdb::Database::new();
        for data in Weight::ALL.iter().flat_map(|weight| [weight.data(), weight.more()]) {
            all.load_font_data(data.to_vec());
        }
        let has_others = !others.is_empty();
        for data in others {
            all.load_font_data(data);
        }
        Fonts { all: Arc::new(all), others: has_others }
    }

    /// How an SVG is read with these fonts and no others.
    pub(super) fn options(&self) -> Options<'static> {
        let select_fallback = Box::new(|letter: char, tried: &[fontdb::ID], all: &mut Arc<fontdb::Database>| {
            let weight = tried.first().and_then(|id| all.face(*id)).map(|face| face.weight);
            let has = |id: fontdb::ID| {
                let letters = BTreeSet::from([letter]);
                all.with_face_data(id, |data, _| !font::drawn_by(data, &letters).is_empty()).unwrap_or(false)
            };
            let left: Vec<&fontdb::FaceInfo> = all.faces().filter(|face| !tried.contains(&face.id)).collect();
            // the same weight where there is one; where no font has this letter, one that may have the next
            let rank = |face: &&&fontdb::FaceInfo| (has(face.id), Some(face.weight) == weight);
            left.iter().rev().max_by_key(rank).map(|face| face.id)
        });
        Options {
            fontdb: Arc::clone(&self.all),
            font_family: "Inter".to_owned(),
            font_resolver: FontResolver { select_font: FontResolver::default_font_selector(), select_fallback },
            ..Options::default()
        }
    }

    /// A text as the shapes of its letters, where only other fonts have all of them.
    pub(super) fn outlines(&self, text: &Text) -> Option<Vec<(Vec<Seg>, Rgb)>> {
        if !self.others || text.text.chars().all(|letter| has(letter, text.weight)) {
            return None;
        }
        let written = svg::one_text(text);
        let tree = Tree::from_str(&written, &self.options()).ok()?;
        let mut shapes = Vec::new();
        collect(tree.root(), text.color, &mut shapes);
        Some(shapes)
    }
}

/// Whether the fonts of the program have a letter.
fn has(letter: char, weight: Weight) -> bool {
    font::glyph(letter, weight).is_some()
}

/// The letters of pictures that the fonts of the program lack.
pub fn missing<'a>(scenes: impl IntoIterator<Item = &'a Scene>) -> BTreeSet<char> {
    let texts = scenes.into_iter().flat_map(|scene| scene.root.texts());
    texts.flat_map(|text| text.text.chars().filter(|letter| !has(*letter, text.weight))).collect()
}

/// The shapes of what usvg has made of a text.
fn collect(group: &usvg::Group, ink: Rgb, shapes: &mut Vec<(Vec<Seg>, Rgb)>) {
    for node in group.children() {
        match node {
            usvg::Node::Group(group) => collect(group, ink, shapes),
            usvg::Node::Text(text) => collect(text.flattened(), ink, shapes),
            usvg::Node::Path(path) => {
                let color = match path.fill().map(usvg::Fill::paint) {
                    Some(Paint::Color(color)) => Rgb(color.red, color.green, color.blue),
                    _ => ink,
                };
                if let Some(data) = path.data().clone().transform(path.abs_transform()) {
                    shapes.push((segs(&data), color));
                }
            }
            usvg::Node::Image(_) => {}
        }
    }
}

fn segs(path: &Path) -> Vec<Seg> {
    let point = |p: resvg::tiny_skia::Point| at(f64::from(p.x), f64::from(p.y));
    let mut here = at(0.0, 0.0);
    let mut segs = Vec::new();
    for part in path.segments() {
        let seg = match part {
            PathSegment::MoveTo(to) => Seg::Move(point(to)),
            PathSegment::LineTo(to) => Seg::Line(point(to)),
            PathSegment::QuadTo(by, to) => {
                let (by, to) = (point(by), point(to));
                let toward = |from: f64, by: f64| from + (by - from) * 2.0 / 3.0;
                Seg::Curve(
                    at(toward(here.x, by.x), toward(here.y, by.y)),
                    at(toward(to.x, by.x), toward(to.y, by.y)),
                    to,
                )
            }
            PathSegment::CubicTo(one, two, to) => Seg::Curve(point(one), point(two), point(to)),
            PathSegment::Close => Seg::Close,
        };
        if let Seg::Move(to) | Seg::Line(to) | Seg::Curve(_, _, to) = seg {
            here = to;
        }
        segs.push(seg);
    }
    segs
}
