//! Pictures as text: that each format is what its language allows, holds what the picture holds, and that no name breaks out of
//! its place. Recognisers of our own run always (`diagrams/recognise.rs`); Graphviz, and Mermaid and D2 in Node, where they are there.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods)] // the tests read their cases

#[path = "diagrams/recognise.rs"]
#[allow(clippy::indexing_slicing, clippy::string_slice)]
mod recognise;
mod support;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use jiff::civil::date;
use recognise::Seen;
use staunch::check::{Report, Verdict, survey};
use staunch::diagram::chart::{
    Bar, Cell, Chart, Column, Edge, Frame, FrameKind, Grade, Heading, Lane, Life, Mark, Node, Picture, Row, Shape,
    Side, Stage, Table, Tally, Tick, Told, Trail, TrailStep, Wall,
};
use staunch::diagram::draw::style;
use staunch::diagram::text::{self, Format, dot, mermaid, path, tree};
use staunch::output::{self, Look, Options};

/// Names that would do harm if they could.
fn hostile() -> Vec<String> {
    let mut all: Vec<String> = [
        "\"quotes\" 'and' more\"",
        "back\\slash\\",
        "ends in \\",
        "\\\"",
        "a\nb\r\nc\td",
        "</script><script>alert(1)</script>",
        "--> n0",
        "-->|x| n1",
        "#quot; #34; &quot; &amp; &#60;",
        "`code` ``` ````",
        "\"`markdown **x**`\"",
        "end",
        "graph",
        "subgraph x",
        "End",
        "click n0 \"javascript:alert(1)\"",
        "%%{init: {'theme':'dark'}}%%",
        "%% comment",
        "---",
        "--- \ntitle: x\n---",
        "[x](https://a.b) www.a.b https://a.b a@b.c",
        "1. a list",
        "12) a list",
        "- a list",
        "* a list",
        "# heading",
        "> quoted",
        "$$x^2$$",
        "a|b|c",
        "];}}}",
        "{{x}}",
        "[[x]]",
        "((x))",
        "((",
        "<b>bold</b>",
        "<img src=x onerror=alert(1)>",
        "${x} $x ${",
        "'single'",
        "'''",
        "|md x |",
        "/* x */ // y",
        "rect",
        "alt",
        "loop",
        "box red",
        "Red Cross",
        "participant p0",
        "wrap: x",
        "nowrap: x",
        "p0->>p1: x",
        "section x",
        "crit, x",
        "x :milestone, a, 2020-01-01, 0d",
        ":::class",
        "classDef x fill:red",
        "linkStyle 0 stroke:red",
        "lifestyle: #a; style x:#b;",
        "style n0 fill:#f00;",
        "שלום עולם",
        "مرحبا",
        "\u{202e}gnp.exe\u{202c}",
        "👩‍👩‍👧 family",
        "兵庫県の家族",
        "Tŷ Hafan",
        "ﬂ°°60¶ßscript",
        "ﬂ°amp¶ß",
        "a\u{0}b\u{1b}[31mc\u{7}\u{9b}",
        "\u{feff}\u{200b}",
        "",
        " ",
        "\u{e0041}",
        "null",
        "true",
        "_",
        "__proto__",
        "constructor",
        "n0",
        "l0",
        "notes",
        "o x --o",
        "x--x",
        "\u{2028}\u{2029}",
        "a;b;c",
        "=====",
        "fa:fa-bell",
        "\\N \\G \\l",
        "%s {} {0}",
        "<!-- x -->",
        "]]>",
        "z\u{301}\u{301}\u{301}\u{301}",
        "क्षि",
    ]
    .map(str::to_owned)
    .to_vec();
    all.push("x".repeat(3_000));
    all.push("many words of a title ".repeat(140));
    all.push("\"".repeat(3_000));
    all.push("👩‍👩‍👧".repeat(600));
    all
}

/// Numbers that look like chance and are the same every time.
struct Chance(u64);

impl Chance {
    fn next(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % below.max(1)
    }

    fn name(&mut self, names: &[String]) -> String {
        match self.next(4) {
            0 => format!("{} {}", names[self.next(names.len())], names[self.next(names.len())]),
            _ => names[self.next(names.len())].clone(),
        }
    }

    fn maybe(&mut self, names: &[String]) -> Option<String> {
        (self.next(2) == 0).then(|| self.name(names))
    }

