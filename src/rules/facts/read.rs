//! What the readers of facts share: from a subject to what the model says of it.

use jiff::civil::Date;

use super::{Answer, Item, Reason, Subject};
use crate::graph::times::{self, Deadline};
use crate::graph::{ArrivalId, ColumnKind, CopyId, How, Reading};
use crate::model::Footing;
use crate::model::{
    ActivityId, Agreement, CopyFacts, DatasetId, DpiaId, Known, LawId, List, OperationKind, PartyId, Point, Record,
    Thing,
};
use crate::rules::context::Context;
use crate::rules::phrase::Phrase;
use crate::rules::sought::Sought;
use crate::rules::story::Story;
use crate::rules::truth::Truth;
use crate::source::Span;
use crate::syntax::intern::Symbol;
use crate::vocabulary::Identifies;

/// Whether a copy is re-identifiable; unknown where the two readings do not agree.
pub(super) fn re_identifiable(c: &Context<'_>, copy: CopyId) -> Truth {
    let place = c.graph.copy(copy).place;
    let so =
        |reading| c.level_where_it_is(copy, reading) == 4 && c.has_rows(copy, reading) && !c.identified(copy, reading);
    let (kind, harsh) = (so(Reading::Kind), so(Reading::Harsh));
    if kind == harsh {
        return Truth::from(kind);
    }
    let mut story = Story::default();
    c.walls_missing(&mut story, c.seen(place, Reading::Harsh), &[copy]);
    if story.missing.is_empty() {
        story.miss(
            format!("whether {} can be re-identified at `{}`", c.data_name(copy), c.model.place_name(place)),
            c.model.place(place).declared.span,
        );
    }
    Truth::Unknown(story.missing)
}

pub(super) fn there(yes: bool) -> Answer {
    if yes { Answer::Is(Truth::True) } else { Answer::Unsaid }
}

pub(super) fn unsaid<T>(known: &Known<T>) -> Answer {
    match known {
        Known::NotStated(span) => Answer::NotStated(*span),
        _ => Answer::Unsaid,
    }
}

pub(super) fn words(known: &Known<Vec<String>>) -> Answer {
    match known {
        Known::Said(all, span) => Answer::Values(all.iter().cloned().map(Item::Word).collect(), *span),
        other => unsaid(other),
    }
}

pub(super) fn text(known: &Known<String>) -> Answer {
    match known {
        Known::Said(word, span) => Answer::Values(vec![Item::Word(word.clone())], *span),
        other => unsaid(other),
    }
}

pub(super) fn flag(known: &Known<bool>, whether: impl FnOnce() -> String) -> Answer {
    match known {
        Known::Said(yes, _) => Answer::Is(Truth::from(*yes)),
        Known::NotStated(span) => Answer::Is(Truth::unknown(whether(), *span)),
        Known::Unsaid => Answer::Unsaid,
    }
}

pub(super) fn date(known: &Known<Date>) -> Answer {
    match known {
        Known::Said(date, span) => Answer::Values(vec![Item::Point(Point::Date(*date))], *span),
        other => unsaid(other),
    }
}

pub(super) fn point(known: &Known<Point>) -> Answer {
    match known {
        Known::Said(point, span) => Answer::Values(vec![Item::Point(*point)], *span),
        other => unsaid(other),
    }
}

pub(super) fn names_of<T>(
    c: &Context<'_>,
    known: Option<&Known<List<T>>>,
    name: impl Fn(&Context<'_>, &T) -> Symbol,
) -> Answer {
    match known {
        Some(Known::Said(all, span)) => {
            Answer::Values(all.iter().map(|x| Item::Word(c.model.word(name(c, x)).to_owned())).collect(), *span)
        }
        Some(other) => unsaid(other),
        None => Answer::Unsaid,
    }
}

pub(super) fn flow<'a>(c: &Context<'a>, s: Subject) -> Option<&'a crate::model::Flow> {
    if let Subject::Flow(id) = s { c.model.flows.get(id.index()) } else { None }
}

pub(super) fn step<'a>(c: &Context<'a>, s: Subject) -> Option<&'a crate::model::Step> {
    if let Subject::Step(id) = s { c.model.steps.get(id.index()) } else { None }
}

