//! The reference passes over no word of the language.
//!
//! What there is to show comes from the parser: its keywords from its source, the lines of each declaration from what it
//! answers to a line that there is not, sentences and operations from the tree, whose variants are matched one by one.

use std::collections::BTreeSet;

use staunch::check::check_text;
use staunch::diagnostic::Diagnostics;
use staunch::rules::facts::Entity;
use staunch::syntax::intern::Interner;
use staunch::syntax::tree::{
    Compare, Condition, Data, DataKind, Declaration, Disposal, Excepted, Fact, Filter, Form, LevelWord, Method, Name,
    Operation, RuleFact, ScenarioFact, Sentence, StepFact, Suppression, Through, WhoTerm,
};

use super::{pages, report};

/// Everything that is to be shown besides keywords and lines, by the names that the functions below give.
const SHOWN: &[&str] = &[
    // sentences
    "never receive",
    "never hold",
    "no one",
    "no one except",
    "only who",
    "only fields",
    "pass through",
    "used only for",
    "never used for",
    "never decide",
    "only data for",
    "used only at",
    "every",
    "every must not",
    "every where",
    "destroyed by",
    "destroyed within",
    "together",
    "no one together",
    "published counts",
    "published anonymous",
    "unused fields",
    "no one unused fields",
    // what data passes through
    "through step",
    "through drop",
    "through pseudonymise",
    "through aggregate",
    "through aggregate minimum",
    "through suppress",
    "through review",
    "through filter",
    "through generalise",
    "through encrypt",
    "through synthesise",
    "through at",
    // filters
    "of",
    "at",
    "from",
    "to",
    "in",
    "for",
    "named",
    "between organisations",
    // conditions
    "and",
    "or",
    "not",
    "have",
    "take only",
    "is",
    "is not",
    "is one of",
    "is at most",
    "is at least",
    "before",
    "after",
    "includes",
    // exceptions
    "except data",
    "except at",
    "except who",
    "except by flows",
    "because",
    "review",
    // data phrases
    "published",
    "anonymous",
    "aggregate",
    "row-level",
    "personal",
    "pseudonymised",
    "identifiable",
    "identified",
    "special-category",
    "criminal",
    "confidential",
    "category",
    "about",
    "data from",
    "who named",
    "who any",
    // operations and their parts
    "match",
    "match on",
    "keeping unmatched",
    "append",
    "keep",
    "drop",
    "pseudonymise",
    "held by",
    "salted-hash",
    "unsalted-hash",
    "lookup",
    "reversible-code",
    "add key",
    "per",
    "generalise",
    "derive",
    "derive category",
    "profiling",
    "aggregate by",
    "aggregate of",
    "minimum",
    "suppress",
    "secondary",
    "rounding",
    "under",
    "none",
    "filter opt-out",
    "review text",
    "review by",
    "reidentify",
    "synthesise",
    "encrypt",
    "destroy",
    "destroy by",
    // retention
    "then destroy",
    "then return",
    "then anonymise",
    "then archive",
    "then review",
    "no later",
    "retain until",
    "retain period",
    "retain after",
    // scenarios
    "add",
    "change",
    "remove",
    "without",
    "as of",
    "expect",
    "expect data",
    "expect no new findings",
];

/// Collects the names of what a text shows.
#[derive(Default)]
struct Seen {
    names: BTreeSet<&'static str>,
    /// The keyword of a declaration and the text of one of its lines.
    lines: BTreeSet<(String, String)>,
    keywords: BTreeSet<String>,
    entities: BTreeSet<String>,
}

impl Seen {
    fn add(&mut self, name: &'static str) {
        assert!(SHOWN.contains(&name), "`{name}` is missing from the list of what is to be shown");
        self.names.insert(name);
    }

    fn add_if(&mut self, is: bool, name: &'static str) {
        if is {
            self.add(name);
        }
    }

    fn text(&mut self, text: &str) {
        let mut words = Interner::new();
        let mut diagnostics = Diagnostics::new();
        let tree = staunch::syntax::parse(text, 0, &mut words, &mut diagnostics).tree;
        assert!(!diagnostics.has_errors(), "a block cannot be read:\n{text}");
        for declaration in &tree.declarations {
            self.declaration(declaration, text);
        }
    }

    fn lines<T>(&mut self, keyword: &str, facts: &[Fact<T>], text: &str) {
        for fact in facts {
            let said = &text[fact.span.start as usize..fact.span.end as usize];
            let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
            self.lines.insert((keyword.to_owned(), said));
        }
    }

