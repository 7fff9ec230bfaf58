//! Saying what is wrong with a name that does not fit: unknown, of another kind, or one of several.

use super::Resolver;
use super::names::Wanted;
use crate::diagnostic::codes::names as codes;
use crate::diagnostic::with_article;
use crate::diagnostic::{Diagnostic, did_you_mean};
use crate::model::Thing;
use crate::syntax::tree::Name;

/// How many further places of one unknown name a message shows.
const FURTHER: usize = 4;

/// How many of the categories that share a last part a message names.
const LISTED: usize = 12;

/// What to write where a name of another kind stands.
fn instead(wanted: Wanted) -> String {
    let noun = with_article(wanted.noun());
    match wanted.declaration() {
        "" => format!("name {noun}"),
        keyword => format!("name {noun}; `{keyword} NAME {{ … }}` declares one"),
    }
}

/// How to declare what a name that nothing declares is used for.
fn declare(wanted: Wanted, word: &str) -> String {
    match (wanted, wanted.declaration()) {
        (Wanted::Dataset, _) => format!("declare it, `dataset {word} {{ … }}`, or let a step give it"),
        (_, "") => format!("name {}", with_article(wanted.noun())),
        // rules of packs have codes, and are there once the pack is adopted
        (Wanted::Rule, _) if word.starts_with(|c: char| c.is_ascii_uppercase()) => {
            format!(
                "adopt the pack whose rule it is; `staunch explain {word}` says which, if one of those that come along"
            )
        }
        (_, keyword) => format!("declare it: `{keyword} {word} {{ … }}`"),
    }
}

