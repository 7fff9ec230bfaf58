//! Two versions of a project: what the difference newly lets happen, and which changed declarations bring it about.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::changes::{self, Address, Change, Sided, Turn, Version};
use super::controls::controls_of;
use super::effects::{self, Effect, Side, Target};
use super::prepared::{Prepared, Variant};
use super::report::Finding;
use super::{Inputs, Outcome};
use crate::model::{self, Adopted};
use crate::packs;
use crate::rules::holdings::{Holdings, holdings};
use crate::source::{FileId, Sources};
use crate::syntax::tree::{Declaration, Tree};

/// Two versions of a project and what lies between them.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// The old version. Where its text has errors nothing is known of what it let happen.
    pub old: Outcome,
    /// The new one. Where its text has errors there is nothing to compare.
    pub new: Outcome,
    /// What is only called otherwise: the old name and the new one.
    pub renamed: Vec<(String, String)>,
    /// What is said otherwise.
    pub changes: Vec<Change>,
    /// What follows from that: what is worse first, the gravest first of all.
    pub effects: Vec<Effect>,
}

/// What a version comes to.
#[derive(Clone, Debug, Default)]
pub(super) struct Snapshot {
    /// Its findings that count.
    pub(super) findings: BTreeMap<String, Finding>,
    /// Who has what.
    pub(super) holdings: Holdings,
}

impl Snapshot {
    fn of(outcome: &Outcome, held: Holdings) -> Snapshot {
        let rules = outcome.report.iter().flat_map(|r| &r.rules);
        let findings = rules.flat_map(|r| r.open()).map(|f| (f.fingerprint.clone(), f.clone()));
        Snapshot { findings: findings.collect(), holdings: held }
    }
}

/// Judges a version and takes what it comes to.
fn snapshot(prepared: &Prepared) -> (Outcome, Snapshot) {
    prepared.judge_and(|outcome, context| {
        let held = context.map(holdings).unwrap_or_default();
        let snapshot = Snapshot::of(&outcome, held);
        (outcome, snapshot)
    })
}

/// How often names that are called otherwise are looked for: what refers to them may be recognised only then.
const ROUNDS: usize = 4;

/// The old version in the names of the new one, and what is called otherwise.
fn in_names_of(named: &Prepared, old: Inputs) -> (Prepared, BTreeMap<String, String>) {
    let texts = old.clone();
    let mut before = Prepared::read(old);
    let mut renamed: BTreeMap<String, String> = BTreeMap::new();
    for _ in 0..ROUNDS {
        let packs = (&|f| before.is_standard_pack(f), &|f| named.is_standard_pack(f));
        let more = changes::renames(version(&before), version(named), (packs.0, packs.1));
        if more.is_empty() {
            break;
        }
        renamed.extend(more);
        before = Prepared::read(called(&texts, &renamed));
    }
    (before, renamed)
}

/// Judges the new version, and marks the findings that the old one has as well. Where the text of the old version has errors, nobody
/// can tell what it has: then nothing is marked, and what came of the old version is given, too.
pub fn against(old: Inputs, new: Inputs) -> (Outcome, Option<Box<Outcome>>) {
    let named = Prepared::read(new);
    let (before, _) = in_names_of(&named, old);
    let old = before.judge();
    let mut outcome = named.judge();
    let Some(report) = &old.report else { return (outcome, Some(Box::new(old))) };
    if let Some(new) = &mut outcome.report {
        super::Baseline::of(report).mark(new);
    }
    (outcome, None)
}

/// Compares two versions of a project.
pub fn compare(old: Inputs, new: Inputs) -> Comparison {
    let named = Prepared::read(new);
    let (before, renamed) = in_names_of(&named, old);
    let sided = changes::changes(
        (version(&before), version(&named)),
        (&|f| before.is_standard_pack(f), &|f| named.is_standard_pack(f)),
        &renamed,
    );
    let (old, was) = snapshot(&before);
    let (new, is) = snapshot(&named);
    let changes: Vec<Change> = sided.iter().map(|s| s.change.clone()).collect();
    if new.report.is_none() || old.report.is_none() {
        return Comparison { old, new, renamed: renamed.into_iter().collect(), changes, effects: Vec::new() };
    }
    let rules = effects::of_rules((&old, &new), &sided);
    let controls = effects::of_controls((&controls_of(&before), &controls_of(&named)), &sided);
    let settings = effects::of_settings(before.settings(), named.settings());
    let mut blame = Blame::new(named, &before, &sided);
    let hidden = blame.hidden((&was, &is));
    let mut effects = effects::of_snapshots((&was, &is), (&old, &new), &hidden);
    effects.extend([rules, controls, settings, hidden].into_iter().flatten());
    blame.find(&mut effects);
    effects.sort_by_key(|e| (std::cmp::Reverse(e.bearing), e.kind, std::cmp::Reverse(e.severity)));
    Comparison { old, new, renamed: renamed.into_iter().collect(), changes, effects }
}

fn version(prepared: &Prepared) -> Version<'_> {
    Version { trees: &prepared.trees, sources: &prepared.sources, words: &prepared.words }
}