    fn declaration(&mut self, declaration: &Declaration, text: &str) {
        use Declaration as D;
        let keyword = match declaration {
            D::Rule(d) if d.promise => "promise",
            other => keyword(other),
        };
        self.keywords.insert(keyword.to_owned());
        match declaration {
            D::Party(d) => self.lines(keyword, &d.facts, text),
            D::People(d) => self.lines(keyword, &d.facts, text),
            D::Activity(d) => self.lines(keyword, &d.facts, text),
            D::Precondition(d) => self.lines(keyword, &d.facts, text),
            D::Dataset(d) => self.lines(keyword, &d.facts, text),
            D::Category(d) => self.lines(keyword, &d.facts, text),
            D::Flow(d) => self.lines(keyword, &d.facts, text),
            D::Step(d) => {
                self.lines(keyword, &d.facts, text);
                for fact in &d.facts {
                    if let StepFact::Operation(operation) = &fact.value {
                        self.operation(operation);
                    }
                }
            }
            D::Use(d) => self.lines(keyword, &d.facts, text),
            D::Decision(d) => self.lines(keyword, &d.facts, text),
            D::Event(d) => self.lines(keyword, &d.facts, text),
            D::Agreement(d) => self.lines(keyword, &d.facts, text),
            D::Law(d) => self.lines(keyword, &d.facts, text),
            D::Purpose(d) => self.lines(keyword, &d.facts, text),
            D::Dpia(d) => self.lines(keyword, &d.facts, text),
            D::Attest(d) => self.lines(keyword, &d.facts, text),
            D::OptOut(d) => self.lines(keyword, &d.facts, text),
            D::Notice(d) => self.lines(keyword, &d.facts, text),
            D::Waive(d) => self.lines(keyword, &d.facts, text),
            D::Record(d) => self.lines(keyword, &d.facts, text),
            D::Pack(d) => self.lines(keyword, &d.facts, text),
            D::Rule(d) => {
                self.lines(keyword, &d.facts, text);
                for fact in &d.facts {
                    if let RuleFact::Sentence(sentence) = &fact.value {
                        self.sentence(sentence, text);
                    }
                }
            }
            D::Scenario(d) => {
                self.lines(keyword, &d.facts, text);
                for fact in &d.facts {
                    self.scenario(&fact.value);
                }
            }
            D::Group(_) | D::Wall(_) | D::Combination(_) | D::Compatible(_) | D::Assume(_) | D::Adopt(_) => {}
        }
        self.copies(declaration);
    }

    /// Retentions, wherever they stand.
    fn copies(&mut self, declaration: &Declaration) {
        use staunch::syntax::tree::{CopyFact, DatasetFact, FlowFact, Stated};
        let facts: Vec<&CopyFact> = match declaration {
            Declaration::Dataset(d) => d
                .facts
                .iter()
                .filter_map(|f| if let DatasetFact::Copy(c) = &f.value { Some(c) } else { None })
                .collect(),
            Declaration::Flow(d) => d
                .facts
                .iter()
                .filter_map(|f| if let FlowFact::Receiver(c) = &f.value { Some(c) } else { None })
                .collect(),
            _ => Vec::new(),
        };
        for fact in facts {
            let CopyFact::Retain(Stated::Is(retention)) = fact else { continue };
            self.add_if(retention.no_later.is_some(), "no later");
            self.add(match (&retention.period, &retention.from) {
                (None, _) => "retain until",
                (Some(_), None) => "retain period",
                (Some(_), Some(_)) => "retain after",
            });
            if let Some(then) = retention.then {
                self.add(match then {
                    Disposal::Destroy => "then destroy",
                    Disposal::Return => "then return",
                    Disposal::Anonymise => "then anonymise",
                    Disposal::Archive => "then archive",
                    Disposal::Review => "then review",
                });
            }
        }
    }

