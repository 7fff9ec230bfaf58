//! `staunch check`: the main job.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::ValueEnum;
use jiff::civil::Date;

use super::diff::Version;
use super::formats::{self, Wanted};
use super::terminal::{self, Shown};
use super::{ExitCode, date, run, watch};
use crate::check::{Baseline, FINDINGS_KEPT, Outcome, RuleSeverity, Standing, Surveyed};
use crate::diagnostic::did_you_mean;
use crate::diagram::text::path::{self, Stop};
use crate::output::{FINDINGS_TOLD, Format, Options, Threshold};
use crate::project::{self, Loaded};

/// What `staunch check` takes.
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:
  staunch check                              the project in this folder
  staunch check study --as-of 2016-03-31     as things stood on a date
  staunch check --strict                     what cannot be told counts as broken
  staunch check --rule no-return             one rule or promise alone, with all its findings
  staunch check --format human --format sarif=out.sarif --format junit=report.xml
  staunch check --paths                      with a small picture of each way that is told
  staunch check --watch                      again whenever a file changes

Exit codes: 0 all holds · 1 a rule is broken · 2 the text or the settings are wrong · 3 nothing was checked")]
pub(super) struct Args {
    /// The project's folder, or one `.staunch` file.
    #[arg(default_value = ".")]
    path: PathBuf,

    /// Judge as of this date (default: today).
    #[arg(long, value_name = "DATE", value_parser = date)]
    as_of: Option<Date>,

    /// Count what cannot be told as broken.
    #[arg(long)]
    strict: bool,

    /// What makes the check fail, that is, end with 1.
    #[arg(long, value_enum, value_name = "WHAT", default_value_t)]
    fail_on: FailOn,

    /// What to write, to the terminal or `=FILE`; may be given several times. There are human, json, sarif, junit,
    /// github, gitlab and markdown.
    #[arg(long = "format", value_name = "FORMAT[=FILE]", default_value = "human")]
    formats: Vec<Wanted>,

    /// Only this rule or promise; may be given several times.
    #[arg(long = "rule", value_name = "NAME")]
    rules: Vec<String>,

    /// Say only what is wrong: no summary, and nothing when all holds.
    #[arg(long, short)]
    quiet: bool,

    /// Check again whenever a file of the project changes, until Ctrl-C.
    #[arg(long, conflicts_with = "write_baseline")]
    watch: bool,

    /// Only what is new since then counts: a git revision, or a folder with the old version.
    #[arg(long, value_name = "REVISION", conflicts_with = "baseline")]
    against: Option<String>,

    /// Only what is not in this file counts: the findings that were there when it was written.
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,

    /// Write the findings that there are into this file, to be used as a `--baseline`; together with `--baseline`, only those that
    /// it has already.
    #[arg(long, value_name = "FILE")]
    write_baseline: Option<PathBuf>,

    /// Show the way of each finding that is told as a small picture: who has what, and where data crosses from one to another.
    #[arg(long, conflicts_with_all = ["against", "baseline", "write_baseline"])]
    paths: bool,

    #[command(flatten)]
    waivers: run::WaiverArgs,

    #[command(flatten)]
    shown: Shown,
}

/// What makes a check fail.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, ValueEnum)]
enum FailOn {
    /// Broken rules of severity `error`.
    #[default]
    Error,
    /// Broken rules of severity `warning` and `error`.
    Warning,
    /// Broken rules of severity `warning` and `error`, and those that cannot be told.
    CannotTell,
    /// Any broken rule.
    Info,
    /// Nothing that the check finds; a wrong text still ends with 2, and nothing to check with 3.
    Never,
}

impl Args {
    fn threshold(&self) -> Threshold {
        let (least, cannot_tell) = match self.fail_on {
            FailOn::Error => (Some(RuleSeverity::Error), false),
            FailOn::Warning => (Some(RuleSeverity::Warning), false),
            FailOn::CannotTell => (Some(RuleSeverity::Warning), true),
            FailOn::Info => (Some(RuleSeverity::Info), false),
            FailOn::Never => (None, false),
        };
        Threshold { least, cannot_tell: cannot_tell || self.strict }
    }
}

