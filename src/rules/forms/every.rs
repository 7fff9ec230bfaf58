//! Forms 5, 8 and 9: `every ENTITY … must [not] CONDITION`.

use super::filters::{Excepts, Passes};
use super::side_by_side::Every;
use super::{Detail, lacks, uses};
use crate::graph::{How, Reading};
use crate::model::{Declared, PlaceId, Point};
use crate::rules::compile::{Compiled, Condition, Test, Value};
use crate::rules::context::Context;
use crate::rules::facts::{Answer, Item, Subject, Wants, takes_only};
use crate::rules::finding::Missing;
use crate::rules::story::Story;
use crate::rules::truth::{Kleene, Truth};
use crate::source::Span;
use crate::syntax::tree::Compare;

/// What is said of a thing that breaks a sentence in a reading.
pub(super) fn tell(
    c: &Context<'_>,
    sentence: &Compiled,
    every: &Every<'_>,
    subject: Subject,
    reading: Reading,
) -> Detail {
    let missing = missing(c, sentence, every, subject, reading);
    let missing = missing.into_iter().chain(uses::takes_missing(c, subject)).collect();
    let mut story = Story::missing(missing);
    let span = span_of(c, subject);
    if let Some(said) = describe(c, subject) {
        story.say(said, span);
    }
    let told = lacks::tell(c, subject, every.must, every.negated, reading);
    for (sentence, at) in told.lacks {
        story.say(sentence, at.unwrap_or(span));
    }
    Detail {
        summary: told.summary,
        says_doubt: told.says_doubt,
        span,
        missing: std::mem::take(&mut story.missing),
        steps: story.into_steps(),
        fix: told.fix,
        ..Detail::default()
    }
}

/// What is not stated, where nobody can tell whether a thing breaks a sentence. What is broken when all is read kindly misses
/// nothing.
fn missing(
    c: &Context<'_>,
    sentence: &Compiled,
    every: &Every<'_>,
    subject: Subject,
    reading: Reading,
) -> Vec<Missing> {
    if reading == Reading::Kind {
        return Vec::new();
    }
    let filters: Vec<Passes<'_>> = every.filters.iter().map(|f| Passes::new(c, f, every.entity)).collect();
    let (of_data, plain): (Vec<_>, Vec<_>) = filters.iter().partition(|f| f.is_of_data());
    let mut applies = Truth::all(plain.iter().map(|f| f.test(c, subject)));
    if let Some(condition) = every.only_where {
        applies = applies.and(eval(c, subject, condition, reading));
    }
    let holds = eval(c, subject, every.must, reading);
    let holds = if every.negated { holds.negate() } else { holds };
    applies = applies.and(Truth::all(of_data.iter().map(|f| f.test(c, subject))));
    let except = Excepts::all(c, sentence);
    if !except.is_empty() {
        applies = applies.and(Truth::any(except.iter().map(|e| e.test(c, subject, reading))).negate());
    }
    match applies.and(holds.negate()) {
        Truth::Unknown(missing) => missing,
        Truth::True | Truth::False => Vec::new(),
    }
}

/// Whether what a subject does is proved to lie outside the time for which the rule applies.
pub(super) fn out_of_time(c: &Context<'_>, sentence: &Compiled, subject: Subject) -> bool {
    let Some((from, to)) = c.model.rules[sentence.rule.index()].applies else { return false };
    let (starts, ends) = match subject {
        Subject::Flow(i) => (&*c.model.flows[i.index()].starts, &*c.model.flows[i.index()].ends),
        Subject::Step(i) => (&*c.model.steps[i.index()].starts, &*c.model.steps[i.index()].ends),
        Subject::Use(i) => (&c.model.uses[i.index()].starts, &c.model.uses[i.index()].ends),
        _ => return false,
    };
    let before = |a: Point, b: Point| c.graph.timeline.order(a, b) == crate::model::time::Order::Before;
    ends.value().is_some_and(|end| before(*end, Point::Date(from)))
        || matches!((starts.value(), to), (Some(start), Some(to)) if before(Point::Date(to), *start))
}

pub(super) fn declared<'a>(c: &Context<'a>, subject: Subject) -> &'a Declared {
    let m = c.model;
    match subject {
        Subject::Flow(i) => &m.flows[i.index()].declared,
        Subject::Copy(copy, _) => &m.dataset(c.graph.copy(copy).dataset).declared,
        Subject::Dataset(i) => &m.dataset(i).declared,
        Subject::Step(i) => &m.steps[i.index()].declared,
        Subject::Use(i) => &m.uses[i.index()].declared,
        Subject::Activity(i) => &m.activities[i.index()].declared,
        Subject::Processor(i, n) => m.activities[i.index()]
            .processors
            .get(n)
            .map_or(&m.activities[i.index()].declared, |r| &m.party(r.party).declared),
        Subject::Agreement(i) => &m.agreements[i.index()].declared,
        Subject::Law(i) | Subject::LawCited(_, i, _) => &m.laws[i.index()].declared,
        Subject::Notice(i) => &m.notices[i.index()].declared,
        Subject::Rule(i) => &m.rules[i.index()].declared,
        Subject::Party(i) => &m.party(i).declared,
        Subject::People(i) => &m.people[i.index()].declared,
        Subject::Event(i) => &m.events[i.index()].declared,
        Subject::Dpia(i) => &m.dpias[i.index()].declared,
    }
}

