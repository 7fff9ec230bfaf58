//! The order in which words of a tree can be added: each after the one above it.

/// How deep categories and purposes may stand under each other.
pub const DEEPEST_TREE: usize = 32;

/// What stands above an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Above {
    /// Nothing: it is a root, or what it named is not known.
    Nothing,
    /// A word that is already in the vocabulary.
    Known,
    /// Another entry, by its place in the list.
    Own(usize),
}

/// Why an entry cannot stand where it says; it was made a root instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// Following the parents leads back to it.
    Circle(usize),
    /// The tree above it is too deep.
    TooDeep(usize),
}

/// Entries in an order that works.
#[derive(Debug)]
pub(super) struct Ordered {
    /// Every entry once, parents first, otherwise as they were written.
    pub(super) order: Vec<usize>,
    /// What stands above each entry, faults mended.
    pub(super) above: Vec<Above>,
    /// What had to be mended.
    pub(super) faults: Vec<Fault>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Waiting,
    OnTheWay,
    Done(usize),
}

/// Orders entries so that a parent stands before its children. Linear in their number, and never recursive.
pub(super) fn order(above: &[Above]) -> Ordered {
    let mut above = above.to_vec();
    let mut state = vec![State::Waiting; above.len()];
    let mut order = Vec::with_capacity(above.len());
    let mut faults = Vec::new();
    for start in 0..above.len() {
        let mut way = Vec::new();
        let mut at = start;
        let mut depth = 0;
        loop {
            match state[at] {
                State::Done(d) => {
                    depth = d;
                    break;
                }
                State::OnTheWay => {
                    // the entry that closes the circle loses its parent
                    if let Some(&last) = way.last() {
                        above[last] = Above::Nothing;
                        faults.push(Fault::Circle(last));
                    }
                    break;
                }
                State::Waiting => {}
            }
            state[at] = State::OnTheWay;
            way.push(at);
            match above[at] {
                Above::Own(next) if next < above.len() => at = next,
                _ => break,
            }
        }
        for &entry in way.iter().rev() {
            depth = if matches!(above[entry], Above::Own(_)) { depth + 1 } else { 1 };
            if depth > DEEPEST_TREE {
                above[entry] = Above::Nothing;
                faults.push(Fault::TooDeep(entry));
                depth = 1;
            }
            state[entry] = State::Done(depth);
            order.push(entry);
        }
    }
    Ordered { order, above, faults }
}
