//! Facts of lawfulness: the legal basis, the condition beside it, the law under both.
//!
//! A flow, a step or a dataset states its own; what it does not state is as its activity says. A record of processing has one
//! basis an activity, and perhaps one a controller.

use super::read::*;
use super::{Answer, Entity, Item, Reason, Subject, Wants};
use crate::graph::{How, Reading};
use crate::model::{
    Activity, ActivityFooting, ActivityId, CopyFacts, DatasetId, Footing, Known, LawId, PartyId, PlaceId, PurposeId,
    Thing,
};
use crate::rules::context::Context;
use crate::rules::truth::Truth;
use crate::source::Span;
use crate::vocabulary::Family;

facts! {
    "basis" of Flow Step Use Decision Copy Dataset Activity, Wants::Words(Family::Basis), "basis BASIS (best in its activity)", "the legal basis (UK GDPR article 6): its own, or else its activity's"
        => |c, s, _| footing_words(footings(c, s, BASIS), c);
    "condition" of Flow Step Use Decision Copy Dataset Activity, Wants::Words(Family::Condition), "condition CONDITION (best in its activity)", "the condition for special-category or criminal-offence data (articles 9 and 10): its own, or else its activity's"
        => |c, s, _| footing_words(footings(c, s, CONDITION), c);
    "law" of Flow Step Use Decision Copy Dataset Activity, Wants::Anything, "basis BASIS under LAW", "the law that its basis stands on; of a flow, what those rely on between whom it goes, and those for whom they act"
        => |c, s, _| {
            let laws = laws_of(c, s);
            let span = laws.first().map_or_else(Default::default, |(_, span)| *span);
            let items: Vec<Item> = laws.into_iter().map(|(law, _)| Item::Word(c.model.word(c.model.laws[law.index()].declared.name).to_owned())).collect();
            if items.is_empty() { Answer::Unsaid } else { Answer::Values(items, span) }
        };
    "law in force" of Flow Step Use Decision Copy Dataset Activity, Wants::Nothing, "basis BASIS under LAW", "a law that its basis stands on and that is in force for as long as it goes on, or on the date of the check"
        => |c, s, _| {
            let laws = laws_of(c, s);
            if laws.is_empty() { Answer::Unsaid } else { Answer::Is(Truth::all(laws.into_iter().map(|(law, _)| law_in_force(c, law, window_of(c, s))))) }
        };
    "basis for every controller" of Activity, Wants::Nothing, "basis BASIS of PARTY", "a legal basis for each of its controllers"
        => |c, s, _| activity(c, s).map_or(Answer::Unsaid, |a| every_controller(c, a, &a.bases, "basis"));
    "law that its basis needs" of Flow Step Dataset Activity, Wants::Nothing, "basis BASIS under LAW", "a law in force under each basis that it states and that the vocabulary marks `needs-law`"
        => |c, s, _| needed_law(c, s);
    "basis open to its controllers" of Flow Step Dataset Activity, Wants::Nothing, "basis BASIS (best in its activity)", "no basis that the vocabulary marks `not-for-public-tasks` for a public authority, unless all its purposes are commercial"
        => |c, s, _| open_to_controllers(c, s);
    "assessment that its basis needs" of Flow Step Dataset Activity, Wants::Nothing, "record NAME { kind legitimate-interests-assessment; covers NAME }", "a record in force of an assessment, where it states legitimate interests as its basis"
        => |c, s, _| needed_assessment(c, s);
}

/// Footings with their places.
pub(super) type Footings<'a> = Known<Vec<(&'a Footing, Span)>>;

/// How to read one of the two footings: from a copy's facts and from an activity.
type Which = (fn(&CopyFacts) -> Footings<'_>, fn(&Activity) -> &[ActivityFooting]);

pub(super) const BASIS: Which = (|f| placed(&f.basis, std::slice::from_ref), |a| &a.bases);
pub(super) const CONDITION: Which = (|f| placed(&f.conditions, |all| all), |a| &a.conditions);

fn placed<T>(known: &Known<T>, all: fn(&T) -> &[Footing]) -> Footings<'_> {
    match known {
        Known::Said(said, span) => Known::Said(all(said).iter().map(|f| (f, *span)).collect(), *span),
        Known::NotStated(span) => Known::NotStated(*span),
        Known::Unsaid => Known::Unsaid,
    }
}

