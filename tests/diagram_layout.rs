//! The layout of pictures: every line keeps off what is not its own, whatever the plan.

use staunch::diagram::layout::{Edge, Lane, Node, Plan, Size, place};

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
}
