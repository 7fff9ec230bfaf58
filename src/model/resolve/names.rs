//! Looking names up.

use super::Resolver;
use crate::model::{
    ActivityId, AgreementId, CategoryId, DatasetId, DpiaId, EventId, LawId, NoticeId, OptOutId, PartyId, PeopleId,
    PlaceId, PreconditionId, PurposeId, RuleId, StepId, Thing,
};
use crate::syntax::intern::Symbol;
use crate::syntax::list::List;
use crate::syntax::tree::Name;

/// What a name must stand for at a place in the text.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Wanted {
    Place,
    Party,
    PlaceOrGroup,
    PartyOrGroup,
    People,
    Activity,
    Precondition,
    Dataset,
    Step,
    Event,
    Agreement,
    Law,
    Dpia,
    OptOut,
    Notice,
    Rule,
    Covered,
    Purpose,
    Category,
    Anything,
}

impl Wanted {
    pub(super) fn noun(self) -> &'static str {
        match self {
            Wanted::Place => "party or team",
            Wanted::Party => "party",
            Wanted::PlaceOrGroup => "party, team or group",
            Wanted::PartyOrGroup => "party or group",
            Wanted::People => "group of people",
            Wanted::Activity => "activity",
            Wanted::Precondition => "precondition",
            Wanted::Dataset => "dataset",
            Wanted::Step => "step",
            Wanted::Event => "event",
            Wanted::Agreement => "agreement",
            Wanted::Law => "law",
            Wanted::Dpia => "DPIA",
            Wanted::OptOut => "opt-out",
            Wanted::Notice => "notice",
            Wanted::Rule => "rule or promise",
            Wanted::Covered => "thing that a record can be about",
            Wanted::Purpose => "purpose",
            Wanted::Category => "category of data",
            Wanted::Anything => "thing",
        }
    }

    /// Kinds that one declaration would serve: a name that is unknown as one of them is reported once for all.
    pub(super) fn family(self) -> Wanted {
        match self {
            Wanted::Party | Wanted::PlaceOrGroup | Wanted::PartyOrGroup => Wanted::Place,
            other => other,
        }
    }

    /// How to declare one.
    pub(super) fn declaration(self) -> &'static str {
        match self {
            Wanted::Place | Wanted::Party | Wanted::PlaceOrGroup | Wanted::PartyOrGroup => "party",
            Wanted::People => "people",
            Wanted::Activity => "activity",
            Wanted::Precondition => "precondition",
            Wanted::Dataset => "dataset",
            Wanted::Step => "step",
            Wanted::Event => "event",
            Wanted::Agreement => "agreement",
            Wanted::Law => "law",
            Wanted::Dpia => "dpia",
            Wanted::OptOut => "opt-out",
            Wanted::Notice => "notice",
            Wanted::Rule => "rule",
            Wanted::Purpose => "purpose",
            Wanted::Category => "category",
            Wanted::Covered | Wanted::Anything => "",
        }
    }
}

