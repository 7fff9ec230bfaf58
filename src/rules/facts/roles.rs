//! Facts of processors: whether the contract is with the right party, whether its terms come down to sub-processors, whether the
//! processor does what it was told, and whether its role fits the others that it has.

use rustc_hash::{FxHashMap, FxHashSet};

use super::read::*;
use super::transfers::record_of_kind;
use super::{Answer, Reason, Subject, Wants};
use crate::graph::{How, Reading};
use crate::model::{
    Activity, ActivityId, DatasetFields, DatasetId, Declared, FlowId, Known, List, PartyId, PlaceId, ProcessorRole,
    PurposeId, StepId, Thing, UseId,
};
use crate::rules::context::Context;
use crate::rules::forms::uses::taken;
use crate::rules::truth::Truth;

facts! {
    "contract with principal" of Processor, Wants::Nothing, "between A, B in the contract", "a contract that names the processor and everybody that it processes for as its parties"
        => |c, s, _| contract_with_principal(c, s);
    "sub-processor" of Processor, Wants::Nothing, "sub-processor PARTY of PARTY", "processing for another processor"
        => |c, s, _| there(processor(c, s).is_some_and(|r| r.sub));
    "terms passed down" of Processor, Wants::Nothing, "terms TERM in the contract", "a contract with every term of the contract of the processor that it processes for (article 28(4))"
        => |c, s, _| terms_passed_down(c, s);
    "within instructions" of Processor, Wants::Nothing, "processor … instructed for PURPOSE", "all that it does in the activity, and all that it does elsewhere with data that it has for it, being for what it was instructed: the purposes after `instructed for`, else those of its contract, else the activity's"
        => |c, s, _| within_instructions(c, s);
    "coherent role" of Processor, Wants::Nothing, "processor PARTY for PARTY", "processing for somebody who is a controller there (a sub-processor for somebody who is a processor), being no controller of the same data there, and without instructions giving or using no data of its own (of which it is the controller, or which it holds from the start and nobody says who is), unless a record in force of kind `role-assessment` says why"
        => |c, s, _| coherent_role(c, s);
}

/// A processor's role with its activity.
fn role<'a>(c: &Context<'a>, s: Subject) -> Option<(ActivityId, &'a Activity, &'a ProcessorRole)> {
    let Subject::Processor(id, _) = s else { return None };
    Some((id, c.model.activities.get(id.index())?, processor(c, s)?))
}

fn name<'a>(c: &Context<'a>, party: PartyId) -> &'a str {
    c.model.word(c.model.party(party).declared.name)
}

fn contract_with_principal(c: &Context<'_>, s: Subject) -> Answer {
    let (Some((_, _, role)), contract) = (role(c, s), contract(c, s)) else { return Answer::Unsaid };
    let (contract, _) = match contract {
        Ok(contract) => contract,
        Err(none) => return no_contract(c, s, none),
    };
    let title = c.model.word(contract.declared.name);
    let (between, span) = match &contract.between {
        Known::Said(parties, span) => (parties, *span),
        other => {
            let span = other.span().unwrap_or(contract.declared.span);
            return Answer::Is(Truth::unknown(format!("whom `{title}` binds (`between`)"), span));
        }
    };
    let wanted = std::iter::once(role.party).chain(role.principals.iter().copied());
    let missing = wanted.filter(|p| !between.contains(p)).map(|p| {
        Reason::at(format!("`{title}` does not name `{}` as a party", name(c, p)), span)
            .mended(format!("name the contract that binds both, or add `{}` to `between` of `{title}`", name(c, p)))
    });
    let missing: Vec<Reason> = missing.collect();
    Answer::Told(Truth::from(missing.is_empty()), missing)
}

fn terms_passed_down(c: &Context<'_>, s: Subject) -> Answer {
    let Some((_, activity, role)) = role(c, s) else { return Answer::Unsaid };
    let (contract, span) = match contract(c, s) {
        Ok(contract) => contract,
        Err(none) => return none,
    };
    let own = match &contract.terms {
        Known::Said(terms, _) => terms.as_slice(),
        Known::NotStated(span) => return Answer::NotStated(*span),
        Known::Unsaid => &[],
    };
    let above = activity.processors.iter().filter(|r| role.principals.contains(&r.party) && r.party != role.party);
    let mut truth = Truth::True;
    let mut reasons = Vec::new();
    for principal in above {
        let Some(over) = principal.under.value().map(|a| &c.model.agreements[a.index()]) else { continue };
        let title = c.model.word(over.declared.name);
        let Known::Said(terms, _) = &over.terms else {
            let span = over.terms.span().unwrap_or(over.declared.span);
            truth = truth.and(Truth::unknown(format!("what `{title}` says (`terms`)"), span));
            continue;
        };
        let lacking: Vec<String> = terms.iter().filter(|t| !own.contains(t)).map(|t| format!("`{t}`")).collect();
        if !lacking.is_empty() {
            truth = Truth::False;
            let down = c.model.word(contract.declared.name);
            reasons.push(
                Reason::at(
                    format!("`{down}` lacks {}, which `{title}` has", crate::rules::story::list(&lacking)),
                    span,
                )
                .mended(format!("agree the same terms with the sub-processor, and add them to `terms` of `{down}`")),
            );
        }
    }
    Answer::Told(truth, reasons)
}

