//! What a thing lacks that a sentence with `every` asks of it, in words, and what to write so that it has it.

use rustc_hash::FxHashSet;

use super::every::{eval, eval_test, holds, label};
use super::{keeping, uses};
use crate::graph::Reading;
use crate::rules::compile::{Asking, Condition, Test, Value};
use crate::rules::context::Context;
use crate::rules::facts::{Answer, Fact, Item, Line, Subject, Wants, takes_only};
use crate::rules::phrase::Phrase;
use crate::rules::sought::Sought;
use crate::rules::story::list;
use crate::rules::truth::Truth;
use crate::source::Span;
use crate::syntax::tree::Compare;

/// What is told of a thing that lacks something.
pub(super) struct Told {
    /// One sentence.
    pub(super) summary: String,
    /// Whether it says itself what is not known, where something is not.
    pub(super) says_doubt: bool,
    /// Everything that it lacks, each once, and where that is said.
    pub(super) lacks: Vec<(String, Option<Span>)>,
    /// What would mend it.
    pub(super) fix: Option<String>,
}

/// One thing that is lacking.
struct Lack {
    /// A sentence; one about the thing itself begins with `it`.
    sentence: String,
    span: Option<Span>,
    /// Whether it is lacking only as far as nobody knows better.
    in_doubt: bool,
}

impl Lack {
    /// The sentence, of all that differs from it in one name alone: ``it does not tell `rights` and `complaint` ``.
    fn with_its_like(&self, all: &[Lack]) -> String {
        let own = parts(&self.sentence);
        let like = all.iter().filter_map(|l| parts(&l.sentence)).filter(|(before, _, after)| {
            own.is_some_and(|(own_before, _, own_after)| *before == own_before && *after == own_after)
        });
        let mut names: Vec<String> = Vec::new();
        for (_, name, _) in like {
            if !names.contains(&name.to_owned()) {
                names.push(name.to_owned());
            }
        }
        match own {
            Some((before, _, after)) if names.len() > 1 => {
                let after = after.strip_prefix(" is ").map_or_else(|| after.to_owned(), |rest| format!(" are {rest}"));
                format!("{before}{}{after}", list(&names))
            }
            _ => self.sentence.clone(),
        }
    }
}

/// What stands before the first name of a sentence, the name, and what stands after it, a remark in brackets left out; nothing
/// where the verb after it would have to change.
fn parts(sentence: &str) -> Option<(&str, &str, &str)> {
    let start = sentence.find('`')?;
    let end = start + 1 + sentence.get(start + 1..)?.find('`')? + 1;
    let (before, name, after) = (sentence.get(..start)?, sentence.get(start..end)?, sentence.get(end..)?);
    let after = if after.starts_with(" (") { "" } else { after };
    let told = (before.is_empty() && after.starts_with(" is ")) || (before.starts_with("it ") && after.is_empty());
    told.then_some((before, name, after))
}

