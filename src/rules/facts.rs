//! The table of facts: what `every … must …` can ask of each kind of thing.
//!
//! A fact is one entry here and nothing else: its name in the language, what it means, what it is compared with, and how it is
//! read from the model. `staunch explain` and the language reference print this table.

use jiff::civil::Date;

use super::compile::Value;
use super::context::Context;
use super::phrase::Phrase;
use super::sought::Sought;
use super::story::Story;
use super::truth::Truth;
use crate::graph::times::{self, Deadline};
use crate::graph::{ArrivalId, CopyId, How, Reading};
use crate::model::{
    ActivityId, Agreement, AgreementId, CopyFacts, DatasetId, DpiaId, EventId, FlowId, Footing, Known, LawId, List,
    Model, NoticeId, OperationKind, PartyId, PeopleId, Period, PlaceId, Point, PurposeId, RuleId, StepId, UseId,
};
use crate::source::Span;
use crate::syntax::intern::Symbol;
use crate::syntax::tree::Compare;
use crate::vocabulary::Family;

/// A kind of thing that rules can speak of.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Entity {
    /// `flow`.
    Flow,
    /// `copy`: one dataset at one place.
    Copy,
    /// `dataset`.
    Dataset,
    /// `step`.
    Step,
    /// `use`.
    Use,
    /// `decision`: a use that decides about people.
    Decision,
    /// `activity`.
    Activity,
    /// `processor`: a party in that role in one activity.
    Processor,
    /// `agreement`.
    Agreement,
    /// `law`.
    Law,
    /// `law cited`: a law as a notice cites it.
    LawCited,
    /// `notice`.
    Notice,
    /// `promise`.
    Promise,
    /// `rule`.
    Rule,
    /// `party`.
    Party,
    /// `people`.
    People,
    /// `event`.
    Event,
    /// `dpia`: a data protection impact assessment.
    Dpia,
}

impl Entity {
    /// Every kind.
    pub const ALL: [Entity; 18] = [
        Entity::Flow,
        Entity::Copy,
        Entity::Dataset,
        Entity::Step,
        Entity::Use,
        Entity::Decision,
        Entity::Activity,
        Entity::Processor,
        Entity::Agreement,
        Entity::Law,
        Entity::LawCited,
        Entity::Notice,
        Entity::Promise,
        Entity::Rule,
        Entity::Party,
        Entity::People,
        Entity::Event,
        Entity::Dpia,
    ];

    /// Its word in the language.
    pub fn word(self) -> &'static str {
        match self {
            Entity::Flow => "flow",
            Entity::Copy => "copy",
            Entity::Dataset => "dataset",
            Entity::Step => "step",
            Entity::Use => "use",
            Entity::Decision => "decision",
            Entity::Activity => "activity",
            Entity::Processor => "processor",
            Entity::Agreement => "agreement",
            Entity::Law => "law",
            Entity::LawCited => "law cited",
            Entity::Notice => "notice",
            Entity::Promise => "promise",
            Entity::Rule => "rule",
            Entity::Party => "party",
            Entity::People => "people",
            Entity::Event => "event",
            Entity::Dpia => "dpia",
        }
    }

    /// The kind of a word.
    pub fn of(word: &str) -> Option<Entity> {
        Entity::ALL.into_iter().find(|e| e.word() == word)
    }

    /// Its facts.
    pub fn facts(self) -> impl Iterator<Item = &'static Fact> {
        FACTS.iter().filter(move |f| f.entities.contains(&self))
    }

    /// One of its facts by name.
    pub fn fact(self, name: &str) -> Option<&'static Fact> {
        self.facts().find(|f| f.name == name)
    }

    /// Whether `of DATA` fits.
    pub fn has_data(self) -> bool {
        matches!(
            self,
            Entity::Flow
                | Entity::Copy
                | Entity::Dataset
                | Entity::Step
                | Entity::Use
                | Entity::Decision
                | Entity::Activity
        )
    }

    /// Whether `at PLACE` fits.
    pub fn has_place(self) -> bool {
        matches!(self, Entity::Copy | Entity::Dataset | Entity::Step | Entity::Use | Entity::Decision)
    }

    /// Whether `in ACTIVITY` (or `in NOTICE`) fits.
    pub fn is_in(self) -> bool {
        matches!(
            self,
            Entity::Flow
                | Entity::Copy
                | Entity::Step
                | Entity::Use
                | Entity::Decision
                | Entity::Processor
                | Entity::LawCited
                | Entity::Promise
                | Entity::Notice
                | Entity::Dpia
        )
    }

    /// Whether `for PURPOSES` fits.
    pub fn has_purpose(self) -> bool {
        matches!(
            self,
            Entity::Flow | Entity::Step | Entity::Use | Entity::Decision | Entity::Activity | Entity::Dataset
        )
    }
}

