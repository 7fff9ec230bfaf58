//! Changes to what a project says, made on its trees: the lines of a scenario, a control taken away, one of the differences
//! between two versions. The texts stay as they are, so that whatever is found still has its place in them.

use std::collections::BTreeSet;

use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::names as codes;
use crate::source::{FileId, Sources, Span};
use crate::syntax::intern::{Interner, Symbol};
use crate::syntax::list::List;
use crate::syntax::tree::{
    DatasetFields, Declaration, Fact, Facts, FlowFact, Head, LeftOut, Makes, Name, Operation, PartyFact, Stated,
    StepFact, Suppression, Tree, UseFact,
};

/// A project's trees, to be changed.
pub(super) struct Trees<'p> {
    trees: Vec<(FileId, Tree)>,
    words: &'p Interner,
    sources: &'p Sources,
    /// What steps that are still to be added make.
    to_come: BTreeSet<Symbol>,
}

impl<'p> Trees<'p> {
    /// A copy of these trees, without the scenarios: those speak of the project as it is.
    pub(super) fn of(trees: &[(FileId, Tree)], words: &'p Interner, sources: &'p Sources) -> Self {
        let copy = |(file, tree): &(FileId, Tree)| {
            let stays = |d: &&Declaration| !matches!(d, Declaration::Scenario(_));
            let declarations = tree.declarations.iter().filter(stays).cloned().collect();
            (*file, Tree { declarations, lost: tree.lost.clone() })
        };
        Trees { trees: trees.iter().map(copy).collect(), words, sources, to_come: BTreeSet::new() }
    }

    /// The trees as they are now.
    pub(super) fn into_trees(self) -> Vec<(FileId, Tree)> {
        self.trees
    }

    /// Says that a declaration is to be added: what it makes is not missed when that is taken away which made it before.
    pub(super) fn expect(&mut self, declaration: &Declaration) {
        if let Declaration::Step(step) = declaration {
            self.to_come.extend(step.makes().map(|made| made.symbol()));
        }
    }

    /// Adds a declaration as one of a file of its own, so that it belongs to no activity but the one that it names.
    pub(super) fn add(&mut self, file: FileId, declaration: Declaration) {
        self.trees.push((file, Tree { declarations: vec![declaration], lost: Vec::new() }));
    }

    /// Changes a declaration: its lines take the place of those that begin with the same words, and others are added.
    ///
    /// # Errors
    /// When there is no declaration of that kind and name.
    pub(super) fn change(&mut self, change: &Declaration, place: Span) -> Result<(), Diagnostic> {
        let Some(name) = change.name() else {
            let help = "`remove wall between …` and `add` change what has no name";
            return Err(Diagnostic::new(&codes::UNKNOWN_NAME, place, "what has no name cannot be changed").help(help));
        };
        let sources = self.sources;
        let mut declarations = self.trees.iter_mut().flat_map(|(_, tree)| &mut tree.declarations);
        match declarations.find(|d| d.name() == Some(name) && same_kind(d, change)) {
            Some(found) => {
                merge(found, change, sources);
                Ok(())
            }
            None => {
                let (kind, word) = (sources.text(change.head().keyword), self.words.word(name));
                Err(Diagnostic::new(&codes::UNKNOWN_NAME, place, format!("no `{kind}` is called `{word}`"))
                    .label("cannot be changed")
                    .help("name it as its declaration does; what only a step gives has none: `add` one"))
            }
        }
    }

    /// Takes away what is declared under a name, and what cannot be without it: a flow that has no end any more, a step that has
    /// nothing to take. Other lines lose the name.
    pub(super) fn remove(&mut self, name: Symbol) {
        let mut gone = Gone { names: BTreeSet::from([name]), words: self.words };
        let mut new = vec![name];
        self.remove_team(name);
        while !new.is_empty() {
            for (_, tree) in &mut self.trees {
                tree.lost.append(&mut new.clone());
            }
            new.clear();
            for (_, tree) in &mut self.trees {
                tree.declarations.retain_mut(|declaration| {
                    let stays = declaration.name().is_none_or(|n| !gone.has(n)) && gone.leaves(declaration);
                    if !stays {
                        new.extend(declaration.name());
                        if let Declaration::Step(step) = declaration {
                            new.extend(step.makes().map(|made| made.symbol()));
                        }
                    }
                    stays
                });
            }
            // what is declared by itself or made by somebody else is still there
            new.retain(|n| !gone.names.contains(n) && !self.is_there(*n));
            gone.names.extend(&new);
        }
    }

