//! Names in git, which are bytes, and on the disk.

use std::ffi::{OsStr, OsString};
use std::path::{Component, Path, PathBuf};

/// A name as the system has it; none where it cannot.
pub(super) fn os(name: &[u8]) -> Option<&OsStr> {
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt;
        Some(OsStr::from_bytes(name))
    }
    #[cfg(not(unix))]
    {
        std::str::from_utf8(name).ok().map(OsStr::new)
    }
}

/// A name as git has it; none where it cannot.
pub(super) fn bytes(name: &OsStr) -> Option<&[u8]> {
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt;
        Some(name.as_bytes())
    }
    #[cfg(not(unix))]
    {
        name.to_str().map(str::as_bytes)
    }
}

/// The parts of a path of git's, which stand between slashes.
pub(super) fn parts(path: &[u8]) -> Vec<OsString> {
    path.split(|b| *b == b'/').filter(|p| !p.is_empty()).filter_map(os).map(OsStr::to_owned).collect()
}

/// A path of git's as one below a folder of ours. A repository may be made to hold any name, so none is taken that would lead
/// out of the folder, or to where something else is meant.
pub(super) fn below(path: &[u8]) -> Option<PathBuf> {
    let mut safe = PathBuf::new();
    for part in path.split(|b| *b == b'/') {
        let part = os(part)?;
        let mut components = Path::new(part).components();
        let plain = matches!((components.next(), components.next()), (Some(Component::Normal(p)), None) if p == part);
        let odd = part.eq_ignore_ascii_case(".git")
            || (cfg!(windows) && part.to_string_lossy().contains([':', '"', '<', '>', '|', '?', '*']));
        if !plain || odd {
            return None;
        }
        safe.push(part);
    }
    Some(safe)
}

/// A path of ours as git has it.
pub(super) fn slashed(path: &Path) -> Option<Vec<u8>> {
    let parts: Option<Vec<&[u8]>> = path.components().map(|c| bytes(c.as_os_str())).collect();
    Some(parts?.join(&b'/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_leads_out() {
        for path in ["../a", "a/../b", "/a", "a//b", "", ".", "a/.", "..", ".git/config", "a/.GIT/x"] {
            assert_eq!(below(path.as_bytes()), None, "{path}");
        }
        assert_eq!(below("a/b c.staunch".as_bytes()), Some(PathBuf::from("a").join("b c.staunch")));
        assert_eq!(below("a/..b".as_bytes()), Some(PathBuf::from("a").join("..b")));
        assert_eq!(slashed(&PathBuf::from("a").join("b")), Some(b"a/b".to_vec()));
    }
}
