//! Points in time and what can be proved of their order.
//!
//! A [`Point`] is a date or an event, with a period after it. [`Timeline`] proves order from what is declared and from
//! nothing else: dates that happened, `after`, `no later than`, `not before`. An `expected` date is a hope and proves
//! nothing, nor does a trigger that comes for each person at a time of their own (ruling 10).

use jiff::civil::Date;

use super::before::Before;
use super::{EventId, Model};
use crate::faults::{self, Fault};
use crate::syntax::tree::DurationUnit;

/// A length of time as people say it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, PartialOrd, Ord)]
pub struct Period {
    /// How many.
    pub amount: u32,
    /// Of what.
    pub unit: DurationUnit,
}

impl Period {
    /// The date this long after another; the last of the month where the day does not exist (29 February plus a year is
    /// 28 February). `None` past the end of the calendar.
    pub fn after(self, date: Date) -> Option<Date> {
        let amount = i64::from(self.amount);
        let span = jiff::Span::new();
        let span = match self.unit {
            DurationUnit::Days => span.try_days(amount),
            DurationUnit::Weeks => span.try_weeks(amount),
            DurationUnit::Months => span.try_months(amount),
            DurationUnit::Years => span.try_years(amount),
        };
        date.checked_add(span.ok()?).ok()
    }

    /// About how many days, for comparing periods of different units: a month counts 30 days, a year 365.
    pub fn days(self) -> u64 {
        u64::from(self.amount)
            * match self.unit {
                DurationUnit::Days => 1,
                DurationUnit::Weeks => 7,
                DurationUnit::Months => 30,
                DurationUnit::Years => 365,
            }
    }

    /// `6 years`, `1 day`.
    pub fn words(self) -> String {
        let unit = match self.unit {
            DurationUnit::Days => "day",
            DurationUnit::Weeks => "week",
            DurationUnit::Months => "month",
            DurationUnit::Years => "year",
        };
        format!("{} {unit}{}", self.amount, if self.amount == 1 { "" } else { "s" })
    }
}

/// A point in time.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, PartialOrd, Ord)]
pub enum Point {
    /// A date.
    Date(Date),
    /// An event, and a period after it.
    Event(EventId, Option<Period>),
    /// When each record was collected, received or last touched, and a period after it: different for each person.
    PerPerson(Trigger, Option<Period>),
}

/// A built-in trigger that comes for each person at a time of their own.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, PartialOrd, Ord)]
pub enum Trigger {
    /// When the data was collected.
    Collection,
    /// When the holder received it.
    Receipt,
    /// The last contact with the person.
    LastContact,
}

impl Trigger {
    /// The word for it in the language.
    pub fn word(self) -> &'static str {
        match self {
            Trigger::Collection => "collection",
            Trigger::Receipt => "receipt",
            Trigger::LastContact => "last-contact",
        }
    }

    /// The trigger of a word.
    pub fn of(word: &str) -> Option<Trigger> {
        [Trigger::Collection, Trigger::Receipt, Trigger::LastContact].into_iter().find(|t| t.word() == word)
    }
}

/// What is proved of two points: strictly before, at or before, or nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Order {
    /// The first is strictly before the second.
    Before,
    /// The first is before or at the second.
    AtOrBefore,
    /// Nothing is proved.
    Unknown,
}

/// What can be proved of the order of a model's events.
#[derive(Clone, Debug, Default)]
pub struct Timeline {
    /// Earliest and latest date of each event, through `after` as well.
    bounds: Vec<(Option<Date>, Option<Date>)>,
    /// Which events are proved to come before which (strictly).
    before: Before,
    per_person: Vec<bool>,
}

impl Timeline {
    /// Works out the bounds and the order of a model's events. A circle of `after` is an error of the text; here its last link
    /// counts for nothing.
    pub fn of(model: &Model) -> Timeline {
        let events = &model.events;
        let mut bounds: Vec<(Option<Date>, Option<Date>)> = events
            .iter()
            .map(|e| {
                let hoped = e.expected.value().copied().filter(|_| faults::on(Fault::ExpectedDatesProve));
                let happened = e.happened.value().copied().or(hoped);
                (happened.or(e.not_before.value().copied()), happened.or(e.no_later.value().copied()))
            })
            .collect();
        let before = Before::new(events.iter().map(|e| e.after.iter().map(|a| a.0).collect()).collect());
        // an event is no earlier than what it comes after, and no later than what comes after it
        for (event, after) in before.in_order() {
            for earlier in after {
                bounds[event].0 = bounds[event].0.max(bounds[*earlier as usize].0);
            }
        }
        for (event, after) in before.in_order().rev() {
            for earlier in after {
                let e = *earlier as usize;
                bounds[e].1 = match (bounds[e].1, bounds[event].1) {
                    (Some(a), Some(b)) => Some(a.min(b)),
                    (a, b) => a.or(b),
                };
            }
        }
        Timeline { bounds, before, per_person: events.iter().map(|e| e.per_person).collect() }
    }

