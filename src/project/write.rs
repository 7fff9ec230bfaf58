//! Writes files whole or not at all.

use std::io::{self, Write};
use std::path::Path;

/// Writes a file so that nobody ever sees half of it: into a new file beside it, which then takes its name. An existing
/// file keeps its permissions, and a link stays a link. What is no file, such as a pipe or a terminal, is written to as it is,
/// since another file in its place would be no pipe any more.
///
/// # Errors
/// When the folder cannot be written to or the disk is full; the old file is as it was then.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let target = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    let folder = match target.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let there = target.metadata().ok();
    if there.as_ref().is_some_and(|m| !m.is_file() && !m.is_dir()) {
        return std::fs::OpenOptions::new().write(true).open(path)?.write_all(bytes);
    }
    let before = there.map(|m| m.permissions());
    if before.as_ref().is_some_and(|p| p.readonly()) {
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, "the file is read-only"));
    }
    let mut builder = tempfile::Builder::new();
    builder.prefix(".staunch-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // what any new file gets; the system takes away what the user's mask says
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    if let Some(permissions) = before {
        file.as_file().set_permissions(permissions)?;
    }
    file.persist(&target).map_err(|e| e.error)?;
    Ok(())
}
