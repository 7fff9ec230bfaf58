//! Form 4: what data may be used for, and where.

use super::{Detail, Judged};
use crate::graph::{CellId, CopyId, Reading};
use crate::model::{DatasetFields, FlowId, Known, Model, PlaceId, PurposeId, StepId, UseId};
use crate::rules::compile::{Compiled, Out};
use crate::rules::context::{Context, Hit};
use crate::rules::facts::Subject;
use crate::rules::finding::Missing;
use crate::rules::phrase::{Holders, Phrase};
use crate::rules::story::{Story, list};
use crate::rules::truth::Truth;
use crate::source::Span;

/// What a step, use, decision or flow takes: cells of copies, as a place sees them.
pub struct Taken {
    /// The place that takes it.
    pub place: PlaceId,
    /// The cells.
    pub cells: Vec<CellId>,
}

/// What a subject takes. Where a use does not state it, it may be anything that its place finds: read harshly, all of it.
pub fn taken(c: &Context<'_>, subject: Subject, reading: Reading) -> Vec<Taken> {
    if let (Subject::Use(id), Reading::Harsh) = (subject, reading)
        && let used = &c.model.uses[id.index()]
        && used.takes_not_stated.is_some()
    {
        let seen = c.seen(used.place, reading);
        let cells = seen.view.all().flat_map(|copy| c.graph.cells_of(copy)).collect();
        return vec![Taken { place: used.place, cells }];
    }
    let (places, takes): (Vec<PlaceId>, &[DatasetFields]) = match subject {
        Subject::Step(id) => (vec![c.model.steps[id.index()].place], &c.model.steps[id.index()].takes),
        Subject::Use(id) => (vec![c.model.uses[id.index()].place], &c.model.uses[id.index()].takes),
        Subject::Flow(id) => (c.model.flows[id.index()].from.clone(), &c.model.flows[id.index()].data),
        _ => return Vec::new(),
    };
    places
        .into_iter()
        .map(|place| {
            let mut cells = Vec::new();
            for item in takes {
                for copy in found(c, subject, item.dataset, place) {
                    cells.extend(c.graph.cells_of(copy).filter(|cell| {
                        let column = c.graph.cell(*cell).column;
                        let listed = |f: &Vec<(_, Span)>| f.iter().any(|(n, _)| *n == column.name);
                        column.kind != crate::graph::ColumnKind::Field || item.fields.as_ref().is_none_or(listed)
                    }));
                }
            }
            Taken { place, cells }
        })
        .collect()
}

fn found(c: &Context<'_>, subject: Subject, dataset: crate::model::DatasetId, place: PlaceId) -> Vec<CopyId> {
    match subject {
        Subject::Flow(_) => c.graph.sent(c.model, dataset, place),
        _ => c.graph.found(c.model, dataset, place),
    }
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
) -> (&'a crate::model::Declared, &'a Known<Vec<PurposeId>>, &'static str) {
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
            static NONE: Known<Vec<PurposeId>> = Known::Unsaid;
            (&p.declared, &NONE, "use")
        }
    }
}

/// The cell that a user takes and a phrase matches: the one to tell of.
fn takes(
    c: &Context<'_>,
    sentence: &Compiled,
    subject: Subject,
    data: &Phrase,
    reading: Reading,
) -> Option<(PlaceId, CellId, Hit)> {
    let contents = c.contents(reading);
    let except = sentence.except_data();
    for taken in taken(c, subject, reading) {
        let out = sentence.excepts_place(c.model, taken.place);
        if out || flow_excepted(c, sentence, subject, reading) {
            continue;
        }
        let seen = c.seen(taken.place, reading);
        let hits = taken.cells.into_iter().map(|cell| {
            let hit = c.hit_except(data, &except, cell, &contents, &seen, reading);
            (cell, hit)
        });
        if let Some((cell, hit)) = c.telling(hits.filter(|(_, hit)| hit.any()).collect(), reading) {
            return Some((taken.place, cell, hit));
        }
    }
    None
}

fn flow_excepted(c: &Context<'_>, sentence: &Compiled, subject: Subject, reading: Reading) -> bool {
    matches!(subject, Subject::Flow(_))
        && sentence.exceptions.iter().any(|e| match &e.what {
            Out::Flows(condition) => match super::every::eval(c, subject, condition, reading) {
                Truth::True => true,
                Truth::False => false,
                Truth::Unknown(_) => reading == Reading::Kind,
            },
            _ => false,
        })
}

