//! Records: what somebody decided, approved or checked and signed.

use super::Resolver;
use super::facts::{Seen, date, text};
use super::index::Found;
use super::names::Wanted;
use crate::model::{Known, Record};
use crate::syntax::tree::{DateLiteral, Fact, RecordDecl, RecordFact, Stated};
use crate::vocabulary::Family;

impl Resolver<'_> {
    /// Every record.
    pub(super) fn records(&mut self, found: &Found<'_>) {
        for decl in &found.records {
            self.record(decl);
        }
    }

    fn record(&mut self, decl: &RecordDecl) {
        let declared = self.declared(&decl.head);
        let mut record = Record {
            declared,
            kinds: Known::Unsaid,
            covers: Vec::new(),
            about: Known::Unsaid,
            purposes: Known::Unsaid,
            by: Known::Unsaid,
            on: Known::Unsaid,
            review_by: Known::Unsaid,
            until: Known::Unsaid,
            reference: Known::Unsaid,
            because: Known::Unsaid,
            withdrawal: Known::Unsaid,
        };
        let mut seen = Seen::new(&decl.head);
        for fact in &decl.facts {
            self.record_fact(&mut record, &mut seen, fact);
        }
        let day = |at: &str| {
            decl.facts.iter().find_map(|f| match (&f.value, at) {
                (RecordFact::On(Stated::Is(d)), "on")
                | (RecordFact::ReviewBy(Stated::Is(d)), "review by")
                | (RecordFact::Until(Stated::Is(d)), "until") => Some(*d),
                _ => None,
            })
        };
        let (on, review, until): (Option<DateLiteral>, _, _) = (day("on"), day("review by"), day("until"));
        self.in_order(on, review, "the day it was signed", "the day of its review");
        self.in_order(on, until, "the day it was signed", "its end");
        if decl.facts.iter().all(|f| !matches!(f.value, RecordFact::Kind(_))) {
            self.missing(&decl.head, &["kind"], "say what was signed: `kind legitimate-interests-assessment`");
        }
        self.model.records.push(record);
    }

    fn record_fact(&mut self, record: &mut Record, seen: &mut Seen<'_>, fact: &Fact<RecordFact>) {
        let (word, span) = (fact.word, fact.span);
        match &fact.value {
            RecordFact::Kind(kinds) if self.once(seen, "kind", word) => {
                record.kinds = self.said(kinds, span, |r, n| Some(r.family_words(Family::Record, n)));
            }
            RecordFact::Covers(names) => {
                for name in names {
                    if let Some(thing) = self.thing(*name, Wanted::Covered) {
                        record.covers.push((thing, name.span));
                    }
                }
            }
            RecordFact::About(people) if self.once(seen, "about", word) => {
                record.about = self.said(people, span, |r, n| Some(r.people_groups(n)));
            }
            RecordFact::For(purposes) if self.once(seen, "for", word) => {
                record.purposes = self.said(purposes, span, |r, n| Some(r.purposes(n)));
            }
            RecordFact::By(by) if self.once(seen, "by", word) => record.by = text(by),
            RecordFact::On(on) if self.once(seen, "on", word) => record.on = date(on),
            RecordFact::ReviewBy(on) if self.once(seen, "review by", word) => record.review_by = date(on),
            RecordFact::Until(on) if self.once(seen, "until", word) => record.until = date(on),
            RecordFact::Reference(said) if self.once(seen, "reference", word) => record.reference = text(said),
            RecordFact::Because(said) if self.once(seen, "because", word) => record.because = text(said),
            RecordFact::Withdrawal(said) if self.once(seen, "withdrawal", word) => record.withdrawal = text(said),
            _ => {} // said twice
        }
    }
}
