//! Facts of research: what is done for it, whether data was cut down for it, and who can name people in it.

use smallvec::SmallVec;

use super::read::*;
use super::{Answer, Reason, Subject, Wants, Why, activity_of};
use crate::graph::{Column, ColumnKind, CopyId, Reading};
use crate::model::{FlowId, Known, List, Model, OperationKind, PlaceId, PurposeId, Record, Thing};
use crate::rules::context::Context;
use crate::rules::descent::{is_direct_care, is_individual_care, is_operational, is_research, step_lessens};
use crate::rules::forms::every::label;
use crate::rules::forms::uses;
use crate::rules::story::{Story, list};
use crate::rules::truth::Truth;
use crate::source::Span;
use crate::vocabulary::{Family, Identifies};

facts! {
    "research purpose" of Flow Step Use Decision Dataset Activity, Wants::Nothing, "for PURPOSE", "being for research, statistics or archiving, by the class of one of its purposes"
        => |c, s, _| some_purpose(c, s, is_research);
    "operational purpose" of Flow Step Use Decision Activity, Wants::Nothing, "for PURPOSE", "being for services to, care of or enforcement against particular people, by the class of one of its purposes"
        => |c, s, _| some_purpose(c, s, is_operational);
    "direct care" of Flow Step Use Decision, Wants::Nothing, "for PURPOSE", "being for the care of a patient, or of somebody who gets social care, and nothing else"
        => |c, s, _| every_purpose(c, s, is_individual_care);
    "linkage only" of Flow, Wants::Nothing, "for record-linkage, or to a team { kind trusted-linker }", "going to where data is only linked or prepared: for the linkage of records and nothing else, or to a trusted linker"
        => |c, s, _| linkage_only(c, s);
    "about groups" of Decision, Wants::Nothing, "about groups", "deciding about groups and not about one person"
        => |c, s, _| decision(c, s).map_or(Answer::Unsaid, |d| Answer::Is(match &d.about_individuals {
            Known::Said(individuals, _) => Truth::from(!*individuals),
            other => {
                let used = used(c, s).map_or_else(Default::default, |u| u.declared.span);
                Truth::unknown("whether it decides about individuals or groups (`about`)".to_owned(), other.span().unwrap_or(used))
            }
        }));
    "approved medical research" of Flow Step Use Decision, Wants::Nothing, "for medical-research, with record NAME { kind ethics-approval; … }", "being for medical research that an ethics committee has approved (UK GDPR article 84C(3))"
        => |c, s, _| Answer::Is(approved_medical_research(c, s));
    "research data" of Flow Step Use Decision, Wants::Nothing, "nothing: it follows from what brought the data", "records about people that came to where they are for research and nothing else, or were made for it"
        => |c, s, _| research_data(c, s);
    "conversion" of Step, Wants::Nothing, "drop …, pseudonymise …, generalise … or aggregate …", "turning what it takes into data that by itself identifies people less (UK GDPR article 84B(1)(b))"
        => |c, s, _| conversion(c, s);
    "analysis" of Step, Wants::Nothing, "derive … or aggregate …", "looking at what the data says: working out fields or counts"
        => |c, s, _| step_has(c, s, &|o| matches!(o, OperationKind::Derive { .. } | OperationKind::Aggregate { .. }));
    "minimised data" of Step Use Decision, Wants::Nothing, "drop …, keep …, pseudonymise …, generalise …, or fewer fields in the flow", "working on no records that name people and say more of them than how to reach them, and that came whole, with nothing left out, replaced, made coarser or counted on the way"
        => |c, s, _| minimised(c, s);
    "de-identified" of Flow, Wants::Nothing, "nothing: it follows from what is sent and what the receiver holds", "naming nobody at the receiver: neither by itself nor with what else is held there"
        => |c, s, _| de_identified(c, s);
    "accreditations in force" of Flow, Wants::Nothing, "record NAME { kind accreditation; covers ACTIVITY, PARTY; by \"…\"; on DATE; until DATE }", "accreditation of the project, of whoever receives, and of a sender who prepared the data, for as long as it goes on"
        => |c, s, _| accreditations(c, s);
    "care data" of Flow, Wants::Nothing, "collected for PURPOSE and field : CATEGORY", "information held for health services or adult social care (Digital Economy Act 2017 sections 65(4) and 73)"
        => |c, s, _| care_data(c, s);
    "separation of functions" of Flow, Wants::Nothing, "nothing: it follows from what is sent and what the receiver holds", "what is known of people coming to nobody who can name them: who links sees identifiers, who analyses sees none"
        => |c, s, _| separated(c, s);
}

