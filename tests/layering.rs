//! The rooms keep to their order: what stands lower never names what stands higher, there are no circles, and only the
//! rooms that are meant to touch disk, clock, environment and terminal do.
//!
//! The order is that of `ARCHITECTURE.md`; a new room is a new line in [`ROOMS`].
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods)] // it reads the sources

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use support::{files_below, root};

/// Each room, from the lowest to the highest, and those that it may name.
const ROOMS: &[(&str, &[&str])] = &[
    ("source", &[]),
    ("faults", &[]),
    ("packs", &[]),
    ("diagnostic", &["source"]),
    ("syntax", &["source", "diagnostic"]),
    ("vocabulary", &["source", "diagnostic"]),
    ("model", &["source", "faults", "diagnostic", "syntax", "vocabulary"]),
    ("graph", &["source", "faults", "diagnostic", "syntax", "vocabulary", "model"]),
    ("rules", &["source", "faults", "diagnostic", "syntax", "vocabulary", "model", "graph"]),
    ("check", &["source", "diagnostic", "syntax", "vocabulary", "model", "graph", "rules", "packs"]),
    ("diagram", &["source", "diagnostic", "vocabulary", "check", "packs"]),
    ("output", &["source", "diagnostic", "vocabulary", "check", "packs", "diagram"]),
    ("project", &["source", "diagnostic", "syntax", "vocabulary", "model", "check"]),
    (
        "cli",
        &[
            "source",
            "diagnostic",
            "syntax",
            "vocabulary",
            "model",
            "graph",
            "rules",
            "check",
            "output",
            "diagram",
            "project",
        ],
    ),
];

/// The rooms that touch the world outside.
const WORLDLY: &[&str] = &["project", "cli"];

/// What reaches the disk, the clock, the environment or the terminal, or stops the process.
const OUTSIDE: &[&str] = &[
    "std::fs",
    "fs::File",
    "File::open",
    "std::env",
    "env::var",
    "env::args",
    "SystemTime",
    "Instant::",
    "Zoned::now",
    "Timestamp::now",
    "println!",
    "print!",
    "dbg!",
    "stdin",
    "stdout",
    "stderr",
    "std::net",
    "std::process",
    "std::thread",
    ".canonicalize(",
    ".exists()",
    ".is_file()",
    ".is_dir()",
    ".read_dir(",
    "rand::",
    "RandomState",
];

struct Source {
    path: PathBuf,
    room: String,
    /// The text without comments and what is in quotes.
    code: String,
    text: String,
}

fn sources() -> Vec<Source> {
    let src = root().join("src");
    let read = |path: PathBuf| {
        let inside = path.strip_prefix(&src).unwrap();
        let room = inside.components().next().unwrap().as_os_str().to_str().unwrap().trim_end_matches(".rs").to_owned();
        let text = std::fs::read_to_string(&path).unwrap();
        let code = bare(&text);
        Source { path: inside.to_path_buf(), room, code, text }
    };
    files_below(&src, ".rs").into_iter().map(read).collect()
}

/// Rust without comments, texts and tests, line by line.
fn bare(text: &str) -> String {
    let text = text.split("#[cfg(test)]").next().unwrap_or("");
    let mut code = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '/' if chars.peek() == Some(&'/') => while chars.next_if(|c| *c != '\n').is_some() {},
            '"' => {
                code.push('"');
                while let Some(c) = chars.next() {
                    match c {
                        '\\' => {
                            chars.next();
                        }
                        '"' => break,
                        '\n' => code.push('\n'),
                        _ => {}
                    }
                }
                code.push('"');
            }
            '\'' => {
                // a character in quotes; a lifetime goes on as it is
                code.push('\'');
                let mut ahead = chars.clone();
                let (first, second) = (ahead.next(), ahead.next());
                if first == Some('\\') || second == Some('\'') {
                    chars.next_if_eq(&'\\');
                    chars.next();
                    while chars.next_if(|c| *c != '\'').is_some() {}
                    chars.next();
                    code.push('\'');
                }
            }
            c => code.push(c),
        }
    }
    code
}

