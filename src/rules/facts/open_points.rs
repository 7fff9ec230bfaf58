//! What of a model is left open: `not-stated`, open lists, events without a date.

use super::{Answer, Reason, Subject, Wants};
use crate::model::{Activity, CopyFacts, Declared, Known, Model, OperationKind, Step, Suppress, Use};
use crate::rules::context::Context;
use crate::rules::truth::Truth;
use crate::source::Span;

facts! {
    "open points" of Flow Dataset Step Use Decision Activity Agreement Notice Event Party People Dpia, Wants::Nothing, "not-stated; fields open", "something about it being declared open: `not-stated`, an open list of fields, an event without a date"
        => |c, s, _| open_points(c, s);
}

/// What of a declaration is left open: what it is called, and where.
#[derive(Default)]
struct Open(Vec<(String, Span)>);

impl Open {
    fn add<T>(&mut self, known: &Known<T>, line: &str) {
        if let Known::NotStated(span) = known {
            self.0.push((format!("`{line}` is not stated"), *span));
        }
    }

    fn add_if(&mut self, open: bool, what: &str, span: Span) {
        if open {
            self.0.push((what.to_owned(), span));
        }
    }

    fn copy(&mut self, facts: &CopyFacts) {
        self.add(&facts.basis, "basis");
        self.add(&facts.conditions, "condition");
        self.add(&facts.retention, "retain");
        self.add(&facts.safeguards, "kept");
        self.add(&facts.stored_in, "stored in");
        self.add(&facts.confidentiality, "confidentiality");
        self.add(&facts.transfer, "transfer");
        self.add(&facts.in_transit, "in transit");
        if let Known::Said(retention, _) = &*facts.retention {
            self.add(&retention.method, "then destroy by");
        }
    }

    fn step(&mut self, step: &Step) {
        self.add_if(step.place == Model::UNKNOWN, "where it is done is not stated", step.place_span);
        if let Some(span) = step.operations_not_stated {
            self.add_if(true, "what it does is not stated (`operations`)", span);
        }
        self.add(&step.purposes, "for");
        self.add(&step.needs, "needs");
        self.copy(&step.facts);
        for operation in &step.operations {
            match &operation.kind {
                OperationKind::Aggregate { minimum, .. } => {
                    let open = !matches!(minimum, Known::Said(..));
                    self.add_if(open, "the least count that it shows is not stated (`minimum`)", operation.span);
                }
                OperationKind::Suppress(how) => self.add::<Suppress>(how, "suppress"),
                OperationKind::Pseudonymise { method, held_by, .. } => {
                    self.add(method, "using");
                    self.add(held_by, "held by");
                }
                OperationKind::Destroy { method, .. } => self.add(method, "destroy … by"),
                _ => {}
            }
        }
    }

    fn used(&mut self, used: &Use) {
        self.add_if(used.place == Model::UNKNOWN, "where it is done is not stated", used.place_span);
        if let Some(span) = used.takes_not_stated {
            self.add_if(true, "`takes` is not stated", span);
        }
        self.add(&used.purposes, "for");
        self.add(&used.needs, "needs");
        self.add(&used.by, "by");
        self.add(&used.starts, "during");
        if let Some(decision) = &used.decision {
            self.add(&decision.about_individuals, "about");
            self.add(&decision.automation, "automation");
            self.add(&decision.significant, "significant");
            self.add(&decision.review, "review");
            self.add(&decision.safeguards, "safeguards");
            self.add(&decision.oversight, "oversight");
        }
    }

    fn activity(&mut self, activity: &Activity) {
        self.add(&activity.purposes, "purpose");
        if let Some(span) = activity.controllers_not_stated {
            self.add_if(true, "`controller` is not stated", span);
        }
        for role in &activity.processors {
            self.add_if(role.principals.is_empty(), "for whom a processor acts is not stated", role.span);
            self.add(&role.under, "processor … under");
            self.add(&role.instructed, "instructed for");
        }
        self.add(&activity.starts, "starts");
        self.add(&activity.ends, "ends");
        self.add(&activity.dpia, "dpia");
        self.add(&activity.large, "scale");
        self.add(&activity.involves, "involves");
        activity.bases.iter().for_each(|basis| self.add(&basis.footing, "basis"));
        activity.conditions.iter().for_each(|condition| self.add(&condition.footing, "condition"));
    }
}

