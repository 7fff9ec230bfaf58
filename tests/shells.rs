//! What the command writes for shells and for `man`: completions that complete, pages that can be read.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods)] // tests run other programs and read files

mod support;

use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};

use support::{folder, run};

const SHELLS: [&str; 5] = ["bash", "elvish", "fish", "powershell", "zsh"];

/// Every command that there is, by what `--help` says.
fn commands() -> Vec<String> {
    let (_, help, _) = run(&folder(&[]), &["--help"]);
    let (_, list) = help.split_once("Commands:\n").unwrap();
    let (list, _) = list.split_once("\n\n").unwrap();
    let names = list.lines().filter_map(|l| l.strip_prefix("  ")?.split(' ').next()).map(str::to_owned);
    names.filter(|n| !n.is_empty() && n != "help").collect()
}

/// Runs another program with this to read; none where it is not installed.
fn other(program: &str, arguments: &[&str], input: &str) -> Option<(bool, String)> {
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().ok()?;
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
    Some((output.status.success(), text))
}

#[test]
fn every_shell_gets_every_command_and_option() {
    let f = folder(&[]);
    let commands = commands();
    assert!(commands.len() > 8);
    for shell in SHELLS {
        let (code, script, err) = run(&f, &["completions", shell]);
        assert_eq!((code, err.as_str()), (0, ""), "{shell}");
        for word in commands.iter().map(String::as_str).chain(["fail-on", "as-of", "no-waivers"]) {
            assert!(script.contains(word), "{shell}: {word}");
        }
        // a shell that is installed can read it
        if let "bash" | "zsh" = shell
            && let Some((read, said)) = other(shell, &["-n"], &script)
        {
            assert!(read && said.is_empty(), "{shell}: {said}");
        }
        if shell == "fish"
            && let Some((read, said)) = other("fish", &["--no-execute"], &script)
        {
            assert!(read, "fish: {said}");
        }
    }
    let (code, _, err) = run(&f, &["completions", "bsh"]);
    assert_eq!(code, 2);
    assert!(err.contains("bash"), "{err}");
}

/// What bash offers for the last word of a command line.
fn offered(script: &str, words: &[&str]) -> Option<String> {
    let [.., before, last] = words else { return None };
    let line = format!(
        "{script}\nCOMP_WORDS=({}); COMP_CWORD={}; _staunch staunch '{last}' '{before}'; printf '%s\\n' \"${{COMPREPLY[@]}}\"\n",
        words.iter().map(|w| format!("'{w}'")).collect::<Vec<_>>().join(" "),
        words.len() - 1,
    );
    let (done, said) = other("bash", &["--norc", "--noprofile"], &line)?;
    assert!(done, "{said}");
    Some(said)
}

#[test]
fn bash_completes() {
    let (_, script, _) = run(&folder(&[]), &["completions", "bash"]);
    for (words, expected) in [
        (&["staunch", "wai"][..], &["waivers"][..]),
        (&["staunch", "check", "--fail"], &["--fail-on"]),
        (&["staunch", "check", "--fail-on", ""], &["cannot-tell", "error", "info", "never", "warning"]),
        (&["staunch", "completions", "z"], &["zsh"]),
    ] {
        let Some(offered) = offered(&script, words) else { return };
        let mut offered: Vec<&str> = offered.lines().collect();
        offered.sort_unstable();
        assert_eq!(offered, expected, "{words:?}");
    }
}

/// The page as a reader has it.
fn read(page: &str) -> Option<String> {
    let (done, text) = other("groff", &["-k", "-man", "-Tutf8", "-ww", "-P-cbou", "-rLL=100n"], page)?;
    assert!(done && !text.contains("troff:"), "{text}");
    Some(text)
}

#[test]
fn the_page_of_the_command_names_every_command() {
    let (code, page, err) = run(&folder(&[]), &["man"]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(page.contains(".TH staunch 1"));
    for command in commands() {
        assert!(page.contains(&format!("staunch\\-{command}(1)")), "{command}: {page}");
    }
    if let Some(text) = read(&page) {
        assert!(text.contains("Start with:\n"), "{text}");
        assert!(text.contains("staunch init my-project\n"), "an example has a line of its own: {text}");
    }
}

#[test]
fn there_is_a_page_for_each_command() {
    let f = folder(&[]);
    let (code, said, err) = run(&f, &["man", "--out", "share/man1"]);
    assert_eq!((code, err.as_str()), (0, ""));
    let commands = commands();
    assert_eq!(said, format!("Wrote {} pages into `share/man1`.\n", commands.len() + 1));
    let mut pages: Vec<String> = fs::read_dir(f.path().join("share/man1"))
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .collect();
    pages.sort();
    let mut expected: Vec<String> = commands.iter().map(|c| format!("staunch-{c}.1")).collect();
    expected.push("staunch.1".to_owned());
    expected.sort();
    assert_eq!(pages, expected);
    for command in commands {
        let page = fs::read_to_string(f.path().join(format!("share/man1/staunch-{command}.1"))).unwrap();
        let (_, help, _) = run(&f, &[&command, "--help"]);
        let about = help.lines().next().unwrap().replace('-', "\\-").replace('\'', "\\*(Aq");
        assert!(page.contains(&about), "{command}: {about}");
        if let Some(text) = read(&page) {
            for example in help.lines().filter(|l| l.starts_with("  staunch ")) {
                assert!(text.contains(example.trim_end()), "{command}: {example}\n{text}");
            }
        }
    }
    // the same bytes every time
    let (_, first, _) = run(&f, &["man"]);
    assert_eq!(first, fs::read_to_string(f.path().join("share/man1/staunch.1")).unwrap());
}

#[test]
fn pages_that_cannot_be_written_are_told() {
    let f = folder(&[("file", "")]);
    let (code, out, err) = run(&f, &["man", "--out", "file"]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.contains("`file` is a file, not a folder"), "{err}");
    let (code, _, err) = run(&f, &["man", "--out", "file/below"]);
    assert_eq!(code, 4);
    assert!(err.contains("cannot write `file/below`"), "{err}");
}
