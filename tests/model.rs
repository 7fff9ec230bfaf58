//! What is right becomes the right facts, and whatever is wrong, the model is whole. (What is said of what is wrong:
//! `tests/diagnostics.rs`.)
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic, clippy::disallowed_methods)] // a test that cannot go on should stop

use std::collections::HashMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use staunch::diagnostic::{Diagnostics, Severity};
use staunch::model::{self, Input, Known, List, Model, NoticeTexts, Point, notice_files, resolve};
use staunch::source::{FileId, Sources, Span};
use staunch::syntax::Care;
use staunch::syntax::intern::Interner;
use staunch::syntax::tree::Tree;

const PACKS: [&str; 3] = ["data-sharing", "research", "uk-gdpr"];

/// Sources, model and messages of a project given as (file name, text); files other than `.staunch` are notices' texts.
struct Resolved {
    sources: Sources,
    model: Model,
    diagnostics: Diagnostics,
}

fn resolved(files: &[(&str, &str)]) -> Resolved {
    let mut sources = Sources::new();
    let mut words = Interner::new();
    let mut diagnostics = Diagnostics::new();
    let mut trees: Vec<(FileId, Tree)> = Vec::new();
    let mut texts: HashMap<String, FileId> = HashMap::new();
    for (name, text) in files {
        let id = sources.add(*name, *text).expect("room for a test's text");
        if name.ends_with(".staunch") {
            let start = sources.file(id).map_or(0, |f| f.start);
            trees.push((id, staunch::syntax::parse(text, start, &mut words, &mut diagnostics).tree));
        } else {
            texts.insert((*name).to_owned(), id);
        }
    }
    let notices: NoticeTexts = notice_files(&trees)
        .into_iter()
        .filter_map(|n| texts.get(&n.path).map(|text| ((n.file, n.path), Ok(*text))))
        .collect();
    let input = Input {
        trees: &trees,
        again: None,
        words,
        vocabulary: staunch::vocabulary::standard().clone(),
        sources: &sources,
        notices: &notices,
        packs: &PACKS,
        standard_packs: &[],
    };
    let model = resolve(input, &mut diagnostics);
    Resolved { sources, model, diagnostics }
}

fn one(text: &str) -> Resolved {
    resolved(&[("model.staunch", text)])
}

/// A model that must have nothing wrong with it.
fn good(text: &str) -> Model {
    let made = one(text);
    assert!(made.diagnostics.is_empty(), "{}", shown(&made));
    made.model
}

/// The messages as plain text.
fn shown(made: &Resolved) -> String {
    let mut out = String::new();
    let place = |span: Span| format!("{} `{}`", made.sources.place(span.start), short(made.sources.text(span)));
    for d in made.diagnostics.sorted() {
        let word = if d.severity == Severity::Error { "error" } else { "warning" };
        let _ = writeln!(out, "{word} {}: {}", d.code.id, d.message);
        let _ = writeln!(out, "  at {} — {}", place(d.span), d.label);
        for also in &d.related {
            let _ = writeln!(out, "  also {} — {}", place(also.span), also.text);
        }
        if let Some(help) = &d.help {
            let _ = writeln!(out, "  help: {help}");
        }
    }
    out
}

fn short(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().count() > 60 { text.chars().take(57).chain("…".chars()).collect() } else { text }
}

fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/diagnostics");
    let mut cases: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("the folder of cases")
        .map(|entry| entry.expect("a case").path())
        .filter(|path| {
            let name = path.file_name().and_then(|n| n.to_str()).unwrap_or("");
            ["E02", "E03", "W02", "W03"].iter().any(|family| name.starts_with(family))
        })
        .collect();
    cases.sort();
    cases
}

fn files_of(case: &Path) -> Vec<(String, String)> {
    let mut files = if case.is_dir() {
        std::fs::read_dir(case).expect("a folder").map(|e| e.expect("a file").path()).collect()
    } else {
        vec![case.to_owned()]
    };
    files.sort();
    files
        .into_iter()
        .map(|path| {
            let name = path.file_name().and_then(|n| n.to_str()).unwrap_or("").to_owned();
            (name, std::fs::read_to_string(&path).expect("a readable case"))
        })
        .collect()
}

