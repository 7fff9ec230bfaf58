//! Reads one file after the other into [`Sources`], and none from outside the project.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use super::whole;
use crate::diagnostic::codes::files as codes;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, did_you_mean};
use crate::source::{Fetch, FileId, Sources, Span};

/// The largest file that is read, in bytes.
pub const LARGEST_FILE: u64 = 64 * 1024 * 1024;

/// The largest text of a notice, in bytes: thousands of pages. Each of its words is looked at for the quotes of promises.
pub const LARGEST_NOTICE: u64 = 8 * 1024 * 1024;

/// From how many files on several threads read them.
const MANY_FILES: usize = 8;

/// How many names of a folder are looked at for "did you mean".
const NAMES_LOOKED_AT: usize = 1_000;

/// Where files come from that are not on the disk yet.
pub(super) trait Supply: std::fmt::Debug + Send + Sync {
    /// Puts a file that is named where it will be read, if there is one.
    fn bring(&self, path: &Path);

    /// The text of a file that was brought, once more.
    fn again(&self, path: &Path) -> Option<String>;
}

/// A project's folder and what has been read of it.
#[derive(Debug)]
pub struct Reader {
    root: PathBuf,
    /// Who brings what is named; nobody where the disk has it.
    supply: Option<Arc<dyn Supply>>,
    /// What was read.
    pub sources: Sources,
    /// What could not be.
    pub diagnostics: Diagnostics,
    read: HashMap<PathBuf, FileId>,
    paths: HashMap<FileId, PathBuf>,
    /// What was read of files that nobody has asked for yet, by their real paths.
    ahead: HashMap<PathBuf, Result<String, Fault>>,
}

/// Why a file could not be read: code, what is wrong with it (`… is a folder`), help, and the text before the fault.
#[derive(Debug)]
struct Fault {
    code: &'static Code,
    what: String,
    help: String,
    before: String,
}

impl Fault {
    fn new(code: &'static Code, what: impl Into<String>, help: impl Into<String>) -> Self {
        Fault { code, what: what.into(), help: help.into(), before: String::new() }
    }
}

impl Reader {
    /// A reader of a project's folder, given by its real path (no links in it).
    pub fn new(root: PathBuf) -> Self {
        Reader {
            root,
            supply: None,
            sources: Sources::new(),
            diagnostics: Diagnostics::new(),
            read: HashMap::new(),
            paths: HashMap::new(),
            ahead: HashMap::new(),
        }
    }

    /// A reader of a folder into which the files that are named must be brought first.
    pub(super) fn supplied(root: PathBuf, supply: Arc<dyn Supply>) -> Self {
        Reader { supply: Some(supply), ..Reader::new(root) }
    }

    /// Reads files that will be asked for, on all threads, where they are many.
    pub(super) fn read_ahead(&mut self, paths: &[PathBuf]) {
        if paths.len() < MANY_FILES {
            return;
        }
        let inside = |path: &PathBuf| path.canonicalize().ok().filter(|real| real.starts_with(&self.root));
        let read = paths.par_iter().filter_map(inside).map(|real| {
            let text = text_of(&real, LARGEST_FILE);
            (real, text)
        });
        self.ahead = read.collect();
    }

    /// The project's folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The folder of a file that was read.
    pub fn folder_of(&self, file: FileId) -> PathBuf {
        self.paths.get(&file).and_then(|p| p.parent()).map_or_else(|| self.root.clone(), Path::to_path_buf)
    }

    /// Where a file that was read is on the disk.
    pub fn path_of(&self, file: FileId) -> Option<&Path> {
        self.paths.get(&file).map(PathBuf::as_path)
    }

    /// The texts that were read, each of which can be read once more.
    pub(super) fn into_sources(mut self) -> (Sources, Diagnostics) {
        let files: Vec<FileId> = self.paths.keys().copied().collect();
        let (paths, supply) = (self.paths, self.supply);
        let fetch = Fetch::by(move |file| match (paths.get(&file)?, &supply) {
            (path, Some(supply)) => supply.again(path),
            (path, None) => text_of(path, LARGEST_FILE).ok(),
        });
        files.into_iter().for_each(|file| self.sources.can_fetch(file, fetch.clone()));
        (self.sources, self.diagnostics)
    }