pub(super) fn span_of(c: &Context<'_>, subject: Subject) -> Span {
    match subject {
        Subject::Copy(_, arrival) => c.arrival_span(arrival),
        Subject::LawCited(_, _, span) => span,
        Subject::Processor(i, n) => {
            c.model.activities[i.index()].processors.get(n).map_or(declared(c, subject).span, |r| r.span)
        }
        _ => declared(c, subject).span,
    }
}

fn noun(subject: Subject, c: &Context<'_>) -> &'static str {
    match subject {
        Subject::Flow(_) => "flow",
        Subject::Copy(..) => "copy",
        Subject::Dataset(_) => "dataset",
        Subject::Step(_) => "step",
        Subject::Use(u) if c.model.uses[u.index()].decision.is_some() => "decision",
        Subject::Use(_) => "use",
        Subject::Activity(_) => "activity",
        Subject::Processor(..) => "processor",
        Subject::Agreement(_) => "agreement",
        Subject::Law(_) => "law",
        Subject::LawCited(..) => "law cited",
        Subject::Notice(_) => "notice",
        Subject::Rule(r) if c.model.rules[r.index()].promise => "promise",
        Subject::Rule(_) => "rule",
        Subject::Party(_) => "party",
        Subject::People(_) => "people",
        Subject::Event(_) => "event",
        Subject::Dpia(_) => "DPIA",
    }
}

/// What a subject is called: ``the flow `return-education` ``.
pub(in crate::rules) fn label(c: &Context<'_>, subject: Subject) -> String {
    match subject {
        Subject::Copy(copy, arrival) => {
            let by = match c.graph.arrival(arrival).how {
                How::Declared => String::new(),
                How::Flow(..) => format!(" (brought by `{}`)", c.arrival_name(arrival)),
                How::Step(..) | How::Side(..) => format!(" (made by `{}`)", c.arrival_name(arrival)),
            };
            format!("the copy of {} at `{}`{by}", c.data_name(copy), c.model.place_name(c.graph.copy(copy).place))
        }
        _ => format!("the {} `{}`", noun(subject, c), c.model.word(declared(c, subject).name)),
    }
}

/// The subject's own sentence of the witness, where there is more to say than that it is declared.
fn describe(c: &Context<'_>, subject: Subject) -> Option<String> {
    let m = c.model;
    Some(match subject {
        Subject::Flow(i) => {
            let flow = &m.flows[i.index()];
            let data: Vec<String> = flow.data.iter().map(|d| format!("`{}`", m.dataset_name(d.dataset))).collect();
            let places =
                |all: &[PlaceId]| crate::rules::story::list(&all.iter().map(|p| c.place_title(*p)).collect::<Vec<_>>());
            format!("{} sends {} to {}", places(&flow.from), crate::rules::story::list(&data), places(&flow.to))
        }
        Subject::Copy(copy, _) => format!("{} holds {}", c.place_title(c.graph.copy(copy).place), c.data_name(copy)),
        Subject::Processor(i, n) => {
            let activity = &m.activities[i.index()];
            let role = activity.processors.get(n);
            let who = role.map_or_else(String::new, |r| m.title(&m.party(r.party).declared).to_owned());
            let principals: Vec<String> = role
                .map(|r| r.principals.iter().map(|p| m.title(&m.party(*p).declared).to_owned()).collect())
                .unwrap_or_default();
            let for_whom = if principals.is_empty() {
                "somebody who is not stated".to_owned()
            } else {
                crate::rules::story::list(&principals)
            };
            format!("{who} processes for {for_whom} in `{}`", m.word(activity.declared.name))
        }
        Subject::LawCited(notice, law, _) => {
            let (notice, law) = (&m.notices[notice.index()].declared, &m.laws[law.index()].declared);
            format!("`{}` cites the {}", m.word(notice.name), m.title(law))
        }
        _ => return None,
    })
}

/// Evaluates a condition (strong Kleene, ruling 17).
pub fn eval(c: &Context<'_>, subject: Subject, condition: &Condition, reading: Reading) -> Truth {
    match condition {
        Condition::And(all) => Truth::all(all.iter().map(|x| eval(c, subject, x, reading))),
        Condition::Or(any) => Truth::any(any.iter().map(|x| eval(c, subject, x, reading))),
        Condition::Not(inner) => eval(c, subject, inner, reading).negate(),
        Condition::TakesOnly(phrase) => Truth::from(takes_only(c, subject, phrase, reading)),
        Condition::Test(test) => eval_test(c, subject, test, reading),
        Condition::OneOf(flows) => Truth::from(matches!(subject, Subject::Flow(flow) if flows.contains(&flow))),
    }
}

pub(super) fn eval_test(c: &Context<'_>, subject: Subject, test: &Test, reading: Reading) -> Truth {
    let answer = (test.fact.read)(c, subject, reading);
    let unknown = |span: Option<Span>| {
        Truth::unknown(
            format!("the {} of {}{}", test.fact.name, label(c, subject), lacks::said(c, subject, test.fact)),
            span.unwrap_or(span_of(c, subject)),
        )
    };
    match (&answer, &test.compare) {
        (Answer::Unsaid, Some(_)) => unknown(None),
        (Answer::NotStated(span), Some(_)) => unknown(Some(*span)),
        _ => truth_of(c, test, answer),
    }
}

/// As the truth of a test, without what is missing.
pub(super) fn known(c: &Context<'_>, subject: Subject, test: &Test, reading: Reading) -> Kleene {
    match ((test.fact.read)(c, subject, reading), &test.compare) {
        (Answer::Unsaid | Answer::NotStated(_), Some(_)) => Kleene::Unknown,
        (answer, _) => Kleene::from(&truth_of(c, test, answer)),
    }
}

/// What an answer says of a test. What nobody states is not there; what it is held against is for others to say.
fn truth_of(c: &Context<'_>, test: &Test, answer: Answer) -> Truth {
    let (items, span) = match answer {
        // `must have X` fails where X is not stated
        Answer::Unsaid | Answer::NotStated(_) => return Truth::False,
        Answer::Is(truth) | Answer::Told(truth, _) | Answer::Later(truth, _) => return truth,
        Answer::Values(items, span) => (items, span),
    };
    let Some((compare, values)) = &test.compare else { return Truth::from(!items.is_empty()) };
    let truth = |item: &Item, compare: Compare, value: &Value| holds(c, test.fact.wants, item, compare, value, span);
    let any_value = |item: &Item| Truth::any(values.iter().map(|v| truth(item, Compare::Is, v)));
    match compare {
        Compare::Is | Compare::OneOf => Truth::all(items.iter().map(any_value)),
        Compare::IsNot => Truth::all(items.iter().map(|i| any_value(i).negate())),
        Compare::Includes => {
            Truth::all(values.iter().map(|v| Truth::any(items.iter().map(|i| truth(i, Compare::Is, v)))))
        }
        other => {
            Truth::all(items.iter().flat_map(|i| values.iter().map(move |v| (i, v))).map(|(i, v)| truth(i, *other, v)))
        }
    }
}

/// Whether one item stands so to one value.
pub(super) fn holds(c: &Context<'_>, wants: Wants, item: &Item, compare: Compare, value: &Value, span: Span) -> Truth {
    let order = |a: u64, b: u64| match compare {
        Compare::AtMost => a <= b,
        Compare::AtLeast => a >= b,
        _ => a == b,
    };
    match (item, value) {
        (Item::Word(word), Value::Word(wanted)) => Truth::from(match wants {
            Wants::Words(family) => c.model.vocabulary.word_under(family, word, wanted),
            _ => {
                word == wanted
                    || c.model.vocabulary.word_under(crate::vocabulary::Family::PartyKind, word, wanted)
                    || word.strip_prefix(wanted.as_str()).is_some_and(|rest| rest.starts_with('.'))
            }
        }),
        (Item::Purpose(purpose), Value::Word(wanted)) => Truth::from(
            c.model.vocabulary.find_purpose(wanted).is_some_and(|w| c.model.vocabulary.purpose_under(*purpose, w)),
        ),
        (Item::Number(a), Value::Number(b)) => Truth::from(order(*a, *b)),
        (Item::Period(a), Value::Period(b)) => Truth::from(order(a.days(), b.days())),
        (Item::Point(point), Value::Date(date)) => point_holds(c, *point, compare, *date, span),
        _ => Truth::False,
    }
}

fn point_holds(c: &Context<'_>, point: Point, compare: Compare, date: jiff::civil::Date, span: Span) -> Truth {
    let timeline = &c.graph.timeline;
    let (early, late) = (timeline.earliest(point), timeline.latest(point));
    let before = late.map(|l| l < date);
    let not_before = early.map(|e| e >= date);
    let known = match compare {
        Compare::Before | Compare::AtMost => match (before, not_before) {
            (Some(true), _) => Some(true),
            (_, Some(true)) => Some(compare == Compare::AtMost && early == Some(date) && late == Some(date)),
            _ => None,
        },
        Compare::AfterDate | Compare::AtLeast => match (late.map(|l| l <= date), early.map(|e| e > date)) {
            (_, Some(true)) => Some(true),
            (Some(true), _) => Some(compare == Compare::AtLeast && early == Some(date) && late == Some(date)),
            _ => None,
        },
        _ => (early.is_some() && early == late).then_some(early == Some(date)),
    };
    known.map_or_else(
        || Truth::unknown(format!("the date of {}", super::keeping::point_words(c, point)), span),
        Truth::from,
    )
}
