//! Reading `.staunch` files: every form of the language, and what happens to text that is wrong.
#![allow(clippy::panic)] // a test fails by it
#![allow(clippy::disallowed_methods)] // the cases are read from the disk

use proptest::prelude::*;
use staunch::diagnostic::Diagnostics;
use staunch::syntax::intern::Interner;
use staunch::syntax::tree::*;
use staunch::syntax::{Parsed, parse, parse_sentence};

const EVERYTHING: &str = include_str!("sources/everything.staunch");

fn read(text: &str) -> (Parsed, Interner, Diagnostics) {
    let (mut interner, mut diagnostics) = (Interner::new(), Diagnostics::new());
    let parsed = parse(text, 0, &mut interner, &mut diagnostics);
    (parsed, interner, diagnostics)
}

fn said(diagnostics: &Diagnostics, text: &str) -> String {
    diagnostics
        .sorted()
        .iter()
        .map(|d| {
            let line = text[..d.span.start as usize].matches('\n').count() + 1;
            format!(
                "{} line {line} `{}`: {}; {}\n",
                d.code.id,
                &text[d.span.start as usize..d.span.end as usize],
                d.message,
                d.help.as_deref().unwrap_or("-")
            )
        })
        .collect()
}

fn ask(text: &str) -> Result<Sentence, String> {
    let (mut interner, mut diagnostics) = (Interner::new(), Diagnostics::new());
    parse_sentence(text, 0, &mut interner, &mut diagnostics).ok_or_else(|| said(&diagnostics, text))
}

#[test]
fn everything_is_read() {
    let (parsed, _, diagnostics) = read(EVERYTHING);
    assert_eq!(said(&diagnostics, EVERYTHING), "");
    assert!(parsed.tree.declarations.len() > 50);
}

#[test]
fn every_error_of_a_file_is_reported_in_one_run() {
    let text = include_str!("sources/faults.staunch");
    let (parsed, _, diagnostics) = read(text);
    insta::assert_snapshot!("faults", said(&diagnostics, text));
    // what stands around the faults is read all the same
    assert!(parsed.tree.declarations.len() >= 8, "{}", parsed.tree.declarations.len());
}

#[test]
fn nodes_and_places_are_exact() {
    let text = "party a \"A\" { kind school }\nflow f { from a.b; data d(x, y) }\nrule r {\n  a must never receive data from d\n    except anonymous data\n}\n";
    let (parsed, interner, diagnostics) = read(text);
    assert!(diagnostics.is_empty());
    let at = |s: staunch::source::Span| &text[s.start as usize..s.end as usize];
    let [Declaration::Party(party), Declaration::Flow(flow), Declaration::Rule(rule)] =
        parsed.tree.declarations.as_slice()
    else {
        panic!("{:?}", parsed.tree)
    };
    assert_eq!(at(party.head.span), "party a \"A\" { kind school }");
    assert_eq!(at(party.head.keyword), "party");
    assert_eq!(party.head.title.as_ref().map(|t| t.value.as_str()), Some("A"));
    assert_eq!((at(party.facts[0].span), at(party.facts[0].word)), ("kind school", "kind"));
    let FlowFact::From(Stated::Is(from)) = &flow.facts[0].value else { panic!() };
    assert_eq!(interner.word(from[0].symbol), "a.b");
    let FlowFact::Data(Stated::Is(data)) = &flow.facts[1].value else { panic!() };
    assert_eq!(at(data[0].span), "d(x, y)");
    let RuleFact::Sentence(sentence) = &rule.facts[0].value else { panic!() };
    assert_eq!(at(sentence.span), "a must never receive data from d\n    except anonymous data");
    assert_eq!(at(sentence.exceptions[0].span), "except anonymous data");
    let (moved, _, _) = {
        let (mut interner, mut diagnostics) = (Interner::new(), Diagnostics::new());
        (parse(text, 1000, &mut interner, &mut diagnostics), interner, diagnostics)
    };
    let Declaration::Party(party) = &moved.tree.declarations[0] else { panic!() };
    assert_eq!((party.head.span.start, party.head.span.end), (1000, 1027));
}

#[test]
fn questions_are_read() {
    for text in [
        "who may hold identifiable data from families?",
        "who may receive data about children",
        "identifiable data from families",
        "name, address data",
        "hackney must never receive data from combined except anonymous data?",
        "every flow of personal data must have agreement in force",
    ] {
        if let Err(said) = ask(text) {
            panic!("{text}: {said}");
        }
    }
    assert!(matches!(ask("who may receive data").map(|s| s.form), Ok(Form::Asked { verb: Verb::Receive, .. })));
    assert!(matches!(ask("health data").map(|s| s.form), Ok(Form::Asked { verb: Verb::Hold, .. })));
    for text in ["", "?", "who may", "who may see data", "hackney should never get data", "data data", "}{", "\"x\""] {
        assert!(ask(text).is_err(), "{text}");
    }
}

