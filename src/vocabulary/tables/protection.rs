//! How data must travel and be kept, by how far it identifies people and what it says of them.

use jiff::civil::Date;

use super::{Column, ColumnKind, Definition, Jurisdiction, Needed, TableName, Tables};

/// The table `protection`.
pub(super) static DEFINITION: Definition = Definition {
    name: "protection",
    about: "how data must travel and be kept, by how far it identifies people and what it says of them",
    columns: &[
        Column {
            name: "level",
            about: "how far the records identify people by themselves",
            kind: ColumnKind::OneOf(&["identifiable", "pseudonymised", "row-level"]),
            needed: Needed::Key,
        },
        Column {
            name: "data",
            about: "the kind of data that the row is about",
            kind: ColumnKind::OneOf(&["any", "special-category", "criminal", "confidential"]),
            needed: Needed::Key,
        },
        Column {
            name: "channel",
            about: "the mark that channels must have in the vocabulary",
            kind: ColumnKind::Text,
            needed: Needed::No,
        },
        Column {
            name: "small-set",
            about: "up to how many people may travel by a channel that is for small sets; any number where it is not said",
            kind: ColumnKind::Number,
            needed: Needed::No,
        },
        Column {
            name: "kept",
            about: "the safeguards that a copy must have",
            kind: ColumnKind::Texts,
            needed: Needed::No,
        },
    ],
    standard: include_str!("../../../policies/tables/protection.yaml"),
};

/// What the table asks of data.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Protection<'t> {
    /// Marks that channels must have.
    pub channel: Vec<&'t str>,
    /// Up to how many people may travel by a channel that is for small sets.
    pub small_set: Option<u64>,
    /// Safeguards that a copy must have.
    pub kept: Vec<&'t str>,
}

impl Tables {
    /// What is asked on a date of records of a level (4 for those that name people, 3 for those with a code, 2 for others) that have
    /// these kinds of data in them (`special-category`, `criminal`, `confidential`).
    pub fn protection(&self, level: u8, kinds: &[&str], jurisdiction: Jurisdiction, on: Date) -> Protection<'_> {
        let word = match level {
            4.. => "identifiable",
            3 => "pseudonymised",
            2 => "row-level",
            _ => return Protection::default(),
        };
        let fits = |data: &str| data == "any" || kinds.contains(&data);
        let mut asked = Protection::default();
        for row in self.in_force(TableName::Protection, jurisdiction, on) {
            if row.text("level") != Some(word) || !row.text("data").is_some_and(fits) {
                continue;
            }
            asked.channel.extend(row.text("channel"));
            asked.kept.extend(row.texts("kept").iter().map(String::as_str));
            asked.small_set = match (asked.small_set, row.number("small-set")) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            };
        }
        for list in [&mut asked.channel, &mut asked.kept] {
            let mut seen = std::collections::BTreeSet::new();
            list.retain(|word| seen.insert(*word));
        }
        asked
    }
}
