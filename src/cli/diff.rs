//! `staunch diff`: what a change newly lets happen.

use std::path::{Path, PathBuf};

use jiff::civil::Date;

use super::terminal::{self, Shown};
use super::{ExitCode, date, run};
use crate::check::{Bearing, Comparison, RuleSeverity};
use crate::project::Loaded;
use crate::{output, project};

/// What `staunch diff` takes.
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:
  staunch diff main                    what is here, beside the branch `main`
  staunch diff v1.0 HEAD study         two revisions of the project in the folder `study`
  staunch diff before after            two folders

Exit codes: 0 nothing gets worse · 1 something does · 2 the text of a version is wrong, or there is none")]
pub(super) struct Args {
    /// The old version: a folder, or a git revision (whatever `git rev-parse` takes).
    base: String,

    /// The new version; what is in the folder when it is left out.
    head: Option<String>,

    /// The project's folder.
    #[arg(long, default_value = ".", value_name = "FOLDER")]
    path: PathBuf,

    /// Judge both as of this date (default: today).
    #[arg(long, value_name = "DATE", value_parser = date)]
    as_of: Option<Date>,

    /// How much has to get worse for the command to end with 1.
    #[arg(long, value_enum, value_name = "WHAT", default_value_t)]
    fail_on: FailOn,

    /// Show all, however much it is.
    #[arg(long)]
    all: bool,

    /// Say only what gets worse.
    #[arg(long, short)]
    quiet: bool,

    #[command(flatten)]
    shown: Shown,
}

/// What makes a comparison fail.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, clap::ValueEnum)]
enum FailOn {
    /// A rule of severity `error` that is broken or cannot be told anew, or that is weaker.
    Error,
    /// Anything that gets worse.
    #[default]
    Worse,
    /// Nothing.
    Never,
}

impl FailOn {
    fn fails(self, comparison: &Comparison) -> bool {
        let worse = || comparison.effects.iter().filter(|e| e.bearing == Bearing::Worse);
        match self {
            FailOn::Error => worse().any(|e| e.severity == RuleSeverity::Error),
            FailOn::Worse => worse().next().is_some(),
            FailOn::Never => false,
        }
    }
}

/// Runs it.
pub(super) fn run(args: &Args) -> ExitCode {
    let as_of = args.as_of.unwrap_or_else(project::today);
    let (old, new) = (
        Version::named(&args.base, &args.path),
        match &args.head {
            Some(head) => Version::named(head, &args.path),
            None => Version::Folder(args.path.clone()),
        },
    );
    let read = |version: &Version| match version.read() {
        Ok(loaded) => Ok(loaded),
        Err((message, help)) => {
            terminal::complain(&message, Some(&help));
            Err(ExitCode::TextWrong)
        }
    };
    let (before, after) = match (read(&old), read(&new)) {
        (Ok(before), Ok(after)) => (before, after),
        (Err(code), _) | (_, Err(code)) => return code,
    };
    let comparison = run::compare(before, after, as_of);
    let mut options = args.shown.options();
    (options.quiet, options.all) = (args.quiet, args.all);
    let names = (old.name(), new.name());
    let text = output::render_comparison(&comparison, (&names.0, &names.1), &options);
    if let Err(code) = terminal::print(&text) {
        return code;
    }
    if comparison.old.report.is_none() || comparison.new.report.is_none() {
        return ExitCode::TextWrong;
    }
    if args.fail_on.fails(&comparison) { ExitCode::Findings } else { ExitCode::Clean }
}

/// A version of a project, and where it is.
pub(super) enum Version {
    /// In a folder.
    Folder(PathBuf),
}

impl Version {
    /// The version of a name: a folder where there is one.
    pub(super) fn named(name: &str, _project: &Path) -> Version {
        Version::Folder(PathBuf::from(name))
    }

    /// What it is called.
    pub(super) fn name(&self) -> String {
        match self {
            Version::Folder(path) if path.as_os_str() == "." => "what is here".to_owned(),
            Version::Folder(path) => format!("`{}`", path.display()),
        }
    }

    /// Reads it.
    ///
    /// # Errors
    /// What is wrong, and what to do.
    pub(super) fn read(&self) -> Result<Loaded, (String, String)> {
        match self {
            Version::Folder(path) => project::open(path).map_err(|e| (e.to_string(), e.help().to_owned())),
        }
    }
}