/// What parties do in activities in which they are processors, and what they do elsewhere with data that they have from there.
#[derive(Default)]
pub(in crate::rules) struct Processed {
    inside: FxHashMap<(ActivityId, PartyId), Vec<Subject>>,
    elsewhere: FxHashMap<(ActivityId, PartyId), Vec<Subject>>,
}

impl Processed {
    /// Gathers them in one walk over all that is done.
    pub(in crate::rules) fn of(c: &Context<'_>) -> Processed {
        let m = c.model;
        let numbered = m.activities.iter().enumerate();
        let roles: FxHashSet<(ActivityId, PartyId)> =
            numbered.flat_map(|(i, a)| a.processors.iter().map(move |r| (ActivityId(i as u32), r.party))).collect();
        let parties: FxHashSet<PartyId> = roles.iter().map(|(_, p)| *p).collect();
        let mut all = Processed::default();
        if roles.is_empty() {
            return all;
        }
        let party = |p: &PlaceId| m.place(*p).party;
        let mut inside = |activity: Option<ActivityId>, who: PartyId, subject: Subject| {
            if let Some(key) = activity.map(|a| (a, who)).filter(|key| roles.contains(key)) {
                all.inside.entry(key).or_default().push(subject);
            }
        };
        for (i, step) in m.steps.iter().enumerate() {
            inside(step.activity, party(&step.place), Subject::Step(StepId(i as u32)));
        }
        for (i, used) in m.uses.iter().enumerate() {
            inside(used.activity, party(&used.place), Subject::Use(UseId(i as u32)));
        }
        for (i, flow) in m.flows.iter().enumerate() {
            let senders: FxHashSet<PartyId> = flow.from.iter().map(party).collect();
            let mut senders: Vec<PartyId> = senders.into_iter().collect();
            senders.sort_unstable();
            senders.into_iter().for_each(|who| inside(flow.activity, who, Subject::Flow(FlowId(i as u32))));
        }
        let mut elsewhere = |copy: crate::graph::CopyId, activity: Option<ActivityId>, subject: Subject| {
            let who = party(&c.graph.copy(copy).place);
            if !parties.contains(&who) {
                return;
            }
            let came: Vec<Option<ActivityId>> =
                c.graph.arrivals_of(copy).map(|a| c.graph.arrival(a).activity).collect();
            if came.contains(&activity) {
                return; // it has the data for this as well
            }
            for from in came.into_iter().flatten().filter(|a| roles.contains(&(*a, who))) {
                let doings = all.elsewhere.entry((from, who)).or_default();
                if doings.last() != Some(&subject) {
                    doings.push(subject);
                }
            }
        };
        for (number, arrival) in c.graph.arrivals.iter().enumerate() {
            let subject = match arrival.how {
                How::Flow(flow, _) => Subject::Flow(flow),
                How::Step(step, _) | How::Side(step, _) => Subject::Step(step),
                How::Declared => continue,
            };
            for from in c.graph.from(crate::graph::ArrivalId(number as u32)) {
                elsewhere(*from, arrival.activity, subject);
            }
        }
        for (i, used) in m.uses.iter().enumerate().filter(|(_, u)| parties.contains(&party(&u.place))) {
            for copy in used.takes.iter().flat_map(|d| c.graph.found(m, d.dataset, used.place)) {
                elsewhere(copy, used.activity, Subject::Use(UseId(i as u32)));
            }
        }
        all
    }
}

/// What a subject is: its declaration, its purposes and what it is called.
fn done<'a>(c: &Context<'a>, s: Subject) -> Option<(&'a Declared, &'a Known<List<PurposeId>>, &'static str)> {
    let m: &'a crate::model::Model = c.model;
    Some(match s {
        Subject::Flow(id) => (&m.flows.get(id.index())?.declared, &m.flows.get(id.index())?.purposes, "flow"),
        Subject::Step(id) => (&m.steps.get(id.index())?.declared, &m.steps.get(id.index())?.purposes, "step"),
        Subject::Use(id) => (&m.uses.get(id.index())?.declared, &m.uses.get(id.index())?.purposes, "use"),
        _ => return None,
    })
}

