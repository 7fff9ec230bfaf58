//! Waits until something in a project changes.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use notify::event::{AccessKind, AccessMode, Event, EventKind, ModifyKind};
use notify::{Config, RecommendedWatcher, RecursiveMode, Watcher};

use super::{Loaded, SETTINGS, looks_like_settings};

/// How long nothing must happen before a change counts as done: an editor writes a file in several steps.
const QUIET: Duration = Duration::from_millis(100);

/// For how long a change is waited for at the most to be done.
const LONGEST: Duration = Duration::from_secs(2);

/// Watches the folder of a project.
#[derive(Debug)]
pub struct Watch {
    root: PathBuf,
    events: Receiver<notify::Result<Event>>,
    // watches for as long as it is kept
    _watcher: RecommendedWatcher,
}

impl Watch {
    /// Watches a folder, given by its real path, and all below.
    ///
    /// # Errors
    /// The system's reason.
    pub fn of(root: &Path) -> Result<Watch, String> {
        let (sender, events) = channel();
        let config = Config::default().with_follow_symlinks(false);
        let watcher = RecommendedWatcher::new(sender, config).and_then(|mut watcher| {
            watcher.watch(root, RecursiveMode::Recursive)?;
            Ok(watcher)
        });
        let watcher = watcher.map_err(|error| match error.kind {
            notify::ErrorKind::Io(error) => super::reader::reason(&error),
            notify::ErrorKind::MaxFilesWatch => "the system does not watch that many folders at once".to_owned(),
            _ => error.to_string().to_lowercase(),
        })?;
        Ok(Watch { root: root.to_path_buf(), events, _watcher: watcher })
    }

    /// The folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Waits until something happens that may concern the project as it was seen last. Whether it does is found out by
    /// reading it again. Tells whether the folder itself is still the one that is watched.
    pub fn wait(&self, seen: &Seen) -> bool {
        let mut same = true;
        while let Ok(event) = self.events.recv() {
            same &= !self.took_folder_away(&event);
            if !same || self.concerns(&event, seen) {
                break;
            }
        }
        let begun = Instant::now();
        while begun.elapsed() < LONGEST
            && let Ok(event) = self.events.recv_timeout(QUIET)
        {
            same &= !self.took_folder_away(&event);
        }
        same
    }

    /// Whether the folder itself was removed or has another name: nothing more is heard of it then.
    fn took_folder_away(&self, event: &notify::Result<Event>) -> bool {
        let gone = |e: &Event| matches!(e.kind, EventKind::Remove(_) | EventKind::Modify(ModifyKind::Name(_)));
        event.as_ref().is_ok_and(|e| gone(e) && e.paths.contains(&self.root))
    }

    fn concerns(&self, event: &notify::Result<Event>, seen: &Seen) -> bool {
        // what is not known may be anything
        let Ok(event) = event else { return true };
        let only_read = matches!(event.kind, EventKind::Access(kind) if kind != AccessKind::Close(AccessMode::Write));
        !only_read
            && (event.need_rescan() || event.paths.is_empty() || event.paths.iter().any(|p| self.touches(p, seen)))
    }

    fn touches(&self, path: &Path, seen: &Seen) -> bool {
        let Ok(inside) = path.strip_prefix(&self.root) else { return true };
        if inside.starts_with(".git") {
            return false;
        }
        let name = inside.file_name().and_then(|n| n.to_str()).unwrap_or_default();
        let model = inside.extension().is_some_and(|e| e == "staunch");
        let settings = name == SETTINGS || name == ".gitignore" || looks_like_settings(name);
        // a folder that comes or goes takes its files with it
        let shown = inside.components().map(|c| c.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/");
        let known =
            seen.files.keys().any(|f| f.strip_prefix(&shown).is_some_and(|r| r.is_empty() || r.starts_with('/')));
        // where something is missing any file may be it
        model || settings || known || seen.wanting || shown.is_empty() || path.is_dir()
    }
}

/// What was read of a project, so that what has changed since can be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    files: BTreeMap<String, u64>,
    said: u64,
    wanting: bool,
}

impl Seen {
    /// What was read.
    pub fn of(loaded: &Loaded) -> Seen {
        let hash = |text: &dyn Fn(&mut DefaultHasher)| {
            let mut hasher = DefaultHasher::new();
            text(&mut hasher);
            hasher.finish()
        };
        let files = loaded.sources.files().map(|(_, f)| (f.name.clone(), hash(&|h| f.text().hash(h)))).collect();
        let messages = loaded.diagnostics.sorted();
        let said = hash(&|h| messages.iter().for_each(|d| d.message.hash(h)));
        Seen { files, said, wanting: loaded.diagnostics.has_errors() }
    }

    /// What has changed since, in words: `changed: a.staunch`, `new: b.staunch`; nothing when all is as it was.
    pub fn changes(&self, now: &Seen) -> Vec<String> {
        let mut changes = Vec::new();
        for (what, from, to) in [("new", now, self), ("gone", self, now)] {
            let files = from.files.keys().filter(|f| !to.files.contains_key(*f));
            changes.extend(files.map(|f| format!("{what}: {f}")));
        }
        let changed = now.files.iter().filter(|(f, hash)| self.files.get(*f).is_some_and(|before| before != *hash));
        changes.extend(changed.map(|(f, _)| format!("changed: {f}")));
        if changes.is_empty() && self.said != now.said {
            changes.push("changed: what can be read".to_owned());
        }
        changes.sort();
        changes
    }
}
