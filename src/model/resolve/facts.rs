//! Reading facts: what may be said once, what is missing, words of the vocabulary, points in time.

use jiff::civil::Date;
use smallvec::SmallVec;

use super::Resolver;
use crate::diagnostic::codes::{model as codes, names as name_codes};
use crate::diagnostic::with_article;
use crate::diagnostic::{Diagnostic, did_you_mean};
use crate::model::{Known, Period, Point, Trigger};
use crate::source::Span;
use crate::syntax::intern::Symbol;
use crate::syntax::list::List;
use crate::syntax::tree::{DateLiteral, Duration, During, Head, Name, Stated, Text, When};
use crate::vocabulary::Family;

/// What a declaration has said so far, to find what is said twice.
pub(super) struct Seen<'h> {
    head: &'h Head,
    said: SmallVec<[(&'static str, Span); 8]>,
}

impl<'h> Seen<'h> {
    pub(super) fn new(head: &'h Head) -> Self {
        Seen { head, said: SmallVec::new() }
    }

    /// The declaration's head.
    pub(super) fn head(&self) -> &'h Head {
        self.head
    }

    /// Where something was said.
    pub(super) fn at(&self, what: &str) -> Option<Span> {
        self.said.iter().find(|(w, _)| *w == what).map(|(_, s)| *s)
    }
}

