//! A matrix or a life cycle that is too large for a page of A4, as several: down the rows first, with what stands above them on
//! each page, then on to the next columns, or along the axis.

use std::ops::Range;

use super::super::chart::{Bar, Column, Entry, Heading, Life, Picture, Row, Sheet, Table, Tick};
use super::super::draw;
use super::super::views::lifecycle::{self, stages};
use super::super::views::{self, Parts, Profile, Refusal, Request, View, matrix, words};
use crate::check::{Atlas, Report};

/// No page has more rows than this, of the least height that a row may have.
const ROWS: usize = 20;
/// Nor more columns.
const COLUMNS: usize = 10;
/// How many copies a page has at the least, to tell about how many pages there would be.
const COPIES: usize = 8;

/// A page before it has its number.
struct Part {
    title: String,
    picture: Picture,
}

/// The pages of a matrix or a life cycle, at most so many; the picture itself where one is enough, or where it would be more.
pub(super) fn pages(atlas: &Atlas, report: &Report, request: &Request, most: usize) -> Result<Vec<Picture>, Refusal> {
    let parts = Parts::of(atlas, report, request)?;
    let (rows, columns) = (most.saturating_mul(ROWS), most.saturating_mul(COLUMNS));
    let split = if request.view == View::Matrix {
        let table = parts.table(atlas, (rows + 1, columns + 1));
        let small = table.rows.len() <= rows && table.columns.len() <= columns;
        small.then(|| tables(&table, most)).flatten()
    } else {
        let small = parts.copies() <= rows;
        small.then(|| lives(&parts.life(atlas, rows), most)).flatten()
    };
    match split {
        Some(found) if found.len() > 1 => Ok(numbered(found)),
        Some(found) if request.profile == Profile::Document => Ok(found.into_iter().map(|part| part.picture).collect()),
        Some(_) => Ok(vec![views::picture(atlas, report, request)?]),
        None => {
            let mut picture = views::picture(atlas, report, request)?;
            let about = parts.copies().div_ceil(COPIES).max(most + 1);
            picture.heading_mut().advice.push(format!(
                "all of it would be about {about} pages: ask for them with `--pages={about}`, or for a part with `--activity`, \
                 `--focus` or `--finding`"
            ));
            Ok(vec![picture])
        }
    }
}

/// Pages with their numbers and titles, and a list of them on the first.
fn numbered(parts: Vec<Part>) -> Vec<Picture> {
    let of = parts.len();
    let entry = |(at, part): (usize, &Part)| Entry { number: at + 1, title: part.title.clone(), flows: String::new() };
    let mut contents: Vec<Entry> = parts.iter().enumerate().map(entry).collect();
    let number = |(at, mut part): (usize, Part)| {
        let heading = part.picture.heading_mut();
        heading.description = format!("Page {} of {of}: {}. {}", at + 1, part.title, heading.description);
        heading.sheet = Some(Sheet { number: at + 1, of, title: part.title, contents: std::mem::take(&mut contents) });
        part.picture
    };
    parts.into_iter().enumerate().map(number).collect()
}

/// The heading of a page: what the whole says of what was left out is on the first.
fn heading(whole: &Heading, description: String, first: bool) -> Heading {
    let advice = if first { whole.advice.clone() } else { Vec::new() };
    Heading { description, advice, sheet: Some(Sheet::default()), ..whole.clone() }
}

/// Rows in as few runs as pages hold them, and these as even as can be. `size` says how high a page with some of them is; none
/// where there would be more than so many.
fn runs(count: usize, most: usize, size: impl Fn(Range<usize>) -> f64) -> Option<Vec<Range<usize>>> {
    let fill = |share: f64, most: usize| {
        let mut runs: Vec<Range<usize>> = Vec::new();
        let mut from = 0;
        while from < count {
            let mut to = from + 1;
            while to < count && size(from..to + 1) <= draw::PAGE.h * share {
                to += 1;
            }
            runs.push(from..to);
            if runs.len() > most {
                return None;
            }
            from = to;
        }
        Some(runs)
    };
    let full = fill(1.0, most)?;
    let even = (8..20).filter_map(|share| fill(f64::from(share) / 20.0, full.len()));
    Some(even.into_iter().next().unwrap_or(full))
}

