//! The things of an atlas.

use jiff::civil::Date;

use crate::vocabulary::Identifies;

/// An organisation, the public, or whoever is not stated.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Party {
    /// Its name: `public` for the public, `not-stated` for whoever is not stated.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// Its kind, `local-authority`, where it is said.
    pub kind: Option<String>,
    /// Its country, where it is said.
    pub country: Option<String>,
    /// Its own place.
    pub place: usize,
    /// The places of its teams.
    pub teams: Vec<usize>,
    /// What it is in which activity.
    pub roles: Vec<Role>,
    /// The datasets whose declarations name it as the controller.
    pub controls: Vec<usize>,
}

/// What a party is in an activity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    /// The activity.
    pub activity: usize,
    /// What it is.
    pub kind: RoleKind,
    /// For a processor, for whom.
    pub principals: Vec<usize>,
    /// The datasets that it is limited to; empty for all.
    pub of: Vec<usize>,
    /// The contract or arrangement, where one is named.
    pub under: Option<usize>,
}

/// The roles of the law.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RoleKind {
    /// A controller, as far as is said the only one.
    Controller,
    /// A controller jointly with others (UK GDPR article 26).
    JointController,
    /// A controller beside others, each for itself.
    IndependentController,
    /// A processor (article 28).
    Processor,
    /// A processor that another processor engaged.
    SubProcessor,
}

impl RoleKind {
    /// The words for it.
    pub fn words(self) -> &'static str {
        match self {
            RoleKind::Controller => "controller",
            RoleKind::JointController => "joint controller",
            RoleKind::IndependentController => "independent controller",
            RoleKind::Processor => "processor",
            RoleKind::SubProcessor => "sub-processor",
        }
    }

    /// Whether it acts for somebody else.
    pub fn acts_for_another(self) -> bool {
        matches!(self, RoleKind::Processor | RoleKind::SubProcessor)
    }
}

/// Where copies are: a party, or a team of one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// Its name, `hackney.early-help` for a team.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// The party that it belongs to.
    pub party: usize,
    /// Whether it is a team.
    pub team: bool,
    /// A team's own kind, where it has one: `trusted-research-environment`.
    pub kind: Option<String>,
    /// Who gets in, where that is said.
    pub access: Option<Vec<String>>,
}

impl Place {
    /// Whether it is a setting of its own in which data is kept apart: a team with a kind, or one whose access is said.
    pub fn is_setting(&self) -> bool {
        self.team && (self.kind.is_some() || self.access.is_some())
    }
}

/// A wall between two places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wall {
    /// One side.
    pub left: usize,
    /// The other.
    pub right: usize,
    /// Whether the text says that it stands; it is `not-stated` otherwise.
    pub stated: bool,
    /// What may pass all the same, `anonymous` most often.
    pub except: Option<String>,
}

/// People whom data is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct People {
    /// Their name.
    pub name: String,
    /// What they are called.
    pub title: String,
    /// The group that these are part of.
    pub within: Option<usize>,
    /// How many, where it is said.
    pub count: Option<u64>,
}

/// An activity: a unit of the record of processing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Activity {
    /// Its name.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// Its purposes.
    pub purposes: Vec<String>,
    /// When it starts, where it is said.
    pub starts: Option<Moment>,
    /// When it ends, where it is said.
    pub ends: Option<Moment>,
}

/// A point in time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Moment {
    /// In words, with what events are called: `30 days after the matching is done`.
    pub words: String,
    /// The date that it is at the latest, where that is proved.
    pub latest: Option<Date>,
    /// The date that it is at the earliest, where that is proved.
    pub earliest: Option<Date>,
    /// The event that it depends on.
    pub event: Option<usize>,
}

/// A body of data, wherever copies of it are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dataset {
    /// Its name.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// Whether it has a title of its own.
    pub titled: bool,
    /// Whether it has a declaration of its own; otherwise it is only named by the step that gives it.
    pub declared: bool,
    /// Whether it is there from the start somewhere.
    pub held_from_start: bool,
    /// The groups that it is about, as far as its declaration says.
    pub about: Vec<usize>,
    /// The controllers that its declaration names.
    pub controllers: Vec<usize>,
    /// What it was collected for.
    pub collected_for: Vec<String>,
    /// Whether somebody says that nobody in it can be identified.
    pub claimed_anonymous: bool,
    /// Its copies.
    pub copies: Vec<usize>,
}

/// How far something identifies people: 4 identifiable, 3 pseudonymised, 2 rows about people, 1 counts, 0 anonymous. Where facts
/// are not stated there are two answers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Level {
    /// As one who hopes would read what is not stated.
    pub kind: u8,
    /// As one who fears would.
    pub harsh: u8,
}

impl Level {
    /// Whether it depends on what is not stated.
    pub fn unsure(self) -> bool {
        self.kind != self.harsh
    }

    /// The word for a level.
    pub fn word(level: u8) -> &'static str {
        match level {
            0 => "anonymous",
            1 => "counts",
            2 => "rows about people",
            3 => "pseudonymised",
            _ => "identifiable",
        }
    }
}

