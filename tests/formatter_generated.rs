//! The formatter's laws on generated trees: declarations of every kind are made up, printed in two layouts (a plain one, and one
//! with line ends, blanks and comments wherever they may stand), and formatted.
//!
//! Both layouts are read as the same tree; formatting keeps tree and comments, is done at once, and leaves no declaration on
//! one line that does not fit there.
#![allow(clippy::panic, clippy::unwrap_used)] // a test fails by it

use proptest::prelude::*;
use staunch::diagnostic::Diagnostics;
use staunch::syntax::intern::Interner;
use staunch::syntax::{Parsed, format, parse};

#[path = "../fuzz/src/lib.rs"]
#[allow(missing_docs, unreachable_pub, dead_code)]
mod laws;

/// How wide a line may be for a declaration to stay on it.
const WIDTH: usize = 100;

/// Decisions, one after the other; when there are no more, always the first possibility, so that a failing case gets small.
struct Choices<'a> {
    left: std::slice::Iter<'a, u16>,
}

impl Choices<'_> {
    fn below(&mut self, most: usize) -> usize {
        self.left.next().map_or(0, |c| usize::from(*c) % most)
    }

    fn of<'t>(&mut self, all: &[&'t str]) -> &'t str {
        all[self.below(all.len())]
    }
}

/// A fact: its words, and the facts in its braces when it declares something itself.
struct Fact {
    words: Vec<String>,
    body: Option<Vec<Fact>>,
}

// ---- the lines of each declaration; `{…}` is made up by `word_of` ----

const PARTY: &[&str] =
    &["kind {name}", "kind not-stated", "country GB", "domain {text}", "also {texts}", "access {names}"];
const FLOW: &[&str] = &[
    "from {name}",
    "to {names}",
    "data {datasets}",
    "for {names}",
    "basis {name} under {name}",
    "condition not-stated",
    "under {name}",
    "by {name}",
    "during {when} to {when}",
    "during from {when} to not-stated",
    "on {when}",
    "receiver retains {retention}",
    "receiver keeps {names}",
    "receiver stores in GB, IE",
    "onward to no one",
    "onward to {names}",
];
const STEP: &[&str] = &[
    "takes {names}",
    "match {name} with {name} on {names}",
    "match {name} with {name} on {name} keeping unmatched",
    "append {name}, {names}",
    "keep {names}",
    "drop {names}",
    "pseudonymise {names} as {new} using salted-hash",
    "pseudonymise {names} as {new} using lookup held by {name}",
    "add key {new} per {name}",
    "generalise {name} to {name}",
    "derive {new} : {category} from {names} profiling",
    "aggregate by {names} of {name} minimum {number} people",
    "suppress secondary, rounding {number}, under {number}",
    "filter opt-out {name}",
    "review {text} by {text}",
    "reidentify with {name}",
    "synthesise",
    "encrypt",
    "destroy {names} by {name}",
    "gives {datasets}",
    "for {names}",
    "during {when} to {when}",
    "retain {retention}",
    "kept {names}",
    "stored in GB",
];
const DATASET: &[&str] = &[
    "held by {names}",
    "controller {names}",
    "about {names}",
    "collected for {names}",
    "basis {name} under {name}",
    "condition {name} under {name} schedule 1 paragraph {number}",
    "fields {names}",
    "fields open",
    "field {new} : {category}",
    "field {new} : {category} at {name}",
    "field {new} : not-stated",
    "reveals {new} : {category}",
    "retain {retention}",
    "kept {names}",
    "stored in GB, IE",
    "rows one per {name}",
    "table minimum {number}",
];
const ACTIVITY: &[&str] = &[
    "purpose {names}",
    "controller {name} of {names}",
    "processor {names} for {names} of {names} under {name} instructed for {names}",
    "sub-processor {name} of {name} under {name}",
    "joint controllers {names} under {name}",
    "independent controllers {names}",
    "decides {name} purpose, essential-means",
    "starts {when}",
    "ends {when}",
    "dpia {name}",
    "requires {names}",
];
const AGREEMENT: &[&str] = &[
    "kind sharing",
    "binding yes",
    "between {name}, {names}",
    "from {date}",
    "until {when}",
    "for {names}",
    "covers {datasets}",
    "onward to {names}",
    "terms {names}",
    "replaces {name}",
];
const EVENT: &[&str] =
    &["expected {date}", "no later than {date}", "not before {date}", "after {name}", "happened {date}", "per person"];
