//! How wide texts are: the advance widths of the embedded fonts.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use rustc_hash::FxHashMap;
use skrifa::instance::{LocationRef, Size};
use skrifa::{FontRef, MetadataProvider};

/// The two weights that pictures are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Weight {
    /// Regular.
    Regular,
    /// Semi-bold.
    Bold,
}

impl Weight {
    /// Both.
    pub const ALL: [Weight; 2] = [Weight::Regular, Weight::Bold];

    /// The font itself, as a file.
    pub fn data(self) -> &'static [u8] {
        match self {
            Weight::Regular => include_bytes!("fonts/Inter-Regular.ttf"),
            Weight::Bold => include_bytes!("fonts/Inter-SemiBold.ttf"),
        }
    }

    /// The file with Greek, Cyrillic and further Latin letters.
    pub fn more(self) -> &'static [u8] {
        match self {
            Weight::Regular => include_bytes!("fonts/Inter-Regular-More.ttf"),
            Weight::Bold => include_bytes!("fonts/Inter-SemiBold-More.ttf"),
        }
    }

    /// The weight in the numbers of CSS.
    pub fn number(self) -> u16 {
        match self {
            Weight::Regular => 400,
            Weight::Bold => 600,
        }
    }
}

/// What there is to know of a letter.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Glyph {
    /// Its number in the font.
    pub id: u16,
    /// How far it goes on, in units of the font size.
    pub advance: f64,
    /// Whether it is in the file with more letters.
    pub more: bool,
}

/// The glyphs of both weights.
struct Metrics {
    glyphs: [FxHashMap<char, Glyph>; 2],
    /// What stands for a letter that the font has not.
    missing: [Glyph; 2],
}

/// How wide a letter is that the font has not, whatever draws it: the widest that is usual.
const UNKNOWN_WIDE: f64 = 1.1;
const UNKNOWN: f64 = 0.75;

fn metrics() -> &'static Metrics {
    static METRICS: OnceLock<Metrics> = OnceLock::new();
    METRICS.get_or_init(|| {
        let read = |weight: Weight| {
            let mut glyphs = FxHashMap::default();
            let mut missing = Glyph { id: 0, advance: UNKNOWN, more: false };
            for (data, more) in [(weight.data(), false), (weight.more(), true)] {
                let Ok(font) = FontRef::new(data) else { continue };
                let widths = font.glyph_metrics(Size::new(1.0), LocationRef::default());
                let advance = |id| widths.advance_width(id).map_or(UNKNOWN, f64::from);
                for (code, id) in font.charmap().mappings() {
                    if let (Some(letter), Ok(number)) = (char::from_u32(code), u16::try_from(id.to_u32())) {
                        glyphs.entry(letter).or_insert(Glyph { id: number, advance: advance(id), more });
                    }
                }
                if !more {
                    missing.advance = advance(skrifa::GlyphId::new(0));
                }
            }
            (glyphs, missing)
        };
        let [(regular, no_regular), (bold, no_bold)] = Weight::ALL.map(read);
        Metrics { glyphs: [regular, bold], missing: [no_regular, no_bold] }
    })
}

/// Which of these letters a font file draws, whichever of the fonts in it.
pub fn drawn_by(data: &[u8], letters: &BTreeSet<char>) -> BTreeSet<char> {
    let mut found = BTreeSet::new();
    for number in 0..MOST_IN_A_FILE {
        let Ok(font) = FontRef::from_index(data, number) else { break };
        let (map, outlines) = (font.charmap(), font.outline_glyphs());
        let has = |letter: &&char| map.map(**letter).is_some_and(|id| id.to_u32() > 0 && outlines.get(id).is_some());
        found.extend(letters.iter().filter(has));
    }
    found
}

/// More fonts than this are not looked for in one file.
const MOST_IN_A_FILE: u32 = 64;

/// The glyph of a letter, where the font has it.
pub fn glyph(letter: char, weight: Weight) -> Option<Glyph> {
    metrics().glyphs[weight as usize].get(&letter).copied()
}

/// What is drawn for a letter that the font has not.
pub fn missing(weight: Weight) -> Glyph {
    metrics().missing[weight as usize]
}

/// How wide a text is.
pub fn width(text: &str, size: f64, weight: Weight) -> f64 {
    text.chars().map(|letter| advance(letter, weight)).sum::<f64>() * size
}

/// How wide a letter is in units of the font size. Renderers take letters that the font has not from elsewhere.
pub fn advance(letter: char, weight: Weight) -> f64 {
    match glyph(letter, weight) {
        Some(glyph) => glyph.advance,
        None => match unicode_width::UnicodeWidthChar::width(letter) {
            Some(0) => 0.0,
            Some(1) => UNKNOWN,
            _ => UNKNOWN_WIDE,
        },
    }
}