    fn is_there(&self, name: Symbol) -> bool {
        let makes = |made: Makes| made.symbol() == name;
        let mut declared = self.trees.iter().flat_map(|(_, tree)| &tree.declarations);
        self.to_come.contains(&name)
            || declared
                .any(|d| d.name() == Some(name) || matches!(d, Declaration::Step(step) if step.makes().any(makes)))
    }

    fn remove_team(&mut self, name: Symbol) {
        let Some((party, team)) = self.words.word(name).split_once('.') else { return };
        let (party, team) = (self.words.find(party), self.words.find(team));
        for declaration in self.trees.iter_mut().flat_map(|(_, tree)| &mut tree.declarations) {
            if let Declaration::Party(d) = declaration
                && d.head.name.map(|n| n.symbol) == party
            {
                let is_it = |t: &Head| t.name.map(|n| n.symbol) == team;
                d.facts.retain(|fact| !matches!(&fact.value, PartyFact::Team(t) if is_it(&t.head)));
            }
        }
    }

    /// Takes away the walls between two places.
    pub(super) fn remove_wall(&mut self, left: Symbol, right: Symbol) {
        for (_, tree) in &mut self.trees {
            tree.declarations.retain(|d| match d {
                Declaration::Wall(wall) => {
                    let sides = (wall.left.symbol, wall.right.symbol);
                    sides != (left, right) && sides != (right, left)
                }
                _ => true,
            });
        }
    }

    /// Lets a step do without an operation, or without some of its fields.
    ///
    /// # Errors
    /// When the step does nothing of the kind.
    pub(super) fn without(&mut self, what: &LeftOut, step: Name, place: Span) -> Result<(), Diagnostic> {
        let mut hit = false;
        for declaration in self.trees.iter_mut().flat_map(|(_, tree)| &mut tree.declarations) {
            if let Declaration::Step(found) = declaration
                && found.head.name.map(|n| n.symbol) == Some(step.symbol)
            {
                let facts = std::mem::take(&mut found.facts);
                found.facts = facts
                    .into_iter()
                    .filter_map(|mut fact| {
                        let StepFact::Operation(operation) = &mut fact.value else { return Some(fact) };
                        let left = match what {
                            LeftOut::All(word) if self.words.word(word.symbol) == operation.word() => undone(operation),
                            LeftOut::All(_) => return Some(fact),
                            LeftOut::This(this) => match lessened(operation, this) {
                                Less::Untouched => return Some(fact),
                                Less::Gone => undone(operation),
                                Less::Left(rest) => Some(rest),
                            },
                        };
                        hit = true;
                        left.map(|rest| Fact { value: StepFact::Operation(Box::new(rest)), ..fact })
                    })
                    .collect();
            }
        }
        if hit {
            return Ok(());
        }
        let (step, word) = (self.words.word(step.symbol), self.sources.text(place));
        let what = word.split_whitespace().collect::<Vec<_>>().join(" ");
        let what = what.strip_prefix("without ").unwrap_or(&what);
        let what = what.rsplit_once(" in ").map_or(what, |(operation, _)| operation);
        Err(Diagnostic::new(&codes::UNKNOWN_NAME, place, format!("`{step}` does not do `{what}`"))
            .label("nothing to leave out")
            .help("write the operation as the step does; of `drop`, `pseudonymise` and `destroy` some of the names are enough"))
    }

    /// The operation at an address.
    pub(super) fn operation_mut(&mut self, tree: usize, declaration: usize, line: usize) -> Option<&mut Operation> {
        match self.declaration_mut(tree, declaration)? {
            Declaration::Step(step) => match &mut step.facts.get_mut(line)?.value {
                StepFact::Operation(operation) => Some(operation),
                _ => None,
            },
            _ => None,
        }
    }

    /// The declaration at an address.
    pub(super) fn declaration_mut(&mut self, tree: usize, declaration: usize) -> Option<&mut Declaration> {
        self.trees.get_mut(tree)?.1.declarations.get_mut(declaration)
    }

    /// Takes a declaration away, and nothing else.
    pub(super) fn take_out(&mut self, tree: usize, declaration: usize) {
        if let Some((_, tree)) = self.trees.get_mut(tree)
            && declaration < tree.declarations.len()
        {
            tree.declarations.remove(declaration);
        }
    }
}

/// Names that nothing declares any more.
struct Gone<'w> {
    names: BTreeSet<Symbol>,
    words: &'w Interner,
}