const NOTICE: &[&str] = &[
    "text {text}",
    "from {name}",
    "to {names}",
    "published {date}",
    "names recipients {names}",
    "covers {names}",
    "cites {names}",
];
const RULE: &[&str] = &[
    "severity warning",
    "law {text}",
    "fix {text}",
    "because {text}",
    "applies {date} to {date}",
    "{who} must never receive {data}{exceptions}",
    "no one except {names} may hold {data}",
    "only {who} may receive {data}{exceptions}",
    "{name} may receive only {names} from {name}",
    "{data} must pass through {name} at {name} before reaching {name}",
    "{data} must pass through drop {names} before reaching {name}",
    "{data} may be used only for {names}",
    "{data} must never be used to decide about individuals",
    "every flow of {data} where {condition} must {condition}{exceptions}",
    "every copy of {data} must be destroyed within {duration} of {name}",
    "every agreement named {names} must have terms includes {names}",
    "no one may hold {name} together with {category}",
    "published data must be counts of at least {number} people",
    "no one may receive a field they do not use",
];

fn declaration(c: &mut Choices<'_>) -> Fact {
    let (head, lines): (&str, &[&str]) = [
        ("party {new} {title}", PARTY),
        ("flow {new} {title}", FLOW),
        ("step {new} at {name} {title}", STEP),
        ("dataset {new} {title}", DATASET),
        ("activity {new} {title}", ACTIVITY),
        ("rule {new} {title}", RULE),
        ("agreement {new} {title}", AGREEMENT),
        ("event {new}", EVENT),
        ("notice {new} {title}", NOTICE),
        ("use {new} at {name}", &["takes {datasets}", "for {names}", "by {name}", "activity {new}", "on {when}"]),
        ("wall between {name} and {name} except anonymous", &[]),
        ("combination {name}, {name} at {name}, {names}", &[]),
        ("assume anyone knows {names}", &[]),
        ("compatible {name} with {name} because {text}", &[]),
        ("scenario {text}", &[]),
    ][c.below(15)];
    let scenario = head.starts_with("scenario");
    let mut facts = Vec::new();
    for _ in 0..c.below(8) {
        if scenario {
            facts.push(scenario_line(c));
        } else if lines == PARTY && c.below(4) == 1 {
            facts.push(Fact { words: words_of("team {new} {title}", c), body: body_of(PARTY, c) });
        } else if !lines.is_empty() {
            facts.push(Fact { words: words_of(c.of(lines), c), body: None });
        }
    }
    let bodiless = lines.is_empty() && !scenario || (facts.is_empty() && c.below(2) == 0 && head.starts_with("party"));
    Fact { words: words_of(head, c), body: (!bodiless).then_some(facts) }
}

fn body_of(lines: &[&str], c: &mut Choices<'_>) -> Option<Vec<Fact>> {
    let facts = (0..c.below(4)).map(|_| Fact { words: words_of(c.of(lines), c), body: None }).collect();
    (c.below(3) > 0).then_some(facts)
}

fn scenario_line(c: &mut Choices<'_>) -> Fact {
    match c.below(4) {
        0 => Fact { words: words_of("expect {name} fails", c), body: None },
        1 => Fact { words: words_of("add flow {new}", c), body: Some(body_of(FLOW, c).unwrap_or_default()) },
        2 => Fact { words: words_of("remove {names}", c), body: None },
        _ => Fact { words: words_of("without drop {names} in {name}", c), body: None },
    }
}

/// The words of a template, signs by themselves.
fn words_of(template: &str, c: &mut Choices<'_>) -> Vec<String> {
    let mut words = Vec::new();
    for part in template.replace('{', " {").replace('}', "} ").replace(',', " , ").split_whitespace() {
        match part.strip_prefix('{').and_then(|p| p.strip_suffix('}')) {
            Some(kind) => made_up(kind, c, &mut words),
            None => words.push(part.to_owned()),
        }
    }
    words
}

