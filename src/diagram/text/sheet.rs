//! Tables and lives as rows and columns of texts, for formats that know no axis of time.

use super::{clean, letter};
use crate::diagram::chart::{Grade, Heading, Life, Table};

/// A cell.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Entry {
    /// What stands in it.
    pub(super) lines: Vec<String>,
    /// Its level, where it stands for a copy.
    pub(super) grade: Option<Grade>,
    /// Whether a rule is broken by it.
    pub(super) broken: bool,
}

impl Entry {
    fn plain(lines: Vec<String>) -> Entry {
        Entry { lines: lines.into_iter().filter(|line| !line.is_empty()).collect(), grade: None, broken: false }
    }
}

/// Rows and columns.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Sheet {
    pub(super) heading: Heading,
    /// What stands above the columns; the first is that of the rows' names.
    pub(super) columns: Vec<String>,
    /// As many cells in each as there are columns.
    pub(super) rows: Vec<Vec<Option<Entry>>>,
}

/// How long a text in a cell may be.
const LONGEST: usize = 80;
/// How many rows and columns a sheet has.
const MOST_ROWS: usize = 200;
const MOST_COLUMNS: usize = 40;

impl Sheet {
    pub(super) fn of_table(table: &Table) -> Sheet {
        let mut columns = vec!["Dataset".to_owned()];
        columns.extend(table.columns.iter().take(MOST_COLUMNS).map(|column| match &column.team {
            Some(team) => format!("{}, {}", clean(&column.party, LONGEST), clean(team, LONGEST)),
            None => clean(&column.party, LONGEST),
        }));
        let rows = table.rows.iter().take(MOST_ROWS).map(|row| {
            let name = Entry::plain(vec![clean(&row.title, LONGEST), clean(&row.fields, LONGEST)]);
            let mut cells = vec![Some(name)];
            for at in 0..columns.len() - 1 {
                cells.push(row.cells.get(at).and_then(Option::as_ref).map(|cell| Entry {
                    lines: vec![letter(cell.mark), clean(&cell.kept, LONGEST)],
                    grade: Some(cell.mark.grade),
                    broken: cell.broken,
                }));
            }
            cells
        });
        let rows = rows.collect();
        Sheet { heading: table.heading.clone(), columns, rows }
    }

    pub(super) fn of_life(life: &Life) -> Sheet {
        let columns = ["Dataset", "Held by", "Comes to be", "From", "Until", "Then", "Used for"].map(str::to_owned);
        let rows = life.bars.iter().take(MOST_ROWS).map(|bar| {
            let tick = |at: Option<usize>| {
                let tick = life.ticks.get(at?)?;
                let date = tick.date.map(super::date).unwrap_or_default();
                Some(format!("{} {} {date}", clean(&tick.title, LONGEST), clean(&tick.sure, LONGEST)).trim().to_owned())
            };
            let cell = |text: String| Some(Entry::plain(vec![text]));
            vec![
                Some(Entry {
                    lines: vec![clean(&bar.title, LONGEST), letter(bar.mark)],
                    grade: Some(bar.mark.grade),
                    broken: false,
                }),
                cell(clean(&bar.holder, LONGEST)),
                cell(format!("{} {}", bar.stage.words(), clean(&bar.by, LONGEST)).trim().to_owned()),
                cell(tick(bar.from).unwrap_or_else(|| "not said".to_owned())),
                cell(clean(&bar.kept, LONGEST)),
                cell(if bar.then.is_empty() { "not said".to_owned() } else { clean(&bar.then, LONGEST) }),
                cell(clean(&bar.uses.join(", "), LONGEST)),
            ]
        });
        Sheet { heading: life.heading.clone(), columns: columns.to_vec(), rows: rows.collect() }
    }

    /// What is left out, in words.
    pub(super) fn left_out(&self, rows: usize, columns: usize) -> Option<String> {
        let rows = rows.saturating_sub(self.rows.len());
        let columns = (columns + 1).saturating_sub(self.columns.len());
        (rows + columns > 0).then(|| format!("Not shown: {rows} more rows, {columns} more columns"))
    }
}
