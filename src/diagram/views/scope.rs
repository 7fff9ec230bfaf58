//! Which part of a project a picture shows.

use std::collections::BTreeSet;

use super::{Refusal, Request, unknown};
use crate::check::atlas::{Atlas, Item, Trail};
use crate::check::{Report, Verdict};

/// The part that is shown, by numbers in the atlas.
#[derive(Debug, Clone, Default)]
pub(super) struct Scope {
    /// Copies.
    pub(super) copies: BTreeSet<usize>,
    /// Legs of flows, by flow and leg.
    pub(super) legs: BTreeSet<(usize, usize)>,
    /// Steps.
    pub(super) steps: BTreeSet<usize>,
    /// Uses and decisions.
    pub(super) uses: BTreeSet<usize>,
    /// Trails, by their numbers, as far as they are told.
    pub(super) trails: Vec<usize>,
    /// Whether it is all there is.
    pub(super) whole: bool,
    /// The datasets that were asked for.
    pub(super) datasets: Vec<usize>,
    /// What is shown, in a line.
    pub(super) subtitle: String,
    /// What the reader must know.
    pub(super) advice: Vec<String>,
}

impl Scope {
    /// How many boxes a swimlane of it has.
    pub(super) fn boxes(&self) -> usize {
        self.copies.len() + self.steps.len() + self.uses.len()
    }

    fn all(atlas: &Atlas) -> Scope {
        let legs = atlas.flows.iter().enumerate().flat_map(|(n, flow)| (0..flow.legs.len()).map(move |leg| (n, leg)));
        Scope {
            copies: (0..atlas.copies.len()).collect(),
            legs: legs.collect(),
            steps: (0..atlas.steps.len()).collect(),
            uses: (0..atlas.uses.len()).collect(),
            whole: true,
            ..Scope::default()
        }
    }

    /// Adds what stands at both ends of what is there.
    fn close(&mut self, atlas: &Atlas) {
        for (flow, leg) in &self.legs {
            if let Some(leg) = atlas.flows.get(*flow).and_then(|flow| flow.legs.get(*leg)) {
                self.copies.extend([leg.from, leg.to]);
            }
        }
        for step in self.steps.iter().filter_map(|step| atlas.steps.get(*step)) {
            self.copies.extend(step.takes.iter().chain(&step.gives));
        }
        for used in self.uses.iter().filter_map(|used| atlas.uses.get(*used)) {
            self.copies.extend(&used.takes);
        }
    }

    fn add(&mut self, other: Scope) {
        self.copies.extend(other.copies);
        self.legs.extend(other.legs);
        self.steps.extend(other.steps);
        self.uses.extend(other.uses);
        self.datasets.extend(other.datasets);
        self.trails.extend(other.trails.into_iter().filter(|t| !self.trails.contains(t)).collect::<Vec<_>>());
        self.advice.extend(other.advice);
    }
}

/// How many trails a picture tells, where it tells any.
const TOLD: usize = 2;

/// The part of a project that a request is about.
pub(super) fn of(atlas: &Atlas, report: &Report, request: &Request) -> Result<Scope, Refusal> {
    let mut scope = Scope::default();
    let mut shown = Vec::new();
    for name in &request.focus {
        let (part, words) = focus(atlas, report, name)?;
        scope.add(part);
        shown.push(words);
    }
    if let Some(wanted) = &request.finding {
        let number = finding(atlas, report, wanted)?;
        let trail = atlas.trails.get(number).ok_or_else(|| unknown("finding", wanted, []))?;
        scope.add(of_trail(atlas, number, trail));
        shown.push(broken(trail));
    }
    if shown.is_empty() {
        scope = Scope::all(atlas);
        shown.push("Who holds which personal data, and how it moves".to_owned());
    }
    scope.close(atlas);
    if scope.trails.is_empty() {
        scope.trails = telling(atlas, &scope);
    }
    scope.subtitle = shown.join("; ");
    Ok(scope)
}

