//! Activities: what is done, for what, and in which role by whom.

use super::Resolver;
use super::facts::Seen;
use super::index::Found;
use crate::model::{
    Activity, ActivityFooting, ControllerKind, ControllerRole, DpiaId, Known, List, Precondition, ProcessorRole,
};
use crate::source::Span;
use crate::syntax::tree::{
    ActivityDecl, ActivityFact, BasisFact, Fact, Name, PreconditionDecl, PreconditionFact, ProcessorFact, Stated,
};
use crate::vocabulary::Family;

const DECISIONS: [&str; 3] = ["purpose", "essential-means", "means"];

impl Resolver<'_> {
    /// Preconditions and activities.
    pub(super) fn activities(&mut self, found: &Found<'_>) {
        for decl in &found.preconditions {
            self.precondition_facts(decl);
        }
        for decl in &found.activities {
            self.activity_facts(decl);
        }
    }

    fn precondition_facts(&mut self, decl: &PreconditionDecl) {
        let mut met = Known::Unsaid;
        let mut seen = Seen::new(&decl.head);
        for fact in &decl.facts {
            if !self.once(&mut seen, "met", fact.word) {
                continue;
            }
            met = match &fact.value {
                PreconditionFact::Met(Stated::Is(date)) => Known::Said(Some(date.date), date.span),
                PreconditionFact::Met(Stated::Not(span)) => Known::NotStated(*span),
                PreconditionFact::NotMet => Known::Said(None, fact.span),
            };
        }
        let declared = self.declared(&decl.head);
        self.model.preconditions.push(Precondition { declared, met });
    }

    fn activity_facts(&mut self, decl: &ActivityDecl) {
        let declared = self.declared(&decl.head);
        let mut activity = Activity {
            declared,
            purposes: Known::Unsaid,
            controllers: Vec::new(),
            controllers_not_stated: None,
            processors: Vec::new(),
            decides: Vec::new(),
            starts: Known::Unsaid,
            ends: Known::Unsaid,
            dpia: Known::Unsaid,
            requires: Vec::new(),
            bases: Vec::new(),
            conditions: Vec::new(),
            large: Known::Unsaid,
            involves: Known::Unsaid,
        };
        let mut seen = Seen::new(&decl.head);
        for fact in &decl.facts {
            self.activity_fact(&mut activity, &mut seen, fact);
        }
        self.model.activities.push(activity);
    }

    fn activity_fact(&mut self, activity: &mut Activity, seen: &mut Seen<'_>, fact: &Fact<ActivityFact>) {
        let (word, span) = (fact.word, fact.span);
        match &fact.value {
            ActivityFact::Purpose(purposes) => {
                if self.once(seen, "purpose", word) {
                    activity.purposes = self.said(purposes, span, |r, n| Some(r.purposes(n)));
                }
            }
            ActivityFact::Controller { who: Stated::Not(at), .. } => {
                if self.once(seen, "controller not-stated", word) {
                    activity.controllers_not_stated = Some(*at);
                }
            }
            ActivityFact::Controller { who: Stated::Is(who), of } => {
                self.controllers(activity, who, of, ControllerKind::Sole, &Known::Unsaid, span);
            }
            ActivityFact::JointControllers { who, under } => {
                let under = match under {
                    None => Known::Unsaid,
                    Some(under) => self.said(under, span, |r, n| r.agreement(*n)),
                };
                self.controllers(activity, who, &[], ControllerKind::Joint, &under, span);
            }
            ActivityFact::IndependentControllers(who) => {
                self.controllers(activity, who, &[], ControllerKind::Independent, &Known::Unsaid, span);
            }
            ActivityFact::Processor(role) => self.processors(activity, role, false, span),
            ActivityFact::SubProcessor(role) => self.processors(activity, role, true, span),
            ActivityFact::Decides { who, what } => {
                let party = self.party(*who);
                if let (Some(party), Stated::Is(what)) = (party, what) {
                    for name in what {
                        if let Some(word) =
                            self.closed_word(*name, "something that a controller or processor decides", &DECISIONS)
                        {
                            activity.decides.push((party, word.to_owned(), span));
                        }
                    }
                }
            }
            ActivityFact::Starts(when) => {
                if self.once(seen, "starts", word) {
                    activity.starts = self.said_point(when);
                }
            }
            ActivityFact::Ends(when) => {
                if self.once(seen, "ends", word) {
                    activity.ends = self.said_point(when);
                }
            }
            ActivityFact::Dpia(dpia) => {
                if self.once(seen, "dpia", word) {
                    activity.dpia = self.said(dpia, span, |r, n| -> Option<DpiaId> { r.dpia(*n) });
                }
            }
            ActivityFact::Basis { footing, of } => {
                let footing = self.activity_footing(Family::Basis, footing, of, span);
                activity.bases.extend(footing);
            }
            ActivityFact::Condition { footing, of } => {
                let footing = self.activity_footing(Family::Condition, footing, of, span);
                activity.conditions.extend(footing);
            }
            ActivityFact::Scale(scale) => {
                if self.once(seen, "scale", word) {
                    activity.large = self
                        .said(scale, span, |r, n| Some(r.closed_word(*n, "a scale", &["large", "small"])? == "large"));
                }
            }
            ActivityFact::Involves(words) => {
                let more = self.said(words, span, |r, n| Some(r.family_words(Family::DpiaTrigger, n)));
                self.append(seen.head(), "involves", &mut activity.involves, more);
            }
            ActivityFact::Requires(names) => {
                for name in names {
                    if let Some(precondition) = self.precondition(*name) {
                        activity.requires.push((precondition, name.span));
                    }
                }
            }
        }
    }

    fn activity_footing(
        &mut self,
        family: Family,
        footing: &Stated<Box<BasisFact>>,
        of: &[Name],
        span: Span,
    ) -> Option<ActivityFooting> {
        let footing = self.said(footing, span, |r, b| r.footing_of(family, b));
        let parties = self.parties_of(of);
        // a basis of a controller that is not there must not become everybody's
        (parties.is_empty() == of.is_empty()).then_some(ActivityFooting { footing, of: parties, span })
    }

    fn controllers(
        &mut self,
        activity: &mut Activity,
        who: &[Name],
        of: &[Name],
        kind: ControllerKind,
        under: &Known<crate::model::AgreementId>,
        span: Span,
    ) {
        let parties = self.parties_of(who);
        let named = self.datasets_of(of);
        // a role limited to a dataset that is not there must not become a role in all of them
        if named.is_empty() && !of.is_empty() {
            return;
        }
        for party in parties {
            activity.controllers.push(ControllerRole { party, kind, of: named.clone(), under: under.clone(), span });
        }
    }

    fn processors(&mut self, activity: &mut Activity, role: &ProcessorFact, sub: bool, span: Span) {
        let parties = self.parties_of(&role.who);
        let of = self.datasets_of(&role.of);
        let principals = match &role.for_whom {
            Stated::Not(_) => List::new(),
            Stated::Is(names) => self.parties_of(names),
        };
        let under = match &role.under {
            None => Known::Unsaid,
            Some(under) => self.said(under, span, |r, n| r.agreement(*n)),
        };
        let instructed = match &role.instructed {
            None => Known::Unsaid,
            Some(purposes) => self.said(purposes, span, |r, n| Some(r.purposes(n))),
        };
        if of.is_empty() && !role.of.is_empty() {
            return;
        }
        for party in parties {
            activity.processors.push(ProcessorRole {
                party,
                principals: principals.clone(),
                sub,
                of: of.clone(),
                under: under.clone(),
                instructed: instructed.clone(),
                span,
            });
        }
    }
}
