//! The declarations of which there may be a million: datasets, flows, uses, decisions and steps. Their facts are read file by
//! file, so that of a large project only one file's tree at a time has to be there as a whole.

use super::Resolver;
use super::index::Found;
use crate::source::FileId;
use crate::syntax::tree::{DatasetDecl, DatasetFact, Declaration, Tree};
use crate::syntax::{Files, Room};

impl Resolver<'_> {
    /// Fills the tables of datasets, flows, uses and steps. Where the trees lack them, `again` reads the files again.
    pub(super) fn tables(&mut self, trees: &[(FileId, Tree)], again: Option<&Files>, found: &Found<'_>) {
        let reserve = |number: u32| number as usize;
        self.model.datasets.reserve(reserve(found.datasets) + self.implicit.len());
        self.model.flows.reserve(reserve(found.flows));
        self.model.uses.reserve(reserve(found.uses));
        self.model.steps.reserve(reserve(found.steps));
        match again {
            Some(files) => self.rows_read_again(trees, files),
            None => trees.iter().for_each(|(file, tree)| self.rows(*file, tree)),
        }
        self.add_implicit_datasets();
    }

    /// Reads each file again, one file ahead of what is worked on.
    fn rows_read_again(&mut self, trees: &[(FileId, Tree)], files: &Files) {
        let sources = self.sources;
        let mut room = Room::default();
        let mut whole = files.whole(0, sources, &mut room);
        for (index, (file, _)) in trees.iter().enumerate() {
            let work = || {
                self.rows(*file, &whole);
                // to give a tree back takes long, too
                drop(whole);
            };
            let ((), next) = rayon::join(work, || files.whole(index + 1, sources, &mut room));
            whole = next;
        }
    }

    /// What one file adds to the tables.
    fn rows(&mut self, file: FileId, tree: &Tree) {
        self.only_activity = self.activity_of.get(&file).copied();
        for declaration in &tree.declarations {
            match declaration {
                Declaration::Dataset(decl) => {
                    self.without_fields.push(!says_fields(decl));
                    let dataset = self.dataset_facts(decl);
                    self.model.datasets.push(dataset);
                }
                Declaration::Flow(decl) => {
                    let flow = self.flow_facts(decl);
                    self.model.flows.push(flow);
                }
                Declaration::Use(decl) => {
                    let made = self.use_facts(&decl.head, decl.at.as_ref(), &decl.facts);
                    self.model.uses.push(made);
                }
                Declaration::Decision(decl) => {
                    let made = self.decision_facts(decl);
                    self.model.uses.push(made);
                }
                Declaration::Step(decl) => {
                    let step = self.step_facts(decl);
                    self.model.steps.push(step);
                }
                _ => {}
            }
        }
    }
}

/// Whether a dataset has a line about its fields, were it a wrong one.
fn says_fields(decl: &DatasetDecl) -> bool {
    decl.facts.iter().any(|fact| {
        matches!(
            fact.value,
            DatasetFact::Fields(_) | DatasetFact::Field(_) | DatasetFact::FieldsOpen | DatasetFact::Reveals(_)
        )
    })
}
