//! Killed at any moment while it writes, the command leaves the old file or the new one, never half of one, and nothing that
//! stands in the way of the next run.
//!
//! Only on Unix: there a process can be killed outright and a name changes hands in one step whoever has the file open; on
//! Windows replacing a file that somebody reads is refused, which is told as an error.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::disallowed_methods)] // tests write, kill and look at the disk

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use support::{folder, run};
use tempfile::TempDir;

/// How often each is killed.
const TIMES: u32 = 12;

/// The files of a folder by name, without hidden ones; and how many hidden ones there are.
fn contents(folder: &Path) -> (BTreeMap<String, Vec<u8>>, usize) {
    let (mut seen, mut hidden) = (BTreeMap::new(), 0);
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if name.starts_with('.') {
            hidden += 1;
        } else {
            seen.insert(name, fs::read(&path).unwrap());
        }
    }
    (seen, hidden)
}

/// Starts the command and kills it after a while; says whether it was still running.
fn kill_after(folder: &Path, args: &[&str], wait: Duration) -> bool {
    let mut command = Command::new(env!("CARGO_BIN_EXE_staunch"));
    command.env_clear().current_dir(folder).args(args).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    std::thread::sleep(wait);
    child.kill().unwrap();
    child.wait().unwrap().code().is_none()
}

/// Kills a command at moments spread over the time that it takes: `before` puts the folder in order, `look` judges what is
/// left. Says how often it was killed before it was done.
fn kill_again_and_again(folder: &Path, args: &[&str], before: impl Fn(), look: impl Fn(u32)) -> u32 {
    before();
    let started = Instant::now();
    assert!(!kill_after_done(folder, args));
    let whole = started.elapsed();
    look(0);
    let mut killed = 0;
    for time in 1..=TIMES {
        before();
        killed += u32::from(kill_after(folder, args, whole * time / (TIMES + 1)));
        look(time);
    }
    killed
}

/// Lets the command come to its end; says whether something stopped it.
fn kill_after_done(folder: &Path, args: &[&str]) -> bool {
    let mut command = Command::new(env!("CARGO_BIN_EXE_staunch"));
    command.env_clear().current_dir(folder).args(args).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().unwrap().code().is_none()
}

fn write_all(folder: &TempDir, files: &BTreeMap<String, Vec<u8>>) {
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
}