/// What a subject states itself.
pub(super) fn own<'a>(c: &Context<'a>, s: Subject, which: Which) -> Footings<'a> {
    let of = |facts: &'a CopyFacts| which.0(facts);
    match s {
        Subject::Flow(id) => of(&c.model.flows[id.index()].facts),
        Subject::Step(id) => of(&c.model.steps[id.index()].facts),
        Subject::Dataset(id) => of(&c.model.dataset(id).facts),
        Subject::Copy(copy, arrival) => {
            let model: &'a crate::model::Model = c.model;
            let facts = crate::graph::times::facts(model, c.graph.arrival(arrival), c.graph.copy(copy).dataset);
            let said = facts.into_iter().flatten().map(of).find(|k| !matches!(k, Known::Unsaid));
            said.unwrap_or_default()
        }
        Subject::Activity(id) => of_activity(&c.model.activities[id.index()], which),
        _ => Known::Unsaid,
    }
}

fn of_activity(activity: &Activity, which: Which) -> Known<Vec<(&Footing, Span)>> {
    let all = which.1(activity);
    let said: Vec<_> = all.iter().filter_map(|f| f.footing.value().map(|v| (v, f.span))).collect();
    match (said.first(), all.iter().find_map(|f| f.footing.span())) {
        (Some((_, span)), _) => {
            let span = *span;
            Known::Said(said, span)
        }
        (None, Some(span)) => Known::NotStated(span),
        (None, None) => Known::Unsaid,
    }
}

/// What a subject stands on: what it states, else what its activity does. A dataset that steps make is of their activities.
pub(super) fn footings<'a>(c: &Context<'a>, s: Subject, which: Which) -> Footings<'a> {
    let stated = own(c, s, which);
    if !matches!(stated, Known::Unsaid) {
        return stated;
    }
    if let Subject::Dataset(id) = s {
        let mut made = c.graph.copies_of(id).flat_map(|copy| c.graph.arrivals_of(copy).map(move |a| (copy, a)));
        let by_step = made.find(|(_, a)| matches!(c.graph.arrival(*a).how, How::Step(..) | How::Side(..)));
        return by_step.map_or(Known::Unsaid, |(copy, a)| footings(c, Subject::Copy(copy, a), which));
    }
    match activity_of(c, s) {
        Some(activity) => of_activity(&c.model.activities[activity.index()], which),
        None => Known::Unsaid,
    }
}

fn footing_words(known: Known<Vec<(&Footing, Span)>>, c: &Context<'_>) -> Answer {
    match known {
        Known::Said(all, span) => {
            Answer::Values(all.iter().map(|(f, _)| Item::Word(c.model.word(f.name).to_owned())).collect(), span)
        }
        other => unsaid(&other),
    }
}

/// The laws that the bases of a subject stand on.
pub(super) fn laws_of(c: &Context<'_>, s: Subject) -> Vec<(LawId, Span)> {
    // of several who decide in an activity, a flow stands on what is relied on by those between whom it goes
    if let (Subject::Flow(id), Known::Unsaid) = (s, own(c, s, BASIS)) {
        let flow = &c.model.flows[id.index()];
        let Some(activity) = flow.activity.map(|a| &c.model.activities[a.index()]) else { return Vec::new() };
        let parties = super::agreements::on_either_side(c, flow);
        let theirs = activity.bases.iter().filter(|b| b.of.is_empty() || b.of.iter().any(|p| parties.contains(p)));
        return theirs.filter_map(|b| b.footing.value()?.law.map(|law| (law, b.span))).collect();
    }
    let Known::Said(all, _) = footings(c, s, BASIS) else { return Vec::new() };
    all.into_iter().filter_map(|(f, span)| f.law.map(|law| (law, span))).collect()
}

/// Whether each controller of an activity has one of these footings.
pub(super) fn every_controller(c: &Context<'_>, a: &Activity, all: &[ActivityFooting], word: &str) -> Answer {
    if all.is_empty() {
        return Answer::Unsaid;
    }
    let name = c.model.word(a.declared.name);
    let has = |p: PartyId| all.iter().any(|f| f.footing.value().is_some() && (f.of.is_empty() || f.of.contains(&p)));
    let lacking: Vec<_> = a.controllers.iter().filter(|r| !has(r.party)).collect();
    let reasons = lacking.iter().map(|r| {
        let who = c.model.word(c.model.party(r.party).declared.name);
        Reason::at(format!("`{name}` states no {word} of `{who}`, which is a controller in it"), r.span)
            .mended(format!("state `{word} … of {who}` in `{name}`"))
    });
    Answer::Told(Truth::from(lacking.is_empty()), reasons.collect())
}

