//! Steps and their operations.

use thin_vec::ThinVec;

use super::Resolver;
use super::facts::Seen;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::{model as codes, names as name_codes};
use crate::model::{DatasetId, FactsIfAny, Known, Operation, OperationKind, Rarely, Step, Suppress};
use crate::source::Span;
use crate::syntax::intern::Symbol;
use crate::syntax::list::List;
use crate::syntax::tree::{self, Fact, Method, Name, Stated, StepDecl, StepFact, Suppression};
use crate::vocabulary::Family;

/// What a step works on, while its operations are read in order.
struct Bench<'h> {
    head: &'h tree::Head,
    /// What it takes and gives: the names that operations may speak of.
    known: Vec<DatasetId>,
    /// Whether it takes what is not stated.
    open: bool,
    /// What it has destroyed so far, and where.
    destroyed: Vec<(DatasetId, Span)>,
    place: crate::model::PlaceId,
}

impl Resolver<'_> {
    /// A step.
    pub(super) fn step_facts(&mut self, decl: &StepDecl) -> Step {
        let declared = self.declared(&decl.head);
        let (place, place_span) = self.done_at(&decl.head, decl.at.as_ref());
        let mut step = Step {
            declared,
            place,
            place_span,
            takes: List::new(),
            operations: ThinVec::new(),
            operations_not_stated: None,
            gives: List::new(),
            purposes: Known::Unsaid,
            activity: None,
            starts: Rarely::default(),
            ends: Rarely::default(),
            facts: FactsIfAny::default(),
            needs: Rarely::default(),
        };
        let mut seen = Seen::new(&decl.head);
        let mut activity = None;
        for fact in &decl.facts {
            self.step_fact(&mut step, &mut seen, &mut activity, fact);
        }
        step.activity = self.activity_or_only(activity);
        step.purposes = self.purposes_or_activity(std::mem::take(&mut step.purposes), step.activity);
        self.step_operations(decl, &mut step);
        self.step_is_whole(decl, &seen);
        step
    }

    fn step_fact(&mut self, step: &mut Step, seen: &mut Seen<'_>, activity: &mut Option<Name>, fact: &Fact<StepFact>) {
        let (word, span) = (fact.word, fact.span);
        match &fact.value {
            StepFact::Takes(takes) => {
                self.again(seen, "takes", word);
                if let Stated::Is(takes) = takes {
                    let more = self.dataset_list(takes);
                    step.takes.extend(more);
                }
            }
            StepFact::Gives(gives) => {
                self.again(seen, "gives", word);
                if let Stated::Is(gives) = gives {
                    let more = self.dataset_list(gives);
                    step.gives.extend(more);
                }
            }
            StepFact::For(purposes) => {
                if self.once(seen, "for", word) {
                    step.purposes = self.said(purposes, span, |r, n| Some(r.purposes(n)));
                }
            }
            StepFact::Activity(name) => {
                if self.once(seen, "activity", word) {
                    *activity = Some(*name);
                }
            }
            StepFact::During(during) => {
                if self.once(seen, "during", word) {
                    let (starts, ends) = self.during(during);
                    (step.starts, step.ends) = (starts.into(), ends.into());
                }
            }
            StepFact::Output(copy) => self.copy_fact(copy, word, span, &mut step.facts, seen),
            StepFact::Needs(form) => {
                if self.once(seen, "needs", word) {
                    step.needs = self.least_form(form, span).into();
                }
            }
            StepFact::OperationsNotStated => step.operations_not_stated = Some(span),
            StepFact::Operation(_) => {} // read once all that the step takes is known
        }
    }

    /// A step takes something and gives something, unless it does nothing but destroy.
    fn step_is_whole(&mut self, decl: &StepDecl, seen: &Seen<'_>) {
        let destroys = |fact: &Fact<StepFact>| matches!(&fact.value, StepFact::Operation(o) if matches!(**o, tree::Operation::Destroy { .. }));
        let operates =
            |fact: &Fact<StepFact>| matches!(fact.value, StepFact::Operation(_) | StepFact::OperationsNotStated);
        let operations: Vec<&Fact<StepFact>> = decl.facts.iter().filter(|f| operates(f)).collect();
        if !operations.is_empty() && operations.iter().all(|f| destroys(f)) && seen.at("gives").is_none() {
            return;
        }
        let missing: Vec<&str> = ["takes", "gives"].into_iter().filter(|w| seen.at(w).is_none()).collect();
        self.missing(
            &decl.head,
            &missing,
            "a step makes data from data: say what it `takes` and what it `gives`, or write `not-stated` after the word",
        );
    }

    fn step_operations(&mut self, decl: &StepDecl, step: &mut Step) {
        let open = decl.facts.iter().any(|f| matches!(f.value, StepFact::Takes(Stated::Not(_))));
        let mut bench = Bench {
            head: &decl.head,
            known: step.takes.iter().chain(&step.gives).map(|d| d.dataset).collect(),
            open,
            destroyed: Vec::new(),
            place: step.place,
        };
        step.operations.reserve_exact(decl.facts.iter().filter(|f| matches!(f.value, StepFact::Operation(_))).count());
        for fact in &decl.facts {
            let StepFact::Operation(operation) = &fact.value else { continue };
            if let Some(kind) = self.operation(operation, fact.span, &mut bench) {
                step.operations.push(Operation { kind, span: fact.span });
            }
        }
    }

    fn operation(&mut self, operation: &tree::Operation, span: Span, bench: &mut Bench<'_>) -> Option<OperationKind> {
        Some(match operation {
            tree::Operation::Match { left, right, on, keeping_unmatched } => {
                let (left, right) = (self.input(*left, bench), self.input(*right, bench));
                OperationKind::Match {
                    left: left?,
                    right: right?,
                    on: fields(on),
                    keeping_unmatched: *keeping_unmatched,
                }
            }
            tree::Operation::Append(names) => {
                OperationKind::Append { datasets: names.iter().filter_map(|n| self.input(*n, bench)).collect() }
            }
            tree::Operation::Keep(names) => OperationKind::Keep { fields: fields(names) },
            tree::Operation::Drop(names) => OperationKind::Drop { fields: fields(names) },
            tree::Operation::Pseudonymise { fields: replaced, key, using, held_by } => {
                self.pseudonymise(replaced, *key, using.as_ref(), held_by.as_ref(), span, bench)?
            }
            tree::Operation::AddKey { key, per } => OperationKind::AddKey {
                key: key.symbol,
                key_category: self.key_category(*key),
                per: per.map(|n| n.symbol),
            },
            tree::Operation::Generalise { field, level } => {
                OperationKind::Generalise { field: (field.symbol, field.span), level: (level.symbol, level.span) }
            }
            tree::Operation::Derive { field, category, from, profiling } => {
                let category = match category {
                    Some(name) => self.category(*name),
                    None => self.category_of_field(*field, "derive"),
                };
                OperationKind::Derive {
                    field: field.symbol,
                    category: category?,
                    from: fields(from),
                    profiling: *profiling,
                }
            }
            tree::Operation::Aggregate { by, of, minimum } => {
                let minimum = match minimum {
                    None => Known::Unsaid,
                    Some(minimum) => self.said(minimum, span, |_, n| Some(n.value)),
                };
                OperationKind::Aggregate { by: fields(by), of: fields(of), minimum }
            }
            tree::Operation::Suppress(parts) => {
                OperationKind::Suppress(self.said(parts, span, |_, p| Some(suppress(p))))
            }
            tree::Operation::FilterOptOut(name) => OperationKind::FilterOptOut(self.opt_out(*name)?),
            tree::Operation::Review { what, by } => {
                OperationKind::Review { what: what.value.clone(), by: by.as_ref().map(|t| t.value.clone()) }
            }
            tree::Operation::Reidentify(name) => OperationKind::Reidentify { lookup: self.live(*name, bench)? },
            tree::Operation::Synthesise => OperationKind::Synthesise,
            tree::Operation::Encrypt => OperationKind::Encrypt,
            tree::Operation::Destroy { datasets, method } => {
                let datasets = self.destroy(datasets, bench);
                let method = match method {
                    None => Known::Unsaid,
                    Some(method) => self.said(method, span, |r, n| r.known_symbol(Family::DestructionMethod, *n)),
                };
                OperationKind::Destroy { datasets, method }
            }
        })
    }

    fn pseudonymise(
        &mut self,
        replaced: &[Name],
        key: Name,
        using: Option<&Stated<Method>>,
        held_by: Option<&Stated<Name>>,
        span: Span,
        bench: &Bench<'_>,
    ) -> Option<OperationKind> {
        let lookup = match self.lookup_name(key.symbol, using) {
            // the name may be taken by something that is no dataset
            Some(symbol) => Some(self.dataset(Name { symbol, span: key.span })?),
            None => None,
        };
        let held_by = match held_by {
            Some(held_by) => self.said(held_by, span, |r, n| r.place(*n)),
            None if lookup.is_some() => Known::Said(bench.place, span),
            None => Known::Unsaid,
        };
        let method = match using {
            None => Known::Unsaid,
            Some(using) => self.said(using, span, |_, m| Some(*m)),
        };
        Some(OperationKind::Pseudonymise {
            fields: fields(replaced),
            key: key.symbol,
            key_category: self.key_category(key),
            method,
            held_by,
            lookup,
        })
    }

    /// A dataset that the step has not destroyed before.
    fn live(&mut self, name: Name, bench: &Bench<'_>) -> Option<DatasetId> {
        let dataset = self.dataset(name)?;
        if let Some((_, gone)) = bench.destroyed.iter().find(|(d, _)| *d == dataset) {
            let word = self.word(name.symbol).to_owned();
            let gone = *gone;
            self.report(
                Diagnostic::new(
                    &codes::USED_AFTER_DESTROYED,
                    name.span,
                    format!("`{word}` is used after it was destroyed"),
                )
                .label("used here")
                .also(gone, "destroyed here")
                .help("operations run in the order written: destroy it last"),
            );
        }
        Some(dataset)
    }

    /// A dataset that the step takes or gives.
    fn input(&mut self, name: Name, bench: &Bench<'_>) -> Option<DatasetId> {
        let dataset = self.live(name, bench)?;
        if bench.open || bench.known.contains(&dataset) {
            return Some(dataset);
        }
        let word = self.word(name.symbol).to_owned();
        let heading = self.heading(bench.head);
        let span = bench.head.name.map_or(bench.head.keyword, |n| n.span);
        self.report(
            Diagnostic::new(&name_codes::NOT_TAKEN, name.span, format!("{heading} does not take `{word}`"))
                .label("not among what the step takes")
                .also(span, "the step")
                .help(format!("add it: `takes {word}`")),
        );
        None
    }

    fn destroy(&mut self, names: &[Name], bench: &mut Bench<'_>) -> List<DatasetId> {
        let mut all = List::new();
        for name in names {
            if let Some(dataset) = self.live(*name, bench) {
                bench.destroyed.push((dataset, name.span));
                all.push(dataset);
            }
        }
        all
    }
}

fn fields(names: &[Name]) -> List<(Symbol, Span)> {
    names.iter().map(|n| (n.symbol, n.span)).collect()
}

fn suppress(parts: &[Suppression]) -> Suppress {
    let mut made = Suppress::default();
    for part in parts {
        match part {
            Suppression::Secondary => made.secondary = true,
            Suppression::Rounding(number) => made.rounding = Some(number.value),
            Suppression::Under(number) => made.under = Some(number.value),
            Suppression::None(_) => made.none = true,
        }
    }
    made
}
