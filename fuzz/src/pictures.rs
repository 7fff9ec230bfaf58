//! What must hold of every picture and of the page that tells all, whatever things are called.

use std::collections::{BTreeSet, HashSet};

use resvg::usvg::roxmltree::Document;
use staunch::check::{Atlas, Inputs, Report, Surveyed, survey};
use staunch::diagram::chart::Picture;
use staunch::diagram::draw::scene::Scene;
use staunch::diagram::draw::{self, Fonts, SvgOptions};
use staunch::diagram::layout::Rect;
use staunch::diagram::text::{self, Format};
use staunch::diagram::views::{self, Profile, Request, View};
use staunch::output::report;

#[path = "../../tests/diagrams/recognise.rs"]
// another test uses the rest of it; it reads what we write ourselves
#[allow(dead_code, clippy::indexing_slicing, clippy::string_slice)]
mod recognise;

/// More texts than this are not compared each with each.
const TEXTS: usize = 1_000;

/// What is made of a project, with what it is called.
pub(super) type Made = Vec<(String, Vec<u8>)>;

/// Makes every picture in every format, and the page; each keeps its law.
pub(super) fn made(inputs: Inputs) -> Made {
    let surveyed = survey(inputs);
    assert_eq!(surveyed.atlas.is_none(), surveyed.outcome.diagnostics.has_errors());
    let mut all = Made::new();
    if let Some(page) = report::render(&surveyed) {
        page_is_whole(&page);
        all.push(("page".to_owned(), page.into_bytes()));
    }
    let Surveyed { outcome, atlas } = surveyed;
    let (Some(atlas), Some(report)) = (atlas, outcome.report) else { return all };
    for (number, request) in requests(&atlas).into_iter().enumerate() {
        let what = format!("{} {:?} {number}", request.view.word(), request.profile);
        pictures(&mut all, &what, (&atlas, &report), &request);
    }
    all
}

/// Every view for both purposes, and parts of a project: what is said about a finding, a dataset, a party.
fn requests(atlas: &Atlas) -> Vec<Request> {
    let mut all: Vec<Request> = Vec::new();
    for view in View::ALL {
        for profile in [Profile::Screen, Profile::Document] {
            all.push(Request { view, profile, ..Request::default() });
        }
    }
    all.push(Request { finding: Some("1".to_owned()), ..Request::default() });
    let dataset = atlas.datasets.last().map(|d| (View::Lifecycle, &d.name));
    let party = atlas.parties.last().map(|p| (View::Swimlane, &p.name));
    for (view, name) in dataset.into_iter().chain(party) {
        all.push(Request { view, focus: vec![name.clone()], ..Request::default() });
    }
    all
}

fn pictures(all: &mut Made, what: &str, (atlas, report): (&Atlas, &Report), request: &Request) {
    let picture = match views::picture(atlas, report, request) {
        Ok(picture) => picture,
        Err(refusal) => return assert!(!refusal.message.is_empty(), "{what}"),
    };
    for format in Format::ALL {
        let written = text::write(&picture, format);
        recognised(&picture, format, &written)
            .unwrap_or_else(|why| panic!("{what} as {}: {why}\n{written}", format.word()));
        all.push((format!("{what} {}", format.word()), written.into_bytes()));
    }
    let scene = draw::draw(&picture, request.profile);
    everything_has_its_place(what, &scene);
    let svg = draw::svg(&scene, SvgOptions::default());
    names_do_nothing(what, &svg);
    let pdf = draw::pdf(&[&scene], &Fonts::default());
    assert!(pdf.starts_with(b"%PDF-") && pdf.trim_ascii_end().ends_with(b"%%EOF"), "{what}: not a whole PDF");
    all.extend([(format!("{what} svg"), svg.into_bytes()), (format!("{what} pdf"), pdf)]);
    // rasters take long, and one shows as much as all
    if request.view == View::Matrix && request.profile == Profile::Document {
        let png = draw::png(&scene, 24.0, &Fonts::default()).unwrap_or_default();
        assert!(png.is_empty() || png.starts_with(b"\x89PNG"), "{what}");
        all.push((format!("{what} png"), png));
    }
}

fn recognised(picture: &Picture, format: Format, written: &str) -> Result<(), String> {
    let seen = match (format, picture) {
        (Format::Text, _) => {
            super::steers_nothing(&[written.to_owned()]);
            return Ok(());
        }
        (Format::Dot, _) => recognise::dot(written),
        (Format::D2, _) => recognise::d2(written),
        (Format::MermaidSequence, Picture::Chart(_)) => recognise::sequence(written),
        (_, Picture::Chart(_)) => recognise::flowchart(written),
        (_, Picture::Table(_)) => recognise::blocks(written),
        (_, Picture::Life(_)) => recognise::gantt(written),
    };
    seen.map(|_| ())
}

