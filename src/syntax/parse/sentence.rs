//! The sentences of the rule language, one function a form. The cursor ends where the sentence may end at the latest.

use super::cursor::Parser;
use super::values::{EVENT, FIELD, PURPOSE, Shape};
use super::{Read, Reported};
use crate::diagnostic::codes::syntax as codes;
use crate::diagnostic::{Diagnostic, Diagnostics, did_you_mean};
use crate::source::Span;
use crate::syntax::FixedWords;
use crate::syntax::Stretch;
use crate::syntax::lex::shorten;
use crate::syntax::token::{Token, TokenKind};
use crate::syntax::tree::{Filter, Form, Name, Sentence, Through, Verb};

/// What follows a subject: the words, and how they are used, for messages.
const FORMS: &str = "say `must never receive DATA`, `must never hold DATA`, `may receive only FIELDS from X`, `must pass through STEP before reaching WHO`, `may be used only for PURPOSES` or `must never be used for PURPOSES`";

/// The one entity of two words.
const LAW_CITED: (&str, &str) = ("law", "cited");

/// Reads a sentence or question of its own, for `staunch ask`.
pub(in crate::syntax) fn question(
    text: &str,
    start: u32,
    tokens: &[Token],
    fixed: FixedWords,
    diagnostics: &mut Diagnostics,
) -> Option<Sentence> {
    let mut parser = Parser::new(text, start, tokens, fixed, diagnostics);
    parser.fact = Stretch { first: 0, end: tokens.len() as u32, label: 0, sentence: true };
    parser.ask().ok()
}

