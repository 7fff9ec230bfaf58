//! The laws of the fuzz targets, tried without a fuzzer: on what fuzzing once found (`tests/regressions/TARGET/`), and on
//! every source of the repository, whole and cut short.
#![allow(clippy::unwrap_used, clippy::panic, clippy::disallowed_methods)] // tests read their cases

mod support;

#[path = "../fuzz/src/lib.rs"]
#[allow(missing_docs, unreachable_pub)]
mod laws;

use std::fs;
use std::path::PathBuf;

use staunch::check::inputs_of_texts;
use support::{files_below, root};

type Law = fn(&str);

const TARGETS: [(&str, Law); 10] = [
    ("parse", laws::parse),
    ("check", laws::check),
    ("ask", laws::ask),
    ("format", laws::format),
    ("words", laws::words),
    ("settings", laws::settings),
    ("test", laws::test),
    ("diff", laws::diff),
    ("diagram", laws::diagram),
    ("baseline", laws::baseline),
];

/// Tries a law; says which input breaks it.
fn hold(target: &str, law: Law, name: &str, text: &str) {
    let text = text.to_owned();
    let told = format!("{target}: {name}");
    if std::panic::catch_unwind(move || law(&text)).is_err() {
        panic!("{told} breaks the law of its target");
    }
}

#[test]
fn what_fuzzing_found_stays_mended() {
    let folder = root().join("tests/regressions");
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let Some((target, law)) = TARGETS.iter().find(|(target, _)| *target == name) else {
            assert!(!path.is_dir(), "there is no target `{name}`");
            continue;
        };
        let inputs = files_below(&path, "");
        assert!(!inputs.is_empty(), "{name} has cases");
        for input in inputs {
            // a fuzzer hands over nothing but text
            let Ok(text) = String::from_utf8(fs::read(&input).unwrap()) else { panic!("{}", input.display()) };
            hold(target, *law, &input.display().to_string(), &text);
        }
    }
}

/// Every source of the repository, by its ending.
fn sources(ending: &str) -> Vec<(PathBuf, String)> {
    let folders = ["examples", "tests", "policies"].map(|folder| root().join(folder));
    let files = folders.iter().flat_map(|folder| files_below(folder, ending));
    files.filter_map(|path| fs::read_to_string(&path).ok().map(|text| (path, text))).collect()
}

#[test]
fn every_source_keeps_the_laws() {
    let models = sources(".staunch");
    assert!(models.len() > 200, "{}", models.len());
    for (path, text) in &models {
        let name = path.display().to_string();
        hold("parse", laws::parse, &name, text);
        hold("format", laws::format, &name, text);
        hold("ask", laws::ask, &name, &format!("who may hold identifiable data\n{text}"));
    }
    let words = sources(".yaml");
    assert!(words.len() > 20, "{}", words.len());
    for (path, text) in &words {
        let name = path.display().to_string();
        hold("words", laws::words, &name, text);
        hold("settings", laws::settings, &name, text);
    }
}

/// What a name must not do to a picture: end an element or a text, begin a script, draw a line, write from right to left, be too long.
const HARM: [&str; 6] = [
    "</title></text></script><script>alert(1)</script><img src=x onerror=alert(1)>",
    "]]> <!-- ' onload=x \\\" {{title}} %%{init: {}}%% \\\\",
    "end --> n0 -->|x| n1 click n0 subgraph x; | # &amp; `",
    "\u{202e}gnp.exe\u{202c}\u{200b} مرحبا 👩‍👩‍👧 兵庫県の家族",
    "x",
    "many words of a title that nobody would read many words of a title that nobody would read many words of a title that nobody \
     would read many words of a title that nobody would read many words of a title that nobody would read",
];

/// Every declaration of some kinds with a title that would do harm if it could.
fn harmful(text: &str, first: usize) -> String {
    let named = |(number, line): (usize, &str)| {
        let mut words = line.splitn(3, ' ');
        let (kind, name, rest) = (words.next(), words.next(), words.next().unwrap_or_default());
        let (Some(kind @ ("party" | "dataset" | "flow" | "event" | "activity" | "rule")), Some(name)) = (kind, name)
        else {
            return format!("{line}\n");
        };
        let rest = rest.strip_prefix('"').and_then(|title| title.split_once('"')).map_or(rest, |(_, rest)| rest);
        format!("{kind} {name} \"{}\" {rest}\n", HARM[(first + number) % HARM.len()])
    };
    text.lines().enumerate().map(named).collect()
}

