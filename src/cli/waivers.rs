//! `staunch waivers`: what is put off, by whom, and for how long still.

use std::path::PathBuf;

use jiff::civil::Date;

use super::terminal::{self, Shown};
use super::{ExitCode, date, run};
use crate::check::Waivers;
use crate::{output, project};

/// What `staunch waivers` takes.
#[derive(clap::Args, Debug)]
#[command(after_help = "Exit codes: 0 all of them count · 1 one has expired or puts nothing off · 2 the text is wrong")]
pub(super) struct Args {
    /// The project's folder, or one `.staunch` file.
    #[arg(default_value = ".")]
    path: PathBuf,

    /// Count the days from this date (default: today).
    #[arg(long, value_name = "DATE", value_parser = date)]
    as_of: Option<Date>,

    #[command(flatten)]
    shown: Shown,
}

/// Runs it.
pub(super) fn run(args: &Args) -> ExitCode {
    let loaded = match run::open(&args.path) {
        Ok(loaded) => loaded,
        Err(code) => return code,
    };
    let outcome = run::judge(loaded, args.as_of.unwrap_or_else(project::today), Waivers::Applied);
    if let Err(code) = terminal::print(&output::render_waivers(&outcome, &args.shown.options())) {
        return code;
    }
    match &outcome.report {
        None => ExitCode::TextWrong,
        Some(report) if report.waivers.iter().any(|w| w.is_stale()) => ExitCode::Findings,
        Some(_) => ExitCode::Clean,
    }
}
