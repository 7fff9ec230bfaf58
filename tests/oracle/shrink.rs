//! Makes a model smaller while it still shows the same disagreement.

use super::model::{Model, Operation};

/// Tries every single removal again and again; keeps those after which `shows` still holds.
pub(crate) fn shrink(mut model: Model, shows: impl Fn(&Model) -> bool) -> Model {
    loop {
        let Some(smaller) = smaller(&model).into_iter().find(|m| shows(m)) else { return model };
        model = smaller;
    }
}

fn smaller(model: &Model) -> Vec<Model> {
    let mut all = Vec::new();
    let mut attempt = |change: &dyn Fn(&mut Model)| {
        let mut next = model.clone();
        change(&mut next);
        all.push(next);
    };
    (0..model.flows.len()).for_each(|i| attempt(&|m| drop(m.flows.remove(i))));
    (0..model.steps.len()).for_each(|i| attempt(&|m| drop(m.steps.remove(i))));
    (0..model.processors.len()).for_each(|i| attempt(&|m| _ = m.processors.remove(i)));
    (0..model.walls.len()).for_each(|i| attempt(&|m| _ = m.walls.remove(i)));
    (0..model.combinations.len()).for_each(|i| attempt(&|m| drop(m.combinations.remove(i))));
    for s in 0..model.steps.len() {
        for o in 0..model.steps[s].operations.len() {
            attempt(&|m| drop(m.steps[s].operations.remove(o)));
            let keep = match &model.steps[s].operations[o] {
                Operation::Keep(f) | Operation::Drop(f) => f.len(),
                _ => 0,
            };
            for f in 0..if keep > 1 { keep } else { 0 } {
                attempt(&|m| {
                    if let Operation::Keep(fields) | Operation::Drop(fields) = &mut m.steps[s].operations[o] {
                        fields.remove(f);
                    }
                });
            }
        }
        attempt(&|m| m.steps[s].on = None);
        attempt(&|m| m.steps[s].until = None);
        attempt(&|m| m.steps[s].activity = 0);
    }
    for f in 0..model.flows.len() {
        attempt(&|m| m.flows[f].fields = None);
        attempt(&|m| m.flows[f].on = None);
        attempt(&|m| m.flows[f].until = None);
        attempt(&|m| m.flows[f].activity = 0);
    }
    for s in 0..model.sources.len() {
        for c in 0..model.sources[s].columns.len() {
            if model.sources[s].columns.len() > 1 {
                attempt(&|m| {
                    m.sources[s].columns.remove(c);
                });
            }
            attempt(&|m| m.sources[s].columns[c].level = 0);
        }
        for h in 0..model.sources[s].held.len() {
            if model.sources[s].held.len() > 1 {
                attempt(&|m| {
                    m.sources[s].held.remove(h);
                });
            }
        }
        attempt(&|m| m.sources[s].until = None);
        attempt(&|m| m.sources[s].about = None);
    }
    if let Some(last) = model.sources.len().checked_sub(1) {
        let name = super::model::Dataset::Source(last as u8);
        let used = model.flows.iter().any(|f| f.dataset == name) || model.steps.iter().any(|s| s.takes.contains(&name));
        if !used {
            attempt(&|m| drop(m.sources.pop()));
        }
    }
    attempt(&|m| m.groups = m.sources.iter().any(|s| s.about.is_some()));
    if model.processors.is_empty() {
        attempt(&|m| m.activities = 0);
    }
    let size = |m: &Model| format!("{m:?}");
    let own = size(model);
    all.retain(|m| size(m) != own);
    all
}