    fn operation(&mut self, operation: &Operation) {
        use staunch::syntax::tree::Stated;
        match operation {
            Operation::Match { on, keeping_unmatched, .. } => {
                self.add("match");
                self.add_if(!on.is_empty(), "match on");
                self.add_if(*keeping_unmatched, "keeping unmatched");
            }
            Operation::Append(_) => self.add("append"),
            Operation::Keep(_) => self.add("keep"),
            Operation::Drop(_) => self.add("drop"),
            Operation::Pseudonymise { using, held_by, .. } => {
                self.add("pseudonymise");
                self.add_if(held_by.is_some(), "held by");
                if let Some(Stated::Is(method)) = using {
                    self.add(match method {
                        Method::SaltedHash => "salted-hash",
                        Method::UnsaltedHash => "unsalted-hash",
                        Method::Lookup => "lookup",
                        Method::ReversibleCode => "reversible-code",
                    });
                }
            }
            Operation::AddKey { per, .. } => {
                self.add("add key");
                self.add_if(per.is_some(), "per");
            }
            Operation::Generalise { .. } => self.add("generalise"),
            Operation::Derive { category, profiling, .. } => {
                self.add("derive");
                self.add_if(category.is_some(), "derive category");
                self.add_if(*profiling, "profiling");
            }
            Operation::Aggregate { of, minimum, .. } => {
                self.add("aggregate by");
                self.add_if(!of.is_empty(), "aggregate of");
                self.add_if(minimum.is_some(), "minimum");
            }
            Operation::Suppress(parts) => {
                self.add("suppress");
                let Stated::Is(parts) = parts else { return };
                for part in parts {
                    self.add(match part {
                        Suppression::Secondary => "secondary",
                        Suppression::Rounding(_) => "rounding",
                        Suppression::Under(_) => "under",
                        Suppression::None(_) => "none",
                    });
                }
            }
            Operation::FilterOptOut(_) => self.add("filter opt-out"),
            Operation::Review { by, .. } => {
                self.add("review text");
                self.add_if(by.is_some(), "review by");
            }
            Operation::Reidentify(_) => self.add("reidentify"),
            Operation::Synthesise => self.add("synthesise"),
            Operation::Encrypt => self.add("encrypt"),
            Operation::Destroy { method, .. } => {
                self.add("destroy");
                self.add_if(method.is_some(), "destroy by");
            }
        }
    }

    fn sentence(&mut self, sentence: &Sentence, text: &str) {
        self.form(&sentence.form, text);
        for exception in &sentence.exceptions {
            self.add_if(exception.because.is_some(), "because");
            self.add_if(exception.review.is_some(), "review");
            match &exception.what {
                Excepted::Data(data) => {
                    self.add("except data");
                    self.data(data);
                }
                Excepted::At(_) => self.add("except at"),
                Excepted::Who(_) => self.add("except who"),
                Excepted::Flows(condition) => {
                    self.add("except by flows");
                    self.condition(condition);
                }
            }
        }
    }

    fn form(&mut self, form: &Form, text: &str) {
        use staunch::syntax::tree::{Verb, When};
        match form {
            Form::Never { who, verb, data } => {
                self.add(if *verb == Verb::Receive { "never receive" } else { "never hold" });
                for term in &who.terms {
                    self.add(match term {
                        WhoTerm::Named(_) => "who named",
                        WhoTerm::Any(_) => "who any",
                    });
                }
                self.data(data);
            }
            Form::NoOne { except, data, .. } => {
                self.add(if except.is_some() { "no one except" } else { "no one" });
                self.data(data);
            }
            Form::Only { data, .. } => {
                self.add("only who");
                self.data(data);
            }
            Form::OnlyFields { .. } => self.add("only fields"),
            Form::PassThrough { data, through, at, .. } => {
                self.add("pass through");
                self.add_if(at.is_some(), "through at");
                self.data(data);
                self.through(through, text);
            }
            Form::UsedOnlyFor { data, .. } => {
                self.add("used only for");
                self.data(data);
            }
            Form::NeverUsedFor { data, .. } => {
                self.add("never used for");
                self.data(data);
            }
            Form::NeverDecide { data } => {
                self.add("never decide");
                self.data(data);
            }
            Form::OnlyDataFor { data, .. } => {
                self.add("only data for");
                self.data(data);
            }
            Form::UsedOnlyAt { data, .. } => {
                self.add("used only at");
                self.data(data);
            }
            Form::Every { entity, filters, only_where, negated, must } => {
                self.entities.insert(source(text, *entity));
                self.add(if *negated { "every must not" } else { "every" });
                for filter in filters {
                    self.filter(filter);
                }
                if let Some(condition) = only_where {
                    self.add("every where");
                    self.condition(condition);
                }
                self.condition(must);
            }
            Form::Destroyed { data, by, .. } => {
                self.entities.insert("copy".to_owned());
                self.add(if matches!(by, When::After(..)) { "destroyed within" } else { "destroyed by" });
                self.data(data);
            }
            Form::Together { who, left, right } => {
                self.add(if who.is_some() { "together" } else { "no one together" });
                self.data(left);
                self.data(right);
            }
            Form::PublishedCounts { data, .. } => {
                self.add("published counts");
                self.data(data);
            }
            Form::PublishedAnonymous { data } => {
                self.add("published anonymous");
                self.data(data);
            }
            Form::UnusedFields { who } => {
                self.add(if who.is_some() { "unused fields" } else { "no one unused fields" });
            }
            Form::Asked { .. } => {}
        }
    }

