//! `staunch check --watch`: a change is noticed, told and checked, and what is no change is not.
//!
//! Everything is waited for until it is there; nothing is expected within a time.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::disallowed_methods)] // tests run the command

mod support;

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use support::{folder, run};
use tempfile::TempDir;

/// After this long without a line something hangs.
const HANGS: Duration = Duration::from_secs(120);

const PARTIES: &str = "party council { kind local-authority }\nparty institute { kind university }\n";
const FLOW: &str =
    "dataset pupils { held by council; fields name }\nflow out { from council; to institute; data pupils }\n";
const KEPT: &str = "rule no-names { institute must never receive health data }\n";
const BROKEN: &str = "rule no-names { institute must never receive identified data }\n";

/// A check that watches, and what it writes, line by line.
struct Watching {
    child: Child,
    lines: Receiver<String>,
    all: Vec<String>,
}

impl Watching {
    fn start(folder: &Path, arguments: &[&str]) -> Watching {
        let mut child = Command::new(env!("CARGO_BIN_EXE_staunch"))
            .args(["check", "--watch", "--as-of", "2026-01-01"])
            .args(arguments)
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (sender, lines) = channel();
        let streams: [Box<dyn std::io::Read + Send>; 2] =
            [Box::new(child.stdout.take().unwrap()), Box::new(child.stderr.take().unwrap())];
        for stream in streams {
            let sender = sender.clone();
            std::thread::spawn(move || {
                BufReader::new(stream).lines().map_while(Result::ok).all(|line| sender.send(line).is_ok())
            });
        }
        Watching { child, lines, all: Vec::new() }
    }

    /// Reads on until a line has this in it: all lines since the last time.
    fn until(&mut self, part: &str) -> Vec<String> {
        let begin = self.all.len();
        loop {
            let line = self.lines.recv_timeout(HANGS).unwrap_or_else(|_| panic!("no `{part}` in {:#?}", self.all));
            self.all.push(line);
            if self.all.last().unwrap().contains(part) {
                return self.all[begin..].to_vec();
            }
        }
    }

