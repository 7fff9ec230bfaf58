//! Facts of special-category and criminal-offence data: the conditions of articles 9 and 10, the paragraphs of Schedule 1 to the
//! Data Protection Act 2018, and what derived data and membership reveal.

use rustc_hash::FxHashMap;

use super::lawfulness::{CONDITION, footings, own};
use super::read::*;
use super::transfers::{public_authority, record_of_kind};
use super::{Answer, Item, Reason, Subject, Wants};
use crate::model::{CategoryId, Footing, Known, Model, OperationKind, PartyId, PlaceId, Step, StepId, Thing};
use crate::rules::context::Context;
use crate::rules::truth::Truth;
use crate::source::Span;
use crate::syntax::intern::Symbol;
use crate::vocabulary::tables::Row;
use crate::vocabulary::{Family, Settings, TableName};

facts! {
    "special-category condition" of Flow Step Use Decision Copy Dataset Activity, Wants::Words(Family::Condition), "condition CONDITION (best in its activity)", "its conditions that article 9(2) knows: those that the vocabulary does not mark `article-10`"
        => |c, s, _| some(c, s, |c, f| !article_10(c, f));
    "criminal-offence condition" of Flow Step Use Decision Copy Dataset Activity, Wants::Words(Family::Condition), "condition CONDITION (best in its activity)", "its conditions that article 10 knows: those that the vocabulary marks `article-10`, and those that the table `schedule-1` has a paragraph for"
        => |c, s, _| some(c, s, |c, f| article_10(c, f) || !paragraphs(c, f).is_empty());
    "official authority" of Flow Step Dataset Activity, Wants::Nothing, "kind KIND in the party", "a public authority among those who send and receive it, do it or hold it"
        => |c, s, _| official_authority(c, s);
    "matching paragraph" of Flow Step Dataset Activity, Wants::Nothing, "condition CONDITION under LAW schedule 1 paragraph N", "for each condition that it states, the paragraph of Schedule 1 that the table `schedule-1` has for it; where there is only one it need not be named"
        => |c, s, _| matching_paragraph(c, s);
    "policy document needed" of Flow Step Dataset Activity, Wants::Nothing, "condition CONDITION under LAW schedule 1 paragraph N", "a condition that it states and that, by the table `schedule-1`, holds only with an appropriate policy document; disclosing an unlawful act to the police, a court or the prison service needs none"
        => |c, s, _| {
            let needed = demanding(c, s).into_iter().next();
            Answer::Is(Truth::from(needed.is_some()))
        };
    "policy document in place" of Flow Step Dataset Activity, Wants::Nothing, "record NAME { kind appropriate-policy-document; covers NAME; by \"role\"; on DATE }", "a record in force of the appropriate policy document, about it, its data, its activity or its controller"
        => |c, s, _| policy_document(c, s);
    "classified results" of Step, Wants::Nothing, "derive FIELD : CATEGORY from FIELDS", "what it derives from special-category or criminal-offence data being of such a category, or a record in force of kind `classification` that says why not"
        => |c, s, _| if let Subject::Step(id) = s { classified(c, id) } else { Answer::Unsaid };
    "cohort" of Dataset, Wants::Nothing, "people NAME within OTHER", "being about people who were chosen from a wider group, so that being in it says something"
        => |c, s, _| dataset(c, s).map_or(Answer::Unsaid, |d| match &*d.about {
            Known::Said(people, _) => Answer::Is(Truth::from(people.iter().any(|p| c.model.people[p.index()].within.is_some()))),
            other => unsaid(other),
        });
    "stated membership" of Dataset, Wants::Nothing, "reveals FIELD : CATEGORY, or reveals nothing", "what being in it says about a person, or that it says nothing"
        => |c, s, _| dataset(c, s).map_or(Answer::Unsaid, |d| match &*d.reveals_nothing {
            Known::NotStated(span) => Answer::NotStated(*span),
            Known::Said(..) => Answer::Is(Truth::True),
            Known::Unsaid => there(!d.reveals.is_empty()),
        });
}