    /// The earliest date of a point that is proved.
    pub fn earliest(&self, point: Point) -> Option<Date> {
        match point {
            Point::Date(date) => Some(date),
            Point::Event(event, _) if self.is_per_person(event) => None,
            Point::Event(event, period) => {
                let date = self.bounds.get(event.index())?.0?;
                period.map_or(Some(date), |p| p.after(date))
            }
            Point::PerPerson(..) => None,
        }
    }

    /// Events in an order in which each comes after those that it is proved to come after; other points stay behind them.
    pub fn in_turn(&self, points: impl Iterator<Item = Point>) -> Vec<Point> {
        let mut turns = vec![0u32; self.bounds.len()];
        for (turn, (event, _)) in self.before.in_order().enumerate() {
            turns[event] = turn as u32;
        }
        let mut points: Vec<Point> = points.collect();
        points.sort_by_key(|point| match point {
            Point::Event(event, period) => (turns.get(event.index()).copied().unwrap_or(u32::MAX), period.is_some()),
            Point::Date(_) | Point::PerPerson(..) => (u32::MAX, true),
        });
        points
    }

    /// The latest date of a point that is proved.
    pub fn latest(&self, point: Point) -> Option<Date> {
        match point {
            Point::Date(date) => Some(date),
            Point::Event(event, _) if self.is_per_person(event) => None,
            Point::Event(event, period) => {
                let date = self.bounds.get(event.index())?.1?;
                period.map_or(Some(date), |p| p.after(date))
            }
            Point::PerPerson(..) => None,
        }
    }

    fn is_per_person(&self, event: EventId) -> bool {
        self.per_person.get(event.index()).copied().unwrap_or(false)
    }

    /// What is proved of the order of two points.
    pub fn order(&self, a: Point, b: Point) -> Order {
        if let (Some(latest), Some(earliest)) = (self.latest(a), self.earliest(b)) {
            if latest < earliest {
                return Order::Before;
            }
            if latest == earliest && faults::on(Fault::TouchingIsApart) {
                return Order::Before;
            }
            if latest == earliest && !self.symbolic_before(a, b) {
                return Order::AtOrBefore;
            }
        }
        if self.symbolic_before(a, b) {
            return Order::Before;
        }
        match (a, b) {
            (Point::Event(e, p), Point::Event(f, q)) if e == f && shorter(p, q) => Order::Before,
            (Point::PerPerson(t, p), Point::PerPerson(u, q)) if t == u && shorter(p, q) => Order::Before,
            (Point::PerPerson(t, p), Point::PerPerson(u, q)) if t == u && at_most(p, q) => Order::AtOrBefore,
            (Point::Event(e, p), Point::Event(f, q)) if e == f && at_most(p, q) => Order::AtOrBefore,
            _ => Order::Unknown,
        }
    }

    /// Whether `after` proves `a` strictly before `b`: the event of `a` comes before that of `b`, and no period pushes `a` on
    /// further than `b`.
    fn symbolic_before(&self, a: Point, b: Point) -> bool {
        match (a, b) {
            (Point::Event(e, p), Point::Event(f, q)) => {
                e != f
                    && at_most(p, q)
                    && !self.is_per_person(e)
                    && !self.is_per_person(f)
                    && self.before.is_before(e.index(), f.index())
            }
            _ => false,
        }
    }
}

/// Whether one period is certainly no longer than another.
fn at_most(a: Option<Period>, b: Option<Period>) -> bool {
    match (a, b) {
        (None, _) => true,
        (Some(a), None) => a.amount == 0,
        (Some(a), Some(b)) if exact(a).0 == exact(b).0 => exact(a).1 <= exact(b).1,
        // the longest that `a` can be against the shortest that `b` can be
        (Some(a), Some(b)) => longest(a) <= shortest(b),
    }
}

/// A period in days or in months, which are not to be turned into each other.
fn exact(p: Period) -> (DurationUnit, u64) {
    let amount = u64::from(p.amount);
    match p.unit {
        DurationUnit::Days => (DurationUnit::Days, amount),
        DurationUnit::Weeks => (DurationUnit::Days, amount * 7),
        DurationUnit::Months => (DurationUnit::Months, amount),
        DurationUnit::Years => (DurationUnit::Months, amount * 12),
    }
}

/// Whether one period is certainly shorter than another.
fn shorter(a: Option<Period>, b: Option<Period>) -> bool {
    match (a, b) {
        (_, None) => false,
        (None, Some(b)) => b.amount > 0,
        (Some(a), Some(b)) if exact(a).0 == exact(b).0 => exact(a).1 < exact(b).1,
        (Some(a), Some(b)) => longest(a) < shortest(b),
    }
}

fn longest(p: Period) -> u64 {
    u64::from(p.amount)
        * match p.unit {
            DurationUnit::Days => 1,
            DurationUnit::Weeks => 7,
            DurationUnit::Months => 31,
            DurationUnit::Years => 366,
        }
}

fn shortest(p: Period) -> u64 {
    u64::from(p.amount)
        * match p.unit {
            DurationUnit::Days => 1,
            DurationUnit::Weeks => 7,
            DurationUnit::Months => 28,
            DurationUnit::Years => 365,
        }
}
