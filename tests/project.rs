//! Reading projects from the disk: what is found, in which order, and what is said of what cannot be read.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods)] // tests make the files that they read

mod support;

use std::fs;
use std::path::Path;

use staunch::diagnostic::Diagnostic;
use staunch::project::{self, Loaded, OpenError, Reader};
use staunch::source::Span;
use support::folder;

fn names(loaded: &Loaded) -> Vec<String> {
    loaded.staunch_files.iter().map(|f| loaded.sources.file(*f).unwrap().name.clone()).collect()
}

fn codes(loaded: &Loaded) -> Vec<&'static str> {
    loaded.diagnostics.sorted().iter().map(|d| d.code.id).collect()
}

/// `path:line:column: code: message`, as the outputs show it.
fn said(loaded: &Loaded) -> Vec<String> {
    let place = |d: &Diagnostic| {
        let p = loaded.sources.position(d.span.start).unwrap();
        format!("{}:{}:{}", loaded.sources.file(p.file).unwrap().name, p.line, p.column)
    };
    loaded.diagnostics.sorted().iter().map(|d| format!("{}: {}: {}", place(d), d.code.id, d.message)).collect()
}

const MODEL: &str = "party a \"A\" { kind charity }\n";

#[test]
fn files_are_found_below_in_order_without_hidden_and_ignored_ones() {
    let f = folder(&[
        ("b.staunch", MODEL),
        ("a/z.staunch", MODEL),
        ("a.staunch", MODEL),
        ("B.staunch", MODEL),
        (".hidden/x.staunch", MODEL),
        (".x.staunch", MODEL),
        ("out/x.staunch", MODEL),
        ("notes.md", ""),
        (".gitignore", "out/\n"),
    ]);
    let loaded = project::open(f.path()).unwrap();
    assert_eq!(names(&loaded), ["B.staunch", "a.staunch", "a/z.staunch", "b.staunch"]);
    assert!(loaded.diagnostics.is_empty());
}

/// Some keep all of their home folder in git and ignore everything there.
#[test]
fn what_stands_above_the_repository_or_the_project_ignores_nothing() {
    let f = folder(&[
        (".gitignore", "*\n"),
        ("plain/staunch.yaml", ""),
        ("plain/a.staunch", MODEL),
        ("repository/.git/HEAD", ""),
        ("repository/.gitignore", "out/\n"),
        ("repository/study/staunch.yaml", ""),
        ("repository/study/b.staunch", MODEL),
        ("repository/study/out/c.staunch", MODEL),
    ]);
    assert_eq!(names(&project::open(&f.path().join("plain")).unwrap()), ["a.staunch"]);
    assert_eq!(names(&project::open(&f.path().join("repository/study")).unwrap()), ["b.staunch"]);
}

#[test]
fn a_project_begins_where_its_settings_are() {
    let f = folder(&[("staunch.yaml", "name: Study\n"), ("a/deep/x.staunch", MODEL), ("y.staunch", MODEL)]);
    let loaded = project::open(&f.path().join("a/deep")).unwrap();
    assert_eq!(names(&loaded), ["a/deep/x.staunch", "y.staunch"]);
    let loaded = project::open(&f.path().join("a/deep/x.staunch")).unwrap();
    assert_eq!(names(&loaded), ["a/deep/x.staunch"]);
    let models = project::models(&f.path().join("a")).unwrap();
    assert_eq!(models.files.len(), 1);
}

#[test]
fn a_path_that_is_nothing_is_told() {
    let f = folder(&[("notes.md", "")]);
    assert!(matches!(project::open(&f.path().join("nothing")), Err(OpenError::NotFound(_))));
    assert!(matches!(project::open(&f.path().join("notes.md")), Err(OpenError::NotAModel(_))));
    assert!(project::open(f.path()).unwrap().staunch_files.is_empty());
}

#[test]
fn what_is_not_text_is_told_with_all_the_rest_in_one_run() {
    let f = folder(&[("good.staunch", MODEL), ("staunch.yml", "")]);
    fs::write(f.path().join("latin.staunch"), b"party a \"A\" { }\nparty caf\xe9 {}\n").unwrap();
    fs::write(f.path().join("utf16.staunch"), b"\xff\xfep\0a\0").unwrap();
    fs::write(f.path().join("zip.staunch"), b"PK\x03\x04\0\0\xfe\xff\0").unwrap();
    let loaded = project::open(f.path()).unwrap();
    assert_eq!(names(&loaded), ["good.staunch"]);
    assert_eq!(
        said(&loaded),
        [
            "latin.staunch:2:10: E0702: `latin.staunch` is not UTF-8 text (line 2)",
            "utf16.staunch:1:1: E0702: `utf16.staunch` is not UTF-8 text (line 1)",
            "zip.staunch:1:7: E0702: `zip.staunch` is not UTF-8 text (line 1)",
            "staunch.yml:1:1: W0701: `staunch.yml` is not read",
        ]
    );
    let help = |name: &str| {
        let all = loaded.diagnostics.sorted();
        all.iter().find(|d| d.message.contains(name)).and_then(|d| d.help.clone()).unwrap()
    };
    assert!(help("utf16").contains("UTF-16"));
    assert!(help("zip").contains("does not look like text"));
}

#[test]
fn a_byte_order_mark_and_windows_line_ends_leave_places_right() {
    let f = folder(&[("a.staunch", "\u{feff}party a {}\r\nparty b {}\r\n")]);
    let loaded = project::open(f.path()).unwrap();
    let file = loaded.sources.file(loaded.staunch_files[0]).unwrap();
    let at = file.text().find("party b").unwrap() as u32;
    let place = loaded.sources.position(file.start + at).unwrap();
    assert_eq!((place.line, place.column), (2, 1));
}

