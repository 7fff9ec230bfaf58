//! The layout of a file: where declarations and facts begin and end, and who reads which.

use rayon::prelude::*;

use super::braces::at_line_start;
use super::cursor::{Parser, Passes};
use super::values::{Shape, ticked};
use super::{Read, Reported};
use crate::diagnostic::codes::syntax as codes;
use crate::diagnostic::{Diagnostic, Diagnostics, did_you_mean};
use crate::source::Span;
use crate::syntax::intern::Symbol;
use crate::syntax::lex::shorten;
use crate::syntax::token::{Token, TokenKind};
use crate::syntax::tree::{Declaration, Fact, Facts, Head, Name, Stated, Tree};
use crate::syntax::{FixedWords, Outline, Stretch};

/// Every word that begins a declaration.
pub(super) const KEYWORDS: &[&str] = &[
    "party",
    "group",
    "wall",
    "people",
    "activity",
    "precondition",
    "dataset",
    "category",
    "combination",
    "flow",
    "step",
    "use",
    "decision",
    "event",
    "agreement",
    "law",
    "purpose",
    "compatible",
    "dpia",
    "attest",
    "opt-out",
    "notice",
    "assume",
    "rule",
    "promise",
    "record",
    "pack",
    "adopt",
    "waive",
    "scenario",
];

/// Whether a word begins a declaration.
pub(super) fn is_keyword(word: &str) -> bool {
    KEYWORDS.contains(&word)
}

/// Where the parts of one declaration stand, by index of token.
#[derive(Clone, Copy, Debug)]
pub(super) struct Layout {
    /// The keyword.
    pub(super) first: usize,
    /// One past the head: the opening brace, or the end.
    pub(super) head_end: usize,
    /// What stands between the braces.
    pub(super) body: Option<(usize, usize)>,
    /// One past the declaration.
    pub(super) end: usize,
}

/// What a declaration's head has besides its name and title.
#[derive(Clone, Copy, Default)]
pub(super) struct HeadWords {
    /// Whether it has a name: compulsory, optional or none.
    pub(super) named: Named,
    /// `at PLACE`.
    pub(super) at: bool,
    /// `under PARENT` or `within PEOPLE`: the word, and what follows it.
    pub(super) under: Option<(&'static str, Shape)>,
    /// Whether dots may stand in the name.
    pub(super) dotted: bool,
    /// Whether the name may be a code, `GDP-001`.
    pub(super) coded: bool,
}

/// Whether a declaration has a name.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Named {
    #[default]
    Yes,
    Maybe,
}

/// A head that was read.
pub(super) struct ReadHead {
    pub(super) head: Head,
    pub(super) at: Option<Stated<Name>>,
    pub(super) under: Option<Name>,
}

/// How many declarations of a large file one thread reads at a time.
const TOGETHER: usize = 512;

/// How much of a file is read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::syntax) enum Extent {
    /// All of it, with its outline.
    Outlined,
    /// All of it.
    Whole,
    /// All but the facts of the declarations of which there may be a million; of steps what they make.
    Skimmed,
    /// Nothing but those declarations.
    Rows,
}

/// Reads a file.
pub(in crate::syntax) fn file(
    text: &str,
    start: u32,
    tokens: &[Token],
    fixed: FixedWords,
    extent: Extent,
    diagnostics: &mut Diagnostics,
) -> (Tree, Outline) {
    let outlined = extent == Extent::Outlined;
    let mut parser = Parser { outlined, ..Parser::new(text, start, tokens, fixed, diagnostics) };
    let mut tree = Tree::default();
    // most declarations have one pair of braces and a dozen tokens or more
    tree.declarations.reserve(tokens.len() / 16);
    parser.each_layout(|parser, layout| parser.take_in(layout, extent, &mut tree));
    tree.declarations.shrink_to_fit();
    (tree, parser.outline)
}

