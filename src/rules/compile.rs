//! From a rule's sentences to what the judgement runs: names resolved, exceptions checked on their words.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use rustc_hash::FxHashMap;

use super::facts::{Entity, Fact, KEPT};
use super::phrase::{Holder, Holders, Phrase, Resolver};
use crate::diagnostic::codes::rules as codes;
use crate::diagnostic::{Diagnostic, Diagnostics, did_you_mean, with_article};
use crate::graph::Ask;
use crate::model::{
    CategoryId, FlowId, Model, Period, PlaceId, Point, PurposeId, RuleId, StepId, Thing, time::Trigger,
};
use crate::source::Span;
use crate::syntax::intern::Symbol;
use crate::syntax::tree::{
    self, Compare, Condition as TreeCondition, Data, Excepted, Filter as TreeFilter, Form as TreeForm, LevelWord, Name,
    Sentence, Test as TreeTest, Through as TreeThrough, Value as TreeValue, Verb, When,
};

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
    excepted: OnceLock<FxHashMap<Holder, usize>>,
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

/// Compiles every sentence of a model's rules that applies on the date; the rest are compiled too, so that their errors are
/// seen whenever they apply.
pub fn compile(model: &Model, diagnostics: &mut Diagnostics, as_of: jiff::civil::Date) -> Vec<Compiled> {
    let mut compiled = Vec::new();
    for (index, rule) in model.rules.iter().enumerate() {
        for (number, sentence) in rule.sentences.iter().enumerate() {
            let mut compiler = Compiler { resolver: Resolver { model, diagnostics }, as_of };
            if let Some((form, exceptions)) = compiler.sentence(sentence) {
                compiled.push(Compiled {
                    rule: RuleId(index as u32),
                    sentence: number,
                    span: sentence.span,
                    form,
                    exceptions,
                    by_anyone: rule.by_anyone,
                    weighed: false,
                    excepted: OnceLock::new(),
                });
            }
        }
    }
    compiled
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

struct Compiler<'a> {
    resolver: Resolver<'a>,
    as_of: jiff::civil::Date,
}

