//! What can only be said of the whole: dates out of order, data that is nowhere.

use jiff::civil::Date;

use super::Resolver;
use super::circles::Edges;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::model as codes;
use crate::model::time::Order;
use crate::model::{Declared, EventId, Known, OperationKind, Point, Timeline};
use crate::source::Span;
use crate::syntax::tree::DateLiteral;

/// A window of something, with the words for its ends.
struct Window {
    from: (Point, Span),
    to: (Point, Span),
    words: (&'static str, &'static str),
}

impl Resolver<'_> {
    /// All checks of the whole.
    pub(super) fn checks(&mut self) {
        self.event_dates();
        self.events_after();
        self.footing_dates();
        self.windows();
        self.datasets_somewhere();
    }

    /// Says that a second point in time is before a first, which it should follow.
    pub(super) fn out_of_order(&mut self, first: (Span, &str), second: (Span, &str)) {
        self.report(
            Diagnostic::new(
                &codes::DATES_OUT_OF_ORDER,
                second.0,
                format!("dates are out of order: {} comes before {}", second.1, first.1),
            )
            .label(second.1)
            .also(first.0, first.1)
            .help("one of the two dates is wrong, or they are the wrong way round"),
        );
    }

    /// Checks that a second date does not come before a first.
    pub(super) fn in_order(&mut self, first: Option<DateLiteral>, second: Option<DateLiteral>, one: &str, other: &str) {
        if let (Some(first), Some(second)) = (first, second)
            && second.date < first.date
        {
            self.out_of_order((first.span, one), (second.span, other));
        }
    }

    fn known_in_order(&mut self, first: &Known<Date>, second: &Known<Date>, one: &str, other: &str) {
        if let (Known::Said(first, at), Known::Said(second, then)) = (first, second)
            && second < first
        {
            self.out_of_order((*at, one), (*then, other));
        }
    }

    fn event_dates(&mut self) {
        for index in 0..self.model.events.len() {
            let event = self.model.events[index].clone();
            self.known_in_order(&event.not_before, &event.no_later, "the earliest date", "the latest date");
            self.known_in_order(&event.expected, &event.no_later, "the expected date", "the latest date");
            self.known_in_order(&event.not_before, &event.expected, "the earliest date", "the expected date");
        }
    }

    /// An event's latest date against the earliest dates of all that it comes after, however far back.
    fn events_after(&mut self) {
        let edges: Edges =
            self.model.events.iter().map(|e| e.after.iter().map(|a| (a.index(), e.declared.span)).collect()).collect();
        let walk = self.walk(&edges, "comes after", |r, i| {
            r.model.events.get(i).map_or_else(String::new, |e| r.word(e.declared.name).to_owned())
        });
        let mut earliest: Vec<Option<(Date, Span, EventId)>> = vec![None; self.model.events.len()];
        for index in walk.order {
            let event = &self.model.events[index];
            if event.per_person {
                continue;
            }
            let before = event.after.iter().filter_map(|e| earliest[e.index()]).max_by_key(|(date, ..)| *date);
            let said = |known: &Known<Date>| match known {
                Known::Said(date, span) => Some((*date, *span)),
                _ => None,
            };
            let latest = said(&event.happened).or(said(&event.no_later));
            let own = said(&event.happened).or(said(&event.not_before)).map(|(d, s)| (d, s, EventId(index as u32)));
            earliest[index] = match (own, before) {
                (Some(own), Some(before)) => Some(if own.0 >= before.0 { own } else { before }),
                (own, before) => own.or(before),
            };
            if let (Some((date, at, other)), Some((last, then))) = (before, latest)
                && last < date
            {
                let this = self.word(event.declared.name).to_owned();
                let other = self.word(self.model.events[other.index()].declared.name).to_owned();
                self.report(
                    Diagnostic::new(
                        &codes::DATES_OUT_OF_ORDER,
                        then,
                        format!("`{this}` comes after `{other}`, but its date is before that of `{other}`"),
                    )
                    .label(format!("`{this}` is no later than this"))
                    .also(at, format!("`{other}` is no earlier than this"))
                    .help("one of the two dates is wrong, or the order is"),
                );
            }
        }
    }

    fn footing_dates(&mut self) {
        for index in 0..self.model.laws.len() {
            let (from, to) = (self.model.laws[index].from.clone(), self.model.laws[index].to.clone());
            self.known_in_order(&from, &to, "the day the law came into force", "the day it ceased");
        }
        for index in 0..self.model.dpias.len() {
            let (done, review) = (self.model.dpias[index].completed.clone(), self.model.dpias[index].review_by.clone());
            self.known_in_order(&done, &review, "the day it was completed", "the day of its review");
        }
    }

    /// Windows that provably end before they start.
    fn windows(&mut self) {
        let timeline = Timeline::of(&self.model);
        let mut wrong: Vec<Window> = Vec::new();
        let mut look = |from: &Known<Point>, to: &Known<Point>, words: (&'static str, &'static str)| {
            if let (Known::Said(a, from), Known::Said(b, to)) = (from, to)
                && timeline.order(*b, *a) == Order::Before
            {
                wrong.push(Window { from: (*a, *from), to: (*b, *to), words });
            }
        };
        for a in &self.model.activities {
            look(&a.starts, &a.ends, ("the start", "the end"));
        }
        for a in &self.model.agreements {
            look(&a.from, &a.until, ("the start", "the end"));
        }
        for f in &self.model.flows {
            look(&f.starts, &f.ends, ("the start", "the end"));
        }
        for s in &self.model.steps {
            look(&s.starts, &s.ends, ("the start", "the end"));
        }
        for u in &self.model.uses {
            look(&u.starts, &u.ends, ("the start", "the end"));
        }
        for window in wrong {
            let words = |point: Point, word: &str| match timeline.latest(point) {
                Some(date) if !matches!(point, Point::Date(_)) => format!("{word} (by {date} at the latest)"),
                _ => word.to_owned(),
            };
            let last = words(window.to.0, window.words.1);
            self.out_of_order((window.from.1, window.words.0), (window.to.1, &last));
        }
    }

    /// Declared datasets that nobody holds and no step gives, and held ones with nothing in them.
    fn datasets_somewhere(&mut self) {
        let mut given = vec![false; self.model.datasets.len()];
        for step in &self.model.steps {
            for output in &step.gives {
                given[output.dataset.index()] = true;
            }
            for operation in &step.operations {
                if let OperationKind::Pseudonymise { lookup: Some(lookup), .. } = &operation.kind {
                    given[lookup.index()] = true;
                }
            }
        }
        for (index, nothing_said) in std::mem::take(&mut self.without_fields).into_iter().enumerate() {
            let Some(dataset) = self.model.datasets.get(index) else { continue };
            let Declared { name, span, whole, .. } = dataset.declared;
            if self.is_broken(whole) {
                continue;
            }
            let empty = dataset.fields.is_empty() && dataset.reveals.is_empty() && dataset.open.is_none();
            if given[index] || (dataset.held_span.is_some() && !(empty && nothing_said)) {
                continue;
            }
            let nowhere = dataset.held_span.is_none();
            let word = self.word(name).to_owned();
            if nowhere {
                self.report(
                    Diagnostic::new(
                        &codes::DATASET_NOWHERE,
                        span,
                        format!("nobody holds `{word}` and no step gives it"),
                    )
                    .label("there is no copy of this")
                    .help("say who has it, `held by PARTY`, or let a step give it"),
                );
            } else {
                self.report(
                    Diagnostic::new(&codes::DATASET_WITHOUT_FIELDS, span, format!("`{word}` has no fields"))
                        .label("nothing in it")
                        .help("list them, `fields name, address`, or say `fields open` where the source does not list them"),
                );
            }
        }
    }
}
