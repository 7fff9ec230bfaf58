//! Looking names up, and saying what is wrong with one that does not fit.

use super::Resolver;
use super::index::with_article;
use crate::diagnostic::codes::names as codes;
use crate::diagnostic::{Diagnostic, did_you_mean};
use crate::model::{
    ActivityId, AgreementId, CategoryId, DatasetId, DpiaId, EventId, LawId, NoticeId, OptOutId, PartyId, PeopleId,
    PlaceId, PreconditionId, PurposeId, RuleId, StepId, Thing,
};
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
    Purpose,
    Category,
    Anything,
}

impl Wanted {
    fn noun(self) -> &'static str {
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
            Wanted::Purpose => "purpose",
            Wanted::Category => "category of data",
            Wanted::Anything => "thing",
        }
    }

    /// Kinds that one declaration would serve: a name that is unknown as one of them is reported once for all.
    fn family(self) -> Wanted {
        match self {
            Wanted::Party | Wanted::PlaceOrGroup | Wanted::PartyOrGroup => Wanted::Place,
            other => other,
        }
    }

    /// How to declare one.
    fn declaration(self) -> &'static str {
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
            Wanted::Anything => "",
        }
    }
}

/// What to write where a name of another kind stands.
fn instead(wanted: Wanted) -> String {
    let noun = with_article(wanted.noun());
    match wanted.declaration() {
        "" => format!("name {noun}"),
        keyword => format!("name {noun}; `{keyword} NAME {{ … }}` declares one"),
    }
}

/// How many further places of one unknown name a message shows.
const FURTHER: usize = 4;

