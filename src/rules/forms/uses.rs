//! Form 4: what data may be used for, and where.

use std::rc::Rc;

use super::{Detail, Judged, key};
use crate::faults::{self, Fault};
use crate::graph::{CellId, ColumnKind, CopyId, Listed, Reading};
use crate::model::{DatasetFields, FlowId, Known, List, Model, PlaceId, PurposeId, StepId, UseId};
use crate::rules::compile::{Compiled, Out};
use crate::rules::context::Context;
use crate::rules::facts::Subject;
use crate::rules::finding::Missing;
use crate::rules::phrase::{Holders, Phrase};
use crate::rules::sought::{Hit, Sought};
use crate::rules::story::{Story, list};
use crate::rules::ties::{level_beyond, needed_level};
use crate::rules::truth::Truth;

/// What a step, use, decision or flow takes: a copy, as a place sees it.
pub struct Taken<'a> {
    /// The place that takes it.
    pub place: PlaceId,
    /// The copy.
    pub copy: CopyId,
    /// The fields that are taken; all when `None`.
    fields: Option<Listed<'a>>,
}

impl Taken<'_> {
    /// Whether all of the copy is taken.
    pub fn is_whole(&self) -> bool {
        self.fields.is_none()
    }

    /// Whether a cell of the copy is taken.
    pub fn has(&self, c: &Context<'_>, cell: CellId) -> bool {
        let column = c.graph.cell(cell).column;
        column.kind != ColumnKind::Field || self.fields.as_ref().is_none_or(|listed| listed.has(column.name))
    }

    /// The cells that are taken.
    pub fn cells(&self, c: &Context<'_>) -> impl Iterator<Item = CellId> {
        c.graph.cells_of(self.copy).filter(|cell| self.has(c, *cell))
    }

    /// The cells that are taken and in which there is something that is sought.
    pub fn hits(&self, c: &Context<'_>, sought: &Sought<'_>, reading: Reading) -> Vec<(CellId, Hit)> {
        let contents = c.contents(reading);
        if !sought.may_be_in(c, self.copy, contents) {
            return Vec::new();
        }
        let seen = c.seen(self.place, reading);
        if !sought.is_in(c, self.copy, contents, seen, reading) {
            return Vec::new();
        }
        let hits = sought.hits(c, self.copy, contents, seen, reading).into_iter();
        hits.filter(|(cell, _)| self.has(c, *cell)).collect()
    }

    /// Whether there is something that is sought in what is taken.
    pub fn includes(&self, c: &Context<'_>, sought: &Sought<'_>, reading: Reading) -> bool {
        if self.fields.is_some() {
            return !self.hits(c, sought, reading).is_empty();
        }
        let contents = c.contents(reading);
        sought.may_be_in(c, self.copy, contents)
            && sought.is_in(c, self.copy, contents, c.seen(self.place, reading), reading)
    }
}

/// What a subject takes. Where a use does not state it, it may be anything that its place finds: read harshly, all of it.
pub fn taken<'a>(c: &Context<'a>, subject: Subject, reading: Reading) -> Vec<Taken<'a>> {
    if let (Subject::Use(id), Reading::Harsh) = (subject, reading)
        && let used = &c.model.uses[id.index()]
        && used.takes_not_stated.is_some()
    {
        let place = used.place;
        let seen = c.seen(place, reading);
        return seen.view.all().map(|copy| Taken { place, copy, fields: None }).collect();
    }
    let (places, takes): (&'a [PlaceId], &'a [DatasetFields]) = match subject {
        Subject::Step(id) => (std::slice::from_ref(&c.model.steps[id.index()].place), &c.model.steps[id.index()].takes),
        Subject::Use(id) => (std::slice::from_ref(&c.model.uses[id.index()].place), &c.model.uses[id.index()].takes),
        Subject::Flow(id) => (&c.model.flows[id.index()].from, &c.model.flows[id.index()].data),
        _ => return Vec::new(),
    };
    let mut all = Vec::new();
    for place in places.iter().copied() {
        for item in takes {
            let found = match subject {
                Subject::Flow(_) => c.graph.sent(c.model, item.dataset, place),
                _ => c.graph.found(c.model, item.dataset, place),
            };
            all.extend(found.into_iter().map(|copy| Taken {
                place,
                copy,
                fields: item.fields.as_deref().map(Listed::new),
            }));
        }
    }
    all
}