/// Every text is on the page, and none lies over another.
fn everything_has_its_place(what: &str, scene: &Scene) {
    assert!(scene.width.is_finite() && scene.height.is_finite(), "{what}");
    let page = Rect { x: 0.0, y: 0.0, w: scene.width, h: scene.height };
    let texts = scene.root.texts();
    let places: Vec<Rect> = texts.iter().map(|text| text.rect().grown(-1.0)).collect();
    for (text, place) in texts.iter().zip(&places) {
        assert!(page.contains(place), "{what}: “{}” is not on the page: {place:?} of {page:?}", text.text);
    }
    for (number, (text, place)) in texts.iter().zip(&places).enumerate().take(TEXTS) {
        for (other, known) in texts.iter().zip(&places).take(number) {
            assert!(!place.overlaps(known), "{what}: “{}” lies over “{}”", text.text, other.text);
        }
    }
}

/// An SVG is well-formed and has no element and no attribute but those that draw; whatever has an id has one of its own.
fn names_do_nothing(what: &str, svg: &str) {
    let document = Document::parse(svg).unwrap_or_else(|why| panic!("{what} is no XML: {why}\n{svg}"));
    let mut ids = BTreeSet::new();
    for node in document.descendants().filter(|node| node.is_element()) {
        let name = node.tag_name().name();
        assert!(matches!(name, "svg" | "title" | "desc" | "g" | "path" | "text"), "{what}: an element `{name}`");
        for attribute in node.attributes() {
            let name = attribute.name();
            assert!(!name.starts_with("on") && !matches!(name, "href" | "style"), "{what}: an attribute `{name}`");
        }
        if let Some(id) = node.attribute("id") {
            assert!(ids.insert(id), "{what}: `{id}` twice");
        }
    }
}

/// The elements of the page, and of the picture in it.
const ELEMENTS: &str = "a article aside blockquote body br button caption cite code dd desc details div dl dt em fieldset footer g h1 h2 h3 \
                        h4 head header html input label legend li main mark meta nav ol option output p path pre script section select \
                        small span strong style summary svg table tbody td text th thead time title tr ul b";

/// Elements that nothing closes.
const ALONE: [&str; 3] = ["meta", "input", "br"];

/// The page is nested as it should be, has no element but its own, runs nothing and loads nothing; ids are there once.
fn page_is_whole(html: &str) {
    let mut rest = html.strip_prefix("<!doctype html>").expect("a document type");
    let (mut open, mut ids): (Vec<&str>, BTreeSet<&str>) = (Vec::new(), BTreeSet::new());
    let elements: HashSet<&str> = ELEMENTS.split(' ').collect();
    let (mut scripts, mut styles) = (0, 0);
    while let Some(at) = rest.find('<') {
        assert!(!rest[..at].contains('>'), "a stray `>` in {:?}", &rest[..at]);
        let tag = Tag::read(&rest[at + 1..]);
        rest = tag.rest;
        let name = tag.name;
        assert!(elements.contains(name), "an element `{name}`");
        if tag.closes {
            assert_eq!(open.pop(), Some(name), "nested wrongly");
            continue;
        }
        if !tag.empty && !ALONE.contains(&name) {
            open.push(name);
        }
        for (attribute, value) in tag.attributes {
            assert!(!attribute.starts_with("on") && !matches!(attribute, "style" | "src"), "{attribute} of {name}");
            assert!(attribute != "href" || value.starts_with('#'), "a link leads out: {value}");
            assert!(attribute != "id" || ids.insert(value), "the id {value} is there twice");
        }
        scripts += usize::from(name == "script");
        styles += usize::from(name == "style");
        if matches!(name, "script" | "style") {
            let end = rest.find(&format!("</{name}")).expect("the end of a script or style");
            rest = &rest[end..];
        }
    }
    assert!(open.is_empty(), "not closed: {open:?}");
    assert_eq!((scripts, styles), (2, 1), "its data, its script and its style");
}

/// What stands between `<` and `>`.
struct Tag<'a> {
    name: &'a str,
    attributes: Vec<(&'a str, &'a str)>,
    closes: bool,
    empty: bool,
    rest: &'a str,
}

impl<'a> Tag<'a> {
    fn read(after: &'a str) -> Tag<'a> {
        let closes = after.starts_with('/');
        let after = after.strip_prefix('/').unwrap_or(after);
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == ':';
        let word = |text: &'a str| text.split_at(text.find(|c| !is_name(c)).unwrap_or(text.len()));
        let (name, mut rest) = word(after);
        let mut attributes = Vec::new();
        loop {
            rest = rest.trim_start();
            if let Some(rest) = rest.strip_prefix("/>") {
                return Tag { name, attributes, closes, empty: true, rest };
            }
            if let Some(rest) = rest.strip_prefix('>') {
                return Tag { name, attributes, closes, empty: false, rest };
            }
            let (attribute, after) = word(rest);
            assert!(!attribute.is_empty(), "no attribute of {name}: {:?}", rest.chars().take(40).collect::<String>());
            let (value, after) = match after.strip_prefix("=\"") {
                Some(after) => after.split_once('"').expect("the end of a value"),
                None => ("", after),
            };
            assert!(!value.contains('<'), "`<` in {attribute} of {name}: {value}");
            attributes.push((attribute, value));
            rest = after;
        }
    }
}
