//! Pictures: what is drawn is right, inside the page, readable, and the same every time, whatever things are called.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, clippy::panic)] // the tests read their cases

mod support;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::OnceLock;

use resvg::usvg::roxmltree::Document;
use staunch::check::{Atlas, Report, Surveyed, inputs_of_texts, survey};
use staunch::diagram::chart::{Chart, Picture};
use staunch::diagram::draw::scene::{Group, Mark, Scene, Seg};
use staunch::diagram::draw::{self, Fonts, SvgOptions};
use staunch::diagram::layout::{Point, Rect};
use staunch::diagram::views::{self, Profile, Request, View};
use staunch::project;
use support::{AS_OF, EXAMPLES, inputs, root};

fn example(name: &str) -> (Atlas, Report) {
    let loaded = project::open(&root().join("examples").join(name)).unwrap();
    let Surveyed { outcome, atlas } = survey(inputs(loaded, AS_OF));
    (atlas.unwrap(), outcome.report.unwrap())
}

fn of_text(text: &str) -> (Atlas, Report) {
    let Surveyed { outcome, atlas } = survey(inputs_of_texts(&[("a.staunch", text)], AS_OF));
    assert!(!outcome.diagnostics.has_errors(), "{:?}", outcome.diagnostics);
    (atlas.unwrap(), outcome.report.unwrap())
}

fn picture((atlas, report): &(Atlas, Report), view: View, profile: Profile) -> Picture {
    views::picture(atlas, report, &Request { view, profile, ..Request::default() }).unwrap()
}

fn chart(project: &(Atlas, Report), request: &Request) -> Chart {
    match views::picture(&project.0, &project.1, request).unwrap() {
        Picture::Chart(chart) => chart,
        other => panic!("no chart: {other:?}"),
    }
}

fn scene(project: &(Atlas, Report), view: View, profile: Profile) -> Scene {
    draw::draw(&picture(project, view, profile), profile)
}

/// Every example in every view and profile.
fn all_scenes() -> &'static [(String, Profile, Scene)] {
    static ALL: OnceLock<Vec<(String, Profile, Scene)>> = OnceLock::new();
    ALL.get_or_init(|| {
        let mut all = Vec::new();
        for name in EXAMPLES {
            let project = example(name);
            for view in View::ALL {
                for profile in [Profile::Screen, Profile::Document] {
                    let what = format!("{name}, {}, {profile:?}", view.word());
                    all.push((what, profile, scene(&project, view, profile)));
                }
            }
        }
        all
    })
}

fn points(group: &Group, into: &mut Vec<Point>) {
    for mark in &group.marks {
        match mark {
            Mark::Path { segs, .. } => into.extend(segs.iter().filter_map(|seg| match seg {
                Seg::Move(p) | Seg::Line(p) | Seg::Curve(_, _, p) => Some(*p),
                Seg::Close => None,
            })),
            Mark::Group(group) => points(group, into),
            Mark::Text(_) => {}
        }
    }
}

#[test]
fn everything_is_on_the_page_and_no_two_texts_overlap() {
    for (what, _, scene) in all_scenes() {
        let page = Rect { x: 0.0, y: 0.0, w: scene.width, h: scene.height };
        let mut corners = Vec::new();
        points(&scene.root, &mut corners);
        for p in corners {
            assert!(p.x >= 0.0 && p.y >= 0.0 && p.x <= page.w && p.y <= page.h, "{what}: {p:?} of {page:?}");
        }
        let texts = scene.root.texts();
        let rects: Vec<Rect> = texts.iter().map(|text| text.rect().grown(-1.0)).collect();
        for (n, (text, rect)) in texts.iter().zip(&rects).enumerate() {
            assert!(page.contains(rect), "{what}: {} is not on the page: {rect:?}", text.text);
            for (other, known) in texts.iter().zip(&rects).take(n) {
                assert!(!rect.overlaps(known), "{what}: “{}” lies over “{}”", text.text, other.text);
            }
        }
    }
}