/// The conditions of a subject for which something holds.
fn some(c: &Context<'_>, s: Subject, holds: fn(&Context<'_>, &Footing) -> bool) -> Answer {
    match footings(c, s, CONDITION) {
        Known::Said(all, span) => {
            let fit = all.into_iter().filter(|(f, _)| holds(c, f));
            let items: Vec<Item> = fit.map(|(f, _)| Item::Word(c.model.word(f.name).to_owned())).collect();
            // another condition is none of this kind
            if items.is_empty() { Answer::Unsaid } else { Answer::Values(items, span) }
        }
        other => unsaid(&other),
    }
}

fn article_10(c: &Context<'_>, footing: &Footing) -> bool {
    c.model.vocabulary.word(Family::Condition, c.model.word(footing.name)).is_some_and(|w| w.has_mark("article-10"))
}

/// The conditions that a subject states itself; what it leaves to its activity is judged there.
fn stated<'a>(c: &Context<'a>, s: Subject) -> Vec<(&'a Footing, Span)> {
    match own(c, s, CONDITION) {
        Known::Said(all, _) => all,
        _ => Vec::new(),
    }
}

/// Whether a row of the table is for a condition by its own name, or for a wider one that is not wide enough for several rows.
fn is_for(c: &Context<'_>, row: &Row, word: &str) -> bool {
    const WIDE: [&str; 2] = ["substantial-public-interest", "criminal-authorised-by-law"];
    row.texts("conditions").iter().any(|of| {
        of == word || (!WIDE.contains(&of.as_str()) && c.model.vocabulary.word_under(Family::Condition, word, of))
    })
}

/// The paragraphs of Schedule 1 that a condition may be about.
fn paragraphs<'a>(c: &Context<'a>, footing: &Footing) -> Vec<&'a Row> {
    let settings: &'a Settings = c.settings;
    let word = c.model.word(footing.name);
    let rows = settings.tables.in_force(TableName::Schedule1, settings.jurisdiction, c.as_of);
    rows.filter(|r| is_for(c, r, word)).collect()
}

/// The row of the paragraph that a condition stands on: the one that is named, or the only one there is.
fn paragraph<'a>(c: &Context<'a>, footing: &Footing) -> Option<&'a Row> {
    if footing.schedule.is_some_and(|n| n != 1) {
        return None;
    }
    let settings: &'a Settings = c.settings;
    match (footing.paragraph, paragraphs(c, footing).as_slice()) {
        (Some(n), _) => settings.tables.schedule_1(n, settings.jurisdiction, c.as_of),
        (None, [only]) => Some(only),
        (None, _) => None,
    }
}

fn matching_paragraph(c: &Context<'_>, s: Subject) -> Answer {
    let mut reasons = Vec::new();
    for (footing, span) in stated(c, s) {
        if footing.schedule.is_some_and(|n| n != 1) {
            continue;
        }
        let word = c.model.word(footing.name);
        let known = paragraphs(c, footing);
        let numbers: Vec<String> = known.iter().filter_map(|r| r.number("paragraph")).map(|n| n.to_string()).collect();
        let write = |n: &str| format!("write `condition {word} under LAW schedule 1 paragraph {n}`");
        let wrong = match (footing.paragraph, numbers.as_slice()) {
            (None, [] | [_]) => continue,
            (Some(n), _) if paragraph(c, footing).is_some_and(|r| is_for(c, r, word)) && n > 0 => continue,
            (None, several) => Reason::at(
                format!(
                    "`{word}` is not enough by itself: Schedule 1 has {} paragraphs for it, and none is named",
                    several.len()
                ),
                span,
            )
            .mended(write("N")),
            (Some(n), []) => {
                Reason::at(format!("`{word}` stands on no paragraph of Schedule 1, and paragraph {n} is named"), span)
                    .mended("name the condition that the paragraph is for, or leave the paragraph out".to_owned())
            }
            (Some(n), [only]) => Reason::at(
                format!("`{word}` stands on paragraph {only} of Schedule 1, and paragraph {n} is named"),
                span,
            )
            .mended(write(only)),
            (Some(n), _) => Reason::at(format!("paragraph {n} of Schedule 1 is not one of those for `{word}`"), span)
                .mended(write("N")),
        };
        reasons.push(wrong);
    }
    Answer::Told(Truth::from(reasons.is_empty()), reasons)
}

