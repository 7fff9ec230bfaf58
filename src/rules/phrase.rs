//! `WHO` and `DATA`, with their names resolved.

use super::truth::Truth;
use crate::diagnostic::codes::rules as codes;
use crate::diagnostic::{Diagnostic, Diagnostics, did_you_mean, with_article};
use crate::graph::{About, Ask, Reading};
use crate::model::{CategoryId, Children, Model, PartyId, PeopleId, PlaceId, PurposeId, Thing};
use crate::source::Span;
use crate::syntax::intern::Symbol;
use crate::syntax::tree::{AboutTerm, Data, DataKind, LevelWord, Name, Who, WhoTerm};
use crate::vocabulary::Family;

/// A data phrase with its names resolved.
#[derive(Clone, PartialEq, Debug)]
pub struct Phrase {
    /// `published`.
    pub published: bool,
    /// The level word.
    pub level: Option<LevelWord>,
    /// `special-category`, `criminal`, `confidential`.
    pub kinds: Vec<DataKind>,
    /// Category nouns.
    pub categories: Vec<CategoryId>,
    /// Whom it is about; empty for anybody.
    pub about: Vec<PeopleId>,
    /// `about children`.
    pub children: bool,
    /// Where it is from; `None` for anywhere.
    pub from: Option<Vec<Ask>>,
    /// Where it stands.
    pub span: Span,
}

impl Phrase {
    /// What it asks of origins.
    pub fn asks(&self) -> impl Iterator<Item = Ask> + '_ {
        let kinds = self.kinds.iter().map(|k| Ask::Kind(*k));
        kinds.chain(self.from.iter().flatten().copied())
    }

    /// Whether another means the same, wherever the two stand.
    pub fn means(&self, other: &Phrase) -> bool {
        let Phrase { published, level, kinds, categories, about, children, from, span: _ } = self;
        (published, level, kinds, categories) == (&other.published, &other.level, &other.kinds, &other.categories)
            && (about, children, from) == (&other.about, &other.children, &other.from)
    }

    /// Plain `data`, everything there is.
    pub fn everything(span: Span) -> Phrase {
        Phrase {
            published: false,
            level: None,
            kinds: Vec::new(),
            categories: Vec::new(),
            about: Vec::new(),
            children: false,
            from: None,
            span,
        }
    }
}

/// One of a `WHO`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Holder {
    /// A party with its teams and processors.
    Party(PartyId),
    /// A team.
    Team(PlaceId),
}

impl Holder {
    /// The place it stands for.
    pub fn place(self, model: &Model) -> PlaceId {
        match self {
            Holder::Party(party) => model.party(party).place,
            Holder::Team(place) => place,
        }
    }
}

/// A resolved `WHO`: the holders it names for sure, and those whose kind is not stated, which it may name.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Holders {
    /// For sure; sorted.
    pub sure: Vec<Holder>,
    /// Perhaps: their kind is not stated; sorted.
    pub perhaps: Vec<Holder>,
    /// Those of the sure ones that the text names.
    pub named: Vec<Holder>,
    /// The kinds that the text names.
    pub kinds: Vec<Symbol>,
    /// Where it stands.
    pub span: Span,
}

impl Holders {
    /// Whether another means the same, wherever the two stand.
    pub fn means(&self, other: &Holders) -> bool {
        self.sure == other.sure && self.perhaps == other.perhaps
    }

    /// Whether a place is one of them (or, for a party, one of its teams).
    pub fn covers(&self, model: &Model, place: PlaceId) -> bool {
        !self.sure.is_empty()
            && (self.surely(Holder::Party(model.place(place).party)) || self.surely(Holder::Team(place)))
    }

    /// Whether a holder is one of them for sure.
    pub fn surely(&self, holder: Holder) -> bool {
        self.sure.binary_search(&holder).is_ok()
    }

    /// Whether a holder may be one of them.
    pub fn perhaps(&self, holder: Holder) -> bool {
        self.perhaps.binary_search(&holder).is_ok()
    }
}

