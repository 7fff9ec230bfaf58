//! Datasets, their fields, and what a declaration states of a copy.

use std::ops::Deref;
use std::ops::DerefMut;

use jiff::civil::Date;
use thin_vec::ThinVec;

use super::{
    AgreementId, CategoryId, DatasetId, Declared, Disposal, Known, LawId, List, PartyId, PeopleId, Period, PlaceId,
    Point, PurposeId, Rarely,
};
use crate::source::Span;
use crate::syntax::intern::Symbol;

/// What a record of a dataset is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unit {
    /// One person (or one of what `rows one per X` says).
    Rows,
    /// Counts.
    Table,
}

/// A field of a dataset that is declared with its fields.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Field {
    /// Its name.
    pub name: Symbol,
    /// Its category.
    pub category: CategoryId,
    /// Its level of precision: an index into the category's levels.
    pub level: u8,
    /// Where it is declared.
    pub span: Span,
}

/// A body of data, wherever copies of it are.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Dataset {
    /// Name, title, place.
    pub declared: Declared,
    /// Whether it has a declaration of its own, or is only named by the step that gives it.
    pub explicit: bool,
    /// Where it is held from the start; empty for what steps give.
    pub held_by: List<PlaceId>,
    /// `held by …`, where it is said.
    pub held_span: Option<Span>,
    /// Its controllers.
    pub controllers: Rarely<List<PartyId>>,
    /// Whom it is about.
    pub about: Rarely<List<PeopleId>>,
    /// What it was collected for.
    pub collected_for: Rarely<List<PurposeId>>,
    /// Its declared fields.
    pub fields: ThinVec<Field>,
    /// `fields open`: there may be others.
    pub open: Option<Span>,
    /// What being in it says about a person.
    pub reveals: ThinVec<Field>,
    /// `reveals nothing`: that being in it says nothing about anybody.
    pub reveals_nothing: Rarely<()>,
    /// Rows or counts.
    pub unit: Unit,
    /// For a table, the least count it shows.
    pub table_minimum: Rarely<u64>,
    /// What a row is about, when said.
    pub one_per: Option<Symbol>,
    /// Where somebody says that nobody in it can be identified.
    pub claimed_anonymous: Option<Span>,
    /// Facts of its first copies (those `held by`, or those that steps make).
    pub facts: FactsIfAny,
}

/// Facts of a copy as one declaration states them.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct CopyFacts {
    /// The legal basis (UK GDPR article 6).
    pub basis: Rarely<Footing>,
    /// The conditions for special-category and criminal-offence data (articles 9 and 10).
    pub conditions: Rarely<List<Footing>>,
    /// Why the duty of confidence lets it go.
    pub confidentiality: Rarely<Footing>,
    /// How long it is kept.
    pub retention: Rarely<Retention>,
    /// Safeguards, words of [`crate::vocabulary::Family::Safeguard`].
    pub safeguards: Rarely<List<Symbol>>,
    /// Countries.
    pub stored_in: Rarely<List<Symbol>>,
    /// What it rests on that the copy is abroad.
    pub transfer: Rarely<Transfer>,
    /// For a flow, how long copies stay where they pass through.
    pub in_transit: Rarely<Period>,
}

/// The facts of a copy where there are any: most things state none, and then this is one empty pointer.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct FactsIfAny(pub(super) Option<Box<CopyFacts>>);

impl Deref for FactsIfAny {
    type Target = CopyFacts;

    fn deref(&self) -> &CopyFacts {
        self.0.as_deref().unwrap_or(&CopyFacts::NONE)
    }
}

impl DerefMut for FactsIfAny {
    fn deref_mut(&mut self) -> &mut CopyFacts {
        self.0.get_or_insert_default()
    }
}

impl CopyFacts {
    /// Nothing said.
    const NONE: CopyFacts = CopyFacts {
        basis: Rarely(None),
        conditions: Rarely(None),
        confidentiality: Rarely(None),
        retention: Rarely(None),
        safeguards: Rarely(None),
        stored_in: Rarely(None),
        transfer: Rarely(None),
        in_transit: Rarely(None),
    };
}

/// A legal basis or condition and the law it stands on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Footing {
    /// The basis or condition, a word of the vocabulary.
    pub name: Symbol,
    /// The law.
    pub law: Option<LawId>,
    /// Its schedule.
    pub schedule: Option<u64>,
    /// The schedule's paragraph.
    pub paragraph: Option<u64>,
}

/// What a transfer abroad rests on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Transfer {
    /// The mechanism, a word of [`crate::vocabulary::Family::TransferMechanism`].
    pub mechanism: Symbol,
    /// The agreement that it is made under.
    pub under: Option<AgreementId>,
}

/// How long a copy is kept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Retention {
    /// The period as said; `None` for `until …`.
    pub period: Option<Period>,
    /// When the copy ends: the trigger plus the period.
    pub ends: Point,
    /// At the latest then.
    pub no_later: Option<Date>,
    /// What is done then.
    pub then: Option<Disposal>,
    /// How it is destroyed, a word of [`crate::vocabulary::Family::DestructionMethod`].
    pub method: Known<String>,
}

/// A dataset and which of its fields.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DatasetFields {
    /// The dataset.
    pub dataset: DatasetId,
    /// The fields with their places; all when `None`.
    pub fields: Option<ThinVec<(Symbol, Span)>>,
    /// Where it is said.
    pub span: Span,
}
