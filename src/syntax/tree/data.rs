//! Datasets, fields, categories, and what a line states of a copy.

use super::{DateLiteral, Duration, Facts, Head, Name, Names, Number, Stated, When};
use crate::source::Span;

/// `dataset families "…" { … }`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DatasetDecl {
    /// Keyword, name, title.
    pub head: Head,
    /// Its lines.
    pub facts: Facts<DatasetFact>,
}

/// A line of a dataset.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum DatasetFact {
    /// `held by hackney.early-help, …`.
    HeldBy(Stated<Names>),
    /// `controller hackney, …`.
    Controller(Stated<Names>),
    /// `about participants, …`.
    About(Stated<Names>),
    /// `collected for family-support, …`.
    CollectedFor(Stated<Names>),
    /// `fields name, address`; each takes the category of its own name.
    Fields(Names),
    /// `fields open`: the source left the list open.
    FieldsOpen,
    /// `field x : category [at LEVEL]`.
    Field(FieldFact),
    /// `reveals on-programme : social.intervention`.
    Reveals(FieldFact),
    /// `reveals nothing`: being in it says nothing about anybody; `reveals not-stated`.
    RevealsNothing(Stated<Span>),
    /// `rows [one per family]`.
    Rows {
        /// What a row is about, when said.
        one_per: Option<Name>,
    },
    /// `table [minimum 10]`: counts, not people.
    Table {
        /// The least count that is shown.
        minimum: Option<Stated<Number>>,
    },
    /// `claimed anonymous`: somebody says that nobody in it can be identified.
    ClaimedAnonymous,
    /// A fact of the dataset's first copies.
    Copy(CopyFact),
}

/// `x : category at LEVEL`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FieldFact {
    /// The field.
    pub name: Name,
    /// Its category.
    pub category: Stated<Name>,
    /// Its level of precision; the finest when not said.
    pub level: Option<Name>,
}

/// Facts of a copy, wherever it is declared: a dataset's first copies, a step's outputs, a flow's receiver.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CopyFact {
    /// `basis public-task under LAW`.
    Basis(Stated<Box<BasisFact>>),
    /// `condition substantial-public-interest under LAW schedule 1 paragraph 18`; may be said again for another kind of data.
    Condition(Stated<Box<BasisFact>>),
    /// `confidentiality section-251`, `confidentiality statute under LAW`: why the duty of confidence lets it go.
    Confidentiality(Stated<Box<BasisFact>>),
    /// `retain …`; for a flow `receiver retains …`.
    Retain(Stated<Box<Retention>>),
    /// `kept encrypted, named-access`; for a flow `receiver keeps …`.
    Kept(Stated<Names>),
    /// `stored in GB, …`; for a flow `receiver stores in …`.
    StoredIn(Stated<Names>),
    /// `transfer idta under AGREEMENT`: on what it rests that the data goes abroad.
    Transfer(Stated<TransferFact>),
}

/// A legal basis or condition and the law it stands on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BasisFact {
    /// The basis or condition.
    pub name: Name,
    /// The law.
    pub under: Option<Name>,
    /// `schedule 1`.
    pub schedule: Option<Number>,
    /// `paragraph 18`.
    pub paragraph: Option<Number>,
}

/// What a transfer abroad rests on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TransferFact {
    /// The mechanism.
    pub mechanism: Name,
    /// The agreement that it is made under.
    pub under: Option<Name>,
}

/// How long a copy is kept, and what then.
///
/// `6 years after case-closed then destroy`, `until study-end then destroy by secure-erasure`,
/// `6 years then destroy` (after collection), each also with `no later than DATE` before `then`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Retention {
    /// The period; `None` for `until …`.
    pub period: Option<Duration>,
    /// What starts the clock, or the end itself for `until`.
    pub from: Option<When>,
    /// `no later than DATE`.
    pub no_later: Option<DateLiteral>,
    /// `then destroy`.
    pub then: Option<Disposal>,
    /// `by METHOD`: how it is destroyed.
    pub method: Option<Stated<Name>>,
    /// The whole.
    pub span: Span,
}

/// What is done when the time is up.
#[derive(Clone, Copy, PartialEq, Hash, Eq, Debug)]
pub enum Disposal {
    /// Destroyed.
    Destroy,
    /// Given back (and no longer held).
    Return,
    /// Made anonymous.
    Anonymise,
    /// Archived (still held).
    Archive,
    /// Looked at again (still held).
    Review,
}

/// `category x under y "…" { … }`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CategoryDecl {
    /// Keyword, name, title.
    pub head: Head,
    /// `under PARENT`.
    pub under: Option<Name>,
    /// Its lines.
    pub facts: Facts<CategoryFact>,
}

/// A line of a category.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CategoryFact {
    /// `identifies direct | quasi | key | no`.
    Identifies(Name),
    /// `level NAME [identifies direct | quasi | no]`: levels of precision, finest first.
    Level {
        /// The level.
        name: Name,
        /// How the category identifies at it; as the category does when not said.
        identifies: Option<Name>,
    },
    /// `special [health]`: special-category data (UK GDPR article 9).
    Special(Option<Name>),
    /// `criminal`: criminal-offence data (article 10).
    Criminal,
    /// `confidential`: owed a duty of confidence.
    Confidential,
}

/// `combination date-of-birth, postcode at district, sex`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CombinationDecl {
    /// Keyword; a combination has no name.
    pub head: Head,
    /// Its parts: categories, each with the coarsest level that still counts (the finest when not said).
    pub parts: Vec<CombinationPart>,
}

/// A category of a combination.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CombinationPart {
    /// The category.
    pub category: Name,
    /// The coarsest level that still counts.
    pub level: Option<Name>,
}