/// Judges every user that takes the data: `holds` says whether its purposes keep the sentence.
fn each_user(
    c: &Context<'_>,
    sentence: &Compiled,
    data: &Phrase,
    reading: Reading,
    with_flows: bool,
    holds: &dyn Fn(Subject, PlaceId) -> Truth,
    says: &dyn Fn(Subject) -> (String, String),
) -> Judged {
    let mut judged = Judged::default();
    for subject in users(c, with_flows) {
        let Some((place, cell, hit)) = takes(c, sentence, subject, data, reading) else { continue };
        judged.matched = true;
        let mut missing = match (holds(subject, place), reading) {
            (Truth::True, _) | (Truth::Unknown(_), Reading::Kind) => continue,
            (Truth::False, _) => Vec::new(),
            (Truth::Unknown(missing), Reading::Harsh) => missing,
        };
        missing.extend(takes_missing(c, subject));
        let (declared, _, noun) = described(c, subject);
        let name = c.model.word(declared.name).to_owned();
        judged.push(vec![name, super::copy_name(c, c.graph.cell(cell).copy)], || {
            let mut story = Story::missing(missing);
            tell_taken(c, &mut story, cell, &hit, reading);
            let (what, fix) = says(subject);
            let data = c.data_name(c.graph.cell(cell).copy);
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
    let rows = hit.rows.iter().any(|w| *w != 0);
    c.tell_way(story, &contents, (cell, if rows { &hit.rows } else { &hit.counts }, rows), reading, &|_| false);
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
pub fn only_for(
    c: &Context<'_>,
    sentence: &Compiled,
    data: &Phrase,
    allowed: &[PurposeId],
    reading: Reading,
) -> Judged {
    let holds = |subject: Subject, _| match described(c, subject).1.value() {
        None => unsaid_purpose(c, subject),
        Some(purposes) => {
            Truth::from(purposes.iter().all(|p| allowed.iter().any(|a| c.model.vocabulary.purpose_under(*p, *a))))
        }
    };
    let fix = format!("use it for {} only", purpose_names(c, allowed));
    each_user(c, sentence, data, reading, true, &holds, &|s| says_for(c, s, &fix))
}

/// `DATA must never be used for PURPOSES`: at or below one of them fails, above one nobody can tell.
pub fn never_for(
    c: &Context<'_>,
    sentence: &Compiled,
    data: &Phrase,
    forbidden: &[PurposeId],
    reading: Reading,
) -> Judged {
    let vocabulary = &c.model.vocabulary;
    let holds = |subject: Subject, _| {
        let (declared, known, noun) = described(c, subject);
        let Some(purposes) = known.value() else { return unsaid_purpose(c, subject) };
        Truth::all(purposes.iter().map(|p| {
            if forbidden.iter().any(|f| vocabulary.purpose_under(*p, *f)) {
                Truth::False
            } else if forbidden.iter().any(|f| vocabulary.purpose_under(*f, *p)) {
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
    };
    each_user(c, sentence, data, reading, true, &holds, &|s| says_for(c, s, "state a purpose that is allowed"))
}

/// `DATA must never be used to decide about individuals`.
pub fn never_decide(c: &Context<'_>, sentence: &Compiled, data: &Phrase, reading: Reading) -> Judged {
    let holds = |subject: Subject, _| {
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
    };
    let says = |_| ("to decide about individuals".to_owned(), "take the data out of the decision".to_owned());
    each_user(c, sentence, data, reading, false, &holds, &says)
}

/// `DATA may be used only at PLACE`.
pub fn only_at(c: &Context<'_>, sentence: &Compiled, data: &Phrase, at: &Holders, reading: Reading) -> Judged {
    let holds = |subject: Subject, place: PlaceId| {
        if place == Model::UNKNOWN {
            let declared = described(c, subject).0;
            return Truth::unknown(format!("where `{}` is done (`at`)", c.model.word(declared.name)), declared.span);
        }
        at.covers_truth(c.model, place)
    };
    let says = |_| ("at another place".to_owned(), "do it at a place that the rule names".to_owned());
    each_user(c, sentence, data, reading, false, &holds, &says)
}

/// `only DATA may be used for PURPOSES`: everything that is taken for them is within the data.
pub fn only_data_for(
    c: &Context<'_>,
    sentence: &Compiled,
    data: &Phrase,
    purposes: &[PurposeId],
    reading: Reading,
) -> Judged {
    let mut judged = Judged::default();
    let contents = c.contents(reading);
    let vocabulary = &c.model.vocabulary;
    for subject in users(c, false) {
        let (declared, known, noun) = described(c, subject);
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
            let out = sentence.excepts_place(c.model, taken.place);
            if out {
                continue;
            }
            let mut allowed = vec![data];
            allowed.extend(sentence.except_data());
            let seen = c.seen(taken.place, reading);
            let everything = Phrase::everything(data.span);
            let outside = |cell: &CellId| {
                let hit = c.hit_except(&everything, &allowed, *cell, &contents, &seen, reading);
                hit.any().then_some((*cell, hit))
            };
            judged.matched |= !taken.cells.is_empty();
            let Some((cell, hit)) = taken.cells.iter().find_map(outside) else { continue };
            let name = c.model.word(declared.name).to_owned();
            judged.push(vec![name.clone(), super::copy_name(c, c.graph.cell(cell).copy)], || {
                let mut story = Story::missing(missing);
                tell_taken(c, &mut story, cell, &hit, reading);
                if reading == Reading::Harsh {
                    c.counts_missing(&mut story, cell, &contents, 0);
                }
                let it = c.data_name(c.graph.cell(cell).copy);
                story.say(format!("{} takes {it} in the {noun} `{name}`", c.place_title(taken.place)), declared.span);
                let purposes = known
                    .value()
                    .map(|p| purpose_names(c, p))
                    .unwrap_or_else(|| "a purpose that is not stated".to_owned());
                Detail {
                    summary: format!(
                        "the {noun} `{name}` uses {it} for {purposes}, and it is more than the rule allows"
                    ),
                    span: declared.span,
                    missing: std::mem::take(&mut story.missing),
                    steps: story.into_steps(),
                    fix: Some(format!("give the {noun} `{name}` only what the rule allows")),
                    ..Detail::default()
                }
            });
            break;
        }
    }
    judged
}