pub(super) fn used<'a>(c: &Context<'a>, s: Subject) -> Option<&'a crate::model::Use> {
    if let Subject::Use(id) = s { c.model.uses.get(id.index()) } else { None }
}

pub(super) fn decision<'a>(c: &Context<'a>, s: Subject) -> Option<&'a crate::model::Decision> {
    used(c, s).and_then(|u| u.decision.as_ref())
}

pub(super) fn activity<'a>(c: &Context<'a>, s: Subject) -> Option<&'a crate::model::Activity> {
    if let Subject::Activity(id) = s { c.model.activities.get(id.index()) } else { None }
}

pub(super) fn dataset<'a>(c: &Context<'a>, s: Subject) -> Option<&'a crate::model::Dataset> {
    if let Subject::Dataset(id) = s { c.model.datasets.get(id.index()) } else { None }
}

pub(super) fn law<'a>(c: &Context<'a>, s: Subject) -> Option<&'a crate::model::Law> {
    if let Subject::Law(id) | Subject::LawCited(_, id, _) = s { c.model.laws.get(id.index()) } else { None }
}

pub(super) fn notice<'a>(c: &Context<'a>, s: Subject) -> Option<&'a crate::model::Notice> {
    if let Subject::Notice(id) = s { c.model.notices.get(id.index()) } else { None }
}

pub(super) fn rule<'a>(c: &Context<'a>, s: Subject) -> Option<&'a crate::model::Rule> {
    if let Subject::Rule(id) = s { c.model.rules.get(id.index()) } else { None }
}

pub(super) fn event<'a>(c: &Context<'a>, s: Subject) -> Option<&'a crate::model::Event> {
    if let Subject::Event(id) = s { c.model.events.get(id.index()) } else { None }
}

pub(super) fn dpia<'a>(c: &Context<'a>, s: Subject) -> Option<&'a crate::model::Dpia> {
    if let Subject::Dpia(id) = s { c.model.dpias.get(id.index()) } else { None }
}

pub(super) fn processor<'a>(c: &Context<'a>, s: Subject) -> Option<&'a crate::model::ProcessorRole> {
    if let Subject::Processor(id, number) = s {
        c.model.activities.get(id.index())?.processors.get(number)
    } else {
        None
    }
}

/// What a subject is called in the model.
pub(super) fn own_name(c: &Context<'_>, s: Subject) -> String {
    let name = match s {
        Subject::Use(id) => c.model.uses[id.index()].declared.name,
        Subject::Processor(id, _) => c.model.activities[id.index()].declared.name,
        _ => return "it".to_owned(),
    };
    format!("`{}`", c.model.word(name))
}

/// The answer of what is asked of a processor's contract where it has none.
pub(super) fn no_contract(c: &Context<'_>, s: Subject, unsaid: Answer) -> Answer {
    let span = if let Answer::NotStated(span) = unsaid { Some(span) } else { None };
    let mend = format!("name the contract in {} (`processor … under CONTRACT`)", own_name(c, s));
    let none = Reason { sentence: "it has no stated contract".to_owned(), span, fix: Some(mend) };
    Answer::Told(Truth::False, vec![none])
}

pub(super) fn contract<'a>(c: &Context<'a>, s: Subject) -> Result<(&'a Agreement, Span), Answer> {
    match processor(c, s).map(|r| &r.under) {
        Some(Known::Said(agreement, span)) => Ok((&c.model.agreements[agreement.index()], *span)),
        Some(other) => Err(unsaid(other)),
        None => Err(Answer::Unsaid),
    }
}

pub(super) fn decides(c: &Context<'_>, s: Subject, what: &str) -> Answer {
    let Subject::Processor(id, _) = s else { return Answer::Unsaid };
    let party = processor(c, s).map(|r| r.party);
    let decides = &c.model.activities[id.index()].decides;
    let Some((_, _, span)) = decides.iter().find(|(p, w, _)| Some(*p) == party && w == what) else {
        return Answer::Is(Truth::False);
    };
    let what =
        if what == "purpose" { "what the data is for" } else { "which data is used about whom (`essential-means`)" };
    Answer::Told(Truth::True, vec![Reason::at(format!("it decides {what}, and is only a processor"), *span)])
}