    fn mark(&mut self) -> Mark {
        Mark {
            grade: Grade::of(u8::try_from(self.next(5)).unwrap()),
            at_best: (self.next(4) == 0).then_some(Grade::Anonymous),
        }
    }

    fn heading(&mut self, names: &[String]) -> Heading {
        Heading {
            title: self.name(names),
            subtitle: self.name(names),
            description: (0..self.next(4)).map(|_| self.name(names)).collect::<Vec<_>>().join(" "),
            as_of: date(2026, 11, 1),
            tally: Tally { hold: 3, broken: 1, cannot_tell: 0 },
            advice: self.maybe(names).into_iter().collect(),
            sheet: None,
        }
    }
}

const SHAPES: [Shape; 6] = [Shape::Store, Shape::Step, Shape::Document, Shape::Use, Shape::Decision, Shape::Party];

fn chart(chance: &mut Chance, names: &[String], most: usize) -> Chart {
    let lanes = 1 + chance.next(5);
    let unnamed = chance.next(6) == 0;
    let mut chart = Chart { heading: chance.heading(names), ..Chart::default() };
    for lane in 0..lanes {
        chart.lanes.push(Lane {
            name: format!("lane-{lane}"),
            title: if unnamed { String::new() } else { chance.name(names) },
            details: if unnamed { Vec::new() } else { chance.maybe(names).into_iter().collect() },
            public: false,
        });
    }
    for number in 0..chance.next(6) {
        let parent = (number > 0 && chance.next(3) == 0).then(|| chance.next(number));
        let lane = parent.map_or_else(|| chance.next(lanes), |parent| chart.frames[parent].lane);
        let kind = [FrameKind::Processor, FrameKind::Team, FrameKind::Setting][chance.next(3)];
        let title = chance.name(names);
        chart.frames.push(Frame { name: format!("frame-{number}"), short: title.clone(), title, lane, parent, kind });
    }
    for number in 0..1 + chance.next(most) {
        let frame = (!chart.frames.is_empty() && chance.next(2) == 0).then(|| chance.next(chart.frames.len()));
        let lane = frame.map_or_else(|| chance.next(lanes), |frame| chart.frames[frame].lane);
        let shape = SHAPES[chance.next(6)];
        chart.nodes.push(Node {
            id: format!("{}-{number}", chance.name(names)),
            name: chance.name(names),
            title: chance.name(names),
            shape,
            lane,
            frame,
            phase: None,
            mark: (chance.next(5) > 0).then(|| chance.mark()),
            number: matches!(shape, Shape::Step | Shape::Use).then(|| format!("S{number}")),
            kept: chance.maybe(names),
            contradiction: chance.maybe(names).filter(|_| number % 5 == 0),
            description: chance.name(names),
            home: None,
            elsewhere: None,
        });
    }
    for number in 0..chance.next(most * 2) {
        let nodes = chart.nodes.len();
        chart.edges.push(Edge {
            id: format!("flow-{number}"),
            name: chance.name(names),
            number: if chance.next(3) == 0 { String::new() } else { format!("{number}") },
            from: chance.next(nodes),
            to: chance.next(nodes),
            mark: (chance.next(5) > 0).then(|| chance.mark()),
            fields: chance.name(names),
            manner: chance.name(names),
            description: chance.name(names),
        });
    }
    for _ in 0..chance.next(4) {
        let (nodes, edges) = (chart.nodes.len(), chart.edges.len());
        let on = |chance: &mut Chance, of: usize| -> Vec<usize> {
            let mut all: Vec<usize> = (0..of.min(4)).map(|_| chance.next(of)).collect();
            all.sort_unstable();
            all.dedup();
            all
        };
        let steps = (0..chance.next(4)).map(|n| TrailStep { number: format!("{n}"), sentence: chance.name(names) });
        chart.trails.push(Trail {
            rule: "rule".to_owned(),
            steps: steps.collect(),
            title: chance.name(names),
            verdict: if chance.next(2) == 0 { Verdict::Fail } else { Verdict::CannotTell },
            summary: chance.name(names),
            missing: chance.maybe(names).into_iter().collect(),
            fix: chance.maybe(names),
            nodes: on(chance, nodes),
            edges: on(chance, edges),
            told: true,
        });
    }
    for _ in 0..chance.next(3) {
        chart.walls.push(Wall {
            left: Side::Lane(0),
            right: Side::Elsewhere,
            words: chance.name(names),
            stated: false,
        });
    }
    chart
}

