//! Facts of steps, uses, decisions, activities and processors.

use super::read::*;
use super::{Answer, Item, Subject, Wants};
use crate::model::{Known, OperationKind, PlaceId};
use crate::rules::truth::Truth;
use crate::vocabulary::Family;

facts! {
    "records" of Flow Copy Dataset Step Use Decision Activity Processor Agreement Party People, Wants::Words(Family::Record), "record NAME { kind KIND; covers NAME; by \"role\"; on DATE }", "the kinds of the records in force that cover it or its activity: signed, dated and not past their review"
        => |c, s, reading| {
            let of = records_of(c, s);
            let holds = |truth: Truth| match (truth, reading) {
                (Truth::True, _) => true,
                (Truth::Unknown(_), reading) => reading == crate::graph::Reading::Kind,
                (Truth::False, _) => false,
            };
            let span = of.first().map_or_else(Default::default, |r| r.declared.span);
            let in_force = of.into_iter().filter(|r| holds(record_in_force(c, r)));
            let kinds = in_force.filter_map(|r| r.kinds.value()).flatten();
            Answer::Values(kinds.cloned().map(Item::Word).collect(), span)
        };
    "purpose" of Flow Step Use Decision Activity Dataset Agreement, Wants::Purposes, "for PURPOSE", "what it is for (for a dataset: what it was collected for)"
        => |c, s, _| purposes(c, s);
    "activity" of Flow Step Use Decision, Wants::Anything, "activity ACTIVITY", "the activity that it belongs to"
        => |c, s, _| activity_of(c, s).map_or(Answer::Unsaid, |a| {
            let declared = &c.model.activities[a.index()].declared;
            Answer::Values(vec![Item::Word(c.model.word(declared.name).to_owned())], declared.span)
        });
    "processor" of Activity, Wants::Anything, "processor PARTY for PARTY", "who processes for a controller (article 4(8))"
        => |c, s, _| activity(c, s).map_or(Answer::Unsaid, |a| match a.processors.first() {
            None => Answer::Unsaid,
            Some(first) => Answer::Values(
                a.processors.iter().map(|r| Item::Word(c.model.word(c.model.party(r.party).declared.name).to_owned())).collect(),
                first.span,
            ),
        });
    "review" of Step Decision Dpia, Wants::Nothing, "review \"…\"", "a person looking at it again"
        => |c, s, _| match s {
            Subject::Step(step) => there(c.model.steps[step.index()].operations.iter().any(|o| matches!(o.kind, OperationKind::Review { .. }))),
            Subject::Use(used) => c.model.uses[used.index()].decision.as_ref().map_or(Answer::Unsaid, |d| text(&d.review)),
            Subject::Dpia(dpia) => date(&c.model.dpias[dpia.index()].review_by),
            _ => Answer::Unsaid,
        };
    "profiling" of Step, Wants::Nothing, "derive … profiling", "an evaluation of personal aspects (article 4(4))"
        => |c, s, _| step_has(c, s, &|o| matches!(o, OperationKind::Derive { profiling: true, .. }));
    "opt-out filter" of Step, Wants::Nothing, "filter opt-out SCHEME", "taking out those who opted out"
        => |c, s, _| step_has(c, s, &|o| matches!(o, OperationKind::FilterOptOut(_)));
    "minimum" of Step, Wants::Number, "aggregate … minimum N", "the least count that it shows"
        => |c, s, _| step(c, s).map_or(Answer::Unsaid, |step| {
            let mut counts = Vec::new();
            for operation in &step.operations {
                match &operation.kind {
                    OperationKind::Aggregate { minimum: Known::Said(n, span), .. } => counts.push((Item::Number(*n), *span)),
                    OperationKind::Aggregate { .. } => return Answer::NotStated(operation.span),
                    _ => {}
                }
            }
            match counts.first() {
                None => Answer::Unsaid,
                Some((_, span)) => {
                    let span = *span;
                    Answer::Values(counts.into_iter().map(|(item, _)| item).collect(), span)
                }
            }
        });
    "by" of Use Decision, Wants::Anything, "by WHO", "who sees the data, when not the holder"
        => |c, s, _| names_of(c, used(c, s).map(|u| &u.by), |c, p: &PlaceId| c.model.place(*p).declared.name);
    "automation" of Decision, Wants::Anything, "automation solely | assisted | none", "how far a machine decides (UK GDPR articles 22A to 22D)"
        => |c, s, _| decision(c, s).map_or(Answer::Unsaid, |d| text(&d.automation));
    "significant" of Decision, Wants::Nothing, "significant yes | no", "legal or similarly significant effects on the person"
        => |c, s, _| decision(c, s).map_or(Answer::Unsaid, |d| flag(&d.significant, || {
            format!("whether {} has legal or similarly significant effects (`significant yes | no`)", own_name(c, s))
        }));
    "about individuals" of Decision, Wants::Nothing, "about individuals", "being about one person and not a group"
        => |c, s, _| decision(c, s).map_or(Answer::Unsaid, |d| flag(&d.about_individuals, || {
            format!("whether {} is about single persons (`about individuals`)", own_name(c, s))
        }));
    "dpia" of Activity, Wants::Anything, "dpia DPIA", "its data protection impact assessment (article 35)"
        => |c, s, _| activity_dpia(c, s).map_or(Answer::Unsaid, |(dpia, span)| {
            Answer::Values(vec![Item::Word(c.model.word(c.model.dpias[dpia.index()].declared.name).to_owned())], span)
        });
    "dpia in force" of Activity, Wants::Nothing, "dpia DPIA", "an impact assessment that is completed and not overdue for review"
        => |c, s, _| activity_dpia(c, s).map_or(Answer::Unsaid, |(dpia, _)| Answer::Is(dpia_in_force(c, dpia)));
    "preconditions met" of Activity, Wants::Nothing, "requires PRECONDITION", "all that must come first being done by the date of the check"
        => |c, s, _| activity(c, s).map_or(Answer::Unsaid, |a| {
            let met = a.requires.iter().map(|(id, _)| {
                let precondition = &c.model.preconditions[id.index()];
                let name = c.model.word(precondition.declared.name);
                match &precondition.met {
                    Known::Said(Some(date), _) => Truth::from(*date <= c.as_of),
                    Known::Said(None, _) => Truth::False,
                    _ => Truth::unknown(format!("whether `{name}` is met (`met DATE` or `not-met`)"), precondition.declared.span),
                }
            });
            if a.requires.is_empty() { Answer::Unsaid } else { Answer::Is(Truth::all(met)) }
        });
    "start" of Activity, Wants::Date, "starts DATE", "when it starts"
        => |c, s, _| activity(c, s).map_or(Answer::Unsaid, |a| point(&a.starts));
    "end" of Activity Agreement, Wants::Date, "ends DATE (until DATE)", "when it ends"
        => |c, s, _| match s {
            Subject::Agreement(a) => point(&c.model.agreements[a.index()].until),
            _ => activity(c, s).map_or(Answer::Unsaid, |a| point(&a.ends)),
        };
    "contract" of Processor, Wants::Anything, "processor … under CONTRACT", "the contract that it processes under (article 28(3))"
        => |c, s, _| contract(c, s).map_or_else(|a| a, |(a, span)| {
            Answer::Values(vec![Item::Word(c.model.word(a.declared.name).to_owned())], span)
        });
    "contract in force" of Processor, Wants::Nothing, "processor … under CONTRACT", "a contract that is in force for as long as the activity goes on, or on the date of the check"
        => |c, s, _| contract(c, s).map_or_else(|a| no_contract(c, s, a), |(a, _)| {
            let window = match s {
                Subject::Processor(id, _) => {
                    let activity = &c.model.activities[id.index()];
                    (activity.starts.value().copied(), activity.ends.value().copied())
                }
                _ => (None, None),
            };
            Answer::Is(in_force(c, a, window))
        });
    "binding contract" of Processor, Wants::Nothing, "binding yes in the contract", "a contract that binds in law"
        => |c, s, _| contract(c, s).map_or_else(|a| no_contract(c, s, a), |(a, _)| Answer::Is(binding(a)));
    "contract terms" of Processor, Wants::Words(Family::Term), "terms TERM in the contract", "what its contract says (article 28(3)(a) to (h))"
        => |c, s, _| contract(c, s).map_or_else(|a| a, |(a, _)| words(&a.terms));
    "instructions" of Processor, Wants::Purposes, "instructed for PURPOSE", "what it was told to process for"
        => |c, s, _| processor(c, s).map_or(Answer::Unsaid, |r| match &r.instructed {
            Known::Said(purposes, span) => Answer::Values(purposes.iter().map(|p| Item::Purpose(*p)).collect(), *span),
            other => unsaid(other),
        });
    "principal" of Processor, Wants::Anything, "processor … for PARTY", "for whom it processes"
        => |c, s, _| processor(c, s).map_or(Answer::Unsaid, |r| if r.principals.is_empty() { Answer::NotStated(r.span) } else {
            Answer::Values(r.principals.iter().map(|p| Item::Word(c.model.word(c.model.party(*p).declared.name).to_owned())).collect(), r.span)
        });
    "party" of Processor, Wants::Anything, "processor PARTY", "who it is"
        => |c, s, _| processor(c, s).map_or(Answer::Unsaid, |r| {
            Answer::Values(vec![Item::Word(c.model.word(c.model.party(r.party).declared.name).to_owned())], r.span)
        });
    "decides purpose" of Processor, Wants::Nothing, "decides PARTY purpose", "deciding itself what the data is for"
        => |c, s, _| decides(c, s, "purpose");
    "decides essential means" of Processor, Wants::Nothing, "decides PARTY essential-means", "deciding itself on the essential means"
        => |c, s, _| decides(c, s, "essential-means");
}
