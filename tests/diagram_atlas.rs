//! The atlas: what a project describes, as plain data that pictures and documents are made from.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods)] // the tests read their cases

mod support;

use staunch::check::atlas::{Atlas, Item, Level, RoleKind};
use staunch::check::{Verdict, inputs_of_texts, survey};
use staunch::project;
use support::{AS_OF, inputs, root};

fn atlas(text: &str) -> Atlas {
    let surveyed = survey(inputs_of_texts(&[("a.staunch", text)], AS_OF));
    assert!(!surveyed.outcome.diagnostics.has_errors(), "{:?}", surveyed.outcome.diagnostics);
    surveyed.atlas.expect("an atlas of a text without errors")
}

const SMALL: &str = r#"
party council "The council" { kind local-authority; team front "Front desk"; team back "Back office" }
party lab "The lab" { kind research-organisation }
wall between council.front and council.back not-stated
event done "The end of the study" { no later than 2027-05-01 }
agreement deal "The deal" { kind sharing; between council, lab }
activity study "The study" {
  purpose impact-evaluation
  controller council
  processor lab for council under deal
}
dataset people "People" { held by council.front; fields name, benefits }
flow out "Names go out" {
  from council.front
  to lab
  data people
  under deal
  by secure-email
  receiver retains until done then destroy
}
step code at lab "Names become numbers" {
  takes people
  add key study-id
  drop name
  gives coded
}
flow back { from lab; to council.back; data coded(study-id) }
rule no-benefits { council.back must never hold identifiable data }
rule no-names "No names leave" { lab must never hold data from people }
"#;

#[test]
fn an_atlas_has_everything_in_the_order_of_its_declaration() {
    let atlas = atlas(SMALL);
    let titles = |places: &[usize]| places.iter().map(|p| atlas.places[*p].name.clone()).collect::<Vec<_>>();
    assert_eq!(
        atlas.parties.iter().map(|p| p.name.as_str()).collect::<Vec<_>>(),
        ["public", "not-stated", "council", "lab"]
    );
    assert_eq!(titles(&atlas.parties[2].teams), ["council.front", "council.back"]);
    assert_eq!(atlas.flows.iter().map(|f| (f.number, f.name.as_str())).collect::<Vec<_>>(), [(1, "out"), (2, "back")]);
    assert_eq!(atlas.flows[0].channels, ["secure-email"]);
    assert_eq!(atlas.agreements[atlas.flows[0].agreements[0]].title, "The deal");
    assert_eq!(atlas.steps[0].verbs, ["add key", "drop"]);
    assert_eq!(atlas.walls.len(), 1);
    assert!(!atlas.walls[0].stated);
}

#[test]
fn copies_say_who_has_what_for_whom_and_until_when() {
    let atlas = atlas(SMALL);
    let dataset = |name: &str| atlas.datasets.iter().position(|d| d.name == name).unwrap();
    let place = |name: &str| atlas.places.iter().position(|p| p.name == name).unwrap();
    let at_lab = &atlas.copies[atlas.copy_at(dataset("people"), place("lab")).unwrap()];
    assert_eq!(at_lab.level, Level { kind: 4, harsh: 4 });
    assert_eq!(at_lab.kept.words, ["until the end of the study"]);
    assert_eq!(at_lab.kept.until, Some("2027-05-01".parse().unwrap()));
    assert_eq!(at_lab.kept.then, Some("destroyed"));
    assert_eq!(at_lab.fields.iter().map(|f| f.name.as_str()).collect::<Vec<_>>(), ["name", "benefits"]);
    assert_eq!(at_lab.held_for, [atlas.parties.iter().position(|p| p.name == "council").unwrap()]);
    assert_eq!(atlas.parties[atlas.holder(0).unwrap()].name, "council");
    let role = &atlas.parties[3].roles[0];
    assert_eq!((role.kind, role.principals.as_slice()), (RoleKind::Processor, &[2][..]));
    let coded = &atlas.copies[atlas.copy_at(dataset("coded"), place("lab")).unwrap()];
    assert_eq!(coded.own_level, Level { kind: 3, harsh: 3 });
}

