//! What the text means: typed facts with ids, names resolved, nothing of the syntax left but places to point at.
//!
//! [`resolve()`] makes a [`Model`] from the trees of a project. The model is closed: every id in it is valid. What the text
//! leaves unsaid is [`Known::Unsaid`], what it declares not to know is [`Known::NotStated`]; rules treat the two as the
//! law does (see [`crate::rules`]), the model invents nothing.
//!
//! Rule sentences stay in the words of the tree until [`crate::rules`] compiles them: what a sentence may speak of
//! depends on the table of facts there.

mod before;
mod names;
mod resolve;
pub mod time;

pub use names::Names;
pub use resolve::{Adopted, Input, NoticeRef, NoticeTexts, adopted, notice_files, resolve};
pub use time::{Period, Point, Timeline, Trigger};

use std::collections::BTreeMap;
use std::ops::{Deref, DerefMut};

use jiff::civil::Date;
use thin_vec::ThinVec;

use crate::source::Span;
use crate::syntax::intern::{Interner, Symbol};
pub use crate::syntax::list::List;
pub use crate::syntax::tree::{Disposal, Method, Sentence};
pub use crate::vocabulary::{CategoryId, Jurisdiction, PurposeId, RuleSeverity, Vocabulary};

/// Declares an id type: an index into one of a room's tables.
macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub struct $name(pub u32);
        impl $name {
            /// Its place in the table.
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}
pub(crate) use ids;

ids! {
    /// A party: [`Model::parties`].
    PartyId
    /// A place, which is a party or a team: [`Model::places`].
    PlaceId
    /// A group of people that data is about: [`Model::people`].
    PeopleId
    /// An activity: [`Model::activities`].
    ActivityId
    /// A dataset: [`Model::datasets`].
    DatasetId
    /// A flow: [`Model::flows`].
    FlowId
    /// A step: [`Model::steps`].
    StepId
    /// A use or a decision: [`Model::uses`].
    UseId
    /// An event: [`Model::events`].
    EventId
    /// An agreement: [`Model::agreements`].
    AgreementId
    /// A law: [`Model::laws`].
    LawId
    /// A DPIA: [`Model::dpias`].
    DpiaId
    /// A record: [`Model::records`].
    RecordId
    /// A notice: [`Model::notices`].
    NoticeId
    /// A precondition: [`Model::preconditions`].
    PreconditionId
    /// An opt-out: [`Model::opt_outs`].
    OptOutId
    /// A rule or promise: [`Model::rules`].
    RuleId
}

/// A fact that may be unsaid or declared unknown.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Known<T> {
    /// The text does not mention it.
    #[default]
    Unsaid,
    /// The text says `not-stated`, here.
    NotStated(Span),
    /// The text says it, here.
    Said(T, Span),
}

impl<T> Known<T> {
    /// The value, if it is said.
    pub fn value(&self) -> Option<&T> {
        match self {
            Known::Said(value, _) => Some(value),
            _ => None,
        }
    }

    /// Where the fact is said or declared unknown.
    pub fn span(&self) -> Option<Span> {
        match self {
            Known::Unsaid => None,
            Known::NotStated(span) | Known::Said(_, span) => Some(*span),
        }
    }

    /// Whether the text says `not-stated`.
    pub fn is_not_stated(&self) -> bool {
        matches!(self, Known::NotStated(_))
    }
}

/// A fact that is unsaid more often than not, and then takes one empty pointer. It is read as a [`Known`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rarely<T>(Option<Box<Known<T>>>);

impl<T> Default for Rarely<T> {
    fn default() -> Self {
        Rarely(None)
    }
}

impl<T> From<Known<T>> for Rarely<T> {
    fn from(known: Known<T>) -> Self {
        Rarely(match known {
            Known::Unsaid => None,
            known => Some(Box::new(known)),
        })
    }
}

impl<T: 'static> Deref for Rarely<T> {
    type Target = Known<T>;

    fn deref(&self) -> &Known<T> {
        self.0.as_deref().unwrap_or(const { &Known::Unsaid })
    }
}

impl<T: 'static> DerefMut for Rarely<T> {
    fn deref_mut(&mut self) -> &mut Known<T> {
        self.0.get_or_insert_default()
    }
}

/// What people call a thing; empty for most.
#[allow(clippy::box_collection)] // few things have one, and this way it takes eight bytes in those that have none
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Title(Option<Box<String>>);

impl Deref for Title {
    type Target = str;