/// The rooms that a file names with `crate::`, with the line of each, as in `crate::x::y` and `crate::{x, y::{z}}`.
fn named(code: &str) -> Vec<(String, usize)> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let before = code[..at].chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || c == '_') {
            continue;
        }
        let line = code[..at].matches('\n').count() + 1;
        let rest = &code[at + "crate::".len()..];
        let first =
            |text: &str| text.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
        match rest.strip_prefix('{') {
            None => found.push((first(rest), line)),
            Some(list) => {
                let (mut depth, mut item) = (1, String::new());
                for c in list.chars() {
                    match c {
                        '{' => depth += 1,
                        '}' => depth -= 1,
                        _ => {}
                    }
                    if depth == 0 || (depth == 1 && c == ',') {
                        found.push((first(&item), line));
                        item.clear();
                    } else {
                        item.push(c);
                    }
                    if depth == 0 {
                        break;
                    }
                }
            }
        }
    }
    found.retain(|(room, _)| !room.is_empty());
    found
}

#[test]
fn what_a_file_names_is_read_rightly() {
    let rooms = |code: &str| named(&bare(code)).into_iter().map(|(room, _)| room).collect::<Vec<_>>();
    assert_eq!(rooms("use crate::graph::Graph; // crate::cli"), ["graph"]);
    assert_eq!(rooms("use crate::{check::{Inputs, x}, rules, self};"), ["check", "rules", "self"]);
    assert_eq!(rooms("let a = \"crate::cli \\\" crate::cli\"; crate::output::render()"), ["output"]);
    assert_eq!(rooms("let a = '\"'; fn b<'a>(x: &'a str) { crate::syntax::parse(\"\") }"), ["syntax"]);
    assert_eq!(rooms("$crate::model::x"), ["model"]);
    assert_eq!(rooms("mycrate::model::x"), Vec::<String>::new());
}

#[test]
fn rooms_name_only_what_stands_lower() {
    let allowed: BTreeMap<&str, BTreeSet<&str>> =
        ROOMS.iter().map(|(room, lower)| (*room, lower.iter().copied().collect())).collect();
    let mut wrong = String::new();
    for source in sources() {
        if matches!(source.room.as_str(), "lib" | "main") {
            continue;
        }
        let Some(lower) = allowed.get(source.room.as_str()) else {
            let _ = writeln!(wrong, "{}: the room `{}` is not in the table", source.path.display(), source.room);
            continue;
        };
        for (room, line) in named(&source.code) {
            if room != source.room && !lower.contains(room.as_str()) {
                let _ = writeln!(wrong, "{}:{line}: `{}` names `{room}`", source.path.display(), source.room);
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// The table itself allows no circle: each room names only rooms above it in the list.
#[test]
fn the_table_has_no_circles() {
    let mut seen = BTreeSet::new();
    for (room, lower) in ROOMS {
        for name in *lower {
            assert!(seen.contains(name), "`{room}` may name `{name}`, which does not stand lower");
        }
        assert!(seen.insert(room), "`{room}` twice");
    }
    let rooms: BTreeSet<String> = sources().into_iter().map(|s| s.room).filter(|r| r != "lib" && r != "main").collect();
    assert_eq!(rooms, seen.iter().map(|r| (**r).to_owned()).collect(), "the table and the rooms that there are");
}

#[test]
fn only_project_and_cli_touch_the_world() {
    let mut wrong = String::new();
    for source in sources() {
        if WORLDLY.contains(&source.room.as_str()) || source.room == "main" {
            continue;
        }
        for (number, line) in source.code.lines().enumerate() {
            for word in OUTSIDE {
                if line.contains(word) {
                    let _ = writeln!(wrong, "{}:{}: {word}", source.path.display(), number + 1);
                }
            }
        }
        // clippy watches over the rest; only these two rooms may tell it to look away
        if source.text.contains("allow(clippy::disallowed") {
            let _ = writeln!(wrong, "{}: looks away from clippy.toml", source.path.display());
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// Nothing is drawn from the order of a hash map unless it is sorted: the pure rooms that build outputs use none.
#[test]
fn outputs_use_no_hash_maps() {
    for source in sources().iter().filter(|s| matches!(s.room.as_str(), "output" | "check")) {
        assert!(!source.code.contains("HashMap") && !source.code.contains("HashSet"), "{}", source.path.display());
    }
}

#[test]
fn every_file_says_what_it_is_for() {
    for source in sources() {
        let first = source.text.lines().next().unwrap_or("");
        assert!(first.starts_with("//! ") && first.len() > 20, "{}: begins with {first:?}", source.path.display());
        assert!(!source.text.contains("unsafe "), "{}", source.path.display());
    }
}

#[test]
fn main_is_a_door() {
    let main = std::fs::read_to_string(root().join("src/main.rs")).unwrap();
    assert!(main.lines().count() < 30);
    assert!(Path::new(&root().join("src/lib.rs")).is_file());
}
