//! Words that a project declares for itself: categories of data, purposes, combinations, compatibility, assumptions.

use std::collections::HashMap;

use super::Resolver;
use super::circles::Edges;
use super::facts::Seen;
use super::index::Found;
use crate::diagnostic::codes::names as codes;
use crate::diagnostic::codes::vocabulary as vocabulary_codes;
use crate::diagnostic::{Diagnostic, did_you_mean};
use crate::model::{Assumption, CategoryId, Compatible};
use crate::source::Span;
use crate::syntax::intern::Symbol;
use crate::syntax::tree::{CategoryDecl, CategoryFact, CombinationDecl, Name, PurposeDecl, Stated};
use crate::vocabulary::{Category, Combination, Family, Identifies, Level, Purpose};

/// How many levels a tree of categories may have; those of word lists have as many at most.
const DEEPEST: usize = 32;

const IDENTIFIES: [&str; 4] = ["direct", "quasi", "key", "no"];

impl Resolver<'_> {
    /// Adds the declared words to the vocabulary.
    pub(super) fn vocabulary(&mut self, found: &Found<'_>) {
        self.categories(&found.categories);
        self.purpose_words(&found.purposes);
        for combination in &found.combinations {
            self.combination(combination);
        }
        for decl in &found.compatibles {
            let (purpose, with) = (self.purpose(decl.purpose), self.purpose(decl.with));
            if decl.because.is_none() {
                self.missing(&decl.head, &["because"], "say why: `compatible a with b because \"…\"`");
            }
            if let (Some(purpose), Some(with)) = (purpose, with) {
                let because = decl.because.as_ref().map(|t| t.value.clone());
                self.model.compatibles.push(Compatible { purpose, with, because, span: decl.head.span });
            }
        }
    }

    /// `assume …`: after the parties are known.
    pub(super) fn assumptions(&mut self, found: &Found<'_>) {
        for decl in &found.assumptions {
            let knows = self.categories_of(&decl.knows);
            let who = match decl.who {
                None => None,
                Some(name) => match self.place(name) {
                    Some(place) => Some(place),
                    None => continue,
                },
            };
            self.model.assumptions.push(Assumption { who, knows, span: decl.head.span });
        }
    }

    fn categories(&mut self, all: &[&CategoryDecl]) {
        let names: Vec<Option<Name>> = all.iter().map(|d| d.head.name).collect();
        let edges = self.parents(&names, |i| all[i].under, |r, word| r.model.vocabulary.find_category(word).is_some());
        let walk = self.walk(&edges, "stands under", |r, i| r.head_name(all.get(i).map(|d| &d.head)));
        for index in walk.order {
            let cut = edges[index].iter().any(|(t, _)| walk.cut.contains(&(index, *t)));
            self.category_decl(all[index], cut);
        }
    }

    /// Which declared word each declared word stands under, for words that the vocabulary does not have yet.
    fn parents(
        &self,
        names: &[Option<Name>],
        under: impl Fn(usize) -> Option<Name>,
        known: impl Fn(&Self, &str) -> bool,
    ) -> Edges {
        let last = |symbol: Symbol| {
            let word = self.word(symbol);
            word.rsplit('.').next().unwrap_or(word)
        };
        let mut by_name: HashMap<&str, usize> = HashMap::new();
        for (index, name) in names.iter().enumerate() {
            if let Some(name) = name {
                by_name.entry(last(name.symbol)).or_insert(index);
            }
        }
        (0..names.len())
            .map(|index| {
                under(index)
                    .filter(|n| !known(self, self.word(n.symbol)))
                    .and_then(|n| Some((*by_name.get(last(n.symbol))?, n.span)))
                    .into_iter()
                    .collect()
            })
            .collect()
    }

    fn category_decl(&mut self, decl: &CategoryDecl, in_circle: bool) {
        let Some(name) = decl.head.name else { return };
        let word = self.word(name.symbol).to_owned();
        let parent = match decl.under {
            Some(_) if in_circle => None,
            Some(under) => self.category(under),
            // `category housing.need` stands under `housing`
            None => word.rsplit_once('.').and_then(|(above, _)| {
                let symbol = self.model.words.intern(above);
                self.category(Name { symbol, span: name.span })
            }),
        };
        let parent = parent.filter(|p| !self.too_deep(*p, name));
        let full = match parent.map(|p| &self.model.vocabulary.category(p).name) {
            Some(above) if !word.starts_with(&format!("{above}.")) => {
                format!("{above}.{}", word.rsplit('.').next().unwrap_or(&word))
            }
            _ => word.clone(),
        };
        if let Some(first) = self.model.vocabulary.find_category(&full)
            && self.model.vocabulary.category(first).name == full
        {
            let first = self.model.vocabulary.category(first).span;
            self.word_twice(name, "category", &full, first);
            return;
        }
        let category = self.category_facts(decl, full, parent, name.span);
        self.model.vocabulary.add_category(category, &[]);
    }

    /// Whether nothing may stand under a category any more, which is then said: full names grow with every level.
    fn too_deep(&mut self, above: CategoryId, name: Name) -> bool {
        let levels = self.model.vocabulary.category(above).name.split('.').count();
        if levels >= DEEPEST {
            let word = self.word(name.symbol).to_owned();
            let message = format!("`{word}` stands under more words than any tree needs");
            self.report(
                Diagnostic::new(&vocabulary_codes::CIRCLE, name.span, message)
                    .help("remove `under` from the widest of these words"),
            );
        }
        levels >= DEEPEST
    }

    fn word_twice(&mut self, name: Name, kind: &str, word: &str, first: Option<Span>) {
        let mut diagnostic =
            Diagnostic::new(&codes::DECLARED_TWICE, name.span, format!("the {kind} `{word}` is declared twice"))
                .label("declared again here");
        diagnostic = match first {
            Some(span) => {
                diagnostic.also(span, "first declared here").help("rename one of the two, or join them into one")
            }
            None => diagnostic
                .help(format!("the standard vocabulary has a {kind} `{word}`: use it, or choose another name")),
        };
        self.report(diagnostic);
    }

    fn category_facts(
        &mut self,
        decl: &CategoryDecl,
        full: String,
        parent: Option<CategoryId>,
        span: Span,
    ) -> Category {
        let above = parent.map(|p| self.model.vocabulary.category(p).clone());
        let mut identifies = None;
        let mut levels: Vec<(String, Option<Identifies>)> = Vec::new();
        let mut special = above.as_ref().and_then(|a| a.special.clone());
        let mut criminal = above.as_ref().is_some_and(|a| a.criminal);
        let mut confidential = above.as_ref().is_some_and(|a| a.confidential);
        let mut seen = Seen::new(&decl.head);
        for fact in &decl.facts {
            match &fact.value {
                CategoryFact::Identifies(how) => {
                    if self.once(&mut seen, "identifies", fact.word) {
                        identifies = self.identifies(*how);
                    }
                }
                CategoryFact::Level { name, identifies } => {
                    let how = identifies.and_then(|n| self.identifies(n));
                    levels.push((self.word(name.symbol).to_owned(), how));
                }
                CategoryFact::Special(kind) => {
                    let own = match kind {
                        Some(kind) => self.special_kind(*kind),
                        None => Some(full.rsplit('.').next().unwrap_or(&full).to_owned()),
                    };
                    special = own.or(special);
                }
                CategoryFact::Criminal => criminal = true,
                CategoryFact::Confidential => confidential = true,
            }
        }
        let identifies = identifies.or(above.map(|a| a.identifies)).unwrap_or(Identifies::No);
        let mut levels: Vec<Level> =
            levels.into_iter().map(|(name, how)| Level { name, identifies: how.unwrap_or(identifies) }).collect();
        if levels.is_empty() {
            levels.push(Level { name: "exact".to_owned(), identifies });
        }
        // a category identifies as its finest level does
        let identifies = levels.first().map_or(identifies, |l| l.identifies);
        let title = decl.head.title.as_ref().map_or_else(String::new, |t| t.value.clone());
        Category {
            name: full,
            title,
            parent,
            identifies,
            levels,
            special,
            criminal,
            confidential,
            dpv: None,
            fides: None,
            span: Some(span),
        }
    }

    fn identifies(&mut self, name: Name) -> Option<Identifies> {
        Some(match self.closed_word(name, "a way of identifying", &IDENTIFIES)? {
            "direct" => Identifies::Direct,
            "quasi" => Identifies::Quasi,
            "key" => Identifies::Key,
            _ => Identifies::No,
        })
    }

    /// A kind of special-category data, out of those that the vocabulary's own categories have.
    fn special_kind(&mut self, name: Name) -> Option<String> {
        let word = self.word(name.symbol).to_owned();
        let kinds: std::collections::BTreeSet<&str> =
            self.model.vocabulary.categories.iter().filter_map(|c| c.special.as_deref()).collect();
        if !kinds.is_empty() && !kinds.contains(word.as_str()) {
            let list: Vec<String> = kinds.iter().map(|k| format!("`{k}`")).collect();
            let mut help = format!("write one of {}", list.join(", "));
            if let Some(advice) = did_you_mean(&word, kinds.iter().copied()) {
                help = format!("{advice} {help}");
            }
            let message = format!("`{word}` is not a kind of special-category data");
            self.report(Diagnostic::new(&codes::NOT_ONE_OF, name.span, message).label("unknown word").help(help));
            return None;
        }
        Some(word)
    }

    fn purpose_words(&mut self, all: &[&PurposeDecl]) {
        let names: Vec<Option<Name>> = all.iter().map(|d| d.head.name).collect();
        let edges = self.parents(&names, |i| all[i].under, |r, word| r.model.vocabulary.find_purpose(word).is_some());
        let walk = self.walk(&edges, "stands under", |r, i| r.head_name(all.get(i).map(|d| &d.head)));
        for index in walk.order {
            let decl = all[index];
            let Some(name) = decl.head.name else { continue };
            let cut = edges[index].iter().any(|(t, _)| walk.cut.contains(&(index, *t)));
            let parent = decl.under.filter(|_| !cut).and_then(|n| self.purpose(n));
            let word = self.word(name.symbol).to_owned();
            if let Some(first) = self.model.vocabulary.find_purpose(&word) {
                let first = self.model.vocabulary.purpose(first).span;
                self.word_twice(name, "purpose", &word, first);
                continue;
            }
            let mut class = parent.and_then(|p| self.model.vocabulary.purpose(p).class.clone());
            let mut seen = Seen::new(&decl.head);
            for fact in &decl.facts {
                if self.once(&mut seen, "class", fact.word)
                    && let Stated::Is(name) = &fact.value
                    && let Some(word) = self.family_word(Family::PurposeClass, *name)
                {
                    class = Some(word);
                }
            }
            let title = decl.head.title.as_ref().map_or_else(String::new, |t| t.value.clone());
            self.model.vocabulary.add_purpose(Purpose {
                name: word,
                title,
                parent,
                class,
                dpv: None,
                span: Some(name.span),
            });
        }
    }

    fn combination(&mut self, decl: &CombinationDecl) {
        let mut parts: Vec<(CategoryId, u8)> = Vec::new();
        let mut whole = true;
        for part in &decl.parts {
            let found = self.category(part.category).and_then(|category| {
                Some((category, part.level.map_or(Some(0), |level| self.level(category, level))?))
            });
            match found {
                Some((category, level)) if !parts.iter().any(|(c, _)| *c == category) => parts.push((category, level)),
                Some(_) => {} // named twice, which says no more than once
                None => whole = false,
            }
        }
        if !whole {
            return;
        }
        if parts.len() < 2 {
            self.missing(
                &decl.head,
                &["second category"],
                "a combination is of categories that identify together: `combination a, b`",
            );
            return;
        }
        parts.sort_unstable();
        self.model.vocabulary.combinations.push(Combination { parts, span: Some(decl.head.span) });
    }

    /// A level of precision of a category, by its index.
    pub(super) fn level(&mut self, category: CategoryId, name: Name) -> Option<u8> {
        let word = self.model.words.word(name.symbol);
        let about = self.model.vocabulary.category(category);
        if let Some(index) = about.levels.iter().position(|l| l.name == word) {
            return u8::try_from(index).ok();
        }
        let list: Vec<String> = about.levels.iter().map(|l| format!("`{}`", l.name)).collect();
        let mut diagnostic = Diagnostic::new(
            &codes::UNKNOWN_LEVEL,
            name.span,
            format!("`{word}` is not a level of precision of `{}`", about.name),
        )
        .label("unknown level")
        .help(format!("its levels, finest first, are {}", list.join(", ")));
        if let Some(span) = about.span {
            diagnostic = diagnostic.also(span, "the category is declared here");
        }
        self.report(diagnostic);
        None
    }
}