/// Tells of a subject for which `must` does not hold in a reading.
pub(super) fn tell(c: &Context<'_>, subject: Subject, must: &Condition, negated: bool, reading: Reading) -> Told {
    let mut found = Found::default();
    found.collect(c, subject, must, negated, reading);
    // what is broken only when it is read harshly: does it lack something, or may it be that nothing is asked of it?
    let kindly = || eval(c, subject, must, Reading::Kind);
    let in_doubt = reading == Reading::Harsh && kindly() != if negated { Truth::True } else { Truth::False };
    let first = found.lacks.iter().find(|l| l.in_doubt == in_doubt).or(found.lacks.first());
    let sentence =
        first.map_or_else(|| "what the rule asks for does not hold".to_owned(), |l| l.with_its_like(&found.lacks));
    let sentence = sentence.as_str();
    let name = label(c, subject);
    let several = matches!(subject, Subject::People(_));
    let (summary, says_doubt) = match (reading, in_doubt) {
        (Reading::Kind, _) => (about(&name, several, sentence), true),
        (Reading::Harsh, true) if is_open(sentence) => (about(&name, several, sentence), true),
        (Reading::Harsh, true) if sentence.starts_with("it ") => (about(&name, several, sentence), false),
        (Reading::Harsh, true) => (format!("{name}: perhaps {sentence}"), true),
        (Reading::Harsh, false) => {
            let which = if several { "who" } else { "which" };
            let summary = match sentence.strip_prefix("it ") {
                Some(rest) => format!("the rule may apply to {name}, {which} {}", number(several, rest)),
                None => format!("the rule may apply to {name}: {sentence}"),
            };
            (summary, true)
        }
    };
    let mut lacks: Vec<(String, Option<Span>)> = Vec::new();
    let mut told: FxHashSet<String> = FxHashSet::default();
    for lack in &found.lacks {
        let sentence = match lack.sentence.starts_with("it ") || lack.sentence.starts_with("whether it ") {
            true => about(&name, several, &lack.sentence),
            false => lack.sentence.clone(),
        };
        // what holds of several lines alike is told once
        if told.insert(sentence.clone()) {
            lacks.push((sentence, lack.span));
        }
    }
    Told { summary, says_doubt, lacks, fix: found.fix() }
}

/// A sentence that names what it is about.
fn about(name: &str, several: bool, sentence: &str) -> String {
    match (sentence.strip_prefix("it "), sentence.strip_prefix("whether it ")) {
        (Some(rest), _) => format!("{name} {}", number(several, rest)),
        (_, Some(rest)) => format!("whether {name} {}", number(several, rest)),
        _ => format!("{name}: {sentence}"),
    }
}

/// `has …` and `is …` of one thing, `have …` and `are …` of several.
fn number(several: bool, rest: &str) -> String {
    match rest.split_once(' ') {
        Some(("has", rest)) if several => format!("have {rest}"),
        Some(("is", rest)) if several => format!("are {rest}"),
        _ => rest.to_owned(),
    }
}

/// Whether a sentence says itself that something is not known.
fn is_open(sentence: &str) -> bool {
    let open = ["nobody says", "nobody states", "not stated", "no stated", "not known", "cannot be told"];
    sentence.starts_with("whether ") || open.iter().any(|words| sentence.contains(words))
}

/// What is missing of a fact, as the list of what to find out has it: how it is said.
pub(super) fn said(c: &Context<'_>, subject: Subject, fact: &Fact) -> String {
    match (fact.line(c, subject), subject) {
        (None, _) => String::new(),
        // its name ends with a bracket
        (Some(line), Subject::Copy(..)) => format!(": {}", line.words()),
        (Some(line), _) => format!(" ({})", line.words()),
    }
}

/// Whether a test comes to this, as the answer of its fact in a reading says.
fn is(c: &Context<'_>, subject: Subject, test: &Test, answer: (&Answer, Reading), wanted: &Truth) -> bool {
    match answer {
        (Answer::Is(truth) | Answer::Told(truth, _) | Answer::Later(truth, _), _) => truth == wanted,
        (_, reading) => eval_test(c, subject, test, reading) == *wanted,
    }
}

/// What is gathered of all the tests of a condition.
#[derive(Default)]
struct Found {
    lacks: Vec<Lack>,
    /// Lines to write, each with what it is written in.
    lines: Vec<(String, String)>,
    mends: Vec<String>,
    /// Whether what is being gathered is one of several values that would do.
    one_of: bool,
}

impl Found {
    /// What would mend it all.
    fn fix(self) -> Option<String> {
        let mut all: Vec<String> = Vec::new();
        let mut places: Vec<&String> = Vec::new();
        for (place, _) in &self.lines {
            if !places.contains(&place) {
                places.push(place);
            }
        }
        let stated = places.iter().map(|place| {
            let mut lines: Vec<String> = Vec::new();
            for (_, line) in self.lines.iter().filter(|(p, _)| p == *place) {
                if !lines.contains(line) {
                    lines.push(line.clone());
                }
            }
            format!("state {} in {place}", list(&lines))
        });
        let mut seen: FxHashSet<String> = FxHashSet::default();
        for mend in self.mends.iter().cloned().chain(stated) {
            if seen.insert(mend.clone()) {
                all.push(mend);
            }
        }
        (!all.is_empty()).then(|| all.join("; "))
    }

