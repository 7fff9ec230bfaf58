//! Takes what a project reads out of git's objects and puts it into a folder, file by file and only when it is needed.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::command::{Git, not_run};
use super::{RevisionError, names, why};
use crate::project::reader::Supply;
use crate::project::{LARGEST_FILE, MOST_FILES, SETTINGS};

/// How many objects are asked for at a time. What is asked must fit into a pipe, so that neither waits for the other.
const AT_A_TIME: usize = 32;

/// How much text of one revision is written, in bytes: what is more would not be read.
const MOST_TEXT: u64 = u32::MAX as u64;

/// How many names are put beside a file that is not there, for "did you mean".
const NAMES_BESIDE: usize = 1_000;

/// What a name in a revision stands for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// A plain file.
    File,
    /// A folder.
    Folder,
    /// A link, a submodule, or nothing.
    Other,
}

/// One name in a folder of a revision.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) kind: Kind,
    object: String,
}

/// What is in a folder, by name.
pub(super) type Listing = Arc<BTreeMap<Vec<u8>, Entry>>;

/// The objects of a revision, and the folder into which they are put.
#[derive(Debug)]
pub(super) struct Store {
    git: Git,
    revision: String,
    commit: String,
    here: PathBuf,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    listings: HashMap<PathBuf, Listing>,
    sizes: Option<Batch>,
    texts: Option<Batch>,
    /// What was written, by its path on the disk.
    written: HashMap<PathBuf, String>,
    /// Files that are there for their names alone.
    names_only: HashSet<PathBuf>,
    text: u64,
    /// The first thing that went wrong where nobody could be told.
    failed: Option<RevisionError>,
}