/// A table on pages; none where there would be more than so many.
fn tables(table: &Table, most: usize) -> Option<Vec<Part>> {
    let whole = Table { heading: Heading { sheet: None, ..table.heading.clone() }, ..table.clone() };
    if draw::on_a_page(&Picture::Table(whole.clone())) {
        return Some(vec![Part { title: String::new(), picture: Picture::Table(whole) }]);
    }
    let sets = column_sets(&table.columns, draw::columns_on_a_page(table));
    let several = sets.len() > 1;
    let mut parts: Vec<Part> = Vec::new();
    for set in sets {
        let columns = table.columns.get(set.clone())?;
        // where columns go on on other pages, rows without any of these would only be empty
        let rows: Vec<Row> = table.rows.iter().filter_map(|row| row_of(row, &set, several)).collect();
        let part = |range: Range<usize>, first: bool| {
            let rows = rows.get(range).unwrap_or_default().to_vec();
            let heading = heading(&table.heading, matrix::in_sentences(&rows), first);
            Table { heading, columns: columns.to_vec(), rows }
        };
        let runs = runs(rows.len(), most - parts.len(), |range| draw::table_size(&part(range, false)).h)?;
        let (of, cut) = (runs.len(), runs.len() > 1);
        for (number, range) in runs.into_iter().enumerate() {
            let ends = [range.start, range.end - 1].map(|row| rows.get(row).map_or("", |row| row.title.as_str()));
            let title = title(several.then(|| parties(columns)), (cut || !several).then_some(ends), (number + 1, of));
            let first = parts.is_empty();
            parts.push(Part { title, picture: Picture::Table(part(range, first)) });
        }
    }
    Some(parts)
}

/// A row as some of the columns see it.
fn row_of(row: &Row, columns: &Range<usize>, only_held: bool) -> Option<Row> {
    let cells = row.cells.get(columns.clone()).unwrap_or_default();
    let shown = !only_held || cells.iter().any(Option::is_some);
    shown.then(|| Row { cells: cells.to_vec(), ..row.clone() })
}

/// Columns in as few sets as pages hold, as even as can be without taking a party from its teams.
fn column_sets(columns: &[Column], most: usize) -> Vec<Range<usize>> {
    let (count, most) = (columns.len(), most.max(1));
    let sets = count.div_ceil(most);
    let mut found = Vec::new();
    let mut from = 0;
    for left in (1..=sets).rev() {
        let ideal = from + (count - from).div_ceil(left);
        // what is left must have room on what is left of pages
        let least = count.saturating_sub((left - 1) * most).max(from + 1);
        let last = (from + most).min(count);
        let torn = |end: usize| end < count && columns[end - 1].party == columns[end].party;
        let end = (least..=last).min_by_key(|end| (torn(*end), end.abs_diff(ideal), *end)).unwrap_or(last);
        found.push(from..end);
        from = end;
        if from >= count {
            break;
        }
    }
    found
}

/// The parties of columns, each once: two, or one and how many more.
fn parties(columns: &[Column]) -> String {
    let mut titles: Vec<String> = Vec::new();
    for column in columns {
        if !titles.contains(&column.party) {
            titles.push(column.party.clone());
        }
    }
    if titles.len() > 2 {
        let more = titles.len() - 1;
        titles.truncate(1);
        titles.push(format!("{more} more"));
    }
    words::list(&titles)
}

/// What a page is called: by where it is among columns or along the axis, and by its rows; by number where that is too long.
fn title(place: Option<String>, rows: Option<[&str; 2]>, (part, of): (usize, usize)) -> String {
    let Some(ends) = rows else { return place.unwrap_or_default() };
    let rows = from_to(ends);
    let whole = place.as_ref().map_or_else(|| rows.clone(), |place| format!("{place}: {rows}"));
    match place {
        Some(place) if whole.chars().count() > LONG => format!("{place}, part {part} of {of}"),
        _ => whole,
    }
}

/// A longer title has no room on a page.
const LONG: usize = 110;

fn from_to([first, last]: [&str; 2]) -> String {
    if first == last { first.to_owned() } else { format!("{first} to {last}") }
}

