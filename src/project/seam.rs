//! Where reading files meets reading what they say.

use crate::diagnostic::Diagnostics;
use crate::source::{FileId, Sources, Span};
use crate::vocabulary::{Settings, Vocabulary};

/// What `staunch.yaml` says.
pub(super) fn settings(_file: FileId, _sources: &Sources, _diagnostics: &mut Diagnostics) -> Settings {
    Settings::default()
}

/// The standard words and those of the project's files.
pub(super) fn words(_files: &[FileId], _sources: &Sources, _diagnostics: &mut Diagnostics) -> Vocabulary {
    Vocabulary::default()
}

/// The texts that notices name: the file that does, the path as said, and where it is said.
pub(super) fn notice_files(_files: &[FileId], _sources: &Sources) -> Vec<(FileId, String, Span)> {
    Vec::new()
}
