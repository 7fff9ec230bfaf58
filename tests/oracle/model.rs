//! A small model as plain data, and its text as a `.staunch` file.

use std::fmt::{self, Display, Write as _};

/// What a column says about a person.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) enum Category {
    Name,
    Nhs,
    Quasi(u8),
    Key(u8),
    Trait(u8),
}

/// A field's name. Traits have names of their own in every dataset; what links is called the same everywhere.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) enum Field {
    Name,
    Nhs,
    Quasi(u8),
    Key(u8),
    Trait(u8, u8),
    Hash(u8),
    People,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) enum Dataset {
    Source(u8),
    Made(u8),
    Lookup(u8),
    Code(u8),
    Secret(u8),
}

/// A party (`0..parties`), then the teams in their order; [`PUBLIC`] is everybody.
pub(crate) type Place = u8;
pub(crate) const PUBLIC: Place = 255;

/// The names of the levels of precision, finest first.
pub(crate) const LEVELS: [&str; 3] = ["fine", "middle", "coarse"];
pub(crate) const TRAITS: u8 = 3;
pub(crate) const KEYS: u8 = 4;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Column {
    pub(crate) field: Field,
    pub(crate) category: Category,
    pub(crate) level: u8,
}

#[derive(Clone, Debug)]
pub(crate) struct Source {
    pub(crate) held: Vec<Place>,
    pub(crate) columns: Vec<Column>,
    /// The group of people that it is about; all when not said.
    pub(crate) about: Option<u8>,
    pub(crate) until: Option<u8>,
}

#[derive(Clone, Debug)]
pub(crate) struct Flow {
    pub(crate) from: Place,
    pub(crate) to: Place,
    pub(crate) dataset: Dataset,
    pub(crate) fields: Option<Vec<Field>>,
    pub(crate) activity: u8,
    /// The month from which it runs, and the month in which the receiver destroys.
    pub(crate) on: Option<u8>,
    pub(crate) until: Option<u8>,
}

#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) at: Place,
    pub(crate) takes: Vec<Dataset>,
    pub(crate) operations: Vec<Operation>,
    pub(crate) gives: Option<Dataset>,
    pub(crate) activity: u8,
    pub(crate) on: Option<u8>,
    pub(crate) until: Option<u8>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Method {
    Unsalted,
    Salted,
    Lookup,
    Code,
}

#[derive(Clone, Debug)]
pub(crate) enum Operation {
    Match(Dataset, Dataset, Vec<Field>),
    Append(Vec<Dataset>),
    Keep(Vec<Field>),
    Drop(Vec<Field>),
    AddKey(u8),
    Pseudonymise { field: Field, key: Field, method: Method, held_by: Option<Place> },
    Generalise(Field, u8),
    Derive { field: Field, category: Category, from: Vec<Field> },
    Aggregate { by: Vec<Field>, of: Vec<Field>, controlled: bool },
    Destroy(Dataset),
}

/// `processor who for whom`, in an activity.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Processor {
    pub(crate) activity: u8,
    pub(crate) who: Place,
    pub(crate) whom: Place,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Model {
    pub(crate) parties: u8,
    /// The party of each team.
    pub(crate) teams: Vec<Place>,
    pub(crate) walls: Vec<(Place, Place)>,
    /// How many activities there are; each flow and step says which it belongs to when there are several.
    pub(crate) activities: u8,
    pub(crate) processors: Vec<Processor>,
    pub(crate) quasis: u8,
    /// Each part with the coarsest level that still counts.
    pub(crate) combinations: Vec<Vec<(u8, u8)>>,
    /// Whether there are two groups of people with nobody in both.
    pub(crate) groups: bool,
    pub(crate) sources: Vec<Source>,
    pub(crate) flows: Vec<Flow>,
    pub(crate) steps: Vec<Step>,
}

impl Model {
    pub(crate) fn party_of(&self, place: Place) -> Place {
        match place.checked_sub(self.parties).and_then(|t| self.teams.get(usize::from(t))) {
            Some(party) => *party,
            None => place,
        }
    }

    pub(crate) fn places(&self) -> Vec<Place> {
        (0..self.parties + self.teams.len() as u8).collect()
    }

