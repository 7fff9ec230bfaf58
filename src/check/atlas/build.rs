//! From a model and its graph to the things of an atlas.

use std::collections::BTreeMap;

use super::Atlas;
use super::things::{
    Activity, Agreement, Copy, Dataset, Event, Flow, Leg, Level, Party, People, Place, Role, RoleKind, Step, Use, Wall,
};
use super::words::{field, kept, known_moment, moment, operation};
use crate::graph::{ColumnKind, CopyId, How, Reading};
use crate::model::{self, ControllerKind, Known, List, Model, OperationKind, PartyId, PurposeId};
use crate::rules::context::Context;
use crate::rules::provenance::agreements;

/// All things of a model, without the trails of its findings.
pub(super) fn build(c: &Context<'_>) -> Atlas {
    let model = c.model;
    Atlas {
        parties: parties(c),
        places: model.places.iter().enumerate().map(|(number, place)| place_of(model, number, place)).collect(),
        walls: model.walls.iter().map(|wall| wall_of(model, wall)).collect(),
        people: model.people.iter().map(|people| people_of(model, people)).collect(),
        activities: model.activities.iter().map(|activity| activity_of(c, activity)).collect(),
        datasets: datasets(c),
        copies: copies(c),
        flows: flows(c),
        steps: steps(c),
        uses: model.uses.iter().map(|used| use_of(c, used)).collect(),
        events: model.events.iter().map(|event| event_of(model, event)).collect(),
        agreements: model.agreements.iter().map(|agreement| agreement_of(model, agreement)).collect(),
        ..Atlas::default()
    }
}

fn parties(c: &Context<'_>) -> Vec<Party> {
    let model = c.model;
    let mut roles: BTreeMap<PartyId, Vec<Role>> = BTreeMap::new();
    for (number, activity) in model.activities.iter().enumerate() {
        for role in &activity.controllers {
            let kind = match role.kind {
                ControllerKind::Sole => RoleKind::Controller,
                ControllerKind::Joint => RoleKind::JointController,
                ControllerKind::Independent => RoleKind::IndependentController,
            };
            let of = role.of.iter().map(|d| d.index()).collect();
            let under = role.under.value().map(|a| a.index());
            let new = Role { activity: number, kind, principals: Vec::new(), of, under };
            roles.entry(role.party).or_default().push(new);
        }
        for role in &activity.processors {
            let kind = if role.sub { RoleKind::SubProcessor } else { RoleKind::Processor };
            let principals = role.principals.iter().map(|p| p.index()).collect();
            let of = role.of.iter().map(|d| d.index()).collect();
            let under = role.under.value().map(|a| a.index());
            roles.entry(role.party).or_default().push(Role { activity: number, kind, principals, of, under });
        }
    }
    let mut controls: BTreeMap<PartyId, Vec<usize>> = BTreeMap::new();
    for (number, dataset) in model.datasets.iter().enumerate() {
        for party in dataset.controllers.value().into_iter().flatten() {
            controls.entry(*party).or_default().push(number);
        }
    }
    let all = model.parties.iter().enumerate().map(|(number, party)| {
        let id = PartyId(number as u32);
        let (name, title) = name_and_title(model, number, &party.declared);
        Party {
            name,
            title,
            kind: party.kind.value().cloned(),
            country: party.country.value().cloned(),
            place: party.place.index(),
            teams: party.teams.iter().map(|team| team.index()).collect(),
            roles: roles.remove(&id).unwrap_or_default(),
            controls: controls.remove(&id).unwrap_or_default(),
        }
    });
    all.collect()
}

/// What a party or place is called; the first two are in no text.
fn name_and_title(model: &Model, number: usize, declared: &model::Declared) -> (String, String) {
    match number {
        Atlas::PUBLIC => ("public".to_owned(), "The public".to_owned()),
        Atlas::UNKNOWN => ("not-stated".to_owned(), "Not stated".to_owned()),
        _ => (model.word(declared.name).to_owned(), model.title(declared).to_owned()),
    }
}

fn place_of(model: &Model, number: usize, place: &model::Place) -> Place {
    let (name, title) = name_and_title(model, number, &place.declared);
    Place {
        name,
        title,
        party: place.party.index(),
        team: place.team,
        kind: place.kind.value().cloned(),
        access: place.access.value().cloned(),
    }
}

fn wall_of(model: &Model, wall: &model::Wall) -> Wall {
    Wall {
        left: wall.left.index(),
        right: wall.right.index(),
        stated: wall.stated,
        except: wall.except.map(|word| model.word(word).to_owned()),
    }
}

fn people_of(model: &Model, people: &model::People) -> People {
    People {
        name: model.word(people.declared.name).to_owned(),
        title: model.title(&people.declared).to_owned(),
        within: people.within.map(|within| within.index()),
        count: people.count.value().copied(),
    }
}