fn table(chance: &mut Chance, names: &[String], most: usize) -> Table {
    let columns: Vec<Column> = (0..1 + chance.next(most))
        .map(|n| Column { name: format!("{n}"), party: chance.name(names), team: chance.maybe(names) })
        .collect();
    let rows = (0..chance.next(most)).map(|_| Row {
        name: "row".to_owned(),
        title: chance.name(names),
        fields: chance.name(names),
        cells: (0..columns.len())
            .map(|_| {
                (chance.next(2) == 0).then(|| Cell {
                    mark: chance.mark(),
                    kept: chance.name(names),
                    endless: false,
                    broken: chance.next(3) == 0,
                    description: chance.name(names),
                })
            })
            .collect(),
    });
    let rows = rows.collect();
    Table { heading: chance.heading(names), columns, rows }
}

fn life(chance: &mut Chance, names: &[String], most: usize) -> Life {
    let ticks: Vec<Tick> = (0..chance.next(5))
        .map(|n| Tick {
            title: chance.name(names),
            date: [
                None,
                Some(date(2020, 1, 1)),
                Some(date(-5, 1, 1)),
                Some(date(9999, 12, 31)),
                Some(date(2030, 2, 28)),
            ][n],
            sure: String::new(),
        })
        .collect();
    let bars = (0..chance.next(most)).map(|_| Bar {
        name: "bar".to_owned(),
        title: chance.name(names),
        holder: chance.name(names),
        stage: [Stage::Collect, Stage::Use, Stage::Share, Stage::Publish][chance.next(4)],
        by: chance.maybe(names).unwrap_or_default(),
        mark: chance.mark(),
        from: (chance.next(2) == 0).then(|| chance.next(6)),
        until: (chance.next(2) == 0).then(|| chance.next(6)),
        kept: chance.name(names),
        then: chance.maybe(names).unwrap_or_default(),
        endless: chance.next(3) == 0,
        uses: chance.maybe(names).into_iter().collect(),
    });
    let bars = bars.collect();
    let stages = (0..chance.next(3))
        .map(|_| Told { stage: Stage::Destroy, lines: chance.maybe(names).into_iter().collect() })
        .collect();
    Life { heading: chance.heading(names), ticks, bars, stages, ends: Vec::new() }
}

/// Pictures with hostile names in all places.
fn pictures(how_many: u64) -> Vec<Picture> {
    let names = hostile();
    let mut all = Vec::new();
    for seed in 0..how_many {
        let mut chance = Chance(seed.wrapping_mul(7_919) + 1);
        all.push(match seed % 5 {
            3 => Picture::Table(table(&mut chance, &names, 8)),
            4 => Picture::Life(life(&mut chance, &names, 12)),
            _ => Picture::Chart(chart(&mut chance, &names, 14)),
        });
    }
    all
}

fn recognised(picture: &Picture, format: Format, written: &str) -> Result<Seen, String> {
    match (format, picture) {
        (Format::Dot, _) => recognise::dot(written),
        (Format::D2, _) => recognise::d2(written),
        (Format::MermaidSequence, Picture::Chart(_)) => recognise::sequence(written),
        (_, Picture::Chart(_)) => recognise::flowchart(written),
        (_, Picture::Table(_)) => recognise::blocks(written),
        (_, Picture::Life(_)) => recognise::gantt(written),
    }
}

const DRAWN: [Format; 5] = [Format::Mermaid, Format::MermaidSwimlane, Format::MermaidSequence, Format::Dot, Format::D2];

#[test]
fn no_name_breaks_out_of_its_place() {
    for (seed, picture) in pictures(400).iter().enumerate() {
        for format in DRAWN {
            let written = text::write(picture, format);
            let seen = recognised(picture, format, &written)
                .unwrap_or_else(|why| panic!("picture {seed} as {}: {why}\n{written}", format.word()));
            if let (Picture::Chart(chart), Format::Mermaid | Format::MermaidSwimlane | Format::Dot | Format::D2) =
                (picture, format)
            {
                let boxes = seen.nodes.iter().filter(|n| n.rsplit('.').next().is_some_and(|n| n.starts_with('n')));
                assert_eq!(boxes.count(), chart.nodes.len(), "picture {seed} as {}:\n{written}", format.word());
                assert_eq!(seen.edges.len(), chart.edges.len(), "picture {seed} as {}:\n{written}", format.word());
            }
        }
    }
}