fn groups<'a>(group: &'a Group, class: &str, into: &mut Vec<&'a Group>) {
    if group.class.split(' ').any(|one| one == class) {
        into.push(group);
    }
    for mark in &group.marks {
        if let Mark::Group(group) = mark {
            groups(group, class, into);
        }
    }
}

/// The room that a group takes.
fn room(group: &Group) -> Rect {
    let mut corners = Vec::new();
    points(group, &mut corners);
    let edge = |least: fn(f64, f64) -> f64, of: fn(&Point) -> f64| corners.iter().map(of).reduce(least).unwrap();
    let (x, y) = (edge(f64::min, |p| p.x), edge(f64::min, |p| p.y));
    Rect { x, y, w: edge(f64::max, |p| p.x) - x, h: edge(f64::max, |p| p.y) - y }
}

#[test]
fn cards_have_nothing_beside_them_that_is_empty_for_want_of_care() {
    for name in EXAMPLES {
        let project = example(name);
        for view in [View::Swimlane, View::Context] {
            let what = format!("{name}, {}", view.word());
            let scene = scene(&project, view, Profile::Screen);
            let shape = scene.width / scene.height;
            assert!((0.95..2.2).contains(&shape), "{what}: {:.0} by {:.0}", scene.width, scene.height);
            let (mut cards, mut boxes, mut legends) = (Vec::new(), Vec::new(), Vec::new());
            groups(&scene.root, "finding", &mut cards);
            groups(&scene.root, "node", &mut boxes);
            groups(&scene.root, "legend", &mut legends);
            let bottom = boxes.iter().map(|group| room(group).bottom()).fold(0.0, f64::max);
            let below: Vec<Rect> = cards.iter().map(|card| room(card)).filter(|card| card.y > bottom).collect();
            assert!(below.iter().all(|card| card.y == below[0].y), "{what}: not side by side: {below:?}");
            let legend = room(legends[0]);
            assert!(legend.h < 200.0, "{what}: a legend of {:.0} by {:.0}", legend.w, legend.h);
        }
    }
}

#[test]
fn no_card_and_no_name_of_a_party_is_cut_in_any_example() {
    for (what, _, scene) in all_scenes() {
        for class in ["finding", "lane", "elsewhere"] {
            let mut found = Vec::new();
            groups(&scene.root, class, &mut found);
            for text in found.iter().flat_map(|group| group.texts()) {
                assert!(!text.text.ends_with('…'), "{what}: “{}” is cut", text.text);
            }
        }
    }
}

#[test]
fn texts_can_be_read_and_in_documents_none_is_under_8_points() {
    for (what, profile, scene) in all_scenes() {
        for text in scene.root.texts() {
            let contrast = text.color.contrast(text.on);
            assert!(contrast >= 4.5, "{what}: “{}” has a contrast of {contrast:.2}", text.text);
            let least = if *profile == Profile::Document { 8.0 } else { 6.0 };
            assert!(text.size * 0.75 >= least, "{what}: “{}” has {} points", text.text, text.size * 0.75);
        }
    }
}

#[test]
fn everything_has_a_name_of_its_own_and_says_what_it_is() {
    for (what, _, scene) in all_scenes() {
        let svg = draw::svg(scene, SvgOptions::default());
        let document = Document::parse(&svg).unwrap();
        let mut ids = BTreeSet::new();
        for node in document.descendants().filter(|node| node.is_element()) {
            if let Some(id) = node.attribute("id") {
                assert!(ids.insert(id.to_owned()), "{what}: `{id}` twice");
            }
            let class = node.attribute("class").unwrap_or("");
            if class.split(' ').any(|class| matches!(class, "node" | "flow" | "lane" | "frame" | "finding" | "row")) {
                let title = node.children().find(|child| child.has_tag_name("title"));
                assert!(title.is_some_and(|t| t.text().is_some_and(|t| !t.is_empty())), "{what}: {class} says nothing");
            }
            assert!(!matches!(node.tag_name().name(), "script" | "foreignObject" | "image" | "a"), "{what}");
        }
        let top = document.root_element();
        assert_eq!(top.attribute("role"), Some("img"));
        assert!(top.children().any(|n| n.has_tag_name("title")) && top.children().any(|n| n.has_tag_name("desc")));
        assert!(!svg.contains("var("), "{what}: renderers draw variables black");
    }
}

