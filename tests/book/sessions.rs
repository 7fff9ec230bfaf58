//! What the book shows of the command is what the command writes.

use std::fs;
use std::path::Path;

use assert_cmd::Command;

use super::{AS_OF, Block, Page, pages, report, repository, source, writes};

/// A page's folder, and what became of the last command.
struct Session {
    root: tempfile::TempDir,
    folder: String,
    status: i32,
}

/// Splits a command line at spaces, double quotes held together.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            c => words.last_mut().expect("one word at least").push(c),
        }
    }
    words.retain(|w| !w.is_empty());
    words
}

/// Runs git as if nobody had set anything, by the same person at the same time.
fn git(arguments: &[&str], folder: &Path) -> String {
    let mut command = Command::new("git");
    command.env_clear().current_dir(folder).args(["-c", "init.defaultBranch=main"]).args(arguments);
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command.envs([("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_NOSYSTEM", "1")]);
    for who in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{who}_NAME"), "A").env(format!("GIT_{who}_EMAIL"), "a@example.org");
        command.env(format!("GIT_{who}_DATE"), "2026-01-01T12:00:00Z");
    }
    let output = command.output().expect("git runs");
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8(text).expect("UTF-8");
    assert!(output.status.success(), "git {arguments:?}: {text}");
    text
}

impl Session {
    fn new() -> Session {
        let root = tempfile::Builder::new().prefix("book-").tempdir().expect("a folder");
        Session { root, folder: String::new(), status: 0 }
    }

    /// Runs one line as a shell would, for the few commands that the book uses.
    fn run(&mut self, line: &str, inside: Option<&str>) -> String {
        let folder = match inside {
            Some(path) => repository().join(path),
            None => self.root.path().join(&self.folder),
        };
        let words = words(line);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        match words.as_slice() {
            ["mkdir", name] => fs::create_dir(folder.join(name)).expect("a new folder"),
            ["cd", name] => self.folder = Path::new(&self.folder).join(name).to_string_lossy().into_owned(),
            ["echo", "$?"] => return format!("{}\n", self.status),
            ["staunch", arguments @ ..] => return self.staunch(arguments, &folder),
            ["git", arguments @ ..] => return git(arguments, &folder),
            _ => panic!("the book runs `{line}`, which this test does not know"),
        }
        String::new()
    }

    fn staunch(&mut self, arguments: &[&str], folder: &Path) -> String {
        let mut command = Command::cargo_bin("staunch").expect("the command");
        command.env_clear().current_dir(folder).args(arguments);
        // for git, which reads revisions
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default()).env("GIT_CONFIG_GLOBAL", "/dev/null");
        if matches!(arguments.first(), Some(&("check" | "ask" | "test" | "waivers" | "diff")))
            && !arguments.contains(&"--as-of")
        {
            command.args(["--as-of", AS_OF]);
        }
        let output = command.output().expect("the command runs");
        self.status = output.status.code().expect("a status");
        let mut text = String::from_utf8(output.stdout).expect("UTF-8");
        text.push_str(&String::from_utf8(output.stderr).expect("UTF-8"));
        text.lines().map(|l| format!("{}\n", l.trim_end())).collect()
    }

    /// What a console block should say.
    fn console(&mut self, block: &Block) -> String {
        let mut text = String::new();
        for line in block.text.lines().filter_map(|l| l.strip_prefix("$ ")) {
            let said = self.run(line, block.option("in"));
            text.push_str(&format!("$ {line}\n"));
            let first = block.option("first").map_or(usize::MAX, |n| n.parse().expect("a number"));
            let lines: Vec<&str> = said.trim_end().lines().collect();
            let from = block.option("grep").map_or(0, |g| lines.iter().position(|l| l.contains(g)).unwrap_or(0));
            if from > 0 {
                text.push_str("…\n");
            }
            let lines = &lines[from..];
            for line in lines.iter().take(first) {
                text.push_str(line);
                text.push('\n');
            }
            if lines.len() > first {
                text.push_str("…\n");
            }
        }
        text
    }

    /// Writes, adds to or changes a file as a block says.
    fn file(&self, block: &Block) -> Result<(), String> {
        let path = |name: &str| self.root.path().join(&self.folder).join(name);
        if let Some(name) = block.option("file") {
            fs::write(path(name), &block.text).map_err(|e| e.to_string())
        } else if let Some(name) = block.option("append") {
            let before = fs::read_to_string(path(name)).map_err(|e| e.to_string())?;
            fs::write(path(name), format!("{before}\n{}", block.text)).map_err(|e| e.to_string())
        } else if let Some(name) = block.option("patch") {
            let before = fs::read_to_string(path(name)).map_err(|e| e.to_string())?;
            let side = |skip: char| -> String {
                block
                    .text
                    .lines()
                    .filter(|l| !l.starts_with(skip))
                    .map(|l| format!("{}\n", l.get(1..).unwrap_or("")))
                    .collect()
            };
            let (old, new) = (side('+'), side('-'));
            match before.matches(&old).count() {
                1 => fs::write(path(name), before.replace(&old, &new)).map_err(|e| e.to_string()),
                n => Err(format!("what is to be changed stands {n} times in {name}")),
            }
        } else {
            Ok(())
        }
    }
}