#[test]
fn names_are_read_back_as_they_were() {
    for name in hostile().iter().filter(|name| name.len() < 80) {
        // what is on one line, without what nobody sees
        let visible: String =
            name.chars().filter(|c| !"\u{feff}\u{200b}\u{202e}\u{202c}\u{e0041}".contains(*c)).collect();
        let visible = visible.replace(|c: char| c.is_control() || c.is_whitespace(), " ");
        let expected = visible.split_whitespace().collect::<Vec<_>>().join(" ");
        let expected = if expected.is_empty() { "(no title)".to_owned() } else { expected };
        let chart = Chart { lanes: vec![Lane::default()], nodes: vec![a_box(name)], ..Chart::default() };
        let picture = Picture::Chart(chart);
        let label = |format| {
            let written = text::write(&picture, format);
            recognised(&picture, format, &written).unwrap().labels.first().cloned().unwrap_or_default()
        };
        // what Mermaid would take for its own marks is written otherwise
        let apart = expected.replace('ﬂ', "fl").replace("¶ß", "¶ ß");
        assert_eq!(recognise::decoded(&label(Format::Mermaid)), apart);
        let squeezed = |text: &str| text.split_whitespace().collect::<String>();
        assert_eq!(squeezed(&label(Format::Dot)).replace("&amp;", "&"), squeezed(&expected));
        assert_eq!(squeezed(&label(Format::D2)), squeezed(&expected));
    }
}

fn a_box(title: &str) -> Node {
    Node {
        id: "n".to_owned(),
        name: "n".to_owned(),
        title: title.to_owned(),
        shape: Shape::Party,
        lane: 0,
        frame: None,
        phase: None,
        mark: None,
        number: None,
        kept: None,
        contradiction: None,
        description: String::new(),
        home: None,
        elsewhere: None,
    }
}

#[test]
fn what_is_too_large_is_cut_and_says_so() {
    let names: Vec<String> = hostile().into_iter().filter(|name| name.len() > 1_000).collect();
    for seed in 0..2 {
        let mut chance = Chance(seed);
        let mut large = chart(&mut chance, &names, 1_500);
        while large.nodes.len() < 1_200 {
            let more = chart(&mut chance, &names, 1_500);
            large.nodes.extend(more.nodes.into_iter().map(|node| Node { lane: 0, frame: None, ..node }));
        }
        large.edges = (0..3_000).map(|n| Edge { from: n % 900, to: (n * 7) % 900, ..an_edge(n) }).collect();
        let all = large.clone();
        let picture = Picture::Chart(large);
        for format in [Format::Mermaid, Format::MermaidSwimlane, Format::MermaidSequence] {
            let written = text::write(&picture, format);
            assert!(written.encode_utf16().count() < 50_000, "{}: {}", format.word(), written.len());
            assert!(written.contains("more boxes") && written.contains("more lines"), "{}", format.word());
            let seen = recognised(&picture, format, &written).unwrap();
            assert!(!seen.nodes.is_empty() && seen.edges.len() <= mermaid::MOST_EDGES);
        }
        assert!(text::write(&picture, Format::Dot).encode_utf16().count() <= dot::MOST_LETTERS);
        let told = text::write(&picture, Format::Text);
        assert!(told.lines().count() <= tree::MOST_LINES * 2 && told.contains("Not shown"), "{}", all.nodes.len());
    }
    let rows = Picture::Table(table(&mut Chance(5), &names, 900));
    assert!(text::write(&rows, Format::Mermaid).encode_utf16().count() < 50_000);
    let bars = Picture::Life(life(&mut Chance(5), &names, 3_000));
    assert!(text::write(&bars, Format::Mermaid).encode_utf16().count() < 50_000);
}

fn an_edge(number: usize) -> Edge {
    Edge {
        id: format!("flow-{number}"),
        name: String::new(),
        number: number.to_string(),
        from: 0,
        to: 0,
        mark: None,
        fields: "name".to_owned(),
        manner: String::new(),
        description: String::new(),
    }
}

