//! Who holds what, at which level, until when.

use std::collections::BTreeSet;

use super::scope::Scope;
use super::words;
use crate::check::Verdict;
use crate::check::atlas::{Atlas, Item};
use crate::diagram::chart::{Cell, Column, Heading, Row, Table};

/// A wider table than this nobody can read; the rest of its columns is left out, with advice.
const MOST_COLUMNS: usize = 24;
/// A longer one, likewise.
const MOST_ROWS: usize = 200;

/// The table of a part of a project.
pub(super) fn table(atlas: &Atlas, scope: &Scope, mut heading: Heading) -> Table {
    let copies = || scope.copies.iter().filter_map(|number| atlas.copies.get(*number).map(|copy| (*number, copy)));
    let places: BTreeSet<usize> = copies().map(|(_, copy)| copy.place).collect();
    let mut places: Vec<usize> = places.into_iter().collect();
    // teams stand beside their parties, the public last
    places.sort_by_key(|place| {
        let said = &atlas.places[*place];
        (*place == Atlas::PUBLIC, said.party, said.team, *place)
    });
    let datasets: BTreeSet<usize> = copies().map(|(_, copy)| copy.dataset).collect();
    let mut datasets: Vec<usize> = datasets.into_iter().collect();
    if places.len() > MOST_COLUMNS || datasets.len() > MOST_ROWS {
        heading.advice.push(format!(
            "{} places hold {} datasets: this is the first part of the table; ask for parts with `--activity` or `--focus`",
            places.len(),
            datasets.len()
        ));
        places.truncate(MOST_COLUMNS);
        datasets.truncate(MOST_ROWS);
    }
    let mut broken: BTreeSet<usize> = BTreeSet::new();
    for (_, trail) in atlas.open_trails(Verdict::Fail) {
        let copies = trail.subjects.iter().filter_map(|s| if let Item::Copy(copy) = s { Some(*copy) } else { None });
        broken.extend(copies);
    }
    let cell = |dataset: usize, place: usize| {
        let (number, copy) = copies().find(|(_, copy)| copy.dataset == dataset && copy.place == place)?;
        let mark = words::mark(copy.level);
        let kept = words::kept(&copy.kept);
        Some(Cell {
            mark,
            endless: kept.is_none() && !copy.published,
            kept: if copy.published {
                "published".to_owned()
            } else {
                kept.unwrap_or_else(|| "no end stated".to_owned())
            },
            broken: broken.contains(&number),
            description: format!(
                "{} at {}: {}. {}",
                words::dataset(atlas, dataset),
                words::place(atlas, place),
                mark.words(),
                words::kept_sentence(&copy.kept)
            ),
        })
    };
    let rows: Vec<Row> = datasets
        .iter()
        .map(|dataset| Row {
            name: atlas.datasets[*dataset].name.clone(),
            title: words::dataset(atlas, *dataset),
            fields: copies()
                .filter(|(_, copy)| copy.dataset == *dataset)
                .map(|(_, copy)| words::fields(copy, None, 3))
                .max_by_key(String::len)
                .unwrap_or_default(),
            cells: places.iter().map(|place| cell(*dataset, *place)).collect(),
        })
        .collect();
    let columns: Vec<Column> = places
        .iter()
        .map(|place| {
            let said = &atlas.places[*place];
            let party = atlas.parties[said.party].title.clone();
            Column { name: said.name.clone(), party, team: said.team.then(|| said.title.clone()) }
        })
        .collect();
    let told: Vec<&str> = rows.iter().flat_map(|row| &row.cells).flatten().map(|c| c.description.as_str()).collect();
    heading.description = format!("Who holds what. {}", told.join(" "));
    Table { heading, columns, rows }
}