impl Resolver<'_> {
    /// A name of something else than is needed.
    pub(super) fn wrong_kind(&mut self, name: Name, thing: Thing, wanted: Wanted) {
        if self.is_lost(name.symbol) {
            return;
        }
        let word = self.word(name.symbol).to_owned();
        let noun = with_article(self.noun(thing));
        let message = format!("`{word}` is {noun}; {} is needed here", with_article(wanted.noun()));
        let mut diagnostic = Diagnostic::new(&codes::WRONG_KIND, name.span, message).label(format!("this is {noun}"));
        if let Some(span) = self.declared_at(name.symbol) {
            diagnostic = diagnostic.also(span, format!("`{word}` is declared here"));
        }
        if let (Wanted::Party | Wanted::PartyOrGroup, Some((party, _))) = (wanted, word.split_once('.')) {
            diagnostic =
                diagnostic.help(format!("a team is a place and never answers in law: name its party, `{party}`"));
        } else {
            let advice = self.advice(&word, wanted);
            diagnostic = diagnostic.help(instead(wanted)).maybe_help(advice);
        }
        self.report(diagnostic);
    }

    /// Says once that a name is not declared; further places are added to the same message.
    pub(super) fn unknown(&mut self, name: Name, wanted: Wanted) {
        if self.is_lost(name.symbol) {
            return;
        }
        if let Some(index) = self.unknown.get(&(name.symbol, wanted.family())) {
            if let Some(diagnostic) = self.pending.get_mut(*index)
                && diagnostic.related.len() < FURTHER
            {
                diagnostic.related.push(crate::diagnostic::Label { span: name.span, text: "and here".to_owned() });
            }
            return;
        }
        if !self.heard() {
            self.unknown.insert((name.symbol, wanted.family()), usize::MAX);
            self.unheard.push(name.span);
            return;
        }
        let word = self.word(name.symbol).to_owned();
        let diagnostic = match self.unknown_team(&word, name, wanted) {
            Some(diagnostic) => diagnostic,
            None => self.unknown_name(&word, name, wanted),
        };
        self.unknown.insert((name.symbol, wanted.family()), self.pending.len());
        self.pending.push(diagnostic);
    }

    fn unknown_name(&mut self, word: &str, name: Name, wanted: Wanted) -> Diagnostic {
        let noun = wanted.noun();
        let other = match wanted {
            Wanted::Purpose | Wanted::Category => None,
            _ if self.model.vocabulary.find_purpose(word).is_some() => Some("a purpose"),
            _ if self.model.vocabulary.find_category(word).is_some() => Some("a category of data"),
            _ => None,
        };
        if let Some(other) = other {
            let message = format!("`{word}` is {other}; {} is needed here", with_article(noun));
            let advice = self.advice(word, wanted);
            return Diagnostic::new(&codes::WRONG_KIND, name.span, message)
                .label("a word of the vocabulary")
                .help(match wanted.declaration() {
                    "" => format!("name {}", with_article(noun)),
                    keyword => format!("name {}; `{keyword} {word} {{ … }}` declares one", with_article(noun)),
                })
                .maybe_help(advice);
        }
        let message = match wanted {
            Wanted::Anything => format!("nothing is called `{word}`"),
            _ if wanted.family() == Wanted::Place => format!("there is no party called `{word}`"),
            _ => format!("there is no {noun} called `{word}`"),
        };
        let help = self.advice(word, wanted).or_else(|| match wanted {
            Wanted::Anything => Some("mend the spelling, or take the line out".to_owned()),
            _ => Some(declare(wanted, word)),
        });
        Diagnostic::new(&codes::UNKNOWN_NAME, name.span, message).label("not declared in any file").maybe_help(help)
    }

    /// `party.team` where one of the two is not there.
    fn unknown_team(&mut self, word: &str, name: Name, wanted: Wanted) -> Option<Diagnostic> {
        if !matches!(wanted, Wanted::Place | Wanted::Party | Wanted::PlaceOrGroup | Wanted::PartyOrGroup) {
            return None;
        }
        let Some((party, team)) = word.split_once('.') else { return self.team_alone(word, name) };
        let known = self.model.words.find(party).filter(|s| matches!(self.model.names.get(s), Some(Thing::Place(_))));
        let advice = self.advice(word, wanted);
        Some(match known {
            Some(symbol) => {
                let mut diagnostic =
                    Diagnostic::new(&codes::UNKNOWN_TEAM, name.span, format!("`{party}` has no team called `{team}`"))
                        .label("no such team")
                        .help(format!("add the team to its party: `team {team} \"…\"`"));
                if let Some(span) = self.declared_at(symbol) {
                    diagnostic = diagnostic.also(span, format!("`{party}` is declared here"));
                }
                diagnostic.maybe_help(advice)
            }
            None => Diagnostic::new(
                &codes::UNKNOWN_TEAM,
                name.span,
                format!("there is no party called `{party}`, so it has no team `{team}`"),
            )
            .label("no such party")
            .help(format!("declare it: `party {party} {{ team {team} }}`"))
            .maybe_help(advice),
        })
    }

    /// A team's own name without its party's.
    fn team_alone(&self, word: &str, name: Name) -> Option<Diagnostic> {
        let team = self
            .model
            .places
            .iter()
            .filter(|p| p.team)
            .find(|p| self.word(p.declared.name).split_once('.').is_some_and(|(_, team)| team == word))?;
        let full = self.word(team.declared.name);
        Some(
            Diagnostic::new(
                &codes::UNKNOWN_TEAM,
                name.span,
                format!("`{word}` is a team and is named without its party"),
            )
            .label("which party's?")
            .also(team.declared.span, "the team is declared here")
            .help(format!("write `{full}`")),
        )
    }

    /// "Did you mean", out of the names that would fit. Nothing when the message will not be kept.
    fn advice(&mut self, word: &str, wanted: Wanted) -> Option<String> {
        if !self.heard() {
            return None;
        }
        match wanted {
            Wanted::Purpose => return did_you_mean(word, self.model.vocabulary.purpose_words()),
            Wanted::Category => return did_you_mean(word, self.model.vocabulary.category_words()),
            _ => {}
        }
        let mut candidates: Vec<&str> = Vec::new();
        for (symbol, thing) in &self.order {
            if candidates.len() >= self.budget {
                break;
            }
            if self.fits(wanted, *thing) {
                let known = self.model.words.word(*symbol);
                candidates.push(known);
            }
        }
        let spent = candidates.len();
        let advice = did_you_mean(word, candidates);
        self.budget = self.budget.saturating_sub(spent);
        advice
    }

    /// Says that a word is the last part of several categories, if it is.
    pub(super) fn ambiguous_category(&mut self, name: Name) -> bool {
        if !self.heard() {
            return false;
        }
        let word = self.word(name.symbol).to_owned();
        let vocabulary = &self.model.vocabulary;
        let all: Vec<String> = vocabulary
            .categories_sharing(&word)
            .into_iter()
            .map(|c| format!("`{}`", vocabulary.category(c).name))
            .collect();
        if all.len() < 2 {
            return false;
        }
        self.report(
            Diagnostic::new(
                &codes::AMBIGUOUS_CATEGORY,
                name.span,
                format!("`{word}` may be any of several categories"),
            )
            .label("which one?")
            .help(match all.split_at_checked(LISTED) {
                Some((shown, more)) if !more.is_empty() => {
                    format!("write the whole path, such as {}; there are {} more", shown.join(", "), more.len())
                }
                _ => format!("write the whole path, one of {}", all.join(", ")),
            }),
        );
        true
    }
}
