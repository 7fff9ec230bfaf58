//! Tables out of YAML: a mapping with the list `rows`, each a mapping of columns. Every mistake is told at its place, and the row
//! that has one is left out.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::super::walk::{self, Text};
use super::super::yaml::{self, Key, Node, Value};
use super::{Column, ColumnKind, Jurisdiction, Needed, Row, TableName, Tables};
use crate::diagnostic::{Diagnostic, Diagnostics, codes::vocabulary as codes};
use crate::source::{FileId, Sources, Span};

/// What rows of every table may have.
const COMMON: [&str; 4] = ["in", "from", "to", "source"];

/// Reads the files that a project names for tables. What is wrong is reported and left out.
pub fn read_tables(
    tables: &mut Tables,
    files: &[(TableName, FileId)],
    sources: &Sources,
    diagnostics: &mut Diagnostics,
) {
    for (table, id) in files {
        let Some(file) = sources.file(*id) else { continue };
        let Some(root) = yaml::parse(file, diagnostics) else { continue };
        let rows = rows(*table, &root, true, diagnostics);
        if root.value == Value::Empty {
            diagnostics.push(
                Diagnostic::new(
                    &codes::SAYS_NOTHING,
                    Span::at(file.start),
                    format!("`{}` has no rows in it", file.name),
                )
                .help("add a list `rows`, or remove the file from `tables` in `staunch.yaml`"),
            );
        }
        tables.add(*table, rows);
    }
}

/// The rows of a table that comes with the program. A test holds its file to being good.
pub(super) fn standard(table: TableName) -> Vec<Row> {
    let root = yaml::parse_standard(table.definition().standard);
    root.map_or_else(Vec::new, |root| rows(table, &root, false, &mut Diagnostics::new()))
}

/// The rows of a tree. `placed` says whether they have places in files (those that come with the program have not).
fn rows(table: TableName, root: &Node, placed: bool, diagnostics: &mut Diagnostics) -> Vec<Row> {
    let mut all = Vec::new();
    let what = format!("the table `{}`", table.definition().name);
    for (key, node) in walk::mapping(root, root.span, &what, diagnostics).unwrap_or_default() {
        match key.text.as_str() {
            "about" => drop(walk::text(key, node, diagnostics)),
            "rows" => match &node.value {
                Value::List(list) => {
                    all.extend(list.iter().filter_map(|n| row(table, key, n, placed, diagnostics)));
                }
                Value::Empty => {}
                other => diagnostics.push(
                    Diagnostic::new(
                        &codes::WRONG_SHAPE,
                        if node.span.is_empty() { key.span } else { node.span },
                        format!("`rows` is a list, and this is {}", other.noun()),
                    )
                    .help("begin each row with `- ` and write its columns as `key: value`"),
                ),
            },
            _ => walk::unknown_key(key, &what, &["about", "rows"], diagnostics),
        }
    }
    all
}

/// A row; `None` (reported) where something in it is wrong.
fn row(table: TableName, rows: &Key, node: &Node, placed: bool, diagnostics: &mut Diagnostics) -> Option<Row> {
    let span = if node.span.is_empty() { rows.span } else { node.span };
    let name = table.definition().name;
    let entries = walk::mapping(node, span, &format!("a row of `{name}`"), diagnostics)?;
    let columns = table.definition().columns;
    let mut row = Row { span: placed.then_some(span), ..Row::default() };
    let mut good = true;
    let mut dates: BTreeMap<&str, Span> = BTreeMap::new();
    for (key, value) in entries {
        let column = columns.iter().find(|c| c.name == key.text);
        match (key.text.as_str(), column) {
            (_, Some(column)) => match cell(column, key, value, diagnostics) {
                Some(cell) => drop(row.cells.insert(column.name, cell)),
                None => good = false,
            },
            ("in", _) => {
                let laws = [("uk", Jurisdiction::Uk), ("eu", Jurisdiction::Eu)];
                row.jurisdiction = walk::one_of(key, value, &laws, diagnostics);
                good &= row.jurisdiction.is_some();
            }
            ("from" | "to", _) => {
                let read = date(key, value, diagnostics);
                good &= read.is_some();
                dates.insert(&key.text, value.span);
                *(if key.text == "from" { &mut row.from } else { &mut row.to }) = read;
            }
            ("source", _) => row.source = walk::text(key, value, diagnostics).map(|t| t.text).unwrap_or_default(),
            _ => {
                let known: Vec<&str> = columns.iter().map(|c| c.name).chain(COMMON).collect();
                walk::unknown_key(key, &format!("a row of `{name}`"), &known, diagnostics);
            }
        }
    }
    let missing = columns.iter().filter(|c| c.needed != Needed::No && !row.cells.contains_key(c.name)).map(|c| c.name);
    let missing: Vec<&str> = missing.chain(row.source.is_empty().then_some("source")).collect();
    if good && !missing.is_empty() {
        let message = format!("this row of `{name}` has no {}", walk::choices(&missing).replace(" or ", " and "));
        let shown = Span::new(span.start, span.end.min(span.start.saturating_add(80)));
        diagnostics.push(
            Diagnostic::new(&codes::WRONG_SHAPE, shown, message)
                .help("write it as `key: value`; every row says where it comes from with `source`"),
        );
        good = false;
    }
    if let (Some(from), Some(to)) = (row.from, row.to)
        && to <= from
    {
        let span = dates.get("to").copied().unwrap_or(span);
        diagnostics.push(
            Diagnostic::new(&codes::UNKNOWN_VALUE, span, "this row ends before it begins")
                .help("`from` is the first day on which it holds, `to` the first on which it holds no more"),
        );
        good = false;
    }
    good.then_some(row)
}

/// What stands in a column; `None` (reported) where it does not fit.
fn cell(column: &Column, key: &Key, node: &Node, diagnostics: &mut Diagnostics) -> Option<Vec<String>> {
    let one = |text: Option<Text>| text.map(|t| vec![t.text]);
    match column.kind {
        ColumnKind::Text => one(walk::text(key, node, diagnostics)),
        ColumnKind::Texts => {
            let texts: Vec<String> = walk::texts(key, node, diagnostics).into_iter().map(|t| t.text).collect();
            (!texts.is_empty()).then_some(texts)
        }
        ColumnKind::Number => {
            let text = walk::text(key, node, diagnostics)?;
            if text.text.parse::<u64>().is_err() {
                let shown: String = text.text.chars().take(40).collect();
                diagnostics.push(
                    Diagnostic::new(&codes::UNKNOWN_VALUE, text.span, format!("`{shown}` is not a whole number"))
                        .help(format!("write a whole number, such as `{}: 10`", column.name)),
                );
                return None;
            }
            one(Some(text))
        }
        ColumnKind::OneOf(words) => {
            let values: Vec<(&str, &str)> = words.iter().map(|w| (*w, *w)).collect();
            walk::one_of(key, node, &values, diagnostics).map(|word| vec![word.to_owned()])
        }
    }
}

fn date(key: &Key, node: &Node, diagnostics: &mut Diagnostics) -> Option<Date> {
    let text = walk::text(key, node, diagnostics)?;
    let date = text.text.parse::<Date>().ok();
    if date.is_none() {
        let shown: String = text.text.chars().take(40).collect();
        diagnostics.push(
            Diagnostic::new(&codes::UNKNOWN_VALUE, text.span, format!("`{shown}` is not a date"))
                .help(format!("write the date as `{}: 2026-02-05`", key.text)),
        );
    }
    date
}
