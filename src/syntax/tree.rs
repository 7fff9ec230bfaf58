//! The tree: what a `.staunch` file says, with the place of every word.
//!
//! One struct a declaration. Each holds its facts in source order, one [`Fact`] a line, so that the formatter can
//! lay them out again and the resolver can see which came first. Comments are kept beside the tree (see
//! [`super::Parsed`]), not in it. What could not be read is a diagnostic and leaves no fact.
//!
//! Every word is a [`Name`]: an interned symbol with its span. `hackney.early-help` and `criminal.convictions` are one
//! name each. [`Stated`] is the language's `not-stated`.

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

// ---- who ----

/// `party hackney "…" { … }`. A party named `public` is built in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PartyDecl {
    /// Keyword, name, title.
    pub head: Head,
    /// Its lines.
    pub facts: Facts<PartyFact>,
}

/// A line of a party or of a team.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PartyFact {
    /// `kind local-authority`.
    Kind(Stated<Name>),
    /// `country GB`.
    Country(Stated<Name>),
    /// `domain "hackney.gov.uk"`.
    Domain(Stated<Text>),
    /// `also "LBH", "Hackney Council"`: other names it is called by.
    Also(Vec<Text>),
    /// `access named, vetted`: who gets in (teams of a secure kind).
    Access(Stated<Names>),
    /// `renamed DATE ["New name"]`: since when it is called otherwise.
    Renamed {
        /// Since when.
        on: Stated<DateLiteral>,
        /// What it is called since.
        to: Option<Text>,
    },
    /// `dissolved DATE [into PARTY]`: since when there is no such body.
    Dissolved {
        /// Since when.
        on: Stated<DateLiteral>,
        /// Who took its place.
        into: Option<Name>,
    },
    /// `distinct from PARTIES`: they only look as if they were the same.
    Distinct(Names),
    /// `team early-help "…" [{ … }]` (only in a party).
    Team(PartyDecl),
}

/// `group departments "…" { dfe, dwp, moj }`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GroupDecl {
    /// Keyword, name, title.
    pub head: Head,
    /// Its members: parties or groups.
    pub members: Names,
}

/// `wall between A and B [except anonymous] [not-stated]`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WallDecl {
    /// Keyword; a wall has no name.
    pub head: Head,
    /// One side: a party or team.
    pub left: Name,
    /// The other side.
    pub right: Name,
    /// `except anonymous` (or another level word): what may pass.
    pub except: Option<Name>,
    /// `not-stated`: whether the wall stands is not known.
    pub not_stated: Option<Span>,
}

/// `people pupils within participants "…" { children all; count 1200; apart from comparison }`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PeopleDecl {
    /// Keyword, name, title.
    pub head: Head,
    /// `within PEOPLE`.
    pub within: Option<Name>,
    /// Its lines.
    pub facts: Facts<PeopleFact>,
}

/// A line of a people declaration.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PeopleFact {
    /// `children all | some | none`.
    Children(Stated<ChildrenWord>),
    /// `count 1200`.
    Count(Stated<Number>),
    /// `apart from comparison`: nobody is in both.
    Apart(Names),
}

/// How many of a group are children.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ChildrenWord {
    /// Every one.
    All,
    /// Some.
    Some,
    /// Not one.
    None,
}

// ---- activities ----

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

// ---- data ----

/// `dataset families "…" { … }`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DatasetDecl {
    /// Keyword, name, title.
    pub head: Head,
    /// Its lines.
    pub facts: Facts<DatasetFact>,
}

/// A line of a dataset.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum DatasetFact {
    /// `held by hackney.early-help, …`.
    HeldBy(Stated<Names>),
    /// `controller hackney, …`.
    Controller(Stated<Names>),
    /// `about participants, …`.
    About(Stated<Names>),
    /// `collected for family-support, …`.
    CollectedFor(Stated<Names>),
    /// `fields name, address`; each takes the category of its own name.
    Fields(Names),
    /// `fields open`: the source left the list open.
    FieldsOpen,
    /// `field x : category [at LEVEL]`.
    Field(FieldFact),
    /// `reveals on-programme : social.intervention`.
    Reveals(FieldFact),
    /// `reveals nothing`: being in it says nothing about anybody; `reveals not-stated`.
    RevealsNothing(Stated<Span>),
    /// `rows [one per family]`.
    Rows {
        /// What a row is about, when said.
        one_per: Option<Name>,
    },
    /// `table [minimum 10]`: counts, not people.
    Table {
        /// The least count that is shown.
        minimum: Option<Stated<Number>>,
    },
    /// `claimed anonymous`: somebody says that nobody in it can be identified.
    ClaimedAnonymous,
    /// A fact of the dataset's first copies.
    Copy(CopyFact),
}

