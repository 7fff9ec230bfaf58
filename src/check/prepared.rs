//! A project that was read once, to be judged as it is and with changes.

use jiff::civil::Date;

use super::report::FINDINGS_COMPARED;
use super::waivers::Waivers;
use super::{Ground, Inputs, Outcome, adopt, judged, severities};
use crate::diagnostic::Diagnostics;
use crate::model::{self, Declared, Input, Model, NoticeTexts, Rule, Title};
use crate::packs;
use crate::rules::context::Context;
use crate::source::{FileId, Sources};
use crate::syntax::intern::Interner;
use crate::syntax::tree::{Sentence, Tree};
use crate::syntax::{self, Care};
use crate::vocabulary::{Settings, Vocabulary};

/// A project's texts, read.
#[derive(Debug)]
pub struct Prepared {
    pub(super) sources: Sources,
    pub(super) trees: Vec<(FileId, Tree)>,
    pub(super) words: Interner,
    pub(super) as_of: Date,
    diagnostics: Diagnostics,
    standard_packs: Vec<FileId>,
    files: usize,
    notices: NoticeTexts,
    settings: Settings,
    vocabulary: Vocabulary,
    waivers: Waivers,
}

/// A project with changes.
pub(super) struct Variant {
    /// Its trees.
    pub(super) trees: Vec<(FileId, Tree)>,
    /// The date to judge as of.
    pub(super) as_of: Date,
    /// Sentences that are judged besides the rules; they come last in the report.
    pub(super) questions: Vec<Sentence>,
}

impl Prepared {
    /// Reads the texts. Whatever their size, all of it is kept at hand.
    pub fn read(inputs: Inputs) -> Prepared {
        let Inputs { mut sources, files, notices, settings, vocabulary, mut diagnostics, as_of, waivers, .. } = inputs;
        let mut words = Interner::new();
        let mut read =
            syntax::parse_files_within(usize::MAX, Care::Thorough, &sources, &files, &mut words, &mut diagnostics);
        let standard_packs = adopt::packs(&mut read, &mut sources, &mut words, &files, &mut diagnostics);
        let (trees, files) = (read.trees, files.len());
        Prepared {
            sources,
            trees,
            words,
            as_of,
            diagnostics,
            standard_packs,
            files,
            notices,
            settings,
            vocabulary,
            waivers,
        }
    }

    /// Whether a file is a pack that comes with the program.
    pub(super) fn is_standard_pack(&self, file: FileId) -> bool {
        self.standard_packs.contains(&file)
    }

    /// Judges the project as it is.
    pub fn judge(&self) -> Outcome {
        let variant = Variant { trees: Vec::new(), as_of: self.as_of, questions: Vec::new() };
        self.judge_trees(&self.trees, &variant, true, |outcome, _| outcome)
    }

    /// What the project sets.
    pub(super) fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Reads a pack that comes with the program and that the project does not adopt.
    pub(super) fn read_pack(&mut self, name: String, text: &str) -> Option<(FileId, Tree)> {
        let read = self.read_more(name, text)?;
        self.standard_packs.push(read.0);
        Some(read)
    }

    /// Reads one more text with the words of the project, without making it a part of it. `None` where there is no room for it.
    pub(super) fn read_more(&mut self, name: String, text: &str) -> Option<(FileId, Tree)> {
        let (care, file) = (Care::Thorough, self.sources.add(name, text).ok()?);
        let (words, mut ignored) = (&mut self.words, Diagnostics::new());
        let read = syntax::parse_files_within(usize::MAX, care, &self.sources, &[file], words, &mut ignored);
        read.trees.into_iter().next()
    }

    /// A file that is no tree's, of this name where there is one.
    pub(super) fn spare_file(&self, name: &str) -> FileId {
        let named = self.sources.files().filter(|(_, file)| file.name == name).map(|(id, _)| id).last();
        named.unwrap_or(FileId(u32::MAX))
    }

    /// Judges the project as it is, and takes what is wanted of the judgement.
    pub(super) fn judge_and<T>(&self, take: impl FnOnce(Outcome, Option<&Context<'_>>) -> T) -> T {
        let variant = Variant { trees: Vec::new(), as_of: self.as_of, questions: Vec::new() };
        self.judge_trees(&self.trees, &variant, true, take)
    }

    /// Judges the project with changes, and takes what is wanted of the judgement.
    pub(super) fn judge_as<T>(&self, variant: &Variant, take: impl FnOnce(Outcome, Option<&Context<'_>>) -> T) -> T {
        self.judge_trees(&variant.trees, variant, false, take)
    }

    fn judge_trees<T>(
        &self,
        trees: &[(FileId, Tree)],
        variant: &Variant,
        warn: bool,
        take: impl FnOnce(Outcome, Option<&Context<'_>>) -> T,
    ) -> T {
        let mut diagnostics = self.diagnostics.clone();
        let input = Input {
            trees,
            again: None,
            words: self.words.clone(),
            vocabulary: self.vocabulary.clone(),
            sources: &self.sources,
            notices: &self.notices,
            packs: packs::NAMES,
            standard_packs: &self.standard_packs,
        };
        let mut model = model::resolve(input, &mut diagnostics);
        severities(&model, &self.settings, &mut diagnostics);
        for (number, sentence) in variant.questions.iter().enumerate() {
            ask(&mut model, number, sentence.clone());
        }
        let ground = Ground {
            settings: &self.settings,
            as_of: variant.as_of,
            files: self.files,
            warn,
            waivers: self.waivers,
            findings_kept: FINDINGS_COMPARED,
        };
        judged(&mut model, ground, self.sources.clone(), diagnostics, take)
    }
}

/// Puts a question beside the rules, under a name that nothing declared can have.
fn ask(model: &mut Model, number: usize, sentence: Sentence) {
    let span = sentence.span;
    let name = model.words.intern(&format!("expectation {number}"));
    let declared = Declared { name, title: Title::default(), span, whole: span };
    model.rules.push(Rule { sentences: vec![sentence], ..Rule::bare(declared, false) });
}