/// One thing that a rule with `every` speaks of.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Subject {
    /// A flow.
    Flow(FlowId),
    /// A copy, by one of its arrivals: facts of each arrival are tested apart (ruling 18).
    Copy(CopyId, ArrivalId),
    /// A dataset.
    Dataset(DatasetId),
    /// A step.
    Step(StepId),
    /// A use or a decision.
    Use(UseId),
    /// An activity.
    Activity(ActivityId),
    /// The activity and which of its processors.
    Processor(ActivityId, usize),
    /// An agreement.
    Agreement(AgreementId),
    /// A law.
    Law(LawId),
    /// A law as a notice cites it, and where.
    LawCited(NoticeId, LawId, Span),
    /// A notice.
    Notice(NoticeId),
    /// A rule or a promise.
    Rule(RuleId),
    /// A party.
    Party(PartyId),
    /// A group of people.
    People(PeopleId),
    /// An event.
    Event(EventId),
    /// An impact assessment.
    Dpia(DpiaId),
}

/// What a fact is compared with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wants {
    /// Nothing: it is there or not.
    Nothing,
    /// Words of a family of the vocabulary.
    Words(Family),
    /// Purposes.
    Purposes,
    /// Any word: names of declared things, free text.
    Anything,
    /// A number.
    Number,
    /// A period.
    Period,
    /// A date.
    Date,
}

/// What a fact of a subject is.
#[derive(Clone, PartialEq, Debug)]
pub enum Answer {
    /// Nobody says.
    Unsaid,
    /// The text says `not-stated`.
    NotStated(Span),
    /// It holds or not.
    Is(Truth),
    /// Its values.
    Values(Vec<Item>, Span),
}

/// A value of a fact.
#[derive(Clone, PartialEq, Debug)]
pub enum Item {
    /// A word of the vocabulary, a name or free text.
    Word(String),
    /// A purpose.
    Purpose(PurposeId),
    /// A number.
    Number(u64),
    /// A length of time.
    Period(Period),
    /// A date, or an event with a period after it.
    Point(Point),
}

/// An entry of the table.
#[derive(Debug)]
pub struct Fact {
    /// Its name in the language.
    pub name: &'static str,
    /// Whose fact it is.
    pub entities: &'static [Entity],
    /// What it means, in a sentence.
    pub meaning: &'static str,
    /// What it is compared with.
    pub wants: Wants,
    /// How it is said in a model: what a finding tells people to write.
    pub said_by: &'static str,
    /// Reads it.
    pub read: fn(&Context<'_>, Subject, Reading) -> Answer,
}

impl PartialEq for Fact {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && self.entities == other.entities
    }
}

impl Fact {
    /// Whether it can be compared so; otherwise what it is compared with.
    ///
    /// # Errors
    /// The words for what is wanted.
    pub fn accepts(&self, model: &Model, compare: Compare, values: &[Value]) -> Result<(), String> {
        let words = values.iter().all(|v| matches!(v, Value::Word(_)));
        let order = matches!(compare, Compare::AtMost | Compare::AtLeast);
        let dates = matches!(compare, Compare::Before | Compare::AfterDate);
        match self.wants {
            Wants::Nothing => Err("nothing: it holds or it does not".to_owned()),
            Wants::Number if values.iter().all(|v| matches!(v, Value::Number(_))) && !dates => Ok(()),
            Wants::Number => Err("a number".to_owned()),
            Wants::Period if values.iter().all(|v| matches!(v, Value::Period(_))) && !dates => Ok(()),
            Wants::Period => Err("a period, such as `6 years`".to_owned()),
            Wants::Date if values.iter().all(|v| matches!(v, Value::Date(_))) => Ok(()),
            Wants::Date => Err("a date, such as `2026-03-31`".to_owned()),
            Wants::Anything if words && !order && !dates => Ok(()),
            Wants::Anything => Err("words".to_owned()),
            Wants::Words(family) if words && !order && !dates => {
                let known: Vec<&str> = model.vocabulary.family_words(family).collect();
                let unknown = values.iter().find_map(|v| match v {
                    Value::Word(w) if !known.is_empty() && model.vocabulary.word(family, w).is_none() => Some(w),
                    _ => None,
                });
                match unknown {
                    None => Ok(()),
                    Some(word) => {
                        let hint = crate::diagnostic::did_you_mean(word, known).map(|h| format!("; {h}"));
                        Err(format!("a {}, and `{word}` is none{}", family.noun(), hint.unwrap_or_default()))
                    }
                }
            }
            Wants::Words(family) => Err(format!("a {}", family.noun())),
            Wants::Purposes if words && !order && !dates => {
                let unknown = values.iter().find_map(|v| match v {
                    Value::Word(w) if model.vocabulary.find_purpose(w).is_none() => Some(w),
                    _ => None,
                });
                unknown.map_or(Ok(()), |w| Err(format!("a purpose, and `{w}` is none")))
            }
            Wants::Purposes => Err("a purpose".to_owned()),
        }
    }
}