/// `x : category at LEVEL`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FieldFact {
    /// The field.
    pub name: Name,
    /// Its category.
    pub category: Stated<Name>,
    /// Its level of precision; the finest when not said.
    pub level: Option<Name>,
}

/// Facts of a copy, wherever it is declared: a dataset's first copies, a step's outputs, a flow's receiver.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CopyFact {
    /// `basis public-task under LAW`.
    Basis(Stated<Box<BasisFact>>),
    /// `condition substantial-public-interest under LAW schedule 1 paragraph 18`; may be said again for another kind of data.
    Condition(Stated<Box<BasisFact>>),
    /// `confidentiality section-251`, `confidentiality statute under LAW`: why the duty of confidence lets it go.
    Confidentiality(Stated<Box<BasisFact>>),
    /// `retain …`; for a flow `receiver retains …`.
    Retain(Stated<Box<Retention>>),
    /// `kept encrypted, named-access`; for a flow `receiver keeps …`.
    Kept(Stated<Names>),
    /// `stored in GB, …`; for a flow `receiver stores in …`.
    StoredIn(Stated<Names>),
    /// `transfer idta under AGREEMENT`: on what it rests that the data goes abroad.
    Transfer(Stated<TransferFact>),
}

/// A legal basis or condition and the law it stands on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BasisFact {
    /// The basis or condition.
    pub name: Name,
    /// The law.
    pub under: Option<Name>,
    /// `schedule 1`.
    pub schedule: Option<Number>,
    /// `paragraph 18`.
    pub paragraph: Option<Number>,
}

/// What a transfer abroad rests on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TransferFact {
    /// The mechanism.
    pub mechanism: Name,
    /// The agreement that it is made under.
    pub under: Option<Name>,
}

/// How long a copy is kept, and what then.
///
/// `6 years after case-closed then destroy`, `until study-end then destroy by secure-erasure`,
/// `6 years then destroy` (after collection), each also with `no later than DATE` before `then`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Retention {
    /// The period; `None` for `until …`.
    pub period: Option<Duration>,
    /// What starts the clock, or the end itself for `until`.
    pub from: Option<When>,
    /// `no later than DATE`.
    pub no_later: Option<DateLiteral>,
    /// `then destroy`.
    pub then: Option<Disposal>,
    /// `by METHOD`: how it is destroyed.
    pub method: Option<Stated<Name>>,
    /// The whole.
    pub span: Span,
}

/// What is done when the time is up.
#[derive(Clone, Copy, PartialEq, Hash, Eq, Debug)]
pub enum Disposal {
    /// Destroyed.
    Destroy,
    /// Given back (and no longer held).
    Return,
    /// Made anonymous.
    Anonymise,
    /// Archived (still held).
    Archive,
    /// Looked at again (still held).
    Review,
}

/// `category x under y "…" { … }`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CategoryDecl {
    /// Keyword, name, title.
    pub head: Head,
    /// `under PARENT`.
    pub under: Option<Name>,
    /// Its lines.
    pub facts: Facts<CategoryFact>,
}

/// A line of a category.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CategoryFact {
    /// `identifies direct | quasi | key | no`.
    Identifies(Name),
    /// `level NAME [identifies direct | quasi | no]`: levels of precision, finest first.
    Level {
        /// The level.
        name: Name,
        /// How the category identifies at it; as the category does when not said.
        identifies: Option<Name>,
    },
    /// `special [health]`: special-category data (UK GDPR article 9).
    Special(Option<Name>),
    /// `criminal`: criminal-offence data (article 10).
    Criminal,
    /// `confidential`: owed a duty of confidence.
    Confidential,
}