fn made_up(kind: &str, c: &mut Choices<'_>, words: &mut Vec<String>) {
    let list = |c: &mut Choices<'_>, one: &str, most: usize| {
        let mut words = words_of(one, c);
        for _ in 0..c.below(most) {
            words.push(",".to_owned());
            words.extend(words_of(one, c));
        }
        words
    };
    match kind {
        "name" => words.push(name(c)),
        // what is declared has no dot
        "new" => words.push(name(c).replace('.', "-")),
        "names" => words.extend(list(c, "{name}", 9)),
        "text" => words.push(text(c)),
        "texts" => words.extend(list(c, "{text}", 3)),
        "title" if c.below(2) == 0 => {}
        "title" => words.push(text(c)),
        "category" => {
            words.push(c.of(&["health.mental", "identity.name", "postcode", "criminal.convictions"]).to_owned())
        }
        "date" => words.push(c.of(&["2016-03-31", "2018-05-25", "2030-12-01"]).to_owned()),
        "number" => words.push(c.of(&["1", "10", "365", "18446744073709551615"]).to_owned()),
        "duration" => words.extend([c.of(&["1", "6", "30"]).to_owned(), c.of(&["days", "weeks", "years"]).to_owned()]),
        "when" => words.extend(words_of(
            c.of(&["{date}", "{name}", "{duration} after {name}", "{duration} after {duration} after {date}"]),
            c,
        )),
        "retention" => words.extend(words_of(
            c.of(&[
                "{duration} after {name} then destroy",
                "until {when} no later than {date} then destroy by {name}",
                "not-stated",
                "{duration} then archive",
            ]),
            c,
        )),
        "datasets" => {
            let one = c.of(&["{name}", "{name} ( {names} )"]);
            words.extend(list(c, one, 4));
        }
        "who" => words.extend(words_of(c.of(&["{name}", "{name} or any insurer", "{name}, {name}"]), c)),
        "data" => words.extend(words_of(
            c.of(&[
                "data",
                "identifiable data",
                "health.mental data",
                "name, address data",
                "data from {names}",
                "special-category data about {name} from {name}",
                "anonymous data",
            ]),
            c,
        )),
        "condition" => words.extend(condition(c, 0)),
        "exceptions" => {
            let one = c.of(&[
                "",
                "",
                "except anonymous data",
                "except at {name} because {text} review {date}",
                "except by flows where {condition}",
            ]);
            words.extend(words_of(one, c));
        }
        _ => panic!("nothing is called `{kind}`"),
    }
}

fn condition(c: &mut Choices<'_>, deep: usize) -> Vec<String> {
    let one = c.of(&[
        "have agreement in force",
        "have channel",
        "basis is one of consent, contract",
        "retention is at most {duration}",
        "not have basis",
        "channel is {name}",
        "kept includes {names}",
    ]);
    let mut words = words_of(one, c);
    for _ in 0..c.below(3) {
        words.push(c.of(&["and", "or"]).to_owned());
        if deep < 4 && c.below(2) == 0 {
            words.push("(".to_owned());
            words.extend(condition(c, deep + 1));
            words.push(")".to_owned());
        } else {
            words.push("have".to_owned());
            words.push(c.of(&["basis", "law", "deadline"]).to_owned());
        }
    }
    words
}

fn name(c: &mut Choices<'_>) -> String {
    let names = [
        "a",
        "hackney",
        "niesr",
        "families",
        "study-end",
        "x2",
        "a-very-long-name-that-somebody-thought-of",
        "hackney.early-help",
        "date-of-birth",
    ];
    c.of(&names).to_owned()
}

fn text(c: &mut Choices<'_>) -> String {
    let texts = [
        "",
        "A title",
        "with \\\"quotes\\\" and \\\\",
        "# no comment; {no} (brackets), é – “curly” \u{1f600}",
        "a text that is rather long and fills most of a line by itself, so that little else fits beside it",
    ];
    format!("\"{}\"", c.of(&texts))
}

// ---- printing ----

/// One fact a line, single spaces, no comments.
fn plainly(fact: &Fact, out: &mut String) {
    out.push_str(&fact.words.join(" "));
    if let Some(facts) = &fact.body {
        out.push_str(" {\n");
        for fact in facts {
            plainly(fact, out);
            out.push('\n');
        }
        out.push('}');
    }
}

