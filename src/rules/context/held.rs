//! What is in copies: all of it, without some of the ways by which it comes, and what entered a holder from outside.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::{Context, index, kept};
use crate::faults::{self, Fault};
use crate::graph::spread::{Limits, Scope, spread, spread_without};
use crate::graph::{ArrivalId, Contents, CopyId, Reading};
use crate::model::{Model, PlaceId};
use crate::rules::phrase::Holder;

/// A set of copies, sorted.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct CopySet(Arc<Vec<CopyId>>);

impl CopySet {
    /// The set of these; they are sorted.
    fn of(mut copies: Vec<CopyId>) -> CopySet {
        copies.sort_unstable();
        copies.dedup();
        CopySet(Arc::new(copies))
    }

    /// Whether a copy is in it.
    pub fn contains(&self, copy: &CopyId) -> bool {
        self.0.binary_search(copy).is_ok()
    }

    /// Its copies, in order.
    pub fn as_slice(&self) -> &[CopyId] {
        &self.0
    }

    /// Its copies, in order.
    pub fn iter(&self) -> impl Iterator<Item = &CopyId> {
        self.0.iter()
    }
}

impl Context<'_> {
    /// What is in each cell.
    pub fn contents(&self, reading: Reading) -> &Arc<Contents> {
        self.contents[index(reading)].get_or_init(|| {
            // where no operation is left unstated the two readings hold the same
            if reading == Reading::Harsh && !self.unsure_steps {
                return self.contents(Reading::Kind).clone();
            }
            Arc::new(self.numbered(spread(self.model, self.graph, &self.origins, &Limits::all(reading))))
        })
    }

    /// What would be in each cell if these arrivals did not happen.
    pub fn contents_without(&self, reading: Reading, without: &dyn Fn(ArrivalId) -> bool) -> Contents {
        let base = self.contents(reading);
        let onward = self.onward();
        let base = (base, onward);
        self.numbered(spread_without(self.model, self.graph, &self.origins, reading, base, without, &|_, _| false))
    }

    /// What is where without what some arrivals bring from some copies.
    pub fn contents_barred(&self, reading: Reading, barred: &dyn Fn(ArrivalId, CopyId) -> bool) -> Contents {
        let base = self.contents(reading);
        let onward = self.onward();
        let base = (base, onward);
        self.numbered(spread_without(self.model, self.graph, &self.origins, reading, base, &|_| false, barred))
    }

    /// What is published otherwise than by the arrivals that are closed.
    pub fn published_but(&self, reading: Reading, closed: &dyn Fn(ArrivalId) -> bool) -> Contents {
        let all = self.contents(reading);
        let scope = Scope::Into(self.sight.published(), all);
        let limits = Limits { scope, closed, ..Limits::all(reading) };
        spread(self.model, self.graph, &self.origins, &limits)
    }

    pub(super) fn numbered(&self, mut contents: Contents) -> Contents {
        contents.number = 1 + self.kept.fetch_add(1, Ordering::Relaxed);
        contents
    }

    /// What of each cell entered its holder from outside (ruling 6). For a party, its own places and its processors' copies for
    /// it are inside; for a team, what it sees.
    pub fn received(&self, holder: Holder, reading: Reading) -> Arc<Contents> {
        if faults::on(Fault::OwnDataIsReceived) {
            return self.contents(reading).clone();
        }
        kept(&self.received_by, (holder, reading), || Arc::new(self.received_without(holder, reading, &|_| false)))
    }

    /// As [`Context::received`], with arrivals for which `closed` holds bringing nothing in.
    pub fn received_without(&self, holder: Holder, reading: Reading, closed: &dyn Fn(ArrivalId) -> bool) -> Contents {
        self.received_of(holder, reading, self.contents(reading), &|_| false, closed)
    }

    /// What of each cell entered its holder from outside, where `all` is what there is and the arrivals for which `without`
    /// holds do not happen.
    pub fn received_of(
        &self,
        holder: Holder,
        reading: Reading,
        all: &Contents,
        without: &dyn Fn(ArrivalId) -> bool,
        closed: &dyn Fn(ArrivalId) -> bool,
    ) -> Contents {
        let came_in = |inside: &CopySet| {
            let limits =
                Limits { reading, scope: Scope::Inside(&inside.0, all), without, closed, ..Limits::all(reading) };
            spread(self.model, self.graph, &self.origins, &limits)
        };
        let inside = self.inside(holder, reading);
        let widened = self.widened(holder, &inside, reading);
        let Some(widest) = widened.last() else { return came_in(&inside) };
        // what is inside the narrowest counts for all that may be inside
        let mut contents = came_in(widest);
        for set in widened.iter().rev().skip(1).chain([&inside]) {
            contents.unite(self.graph, &came_in(set));
        }
        contents
    }

    /// Where walls are not stated, what else may be inside a team: everything but what is behind one of them, from where something
    /// may then come in, and everything. Whatever comes in in any case does so in one of these.
    fn widened(&self, holder: Holder, inside: &CopySet, reading: Reading) -> Vec<CopySet> {
        let (Holder::Team(place), Reading::Harsh) = (holder, reading) else { return Vec::new() };
        let unknown = |c: &CopyId| self.graph.copy(*c).place == Model::UNKNOWN;
        let view = self.sight.view(self.model, self.graph, place, Reading::Harsh);
        let all: Vec<CopyId> = view.copies().filter(|c| !unknown(c)).collect();
        let outside = all.iter().filter(|c| !inside.contains(c));
        let behind: BTreeSet<PlaceId> = outside.map(|c| self.graph.copy(*c).place).collect();
        if behind.is_empty() {
            return Vec::new();
        }
        let but = |place: &PlaceId| {
            CopySet::of(all.iter().copied().filter(|c| self.graph.copy(*c).place != *place).collect())
        };
        let mut widened: Vec<CopySet> = behind.iter().map(but).collect();
        widened.push(CopySet::of(all));
        widened
    }

    /// As [`Context::received`], less what comes in by the arrivals that are closed (sorted).
    pub fn received_but(&self, holder: Holder, reading: Reading, closed: &[ArrivalId]) -> Arc<Contents> {
        if closed.is_empty() {
            return self.received(holder, reading);
        }
        Arc::new(self.received_without(holder, reading, &|a| closed.binary_search(&a).is_ok()))
    }

    /// As [`Context::received_but`], read kindly, where the walls that are not stated stand: what a wall leaves outside can be excused
    /// when it comes in. `None` where that is the same.
    pub fn received_past_walls(&self, holder: Holder, closed: &[ArrivalId]) -> Option<Contents> {
        // what is inside a team is turned round, see below
        let inside = self.inside(holder, Reading::Harsh);
        if closed.is_empty() || inside == self.inside(holder, Reading::Kind) {
            return None;
        }
        let all = self.contents(Reading::Kind);
        let closed = |a: ArrivalId| closed.binary_search(&a).is_ok();
        let scope = Scope::Inside(inside.as_slice(), all);
        let limits = Limits { scope, closed: &closed, ..Limits::all(Reading::Kind) };
        Some(spread(self.model, self.graph, &self.origins, &limits))
    }

    /// What of a copy came to it straight from what is not inside, where `all` is what there is, the arrivals for which `without` holds
    /// do not happen and those for which `closed` holds bring nothing in.
    pub fn entered(
        &self,
        copy: CopyId,
        inside: &CopySet,
        all: &Contents,
        reading: Reading,
        (without, closed): (&dyn Fn(ArrivalId) -> bool, &dyn Fn(ArrivalId) -> bool),
    ) -> Contents {
        let barred = |_: ArrivalId, from: CopyId| inside.contains(&from);
        let limits = Limits { reading, scope: Scope::Inside(&[copy], all), without, closed, barred: &barred };
        spread(self.model, self.graph, &self.origins, &limits)
    }

    /// The copies that are inside a holder.
    pub fn inside(&self, holder: Holder, reading: Reading) -> CopySet {
        kept(&self.inside, (holder, reading), || CopySet::of(self.group(holder, reading)))
    }

    fn group(&self, holder: Holder, reading: Reading) -> Vec<CopyId> {
        match holder {
            Holder::Party(party) => self.sight.group(self.model, party, reading),
            Holder::Team(place) => {
                // a wall that may stand makes more of what comes in an arrival from outside: the other reading is the harsh one
                let reading = match reading {
                    Reading::Kind => Reading::Harsh,
                    Reading::Harsh => Reading::Kind,
                };
                let view = self.sight.view(self.model, self.graph, place, reading);
                let unknown = |c: &CopyId| self.graph.copy(*c).place == Model::UNKNOWN;
                view.copies().filter(|c| !unknown(c)).collect()
            }
        }
    }
}
