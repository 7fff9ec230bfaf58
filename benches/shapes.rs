//! Models in shapes that would make a careless program slow: `cargo bench --bench shapes -- [SHAPE…] [--runs N] [--limit SECONDS]`.
//!
//! Each shape is written at two sizes, one ten times the other as a rule, with rules of twelve forms, and checked in a process of its
//! own (several times; the best counts). The exponent is that of the growth between the two: 1 where ten times as much takes ten times
//! as long, 2 where it takes a hundred times. Shapes that begin with `drawn` and `page` are drawn.
#![allow(clippy::disallowed_methods, clippy::disallowed_macros)] // a command of its own, not part of the library: it writes files and starts processes

mod measure;

use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use measure::Process;

const USAGE: &str = "cargo bench --bench shapes -- [SHAPE…] [--runs N] [--limit SECONDS]";

/// The command that is measured.
const COMMAND: &str = env!("CARGO_BIN_EXE_staunch");

/// A shape: what it is called, what it is (`n` stands for the size), at which sizes, and its text without the rules.
struct Shape {
    name: &'static str,
    says: &'static str,
    sizes: [usize; 2],
    text: fn(usize) -> String,
}

/// A file of a project: its name and its text.
type Files = Vec<(&'static str, String)>;

/// What is measured of a shape: other files that it has, and what is asked of the command.
struct Asked {
    files: Files,
    arguments: &'static [&'static str],
}

impl Asked {
    /// What a shape is asked, of this size. Names of files and folders in the arguments begin with `@`.
    fn of(shape: &Shape, n: usize) -> Asked {
        const CHECK: &[&str] = &["check", "@"];
        let text = ("model.staunch", (shape.text)(n) + RULES);
        match shape.name {
            "quotes" => Asked { files: vec![text, ("n.md", notice(n))], arguments: CHECK },
            "scenarios" => Asked { files: vec![text], arguments: &["test", "@", "--quiet"] },
            "baseline" => Asked {
                files: vec![text, ("known.json", known(n))],
                arguments: &["check", "@", "--baseline", "@known.json"],
            },
            "diff" => Asked {
                files: vec![("new/model.staunch", changed(&text.1)), ("old/model.staunch", text.1)],
                arguments: &["diff", "@old", "@new", "--quiet"],
            },
            _ => Asked { files: vec![text], arguments: drawn(shape.name).unwrap_or(CHECK) },
        }
    }
}

/// What is asked where a picture or the page is made.
fn drawn(shape: &str) -> Option<&'static [&'static str]> {
    Some(match shape {
        "drawn-flows" => {
            &["diagram", "@", "-o", "@a.svg", "-o", "@a.pdf", "-o", "@a.mmd", "-o", "@a.dot", "-o", "@a.txt"]
        }
        "drawn-lanes" | "drawn-titles" => &["diagram", "@", "-o", "@a.svg", "-o", "@a.pdf"],
        "drawn-context" => &["diagram", "@", "--view", "context", "-o", "@a.svg"],
        "drawn-matrix" => &["diagram", "@", "--view", "matrix", "-o", "@a.svg"],
        "drawn-life" => &["diagram", "@", "--view", "lifecycle", "-o", "@a.svg"],
        "page-flows" | "page-places" | "page-titles" => &["report", "@", "-o", "@page.html"],
        _ => return None,
    })
}