const STORY: &str = r#"
party hackney "London Borough of Hackney" { kind local-authority; team early-help; team revenues }
party niesr { kind research-organisation }
party dfe { kind government-department }
party dwp { kind government-department }
group departments { dfe, dwp }
group all-departments { departments, niesr }
people participants { children some }
event study-end { no later than 2017-03-31 }
event case-closed { per person }
activity study {
  purpose    evaluation
  controller hackney
  processor  departments for niesr
  starts     2013-03-01
  ends       study-end
}
dataset families {
  held by hackney.early-help
  about   participants
  fields  name, address
  field   born : date-of-birth at month
  retain  6 years after case-closed then destroy
}
flow out { from hackney.early-help; to all-departments; data families(name, born) }
step code at niesr {
  takes        families
  pseudonymise name as study-code using lookup held by hackney
  add          key row-number
  gives        coded
}
step count at niesr for publication { }
flow publish { from niesr; to public; data coded; for publication; during 6 months after 2016-01-31 to study-end }
"#;

fn dataset<'m>(model: &'m Model, name: &str) -> &'m model::Dataset {
    model.datasets.iter().find(|d| model.word(d.declared.name) == name).expect("a dataset of this name")
}

#[test]
fn a_small_story_becomes_facts() {
    let text = STORY.replace("step count at niesr for publication { }\n", "");
    let model = good(&text);
    let flow = &model.flows[0];
    let to: Vec<&str> = flow.to.iter().map(|p| model.place_name(*p)).collect();
    assert_eq!(to, ["dfe", "dwp", "niesr"], "groups are opened up, each member once");
    assert_eq!(model.place_name(flow.from[0]), "hackney.early-help");
    let evaluation = model.vocabulary.find_purpose("evaluation").expect("a purpose");
    assert_eq!(flow.purposes.value(), Some(&vec![evaluation].into()), "a flow takes its activity's purposes");
    assert_eq!(flow.activity, Some(model::ActivityId(0)), "the only activity of the file");
    let publication = model.vocabulary.find_purpose("publication").expect("a purpose");
    assert_eq!(model.flows[1].purposes.value(), Some(&vec![publication].into()));
    assert_eq!(model.flows[1].to, [Model::PUBLIC]);
    assert_eq!(
        model.flows[1].starts.value(),
        Some(&Point::Date(jiff::civil::date(2016, 7, 31))),
        "a period after a date is a date"
    );

    let families = dataset(&model, "families");
    assert_eq!(families.fields.len(), 3);
    assert_eq!(families.fields[2].level, 1, "month is the second level");
    assert!(matches!(families.facts.retention.value().expect("a retention").ends, Point::Event(_, Some(_))));
    assert_eq!(model.activities[0].processors.len(), 2);

    assert!(!dataset(&model, "coded").explicit);
    let lookup = dataset(&model, "study-code-lookup");
    assert!(!lookup.explicit && lookup.held_by.is_empty());
    let category = model.vocabulary.find_category("study-code").expect("the key's category");
    assert_eq!(model.vocabulary.category(category).name, "key.study-code");
    match &model.steps[0].operations[0].kind {
        model::OperationKind::Pseudonymise {
            lookup: Some(id), held_by: Known::Said(place, _), key_category, ..
        } => {
            assert_eq!(model.dataset_name(*id), "study-code-lookup");
            assert_eq!(model.place_name(*place), "hackney");
            assert_eq!(*key_category, category);
        }
        other => panic!("not a pseudonymise: {other:?}"),
    }
}

#[test]
fn two_activities_in_a_file_leave_its_flows_without_one() {
    let model = good(
        "party a { }\nparty b { }\nactivity one { purpose evaluation }\nactivity two { purpose publication }\n\
         dataset d { held by a; fields name }\nflow f { from a; to b; data d }\nflow g { from a; to b; data d; activity two }",
    );
    assert_eq!(model.flows[0].activity, None);
    assert_eq!(model.flows[0].purposes, Known::Unsaid);
    assert_eq!(model.flows[1].activity, Some(model::ActivityId(1)));
    assert!(model.flows[1].purposes.value().is_some());
}

#[test]
fn what_is_not_stated_stays_unknown() {
    let model = good(
        "party a { kind not-stated }\ndataset d { held by not-stated; controller not-stated; field x : not-stated }\n\
         step s at not-stated { takes d; operations not-stated; gives e }\nflow f { from a; to not-stated; data not-stated }",
    );
    assert!(model.parties[2].kind.is_not_stated());
    assert_eq!(model.datasets[0].held_by, [Model::UNKNOWN]);
    assert!(model.datasets[0].controllers.is_not_stated());
    assert!(model.datasets[0].open.is_some(), "a field of unknown category may be of any");
    assert_eq!(model.steps[0].place, Model::UNKNOWN);
    assert!(model.steps[0].operations_not_stated.is_some());
    assert_eq!(model.flows[0].to, [Model::UNKNOWN]);
    assert!(model.flows[0].data_not_stated.is_some());
}