#[test]
fn the_same_project_gives_the_same_bytes() {
    let make = || {
        let project = example("charity-mailing");
        let scene = scene(&project, View::Swimlane, Profile::Screen);
        (
            draw::svg(&scene, SvgOptions::default()),
            draw::pdf(&[&scene], &Fonts::default()),
            draw::png(&scene, 48.0, &Fonts::default()).unwrap(),
        )
    };
    let (first, again) = (make(), std::thread::spawn(make).join().unwrap());
    assert_eq!(first.0, again.0);
    assert!(first.1 == again.1, "the PDFs differ");
    assert!(first.2 == again.2, "the PNGs differ");
}

#[test]
fn a_png_is_as_large_as_its_dots_say_and_shows_something() {
    let project = example("charity-mailing");
    let scene = scene(&project, View::Context, Profile::Screen);
    for dpi in [96.0, 300.0] {
        let png = draw::png(&scene, dpi, &Fonts::default()).unwrap();
        let image = resvg::tiny_skia::Pixmap::decode_png(&png).unwrap();
        assert_eq!(f64::from(image.width()), (scene.width * dpi / 96.0).ceil());
        let dark = image.pixels().iter().filter(|p| p.red() < 0x40).count();
        assert!(dark * 200 > image.pixels().len(), "{dark} of {} dots are dark", image.pixels().len());
    }
    assert!(draw::png(&Scene { width: 1e7, height: 1e7, ..scene }, 96.0, &Fonts::default()).is_err());
}