#[test]
fn sentences_draw_nothing_and_keep_to_the_width() {
    for (seed, picture) in pictures(60).iter().enumerate() {
        for width in [40, 72, 100] {
            let written = tree::write(picture, width);
            for line in written.lines() {
                let wide: usize = line.chars().map(|c| unicode_width::UnicodeWidthChar::width(c).unwrap_or(0)).sum();
                assert!(wide <= width || line.starts_with("Not shown"), "picture {seed}: {wide} of {width}: {line}");
                let drawn = |c: char| ('\u{2500}'..='\u{25ff}').contains(&c);
                assert!(!line.contains(drawn) && !line.chars().any(char::is_control), "picture {seed}: {line:?}");
                assert!(!line.contains(['\u{202e}', '\u{200b}', '\u{feff}']), "picture {seed}: {line:?}");
            }
        }
    }
    assert_eq!(tree::shown("a\u{1b}[31m b\u{202e}", 100), "a\\u{1b}[31m b\\u{202e}");
}

#[test]
fn the_same_picture_gives_the_same_text() {
    for picture in pictures(20) {
        for format in Format::ALL {
            assert_eq!(text::write(&picture, format), text::write(&picture.clone(), format));
        }
    }
}

#[test]
fn levels_have_the_colours_of_the_drawing() {
    for grade in Grade::ALL {
        let look = style::look(grade);
        let node = Node { shape: Shape::Store, mark: Some(Mark { grade, at_best: None }), ..a_box("x") };
        let chart = Chart { lanes: vec![Lane::default()], nodes: vec![node], ..Chart::default() };
        let picture = Picture::Chart(chart);
        for format in [Format::Mermaid, Format::Dot, Format::D2] {
            let written = text::write(&picture, format);
            for colour in [look.fill, look.text, look.border.color] {
                let hex = format!("#{:02x}{:02x}{:02x}", colour.0, colour.1, colour.2);
                assert!(written.contains(&hex), "{} has no {hex} for {grade:?}:\n{written}", format.word());
            }
        }
    }
}

/// A small picture with all that there is, once.
fn small() -> Chart {
    let store = |title: &str, lane, frame, grade| Node {
        shape: Shape::Store,
        lane,
        frame,
        mark: Some(Mark { grade, at_best: None }),
        kept: Some("until 1 May 2027".to_owned()),
        description: format!("{title} is held."),
        ..a_box(title)
    };
    let step = Node { shape: Shape::Step, number: Some("S1".to_owned()), ..a_box("Count") };
    let sheet = Node {
        shape: Shape::Document,
        lane: 2,
        mark: Some(Mark { grade: Grade::Anonymous, at_best: None }),
        ..a_box("Report")
    };
    let flow = |number: &str, from, to, grade| Edge {
        number: number.to_owned(),
        from,
        to,
        mark: Some(Mark { grade, at_best: None }),
        manner: "secure email · the deal".to_owned(),
        ..an_edge(0)
    };
    let within = |from, to| Edge { number: String::new(), ..flow("", from, to, Grade::Identifiable) };
    let lane = |title: &str, detail: &str| Lane {
        title: title.to_owned(),
        details: vec![detail.to_owned()],
        ..Lane::default()
    };
    Chart {
        heading: Heading {
            title: "A study".to_owned(),
            subtitle: "Who holds what".to_owned(),
            description: "The council sends names to the lab.".to_owned(),
            as_of: date(2026, 11, 1),
            tally: Tally { hold: 1, broken: 1, cannot_tell: 0 },
            advice: vec![],
            sheet: None,
        },
        lanes: vec![
            lane("Council", "controller"),
            lane("Lab", "controller"),
            lane("The public", "what anybody can read"),
        ],
        frames: vec![Frame {
            name: "room".to_owned(),
            title: "Safe room".to_owned(),
            short: "Safe room".to_owned(),
            lane: 1,
            parent: None,
            kind: FrameKind::Setting,
        }],
        nodes: vec![
            store("Families", 0, None, Grade::Identifiable),
            store("Families", 1, Some(0), Grade::Identifiable),
            Node { lane: 1, frame: Some(0), ..step },
            store("Counts", 1, Some(0), Grade::Aggregate),
            sheet,
        ],
        edges: vec![
            flow("1", 0, 1, Grade::Identifiable),
            within(1, 2),
            within(2, 3),
            flow("2", 3, 4, Grade::Anonymous),
        ],
        trails: vec![Trail {
            rule: "no-names".to_owned(),
            title: "Names stay with the council".to_owned(),
            verdict: Verdict::Fail,
            summary: "the lab holds `name`".to_owned(),
            steps: vec![TrailStep {
                number: "1".to_owned(),
                sentence: "the council sends `families` to the lab".to_owned(),
            }],
            missing: vec![],
            fix: Some("drop `name` before `out`".to_owned()),
            nodes: vec![0, 1],
            edges: vec![0],
            told: true,
        }],
        walls: vec![Wall {
            left: Side::Lane(0),
            right: Side::Lane(1),
            words: "Council and Lab".to_owned(),
            stated: true,
        }],
        phases: vec![],
    }
}