#[test]
fn a_declaration_that_could_not_be_read_lacks_nothing() {
    let made = one("party a { }\ndataset d { held by a; fields name }\nflow f { form a; to a; data d }");
    let said: Vec<&str> = made.diagnostics.sorted().iter().map(|d| d.code.id).collect();
    assert!(said.iter().all(|c| c.starts_with("E01")), "{said:?}");
    assert!(!said.is_empty());
}

#[test]
fn a_great_many_wrong_names_do_not_take_a_great_time() {
    let mut text = String::from("party a { }\nparty b { }\ndataset d { held by a; fields name }\n");
    for i in 0..20_000 {
        let _ = writeln!(text, "flow flow-{i:06} {{ from a; to b{i}; data d }}");
    }
    let made = one(&text);
    assert_eq!(made.diagnostics.errors(), 20_000);
    assert_eq!(made.model.flows.len(), 20_000);
}

#[test]
fn roles_agreements_and_notices_become_facts() {
    let made = resolved(&[
        (
            "model.staunch",
            r#"
party council { country GB; also "LBH"; also "The council" }
party institute { }
party lab { }
people families { children some; count 1200; apart from others }
people others { }
law care-act "Care Act 2014" { in force 2015-04-01; gives power; excludes criminal }
agreement deal { kind processing-contract; binding yes; between council, institute; from 2013-03-01; onward to no one; terms audit }
agreement later { kind sharing; replaces deal }
dpia check { covers study; completed 2013-01-01; residual risk low }
precondition asked { met 2013-02-01 }
precondition told { not-met }
opt-out national { blocks publication; at extraction }
activity study {
  purpose       evaluation
  joint controllers council, institute under deal
  processor     lab for institute of answers under deal
  sub-processor council of lab
  decides       council purpose, essential-means
  dpia          check
  requires      asked, told
}
dataset answers { held by lab; fields name; basis public-task under care-act }
notice leaflet "How we use your data" { text "leaflet.md"; to families; names recipients council, local-authority; covers study; cites care-act }
promise kept {
  quote "We keep it safe." in leaflet
  no one may receive identified data
  made 2013-03-01 to 2016-03-31
  made to families
  in study
}
waive quiet for answers { because "It is urgent."; by "DPO"; until 2027-01-31 }
rule quiet { severity warning; judged by anyone; no one may hold identified data }
adopt research, "ours.staunch"
"#,
        ),
        ("leaflet.md", "# Leaflet\n\nWe keep\nit *safe*."),
    ]);
    assert!(made.diagnostics.is_empty(), "{}", shown(&made));
    let model = made.model;
    let study = &model.activities[0];
    assert!(study.controllers.iter().all(|c| c.kind == model::ControllerKind::Joint && c.under.value().is_some()));
    let of = |sub: bool| study.processors.iter().find(|p| p.sub == sub).expect("a processor");
    assert_eq!(model.dataset_name(of(false).of[0]), "answers");
    assert_eq!(model.word(model.party(of(true).principals[0]).declared.name), "lab");
    assert_eq!(study.decides.len(), 2);
    assert_eq!(model.preconditions[1].met.value(), Some(&None));
    assert_eq!(model.parties[2].also, ["LBH", "The council"]);
    assert_eq!(model.agreements[0].onward.value(), Some(&List::new()), "to no one, which is not the same as unsaid");
    assert_eq!(model.agreements[1].replaces, [model::AgreementId(0)]);
    assert!(model.people_apart(model::PeopleId(0), model::PeopleId(1)));
    assert_eq!(model.opt_outs[0].at_extraction.value(), Some(&true));
    assert_eq!(model.notices[0].names["recipients"].value().map(Vec::len), Some(2));
    let promise = model.rules.iter().find(|r| r.promise).expect("the promise");
    assert_eq!((promise.quotes.len(), promise.activity), (1, Some(model::ActivityId(0))));
    assert!(model.rules.iter().any(|r| r.by_anyone && r.severity.is_some()));
    assert_eq!(model.waivers.len(), 1);
    assert_eq!(model.datasets[0].facts.basis.value().and_then(|b| b.law), Some(model::LawId(0)));
}

