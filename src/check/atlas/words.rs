//! Times and operations in words that stand in a picture: with titles, and without the marks of the language.

use super::things::{Field, Kept, Moment};
use crate::graph::times::{self, End};
use crate::graph::{Column, CopyId};
use crate::model::{Disposal, Event, Known, Model, OperationKind, Period, Point, Trigger};
use crate::rules::context::Context;

/// A title as it stands within a sentence: with a small first letter, unless the word is an abbreviation or a name.
pub(super) fn within_sentence(title: &str) -> String {
    let mut chars = title.chars();
    let (Some(first), second) = (chars.next(), chars.next()) else { return String::new() };
    let article = ["The ", "A ", "An "].iter().any(|article| title.starts_with(article));
    match article || second.is_some_and(char::is_lowercase) && title.split(' ').skip(1).all(starts_small) {
        true => first.to_lowercase().chain(title.chars().skip(1)).collect(),
        false => title.to_owned(),
    }
}

/// Whether a word begins with a small letter or a digit.
fn starts_small(word: &str) -> bool {
    word.chars().next().is_none_or(|c| !c.is_uppercase())
}

/// A point in time.
pub(super) fn moment(c: &Context<'_>, point: Point) -> Moment {
    let timeline = &c.graph.timeline;
    let event = match point {
        Point::Event(event, _) => Some(event.index()),
        Point::Date(_) | Point::PerPerson(..) => None,
    };
    let (latest, earliest) = (timeline.latest(point), timeline.earliest(point));
    Moment { words: point_words(c.model, point), latest, earliest, event }
}

/// A point in time that may be unsaid.
pub(super) fn known_moment(c: &Context<'_>, point: &Known<Point>) -> Option<Moment> {
    point.value().map(|point| moment(c, *point))
}

fn point_words(model: &Model, point: Point) -> String {
    let after = |period: Option<Period>, of: String| match period {
        Some(period) => format!("{} after {of}", period.words()),
        None => of,
    };
    match point {
        Point::Date(date) => date_words(date),
        Point::Event(event, period) => after(period, event_words(model, &model.events[event.index()])),
        Point::PerPerson(trigger, period) => after(period, trigger_words(trigger).to_owned()),
    }
}

/// A date as people write it.
fn date_words(date: jiff::civil::Date) -> String {
    date.strftime("%-d %B %Y").to_string()
}

fn event_words(model: &Model, event: &Event) -> String {
    within_sentence(model.title(&event.declared))
}

fn trigger_words(trigger: Trigger) -> &'static str {
    match trigger {
        Trigger::Collection => "collection",
        Trigger::Receipt => "receipt",
        Trigger::LastContact => "the last contact",
    }
}

/// What is done with a copy at its end.
fn disposal_words(disposal: Disposal) -> &'static str {
    match disposal {
        Disposal::Destroy => "destroyed",
        Disposal::Return => "returned",
        Disposal::Anonymise => "made anonymous",
        Disposal::Archive => "archived",
        Disposal::Review => "looked at again",
    }
}

/// How long a copy is kept.
pub(super) fn kept(c: &Context<'_>, copy: CopyId) -> Kept {
    let mut kept = Kept::default();
    let mut dates = Vec::new();
    for arrival in c.graph.arrivals_of(copy) {
        let deadline = times::deadline(c.model, c.graph, arrival);
        kept.not_stated |= deadline.not_stated.is_some();
        let Some(first) = deadline.ends.first() else {
            kept.endless |= deadline.not_stated.is_none();
            dates.push(None);
            continue;
        };
        let words = end_words(c, first);
        if !kept.words.contains(&words) {
            kept.words.push(words);
        }
        kept.then = kept.then.or(first.then.map(disposal_words));
        dates.push(deadline.ends.iter().filter_map(|end| end_date(c, end)).min());
        if let Point::Event(event, _) = first.point {
            kept.event = kept.event.or(Some(event.index()));
        }
    }
    kept.until = dates.into_iter().collect::<Option<Vec<_>>>().and_then(|dates| dates.into_iter().max());
    kept
}

