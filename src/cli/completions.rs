//! `staunch completions`: what a shell needs to complete a command line.

use clap::CommandFactory;
use clap_complete::Shell;

use super::{Cli, ExitCode, terminal};

/// What `staunch completions` takes.
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:
  staunch completions bash > ~/.local/share/bash-completion/completions/staunch
  staunch completions zsh > ~/.zfunc/_staunch         a folder of your `fpath`
  staunch completions fish > ~/.config/fish/completions/staunch.fish")]
pub(super) struct Args {
    /// The shell.
    #[arg(value_enum)]
    shell: Shell,
}

/// Runs it.
pub(super) fn run(args: &Args) -> ExitCode {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "staunch", &mut script);
    match terminal::print(&String::from_utf8_lossy(&script)) {
        Ok(()) => ExitCode::Clean,
        Err(code) => code,
    }
}
