//! `staunch check --watch`: checks again whenever the project changes.

use std::io::{self, IsTerminal};
use std::path::Path;
use std::time::Duration;

use super::ExitCode;
use super::terminal::{self, Shown};
use crate::output::{Look, safe_line};
use crate::project::{self, Loaded, Seen, Watch};

/// How often a project that is gone is looked for.
const LOOKED_FOR: Duration = Duration::from_secs(1);

/// How many changes are named.
const CHANGES_NAMED: usize = 5;

/// Checks a project, and again whenever it changes, until it is stopped from outside.
pub(super) fn run(path: &Path, shown: Shown, quiet: bool, check: impl Fn(Loaded) -> ExitCode) -> ExitCode {
    let clears = io::stdout().is_terminal() && shown.options().look == Look::Graphical;
    let mut watch: Option<Watch> = None;
    let mut before: Option<Seen> = None;
    loop {
        let loaded = match project::open(path) {
            Ok(loaded) => loaded,
            Err(error) if before.is_none() => {
                terminal::complain(&error.to_string(), Some(error.help()));
                return ExitCode::TextWrong;
            }
            // it may be on its way from one branch to another
            Err(error) => {
                terminal::complain(&error.to_string(), Some("it is checked again when it is back"));
                while project::open(path).is_err() {
                    std::thread::sleep(LOOKED_FOR);
                }
                watch = None;
                continue;
            }
        };
        let watching = match watch.take().filter(|w| w.root() == loaded.root) {
            Some(watching) => watching,
            None => match Watch::of(&loaded.root) {
                // read again, since it may have changed before it was watched
                Ok(watching) => {
                    watch = Some(watching);
                    continue;
                }
                Err(why) => {
                    let root = loaded.root.display();
                    terminal::complain(&format!("`{root}` cannot be watched: {why}"), Some("check without `--watch`"));
                    return ExitCode::Internal;
                }
            },
        };
        let seen = Seen::of(&loaded);
        let changes = before.as_ref().map(|b| b.changes(&seen));
        if changes.as_ref().is_none_or(|c| !c.is_empty()) {
            if let Some(changes) = changes
                && let Err(code) = terminal::print(&heading(&changes, clears))
            {
                return code;
            }
            // how it ends matters to nobody: even where a file was changed in the middle it is checked again
            let _ = check(loaded);
            if !quiet && terminal::print("\nWaiting for changes; Ctrl-C ends it.\n").is_err() {
                return ExitCode::Internal;
            }
        }
        let same = watching.wait(&seen);
        (watch, before) = (Some(watching).filter(|_| same), Some(seen));
    }
}

/// When and what changed.
fn heading(changes: &[String], clears: bool) -> String {
    let mut named = changes.iter().take(CHANGES_NAMED).map(|c| safe_line(c)).collect::<Vec<_>>().join(", ");
    if let Some(more) = changes.len().checked_sub(CHANGES_NAMED).filter(|n| *n > 0) {
        named.push_str(&format!(" and {more} more"));
    }
    let clear = if clears { "\u{1b}[2J\u{1b}[H" } else { "\n" };
    format!("{clear}{}: {named}\n\n", project::time())
}