fn broken(trail: &Trail) -> String {
    super::words::broken(&trail.title, trail.verdict)
}

/// What has to do with one name, and what is shown then in words.
fn focus(atlas: &Atlas, report: &Report, name: &str) -> Result<(Scope, String), Refusal> {
    if let Some(number) = atlas.datasets.iter().position(|d| d.name == name) {
        let title = super::words::dataset(atlas, number);
        return Ok((of_dataset(atlas, number), format!("What becomes of {title}")));
    }
    if let Some(number) = atlas.places.iter().position(|p| p.name == name) {
        return Ok((of_place(atlas, number), format!("What {} has to do with it", super::words::place(atlas, number))));
    }
    if let Some(number) = atlas.activities.iter().position(|a| a.name == name) {
        return Ok((of_activity(atlas, number), atlas.activities[number].title.clone()));
    }
    if let Some(number) = report.rules.iter().position(|r| r.name == name) {
        return Ok(of_rule(atlas, report, number));
    }
    if let Some(number) = atlas.flows.iter().position(|f| f.name == name) {
        let legs = (0..atlas.flows[number].legs.len()).map(|leg| (number, leg)).collect();
        return Ok((Scope { legs, ..Scope::default() }, format!("Flow {}: {}", number + 1, atlas.flows[number].title)));
    }
    if let Some(number) = atlas.steps.iter().position(|s| s.name == name) {
        let title = format!("Step S{}: {}", number + 1, atlas.steps[number].title);
        return Ok((Scope { steps: [number].into(), ..Scope::default() }, title));
    }
    if let Some(number) = atlas.uses.iter().position(|u| u.name == name) {
        return Ok((Scope { uses: [number].into(), ..Scope::default() }, atlas.uses[number].title.clone()));
    }
    let all = atlas.datasets.iter().map(|d| d.name.as_str());
    let all = all.chain(atlas.places.iter().skip(Atlas::UNKNOWN + 1).map(|p| p.name.as_str()));
    let all = all.chain(atlas.activities.iter().map(|a| a.name.as_str()));
    let all = all.chain(report.rules.iter().map(|r| r.name.as_str()));
    let all = all.chain(atlas.flows.iter().map(|f| f.name.as_str())).chain(atlas.steps.iter().map(|s| s.name.as_str()));
    let all = all.chain(atlas.uses.iter().map(|u| u.name.as_str()));
    Err(unknown("dataset, party, activity, rule, flow or step", name, all))
}

/// All that a dataset is made from, and all that becomes of it.
fn of_dataset(atlas: &Atlas, number: usize) -> Scope {
    let start: BTreeSet<usize> = atlas.datasets[number].copies.iter().copied().collect();
    let mut scope = Scope { copies: start.clone(), datasets: vec![number], ..Scope::default() };
    for down in [true, false] {
        let mut reached = start.clone();
        loop {
            let before = reached.len();
            for (flow, said) in atlas.flows.iter().enumerate() {
                for (leg, way) in said.legs.iter().enumerate() {
                    let (from, to) = if down { (way.from, way.to) } else { (way.to, way.from) };
                    if reached.contains(&from) {
                        reached.insert(to);
                        scope.legs.insert((flow, leg));
                    }
                }
            }
            for (number, step) in atlas.steps.iter().enumerate() {
                let (from, to) = if down { (&step.takes, &step.gives) } else { (&step.gives, &step.takes) };
                if from.iter().any(|copy| reached.contains(copy)) {
                    reached.extend(to);
                    scope.steps.insert(number);
                }
            }
            if reached.len() == before {
                break;
            }
        }
        if down {
            let touched = |used: &crate::check::atlas::Use| used.takes.iter().any(|copy| reached.contains(copy));
            scope.uses.extend(atlas.uses.iter().enumerate().filter(|(_, used)| touched(used)).map(|(n, _)| n));
        }
        scope.copies.extend(reached);
    }
    scope
}