    /// Whether a file was read already, by its real path.
    pub(super) fn has(&self, real: &Path) -> bool {
        self.read.contains_key(real)
    }

    /// A path as it is shown: from the project's folder, with forward slashes.
    pub(super) fn name_of(&self, path: &Path) -> String {
        let inside = path.strip_prefix(&self.root).unwrap_or(path);
        let parts: Vec<String> = inside.components().map(|c| c.as_os_str().to_string_lossy().into_owned()).collect();
        parts.join("/")
    }

    /// Reads a file that was found rather than named. What is wrong is said of the file itself.
    pub fn read_found(&mut self, path: &Path) -> Option<FileId> {
        let name = self.name_of(path);
        match self.read(path, &name, LARGEST_FILE) {
            Ok(file) => Some(file),
            Err(fault) => {
                let span = self.stand_in(&name, &fault.before);
                self.diagnostics
                    .push(Diagnostic::new(fault.code, span, format!("`{name}` {}", fault.what)).help(fault.help));
                None
            }
        }
    }

    /// Reads a file that another one names, by a path that counts from `folder`. What is wrong is said where it is named.
    ///
    /// # Errors
    /// What is wrong with it, in a few words; it is among the diagnostics already.
    pub fn read_named(&mut self, folder: &Path, said: &str, span: Span) -> Result<FileId, String> {
        self.read_at_most(folder, said, span, LARGEST_FILE)
    }

    /// Reads the text of a notice, as [`Reader::read_named`].
    ///
    /// # Errors
    /// As [`Reader::read_named`].
    pub fn read_notice(&mut self, folder: &Path, said: &str, span: Span) -> Result<FileId, String> {
        self.read_at_most(folder, said, span, LARGEST_NOTICE)
    }

    fn read_at_most(&mut self, folder: &Path, said: &str, span: Span, most: u64) -> Result<FileId, String> {
        let result = self.inside(folder, said).and_then(|path| {
            if let Some(supply) = &self.supply {
                supply.bring(&path);
            }
            let name = self.name_of(&path);
            self.read(&path, &name, most)
        });
        result.map_err(|fault| {
            let message = format!("`{said}` {}", fault.what);
            self.diagnostics.push(Diagnostic::new(fault.code, span, message).label("named here").help(fault.help));
            fault.what
        })
    }

    /// Takes a file in that has no text, or only the text before what is wrong, so that there is a place to point at.
    pub(super) fn stand_in(&mut self, name: &str, text: &str) -> Span {
        match self.sources.add(name, text) {
            Ok(file) => {
                let span = whole(&self.sources, file);
                Span::at(span.start + text.len() as u32)
            }
            Err(_) => Span::default(),
        }
    }

    /// The path of a named file, when it does not leave the project.
    fn inside(&self, folder: &Path, said: &str) -> Result<PathBuf, Fault> {
        let outside = |what: &str| {
            Fault::new(&codes::OUTSIDE, what, "copy the file into the project's folder and name it from there")
        };
        if said.trim().is_empty() {
            return Err(Fault::new(
                &codes::NOT_FOUND,
                "names no file",
                "name a file, with its path from this file's folder",
            ));
        }
        let drive = said.as_bytes().get(1) == Some(&b':');
        if said.starts_with(['/', '\\']) || drive || Path::new(said).is_absolute() {
            return Err(outside("is not a path within the project"));
        }
        let mut path = folder.to_path_buf();
        for part in Path::new(said).components() {
            match part {
                Component::ParentDir => {
                    path.pop();
                    if !path.starts_with(&self.root) {
                        return Err(outside("leads out of the project"));
                    }
                }
                Component::Normal(name) => path.push(name),
                Component::CurDir => {}
                Component::RootDir | Component::Prefix(_) => return Err(outside("is not a path within the project")),
            }
        }
        Ok(path)
    }

    /// Reads a file whose path, as written, is in the project.
    fn read(&mut self, path: &Path, name: &str, most: u64) -> Result<FileId, Fault> {
        let real = path.canonicalize().map_err(|e| not_there(path, &e))?;
        if !real.starts_with(&self.root) {
            return Err(Fault::new(
                &codes::OUTSIDE,
                "is a link that leads out of the project",
                "copy the file into the project's folder instead of linking it",
            ));
        }
        if let Some(file) = self.read.get(&real) {
            return Ok(*file);
        }
        let text = self.ahead.remove(&real).unwrap_or_else(|| text_of(&real, most))?;
        let file = self.sources.add(name, text).map_err(|_| {
            Fault::new(
                &codes::TOO_LARGE,
                "does not fit any more: the project has more than 4 GB of text",
                "divide the project",
            )
        })?;
        self.read.insert(real, file);
        self.paths.insert(file, path.to_path_buf());
        Ok(file)
    }
}

