//! Scenarios: a change to the model and what must follow.

use super::cursor::Parser;
use super::declarations::{HeadWords, Layout, Named};
use super::step::OPERATIONS;
use super::values::{RULE, STEP, Shape};
use super::{Read, Reported};
use crate::diagnostic::codes::syntax as codes;
use crate::diagnostic::{Diagnostic, did_you_mean};
use crate::syntax::lex::shorten;
use crate::syntax::tree::{Declaration, ExpectedVerdict, LeftOut, Name, ScenarioDecl, ScenarioFact, Verb};

const LINES: &[&str] = &["add", "change", "remove", "without", "as of", "expect"];

impl Parser<'_> {
    /// `scenario "…" { … }`.
    pub(super) fn scenario(&mut self, layout: Layout) -> Option<ScenarioDecl> {
        let head = self.head(layout, HeadWords { named: Named::Maybe, ..HeadWords::default() });
        let facts = self.facts(layout, |p, word| match word {
            "add" => p.nested().map(|d| ScenarioFact::Add(Box::new(d))),
            "change" => {
                p.changing = true;
                let declaration = p.nested();
                p.changing = false;
                declaration.map(|d| ScenarioFact::Change(Box::new(d)))
            }
            "remove" if p.are(&["wall", "between"]) => p.wall_removed(),
            "remove" => p.names(Shape { what: "the name of a declaration", example: "" }).map(ScenarioFact::Remove),
            "without" => p.without(),
            "as" => p.second("of").and_then(|()| p.date()).map(ScenarioFact::AsOf),
            "expect" => p.expectation(),
            _ => Err(p.unknown_property("a scenario", LINES)),
        });
        head.ok().map(|read| ScenarioDecl { head: read.head, facts })
    }

    /// The declaration after `add` or `change`.
    fn nested(&mut self) -> Read<Declaration> {
        let (end, fact) = (self.end, self.fact);
        if matches!(self.word(), "scenario" | "adopt" | "rule" | "promise" | "waive") {
            let (here, word) = (self.here(), self.word());
            return Err(self.report(&codes::NOT_ONE_OF, here, |code, span| {
                Diagnostic::new(code, span, format!("a scenario cannot add or change a `{word}`"))
                    .help("a scenario changes what is shared; the rules stay as they are")
            }));
        }
        if self.done() {
            return Err(
                self.expected(Shape { what: "a declaration", example: "add flow leak { from a; to b; data c }" })
            );
        }
        let layout = self.layout(self.at, end);
        let declaration = self.declaration(layout);
        (self.at, self.end, self.fact) = (layout.end, end, fact);
        declaration.ok_or(Reported)
    }

    /// `without OPERATION in STEP`.
    fn without(&mut self) -> Read<ScenarioFact> {
        let word = self.word();
        if !OPERATIONS.contains(&word) {
            let shape = Shape { what: "an operation", example: "without drop name in prepare" };
            if word.is_empty() {
                return Err(self.expected(shape));
            }
            let here = self.here();
            return Err(self.report(&codes::NOT_ONE_OF, here, |code, span| {
                Diagnostic::new(code, span, format!("`{}` is not an operation of a step", shorten(word)))
                    .maybe_help(did_you_mean(word, OPERATIONS.iter().copied()).or_else(|| shape.help()))
            }));
        }
        self.advance();
        let label = self.fact.label;
        if self.is("in") {
            let all = self.tokens.get(self.at - 1).map(|t| Name { symbol: t.symbol(), span: t.span() });
            self.advance();
            return match all {
                Some(name) => Ok(ScenarioFact::Without { what: LeftOut::All(name), step: self.name(STEP)? }),
                None => Err(Reported),
            };
        }
        let operation = match self.operation(word) {
            Some(operation) => operation?,
            None => return Err(Reported),
        };
        self.fact.label = label;
        self.expect("in")?;
        Ok(ScenarioFact::Without { what: LeftOut::This(Box::new(operation)), step: self.name(STEP)? })
    }

    /// `wall between A and B`, as a scenario takes one away.
    fn wall_removed(&mut self) -> Read<ScenarioFact> {
        self.at += 2;
        let side = Shape { what: "a party or team", example: "remove wall between study and payroll" };
        let left = self.name(side)?;
        self.expect("and")?;
        Ok(ScenarioFact::RemoveWall { left, right: self.name(side)? })
    }

    /// What follows `expect`.
    fn expectation(&mut self) -> Read<ScenarioFact> {
        if self.are(&["no", "new", "findings"]) {
            self.at += 3;
            return Ok(ScenarioFact::ExpectNothingNew);
        }
        let after = self.word_at(self.at + 1);
        if matches!(after, "passes" | "fails" | "cannot") {
            let rule = self.name(RULE)?;
            self.advance();
            let verdict = match after {
                "passes" => ExpectedVerdict::Passes,
                "fails" => ExpectedVerdict::Fails,
                _ => {
                    self.expect("tell")?;
                    ExpectedVerdict::CannotTell
                }
            };
            return Ok(ScenarioFact::Expect { rule, verdict });
        }
        let who = self.who()?;
        let negated = self.are(&["does", "not"]) || self.are(&["do", "not"]);
        if negated {
            self.at += 2;
        }
        let verb = match (negated, self.word()) {
            (false, "receives") | (_, "receive") => Verb::Receive,
            (false, "holds") | (_, "hold") => Verb::Hold,
            _ if negated => return Err(self.not_among("`receive` or `hold`", &["receive", "hold"])),
            _ => {
                let words = &["passes", "fails", "cannot tell", "receives", "holds", "does not receive"];
                return Err(self.not_among("`passes`, `fails`, `cannot tell`, `receives DATA` or `holds DATA`", words));
            }
        };
        self.advance();
        Ok(ScenarioFact::ExpectData { who, verb, negated, data: self.data()? })
    }
}
