//! The terminal: what it can show, and writing to it.

use std::env;
use std::io::{self, ErrorKind, IsTerminal, Write};

use clap::{Args, ValueEnum};

use super::ExitCode;
use crate::check::{Mended, Outcome};
use crate::output::{Look, Options, safe_line};

/// When to use colour.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, ValueEnum)]
pub(super) enum Color {
    /// On a terminal, unless NO_COLOR is set.
    #[default]
    Auto,
    /// Always, and draw even when the output goes to a file or another program.
    Always,
    /// Never.
    Never,
}

/// How to show things to people.
#[derive(Args, Debug, Clone, Copy)]
pub(super) struct Shown {
    /// One statement a line, nothing drawn: for screen readers and logs (the default when the output is not a terminal).
    #[arg(long)]
    plain: bool,

    /// When to use colour.
    #[arg(long, value_enum, default_value_t, value_name = "WHEN")]
    color: Color,
}

impl Shown {
    /// What that comes to on this terminal.
    pub(super) fn options(self) -> Options {
        let terminal = io::stdout().is_terminal();
        let dumb = env::var_os("TERM").is_some_and(|t| t == "dumb");
        let no_color = env::var_os("NO_COLOR").is_some_and(|v| !v.is_empty());
        let (color, draw) = match self.color {
            Color::Always => (true, true),
            Color::Never => (false, terminal && !dumb && unicode()),
            Color::Auto => (terminal && !dumb && !no_color, terminal && !dumb && unicode()),
        };
        Options {
            look: if draw && !self.plain { Look::Graphical } else { Look::Plain },
            color,
            width: width(),
            ..Options::default()
        }
    }
}

/// Complains where a file was changed while its text was put away: what is said of places in it would be wrong.
pub(super) fn unchanged(outcome: &Outcome) -> Result<(), ExitCode> {
    let Some(name) = outcome.sources.changed() else { return Ok(()) };
    complain(&format!("`{name}` was changed while it was checked"), Some("check again"));
    Err(ExitCode::Internal)
}

/// Columns of the terminal; 100 where there is none.
pub(super) fn width() -> usize {
    terminal_size::terminal_size().map_or(100, |(w, _)| usize::from(w.0))
}

/// Whether the terminal shows Unicode, by its locale.
fn unicode() -> bool {
    if cfg!(not(unix)) || cfg!(target_os = "macos") {
        return true;
    }
    ["LC_ALL", "LC_CTYPE", "LANG"]
        .iter()
        .filter_map(|v| env::var(v).ok())
        .find(|v| !v.is_empty())
        .is_some_and(|v| v.to_lowercase().replace('-', "").contains("utf8"))
}

/// Whether the standard output is a terminal.
pub(super) fn is_one() -> bool {
    io::stdout().is_terminal()
}

/// Writes a text that is no output but says why there is none, on the standard error output.
pub(super) fn print_error(text: &str) {
    // if even this cannot be written there is no one left to tell
    let _ = io::stderr().write_all(text.as_bytes());
}

/// Writes to the standard output. Whoever closed it has read enough: that is no error.
pub(super) fn print(text: &str) -> Result<(), ExitCode> {
    print_bytes(text.as_bytes())
}

/// Writes what may be no text to the standard output.
pub(super) fn print_bytes(bytes: &[u8]) -> Result<(), ExitCode> {
    let mut out = io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            complain(&format!("cannot write the output: {error}"), None);
            Err(ExitCode::Internal)
        }
        _ => Ok(()),
    }
}

/// Why a file could not be written, without the names of files that were only meant to be there for a moment.
pub(super) fn why(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such folder".to_owned(),
        std::io::ErrorKind::IsADirectory => "it is a folder".to_owned(),
        kind => kind.to_string(),
    }
}

/// Says what is wrong with the command, on the standard error output.
pub(super) fn complain(message: &str, help: Option<&str>) {
    say("error", message, help);
}

/// Says what should be known but changes nothing, on the standard error output.
pub(super) fn note(message: &str, help: Option<&str>) {
    say("note", message, help);
}

fn say(what: &str, message: &str, help: Option<&str>) {
    let mut text = format!("{what}: {}\n", safe_line(message));
    if let Some(help) = help {
        text.push_str(&format!("  help: {}\n", safe_line(help)));
    }
    // if even this cannot be written there is no one left to tell
    let _ = io::stderr().write_all(text.as_bytes());
}

/// How many entries that are gone are named.
const NAMED: usize = 5;

/// Says which entries of a baseline can be taken out, since their findings are gone.
pub(super) fn mended(gone: &[Mended], file: &std::path::Path) {
    if gone.is_empty() {
        return;
    }
    let (entries, are) = if gone.len() == 1 { ("entry", "is") } else { ("entries", "are") };
    let mut text = format!("note: {} {entries} of the baseline {are} mended:\n", gone.len());
    for entry in gone.iter().take(NAMED) {
        text.push_str(&format!("  {}: {}\n", safe_line(&entry.rule), safe_line(&entry.summary)));
    }
    if gone.len() > NAMED {
        text.push_str(&format!("  … and {} more\n", gone.len() - NAMED));
    }
    let file = safe_line(&file.display().to_string());
    text.push_str(&format!(
        "  help: `staunch check --baseline {file} --write-baseline {file}` takes them out, and puts nothing in\n"
    ));
    // if even this cannot be written there is no one left to tell
    let _ = io::stderr().write_all(text.as_bytes());
}
