//! Parties with their teams, groups, and people.

use super::Read;
use super::cursor::Parser;
use super::declarations::{HeadWords, Layout};
use super::values::{COUNTRY, PARTIES, PEOPLE, SAFEGUARD, Shape};
use crate::syntax::token::TokenKind;
use crate::syntax::tree::{ChildrenWord, GroupDecl, Names, PartyDecl, PartyFact, PeopleDecl, PeopleFact};

const KIND: Shape = Shape { what: "a kind of organisation", example: "local-authority" };

const PARTY_LINES: &[&str] =
    &["kind", "country", "domain", "also", "access", "renamed", "dissolved", "distinct from", "team"];

impl Parser<'_> {
    /// `party NAME "…" { kind; country; domain; also; access; renamed; dissolved; distinct from; team }`.
    pub(super) fn party(&mut self, layout: Layout) -> Option<PartyDecl> {
        let head = self.head(layout, HeadWords::default());
        let facts = self.facts(layout, |p, word| p.party_fact(word, false));
        head.ok().map(|read| PartyDecl { head: read.head, facts })
    }

    fn party_fact(&mut self, word: &str, in_team: bool) -> Read<PartyFact> {
        match word {
            "kind" => self.stated_name(KIND).map(PartyFact::Kind),
            "country" => self.stated_name(COUNTRY).map(PartyFact::Country),
            "domain" => self.stated(Self::text).map(PartyFact::Domain),
            "also" => self.list(Self::text).map(PartyFact::Also),
            "access" => self.stated_names(SAFEGUARD).map(PartyFact::Access),
            "renamed" => {
                let on = self.stated_date()?;
                let to = if self.kind() == Some(TokenKind::Text) { Some(self.text()?) } else { None };
                Ok(PartyFact::Renamed { on, to })
            }
            "dissolved" => {
                let on = self.stated_date()?;
                Ok(PartyFact::Dissolved { on, into: self.after_word("into", |p| p.name(PARTIES))? })
            }
            "distinct" => self.second("from").and_then(|()| self.names(PARTIES)).map(PartyFact::Distinct),
            "team" if !in_team => self.team().map(PartyFact::Team),
            _ if in_team => Err(self.unknown_property("a team", &["kind", "country", "domain", "also", "access"])),
            _ => Err(self.unknown_property("a party", PARTY_LINES)),
        }
    }

    /// `team NAME "…" [{ … }]` inside a party; the cursor stands behind `team`.
    fn team(&mut self) -> Read<PartyDecl> {
        let (first, end, fact) = (self.at.saturating_sub(1), self.end, self.fact);
        let layout = self.layout(first, end);
        (self.at, self.end) = (layout.first, layout.head_end);
        let head = self.head(layout, HeadWords::default());
        let facts = self.facts(layout, |p, word| p.party_fact(word, true));
        (self.at, self.end, self.fact) = (layout.end, end, fact);
        head.map(|read| PartyDecl { head: read.head, facts })
    }

    /// `group NAME "…" { a, b, c }`.
    pub(super) fn group(&mut self, layout: Layout) -> Option<GroupDecl> {
        let head = self.head(layout, HeadWords::default());
        let mut members = Names::new();
        self.each_fact(layout, |p| {
            members.extend(p.names(PARTIES)?);
            p.finish()
        });
        head.ok().map(|read| GroupDecl { head: read.head, members })
    }

    /// `people NAME [within PEOPLE] "…" { children; count; apart from }`.
    pub(super) fn people(&mut self, layout: Layout) -> Option<PeopleDecl> {
        let head = self.head(layout, HeadWords { under: Some(("within", PEOPLE)), ..HeadWords::default() });
        let facts = self.facts(layout, |p, word| match word {
            "children" => p.stated(Self::children).map(PeopleFact::Children),
            "count" => p.stated_number().map(PeopleFact::Count),
            "apart" => p.second("from").and_then(|()| p.names(PEOPLE)).map(PeopleFact::Apart),
            _ => Err(p.unknown_property("a group of people", &["children", "count", "apart from"])),
        });
        head.ok().map(|read| PeopleDecl { head: read.head, within: read.under, facts })
    }

    fn children(&mut self) -> Read<ChildrenWord> {
        let word = self.one_of("`all`, `some` or `none`", &["all", "some", "none"])?;
        Ok(match self.source(word.span) {
            "all" => ChildrenWord::All,
            "some" => ChildrenWord::Some,
            _ => ChildrenWord::None,
        })
    }
}
