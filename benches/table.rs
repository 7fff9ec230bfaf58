//! The table of the book's page about speed: `cargo bench --bench table -- [FLOWS…] [--runs N] [--seed N] [--limit SECONDS]`.
//!
//! For each size it makes a project, writes it to the disk, lets the command check it in a process of its own (several times; the best
//! and the middle one count), as it is and with every rule pack, runs the stages inside this process, and runs the floor. Everything
//! happens in one run on one machine.
#![allow(clippy::disallowed_methods, clippy::disallowed_macros)] // a command of its own, not part of the library: it writes files and starts processes
#![allow(dead_code)] // other benches use the rest of the generator

mod library;
mod measure;
mod synthetic;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use library::Texts;
use measure::Process;
use synthetic::floor::Floor;
use synthetic::{Project, SEED};

const USAGE: &str = "cargo bench --bench table -- [FLOWS…] [--runs N] [--seed N] [--limit SECONDS]";

/// The sizes when none is given.
const SIZES: [usize; 4] = [1_000, 10_000, 100_000, 1_000_000];

/// The command that is measured.
const COMMAND: &str = env!("CARGO_BIN_EXE_staunch");

/// The file by which a project adopts every rule pack.
const PACKS: (&str, &str) = ("packs.staunch", "adopt everything\n");

/// What is asked for.
struct Wanted {
    sizes: Vec<usize>,
    runs: usize,
    seed: u64,
    limit: Duration,
}

/// What was measured of one size; what took too long is not there.
struct Row {
    flows: usize,
    bytes: usize,
    edges: usize,
    processes: Vec<Process>,
    /// The same with every rule pack adopted.
    with_packs: Vec<Process>,
    stages: Option<Stages>,
    floor: Duration,
}

/// What the stages took inside the process.
struct Stages {
    parse: Duration,
    resolve: Duration,
    build: Duration,
    judge: Duration,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    if let Some(("--measure", rest)) = arguments.split_first().map(|(a, rest)| (a.as_str(), rest)) {
        return measure::child(rest);
    }
    let Some(wanted) = wanted(&arguments) else {
        eprintln!("usage: {USAGE}");
        return ExitCode::FAILURE;
    };
    println!("Machine: {} cores, {}; seed {}, {} runs each\n", cores(), memory(), wanted.seed, wanted.runs);
    println!(
        "| flows | text | parse | with names | build | judge | whole, best | whole, middle | peak memory | floor | build and judge ÷ floor | whole ÷ floor | every pack, best | every pack ÷ whole |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|---|---|---|---|");
    let mut rows = Vec::new();
    for flows in &wanted.sizes {
        match measured(*flows, &wanted) {
            Ok(row) => {
                row.print();
                rows.push(row);
            }
            Err(error) => {
                eprintln!("{flows} flows: {error}");
                return ExitCode::FAILURE;
            }
        }
    }
    growth(&rows);
    example(&wanted);
    ExitCode::SUCCESS
}

fn wanted(arguments: &[String]) -> Option<Wanted> {
    let mut wanted = Wanted { sizes: Vec::new(), runs: 5, seed: SEED, limit: Duration::from_secs(120) };
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--runs" => wanted.runs = arguments.next()?.parse().ok().filter(|n| *n > 0)?,
            "--seed" => wanted.seed = arguments.next()?.parse().ok()?,
            "--limit" => wanted.limit = Duration::from_secs(arguments.next()?.parse().ok()?),
            size => wanted.sizes.push(size.replace(['_', ','], "").parse().ok()?),
        }
    }
    if wanted.sizes.is_empty() {
        wanted.sizes.extend(SIZES);
    }
    Some(wanted)
}

/// Where a project of the bench is written.
fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)
}