const SHAPES: [Shape; 35] = [
    Shape { name: "receivers", says: "one flow to `n` parties", sizes: LARGE, text: receivers },
    Shape { name: "key-received", says: "one key in `n` copies at `n` parties", sizes: LARGE, text: key_received },
    Shape { name: "key-at-one", says: "one key in `n` datasets at one party", sizes: LARGE, text: key_at_one },
    Shape {
        name: "key-to-one",
        says: "one key in `n` datasets, all sent to one party",
        sizes: LARGE,
        text: key_to_one,
    },
    Shape { name: "walls", says: "`n` teams in a row, a wall between each two", sizes: LARGE, text: walls },
    Shape { name: "walls-data", says: "the same, and every team has data", sizes: LARGE, text: walls_data },
    Shape { name: "walls-one", says: "`n` teams with data, one walled from all", sizes: LARGE, text: walls_one },
    Shape {
        name: "walls-all",
        says: "a wall between every two of `n` teams with data",
        sizes: [60, 600],
        text: walls_all,
    },
    Shape { name: "teams", says: "`n` teams that are all sent the same data", sizes: LARGE, text: teams_sent },
    Shape { name: "circle", says: "a circle of `n` copies", sizes: LARGE, text: circle },
    Shape { name: "diamonds", says: "`n` diamonds in a row: 2ⁿ ways", sizes: [100, 1_000], text: diamonds },
    Shape { name: "promises", says: "`n` promises about one dataset", sizes: SMALL, text: promises },
    Shape { name: "promises-own", says: "`n` promises about a dataset each", sizes: SMALL, text: promises_own },
    Shape { name: "exceptions", says: "`n` exceptions of one rule", sizes: SMALL, text: exceptions },
    Shape { name: "parallel", says: "`n` flows of one dataset between two parties", sizes: LARGE, text: parallel },
    Shape { name: "senders", says: "flows from `n` parties to one", sizes: LARGE, text: senders },
    Shape { name: "fields", says: "`n` fields, sent by their names", sizes: LARGE, text: fields },
    Shape { name: "inputs", says: "a step that takes `n` datasets", sizes: LARGE, text: inputs },
    Shape { name: "outputs", says: "a step that gives `n` datasets", sizes: SMALL, text: outputs },
    Shape { name: "events", says: "`n` events, each after the one before", sizes: LARGE, text: events },
    Shape {
        name: "events-used",
        says: "`n` flows in an order of events, each kept until the next",
        sizes: SMALL,
        text: events_used,
    },
    Shape { name: "quotes", says: "`n` quotes from one notice", sizes: SMALL, text: quotes },
    Shape { name: "waivers", says: "`n` waivers of one finding each", sizes: [100, 1_000], text: waivers },
    Shape { name: "scenarios", says: "`n` scenarios of one project", sizes: [100, 1_000], text: scenarios },
    Shape { name: "baseline", says: "a baseline of `n` findings", sizes: SMALL, text: broken },
    Shape {
        name: "diff",
        says: "`n` flows, one in ten of them changed: `staunch diff`",
        sizes: [100, 1_000],
        text: programme,
    },
    Shape { name: "drawn-lanes", says: "a swimlane of `n` boxes", sizes: [38, 380], text: lanes },
    Shape {
        name: "drawn-flows",
        says: "`n` flows, drawn in five formats: `staunch diagram`",
        sizes: DRAWN,
        text: programme,
    },
    Shape { name: "drawn-context", says: "`n` parties in one picture", sizes: [100, 1_000], text: receivers },
    Shape { name: "drawn-matrix", says: "one dataset in `n` places, as a table", sizes: [100, 1_000], text: receivers },
    Shape { name: "drawn-life", says: "the same on an axis of time", sizes: [100, 1_000], text: receivers },
    Shape { name: "drawn-titles", says: "titles of `n` characters", sizes: [300, 3_000], text: titles },
    Shape { name: "page-flows", says: "`n` flows: `staunch report`", sizes: DRAWN, text: programme },
    Shape { name: "page-places", says: "the same of one dataset in `n` places", sizes: [100, 1_000], text: receivers },
    Shape { name: "page-titles", says: "the same with titles of `n` characters", sizes: [300, 3_000], text: titles },
];

const LARGE: [usize; 2] = [10_000, 100_000];
const SMALL: [usize; 2] = [1_000, 10_000];
const DRAWN: [usize; 2] = [500, 5_000];

