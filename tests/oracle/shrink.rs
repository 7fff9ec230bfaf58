//! Makes a model smaller while it still shows the same disagreement.

use super::model::{Model, Operation};
use super::rules::{Except, Form, Rule};

/// Tries every single removal again and again; keeps those after which `shows` still holds.
pub(crate) fn shrink(mut model: Model, mut rule: Rule, shows: impl Fn(&Model, &Rule) -> bool) -> (Model, Rule) {
    loop {
        if let Some(next) = smaller(&model).into_iter().find(|m| shows(m, &rule)) {
            model = next;
        } else if let Some(next) = simpler(&rule).into_iter().find(|r| shows(&model, r)) {
            rule = next;
        } else {
            return (model, rule);
        }
    }
}

/// All but one of the given rules, for each of them.
pub(crate) fn without_one(rules: &[Rule]) -> Vec<Vec<Rule>> {
    (0..rules.len()).map(|i| rules.iter().take(i).chain(rules.iter().skip(i + 1)).cloned().collect()).collect()
}

fn simpler(rule: &Rule) -> Vec<Rule> {
    let mut all = Vec::new();
    for i in 0..rule.except.len() {
        let mut next = rule.clone();
        next.except.remove(i);
        all.push(next);
    }
    let mut attempt = |change: &dyn Fn(&mut super::rules::Phrase)| {
        let mut next = rule.clone();
        match &mut next.form {
            Form::Never(_, _, p) | Form::PassThrough(p, ..) | Form::UsedOnlyFor(p, _) | Form::NeverUsedFor(p, _) => {
                change(p);
            }
            Form::Destroyed(p, ..) | Form::UsedOnlyAt(p, _) | Form::PublishedAnonymous(p) => change(p),
            Form::NeverDecide(p) => change(p),
            Form::Together(_, left, right) => {
                change(left);
                change(right);
            }
            _ => {}
        }
        all.push(next);
    };
    attempt(&|p| p.level = None);
    attempt(&|p| p.from = None);
    attempt(&|p| p.special = false);
    attempt(&|p| p.categories.clear());
    attempt(&|p| p.categories.truncate(1));
    attempt(&|p| _ = (p.categories.len() > 1).then(|| p.categories.remove(0)));
    if let Form::OnlyFields(_, fields, _) = &rule.form {
        for i in 0..if fields.len() > 1 { fields.len() } else { 0 } {
            let mut next = rule.clone();
            if let Form::OnlyFields(_, fields, _) = &mut next.form {
                fields.remove(i);
            }
            all.push(next);
        }
    }
    for (i, except) in rule.except.iter().enumerate() {
        if let Except::Data(data) = except
            && data.categories.len() > 1
        {
            let mut next = rule.clone();
            if let Except::Data(data) = &mut next.except[i] {
                data.categories.truncate(1);
            }
            all.push(next);
        }
    }
    all.retain(|r| r != rule);
    all
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
    (0..model.uses.len()).for_each(|i| attempt(&|m| drop(m.uses.remove(i))));
    (0..model.processors.len()).for_each(|i| attempt(&|m| _ = m.processors.remove(i)));
    (0..model.walls.len()).for_each(|i| attempt(&|m| _ = m.walls.remove(i)));
    (0..model.combinations.len()).for_each(|i| attempt(&|m| drop(m.combinations.remove(i))));
    for s in 0..model.steps.len() {
        for o in 0..model.steps[s].operations.len() {
            // what is taken together and not matched is another thing altogether
            if !matches!(model.steps[s].operations[o], Operation::Match(..)) {
                attempt(&|m| drop(m.steps[s].operations.remove(o)));
            }
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
        for g in 0..model.steps[s].gives.len() {
            attempt(&|m| drop(m.steps[s].gives.remove(g)));
            attempt(&|m| m.steps[s].gives[g].1 = None);
        }
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
        attempt(&|m| m.sources[s].reveals = None);
    }
    if let Some(last) = model.sources.len().checked_sub(1) {
        let name = super::model::Dataset::Source(last as u8);
        let used = model.flows.iter().any(|f| f.dataset == name)
            || model.steps.iter().any(|s| s.takes.contains(&name))
            || model.uses.iter().any(|u| u.takes == name);
        if !used {
            attempt(&|m| drop(m.sources.pop()));
        }
    }
    attempt(&|m| m.groups = m.sources.iter().any(|s| s.about.is_some()));
    (0..model.walls.len()).for_each(|i| attempt(&|m| m.walls[i].stated = true));
    if let Some(last) = model.teams.len().checked_sub(1) {
        let team = model.parties + last as u8;
        let held = |m: &Model| m.sources.iter().any(|s| s.held.contains(&team));
        let walled = model.walls.iter().any(|w| w.between.0 == team || w.between.1 == team);
        let moved = model.flows.iter().any(|f| f.from == team || f.to == team);
        let done = model.steps.iter().any(|s| s.at == team) || model.uses.iter().any(|u| u.at == team);
        if !(held(model) || walled || moved || done) {
            attempt(&|m| _ = m.teams.pop());
        }
    }
    if let Some(last) = model.events.len().checked_sub(1) {
        let last = last as u8;
        let when = |on: Option<u8>, until: Option<u8>| on == Some(last) || until == Some(last);
        let used = model.flows.iter().any(|f| when(f.on, f.until))
            || model.steps.iter().any(|s| when(s.on, s.until))
            || model.uses.iter().any(|u| when(u.on, None))
            || model.sources.iter().any(|s| when(None, s.until));
        if !used && last > 0 {
            attempt(&|m| drop(m.events.pop()));
        }
    }
    if model.processors.is_empty() {
        attempt(&|m| m.activities = 0);
    }
    let size = |m: &Model| format!("{m:?}");
    let own = size(model);
    all.retain(|m| size(m) != own);
    all
}