/// The page with every console block as the command has it now.
fn played(page: &Page) -> Result<String, String> {
    let mut session = Session::new();
    let lines: Vec<&str> = page.text.lines().collect();
    let (mut text, mut next) = (String::new(), 0);
    let mut copy = |text: &mut String, to: usize| {
        for line in &lines[next..to] {
            text.push_str(line);
            text.push('\n');
        }
        next = to;
    };
    for block in page.blocks() {
        session.file(&block).map_err(|e| format!("{}:{}: {e}", page.name, block.line))?;
        if block.language() == "console" {
            copy(&mut text, block.line);
            text.push_str(&session.console(&block));
            copy(&mut String::new(), block.line + block.text.lines().count());
        }
    }
    copy(&mut text, lines.len());
    Ok(text)
}

/// Every command that there is has a section of its own with its help.
#[test]
fn every_command_is_in_the_book() {
    let said = Session::new().run("staunch help", Some("."));
    let (_, list) = said.split_once("Commands:\n").expect("the list of commands");
    let (list, _) = list.split_once("\n\n").expect("the end of the list");
    let commands = list.lines().filter_map(|l| l.strip_prefix("  ")?.split(' ').next()).filter(|c| !c.is_empty());
    let pages = pages();
    let page = pages.iter().find(|p| p.name == "command/index.md").expect("the page of commands");
    let missing = commands.filter(|c| {
        *c != "help"
            && !(page.text.contains(&format!("\n## {c}\n")) && page.text.contains(&format!("$ staunch {c} --help\n")))
    });
    report(&missing.map(|c| format!("command/index.md does not have `staunch {c}`")).collect::<Vec<_>>());
}

/// Every field of the JSON report is described.
#[test]
fn every_field_of_the_report_is_in_the_book() {
    let schema: serde_json::Value = serde_json::from_str(staunch::output::json::SCHEMA).expect("the schema");
    let pages = pages();
    let prose = pages.iter().find(|p| p.name == "command/json.md").expect("the page of the report").prose();
    let mut wrong = Vec::new();
    let mut open = vec![&schema];
    while let Some(node) = open.pop() {
        if let Some(fields) = node.get("properties").and_then(serde_json::Value::as_object) {
            for name in fields.keys() {
                let forms = [format!("`{name}`"), format!("`{name}["), format!(".{name}"), format!("{name}.")];
                if !forms.iter().any(|f| prose.contains(f.as_str())) {
                    wrong.push(format!("command/json.md does not describe `{name}`"));
                }
            }
        }
        match node {
            serde_json::Value::Object(map) => open.extend(map.values()),
            serde_json::Value::Array(list) => open.extend(list),
            _ => {}
        }
    }
    report(&wrong);
}

#[test]
fn what_the_command_writes_is_what_the_book_shows() {
    let _held = super::PAGES.lock();
    let mut wrong = Vec::new();
    for page in pages() {
        match played(&page) {
            Err(problem) => wrong.push(problem),
            Ok(text) if text == page.text => {}
            Ok(text) if writes() => fs::write(source().join(&page.name), text).expect("the page is written"),
            Ok(text) => {
                let difference = similar::TextDiff::from_lines(page.text.as_str(), text.as_str());
                wrong.push(format!("{}\n{}", page.name, difference.unified_diff().context_radius(1)));
            }
        }
    }
    if !wrong.is_empty() {
        wrong.push("`STAUNCH_BOOK=write cargo test --test book` writes it anew".to_owned());
    }
    report(&wrong);
}
