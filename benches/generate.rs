//! Writes a project of any size: `cargo bench --bench generate -- FLOWS FOLDER [--seed N] [--facts]`.
#![allow(clippy::disallowed_methods, clippy::disallowed_macros)] // a command of its own, not part of the library: it writes files
#![allow(dead_code)] // other benches use the rest of the generator

mod synthetic;

use std::path::Path;
use std::process::ExitCode;

use synthetic::{Project, SEED};

const USAGE: &str = "cargo bench --bench generate -- FLOWS FOLDER [--seed N] [--facts]";

fn main() -> ExitCode {
    let mut plain = Vec::new();
    let (mut seed, mut facts) = (SEED, false);
    // cargo adds `--bench`
    let mut arguments = std::env::args().skip(1).filter(|a| a != "--bench");
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--facts" => facts = true,
            "--seed" => match arguments.next().and_then(|n| n.parse().ok()) {
                Some(number) => seed = number,
                None => return wrong("a number must follow `--seed`"),
            },
            _ => plain.push(argument),
        }
    }
    if plain.is_empty() {
        // `cargo bench` runs every bench: this one has nothing to measure
        println!("to write a project: {USAGE}");
        return ExitCode::SUCCESS;
    }
    let [flows, folder] = plain.as_slice() else { return wrong("it takes a number of flows and a folder") };
    let Ok(flows) = flows.parse() else { return wrong("the number of flows is no number") };
    let project = Project::new(flows, seed);
    let folder = Path::new(folder);
    let written = project.write(folder).and_then(|()| match facts {
        true => project.facts.write(&folder.join("facts")),
        false => Ok(()),
    });
    match written {
        Ok(()) => {
            println!("{}: {}", folder.display(), project.size());
            if facts {
                let pairs = synthetic::floor::Floor::new(&project.facts).run().pairs();
                println!("{pairs} pairs of a cell and a class of sources that reaches it, rows and counts apart");
            }
            ExitCode::SUCCESS
        }
        Err(error) => wrong(&format!("{}: {error}", folder.display())),
    }
}

fn wrong(what: &str) -> ExitCode {
    eprintln!("{what}\nusage: {USAGE}");
    ExitCode::FAILURE
}