/// Everything that uses data: steps, uses and decisions, and flows.
fn users(c: &Context<'_>, with_flows: bool) -> Vec<Subject> {
    let mut all: Vec<Subject> = (0..c.model.steps.len() as u32).map(|i| Subject::Step(StepId(i))).collect();
    all.extend((0..c.model.uses.len() as u32).map(|i| Subject::Use(UseId(i))));
    if with_flows {
        all.extend((0..c.model.flows.len() as u32).map(|i| Subject::Flow(FlowId(i))));
    }
    all
}

/// A user's name, purposes, and places.
fn described<'a>(
    c: &Context<'a>,
    subject: Subject,
) -> (&'a crate::model::Declared, &'a Known<List<PurposeId>>, &'static str) {
    match subject {
        Subject::Step(id) => {
            let s = &c.model.steps[id.index()];
            (&s.declared, &s.purposes, "step")
        }
        Subject::Flow(id) => {
            let f = &c.model.flows[id.index()];
            (&f.declared, &f.purposes, "flow")
        }
        Subject::Use(id) => {
            let u = &c.model.uses[id.index()];
            (&u.declared, &u.purposes, if u.decision.is_some() { "decision" } else { "use" })
        }
        // users() gives no others
        _ => {
            let p = c.model.place(Model::PUBLIC);
            static NONE: Known<List<PurposeId>> = Known::Unsaid;
            (&p.declared, &NONE, "use")
        }
    }
}

/// What a user takes in which there is something that is sought.
fn takes<'a>(
    c: &Context<'a>,
    sentence: &Compiled,
    subject: Subject,
    sought: &Sought<'_>,
    reading: Reading,
) -> Vec<Taken<'a>> {
    let mut found: Vec<Taken<'a>> = Vec::new();
    for taken in taken(c, subject, reading) {
        // the first place from which it takes any is told of
        if found.first().is_some_and(|first| first.place != taken.place) {
            break;
        }
        if taken.includes(c, sought, reading) && !sentence.excepts_place(c.model, taken.place) {
            found.push(taken);
        }
    }
    if !found.is_empty() && flow_excepted(c, sentence, subject, reading) {
        found.clear();
    }
    found
}

fn flow_excepted(c: &Context<'_>, sentence: &Compiled, subject: Subject, reading: Reading) -> bool {
    matches!(subject, Subject::Flow(_))
        && sentence.exceptions.iter().any(|e| {
            let passes = match &e.what {
                Out::Flows(condition) => match super::every::eval(c, subject, condition, reading) {
                    Truth::True => true,
                    Truth::False => false,
                    Truth::Unknown(_) => reading == Reading::Kind,
                },
                _ => false,
            };
            if passes {
                e.applied.note();
            }
            passes
        })
}

