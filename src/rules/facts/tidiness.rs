//! Whether a model is in good order: nothing without an origin or a use, no two names for one thing, nothing left open.

use super::{Answer, Reason, Subject, Wants};
use crate::graph::{ColumnKind, CopyId, How};
use crate::model::{
    Activity, CopyFacts, Declared, Known, Model, Operation, OperationKind, Step, StepId, Suppress, Use,
};
use crate::rules::context::Context;
use crate::rules::finding::Missing;
use crate::rules::truth::Truth;
use crate::source::Span;
use crate::vocabulary::Identifies;

facts! {
    "origin" of Dataset, Wants::Nothing, "held by WHO; gives DATASET in a step", "being held by somebody from the start, or made by a step that says what it does"
        => |c, s, _| origin(c, s);
    "use" of Dataset, Wants::Nothing, "data DATASET in a flow; takes DATASET in a step, use or decision", "being sent, taken or destroyed by something, where it comes from somewhere"
        => |c, s, _| in_use(c, s);
    "name of its own" of Party People Dataset Activity, Wants::Nothing, "also \"…\"; distinct from PARTY", "being called by no name that could be a slip for another of its kind: the same words, or one letter apart"
        => |c, s, _| own_name(c, s);
    "live waivers" of Rule Promise, Wants::Nothing, "waive RULE for SUBJECT { because; by; until }", "no waiver of it being past the day until which it counts"
        => |c, s, _| live_waivers(c, s);
    "match on enough" of Step, Wants::Nothing, "match A with B on FIELDS", "matching only on fields that tell people apart: a key, a direct identifier, or a combination that identifies"
        => |c, s, _| matches_on_enough(c, s);
    "open points" of Flow Dataset Step Use Decision Activity Agreement Notice Event Party People Dpia, Wants::Nothing, "not-stated; fields open", "something about it being declared open: `not-stated`, an open list of fields, an event without a date"
        => |c, s, _| open_points(c, s);
}

fn origin(c: &Context<'_>, s: Subject) -> Answer {
    let Subject::Dataset(id) = s else { return Answer::Unsaid };
    let dataset = c.model.dataset(id);
    let name = c.model.word(dataset.declared.name);
    if dataset.held_by.iter().any(|p| *p != Model::UNKNOWN) {
        return Answer::Told(Truth::True, Vec::new());
    }
    let mut unknown = Vec::new();
    if !dataset.held_by.is_empty() {
        let span = dataset.held_span.unwrap_or(dataset.declared.span);
        unknown.push(Missing { text: format!("who holds `{name}` (`held by`)"), span });
    }
    for arrival in c.graph.copies_of(id).flat_map(|copy| c.graph.arrivals_of(copy)) {
        match c.graph.arrival(arrival).how {
            How::Side(..) => return Answer::Told(Truth::True, Vec::new()),
            How::Step(step, _) => match c.model.steps[step.index()].operations_not_stated {
                None => return Answer::Told(Truth::True, Vec::new()),
                Some(span) => {
                    let by = c.model.word(c.model.steps[step.index()].declared.name);
                    unknown.push(Missing { text: format!("how `{by}` makes `{name}` (`operations`)"), span });
                }
            },
            How::Declared | How::Flow(..) => {}
        }
    }
    if !unknown.is_empty() {
        return Answer::Told(Truth::Unknown(unknown), Vec::new());
    }
    let reason =
        Reason::at(format!("nobody holds `{name}` from the start, and no step makes it"), dataset.declared.span);
    let fix = "say who holds it (`held by`), or let the step that makes it say `gives`".to_owned();
    Answer::Told(Truth::False, vec![reason.mended(fix)])
}