    fn deref(&self) -> &str {
        self.0.as_deref().map_or("", String::as_str)
    }
}

impl From<&str> for Title {
    fn from(text: &str) -> Self {
        Title((!text.is_empty()).then(|| Box::new(text.to_owned())))
    }
}

/// What every declared thing has.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Declared {
    /// Its name.
    pub name: Symbol,
    /// Its title; empty when it has none.
    pub title: Title,
    /// Where its name stands: what findings point at.
    pub span: Span,
    /// The whole declaration.
    pub whole: Span,
}

/// A person in law: an organisation, or the built-in `public`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Party {
    /// Name, title, place.
    pub declared: Declared,
    /// Its own place.
    pub place: PlaceId,
    /// Its teams' places, in order of declaration.
    pub teams: Vec<PlaceId>,
    /// Its kind, a word of [`crate::vocabulary::Family::PartyKind`].
    pub kind: Known<String>,
    /// Its country.
    pub country: Known<String>,
    /// Its internet domain.
    pub domain: Known<String>,
    /// Other names it is called by.
    pub also: Vec<String>,
    /// Since when it is called otherwise, and what.
    pub renamed: Rarely<(Date, Option<String>)>,
    /// Since when there is no such body, and who took its place.
    pub dissolved: Rarely<(Date, Option<PartyId>)>,
    /// Parties that it only looks the same as.
    pub distinct: List<PartyId>,
}

/// Where copies are: a party or a team of one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Place {
    /// Name (`hackney`, `hackney.early-help`), title, place.
    pub declared: Declared,
    /// The party it belongs to.
    pub party: PartyId,
    /// Whether it is a team.
    pub team: bool,
    /// A team's own kind, where it has one (a trusted research environment).
    pub kind: Known<String>,
    /// Who gets in, where that is said.
    pub access: Known<Vec<String>>,
}

/// A named set of parties.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Group {
    /// Name, title, place.
    pub declared: Declared,
    /// Its members, groups in it opened up.
    pub members: Vec<PartyId>,
}

/// A barrier to the flow of information between two places.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Wall {
    /// One side.
    pub left: PlaceId,
    /// The other.
    pub right: PlaceId,
    /// Whether it stands; `false` when the text says `not-stated`.
    pub stated: bool,
    /// The level that may pass, `anonymous` most often.
    pub except: Option<Symbol>,
    /// The declaration.
    pub span: Span,
}

/// How many of a group are children.
pub use crate::syntax::tree::ChildrenWord as Children;

/// Data subjects.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct People {
    /// Name, title, place.
    pub declared: Declared,
    /// The group that these are part of.
    pub within: Option<PeopleId>,
    /// Whether they are children.
    pub children: Known<Children>,
    /// How many.
    pub count: Known<u64>,
    /// Groups that nobody of these is in.
    pub apart: Vec<PeopleId>,
}

/// A unit of the Article 30 record: what is done, for what, by whom.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Activity {
    /// Name, title, place.
    pub declared: Declared,
    /// Its purposes.
    pub purposes: Known<List<PurposeId>>,
    /// Controllers, joint and independent ones included.
    pub controllers: Vec<ControllerRole>,
    /// `controller not-stated`.
    pub controllers_not_stated: Option<Span>,
    /// Processors and sub-processors.
    pub processors: Vec<ProcessorRole>,
    /// Who really decides what: (party, `purpose` | `essential-means` | `means`, where).
    pub decides: Vec<(PartyId, String, Span)>,
    /// When it starts.
    pub starts: Known<Point>,
    /// When it ends.
    pub ends: Known<Point>,
    /// Its DPIA.
    pub dpia: Known<DpiaId>,
    /// What must be done first.
    pub requires: Vec<(PreconditionId, Span)>,
    /// Its legal bases (UK GDPR article 6).
    pub bases: Vec<ActivityFooting>,
    /// Its conditions for special-category and criminal-offence data (articles 9 and 10).
    pub conditions: Vec<ActivityFooting>,
    /// Whether it is on a large scale (article 35(3)(b)).
    pub large: Known<bool>,
    /// What makes it likely to be of high risk, words of [`crate::vocabulary::Family::DpiaTrigger`].
    pub involves: Known<Vec<String>>,
}

/// A legal basis or a condition of an activity: what holds for all that is done in it and does not state its own.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ActivityFooting {
    /// The basis or condition.
    pub footing: Known<Footing>,
    /// The controllers that it is of; empty for all.
    pub of: List<PartyId>,
    /// Where it is said.
    pub span: Span,
}

