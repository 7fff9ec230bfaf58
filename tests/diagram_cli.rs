//! `staunch diagram`: what it writes, where, and how it ends.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods)] // tests make the files that they read

mod support;

use std::fs;

use support::{folder, run};

const MODEL: &str = "party a \"Town\" { }\nparty b { }\nactivity sending { purpose research }\n\
                     dataset people { held by a; fields name }\nflow out { from a; to b; data people }\n\
                     rule no { b must never hold data from people }\n";

#[test]
fn help_has_examples_and_exit_codes() {
    let (code, out, _) = run(&folder(&[]), &["diagram", "--help"]);
    assert_eq!(code, 0);
    assert!(out.contains("Examples:") && out.contains("Exit codes:"), "{out}");
}

#[test]
fn svg_goes_to_the_terminal_and_files_have_the_format_of_their_ending() {
    let f = folder(&[("a.staunch", MODEL)]);
    let (code, out, err) = run(&f, &["diagram", "--as-of", "2026-01-01"]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.starts_with("<svg ") && out.ends_with("</svg>\n"), "{out}");
    let several =
        ["diagram", "--as-of", "2026-01-01", "-o", "a.svg", "-o", "b.PNG", "--format", "pdf=c", "--dpi", "48"];
    assert_eq!(run(&f, &several).0, 0);
    let read = |name: &str| fs::read(f.path().join(name)).unwrap();
    assert_eq!(read("a.svg"), out.as_bytes());
    assert!(read("b.PNG").starts_with(b"\x89PNG") && read("c").starts_with(b"%PDF"));
    let (_, embedded, _) = run(&f, &["diagram", "--embed-fonts"]);
    assert!(embedded.contains("@font-face") && embedded.len() > out.len() + 60_000);
}

#[test]
fn a_document_gets_its_caption_on_the_terminal() {
    let f = folder(&[("a.staunch", MODEL)]);
    let (code, out, err) = run(&f, &["diagram", "--profile", "document", "--as-of", "2026-01-01"]);
    assert_eq!(code, 0);
    assert!(!out.contains("Judged as of"), "{out}");
    assert!(err.contains("1 rule broken") && err.contains("1 January 2026"), "{err}");
}

#[test]
fn what_is_not_known_is_refused_with_what_may_be_meant() {
    let f = folder(&[("a.staunch", MODEL)]);
    for (args, said) in [
        (&["--focus", "peple"][..], "did you mean `people`?"),
        (&["--activity", "sendign"], "did you mean `sending`?"),
        (&["--activity", "people"], "no activity `people`"),
        (&["--finding", "2"], "there is no finding 2"),
        (&["--finding", "noo"], "did you mean `no`?"),
        (&["--finding", "no/4"], "it has one"),
        (&["-o", "a.svgg"], "did you mean `svg`?"),
        (&["-o", "a"], "does not say by its ending"),
        (&["-o", "a.svg", "--format", "svg=a.svg"], "one file"),
        (&["--format", "svg", "--format", "pdf"], "into one another"),
        (&["--format", "gif"], "no format `gif`"),
        (&["--view", "map"], "invalid value"),
        (&["--dpi", "7"], "24..=1200"),
        (
            &["--dpi", "1200", "--view", "swimlane", "--focus", "people", "--finding", "7", "-o", "a.png"],
            "no finding 7",
        ),
    ] {
        let (code, out, err) = run(&f, &[&["diagram", "--as-of", "2026-01-01"], args].concat());
        assert_eq!((code, out.as_str()), (2, ""), "{args:?}: {err}");
        assert!(err.contains(said), "{args:?}: {err}");
    }
    assert!(!f.path().join("a.svg").exists());
}

#[test]
fn wrong_texts_are_told_and_nothing_is_drawn() {
    let f = folder(&[("a.staunch", "party a { kind local }\nflow f { from b; to a; data d }")]);
    let (code, out, err) = run(&f, &["diagram", "-o", "a.svg"]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.contains("a.staunch:2"), "{err}");
    assert!(!f.path().join("a.svg").exists());
}

#[test]
fn nothing_to_draw_is_3() {
    let (code, _, err) = run(&folder(&[]), &["diagram"]);
    assert_eq!(code, 3);
    assert!(err.contains("staunch init"), "{err}");
    let (code, _, err) = run(&folder(&[("a.staunch", "party a { }")]), &["diagram"]);
    assert_eq!(code, 3);
    assert!(err.contains("declares no data"), "{err}");
    assert_eq!(run(&folder(&[("a.staunch", MODEL)]), &["diagram", "-o", "nowhere/a.svg"]).0, 4);
}

#[test]
fn letters_that_no_font_has_are_named_and_only_where_they_are_boxes() {
    let model = MODEL.replace("Town", "家族 Town");
    let f = folder(&[("a.staunch", &model)]);
    let (code, _, err) = run(&f, &["diagram", "--as-of", "2026-01-01", "-o", "a.png", "--dpi", "48"]);
    assert_eq!(code, 0, "{err}");
    assert!(err.contains("2 letters are empty boxes") && err.contains('族') && err.contains("--system-fonts"), "{err}");
    let (code, _, err) = run(&f, &["diagram", "--as-of", "2026-01-01", "-o", "a.svg"]);
    assert_eq!((code, err.as_str()), (0, ""));
    let (code, _, err) = run(&f, &["diagram", "--as-of", "2026-01-01", "-o", "a.pdf", "--system-fonts"]);
    assert_eq!(code, 0);
    // whichever fonts the machine has
    assert!(err.is_empty() || err.contains("this machine's fonts lack them"), "{err}");
}
