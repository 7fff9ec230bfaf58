//! Facts of governance: who decides together, and which activities need an impact assessment (articles 26, 35 and 36).

use std::collections::BTreeMap;

use super::read::*;
use super::{Answer, Item, Reason, Subject, Wants};
use crate::graph::is_kind;
use crate::model::time::Order;
use crate::model::{
    Activity, ActivityId, Children, ControllerKind, DpiaId, Known, OperationKind, PartyId, PeopleId, Point, Thing,
    UseId,
};
use crate::rules::context::Context;
use crate::rules::story::list;
use crate::rules::truth::Truth;
use crate::source::Span;
use crate::syntax::tree::DataKind;
use crate::vocabulary::Family;

facts! {
    "several deciders" of Activity, Wants::Nothing, "joint controllers A, B; decides PARTY purpose", "more than one party that decides on purposes or essential means, and not each for itself (article 26)"
        => |c, s, _| activity(c, s).map_or(Answer::Unsaid, |a| several(c, a));
    "joint arrangement in force" of Activity, Wants::Nothing, "joint controllers A, B under AGREEMENT", "an arrangement between all who decide together, in force for as long as it goes on (article 26)"
        => |c, s, _| activity(c, s).map_or(Answer::Unsaid, |a| arrangement(c, a));
    "dpia triggers" of Activity, Wants::Words(Family::DpiaTrigger), "involves WORD (others follow from the model)", "what makes it likely to be of high risk: what it says, and what its steps, decisions and data show (article 35)"
        => |c, s, _| match s {
            Subject::Activity(id) => {
                let found: Vec<Trigger> = triggers(c, id).into_iter().filter(|t| t.truth == Truth::True).collect();
                let span = found.first().map_or_else(Default::default, |t| t.span);
                if found.is_empty() { Answer::Unsaid } else {
                    Answer::Values(found.into_iter().map(|t| Item::Word(t.word)).collect(), span)
                }
            }
            _ => Answer::Unsaid,
        };
    "dpia it needs" of Activity, Wants::Nothing, "dpia DPIA", "an impact assessment in force, where something in it makes one necessary (article 35)"
        => |c, s, _| match s {
            Subject::Activity(id) => needed_dpia(c, id),
            _ => Answer::Unsaid,
        };
    "dpia in time" of Activity, Wants::Nothing, "completed DATE in the DPIA, starts DATE", "an impact assessment that was completed before it starts (article 35(1))"
        => |c, s, _| match (s, activity_dpia(c, s)) {
            (Subject::Activity(id), Some((dpia, _))) => before_start(c, id, dpia),
            _ => Answer::Unsaid,
        };
    "prior consultation" of Dpia, Wants::Nothing, "record NAME { kind prior-consultation; covers ACTIVITY }", "a record in force that the supervisory authority was consulted on what it covers (article 36)"
        => |c, s, _| match s {
            Subject::Dpia(id) => consulted(c, id),
            _ => Answer::Unsaid,
        };
}

/// Who decides on purposes or essential means, each for itself left out; and who of them are said to decide jointly.
fn deciders(a: &Activity) -> (Vec<PartyId>, Vec<PartyId>) {
    let independent = |p: PartyId| a.controllers.iter().any(|r| r.party == p && r.kind == ControllerKind::Independent);
    let mut surely: Vec<PartyId> =
        a.decides.iter().filter(|(p, what, _)| what != "means" && !independent(*p)).map(|(p, ..)| *p).collect();
    surely.extend(a.controllers.iter().filter(|r| r.kind == ControllerKind::Joint).map(|r| r.party));
    // controllers of different datasets need not decide on anything together
    let sole = a.controllers.iter().filter(|r| r.kind == ControllerKind::Sole && r.of.is_empty());
    let mut all: Vec<PartyId> = surely.iter().copied().chain(sole.map(|r| r.party)).collect();
    for list in [&mut surely, &mut all] {
        list.sort_unstable();
        list.dedup();
    }
    (surely, all)
}

fn names(c: &Context<'_>, parties: &[PartyId]) -> Vec<String> {
    parties.iter().map(|p| format!("`{}`", c.model.word(c.model.party(*p).declared.name))).collect()
}

fn several(c: &Context<'_>, a: &Activity) -> Answer {
    let (surely, all) = deciders(a);
    let joint = a.controllers.iter().any(|r| r.kind == ControllerKind::Joint);
    if surely.len() > 1 || (joint && all.len() > 1) {
        return Answer::Is(Truth::True);
    }
    if all.len() < 2 {
        return Answer::Is(Truth::False);
    }
    let who = list(&names(c, &all));
    Answer::Is(Truth::unknown(
        format!("whether {who} decide together (`joint controllers`) or each for itself (`independent controllers`)"),
        a.declared.span,
    ))
}

