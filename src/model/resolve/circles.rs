//! Finding circles: groups within groups, people within people, events after events, agreements replacing agreements.

use std::collections::HashSet;

use super::Resolver;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::model as codes;
use crate::source::Span;

/// What things lead to: for each thing the others with the place that says so.
pub(super) type Edges = Vec<Vec<(usize, Span)>>;

/// An order in which each thing comes after all that it leads to, and the edges that had to be cut for there to be one.
pub(super) struct Walk {
    pub(super) order: Vec<usize>,
    pub(super) cut: HashSet<(usize, usize)>,
}

/// How many things of a circle a message names.
const NAMED: usize = 8;

impl Resolver<'_> {
    /// Orders things; says each circle once, naming the things in it. `relation` completes "`a` … itself".
    pub(super) fn walk(&mut self, edges: &Edges, relation: &str, name: impl Fn(&Self, usize) -> String) -> Walk {
        let mut walk = Walk { order: Vec::with_capacity(edges.len()), cut: HashSet::new() };
        // 0 not seen, 1 on the path, 2 done
        let mut state = vec![0u8; edges.len()];
        // where on the path a thing is that is on it
        let mut place = vec![0usize; edges.len()];
        for start in 0..edges.len() {
            if state[start] != 0 {
                continue;
            }
            let mut path: Vec<(usize, usize)> = vec![(start, 0)];
            (state[start], place[start]) = (1, 0);
            while let Some((node, next)) = path.last_mut() {
                let node = *node;
                let Some((target, span)) = edges[node].get(*next).copied() else {
                    state[node] = 2;
                    walk.order.push(node);
                    path.pop();
                    continue;
                };
                *next += 1;
                match state.get(target) {
                    Some(0) => {
                        (state[target], place[target]) = (1, path.len());
                        path.push((target, 0));
                    }
                    Some(1) => {
                        walk.cut.insert((node, target));
                        // one more than are named, so that the message knows of the rest
                        let circle: Vec<(usize, Span)> = path[place[target]..]
                            .iter()
                            .take(NAMED + 1)
                            .map(|(n, taken)| (*n, edges[*n].get(taken.saturating_sub(1)).map_or(span, |e| e.1)))
                            .collect();
                        self.circle(&circle, span, relation, &name);
                    }
                    _ => {}
                }
            }
        }
        walk
    }

    fn circle(
        &mut self,
        circle: &[(usize, Span)],
        closing: Span,
        relation: &str,
        name: &impl Fn(&Self, usize) -> String,
    ) {
        let Some((first, _)) = circle.first() else { return };
        let first_name = name(self, *first);
        let mut chain: Vec<String> = circle.iter().take(NAMED).map(|(n, _)| format!("`{}`", name(self, *n))).collect();
        if circle.len() > NAMED {
            chain.push("…".to_owned());
        }
        chain.push(format!("`{first_name}`"));
        let mut diagnostic = Diagnostic::new(
            &codes::CIRCLE,
            closing,
            format!("`{first_name}` {relation} itself: {}", chain.join(" → ")),
        )
        .label("this closes the circle")
        .help("take one of these out");
        for (_, span) in circle.iter().take(NAMED).filter(|(_, s)| *s != closing) {
            diagnostic = diagnostic.also(*span, "part of the circle");
        }
        self.report(diagnostic);
    }
}