fn activity_of(c: &Context<'_>, activity: &model::Activity) -> Activity {
    Activity {
        name: c.model.word(activity.declared.name).to_owned(),
        title: c.model.title(&activity.declared).to_owned(),
        purposes: purposes(c.model, &activity.purposes, None),
        starts: known_moment(c, &activity.starts),
        ends: known_moment(c, &activity.ends),
    }
}

/// The titles of purposes: what is said, else those of the activity.
fn purposes(model: &Model, said: &Known<List<PurposeId>>, activity: Option<model::ActivityId>) -> Vec<String> {
    let said = match said {
        Known::Unsaid => activity.and_then(|a| model.activities[a.index()].purposes.value()),
        known => known.value(),
    };
    let words = said.into_iter().flatten().map(|id| model.vocabulary.purpose(*id));
    words.map(|p| if p.title.is_empty() { p.name.clone() } else { p.title.clone() }).collect()
}

fn datasets(c: &Context<'_>) -> Vec<Dataset> {
    let model = c.model;
    let mut copies: Vec<Vec<usize>> = vec![Vec::new(); model.datasets.len()];
    for copy in c.graph.copy_ids() {
        copies[c.graph.copy(copy).dataset.index()].push(copy.index());
    }
    let named = |id: &PurposeId| {
        let purpose = model.vocabulary.purpose(*id);
        if purpose.title.is_empty() { purpose.name.clone() } else { purpose.title.clone() }
    };
    let all = model.datasets.iter().zip(copies).map(|(dataset, copies)| Dataset {
        name: model.word(dataset.declared.name).to_owned(),
        title: model.title(&dataset.declared).to_owned(),
        titled: !dataset.declared.title.is_empty(),
        declared: dataset.explicit,
        held_from_start: !dataset.held_by.is_empty(),
        about: dataset.about.value().into_iter().flatten().map(|p| p.index()).collect(),
        controllers: dataset.controllers.value().into_iter().flatten().map(|p| p.index()).collect(),
        collected_for: dataset.collected_for.value().into_iter().flatten().map(named).collect(),
        claimed_anonymous: dataset.claimed_anonymous.is_some(),
        copies,
    });
    all.collect()
}

fn copies(c: &Context<'_>) -> Vec<Copy> {
    let mut held_for: BTreeMap<CopyId, Vec<usize>> = BTreeMap::new();
    for number in 0..c.model.parties.len() {
        for copy in c.sight.through_processors(PartyId(number as u32), Reading::Kind) {
            held_for.entry(*copy).or_default().push(number);
        }
    }
    c.graph.copy_ids().map(|copy| copy_of(c, copy, held_for.remove(&copy).unwrap_or_default())).collect()
}

fn copy_of(c: &Context<'_>, id: CopyId, held_for: Vec<usize>) -> Copy {
    let copy = c.graph.copy(id);
    let columns = c.graph.columns_of(id);
    let about = c.graph.about(id);
    let level = |reading| {
        let seen = c.seen(copy.place, reading);
        if c.has_rows(id, reading) { c.level(seen, id) } else { counted(c, id, reading) }
    };
    let own = |reading| {
        if !c.has_rows(id, reading) {
            return counted(c, id, reading);
        }
        let level = c.linkage(reading).own_level(id);
        if c.attested(id, level).is_some() { 0 } else { level }
    };
    let arrivals = || c.graph.arrivals_of(id).map(|arrival| c.graph.arrival(arrival));
    let starts = c.graph.holding(id).starts();
    let from = match &starts[..] {
        [only] => only.first().map(|point| moment(c, *point)),
        _ => None,
    };
    Copy {
        dataset: copy.dataset.index(),
        place: copy.place.index(),
        held_for,
        level: Level { kind: level(Reading::Kind), harsh: level(Reading::Harsh) },
        own_level: Level { kind: own(Reading::Kind), harsh: own(Reading::Harsh) },
        fields: columns.iter().filter(|column| column.kind == ColumnKind::Field).map(|f| field(c, f)).collect(),
        open: columns.iter().any(|column| column.kind == ColumnKind::Open),
        about: if about.all { Vec::new() } else { about.people.iter().map(|p| p.index()).collect() },
        declared: arrivals().any(|arrival| arrival.how == How::Declared),
        published: copy.place == Model::PUBLIC,
        from,
        kept: kept(c, id),
    }
}

/// How far counts identify people.
fn counted(c: &Context<'_>, copy: CopyId, reading: Reading) -> u8 {
    let contents = c.contents(reading);
    let level = |control: crate::graph::Control| control.level(c.threshold, reading == Reading::Kind);
    let counts = c.graph.cells_of(copy).flat_map(|cell| contents.counts(cell).map(|(control, _)| level(control)).max());
    counts.max().unwrap_or(0)
}