fn in_use(c: &Context<'_>, s: Subject) -> Answer {
    let Subject::Dataset(id) = s else { return Answer::Unsaid };
    let m = c.model;
    let used = c.indexes.used.get_or_init(|| {
        let mut used = vec![false; m.datasets.len()];
        let mut mark = |id: crate::model::DatasetId| {
            if let Some(slot) = used.get_mut(id.index()) {
                *slot = true;
            }
        };
        m.flows.iter().flat_map(|f| &f.data).for_each(|d| mark(d.dataset));
        m.uses.iter().flat_map(|u| &u.takes).for_each(|d| mark(d.dataset));
        for step in &m.steps {
            step.takes.iter().for_each(|d| mark(d.dataset));
            for operation in &step.operations {
                match &operation.kind {
                    OperationKind::Destroy { datasets, .. } => datasets.iter().for_each(|d| mark(*d)),
                    OperationKind::Reidentify { lookup } => mark(*lookup),
                    // what stands for a key is there for the key
                    OperationKind::Pseudonymise { lookup: Some(lookup), .. } => mark(*lookup),
                    _ => {}
                }
            }
        }
        used
    });
    // what comes from nowhere cannot be used: that is another question
    if used.get(id.index()).copied().unwrap_or(true) || c.graph.copies_of(id).len() == 0 {
        return Answer::Told(Truth::True, Vec::new());
    }
    let declared = &m.dataset(id).declared;
    let name = m.word(declared.name);
    let reason = Reason::at(
        format!("nothing is done with `{name}`: no flow sends it, and no step, use or decision takes it"),
        declared.span,
    );
    let fix = format!("say what `{name}` is for (`use`, `decision`), or take it out of the model");
    Answer::Told(Truth::False, vec![reason.mended(fix)])
}

// ---- names ----

/// Words that tell no name from another.
const FILLERS: &[&str] = &["the", "of", "for", "and", "a", "an", "in", "to", "on", "at"];

/// The words of a name that count, in small letters and without the s of a plural.
fn words(name: &str) -> Vec<String> {
    let all = name.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_lowercase);
    let counts = all.filter(|w| !FILLERS.contains(&w.as_str()));
    counts
        .map(|w| if w.len() > 4 && w.ends_with('s') && !w.ends_with("ss") { w[..w.len() - 1].to_owned() } else { w })
        .collect()
}

fn sorted(mut words: Vec<String>) -> Vec<String> {
    words.sort_unstable();
    words
}

/// Whether two names are made of the same words.
pub(super) fn same_words(a: &str, b: &str) -> bool {
    sorted(words(a)) == sorted(words(b))
}

/// Hashes that names which could be slips for each other share: of all the words, and of all with one letter of a longer word
/// left out.
fn keys(name: &str) -> Vec<u64> {
    let words = words(name);
    if words.is_empty() {
        return Vec::new();
    }
    let mut all = vec![crate::rules::forms::key((0u8, sorted(words.clone())))];
    // what differs in a digit is numbered, and so not alike
    let numbered = words.iter().any(|w| w.bytes().any(|b| b.is_ascii_digit()));
    let long = words.iter().enumerate().filter(|(_, w)| (LONG..=LONGEST).contains(&w.chars().count()));
    for (at, word) in long.filter(|_| !numbered && words.len() <= MOST_WORDS) {
        let others = (words.get(..at), words.get(at + 1..));
        all.push(crate::rules::forms::key((1u8, others, word)));
        for (index, letter) in word.char_indices() {
            let (before, after) = (&word[..index], &word[index + letter.len_utf8()..]);
            all.push(crate::rules::forms::key((1u8, others, &format!("{before}{after}"))));
        }
    }
    all
}

/// How many letters a word has in which one letter may be a slip, and up to how many, and how many words such a name has.
const LONG: usize = 5;
const LONGEST: usize = 40;
const MOST_WORDS: usize = 12;

/// For each thing of a kind another one that it could be a slip for: its number, and the two names.
type Twins = Vec<Option<(u32, String, String)>>;

/// Names that could be slips for each other.
#[derive(Debug, Default)]
pub(super) struct Alike {
    parties: Twins,
    people: Twins,
    datasets: Twins,
    activities: Twins,
}

