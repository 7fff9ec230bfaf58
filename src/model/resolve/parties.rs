//! Who: parties, teams, groups, walls, and the people that data is about.

use super::Resolver;
use super::circles::Edges;
use super::facts::{Seen, date, plain, text};
use super::index::Found;
use super::names::{Wanted, each_once};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::model as codes;
use crate::model::{Group, Known, Model, PartyId, People, PlaceId, Thing, Wall};
use crate::syntax::tree::{Fact, GroupDecl, Head, Name, Names, PartyDecl, PartyFact, PeopleDecl, PeopleFact, Stated};
use crate::vocabulary::Family;

/// The words that say how far a person can be told from data.
pub(super) const LEVEL_WORDS: [&str; 7] =
    ["anonymous", "aggregate", "row-level", "pseudonymised", "personal", "identifiable", "identified"];

impl Resolver<'_> {
    /// Parties, groups, walls and people.
    pub(super) fn who(&mut self, found: &Found<'_>) {
        // the first two are built in
        for (party, id) in found.parties.iter().zip(Model::UNKNOWN_PARTY.0 + 1..) {
            self.party_facts(party, PartyId(id));
        }
        self.groups(&found.groups);
        for wall in &found.walls {
            self.wall(wall);
        }
        self.people(&found.people);
    }

    fn party_facts(&mut self, decl: &PartyDecl, id: PartyId) {
        let mut seen = Seen::new(&decl.head);
        // teams were given their places in the order in which they stand
        let mut teams = self.model.party(id).teams.clone().into_iter();
        for fact in &decl.facts {
            match &fact.value {
                PartyFact::Kind(kind) if self.once(&mut seen, "kind", fact.word) => {
                    let kind = self.said(kind, fact.span, |r, n| r.family_word(Family::PartyKind, *n));
                    self.model.parties[id.index()].kind = kind;
                }
                PartyFact::Country(country) if self.once(&mut seen, "country", fact.word) => {
                    let country = self.said(country, fact.span, |r, n| Some(r.word(n.symbol).to_owned()));
                    self.model.parties[id.index()].country = country;
                }
                PartyFact::Domain(domain) if self.once(&mut seen, "domain", fact.word) => {
                    self.model.parties[id.index()].domain = text(domain);
                }
                PartyFact::Also(names) => {
                    self.model.parties[id.index()].also.extend(names.iter().map(|t| t.value.clone()));
                }
                PartyFact::Access(access) if self.once(&mut seen, "access", fact.word) => {
                    let place = self.model.party(id).place;
                    self.access(place, access, fact);
                }
                PartyFact::Renamed { on, to } if self.once(&mut seen, "renamed", fact.word) => {
                    let to = to.as_ref().map(|t| t.value.clone());
                    self.model.parties[id.index()].renamed = with(date(on), |_| to).into();
                }
                PartyFact::Dissolved { on, into } if self.once(&mut seen, "dissolved", fact.word) => {
                    let into = into.and_then(|n| self.party(n));
                    self.model.parties[id.index()].dissolved = with(date(on), |_| into).into();
                }
                PartyFact::Distinct(others) => {
                    let others: Vec<PartyId> = others.iter().filter_map(|n| self.party(*n)).collect();
                    self.model.parties[id.index()].distinct.extend(others);
                }
                PartyFact::Team(team) => {
                    if team.head.name.is_some()
                        && let Some(place) = teams.next()
                    {
                        self.team_facts(team, place);
                    }
                }
                _ => {} // said twice
            }
        }
    }

    fn access(&mut self, place: PlaceId, access: &Stated<Names>, fact: &Fact<PartyFact>) {
        let access =
            self.said(access, fact.span, |r, names| Some(names.iter().map(|n| r.word(n.symbol).to_owned()).collect()));
        self.model.places[place.index()].access = access;
    }

    fn team_facts(&mut self, decl: &PartyDecl, place: PlaceId) {
        let mut seen = Seen::new(&decl.head);
        for fact in &decl.facts {
            let what = match &fact.value {
                PartyFact::Kind(kind) => {
                    if self.once(&mut seen, "kind", fact.word) {
                        let kind = self.said(kind, fact.span, |r, n| r.family_word(Family::PartyKind, *n));
                        self.model.places[place.index()].kind = kind;
                    }
                    continue;
                }
                PartyFact::Access(access) => {
                    if self.once(&mut seen, "access", fact.word) {
                        self.access(place, access, fact);
                    }
                    continue;
                }
                PartyFact::Country(_) => "country",
                PartyFact::Domain(_) => "domain",
                PartyFact::Also(_) => "also",
                PartyFact::Renamed { .. } => "renamed",
                PartyFact::Dissolved { .. } => "dissolved",
                PartyFact::Distinct(_) => "distinct from",
                PartyFact::Team(_) => "team",
            };
            self.misplaced(&decl.head, what, fact.word, "a team has a `kind` and `access`; say the rest of its party");
        }
    }

    fn groups(&mut self, groups: &[&GroupDecl]) {
        let mut edges: Edges = Vec::with_capacity(groups.len());
        let mut direct: Vec<Vec<Thing>> = Vec::with_capacity(groups.len());
        for group in groups {
            let things: Vec<(Thing, Name)> =
                group.members.iter().filter_map(|n| Some((self.thing(*n, Wanted::PartyOrGroup)?, *n))).collect();
            edges.push(
                things
                    .iter()
                    .filter_map(|(t, n)| if let Thing::Group(g) = t { Some((*g as usize, n.span)) } else { None })
                    .collect(),
            );
            direct.push(things.into_iter().map(|(t, _)| t).collect());
            let declared = self.declared(&group.head);
            self.model.groups.push(Group { declared, members: Vec::new() });
            if group.members.is_empty() {
                self.missing(&group.head, &["members"], "name its members: `group x { party-a, party-b }`");
            }
        }
        let walk = self.walk(&edges, "is a member of", |r, i| r.head_name(groups.get(i).map(|g| &g.head)));
        for index in walk.order {
            let mut members: Vec<PartyId> = Vec::new();
            for thing in &direct[index] {
                match thing {
                    Thing::Place(place) => members.push(self.model.place(*place).party),
                    Thing::Group(other) if !walk.cut.contains(&(index, *other as usize)) => {
                        members.extend(self.model.groups[*other as usize].members.iter().copied());
                    }
                    _ => {}
                }
            }
            each_once(&mut members);
            self.model.groups[index].members = members;
        }
    }

    /// The name in a head, as it stands.
    pub(super) fn head_name(&self, head: Option<&Head>) -> String {
        head.and_then(|h| h.name).map_or_else(String::new, |n| self.word(n.symbol).to_owned())
    }

    fn wall(&mut self, decl: &crate::syntax::tree::WallDecl) {
        let (left, right) = (self.place(decl.left), self.place(decl.right));
        let except =
            decl.except.filter(|n| self.closed_word(*n, "a level that may pass a wall", &LEVEL_WORDS).is_some());
        let (Some(left), Some(right)) = (left, right) else { return };
        if left == right {
            let word = self.word(decl.left.symbol).to_owned();
            self.report(
                Diagnostic::new(
                    &codes::WALL_TO_ITSELF,
                    decl.right.span,
                    format!("a wall cannot stand between `{word}` and itself"),
                )
                .label("the same place")
                .also(decl.left.span, "one side")
                .help("name the two places that are kept apart"),
            );
            return;
        }
        self.model.walls.push(Wall {
            left,
            right,
            stated: decl.not_stated.is_none(),
            except: except.map(|n| n.symbol),
            span: decl.head.span,
        });
    }

    fn people(&mut self, all: &[&PeopleDecl]) {
        let mut edges: Edges = Vec::with_capacity(all.len());
        for decl in all {
            let within = decl.within.and_then(|n| Some((self.people_group(n)?, n.span)));
            edges.push(within.into_iter().map(|(id, span)| (id.index(), span)).collect());
            let declared = self.declared(&decl.head);
            let mut people = People {
                declared,
                within: within.map(|(id, _)| id),
                children: Known::Unsaid,
                count: Known::Unsaid,
                apart: Vec::new(),
            };
            let mut seen = Seen::new(&decl.head);
            for fact in &decl.facts {
                match &fact.value {
                    PeopleFact::Children(children) if self.once(&mut seen, "children", fact.word) => {
                        people.children = plain(children, fact.span);
                    }
                    PeopleFact::Count(count) if self.once(&mut seen, "count", fact.word) => {
                        people.count = self.said(count, fact.span, |_, n| Some(n.value));
                    }
                    PeopleFact::Apart(others) => people.apart.extend(self.people_groups(others)),
                    _ => {} // said twice
                }
            }
            each_once(&mut people.apart);
            self.model.people.push(people);
        }
        let walk = self.walk(&edges, "is within", |r, i| r.head_name(all.get(i).map(|d| &d.head)));
        for (from, _) in walk.cut {
            self.model.people[from].within = None;
        }
    }
}

/// A fact with something added to its value.
fn with<T: Copy, U>(known: Known<T>, more: impl FnOnce(T) -> U) -> Known<(T, U)> {
    match known {
        Known::Unsaid => Known::Unsaid,
        Known::NotStated(span) => Known::NotStated(span),
        Known::Said(value, span) => Known::Said((value, more(value)), span),
    }
}
