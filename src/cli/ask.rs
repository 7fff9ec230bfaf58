//! `staunch ask`: a question in the words of the rule language.

use std::path::PathBuf;

use jiff::civil::Date;

use super::terminal::{self, Shown};
use super::{ExitCode, date, run};
use crate::{output, project};

/// What `staunch ask` takes.
#[derive(clap::Args, Debug)]
#[command(after_help = "A question is a sentence of the rule language, or a data phrase alone.

Examples:
  staunch ask \"who may hold identifiable data from families\"
  staunch ask \"health data about children\" study
  staunch ask \"niesr must never hold identified data\" study --as-of 2016-03-31")]
pub(super) struct Args {
    /// The question, in quotes.
    question: String,

    /// The project's folder, or one `.staunch` file.
    #[arg(default_value = ".")]
    path: PathBuf,

    /// Answer as of this date (default: today).
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
    if loaded.staunch_files.is_empty() && !loaded.diagnostics.has_errors() {
        let root = loaded.root.display().to_string();
        terminal::complain(
            &format!("there is nothing to ask about: no `.staunch` file in `{root}`"),
            Some("name the project's folder after the question"),
        );
        return ExitCode::NothingChecked;
    }
    let outcome = run::ask(loaded, &args.question, args.as_of.unwrap_or_else(project::today));
    let mut options = args.shown.options();
    options.findings_shown = usize::MAX;
    options.findings_told = usize::MAX;
    let text = output::render_answer(&outcome, &options);
    if let Err(code) = terminal::unchanged(&outcome).and_then(|()| terminal::print(&text)) {
        return code;
    }
    if outcome.diagnostics.has_errors() || outcome.report.is_none() { ExitCode::TextWrong } else { ExitCode::Clean }
}