    fn through(&mut self, through: &Through, text: &str) {
        match through {
            Through::Step(_) => self.add("through step"),
            Through::Drop(_) => self.add("through drop"),
            Through::Operation { word, minimum, .. } => {
                let word = format!("through {}", source(text, *word));
                let known = SHOWN.iter().find(|s| **s == word);
                self.add(known.unwrap_or_else(|| panic!("`{word}` is missing from the list of what is to be shown")));
                self.add_if(minimum.is_some(), "through aggregate minimum");
            }
        }
    }

    fn filter(&mut self, filter: &Filter) {
        if let Filter::Of(data) = filter {
            self.data(data);
        }
        self.add(match filter {
            Filter::Of(_) => "of",
            Filter::At(_) => "at",
            Filter::From(_) => "from",
            Filter::To(_) => "to",
            Filter::In(_) => "in",
            Filter::For(_) => "for",
            Filter::Named(_) => "named",
            Filter::BetweenOrganisations(_) => "between organisations",
        });
    }

    fn condition(&mut self, condition: &Condition) {
        match condition {
            Condition::And(all) | Condition::Or(all) => {
                self.add(if matches!(condition, Condition::And(_)) { "and" } else { "or" });
                for each in all {
                    self.condition(each);
                }
            }
            Condition::Not(inner, _) => {
                self.add("not");
                self.condition(inner);
            }
            Condition::Test(test) => {
                self.add_if(test.have, "have");
                if let Some((compare, _)) = &test.compare {
                    self.add(match compare {
                        Compare::Is => "is",
                        Compare::IsNot => "is not",
                        Compare::OneOf => "is one of",
                        Compare::AtMost => "is at most",
                        Compare::AtLeast => "is at least",
                        Compare::Before => "before",
                        Compare::AfterDate => "after",
                        Compare::Includes => "includes",
                    });
                }
            }
            Condition::TakesOnly(data) => {
                self.add("take only");
                self.data(data);
            }
        }
    }

    fn data(&mut self, data: &Data) {
        self.add_if(data.published, "published");
        if let Some((level, _)) = data.level {
            self.add(match level {
                LevelWord::Anonymous => "anonymous",
                LevelWord::Aggregate => "aggregate",
                LevelWord::RowLevel => "row-level",
                LevelWord::Personal => "personal",
                LevelWord::Pseudonymised => "pseudonymised",
                LevelWord::Identifiable => "identifiable",
                LevelWord::Identified => "identified",
            });
        }
        for (kind, _) in &data.kinds {
            self.add(match kind {
                DataKind::SpecialCategory => "special-category",
                DataKind::Criminal => "criminal",
                DataKind::Confidential => "confidential",
            });
        }
        self.add_if(!data.categories.is_empty(), "category");
        self.add_if(!data.about.is_empty(), "about");
        self.add_if(!data.from.is_empty(), "data from");
    }

    fn scenario(&mut self, fact: &ScenarioFact) {
        self.add(match fact {
            ScenarioFact::Add(_) => "add",
            ScenarioFact::Change(_) => "change",
            ScenarioFact::Remove(_) => "remove",
            ScenarioFact::RemoveWall { .. } => "remove wall",
            ScenarioFact::Without { .. } => "without",
            ScenarioFact::AsOf(_) => "as of",
            ScenarioFact::Expect { .. } => "expect",
            ScenarioFact::ExpectData { .. } => "expect data",
            ScenarioFact::ExpectNothingNew => "expect no new findings",
        });
    }
}

/// The words of a name.
fn source(text: &str, name: Name) -> String {
    text[name.span.start as usize..name.span.end as usize].split_whitespace().collect::<Vec<_>>().join(" ")
}

fn keyword(declaration: &Declaration) -> &'static str {
    use Declaration as D;
    match declaration {
        D::Party(_) => "party",
        D::Group(_) => "group",
        D::Wall(_) => "wall",
        D::People(_) => "people",
        D::Activity(_) => "activity",
        D::Precondition(_) => "precondition",
        D::Dataset(_) => "dataset",
        D::Category(_) => "category",
        D::Combination(_) => "combination",
        D::Flow(_) => "flow",
        D::Step(_) => "step",
        D::Use(_) => "use",
        D::Decision(_) => "decision",
        D::Event(_) => "event",
        D::Agreement(_) => "agreement",
        D::Law(_) => "law",
        D::Purpose(_) => "purpose",
        D::Compatible(_) => "compatible",
        D::Dpia(_) => "dpia",
        D::Attest(_) => "attest",
        D::OptOut(_) => "opt-out",
        D::Notice(_) => "notice",
        D::Assume(_) => "assume",
        D::Rule(_) => "rule",
        D::Record(_) => "record",
        D::Pack(_) => "pack",
        D::Adopt(_) => "adopt",
        D::Waive(_) => "waive",
        D::Scenario(_) => "scenario",
    }
}