fn marked(c: &Context<'_>, footing: &Footing, mark: &str) -> bool {
    let word = c.model.word(footing.name);
    c.model.vocabulary.word(Family::Basis, word).is_some_and(|w| w.marks.iter().any(|m| m == mark))
}

/// What a subject states itself, where that is judged; a subject that states nothing is judged by its activity.
fn stated_bases<'a>(c: &Context<'a>, s: Subject) -> Vec<(&'a Footing, Span)> {
    match own(c, s, BASIS) {
        Known::Said(all, _) => all,
        _ => Vec::new(),
    }
}

fn needed_law(c: &Context<'_>, s: Subject) -> Answer {
    let mut truth = Truth::True;
    let mut reasons = Vec::new();
    for (footing, span) in stated_bases(c, s).into_iter().filter(|(f, _)| marked(c, f, "needs-law")) {
        let word = c.model.word(footing.name);
        let Some(law) = footing.law else {
            truth = Truth::False;
            reasons.push(
                Reason::at(format!("the basis `{word}` stands on a law, and none is stated"), span)
                    .mended(format!("name the law: `basis {word} under LAW`")),
            );
            continue;
        };
        let holds = law_in_force(c, law, window_of(c, s));
        if holds != Truth::True {
            let title = c.model.title(&c.model.laws[law.index()].declared);
            let said = if holds == Truth::False {
                "is not in force for as long as it goes on"
            } else {
                "may not be in force for as long as it goes on"
            };
            reasons.push(
                Reason::at(format!("the {title}, under which its basis stands, {said}"), span)
                    .mended("name the law that is in force, or correct its dates".to_owned()),
            );
        }
        truth = truth.and(holds);
    }
    Answer::Told(truth, reasons)
}

/// The controllers whose basis it is, each with whether it is a public authority.
fn controllers_of(c: &Context<'_>, s: Subject, footing: &Footing) -> Vec<PartyId> {
    let of_activity = activity_of(c, s).map(|a| &c.model.activities[a.index()]);
    if let (Subject::Activity(_), Some(activity)) = (s, of_activity) {
        // the limits of the line that states this basis
        let line = activity.bases.iter().find(|f| f.footing.value().is_some_and(|v| std::ptr::eq(v, footing)));
        if let Some(line) = line.filter(|l| !l.of.is_empty()) {
            return line.of.iter().copied().collect();
        }
    }
    let mut all: Vec<PartyId> = match s {
        Subject::Dataset(id) => match &*c.model.dataset(id).controllers {
            Known::Said(parties, _) => parties.iter().copied().collect(),
            _ => c.model.dataset(id).held_by.iter().map(|p| c.model.place(*p).party).collect(),
        },
        _ => of_activity.map(|a| a.controllers.iter().map(|r| r.party).collect()).unwrap_or_default(),
    };
    if all.is_empty() {
        // nobody is named as controller: whoever does it
        let party = |p: &PlaceId| c.model.place(*p).party;
        all = match s {
            Subject::Flow(id) => c.model.flows[id.index()].to.iter().map(party).collect(),
            Subject::Step(id) => vec![party(&c.model.steps[id.index()].place)],
            _ => Vec::new(),
        };
    }
    all.sort_unstable();
    all.dedup();
    all
}

fn open_to_controllers(c: &Context<'_>, s: Subject) -> Answer {
    let mut truth = Truth::True;
    let mut reasons = Vec::new();
    for (footing, span) in stated_bases(c, s).into_iter().filter(|(f, _)| marked(c, f, "not-for-public-tasks")) {
        if outside_tasks(c, s) {
            continue;
        }
        let word = c.model.word(footing.name);
        for party in controllers_of(c, s, footing) {
            let who = c.model.title(&c.model.party(party).declared);
            match public_authority(c, party) {
                Truth::False => {}
                Truth::True => {
                    truth = Truth::False;
                    reasons.push(
                        Reason::at(
                            format!("{who} is a public authority, and `{word}` is not open to it in its tasks"),
                            span,
                        )
                        .mended(format!("state the basis that {who} relies on, for example `public-task under LAW`")),
                    );
                }
                unknown => truth = truth.and(unknown),
            }
        }
    }
    Answer::Told(truth, reasons)
}

