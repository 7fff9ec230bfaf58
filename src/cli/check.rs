//! `staunch check`: the main job.

use std::path::PathBuf;
use std::str::FromStr;

use clap::ValueEnum;
use jiff::civil::Date;

use super::terminal::{self, Shown};
use super::{ExitCode, date, run};
use crate::check::{Outcome, RuleSeverity, Standing};
use crate::diagnostic::did_you_mean;
use crate::output::{self, Format};
use crate::project;

/// What `staunch check` takes.
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:
  staunch check                              the project in this folder
  staunch check study --as-of 2016-03-31     as things stood on a date
  staunch check --strict                     what cannot be told counts as broken
  staunch check --rule no-return             one rule or promise alone, with all its findings
  staunch check --format human --format json=report.json

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

    /// The least severity of a broken rule that makes the check fail.
    #[arg(long, value_enum, value_name = "SEVERITY", default_value_t)]
    fail_on: FailOn,

    /// What to write: `human` or `json`, to the terminal or `=FILE`; may be given several times.
    #[arg(long = "format", value_name = "FORMAT[=FILE]", default_value = "human")]
    formats: Vec<Wanted>,

    /// Only this rule or promise; may be given several times.
    #[arg(long = "rule", value_name = "NAME")]
    rules: Vec<String>,

    /// Say only what is wrong: no summary, and nothing when all holds.
    #[arg(long, short)]
    quiet: bool,

    #[command(flatten)]
    waivers: run::WaiverArgs,

    #[command(flatten)]
    shown: Shown,
}

/// The least severity that makes a check fail.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, ValueEnum)]
enum FailOn {
    /// Any broken rule.
    Info,
    /// Broken rules of severity `warning` and `error`.
    Warning,
    /// Broken rules of severity `error`.
    #[default]
    Error,
}

impl FailOn {
    fn severity(self) -> RuleSeverity {
        match self {
            FailOn::Info => RuleSeverity::Info,
            FailOn::Warning => RuleSeverity::Warning,
            FailOn::Error => RuleSeverity::Error,
        }
    }
}

/// A format and where it goes: a file, or the terminal.
#[derive(Clone, Debug)]
struct Wanted {
    format: Format,
    file: Option<PathBuf>,
}

impl FromStr for Wanted {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, file) = match text.split_once('=') {
            Some((_, "")) => return Err("a file name must follow the `=`: json=report.json".to_owned()),
            Some((name, file)) => (name, Some(PathBuf::from(file))),
            None => (text, None),
        };
        let format = match name {
            "human" => Format::Human,
            "json" => Format::Json,
            _ => {
                let near =
                    did_you_mean(name, ["human", "json"]).unwrap_or_else(|| "there are `human` and `json`".to_owned());
                return Err(format!("there is no format `{name}`; {near}"));
            }
        };
        Ok(Wanted { format, file })
    }
}

/// Runs it.
pub(super) fn run(args: &Args) -> ExitCode {
    if args.formats.iter().filter(|w| w.file.is_none()).count() > 1 {
        terminal::complain(
            "two formats would be written into one another",
            Some("give all but one a file: --format json=report.json"),
        );
        return ExitCode::TextWrong;
    }
    let loaded = match project::open(&args.path) {
        Ok(loaded) => loaded,
        Err(error) => {
            terminal::complain(&error.to_string(), Some(error.help()));
            return ExitCode::TextWrong;
        }
    };
    let no_files = loaded.staunch_files.is_empty();
    let root = loaded.root.display().to_string();
    let mut outcome = run::judge(loaded, args.as_of.unwrap_or_else(project::today), args.waivers.mode());
    if let Err(code) = select(&mut outcome, &args.rules) {
        return code;
    }
    if let Err(code) = write(args, &outcome, no_files) {
        return code;
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
    code
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

fn write(args: &Args, outcome: &Outcome, no_files: bool) -> Result<(), ExitCode> {
    for wanted in &args.formats {
        let mut options = args.shown.options();
        options.quiet = args.quiet || (no_files && wanted.format == Format::Human);
        options.strict = args.strict;
        if !args.rules.is_empty() {
            options.findings_shown = usize::MAX;
            options.findings_told = usize::MAX;
        }
        match &wanted.file {
            None => {
                let text = output::render(outcome, wanted.format, &options);
                terminal::unchanged(outcome)?;
                terminal::print(&text)?;
            }
            Some(file) => {
                options = output::Options { look: output::Look::Plain, color: false, ..options };
                let text = output::render(outcome, wanted.format, &options);
                terminal::unchanged(outcome)?;
                project::write_atomically(file, text.as_bytes()).map_err(|error| {
                    terminal::complain(
                        &format!("cannot write `{}`: {}", file.display(), terminal::why(&error)),
                        Some("name a file in a folder that is there and may be written to"),
                    );
                    ExitCode::Internal
                })?;
            }
        }
    }
    Ok(())
}

/// How the check ended.
fn ending(args: &Args, outcome: &Outcome) -> ExitCode {
    let Some(report) = outcome.report.as_ref().filter(|_| !outcome.diagnostics.has_errors()) else {
        return ExitCode::TextWrong;
    };
    if !report.rules.iter().any(|r| r.standing == Standing::Applies) {
        return ExitCode::NothingChecked;
    }
    let least = args.fail_on.severity();
    if report.rules.iter().any(|r| output::counts(r, least, args.strict)) {
        ExitCode::Findings
    } else {
        ExitCode::Clean
    }
}