/// How a form judges and tells of a user.
trait Judges<'a> {
    /// Whether what a user does with the data keeps the sentence.
    fn holds(&self, c: &Context<'a>, subject: Subject) -> Truth;
    /// What it uses the data for, in words, and what would mend it.
    fn says(&self, c: &Context<'a>, subject: Subject) -> (String, String);
}

/// Judges every user that takes the data.
fn each_user<'a, 'm>(
    c: &'a Context<'m>,
    sentence: &'a Compiled,
    data: &'a Phrase,
    reading: Reading,
    with_flows: bool,
    form: impl Judges<'m> + 'a,
) -> Judged<'a> {
    let mut judged = Judged::new(c);
    let sought = Rc::new(Sought::new(c, data, &sentence.except_data()));
    let form = Rc::new(form);
    for subject in users(c, with_flows) {
        let missing = match (form.holds(c, subject), reading) {
            (Truth::True, _) | (Truth::Unknown(_), Reading::Kind) => None,
            (Truth::False, _) => Some(Vec::new()),
            (Truth::Unknown(missing), Reading::Harsh) => Some(missing),
        };
        // what the data is used for is told sooner than whether it is the data; one use is enough for the rule to speak of any
        if missing.is_none() && judged.matched {
            continue;
        }
        let found = takes(c, sentence, subject, &sought, reading);
        let Some(place) = found.first().map(|t| t.place) else { continue };
        judged.matched = true;
        let Some(mut missing) = missing else { continue };
        missing.extend(takes_missing(c, subject));
        // of several copies the one with rows is told of, then the first by name
        let rows = |t: &Taken<'_>| t.hits(c, &sought, reading).iter().any(|(_, hit)| hit.has_rows());
        let name_of = |t: &Taken<'_>| super::copy_name(c, t.copy);
        let Some(one) = found.into_iter().min_by_key(|t| (!rows(t), name_of(t))) else { continue };
        let name = c.model.word(described(c, subject).0.name).to_owned();
        let (sought, form) = (sought.clone(), form.clone());
        judged.push(key((subject, one.copy)), vec![name, name_of(&one)], move || {
            let (declared, _, noun) = described(c, subject);
            let mut story = Story::missing(missing);
            if let Some((cell, hit)) = c.telling(one.hits(c, &sought, reading), reading) {
                tell_taken(c, &mut story, cell, &hit, reading);
                c.tell_level(&mut story, needed_level(sentence, data), (cell, &hit), place, reading);
            }
            let (what, fix) = form.says(c, subject);
            let data = c.data_name(one.copy);
            story.say(
                format!("{} takes {data} in the {noun} `{}`", c.place_title(place), c.model.word(declared.name)),
                declared.span,
            );
            Detail {
                summary: format!("the {noun} `{}` uses {data} {what}", c.model.word(declared.name)),
                span: declared.span,
                missing: std::mem::take(&mut story.missing),
                steps: story.into_steps(),
                fix: Some(fix),
                ..Detail::default()
            }
        });
    }
    judged
}

/// `takes not-stated` of a use.
pub fn takes_missing(c: &Context<'_>, subject: Subject) -> Option<Missing> {
    let Subject::Use(id) = subject else { return None };
    let used = &c.model.uses[id.index()];
    let name = c.model.word(used.declared.name);
    used.takes_not_stated.map(|span| Missing { text: format!("what data `{name}` takes (`takes`)"), span })
}

fn tell_taken(c: &Context<'_>, story: &mut Story, cell: CellId, hit: &Hit, reading: Reading) {
    let contents = c.contents(reading);
    c.tell_way(story, contents, (cell, hit.classes(), hit.has_rows()), reading, &|_| false);
}

fn purpose_names(c: &Context<'_>, purposes: &[PurposeId]) -> String {
    list(&purposes.iter().map(|p| format!("`{}`", c.model.vocabulary.purpose(*p).name)).collect::<Vec<_>>())
}

fn unsaid_purpose(c: &Context<'_>, subject: Subject) -> Truth {
    let (declared, purposes, noun) = described(c, subject);
    let name = c.model.word(declared.name);
    Truth::unknown(format!("what the {noun} `{name}` is for (`for`)"), purposes.span().unwrap_or(declared.span))
}

/// Says what a user is for.
fn says_for(c: &Context<'_>, subject: Subject, allowed: &str) -> (String, String) {
    let (declared, purposes, noun) = described(c, subject);
    let name = c.model.word(declared.name);
    let what = match purposes.value() {
        Some(purposes) => format!("for {}", purpose_names(c, purposes)),
        None => "for a purpose that is not stated".to_owned(),
    };
    (what, format!("{allowed} in the {noun} `{name}`, or leave the data out of it"))
}

