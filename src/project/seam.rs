//! Where reading files meets reading what they say.

use crate::diagnostic::Diagnostics;
use crate::model::{NoticeRef, notice_files as named};
use crate::source::{FileId, Sources, Span};
use crate::syntax::{self, intern::Interner};
use crate::vocabulary::{self, Settings, TableName, Vocabulary};

/// What `staunch.yaml` says.
pub(super) fn settings(file: FileId, sources: &Sources, diagnostics: &mut Diagnostics) -> Settings {
    vocabulary::read_settings(file, sources, diagnostics)
}

/// The project's own rows of tables, put into its settings.
pub(super) fn tables(
    settings: &mut Settings,
    files: &[(TableName, FileId)],
    sources: &Sources,
    diagnostics: &mut Diagnostics,
) {
    vocabulary::read_tables(&mut settings.tables, files, sources, diagnostics);
}

/// The standard words and those of the project's files.
pub(super) fn words(files: &[FileId], sources: &Sources, diagnostics: &mut Diagnostics) -> Vocabulary {
    vocabulary::read(vocabulary::standard(), files, sources, diagnostics)
}

/// The texts that notices name: the file that does, the path as said, and where it is said.
pub(super) fn notice_files(files: &[FileId], sources: &Sources) -> Vec<(FileId, String, Span)> {
    // what is wrong with the text is said when it is judged; here only the paths matter
    let (mut words, mut ignored) = (Interner::new(), Diagnostics::new());
    let mut all = Vec::new();
    for file in files {
        let Some(text) = sources.file(*file) else { continue };
        // a file that declares no notice names none, and need not be parsed twice
        if !may_declare_notice(text.text()) {
            continue;
        }
        let tree = syntax::parse(text.text(), text.start, &mut words, &mut ignored).tree;
        all.extend(named(&[(*file, tree)]).into_iter().map(|NoticeRef { file, path, span }| (file, path, span)));
    }
    all
}

/// Whether `notice` stands in a text as a word of its own with something behind it on its line, as where one is declared.
fn may_declare_notice(text: &str) -> bool {
    let word = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    memchr::memmem::find_iter(text.as_bytes(), "notice").any(|at| {
        let before = at.checked_sub(1).and_then(|i| text.as_bytes().get(i));
        let after = text.as_bytes().get(at + "notice".len());
        before.is_none_or(|b| !word(*b)) && after.is_some_and(|b| matches!(b, b' ' | b'\t'))
    })
}
