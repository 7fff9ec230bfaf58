//! Finds the `.staunch` files of a project.

use std::path::{Path, PathBuf};

use ignore::WalkBuilder;

use super::reader::Reader;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::files as codes;
use crate::source::FileId;

/// How many files are read at a time.
const READ_AHEAD: usize = 16;

/// Reads every `.staunch` file below the project's folder, in the order of their names (as bytes, with forward slashes).
///
/// Hidden files and what a `.gitignore` of the project or of its repository names are passed over. A link to a file in the project is read once, under the
/// file's own name; a link to a folder is never followed, so that there are no loops.
pub(super) fn discover(reader: &mut Reader, most: usize) -> Vec<FileId> {
    let (mut files, mut links) = (Vec::new(), Vec::new());
    let mut linked = 0;
    // the same on every machine: nothing outside the project's repository has a say, or, where there is none, outside the project
    let repository = reader.root().ancestors().any(|f| f.join(".git").exists() || f.join(".jj").exists());
    let walk = WalkBuilder::new(reader.root())
        .follow_links(false)
        .git_global(false)
        .git_exclude(false)
        .ignore(false)
        .require_git(repository)
        .parents(repository)
        .build();
    for entry in walk {
        match entry {
            Ok(entry) if entry.path_is_symlink() => {
                linked += usize::from(is_model(entry.path()));
                links.push(entry.into_path());
            }
            Ok(entry) if is_model(entry.path()) && !entry.file_type().is_some_and(|t| t.is_dir()) => {
                files.push(entry.into_path());
            }
            Ok(_) => {}
            Err(error) => unreadable(reader, &error),
        }
        if files.len() + linked > most {
            let span = reader.stand_in(".", "");
            reader.diagnostics.push(
                Diagnostic::new(
                    &codes::TOO_MANY_FILES,
                    span,
                    format!("there are more than {most} `.staunch` files here"),
                )
                .help("check one project at a time: name its own folder"),
            );
            return Vec::new();
        }
    }
    let by_name =
        |reader: &Reader, paths: &mut Vec<PathBuf>| paths.sort_by_cached_key(|p| reader.name_of(p).into_bytes());
    by_name(reader, &mut files);
    by_name(reader, &mut links);
    let mut read = Vec::with_capacity(files.len());
    for some in files.chunks(READ_AHEAD) {
        reader.read_ahead(some);
        read.extend(some.iter().filter_map(|p| reader.read_found(p)));
    }
    read.extend(links.iter().filter_map(|link| follow(reader, link)));
    read
}

fn is_model(path: &Path) -> bool {
    path.extension().is_some_and(|e| e == "staunch")
}

/// Reads what a link leads to, if it is a model that was not read yet.
fn follow(reader: &mut Reader, link: &Path) -> Option<FileId> {
    let real = link.canonicalize().ok();
    if real.as_ref().is_some_and(|r| r.is_dir()) {
        if real.as_ref().is_some_and(|r| !r.starts_with(reader.root())) {
            let name = reader.name_of(link);
            let span = reader.stand_in(&name, "");
            reader.diagnostics.push(
                Diagnostic::new(
                    &codes::FOLDER_LINK_OUT,
                    span,
                    format!("`{name}` leads out of the project and is not read"),
                )
                .help("copy what belongs to the model into the project, or name the link in `.gitignore`"),
            );
        }
        return None;
    }
    if !is_model(link) || real.is_some_and(|r| reader.has(&r)) {
        return None;
    }
    reader.read_found(link)
}

/// Says which folder could not be looked into.
fn unreadable(reader: &mut Reader, error: &ignore::Error) {
    let Some(path) = path_of(error) else { return };
    let name = reader.name_of(&path);
    let name = if name.is_empty() { ".".to_owned() } else { name };
    let span = reader.stand_in(&name, "");
    reader.diagnostics.push(
        Diagnostic::new(&codes::FOLDER_UNREADABLE, span, format!("the folder `{name}` cannot be read"))
            .help("give it read permission for whoever runs the check, or name it in `.gitignore`"),
    );
}

fn path_of(error: &ignore::Error) -> Option<PathBuf> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path.clone()),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => path_of(err),
        ignore::Error::Partial(errors) => errors.iter().find_map(path_of),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_many_files_are_not_read() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        for name in ["a.staunch", "b.staunch", "c.staunch"] {
            std::fs::write(folder.path().join(name), "party a\n").expect("a file");
        }
        let root = folder.path().canonicalize().expect("the folder");
        let mut reader = Reader::new(root.clone());
        assert_eq!(discover(&mut reader, 3).len(), 3);
        assert!(reader.diagnostics.is_empty());
        let mut reader = Reader::new(root);
        assert!(discover(&mut reader, 2).is_empty(), "nothing is judged on a part of a project");
        let said: Vec<&str> = reader.diagnostics.sorted().iter().map(|d| d.message.as_str()).collect();
        assert_eq!(said, ["there are more than 2 `.staunch` files here"]);
        // links to models count as well
        #[cfg(unix)]
        {
            let root = folder.path().canonicalize().expect("the folder");
            std::os::unix::fs::symlink("a.staunch", root.join("d.staunch")).expect("a link");
            let mut reader = Reader::new(root.clone());
            assert!(discover(&mut reader, 3).is_empty());
            assert_eq!(discover(&mut Reader::new(root), 4).len(), 3, "read once, under the file's own name");
        }
    }
}
