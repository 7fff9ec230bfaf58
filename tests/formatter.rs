//! The formatter's laws: it changes the layout and nothing else, and its result is its own layout.
#![allow(clippy::panic, clippy::unwrap_used, clippy::disallowed_methods)] // a test fails by it, and reads its sources

mod support;

use std::path::PathBuf;

use proptest::prelude::*;
use staunch::diagnostic::Diagnostics;
use staunch::syntax::intern::Interner;
use staunch::syntax::{format, parse};
use support::{files_below, root};

const EVERYTHING: &str = include_str!("sources/everything.staunch");

/// The tree with every place blanked, and the comments in order.
fn meaning(text: &str) -> (String, Vec<String>) {
    let (mut interner, mut diagnostics) = (Interner::new(), Diagnostics::new());
    let parsed = parse(text, 0, &mut interner, &mut diagnostics);
    assert!(!diagnostics.has_errors(), "{text}\n{diagnostics:?}");
    let tree = format!("{:?}", parsed.tree);
    let mut blanked = String::with_capacity(tree.len());
    let mut rest = tree.as_str();
    while let Some(at) = rest.find("..") {
        let (before, after) = rest.split_at(at);
        blanked.push_str(before.trim_end_matches(|c: char| c.is_ascii_digit()));
        blanked.push('@');
        rest = after[2..].trim_start_matches(|c: char| c.is_ascii_digit());
    }
    blanked.push_str(rest);
    let comments = parsed.comments.iter().map(|c| text[c.span.start as usize..c.span.end as usize].to_owned());
    (blanked, comments.collect())
}

fn laws(text: &str) -> String {
    let formatted = format(text).unwrap_or_else(|d| panic!("{text}\n{d:?}"));
    assert_eq!(meaning(text), meaning(&formatted), "\n{text}\n---\n{formatted}");
    assert_eq!(format(&formatted).ok().as_deref(), Some(formatted.as_str()), "\n{text}\n---\n{formatted}");
    formatted
}

#[test]
fn everything_keeps_its_meaning() {
    insta::assert_snapshot!("everything", laws(EVERYTHING));
}

#[test]
fn line_ends_and_byte_order_mark() {
    let text =
        "\u{feff}party a {\r\n\r\n\r\n  kind school\r\n\r\n\r\n  country   GB # here\r\n}\r\n\r\n\r\n\r\nparty b\r\n";
    assert_eq!(laws(text), "party a {\n  kind     school\n\n  country  GB  # here\n}\n\nparty b\n");
    assert_eq!(laws(""), "");
    assert_eq!(laws("\n\n  \n"), "");
    assert_eq!(laws("# only a comment"), "# only a comment\n");
}

#[test]
fn bodies_stay_on_one_line_while_they_fit() {
    assert_eq!(laws("flow a{from x;to y;;data z(b,c)}"), "flow a { from x; to y; data z(b, c) }\n");
    assert_eq!(laws("party a {}"), "party a { }\n");
    assert_eq!(laws("party a {\n}"), "party a { }\n");
    let long = format!("flow a {{ from {}; to {} }}", "x".repeat(60), "y".repeat(60));
    assert_eq!(laws(&long), format!("flow a {{\n  from  {}\n  to    {}\n}}\n", "x".repeat(60), "y".repeat(60)));
}

#[test]
fn comments_stay_where_they_are() {
    let text = "# top\n\nflow a # head\n{ # open\n# first\nfrom x # from\n ; to y, # one\n# two\nz(b # in\n, c # last\n)\n\n# end\n} # close\n# bottom";
    let expected = "# top\n\nflow a {  # head\n  # open\n  # first\n  from  x  # from\n  to    y,  # one\n        # two\n        z(b,  # in\n        c)  # last\n\n  # end\n}  # close\n# bottom\n";
    let text = text.replace("to y, # one\n# two\nz(b", "data y, # one\n# two\nz(b");
    let expected = expected.replace("  to    y", "  data  y");
    assert_eq!(laws(&text), expected);
}

#[test]
fn a_file_with_errors_is_left_alone() {
    assert!(format("party a { knd school }").is_err());
}

/// Every `.staunch` source of the repository.
fn sources() -> Vec<PathBuf> {
    let mut all: Vec<PathBuf> = ["examples", "tests", "src", "policies", "book"]
        .iter()
        .map(|folder| root().join(folder))
        .filter(|folder| folder.is_dir())
        .flat_map(|folder| files_below(&folder, ".staunch"))
        .collect();
    all.sort();
    all
}

fn has_errors(text: &str) -> bool {
    let mut diagnostics = Diagnostics::new();
    parse(text, 0, &mut Interner::new(), &mut diagnostics);
    diagnostics.has_errors()
}

#[test]
fn every_source_of_the_repository_keeps_its_meaning() {
    let (mut read, mut refused) = (0, 0);
    for path in sources() {
        let text = std::fs::read_to_string(&path).unwrap();
        if has_errors(&text) {
            assert!(format(&text).is_err(), "{}: what cannot be read is not laid out", path.display());
            refused += 1;
        } else {
            laws(&text);
            // the same with the line ends of another system
            assert_eq!(format(&text.replace('\n', "\r\n")).ok(), format(&text).ok(), "{}", path.display());
            read += 1;
        }
    }
    assert!(read >= 80 && refused >= 20, "{read} sources read, {refused} with errors");
}

