//! Who: parties, groups, walls and data subjects.

use super::{DateLiteral, Facts, Head, Name, Names, Number, Stated, Text};
use crate::source::Span;

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