/// Rules of many forms, about whatever there is.
const RULES: &str = "rule r1 { no one except p0 may hold identified data }
rule r2 { p1 must never hold data from d }
rule r3 { data from d must pass through drop name before reaching p1 }
rule r4 { data from d may be used only for research }
rule r5 { every flow of personal data must have agreement in force }
rule r6 { every copy must be destroyed by 2030-01-01 }
rule r7 { no one may hold name together with health.mental }
rule r8 { no one may receive a field they do not use }
rule r9 { every dataset must have a controller, a basis and a deadline }
rule r10 { no one may hold identifiable data }
rule r11 { published data must be anonymous }
rule r12 { data must pass through aggregate minimum 10 before reaching p1 }
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    if let Some(("--measure", rest)) = arguments.split_first().map(|(a, rest)| (a.as_str(), rest)) {
        return measure::child(rest);
    }
    let Some(wanted) = wanted(&arguments) else {
        eprintln!("usage: {USAGE}\nshapes: {}", SHAPES.map(|s| s.name).join(", "));
        return ExitCode::FAILURE;
    };
    println!("| shape | `n` | time | peak memory | `n` | time | peak memory | exponent |");
    println!("|---|---|---|---|---|---|---|---|");
    for shape in SHAPES.iter().filter(|s| wanted.shapes.is_empty() || wanted.shapes.iter().any(|n| n == s.name)) {
        match line(shape, &wanted) {
            Ok(line) => println!("{line}"),
            Err(error) => {
                eprintln!("{}: {error}", shape.name);
                return ExitCode::FAILURE;
            }
        }
    }
    ExitCode::SUCCESS
}

/// What is asked for.
struct Wanted {
    shapes: Vec<String>,
    runs: usize,
    limit: Duration,
}

fn wanted(arguments: &[String]) -> Option<Wanted> {
    let mut wanted = Wanted { shapes: Vec::new(), runs: 3, limit: Duration::from_secs(120) };
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--runs" => wanted.runs = arguments.next()?.parse().ok().filter(|n| *n > 0)?,
            "--limit" => wanted.limit = Duration::from_secs(arguments.next()?.parse().ok()?),
            name if SHAPES.iter().any(|s| s.name == name) => wanted.shapes.push(name.to_owned()),
            _ => return None,
        }
    }
    Some(wanted)
}

fn line(shape: &Shape, wanted: &Wanted) -> Result<String, String> {
    let mut cells = vec![shape.says.to_owned()];
    let mut times = Vec::new();
    for n in shape.sizes {
        let best = measured(shape, n, wanted)?;
        cells.push(thousands(n));
        cells.push(best.map_or_else(|| "stopped".to_owned(), |b| format!("{:.2} s", b.time.as_secs_f64())));
        let memory = best.and_then(|b| b.peak);
        cells.push(memory.map_or_else(|| "–".to_owned(), |m| format!("{:.0} MB", m as f64 / 1e6)));
        times.extend(best.map(|b| b.time.as_secs_f64()));
    }
    let [small, large] = shape.sizes;
    let exponent = match times.as_slice() {
        [first, second] => format!("{:.1}", (second / first).ln() / (large as f64 / small as f64).ln()),
        _ => "–".to_owned(),
    };
    cells.push(exponent);
    Ok(format!("| {} |", cells.join(" | ")))
}

/// The best of several runs; none when one takes too long.
fn measured(shape: &Shape, n: usize, wanted: &Wanted) -> Result<Option<Process>, String> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("shape-{}-{n}", shape.name));
    std::fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let asked = Asked::of(shape, n);
    for (name, text) in &asked.files {
        let file = folder.join(name);
        let written =
            std::fs::create_dir_all(file.parent().unwrap_or(&folder)).and_then(|()| std::fs::write(&file, text));
        written.map_err(|e| format!("{}: {e}", file.display()))?;
    }
    let placed = |argument: &&str| match argument.strip_prefix('@') {
        Some(name) => folder.join(name).display().to_string(),
        None => (*argument).to_owned(),
    };
    let mut arguments: Vec<String> = asked.arguments.iter().map(placed).collect();
    arguments.extend(["--as-of".to_owned(), "2026-01-01".to_owned()]);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let mut best: Option<Process> = None;
    for _ in 0..wanted.runs {
        let Some(run) = measure::run(COMMAND, &arguments, wanted.limit)? else {
            best = None;
            break;
        };
        if best.is_none_or(|b| run.time < b.time) {
            best = Some(run);
        }
    }
    std::fs::remove_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    Ok(best)
}

