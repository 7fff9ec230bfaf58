//! Facts that may be unsaid or not stated, and what every declared thing has.

use std::ops::Deref;
use std::ops::DerefMut;

use crate::source::Span;
use crate::syntax::intern::Symbol;

/// A fact that may be unsaid or declared unknown.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Known<T> {
    /// The text does not mention it.
    #[default]
    Unsaid,
    /// The text says `not-stated`, here.
    NotStated(Span),
    /// The text says it, here.
    Said(T, Span),
}

impl<T> Known<T> {
    /// The value, if it is said.
    pub fn value(&self) -> Option<&T> {
        match self {
            Known::Said(value, _) => Some(value),
            _ => None,
        }
    }

    /// Where the fact is said or declared unknown.
    pub fn span(&self) -> Option<Span> {
        match self {
            Known::Unsaid => None,
            Known::NotStated(span) | Known::Said(_, span) => Some(*span),
        }
    }

    /// Whether the text says `not-stated`.
    pub fn is_not_stated(&self) -> bool {
        matches!(self, Known::NotStated(_))
    }
}

/// A fact that is unsaid more often than not, and then takes one empty pointer. It is read as a [`Known`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rarely<T>(pub(super) Option<Box<Known<T>>>);

impl<T> Default for Rarely<T> {
    fn default() -> Self {
        Rarely(None)
    }
}

impl<T> From<Known<T>> for Rarely<T> {
    fn from(known: Known<T>) -> Self {
        Rarely(match known {
            Known::Unsaid => None,
            known => Some(Box::new(known)),
        })
    }
}

impl<T: 'static> Deref for Rarely<T> {
    type Target = Known<T>;

    fn deref(&self) -> &Known<T> {
        self.0.as_deref().unwrap_or(const { &Known::Unsaid })
    }
}

impl<T: 'static> DerefMut for Rarely<T> {
    fn deref_mut(&mut self) -> &mut Known<T> {
        self.0.get_or_insert_default()
    }
}

/// What people call a thing; empty for most.
#[allow(clippy::box_collection)] // few things have one, and this way it takes eight bytes in those that have none
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Title(pub(super) Option<Box<String>>);

impl Deref for Title {
    type Target = str;

    fn deref(&self) -> &str {
        self.0.as_deref().map_or("", String::as_str)
    }
}

impl From<&str> for Title {
    fn from(text: &str) -> Self {
        Title((!text.is_empty()).then(|| Box::new(text.to_owned())))
    }
}

/// What every declared thing has.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Declared {
    /// Its name.
    pub name: Symbol,
    /// Its title; empty when it has none.
    pub title: Title,
    /// Where its name stands: what findings point at.
    pub span: Span,
    /// The whole declaration.
    pub whole: Span,
}