#[test]
fn a_flow_has_a_leg_for_each_copy_that_it_makes() {
    let atlas = atlas(SMALL);
    let name = |copy: usize| {
        let copy = &atlas.copies[copy];
        format!("{} at {}", atlas.datasets[copy.dataset].name, atlas.places[copy.place].name)
    };
    let legs = |flow: usize| atlas.flows[flow].legs.iter().map(|l| (name(l.from), name(l.to))).collect::<Vec<_>>();
    assert_eq!(legs(0), [("people at council.front".to_owned(), "people at lab".to_owned())]);
    assert_eq!(legs(1), [("coded at lab".to_owned(), "coded at council.back".to_owned())]);
    assert_eq!(atlas.flows[1].legs[0].only.as_deref(), Some(&["study-id".to_owned()][..]));
}

#[test]
fn a_trail_goes_through_the_declarations_of_its_finding() {
    let atlas = atlas(SMALL);
    let trail = atlas.trails.iter().find(|t| t.name == "no-names").unwrap();
    assert_eq!((trail.verdict, trail.title.as_str()), (Verdict::Fail, "No names leave"));
    let through: Vec<Option<Item>> = trail.steps.iter().map(|s| s.item).collect();
    assert!(through.contains(&Some(Item::Flow(0))), "{trail:?}");
    assert!(trail.subjects.contains(&Item::Place(atlas.parties[3].place)), "{trail:?}");
    assert_eq!(atlas.open_trails(Verdict::Fail).count(), 2);
}

#[test]
fn a_text_with_errors_has_no_atlas() {
    let surveyed = survey(inputs_of_texts(&[("a.staunch", "party")], AS_OF));
    assert!(surveyed.atlas.is_none() && surveyed.outcome.report.is_none());
    let empty = survey(inputs_of_texts(&[], AS_OF)).atlas.unwrap();
    assert_eq!((empty.parties.len(), empty.copies.len()), (2, 0));
}

#[test]
fn the_atlas_of_the_troubled_families_notice_is_what_the_notice_says() {
    let loaded = project::open(&root().join("examples/troubled-families/as-written")).unwrap();
    let surveyed = survey(inputs(loaded, AS_OF));
    let (atlas, report) = (surveyed.atlas.unwrap(), surveyed.outcome.report.unwrap());
    assert_eq!(atlas.copies.len(), report.size.copies);
    assert_eq!(atlas.trails.len(), report.rules.iter().map(|r| r.findings.len()).sum::<usize>());
    let cohort = atlas.flows.iter().find(|f| f.name == "cohort-to-departments").unwrap();
    let to: Vec<&str> = cohort.to.iter().map(|place| atlas.places[*place].name.as_str()).collect();
    assert_eq!(to, ["dwp.research", "dfe.research", "moj.research"]);
    assert_eq!(cohort.legs.len(), 3);
    // what comes back with a study number gives away less by itself than to who has the names beside it
    let at_niesr = |c: &&staunch::check::atlas::Copy| {
        atlas.datasets[c.dataset].name == "matched-benefits" && atlas.places[c.place].name == "niesr"
    };
    let matched = atlas.copies.iter().find(at_niesr).unwrap();
    assert_eq!((matched.own_level.kind, matched.level.kind), (3, 4));
    // every step of a way that a flow, a step or a dataset takes is known as one
    let told = atlas.trails.iter().filter(|t| t.name == "p1-no-return").flat_map(|t| &t.steps);
    assert!(told.clone().count() == 0 || told.clone().any(|s| matches!(s.item, Some(Item::Flow(_) | Item::Step(_)))));
    let on_the_way = atlas.trails.iter().flat_map(|t| &t.steps).filter(|s| s.item.is_some()).count();
    let all = atlas.trails.iter().flat_map(|t| &t.steps).count();
    assert!(on_the_way * 10 >= all * 8, "{on_the_way} of {all} steps are known by what they happen by");
}
