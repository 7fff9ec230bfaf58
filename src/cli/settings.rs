//! `staunch settings`: the settings that hold, and where each comes from.

use std::env;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use jiff::civil::Date;

use super::run;
use super::terminal::{self, Shown};
use super::{ExitCode, date};
use crate::check::Outcome;
use crate::diagnostic::Diagnostics;
use crate::output::{self, Format, InForce, Options};
use crate::project::{self, Loaded};

/// What `staunch settings` takes.
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:
  staunch settings                   each setting, its value, and where that is said
  staunch settings --format json     the same for programs

Exit codes: 0 all is well with the settings · 2 something is wrong with them, and the default holds instead")]
pub(super) struct Args {
    /// The project's folder, or one `.staunch` file.
    path: Option<PathBuf>,

    /// The date that a check would be as of (default: today).
    #[arg(long, value_name = "DATE", value_parser = date)]
    as_of: Option<Date>,

    /// What to write.
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    format: Wanted,

    #[command(flatten)]
    shown: Shown,
}

/// How settings are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, ValueEnum)]
enum Wanted {
    /// For people: one setting a line.
    #[default]
    Human,
    /// For programs.
    Json,
}

/// Runs it.
pub(super) fn run(args: &Args) -> ExitCode {
    let loaded = match run::open(args.path.as_deref().unwrap_or(Path::new("."))) {
        Ok(loaded) => loaded,
        Err(code) => return code,
    };
    let wrong = of_settings(&loaded);
    let Loaded { root, sources, settings, .. } = &loaded;
    let all = InForce {
        folder: &from_here(root),
        named: args.path.is_some(),
        as_of: (args.as_of, args.as_of.unwrap_or_else(project::today)),
        settings,
        sources,
        wrong: &wrong,
    };
    let mut text = match args.format {
        Wanted::Human => output::render_settings(&all),
        Wanted::Json => output::render_settings_json(&all),
    };
    let bad = wrong.has_errors();
    if args.format == Wanted::Human && !wrong.is_empty() {
        let options = Options { quiet: true, ..args.shown.options() };
        let outcome = Outcome { sources: loaded.sources, diagnostics: wrong, report: None };
        text.push_str(&format!("\n{}", output::render(&outcome, Format::Human, &options)));
    }
    match terminal::print(&text) {
        Err(code) => code,
        Ok(()) if bad => ExitCode::TextWrong,
        Ok(()) => ExitCode::Clean,
    }
}

/// What is wrong with the settings themselves, or with a file that is meant for them.
fn of_settings(loaded: &Loaded) -> Diagnostics {
    let file = |d: &crate::diagnostic::Diagnostic| loaded.sources.file_at(d.span.start).map(|(_, f)| f.name.clone());
    let about = |d: &crate::diagnostic::Diagnostic| {
        d.code.id == project::MISNAMED_SETTINGS.id || file(d).is_some_and(|name| name == project::SETTINGS)
    };
    let mut wrong = Diagnostics::new();
    loaded.diagnostics.sorted().into_iter().filter(|d| about(d)).for_each(|d| wrong.push(d.clone()));
    wrong
}

/// A folder as it is called from this one: `.`, `study`, or its whole path where it is not below.
fn from_here(folder: &Path) -> String {
    let here = env::current_dir().and_then(|here| here.canonicalize());
    match here.ok().and_then(|here| folder.strip_prefix(here).ok().map(Path::to_path_buf)) {
        Some(inside) if inside.as_os_str().is_empty() => ".".to_owned(),
        Some(inside) => inside.components().map(|c| c.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/"),
        None => folder.display().to_string(),
    }
}