impl Gone<'_> {
    fn has(&self, name: Symbol) -> bool {
        let party = || self.words.word(name).split_once('.').and_then(|(party, _)| self.words.find(party));
        self.names.contains(&name) || party().is_some_and(|p| self.names.contains(&p))
    }

    /// Takes the names out of the ends and the data of a declaration; whether it can be without them.
    fn leaves(&self, declaration: &mut Declaration) -> bool {
        match declaration {
            Declaration::Flow(flow) => flow.facts.iter_mut().all(|fact| match &mut fact.value {
                FlowFact::From(names) | FlowFact::To(names) => self.names_left(names),
                FlowFact::Data(data) => self.data_left(data),
                _ => true,
            }),
            Declaration::Step(step) => {
                let takes = step.facts.iter_mut().all(|fact| match &mut fact.value {
                    StepFact::Takes(data) => self.data_left(data),
                    _ => true,
                });
                takes && self.stays_at(step.at.as_ref())
            }
            Declaration::Use(d) => self.use_left(d.at.as_ref(), d.facts.iter_mut().map(|fact| &mut fact.value)),
            Declaration::Decision(d) => {
                let facts = d.facts.iter_mut().filter_map(|fact| match &mut fact.value {
                    crate::syntax::tree::DecisionFact::Use(fact) => Some(fact),
                    _ => None,
                });
                self.use_left(d.at.as_ref(), facts)
            }
            Declaration::Wall(wall) => !self.has(wall.left.symbol) && !self.has(wall.right.symbol),
            Declaration::Attest(d) => !self.has(d.dataset.symbol) && !self.has(d.at.symbol),
            Declaration::Waive(d) => !self.has(d.subject.symbol),
            _ => true,
        }
    }

    fn use_left<'f>(&self, at: Option<&Stated<Name>>, facts: impl Iterator<Item = &'f mut UseFact>) -> bool {
        let mut takes = true;
        for fact in facts {
            if let UseFact::Takes(data) = fact {
                takes &= self.data_left(data);
            }
        }
        takes && self.stays_at(at)
    }

    fn stays_at(&self, at: Option<&Stated<Name>>) -> bool {
        !matches!(at, Some(Stated::Is(place)) if self.has(place.symbol))
    }

    fn names_left(&self, names: &mut Stated<List<Name>>) -> bool {
        let Stated::Is(names) = names else { return true };
        *names = names.iter().filter(|n| !self.has(n.symbol)).copied().collect();
        !names.is_empty()
    }

    fn data_left(&self, data: &mut Stated<thin_vec::ThinVec<DatasetFields>>) -> bool {
        let Stated::Is(data) = data else { return true };
        data.retain(|d| !self.has(d.dataset.symbol));
        !data.is_empty()
    }
}

/// What is left when an operation is not done: nothing; but a pseudonym's key is given all the same, beside what it should replace.
pub(super) fn undone(operation: &Operation) -> Option<Operation> {
    match operation {
        Operation::Pseudonymise { key, .. } => Some(Operation::AddKey { key: *key, per: None }),
        _ => None,
    }
}

/// An operation without a part of it.
enum Less {
    /// That is no part of it.
    Untouched,
    /// Nothing is left.
    Gone,
    /// This is left.
    Left(Operation),
}

fn symbols(names: &[Name]) -> BTreeSet<Symbol> {
    names.iter().map(|n| n.symbol).collect()
}

/// The names of a list that are not to go; `None` where some that are to go are not in it.
fn rest(of: &[Name], without: &[Name]) -> Option<List<Name>> {
    let (all, gone) = (symbols(of), symbols(without));
    gone.is_subset(&all).then(|| of.iter().filter(|n| !gone.contains(&n.symbol)).copied().collect())
}

fn of_names(left: Option<List<Name>>, whole: impl FnOnce(List<Name>) -> Operation) -> Less {
    match left {
        None => Less::Untouched,
        Some(left) if left.is_empty() => Less::Gone,
        Some(left) => Less::Left(whole(left)),
    }
}

fn if_same(same: bool) -> Less {
    if same { Less::Gone } else { Less::Untouched }
}