/// The conditions of a subject that hold only with an appropriate policy document, each with its paragraph.
fn demanding<'a>(c: &Context<'a>, s: Subject) -> Vec<(&'a Row, Span)> {
    let to_authority = || flow(c, s).is_some_and(|f| f.to.iter().all(|p| is_competent(c, c.model.place(*p).party)));
    let needs = |row: &Row| match row.text("policy-document") {
        Some("yes") => true,
        Some("unless-disclosed") => !to_authority(),
        _ => false,
    };
    stated(c, s)
        .into_iter()
        .filter_map(|(f, span)| Some((paragraph(c, f)?, span)))
        .filter(|(row, _)| needs(row))
        .collect()
}

/// Whether somebody is a competent authority for law enforcement beyond doubt (DPA 2018 section 30 and Schedule 7).
fn is_competent(c: &Context<'_>, party: PartyId) -> bool {
    let kind = c.model.party(party).kind.value();
    let under = |kind: &str| {
        ["police-force", "court", "prison-service"]
            .iter()
            .any(|k| c.model.vocabulary.word_under(Family::PartyKind, kind, k))
    };
    kind.is_some_and(|k| under(k))
}

/// Those who answer for a subject, or take part in it.
fn parties(c: &Context<'_>, s: Subject) -> Vec<PartyId> {
    let party = |p: &PlaceId| c.model.place(*p).party;
    let mut all: Vec<PartyId> = match s {
        Subject::Flow(id) => {
            c.model.flows[id.index()].from.iter().chain(c.model.flows[id.index()].to.iter()).map(party).collect()
        }
        Subject::Step(id) => vec![party(&c.model.steps[id.index()].place)],
        Subject::Dataset(id) => {
            let dataset = c.model.dataset(id);
            let controllers = dataset.controllers.value().into_iter().flat_map(|all| all.iter().copied());
            dataset.held_by.iter().map(party).chain(controllers).collect()
        }
        _ => Vec::new(),
    };
    let activity = activity_of(c, s).map(|a| &c.model.activities[a.index()]);
    all.extend(activity.into_iter().flat_map(|a| a.controllers.iter().map(|r| r.party)));
    all.retain(|p| *p != Model::PUBLIC_PARTY);
    all.sort_unstable();
    all.dedup();
    all
}

fn official_authority(c: &Context<'_>, s: Subject) -> Answer {
    let kind = |p: &PartyId| match &c.model.party(*p).kind {
        Known::Said(..) => Truth::from(public_authority(c, *p)),
        other => {
            let declared = &c.model.party(*p).declared;
            let missing = format!("what kind of organisation `{}` is (`kind`)", c.model.word(declared.name));
            Truth::unknown(missing, other.span().unwrap_or(declared.span))
        }
    };
    let all = parties(c, s);
    if all.is_empty() { Answer::Unsaid } else { Answer::Is(Truth::any(all.iter().map(kind))) }
}

