//! The `staunch` command: what it takes, what it gives back; one file a command.

#![allow(clippy::disallowed_methods)] // this room talks to the terminal and the environment for all the others

mod ask;
mod check;
mod completions;
mod diagram;
mod diff;
mod explain;
mod fmt;
mod formats;
mod init;
mod man;
mod report;
mod run;
mod settings;
mod terminal;
mod test;
mod waivers;
mod watch;

use std::panic;

use clap::{Parser, Subcommand};
use jiff::civil::Date;

/// How a run ended, the same in every command and format.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ExitCode {
    /// Everything that was asked for holds, or was done.
    Clean = 0,
    /// A rule is broken that is grave enough (`--fail-on`), or cannot be told under `--strict`; a file is not in its
    /// canonical layout.
    Findings = 1,
    /// The text, the settings or the command line is wrong: nothing was judged.
    TextWrong = 2,
    /// There was nothing to judge: no `.staunch` file, or no rule that applies on the date.
    NothingChecked = 3,
    /// A fault of staunch itself, or of the disk.
    Internal = 4,
}

impl From<ExitCode> for std::process::ExitCode {
    fn from(code: ExitCode) -> Self {
        std::process::ExitCode::from(code as u8)
    }
}

/// Checks the promises made about personal data against what is really done with it.
#[derive(Parser, Debug)]
#[command(
    name = "staunch",
    version,
    propagate_version = true,
    after_help = "Exit codes: 0 all holds · 1 a rule is broken · 2 the text or the settings are wrong · 3 nothing was checked · \
                  4 a fault of staunch itself\n\nStart with:\n  staunch init my-project\n  staunch check my-project"
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Judge every rule and promise of a project.
    Check(check::Args),
    /// Say what a rule, an error code, a fact or a word of the vocabulary means.
    Explain(explain::Args),
    /// Ask a question about a project: "who may hold identifiable data from families".
    Ask(ask::Args),
    /// Write one page that tells all: verdicts, findings, the picture and the tables.
    Report(report::Args),
    /// Write a small project to start from, which checks.
    Init(init::Args),
    /// Run the scenarios of a project: its rules' own tests.
    Test(test::Args),
    /// Say what a change newly lets happen: two git revisions, or two folders.
    Diff(diff::Args),
    /// Draw a picture of a project: who holds what, how it moves, and where it goes wrong.
    Diagram(diagram::Args),
    /// List what is waived, by whom and until when.
    Waivers(waivers::Args),
    /// Put `.staunch` files into their canonical layout.
    Fmt(fmt::Args),
    /// Say which settings hold, and where each comes from.
    Settings(settings::Args),
    /// Write what a shell needs to complete command lines.
    Completions(completions::Args),
    /// Write pages for `man`.
    Man(man::Args),
}

/// Runs the command.
pub fn main() -> std::process::ExitCode {
    panic::set_hook(Box::new(|fault| {
        let place = fault.location().map(|l| format!(" ({}:{})", l.file(), l.line())).unwrap_or_default();
        let what = fault.payload().downcast_ref::<&str>().map(|s| (*s).to_owned());
        let what = what.or_else(|| fault.payload().downcast_ref::<String>().cloned()).unwrap_or_default();
        terminal::complain(
            &format!("staunch met a fault of its own, and nothing it said before counts: {what}{place}"),
            Some("please report it, with the command and, if you may share it, the project"),
        );
    }));
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // help and version come this way, too; a closed pipe is no one's fault
            let _ = error.print();
            return if error.use_stderr() { ExitCode::TextWrong } else { ExitCode::Clean }.into();
        }
    };
    panic::catch_unwind(|| dispatch(cli)).unwrap_or(ExitCode::Internal).into()
}

fn dispatch(cli: Cli) -> ExitCode {
    match cli.command {
        Command::Check(args) => check::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::Ask(args) => ask::run(&args),
        Command::Report(args) => report::run(&args),
        Command::Init(args) => init::run(&args),
        Command::Test(args) => test::run(&args),
        Command::Diff(args) => diff::run(&args),
        Command::Diagram(args) => diagram::run(&args),
        Command::Waivers(args) => waivers::run(&args),
        Command::Fmt(args) => fmt::run(&args),
        Command::Settings(args) => settings::run(&args),
        Command::Completions(args) => completions::run(&args),
        Command::Man(args) => man::run(&args),
    }
}

/// A date of the command line.
fn date(text: &str) -> Result<Date, String> {
    text.parse().map_err(|_| "a date is written as year-month-day and must exist: 2026-03-31".to_owned())
}
