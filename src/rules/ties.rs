//! Witnesses of linkage: what ties a copy to a name or to a number, and how each of the copies that it takes came to be there.

use std::collections::{HashMap, VecDeque};

use super::compile::Compiled;
use super::context::{Context, Seen};
use super::phrase::{Holder, Phrase};
use super::sought::Hit;
use super::story::{Story, list, short};
use crate::graph::linkage::{Node, Tie};
use crate::graph::trace::Hop;
use crate::graph::{ArrivalId, CellId, Column, CopyId, How, Reading};
use crate::model::{CategoryId, PlaceId};
use crate::source::Span;
use crate::syntax::tree::LevelWord;
use crate::vocabulary::Identifies;

/// Where a direct identifier must be in the copy itself.
const IDENTIFIED: u8 = 5;

/// The level that rows must have for a sentence to speak of them: 5 identified, 4 identifiable, 3 with a key; 0 where any will do.
pub(super) fn needed_level(sentence: &Compiled, data: &Phrase) -> u8 {
    let asked = match data.level {
        Some(LevelWord::Identified) => IDENTIFIED,
        Some(LevelWord::Identifiable) => 4,
        Some(LevelWord::Pseudonymised) => 3,
        _ => 0,
    };
    sentence.except_data().into_iter().map(level_beyond).max().unwrap_or(0).max(asked)
}

/// The level that rows must have to be more than what a phrase leaves out or allows.
pub(super) fn level_beyond(allowed: &Phrase) -> u8 {
    match allowed.level {
        Some(LevelWord::Pseudonymised) => 4,
        Some(LevelWord::RowLevel) => 3,
        _ => 0,
    }
}