/// How controllers stand to each other.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ControllerKind {
    /// Alone, as far as is said.
    Sole,
    /// Jointly with the others of that kind (article 26).
    Joint,
    /// Each for itself.
    Independent,
}

/// A controller in an activity.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ControllerRole {
    /// Who.
    pub party: PartyId,
    /// How.
    pub kind: ControllerKind,
    /// Limited to these datasets; empty for all.
    pub of: List<DatasetId>,
    /// The joint arrangement.
    pub under: Known<AgreementId>,
    /// Where it is said.
    pub span: Span,
}

/// A processor or sub-processor in an activity.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ProcessorRole {
    /// Who processes.
    pub party: PartyId,
    /// For whom: a controller, or for a sub-processor another processor. Empty when not stated.
    pub principals: List<PartyId>,
    /// Whether it is a sub-processor.
    pub sub: bool,
    /// Limited to these datasets; empty for all.
    pub of: List<DatasetId>,
    /// The contract.
    pub under: Known<AgreementId>,
    /// What it was told to do it for.
    pub instructed: Known<List<PurposeId>>,
    /// Where it is said.
    pub span: Span,
}

/// Something to be done before an activity starts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Precondition {
    /// Name, title, place.
    pub declared: Declared,
    /// When it was met (`Some(None)` for `not-met`).
    pub met: Known<Option<Date>>,
}

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
pub struct FactsIfAny(Option<Box<CopyFacts>>);

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

/// Data given from one place to another.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Flow {
    /// Name, title, place.
    pub declared: Declared,
    /// Who sends ([`Model::UNKNOWN`] for `not-stated`).
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
    /// Where it is done ([`Model::UNKNOWN`] for `at not-stated`).
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

/// An agreement, contract or arrangement.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Agreement {
    /// Name, title, place.
    pub declared: Declared,
    /// `sharing`, `processing-contract`, `joint-controller`, `transfer` or `memorandum`.
    pub kind: Known<String>,
    /// Whether it binds in law.
    pub binding: Known<bool>,
    /// Its parties.
    pub between: Known<List<PartyId>>,
    /// From when.
    pub from: Known<Point>,
    /// Until when.
    pub until: Known<Point>,
    /// For what.
    pub purposes: Known<List<PurposeId>>,
    /// What it covers.
    pub covers: Known<List<DatasetFields>>,
    /// Whose data it covers; everybody's when unsaid.
    pub about: Known<List<PeopleId>>,
    /// How data may travel; by any channel when unsaid. Words of [`crate::vocabulary::Family::Channel`].
    pub by: Known<List<Symbol>>,
    /// To whom data may be passed on; empty for no one.
    pub onward: Known<List<PlaceId>>,
    /// Its terms, words of [`crate::vocabulary::Family::Term`].
    pub terms: Known<Vec<String>>,
    /// What it replaces.
    pub replaces: Vec<AgreementId>,
}

/// A law that is cited.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Law {
    /// Name, citation, place.
    pub declared: Declared,
    /// In force from.
    pub from: Known<Date>,
    /// In force to.
    pub to: Known<Date>,
    /// `power`, `gateway`.
    pub gives: Known<Vec<String>>,
    /// What it does not allow.
    pub excludes: Vec<CategoryId>,
}

/// A record that a further purpose was found compatible.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Compatible {
    /// The purpose of collection.
    pub purpose: PurposeId,
    /// The further purpose.
    pub with: PurposeId,
    /// Why.
    pub because: Option<String>,
    /// The declaration.
    pub span: Span,
}

/// A data protection impact assessment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Dpia {
    /// Name, title, place.
    pub declared: Declared,
    /// What it covers.
    pub covers: Vec<ActivityId>,
    /// When it was completed.
    pub completed: Known<Date>,
    /// When it is to be looked at again.
    pub review_by: Known<Date>,
    /// `low`, `medium` or `high`.
    pub residual_risk: Known<String>,
    /// What the data protection officer advised.
    pub advice: Known<String>,
}

