//! On what footing: agreements, laws, assessments, records, notices, opt-outs.

use thin_vec::ThinVec;

use super::{DatasetFields, DateLiteral, Facts, Head, Name, Names, Retention, Stated, Text, When};

/// `agreement NAME "…" { … }`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AgreementDecl {
    /// Keyword, name, title.
    pub head: Head,
    /// Its lines.
    pub facts: Facts<AgreementFact>,
}

/// A line of an agreement.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum AgreementFact {
    /// `kind sharing | processing-contract | joint-controller | transfer | memorandum`.
    Kind(Stated<Name>),
    /// `binding yes | no`.
    Binding(Stated<bool>),
    /// `between a, b`.
    Between(Stated<Names>),
    /// `from DATE`.
    From(Stated<When>),
    /// `until DATE | EVENT`.
    Until(Stated<When>),
    /// `for PURPOSES`.
    For(Stated<Names>),
    /// `covers dataset(fields), …`.
    Covers(Stated<ThinVec<DatasetFields>>),
    /// `onward to WHO, … | no one`; empty for no one.
    Onward(Stated<Names>),
    /// `about PEOPLE, …`.
    About(Stated<Names>),
    /// `by CHANNEL, …`.
    By(Stated<Names>),
    /// `terms instructions, audit, …`.
    Terms(Stated<Names>),
    /// `replaces OTHER, …`.
    Replaces(Names),
}

/// `law NAME "Citation" { … }`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LawDecl {
    /// Keyword, name, citation.
    pub head: Head,
    /// Its lines.
    pub facts: Facts<LawFact>,
}

/// A line of a law.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LawFact {
    /// `in force DATE [to DATE]`.
    InForce {
        /// From.
        from: Stated<DateLiteral>,
        /// To; still in force when not said.
        to: Option<Stated<DateLiteral>>,
    },
    /// `gives power | gateway, …`.
    Gives(Stated<Names>),
    /// `excludes CATEGORIES`.
    Excludes(Names),
}

/// `purpose NAME [under PARENT] "…" { class … }`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PurposeDecl {
    /// Keyword, name, title.
    pub head: Head,
    /// `under PARENT`.
    pub under: Option<Name>,
    /// Its lines: `class CLASS`.
    pub facts: Facts<Stated<Name>>,
}

/// `compatible A with B because "…"`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CompatibleDecl {
    /// Keyword; it has no name.
    pub head: Head,
    /// The purpose of collection.
    pub purpose: Name,
    /// The further purpose.
    pub with: Name,
    /// Why.
    pub because: Option<Text>,
}

/// `dpia NAME "…" { … }`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DpiaDecl {
    /// Keyword, name, title.
    pub head: Head,
    /// Its lines.
    pub facts: Facts<DpiaFact>,
}

/// A line of a DPIA.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum DpiaFact {
    /// `covers ACTIVITIES`.
    Covers(Names),
    /// `completed DATE`.
    Completed(Stated<DateLiteral>),
    /// `review by DATE`.
    ReviewBy(Stated<DateLiteral>),
    /// `residual risk low | medium | high`.
    ResidualRisk(Stated<Name>),
    /// `advice "…"`: what the data protection officer said.
    Advice(Stated<Text>),
}

/// `attest copy X at P is anonymous { … }`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AttestDecl {
    /// Keyword; it has no name.
    pub head: Head,
    /// The dataset.
    pub dataset: Name,
    /// The place.
    pub at: Name,
    /// Its lines.
    pub facts: Facts<SignedFact>,
}

/// Who answers for an attestation or a waiver, and until when.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SignedFact {
    /// `by "role"`.
    By(Text),
    /// `on DATE`.
    On(DateLiteral),
    /// `review by DATE`.
    ReviewBy(DateLiteral),
    /// `because "…"`.
    Because(Text),
    /// `until DATE`.
    Until(DateLiteral),
}

/// `opt-out NAME "…" { … }`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OptOutDecl {
    /// Keyword, name, title.
    pub head: Head,
    /// Its lines.
    pub facts: Facts<OptOutFact>,
}

/// A line of an opt-out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum OptOutFact {
    /// `blocks PURPOSES`.
    Blocks(Names),
    /// `blocks identifiable data to WHO, …`.
    BlocksIdentifiableTo(Names),
    /// `at extraction`.
    AtExtraction,
    /// `before use`.
    BeforeUse,
    /// `covers DATASETS`: the data that people can keep out of it.
    Covers(Names),
    /// `about PEOPLE`: to whom it is open.
    About(Names),
}

/// `notice NAME "…" { … }`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NoticeDecl {
    /// Keyword, name, title.
    pub head: Head,
    /// Its lines.
    pub facts: Facts<NoticeFact>,
}

/// A line of a notice.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum NoticeFact {
    /// `text "notice.md"`: the file, relative to the one that declares the notice.
    Text(Stated<Text>),
    /// `from hackney, …`: whose notice it is.
    From(Stated<Names>),
    /// `to participants, …`.
    To(Stated<Names>),
    /// `published DATE`.
    Published(Stated<DateLiteral>),
    /// `review by DATE`.
    ReviewBy(Stated<DateLiteral>),
    /// `contact "privacy@hackney.gov.uk", …`: where people can turn to.
    Contact(Stated<Vec<Text>>),
    /// `contains rights, complaint`: what else it tells.
    Contains(Stated<Names>),
    /// `retain 6 years after case-closed`: how long it says that data is kept.
    Retain(Stated<Box<Retention>>),
    /// `names recipients WHO, …` (also `purposes`, `categories`, `sources`): what it tells.
    Names {
        /// `recipients`, `purposes`, `categories` or `sources`.
        what: Name,
        /// Which.
        list: Stated<Names>,
    },
    /// `covers ACTIVITIES`.
    Covers(Names),
    /// `cites LAWS`.
    Cites(Names),
}

/// `assume anyone knows name, address` (or a party instead of `anyone`).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AssumeDecl {
    /// Keyword; it has no name.
    pub head: Head,
    /// Who; `None` for anyone.
    pub who: Option<Name>,
    /// The categories.
    pub knows: Names,
}
