//! From trees to a [`Model`]: every name is looked up, every fact is put where it belongs, and what does not fit is said.
//!
//! Resolution goes in two rounds. The first gives every declaration of every file an id, so that any file may use a name
//! that another declares. The second reads the facts, in an order in which what a fact needs is already there: parties
//! before groups, activities before the flows that take their purposes. It never stops at an error; a fact that cannot be
//! understood is reported once and left out, so that the model stays closed.
//!
//! Nothing here reads a disk. The texts of notices are handed in: [`notice_files`] says which are needed.

mod activities;
mod categories;
mod checks;
mod circles;
mod datasets;
mod facts;
mod footing;
mod happenings;
mod index;
mod names;
mod notices;
mod parties;
mod quotes;
mod records;
mod rules;
mod steps;
mod tables;
mod unknown;
mod windows;

use std::collections::{HashMap, HashSet};

use super::{ActivityId, Model, NoticeId};
use crate::diagnostic::{Diagnostic, Diagnostics, KEPT};
use crate::source::{FileId, Sources, Span};
use crate::syntax::Files;
use crate::syntax::intern::{Interner, Symbol};
use crate::syntax::tree::{Declaration, NoticeFact, Stated, Tree};
use crate::vocabulary::Vocabulary;

use names::{KnownWords, Wanted};
use quotes::Plain;

/// The texts of notices: by the file that declares the notice and the path as it is said there, the text's file in
/// [`Sources`], or the reason why it could not be read, which whoever tried to read it has reported.
pub type NoticeTexts = HashMap<(FileId, String), Result<FileId, String>>;

/// What [`resolve`] works on.
pub struct Input<'a> {
    /// Every file's tree, those of adopted rule packs included.
    pub trees: &'a [(FileId, Tree)],
    /// The files that the trees are of, when these lack what stands in [`Files::briefs`].
    pub again: Option<&'a Files>,
    /// The words of the trees; they go into the model.
    pub words: Interner,
    /// The standard vocabulary with the project's YAML words; declarations add to it.
    pub vocabulary: Vocabulary,
    /// The text of every file, notices included.
    pub sources: &'a Sources,
    /// The texts of the notices that [`notice_files`] lists.
    pub notices: &'a NoticeTexts,
    /// The names of the rule packs that there are.
    pub packs: &'a [&'a str],
    /// The files that are not the project's but packs that come with the program, among those of the trees.
    pub standard_packs: &'a [FileId],
}

/// A notice's text that must be read before [`resolve`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NoticeRef {
    /// The file that declares the notice; the path is relative to it.
    pub file: FileId,
    /// The path as said.
    pub path: String,
    /// Where it is said.
    pub span: Span,
}

/// The texts of notices that trees name, in the order of the trees.
pub fn notice_files(trees: &[(FileId, Tree)]) -> Vec<NoticeRef> {
    let mut files = Vec::new();
    for (file, tree) in trees {
        for declaration in &tree.declarations {
            let Declaration::Notice(notice) = declaration else { continue };
            for fact in &notice.facts {
                if let NoticeFact::Text(Stated::Is(text)) = &fact.value {
                    files.push(NoticeRef { file: *file, path: text.value.clone(), span: text.span });
                }
            }
        }
    }
    files
}

/// A rule pack that a file adopts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Adopted {
    /// One by name, `adopt uk-gdpr`.
    Pack(FileId, String, Span),
    /// One by path, relative to the file that adopts it.
    Path(FileId, String, Span),
}

/// The rule packs that trees adopt, in the order of the trees: to be read, and their trees added, before [`resolve`].
pub fn adopted(trees: &[(FileId, Tree)], words: &Interner) -> Vec<Adopted> {
    let mut all = Vec::new();
    for (file, tree) in trees {
        for declaration in &tree.declarations {
            let Declaration::Adopt(adopt) = declaration else { continue };
            all.extend(adopt.packs.iter().map(|n| Adopted::Pack(*file, words.word(n.symbol).to_owned(), n.span)));
            all.extend(adopt.paths.iter().map(|t| Adopted::Path(*file, t.value.clone(), t.span)));
        }
    }
    all
}

/// Makes the model of a project, and says all that is wrong with its names and declarations.
pub fn resolve(input: Input<'_>, diagnostics: &mut Diagnostics) -> Model {
    let (trees, again) = (input.trees, input.again);
    let mut resolver = Resolver::new(input, diagnostics);
    let found = resolver.index(trees, again.map(|files| files.briefs.as_slice()).unwrap_or_default());
    resolver.vocabulary(&found);
    resolver.implicit_datasets(&found);
    resolver.keys(&found);
    resolver.who(&found);
    resolver.events(&found);
    resolver.footing(&found);
    resolver.activities(&found);
    resolver.tables(trees, again, &found);
    resolver.notices(&found);
    resolver.records(&found);
    resolver.rules(&found);
    resolver.checks();
    resolver.finish()
}