/// What people are shown as the way to write is written so.
#[test]
fn examples_and_what_init_writes_are_in_the_canonical_layout() {
    let shown: Vec<PathBuf> = sources()
        .into_iter()
        .filter(|p| ["examples", "src", "policies"].iter().any(|f| p.starts_with(root().join(f))))
        .collect();
    assert!(shown.len() >= 10, "{shown:?}");
    for path in shown {
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(format(&text).is_ok_and(|formatted| formatted == text), "{}: run `staunch fmt`", path.display());
    }
}

/// The source with line breaks, blanks, comments and line ends changed wherever the language does not mind.
fn shaken(choices: &[u8]) -> String {
    let mut out = String::new();
    let mut choice = choices.iter().cycle();
    for line in EVERYTHING.lines() {
        let code = line.split('#').next().unwrap_or("");
        let quoted = code.contains('"');
        let next = *choice.next().unwrap_or(&0);
        match next % 8 {
            0 => out.push_str("\n\n\n"),
            1 => out.push_str("   # a remark\n"),
            _ => {}
        }
        let mut shaken = line.to_owned();
        if !quoted && !line.contains('#') {
            if next & 8 != 0 {
                shaken = shaken.replace(", ", " ,   ");
            }
            if next & 16 != 0 {
                shaken = shaken.replace(", ", ", # listed\n");
            }
            if next & 32 != 0 {
                shaken = shaken.replace('(', "(\n").replace(')', " # closed\n)");
            }
            if next & 64 != 0 {
                shaken = shaken.replace("; ", ";\n\n  # between\n");
            }
        }
        out.push_str(&shaken);
        out.push_str(if next & 128 == 0 { "\n" } else { "\r\n" });
    }
    out
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn shaken_sources_keep_their_meaning(choices in proptest::collection::vec(any::<u8>(), 1..400)) {
        let text = shaken(&choices);
        let mut diagnostics = Diagnostics::new();
        parse(&text, 0, &mut Interner::new(), &mut diagnostics);
        prop_assert!(!diagnostics.has_errors(), "{:?}", diagnostics.sorted().first().map(|d| (&d.message, &text[d.span.start as usize..])));
        laws(&text);
    }
}

#[test]
fn nested_declarations_and_long_heads() {
    let text = "party a{team b \"B\"{\nkind school\n\n\ncountry GB}}\nscenario \"x\" {\nadd   flow leak {\nfrom a # c\nto b\n}\n\nexpect r   fails}\ncompatible a with b\n      because \"y\"\nadopt a,\nb\nparty z\n{ kind school }\n";
    let expected = "party a {\n  team b \"B\" {\n    kind     school\n\n    country  GB\n  }\n}\nscenario \"x\" {\n  add flow leak {\n    from  a  # c\n    to    b\n  }\n\n  expect r fails\n}\ncompatible a with b\n  because \"y\"\nadopt a,\n  b\nparty z { kind school }\n";
    assert_eq!(laws(text), expected);
}

#[test]
fn sentences_keep_their_lines() {
    let text = "rule r {\nevery flow of personal data\n from hackney\n where channel is post\n  must have ( agreement in force or\nbasis )\n      except anonymous data # fine\n  because \"x\" ; a must never receive data;b must never receive data\n}";
    let expected = "rule r {\n  every flow of personal data\n    from hackney\n    where channel is post\n    must have (agreement in force or\n    basis)\n    except anonymous data  # fine\n  because \"x\"\n  a must never receive data\n  b must never receive data\n}\n";
    assert_eq!(laws(text), expected);
}

#[test]
fn a_semicolon_stays_where_it_is_needed() {
    let text = "rule r { a must never receive health; from must never receive data; b must never hold data except anonymous; data must pass through drop name before reaching a }";
    let expected = "rule r {\n  a must never receive health;\n  from must never receive data\n  b must never hold data except anonymous\n  data must pass through drop name before reaching a\n}\n";
    assert_eq!(laws(text), expected);
}

proptest! {
    /// Lines of good declarations in another order, joined by line ends or semicolons.
    #[test]
    fn mixed_lines_keep_their_meaning(lines in proptest::collection::vec((0usize..200, any::<bool>()), 0..30)) {
        let rules = EVERYTHING.split("rule forms {\n").nth(1).unwrap_or("");
        let (forms, rest) = rules.split_once("\n}").unwrap_or(("", ""));
        let conditions = rest.split("rule conditions {\n").nth(1).and_then(|r| r.split_once("\n}")).map_or("", |r| r.0);
        let sentences: Vec<&str> = forms.lines().chain(conditions.lines()).collect();
        let mut text = String::from("rule r {");
        for (index, semicolon) in lines {
            text.push_str(sentences[index % sentences.len()]);
            text.push_str(if semicolon { ";" } else { "\n" });
        }
        text.push('}');
        laws(&text);
    }
}
