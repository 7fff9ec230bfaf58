//! Pictures on several pages: every flow is on one, numbers agree, marks lead where they say, and each page is a page of A4 that keeps
//! to what every picture keeps to.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, clippy::panic)] // the tests read their cases

mod support;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;

use staunch::check::{Atlas, Report, Surveyed, inputs_of_texts, survey};
use staunch::diagram::chart::{Chart, Picture, Shape};
use staunch::diagram::draw::{self, Fonts, SvgOptions};
use staunch::diagram::layout::{Rect, measure};
use staunch::diagram::pages::{MOST_PAGES, pages};
use staunch::diagram::views::{self, Profile, Request};
use staunch::project;
use support::{AS_OF, EXAMPLES, folder, inputs, root, run};

type Judged = (Atlas, Report);

fn example(name: &str) -> Judged {
    let loaded = project::open(&root().join("examples").join(name)).unwrap();
    let Surveyed { outcome, atlas } = survey(inputs(loaded, AS_OF));
    (atlas.unwrap(), outcome.report.unwrap())
}

fn of_text(text: &str) -> Judged {
    let Surveyed { outcome, atlas } = survey(inputs_of_texts(&[("a.staunch", text)], AS_OF));
    assert!(!outcome.diagnostics.has_errors(), "{:?}", outcome.diagnostics);
    (atlas.unwrap(), outcome.report.unwrap())
}

fn document() -> Request {
    Request { profile: Profile::Document, ..Request::default() }
}

fn chart(picture: Picture) -> Chart {
    match picture {
        Picture::Chart(chart) => chart,
        other => panic!("no chart: {other:?}"),
    }
}

fn split(judged: &Judged, most: usize) -> Vec<Chart> {
    pages(&judged.0, &judged.1, &document(), most).unwrap().into_iter().map(chart).collect()
}

/// A line from end to end: its number, and the ids of its ends.
fn whole_lines(chart: &Chart) -> BTreeSet<(String, String, String)> {
    let here = chart.edges.iter().filter(|e| [e.from, e.to].iter().all(|n| chart.nodes[*n].elsewhere.is_none()));
    here.map(|e| (e.number.clone(), chart.nodes[e.from].id.clone(), chart.nodes[e.to].id.clone())).collect()
}

/// Flow numbers without letters, `1–3, 7` written out.
fn numbers(words: &str) -> BTreeSet<usize> {
    let plain = |text: &str| text.trim_end_matches(char::is_alphabetic).parse::<usize>().ok();
    let mut all = BTreeSet::new();
    for part in words.split(", ") {
        match part.split_once('–') {
            Some((first, last)) => all.extend(plain(first).unwrap()..=plain(last).unwrap()),
            None => all.extend(plain(part)),
        }
    }
    all
}

