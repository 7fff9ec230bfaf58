//! A scene as PDF: paths stay paths, texts stay texts, and the fonts are in the file.

use std::collections::BTreeMap;

use pdf_writer::types::{CidFontType, FontFlags, LineJoinStyle, SystemInfo, UnicodeCmap};
use pdf_writer::{Content, Finish, Name, Pdf, Rect, Ref, Str, TextStr};

use super::font::{self, Weight};
use super::scene::{Anchor, Group, Mark, Rgb, Scene, Seg, Stroke, Text};

/// Points to a unit of a 96th of an inch.
const POINTS: f64 = 0.75;

const CATALOG: Ref = Ref::new(1);
const PAGES: Ref = Ref::new(2);
const PAGE: Ref = Ref::new(3);
const CONTENT: Ref = Ref::new(4);
const INFO: Ref = Ref::new(5);

/// The first number of a font's objects; each has five.
fn font_ref(weight: Weight, which: i32) -> Ref {
    Ref::new(10 + 10 * weight as i32 + which)
}

fn font_name(weight: Weight) -> Name<'static> {
    match weight {
        Weight::Regular => Name(b"F0"),
        Weight::Bold => Name(b"F1"),
    }
}

/// The scene as a PDF file of one page, as large as the picture.
pub(super) fn write(scene: &Scene) -> Vec<u8> {
    let mut pdf = Pdf::new();
    pdf.catalog(CATALOG).pages(PAGES).lang(TextStr("en-GB"));
    pdf.pages(PAGES).kids([PAGE]).count(1);
    let (width, height) = ((scene.width * POINTS) as f32, (scene.height * POINTS) as f32);
    let mut page = pdf.page(PAGE);
    page.media_box(Rect::new(0.0, 0.0, width, height)).parent(PAGES).contents(CONTENT);
    let mut resources = page.resources();
    let mut fonts = resources.fonts();
    for weight in Weight::ALL {
        fonts.pair(font_name(weight), font_ref(weight, 0));
    }
    fonts.finish();
    resources.finish();
    page.finish();
    pdf.document_info(INFO).title(TextStr(&scene.root.title)).subject(TextStr(&scene.root.description));
    let mut used = BTreeMap::new();
    let mut content = Content::new();
    // units of the picture, and downwards
    content.transform([POINTS as f32, 0.0, 0.0, -POINTS as f32, 0.0, height]);
    content.set_line_join(LineJoinStyle::RoundJoin);
    group_to(&mut content, &scene.root, &mut used);
    pdf.stream(CONTENT, &content.finish());
    for weight in Weight::ALL {
        font_to(&mut pdf, weight, &used);
    }
    pdf.finish()
}

/// The letters that are used, by weight and glyph.
type Used = BTreeMap<(Weight, u16), (char, f64)>;

fn group_to(content: &mut Content, group: &Group, used: &mut Used) {
    for mark in &group.marks {
        match mark {
            Mark::Path { segs, fill, stroke } => path_to(content, segs, *fill, stroke.as_ref()),
            Mark::Text(text) => text_to(content, text, used),
            Mark::Group(group) => group_to(content, group, used),
        }
    }
}

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

fn text_to(content: &mut Content, text: &Text, used: &mut Used) {
    let [r, g, b] = shares(text.color);
    let rect = text.rect();
    let x = if text.anchor == Anchor::Start { text.at.x } else { rect.x };
    let mut bytes = Vec::new();
    for letter in text.text.chars() {
        let glyph = font::glyph(letter, text.weight).unwrap_or_else(|| font::missing(text.weight));
        used.entry((text.weight, glyph.id)).or_insert((letter, glyph.advance));
        bytes.extend(glyph.id.to_be_bytes());
    }
    content.begin_text().set_fill_rgb(r, g, b).set_font(font_name(text.weight), text.size as f32);
    content.set_text_matrix([1.0, 0.0, 0.0, -1.0, x as f32, text.at.y as f32]).show(Str(&bytes)).end_text();
}

fn font_to(pdf: &mut Pdf, weight: Weight, used: &Used) {
    let name: &[u8] = match weight {
        Weight::Regular => b"Inter-Regular",
        Weight::Bold => b"Inter-SemiBold",
    };
    let system = SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"Identity"), supplement: 0 };
    let [whole, part, descriptor, data, map] = [0, 1, 2, 3, 4].map(|which| font_ref(weight, which));
    let mut font = pdf.type0_font(whole);
    font.base_font(Name(name)).encoding_predefined(Name(b"Identity-H")).descendant_font(part).to_unicode(map);
    font.finish();
    let mut cid = pdf.cid_font(part);
    cid.subtype(CidFontType::Type2).base_font(Name(name)).system_info(system).font_descriptor(descriptor);
    cid.default_width(0.0).cid_to_gid_map_predefined(Name(b"Identity"));
    let mut widths = cid.widths();
    for ((_, id), (_, advance)) in used.range((weight, 0)..=(weight, u16::MAX)) {
        widths.consecutive(*id, [(*advance * 1000.0) as f32]);
    }
    widths.finish();
    cid.finish();
    let mut described = pdf.font_descriptor(descriptor);
    described.name(Name(name)).flags(FontFlags::NON_SYMBOLIC).bbox(Rect::new(-800.0, -330.0, 2600.0, 1150.0));
    described.italic_angle(0.0).ascent(969.0).descent(-242.0).cap_height(728.0).stem_v(80.0).font_file2(data);
    described.finish();
    let length = weight.data().len() as i32;
    pdf.stream(data, weight.data()).pair(Name(b"Length1"), length);
    let mut letters = UnicodeCmap::new(Name(b"Custom"), system);
    for ((_, id), (letter, _)) in used.range((weight, 0)..=(weight, u16::MAX)).filter(|((_, id), _)| *id != 0) {
        letters.pair(*id, *letter);
    }
    pdf.cmap(map, &letters.finish());
}
