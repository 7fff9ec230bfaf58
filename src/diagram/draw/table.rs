//! A table as a scene: datasets down, places across.

use super::font::Weight;
use super::parts::{clock, drop, level_mark, stroke, text};
use super::scene::{Group, Rgb, Scene, at, size};
use super::style::{self, GREY, HEADER, INK, LANE, WHITE};
use super::text::{clean, wrap};
use crate::diagram::chart::{Cell, Table};
use crate::diagram::layout::Rect;
use crate::diagram::views::Profile;

const PAD: f64 = 8.0;

/// The measures of a table.
struct Grid {
    names: f64,
    cell: f64,
    letters: f64,
    head: f64,
    tops: Vec<f64>,
    heights: Vec<f64>,
}

/// Draws a table.
pub(super) fn draw(table: &Table, profile: Profile) -> Scene {
    let letters = 11.0;
    let (names, cell) = if profile == Profile::Screen { (230.0, 128.0) } else { (150.0, 96.0) };
    let heads: Vec<Vec<(String, Weight)>> =
        table.columns.iter().map(|column| head_lines(column, cell, letters)).collect();
    let head = heads.iter().map(Vec::len).max().unwrap_or(1) as f64 * 14.0 + 14.0;
    let mut grid = Grid { names, cell, letters, head, tops: Vec::new(), heights: Vec::new() };
    let mut y = head;
    let rows: Vec<(Vec<String>, Vec<String>)> = table
        .rows
        .iter()
        .map(|row| {
            let title = wrap(&clean(&row.title), 12.0, Weight::Bold, names - PAD * 2.0, 2);
            (title, wrap(&clean(&row.fields), letters, Weight::Regular, names - PAD * 2.0, 2))
        })
        .collect();
    for ((title, fields), row) in rows.iter().zip(&table.rows) {
        let own = title.len() as f64 * 15.0 + fields.len() as f64 * 14.0;
        let cells = row.cells.iter().flatten().map(|cell| cell_lines(cell, &grid).len() as f64 * 14.0 + 20.0);
        let high = cells.fold(own, f64::max) + PAD * 1.5;
        grid.tops.push(y);
        grid.heights.push(high.ceil());
        y += high.ceil();
    }
    let room = size(names + cell * table.columns.len() as f64, y);
    let mut body = Group::of("matrix");
    heads_drawn(&mut body, &grid, table, &heads);
    for (number, row) in table.rows.iter().enumerate() {
        body.group(row_drawn(&grid, number, row, &rows[number]));
    }
    super::page::dress(&table.heading, body, room, profile, Some(&super::legend::of_table(table)))
}

fn head_lines(column: &crate::diagram::chart::Column, cell: f64, letters: f64) -> Vec<(String, Weight)> {
    let wide = cell - PAD * 2.0;
    let party =
        wrap(&clean(&column.party), letters, Weight::Bold, wide, 3).into_iter().map(|line| (line, Weight::Bold));
    let team = column.team.as_ref().map_or_else(Vec::new, |team| wrap(&clean(team), letters, Weight::Regular, wide, 2));
    party.chain(team.into_iter().map(|line| (line, Weight::Regular))).collect()
}

fn cell_lines(cell: &Cell, grid: &Grid) -> Vec<String> {
    wrap(&clean(&cell.kept), grid.letters, Weight::Regular, grid.cell - PAD * 2.0 - 16.0, 3)
}

fn heads_drawn(body: &mut Group, grid: &Grid, table: &Table, heads: &[Vec<(String, Weight)>]) {
    for (number, (lines, column)) in heads.iter().zip(&table.columns).enumerate() {
        let x = grid.names + grid.cell * number as f64;
        let mut group =
            Group { data: vec![("name", column.name.clone())], title: clean(&column.party), ..Group::of("column") };
        let rect = Rect { x: x + 2.0, y: 0.0, w: grid.cell - 4.0, h: grid.head - 4.0 };
        group.rect(rect, 6.0, Some(HEADER), None);
        for (n, (line, weight)) in lines.iter().enumerate() {
            let color = if *weight == Weight::Bold { INK } else { GREY };
            group.text(text(line, at(x + PAD, 17.0 + 14.0 * n as f64), grid.letters, *weight, color, HEADER));
        }
        body.group(group);
    }
}

fn row_drawn(
    grid: &Grid,
    number: usize,
    row: &crate::diagram::chart::Row,
    lines: &(Vec<String>, Vec<String>),
) -> Group {
    let (top, high) = (grid.tops[number], grid.heights[number]);
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
        group.text(text(line, at(PAD, y - 3.0), grid.letters, Weight::Regular, GREY, ground));
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
    let name = cell.mark.grade.name();
    let left = chip.x + super::parts::mark_size(cell.mark).w + 7.0;
    let name = super::text::fit(name, 10.7, Weight::Bold, chip.right() - left - 3.0);
    group.text(text(name, at(left, chip.y + 8.0 + drop(10.7)), 10.7, Weight::Bold, look.text, look.fill));
    let lines = cell_lines(cell, grid);
    let mut y = chip.bottom() + 2.0;
    clock(&mut group, at(rect.x + 11.0, y + 8.0));
    let color = if cell.endless { style::UNSURE } else { GREY };
    for line in lines {
        y += 14.0;
        group.text(text(line, at(rect.x + 21.0, y - 2.0), grid.letters, Weight::Regular, color, on));
    }
    group
}
