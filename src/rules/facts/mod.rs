//! The table of facts: what `every … must …` can ask of each kind of thing.
//!
//! A fact is one entry in one of the tables of this folder and nothing else: its name in the language, what it means, what it is
//! compared with, and how it is read from the model (`read.rs` has what they share). `staunch explain` and the language reference
//! print these tables.

/// The facts of one file, as a table. What is read by `|c, s, _|` is the same in both readings; what is read `where` something
/// holds may differ only there.
macro_rules! facts {
    (@each [$($done:tt)*]) => {
        /// The facts of this file.
        pub(super) static FACTS: &[super::Fact] = &[$(facts!(@one $done)),*];
    };
    (@each [$($done:tt)*]
        $name:literal of $($entity:ident)+, $wants:expr, $said:literal, $meaning:literal => |$c:ident, $s:pat_param, _| $read:expr;
        $($rest:tt)*
    ) => {
        facts!(@each [$($done)* { |_| false, $name, [$($entity)+], $wants, $said, $meaning, |$c, $s, _| $read }] $($rest)*);
    };
    (@each [$($done:tt)*]
        $name:literal of $($entity:ident)+, $wants:expr, $said:literal, $meaning:literal => where $differs:expr, $read:expr;
        $($rest:tt)*
    ) => {
        facts!(@each [$($done)* { $differs, $name, [$($entity)+], $wants, $said, $meaning, $read }] $($rest)*);
    };
    (@each [$($done:tt)*]
        $name:literal of $($entity:ident)+, $wants:expr, $said:literal, $meaning:literal => $read:expr;
        $($rest:tt)*
    ) => {
        facts!(@each [$($done)* { |_| true, $name, [$($entity)+], $wants, $said, $meaning, $read }] $($rest)*);
    };
    (@one { $differs:expr, $name:literal, [$($entity:ident)+], $wants:expr, $said:literal, $meaning:literal, $read:expr }) => {
        super::Fact {
            name: $name,
            entities: &[$(super::Entity::$entity),+],
            meaning: $meaning,
            wants: $wants,
            said_by: $said,
            differs: $differs,
            read: $read,
        }
    };
    ($($entries:tt)*) => {
        facts!(@each [] $($entries)*);
    };
}

mod agreements;
mod alike;
mod confidence;
mod consent;
mod decisions;
mod doing;
mod elements;
mod governance;
mod keeping;
mod lawfulness;
mod minimisation;
mod notices;
mod open_points;
mod opt_outs;
mod outputs;
mod papers;
mod promises;
mod purposes;
mod read;
mod references;
mod research;
mod roles;
mod scope;
mod security;
mod sharing;
mod special;
mod telling;
mod tidiness;
mod transfers;
mod who;
mod writing;

use super::compile::Value;
use super::context::Context;
use super::truth::Truth;
use crate::graph::{ArrivalId, CopyId, Reading};
use crate::model::{
    ActivityId, AgreementId, DatasetId, DpiaId, EventId, FlowId, LawId, Model, NoticeId, PartyId, PeopleId, Period,
    Point, PurposeId, RuleId, StepId, UseId,
};
use crate::source::Span;
use crate::syntax::tree::Compare;
use crate::vocabulary::Family;

pub use promises::Became;
pub(crate) use promises::KEPT;
pub(super) use purposes::COMPATIBLE;
pub use read::{activity_of, takes_only};
pub(super) use roles::Processed;
pub use scope::Indexes;
pub(super) use security::BY_COMBINATION;
pub(super) use writing::Line;

/// The tables, in the order in which they are printed.
#[rustfmt::skip] // one a line, so that additions do not meet
static TABLES: &[&[Fact]] = &[
    sharing::FACTS,
    agreements::FACTS,
    lawfulness::FACTS,
    consent::FACTS,
    purposes::FACTS,
    minimisation::FACTS,
    special::FACTS,
    transfers::FACTS,
    keeping::FACTS,
    security::FACTS,
    outputs::FACTS,
    confidence::FACTS,
    doing::FACTS,
    roles::FACTS,
    research::FACTS,
    decisions::FACTS,
    opt_outs::FACTS,
    governance::FACTS,
    papers::FACTS,
    notices::FACTS,
    elements::FACTS,
    references::FACTS,
    promises::FACTS,
    who::FACTS,
    telling::FACTS,
    tidiness::FACTS,
    alike::FACTS,
    open_points::FACTS,
];

/// Every fact, once.
pub fn all() -> impl Iterator<Item = &'static Fact> {
    TABLES.iter().flat_map(|table| table.iter())
}

