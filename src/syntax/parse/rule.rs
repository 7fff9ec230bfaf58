//! Rules and promises: property lines, and sentences that go on until they are complete.

use super::cursor::Parser;
use super::declarations::{HeadWords, Layout};
use super::values::{ACTIVITY, NOTICE, PEOPLE};
use super::{Read, Reported};
use crate::source::Span;
use crate::syntax::Stretch;
use crate::syntax::token::TokenKind;
use crate::syntax::tree::{CitedLaw, Fact, Facts, RuleDecl, RuleFact};

/// Words that begin a property of a rule, when what follows fits.
const PROPERTIES: &[&str] =
    &["quote", "because", "law", "fix", "severity", "judged", "applies", "made", "withdrawn", "in", "jurisdiction"];

/// Words with which a sentence goes on from the line above.
pub(in crate::syntax) const GOES_ON: &[&str] = &[
    "before",
    "except",
    "must",
    "may",
    "and",
    "or",
    "not",
    "where",
    "about",
    "from",
    "to",
    "at",
    "of",
    "for",
    "together",
    "between",
    "named",
    "with",
    "is",
    "are",
    "has",
    "have",
    "includes",
    "include",
    "including",
    "people",
    "minimum",
    "review",
    "because",
    "in",
];

impl Parser<'_> {
    /// `rule NAME "…" { … }` or `promise NAME "…" { … }`.
    pub(super) fn rule(&mut self, layout: Layout, promise: bool) -> Option<RuleDecl> {
        let head = self.head(layout, HeadWords { dotted: true, coded: true, ..HeadWords::default() });
        let facts = self.rule_facts(layout);
        head.ok().map(|read| RuleDecl { head: read.head, promise, facts })
    }

    fn rule_facts(&mut self, layout: Layout) -> Facts<RuleFact> {
        let Some((mut at, end)) = layout.body else { return Facts::new() };
        let saved = (self.at, self.end, self.fact);
        let mut facts = Facts::new();
        // where the fact ends at the latest; it holds for every sentence before it, so it is looked for once
        let mut hard_end = 0;
        while at < end {
            let Some(token) = self.tokens.get(at) else { break };
            if matches!(token.kind, TokenKind::Semicolon | TokenKind::Bad) {
                at += 1;
                continue;
            }
            self.end = end;
            self.at = at;
            let property = self.is_property(at);
            if hard_end <= at || property {
                hard_end = self.hard_end(at, end);
            }
            self.end = hard_end;
            self.fact = Stretch { first: at as u32, end: self.end as u32, label: 0, sentence: !property };
            let place = self.outline_fact();
            match self.rule_fact(property) {
                Ok(value) => {
                    let span = self.span_from(at);
                    let label =
                        self.tokens.get(at + self.fact.label.saturating_sub(1) as usize).map_or(span, |t| t.span());
                    facts.push(Fact { span, word: Span::new(span.start, label.end), value });
                    at = self.at.max(at + 1);
                }
                Err(Reported) => at = self.recover(at),
            }
            if let Some(stretch) = self.outline.facts.get_mut(place) {
                *stretch = Stretch { end: at as u32, label: self.fact.label, ..*stretch };
            }
        }
        (self.at, self.end, self.fact) = saved;
        facts
    }

    fn rule_fact(&mut self, property: bool) -> Read<RuleFact> {
        let fact = if property {
            let word = self.word();
            self.advance();
            self.label_ends();
            self.rule_property(word)?
        } else {
            RuleFact::Sentence(Box::new(self.sentence()?))
        };
        match self.peek() {
            // complete, and the next line begins another fact
            Some(token) if token.first => Ok(fact),
            _ => self.finish().map(|()| fact),
        }
    }

    fn rule_property(&mut self, word: &str) -> Read<RuleFact> {
        Ok(match word {
            "quote" => {
                let text = self.text()?;
                self.expect("in")?;
                RuleFact::Quote { text, notice: self.name(NOTICE)? }
            }
            "because" => RuleFact::Because(self.text()?),
            "law" => RuleFact::Law(Box::new(self.cited_law()?)),
            "jurisdiction" => RuleFact::Jurisdiction(self.one_of("`uk` or `eu`", &["uk", "eu"])?),
            "fix" => RuleFact::Fix(self.text()?),
            "severity" => {
                RuleFact::Severity(self.one_of("`error`, `warning` or `info`", &["error", "warning", "info"])?)
            }
            "judged" => {
                self.second("by")?;
                RuleFact::JudgedBy(self.one_of("`holder` or `anyone`", &["holder", "anyone"])?)
            }
            "applies" => {
                let from = self.date()?;
                RuleFact::Applies { from, to: self.after_word("to", Self::date)? }
            }
            "made" if self.is("to") => {
                self.second("to")?;
                RuleFact::MadeTo(self.names(PEOPLE)?)
            }
            "made" => {
                let from = self.date()?;
                RuleFact::Made { from, to: self.after_word("to", Self::date)? }
            }
            "withdrawn" => RuleFact::Withdrawn(self.date()?),
            _ => RuleFact::In(self.name(ACTIVITY)?),
        })
    }

    /// `"CITATION" [in uk | eu] [in force DATE [to DATE]]`.
    fn cited_law(&mut self) -> Read<CitedLaw> {
        let mut law = CitedLaw { text: self.text()?, jurisdiction: None, from: None, to: None };
        while self.eat("in") {
            if self.eat("force") {
                self.eat("from");
                law.from = Some(self.date()?);
                law.to = self.after_word("to", Self::date)?;
                break;
            }
            law.jurisdiction = Some(self.one_of("`uk`, `eu` or `force DATE`", &["uk", "eu"])?);
        }
        Ok(law)
    }

    /// Whether the word at an index begins a property: `law "…"` does, `law must never receive …` does not.
    fn is_property(&self, at: usize) -> bool {
        let word = self.word_at(at);
        if !PROPERTIES.contains(&word) {
            return false;
        }
        let next = self.token_at(at + 1);
        let next_word = self.word_at(at + 1);
        let ends = |i: usize| self.token_at(i).is_none_or(|t| t.first || t.kind == TokenKind::Semicolon);
        match word {
            "quote" | "because" | "law" | "fix" => {
                next.is_none_or(|t| matches!(t.kind, TokenKind::Text | TokenKind::Bad) || t.first)
                    || !matches!(next_word, "must" | "may" | "or" | "and")
                        && next.is_some_and(|t| t.kind != TokenKind::Comma)
            }
            "judged" => next_word == "by",
            "jurisdiction" => matches!(next_word, "uk" | "eu"),
            "severity" => next_word != "must" && next_word != "may" && ends(at + 2),
            "made" if next_word == "to" => true,
            "applies" | "made" | "withdrawn" => {
                !matches!(next_word, "must" | "may" | "or" | "and") && next.is_none_or(|t| t.kind != TokenKind::Comma)
            }
            _ => !next_word.is_empty() && next_word != "must" && next_word != "may" && ends(at + 2),
        }
    }

    /// Where a fact that begins at `first` ends at the latest: the next `;`, or the next line that begins a property.
    fn hard_end(&self, first: usize, end: usize) -> usize {
        let quote = self.word_at(first) == "quote";
        for at in first + 1..end {
            let Some(token) = self.token_at(at) else { return at };
            if token.kind == TokenKind::Semicolon {
                return at;
            }
            // the `in` of a quote may stand on the next line
            let own_in = quote && at == first + 2;
            if token.first && !own_in && self.is_property(at) {
                return at;
            }
        }
        end
    }

    /// Where reading goes on after an error: the next line that is likely to begin a fact, or the end of the fact.
    fn recover(&self, first: usize) -> usize {
        let from = self.at.max(first + 1);
        (from..self.end).find(|at| self.likely_begins(*at)).unwrap_or(self.end.max(from))
    }

    /// Whether a fact of a rule is likely to begin with the token at an index: the first on its line, after a line that
    /// could end there, and not a word with which a sentence goes on.
    pub(super) fn likely_begins(&self, at: usize) -> bool {
        let Some(token) = self.token_at(at).filter(|t| t.first && t.kind == TokenKind::Word) else { return false };
        let before = at.checked_sub(1).and_then(|i| self.tokens.get(i));
        let open = before.is_some_and(|t| {
            t.kind == TokenKind::Comma || (t.kind == TokenKind::Word && matches!(self.source(t.span()), "and" | "or"))
        });
        !open && !GOES_ON.contains(&self.source(token.span()))
    }
}
