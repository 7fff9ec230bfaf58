//! What facts look up for each of a million subjects, gathered once when the first asks.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use super::context::Context;
use super::facts::Processed;
use crate::model::{RecordId, Thing};
use crate::vocabulary::TableName;

/// The tables by which facts look things up.
#[derive(Default)]
pub(super) struct Gathered {
    records: OnceLock<FxHashMap<Thing, Vec<RecordId>>>,
    home: OnceLock<Vec<String>>,
    processed: OnceLock<Processed>,
}

impl Context<'_> {
    /// The records that cover a thing, in the order of their declaration.
    pub fn records_about(&self, thing: Thing) -> &[RecordId] {
        let all = self.gathered.records.get_or_init(|| {
            let mut all: FxHashMap<Thing, Vec<RecordId>> = FxHashMap::default();
            for (number, record) in self.model.records.iter().enumerate() {
                for (thing, _) in &record.covers {
                    let about = all.entry(*thing).or_default();
                    let id = RecordId(number as u32);
                    if about.last() != Some(&id) {
                        about.push(id);
                    }
                }
            }
            all
        });
        all.get(&thing).map_or(&[], Vec::as_slice)
    }

    /// What processors do.
    pub(super) fn processed(&self) -> &Processed {
        self.gathered.processed.get_or_init(|| Processed::of(self))
    }

    /// Whether a country is that whose law applies, or within the area of that law.
    pub fn at_home(&self, country: &str) -> bool {
        let all = self.gathered.home.get_or_init(|| {
            let rows = self.settings.tables.in_force(TableName::Adequacy, self.settings.jurisdiction, self.as_of);
            let home = rows.filter(|r| r.text("home") == Some("yes"));
            home.filter_map(|r| r.text("country")).map(str::to_ascii_uppercase).collect()
        });
        all.iter().any(|c| c.eq_ignore_ascii_case(country))
    }
}