#[test]
fn every_id_is_valid_whatever_is_wrong() {
    // all the cases at once: names collide, circles close, and the model must be closed all the same
    let mut text = String::new();
    for case in cases() {
        for (name, source) in files_of(&case) {
            if name.ends_with(".staunch") {
                text.push_str(&source);
            }
        }
    }
    let made = one(&text);
    let model = &made.model;
    assert!(made.diagnostics.has_errors());
    for thing in model.names.values() {
        let (index, length) = match thing {
            model::Thing::Place(id) => (id.index(), model.places.len()),
            model::Thing::Group(id) => (*id as usize, model.groups.len()),
            model::Thing::People(id) => (id.index(), model.people.len()),
            model::Thing::Activity(id) => (id.index(), model.activities.len()),
            model::Thing::Precondition(id) => (id.index(), model.preconditions.len()),
            model::Thing::Dataset(id) => (id.index(), model.datasets.len()),
            model::Thing::Flow(id) => (id.index(), model.flows.len()),
            model::Thing::Step(id) => (id.index(), model.steps.len()),
            model::Thing::Use(id) => (id.index(), model.uses.len()),
            model::Thing::Event(id) => (id.index(), model.events.len()),
            model::Thing::Agreement(id) => (id.index(), model.agreements.len()),
            model::Thing::Law(id) => (id.index(), model.laws.len()),
            model::Thing::Dpia(id) => (id.index(), model.dpias.len()),
            model::Thing::OptOut(id) => (id.index(), model.opt_outs.len()),
            model::Thing::Notice(id) => (id.index(), model.notices.len()),
            model::Thing::Rule(id) => (id.index(), model.rules.len()),
            model::Thing::Record(id) => (id.index(), model.records.len()),
        };
        assert!(index < length, "{thing:?}");
    }
    for (name, thing) in model.names.iter() {
        if let model::Thing::Dataset(id) = thing {
            assert_eq!(model.dataset(*id).declared.name, name, "an id leads to what has the name");
        }
        if let model::Thing::Place(id) = thing {
            assert_eq!(model.place(*id).declared.name, name);
        }
    }
}

#[test]
fn what_must_be_read_first_is_listed() {
    let mut sources = Sources::new();
    let text = "notice a { text \"one.md\" }\nnotice b { text not-stated }\nadopt uk-gdpr, \"ours.staunch\"\n";
    let file = sources.add("model.staunch", text).expect("room");
    let mut words = Interner::new();
    let tree = staunch::syntax::parse(text, 0, &mut words, &mut Diagnostics::new()).tree;
    let trees = [(file, tree)];
    let paths: Vec<String> = notice_files(&trees).into_iter().map(|n| n.path).collect();
    assert_eq!(paths, ["one.md"]);
    match model::adopted(&trees, &words).as_slice() {
        [model::Adopted::Pack(_, pack, _), model::Adopted::Path(from, path, _)] => {
            assert_eq!((pack.as_str(), *from, path.as_str()), ("uk-gdpr", file, "ours.staunch"));
        }
        other => panic!("{other:?}"),
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 128, failure_persistence: None, ..Default::default() })]

    /// Lines of all the cases in any order: nothing that can be written down brings resolution to a halt.
    #[test]
    fn no_text_stops_resolution(picks in proptest::collection::vec(0usize..10_000, 0..60)) {
        let lines: Vec<String> = cases()
            .iter()
            .flat_map(|case| files_of(case))
            .flat_map(|(_, text)| text.lines().map(str::to_owned).collect::<Vec<_>>())
            .chain(["}".to_owned(), "dataset d {".to_owned(), "step s at hackney {".to_owned(), "flow f {".to_owned()])
            .collect();
        let text: Vec<&str> = picks.iter().map(|p| lines[p % lines.len()].as_str()).collect();
        one(&text.join("\n"));
    }
}