fn check(what: &str, judged: &Judged, pages: &[Chart]) {
    let [context, details @ ..] = pages else { panic!("{what}: no page") };
    assert!(!details.is_empty() && context.nodes.iter().all(|node| node.shape == Shape::Party), "{what}");
    for (at, page) in pages.iter().enumerate() {
        let sheet = page.heading.sheet.as_ref().unwrap();
        assert_eq!((sheet.number, sheet.of), (at + 1, pages.len()), "{what}");
        assert!(!sheet.title.is_empty());
        on_a_page(&format!("{what}, page {}", at + 1), page);
    }
    // every line of the whole is drawn from end to end, under its number
    let whole = chart(views::picture(&judged.0, &judged.1, &document()).unwrap());
    let drawn: BTreeSet<_> = details.iter().flat_map(whole_lines).collect();
    if whole.nodes.iter().all(|node| node.shape != Shape::Party) {
        assert_eq!(whole_lines(&whole), drawn, "{what}");
        let boxes = |chart: &Chart| {
            chart.nodes.iter().filter(|n| n.elsewhere.is_none()).map(|n| n.id.clone()).collect::<Vec<_>>()
        };
        let all: BTreeSet<String> = details.iter().flat_map(boxes).collect();
        assert_eq!(boxes(&whole).into_iter().collect::<BTreeSet<_>>(), all, "{what}");
    }
    // the register of the context has the same numbers, for all that goes from party to party
    let listed: BTreeSet<usize> = context.edges.iter().flat_map(|edge| numbers(&edge.number)).collect();
    let known: BTreeSet<usize> = drawn.iter().flat_map(|(number, ..)| numbers(number)).collect();
    assert!(listed.is_subset(&known), "{what}: {listed:?} of {known:?}");
    let contents = &context.heading.sheet.as_ref().unwrap().contents;
    assert_eq!(contents.iter().map(|entry| entry.number).collect::<Vec<_>>(), (2..=pages.len()).collect::<Vec<_>>());
    for (entry, page) in contents.iter().zip(details) {
        let here: BTreeSet<usize> = whole_lines(page).iter().flat_map(|(number, ..)| numbers(number)).collect();
        assert_eq!(entry.title, page.heading.sheet.as_ref().unwrap().title);
        assert!(entry.flows.ends_with('…') || numbers(&entry.flows) == here, "{what}: {} and {here:?}", entry.flows);
    }
    marks_lead_where_they_say(what, pages);
    for finding in context.trails.iter() {
        let told = details.iter().flat_map(|p| &p.trails).filter(|t| t.told && t.summary == finding.summary).count();
        let shown = details.iter().flat_map(|p| &p.trails).filter(|t| t.summary == finding.summary).count();
        assert!(shown == 0 || told == 1, "{what}: “{}” has {told} cards", finding.title);
    }
}

/// What a mark stands for is on the page that it names, and so is its line, under its number.
fn marks_lead_where_they_say(what: &str, pages: &[Chart]) {
    for (at, page) in pages.iter().enumerate() {
        // a box that has more lines than are here says where they are, and there it is at home
        for node in &page.nodes {
            let Some(home) = node.home else { continue };
            let there = pages[home - 1].nodes.iter().find(|other| other.id == node.id);
            assert!(there.is_some_and(|other| other.home.is_none()) && home != at + 1, "{what}: {} at {home}", node.id);
        }
        for edge in &page.edges {
            let ends = [&page.nodes[edge.from], &page.nodes[edge.to]];
            let Some(mark) = ends.iter().find_map(|node| node.elsewhere.as_ref()) else { continue };
            let near = ends.iter().find(|node| node.elsewhere.is_none()).unwrap();
            assert!(!mark.boxes.is_empty() && !mark.party.is_empty(), "{what}");
            assert_eq!(mark.leads, ends[1].elsewhere.is_some(), "{what}");
            let mut found = BTreeSet::new();
            for (id, number) in &mark.boxes {
                assert_ne!(*number, at + 1, "{what}: a mark to its own page");
                let target = &pages[number - 1];
                let (from, to) = if mark.leads { (&near.id, id) } else { (id, &near.id) };
                let lines = whole_lines(target);
                let mut there = lines.iter().filter(|line| line.1 == *from && line.2 == *to).peekable();
                assert!(there.peek().is_some(), "{what}, page {}: {from} to {to} is not on page {number}", at + 1);
                found.extend(there.map(|line| line.0.clone()));
            }
            for number in edge.number.split(", ").filter(|n| !n.is_empty() && !n.ends_with("more")) {
                assert!(found.contains(number), "{what}, page {}: {number} is not in {found:?}", at + 1);
            }
        }
    }
}

/// A page fits on A4 in letters of 8 points, has none of the faults of a layout, and no two texts overlap.
fn on_a_page(what: &str, page: &Chart) {
    let (plan, layout) = draw::placed(page, Profile::Document);
    let found = measure::measure(&plan, &layout);
    assert_eq!(found.faults(), 0, "{what}: {found:?}");
    let scene = draw::draw(&Picture::Chart(page.clone()), Profile::Document);
    let (wide, high) = (scene.width * 25.4 / 96.0, scene.height * 25.4 / 96.0);
    assert!(wide <= 257.0 && high <= 170.0, "{what}: {wide:.0} by {high:.0} mm");
    let texts = scene.root.texts();
    let room = Rect { x: 0.0, y: 0.0, w: scene.width, h: scene.height };
    let rects: Vec<Rect> = texts.iter().map(|text| text.rect().grown(-1.0)).collect();
    for (n, (text, rect)) in texts.iter().zip(&rects).enumerate() {
        assert!(text.size * 0.75 >= 8.0, "{what}: “{}” has {} points", text.text, text.size * 0.75);
        assert!(room.contains(rect), "{what}: “{}” is not on the page", text.text);
        for (other, known) in texts.iter().zip(&rects).take(n) {
            assert!(!rect.overlaps(known), "{what}: “{}” lies over “{}”", text.text, other.text);
        }
    }
}