/// Every fact of every kind of thing, as (entity, fact).
pub fn facts() -> impl Iterator<Item = (Entity, &'static Fact)> {
    Entity::ALL.into_iter().flat_map(|e| e.facts().map(move |f| (e, f)))
}

use Entity as E;

macro_rules! facts {
    ($($name:literal of $($entity:ident)+, $wants:expr, $said:literal, $meaning:literal => $read:expr;)*) => {
        /// Every fact.
        pub static FACTS: &[Fact] = &[$(Fact {
            name: $name,
            entities: &[$(E::$entity),+],
            meaning: $meaning,
            wants: $wants,
            said_by: $said,
            read: $read,
        }),*];
    };
}

facts! {
    "agreement" of Flow, Wants::Anything, "under AGREEMENT", "the agreement or contract that it is made under"
        => |c, s, _| names_of(c, flow(c, s).map(|f| &f.agreements), |c, a: &AgreementId| c.model.agreements[a.index()].declared.name);
    "agreement in force" of Flow, Wants::Nothing, "under AGREEMENT", "an agreement or contract that is in force for as long as it goes on, or on the date of the check"
        => |c, s, _| each_agreement(c, s, &|c, a, window| in_force(c, a, window));
    "binding agreement" of Flow, Wants::Nothing, "under AGREEMENT", "an agreement or contract that binds in law"
        => |c, s, _| each_agreement(c, s, &|_, a, _| binding(a));
    "binding agreement in force" of Flow, Wants::Nothing, "under AGREEMENT", "an agreement or contract that binds in law and is in force"
        => |c, s, _| each_agreement(c, s, &|c, a, window| in_force(c, a, window).and(binding(a)));
    "agreement kind" of Flow, Wants::Anything, "kind in the agreement", "the kind of the agreements that it is made under"
        => |c, s, _| agreement_words(c, s, |a| &a.kind);
    "channel" of Flow, Wants::Words(Family::Channel), "by CHANNEL", "how it travels"
        => |c, s, _| names_of(c, flow(c, s).map(|f| &*f.channels), |_, w: &Symbol| *w);
    "secure channel" of Flow, Wants::Nothing, "by CHANNEL", "a channel that the vocabulary marks as secure"
        => |c, s, _| flow(c, s).map_or(Answer::Unsaid, |f| match &*f.channels {
            Known::Said(channels, _) => Answer::Is(Truth::from(channels.iter().all(|w| {
                c.model.vocabulary.word(Family::Channel, c.model.word(*w)).is_some_and(|w| w.marks.iter().any(|m| m == "secure"))
            }))),
            other => unsaid(other),
        });
    "basis" of Flow Copy Dataset, Wants::Words(Family::Basis), "basis BASIS", "the legal basis (UK GDPR article 6)"
        => |c, s, _| footing(c, s, |f| &*f.basis);
    "condition" of Flow Copy Dataset, Wants::Words(Family::Condition), "condition CONDITION", "the condition for special-category or criminal-offence data (articles 9 and 10)"
        => |c, s, _| footing(c, s, |f| &*f.condition);
    "law" of Flow Copy Dataset, Wants::Anything, "basis BASIS under LAW", "the law that its basis stands on"
        => |c, s, _| match footing_law(c, s) {
            Some((law, span)) => Answer::Values(vec![Item::Word(c.model.word(c.model.laws[law.index()].declared.name).to_owned())], span),
            None => Answer::Unsaid,
        };
    "law in force" of Flow Copy Dataset, Wants::Nothing, "basis BASIS under LAW", "a law that its basis stands on and that is in force on the date of the check"
        => |c, s, _| footing_law(c, s).map_or(Answer::Unsaid, |(law, _)| Answer::Is(law_in_force(c, law, window_of(c, s))));
    "in force" of Agreement Law LawCited Dpia, Wants::Nothing, "its dates", "in force on the date of the check"
        => |c, s, _| Answer::Is(match s {
            Subject::Agreement(a) => in_force(c, &c.model.agreements[a.index()], (None, None)),
            Subject::Law(l) | Subject::LawCited(_, l, _) => law_in_force(c, l, (None, None)),
            Subject::Dpia(d) => dpia_in_force(c, d),
            _ => Truth::True,
        });
    "power" of Law LawCited, Wants::Nothing, "gives power", "a power or gateway that it gives"
        => |c, s, _| law(c, s).map_or(Answer::Unsaid, |l| words(&l.gives));
    "purpose" of Flow Step Use Decision Activity Dataset Agreement, Wants::Purposes, "for PURPOSE", "what it is for (for a dataset: what it was collected for)"
        => |c, s, _| purposes(c, s);
    "activity" of Flow Step Use Decision, Wants::Anything, "activity ACTIVITY", "the activity that it belongs to"
        => |c, s, _| activity_of(c, s).map_or(Answer::Unsaid, |a| {
            let declared = &c.model.activities[a.index()].declared;
            Answer::Values(vec![Item::Word(c.model.word(declared.name).to_owned())], declared.span)
        });
    "controller" of Flow Copy Dataset Activity, Wants::Anything, "controller PARTY", "who decides why and how (UK GDPR article 4(7))"
        => controller;
    "processor" of Activity, Wants::Anything, "processor PARTY for PARTY", "who processes for a controller (article 4(8))"
        => |c, s, _| activity(c, s).map_or(Answer::Unsaid, |a| match a.processors.first() {
            None => Answer::Unsaid,
            Some(first) => Answer::Values(
                a.processors.iter().map(|r| Item::Word(c.model.word(c.model.party(r.party).declared.name).to_owned())).collect(),
                first.span,
            ),
        });
    "safeguards" of Flow Copy Dataset, Wants::Words(Family::Safeguard), "kept SAFEGUARD (receiver keeps SAFEGUARD)", "how it is kept safe"
        => |c, s, _| copy_facts(c, s, |f| names_of(c, Some(&*f.safeguards), |_, w: &Symbol| *w));
    "location" of Flow Copy Dataset, Wants::Anything, "stored in COUNTRY", "the countries it is stored in"
        => |c, s, _| copy_facts(c, s, |f| names_of(c, Some(&*f.stored_in), |_, w: &Symbol| *w));
    "deadline" of Flow Copy Dataset, Wants::Nothing, "retain …", "an end of its keeping that comes to a date: its own, or for what a step makes the earliest of what it was made from"
        => |c, s, _| deadline(c, s);
    "retention" of Flow Copy Dataset, Wants::Period, "retain PERIOD after EVENT", "how long it is kept, where that is said as a period"
        => |c, s, _| copy_facts(c, s, |f| match &*f.retention {
            Known::Said(r, span) => r.period.map_or(Answer::Unsaid, |p| Answer::Values(vec![Item::Period(p)], *span)),
            other => unsaid(other),
        });
    "destruction" of Copy Dataset, Wants::Nothing, "retain … then destroy", "being destroyed when its time is up"
        => |c, s, _| copy_facts(c, s, |f| match &*f.retention {
            Known::Said(r, span) => match r.then {
                Some(crate::model::Disposal::Destroy) => Answer::Is(Truth::True),
                Some(_) => Answer::Is(Truth::False),
                None => Answer::NotStated(*span),
            },
            other => unsaid(other),
        });
    "destruction method" of Copy Dataset, Wants::Words(Family::DestructionMethod), "then destroy by METHOD", "how it is destroyed"
        => |c, s, _| copy_facts(c, s, |f| match &*f.retention {
            Known::Said(r, span) => match &r.method {
                Known::Said(method, span) => Answer::Values(vec![Item::Word(method.clone())], *span),
                _ => Answer::NotStated(*span),
            },
            other => unsaid(other),
        });
    "re-identifiable" of Copy, Wants::Nothing, "nothing: it follows from what its holder holds", "identifiable at its place, though it has no direct identifier of its own"
        => |c, s, _| match s {
            Subject::Copy(copy, _) => Answer::Is(re_identifiable(c, copy)),
            _ => Answer::Unsaid,
        };
    "attestation" of Copy, Wants::Nothing, "attest copy …", "a live attestation that it is anonymous"
        => |c, s, reading| match s {
            Subject::Copy(copy, _) => {
                let level = c.levels(&c.seen(c.graph.copy(copy).place, reading)).of(copy);
                c.attested(copy, level).map_or(Answer::Unsaid, |_| Answer::Is(Truth::True))
            }
            _ => Answer::Unsaid,
        };
    "onward" of Flow, Wants::Anything, "onward to WHO", "to whom the receiver may pass it on"
        => |c, s, _| names_of(c, flow(c, s).map(|f| &*f.onward), |c, p: &PlaceId| c.model.place(*p).declared.name);
    "window" of Flow, Wants::Nothing, "during DATE to DATE", "the time in which it goes on"
        => |c, s, _| flow(c, s).map_or(Answer::Unsaid, |f| match (&*f.starts, &*f.ends) {
            (Known::Said(..), Known::Said(..)) => Answer::Is(Truth::True),
            (Known::NotStated(span), _) | (_, Known::NotStated(span)) => Answer::NotStated(*span),
            _ => Answer::Unsaid,
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
        => |c, s, _| decision(c, s).map_or(Answer::Unsaid, |d| flag(&d.significant));
    "about individuals" of Decision, Wants::Nothing, "about individuals", "being about one person and not a group"
        => |c, s, _| decision(c, s).map_or(Answer::Unsaid, |d| flag(&d.about_individuals));
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
    "contract in force" of Processor, Wants::Nothing, "processor … under CONTRACT", "a contract that is in force on the date of the check"
        => |c, s, _| contract(c, s).map_or_else(|a| a, |(a, _)| Answer::Is(in_force(c, a, (None, None))));
    "binding contract" of Processor, Wants::Nothing, "binding yes in the contract", "a contract that binds in law"
        => |c, s, _| contract(c, s).map_or_else(|a| a, |(a, _)| Answer::Is(binding(a)));
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
    "kind" of Agreement Party, Wants::Anything, "kind KIND", "its kind"
        => |c, s, _| match s {
            Subject::Agreement(a) => text(&c.model.agreements[a.index()].kind),
            Subject::Party(p) => text(&c.model.party(p).kind),
            _ => Answer::Unsaid,
        };
    "binding" of Agreement, Wants::Nothing, "binding yes | no", "binding in law"
        => |c, s, _| match s {
            Subject::Agreement(a) => flag(&c.model.agreements[a.index()].binding),
            _ => Answer::Unsaid,
        };
    "terms" of Agreement, Wants::Words(Family::Term), "terms TERM", "what it says"
        => |c, s, _| match s {
            Subject::Agreement(a) => words(&c.model.agreements[a.index()].terms),
            _ => Answer::Unsaid,
        };
    "parties" of Agreement, Wants::Anything, "between A, B", "whom it binds"
        => |c, s, _| match s {
            Subject::Agreement(a) => names_of(c, Some(&c.model.agreements[a.index()].between), |c, p: &PartyId| c.model.party(*p).declared.name),
            _ => Answer::Unsaid,
        };
    "country" of Party, Wants::Anything, "country GB", "where it is established"
        => |c, s, _| match s {
            Subject::Party(p) => text(&c.model.party(p).country),
            _ => Answer::Unsaid,
        };
    "domain" of Party, Wants::Anything, "domain \"…\"", "its internet domain"
        => |c, s, _| match s {
            Subject::Party(p) => text(&c.model.party(p).domain),
            _ => Answer::Unsaid,
        };
    "public authority" of Party, Wants::Nothing, "kind KIND", "being a public authority, by the vocabulary"
        => |c, s, _| match s {
            Subject::Party(p) => match &c.model.party(p).kind {
                Known::Said(kind, _) => Answer::Is(Truth::from(c.model.vocabulary.word_under(Family::PartyKind, kind, "public-authority")
                    || c.model.vocabulary.word(Family::PartyKind, kind).is_some_and(|w| w.marks.iter().any(|m| m == "public-authority")))),
                other => unsaid(other),
            },
            _ => Answer::Unsaid,
        };
    "published" of Notice, Wants::Date, "published DATE", "when it was given to people"
        => |c, s, _| notice(c, s).map_or(Answer::Unsaid, |n| date(&n.published));
    "text" of Notice, Wants::Nothing, "text \"FILE\"", "its words"
        => |c, s, _| notice(c, s).map_or(Answer::Unsaid, |n| text(&n.text));
    "audience" of Notice, Wants::Anything, "to PEOPLE", "to whom it was given"
        => |c, s, _| names_of(c, notice(c, s).map(|n| &n.to), |c, p: &PeopleId| c.model.people[p.index()].declared.name);
    "recipients" of Notice, Wants::Anything, "names recipients WHO", "whom it names as recipients"
        => |c, s, _| notice(c, s).and_then(|n| n.names.get("recipients")).map_or(Answer::Unsaid, |k| match k {
            Known::Said(list, span) => Answer::Values(list.iter().map(|(n, _)| Item::Word(c.model.word(*n).to_owned())).collect(), *span),
            other => unsaid(other),
        });
    "quote" of Promise, Wants::Nothing, "quote \"…\" in NOTICE", "the words it was made in"
        => |c, s, _| rule(c, s).map_or(Answer::Unsaid, |r| there(!r.quotes.is_empty()));
    "reason" of Promise Rule, Wants::Nothing, "because \"…\"", "the reason for it"
        => |c, s, _| rule(c, s).map_or(Answer::Unsaid, |r| there(r.because.is_some()));
    "about" of Dataset, Wants::Anything, "about PEOPLE", "whom it is about"
        => |c, s, _| names_of(c, dataset(c, s).map(|d| &*d.about), |c, p: &PeopleId| c.model.people[p.index()].declared.name);
    "fields" of Dataset, Wants::Anything, "fields …", "its fields"
        => |c, s, _| dataset(c, s).map_or(Answer::Unsaid, |d| match (d.open, d.fields.first()) {
            (Some(span), _) => Answer::NotStated(span),
            (None, None) => Answer::Unsaid,
            (None, Some(first)) => Answer::Values(d.fields.iter().map(|f| Item::Word(c.model.word(f.name).to_owned())).collect(), first.span),
        });
    "count" of People, Wants::Number, "count N", "how many they are"
        => |c, s, _| match s {
            Subject::People(p) => match &c.model.people[p.index()].count {
                Known::Said(n, span) => Answer::Values(vec![Item::Number(*n)], *span),
                other => unsaid(other),
            },
            _ => Answer::Unsaid,
        };
    "children" of People, Wants::Nothing, "children all | some | none", "children being among them"
        => |c, s, _| match s {
            Subject::People(p) => match &c.model.people[p.index()].children {
                Known::Said(children, _) => Answer::Is(Truth::from(*children != crate::model::Children::None)),
                other => unsaid(other),
            },
            _ => Answer::Unsaid,
        };
    "date" of Event, Wants::Date, "happened DATE (expected DATE)", "when it happened or is expected"
        => |c, s, _| event(c, s).map_or(Answer::Unsaid, |e| match &e.happened { Known::Unsaid => date(&e.expected), said => date(said) });
    "latest date" of Event, Wants::Date, "no later than DATE", "the date by which it happens in any case"
        => |c, s, _| event(c, s).map_or(Answer::Unsaid, |e| match &e.happened { Known::Unsaid => date(&e.no_later), said => date(said) });
    "completed" of Dpia, Wants::Date, "completed DATE", "when it was completed"
        => |c, s, _| dpia(c, s).map_or(Answer::Unsaid, |d| date(&d.completed));
    "residual risk" of Dpia, Wants::Anything, "residual risk low | medium | high", "the risk that is left"
        => |c, s, _| dpia(c, s).map_or(Answer::Unsaid, |d| text(&d.residual_risk));
    "advice" of Dpia, Wants::Nothing, "advice \"…\"", "what the data protection officer advised (article 35(2))"
        => |c, s, _| dpia(c, s).map_or(Answer::Unsaid, |d| text(&d.advice));
}

// ---- reading ----

/// Whether a copy is re-identifiable; unknown where the two readings do not agree.
fn re_identifiable(c: &Context<'_>, copy: CopyId) -> Truth {
    let place = c.graph.copy(copy).place;
    let so = |reading| {
        c.levels(&c.seen(place, reading)).of(copy) == 4 && c.has_rows(copy, reading) && !c.identified(copy, reading)
    };
    let (kind, harsh) = (so(Reading::Kind), so(Reading::Harsh));
    if kind == harsh {
        return Truth::from(kind);
    }
    let mut story = Story::default();
    c.walls_missing(&mut story, &c.seen(place, Reading::Harsh), &[copy]);
    if story.missing.is_empty() {
        story.miss(
            format!("whether {} can be re-identified at `{}`", c.data_name(copy), c.model.place_name(place)),
            c.model.place(place).declared.span,
        );
    }
    Truth::Unknown(story.missing)
}

fn there(yes: bool) -> Answer {
    if yes { Answer::Is(Truth::True) } else { Answer::Unsaid }
}

fn unsaid<T>(known: &Known<T>) -> Answer {
    match known {
        Known::NotStated(span) => Answer::NotStated(*span),
        _ => Answer::Unsaid,
    }
}

fn words(known: &Known<Vec<String>>) -> Answer {
    match known {
        Known::Said(all, span) => Answer::Values(all.iter().cloned().map(Item::Word).collect(), *span),
        other => unsaid(other),
    }
}

fn text(known: &Known<String>) -> Answer {
    match known {
        Known::Said(word, span) => Answer::Values(vec![Item::Word(word.clone())], *span),
        other => unsaid(other),
    }
}

fn flag(known: &Known<bool>) -> Answer {
    match known {
        Known::Said(yes, _) => Answer::Is(Truth::from(*yes)),
        Known::NotStated(span) => Answer::Is(Truth::unknown("whether it does (`not-stated`)".to_owned(), *span)),
        Known::Unsaid => Answer::Unsaid,
    }
}

fn date(known: &Known<Date>) -> Answer {
    match known {
        Known::Said(date, span) => Answer::Values(vec![Item::Point(Point::Date(*date))], *span),
        other => unsaid(other),
    }
}

fn point(known: &Known<Point>) -> Answer {
    match known {
        Known::Said(point, span) => Answer::Values(vec![Item::Point(*point)], *span),
        other => unsaid(other),
    }
}

fn names_of<T>(c: &Context<'_>, known: Option<&Known<List<T>>>, name: impl Fn(&Context<'_>, &T) -> Symbol) -> Answer {
    match known {
        Some(Known::Said(all, span)) => {
            Answer::Values(all.iter().map(|x| Item::Word(c.model.word(name(c, x)).to_owned())).collect(), *span)
        }
        Some(other) => unsaid(other),
        None => Answer::Unsaid,
    }
}

fn flow<'a>(c: &Context<'a>, s: Subject) -> Option<&'a crate::model::Flow> {
    if let Subject::Flow(id) = s { c.model.flows.get(id.index()) } else { None }
}