impl Resolver<'_> {
    /// A declaration as messages name it: `flow `x``, `this wall`.
    pub(super) fn heading(&self, head: &Head) -> String {
        let keyword = self.sources.text(head.keyword);
        let keyword = if keyword.is_empty() { "declaration" } else { keyword };
        match head.name {
            Some(name) => format!("{keyword} `{}`", self.word(name.symbol)),
            None => match keyword {
                "attest" => "this attestation".to_owned(),
                "waive" => "this waiver".to_owned(),
                other => format!("this `{other}`"),
            },
        }
    }

    /// Notes that something is said; `false`, with an error, when it was said before and may be said only once.
    pub(super) fn once(&mut self, seen: &mut Seen<'_>, what: &'static str, span: Span) -> bool {
        match seen.at(what) {
            None => {
                seen.said.push((what, span));
                true
            }
            Some(first) => {
                let heading = self.heading(seen.head);
                self.report(
                    Diagnostic::new(&codes::SAID_TWICE, span, format!("{heading} says `{what}` twice"))
                        .label("said again here")
                        .also(first, "first said here")
                        .help("keep one of the two; several values of one fact are separated by commas"),
                );
                false
            }
        }
    }

    /// Notes that something is said, which may be said again.
    pub(super) fn again(&self, seen: &mut Seen<'_>, what: &'static str, span: Span) {
        if seen.at(what).is_none() {
            seen.said.push((what, span));
        }
    }

    /// Says that a declaration lacks what it cannot do without. Not where something in it could not be read: the fact may
    /// have been there.
    pub(super) fn missing(&mut self, head: &Head, parts: &[&str], help: &str) {
        if parts.is_empty() || self.is_broken(head.span) {
            return;
        }
        let heading = self.heading(head);
        // what a rule, a group or a combination lacks is no property word
        let list: Vec<String> = parts
            .iter()
            .map(|p| {
                if matches!(*p, "sentence" | "members" | "second category") {
                    (*p).to_owned()
                } else {
                    format!("`{p}`")
                }
            })
            .collect();
        let list = match list.as_slice() {
            [all @ .., last] if !all.is_empty() => format!("{} and no {last}", all.join(", no ")),
            _ => list.concat(),
        };
        let span = head.name.map_or(head.keyword, |n| n.span);
        self.report(
            Diagnostic::new(&codes::MISSING_PART, span, format!("{heading} has no {list}"))
                .label("incomplete")
                .help(help.to_owned()),
        );
    }

    /// A fact that makes no sense in this declaration.
    pub(super) fn misplaced(&mut self, head: &Head, what: &str, word: Span, help: &str) {
        let heading = self.heading(head);
        self.report(
            Diagnostic::new(&codes::MISPLACED_FACT, word, format!("`{what}` says nothing in {heading}"))
                .label("does not belong here")
                .help(help.to_owned()),
        );
    }

    /// Reads a stated value.
    pub(super) fn said<T, U>(
        &mut self,
        stated: &Stated<T>,
        span: Span,
        read: impl FnOnce(&mut Self, &T) -> Option<U>,
    ) -> Known<U> {
        match stated {
            Stated::Not(at) => Known::NotStated(*at),
            Stated::Is(value) => read(self, value).map_or(Known::Unsaid, |v| Known::Said(v, span)),
        }
    }

    /// Adds to a list that may be said on several lines; `not-stated` beside a value is an error.
    pub(super) fn append<T, L: Extend<T> + IntoIterator<Item = T>>(
        &mut self,
        head: &Head,
        what: &str,
        slot: &mut Known<L>,
        more: Known<L>,
    ) {
        match (&mut *slot, more) {
            (_, Known::Unsaid) => {}
            (Known::Unsaid, more) => *slot = more,
            (Known::Said(list, _), Known::Said(more, _)) => list.extend(more),
            (Known::NotStated(first), Known::NotStated(again) | Known::Said(_, again))
            | (Known::Said(_, first), Known::NotStated(again)) => {
                let first = *first;
                let heading = self.heading(head);
                self.report(
                    Diagnostic::new(&codes::SAID_TWICE, again, format!("{heading} says `{what}` twice"))
                        .label("said again here")
                        .also(first, "first said here")
                        .help("`not-stated` stands alone: say the value, or that there is none"),
                );
            }
        }
    }

    /// A word of a vocabulary's family, known or (with an error) as it stands.
    pub(super) fn family_word(&mut self, family: Family, name: Name) -> Option<String> {
        self.knows_word(family, name).then(|| self.word(name.symbol).to_owned())
    }

    /// Whether a word is one of a family; else says that it is not.
    pub(super) fn knows_word(&mut self, family: Family, name: Name) -> bool {
        let word = self.word(name.symbol);
        let words = self.model.vocabulary.words.get(&family);
        if words.is_none_or(|w| w.is_empty() || w.contains_key(word)) {
            return true;
        }
        let word = word.to_owned();
        let advice = if self.heard() { did_you_mean(&word, self.model.vocabulary.family_words(family)) } else { None };
        self.report(
            Diagnostic::new(
                &name_codes::UNKNOWN_WORD,
                name.span,
                format!("`{word}` is not {} that the vocabulary knows", with_article(family.noun())),
            )
            .label("unknown word")
            .help(format!("add it under `{}` in a vocabulary file that `staunch.yaml` names", family.key()))
            .maybe_help(advice),
        );
        false
    }

    /// A word of a family as it stands in the text.
    pub(super) fn known_symbol(&mut self, family: Family, name: Name) -> Option<Symbol> {
        self.knows_word(family, name).then_some(name.symbol)
    }

    /// Words of a family as they stand in the text.
    pub(super) fn family_symbols(&mut self, family: Family, names: &[Name]) -> List<Symbol> {
        names.iter().filter(|n| self.knows_word(family, **n)).map(|n| n.symbol).collect()
    }

    pub(super) fn family_words(&mut self, family: Family, names: &[Name]) -> Vec<String> {
        names.iter().filter_map(|n| self.family_word(family, *n)).collect()
    }

    /// A word out of a closed list.
    pub(super) fn closed_word(&mut self, name: Name, what: &str, words: &[&'static str]) -> Option<&'static str> {
        let word = self.word(name.symbol).to_owned();
        if let Some(known) = words.iter().find(|w| **w == word) {
            return Some(*known);
        }
        let list: Vec<String> = words.iter().map(|w| format!("`{w}`")).collect();
        let mut help = format!("write one of {}", list.join(", "));
        if let Some(advice) = did_you_mean(&word, words.iter().copied()) {
            help = format!("{advice} {help}");
        }
        self.report(
            Diagnostic::new(&name_codes::NOT_ONE_OF, name.span, format!("`{word}` is not {what}"))
                .label("unknown word")
                .help(help),
        );
        None
    }

    /// A point in time.
    pub(super) fn point(&mut self, when: &When) -> Option<Point> {
        self.point_after(&[], when)
    }

    /// A point in time with further periods after it.
    pub(super) fn point_after(&mut self, outer: &[Duration], when: &When) -> Option<Point> {
        let mut periods: Vec<Duration> = outer.to_vec();
        let mut at = when;
        while let When::After(duration, base) = at {
            periods.push(*duration);
            at = base;
        }
        match at {
            When::Date(date) => self.date_after(date, &periods).map(Point::Date),
            When::Event(name) => {
                let period = self.one_period(&periods)?;
                match Trigger::of(self.word(name.symbol)) {
                    Some(trigger) => Some(Point::PerPerson(trigger, period)),
                    None => self.event(*name).map(|event| Point::Event(event, period)),
                }
            }
            When::After(..) => None, // the loop above has taken them all off
        }
    }

    fn date_after(&mut self, date: &DateLiteral, periods: &[Duration]) -> Option<Date> {
        let mut at = date.date;
        for duration in periods.iter().rev() {
            let period = Period { amount: duration.amount, unit: duration.unit };
            match period.after(at) {
                Some(later) => at = later,
                None => {
                    self.report(
                        Diagnostic::new(
                            &codes::NO_SUCH_TIME,
                            duration.span,
                            format!("`{}` after `{at}` is past the end of the calendar", period.words()),
                        )
                        .label("too long")
                        .help("say a shorter period"),
                    );
                    return None;
                }
            }
        }
        Some(at)
    }

    /// The one period that several after one another make.
    fn one_period(&mut self, periods: &[Duration]) -> Option<Option<Period>> {
        let [rest @ .., first] = periods else { return Some(None) };
        let mut sum = Period { amount: first.amount, unit: first.unit };
        for duration in rest {
            match sum.amount.checked_add(duration.amount) {
                Some(amount) if duration.unit == sum.unit => sum.amount = amount,
                _ => {
                    self.report(
                        Diagnostic::new(
                            &codes::NO_SUCH_TIME,
                            duration.span,
                            "two periods of different units follow one another after an event",
                        )
                        .label("a second period")
                        .also(first.span, "the first")
                        .help("say one period, in one unit"),
                    );
                    return None;
                }
            }
        }
        Some(Some(sum))
    }

    /// Start and end of a window.
    pub(super) fn during(&mut self, during: &During) -> (Known<Point>, Known<Point>) {
        let end = |resolver: &mut Self, when: &Option<Stated<When>>| match when {
            None => Known::Unsaid,
            Some(when) => {
                let span = stated_span(when);
                resolver.said(when, span, |r, w| r.point(w))
            }
        };
        let from = end(self, &during.from);
        let to = end(self, &during.to);
        (from, to)
    }

    pub(super) fn said_point(&mut self, when: &Stated<When>) -> Known<Point> {
        let span = stated_span(when);
        self.said(when, span, |r, w| r.point(w))
    }
}

/// A stated date.
pub(super) fn date(stated: &Stated<DateLiteral>) -> Known<Date> {
    match stated {
        Stated::Not(span) => Known::NotStated(*span),
        Stated::Is(date) => Known::Said(date.date, date.span),
    }
}

/// A stated text.
pub(super) fn text(stated: &Stated<Text>) -> Known<String> {
    match stated {
        Stated::Not(span) => Known::NotStated(*span),
        Stated::Is(text) => Known::Said(text.value.clone(), text.span),
    }
}

/// A stated value that needs no reading.
pub(super) fn plain<T: Clone>(stated: &Stated<T>, span: Span) -> Known<T> {
    match stated {
        Stated::Not(span) => Known::NotStated(*span),
        Stated::Is(value) => Known::Said(value.clone(), span),
    }
}

fn stated_span(when: &Stated<When>) -> Span {
    match when {
        Stated::Not(span) => *span,
        Stated::Is(when) => when_span(when),
    }
}

/// Where a point in time is said.
pub(super) fn when_span(when: &When) -> Span {
    let mut whole: Option<Span> = None;
    let mut at = when;
    loop {
        let span = match at {
            When::Date(date) => date.span,
            When::Event(name) => name.span,
            When::After(duration, _) => duration.span,
        };
        whole = Some(whole.map_or(span, |w| w.to(span)));
        match at {
            When::After(_, base) => at = base,
            _ => return whole.unwrap_or(span),
        }
    }
}
