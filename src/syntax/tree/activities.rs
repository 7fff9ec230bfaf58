//! Activities and the roles of parties in them.

use super::{BasisFact, DateLiteral, Facts, Head, Name, Names, Stated, When};

/// `activity impact-study "…" { … }`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ActivityDecl {
    /// Keyword, name, title.
    pub head: Head,
    /// Its lines.
    pub facts: Facts<ActivityFact>,
}

/// A line of an activity.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ActivityFact {
    /// `purpose evaluation, …`.
    Purpose(Stated<Names>),
    /// `controller dclg [of combined, …]`.
    Controller {
        /// Who.
        who: Stated<Names>,
        /// The datasets that the role is limited to; empty for all.
        of: Names,
    },
    /// `processor niesr for dclg [of …] [under contract]`.
    Processor(ProcessorFact),
    /// `sub-processor q of p [under contract]`; the principal is `for_whom`.
    SubProcessor(ProcessorFact),
    /// `joint controllers a, b [under ARRANGEMENT]`.
    JointControllers {
        /// Who.
        who: Names,
        /// The arrangement.
        under: Option<Stated<Name>>,
    },
    /// `independent controllers a, b`.
    IndependentControllers(Names),
    /// `decides dclg purpose, essential-means`.
    Decides {
        /// Who.
        who: Name,
        /// `purpose`, `essential-means` or `means`.
        what: Stated<Names>,
    },
    /// `starts 2013-03-01`.
    Starts(Stated<When>),
    /// `ends study-end`.
    Ends(Stated<When>),
    /// `dpia study-dpia`.
    Dpia(Stated<Name>),
    /// `requires opt-outs-processed, …`.
    Requires(Names),
    /// `basis public-task under LAW [of hackney, …]`.
    Basis {
        /// The basis and its law.
        footing: Stated<Box<BasisFact>>,
        /// The controllers that it is the basis of; empty for all.
        of: Names,
    },
    /// `condition research-and-statistics under LAW schedule 1 paragraph 4 [of hackney, …]`.
    Condition {
        /// The condition and its law.
        footing: Stated<Box<BasisFact>>,
        /// The controllers that it is the condition of; empty for all.
        of: Names,
    },
    /// `scale large | small`.
    Scale(Stated<Name>),
    /// `involves innovative-technology, …`.
    Involves(Stated<Names>),
}

/// What `processor` and `sub-processor` say.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ProcessorFact {
    /// The processors.
    pub who: Names,
    /// For whom they act.
    pub for_whom: Stated<Names>,
    /// The datasets that the role is limited to; empty for all.
    pub of: Names,
    /// The contract.
    pub under: Option<Stated<Name>>,
    /// `instructed for PURPOSES`: what the principal told them to do.
    pub instructed: Option<Stated<Names>>,
}

/// `precondition opt-outs-processed "…" { met DATE | not-met }`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PreconditionDecl {
    /// Keyword, name, title.
    pub head: Head,
    /// Its lines.
    pub facts: Facts<PreconditionFact>,
}

/// A line of a precondition.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PreconditionFact {
    /// `met 2013-03-01`.
    Met(Stated<DateLiteral>),
    /// `not-met`.
    NotMet,
}
