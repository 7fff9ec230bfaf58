//! `staunch fmt`: one layout for every `.staunch` file.

use std::path::PathBuf;

use similar::TextDiff;

use super::terminal::{self, Shown};
use super::{ExitCode, run};
use crate::check::Outcome;
use crate::diagnostic::Diagnostics;
use crate::output::{self, Format};
use crate::project::{self, Models};
use crate::source::Sources;

/// What `staunch fmt` takes.
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:
  staunch fmt                  every `.staunch` file in this folder and below
  staunch fmt model.staunch    one file
  staunch fmt --check          change nothing; fail if a file would change
  staunch fmt --diff           show what would change

Comments stay, and nothing that a file says is changed. A file with errors is reported and left alone.")]
pub(super) struct Args {
    /// Folders and files.
    #[arg(default_value = ".")]
    paths: Vec<PathBuf>,

    /// Change nothing, name the files that would change, and exit with 1 if there are any.
    #[arg(long)]
    check: bool,

    /// Change nothing, show what would change, and exit with 1 if anything would.
    #[arg(long)]
    diff: bool,

    #[command(flatten)]
    shown: Shown,
}

/// What came of the files.
#[derive(Default)]
struct Done {
    text: String,
    changed: usize,
    files: usize,
    failed: bool,
    broken: bool,
}

/// Runs it.
pub(super) fn run(args: &Args) -> ExitCode {
    let mut done = Done::default();
    for path in &args.paths {
        match project::models(path) {
            Ok(models) => format(args, models, &mut done),
            Err(error) => {
                terminal::complain(&error.to_string(), Some(error.help()));
                done.broken = true;
            }
        }
    }
    if done.files == 0 && !done.broken {
        terminal::complain("there is no `.staunch` file here", Some("name a folder or a file"));
        return ExitCode::NothingChecked;
    }
    if args.check && done.changed > 0 {
        let (files, are) = if done.changed == 1 { ("file", "is") } else { ("files", "are") };
        done.text.push_str(&format!(
            "{} {files} {are} not in the canonical layout; `staunch fmt` puts {} right.\n",
            done.changed,
            if done.changed == 1 { "it" } else { "them" }
        ));
    }
    if let Err(code) = terminal::print(&done.text) {
        return code;
    }
    match done {
        Done { failed: true, .. } => ExitCode::Internal,
        Done { broken: true, .. } => ExitCode::TextWrong,
        Done { changed, .. } if changed > 0 && (args.check || args.diff) => ExitCode::Findings,
        _ => ExitCode::Clean,
    }
}

fn format(args: &Args, models: Models, done: &mut Done) {
    let Models { sources, files, diagnostics: mut wrong } = models;
    for (id, path) in &files {
        done.files += 1;
        let Some(file) = sources.file(*id) else { continue };
        match run::format(file.text(), file.start) {
            Ok(formatted) if formatted == file.text() => {}
            Ok(formatted) => {
                done.changed += 1;
                change(args, &file.name, file.text(), &formatted, path, done);
            }
            Err(errors) => {
                if errors.is_empty() {
                    terminal::complain(&format!("`{}` cannot be laid out and was left alone", file.name), None);
                    done.failed = true;
                }
                wrong.extend(errors);
            }
        }
    }
    done.broken |= wrong.has_errors();
    if !wrong.is_empty() {
        done.text.push_str(&said(args, sources, wrong));
    }
}

/// Writes a file anew, or says that it would change.
fn change(args: &Args, name: &str, before: &str, after: &str, path: &std::path::Path, done: &mut Done) {
    let name = output::safe_line(name);
    if args.diff {
        let diff = TextDiff::from_lines(before, after);
        let text = diff.unified_diff().header(&name, &format!("{name} (formatted)")).to_string();
        let lines: String = text.split_inclusive('\n').map(safe).collect();
        done.text.push_str(&lines);
    } else if args.check {
        done.text.push_str(&format!("{name}\n"));
    } else if let Err(error) = project::write_atomically(path, after.as_bytes()) {
        terminal::complain(&format!("cannot write `{}`: {}", path.display(), terminal::why(&error)), None);
        done.failed = true;
    }
}

fn safe(line: &str) -> String {
    match line.strip_suffix('\n') {
        Some(line) => format!("{}\n", output::safe_line(line)),
        None => output::safe_line(line),
    }
}

/// What is wrong with the files that were left alone.
fn said(args: &Args, sources: Sources, diagnostics: Diagnostics) -> String {
    let outcome = Outcome { sources, diagnostics, report: None };
    let options = output::Options { quiet: true, ..args.shown.options() };
    let mut text = output::render(&outcome, Format::Human, &options);
    if outcome.diagnostics.has_errors() {
        text.push_str("\nFiles with errors were left as they are.\n");
    }
    text
}