/// `DATA may be used only for PURPOSES` (ruling 15: what stands under them is included, `compatible` is not enough).
pub fn only_for<'a>(
    c: &'a Context<'_>,
    sentence: &'a Compiled,
    data: &'a Phrase,
    allowed: &'a [PurposeId],
    reading: Reading,
) -> Judged<'a> {
    struct OnlyFor<'p>(&'p [PurposeId]);
    impl<'m> Judges<'m> for OnlyFor<'_> {
        fn holds(&self, c: &Context<'m>, subject: Subject) -> Truth {
            let vocabulary = &c.model.vocabulary;
            let narrower = |p, a| vocabulary.purpose_under(p, a) && !faults::on(Fault::NarrowerPurposeForbidden);
            let under = |p: &PurposeId| self.0.iter().any(|a| p == a || narrower(*p, *a));
            match described(c, subject).1.value() {
                None => unsaid_purpose(c, subject),
                Some(purposes) => Truth::from(purposes.iter().all(under)),
            }
        }
        fn says(&self, c: &Context<'m>, subject: Subject) -> (String, String) {
            says_for(c, subject, &format!("use it for {} only", purpose_names(c, self.0)))
        }
    }
    each_user(c, sentence, data, reading, true, OnlyFor(allowed))
}

/// `DATA must never be used for PURPOSES`: at or below one of them fails, above one nobody can tell.
pub fn never_for<'a>(
    c: &'a Context<'_>,
    sentence: &'a Compiled,
    data: &'a Phrase,
    forbidden: &'a [PurposeId],
    reading: Reading,
) -> Judged<'a> {
    struct NeverFor<'p>(&'p [PurposeId]);
    impl<'m> Judges<'m> for NeverFor<'_> {
        fn holds(&self, c: &Context<'m>, subject: Subject) -> Truth {
            let vocabulary = &c.model.vocabulary;
            let (declared, known, noun) = described(c, subject);
            let Some(purposes) = known.value() else { return unsaid_purpose(c, subject) };
            Truth::all(purposes.iter().map(|p| {
                if self.0.iter().any(|f| vocabulary.purpose_under(*p, *f)) {
                    Truth::False
                } else if self.0.iter().any(|f| vocabulary.purpose_under(*f, *p)) {
                    let name = c.model.word(declared.name);
                    let text = format!(
                        "what exactly the {noun} `{name}` is for: `{}` is too wide to tell",
                        vocabulary.purpose(*p).name
                    );
                    Truth::unknown(text, known.span().unwrap_or(declared.span))
                } else {
                    Truth::True
                }
            }))
        }
        fn says(&self, c: &Context<'m>, subject: Subject) -> (String, String) {
            says_for(c, subject, "state a purpose that is allowed")
        }
    }
    each_user(c, sentence, data, reading, true, NeverFor(forbidden))
}

/// `DATA must never be used to decide about individuals`.
pub fn never_decide<'a>(c: &'a Context<'_>, sentence: &'a Compiled, data: &'a Phrase, reading: Reading) -> Judged<'a> {
    struct NeverDecide;
    impl<'m> Judges<'m> for NeverDecide {
        fn holds(&self, c: &Context<'m>, subject: Subject) -> Truth {
            let Subject::Use(id) = subject else { return Truth::True };
            let used = &c.model.uses[id.index()];
            match used.decision.as_ref().map(|d| &d.about_individuals) {
                None => Truth::True,
                Some(Known::Said(individuals, _)) => Truth::from(!*individuals),
                Some(_) => Truth::unknown(
                    format!("whether `{}` decides about individuals (`about`)", c.model.word(used.declared.name)),
                    used.declared.span,
                ),
            }
        }
        fn says(&self, _: &Context<'m>, _: Subject) -> (String, String) {
            ("to decide about individuals".to_owned(), "take the data out of the decision".to_owned())
        }
    }
    each_user(c, sentence, data, reading, false, NeverDecide)
}