impl Store {
    /// The objects of a commit, for a folder that is there.
    pub(super) fn new(git: Git, revision: &str, commit: &str, here: &Path) -> Store {
        let (revision, commit) = (revision.to_owned(), commit.to_owned());
        Store { git, revision, commit, here: here.to_path_buf(), state: Mutex::default() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is in a folder of the revision; nothing when it is not there.
    pub(super) fn listing(&self, folder: &Path) -> Result<Listing, RevisionError> {
        if let Some(listing) = self.state().listings.get(folder) {
            return Ok(listing.clone());
        }
        let mut listing = BTreeMap::new();
        let mut within = names::slashed(folder).unwrap_or_default();
        if !within.is_empty() {
            within.push(b'/');
        }
        self.list(&within, false, |path, entry| {
            if let Some(name) = path.strip_prefix(within.as_slice()) {
                listing.insert(name.to_vec(), entry);
            }
            true
        })?;
        let listing = Arc::new(listing);
        self.state().listings.insert(folder.to_path_buf(), listing.clone());
        Ok(listing)
    }

    /// Goes through what is in a folder (`a/b/`), and below, for as long as it is wanted.
    fn list(
        &self,
        within: &[u8],
        below: bool,
        mut take: impl FnMut(&[u8], Entry) -> bool,
    ) -> Result<(), RevisionError> {
        // complaints go into a file: a second pipe that nobody reads could fill up
        let mut said = tempfile::tempfile().map_err(|e| RevisionError::Disk(why(&e)))?;
        let complaints = said.try_clone().map_err(|e| RevisionError::Disk(why(&e)))?;
        let mut command = self.git.command(["ls-tree", "-z", "--full-tree"]);
        if below {
            command.arg("-r");
        }
        command.args(["--end-of-options", &self.commit]);
        if let Some(within) = names::os(within).filter(|w| !w.is_empty()) {
            command.arg("--").arg(within);
        }
        let mut child = command.stdout(Stdio::piped()).stderr(complaints).spawn().map_err(|e| not_run(&e))?;
        let mut out = BufReader::new(child.stdout.take().ok_or_else(|| self.silent())?);
        let mut line = Vec::new();
        loop {
            line.clear();
            let read = out.read_until(0, &mut line).map_err(|e| RevisionError::Git(why(&e)))?;
            if read == 0 {
                break;
            }
            if let Some((path, entry)) = entry(&line)
                && !take(path, entry)
            {
                let _ = child.kill();
                let _ = child.wait();
                return Ok(());
            }
        }
        if child.wait().is_ok_and(|s| s.success()) {
            return Ok(());
        }
        let mut complaint = Vec::new();
        let read = said.rewind().and_then(|()| said.take(LARGEST_FILE).read_to_end(&mut complaint));
        // what a tree is made of is an object, too, and may be missing
        let lost =
            ["not a tree object", "Could not read", "could not fetch", "lazy fetching disabled", "unable to read"];
        let text = String::from_utf8_lossy(&complaint);
        if read.is_ok() && lost.iter().any(|l| text.contains(l)) {
            return Err(RevisionError::Missing(self.revision.clone()));
        }
        Err(self.git.complaint(&complaint))
    }

    /// Puts every model at a folder and below where it will be found, and the `.gitignore` files that say which count.
    pub(super) fn bring_models(&self, root: &Path) -> Result<(), RevisionError> {
        let mut within = names::slashed(root).unwrap_or_default();
        if !within.is_empty() {
            within.push(b'/');
        }
        let (mut wanted, mut models) = (Vec::new(), 0);
        self.list(&within, true, |path, entry| {
            let Some(inside) = path.strip_prefix(within.as_slice()) else { return true };
            let name = inside.rsplit(|b| *b == b'/').next().unwrap_or(inside);
            // what lies in a hidden folder is no part of a project
            let hidden = inside.starts_with(b".") || inside.windows(2).any(|w| w == b"/.");
            let model = !hidden && name.ends_with(b".staunch");
            if entry.kind == Kind::File && (model || name == b".gitignore") {
                models += usize::from(model);
                wanted.extend(names::below(path).map(|p| (p, entry.object)));
            }
            models <= MOST_FILES
        })?;
        if models > MOST_FILES {
            return Err(RevisionError::TooManyFiles(self.revision.clone()));
        }
        self.bring_all(&wanted)
    }

    /// Puts one file where it will be found, if the revision has it.
    pub(super) fn bring_one(&self, path: &Path) -> Result<(), RevisionError> {
        let (Some(folder), Some(name)) = (path.parent(), path.file_name().and_then(names::bytes)) else {
            return Ok(());
        };
        match self.listing(folder)?.get(name) {
            Some(entry) if entry.kind == Kind::File => self.bring_all(&[(path.to_path_buf(), entry.object.clone())]),
            Some(entry) if entry.kind == Kind::Folder => self.folder(path),
            _ => Ok(()),
        }
    }

    /// Puts an empty file of that name there.
    pub(super) fn name_only(&self, path: &Path) -> Result<(), RevisionError> {
        let path = self.here.join(path);
        match File::create_new(&path) {
            Ok(_) => {
                self.state().names_only.insert(path);
                Ok(())
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
            Err(error) => Err(RevisionError::Disk(why(&error))),
        }
    }

    /// Makes a folder.
    pub(super) fn folder(&self, path: &Path) -> Result<(), RevisionError> {
        fs::create_dir_all(self.here.join(path)).map_err(|e| RevisionError::Disk(why(&e)))
    }

    fn bring_all(&self, wanted: &[(PathBuf, String)]) -> Result<(), RevisionError> {
        let mut state = self.state();
        for some in wanted.chunks(AT_A_TIME) {
            let some: Vec<(PathBuf, &str)> = some.iter().map(|(p, o)| (self.here.join(p), o.as_str())).collect();
            let some: Vec<_> = some.into_iter().filter(|(path, _)| !state.written.contains_key(path)).collect();
            let sizes = self.sizes(&mut state, &some)?;
            let mut fits = Vec::with_capacity(some.len());
            for ((path, object), size) in some.into_iter().zip(sizes) {
                let fitting = size <= LARGEST_FILE && state.text.saturating_add(size) <= MOST_TEXT;
                let file = self.new_file(&mut state, &path)?;
                state.written.insert(path, object.to_owned());
                if fitting {
                    state.text += size;
                    fits.push((file, object));
                } else {
                    // a hole of that size: whoever reads it says that it is too large
                    file.set_len(size.min(LARGEST_FILE + 1)).map_err(|e| RevisionError::Disk(why(&e)))?;
                }
            }
            self.texts(&mut state, fits)?;
        }
        Ok(())
    }

    /// How large objects are.
    fn sizes(&self, state: &mut State, wanted: &[(PathBuf, &str)]) -> Result<Vec<u64>, RevisionError> {
        let batch = Batch::of(&self.git, "--batch-check", &mut state.sizes)?;
        batch.request(wanted.iter().map(|(_, object)| *object)).map_err(|_| self.silent())?;
        wanted.iter().map(|_| batch.header().ok_or_else(|| self.silent())).collect()
    }

    /// A file that was not there before, except for its name.
    fn new_file(&self, state: &mut State, path: &Path) -> Result<File, RevisionError> {
        let failed = |e| RevisionError::Disk(why(&e));
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(failed)?;
        }
        if state.names_only.remove(path) {
            fs::remove_file(path).map_err(failed)?;
        }
        File::create_new(path).map_err(failed)
    }

    /// Writes objects into files.
    fn texts(&self, state: &mut State, wanted: Vec<(File, &str)>) -> Result<(), RevisionError> {
        let batch = Batch::of(&self.git, "--batch", &mut state.texts)?;
        batch.request(wanted.iter().map(|(_, object)| *object)).map_err(|_| self.silent())?;
        for (mut file, _) in wanted {
            let size = batch.header().ok_or_else(|| self.silent())?;
            let mut text = Vec::new();
            // an end of line follows
            let read = (&mut batch.output).take(size.saturating_add(1)).read_to_end(&mut text);
            if read.is_err() || text.pop() != Some(b'\n') || text.len() as u64 != size {
                return Err(self.silent());
            }
            file.write_all(&text).map_err(|e| RevisionError::Disk(why(&e)))?;
        }
        Ok(())
    }

    /// Git stopped in the middle, as it does when an object is missing or damaged.
    fn silent(&self) -> RevisionError {
        RevisionError::Missing(self.revision.clone())
    }

    /// Ends the programs that were started, and says what went wrong on the way.
    pub(super) fn finish(&self) -> Result<(), RevisionError> {
        let mut state = self.state();
        (state.sizes, state.texts) = (None, None);
        state.listings = HashMap::new();
        state.failed.take().map_or(Ok(()), Err)
    }

    /// Puts the file that is named where it will be read, or, where there is none, the names beside it.
    fn bring_named(&self, path: &Path) -> Result<(), RevisionError> {
        let Some(inside) = path.strip_prefix(&self.here).ok().filter(|p| p.file_name().is_some()) else {
            return Ok(());
        };
        self.bring_one(inside)?;
        let Some(folder) = inside.parent().filter(|f| path.symlink_metadata().is_err() && self.here.join(f).is_dir())
        else {
            return Ok(());
        };
        for (name, entry) in self.listing(folder)?.iter().take(NAMES_BESIDE) {
            if let Some(name) = names::below(name).filter(|n| entry.kind == Kind::File && n != Path::new(SETTINGS)) {
                self.name_only(&folder.join(name))?;
            }
        }
        Ok(())
    }
}

impl Supply for Store {
    fn bring(&self, path: &Path) {
        if let Err(error) = self.bring_named(path) {
            self.state().failed.get_or_insert(error);
        }
    }

    fn again(&self, path: &Path) -> Option<String> {
        let object = self.state().written.get(path).cloned()?;
        String::from_utf8(self.git.ask(["cat-file", "blob", &object]).ok()?).ok()
    }
}

/// A line of `git ls-tree`: mode, type, object, a tab, the path, and a zero.
fn entry(line: &[u8]) -> Option<(&[u8], Entry)> {
    let line = line.strip_suffix(b"\0").unwrap_or(line);
    let tab = line.iter().position(|b| *b == b'\t')?;
    let (about, path) = (std::str::from_utf8(line.get(..tab)?).ok()?, line.get(tab + 1..)?);
    let mut words = about.split_ascii_whitespace();
    let (mode, _, object) = (words.next()?, words.next()?, words.next()?);
    let kind = match mode {
        "040000" => Kind::Folder,
        mode if mode.starts_with("100") => Kind::File,
        _ => Kind::Other,
    };
    Some((path, Entry { kind, object: object.to_owned() }))
}

/// A `git cat-file` that answers for one object after the other.
#[derive(Debug)]
struct Batch {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Batch {
    /// The one that runs already, or a new one.
    fn of<'s>(git: &Git, how: &str, slot: &'s mut Option<Batch>) -> Result<&'s mut Batch, RevisionError> {
        let batch = match slot.take() {
            Some(batch) => batch,
            None => {
                let mut command = git.command(["cat-file", how]);
                command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
                let mut child = command.spawn().map_err(|e| not_run(&e))?;
                let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
                    return Err(RevisionError::Git("it cannot be talked to".to_owned()));
                };
                Batch { child, input, output: BufReader::new(output) }
            }
        };
        Ok(slot.insert(batch))
    }

    fn request<'o>(&mut self, objects: impl Iterator<Item = &'o str>) -> io::Result<()> {
        let lines: String = objects.map(|o| format!("{o}\n")).collect();
        self.input.write_all(lines.as_bytes())?;
        self.input.flush()
    }

    /// The size of the next object; none when it is missing.
    fn header(&mut self) -> Option<u64> {
        let mut line = Vec::new();
        // a line is no longer than this unless something is wrong
        (&mut self.output).take(1024).read_until(b'\n', &mut line).ok()?;
        let line = std::str::from_utf8(&line).ok()?.trim_end();
        let mut words = line.split(' ');
        let (_, kind, size) = (words.next()?, words.next()?, words.next()?);
        size.parse().ok().filter(|_| kind == "blob")
    }
}

impl Drop for Batch {
    fn drop(&mut self) {
        // nothing is lost by stopping what only reads
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