/// A number with commas.
fn thousands(number: usize) -> String {
    let rest = if number < 1_000 { String::new() } else { thousands(number / 1_000) + "," };
    if rest.is_empty() { number.to_string() } else { format!("{rest}{:03}", number % 1_000) }
}

/// Each of some numbers in words of its own.
fn each(numbers: std::ops::Range<usize>, words: impl Fn(usize) -> String) -> String {
    numbers.map(words).collect()
}

fn parties(n: usize) -> String {
    each(0..n, |i| format!("party p{i}\n"))
}

/// A list with commas.
fn list(numbers: std::ops::Range<usize>, words: impl Fn(usize) -> String) -> String {
    numbers.map(words).collect::<Vec<_>>().join(", ")
}

const DATA: &str =
    "dataset d { held by p0; fields name, date-of-birth, postcode, sex; field illness : health.mental }\n";
const QUASI: &str = "sex, postcode, date-of-birth";

fn receivers(n: usize) -> String {
    parties(n) + DATA + &format!("flow f {{ from p0; to {}; data d }}\n", list(1..n, |i| format!("p{i}")))
}

fn key_received(n: usize) -> String {
    let step = "step s at p0 { takes d; add key k; drop name; gives e }\n";
    parties(n) + DATA + step + &each(1..n, |i| format!("flow f{i} {{ from p0; to p{i}; data e }}\n"))
}

fn key_at_one(n: usize) -> String {
    let step = "step s at p0 { takes d; add key k; gives e }\n";
    parties(2) + DATA + step + &each(0..n, |i| format!("dataset e{i} {{ held by p0; fields k, sex }}\n"))
}

fn key_to_one(n: usize) -> String {
    key_at_one(n) + &each(0..n, |i| format!("flow f{i} {{ from p0; to p1; data e{i} }}\n"))
}

fn teams(n: usize) -> String {
    format!("party p0 {{\n{}}}\nparty p1\n", each(0..n, |i| format!("  team t{i}\n")))
        + &DATA.replace("held by p0", "held by p0.t0")
}

fn team_data(n: usize) -> String {
    each(0..n, |i| format!("dataset d{i} {{ held by p0.t{i}; fields {QUASI} }}\n"))
}

fn walls(n: usize) -> String {
    let walls = each(1..n, |i| format!("wall between p0.t{} and p0.t{i}\n", i - 1));
    teams(n) + &walls + "flow f { from p0.t0; to p1; data d }\n"
}

fn walls_data(n: usize) -> String {
    walls(n) + &team_data(n)
}

fn walls_one(n: usize) -> String {
    teams(n) + &each(1..n, |i| format!("wall between p0.t0 and p0.t{i}\n")) + &team_data(n)
}

fn walls_all(n: usize) -> String {
    let walls = each(0..n, |a| each(0..a, |b| format!("wall between p0.t{a} and p0.t{b}\n")));
    teams(n) + &walls + &team_data(n)
}

fn teams_sent(n: usize) -> String {
    teams(n) + &each(1..n, |i| format!("flow f{i} {{ from p0.t0; to p0.t{i}; data d }}\n"))
}

fn circle(n: usize) -> String {
    parties(n) + DATA + &each(0..n, |i| format!("flow f{i} {{ from p{i}; to p{}; data d }}\n", (i + 1) % n))
}

