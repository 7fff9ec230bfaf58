//! A small model as plain data.

use std::fmt::{self, Display};

/// What a column says about a person.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) enum Category {
    Name,
    Nhs,
    Quasi(u8),
    Key(u8),
    Trait(u8),
    /// How many people there are in a group.
    Count,
}

/// A field's name. Traits have names of their own in every dataset; what links is called the same everywhere.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) enum Field {
    Name,
    Nhs,
    Quasi(u8),
    Key(u8),
    Trait(u8, u8),
    Hash(u8),
    People,
    /// What being in a source reveals.
    Shows(u8),
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) enum Dataset {
    Source(u8),
    Made(u8),
    Lookup(u8),
    Code(u8),
    Secret(u8),
}

/// A party (`0..parties`), then the teams in their order; [`PUBLIC`] is everybody.
pub(crate) type Place = u8;
pub(crate) const PUBLIC: Place = 255;

/// The names of the levels of precision, finest first.
pub(crate) const LEVELS: [&str; 3] = ["fine", "middle", "coarse"];
pub(crate) const TRAITS: u8 = 3;
/// The trait that is special-category data.
pub(crate) const SPECIAL: u8 = 2;
pub(crate) const KEYS: u8 = 4;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Column {
    pub(crate) field: Field,
    pub(crate) category: Category,
    pub(crate) level: u8,
}

#[derive(Clone, Debug)]
pub(crate) struct Source {
    pub(crate) held: Vec<Place>,
    pub(crate) columns: Vec<Column>,
    /// The trait that being in it reveals.
    pub(crate) reveals: Option<u8>,
    /// The group of people that it is about; all when not said.
    pub(crate) about: Option<u8>,
    pub(crate) until: Option<u8>,
}

#[derive(Clone, Debug)]
pub(crate) struct Flow {
    pub(crate) name: u8,
    pub(crate) from: Place,
    pub(crate) to: Place,
    pub(crate) dataset: Dataset,
    pub(crate) fields: Option<Vec<Field>>,
    pub(crate) activity: u8,
    pub(crate) purpose: u8,
    /// The time at which it runs, and the time at which the receiver destroys.
    pub(crate) on: Option<u8>,
    pub(crate) until: Option<u8>,
}

#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) name: u8,
    pub(crate) at: Place,
    pub(crate) takes: Vec<Dataset>,
    pub(crate) operations: Vec<Operation>,
    /// What it gives, each with its fields where it is a part.
    pub(crate) gives: Vec<(Dataset, Option<Vec<Field>>)>,
    pub(crate) activity: u8,
    pub(crate) purpose: u8,
    pub(crate) on: Option<u8>,
    pub(crate) until: Option<u8>,
}

/// A `use`, or a `decision` about individuals or not.
#[derive(Clone, Debug)]
pub(crate) struct Use {
    pub(crate) name: u8,
    pub(crate) at: Place,
    pub(crate) takes: Dataset,
    pub(crate) fields: Option<Vec<Field>>,
    pub(crate) purpose: u8,
    pub(crate) decides: Option<bool>,
    pub(crate) on: Option<u8>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Method {
    Unsalted,
    Salted,
    Lookup,
    Code,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Operation {
    Match(Dataset, Dataset, Vec<Field>),
    Append(Vec<Dataset>),
    Keep(Vec<Field>),
    Drop(Vec<Field>),
    AddKey(u8),
    Pseudonymise { field: Field, key: Field, method: Method, held_by: Option<Place> },
    Reidentify(Dataset),
    Generalise(Field, u8),
    Derive { field: Field, category: Category, from: Vec<Field> },
    Aggregate { by: Vec<Field>, of: Vec<Field>, minimum: u8 },
    Suppress(bool),
    Destroy(Dataset),
}

/// `processor who for whom`, in an activity.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Processor {
    pub(crate) activity: u8,
    pub(crate) who: Place,
    pub(crate) whom: Place,
}

/// A wall; whether it stands may not be stated.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Wall {
    pub(crate) between: (Place, Place),
    pub(crate) stated: bool,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Model {
    pub(crate) parties: u8,
    /// The party of each team.
    pub(crate) teams: Vec<Place>,
    pub(crate) walls: Vec<Wall>,
    /// How many activities there are; each flow and step says which it belongs to when there are several.
    pub(crate) activities: u8,
    pub(crate) processors: Vec<Processor>,
    pub(crate) quasis: u8,
    /// Each part with the coarsest level that still counts.
    pub(crate) combinations: Vec<Vec<(u8, u8)>>,
    /// Whether there are two groups of people with nobody in both.
    pub(crate) groups: bool,
    /// Events, each with those that it comes after. Where there are none, times are dates.
    pub(crate) events: Vec<Vec<u8>>,
    pub(crate) sources: Vec<Source>,
    pub(crate) flows: Vec<Flow>,
    pub(crate) steps: Vec<Step>,
    pub(crate) uses: Vec<Use>,
}

impl Model {
    pub(crate) fn party_of(&self, place: Place) -> Place {
        match place.checked_sub(self.parties).and_then(|t| self.teams.get(usize::from(t))) {
            Some(party) => *party,
            None => place,
        }
    }