impl Context<'_> {
    /// Tells why rows have a level that a sentence needs, where it needs one. The copy is judged as its own place sees it.
    pub fn tell_level(
        &self,
        story: &mut Story,
        needed: u8,
        (cell, hit): (CellId, &Hit),
        place: PlaceId,
        reading: Reading,
    ) {
        if needed == 0 || !hit.has_rows() {
            return;
        }
        if needed == IDENTIFIED {
            self.tell_own_identifier(story, cell.copy, 4, reading);
            return;
        }
        let p = self.model.place(place);
        let holder = if p.team { Holder::Team(place) } else { Holder::Party(p.party) };
        let views = self.views(holder, reading);
        let enough = views.iter().find(|seen| self.levels(seen).of(cell.copy) >= needed);
        if let Some(seen) = enough {
            self.tell_linkage(story, seen, cell.copy, needed, reading);
        }
    }

    /// Tells why a copy has a level at a view: the copies that are tied to it, and by what. Returns the first tie.
    pub fn tell_linkage(
        &self,
        story: &mut Story,
        seen: &Seen,
        copy: CopyId,
        level: u8,
        reading: Reading,
    ) -> Option<(CopyId, Tie, Node)> {
        if level == IDENTIFIED {
            self.tell_own_identifier(story, copy, 4, reading);
            return None;
        }
        let why = self.linkage(reading).why(&seen.view, copy, level)?;
        if why.path.is_empty() {
            self.tell_own_identifier(story, copy, level, reading);
            return None;
        }
        for (before, tie, after) in &why.path {
            if let Node::Copy(c) = before {
                self.tell_copy(story, *c, tie, false, reading);
            }
            let with = match before {
                Node::Copy(b) => self.data_name(*b),
                Node::Assumed(_) => "what anyone knows".to_owned(),
            };
            match after {
                Node::Copy(c) => {
                    let named = why.path.last().is_some_and(|(_, _, last)| last == after);
                    let last = self.tell_copy(story, *c, tie, named && level == 4, reading);
                    let contents = self.contents(reading);
                    let place = self.place_title(self.graph.copy(*c).place);
                    let (data, holds) = (self.data_name(*c), self.identifiers_beside(*c, tie, contents));
                    let span = last.map_or(Span::default(), |a| self.arrival_span(a));
                    let joined = self.tie_words(tie);
                    story.say(format!("{place} holds {data}{holds}; {joined} ties it to {with}"), span);
                }
                Node::Assumed(number) => {
                    let assumption = &self.model.assumptions[*number as usize];
                    let known = assumption.knows.iter();
                    let known: Vec<String> =
                        known.map(|c| format!("`{}`", short(&self.model.vocabulary.category(*c).name))).collect();
                    let (known, joined) = (list(&known), self.tie_words(tie));
                    story.say(
                        format!("anyone is assumed to know {known}; {joined} ties it to the data"),
                        assumption.span,
                    );
                }
            }
        }
        for copy in &why.besides {
            self.tell_beside(story, *copy, reading);
        }
        if reading == Reading::Harsh {
            self.times_missing(story, copy, &why.path);
            self.walls_missing(story, seen, &[copy]);
        }
        why.path.iter().find_map(|(before, tie, after)| match before {
            Node::Copy(b) => Some((*b, *tie, *after)),
            Node::Assumed(_) => None,
        })
    }

    fn tell_own_identifier(&self, story: &mut Story, copy: CopyId, level: u8, reading: Reading) {
        let (is, what) = match level {
            4 => (Identifies::Direct, "direct identifier"),
            _ => (Identifies::Key, "key"),
        };
        let identifies = |c: &Column| c.identifies(&self.model.vocabulary);
        let has =
            |is: Identifies| self.row_cells(copy, reading).any(|cell| identifies(&self.graph.cell(cell).column) == is);
        let (is, what) = if has(is) { (is, what) } else { (Identifies::Direct, "direct identifier") };
        let Some((cell, last)) = self.tell_best(story, copy, &|c| identifies(c) == is, reading) else { return };
        let place = self.place_title(self.graph.copy(copy).place);
        let span = last.map_or(Span::default(), |a| self.arrival_span(a));
        let column = self.column_name(&self.graph.cell(cell).column);
        story.say(format!("{} at {place} has the {what} {column}", self.data_name(copy)), span);
    }

    fn row_cells(&self, copy: CopyId, reading: Reading) -> impl Iterator<Item = CellId> {
        let contents = self.contents(reading);
        self.graph.cells_of(copy).filter(move |cell| contents.has_rows(*cell))
    }

    /// Tells how one of the columns that fit came to a copy: the one that needs the least telling. Returns it and the arrival
    /// that brought it.
    fn tell_best(
        &self,
        story: &mut Story,
        copy: CopyId,
        fits: &dyn Fn(&Column) -> bool,
        reading: Reading,
    ) -> Option<(CellId, Option<ArrivalId>)> {
        let everything = self.origins.everything();
        let contents = self.contents(reading);
        let told = &story.told;
        let untold = |cell: &CellId| {
            let search = self.search(contents, reading, told);
            let way = search.way(*cell, &everything, true).unwrap_or_default();
            way.iter().filter(|hop| !told.contains(&hop.arrival)).count()
        };
        let fitting = self.row_cells(copy, reading).filter(|cell| fits(&self.graph.cell(*cell).column));
        let cell = fitting.min_by_key(untold)?;
        let way = self.tell_way(story, contents, (cell, &everything, true), reading, &|_| false);
        Some((cell, way.last().map(|hop| hop.arrival)))
    }

    /// How a linking copy came to its place: with what ties it, and, where it is the last, with what names the people in it.
    /// Returns the last arrival.
    fn tell_copy(
        &self,
        story: &mut Story,
        copy: CopyId,
        tie: &Tie,
        named: bool,
        reading: Reading,
    ) -> Option<ArrivalId> {
        let mut last = None;
        let mut tell = |story: &mut Story, fits: &dyn Fn(&Column) -> bool| {
            last = self.tell_best(story, copy, fits, reading).and_then(|(_, a)| a).or(last);
        };
        if named {
            tell(story, &|c| c.identifies(&self.model.vocabulary) == Identifies::Direct);
        }
        match tie {
            Tie::Key(k) | Tie::Direct(k) => tell(story, &|c| c.category == Some(*k)),
            Tie::Combination(number) => {
                let combination = self.model.vocabulary.combinations.get(*number as usize);
                for part in combination.into_iter().flat_map(|c| &c.parts) {
                    tell(story, &|c| self.is_part(c, *part));
                }
            }
            Tie::Recomputed(number, key) => {
                let from = self.graph.capabilities.get(*number as usize).map(|s| s.from.as_slice());
                if self.row_cells(copy, reading).any(|cell| self.graph.cell(cell).column.category == Some(*key)) {
                    tell(story, &|c| c.category == Some(*key));
                } else {
                    from.into_iter().flatten().for_each(|part| tell(story, &|c| self.is_part(c, *part)));
                }
            }
        }
        last.or_else(|| self.graph.arrivals_of(copy).next())
    }

    /// Whether a column is a part of a combination: the category at this level or finer, or a full value that has it in it.
    fn is_part(&self, column: &Column, (category, level): (CategoryId, u8)) -> bool {
        column.category.is_some_and(|own| {
            (own == category && column.level <= level)
                || (own != category && column.level == 0 && self.model.vocabulary.category_under(category, own))
        })
    }

    /// A copy that is needed for what is tied to be tied, though it is not on the way: it completes what others have, or it is
    /// the secret with which a key is computed.
    fn tell_beside(&self, story: &mut Story, copy: CopyId, reading: Reading) {
        let secret = self.graph.capabilities.iter().any(|c| c.copy == copy);
        let last = if secret && self.row_cells(copy, reading).next().is_none() {
            self.tell_secret(story, copy, reading)
        } else {
            let links = |c: &Column| c.identifies(&self.model.vocabulary) != Identifies::No;
            let mut last = None;
            for cell in
                self.row_cells(copy, reading).filter(|cell| links(&self.graph.cell(*cell).column)).collect::<Vec<_>>()
            {
                let column = self.graph.cell(cell).column;
                last = self.tell_best(story, copy, &|c| *c == column, reading).and_then(|(_, a)| a).or(last);
            }
            last
        };
        if let Some(last) = last {
            let place = self.place_title(self.graph.copy(copy).place);
            story.say(format!("{place} holds {} too", self.data_name(copy)), self.arrival_span(last));
        }
    }

    /// How a secret came to its place, from the step that made it.
    fn tell_secret(&self, story: &mut Story, copy: CopyId, reading: Reading) -> Option<ArrivalId> {
        let mut came: HashMap<CopyId, (CopyId, ArrivalId)> = HashMap::new();
        let mut queue = VecDeque::from([copy]);
        while let Some(at) = queue.pop_front() {
            let made = self.graph.arrivals_of(at).find(|a| matches!(self.graph.arrival(*a).how, How::Side(..)));
            if let Some(made) = made {
                let mut way = vec![Hop { arrival: made, from: None, to: CellId { copy: at, column: 0 } }];
                let mut at = at;
                while let Some((next, arrival)) = came.get(&at).filter(|_| at != copy) {
                    way.push(Hop { arrival: *arrival, from: None, to: CellId { copy: *next, column: 0 } });
                    at = *next;
                }
                self.tell(story, &way, reading);
                return way.last().map(|hop| hop.arrival);
            }
            for arrival in self.graph.arrivals_of(at) {
                for from in self.graph.from(arrival) {
                    if *from != copy && !came.contains_key(from) {
                        came.insert(*from, (at, arrival));
                        queue.push_back(*from);
                    }
                }
            }
        }
        None
    }
}