#[test]
fn every_example_that_is_too_large_is_split_into_pages_that_agree() {
    for name in EXAMPLES {
        let judged = example(name);
        let charts = split(&judged, MOST_PAGES);
        check(name, &judged, &charts);
        // what one activity does is not taken apart for another's sake
        for page in &charts[1..] {
            assert!(page.heading.description.contains(&page.heading.sheet.as_ref().unwrap().title), "{name}");
        }
    }
}

/// Without the second look there are 79 pages, and 11 of the safeguarding hub.
#[test]
fn what_holds_little_goes_on_a_page_with_what_it_belongs_to() {
    let pages = |name: &&str| (name.to_string(), split(&example(name), MOST_PAGES));
    let all: Vec<(String, Vec<Chart>)> = EXAMPLES.iter().map(pages).collect();
    let count: usize = all.iter().map(|(_, pages)| pages.len()).sum();
    assert!(count <= 72, "{count} pages");
    let (_, hub) = all.iter().find(|(name, _)| name == "safeguarding-hub").unwrap();
    assert!(hub.len() <= 9, "{} pages", hub.len());
    let titles: Vec<&str> = hub.iter().map(|page| page.heading.sheet.as_ref().unwrap().title.as_str()).collect();
    // phases that do not follow one another are not said to
    assert!(titles.contains(&"Safeguarding hub: phases 1 and 3"), "{titles:?}");
}

#[test]
fn the_same_project_has_the_same_pages_and_the_screen_has_those_of_the_document() {
    let judged = example("charity-mailing");
    let (first, again) = (split(&judged, MOST_PAGES), split(&judged, MOST_PAGES));
    assert_eq!(first, again);
    let screen = pages(&judged.0, &judged.1, &Request::default(), MOST_PAGES).unwrap();
    let sheets = |charts: &[Chart]| charts.iter().map(|c| c.heading.sheet.clone()).collect::<Vec<_>>();
    assert_eq!(sheets(&first), sheets(&screen.into_iter().map(chart).collect::<Vec<_>>()));
}

/// Parties that all send to all: one activity, and one phase of it is far too much for a page.
fn crowd(parties: usize) -> String {
    let mut text = String::from("activity a \"The exchange\" { purpose research }\n");
    for party in 0..parties {
        let _ = writeln!(
            text,
            "party p{party} \"Office {party}\" {{ }}\ndataset d{party} \"Files {party}\" {{ held by p{party}; fields name }}"
        );
    }
    for from in 0..parties {
        for to in (0..parties).filter(|to| *to != from) {
            let _ = writeln!(text, "flow f{from}-{to} {{ from p{from}; to p{to}; data d{from}; activity a }}");
        }
    }
    text
}

#[test]
fn a_phase_that_is_too_much_is_split_by_party() {
    let judged = of_text(&crowd(7));
    let charts = split(&judged, MOST_PAGES);
    check("seven offices", &judged, &charts);
    let titles: Vec<String> = charts.iter().map(|c| c.heading.sheet.clone().unwrap().title).collect();
    assert!(titles.iter().any(|title| title.starts_with("The exchange: ") && title.contains("Office 3")), "{titles:?}");
}

#[test]
fn a_crowd_of_pages_is_not_made_without_asking() {
    let mut text = crowd(3);
    for more in 0..400 {
        let _ = writeln!(
            text,
            "dataset more{more} {{ held by p0; fields name }}\nflow g{more} {{ from p0; to p1; data more{more}; activity a }}"
        );
    }
    let judged = of_text(&text);
    let charts = split(&judged, 6);
    let [only] = &charts[..] else { panic!("{} pages", charts.len()) };
    assert!(only.nodes.iter().all(|node| node.shape == Shape::Party));
    let advice = only.heading.advice.join(" ");
    assert!(advice.contains("--pages=") && advice.contains("--focus"), "{advice}");
}

