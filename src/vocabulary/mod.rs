//! The words that models are written in: categories of data, purposes, kinds of party, channels, safeguards, bases.
//!
//! The standard vocabulary is YAML under `policies/vocabulary/`, embedded in the binary; a project adds words in its own
//! YAML (named in `staunch.yaml`) or with declarations. [`Vocabulary`] is what is left of all that: plain tables with ids.

mod compact;
mod describe;
mod entries;
mod order;
mod read;
mod settings;
mod standard;
pub mod tables;
mod walk;
mod yaml;

pub use order::DEEPEST_TREE;
pub use read::read;
pub use settings::{Jurisdiction, RuleSeverity, Settings, read_settings};
pub use standard::{STANDARD_FILES, STANDARD_LINES, standard, standard_from_yaml, standard_lines};
pub use tables::{TableName, Tables, read_tables};
pub use yaml::{
    DEEPEST as DEEPEST_YAML, LONGEST_TEXT as LONGEST_YAML_TEXT, MOST_BYTES as LARGEST_YAML,
    MOST_NODES as MOST_YAML_VALUES,
};

use std::collections::{BTreeMap, BTreeSet};

use crate::source::Span;

/// How many levels of precision a category may have.
pub const MOST_LEVELS: usize = 16;

/// The longest name of a word in a file of words, with its path, in characters.
pub const LONGEST_WORD: usize = 120;

/// A category of data, by its place in [`Vocabulary::categories`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct CategoryId(pub u32);

/// A purpose, by its place in [`Vocabulary::purposes`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct PurposeId(pub u32);

/// How a value singles a person out.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Identifies {
    /// Not by itself and not together with others.
    No,
    /// Together with others (a quasi-identifier).
    Quasi,
    /// As a code that stands for a person wherever the same key is used.
    Key,
    /// By itself.
    Direct,
}

/// A level of precision of a category, `day` before `month` before `year`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Level {
    /// Its word, unique within the category.
    pub name: String,
    /// How a value at this level identifies.
    pub identifies: Identifies,
}

/// A category of data.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Category {
    /// Its full path, `identity.name`.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// The category above it.
    pub parent: Option<CategoryId>,
    /// How it identifies at its finest level.
    pub identifies: Identifies,
    /// Its levels of precision, finest first; never empty (`exact` when none are named).
    pub levels: Vec<Level>,
    /// The kind of special-category data it is (UK GDPR article 9(1)), its own or from above.
    pub special: Option<String>,
    /// Criminal-offence data (article 10), its own or from above.
    pub criminal: bool,
    /// Owed a duty of confidence, its own or from above.
    pub confidential: bool,
    /// The W3C Data Privacy Vocabulary term, `pd:Name`.
    pub dpv: Option<String>,
    /// The Fides data category key, `user.name`.
    pub fides: Option<String>,
    /// Where it was declared, in YAML or a `.staunch` file; `None` in the standard vocabulary.
    pub span: Option<Span>,
}

impl Category {
    /// The index of the level of this name, 0 being the finest.
    pub fn level(&self, name: &str) -> Option<u8> {
        self.levels.iter().position(|l| l.name == name).map(|i| i as u8)
    }

    /// How the category identifies at the level of this index; beyond the coarsest, as at the coarsest.
    pub fn identifies_at(&self, level: u8) -> Identifies {
        self.levels.get(level as usize).or(self.levels.last()).map_or(self.identifies, |l| l.identifies)
    }

    /// The last part of its path: `name` of `identity.name`.
    pub fn short_name(&self) -> &str {
        self.name.rsplit('.').next().unwrap_or(&self.name)
    }
}

impl Word {
    /// Whether it has a property that its family knows, its own or from above.
    pub fn has_mark(&self, mark: &str) -> bool {
        self.marks.iter().any(|m| m == mark)
    }
}

/// What data is used for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Purpose {
    /// Its name, unique: `evaluation`.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// The purpose above it.
    pub parent: Option<PurposeId>,
    /// `operational`, `research`, `statistics`, `commercial`, … (its own or from above).
    pub class: Option<String>,
    /// The W3C Data Privacy Vocabulary term, `dpv:ResearchAndDevelopment`.
    pub dpv: Option<String>,
    /// Where it was declared; `None` in the standard vocabulary.
    pub span: Option<Span>,
}

/// Categories that identify together: each with the index of the coarsest level that still counts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Combination {
    /// Its parts, sorted by category.
    pub parts: Vec<(CategoryId, u8)>,
    /// Where it was declared; `None` in the standard vocabulary.
    pub span: Option<Span>,
}

/// A simple word: a kind of party, a channel, a safeguard, a basis, …
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Word {
    /// What people call it.
    pub title: String,
    /// The word above it, if the family is a tree (`local-authority` under `public-authority`).
    pub parent: Option<String>,
    /// Its source in law or guidance (`UK GDPR article 6(1)(e)`).
    pub law: Option<String>,
    /// The W3C Data Privacy Vocabulary term.
    pub dpv: Option<String>,
    /// Properties the family knows, such as `public-authority` of a kind of party or `secure` of a channel.
    pub marks: Vec<String>,
    /// Where it was declared; `None` in the standard vocabulary.
    pub span: Option<Span>,
}