/// What the blocks of the reference show.
fn seen() -> Seen {
    let mut seen = Seen::default();
    for page in pages().iter().filter(|p| p.name.starts_with("reference/")) {
        for block in page.blocks().iter().filter(|b| b.language() == "staunch") {
            seen.text(&block.text);
        }
    }
    seen
}

/// The keywords that the parser knows, from its source.
fn keywords() -> Vec<&'static str> {
    let source = include_str!("../../src/syntax/parse/declarations.rs");
    let (_, rest) = source.split_once("const KEYWORDS: &[&str] = &[").expect("the parser's keywords");
    let (list, _) = rest.split_once("];").expect("the end of the parser's keywords");
    list.split('"').skip(1).step_by(2).collect()
}

/// The lines that a declaration can have, as the parser tells somebody who writes another.
fn lines_of(head: &str) -> Vec<String> {
    let text = format!("{head} {{ qqqq }}\n");
    let outcome = check_text(&[("model.staunch", &text)], super::AS_OF.parse().expect("a date"));
    let help = outcome
        .diagnostics
        .sorted()
        .iter()
        .find(|d| d.code.id == "E0116")
        .and_then(|d| d.help.clone())
        .unwrap_or_else(|| panic!("nothing is said of the lines of `{head}`"));
    help.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

#[test]
fn every_keyword_is_shown() {
    let shown = seen().keywords;
    let missing = keywords().into_iter().filter(|k| !shown.contains(*k));
    report(&missing.map(|k| format!("no block of the reference has a `{k}`")).collect::<Vec<_>>());
}

#[test]
fn every_line_of_every_declaration_is_shown() {
    let shown = seen().lines;
    let heads = [
        ("party", "party x"),
        ("people", "people x"),
        ("activity", "activity x"),
        ("precondition", "precondition x"),
        ("dataset", "dataset x"),
        ("category", "category x"),
        ("flow", "flow x"),
        ("step", "step x at not-stated"),
        ("use", "use x at not-stated"),
        ("decision", "decision x at not-stated"),
        ("event", "event x"),
        ("agreement", "agreement x"),
        ("law", "law x"),
        ("purpose", "purpose x"),
        ("dpia", "dpia x"),
        ("attest", "attest copy x at y is anonymous"),
        ("opt-out", "opt-out x"),
        ("notice", "notice x"),
        ("waive", "waive x for y"),
        ("scenario", "scenario x"),
    ];
    let mut wrong = Vec::new();
    for (keyword, head) in heads {
        let lines = lines_of(head);
        assert!(!lines.is_empty(), "the parser knows no lines of `{keyword}`");
        for line in lines {
            if !shown.iter().any(|(k, said)| k == keyword && said.starts_with(&line)) {
                wrong.push(format!("no block of the reference has a `{keyword}` with `{line}`"));
            }
        }
    }
    let of_rules = ["severity", "law", "because", "fix", "judged by holder", "judged by anyone", "applies", "in "];
    let of_promises = ["quote", "made to", "made 2", "withdrawn"];
    for (keyword, lines) in [("rule", &of_rules[..]), ("promise", &of_promises[..])] {
        for line in lines {
            if !shown.iter().any(|(k, said)| k == keyword && said.starts_with(line)) {
                wrong.push(format!("no block of the reference has a `{keyword}` with `{line}`"));
            }
        }
    }
    report(&wrong);
}

#[test]
fn every_form_operation_and_phrase_is_shown() {
    let shown = seen().names;
    let missing = SHOWN.iter().filter(|s| !shown.contains(*s));
    report(&missing.map(|s| format!("no block of the reference shows `{s}`")).collect::<Vec<_>>());
}

#[test]
fn every_kind_of_thing_is_shown() {
    let shown = seen().entities;
    // the only fact of a rule is `because`, at which a condition ends
    let missing = Entity::ALL.iter().filter(|e| !shown.contains(e.word()) && **e != Entity::Rule);
    report(&missing.map(|e| format!("no block of the reference says `every {}`", e.word())).collect::<Vec<_>>());
}
