//! Why a revision cannot be read, and what to do about it.

use std::fmt;

use crate::project::{MOST_FILES, OpenError};

/// Why there is nothing to read of a revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RevisionError {
    /// There is no `git` to read it with.
    NoGit,
    /// The path is in no repository.
    NotARepository(String),
    /// The repository has no working tree, so that paths mean nothing.
    NoWorkingTree(String),
    /// The repository belongs to somebody else, and git will not read it: its path.
    NotTrusted(String),
    /// There is no such revision; with a name that may have been meant.
    Unknown(String, Option<String>),
    /// There is no such revision, and the clone has only a part of the history.
    Shallow(String),
    /// It is the name of something else than a commit.
    NotACommit(String),
    /// It names several revisions.
    Range(String),
    /// Objects of the revision are not in this clone.
    Missing(String),
    /// The revision has more models than are read.
    TooManyFiles(String),
    /// There is nothing at the path that could be read.
    Open(OpenError),
    /// The folder for what is read cannot be made or written; with the reason.
    Disk(String),
    /// Something else that git says.
    Git(String),
}

impl fmt::Display for RevisionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RevisionError::NoGit => write!(f, "a revision is read with `git`, which is not there"),
            RevisionError::NotARepository(path) => write!(f, "`{path}` is not in a git repository"),
            RevisionError::NoWorkingTree(path) => write!(f, "`{path}` is in a git repository without a working tree"),
            RevisionError::NotTrusted(path) => write!(f, "`{path}` belongs to another user, and git does not trust it"),
            RevisionError::Unknown(revision, _) if revision.is_empty() => {
                write!(f, "the name of the revision is empty")
            }
            RevisionError::Unknown(revision, _) => write!(f, "there is no revision `{revision}`"),
            RevisionError::Shallow(revision) => write!(f, "there is no revision `{revision}` in this shallow clone"),
            RevisionError::NotACommit(revision) => write!(f, "`{revision}` is not a commit"),
            RevisionError::Range(revision) => write!(f, "`{revision}` is more than one revision"),
            RevisionError::Missing(revision) => write!(f, "parts of the revision `{revision}` are not in this clone"),
            RevisionError::TooManyFiles(revision) => {
                write!(f, "there are more than {MOST_FILES} `.staunch` files in `{revision}`")
            }
            RevisionError::Open(error) => error.fmt(f),
            RevisionError::Disk(reason) => write!(f, "the temporary folder cannot be written to: {reason}"),
            RevisionError::Git(said) => write!(f, "git could not read the revision: {said}"),
        }
    }
}

impl RevisionError {
    /// What to do about it.
    pub fn help(&self) -> String {
        match self {
            RevisionError::NoGit => "install git, and see that it is found by its name".to_owned(),
            RevisionError::NotARepository(_) => {
                "name a project that is kept in git, or for a revision a folder with the other version".to_owned()
            }
            RevisionError::NoWorkingTree(_) => "name a project in a clone that has its files".to_owned(),
            RevisionError::NotTrusted(path) => {
                format!("if you trust it: `git config --global --add safe.directory '{path}'`")
            }
            RevisionError::Unknown(revision, _) if revision.is_empty() => {
                "name a branch, a tag or a commit; a variable that is not set is empty as well".to_owned()
            }
            RevisionError::Unknown(_, Some(near)) => format!("did you mean `{near}`?"),
            RevisionError::Unknown(_, None) => {
                "name a branch, a tag or a commit; `git branch --all` lists the branches".to_owned()
            }
            RevisionError::Shallow(_) => "fetch the history first: `git fetch --unshallow`, or in a GitHub workflow \
                                          `fetch-depth: 0`, in a GitLab job `GIT_DEPTH: 0`"
                .to_owned(),
            RevisionError::NotACommit(_) => "name a branch, a tag or a commit".to_owned(),
            RevisionError::Range(_) => "name one revision".to_owned(),
            RevisionError::Missing(_) => "the clone is partial or damaged; `git fetch --refetch --no-filter` fetches \
                                          what is missing"
                .to_owned(),
            RevisionError::TooManyFiles(_) => "check one project at a time: name its own folder".to_owned(),
            RevisionError::Open(error) => error.help().to_owned(),
            RevisionError::Disk(_) => "make room there, or name another folder in `TMPDIR`".to_owned(),
            RevisionError::Git(_) => "try `git fsck`, which says what is wrong with a repository".to_owned(),
        }
    }
}

impl std::error::Error for RevisionError {}

impl From<OpenError> for RevisionError {
    fn from(error: OpenError) -> Self {
        RevisionError::Open(error)
    }
}
