//! What a run over many models saw, counted and printed.

use std::collections::BTreeMap;

use super::ask;
use super::compare::{Compared, Difference, compare, verdicts};
use super::generate;
use super::model::Model;
use super::rules::Rule;
use super::shapes::shapes;

/// How often something was seen.
#[derive(Default)]
struct Tally {
    asked: usize,
    broken: usize,
    coarse: usize,
}

impl Tally {
    fn add(&mut self, other: &Tally) {
        self.asked += other.asked;
        self.broken += other.broken;
        self.coarse += other.coarse;
    }
}

/// Why a rule may be judged more coarsely than it comes out.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Coarse {
    /// What is mixed is judged by columns.
    Mixed,
    /// What is excepted since it passed through something is judged by all the ways that lead to it.
    Followed,
    /// An order that is not total, or a wall that is not stated, is judged by what is proved of it.
    Worlds,
}

impl Coarse {
    const ALL: [Coarse; 3] = [Coarse::Mixed, Coarse::Followed, Coarse::Worlds];

    fn told(self) -> &'static str {
        match self {
            Coarse::Mixed => "rows of different kinds in one dataset",
            Coarse::Followed => "exceptions of what came through something",
            Coarse::Worlds => "the same in all worlds, and not told",
        }
    }

    /// Why a difference is allowed, where it is.
    fn of(kind: Difference, mixed: bool, rule: &Rule, compared: &Compared) -> Option<Coarse> {
        match kind {
            Difference::Unsound => None,
            _ if mixed => Some(Coarse::Mixed),
            _ if rule.excepts_followed() => Some(Coarse::Followed),
            Difference::Unsure if compared.ran.worlds > 1 => Some(Coarse::Worlds),
            _ => None,
        }
    }
}

/// What was seen of models in which as much is certain.
#[derive(Default)]
struct Certainty {
    models: usize,
    rules: Tally,
    /// Rules of which it depends on the world what becomes of them.
    open: usize,
    why: BTreeMap<Coarse, usize>,
}

/// A difference: the seed of its model and the number of the rule.
pub(crate) type Place = (u64, Difference, usize);

/// What one run over a range of seeds saw.
#[derive(Default)]
pub(crate) struct Seen {
    pub(crate) judged: usize,
    forms: BTreeMap<&'static str, Tally>,
    shapes: BTreeMap<&'static str, (usize, usize)>,
    certainty: BTreeMap<&'static str, Certainty>,
    pub(crate) unusable: Vec<String>,
    pub(crate) wrong: Vec<Place>,
    pub(crate) coarse: Vec<Place>,
    /// Rules of which the verdict depends on what other rules there are: the seed and the number.
    pub(crate) dependent: Vec<(u64, usize)>,
}

impl Seen {
    /// Looks at the model of a seed.
    pub(crate) fn look(&mut self, seed: u64) {
        let (model, mixed) = generate::generate(seed);
        let rules = ask::rules(seed, &model);
        let compared = match compare(&model, &rules) {
            Err(why) => return self.unusable.push(format!("seed {seed}: {why}")),
            Ok(compared) => compared,
        };
        self.judged += 1;
        self.alone(seed, &model, &rules, &compared);
        let any_broken = (0..rules.len()).any(|i| compared.broken(i));
        for (shape, there) in shapes(&model, &compared.ran) {
            let (models, broken) = self.shapes.entry(shape).or_default();
            *models += usize::from(there);
            *broken += usize::from(there && any_broken);
        }
        let certain = match compared.ran.worlds {
            1 => "in one world",
            _ if model.walls.iter().all(|w| w.stated) => "in several orders",
            _ => "with walls not stated",
        };
        let certain = self.certainty.entry(certain).or_default();
        certain.models += 1;
        for (i, rule) in rules.iter().enumerate() {
            let difference = compared.differences[i];
            let why = difference.and_then(|kind| Coarse::of(kind, mixed, rule, &compared));
            let tally = Tally { asked: 1, broken: usize::from(compared.broken(i)), coarse: usize::from(why.is_some()) };
            self.forms.entry(rule.kind()).or_default().add(&tally);
            if !rule.except.is_empty() {
                self.forms.entry("(with an exception)").or_default().add(&tally);
            }
            certain.rules.add(&tally);
            certain.open += usize::from(compared.open(i));
            match (difference, why) {
                (None, _) => {}
                (Some(kind), None) => self.wrong.push((seed, kind, i)),
                (Some(kind), Some(why)) => {
                    *certain.why.entry(why).or_default() += 1;
                    self.coarse.push((seed, kind, i));
                }
            }
        }
    }

    /// A rule is judged as it is beside the others when it is the only one.
    fn alone(&mut self, seed: u64, model: &Model, rules: &[Rule], compared: &Compared) {
        let number = (seed % rules.len() as u64) as usize;
        let Some(rule) = rules.get(number) else { return };
        let said = verdicts(model, std::slice::from_ref(rule));
        if said.as_ref().ok().and_then(|s| s.first()) != compared.said.get(number) {
            self.dependent.push((seed, number));
        }
    }

    pub(crate) fn add(&mut self, other: Seen) {
        self.judged += other.judged;
        for (kind, tally) in &other.forms {
            self.forms.entry(kind).or_default().add(tally);
        }
        for (shape, (models, broken)) in other.shapes {
            let all = self.shapes.entry(shape).or_default();
            *all = (all.0 + models, all.1 + broken);
        }
        for (kind, certainty) in other.certainty {
            let all = self.certainty.entry(kind).or_default();
            all.models += certainty.models;
            all.rules.add(&certainty.rules);
            all.open += certainty.open;
            certainty.why.into_iter().for_each(|(why, n)| *all.why.entry(why).or_default() += n);
        }
        self.unusable.extend(other.unusable);
        self.wrong.extend(other.wrong);
        self.coarse.extend(other.coarse);
        self.dependent.extend(other.dependent);
    }

    /// Prints all counts.
    pub(crate) fn print(&self) {
        println!("{} models, {} not usable", self.judged, self.unusable.len());
        println!("\n{:36} {:>7} {:>24}", "shape", "models", "of them some rule broken");
        for (shape, (models, broken)) in &self.shapes {
            println!("{shape:36} {models:7} {broken:24}");
        }
        println!("\n{:36} {:>7} {:>7} {:>14}", "form of rule", "rules", "broken", "judged coarser");
        for (form, tally) in &self.forms {
            println!("{form:36} {:7} {:7} {:14}", tally.asked, tally.broken, tally.coarse);
        }
        println!();
        for (kind, certainty) in &self.certainty {
            let Certainty { models, rules, open, why } = certainty;
            println!("{kind}: {models} models, {} rules, {open} of them depend on the world", rules.asked);
            for (reason, n) in Coarse::ALL.map(|c| (c.told(), why.get(&c).copied().unwrap_or_default())) {
                println!("    {n:6} judged coarser: {reason}");
            }
        }
    }

    /// Shapes that fewer than one in so many models had.
    pub(crate) fn rare(&self, one_in: usize) -> Vec<&'static str> {
        self.shapes.iter().filter(|(_, (models, _))| models * one_in < self.judged).map(|(shape, _)| *shape).collect()
    }

    /// Forms of rule of which none was broken, or none held.
    pub(crate) fn one_sided(&self) -> Vec<&'static str> {
        self.forms.iter().filter(|(_, t)| t.broken == 0 || t.broken == t.asked).map(|(form, _)| *form).collect()
    }
}
