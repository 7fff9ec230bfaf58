//! Datasets: declared ones, those that only steps name, and the keys, lookups and secrets that operations make.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use smallvec::SmallVec;
use thin_vec::ThinVec;

use super::Resolver;
use super::facts::{Seen, when_span};
use super::index::Found;
use crate::diagnostic::codes::{model as codes, names as name_codes};
use crate::diagnostic::{Diagnostic, did_you_mean};
use crate::model::{
    CategoryId, CopyFacts, Dataset, DatasetFields, DatasetId, Declared, FactsIfAny, Field, Footing, Known, Model,
    Period, Point, Rarely, Retention, Thing, Title, Transfer, Trigger, Unit,
};
use crate::source::Span;
use crate::syntax::intern::Symbol;
use crate::syntax::list::List;
use crate::syntax::tree::{
    self, BasisFact, CopyFact, DatasetDecl, DatasetFact, Fact, FieldFact, Makes, Method, Name, Stated, TransferFact,
};
use crate::vocabulary::{Category, Family, Identifies, Level};

/// The fields that a dataset has declared so far.
#[derive(Default)]
struct FieldNames {
    /// The first ones, searched from end to end.
    few: SmallVec<[(Symbol, Span); 32]>,
    /// Those after them.
    more: HashMap<Symbol, Span>,
}

impl FieldNames {
    /// Notes a field; gives the place where one of the name was noted before.
    fn first(&mut self, name: Name) -> Option<Span> {
        if let Some((_, span)) = self.few.iter().find(|(symbol, _)| *symbol == name.symbol) {
            return Some(*span);
        }
        if self.few.len() < self.few.inline_size() {
            self.few.push((name.symbol, name.span));
            return None;
        }
        match self.more.entry(name.symbol) {
            Entry::Occupied(first) => Some(*first.get()),
            Entry::Vacant(free) => {
                free.insert(name.span);
                None
            }
        }
    }
}