/// Finds twins: things by number with their names, and which pairs are told apart.
fn twins(count: usize, names: impl Iterator<Item = (u32, String)>, apart: impl Fn(u32, u32) -> bool) -> Twins {
    let names: Vec<(u32, String)> = names.collect();
    let mut by_key: Vec<(u64, u32)> = Vec::new();
    for (at, (_, name)) in names.iter().enumerate() {
        let mut keys = keys(name);
        keys.sort_unstable();
        keys.dedup();
        by_key.extend(keys.into_iter().map(|k| (k, at as u32)));
    }
    by_key.sort_unstable();
    let mut found: Twins = vec![None; count];
    for alike in by_key.chunk_by(|a, b| a.0 == b.0).filter(|chunk| chunk.len() > 1) {
        for (_, at) in alike {
            let Some((own, name)) = names.get(*at as usize) else { continue };
            // a slip is found by the first few that are alike; more of them would be a way of naming
            let mut others = alike.iter().take(FEW).filter_map(|(_, o)| names.get(*o as usize));
            if let Some((other, its)) = others.find(|(other, _)| other != own && !apart(*own, *other))
                && let Some(slot) = found.get_mut(*own as usize)
                && slot.as_ref().is_none_or(|(known, ..)| other < known)
            {
                *slot = Some((*other, name.clone(), its.clone()));
            }
        }
    }
    found
}

/// Among how many names that are alike a twin is looked for.
const FEW: usize = 8;

impl Alike {
    fn of(c: &Context<'_>) -> Alike {
        let m = c.model;
        let own = |i: usize, declared: &Declared| {
            let title: &str = &declared.title;
            let titled = (!title.is_empty()).then(|| (i as u32, title.to_owned()));
            std::iter::once((i as u32, m.word(declared.name).to_owned())).chain(titled)
        };
        let parties = m
            .parties
            .iter()
            .enumerate()
            .skip(2)
            .flat_map(|(i, p)| own(i, &p.declared).chain(p.also.iter().map(move |name| (i as u32, name.clone()))));
        let person = |i: u32| crate::model::PeopleId(i);
        Alike {
            parties: twins(m.parties.len(), parties, |a, b| {
                let says = |a: u32, b: u32| m.parties[a as usize].distinct.iter().any(|p| p.0 == b);
                says(a, b) || says(b, a)
            }),
            people: twins(
                m.people.len(),
                m.people.iter().enumerate().flat_map(|(i, p)| own(i, &p.declared)),
                |a, b| {
                    m.people_apart(person(a), person(b))
                        || m.people_within(person(a), person(b))
                        || m.people_within(person(b), person(a))
                },
            ),
            datasets: twins(
                m.datasets.len(),
                m.datasets.iter().enumerate().map(|(i, d)| (i as u32, m.word(d.declared.name).to_owned())),
                |_, _| false,
            ),
            activities: twins(
                m.activities.len(),
                m.activities.iter().enumerate().flat_map(|(i, a)| own(i, &a.declared)),
                |_, _| false,
            ),
        }
    }
}

fn own_name(c: &Context<'_>, s: Subject) -> Answer {
    let m = c.model;
    let alike = c.indexes.alike.get_or_init(|| Alike::of(c));
    let (twins, number, own): (&Twins, usize, &Declared) = match s {
        Subject::Party(i) => (&alike.parties, i.index(), &m.party(i).declared),
        Subject::People(i) => (&alike.people, i.index(), &m.people[i.index()].declared),
        Subject::Dataset(i) => (&alike.datasets, i.index(), &m.dataset(i).declared),
        Subject::Activity(i) => (&alike.activities, i.index(), &m.activities[i.index()].declared),
        _ => return Answer::Unsaid,
    };
    let Some((other, name, its)) = twins.get(number).and_then(Option::as_ref) else {
        return Answer::Told(Truth::True, Vec::new());
    };
    let declared = match s {
        Subject::Party(_) => m.parties.get(*other as usize).map(|p| &p.declared),
        Subject::People(_) => m.people.get(*other as usize).map(|p| &p.declared),
        Subject::Dataset(_) => m.datasets.get(*other as usize).map(|d| &d.declared),
        _ => m.activities.get(*other as usize).map(|a| &a.declared),
    };
    let twin = declared.map(|d| m.word(d.name)).unwrap_or_default();
    let sentence = format!("\"{name}\" could be a slip for \"{its}\" (`{twin}`)");
    let fix = match s {
        Subject::Party(_) => format!("make one party of the two (`also \"{its}\"`), or say `distinct from {twin}`"),
        Subject::People(_) => format!("make one group of the two, or say `apart from {twin}` or `within {twin}`"),
        _ => "make one of the two, or give them names that tell them apart".to_owned(),
    };
    Answer::Told(Truth::False, vec![Reason::at(sentence, own.span).mended(fix)])
}

