//! A scene as PDF: paths stay paths, texts stay texts, and the fonts are in the file.

use std::collections::BTreeMap;

use pdf_writer::types::{CidFontType, FontFlags, LineJoinStyle, SystemInfo, UnicodeCmap};
use pdf_writer::{Content, Finish, Name, Pdf, Rect, Ref, Str, TextStr};

use super::font::{self, Weight};
use super::fonts::Fonts;
use super::scene::{Anchor, Group, Mark, Rgb, Scene, Seg, Stroke, Text};

/// Points to a unit of a 96th of an inch.
const POINTS: f64 = 0.75;

const CATALOG: Ref = Ref::new(1);
const PAGES: Ref = Ref::new(2);
const INFO: Ref = Ref::new(3);
const OUTLINE: Ref = Ref::new(4);

/// The objects of a page: itself, what is on it, its entry in the outline.
fn page_ref(page: usize, which: i32) -> Ref {
    let page = i32::try_from(page).unwrap_or(i32::MAX / 8);
    Ref::new(100 + 3 * page + which)
}

/// A page of A4 that lies, in points, and its margins of 20 mm.
const A4: (f64, f64) = (841.89, 595.28);
const MARGIN: f64 = 56.69;

/// A font file: a weight, and whether it is the one with more letters.
type Face = (Weight, bool);

/// All of them.
const FACES: [Face; 4] =
    [(Weight::Regular, false), (Weight::Bold, false), (Weight::Regular, true), (Weight::Bold, true)];

/// The first number of a font's objects; each has five.
fn font_ref((weight, more): Face, which: i32) -> Ref {
    Ref::new(10 + 10 * weight as i32 + 20 * i32::from(more) + which)
}

fn font_name(face: Face) -> Name<'static> {
    match face {
        (Weight::Regular, false) => Name(b"F0"),
        (Weight::Bold, false) => Name(b"F1"),
        (Weight::Regular, true) => Name(b"F2"),
        (Weight::Bold, true) => Name(b"F3"),
    }
}

/// Scenes as a PDF file, a page for each.
pub(super) fn write(scenes: &[&Scene], fonts: &Fonts) -> Vec<u8> {
    let mut pdf = Pdf::new();
    let several = scenes.len() > 1;
    let mut catalog = pdf.catalog(CATALOG);
    catalog.pages(PAGES).lang(TextStr("en-GB"));
    if several {
        catalog.outlines(OUTLINE);
    }
    catalog.finish();
    let count = i32::try_from(scenes.len()).unwrap_or(i32::MAX);
    pdf.pages(PAGES).kids((0..scenes.len()).map(|page| page_ref(page, 0))).count(count);
    if let Some(first) = scenes.first() {
        pdf.document_info(INFO).title(TextStr(&first.root.title)).subject(TextStr(&first.root.description));
    }
    // the fonts that every page may use: those with more letters only where some page needs them
    let mut used = Used::new();
    let more = scenes
        .iter()
        .flat_map(|scene| scene.root.texts())
        .any(|text| text.text.chars().any(|letter| font::glyph(letter, text.weight).is_some_and(|glyph| glyph.more)));
    let faces: Vec<Face> = FACES.into_iter().filter(|face| !face.1 || more).collect();
    let mut writer = Writer { fonts, faces, used: &mut used };
    for (number, scene) in scenes.iter().enumerate() {
        writer.page_to(&mut pdf, number, scene, several);
    }
    let faces = writer.faces;
    if several {
        outline_to(&mut pdf, scenes);
    }
    for face in faces {
        font_to(&mut pdf, face, &used);
    }
    pdf.finish()
}

/// What pages are written with.
struct Writer<'a> {
    fonts: &'a Fonts,
    faces: Vec<Face>,
    used: &'a mut Used,
}

impl Writer<'_> {
    /// A page as large as its picture; one of several is a page of A4 where that is enough.
    fn page_to(&mut self, pdf: &mut Pdf, number: usize, scene: &Scene, several: bool) {
        let (w, h) = (scene.width * POINTS, scene.height * POINTS);
        let on_paper = several && w <= A4.0 - 2.0 * MARGIN + 1.0 && h <= A4.1 - 2.0 * MARGIN + 1.0;
        let (wide, high, left, top) = if on_paper { (A4.0, A4.1, (A4.0 - w) / 2.0, MARGIN) } else { (w, h, 0.0, 0.0) };
        let mut page = pdf.page(page_ref(number, 0));
        page.media_box(Rect::new(0.0, 0.0, wide as f32, high as f32)).parent(PAGES).contents(page_ref(number, 1));
        let mut resources = page.resources();
        let mut fonts = resources.fonts();
        for face in &self.faces {
            fonts.pair(font_name(*face), font_ref(*face, 0));
        }
        fonts.finish();
        resources.finish();
        page.finish();
        let mut content = Content::new();
        // units of the picture, and downwards
        content.transform([POINTS as f32, 0.0, 0.0, -POINTS as f32, left as f32, (high - top) as f32]);
        content.set_line_join(LineJoinStyle::RoundJoin);
        self.group_to(&mut content, &scene.root);
        pdf.stream(page_ref(number, 1), &content.finish());
    }

    fn group_to(&mut self, content: &mut Content, group: &Group) {
        for mark in &group.marks {
            match mark {
                Mark::Path { segs, fill, stroke } => path_to(content, segs, *fill, stroke.as_ref()),
                Mark::Text(text) => match self.fonts.outlines(text) {
                    Some(shapes) => shapes.iter().for_each(|(segs, color)| path_to(content, segs, Some(*color), None)),
                    None => self.text_to(content, text),
                },
                Mark::Group(group) => self.group_to(content, group),
            }
        }
    }

    /// A text, letter by letter, with whichever font has it.
    fn text_to(&mut self, content: &mut Content, text: &Text) {
        let [r, g, b] = shares(text.color);
        let rect = text.rect();
        let x = if text.anchor == Anchor::Start { text.at.x } else { rect.x };
        let mut runs: Vec<(Face, Vec<u8>)> = Vec::new();
        for letter in text.text.chars() {
            let glyph = font::glyph(letter, text.weight).unwrap_or_else(|| font::missing(text.weight));
            let face = (text.weight, glyph.more);
            self.used.entry((face, glyph.id)).or_insert((letter, glyph.advance));
            match runs.last_mut() {
                Some((last, bytes)) if *last == face => bytes.extend(glyph.id.to_be_bytes()),
                _ => runs.push((face, glyph.id.to_be_bytes().to_vec())),
            }
        }
        content.begin_text().set_fill_rgb(r, g, b);
        content.set_text_matrix([1.0, 0.0, 0.0, -1.0, x as f32, text.at.y as f32]);
        for (face, bytes) in runs {
            content.set_font(font_name(face), text.size as f32).show(Str(&bytes));
        }
        content.end_text();
    }
}