fn known_purposes<'a>(c: &Context<'a>, s: Subject) -> Option<&'a Known<List<PurposeId>>> {
    Some(match s {
        Subject::Flow(id) => &c.model.flows[id.index()].purposes,
        Subject::Step(id) => &c.model.steps[id.index()].purposes,
        Subject::Use(id) => &c.model.uses[id.index()].purposes,
        Subject::Activity(id) => &c.model.activities[id.index()].purposes,
        Subject::Dataset(id) => &c.model.dataset(id).collected_for,
        _ => return None,
    })
}

type Is = fn(&crate::vocabulary::Vocabulary, PurposeId) -> bool;

fn some_purpose(c: &Context<'_>, s: Subject, is: Is) -> Answer {
    known_purposes(c, s).map_or(Answer::Unsaid, |known| {
        Answer::Is(match known {
            Known::Said(all, _) => Truth::from(all.iter().any(|p| is(&c.model.vocabulary, *p))),
            Known::NotStated(span) => Truth::unknown(format!("what {} is for (`for`)", label(c, s)), *span),
            Known::Unsaid => Truth::False,
        })
    })
}

fn every_purpose(c: &Context<'_>, s: Subject, is: Is) -> Answer {
    known_purposes(c, s).map_or(Answer::Unsaid, |known| {
        Answer::Is(match known {
            Known::Said(all, _) => Truth::from(!all.is_empty() && all.iter().all(|p| is(&c.model.vocabulary, *p))),
            Known::NotStated(span) => Truth::unknown(format!("what {} is for (`for`)", label(c, s)), *span),
            Known::Unsaid => Truth::False,
        })
    })
}

fn linkage_only(c: &Context<'_>, s: Subject) -> Answer {
    let Some(flow) = flow(c, s) else { return Answer::Unsaid };
    if !flow.to.is_empty() && flow.to.iter().all(|place| is_kind_of_party(c, *place, "trusted-linker")) {
        return Answer::Is(Truth::True);
    }
    every_purpose(c, s, |vocabulary, purpose| {
        let linkage = vocabulary.find_purpose("record-linkage");
        linkage.is_some_and(|linkage| vocabulary.purpose_under(purpose, linkage))
    })
}

fn approved_medical_research(c: &Context<'_>, s: Subject) -> Truth {
    let medical = c.model.vocabulary.find_purpose("medical-research");
    let for_it = known_purposes(c, s)
        .and_then(|k| k.value())
        .is_some_and(|all| all.iter().any(|p| medical.is_some_and(|m| c.model.vocabulary.purpose_under(*p, m))));
    if !for_it {
        return Truth::False;
    }
    let approvals = records_of(c, s).into_iter().filter(|r| has_kind(r, "ethics-approval"));
    Truth::any(approvals.map(|r| record_in_force(c, r)))
}

fn has_kind(record: &Record, kind: &str) -> bool {
    record.kinds.value().is_some_and(|kinds| kinds.iter().any(|k| k == kind))
}