/// What of a subject is left open, and its declaration.
fn open_of<'a>(c: &Context<'a>, s: Subject) -> Option<(Open, &'a Declared)> {
    let m = c.model;
    let mut open = Open::default();
    let declared = match s {
        Subject::Flow(i) => {
            let flow = &m.flows[i.index()];
            open.add_if(flow.from.contains(&Model::UNKNOWN), "who sends is not stated (`from`)", flow.from_span);
            open.add_if(flow.to.contains(&Model::UNKNOWN), "who receives is not stated (`to`)", flow.to_span);
            if let Some(span) = flow.data_not_stated {
                open.add_if(true, "what is sent is not stated (`data`)", span);
            }
            open.add(&flow.purposes, "for");
            open.add(&flow.agreements, "under");
            open.add(&flow.channels, "by");
            open.add(&flow.starts, "during");
            open.add(&flow.onward, "onward to");
            open.copy(&flow.facts);
            &flow.declared
        }
        Subject::Dataset(i) => {
            let dataset = m.dataset(i);
            if let Some(span) = dataset.open {
                open.add_if(true, "there may be more fields than are listed (`fields open`)", span);
            }
            open.add_if(
                dataset.held_by.contains(&Model::UNKNOWN),
                "who holds it is not stated (`held by`)",
                dataset.held_span.unwrap_or(dataset.declared.span),
            );
            open.add(&dataset.controllers, "controller");
            open.add(&dataset.about, "about");
            open.add(&dataset.collected_for, "collected for");
            open.add(&dataset.table_minimum, "minimum");
            open.copy(&dataset.facts);
            &dataset.declared
        }
        Subject::Step(i) => {
            open.step(&m.steps[i.index()]);
            &m.steps[i.index()].declared
        }
        Subject::Use(i) => {
            open.used(&m.uses[i.index()]);
            &m.uses[i.index()].declared
        }
        Subject::Activity(i) => {
            open.activity(&m.activities[i.index()]);
            &m.activities[i.index()].declared
        }
        Subject::Agreement(i) => {
            let agreement = &m.agreements[i.index()];
            open.add(&agreement.kind, "kind");
            open.add(&agreement.binding, "binding");
            open.add(&agreement.between, "between");
            open.add(&agreement.from, "from");
            open.add(&agreement.until, "until");
            open.add(&agreement.purposes, "for");
            open.add(&agreement.covers, "covers");
            open.add(&agreement.onward, "onward to");
            open.add(&agreement.terms, "terms");
            &agreement.declared
        }
        Subject::Notice(i) => {
            let notice = &m.notices[i.index()];
            open.add(&notice.text, "text");
            open.add(&notice.from, "from");
            open.add(&notice.to, "to");
            open.add(&notice.published, "published");
            open.add(&notice.review_by, "review by");
            open.add(&notice.contacts, "contact");
            open.add(&notice.contains, "contains");
            open.add(&notice.retention, "retain");
            notice.names.iter().for_each(|(what, known)| open.add(known, &format!("names {what}")));
            &notice.declared
        }
        Subject::Event(i) => {
            let event = &m.events[i.index()];
            for (known, line) in [
                (&event.happened, "happened"),
                (&event.expected, "expected"),
                (&event.no_later, "no later than"),
                (&event.not_before, "not before"),
            ] {
                open.add(known, line);
            }
            let dates = [&event.happened, &event.expected, &event.no_later];
            let undated = !event.per_person && dates.iter().all(|d| matches!(d, Known::Unsaid));
            open.add_if(undated, "no date is stated for it, nor a latest one (`no later than`)", event.declared.span);
            &event.declared
        }
        Subject::Party(i) => {
            let party = m.party(i);
            open.add(&party.kind, "kind");
            open.add(&party.country, "country");
            open.add(&party.domain, "domain");
            &party.declared
        }
        Subject::People(i) => {
            let people = &m.people[i.index()];
            open.add(&people.children, "children");
            open.add(&people.count, "count");
            &people.declared
        }
        Subject::Dpia(i) => {
            let dpia = &m.dpias[i.index()];
            open.add(&dpia.completed, "completed");
            open.add(&dpia.review_by, "review by");
            open.add(&dpia.residual_risk, "residual risk");
            open.add(&dpia.advice, "advice");
            &dpia.declared
        }
        _ => return None,
    };
    Some((open, declared))
}

fn open_points(c: &Context<'_>, s: Subject) -> Answer {
    let Some((open, declared)) = open_of(c, s) else { return Answer::Unsaid };
    // what is taken over from an activity is that activity's to state
    let own = |span: &Span| declared.whole.start <= span.start && span.end <= declared.whole.end;
    let open: Vec<(String, Span)> = open.0.into_iter().filter(|(_, span)| own(span)).collect();
    let mend = format!("find out and state in `{}` what is left open", c.model.word(declared.name));
    let reasons: Vec<Reason> =
        open.into_iter().map(|(what, span)| Reason::at(what, span).mended(mend.clone())).collect();
    Answer::Told(Truth::from(!reasons.is_empty()), reasons)
}
