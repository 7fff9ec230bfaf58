//! Whether what is there breaks a rule, form by form.

use std::cell::RefCell;
use std::collections::BTreeSet;

use super::model::{Category, Dataset, Field, Model, Operation, PUBLIC, Place, Step};
use super::rows::{Arrival, By, Came, Key};
use super::rules::{Except, Form, From, Level, Phrase, Rule, Through, Verb, Who};
use super::run::{self, Watch};
use super::truth::{Datum, Of, Trial, covers, watched};
use super::worlds::World;

/// What becomes of a rule.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Truth {
    Holds,
    /// A purpose is too wide to tell.
    Open,
    Broken,
}

impl std::convert::From<bool> for Truth {
    fn from(broken: bool) -> Truth {
        if broken { Truth::Broken } else { Truth::Holds }
    }
}

/// What a finding is about: names of a holder, of something that takes data, and of copies.
pub(crate) type Subjects = [String];

/// What becomes of a rule in each world.
pub(crate) fn judge(trial: &Trial<'_>, rule: &Rule) -> Vec<Truth> {
    let model = trial.model;
    let case = |world| Case { trial, model, world, rule, subjects: &[], view: None, fields: None };
    trial.worlds.iter().map(|world| case(world).truth()).collect()
}

/// What breaks a rule in every world, of certain subjects alone unless there are none: for rules about fields which, else only
/// whether anything does. With the number of a view, only what that one of the holder's teams sees counts; the first is the party
/// without them.
pub(crate) fn breaks(
    trial: &Trial<'_>,
    rule: &Rule,
    subjects: &Subjects,
    view: Option<usize>,
) -> Option<BTreeSet<Field>> {
    let model = trial.model;
    let fields = RefCell::new(BTreeSet::new());
    let case = |world| Case { trial, model, world, rule, subjects, view, fields: Some(&fields) };
    let broken = trial.worlds.iter().all(|world| case(world).truth() == Truth::Broken);
    broken.then(|| fields.take())
}

struct Case<'a> {
    trial: &'a Trial<'a>,
    model: &'a Model,
    world: &'a World,
    rule: &'a Rule,
    subjects: &'a Subjects,
    /// The number of the only view that counts.
    view: Option<usize>,
    /// Where fields that break a rule about fields are noted.
    fields: Option<&'a RefCell<BTreeSet<Field>>>,
}

