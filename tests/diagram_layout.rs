//! The layout of pictures: every line keeps off what is not its own, whatever the plan.

#[path = "layout/plans.rs"]
mod plans;

use staunch::diagram::layout::measure::{Measures, measure};
use staunch::diagram::layout::{Edge, Lane, Node, Plan, Size, place};

fn sound(name: &str, plan: &Plan) -> Measures {
    let found = measure(plan, &place(plan));
    assert_eq!(found.faults(), 0, "{name}: {found:?}");
    found
}

#[test]
fn an_empty_plan_is_placed() {
    let layout = place(&Plan::default());
    assert!(layout.nodes.is_empty() && layout.size.w > 0.0);
}

#[test]
fn two_boxes_and_a_line() {
    let size = Size { w: 118.0, h: 52.0 };
    let node = Node { size, ..Node::default() };
    let plan = Plan {
        lanes: vec![Lane { header: Size { w: 100.0, h: 40.0 }, fixed: false }],
        nodes: vec![node.clone(), node],
        edges: vec![Edge { from: 0, to: 1, ..Edge::default() }],
        ..Plan::default()
    };
    let layout = place(&plan);
    assert!(layout.nodes[0].right() < layout.nodes[1].x);
    assert!(layout.lanes[0].contains(&layout.nodes[1]));
    sound("two boxes", &plan);
}

/// The picture that was drawn by hand to show what is wanted has no crossings, 23 corners and 1.41 to 1.
#[test]
fn the_families_come_near_to_what_a_hand_drew() {
    let found = sound("families", &plans::families(true).plan);
    assert!(found.crossings <= 1 && found.bends <= 26, "{found:?}");
    assert!((1.2..=2.0).contains(&found.aspect), "{found:?}");
    let found = sound("families without phases", &plans::families(false).plan);
    assert!(found.crossings <= 3 && found.bends <= 26, "{found:?}");
}