impl Compiler<'_> {
    fn model(&self) -> &Model {
        self.resolver.model
    }

    fn error(&mut self, diagnostic: Diagnostic) {
        self.resolver.diagnostics.push(diagnostic);
    }

    fn sentence(&mut self, sentence: &Sentence) -> Option<(Form, Vec<Exception>)> {
        let errors = self.resolver.diagnostics.errors();
        let form = self.form(&sentence.form);
        let mut exceptions = Vec::new();
        for exception in &sentence.exceptions {
            let what = match &exception.what {
                Excepted::Data(data) => Out::Data(self.resolver.data(data)),
                Excepted::At(who) => Out::At(self.resolver.who(who)),
                Excepted::Who(who) => match self.resolver.as_categories(who) {
                    // `except support-need`: a word that is nobody's name and a category's
                    Some(phrase) => Out::Data(phrase),
                    None => Out::Who(self.resolver.who(who)),
                },
                Excepted::Flows(condition) => match self.condition(condition, Entity::Flow) {
                    Some(condition) => Out::Flows(condition),
                    None => continue,
                },
            };
            self.swallows(&sentence.form, form.as_ref(), &what, exception.span);
            // a concession past its review date no longer stands, and what it covered comes back
            if exception.review.is_none_or(|d| d.date >= self.as_of) {
                exceptions.push(Exception { span: exception.span, what, applied: Applied::default() });
            }
        }
        (self.resolver.diagnostics.errors() == errors).then_some(form).flatten().map(|f| (f, exceptions))
    }

    fn form(&mut self, form: &TreeForm) -> Option<Form> {
        let r = &mut self.resolver;
        Some(match form {
            TreeForm::Never { who, verb, data } => {
                Form::Never { who: Whom::These(r.who(who)), verb: *verb, data: r.data(data) }
            }
            TreeForm::NoOne { except, verb, data } => {
                let but = except.as_ref().map(|w| r.who(w)).unwrap_or_default();
                Form::Never { who: Whom::AllBut(but), verb: *verb, data: r.data(data) }
            }
            TreeForm::Only { who, verb, data } => {
                Form::Never { who: Whom::AllBut(r.who(who)), verb: *verb, data: r.data(data) }
            }
            TreeForm::OnlyFields { who, fields, from } => {
                let who = r.who(who);
                let names = self.fields(fields);
                let from: Vec<Ask> = from.iter().flat_map(|f| self.resolver.source(*f)).collect();
                let span = fields.first().map_or(who.span, |f| f.span);
                Form::OnlyFields { who, names, from, span }
            }
            TreeForm::PassThrough { data, through, at, reaching } => {
                let data = r.data(data);
                let at = at.as_ref().map(|w| r.who(w));
                let reaching = r.who(reaching);
                let through = match through {
                    TreeThrough::Step(name) => Through::Step(r.step(*name)?),
                    TreeThrough::Drop(fields) => Through::Drop(self.fields(fields)),
                    TreeThrough::Operation { word, minimum, arguments } => Through::Operation {
                        word: r.model.word(word.symbol).to_owned(),
                        minimum: minimum.map(|n| n.value),
                        arguments: arguments.iter().map(|a| a.symbol).collect(),
                    },
                };
                Form::PassThrough { data, through, at, reaching }
            }
            TreeForm::UsedOnlyFor { data, purposes } => {
                Form::UsedOnlyFor { data: r.data(data), purposes: r.purposes(purposes) }
            }
            TreeForm::NeverUsedFor { data, purposes } => {
                Form::NeverUsedFor { data: r.data(data), purposes: r.purposes(purposes) }
            }
            TreeForm::NeverDecide { data } => Form::NeverDecide { data: r.data(data) },
            TreeForm::OnlyDataFor { data, purposes } => {
                Form::OnlyDataFor { data: r.data(data), purposes: r.purposes(purposes) }
            }
            TreeForm::UsedOnlyAt { data, at } => Form::UsedOnlyAt { data: r.data(data), at: r.who(at) },
            TreeForm::Every { entity, filters, only_where, negated, must } => {
                return self.every(*entity, filters, only_where.as_ref(), *negated, must);
            }
            TreeForm::Destroyed { data, at, by } => {
                let data = r.data(data);
                let at = at.as_ref().map(|w| r.who(w));
                let by = self.point(by)?;
                Form::Destroyed { data, at, by }
            }
            TreeForm::Together { who, left, right } => {
                let who = match who {
                    Some(who) => Whom::These(r.who(who)),
                    None => Whom::AllBut(Holders::default()),
                };
                Form::Together { who, left: r.data(left), right: r.data(right) }
            }
            TreeForm::PublishedCounts { data, minimum } => {
                Form::PublishedCounts { data: published(r.data(data)), minimum: minimum.value }
            }
            TreeForm::PublishedAnonymous { data } => Form::PublishedAnonymous { data: published(r.data(data)) },
            TreeForm::UnusedFields { who } => Form::UnusedFields {
                who: match who {
                    Some(who) => Whom::These(r.who(who)),
                    None => Whom::AllBut(Holders::default()),
                },
            },
            TreeForm::Asked { verb, data } => Form::Asked { verb: *verb, data: r.data(data) },
        })
    }

    /// Field names: each matches columns of that name, and of that category where it is one.
    fn fields(&mut self, fields: &[Name]) -> Vec<(Symbol, Option<CategoryId>)> {
        let model = self.model();
        let mut found = Vec::new();
        let mut unknown = Vec::new();
        for field in fields {
            let category = model.vocabulary.find_category(model.word(field.symbol));
            let declared = || {
                model.datasets.iter().any(|d| d.fields.iter().chain(&d.reveals).any(|f| f.name == field.symbol))
                    || model.steps.iter().any(|s| s.operations.iter().any(|o| adds(o, field.symbol)))
            };
            if category.is_none() && !declared() {
                unknown.push(*field);
            }
            found.push((field.symbol, category));
        }
        for field in unknown {
            let word = self.model().word(field.symbol).to_owned();
            let heard = self.resolver.diagnostics.heard();
            let help = heard.then(|| did_you_mean(&word, self.model().vocabulary.category_words())).flatten();
            self.error(
                Diagnostic::new(
                    &codes::UNKNOWN_NAME,
                    field.span,
                    format!("there is no field or category called `{word}`"),
                )
                .maybe_help(help),
            );
        }
        found
    }

    fn point(&mut self, when: &When) -> Option<Point> {
        match when {
            When::Date(date) => Some(Point::Date(date.date)),
            When::Event(name) => {
                let word = self.model().word(name.symbol);
                if let Some(trigger) = Trigger::of(word) {
                    return Some(Point::PerPerson(trigger, None));
                }
                match self.model().names.get(&name.symbol) {
                    Some(Thing::Event(event)) => Some(Point::Event(*event, None)),
                    _ => {
                        let word = word.to_owned();
                        let events = self.model().events.iter().map(|e| self.model().word(e.declared.name));
                        let heard = self.resolver.diagnostics.heard();
                        let help = heard.then(|| did_you_mean(&word, events)).flatten();
                        self.error(
                            Diagnostic::new(
                                &codes::UNKNOWN_NAME,
                                name.span,
                                format!("there is no event called `{word}`"),
                            )
                            .maybe_help(help),
                        );
                        None
                    }
                }
            }
            When::After(duration, base) => {
                let period = Period { amount: duration.amount, unit: duration.unit };
                match self.point(base)? {
                    Point::Date(date) => period.after(date).map(Point::Date),
                    Point::Event(event, _) => Some(Point::Event(event, Some(period))),
                    Point::PerPerson(trigger, _) => Some(Point::PerPerson(trigger, Some(period))),
                }
            }
        }
    }

    fn every(
        &mut self,
        entity: Name,
        filters: &[TreeFilter],
        only_where: Option<&TreeCondition>,
        negated: bool,
        must: &TreeCondition,
    ) -> Option<Form> {
        let word = self.model().word(entity.symbol).to_owned();
        let Some(kind) = Entity::of(&word) else {
            let help = did_you_mean(&word, Entity::ALL.iter().map(|e| e.word()));
            self.error(
                Diagnostic::new(&codes::UNKNOWN_ENTITY, entity.span, format!("rules cannot speak of every `{word}`"))
                    .help(help.unwrap_or_else(|| {
                        let all: Vec<String> = Entity::ALL.iter().map(|e| format!("`{}`", e.word())).collect();
                        format!("they can speak of {}", all.join(", "))
                    })),
            );
            return None;
        };
        let filters: Vec<Filter> = filters.iter().filter_map(|f| self.filter(f, kind, entity.span)).collect();
        let only_where = match only_where {
            Some(condition) => Some(self.condition(condition, kind)?),
            None => None,
        };
        let must = self.condition(must, kind)?;
        Some(Form::Every { entity: kind, filters, only_where, negated, must })
    }

    fn filter(&mut self, filter: &TreeFilter, entity: Entity, at: Span) -> Option<Filter> {
        let (compiled, word, fits) = match filter {
            TreeFilter::Of(data) => (Filter::Of(self.resolver.data(data)), "of", entity.has_data()),
            TreeFilter::At(who) => (Filter::At(self.resolver.who(who)), "at", entity.has_place()),
            TreeFilter::From(who) => {
                (Filter::From(self.resolver.who(who)), "from", entity == Entity::Flow || entity == Entity::Notice)
            }
            TreeFilter::To(who) => (Filter::To(self.resolver.who(who)), "to", entity == Entity::Flow),
            TreeFilter::In(names) => {
                let things = names.iter().filter_map(|n| self.thing_in(*n)).collect();
                (Filter::In(things), "in", entity.is_in())
            }
            TreeFilter::For(purposes) => (Filter::For(self.resolver.purposes(purposes)), "for", entity.has_purpose()),
            TreeFilter::Named(names) => (Filter::Named(names.iter().map(|n| n.symbol).collect()), "named", true),
            TreeFilter::BetweenOrganisations(_) => {
                (Filter::BetweenOrganisations, "between organisations", entity == Entity::Flow)
            }
        };
        if !fits {
            let message = format!("`{word}` does not fit every `{}`", entity.word());
            self.error(
                Diagnostic::new(&codes::WRONG_FILTER, at, message)
                    .help(format!("leave `{word}` out, or say with `where` which of them are meant")),
            );
        }
        Some(compiled)
    }

    fn thing_in(&mut self, name: Name) -> Option<Thing> {
        let model = self.model();
        match model.names.get(&name.symbol) {
            Some(thing @ (Thing::Activity(_) | Thing::Notice(_))) => Some(*thing),
            other => {
                let word = model.word(name.symbol);
                let code = if other.is_some() { &codes::WRONG_KIND } else { &codes::UNKNOWN_NAME };
                let known = model.activities.iter().map(|a| model.word(a.declared.name));
                let hint = did_you_mean(word, known.chain(model.notices.iter().map(|n| model.word(n.declared.name))));
                let message = match other {
                    Some(thing) => {
                        format!("`{word}` is {}; an activity or a notice is needed here", with_article(thing.noun()))
                    }
                    None => format!("there is no activity or notice called `{word}`"),
                };
                let help =
                    hint.or_else(|| Some("name an activity, or for a promise or a law cited its notice".to_owned()));
                self.error(Diagnostic::new(code, name.span, message).maybe_help(help));
                None
            }
        }
    }

    fn condition(&mut self, condition: &TreeCondition, entity: Entity) -> Option<Condition> {
        Some(match condition {
            TreeCondition::And(all) => Condition::And(self.conditions(all, entity)?),
            TreeCondition::Or(any) => Condition::Or(self.conditions(any, entity)?),
            TreeCondition::Not(inner, _) => Condition::Not(Box::new(self.condition(inner, entity)?)),
            TreeCondition::TakesOnly(data) => {
                if !matches!(entity, Entity::Step | Entity::Use | Entity::Decision) {
                    let message = format!("{} takes no data", with_article(entity.word()));
                    self.error(
                        Diagnostic::new(&codes::UNKNOWN_FACT, data.span, message)
                            .help("only steps, uses and decisions take data: say `every step … must take only …`"),
                    );
                    return None;
                }
                Condition::TakesOnly(self.resolver.data(data))
            }
            TreeCondition::Test(test) => Condition::Test(self.test(test, entity, None)?),
        })
    }

    /// A list of conditions; a bare word after a fact with a value goes on with that fact: `safeguards encrypted and vetted`.
    fn conditions(&mut self, all: &[TreeCondition], entity: Entity) -> Option<Vec<Condition>> {
        let mut found: Vec<Condition> = Vec::new();
        let mut failed = false;
        for condition in all {
            let compiled = match condition {
                TreeCondition::Test(test) => {
                    let before = match found.last() {
                        Some(Condition::Test(t)) if t.compare.is_some() => Some(t.fact),
                        _ => None,
                    };
                    self.test(test, entity, before).map(Condition::Test)
                }
                other => self.condition(other, entity),
            };
            match compiled {
                Some(compiled) => found.push(compiled),
                None => failed = true,
            }
        }
        (!failed).then_some(found)
    }

    fn test(&mut self, test: &TreeTest, entity: Entity, before: Option<&'static Fact>) -> Option<Test> {
        let words: Vec<String> = test.fact.iter().map(|n| self.model().word(n.symbol).to_owned()).collect();
        // the longest run of first words that is a fact; what is left over is a value
        let found = (1..=words.len()).rev().find_map(|n| entity.fact(&words[..n].join(" ")).map(|f| (f, n)));
        let (fact, used) = match (found, before) {
            (Some(found), _) => found,
            (None, Some(fact)) if test.compare.is_none() => (fact, 0),
            _ => {
                self.unknown_fact(test, entity, &words);
                return None;
            }
        };
        let left: Vec<Value> = words[used..].iter().map(|w| Value::Word(w.clone())).collect();
        let compare = match (&test.compare, left.is_empty()) {
            (Some((compare, values)), true) => {
                let values: Option<Vec<Value>> = values.iter().map(|v| self.value(v)).collect();
                Some((*compare, values?))
            }
            (None, true) => None,
            (None, false) => Some((Compare::Includes, left)),
            (Some(_), false) => {
                self.unknown_fact(test, entity, &words);
                return None;
            }
        };
        if let Some((compare, values)) = &compare
            && let Err(wanted) = fact.accepts(self.model(), *compare, values)
        {
            let message = format!("`{}` of {} is compared with {wanted}", fact.name, with_article(entity.word()));
            self.error(
                Diagnostic::new(&codes::WRONG_VALUE, test.span, message)
                    .help(format!("`staunch explain \"{}\"` says what it is", fact.name)),
            );
            return None;
        }
        let asking = match (test.have, test.be) {
            (true, _) => Asking::Have,
            (_, true) => Asking::Be,
            _ => Asking::Do,
        };
        Some(Test { fact, asking, compare, span: test.span })
    }

    fn unknown_fact(&mut self, test: &TreeTest, entity: Entity, words: &[String]) {
        let said = words.join(" ");
        let names: Vec<&str> = entity.facts().map(|f| f.name).collect();
        let help = did_you_mean(&said, names.iter().copied()).unwrap_or_else(|| {
            let names: Vec<String> = names.iter().map(|n| format!("`{n}`")).collect();
            format!("its facts are {}", names.join(", "))
        });
        self.error(
            Diagnostic::new(
                &codes::UNKNOWN_FACT,
                test.span,
                format!("{} has no fact `{said}`", with_article(entity.word())),
            )
            .help(help),
        );
    }

    fn value(&mut self, value: &TreeValue) -> Option<Value> {
        Some(match value {
            TreeValue::Word(name) => Value::Word(self.model().word(name.symbol).to_owned()),
            TreeValue::Text(text) => Value::Word(text.value.clone()),
            TreeValue::Number(number) => Value::Number(number.value),
            TreeValue::Duration(duration) => Value::Period(Period { amount: duration.amount, unit: duration.unit }),
            TreeValue::Date(date) => Value::Date(date.date),
        })
    }

    /// Whether an exception takes away all that its sentence forbids, on the words alone (ruling 19).
    fn swallows(&mut self, tree: &TreeForm, form: Option<&Form>, out: &Out, span: Span) {
        let swallowed = match (out, form) {
            (Out::Data(exception), Some(form)) => {
                let data = match form {
                    Form::Never { data, .. }
                    | Form::PassThrough { data, .. }
                    | Form::UsedOnlyFor { data, .. }
                    | Form::NeverUsedFor { data, .. }
                    | Form::NeverDecide { data }
                    | Form::UsedOnlyAt { data, .. }
                    | Form::Destroyed { data, .. }
                    | Form::PublishedCounts { data, .. }
                    | Form::PublishedAnonymous { data } => Some(data),
                    _ => None,
                };
                data.is_some_and(|data| covers(self.model(), exception, data))
            }
            // by the names alone: who happens to be of a kind is the model's to say
            (Out::At(out) | Out::Who(out), Some(Form::Never { who: Whom::These(who), .. })) => {
                let inside = |h: &Holder| {
                    out.named.contains(h)
                        || matches!(h, Holder::Team(t) if out.named.contains(&Holder::Party(self.model().place(*t).party)))
                };
                (!who.named.is_empty() || !who.kinds.is_empty())
                    && who.named.iter().all(inside)
                    && who.kinds.iter().all(|kind| out.kinds.contains(kind))
            }
            _ => false,
        };
        if swallowed {
            let whole = match tree {
                TreeForm::Never { data, .. } => data.span,
                _ => span,
            };
            self.error(
                Diagnostic::new(&codes::SWALLOWED, span, "this exception takes away everything that the rule forbids")
                    .label("nothing is left that could break the rule")
                    .also(whole, "this is what the rule forbids")
                    .help("make the exception narrower, or remove the rule"),
            );
        }
    }
}

