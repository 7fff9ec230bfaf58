//! How a fact is said of one thing: which line to write, and where.
//!
//! The tables say how in general: `LINE`; `LINE (receiver LINE)` where a flow says it of what it brings; `LINE in its activity`, and
//! `LINE (best in its activity)` where the thing can say it, too; `LINE in the contract`; and `nothing: …` of what is not said at
//! all but follows.

use super::read::{activity_of, contract};
use super::{Fact, Subject};
use crate::graph::How;
use crate::rules::context::Context;

/// A line to write.
pub(in crate::rules) struct Line {
    /// The line.
    pub(in crate::rules) text: String,
    /// What it is written in; the thing itself when `None`.
    pub(in crate::rules) place: Option<String>,
}

impl Line {
    /// The line as code, `` `reveals FIELD : CATEGORY`, or `reveals nothing` ``.
    pub(in crate::rules) fn code(&self) -> String {
        format!("`{}`", self.text.replace(", or ", "`, or `"))
    }

    /// `` `controller PARTY` in `impact-study` ``.
    pub(in crate::rules) fn words(&self) -> String {
        match &self.place {
            Some(place) => format!("{} in {place}", self.code()),
            None => self.code(),
        }
    }
}

impl Fact {
    /// The line that says it of a subject, if one does.
    pub(in crate::rules) fn line(&self, c: &Context<'_>, subject: Subject) -> Option<Line> {
        if !self.said_by.contains(' ') || self.said_by.starts_with("nothing:") || self.said_by.starts_with("its ") {
            return None;
        }
        let said = match self.said_by.strip_suffix(')').and_then(|all| all.split_once(" (receiver ")) {
            Some((_, receiver)) if is_brought(c, subject) => format!("receiver {receiver}"),
            Some((own, _)) => own.to_owned(),
            None => self.said_by.to_owned(),
        };
        if let Some(text) =
            [" in its activity", " (best in its activity)"].into_iter().find_map(|w| said.strip_suffix(w))
        {
            let place = activity_of(c, subject).map(|a| {
                let activity = &c.model.activities[a.index()].declared;
                format!("`{}`", c.model.word(activity.name))
            });
            return Some(Line { text: text.to_owned(), place });
        }
        let line = ["the", "a"].into_iter().find_map(|article| {
            let (text, place) = said.rsplit_once(&format!(" in {article} "))?;
            let alone = !place.contains(['{', ' ']);
            let named = contract(c, subject).ok().filter(|_| place == "contract");
            let place = match named {
                Some((contract, _)) => format!("`{}`", c.model.word(contract.declared.name)),
                None => format!("{article} {place}"),
            };
            alone.then(|| Line { text: text.to_owned(), place: Some(place) })
        });
        Some(line.unwrap_or(Line { text: said, place: None }))
    }
}

/// Whether a flow says it: of itself, or of the copy that it brings.
fn is_brought(c: &Context<'_>, subject: Subject) -> bool {
    match subject {
        Subject::Flow(_) => true,
        Subject::Copy(_, arrival) => matches!(c.graph.arrival(arrival).how, How::Flow(..)),
        _ => false,
    }
}
