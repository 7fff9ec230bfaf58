//! Matrices and life cycles on several pages: nothing is lost, nothing is cut, and each page is a page of A4 with what stands above
//! its rows.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, clippy::panic)] // the tests read their cases

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use staunch::check::{Atlas, Report, Surveyed, inputs_of_texts, survey};
use staunch::diagram::chart::{Bar, Life, Picture, Table, Tick};
use staunch::diagram::draw;
use staunch::diagram::layout::Rect;
use staunch::diagram::pages::{MOST_PAGES, pages};
use staunch::diagram::views::{self, Profile, Request, View};
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

fn request(view: View, profile: Profile) -> Request {
    Request { view, profile, ..Request::default() }
}

fn split(judged: &Judged, view: View) -> Vec<Picture> {
    pages(&judged.0, &judged.1, &request(view, Profile::Document), MOST_PAGES).unwrap()
}

fn whole(judged: &Judged, view: View) -> Picture {
    views::picture(&judged.0, &judged.1, &request(view, Profile::Document)).unwrap()
}

fn table(picture: &Picture) -> &Table {
    match picture {
        Picture::Table(table) => table,
        other => panic!("no table: {other:?}"),
    }
}

fn life(picture: &Picture) -> &Life {
    match picture {
        Picture::Life(life) => life,
        other => panic!("no life: {other:?}"),
    }
}

/// Each is a page of A4 in letters of 8 points, has its number, and no two texts overlap or are cut.
fn on_pages(what: &str, pages: &[Picture], cut: bool) {
    for (at, page) in pages.iter().enumerate() {
        let what = format!("{what}, page {}", at + 1);
        if pages.len() > 1 {
            let sheet = page.heading().sheet.as_ref().unwrap();
            assert_eq!((sheet.number, sheet.of), (at + 1, pages.len()), "{what}");
            assert!(!sheet.title.is_empty() && page.heading().description.contains(&sheet.title), "{what}");
            assert_eq!(sheet.contents.len(), if at == 0 { pages.len() } else { 0 }, "{what}");
        }
        let scene = draw::draw(page, Profile::Document);
        let (wide, high) = (scene.width * 25.4 / 96.0, scene.height * 25.4 / 96.0);
        let fits = |w: f64, h: f64| wide <= w && high <= h;
        assert!(fits(257.0, 170.0) || (pages.len() == 1 && fits(170.0, 257.0)), "{what}: {wide:.0} by {high:.0} mm");
        let room = Rect { x: 0.0, y: 0.0, w: scene.width, h: scene.height };
        let texts = scene.root.texts();
        let rects: Vec<Rect> = texts.iter().map(|text| text.rect().grown(-1.0)).collect();
        for (n, (text, rect)) in texts.iter().zip(&rects).enumerate() {
            assert!(text.size * 0.75 >= 8.0, "{what}: “{}” has {} points", text.text, text.size * 0.75);
            assert!(room.contains(rect), "{what}: “{}” is not on the page", text.text);
            assert!(cut || !text.text.ends_with('…'), "{what}: “{}” is cut", text.text);
            for (other, known) in texts.iter().zip(&rects).take(n) {
                assert!(!rect.overlaps(known), "{what}: “{}” lies over “{}”", text.text, other.text);
            }
        }
    }
}

/// Every cell of the whole is on one page, under the head of its column.
fn all_cells(what: &str, whole: &Table, pages: &[Picture]) {
    let cells = |table: &Table| {
        let mut all = Vec::new();
        for row in &table.rows {
            assert_eq!(row.cells.len(), table.columns.len());
            for (cell, column) in row.cells.iter().zip(&table.columns) {
                all.extend(cell.as_ref().map(|cell| (row.name.clone(), column.name.clone(), cell.description.clone())));
            }
        }
        all
    };
    let mut found: Vec<_> = pages.iter().flat_map(|page| cells(table(page))).collect();
    let mut known = cells(whole);
    found.sort();
    known.sort();
    assert_eq!(found, known, "{what}");
    let rows: BTreeSet<&str> = pages.iter().flat_map(|p| &table(p).rows).map(|row| row.name.as_str()).collect();
    assert_eq!(rows, whole.rows.iter().map(|row| row.name.as_str()).collect(), "{what}");
}

/// A bar by what it is, wherever it stands.
fn key(bar: &Bar) -> (String, String, String) {
    (bar.name.clone(), bar.holder.clone(), bar.by.clone())
}