/// What a processor was instructed for: what its role says, else its contract, else what its activity is for.
fn instructed<'a>(c: &Context<'a>, activity: &'a Activity, role: &'a ProcessorRole) -> &'a Known<List<PurposeId>> {
    let m: &'a crate::model::Model = c.model;
    let contract = role.under.value().map(|a| &m.agreements[a.index()].purposes);
    let said = [Some(&role.instructed), contract, Some(&activity.purposes)];
    said.into_iter().flatten().find(|k| !matches!(k, Known::Unsaid)).unwrap_or(&role.instructed)
}

fn within_instructions(c: &Context<'_>, s: Subject) -> Answer {
    let Some((id, activity, role)) = role(c, s) else { return Answer::Unsaid };
    let who = name(c, role.party);
    let title = c.model.word(activity.declared.name);
    let key = (id, role.party);
    let doings = c.processed();
    let inside = doings.inside.get(&key).into_iter().flatten().map(|x| (*x, true));
    let elsewhere = doings.elsewhere.get(&key).into_iter().flatten();
    // in another activity it may process for the same principals
    let same = |x: &Subject| {
        activity_of(c, *x).is_some_and(|other| {
            let others = &c.model.activities[other.index()].processors;
            others.iter().any(|r| r.party == role.party && r.principals.iter().any(|p| role.principals.contains(p)))
        })
    };
    let doings: Vec<(Subject, bool)> = inside.chain(elsewhere.filter(|x| !same(x)).map(|x| (*x, false))).collect();
    if doings.is_empty() {
        return Answer::Is(Truth::True);
    }
    let allowed = match instructed(c, activity, role) {
        Known::Said(purposes, _) => purposes,
        other => {
            let span = other.span().unwrap_or(role.span);
            return Answer::Is(Truth::unknown(
                format!("what `{who}` was instructed for in `{title}` (`instructed for`)"),
                span,
            ));
        }
    };
    let under = |p: &PurposeId| allowed.iter().any(|a| c.model.vocabulary.purpose_under(*p, *a));
    let mut truth = Truth::True;
    let mut reasons = Vec::new();
    for (x, inside) in doings {
        let Some((declared, purposes, noun)) = done(c, x) else { continue };
        let doing = c.model.word(declared.name);
        let purposes = match purposes {
            Known::Said(purposes, _) => purposes,
            other => {
                let span = other.span().unwrap_or(declared.span);
                truth = truth.and(Truth::unknown(format!("what the {noun} `{doing}` is for (`for`)"), span));
                continue;
            }
        };
        // what is for all that its activity is for is for the part that was instructed
        let whole = inside && activity.purposes.value().is_some_and(|all| **all == **purposes);
        let outside = purposes.iter().find(|p| !under(p));
        let Some(outside) = outside.filter(|_| !(whole && purposes.iter().any(under))) else { continue };
        if !takes_people(c, x) {
            continue; // what is done with counts is no processing of personal data
        }
        truth = Truth::False;
        let purpose = &c.model.vocabulary.purpose(*outside).name;
        let what = if inside {
            format!("the {noun} `{doing}`")
        } else {
            format!("the {noun} `{doing}`, with data that it has for `{title}`,")
        };
        reasons.push(
            Reason::at(format!("{what} is for `{purpose}`, for which `{who}` was not instructed"), declared.span).mended(format!(
                "leave `{doing}` to the controller, have it instructed (`instructed for {purpose}`), or make `{who}` a controller"
            )),
        );
    }
    Answer::Told(truth, reasons)
}

/// Whether records about people are among what a subject takes.
fn takes_people(c: &Context<'_>, s: Subject) -> bool {
    taken(c, s, Reading::Harsh).iter().any(|t| c.has_rows(t.copy, Reading::Harsh))
}

fn coherent_role(c: &Context<'_>, s: Subject) -> Answer {
    let Some((id, activity, role)) = role(c, s) else { return Answer::Unsaid };
    let mut reasons = other_roles(c, activity, role);
    let own = own_data(c, id, activity, role);
    if !own.is_empty() {
        let party = c.model.party(role.party).place;
        let assessed = record_of_kind(c, &[Thing::Place(party), Thing::Activity(id)], "role-assessment");
        match assessed {
            Some(Truth::True) => {}
            Some(unknown @ Truth::Unknown(_)) if reasons.is_empty() => return Answer::Is(unknown),
            _ => reasons.extend(own),
        }
    }
    Answer::Told(Truth::from(reasons.is_empty()), reasons)
}

