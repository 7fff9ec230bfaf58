//! The least counts that owners of data ask for in what is published from it.

use jiff::civil::Date;

use super::{Column, ColumnKind, Definition, Jurisdiction, Needed, TableName, Tables};
use crate::vocabulary::{Family, Vocabulary};

/// The table `thresholds`.
pub(super) static DEFINITION: Definition = Definition {
    name: "thresholds",
    about: "the least counts that owners of data ask for in what is published from it",
    columns: &[
        Column {
            name: "owner",
            about: "the kind of party that first held the data",
            kind: ColumnKind::Text,
            needed: Needed::Key,
        },
        Column {
            name: "minimum",
            about: "the least count of people that may be shown",
            kind: ColumnKind::Number,
            needed: Needed::Always,
        },
    ],
    standard: include_str!("../../../policies/tables/thresholds.yaml"),
};

impl Tables {
    /// The least count that a kind of party asks for on a date: by its own row, or by that of the nearest kind above it.
    pub fn threshold(&self, vocabulary: &Vocabulary, kind: &str, jurisdiction: Jurisdiction, on: Date) -> Option<u64> {
        let words = vocabulary.words.get(&Family::PartyKind)?;
        let mut at = Some(kind);
        for _ in 0..=words.len() {
            let kind = at?;
            let mut rows = self.in_force(TableName::Thresholds, jurisdiction, on);
            if let Some(row) = rows.find(|r| r.text("owner") == Some(kind)) {
                return row.number("minimum");
            }
            at = words.get(kind).and_then(|w| w.parent.as_deref());
        }
        None
    }
}
