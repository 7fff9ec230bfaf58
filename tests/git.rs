//! Reading a project out of a git revision: what is found there, that nothing is touched, and what is said where it cannot be read.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::disallowed_methods)] // tests make repositories

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use staunch::project::{self, Loaded, Revision, RevisionError, open_revision};
use support::{AS_OF, files_below, judge, root};
use tempfile::TempDir;

const MODEL: &str = "party a \"A\" { kind charity }\n";

/// A repository with nothing in it.
struct Repository {
    folder: TempDir,
}

impl Repository {
    fn new() -> Repository {
        let repository = Repository { folder: tempfile::Builder::new().prefix("repository-").tempdir().unwrap() };
        repository.git(&["init", "--quiet", "-b", "main"]);
        repository
    }

    /// One with a commit that has these files.
    fn with(files: &[(&str, &str)]) -> Repository {
        let repository = Repository::new();
        repository.commit(files);
        repository
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn git(&self, arguments: &[&str]) -> String {
        git(self.path(), arguments)
    }

    fn write(&self, files: &[(&str, &str)]) {
        for (name, text) in files {
            let path = self.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
    }

    fn commit(&self, files: &[(&str, &str)]) {
        self.write(files);
        self.git(&["add", "--all", "--force"]);
        self.git(&["commit", "--quiet", "--allow-empty", "--message", "a change"]);
    }

    fn open(&self, path: &str, revision: &str) -> Result<Revision, RevisionError> {
        open_revision(&self.path().join(path), revision)
    }

    /// A clone of it with these options, beside it.
    fn cloned(&self, options: &[&str]) -> TempDir {
        let clone = tempfile::Builder::new().prefix("clone-").tempdir().unwrap();
        let url = format!("file://{}", self.path().display());
        let arguments = [&["clone", "--quiet"], options, &[url.as_str(), "."]].concat();
        git(clone.path(), &arguments);
        clone
    }
}

/// Runs git as if nobody had set anything.
fn git(folder: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new("git");
    for (name, _) in std::env::vars_os().filter(|(n, _)| n.to_string_lossy().starts_with("GIT_")) {
        command.env_remove(name);
    }
    let who = ["GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"];
    command.envs(who.map(|name| (name, "someone@example.org")));
    command.envs([("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_NOSYSTEM", "1"), ("LC_ALL", "C")]);
    let output = command.current_dir(folder).args(arguments).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn names(loaded: &Loaded) -> Vec<String> {
    loaded.staunch_files.iter().map(|f| loaded.sources.file(*f).unwrap().name.clone()).collect()
}

fn texts(loaded: &Loaded) -> Vec<(&str, &str)> {
    loaded.sources.files().map(|(_, f)| (f.name.as_str(), f.text())).collect()
}

/// `place: code: message (help)` of what is wrong.
fn said(loaded: &Loaded) -> Vec<String> {
    let all = loaded.diagnostics.sorted();
    let one = |d: &&staunch::diagnostic::Diagnostic| {
        let place = loaded.sources.place(d.span.start);
        let place =
            place.split_once(':').filter(|(label, _)| *label == "HEAD").map_or(place.as_str(), |(_, rest)| rest);
        format!("{place}: {}: {} ({})", d.code.id, d.message, d.help.as_deref().unwrap_or(""))
    };
    all.iter().map(one).collect()
}

#[test]
fn a_revision_is_read_by_any_name_that_git_takes() {
    let r = Repository::with(&[("a.staunch", "party one {}\n")]);
    r.git(&["tag", "v1"]);
    r.git(&["tag", "--annotate", "--message", "a tag with words", "v1-told"]);
    r.git(&["checkout", "--quiet", "-b", "feature/names"]);
    r.commit(&[("a.staunch", "party two {}\n")]);
    r.commit(&[("a.staunch", "party three {}\n")]);
    r.git(&["commit", "--quiet", "--amend", "--message", "known by its words"]);
    let commits = r.git(&["rev-list", "--reverse", "HEAD"]);
    let commits: Vec<&str> = commits.lines().collect();
    let expected = [
        ("HEAD", 2),
        ("@", 2),
        ("feature/names", 2),
        ("HEAD~1", 1),
        ("HEAD^^", 0),
        ("main", 0),
        ("v1", 0),
        ("v1-told", 0),
        ("refs/heads/main", 0),
        (":/known by its", 2),
        ("@{-1}", 0),
        (&commits[1][..10], 1),
        (commits[0], 0),
    ];
    for (revision, number) in expected {
        let read = r.open("", revision).unwrap_or_else(|e| panic!("{revision}: {e}"));
        assert_eq!(read.commit, commits[number], "{revision}");
        let text = format!("party {} {{}}\n", ["one", "two", "three"][number]);
        assert_eq!(texts(&read.loaded), [("a.staunch", text.as_str())], "{revision}");
        assert!(read.was_there);
        assert_eq!(read.loaded.sources.place(0), format!("{revision}:a.staunch:1"));
        assert_eq!(read.loaded.root, r.path().canonicalize().unwrap());
    }
}

#[test]
fn neither_what_was_changed_nor_what_was_deleted_since_has_a_say() {
    let r = Repository::with(&[("a.staunch", MODEL), ("old/b.staunch", MODEL), ("staunch.yaml", "name: Before\n")]);
    fs::remove_dir_all(r.path().join("old")).unwrap();
    r.write(&[("a.staunch", "not a model"), ("new.staunch", MODEL), ("staunch.yaml", "name: After\n")]);
    r.git(&["add", "a.staunch"]);
    let read = r.open("", "HEAD").unwrap();
    assert_eq!(names(&read.loaded), ["a.staunch", "old/b.staunch"]);
    assert_eq!(read.loaded.settings.name.as_deref(), Some("Before"));
    assert_eq!(texts(&read.loaded)[0], ("a.staunch", MODEL));
    // a folder and a file that are not there any more
    assert_eq!(names(&r.open("old", "HEAD").unwrap().loaded), ["a.staunch", "old/b.staunch"]);
    assert_eq!(names(&r.open("old/b.staunch", "HEAD").unwrap().loaded), ["old/b.staunch"]);
}

#[test]
fn a_project_is_the_nearest_folder_with_settings_as_in_open() {
    let r = Repository::with(&[
        ("staunch.yaml", "name: Outer\n"),
        ("top.staunch", MODEL),
        ("study/staunch.yaml", "name: Study\n"),
        ("study/a.staunch", MODEL),
        ("study/parts/b.staunch", MODEL),
        ("study/parts/deep/c.staunch", MODEL),
        ("other/d.staunch", MODEL),
    ]);
    for path in ["", "study", "study/parts", "study/parts/deep/c.staunch", "other", "top.staunch", "study/../other"] {
        let (now, then) = (project::open(&r.path().join(path)).unwrap(), r.open(path, "HEAD").unwrap());
        assert_eq!(names(&now), names(&then.loaded), "{path}");
        assert_eq!(now.root, then.loaded.root, "{path}");
        assert_eq!(now.settings.name, then.loaded.settings.name, "{path}");
        assert!(then.was_there);
    }
    // settings that are not there yet in the revision have no say there
    r.commit(&[("other/staunch.yaml", "name: Other\n")]);
    assert_eq!(r.open("other", "HEAD").unwrap().loaded.settings.name.as_deref(), Some("Other"));
    let before = r.open("other", "HEAD~1").unwrap();
    assert_eq!(before.loaded.settings.name.as_deref(), Some("Outer"));
    assert_eq!(before.loaded.root, r.path().canonicalize().unwrap());
}

#[test]
fn a_renamed_file_has_the_name_that_it_had() {
    let r = Repository::with(&[("study/old.staunch", MODEL)]);
    r.git(&["mv", "study/old.staunch", "study/new.staunch"]);
    r.commit(&[]);
    assert_eq!(names(&r.open("study", "HEAD~1").unwrap().loaded), ["old.staunch"]);
    assert_eq!(names(&r.open("study", "HEAD").unwrap().loaded), ["new.staunch"]);
    assert!(!r.open("study/new.staunch", "HEAD~1").unwrap().was_there);
}

#[test]
fn a_project_that_was_not_there_is_empty() {
    let r = Repository::with(&[("a.staunch", MODEL)]);
    r.commit(&[("study/staunch.yaml", "name: Study\n"), ("study/b.staunch", MODEL)]);
    for path in ["study", "study/b.staunch"] {
        let read = r.open(path, "HEAD~1").unwrap();
        assert!(!read.was_there, "{path}");
        assert!(read.loaded.staunch_files.is_empty() && read.loaded.diagnostics.is_empty());
        assert_eq!(read.loaded.settings, project::open(TempDir::new().unwrap().path()).unwrap().settings);
        assert_eq!(read.loaded.root, r.path().canonicalize().unwrap().join("study"));
    }
}

#[test]
fn what_settings_and_notices_name_is_that_of_the_revision() {
    let notice = "notice families \"What we do\" { text \"../papers/notice.md\" }\n";
    let settings = "vocabularies:\n  - words/own.yaml\n";
    let r = Repository::with(&[
        ("study/staunch.yaml", settings),
        ("study/words/own.yaml", "categories:\n  bus-pass: { title: Old, identifies: no }\n"),
        ("study/model/notice.staunch", notice),
        ("study/papers/notice.md", "We said this."),
        ("study/papers/private.md", "Nobody names this."),
    ]);
    r.write(&[
        ("study/words/own.yaml", "categories:\n  bus-pass: { title: New, identifies: no }\n"),
        ("study/papers/notice.md", "We say that."),
    ]);
    let read = r.open("study", "HEAD").unwrap();
    assert_eq!(said(&read.loaded), Vec::<String>::new());
    let texts: BTreeMap<&str, &str> = texts(&read.loaded).into_iter().collect();
    assert_eq!(texts["papers/notice.md"], "We said this.");
    assert!(read.loaded.vocabulary.describe("bus-pass").unwrap().contains("Old"));
    assert!(!texts.contains_key("papers/private.md"));
}

/// Every file fault that there can be in a repository is told as it is of a project on the disk.
#[test]
fn messages_are_those_of_a_project_on_the_disk() {
    let r = Repository::with(&[
        ("Staunch.yml", ""),
        (
            "a.staunch",
            "notice n { text \"nothing.md\" }\nnotice m { text \"folder\" }\nnotice o { text \"notice.md\" }\n",
        ),
        ("b.staunch", "notice q { text \"../../out.md\" }\nnotice p { text \"notce.md\" }\n"),
        ("notice.md", "Words"),
        ("folder/x.md", ""),
        (".hidden/x.staunch", "wrong"),
        ("out/x.staunch", "wrong"),
        (".gitignore", "out/\n"),
    ]);
    fs::write(r.path().join("binary.staunch"), b"party a {}\nPK\x03\x04\0\xfe\xff").unwrap();
    fs::write(r.path().join("latin.staunch"), b"party caf\xe9 {}\n").unwrap();
    fs::File::create(r.path().join("huge.staunch")).unwrap().set_len(project::LARGEST_FILE + 1).unwrap();
    r.commit(&[]);
    let (now, then) = (project::open(r.path()).unwrap(), r.open("", "HEAD").unwrap().loaded);
    let wrong = said(&then);
    assert_eq!(said(&now), wrong);
    assert_eq!(names(&now), names(&then));
    for part in [
        "Staunch.yml",
        "nothing.md",
        "is a folder",
        "leads out",
        "did you mean `notice.md`",
        "latin",
        "binary",
        "larger than 64 MB",
    ] {
        assert!(wrong.iter().any(|w| w.contains(part)), "{part}: {wrong:#?}");
    }
    // settings with faults of their own
    r.commit(&[
        ("staunch.yaml", "vocabularies: [word.yaml, words.yaml]\ntables: { nothing: x }\n"),
        ("words.yaml", "x: y\n"),
    ]);
    let (now, then) = (project::open(r.path()).unwrap(), r.open("", "HEAD").unwrap().loaded);
    assert_eq!(said(&now), said(&then));
    assert!(said(&then).iter().any(|w| w.contains("did you mean `words.yaml`")));
}

#[test]
fn names_may_be_odd() {
    let odd =
        ["with space.staunch", "Überblick – façade.staunch", "quo\"te'.staunch", "-dash.staunch", ":(top).staunch"];
    let mut files: Vec<(String, &str)> = odd.iter().map(|n| ((*n).to_owned(), MODEL)).collect();
    files.extend(odd.iter().map(|n| (format!("f {n}/inner.staunch"), MODEL)));
    files.push(("line\nbreak/a\tb.staunch".to_owned(), MODEL));
    files.push(("*.staunch".to_owned(), MODEL));
    let files: Vec<(&str, &str)> = files.iter().map(|(n, t)| (n.as_str(), *t)).collect();
    let r = Repository::with(&files);
    let (now, then) = (project::open(r.path()).unwrap(), r.open("", "HEAD").unwrap().loaded);
    assert_eq!(names(&now), names(&then));
    assert_eq!(names(&then).len(), files.len());
    for (name, _) in &files {
        let (now, then) = (project::open(&r.path().join(name)).unwrap(), r.open(name, "HEAD").unwrap());
        assert_eq!(names(&now), names(&then.loaded), "{name:?}");
        let folder = Path::new(name).parent().unwrap().to_str().unwrap();
        let (now, then) = (project::open(&r.path().join(folder)).unwrap(), r.open(folder, "HEAD").unwrap());
        assert_eq!(names(&now), names(&then.loaded), "{folder:?}");
    }
}

#[cfg(unix)]
#[test]
fn links_and_submodules_are_passed_over() {
    use std::os::unix::fs::symlink;
    let secret = TempDir::new().unwrap();
    fs::write(secret.path().join("secret.staunch"), "party secret {}\n").unwrap();
    let r = Repository::with(&[("a.staunch", "notice n { text \"link.md\" }\n"), ("real/b.staunch", MODEL)]);
    symlink(secret.path().join("secret.staunch"), r.path().join("leak.staunch")).unwrap();
    symlink(secret.path(), r.path().join("folder")).unwrap();
    symlink("a.staunch", r.path().join("link.md")).unwrap();
    symlink(secret.path().join("secret.staunch"), r.path().join("staunch.yaml")).unwrap();
    let inner = Repository::with(&[("c.staunch", MODEL)]);
    fs::create_dir(r.path().join("module")).unwrap();
    git(&r.path().join("module"), &["clone", "--quiet", inner.path().to_str().unwrap(), "."]);
    r.commit(&[]);
    assert!(r.git(&["ls-tree", "HEAD"]).contains("160000"));
    let read = r.open("", "HEAD").unwrap();
    assert_eq!(names(&read.loaded), ["a.staunch", "real/b.staunch"]);
    assert_eq!(read.loaded.settings.name, None);
    assert_eq!(said(&read.loaded).len(), 1, "the notice is a link: {:?}", said(&read.loaded));
    // a way through a link is that to the file itself
    symlink("real", r.path().join("way")).unwrap();
    assert_eq!(names(&r.open("way/b.staunch", "HEAD").unwrap().loaded), ["b.staunch"]);
    // what a repository of its own holds is read from that one
    assert_eq!(names(&r.open("module", "HEAD").unwrap().loaded), ["c.staunch"]);
}

/// All files of a folder with their texts and times.
fn state(folder: &Path) -> BTreeMap<PathBuf, (Vec<u8>, std::time::SystemTime)> {
    let one = |p: PathBuf| {
        let about = (fs::read(&p).unwrap(), p.metadata().unwrap().modified().unwrap());
        (p, about)
    };
    files_below(folder, "").into_iter().map(one).collect()
}

#[test]
fn nothing_in_the_repository_is_touched() {
    let r = Repository::with(&[("a.staunch", MODEL), ("staunch.yaml", "name: x\n")]);
    r.write(&[("a.staunch", "changed since"), ("untracked.staunch", MODEL)]);
    let before = state(r.path());
    for revision in ["HEAD", "nothing", "HEAD^{tree}"] {
        let read = r.open("", revision);
        assert_eq!(read.is_ok(), revision == "HEAD");
    }
    assert_eq!(state(r.path()), before);
}

#[test]
fn texts_that_were_put_away_are_read_again() {
    let text = format!("party one {{}}\n{}", "# a long comment\n".repeat(200));
    let r = Repository::with(&[("a.staunch", &text), ("b.staunch", MODEL)]);
    let mut read = r.open("", "HEAD").unwrap();
    fs::remove_file(r.path().join("a.staunch")).unwrap();
    r.commit(&[]);
    read.loaded.sources.put_away(100);
    assert_eq!(texts(&read.loaded), [("a.staunch", text.as_str()), ("b.staunch", MODEL)]);
    assert_eq!(read.loaded.sources.changed(), None);
}

#[test]
fn the_examples_are_judged_alike() {
    let r = Repository::new();
    let examples = root().join("examples");
    let ending = [".staunch", ".yaml", ".md", ".txt"];
    for path in ending.iter().flat_map(|e| files_below(&examples, e)) {
        let target = r.path().join(path.strip_prefix(root()).unwrap());
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        fs::copy(&path, target).unwrap();
    }
    r.commit(&[]);
    let mut settings = files_below(r.path(), "staunch.yaml");
    settings.retain(|p| !p.starts_with(r.path().join(".git")));
    assert!(settings.len() > 5);
    for project in settings.iter().filter_map(|p| p.parent()) {
        let (now, then) = (project::open(project).unwrap(), open_revision(project, "HEAD").unwrap().loaded);
        assert_eq!(texts(&now), texts(&then), "{}", project.display());
        let json =
            |loaded| staunch::output::render(&judge(loaded, AS_OF), staunch::output::Format::Json, &Default::default());
        assert_eq!(json(now), json(then), "{}", project.display());
    }
}

#[test]
fn what_is_no_revision_is_told_with_what_may_have_been_meant() {
    let r = Repository::with(&[("a.staunch", MODEL)]);
    r.git(&["branch", "feature/pseudonyms"]);
    r.git(&["tag", "v1.0"]);
    let told = |revision: &str| {
        let error = r.open("", revision).unwrap_err();
        format!("{error} / {}", error.help())
    };
    assert_eq!(told("mian"), "there is no revision `mian` / did you mean `main`?");
    assert_eq!(told("mian~1"), "there is no revision `mian~1` / did you mean `main~1`?");
    assert_eq!(
        told("feature/pseudonym"),
        "there is no revision `feature/pseudonym` / did you mean `feature/pseudonyms`?"
    );
    assert_eq!(told("HAED"), "there is no revision `HAED` / did you mean `HEAD`?");
    let any = "name a branch, a tag or a commit";
    for unknown in ["something-else-altogether", "HEAD~7", "--all", "@{upstream}", "deadbeef", &"d".repeat(40), "a\0b"]
    {
        let told = told(unknown);
        assert!(told.starts_with("there is no revision `") && told.contains(any), "{told}");
    }
    assert_eq!(
        told(""),
        format!("the name of the revision is empty / {any}; a variable that is not set is empty as well")
    );
    assert_eq!(told("v1.0..main"), "`v1.0..main` is more than one revision / name one revision");
    assert_eq!(told("HEAD^{tree}"), format!("`HEAD^{{tree}}` is not a commit / {any}"));
    assert_eq!(told("HEAD:a.staunch"), format!("`HEAD:a.staunch` is not a commit / {any}"));
    // on a build server the branch is often there only as the remote's
    let clone = r.cloned(&["--branch", "feature/pseudonyms"]);
    assert!(open_revision(clone.path(), "origin/main").is_ok());
    let error = open_revision(clone.path(), "main").unwrap_err();
    assert_eq!(error.help(), "did you mean `origin/main`?");
    // before the first commit
    let empty = Repository::new();
    assert_eq!(empty.open("", "HEAD").unwrap_err().to_string(), "there is no revision `HEAD`");
}

#[test]
fn a_shallow_clone_is_told_how_to_get_the_history() {
    let r = Repository::with(&[("a.staunch", MODEL)]);
    r.commit(&[("b.staunch", MODEL)]);
    let clone = r.cloned(&["--depth", "1"]);
    assert_eq!(names(&open_revision(clone.path(), "HEAD").unwrap().loaded), ["a.staunch", "b.staunch"]);
    let first = r.git(&["rev-parse", "HEAD~1"]);
    for revision in ["HEAD~1", "main~1", first.trim()] {
        let error = open_revision(clone.path(), revision).unwrap_err();
        assert_eq!(error, RevisionError::Shallow(revision.to_owned()));
        assert!(error.to_string().contains("shallow"));
        assert!(
            error.help().starts_with(
                "fetch the history first: `git fetch --unshallow`, or in a GitHub workflow `fetch-depth: 0`"
            )
        );
    }
    git(clone.path(), &["fetch", "--quiet", "--unshallow"]);
    assert_eq!(names(&open_revision(clone.path(), "HEAD~1").unwrap().loaded), ["a.staunch"]);
}

#[test]
fn a_partial_clone_is_told_what_to_fetch() {
    let r = Repository::with(&[("a.staunch", MODEL)]);
    r.git(&["config", "uploadpack.allowFilter", "true"]);
    for filter in ["--filter=blob:none", "--filter=tree:0"] {
        let clone = r.cloned(&[filter, "--no-checkout"]);
        let error = open_revision(clone.path(), "HEAD").unwrap_err();
        assert_eq!(error, RevisionError::Missing("HEAD".to_owned()), "{filter}");
        assert!(error.help().contains("git fetch --refetch --no-filter"));
        git(clone.path(), &["fetch", "--quiet", "--refetch", "--no-filter"]);
        assert_eq!(names(&open_revision(clone.path(), "HEAD").unwrap().loaded), ["a.staunch"], "{filter}");
    }
}

#[test]
fn a_damaged_repository_is_told_and_ends() {
    let r = Repository::with(&[("a.staunch", MODEL), ("b.staunch", "party b {}\n")]);
    let object = r.git(&["rev-parse", "HEAD:a.staunch"]);
    let path = r.path().join(".git/objects").join(&object[..2]).join(object[2..].trim());
    fs::remove_file(&path).unwrap();
    fs::write(&path, "no object").unwrap();
    assert!(matches!(r.open("", "HEAD"), Err(RevisionError::Missing(_))));
    assert!(r.open("b.staunch", "HEAD").is_ok(), "only what is read must be there");
}

#[test]
fn what_is_no_repository_and_what_has_no_working_tree_is_told() {
    let r = Repository::with(&[("a.staunch", MODEL), ("notes.md", "")]);
    let elsewhere = TempDir::new().unwrap();
    let error = open_revision(elsewhere.path(), "HEAD").unwrap_err();
    let shown = elsewhere.path().canonicalize().unwrap();
    assert_eq!(error.to_string(), format!("`{}` is not in a git repository", shown.display()));
    let bare = r.cloned(&["--bare"]);
    assert!(matches!(open_revision(bare.path(), "HEAD"), Err(RevisionError::NoWorkingTree(_))));
    assert!(matches!(r.open(".git", "HEAD"), Err(RevisionError::NoWorkingTree(_))));
    assert_eq!(
        r.open("notes.md", "HEAD").unwrap_err().to_string(),
        format!("`{}` is not a `.staunch` file", r.path().join("notes.md").display())
    );
}

#[test]
fn a_working_tree_beside_the_repository_is_one() {
    let r = Repository::with(&[("study/a.staunch", MODEL)]);
    let beside = TempDir::new().unwrap();
    let place = beside.path().join("tree");
    r.git(&["worktree", "add", "--quiet", "-b", "side", place.to_str().unwrap()]);
    fs::write(place.join("study/b.staunch"), MODEL).unwrap();
    git(&place, &["add", "--all"]);
    git(&place, &["commit", "--quiet", "--message", "on the side"]);
    assert_eq!(names(&open_revision(&place.join("study"), "HEAD").unwrap().loaded), ["a.staunch", "b.staunch"]);
    assert_eq!(names(&open_revision(&place.join("study"), "main").unwrap().loaded), ["a.staunch"]);
    assert_eq!(names(&r.open("study", "side").unwrap().loaded), ["a.staunch", "b.staunch"]);
}

/// What comes of the test below in an environment of its own.
fn came_of(path: &Path, environment: &[(&str, &str)]) -> String {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "in_an_environment_of_its_own", "--ignored", "--nocapture"]);
    command.env("STAUNCH_TEST_PATH", path).envs(environment.iter().copied());
    let output = command.output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let (_, came) = text.split_once("came: ").unwrap_or_else(|| panic!("{text}"));
    came.lines().next().unwrap().to_owned()
}

#[test]
#[ignore = "run by other tests, with variables set"]
#[allow(clippy::print_stdout, clippy::disallowed_macros)] // this is how the other test learns of it
fn in_an_environment_of_its_own() {
    let Some(path) = std::env::var_os("STAUNCH_TEST_PATH") else { return };
    match open_revision(Path::new(&path), "HEAD") {
        Ok(read) => println!("came: {}", names(&read.loaded).join(", ")),
        Err(error) => println!("came: {error} / {}", error.help()),
    }
}

#[test]
fn neither_the_environment_nor_settings_of_git_lead_elsewhere() {
    let r = Repository::with(&[("study/straße.staunch", MODEL)]);
    let other = Repository::with(&[("wrong.staunch", MODEL)]);
    let elsewhere = other.path().join(".git").display().to_string();
    let (settings, temporary) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let trap = settings.path().join("trap");
    let config = settings.path().join("config").display().to_string();
    fs::write(
        settings.path().join("config"),
        format!(
            "[core]\n fsmonitor = touch {0}\n pager = touch {0}\n quotepath = true\n abbrev = 4\n[alias]\n ls-tree = !touch {0}\n\
             [color]\n ui = always\n[trace2]\n normalTarget = 2\n",
            trap.display()
        ),
    )
    .unwrap();
    let hostile = [
        ("GIT_DIR", elsewhere.as_str()),
        ("GIT_WORK_TREE", "/"),
        ("GIT_INDEX_FILE", "nothing"),
        ("GIT_OBJECT_DIRECTORY", "nothing"),
        ("GIT_PREFIX", "study/"),
        ("GIT_NAMESPACE", "other"),
        ("GIT_GLOB_PATHSPECS", "1"),
        ("GIT_TRACE", "1"),
        ("GIT_CONFIG_GLOBAL", config.as_str()),
        ("LC_ALL", "de_DE.UTF-8"),
        ("LANGUAGE", "de"),
        ("TMPDIR", temporary.path().to_str().unwrap()),
    ];
    assert_eq!(came_of(&r.path().join("study"), &hostile), "straße.staunch");
    assert_eq!(fs::read_dir(temporary.path()).unwrap().count(), 0, "nothing is left");
    assert!(!trap.exists(), "nothing that the settings name was run");
}

#[test]
fn a_repository_of_another_user_and_a_machine_without_git_are_told() {
    let r = Repository::with(&[("a.staunch", MODEL)]);
    let plain = [("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_NOSYSTEM", "1")];
    assert_eq!(came_of(r.path(), &plain), "a.staunch");
    let other = [&plain[..], &[("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")]].concat();
    let shown = r.path().canonicalize().unwrap().display().to_string();
    assert_eq!(
        came_of(r.path(), &other),
        format!(
            "`{shown}` belongs to another user, and git does not trust it / if you trust it: `git config --global --add \
             safe.directory '{shown}'`"
        )
    );
    let nowhere = TempDir::new().unwrap();
    let without = came_of(r.path(), &[("PATH", nowhere.path().to_str().unwrap())]);
    assert_eq!(
        without,
        "a revision is read with `git`, which is not there / install git, and see that it is found by its name"
    );
}