#[test]
fn a_pdf_has_all_pages_with_their_titles() {
    let judged = example("charity-mailing");
    let charts = split(&judged, MOST_PAGES);
    let scenes: Vec<_> = charts.iter().map(|c| draw::draw(&Picture::Chart(c.clone()), Profile::Document)).collect();
    let pdf = draw::pdf(&scenes.iter().collect::<Vec<_>>(), &Fonts::default());
    let text = String::from_utf8_lossy(&pdf);
    assert_eq!(text.matches("/Type /Page\n").count() + text.matches("/Type /Page/").count(), charts.len());
    assert_eq!(text.matches("841.89").count(), charts.len(), "A4, lying");
    assert!(text.contains("/Outlines"));
    for scene in &scenes {
        let svg = draw::svg(scene, SvgOptions::default());
        assert!(resvg::usvg::roxmltree::Document::parse(&svg).is_ok());
    }
}

const TOWN: &str = "party a \"Town\" { }\nparty b \"Lab\" { }\n";

/// A project of two activities that are too large for one page.
fn large() -> String {
    let mut text = TOWN.to_owned();
    for activity in ["sending", "asking"] {
        let _ = writeln!(text, "activity {activity} {{ purpose research }}");
        for n in 0..9 {
            let _ = writeln!(
                text,
                "dataset {activity}-{n} {{ held by a; fields name }}\nflow {activity}-out-{n} {{ from a; to b; data {activity}-{n}; activity {activity} }}"
            );
        }
    }
    text
}

#[test]
fn a_document_becomes_a_file_for_each_page_and_old_ones_are_named() {
    let f = folder(&[("a.staunch", &large())]);
    fs::write(f.path().join("study-9.svg"), "old").unwrap();
    fs::write(f.path().join("study.svg"), "old").unwrap();
    let (code, _, err) =
        run(&f, &["diagram", "--as-of", "2026-01-01", "--profile", "document", "-o", "study.svg", "-o", "study.pdf"]);
    assert_eq!(code, 0, "{err}");
    let there = |name: &str| f.path().join(name).exists();
    assert!(there("study-1.svg") && there("study-2.svg") && there("study.pdf"), "{err}");
    assert!(err.contains("wrote `study-1.svg` to `study-") && err.contains("page 2 of "), "{err}");
    assert!(err.contains("`study.svg`") && err.contains("earlier run"), "{err}");
    assert_eq!(fs::read_to_string(f.path().join("study.svg")).unwrap(), "old", "nothing is deleted or written over");
    let second = fs::read_to_string(f.path().join("study-2.svg")).unwrap();
    assert!(second.contains("page 2 of"), "{second}");
    // asked to be one page, it is one, however large
    let (code, _, err) =
        run(&f, &["diagram", "--as-of", "2026-01-01", "--profile", "document", "--pages=1", "-o", "one.svg"]);
    assert_eq!(code, 0);
    assert!(there("one.svg") && !there("one-1.svg") && err.contains("page of A4"), "{err}");
}

#[test]
fn pages_cannot_go_to_one_place_and_must_not_fall_upon_each_other() {
    let f = folder(&[("a.staunch", &large())]);
    let (code, out, err) = run(&f, &["diagram", "--pages", "--as-of", "2026-01-01"]);
    assert_eq!((code, out.as_str()), (2, ""), "{err}");
    assert!(err.contains("cannot go to one place") && err.contains("-o study.svg"), "{err}");
    let (code, _, err) = run(&f, &["diagram", "--pages", "-o", "b.svg", "--format", "text=b-2.svg"]);
    assert_eq!(code, 2, "{err}");
    assert!(err.contains("one file"), "{err}");
    assert!(!f.path().join("b-1.svg").exists(), "nothing is written");
    // texts stay whole
    let (code, out, err) = run(&f, &["diagram", "--pages", "--format", "mermaid", "--as-of", "2026-01-01"]);
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("asking-8") || out.contains("Asking 8"), "{out}");
}
