//! `--format`: what is written of a check, and where to.

use std::path::{Path, PathBuf};
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

/// Complains where two formats would be written into one another, or over a model. There may be one file more that is written.
pub(super) fn apart<F: Named>(all: &[Wanted<F>], also: Option<&Path>) -> Result<(), ExitCode> {
    let word = F::ALL.last().map_or("json", |f| f.word());
    apart_files(all.iter().map(Wanted::file).chain(also.map(Some)), word)
}

/// The same for files, none of which stands for the standard output, with a format to show the help by.
pub(super) fn apart_files<'a>(all: impl Iterator<Item = Option<&'a Path>>, word: &str) -> Result<(), ExitCode> {
    let complain = |message: &str, help: &str| {
        terminal::complain(message, Some(help));
        Err(ExitCode::TextWrong)
    };
    let all: Vec<Option<&Path>> = all.collect();
    if all.iter().filter(|file| file.is_none()).count() > 1 {
        let help = format!("give all but one a file: --format {word}=FILE");
        return complain("two formats would be written into one another", &help);
    }
    let files: Vec<&Path> = all.into_iter().flatten().collect();
    for (number, file) in files.iter().enumerate() {
        let shown = file.display();
        if file.extension().is_some_and(|e| e == "staunch") || file.file_name().is_some_and(|n| n == project::SETTINGS)
        {
            let message = format!("`{shown}` is a part of a project, and what is written there would take its place");
            return complain(&message, "name another file");
        }
        if files.iter().skip(number + 1).any(|other| same(file, other)) {
            return complain(
                &format!("two things would be written into one file, `{shown}`"),
                "give each a file of its own",
            );
        }
    }
    Ok(())
}

/// Whether two paths lead to one file. What is no file, such as a terminal, takes more than one text.
fn same(one: &Path, other: &Path) -> bool {
    let whole = |path: &Path| {
        let folder = path.parent().filter(|f| !f.as_os_str().is_empty()).unwrap_or(Path::new("."));
        path.canonicalize().ok().or_else(|| Some(folder.canonicalize().ok()?.join(path.file_name()?)))
    };
    match (whole(one), whole(other)) {
        (Some(one), Some(other)) => one == other && (one.is_file() || !one.exists()),
        _ => one == other,
    }
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