#[test]
fn a_pdf_has_its_fonts_and_its_texts() {
    let project = of_text(r#"party a "Ärger & Söhne" { } dataset d "Löhne" { held by a; fields name }"#);
    let pdf = draw::pdf(&[&scene(&project, View::Swimlane, Profile::Screen)], &Fonts::default());
    let text = String::from_utf8_lossy(&pdf);
    assert!(text.starts_with("%PDF-1.7") && text.trim_end().ends_with("%%EOF"));
    for part in ["/FontFile2", "/Inter-Regular", "/Inter-SemiBold", "/ToUnicode", "/MediaBox"] {
        assert!(text.contains(part), "{part}");
    }
    // `Ä` and `ö` can be copied out of it
    assert!(text.contains("<00C4>") && text.contains("<00F6>"));
}

#[test]
fn greek_and_cyrillic_are_drawn_and_what_is_lacking_is_known() {
    let drawn = |title: &str| {
        let text = format!("party a \"{title}\" {{ }} dataset d {{ held by a; fields name }}");
        scene(&of_text(&text), View::Swimlane, Profile::Screen)
    };
    let (latin, greek, others) = (drawn("Ärzte"), drawn("Υπουργείο Уряд"), drawn("家族支援 👪"));
    assert!(draw::missing([&latin, &greek]).is_empty());
    let missing = draw::missing([&others]);
    assert!(missing.contains(&'家') && missing.contains(&'👪') && !missing.contains(&' '), "{missing:?}");
    let of = |scene: &Scene| String::from_utf8_lossy(&draw::pdf(&[scene], &Fonts::default())).into_owned();
    assert!(
        of(&greek).contains("/Inter-SemiBold-More") && of(&greek).contains("<03A5>") && of(&greek).contains("<0423>")
    );
    assert!(!of(&latin).contains("-More"));
    let faces = |scene: &Scene| draw::svg(scene, SvgOptions { embed_fonts: true }).matches("@font-face").count();
    assert_eq!((faces(&latin), faces(&others)), (2, 2));
    assert!(faces(&greek) > 2);
    // a letter that is drawn has ink where one that is lacking has none, or a box
    let dark = |scene: &Scene| {
        let png = draw::png(scene, 96.0, &Fonts::default()).unwrap();
        let image = resvg::tiny_skia::Pixmap::decode_png(&png).unwrap();
        image.pixels().iter().filter(|p| p.red() < 0x60).count()
    };
    assert!(dark(&greek) > dark(&drawn("")) + 50);
    // fonts that others give draw what the program's lack; what is no font is passed over
    let fonts = Fonts::with(vec![b"no font".to_vec()]);
    assert!(draw::pdf(&[&others], &fonts).starts_with(b"%PDF"));
    assert!(draw::png(&others, 48.0, &fonts).is_ok());
}

/// Names of other organisations that mean no good, or mean well in other scripts.
#[test]
fn no_title_can_harm_a_picture() {
    let titles = [
        "</title><script>alert(1)</script>",
        "]]> & \" ' onload=x",
        "\u{202e}gnorw\u{202c} way round",
        "שירותי משפחה לילדים",
        "خدمات الأسرة والطفل",
        "👩‍👩‍👧‍👦 Families 🏥",
        "Nul\u{0}l \u{7} \u{1b}[31mred",
        &"very long title ".repeat(200),
        &"W".repeat(3000),
        "家族支援サービス部門の個人情報",
    ];
    for title in titles {
        let quoted = title.replace('\\', "").replace('"', "'").replace(['\u{0}', '\u{7}', '\u{1b}'], " ");
        let short: String = quoted.chars().take(staunch_title_limit()).collect();
        let text = format!(
            "party a \"{short}\" {{ team t \"{short}\" }}\nparty b {{ }}\ndataset d \"{short}\" {{ held by a.t; fields name }}\n\
             flow f \"{short}\" {{ from a.t; to b; data d }}\nrule r \"{short}\" {{ b must never hold data from d }}"
        );
        let Surveyed { outcome, atlas } = survey(inputs_of_texts(&[("a.staunch", &text)], AS_OF));
        let Some(atlas) = atlas else { panic!("{title}: {:?}", outcome.diagnostics) };
        let mut project = (atlas, outcome.report.unwrap());
        // whatever the language lets through, the picture stands on its own
        for named in [&mut project.0.datasets[0].title, &mut project.0.parties[2].title, &mut project.0.flows[0].title]
        {
            *named = title.to_owned();
        }
        for view in View::ALL {
            for profile in [Profile::Screen, Profile::Document] {
                let scene = scene(&project, view, profile);
                let svg = draw::svg(&scene, SvgOptions::default());
                let document = Document::parse(&svg).unwrap_or_else(|error| panic!("{title}: {error}"));
                assert!(document.descendants().all(|n| !n.has_tag_name("script")), "{title}");
                assert!(
                    !svg.chars().any(|c| matches!(c, '\u{202a}'..='\u{202e}' | '\u{0}'..='\u{8}' | '\u{1b}')),
                    "{title}"
                );
                let longest = scene.root.texts().iter().map(|t| t.rect().w).fold(0.0, f64::max);
                assert!(longest < 900.0, "{title}: a line of {longest}");
                if view == View::Context {
                    draw::png(&scene, 48.0, &Fonts::default()).unwrap();
                }
                assert!(draw::pdf(&[&scene], &Fonts::default()).starts_with(b"%PDF"));
            }
        }
        // the whole of a shortened title is there for whoever asks
        let whole = draw::text::clean(title);
        let svg = draw::svg(&scene(&project, View::Swimlane, Profile::Screen), SvgOptions::default());
        let document = Document::parse(&svg).unwrap();
        assert!(document.descendants().any(|n| n.has_tag_name("title") && n.text() == Some(whole.as_str())), "{title}");
    }
}

fn staunch_title_limit() -> usize {
    300
}

const SMALL: &str = r#"
party council "The council" { kind local-authority; team front "Front desk" }
party lab "The lab" { kind research-organisation }
event done "The end of the study" { no later than 2027-05-01 }
activity study "The study" { purpose impact-evaluation; controller council; processor lab for council }
dataset people "People" { held by council.front; fields name, benefits }
flow out "Names go out" { from council.front; to lab; data people; by secure-email; receiver retains until done then destroy }
step count at lab "People are counted" { takes people; aggregate by benefits minimum 10; suppress secondary; gives counts }
flow publish { from lab; to public; data counts }
promise no-names "No names leave" { quote "no names" in told; lab must never hold identified data }
notice told { text "n.md"; from council }
"#;

fn small() -> (Atlas, Report) {
    let texts = [("a.staunch", SMALL), ("n.md", "we say no names")];
    let Surveyed { outcome, atlas } = survey(inputs_of_texts(&texts, AS_OF));
    assert!(!outcome.diagnostics.has_errors(), "{:?}", outcome.diagnostics);
    (atlas.unwrap(), outcome.report.unwrap())
}

#[test]
fn a_small_swimlane_is_drawn_like_this() {
    let scene = scene(&small(), View::Swimlane, Profile::Screen);
    insta::assert_snapshot!("small_swimlane", draw::svg(&scene, SvgOptions::default()));
}

#[test]
fn a_small_context_is_drawn_like_this() {
    let scene = scene(&small(), View::Context, Profile::Document);
    insta::assert_snapshot!("small_context", draw::svg(&scene, SvgOptions::default()));
}

#[test]
fn a_processor_for_one_party_stands_in_its_lane_and_the_public_stand_last() {
    let chart = chart(&small(), &Request::default());
    assert_eq!(chart.lanes.iter().map(|l| l.name.as_str()).collect::<Vec<_>>(), ["council", "public"]);
    assert_eq!(chart.frames.iter().map(|f| f.name.as_str()).collect::<Vec<_>>(), ["council.front", "lab"]);
    assert!(chart.lanes[1].public);
    let numbers: Vec<&str> = chart.edges.iter().map(|e| e.number.as_str()).filter(|n| !n.is_empty()).collect();
    assert_eq!(numbers, ["1", "2"]);
    assert_eq!(chart.phases, ["1 Collect", "2 Analyse", "3 Publish"]);
    let stored = chart.nodes.iter().find(|n| n.id == "copy-people-at-lab").unwrap();
    assert_eq!(stored.kept.as_deref(), Some("until the end of the study"));
}

#[test]
fn the_way_of_a_broken_promise_is_the_one_that_the_finding_tells() {
    let chart = chart(&small(), &Request::default());
    let [trail] = &chart.trails[..] else { panic!("{:?}", chart.trails) };
    assert_eq!(trail.title, "No names leave");
    let ids: Vec<&str> = trail.edges.iter().map(|e| chart.edges[*e].id.as_str()).collect();
    assert_eq!(ids, ["flow-1"]);
    assert!(trail.steps.iter().any(|step| step.number == "1"));
}

/// In the context a finding goes from party to party, along the lines that its flows are in.
#[test]
fn the_way_of_a_finding_is_in_the_context_too() {
    let chart = chart(&small(), &Request { view: View::Context, ..Request::default() });
    let [trail] = &chart.trails[..] else { panic!("{:?}", chart.trails) };
    let lines: Vec<&str> = trail.edges.iter().map(|e| chart.edges[*e].id.as_str()).collect();
    let parties: Vec<&str> = trail.nodes.iter().map(|n| chart.nodes[*n].id.as_str()).collect();
    assert_eq!((lines, parties), (vec!["flows-council-to-lab"], vec!["party-council", "party-lab"]));
    // what happens within a party is not told here
    assert!(trail.steps.iter().all(|step| step.number == "1") && !trail.steps.is_empty(), "{:?}", trail.steps);
    assert!(chart.heading.description.contains("“No names leave” is broken"), "{}", chart.heading.description);
    let svg = draw::svg(&draw::draw(&Picture::Chart(chart), Profile::Screen), SvgOptions::default());
    assert!(svg.contains("class=\"finding broken\"") && svg.contains("broken\" data-name=\"council to lab\""), "{svg}");
}

/// Collect, use, share, keep, destroy: each stage of a dataset's life says what happens in it, and when.
#[test]
fn a_life_tells_its_five_stages() {
    let request = Request { view: View::Lifecycle, focus: vec!["people".to_owned()], ..Request::default() };
    let (atlas, report) = small();
    let Picture::Life(life) = views::picture(&atlas, &report, &request).unwrap() else { panic!() };
    let told: Vec<(&str, String)> = life.stages.iter().map(|t| (t.stage.words(), t.lines.join("; "))).collect();
    let names: Vec<&str> = told.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, ["Collect", "Use", "Share", "Keep", "Destroy"]);
    for (stage, words) in [
        ("Collect", "People, The council, Front desk"),
        ("Use", "step S1: Counts"),
        ("Share", "flow 1: to The lab; flow 2: Counts is published"),
        ("Keep", "3 copies"),
        ("Destroy", "“The end of the study” (no later than 1 May 2027): 2 copies destroyed; 1 copy at no date"),
    ] {
        let line = told.iter().find(|(name, _)| *name == stage).unwrap();
        assert!(line.1.contains(words), "{stage}: {}", line.1);
    }
    let svg = draw::svg(&draw::draw(&Picture::Life(life), Profile::Screen), SvgOptions::default());
    assert_eq!(svg.matches("class=\"stage\"").count(), 5);
    assert!(svg.contains("class=\"end\""));
}