/// The families of simple words.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Family {
    /// `kind local-authority`.
    PartyKind,
    /// `by secure-email`.
    Channel,
    /// `kept encrypted`.
    Safeguard,
    /// `basis public-task`: UK GDPR article 6(1).
    Basis,
    /// `condition substantial-public-interest`: article 9(2) and Schedule 1 of the DPA 2018.
    Condition,
    /// `terms audit`: what a contract or agreement says (article 28(3)).
    Term,
    /// `then destroy by secure-erasure`.
    DestructionMethod,
    /// `class research`: classes of purpose.
    PurposeClass,
    /// `kind legitimate-interests-assessment`: what somebody signed.
    Record,
    /// `contains rights`: what a notice tells (articles 13 and 14).
    NoticeElement,
    /// `confidentiality section-251`: why confidential information may leave care.
    ConfidentialityBasis,
    /// `transfer idta`: what a transfer abroad rests on (chapter V).
    TransferMechanism,
    /// `oversight can-override`: what makes human review meaningful (article 22A).
    Oversight,
    /// `safeguards contest`: what people can do about a decision (article 22C).
    DecisionSafeguard,
    /// `involves tracking`: what makes an activity likely to be of high risk (article 35).
    DpiaTrigger,
}

impl Family {
    /// Every family.
    pub const ALL: [Family; 15] = [
        Family::PartyKind,
        Family::Channel,
        Family::Safeguard,
        Family::Basis,
        Family::Condition,
        Family::Term,
        Family::DestructionMethod,
        Family::PurposeClass,
        Family::Record,
        Family::NoticeElement,
        Family::ConfidentialityBasis,
        Family::TransferMechanism,
        Family::Oversight,
        Family::DecisionSafeguard,
        Family::DpiaTrigger,
    ];

    /// The key of the family in YAML.
    pub fn key(self) -> &'static str {
        match self {
            Family::PartyKind => "party-kinds",
            Family::Channel => "channels",
            Family::Safeguard => "safeguards",
            Family::Basis => "bases",
            Family::Condition => "conditions",
            Family::Term => "terms",
            Family::DestructionMethod => "destruction-methods",
            Family::PurposeClass => "purpose-classes",
            Family::Record => "records",
            Family::NoticeElement => "notice-elements",
            Family::ConfidentialityBasis => "confidentiality-bases",
            Family::TransferMechanism => "transfer-mechanisms",
            Family::Oversight => "oversight",
            Family::DecisionSafeguard => "decision-safeguards",
            Family::DpiaTrigger => "dpia-triggers",
        }
    }

    /// What a word of the family is called in messages.
    pub fn noun(self) -> &'static str {
        match self {
            Family::PartyKind => "kind of party",
            Family::Channel => "channel",
            Family::Safeguard => "safeguard",
            Family::Basis => "legal basis",
            Family::Condition => "condition",
            Family::Term => "contract term",
            Family::DestructionMethod => "method of destruction",
            Family::PurposeClass => "class of purpose",
            Family::Record => "kind of record",
            Family::NoticeElement => "element of a notice",
            Family::ConfidentialityBasis => "basis in confidentiality",
            Family::TransferMechanism => "transfer mechanism",
            Family::Oversight => "kind of oversight",
            Family::DecisionSafeguard => "safeguard for decisions",
            Family::DpiaTrigger => "reason for an impact assessment",
        }
    }
}

/// All words of a run: the standard ones, then the project's.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Vocabulary {
    /// Categories; a parent always stands before its children.
    pub categories: Vec<Category>,
    /// Purposes; a parent always stands before its children.
    pub purposes: Vec<Purpose>,
    /// Combinations that identify together.
    pub combinations: Vec<Combination>,
    /// Simple words by family and name.
    pub words: BTreeMap<Family, BTreeMap<String, Word>>,
    /// Category ids by every way of naming one: full path, unique last part, alias.
    category_names: BTreeMap<String, CategoryId>,
    /// The parts of every combination that was added by [`Vocabulary::add_combination`].
    combination_parts: BTreeSet<Vec<(CategoryId, u8)>>,
    /// Last parts that several categories share, which therefore name none, with those categories.
    shared_names: BTreeMap<String, Vec<CategoryId>>,
    /// Purpose ids by name.
    purpose_names: BTreeMap<String, PurposeId>,
}

impl Vocabulary {
    /// A category by its id.
    pub fn category(&self, id: CategoryId) -> &Category {
        &self.categories[id.0 as usize]
    }

    /// A purpose by its id.
    pub fn purpose(&self, id: PurposeId) -> &Purpose {
        &self.purposes[id.0 as usize]
    }

    /// The category that a word names: its full path, its last part where that is unique, or an alias.
    pub fn find_category(&self, word: &str) -> Option<CategoryId> {
        self.category_names.get(word).copied()
    }

    /// The purpose of a name.
    pub fn find_purpose(&self, name: &str) -> Option<PurposeId> {
        self.purpose_names.get(name).copied()
    }

