//! What happens: flows, steps and their operations, uses, decisions and events.

use thin_vec::ThinVec;

use super::{CopyFact, DateLiteral, Duration, Facts, Head, Name, Names, Number, Stated, Text, When};
use crate::source::Span;
use crate::syntax::intern::Symbol;

/// `dataset` or `dataset(field, field)`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DatasetFields {
    /// The dataset.
    pub dataset: Name,
    /// The fields; all when not said.
    pub fields: Option<Names>,
    /// The whole.
    pub span: Span,
}

/// `flow cohort-to-niesr "…" { … }`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FlowDecl {
    /// Keyword, name, title.
    pub head: Head,
    /// Its lines.
    pub facts: Facts<FlowFact>,
}

/// A line of a flow.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FlowFact {
    /// `from hackney.early-help, …`.
    From(Stated<Names>),
    /// `to niesr, …`.
    To(Stated<Names>),
    /// `data families(name), …`.
    Data(Stated<ThinVec<DatasetFields>>),
    /// `for evaluation, …`.
    For(Stated<Names>),
    /// `activity OTHER`.
    Activity(Name),
    /// `under AGREEMENT, …`.
    Under(Stated<Names>),
    /// `by secure-email, …`.
    By(Stated<Names>),
    /// `during A to B` (either end may be `not-stated`).
    During(Box<During>),
    /// `basis`, `condition`, `confidentiality`, `transfer`, and the receiver's `retains`, `keeps`, `stores in`.
    Receiver(CopyFact),
    /// `onward to no one | WHO, …`; empty for no one.
    Onward(Stated<Names>),
    /// `in transit 30 days`: how long copies stay where they pass through, in mailboxes and on drives.
    InTransit(Stated<Duration>),
}

/// `during A to B`, `during from A`, `during A`; for a step also `on DATE | EVENT`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct During {
    /// The start.
    pub from: Option<Stated<When>>,
    /// The end.
    pub to: Option<Stated<When>>,
    /// The whole.
    pub span: Span,
}

/// `step NAME at PLACE "…" { … }`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StepDecl {
    /// Keyword, name, title.
    pub head: Head,
    /// `at PLACE`.
    pub at: Option<Stated<Name>>,
    /// Its lines; operations run in this order.
    pub facts: Facts<StepFact>,
}

impl Operation {
    /// The word that it begins with.
    pub fn word(&self) -> &'static str {
        match self {
            Operation::Match { .. } => "match",
            Operation::Append(_) => "append",
            Operation::Keep(_) => "keep",
            Operation::Drop(_) => "drop",
            Operation::Pseudonymise { .. } => "pseudonymise",
            Operation::AddKey { .. } => "add",
            Operation::Generalise { .. } => "generalise",
            Operation::Derive { .. } => "derive",
            Operation::Aggregate { .. } => "aggregate",
            Operation::Suppress(_) => "suppress",
            Operation::FilterOptOut(_) => "filter",
            Operation::Review { .. } => "review",
            Operation::Reidentify(_) => "reidentify",
            Operation::Synthesise => "synthesise",
            Operation::Encrypt => "encrypt",
            Operation::Destroy { .. } => "destroy",
        }
    }
}

impl StepDecl {
    /// The datasets and keys that the step makes, in order: names that need no declaration of their own.
    pub fn makes(&self) -> impl Iterator<Item = Makes> {
        self.facts.iter().flat_map(|fact| {
            let (given, key) = match &fact.value {
                StepFact::Gives(Stated::Is(outputs)) => (outputs.as_slice(), None),
                StepFact::Operation(operation) => match &**operation {
                    Operation::Pseudonymise { key, using, .. } => {
                        (&[][..], Some(Makes::Pseudonym { key: *key, using: using.clone() }))
                    }
                    Operation::AddKey { key, .. } => (&[][..], Some(Makes::Key(*key))),
                    _ => (&[][..], None),
                },
                _ => (&[][..], None),
            };
            given.iter().map(|d| Makes::Dataset(d.dataset)).chain(key)
        })
    }
}

/// What a step makes that may have no declaration of its own.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Makes {
    /// A dataset.
    Dataset(Name),
    /// A key.
    Key(Name),
    /// A key, with the lookup, code or secret by which it is undone or made again.
    Pseudonym {
        /// The key.
        key: Name,
        /// How it is made.
        using: Option<Stated<Method>>,
    },
}

impl Makes {
    /// Its name.
    pub fn symbol(&self) -> Symbol {
        match self {
            Makes::Dataset(name) | Makes::Key(name) => name.symbol,
            Makes::Pseudonym { key, .. } => key.symbol,
        }
    }
}

/// A line of a step.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum StepFact {
    /// `takes A, B(fields)`.
    Takes(Stated<ThinVec<DatasetFields>>),
    /// `gives C, D(fields)`.
    Gives(Stated<ThinVec<DatasetFields>>),
    /// `for PURPOSE, …`.
    For(Stated<Names>),
    /// `activity OTHER`.
    Activity(Name),
    /// `during …` or `on …`.
    During(Box<During>),
    /// A fact of the copies that the step makes.
    Output(CopyFact),
    /// `needs pseudonymised`: the least identifiable form that it can work with.
    Needs(Stated<Name>),
    /// `operations not-stated`.
    OperationsNotStated,
    /// An operation.
    Operation(Box<Operation>),
}