/// `DATA may be used only at PLACE`.
pub fn only_at<'a>(
    c: &'a Context<'_>,
    sentence: &'a Compiled,
    data: &'a Phrase,
    at: &'a Holders,
    reading: Reading,
) -> Judged<'a> {
    struct OnlyAt<'p>(&'p Holders);
    impl<'m> Judges<'m> for OnlyAt<'_> {
        fn holds(&self, c: &Context<'m>, subject: Subject) -> Truth {
            let place = match subject {
                Subject::Step(id) => c.model.steps[id.index()].place,
                Subject::Use(id) => c.model.uses[id.index()].place,
                _ => return Truth::True,
            };
            if place == Model::UNKNOWN {
                let declared = described(c, subject).0;
                return Truth::unknown(
                    format!("where `{}` is done (`at`)", c.model.word(declared.name)),
                    declared.span,
                );
            }
            self.0.covers_truth(c.model, place)
        }
        fn says(&self, _: &Context<'m>, _: Subject) -> (String, String) {
            ("at another place".to_owned(), "do it at a place that the rule names".to_owned())
        }
    }
    each_user(c, sentence, data, reading, false, OnlyAt(at))
}

/// `only DATA may be used for PURPOSES`: everything that is taken for them is within the data.
pub fn only_data_for<'a>(
    c: &'a Context<'_>,
    sentence: &'a Compiled,
    data: &'a Phrase,
    purposes: &'a [PurposeId],
    reading: Reading,
) -> Judged<'a> {
    let mut judged = Judged::new(c);
    let vocabulary = &c.model.vocabulary;
    let mut allowed = vec![data];
    allowed.extend(sentence.except_data());
    let everything = Phrase::everything(data.span);
    let outside = Sought::new(c, &everything, &allowed);
    for subject in users(c, false) {
        let (declared, known, _) = described(c, subject);
        let for_them = match known.value() {
            None => unsaid_purpose(c, subject),
            Some(its) if its.iter().any(|p| purposes.iter().any(|a| vocabulary.purpose_under(*p, *a))) => Truth::True,
            Some(_) => Truth::False,
        };
        let mut missing = match (for_them, reading) {
            (Truth::False, _) | (Truth::Unknown(_), Reading::Kind) => continue,
            (Truth::True, _) => Vec::new(),
            (Truth::Unknown(missing), _) => missing,
        };
        missing.extend(takes_missing(c, subject));
        for taken in taken(c, subject, reading) {
            if sentence.excepts_place(c.model, taken.place) {
                continue;
            }
            judged.matched = true;
            let Some((cell, hit)) = taken.hits(c, &outside, reading).into_iter().next() else { continue };
            let name = c.model.word(declared.name).to_owned();
            let needed = needed_level(sentence, data).max(level_beyond(data));
            judged.push_as(key(subject), key(cell), vec![name, super::copy_name(c, cell.copy)], move || {
                tell_outside(c, subject, taken.place, (cell, &hit, needed), missing, reading)
            });
            break;
        }
    }
    judged
}

fn tell_outside(
    c: &Context<'_>,
    subject: Subject,
    place: PlaceId,
    (cell, hit, needed): (CellId, &Hit, u8),
    missing: Vec<Missing>,
    reading: Reading,
) -> Detail {
    let (declared, known, noun) = described(c, subject);
    let name = c.model.word(declared.name);
    let mut story = Story::missing(missing);
    tell_taken(c, &mut story, cell, hit, reading);
    c.tell_level(&mut story, needed, (cell, hit), place, reading);
    if reading == Reading::Harsh {
        c.counts_missing(&mut story, cell, c.contents(reading));
    }
    let it = c.data_name(cell.copy);
    story.say(format!("{} takes {it} in the {noun} `{name}`", c.place_title(place)), declared.span);
    let purposes =
        known.value().map(|p| purpose_names(c, p)).unwrap_or_else(|| "a purpose that is not stated".to_owned());
    Detail {
        summary: format!("the {noun} `{name}` uses {it} for {purposes}, and it is more than the rule allows"),
        span: declared.span,
        missing: std::mem::take(&mut story.missing),
        steps: story.into_steps(),
        fix: Some(format!("give the {noun} `{name}` only what the rule allows")),
        ..Detail::default()
    }
}
