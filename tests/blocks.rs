//! What several threads work out of a graph in blocks is what one thread works out of it in one go.
#![allow(clippy::unwrap_used, clippy::disallowed_methods)] // tests read files

mod support;

use std::fs;

use staunch::diagnostic::Diagnostics;
use staunch::graph::spread::{Limits, spread, spread_in_blocks};
use staunch::graph::{Ask, Graph, Origins, Reading};
use staunch::model::{self, DatasetId, Input, Model, NoticeTexts, PartyId};
use staunch::source::Sources;
use staunch::syntax::intern::Interner;
use staunch::syntax::tree::DataKind;
use staunch::vocabulary;
use support::{files_below, root};

/// The model of a text, with what is wrong with it left aside.
fn model(text: &str) -> Model {
    let mut sources = Sources::new();
    let file = sources.add("model.staunch", text).unwrap();
    let mut words = Interner::new();
    let tree = staunch::syntax::parse(text, 0, &mut words, &mut Diagnostics::new()).tree;
    let input = Input {
        trees: &[(file, tree)],
        again: None,
        words,
        vocabulary: vocabulary::standard().clone(),
        sources: &sources,
        notices: &NoticeTexts::new(),
        packs: &[],
        standard_packs: &[],
    };
    model::resolve(input, &mut Diagnostics::new())
}

/// All that is known of the insides of a graph's copies, without the numbers that lists and transforms have.
fn insides(graph: &Graph, model: &Model) -> Vec<String> {
    let copies = graph.copy_ids().map(|copy| {
        let edges = graph.cells_of(copy).map(|cell| {
            let edges = graph.incoming(model, cell).into_iter();
            edges.map(|e| (e.from, *graph.transform(&e), e.arrival)).collect::<Vec<_>>()
        });
        let (columns, about) = (graph.columns_of(copy).iter().collect::<Vec<_>>(), graph.about(copy));
        let edges: Vec<_> = edges.collect();
        let at = (graph.copy(copy).rows, graph.turn(copy), graph.holding(copy), graph.secrets_of(copy));
        format!("{copy:?} {columns:?} {about:?} {at:?} {edges:?}")
    });
    copies.chain(graph.capabilities.iter().map(|secret| format!("{secret:?}"))).collect()
}

/// What is in each cell.
fn contents(graph: &Graph, contents: &staunch::graph::Contents) -> Vec<String> {
    let cells = graph.copy_ids().flat_map(|copy| graph.cells_of(copy));
    let all = cells.map(|cell| {
        let mut counts: Vec<_> = contents.counts(cell).collect();
        counts.sort_unstable();
        format!("{cell:?} {:?} {counts:?}", contents.rows(cell))
    });
    all.collect()
}

#[test]
fn blocks_give_what_one_thread_gives() {
    let mut waited = 0;
    for path in files_below(&root().join("tests/judgement"), ".staunch") {
        let text = fs::read_to_string(&path).unwrap();
        let mut alone = model(&text);
        let mut said = Diagnostics::new();
        let graph = Graph::build(&mut alone, &mut said);
        let asked = [DataKind::SpecialCategory, DataKind::Criminal].map(Ask::Kind).into_iter();
        let asked: Vec<Ask> = asked
            .chain((0..alone.parties.len() as u32).map(|p| Ask::Party(PartyId(p))))
            .chain((0..alone.datasets.len() as u32).step_by(2).map(|d| Ask::Through(DatasetId(d))))
            .collect();
        for block in 1..4 {
            let mut model = model(&text);
            let mut wrong = Diagnostics::new();
            let blocks = Graph::build_in_blocks(&mut model, &mut wrong, block);
            assert_eq!(insides(&graph, &alone), insides(&blocks, &model), "{} in blocks of {block}", path.display());
            assert_eq!(said.sorted(), wrong.sorted(), "{} in blocks of {block}", path.display());
            for reading in [Reading::Kind, Reading::Harsh] {
                let origins = Origins::new(&model, &blocks, asked.iter().copied());
                let all = spread(&model, &blocks, &origins, &Limits::all(reading));
                let shared = spread_in_blocks(&model, &blocks, &origins, reading, block);
                assert_eq!(
                    contents(&blocks, &all),
                    contents(&blocks, &shared),
                    "{} in blocks of {block}, read {reading:?}",
                    path.display()
                );
                waited += shared.len();
            }
        }
    }
    assert!(waited > 1_000, "there is something in these models");
}
