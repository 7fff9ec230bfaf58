//! The library's stages as the benches call them, one after the other.
//!
//! Everything that the benches know of the library is here: when a stage changes its shape, this file changes and no bench.

use jiff::civil::{Date, date};
use staunch::check::{self, Inputs, Outcome};
use staunch::diagnostic::Diagnostics;
use staunch::graph::Graph;
use staunch::model::{self, Input, Model, NoticeTexts};
use staunch::source::{FileId, Sources};
use staunch::syntax::intern::Interner;
use staunch::syntax::tree::Tree;
use staunch::syntax::{self};
use staunch::vocabulary::{self, Settings};

/// The date that everything is judged as of.
const AS_OF: Date = date(2026, 1, 1);

/// A project's texts, read.
#[derive(Clone, Debug)]
pub(crate) struct Texts {
    sources: Sources,
    files: Vec<FileId>,
}

/// Trees, and the words that stand in them.
pub(crate) struct Parsed {
    trees: Vec<(FileId, Tree)>,
    words: Interner,
}

impl Texts {
    /// Takes in the texts of a project by their names.
    pub(crate) fn new(files: &[(String, String)]) -> Texts {
        let mut sources = Sources::new();
        let files = files.iter().filter_map(|(name, text)| sources.add(name.as_str(), text.as_str()).ok()).collect();
        Texts { sources, files }
    }

    /// From text to trees.
    pub(crate) fn parse(&self) -> Parsed {
        let mut words = Interner::new();
        let mut diagnostics = Diagnostics::new();
        let files = self.files.iter().filter_map(|id| self.sources.file(*id).map(|file| (*id, file)));
        let trees =
            files.map(|(id, file)| (id, syntax::parse(file.text(), file.start, &mut words, &mut diagnostics).tree));
        let trees = trees.collect();
        Parsed { trees, words }
    }

    /// From trees to the model: every name found.
    pub(crate) fn resolve(&self, parsed: Parsed) -> Model {
        let Parsed { trees, words } = parsed;
        let (notices, vocabulary) = (NoticeTexts::new(), vocabulary::standard().clone());
        let input = Input {
            trees: &trees,
            again: None,
            words,
            vocabulary,
            sources: &self.sources,
            notices: &notices,
            packs: &[],
            standard_packs: &[],
        };
        model::resolve(input, &mut Diagnostics::new())
    }

    /// From text to verdicts.
    pub(crate) fn check(self) -> Outcome {
        check::check(Inputs {
            sources: self.sources,
            files: self.files,
            notices: NoticeTexts::new(),
            settings: Settings::default(),
            vocabulary: vocabulary::standard().clone(),
            diagnostics: Diagnostics::new(),
            as_of: AS_OF,
            waivers: staunch::check::Waivers::Applied,
            findings_kept: staunch::check::FINDINGS_KEPT,
        })
    }
}

/// From the model to the graph of copies, columns and edges.
pub(crate) fn build(model: &mut Model) -> Graph {
    Graph::build(model, &mut Diagnostics::new())
}