/// Whether all that a subject is for lies outside the tasks of a public authority: what sells or persuades.
fn outside_tasks(c: &Context<'_>, s: Subject) -> bool {
    let commercial = |p: &PurposeId| class_of(c, *p) == Some("commercial");
    match purposes(c, s) {
        Answer::Values(items, _) => {
            !items.is_empty() && items.iter().all(|i| matches!(i, Item::Purpose(p) if commercial(p)))
        }
        _ => false,
    }
}

/// The class of a purpose: its own, or that of the nearest wider one that has one.
pub(super) fn class_of<'a>(c: &Context<'a>, purpose: PurposeId) -> Option<&'a str> {
    let mut at = Some(purpose);
    for _ in 0..=crate::vocabulary::DEEPEST_TREE {
        let it = c.model.vocabulary.purpose(at?);
        if let Some(class) = it.class.as_deref() {
            return Some(class);
        }
        at = it.parent;
    }
    None
}

/// Whether a party is a public authority by its kind.
pub(super) fn public_authority(c: &Context<'_>, party: PartyId) -> Truth {
    match Entity::Party.fact("public authority").map(|f| (f.read)(c, Subject::Party(party), Reading::Kind)) {
        Some(Answer::Is(truth)) => truth,
        Some(Answer::NotStated(span)) => unknown_kind(c, party, span),
        _ => unknown_kind(c, party, c.model.party(party).declared.span),
    }
}

fn unknown_kind(c: &Context<'_>, party: PartyId, span: Span) -> Truth {
    let name = c.model.word(c.model.party(party).declared.name);
    Truth::unknown(format!("whether `{name}` is a public authority (`kind`)"), span)
}

fn needed_assessment(c: &Context<'_>, s: Subject) -> Answer {
    let under =
        |f: &Footing| c.model.vocabulary.word_under(Family::Basis, c.model.word(f.name), "legitimate-interests");
    let Some((_, span)) = stated_bases(c, s).into_iter().find(|(f, _)| under(f)) else {
        return Answer::Is(Truth::True);
    };
    let mut of = records_of(c, s);
    if let Subject::Dataset(id) = s {
        of.extend(c.records_covering(collects(c, id)));
    }
    let mut truth = Truth::False;
    for record in &of {
        let kinds = record.kinds.value();
        if kinds.is_some_and(|k| k.iter().any(|w| w == "legitimate-interests-assessment")) {
            truth = truth.or(record_in_force(c, record));
        }
    }
    let reasons = if truth == Truth::True {
        Vec::new()
    } else {
        vec![
            Reason::at(
                "its basis is legitimate interests, and no assessment of them is recorded and in force".to_owned(),
                span,
            )
            .mended(
                "record it: `record NAME { kind legitimate-interests-assessment; covers …; by \"role\"; on DATE }`"
                    .to_owned(),
            ),
        ]
    };
    Answer::Told(truth, reasons)
}

/// The activities for whose purposes a dataset is collected, by one who decides in them: an assessment of one of them weighs the
/// collection, too.
fn collects<'c>(c: &'c Context<'_>, id: DatasetId) -> impl Iterator<Item = Thing> + 'c {
    let dataset = c.model.dataset(id);
    let holders = || dataset.held_by.iter().map(|place| c.model.place(*place).party).collect();
    let controllers: Vec<PartyId> = dataset.controllers.value().map_or_else(holders, |all| all.to_vec());
    let purposes = dataset.collected_for.value().map_or(&[][..], |all| all);
    c.model.activities.iter().enumerate().filter_map(move |(number, activity)| {
        let decides = activity.controllers.iter().any(|role| controllers.contains(&role.party));
        let its = activity.purposes.value().map_or(&[][..], |all| all);
        let same = its.iter().any(|p| purposes.iter().any(|own| c.model.vocabulary.purpose_under(*own, *p)));
        (decides && same).then_some(Thing::Activity(ActivityId(number as u32)))
    })
}
