//! Who: parties, places, groups, walls, data subjects, and the activities in which parties have roles.

use jiff::civil::Date;

use super::{
    AgreementId, DatasetId, Declared, DpiaId, Footing, Known, List, PartyId, PeopleId, PlaceId, Point, PreconditionId,
    PurposeId, Rarely,
};
use crate::source::Span;
use crate::syntax::intern::Symbol;

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