/// Each flow of a model is drawn once for each copy that it makes, under the number of its declaration.
#[test]
fn numbers_are_those_of_the_flow_register_in_every_view_and_part() {
    let project = example("troubled-families/as-written");
    let whole = chart(&project, &Request::default());
    let part = chart(&project, &Request { focus: vec!["impact-study".to_owned()], ..Request::default() });
    let context = chart(&project, &Request { view: View::Context, ..Request::default() });
    let known: BTreeSet<(String, String)> = whole.edges.iter().map(|e| (e.name.clone(), e.number.clone())).collect();
    assert!(part.nodes.len() < whole.nodes.len() && !part.edges.is_empty());
    let flows = part.edges.iter().filter(|e| !e.number.is_empty());
    flows.for_each(|edge| assert!(known.contains(&(edge.name.clone(), edge.number.clone())), "{}", edge.number));
    let of_context: Vec<&str> = context.edges.iter().map(|e| e.number.as_str()).collect();
    assert!(of_context.contains(&"9") && of_context.contains(&"5"), "{of_context:?}");
    assert_eq!(project.0.flows[8].name, "publish-findings");
}

#[test]
fn a_finding_shows_only_what_it_goes_through() {
    let project = example("troubled-families/as-written");
    let all = chart(&project, &Request::default()).nodes.len();
    for wanted in ["p11-destroyed", "p6-reports-anonymous", "1"] {
        let request = Request { finding: Some(wanted.to_owned()), ..Request::default() };
        let Ok(picture) = views::picture(&project.0, &project.1, &request) else { continue };
        let Picture::Chart(chart) = picture else { panic!() };
        assert!(chart.nodes.len() < all, "{wanted}: {} of {all}", chart.nodes.len());
        assert_eq!(chart.trails.len(), 1);
    }
}