    fn collect(&mut self, c: &Context<'_>, subject: Subject, condition: &Condition, negated: bool, reading: Reading) {
        match condition {
            Condition::And(all) | Condition::Or(all) => {
                for part in all {
                    // `must not have a basis and basis is X`: that it has one says nothing besides
                    if !(negated && is_asked_closer(part, all)) {
                        self.one_of = matches!(condition, Condition::Or(_)) && is_asked_otherwise(part, all);
                        self.collect(c, subject, part, negated, reading);
                    }
                }
            }
            Condition::Not(inner) => self.collect(c, subject, inner, !negated, reading),
            // it stands only in exceptions, which lack nothing
            Condition::OneOf(_) => {}
            Condition::TakesOnly(phrase) => {
                if takes_only(c, subject, phrase, reading) != negated {
                    let in_doubt = takes_only(c, subject, phrase, Reading::Kind) == negated;
                    let sentence = took_more(c, subject, phrase, reading);
                    self.lacks.push(Lack { sentence, span: None, in_doubt });
                }
            }
            Condition::Test(test) => self.collect_test(c, subject, test, negated, reading),
        }
    }

    fn collect_test(&mut self, c: &Context<'_>, subject: Subject, test: &Test, negated: bool, reading: Reading) {
        let (good, bad) = if negated { (Truth::False, Truth::True) } else { (Truth::True, Truth::False) };
        let answer = (test.fact.read)(c, subject, reading);
        if is(c, subject, test, (&answer, reading), &good) {
            return;
        }
        let is_bad_kindly = || match (test.fact.differs)(c) {
            true => eval_test(c, subject, test, Reading::Kind) == bad,
            false => is(c, subject, test, (&answer, reading), &bad),
        };
        let in_doubt = reading == Reading::Harsh && !is_bad_kindly();
        let answer = match answer {
            Answer::Later(truth, why) => Answer::Told(truth, (why.0)(c, subject)),
            other => other,
        };
        if let Answer::Told(_, reasons) = &answer
            && !reasons.is_empty()
        {
            for reason in reasons {
                self.lacks.push(Lack { sentence: reason.sentence.clone(), span: reason.span, in_doubt });
                self.mends.extend(reason.fix.clone());
            }
            return;
        }
        let span = match &answer {
            Answer::NotStated(span) => Some(*span),
            Answer::Values(_, span) => (!span.is_empty()).then_some(*span),
            _ => None,
        };
        let sentence = match negated {
            true => forbidden(c, test, &answer),
            false => wanting(c, subject, test, &answer),
        };
        self.lacks.push(Lack { sentence, span, in_doubt });
        if !negated {
            self.note_line(c, subject, test, &answer);
        }
    }

    /// Notes what to write, where a line is all that is lacking.
    fn note_line(&mut self, c: &Context<'_>, subject: Subject, test: &Test, answer: &Answer) {
        let missing = match (answer, &test.compare) {
            (_, Some((Compare::Includes, values))) if !self.one_of => Some(not_among(c, test, answer, values)),
            (_, Some((Compare::Includes, _))) => None,
            (Answer::Unsaid | Answer::NotStated(_), _) => None,
            _ => return,
        };
        let Some(line) = test.fact.line(c, subject) else { return };
        let own = written_in(c, subject);
        let line = match missing {
            Some(words) => Line { text: with_words(&line.text, &words), ..line },
            None => line,
        };
        if line.text.starts_with("record NAME") {
            self.mends.push(format!("write `{}`", line.text.replace("covers NAME", &format!("covers {own}"))));
            return;
        }
        let code = line.code();
        self.lines.push((line.place.unwrap_or_else(|| format!("`{own}`")), code));
    }
}

