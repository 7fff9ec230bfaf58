//! Whether a no is respected: what an opt-out blocks has passed its filter, on every way by which data gets there.

use rustc_hash::FxHashSet;
use smallvec::SmallVec;

use super::read::*;
use super::scope::{leading, looked_up};
use super::{Answer, Reason, Subject, Wants};
use crate::graph::{ArrivalId, CellId, CopyId, Edge, How, Reading};
use crate::model::{DatasetId, Known, OperationKind, OptOut, OptOutId, PlaceId, PurposeId, Thing};
use crate::rules::context::Context;
use crate::rules::finding::Missing;
use crate::rules::forms::every::label;
use crate::rules::forms::uses::taken;
use crate::rules::truth::Truth;
use crate::source::Span;
use crate::vocabulary::Family;

facts! {
    "opt-outs respected" of Flow Step Use Decision, Wants::Nothing, "filter opt-out SCHEME, in a step on every way", "all that an opt-out lets people keep out of it having passed the filter of that opt-out, before it leaves where it comes from if the opt-out says `at extraction`; where it says `before use`, to send data is not to use it; a record of kind `opt-out-exemption` about it excepts it"
        => where |c| !c.all_is_stated() || by_level(c), |c, s, reading| respected(c, s, reading);
}

/// Whether any opt-out asks how identifiable data is where it is.
fn by_level(c: &Context<'_>) -> bool {
    c.model.opt_outs.iter().any(|o| !o.blocks_identifiable_to.is_empty())
}

fn respected(c: &Context<'_>, s: Subject, reading: Reading) -> Answer {
    let m = c.model;
    let (mut reasons, mut missing): (Vec<Reason>, Vec<Missing>) = (Vec::new(), Vec::new());
    for (number, opt_out) in m.opt_outs.iter().enumerate() {
        let id = OptOutId(number as u32);
        let cells = match blocked(c, s, opt_out, reading) {
            Blocked::Nothing => continue,
            Blocked::Perhaps(what) => {
                missing.push(what);
                continue;
            }
            Blocked::Cells(cells) => cells,
        };
        if cells.is_empty() || exempted(c, s, id) {
            continue;
        }
        if let Some(way) = Search::new(c, opt_out, id, reading).unfiltered(cells) {
            let name = m.word(opt_out.declared.name);
            let early = way.too_late.is_some();
            let sentence = match way.too_late {
                Some(step) => format!(
                    "{} from `{}` leaves where it comes from before `{}` takes out those who said no to `{name}`",
                    c.data_name(way.copy),
                    m.dataset_name(way.source),
                    c.arrival_name(step)
                ),
                None => format!(
                    "{} has data from `{}` that no step took through the filter of `{name}`",
                    c.data_name(way.copy),
                    m.dataset_name(way.source)
                ),
            };
            let before = if early { "before the first flow" } else { "on every way" };
            let fix = format!(
                "`filter opt-out {name}` in a step {before}, or record why it does not apply (`opt-out-exemption`)"
            );
            reasons.push(Reason::at(sentence, way.span).mended(fix));
        }
    }
    super::scope::told(reasons, missing)
}

/// What of a subject an opt-out blocks unless it was filtered.
enum Blocked {
    Nothing,
    Perhaps(Missing),
    Cells(Cells),
}

/// Cells of a copy or two.
type Cells = SmallVec<[CellId; 16]>;