pub(super) fn step_has(c: &Context<'_>, s: Subject, which: &dyn Fn(&OperationKind) -> bool) -> Answer {
    step(c, s).map_or(Answer::Unsaid, |step| match step.operations_not_stated {
        Some(span) => Answer::Is(Truth::unknown(
            format!("what `{}` does to the data (`operations`)", c.model.word(step.declared.name)),
            span,
        )),
        None => there(step.operations.iter().any(|o| which(&o.kind))),
    })
}

/// The facts of the copy that a subject is or makes.
pub(super) fn copy_facts(c: &Context<'_>, s: Subject, read: impl Fn(&CopyFacts) -> Answer) -> Answer {
    match s {
        Subject::Flow(id) => read(&c.model.flows[id.index()].facts),
        Subject::Dataset(id) => read(&c.model.dataset(id).facts),
        Subject::Copy(copy, arrival) => {
            let facts = times::facts(c.model, c.graph.arrival(arrival), c.graph.copy(copy).dataset);
            let answers = facts.into_iter().flatten().map(read);
            answers.into_iter().find(|a| !matches!(a, Answer::Unsaid)).unwrap_or(Answer::Unsaid)
        }
        _ => Answer::Unsaid,
    }
}

pub(super) fn purposes(c: &Context<'_>, s: Subject) -> Answer {
    let known = match s {
        Subject::Flow(id) => &c.model.flows[id.index()].purposes,
        Subject::Step(id) => &c.model.steps[id.index()].purposes,
        Subject::Use(id) => &c.model.uses[id.index()].purposes,
        Subject::Activity(id) => &c.model.activities[id.index()].purposes,
        Subject::Dataset(id) => &c.model.dataset(id).collected_for,
        Subject::Agreement(id) => &c.model.agreements[id.index()].purposes,
        _ => return Answer::Unsaid,
    };
    match known {
        Known::Said(all, span) => Answer::Values(all.iter().map(|p| Item::Purpose(*p)).collect(), *span),
        other => unsaid(other),
    }
}

/// The activity of a subject.
pub fn activity_of(c: &Context<'_>, s: Subject) -> Option<ActivityId> {
    match s {
        Subject::Flow(id) => c.model.flows[id.index()].activity,
        Subject::Step(id) => c.model.steps[id.index()].activity,
        Subject::Use(id) => c.model.uses[id.index()].activity,
        Subject::Copy(_, arrival) => c.graph.arrival(arrival).activity,
        Subject::Activity(id) | Subject::Processor(id, _) => Some(id),
        _ => None,
    }
}

pub(super) fn controller(c: &Context<'_>, s: Subject) -> Answer {
    let name = |p: PartyId| Item::Word(c.model.word(c.model.party(p).declared.name).to_owned());
    let datasets: Vec<DatasetId> = match s {
        Subject::Dataset(id) => vec![id],
        Subject::Copy(copy, _) => vec![c.graph.copy(copy).dataset],
        Subject::Flow(id) => c.model.flows[id.index()].data.iter().map(|d| d.dataset).collect(),
        Subject::Step(id) => {
            let step = &c.model.steps[id.index()];
            step.takes.iter().chain(&step.gives).map(|d| d.dataset).collect()
        }
        Subject::Use(id) => c.model.uses[id.index()].takes.iter().map(|d| d.dataset).collect(),
        _ => Vec::new(),
    };
    // the activity's controllers come first: roles belong to activities
    let activity = activity_of(c, s).map(|a| &c.model.activities[a.index()]);
    if let Some(activity) = activity {
        let roles = activity.controllers.iter();
        let fits: Vec<_> = roles
            .filter(|r| r.of.is_empty() || datasets.is_empty() || datasets.iter().any(|d| r.of.contains(d)))
            .collect();
        if let Some(first) = fits.first() {
            return Answer::Values(fits.iter().map(|r| name(r.party)).collect(), first.span);
        }
        if let Some(span) = activity.controllers_not_stated {
            return Answer::NotStated(span);
        }
    }
    let declared_only = match s {
        Subject::Copy(_, arrival) => matches!(c.graph.arrival(arrival).how, How::Declared | How::Step(..)),
        Subject::Dataset(_) => true,
        _ => false,
    };
    if !declared_only {
        return Answer::Unsaid;
    }
    for id in datasets {
        match &*c.model.dataset(id).controllers {
            Known::Said(all, span) => return Answer::Values(all.iter().map(|p| name(*p)).collect(), *span),
            Known::NotStated(span) => return Answer::NotStated(*span),
            Known::Unsaid => {}
        }
    }
    Answer::Unsaid
}

