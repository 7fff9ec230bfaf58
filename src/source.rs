//! Text, where it stands, and the set of files that a run reads.
//!
//! All files of a run share **one space of offsets**: the first file starts at 0, the next one byte after the end
//! of the first, and so on. A [`Span`] is then two numbers, and the file is found by the number. Spans never cross
//! files. [`Sources`] answers where a span is (file, line, column) through an index of line starts.

use std::borrow::Cow;
use std::fmt;
use std::hash::BuildHasher;
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;
use rustc_hash::FxBuildHasher;

/// A stretch of source text, in bytes, in the one offset space of a run's [`Sources`].
///
/// Guarantees others rely on: `start <= end`; both ends lie in the same file; both ends are character borders.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The span from `start` to `end`.
    pub fn new(start: u32, end: u32) -> Self {
        Span { start, end: end.max(start) }
    }

    /// An empty span at `at`, for what is missing there.
    pub fn at(at: u32) -> Self {
        Span { start: at, end: at }
    }

    /// The smallest span that holds both.
    pub fn to(self, other: Span) -> Span {
        Span { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// Its length in bytes.
    pub fn len(self) -> usize {
        (self.end - self.start) as usize
    }

    /// Whether it holds no text.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }
}

impl fmt::Debug for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.start, self.end)
    }
}

/// Which file of a run, by the order in which [`Sources`] took them in.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct FileId(pub u32);

/// One file's name and text.
#[derive(Debug, Clone)]
pub struct File {
    /// The path as it is shown to people: relative to the project, with forward slashes.
    pub name: String,
    /// What it was read from, if not from the project's folder: a revision.
    label: Option<Arc<str>>,
    text: Text,
    /// Where the file begins in the run's offset space.
    pub start: u32,
    /// Byte offsets (within the file) at which lines begin; the first is 0. Worked out when a place in the file is first
    /// asked for, since most files of a large project have nothing to point at.
    lines: OnceLock<Vec<u32>>,
}

/// A file's text, which may be put away and fetched again.
#[derive(Debug, Clone)]
struct Text {
    here: OnceLock<Arc<String>>,
    length: u32,
    /// How to fetch it, where that can be done.
    fetch: Option<Fetch>,
    /// What was put away.
    away: Option<Away>,
}

/// A text that was put away.
#[derive(Debug, Clone)]
struct Away {
    file: FileId,
    /// What it hashed to.
    hash: u64,
    changed: Arc<OnceLock<String>>,
}

/// Reads the texts of files once more.
#[derive(Clone)]
pub struct Fetch(Arc<dyn Fn(FileId) -> Option<String> + Send + Sync>);

impl Fetch {
    /// Reads files in this way.
    pub fn by(read: impl Fn(FileId) -> Option<String> + Send + Sync + 'static) -> Fetch {
        Fetch(Arc::new(read))
    }
}

impl fmt::Debug for Fetch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Fetch")
    }
}

/// A place for people: 1-based line and column (in characters).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Position {
    /// The file.
    pub file: FileId,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

/// Every file of a run.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    files: Vec<File>,
    end: u32,
    /// A file that was not the same any more when its text was fetched.
    changed: Arc<OnceLock<String>>,
}

/// Why a file could not be taken in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourcesFull;

impl Sources {
    /// No files.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes a file in.
    ///
    /// # Errors
    /// When the offset space (4 GiB for all files together) is full.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> Result<FileId, SourcesFull> {
        let text: String = text.into();
        let length = u32::try_from(text.len()).map_err(|_| SourcesFull)?;
        let text = Text { here: OnceLock::from(Arc::new(text)), length, fetch: None, away: None };
        let end = self.end.checked_add(length).and_then(|e| e.checked_add(1)).ok_or(SourcesFull)?;
        let id = FileId(self.files.len() as u32);
        self.files.push(File { name: name.into(), label: None, text, start: self.end, lines: OnceLock::new() });
        self.end = end;
        Ok(id)
    }

    /// Says where the files that are here so far were read, so that they are told apart from others of the same names.
    pub fn label(&mut self, from: &str) {
        let label: Arc<str> = from.into();
        self.files.iter_mut().for_each(|file| file.label = Some(label.clone()));
    }

    /// Says how the text of a file can be read once more.
    pub fn can_fetch(&mut self, file: FileId, fetch: Fetch) {
        if let Some(file) = self.files.get_mut(file.0 as usize) {
            file.text.fetch = Some(fetch);
        }
    }

    /// Puts away the texts of files that are larger than this, in bytes, where they can be fetched again: whoever asks for one then
    /// waits until it has been read. Little of a large project is ever shown.
    pub fn put_away(&mut self, larger: usize) {
        self.files.par_iter_mut().enumerate().for_each(|(number, file)| {
            if file.text.length as usize <= larger || file.text.fetch.is_none() {
                return;
            }
            let Some(text) = file.text.here.take() else { return };
            let hash = hash(&text);
            file.text.away = Some(Away { file: FileId(number as u32), hash, changed: self.changed.clone() });
        });
    }

    /// The name of a file that was changed while its text was put away. Nothing that was said of places in it counts.
    pub fn changed(&self) -> Option<&str> {
        self.changed.get().map(String::as_str)
    }

    /// All files, in the order they were taken in.
    pub fn files(&self) -> impl ExactSizeIterator<Item = (FileId, &File)> {
        self.files.iter().enumerate().map(|(i, f)| (FileId(i as u32), f))
    }

    /// The file of an id that this set gave out.
    pub fn file(&self, id: FileId) -> Option<&File> {
        self.files.get(id.0 as usize)
    }

    /// The file in which an offset lies (the offset just past a file's text counts as in it).
    pub fn file_at(&self, offset: u32) -> Option<(FileId, &File)> {
        let next = self.files.partition_point(|f| f.start <= offset);
        let index = next.checked_sub(1)?;
        self.files.get(index).map(|f| (FileId(index as u32), f))
    }

    /// The text of a span; empty when the span is not of this set.
    pub fn text(&self, span: Span) -> &str {
        self.file_at(span.start)
            .and_then(|(_, f)| {
                f.text().get((span.start - f.start) as usize..(span.end.saturating_sub(f.start)) as usize)
            })
            .unwrap_or("")
    }

    /// Where an offset is, for people.
    pub fn position(&self, offset: u32) -> Option<Position> {
        let (file, f) = self.file_at(offset)?;
        let local = offset - f.start;
        let lines = f.lines();
        let line = lines.partition_point(|l| *l <= local).max(1);
        let line_start = lines.get(line - 1).copied().unwrap_or(0);
        let before = f.text().get(line_start as usize..local as usize).unwrap_or("");
        Some(Position { file, line: line as u32, column: before.chars().count() as u32 + 1 })
    }

    /// `path:line` of an offset, as findings print it; empty when the offset is not of this set.
    pub fn place(&self, offset: u32) -> String {
        match self.position(offset) {
            Some(p) => format!("{}:{}", self.file(p.file).map_or(Cow::Borrowed(""), File::shown), p.line),
            None => String::new(),
        }
    }
}