/// `combination date-of-birth, postcode at district, sex`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CombinationDecl {
    /// Keyword; a combination has no name.
    pub head: Head,
    /// Its parts: categories, each with the coarsest level that still counts (the finest when not said).
    pub parts: Vec<CombinationPart>,
}

/// A category of a combination.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CombinationPart {
    /// The category.
    pub category: Name,
    /// The coarsest level that still counts.
    pub level: Option<Name>,
}

// ---- what happens ----

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

// ---- footing ----

/// `agreement NAME "…" { … }`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AgreementDecl {
    /// Keyword, name, title.
    pub head: Head,
    /// Its lines.
    pub facts: Facts<AgreementFact>,
}

/// A line of an agreement.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum AgreementFact {
    /// `kind sharing | processing-contract | joint-controller | transfer | memorandum`.
    Kind(Stated<Name>),
    /// `binding yes | no`.
    Binding(Stated<bool>),
    /// `between a, b`.
    Between(Stated<Names>),
    /// `from DATE`.
    From(Stated<When>),
    /// `until DATE | EVENT`.
    Until(Stated<When>),
    /// `for PURPOSES`.
    For(Stated<Names>),
    /// `covers dataset(fields), …`.
    Covers(Stated<ThinVec<DatasetFields>>),
    /// `onward to WHO, … | no one`; empty for no one.
    Onward(Stated<Names>),
    /// `about PEOPLE, …`.
    About(Stated<Names>),
    /// `by CHANNEL, …`.
    By(Stated<Names>),
    /// `terms instructions, audit, …`.
    Terms(Stated<Names>),
    /// `replaces OTHER, …`.
    Replaces(Names),
}

/// `law NAME "Citation" { … }`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LawDecl {
    /// Keyword, name, citation.
    pub head: Head,
    /// Its lines.
    pub facts: Facts<LawFact>,
}

/// A line of a law.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LawFact {
    /// `in force DATE [to DATE]`.
    InForce {
        /// From.
        from: Stated<DateLiteral>,
        /// To; still in force when not said.
        to: Option<Stated<DateLiteral>>,
    },
    /// `gives power | gateway, …`.
    Gives(Stated<Names>),
    /// `excludes CATEGORIES`.
    Excludes(Names),
}

/// `purpose NAME [under PARENT] "…" { class … }`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PurposeDecl {
    /// Keyword, name, title.
    pub head: Head,
    /// `under PARENT`.
    pub under: Option<Name>,
    /// Its lines: `class CLASS`.
    pub facts: Facts<Stated<Name>>,
}

/// `compatible A with B because "…"`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CompatibleDecl {
    /// Keyword; it has no name.
    pub head: Head,
    /// The purpose of collection.
    pub purpose: Name,
    /// The further purpose.
    pub with: Name,
    /// Why.
    pub because: Option<Text>,
}

/// `dpia NAME "…" { … }`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DpiaDecl {
    /// Keyword, name, title.
    pub head: Head,
    /// Its lines.
    pub facts: Facts<DpiaFact>,
}

/// A line of a DPIA.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum DpiaFact {
    /// `covers ACTIVITIES`.
    Covers(Names),
    /// `completed DATE`.
    Completed(Stated<DateLiteral>),
    /// `review by DATE`.
    ReviewBy(Stated<DateLiteral>),
    /// `residual risk low | medium | high`.
    ResidualRisk(Stated<Name>),
    /// `advice "…"`: what the data protection officer said.
    Advice(Stated<Text>),
}

/// `attest copy X at P is anonymous { … }`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AttestDecl {
    /// Keyword; it has no name.
    pub head: Head,
    /// The dataset.
    pub dataset: Name,
    /// The place.
    pub at: Name,
    /// Its lines.
    pub facts: Facts<SignedFact>,
}

/// Who answers for an attestation or a waiver, and until when.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SignedFact {
    /// `by "role"`.
    By(Text),
    /// `on DATE`.
    On(DateLiteral),
    /// `review by DATE`.
    ReviewBy(DateLiteral),
    /// `because "…"`.
    Because(Text),
    /// `until DATE`.
    Until(DateLiteral),
}

/// `opt-out NAME "…" { … }`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OptOutDecl {
    /// Keyword, name, title.
    pub head: Head,
    /// Its lines.
    pub facts: Facts<OptOutFact>,
}

