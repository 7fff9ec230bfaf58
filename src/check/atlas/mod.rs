//! What a project describes, as plain data: what pictures and documents are made from.
//!
//! An [`Atlas`] is made from a model, its graph and its judgement, once all that is known ([`super::survey`]). Things are in the
//! order of their declaration and refer to one another by their number in their list; nothing in it needs the model any more.
//! [`Atlas::PUBLIC`] and [`Atlas::UNKNOWN`] are the first two parties and the first two places.

mod build;
mod things;
mod trails;
mod words;

use jiff::civil::Date;

use super::{Outcome, Verdict};
use crate::rules::context::Context;
pub use things::{
    Activity, Agreement, Copy, Dataset, Event, Field, Flow, Kept, Leg, Level, Moment, Party, People, Place, Role,
    RoleKind, Step, Use, Wall,
};
pub use trails::{Item, Trail, TrailStep};

/// A project, judged, with what it describes.
#[derive(Debug, Clone)]
pub struct Surveyed {
    /// What a check says of it.
    pub outcome: Outcome,
    /// What it describes; `None` where its text has errors.
    pub atlas: Option<Atlas>,
}

/// All that a project describes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Atlas {
    /// The project's name, from its settings.
    pub project: Option<String>,
    /// The date that it was judged as of.
    pub as_of: Date,
    /// Parties: the public, whoever is not stated, then those that are declared.
    pub parties: Vec<Party>,
    /// Places: the public, whoever is not stated, then parties and teams as they are declared.
    pub places: Vec<Place>,
    /// Walls.
    pub walls: Vec<Wall>,
    /// Whom data is about.
    pub people: Vec<People>,
    /// Activities.
    pub activities: Vec<Activity>,
    /// Datasets: what is declared, what steps give, and the lookups and secrets that pseudonymisation makes.
    pub datasets: Vec<Dataset>,
    /// Who has what: each dataset at each place where it comes to be.
    pub copies: Vec<Copy>,
    /// Flows; the first has the number 1 in the flow register.
    pub flows: Vec<Flow>,
    /// Steps.
    pub steps: Vec<Step>,
    /// Uses and decisions.
    pub uses: Vec<Use>,
    /// Events.
    pub events: Vec<Event>,
    /// Agreements.
    pub agreements: Vec<Agreement>,
    /// The way of each finding of the report, in its order.
    pub trails: Vec<Trail>,
}

impl Atlas {
    /// The party, and the place, of whoever reads what is published.
    pub const PUBLIC: usize = 0;
    /// The party, and the place, of whoever is not stated.
    pub const UNKNOWN: usize = 1;

    /// The copies of a dataset at a place and around it, as a flow or a step would find them there.
    pub fn copy_at(&self, dataset: usize, place: usize) -> Option<usize> {
        self.copies.iter().position(|copy| copy.dataset == dataset && copy.place == place)
    }

    /// The party to which a copy's place belongs.
    pub fn holder(&self, copy: usize) -> Option<usize> {
        let place = self.copies.get(copy)?.place;
        self.places.get(place).map(|place| place.party)
    }

    /// The trails of findings that count and have this verdict.
    pub fn open_trails(&self, verdict: Verdict) -> impl Iterator<Item = (usize, &Trail)> {
        self.trails.iter().enumerate().filter(move |(_, trail)| trail.counts && trail.verdict == verdict)
    }
}

/// Makes the atlas of a project that was judged.
pub(super) fn atlas(c: &Context<'_>, outcome: &Outcome) -> Option<Atlas> {
    let report = outcome.report.as_ref()?;
    let mut atlas = build::build(c);
    atlas.project.clone_from(&report.project);
    atlas.as_of = report.as_of;
    atlas.trails = trails::trails(c, report);
    Some(atlas)
}
