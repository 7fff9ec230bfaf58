//! On what footing: agreements, laws, assessments, records, opt-outs, notices, and what anyone is taken to know.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{
    ActivityId, AgreementId, CategoryId, DatasetFields, DatasetId, Declared, Known, LawId, List, PartyId, PeopleId,
    PlaceId, Point, PurposeId, Retention, RuleId, RuleSeverity, Thing,
};
use crate::source::Span;
use crate::syntax::intern::Symbol;

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
