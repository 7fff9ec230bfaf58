//! What happens: flows, steps and their operations, uses, decisions and events.

use jiff::civil::Date;
use thin_vec::ThinVec;

use super::{
    ActivityId, AgreementId, CategoryId, DatasetFields, DatasetId, Declared, EventId, FactsIfAny, Known, List, Method,
    OptOutId, PlaceId, Point, PurposeId, Rarely,
};
use crate::source::Span;
use crate::syntax::intern::Symbol;

/// Data given from one place to another.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Flow {
    /// Name, title, place.
    pub declared: Declared,
    /// Who sends ([`super::Model::UNKNOWN`] for `not-stated`).
    pub from: List<PlaceId>,
    /// Where `from` is said.
    pub from_span: Span,
    /// Who receives.
    pub to: List<PlaceId>,
    /// Where `to` is said.
    pub to_span: Span,
    /// What.
    pub data: List<DatasetFields>,
    /// `data not-stated`.
    pub data_not_stated: Option<Span>,
    /// For what; the activity's purposes when unsaid.
    pub purposes: Known<List<PurposeId>>,
    /// The activity it belongs to.
    pub activity: Option<ActivityId>,
    /// The agreements it is made under.
    pub agreements: Known<List<AgreementId>>,
    /// How it travels, words of [`crate::vocabulary::Family::Channel`].
    pub channels: Rarely<List<Symbol>>,
    /// When it starts.
    pub starts: Rarely<Point>,
    /// When it ends.
    pub ends: Rarely<Point>,
    /// Facts of the copy it makes; basis and condition are the flow's own.
    pub facts: FactsIfAny,
    /// To whom the receiver may pass it on; empty for no one.
    pub onward: Rarely<List<PlaceId>>,
}

/// Data made from data at one place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Step {
    /// Name, title, place.
    pub declared: Declared,
    /// Where it is done ([`super::Model::UNKNOWN`] for `at not-stated`).
    pub place: PlaceId,
    /// Where its place is said.
    pub place_span: Span,
    /// What it takes.
    pub takes: List<DatasetFields>,
    /// What it does, in order.
    pub operations: ThinVec<Operation>,
    /// `operations not-stated`.
    pub operations_not_stated: Option<Span>,
    /// What it makes.
    pub gives: List<DatasetFields>,
    /// For what; the activity's purposes when unsaid.
    pub purposes: Known<List<PurposeId>>,
    /// The activity it belongs to.
    pub activity: Option<ActivityId>,
    /// When it starts.
    pub starts: Rarely<Point>,
    /// When it ends.
    pub ends: Rarely<Point>,
    /// Facts of the copies it makes.
    pub facts: FactsIfAny,
    /// The least identifiable form of data that it can work with, as a level.
    pub needs: Rarely<u8>,
}

/// An operation and where it stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Operation {
    /// What.
    pub kind: OperationKind,
    /// Where.
    pub span: Span,
}

