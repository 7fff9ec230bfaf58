//! A table as a scene: datasets down, places across.

use super::font::{self, Weight};
use super::parts::{clock, drop, level_mark, stroke, text};
use super::scene::{Group, Rgb, Scene, at, size};
use super::style::{self, GREY, HEADER, INK, LANE, WHITE};
use super::text::{clean, wrap};
use crate::diagram::chart::{Cell, Column, Row, Table};
use crate::diagram::layout::{Rect, Size};
use crate::diagram::views::Profile;

const PAD: f64 = 8.0;
const LETTERS: f64 = 11.0;
/// The letters of a level's name.
const LEVEL: f64 = 10.7;
/// How far what is said of a cell's end stands from the cell's edge: there is a clock before it.
const INDENT: f64 = 21.0;
/// An end that needs more lines than this is cut; its description has it all.
const MOST_LINES: usize = 8;

/// The measures of a table.
struct Grid {
    /// How wide the names of the rows are.
    names: f64,
    /// How wide a column is.
    cell: f64,
    /// How high the heads of the columns are.
    head: f64,
    /// How high each row is.
    heights: Vec<f64>,
    heads: Vec<Vec<(String, Weight)>>,
    /// What a row is called and what is in it, in lines.
    rows: Vec<(Vec<String>, Vec<String>)>,
}

impl Grid {
    /// The measures of a table: a cell is as wide as its level needs, a row as high as all that is said in it.
    fn of(table: &Table, profile: Profile) -> Grid {
        let columns = table.columns.len().max(1) as f64;
        let (names, least) = match profile {
            // where columns are few they share the page
            Profile::Screen => (230.0, (770.0 / columns).floor().clamp(128.0, 176.0)),
            Profile::Document => (150.0, ((super::page::BODY.w - 150.0) / columns).floor().clamp(96.0, 144.0)),
        };
        let cells = table.rows.iter().flat_map(|row| &row.cells).flatten();
        let cell = cells.map(level_width).fold(least, f64::max).ceil();
        let heads: Vec<_> = table.columns.iter().map(|column| head_lines(column, cell)).collect();
        let head = heads.iter().map(Vec::len).max().unwrap_or(1) as f64 * 14.0 + 14.0;
        let wide = names - PAD * 2.0;
        let lines = |row: &Row| {
            let title = wrap(&clean(&row.title), 12.0, Weight::Bold, wide, 4);
            (title, wrap(&clean(&row.fields), LETTERS, Weight::Regular, wide, 3))
        };
        let rows: Vec<(Vec<String>, Vec<String>)> = table.rows.iter().map(lines).collect();
        let high = |((title, fields), row): (&(Vec<String>, Vec<String>), &Row)| {
            let own = title.len() as f64 * 15.0 + fields.len() as f64 * 14.0;
            let cells = row.cells.iter().flatten().map(|said| cell_lines(said, cell).len() as f64 * 14.0 + 20.0);
            (cells.fold(own, f64::max) + PAD * 1.5).ceil()
        };
        let heights = rows.iter().zip(&table.rows).map(high).collect();
        Grid { names, cell, head, heights, heads, rows }
    }

    fn size(&self) -> Size {
        size(self.names + self.cell * self.heads.len() as f64, self.head + self.heights.iter().sum::<f64>())
    }
}

/// How large a table is by itself.
pub(super) fn size_of(table: &Table, profile: Profile) -> Size {
    Grid::of(table, profile).size()
}

/// How many columns of a table a page of a document has room for.
pub(super) fn columns_on_a_page(table: &Table) -> usize {
    let grid = Grid::of(table, Profile::Document);
    // few columns are wider than they must be
    let cells = table.rows.iter().flat_map(|row| &row.cells).flatten();
    let cell = cells.map(level_width).fold(96.0, f64::max).ceil();
    ((super::page::BODY.w - grid.names) / cell).floor().max(1.0) as usize
}

/// Draws a table.
pub(super) fn draw(table: &Table, profile: Profile) -> Scene {
    let grid = Grid::of(table, profile);
    let room = grid.size();
    let mut body = Group::of("matrix");
    heads_drawn(&mut body, &grid, table);
    let mut top = grid.head;
    for (number, row) in table.rows.iter().enumerate() {
        body.group(row_drawn(&grid, number, row, top));
        top += grid.heights[number];
    }
    super::page::dress(&table.heading, body, room, profile, Some(&super::legend::of_table(table)))
}

