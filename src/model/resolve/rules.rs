//! Rules and promises (their sentences stay as they are), attestations, waivers, adopted packs, scenarios.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::Resolver;
use super::facts::Seen;
use super::index::Found;
use super::names::Wanted;
use crate::diagnostic::codes::{model as codes, names as name_codes};
use crate::diagnostic::{Diagnostic, did_you_mean};
use crate::model::{Attestation, LawSource, Pack, PutOff, Rule, Waiver};
use crate::source::FileId;
use crate::syntax::intern::Symbol;
use crate::syntax::tree::{
    AdoptDecl, AttestDecl, DateLiteral, Declaration, Fact, Head, Name, PackDecl, PackFact, RuleDecl, RuleFact,
    ScenarioDecl, ScenarioFact, SignedFact, Text, WaiveDecl,
};
use crate::vocabulary::{Jurisdiction, RuleSeverity};

/// The version of the language that this program knows.
const LANGUAGE: u64 = 1;

/// Who signs, from when and until when.
#[derive(Default)]
struct Signed {
    by: Option<String>,
    on: Option<DateLiteral>,
    review_by: Option<DateLiteral>,
    because: Option<String>,
    until: Option<DateLiteral>,
}

impl Resolver<'_> {
    /// Rules, and all that speaks of rules.
    pub(super) fn rules(&mut self, found: &Found<'_>) {
        for (file, decl) in &found.rules {
            self.rule_facts(decl);
            let pack = found.packs.iter().position(|(pack, _)| pack == file);
            if let Some(rule) = self.model.rules.last_mut() {
                rule.pack = pack.map(|p| p as u32);
            }
        }
        for (file, decl) in &found.packs {
            self.pack(*file, decl);
        }
        for decl in &found.attests {
            self.attest(decl);
        }
        for decl in &found.waivers {
            self.waive(decl);
        }
        for (_, decl) in &found.adopts {
            self.adopt(decl);
        }
        let walls: BTreeSet<[Symbol; 2]> = found.walls.iter().map(|w| pair(w.left, w.right)).collect();
        for decl in &found.scenarios {
            self.scenario(decl, &walls);
        }
    }

    fn rule_facts(&mut self, decl: &RuleDecl) {
        let declared = self.declared(&decl.head);
        let mut rule = Rule::bare(declared, decl.promise);
        let mut seen = Seen::new(&decl.head);
        let mut made = None;
        for fact in &decl.facts {
            if !decl.promise && self.only_in_promises(&decl.head, fact) {
                continue;
            }
            match &fact.value {
                RuleFact::Made { from, .. } => made = made.or(Some(*from)),
                RuleFact::Withdrawn(date) => {
                    if let Some(made) = made {
                        self.in_order(
                            Some(made),
                            Some(*date),
                            "the day the promise was made",
                            "the day it was withdrawn",
                        );
                    }
                }
                _ => {}
            }
            self.rule_fact(&mut rule, &mut seen, fact);
        }
        self.rule_is_whole(decl, &rule);
        self.model.rules.push(rule);
    }

    fn rule_fact(&mut self, rule: &mut Rule, seen: &mut Seen<'_>, fact: &Fact<RuleFact>) {
        let word = fact.word;
        match &fact.value {
            RuleFact::Sentence(sentence) => rule.sentences.push((**sentence).clone()),
            RuleFact::Quote { text, notice } => {
                if let Some(notice) = self.notice(*notice) {
                    let name = self.word(rule.declared.name).to_owned();
                    self.check_quote(&name, text, notice);
                    rule.quotes.push((text.value.clone(), notice, text.span));
                }
            }
            RuleFact::Because(text) if self.once(seen, "because", word) => rule.because = Some(text.value.clone()),
            RuleFact::Law(law) => {
                self.in_order(law.from, law.to, "the start of `in force`", "the end of `in force`");
                rule.law.push(LawSource {
                    text: law.text.value.clone(),
                    jurisdiction: law.jurisdiction.and_then(|n| self.jurisdiction(n)),
                    from: law.from.map(|d| d.date),
                    to: law.to.map(|d| d.date),
                });
            }
            RuleFact::Jurisdiction(name) if self.once(seen, "jurisdiction", word) => {
                rule.jurisdiction = self.jurisdiction(*name);
            }
            RuleFact::Fix(text) if self.once(seen, "fix", word) => rule.fix = Some(text.value.clone()),
            RuleFact::Severity(name) if self.once(seen, "severity", word) => {
                rule.severity = self.severity(*name).map(|s| (s, name.span));
            }
            RuleFact::JudgedBy(name) if self.once(seen, "judged by", word) => {
                rule.by_anyone = self.closed_word(*name, "a way of judging", &["holder", "anyone"]) == Some("anyone");
            }
            RuleFact::Applies { from, to } if self.once(seen, "applies", word) => {
                rule.applies = Some(self.span_of_dates(*from, *to, "applies"));
            }
            RuleFact::Made { from, to } if self.once(seen, "made", word) => {
                rule.made = Some(self.span_of_dates(*from, *to, "made"));
            }
            RuleFact::MadeTo(people) => rule.made_to.extend(self.people_groups(people)),
            RuleFact::Withdrawn(date) if self.once(seen, "withdrawn", word) => rule.withdrawn = Some(date.date),
            RuleFact::In(activity) if self.once(seen, "in", word) => rule.activity = self.activity(*activity),
            _ => {} // said twice
        }
    }

    fn jurisdiction(&mut self, name: Name) -> Option<Jurisdiction> {
        Some(match self.closed_word(name, "a jurisdiction", &["uk", "eu"])? {
            "uk" => Jurisdiction::Uk,
            _ => Jurisdiction::Eu,
        })
    }

    /// What a file of rules says of itself.
    fn pack(&mut self, file: FileId, decl: &PackDecl) {
        let declared = self.declared(&decl.head);
        let mut pack = Pack { declared, file, because: None, severities: Vec::new() };
        let mut seen = Seen::new(&decl.head);
        for fact in &decl.facts {
            match &fact.value {
                PackFact::Language(version) if version.value > LANGUAGE => {
                    let heading = self.heading(&decl.head);
                    self.report(
                        Diagnostic::new(
                            &name_codes::PACK_LANGUAGE,
                            version.span,
                            format!("{heading} is written in version {} of the language", version.value),
                        )
                        .label(format!("this program knows version {LANGUAGE}"))
                        .help("install a newer version of Staunch, or take an earlier edition of the pack"),
                    );
                }
                PackFact::Language(_) => {}
                PackFact::Severity { rule, severity } => {
                    let found = self.rule(*rule);
                    if let (Some(rule), Some(grade)) = (found, self.severity(*severity)) {
                        pack.severities.push((rule, grade, fact.span));
                    }
                }
                PackFact::Because(text) if self.once(&mut seen, "because", fact.word) => {
                    pack.because = Some(text.value.clone());
                }
                PackFact::Because(_) => {} // said twice
            }
        }
        self.model.packs.push(pack);
    }

    /// Rules of adopted packs that the project does without.
    fn put_off(&mut self, decl: &AdoptDecl) {
        if !decl.except.is_empty() && decl.because.is_none() {
            self.missing(
                &decl.head,
                &["because"],
                "say why the project does without the rule: `except RULE because \"…\"`",
            );
        }
        for name in &decl.except {
            let Some(id) = self.rule(*name) else { continue };
            let (because, review) = (decl.because.as_ref().map(|t| t.value.clone()), decl.review.map(|d| d.date));
            let Some(rule) = self.model.rules.get_mut(id.index()) else { continue };
            if rule.pack.is_none() {
                let at = rule.declared.span;
                let word = self.word(name.symbol).to_owned();
                self.report(
                    Diagnostic::new(&codes::MISPLACED_FACT, name.span, format!("`{word}` is no rule of a pack"))
                        .label("not adopted")
                        .also(at, "the project's own, declared here")
                        .help("remove the rule, or let it apply from a later date with `applies DATE`"),
                );
                continue;
            }
            rule.put_off = Some(PutOff { because: because.unwrap_or_default(), review, span: name.span });
        }
    }

    fn severity(&mut self, name: Name) -> Option<RuleSeverity> {
        Some(match self.closed_word(name, "a severity", &["error", "warning", "info"])? {
            "error" => RuleSeverity::Error,
            "warning" => RuleSeverity::Warning,
            _ => RuleSeverity::Info,
        })
    }

    fn span_of_dates(&mut self, from: DateLiteral, to: Option<DateLiteral>, what: &str) -> (Date, Option<Date>) {
        self.in_order(Some(from), to, &format!("the start of `{what}`"), &format!("the end of `{what}`"));
        (from.date, to.map(|d| d.date))
    }

    /// Facts that only a promise has.
    fn only_in_promises(&mut self, head: &Head, fact: &Fact<RuleFact>) -> bool {
        let what = match &fact.value {
            RuleFact::Quote { .. } => "quote",
            RuleFact::Made { .. } => "made",
            RuleFact::MadeTo(_) => "made to",
            RuleFact::Withdrawn(_) => "withdrawn",
            _ => return false,
        };
        self.misplaced(head, what, fact.word, "what was said to people is a promise: declare it with `promise`");
        true
    }

    fn rule_is_whole(&mut self, decl: &RuleDecl, rule: &Rule) {
        if rule.sentences.is_empty() {
            self.missing(
                &decl.head,
                &["sentence"],
                "say what must never, or what must always be: `WHO must never receive DATA`",
            );
        }
        let quoted = decl.facts.iter().any(|f| matches!(f.value, RuleFact::Quote { .. }));
        if decl.promise && !quoted && !self.is_broken(decl.head.span) {
            let heading = self.heading(&decl.head);
            self.report(
                Diagnostic::new(
                    &codes::PROMISE_WITHOUT_QUOTE,
                    rule.declared.span,
                    format!("{heading} quotes no notice"),
                )
                .label("where was this promised?")
                .help("quote the words: `quote \"…\" in NOTICE`; if it was never told to anyone, make it a `rule`"),
            );
        }
    }

    fn signed(&mut self, head: &Head, facts: &[Fact<SignedFact>], attest: bool) -> Signed {
        let mut signed = Signed::default();
        let mut seen = Seen::new(head);
        for fact in facts {
            let word = fact.word;
            let value = |text: &Text| Some(text.value.clone()).filter(|t| !t.trim().is_empty());
            match &fact.value {
                SignedFact::By(text) if self.once(&mut seen, "by", word) => signed.by = value(text),
                SignedFact::Because(text) if self.once(&mut seen, "because", word) => signed.because = value(text),
                SignedFact::ReviewBy(_) if !attest => {
                    self.misplaced(head, "review by", word, "a waiver says `until` when it lasts");
                }
                SignedFact::Until(_) if attest => {
                    self.misplaced(head, "until", word, "an attestation says `review by` when it ends");
                }
                SignedFact::On(date) if self.once(&mut seen, "on", word) => signed.on = Some(*date),
                SignedFact::ReviewBy(date) if self.once(&mut seen, "review by", word) => signed.review_by = Some(*date),
                SignedFact::Until(date) if self.once(&mut seen, "until", word) => signed.until = Some(*date),
                _ => {} // said twice
            }
        }
        signed
    }

    fn attest(&mut self, decl: &AttestDecl) {
        let (dataset, place) = (self.dataset(decl.dataset), self.place(decl.at));
        let signed = self.signed(&decl.head, &decl.facts, true);
        let parts = [("by", signed.by.is_none()), ("on", signed.on.is_none()), ("because", signed.because.is_none())];
        let missing: Vec<&str> = parts.into_iter().filter(|(_, m)| *m).map(|(w, _)| w).collect();
        self.missing(
            &decl.head,
            &missing,
            "an attestation is signed: by which role, on what date, and for what reason",
        );
        self.in_order(signed.on, signed.review_by, "the day it was signed", "the day of its review");
        if let (Some(dataset), Some(place)) = (dataset, place) {
            self.model.attestations.push(Attestation {
                dataset,
                place,
                by: signed.by,
                on: signed.on.map(|d| d.date),
                review_by: signed.review_by.map(|d| d.date),
                because: signed.because,
                span: decl.head.span,
            });
        }
    }

    fn waive(&mut self, decl: &WaiveDecl) {
        let rule = self.rule(decl.rule);
        let subject = self.thing(decl.subject, Wanted::Anything);
        let signed = self.signed(&decl.head, &decl.facts, false);
        let parts =
            [("because", signed.because.is_none()), ("by", signed.by.is_none()), ("until", signed.until.is_none())];
        let missing: Vec<&str> = parts.into_iter().filter(|(_, m)| *m).map(|(w, _)| w).collect();
        self.missing(&decl.head, &missing, "a waiver says why, who approved it, and the date until which it lasts");
        self.in_order(signed.on, signed.until, "the day it was approved", "the end of the waiver");
        let Some(rule) = rule else { return };
        if let Some(found) = self.model.rules.get(rule.index())
            && found.promise
        {
            let at = found.declared.span;
            let word = self.word(decl.rule.symbol).to_owned();
            self.report(
                Diagnostic::new(&codes::PROMISE_WAIVED, decl.rule.span, format!("`{word}` is a promise and cannot be waived"))
                    .label("a promise")
                    .also(at, "made here")
                    .help("only those it was made to can release you: keep it; `withdrawn DATE` in it ends it for new people alone"),
            );
            return;
        }
        if subject.is_some() {
            let same = |w: &&Waiver| (w.rule, w.subject) == (rule, decl.subject.symbol);
            if let Some(first) = self.model.waivers.iter().find(same).map(|w| w.span) {
                let words = [decl.rule, decl.subject].map(|n| self.word(n.symbol).to_owned());
                self.report(
                    Diagnostic::new(
                        &codes::SAID_TWICE,
                        decl.head.span,
                        format!("`{}` is waived for `{}` twice", words[0], words[1]),
                    )
                    .label("waived again here")
                    .also(first, "waived here first")
                    .help("keep the one that counts; a new one takes the place of the old"),
                );
                return;
            }
            self.model.waivers.push(Waiver {
                rule,
                subject: decl.subject.symbol,
                on: signed.on.map(|d| d.date),
                because: signed.because,
                by: signed.by,
                until: signed.until.map(|d| d.date),
                span: decl.head.span,
            });
        }
    }

    fn adopt(&mut self, decl: &AdoptDecl) {
        self.put_off(decl);
        for name in &decl.packs {
            let word = self.word(name.symbol).to_owned();
            if self.packs.contains(&word.as_str()) {
                continue;
            }
            let packs: Vec<String> = self.packs.iter().map(|p| format!("`{p}`")).collect();
            let advice = did_you_mean(&word, self.packs.iter().copied());
            let help = match (advice, packs.is_empty()) {
                (Some(advice), _) => advice,
                (None, false) => {
                    format!("the packs are {}; one of your own is adopted by its path, in quotes", packs.join(", "))
                }
                (None, true) => "a pack of your own is adopted by its path, in quotes".to_owned(),
            };
            self.report(
                Diagnostic::new(&name_codes::UNKNOWN_PACK, name.span, format!("there is no rule pack called `{word}`"))
                    .label("unknown pack")
                    .help(help),
            );
        }
    }

    fn scenario(&mut self, decl: &ScenarioDecl, walls: &BTreeSet<[Symbol; 2]>) {
        for fact in &decl.facts {
            match &fact.value {
                ScenarioFact::Add(added) => {
                    if let Some(name) = added.head().name
                        && let Some(first) = self.declared_at(name.symbol)
                    {
                        let word = self.word(name.symbol).to_owned();
                        self.report(
                            Diagnostic::new(
                                &name_codes::DECLARED_TWICE,
                                name.span,
                                format!("`{word}` is there already"),
                            )
                            .label("added here")
                            .also(first, "declared here")
                            .help("choose another name, or write `change` instead of `add`"),
                        );
                    }
                }
                ScenarioFact::Change(changed) => {
                    // purposes and categories are not among the names
                    if !matches!(**changed, Declaration::Purpose(_) | Declaration::Category(_))
                        && let Some(name) = changed.head().name
                    {
                        self.thing(name, Wanted::Anything);
                    }
                }
                ScenarioFact::Remove(names) => {
                    for name in names {
                        self.thing(*name, Wanted::Anything);
                    }
                }
                ScenarioFact::RemoveWall { left, right } => {
                    let sides = [left, right].map(|side| self.thing(*side, Wanted::Anything));
                    if sides.iter().all(Option::is_some) && !walls.contains(&pair(*left, *right)) {
                        let words = [left, right].map(|side| self.word(side.symbol).to_owned());
                        self.report(
                            Diagnostic::new(
                                &name_codes::UNKNOWN_NAME,
                                left.span.to(right.span),
                                format!("there is no wall between `{}` and `{}`", words[0], words[1]),
                            )
                            .help("name the two sides as the `wall` does that is to be taken away"),
                        );
                    }
                }
                ScenarioFact::Without { step, .. } => {
                    self.step(*step);
                }
                ScenarioFact::Expect { rule, .. } => {
                    // a rule that the scenario itself adds counts too
                    let added = decl
                        .facts
                        .iter()
                        .any(|f| matches!(&f.value, ScenarioFact::Add(d) if d.name() == Some(rule.symbol)));
                    if !added {
                        self.rule(*rule);
                    }
                }
                ScenarioFact::AsOf(_) | ScenarioFact::ExpectData { .. } | ScenarioFact::ExpectNothingNew => {}
            }
        }
    }
}

/// The two sides of a wall, whichever is named first.
fn pair(left: Name, right: Name) -> [Symbol; 2] {
    let mut sides = [left.symbol, right.symbol];
    sides.sort_unstable();
    sides
}
