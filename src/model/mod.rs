//! What the text means: typed facts with ids, names resolved, nothing of the syntax left but places to point at.
//!
//! [`resolve()`] makes a [`Model`] from the trees of a project. The model is closed: every id in it is valid. What the text
//! leaves unsaid is [`Known::Unsaid`], what it declares not to know is [`Known::NotStated`]; rules treat the two as the
//! law does (see [`crate::rules`]), the model invents nothing.
//!
//! Rule sentences stay in the words of the tree until [`crate::rules`] compiles them: what a sentence may speak of
//! depends on the table of facts there.

mod before;
mod data;
mod footing;
mod happenings;
mod known;
mod names;
mod parties;
mod resolve;
mod sentences;
pub mod time;

pub use data::{CopyFacts, Dataset, DatasetFields, FactsIfAny, Field, Footing, Retention, Transfer, Unit};
pub use footing::{Agreement, Assumption, Attestation, Body, Compatible, Dpia, Law, Notice, OptOut, Pack, Record};
pub use happenings::{Decision, Event, Flow, Operation, OperationKind, Step, Suppress, Use};
pub use known::{Declared, Known, Rarely, Title};
pub use names::Names;
pub use parties::{
    Activity, ActivityFooting, Children, ControllerKind, ControllerRole, Group, Party, People, Place, Precondition,
    ProcessorRole, Wall,
};
pub use resolve::{Adopted, Input, NoticeRef, NoticeTexts, adopted, notice_files, resolve};
pub use sentences::{LawSource, PutOff, Rule, Waiver};
pub use time::{Period, Point, Timeline, Trigger};

use crate::syntax::intern::{Interner, Symbol};
pub use crate::syntax::list::List;
pub use crate::syntax::tree::{Disposal, Method, Sentence};
pub use crate::vocabulary::{CategoryId, Jurisdiction, PurposeId, RuleSeverity, Vocabulary};

/// Declares an id type: an index into one of a room's tables.
macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub struct $name(pub u32);
        impl $name {
            /// Its place in the table.
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}
pub(crate) use ids;

ids! {
    /// A party: [`Model::parties`].
    PartyId
    /// A place, which is a party or a team: [`Model::places`].
    PlaceId
    /// A group of people that data is about: [`Model::people`].
    PeopleId
    /// An activity: [`Model::activities`].
    ActivityId
    /// A dataset: [`Model::datasets`].
    DatasetId
    /// A flow: [`Model::flows`].
    FlowId
    /// A step: [`Model::steps`].
    StepId
    /// A use or a decision: [`Model::uses`].
    UseId
    /// An event: [`Model::events`].
    EventId
    /// An agreement: [`Model::agreements`].
    AgreementId
    /// A law: [`Model::laws`].
    LawId
    /// A DPIA: [`Model::dpias`].
    DpiaId
    /// A record: [`Model::records`].
    RecordId
    /// A notice: [`Model::notices`].
    NoticeId
    /// A precondition: [`Model::preconditions`].
    PreconditionId
    /// An opt-out: [`Model::opt_outs`].
    OptOutId
    /// A rule or promise: [`Model::rules`].
    RuleId
}

/// What a name stands for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Thing {
    /// A party or a team, by its place.
    Place(PlaceId),
    /// A group of parties, by its number in [`Model::groups`].
    Group(u32),
    /// A group of people.
    People(PeopleId),
    /// An activity.
    Activity(ActivityId),
    /// A precondition.
    Precondition(PreconditionId),
    /// A dataset.
    Dataset(DatasetId),
    /// A flow.
    Flow(FlowId),
    /// A step.
    Step(StepId),
    /// A use or a decision.
    Use(UseId),
    /// An event.
    Event(EventId),
    /// An agreement.
    Agreement(AgreementId),
    /// A law.
    Law(LawId),
    /// An impact assessment.
    Dpia(DpiaId),
    /// An opt-out.
    OptOut(OptOutId),
    /// A record.
    Record(RecordId),
    /// A notice.
    Notice(NoticeId),
    /// A rule or a promise.
    Rule(RuleId),
}

impl Thing {
    /// What it is called in messages: `party or team`, `dataset`, …
    pub fn noun(self) -> &'static str {
        match self {
            Thing::Place(_) => "party or team",
            Thing::Group(_) => "group",
            Thing::People(_) => "group of people",
            Thing::Activity(_) => "activity",
            Thing::Precondition(_) => "precondition",
            Thing::Dataset(_) => "dataset",
            Thing::Flow(_) => "flow",
            Thing::Step(_) => "step",
            Thing::Use(_) => "use or decision",
            Thing::Event(_) => "event",
            Thing::Agreement(_) => "agreement",
            Thing::Law(_) => "law",
            Thing::Dpia(_) => "DPIA",
            Thing::OptOut(_) => "opt-out",
            Thing::Record(_) => "record",
            Thing::Notice(_) => "notice",
            Thing::Rule(_) => "rule",
        }
    }
}

