//! What a project is put together with: the text of its files and the same as facts, side by side.

use std::collections::HashMap;
use std::fmt::Write as _;

use super::columns::{MEMBER, PEOPLE, fields};
use super::facts::Facts;
use super::parties::{PUBLIC, Party, party_at, place, sorts};
use super::random::Random;

/// Registers that data comes from, as bits: the rules are about them, and what comes from one may not go everywhere.
pub(crate) type Registers = u8;

/// A dataset.
#[derive(Clone, Debug)]
pub(crate) struct Dataset {
    /// What of the registers is in it.
    pub(crate) registers: Registers,
    /// Whether it is counts.
    pub(crate) counts: bool,
    /// Whether it is counts that may be published.
    pub(crate) publishable: bool,
    /// Its copies.
    pub(crate) copies: Vec<u32>,
}

/// Puts a project together.
#[derive(Debug)]
pub(crate) struct Builder {
    pub(crate) random: Random,
    /// Files that are finished: names and texts.
    pub(crate) files: Vec<(String, String)>,
    /// The text of the file at hand.
    pub(crate) text: String,
    pub(crate) facts: Facts,
    pub(crate) parties: Vec<Party>,
    pub(crate) datasets: Vec<Dataset>,
    /// How many of the parties are ordinary ones; those after them are there for the broken rules.
    pub(crate) ordinary: usize,
    pub(crate) flows: usize,
    pub(crate) steps: usize,
    /// How many uses and decisions there are.
    pub(crate) looks: usize,
    /// How many groups of people there are.
    pub(crate) groups: usize,
    /// Lookups, codes and secrets of keys by name and place.
    pub(crate) sides: HashMap<(String, u32), u32>,
}

/// What is said of a flow besides whence, whither and what.
#[derive(Clone, Copy, Default, Debug)]
pub(crate) struct Said<'a> {
    /// The activity.
    pub(crate) activity: Option<&'a str>,
    /// The agreement.
    pub(crate) under: Option<&'a str>,
    /// Anything else, as it stands in the text.
    pub(crate) more: &'a str,
}

impl Builder {
    /// Ends the file at hand.
    pub(crate) fn file(&mut self, name: impl Into<String>) {
        self.files.push((name.into(), std::mem::take(&mut self.text)));
    }

    /// Adds a dataset; `name` is its whole name.
    pub(crate) fn dataset(&mut self, name: String, registers: Registers) -> u32 {
        self.facts.datasets.push(name);
        self.datasets.push(Dataset { registers, counts: false, publishable: false, copies: Vec::new() });
        self.datasets.len() as u32 - 1
    }

    /// Adds a copy of a dataset.
    pub(crate) fn copy(&mut self, dataset: u32, place: u32, columns: u64) -> u32 {
        let copy = self.facts.copy(dataset, place, columns);
        self.datasets[dataset as usize].copies.push(copy);
        copy
    }

    /// The name of a place.
    pub(crate) fn place_name(&self, place: u32) -> &str {
        &self.facts.places[place as usize]
    }

    /// A place at a party: itself or one of its teams.
    pub(crate) fn place_of(&mut self, party: usize) -> u32 {
        let teams = self.parties[party].teams;
        if teams == 0 || self.random.percent(40) {
            return place(party, 0);
        }
        place(party, 1 + self.random.below(teams as usize) as u32)
    }

    /// Any party, the first ones far more often.
    pub(crate) fn anybody(&mut self) -> usize {
        self.random.skewed(self.ordinary)
    }

    /// Whether rows or counts of a dataset may go to a party, so that the rules that are to hold do.
    pub(crate) fn allowed(&self, dataset: u32, party: usize) -> bool {
        let Dataset { registers, counts, .. } = self.datasets[dataset as usize];
        let Party { sort, partner, .. } = self.parties[party];
        if counts {
            return true;
        }
        if sort == sorts::INSURER || sort == sorts::BANK {
            return false;
        }
        if registers == 0 {
            return true;
        }
        let has = |register: usize| registers >> register & 1 == 1;
        let researches = sort == sorts::UNIVERSITY || sort == sorts::INSTITUTE;
        sort != sorts::SUPPLIER
            && !(has(1) && (sort == sorts::CHARITY || sort == sorts::HOUSING))
            && (!has(2) || researches)
            && (!has(4) || partner)
    }

    /// Sends a copy to a place, all of it or, with `part`, some of its columns; the text and the facts. Gives the copy that comes
    /// to be there. A copy never grows, so what arrives where the dataset is already is cut to the columns that are there;
    /// `None` when nothing would arrive.
    pub(crate) fn send(&mut self, copy: u32, to: u32, part: Option<u64>, said: Said<'_>) -> Option<u32> {
        let from = self.facts.copies[copy as usize];
        let there = self.datasets[from.dataset as usize].copies.iter().copied();
        let there = there.into_iter().find(|c| self.facts.copies[*c as usize].place == to);
        let room = there.map_or(u64::MAX, |c| self.facts.copies[c as usize].columns);
        let columns = from.columns & part.unwrap_or(u64::MAX) & room & !MEMBER;
        if columns == 0 || there == Some(copy) {
            return None;
        }
        self.flows += 1;
        let Builder { text, facts, flows, .. } = self;
        let _ = write!(
            text,
            "flow send-{flows} {{\n  from {}\n  to {}\n  data {}",
            facts.places[from.place as usize], facts.places[to as usize], facts.datasets[from.dataset as usize]
        );
        if columns != from.columns & !MEMBER {
            let _ = write!(text, "({})", fields(columns));
        }
        text.push('\n');
        if let Some(activity) = said.activity {
            let _ = writeln!(text, "  activity {activity}");
        }
        if let Some(under) = said.under {
            let _ = writeln!(text, "  under {under}");
        }
        text.push_str(said.more);
        text.push_str("}\n");
        let target = there.unwrap_or_else(|| self.copy(from.dataset, to, columns));
        self.facts.hop(copy, target, columns, &[], false);
        Some(target)
    }

    /// The copies of a dataset at a party.
    pub(crate) fn held(&self, dataset: u32, party: usize) -> impl Iterator<Item = u32> + '_ {
        let copies = self.datasets[dataset as usize].copies.iter().copied();
        copies.filter(move |c| {
            let place = self.facts.copies[*c as usize].place;
            place != PUBLIC && party_at(place) == party
        })
    }

    /// Where at a party a dataset may arrive. The party itself and its teams never both have it: what a flow carries would then
    /// be two copies at once.
    pub(crate) fn arrival_place(&mut self, dataset: u32, party: usize) -> u32 {
        let held = self.held(dataset, party).next();
        match held {
            Some(copy) => self.facts.copies[copy as usize].place,
            None => self.place_of(party),
        }
    }

    /// Begins a step.
    pub(crate) fn step(&mut self, verb: &str, place: u32, takes: &[u32]) -> usize {
        self.steps += 1;
        let Builder { text, facts, steps, .. } = self;
        let _ = write!(text, "step {verb}-{steps} at {} {{\n  takes ", facts.places[place as usize]);
        for (index, copy) in takes.iter().enumerate() {
            let dataset = facts.copies[*copy as usize].dataset;
            let _ = write!(text, "{}{}", if index == 0 { "" } else { ", " }, facts.datasets[dataset as usize]);
        }
        text.push('\n');
        *steps
    }

    /// The columns of counts of a copy by and of other columns.
    pub(crate) fn counted(by: u64, of: u64) -> u64 {
        by | of | 1 << PEOPLE | MEMBER
    }
}
