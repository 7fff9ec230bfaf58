//! The tree: what a `.staunch` file says, with the place of every word.
//!
//! One struct a declaration. Each holds its facts in source order, one [`Fact`] a line, so that the formatter can
//! lay them out again and the resolver can see which came first. Comments are kept beside the tree (see
//! [`super::Parsed`]), not in it. What could not be read is a diagnostic and leaves no fact.
//!
//! Every word is a [`Name`]: an interned symbol with its span. `hackney.early-help` and `criminal.convictions` are one
//! name each. [`Stated`] is the language's `not-stated`.

mod activities;
mod data;
mod footing;
mod happenings;
mod rules;
mod sentences;
mod who;

pub use activities::{ActivityDecl, ActivityFact, PreconditionDecl, PreconditionFact, ProcessorFact};
pub use data::{
    BasisFact, CategoryDecl, CategoryFact, CombinationDecl, CombinationPart, CopyFact, DatasetDecl, DatasetFact,
    Disposal, FieldFact, Retention, TransferFact,
};
pub use footing::{
    AgreementDecl, AgreementFact, AssumeDecl, AttestDecl, CompatibleDecl, DpiaDecl, DpiaFact, LawDecl, LawFact,
    NoticeDecl, NoticeFact, OptOutDecl, OptOutFact, PurposeDecl, SignedFact,
};
pub use happenings::{
    DatasetFields, DecisionDecl, DecisionFact, During, EventDecl, EventFact, FlowDecl, FlowFact, Makes, Method,
    Operation, StepDecl, StepFact, Suppression, UseDecl, UseFact,
};
pub use rules::{
    AdoptDecl, CitedLaw, ExpectedVerdict, LeftOut, PackDecl, PackFact, RecordDecl, RecordFact, RuleDecl, RuleFact,
    ScenarioDecl, ScenarioFact, WaiveDecl,
};
pub use sentences::{
    AboutTerm, Compare, Condition, Data, DataKind, Excepted, Exception, Filter, Form, LEAST_FORMS, LevelWord, Sentence,
    Test, Through, Value, Verb, Who, WhoTerm,
};
pub use who::{ChildrenWord, GroupDecl, PartyDecl, PartyFact, PeopleDecl, PeopleFact, WallDecl};

use thin_vec::ThinVec;

use super::intern::Symbol;
use super::list::List;
use crate::source::Span;

/// A word of the text and where it stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Name {
    /// The word, interned.
    pub symbol: Symbol,
    /// Where.
    pub span: Span,
}

/// Names with commas between.
pub type Names = List<Name>;

/// The lines of a declaration.
pub type Facts<T> = ThinVec<Fact<T>>;

/// Text in double quotes, without the quotes and with escapes undone.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Text {
    /// What it says.
    pub value: String,
    /// Where, quotes included.
    pub span: Span,
}

/// A calendar date as written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DateLiteral {
    /// The date.
    pub date: jiff::civil::Date,
    /// Where.
    pub span: Span,
}

/// A whole number as written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Number {
    /// Its value.
    pub value: u64,
    /// Where.
    pub span: Span,
}

/// `6 years`, `30 days`, `18 months`, `2 weeks`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Duration {
    /// How many.
    pub amount: u32,
    /// Of what.
    pub unit: DurationUnit,
    /// Where.
    pub span: Span,
}

/// What a duration counts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub enum DurationUnit {
    /// Days.
    Days,
    /// Weeks.
    Weeks,
    /// Months.
    Months,
    /// Years.
    Years,
}

/// A value, or the statement that the source is silent on it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Stated<T> {
    /// `not-stated`, and where it says so.
    Not(Span),
    /// The value.
    Is(T),
}

/// A point in time: `2016-03-31`, `study-end`, `6 years after case-closed`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum When {
    /// A calendar date.
    Date(DateLiteral),
    /// A declared event, or a built-in trigger (`collection`, `receipt`, `last-contact`).
    Event(Name),
    /// A duration after a date or event.
    After(Duration, Box<When>),
}