/// One operation of a step.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Operation {
    /// `match A with B [on FIELDS] [keeping unmatched]`.
    Match {
        /// The input whose field names stay.
        left: Name,
        /// The other.
        right: Name,
        /// The fields matched on; what they share when not said.
        on: Names,
        /// Whether unmatched rows of `left` stay.
        keeping_unmatched: bool,
    },
    /// `append A, B`: the rows of all, in the first.
    Append(Names),
    /// `keep FIELDS`.
    Keep(Names),
    /// `drop FIELDS`.
    Drop(Names),
    /// `pseudonymise FIELDS as KEY [using METHOD] [held by PLACE]`.
    Pseudonymise {
        /// What is replaced.
        fields: Names,
        /// By what.
        key: Name,
        /// How.
        using: Option<Stated<Method>>,
        /// Who holds the lookup, secret or code.
        held_by: Option<Stated<Name>>,
    },
    /// `add key K [per family]`.
    AddKey {
        /// The key.
        key: Name,
        /// What it numbers; a person when not said.
        per: Option<Name>,
    },
    /// `generalise FIELD to LEVEL`.
    Generalise {
        /// The field.
        field: Name,
        /// The level.
        level: Name,
    },
    /// `derive FIELD [: category] from FIELDS [profiling]`.
    Derive {
        /// The new field.
        field: Name,
        /// Its category; the word of its own name when not said.
        category: Option<Name>,
        /// What it is computed from.
        from: Names,
        /// `profiling`: it evaluates personal aspects (UK GDPR article 4(4)).
        profiling: bool,
    },
    /// `aggregate by FIELDS [of FIELDS] [minimum N [people]]`.
    Aggregate {
        /// What is counted by.
        by: Names,
        /// What is summed or averaged, besides the count.
        of: Names,
        /// The least count shown.
        minimum: Option<Stated<Number>>,
    },
    /// `suppress secondary, rounding 5, under 10` (in any order), `suppress none`.
    Suppress(Stated<Vec<Suppression>>),
    /// `filter opt-out SCHEME`.
    FilterOptOut(Name),
    /// `review "output check" [by "role"]`.
    Review {
        /// What is reviewed.
        what: Text,
        /// By whom.
        by: Option<Text>,
    },
    /// `reidentify with LOOKUP`.
    Reidentify(Name),
    /// `synthesise`.
    Synthesise,
    /// `encrypt`.
    Encrypt,
    /// `destroy DATASET, … [by METHOD]`.
    Destroy {
        /// What.
        datasets: Names,
        /// How.
        method: Option<Stated<Name>>,
    },
}

/// How a pseudonym is made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Method {
    /// With a secret: only who holds it can recompute.
    SaltedHash,
    /// Without: anybody can recompute, so it still identifies.
    UnsaltedHash,
    /// With a table of both, which is a dataset of its own.
    Lookup,
    /// With a code that can be turned back.
    ReversibleCode,
}

/// A part of `suppress`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Suppression {
    /// `secondary`: cells from which a suppressed one could be worked out.
    Secondary,
    /// `rounding 5`.
    Rounding(Number),
    /// `under 10`: cells below this.
    Under(Number),
    /// `none`: said not to be done.
    None(Span),
}

/// `use NAME at PLACE { takes …; for …; by WHO }`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UseDecl {
    /// Keyword, name, title.
    pub head: Head,
    /// `at PLACE`.
    pub at: Option<Stated<Name>>,
    /// Its lines.
    pub facts: Facts<UseFact>,
}

/// A line of a use.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum UseFact {
    /// `takes A(fields), …`.
    Takes(Stated<ThinVec<DatasetFields>>),
    /// `for PURPOSE, …`.
    For(Stated<Names>),
    /// `by WHO, …`: who sees the data in place, when not the holder.
    By(Stated<Names>),
    /// `activity OTHER`.
    Activity(Name),
    /// `needs pseudonymised`: the least identifiable form that it can work with.
    Needs(Stated<Name>),
    /// `during …`.
    During(Box<During>),
}

/// `decision NAME at PLACE { … }`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DecisionDecl {
    /// Keyword, name, title.
    pub head: Head,
    /// `at PLACE`.
    pub at: Option<Stated<Name>>,
    /// Its lines.
    pub facts: Facts<DecisionFact>,
}

/// A line of a decision.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum DecisionFact {
    /// What a use says too.
    Use(UseFact),
    /// `about individuals | groups`.
    About(Stated<Name>),
    /// `automation solely | assisted | none`.
    Automation(Stated<Name>),
    /// `significant yes | no`.
    Significant(Stated<bool>),
    /// `review "…"`.
    Review(Stated<Text>),
    /// `safeguards inform, contest`: what people can do about it.
    Safeguards(Stated<Names>),
    /// `oversight named-role, can-override`: what makes the review by a person more than a formality.
    Oversight(Stated<Names>),
}

/// `event study-end { … }`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EventDecl {
    /// Keyword, name, title.
    pub head: Head,
    /// Its lines.
    pub facts: Facts<EventFact>,
}

/// A line of an event.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum EventFact {
    /// `expected 2016-03-31`: a hope, never a proof.
    Expected(Stated<DateLiteral>),
    /// `no later than 2017-03-31`.
    NoLater(Stated<DateLiteral>),
    /// `not before 2016-01-01`.
    NotBefore(Stated<DateLiteral>),
    /// `happened 2016-03-31`.
    Happened(Stated<DateLiteral>),
    /// `after linkage-end, …`.
    After(Names),
    /// `per person`: it comes for each person at a time of their own.
    PerPerson,
}