/// The name under which a line about a subject is written.
fn written_in(c: &Context<'_>, subject: Subject) -> String {
    match subject {
        Subject::Copy(_, arrival) => c.arrival_name(arrival).to_owned(),
        Subject::Processor(i, _) => c.model.word(c.model.activities[i.index()].declared.name).to_owned(),
        _ => c.model.word(super::every::declared(c, subject).name).to_owned(),
    }
}

/// A line with the words themselves in the place of the one that stands for them.
fn with_words(line: &str, words: &[String]) -> String {
    let stands = |word: &&str| word.len() > 1 && *word != "NAME" && word.chars().all(|x| x.is_ascii_uppercase());
    let found = line.split(|x: char| !x.is_ascii_alphabetic()).find(stands);
    found.map_or_else(|| line.to_owned(), |word| line.replacen(word, &words.join(", "), 1))
}

/// Whether another part of a condition asks for the same fact.
fn is_asked_otherwise(part: &Condition, all: &[Condition]) -> bool {
    let Condition::Test(Test { fact, .. }) = part else { return false };
    all.iter().filter(|other| matches!(other, Condition::Test(t) if t.fact == *fact)).count() > 1
}

/// Whether a test only asks whether there is a fact that another part of the same condition holds against a value.
fn is_asked_closer(part: &Condition, all: &[Condition]) -> bool {
    let Condition::Test(Test { fact, compare: None, .. }) = part else { return false };
    all.iter().any(|other| matches!(other, Condition::Test(t) if t.compare.is_some() && t.fact == *fact))
}

/// What is so and should not be.
fn forbidden(c: &Context<'_>, test: &Test, answer: &Answer) -> String {
    let name = test.fact.name;
    match (answer, &test.compare, test.asking) {
        (Answer::Values(items, _), Some(_), _) => {
            let said: Vec<String> = items.iter().map(|i| item_words(c, i)).collect();
            format!("its `{name}` {} {}, which the rule forbids", is_are(said.len()), list(&said))
        }
        (Answer::Unsaid | Answer::NotStated(_), ..) => format!("it has no stated `{}`", bare(name)),
        (_, _, Asking::Have) => format!("it has `{name}`, which the rule forbids"),
        (_, _, Asking::Be) => format!("it is `{name}`, which the rule forbids"),
        (_, _, Asking::Do) => format!("the rule forbids `{name}`, and that is so here"),
    }
}

/// What is not so and should be.
fn wanting(c: &Context<'_>, subject: Subject, test: &Test, answer: &Answer) -> String {
    let name = test.fact.name;
    match (answer, &test.compare) {
        (Answer::Unsaid | Answer::NotStated(_), None) if test.fact.wants == Wants::Nothing => match test.asking {
            Asking::Have if bare(name) == name => format!("it has no `{name}`"),
            Asking::Have => format!("it has no stated `{}`", bare(name)),
            Asking::Be => format!("it is not `{name}`"),
            Asking::Do => format!("`{name}` does not hold"),
        },
        (Answer::Unsaid | Answer::NotStated(_), _) => format!("it has no stated `{}`", bare(name)),
        (Answer::Values(..), Some((Compare::Includes, values))) => {
            let lacking: Vec<String> = not_among(c, test, answer, values).iter().map(|w| format!("`{w}`")).collect();
            format!("{} {} not among its `{name}`", list(&lacking), is_are(lacking.len()))
        }
        (Answer::Values(items, _), compare) => {
            let said: Vec<String> = items.iter().map(|i| item_words(c, i)).collect();
            let asked = compare.as_ref().map_or_else(|| "another".to_owned(), |(how, values)| asked(*how, values));
            format!("its `{name}` {} {}, and the rule asks for {asked}", is_are(said.len()), list(&said))
        }
        (Answer::Is(Truth::Unknown(_)) | Answer::Told(Truth::Unknown(_), _), _) => match test.asking {
            Asking::Have => format!("whether it has `{name}` cannot be told"),
            Asking::Be => format!("whether it is `{name}` cannot be told"),
            Asking::Do => format!("whether `{name}` holds cannot be told"),
        },
        (Answer::Is(_) | Answer::Told(..) | Answer::Later(..), _) => not_so(c, subject, test),
    }
}

