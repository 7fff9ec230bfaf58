//! From a rule's sentences to what the judgement runs: names resolved, exceptions checked on their words.

mod compiled;
mod conditions;

use std::sync::OnceLock;

pub use compiled::{Applied, Asking, Compiled, Condition, Exception, Filter, Form, Out, Test, Through, Value, Whom};

use crate::diagnostic::codes::rules as codes;
use crate::diagnostic::{Diagnostic, Diagnostics, did_you_mean};
use crate::graph::Ask;
use crate::model::time::Trigger;
use crate::model::{CategoryId, Model, Period, Point, RuleId, Thing};
use crate::rules::facts::Entity;
use crate::rules::phrase::{Holder, Holders, Phrase, Resolver};
use crate::source::Span;
use crate::syntax::intern::Symbol;
use crate::syntax::tree::{
    self, Data, Excepted, Form as TreeForm, LevelWord, Name, Sentence, Through as TreeThrough, Verb, When,
};

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