pub(super) fn deadline(c: &Context<'_>, s: Subject) -> Answer {
    let arrivals: Vec<ArrivalId> = match s {
        Subject::Copy(_, arrival) => vec![arrival],
        Subject::Dataset(id) => {
            let first = |a: &ArrivalId| !matches!(c.graph.arrival(*a).how, How::Flow(..));
            c.graph.copies_of(id).flat_map(|copy| c.graph.arrivals_of(copy)).filter(first).collect()
        }
        Subject::Flow(id) => c.graph.arrivals_by(id).to_vec(),
        _ => Vec::new(),
    };
    if arrivals.is_empty() {
        return copy_facts(c, s, |f| match &*f.retention {
            Known::Said(..) => Answer::Is(Truth::True),
            other => unsaid(other),
        });
    }
    for arrival in arrivals {
        let deadline: Deadline = times::deadline(c.model, c.graph, arrival);
        if !deadline.ends.iter().any(|end| resolvable(c, end.point, end.no_later)) {
            return match deadline.not_stated {
                Some(span) => Answer::NotStated(span),
                None => Answer::Unsaid,
            };
        }
    }
    Answer::Is(Truth::True)
}

/// Whether an end comes to a date: an event needs a date or a long-stop; a period after each person's own trigger is one for
/// each person.
pub(super) fn resolvable(c: &Context<'_>, point: Point, no_later: Option<Date>) -> bool {
    no_later.is_some()
        || match point {
            Point::Date(_) => true,
            Point::PerPerson(_, period) => period.is_some(),
            Point::Event(event, period) => {
                let event = &c.model.events[event.index()];
                (event.per_person && period.is_some())
                    || event.expected.value().is_some()
                    || event.no_later.value().is_some()
                    || event.happened.value().is_some()
            }
        }
}

pub(super) type Window = (Option<Point>, Option<Point>);