/// The name of a fact without what the sentence says besides.
fn bare(name: &str) -> &str {
    name.strip_prefix("stated ").unwrap_or(name)
}

fn is_are(many: usize) -> &'static str {
    if many == 1 { "is" } else { "are" }
}

/// The values that are not there.
fn not_among(c: &Context<'_>, test: &Test, answer: &Answer, values: &[Value]) -> Vec<String> {
    let has = |value: &&Value| match answer {
        Answer::Values(items, span) => {
            items.iter().any(|i| holds(c, test.fact.wants, i, Compare::Is, value, *span) == Truth::True)
        }
        _ => false,
    };
    values.iter().filter(|v| !has(v)).map(plain_words).collect()
}

/// What the rule asks for instead.
fn asked(how: Compare, values: &[Value]) -> String {
    let words: Vec<String> = values.iter().map(value_words).collect();
    match how {
        Compare::Is | Compare::Includes => list(&words),
        Compare::OneOf => format!("one of {}", words.join(", ")),
        Compare::IsNot => "another".to_owned(),
        Compare::AtMost => format!("at most {}", list(&words)),
        Compare::AtLeast => format!("at least {}", list(&words)),
        Compare::Before => format!("a date before {}", list(&words)),
        Compare::AfterDate => format!("a date after {}", list(&words)),
    }
}

/// Why a fact that is stated does not hold.
fn not_so(c: &Context<'_>, subject: Subject, test: &Test) -> String {
    let name = test.fact.name;
    if let (Subject::Law(law) | Subject::LawCited(_, law, _), "in force") = (subject, name) {
        let law = &c.model.laws[law.index()];
        if let Some(to) = law.to.value().filter(|to| **to <= c.as_of) {
            return format!("the {} has not been in force since {to}", c.model.title(&law.declared));
        }
        if let Some(from) = law.from.value() {
            return format!("the {} is in force only from {from}", c.model.title(&law.declared));
        }
    }
    match test.asking {
        Asking::Have => format!("it has no `{name}`"),
        Asking::Be => format!("it is not `{name}`"),
        Asking::Do => format!("`{name}` does not hold"),
    }
}

fn took_more(c: &Context<'_>, subject: Subject, phrase: &Phrase, reading: Reading) -> String {
    let all = Phrase::everything(phrase.span);
    let more = Sought::new(c, &all, &[phrase]);
    for taken in uses::taken(c, subject, reading) {
        let Some((_, hit)) = taken.hits(c, &more, reading).into_iter().next() else { continue };
        let level = match c.levels(c.seen(taken.place, reading)).of(taken.copy) {
            4 => "identifiable there",
            3 => "rows under a key",
            _ if hit.has_rows() => "rows about people",
            _ => "counts without full disclosure control",
        };
        return format!("it takes {}, which is {level}", c.data_name(taken.copy));
    }
    "it takes more than the rule allows".to_owned()
}

fn item_words(c: &Context<'_>, item: &Item) -> String {
    match item {
        Item::Word(word) => format!("`{word}`"),
        Item::Purpose(purpose) => format!("`{}`", c.model.vocabulary.purpose(*purpose).name),
        Item::Number(number) => number.to_string(),
        Item::Period(period) => period.words(),
        Item::Point(point) => keeping::point_words(c, *point),
    }
}

fn plain_words(value: &Value) -> String {
    match value {
        Value::Word(word) => word.clone(),
        Value::Number(number) => number.to_string(),
        Value::Period(period) => period.words(),
        Value::Date(date) => date.to_string(),
    }
}

fn value_words(value: &Value) -> String {
    match value {
        Value::Word(word) => format!("`{word}`"),
        other => plain_words(other),
    }
}