fn policy_document(c: &Context<'_>, s: Subject) -> Answer {
    let mut about: Vec<Thing> = match s {
        Subject::Flow(id) => {
            let data = c.model.flows[id.index()].data.iter().map(|d| Thing::Dataset(d.dataset));
            std::iter::once(Thing::Flow(id)).chain(data).collect()
        }
        Subject::Step(id) => {
            let data = c.model.steps[id.index()].takes.iter().map(|d| Thing::Dataset(d.dataset));
            std::iter::once(Thing::Step(id)).chain(data).collect()
        }
        Subject::Dataset(id) => vec![Thing::Dataset(id)],
        _ => Vec::new(),
    };
    about.extend(activity_of(c, s).map(Thing::Activity));
    about.extend(parties(c, s).into_iter().map(|p| Thing::Place(c.model.party(p).place)));
    let truth = record_of_kind(c, &about, "appropriate-policy-document").unwrap_or(Truth::False);
    let missing = |(row, span): (&Row, Span)| {
        let (n, title) = (row.text("paragraph").unwrap_or_default(), row.text("title").unwrap_or_default());
        Reason::at(format!("paragraph {n} of Schedule 1 ({title}) holds only with an appropriate policy document, and no record in force is one"), span)
            .mended("write a `record` with `kind appropriate-policy-document` that covers it or its controller".to_owned())
    };
    let reasons = if truth == Truth::False { demanding(c, s).into_iter().map(missing).collect() } else { Vec::new() };
    Answer::Told(truth, reasons)
}

/// What is special about data: a kind of article 9, criminal-offence data.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Nature {
    special: bool,
    criminal: bool,
}

impl Nature {
    fn of(c: &Context<'_>, category: CategoryId) -> Nature {
        let category = c.model.vocabulary.category(category);
        Nature { special: category.special.is_some(), criminal: category.criminal }
    }

    fn and(self, other: Nature) -> Nature {
        Nature { special: self.special || other.special, criminal: self.criminal || other.criminal }
    }
}

/// What is special about the fields that a step begins with.
fn natures(c: &Context<'_>, step: &Step) -> FxHashMap<Symbol, Nature> {
    let mut natures: FxHashMap<Symbol, Nature> = FxHashMap::default();
    for taken in &step.takes {
        for copy in c.graph.found(c.model, taken.dataset, step.place) {
            for column in c.graph.columns_of(copy) {
                let nature = column.category.map(|id| Nature::of(c, id)).unwrap_or_default();
                let known = natures.entry(column.name).or_default();
                *known = known.and(nature);
            }
        }
    }
    natures
}

fn classified(c: &Context<'_>, id: StepId) -> Answer {
    let step = &c.model.steps[id.index()];
    if !step.operations.iter().any(|o| matches!(o.kind, OperationKind::Derive { .. })) {
        return match step.operations_not_stated {
            Some(span) => {
                let name = c.model.word(step.declared.name);
                Answer::Is(Truth::unknown(format!("what `{name}` does to the data (`operations`)"), span))
            }
            None => Answer::Is(Truth::True),
        };
    }
    let mut natures = natures(c, step);
    let mut reasons = Vec::new();
    for operation in &step.operations {
        let OperationKind::Derive { field, category, from, .. } = &operation.kind else { continue };
        let named = from.iter().map(|(name, _)| (*name, natures.get(name).copied().unwrap_or_default()));
        let sources: Vec<(Symbol, Nature)> = named.collect();
        let inherited = sources.iter().fold(Nature::default(), |all, (_, n)| all.and(*n));
        let declared = Nature::of(c, *category);
        natures.insert(*field, declared.and(inherited));
        let source = sources.iter().find(|(_, n)| n.special && !declared.special || n.criminal && !declared.criminal);
        if let Some((source, nature)) = source {
            let (what, mark) = match nature.special && !declared.special {
                true => ("special-category", "special"),
                false => ("criminal-offence", "criminal"),
            };
            let (field, source) = (c.model.word(*field), c.model.word(*source));
            reasons.push(
                Reason::at(format!("`{field}` is derived from `{source}`, which is {what} data, and is not classified as such"), operation.span)
                    .mended(format!("give `{field}` a category that is `{mark}`, or write a `record` with `kind classification` that says why it reveals nothing")),
            );
        }
    }
    if reasons.is_empty() {
        return Answer::Is(Truth::True);
    }
    let mut about = vec![Thing::Step(id)];
    about.extend(step.gives.iter().map(|d| Thing::Dataset(d.dataset)));
    about.extend(step.activity.map(Thing::Activity));
    Answer::Told(record_of_kind(c, &about, "classification").unwrap_or(Truth::False), reasons)
}