/// Why a path cannot be followed.
fn not_there(path: &Path, error: &io::Error) -> Fault {
    let link = path.symlink_metadata().is_ok_and(|m| m.is_symlink());
    match error.kind() {
        ErrorKind::PermissionDenied => unreadable(error),
        ErrorKind::NotFound if link => {
            Fault::new(&codes::NOT_FOUND, "is a link to a file that is not there", "remove the link or mend it")
        }
        _ if link => Fault::new(&codes::LINK_LOOP, "is a link that leads back to itself", "remove the link"),
        _ => {
            let wanted = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
            let near = siblings(path);
            let help = did_you_mean(&wanted, near.iter().map(String::as_str))
                .unwrap_or_else(|| "the path counts from the folder of the file that names it".to_owned());
            Fault::new(&codes::NOT_FOUND, "is not there", help)
        }
    }
}

fn siblings(path: &Path) -> Vec<String> {
    let Some(Ok(entries)) = path.parent().map(std::fs::read_dir) else { return Vec::new() };
    entries.flatten().take(NAMES_LOOKED_AT).filter_map(|e| e.file_name().into_string().ok()).collect()
}

fn unreadable(error: &io::Error) -> Fault {
    Fault::new(
        &codes::UNREADABLE,
        format!("cannot be read: {}", reason(error)),
        "give it read permission for whoever runs the check",
    )
}

/// The system's reason, in its first words.
pub(super) fn reason(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::PermissionDenied => "permission is denied".to_owned(),
        _ => {
            let text = error.to_string().to_lowercase();
            text.split(" (os error").next().unwrap_or(&text).to_owned()
        }
    }
}

/// The text of a file that is no part of a project; why it cannot be read.
pub(super) fn plain_text(path: &Path) -> Result<String, String> {
    if let Err(error) = path.canonicalize() {
        return Err(not_there(path, &error).what);
    }
    text_of(path, LARGEST_FILE).map_err(|fault| fault.what)
}

/// The text of a plain file of reasonable size.
fn text_of(path: &Path, most: u64) -> Result<String, Fault> {
    let about = path.metadata().map_err(|e| unreadable(&e))?;
    if about.is_dir() {
        return Err(Fault::new(&codes::NOT_A_FILE, "is a folder, not a file", "name a file in it"));
    }
    // a pipe or a device would keep us waiting, or never end
    if !about.is_file() {
        return Err(Fault::new(&codes::NOT_A_FILE, "is not a plain file", "name a plain text file"));
    }
    let too_large = || {
        let limit = most / 1024 / 1024;
        Fault::new(
            &codes::TOO_LARGE,
            format!("is larger than {limit} MB"),
            "name the file that was meant, or split it into several files",
        )
    };
    if about.len() > most {
        return Err(too_large());
    }
    let mut bytes = Vec::with_capacity(about.len() as usize + 1);
    let file = File::open(path).map_err(|e| unreadable(&e))?;
    file.take(most + 1).read_to_end(&mut bytes).map_err(|e| unreadable(&e))?;
    if bytes.len() as u64 > most {
        return Err(too_large());
    }
    String::from_utf8(bytes).map_err(|e| not_utf8(&e))
}

fn not_utf8(error: &std::string::FromUtf8Error) -> Fault {
    let bytes = error.as_bytes();
    let (before, rest) = bytes.split_at(error.utf8_error().valid_up_to());
    let before = String::from_utf8_lossy(before).into_owned();
    let help = match bytes {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => "it looks like UTF-16: save it as UTF-8",
        _ if rest.contains(&0) || before.contains('\0') => "it does not look like text: name a text file",
        _ => "save it as UTF-8; it is most likely in an older encoding, such as Windows-1252",
    };
    let line = before.matches('\n').count() + 1;
    Fault { before, ..Fault::new(&codes::NOT_UTF8, format!("is not UTF-8 text (line {line})"), help) }
}
