//! `staunch diff`: what a change newly lets happen.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use jiff::civil::Date;

use super::terminal::{self, Shown};
use super::{ExitCode, date, run};
use crate::check::{Bearing, Comparison, RuleSeverity};
use crate::diagnostic::did_you_mean;
use crate::output::{ComparisonFormat, Look, Options};
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

    /// What to write, to the terminal or `=FILE`; may be given several times. There are human, json and markdown.
    #[arg(long = "format", value_name = "FORMAT[=FILE]", default_value = "human")]
    formats: Vec<Wanted>,

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
    let new =
        args.head.as_deref().map_or_else(|| Version::Folder(args.path.clone()), |h| Version::named(h, &args.path));
    let complain = |(message, help): (String, String)| {
        terminal::complain(&message, Some(&help));
        ExitCode::TextWrong
    };
    let after = match new.read() {
        Ok(loaded) => loaded,
        Err(why) => return complain(why),
    };
    // a revision has the project where the new version has it
    let old = Version::named(&args.base, &after.root);
    let before = match old.read() {
        Ok(loaded) => loaded,
        Err(why) => return complain(why),
    };
    if before.staunch_files.is_empty() && after.staunch_files.is_empty() {
        terminal::complain("neither version has a `.staunch` file", Some("name the project's folder with `--path`"));
        return ExitCode::NothingChecked;
    }
    let comparison = run::compare(before, after, as_of);
    let mut options = args.shown.options();
    (options.quiet, options.all) = (args.quiet, args.all);
    let names = (old.name(), new.name());
    let render =
        |format, options: &Options| output::render_comparison(&comparison, format, (&names.0, &names.1), options);
    if let Err(code) = write(&args.formats, render, &options) {
        return code;
    }
    if comparison.old.report.is_none() || comparison.new.report.is_none() {
        return ExitCode::TextWrong;
    }
    if args.fail_on.fails(&comparison) { ExitCode::Findings } else { ExitCode::Clean }
}

/// A format and where it goes: a file, or the standard output.
#[derive(Clone, Debug)]
struct Wanted {
    format: ComparisonFormat,
    file: Option<PathBuf>,
}

impl FromStr for Wanted {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, file) = match text.split_once('=') {
            Some((name, "")) => return Err(format!("a file name must follow the `=`: {name}=diff.{name}")),
            Some((name, "-")) => (name, None),
            Some((name, file)) => (name, Some(PathBuf::from(file))),
            None => (text, None),
        };
        match ComparisonFormat::of(name) {
            Some(format) => Ok(Wanted { format, file }),
            None => {
                let all: Vec<&str> = ComparisonFormat::ALL.iter().map(|f| f.word()).collect();
                let near =
                    did_you_mean(name, all.iter().copied()).unwrap_or_else(|| format!("there are {}", all.join(", ")));
                Err(format!("there is no format `{name}`; {near}"))
            }
        }
    }
}

/// Writes every format where it is wanted.
fn write(
    formats: &[Wanted],
    render: impl Fn(ComparisonFormat, &Options) -> String,
    options: &Options,
) -> Result<(), ExitCode> {
    if formats.iter().filter(|w| w.file.is_none()).count() > 1 {
        terminal::complain(
            "two formats would be written into one another",
            Some("give all but one a file: --format json=diff.json"),
        );
        return Err(ExitCode::TextWrong);
    }
    for wanted in formats {
        match &wanted.file {
            None => terminal::print(&render(wanted.format, options))?,
            Some(file) => {
                let plain = Options { look: Look::Plain, color: false, ..options.clone() };
                project::write_atomically(file, render(wanted.format, &plain).as_bytes()).map_err(|error| {
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

/// A version of a project, and where it is.
pub(super) enum Version {
    /// In a folder.
    Folder(PathBuf),
    /// In a git revision: the project's folder, and the revision.
    Revision(PathBuf, String),
}

impl Version {
    /// The version of a name: a folder where there is one of that name, else a revision of the project.
    pub(super) fn named(name: &str, project: &Path) -> Version {
        match Path::new(name).is_dir() {
            true => Version::Folder(PathBuf::from(name)),
            false => Version::Revision(project.to_path_buf(), name.to_owned()),
        }
    }

    /// What it is called.
    pub(super) fn name(&self) -> String {
        match self {
            Version::Folder(path) if path.as_os_str() == "." => "the folder".to_owned(),
            Version::Folder(path) => path.display().to_string(),
            Version::Revision(_, revision) => revision.clone(),
        }
    }

    /// Reads it.
    ///
    /// # Errors
    /// What is wrong, and what to do.
    pub(super) fn read(&self) -> Result<Loaded, (String, String)> {
        match self {
            Version::Folder(path) => project::open(path).map_err(|e| (e.to_string(), e.help().to_owned())),
            Version::Revision(path, revision) => match project::open_revision(path, revision) {
                Ok(found) => Ok(found.loaded),
                Err(error) => Err((error.to_string(), error.help())),
            },
        }
    }
}