/// Reads a large file whole, on all threads, as [`fn@file`] does on one.
pub(in crate::syntax) fn file_in_parts(
    text: &str,
    start: u32,
    tokens: &[Token],
    fixed: FixedWords,
    diagnostics: &mut Diagnostics,
) -> Tree {
    let mut layouts = Vec::with_capacity(tokens.len() / 16);
    Parser::new(text, start, tokens, fixed, diagnostics).each_layout(|_, layout| layouts.push(layout));
    let read = |layouts: &[Layout]| {
        let (mut tree, mut wrong) = (Tree::default(), Diagnostics::new());
        let mut parser = Parser::new(text, start, tokens, fixed, &mut wrong);
        tree.declarations.reserve(layouts.len());
        layouts.iter().for_each(|layout| parser.take_in(*layout, Extent::Whole, &mut tree));
        (tree, wrong)
    };
    let parts: Vec<(Tree, Diagnostics)> = layouts.par_chunks(TOGETHER).map(read).collect();
    let mut whole = Tree::default();
    whole.declarations.reserve(layouts.len());
    for (tree, wrong) in parts {
        whole.declarations.extend(tree.declarations);
        whole.lost.extend(tree.lost);
        diagnostics.extend(wrong);
    }
    whole
}

impl Parser<'_> {
    /// Hands out where the declarations of a whole file are, one after another.
    fn each_layout(&mut self, mut take: impl FnMut(&mut Self, Layout)) {
        let tokens = self.tokens;
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            if matches!(token.kind, TokenKind::Semicolon | TokenKind::Bad) {
                at += 1;
                continue;
            }
            let layout = self.layout(at, tokens.len());
            at = layout.end.max(at + 1);
            take(self, layout);
        }
    }

    /// Reads a declaration into a tree, as far as it is wanted.
    fn take_in(&mut self, layout: Layout, extent: Extent, tree: &mut Tree) {
        if self.outlined {
            let stretch = Stretch { first: layout.first as u32, end: layout.end as u32, label: 0, sentence: false };
            self.outline.declarations.push(stretch);
        }
        let row = self.facts_of_row(layout.first);
        if extent == Extent::Rows && row.is_none() {
            return;
        }
        self.passes = match row {
            Some(needed) if extent == Extent::Skimmed => Passes::AllBut(needed),
            _ => Passes::Nothing,
        };
        match self.declaration(layout) {
            Some(declaration) => tree.declarations.push(declaration),
            None => tree.lost.extend(self.name_of_lost(layout)),
        }
    }

    /// For a declaration of which there may be a million the words of those facts of it that make names.
    fn facts_of_row(&self, first: usize) -> Option<&'static [&'static str]> {
        let keyword = self.tokens.get(first).filter(|t| t.kind == TokenKind::Word)?;
        match self.source(keyword.span()) {
            "dataset" | "flow" | "use" | "decision" => Some(&[]),
            "step" => Some(&["gives", "pseudonymise", "add"]),
            _ => None,
        }
    }

    /// Where the declaration that begins at a token ends, and where its parts are.
    pub(super) fn layout(&self, first: usize, limit: usize) -> Layout {
        let mut at = first;
        while let Some(token) = self.tokens.get(at).filter(|_| at < limit) {
            match token.kind {
                TokenKind::OpenBrace => {
                    let close = (token.value as usize).min(limit);
                    let closed =
                        self.tokens.get(close).is_some_and(|t| t.kind == TokenKind::CloseBrace && close < limit);
                    return Layout {
                        first,
                        head_end: at,
                        body: Some((at + 1, close)),
                        end: close + usize::from(closed),
                    };
                }
                TokenKind::Semicolon => break,
                _ if at > first && token.first && !self.head_goes_on(at) => break,
                _ => at += 1,
            }
        }
        Layout { first, head_end: at, body: None, end: at }
    }

    /// Whether the token, the first on its line, still belongs to the head above.
    fn head_goes_on(&self, at: usize) -> bool {
        let Some(token) = self.tokens.get(at) else { return false };
        let after_comma =
            at.checked_sub(1).and_then(|i| self.tokens.get(i)).is_some_and(|t| t.kind == TokenKind::Comma);
        match token.kind {
            TokenKind::Comma | TokenKind::Text => true,
            _ if after_comma => true,
            TokenKind::Word => !at_line_start(self.text, self.start, *token) && !is_keyword(self.source(token.span())),
            _ => false,
        }
    }

    /// Reads the declaration of a layout.
    pub(super) fn declaration(&mut self, layout: Layout) -> Option<Declaration> {
        (self.at, self.end) = (layout.first, layout.head_end);
        self.fact = Stretch { first: layout.first as u32, end: layout.head_end as u32, label: 1, sentence: false };
        let keyword = self.word();
        match keyword {
            "party" => self.party(layout).map(Declaration::Party),
            "group" => self.group(layout).map(Declaration::Group),
            "wall" => self.wall(layout).map(|d| Declaration::Wall(Box::new(d))),
            "people" => self.people(layout).map(Declaration::People),
            "activity" => self.activity(layout).map(Declaration::Activity),
            "precondition" => self.precondition(layout).map(Declaration::Precondition),
            "dataset" => self.dataset(layout).map(Declaration::Dataset),
            "category" => self.category(layout).map(Declaration::Category),
            "combination" => self.combination(layout).map(Declaration::Combination),
            "flow" => self.flow(layout).map(Declaration::Flow),
            "step" => self.step(layout).map(Declaration::Step),
            "use" => self.usage(layout).map(Declaration::Use),
            "decision" => self.decision(layout).map(Declaration::Decision),
            "event" => self.event(layout).map(Declaration::Event),
            "agreement" => self.agreement(layout).map(Declaration::Agreement),
            "law" => self.law(layout).map(Declaration::Law),
            "purpose" => self.purpose(layout).map(Declaration::Purpose),
            "compatible" => self.compatible(layout).map(|d| Declaration::Compatible(Box::new(d))),
            "dpia" => self.dpia(layout).map(Declaration::Dpia),
            "attest" => self.attest(layout).map(Declaration::Attest),
            "opt-out" => self.opt_out(layout).map(Declaration::OptOut),
            "notice" => self.notice(layout).map(Declaration::Notice),
            "assume" => self.assume(layout).map(Declaration::Assume),
            "rule" | "promise" => self.rule(layout, keyword == "promise").map(Declaration::Rule),
            "record" => self.record(layout).map(Declaration::Record),
            "pack" => self.pack(layout).map(Declaration::Pack),
            "adopt" => self.adopt(layout).map(Declaration::Adopt),
            "waive" => self.waive(layout).map(Declaration::Waive),
            "scenario" => self.scenario(layout).map(Declaration::Scenario),
            _ => {
                self.unknown_declaration();
                None
            }
        }
    }

    /// The name that a declaration would have had: the word after its keyword.
    fn name_of_lost(&self, layout: Layout) -> Option<Symbol> {
        let token = self.tokens.get(layout.first + 1).filter(|t| t.kind == TokenKind::Word && !t.first)?;
        Some(token.symbol())
    }

    fn unknown_declaration(&mut self) {
        if self.kind() == Some(TokenKind::Bad) {
            return;
        }
        let here = self.here();
        let (word, found, changing) = (self.word(), self.source(here), self.changing);
        self.report(&codes::UNKNOWN_DECLARATION, here, |code, span| {
            let help = match synonym(word) {
                Some(keyword) => format!("did you mean `{keyword}`?"),
                None if changing => {
                    format!("say what kind of declaration it is: `change flow {} {{ … }}`, for instance", shorten(word))
                }
                None => did_you_mean(word, KEYWORDS.iter().copied())
                    .unwrap_or_else(|| "a declaration begins with a word such as `party`, `dataset`, `flow`, `step` or `rule`; if this line belongs to the declaration above, put it before the `}`".to_owned()),
            };
            Diagnostic::new(code, span, format!("no declaration begins with `{}`", shorten(found))).help(help)
        });
    }

    /// Reads `KEYWORD name "Title"` and what else the head has. The cursor stands at the keyword.
    pub(super) fn head(&mut self, layout: Layout, words: HeadWords) -> Read<ReadHead> {
        let keyword = self.here();
        self.advance();
        let mut read = ReadHead {
            head: Head { span: self.layout_span(layout), keyword, name: None, title: None },
            at: None,
            under: None,
        };
        if self.kind() == Some(TokenKind::Word) {
            let shape = Shape { what: "a name", example: "" };
            let coded = words.coded && is_code(self.word());
            read.head.name = Some(if coded { self.name(shape)? } else { self.new_name(shape, words.dotted)? });
        } else if words.named == Named::Yes {
            return Err(self.missing_name());
        }
        loop {
            if self.kind() == Some(TokenKind::Text) && read.head.title.is_none() {
                read.head.title = Some(Box::new(self.text()?));
            } else if words.at && read.at.is_none() && self.eat("at") {
                read.at = Some(self.stated_name(super::values::PLACE)?);
            } else if let Some((word, shape)) = words.under.filter(|(w, _)| read.under.is_none() && self.is(w)) {
                self.expect(word)?;
                read.under = Some(self.name(shape)?);
            } else {
                break;
            }
        }
        self.finish_head()?;
        if words.at && read.at.is_none() && !self.changing {
            self.missing_place(keyword);
        }
        Ok(read)
    }

    /// The whole declaration, braces included.
    pub(super) fn layout_span(&self, layout: Layout) -> Span {
        let first = self.tokens.get(layout.first).map_or(Span::at(self.start), |t| t.span());
        let last = layout.end.checked_sub(1).and_then(|i| self.tokens.get(i)).map_or(first, |t| t.span());
        first.to(last)
    }

    fn missing_name(&mut self) -> Reported {
        if self.kind() == Some(TokenKind::Bad) {
            return Reported;
        }
        let keyword = self.before();
        let word = self.source(keyword);
        self.report(&codes::MISSING_NAME, keyword, |code, span| {
            Diagnostic::new(code, span, format!("this `{word}` has no name"))
                .help(format!("write a short name after `{word}`, as in `{word} my-{word} \"Title\"`"))
        })
    }

    fn missing_place(&mut self, keyword: Span) {
        let word = self.source(keyword);
        self.report(&codes::MISSING_PLACE, keyword, |code, span| {
            Diagnostic::new(code, span, format!("this `{word}` does not say where it happens"))
                .help("write `at PLACE` after its name, or `at not-stated` when the source does not say")
        });
    }

    /// Reports what is left over in a head.
    fn finish_head(&mut self) -> Read<()> {
        let (Some(token), Some(keyword)) = (self.peek(), self.tokens.get(self.fact.first as usize)) else {
            return Ok(());
        };
        if token.kind == TokenKind::Bad {
            return Err(Reported);
        }
        let (found, keyword) = (self.source(token.span()), self.source(keyword.span()));
        self.report(&codes::LEFTOVER, token.span(), |code, span| {
            let help = match token.kind {
                TokenKind::Text => "a declaration has one title".to_owned(),
                TokenKind::Word if found == "at" => "only steps, uses and decisions are `at` a place".to_owned(),
                TokenKind::Word => {
                    "names have hyphens instead of spaces; the lines of a declaration stand in `{` and `}`".to_owned()
                }
                _ => format!("after `{keyword}` come its name, its title in double quotes, and `{{`"),
            };
            Diagnostic::new(code, span, format!("`{}` is left over in the head of this `{keyword}`", shorten(found)))
                .help(help)
        });
        // the head is good enough to go on with
        Ok(())
    }

    /// Reads the facts between a declaration's braces; `read` has the property word behind it.
    pub(super) fn facts<T>(&mut self, layout: Layout, mut read: impl FnMut(&mut Self, &str) -> Read<T>) -> Facts<T> {
        if self.passes == Passes::AllBut(&[]) {
            return Facts::new();
        }
        let mut facts = Facts::with_capacity(self.likely_facts(layout));
        self.each_fact(layout, |p| {
            let word = p.word();
            if matches!(p.passes, Passes::AllBut(needed) if !needed.contains(&word)) {
                return Err(Reported);
            }
            if p.kind() != Some(TokenKind::Word) {
                return Err(p.no_property());
            }
            p.advance();
            p.label_ends();
            let first = p.fact.first as usize;
            let value = read(p, word)?;
            p.finish()?;
            let span = p.span_from(first);
            let label = p.tokens.get((p.fact.first + p.fact.label.max(1) - 1) as usize).map_or(span, |t| t.span());
            let word = Span::new(span.start, label.end);
            facts.push(Fact { span, word, value });
            Ok(())
        });
        facts.shrink_to_fit();
        facts
    }

    /// How many facts a declaration has, or a few more.
    fn likely_facts(&self, layout: Layout) -> usize {
        let body = layout.body.and_then(|(at, end)| self.tokens.get(at..end)).unwrap_or(&[]);
        match body {
            [] => 0,
            [_, rest @ ..] => 1 + rest.iter().filter(|t| t.first || t.kind == TokenKind::Semicolon).count(),
        }
    }

    /// Hands every fact between a declaration's braces to `read`, the cursor bound to its tokens.
    pub(super) fn each_fact(&mut self, layout: Layout, mut read: impl FnMut(&mut Self) -> Read<()>) {
        let Some((mut at, end)) = layout.body else { return };
        let saved = (self.at, self.end, self.fact);
        while at < end {
            if self.tokens.get(at).is_some_and(|t| t.kind == TokenKind::Semicolon) {
                at += 1;
                continue;
            }
            let fact_end = self.fact_end(at, end);
            (self.at, self.end) = (at, fact_end);
            self.fact = Stretch { first: at as u32, end: fact_end as u32, label: 0, sentence: false };
            let place = self.outline_fact();
            // an error has been reported, and the next fact starts afresh
            let _ = read(self);
            if let Some(stretch) = self.outline.facts.get_mut(place) {
                stretch.label = self.fact.label;
            }
            at = fact_end;
        }
        (self.at, self.end, self.fact) = saved;
    }

    /// Puts the fact that begins into the outline; gives its place there.
    pub(super) fn outline_fact(&mut self) -> usize {
        let place = self.outline.facts.len();
        if self.outlined {
            self.outline.facts.push(self.fact);
        }
        place
    }

    /// One past the last token of the fact that begins at `first`.
    fn fact_end(&self, first: usize, end: usize) -> usize {
        let mut at = first;
        while at < end {
            let Some(token) = self.tokens.get(at) else { break };
            let before = at.checked_sub(1).and_then(|i| self.tokens.get(i)).map(|t| t.kind);
            match token.kind {
                TokenKind::Semicolon => break,
                _ if at > first
                    && token.first
                    && !matches!(before, Some(TokenKind::Comma | TokenKind::OpenParen))
                    && !matches!(token.kind, TokenKind::Comma | TokenKind::CloseParen) =>
                {
                    break;
                }
                TokenKind::OpenBrace => {
                    let close = token.value as usize;
                    at = if close < end { close + 1 } else { end };
                }
                _ => at += 1,
            }
        }
        at.max(first + 1)
    }

    fn no_property(&mut self) -> Reported {
        if self.kind() == Some(TokenKind::Bad) {
            return Reported;
        }
        let here = self.here();
        let found = self.found();
        self.report(&codes::WRONG_VALUE, here, |code, span| {
            Diagnostic::new(code, span, format!("a line begins with a property word where {found}"))
                .help("a list that goes on over lines has a comma at the end of each but the last")
        })
    }

    /// Reports a property that the declaration does not have. The cursor stands behind the word.
    pub(super) fn unknown_property(&mut self, noun: &'static str, known: &'static [&'static str]) -> Reported {
        let span = self.before();
        let word = self.source(span);
        self.report(&codes::UNKNOWN_PROPERTY, span, |code, span| {
            let list = format!("{noun} has {}", ticked(known));
            let firsts = known.iter().map(|k| k.split(' ').next().unwrap_or(k));
            let near = match other_wording(noun, word) {
                Some(say) => Some(format!("say `{say}`")),
                None => did_you_mean(word, known.iter().copied()).or_else(|| did_you_mean(word, firsts)),
            };
            let help = match near {
                Some(near) => near,
                None if is_keyword(word) => {
                    format!("a `{word}` is a declaration of its own and stands outside the braces; {list}")
                }
                None => list,
            };
            Diagnostic::new(code, span, format!("{noun} has no line `{}`", shorten(word))).help(help)
        })
    }

    /// Reports a body of a declaration that takes none.
    pub(super) fn no_body(&mut self, layout: Layout) {
        let Some(brace) = layout.body.and_then(|_| self.tokens.get(layout.head_end)).map(|t| t.span()) else { return };
        let keyword = self.tokens.get(layout.first).map_or("", |t| self.source(t.span()));
        self.report(&codes::NO_BODY, brace, |code, span| {
            Diagnostic::new(code, span, format!("a `{keyword}` has no lines in braces"))
                .help("everything it says stands on its own line, without `{` and `}`")
        });
    }
}