/// A judgement, an approval or another paper that somebody signed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Record {
    /// Name, title, place.
    pub declared: Declared,
    /// What it is: words of [`crate::vocabulary::Family::Record`].
    pub kinds: Known<Vec<String>>,
    /// What it is about, with the place that says so.
    pub covers: Vec<(Thing, Span)>,
    /// Whose data it is about.
    pub about: Known<List<PeopleId>>,
    /// For which purposes.
    pub purposes: Known<List<PurposeId>>,
    /// Who signed it.
    pub by: Known<String>,
    /// When.
    pub on: Known<Date>,
    /// When it is to be looked at again.
    pub review_by: Known<Date>,
    /// When it ends.
    pub until: Known<Date>,
    /// A reference.
    pub reference: Known<String>,
    /// Its reason.
    pub because: Known<String>,
    /// How consent is taken back.
    pub withdrawal: Known<String>,
}

/// A file of rules to be adopted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pack {
    /// Name, title, place.
    pub declared: Declared,
    /// The file.
    pub file: crate::source::FileId,
    /// What it is for.
    pub because: Option<String>,
    /// Severities that it gives to rules of packs that it adopts.
    pub severities: Vec<(RuleId, RuleSeverity, Span)>,
}

/// A signed statement that one copy is anonymous.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Attestation {
    /// The dataset.
    pub dataset: DatasetId,
    /// The place.
    pub place: PlaceId,
    /// By which role.
    pub by: Option<String>,
    /// From when it counts.
    pub on: Option<Date>,
    /// Until when it counts.
    pub review_by: Option<Date>,
    /// Why.
    pub because: Option<String>,
    /// The declaration.
    pub span: Span,
}

/// A right to stay out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OptOut {
    /// Name, title, place.
    pub declared: Declared,
    /// Purposes it blocks.
    pub blocks: Vec<PurposeId>,
    /// Places it keeps identifiable data from.
    pub blocks_identifiable_to: Vec<PlaceId>,
    /// Whether it must be applied before data leaves (`at extraction`) and not only before it is used.
    pub at_extraction: Known<bool>,
    /// The data that people can keep out of it; all there is when empty.
    pub covers: Vec<DatasetId>,
    /// To whom it is open; to anybody when empty.
    pub about: Vec<PeopleId>,
}

/// What was told to people.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Notice {
    /// Name, title, place.
    pub declared: Declared,
    /// The file of its text, as said.
    pub text: Known<String>,
    /// Its words, where the file could be read.
    pub body: Option<Body>,
    /// Whose notice it is.
    pub from: Known<List<PartyId>>,
    /// To whom.
    pub to: Known<List<PeopleId>>,
    /// When.
    pub published: Known<Date>,
    /// When it is to be looked at again.
    pub review_by: Known<Date>,
    /// Where people can turn to, with the place that says so.
    pub contacts: Known<Vec<(String, Span)>>,
    /// What else it tells: words of [`crate::vocabulary::Family::NoticeElement`].
    pub contains: Known<Vec<String>>,
    /// How long it says that data is kept.
    pub retention: Known<Retention>,
    /// What it names, by `recipients`, `purposes`, `categories`, `sources`.
    pub names: BTreeMap<String, Known<Vec<(Symbol, Span)>>>,
    /// The activities it tells of.
    pub covers: Vec<ActivityId>,
    /// The laws it cites.
    pub cites: Vec<(LawId, Span)>,
}

/// The words of a notice.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Body {
    /// The words.
    pub text: String,
    /// Where they begin in the run's offset space.
    pub start: u32,
}

/// What anyone (or one party) is taken to know already.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Assumption {
    /// Who; `None` for anyone.
    pub who: Option<PlaceId>,
    /// What.
    pub knows: Vec<CategoryId>,
    /// The declaration.
    pub span: Span,
}

/// A rule or promise.
#[derive(Clone, PartialEq, Debug)]
pub struct Rule {
    /// Name, title, place.
    pub declared: Declared,
    /// Whether it is a promise.
    pub promise: bool,
    /// Its sentences; all must hold.
    pub sentences: Vec<Sentence>,
    /// Its quotes with their notices; each stands in the notice's text.
    pub quotes: Vec<(String, NoticeId, Span)>,
    /// Why.
    pub because: Option<String>,
    /// Its sources in law.
    pub law: Vec<LawSource>,
    /// What to do when it is broken.
    pub fix: Option<String>,
    /// How grave it is; `error` when unsaid.
    pub severity: Option<(RuleSeverity, Span)>,
    /// `judged by anyone`: over what all places hold together.
    pub by_anyone: bool,
    /// When it applies; always when `None`.
    pub applies: Option<(Date, Option<Date>)>,
    /// When it was told to people.
    pub made: Option<(Date, Option<Date>)>,
    /// To whom it was told.
    pub made_to: List<PeopleId>,
    /// When it was taken back.
    pub withdrawn: Option<Date>,
    /// The activity it speaks of.
    pub activity: Option<ActivityId>,
    /// Where it holds; everywhere when `None`.
    pub jurisdiction: Option<Jurisdiction>,
    /// The pack it stands in.
    pub pack: Option<u32>,
    /// Why a project that adopts its pack does without it, and until when.
    pub put_off: Option<PutOff>,
}