impl Case<'_> {
    fn truth(&self) -> Truth {
        match &self.rule.form {
            Form::Never(who, verb, phrase) => self.never(who, *verb, phrase).into(),
            Form::OnlyFields(who, fields, from) => (self.only_fields(*who, fields, *from) || self.noted()).into(),
            Form::PassThrough(phrase, Through::Drop(fields), who) => {
                (self.dropped(phrase, fields, *who) || self.noted()).into()
            }
            Form::PassThrough(phrase, through, who) => self.passed(phrase, through, *who).into(),
            Form::UsedOnlyFor(phrase, purpose) => {
                let other = |u: &&User<'_>| !within(u.purpose, *purpose);
                Truth::from(self.users(true).iter().filter(other).any(|u| self.uses(u, phrase)))
            }
            Form::NeverUsedFor(phrase, purpose) => {
                let of = |u: &User<'_>| match (u.purpose, *purpose) {
                    (is, never) if within(is, never) => Truth::Broken,
                    (is, never) if within(never, is) => Truth::Open,
                    _ => Truth::Holds,
                };
                let users = self.users(true);
                let truths =
                    users.iter().map(|u| (of(u), u)).filter(|(t, u)| *t != Truth::Holds && self.uses(u, phrase));
                truths.map(|(t, _)| t).max().unwrap_or(Truth::Holds)
            }
            Form::NeverDecide(phrase) => {
                Truth::from(self.users(false).iter().any(|u| u.decides && self.uses(u, phrase)))
            }
            Form::OnlyDataFor(phrase, purpose) => {
                let for_it = |u: &&User<'_>| within(u.purpose, *purpose);
                Truth::from(self.users(false).iter().filter(for_it).any(|u| self.uses_more_than(u, phrase)))
            }
            Form::UsedOnlyAt(phrase, at) => {
                let outside = |u: &&User<'_>| !covers(self.model, *at, u.at);
                Truth::from(self.users(false).iter().filter(outside).any(|u| self.uses(u, phrase)))
            }
            Form::Destroyed(phrase, at, by) => self.kept(phrase, *at, *by).into(),
            Form::Together(who, left, right) => self.together(who, left, right).into(),
            Form::PublishedCounts(minimum) => {
                let small = |d: &Datum| d.about.control.is_none_or(|c| c.0 < *minimum);
                self.published(&Phrase::default()).iter().any(small).into()
            }
            Form::PublishedAnonymous(phrase) => self.published(phrase).iter().any(|d| d.about.level > 0).into(),
        }
    }

    fn except_data(&self) -> Vec<&Phrase> {
        self.rule.except.iter().filter_map(|e| if let Except::Data(data) = e { Some(data) } else { None }).collect()
    }

    fn excepts_place(&self, place: Place) -> bool {
        self.rule.except.iter().any(|e| match e {
            Except::At(who) | Except::Who(who) => covers(self.model, *who, place),
            Except::Data(_) | Except::Flows(_) => false,
        })
    }

    fn closed(&self) -> BTreeSet<u8> {
        let purposes: Vec<u8> =
            self.rule.except.iter().filter_map(|e| if let Except::Flows(p) = e { Some(*p) } else { None }).collect();
        self.model.flows.iter().filter(|f| purposes.iter().any(|p| within(f.purpose, *p))).map(|f| f.name).collect()
    }

    /// What the words of the rule need to be watched.
    fn through(&self) -> Option<run::Through> {
        let phrases: Vec<&Phrase> = match &self.rule.form {
            Form::Never(_, _, p)
            | Form::PassThrough(p, ..)
            | Form::UsedOnlyFor(p, _)
            | Form::NeverUsedFor(p, _)
            | Form::NeverDecide(p)
            | Form::OnlyDataFor(p, _)
            | Form::UsedOnlyAt(p, _)
            | Form::Destroyed(p, ..)
            | Form::PublishedAnonymous(p) => vec![p],
            Form::Together(_, left, right) => vec![left, right],
            Form::OnlyFields(..) | Form::PublishedCounts(_) => vec![],
        };
        phrases.into_iter().chain(self.except_data()).find_map(|p| p.from.and_then(watched))
    }

    fn holders(&self, who: &Who) -> Vec<Place> {
        let all = (0..self.model.parties).chain([PUBLIC]);
        let all: Vec<Place> = match who {
            Who::This(place) => vec![*place],
            Who::NoOne => all.collect(),
            Who::Only(but) => all.filter(|p| p != but).collect(),
        };
        let asked = |h: &Place| self.subjects.first().is_none_or(|s| *s == self.model.place(*h));
        all.into_iter().filter(|h| !self.rule.except.contains(&Except::Who(*h))).filter(asked).collect()
    }

    fn noted(&self) -> bool {
        self.fields.is_some_and(|fields| !fields.borrow().is_empty())
    }

    /// Notes a field that breaks a rule about fields; whether that is enough to know.
    fn enough(&self, field: Option<Field>) -> bool {
        match self.fields {
            Some(fields) => {
                fields.borrow_mut().extend(field);
                false
            }
            None => true,
        }
    }

    fn asked(&self, (dataset, place): Key) -> bool {
        self.subjects.is_empty() || self.subjects.contains(&format!("{dataset} at {}", self.model.place(place)))
    }

    /// The data of a holder at each time.
    fn each_time(&self, holder: Place, watch: &Watch, found: &mut dyn FnMut(&[Datum]) -> bool) -> bool {
        let views = self.world.views(self.model, holder, &self.trial.base).into_iter().enumerate();
        for (_, view) in views.filter(|(number, _)| self.view.is_none_or(|only| only == *number)) {
            for held in self.trial.instants(self.world, &view) {
                let data = self.trial.data(watch, &held);
                let broken = if self.subjects.is_empty() {
                    found(&data)
                } else {
                    found(&data.iter().filter(|d| self.asked(self.key(watch, d))).cloned().collect::<Vec<_>>())
                };
                if broken {
                    return true;
                }
            }
        }
        false
    }

    fn key(&self, watch: &Watch, datum: &Datum) -> Key {
        self.trial.run(watch)[datum.copy].key
    }

    fn never(&self, who: &Who, verb: Verb, phrase: &Phrase) -> bool {
        let except = self.except_data();
        let closed = self.closed();
        self.holders(who).into_iter().any(|holder| {
            let receive = verb == Verb::Receive;
            let inside =
                (receive || !closed.is_empty()).then(|| self.world.inside(self.model, holder, &self.trial.base));
            let watch = Watch { inside, through: self.through(), closed: closed.clone(), shut: !receive };
            let own = self.each_time(holder, &watch, &mut |data| {
                data.iter().any(|d| {
                    let place = self.key(&watch, d).1;
                    let its = matches!(who, Who::Only(but) if covers(self.model, *but, place));
                    let of = Of::came(if receive { Came::In } else { Came::Anyhow });
                    place != PUBLIC && !its && !self.excepts_place(place) && self.trial.hits(phrase, &except, d, of)
                })
            });
            // what is published everybody has received
            let watch = Watch { shut: false, ..watch };
            let of = Of::came(if closed.is_empty() { Came::Anyhow } else { Came::Here });
            own || self.each_time(holder, &watch, &mut |data| {
                data.iter().any(|d| {
                    self.key(&watch, d).1 == PUBLIC
                        && !self.excepts_place(PUBLIC)
                        && self.trial.hits(phrase, &except, d, of)
                })
            })
        })
    }

    fn only_fields(&self, who: Place, fields: &[Category], from: From) -> bool {
        let inside = Some(self.world.inside(self.model, who, &self.trial.base));
        let watch = Watch { inside, through: watched(from), ..Watch::default() };
        let phrase = Phrase { from: Some(from), ..Phrase::default() };
        self.each_time(who, &watch, &mut |data| {
            data.iter().any(|d| {
                let copies = self.trial.run(&watch);
                let copy = &copies[d.copy];
                // what is made of what came in is not another arrival
                let brought = d.trace.came(Came::Here) != [0; 2]
                    || copy.arrivals.iter().any(|a| matches!(a.by, By::Flow(_) | By::Side(_)));
                let public = copy.key.1 == PUBLIC;
                if public && d.about.control.is_some() {
                    // a published count is nobody's field
                    return false;
                }
                let of = if public { Came::Anyhow } else { Came::In };
                let listed = d.about.field.is_none() || d.about.category.is_some_and(|c| fields.contains(&c));
                brought && !listed && self.trial.hits(&phrase, &[], d, Of::came(of)) && self.enough(d.about.field)
            })
        })
    }

    /// Whether rows of the subject arrive in something that has any of these fields, whoever's.
    fn dropped(&self, phrase: &Phrase, fields: &[Category], who: Place) -> bool {
        let phrase = Phrase { level: phrase.level.or(Some(Level::Rows)), ..phrase.clone() };
        let except = self.except_data();
        let inside = Some(self.world.inside(self.model, who, &self.trial.base));
        let watch = Watch { inside, through: self.through(), closed: self.closed(), shut: false };
        self.each_time(who, &watch, &mut |data| {
            data.iter().any(|d| {
                let has = |o: &Datum| {
                    o.copy == d.copy
                        && o.about.control.is_none()
                        && o.about.category.is_some_and(|c| fields.contains(&c))
                };
                d.about.control.is_none()
                    && self.trial.hits(&phrase, &except, d, Of::came(Came::Here))
                    && data.iter().filter(|o| has(o) && self.enough(o.about.field)).count() > 0
            })
        })
    }

    /// Whether anything of the subject arrives by a way round.
    fn passed(&self, phrase: &Phrase, through: &Through, who: Place) -> bool {
        let does = |step: &Step| match through {
            Through::Step(name) => step.name == *name,
            Through::Drop(_) => false,
            Through::Aggregate(minimum, at) => operates(
                self.model,
                step,
                *at,
                |o| matches!(o, Operation::Aggregate { minimum: said, .. } if minimum.is_none_or(|m| *said >= m)),
            ),
            Through::Pseudonymise(field, at) => {
                operates(self.model, step, *at, |o| matches!(o, Operation::Pseudonymise { field: f, .. } if f == field))
            }
            Through::Generalise(field, at) => {
                operates(self.model, step, *at, |o| matches!(o, Operation::Generalise(f, _) if f == field))
            }
        };
        let steps = self.model.steps.iter().filter(|s| does(s)).map(|s| s.name).collect();
        let except = self.except_data();
        let inside = Some(self.world.inside(self.model, who, &self.trial.base));
        let watch = Watch { inside, through: Some(run::Through::Steps(steps)), closed: self.closed(), shut: false };
        self.each_time(who, &watch, &mut |data| {
            data.iter().any(|d| self.trial.hits(phrase, &except, d, Of { came: Came::Here, round: true }))
        })
    }

    /// Everything that takes data.
    fn users(&self, flows: bool) -> Vec<User<'_>> {
        let model = self.model;
        let mut all: Vec<User<'_>> = Vec::new();
        for s in &model.steps {
            let takes = s.takes.iter().map(|d| (*d, None)).collect();
            all.push(User {
                name: format!("s{}", s.name),
                at: s.at,
                takes,
                purpose: s.purpose,
                flow: false,
                decides: false,
            });
        }
        for u in &model.uses {
            let takes = vec![(u.takes, u.fields.as_deref())];
            all.push(User {
                name: format!("u{}", u.name),
                at: u.at,
                takes,
                purpose: u.purpose,
                flow: false,
                decides: u.decides == Some(true),
            });
        }
        for f in model.flows.iter().filter(|_| flows) {
            let takes = vec![(f.dataset, f.fields.as_deref())];
            all.push(User {
                name: format!("f{}", f.name),
                at: f.from,
                takes,
                purpose: f.purpose,
                flow: true,
                decides: false,
            });
        }
        all.retain(|u| self.subjects.first().is_none_or(|s| *s == u.name));
        all
    }

    /// Whether a user takes any datum of which something holds.
    fn takes(&self, user: &User<'_>, is: &dyn Fn(&Datum) -> bool) -> bool {
        let closed = |e: &Except| matches!(e, Except::Flows(p) if user.flow && within(user.purpose, *p));
        if self.excepts_place(user.at) || self.rule.except.iter().any(closed) {
            return false;
        }
        let here = |d: Dataset| self.trial.base.iter().any(|c| c.key == (d, user.at));
        let watch = Watch { through: self.through(), ..Watch::default() };
        let found = |(dataset, place): Key| {
            user.takes.iter().any(|(t, _)| *t == dataset)
                && (place == user.at || (self.model.near(place, user.at) && (user.flow || !here(dataset))))
        };
        let takes = |d: &Datum| {
            let key = self.key(&watch, d);
            let listed = |fields: &Option<&[Field]>| match (fields, d.about.field) {
                (None, _) | (_, None | Some(Field::Shows(_))) => true,
                (Some(fields), Some(field)) => fields.contains(&field),
            };
            found(key) && user.takes.iter().any(|(t, fields)| *t == key.0 && listed(fields)) && is(d)
        };
        // what it takes from behind a wall it knows by itself alone
        let views = self.world.views(self.model, user.at, &self.trial.base);
        let hidden = |k: &Key| found(*k) && self.asked(*k) && !views.iter().any(|v| v.contains(k));
        let mut behind = self.trial.base.iter().map(|c| c.key).filter(hidden);
        self.each_time(user.at, &watch, &mut |data| data.iter().any(takes))
            || behind.any(|key| self.trial.data(&watch, &BTreeSet::from([key])).iter().any(takes))
    }

    fn uses(&self, user: &User<'_>, phrase: &Phrase) -> bool {
        let except = self.except_data();
        self.takes(user, &|d| self.trial.hits(phrase, &except, d, Of::ALL))
    }

    fn uses_more_than(&self, user: &User<'_>, phrase: &Phrase) -> bool {
        let mut allowed = self.except_data();
        allowed.push(phrase);
        self.takes(user, &|d| self.trial.hits(&Phrase::default(), &allowed, d, Of::ALL))
    }

    /// Whether a copy of the data need not be gone by a time.
    fn kept(&self, phrase: &Phrase, at: Option<Place>, by: u8) -> bool {
        let except = self.except_data();
        let watch = Watch { through: self.through(), ..Watch::default() };
        self.trial.base.iter().any(|copy| {
            let place = copy.key.1;
            if self.excepts_place(place) || at.is_some_and(|at| !covers(self.model, at, place)) {
                return false;
            }
            if !self.asked(copy.key) {
                return false;
            }
            let late = |a| self.world.deadline(self.model, &self.trial.base, copy.key, a) > self.world.at(by);
            let about = |a: &&Arrival| self.subjects.get(2).is_none_or(|s| *s == name_of(copy.key, a));
            copy.arrivals.iter().filter(about).any(late)
                && self.each_time(place, &watch, &mut |data| {
                    data.iter().any(|d| self.key(&watch, d) == copy.key && self.trial.hits(phrase, &except, d, Of::ALL))
                })
        })
    }

    fn together(&self, who: &Who, left: &Phrase, right: &Phrase) -> bool {
        let except = self.except_data();
        let watch = Watch { through: self.through(), ..Watch::default() };
        self.holders(who).into_iter().any(|holder| {
            self.each_time(holder, &watch, &mut |data| {
                let has = |phrase: &Phrase| {
                    data.iter().any(|d| {
                        !self.excepts_place(self.key(&watch, d).1) && self.trial.hits(phrase, &except, d, Of::ALL)
                    })
                };
                has(left) && has(right)
            })
        })
    }

    /// What is published of a phrase.
    fn published(&self, phrase: &Phrase) -> Vec<Datum> {
        let except = self.except_data();
        let watch = Watch { through: self.through(), ..Watch::default() };
        let mut all = Vec::new();
        self.each_time(PUBLIC, &watch, &mut |data| {
            let is = |d: &&Datum| self.trial.hits(phrase, &except, d, Of::ALL);
            all.extend(data.iter().filter(is).cloned());
            false
        });
        all
    }
}

/// Whether a purpose is another or stands under it: `use1` stands under `use0`.
fn within(purpose: u8, other: u8) -> bool {
    purpose == other || (purpose, other) == (1, 0)
}

/// The name of the declaration that makes an arrival.
fn name_of((dataset, _): Key, arrival: &Arrival) -> String {
    match arrival.by {
        By::Declared => dataset.to_string(),
        By::Flow(name) => format!("f{name}"),
        By::Step(name) | By::Side(name) => format!("s{name}"),
    }
}

fn operates(model: &Model, step: &Step, at: Option<Place>, is: impl Fn(&Operation) -> bool) -> bool {
    at.is_none_or(|at| covers(model, at, step.at)) && step.operations.iter().any(is)
}

/// Something that takes data.
struct User<'a> {
    name: String,
    at: Place,
    takes: Vec<(Dataset, Option<&'a [Field]>)>,
    purpose: u8,
    flow: bool,
    decides: bool,
}
