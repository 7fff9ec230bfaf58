//! `--format`: what is written of a check, and where to.

use std::path::PathBuf;
use std::str::FromStr;

use super::ExitCode;
use super::terminal;
use crate::check::Outcome;
use crate::diagnostic::did_you_mean;
use crate::output::{self, Format, Look, Named, Options};
use crate::project;

/// A format and where it goes: a file, or the standard output.
#[derive(Clone, Debug)]
pub(super) struct Wanted<F = Format> {
    format: F,
    file: Option<PathBuf>,
}

impl<F: Named> FromStr for Wanted<F> {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, file) = match text.split_once('=') {
            Some((name, "")) => return Err(format!("a file name must follow the `=`: {name}=report.{name}")),
            Some((name, "-")) => (name, None),
            Some((name, file)) => (name, Some(PathBuf::from(file))),
            None => (text, None),
        };
        match F::of(name) {
            Some(format) => Ok(Wanted { format, file }),
            None => {
                let all: Vec<&str> = F::ALL.iter().map(|f| f.word()).collect();
                let near =
                    did_you_mean(name, all.iter().copied()).unwrap_or_else(|| format!("there are {}", all.join(", ")));
                Err(format!("there is no format `{name}`; {near}"))
            }
        }
    }
}

impl<F: Copy> Wanted<F> {
    /// The format.
    pub(super) fn format(&self) -> F {
        self.format
    }

    /// The file; none for the standard output.
    pub(super) fn file(&self) -> Option<&std::path::Path> {
        self.file.as_deref()
    }
}

/// Whether all that is wanted is what people read on the terminal.
pub(super) fn only_for_people(all: &[Wanted]) -> bool {
    all.iter().all(|w| w.format == Format::Human && w.file.is_none())
}

/// Complains where two formats would be written into one another.
pub(super) fn apart<F: Copy>(all: &[Wanted<F>]) -> Result<(), ExitCode> {
    apart_files(all.iter().map(Wanted::file))
}

/// The same for files; none stands for the standard output.
pub(super) fn apart_files<'a>(all: impl Iterator<Item = Option<&'a std::path::Path>> + Clone) -> Result<(), ExitCode> {
    let twice = |one: &Option<&std::path::Path>| all.clone().filter(|file| file == one).count() > 1;
    if twice(&None) {
        terminal::complain(
            "two formats would be written into one another",
            Some("give all but one a file: --format json=report.json"),
        );
        return Err(ExitCode::TextWrong);
    }
    if let Some(file) = all.clone().filter(|file| twice(file)).flatten().next() {
        terminal::complain(
            &format!("two formats would be written into one file, `{}`", file.display()),
            Some("give each a file of its own"),
        );
        return Err(ExitCode::TextWrong);
    }
    Ok(())
}

/// Writes an outcome in every format that is wanted.
pub(super) fn write(all: &[Wanted], outcome: &Outcome, options: impl Fn(Format) -> Options) -> Result<(), ExitCode> {
    write_each(
        all,
        |format, options| output::render(outcome, format, options),
        options,
        || terminal::unchanged(outcome),
    )
}

/// Writes something in every format that is wanted. Files come first, each whole or not at all, and one that cannot be written
/// keeps no other from being written; what goes to the standard output comes last.
pub(super) fn write_each<F: Named>(
    all: &[Wanted<F>],
    render: impl Fn(F, &Options) -> String,
    options: impl Fn(F) -> Options,
    unchanged: impl Fn() -> Result<(), ExitCode>,
) -> Result<(), ExitCode> {
    let mut ended = Ok(());
    for wanted in all {
        let Some(file) = &wanted.file else { continue };
        let options = Options { look: Look::Plain, color: false, ..options(wanted.format) };
        let text = render(wanted.format, &options);
        unchanged()?;
        if let Err(error) = project::write_atomically(file, text.as_bytes()) {
            terminal::complain(
                &format!("cannot write `{}`: {}", file.display(), terminal::why(&error)),
                Some("name a file in a folder that is there and may be written to"),
            );
            ended = Err(ExitCode::Internal);
        }
    }
    for wanted in all.iter().filter(|w| w.file.is_none()) {
        let text = render(wanted.format, &options(wanted.format));
        unchanged()?;
        terminal::print(&text)?;
    }
    ended
}
