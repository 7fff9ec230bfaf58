//! What sentences are once their names are resolved.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use rustc_hash::FxHashMap;

use crate::graph::Ask;
use crate::model::{CategoryId, FlowId, Model, Period, PlaceId, Point, PurposeId, RuleId, StepId, Thing};
use crate::rules::facts::{Entity, Fact, KEPT};
use crate::rules::phrase::{Holder, Holders, Phrase};
use crate::source::Span;
use crate::syntax::intern::Symbol;
use crate::syntax::tree::{Compare, Verb};

/// A sentence ready to be judged.
#[derive(Clone, Debug)]
pub struct Compiled {
    /// The rule.
    pub rule: RuleId,
    /// Which of its sentences.
    pub sentence: usize,
    /// Where it stands.
    pub span: Span,
    /// What it says.
    pub form: Form,
    /// What is taken out.
    pub exceptions: Vec<Exception>,
    /// `judged by anyone`.
    pub by_anyone: bool,
    /// Whether what exactly is violated is to be worked out with each violation, and not only that something is.
    pub weighed: bool,
    /// The first exception that takes out what a holder has, once that is asked.
    pub(super) excepted: OnceLock<FxHashMap<Holder, usize>>,
}

/// Whom a sentence of forms 1, 2 and 7 speaks of.
#[derive(Clone, Debug)]
pub enum Whom {
    /// These.
    These(Holders),
    /// Everyone but these.
    AllBut(Holders),
}

/// What a sentence says.
#[derive(Clone, Debug)]
pub enum Form {
    /// 1. `WHO must never receive | hold DATA`, with `no one …` and `only …`, which say whom it does not touch.
    Never {
        /// Whom it forbids.
        who: Whom,
        /// Receive or hold.
        verb: Verb,
        /// What.
        data: Phrase,
    },
    /// 2. `WHO may receive only FIELDS from X`.
    OnlyFields {
        /// Who.
        who: Holders,
        /// The fields by name, with the category where the name is one.
        names: Vec<(Symbol, Option<CategoryId>)>,
        /// From what.
        from: Vec<Ask>,
        /// Where the fields stand.
        span: Span,
    },
    /// 3. `DATA must pass through STEP-or-OPERATION [at PLACE] before reaching WHO`.
    PassThrough {
        /// What.
        data: Phrase,
        /// Through what.
        through: Through,
        /// Where.
        at: Option<Holders>,
        /// Before whom.
        reaching: Holders,
    },
    /// 4. `DATA may be used only for PURPOSES`.
    UsedOnlyFor {
        /// What.
        data: Phrase,
        /// For what.
        purposes: Vec<PurposeId>,
    },
    /// 4. `DATA must never be used for PURPOSES`.
    NeverUsedFor {
        /// What.
        data: Phrase,
        /// For what.
        purposes: Vec<PurposeId>,
    },
    /// 4. `DATA must never be used to decide about individuals`.
    NeverDecide {
        /// What.
        data: Phrase,
    },
    /// 4. `only DATA may be used for PURPOSES`.
    OnlyDataFor {
        /// What.
        data: Phrase,
        /// For what.
        purposes: Vec<PurposeId>,
    },
    /// 4. `DATA may be used only at PLACE`.
    UsedOnlyAt {
        /// What.
        data: Phrase,
        /// Where.
        at: Holders,
    },
    /// 5, 8 and 9. `every ENTITY [FILTERS] [where CONDITION] must [not] CONDITION`.
    Every {
        /// Of which kind of thing.
        entity: Entity,
        /// Which of them; all filters must fit.
        filters: Vec<Filter>,
        /// `where CONDITION`.
        only_where: Option<Condition>,
        /// `must not`.
        negated: bool,
        /// What must hold.
        must: Condition,
    },
    /// 6. `every copy of DATA [at PLACE] must be destroyed by WHEN`.
    Destroyed {
        /// What.
        data: Phrase,
        /// Where; everywhere when not said.
        at: Option<Holders>,
        /// By when.
        by: Point,
    },
    /// 7. `WHO must never hold DATA together with DATA`.
    Together {
        /// Whom it forbids.
        who: Whom,
        /// The one.
        left: Phrase,
        /// The other.
        right: Phrase,
    },
    /// 8. `published DATA must be counts of at least 10 people`.
    PublishedCounts {
        /// What is published.
        data: Phrase,
        /// The least count.
        minimum: u64,
    },
    /// 8. `published DATA must be anonymous`.
    PublishedAnonymous {
        /// What is published.
        data: Phrase,
    },
    /// 10. `no one may receive a field they do not use`.
    UnusedFields {
        /// Whom it forbids.
        who: Whom,
    },
    /// A question, `who may receive | hold DATA`: each answer is a finding.
    Asked {
        /// Receive or hold.
        verb: Verb,
        /// What.
        data: Phrase,
    },
}