/// The titles of the pages, for whoever looks for one.
fn outline_to(pdf: &mut Pdf, scenes: &[&Scene]) {
    let last = scenes.len().saturating_sub(1);
    let count = i32::try_from(scenes.len()).unwrap_or(i32::MAX);
    pdf.outline(OUTLINE).first(page_ref(0, 2)).last(page_ref(last, 2)).count(count);
    for (number, scene) in scenes.iter().enumerate() {
        let mut item = pdf.outline_item(page_ref(number, 2));
        item.title(TextStr(&scene.name)).parent(OUTLINE);
        if number > 0 {
            item.prev(page_ref(number - 1, 2));
        }
        if number < last {
            item.next(page_ref(number + 1, 2));
        }
        item.dest().page(page_ref(number, 0)).fit();
    }
}

/// The letters that are used, by font and glyph.
type Used = BTreeMap<(Face, u16), (char, f64)>;

fn shares(color: Rgb) -> [f32; 3] {
    [color.0, color.1, color.2].map(|value| f32::from(value) / 255.0)
}

fn path_to(content: &mut Content, segs: &[Seg], fill: Option<Rgb>, stroke: Option<&Stroke>) {
    if let Some(fill) = fill {
        let [r, g, b] = shares(fill);
        content.set_fill_rgb(r, g, b);
    }
    if let Some(stroke) = stroke {
        let [r, g, b] = shares(stroke.color);
        content.set_stroke_rgb(r, g, b).set_line_width(stroke.width as f32);
        content.set_dash_pattern(stroke.dash.iter().map(|d| *d as f32), 0.0);
    }
    for seg in segs {
        match seg {
            Seg::Move(to) => content.move_to(to.x as f32, to.y as f32),
            Seg::Line(to) => content.line_to(to.x as f32, to.y as f32),
            Seg::Curve(one, two, to) => {
                content.cubic_to(one.x as f32, one.y as f32, two.x as f32, two.y as f32, to.x as f32, to.y as f32)
            }
            Seg::Close => content.close_path(),
        };
    }
    match (fill.is_some(), stroke.is_some()) {
        (true, true) => content.fill_nonzero_and_stroke(),
        (true, false) => content.fill_nonzero(),
        (false, true) => content.stroke(),
        (false, false) => content.end_path(),
    };
}

fn font_to(pdf: &mut Pdf, face: Face, used: &Used) {
    let (name, file): (&[u8], &[u8]) = match face {
        (Weight::Regular, false) => (b"Inter-Regular", Weight::Regular.data()),
        (Weight::Bold, false) => (b"Inter-SemiBold", Weight::Bold.data()),
        (Weight::Regular, true) => (b"Inter-Regular-More", Weight::Regular.more()),
        (Weight::Bold, true) => (b"Inter-SemiBold-More", Weight::Bold.more()),
    };
    let system = SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"Identity"), supplement: 0 };
    let [whole, part, descriptor, data, map] = [0, 1, 2, 3, 4].map(|which| font_ref(face, which));
    let mut font = pdf.type0_font(whole);
    font.base_font(Name(name)).encoding_predefined(Name(b"Identity-H")).descendant_font(part).to_unicode(map);
    font.finish();
    let mut cid = pdf.cid_font(part);
    cid.subtype(CidFontType::Type2).base_font(Name(name)).system_info(system).font_descriptor(descriptor);
    cid.default_width(0.0).cid_to_gid_map_predefined(Name(b"Identity"));
    let mut widths = cid.widths();
    for ((_, id), (_, advance)) in used.range((face, 0)..=(face, u16::MAX)) {
        widths.consecutive(*id, [(*advance * 1000.0) as f32]);
    }
    widths.finish();
    cid.finish();
    let mut described = pdf.font_descriptor(descriptor);
    described.name(Name(name)).flags(FontFlags::NON_SYMBOLIC).bbox(Rect::new(-800.0, -330.0, 2600.0, 1150.0));
    described.italic_angle(0.0).ascent(969.0).descent(-242.0).cap_height(728.0).stem_v(80.0).font_file2(data);
    described.finish();
    let length = file.len() as i32;
    pdf.stream(data, file).pair(Name(b"Length1"), length);
    let mut letters = UnicodeCmap::new(Name(b"Custom"), system);
    for ((_, id), (letter, _)) in used.range((face, 0)..=(face, u16::MAX)).filter(|((_, id), _)| *id != 0) {
        letters.pair(*id, *letter);
    }
    pdf.cmap(map, &letters.finish());
}