fn arrangement(c: &Context<'_>, a: &Activity) -> Answer {
    let (_, all) = deciders(a);
    let window = (a.starts.value().copied(), a.ends.value().copied());
    let who = list(&names(c, &all));
    let mut under = a.controllers.iter().filter_map(|r| match &r.under {
        Known::Said(id, span) => Some((*id, *span)),
        _ => None,
    });
    let Some((id, span)) = under.next() else {
        let at = a.decides.first().map_or(a.declared.span, |(.., span)| *span);
        let at = a.controllers.iter().find(|r| r.kind == ControllerKind::Joint).map_or(at, |r| r.span);
        let reason =
            Reason::at(format!("{who} decide together, and no arrangement between them is named"), at).mended(format!(
                "name the arrangement: `joint controllers {} under ARRANGEMENT`",
                who.replace('`', "").replace(" and ", ", ")
            ));
        return Answer::Told(Truth::False, vec![reason]);
    };
    let agreement = &c.model.agreements[id.index()];
    let name = c.model.word(agreement.declared.name);
    let mut reasons = Vec::new();
    let mut truth = in_force(c, agreement, window);
    if truth == Truth::False {
        reasons.push(
            Reason::at(format!("the arrangement `{name}` is not in force for as long as it goes on"), span)
                .mended(format!("make `{name}` anew, or correct its dates")),
        );
    }
    match &agreement.between {
        Known::Said(between, at) => {
            let outside: Vec<PartyId> = all.iter().copied().filter(|p| !between.contains(p)).collect();
            if !outside.is_empty() {
                truth = Truth::False;
                let who = list(&names(c, &outside));
                reasons.push(
                    Reason::at(format!("{who} decides, too, and is no party to the arrangement `{name}`"), *at)
                        .mended(format!("make {who} a party to `{name}`")),
                );
            }
        }
        other => {
            let at = other.span().unwrap_or(agreement.declared.span);
            truth = truth.and(Truth::unknown(format!("between whom `{name}` is (`between`)"), at));
        }
    }
    Answer::Told(truth, reasons)
}

/// Something that makes high risk likely.
struct Trigger {
    /// A word of the vocabulary.
    word: String,
    /// Why, as the end of a sentence that begins with the activity.
    why: String,
    span: Span,
    truth: Truth,
}

/// What makes high risk likely in an activity: what it says, then what its steps, decisions and data show; each word once.
fn triggers(c: &Context<'_>, id: ActivityId) -> Vec<Trigger> {
    let a = &c.model.activities[id.index()];
    let mut found: BTreeMap<String, Trigger> = BTreeMap::new();
    let mut add = |word: &str, why: String, span: Span, truth: Truth| {
        let trigger = Trigger { word: word.to_owned(), why, span, truth };
        match found.get(word) {
            Some(had) if had.truth == Truth::True || trigger.truth != Truth::True => {}
            _ => {
                found.insert(word.to_owned(), trigger);
            }
        }
    };
    if let Known::Said(words, span) = &a.involves {
        for word in words {
            let title = c.model.vocabulary.word(Family::DpiaTrigger, word).map_or("", |w| w.title.as_str());
            add(word, format!("involves `{word}` ({})", lower(title)), *span, Truth::True);
        }
    }
    let mut profiled = None;
    for step in c.doings().steps(id).iter().map(|s| &c.model.steps[s.index()]) {
        let name = c.model.word(step.declared.name);
        for operation in &step.operations {
            match &operation.kind {
                OperationKind::Match { .. } => {
                    add(
                        "data-matching",
                        format!("matches data from several sources (`{name}`)"),
                        operation.span,
                        Truth::True,
                    );
                }
                OperationKind::Derive { profiling: true, .. } => {
                    profiled = profiled.or(Some((format!("profiles people (`{name}`)"), operation.span)));
                    add(
                        "profiling",
                        format!("profiles people on a large scale (`{name}`)"),
                        operation.span,
                        large(c, a),
                    );
                }
                _ => {}
            }
        }
    }
    let people = kinds_of_people(c, id);
    let automated = |u: &&UseId| {
        let decision = c.model.uses[u.index()].decision.as_ref();
        decision.and_then(|d| d.automation.value()).is_some_and(|how| how != "none")
    };
    for used in c.doings().uses(id).iter().filter(automated).map(|u| &c.model.uses[u.index()]) {
        let name = c.model.word(used.declared.name);
        profiled = profiled.or(Some((format!("decides with automation (`{name}`)"), used.declared.span)));
        if significant(used) {
            add(
                "denial-of-service",
                format!("decides with automation about what people get (`{name}`)"),
                used.declared.span,
                Truth::True,
            );
        }
    }
    for used in c.doings().uses(id).iter().map(|u| &c.model.uses[u.index()]).filter(|u| significant(u)) {
        let taken = used.takes.iter().flat_map(|t| {
            let copies = c.graph.found(c.model, t.dataset, used.place).into_iter();
            copies
                .flat_map(|copy| c.graph.columns_of(copy))
                .filter(|column| t.fields.as_ref().is_none_or(|f| f.iter().any(|(name, _)| *name == column.name)))
        });
        let special = |column: &&crate::graph::Column| is_kind(c.model, column.category, DataKind::SpecialCategory);
        if let Some(column) = taken.into_iter().find(special) {
            let (name, field) = (c.model.word(used.declared.name), c.column_name(column));
            add(
                "denial-of-service",
                format!("decides about what people get by special-category data ({field} in `{name}`)"),
                used.declared.span,
                Truth::True,
            );
        }
    }
    if let Some((how, span)) = profiled
        && people.children
    {
        add("children-or-vulnerable", format!("{how} who are children"), span, Truth::True);
    }
    if let Some((data, span)) = people.sensitive {
        add(
            "sensitive-at-scale",
            format!("uses special-category or criminal-offence data ({data}) on a large scale"),
            span,
            large(c, a),
        );
    }
    for (kind, word, title) in [("biometric", "biometric-data", "biometric"), ("genetic", "genetic-data", "genetic")] {
        if let Some((_, data, span)) = people.special.iter().find(|(k, ..)| k == kind) {
            add(word, format!("uses {title} data ({data})"), *span, Truth::True);
        }
    }
    let mut untold = c.records_covering(std::iter::once(Thing::Activity(id))).into_iter();
    let exempt = untold.find(|r| r.kinds.value().is_some_and(|k| k.iter().any(|w| w == "exemption")));
    if let Some(record) = exempt {
        let name = c.model.word(record.declared.name);
        add("invisible-processing", format!("is not told to the people (`{name}`)"), record.declared.span, Truth::True);
    }
    found.into_values().collect()
}

