//! `staunch man`: pages for `man`, made from what `--help` says.

use std::io;
use std::path::{Path, PathBuf};

use clap::{Command, CommandFactory};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, roman};

use super::{Cli, ExitCode, terminal};
use crate::project;

/// What `staunch man` takes.
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:
  staunch man | man -l -                          reads the page of the command as a whole
  staunch man --out ~/.local/share/man/man1       writes it, and a page for each command")]
pub(super) struct Args {
    /// Write a page for each command into this folder; it is made when it is not there.
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
}

/// Runs it.
pub(super) fn run(args: &Args) -> ExitCode {
    if let Some(folder) = args.out.as_ref().filter(|f| f.exists() && !f.is_dir()) {
        let what = format!("`{}` is a file, not a folder", folder.display());
        terminal::complain(&what, Some("name a folder, or a new one"));
        return ExitCode::TextWrong;
    }
    match written(args.out.as_deref()) {
        Ok(said) => terminal::print(&said).map_or_else(|code| code, |()| ExitCode::Clean),
        Err((what, error)) => {
            terminal::complain(
                &format!("cannot write `{}`: {}", what.display(), terminal::why(&error)),
                Some("name a folder that may be written to"),
            );
            ExitCode::Internal
        }
    }
}

/// Writes the pages: what is to be said of it, or the page itself where it goes to the terminal.
fn written(folder: Option<&Path>) -> Result<String, (PathBuf, io::Error)> {
    let whole = || Path::new("staunch.1").to_path_buf();
    let mut command = Cli::command().disable_help_subcommand(true);
    command.build();
    let Some(folder) = folder else {
        return page(&command).map(|p| String::from_utf8_lossy(&p).into_owned()).map_err(|e| (whole(), e));
    };
    std::fs::create_dir_all(folder).map_err(|e| (folder.to_path_buf(), e))?;
    let pages: Vec<&Command> = std::iter::once(&command).chain(command.get_subcommands()).collect();
    for part in &pages {
        let path = folder.join(format!("{}.1", part.get_display_name().unwrap_or(part.get_name())));
        page(part).and_then(|p| project::write_atomically(&path, &p)).map_err(|e| (path, e))?;
    }
    Ok(format!("Wrote {} pages into `{}`.\n", pages.len(), folder.display()))
}

/// One page.
fn page(command: &Command) -> io::Result<Vec<u8>> {
    let source = format!("staunch {}", env!("CARGO_PKG_VERSION"));
    let man = Man::new(command.clone()).source(source).manual("Staunch");
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    if command.has_subcommands() {
        man.render_subcommands_section(&mut page)?;
    }
    if let Some(notes) = command.get_after_help() {
        notes_section(&notes.to_string()).to_writer(&mut page)?;
    }
    Ok(page)
}

/// Examples and exit codes. Lines that are set in stay lines of their own; others are filled as prose is.
fn notes_section(text: &str) -> Roff {
    let mut roff = Roff::new();
    roff.control("SH", ["NOTES"]);
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        if line.starts_with(' ') {
            roff.control("nf", []);
            roff.text([roman(line)]);
            while let Some(line) = lines.next_if(|l| l.starts_with(' ')) {
                roff.text([roman(line)]);
            }
            roff.control("fi", []);
        } else {
            roff.control("PP", []);
            roff.text([roman(line)]);
        }
    }
    roff
}