/// What is held at a place and its teams, what is done there, and what comes in and goes out.
fn of_place(atlas: &Atlas, number: usize) -> Scope {
    let mut places = BTreeSet::from([number]);
    let mut party = None;
    if let Some(whole) = atlas.places.get(number).filter(|place| !place.team).map(|place| place.party) {
        places.extend(atlas.parties.get(whole).into_iter().flat_map(|party| &party.teams));
        party = Some(whole);
    }
    let is_there = |copy: &crate::check::atlas::Copy| {
        places.contains(&copy.place) || party.is_some_and(|p| copy.held_for.contains(&p))
    };
    let there = atlas.copies.iter().enumerate().filter(|(_, copy)| is_there(copy));
    let mut scope = Scope { copies: there.map(|(n, _)| n).collect(), ..Scope::default() };
    let held = |copy: &usize| scope.copies.contains(copy);
    let mut legs = BTreeSet::new();
    for (flow, said) in atlas.flows.iter().enumerate() {
        let ways = said.legs.iter().enumerate().filter(|(_, way)| held(&way.from) || held(&way.to));
        legs.extend(ways.map(|(leg, _)| (flow, leg)));
    }
    let at = |place: usize, takes: &[usize]| places.contains(&place) || takes.iter().any(held);
    scope.steps = (0..atlas.steps.len()).filter(|n| at(atlas.steps[*n].place, &atlas.steps[*n].takes)).collect();
    scope.uses = (0..atlas.uses.len()).filter(|n| at(atlas.uses[*n].place, &atlas.uses[*n].takes)).collect();
    scope.legs = legs;
    scope
}

fn of_activity(atlas: &Atlas, number: usize) -> Scope {
    let of = |activity: Option<usize>| activity == Some(number);
    let flows = atlas.flows.iter().enumerate().filter(|(_, flow)| of(flow.activity));
    Scope {
        legs: flows.flat_map(|(n, flow)| (0..flow.legs.len()).map(move |leg| (n, leg))).collect(),
        steps: (0..atlas.steps.len()).filter(|n| of(atlas.steps[*n].activity)).collect(),
        uses: (0..atlas.uses.len()).filter(|n| of(atlas.uses[*n].activity)).collect(),
        ..Scope::default()
    }
}

/// What the findings of a rule go through; all there is where it has none.
fn of_rule(atlas: &Atlas, report: &Report, number: usize) -> (Scope, String) {
    let rule = &report.rules[number];
    let title = if rule.title.is_empty() { &rule.name } else { &rule.title };
    let trails: Vec<usize> = (0..atlas.trails.len()).filter(|t| atlas.trails[*t].rule == number).collect();
    if trails.is_empty() {
        let advice = vec![format!("“{title}” is not broken: there is no way to show, so this is the whole picture")];
        return (Scope { advice, ..Scope::all(atlas) }, format!("“{title}” holds"));
    }
    let mut scope = Scope::default();
    for trail in trails.iter().take(TOLD) {
        scope.add(of_trail(atlas, *trail, &atlas.trails[*trail]));
    }
    if trails.len() > TOLD {
        scope.advice.push(format!(
            "“{title}” has {} findings: this shows the first {TOLD}; ask for another with `--finding {}/3`",
            trails.len(),
            rule.name
        ));
    }
    let words = broken(&atlas.trails[trails[0]]);
    (scope, words)
}

/// What one trail goes through.
fn of_trail(atlas: &Atlas, number: usize, trail: &Trail) -> Scope {
    let way = super::trails::way(atlas, trail);
    let mut scope = Scope {
        copies: way.copies,
        legs: way.legs,
        steps: way.steps,
        uses: way.uses,
        trails: vec![number],
        ..Scope::default()
    };
    if scope.boxes() == 0 {
        for subject in &trail.subjects {
            match subject {
                Item::Place(place) => scope.add(of_place(atlas, *place)),
                Item::Activity(activity) => scope.add(of_activity(atlas, *activity)),
                _ => {}
            }
        }
        scope.trails = vec![number];
    }
    scope
}