/// Every bar begins and ends once where it does in the whole, and every end is told once.
fn all_bars(what: &str, whole: &Life, pages: &[Picture]) {
    let mut begins: BTreeMap<_, Vec<Tick>> = BTreeMap::new();
    let mut ends: BTreeMap<_, Vec<Tick>> = BTreeMap::new();
    let mut told: Vec<(Tick, String)> = Vec::new();
    let mut ticks: Vec<Tick> = Vec::new();
    for page in pages.iter().map(life) {
        assert!(!page.bars.is_empty() && page.ticks.len() >= 2, "{what}: a page of nothing");
        ticks.extend(page.ticks.iter().filter(|tick| !ticks.contains(tick)).cloned().collect::<Vec<_>>());
        for bar in &page.bars {
            begins.entry(key(bar)).or_default().extend(bar.from.map(|tick| page.ticks[tick].clone()));
            ends.entry(key(bar)).or_default().extend(bar.until.map(|tick| page.ticks[tick].clone()));
        }
        told.extend(page.ends.iter().map(|(tick, words)| (page.ticks[*tick].clone(), words.clone())));
    }
    assert_eq!(ticks, whole.ticks, "{what}");
    assert_eq!(begins.len(), whole.bars.len(), "{what}");
    for bar in &whole.bars {
        let tick = |tick: Option<usize>| tick.map(|tick| whole.ticks[tick].clone());
        assert_eq!(begins[&key(bar)], Vec::from_iter(tick(bar.from)), "{what}: {}", bar.title);
        let until = bar.until.filter(|until| bar.from.is_none_or(|from| *until > from));
        assert_eq!(ends[&key(bar)], Vec::from_iter(tick(until)), "{what}: {}", bar.title);
    }
    let known: Vec<_> = whole.ends.iter().map(|(tick, words)| (whole.ticks[*tick].clone(), words.clone())).collect();
    assert_eq!(told, known, "{what}");
}

#[test]
fn a_matrix_that_is_too_large_goes_on_by_rows_and_columns() {
    let mut several = 0;
    for name in EXAMPLES {
        let judged = example(name);
        let pages = split(&judged, View::Matrix);
        on_pages(&format!("{name}, matrix"), &pages, false);
        all_cells(name, table(&whole(&judged, View::Matrix)), &pages);
        several += usize::from(pages.len() > 1);
    }
    assert!(several >= 3, "{several}");
}

#[test]
fn a_life_that_is_too_large_goes_on_by_rows_and_along_its_axis() {
    let (mut by_rows, mut along) = (0, 0);
    for name in EXAMPLES {
        let judged = example(name);
        let pages = split(&judged, View::Lifecycle);
        on_pages(&format!("{name}, life cycle"), &pages, false);
        let whole = whole(&judged, View::Lifecycle);
        all_bars(name, life(&whole), &pages);
        // the stages are told once, at the beginning
        let stages: Vec<usize> = pages.iter().map(|page| life(page).stages.len()).collect();
        assert_eq!(stages.iter().sum::<usize>(), 5, "{name}");
        assert_eq!(stages[0], 5, "{name}");
        let axes: BTreeSet<usize> = pages.iter().map(|page| life(page).ticks.len()).collect();
        by_rows += usize::from(pages.len() > 1 && axes.contains(&life(&whole).ticks.len()));
        along += usize::from(!axes.contains(&life(&whole).ticks.len()));
    }
    assert!(by_rows >= 2 && along >= 2, "{by_rows} by rows, {along} along the axis");
}

#[test]
fn no_text_of_a_matrix_or_a_life_is_cut_in_any_example() {
    for name in EXAMPLES {
        let judged = example(name);
        for view in [View::Matrix, View::Lifecycle] {
            for profile in [Profile::Screen, Profile::Document] {
                let picture = views::picture(&judged.0, &judged.1, &request(view, profile)).unwrap();
                let scene = draw::draw(&picture, profile);
                let cut: Vec<&str> =
                    scene.root.texts().iter().map(|text| text.text.as_str()).filter(|t| t.ends_with('…')).collect();
                assert!(cut.is_empty(), "{name}, {}, {profile:?}: {cut:?}", view.word());
            }
        }
    }
}

