//! Rules and promises, records, packs, waivers and scenarios.

use super::{
    Data, DateLiteral, Declaration, Facts, Head, Name, Names, Number, Operation, Sentence, SignedFact, Stated, Text,
    Verb, Who,
};

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
