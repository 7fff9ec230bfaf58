//! Who holds what, at which level, until when.

use std::collections::{BTreeMap, BTreeSet};

use super::scope::Scope;
use super::words;
use crate::check::Verdict;
use crate::check::atlas::{Atlas, Copy, Item};
use crate::diagram::chart::{Cell, Column, Heading, Row, Table};

/// A wider table than this nobody can read; the rest of its columns is left out, with advice.
pub(super) const MOST_COLUMNS: usize = 24;
/// A longer one, likewise.
pub(super) const MOST_ROWS: usize = 200;

/// The table of a part of a project, of so many rows and columns at the most.
pub(super) fn table(atlas: &Atlas, scope: &Scope, mut heading: Heading, (down, across): (usize, usize)) -> Table {
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
    if places.len() > across || datasets.len() > down {
        heading.advice.push(format!(
            "{} places hold {} datasets: this is the first part of the table; ask for all of it on pages with `--pages`, or for \
             parts with `--activity` or `--focus`",
            places.len(),
            datasets.len()
        ));
        places.truncate(across);
        datasets.truncate(down);
    }
    let mut broken: BTreeSet<usize> = BTreeSet::new();
    for (_, trail) in atlas.open_trails(Verdict::Fail) {
        let copies = trail.subjects.iter().filter_map(|s| if let Item::Copy(copy) = s { Some(*copy) } else { None });
        broken.extend(copies);
    }
    let mut held: BTreeMap<(usize, usize), (usize, &Copy)> = BTreeMap::new();
    let mut fields: BTreeMap<usize, String> = BTreeMap::new();
    for (number, copy) in copies() {
        held.entry((copy.dataset, copy.place)).or_insert((number, copy));
        let (said, longest) = (words::fields(copy, None, 3), fields.entry(copy.dataset).or_default());
        // the last of the longest
        if said.len() >= longest.len() {
            *longest = said;
        }
    }
    let cell = |dataset: usize, place: usize| {
        let (number, copy) = held.get(&(dataset, place)).copied()?;
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
            fields: fields.get(dataset).cloned().unwrap_or_default(),
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
    heading.description = in_sentences(&rows);
    Table { heading, columns, rows }
}

/// All that a table shows, for those who cannot see it.
pub(in crate::diagram) fn in_sentences(rows: &[Row]) -> String {
    let told: Vec<&str> = rows.iter().flat_map(|row| &row.cells).flatten().map(|c| c.description.as_str()).collect();
    format!("Who holds what. {}", told.join(" "))
}
