//! `staunch report`: one page that tells all. Here it is looked at as text; `a_browser_drives_the_page` opens it in a real browser,
//! where Node, the packages of `tests/browser/` and Chromium are there, and says that it is skipped where they are not:
//!
//! ```sh
//! npm ci --prefix tests/browser && STAUNCH_BROWSER=all cargo test --test report browser
//! ```
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::disallowed_methods)] // tests make the files that they read

mod support;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use staunch::check::{inputs_of_texts, survey};
use staunch::diagram::draw::base64;
use staunch::output::report;
use staunch::project;
use support::{AS_OF, EXAMPLES, folder, inputs, root, run};

/// The page of a text.
fn page(text: &str) -> String {
    let surveyed = survey(inputs_of_texts(&[("a.staunch", text)], AS_OF));
    assert!(!surveyed.outcome.diagnostics.has_errors(), "{:?}", surveyed.outcome.diagnostics);
    report::render(&surveyed).expect("a page of a text without errors")
}

/// The page of an example.
fn example(name: &str) -> String {
    let loaded = project::open(&root().join("examples").join(name)).unwrap();
    report::render(&survey(inputs(loaded, AS_OF))).expect("a page of an example")
}

const SMALL: &str = r#"
party council "The council" { kind local-authority }
party lab "The lab" { kind research-organisation }
agreement deal "The deal" { kind sharing; between council, lab }
dataset people "People" { held by council; fields name, benefits }
flow out "Names go out" { from council; to lab; data people; under deal; by secure-email }
flow more { from council; to lab; data people(benefits); by not-stated }
rule no-names "No names leave" { lab must never hold identified data }
rule mailed "Data goes by secure e-mail" { every flow must have channel is secure-email }
rule kept "The council gets nothing back" { council must never receive identified data }
"#;

// ---- the page as HTML

/// An element's tag, as it stands in the text.
struct Tag<'a> {
    name: &'a str,
    attributes: Vec<(&'a str, String)>,
    closes: bool,
    empty: bool,
}

fn decoded(text: &str) -> String {
    [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")]
        .iter()
        .fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}

/// Every tag of a page; stops where something is not as it should be.
fn tags(html: &str) -> Vec<Tag<'_>> {
    let mut all = Vec::new();
    let mut rest = html.strip_prefix("<!doctype html>").expect("a document type");
    while let Some(at) = rest.find('<') {
        assert!(!rest[..at].contains('>'), "a stray `>` in {:?}", &rest[..at]);
        rest = &rest[at + 1..];
        let closes = rest.starts_with('/');
        rest = rest.trim_start_matches('/');
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '-').unwrap();
        let name = &rest[..end];
        assert!(name.starts_with(|c: char| c.is_ascii_alphabetic()), "no tag: {:?}", &rest[..rest.len().min(60)]);
        rest = &rest[end..];
        let mut attributes = Vec::new();
        let empty = loop {
            rest = rest.trim_start();
            if let Some(after) = rest.strip_prefix("/>") {
                rest = after;
                break true;
            }
            if let Some(after) = rest.strip_prefix('>') {
                rest = after;
                break false;
            }
            let end = rest.find(['=', ' ', '>', '/']).unwrap();
            let attribute = &rest[..end];
            assert!(
                !attribute.is_empty() && attribute.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'),
                "no attribute: {attribute:?} of {name}"
            );
            rest = &rest[end..];
            let Some(after) = rest.strip_prefix("=\"") else {
                attributes.push((attribute, String::new()));
                continue;
            };
            let (value, after) = after.split_once('"').unwrap();
            assert!(!value.contains('<'), "`<` in {attribute} of {name}: {value}");
            attributes.push((attribute, decoded(value)));
            rest = after;
        };
        if matches!(name, "script" | "style") && !closes {
            let end = rest.find(&format!("</{name}")).unwrap();
            rest = &rest[end..];
        }
        all.push(Tag { name, attributes, closes, empty });
    }
    all
}