/// The number of a finding as people call it.
fn finding(atlas: &Atlas, report: &Report, wanted: &str) -> Result<usize, Refusal> {
    let counting: Vec<usize> = (0..atlas.trails.len()).filter(|t| atlas.trails[*t].counts).collect();
    if let Ok(number) = wanted.parse::<usize>() {
        return number.checked_sub(1).and_then(|n| counting.get(n)).copied().ok_or_else(|| Refusal {
            message: format!("there is no finding {number}"),
            help: Some(match counting.len() {
                0 => "nothing is broken, and nothing cannot be told".to_owned(),
                n => format!("they are numbered from 1 to {n}, in the order of the rules"),
            }),
        });
    }
    let (rule, which) = match wanted.rsplit_once('/') {
        Some((rule, which)) if which.parse::<usize>().is_ok() => (rule, which.parse().unwrap_or(1)),
        _ => (wanted, 1),
    };
    let of_rule: Vec<usize> = (0..atlas.trails.len()).filter(|t| atlas.trails[*t].name == rule).collect();
    match usize::checked_sub(which, 1).and_then(|n| of_rule.get(n)) {
        Some(number) => Ok(*number),
        None if !report.rules.iter().any(|r| r.name == rule) => {
            Err(unknown("rule or promise", rule, report.rules.iter().map(|r| r.name.as_str())))
        }
        None => Err(Refusal {
            message: format!("the rule `{rule}` has no finding {which}"),
            help: Some(match of_rule.len() {
                0 => "it holds".to_owned(),
                1 => "it has one: leave the number out".to_owned(),
                n => format!("it has {n}, from `{rule}/1` to `{rule}/{n}`"),
            }),
        }),
    }
}

/// The findings that a picture of this part tells, where none was asked for: those with the longest way that lies in it, promises
/// first, one for a rule, and no two of which go the same way.
fn telling(atlas: &Atlas, scope: &Scope) -> Vec<usize> {
    let mut all: Vec<(bool, usize, usize, super::trails::Way)> = Vec::new();
    for (number, trail) in atlas.open_trails(Verdict::Fail) {
        let way = super::trails::way(atlas, trail);
        let inside = way.legs.is_subset(&scope.legs) && way.copies.is_subset(&scope.copies);
        if inside && !way.legs.is_empty() && !all.iter().any(|(.., known, _)| atlas.trails[*known].rule == trail.rule) {
            all.push((!trail.promise, usize::MAX - way.legs.len() - way.steps.len(), number, way));
        }
    }
    all.sort_by_key(|trail| (trail.0, trail.1, trail.2));
    let mut told: Vec<usize> = Vec::new();
    let longest = all.iter().map(|(.., way)| way.legs.len() + way.steps.len()).max().unwrap_or(0);
    let mut legs: BTreeSet<(usize, usize)> = BTreeSet::new();
    for (_, _, number, way) in &all {
        let new = way.legs.difference(&legs).count();
        // what is told beside a long way is no trifle
        let least = longest.div_ceil(2);
        if told.len() < TOLD && new * 2 > way.legs.len() && way.legs.len() + way.steps.len() >= least {
            told.push(*number);
            legs.extend(&way.legs);
        }
    }
    if let Some((number, way)) = first_unsure(atlas, scope).filter(|_| told.len() < TOLD)
        && way.legs.difference(&legs).count() > 0
    {
        told.push(number);
    }
    told
}

/// The first finding that cannot be told and has a way in this part.
fn first_unsure(atlas: &Atlas, scope: &Scope) -> Option<(usize, super::trails::Way)> {
    let mut all = atlas.open_trails(Verdict::CannotTell).map(|(n, trail)| (n, super::trails::way(atlas, trail)));
    all.find(|(_, way)| !way.legs.is_empty() && way.legs.is_subset(&scope.legs))
}
