//! The only reader of disk and clock: finds a project's files, reads them, and says what could not be read.
//!
//! A project reads its own files and nothing else: a path that leads out of its folder is an error, whatever way it
//! leads out. Nothing is judged on a part of a project, so a file that cannot be read is an error too. Files are found
//! in the same order on every machine.

#![allow(clippy::disallowed_methods)] // this is the room that the others leave disk and clock to

mod discover;
mod git;
mod reader;
mod seam;
mod watch;
mod write;

use std::fmt;
use std::path::{Component, Path, PathBuf};

pub use git::{Revision, RevisionError, open_revision};
pub use reader::{LARGEST_FILE, LARGEST_NOTICE, Reader};
pub use watch::{Seen, Watch};
pub use write::write_atomically;

use crate::diagnostic::codes::files as codes;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::model::NoticeTexts;
use crate::source::{FileId, Sources, Span};
use crate::vocabulary::{Settings, Vocabulary};

/// The name of a project's settings.
pub const SETTINGS: &str = "staunch.yaml";

/// What is said of a file that looks like settings and is not read.
pub const MISNAMED_SETTINGS: &Code = &codes::SETTINGS_MISNAMED;

/// The most `.staunch` files of one project.
pub const MOST_FILES: usize = 100_000;

/// A project, read.
#[derive(Debug)]
pub struct Loaded {
    /// The folder that it is in.
    pub root: PathBuf,
    /// Every text that was read.
    pub sources: Sources,
    /// The `.staunch` files among them, by name.
    pub staunch_files: Vec<FileId>,
    /// What `staunch.yaml` says.
    pub settings: Settings,
    /// The standard words and the project's.
    pub vocabulary: Vocabulary,
    /// The texts of its notices.
    pub notices: NoticeTexts,
    /// What is wrong with files, settings and words.
    pub diagnostics: Diagnostics,
}

/// Why there is nothing to read at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OpenError {
    /// There is no such file or folder.
    NotFound(String),
    /// The path is a file, but not a `.staunch` file.
    NotAModel(String),
    /// The system does not let us read it; with its reason.
    Unreadable(String, String),
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            OpenError::NotFound(path) => write!(f, "there is no file or folder `{path}`"),
            OpenError::NotAModel(path) => write!(f, "`{path}` is not a `.staunch` file"),
            OpenError::Unreadable(path, reason) => write!(f, "`{path}` cannot be read: {reason}"),
        }
    }
}

impl OpenError {
    /// What to do about it.
    pub fn help(&self) -> &'static str {
        match self {
            OpenError::NotFound(_) => {
                "name the project's folder or one `.staunch` file; `staunch init FOLDER` makes a project to start from"
            }
            OpenError::NotAModel(_) => "name the project's folder or one `.staunch` file",
            OpenError::Unreadable(..) => "give it read permission for whoever runs the check",
        }
    }
}

impl std::error::Error for OpenError {}

/// Reads the project at a path: a folder, or a single `.staunch` file.
///
/// The project's folder is the nearest one, from the path upwards, that holds `staunch.yaml`, else the folder itself. Of a
/// single file nothing but that file is read as a model, under the settings of its project.
///
/// # Errors
/// When there is nothing at the path that could be read. Whatever else is wrong is in [`Loaded::diagnostics`].
pub fn open(path: &Path) -> Result<Loaded, OpenError> {
    let (reader, staunch_files, _) = read(path)?;
    Ok(load(reader, staunch_files))
}

/// `.staunch` files by themselves.
#[derive(Debug)]
pub struct Models {
    /// Their texts.
    pub sources: Sources,
    /// Which they are, and where each is on the disk.
    pub files: Vec<(FileId, PathBuf)>,
    /// What could not be read.
    pub diagnostics: Diagnostics,
}

/// Reads the `.staunch` files at a path and below, and nothing else of their project.
///
/// # Errors
/// As [`open`].
pub fn models(path: &Path) -> Result<Models, OpenError> {
    let (reader, files, place) = read(path)?;
    let files = files.into_iter().filter_map(|f| reader.path_of(f).map(|p| (f, p.to_path_buf())));
    let files = files.filter(|(_, p)| p.starts_with(&place)).collect();
    Ok(Models { files, sources: reader.sources, diagnostics: reader.diagnostics })
}

/// Finds a project and reads its models: with the reader, and the real path that was asked for.
fn read(path: &Path) -> Result<(Reader, Vec<FileId>, PathBuf), OpenError> {
    let shown = || path.display().to_string();
    let place = path.canonicalize().map_err(|e| match e.kind() {
        std::io::ErrorKind::PermissionDenied => OpenError::Unreadable(shown(), reader::reason(&e)),
        _ => OpenError::NotFound(shown()),
    })?;
    let single = !place.is_dir();
    if single && place.extension().is_none_or(|e| e != "staunch") {
        return Err(OpenError::NotAModel(shown()));
    }
    let folder = if single { place.parent().map_or_else(|| place.clone(), Path::to_path_buf) } else { place.clone() };
    if let Err(error) = std::fs::read_dir(&folder)
        && !single
    {
        return Err(OpenError::Unreadable(shown(), reader::reason(&error)));
    }
    let root =
        folder.ancestors().find(|f| f.join(SETTINGS).is_file()).map_or_else(|| folder.clone(), Path::to_path_buf);
    let mut reader = Reader::new(root.clone());
    let staunch_files = if single {
        reader.read_found(&place).into_iter().collect()
    } else {
        discover::discover(&mut reader, MOST_FILES)
    };
    Ok((reader, staunch_files, place))
}