fn step<'a>(c: &Context<'a>, s: Subject) -> Option<&'a crate::model::Step> {
    if let Subject::Step(id) = s { c.model.steps.get(id.index()) } else { None }
}

fn used<'a>(c: &Context<'a>, s: Subject) -> Option<&'a crate::model::Use> {
    if let Subject::Use(id) = s { c.model.uses.get(id.index()) } else { None }
}

fn decision<'a>(c: &Context<'a>, s: Subject) -> Option<&'a crate::model::Decision> {
    used(c, s).and_then(|u| u.decision.as_ref())
}

fn activity<'a>(c: &Context<'a>, s: Subject) -> Option<&'a crate::model::Activity> {
    if let Subject::Activity(id) = s { c.model.activities.get(id.index()) } else { None }
}

fn dataset<'a>(c: &Context<'a>, s: Subject) -> Option<&'a crate::model::Dataset> {
    if let Subject::Dataset(id) = s { c.model.datasets.get(id.index()) } else { None }
}

fn law<'a>(c: &Context<'a>, s: Subject) -> Option<&'a crate::model::Law> {
    if let Subject::Law(id) | Subject::LawCited(_, id, _) = s { c.model.laws.get(id.index()) } else { None }
}

fn notice<'a>(c: &Context<'a>, s: Subject) -> Option<&'a crate::model::Notice> {
    if let Subject::Notice(id) = s { c.model.notices.get(id.index()) } else { None }
}