/// What data must pass through.
#[derive(Clone, Debug)]
pub enum Through {
    /// A step.
    Step(StepId),
    /// The dropping of these fields, by name or category.
    Drop(Vec<(Symbol, Option<CategoryId>)>),
    /// An operation by its word, with a least count and with fields or names.
    Operation {
        /// The word.
        word: String,
        /// `minimum N`.
        minimum: Option<u64>,
        /// Fields, or an opt-out's name.
        arguments: Vec<Symbol>,
    },
}

/// What an exception takes out.
#[derive(Clone, Debug)]
pub struct Exception {
    /// Where it stands.
    pub span: Span,
    /// What.
    pub what: Out,
    /// Whether anything was taken out by it that those before it did not, as far as that is noted (not for data).
    pub applied: Applied,
}

/// Whether an exception applied; all that are compiled of one share it.
#[derive(Clone, Debug, Default)]
pub struct Applied(Arc<AtomicBool>);

impl Applied {
    /// Notes that it did.
    pub fn note(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it did.
    pub fn is_noted(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// What an exception takes out.
#[derive(Clone, Debug)]
pub enum Out {
    /// Data.
    Data(Phrase),
    /// Places.
    At(Holders),
    /// Holders.
    Who(Holders),
    /// What comes by flows of which the condition holds.
    Flows(Condition),
}

/// A filter of `every`.
#[derive(Clone, Debug)]
pub enum Filter {
    /// `of DATA`.
    Of(Phrase),
    /// `at PLACE`.
    At(Holders),
    /// `from WHO`.
    From(Holders),
    /// `to WHO`.
    To(Holders),
    /// `in ACTIVITY`, for laws cited `in NOTICE`.
    In(Vec<Thing>),
    /// `for PURPOSES`.
    For(Vec<PurposeId>),
    /// The things of these names.
    Named(Vec<Symbol>),
    /// `between organisations`: from one party to another, not within one.
    BetweenOrganisations,
}

impl Filter {
    /// Whether another asks the same, wherever the two stand.
    pub fn asks_as(&self, other: &Filter) -> bool {
        match (self, other) {
            (Filter::Of(a), Filter::Of(b)) => a.means(b),
            (Filter::At(a), Filter::At(b)) | (Filter::From(a), Filter::From(b)) | (Filter::To(a), Filter::To(b)) => {
                a.means(b)
            }
            (Filter::In(a), Filter::In(b)) => a == b,
            (Filter::For(a), Filter::For(b)) => a == b,
            (Filter::Named(a), Filter::Named(b)) => a == b,
            (Filter::BetweenOrganisations, Filter::BetweenOrganisations) => true,
            _ => false,
        }
    }
}

/// A condition with its facts found.
#[derive(Clone, Debug)]
pub enum Condition {
    /// All of these.
    And(Vec<Condition>),
    /// Any of these.
    Or(Vec<Condition>),
    /// The contrary.
    Not(Box<Condition>),
    /// A fact, held against something or only there.
    Test(Test),
    /// `take only DATA`.
    TakesOnly(Phrase),
    /// Being one of these flows: what is waived for them.
    OneOf(Vec<FlowId>),
}

/// How a sentence asks for a fact, so that a finding can say it in the same words.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Asking {
    /// `must have a basis`.
    Have,
    /// `must be closed out`.
    Be,
    /// `must not cross a wall`.
    Do,
}

/// A test of a fact.
#[derive(Clone, Debug)]
pub struct Test {
    /// The fact.
    pub fact: &'static Fact,
    /// How the sentence asks for it.
    pub asking: Asking,
    /// What it is held against; its being there when `None`.
    pub compare: Option<(Compare, Vec<Value>)>,
    /// Where it stands.
    pub span: Span,
}

/// A value.
#[derive(Clone, PartialEq, Debug)]
pub enum Value {
    /// A word of the vocabulary, a name or free text.
    Word(String),
    /// A number.
    Number(u64),
    /// A length of time.
    Period(Period),
    /// A date.
    Date(jiff::civil::Date),
}

impl Compiled {
    /// The data that its exceptions take out.
    pub fn except_data(&self) -> Vec<&Phrase> {
        self.exceptions.iter().filter_map(|e| if let Out::Data(data) = &e.what { Some(data) } else { None }).collect()
    }

    /// Whether an exception takes out what is at a place.
    pub fn excepts_place(&self, model: &Model, place: PlaceId) -> bool {
        if self.exceptions.is_empty() {
            return false;
        }
        let excepted = self.excepted.get_or_init(|| {
            let mut first = FxHashMap::default();
            for (number, exception) in self.exceptions.iter().enumerate() {
                if let Out::At(who) | Out::Who(who) = &exception.what {
                    who.sure.iter().for_each(|holder| _ = first.entry(*holder).or_insert(number));
                }
            }
            first
        });
        let of = |holder| excepted.get(&holder).copied();
        let first = of(Holder::Party(model.place(place).party)).into_iter().chain(of(Holder::Team(place))).min();
        let exception = first.and_then(|first| self.exceptions.get(first));
        exception.inspect(|exception| exception.applied.note()).is_some()
    }

    /// The same without one of its exceptions.
    pub fn without(&self, exception: usize) -> Compiled {
        let mut without = Compiled { excepted: OnceLock::new(), ..self.clone() };
        without.exceptions.remove(exception);
        without
    }

    /// The same, but that what comes by some flows only is no concern of it.
    pub fn but_for(&self, flows: Vec<FlowId>) -> Compiled {
        let mut but = Compiled { excepted: OnceLock::new(), ..self.clone() };
        let what = Out::Flows(Condition::OneOf(flows));
        but.exceptions.push(Exception { span: self.span, what, applied: Applied::default() });
        but
    }

    /// Whether it asks what became of other sentences, and so is judged after them.
    pub fn asks_for_verdicts(&self) -> bool {
        fn asks(condition: &Condition) -> bool {
            match condition {
                Condition::And(all) | Condition::Or(all) => all.iter().any(asks),
                Condition::Not(inner) => asks(inner),
                Condition::Test(test) => test.fact.name == KEPT,
                Condition::TakesOnly(_) | Condition::OneOf(_) => false,
            }
        }
        let own = match &self.form {
            Form::Every { only_where, must, .. } => asks(must) || only_where.as_ref().is_some_and(asks),
            _ => false,
        };
        own || self.exceptions.iter().any(|e| matches!(&e.what, Out::Flows(condition) if asks(condition)))
    }

    /// Everything that the sentence asks of origins.
    pub fn asks(&self) -> Vec<Ask> {
        let mut asks = Vec::new();
        let mut phrase = |p: &Phrase| asks.extend(p.asks());
        match &self.form {
            Form::Never { data, .. }
            | Form::PassThrough { data, .. }
            | Form::UsedOnlyFor { data, .. }
            | Form::NeverUsedFor { data, .. }
            | Form::NeverDecide { data }
            | Form::OnlyDataFor { data, .. }
            | Form::UsedOnlyAt { data, .. }
            | Form::Destroyed { data, .. }
            | Form::PublishedCounts { data, .. }
            | Form::PublishedAnonymous { data }
            | Form::Asked { data, .. } => phrase(data),
            Form::Together { left, right, .. } => {
                phrase(left);
                phrase(right);
            }
            Form::OnlyFields { from, .. } => asks.extend(from.iter().copied()),
            Form::Every { filters, only_where, must, .. } => {
                for filter in filters {
                    if let Filter::Of(data) = filter {
                        phrase(data);
                    }
                }
                must.phrases(&mut phrase);
                if let Some(condition) = only_where {
                    condition.phrases(&mut phrase);
                }
            }
            Form::UnusedFields { .. } => {}
        }
        for exception in &self.exceptions {
            match &exception.what {
                Out::Data(data) => asks.extend(data.asks()),
                Out::Flows(condition) => condition.phrases(&mut |p| asks.extend(p.asks())),
                Out::At(_) | Out::Who(_) => {}
            }
        }
        asks
    }
}

impl Condition {
    fn phrases(&self, f: &mut dyn FnMut(&Phrase)) {
        match self {
            Condition::And(all) | Condition::Or(all) => all.iter().for_each(|c| c.phrases(f)),
            Condition::Not(inner) => inner.phrases(f),
            Condition::TakesOnly(phrase) => f(phrase),
            Condition::Test(_) | Condition::OneOf(_) => {}
        }
    }
}
