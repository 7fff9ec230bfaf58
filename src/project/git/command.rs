//! Runs `git`, which reads the repository for us and changes nothing in it.

use std::ffi::{OsStr, OsString};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use super::RevisionError;
use super::names;
use crate::diagnostic::nearest;

/// What a hook or a person sets for git, and what would lead ours elsewhere or give its arguments another meaning.
const ELSEWHERE: [&str; 14] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_PREFIX",
    "GIT_COMMON_DIR",
    "GIT_NAMESPACE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_SHALLOW_FILE",
    "GIT_GRAFT_FILE",
    "GIT_LITERAL_PATHSPECS",
    "GIT_GLOB_PATHSPECS",
    "GIT_NOGLOB_PATHSPECS",
    "GIT_ICASE_PATHSPECS",
];

/// How many names of branches and tags are looked at for "did you mean".
const NAMES_LOOKED_AT: usize = 10_000;

/// Git in a folder.
#[derive(Debug, Clone)]
pub(super) struct Git {
    folder: PathBuf,
}

impl Git {
    /// Git in a folder that is there.
    pub(super) fn at(folder: &Path) -> Git {
        Git { folder: folder.to_path_buf() }
    }

    /// A command of git's: it takes no locks, fetches nothing, asks nobody, and speaks English.
    pub(super) fn command<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Command {
        let mut command = Command::new("git");
        for name in ELSEWHERE {
            command.env_remove(name);
        }
        command
            .env("GIT_OPTIONAL_LOCKS", "0")
            .env("GIT_NO_LAZY_FETCH", "1")
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("LC_ALL", "C")
            .arg("-C")
            .arg(&self.folder)
            .args(["-c", "core.fsmonitor=false", "-c", "core.quotepath=off"])
            .args(["--no-pager", "--literal-pathspecs"])
            .args(arguments)
            .stdin(Stdio::null());
        command
    }

    fn run<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Result<Output, RevisionError> {
        self.command(arguments).output().map_err(|e| not_run(&e))
    }

    /// What git writes.
    ///
    /// # Errors
    /// What it complains of.
    pub(super) fn ask<S: AsRef<OsStr>>(
        &self,
        arguments: impl IntoIterator<Item = S>,
    ) -> Result<Vec<u8>, RevisionError> {
        let output = self.run(arguments)?;
        if output.status.success() { Ok(output.stdout) } else { Err(self.complaint(&output.stderr)) }
    }

    /// What a complaint of git's comes to.
    pub(super) fn complaint(&self, said: &[u8]) -> RevisionError {
        let said = String::from_utf8_lossy(said);
        let shown = || self.folder.display().to_string();
        if said.contains("dubious ownership") {
            let repository = said.split_once("repository at '").and_then(|(_, rest)| rest.split_once('\''));
            return RevisionError::NotTrusted(repository.map_or_else(shown, |(path, _)| path.to_owned()));
        }
        if said.contains("not a git repository") {
            return RevisionError::NotARepository(shown());
        }
        if said.contains("must be run in a work tree") {
            return RevisionError::NoWorkingTree(shown());
        }
        let line = said.lines().find_map(|l| l.strip_prefix("fatal: ").or_else(|| l.strip_prefix("error: ")));
        RevisionError::Git(line.or_else(|| said.lines().next()).unwrap_or("it does not say why").trim().to_owned())
    }

    /// The folder of the working tree.
    pub(super) fn top(&self) -> Result<PathBuf, RevisionError> {
        let top = self.ask(["rev-parse", "--show-toplevel"])?;
        let top = names::os(without_end(&top)).map(PathBuf::from);
        top.ok_or_else(|| RevisionError::Git("the name of the repository's folder cannot be read".to_owned()))
    }

    /// The parts of the way from there to this folder.
    pub(super) fn prefix(&self) -> Result<Vec<OsString>, RevisionError> {
        let prefix = self.ask(["rev-parse", "--show-prefix"])?;
        Ok(names::parts(without_end(&prefix)))
    }

    /// The commit that a revision names.
    pub(super) fn commit(&self, revision: &str) -> Result<String, RevisionError> {
        if revision.contains('\0') || revision.is_empty() {
            return Err(RevisionError::Unknown(revision.replace('\0', ""), None));
        }
        match self.verified(revision)? {
            // peeled in a second step, since `:/words` takes all that follows for words
            Some(object) => match self.verified(&format!("{object}^{{commit}}"))? {
                Some(commit) => Ok(commit),
                // a name that is given in full counts as found even where there is no such object
                None if revision.eq_ignore_ascii_case(&object) => Err(self.unknown(revision)?),
                None => Err(RevisionError::NotACommit(revision.to_owned())),
            },
            None if revision.contains("..") => Err(RevisionError::Range(revision.to_owned())),
            None => Err(self.unknown(revision)?),
        }
    }

    /// The one object that a name stands for.
    fn verified(&self, name: &str) -> Result<Option<String>, RevisionError> {
        let output = self.run(["rev-parse", "--verify", "--quiet", "--end-of-options", name])?;
        let object = String::from_utf8_lossy(without_end(&output.stdout)).into_owned();
        let one = output.status.success() && !object.is_empty() && object.bytes().all(|b| b.is_ascii_hexdigit());
        Ok(one.then_some(object))
    }

    fn unknown(&self, revision: &str) -> Result<RevisionError, RevisionError> {
        let names =
            self.ask(["for-each-ref", "--format=%(refname:short)", "refs/heads", "refs/tags", "refs/remotes"])?;
        let names = String::from_utf8_lossy(&names).into_owned();
        let names: Vec<&str> = names.lines().take(NAMES_LOOKED_AT).collect();
        // what is meant by `main~2` is `main`, and on a build server it may only be there as `origin/main`
        let stem_ends = revision.find(['~', '^', '@', ':']).unwrap_or(revision.len());
        let (stem, tail) = revision.split_at(stem_ends);
        let remote = names.iter().find(|n| n.split_once('/').is_some_and(|(_, branch)| branch == stem));
        if let Some(name) = remote.filter(|_| !names.contains(&stem)) {
            return Ok(RevisionError::Unknown(revision.to_owned(), Some(format!("{name}{tail}"))));
        }
        if without_end(&self.ask(["rev-parse", "--is-shallow-repository"])?) == b"true" {
            return Ok(RevisionError::Shallow(revision.to_owned()));
        }
        let near = nearest(stem, names.into_iter().chain(["HEAD"]));
        Ok(RevisionError::Unknown(revision.to_owned(), near.map(|n| format!("{n}{tail}"))))
    }
}

/// Why git was not even started.
pub(super) fn not_run(error: &io::Error) -> RevisionError {
    match error.kind() {
        ErrorKind::NotFound => RevisionError::NoGit,
        _ => RevisionError::Git(super::why(error)),
    }
}

/// What was written, without the end of its last line.
fn without_end(bytes: &[u8]) -> &[u8] {
    let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    bytes.strip_suffix(b"\r").unwrap_or(bytes)
}