/// A field of a copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// The title of its category, where it has one.
    pub category: Option<String>,
    /// How it identifies.
    pub identifies: Identifies,
    /// The special category of data that it is (article 9), where it is any.
    pub special: Option<String>,
    /// Whether it is about offences (article 10).
    pub criminal: bool,
}

impl Field {
    /// Whether it is special-category or criminal-offence data.
    pub fn is_sensitive(&self) -> bool {
        self.special.is_some() || self.criminal
    }
}

/// One dataset at one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copy {
    /// The dataset.
    pub dataset: usize,
    /// The place.
    pub place: usize,
    /// The parties that it is held for, where its place belongs to a processor.
    pub held_for: Vec<usize>,
    /// How far it identifies people to who holds it, with all that they hold.
    pub level: Level,
    /// How far it does by itself.
    pub own_level: Level,
    /// Its fields, in the order in which they come to it.
    pub fields: Vec<Field>,
    /// Whether it may have other fields: a list is open.
    pub open: bool,
    /// Whom it is about; empty where that may be anybody.
    pub about: Vec<usize>,
    /// Whether it is there from the start.
    pub declared: bool,
    /// Whether it is published.
    pub published: bool,
    /// From when it is held, where that is said of all ways in which it comes.
    pub from: Option<Moment>,
    /// How long it is kept.
    pub kept: Kept,
}

/// Until when a copy is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Kept {
    /// Each end that is stated, in words: `until the end of the research`, `2 years after collection`.
    pub words: Vec<String>,
    /// What is done then: `destroyed`, `returned`; where it is said.
    pub then: Option<&'static str>,
    /// The date that it comes to at the latest, where there is one for all ways in which the copy comes.
    pub until: Option<Date>,
    /// The event that it ends with or after.
    pub event: Option<usize>,
    /// Whether some way in which it comes has no end at all.
    pub endless: bool,
    /// Whether it says that it is not stated.
    pub not_stated: bool,
}

/// Data given from one place to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flow {
    /// Its number in the flow register, from 1.
    pub number: usize,
    /// Its name.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// Whether it has a title of its own.
    pub titled: bool,
    /// The places that send.
    pub from: Vec<usize>,
    /// The places that receive.
    pub to: Vec<usize>,
    /// What goes where: one leg for each copy that it makes and each that it is made from.
    pub legs: Vec<Leg>,
    /// How it travels.
    pub channels: Vec<String>,
    /// Whether the text says that it is not stated how.
    pub channels_not_stated: bool,
    /// The agreements that it is made under.
    pub agreements: Vec<usize>,
    /// Its purposes, or those of its activity.
    pub purposes: Vec<String>,
    /// The activity that it belongs to.
    pub activity: Option<usize>,
    /// When it begins.
    pub starts: Option<Moment>,
    /// When it ends.
    pub ends: Option<Moment>,
}

/// One dataset on its way from one copy to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leg {
    /// From which copy.
    pub from: usize,
    /// The copy that it makes or adds to.
    pub to: usize,
    /// The fields that travel, where not all do.
    pub only: Option<Vec<String>>,
}

/// Data made from data at one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Its name.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// Whether it has a title of its own.
    pub titled: bool,
    /// Where it is done.
    pub place: usize,
    /// The copies that it takes.
    pub takes: Vec<usize>,
    /// The copies that it makes: its outputs, and the lookups and secrets that it makes beside them.
    pub gives: Vec<usize>,
    /// What it does, in words, in order.
    pub operations: Vec<String>,
    /// The operations' own words: `match`, `drop`, `aggregate`.
    pub verbs: Vec<&'static str>,
    /// Whether the text says that it is not stated what it does.
    pub not_stated: bool,
    /// The datasets that it destroys, by number.
    pub destroys: Vec<usize>,
    /// The activity that it belongs to.
    pub activity: Option<usize>,
    /// When it begins.
    pub starts: Option<Moment>,
}

/// A use, or a decision about people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Use {
    /// Its name.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// Whether it has a title of its own.
    pub titled: bool,
    /// Where.
    pub place: usize,
    /// The copies that it takes.
    pub takes: Vec<usize>,
    /// Whether the text says that it is not stated what it takes.
    pub not_stated: bool,
    /// Who sees the data, where not the holder.
    pub by: Vec<usize>,
    /// Its purposes, or those of its activity.
    pub purposes: Vec<String>,
    /// The activity that it belongs to.
    pub activity: Option<usize>,
    /// Whether it is a decision.
    pub decision: bool,
    /// Whether it is a decision about individuals, where that is said.
    pub about_individuals: Option<bool>,
}

/// Something that happens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Its name.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// When it happened, or is to happen: the best that is said.
    pub date: Option<Date>,
    /// How sure that is: `happened`, `no later than`, `expected`; empty where there is no date.
    pub sure: &'static str,
}

/// An agreement, a contract or an arrangement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agreement {
    /// Its name.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// Its kind, where it is said.
    pub kind: Option<String>,
    /// Its parties.
    pub between: Vec<usize>,
}