fn live_waivers(c: &Context<'_>, s: Subject) -> Answer {
    let Subject::Rule(id) = s else { return Answer::Unsaid };
    let over = c.model.waivers.iter().filter(|w| w.rule == id && w.until.is_some_and(|until| until < c.as_of));
    let reasons: Vec<Reason> = over
        .map(|waiver| {
            let until = waiver.until.map(|d| d.to_string()).unwrap_or_default();
            let sentence = format!("its waiver for `{}` ran out on {until}", c.model.word(waiver.subject));
            Reason::at(sentence, waiver.span)
                .mended("mend what it was for, or decide anew and set another day".to_owned())
        })
        .collect();
    Answer::Told(Truth::from(reasons.is_empty()), reasons)
}

// ---- matching ----

fn matches_on_enough(c: &Context<'_>, s: Subject) -> Answer {
    let Subject::Step(id) = s else { return Answer::Unsaid };
    let step = &c.model.steps[id.index()];
    let mut reasons = Vec::new();
    for (number, operation) in step.operations.iter().enumerate() {
        let changed = step.operations[..number].iter().any(|o| !matches!(o.kind, OperationKind::Match { .. }));
        if let Some(reason) = too_little(c, id, operation, changed) {
            reasons.push(reason);
        }
    }
    Answer::Told(Truth::from(reasons.is_empty()), reasons)
}

/// What is wrong with what a `match` goes by. Where something else was done to the inputs before, only fields that it names count.
fn too_little(c: &Context<'_>, id: StepId, operation: &Operation, changed: bool) -> Option<Reason> {
    let m = c.model;
    let OperationKind::Match { left, right, on, .. } = &operation.kind else { return None };
    let step = &m.steps[id.index()];
    let taken = step.gives.iter().flat_map(|g| c.graph.copies_of(g.dataset)).flat_map(|copy| c.graph.arrivals_of(copy));
    let arrival = taken.into_iter().find(|a| matches!(c.graph.arrival(*a).how, How::Step(by, _) if by == id))?;
    let input = |dataset| c.graph.from(arrival).iter().copied().find(|copy| c.graph.copy(*copy).dataset == dataset);
    let fields = |copy: CopyId| c.graph.columns_of(copy).iter().filter(|col| col.kind == ColumnKind::Field);
    let (left, right) = (input(*left)?, input(*right)?);
    let columns: Vec<_> = if on.is_empty() {
        fields(left).filter(|a| fields(right).any(|b| a.name == b.name)).collect()
    } else {
        fields(left).filter(|a| on.iter().any(|(name, _)| *name == a.name)).collect()
    };
    if columns.is_empty() || (changed && columns.len() < on.len().max(1)) || (changed && on.is_empty()) {
        return None;
    }
    let tells = |column: &&crate::graph::Column| column.identifies(&m.vocabulary) >= Identifies::Key;
    let has = |(category, level): &(crate::model::CategoryId, u8)| {
        columns.iter().any(|col| {
            col.category.is_some_and(|own| m.vocabulary.category_under(own, *category)) && col.level <= *level
        })
    };
    let enough =
        columns.iter().any(|c| tells(c)) || m.vocabulary.combinations.iter().any(|co| co.parts.iter().all(has));
    if enough {
        return None;
    }
    let names: Vec<String> = columns.iter().map(|col| format!("`{}`", m.word(col.name))).collect();
    let sentence = format!(
        "`{}` matches on {}, which does not tell one person from another",
        m.word(step.declared.name),
        crate::rules::story::list(&names)
    );
    Some(Reason::at(sentence, operation.span).mended("match on a key, or on fields that identify together; if there is a key that the model leaves out, declare it".to_owned()))
}