#[test]
fn a_formatter_that_is_killed_leaves_old_files_or_new_ones() {
    let ugly = |file: usize| -> Vec<u8> {
        let parties = (0..400).map(|i| format!("party   p{file}-{i}   \"Party {i}\"  {{kind school;country   GB}}\n"));
        parties.collect::<String>().into_bytes()
    };
    let old: BTreeMap<String, Vec<u8>> = (0..40).map(|i| (format!("f{i:02}.staunch"), ugly(i))).collect();
    let f = folder(&[]);
    write_all(&f, &old);
    assert_eq!(run(&f, &["fmt"]).0, 0);
    let (new, hidden) = contents(f.path());
    assert_eq!(hidden, 0);
    assert!(old.iter().all(|(name, text)| new[name] != *text), "every file is laid out anew");

    let look = |_| {
        let (now, _) = contents(f.path());
        assert_eq!(now.len(), old.len(), "no file is gone and none has come");
        for (name, text) in &now {
            assert!(*text == old[name] || *text == new[name], "{name} has {} bytes", text.len());
        }
    };
    let killed = kill_again_and_again(f.path(), &["fmt"], || write_all(&f, &old), look);
    assert!(killed > 0, "it was never killed in time");

    // what was left beside the files is no part of the project, and the next run gets through
    fs::write(f.path().join(".staunch-left"), "party half {").unwrap();
    let (code, out, err) = run(&f, &["fmt"]);
    assert_eq!((code, out.as_str(), err.as_str()), (0, "", ""));
    assert_eq!(contents(f.path()).0, new);
    let (_, json, _) = run(&f, &["check", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["summary"]["errors"], 0, "{json}");
}

#[test]
fn a_report_that_is_killed_is_the_old_one_or_the_new_one() {
    let parties: String = (0..300).map(|i| format!("party p{i}\nflow f{i} {{ from p0; to p{i}; data d }}\n")).collect();
    let model =
        format!("{parties}dataset d {{ held by p0; fields name }}\nrule r {{ every flow must have agreement }}\n");
    let f = folder(&[("a.staunch", &model)]);
    let args = ["check", "--as-of", "2026-01-01", "--format", "json=report.json"];
    let report = f.path().join("report.json");
    assert_eq!(run(&f, &args).0, 1);
    let new = fs::read(&report).unwrap();
    let old = "the report of last week\n".repeat(1_000).into_bytes();

    let look = |_| {
        let now = fs::read(&report).unwrap();
        assert!(now == old || now == new, "{} bytes, of neither {} nor {}", now.len(), old.len(), new.len());
    };
    kill_again_and_again(f.path(), &args, || fs::write(&report, &old).unwrap(), look);
    assert_eq!(run(&f, &args).0, 1);
    assert_eq!(fs::read(&report).unwrap(), new);
}

/// The same for pictures and for the page: each file is the one that was there or the whole new one.
#[test]
fn pictures_and_pages_that_are_killed_are_the_old_ones_or_the_new_ones() {
    let places =
        (0..8).map(|i| format!("party p{i} \"Party {i}\"\nflow f{i} {{ from p{i}; to p{}; data d }}\n", (i + 1) % 8));
    let model = places.collect::<String>() + "dataset d { held by p0; fields name, benefits }\n";
    let f = folder(&[("a.staunch", &model)]);
    let drawn: Vec<String> = ["svg=a.svg", "svg=again.svg", "pdf=a.pdf", "png=a.png", "text=a.txt", "mermaid=a.mmd"]
        .iter()
        .map(|file| format!("--format={file}"))
        .collect();
    let mut pictures = vec!["diagram", "--as-of", "2026-01-01", "--embed-fonts", "--dpi", "48"];
    pictures.extend(drawn.iter().map(String::as_str));
    let page = vec!["report", "--as-of", "2026-01-01", "-o", "page.html"];
    for args in [pictures, page] {
        let (model, _) = contents(f.path());
        assert_eq!(run(&f, &args).0, 0);
        let (new, _) = contents(f.path());
        let made: Vec<&String> = new.keys().filter(|name| !model.contains_key(*name)).collect();
        assert!(!made.is_empty());
        let old = "what was drawn last week\n".repeat(1_000).into_bytes();
        let before = || made.iter().for_each(|name| fs::write(f.path().join(name), &old).unwrap());
        let look = |_| {
            let (now, _) = contents(f.path());
            assert_eq!(now.len(), new.len(), "no file is gone and none has come");
            for (name, bytes) in &now {
                let is_old = made.contains(&name) && *bytes == old;
                assert!(is_old || *bytes == new[name], "{name} has {} bytes", bytes.len());
            }
        };
        kill_again_and_again(f.path(), &args, before, look);
        assert_eq!(run(&f, &args).0, 0);
        let (now, _) = contents(f.path());
        assert!(now == new, "the next run gets through");
    }
}

#[test]
fn a_start_that_is_killed_can_be_started_again() {
    let f = folder(&[("whole/.keep", "")]);
    assert_eq!(run(&f, &["init", "whole"]).0, 0);
    let (whole, _) = contents(&f.path().join("whole"));
    assert_eq!(whole.len(), 5);
    let new = f.path().join("new");
    let before = || {
        if new.exists() {
            fs::remove_dir_all(&new).unwrap();
        }
    };
    let look = |_| {
        if new.exists() {
            for (name, text) in contents(&new).0 {
                assert_eq!(text, whole[&name], "{name}");
            }
        }
        let there = new.exists() && contents(&new).0.len() == whole.len();
        let (code, _, err) = run(&f, &["init", "new"]);
        // what is whole needs no second start; what is not is finished
        assert_eq!(code, if there { 2 } else { 0 }, "{err}");
        assert_eq!(contents(&new).0, whole);
    };
    kill_again_and_again(f.path(), &["init", "new"], before, look);
    // a file of the project's own is not touched
    fs::write(new.join("notice.md"), "ours").unwrap();
    fs::remove_file(new.join("README.md")).unwrap();
    let (code, _, err) = run(&f, &["init", "new"]);
    assert_eq!(code, 2);
    assert!(err.contains("notice.md"), "{err}");
    assert!(!new.join("README.md").exists(), "nothing is written at all");
}