pub(super) fn each_agreement(
    c: &Context<'_>,
    s: Subject,
    holds: &dyn Fn(&Context<'_>, &Agreement, Window) -> Truth,
) -> Answer {
    let Some(flow) = flow(c, s) else { return Answer::Unsaid };
    match &flow.agreements {
        Known::Said(all, _) => {
            let window = (flow.starts.value().copied(), flow.ends.value().copied());
            Answer::Is(Truth::any(all.iter().map(|a| holds(c, &c.model.agreements[a.index()], window))))
        }
        other => unsaid(other),
    }
}

pub(super) fn agreement_words(c: &Context<'_>, s: Subject, which: impl Fn(&Agreement) -> &Known<String>) -> Answer {
    let Some(flow) = flow(c, s) else { return Answer::Unsaid };
    match &flow.agreements {
        Known::Said(all, span) => {
            let kinds = all.iter().map(|a| which(&c.model.agreements[a.index()]).value().cloned());
            match kinds.collect::<Option<Vec<String>>>() {
                Some(kinds) => Answer::Values(kinds.into_iter().map(Item::Word).collect(), *span),
                None => Answer::NotStated(*span),
            }
        }
        other => unsaid(other),
    }
}

pub(super) fn binding(agreement: &Agreement) -> Truth {
    match &agreement.binding {
        Known::Said(yes, _) => Truth::from(*yes),
        _ => Truth::unknown("whether the agreement binds (`binding yes` or `no`)".to_owned(), agreement.declared.span),
    }
}

/// The points over which a window is tested. What has begun and states no end still goes on; what states nothing is tested on the
/// date of the check.
pub(super) fn span_of(c: &Context<'_>, (start, end): Window) -> (Point, Point) {
    let today = Point::Date(c.as_of);
    match (start, end) {
        (Some(start), Some(end)) => (start, end),
        (Some(start), None) => {
            let to_come = c.graph.timeline.order(today, start) == crate::model::time::Order::Before;
            (start, if to_come { start } else { today })
        }
        (None, end) => (today, end.unwrap_or(today)),
    }
}

/// Whether an agreement is in force over a whole window; on the date of the check where the window does not say.
pub(super) fn in_force(c: &Context<'_>, agreement: &Agreement, window: Window) -> Truth {
    let (start, end) = span_of(c, window);
    let timeline = &c.graph.timeline;
    let name = c.model.word(agreement.declared.name);
    let bound = |known: &Known<Point>, which: &str, early: bool| match known {
        Known::Said(point, span) => {
            let (a, b) = if early { (*point, start) } else { (end, *point) };
            if timeline.order(a, b) != crate::model::time::Order::Unknown {
                Truth::True
            } else if timeline.order(b, a) == crate::model::time::Order::Before {
                Truth::False
            } else {
                Truth::unknown(format!("whether `{name}` is in force for the whole time (`{which}`)"), *span)
            }
        }
        Known::NotStated(span) => Truth::unknown(format!("the dates of `{name}` (`{which}`)"), *span),
        // an agreement that names no end runs until it is ended; one that names no beginning says nothing
        Known::Unsaid if early => {
            Truth::unknown(format!("from when `{name}` is in force (`from`)"), agreement.declared.span)
        }
        Known::Unsaid => Truth::True,
    };
    bound(&agreement.from, "from", true).and(bound(&agreement.until, "until", false))
}

/// Whether a law is in force over a whole window; on the date of the check where there is none.
pub(super) fn law_in_force(c: &Context<'_>, id: LawId, window: Window) -> Truth {
    let law = &c.model.laws[id.index()];
    let name = c.model.word(law.declared.name);
    let timeline = &c.graph.timeline;
    let (start, end) = span_of(c, window);
    let in_order = |a: Point, b: Point, strictly: bool| match timeline.order(a, b) {
        crate::model::time::Order::Before => Truth::True,
        crate::model::time::Order::AtOrBefore if !strictly => Truth::True,
        crate::model::time::Order::AtOrBefore => Truth::False,
        crate::model::time::Order::Unknown if timeline.order(b, a) != crate::model::time::Order::Unknown => {
            Truth::False
        }
        crate::model::time::Order::Unknown => {
            Truth::unknown(format!("whether `{name}` is in force for the whole time"), law.declared.span)
        }
    };
    let from = match &law.from {
        Known::Said(date, _) => in_order(Point::Date(*date), start, false),
        _ => Truth::unknown(format!("when `{name}` is in force (`in force`)"), law.declared.span),
    };
    let to = match &law.to {
        Known::Said(date, _) => in_order(end, Point::Date(*date), true),
        Known::NotStated(span) => Truth::unknown(format!("until when `{name}` is in force"), *span),
        Known::Unsaid => Truth::True,
    };
    from.and(to)
}

/// The window of a flow, or of the flow that brought a copy.
pub(super) fn window_of(c: &Context<'_>, s: Subject) -> Window {
    let of = |f: &crate::model::Flow| (f.starts.value().copied(), f.ends.value().copied());
    match s {
        Subject::Flow(id) => of(&c.model.flows[id.index()]),
        Subject::Copy(_, arrival) => match c.graph.arrival(arrival).how {
            How::Flow(id, _) => of(&c.model.flows[id.index()]),
            _ => (None, None),
        },
        _ => (None, None),
    }
}

pub(super) fn activity_dpia(c: &Context<'_>, s: Subject) -> Option<(DpiaId, Span)> {
    let Subject::Activity(id) = s else { return None };
    if let Known::Said(dpia, span) = &c.model.activities[id.index()].dpia {
        return Some((*dpia, *span));
    }
    let covering = c.model.dpias.iter().position(|d| d.covers.contains(&id))?;
    Some((DpiaId(covering as u32), c.model.dpias[covering].declared.span))
}

pub(super) fn dpia_in_force(c: &Context<'_>, id: DpiaId) -> Truth {
    let dpia = &c.model.dpias[id.index()];
    let name = c.model.word(dpia.declared.name);
    let completed = match &dpia.completed {
        Known::Said(date, _) => Truth::from(*date <= c.as_of),
        _ => Truth::unknown(format!("when `{name}` was completed (`completed`)"), dpia.declared.span),
    };
    let current = match &dpia.review_by {
        Known::Said(date, _) => Truth::from(*date >= c.as_of),
        _ => Truth::True,
    };
    completed.and(current)
}

/// Whether every datum that a step, use or decision takes is within what a phrase allows.
pub fn takes_only(c: &Context<'_>, s: Subject, phrase: &Phrase, reading: Reading) -> bool {
    let everything = Phrase::everything(phrase.span);
    let more = Sought::new(c, &everything, &[phrase]);
    crate::rules::forms::uses::taken(c, s, reading).iter().all(|taken| !taken.includes(c, &more, reading))
}

/// The records that are about a subject or its activity, with what each leaves unsaid.
pub(super) fn records_of<'a>(c: &Context<'a>, s: Subject) -> Vec<&'a Record> {
    let activity = activity_of(c, s).map(Thing::Activity);
    let own: Vec<Thing> = match s {
        Subject::Flow(id) => vec![Thing::Flow(id)],
        Subject::Copy(copy, arrival) => {
            let made = match c.graph.arrival(arrival).how {
                How::Flow(flow, _) => Some(Thing::Flow(flow)),
                How::Step(step, _) | How::Side(step, _) => Some(Thing::Step(step)),
                How::Declared => None,
            };
            std::iter::once(Thing::Dataset(c.graph.copy(copy).dataset)).chain(made).collect()
        }
        Subject::Dataset(id) => vec![Thing::Dataset(id)],
        Subject::Step(id) => vec![Thing::Step(id)],
        Subject::Use(id) => vec![Thing::Use(id)],
        Subject::Processor(id, n) => {
            let role = c.model.activities[id.index()].processors.get(n);
            role.map(|r| Thing::Place(c.model.party(r.party).place)).into_iter().collect()
        }
        Subject::Agreement(id) => vec![Thing::Agreement(id)],
        Subject::Party(id) => vec![Thing::Place(c.model.party(id).place)],
        Subject::People(id) => vec![Thing::People(id)],
        _ => Vec::new(),
    };
    c.records_covering(own.into_iter().chain(activity))
}