impl Resolver<'_> {
    pub(super) fn fits(&self, wanted: Wanted, thing: Thing) -> bool {
        match (wanted, thing) {
            (Wanted::Anything, _) => true,
            (Wanted::Place | Wanted::PlaceOrGroup, Thing::Place(_)) => true,
            (Wanted::Party | Wanted::PartyOrGroup, Thing::Place(place)) => !self.model.place(place).team,
            (Wanted::PlaceOrGroup | Wanted::PartyOrGroup, Thing::Group(_)) => true,
            (Wanted::People, Thing::People(_)) => true,
            (Wanted::Activity, Thing::Activity(_)) => true,
            (Wanted::Precondition, Thing::Precondition(_)) => true,
            (Wanted::Dataset, Thing::Dataset(_)) => true,
            (Wanted::Step, Thing::Step(_)) => true,
            (Wanted::Event, Thing::Event(_)) => true,
            (Wanted::Agreement, Thing::Agreement(_)) => true,
            (Wanted::Law, Thing::Law(_)) => true,
            (Wanted::Dpia, Thing::Dpia(_)) => true,
            (Wanted::OptOut, Thing::OptOut(_)) => true,
            (Wanted::Notice, Thing::Notice(_)) => true,
            (Wanted::Rule, Thing::Rule(_)) => true,
            (
                Wanted::Covered,
                Thing::Place(_)
                | Thing::People(_)
                | Thing::Activity(_)
                | Thing::Dataset(_)
                | Thing::Flow(_)
                | Thing::Step(_)
                | Thing::Use(_)
                | Thing::Agreement(_)
                | Thing::OptOut(_),
            ) => true,
            _ => false,
        }
    }

    /// What a thing is called in messages; a place is a party or a team.
    pub(super) fn noun(&self, thing: Thing) -> &'static str {
        match thing {
            Thing::Place(place) if self.model.place(place).team => "team",
            Thing::Place(_) => "party",
            other => other.noun(),
        }
    }

    /// What a name stands for, if it is of the wanted kind; else says what is wrong.
    pub(super) fn thing(&mut self, name: Name, wanted: Wanted) -> Option<Thing> {
        match self.model.names.get(&name.symbol).copied() {
            Some(thing) if self.fits(wanted, thing) => Some(thing),
            Some(thing) => {
                self.wrong_kind(name, thing, wanted);
                None
            }
            None => {
                self.unknown(name, wanted);
                None
            }
        }
    }

    pub(super) fn place(&mut self, name: Name) -> Option<PlaceId> {
        match self.thing(name, Wanted::Place)? {
            Thing::Place(place) => Some(place),
            _ => None,
        }
    }

    pub(super) fn party(&mut self, name: Name) -> Option<PartyId> {
        match self.thing(name, Wanted::Party)? {
            Thing::Place(place) => Some(self.model.place(place).party),
            _ => None,
        }
    }

    /// Places, groups opened up; each once, in order.
    pub(super) fn places(&mut self, names: &[Name]) -> List<PlaceId> {
        // one name is one place, most often
        if let [name] = names
            && let Some(Thing::Place(place)) = self.model.names.get(&name.symbol)
        {
            return List::one(*place);
        }
        let mut places = Vec::with_capacity(names.len());
        for name in names {
            match self.thing(*name, Wanted::PlaceOrGroup) {
                Some(Thing::Place(place)) => places.push(place),
                Some(Thing::Group(group)) => {
                    let members =
                        self.model.groups.get(group as usize).map(|g| g.members.as_slice()).unwrap_or_default();
                    places.extend(members.iter().map(|p| self.model.party(*p).place));
                }
                _ => {}
            }
        }
        each_once(&mut places);
        places.into()
    }

    /// Parties, groups opened up; each once, in order.
    pub(super) fn parties_of(&mut self, names: &[Name]) -> List<PartyId> {
        let mut parties = Vec::with_capacity(names.len());
        for name in names {
            match self.thing(*name, Wanted::PartyOrGroup) {
                Some(Thing::Place(place)) => parties.push(self.model.place(place).party),
                Some(Thing::Group(group)) => {
                    let members =
                        self.model.groups.get(group as usize).map(|g| g.members.as_slice()).unwrap_or_default();
                    parties.extend(members);
                }
                _ => {}
            }
        }
        each_once(&mut parties);
        parties.into()
    }

    /// The purpose of a name.
    pub(super) fn purpose(&mut self, name: Name) -> Option<PurposeId> {
        let found = self.find_purpose(name.symbol);
        if found.is_none() {
            self.not_a(name, Wanted::Purpose);
        }
        found
    }

    /// Says that a name is no word of the vocabulary: it stands for something else, or for nothing.
    fn not_a(&mut self, name: Name, wanted: Wanted) {
        match self.model.names.get(&name.symbol).copied() {
            Some(thing) => self.wrong_kind(name, thing, wanted),
            None => self.unknown(name, wanted),
        }
    }

    pub(super) fn purposes(&mut self, names: &[Name]) -> List<PurposeId> {
        if let [name] = names {
            return self.purpose(*name).into_iter().collect();
        }
        let mut purposes: Vec<PurposeId> = names.iter().filter_map(|n| self.purpose(*n)).collect();
        each_once(&mut purposes);
        purposes.into()
    }

    /// The category that a word names.
    pub(super) fn category(&mut self, name: Name) -> Option<CategoryId> {
        let found = self.find_category(name.symbol);
        if found.is_none() && !self.ambiguous_category(name) {
            self.not_a(name, Wanted::Category);
        }
        found
    }

    pub(super) fn categories_of(&mut self, names: &[Name]) -> Vec<CategoryId> {
        let mut categories: Vec<CategoryId> = names.iter().filter_map(|n| self.category(*n)).collect();
        each_once(&mut categories);
        categories
    }
}