#[test]
fn a_small_picture_in_each_format() {
    let picture = Picture::Chart(small());
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/diagrams");
    for (format, name) in [
        (Format::Mermaid, "small.mmd"),
        (Format::MermaidSwimlane, "small-swimlane.mmd"),
        (Format::MermaidSequence, "small-sequence.mmd"),
        (Format::Dot, "small.dot"),
        (Format::D2, "small.d2"),
        (Format::Text, "small.txt"),
    ] {
        let written = text::write(&picture, format);
        let file = folder.join(name);
        if std::env::var_os("STAUNCH_DIAGRAMS").is_some_and(|v| v == "write") {
            std::fs::write(&file, &written).unwrap();
        }
        let expected = std::fs::read_to_string(&file).unwrap_or_default();
        assert_eq!(written, expected, "{name}: STAUNCH_DIAGRAMS=write writes it anew");
    }
}

#[test]
fn the_way_of_a_finding_crosses_a_border() {
    let chart = small();
    let stops = path::stops(&chart, &chart.trails[0]);
    assert_eq!(stops.len(), 2);
    assert_eq!((stops[0].place.as_str(), stops[0].from.as_deref()), ("Council", None));
    assert_eq!((stops[1].place.as_str(), stops[1].from.as_deref()), ("Lab, Safe room", Some("Council")));
    assert_eq!(
        stops[1].arrives.iter().map(path::Arrival::line).collect::<Vec<_>>(),
        ["1 · name · secure email · the deal"]
    );
    assert_eq!(stops.iter().map(|stop| stop.follows).collect::<Vec<_>>(), [false, true]);
    for picture in pictures(100) {
        let Picture::Chart(chart) = picture else { continue };
        for trail in &chart.trails {
            let stops = path::stops(&chart, trail);
            assert!(stops.len() <= path::MOST_STOPS && stops.len() <= trail.nodes.len());
        }
    }
}

/// What `check --paths` shows of one rule of an example on a terminal so wide.
fn on_a_terminal(example: &str, rule: &str, width: usize, color: bool) -> String {
    let loaded = staunch::project::open(&support::root().join("examples").join(example)).unwrap();
    let mut surveyed = survey(support::inputs(loaded, support::AS_OF));
    let report = surveyed.outcome.report.as_mut().unwrap();
    report.rules.retain(|said| said.name == rule);
    let all = path::of_findings(surveyed.atlas.as_ref().unwrap(), &whole(example), 3);
    let options = Options {
        look: Look::Graphical,
        color,
        width,
        paths: Arc::new(all.into_iter().collect::<BTreeMap<_, _>>()),
        ..Options::default()
    };
    output::render(&surveyed.outcome, output::Format::Human, &options)
}

/// The report of an example.
fn whole(example: &str) -> Report {
    let loaded = staunch::project::open(&support::root().join("examples").join(example)).unwrap();
    support::judge(loaded, support::AS_OF).report.unwrap()
}

/// The lines of the picture in what a terminal shows: from the first place to the end of the finding.
fn picture_in(shown: &str, first: &str) -> String {
    let lines = shown.lines().skip_while(|line| !line.starts_with(first));
    let picture: Vec<&str> = lines.take_while(|line| !line.starts_with("  because")).collect();
    picture.join("\n").trim_end().to_owned()
}

#[test]
fn a_way_on_a_terminal_that_is_wide_and_on_one_that_is_not() {
    for width in [80, 50] {
        let shown = on_a_terminal("school-apps", "no-company-can-tell", width, false);
        let picture = picture_in(&shown, "  Fennick Road School");
        insta::assert_snapshot!(format!("a_way_on_a_terminal_of_{width}"), picture);
        // what is narrower than 60 is written as for 60
        for line in picture.lines() {
            assert!(unicode_width::UnicodeWidthStr::width(line) <= width.max(60), "{line}");
        }
        assert!(!shown.contains('\u{1b}'), "no colours unless they are asked for");
    }
    let coloured = on_a_terminal("school-apps", "no-company-can-tell", 80, true);
    assert!(coloured.contains("\u{1b}[1;31m│\u{1b}[0m 1 · name, pupil code, year group"), "{coloured}");
}