/// A line of an opt-out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum OptOutFact {
    /// `blocks PURPOSES`.
    Blocks(Names),
    /// `blocks identifiable data to WHO, …`.
    BlocksIdentifiableTo(Names),
    /// `at extraction`.
    AtExtraction,
    /// `before use`.
    BeforeUse,
    /// `covers DATASETS`: the data that people can keep out of it.
    Covers(Names),
    /// `about PEOPLE`: to whom it is open.
    About(Names),
}

/// `notice NAME "…" { … }`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NoticeDecl {
    /// Keyword, name, title.
    pub head: Head,
    /// Its lines.
    pub facts: Facts<NoticeFact>,
}

/// A line of a notice.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum NoticeFact {
    /// `text "notice.md"`: the file, relative to the one that declares the notice.
    Text(Stated<Text>),
    /// `from hackney, …`: whose notice it is.
    From(Stated<Names>),
    /// `to participants, …`.
    To(Stated<Names>),
    /// `published DATE`.
    Published(Stated<DateLiteral>),
    /// `review by DATE`.
    ReviewBy(Stated<DateLiteral>),
    /// `contact "privacy@hackney.gov.uk", …`: where people can turn to.
    Contact(Stated<Vec<Text>>),
    /// `contains rights, complaint`: what else it tells.
    Contains(Stated<Names>),
    /// `retain 6 years after case-closed`: how long it says that data is kept.
    Retain(Stated<Box<Retention>>),
    /// `names recipients WHO, …` (also `purposes`, `categories`, `sources`): what it tells.
    Names {
        /// `recipients`, `purposes`, `categories` or `sources`.
        what: Name,
        /// Which.
        list: Stated<Names>,
    },
    /// `covers ACTIVITIES`.
    Covers(Names),
    /// `cites LAWS`.
    Cites(Names),
}

/// `assume anyone knows name, address` (or a party instead of `anyone`).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AssumeDecl {
    /// Keyword; it has no name.
    pub head: Head,
    /// Who; `None` for anyone.
    pub who: Option<Name>,
    /// The categories.
    pub knows: Names,
}

// ---- rules ----

/// `rule NAME "…" { … }` or `promise NAME "…" { … }`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RuleDecl {
    /// Keyword, name, title.
    pub head: Head,
    /// Whether it is a promise.
    pub promise: bool,
    /// Its lines.
    pub facts: Facts<RuleFact>,
}

/// A line of a rule.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum RuleFact {
    /// A sentence.
    Sentence(Box<Sentence>),
    /// `quote "…" in NOTICE`.
    Quote {
        /// The words.
        text: Text,
        /// The notice.
        notice: Name,
    },
    /// `because "…"`.
    Because(Text),
    /// `law "…" [in uk | eu] [in force DATE [to DATE]]`.
    Law(Box<CitedLaw>),
    /// `fix "…"`.
    Fix(Text),
    /// `severity error | warning | info`.
    Severity(Name),
    /// `judged by holder | anyone`.
    JudgedBy(Name),
    /// `applies DATE [to DATE]`.
    Applies {
        /// From.
        from: DateLiteral,
        /// To.
        to: Option<DateLiteral>,
    },
    /// `made DATE [to DATE]`: when a promise was told.
    Made {
        /// From.
        from: DateLiteral,
        /// To.
        to: Option<DateLiteral>,
    },
    /// `made to PEOPLE, …`.
    MadeTo(Names),
    /// `withdrawn DATE`.
    Withdrawn(DateLiteral),
    /// `in ACTIVITY`: the activity that a promise speaks of.
    In(Name),
    /// `jurisdiction uk | eu`: where the rule holds; everywhere when not said.
    Jurisdiction(Name),
}

/// A source in law: `law "UK GDPR article 22A" in uk in force 2026-02-05 to 2030-01-01`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CitedLaw {
    /// The citation.
    pub text: Text,
    /// Where it is law; everywhere when not said.
    pub jurisdiction: Option<Name>,
    /// From when.
    pub from: Option<DateLiteral>,
    /// To when: the first day on which it is law no more.
    pub to: Option<DateLiteral>,
}

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

