//! The machine's own fonts, for letters that the program's lack.

use std::collections::BTreeSet;
use std::env;
use std::path::{Path, PathBuf};

use crate::cli::terminal;
use crate::diagram::draw::{Fonts, font};

/// A larger file than this is passed over.
const LARGEST: u64 = 64 * 1024 * 1024;
/// More files than this are not looked at.
const MOST: usize = 20_000;
/// Folders deeper than this are not gone into.
const DEEPEST: usize = 8;
/// How many letters are named.
const NAMED: usize = 12;

/// The fonts to draw these letters with: the program's, and where that is asked for as many of the machine's as they need.
pub(super) fn fonts(missing: &BTreeSet<char>, of_the_machine: bool) -> (Fonts, BTreeSet<char>) {
    let mut left = missing.clone();
    let mut files = Vec::new();
    if of_the_machine && !left.is_empty() {
        for path in candidates() {
            if left.is_empty() {
                break;
            }
            let Ok(data) = std::fs::read(&path) else { continue };
            let found = font::drawn_by(&data, &left);
            if !found.is_empty() {
                left.retain(|letter| !found.contains(letter));
                files.push(data);
            }
        }
    }
    (Fonts::with(files), left)
}

/// Says which letters are empty boxes.
pub(super) fn tell(left: &BTreeSet<char>, of_the_machine: bool) {
    if left.is_empty() {
        return;
    }
    let mut shown: Vec<String> = left.iter().take(NAMED).map(char::to_string).collect();
    if left.len() > NAMED {
        shown.push("…".to_owned());
    }
    let (them, what) = match left.len() {
        1 => ("it", "1 letter is an empty box".to_owned()),
        count => ("them", format!("{count} letters are empty boxes")),
    };
    let lack = match of_the_machine {
        true => format!("this machine's fonts lack {them}, too"),
        false => format!("the built-in fonts lack {them}"),
    };
    let help = match of_the_machine {
        true => "an SVG shows them with its reader's fonts",
        false => "an SVG shows them with its reader's fonts, and `--system-fonts` draws them with this machine's",
    };
    terminal::note(&format!("{what} in PNG and PDF, since {lack}: {}", shown.join(" ")), Some(help));
}

/// Font files, in the same order each time: regular weights first, then by name.
fn candidates() -> Vec<PathBuf> {
    let mut files = Vec::new();
    for folder in folders() {
        walk(&folder, 0, &mut files);
    }
    files.sort_by_key(|path| (!path.to_string_lossy().to_lowercase().contains("regular"), path.clone()));
    files.dedup();
    files
}

/// Where the systems that are in use keep fonts.
fn folders() -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> =
        ["/usr/share/fonts", "/usr/local/share/fonts", "/System/Library/Fonts", "/Library/Fonts"]
            .map(PathBuf::from)
            .to_vec();
    let of = |variable: &str, below: &[&str]| {
        let home = env::var_os(variable).map(PathBuf::from).filter(|path| path.is_absolute());
        home.into_iter().flat_map(|home| below.iter().map(|b| home.join(b)).collect::<Vec<_>>()).collect::<Vec<_>>()
    };
    folders.extend(of("HOME", &[".fonts", ".local/share/fonts", "Library/Fonts"]));
    folders.extend(of("XDG_DATA_HOME", &["fonts"]));
    folders.extend(of("WINDIR", &["Fonts"]));
    folders.extend(of("LOCALAPPDATA", &["Microsoft/Windows/Fonts"]));
    folders
}

fn walk(folder: &Path, depth: usize, files: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let (path, Ok(about)) = (entry.path(), entry.metadata()) else { continue };
        if files.len() >= MOST {
            return;
        }
        if about.is_dir() && depth < DEEPEST {
            walk(&path, depth + 1, files);
        } else if about.is_file() && about.len() <= LARGEST && is_font(&path) {
            files.push(path);
        }
    }
}

fn is_font(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or("").to_lowercase();
    matches!(ending.as_str(), "ttf" | "otf" | "ttc" | "otc")
}