fn rule<'a>(c: &Context<'a>, s: Subject) -> Option<&'a crate::model::Rule> {
    if let Subject::Rule(id) = s { c.model.rules.get(id.index()) } else { None }
}

fn event<'a>(c: &Context<'a>, s: Subject) -> Option<&'a crate::model::Event> {
    if let Subject::Event(id) = s { c.model.events.get(id.index()) } else { None }
}

fn dpia<'a>(c: &Context<'a>, s: Subject) -> Option<&'a crate::model::Dpia> {
    if let Subject::Dpia(id) = s { c.model.dpias.get(id.index()) } else { None }
}

fn processor<'a>(c: &Context<'a>, s: Subject) -> Option<&'a crate::model::ProcessorRole> {
    if let Subject::Processor(id, number) = s {
        c.model.activities.get(id.index())?.processors.get(number)
    } else {
        None
    }
}

fn contract<'a>(c: &Context<'a>, s: Subject) -> Result<(&'a Agreement, Span), Answer> {
    match processor(c, s).map(|r| &r.under) {
        Some(Known::Said(agreement, span)) => Ok((&c.model.agreements[agreement.index()], *span)),
        Some(other) => Err(unsaid(other)),
        None => Err(Answer::Unsaid),
    }
}

fn decides(c: &Context<'_>, s: Subject, what: &str) -> Answer {
    let Subject::Processor(id, _) = s else { return Answer::Unsaid };
    let party = processor(c, s).map(|r| r.party);
    let decides = &c.model.activities[id.index()].decides;
    Answer::Is(Truth::from(decides.iter().any(|(p, w, _)| Some(*p) == party && w == what)))
}