/// A source in law, and where and when it is law.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LawSource {
    /// The citation.
    pub text: String,
    /// Where; everywhere when `None`.
    pub jurisdiction: Option<Jurisdiction>,
    /// From when.
    pub from: Option<Date>,
    /// The first day on which it is law no more.
    pub to: Option<Date>,
}

impl LawSource {
    /// Whether it is law there on a date.
    pub fn holds(&self, jurisdiction: Jurisdiction, on: Date) -> bool {
        self.jurisdiction.is_none_or(|j| j == jurisdiction)
            && self.from.is_none_or(|from| from <= on)
            && self.to.is_none_or(|to| on < to)
    }
}

/// Why a rule of an adopted pack is put off.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PutOff {
    /// The reason.
    pub because: String,
    /// The day after which the rule is judged again.
    pub review: Option<Date>,
    /// Where it says so.
    pub span: Span,
}

impl Rule {
    /// A rule of which nothing is said yet but its name and whether it is a promise.
    pub fn bare(declared: Declared, promise: bool) -> Rule {
        Rule {
            declared,
            promise,
            sentences: Vec::new(),
            quotes: Vec::new(),
            because: None,
            law: Vec::new(),
            fix: None,
            severity: None,
            by_anyone: false,
            applies: None,
            made: None,
            made_to: List::new(),
            withdrawn: None,
            activity: None,
            jurisdiction: None,
            pack: None,
            put_off: None,
        }
    }
}

/// A rule put off for a subject.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Waiver {
    /// The rule.
    pub rule: RuleId,
    /// The subject, by name.
    pub subject: Symbol,
    /// Why.
    pub because: Option<String>,
    /// By which role.
    pub by: Option<String>,
    /// When it was approved.
    pub on: Option<Date>,
    /// Until when.
    pub until: Option<Date>,
    /// The declaration.
    pub span: Span,
}

/// What a name stands for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Thing {
    /// A party or a team, by its place.
    Place(PlaceId),
    /// A group of parties, by its number in [`Model::groups`].
    Group(u32),
    /// A group of people.
    People(PeopleId),
    /// An activity.
    Activity(ActivityId),
    /// A precondition.
    Precondition(PreconditionId),
    /// A dataset.
    Dataset(DatasetId),
    /// A flow.
    Flow(FlowId),
    /// A step.
    Step(StepId),
    /// A use or a decision.
    Use(UseId),
    /// An event.
    Event(EventId),
    /// An agreement.
    Agreement(AgreementId),
    /// A law.
    Law(LawId),
    /// An impact assessment.
    Dpia(DpiaId),
    /// An opt-out.
    OptOut(OptOutId),
    /// A record.
    Record(RecordId),
    /// A notice.
    Notice(NoticeId),
    /// A rule or a promise.
    Rule(RuleId),
}

impl Thing {
    /// What it is called in messages: `party or team`, `dataset`, …
    pub fn noun(self) -> &'static str {
        match self {
            Thing::Place(_) => "party or team",
            Thing::Group(_) => "group",
            Thing::People(_) => "group of people",
            Thing::Activity(_) => "activity",
            Thing::Precondition(_) => "precondition",
            Thing::Dataset(_) => "dataset",
            Thing::Flow(_) => "flow",
            Thing::Step(_) => "step",
            Thing::Use(_) => "use or decision",
            Thing::Event(_) => "event",
            Thing::Agreement(_) => "agreement",
            Thing::Law(_) => "law",
            Thing::Dpia(_) => "DPIA",
            Thing::OptOut(_) => "opt-out",
            Thing::Record(_) => "record",
            Thing::Notice(_) => "notice",
            Thing::Rule(_) => "rule",
        }
    }
}

