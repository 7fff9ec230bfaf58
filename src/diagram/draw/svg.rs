//! A scene as SVG. No style sheets and no variables: every renderer draws it alike.

use std::fmt::Write as _;

use super::font::Weight;
use super::scene::{Anchor, Group, Mark, Scene, Seg, Stroke, Text};
use crate::diagram::layout::Point;

/// Fonts to fall back on are narrower than the one that was measured with, so that nothing runs out of its box.
const FONTS: &str = "Inter, 'Liberation Sans', Arial, Helvetica, sans-serif";

/// How an SVG is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Options {
    /// Whether the fonts go into the file, for whoever has not got them: about 70 kB more.
    pub embed_fonts: bool,
}

/// The scene as an SVG file.
pub(super) fn write(scene: &Scene, options: Options) -> String {
    let mut out = String::new();
    let (w, h) = (number(scene.width), number(scene.height));
    let _ = writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {w} {h}\" width=\"{w}\" height=\"{h}\" role=\"img\" \
         aria-labelledby=\"picture-title picture-description\" font-family=\"{FONTS}\" lang=\"en-GB\">"
    );
    let _ = writeln!(out, "<title id=\"picture-title\">{}</title>", escaped(&scene.root.title));
    let _ = writeln!(out, "<desc id=\"picture-description\">{}</desc>", escaped(&scene.root.description));
    if options.embed_fonts {
        embed(&mut out, scene);
    }
    let _ = writeln!(out, "<path d=\"M0 0H{w}V{h}H0Z\" fill=\"#ffffff\"/>");
    for mark in &scene.root.marks {
        mark_to(&mut out, mark);
    }
    out.push_str("</svg>\n");
    out
}

/// One text on a page of its own.
pub(super) fn one_text(text: &Text) -> String {
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 100 100\" width=\"100\" height=\"100\" \
         font-family=\"{FONTS}\">\n"
    );
    text_to(&mut out, text);
    out.push_str("</svg>\n");
    out
}

/// The letters of the files with more: without them a reader would take those for all there is.
const MORE: &str = "U+180-217,U+21C-24F,U+2BB-2BC,U+300-323,U+370-4EF,U+1E00-1E7F,U+1E86-1EF1,U+1EF4-1EFF";

fn embed(out: &mut String, scene: &Scene) {
    let texts = scene.root.texts();
    let more = |weight: Weight| {
        let mut letters = texts.iter().filter(|text| text.weight == weight).flat_map(|text| text.text.chars());
        letters.any(|letter| super::font::glyph(letter, weight).is_some_and(|glyph| glyph.more))
    };
    out.push_str("<defs><style>");
    for weight in Weight::ALL {
        let mut face = |data: &[u8], range: &str| {
            let _ = write!(
                out,
                "@font-face{{font-family:Inter;font-weight:{};src:url(data:font/ttf;base64,{}) format('truetype'){range}}}",
                weight.number(),
                base64(data)
            );
        };
        face(weight.data(), "");
        if more(weight) {
            face(weight.more(), &format!(";unicode-range:{MORE}"));
        }
    }
    out.push_str("</style></defs>\n");
}

/// Bytes in base 64.
pub fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let word = three.iter().fold(0u32, |word, byte| word << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
        for place in 0..4 {
            let letter = LETTERS[(word >> (18 - 6 * place) & 63) as usize];
            out.push(if place <= three.len() { char::from(letter) } else { '=' });
        }
    }
    out
}

fn mark_to(out: &mut String, mark: &Mark) {
    match mark {
        Mark::Path { segs, fill, stroke } => {
            let fill = fill.map_or("none".to_owned(), |fill| fill.hex());
            let _ = write!(out, "<path d=\"{}\" fill=\"{fill}\"", path(segs));
            if let Some(stroke) = stroke {
                stroke_to(out, stroke);
            }
            out.push_str("/>\n");
        }
        Mark::Text(text) => text_to(out, text),
        Mark::Group(group) => group_to(out, group),
    }
}

fn stroke_to(out: &mut String, stroke: &Stroke) {
    let _ = write!(out, " stroke=\"{}\" stroke-width=\"{}\"", stroke.color.hex(), number(stroke.width));
    if !stroke.dash.is_empty() {
        let dash: Vec<String> = stroke.dash.iter().map(|d| number(*d)).collect();
        let _ = write!(out, " stroke-dasharray=\"{}\"", dash.join(" "));
    }
    out.push_str(" stroke-linejoin=\"round\"");
}

fn group_to(out: &mut String, group: &Group) {
    out.push_str("<g");
    for (name, value) in [("id", &group.id), ("class", &group.class)] {
        if !value.is_empty() {
            let _ = write!(out, " {name}=\"{}\"", escaped(value));
        }
    }
    for (name, value) in &group.data {
        let _ = write!(out, " data-{name}=\"{}\"", escaped(value));
    }
    if !group.title.is_empty() {
        out.push_str(" role=\"img\"");
    }
    out.push_str(">\n");
    if !group.title.is_empty() {
        let _ = writeln!(out, "<title>{}</title>", escaped(&group.title));
    }
    if !group.description.is_empty() {
        let _ = writeln!(out, "<desc>{}</desc>", escaped(&group.description));
    }
    for mark in &group.marks {
        mark_to(out, mark);
    }
    out.push_str("</g>\n");
}

fn text_to(out: &mut String, text: &Text) {
    let anchor = match text.anchor {
        Anchor::Start => "",
        Anchor::Middle => " text-anchor=\"middle\"",
        Anchor::End => " text-anchor=\"end\"",
    };
    let _ = writeln!(
        out,
        "<text x=\"{}\" y=\"{}\" font-size=\"{}\" font-weight=\"{}\" fill=\"{}\"{anchor}>{}</text>",
        number(text.at.x),
        number(text.at.y),
        number(text.size),
        text.weight.number(),
        text.color.hex(),
        escaped(&text.text)
    );
}

fn path(segs: &[Seg]) -> String {
    let mut out = String::new();
    let point = |p: &Point| format!("{} {}", number(p.x), number(p.y));
    for seg in segs {
        let _ = match seg {
            Seg::Move(to) => write!(out, "M{}", point(to)),
            Seg::Line(to) => write!(out, "L{}", point(to)),
            Seg::Curve(one, two, to) => write!(out, "C{} {} {}", point(one), point(two), point(to)),
            Seg::Close => write!(out, "Z"),
        };
    }
    out
}

/// A number with at most two places, without what says nothing.
pub fn number(value: f64) -> String {
    let text = format!("{value:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// A text in XML, in content and in attributes. What XML does not allow at all is left out.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' | '\t' => out.push(' '),
            letter if letter.is_control() || matches!(letter, '\u{fffe}' | '\u{ffff}') => {}
            letter => out.push(letter),
        }
    }
    out
}