fn step_has(c: &Context<'_>, s: Subject, which: &dyn Fn(&OperationKind) -> bool) -> Answer {
    step(c, s).map_or(Answer::Unsaid, |step| match step.operations_not_stated {
        Some(span) => {
            Answer::Is(Truth::unknown(format!("what `{}` does (`operations`)", c.model.word(step.declared.name)), span))
        }
        None => there(step.operations.iter().any(|o| which(&o.kind))),
    })
}

/// The facts of the copy that a subject is or makes.
fn copy_facts(c: &Context<'_>, s: Subject, read: impl Fn(&CopyFacts) -> Answer) -> Answer {
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

fn footing(c: &Context<'_>, s: Subject, which: impl Fn(&CopyFacts) -> &Known<Footing>) -> Answer {
    copy_facts(c, s, |f| match which(f) {
        Known::Said(footing, span) => Answer::Values(vec![Item::Word(c.model.word(footing.name).to_owned())], *span),
        other => unsaid(other),
    })
}

fn footing_law(c: &Context<'_>, s: Subject) -> Option<(LawId, Span)> {
    let of = |f: &CopyFacts| match &*f.basis {
        Known::Said(footing, span) => footing.law.map(|l| (l, *span)),
        _ => None,
    };
    match s {
        Subject::Flow(id) => of(&c.model.flows[id.index()].facts),
        Subject::Dataset(id) => of(&c.model.dataset(id).facts),
        Subject::Copy(copy, arrival) => {
            let facts = times::facts(c.model, c.graph.arrival(arrival), c.graph.copy(copy).dataset);
            facts.into_iter().flatten().find_map(of)
        }
        _ => None,
    }
}

fn purposes(c: &Context<'_>, s: Subject) -> Answer {
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

fn controller(c: &Context<'_>, s: Subject, _: Reading) -> Answer {
    let name = |p: PartyId| Item::Word(c.model.word(c.model.party(p).declared.name).to_owned());
    let datasets: Vec<DatasetId> = match s {
        Subject::Dataset(id) => vec![id],
        Subject::Copy(copy, _) => vec![c.graph.copy(copy).dataset],
        Subject::Flow(id) => c.model.flows[id.index()].data.iter().map(|d| d.dataset).collect(),
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

fn deadline(c: &Context<'_>, s: Subject) -> Answer {
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
fn resolvable(c: &Context<'_>, point: Point, no_later: Option<Date>) -> bool {
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

type Window = (Option<Point>, Option<Point>);

fn each_agreement(c: &Context<'_>, s: Subject, holds: &dyn Fn(&Context<'_>, &Agreement, Window) -> Truth) -> Answer {
    let Some(flow) = flow(c, s) else { return Answer::Unsaid };
    match &flow.agreements {
        Known::Said(all, _) => {
            let window = (flow.starts.value().copied(), flow.ends.value().copied());
            Answer::Is(Truth::any(all.iter().map(|a| holds(c, &c.model.agreements[a.index()], window))))
        }
        other => unsaid(other),
    }
}

fn agreement_words(c: &Context<'_>, s: Subject, which: impl Fn(&Agreement) -> &Known<String>) -> Answer {
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

fn binding(agreement: &Agreement) -> Truth {
    match &agreement.binding {
        Known::Said(yes, _) => Truth::from(*yes),
        _ => Truth::unknown("whether the agreement binds (`binding yes` or `no`)".to_owned(), agreement.declared.span),
    }
}

/// The points over which a window is tested. What has begun and states no end still goes on; what states nothing is tested on the
/// date of the check.
fn span_of(c: &Context<'_>, (start, end): Window) -> (Point, Point) {
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
fn in_force(c: &Context<'_>, agreement: &Agreement, window: Window) -> Truth {
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
fn law_in_force(c: &Context<'_>, id: LawId, window: Window) -> Truth {
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
fn window_of(c: &Context<'_>, s: Subject) -> Window {
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

fn activity_dpia(c: &Context<'_>, s: Subject) -> Option<(DpiaId, Span)> {
    let Subject::Activity(id) = s else { return None };
    if let Known::Said(dpia, span) = &c.model.activities[id.index()].dpia {
        return Some((*dpia, *span));
    }
    let covering = c.model.dpias.iter().position(|d| d.covers.contains(&id))?;
    Some((DpiaId(covering as u32), c.model.dpias[covering].declared.span))
}

fn dpia_in_force(c: &Context<'_>, id: DpiaId) -> Truth {
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
    super::forms::uses::taken(c, s, reading).iter().all(|taken| !taken.includes(c, &more, reading))
}
