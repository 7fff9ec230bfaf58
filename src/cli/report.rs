//! `staunch report`: one page that tells all.

use std::path::{Path, PathBuf};

use jiff::civil::Date;

use super::terminal;
use super::{ExitCode, date, run};
use crate::check::Surveyed;
use crate::output::{self, Format, Options, report};
use crate::project;

/// What `staunch report` takes.
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:
  staunch report study -o study.html                      a page with findings, picture and tables
  staunch report study -o study.html --as-of 2016-03-31   as things stood on a date
  staunch report study -o -                               to the standard output

Exit codes: 0 the page was written, whatever it finds · 2 the text or the settings are wrong · 3 there is nothing to judge · 4 a \
                  fault of the disk")]
pub(super) struct Args {
    /// The project's folder, or one `.staunch` file.
    #[arg(default_value = ".")]
    path: PathBuf,

    /// Where to write it; `-` is the standard output.
    #[arg(long, short, value_name = "FILE", default_value = "report.html")]
    output: PathBuf,

    /// Judge as of this date (default: today).
    #[arg(long, value_name = "DATE", value_parser = date)]
    as_of: Option<Date>,

    #[command(flatten)]
    waivers: run::WaiverArgs,
}

/// Runs it.
pub(super) fn run(args: &Args) -> ExitCode {
    written(args).err().unwrap_or(ExitCode::Clean)
}

fn written(args: &Args) -> Result<(), ExitCode> {
    let loaded = run::open(&args.path)?;
    let empty = loaded.staunch_files.is_empty();
    let root = loaded.root.display().to_string();
    let as_of = args.as_of.unwrap_or_else(project::today);
    let surveyed = run::survey(loaded, as_of, args.waivers.mode());
    terminal::unchanged(&surveyed.outcome)?;
    if surveyed.outcome.diagnostics.has_errors() {
        return Err(wrong(&surveyed));
    }
    if empty {
        terminal::complain(
            &format!("nothing was judged: there is no `.staunch` file in `{root}`"),
            Some("`staunch init` writes a small project to start from"),
        );
        return Err(ExitCode::NothingChecked);
    }
    let Some(page) = report::render(&surveyed) else { return Err(wrong(&surveyed)) };
    terminal::unchanged(&surveyed.outcome)?;
    if args.output == Path::new("-") {
        return terminal::print(&page);
    }
    project::write_atomically(&args.output, page.as_bytes()).map_err(|error| {
        let message = format!("cannot write `{}`: {}", args.output.display(), terminal::why(&error));
        terminal::complain(&message, Some("name a file in a folder that is there and may be written to"));
        ExitCode::Internal
    })
}

/// Tells what is wrong with the text; there is no page of that.
fn wrong(surveyed: &Surveyed) -> ExitCode {
    terminal::print_error(&output::render(&surveyed.outcome, Format::Human, &Options::default()));
    ExitCode::TextWrong
}