/// A life on pages; none where there would be more than so many.
fn lives(life: &Life, most: usize) -> Option<Vec<Part>> {
    let whole = Picture::Life(life.clone());
    if draw::on_a_page(&whole) {
        return Some(vec![Part { title: String::new(), picture: whole }]);
    }
    let sections = sections(life);
    let several = sections.len() > 1;
    let mut parts: Vec<Part> = Vec::new();
    for section in &sections {
        let bars: Vec<Bar> = life.bars.iter().filter_map(|bar| bar_of(bar, section, life.ticks.len())).collect();
        let part = |range: Range<usize>, first: bool| {
            let stages = if first { life.stages.clone() } else { Vec::new() };
            let ends = if range.end == bars.len() { ends_of(life, section) } else { Vec::new() };
            let bars = bars.get(range).unwrap_or_default().to_vec();
            let heading = heading(&life.heading, lifecycle::in_sentences(&stages, &bars), first);
            let ticks = life.ticks.get(section.clone()).unwrap_or_default().to_vec();
            Life { heading, ticks, bars, stages, ends }
        };
        let first = parts.is_empty();
        let high = |range: Range<usize>| draw::life_size(&part(range.clone(), first && range.start == 0)).h;
        let runs = runs(bars.len(), most - parts.len(), high)?;
        let (of, cut) = (runs.len(), runs.len() > 1);
        for (number, range) in runs.into_iter().enumerate() {
            let ends = [range.start, range.end - 1].map(|bar| bars.get(bar).map_or("", |bar| bar.title.as_str()));
            let title =
                title(several.then(|| time(life, section)), (cut || !several).then_some(ends), (number + 1, of));
            let first = parts.is_empty();
            parts.push(Part { title, picture: Picture::Life(part(range, first)) });
        }
    }
    Some(parts)
}

/// From when to when a stretch of the axis goes.
fn time(life: &Life, section: &Range<usize>) -> String {
    let moment = |tick: Option<&Tick>| tick.map_or_else(String::new, stages::moment);
    let ticks = life.ticks.get(section.clone()).unwrap_or_default();
    words::capital(&from_to([&moment(ticks.first()), &moment(ticks.last())]))
}

/// The ticks of an axis in as few stretches as pages are wide enough for, as even as can be. Where one ends, the next begins.
fn sections(life: &Life) -> Vec<Range<usize>> {
    let count = life.ticks.len();
    let wide = |ticks: usize| {
        let ticks = life.ticks.iter().take(ticks).cloned().collect();
        let stretch = Life { heading: heading(&life.heading, String::new(), false), ticks, ..Life::default() };
        draw::life_size(&stretch).w
    };
    let most = (2..=count).take_while(|ticks| wide(*ticks) <= draw::PAGE.w).last().unwrap_or(2);
    if count <= most {
        return std::iter::once(0..count).collect();
    }
    let gaps = count - 1;
    let stretches = gaps.div_ceil(most - 1);
    let at = |stretch: usize| gaps * stretch / stretches;
    (0..stretches).map(|stretch| at(stretch)..at(stretch + 1) + 1).collect()
}

/// A bar as a stretch of the axis shows it, if it does.
fn bar_of(bar: &Bar, section: &Range<usize>, count: usize) -> Option<Bar> {
    // an end that is not after the beginning is none
    let until = bar.until.filter(|until| bar.from.is_none_or(|from| *until > from));
    let (first, last) = (section.start, section.end - 1);
    let begun = bar.from.is_none_or(|from| from < last || section.end == count);
    let going = until.is_none_or(|until| until > first || first == 0);
    let here = |tick: usize| section.contains(&tick).then(|| tick - first);
    (begun && going).then(|| Bar { from: bar.from.and_then(here), until: until.and_then(here), ..bar.clone() })
}

/// What ends in a stretch of the axis; at the tick at which it begins only if none before it has that.
fn ends_of(life: &Life, section: &Range<usize>) -> Vec<(usize, String)> {
    let here = life.ends.iter().filter(|(tick, _)| section.contains(tick) && (*tick > section.start || *tick == 0));
    here.map(|(tick, words)| (tick - section.start, words.clone())).collect()
}