/// The model of files that are read together, as text, with everything that is said of them; none where they must not be trusted.
fn read_together(files: &[(String, String)], threads: usize, whole: usize, care: Care) -> Option<String> {
    let mut sources = Sources::new();
    let ids: Vec<FileId> =
        files.iter().map(|(name, text)| sources.add(name.as_str(), text.as_str()).unwrap()).collect();
    let (mut words, mut diagnostics) = (Interner::new(), Diagnostics::new());
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    let model = pool.install(|| {
        let read = staunch::syntax::parse_files_within(whole, care, &sources, &ids, &mut words, &mut diagnostics);
        assert_eq!(read.briefs.is_empty(), whole > 0);
        let input = Input {
            trees: &read.trees,
            again: (!read.briefs.is_empty()).then_some(&read),
            words,
            vocabulary: staunch::vocabulary::standard().clone(),
            sources: &sources,
            notices: &NoticeTexts::new(),
            packs: &PACKS,
            standard_packs: &[],
        };
        let model = resolve(input, &mut diagnostics);
        (!read.misread()).then_some(model)
    });
    model.map(|model| format!("{model:#?}\n{:#?}", diagnostics.sorted()))
}

/// Files with declarations of every kind, and many flows between them that name what other files declare. At the end of each is a
/// further line.
fn large_project(last: &str) -> Vec<(String, String)> {
    let mut files = vec![(
        "everything.staunch".to_owned(),
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/sources/everything.staunch")).unwrap(),
    )];
    for file in 0..8 {
        let mut text = String::new();
        for i in 0..400 {
            let (n, to) = (file * 400 + i, (file * 400 + i * 7) % 3200);
            text.push_str(&format!(
                "party p{n} \"Party {n}\" {{ kind charity }}\n\
                 dataset d{n} {{ held by p{n}; fields name, postcode; retain 6 years then destroy }}\n\
                 flow f{n} {{ from p{n}; to p{to}; data d{n}; for research }}\n\
                 step s{n} at p{n} {{ takes d{n}; pseudonymise name as k{file}; gives out{to} }}\n"
            ));
        }
        // some are there twice, or name what is not there
        text.push_str(&format!("party p1\nuse u at p1 {{ takes nothing-at-all }}\n{last}\n"));
        files.push((format!("f{file}.staunch"), text));
    }
    files
}

#[test]
fn many_threads_and_large_projects_give_the_same_model() {
    // some of which lines cannot be read
    for (last, wrong) in [("", false), ("flow broken { from p0; to ; data d0 }", true), ("dataset {", true)] {
        let files = large_project(last);
        let expected = read_together(&files, 1, usize::MAX, Care::Thorough);
        let said = expected.as_deref().unwrap_or_default();
        assert!(said.contains("nothing-at-all") && said.contains("k7-secret"), "{said:.2000}");
        for (threads, whole) in [(3, usize::MAX), (1, 0), (3, 0)] {
            let read = read_together(&files, threads, whole, Care::Thorough);
            assert!(read == expected, "{threads} threads, whole up to {whole} bytes, `{last}`");
        }
        for threads in [1, 3] {
            let trusted = read_together(&files, threads, 0, Care::Trusting);
            assert!(trusted.is_none() == wrong, "{threads} threads, `{last}`");
            assert!(trusted.is_none_or(|t| Some(t) == expected), "{threads} threads, `{last}`");
        }
    }
}

#[test]
fn many_threads_read_one_large_file_as_one_does() {
    let lasts =
        ["", "flow broken { from p0; to ; data d0 }", "dataset {", "party \u{feff}p", "party p \"no end\n\u{feff}"];
    for last in lasts {
        let text: String = large_project(last).into_iter().map(|(_, text)| text).collect();
        assert!(text.len() > 400_000);
        let files = [("all.staunch".to_owned(), text)];
        let expected = read_together(&files, 1, usize::MAX, Care::Thorough);
        assert!(expected.as_deref().is_some_and(|said| said.contains("k7-secret")), "`{last}`");
        assert!(read_together(&files, 4, usize::MAX, Care::Thorough) == expected, "`{last}`");
    }
}

#[test]
fn a_tree_of_categories_has_a_bound() {
    let chain = |n: usize| -> String {
        let under = |i: usize| format!("category c{i} under c{} {{ identifies no }}\n", i - 1);
        std::iter::once("category c0 { identifies no }\n".to_owned()).chain((1..n).map(under)).collect()
    };
    assert!(!one(&chain(32)).diagnostics.has_errors());
    let made = one(&chain(2000));
    let said = made.diagnostics.sorted();
    assert!(said[0].message.contains("`c32` stands under more than 31 words"), "{}", said[0].message);
    assert!(made.model.vocabulary.categories.iter().all(|c| c.name.split('.').count() <= 32));
}