impl Resolver<'_> {
    fn fits(&self, wanted: Wanted, thing: Thing) -> bool {
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

    fn wrong_kind(&mut self, name: Name, thing: Thing, wanted: Wanted) {
        let word = self.word(name.symbol).to_owned();
        let noun = with_article(self.noun(thing));
        let message = format!("`{word}` is {noun}; {} is needed here", with_article(wanted.noun()));
        let mut diagnostic = Diagnostic::new(&codes::WRONG_KIND, name.span, message).label(format!("this is {noun}"));
        if let Some(span) = self.declared_at.get(&name.symbol) {
            diagnostic = diagnostic.also(*span, format!("`{word}` is declared here"));
        }
        if let (Wanted::Party | Wanted::PartyOrGroup, Some((party, _))) = (wanted, word.split_once('.')) {
            diagnostic =
                diagnostic.help(format!("a team is a place and never answers in law: name its party, `{party}`"));
        } else {
            let advice = self.advice(&word, wanted);
            diagnostic = diagnostic.help(instead(wanted)).maybe_help(advice);
        }
        self.report(diagnostic);
    }

    /// Says once that a name is not declared; further places are added to the same message.
    pub(super) fn unknown(&mut self, name: Name, wanted: Wanted) {
        if let Some(index) = self.unknown.get(&(name.symbol, wanted.family())) {
            if let Some(diagnostic) = self.pending.get_mut(*index)
                && diagnostic.related.len() < FURTHER
            {
                diagnostic.related.push(crate::diagnostic::Label { span: name.span, text: "and here".to_owned() });
            }
            return;
        }
        if !self.heard() {
            self.unknown.insert((name.symbol, wanted.family()), usize::MAX);
            self.unheard.push(name.span);
            return;
        }
        let word = self.word(name.symbol).to_owned();
        let diagnostic = match self.unknown_team(&word, name, wanted) {
            Some(diagnostic) => diagnostic,
            None => self.unknown_name(&word, name, wanted),
        };
        self.unknown.insert((name.symbol, wanted.family()), self.pending.len());
        self.pending.push(diagnostic);
    }

    fn unknown_name(&mut self, word: &str, name: Name, wanted: Wanted) -> Diagnostic {
        let noun = wanted.noun();
        let other = match wanted {
            Wanted::Purpose | Wanted::Category => None,
            _ if self.model.vocabulary.find_purpose(word).is_some() => Some("a purpose"),
            _ if self.model.vocabulary.find_category(word).is_some() => Some("a category of data"),
            _ => None,
        };
        if let Some(other) = other {
            let message = format!("`{word}` is {other}; {} is needed here", with_article(noun));
            let advice = self.advice(word, wanted);
            return Diagnostic::new(&codes::WRONG_KIND, name.span, message)
                .label("a word of the vocabulary")
                .help(instead(wanted))
                .maybe_help(advice);
        }
        let message = match wanted {
            Wanted::Anything => format!("nothing is called `{word}`"),
            _ if wanted.family() == Wanted::Place => format!("there is no party called `{word}`"),
            _ => format!("there is no {noun} called `{word}`"),
        };
        let help = self.advice(word, wanted).or_else(|| match wanted {
            Wanted::Anything => Some("mend the spelling, or take the line out".to_owned()),
            Wanted::Dataset => Some(format!("declare it, `dataset {word} {{ … }}`, or let a step give it")),
            _ => Some(format!("declare it: `{} {word} {{ … }}`", wanted.declaration())),
        });
        Diagnostic::new(&codes::UNKNOWN_NAME, name.span, message).label("not declared in any file").maybe_help(help)
    }

    /// `party.team` where one of the two is not there.
    fn unknown_team(&mut self, word: &str, name: Name, wanted: Wanted) -> Option<Diagnostic> {
        if !matches!(wanted, Wanted::Place | Wanted::Party | Wanted::PlaceOrGroup | Wanted::PartyOrGroup) {
            return None;
        }
        let Some((party, team)) = word.split_once('.') else { return self.team_alone(word, name) };
        let known = self.model.words.find(party).filter(|s| matches!(self.model.names.get(s), Some(Thing::Place(_))));
        let advice = self.advice(word, wanted);
        Some(match known {
            Some(symbol) => {
                let mut diagnostic =
                    Diagnostic::new(&codes::UNKNOWN_TEAM, name.span, format!("`{party}` has no team called `{team}`"))
                        .label("no such team")
                        .help(format!("add the team to its party: `team {team} \"…\"`"));
                if let Some(span) = self.declared_at.get(&symbol) {
                    diagnostic = diagnostic.also(*span, format!("`{party}` is declared here"));
                }
                diagnostic.maybe_help(advice)
            }
            None => Diagnostic::new(
                &codes::UNKNOWN_TEAM,
                name.span,
                format!("there is no party called `{party}`, so it has no team `{team}`"),
            )
            .label("no such party")
            .help(format!("declare it: `party {party} {{ team {team} }}`"))
            .maybe_help(advice),
        })
    }

    /// A team's own name without its party's.
    fn team_alone(&self, word: &str, name: Name) -> Option<Diagnostic> {
        let team = self
            .model
            .places
            .iter()
            .filter(|p| p.team)
            .find(|p| self.word(p.declared.name).split_once('.').is_some_and(|(_, team)| team == word))?;
        let full = self.word(team.declared.name);
        Some(
            Diagnostic::new(
                &codes::UNKNOWN_TEAM,
                name.span,
                format!("`{word}` is a team and is named without its party"),
            )
            .label("which party's?")
            .also(team.declared.span, "the team is declared here")
            .help(format!("write `{full}`")),
        )
    }

    /// "Did you mean", out of the names that would fit. Nothing when the message will not be kept.
    fn advice(&mut self, word: &str, wanted: Wanted) -> Option<String> {
        if !self.heard() {
            return None;
        }
        match wanted {
            Wanted::Purpose => return did_you_mean(word, self.model.vocabulary.purpose_words()),
            Wanted::Category => return did_you_mean(word, self.model.vocabulary.category_words()),
            _ => {}
        }
        let mut candidates: Vec<&str> = Vec::new();
        for (symbol, thing) in &self.order {
            if candidates.len() >= self.budget {
                break;
            }
            if self.fits(wanted, *thing) {
                let known = self.model.words.word(*symbol);
                candidates.push(known);
            }
        }
        let spent = candidates.len();
        let advice = did_you_mean(word, candidates);
        self.budget = self.budget.saturating_sub(spent);
        advice
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
    pub(super) fn places(&mut self, names: &[Name]) -> Vec<PlaceId> {
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
        places
    }

    /// Parties, groups opened up; each once, in order.
    pub(super) fn parties_of(&mut self, names: &[Name]) -> Vec<PartyId> {
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
        parties
    }

    /// The purpose of a name.
    pub(super) fn purpose(&mut self, name: Name) -> Option<PurposeId> {
        let found = self.model.vocabulary.find_purpose(self.model.words.word(name.symbol));
        if found.is_none() {
            match self.model.names.get(&name.symbol).copied() {
                Some(thing) => self.wrong_kind(name, thing, Wanted::Purpose),
                None => self.unknown(name, Wanted::Purpose),
            }
        }
        found
    }

    pub(super) fn purposes(&mut self, names: &[Name]) -> Vec<PurposeId> {
        let mut purposes: Vec<PurposeId> = names.iter().filter_map(|n| self.purpose(*n)).collect();
        each_once(&mut purposes);
        purposes
    }

    /// The category that a word names.
    pub(super) fn category(&mut self, name: Name) -> Option<CategoryId> {
        let found = self.model.vocabulary.find_category(self.model.words.word(name.symbol));
        if found.is_none() && !self.ambiguous_category(name) {
            match self.model.names.get(&name.symbol).copied() {
                Some(thing) => self.wrong_kind(name, thing, Wanted::Category),
                None => self.unknown(name, Wanted::Category),
            }
        }
        found
    }

    pub(super) fn categories_of(&mut self, names: &[Name]) -> Vec<CategoryId> {
        let mut categories: Vec<CategoryId> = names.iter().filter_map(|n| self.category(*n)).collect();
        each_once(&mut categories);
        categories
    }

    /// Says that a word is the last part of several categories, if it is.
    pub(super) fn ambiguous_category(&mut self, name: Name) -> bool {
        if !self.heard() {
            return false;
        }
        let word = self.word(name.symbol).to_owned();
        let vocabulary = &self.model.vocabulary;
        let all: Vec<String> = vocabulary
            .categories_sharing(&word)
            .into_iter()
            .map(|c| format!("`{}`", vocabulary.category(c).name))
            .collect();
        if all.len() < 2 {
            return false;
        }
        self.report(
            Diagnostic::new(
                &codes::AMBIGUOUS_CATEGORY,
                name.span,
                format!("`{word}` may be any of several categories"),
            )
            .label("which one?")
            .help(format!("write the whole path, one of {}", all.join(", "))),
        );
        true
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
                pub(super) fn $many(&mut self, names: &[Name]) -> Vec<$id> {
                    let mut all: Vec<$id> = names.iter().filter_map(|n| self.$one(*n)).collect();
                    each_once(&mut all);
                    all
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

/// Leaves the first of each, in order.
pub(super) fn each_once<T: Copy + Eq + std::hash::Hash>(list: &mut Vec<T>) {
    if list.len() > 1 {
        let mut seen = std::collections::HashSet::with_capacity(list.len());
        list.retain(|item| seen.insert(*item));
    }
}