    /// A simple word of a family.
    pub fn word(&self, family: Family, name: &str) -> Option<&Word> {
        self.words.get(&family).and_then(|f| f.get(name))
    }

    /// How deep a category stands: 1 for one at the top. Counts no further than what is allowed.
    pub fn category_depth(&self, id: CategoryId) -> usize {
        let above = |id: &CategoryId| self.category(*id).parent;
        std::iter::successors(Some(id), above).take(DEEPEST_TREE + 1).count()
    }

    /// How deep a purpose stands: 1 for one at the top. Counts no further than what is allowed.
    pub fn purpose_depth(&self, id: PurposeId) -> usize {
        let above = |id: &PurposeId| self.purpose(*id).parent;
        std::iter::successors(Some(id), above).take(DEEPEST_TREE + 1).count()
    }

    /// Whether `below` is `above` or stands under it.
    pub fn category_under(&self, below: CategoryId, above: CategoryId) -> bool {
        let mut at = Some(below);
        while let Some(id) = at {
            if id == above {
                return true;
            }
            at = self.category(id).parent;
        }
        false
    }

    /// Whether `below` is `above` or stands under it.
    pub fn purpose_under(&self, below: PurposeId, above: PurposeId) -> bool {
        let mut at = Some(below);
        while let Some(id) = at {
            if id == above {
                return true;
            }
            at = self.purpose(id).parent;
        }
        false
    }

    /// Whether the word `below` is `above` or stands under it in its family.
    pub fn word_under(&self, family: Family, below: &str, above: &str) -> bool {
        let mut at = below;
        // a family's tree is checked to have no circle; the bound keeps a broken one from hanging us
        for _ in 0..64 {
            if at == above {
                return true;
            }
            match self.word(family, at).and_then(|w| w.parent.as_deref()) {
                Some(parent) => at = parent,
                None => return false,
            }
        }
        false
    }

    /// Every way of naming a category, for "did you mean".
    pub fn category_words(&self) -> impl Iterator<Item = &str> {
        self.category_names.keys().map(String::as_str)
    }

    /// Every purpose's name, for "did you mean".
    pub fn purpose_words(&self) -> impl Iterator<Item = &str> {
        self.purpose_names.keys().map(String::as_str)
    }

    /// Every word of a family, for "did you mean".
    pub fn family_words(&self, family: Family) -> impl Iterator<Item = &str> {
        self.words.get(&family).into_iter().flat_map(|f| f.keys().map(String::as_str))
    }

    /// Adds a category. Its full path and its last part name it; a last part that two categories share names neither.
    /// The caller has made sure that the full path is new.
    pub fn add_category(&mut self, category: Category, aliases: &[String]) -> CategoryId {
        let id = CategoryId(self.categories.len() as u32);
        let full = category.name.clone();
        if let Some((_, last)) = full.rsplit_once('.') {
            match self.category_names.get(last) {
                None => match self.shared_names.get_mut(last) {
                    Some(sharing) => sharing.push(id),
                    None => {
                        self.category_names.insert(last.to_owned(), id);
                    }
                },
                // a category whose whole path is this word keeps it
                Some(other) if self.category(*other).name == last => {}
                Some(other) => {
                    // another name of a category gives way without becoming one of those that share it
                    let ends_so = |id: &CategoryId| self.category(*id).name.rsplit('.').next() == Some(last);
                    let sharing = [*other].into_iter().filter(ends_so).chain([id]).collect();
                    self.category_names.remove(last);
                    self.shared_names.insert(last.to_owned(), sharing);
                }
            }
        }
        self.category_names.insert(full, id);
        for alias in aliases {
            self.category_names.entry(alias.clone()).or_insert(id);
        }
        self.categories.push(category);
        id
    }

    /// The categories whose last part is `word`, when several share it and it therefore names none of them.
    pub fn categories_sharing(&self, word: &str) -> Vec<CategoryId> {
        self.shared_names.get(word).cloned().unwrap_or_default()
    }

    /// Every category's id, parents before children.
    pub fn category_ids(&self) -> impl Iterator<Item = CategoryId> + use<> {
        (0..self.categories.len() as u32).map(CategoryId)
    }

    /// Adds categories that identify together. Order does not matter; a combination that is there already is not added
    /// again. The caller has made sure that there are at least two parts and that the levels exist.
    pub fn add_combination(&mut self, mut parts: Vec<(CategoryId, u8)>, span: Option<Span>) {
        parts.sort_unstable();
        parts.dedup();
        if self.combination_parts.insert(parts.clone()) {
            self.combinations.push(Combination { parts, span });
        }
    }

    /// The coarsest level of a category that still helps to identify: what a combination means when it names no level.
    pub fn coarsest_identifying_level(&self, id: CategoryId) -> Option<u8> {
        self.category(id).levels.iter().rposition(|l| l.identifies >= Identifies::Quasi).map(|i| i as u8)
    }

    /// Adds a purpose. The caller has made sure that the name is new.
    pub fn add_purpose(&mut self, purpose: Purpose) -> PurposeId {
        let id = PurposeId(self.purposes.len() as u32);
        self.purpose_names.insert(purpose.name.clone(), id);
        self.purposes.push(purpose);
        id
    }
}
