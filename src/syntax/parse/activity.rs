//! Activities with their roles, and preconditions.

use super::Read;
use super::cursor::Parser;
use super::declarations::{HeadWords, Layout};
use super::retention::{BASIS, CONDITION};
use super::values::{AGREEMENT, DATASET, PARTIES, PURPOSE, Shape};
use crate::syntax::tree::{
    ActivityDecl, ActivityFact, BasisFact, Names, PreconditionDecl, PreconditionFact, ProcessorFact, Stated,
};

const LINES: &[&str] = &[
    "purpose",
    "controller",
    "joint controllers",
    "independent controllers",
    "processor",
    "sub-processor",
    "decides",
    "starts",
    "ends",
    "dpia",
    "requires",
    "basis",
    "condition",
    "scale",
    "involves",
];

impl Parser<'_> {
    /// `activity NAME "…" { … }`.
    pub(super) fn activity(&mut self, layout: Layout) -> Option<ActivityDecl> {
        let head = self.head(layout, HeadWords::default());
        let facts = self.facts(layout, Self::activity_fact);
        head.ok().map(|read| ActivityDecl { head: read.head, facts })
    }

    fn activity_fact(&mut self, word: &str) -> Read<ActivityFact> {
        match word {
            "purpose" | "purposes" => self.stated_names(PURPOSE).map(ActivityFact::Purpose),
            "controller" => {
                let who = self.stated_names(PARTIES)?;
                let of = self.after_word("of", |p| p.names(DATASET))?.unwrap_or_default();
                Ok(ActivityFact::Controller { who, of })
            }
            "processor" => self.processor("for").map(ActivityFact::Processor),
            "sub-processor" => self.processor("of").map(ActivityFact::SubProcessor),
            "joint" => {
                self.second("controllers")?;
                let who = self.names(PARTIES)?;
                let under = self.after_word("under", |p| p.stated_name(AGREEMENT))?;
                Ok(ActivityFact::JointControllers { who, under })
            }
            "independent" => {
                self.second("controllers")?;
                self.names(PARTIES).map(ActivityFact::IndependentControllers)
            }
            "decides" => {
                let who = self.name(PARTIES)?;
                let what = self.stated(|p| {
                    p.list_of(|p| {
                        p.one_of("`purpose`, `essential-means` or `means`", &["purpose", "essential-means", "means"])
                    })
                })?;
                Ok(ActivityFact::Decides { who, what })
            }
            "starts" => self.stated_when().map(ActivityFact::Starts),
            "ends" => self.stated_when().map(ActivityFact::Ends),
            "dpia" => self.stated_name(Shape { what: "a DPIA", example: "" }).map(ActivityFact::Dpia),
            "requires" => self.names(Shape { what: "a precondition", example: "" }).map(ActivityFact::Requires),
            "basis" => {
                let (footing, of) = self.footing_of_controllers(BASIS)?;
                Ok(ActivityFact::Basis { footing, of })
            }
            "condition" => {
                let (footing, of) = self.footing_of_controllers(CONDITION)?;
                Ok(ActivityFact::Condition { footing, of })
            }
            "scale" => self.stated(|p| p.one_of("`large` or `small`", &["large", "small"])).map(ActivityFact::Scale),
            "involves" => self
                .stated_names(Shape {
                    what: "what makes it likely to be of high risk",
                    example: "innovative-technology",
                })
                .map(ActivityFact::Involves),
            _ => Err(self.unknown_property("an activity", LINES)),
        }
    }

    /// `BASIS [under LAW …] [of CONTROLLERS]`.
    fn footing_of_controllers(&mut self, shape: Shape) -> Read<(Stated<Box<BasisFact>>, Names)> {
        let footing = self.stated(|p| p.basis(shape).map(Box::new))?;
        let of = self.after_word("of", |p| p.names(PARTIES))?.unwrap_or_default();
        Ok((footing, of))
    }

    /// `WHO for WHOM [of DATASETS] [under CONTRACT] [instructed for PURPOSES]`, or `WHO of WHOM …` for a sub-processor.
    fn processor(&mut self, relation: &'static str) -> Read<ProcessorFact> {
        let who = self.names(PARTIES)?;
        self.expect(relation)?;
        let for_whom = self.stated_names(PARTIES)?;
        let mut fact = ProcessorFact { who, for_whom, of: Names::new(), under: None, instructed: None };
        loop {
            if fact.of.is_empty() && self.eat("of") {
                fact.of = self.names(DATASET)?;
            } else if fact.under.is_none() && self.eat("under") {
                fact.under = Some(self.stated_name(AGREEMENT)?);
            } else if fact.instructed.is_none() && self.eat("instructed") {
                self.expect("for")?;
                fact.instructed = Some(self.stated_names(PURPOSE)?);
            } else {
                return Ok(fact);
            }
        }
    }

    /// `precondition NAME "…" { met DATE | not-met }`.
    pub(super) fn precondition(&mut self, layout: Layout) -> Option<PreconditionDecl> {
        let head = self.head(layout, HeadWords::default());
        let facts = self.facts(layout, |p, word| match word {
            "met" => p.stated_date().map(PreconditionFact::Met),
            "not-met" => Ok(PreconditionFact::NotMet),
            _ => Err(p.unknown_property("a precondition", &["met", "not-met"])),
        });
        head.ok().map(|read| PreconditionDecl { head: read.head, facts })
    }
}