/// A project's facts.
#[derive(Clone, Debug, Default)]
pub struct Model {
    /// The words.
    pub words: Interner,
    /// The vocabulary, with the project's own words in it.
    pub vocabulary: Vocabulary,
    /// What each name stands for; names are global. Purposes and categories live in the vocabulary.
    pub names: Names,
    /// Parties: [`Model::PUBLIC_PARTY`], [`Model::UNKNOWN_PARTY`], then the declared ones.
    pub parties: Vec<Party>,
    /// Places: [`Model::PUBLIC`], [`Model::UNKNOWN`], then the declared ones.
    pub places: Vec<Place>,
    /// Groups of parties.
    pub groups: Vec<Group>,
    /// Walls.
    pub walls: Vec<Wall>,
    /// Groups of people.
    pub people: Vec<People>,
    /// Activities.
    pub activities: Vec<Activity>,
    /// Preconditions.
    pub preconditions: Vec<Precondition>,
    /// Datasets, declared or only given by a step, lookups and secrets of pseudonymisation included.
    pub datasets: Vec<Dataset>,
    /// Flows.
    pub flows: Vec<Flow>,
    /// Steps.
    pub steps: Vec<Step>,
    /// Uses and decisions.
    pub uses: Vec<Use>,
    /// Events.
    pub events: Vec<Event>,
    /// Agreements.
    pub agreements: Vec<Agreement>,
    /// Laws.
    pub laws: Vec<Law>,
    /// Records of compatibility.
    pub compatibles: Vec<Compatible>,
    /// DPIAs.
    pub dpias: Vec<Dpia>,
    /// Records.
    pub records: Vec<Record>,
    /// Packs of rules, adopted or the project's own.
    pub packs: Vec<Pack>,
    /// Attestations.
    pub attestations: Vec<Attestation>,
    /// Opt-outs.
    pub opt_outs: Vec<OptOut>,
    /// Notices.
    pub notices: Vec<Notice>,
    /// Assumptions.
    pub assumptions: Vec<Assumption>,
    /// Rules and promises.
    pub rules: Vec<Rule>,
    /// Waivers.
    pub waivers: Vec<Waiver>,
}

impl Model {
    /// The place of whoever reads what is published.
    pub const PUBLIC: PlaceId = PlaceId(0);
    /// The place of `not-stated`: somewhere, nobody says where.
    pub const UNKNOWN: PlaceId = PlaceId(1);
    /// The party of [`Model::PUBLIC`].
    pub const PUBLIC_PARTY: PartyId = PartyId(0);
    /// The party of [`Model::UNKNOWN`].
    pub const UNKNOWN_PARTY: PartyId = PartyId(1);

    /// The word of a symbol.
    pub fn word(&self, symbol: Symbol) -> &str {
        self.words.word(symbol)
    }

    /// A place.
    pub fn place(&self, id: PlaceId) -> &Place {
        &self.places[id.index()]
    }

    /// A party.
    pub fn party(&self, id: PartyId) -> &Party {
        &self.parties[id.index()]
    }

    /// A dataset.
    pub fn dataset(&self, id: DatasetId) -> &Dataset {
        &self.datasets[id.index()]
    }

    /// The name of a place.
    pub fn place_name(&self, id: PlaceId) -> &str {
        self.word(self.place(id).declared.name)
    }

    /// The name of a dataset.
    pub fn dataset_name(&self, id: DatasetId) -> &str {
        self.word(self.dataset(id).declared.name)
    }

    /// What people call a thing: its title, or its name when it has none.
    pub fn title<'a>(&'a self, declared: &'a Declared) -> &'a str {
        if declared.title.is_empty() { self.word(declared.name) } else { &declared.title }
    }

    /// Whether nobody can be in both groups: one of them, or a group it is within, is declared apart from the other, or from
    /// a group that one is within.
    pub fn people_apart(&self, a: PeopleId, b: PeopleId) -> bool {
        let up = |start: PeopleId| {
            let mut chain = vec![start];
            let mut at = self.people.get(start.index()).and_then(|p| p.within);
            while let Some(id) = at {
                if chain.contains(&id) {
                    break;
                }
                chain.push(id);
                at = self.people.get(id.index()).and_then(|p| p.within);
            }
            chain
        };
        let (above_a, above_b) = (up(a), up(b));
        above_a.iter().any(|x| {
            above_b.iter().any(|y| self.people[x.index()].apart.contains(y) || self.people[y.index()].apart.contains(x))
        })
    }

    /// Whether `below` is `above` or within it.
    pub fn people_within(&self, below: PeopleId, above: PeopleId) -> bool {
        let mut at = Some(below);
        for _ in 0..=self.people.len() {
            match at {
                Some(id) if id == above => return true,
                Some(id) => at = self.people.get(id.index()).and_then(|p| p.within),
                None => return false,
            }
        }
        false
    }
}