/// What is left of an operation without what a scenario names.
fn lessened(operation: &Operation, without: &Operation) -> Less {
    use Operation::*;
    match (operation, without) {
        (Drop(all), Drop(some)) => of_names(rest(all, some), Drop),
        (Keep(all), Keep(some)) => if_same(symbols(all) == symbols(some)),
        (Append(all), Append(some)) => if_same(symbols(all) == symbols(some)),
        (Destroy { datasets, method }, Destroy { datasets: some, .. }) => {
            of_names(rest(datasets, some), |datasets| Destroy { datasets, method: method.clone() })
        }
        (Pseudonymise { fields, key, using, held_by }, Pseudonymise { fields: some, key: same, .. })
            if key.symbol == same.symbol =>
        {
            of_names(rest(fields, some), |fields| Pseudonymise {
                fields,
                key: *key,
                using: using.clone(),
                held_by: held_by.clone(),
            })
        }
        (Match { left, right, .. }, Match { left: l, right: r, .. }) => {
            if_same(left.symbol == l.symbol && right.symbol == r.symbol)
        }
        (AddKey { key, .. }, AddKey { key: same, .. }) => if_same(key.symbol == same.symbol),
        (Generalise { field, .. }, Generalise { field: same, .. }) => if_same(field.symbol == same.symbol),
        (Derive { field, .. }, Derive { field: same, .. }) => if_same(field.symbol == same.symbol),
        (Aggregate { by, .. }, Aggregate { by: same, .. }) => if_same(symbols(by) == symbols(same)),
        (Suppress(Stated::Is(all)), Suppress(Stated::Is(some))) => {
            let kind = |part: &Suppression| match part {
                Suppression::Secondary => (0, 0),
                Suppression::Rounding(n) => (1, n.value),
                Suppression::Under(n) => (2, n.value),
                Suppression::None(_) => (3, 0),
            };
            let gone: BTreeSet<_> = some.iter().map(kind).collect();
            if !gone.is_subset(&all.iter().map(kind).collect()) {
                return Less::Untouched;
            }
            let left: Vec<Suppression> = all.iter().filter(|part| !gone.contains(&kind(part))).cloned().collect();
            if left.is_empty() { Less::Gone } else { Less::Left(Suppress(Stated::Is(left))) }
        }
        (FilterOptOut(one), FilterOptOut(other)) | (Reidentify(one), Reidentify(other)) => {
            if_same(one.symbol == other.symbol)
        }
        (Review { what, .. }, Review { what: same, .. }) => if_same(what.value == same.value),
        (Synthesise, Synthesise) | (Encrypt, Encrypt) => Less::Gone,
        _ => Less::Untouched,
    }
}

fn same_kind(one: &Declaration, other: &Declaration) -> bool {
    std::mem::discriminant(one) == std::mem::discriminant(other)
}

/// Puts the lines of a change into a declaration of the same kind.
fn merge(into: &mut Declaration, change: &Declaration, sources: &Sources) {
    macro_rules! lines {
        ($($kind:ident),*) => {
            match (&mut *into, change) {
                $((Declaration::$kind(old), Declaration::$kind(new)) => {
                    put(&mut old.facts, &new.facts, sources);
                    titled(&mut old.head, &new.head);
                })*
                (Declaration::Group(old), Declaration::Group(new)) => *old = new.clone(),
                _ => {}
            }
        };
    }
    lines!(
        Party,
        People,
        Activity,
        Precondition,
        Dataset,
        Category,
        Flow,
        Step,
        Use,
        Decision,
        Event,
        Agreement,
        Law,
        Purpose,
        Dpia,
        OptOut,
        Notice,
        Record,
        Pack
    );
    // what stands before the brace
    match (into, change) {
        (Declaration::Step(old), Declaration::Step(new)) if new.at.is_some() => old.at = new.at.clone(),
        (Declaration::Use(old), Declaration::Use(new)) if new.at.is_some() => old.at = new.at.clone(),
        (Declaration::Decision(old), Declaration::Decision(new)) if new.at.is_some() => old.at = new.at.clone(),
        (Declaration::People(old), Declaration::People(new)) if new.within.is_some() => old.within = new.within,
        (Declaration::Category(old), Declaration::Category(new)) if new.under.is_some() => old.under = new.under,
        (Declaration::Purpose(old), Declaration::Purpose(new)) if new.under.is_some() => old.under = new.under,
        _ => {}
    }
}

fn titled(old: &mut Head, new: &Head) {
    if new.title.is_some() {
        old.title.clone_from(&new.title);
    }
}

/// The words that a line begins with; one of them for two that say the contrary of each other.
fn label<T>(fact: &Fact<T>, sources: &Sources) -> String {
    let words = sources.text(fact.word).split_whitespace().collect::<Vec<_>>().join(" ");
    match words.as_str() {
        "not-met" => "met".to_owned(),
        "on" => "during".to_owned(),
        "table" => "rows".to_owned(),
        _ => words,
    }
}

/// Puts new lines in the place of those that begin with the same words; others at the end.
fn put<T: Clone>(old: &mut Facts<T>, new: &Facts<T>, sources: &Sources) {
    let touched: BTreeSet<String> = new.iter().map(|fact| label(fact, sources)).collect();
    let first = old.iter().position(|fact| touched.contains(&label(fact, sources))).unwrap_or(old.len());
    let mut all: Facts<T> = Facts::new();
    for (number, fact) in old.iter().enumerate() {
        if number == first {
            all.extend(new.iter().cloned());
        }
        if !touched.contains(&label(fact, sources)) {
            all.push(fact.clone());
        }
    }
    if first == old.len() {
        all.extend(new.iter().cloned());
    }
    *old = all;
}