/// The copies whose rows a subject takes (a flow: that it brings to the receiver), in one reading.
pub(super) fn taken_copies(c: &Context<'_>, s: Subject, reading: Reading) -> Copies {
    let mut all: Copies = uses::taken(c, s, reading).into_iter().map(|t| t.copy).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// A few copies, as most flows bring and most steps take.
pub(super) type Copies = SmallVec<[CopyId; 4]>;

/// The copies that a flow makes, with rows in them.
pub(super) fn brought_rows(c: &Context<'_>, flow: FlowId, reading: Reading) -> Copies {
    let all = c.graph.arrivals_by(flow).iter().map(|a| c.graph.arrival(*a).copy);
    let mut all: Copies = all.filter(|copy| c.has_rows(*copy, reading)).collect();
    all.sort_unstable();
    all.dedup();
    all
}

pub(super) fn place_of(c: &Context<'_>, copy: CopyId) -> PlaceId {
    c.graph.copy(copy).place
}

fn research_data(c: &Context<'_>, s: Subject) -> Answer {
    let of = |reading| -> Copies {
        let taken = taken_copies(c, s, reading);
        taken.into_iter().filter(|copy| c.came_for_research(*copy, reading)).collect()
    };
    let (kind, harsh) = (of(Reading::Kind), of(Reading::Harsh));
    if let (Some(copy), true) = (harsh.first(), kind.is_empty()) {
        let text = format!("whether {} has records of the research in it", c.data_name(*copy));
        let missing = c.unsure_steps(*copy);
        return Answer::Is(if missing.is_empty() {
            Truth::unknown(text, c.model.dataset(c.graph.copy(*copy).dataset).declared.span)
        } else {
            Truth::Unknown(missing)
        });
    }
    let reasons: Vec<Reason> = kind.iter().map(|copy| from_research(c, *copy)).collect();
    Answer::Told(Truth::from(!reasons.is_empty()), reasons)
}

fn from_research(c: &Context<'_>, copy: CopyId) -> Reason {
    let data = c.data_name(copy);
    let first = c.graph.arrivals_of(copy).next();
    let sentence = format!("it takes {data}, records about people that are there for research only");
    let span = first.map_or_else(Span::default, |a| c.arrival_span(a));
    Reason::at(sentence, span).mended(format!("leave {data} out, or use counts that are made from it"))
}

fn conversion(c: &Context<'_>, s: Subject) -> Answer {
    let Subject::Step(id) = s else { return Answer::Unsaid };
    let step = &c.model.steps[id.index()];
    if let Some(span) = step.operations_not_stated {
        let name = c.model.word(step.declared.name);
        return Answer::Is(Truth::unknown(format!("what `{name}` does to the data (`operations`)"), span));
    }
    let level = |copy: CopyId| match c.has_rows(copy, Reading::Harsh) {
        true => c.linkage(Reading::Harsh).own_level(copy),
        false => 1,
    };
    let taken = taken_copies(c, s, Reading::Harsh);
    let before = taken.iter().map(|copy| level(*copy)).max().unwrap_or(0);
    let given = step.gives.iter().flat_map(|g| c.graph.copies_of(g.dataset)).filter(|g| place_of(c, *g) == step.place);
    let mut reasons = Vec::new();
    for copy in given {
        if level(copy) >= before {
            let data = c.data_name(copy);
            let sentence = format!("{data} identifies people as far as what it is made from");
            reasons.push(
                Reason::at(sentence, step.declared.span)
                    .mended(format!("leave names out of {data}, replace them by a code, or count")),
            );
        }
    }
    Answer::Told(Truth::from(reasons.is_empty()), reasons)
}

fn minimised(c: &Context<'_>, s: Subject) -> Answer {
    if let Subject::Step(id) = s {
        let step = &c.model.steps[id.index()];
        if step_lessens(step) {
            return Answer::Is(Truth::True);
        }
    }
    let mut reasons = Vec::new();
    for taken in uses::taken(c, s, Reading::Kind) {
        let copy = taken.copy;
        let names = |cell| {
            let column = c.graph.cell(cell).column;
            column.identifies(&c.model.vocabulary) == Identifies::Direct && taken.has(c, cell)
        };
        let whole = c.has_rows(copy, Reading::Kind) && c.came_whole(copy) && c.graph.cells_of(copy).any(names);
        if whole && !only_reaches(c, copy) {
            let columns = c.graph.cells_of(copy).filter(|cell| names(*cell)).map(|cell| c.graph.cell(cell).column);
            let names = list(&columns.map(|column| c.column_name(&column)).collect::<Vec<_>>());
            let data = c.data_name(copy);
            let span = c.graph.arrivals_of(copy).next().map_or_else(Span::default, |a| c.arrival_span(a));
            reasons.push(
                Reason::at(format!("{data} comes whole, with {names} in it"), span)
                    .mended(format!("take {names} out of {data} or replace them by a code before it is looked at")),
            );
        }
    }
    Answer::Told(Truth::from(reasons.is_empty()), reasons)
}

/// Whether the rows of a copy name people where it is; unknown where the two readings do not agree.
fn named_at_place(c: &Context<'_>, copy: CopyId) -> Truth {
    let place = place_of(c, copy);
    let so = |reading| c.has_rows(copy, reading) && c.level(c.seen(place, reading), copy) >= 4;
    match (so(Reading::Kind), so(Reading::Harsh)) {
        (kind, harsh) if kind == harsh => Truth::from(kind),
        _ => {
            let mut story = Story::default();
            c.walls_missing(&mut story, c.seen(place, Reading::Harsh), &[copy]);
            c.open_missing(&mut story, copy);
            let missing: Vec<_> = story.missing.into_iter().chain(c.unsure_steps(copy)).collect();
            if !missing.is_empty() {
                return Truth::Unknown(missing);
            }
            let (data, name) = (c.data_name(copy), c.model.place_name(place));
            Truth::unknown(
                format!("whether people can be named in {data} at `{name}`"),
                c.model.place(place).declared.span,
            )
        }
    }
}

/// Why people can be named in a copy: its own identifiers, or what else its holder has.
pub(super) fn why_named(c: &Context<'_>, copy: CopyId) -> String {
    let (data, place) = (c.data_name(copy), c.model.place_name(place_of(c, copy)));
    if c.identified(copy, Reading::Kind) {
        let direct = |column: &&Column| column.identifies(&c.model.vocabulary) == Identifies::Direct;
        let names: Vec<String> = c.graph.columns_of(copy).iter().filter(direct).map(|k| c.column_name(k)).collect();
        return format!("{data} has {} in it", list(&names));
    }
    match c.first_tie(copy).map(|tie| c.tie_words(&tie)) {
        Some(tie) => format!("{tie} ties {data} to names that `{place}` has"),
        None => format!("`{place}` can tell who the people in {data} are"),
    }
}

fn de_identified(c: &Context<'_>, s: Subject) -> Answer {
    let Subject::Flow(flow) = s else { return Answer::Unsaid };
    let truths = brought_rows(c, flow, Reading::Harsh).into_iter().map(|copy| named_at_place(c, copy).negate());
    Answer::Later(
        Truth::all(truths),
        Why(|c, s| {
            let Subject::Flow(flow) = s else { return Vec::new() };
            let span = c.model.flows[flow.index()].declared.span;
            let named =
                brought_rows(c, flow, Reading::Harsh).into_iter().filter(|k| named_at_place(c, *k) == Truth::True);
            let told = |copy: CopyId| {
                let fix = format!("take out of {} what leads to names before it is sent", c.data_name(copy));
                Reason::at(why_named(c, copy), span).mended(fix)
            };
            named.map(told).collect()
        }),
    )
}

/// What says something of people, and does not only tell who they are.
fn is_attribute(c: &Context<'_>, column: &Column) -> bool {
    let (ColumnKind::Field, Some(category)) = (column.kind, column.category) else { return false };
    let root = c.model.vocabulary.category(category).name.split('.').next().unwrap_or_default();
    !matches!(root, "identity" | "key") && !matches!(column.identifies(&c.model.vocabulary), Identifies::Key)
}

fn separated(c: &Context<'_>, s: Subject) -> Answer {
    let Subject::Flow(_) = s else { return Answer::Unsaid };
    let truths = attributes_of(c, s).filter_map(|(copy, mut attributes)| {
        let named = named_at_place(c, copy);
        (named != Truth::False && attributes.next().is_some()).then(|| named.negate())
    });
    Answer::Later(
        Truth::all(truths),
        Why(|c, s| {
            let span =
                if let Subject::Flow(id) = s { c.model.flows[id.index()].declared.span } else { Span::default() };
            let named = told_of(c, s).into_iter().filter(|(copy, _)| named_at_place(c, *copy) == Truth::True);
            let told = |(copy, attributes): (CopyId, Vec<Column>)| {
                let place = c.model.place_name(place_of(c, copy));
                let attributes = list(&attributes.iter().map(|column| c.column_name(column)).collect::<Vec<_>>());
                let sentence = format!("`{place}` gets {attributes} and can name the people: {}", why_named(c, copy));
                Reason::at(sentence, span).mended(
                "let one body link with identifiers only, and send what is known of people under a key to somebody who has no names".to_owned(),
            )
            };
            named.map(told).collect()
        }),
    )
}

/// The copies that a flow brings to somebody and that say something of people, each with the columns that do.
fn told_of(c: &Context<'_>, s: Subject) -> Vec<(CopyId, Vec<Column>)> {
    let all = attributes_of(c, s).map(|(copy, columns)| (copy, columns.collect::<Vec<_>>()));
    all.filter(|(_, columns)| !columns.is_empty()).collect()
}

/// The copies that a flow brings to somebody, each with the columns that say something of people.
fn attributes_of<'c>(
    c: &'c Context<'_>,
    s: Subject,
) -> impl Iterator<Item = (CopyId, impl Iterator<Item = Column> + 'c)> + 'c {
    let contents = c.contents(Reading::Kind);
    let copies = if let Subject::Flow(flow) = s { brought_rows(c, flow, Reading::Harsh) } else { Copies::new() };
    copies.into_iter().filter(|copy| place_of(c, *copy) != Model::PUBLIC).map(move |copy| {
        let cells = c.graph.cells_of(copy).filter(|cell| contents.has_rows(*cell));
        (copy, cells.map(|cell| c.graph.cell(cell).column).filter(|column| is_attribute(c, column)))
    })
}

fn accreditations(c: &Context<'_>, s: Subject) -> Answer {
    let Subject::Flow(id) = s else { return Answer::Unsaid };
    let flow = &c.model.flows[id.index()];
    let mut needed: Vec<(Thing, String, &str)> = Vec::new();
    match activity_of(c, s) {
        Some(activity) => {
            let name = c.model.word(c.model.activities[activity.index()].declared.name);
            needed.push((Thing::Activity(activity), format!("the project `{name}`"), name));
        }
        None => {
            let sentence = "no activity says which research project it is for".to_owned();
            let fix = "put it into the activity of the accredited project (`activity`)".to_owned();
            return Answer::Told(Truth::False, vec![Reason::at(sentence, flow.declared.span).mended(fix)]);
        }
    }
    let prepared = |place: &&PlaceId| {
        let party = c.model.place(**place).party;
        let made = |a: crate::graph::ArrivalId| matches!(c.graph.arrival(a).how, crate::graph::How::Step(..));
        let sent = c.graph.arrivals_by(id).iter().flat_map(|a| c.graph.from(*a));
        sent.copied().any(|copy| c.graph.party_of(c.model, copy) == party && c.graph.arrivals_of(copy).any(made))
    };
    for place in flow.to.iter().chain(flow.from.iter().filter(prepared)) {
        let party = c.model.party(c.model.place(*place).party);
        let name = c.model.word(party.declared.name);
        if *place != Model::UNKNOWN && !needed.iter().any(|(_, _, n)| *n == name) {
            needed.push((Thing::Place(party.place), format!("`{name}`"), name));
        }
    }
    let (mut reasons, mut truths) = (Vec::new(), Vec::new());
    for (thing, what, name) in needed {
        let records = c.records_about(thing).iter().filter_map(|r| c.model.records.get(r.index()));
        let own: Vec<&Record> = records.filter(|r| has_kind(r, "accreditation")).collect();
        let held = Truth::any(own.iter().map(|r| record_in_force(c, r).and(lasts_through(c, r, flow))));
        if held == Truth::False {
            let (sentence, span) = match own.first() {
                Some(record) => {
                    let title = c.model.word(record.declared.name);
                    (
                        format!("the accreditation of {what} (`{title}`) is not in force for the whole time"),
                        record.declared.span,
                    )
                }
                None => (format!("no record says that {what} is accredited"), flow.declared.span),
            };
            reasons.push(Reason::at(sentence, span).mended(format!(
                "record the accreditation: `record … {{ kind accreditation; covers {name}; by \"…\"; on …; until … }}`"
            )));
        }
        truths.push(held);
    }
    Answer::Told(Truth::all(truths), reasons)
}

/// Whether a record that is in force goes on to the end of a flow.
fn lasts_through(c: &Context<'_>, record: &Record, flow: &crate::model::Flow) -> Truth {
    let latest = flow.ends.value().and_then(|end| c.graph.timeline.latest(*end));
    match (record.until.value(), latest) {
        (Some(until), Some(end)) => Truth::from(end <= *until),
        _ => Truth::True,
    }
}

fn care_data(c: &Context<'_>, s: Subject) -> Answer {
    let Subject::Flow(flow) = s else { return Answer::Unsaid };
    let span = c.model.flows[flow.index()].declared.span;
    let under = |column: &Column, root: &str| {
        let vocabulary = &c.model.vocabulary;
        let above = vocabulary.find_category(root);
        matches!((column.category, above), (Some(a), Some(b)) if vocabulary.category_under(a, b))
    };
    let (mut reasons, mut unknown) = (Vec::new(), Truth::False);
    for arrival in c.graph.arrivals_by(flow) {
        let copy = c.graph.arrival(*arrival).copy;
        let data = c.data_name(copy);
        let care = c.care(copy);
        let columns = c.graph.columns_of(copy).iter().filter(|k| k.kind != ColumnKind::Membership);
        let named = |root: &str| -> Vec<String> {
            columns.clone().filter(|k| under(k, root)).map(|k| c.column_name(k)).collect()
        };
        let (social, health) = (named("social.social-care-adults"), named("health"));
        if care.collected {
            let first = c.first_held(copy, |from| {
                let dataset = c.model.dataset(c.graph.copy(from).dataset);
                let all = dataset.collected_for.value();
                all.is_some_and(|all| all.iter().any(|p| is_direct_care(&c.model.vocabulary, *p)))
            });
            let from = first.map_or_else(|| data.clone(), |a| c.data_name(c.graph.arrival(a).copy));
            let sentence = format!("{from} was collected for the care of patients");
            reasons.push(Reason::at(sentence, first.map_or(span, |a| c.arrival_span(a))));
        } else if !social.is_empty() {
            reasons.push(Reason::at(format!("{} in {data} is adult social care", list(&social)), span));
        } else if !health.is_empty() && care.carer {
            let sentence = format!("{} in {data} comes from a provider of health services or care", list(&health));
            reasons.push(Reason::at(sentence, span));
        } else if !health.is_empty() && care.authority {
            let unsaid =
                c.first_held(copy, |from| c.model.dataset(c.graph.copy(from).dataset).collected_for.value().is_none());
            let from = unsaid.map_or_else(|| data.clone(), |a| c.data_name(c.graph.arrival(a).copy));
            let at = unsaid.map_or(span, |a| c.arrival_span(a));
            unknown = unknown.or(Truth::unknown(format!("what {from} was collected for (`collected for`)"), at));
        }
    }
    if reasons.is_empty() {
        return Answer::Is(unknown);
    }
    let fix = "leave it out, or name another power for it".to_owned();
    Answer::Told(Truth::True, reasons.into_iter().map(|r| r.mended(fix.clone())).collect())
}

/// Whether a word of a kind of party is, or stands under, another.
pub(super) fn is_kind_of_party(c: &Context<'_>, place: PlaceId, kind: &str) -> bool {
    let it = c.model.place(place);
    let own = [it.kind.value(), c.model.party(it.party).kind.value()];
    own.into_iter().flatten().any(|k| c.model.vocabulary.word_under(Family::PartyKind, k, kind))
}