/// The texts of a version with some names called otherwise. Its files keep their numbers.
fn called(inputs: &Inputs, renamed: &BTreeMap<String, String>) -> Inputs {
    let mut sources = Sources::new();
    for (id, file) in inputs.sources.files() {
        let text = match inputs.files.contains(&id) {
            true => changes::with_names(file.text(), renamed),
            false => file.text().to_owned(),
        };
        // as many texts of about the same length found room before
        let _ = sources.add(file.name.clone(), text);
    }
    Inputs { sources, ..inputs.clone() }
}

/// How many variants are judged to find out what brings about the effects of one comparison.
const TRIED: usize = 400;

/// Looks for the changes that bring an effect about.
struct Blame<'c> {
    new: Prepared,
    /// The declarations of the old version, read with the words of the new one, by where they stand in the old one; with the names
    /// of their files.
    old: Vec<(String, Tree)>,
    /// Packs that either version adopts.
    packs: Vec<(FileId, Tree)>,
    sided: &'c [Sided],
    tried: BTreeMap<BTreeSet<usize>, Snapshot>,
}

impl<'c> Blame<'c> {
    fn new(mut new: Prepared, before: &Prepared, sided: &'c [Sided]) -> Self {
        let mut old = Vec::new();
        for (file, _) in before.trees.iter().filter(|(file, _)| !before.is_standard_pack(*file)) {
            let (name, text) = before.sources.file(*file).map_or(("", ""), |f| (f.name.as_str(), f.text()));
            let name = name.rsplit_once(':').map_or(name, |(_, name)| name).to_owned();
            let tree = new.read_more(name.clone(), text).map(|(_, tree)| tree).unwrap_or_default();
            old.push((name, tree));
        }
        let mut packs: Vec<(FileId, Tree)> =
            new.trees.iter().filter(|(file, _)| new.is_standard_pack(*file)).cloned().collect();
        let known: BTreeSet<String> =
            packs.iter().filter_map(|(f, _)| new.sources.file(*f).map(|f| f.name.clone())).collect();
        for (file, _) in before.trees.iter().filter(|(file, _)| before.is_standard_pack(*file)) {
            let Some(pack) = before.sources.file(*file).filter(|f| !known.contains(&f.name)) else { continue };
            packs.extend(new.read_pack(pack.name.clone(), pack.text()));
        }
        Blame { new, old, packs, sided, tried: BTreeMap::new() }
    }

    /// The new version with some changes taken back.
    fn variant(&self, back: &BTreeSet<usize>) -> Variant {
        let own = |(file, _): &&(FileId, Tree)| !self.new.is_standard_pack(*file);
        let mut trees: Vec<(FileId, Tree)> = self.new.trees.iter().filter(own).cloned().collect();
        let mut gone: Vec<Address> = Vec::new();
        let mut again: BTreeMap<String, Vec<Declaration>> = BTreeMap::new();
        for change in back.iter().filter_map(|n| self.sided.get(*n)) {
            let old = change.old.and_then(|(tree, number)| {
                let (name, tree) = self.old.get(tree)?;
                Some((name, tree.declarations.get(number)?))
            });
            let here = |(tree, number): Address, trees: &[(FileId, Tree)]| {
                let (file, _) = trees.get(tree)?;
                Some((self.new.sources.file(*file)?.name.clone(), number))
            };
            match (old, change.new) {
                (Some((name, old)), Some(at)) if here(at, &trees).is_some_and(|(file, _)| file == *name) => {
                    if let Some(slot) = trees.get_mut(at.0).and_then(|(_, t)| t.declarations.get_mut(at.1)) {
                        *slot = old.clone();
                    }
                }
                (old, new) => {
                    gone.extend(new);
                    if let Some((name, old)) = old {
                        again.entry(name.clone()).or_default().push(old.clone());
                    }
                }
            }
        }
        gone.sort_unstable();
        for (tree, number) in gone.into_iter().rev() {
            if let Some((_, tree)) = trees.get_mut(tree)
                && number < tree.declarations.len()
            {
                tree.declarations.remove(number);
            }
        }
        for (name, declarations) in again {
            let is_it = |(file, _): &&mut (FileId, Tree)| self.new.sources.file(*file).is_some_and(|f| f.name == name);
            match trees.iter_mut().find(is_it) {
                Some((_, tree)) => tree.declarations.extend(declarations),
                // any file that is no other's will do
                None => trees.push((self.new.spare_file(&name), Tree { declarations, lost: Vec::new() })),
            }
        }
        for (_, tree) in &mut trees {
            tree.declarations.retain(|d| !matches!(d, Declaration::Scenario(_)));
        }
        self.adopt(&mut trees);
        Variant { trees, as_of: self.new.as_of, questions: Vec::new() }
    }

