//! Makes projects of any size, the same ones from the same seed: a country's public services that share data.
//!
//! Organisations come in the sorts and proportions of public services, the first of each sort holding far more than the others.
//! They share data in programmes of about a hundred flows: ten datasets with some twelve of sixty categories of fields each, sent
//! on over several hops and back, and steps (one for three flows) that strip (a quarter of them), link, number, coarsen,
//! derive, pseudonymise and count (one in twenty). Five registers have research files that many organisations get and link.
//!
//! Whatever is made, what the rules need to hold is kept to by construction, and what breaks eight of the twenty is put
//! in on purpose, so that the verdicts are known without judging anything.
#![allow(clippy::disallowed_methods)] // it writes projects into folders, and is no part of the library

mod builder;
pub(crate) mod columns;
pub(crate) mod engines;
pub(crate) mod facts;
pub(crate) mod floor;
mod parties;
mod programme;
mod random;
pub(crate) mod registers;

use std::collections::HashMap;
use std::fmt::Write as _;
use std::io;
use std::path::Path;

use builder::Builder;
use facts::Facts;
use random::Random;

/// How many laws a project has.
const LAWS: usize = 12;

/// How many flows come into one file.
const FLOWS_A_FILE: usize = 10_000;

/// The seed when none is given.
pub(crate) const SEED: u64 = 1;

/// A project that was made.
#[derive(Debug)]
pub(crate) struct Project {
    /// Names of its files and their texts.
    pub(crate) files: Vec<(String, String)>,
    /// The same as facts.
    pub(crate) facts: Facts,
    /// How many parties it has.
    pub(crate) parties: usize,
    /// How many flows.
    pub(crate) flows: usize,
    /// How many steps.
    pub(crate) steps: usize,
}

impl Project {
    /// Makes a project with so many flows.
    pub(crate) fn new(flows: usize, seed: u64) -> Project {
        let mut random = Random::new(seed);
        let mut text = String::new();
        let ordinary = (flows / 50).max(2 * parties::SORTS.len());
        let (mut all, mut places) = parties::parties(&mut random, ordinary, &mut text);
        for (name, kind) in registers::OTHERS {
            let _ = writeln!(text, "party {name} {{ kind {kind}; country GB }}");
            all.push(parties::Party { sort: parties::sorts::UNIVERSITY, teams: 0, partner: false });
            places.extend((0..4).map(|_| name.to_owned()));
        }
        let mut b = Builder {
            random,
            files: Vec::new(),
            text,
            facts: Facts { places, ..Facts::default() },
            parties: all,
            datasets: Vec::new(),
            ordinary,
            flows: 0,
            steps: 0,
            looks: 0,
            groups: (flows / 2_000).max(8),
            sides: HashMap::new(),
        };
        b.file("parties.staunch");
        b.text = footing(b.groups);
        b.file("footing.staunch");
        let registers = registers::write(&mut b, (flows / 200).max(3));
        b.file("registers.staunch");
        b.text = registers::rules();
        b.file("rules.staunch");
        let rest = flows.saturating_sub(b.flows);
        let programmes = (rest / 100).max(1);
        let (mut file, mut flows_before) = (1, b.flows);
        for number in 0..programmes {
            let share = rest * (number + 1) / programmes - rest * number / programmes;
            programme::write(&mut b, &registers, number + 1, share);
            if b.flows - flows_before >= FLOWS_A_FILE || number + 1 == programmes {
                b.file(format!("programmes-{file:03}.staunch"));
                (file, flows_before) = (file + 1, b.flows);
            }
        }
        let Builder { files, facts, parties, flows, steps, .. } = b;
        Project { files, facts, parties: parties.len(), flows, steps }
    }

    /// How many bytes of text it has.
    pub(crate) fn bytes(&self) -> usize {
        self.files.iter().map(|(_, text)| text.len()).sum()
    }

    /// Its size in one line.
    pub(crate) fn size(&self) -> String {
        format!(
            "{} flows, {} steps, {} parties, {} datasets, {} copies, {} cells, {} bytes in {} files",
            self.flows,
            self.steps,
            self.parties,
            self.facts.datasets.len(),
            self.facts.copies.len(),
            self.facts.cells(),
            self.bytes(),
            self.files.len()
        )
    }

    /// Writes its files into a folder.
    pub(crate) fn write(&self, folder: &Path) -> io::Result<()> {
        std::fs::create_dir_all(folder)?;
        for (name, text) in &self.files {
            std::fs::write(folder.join(name), text)?;
        }
        std::fs::write(folder.join("staunch.yaml"), "name: A country's data sharing\n")
    }
}

/// The class of sources that a source of no register is counted with: 59 of the 64 are theirs.
fn source_class(number: usize) -> u8 {
    (5 + number % 59) as u8
}

fn footing(groups: usize) -> String {
    let mut text = format!("{}\n", columns::OWN_TEXT);
    for law in 1..=LAWS {
        let _ = writeln!(
            text,
            "law act-{law} \"Sharing Act {law}\" {{ in force 20{:02}-04-01; gives power, gateway }}",
            law + 5
        );
    }
    text.push_str("\nopt-out national-opt-out \"National opt-out\" { blocks research; at extraction }\n\n");
    for group in 1..=groups {
        let children = if group % 3 == 0 { "all" } else { "some" };
        let _ = writeln!(text, "people people-{group} {{ children {children} }}");
    }
    text
}
