//! Countries to which the law lets personal data go as it goes within the country.

use jiff::civil::Date;

use super::{Column, ColumnKind, Definition, Jurisdiction, Needed, Row, TableName, Tables};

/// The table `adequacy`.
pub(super) static DEFINITION: Definition = Definition {
    name: "adequacy",
    about: "countries to which personal data may go as it goes at home, by regulations (`uk`) or decisions of the Commission (`eu`)",
    columns: &[
        Column {
            name: "country",
            about: "the country, by its two letters",
            kind: ColumnKind::Text,
            needed: Needed::Key,
        },
        Column {
            name: "home",
            about: "`yes` where going there is no transfer abroad",
            kind: ColumnKind::OneOf(&["yes", "no"]),
            needed: Needed::No,
        },
        Column { name: "title", about: "what it is called", kind: ColumnKind::Text, needed: Needed::No },
        Column {
            name: "only",
            about: "what it is approved for, where it is not approved for everything",
            kind: ColumnKind::Text,
            needed: Needed::No,
        },
    ],
    standard: include_str!("../../../policies/tables/adequacy.yaml"),
};

impl Tables {
    /// The row of a country on a date: it is approved then, or at home. `None` where it is neither.
    pub fn adequate(&self, country: &str, jurisdiction: Jurisdiction, on: Date) -> Option<&Row> {
        self.in_force(TableName::Adequacy, jurisdiction, on)
            .find(|r| r.text("country").is_some_and(|c| c.eq_ignore_ascii_case(country)))
    }
}
