//! Notices, and whether what a promise quotes stands in one.

use std::collections::BTreeMap;

use super::Resolver;
use super::facts::{Seen, date, text};
use super::index::Found;
use super::names::{Wanted, each_once};
use super::quotes::{Closest, Plain};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::model as codes;
use crate::model::{Body, Known, Notice, NoticeId, Thing};
use crate::source::Span;
use crate::syntax::intern::Symbol;
use crate::syntax::tree::{self, Fact, Name, NoticeFact};
use crate::vocabulary::Family;

const NAMED: [&str; 4] = ["recipients", "purposes", "categories", "sources"];

impl Resolver<'_> {
    /// Notices.
    pub(super) fn notices(&mut self, found: &Found<'_>) {
        for (_, decl) in &found.notices {
            let declared = self.declared(&decl.head);
            let mut notice = Notice {
                declared,
                text: Known::Unsaid,
                body: None,
                from: Known::Unsaid,
                to: Known::Unsaid,
                published: Known::Unsaid,
                review_by: Known::Unsaid,
                contacts: Known::Unsaid,
                contains: Known::Unsaid,
                retention: Known::Unsaid,
                names: BTreeMap::new(),
                covers: Vec::new(),
                cites: Vec::new(),
            };
            let mut seen = Seen::new(&decl.head);
            for fact in &decl.facts {
                self.notice_fact(&mut notice, &mut seen, fact);
            }
            each_once(&mut notice.covers);
            self.model.notices.push(notice);
        }
        for index in 0..self.model.notices.len() {
            self.read_text(NoticeId(index as u32));
        }
    }

    fn notice_fact(&mut self, notice: &mut Notice, seen: &mut Seen<'_>, fact: &Fact<NoticeFact>) {
        let (word, span) = (fact.word, fact.span);
        match &fact.value {
            NoticeFact::Text(file) if self.once(seen, "text", word) => notice.text = text(file),
            NoticeFact::From(who) if self.once(seen, "from", word) => {
                notice.from = self.said(who, span, |r, n| Some(n.iter().filter_map(|n| r.party(*n)).collect()));
            }
            NoticeFact::To(people) if self.once(seen, "to", word) => {
                notice.to = self.said(people, span, |r, n| Some(r.people_groups(n)));
            }
            NoticeFact::Published(d) if self.once(seen, "published", word) => notice.published = date(d),
            NoticeFact::ReviewBy(d) if self.once(seen, "review by", word) => notice.review_by = date(d),
            NoticeFact::Contact(contacts) => {
                let more = self.said(contacts, span, |_, all| {
                    Some(all.iter().map(|t| (t.value.clone(), t.span)).collect::<Vec<_>>())
                });
                self.append(seen.head(), "contact", &mut notice.contacts, more);
            }
            NoticeFact::Contains(elements) => {
                let more = self.said(elements, span, |r, n| Some(r.family_words(Family::NoticeElement, n)));
                self.append(seen.head(), "contains", &mut notice.contains, more);
            }
            NoticeFact::Retain(retention) if self.once(seen, "retain", word) => {
                notice.retention = self.said(retention, span, |r, b| r.retention(b));
            }
            NoticeFact::Names { what, list } => {
                if let Some(key) = self.closed_word(*what, "something that a notice names", &NAMED) {
                    let more = self.said(list, span, |r, names| {
                        Some(names.iter().filter(|n| r.named_in_notice(key, **n)).map(|n| (n.symbol, n.span)).collect())
                    });
                    let slot: &mut Known<Vec<(Symbol, Span)>> = notice.names.entry(key.to_owned()).or_default();
                    self.append(seen.head(), "names", slot, more);
                }
            }
            NoticeFact::Covers(activities) => notice.covers.extend(self.activities_of(activities)),
            NoticeFact::Cites(laws) => {
                for name in laws {
                    if let Some(law) = self.law(*name) {
                        notice.cites.push((law, name.span));
                    }
                }
            }
            _ => {} // said twice
        }
    }

    /// Whether something that a notice names is there; a recipient may also be a kind of party, a source also a dataset.
    fn named_in_notice(&mut self, key: &str, name: Name) -> bool {
        match key {
            "purposes" => self.purpose(name).is_some(),
            "categories" => self.category(name).is_some(),
            "sources" if matches!(self.model.names.get(&name.symbol), Some(Thing::Dataset(_))) => true,
            _ => {
                let word = self.model.words.word(name.symbol);
                self.model.vocabulary.word(crate::vocabulary::Family::PartyKind, word).is_some()
                    || self.thing(name, Wanted::PlaceOrGroup).is_some()
            }
        }
    }

    /// Makes a notice's text ready for comparing.
    fn read_text(&mut self, id: NoticeId) {
        let (Some(notice), Some(file)) = (self.model.notices.get(id.index()), self.notice_file.get(id.index())) else {
            return;
        };
        let Known::Said(path, span) = &notice.text else { return };
        let (path, span) = (path.clone(), *span);
        let plain = match self.texts.get(&(*file, path.clone())) {
            Some(Ok(text)) => {
                let file = self.sources.file(*text);
                if let (Some(file), Some(notice)) = (file, self.model.notices.get_mut(id.index())) {
                    notice.body = Some(Body { text: file.text().to_owned(), start: file.start });
                }
                file.map(|f| Plain::of(f.text(), f.start))
            }
            // whoever tried to read it has said what is wrong with the file
            Some(Err(_)) => None,
            None => {
                self.no_text(&path, span);
                None
            }
        };
        self.plain.insert(id, plain);
    }

    fn no_text(&mut self, path: &str, span: Span) {
        self.report(
            Diagnostic::new(&codes::NOTICE_TEXT, span, format!("there is no file `{path}` for the notice's text"))
                .label("this file")
                .help("the path counts from the folder of the file that declares the notice"),
        );
    }

    /// Holds a quote against its notice's text.
    pub(super) fn check_quote(&mut self, rule: &str, quote: &tree::Text, notice: NoticeId) {
        let wanted = Plain::of(&quote.value, 0);
        let Some(declared) = self.model.notices.get(notice.index()).map(|n| n.declared.clone()) else { return };
        let name = self.word(declared.name).to_owned();
        if wanted.is_empty() {
            self.report(
                Diagnostic::new(&codes::QUOTE_NOT_FOUND, quote.span, format!("the quote of `{rule}` is empty"))
                    .label("no words")
                    .help(format!("quote the words of `{name}` that make the promise")),
            );
            return;
        }
        let heard = self.heard();
        match self.plain.get_mut(&notice) {
            Some(Some(text)) => {
                if text.contains(&wanted) {
                    return;
                }
                let closest = if heard { text.closest(&quote.value) } else { None };
                self.not_quoted(rule, quote, notice, &name, closest);
            }
            // said at the notice: its text could not be read
            Some(None) => {}
            None => self.report(
                Diagnostic::new(
                    &codes::NOTICE_TEXT,
                    quote.span,
                    format!("the notice `{name}` has no text that the quote could stand in"),
                )
                .label("cannot be compared")
                .also(declared.span, "the notice")
                .help(format!("name the file of its text: `text \"{name}.md\"`")),
            ),
        }
    }

    fn not_quoted(&mut self, rule: &str, quote: &tree::Text, notice: NoticeId, name: &str, closest: Option<Closest>) {
        let at = self.model.notices.get(notice.index()).and_then(|n| n.text.span()).unwrap_or_default();
        let mut diagnostic = Diagnostic::new(
            &codes::QUOTE_NOT_FOUND,
            quote.span,
            format!("what `{rule}` quotes does not stand in `{name}`"),
        )
        .label("not in the notice, word for word")
        .also(at, "the text of the notice");
        diagnostic = match closest {
            Some(closest) => {
                let passage: Vec<&str> = self.sources.text(closest.span).split_whitespace().take(60).collect();
                let differs = match closest.difference(&quote.value, |span| self.sources.text(span).to_owned()) {
                    Some((quoted, said)) => format!("the quote says `{quoted}` where the notice says `{said}`; "),
                    None => String::new(),
                };
                diagnostic.also(closest.span, "the closest passage").help(format!(
                    "{differs}the closest passage reads “{}”; quote the words exactly as they stand",
                    passage.join(" ")
                ))
            }
            None => diagnostic.help(
                "nothing in the notice is like it: quote the words exactly as they stand, or name the right notice",
            ),
        };
        self.report(diagnostic);
    }
}
