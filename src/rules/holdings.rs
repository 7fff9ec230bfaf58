//! Who has what, as names: what two versions of a model are compared by.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::context::Context;
use super::forms::keeping::point_words;
use crate::graph::times;
use crate::graph::{ColumnKind, CopyId, How, Reading};
use crate::model::{Model, PartyId, Point};
use crate::source::Span;
use crate::vocabulary::Identifies;

/// What a party has of one dataset at one place: its own, or what a processor holds for it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Holding {
    /// The party, by name and as people call it.
    pub party: (String, String),
    /// The dataset.
    pub dataset: String,
    /// Where it is: a team of the party, or a processor.
    pub place: String,
    /// Its fields, each with whether it names people directly.
    pub fields: BTreeMap<String, bool>,
    /// How far it identifies people where the party sees it (0 anonymous to 4 identifiable), read kindly and harshly.
    pub level: (u8, u8),
    /// The flows, steps and declarations by which it comes there.
    pub by: BTreeSet<String>,
    /// Whether a flow brings it from another party.
    pub received: bool,
    /// Until when it is kept.
    pub end: End,
    /// Where it comes about.
    pub span: Span,
}

/// Until when something is kept.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct End {
    /// In words, each way by which it comes for itself; nothing where nobody says.
    pub words: BTreeSet<String>,
    /// The date that it comes to at the latest, where there is one for all ways.
    pub date: Option<Date>,
    /// The longest of the periods after an event, in days, with the event, where it is that for all ways.
    pub days: Option<(String, u64)>,
}

/// What every party has.
pub type Holdings = BTreeMap<(String, String, String), Holding>;

/// Who has what, by party, dataset and place.
pub fn holdings(c: &Context<'_>) -> Holdings {
    let mut all = Holdings::new();
    for number in 0..c.model.parties.len() as u32 {
        let party = PartyId(number);
        let (name, title) = match party {
            Model::PUBLIC_PARTY => ("public".to_owned(), "the public".to_owned()),
            _ => {
                let declared = &c.model.party(party).declared;
                (c.model.word(declared.name).to_owned(), c.model.title(declared).to_owned())
            }
        };
        for copy in c.sight.group(c.model, party, Reading::Harsh) {
            let holding = holding(c, party, (&name, &title), copy);
            all.insert((name.clone(), holding.dataset.clone(), holding.place.clone()), holding);
        }
    }
    all
}

fn holding(c: &Context<'_>, party: PartyId, (name, title): (&str, &str), copy: CopyId) -> Holding {
    let at = *c.graph.copy(copy);
    let level = |reading| level(c, party, copy, reading);
    let fields = c.graph.columns_of(copy).iter().filter(|column| column.kind == ColumnKind::Field);
    let arrivals: Vec<_> = c.graph.arrivals_of(copy).collect();
    let from_another = |a: &crate::graph::ArrivalId| {
        matches!(c.graph.arrival(*a).how, How::Flow(..))
            && c.graph.from(*a).iter().any(|from| c.graph.party_of(c.model, *from) != party)
    };
    Holding {
        party: (name.to_owned(), title.to_owned()),
        dataset: c.model.dataset_name(at.dataset).to_owned(),
        place: c.model.place_name(at.place).to_owned(),
        fields: fields
            .map(|column| {
                (c.model.word(column.name).to_owned(), column.identifies(&c.model.vocabulary) == Identifies::Direct)
            })
            .collect(),
        level: (level(Reading::Kind), level(Reading::Harsh)),
        by: arrivals.iter().map(|a| c.arrival_name(*a).to_owned()).collect(),
        received: arrivals.iter().any(from_another),
        end: end(c, copy),
        span: arrivals.first().map_or_else(Span::default, |a| c.arrival_span(*a)),
    }
}

/// How far a copy identifies people where a party sees it.
fn level(c: &Context<'_>, party: PartyId, copy: CopyId, reading: Reading) -> u8 {
    if c.has_rows(copy, reading) {
        let place = c.model.party(party).place;
        return c.level(c.seen(place, reading), copy);
    }
    let contents = c.contents(reading);
    let counts = c.graph.cells_of(copy).flat_map(|cell| {
        contents.counts(cell).map(|(control, _)| control.level(c.threshold, reading == Reading::Kind)).max()
    });
    counts.max().unwrap_or(0)
}

fn end(c: &Context<'_>, copy: CopyId) -> End {
    let mut end = End::default();
    let (mut dates, mut periods, mut all) = (Vec::new(), Vec::new(), true);
    for arrival in c.graph.arrivals_of(copy) {
        let deadline = times::deadline(c.model, c.graph, arrival);
        let Some(first) = deadline.ends.first() else {
            all = false;
            continue;
        };
        end.words.insert(match first.no_later {
            Some(date) => format!("{}, no later than {date}", point_words(c, first.point)),
            None => point_words(c, first.point),
        });
        dates.push(first.no_later.or_else(|| date_of(c, first.point)));
        periods.push(period_of(c, first.point));
    }
    for deletion in times::deletions(c.graph, copy) {
        end.words.insert(match &deletion.at {
            Some(point) => point_words(c, *point),
            None => "a step that destroys it".to_owned(),
        });
    }
    if all && !dates.is_empty() {
        end.date = dates.iter().copied().collect::<Option<Vec<Date>>>().and_then(|all| all.into_iter().max());
        end.days = periods.into_iter().collect::<Option<Vec<_>>>().and_then(|all| {
            let first = all.first()?.0.clone();
            all.iter()
                .all(|(event, _)| *event == first)
                .then(|| (first, all.iter().map(|(_, days)| *days).max().unwrap_or(0)))
        });
    }
    end
}

/// The latest date of a point in time.
fn date_of(c: &Context<'_>, point: Point) -> Option<Date> {
    match point {
        Point::Date(date) => Some(date),
        Point::Event(event, period) => {
            let event = &c.model.events[event.index()];
            let date = event.happened.value().or(event.no_later.value()).copied()?;
            period.map_or(Some(date), |period| period.after(date))
        }
        Point::PerPerson(..) => None,
    }
}

fn period_of(c: &Context<'_>, point: Point) -> Option<(String, u64)> {
    match point {
        Point::Date(_) => None,
        Point::Event(event, period) => {
            let name = c.model.word(c.model.events[event.index()].declared.name).to_owned();
            Some((name, period.map_or(0, |p| p.days())))
        }
        Point::PerPerson(trigger, period) => Some((trigger.word().to_owned(), period.map_or(0, |p| p.days()))),
    }
}
