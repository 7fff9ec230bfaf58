//! `staunch init`: a small project to start from, which checks.

use std::path::{Path, PathBuf};

use super::ExitCode;
use super::terminal;
use crate::project;

/// The files of the small project.
const FILES: [(&str, &str); 5] = [
    ("README.md", include_str!("template/README.md")),
    ("staunch.yaml", include_str!("template/staunch.yaml")),
    ("sharing.staunch", include_str!("template/sharing.staunch")),
    ("promises.staunch", include_str!("template/promises.staunch")),
    ("notice.md", include_str!("template/notice.md")),
];

/// What `staunch init` takes.
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:
  staunch init my-project     makes the folder and writes a project into it
  staunch init                writes it into this folder

No file that is already there is changed unless `--force` is given; if one is, nothing is written at all.")]
pub(super) struct Args {
    /// The folder to write into; it is made when it is not there.
    #[arg(default_value = ".")]
    path: PathBuf,

    /// Replace files of the same names.
    #[arg(long)]
    force: bool,
}

/// Runs it.
pub(super) fn run(args: &Args) -> ExitCode {
    let folder = &args.path;
    if folder.exists() && !folder.is_dir() {
        terminal::complain(
            &format!("`{}` is a file, not a folder", folder.display()),
            Some("name a folder, or a new one"),
        );
        return ExitCode::TextWrong;
    }
    // a link that leads nowhere counts as there: writing would follow it
    let mut there: Vec<&str> =
        FILES.iter().map(|(name, _)| *name).filter(|n| folder.join(n).symlink_metadata().is_ok()).collect();
    // files exactly as they would be written are what an earlier start left that was stopped half way: it is finished
    if there.len() < FILES.len() {
        there.retain(|name| !as_written(folder, name));
    }
    if !there.is_empty() && !args.force {
        terminal::complain(
            &format!("nothing was written: `{}` has {} already", folder.display(), there.join(", ")),
            Some("name another folder, or replace them with --force"),
        );
        return ExitCode::TextWrong;
    }
    if let Err(error) = write(folder) {
        terminal::complain(&format!("nothing was written: {error}"), None);
        return ExitCode::Internal;
    }
    let shown = folder.display().to_string();
    let place = if shown == "." { String::new() } else { format!(" {shown}") };
    let mut text = format!("Wrote a small project into `{shown}`:\n");
    for (name, _) in FILES {
        text.push_str(&format!("  {name}\n"));
    }
    text.push_str(&format!("Check it with `staunch check{place}`, then make it your own.\n"));
    match terminal::print(&text) {
        Ok(()) => ExitCode::Clean,
        Err(code) => code,
    }
}

/// Whether a file is there just as it would be written.
fn as_written(folder: &Path, name: &str) -> bool {
    let text = FILES.iter().find(|(n, _)| *n == name).map(|(_, text)| text.as_bytes());
    std::fs::read(folder.join(name)).ok().as_deref() == text
}

/// Writes all files or none: when one fails, those that were written are taken back.
fn write(folder: &Path) -> std::io::Result<()> {
    let new_folder = !folder.exists();
    std::fs::create_dir_all(folder)?;
    let mut done: Vec<(PathBuf, Option<Vec<u8>>)> = Vec::new();
    for (name, text) in FILES {
        let path = folder.join(name);
        let before = std::fs::read(&path).ok();
        if let Err(error) = project::write_atomically(&path, text.as_bytes()) {
            for (path, before) in done.into_iter().rev() {
                // taking back is best effort: the first error is what is told
                let _ = match before {
                    Some(bytes) => project::write_atomically(&path, &bytes),
                    None => std::fs::remove_file(&path),
                };
            }
            if new_folder {
                let _ = std::fs::remove_dir(folder);
            }
            return Err(error);
        }
        done.push((path, before));
    }
    Ok(())
}