/// Runs it.
pub(super) fn run(args: &Args) -> ExitCode {
    if let Err(code) = formats::apart(&args.formats, args.write_baseline.as_deref()) {
        return code;
    }
    if args.watch {
        if !formats::only_for_people(&args.formats) {
            terminal::complain(
                "`--watch` is for people who look on, and writes no file",
                Some("leave `--format` out; a check without `--watch` writes any format"),
            );
            return ExitCode::TextWrong;
        }
        return watch::run(&args.path, args.shown, args.quiet, |loaded| judged(args, loaded).0);
    }
    match project::open(&args.path) {
        Ok(loaded) => {
            let (code, outcome) = judged(args, loaded);
            // the process ends: nobody should wait until the memory of thousands of findings is given back piece by piece
            std::mem::forget(outcome);
            code
        }
        Err(error) => {
            terminal::complain(&error.to_string(), Some(error.help()));
            ExitCode::TextWrong
        }
    }
}

/// Judges a project that was read, and writes what comes of it.
fn judged(args: &Args, loaded: Loaded) -> (ExitCode, Option<Outcome>) {
    let no_files = loaded.staunch_files.is_empty();
    let root = loaded.root.display().to_string();
    let folder = project::folder_in_repository(&loaded.root);
    let (mut outcome, paths) = match judge(args, loaded) {
        Ok(judged) => judged,
        Err(code) => return (code, None),
    };
    if let Err(code) = select(&mut outcome, &args.rules) {
        return (code, None);
    }
    let options = |format| Options { paths: Arc::clone(&paths), ..options(args, format, no_files, &folder) };
    if let Err(code) = formats::write(&args.formats, &outcome, options) {
        return (code, None);
    }
    let code = ending(args, &outcome);
    if code == ExitCode::NothingChecked {
        let (what, help) = if no_files {
            (
                format!("nothing was checked: there is no `.staunch` file in `{root}`"),
                "`staunch init` writes a small project to start from",
            )
        } else {
            (
                "nothing was checked: no rule or promise applies".to_owned(),
                "declare what must hold with `rule` or `promise`",
            )
        };
        terminal::complain(&what, Some(help));
    }
    (code, Some(outcome))
}

/// The ways of findings, by their fingerprints.
type Paths = Arc<BTreeMap<String, Vec<Stop>>>;

/// Judges the project, with the ways of its findings where these are wanted.
fn judge(args: &Args, loaded: Loaded) -> Result<(Outcome, Paths), ExitCode> {
    let as_of = args.as_of.unwrap_or_else(project::today);
    if !args.paths {
        return Ok((judge_only(args, loaded, as_of)?, Paths::default()));
    }
    let Surveyed { mut outcome, atlas } = run::survey(loaded, as_of, args.waivers.mode());
    let each = if args.rules.is_empty() { FINDINGS_TOLD + 1 } else { FINDINGS_KEPT };
    let mut paths = BTreeMap::new();
    if let (Some(atlas), Some(report)) = (&atlas, &mut outcome.report) {
        paths.extend(path::of_findings(atlas, report, each));
        report.shorten();
    }
    Ok((outcome, Arc::new(paths)))
}