#[test]
fn a_way_through_the_command() {
    let example = support::root().join("examples/school-apps");
    let said = |arguments: &[&str], no_color: bool| {
        let mut command = support::staunch(&example);
        command.args(["check", "--paths", "--rule", "no-company-can-tell", "--as-of", "2026-01-01"]).args(arguments);
        if no_color {
            command.env("NO_COLOR", "1");
        }
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        String::from_utf8(output.stdout).unwrap()
    };
    // what goes to a file or another program is plain: a stop a line, in words
    let plain = said(&[], false);
    assert_eq!(said(&["--plain"], false), plain);
    assert_eq!(said(&[], true), plain);
    assert_eq!(said(&["--plain", "--color", "always"], false), plain);
    let ways: Vec<&str> = plain.lines().filter_map(|line| line.strip_prefix("    way: ")).collect();
    insta::assert_snapshot!("a_way_in_words", ways.join("\n"));
    assert!(!plain.contains(['\u{1b}', '━', '■', '│']), "{plain}");
    let drawn = said(&["--color", "always"], false);
    assert!(drawn.contains("━━ boundary: Quillbox Ltd → Tallyworks Analytics"), "{drawn}");
    assert!(drawn.contains("\u{1b}["));
    // without the option there is none
    let mut command = support::staunch(&example);
    let output = command.args(["check", "--rule", "no-company-can-tell", "--as-of", "2026-01-01"]).output().unwrap();
    assert!(!String::from_utf8(output.stdout).unwrap().contains("    way: "));
}

/// Titles come from other organisations: on a terminal they are one line, and send it nothing.
#[test]
fn names_in_a_way_do_nothing() {
    for title in ["a\u{1b}[2Jb\u{7}", "x\u{202e}y\u{200b}", "👩‍👩‍👧 兵庫県", &"long ".repeat(600), &"x".repeat(3_000)]
    {
        let text = format!(
            "party council \"{title}\"\nparty lab \"{title}\"\ndataset people \"{title}\" {{ held by council; fields name }}\n\
             flow out \"{title}\" {{ from council; to lab; data people }}\n\
             rule nobody \"{title}\" {{ lab must never hold identified data }}\n"
        );
        let folder = support::folder(&[("a.staunch", &text)]);
        for look in [&["--plain"][..], &["--color", "always"]] {
            let arguments = [&["check", "--paths", "--as-of", "2026-01-01"], look].concat();
            let (code, said, complained) = support::run(&folder, &arguments);
            assert_eq!(code, 1, "{said}{complained}");
            let told = said.lines().any(|line| line.contains("  way: ") || line.contains('■'));
            assert!(told, "{said}");
            let calm = said.replace("\u{1b}[", "");
            let harmful = |c: char| c != '\n' && (c.is_control() || "\u{202e}\u{200b}".contains(c));
            assert!(!calm.contains(harmful) && !said.contains("\u{1b}[2J"), "{said:?}");
        }
    }
}

#[test]
fn a_sequence_has_the_flows_numbers_and_a_sensible_order() {
    let written = text::write(&Picture::Chart(small()), Format::MermaidSequence);
    let at = |text: &str| written.find(text).unwrap_or_else(|| panic!("no {text} in\n{written}"));
    assert!(at("1 · Families") < at("S1 Count") && at("S1 Count") < at("2 · Report"), "{written}");
}

/// Runs a program on a text; what it says if it does not like it, nothing where there is no such program.
fn run(program: &str, arguments: &[&str], text: &str) -> Option<Result<(), String>> {
    use std::io::Write as _;
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .ok()?;
    child.stdin.take()?.write_all(text.as_bytes()).ok()?;
    let out = child.wait_with_output().ok()?;
    let said = String::from_utf8_lossy(&out.stderr).into_owned();
    Some(if out.status.success() && !said.contains("rror") { Ok(()) } else { Err(said) })
}

#[test]
fn graphviz_reads_what_we_write_where_it_is_there() {
    let mut whole = vec![Picture::Chart(small())];
    whole.extend(pictures(40));
    for picture in whole {
        let written = text::write(&picture, Format::Dot);
        if let Some(Err(said)) = run("dot", &["-Tcanon"], &written) {
            panic!("Graphviz says: {said}\n{written}");
        }
    }
}

