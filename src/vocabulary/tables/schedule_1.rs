//! The conditions of Schedule 1 to the Data Protection Act 2018 (DPA 2018).

use jiff::civil::Date;

use super::{Column, ColumnKind, Definition, Jurisdiction, Needed, Row, TableName, Tables};

/// The table `schedule-1`.
pub(super) static DEFINITION: Definition = Definition {
    name: "schedule-1",
    about: "the paragraphs of Schedule 1 to the Data Protection Act 2018",
    columns: &[
        Column { name: "paragraph", about: "its number", kind: ColumnKind::Number, needed: Needed::Key },
        Column { name: "title", about: "what it is about", kind: ColumnKind::Text, needed: Needed::Always },
        Column {
            name: "conditions",
            about: "the conditions of the vocabulary that it is for",
            kind: ColumnKind::Texts,
            needed: Needed::Always,
        },
        Column {
            name: "policy-document",
            about: "whether it holds only with an appropriate policy document; `unless-disclosed` where a disclosure to those whom it names needs none",
            kind: ColumnKind::OneOf(&["yes", "no", "unless-disclosed"]),
            needed: Needed::Always,
        },
    ],
    standard: include_str!("../../../policies/tables/schedule-1.yaml"),
};

impl Tables {
    /// The row of a paragraph on a date, if there is one.
    pub fn schedule_1(&self, paragraph: u64, jurisdiction: Jurisdiction, on: Date) -> Option<&Row> {
        self.in_force(TableName::Schedule1, jurisdiction, on).find(|r| r.number("paragraph") == Some(paragraph))
    }
}