#[test]
fn pictures_of_sources_keep_their_laws_whatever_things_are_called() {
    let models: Vec<_> = sources(".staunch").into_iter().filter(|(_, text)| text.len() < 4_000).collect();
    let every = std::env::var("STAUNCH_DRAWN_EVERY").ok().and_then(|n| n.parse().ok()).unwrap_or(12);
    let mut drawn = 0;
    for (number, (path, text)) in models.iter().enumerate().step_by(every) {
        let name = path.display().to_string();
        let harmful = harmful(text, number);
        hold("diagram", laws::diagram, &name, text);
        hold("diagram", laws::diagram, &format!("{name} with other titles:\n{harmful}"), &harmful);
        let given = [("a.staunch", harmful.as_str())];
        drawn += usize::from(laws::pictures(inputs_of_texts(&given, support::AS_OF)).len() > 1);
    }
    assert!(drawn * every * 3 > models.len(), "{drawn} of {}, every {every}", models.len());
}

/// A source of numbers that is the same everywhere.
struct Random(u64);

impl Random {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % most.max(1)
    }
}

/// A text with some words and lines left out, doubled, changed places or taken from another text.
fn changed(text: &str, other: &str, random: &mut Random) -> String {
    let pieces = |text: &str| -> Vec<String> {
        text.split_inclusive(|c: char| " \n;,{}():.".contains(c)).map(str::to_owned).collect()
    };
    let (mut all, others) = (pieces(text), pieces(other));
    for _ in 0..=random.below(6) {
        if all.is_empty() {
            break;
        }
        let (at, with) = (random.below(all.len()), random.below(all.len()));
        match random.below(7) {
            0 => _ = all.remove(at),
            1 => all.insert(at, all[with].clone()),
            2 => all.swap(at, with),
            3 => all[at] = others.get(random.below(others.len())).cloned().unwrap_or_default(),
            4 => {
                all[at] =
                    ["", "not-stated", "public", "9999999999", "\"", "}", "#", "é\u{202e}"][random.below(8)].to_owned()
            }
            5 => drop(all.splice(at..(at + 1 + random.below(12)).min(all.len()), [])),
            _ => all[at] = all[with].clone(),
        }
    }
    all.concat()
}

/// Sources changed by chance, for each target; how many says `STAUNCH_CHANGED`, and where to begin `STAUNCH_CHANGED_FROM`.
#[test]
fn sources_changed_by_chance_keep_the_laws() {
    let setting =
        |name: &str, otherwise: u64| std::env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(otherwise);
    let (most, first) = (setting("STAUNCH_CHANGED", 60), setting("STAUNCH_CHANGED_FROM", 1));
    let of = |all: Vec<(PathBuf, String)>| -> Vec<String> {
        all.into_iter().map(|(_, text)| text).filter(|text| text.len() < 12_000).collect()
    };
    let (models, words) = (of(sources(".staunch")), of(sources(".yaml")));
    let known = "{\"format\": \"staunch-baseline\", \"version\": 1, \"findings\": [\n\
                 {\"fingerprint\": \"r/0/a\", \"rule\": \"r\", \"verdict\": \"fail\", \"summary\": \"s\"}]}\n";
    for seed in first..first + most {
        let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        for (target, law) in TARGETS {
            let from = if matches!(target, "words" | "settings") { &words } else { &models };
            let (text, other) = (&from[random.below(from.len())], &from[random.below(from.len())]);
            let input = match target {
                "baseline" => changed(known, known, &mut random),
                "ask" => format!(
                    "{}\n{text}",
                    changed("who may hold identifiable data", other, &mut random).replace('\n', " ")
                ),
                "diff" => format!("{text}\n{}{}", laws::NEXT_VERSION, changed(text, other, &mut random)),
                _ => changed(text, other, &mut random),
            };
            hold(target, law, &format!("seed {seed}:\n{input}"), &input);
        }
    }
}

/// What somebody has who is still typing.
#[test]
fn a_source_cut_short_anywhere_keeps_the_laws() {
    let everything = include_str!("sources/everything.staunch");
    for at in (0..everything.len()).step_by(7).filter(|at| everything.is_char_boundary(*at)) {
        let name = format!("everything.staunch up to byte {at}");
        let text = &everything[..at];
        hold("parse", laws::parse, &name, text);
        hold("format", laws::format, &name, text);
    }
    let judged =
        fs::read_to_string(root().join("tests/judgement/levels/098-lookup-destroyed-before-the-results-come.staunch"));
    let judged = judged.unwrap();
    for at in (0..judged.len()).step_by(17).filter(|at| judged.is_char_boundary(*at)) {
        hold("check", laws::check, &format!("098 up to byte {at}"), &judged[..at]);
    }
}

/// An input of a fuzz target may hold several files.
#[test]
fn a_project_in_one_input_is_cut_into_its_files() {
    let text =
        "party a\n#=== b.staunch\nparty b\n#=== n.md\nOur promise.\n#=== c.staunch\nnotice n { text \"n.md\" }\n";
    hold("check", laws::check, "a project in one input", text);
    let (question, rule) = ("a must never hold name data", "rule r { b must never hold name data }");
    hold("ask", laws::ask, "a question about it", &format!("{question}\n{rule}\n{text}"));
}