/// What in the other roles of an activity contradicts a role.
fn other_roles(c: &Context<'_>, activity: &Activity, role: &ProcessorRole) -> Vec<Reason> {
    let (who, title) = (name(c, role.party), c.model.word(activity.declared.name));
    let mut reasons = Vec::new();
    let overlap = |a: &[DatasetId], b: &[DatasetId]| a.is_empty() || b.is_empty() || a.iter().any(|d| b.contains(d));
    if let Some(other) = activity.controllers.iter().find(|r| r.party == role.party && overlap(&r.of, &role.of)) {
        reasons.push(
            Reason::at(format!("`{who}` is a controller and a processor of the same data in `{title}`"), other.span)
                .mended(
                    "take out the role that it does not have, or limit each to its data with `of DATASET`".to_owned(),
                ),
        );
    }
    for principal in role.principals.iter().copied() {
        let for_whom = name(c, principal);
        let processes = activity.processors.iter().any(|r| r.party == principal);
        let controls = activity.controllers.iter().any(|r| r.party == principal);
        let (sentence, fix) = if principal == role.party {
            (format!("`{who}` processes for itself"), "name the party that it processes for".to_owned())
        } else if role.sub && !processes {
            (
                format!("`{who}` is a sub-processor of `{for_whom}`, which is no processor in `{title}`"),
                format!("declare `processor {for_whom} for …` in `{title}`"),
            )
        } else if !role.sub && processes && !controls {
            (
                format!("`{who}` processes for `{for_whom}`, which is itself a processor in `{title}`"),
                format!("write `sub-processor {who} of {for_whom}`"),
            )
        } else if !role.sub && !controls && !activity.controllers.is_empty() {
            (
                format!("`{who}` processes for `{for_whom}`, which is no controller in `{title}`"),
                format!("name a controller of `{title}`, or declare `controller {for_whom}`"),
            )
        } else {
            continue;
        };
        reasons.push(Reason::at(sentence, role.span).mended(fix));
    }
    reasons
}

/// Data of its own that a processor gives or uses without being instructed to, and without being a controller of it there.
fn own_data(c: &Context<'_>, id: ActivityId, activity: &Activity, role: &ProcessorRole) -> Vec<Reason> {
    if role.instructed.value().is_some() {
        return Vec::new();
    }
    let (who, title) = (name(c, role.party), c.model.word(activity.declared.name));
    let within = |d: DatasetId| role.of.is_empty() || role.of.contains(&d);
    let controls = |d: DatasetId| {
        activity.controllers.iter().any(|r| r.party == role.party && (r.of.is_empty() || r.of.contains(&d)))
    };
    let mut seen: FxHashSet<DatasetId> = FxHashSet::default();
    let mut reasons = Vec::new();
    for x in c.processed().inside.get(&(id, role.party)).into_iter().flatten() {
        let (data, gives): (&[DatasetFields], &[DatasetFields]) = match x {
            Subject::Flow(f) => (&c.model.flows[f.index()].data, &[]),
            Subject::Step(s) => (&c.model.steps[s.index()].takes, &c.model.steps[s.index()].gives),
            Subject::Use(u) => (&c.model.uses[u.index()].takes, &[]),
            _ => continue,
        };
        let Some((declared, _, noun)) = done(c, *x) else { continue };
        let makes = gives.iter().any(|d| within(d.dataset));
        for item in data.iter().filter(|d| (makes || within(d.dataset)) && !controls(d.dataset)) {
            let Some(its) = its_own(c, role.party, item.dataset) else { continue };
            if !seen.insert(item.dataset) {
                continue;
            }
            let (data, doing) = (c.model.dataset_name(item.dataset), c.model.word(declared.name));
            let sentence = format!(
                "`{who}` {its} `{data}`, which the {noun} `{doing}` takes, and is only a processor in `{title}`"
            );
            reasons.push(Reason::at(sentence, item.span).mended(format!(
                "make `{who}` a controller of what it gives of its own (`controller {who} of {data}`), or say what it was told to do with it: `instructed for PURPOSE`"
            )));
        }
    }
    reasons
}

/// How data is a party's own: it is the controller, or holds it from the start and nobody says who is.
fn its_own(c: &Context<'_>, party: PartyId, dataset: DatasetId) -> Option<&'static str> {
    let dataset = c.model.dataset(dataset);
    match &*dataset.controllers {
        Known::Said(all, _) => all.contains(&party).then_some("is the controller of"),
        _ => dataset.held_by.iter().any(|p| c.model.place(*p).party == party).then_some("holds from the start"),
    }
}