fn diamonds(n: usize) -> String {
    let diamond = |i: usize| {
        let (from, left, right, to) = (3 * i, 3 * i + 1, 3 * i + 2, 3 * i + 3);
        format!(
            "flow a{i} {{ from p{from}; to p{left}, p{right}; data d }}\n\
             flow b{i} {{ from p{left}; to p{to}; data d }}\nflow c{i} {{ from p{right}; to p{to}; data d }}\n"
        )
    };
    parties(3 * n + 1) + DATA + &each(0..n, diamond)
}

fn promises(n: usize) -> String {
    let promise = |i: usize| format!("promise q{i} {{ p1 must never hold data from d }}\n");
    parties(3) + DATA + "flow f { from p0; to p1; data d }\n" + &each(0..n, promise)
}

fn promises_own(n: usize) -> String {
    let own = |i: usize| {
        let to = i + 1;
        format!(
            "dataset d{i} {{ held by p0; fields name, sex }}\nflow f{i} {{ from p0; to p{to}; data d{i} }}\n\
             promise q{i} {{ p{to} must never hold identifiable data from d{i} }}\n"
        )
    };
    parties(n + 2) + DATA + &each(0..n, own)
}

fn exceptions(n: usize) -> String {
    let except = each(2..n, |i| format!(" except at p{i}"));
    let rule = format!("rule r {{ p1 must never hold data from d{except} }}\n");
    parties(n + 2) + DATA + "flow f { from p0; to p1; data d }\n" + &rule
}

fn parallel(n: usize) -> String {
    parties(2) + DATA + &each(0..n, |i| format!("flow f{i} {{ from p0; to p1; data d }}\n"))
}

fn senders(n: usize) -> String {
    let sender = |i: usize| {
        format!("dataset d{i} {{ held by p{i}; fields name, {QUASI} }}\nflow f{i} {{ from p{i}; to p1; data d{i} }}\n")
    };
    parties(n + 2) + DATA + &each(2..n, sender)
}

fn fields(n: usize) -> String {
    let declared = each(0..n, |i| format!("  field x{i} : social.intervention\n"));
    let sent = list(0..n, |i| format!("x{i}"));
    parties(2)
        + &format!("dataset d {{ held by p0; fields name, sex\n{declared}}}\n")
        + &format!("flow f {{ from p0; to p1; data d(name, {sent}) }}\n")
}

fn inputs(n: usize) -> String {
    let taken = list(0..n, |i| format!("e{i}"));
    parties(2)
        + DATA
        + &each(0..n, |i| format!("dataset e{i} {{ held by p0; fields name, sex }}\n"))
        + &format!("step s at p0 {{ takes {taken}; gives out }}\nflow f {{ from p0; to p1; data out }}\n")
}

fn outputs(n: usize) -> String {
    let given = list(0..n, |i| format!("e{i}(sex, postcode)"));
    parties(2)
        + DATA
        + &format!("step s at p0 {{ takes d; gives {given} }}\n")
        + &each(0..n, |i| format!("flow f{i} {{ from p0; to p1; data e{i} }}\n"))
}

fn events(n: usize) -> String {
    let last = n - 1;
    parties(2)
        + DATA
        + "event e0 { expected 2020-01-01 }\n"
        + &each(1..n, |i| format!("event e{i} {{ after e{} }}\n", i - 1))
        + &format!("dataset kept {{ held by p0; fields name; retain until e{last} then destroy }}\n")
        + &format!("flow f {{ from p0; to p1; data kept; during e0 to e{} }}\n", n / 2)
}

fn events_used(n: usize) -> String {
    let last = n - 1;
    parties(4)
        + DATA
        + "event e0 { expected 2020-01-01 }\n"
        + &each(1..n, |i| format!("event e{i} {{ after e{} }}\n", i - 1))
        + &each(0..n, |i| {
            let (to, end) = (1 + i % 3, last.min(i + 1));
            format!("flow f{i} {{ from p0; to p{to}; data d; on e{i}; receiver retains until e{end} then destroy }}\n")
        })
}

