//! Conditions on an entity's facts: `or` binds weaker than `and`, `and` weaker than `not`.

use super::Read;
use super::braces::DEEPEST;
use super::cursor::Parser;
use super::values::{FACT, Shape, VALUE, unit_of};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::syntax as codes;
use crate::syntax::token::TokenKind;
use crate::syntax::tree::{Compare, Condition, Name, Test, Value};

/// Words at which the words of a fact end.
const ENDS_FACT: &[&str] = &[
    "is",
    "are",
    "has",
    "have",
    "includes",
    "include",
    "including",
    "and",
    "or",
    "not",
    "except",
    "because",
    "must",
    "may",
];

impl Parser<'_> {
    /// A condition.
    pub(super) fn condition(&mut self) -> Read<Condition> {
        let mut have = false;
        self.any_of(&mut have)
    }

    /// `A or B`; `have` is carried along a list: in `have a basis and a deadline` both are had.
    fn any_of(&mut self, have: &mut bool) -> Read<Condition> {
        let mut all = vec![self.all_of(have)?];
        while self.eat("or") {
            all.push(self.all_of(have)?);
        }
        Ok(one_or(all, Condition::Or))
    }

    fn all_of(&mut self, have: &mut bool) -> Read<Condition> {
        let mut all = vec![self.negation(have)?];
        loop {
            if self.eat_kind(TokenKind::Comma) {
                self.eat("and");
            } else if !self.eat("and") {
                break;
            }
            all.push(self.negation(have)?);
        }
        Ok(one_or(all, Condition::And))
    }

    fn negation(&mut self, have: &mut bool) -> Read<Condition> {
        let here = self.here();
        let mut negations = 0u32;
        while self.eat("not") {
            negations += 1;
        }
        let condition = self.bracketed(have)?;
        Ok(if negations % 2 == 1 { Condition::Not(Box::new(condition), here) } else { condition })
    }

    fn bracketed(&mut self, have: &mut bool) -> Read<Condition> {
        // `have (a basis or a deadline)`
        if matches!(self.word(), "have" | "has")
            && self.token_at(self.at + 1).is_some_and(|t| t.kind == TokenKind::OpenParen)
        {
            self.advance();
            *have = true;
        }
        let open = self.here();
        if !self.eat_kind(TokenKind::OpenParen) {
            return self.test(have);
        }
        self.depth += 1;
        if self.depth > DEEPEST {
            self.depth = 0;
            self.at = self.end;
            return Err(self.report(&codes::NESTED_TOO_DEEP, open, |code, span| {
                Diagnostic::new(code, span, format!("brackets stand more than {DEEPEST} deep in each other"))
                    .help("say the condition in several rules")
            }));
        }
        let mut inner = *have;
        let condition = self.any_of(&mut inner);
        self.depth = self.depth.saturating_sub(1);
        let condition = condition?;
        self.close_paren(open)?;
        Ok(condition)
    }

    fn test(&mut self, have: &mut bool) -> Read<Condition> {
        let first = self.at;
        if matches!(self.word(), "take" | "takes") && self.word_at(self.at + 1) == "only" {
            self.advance();
            self.advance();
            return self.data().map(Condition::TakesOnly);
        }
        let own_have = self.eat("have") || self.eat("has");
        *have |= own_have;
        let mut negated = self.is("no").then(|| self.here()).filter(|_| own_have);
        if negated.is_some() {
            self.advance();
        }
        // `where is re-identifiable`, `must be encrypted`
        let be = !own_have && (self.eat("is") || self.eat("are") || self.eat("be"));
        if be {
            *have = false;
            let here = self.here();
            if self.eat("not") {
                negated = Some(here);
            }
        }
        let mut fact = self.fact_words()?;
        let mut has = *have;
        if (self.is("has") || self.is("have")) && !self.peek().is_some_and(|t| t.first) {
            self.advance();
            has = true;
            fact.extend(self.fact_words()?);
        }
        let compare = self.comparison()?;
        if compare.is_some() && !own_have {
            has = false;
            *have = false;
        }
        let test = Condition::Test(Test { fact, have: has, be, compare, span: self.span_from(first) });
        Ok(match negated {
            Some(span) => Condition::Not(Box::new(test), span),
            None => test,
        })
    }

    /// The words of a fact, articles left out; on one line.
    fn fact_words(&mut self) -> Read<Vec<Name>> {
        self.article();
        let mut words = vec![self.fact_word()?];
        while let Some(token) = self.peek() {
            let word = self.word();
            if token.kind != TokenKind::Word
                || token.first
                || ENDS_FACT.contains(&word)
                || self.comparison_begins()
                || self.review_date_begins()
            {
                break;
            }
            self.advance();
            if !matches!(word, "a" | "an" | "the") {
                words.push(Name { symbol: token.symbol(), span: token.span() });
            }
        }
        Ok(words)
    }

    /// Whether the `review DATE` of an exception follows; `review` is also the name of facts.
    fn review_date_begins(&self) -> bool {
        self.is("review") && self.token_at(self.at + 1).is_some_and(|t| t.kind == TokenKind::Date)
    }

    fn fact_word(&mut self) -> Read<Name> {
        // a new sentence on the next line shows that this one was left unfinished
        let next_sentence = self.peek().is_some_and(|t| t.first) && matches!(self.word(), "every" | "only" | "no");
        if ENDS_FACT.contains(&self.word()) || next_sentence {
            return Err(self.expected(FACT));
        }
        self.name(FACT)
    }

    /// Whether `at most`, `of at least`, `before DATE` or `after EVENT` follows without an `is`.
    fn comparison_begins(&self) -> bool {
        let next = self.word_at(self.at + 1);
        match self.word() {
            "at" => matches!(next, "most" | "least"),
            "of" => next == "at" && matches!(self.word_at(self.at + 2), "most" | "least"),
            "before" | "after" => {
                self.token_at(self.at + 1).is_some_and(|t| matches!(t.kind, TokenKind::Date | TokenKind::Word))
            }
            _ => false,
        }
    }

    fn comparison(&mut self) -> Read<Option<(Compare, Vec<Value>)>> {
        if self.eat("includes") || self.eat("include") || self.eat("including") {
            return self.values().map(|v| Some((Compare::Includes, v)));
        }
        let is = self.eat("is") || self.eat("are");
        if !is && !self.comparison_begins() {
            return Ok(None);
        }
        self.eat("of");
        if is && self.eat("not") {
            return Ok(Some((Compare::IsNot, vec![self.value()?])));
        }
        if is && self.are(&["one", "of"]) {
            self.advance();
            self.advance();
            return self.values().map(|v| Some((Compare::OneOf, v)));
        }
        let compare = match (self.word(), self.word_at(self.at + 1)) {
            ("at", "most") => Compare::AtMost,
            ("at", "least") => Compare::AtLeast,
            ("before", _) => Compare::Before,
            ("after", _) => Compare::AfterDate,
            _ => return Ok(Some((Compare::Is, vec![self.value()?]))),
        };
        self.advance();
        if matches!(compare, Compare::AtMost | Compare::AtLeast) {
            self.advance();
        }
        Ok(Some((compare, vec![self.value()?])))
    }

    /// `a, b`: a comma goes on with the list only when a lone value follows it.
    fn values(&mut self) -> Read<Vec<Value>> {
        let mut all = vec![self.value()?];
        while self.kind() == Some(TokenKind::Comma) && self.lone_value_at(self.at + 1) {
            self.advance();
            all.push(self.value()?);
        }
        Ok(all)
    }

    fn lone_value_at(&self, at: usize) -> bool {
        let Some(token) = self.token_at(at) else { return false };
        let mut after = at + 1;
        match token.kind {
            TokenKind::Text | TokenKind::Date => return true,
            TokenKind::Number => after += usize::from(unit_of(self.word_at(at + 1)).is_some()),
            TokenKind::Word if ENDS_FACT.contains(&self.word_at(at)) => return false,
            TokenKind::Word => {}
            _ => return false,
        }
        match self.token_at(after) {
            None => true,
            Some(t) if t.first || matches!(t.kind, TokenKind::Comma | TokenKind::CloseParen) => true,
            Some(_) => matches!(self.word_at(after), "and" | "or" | "except" | "because" | "must" | "may"),
        }
    }

    fn value(&mut self) -> Read<Value> {
        match self.kind() {
            Some(TokenKind::Text) => self.text().map(Value::Text),
            Some(TokenKind::Date) => self.date().map(Value::Date),
            Some(TokenKind::Number) if unit_of(self.word_at(self.at + 1)).is_some() => {
                self.duration().map(Value::Duration)
            }
            Some(TokenKind::Number) => {
                let number = self.number()?;
                self.eat("people");
                Ok(Value::Number(number))
            }
            _ => {
                self.article();
                if matches!(self.word(), "and" | "or" | "except" | "must") {
                    return Err(self.expected(VALUE));
                }
                self.name(Shape { what: VALUE.what, example: "retention is at most 6 years" }).map(Value::Word)
            }
        }
    }
}

/// The only one, or all of them together.
fn one_or(mut all: Vec<Condition>, together: impl FnOnce(Vec<Condition>) -> Condition) -> Condition {
    match all.pop() {
        Some(only) if all.is_empty() => only,
        Some(last) => {
            all.push(last);
            together(all)
        }
        None => together(all),
    }
}