/// With blanks, line ends and comments wherever they may stand. What may begin a fact of its own is not put first on a line.
fn wildly(fact: &Fact, nested: bool, c: &mut Choices<'_>, out: &mut String) {
    for (index, word) in fact.words.iter().enumerate() {
        let after_comma = index > 0 && fact.words[index - 1] == ",";
        if index > 0 {
            out.push_str(match c.below(8) {
                1 => "   ",
                2 => "\t",
                3 if after_comma => "\n",
                4 if after_comma => " # in a list\n\n  ",
                5 if word == "," || word == ")" => "",
                _ => " ",
            });
        }
        out.push_str(word);
    }
    let Some(facts) = &fact.body else { return };
    // a declaration within another one has its brace on its line
    let braces: &[&str] = if nested { &[" {", "{", " { # opened\n"] } else { &[" {", "{", " { # opened\n", "\n{\n"] };
    out.push_str(c.of(braces));
    for (index, fact) in facts.iter().enumerate() {
        if index > 0 {
            out.push_str(c.of(&[
                "\n",
                ";",
                "; ",
                " ;;\n",
                "\r\n",
                "\n\n\n\n",
                "  # behind\n",
                "\n # alone\n\n # and another\n",
            ]));
        }
        wildly(fact, true, c, out);
    }
    out.push_str(c.of(&["}", " }", "\n}", " # last\n}", "\n\n # last\n\n}"]));
}

// ---- the laws ----

fn read(text: &str) -> Option<Parsed> {
    let mut diagnostics = Diagnostics::new();
    let parsed = parse(text, 0, &mut Interner::new(), &mut diagnostics);
    (!diagnostics.has_errors()).then_some(parsed)
}

/// No declaration stands on one line that does not fit there; what cannot be broken, and a comment behind it, may be longer.
fn fits(formatted: &str) {
    for line in formatted.lines() {
        let code = line.split("  #").next().unwrap_or("");
        let whole = code.ends_with(" }") && !code.ends_with("{ }") && !line.contains('"');
        assert!(!whole || code.chars().count() <= WIDTH, "{} wide: {line}", code.chars().count());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, max_global_rejects: 10_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn generated_declarations_keep_the_laws(
        tree in proptest::collection::vec(any::<u16>(), 0..300),
        layout in proptest::collection::vec(any::<u16>(), 0..300),
    ) {
        let mut c = Choices { left: tree.iter() };
        let declarations: Vec<Fact> = (0..=c.below(4)).map(|_| declaration(&mut c)).collect();
        let mut plain = String::new();
        for fact in &declarations {
            plainly(fact, &mut plain);
            plain.push('\n');
        }
        // what is made up need not be a good model, but it has to be readable
        let read_plainly = read(&plain);
        prop_assume!(read_plainly.is_some());
        let mut wild = String::new();
        let mut c = Choices { left: layout.iter() };
        for fact in &declarations {
            wildly(fact, false, &mut c, &mut wild);
            wild.push_str(c.of(&["\n", "\r\n\r\n", " # behind\n", "\n# alone\n", "\n\n\n\n"]));
        }
        let read_wildly = read(&wild);
        prop_assert!(read_wildly.is_some(), "{}", wild);
        prop_assert_eq!(laws::without_places(&read_plainly.unwrap()), laws::without_places(&read_wildly.unwrap()), "{}", wild);
        for text in [&plain, &wild] {
            laws::format(text);
            fits(&format(text).unwrap());
        }
    }
}

/// The generator makes what the language has: most of what it makes can be read, with all kinds of declarations.
#[test]
fn what_is_generated_can_be_read() {
    let (mut good, mut kinds) = (0, std::collections::BTreeSet::new());
    let mut state = 1u64;
    for _ in 0..400 {
        let choices: Vec<u16> = (0..200)
            .map(|_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                (state >> 40) as u16
            })
            .collect();
        let mut c = Choices { left: choices.iter() };
        let fact = declaration(&mut c);
        let mut text = String::new();
        plainly(&fact, &mut text);
        if read(&text).is_some() {
            good += 1;
            kinds.insert(fact.words[0].clone());
        }
    }
    assert!(good > 340 && kinds.len() == 15, "{good} of 400, {kinds:?}");
}
