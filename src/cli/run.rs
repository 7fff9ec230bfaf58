//! The one place where the command meets the judgement.

use std::path::Path;

use jiff::civil::Date;

use super::{ExitCode, terminal};
use crate::check::{self, Comparison, FINDINGS_COMPARED, FINDINGS_KEPT, Inputs, Outcome, Surveyed, Tested, Waivers};
use crate::diagnostic::Diagnostics;
use crate::project::{self, Loaded};
use crate::rules;
use crate::syntax::{self, intern::Interner};
use crate::vocabulary;

/// Reads a project; says what is wrong where there is none.
pub(super) fn open(path: &Path) -> Result<Loaded, ExitCode> {
    project::open(path).map_err(|error| {
        terminal::complain(&error.to_string(), Some(error.help()));
        ExitCode::TextWrong
    })
}

/// Judges a project that was read.
pub(super) fn judge(loaded: Loaded, as_of: Date, waivers: Waivers) -> Outcome {
    check::check(inputs(loaded, as_of, waivers))
}

/// Judges a project that was read, with as many findings as there are.
pub(super) fn judge_whole(loaded: Loaded, as_of: Date, waivers: Waivers) -> Outcome {
    check::check(Inputs { findings_kept: FINDINGS_COMPARED, ..inputs(loaded, as_of, waivers) })
}

/// Judges a project that was read, and says what it describes.
pub(super) fn survey(loaded: Loaded, as_of: Date, waivers: Waivers) -> Surveyed {
    check::survey(inputs(loaded, as_of, waivers))
}

/// Judges the new version of a project; what the old one has as well is marked. The old one where its text has errors.
pub(super) fn against(old: Loaded, new: Loaded, as_of: Date, waivers: Waivers) -> (Outcome, Option<Box<Outcome>>) {
    check::against(inputs(old, as_of, waivers), inputs(new, as_of, waivers))
}

/// Runs the scenarios of a project.
pub(super) fn test(loaded: Loaded, as_of: Date, wanted: impl Fn(&str) -> bool, controls: bool) -> Tested {
    check::test(inputs(loaded, as_of, Waivers::Applied), wanted, controls)
}

/// Compares two versions of a project.
pub(super) fn compare(old: Loaded, new: Loaded, as_of: Date) -> Comparison {
    check::compare(inputs(old, as_of, Waivers::Applied), inputs(new, as_of, Waivers::Applied))
}

/// Answers a question: an outcome whose only rule is the question, and whose findings are the answers.
pub(super) fn ask(loaded: Loaded, question: &str, as_of: Date) -> Outcome {
    check::ask(inputs(loaded, as_of, Waivers::Applied), question)
}

fn inputs(loaded: Loaded, as_of: Date, waivers: Waivers) -> Inputs {
    let Loaded { sources, staunch_files, settings, vocabulary, notices, diagnostics, .. } = loaded;
    Inputs {
        sources,
        files: staunch_files,
        notices,
        settings,
        vocabulary,
        diagnostics,
        as_of,
        waivers,
        findings_kept: FINDINGS_KEPT,
    }
}

/// What a word of the vocabulary means.
pub(super) fn describe(loaded: Option<&Loaded>, word: &str) -> Option<String> {
    loaded.map_or(vocabulary::standard(), |l| &l.vocabulary).describe(word)
}

/// Every word of the vocabulary, for "did you mean".
pub(super) fn words(loaded: Option<&Loaded>) -> Vec<String> {
    let vocabulary = loaded.map_or(vocabulary::standard(), |l| &l.vocabulary);
    vocabulary.all_words().into_iter().map(str::to_owned).collect()
}

/// A fact that a condition may ask for.
#[derive(Clone, Debug)]
pub(super) struct Fact {
    /// Its name, `agreement in force`.
    pub(super) name: String,
    /// Whose fact it is: `flow`, `processor`.
    pub(super) entities: Vec<String>,
    /// What it means.
    pub(super) meaning: String,
    /// How a model says it.
    pub(super) said: String,
}

/// Every fact that there is.
pub(super) fn facts() -> Vec<Fact> {
    let all = rules::facts::all().map(|fact| Fact {
        name: fact.name.to_owned(),
        entities: fact.entities.iter().map(|e| e.word().to_owned()).collect(),
        meaning: fact.meaning.to_owned(),
        said: fact.said_by.to_owned(),
    });
    all.collect()
}

/// A file in its canonical layout; what is wrong with it, if it cannot be read.
pub(super) fn format(text: &str, start: u32) -> Result<String, Diagnostics> {
    // read once more where the file stands among the others, so that what is wrong with it has its place
    let mut diagnostics = Diagnostics::new();
    syntax::parse(text, start, &mut Interner::new(), &mut diagnostics);
    if diagnostics.has_errors() {
        return Err(diagnostics);
    }
    syntax::format(text).map_err(|_| diagnostics)
}

/// Whether waivers count.
#[derive(clap::Args, Clone, Copy, Debug)]
pub(super) struct WaiverArgs {
    /// Let waivers put nothing off, as an auditor would.
    #[arg(long)]
    no_waivers: bool,
}

impl WaiverArgs {
    /// What that comes to.
    pub(super) fn mode(self) -> Waivers {
        if self.no_waivers { Waivers::Ignored } else { Waivers::Applied }
    }
}