fn flows(c: &Context<'_>) -> Vec<Flow> {
    let model = c.model;
    let all = model.flows.iter().enumerate().map(|(number, flow)| {
        let channels = flow.channels.value().into_iter().flatten();
        Flow {
            number: number + 1,
            name: model.word(flow.declared.name).to_owned(),
            title: model.title(&flow.declared).to_owned(),
            titled: !flow.declared.title.is_empty(),
            from: flow.from.iter().map(|place| place.index()).collect(),
            to: flow.to.iter().map(|place| place.index()).collect(),
            legs: legs(c, model::FlowId(number as u32), flow),
            channels: channels.map(|word| model.word(*word).to_owned()).collect(),
            channels_not_stated: flow.channels.is_not_stated(),
            agreements: agreements(flow).map(|agreement| agreement.index()).collect(),
            purposes: purposes(model, &flow.purposes, flow.activity),
            activity: flow.activity.map(|activity| activity.index()),
            starts: known_moment(c, &flow.starts),
            ends: known_moment(c, &flow.ends),
        }
    });
    all.collect()
}

fn legs(c: &Context<'_>, id: model::FlowId, flow: &model::Flow) -> Vec<Leg> {
    let mut legs = Vec::new();
    for arrival in c.graph.arrivals_by(id) {
        let to = c.graph.arrival(*arrival).copy;
        let item = match c.graph.arrival(*arrival).how {
            How::Flow(_, item) => flow.data.get(item as usize),
            How::Declared | How::Step(..) | How::Side(..) => None,
        };
        let fields = item.and_then(|item| item.fields.as_ref());
        let only = fields.map(|all| all.iter().map(|(name, _)| c.model.word(*name).to_owned()).collect::<Vec<_>>());
        for from in c.graph.from(*arrival).iter().filter(|from| **from != to) {
            legs.push(Leg { from: from.index(), to: to.index(), only: only.clone() });
        }
    }
    legs.sort_by_key(|leg| (leg.from, leg.to));
    legs
}

fn steps(c: &Context<'_>) -> Vec<Step> {
    let model = c.model;
    let mut gives: Vec<Vec<usize>> = vec![Vec::new(); model.steps.len()];
    for arrival in &c.graph.arrivals {
        if let How::Step(step, _) | How::Side(step, _) = arrival.how {
            gives[step.index()].push(arrival.copy.index());
        }
    }
    let all = model.steps.iter().zip(gives).map(|(step, mut gives)| {
        gives.sort_unstable();
        gives.dedup();
        let mut takes: Vec<usize> = step
            .takes
            .iter()
            .flat_map(|item| c.graph.found(model, item.dataset, step.place))
            .map(|copy| copy.index())
            .collect();
        takes.dedup();
        let done = step.operations.iter().map(|operation| &operation.kind);
        let destroyed = done.clone().flat_map(|kind| match kind {
            OperationKind::Destroy { datasets, .. } => datasets.iter().map(|d| d.index()).collect(),
            _ => Vec::new(),
        });
        Step {
            name: model.word(step.declared.name).to_owned(),
            title: model.title(&step.declared).to_owned(),
            titled: !step.declared.title.is_empty(),
            place: step.place.index(),
            takes,
            gives,
            operations: done.clone().map(|kind| operation(model, kind).1).collect(),
            destroys: destroyed.collect(),
            verbs: done.map(|kind| operation(model, kind).0).collect(),
            not_stated: step.operations_not_stated.is_some(),
            activity: step.activity.map(|activity| activity.index()),
            starts: known_moment(c, &step.starts),
        }
    });
    all.collect()
}

fn use_of(c: &Context<'_>, used: &model::Use) -> Use {
    let model = c.model;
    let mut takes: Vec<usize> = used
        .takes
        .iter()
        .flat_map(|item| c.graph.found(model, item.dataset, used.place))
        .map(|copy| copy.index())
        .collect();
    takes.dedup();
    Use {
        name: model.word(used.declared.name).to_owned(),
        title: model.title(&used.declared).to_owned(),
        titled: !used.declared.title.is_empty(),
        place: used.place.index(),
        takes,
        not_stated: used.takes_not_stated.is_some(),
        by: used.by.value().into_iter().flatten().map(|place| place.index()).collect(),
        purposes: purposes(model, &used.purposes, used.activity),
        activity: used.activity.map(|activity| activity.index()),
        decision: used.decision.is_some(),
        about_individuals: used.decision.as_ref().and_then(|d| d.about_individuals.value().copied()),
    }
}

fn event_of(model: &Model, event: &model::Event) -> Event {
    let dates = [(&event.happened, "happened"), (&event.no_later, "no later than"), (&event.expected, "expected")];
    let said = dates.into_iter().find_map(|(date, sure)| date.value().map(|date| (*date, sure)));
    Event {
        name: model.word(event.declared.name).to_owned(),
        title: model.title(&event.declared).to_owned(),
        date: said.map(|(date, _)| date),
        sure: said.map_or("", |(_, sure)| sure),
    }
}

fn agreement_of(model: &Model, agreement: &model::Agreement) -> Agreement {
    Agreement {
        name: model.word(agreement.declared.name).to_owned(),
        title: model.title(&agreement.declared).to_owned(),
        kind: agreement.kind.value().cloned(),
        between: agreement.between.value().into_iter().flatten().map(|party| party.index()).collect(),
    }
}
