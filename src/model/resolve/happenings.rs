//! What happens to data, but for steps: flows, uses, decisions, and the events that time is told by.

use super::Resolver;
use super::circles::Edges;
use super::facts::{Seen, date, plain, text};
use super::index::Found;
use crate::model::{
    ActivityId, Decision, Event, FactsIfAny, Flow, Known, Model, Period, PlaceId, PurposeId, Rarely, Use,
};
use crate::source::Span;
use crate::syntax::list::List;
use crate::syntax::tree::{
    DecisionFact, EventDecl, EventFact, Fact, FlowDecl, FlowFact, Head, Name, Names, Stated, UseFact,
};
use crate::vocabulary::Family;

impl Resolver<'_> {
    /// Events; circles of `after` are cut.
    pub(super) fn events(&mut self, found: &Found<'_>) {
        let mut edges: Edges = Vec::with_capacity(found.events.len());
        for decl in &found.events {
            let (event, after) = self.event_facts(decl);
            edges.push(after);
            self.model.events.push(event);
        }
        let walk = self.walk(&edges, "comes after", |r, i| r.head_name(found.events.get(i).map(|d| &d.head)));
        for (from, to) in walk.cut {
            self.model.events[from].after.retain(|e| e.index() != to);
        }
    }

    fn event_facts(&mut self, decl: &EventDecl) -> (Event, Vec<(usize, Span)>) {
        let declared = self.declared(&decl.head);
        let mut event = Event {
            declared,
            expected: Known::Unsaid,
            no_later: Known::Unsaid,
            not_before: Known::Unsaid,
            happened: Known::Unsaid,
            after: Vec::new(),
            per_person: false,
        };
        let mut after = Vec::new();
        let mut seen = Seen::new(&decl.head);
        for fact in &decl.facts {
            let word = fact.word;
            match &fact.value {
                EventFact::Expected(d) if self.once(&mut seen, "expected", word) => event.expected = date(d),
                EventFact::NoLater(d) if self.once(&mut seen, "no later than", word) => event.no_later = date(d),
                EventFact::NotBefore(d) if self.once(&mut seen, "not before", word) => event.not_before = date(d),
                EventFact::Happened(d) if self.once(&mut seen, "happened", word) => event.happened = date(d),
                EventFact::After(names) => {
                    for name in names {
                        if let Some(id) = self.event(*name)
                            && !event.after.contains(&id)
                        {
                            event.after.push(id);
                            after.push((id.index(), name.span));
                        }
                    }
                }
                EventFact::PerPerson => event.per_person = true,
                _ => {} // said twice
            }
        }
        (event, after)
    }

    /// The activity of something: the one that it names, else the only one of its file.
    pub(super) fn activity_or_only(&mut self, named: Option<Name>) -> Option<ActivityId> {
        match named {
            Some(name) => self.activity(name),
            None => self.only_activity,
        }
    }

    /// Purposes of something: its own, else those of its activity.
    pub(super) fn purposes_or_activity(
        &self,
        own: Known<List<PurposeId>>,
        activity: Option<ActivityId>,
    ) -> Known<List<PurposeId>> {
        match (own, activity) {
            (Known::Unsaid, Some(activity)) => {
                self.model.activities.get(activity.index()).map_or(Known::Unsaid, |a| a.purposes.clone())
            }
            (own, _) => own,
        }
    }

    pub(super) fn flow_facts(&mut self, decl: &FlowDecl) -> Flow {
        let declared = self.declared(&decl.head);
        let at = declared.span;
        let mut flow = Flow {
            declared,
            from: List::new(),
            from_span: at,
            to: List::new(),
            to_span: at,
            data: List::new(),
            data_not_stated: None,
            purposes: Known::Unsaid,
            activity: None,
            agreements: Known::Unsaid,
            channels: Rarely::default(),
            starts: Rarely::default(),
            ends: Rarely::default(),
            facts: FactsIfAny::default(),
            onward: Rarely::default(),
        };
        let mut seen = Seen::new(&decl.head);
        let mut activity = None;
        for fact in &decl.facts {
            self.flow_fact(&mut flow, &mut seen, &mut activity, fact);
        }
        flow.activity = self.activity_or_only(activity);
        flow.purposes = self.purposes_or_activity(std::mem::take(&mut flow.purposes), flow.activity);
        let missing: Vec<&str> = ["from", "to", "data"].into_iter().filter(|w| seen.at(w).is_none()).collect();
        self.missing(
            &decl.head,
            &missing,
            "a flow says who gives what to whom; write `not-stated` after a word where the source is silent",
        );
        flow
    }

    fn flow_fact(&mut self, flow: &mut Flow, seen: &mut Seen<'_>, activity: &mut Option<Name>, fact: &Fact<FlowFact>) {
        let (word, span) = (fact.word, fact.span);
        match &fact.value {
            FlowFact::From(from) => {
                if self.once(seen, "from", word) {
                    flow.from = self.stated_places(from);
                    flow.from_span = span;
                }
            }
            FlowFact::To(to) => {
                if self.once(seen, "to", word) {
                    flow.to = self.stated_places(to);
                    flow.to_span = span;
                }
            }
            FlowFact::Data(Stated::Not(at)) => {
                if self.once(seen, "data", word) {
                    flow.data_not_stated = Some(*at);
                }
            }
            FlowFact::Data(Stated::Is(data)) => {
                if flow.data_not_stated.is_none() || self.once(seen, "data", word) {
                    self.again(seen, "data", word);
                    let more = self.dataset_list(data);
                    flow.data.extend(more);
                }
            }
            FlowFact::For(purposes) => {
                if self.once(seen, "for", word) {
                    flow.purposes = self.said(purposes, span, |r, n| Some(r.purposes(n)));
                }
            }
            FlowFact::Activity(name) => {
                if self.once(seen, "activity", word) {
                    *activity = Some(*name);
                }
            }
            FlowFact::Under(agreements) => {
                if self.once(seen, "under", word) {
                    flow.agreements = self.said(agreements, span, |r, n| Some(r.agreements_of(n)));
                }
            }
            FlowFact::By(channels) => {
                if self.once(seen, "by", word) {
                    flow.channels = self.said(channels, span, |r, n| Some(r.family_symbols(Family::Channel, n))).into();
                }
            }
            FlowFact::During(during) => {
                if self.once(seen, "during", word) {
                    let (starts, ends) = self.during(during);
                    (flow.starts, flow.ends) = (starts.into(), ends.into());
                }
            }
            FlowFact::InTransit(period) => {
                if self.once(seen, "in transit", word) {
                    let period = self.said(period, span, |_, d| Some(Period { amount: d.amount, unit: d.unit }));
                    flow.facts.in_transit = period.into();
                }
            }
            FlowFact::Receiver(copy) => self.copy_fact(copy, word, span, &mut flow.facts, seen),
            FlowFact::Onward(who) => {
                if self.once(seen, "onward", word) {
                    flow.onward = self.said(who, span, |r, n| Some(r.places(n))).into();
                }
            }
        }
    }

    fn stated_places(&mut self, stated: &Stated<Names>) -> List<PlaceId> {
        match stated {
            Stated::Not(_) => List::one(Model::UNKNOWN),
            Stated::Is(names) => self.places(names),
        }
    }

    /// Where a step, use or decision is done.
    pub(super) fn done_at(&mut self, head: &Head, at: Option<&Stated<Name>>) -> (PlaceId, Span) {
        match at {
            None => {
                self.missing(head, &["at"], "say where: `at PLACE` after its name, or `at not-stated`");
                (Model::UNKNOWN, head.name.map_or(head.keyword, |n| n.span))
            }
            Some(Stated::Not(span)) => (Model::UNKNOWN, *span),
            Some(Stated::Is(name)) => (self.place(*name).unwrap_or(Model::UNKNOWN), name.span),
        }
    }

    fn empty_use(&mut self, head: &Head, at: Option<&Stated<Name>>) -> Use {
        let declared = self.declared(head);
        let (place, place_span) = self.done_at(head, at);
        Use {
            declared,
            place,
            place_span,
            takes: List::new(),
            takes_not_stated: None,
            purposes: Known::Unsaid,
            by: Known::Unsaid,
            activity: None,
            starts: Known::Unsaid,
            ends: Known::Unsaid,
            needs: Rarely::default(),
            decision: None,
        }
    }

    pub(super) fn use_facts(&mut self, head: &Head, at: Option<&Stated<Name>>, facts: &[Fact<UseFact>]) -> Use {
        let mut made = self.empty_use(head, at);
        let mut seen = Seen::new(head);
        let mut activity = None;
        for fact in facts {
            self.use_fact(&mut made, &mut seen, &mut activity, &fact.value, fact.word, fact.span);
        }
        self.close_use(&mut made, activity, &seen);
        made
    }

    fn close_use(&mut self, made: &mut Use, activity: Option<Name>, seen: &Seen<'_>) {
        made.activity = self.activity_or_only(activity);
        made.purposes = self.purposes_or_activity(std::mem::take(&mut made.purposes), made.activity);
        if seen.at("takes").is_none() {
            self.missing(seen.head(), &["takes"], "say what data it works on: `takes DATASET`, or `takes not-stated`");
        }
    }

    fn use_fact(
        &mut self,
        made: &mut Use,
        seen: &mut Seen<'_>,
        activity: &mut Option<Name>,
        fact: &UseFact,
        word: Span,
        span: Span,
    ) {
        match fact {
            UseFact::Takes(takes) => {
                self.again(seen, "takes", word);
                if let Stated::Not(span) = takes {
                    made.takes_not_stated = Some(*span);
                }
                if let Stated::Is(takes) = takes {
                    let more = self.dataset_list(takes);
                    made.takes.extend(more);
                }
            }
            UseFact::For(purposes) => {
                if self.once(seen, "for", word) {
                    made.purposes = self.said(purposes, span, |r, n| Some(r.purposes(n)));
                }
            }
            UseFact::By(who) => {
                if self.once(seen, "by", word) {
                    made.by = self.said(who, span, |r, n| Some(r.places(n)));
                }
            }
            UseFact::Activity(name) => {
                if self.once(seen, "activity", word) {
                    *activity = Some(*name);
                }
            }
            UseFact::Needs(form) => {
                if self.once(seen, "needs", word) {
                    made.needs = self.least_form(form, span).into();
                }
            }
            UseFact::During(during) => {
                if self.once(seen, "during", word) {
                    (made.starts, made.ends) = self.during(during);
                }
            }
        }
    }

    pub(super) fn decision_facts(&mut self, decl: &crate::syntax::tree::DecisionDecl) -> Use {
        let mut made = self.empty_use(&decl.head, decl.at.as_ref());
        let mut decision = Decision::default();
        let mut seen = Seen::new(&decl.head);
        let mut activity = None;
        for fact in &decl.facts {
            let (word, span) = (fact.word, fact.span);
            match &fact.value {
                DecisionFact::Use(fact) => self.use_fact(&mut made, &mut seen, &mut activity, fact, word, span),
                DecisionFact::About(about) if self.once(&mut seen, "about", word) => {
                    decision.about_individuals = self.said(about, span, |r, n| {
                        Some(
                            r.closed_word(*n, "whom a decision is about", &["individuals", "groups"])? == "individuals",
                        )
                    });
                }
                DecisionFact::Automation(how) if self.once(&mut seen, "automation", word) => {
                    decision.automation = self.said(how, span, |r, n| {
                        r.closed_word(*n, "a degree of automation", &["solely", "assisted", "none"]).map(str::to_owned)
                    });
                }
                DecisionFact::Significant(yes) if self.once(&mut seen, "significant", word) => {
                    decision.significant = plain(yes, span);
                }
                DecisionFact::Review(review) if self.once(&mut seen, "review", word) => decision.review = text(review),
                DecisionFact::Safeguards(words) if self.once(&mut seen, "safeguards", word) => {
                    decision.safeguards =
                        self.said(words, span, |r, n| Some(r.family_words(Family::DecisionSafeguard, n)));
                }
                DecisionFact::Oversight(words) if self.once(&mut seen, "oversight", word) => {
                    decision.oversight = self.said(words, span, |r, n| Some(r.family_words(Family::Oversight, n)));
                }
                _ => {} // said twice
            }
        }
        self.close_use(&mut made, activity, &seen);
        made.decision = Some(decision);
        made
    }
}