/// What holds of every page.
fn holds_of_every_page(html: &str) {
    const VOID: [&str; 4] = ["meta", "input", "br", "link"];
    let tags = tags(html);
    let mut open: Vec<&str> = Vec::new();
    let mut ids = BTreeSet::new();
    for tag in &tags {
        if tag.closes {
            assert_eq!(open.pop(), Some(tag.name), "nested wrongly");
        } else if !tag.empty && !VOID.contains(&tag.name) {
            open.push(tag.name);
        }
        for (name, value) in &tag.attributes {
            assert!(!name.starts_with("on"), "{name} on {}", tag.name);
            assert_ne!(*name, "style", "the policy would not let it: {value}");
            assert_ne!(*name, "src", "nothing is loaded: {value}");
            if *name == "id" {
                assert!(ids.insert(value.clone()), "the id {value} is there twice");
            }
            if *name == "href" {
                assert!(value.starts_with('#'), "a link leads out: {value}");
            }
        }
        assert!(!matches!(tag.name, "link" | "iframe" | "object" | "img" | "form" | "base" | "foreignObject" | "use"));
    }
    assert!(open.is_empty(), "not closed: {open:?}");
    for tag in &tags {
        for (name, value) in &tag.attributes {
            let all: Vec<&str> = match *name {
                "href" => vec![&value[1..]],
                "data-show" | "aria-labelledby" | "aria-describedby" | "for" | "data-for" | "data-walk" => {
                    value.split(' ').collect()
                }
                _ => continue,
            };
            for id in all {
                assert!(ids.contains(id), "{name} of {} refers to {id}, which is not there", tag.name);
            }
        }
    }
    let namespace = "http://www.w3.org/2000/svg";
    let elsewhere = html.replace(namespace, "");
    for out in ["http://", "https://", "url(", "@import", "//cdn"] {
        assert!(!elsewhere.contains(out), "the page names {out}");
    }
    policy_is_right(html);
    let data = between(html, "<script type=\"application/json\" id=\"data\">", "</script>");
    assert!(!data.contains(['<', '>', '&']));
    let data: serde_json::Value = serde_json::from_str(data).expect("data as JSON");
    for (id, walk) in data["walks"].as_object().unwrap() {
        assert!(ids.contains(id), "{id}");
        let steps = walk["steps"].as_array().unwrap();
        assert!(!steps.is_empty());
        for part in steps.iter().flat_map(|s| s.as_array().unwrap()).chain(walk["way"].as_array().unwrap()) {
            let id = &data["ids"][usize::try_from(part.as_u64().unwrap()).unwrap()];
            assert!(ids.contains(id.as_str().unwrap()), "{id}");
        }
        assert!(ids.contains(&format!("{id}:step:{}", steps.len())), "each step is told: {id}");
    }
    for line in data["lines"].as_array().unwrap() {
        assert!(line.as_array().unwrap().iter().all(|id| ids.contains(id.as_str().unwrap())), "{line}");
    }
}

fn between<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    text.split_once(from).and_then(|(_, rest)| rest.split_once(to)).map(|(part, _)| part).expect("a part of the page")
}