/// Whether a word is a rule's code: capitals, a hyphen and digits, and perhaps more in kebab-case (`CHP-001-eu`).
fn is_code(word: &str) -> bool {
    let mut parts = word.split('-');
    let letters = parts.next().is_some_and(|p| (2..=6).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_uppercase()));
    let digits = parts.next().is_some_and(|p| (1..=4).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_digit()));
    let small = |p: &str| !p.is_empty() && p.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    letters && digits && parts.all(small)
}

/// The declaration that someone means who uses another word for it.
fn synonym(word: &str) -> Option<&'static str> {
    Some(match word {
        "organisation" | "organization" | "org" | "controller" | "processor" | "recipient" => "party",
        "transfer" | "share" | "send" | "sharing" => "flow",
        "data" | "table" | "source" | "database" => "dataset",
        "process" | "operation" | "task" | "transform" => "step",
        "policy" | "must" | "forbid" | "never" => "rule",
        "subjects" | "individuals" | "persons" => "people",
        "contract" | "dsa" | "mou" => "agreement",
        "statute" | "act" => "law",
        "waiver" | "exempt" => "waive",
        "test" => "scenario",
        "import" | "include" => "adopt",
        "field" => "category",
        _ => return None,
    })
}

/// How this declaration says what another declaration says with this word.
fn other_wording(noun: &str, word: &str) -> Option<&'static str> {
    Some(match (noun, word) {
        ("a flow", "retain" | "retains" | "retention") => "receiver retains …",
        ("a flow", "kept" | "keeps" | "safeguards") => "receiver keeps …",
        ("a flow", "stored") => "receiver stores in …",
        ("a flow", "purpose" | "purposes") => "for …",
        ("a flow", "agreement") => "under …",
        ("a flow", "channel" | "via") => "by …",
        ("a flow", "dataset" | "fields") => "data …",
        ("a step" | "a use", "purpose") => "for …",
        ("a dataset", "place" | "holder" | "at") => "held by …",
        ("a dataset", "retention" | "retains") => "retain …",
        ("a dataset", "keeps" | "safeguards") => "kept …",
        ("a step", "anonymise" | "anonymize") => "aggregate by …",
        ("a step", "pseudonymize") => "pseudonymise …",
        ("a step", "generalize") => "generalise …",
        ("a step", "synthesize") => "synthesise",
        ("a step", "remove" | "delete" | "strip") => "drop …",
        ("a step", "join" | "link") => "match A with B on …",
        ("a step", "input" | "inputs" | "from" | "data") => "takes …",
        ("a step", "output" | "outputs" | "to" | "makes") => "gives …",
        ("an event", "on" | "date" | "at") => "happened …` or `expected …",
        _ => return None,
    })
}
