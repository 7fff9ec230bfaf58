//! The files that pictures are written to, one for each page where a format has one page a file.

use std::path::{Path, PathBuf};

use super::Format;
use crate::cli::ExitCode;
use crate::cli::terminal;
use crate::diagram::chart::Heading;
use crate::project;

/// A file that is to be written.
pub(super) struct File {
    /// Where to; none for the standard output.
    pub(super) path: Option<PathBuf>,
    /// What is in it.
    pub(super) bytes: Vec<u8>,
    /// Which page it is, where it is one of several.
    pub(super) page: Option<usize>,
}

/// The name of a page's file: `study-2.svg` for `study.svg`.
pub(super) fn numbered(path: &Path, page: usize) -> PathBuf {
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let ending = path.extension().map(|ending| format!(".{}", ending.to_string_lossy())).unwrap_or_default();
    path.with_file_name(format!("{stem}-{page}{ending}"))
}

/// Writes files, each whole or not at all, then what goes to the standard output. All of them are made by now: what cannot be drawn
/// leaves none of them behind.
pub(super) fn write(files: &[File]) -> Result<(), ExitCode> {
    for file in files {
        let Some(path) = &file.path else { continue };
        project::write_atomically(path, &file.bytes).map_err(|error| {
            let message = format!("cannot write `{}`: {}", path.display(), terminal::why(&error));
            terminal::complain(&message, Some("name a file in a folder that is there and may be written to"));
            ExitCode::Internal
        })?;
    }
    for file in files.iter().filter(|file| file.path.is_none()) {
        terminal::print_bytes(&file.bytes)?;
    }
    Ok(())
}

/// Says what a page shows.
pub(super) fn tell_page(heading: &Heading) {
    let Some(sheet) = &heading.sheet else { return };
    terminal::note(&format!("page {} of {}: {}", sheet.number, sheet.of, sheet.title), None);
}

/// Says which files a name has become, and which of an earlier run look as if they belonged to them.
pub(super) fn tell(files: &[File], wanted: &[(Format, Option<PathBuf>)]) {
    for path in wanted.iter().filter_map(|(_, path)| path.as_ref()) {
        let mine = |file: &&File| file.page.is_some_and(|page| file.path.as_ref() == Some(&numbered(path, page)));
        let last = files.iter().filter(mine).filter_map(|file| file.page).max();
        let Some(last) = last else { continue };
        let (one, two) = (numbered(path, 1), numbered(path, last));
        terminal::note(&format!("wrote `{}` to `{}`, a file for each page", one.display(), two.display()), None);
        let is_written = |path: &PathBuf| files.iter().any(|file| file.path.as_ref() == Some(path));
        let more = (last + 1..).map(|page| numbered(path, page)).take_while(|path| path.is_file());
        let old: Vec<PathBuf> = std::iter::once(path.clone()).chain(more).filter(|path| path.is_file()).collect();
        let old: Vec<String> =
            old.iter().filter(|path| !is_written(path)).map(|p| format!("`{}`", p.display())).collect();
        if !old.is_empty() {
            let (shown, rest) =
                (old.iter().take(3).cloned().collect::<Vec<_>>().join(", "), old.len().saturating_sub(3));
            let rest = if rest > 0 { format!(" and {rest} more") } else { String::new() };
            let message = format!("{shown}{rest}: left as they were, and no part of this picture");
            terminal::note(&message, Some("remove what an earlier run has left behind"));
        }
    }
}