/// What is promised; every other quote has a word that the notice has not.
fn quotes(n: usize) -> String {
    let quoted = each(0..n, |i| format!("  quote \"We promise number {i} to you\" in no\n"));
    parties(2)
        + DATA
        + "notice no { text \"n.md\"; from p0 }\n"
        + &format!("promise q {{\n{quoted}  p1 must never hold data from d\n}}\n")
}

fn notice(n: usize) -> String {
    each(0..n, |i| format!("We promise number {i} to you.\n"))
}

/// Flows that break a rule each.
fn broken(n: usize) -> String {
    parties(n + 1)
        + DATA
        + &each(0..n, |i| format!("flow f{i} {{ from p0; to p{}; data d }}\n", i + 1))
        + "rule agreed { every flow must have agreement }\n"
}

fn waivers(n: usize) -> String {
    broken(n)
        + &each(0..n, |i| {
            format!("waive agreed for f{i} {{ because \"being drawn up\"; by \"the board\"; until 2026-06-01 }}\n")
        })
}

fn scenarios(n: usize) -> String {
    programme(100)
        + &each(0..n, |i| {
            let (from, to) = (i % 10, (i + 5) % 10);
            format!(
                "scenario \"number {i}\" {{\n  add flow more {{ from p{from}; to p{to}; data d{from} }}\n  expect r1 fails\n}}\n"
            )
        })
}

/// A baseline in which one finding in two is known by a name that there is no more.
fn known(n: usize) -> String {
    let entries = list(0..n, |i| {
        let flow = if i % 2 == 0 { format!("f{i}") } else { format!("gone{i}") };
        format!(
            "\n    {{\"fingerprint\": \"agreed/0/{flow}\", \"rule\": \"agreed\", \"verdict\": \"fail\", \"summary\": \"no agreement\"}}"
        )
    });
    format!("{{\n  \"format\": \"staunch-baseline\",\n  \"version\": 1,\n  \"findings\": [{entries}\n  ]\n}}\n")
}

/// Ten parties that send each other what they have.
fn programme(n: usize) -> String {
    parties(10)
        + DATA
        + &each(0..10, |i| {
            format!("dataset d{i} {{ held by p{i}; fields name, sex, postcode; field illness : health.mental }}\n")
        })
        + &each(0..n, |i| {
            let (from, to) = (i % 10, (i + 1 + i / 10 % 9) % 10);
            format!("flow f{i} {{ from p{from}; to p{to}; data d{from}; for research }}\n")
        })
}

/// The same with every tenth flow changed.
fn changed(text: &str) -> String {
    let changed = |(number, line): (usize, &str)| match line.strip_suffix("for research }") {
        Some(flow) if number % 10 == 0 => format!("{flow}for research; by secure-email }}\n"),
        _ => format!("{line}\n"),
    };
    text.lines().enumerate().map(changed).collect()
}

/// Copies in ten lanes, as many as one picture shows.
fn lanes(n: usize) -> String {
    parties(10)
        + DATA
        + &each(0..n / 2, |i| {
            let (from, to) = (i % 10, (i + 1 + i / 10 % 9) % 10);
            format!(
                "dataset d{i} {{ held by p{from}; fields name, sex }}\nflow f{i} {{ from p{from}; to p{to}; data d{i} }}\n"
            )
        })
}

/// Everything with a title of so many characters.
fn titles(n: usize) -> String {
    let title = |what: &str| format!("\"{}\"", format!("{what} ").repeat(n.div_ceil(what.len() + 1)).trim_end());
    each(0..10, |i| format!("party p{i} {}\n", title("party of many words")))
        + &format!("dataset d {} {{ held by p0; fields name, sex, postcode }}\n", title("data"))
        + &each(1..10, |i| format!("flow f{i} {} {{ from p0; to p{i}; data d }}\n", title("unreasonablylongword")))
}