fn blocked(c: &Context<'_>, s: Subject, opt_out: &OptOut, reading: Reading) -> Blocked {
    let m = c.model;
    let purposes = match s {
        Subject::Flow(i) => &m.flows[i.index()].purposes,
        Subject::Step(i) => &m.steps[i.index()].purposes,
        Subject::Use(i) => &m.uses[i.index()].purposes,
        _ => return Blocked::Nothing,
    };
    // a step that filters is where the no is heard
    if let Subject::Step(i) = s
        && m.steps[i.index()].operations.iter().any(|o| matches!(o.kind, OperationKind::FilterOptOut(_)))
    {
        return Blocked::Nothing;
    }
    let is_blocked = |p: &PurposeId| opt_out.blocks.iter().any(|b| m.vocabulary.purpose_under(*p, *b));
    let to_blocked = |p: &PlaceId| {
        let party = m.place(*p).party;
        opt_out.blocks_identifiable_to.iter().any(|b| b == p || *b == m.party(party).place)
    };
    let mut cells = Cells::new();
    if let Subject::Flow(i) = s {
        for arrival in c.graph.arrivals_by(i) {
            let copy = c.graph.arrival(*arrival).copy;
            let place = c.graph.copy(copy).place;
            if to_blocked(&place) && c.level_where_it_is(copy, reading) == 4 {
                cells.extend(rows(c, copy, reading).filter(|cell| c.graph.comes_by(m, *arrival, *cell)));
            }
        }
    }
    // a no that is to be heard before the data is used does not keep anybody from sending it
    if matches!((s, &opt_out.at_extraction), (Subject::Flow(_), Known::Said(false, _))) {
        return if cells.is_empty() { Blocked::Nothing } else { Blocked::Cells(cells) };
    }
    match purposes {
        Known::Said(all, _) if all.iter().any(is_blocked) => match s {
            Subject::Flow(i) => {
                for arrival in c.graph.arrivals_by(i) {
                    let copy = c.graph.arrival(*arrival).copy;
                    cells.extend(rows(c, copy, reading).filter(|cell| c.graph.comes_by(m, *arrival, *cell)));
                }
            }
            _ => {
                let only_looked_up = match s {
                    Subject::Step(i) => looked_up(&m.steps[i.index()]),
                    _ => Vec::new(),
                };
                let leads = |copy: CopyId| !only_looked_up.contains(&c.graph.copy(copy).dataset);
                for taken in taken(c, s, reading).into_iter().filter(|t| leads(t.copy)) {
                    cells.extend(rows(c, taken.copy, reading).filter(|cell| taken.has(c, *cell)));
                }
            }
        },
        Known::NotStated(at) if cells.is_empty() && !opt_out.blocks.is_empty() => {
            return Blocked::Perhaps(Missing { text: format!("what {} is for (`for`)", label(c, s)), span: *at });
        }
        _ => {}
    }
    if cells.is_empty() { Blocked::Nothing } else { Blocked::Cells(cells) }
}

fn rows<'a>(c: &'a Context<'_>, copy: CopyId, reading: Reading) -> impl Iterator<Item = CellId> + 'a {
    let contents = c.contents(reading);
    c.graph.cells_of(copy).filter(move |cell| contents.has_rows(*cell))
}

/// Whether somebody recorded why an opt-out does not apply.
fn exempted(c: &Context<'_>, s: Subject, id: OptOutId) -> bool {
    let m = c.model;
    let names = |r: &crate::model::Record| r.covers.iter().any(|(t, _)| matches!(t, Thing::OptOut(_)));
    records_of(c, s).into_iter().any(|r| {
        r.kinds
            .value()
            .is_some_and(|k| k.iter().any(|k| m.vocabulary.word_under(Family::Record, k, "opt-out-exemption")))
            && (!names(r) || r.covers.iter().any(|(t, _)| *t == Thing::OptOut(id)))
            && record_in_force(c, r) == Truth::True
    })
}

/// A way by which data comes past a filter.
struct Way {
    copy: CopyId,
    source: DatasetId,
    span: Span,
    /// The filter, where it came after the data had left.
    too_late: Option<ArrivalId>,
}

/// A search backwards for data that passed no filter, or passed it only after it had left.
struct Search<'a, 'm> {
    c: &'a Context<'m>,
    opt_out: &'a OptOut,
    id: OptOutId,
    reading: Reading,
}

impl<'a, 'm> Search<'a, 'm> {
    fn new(c: &'a Context<'m>, opt_out: &'a OptOut, id: OptOutId, reading: Reading) -> Self {
        Search { c, opt_out, id, reading }
    }

    fn filters(&self, arrival: ArrivalId) -> bool {
        let How::Step(step, _) = self.c.graph.arrival(arrival).how else { return false };
        let operations = &self.c.model.steps[step.index()].operations;
        operations.iter().any(|o| matches!(o.kind, OperationKind::FilterOptOut(id) if id == self.id))
    }

    /// Whether people whose data begins in a copy can say no to it there.
    fn is_open_to(&self, copy: CopyId) -> bool {
        let (m, about) = (self.c.model, self.c.graph.about(copy));
        let data = self.opt_out.covers.is_empty() || self.opt_out.covers.contains(&self.c.graph.copy(copy).dataset);
        let people = self.opt_out.about.is_empty()
            || about.all
            || about.people.iter().any(|p| self.opt_out.about.iter().any(|t| !m.people_apart(*p, *t)));
        data && people
    }