/// A kind of thing that rules can speak of.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Entity {
    /// `flow`.
    Flow,
    /// `copy`: one dataset at one place.
    Copy,
    /// `dataset`.
    Dataset,
    /// `step`.
    Step,
    /// `use`.
    Use,
    /// `decision`: a use that decides about people.
    Decision,
    /// `activity`.
    Activity,
    /// `processor`: a party in that role in one activity.
    Processor,
    /// `agreement`.
    Agreement,
    /// `law`.
    Law,
    /// `law cited`: a law as a notice cites it.
    LawCited,
    /// `notice`.
    Notice,
    /// `promise`.
    Promise,
    /// `rule`.
    Rule,
    /// `party`.
    Party,
    /// `people`.
    People,
    /// `event`.
    Event,
    /// `dpia`: a data protection impact assessment.
    Dpia,
}

impl Entity {
    /// Every kind.
    pub const ALL: [Entity; 18] = [
        Entity::Flow,
        Entity::Copy,
        Entity::Dataset,
        Entity::Step,
        Entity::Use,
        Entity::Decision,
        Entity::Activity,
        Entity::Processor,
        Entity::Agreement,
        Entity::Law,
        Entity::LawCited,
        Entity::Notice,
        Entity::Promise,
        Entity::Rule,
        Entity::Party,
        Entity::People,
        Entity::Event,
        Entity::Dpia,
    ];

    /// Its word in the language.
    pub fn word(self) -> &'static str {
        match self {
            Entity::Flow => "flow",
            Entity::Copy => "copy",
            Entity::Dataset => "dataset",
            Entity::Step => "step",
            Entity::Use => "use",
            Entity::Decision => "decision",
            Entity::Activity => "activity",
            Entity::Processor => "processor",
            Entity::Agreement => "agreement",
            Entity::Law => "law",
            Entity::LawCited => "law cited",
            Entity::Notice => "notice",
            Entity::Promise => "promise",
            Entity::Rule => "rule",
            Entity::Party => "party",
            Entity::People => "people",
            Entity::Event => "event",
            Entity::Dpia => "dpia",
        }
    }

    /// The kind of a word.
    pub fn of(word: &str) -> Option<Entity> {
        Entity::ALL.into_iter().find(|e| e.word() == word)
    }

    /// Its facts.
    pub fn facts(self) -> impl Iterator<Item = &'static Fact> {
        all().filter(move |f| f.entities.contains(&self))
    }

    /// One of its facts by name.
    pub fn fact(self, name: &str) -> Option<&'static Fact> {
        self.facts().find(|f| f.name == name)
    }

    /// Whether `of DATA` fits.
    pub fn has_data(self) -> bool {
        matches!(
            self,
            Entity::Flow
                | Entity::Copy
                | Entity::Dataset
                | Entity::Step
                | Entity::Use
                | Entity::Decision
                | Entity::Activity
        )
    }

    /// Whether `at PLACE` fits.
    pub fn has_place(self) -> bool {
        matches!(self, Entity::Copy | Entity::Dataset | Entity::Step | Entity::Use | Entity::Decision)
    }

    /// Whether `in ACTIVITY` (or `in NOTICE`) fits.
    pub fn is_in(self) -> bool {
        matches!(
            self,
            Entity::Flow
                | Entity::Copy
                | Entity::Step
                | Entity::Use
                | Entity::Decision
                | Entity::Processor
                | Entity::LawCited
                | Entity::Promise
                | Entity::Notice
                | Entity::Dpia
        )
    }

    /// Whether `for PURPOSES` fits.
    pub fn has_purpose(self) -> bool {
        matches!(
            self,
            Entity::Flow | Entity::Step | Entity::Use | Entity::Decision | Entity::Activity | Entity::Dataset
        )
    }
}

/// One thing that a rule with `every` speaks of.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Subject {
    /// A flow.
    Flow(FlowId),
    /// A copy, by one of its arrivals: facts of each arrival are tested apart (ruling 18).
    Copy(CopyId, ArrivalId),
    /// A dataset.
    Dataset(DatasetId),
    /// A step.
    Step(StepId),
    /// A use or a decision.
    Use(UseId),
    /// An activity.
    Activity(ActivityId),
    /// The activity and which of its processors.
    Processor(ActivityId, usize),
    /// An agreement.
    Agreement(AgreementId),
    /// A law.
    Law(LawId),
    /// A law as a notice cites it, and where.
    LawCited(NoticeId, LawId, Span),
    /// A notice.
    Notice(NoticeId),
    /// A rule or a promise.
    Rule(RuleId),
    /// A party.
    Party(PartyId),
    /// A group of people.
    People(PeopleId),
    /// An event.
    Event(EventId),
    /// An impact assessment.
    Dpia(DpiaId),
}

/// What a fact is compared with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wants {
    /// Nothing: it is there or not.
    Nothing,
    /// Words of a family of the vocabulary.
    Words(Family),
    /// Purposes.
    Purposes,
    /// Any word: names of declared things, free text.
    Anything,
    /// A number.
    Number,
    /// A period.
    Period,
    /// A date.
    Date,
}

/// What a fact of a subject is.
#[derive(Clone, PartialEq, Debug)]
pub enum Answer {
    /// Nobody says.
    Unsaid,
    /// The text says `not-stated`.
    NotStated(Span),
    /// It holds or not.
    Is(Truth),
    /// It holds or not, and why: what a finding tells.
    Told(Truth, Vec<Reason>),
    /// It holds or not; why takes long to work out, and is asked only of what is shown.
    Later(Truth, Why),
    /// Its values.
    Values(Vec<Item>, Span),
}