    pub(crate) fn is_team(&self, place: Place) -> bool {
        place != PUBLIC && place >= self.parties
    }

    pub(crate) fn places(&self) -> Vec<Place> {
        (0..self.parties + self.teams.len() as u8).collect()
    }

    pub(crate) fn teams_of(&self, party: Place) -> Vec<Place> {
        self.places().into_iter().filter(|t| self.is_team(*t) && self.party_of(*t) == party).collect()
    }

    /// Whether what is at one of two places is at hand at the other: the same, or a party and its team.
    pub(crate) fn near(&self, a: Place, b: Place) -> bool {
        let own = |team: Place, party: Place| self.is_team(team) && self.party_of(team) == party;
        a == b || own(a, b) || own(b, a)
    }

    /// The categories that rules ask about.
    pub(crate) fn asked(&self) -> Vec<Category> {
        let traits = (0..TRAITS).map(Category::Trait);
        traits.chain((0..self.quasis).map(Category::Quasi)).collect()
    }

    /// What is made beside the outputs of a step: the dataset, its place, and the field and key it is about.
    pub(crate) fn sides(step: &Step) -> Vec<(Dataset, Place)> {
        let side = |o: &Operation| match o {
            Operation::Pseudonymise { key: Field::Key(k), method, held_by, .. } => {
                beside(*method, *k).map(|d| (d, held_by.unwrap_or(step.at)))
            }
            _ => None,
        };
        step.operations.iter().filter_map(side).collect()
    }
}

/// The dataset that a pseudonym leaves behind.
pub(crate) fn beside(method: Method, key: u8) -> Option<Dataset> {
    match method {
        Method::Unsalted => None,
        Method::Lookup => Some(Dataset::Lookup(key)),
        Method::Code => Some(Dataset::Code(key)),
        Method::Salted => Some(Dataset::Secret(key)),
    }
}

impl Display for Category {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Category::Name => f.write_str("name"),
            Category::Nhs => f.write_str("nhs-number"),
            Category::Quasi(q) => write!(f, "q{q}"),
            Category::Key(k) => write!(f, "k{k}"),
            Category::Trait(t) => write!(f, "trait{t}"),
            Category::Count => f.write_str("people"),
        }
    }
}

impl Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Field::Name => f.write_str("name"),
            Field::Nhs => f.write_str("nhs-number"),
            Field::Quasi(q) => write!(f, "q{q}"),
            Field::Key(k) => write!(f, "k{k}"),
            Field::Trait(t, u) => write!(f, "a{t}-{u}"),
            Field::Hash(h) => write!(f, "h{h}"),
            Field::People => f.write_str("people"),
            Field::Shows(d) => write!(f, "in-d{d}"),
        }
    }
}

impl Display for Dataset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Dataset::Source(i) => write!(f, "d{i}"),
            Dataset::Made(i) => write!(f, "m{i}"),
            Dataset::Lookup(k) => write!(f, "k{k}-lookup"),
            Dataset::Code(k) => write!(f, "k{k}-code"),
            Dataset::Secret(k) => write!(f, "k{k}-secret"),
        }
    }
}