/// Judges the project, and marks what was there before.
fn judge_only(args: &Args, loaded: Loaded, as_of: Date) -> Result<Outcome, ExitCode> {
    let mut outcome = match &args.against {
        Some(base) => against(args, base, loaded, as_of)?,
        None if args.baseline.is_some() || args.write_baseline.is_some() => {
            run::judge_whole(loaded, as_of, args.waivers.mode())
        }
        None => run::judge(loaded, as_of, args.waivers.mode()),
    };
    let Some(report) = &mut outcome.report else { return Ok(outcome) };
    let known = args.baseline.as_deref().map(read_baseline).transpose()?;
    if let Some(file) = &args.write_baseline {
        let mut baseline = Baseline::of(report);
        known.iter().for_each(|known| baseline.keep(known));
        project::write_atomically(file, baseline.text().as_bytes()).map_err(|error| {
            let message = format!("the baseline cannot be written to `{}`: {}", file.display(), terminal::why(&error));
            terminal::complain(&message, Some("name a file in a folder that is there and may be written to"));
            ExitCode::Internal
        })?;
        // it is written as it is found; nothing of it counts then
        baseline.mark(report);
    }
    if let (Some(file), Some(known), None) = (&args.baseline, &known, &args.write_baseline) {
        let gone = known.mark(report);
        terminal::mended(&gone, file);
    }
    report.shorten();
    Ok(outcome)
}

fn against(args: &Args, base: &str, loaded: Loaded, as_of: Date) -> Result<Outcome, ExitCode> {
    let version = Version::named(base, &loaded.root);
    let old = version.read().map_err(|(message, help)| {
        terminal::complain(&message, Some(&help));
        ExitCode::TextWrong
    })?;
    let (outcome, unread) = run::against(old, loaded, as_of, args.waivers.mode());
    if let Some(old) = unread {
        // who mends the text must be able to get it in, and nothing may be let pass unseen
        let first = old.diagnostics.sorted().first().map(|d| d.message.clone()).unwrap_or_default();
        let message = format!("everything counts, since the text of `{}` has errors: {first}", version.name());
        terminal::note(&message, Some("once the text is mended there, only what is new counts again"));
    }
    Ok(outcome)
}

fn read_baseline(file: &Path) -> Result<Baseline, ExitCode> {
    let complain = |what: &str, help: &str| {
        terminal::complain(&format!("the baseline `{}` cannot be used: {what}", file.display()), Some(help));
        ExitCode::TextWrong
    };
    let text = project::read_text(file).map_err(|why| {
        complain(&format!("it {why}"), "name a file that `staunch check --write-baseline FILE` wrote")
    })?;
    Baseline::read(&text).map_err(|(what, help)| complain(&what, help))
}

/// Keeps the rules that were asked for.
fn select(outcome: &mut Outcome, names: &[String]) -> Result<(), ExitCode> {
    let Some(report) = outcome.report.as_mut().filter(|_| !names.is_empty()) else { return Ok(()) };
    let mut known = true;
    for name in names.iter().filter(|n| !report.rules.iter().any(|r| r.name == **n)) {
        let help = did_you_mean(name, report.rules.iter().map(|r| r.name.as_str()));
        terminal::complain(&format!("the project has no rule or promise `{name}`"), help.as_deref());
        known = false;
    }
    report.rules.retain(|r| names.contains(&r.name));
    if known { Ok(()) } else { Err(ExitCode::TextWrong) }
}

/// How a format is written.
fn options(args: &Args, format: Format, no_files: bool, folder: &str) -> Options {
    let mut options = args.shown.options();
    options.quiet = args.quiet || (no_files && format == Format::Human);
    options.threshold = args.threshold();
    options.folder = folder.to_owned();
    if !args.rules.is_empty() {
        options.findings_shown = usize::MAX;
        options.findings_told = usize::MAX;
    }
    options
}

/// How the check ended.
fn ending(args: &Args, outcome: &Outcome) -> ExitCode {
    let Some(report) = outcome.report.as_ref().filter(|_| !outcome.diagnostics.has_errors()) else {
        return ExitCode::TextWrong;
    };
    if !report.rules.iter().any(|r| r.standing == Standing::Applies) {
        return ExitCode::NothingChecked;
    }
    let threshold = args.threshold();
    if report.rules.iter().any(|r| threshold.counts(r)) { ExitCode::Findings } else { ExitCode::Clean }
}
