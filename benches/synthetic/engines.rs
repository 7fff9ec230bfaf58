//! The same model for other engines: tables of numbers, and the reachability part as a Datalog program and as SQL.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use super::columns::{bits, field};
use super::facts::Facts;

/// The program in Soufflé's dialect: `souffle -F FOLDER FOLDER/reach.dl`.
const DATALOG: &str = "\
// What reaches what, from the tables beside this file: souffle -F . reach.dl
// `counted` is 0 for what arrives row by row and 1 for what arrives as counts.
.decl origin(cell: unsigned, class: unsigned)
.input origin
.decl edge(from: unsigned, to: unsigned, transform: unsigned)
.input edge
.decl transform(id: unsigned, counted: unsigned)
.input transform

.decl reach(cell: unsigned, class: unsigned, counted: unsigned)
reach(cell, class, 0) :- origin(cell, class).
reach(to, class, counted) :- reach(from, class, counted), edge(from, to, t), transform(t, 0).
reach(to, class, 1) :- reach(from, class, _), edge(from, to, t), transform(t, 1).
.printsize reach
";

/// The query, for SQLite and PostgreSQL alike.
const SQL: &str = "\
-- What reaches what, from the tables beside this file. `counted` is 0 for what arrives row by row and 1 for counts.
-- SQLite:      sqlite3 -cmd '.read tables.sql' -cmd '.mode tabs' -cmd '.import origin.facts origin' \\
--              -cmd '.import edge.facts edge' -cmd '.import transform.facts transform' :memory: '.read reach.sql'
-- PostgreSQL:  \\i tables.sql, then \\copy origin from 'origin.facts' and so on, then \\i reach.sql
CREATE INDEX edge_from ON edge (from_cell);
WITH RECURSIVE reach (cell, class, counted) AS (
  SELECT cell, class, 0 FROM origin
  UNION
  SELECT edge.to_cell, reach.class,
         CASE WHEN reach.counted = 1 OR transform.counted = 1 THEN 1 ELSE 0 END
  FROM reach
  JOIN edge ON edge.from_cell = reach.cell
  JOIN transform ON transform.id = edge.transform
)
SELECT count(*) FROM reach;
";

const TABLES: &str = "\
CREATE TABLE origin (cell INTEGER NOT NULL, class INTEGER NOT NULL);
CREATE TABLE edge (from_cell INTEGER NOT NULL, to_cell INTEGER NOT NULL, transform INTEGER NOT NULL);
CREATE TABLE transform (id INTEGER NOT NULL, counted INTEGER NOT NULL);
";

impl Facts {
    /// Calls `origin` with every cell in which data begins, and its class.
    pub(crate) fn origins(&self, mut origin: impl FnMut(u32, u8)) {
        let starts = self.starts();
        for (copy, columns, class) in &self.origins {
            for bit in bits(*columns) {
                origin(self.cell(&starts, *copy, bit), *class);
            }
        }
    }

    /// Writes the tables and programs into a folder.
    pub(crate) fn write(&self, folder: &Path) -> io::Result<()> {
        std::fs::create_dir_all(folder)?;
        std::fs::write(folder.join("reach.dl"), DATALOG)?;
        std::fs::write(folder.join("reach.sql"), SQL)?;
        std::fs::write(folder.join("tables.sql"), TABLES)?;
        std::fs::write(folder.join("transform.facts"), "0\t0\n1\t1\n")?;
        // names, for people: no program needs them
        table(folder, "copy", |out| {
            for (number, copy) in self.copies.iter().enumerate() {
                let (dataset, place) = (&self.datasets[copy.dataset as usize], &self.places[copy.place as usize]);
                writeln!(out, "{number}\t{dataset}\t{place}")?;
            }
            Ok(())
        })?;
        table(folder, "cell", |out| {
            let starts = self.starts();
            for (number, copy) in self.copies.iter().enumerate() {
                for (offset, bit) in bits(copy.columns).enumerate() {
                    writeln!(out, "{}\t{number}\t{}", starts[number] as usize + offset, field(bit))?;
                }
            }
            Ok(())
        })?;
        table(folder, "origin", |out| {
            let mut result = Ok(());
            self.origins(|cell, class| {
                let line = writeln!(out, "{cell}\t{class}");
                result = std::mem::replace(&mut result, Ok(())).and(line);
            });
            result
        })?;
        table(folder, "edge", |out| {
            let mut result = Ok(());
            self.edges(|from, to, counted| {
                let line = writeln!(out, "{from}\t{to}\t{}", u8::from(counted));
                result = std::mem::replace(&mut result, Ok(())).and(line);
            });
            result
        })
    }
}

fn table(folder: &Path, name: &str, write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>) -> io::Result<()> {
    let mut out = BufWriter::new(File::create(folder.join(format!("{name}.facts")))?);
    write(&mut out)?;
    out.flush()
}
