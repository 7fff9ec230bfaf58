//! The sentence forms, one file a kind. Each judges in a reading and gives [`Violation`]s; [`super::judge`] makes verdicts and
//! findings of the two readings.

pub mod data;
pub mod every;
pub mod fields;
pub mod keeping;
pub mod passing;
pub mod uses;

use super::compile::{Compiled, Form, Whom};
use super::context::Context;
use super::finding::{Missing, WitnessStep};
use super::phrase::{Holder, Holders};
use crate::graph::{CopyId, Reading};
use crate::model::{Model, PartyId};
use crate::source::Span;

/// Something that breaks a sentence in a reading.
#[derive(Clone, Debug)]
pub struct Violation {
    /// What tells it from the others: declared names, the holder first.
    pub subjects: Vec<String>,
    /// How to tell it, worked out only when it is shown.
    pub detail: Detail,
}

/// What a finding says of a violation.
#[derive(Clone, Debug, Default)]
pub struct Detail {
    /// One sentence.
    pub summary: String,
    /// The primary place.
    pub span: Span,
    /// The way it happens.
    pub steps: Vec<WitnessStep>,
    /// What is not stated.
    pub missing: Vec<Missing>,
    /// What would mend it.
    pub fix: Option<String>,
    /// What besides the subjects tells it from others (ruling 20): the last flow that crosses into the holder, the linking copy
    /// and the key.
    pub trail: Vec<String>,
}

/// What judging a sentence in a reading gave.
#[derive(Clone, Debug, Default)]
pub struct Judged {
    /// What breaks it; the first ones in full (see [`MANY`]).
    pub violations: Vec<Violation>,
    /// How many break it.
    pub count: usize,
    /// Whether there was anything to judge.
    pub matched: bool,
}

/// How many violations of a sentence are told in full.
pub const MANY: usize = 200;

impl Judged {
    /// Notes a violation, telling it only while there is room.
    pub fn push(&mut self, subjects: Vec<String>, detail: impl FnOnce() -> Detail) {
        self.matched = true;
        self.count += 1;
        if self.violations.len() < MANY {
            self.violations.push(Violation { subjects, detail: detail() });
        }
    }
}

/// Judges a sentence in a reading.
pub fn judge(c: &Context<'_>, sentence: &Compiled, reading: Reading) -> Judged {
    match &sentence.form {
        Form::Never { who, verb, data } => data::never(c, sentence, who, *verb, data, reading),
        Form::Asked { verb, data } => data::never(c, sentence, &Whom::AllBut(Holders::default()), *verb, data, reading),
        Form::Together { who, left, right } => data::together(c, sentence, who, (left, right), reading),
        Form::PublishedCounts { data, minimum } => data::published_counts(c, sentence, data, *minimum, reading),
        Form::PublishedAnonymous { data } => data::published_anonymous(c, sentence, data, reading),
        Form::OnlyFields { who, names, from, .. } => fields::only_fields(c, sentence, who, names, from, reading),
        Form::UnusedFields { who } => fields::unused(c, who, reading),
        Form::PassThrough { data, through, at, reaching } => {
            passing::pass_through(c, sentence, data, through, at.as_ref(), reaching, reading)
        }
        Form::UsedOnlyFor { data, purposes } => uses::only_for(c, sentence, data, purposes, reading),
        Form::NeverUsedFor { data, purposes } => uses::never_for(c, sentence, data, purposes, reading),
        Form::NeverDecide { data } => uses::never_decide(c, sentence, data, reading),
        Form::OnlyDataFor { data, purposes } => uses::only_data_for(c, sentence, data, purposes, reading),
        Form::UsedOnlyAt { data, at } => uses::only_at(c, sentence, data, at, reading),
        Form::Destroyed { data, at, by } => keeping::destroyed(c, sentence, data, at.as_ref(), *by, reading),
        Form::Every { entity, filters, only_where, negated, must } => {
            every::every(c, sentence, *entity, filters, only_where.as_ref(), *negated, must, reading)
        }
    }
}

/// The holders that a sentence speaks of, in order of declaration.
pub fn holders(c: &Context<'_>, who: &Whom, reading: Reading) -> Vec<Holder> {
    let mut all: Vec<Holder> = match who {
        Whom::These(these) => {
            let mut all = these.sure.clone();
            if reading == Reading::Harsh {
                all.extend(&these.perhaps);
            }
            all
        }
        Whom::AllBut(but) => (0..c.model.parties.len() as u32)
            .map(|p| Holder::Party(PartyId(p)))
            .filter(|h| reading == Reading::Harsh || *h != Holder::Party(Model::UNKNOWN_PARTY))
            .filter(|h| !(but.sure.contains(h) || reading == Reading::Kind && but.perhaps.contains(h)))
            .collect(),
    };
    all.sort_unstable();
    all.dedup();
    all
}

/// The name of a holder.
pub fn holder_name(c: &Context<'_>, holder: Holder) -> String {
    match holder {
        Holder::Party(Model::PUBLIC_PARTY) => "public".to_owned(),
        _ => c.model.place_name(holder.place(c.model)).to_owned(),
    }
}

/// The name of a copy, `dataset at place`.
pub fn copy_name(c: &Context<'_>, copy: CopyId) -> String {
    let it = c.graph.copy(copy);
    format!("{} at {}", c.model.dataset_name(it.dataset), c.model.place_name(it.place))
}
