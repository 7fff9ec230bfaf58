//! A list that most often has one item, small enough to stand in a table of a million.

use std::fmt;
use std::ops::Deref;

use thin_vec::ThinVec;

/// Items in order. One of them needs no memory besides the list's own, which is why trees and models of a million lines
/// use this rather than a [`Vec`]. It is read as a slice.
#[derive(Clone)]
pub struct List<T>(Items<T>);

#[derive(Clone)]
enum Items<T> {
    One(T),
    Many(ThinVec<T>),
}

impl<T> List<T> {
    /// No items.
    pub fn new() -> Self {
        List(Items::Many(ThinVec::new()))
    }

    /// One item.
    pub fn one(item: T) -> Self {
        List(Items::One(item))
    }

    /// Adds an item at the end.
    pub fn push(&mut self, item: T) {
        match std::mem::take(self).0 {
            Items::Many(many) if many.is_empty() => self.0 = Items::One(item),
            Items::Many(mut many) => {
                many.push(item);
                self.0 = Items::Many(many);
            }
            Items::One(first) => self.0 = Items::Many([first, item].into_iter().collect()),
        }
    }

    /// Gives room back that the list has over.
    pub fn shrink_to_fit(&mut self) {
        if let Items::Many(many) = &mut self.0 {
            many.shrink_to_fit();
        }
    }

    /// Whether nothing but the items for which `keep` holds is left, which are then all there are.
    pub fn retain(&mut self, keep: impl FnMut(&T) -> bool)
    where
        T: Clone,
    {
        let mut keep = keep;
        if !self.iter().all(&mut keep) {
            *self = self.iter().filter(|item| keep(item)).cloned().collect();
        }
    }
}

impl<T> Default for List<T> {
    fn default() -> Self {
        List::new()
    }
}

impl<T> Deref for List<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        match &self.0 {
            Items::One(item) => std::slice::from_ref(item),
            Items::Many(items) => items,
        }
    }
}

impl<T> FromIterator<T> for List<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        let mut items = items.into_iter();
        let Some(first) = items.next() else { return List::new() };
        let Some(second) = items.next() else { return List::one(first) };
        let mut many = ThinVec::with_capacity(2 + items.size_hint().0);
        many.extend([first, second]);
        many.extend(items);
        List(Items::Many(many))
    }
}

impl<T> Extend<T> for List<T> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, items: I) {
        for item in items {
            self.push(item);
        }
    }
}

impl<T> From<Vec<T>> for List<T> {
    fn from(items: Vec<T>) -> Self {
        items.into_iter().collect()
    }
}

impl<T> IntoIterator for List<T> {
    type Item = T;
    type IntoIter = std::iter::Chain<std::option::IntoIter<T>, thin_vec::IntoIter<T>>;

    fn into_iter(self) -> Self::IntoIter {
        match self.0 {
            Items::One(item) => Some(item).into_iter().chain(ThinVec::new()),
            Items::Many(items) => None.into_iter().chain(items),
        }
    }
}

impl<'a, T> IntoIterator for &'a List<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<T: PartialEq> PartialEq for List<T> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl<T: Eq> Eq for List<T> {}

impl<T: PartialEq, const N: usize> PartialEq<[T; N]> for List<T> {
    fn eq(&self, other: &[T; N]) -> bool {
        **self == *other
    }
}

impl<T: fmt::Debug> fmt::Debug for List<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_its_items_however_it_was_made() {
        for length in 0..5 {
            let items: Vec<usize> = (0..length).collect();
            let mut pushed = List::new();
            items.iter().for_each(|i| pushed.push(*i));
            let made: List<usize> = items.clone().into();
            assert_eq!(pushed, made);
            assert_eq!(*made, *items);
            assert_eq!(made.clone().into_iter().collect::<Vec<_>>(), items);
            assert_eq!(format!("{made:?}"), format!("{items:?}"));
            let mut even = made;
            even.retain(|i| i % 2 == 0);
            assert_eq!(*even, *items.iter().copied().filter(|i| i % 2 == 0).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_list_of_ids_is_as_small_as_two_pointers() {
        assert_eq!(size_of::<List<u32>>(), 16);
        assert_eq!(size_of::<List<crate::syntax::tree::Name>>(), 16);
    }
}