fn adds(operation: &crate::model::Operation, name: Symbol) -> bool {
    use crate::model::OperationKind as K;
    match &operation.kind {
        K::AddKey { key, .. } | K::Pseudonymise { key, .. } => *key == name,
        K::Derive { field, .. } => *field == name,
        _ => false,
    }
}

fn published(mut phrase: Phrase) -> Phrase {
    phrase.published = true;
    phrase
}

/// Whether everything that `data` can match (closing upward) is matched by `exception` (closing downward), whatever the model.
fn covers(model: &Model, exception: &Phrase, data: &Phrase) -> bool {
    let level = match exception.level {
        None | Some(LevelWord::Personal | LevelWord::Identifiable | LevelWord::Identified) => true,
        // what closes downward leaves the higher levels
        Some(_) => false,
    };
    let categories = exception.categories.is_empty()
        || (!data.categories.is_empty()
            && data
                .categories
                .iter()
                .all(|d| exception.categories.iter().any(|e| model.vocabulary.category_under(*d, *e))));
    let kinds = exception.kinds.iter().all(|k| data.kinds.contains(k));
    let about = (exception.about.is_empty() && !exception.children)
        || (exception.about == data.about && exception.children == data.children)
        || (!data.about.is_empty()
            && !data.children
            && data.about.iter().all(|d| exception.about.iter().any(|e| model.people_within(*d, *e))));
    let from = match (&exception.from, &data.from) {
        (None, _) => true,
        (Some(e), Some(d)) => d.iter().all(|x| e.contains(x)),
        (Some(_), None) => false,
    };
    level && categories && kinds && about && from && (!exception.published || data.published)
}

/// The data phrase of a tree form, for questions.
pub fn data_of(form: &TreeForm) -> Option<&Data> {
    match form {
        TreeForm::Asked { data, .. } | TreeForm::Never { data, .. } => Some(data),
        _ => None,
    }
}

/// The verb in words.
pub fn verb_words(verb: tree::Verb) -> &'static str {
    match verb {
        Verb::Receive => "receives",
        Verb::Hold => "holds",
    }
}
