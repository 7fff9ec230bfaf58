//! `staunch diff`: what a change newly lets happen.

use std::path::{Path, PathBuf};

use jiff::civil::Date;

use super::formats::{self, Wanted};
use super::terminal::{self, Shown};
use super::{ExitCode, date, run};
use crate::check::{Bearing, Comparison, RuleSeverity};
use crate::output::{ComparisonFormat, Options};
use crate::project::Loaded;
use crate::{output, project};

/// What `staunch diff` takes.
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:
  staunch diff main                    what is here, beside the branch `main`
  staunch diff v1.0 HEAD --path study  two revisions of the project in the folder `study`
  staunch diff before after            two folders

Exit codes: 0 nothing gets worse · 1 something does · 2 the text of a version is wrong, or there is none")]
pub(super) struct Args {
    /// The old version: a folder, or a git revision (whatever `git rev-parse` takes, also `REVISION:FOLDER`).
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
    formats: Vec<Wanted<ComparisonFormat>>,

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
    if let Err(code) = formats::apart(&args.formats, None) {
        return code;
    }
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
    let folders = (project::folder_in_repository(&before.root), project::folder_in_repository(&after.root));
    let comparison = run::compare(before, after, as_of);
    let mut options = args.shown.options();
    (options.quiet, options.all) = (args.quiet, args.all);
    let names = (old.name(), new.name());
    let versions = (
        output::Version { name: &names.0, folder: &folders.0 },
        output::Version { name: &names.1, folder: &folders.1 },
    );
    let render = |format, options: &Options| output::render_comparison(&comparison, format, versions, options);
    if let Err(code) = formats::write_each(&args.formats, render, |_| options.clone(), || Ok(())) {
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
    /// In a git revision: the project's folder, the revision, and what both were called on the command line.
    Revision(PathBuf, String, String),
}

impl Version {
    /// The version of a name: a folder where there is one of that name, else a revision of the project.
    pub(super) fn named(name: &str, project: &Path) -> Version {
        if Path::new(name).is_dir() {
            return Version::Folder(PathBuf::from(name));
        }
        match project::folder_in_revision(project, name) {
            Some((folder, revision)) => Version::Revision(folder, revision, name.to_owned()),
            None => Version::Revision(project.to_path_buf(), name.to_owned(), name.to_owned()),
        }
    }

    /// What it is called.
    pub(super) fn name(&self) -> String {
        match self {
            Version::Folder(path) if path.as_os_str() == "." => output::HERE.to_owned(),
            Version::Folder(path) => path.display().to_string(),
            Version::Revision(_, _, name) => name.clone(),
        }
    }

    /// Reads it.
    ///
    /// # Errors
    /// What is wrong, and what to do.
    pub(super) fn read(&self) -> Result<Loaded, (String, String)> {
        match self {
            Version::Folder(path) => project::open(path).map_err(|e| (e.to_string(), e.help().to_owned())),
            Version::Revision(path, revision, _) => match project::open_revision(path, revision) {
                Ok(found) => {
                    if !found.was_there {
                        let folder = match project::folder_in_repository(&found.loaded.root) {
                            folder if folder.is_empty() => "the root of the repository".to_owned(),
                            folder => format!("`{folder}`"),
                        };
                        let message = format!("`{revision}` has no project in {folder}: beside it, everything is new");
                        let help = format!("where it was called otherwise then, say so: `{revision}:FOLDER`");
                        terminal::note(&message, Some(&help));
                    }
                    Ok(found.loaded)
                }
                Err(error) => Err((error.to_string(), error.help())),
            },
        }
    }
}