impl Holders {
    /// As [`Holders::covers`], unknown where it depends on a kind that is not stated.
    pub fn covers_truth(&self, model: &Model, place: PlaceId) -> Truth {
        let party = model.place(place).party;
        if self.covers(model, place) {
            Truth::True
        } else if self.perhaps(Holder::Party(party)) {
            let declared = &model.party(party).declared;
            Truth::unknown(format!("what kind of party `{}` is (`kind`)", model.word(declared.name)), declared.span)
        } else {
            Truth::False
        }
    }
}

/// Resolves the words of rule sentences and reports what it cannot.
pub struct Resolver<'a> {
    /// The model.
    pub model: &'a Model,
    /// Where problems go.
    pub diagnostics: &'a mut Diagnostics,
}

impl Resolver<'_> {
    /// The thing of a name, or an error that says what kinds of thing are wanted here.
    fn thing(&mut self, name: Name, wanted: &str, fits: impl Fn(&Thing) -> bool) -> Option<Thing> {
        let model = self.model;
        match model.names.get(&name.symbol) {
            Some(thing) if fits(thing) => Some(*thing),
            Some(thing) => {
                let word = model.word(name.symbol);
                let mut d = Diagnostic::new(
                    &codes::WRONG_KIND,
                    name.span,
                    format!("`{word}` is {}; {} is needed here", with_article(thing.noun()), with_article(wanted)),
                )
                .help(format!("name {} here", with_article(wanted)));
                if let Some(span) = declared_at(model, *thing) {
                    d = d.also(span, format!("`{word}` is declared here"));
                }
                self.diagnostics.push(d);
                None
            }
            None => {
                let known = model.names.iter().filter(|(_, t)| fits(t)).map(|(s, _)| model.word(s));
                let known = if self.diagnostics.heard() { known.collect() } else { Vec::new() };
                self.unknown(name, wanted, known);
                None
            }
        }
    }

    fn unknown(&mut self, name: Name, wanted: &str, known: Vec<&str>) {
        let word = self.model.word(name.symbol);
        let dataset = matches!(self.model.names.get(&name.symbol), Some(Thing::Dataset(_)));
        let d = Diagnostic::new(&codes::UNKNOWN_NAME, name.span, format!("there is no {wanted} called `{word}`"))
            .help(match wanted {
                "category of data" if dataset => format!("`{word}` is a dataset: write `data from {word}`"),
                "purpose" | "category of data" | "kind of party" => {
                    "mend the spelling; a project adds words of its own in its vocabulary".to_owned()
                }
                _ => "mend the spelling, or declare it".to_owned(),
            })
            .maybe_help(did_you_mean(word, known));
        self.diagnostics.push(d);
    }

    /// A `WHO`.
    pub fn who(&mut self, who: &Who) -> Holders {
        let mut holders = Holders { span: who.span, ..Holders::default() };
        for term in &who.terms {
            match term {
                WhoTerm::Named(name) => self.named(*name, &mut holders),
                WhoTerm::Any(kind) => holders.kinds.push(kind.symbol),
            }
        }
        holders.named = holders.sure.clone();
        for term in &who.terms {
            if let WhoTerm::Any(kind) = term {
                self.any(*kind, &mut holders);
            }
        }
        for list in [&mut holders.sure, &mut holders.perhaps] {
            list.sort_unstable();
            list.dedup();
        }
        holders
    }

    /// A `WHO` whose names are nobody's, but all categories of data: the data that it means.
    pub fn as_categories(&self, who: &Who) -> Option<Phrase> {
        let categories = who.terms.iter().map(|term| match term {
            WhoTerm::Named(name) if !self.model.names.contains_key(&name.symbol) => {
                self.model.vocabulary.find_category(self.model.word(name.symbol))
            }
            _ => None,
        });
        let categories: Vec<CategoryId> = categories.collect::<Option<_>>()?;
        (!categories.is_empty()).then(|| Phrase { categories, ..Phrase::everything(who.span) })
    }

    fn named(&mut self, name: Name, holders: &mut Holders) {
        let fits = |t: &Thing| matches!(t, Thing::Place(_) | Thing::Group(_));
        match self.thing(name, "party, team or group", fits) {
            Some(Thing::Place(place)) => {
                let p = self.model.place(place);
                holders.sure.push(if p.team { Holder::Team(place) } else { Holder::Party(p.party) });
            }
            Some(Thing::Group(group)) => {
                let members = self.model.groups.get(group as usize).map(|g| g.members.clone()).unwrap_or_default();
                holders.sure.extend(members.into_iter().map(Holder::Party));
            }
            _ => {}
        }
    }

    fn any(&mut self, kind: Name, holders: &mut Holders) {
        let word = self.model.word(kind.symbol);
        if self.model.vocabulary.word(Family::PartyKind, word).is_none() {
            let known = self.model.vocabulary.family_words(Family::PartyKind).collect();
            self.unknown(kind, "kind of party", known);
            return;
        }
        let is = |k: &str| self.model.vocabulary.word_under(Family::PartyKind, k, word);
        for (index, party) in self.model.parties.iter().enumerate() {
            let id = PartyId(index as u32);
            if id == Model::PUBLIC_PARTY {
                continue;
            }
            match party.kind.value() {
                Some(kind) if is(kind) => holders.sure.push(Holder::Party(id)),
                Some(_) => {}
                None => holders.perhaps.push(Holder::Party(id)),
            }
        }
        for (index, place) in self.model.places.iter().enumerate() {
            if place.team && place.kind.value().is_some_and(|k| is(k)) {
                holders.sure.push(Holder::Team(PlaceId(index as u32)));
            }
        }
    }

    /// A data phrase.
    pub fn data(&mut self, data: &Data) -> Phrase {
        let mut phrase = Phrase::everything(data.span);
        phrase.published = data.published;
        phrase.level = data.level.map(|(l, _)| l);
        phrase.kinds = data.kinds.iter().map(|(k, _)| *k).collect();
        phrase.categories = data.categories.iter().filter_map(|c| self.category(*c)).collect();
        for about in &data.about {
            match about {
                AboutTerm::Children(_) => phrase.children = true,
                AboutTerm::People(name) => {
                    if let Some(Thing::People(id)) =
                        self.thing(*name, "group of people", |t| matches!(t, Thing::People(_)))
                    {
                        phrase.about.push(id);
                    }
                }
            }
        }
        if !data.from.is_empty() {
            phrase.from = Some(data.from.iter().flat_map(|f| self.source(*f)).collect());
        }
        phrase
    }

    /// A category noun.
    pub fn category(&mut self, name: Name) -> Option<CategoryId> {
        let word = self.model.word(name.symbol);
        let found = self.model.vocabulary.find_category(word);
        if found.is_none() {
            let known = self.model.vocabulary.category_words().collect();
            self.unknown(name, "category of data", known);
        }
        found
    }

    /// What `from X` asks of origins (ruling 4).
    pub fn source(&mut self, name: Name) -> Vec<Ask> {
        let fits = |t: &Thing| matches!(t, Thing::Dataset(_) | Thing::Place(_) | Thing::Group(_) | Thing::Activity(_));
        match self.thing(name, "dataset, party or activity", fits) {
            Some(Thing::Dataset(id)) => {
                let dataset = self.model.dataset(id);
                // what is declared is a source; what steps give is known by what passes through its copies
                let derived = dataset.held_by.is_empty();
                let also = self.model.steps.iter().any(|s| s.gives.iter().any(|g| g.dataset == id));
                match (derived, also) {
                    (true, _) => vec![Ask::Through(id)],
                    (false, false) => vec![Ask::Dataset(id)],
                    (false, true) => vec![Ask::Dataset(id), Ask::Through(id)],
                }
            }
            Some(Thing::Place(id)) if self.model.place(id).team => vec![Ask::Place(id)],
            Some(Thing::Place(id)) => vec![Ask::Party(self.model.place(id).party)],
            Some(Thing::Group(id)) => {
                let members = self.model.groups.get(id as usize).map(|g| g.members.as_slice()).unwrap_or_default();
                members.iter().map(|m| Ask::Party(*m)).collect()
            }
            Some(Thing::Activity(id)) => vec![Ask::Made(id)],
            _ => Vec::new(),
        }
    }

    /// Purposes, or a class of purposes by its word.
    pub fn purposes(&mut self, names: &[Name]) -> Vec<PurposeId> {
        let vocabulary = &self.model.vocabulary;
        let mut found = Vec::new();
        for name in names {
            let word = self.model.word(name.symbol);
            match vocabulary.find_purpose(word) {
                Some(purpose) => found.push(purpose),
                None if vocabulary.purposes.iter().any(|p| p.class.as_deref() == Some(word)) => {
                    let of_class = vocabulary.purposes.iter().enumerate();
                    let of_class = of_class.filter(|(_, p)| p.class.as_deref() == Some(word));
                    found.extend(of_class.map(|(i, _)| PurposeId(i as u32)));
                }
                None => self.unknown(*name, "purpose", vocabulary.purpose_words().collect()),
            }
        }
        found
    }

    /// A declared step.
    pub fn step(&mut self, name: Name) -> Option<crate::model::StepId> {
        match self.thing(name, "step", |t| matches!(t, Thing::Step(_))) {
            Some(Thing::Step(id)) => Some(id),
            _ => None,
        }
    }
}

