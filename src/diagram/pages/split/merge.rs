//! Pages that hold only a remainder, put together with others.

use std::cmp::Reverse;

use super::{Splitter, Unit};
use crate::diagram::chart::Sheet;
use crate::diagram::draw;
use crate::diagram::pages::part::{self, Part};

/// What two pages that are to be one may take together: what both show is shown once then.
const PAGE: f64 = draw::PAGE.w * draw::PAGE.h * 1.2;
/// With how many others a page is tried.
const TRIES: usize = 3;

/// Two pages as one: which they were, what is on it, and how it is drawn.
struct Merged {
    one: usize,
    two: usize,
    units: Vec<Unit>,
    part: Part,
}

impl Splitter<'_> {
    /// Puts pages of a group together that are a page together: each with one that has some of the same boxes, else with one beside
    /// it. The smallest go first. What is on them has the place of the first of the two.
    pub(super) fn merge(&mut self, first: usize) {
        let mut areas: Vec<f64> = self.pages.iter().skip(first).map(|page| self.area(&page.part)).collect();
        let mut order: Vec<usize> = (0..areas.len()).collect();
        order.sort_by(|one, two| areas[*one].total_cmp(&areas[*two]).then(one.cmp(two)));
        // the others keep their numbers until all is done
        let mut left: Vec<usize> = (0..areas.len()).collect();
        for small in order {
            if !left.contains(&small) {
                continue;
            }
            if let Some(merged) = self.merged(first, small, &left, &areas) {
                areas[merged.one] = self.area(&merged.part);
                self.pages[first + merged.one].part = merged.part;
                self.shown[merged.one] = merged.units;
                left.retain(|page| *page != merged.two);
            }
        }
        let pages = self.pages.split_off(first).into_iter().enumerate();
        self.pages.extend(pages.filter(|(page, _)| left.contains(page)).map(|(_, page)| page));
        let shown = std::mem::take(&mut self.shown).into_iter().enumerate();
        self.shown = shown.filter(|(page, _)| left.contains(page)).map(|(_, units)| units).collect();
    }

    /// A page with the best of the others that it fits on a page with.
    fn merged(&self, first: usize, small: usize, left: &[usize], areas: &[f64]) -> Option<Merged> {
        let place = |page: usize| left.iter().position(|one| *one == page).unwrap_or(0);
        let boxes = |page: usize| &self.pages[first + page].part.nodes;
        let mut others: Vec<(Reverse<usize>, usize, usize)> = left
            .iter()
            .filter(|page| **page != small && areas[**page] + areas[small] <= PAGE)
            .map(|page| {
                let shared = boxes(*page).intersection(boxes(small)).count();
                (Reverse(shared), place(*page).abs_diff(place(small)), *page)
            })
            .filter(|(shared, far, _)| shared.0 > 0 || *far == 1)
            .collect();
        others.sort_unstable();
        others.into_iter().take(TRIES).find_map(|(_, _, other)| {
            let (one, two) = (small.min(other), small.max(other));
            let units = [self.shown[one].clone(), self.shown[two].clone()].concat();
            let part = self.part(&units);
            self.fits(&part).then_some(Merged { one, two, units, part })
        })
    }

    /// How much of a page something takes.
    fn area(&self, part: &Part) -> f64 {
        let mut chart = part::chart(self.whole, part, &self.phased, Some(&self.homes));
        chart.heading.sheet = Some(Sheet::default());
        let size = draw::chart_size(&chart);
        size.w * size.h
    }
}