#[test]
fn a_huge_file_is_not_read() {
    let f = folder(&[]);
    // a file with a hole: large by its length, small on the disk
    fs::File::create(f.path().join("huge.staunch")).unwrap().set_len(100 * 1024 * 1024).unwrap();
    let loaded = project::open(f.path()).unwrap();
    assert_eq!(said(&loaded), ["huge.staunch:1:1: E0703: `huge.staunch` is larger than 64 MB"]);
    assert!(loaded.staunch_files.is_empty());
}

#[cfg(unix)]
#[test]
fn links_are_followed_within_the_project_only() {
    use std::os::unix::fs::symlink;
    let elsewhere = folder(&[("secret.staunch", MODEL), ("more/x.staunch", MODEL)]);
    let f = folder(&[("real.staunch", MODEL), ("d/inner.staunch", MODEL), ("text.txt", MODEL)]);
    let link = |to: &Path, name: &str| symlink(to, f.path().join(name)).unwrap();
    link(Path::new("real.staunch"), "again.staunch");
    link(Path::new("text.txt"), "text.staunch");
    link(&elsewhere.path().join("secret.staunch"), "out.staunch");
    link(&elsewhere.path().join("more"), "outside");
    link(Path::new("nothing"), "broken.staunch");
    link(Path::new("loop.staunch"), "loop.staunch");
    link(Path::new(".."), "d/up");
    link(f.path(), "d/round");
    let loaded = project::open(f.path()).unwrap();
    assert_eq!(names(&loaded), ["d/inner.staunch", "real.staunch", "text.staunch"]);
    let mut all = said(&loaded);
    all.sort();
    assert_eq!(
        all,
        [
            "broken.staunch:1:1: E0706: `broken.staunch` is a link to a file that is not there",
            "loop.staunch:1:1: E0708: `loop.staunch` is a link that leads back to itself",
            "out.staunch:1:1: E0705: `out.staunch` is a link that leads out of the project",
            "outside:1:1: W0702: `outside` leads out of the project and is not read",
        ]
    );
}

#[cfg(unix)]
#[test]
fn a_pipe_does_not_keep_us_waiting() {
    let f = folder(&[]);
    let made = std::process::Command::new("mkfifo").arg(f.path().join("pipe.staunch")).status();
    if made.is_ok_and(|s| s.success()) {
        assert_eq!(codes(&project::open(f.path()).unwrap()), ["E0707"]);
    }
}

#[cfg(unix)]
#[test]
fn what_may_not_be_read_is_told() {
    use std::os::unix::fs::PermissionsExt;
    let f = folder(&[("a.staunch", MODEL), ("d/b.staunch", MODEL)]);
    let deny = |name: &str| fs::set_permissions(f.path().join(name), fs::Permissions::from_mode(0o000)).unwrap();
    deny("a.staunch");
    deny("d");
    // whoever may read everything cannot see this
    if fs::read(f.path().join("a.staunch")).is_err() {
        let loaded = project::open(f.path()).unwrap();
        let mut all = codes(&loaded);
        all.sort_unstable();
        assert_eq!(all, ["E0701", "E0709"]);
    }
    fs::set_permissions(f.path().join("d"), fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn a_named_file_stays_in_the_project() {
    let outside = folder(&[("project/models/a.staunch", MODEL), ("project/notice.md", "Hello"), ("secret.md", "no")]);
    let root = outside.path().join("project").canonicalize().unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink("../../secret.md", root.join("models/link.md")).unwrap();
    let mut reader = Reader::new(root.clone());
    let model = reader.read_found(&root.join("models/a.staunch")).unwrap();
    let at = Span::new(0, 5);
    let folder = reader.folder_of(model);
    let mut read = |path: &str| reader.read_named(&folder, path, at);
    let first = read("../notice.md").unwrap();
    assert_eq!(read("../models/../notice.md").unwrap(), first);
    for (path, reason) in [
        ("../../secret.md", "leads out of the project"),
        ("../../project/notice.md", "leads out of the project"),
        ("/etc/passwd", "is not a path within the project"),
        ("C:\\x.md", "is not a path within the project"),
        ("\\\\server\\x.md", "is not a path within the project"),
        ("../notise.md", "is not there"),
        ("..", "is a folder, not a file"),
        ("", "names no file"),
        ("a\0b", "is not there"),
        ("a.staunch/x", "is not there"),
    ] {
        assert_eq!(read(path).unwrap_err(), reason, "{path:?}");
    }
    #[cfg(unix)]
    assert_eq!(read("link.md").unwrap_err(), "is a link that leads out of the project");
    let sorted = reader.diagnostics.sorted();
    assert!(sorted.iter().all(|d| d.span == at), "each is said where the file is named");
    assert!(sorted.iter().any(|d| d.help.as_deref() == Some("did you mean `notice.md`?")));
}

#[test]
fn a_file_is_written_whole_or_not_at_all() {
    let f = folder(&[("a.txt", "old")]);
    let path = f.path().join("a.txt");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        std::os::unix::fs::symlink("a.txt", f.path().join("link")).unwrap();
        project::write_atomically(&f.path().join("link"), b"through the link").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "through the link");
        assert!(f.path().join("link").is_symlink());
        project::write_atomically(&path, b"new").unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
    }
    project::write_atomically(&path, b"newer").unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "newer");
    assert!(project::write_atomically(&f.path().join("no/such/folder/x"), b"").is_err());
    // nothing is left lying about
    assert!(
        fs::read_dir(f.path()).unwrap().flatten().all(|e| !e.file_name().to_string_lossy().starts_with(".staunch-"))
    );
}
