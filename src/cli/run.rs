//! The one place where the command meets the judgement.

use jiff::civil::Date;

use crate::check::{Outcome, Report, Size};
use crate::diagnostic::Diagnostics;
use crate::model::{self, Input};
use crate::project::Loaded;
use crate::syntax::{self, intern::Interner};
use crate::vocabulary;

/// Judges a project that was read.
pub(super) fn judge(loaded: Loaded, as_of: Date) -> Outcome {
    let Loaded { sources, staunch_files, settings, vocabulary, notices, mut diagnostics, .. } = loaded;
    let mut words = Interner::new();
    let mut trees = Vec::new();
    for id in &staunch_files {
        let Some(file) = sources.file(*id) else { continue };
        trees.push((*id, syntax::parse(&file.text, file.start, &mut words, &mut diagnostics).tree));
    }
    let input = Input { trees: &trees, words, vocabulary, sources: &sources, notices: &notices, packs: &[] };
    let model = model::resolve(input, &mut diagnostics);
    let report = (!diagnostics.has_errors()).then(|| Report {
        project: settings.name,
        as_of,
        rules: Vec::new(),
        assumptions: Vec::new(),
        size: Size {
            files: staunch_files.len(),
            parties: model.parties.len(),
            datasets: model.datasets.len(),
            flows: model.flows.len(),
            steps: model.steps.len(),
            copies: 0,
        },
    });
    Outcome { sources, diagnostics, report }
}

/// Answers a question: an outcome whose only rule is the question, and whose findings are the answers.
pub(super) fn ask(loaded: Loaded, _question: &str, as_of: Date) -> Outcome {
    judge(loaded, as_of)
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
    Vec::new()
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