impl Resolver<'_> {
    /// Datasets that steps give without a declaration of their own, and the lookups, codes and secrets of pseudonymisation.
    pub(super) fn implicit_datasets(&mut self, found: &Found<'_>) {
        for made in &found.makes {
            match made {
                Makes::Dataset(name) => self.implicit_dataset(*name, found.datasets),
                Makes::Pseudonym { key, using } => {
                    if let Some(symbol) = self.lookup_name(key.symbol, using.as_ref()) {
                        self.implicit_dataset(Name { symbol, span: key.span }, found.datasets);
                    }
                }
                Makes::Key(_) => {}
            }
        }
    }

    fn implicit_dataset(&mut self, name: Name, declared: u32) {
        if !self.model.names.contains_key(&name.symbol) {
            let id = DatasetId(declared + self.implicit.len() as u32);
            self.implicit.push((name.symbol, name.span));
            self.declare(name, Thing::Dataset(id));
        }
    }

    /// The name of the table, secret or code by which a pseudonym is undone or made again; none for an unsalted hash.
    pub(super) fn lookup_name(&mut self, key: Symbol, using: Option<&Stated<Method>>) -> Option<Symbol> {
        let suffix = match using {
            Some(Stated::Is(Method::UnsaltedHash)) => return None,
            Some(Stated::Is(Method::Lookup)) => "lookup",
            Some(Stated::Is(Method::ReversibleCode)) => "code",
            Some(Stated::Is(Method::SaltedHash) | Stated::Not(_)) | None => "secret",
        };
        let name = format!("{}-{suffix}", self.word(key));
        Some(self.model.words.intern(&name))
    }

    /// A category for each key that steps make, unless there is one of that name.
    pub(super) fn keys(&mut self, found: &Found<'_>) {
        for made in &found.makes {
            if let Makes::Key(key) | Makes::Pseudonym { key, .. } = made {
                self.key_category(*key);
            }
        }
    }

    /// The category of a key.
    pub(super) fn key_category(&mut self, key: Name) -> CategoryId {
        if let Some(category) = self.find_category(key.symbol) {
            return category;
        }
        let full = format!("key.{}", self.word(key.symbol));
        if let Some(category) = self.model.vocabulary.find_category(&full) {
            return category;
        }
        let root = match self.model.vocabulary.find_category("key") {
            Some(root) => root,
            None => self.add_category("key", None, Identifies::Key, key.span),
        };
        self.add_category(&full, Some(root), Identifies::Key, key.span)
    }

    fn add_category(
        &mut self,
        name: &str,
        parent: Option<CategoryId>,
        identifies: Identifies,
        span: Span,
    ) -> CategoryId {
        self.model.vocabulary.add_category(
            Category {
                name: name.to_owned(),
                title: String::new(),
                parent,
                identifies,
                levels: vec![Level { name: "exact".to_owned(), identifies }],
                special: None,
                criminal: false,
                confidential: false,
                dpv: None,
                fides: None,
                span: Some(span),
            },
            &[],
        )
    }

    /// Adds the datasets without a declaration, once those with one are there.
    pub(super) fn add_implicit_datasets(&mut self) {
        for (name, span) in std::mem::take(&mut self.implicit) {
            let declared = Declared { name, title: Title::default(), span, whole: span };
            self.model.datasets.push(empty_dataset(declared, false));
        }
    }

    /// A declared dataset.
    pub(super) fn dataset_facts(&mut self, decl: &DatasetDecl) -> Dataset {
        let declared = self.declared(&decl.head);
        let mut dataset = empty_dataset(declared, true);
        let mut seen = Seen::new(&decl.head);
        let mut names = FieldNames::default();
        for fact in &decl.facts {
            self.dataset_fact(&mut dataset, &mut seen, &mut names, fact);
        }
        dataset.fields.shrink_to_fit();
        self.reveals_something_or_nothing(&dataset);
        dataset
    }

    fn dataset_fact(
        &mut self,
        dataset: &mut Dataset,
        seen: &mut Seen<'_>,
        names: &mut FieldNames,
        fact: &Fact<DatasetFact>,
    ) {
        let (word, span) = (fact.word, fact.span);
        match &fact.value {
            DatasetFact::HeldBy(held) => {
                if self.once(seen, "held by", word) {
                    dataset.held_span = Some(span);
                    dataset.held_by = match held {
                        Stated::Not(_) => List::one(Model::UNKNOWN),
                        Stated::Is(held) => self.places(held),
                    };
                }
            }
            DatasetFact::Controller(who) => {
                if self.once(seen, "controller", word) {
                    dataset.controllers = self.said(who, span, |r, n| Some(r.parties_of(n))).into();
                }
            }
            DatasetFact::About(people) => {
                if self.once(seen, "about", word) {
                    dataset.about = self.said(people, span, |r, n| Some(r.people_groups(n))).into();
                }
            }
            DatasetFact::CollectedFor(purposes) => {
                if self.once(seen, "collected for", word) {
                    dataset.collected_for = self.said(purposes, span, |r, n| Some(r.purposes(n))).into();
                }
            }
            DatasetFact::Fields(fields) => {
                dataset.fields.reserve(fields.len());
                for name in fields {
                    if self.new_field(*name, names)
                        && let Some(category) = self.category_of_field(*name, "field")
                    {
                        dataset.fields.push(Field { name: name.symbol, category, level: 0, span: name.span });
                    }
                }
            }
            DatasetFact::FieldsOpen => dataset.open = Some(span),
            DatasetFact::Field(field) => {
                let known = self.new_field(field.name, names);
                if let Some((field, open)) = self.field(field)
                    && known
                {
                    dataset.fields.push(field);
                    dataset.open = dataset.open.or(open);
                }
            }
            DatasetFact::Reveals(field) => {
                if let Some((field, _)) = self.field(field) {
                    dataset.reveals.push(field);
                }
            }
            DatasetFact::RevealsNothing(nothing) => {
                if self.once(seen, "reveals nothing", word) {
                    dataset.reveals_nothing = self.said(nothing, span, |_, _| Some(())).into();
                }
            }
            DatasetFact::Rows { one_per } => {
                if self.once(seen, "rows", word) && !self.other_unit(seen, word, "table") {
                    dataset.one_per = one_per.map(|n| n.symbol);
                }
            }
            DatasetFact::Table { minimum } => {
                if self.once(seen, "table", word) && !self.other_unit(seen, word, "rows") {
                    dataset.unit = Unit::Table;
                    if let Some(minimum) = minimum {
                        dataset.table_minimum = self.said(minimum, span, |_, n| Some(n.value)).into();
                    }
                }
            }
            DatasetFact::ClaimedAnonymous => {
                if self.once(seen, "claimed anonymous", word) {
                    dataset.claimed_anonymous = Some(span);
                }
            }
            DatasetFact::Copy(copy) => self.copy_fact(copy, word, span, &mut dataset.facts, seen),
        }
    }

    /// `reveals nothing` beside what it reveals.
    fn reveals_something_or_nothing(&mut self, dataset: &Dataset) {
        if let (Some(nothing), Some(field)) = (dataset.reveals_nothing.span(), dataset.reveals.first()) {
            self.report(
                Diagnostic::new(&codes::SAID_TWICE, nothing, "a dataset reveals something or it does not")
                    .label("said otherwise here")
                    .also(field.span, "it reveals this")
                    .help("keep one of the two"),
            );
        }
    }

    /// `rows` beside `table`.
    fn other_unit(&mut self, seen: &Seen<'_>, word: Span, other: &str) -> bool {
        let Some(first) = seen.at(other) else { return false };
        self.report(
            Diagnostic::new(&codes::SAID_TWICE, word, "a dataset is either `rows` about people or a `table` of counts")
                .label("said otherwise here")
                .also(first, "first said here")
                .help("keep one of the two"),
        );
        true
    }

    /// Notes a field's name; `false`, with an error, when the dataset has it already.
    fn new_field(&mut self, name: Name, names: &mut FieldNames) -> bool {
        if let Some(first) = names.first(name) {
            let word = self.word(name.symbol).to_owned();
            self.report(
                Diagnostic::new(
                    &codes::FIELD_TWICE,
                    name.span,
                    format!("the field `{word}` is declared twice in one dataset"),
                )
                .label("declared again here")
                .also(first, "first declared here")
                .help("a dataset has one field of a name: rename one of the two, or take it out"),
            );
            return false;
        }
        true
    }

    /// A field with its category; the span says that its category is not stated.
    fn field(&mut self, fact: &FieldFact) -> Option<(Field, Option<Span>)> {
        let (category, open) = match &fact.category {
            Stated::Is(name) => (self.category(*name)?, None),
            Stated::Not(span) => {
                // it may be of any category, which is what an open list says
                let unknown = match self.model.vocabulary.find_category("not-stated") {
                    Some(category) => category,
                    None => self.add_category("not-stated", None, Identifies::No, *span),
                };
                (unknown, Some(*span))
            }
        };
        let level = match fact.level {
            None => 0,
            Some(level) => self.level(category, level)?,
        };
        Some((Field { name: fact.name.symbol, category, level, span: fact.name.span }, open))
    }

    /// The category of a field that takes it from its own name.
    pub(super) fn category_of_field(&mut self, name: Name, keyword: &str) -> Option<CategoryId> {
        let found = self.find_category(name.symbol);
        if found.is_none() && !self.is_lost(name.symbol) && !self.ambiguous_category(name) {
            let word = self.word(name.symbol).to_owned();
            let how = if keyword == "field" {
                format!("say what `{word}` is: `field {word} : CATEGORY`; `staunch explain categories` lists them")
            } else {
                format!(
                    "say what `{word}` is: `derive {word} : CATEGORY from …`; `staunch explain categories` lists them"
                )
            };
            let advice = if self.heard() { did_you_mean(&word, self.model.vocabulary.category_words()) } else { None };
            let help = match advice {
                Some(advice) => format!("{advice} if not, {how}"),
                None => how,
            };
            self.report(
                Diagnostic::new(
                    &name_codes::FIELD_WITHOUT_CATEGORY,
                    name.span,
                    format!("the field `{word}` has no category, and none is called `{word}`"),
                )
                .label("what kind of data is this?")
                .help(help),
            );
        }
        found
    }

    /// A fact of a copy.
    pub(super) fn copy_fact(
        &mut self,
        copy: &CopyFact,
        word: Span,
        span: Span,
        facts: &mut CopyFacts,
        seen: &mut Seen<'_>,
    ) {
        match copy {
            CopyFact::Basis(basis) => {
                if self.once(seen, "basis", word) {
                    facts.basis = self.said(basis, span, |r, b| r.footing_of(Family::Basis, b)).into();
                }
            }
            CopyFact::Condition(condition) => {
                self.again(seen, "condition", word);
                let more = self.said(condition, span, |r, b| r.footing_of(Family::Condition, b).map(List::one));
                let head = seen.head();
                self.append(head, "condition", &mut facts.conditions, more);
            }
            CopyFact::Confidentiality(basis) => {
                if self.once(seen, "confidentiality", word) {
                    let family = Family::ConfidentialityBasis;
                    facts.confidentiality = self.said(basis, span, |r, b| r.footing_of(family, b)).into();
                }
            }
            CopyFact::Retain(retention) => {
                if self.once(seen, "retain", word) {
                    facts.retention = self.said(retention, span, |r, b| r.retention(b)).into();
                }
            }
            CopyFact::Kept(safeguards) => {
                self.again(seen, "kept", word);
                let more = self.said(safeguards, span, |r, n| Some(r.family_symbols(Family::Safeguard, n)));
                let head = seen.head();
                self.append(head, "kept", &mut facts.safeguards, more);
            }
            CopyFact::StoredIn(countries) => {
                if self.once(seen, "stored in", word) {
                    facts.stored_in =
                        self.said(countries, span, |_, names| Some(names.iter().map(|n| n.symbol).collect())).into();
                }
            }
            CopyFact::Transfer(transfer) => {
                if self.once(seen, "transfer", word) {
                    facts.transfer = self.said(transfer, span, Self::transfer_of).into();
                }
            }
        }
    }

    pub(super) fn footing_of(&mut self, family: Family, basis: &BasisFact) -> Option<Footing> {
        let law = basis.under.and_then(|n| self.law(n));
        let name = self.known_symbol(family, basis.name)?;
        Some(Footing {
            name,
            law,
            schedule: basis.schedule.map(|n| n.value),
            paragraph: basis.paragraph.map(|n| n.value),
        })
    }

    fn transfer_of(&mut self, transfer: &TransferFact) -> Option<Transfer> {
        let under = transfer.under.and_then(|n| self.agreement(n));
        Some(Transfer { mechanism: self.known_symbol(Family::TransferMechanism, transfer.mechanism)?, under })
    }

    /// A level as a word of `needs`.
    pub(super) fn least_form(&mut self, form: &Stated<Name>, span: Span) -> Known<u8> {
        self.said(form, span, |r, name| {
            let word = r.closed_word(*name, "a form of data", &tree::LEAST_FORMS)?;
            tree::LEAST_FORMS.iter().position(|w| *w == word).map(|level| level as u8)
        })
    }

    pub(super) fn retention(&mut self, retention: &tree::Retention) -> Option<Retention> {
        let method = match &retention.method {
            None => Known::Unsaid,
            Some(method) => self.said(method, retention.span, |r, n| r.family_word(Family::DestructionMethod, *n)),
        };
        let period = retention.period.map(|d| Period { amount: d.amount, unit: d.unit });
        let ends = match (&retention.from, retention.period) {
            (Some(from), Some(period)) => self.point_after(&[period], from)?,
            (Some(from), None) => self.point(from)?,
            (None, Some(_)) => Point::PerPerson(Trigger::Collection, period),
            (None, None) => return None,
        };
        let no_later = retention.no_later.map(|d| d.date);
        if let (Some(no_later), Point::Date(date)) = (retention.no_later, ends)
            && no_later.date < date
            && let Some(from) = &retention.from
        {
            self.out_of_order((when_span(from), "the end that is stated"), (no_later.span, "the latest date"));
        }
        Some(Retention { period, ends, no_later, then: retention.then, method })
    }

    /// Datasets with fields, as flows, steps and agreements name them.
    pub(super) fn dataset_list(&mut self, list: &[tree::DatasetFields]) -> List<DatasetFields> {
        list.iter()
            .filter_map(|item| {
                Some(DatasetFields {
                    dataset: self.dataset(item.dataset)?,
                    fields: item.fields.as_ref().map(|f| f.iter().map(|n| (n.symbol, n.span)).collect()),
                    span: item.span,
                })
            })
            .collect()
    }
}

fn empty_dataset(declared: Declared, explicit: bool) -> Dataset {
    Dataset {
        declared,
        explicit,
        held_by: List::new(),
        held_span: None,
        controllers: Rarely::default(),
        about: Rarely::default(),
        collected_for: Rarely::default(),
        fields: ThinVec::new(),
        open: None,
        reveals: ThinVec::new(),
        reveals_nothing: Rarely::default(),
        unit: Unit::Rows,
        table_minimum: Rarely::default(),
        one_per: None,
        claimed_anonymous: None,
        facts: FactsIfAny::default(),
    }
}
