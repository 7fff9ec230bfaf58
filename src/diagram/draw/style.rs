//! Colours, sizes and line styles. Levels are one blue by luminance, dark where data names people; vermilion is for what is
//! broken, amber for what cannot be told. Nothing is told by colour alone.

use super::scene::{Rgb, Stroke};
use crate::check::Verdict;
use crate::diagram::chart::Grade;
use crate::diagram::views::Profile;

/// White.
pub const WHITE: Rgb = Rgb(0xff, 0xff, 0xff);
/// What is written with.
pub const INK: Rgb = Rgb(0x1a, 0x22, 0x30);
/// What is written with where it matters less.
pub const GREY: Rgb = Rgb(0x4e, 0x59, 0x72);
/// Borders.
pub const BORDER: Rgb = Rgb(0x8a, 0x94, 0xa8);
/// Thin rules.
pub const RULE: Rgb = Rgb(0xd5, 0xda, 0xe3);
/// The ground of a lane.
pub const LANE: Rgb = Rgb(0xf8, 0xf9, 0xfb);
/// The ground of a lane's header, of tabs and of phases.
pub const HEADER: Rgb = Rgb(0xe9, 0xed, 0xf4);
/// The ground of a secure setting.
pub const SETTING: Rgb = Rgb(0xf0, 0xf5, 0xfa);
/// What is broken.
pub const BROKEN: Rgb = Rgb(0xc7, 0x3a, 0x00);
/// The ground behind what is broken.
pub const BROKEN_GROUND: Rgb = Rgb(0xff, 0xf1, 0xea);
/// What cannot be told.
pub const UNSURE: Rgb = Rgb(0x8a, 0x5a, 0x00);
/// The ground behind what cannot be told.
pub const UNSURE_GROUND: Rgb = Rgb(0xff, 0xf6, 0xe0);
/// What holds.
pub const HOLDS: Rgb = Rgb(0x1f, 0x66, 0x44);
/// The ground behind what holds.
pub const HOLDS_GROUND: Rgb = Rgb(0xed, 0xf7, 0xf1);

/// How a grade looks.
#[derive(Debug, Clone)]
pub struct Look {
    /// The ground of a box.
    pub fill: Rgb,
    /// What is written on it.
    pub text: Rgb,
    /// The border of a box.
    pub border: Stroke,
    /// A line.
    pub line: Stroke,
}

/// How a grade looks.
pub fn look(grade: Grade) -> Look {
    let stroke = |color, width, dash| Stroke { color, width, dash };
    match grade {
        Grade::Identifiable => Look {
            fill: Rgb(0x1b, 0x3a, 0x6b),
            text: WHITE,
            border: stroke(Rgb(0x10, 0x26, 0x4a), 1.5, &[]),
            line: stroke(Rgb(0x1b, 0x3a, 0x6b), 2.2, &[]),
        },
        Grade::Pseudonymised => Look {
            fill: Rgb(0x8d, 0xb4, 0xe2),
            text: Rgb(0x0f, 0x1b, 0x2d),
            border: stroke(Rgb(0x2a, 0x5a, 0x9a), 1.5, &[]),
            line: stroke(Rgb(0x3a, 0x6d, 0xad), 2.0, &[12.0, 3.0]),
        },
        Grade::DeIdentified => Look {
            fill: Rgb(0xdc, 0xe9, 0xf7),
            text: Rgb(0x0f, 0x1b, 0x2d),
            border: stroke(Rgb(0x5b, 0x7f, 0xae), 1.5, &[]),
            line: stroke(Rgb(0x5b, 0x7f, 0xae), 1.8, &[6.0, 4.0]),
        },
        Grade::Aggregate => Look {
            fill: WHITE,
            text: Rgb(0x0f, 0x1b, 0x2d),
            border: stroke(Rgb(0x6b, 0x74, 0x86), 1.5, &[]),
            line: stroke(Rgb(0x4e, 0x59, 0x72), 1.8, &[2.5, 3.5]),
        },
        Grade::Anonymous => Look {
            fill: WHITE,
            text: Rgb(0x0f, 0x1b, 0x2d),
            border: stroke(Rgb(0x6b, 0x74, 0x86), 1.2, &[4.0, 3.0]),
            line: stroke(Rgb(0x4e, 0x59, 0x72), 1.6, &[1.5, 5.0]),
        },
    }
}

/// How the way of a finding looks: its line, and the ground of its badges.
pub fn trail(verdict: Verdict) -> (Stroke, Rgb) {
    match verdict {
        Verdict::Fail | Verdict::Pass => (Stroke { color: BROKEN, width: 3.4, dash: &[] }, BROKEN),
        Verdict::CannotTell => (Stroke { color: Rgb(0xb8, 0x78, 0x00), width: 3.2, dash: &[9.0, 4.0] }, UNSURE),
    }
}

/// Sizes of letters, in units of a 96th of an inch: a point is 4/3 of one.
#[derive(Debug, Clone, Copy)]
pub struct Sizes {
    /// In boxes.
    pub node: f64,
    /// Beside lines.
    pub label: f64,
    /// Under boxes.
    pub note: f64,
    /// Names of lanes.
    pub lane: f64,
    /// What stands under them.
    pub detail: f64,
    /// On tabs and phases.
    pub tab: f64,
    /// On badges.
    pub badge: f64,
    /// The widest text in a box.
    pub node_width: f64,
    /// How wide the text in a lane's header is.
    pub header_width: f64,
    /// Whether title, legend and cards are drawn.
    pub dressed: bool,
}

impl Sizes {
    /// The sizes of a profile. In a document nothing is under 8 points (10.67 units).
    pub fn of(profile: Profile) -> Sizes {
        match profile {
            Profile::Screen => Sizes {
                node: 12.0,
                label: 11.0,
                note: 10.5,
                lane: 15.0,
                detail: 11.5,
                tab: 11.5,
                badge: 10.5,
                node_width: 118.0,
                header_width: 128.0,
                dressed: true,
            },
            Profile::Document => Sizes {
                node: 10.8,
                label: 10.7,
                note: 10.7,
                lane: 11.5,
                detail: 10.7,
                tab: 10.7,
                badge: 10.7,
                node_width: 88.0,
                header_width: 92.0,
                dressed: false,
            },
        }
    }
}