/// Where a thing is declared; `None` for what is built in.
pub fn declared_at(model: &Model, thing: Thing) -> Option<Span> {
    let declared = match thing {
        Thing::Place(id) => &model.place(id).declared,
        Thing::Group(id) => &model.groups.get(id as usize)?.declared,
        Thing::People(id) => &model.people[id.index()].declared,
        Thing::Activity(id) => &model.activities[id.index()].declared,
        Thing::Precondition(id) => &model.preconditions[id.index()].declared,
        Thing::Dataset(id) => &model.dataset(id).declared,
        Thing::Flow(id) => &model.flows[id.index()].declared,
        Thing::Step(id) => &model.steps[id.index()].declared,
        Thing::Use(id) => &model.uses[id.index()].declared,
        Thing::Event(id) => &model.events[id.index()].declared,
        Thing::Agreement(id) => &model.agreements[id.index()].declared,
        Thing::Law(id) => &model.laws[id.index()].declared,
        Thing::Dpia(id) => &model.dpias[id.index()].declared,
        Thing::OptOut(id) => &model.opt_outs[id.index()].declared,
        Thing::Notice(id) => &model.notices[id.index()].declared,
        Thing::Rule(id) => &model.rules[id.index()].declared,
        Thing::Record(id) => &model.records[id.index()].declared,
    };
    (!declared.span.is_empty()).then_some(declared.span)
}

/// Whether a copy is about any of the people that a phrase names: theirs, of a group within it, or of one it is within.
pub fn about_matches(model: &Model, phrase: &Phrase, about: &About, reading: Reading) -> bool {
    if phrase.about.is_empty() && !phrase.children {
        return true;
    }
    let named = phrase.about.iter().any(|wanted| {
        about.people.iter().any(|a| model.people_within(*a, *wanted) || model.people_within(*wanted, *a))
    });
    let with_children = |id: &PeopleId| {
        let mut at = Some(*id);
        while let Some(group) = at {
            let people = &model.people[group.index()];
            if let Some(children) = people.children.value() {
                return *children != Children::None;
            }
            at = people.within;
        }
        // nobody says whether there are children among them
        reading == Reading::Harsh
    };
    // of data that does not say whom it is about, it may be these
    named
        || (!phrase.about.is_empty() && about.all && reading == Reading::Harsh)
        || (phrase.children && (about.people.iter().any(with_children) || (about.all && reading == Reading::Harsh)))
}