/// What an operation does. Fields are names; which columns they are depends on what arrives (see [`crate::graph`]).
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum OperationKind {
    /// `match A with B [on FIELDS] [keeping unmatched]`.
    Match {
        /// The input whose field names stay.
        left: DatasetId,
        /// The other.
        right: DatasetId,
        /// The fields matched on; none when what they share is meant.
        on: List<(Symbol, Span)>,
        /// Whether unmatched rows of `left` stay.
        keeping_unmatched: bool,
    },
    /// `append A, B`.
    Append {
        /// Whose rows are put together, under the name of the first.
        datasets: List<DatasetId>,
    },
    /// `keep FIELDS`.
    Keep {
        /// The fields that stay.
        fields: List<(Symbol, Span)>,
    },
    /// `drop FIELDS`.
    Drop {
        /// The fields that go.
        fields: List<(Symbol, Span)>,
    },
    /// `pseudonymise FIELDS as KEY [using METHOD] [held by PLACE]`.
    Pseudonymise {
        /// What is replaced.
        fields: List<(Symbol, Span)>,
        /// By what.
        key: Symbol,
        /// The category of the key.
        key_category: CategoryId,
        /// How.
        method: Known<Method>,
        /// Who holds the lookup table, secret or code.
        held_by: Known<PlaceId>,
        /// The dataset that stands for it; `None` for an unsalted hash, which needs none.
        lookup: Option<DatasetId>,
    },
    /// `add key K [per family]`.
    AddKey {
        /// The key.
        key: Symbol,
        /// Its category.
        key_category: CategoryId,
        /// What it numbers; a person when not said.
        per: Option<Symbol>,
    },
    /// `generalise FIELD to LEVEL`.
    Generalise {
        /// The field.
        field: (Symbol, Span),
        /// The level of precision of its category.
        level: (Symbol, Span),
    },
    /// `derive FIELD [: category] from FIELDS [profiling]`.
    Derive {
        /// The new field.
        field: Symbol,
        /// Its category.
        category: CategoryId,
        /// What it is computed from.
        from: List<(Symbol, Span)>,
        /// Whether it evaluates personal aspects (UK GDPR article 4(4)).
        profiling: bool,
    },
    /// `aggregate by FIELDS [of FIELDS] [minimum N]`.
    Aggregate {
        /// What is counted by.
        by: List<(Symbol, Span)>,
        /// What is summed or averaged, besides the count.
        of: List<(Symbol, Span)>,
        /// The least count shown.
        minimum: Known<u64>,
    },
    /// `suppress …`.
    Suppress(Known<Suppress>),
    /// `filter opt-out SCHEME`.
    FilterOptOut(OptOutId),
    /// `review "…" [by "role"]`.
    Review {
        /// What is reviewed.
        what: String,
        /// By whom.
        by: Option<String>,
    },
    /// `reidentify with LOOKUP`.
    Reidentify {
        /// The dataset with which identities are put back.
        lookup: DatasetId,
    },
    /// `synthesise`.
    Synthesise,
    /// `encrypt`.
    Encrypt,
    /// `destroy DATASETS [by METHOD]`.
    Destroy {
        /// What.
        datasets: List<DatasetId>,
        /// How.
        method: Known<Symbol>,
    },
}

/// What `suppress` does to a table.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Suppress {
    /// Secondary suppression.
    pub secondary: bool,
    /// Cells below this are suppressed.
    pub under: Option<u64>,
    /// Values are rounded to this.
    pub rounding: Option<u64>,
    /// `none`: said not to be done.
    pub none: bool,
}

/// Data used, or seen by another in place, without a new copy; or a decision about people.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Use {
    /// Name, title, place.
    pub declared: Declared,
    /// Where.
    pub place: PlaceId,
    /// Where its place is said.
    pub place_span: Span,
    /// What it takes.
    pub takes: List<DatasetFields>,
    /// `takes not-stated`.
    pub takes_not_stated: Option<Span>,
    /// For what; the activity's purposes when unsaid.
    pub purposes: Known<List<PurposeId>>,
    /// Who sees the data, when not the holder.
    pub by: Known<List<PlaceId>>,
    /// The activity it belongs to.
    pub activity: Option<ActivityId>,
    /// When it starts.
    pub starts: Known<Point>,
    /// When it ends.
    pub ends: Known<Point>,
    /// The least identifiable form of data that it can work with, as a level.
    pub needs: Rarely<u8>,
    /// What makes it a decision; `None` for a plain use.
    pub decision: Option<Decision>,
}

/// What a decision has besides what a use has.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Decision {
    /// Whether it is about individuals.
    pub about_individuals: Known<bool>,
    /// `solely`, `assisted` or `none`.
    pub automation: Known<String>,
    /// Whether it has legal or similarly significant effects.
    pub significant: Known<bool>,
    /// Who looks at it again.
    pub review: Known<String>,
    /// What people can do about it, words of [`crate::vocabulary::Family::DecisionSafeguard`].
    pub safeguards: Known<Vec<String>>,
    /// What makes the review more than a formality, words of [`crate::vocabulary::Family::Oversight`].
    pub oversight: Known<Vec<String>>,
}

/// Something that happens.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Event {
    /// Name, title, place.
    pub declared: Declared,
    /// When it is hoped for; proves nothing.
    pub expected: Known<Date>,
    /// Its latest date.
    pub no_later: Known<Date>,
    /// Its earliest date.
    pub not_before: Known<Date>,
    /// When it happened.
    pub happened: Known<Date>,
    /// Events it comes after.
    pub after: Vec<EventId>,
    /// Whether it comes for each person at a time of their own.
    pub per_person: bool,
}