    /// The next check as a whole.
    fn check(&mut self) -> String {
        self.until("Waiting for changes").join("\n")
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Writes a file as many editors do: a new one, which takes the old one's name. Nobody ever sees half of it.
fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    let new = path.with_extension("new~");
    fs::write(&new, text).unwrap();
    fs::rename(new, path).unwrap();
}

fn project(files: &[(&str, &str)]) -> (TempDir, PathBuf) {
    let project = folder(files);
    let path = project.path().to_path_buf();
    (project, path)
}

#[test]
fn every_change_is_told_and_checked() {
    let (_kept, path) = project(&[("a.staunch", PARTIES), ("b.staunch", FLOW), ("rules.staunch", KEPT)]);
    let write = |name: &str, text: &str| write(&path, name, text);
    let mut watching = Watching::start(&path, &[]);
    let first = watching.check();
    assert!(first.contains("holds: no-names") && !first.contains("changed:"), "{first}");

    write("rules.staunch", BROKEN);
    let check = watching.check();
    assert!(check.contains(": changed: rules.staunch\n") && check.contains("broken: no-names"), "{check}");
    let time = check.lines().find(|l| l.ends_with(": changed: rules.staunch")).unwrap();
    assert!(time.as_bytes()[2] == b':' && time.as_bytes()[5] == b':', "{time}");
    assert!(!check.contains('\u{1b}'), "nothing is cleared where nothing is drawn");

    // what is not read, and what stays the same, is no change
    write("notes.txt", "nobody reads this");
    write("rules.staunch", BROKEN);
    fs::create_dir(path.join("more")).unwrap();
    write("more/c.staunch", "rule other { institute must never receive identified data }\n");
    let check = watching.check();
    assert!(check.contains(": new: more/c.staunch\n") && check.contains("broken: other"), "{check}");
    assert!(!check.contains("notes.txt") && !check.contains("changed: rules.staunch"), "{check}");

    // an editor that writes into the file itself, which may be seen half written
    fs::write(path.join("more/c.staunch"), "rule other { institute must never receive health data }\n").unwrap();
    watching.until(": changed: more/c.staunch");
    watching.until("holds: other");
    watching.check();

    fs::remove_dir_all(path.join("more")).unwrap();
    let check = watching.check();
    assert!(check.contains(": gone: more/c.staunch\n") && !check.contains("other"), "{check}");

    // wrong text does not end it
    write("a.staunch", "party council { kind nonsense }\n");
    let check = watching.check();
    assert!(check.contains("error E"), "{check}");
    write("a.staunch", PARTIES);
    assert!(watching.check().contains("broken: no-names"));
}

#[test]
fn settings_words_and_notices_are_part_of_a_project() {
    let (_kept, path) = project(&[
        ("model/a.staunch", &format!("{PARTIES}{FLOW}{BROKEN}notice n {{ text \"notice.md\" }}\n")),
        ("staunch.yaml", "name: Study\n"),
    ]);
    let write = |name: &str, text: &str| write(&path, name, text);
    let mut watching = Watching::start(&path, &["model"]);
    assert!(watching.check().contains("`notice.md` is not there"));
    // a file that was missing
    write("model/notice.md", "We tell you this.\n");
    let check = watching.check();
    assert!(check.contains(": gone: model/notice.md") || check.contains(": new: model/notice.md"), "{check}");
    assert!(check.contains("broken: no-names"), "{check}");
    write("model/notice.md", "We tell you that.\n");
    assert!(watching.check().contains(": changed: model/notice.md\n"));
    write("staunch.yaml", "severity: { no-names: warning }\n");
    let check = watching.check();
    assert!(check.contains(": changed: staunch.yaml\n") && check.contains("likely issue (warning)"), "{check}");
    write(".gitignore", "model/\n");
    assert!(watching.check().contains(": gone: model/a.staunch"));
}

#[test]
fn a_project_that_goes_away_may_come_back() {
    let (_kept, path) = project(&[("study/a.staunch", &format!("{PARTIES}{FLOW}{KEPT}"))]);
    let mut watching = Watching::start(&path, &["study"]);
    watching.check();
    fs::rename(path.join("study"), path.join("away")).unwrap();
    watching.until("there is no file or folder `study`");
    watching.until("checked again when it is back");
    fs::write(path.join("away/a.staunch"), format!("{PARTIES}{FLOW}{BROKEN}")).unwrap();
    fs::rename(path.join("away"), path.join("study")).unwrap();
    watching.until("likely issue: rule `no-names`");
    // it is watched where it is now
    write(&path, "study/b.staunch", "rule second { institute must never receive identified data }\n");
    watching.until(": new: b.staunch");
    watching.until("likely issue: rule `second`");
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_it() {
    use std::os::unix::process::ExitStatusExt;
    let (_kept, path) = project(&[("a.staunch", &format!("{PARTIES}{FLOW}{KEPT}"))]);
    let mut watching = Watching::start(&path, &[]);
    watching.check();
    let id = watching.child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    // a shell calls this 130
    assert_eq!(watching.child.wait().unwrap().signal(), Some(2));
}

#[test]
fn it_writes_for_people_only() {
    let (project, _) = project(&[("a.staunch", PARTIES)]);
    for arguments in
        [&["--format", "json"][..], &["--format", "human=out.txt"], &["--format", "human", "--format", "sarif=x"]]
    {
        let (code, out, err) = run(&project, &[&["check", "--watch"], arguments].concat());
        assert_eq!((code, out.as_str()), (2, ""), "{arguments:?}");
        assert!(err.contains("`--watch` is for people who look on"), "{err}");
    }
    let (code, _, err) = run(&project, &["check", "--watch", "nothing"]);
    assert_eq!(code, 2);
    assert!(err.contains("there is no file or folder `nothing`"), "{err}");
}