/// Reads what the models need besides themselves.
fn load(mut reader: Reader, staunch_files: Vec<FileId>) -> Loaded {
    let mut settings = settings(&mut reader);
    let folder = reader.root().to_path_buf();
    let words: Vec<FileId> =
        settings.vocabularies.iter().filter_map(|(path, span)| reader.read_named(&folder, path, *span).ok()).collect();
    let read = |(table, path, span): (_, &str, _)| Some((table, reader.read_named(&folder, path, span).ok()?));
    let tables: Vec<_> = settings.tables.named().filter_map(read).collect();
    seam::tables(&mut settings, &tables, &reader.sources, &mut reader.diagnostics);
    let vocabulary = seam::words(&words, &reader.sources, &mut reader.diagnostics);
    let mut notices = NoticeTexts::new();
    for (file, path, span) in seam::notice_files(&staunch_files, &reader.sources) {
        if !notices.contains_key(&(file, path.clone())) {
            let folder = reader.folder_of(file);
            let text = reader.read_notice(&folder, &path, span);
            notices.insert((file, path), text);
        }
    }
    let root = reader.root().to_path_buf();
    let (sources, diagnostics) = reader.into_sources();
    Loaded { root, sources, staunch_files, settings, vocabulary, notices, diagnostics }
}

/// Reads `staunch.yaml`, if there is one.
fn settings(reader: &mut Reader) -> Settings {
    let path = reader.root().join(SETTINGS);
    if path.symlink_metadata().is_err() {
        misnamed(reader);
        return Settings::default();
    }
    match reader.read_found(&path) {
        Some(file) => seam::settings(file, &reader.sources, &mut reader.diagnostics),
        None => Settings::default(),
    }
}

/// Says so when a file looks like settings but is not called so.
fn misnamed(reader: &mut Reader) {
    let Ok(entries) = std::fs::read_dir(reader.root()) else { return };
    let mut names: Vec<String> =
        entries.flatten().filter_map(|e| e.file_name().into_string().ok()).filter(|n| looks_like_settings(n)).collect();
    names.sort();
    for name in names {
        let span = reader.stand_in(&name, "");
        reader.diagnostics.push(
            Diagnostic::new(&codes::SETTINGS_MISNAMED, span, format!("`{name}` is not read"))
                .help(format!("call the project's settings `{SETTINGS}`")),
        );
    }
}

/// Whether a file of this name was meant for settings, but is not called so.
fn looks_like_settings(name: &str) -> bool {
    let lower = name.to_lowercase();
    let bare = lower.trim_start_matches(['.', '_']);
    name != SETTINGS && matches!(bare, "staunch.yml" | "staunch.yaml" | "staunch.json" | "staunch.toml")
}

/// A folder as it is called from the root of the git repository that it is in, with forward slashes; empty for the root itself
/// and where there is no repository.
pub fn folder_in_repository(folder: &Path) -> String {
    // a worktree and a submodule have a file of that name
    let Some(root) = folder.ancestors().find(|f| f.join(".git").exists()) else { return String::new() };
    let inside = folder.strip_prefix(root).unwrap_or(Path::new(""));
    let parts: Vec<String> = inside.components().map(|c| c.as_os_str().to_string_lossy().into_owned()).collect();
    parts.join("/")
}

/// The folder and the revision that `REVISION:FOLDER` names, in the repository of a project; none where it is something else.
pub fn folder_in_revision(project: &Path, name: &str) -> Option<(PathBuf, String)> {
    // what stands in braces, such as a time, may have a colon of its own
    let (revision, folder) =
        name.split_once(':').filter(|(r, f)| !r.is_empty() && !f.is_empty() && !r.contains('{'))?;
    let project = project.canonicalize().ok()?;
    let root = project.ancestors().find(|f| f.join(".git").exists())?;
    // a path that leads out of the repository is none in it
    let inside = Path::new(folder).components().all(|c| matches!(c, Component::Normal(_) | Component::CurDir));
    inside.then(|| (root.join(folder), revision.to_owned()))
}

/// The text of a file that is no part of a project.
///
/// # Errors
/// Why it cannot be read, in a few words.
pub fn read_text(path: &Path) -> Result<String, String> {
    reader::plain_text(path)
}

/// The date of today, where the machine is.
pub fn today() -> jiff::civil::Date {
    jiff::Zoned::now().date()
}

/// The time of day, where the machine is: `14:03:22`.
pub fn time() -> String {
    jiff::Zoned::now().strftime("%H:%M:%S").to_string()
}

/// The place of a file as a whole.
fn whole(sources: &Sources, file: FileId) -> Span {
    sources.file(file).map_or_else(Span::default, |f| Span::at(f.start))
}