    fn place(&self, place: Place) -> String {
        match place {
            PUBLIC => "public".to_owned(),
            p if p < self.parties => format!("p{p}"),
            t => format!("p{}.t{t}", self.party_of(t)),
        }
    }

    /// The categories that rules ask about.
    pub(crate) fn asked(&self) -> Vec<Category> {
        let traits = (0..TRAITS).map(Category::Trait);
        traits.chain((0..self.quasis).map(Category::Quasi)).collect()
    }

    /// The model as text, with a rule for every party and category. The third is the rule's name.
    pub(crate) fn text(&self, rules: &[(Place, Category)]) -> String {
        let mut out = String::new();
        self.write(&mut out, rules).expect("a string takes everything");
        out
    }

    fn write(&self, out: &mut String, rules: &[(Place, Category)]) -> fmt::Result {
        for p in 0..self.parties {
            write!(out, "party p{p} {{ kind charity")?;
            for t in (self.parties..).zip(&self.teams).filter(|(_, of)| **of == p).map(|(t, _)| t) {
                write!(out, "; team t{t}")?;
            }
            writeln!(out, " }}")?;
        }
        for (a, b) in &self.walls {
            writeln!(out, "wall between {} and {}", self.place(*a), self.place(*b))?;
        }
        for a in 0..self.activities {
            write!(out, "activity work{a} {{ purpose operational")?;
            let of: Vec<&Processor> = self.processors.iter().filter(|p| p.activity == a).collect();
            let heads: Vec<String> = (0..self.parties)
                .filter(|p| of.iter().any(|o| o.whom == *p) && !of.iter().any(|o| o.who == *p))
                .map(|p| self.place(p))
                .collect();
            if !heads.is_empty() {
                write!(out, "; controller {}", heads.join(", "))?;
            }
            for p in of {
                write!(out, "; processor {} for {}", self.place(p.who), self.place(p.whom))?;
            }
            writeln!(out, " }}")?;
        }
        if self.groups {
            writeln!(out, "people group0 {{ children some; apart from group1 }}\npeople group1 {{ children some }}")?;
        }
        for k in 0..KEYS {
            writeln!(out, "category k{k} under key {{ identifies key }}")?;
        }
        for q in 0..self.quasis {
            writeln!(out, "category q{q} {{ identifies quasi; level fine; level middle; level coarse }}")?;
        }
        for t in 0..TRAITS {
            writeln!(out, "category trait{t} {{ identifies no }}")?;
        }
        for parts in &self.combinations {
            let parts: Vec<String> =
                parts.iter().map(|(q, l)| format!("q{q} at {}", LEVELS[usize::from(*l)])).collect();
            writeln!(out, "combination {}", parts.join(", "))?;
        }
        for (i, source) in self.sources.iter().enumerate() {
            let held: Vec<String> = source.held.iter().map(|p| self.place(*p)).collect();
            write!(out, "dataset d{i} {{ held by {}", held.join(", "))?;
            if let Some(group) = source.about {
                write!(out, "; about group{group}")?;
            }
            for c in &source.columns {
                match (c.field, c.category) {
                    (Field::Quasi(q), _) => write!(out, "; field q{q} : q{q} at {}", LEVELS[usize::from(c.level)])?,
                    (Field::Trait(..), Category::Trait(t)) => write!(out, "; field {} : trait{t}", c.field)?,
                    _ => write!(out, "; fields {}", c.field)?,
                }
            }
            if let Some(until) = source.until {
                write!(out, "; retain until {} then destroy", date(until))?;
            }
            writeln!(out, " }}")?;
        }
        for (i, step) in self.steps.iter().enumerate() {
            self.write_step(out, i, step)?;
        }
        for (i, flow) in self.flows.iter().enumerate() {
            write!(
                out,
                "flow f{i} {{ from {}; to {}; data {}",
                self.place(flow.from),
                self.place(flow.to),
                flow.dataset
            )?;
            if let Some(fields) = &flow.fields {
                write!(out, "({})", list(fields))?;
            }
            self.write_times(out, flow.activity, flow.on, flow.until, "receiver retains")?;
            writeln!(out, " }}")?;
        }
        for (p, c) in rules {
            writeln!(
                out,
                "rule {} {{ {} must never hold identifiable {} }}",
                rule_name(*p, *c),
                self.place(*p),
                word(*c)
            )?;
        }
        Ok(())
    }