/// The work in hand.
struct Resolver<'a> {
    sources: &'a Sources,
    texts: &'a NoticeTexts,
    packs: &'a [&'a str],
    standard_packs: &'a [FileId],
    diagnostics: &'a mut Diagnostics,
    model: Model,
    /// Where each name in [`Model::names`] is declared, by symbol.
    declared_at: Vec<Span>,
    /// Every declared name in order of declaration, for advice.
    order: Vec<(Symbol, super::Thing)>,
    /// Names already reported as unknown: one diagnostic each, with the further places added.
    unknown: HashMap<(Symbol, Wanted), usize>,
    pending: Vec<Diagnostic>,
    /// Where further unknown names stand, once there are so many errors that these will only be counted.
    unheard: Vec<Span>,
    /// Errors that were there before resolution, sorted: a declaration with one in it may lack a fact for that reason alone.
    broken: Vec<Span>,
    /// How many more candidates may be compared for advice in this run.
    budget: usize,
    /// Names whose declarations could not be read, which was reported: nothing more is said where they are used.
    lost: HashSet<Symbol>,
    /// Datasets that have no declaration of their own, in order of their ids, after the declared ones.
    implicit: Vec<(Symbol, Span)>,
    /// The one activity of a file that declares exactly one.
    activity_of: HashMap<FileId, ActivityId>,
    /// That of the file that is being read.
    only_activity: Option<ActivityId>,
    /// For each declared dataset whether it has no line about fields.
    without_fields: Vec<bool>,
    /// Words that were looked up in the vocabulary.
    known_words: KnownWords,
    /// The notices' texts made ready for comparing; `None` for one that cannot be read.
    plain: HashMap<NoticeId, Option<Plain>>,
    /// The file that declares each notice.
    notice_file: Vec<FileId>,
}

/// How many candidates a run compares for "did you mean", all errors together: enough for any text that a person wrote, and
/// a bound on the time that a million wrong names can take.
const ADVICE: usize = 2_000_000;

impl<'a> Resolver<'a> {
    fn new(input: Input<'a>, diagnostics: &'a mut Diagnostics) -> Self {
        let mut broken: Vec<Span> = diagnostics.sorted().into_iter().map(|d| d.span).collect();
        broken.sort_unstable();
        let words = input.words.len();
        let mut model = Model { words: input.words, vocabulary: input.vocabulary, ..Model::default() };
        model.names.reserve(words);
        Resolver {
            sources: input.sources,
            texts: input.notices,
            packs: input.packs,
            standard_packs: input.standard_packs,
            diagnostics,
            model,
            declared_at: vec![Span::default(); words],
            known_words: KnownWords::default(),
            order: Vec::new(),
            unknown: HashMap::new(),
            pending: Vec::new(),
            unheard: Vec::new(),
            broken,
            budget: ADVICE,
            lost: input.trees.iter().flat_map(|(_, tree)| tree.lost.iter().copied()).collect(),
            implicit: Vec::new(),
            activity_of: HashMap::new(),
            only_activity: None,
            without_fields: Vec::new(),
            plain: HashMap::new(),
            notice_file: Vec::new(),
        }
    }

    fn finish(mut self) -> Model {
        for diagnostic in std::mem::take(&mut self.pending) {
            self.diagnostics.push(diagnostic);
        }
        for span in std::mem::take(&mut self.unheard) {
            self.diagnostics.push(Diagnostic::new(
                &crate::diagnostic::codes::names::UNKNOWN_NAME,
                span,
                "an unknown name",
            ));
        }
        self.model
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// Whether the next error will be kept whole, so that advice on it is worth its while.
    fn heard(&self) -> bool {
        self.diagnostics.errors() + self.pending.len() < KEPT
    }

    /// Whether the text within a span was already found to be wrong.
    fn is_broken(&self, whole: Span) -> bool {
        let first = self.broken.partition_point(|s| s.start < whole.start);
        self.broken.get(first).is_some_and(|s| s.start <= whole.end)
    }

    /// Whether a name belongs to a declaration that could not be read, or to a team of such a party.
    fn is_lost(&self, symbol: Symbol) -> bool {
        if self.lost.is_empty() {
            return false;
        }
        let party = self.word(symbol).split_once('.').and_then(|(party, _)| self.model.words.find(party));
        self.lost.contains(&symbol) || party.is_some_and(|p| self.lost.contains(&p))
    }

    fn word(&self, symbol: Symbol) -> &str {
        self.model.words.word(symbol)
    }
}
