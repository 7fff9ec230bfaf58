//! Three-valued truth that remembers what it is missing (strong Kleene, ruling 17).

use super::finding::Missing;
use crate::source::Span;

/// True, false, or unknown for want of these facts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Truth {
    /// It holds.
    True,
    /// It does not.
    False,
    /// Nobody can tell; these facts are missing.
    Unknown(Vec<Missing>),
}

/// Truth without what it is missing: what is judged of a million things has no room for more.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Kleene {
    /// It does not hold.
    False,
    /// Nobody can tell.
    Unknown,
    /// It holds.
    True,
}

impl Kleene {
    /// Both.
    #[must_use]
    pub fn and(self, other: Kleene) -> Kleene {
        self.min(other)
    }

    /// Either.
    #[must_use]
    pub fn or(self, other: Kleene) -> Kleene {
        self.max(other)
    }

    /// The contrary.
    #[must_use]
    pub fn negate(self) -> Kleene {
        match self {
            Kleene::True => Kleene::False,
            Kleene::False => Kleene::True,
            Kleene::Unknown => Kleene::Unknown,
        }
    }
}

impl From<bool> for Kleene {
    fn from(yes: bool) -> Self {
        if yes { Kleene::True } else { Kleene::False }
    }
}

impl From<&Truth> for Kleene {
    fn from(truth: &Truth) -> Self {
        match truth {
            Truth::True => Kleene::True,
            Truth::False => Kleene::False,
            Truth::Unknown(_) => Kleene::Unknown,
        }
    }
}

impl From<bool> for Truth {
    fn from(yes: bool) -> Self {
        if yes { Truth::True } else { Truth::False }
    }
}

impl Truth {
    /// Unknown for want of one fact.
    pub fn unknown(text: String, span: Span) -> Truth {
        Truth::Unknown(vec![Missing { text, span }])
    }

    /// Both.
    #[must_use]
    pub fn and(self, other: Truth) -> Truth {
        match (self, other) {
            (Truth::False, _) | (_, Truth::False) => Truth::False,
            (Truth::True, x) | (x, Truth::True) => x,
            (Truth::Unknown(mut a), Truth::Unknown(b)) => {
                b.into_iter().for_each(|m| {
                    if !a.contains(&m) {
                        a.push(m);
                    }
                });
                Truth::Unknown(a)
            }
        }
    }

    /// Either.
    #[must_use]
    pub fn or(self, other: Truth) -> Truth {
        self.negate().and(other.negate()).negate()
    }

    /// The contrary.
    #[must_use]
    pub fn negate(self) -> Truth {
        match self {
            Truth::True => Truth::False,
            Truth::False => Truth::True,
            unknown => unknown,
        }
    }

    /// All of them.
    pub fn all(truths: impl IntoIterator<Item = Truth>) -> Truth {
        truths.into_iter().fold(Truth::True, Truth::and)
    }

    /// Any of them.
    pub fn any(truths: impl IntoIterator<Item = Truth>) -> Truth {
        truths.into_iter().fold(Truth::False, Truth::or)
    }
}