/// Whether it is a decision with legal or similarly significant effects.
fn significant(used: &crate::model::Use) -> bool {
    used.decision.as_ref().and_then(|d| d.significant.value()) == Some(&true)
}

fn lower(title: &str) -> String {
    let mut letters = title.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// Whether an activity is on a large scale.
fn large(c: &Context<'_>, a: &Activity) -> Truth {
    match &a.large {
        Known::Said(large, _) => Truth::from(*large),
        other => {
            let name = c.model.word(a.declared.name);
            Truth::unknown(
                format!("whether `{name}` is on a large scale (`scale`)"),
                other.span().unwrap_or(a.declared.span),
            )
        }
    }
}

/// What the data of an activity shows of its people.
#[derive(Default)]
struct OfPeople {
    /// Whether children are among them.
    children: bool,
    /// Special-category or criminal-offence data, and where.
    sensitive: Option<(String, Span)>,
    /// Special kinds with a field each, and where.
    special: Vec<(String, String, Span)>,
}

fn kinds_of_people(c: &Context<'_>, id: ActivityId) -> OfPeople {
    let mut shown = OfPeople::default();
    let mut copies: Vec<crate::graph::CopyId> = c.copies_in(id).iter().map(|(copy, _)| *copy).collect();
    for used in c.doings().uses(id) {
        let used = &c.model.uses[used.index()];
        copies.extend(used.takes.iter().flat_map(|t| c.graph.found(c.model, t.dataset, used.place)));
    }
    copies.sort_unstable();
    copies.dedup();
    for copy in copies.into_iter().filter(|copy| c.graph.copy(*copy).rows) {
        let young = |p: &PeopleId| c.model.people[p.index()].children.value().is_some_and(|k| *k != Children::None);
        shown.children |= c.graph.about(copy).people.iter().any(young);
        let span = c.model.dataset(c.graph.copy(copy).dataset).declared.span;
        for column in c.graph.columns_of(copy) {
            let Some(category) = column.category else { continue };
            let field = || format!("{} in {}", c.column_name(column), c.data_name(copy));
            let sensitive = [DataKind::SpecialCategory, DataKind::Criminal]
                .into_iter()
                .any(|k| is_kind(c.model, Some(category), k));
            if sensitive && shown.sensitive.is_none() {
                shown.sensitive = Some((field(), span));
            }
            if let Some(kind) = &c.model.vocabulary.category(category).special
                && !shown.special.iter().any(|(k, ..)| k == kind)
            {
                shown.special.push((kind.clone(), field(), span));
            }
        }
    }
    shown
}

/// Whether the reasons for an assessment are enough: one by itself, or one of the weaker kind beside another, beside a large
/// scale, children or sensitive data.
fn enough(c: &Context<'_>, id: ActivityId, all: &[Trigger]) -> Truth {
    let weak = |t: &&Trigger| {
        c.model
            .vocabulary
            .word(Family::DpiaTrigger, &t.word)
            .is_some_and(|w| w.marks.iter().any(|m| m == "needs-another"))
    };
    let strong = Truth::any(all.iter().filter(|t| !weak(t)).map(|t| t.truth.clone()));
    let sure = all.iter().filter(|t| t.truth == Truth::True).count();
    if sure == 0 || strong == Truth::True {
        return strong;
    }
    let people = kinds_of_people(c, id);
    let large = c.model.activities[id.index()].large.value() == Some(&true);
    if sure > 1 || large || people.children || people.sensitive.is_some() { Truth::True } else { strong }
}

fn needed_dpia(c: &Context<'_>, id: ActivityId) -> Answer {
    let a = &c.model.activities[id.index()];
    let name = c.model.word(a.declared.name);
    let declared = activity_dpia(c, Subject::Activity(id));
    let holds = declared.map_or(Truth::False, |(dpia, _)| dpia_in_force(c, dpia));
    if holds == Truth::True {
        return Answer::Told(Truth::True, Vec::new());
    }
    let all = triggers(c, id);
    let needed = enough(c, id, &all);
    let truth = holds.clone().or(needed.clone().negate());
    if truth == Truth::True {
        return Answer::Told(Truth::True, Vec::new());
    }
    let mut reasons: Vec<Reason> = all
        .iter()
        .filter(|t| t.truth != Truth::False)
        .map(|t| Reason::at(format!("`{name}` {}, which is likely to be of high risk", t.why), t.span))
        .collect();
    reasons.push(match declared {
        None => {
            let lacking = match needed {
                Truth::Unknown(_) => {
                    format!("whether `{name}` needs an impact assessment cannot be told, and none is declared")
                }
                _ => format!("no impact assessment of `{name}` is declared"),
            };
            Reason::at(lacking, a.declared.span).mended(format!(
                "assess `{name}` before it starts, and declare it: `dpia NAME {{ covers {name}; completed DATE }}`"
            ))
        }
        Some((dpia, span)) => {
            let dpia = c.model.word(c.model.dpias[dpia.index()].declared.name);
            Reason::at(format!("its impact assessment `{dpia}` is not completed, or overdue for review"), span)
                .mended(format!("complete or review `{dpia}`"))
        }
    });
    // what is lacking is told first
    reasons.rotate_right(1);
    Answer::Told(truth, reasons)
}

fn before_start(c: &Context<'_>, id: ActivityId, dpia: DpiaId) -> Answer {
    let a = &c.model.activities[id.index()];
    let (name, dpia) = (c.model.word(a.declared.name), &c.model.dpias[dpia.index()]);
    let title = c.model.word(dpia.declared.name);
    let completed = match &dpia.completed {
        Known::Said(date, span) => (*date, *span),
        other => {
            let at = other.span().unwrap_or(dpia.declared.span);
            return Answer::Is(Truth::unknown(format!("when `{title}` was completed (`completed`)"), at));
        }
    };
    let start = match &a.starts {
        Known::Said(start, _) => *start,
        other => {
            let at = other.span().unwrap_or(a.declared.span);
            return Answer::Is(Truth::unknown(format!("when `{name}` starts (`starts`)"), at));
        }
    };
    let timeline = &c.graph.timeline;
    let done = Point::Date(completed.0);
    if timeline.order(done, start) != Order::Unknown {
        return Answer::Told(Truth::True, Vec::new());
    }
    if timeline.order(start, done) == Order::Unknown {
        let text = format!("whether `{title}` was completed before `{name}` starts");
        return Answer::Is(Truth::unknown(text, a.starts.span().unwrap_or(a.declared.span)));
    }
    let reason =
        Reason::at(format!("`{title}` was completed on {}, after `{name}` had started", completed.0), completed.1)
            .mended(
                "assess an activity before it starts, and where it goes on already, review whether it may go on"
                    .to_owned(),
            );
    Answer::Told(Truth::False, vec![reason])
}

fn consulted(c: &Context<'_>, id: DpiaId) -> Answer {
    let mut covers: Vec<ActivityId> = c.model.dpias[id.index()].covers.clone();
    let names_it = |a: &Activity| a.dpia.value() == Some(&id);
    let naming = c.model.activities.iter().enumerate().filter(|(_, a)| names_it(a));
    covers.extend(naming.map(|(number, _)| ActivityId(number as u32)));
    let records = c.records_covering(covers.into_iter().map(Thing::Activity));
    let of_kind =
        records.iter().filter(|r| r.kinds.value().is_some_and(|k| k.iter().any(|w| w == "prior-consultation")));
    let truth = Truth::any(of_kind.map(|r| record_in_force(c, r)));
    if truth == Truth::False { Answer::Unsaid } else { Answer::Is(truth) }
}