    /// Adds the packs that trees adopt.
    fn adopt(&self, trees: &mut Vec<(FileId, Tree)>) {
        let mut looked_at = 0;
        let mut taken: BTreeSet<FileId> = BTreeSet::new();
        while looked_at < trees.len() {
            let adopted = model::adopted(trees.get(looked_at..).unwrap_or_default(), &self.new.words);
            looked_at = trees.len();
            for adopted in adopted {
                let Adopted::Pack(_, name, _) = adopted else { continue };
                let Some(pack) = packs::find(&name) else { continue };
                let is_it =
                    |(file, _): &&(FileId, Tree)| self.new.sources.file(*file).is_some_and(|f| f.name == pack.path);
                if let Some(found) = self.packs.iter().find(is_it)
                    && taken.insert(found.0)
                {
                    trees.push(found.clone());
                }
            }
        }
    }

    fn judge(&self, back: &BTreeSet<usize>) -> Snapshot {
        self.new.judge_as(&self.variant(back), |outcome, context| {
            let held = context.map(holdings).unwrap_or_default();
            Snapshot::of(&outcome, held)
        })
    }

    /// What the version comes to with these changes alone.
    fn with(&mut self, only: &BTreeSet<usize>) -> Option<&Snapshot> {
        let back: BTreeSet<usize> = (0..self.sided.len()).filter(|n| !only.contains(n)).collect();
        if !self.tried.contains_key(&back) {
            if self.tried.len() >= TRIED {
                return None;
            }
            let snapshot = self.judge(&back);
            self.tried.insert(back.clone(), snapshot);
        }
        self.tried.get(&back)
    }

    /// Findings that are gone only because the rules are others: they would be there if the rules were as before.
    fn hidden(&mut self, (was, is): (&Snapshot, &Snapshot)) -> Vec<Effect> {
        let ruling = |sided: &Sided| {
            matches!(sided.change.kind.as_str(), "rule" | "promise" | "adopt" | "waive" | "pack")
                && sided.change.turn != Turn::Added
                || matches!(sided.change.kind.as_str(), "waive" | "adopt")
        };
        let back: BTreeSet<usize> = self.sided.iter().enumerate().filter(|(_, s)| ruling(s)).map(|(n, _)| n).collect();
        if back.is_empty() {
            return Vec::new();
        }
        let as_before = self.judge(&back);
        effects::hidden(&as_before, (was, is), &back)
    }

    /// Says of each effect what brings it about.
    fn find(&mut self, effects: &mut [Effect]) {
        let all: BTreeSet<usize> =
            (0..self.sided.len()).filter(|n| self.sided.get(*n).is_some_and(|s| s.change.kind != "scenario")).collect();
        if effects.iter().all(|e| e.target.is_none()) || all.is_empty() {
            return;
        }
        // each change by itself, side by side: of very many first those in which something follows
        let near: BTreeSet<usize> = effects.iter().filter_map(|e| self.near(e)).filter(|n| all.contains(n)).collect();
        let others = all.iter().filter(|n| !near.contains(n));
        let singles: Vec<BTreeSet<usize>> =
            near.iter().chain(others).take(TRIED * 3 / 4).map(|n| BTreeSet::from([*n])).collect();
        let judged: Vec<(BTreeSet<usize>, Snapshot)> = singles
            .par_iter()
            .with_max_len(1)
            .map(|only| {
                let back: BTreeSet<usize> = (0..self.sided.len()).filter(|n| !only.contains(n)).collect();
                let snapshot = self.judge(&back);
                (back, snapshot)
            })
            .collect();
        self.tried.extend(judged);
        for effect in effects {
            let Some(target) = effect.target.clone() else { continue };
            effect.caused_by = self.smallest(&target, &all).into_iter().collect();
        }
    }

    /// The change in whose declaration an effect seems to be: the last that is declared before its place.
    fn near(&self, effect: &Effect) -> Option<usize> {
        let Some((Side::New, span)) = effect.place.filter(|_| effect.target.is_some()) else { return None };
        let here = self.sided.iter().enumerate().filter(|(_, s)| s.new.is_some() && s.change.span.start <= span.start);
        here.max_by_key(|(_, s)| s.change.span.start).map(|(n, _)| n)
    }

    /// A smallest set of changes that brings something about: none of them can be left out.
    fn smallest(&mut self, target: &Target, all: &BTreeSet<usize>) -> BTreeSet<usize> {
        let there = |snapshot: Option<&Snapshot>| snapshot.is_some_and(|s| target.is_in(s));
        if there(self.with(&BTreeSet::new())) {
            // neither declaration nor rule, but settings, words or the text of a notice
            return BTreeSet::new();
        }
        if let Some(single) = all.iter().find(|n| there(self.with(&BTreeSet::from([**n])))) {
            return BTreeSet::from([*single]);
        }
        let mut left = all.clone();
        // halves first: most changes have nothing to do with it
        let mut stretch = left.len().div_ceil(2);
        while stretch > 0 {
            let members: Vec<usize> = left.iter().copied().collect();
            for some in members.chunks(stretch) {
                let fewer: BTreeSet<usize> = left.iter().copied().filter(|n| !some.contains(n)).collect();
                if !fewer.is_empty() && there(self.with(&fewer)) {
                    left = fewer;
                }
            }
            stretch = if stretch == 1 { 0 } else { stretch.div_ceil(2) };
        }
        left
    }
}
