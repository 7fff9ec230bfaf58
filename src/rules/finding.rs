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

/// That somebody lets a finding stand for a time.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Waived {
    /// Why.
    pub reason: String,
    /// The role that approved it.
    pub approver: String,
    /// The last day on which it holds.
    pub until: Date,
    /// The declaration.
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
    /// What tells it from all others, by [`fingerprint`].
    pub fingerprint: String,
    /// The waiver that covers it. A waived finding stays in every report, and counts for no exit code.
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

/// What a finding is known by from one run to the next (ruling 20): the rule, which of its sentences, the declared names that it
/// is about, and what besides them tells it from others, such as the last flow that crosses into the holder. Lines, files and
/// wording have no part in it, so that it outlives whatever does not change what is wrong.
///
/// Names are put together with `/`, which no declared name has; one that has it all the same, because it is no name of the
/// model, is written so that nothing can be taken for anything else.
pub fn fingerprint(rule: &str, sentence: usize, subjects: &[String], trail: &[String]) -> String {
    let mut all = part(rule);
    for name in [&sentence.to_string()].into_iter().chain(subjects).chain(trail) {
        all.push('/');
        all.push_str(&part(name));
    }
    all
}

/// One part of a fingerprint.
fn part(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|n| (*n).to_owned()).collect()
    }

    #[test]
    fn a_fingerprint_is_made_of_names_and_nothing_else() {
        let one = fingerprint("no-names", 0, &names(&["niesr", "cohort at niesr"]), &names(&["cohort-to-niesr"]));
        assert_eq!(one, "no-names/0/niesr/cohort at niesr/cohort-to-niesr");
    }

    #[test]
    fn no_two_findings_have_one_fingerprint() {
        let all = [
            fingerprint("a", 0, &names(&["b", "c"]), &[]),
            fingerprint("a", 0, &names(&["b/c"]), &[]),
            fingerprint("a/0", 0, &names(&["b", "c"]), &[]),
            fingerprint("a", 0, &names(&["b~1c"]), &[]),
            fingerprint("a", 1, &names(&["b", "c"]), &[]),
            fingerprint("a", 0, &names(&["b"]), &names(&["c", ""])),
        ];
        for (number, one) in all.iter().enumerate() {
            assert!(!all[number + 1..].contains(one), "{one}");
        }
    }
}