/// The folder that has the packages `mermaid`, `jsdom`, `@terrastruct/d2` and `playwright-core`: the one named in `STAUNCH_NODE`, or
/// `tests/diagrams`, into which `npm ci --prefix tests/diagrams` puts them. Without them only our own recognisers look at the texts.
fn packages() -> Option<PathBuf> {
    let ours = support::root().join("tests/diagrams");
    let folder = std::env::var_os("STAUNCH_NODE").map_or(ours, PathBuf::from);
    folder.join("node_modules/mermaid").is_dir().then_some(folder)
}

/// Says something although the test passes.
fn loudly(words: &str) {
    use std::io::Write as _;
    let _ = writeln!(std::io::stderr(), "{words}");
}

/// Runs a script of `tests/diagrams` on the texts of a folder.
fn script(name: &str, arguments: &[&Path]) {
    let out = Command::new("node").arg(support::root().join("tests/diagrams").join(name)).args(arguments).output();
    let out = out.expect("node runs");
    let said = format!("{}{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr));
    assert!(out.status.success(), "{said}");
}

/// `tests/diagrams/check.mjs` says how each text is read.
#[test]
fn mermaid_and_d2_read_what_we_write_where_they_are_there() {
    let Some(packages) = packages() else {
        return loudly("SKIPPED: the real Mermaid and D2: `npm ci --prefix tests/diagrams` fetches them");
    };
    let most: u64 = std::env::var("STAUNCH_PICTURES").ok().and_then(|n| n.parse().ok()).unwrap_or(60);
    let folder = tempfile::tempdir().unwrap();
    let mut all = vec![Picture::Chart(small())];
    all.extend(pictures(most));
    for (number, picture) in all.iter().enumerate() {
        for (format, ending) in [
            (Format::Mermaid, "mmd"),
            (Format::MermaidSwimlane, "lanes.mmd"),
            (Format::MermaidSequence, "seq.mmd"),
            (Format::D2, "d2"),
        ] {
            std::fs::write(folder.path().join(format!("{number}.{ending}")), text::write(picture, format)).unwrap();
        }
    }
    script("check.mjs", &[&packages, folder.path()]);
}

/// Each hostile title, drawn by the real Mermaid in a real browser as a site would: what can be seen of it is there letter by letter,
/// and it makes no element, no link and no script.
#[test]
fn titles_show_as_typed_in_a_browser_where_there_is_one() {
    let chromium = std::env::var_os("STAUNCH_CHROMIUM").map(PathBuf::from).or_else(|| {
        let folders = std::env::var_os("PATH")?;
        std::env::split_paths(&folders).map(|folder| folder.join("chromium")).find(|file| file.is_file())
    });
    let packages = packages().filter(|folder| folder.join("node_modules/playwright-core").is_dir());
    let (Some(packages), Some(chromium)) = (packages, chromium) else {
        return loudly(
            "SKIPPED: Mermaid in a browser: Debian's `chromium`, and `npm ci --prefix tests/diagrams`, let it be drawn",
        );
    };
    let folder = tempfile::tempdir().unwrap();
    for (number, name) in hostile().iter().enumerate() {
        let name = name.replace("alert(1)", "window.broken=1");
        let mut chart = small();
        (chart.nodes[0].title, chart.lanes[1].title, chart.edges[0].manner) =
            (name.clone(), name.clone(), name.clone());
        chart.heading.title.clone_from(&name);
        let picture = Picture::Chart(chart);
        for (format, ending) in
            [(Format::Mermaid, "mmd"), (Format::MermaidSwimlane, "lanes.mmd"), (Format::MermaidSequence, "seq.mmd")]
        {
            std::fs::write(folder.path().join(format!("{number}.{ending}")), text::write(&picture, format)).unwrap();
        }
        let hidden = |c: char| c.is_control() || text::is_hidden(c);
        let seen: String = name.chars().map(|c| if c.is_control() { ' ' } else { c }).filter(|c| !hidden(*c)).collect();
        // letters that Mermaid takes for its own marks are written otherwise
        let seen = seen.replace('ﬂ', "fl");
        if seen.chars().count() <= 40 {
            let expected = serde_json::Value::from(vec![seen]).to_string();
            std::fs::write(folder.path().join(format!("{number}.mmd.json")), expected).unwrap();
        }
    }
    script("draw.mjs", &[&packages, &chromium, folder.path()]);
}