/// Lookups that only differ in the kind wanted.
macro_rules! lookups {
    ($($one:ident $many:ident $kind:ident $id:ident)*) => {
        #[allow(dead_code)] // some kinds are only ever named one by one, some only in lists
        impl Resolver<'_> {
            $(
                pub(super) fn $one(&mut self, name: Name) -> Option<$id> {
                    match self.thing(name, Wanted::$kind)? {
                        Thing::$kind(id) => Some(id),
                        _ => None,
                    }
                }
                pub(super) fn $many(&mut self, names: &[Name]) -> List<$id> {
                    if let [name] = names {
                        return self.$one(*name).into_iter().collect();
                    }
                    let mut all: Vec<$id> = names.iter().filter_map(|n| self.$one(*n)).collect();
                    each_once(&mut all);
                    all.into()
                }
            )*
        }
    };
}

lookups! {
    people_group people_groups People PeopleId
    activity activities_of Activity ActivityId
    precondition preconditions_of Precondition PreconditionId
    dataset datasets_of Dataset DatasetId
    step steps_of Step StepId
    event events_of Event EventId
    agreement agreements_of Agreement AgreementId
    law laws_of Law LawId
    dpia dpias_of Dpia DpiaId
    opt_out opt_outs_of OptOut OptOutId
    notice notices_of Notice NoticeId
    rule rules_of Rule RuleId
}

/// What was found when a word was looked up in the vocabulary, by symbol: zero for not yet, else the number found plus two, or
/// one for nothing. The same few words are looked up again and again.
#[derive(Default)]
pub(super) struct KnownWords {
    categories: Vec<u32>,
    purposes: Vec<u32>,
    /// How many words the vocabulary had then; with a new word an old one may mean another.
    categories_then: usize,
    purposes_then: usize,
}

/// What was found for a symbol before; else looks it up and keeps what is found.
fn remembered(
    known: &mut Vec<u32>,
    then: &mut usize,
    now: usize,
    symbol: Symbol,
    look: impl FnOnce() -> Option<u32>,
) -> Option<u32> {
    if *then != now {
        known.clear();
        *then = now;
    }
    let index = symbol.0 as usize;
    if known.len() <= index {
        known.resize(index + 1, 0);
    }
    if known[index] == 0 {
        known[index] = look().map_or(1, |id| id + 2);
    }
    known[index].checked_sub(2)
}

impl Resolver<'_> {
    /// The category that a word names, if any.
    pub(super) fn find_category(&mut self, word: Symbol) -> Option<CategoryId> {
        let (known, model) = (&mut self.known_words, &self.model);
        let now = model.vocabulary.categories.len();
        let look = || model.vocabulary.find_category(model.words.word(word)).map(|id| id.0);
        remembered(&mut known.categories, &mut known.categories_then, now, word, look).map(CategoryId)
    }

    /// The purpose of a name, if any.
    pub(super) fn find_purpose(&mut self, word: Symbol) -> Option<PurposeId> {
        let (known, model) = (&mut self.known_words, &self.model);
        let now = model.vocabulary.purposes.len();
        let look = || model.vocabulary.find_purpose(model.words.word(word)).map(|id| id.0);
        remembered(&mut known.purposes, &mut known.purposes_then, now, word, look).map(PurposeId)
    }
}

/// A list up to this long is searched from end to end rather than hashed.
const SHORT: usize = 16;

/// Leaves the first of each, in order.
pub(super) fn each_once<T: Copy + Eq + std::hash::Hash>(list: &mut Vec<T>) {
    if list.len() <= SHORT {
        let mut kept = 0;
        for index in 0..list.len() {
            let item = list[index];
            if !list[..kept].contains(&item) {
                list[kept] = item;
                kept += 1;
            }
        }
        list.truncate(kept);
    } else {
        let mut seen = std::collections::HashSet::with_capacity(list.len());
        list.retain(|item| seen.insert(*item));
    }
}