/// Whether a record is signed and in force on the date of the check.
pub(super) fn record_in_force(c: &Context<'_>, record: &Record) -> Truth {
    let name = c.model.word(record.declared.name);
    let signed = match &record.by {
        Known::Said(..) => Truth::True,
        other => Truth::unknown(format!("who signed `{name}` (`by`)"), other.span().unwrap_or(record.declared.span)),
    };
    let begun = match &record.on {
        Known::Said(date, _) => Truth::from(*date <= c.as_of),
        other => {
            Truth::unknown(format!("when `{name}` was signed (`on`)"), other.span().unwrap_or(record.declared.span))
        }
    };
    let lasts = |end: &Known<Date>, word: &str| match end {
        Known::Said(date, _) => Truth::from(c.as_of <= *date),
        Known::NotStated(span) => Truth::unknown(format!("until when `{name}` holds (`{word}`)"), *span),
        Known::Unsaid => Truth::True,
    };
    signed.and(begun).and(lasts(&record.review_by, "review by")).and(lasts(&record.until, "until"))
}

/// One footing of the copy that a subject is or makes.
pub(super) fn footing(c: &Context<'_>, s: Subject, which: impl Fn(&CopyFacts) -> &Known<Footing>) -> Answer {
    copy_facts(c, s, |f| match which(f) {
        Known::Said(footing, span) => Answer::Values(vec![Item::Word(c.model.word(footing.name).to_owned())], *span),
        other => unsaid(other),
    })
}

/// Whether rows in a copy say nothing about people but who they are, under which codes they go and where they can be reached: a
/// mailing list, or names sent to be matched.
pub(super) fn only_reaches(c: &Context<'_>, copy: CopyId) -> bool {
    let vocabulary = &c.model.vocabulary;
    let reach = ["identity.name", "identity.address"].map(|word| vocabulary.find_category(word));
    c.graph.columns_of(copy).iter().all(|column| match column.kind {
        ColumnKind::Membership => true,
        ColumnKind::Reveals | ColumnKind::Open => false,
        ColumnKind::Field => {
            matches!(column.identifies(vocabulary), Identifies::Direct | Identifies::Key)
                || column
                    .category
                    .is_some_and(|own| reach.iter().flatten().any(|above| vocabulary.category_under(own, *above)))
        }
    })
}
