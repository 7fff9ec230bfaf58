//! A model as the text of a `.staunch` file, one declaration a line.

use std::fmt::{self, Display, Write as _};

use super::model::{
    Category, Field, KEYS, LEVELS, Method, Model, Operation, PUBLIC, Place, Processor, SPECIAL, Step, TRAITS,
};
use super::rules::Rule;

impl Model {
    /// The model as text, with its rules: the name of each is `r` and its number.
    pub(crate) fn text(&self, rules: &[Rule]) -> String {
        let mut out = String::new();
        self.write(&mut out, rules).expect("a string takes everything");
        out
    }

    /// The name of a place.
    pub(crate) fn place(&self, place: Place) -> String {
        match place {
            PUBLIC => "public".to_owned(),
            p if p < self.parties => format!("p{p}"),
            t => format!("p{}.t{t}", self.party_of(t)),
        }
    }

    /// A point in time: an event, or the first of a month, months counted from 2010.
    pub(crate) fn point(&self, time: u8) -> String {
        if self.events.is_empty() {
            return format!("{}-{:02}-01", 2010 + u16::from(time) / 12, time % 12 + 1);
        }
        format!("e{time}")
    }

    fn write(&self, out: &mut String, rules: &[Rule]) -> fmt::Result {
        self.write_who(out)?;
        self.write_words(out)?;
        self.write_sources(out)?;
        for step in &self.steps {
            self.write_step(out, step)?;
        }
        for flow in &self.flows {
            let (from, to) = (self.place(flow.from), self.place(flow.to));
            write!(out, "flow f{} {{ from {from}; to {to}; data {}", flow.name, flow.dataset)?;
            if let Some(fields) = &flow.fields {
                write!(out, "({})", list(fields))?;
            }
            write!(out, "; for use{}", flow.purpose)?;
            self.write_times(out, flow.activity, flow.on, flow.until, "receiver retains")?;
            writeln!(out, " }}")?;
        }
        for used in &self.uses {
            let word = if used.decides.is_some() { "decision" } else { "use" };
            write!(out, "{word} u{} at {} {{ takes {}", used.name, self.place(used.at), used.takes)?;
            if let Some(fields) = &used.fields {
                write!(out, "({})", list(fields))?;
            }
            write!(out, "; for use{}", used.purpose)?;
            if let Some(individuals) = used.decides {
                write!(out, "; about {}; automation none", if individuals { "individuals" } else { "groups" })?;
            }
            if self.activities > 1 {
                write!(out, "; activity work0")?;
            }
            if let Some(on) = used.on {
                write!(out, "; during {} to {}", self.point(on), self.point(on))?;
            }
            writeln!(out, " }}")?;
        }
        for (i, rule) in rules.iter().enumerate() {
            writeln!(out, "rule r{i} {{ {} }}", rule.text(self))?;
        }
        Ok(())
    }

    fn write_who(&self, out: &mut String) -> fmt::Result {
        for p in 0..self.parties {
            write!(out, "party p{p} {{ kind charity")?;
            for t in self.teams_of(p) {
                write!(out, "; team t{t}")?;
            }
            writeln!(out, " }}")?;
        }
        for wall in &self.walls {
            let (a, b) = wall.between;
            let unsure = if wall.stated { "" } else { " not-stated" };
            writeln!(out, "wall between {} and {}{unsure}", self.place(a), self.place(b))?;
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
        Ok(())
    }

    fn write_words(&self, out: &mut String) -> fmt::Result {
        writeln!(out, "purpose use0 {{ class operational }}\npurpose use1 under use0 {{ class operational }}")?;
        writeln!(out, "purpose use2 {{ class research }}")?;
        for k in 0..KEYS {
            writeln!(out, "category k{k} under key {{ identifies key }}")?;
        }
        for q in 0..self.quasis {
            writeln!(out, "category q{q} {{ identifies quasi; level fine; level middle; level coarse }}")?;
        }
        for t in 0..TRAITS {
            let special = if t == SPECIAL { "; special health" } else { "" };
            writeln!(out, "category trait{t} {{ identifies no{special} }}")?;
        }
        for parts in &self.combinations {
            let parts: Vec<String> =
                parts.iter().map(|(q, l)| format!("q{q} at {}", LEVELS[usize::from(*l)])).collect();
            writeln!(out, "combination {}", parts.join(", "))?;
        }
        for (e, after) in self.events.iter().enumerate() {
            // what is only expected says nothing, however much it looks like an order
            write!(out, "event e{e} {{ expected {}-01-01", 2015 + e)?;
            if !after.is_empty() {
                write!(out, "; after {}", after.iter().map(|a| format!("e{a}")).collect::<Vec<_>>().join(", "))?;
            }
            writeln!(out, " }}")?;
        }
        Ok(())
    }

    fn write_sources(&self, out: &mut String) -> fmt::Result {
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
            if let Some(t) = source.reveals {
                write!(out, "; reveals in-d{i} : trait{t}")?;
            }
            if let Some(until) = source.until {
                write!(out, "; retain until {} then destroy", self.point(until))?;
            }
            writeln!(out, " }}")?;
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
            write!(out, "; during {} to {}", self.point(on), self.point(on))?;
        }
        if let Some(until) = until {
            write!(out, "; {retain} until {} then destroy", self.point(until))?;
        }
        Ok(())
    }

    fn write_step(&self, out: &mut String, step: &Step) -> fmt::Result {
        write!(out, "step s{} at {} {{ takes {}", step.name, self.place(step.at), list(&step.takes))?;
        for operation in &step.operations {
            out.push_str("; ");
            self.write_operation(out, operation)?;
        }
        for (number, (dataset, fields)) in step.gives.iter().enumerate() {
            write!(out, "{}{dataset}", if number == 0 { "; gives " } else { ", " })?;
            if let Some(fields) = fields {
                write!(out, "({})", list(fields))?;
            }
        }
        write!(out, "; for use{}", step.purpose)?;
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
            Operation::Reidentify(lookup) => write!(out, "reidentify with {lookup}"),
            Operation::Generalise(field, level) => write!(out, "generalise {field} to {}", LEVELS[usize::from(*level)]),
            Operation::Derive { field, category, from } => {
                write!(out, "derive {field} : {category} from {}", list(from))
            }
            Operation::Aggregate { by, of, minimum } => {
                write!(out, "aggregate by {}", list(by))?;
                if !of.is_empty() {
                    write!(out, " of {}", list(of))?;
                }
                write!(out, " minimum {minimum}")
            }
            Operation::Suppress(secondary) => write!(out, "suppress {}", if *secondary { "secondary" } else { "none" }),
            Operation::Destroy(dataset) => write!(out, "destroy {dataset}"),
        }
    }
}

/// Several, with commas.
pub(crate) fn list<T: Display>(items: &[T]) -> String {
    items.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}
