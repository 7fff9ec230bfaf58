//! `staunch test`: the scenarios of a project.

use std::path::PathBuf;

use clap::ValueEnum;
use jiff::civil::Date;

use super::formats::{self, Wanted};
use super::terminal::{self, Shown};
use super::{ExitCode, date, run};
use crate::output::{Options, TestFormat};
use crate::{output, project};

/// What `staunch test` takes.
#[derive(clap::Args, Debug)]
#[command(after_help = "A scenario is a change to the model and what must follow:

  scenario \"the file goes back\" {
    add flow leak { from niesr; to hackney; data combined }
    expect no-return fails
  }

Exit codes: 0 every scenario comes out as it expects · 1 one does not · 2 the text is wrong · 3 there is no scenario")]
pub(super) struct Args {
    /// The project's folder, or one `.staunch` file.
    #[arg(default_value = ".")]
    path: PathBuf,

    /// Judge as of this date, where a scenario does not say another (default: today).
    #[arg(long, value_name = "DATE", value_parser = date)]
    as_of: Option<Date>,

    /// Only scenarios with this in their title; may be given several times.
    #[arg(long = "filter", value_name = "TEXT")]
    filters: Vec<String>,

    /// Take each control away in turn as well, and list those that no rule would miss, or `=all` of them.
    #[arg(long, value_enum, value_name = "WHICH", num_args = 0..=1, require_equals = true, default_missing_value = "missing")]
    controls: Option<Listed>,

    /// What to write, to the terminal or `=FILE`; may be given several times. There are human and junit.
    #[arg(long = "format", value_name = "FORMAT[=FILE]", default_value = "human")]
    formats: Vec<Wanted<TestFormat>>,

    /// Say only what is wrong.
    #[arg(long, short)]
    quiet: bool,

    #[command(flatten)]
    shown: Shown,
}

/// Which controls are listed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum Listed {
    /// Those that no rule would miss.
    Missing,
    /// All, and who would miss them.
    All,
}

/// Runs it.
pub(super) fn run(args: &Args) -> ExitCode {
    if let Err(code) = formats::apart(&args.formats, None) {
        return code;
    }
    let loaded = match run::open(&args.path) {
        Ok(loaded) => loaded,
        Err(code) => return code,
    };
    let folder = project::folder_in_repository(&loaded.root);
    let wanted = |title: &str| args.filters.is_empty() || args.filters.iter().any(|f| title.contains(f.as_str()));
    let tested = run::test(loaded, args.as_of.unwrap_or_else(project::today), wanted, args.controls.is_some());
    let mut options = args.shown.options();
    options.quiet = args.quiet;
    options.all = args.controls == Some(Listed::All);
    options.folder = folder;
    let render = |format, options: &Options| output::render_tested(&tested, format, options);
    if let Err(code) = formats::write_each(&args.formats, render, |_| options.clone(), || Ok(())) {
        return code;
    }
    if tested.base.report.is_none() {
        return ExitCode::TextWrong;
    }
    if tested.scenarios.is_empty() && args.controls.is_none() {
        let (what, help) = if tested.others > 0 {
            (
                format!("no scenario has that in its title; there are {}", tested.others),
                "leave `--filter` out to run all",
            )
        } else {
            (
                "no scenario is declared".to_owned(),
                "declare what must follow from a change: `scenario \"…\" { add …; expect RULE fails }`",
            )
        };
        terminal::complain(&what, Some(help));
        return ExitCode::NothingChecked;
    }
    if tested.scenarios.iter().all(|s| s.passes()) { ExitCode::Clean } else { ExitCode::Findings }
}
