//! The sentences of rules: their forms, who and which data they speak of, through what, on which condition and with which exceptions.

use super::{DateLiteral, Duration, Name, Number, Text, When};
use crate::source::Span;

/// A rule's sentence: what must never, or what must always be.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sentence {
    /// The whole sentence with its exceptions.
    pub span: Span,
    /// Which of the forms.
    pub form: Form,
    /// `except …`, in order.
    pub exceptions: Vec<Exception>,
}

/// The sentence forms; the numbers are those of the language reference.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Form {
    /// 1. `WHO must never receive | hold DATA`.
    Never {
        /// Who.
        who: Who,
        /// Receive or hold.
        verb: Verb,
        /// What.
        data: Data,
    },
    /// 1. `no one [except WHO] may receive | hold DATA`.
    NoOne {
        /// The ones excepted.
        except: Option<Who>,
        /// Receive or hold.
        verb: Verb,
        /// What.
        data: Data,
    },
    /// 2. `only WHO may receive | hold DATA`.
    Only {
        /// Who.
        who: Who,
        /// Receive or hold.
        verb: Verb,
        /// What.
        data: Data,
    },
    /// 2. `WHO may receive only FIELDS from X`.
    OnlyFields {
        /// Who.
        who: Who,
        /// The fields or categories.
        fields: Vec<Name>,
        /// From what: datasets, parties, activities.
        from: Vec<Name>,
    },
    /// 3. `DATA must pass through STEP-or-OPERATION [at PLACE] before reaching WHO`.
    PassThrough {
        /// What.
        data: Data,
        /// Through what.
        through: Through,
        /// Where.
        at: Option<Who>,
        /// Before whom.
        reaching: Who,
    },
    /// 4. `DATA may be used only for PURPOSES`.
    UsedOnlyFor {
        /// What.
        data: Data,
        /// For what.
        purposes: Vec<Name>,
    },
    /// 4. `DATA must never be used for PURPOSES`.
    NeverUsedFor {
        /// What.
        data: Data,
        /// For what.
        purposes: Vec<Name>,
    },
    /// 4. `DATA must never be used to decide about individuals`.
    NeverDecide {
        /// What.
        data: Data,
    },
    /// 4. `only DATA may be used for PURPOSES`.
    OnlyDataFor {
        /// What.
        data: Data,
        /// For what.
        purposes: Vec<Name>,
    },
    /// 4. `DATA may be used only at PLACE`.
    UsedOnlyAt {
        /// What.
        data: Data,
        /// Where.
        at: Who,
    },
    /// 5, 8 and 9. `every ENTITY … must [not] CONDITION`.
    Every {
        /// Of what kind.
        entity: Name,
        /// Which of them.
        filters: Vec<Filter>,
        /// `where CONDITION`.
        only_where: Option<Condition>,
        /// `must not`.
        negated: bool,
        /// What must hold.
        must: Condition,
    },
    /// 6. `every copy of DATA must be destroyed by EVENT | within 30 days of EVENT`.
    Destroyed {
        /// What.
        data: Data,
        /// Where, if only there.
        at: Option<Who>,
        /// By when.
        by: When,
    },
    /// 7. `no one may hold DATA together with DATA` (`WHO must never hold …` too).
    Together {
        /// Who; `None` for no one.
        who: Option<Who>,
        /// The one.
        left: Data,
        /// The other.
        right: Data,
    },
    /// 8. `published DATA must be counts of at least 10 people`.
    PublishedCounts {
        /// What.
        data: Data,
        /// The least count.
        minimum: Number,
    },
    /// 8. `published DATA must be anonymous`.
    PublishedAnonymous {
        /// What.
        data: Data,
    },
    /// 10. `no one may receive a field they do not use` (`WHO must never receive a field they do not use` too).
    UnusedFields {
        /// Who; `None` for no one.
        who: Option<Who>,
    },
    /// A data phrase alone, as `staunch ask "who may hold …"` puts it.
    Asked {
        /// Receive or hold.
        verb: Verb,
        /// What.
        data: Data,
    },
}

/// `receive` or `hold`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Verb {
    /// The data came in from outside the holder.
    Receive,
    /// The data is there, however it came.
    Hold,
}

/// `WHO`: parties (with their teams and processors), teams, groups, `any KIND`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Who {
    /// Each of them.
    pub terms: Vec<WhoTerm>,
    /// The whole.
    pub span: Span,
}

/// One of a `WHO`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum WhoTerm {
    /// A party, team or group.
    Named(Name),
    /// `any KIND`.
    Any(Name),
}