    fn write_times(
        &self,
        out: &mut String,
        activity: u8,
        on: Option<u8>,
        until: Option<u8>,
        retain: &str,
    ) -> fmt::Result {
        if self.activities > 1 {
            write!(out, "; activity work{activity}")?;
        }
        if let Some(on) = on {
            write!(out, "; during {} to {}", date(on), date(on))?;
        }
        if let Some(until) = until {
            write!(out, "; {retain} until {} then destroy", date(until))?;
        }
        Ok(())
    }

    fn write_step(&self, out: &mut String, i: usize, step: &Step) -> fmt::Result {
        write!(out, "step s{i} at {} {{ takes {}", self.place(step.at), list(&step.takes))?;
        for operation in &step.operations {
            out.push_str("; ");
            self.write_operation(out, operation)?;
        }
        if let Some(gives) = step.gives {
            write!(out, "; gives {gives}")?;
        }
        self.write_times(out, step.activity, step.on, step.until, "retain")?;
        writeln!(out, " }}")
    }

    fn write_operation(&self, out: &mut String, operation: &Operation) -> fmt::Result {
        match operation {
            Operation::Match(a, b, on) => write!(out, "match {a} with {b} on {}", list(on)),
            Operation::Append(all) => write!(out, "append {}", list(all)),
            Operation::Keep(fields) => write!(out, "keep {}", list(fields)),
            Operation::Drop(fields) => write!(out, "drop {}", list(fields)),
            Operation::AddKey(k) => write!(out, "add key k{k}"),
            Operation::Pseudonymise { field, key, method, held_by } => {
                let method = match method {
                    Method::Unsalted => "unsalted-hash",
                    Method::Salted => "salted-hash",
                    Method::Lookup => "lookup",
                    Method::Code => "reversible-code",
                };
                write!(out, "pseudonymise {field} as {key} using {method}")?;
                match held_by {
                    Some(place) => write!(out, " held by {}", self.place(*place)),
                    None => Ok(()),
                }
            }
            Operation::Generalise(field, level) => write!(out, "generalise {field} to {}", LEVELS[usize::from(*level)]),
            Operation::Derive { field, category, from } => {
                write!(out, "derive {field} : {} from {}", word(*category), list(from))
            }
            Operation::Aggregate { by, of, controlled } => {
                write!(out, "aggregate by {}", list(by))?;
                if !of.is_empty() {
                    write!(out, " of {}", list(of))?;
                }
                write!(
                    out,
                    "{}",
                    if *controlled { " minimum 10; suppress secondary" } else { " minimum 0; suppress none" }
                )
            }
            Operation::Destroy(dataset) => write!(out, "destroy {dataset}"),
        }
    }
}

/// What a rule about a party and a category is called.
pub(crate) fn rule_name(place: Place, category: Category) -> String {
    format!("r-{place}-{}", word(category))
}

/// A category's word.
pub(crate) fn word(category: Category) -> String {
    match category {
        Category::Name => "name".to_owned(),
        Category::Nhs => "nhs-number".to_owned(),
        Category::Quasi(q) => format!("q{q}"),
        Category::Key(k) => format!("k{k}"),
        Category::Trait(t) => format!("trait{t}"),
    }
}

/// The first of a month, months counted from 2010.
fn date(month: u8) -> String {
    format!("{}-{:02}-01", 2010 + u16::from(month) / 12, month % 12 + 1)
}

fn list<T: Display>(items: &[T]) -> String {
    items.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

impl Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Field::Name => f.write_str("name"),
            Field::Nhs => f.write_str("nhs-number"),
            Field::Quasi(q) => write!(f, "q{q}"),
            Field::Key(k) => write!(f, "k{k}"),
            Field::Trait(t, u) => write!(f, "a{t}-{u}"),
            Field::Hash(h) => write!(f, "h{h}"),
            Field::People => f.write_str("people"),
        }
    }
}

impl Display for Dataset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Dataset::Source(i) => write!(f, "d{i}"),
            Dataset::Made(i) => write!(f, "m{i}"),
            Dataset::Lookup(k) => write!(f, "k{k}-lookup"),
            Dataset::Code(k) => write!(f, "k{k}-code"),
            Dataset::Secret(k) => write!(f, "k{k}-secret"),
        }
    }
}