#[test]
fn sentences_become_their_forms() {
    let form = |text: &str| ask(text).map(|s| s.form).unwrap_or_else(|e| panic!("{e}"));
    let Form::Every { must: Condition::And(all), .. } =
        form("every dataset must have a controller, a basis and a deadline")
    else {
        panic!()
    };
    assert_eq!(all.len(), 3);
    assert!(all.iter().all(|c| matches!(c, Condition::Test(t) if t.have && t.fact.len() == 1 && t.compare.is_none())));
    let Form::Every { filters, .. } = form("every flow of data from families from hackney must be encrypted") else {
        panic!()
    };
    assert!(matches!(filters.as_slice(), [Filter::Of(d), Filter::From(_)] if d.from.len() == 1));
    let Form::Every { filters, .. } = form("every flow of data from hackney to niesr must be encrypted") else {
        panic!()
    };
    assert!(matches!(filters.as_slice(), [Filter::Of(d), Filter::From(_), Filter::To(_)] if d.from.is_empty()));
    let Form::Every { must, .. } = form("every flow must be a or b and not c") else { panic!() };
    let Condition::Or(either) = must else { panic!() };
    assert!(
        matches!(either.as_slice(), [Condition::Test(_), Condition::And(both)] if matches!(both.as_slice(), [_, Condition::Not(..)]))
    );
    let Form::Every { must: Condition::And(two), .. } =
        form("every flow must have channel is one of a, b, agreement in force")
    else {
        panic!()
    };
    assert!(matches!(two.as_slice(), [Condition::Test(a), Condition::Test(b)]
        if matches!(&a.compare, Some((Compare::OneOf, v)) if v.len() == 2) && b.fact.len() == 3));
    assert!(matches!(form("every copy of data must be destroyed within 30 days of study-end"),
        Form::Destroyed { by: When::After(d, _), .. } if d.amount == 30));
    assert!(
        matches!(ask("a must never receive data except niesr").map(|s| s.exceptions), Ok(e) if matches!(e[0].what, Excepted::Who(_)))
    );
    assert!(
        matches!(ask("a must never receive data except name data").map(|s| s.exceptions), Ok(e) if matches!(e[0].what, Excepted::Data(_)))
    );
}

#[test]
fn odd_files_are_read() {
    for text in
        ["", "\n", "\u{feff}", "\r\n\r\n", "# nothing", "\u{feff}party a\r\n", "party a {\r\n  kind school\r\n}"]
    {
        let (_, _, diagnostics) = read(text);
        assert!(diagnostics.is_empty(), "{text:?}: {}", said(&diagnostics, text));
    }
}

#[test]
fn ten_thousand_brackets_are_one_error() {
    for (open, close) in [("{", "}"), ("(", ")")] {
        for text in [
            format!("rule r {{ every flow must {}x{} }}", open.repeat(10_000), close.repeat(10_000)),
            format!("rule r {{ every flow must {}x }}", open.repeat(10_000)),
            format!("party a {{ kind {}", open.repeat(10_000)),
            open.repeat(10_000),
        ] {
            let (_, _, diagnostics) = read(&text);
            assert!((1..5).contains(&diagnostics.errors()), "{open} {}", diagnostics.errors());
        }
    }
    let (_, _, diagnostics) =
        read(&format!("event e {{ }}\ndataset d {{ retain {}x }}", "1 day after ".repeat(10_000)));
    assert_eq!(diagnostics.errors(), 1);
}

#[test]
fn a_million_errors_are_counted() {
    let text = "flow f { form a }\n".repeat(1_000_000 / 10);
    let (_, _, diagnostics) = read(&text);
    assert_eq!(diagnostics.errors(), 100_000);
    assert_eq!(diagnostics.sorted().len(), 100);
    let (_, _, diagnostics) = read(&"%\n".repeat(1_000_000));
    assert_eq!(diagnostics.errors(), 1_000_000);
}

#[test]
fn a_rule_of_many_sentences_is_read_in_one_go() {
    let good = "  a must never receive data\n".repeat(20_000);
    let (_, _, diagnostics) = read(&format!("rule r {{\n{good}}}"));
    assert!(diagnostics.is_empty());
    let bad = "  a gets data\n".repeat(20_000);
    let (_, _, diagnostics) = read(&format!("rule r {{\n{bad}  a must never receive data\n}}"));
    assert_eq!(diagnostics.errors(), 20_000);
}

#[test]
fn a_very_long_line_is_read() {
    let fields: Vec<String> = (0..100_000).map(|i| format!("field-{i}")).collect();
    let text = format!("dataset d {{ fields {} }}", fields.join(", "));
    let (parsed, _, diagnostics) = read(&text);
    assert!(diagnostics.is_empty());
    let Declaration::Dataset(dataset) = &parsed.tree.declarations[0] else { panic!() };
    assert!(matches!(&dataset.facts[0].value, DatasetFact::Fields(f) if f.len() == 100_000));
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in any::<String>()) {
        let (_, _, diagnostics) = read(&text);
        diagnostics.sorted();
        let _ = ask(&text);
        let _ = staunch::syntax::format(&text);
    }

    #[test]
    fn no_tokens_make_it_panic(words in proptest::collection::vec(0usize..10_000, 0..120)) {
        let all: Vec<&str> = EVERYTHING.split_inclusive([' ', '\n', ',', ';', '(', ')', '{', '}']).collect();
        let text: String = words.iter().map(|w| all[w % all.len()]).collect();
        let (_, _, diagnostics) = read(&text);
        for d in diagnostics.sorted() {
            prop_assert!(!text[d.span.start as usize..d.span.end as usize].is_empty() || d.message.len() > 3);
            for related in &d.related {
                let _ = &text[related.span.start as usize..related.span.end as usize];
            }
        }
        let _ = ask(&text);
    }

    /// One token taken out of a good file never stops the rest from being read.
    #[test]
    fn a_lost_token_costs_little(at in 0usize..3000) {
        let tokens: Vec<&str> = EVERYTHING.split_inclusive(' ').collect();
        let at = at % tokens.len();
        let text: String = tokens.iter().enumerate().filter(|(i, t)| *i != at || t.contains(['\n', '"', '#'])).map(|(_, t)| *t).collect();
        let (parsed, _, _) = read(&text);
        let (whole, _, _) = read(EVERYTHING);
        prop_assert!(parsed.tree.declarations.len() + 2 >= whole.tree.declarations.len());
    }
}