/// Many teams of few parties that hold many datasets, with long names.
fn many(parties: usize, datasets: usize) -> String {
    let mut text = String::new();
    for party in 0..parties {
        let _ = writeln!(
            text,
            "party p{party} \"The office of the commissioner for matters of number {party}\" {{ team one \"First\"; team two }}\n\
             event e{party} \"The end of what number {party} does for the region\" {{ no later than {}-05-01 }}",
            2030 + party
        );
    }
    for dataset in 0..datasets {
        let (from, to) = (dataset % parties, (dataset + 1) % parties);
        let _ = writeln!(
            text,
            "dataset d{dataset} \"What is known of households in district {dataset}\" {{ held by p{from}.one; fields name, address; \
             retain until e{from} then destroy }}\n\
             flow f{dataset} {{ from p{from}.one; to p{to}.two; data d{dataset}; receiver retains until e{to} then destroy }}"
        );
    }
    text
}

#[test]
fn what_is_too_wide_and_too_long_is_split_both_ways() {
    let judged = of_text(&many(14, 40));
    let pages = split(&judged, View::Matrix);
    on_pages("many offices, matrix", &pages, true);
    // more columns than one picture shows: pages have them all
    let Picture::Table(capped) = whole(&judged, View::Matrix) else { panic!() };
    assert_eq!(capped.columns.len(), 24);
    let columns: BTreeSet<&str> =
        pages.iter().flat_map(|page| &table(page).columns).map(|column| column.name.as_str()).collect();
    assert_eq!(columns.len(), 28);
    assert!(pages.iter().all(|page| page.heading().advice.is_empty()));
    let cells = pages.iter().flat_map(|page| &table(page).rows).flat_map(|row| &row.cells).flatten().count();
    assert_eq!(cells, 80);
    // a party keeps its teams
    for page in &pages {
        let columns = &table(page).columns;
        assert!(columns.len() >= 4 && columns[0].party == columns[1].party, "{columns:?}");
    }
    let pages = split(&judged, View::Lifecycle);
    on_pages("many offices, life cycle", &pages, true);
    let bars: BTreeSet<_> = pages.iter().flat_map(|page| &life(page).bars).map(key).collect();
    assert_eq!(bars.len(), 80, "more than one picture shows");
}

#[test]
fn a_crowd_of_pages_is_not_made_without_asking() {
    let judged = of_text(&many(4, 600));
    for view in [View::Matrix, View::Lifecycle] {
        let pages = pages(&judged.0, &judged.1, &request(view, Profile::Document), 5).unwrap();
        let [only] = &pages[..] else { panic!("{} pages", pages.len()) };
        let advice = only.heading().advice.join(" ");
        assert!(advice.contains("--pages=") && advice.contains("--focus"), "{advice}");
    }
}

#[test]
fn what_was_not_split_is_not_said_to_be_on_pages() {
    let f = folder(&[("a.staunch", &many(4, 60))]);
    let args =
        ["diagram", "--as-of", "2026-01-01", "--view", "matrix", "--profile", "document", "--pages=2", "-o", "m.svg"];
    let (code, _, err) = run(&f, &args);
    assert_eq!(code, 0, "{err}");
    assert!(err.contains("would be about") && err.contains("parts are smaller"), "{err}");
    assert!(!err.contains("have it on pages"), "{err}");
}

#[test]
fn the_screen_has_the_pages_of_the_document() {
    let judged = example("trusted-linker");
    for view in [View::Matrix, View::Lifecycle] {
        let screen = pages(&judged.0, &judged.1, &request(view, Profile::Screen), MOST_PAGES).unwrap();
        assert_eq!(screen, split(&judged, view));
    }
}

#[test]
fn the_command_writes_a_file_for_each_page() {
    let f = folder(&[("a.staunch", &many(6, 12))]);
    for view in ["matrix", "lifecycle"] {
        let svg = format!("{view}.svg");
        let args = ["diagram", "--as-of", "2026-01-01", "--view", view, "--profile", "document", "-o", &svg];
        let (code, _, err) = run(&f, &args);
        assert_eq!(code, 0, "{err}");
        assert!(err.contains("page 2 of ") && err.contains(&format!("`{view}-1.svg` to `{view}-")), "{err}");
        assert!(!err.contains("must be shown at"), "no page is too large: {err}");
        assert!(f.path().join(format!("{view}-2.svg")).exists() && !f.path().join(&svg).exists());
        let (code, _, err) = run(&f, &[&args[..], &["--pages=1"]].concat());
        assert_eq!(code, 0, "{err}");
        assert!(f.path().join(&svg).exists() && err.contains("have it on pages of A4"), "{err}");
    }
}