// ---- what is left open ----

/// What of a declaration is left open: what it is called, and where.
#[derive(Default)]
struct Open(Vec<(String, Span)>);

impl Open {
    fn add<T>(&mut self, known: &Known<T>, line: &str) {
        if let Known::NotStated(span) = known {
            self.0.push((format!("`{line}` is not stated"), *span));
        }
    }

    fn add_if(&mut self, open: bool, what: &str, span: Span) {
        if open {
            self.0.push((what.to_owned(), span));
        }
    }

    fn copy(&mut self, facts: &CopyFacts) {
        self.add(&facts.basis, "basis");
        self.add(&facts.conditions, "condition");
        self.add(&facts.retention, "retain");
        self.add(&facts.safeguards, "kept");
        self.add(&facts.stored_in, "stored in");
        if let Known::Said(retention, _) = &*facts.retention {
            self.add(&retention.method, "then destroy by");
        }
    }

    fn step(&mut self, step: &Step) {
        self.add_if(step.place == Model::UNKNOWN, "where it is done is not stated", step.place_span);
        if let Some(span) = step.operations_not_stated {
            self.add_if(true, "what it does is not stated (`operations`)", span);
        }
        self.add(&step.purposes, "for");
        self.copy(&step.facts);
        for operation in &step.operations {
            match &operation.kind {
                OperationKind::Aggregate { minimum, .. } => {
                    let open = !matches!(minimum, Known::Said(..));
                    self.add_if(open, "the least count that it shows is not stated (`minimum`)", operation.span);
                }
                OperationKind::Suppress(how) => self.add::<Suppress>(how, "suppress"),
                OperationKind::Pseudonymise { method, held_by, .. } => {
                    self.add(method, "using");
                    self.add(held_by, "held by");
                }
                OperationKind::Destroy { method, .. } => self.add(method, "destroy … by"),
                _ => {}
            }
        }
    }

    fn used(&mut self, used: &Use) {
        self.add_if(used.place == Model::UNKNOWN, "where it is done is not stated", used.place_span);
        if let Some(span) = used.takes_not_stated {
            self.add_if(true, "`takes` is not stated", span);
        }
        self.add(&used.purposes, "for");
        self.add(&used.by, "by");
        self.add(&used.starts, "during");
        if let Some(decision) = &used.decision {
            self.add(&decision.about_individuals, "about");
            self.add(&decision.automation, "automation");
            self.add(&decision.significant, "significant");
            self.add(&decision.review, "review");
            self.add(&decision.safeguards, "safeguards");
            self.add(&decision.oversight, "oversight");
        }
    }

    fn activity(&mut self, activity: &Activity) {
        self.add(&activity.purposes, "purpose");
        if let Some(span) = activity.controllers_not_stated {
            self.add_if(true, "`controller` is not stated", span);
        }
        for role in &activity.processors {
            self.add_if(role.principals.is_empty(), "for whom a processor acts is not stated", role.span);
            self.add(&role.under, "processor … under");
            self.add(&role.instructed, "instructed for");
        }
        self.add(&activity.starts, "starts");
        self.add(&activity.ends, "ends");
        self.add(&activity.dpia, "dpia");
    }
}