fn measured(flows: usize, wanted: &Wanted) -> Result<Row, String> {
    let project = Project::new(flows, wanted.seed);
    let folder = folder(&format!("bench-{flows}"));
    project.write(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let floor = Floor::new(&project.facts);
    let floor_time = best(wanted.runs, || floor.run().pairs());
    let (bytes, edges) = (project.bytes(), floor.edges());
    let texts = Texts::new(&project.files);
    drop((project, floor));
    let alone = processes(&folder, wanted)?;
    std::fs::write(folder.join(PACKS.0), PACKS.1).map_err(|e| format!("{}: {e}", folder.display()))?;
    let with_packs = if alone.is_empty() { Vec::new() } else { processes(&folder, wanted)? };
    let mut row = Row { flows, bytes, edges, processes: alone, with_packs, stages: None, floor: floor_time };
    if row.best().is_some() {
        row.stages = Some(stages(&texts, wanted.runs.min(3)));
    }
    std::fs::remove_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    Ok(row)
}

/// Runs the command on a folder; none when it takes too long.
fn processes(folder: &Path, wanted: &Wanted) -> Result<Vec<Process>, String> {
    let mut processes = Vec::new();
    for _ in 0..wanted.runs {
        match measure::run(COMMAND, &["check", &folder.display().to_string(), "--as-of", "2026-01-01"], wanted.limit)? {
            Some(process) => processes.push(process),
            None => return Ok(Vec::new()),
        }
    }
    Ok(processes)
}

/// Each stage, the best of several times. Judging is what is left of a whole check when the other stages are taken off.
fn stages(texts: &Texts, runs: usize) -> Stages {
    let mut least = [Duration::MAX; 4];
    for _ in 0..runs {
        let start = Instant::now();
        let parsed = texts.parse();
        let parse = start.elapsed();
        let mut model = texts.resolve(parsed);
        let resolve = start.elapsed() - parse;
        let graph = library::build(&mut model);
        let build = start.elapsed() - resolve - parse;
        drop((graph, model));
        let copy = texts.clone();
        let start = Instant::now();
        let outcome = copy.check();
        let whole = start.elapsed();
        drop(outcome);
        for (least, time) in least.iter_mut().zip([parse, resolve, build, whole]) {
            *least = time.min(*least);
        }
    }
    let [parse, resolve, build, whole] = least;
    Stages { parse, resolve, build, judge: whole.saturating_sub(parse + resolve + build) }
}

/// The best time of several.
fn best<T>(runs: usize, mut work: impl FnMut() -> T) -> Duration {
    let times = (0..runs).map(|_| {
        let start = Instant::now();
        std::hint::black_box(work());
        start.elapsed()
    });
    times.min().unwrap_or_default()
}

impl Row {
    fn best(&self) -> Option<Duration> {
        self.processes.iter().map(|p| p.time).min()
    }

    fn best_with_packs(&self) -> Option<Duration> {
        self.with_packs.iter().map(|p| p.time).min()
    }

    fn print(&self) {
        let rate = |time: Duration| format!("{:.0} MB/s", self.bytes as f64 / 1e6 / time.as_secs_f64());
        let none = || "–".to_owned();
        let stages = self.stages.as_ref();
        let (build, judge) = (stages.map(|s| s.build), stages.map(|s| s.judge));
        let mut times: Vec<Duration> = self.processes.iter().map(|p| p.time).collect();
        times.sort_unstable();
        let peak = self.processes.iter().filter_map(|p| p.peak).max();
        let ratio = |time: Option<Duration>| {
            time.map_or_else(none, |t| format!("{:.1}", t.as_secs_f64() / self.floor.as_secs_f64()))
        };
        let cells = [
            thousands(self.flows),
            format!("{:.1} MB", self.bytes as f64 / 1e6),
            stages.map_or_else(none, |s| rate(s.parse)),
            stages.map_or_else(none, |s| rate(s.parse + s.resolve)),
            build.map_or_else(none, shown),
            judge.map_or_else(none, shown),
            self.best().map_or_else(none, shown),
            times.get(times.len() / 2).copied().map_or_else(none, shown),
            peak.map_or_else(none, |b| format!("{:.0} MB", b as f64 / 1e6)),
            shown(self.floor),
            ratio(build.zip(judge).map(|(b, j)| b + j)),
            ratio(self.best()),
            self.best_with_packs().map_or_else(none, shown),
            self.best_with_packs()
                .zip(self.best())
                .map_or_else(none, |(with, without)| format!("{:.1}", with.as_secs_f64() / without.as_secs_f64())),
        ];
        println!("| {} |", cells.join(" | "));
    }
}

/// What ten times as many flows cost.
fn growth(rows: &[Row]) {
    println!();
    for pair in rows.windows(2) {
        if let (Some(small), Some(large)) = (pair[0].best(), pair[1].best()) {
            println!(
                "{} flows cost {:.1} times as much as {}.",
                thousands(pair[1].flows),
                large.as_secs_f64() / small.as_secs_f64(),
                thousands(pair[0].flows)
            );
        }
    }
}

/// The story under `examples/`, from start to exit.
fn example(wanted: &Wanted) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/troubled-families/as-written");
    let runs = Wanted { sizes: Vec::new(), runs: wanted.runs.max(10), ..*wanted };
    match processes(&folder, &runs) {
        Ok(processes) => {
            let mut times: Vec<Duration> = processes.iter().map(|p| p.time).collect();
            times.sort_unstable();
            if let (Some(best), Some(middle)) = (times.first(), times.get(times.len() / 2)) {
                println!(
                    "examples/troubled-families/as-written, from start to exit: {} at best, {} in the middle.",
                    shown(*best),
                    shown(*middle)
                );
            }
        }
        Err(error) => eprintln!("the example: {error}"),
    }
}

/// A time as people read it.
fn shown(time: Duration) -> String {
    match time.as_secs_f64() {
        s if s >= 10.0 => format!("{s:.0} s"),
        s if s >= 1.0 => format!("{s:.2} s"),
        s if s >= 0.01 => format!("{:.0} ms", s * 1e3),
        s if s >= 0.001 => format!("{:.1} ms", s * 1e3),
        s => format!("{:.2} ms", s * 1e3),
    }
}

/// A number with commas.
fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut shown = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// How much memory the machine has, where it says so.
fn memory() -> String {
    let text = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let total = text.lines().find_map(|l| l.strip_prefix("MemTotal:")?.trim().strip_suffix(" kB")?.trim().parse().ok());
    total.map_or_else(|| "memory not known".to_owned(), |kb: f64| format!("{:.0} GB of memory", kb / 1024.0 / 1024.0))
}