#[test]
fn names_that_are_not_known_are_refused_with_what_may_be_meant() {
    let project = small();
    let refuse = |request: Request| views::picture(&project.0, &project.1, &request).unwrap_err();
    let focus = refuse(Request { focus: vec!["peple".to_owned()], ..Request::default() });
    assert_eq!(focus.help.as_deref(), Some("did you mean `people`?"));
    let rule = refuse(Request { finding: Some("no-name".to_owned()), ..Request::default() });
    assert_eq!(rule.help.as_deref(), Some("did you mean `no-names`?"));
    let number = refuse(Request { finding: Some("9".to_owned()), ..Request::default() });
    assert!(number.help.is_some_and(|help| help.contains("from 1 to 1")));
}

#[test]
fn one_party_and_one_dataset_make_a_picture_in_every_view() {
    let project = of_text("party a { }\ndataset d { held by a; fields name }");
    for view in View::ALL {
        for profile in [Profile::Screen, Profile::Document] {
            let scene = scene(&project, view, profile);
            assert!(scene.width > 30.0 && scene.height > 20.0);
            Document::parse(&draw::svg(&scene, SvgOptions::default())).unwrap();
        }
    }
}

#[test]
fn nothing_at_all_makes_an_empty_picture() {
    let project = of_text("");
    for view in View::ALL {
        Document::parse(&draw::svg(&scene(&project, view, Profile::Screen), SvgOptions::default())).unwrap();
    }
}

