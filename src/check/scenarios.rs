//! Scenarios: the rules' own tests. Each is a change to what the project says, and what must follow of it.

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::edit::Trees;
use super::prepared::{Prepared, Variant};
use super::report::{Finding, Report, RuleReport, Standing, Verdict};
use super::{Outcome, sentence_text};
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Span};
use crate::syntax::tree::{Data, Declaration, ExpectedVerdict, Form, ScenarioDecl, ScenarioFact, Sentence, Verb, Who};

/// A scenario and what became of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ScenarioReport {
    /// Its title, or its name where it has none.
    pub title: String,
    /// Where it is declared.
    pub span: Span,
    /// What it expects, in order.
    pub expected: Vec<Expected>,
    /// Why it could not be judged: the changed text does not fit together.
    pub errors: Vec<Diagnostic>,
    /// The rules, not the promises of data, that are broken in it.
    pub broken: Vec<String>,
}

impl ScenarioReport {
    /// Whether all came out as it expects.
    pub fn passes(&self) -> bool {
        self.errors.is_empty() && self.expected.iter().all(|e| e.disappointment.is_none())
    }
}

/// One line `expect …`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Expected {
    /// The line.
    pub text: String,
    /// Where.
    pub span: Span,
    /// What came out instead, where it did.
    pub disappointment: Option<Disappointment>,
}

/// What came out instead of what a scenario expects.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Disappointment {
    /// One sentence: ``the rule `no-return` passes``.
    pub text: String,
    /// What it rests on: the findings that are there and should not be.
    pub findings: Vec<Finding>,
}

impl Prepared {
    /// How many scenarios there are.
    pub fn scenario_count(&self) -> usize {
        self.scenarios().count()
    }

    fn scenarios(&self) -> impl Iterator<Item = (FileId, &ScenarioDecl)> {
        self.trees.iter().flat_map(|(file, tree)| {
            tree.declarations.iter().filter_map(|d| match d {
                Declaration::Scenario(d) => Some((*file, d)),
                _ => None,
            })
        })
    }

    /// Runs the scenarios whose title is wanted, in the order of declaration, against what the project is without them.
    pub fn run_scenarios(&self, base: &Report, wanted: impl Fn(&str) -> bool) -> Vec<ScenarioReport> {
        let before = fingerprints(base);
        let all: Vec<_> = self.scenarios().filter(|(_, d)| wanted(&self.title(d))).collect();
        all.par_iter().with_max_len(1).map(|(file, decl)| self.run_scenario(*file, decl, base, &before)).collect()
    }

    fn title(&self, decl: &ScenarioDecl) -> String {
        let name = || decl.head.name.map_or("a scenario without a title", |n| self.words.word(n.symbol));
        decl.head.title.as_ref().map_or_else(|| name().to_owned(), |t| t.value.clone())
    }

    fn run_scenario(
        &self,
        file: FileId,
        decl: &ScenarioDecl,
        base: &Report,
        before: &BTreeSet<String>,
    ) -> ScenarioReport {
        let mut report = ScenarioReport {
            title: self.title(decl),
            span: decl.head.title.as_ref().map_or(decl.head.keyword, |t| t.span),
            expected: Vec::new(),
            errors: Vec::new(),
            broken: Vec::new(),
        };
        let mut trees = Trees::of(&self.trees, &self.words, &self.sources);
        for fact in &decl.facts {
            if let ScenarioFact::Add(added) = &fact.value {
                trees.expect(added);
            }
        }
        let mut variant = Variant { trees: Vec::new(), as_of: self.as_of, questions: Vec::new() };
        let mut expectations = Vec::new();
        for fact in &decl.facts {
            let mut expect = |what| expectations.push((fact.span, what));
            match &fact.value {
                ScenarioFact::Add(added) => trees.add(file, (**added).clone()),
                ScenarioFact::Change(change) => report.errors.extend(trees.change(change, fact.span).err()),
                ScenarioFact::Remove(names) => names.iter().for_each(|n| trees.remove(n.symbol)),
                ScenarioFact::RemoveWall { left, right } => trees.remove_wall(left.symbol, right.symbol),
                ScenarioFact::Without { what, step } => {
                    report.errors.extend(trees.without(what, *step, fact.span).err());
                }
                ScenarioFact::AsOf(date) => variant.as_of = date.date,
                ScenarioFact::Expect { rule, verdict } => {
                    expect(Expectation::Rule(self.words.word(rule.symbol).to_owned(), *verdict));
                }
                ScenarioFact::ExpectData { who, verb, negated, data } => {
                    expect(Expectation::Data { question: variant.questions.len(), wanted: !negated });
                    variant.questions.push(never(who, *verb, data, fact.span));
                }
                ScenarioFact::ExpectNothingNew => expect(Expectation::NothingNew),
            }
        }
        variant.trees = trees.into_trees();
        let outcome = self.judge_as(&variant, |outcome, _| outcome);
        if report.errors.is_empty() {
            report.errors = wrong(&outcome);
        }
        let judged = outcome.report.filter(|_| report.errors.is_empty());
        for (span, what) in expectations {
            let disappointment = judged.as_ref().and_then(|r| what.disappoints(r, base, before));
            report.expected.push(Expected { text: sentence_text(&self.sources, span), span, disappointment });
        }
        if let Some(judged) = judged {
            let fails = |r: &&RuleReport| r.verdict == Verdict::Fail && r.standing == Standing::Applies;
            let rules = judged.rules.iter().filter(fails).map(|r| r.name.clone());
            report.broken = rules.filter(|name| !name.starts_with("expectation ")).collect();
        }
        report
    }
}