/// One line of a declaration.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fact<T> {
    /// The whole fact.
    pub span: Span,
    /// The property word.
    pub word: Span,
    /// What it says.
    pub value: T,
}

/// `KEYWORD name "Title"`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Head {
    /// The whole declaration, braces included.
    pub span: Span,
    /// The keyword.
    pub keyword: Span,
    /// The name; declarations without a name of their own (a `wall`, an `attest`) have none.
    pub name: Option<Name>,
    /// The title.
    pub title: Option<Box<Text>>,
}

/// What one file declares.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Tree {
    /// Its declarations, in source order.
    pub declarations: Vec<Declaration>,
    /// The names of declarations that could not be read. They are declared all the same, so that nobody is told to
    /// declare them.
    pub lost: Vec<Symbol>,
}

/// One declaration.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Declaration {
    /// `party`.
    Party(PartyDecl),
    /// `group`.
    Group(GroupDecl),
    /// `wall`.
    Wall(Box<WallDecl>),
    /// `people`.
    People(PeopleDecl),
    /// `activity`.
    Activity(ActivityDecl),
    /// `precondition`.
    Precondition(PreconditionDecl),
    /// `dataset`.
    Dataset(DatasetDecl),
    /// `category`.
    Category(CategoryDecl),
    /// `combination`.
    Combination(CombinationDecl),
    /// `flow`.
    Flow(FlowDecl),
    /// `step`.
    Step(StepDecl),
    /// `use`.
    Use(UseDecl),
    /// `decision`.
    Decision(DecisionDecl),
    /// `event`.
    Event(EventDecl),
    /// `agreement`.
    Agreement(AgreementDecl),
    /// `law`.
    Law(LawDecl),
    /// `purpose`.
    Purpose(PurposeDecl),
    /// `compatible`.
    Compatible(Box<CompatibleDecl>),
    /// `dpia`.
    Dpia(DpiaDecl),
    /// `attest`.
    Attest(AttestDecl),
    /// `opt-out`.
    OptOut(OptOutDecl),
    /// `notice`.
    Notice(NoticeDecl),
    /// `assume`.
    Assume(AssumeDecl),
    /// `rule` or `promise`.
    Rule(RuleDecl),
    /// `record`.
    Record(RecordDecl),
    /// `pack`.
    Pack(PackDecl),
    /// `adopt`.
    Adopt(AdoptDecl),
    /// `waive`.
    Waive(WaiveDecl),
    /// `scenario`.
    Scenario(ScenarioDecl),
}

impl Declaration {
    /// Its keyword, and its name and title if it has them.
    pub fn head(&self) -> &Head {
        match self {
            Declaration::Party(d) => &d.head,
            Declaration::Group(d) => &d.head,
            Declaration::Wall(d) => &d.head,
            Declaration::People(d) => &d.head,
            Declaration::Activity(d) => &d.head,
            Declaration::Precondition(d) => &d.head,
            Declaration::Dataset(d) => &d.head,
            Declaration::Category(d) => &d.head,
            Declaration::Combination(d) => &d.head,
            Declaration::Flow(d) => &d.head,
            Declaration::Step(d) => &d.head,
            Declaration::Use(d) => &d.head,
            Declaration::Decision(d) => &d.head,
            Declaration::Event(d) => &d.head,
            Declaration::Agreement(d) => &d.head,
            Declaration::Law(d) => &d.head,
            Declaration::Purpose(d) => &d.head,
            Declaration::Compatible(d) => &d.head,
            Declaration::Dpia(d) => &d.head,
            Declaration::Attest(d) => &d.head,
            Declaration::OptOut(d) => &d.head,
            Declaration::Notice(d) => &d.head,
            Declaration::Assume(d) => &d.head,
            Declaration::Rule(d) => &d.head,
            Declaration::Record(d) => &d.head,
            Declaration::Pack(d) => &d.head,
            Declaration::Adopt(d) => &d.head,
            Declaration::Waive(d) => &d.head,
            Declaration::Scenario(d) => &d.head,
        }
    }

    /// Its name, if it has one.
    pub fn name(&self) -> Option<Symbol> {
        self.head().name.map(|name| name.symbol)
    }
}