/// Works out why a fact holds or does not.
#[derive(Clone, Copy, Debug)]
pub struct Why(pub fn(&Context<'_>, Subject) -> Vec<Reason>);

impl PartialEq for Why {
    /// What is told is not compared.
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// Why a fact holds or does not.
#[derive(Clone, PartialEq, Debug)]
pub struct Reason {
    /// One sentence, without a full stop: ``the notice `study-notice` does not name DCLG``.
    pub sentence: String,
    /// Where that is said, or would be; the subject itself when `None`.
    pub span: Option<Span>,
    /// What would mend it: ``name `dclg` in `names recipients` of `study-notice` ``.
    pub fix: Option<String>,
}

impl Reason {
    /// A reason that stands at a place.
    pub fn at(sentence: String, span: Span) -> Reason {
        Reason { sentence, span: Some(span), fix: None }
    }

    /// The same with what would mend it.
    #[must_use]
    pub fn mended(self, fix: String) -> Reason {
        Reason { fix: Some(fix), ..self }
    }
}

/// A value of a fact.
#[derive(Clone, PartialEq, Debug)]
pub enum Item {
    /// A word of the vocabulary, a name or free text.
    Word(String),
    /// A purpose.
    Purpose(PurposeId),
    /// A number.
    Number(u64),
    /// A length of time.
    Period(Period),
    /// A date, or an event with a period after it.
    Point(Point),
}

/// An entry of the table.
#[derive(Debug)]
pub struct Fact {
    /// Its name in the language.
    pub name: &'static str,
    /// Whose fact it is.
    pub entities: &'static [Entity],
    /// What it means, in a sentence.
    pub meaning: &'static str,
    /// What it is compared with.
    pub wants: Wants,
    /// How it is said in a model: what a finding tells people to write.
    pub said_by: &'static str,
    /// Whether it may be something else when what is not stated is read kindly than when it is read harshly.
    pub differs: fn(&Context<'_>) -> bool,
    /// Reads it.
    pub read: fn(&Context<'_>, Subject, Reading) -> Answer,
}

impl PartialEq for Fact {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && self.entities == other.entities
    }
}

impl Fact {
    /// Whether it can be compared so; otherwise what it is compared with.
    ///
    /// # Errors
    /// The words for what is wanted.
    pub fn accepts(&self, model: &Model, compare: Compare, values: &[Value]) -> Result<(), String> {
        let words = values.iter().all(|v| matches!(v, Value::Word(_)));
        let order = matches!(compare, Compare::AtMost | Compare::AtLeast);
        let dates = matches!(compare, Compare::Before | Compare::AfterDate);
        match self.wants {
            Wants::Nothing => Err("nothing: it holds or it does not".to_owned()),
            Wants::Number if values.iter().all(|v| matches!(v, Value::Number(_))) && !dates => Ok(()),
            Wants::Number => Err("a number".to_owned()),
            Wants::Period if values.iter().all(|v| matches!(v, Value::Period(_))) && !dates => Ok(()),
            Wants::Period => Err("a period, such as `6 years`".to_owned()),
            Wants::Date if values.iter().all(|v| matches!(v, Value::Date(_))) => Ok(()),
            Wants::Date => Err("a date, such as `2026-03-31`".to_owned()),
            Wants::Anything if words && !order && !dates => Ok(()),
            Wants::Anything => Err("words".to_owned()),
            Wants::Words(family) if words && !order && !dates => {
                let known: Vec<&str> = model.vocabulary.family_words(family).collect();
                let unknown = values.iter().find_map(|v| match v {
                    Value::Word(w) if !known.is_empty() && model.vocabulary.word(family, w).is_none() => Some(w),
                    _ => None,
                });
                match unknown {
                    None => Ok(()),
                    Some(word) => {
                        let hint = crate::diagnostic::did_you_mean(word, known).map(|h| format!("; {h}"));
                        Err(format!("a {}, and `{word}` is none{}", family.noun(), hint.unwrap_or_default()))
                    }
                }
            }
            Wants::Words(family) => Err(format!("a {}", family.noun())),
            Wants::Purposes if words && !order && !dates => {
                let unknown = values.iter().find_map(|v| match v {
                    Value::Word(w) if model.vocabulary.find_purpose(w).is_none() => Some(w),
                    _ => None,
                });
                unknown.map_or(Ok(()), |w| Err(format!("a purpose, and `{w}` is none")))
            }
            Wants::Purposes => Err("a purpose".to_owned()),
        }
    }
}

/// Every fact of every kind of thing, as (entity, fact).
pub fn facts() -> impl Iterator<Item = (Entity, &'static Fact)> {
    Entity::ALL.into_iter().flat_map(|e| e.facts().map(move |f| (e, f)))
}