/// `record NAME "…" { … }`: a judgement, an approval or another paper that somebody signed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RecordDecl {
    /// Keyword, name, title.
    pub head: Head,
    /// Its lines.
    pub facts: Facts<RecordFact>,
}

/// A line of a record.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum RecordFact {
    /// `kind legitimate-interests-assessment, …`.
    Kind(Stated<Names>),
    /// `covers THING, …`: activities, datasets, flows, steps, uses, decisions, parties, agreements, people.
    Covers(Names),
    /// `about PEOPLE, …`.
    About(Stated<Names>),
    /// `for PURPOSES`.
    For(Stated<Names>),
    /// `by "role"`.
    By(Stated<Text>),
    /// `on DATE`.
    On(Stated<DateLiteral>),
    /// `review by DATE`.
    ReviewBy(Stated<DateLiteral>),
    /// `until DATE`.
    Until(Stated<DateLiteral>),
    /// `reference "…"`.
    Reference(Stated<Text>),
    /// `because "…"`.
    Because(Stated<Text>),
    /// `withdrawal "…"`: how consent is taken back.
    Withdrawal(Stated<Text>),
}

/// `pack NAME "…" { … }`: what a file of rules is, to be adopted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PackDecl {
    /// Keyword, name, title.
    pub head: Head,
    /// Its lines.
    pub facts: Facts<PackFact>,
}

/// A line of a pack.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PackFact {
    /// `language 1`: the version of the language that its rules are written in.
    Language(Number),
    /// `severity RULE error | warning | info`.
    Severity {
        /// The rule.
        rule: Name,
        /// Its severity.
        severity: Name,
    },
    /// `because "…"`: what the pack is for.
    Because(Text),
}

/// `adopt uk-gdpr, "policies/ours.staunch" [except RULE, … because "…" [review DATE]]`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AdoptDecl {
    /// Keyword; it has no name.
    pub head: Head,
    /// Packs by name.
    pub packs: Vec<Name>,
    /// Packs by path.
    pub paths: Vec<Text>,
    /// Rules of theirs that are put off.
    pub except: Names,
    /// Why they are put off.
    pub because: Option<Text>,
    /// When the putting off ends.
    pub review: Option<DateLiteral>,
}

/// `waive RULE for SUBJECT { … }`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WaiveDecl {
    /// Keyword; it has no name.
    pub head: Head,
    /// The rule.
    pub rule: Name,
    /// The subject.
    pub subject: Name,
    /// Its lines.
    pub facts: Facts<SignedFact>,
}

/// `scenario "…" { … }`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ScenarioDecl {
    /// Keyword and title.
    pub head: Head,
    /// Its lines.
    pub facts: Facts<ScenarioFact>,
}

/// A line of a scenario.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ScenarioFact {
    /// `add DECLARATION`.
    Add(Box<Declaration>),
    /// `change DECLARATION`.
    Change(Box<Declaration>),
    /// `remove NAME, …`.
    Remove(Names),
    /// `remove wall between A and B`.
    RemoveWall {
        /// One side.
        left: Name,
        /// The other side.
        right: Name,
    },
    /// `without OPERATION in STEP`.
    Without {
        /// What the step does no more.
        what: LeftOut,
        /// The step.
        step: Name,
    },
    /// `as of DATE`.
    AsOf(DateLiteral),
    /// `expect RULE passes | fails | cannot tell`.
    Expect {
        /// The rule.
        rule: Name,
        /// The verdict.
        verdict: ExpectedVerdict,
    },
    /// `expect WHO receives | holds DATA`, or `does not receive | hold`.
    ExpectData {
        /// Who.
        who: Who,
        /// Receive or hold.
        verb: Verb,
        /// Whether it is expected not to.
        negated: bool,
        /// What.
        data: Data,
    },
    /// `expect no new findings`.
    ExpectNothingNew,
}

/// What a step of a scenario leaves out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LeftOut {
    /// `without drop name in prepare`: this operation; its fields may be a part of those that the step's own has.
    This(Box<Operation>),
    /// `without encrypt in prepare`: every operation of this word.
    All(Name),
}

/// What a scenario expects of a rule.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ExpectedVerdict {
    /// `passes`.
    Passes,
    /// `fails`.
    Fails,
    /// `cannot tell`.
    CannotTell,
}