/// A project's facts.
#[derive(Clone, Debug, Default)]
pub struct Model {
    /// The words.
    pub words: Interner,
    /// The vocabulary, with the project's own words in it.
    pub vocabulary: Vocabulary,
    /// What each name stands for; names are global. Purposes and categories live in the vocabulary.
    pub names: Names,
    /// Parties: [`Model::PUBLIC_PARTY`], [`Model::UNKNOWN_PARTY`], then the declared ones.
    pub parties: Vec<Party>,
    /// Places: [`Model::PUBLIC`], [`Model::UNKNOWN`], then the declared ones.
    pub places: Vec<Place>,
    /// Groups of parties.
    pub groups: Vec<Group>,
    /// Walls.
    pub walls: Vec<Wall>,
    /// Groups of people.
    pub people: Vec<People>,
    /// Activities.
    pub activities: Vec<Activity>,
    /// Preconditions.
    pub preconditions: Vec<Precondition>,
    /// Datasets, declared or only given by a step, lookups and secrets of pseudonymisation included.
    pub datasets: Vec<Dataset>,
    /// Flows.
    pub flows: Vec<Flow>,
    /// Steps.
    pub steps: Vec<Step>,
    /// Uses and decisions.
    pub uses: Vec<Use>,
    /// Events.
    pub events: Vec<Event>,
    /// Agreements.
    pub agreements: Vec<Agreement>,
    /// Laws.
    pub laws: Vec<Law>,
    /// Records of compatibility.
    pub compatibles: Vec<Compatible>,
    /// DPIAs.
    pub dpias: Vec<Dpia>,
    /// Records.
    pub records: Vec<Record>,
    /// Packs of rules, adopted or the project's own.
    pub packs: Vec<Pack>,
    /// Attestations.
    pub attestations: Vec<Attestation>,
    /// Opt-outs.
    pub opt_outs: Vec<OptOut>,
    /// Notices.
    pub notices: Vec<Notice>,
    /// Assumptions.
    pub assumptions: Vec<Assumption>,
    /// Rules and promises.
    pub rules: Vec<Rule>,
    /// Waivers.
    pub waivers: Vec<Waiver>,
}

impl Model {
    /// The place of whoever reads what is published.
    pub const PUBLIC: PlaceId = PlaceId(0);
    /// The place of `not-stated`: somewhere, nobody says where.
    pub const UNKNOWN: PlaceId = PlaceId(1);
    /// The party of [`Model::PUBLIC`].
    pub const PUBLIC_PARTY: PartyId = PartyId(0);
    /// The party of [`Model::UNKNOWN`].
    pub const UNKNOWN_PARTY: PartyId = PartyId(1);

    /// The word of a symbol.
    pub fn word(&self, symbol: Symbol) -> &str {
        self.words.word(symbol)
    }

    /// A place.
    pub fn place(&self, id: PlaceId) -> &Place {
        &self.places[id.index()]
    }

    /// A party.
    pub fn party(&self, id: PartyId) -> &Party {
        &self.parties[id.index()]
    }

    /// A dataset.
    pub fn dataset(&self, id: DatasetId) -> &Dataset {
        &self.datasets[id.index()]
    }

    /// The name of a place.
    pub fn place_name(&self, id: PlaceId) -> &str {
        self.word(self.place(id).declared.name)
    }

    /// The name of a dataset.
    pub fn dataset_name(&self, id: DatasetId) -> &str {
        self.word(self.dataset(id).declared.name)
    }

    /// What people call a thing: its title, or its name when it has none.
    pub fn title<'a>(&'a self, declared: &'a Declared) -> &'a str {
        if declared.title.is_empty() { self.word(declared.name) } else { &declared.title }
    }

    /// Whether nobody can be in both groups: one of them, or a group it is within, is declared apart from the other, or from
    /// a group that one is within.
    pub fn people_apart(&self, a: PeopleId, b: PeopleId) -> bool {
        let up = |start: PeopleId| {
            let mut chain = vec![start];
            let mut at = self.people.get(start.index()).and_then(|p| p.within);
            while let Some(id) = at {
                if chain.contains(&id) {
                    break;
                }
                chain.push(id);
                at = self.people.get(id.index()).and_then(|p| p.within);
            }
            chain
        };
        let (above_a, above_b) = (up(a), up(b));
        above_a.iter().any(|x| {
            above_b.iter().any(|y| self.people[x.index()].apart.contains(y) || self.people[y.index()].apart.contains(x))
        })
    }

    /// Whether `below` is `above` or within it.
    pub fn people_within(&self, below: PeopleId, above: PeopleId) -> bool {
        let mut at = Some(below);
        for _ in 0..=self.people.len() {
            match at {
                Some(id) if id == above => return true,
                Some(id) => at = self.people.get(id.index()).and_then(|p| p.within),
                None => return false,
            }
        }
        false
    }
}
