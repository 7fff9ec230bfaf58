//! Tables that the law, a regulator or an organisation changes from time to time: countries approved for transfers, the
//! conditions of a schedule, thresholds. They are YAML under `policies/tables/`, each row with its source and the dates between
//! which it holds, embedded in the binary and read when a rule first asks.
//!
//! A project puts rows of its own before them with `tables` in `staunch.yaml`: where a row of the project has the same key as
//! standard ones, those do not count.
//!
//! A table is one file of this folder: what its rows have ([`Definition`]), and what rules ask of it.

mod adequacy;
mod open_wording;
mod protection;
mod read;
mod schedule_1;
mod thresholds;

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use jiff::civil::Date;

use super::Jurisdiction;
use crate::source::Span;

pub use open_wording::OpenPhrase;
pub use protection::Protection;
pub use read::read_tables;

/// A table, by its name in `staunch.yaml`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum TableName {
    /// `adequacy`: to which countries data may go without more ado.
    Adequacy,
    /// `open-wording`: phrases that leave open what is promised to people.
    OpenWording,
    /// `schedule-1`: the conditions of Schedule 1 to the Data Protection Act 2018.
    Schedule1,
    /// `thresholds`: the least counts that owners of data ask for.
    Thresholds,
    /// `protection`: how data must travel and be kept.
    Protection,
}

impl TableName {
    /// Every table.
    pub const ALL: [TableName; 5] = [
        TableName::Adequacy,
        TableName::OpenWording,
        TableName::Schedule1,
        TableName::Thresholds,
        TableName::Protection,
    ];

    /// What it is and what its rows have.
    pub fn definition(self) -> &'static Definition {
        match self {
            TableName::Adequacy => &adequacy::DEFINITION,
            TableName::OpenWording => &open_wording::DEFINITION,
            TableName::Schedule1 => &schedule_1::DEFINITION,
            TableName::Thresholds => &thresholds::DEFINITION,
            TableName::Protection => &protection::DEFINITION,
        }
    }

    /// The table of a name.
    pub fn of(name: &str) -> Option<TableName> {
        TableName::ALL.into_iter().find(|t| t.definition().name == name)
    }
}

/// What a table is.
#[derive(Debug)]
pub struct Definition {
    /// Its name.
    pub name: &'static str,
    /// What it says, in a phrase.
    pub about: &'static str,
    /// What its rows have, besides `source`, `in`, `from` and `to`, which rows of all tables may have.
    pub columns: &'static [Column],
    /// The file that comes with the program.
    pub standard: &'static str,
}

/// One part of the rows of a table.
#[derive(Debug)]
pub struct Column {
    /// Its key in the YAML.
    pub name: &'static str,
    /// What it says.
    pub about: &'static str,
    /// What stands there.
    pub kind: ColumnKind,
    /// How a row needs it.
    pub needed: Needed,
}

/// What may stand in a column.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ColumnKind {
    /// One text.
    Text,
    /// One text or a list.
    Texts,
    /// A whole number.
    Number,
    /// One of these words.
    OneOf(&'static [&'static str]),
}

/// Whether a row must have a column.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Needed {
    /// It must, and rows of a project that have the same take the place of standard ones.
    Key,
    /// It must.
    Always,
    /// It may.
    No,
}

/// A row of a table.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Row {
    /// What stands in its columns.
    cells: BTreeMap<&'static str, Vec<String>>,
    /// Where it holds; everywhere when `None`.
    pub jurisdiction: Option<Jurisdiction>,
    /// The first day on which it holds.
    pub from: Option<Date>,
    /// The first day on which it holds no more.
    pub to: Option<Date>,
    /// Where it comes from.
    pub source: String,
    /// Where it stands in a project's file; `None` for rows that come with the program.
    pub span: Option<Span>,
}

impl Row {
    /// What stands in a column; the first of several.
    pub fn text(&self, column: &str) -> Option<&str> {
        self.texts(column).first().map(String::as_str)
    }

    /// All that stands in a column.
    pub fn texts(&self, column: &str) -> &[String] {
        self.cells.get(column).map_or(&[], Vec::as_slice)
    }

    /// The number in a column.
    pub fn number(&self, column: &str) -> Option<u64> {
        self.text(column)?.parse().ok()
    }

    /// Whether it holds there on a date.
    pub fn holds(&self, jurisdiction: Jurisdiction, on: Date) -> bool {
        self.jurisdiction.is_none_or(|j| j == jurisdiction)
            && self.from.is_none_or(|from| from <= on)
            && self.to.is_none_or(|to| on < to)
    }

    /// What tells a row from others: its key columns and where it holds.
    fn key(&self, table: TableName) -> (Vec<&[String]>, Option<Jurisdiction>) {
        let keys = table.definition().columns.iter().filter(|c| c.needed == Needed::Key);
        (keys.map(|c| self.texts(c.name)).collect(), self.jurisdiction)
    }
}

/// The tables as a project has them.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Tables {
    /// The files that the project names, with the place that names each.
    named: BTreeMap<TableName, (String, Span)>,
    /// The rows, where the project has its own.
    own: BTreeMap<TableName, Arc<Vec<Row>>>,
}

impl Tables {
    /// The files that the project names: table, path and the place that names it.
    pub fn named(&self) -> impl Iterator<Item = (TableName, &str, Span)> {
        self.named.iter().map(|(table, (path, span))| (*table, path.as_str(), *span))
    }

    /// Notes that a project names a file for a table.
    pub(super) fn name(&mut self, table: TableName, path: String, span: Span) {
        self.named.insert(table, (path, span));
    }

    /// Puts rows before the standard ones.
    fn add(&mut self, table: TableName, rows: Vec<Row>) {
        let mut all = rows;
        let standard = standard(table);
        let kept = standard.iter().filter(|r| !all.iter().any(|own| own.key(table) == r.key(table)));
        let kept: Vec<Row> = kept.cloned().collect();
        all.extend(kept);
        self.own.insert(table, Arc::new(all));
    }

    /// All rows of a table: the project's, then the standard ones that these do not replace.
    pub fn rows(&self, table: TableName) -> &[Row] {
        self.own.get(&table).map_or_else(|| standard(table), |rows| rows.as_slice())
    }

    /// The rows of a table that hold somewhere on a date.
    pub fn in_force(&self, table: TableName, jurisdiction: Jurisdiction, on: Date) -> impl Iterator<Item = &Row> {
        self.rows(table).iter().filter(move |r| r.holds(jurisdiction, on))
    }
}

/// The rows that come with the program; read once, when they are first asked for.
pub fn standard(table: TableName) -> &'static [Row] {
    static READ: [OnceLock<Vec<Row>>; TableName::ALL.len()] = [const { OnceLock::new() }; TableName::ALL.len()];
    let number = TableName::ALL.into_iter().position(|t| t == table).unwrap_or_default();
    READ.get(number).map_or(&[], |rows| rows.get_or_init(|| read::standard(table)).as_slice())
}
