//! Steps and flows that cannot happen: what the text says is well formed, but no data could do it.

use std::collections::BTreeSet;

use crate::diagnostic::codes::graph as codes;
use crate::diagnostic::{Diagnostic, Diagnostics, did_you_mean};
use crate::model::{CategoryId, DatasetId, Model, PlaceId};
use crate::source::Span;
use crate::syntax::intern::Symbol;

/// Something that cannot happen.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Problem {
    /// A step or flow takes a dataset that its place never held.
    NotHeld { dataset: DatasetId, place: PlaceId, span: Span },
    /// An operation names a field that is not there.
    NoSuchField { field: Symbol, span: Span, operation: &'static str, step: Span, have: Vec<Symbol> },
    /// A flow names a field that its dataset does not have at the sender.
    NotSent { field: Symbol, span: Span, dataset: DatasetId, place: PlaceId, have: Vec<Symbol> },
    /// A match on a field that one side does not have.
    CannotMatchOn { field: Symbol, span: Span, missing_in: DatasetId, step: Span, have: Vec<Symbol> },
    /// A match between tables that share nothing that identifies.
    NothingInCommon {
        left: DatasetId,
        right: DatasetId,
        left_has: Vec<Symbol>,
        right_has: Vec<Symbol>,
        span: Span,
        step: Span,
    },
    /// A field generalised to a level that is finer, or that its category does not have.
    CannotGeneralise { field: Symbol, level: Span, category: CategoryId, from: u8, finer: bool, step: Span },
    /// A match in which one side has no fields. Of a whole model that is no problem: what it has is not stated.
    Unmet { step: Span },
    /// A copy used after it was destroyed.
    UsedAfterEnd { dataset: DatasetId, place: PlaceId, span: Span, ended: Span },
}

/// The problems of a graph, each once.
#[derive(Default, Debug)]
pub(super) struct Problems {
    list: Vec<Problem>,
    /// Whether anyone listens: not while columns are still being found.
    pub(super) listening: bool,
}

impl Problems {
    /// None yet, and somebody listens.
    pub(super) fn heard() -> Problems {
        Problems { list: Vec::new(), listening: true }
    }

    /// Whether there is room for more.
    pub(super) fn listens(&self) -> bool {
        self.listening && self.list.len() < crate::diagnostic::KEPT * 4
    }

    pub(super) fn push(&mut self, problem: Problem) {
        if self.listens() && !self.list.contains(&problem) {
            self.list.push(problem);
        }
    }

    /// Takes those out that there are.
    pub(super) fn take(&mut self) -> impl Iterator<Item = Problem> {
        std::mem::take(&mut self.list).into_iter()
    }

    /// Says them.
    pub(super) fn report(self, model: &Model, diagnostics: &mut Diagnostics) {
        self.list.into_iter().filter_map(|problem| say(model, problem)).for_each(|said| diagnostics.push(said));
    }
}

fn list(model: &Model, names: &[Symbol]) -> String {
    let words: BTreeSet<&str> = names.iter().map(|n| model.word(*n)).collect();
    match words.len() {
        0 => "no fields".to_owned(),
        _ => words.iter().map(|w| format!("`{w}`")).collect::<Vec<_>>().join(", "),
    }
}

fn say(model: &Model, problem: Problem) -> Option<Diagnostic> {
    Some(match problem {
        Problem::Unmet { .. } => return None,
        Problem::NotHeld { dataset, place, span } => {
            let (data, at) = (model.dataset_name(dataset), model.place_name(place));
            let declared = &model.dataset(dataset).declared;
            Diagnostic::new(&codes::NEVER_HELD, span, format!("`{at}` never holds `{data}`"))
                .label("taken here")
                .also(declared.span, format!("`{data}` is declared here"))
                .help(format!("add a flow that brings `{data}` to `{at}`, or say `held by {at}` in the dataset"))
        }
        Problem::NoSuchField { field, span, operation, step, have } => {
            let word = model.word(field);
            let hint = did_you_mean(word, have.iter().map(|h| model.word(*h)));
            Diagnostic::new(&codes::FIELD_NOT_THERE, span, format!("there is no field `{word}` here for `{operation}`"))
                .label("not in the data at this point of the step")
                .also(step, "in this step")
                .help(hint.unwrap_or_else(|| format!("the data has {} at this point", list(model, &have))))
        }
        Problem::NotSent { field, span, dataset, place, have } => {
            let (word, data, at) = (model.word(field), model.dataset_name(dataset), model.place_name(place));
            let hint = did_you_mean(word, have.iter().map(|h| model.word(*h)));
            Diagnostic::new(&codes::FIELD_NOT_SENT, span, format!("`{data}` at `{at}` has no field `{word}`"))
                .label("named here")
                .also(model.dataset(dataset).declared.span, format!("`{data}` comes from here"))
                .help(hint.unwrap_or_else(|| format!("it has {}", list(model, &have))))
        }
        Problem::CannotMatchOn { field, span, missing_in, step, have } => {
            let (word, data) = (model.word(field), model.dataset_name(missing_in));
            Diagnostic::new(&codes::MATCH_FIELD_MISSING, span, format!("`{data}` has no field `{word}` to match on"))
                .label("both sides need it")
                .also(model.dataset(missing_in).declared.span, format!("`{data}` comes from here"))
                .also(step, "in this step")
                .help(format!("at this point `{data}` has {}; match on what both sides have", list(model, &have)))
        }
        Problem::NothingInCommon { left, right, left_has, right_has, span, step } => {
            let (l, r) = (model.dataset_name(left), model.dataset_name(right));
            Diagnostic::new(
                &codes::NOTHING_TO_MATCH_ON,
                span,
                format!("`{l}` and `{r}` cannot be matched: they share no key and no identifying field"),
            )
            .label("this match cannot run")
            .also(model.dataset(left).declared.span, format!("`{l}` has {}", list(model, &left_has)))
            .also(model.dataset(right).declared.span, format!("`{r}` has {}", list(model, &right_has)))
            .also(step, "in this step")
            .help("if the two are combined in truth, a key travels with them that nobody has written down: declare it (`add key …`)")
        }
        Problem::CannotGeneralise { field, level, category, from, finer, step } => {
            let word = model.word(field);
            let levels = &model.vocabulary.category(category).levels;
            let coarser: Vec<String> = levels.iter().skip(from as usize + 1).map(|l| format!("`{}`", l.name)).collect();
            let message = if finer {
                format!("`{word}` is already coarser than this")
            } else {
                format!("`{word}` has no such level of precision")
            };
            let help = if coarser.is_empty() {
                format!("`{}` has no coarser level; drop the field instead", model.vocabulary.category(category).name)
            } else {
                format!("it can be generalised to {}", coarser.join(", "))
            };
            Diagnostic::new(&codes::CANNOT_GENERALISE, level, message)
                .label("this level")
                .also(step, "in this step")
                .help(help)
        }
        Problem::UsedAfterEnd { dataset, place, span, ended } => {
            let (data, at) = (model.dataset_name(dataset), model.place_name(place));
            Diagnostic::new(
                &codes::USED_AFTER_END,
                span,
                format!("`{data}` is used at `{at}` after it was destroyed there"),
            )
            .label("used here")
            .also(ended, "destroyed here")
            .help("use it before, or destroy it later")
        }
    })
}