/// The page may run its own script and use its own style, and nothing else.
fn policy_is_right(html: &str) {
    let hash = |text: &str| base64(&Sha256::digest(text.as_bytes()));
    let (style, script) = (between(html, "<style>", "</style>"), between(html, "<script>", "</script>"));
    assert_eq!(
        decoded(between(html, "http-equiv=\"Content-Security-Policy\" content=\"", "\"")),
        format!(
            "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
            hash(style),
            hash(script)
        )
    );
    assert_eq!(html.matches("<script").count(), 2);
    assert_eq!(html.matches("<style").count(), 1);
    for never in ["eval(", "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "fetch(", "XMLHttpRequest"]
    {
        assert!(!script.contains(never), "{never}");
    }
}

#[test]
fn every_example_has_a_page_that_is_whole() {
    for name in EXAMPLES {
        let html = example(name);
        holds_of_every_page(&html);
        assert!(html.len() < 1_000_000, "{name}: {} bytes", html.len());
        assert!(html.contains("<svg") && html.contains("id=\"row:flow:1\""), "{name}");
        // none of them can be read on one page of A4
        assert!(html.contains("<code>staunch diagram --profile document</code> draws this on pages"), "{name}");
    }
}

#[test]
fn the_same_project_gives_the_same_bytes() {
    assert_eq!(example("safeguarding-hub"), example("safeguarding-hub"));
}

#[test]
fn what_is_found_is_told_with_its_steps_and_source() {
    let html = page(SMALL);
    holds_of_every_page(&html);
    let broken = between(&html, "id=\"rule:no-names\"", "</article>");
    assert!(broken.contains("likely issue") && broken.contains("No names leave"), "{broken}");
    assert!(broken.contains("id=\"finding:no-names:1:step:1\""));
    assert!(broken.contains("<mark>") && broken.contains("a.staunch:5"), "{broken}");
    let unsure = between(&html, "id=\"rule:mailed\"", "</article>");
    assert!(unsure.contains("cannot tell") && unsure.contains("Not stated:"), "{unsure}");
    let flow = between(&html, "id=\"row:flow:1\"", "</tr>");
    for what in ["Names go out", "The council", "The lab", "People", "secure email", "#row:agreement:deal", "flow-1"] {
        assert!(flow.contains(what), "{what}: {flow}");
    }
    assert!(between(&html, "id=\"row:flow:2\"", "</tr>").contains("not stated"));
    assert!(between(&html, "id=\"row:agreement:deal\"", "</tr>").contains("#row:flow:1"));
    assert!(between(&html, "id=\"part:missing\"", "</section>").contains("Data goes by secure e-mail"));
    assert!(html.contains("Judged as of <time datetime=\"2026-01-01\">1 January 2026</time>"));
    assert!(html.contains(&format!("by Staunch {}", env!("CARGO_PKG_VERSION"))));
    assert!(!html.contains("class=\"paper-only\""), "so small a picture can be read on paper");
}

/// What cannot be told stands apart from what holds: by words, by sign and by style, never as a pass.
#[test]
fn what_cannot_be_told_never_looks_like_a_pass() {
    let html = page(
        SMALL
            .replace("rule no-names", "rule other-names")
            .replace("lab must never hold identified", "council must never receive identified")
            .as_str(),
    );
    let unsure = between(&html, "id=\"rule:mailed\"", "</article>");
    assert!(!unsure.contains("holds</span>") && !unsure.contains('✓'), "{unsure}");
    let summary = between(&html, "id=\"part:summary\"", "</section>");
    assert!(summary.contains("class=\"verdict unsure\"") && summary.contains("cannot be told"), "{summary}");
    assert!(summary.contains("Nothing is known to be broken; these cannot be told."), "{summary}");
    assert!(summary.contains("href=\"#finding:mailed:1\""), "{summary}");
    let nothing = page("party council\ndataset people { held by council; fields name }\n");
    let summary = between(&nothing, "id=\"part:summary\"", "</section>");
    assert!(summary.contains("This is no pass"), "{summary}");
    assert!(!summary.contains("verdict holds"), "{summary}");
}

/// What a reader needs first: which promises are broken, what would mend them, and which mend would do for many findings.
#[test]
fn the_head_says_where_to_begin() {
    let html = page(
        r#"
party council "The council" { kind local-authority }
party lab "The lab" { kind research-organisation }
party firm "The firm" { kind research-organisation }
dataset people "People" { held by council; fields name, benefits }
flow out { from council; to lab, firm; data people; by secure-email }
rule ends "It ends" { every copy of personal data must have deadline }
promise nameless "Nobody gets names" { lab must never hold identified data; fix "leave `name` out" }
rule nobody "Nobody gets benefits" { firm must never hold identified data }
"#,
    );
    holds_of_every_page(&html);
    let summary = between(&html, "id=\"part:summary\"", "</section>");
    assert!(summary.contains("1 of 1 promise and 2 of 2 rules are likely broken."), "{summary}");
    assert!(
        summary.contains("<a href=\"#part:broken:promises\" aria-label=\"1, Promises: likely issue\">1</a>"),
        "{summary}"
    );
    assert!(
        summary.contains("<a href=\"#part:broken:rules\" aria-label=\"2, Rules: likely issue\">2</a>"),
        "{summary}"
    );
    let first = between(summary, "<ol class=\"first\">", "</ol>");
    assert!(first.contains("href=\"#finding:nameless:1\"") && first.contains("Nobody gets names"), "{first}");
    assert!(first.contains("To mend it:") && !first.contains("It ends"), "promises first: {first}");
    assert!(summary.contains("And 2 rules more"), "{summary}");
    let mends = between(summary, "id=\"mends\"", "</table>");
    assert!(mends.contains("<code>out</code>.</th><td>2</td>"), "{mends}");
    assert!(mends.contains("href=\"#rule:ends\""), "{mends}");
    // what people were promised stands open, and a few of the rest
    assert!(html.contains("id=\"finding:nameless:1\" open") && html.contains("id=\"finding:ends:1\" open"));
    assert!(!html.contains("id=\"finding:ends:2\" open"));
}

const HOSTILE: &str =
    "</script><script>alert(1)</script><img src=x onerror=alert(1)>\\\" onload=x '{{data}} ]]> <!-- ${x} {{";

/// A project whose every title is one text.
fn hostile(title: &str) -> String {
    r#"
party council "HOSTILE" { kind local-authority }
party lab "HOSTILE" { kind research-organisation }
agreement deal "HOSTILE" { kind sharing; between council, lab }
activity study "HOSTILE" { controller council; purpose impact-evaluation }
event over "HOSTILE" { no later than 2027-01-01 }
dataset people "HOSTILE" { held by council; fields name, benefits }
flow out "HOSTILE" { from council; to lab; data people; under deal; receiver retains until over then destroy }
step change at lab "HOSTILE" { takes people; drop name; gives few }
use look at lab "HOSTILE" { takes few; for impact-evaluation }
rule no-names "HOSTILE" { lab must never hold identified data; because "HOSTILE"; fix "HOSTILE" }
"#
    .replace("HOSTILE", title)
}

#[test]
fn names_do_nothing() {
    let text = hostile(HOSTILE);
    let surveyed = survey(inputs_of_texts(&[("<b>&\"'.staunch", &text)], AS_OF));
    let html = match report::render(&surveyed) {
        Some(html) => html,
        None => panic!("{:?}", surveyed.outcome.diagnostics),
    };
    holds_of_every_page(&html);
    let calm = page(&text.replace(HOSTILE, "calm"));
    let names = |html: &str| tags(html).iter().map(|tag| tag.name.to_owned()).collect::<BTreeSet<_>>();
    let apart =
        |html: &str| tags(html).iter().filter(|tag| !matches!(tag.name, "text" | "path" | "g" | "span")).count();
    // long titles take more lines of the picture, so that it may not fit on paper, and braces in them more lines of the source
    let (start, end) = ("<p class=\"paper-only\">", "</p>");
    let fits = match html.split_once(start) {
        Some((before, rest)) => format!("{before}{}", rest.split_once(end).expect("the end of the hint").1),
        None => html.clone(),
    };
    assert_eq!((names(&html), apart(&fits)), (names(&calm), apart(&calm)), "a name makes no element");
    assert!(!html.contains("<img") && !html.contains("<script>alert"));
    assert!(html.contains("&lt;script&gt;alert(1)"), "it shows as it stands");
}

#[test]
fn titles_of_every_kind_fit() {
    let long = "long ".repeat(600);
    for title in [long.as_str(), "مجلس المدينة", "👩‍👩‍👧 兵庫県", "a\u{202e}b\u{200b}c", "`", "``a`", "&amp;"]
    {
        let html = page(&SMALL.replace("The council", title).replace("No names leave", title));
        holds_of_every_page(&html);
        assert!(!html.contains('\u{202e}') && !html.contains('\u{200b}'));
    }
}

/// A project in which a text stands wherever words of other organisations can: in comments, a notice and what is quoted of it, reasons,
/// approvals, laws and people.
fn quoted(words: &str) -> Vec<(&'static str, String)> {
    let text = r#"# WORDS
party council "The council" { kind local-authority } # WORDS
party lab "The lab" { kind research-organisation }
people families "WORDS" { children some }
law some-law "WORDS" { in force 2018-05-25 }
notice told "WORDS" { text "notice.md"; from council; to families }
activity study "Study" { controller council; purpose impact-evaluation }
dataset people-data "WORDS" { held by council; about families; fields name, benefits } # WORDS
flow out "Out" { from council; to lab; data people-data } # WORDS
step change at lab "Change" { takes people-data; drop name; gives few }
assume lab knows name
promise kept "WORDS" { quote "WORDS" in told; lab must never hold identified data; because "WORDS" }
rule no-names "No names" { lab must never hold identified data; because "WORDS"; fix "WORDS" }
waive no-names for lab { because "WORDS"; by "WORDS"; until 2026-06-30 }
"#;
    vec![("a.staunch", text.replace("WORDS", words)), ("notice.md", format!("# Notice\n\nWe say: {words} is kept.\n"))]
}

/// What would do harm as markup, as a script, as an address, as a style or as a part of the skeleton.
const QUOTED: &str = "</script><script>window.broken=1</script><svg onload=window.broken=1><style>*{display:none}</style> <!--<script> \
                      ]]> {{policy}} javascript:window.broken=1 &lt;b&gt; </title></textarea> <base href=//x> <meta http-equiv=refresh>";

/// The page of a folder.
fn page_of(files: &[(&str, String)]) -> String {
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let folder = folder(&files);
    let (code, html, err) = run(&folder, &["report", "-o", "-", "--as-of", "2026-01-01"]);
    assert_eq!((code, err.as_str()), (0, ""));
    html
}

#[test]
fn words_that_are_quoted_do_nothing() {
    let html = page_of(&quoted(QUOTED));
    holds_of_every_page(&html);
    let calm = page_of(&quoted("calm"));
    let names = |html: &str| tags(html).iter().map(|tag| tag.name.to_owned()).collect::<BTreeSet<_>>();
    assert_eq!(names(&html), names(&calm), "words make no element");
    for part in
        ["<blockquote>", "class=\"waived\"", "class=\"fix\"", "<title id=", "id=\"waivers:title\"", "class=\"listing\""]
    {
        assert!(html.contains(part), "they stand in all of these: {part}");
    }
    assert!(html.matches("&lt;svg onload=window.broken=1&gt;").count() > 10, "they show as they stand");
}

/// Names from which the ids of the picture could be put together in two ways, and names that objects of scripts have.
const NAMES: &str = r#"
party c "C" { kind local-authority }
party b-at-c "B at C" { kind local-authority }
party constructor "constructor" { kind research-organisation }
party value-of "__proto__" { kind research-organisation }
dataset a-at-b { held by c; fields name, benefits }
dataset a { held by b-at-c; fields name, benefits }
dataset data { held by constructor; fields name }
dataset picture { held by constructor; fields name }
dataset has-own-property { held by value-of; fields name }
flow one { from c; to constructor; data a-at-b }
flow two { from b-at-c; to constructor; data a }
flow three { from constructor; to value-of; data data, picture }
flow to-string { from value-of; to c; data has-own-property }
step x at constructor { takes a; drop name; gives x-few }
step x-1 at constructor { takes a-at-b; drop name; gives few }
rule hasownproperty "constructor" { constructor must never hold identified data }
rule at-c "toString" { c must never hold data from a-at-b }
rule at-b-at-c "valueOf" { b-at-c must never hold data from a }
"#;

#[test]
fn parts_of_the_picture_have_ids_of_their_own() {
    let html = page(NAMES);
    holds_of_every_page(&html);
    let shown = |row: &str| between(between(&html, row, "</th>"), "data-show=\"", "\"").to_owned();
    let copies = between(&html, "id=\"copies\"", "</table>");
    let row = |who: &str, what: &str| {
        let rows = copies.split("<tr id=").filter(|row| row.contains(&format!(">{what}</a>")));
        let row = rows.filter(|row| row.contains(&format!("<td>{who}</td>"))).collect::<Vec<_>>();
        assert_eq!(row.len(), 1, "{who} {what}: {copies}");
        shown(row[0].split('>').next().unwrap())
    };
    let [one, other] = [row("C", "A at b"), row("B at C", "A")];
    assert_ne!(one, other);
    // what has an id there is the box of that party
    for (id, who) in [(one, "A at b at C"), (other, "A at B at C")] {
        let told = between(&html, &format!("id=\"{id}\" class=\"node"), "</desc>");
        assert!(told.contains(who), "{id}: {told}");
    }
    let step = between(&html, "id=\"step-x-1\"", "</g>");
    assert!(step.contains("X 1"), "{step}");
    let data: serde_json::Value =
        serde_json::from_str(between(&html, "<script type=\"application/json\" id=\"data\">", "</script>")).unwrap();
    let line = data["lines"].as_array().unwrap().iter().find(|line| line[0] == "step-x-1.2").unwrap();
    assert_eq!(line[2], "step-x", "the line leads into the step that it belongs to");
    let walk = &data["walks"]["finding:at-b-at-c:1"]["way"];
    assert!(walk.as_array().is_some_and(|way| !way.is_empty()), "{walk}");
}

/// A title may be empty, or of letters that show nothing: there is something to read and to point at all the same.
#[test]
fn where_a_title_shows_nothing_the_name_stands() {
    for title in ["", "  ", "\u{2800}", "\u{3164}"] {
        let html = page(
            &SMALL
                .replace("The council", title)
                .replace("Names go out", title)
                .replace("No names leave", title)
                .replace("The deal", title),
        );
        holds_of_every_page(&html);
        let row = between(&html, "id=\"row:flow:1\"", "</tr>");
        assert!(row.contains(">1. Out</a>") && row.contains("<td>council</td>") && row.contains(">deal</a>"), "{row}");
        assert!(between(&html, "id=\"rule:no-names\"", "</h4>").contains(">no-names"));
        assert!(html.contains(">council</option>"));
    }
}

/// A programme with so many flows, each of which breaks a rule.
fn large(flows: usize) -> String {
    let mut text = String::from("party council\nrule none { every flow must have agreement in force }\n");
    for n in 0..flows / 50 {
        let _ = writeln!(text, "party body-{n} \"Body {n}\"");
    }
    for n in 0..flows {
        let _ = writeln!(
            text,
            "dataset data-{n} {{ held by council; fields name, {} }}\nflow flow-{n} {{ from council; to body-{}; data data-{n} }}",
            if n % 2 == 0 { "benefits" } else { "attendance" },
            n % (flows / 50)
        );
    }
    text
}

#[test]
fn a_large_project_has_a_page_of_bounded_size() {
    let html = page(&large(5_000));
    holds_of_every_page(&html);
    assert!(html.len() < 4_000_000, "{} bytes", html.len());
    assert!(html.contains("id=\"party-council\""), "the context stands in the place of the swimlane");
    assert!(html.contains(&format!("The first {} of 5000 are shown", report::ROWS)), "the number is said");
    assert!(html.contains("id=\"row:flow:500\"") && !html.contains("id=\"row:flow:501\""));
}

// ---- the command

#[test]
fn the_page_is_written_whole_or_not_at_all() {
    let f = folder(&[("a.staunch", SMALL)]);
    let (code, out, err) = run(&f, &["report", "-o", "page.html", "--as-of", "2026-01-01"]);
    assert_eq!((code, out.as_str(), err.as_str()), (0, "", ""), "findings are what it is for");
    let written = std::fs::read_to_string(f.path().join("page.html")).unwrap();
    assert_eq!(written, page(SMALL));
    let (code, out, _) = run(&f, &["report", "-o", "-", "--as-of", "2026-01-01"]);
    assert_eq!((code, out), (0, written));
    assert_eq!(run(&f, &["report"]).0, 0);
    assert!(f.path().join("report.html").exists());
    let (code, _, err) = run(&f, &["report", "-o", "nowhere/page.html"]);
    assert_eq!(code, 4);
    assert!(err.contains("there is no such folder"), "{err}");
}

#[test]
fn a_text_with_errors_has_no_page() {
    let f = folder(&[("a.staunch", "party council {")]);
    let (code, _, err) = run(&f, &["report", "-o", "page.html"]);
    assert_eq!(code, 2);
    assert!(err.contains("a.staunch:1"), "{err}");
    assert!(!f.path().join("page.html").exists());
    let empty = folder(&[("notes.md", "")]);
    let (code, _, err) = run(&empty, &["report"]);
    assert_eq!(code, 3);
    assert!(err.contains("there is no `.staunch` file"), "{err}");
    assert!(!empty.path().join("report.html").exists());
    assert_eq!(run(&empty, &["report", "nothing-here"]).0, 2);
}

// ---- a real browser

/// Where a program is, by the folders of `PATH`.
fn on_path(name: &str) -> Option<PathBuf> {
    std::env::split_paths(&std::env::var_os("PATH")?).map(|folder| folder.join(name)).find(|file| file.is_file())
}

/// What the driver needs: Node, its packages and Chromium; or what is missing.
fn browser() -> Result<(PathBuf, PathBuf), String> {
    let node = on_path("node").ok_or("there is no `node`")?;
    if !root().join("tests/browser/node_modules/playwright-core").is_dir() {
        return Err("the packages are not there: `npm ci --prefix tests/browser` fetches them".to_owned());
    }
    let named = std::env::var_os("STAUNCH_CHROMIUM").map(PathBuf::from);
    let found = || ["chromium", "chromium-browser", "google-chrome"].iter().find_map(|name| on_path(name));
    let chromium = named.or_else(found).ok_or("there is no Chromium; `STAUNCH_CHROMIUM` may say where it is")?;
    Ok((node, chromium))
}

/// Says something although the test passes.
fn loudly(words: &str) {
    use std::io::Write as _;
    let _ = writeln!(std::io::stderr(), "{words}");
}

/// Drives a page; what went wrong, if anything did. What the driver has to say in the end.
fn driven(node: &Path, chromium: &Path, name: &str, html: &str) -> String {
    let made = tempfile::tempdir().unwrap();
    let file = made.path().join("page.html");
    std::fs::write(&file, html).unwrap();
    let output = std::process::Command::new(node)
        .arg(root().join("tests/browser/drive.mjs"))
        .args([chromium, made.path(), &file])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{name}: {said}");
    said.lines().last().unwrap_or_default().to_owned()
}

/// Titles that would do harm if they could, or that hardly fit.
fn titles() -> [(&'static str, String); 4] {
    [
        ("scripts", HOSTILE.replace("alert(1)", "window.broken=1")),
        ("long", "long ".repeat(600)),
        ("unbroken", "x".repeat(3_000)),
        ("other scripts", "مجلس المدينة 👩‍👩‍👧 兵庫県 a\u{202e}b\u{200b}c".to_owned()),
    ]
}

/// Clicks, filters, walks, links, the keyboard, fingers, printing, the policy and accessibility, in Chromium. `STAUNCH_BROWSER=required`
/// makes it fail where it could only be skipped, `STAUNCH_BROWSER=all` drives every example and all pages that are hard as well.
#[test]
fn a_browser_drives_the_page() {
    let wanted = std::env::var("STAUNCH_BROWSER").unwrap_or_default();
    let (node, chromium) = match browser() {
        Ok(found) => found,
        Err(missing) => {
            assert!(wanted.is_empty(), "the browser is required, but {missing}");
            loudly(&format!(
                "SKIPPED: a_browser_drives_the_page: {missing}. To have it run: Debian's `chromium` and `nodejs`, and \
                 `npm ci --prefix tests/browser`"
            ));
            return;
        }
    };
    let mut pages = vec![
        ("troubled-families/as-it-should-be".to_owned(), example("troubled-families/as-it-should-be")),
        ("scripts".to_owned(), page(&hostile(&titles()[0].1))),
    ];
    if wanted == "all" {
        let others = EXAMPLES.iter().filter(|name| **name != "troubled-families/as-it-should-be");
        pages.extend(others.map(|name| ((*name).to_owned(), example(name))));
        pages.extend(titles().into_iter().skip(1).map(|(name, title)| (name.to_owned(), page(&hostile(&title)))));
        pages.push(("quoted".to_owned(), page_of(&quoted(QUOTED))));
        pages.push(("names".to_owned(), page(NAMES)));
        pages.push(("one party".to_owned(), page("party council\n")));
        pages.push(("nothing".to_owned(), page("# nothing\n")));
        pages.push(("large".to_owned(), page(&large(5_000))));
    }
    for (name, html) in &pages {
        let said = driven(&node, &chromium, name, html);
        if wanted == "all" {
            loudly(&format!("driven: {name}, {} bytes: {said}", html.len()));
        }
    }
}
