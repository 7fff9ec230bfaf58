//! Rules about a model, and their sentences.

use super::model::{Category, Dataset, Field, Model, Place};
use super::text::list;

/// The level words, as far as an attacker or a reader of the rows can see them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Level {
    Identified,
    Identifiable,
    Personal,
    Pseudonymised,
    Rows,
    Aggregate,
    Anonymous,
}

/// What `from` names.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum From {
    Dataset(Dataset),
    Place(Place),
    Activity(u8),
}

/// A data phrase.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Phrase {
    pub(crate) level: Option<Level>,
    pub(crate) special: bool,
    pub(crate) categories: Vec<Category>,
    pub(crate) from: Option<From>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Except {
    Data(Phrase),
    At(Place),
    Who(Place),
    /// By flows of this purpose.
    Flows(u8),
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Who {
    This(Place),
    NoOne,
    /// `only …`, `no one except …`: everybody else.
    Only(Place),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Verb {
    Hold,
    Receive,
}

/// What must be passed through.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Through {
    /// Dropping fields of these categories.
    Drop(Vec<Category>),
    Step(u8),
    /// An operation, perhaps at a place.
    Aggregate(Option<u8>, Option<Place>),
    Pseudonymise(Field, Option<Place>),
    Generalise(Field, Option<Place>),
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Form {
    Never(Who, Verb, Phrase),
    OnlyFields(Place, Vec<Category>, From),
    PassThrough(Phrase, Through, Place),
    UsedOnlyFor(Phrase, u8),
    NeverUsedFor(Phrase, u8),
    NeverDecide(Phrase),
    OnlyDataFor(Phrase, u8),
    UsedOnlyAt(Phrase, Place),
    Destroyed(Phrase, Option<Place>, u8),
    Together(Who, Phrase, Phrase),
    PublishedCounts(u8),
    PublishedAnonymous(Phrase),
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Rule {
    pub(crate) form: Form,
    pub(crate) except: Vec<Except>,
}

impl Phrase {
    pub(crate) fn of(level: Level, category: Category) -> Phrase {
        Phrase { level: Some(level), categories: vec![category], ..Phrase::default() }
    }

    fn text(&self, model: &Model) -> String {
        let mut words: Vec<String> = Vec::new();
        if let Some(level) = self.level {
            let word = match level {
                Level::Identified => "identified",
                Level::Identifiable => "identifiable",
                Level::Personal => "personal",
                Level::Pseudonymised => "pseudonymised",
                Level::Rows => "row-level",
                Level::Aggregate => "aggregate",
                Level::Anonymous => "anonymous",
            };
            words.push(word.to_owned());
        }
        if self.special {
            words.push("special-category".to_owned());
        }
        words.push(if self.categories.is_empty() { "data".to_owned() } else { list(&self.categories) });
        if let Some(from) = self.from {
            words.push(format!("from {}", from.text(model)));
        }
        words.join(" ")
    }
}

impl From {
    fn text(self, model: &Model) -> String {
        match self {
            From::Dataset(dataset) => dataset.to_string(),
            From::Place(place) => model.place(place),
            From::Activity(activity) => format!("work{activity}"),
        }
    }
}

impl Rule {
    pub(crate) fn of(form: Form) -> Rule {
        Rule { form, except: Vec::new() }
    }

    /// The sentence.
    pub(crate) fn text(&self, model: &Model) -> String {
        let mut out = self.form.text(model);
        for except in &self.except {
            out += " except ";
            out += &match except {
                Except::Data(data) => data.text(model),
                Except::At(place) => format!("at {}", model.place(*place)),
                Except::Who(place) => model.place(*place),
                Except::Flows(purpose) => format!("by flows where purpose is use{purpose}"),
            };
        }
        out
    }

    /// A short name of the form, for counting.
    pub(crate) fn kind(&self) -> &'static str {
        match &self.form {
            Form::Never(Who::This(_), Verb::Hold, _) => "must never hold",
            Form::Never(Who::This(_), Verb::Receive, _) => "must never receive",
            Form::Never(Who::NoOne, ..) => "no one may",
            Form::Never(Who::Only(_), ..) => "only WHO may",
            Form::OnlyFields(..) => "may receive only fields",
            Form::PassThrough(_, Through::Drop(_), _) => "must pass through drop",
            Form::PassThrough(..) => "must pass through",
            Form::UsedOnlyFor(..) => "may be used only for",
            Form::NeverUsedFor(..) => "must never be used for",
            Form::NeverDecide(_) => "must never be used to decide",
            Form::OnlyDataFor(..) => "only DATA may be used for",
            Form::UsedOnlyAt(..) => "may be used only at",
            Form::Destroyed(..) => "must be destroyed by",
            Form::Together(..) => "never together",
            Form::PublishedCounts(_) => "published as counts",
            Form::PublishedAnonymous(_) => "published anonymous",
        }
    }
}

impl Form {
    fn text(&self, model: &Model) -> String {
        let data = |p: &Phrase| p.text(model);
        match self {
            Form::Never(who, verb, phrase) => {
                let verb = if *verb == Verb::Hold { "hold" } else { "receive" };
                match who {
                    Who::This(place) => format!("{} must never {verb} {}", model.place(*place), data(phrase)),
                    Who::NoOne => format!("no one may {verb} {}", data(phrase)),
                    Who::Only(place) => format!("only {} may {verb} {}", model.place(*place), data(phrase)),
                }
            }
            Form::OnlyFields(who, fields, from) => {
                format!("{} may receive only {} from {}", model.place(*who), list(fields), from.text(model))
            }
            Form::PassThrough(phrase, through, reaching) => {
                let at = |p: &Option<Place>| p.map_or(String::new(), |p| format!(" at {}", model.place(p)));
                let through = match through {
                    Through::Drop(fields) => format!("drop {}", list(fields)),
                    Through::Step(step) => format!("s{step}"),
                    Through::Aggregate(Some(minimum), place) => format!("aggregate minimum {minimum}{}", at(place)),
                    Through::Aggregate(None, place) => format!("aggregate{}", at(place)),
                    Through::Pseudonymise(field, place) => format!("pseudonymise {field}{}", at(place)),
                    Through::Generalise(field, place) => format!("generalise {field}{}", at(place)),
                };
                format!("{} must pass through {through} before reaching {}", data(phrase), model.place(*reaching))
            }
            Form::UsedOnlyFor(phrase, purpose) => format!("{} may be used only for use{purpose}", data(phrase)),
            Form::NeverUsedFor(phrase, purpose) => format!("{} must never be used for use{purpose}", data(phrase)),
            Form::NeverDecide(phrase) => format!("{} must never be used to decide about individuals", data(phrase)),
            Form::OnlyDataFor(phrase, purpose) => format!("only {} may be used for use{purpose}", data(phrase)),
            Form::UsedOnlyAt(phrase, place) => format!("{} may be used only at {}", data(phrase), model.place(*place)),
            Form::Destroyed(phrase, at, by) => {
                let at = at.map_or(String::new(), |p| format!(" at {}", model.place(p)));
                format!("every copy of {}{at} must be destroyed by {}", data(phrase), model.point(*by))
            }
            Form::Together(who, left, right) => match who {
                Who::This(place) => {
                    format!("{} must never hold {} together with {}", model.place(*place), data(left), data(right))
                }
                _ => format!("no one may hold {} together with {}", data(left), data(right)),
            },
            Form::PublishedCounts(minimum) => format!("published data must be counts of at least {minimum} people"),
            Form::PublishedAnonymous(phrase) => format!("published {} must be anonymous", data(phrase)),
        }
    }
}