/// A data phrase.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Data {
    /// The whole phrase.
    pub span: Span,
    /// `published`.
    pub published: bool,
    /// The level word, if any.
    pub level: Option<(LevelWord, Span)>,
    /// `special-category`, `criminal`, `confidential`.
    pub kinds: Vec<(DataKind, Span)>,
    /// Category nouns; none for plain `data`.
    pub categories: Vec<Name>,
    /// `about PEOPLE or children`.
    pub about: Vec<AboutTerm>,
    /// `from DATASET | PARTY | ACTIVITY, …`.
    pub from: Vec<Name>,
}

/// The words of `needs`, from the least identifiable on: their places are the levels.
pub const LEAST_FORMS: [&str; 5] = ["anonymous", "aggregate", "row-level", "pseudonymised", "identifiable"];

/// A level word of a data phrase.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum LevelWord {
    /// Level 0.
    Anonymous,
    /// Level 1.
    Aggregate,
    /// Level 2.
    RowLevel,
    /// Level 2 or more without a live attestation.
    Personal,
    /// Level 3.
    Pseudonymised,
    /// Level 4 at the holder's place.
    Identifiable,
    /// A direct identifier in the copy itself.
    Identified,
}

/// A kind of data that the law treats apart.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum DataKind {
    /// Special-category data (article 9).
    SpecialCategory,
    /// Criminal-offence data (article 10).
    Criminal,
    /// Data owed a duty of confidence.
    Confidential,
}

/// Whom data is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AboutTerm {
    /// A declared group of people.
    People(Name),
    /// `children`.
    Children(Span),
}

/// What data must pass through.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Through {
    /// A declared step (or `step NAME`).
    Step(Name),
    /// `drop FIELDS`.
    Drop(Vec<Name>),
    /// Another operation by its word: `pseudonymise`, `aggregate [minimum N]`, `suppress`, `review`, `filter opt-out S`, `generalise`, `encrypt`, `synthesise`.
    Operation {
        /// The operation's word.
        word: Name,
        /// `minimum N` for `aggregate`.
        minimum: Option<Number>,
        /// Fields or an opt-out's name.
        arguments: Vec<Name>,
    },
}

/// A filter of `every`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Filter {
    /// `of DATA`.
    Of(Data),
    /// `at PLACE`.
    At(Who),
    /// `from PLACE`.
    From(Who),
    /// `to PLACE`.
    To(Who),
    /// `in ACTIVITY` (or the name of a declared thing the entity belongs to, as `every law cited in study-notice`).
    In(Vec<Name>),
    /// `for PURPOSES`.
    For(Vec<Name>),
    /// `named NAMES`: these ones.
    Named(Vec<Name>),
    /// `between organisations`.
    BetweenOrganisations(Span),
}

/// A condition on an entity's facts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Condition {
    /// All of them.
    And(Vec<Condition>),
    /// Any of them.
    Or(Vec<Condition>),
    /// Not it.
    Not(Box<Condition>, Span),
    /// One test.
    Test(Test),
    /// `take only DATA` (of steps, uses and decisions).
    TakesOnly(Data),
}

/// One test of one fact: `agreement in force`, `channel is secure-email`, `retention is at most 6 years`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Test {
    /// The words of the fact, articles left out.
    pub fact: Vec<Name>,
    /// Whether it stood after `have`/`has`.
    pub have: bool,
    /// Whether it stood after `be`/`is`/`are`.
    pub be: bool,
    /// What the fact is held against; its being there when not said.
    pub compare: Option<(Compare, Vec<Value>)>,
    /// The whole test.
    pub span: Span,
}

/// How a fact is held against values.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Compare {
    /// `is X`.
    Is,
    /// `is not X`.
    IsNot,
    /// `is one of X, Y`.
    OneOf,
    /// `is at most X`.
    AtMost,
    /// `is at least X`.
    AtLeast,
    /// `is before X`.
    Before,
    /// `is after X`.
    AfterDate,
    /// `includes X, Y` (all of them).
    Includes,
}

/// A value in a condition.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Value {
    /// A word.
    Word(Name),
    /// A text.
    Text(Text),
    /// A number.
    Number(Number),
    /// A duration.
    Duration(Duration),
    /// A date.
    Date(DateLiteral),
}

/// `except …`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Exception {
    /// The whole exception.
    pub span: Span,
    /// What is excepted.
    pub what: Excepted,
    /// `because "…"`: it is a concession.
    pub because: Option<Text>,
    /// `review DATE`: when the concession ends unless it is renewed.
    pub review: Option<DateLiteral>,
}

/// What an exception takes out of its rule.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Excepted {
    /// `except anonymous data`.
    Data(Data),
    /// `except at hackney`.
    At(Who),
    /// `except hackney`.
    Who(Who),
    /// `except by flows where CONDITION`.
    Flows(Condition),
}