/// A model of 5,000 flows among 40 parties.
#[test]
fn a_model_that_nobody_could_read_becomes_a_context_with_advice() {
    let mut text = String::new();
    for party in 0..40 {
        text.push_str(&format!("party p{party} {{ }}\ndataset d{party} {{ held by p{party}; fields name }}\n"));
    }
    for flow in 0..5000 {
        let (from, to) = (flow % 40, (flow * 7 + 1 + flow / 40) % 40);
        let to = if from == to { (to + 1) % 40 } else { to };
        text.push_str(&format!("flow f{flow} {{ from p{from}; to p{to}; data d{from} }}\n"));
    }
    let project = of_text(&text);
    let chart = chart(&project, &Request::default());
    assert!(chart.heading.advice[0].contains("--focus"), "{:?}", chart.heading.advice);
    assert!(chart.edges.len() <= 80 && chart.nodes.len() == 40, "{} parties", chart.nodes.len());
    let scene = draw::draw(&Picture::Chart(chart), Profile::Screen);
    Document::parse(&draw::svg(&scene, SvgOptions::default())).unwrap();
    for view in [View::Matrix, View::Lifecycle] {
        let picture = picture(&project, view, Profile::Screen);
        assert!(!picture.heading().advice.is_empty());
    }
}

/// The pictures that the README and the book show are what the program draws. `STAUNCH_PICTURES=write` writes them anew.
#[test]
fn the_pictures_in_the_book_are_fresh() {
    let shown = [
        ("charity-mailing", View::Swimlane, "swimlane.svg"),
        ("trusted-linker", View::Context, "context.svg"),
        ("trusted-linker", View::Matrix, "matrix.svg"),
        ("charity-mailing", View::Lifecycle, "lifecycle.svg"),
    ];
    for (name, view, file) in shown {
        let path: PathBuf = root().join("book/src/pictures").join(file);
        let svg = draw::svg(&scene(&example(name), view, Profile::Screen), SvgOptions::default());
        if std::env::var_os("STAUNCH_PICTURES").is_some_and(|v| v == "write") {
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, &svg).unwrap();
        }
        let there = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(there == svg, "{file} is not what is drawn now: STAUNCH_PICTURES=write cargo test --test diagram_draw");
    }
}

/// Names may come out the same where they are put together: each part of a picture has an id of its own all the same.
#[test]
fn no_two_parts_of_a_picture_have_one_id() {
    let (atlas, report) = of_text(
        "
party c
party b-at-c
dataset a { held by b-at-c; fields name }
dataset a-at-b { held by c; fields name }
step x at c { takes a-at-b; drop name; gives less }
step x-1 at c { takes less; gives even-less }
flow out { from c; to b-at-c; data a-at-b }
",
    );
    for view in [View::Swimlane, View::Context] {
        let picture = views::picture(&atlas, &report, &Request { view, ..Request::default() }).unwrap();
        let svg = draw::svg(&draw::draw(&picture, Profile::Screen), SvgOptions::default());
        let ids: Vec<&str> = svg.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        let different: BTreeSet<&str> = ids.iter().copied().collect();
        assert!(!ids.is_empty() && ids.len() == different.len(), "{ids:#?}");
    }
}