    /// Whether an arrival takes data from one organisation to another.
    fn leaves(&self, edge: &Edge) -> bool {
        let party = |copy: CopyId| self.c.model.place(self.c.graph.copy(copy).place).party;
        let to = self.c.graph.arrival(edge.arrival);
        matches!(to.how, How::Flow(..)) && edge.from.is_some_and(|from| party(from.copy) != party(to.copy))
    }

    /// Whether data begins by an edge, and is not only numbered or worked out there.
    fn begins(&self, edge: &Edge) -> bool {
        self.c.graph.arrival(edge.arrival).how == How::Declared
    }

    /// Whether an edge brings what a step only looked up.
    fn is_looked_up(&self, edge: &Edge, from: CellId) -> bool {
        let How::Step(step, _) = self.c.graph.arrival(edge.arrival).how else { return false };
        looked_up(&self.c.model.steps[step.index()]).contains(&self.c.graph.copy(from.copy).dataset)
    }

    /// The rows of what a step is led by.
    fn leading_rows(&self, edge: &Edge) -> Vec<CellId> {
        let How::Step(step, _) = self.c.graph.arrival(edge.arrival).how else { return Vec::new() };
        leading(self.c, step, edge.arrival).flat_map(|copy| rows(self.c, copy, self.reading)).collect()
    }

    fn unfiltered(&self, cells: Cells) -> Option<Way> {
        let first = cells.first()?.copy;
        let at_extraction = self.opt_out.at_extraction.value().copied().unwrap_or(false);
        let contents = self.c.contents(self.reading);
        // where it stands, and the filter that it has passed, looking back from there
        let mut stack: SmallVec<[(CellId, Option<ArrivalId>); 16]> =
            cells.into_iter().map(|cell| (cell, None)).collect();
        let mut seen: FxHashSet<(CellId, bool)> = stack.iter().map(|(cell, _)| (*cell, false)).collect();
        while let Some((cell, passed)) = stack.pop() {
            for edge in self.c.graph.incoming(self.c.model, cell) {
                let passed = passed.or_else(|| self.filters(edge.arrival).then_some(edge.arrival));
                if passed.is_some() && !at_extraction {
                    continue;
                }
                let found = |too_late| Way {
                    copy: first,
                    source: self.c.graph.copy(cell.copy).dataset,
                    span: passed.map_or_else(|| self.c.arrival_span(edge.arrival), |p| self.c.arrival_span(p)),
                    too_late,
                };
                match edge.from {
                    None if passed.is_none() && self.begins(&edge) && self.is_open_to(cell.copy) => {
                        return Some(found(None));
                    }
                    None => {}
                    Some(_) if passed.is_some() && self.leaves(&edge) && self.begins_open(cell) => {
                        return Some(Way { source: self.origin(cell), ..found(passed) });
                    }
                    Some(from) if self.is_looked_up(&edge, from) => {
                        // whoever was taken out of the list is not found in what the list is matched with
                        let more = self.leading_rows(&edge).into_iter();
                        stack.extend(more.filter(|c| seen.insert((*c, passed.is_some()))).map(|c| (c, passed)));
                    }
                    Some(from) if contents.has_rows(from) && seen.insert((from, passed.is_some())) => {
                        stack.push((from, passed));
                    }
                    Some(_) => {}
                }
            }
        }
        None
    }

    /// The copies in which what is in a cell begins and that the opt-out is about.
    fn beginnings(&self, cell: CellId) -> Option<CopyId> {
        let mut stack = vec![cell];
        let mut seen = FxHashSet::from_iter([cell]);
        while let Some(at) = stack.pop() {
            for edge in self.c.graph.incoming(self.c.model, at) {
                match edge.from {
                    None if self.begins(&edge) && self.is_open_to(at.copy) => return Some(at.copy),
                    None => {}
                    Some(from) if seen.insert(from) => stack.push(from),
                    Some(_) => {}
                }
            }
        }
        None
    }

    fn begins_open(&self, cell: CellId) -> bool {
        self.beginnings(cell).is_some()
    }

    fn origin(&self, cell: CellId) -> DatasetId {
        let copy = self.beginnings(cell).unwrap_or(cell.copy);
        self.c.graph.copy(copy).dataset
    }
}