/// A hash by which a text is known again.
fn hash(text: &str) -> u64 {
    FxBuildHasher.hash_one(text)
}

impl File {
    /// The name as people are shown it: with the revision that it was read from, `main:study.staunch`.
    pub fn shown(&self) -> Cow<'_, str> {
        match &self.label {
            Some(label) => Cow::Owned(format!("{label}:{}", self.name)),
            None => Cow::Borrowed(&self.name),
        }
    }

    /// The text, whole.
    pub fn text(&self) -> &str {
        self.text.here.get_or_init(|| Arc::new(self.fetched().unwrap_or_default()))
    }

    /// How long the text is, in bytes.
    pub fn length(&self) -> usize {
        self.text.length as usize
    }

    /// The text of a file that was put away, read once more; none when it is not the same.
    fn fetched(&self) -> Option<String> {
        let (away, fetch) = (self.text.away.as_ref()?, self.text.fetch.as_ref()?);
        let text = fetch.0(away.file).filter(|text| hash(text) == away.hash);
        if text.is_none() {
            let _ = away.changed.set(self.name.clone());
        }
        text
    }

    fn lines(&self) -> &[u32] {
        self.lines.get_or_init(|| {
            let ends = memchr::memchr_iter(b'\n', self.text().as_bytes());
            std::iter::once(0).chain(ends.map(|at| at as u32 + 1)).collect()
        })
    }

    /// How many lines the file has.
    pub fn line_count(&self) -> usize {
        self.lines().len()
    }

    /// The text of a 1-based line without its line end, and the offset within the file at which it begins.
    pub fn line(&self, number: u32) -> Option<(&str, u32)> {
        let index = (number as usize).checked_sub(1)?;
        let start = *self.lines().get(index)?;
        let end = self.lines().get(index + 1).map_or(self.length(), |e| *e as usize);
        self.text().get(start as usize..end).map(|t| (t.trim_end_matches(['\n', '\r']), start))
    }

    /// The span of the whole file.
    pub fn span(&self) -> Span {
        Span::new(self.start, self.start + self.text.length)
    }

    /// The offset within the file at which the 1-based line begins.
    pub fn line_start(&self, number: u32) -> Option<u32> {
        self.lines().get((number as usize).checked_sub(1)?).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two large files and a small one, of which the second has changed when it is fetched.
    fn sources() -> Sources {
        let mut sources = Sources::new();
        let texts = ["party one\n".repeat(20), "party two\n".repeat(20), "party three\n".to_owned()];
        let on_disk = [texts[0].clone(), texts[1].replace("two", "six"), String::new()];
        let fetch = Fetch::by(move |file| on_disk.get(file.0 as usize).cloned());
        for (number, text) in texts.iter().enumerate() {
            let file = sources.add(format!("{number}.staunch"), text.as_str()).unwrap_or(FileId(9));
            sources.can_fetch(file, fetch.clone());
        }
        sources
    }

    #[test]
    fn a_text_that_was_put_away_is_fetched_where_it_is_asked_for() {
        let (before, mut after) = (sources(), sources());
        after.put_away(100);
        assert_eq!(after.text(Span::new(10, 15)), "party");
        for offset in [0, 7, 199, 402, 410] {
            assert_eq!(after.position(offset), before.position(offset));
        }
        let lengths = |s: &Sources| s.files().map(|(_, f)| (f.length(), f.span())).collect::<Vec<_>>();
        assert_eq!(lengths(&after), lengths(&before));
        assert_eq!(after.changed(), None);
        // a copy knows of it too
        let copy = after.clone();
        assert_eq!(copy.text(Span::new(201, 206)), "");
        assert_eq!(after.changed(), Some("1.staunch"));
    }

    #[test]
    fn what_cannot_be_fetched_stays() {
        let mut sources = Sources::new();
        assert!(sources.add("a", "party one\n".repeat(20)).is_ok());
        sources.put_away(0);
        assert_eq!(sources.text(Span::new(0, 9)), "party one");
        assert_eq!(sources.changed(), None);
    }
}