impl Parser<'_> {
    fn ask(&mut self) -> Read<Sentence> {
        let first = self.at;
        let form = if self.are(&["who", "may"]) || self.are(&["who", "can"]) || self.are(&["who", "could"]) {
            self.advance();
            self.advance();
            let verb = self.verb()?;
            let data = self.data()?;
            Form::Asked { verb, data }
        } else if self.modal().is_none() && !self.has_other_modal() {
            Form::Asked { verb: Verb::Hold, data: self.data()? }
        } else {
            return self.sentence().and_then(|s| self.finish().map(|()| s));
        };
        let exceptions = self.exceptions()?;
        self.finish()?;
        Ok(Sentence { span: self.span_from(first), form, exceptions })
    }

    /// A sentence with its exceptions.
    pub(super) fn sentence(&mut self) -> Read<Sentence> {
        self.depth = 0;
        let first = self.at;
        if let Some(bad) = self.bad() {
            return Err(bad);
        }
        let form = if self.are(&["no", "one"]) {
            self.no_one()
        } else if self.is("only") {
            self.only()
        } else if self.is("every") {
            self.every()
        } else {
            self.with_subject()
        }?;
        let exceptions = self.exceptions()?;
        Ok(Sentence { span: self.span_from(first), form, exceptions })
    }

    /// Where the first `must` or `may` of the sentence stands.
    pub(super) fn modal(&self) -> Option<usize> {
        self.reach().find(|i| matches!(self.word_at(*i), "must" | "may"))
    }

    /// The tokens that are likely to be of this sentence, for looking ahead.
    fn reach(&self) -> std::ops::Range<usize> {
        let end = (self.at + 1..self.end).find(|i| self.likely_begins(*i)).unwrap_or(self.end);
        self.at..end
    }

    fn has_other_modal(&self) -> bool {
        self.reach().any(|i| instead_of(self.word_at(i)).is_some())
    }

    /// `receive` or `hold`.
    fn verb(&mut self) -> Read<Verb> {
        let verb = match self.word() {
            "receive" => Verb::Receive,
            "hold" => Verb::Hold,
            _ => return Err(self.unknown_verb()),
        };
        self.advance();
        Ok(verb)
    }

    fn unknown_verb(&mut self) -> Reported {
        if let Some(bad) = self.bad() {
            return bad;
        }
        if self.kind() != Some(TokenKind::Word) {
            return self
                .expected(Shape { what: "`receive` or `hold`", example: "must never receive identifiable data" });
        }
        let (here, word) = (self.here(), self.word());
        let help = match word {
            "get" | "see" | "access" | "obtain" | "take" | "receives" | "have" | "know" | "learn" => {
                "say `receive` for data that comes in, `hold` for data that is there".to_owned()
            }
            "keep" | "store" | "holds" | "possess" | "retain" | "own" => "say `hold`".to_owned(),
            "share" | "send" | "disclose" | "sell" | "give" | "pass" | "transfer" => {
                "say who must never receive it: `WHO must never receive DATA from …`".to_owned()
            }
            "use" | "process" => "say what is done with the data: `DATA must never be used for PURPOSES`".to_owned(),
            _ => did_you_mean(word, ["receive", "hold"]).unwrap_or_else(|| FORMS.to_owned()),
        };
        self.report(&codes::UNKNOWN_VERB, here, |code, span| {
            Diagnostic::new(code, span, format!("no rule says `{}` here", shorten(word))).help(help)
        })
    }

    /// `a field they do not use`, when it follows.
    fn unused_fields(&mut self) -> bool {
        for words in [
            &["a", "field", "they", "do", "not", "use"][..],
            &["a", "field", "it", "does", "not", "use"],
            &["fields", "they", "do", "not", "use"],
        ] {
            if self.are(words) {
                self.at += words.len();
                return true;
            }
        }
        false
    }

    /// 1, 7, 10. `no one [except WHO] may receive | hold DATA [together with DATA]`.
    fn no_one(&mut self) -> Read<Form> {
        self.advance();
        self.advance();
        let except = self.after_word("except", Self::who)?;
        if !self.eat("may") {
            return Err(self.not_may("`no one`", "no one may receive DATA"));
        }
        let verb = self.verb()?;
        if verb == Verb::Receive && except.is_none() && self.unused_fields() {
            return Ok(Form::UnusedFields { who: None });
        }
        let data = self.data()?;
        if verb == Verb::Hold && except.is_none() && self.are(&["together", "with"]) {
            self.advance();
            self.advance();
            return Ok(Form::Together { who: None, left: data, right: self.data()? });
        }
        Ok(Form::NoOne { except, verb, data })
    }

    /// Reports another modal where `may` is due.
    fn not_may(&mut self, subject: &'static str, example: &'static str) -> Reported {
        if self.done() || self.kind() != Some(TokenKind::Word) {
            return self.expected(Shape { what: "", example: "may" });
        }
        let (here, word) = (self.here(), self.word());
        self.report(&codes::OTHER_MODAL, here, |code, span| {
            Diagnostic::new(code, span, format!("{subject} goes with `may`, not with `{}`", shorten(word)))
                .help(format!("say `{example}`"))
        })
    }

    /// 2 and 4. `only WHO may receive | hold DATA`, `only DATA may be used for PURPOSES`.
    fn only(&mut self) -> Read<Form> {
        self.advance();
        let used = self.modal().is_some_and(|m| self.word_at(m + 1) == "be");
        if used {
            let data = self.data()?;
            if !self.eat("may") {
                return Err(self.not_may("`only`", "only DATA may be used for PURPOSES"));
            }
            self.expect("be")?;
            self.expect("used")?;
            self.expect("for")?;
            return Ok(Form::OnlyDataFor { data, purposes: self.or_list(PURPOSE)? });
        }
        let who = self.who()?;
        if !self.eat("may") {
            return Err(self.not_may("`only`", "only WHO may receive DATA"));
        }
        let verb = self.verb()?;
        Ok(Form::Only { who, verb, data: self.data()? })
    }

    /// The forms that begin with a `WHO` or with `DATA`: the words after `must` or `may` tell which.
    fn with_subject(&mut self) -> Read<Form> {
        let Some(modal) = self.modal() else { return Err(self.no_modal()) };
        if let Some(other) = (self.at..modal).find(|i| instead_of(self.word_at(*i)).is_some()) {
            return Err(self.other_modal(other));
        }
        let next = |n: usize| self.word_at(modal + n);
        let subject_is_who = match (self.word_at(modal), next(1), next(2)) {
            ("must", "never", "be") | ("must", "pass" | "be", _) | ("may", "be", _) => false,
            ("must", "never", _) | ("may", "receive" | "hold", _) => true,
            _ => return Err(self.near_miss(modal)),
        };
        if subject_is_who { self.who_form() } else { self.data_form() }
    }

    /// 1, 2, 7, 10: `WHO must never …`, `WHO may receive only …`.
    fn who_form(&mut self) -> Read<Form> {
        let who = self.who()?;
        if self.eat("may") {
            let verb = self.here();
            let receive = self.verb()? == Verb::Receive;
            if !receive || !self.is("only") {
                return Err(self.report(&codes::UNKNOWN_SENTENCE, verb, |code, span| {
                    Diagnostic::new(code, span, "rules forbid and require; none permits")
                        .help("say `WHO may receive only FIELDS from X`, or `only WHO may receive DATA`")
                }));
            }
            self.advance();
            let fields = self.names(FIELD)?.into_iter().collect();
            self.expect("from")?;
            let from = self.or_list(Shape { what: "a dataset, a party or an activity", example: "" })?;
            return Ok(Form::OnlyFields { who, fields, from });
        }
        self.expect("must")?;
        self.expect("never")?;
        let verb = self.verb()?;
        if verb == Verb::Receive && self.unused_fields() {
            return Ok(Form::UnusedFields { who: Some(who) });
        }
        let data = self.data()?;
        if verb == Verb::Hold && self.are(&["together", "with"]) {
            self.advance();
            self.advance();
            return Ok(Form::Together { who: Some(who), left: data, right: self.data()? });
        }
        Ok(Form::Never { who, verb, data })
    }

    /// 3, 4, 8: `DATA must pass through …`, `DATA may be used only …`, `published DATA must be …`.
    fn data_form(&mut self) -> Read<Form> {
        let data = self.data()?;
        if self.eat("may") {
            self.expect("be")?;
            self.expect("used")?;
            self.expect("only")?;
            if self.eat("at") {
                return Ok(Form::UsedOnlyAt { data, at: self.who()? });
            }
            self.expect("for")?;
            return Ok(Form::UsedOnlyFor { data, purposes: self.or_list(PURPOSE)? });
        }
        self.expect("must")?;
        match self.word() {
            "never" => self.never_used(data),
            "pass" => self.pass_through(data),
            "be" => self.published(data),
            _ => Err(self.unknown_verb()),
        }
    }

    fn never_used(&mut self, data: crate::syntax::tree::Data) -> Read<Form> {
        self.advance();
        self.expect("be")?;
        self.expect("used")?;
        if self.eat("to") {
            self.expect("decide")?;
            self.expect("about")?;
            self.expect("individuals")?;
            return Ok(Form::NeverDecide { data });
        }
        self.expect("for")?;
        Ok(Form::NeverUsedFor { data, purposes: self.or_list(PURPOSE)? })
    }

    fn pass_through(&mut self, data: crate::syntax::tree::Data) -> Read<Form> {
        self.advance();
        self.expect("through")?;
        let through = self.through()?;
        let at = self.after_word("at", Self::who)?;
        self.expect("before")?;
        self.expect("reaching")?;
        Ok(Form::PassThrough { data, through, at, reaching: self.who()? })
    }

    fn through(&mut self) -> Read<Through> {
        self.article();
        let word = self.word();
        let operation = self.here();
        match word {
            "step"
                if self.token_at(self.at + 1).is_some_and(|t| t.kind == TokenKind::Word)
                    && !matches!(self.word_at(self.at + 1), "at" | "before") =>
            {
                self.advance();
                self.name(super::values::STEP).map(Through::Step)
            }
            "drop" => {
                self.advance();
                self.names(FIELD).map(|f| Through::Drop(f.into_iter().collect()))
            }
            "pseudonymise" | "aggregate" | "suppress" | "review" | "filter" | "generalise" | "encrypt"
            | "synthesise" => {
                let word = self.name(Shape { what: "an operation", example: "" })?;
                self.through_operation(word)
            }
            _ => {
                let shape = Shape { what: "a step or an operation", example: "drop name, address" };
                if self.kind() != Some(TokenKind::Word) || word == "before" {
                    let _ = operation;
                    return Err(self.expected(shape));
                }
                self.name(shape).map(Through::Step)
            }
        }
    }

    fn through_operation(&mut self, word: Name) -> Read<Through> {
        if self.source(word.span) == "filter" {
            self.expect("opt-out")?;
            return Ok(Through::Operation {
                word,
                minimum: None,
                arguments: vec![self.name(Shape { what: "an opt-out", example: "" })?],
            });
        }
        let listed = self.kind() == Some(TokenKind::Word) && !matches!(self.word(), "at" | "before" | "minimum" | "by");
        let arguments = if listed || self.eat("by") { self.names(FIELD)?.into_iter().collect() } else { Vec::new() };
        let minimum = self.after_word("minimum", Self::number)?;
        if minimum.is_some() {
            self.eat("people");
        }
        Ok(Through::Operation { word, minimum, arguments })
    }

    /// 8. `published DATA must be counts of at least 10 people`, `published DATA must be anonymous`.
    fn published(&mut self, data: crate::syntax::tree::Data) -> Read<Form> {
        self.advance();
        if !data.published && matches!(self.word(), "counts" | "anonymous") {
            return Err(self.report(&codes::UNKNOWN_SENTENCE, data.span, |code, span| {
                Diagnostic::new(code, span, "only published data is said to have to be counts or anonymous")
                    .help("say `published data must be …`, or `no one may receive …` for other data")
            }));
        }
        if self.eat("anonymous") {
            return Ok(Form::PublishedAnonymous { data });
        }
        if self.is("counts") {
            self.advance();
            self.expect("of")?;
            self.expect("at")?;
            self.expect("least")?;
            let minimum = self.number()?;
            self.expect("people")?;
            return Ok(Form::PublishedCounts { data, minimum });
        }
        if self.are(&["destroyed"]) {
            let here = self.here();
            return Err(self.report(&codes::UNKNOWN_SENTENCE, here, |code, span| {
                Diagnostic::new(code, span, "what is destroyed is a copy")
                    .help("say `every copy of DATA must be destroyed by EVENT`")
            }));
        }
        Err(self.expected(Shape {
            what: "`anonymous` or `counts of at least N people`",
            example: "published data must be anonymous",
        }))
    }

    /// 5, 6, 8, 9. `every ENTITY … must …`.
    fn every(&mut self) -> Read<Form> {
        self.advance();
        let entity = self.entity()?;
        let mut filters = Vec::new();
        let mut only_where = None;
        loop {
            if only_where.is_none() && self.eat("where") {
                only_where = Some(self.condition()?);
            } else if let Some(filter) = self.filter(entity)? {
                filters.push(filter);
            } else {
                break;
            }
        }
        if !self.is("must") {
            return Err(self.no_must());
        }
        self.advance();
        if self.are(&["be", "destroyed"]) && self.source(entity.span) == "copy" {
            return self.destroyed(entity, filters, only_where.is_some());
        }
        if self.is("never") {
            let here = self.here();
            return Err(self.report(&codes::OTHER_MODAL, here, |code, span| {
                Diagnostic::new(code, span, "a sentence with `every` says `must not`")
                    .help("say `must not` for `must never`")
            }));
        }
        let negated = self.eat("not");
        let must = self.condition()?;
        Ok(Form::Every { entity, filters, only_where, negated, must })
    }

    fn entity(&mut self) -> Read<Name> {
        let first = self.name(Shape { what: "what the rule is about", example: "every flow" })?;
        if LAW_CITED == (self.source(first.span), self.word()) {
            self.advance();
            return Ok(Name { symbol: self.fixed.law_cited, span: first.span.to(self.before()) });
        }
        Ok(first)
    }

    fn filter(&mut self, entity: Name) -> Read<Option<Filter>> {
        let word = self.word();
        if !matches!(word, "of" | "at" | "from" | "to" | "in" | "for" | "named" | "between") {
            return Ok(None);
        }
        let first = self.at;
        self.advance();
        let any = Shape { what: "a name", example: "" };
        Ok(Some(match word {
            "of" => {
                // of a flow the last `from` is where it comes from, not where its data does
                let flow = self.source(entity.span) == "flow";
                Filter::Of(self.data_before(|p| flow && !p.another_from())?)
            }
            "at" => Filter::At(self.who()?),
            "from" => Filter::From(self.who()?),
            "to" => Filter::To(self.who()?),
            "in" => Filter::In(self.or_list(any)?),
            "for" => Filter::For(self.or_list(PURPOSE)?),
            "named" => Filter::Named(self.or_list(any)?),
            _ => {
                self.expect("organisations")?;
                Filter::BetweenOrganisations(self.span_from(first))
            }
        }))
    }

    /// Whether another `from` follows the one that stands here, before the sentence's `where` or `must`.
    fn another_from(&self) -> bool {
        (self.at + 1..self.end)
            .map(|i| self.word_at(i))
            .take_while(|w| !matches!(*w, "where" | "must"))
            .any(|w| w == "from")
    }

    /// 6. `must be destroyed by E | within 30 days of E`.
    fn destroyed(&mut self, entity: Name, filters: Vec<Filter>, has_where: bool) -> Read<Form> {
        self.advance();
        self.advance();
        let (mut data, mut at, mut wrong) = (None, None, has_where);
        for filter in filters {
            match filter {
                Filter::Of(d) if data.is_none() => data = Some(d),
                Filter::At(w) if at.is_none() => at = Some(w),
                _ => wrong = true,
            }
        }
        if wrong {
            return Err(self.report(&codes::UNKNOWN_SENTENCE, entity.span, |code, span| {
                Diagnostic::new(code, span, "a sentence about destruction says only of which data and at which place")
                    .help("say `every copy of DATA [at PLACE] must be destroyed by EVENT`")
            }));
        }
        let by = if self.eat("by") {
            self.when()?
        } else if self.eat("within") {
            self.within()?
        } else {
            return Err(
                self.expected(Shape { what: "`by EVENT` or `within 30 days of EVENT`", example: EVENT.example })
            );
        };
        let data = data.unwrap_or_else(|| self.any_data(entity.span));
        Ok(Form::Destroyed { data, at, by })
    }

    // ---- near misses ----

    fn no_must(&mut self) -> Reported {
        if let Some(bad) = self.bad() {
            return bad;
        }
        if let Some(other) = self.reach().find(|i| instead_of(self.word_at(*i)).is_some() || self.word_at(*i) == "may")
        {
            return self.other_modal(other);
        }
        self.expected(Shape { what: "`must`", example: "every flow of personal data must have agreement in force" })
    }

    /// Reports a sentence without `must` and `may`.
    fn no_modal(&mut self) -> Reported {
        if let Some(other) = self.reach().find(|i| instead_of(self.word_at(*i)).is_some()) {
            return self.other_modal(other);
        }
        if self.reach().any(|i| self.token_at(i).is_some_and(|t| t.kind == TokenKind::Bad)) {
            return Reported;
        }
        let (here, word) = (self.here(), self.word());
        let found = self.source(here);
        let properties = ["quote", "because", "law", "fix", "severity", "judged", "applies", "made", "withdrawn", "in"];
        self.report(&codes::UNKNOWN_SENTENCE, here, |code, span| {
            let help = did_you_mean(word, properties).unwrap_or_else(|| {
                "a rule's sentence says `must` or `may`, as in `hackney must never receive identifiable data`"
                    .to_owned()
            });
            Diagnostic::new(
                code,
                span,
                format!("the line that begins with `{}` is neither a sentence nor a line of a rule", shorten(found)),
            )
            .help(help)
        })
    }

    fn other_modal(&mut self, at: usize) -> Reported {
        let (word, next) = (self.word_at(at), self.word_at(at + 1));
        let span = self.token_at(at).map_or(self.here(), |t| t.span());
        let not = matches!(word, "cannot" | "can't" | "never") || matches!(next, "not" | "never");
        let say = if not { "must never" } else { instead_of(word).unwrap_or("must") };
        self.report(&codes::OTHER_MODAL, span, |code, span| {
            Diagnostic::new(code, span, format!("a rule does not say `{word}`")).help(format!("say `{say}`"))
        })
    }

    /// Reports what follows `must` or `may` and fits no form.
    fn near_miss(&mut self, modal: usize) -> Reported {
        let (word, next, verb) = (self.word_at(modal), self.word_at(modal + 1), self.word_at(modal + 2));
        let span = |p: &Self, from: usize, to: usize| {
            let first = p.token_at(from).map_or(p.here(), |t| t.span());
            p.token_at(to).map_or(first, |t| first.to(t.span()))
        };
        if next == "not" || (word == "may" && next == "never") {
            let say = match verb {
                "" => "must never".to_owned(),
                verb => format!("must never {verb}"),
            };
            let at: Span = span(self, modal, modal + 1);
            return self.report(&codes::OTHER_MODAL, at, |code, span| {
                Diagnostic::new(code, span, format!("a rule does not say `{word} {next}`"))
                    .help(format!("say `{}`", shorten(&say)))
            });
        }
        if word == "must" && matches!(next, "receive" | "hold" | "only") {
            let at = span(self, modal, modal + 1);
            return self.report(&codes::OTHER_MODAL, at, |code, span| {
                Diagnostic::new(code, span, format!("no rule says `must {next}`"))
                    .help("say `must never receive DATA`, or `only WHO may receive DATA`")
            });
        }
        self.at = modal + 1;
        self.unknown_verb()
    }
}

/// What a rule says instead of another modal verb.
fn instead_of(word: &str) -> Option<&'static str> {
    Some(match word {
        "should" | "shall" | "will" | "ought" => "must",
        "can" | "could" | "might" => "may",
        "cannot" => "must never",
        _ => return None,
    })
}