/// `until …` where the end is a point, `… after …` where it is a period.
fn end_words(c: &Context<'_>, end: &End) -> String {
    let words = point_words(c.model, end.point);
    let words = match end.point {
        Point::Date(_) | Point::Event(_, None) | Point::PerPerson(_, None) => format!("until {words}"),
        Point::Event(_, Some(_)) | Point::PerPerson(_, Some(_)) => words,
    };
    match end.no_later {
        Some(date) => format!("{words}, no later than {}", date_words(date)),
        None => words,
    }
}

/// The latest date of an end: what is proved, else what is hoped for.
fn end_date(c: &Context<'_>, end: &End) -> Option<jiff::civil::Date> {
    let proved = c.graph.timeline.latest(end.point);
    let expected = || match end.point {
        Point::Event(event, period) => {
            let event = &c.model.events[event.index()];
            let date = event.happened.value().or(event.no_later.value()).or(event.expected.value()).copied()?;
            period.map_or(Some(date), |period| period.after(date))
        }
        Point::Date(_) | Point::PerPerson(..) => None,
    };
    end.no_later.or(proved).or_else(expected)
}

/// A column as a field.
pub(super) fn field(c: &Context<'_>, column: &Column) -> Field {
    let category = column.category.map(|category| c.model.vocabulary.category(category));
    Field {
        name: c.model.word(column.name).to_owned(),
        category: category.map(|category| category.title.clone()).filter(|title| !title.is_empty()),
        identifies: column.identifies(&c.model.vocabulary),
        special: category.and_then(|category| category.special.clone()),
        criminal: category.is_some_and(|category| category.criminal),
    }
}

/// What an operation is called, and what it does in words.
pub(super) fn operation(model: &Model, kind: &OperationKind) -> (&'static str, String) {
    let dataset = |id: &crate::model::DatasetId| model.dataset_name(*id).to_owned();
    let listed = |fields: &[(crate::syntax::intern::Symbol, crate::source::Span)]| {
        fields.iter().map(|(name, _)| model.word(*name)).collect::<Vec<_>>().join(", ")
    };
    match kind {
        OperationKind::Match { left, right, on, .. } => {
            let on = if on.is_empty() { String::new() } else { format!(" on {}", listed(on)) };
            ("match", format!("match {} with {}{on}", dataset(left), dataset(right)))
        }
        OperationKind::Append { datasets } => {
            ("append", format!("put together {}", datasets.iter().map(dataset).collect::<Vec<_>>().join(", ")))
        }
        OperationKind::Keep { fields } => ("keep", format!("keep only {}", listed(fields))),
        OperationKind::Drop { fields } => ("drop", format!("drop {}", listed(fields))),
        OperationKind::Pseudonymise { fields, key, .. } => {
            ("pseudonymise", format!("replace {} by {}", listed(fields), model.word(*key)))
        }
        OperationKind::AddKey { key, .. } => ("add key", format!("add the key {}", model.word(*key))),
        OperationKind::Generalise { field, level } => {
            ("generalise", format!("make {} coarser, to {}", model.word(field.0), model.word(level.0)))
        }
        OperationKind::Derive { field, from, profiling, .. } => {
            let profiling = if *profiling { ", which is profiling" } else { "" };
            ("derive", format!("work out {} from {}{profiling}", model.word(*field), listed(from)))
        }
        OperationKind::Aggregate { by, minimum, .. } => {
            let least = match minimum {
                Known::Said(0, _) => ", with no least count".to_owned(),
                Known::Said(count, _) => format!(", no count under {count}"),
                Known::NotStated(_) | Known::Unsaid => ", the least count not stated".to_owned(),
            };
            ("aggregate", format!("count by {}{least}", listed(by)))
        }
        OperationKind::Suppress(_) => ("suppress", "suppress small counts".to_owned()),
        OperationKind::FilterOptOut(opt_out) => {
            let scheme = model.title(&model.opt_outs[opt_out.index()].declared);
            ("filter", format!("leave out who opted out: {scheme}"))
        }
        OperationKind::Review { what, .. } => ("review", format!("review: {what}")),
        OperationKind::Reidentify { lookup } => ("reidentify", format!("put names back with {}", dataset(lookup))),
        OperationKind::Synthesise => ("synthesise", "make synthetic data of it".to_owned()),
        OperationKind::Encrypt => ("encrypt", "encrypt".to_owned()),
        OperationKind::Destroy { datasets, .. } => {
            ("destroy", format!("destroy {}", datasets.iter().map(dataset).collect::<Vec<_>>().join(", ")))
        }
    }
}