/// What of a subject is left open, and its declaration.
fn open_of<'a>(c: &Context<'a>, s: Subject) -> Option<(Open, &'a Declared)> {
    let m = c.model;
    let mut open = Open::default();
    let declared = match s {
        Subject::Flow(i) => {
            let flow = &m.flows[i.index()];
            open.add_if(flow.from.contains(&Model::UNKNOWN), "who sends is not stated (`from`)", flow.from_span);
            open.add_if(flow.to.contains(&Model::UNKNOWN), "who receives is not stated (`to`)", flow.to_span);
            if let Some(span) = flow.data_not_stated {
                open.add_if(true, "what is sent is not stated (`data`)", span);
            }
            open.add(&flow.purposes, "for");
            open.add(&flow.agreements, "under");
            open.add(&flow.channels, "by");
            open.add(&flow.starts, "during");
            open.add(&flow.onward, "onward to");
            open.copy(&flow.facts);
            &flow.declared
        }
        Subject::Dataset(i) => {
            let dataset = m.dataset(i);
            if let Some(span) = dataset.open {
                open.add_if(true, "there may be more fields than are listed (`fields open`)", span);
            }
            open.add_if(
                dataset.held_by.contains(&Model::UNKNOWN),
                "who holds it is not stated (`held by`)",
                dataset.held_span.unwrap_or(dataset.declared.span),
            );
            open.add(&dataset.controllers, "controller");
            open.add(&dataset.about, "about");
            open.add(&dataset.collected_for, "collected for");
            open.add(&dataset.table_minimum, "minimum");
            open.copy(&dataset.facts);
            &dataset.declared
        }
        Subject::Step(i) => {
            open.step(&m.steps[i.index()]);
            &m.steps[i.index()].declared
        }
        Subject::Use(i) => {
            open.used(&m.uses[i.index()]);
            &m.uses[i.index()].declared
        }
        Subject::Activity(i) => {
            open.activity(&m.activities[i.index()]);
            &m.activities[i.index()].declared
        }
        Subject::Agreement(i) => {
            let agreement = &m.agreements[i.index()];
            open.add(&agreement.kind, "kind");
            open.add(&agreement.binding, "binding");
            open.add(&agreement.between, "between");
            open.add(&agreement.from, "from");
            open.add(&agreement.until, "until");
            open.add(&agreement.purposes, "for");
            open.add(&agreement.covers, "covers");
            open.add(&agreement.onward, "onward to");
            open.add(&agreement.terms, "terms");
            &agreement.declared
        }
        Subject::Notice(i) => {
            let notice = &m.notices[i.index()];
            open.add(&notice.text, "text");
            open.add(&notice.from, "from");
            open.add(&notice.to, "to");
            open.add(&notice.published, "published");
            open.add(&notice.review_by, "review by");
            open.add(&notice.contacts, "contact");
            open.add(&notice.contains, "contains");
            open.add(&notice.retention, "retain");
            notice.names.iter().for_each(|(what, known)| open.add(known, &format!("names {what}")));
            &notice.declared
        }
        Subject::Event(i) => {
            let event = &m.events[i.index()];
            for (known, line) in [
                (&event.happened, "happened"),
                (&event.expected, "expected"),
                (&event.no_later, "no later than"),
                (&event.not_before, "not before"),
            ] {
                open.add(known, line);
            }
            let dates = [&event.happened, &event.expected, &event.no_later];
            let undated = !event.per_person && dates.iter().all(|d| matches!(d, Known::Unsaid));
            open.add_if(undated, "no date is stated for it, nor a latest one (`no later than`)", event.declared.span);
            &event.declared
        }
        Subject::Party(i) => {
            let party = m.party(i);
            open.add(&party.kind, "kind");
            open.add(&party.country, "country");
            open.add(&party.domain, "domain");
            &party.declared
        }
        Subject::People(i) => {
            let people = &m.people[i.index()];
            open.add(&people.children, "children");
            open.add(&people.count, "count");
            &people.declared
        }
        Subject::Dpia(i) => {
            let dpia = &m.dpias[i.index()];
            open.add(&dpia.completed, "completed");
            open.add(&dpia.review_by, "review by");
            open.add(&dpia.residual_risk, "residual risk");
            open.add(&dpia.advice, "advice");
            &dpia.declared
        }
        _ => return None,
    };
    Some((open, declared))
}

fn open_points(c: &Context<'_>, s: Subject) -> Answer {
    let Some((open, declared)) = open_of(c, s) else { return Answer::Unsaid };
    // what is taken over from an activity is that activity's to state
    let own = |span: &Span| declared.whole.start <= span.start && span.end <= declared.whole.end;
    let reasons: Vec<Reason> = open
        .0
        .into_iter()
        .filter(|(_, span)| own(span))
        .map(|(what, span)| {
            Reason::at(what, span).mended(format!("find it out and state it in `{}`", c.model.word(declared.name)))
        })
        .collect();
    Answer::Told(Truth::from(!reasons.is_empty()), reasons)
}
