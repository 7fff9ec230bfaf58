//! Which events come before which, through any number of others between them.
//!
//! To keep for each event all that come before it would take room in the square of a chain's length. Instead every event gets
//! three numbers out of one walk over the `after` links. They answer nearly every question at once, and bound the search for
//! the rest.

use std::collections::HashSet;

/// What comes before what.
#[derive(Clone, Debug, Default)]
pub(super) struct Before {
    /// For each event those that it says it comes after, without the links that would close a circle.
    after: Vec<Vec<u32>>,
    labels: Vec<Label>,
    /// The events, each behind all that come before it.
    order: Vec<u32>,
}

/// An event's place in the walk. The walk leaves an event after all that come before it.
#[derive(Clone, Copy, Debug, Default)]
struct Label {
    /// How many events were left before this one.
    left: u32,
    /// How many had been left when the walk entered it: those from here to `left` were met on the way, and come before it.
    entered: u32,
    /// The least `left` of all that come before it, met on the way or earlier.
    least: u32,
}

impl Before {
    /// Works it out from the links of each event.
    pub(super) fn new(mut after: Vec<Vec<u32>>) -> Before {
        let mut labels = vec![Label::default(); after.len()];
        let mut order = Vec::with_capacity(after.len());
        // 0 not seen, 1 on the path, 2 left
        let mut state = vec![0u8; after.len()];
        // from those that nothing comes after the walk meets most that come before; what is left goes in circles
        let mut last = vec![true; after.len()];
        after.iter().flatten().for_each(|e| last.iter_mut().skip(*e as usize).take(1).for_each(|l| *l = false));
        let ends = (0..after.len()).filter(|event| last[*event]);
        for start in ends.chain(0..after.len()) {
            if state[start] != 0 {
                continue;
            }
            let mut path = vec![(start, 0)];
            state[start] = 1;
            labels[start].entered = order.len() as u32;
            while let Some((event, next)) = path.last_mut() {
                let event = *event;
                let Some(earlier) = after[event].get(*next).map(|e| *e as usize) else {
                    let label = &mut labels[event];
                    label.left = order.len() as u32;
                    label.least = label.entered;
                    let least = after[event].iter().map(|e| labels[*e as usize].least).min();
                    labels[event].least = least.map_or(labels[event].least, |l| l.min(labels[event].least));
                    state[event] = 2;
                    order.push(event as u32);
                    path.pop();
                    continue;
                };
                match state.get(earlier) {
                    Some(0) => {
                        *next += 1;
                        state[earlier] = 1;
                        labels[earlier].entered = order.len() as u32;
                        path.push((earlier, 0));
                    }
                    Some(2) => *next += 1,
                    // it closes a circle, which is an error of the text, or leads nowhere
                    _ => {
                        after[event].remove(*next);
                    }
                }
            }
        }
        Before { after, labels, order }
    }

    /// Each event with those that it comes after directly; an event stands behind all that come before it.
    pub(super) fn in_order(&self) -> impl DoubleEndedIterator<Item = (usize, &[u32])> {
        self.order.iter().map(|event| (*event as usize, self.after[*event as usize].as_slice()))
    }

    /// Whether one event comes before another.
    pub(super) fn is_before(&self, earlier: usize, later: usize) -> bool {
        let Some(wanted) = self.labels.get(earlier).map(|l| l.left) else { return false };
        let mut seen = HashSet::new();
        let mut waiting = vec![later];
        while let Some(event) = waiting.pop() {
            let Some(label) = self.labels.get(event) else { continue };
            if wanted >= label.left || wanted < label.least {
                continue;
            }
            if wanted >= label.entered {
                return true;
            }
            if seen.insert(event) {
                waiting.extend(self.after[event].iter().map(|e| *e as usize));
                // an event that is asked for by itself is one of those that it comes after
                if self.after[event].contains(&(earlier as u32)) {
                    return true;
                }
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Links that come out of a number, each to an event of a smaller number.
    fn links(events: usize, mut seed: u64) -> Vec<Vec<u32>> {
        let mut random = |below: usize| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) as usize % below.max(1)
        };
        (0..events).map(|e| (0..random(3).min(e)).map(|_| random(e) as u32).collect()).collect()
    }

    fn closure(after: &[Vec<u32>]) -> Vec<HashSet<usize>> {
        let mut all: Vec<HashSet<usize>> = Vec::new();
        for links in after {
            let mut before: HashSet<usize> = links.iter().map(|e| *e as usize).collect();
            links.iter().for_each(|e| before.extend(&all[*e as usize]));
            all.push(before);
        }
        all
    }

    #[test]
    fn it_agrees_with_the_whole_closure() {
        for seed in 0..200 {
            let after = links(40, seed);
            let (before, all) = (Before::new(after.clone()), closure(&after));
            for (later, all) in all.iter().enumerate() {
                for earlier in 0..after.len() {
                    assert_eq!(before.is_before(earlier, later), all.contains(&earlier), "{seed}");
                }
            }
            let mut met = HashSet::new();
            for (event, links) in before.in_order() {
                assert!(links.iter().all(|e| met.contains(e)), "earlier ones come first");
                met.insert(event as u32);
            }
            assert_eq!(met.len(), after.len());
        }
    }

    #[test]
    fn a_long_chain_takes_little_and_a_circle_ends() {
        let chain: Vec<Vec<u32>> = (0..100_000u32).map(|e| e.checked_sub(1).into_iter().collect()).collect();
        let before = Before::new(chain);
        assert!(before.is_before(0, 99_999) && before.is_before(50_000, 50_001));
        assert!(!before.is_before(99_999, 0) && !before.is_before(7, 7));
        let circle = Before::new(vec![vec![1], vec![2], vec![0], vec![9]]);
        assert_eq!(circle.in_order().count(), 4);
        assert!(!circle.is_before(0, 0));
    }
}
