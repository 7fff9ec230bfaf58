//! Conditions, filters and values: resolving what `every … must have …` speaks of.

use super::{Asking, Compiler, Condition, Filter, Form, Test, Value};
use crate::diagnostic::codes::rules as codes;
use crate::diagnostic::{Diagnostic, did_you_mean, with_article};
use crate::model::{Period, Thing};
use crate::rules::facts::{Entity, Fact};
use crate::source::Span;
use crate::syntax::tree::{
    Compare, Condition as TreeCondition, Filter as TreeFilter, Name, Test as TreeTest, Value as TreeValue,
};

impl Compiler<'_> {
    pub(super) fn every(
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

    pub(super) fn filter(&mut self, filter: &TreeFilter, entity: Entity, at: Span) -> Option<Filter> {
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

    pub(super) fn thing_in(&mut self, name: Name) -> Option<Thing> {
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

    pub(super) fn condition(&mut self, condition: &TreeCondition, entity: Entity) -> Option<Condition> {
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
    pub(super) fn conditions(&mut self, all: &[TreeCondition], entity: Entity) -> Option<Vec<Condition>> {
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

    pub(super) fn test(&mut self, test: &TreeTest, entity: Entity, before: Option<&'static Fact>) -> Option<Test> {
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

    pub(super) fn unknown_fact(&mut self, test: &TreeTest, entity: Entity, words: &[String]) {
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

    pub(super) fn value(&mut self, value: &TreeValue) -> Option<Value> {
        Some(match value {
            TreeValue::Word(name) => Value::Word(self.model().word(name.symbol).to_owned()),
            TreeValue::Text(text) => Value::Word(text.value.clone()),
            TreeValue::Number(number) => Value::Number(number.value),
            TreeValue::Duration(duration) => Value::Period(Period { amount: duration.amount, unit: duration.unit }),
            TreeValue::Date(date) => Value::Date(date.date),
        })
    }
}
