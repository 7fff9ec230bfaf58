//! A finding: a rule that is broken, or that cannot be judged, with the way it happens.
//!
//! A finding says that the *sharing* is wrong; what is wrong with the text is a [`crate::diagnostic`]. It cannot be built
//! without a place in the source.

use jiff::civil::Date;

use crate::source::Span;

/// What became of a rule, a sentence or a subject.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Verdict {
    /// It holds, as far as the model is true and complete.
    Pass,
    /// A fact that it needs is not stated. Never shown as a pass.
    CannotTell,
    /// It is broken.
    Fail,
}

impl Verdict {
    /// The words for it: `pass`, `fail`, `cannot tell`.
    pub fn words(self) -> &'static str {
        match self {
            Verdict::Pass => "pass",
            Verdict::CannotTell => "cannot tell",
            Verdict::Fail => "fail",
        }
    }
}

/// One step of the way a finding happens.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct WitnessStep {
    /// One plain sentence, without a full stop: ``Hackney sends `families` to NIESR``.
    pub sentence: String,
    /// Where it is declared.
    pub span: Span,
}

/// A fact that would have to be stated for a verdict.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Missing {
    /// The fact: ``the least count (`minimum`) in `report-results` ``.
    pub text: String,
    /// Where it would be said.
    pub span: Span,
}

/// A rule broken, or not to be judged, for one subject.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    /// [`Verdict::Fail`] or [`Verdict::CannotTell`].
    pub verdict: Verdict,
    /// Which of the rule's sentences, from 0.
    pub sentence: usize,
    /// One sentence that says what happens, without a full stop.
    pub summary: String,
    /// The declared names it is about: the holder first, then the copy, the flow, the joining key, as they apply.
    pub subjects: Vec<String>,
    /// The activity in which it happens, where what it is about belongs to one.
    pub activity: Option<String>,
    /// Where it comes about: the primary place.
    pub span: Span,
    /// The way it happens, in order; never empty for a failing finding.
    pub steps: Vec<WitnessStep>,
    /// The facts that are not stated.
    pub missing: Vec<Missing>,
    /// The smallest change that would mend it, where there is one.
    pub fix: Option<String>,
    /// From the rule and the declared names along the way (ruling 20); never from lines or wording.
    pub fingerprint: String,
    /// Who answers for it, where it is waived: it does not count until then.
    pub waived: Option<Waived>,
    /// Whether it was there before, in a baseline or another version: it does not count.
    pub known: bool,
}

impl Finding {
    /// Whether it counts: nobody answers for it, and it is new where only what is new counts.
    pub fn counts(&self) -> bool {
        self.waived.is_none() && !self.known
    }
}

/// A finding that somebody answers for until a day.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Waived {
    /// Why.
    pub because: String,
    /// The role of who approved it.
    pub by: String,
    /// The last day.
    pub until: Date,
    /// The declaration.
    pub span: Span,
}
