//! A project as it stands in a git revision, read from the object store.
//!
//! Nothing is checked out: the working tree, the index and the refs stay as they are. What a project reads is put into a private
//! folder that is there only while it is read, so that finding, reading and every message are those of a project on the disk.
//! Links and submodules are passed over.

mod command;
mod error;
mod names;
mod store;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use error::RevisionError;

use self::command::Git;
use self::store::{Kind, Store};
use super::{Loaded, OpenError, Reader, SETTINGS, discover, load, looks_like_settings};

/// A project as it stood.
#[derive(Debug)]
pub struct Revision {
    /// What was read. Its files are shown with the revision before them, `main:study.staunch`; its root is where the project
    /// is, or would be, in the working tree.
    pub loaded: Loaded,
    /// The commit, by its whole name.
    pub commit: String,
    /// Whether the project was there in that revision at all; if not, it is an empty one.
    pub was_there: bool,
}

/// Reads the project at a path, as [`super::open`] would if the revision were checked out. The path may be one that is not there
/// any more, but the repository is that of the folder.
///
/// The project's folder is the nearest one within the repository, from the path upwards, that holds `staunch.yaml` in that
/// revision. Who compares it with what is there now names the root of that, so that both are the same folder.
///
/// # Errors
/// When git cannot say what stands in the revision, or the path is no model there.
pub fn open_revision(path: &Path, revision: &str) -> Result<Revision, RevisionError> {
    let (folder, rest) = existing(path)?;
    let git = Git::at(&folder);
    let top = git.top()?;
    let commit = git.commit(revision)?;
    let mut inside = git.prefix()?;
    inside.extend(rest.iter().map(OsString::from));
    let kept = tempfile::Builder::new().prefix("staunch-").tempdir().map_err(|e| RevisionError::Disk(why(&e)))?;
    let here = kept.path().canonicalize().map_err(|e| RevisionError::Disk(why(&e)))?;
    let store = Arc::new(Store::new(git, revision, &commit, &here));
    let found = find(&store, &inside, path)?;
    let root: PathBuf = inside.iter().take(found.root).collect();
    let under = |folder: &Path| -> PathBuf { folder.components().chain(root.components()).collect() };
    // discovery looks for the repository's top, above which no `.gitignore` counts
    store.folder(Path::new(".git"))?;
    store.folder(&root)?;
    let mut reader = Reader::supplied(under(&here), store.clone());
    let files = match found.wanted {
        Wanted::Nothing => Vec::new(),
        Wanted::File => {
            bring_settings(&store, &root)?;
            let file: PathBuf = inside.iter().collect();
            store.bring_one(&file)?;
            reader.read_found(&here.join(file)).into_iter().collect()
        }
        Wanted::Folder => {
            bring_settings(&store, &root)?;
            store.bring_models(&root)?;
            discover::discover(&mut reader, super::MOST_FILES)
        }
    };
    let mut loaded = load(reader, files);
    store.finish()?;
    loaded.root = under(&top);
    loaded.sources.label(revision);
    Ok(Revision { loaded, commit, was_there: !matches!(found.wanted, Wanted::Nothing) })
}

/// What is to be read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Wanted {
    /// The path is not there in the revision.
    Nothing,
    /// A single file.
    File,
    /// A folder.
    Folder,
}

/// Where a project is in a revision.
struct Found {
    /// How many parts of the path lead to its root.
    root: usize,
    wanted: Wanted,
}

/// Finds the project from the top of the repository down the path, and brings the `.gitignore` files on the way.
fn find(store: &Store, inside: &[OsString], path: &Path) -> Result<Found, RevisionError> {
    let mut folder = PathBuf::new();
    let mut settings = None;
    let mut met = Kind::Folder;
    let mut depth = 0;
    loop {
        let listing = store.listing(&folder)?;
        if listing.get(SETTINGS.as_bytes()).is_some_and(|e| e.kind == Kind::File) {
            settings = Some(depth);
        }
        store.bring_one(&folder.join(".gitignore"))?;
        let Some(next) = inside.get(depth) else { break };
        let entry = names::bytes(next).and_then(|n| listing.get(n));
        met = entry.map_or(Kind::Other, |e| e.kind);
        if met != Kind::Folder {
            break;
        }
        folder.push(next);
        depth += 1;
    }
    let whole = depth == inside.len();
    let last = depth + 1 == inside.len();
    let model = inside.last().is_some_and(|n| Path::new(n).extension().is_some_and(|e| e == "staunch"));
    let asked_for_file = !whole && (path.is_file() || (model && !path.is_dir()));
    let wanted = if whole || (settings.is_some() && !asked_for_file) {
        Wanted::Folder
    } else if last && met == Kind::File && !path.is_dir() {
        if !model {
            return Err(OpenError::NotAModel(path.display().to_string()).into());
        }
        Wanted::File
    } else {
        Wanted::Nothing
    };
    let root = match wanted {
        Wanted::Nothing => inside.len().saturating_sub(usize::from(asked_for_file)),
        _ => settings.unwrap_or(depth),
    };
    Ok(Found { root, wanted })
}

/// Brings `staunch.yaml`, or the names of what looks like it.
fn bring_settings(store: &Store, root: &Path) -> Result<(), RevisionError> {
    for (name, entry) in store.listing(root)?.iter() {
        let Some(name) = names::os(name).filter(|_| entry.kind == Kind::File) else { continue };
        if name == SETTINGS {
            store.bring_one(&root.join(name))?;
        } else if name.to_str().is_some_and(looks_like_settings) {
            store.name_only(&root.join(name))?;
        }
    }
    Ok(())
}

/// The nearest folder of a path that is there, by its real path, and what comes below it.
fn existing(path: &Path) -> Result<(PathBuf, Vec<OsString>), OpenError> {
    let nothing = || OpenError::NotFound(path.display().to_string());
    // a link is followed as a project on the disk would be
    let place = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    let (mut folder, mut rest) = (place.as_path(), Vec::new());
    loop {
        let shown = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        if let Some(real) = shown.canonicalize().ok().filter(|f| f.is_dir()) {
            rest.reverse();
            return Ok((real, rest));
        }
        rest.push(folder.file_name().ok_or_else(nothing)?.to_owned());
        folder = folder.parent().ok_or_else(nothing)?;
    }
}

/// The system's reason.
fn why(error: &std::io::Error) -> String {
    super::reader::reason(error)
}
