//! The first round: every declaration gets its id, every name its meaning.

use super::Resolver;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::names as codes;
use crate::diagnostic::with_article;
use crate::model::{
    ActivityId, AgreementId, DatasetId, Declared, DpiaId, EventId, FlowId, Known, LawId, List, NoticeId, OptOutId,
    Party, PartyId, PeopleId, Place, PlaceId, PreconditionId, Rarely, RecordId, RuleId, StepId, Thing, Title, Trigger,
    UseId,
};
use crate::source::{FileId, Span};
use crate::syntax::intern::Symbol;
use crate::syntax::tree::{self, Declaration, Head, Makes, Name, PartyFact, Tree};
use crate::syntax::{Brief, Row, RowKind};

/// The declarations of all files by kind. The place in a list is the id of what is declared. Of those of which there may be a
/// million there are only numbers here: their facts are read file by file (see `tables.rs`).
#[derive(Default)]
pub(super) struct Found<'t> {
    pub(super) parties: Vec<&'t tree::PartyDecl>,
    pub(super) groups: Vec<&'t tree::GroupDecl>,
    pub(super) walls: Vec<&'t tree::WallDecl>,
    pub(super) people: Vec<&'t tree::PeopleDecl>,
    pub(super) activities: Vec<&'t tree::ActivityDecl>,
    pub(super) preconditions: Vec<&'t tree::PreconditionDecl>,
    /// How many datasets are declared.
    pub(super) datasets: u32,
    pub(super) categories: Vec<&'t tree::CategoryDecl>,
    pub(super) combinations: Vec<&'t tree::CombinationDecl>,
    pub(super) flows: u32,
    pub(super) steps: u32,
    /// What the steps make.
    pub(super) makes: Vec<Makes>,
    pub(super) uses: u32,
    pub(super) events: Vec<&'t tree::EventDecl>,
    pub(super) agreements: Vec<&'t tree::AgreementDecl>,
    pub(super) laws: Vec<&'t tree::LawDecl>,
    pub(super) purposes: Vec<&'t tree::PurposeDecl>,
    pub(super) compatibles: Vec<&'t tree::CompatibleDecl>,
    pub(super) dpias: Vec<&'t tree::DpiaDecl>,
    pub(super) attests: Vec<&'t tree::AttestDecl>,
    pub(super) opt_outs: Vec<&'t tree::OptOutDecl>,
    pub(super) notices: Vec<(FileId, &'t tree::NoticeDecl)>,
    pub(super) assumptions: Vec<&'t tree::AssumeDecl>,
    pub(super) rules: Vec<(FileId, &'t tree::RuleDecl)>,
    pub(super) records: Vec<&'t tree::RecordDecl>,
    pub(super) packs: Vec<(FileId, &'t tree::PackDecl)>,
    pub(super) adopts: Vec<(FileId, &'t tree::AdoptDecl)>,
    pub(super) waivers: Vec<&'t tree::WaiveDecl>,
    pub(super) scenarios: Vec<&'t tree::ScenarioDecl>,
}

impl Resolver<'_> {
    /// Gives every declaration its id and every name its meaning; reports names that are declared twice or built in.
    pub(super) fn index<'t>(&mut self, trees: &'t [(FileId, Tree)], briefs: &[Brief]) -> Found<'t> {
        let mut found = Found::default();
        self.built_in();
        for (number, (file, tree)) in trees.iter().enumerate() {
            let mut activities = Vec::new();
            let brief = briefs.get(number);
            let mut rows = brief.map(|o| o.rows.as_slice()).unwrap_or_default();
            found.makes.extend(brief.into_iter().flat_map(|o| o.makes.iter().cloned()));
            for (index, declaration) in tree.declarations.iter().enumerate() {
                let (before, rest) = rows.split_at(rows.partition_point(|row| row.before as usize <= index));
                self.index_rows(before, &mut found);
                rows = rest;
                if matches!(declaration, Declaration::Activity(_)) {
                    activities.push(ActivityId(found.activities.len() as u32));
                }
                self.index_one(*file, declaration, &mut found);
            }
            self.index_rows(rows, &mut found);
            if let [only] = activities.as_slice() {
                self.activity_of.insert(*file, *only);
            }
        }
        found
    }

    /// Declarations that are there by their names only.
    fn index_rows(&mut self, rows: &[Row], found: &mut Found<'_>) {
        for row in rows {
            match row.kind {
                RowKind::Dataset => self.count(row.name, &mut found.datasets, |i| Thing::Dataset(DatasetId(i))),
                RowKind::Flow => self.count(row.name, &mut found.flows, |i| Thing::Flow(FlowId(i))),
                RowKind::Step => self.count(row.name, &mut found.steps, |i| Thing::Step(StepId(i))),
                RowKind::Use => self.count(row.name, &mut found.uses, |i| Thing::Use(UseId(i))),
            }
        }
    }

    /// `public`, and the place of what is not stated.
    fn built_in(&mut self) {
        for (word, title) in [("public", "the public"), ("not-stated", "somewhere that is not stated")] {
            let name = self.model.words.intern(word);
            let declared = Declared { name, title: title.into(), span: Span::default(), whole: Span::default() };
            let (party, place) = (PartyId(self.model.parties.len() as u32), PlaceId(self.model.places.len() as u32));
            self.push_party(declared.clone(), place);
            self.push_place(declared, party, false);
            if word == "public" {
                self.model.names.insert(name, Thing::Place(place));
                self.order.push((name, Thing::Place(place)));
            }
        }
    }

    fn push_party(&mut self, declared: Declared, place: PlaceId) {
        self.model.parties.push(Party {
            declared,
            place,
            teams: Vec::new(),
            kind: Known::Unsaid,
            country: Known::Unsaid,
            domain: Known::Unsaid,
            also: Vec::new(),
            renamed: Rarely::default(),
            dissolved: Rarely::default(),
            distinct: List::new(),
        });
    }

    fn push_place(&mut self, declared: Declared, party: PartyId, team: bool) {
        self.model.places.push(Place { declared, party, team, kind: Known::Unsaid, access: Known::Unsaid });
    }

    fn index_one<'t>(&mut self, file: FileId, declaration: &'t Declaration, found: &mut Found<'t>) {
        match declaration {
            Declaration::Party(d) => {
                // to say that there is the public changes nothing
                if d.facts.is_empty() && d.head.name.is_some_and(|n| self.word(n.symbol) == "public") {
                    return;
                }
                self.index_party(d);
                found.parties.push(d);
            }
            Declaration::Group(d) => self.enter(&d.head, d, &mut found.groups, Thing::Group),
            Declaration::People(d) => self.enter(&d.head, d, &mut found.people, |i| Thing::People(PeopleId(i))),
            Declaration::Activity(d) => {
                self.enter(&d.head, d, &mut found.activities, |i| Thing::Activity(ActivityId(i)))
            }
            Declaration::Precondition(d) => {
                self.enter(&d.head, d, &mut found.preconditions, |i| Thing::Precondition(PreconditionId(i)));
            }
            Declaration::Dataset(d) => self.count(d.head.name, &mut found.datasets, |i| Thing::Dataset(DatasetId(i))),
            Declaration::Flow(d) => self.count(d.head.name, &mut found.flows, |i| Thing::Flow(FlowId(i))),
            Declaration::Step(d) => {
                found.makes.extend(d.makes());
                self.count(d.head.name, &mut found.steps, |i| Thing::Step(StepId(i)));
            }
            Declaration::Use(d) => self.count(d.head.name, &mut found.uses, |i| Thing::Use(UseId(i))),
            Declaration::Decision(d) => self.count(d.head.name, &mut found.uses, |i| Thing::Use(UseId(i))),
            Declaration::Event(d) => self.enter(&d.head, d, &mut found.events, |i| Thing::Event(EventId(i))),
            Declaration::Agreement(d) => {
                self.enter(&d.head, d, &mut found.agreements, |i| Thing::Agreement(AgreementId(i)));
            }
            // a project that declares a law that an adopted pack declares too means its own
            Declaration::Law(d)
                if self.standard_packs.contains(&file)
                    && d.head.name.is_some_and(|n| self.declared_at(n.symbol).is_some()) => {}
            Declaration::Law(d) => self.enter(&d.head, d, &mut found.laws, |i| Thing::Law(LawId(i))),
            Declaration::Dpia(d) => self.enter(&d.head, d, &mut found.dpias, |i| Thing::Dpia(DpiaId(i))),
            Declaration::OptOut(d) => self.enter(&d.head, d, &mut found.opt_outs, |i| Thing::OptOut(OptOutId(i))),
            Declaration::Notice(d) => {
                self.notice_file.push(file);
                self.enter(&d.head, (file, d), &mut found.notices, |i| Thing::Notice(NoticeId(i)));
            }
            Declaration::Rule(d) => self.enter(&d.head, (file, d), &mut found.rules, |i| Thing::Rule(RuleId(i))),
            Declaration::Record(d) => self.enter(&d.head, d, &mut found.records, |i| Thing::Record(RecordId(i))),
            Declaration::Pack(d) => found.packs.push((file, d)),
            Declaration::Wall(d) => found.walls.push(d),
            Declaration::Category(d) => found.categories.push(d),
            Declaration::Combination(d) => found.combinations.push(d),
            Declaration::Purpose(d) => found.purposes.push(d),
            Declaration::Compatible(d) => found.compatibles.push(d),
            Declaration::Attest(d) => found.attests.push(d),
            Declaration::Assume(d) => found.assumptions.push(d),
            Declaration::Adopt(d) => found.adopts.push((file, d)),
            Declaration::Waive(d) => found.waivers.push(d),
            Declaration::Scenario(d) => found.scenarios.push(d),
        }
    }

    /// Counts a declaration and puts its name in the table of names.
    fn count(&mut self, name: Option<Name>, number: &mut u32, thing: impl Fn(u32) -> Thing) {
        let thing = thing(*number);
        *number += 1;
        if let Some(name) = name {
            self.declare(name, thing);
        }
    }

    /// Puts a declaration in its list and its name in the table of names.
    fn enter<T>(&mut self, head: &Head, declaration: T, list: &mut Vec<T>, thing: impl Fn(u32) -> Thing) {
        let thing = thing(list.len() as u32);
        list.push(declaration);
        if let Some(name) = head.name {
            self.declare(name, thing);
        }
    }

    fn index_party(&mut self, party: &tree::PartyDecl) {
        let id = PartyId(self.model.parties.len() as u32);
        let place = PlaceId(self.model.places.len() as u32);
        let declared = self.declared(&party.head);
        self.push_party(declared.clone(), place);
        self.push_place(declared, id, false);
        let Some(name) = party.head.name else { return };
        self.declare(name, Thing::Place(place));
        for fact in &party.facts {
            let PartyFact::Team(team) = &fact.value else { continue };
            let Some(short) = team.head.name else { continue };
            let full = format!("{}.{}", self.word(name.symbol), self.word(short.symbol));
            let symbol = self.model.words.intern(&full);
            let place = PlaceId(self.model.places.len() as u32);
            let declared = Declared { name: symbol, ..self.declared(&team.head) };
            self.push_place(declared, id, true);
            if let Some(party) = self.model.parties.last_mut() {
                party.teams.push(place);
            }
            self.declare(Name { symbol, span: short.span }, Thing::Place(place));
        }
    }

    /// Name, title and place out of a declaration's head.
    pub(super) fn declared(&mut self, head: &Head) -> Declared {
        let (name, span) = match head.name {
            Some(name) => (name.symbol, name.span),
            None => (self.model.words.intern(""), head.keyword),
        };
        let title = head.title.as_ref().map(|t| Title::from(t.value.as_str())).unwrap_or_default();
        Declared { name, title, span, whole: head.span }
    }

    /// Gives a name its meaning, unless it has one.
    pub(super) fn declare(&mut self, name: Name, thing: Thing) {
        if self.is_built_in(name.symbol, thing) {
            let word = self.word(name.symbol).to_owned();
            self.report(
                Diagnostic::new(
                    &codes::BUILT_IN_NAME,
                    name.span,
                    format!("`{word}` is built in and cannot be declared"),
                )
                .label("a word of the language")
                .help("choose another name"),
            );
            return;
        }
        if let Some(first) = self.declared_at(name.symbol) {
            let noun = self.model.names.get(&name.symbol).map_or("thing", |t| self.noun(*t));
            let word = self.word(name.symbol).to_owned();
            let message = format!("`{word}` is declared twice");
            self.report(
                Diagnostic::new(&codes::DECLARED_TWICE, name.span, message)
                    .label("declared again here")
                    .also(first, format!("first declared here, as {}", with_article(noun)))
                    .help("names are global, across all files and kinds: rename one of the two, or join them into one"),
            );
            return;
        }
        self.model.names.insert(name.symbol, thing);
        let index = name.symbol.0 as usize;
        if self.declared_at.len() <= index {
            self.declared_at.resize(index + 1, Span::default());
        }
        self.declared_at[index] = name.span;
        self.order.push((name.symbol, thing));
    }

    /// Where a name is declared, if it is.
    pub(super) fn declared_at(&self, name: Symbol) -> Option<Span> {
        self.declared_at.get(name.0 as usize).copied().filter(|span| !span.is_empty())
    }

    fn is_built_in(&self, symbol: Symbol, thing: Thing) -> bool {
        let word = self.word(symbol);
        match word {
            "public" | "anyone" | "not-stated" => true,
            "children" => matches!(thing, Thing::People(_)),
            _ => matches!(thing, Thing::Event(_)) && Trigger::of(word).is_some(),
        }
    }
}