fn head_lines(column: &Column, cell: f64) -> Vec<(String, Weight)> {
    let wide = cell - PAD * 2.0;
    let party =
        wrap(&clean(&column.party), LETTERS, Weight::Bold, wide, 5).into_iter().map(|line| (line, Weight::Bold));
    let team = column.team.as_ref().map_or_else(Vec::new, |team| wrap(&clean(team), LETTERS, Weight::Regular, wide, 4));
    party.chain(team.into_iter().map(|line| (line, Weight::Regular))).collect()
}

/// The name of a level where there is little room: that de-identified data is rows is in the legend.
fn level_name(cell: &Cell) -> &'static str {
    cell.mark.grade.name().trim_end_matches(" rows")
}

/// How wide a cell must be for its level.
fn level_width(cell: &Cell) -> f64 {
    let mark = super::parts::mark_size(cell.mark).w;
    font::width(level_name(cell), LEVEL, Weight::Bold) + mark + 20.0
}

fn cell_lines(cell: &Cell, wide: f64) -> Vec<String> {
    wrap(&clean(&cell.kept), LETTERS, Weight::Regular, wide - INDENT - 4.0, MOST_LINES)
}

fn heads_drawn(body: &mut Group, grid: &Grid, table: &Table) {
    for (number, (lines, column)) in grid.heads.iter().zip(&table.columns).enumerate() {
        let x = grid.names + grid.cell * number as f64;
        let mut group =
            Group { data: vec![("name", column.name.clone())], title: clean(&column.party), ..Group::of("column") };
        let rect = Rect { x: x + 2.0, y: 0.0, w: grid.cell - 4.0, h: grid.head - 4.0 };
        group.rect(rect, 6.0, Some(HEADER), None);
        for (n, (line, weight)) in lines.iter().enumerate() {
            let color = if *weight == Weight::Bold { INK } else { GREY };
            group.text(text(line, at(x + PAD, 17.0 + 14.0 * n as f64), LETTERS, *weight, color, HEADER));
        }
        body.group(group);
    }
}

fn row_drawn(grid: &Grid, number: usize, row: &Row, top: f64) -> Group {
    let (high, lines) = (grid.heights[number], &grid.rows[number]);
    let wide = grid.names + grid.cell * row.cells.len() as f64;
    let mut group = Group {
        id: format!("row-{}", super::id(&row.name)),
        data: vec![("name", row.name.clone())],
        title: clean(&row.title),
        description: clean(&row.fields),
        ..Group::of("row")
    };
    let ground = if number.is_multiple_of(2) { LANE } else { WHITE };
    group.rect(Rect { x: 0.0, y: top, w: wide, h: high }, 0.0, Some(ground), None);
    let mut y = top + PAD;
    for line in &lines.0 {
        y += 15.0;
        group.text(text(line, at(PAD, y - 4.0), 12.0, Weight::Bold, INK, ground));
    }
    for line in &lines.1 {
        y += 14.0;
        group.text(text(line, at(PAD, y - 3.0), LETTERS, Weight::Regular, GREY, ground));
    }
    for (column, cell) in row.cells.iter().enumerate() {
        let Some(cell) = cell else { continue };
        let x = grid.names + grid.cell * column as f64;
        group.group(cell_drawn(grid, cell, Rect { x, y: top, w: grid.cell, h: high }, ground));
    }
    group
}

fn cell_drawn(grid: &Grid, cell: &Cell, rect: Rect, on: Rgb) -> Group {
    let look = style::look(cell.mark.grade);
    let mut group = Group {
        title: clean(&cell.description),
        ..Group::of(&format!("cell level-{}{}", cell.mark.grade.level(), if cell.broken { " broken" } else { "" }))
    };
    let chip = Rect { x: rect.x + 4.0, y: rect.y + 6.0, w: rect.w - 8.0, h: 16.0 };
    let border = if cell.broken { stroke(style::BROKEN, 2.4) } else { look.border.clone() };
    group.rect(chip, 3.0, Some(look.fill), Some(border));
    level_mark(&mut group, cell.mark, at(chip.x + super::parts::mark_size(cell.mark).w / 2.0 + 2.0, chip.y + 8.0));
    let left = chip.x + super::parts::mark_size(cell.mark).w + 7.0;
    let base = at(left, chip.y + 8.0 + drop(LEVEL));
    group.text(text(level_name(cell), base, LEVEL, Weight::Bold, look.text, look.fill));
    let lines = cell_lines(cell, grid.cell);
    let mut y = chip.bottom() + 2.0;
    clock(&mut group, at(rect.x + 11.0, y + 8.0));
    let color = if cell.endless { style::UNSURE } else { GREY };
    for line in lines {
        y += 14.0;
        group.text(text(line, at(rect.x + INDENT, y - 2.0), LETTERS, Weight::Regular, color, on));
    }
    group
}