/// What is wrong with the text of a changed project.
fn wrong(outcome: &Outcome) -> Vec<Diagnostic> {
    let errors = outcome.diagnostics.sorted().into_iter();
    errors.filter(|d| d.severity == crate::diagnostic::Severity::Error).take(ERRORS).cloned().collect()
}

/// How many errors of a changed text are told.
const ERRORS: usize = 5;

/// The findings of a report that count, by their fingerprints.
fn fingerprints(report: &Report) -> BTreeSet<String> {
    report.rules.iter().flat_map(|r| &r.findings).map(|f| f.fingerprint.clone()).collect()
}

/// The sentence that is broken when somebody receives or holds data.
fn never(who: &Who, verb: Verb, data: &Data, span: Span) -> Sentence {
    Sentence { span, form: Form::Never { who: who.clone(), verb, data: data.clone() }, exceptions: Vec::new() }
}

enum Expectation {
    Rule(String, ExpectedVerdict),
    Data { question: usize, wanted: bool },
    NothingNew,
}

impl Expectation {
    fn disappoints(&self, report: &Report, base: &Report, before: &BTreeSet<String>) -> Option<Disappointment> {
        match self {
            Expectation::Rule(name, wanted) => {
                let rule = report.rules.iter().find(|r| r.name == *name);
                let Some(rule) = rule.filter(|r| r.standing == Standing::Applies) else {
                    let text = format!("`{name}` does not apply on {}", report.as_of);
                    return Some(Disappointment { text, findings: Vec::new() });
                };
                let wanted = match wanted {
                    ExpectedVerdict::Passes => Verdict::Pass,
                    ExpectedVerdict::Fails => Verdict::Fail,
                    ExpectedVerdict::CannotTell => Verdict::CannotTell,
                };
                (rule.verdict != wanted).then(|| {
                    let text = match rule.verdict {
                        Verdict::Pass => format!("`{name}` passes"),
                        Verdict::Fail => format!("`{name}` fails"),
                        Verdict::CannotTell => format!("`{name}` cannot be told"),
                    };
                    Disappointment { text, findings: some(rule) }
                })
            }
            Expectation::Data { question, wanted } => {
                let name = format!("expectation {question}");
                let rule = report.rules.iter().find(|r| r.name == name)?;
                let text = match (rule.verdict, wanted) {
                    (Verdict::Fail, true) | (Verdict::Pass, false) => return None,
                    (Verdict::Pass, true) => "that does not happen",
                    (Verdict::Fail, false) => "that does happen",
                    (Verdict::CannotTell, _) => "whether that happens cannot be told",
                };
                Some(Disappointment { text: text.to_owned(), findings: some(rule) })
            }
            Expectation::NothingNew => {
                let new = |f: &&Finding| f.waived.is_none() && !before.contains(&f.fingerprint);
                let rules = || report.rules.iter().filter(|r| !r.name.starts_with("expectation "));
                let findings: Vec<Finding> = rules().flat_map(|r| &r.findings).filter(new).cloned().collect();
                let more: Vec<&str> = rules()
                    .filter(|r| {
                        let was = base.rules.iter().find(|b| b.name == r.name);
                        r.findings_left_out > was.map_or(0, |b| b.findings_left_out)
                    })
                    .map(|r| r.name.as_str())
                    .collect();
                match (findings.len(), more.as_slice()) {
                    (0, []) => None,
                    (0, more) => {
                        let names: Vec<String> = more.iter().map(|n| format!("`{n}`")).collect();
                        Some(Disappointment {
                            text: format!("there are more findings of {}", names.join(", ")),
                            findings,
                        })
                    }
                    (1, _) => Some(Disappointment { text: "there is a new finding".to_owned(), findings }),
                    (n, _) => Some(Disappointment { text: format!("there are {n} new findings"), findings }),
                }
            }
        }
    }
}

/// The first findings of a rule.
fn some(rule: &RuleReport) -> Vec<Finding> {
    rule.findings.iter().take(FINDINGS).cloned().collect()
}

/// How many findings are told of an expectation that was not met.
const FINDINGS: usize = 3;
