//! Which rule packs a project adopts: those that come with the program are read here, the project's own must be there.

use std::collections::BTreeMap;

use crate::diagnostic::codes::{files as file_codes, names as codes};
use crate::diagnostic::{Diagnostic, Diagnostics, did_you_mean};
use crate::model::{self, Adopted};
use crate::packs;
use crate::source::{FileId, Sources, Span};
use crate::syntax::intern::Interner;
use crate::syntax::{self, Care, Files};

/// Reads the packs that are adopted by name, and those that they adopt, and adds their trees; gives their files. A pack that is
/// adopted by its path must be one of the project's own files, which are all read already.
pub(super) fn packs(
    read: &mut Files,
    sources: &mut Sources,
    words: &mut Interner,
    files: &[FileId],
    diagnostics: &mut Diagnostics,
) -> Vec<FileId> {
    let own: BTreeMap<String, FileId> =
        files.iter().filter_map(|f| sources.file(*f).map(|file| (file.name.clone(), *f))).collect();
    let mut standard: BTreeMap<&'static str, FileId> = BTreeMap::new();
    let mut order = Vec::new();
    let mut edges: Vec<(FileId, FileId, Span)> = Vec::new();
    let mut looked_at = 0;
    while looked_at < read.trees.len() {
        let fresh = model::adopted(&read.trees[looked_at..], words);
        looked_at = read.trees.len();
        let mut new = Vec::new();
        for pack in fresh {
            let found = match pack {
                Adopted::Pack(by, name, span) => {
                    // that there is no such pack is said by whoever resolves the line
                    let Some(pack) = packs::find(&name) else { continue };
                    let file = match standard.get(pack.name) {
                        Some(file) => *file,
                        None => {
                            let Ok(file) = sources.add(pack.path, pack.text) else { continue };
                            standard.insert(pack.name, file);
                            new.push(file);
                            file
                        }
                    };
                    (by, file, span)
                }
                Adopted::Path(by, path, span) => {
                    let beside = sources.file(by).and_then(|f| beside(&f.name, &path));
                    match beside.and_then(|w| own.get(&w)) {
                        Some(file) => (by, *file, span),
                        None => {
                            not_there(&path, span, &own, diagnostics);
                            continue;
                        }
                    }
                }
            };
            edges.push(found);
        }
        if !new.is_empty() {
            let more = syntax::parse_files(Care::Thorough, sources, &new, words, diagnostics);
            read.trees.extend(more.trees);
            order.extend(new);
        }
    }
    circles(&edges, sources, diagnostics);
    order
}

fn not_there(path: &str, span: Span, own: &BTreeMap<String, FileId>, diagnostics: &mut Diagnostics) {
    let help = diagnostics.heard().then(|| did_you_mean(path, own.keys().map(String::as_str))).flatten();
    diagnostics.push(
        Diagnostic::new(&file_codes::NOT_FOUND, span, format!("`{path}` is none of the project's `.staunch` files"))
            .help(help.unwrap_or_else(|| "put the pack into the project's folder and name it from here".to_owned())),
    );
}

/// Reports every line that closes a circle of files that adopt each other.
fn circles(edges: &[(FileId, FileId, Span)], sources: &Sources, diagnostics: &mut Diagnostics) {
    let mut out: BTreeMap<FileId, Vec<(FileId, Span)>> = BTreeMap::new();
    for (by, file, span) in edges {
        out.entry(*by).or_default().push((*file, *span));
    }
    let name = |f: FileId| sources.file(f).map_or("", |f| f.name.as_str()).to_owned();
    // walked in depth; a line that leads to a file on the way there closes a circle
    let mut done: BTreeMap<FileId, bool> = BTreeMap::new();
    for first in out.keys() {
        if done.contains_key(first) {
            continue;
        }
        done.insert(*first, false);
        let mut way: Vec<(FileId, usize)> = vec![(*first, 0)];
        while let Some((file, next)) = way.last_mut() {
            let (by, edge) = (*file, out.get(file).and_then(|all| all.get(*next)));
            *next += 1;
            let Some((file, span)) = edge else {
                done.insert(by, true);
                way.pop();
                continue;
            };
            match done.get(file) {
                None => {
                    done.insert(*file, false);
                    way.push((*file, 0));
                }
                Some(true) => {}
                Some(false) => {
                    let message = if by == *file {
                        format!("`{}` adopts itself", name(by))
                    } else {
                        format!("`{}` adopts `{}`, which adopts it in turn", name(by), name(*file))
                    };
                    diagnostics.push(
                        Diagnostic::new(&codes::PACK_CIRCLE, *span, message)
                            .label("closes the circle")
                            .help("put what both need into a third file, and let both adopt that"),
                    );
                }
            }
        }
    }
}

/// A path beside a file, `.` and `..` worked out; `None` when it leads out of the project.
fn beside(file: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = file.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    (!path.starts_with('/')).then(|| parts.join("/"))
}
