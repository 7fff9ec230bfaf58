//! One programme: some organisations share some datasets for one purpose, link them, count them and pass them on.

use std::fmt::Write as _;

use super::builder::{Builder, Dataset, Said};
use super::columns::{
    BIRTH_YEAR, COHORT_KEY, DATE_OF_BIRTH, DIRECT, DISTRICT, KEYS, MEMBER, PLAIN, POSTCODE, QUASI, bits, clash, field,
    fields,
};
use super::parties::{PUBLIC, THEMES, Theme, party_at, sorts};

/// A programme while it is written.
struct Programme<'a> {
    number: usize,
    theme: &'static Theme,
    /// Who takes part.
    core: Vec<usize>,
    activity: String,
    agreement: String,
    /// Its copies with rows.
    rows: Vec<u32>,
    /// Its copies with counts.
    counts: Vec<u32>,
    /// For each place, the copies of registers there.
    registers: &'a [Vec<u32>],
}

/// Writes a programme of so many flows.
pub(crate) fn write(builder: &mut Builder, registers: &[Vec<u32>], number: usize, flows: usize) {
    let theme = &THEMES[builder.random.below(THEMES.len())];
    let mut core: Vec<usize> = Vec::new();
    let wanted = builder.random.between(6, 10);
    for _ in 0..4 * wanted {
        let party = builder.anybody();
        let sort = builder.parties[party].sort;
        if core.len() < wanted && !core.contains(&party) && sort != sorts::INSURER && sort != sorts::BANK {
            core.push(party);
        }
    }
    // whoever leads decides; suppliers only act for others
    if let Some(leader) = core.iter().position(|p| builder.parties[*p].sort != sorts::SUPPLIER) {
        core.swap(0, leader);
    }
    let (activity, agreement) = (format!("programme-{number}"), format!("agreement-{number}"));
    let mut programme =
        Programme { number, theme, core, activity, agreement, rows: Vec::new(), counts: Vec::new(), registers };
    programme.footing(builder);
    for _ in 0..flows.div_ceil(10) {
        programme.source(builder);
    }
    let target = builder.flows + flows;
    while builder.flows < target {
        match builder.random.below(139) {
            0..33 => programme.step(builder),
            33..36 => programme.used(builder),
            36 => programme.decided(builder),
            _ => {
                // not everything may go everywhere: a few tries
                let _ = (0..10).any(|_| programme.flow(builder));
            }
        }
    }
}

impl Programme<'_> {
    /// The activity with its roles and the agreement that it rests on.
    fn footing(&self, b: &mut Builder) {
        let Programme { number, theme, core, activity, agreement, .. } = self;
        let name = |b: &Builder, party: usize| b.place_name(super::parties::place(party, 0)).to_owned();
        let leader = name(b, core[0]);
        let _ = writeln!(
            b.text,
            "event end-{number} {{ expected {}-03-31; no later than {}-03-31 }}",
            2027 + number % 3,
            2029 + number % 3
        );
        let _ = write!(b.text, "activity {activity} {{\n  purpose {}\n  controller {leader}\n", theme.purpose);
        let suppliers: Vec<usize> = core.iter().copied().filter(|p| b.parties[*p].sort == sorts::SUPPLIER).collect();
        for supplier in &suppliers {
            let supplier = name(b, *supplier);
            let _ = writeln!(b.text, "  processor {supplier} for {leader} under contract-{number}");
        }
        let _ = writeln!(b.text, "  starts 2024-04-01\n  ends end-{number}\n}}");
        if !suppliers.is_empty() {
            let _ = writeln!(
                b.text,
                "agreement contract-{number} {{ kind processing-contract; binding yes; between {leader}, {}; from 2024-04-01; terms instructions, security }}",
                name(b, suppliers[0])
            );
        }
        let between: Vec<String> = core.iter().map(|p| name(b, *p)).collect();
        let _ = writeln!(
            b.text,
            "agreement {agreement} {{\n  kind sharing\n  binding yes\n  between {}\n  from 2024-01-01\n  for {}\n}}",
            between.join(", "),
            theme.purpose
        );
    }

    /// A dataset that one of the parties has from its own work: about twelve fields, most of them with somebody's name.
    fn source(&mut self, b: &mut Builder) {
        let owner = self.core[b.random.below(self.core.len())];
        let place = b.place_of(owner);
        let mut columns = 0u64;
        let mut take = |b: &mut Builder, of: u64, count: usize| {
            for _ in 0..count {
                if let Some(bit) = b.random.bit(of & !columns) {
                    columns |= 1 << bit;
                }
            }
        };
        if b.random.percent(85) {
            // nearly everybody asks for the name
            take(b, 1, 1);
            let more = b.random.below(3);
            take(b, DIRECT, more);
        }
        let (keys, quasi, plain) = (b.random.below(3), b.random.between(2, 4), b.random.between(4, 8));
        take(b, KEYS, keys);
        take(b, QUASI, quasi);
        take(b, PLAIN, plain);
        let (about, also) = (b.random.below(b.groups) + 1, b.random.below(b.groups) + 1);
        let number = b.datasets.len() + 1;
        let dataset = b.dataset(format!("{}-{number}", self.theme.name), 0);
        let holder = b.place_name(place).to_owned();
        let controller = b.place_name(super::parties::place(owner, 0)).to_owned();
        let _ = write!(
            b.text,
            "dataset {}-{number} {{\n  held by {holder}\n  controller {controller}\n  about people-{about}",
            self.theme.name
        );
        if also != about && b.random.percent(30) {
            let _ = write!(b.text, ", people-{also}");
        }
        let law = b.random.between(1, super::LAWS);
        let _ = write!(
            b.text,
            "\n  collected for {}\n  basis public-task under act-{law}\n  fields {}\n  retain {} years then destroy\n}}\n",
            self.theme.collected,
            fields(columns),
            b.random.between(2, 10)
        );
        let copy = b.copy(dataset, place, columns);
        b.facts.origins.push((copy, columns | MEMBER, super::source_class(number)));
        self.rows.push(copy);
    }

    /// One of its copies with rows, new ones as often as all others together.
    fn some_rows(&self, b: &mut Builder) -> u32 {
        let all = self.rows.len();
        if b.random.percent(50) { self.rows[b.random.below(all)] } else { self.rows[all - 1 - b.random.skewed(all)] }
    }

    /// One of its copies with rows whose columns fit, if a few tries find any.
    fn some_with(&self, b: &mut Builder, fits: impl Fn(u64) -> bool) -> Option<u32> {
        for _ in 0..12 {
            let copy = self.some_rows(b);
            if fits(b.facts.copies[copy as usize].columns) {
                return Some(copy);
            }
        }
        None
    }

    /// Sends something on; whether it found anything to send.
    fn flow(&mut self, b: &mut Builder) -> bool {
        let copy = if !self.counts.is_empty() && b.random.percent(6) {
            *b.random.pick(&self.counts)
        } else {
            self.some_rows(b)
        };
        let dataset = b.facts.copies[copy as usize].dataset;
        let sender = party_at(b.facts.copies[copy as usize].place);
        let within = b.parties[sender].teams >= 2 && b.random.percent(8);
        let party = match b.random.below(100) {
            // back to where the data has been, which is how data comes to go in circles
            0..10 => {
                let copies = &b.datasets[dataset as usize].copies;
                let place = b.facts.copies[*b.random.pick(copies) as usize].place;
                if place == PUBLIC { sender } else { party_at(place) }
            }
            10..80 => *b.random.pick(&self.core),
            _ => b.anybody(),
        };
        let party = if within { sender } else { party };
        let team_here = !(b.facts.copies[copy as usize].place - 1).is_multiple_of(4);
        let to = match (party == sender, within && team_here) {
            (true, true) => super::parties::place(sender, 1 + b.random.below(b.parties[sender].teams as usize) as u32),
            (true, false) => return false,
            (false, _) => b.arrival_place(dataset, party),
        };
        if !b.allowed(dataset, party) {
            return false;
        }
        self.send(b, copy, to, party != sender)
    }

    fn send(&mut self, b: &mut Builder, copy: u32, to: u32, abroad: bool) -> bool {
        let from = b.facts.copies[copy as usize];
        let (registers, counts) = {
            let dataset = &b.datasets[from.dataset as usize];
            (dataset.registers, dataset.counts)
        };
        let part = (!counts && b.random.percent(25)).then(|| some(b, from.columns, 45));
        let mut more = String::new();
        if b.random.percent(20) {
            let _ = writeln!(
                more,
                "  by {}",
                b.random.pick(&["secure-file-transfer", "secure-email", "encrypted-api", "secure-portal"])
            );
        }
        if b.random.percent(6) {
            let _ = writeln!(more, "  basis public-task under act-{}", b.random.between(1, super::LAWS));
        }
        if b.random.percent(10) {
            more.push_str("  during 2024-04-01 to 2026-03-31\n");
        }
        if registers >> 3 & 1 == 1 {
            more.push_str("  receiver retains until register-end then destroy\n");
        } else if b.random.percent(12) {
            let _ = match b.random.below(3) {
                0 => writeln!(more, "  receiver retains 1 year after end-{} then destroy", self.number),
                1 => writeln!(more, "  receiver retains until end-{} then destroy", self.number),
                _ => writeln!(more, "  receiver retains until 2031-03-31 then destroy"),
            };
        }
        if b.random.percent(10) {
            more.push_str("  receiver keeps encrypted, named-access\n");
        }
        // what comes from a register always says what it belongs to; of the rest a tenth only says what it is for
        let says = registers != 0 || b.random.percent(90);
        if !says {
            let _ = writeln!(more, "  for {}", self.theme.purpose);
        }
        let said = Said {
            activity: says.then_some(self.activity.as_str()),
            under: abroad.then_some(self.agreement.as_str()),
            more: &more,
        };
        let known = b.facts.copies.len();
        let Some(made) = b.send(copy, to, part, said) else { return false };
        if made as usize >= known && to != PUBLIC {
            if counts { self.counts.push(made) } else { self.rows.push(made) }
        }
        true
    }

    fn step(&mut self, b: &mut Builder) {
        match b.random.below(100) {
            0..25 => self.strip(b),
            25..30 => self.count(b),
            30..58 => self.link(b),
            58..70 => self.number(b),
            70..78 => self.coarsen(b),
            78..86 => self.derive(b),
            86..92 => self.pseudonymise(b),
            92..96 => self.update(b),
            _ => self.keep(b),
        }
    }

    /// Ends a step: what it gives, and how long that is kept where a rule demands it.
    fn give(&mut self, b: &mut Builder, word: &str, step: usize, takes: &[u32], columns: u64) -> u32 {
        let of = |c: &u32| b.datasets[b.facts.copies[*c as usize].dataset as usize].registers;
        let registers = takes.iter().map(of).fold(0, |a, r| a | r);
        let place = b.facts.copies[takes[0] as usize].place;
        let dataset = b.dataset(format!("{word}-{step}"), registers);
        let _ = writeln!(b.text, "  gives {word}-{step}\n  activity {}", self.activity);
        if registers >> 3 & 1 == 1 {
            b.text.push_str("  retain until register-end then destroy\n");
        }
        b.text.push_str("}\n");
        b.copy(dataset, place, columns)
    }

    /// Takes the direct identifiers out.
    fn strip(&mut self, b: &mut Builder) {
        let found = self.some_with(b, |columns| columns & DIRECT != 0 && columns & !DIRECT & !MEMBER != 0);
        let Some(copy) = found else { return self.number(b) };
        let fact = b.facts.copies[copy as usize];
        let step = b.step("strip", fact.place, &[copy]);
        let _ = writeln!(b.text, "  drop {}", fields(fact.columns & DIRECT));
        let columns = fact.columns & !DIRECT;
        let made = self.give(b, "stripped", step, &[copy], columns);
        b.facts.hop(copy, made, columns, &[], false);
        self.rows.push(made);
    }

    /// Counts people.
    fn count(&mut self, b: &mut Builder) {
        let found = self.some_with(b, |columns| (columns & PLAIN).count_ones() >= 3);
        let Some(copy) = found else { return self.number(b) };
        let fact = b.facts.copies[copy as usize];
        let plain = fact.columns & PLAIN;
        let first = b.random.bit(plain).map_or(0, |bit| 1 << bit);
        let by = first | b.random.bit(plain & !first).map_or(0, |bit| 1 << bit);
        let of = if b.random.percent(50) { b.random.bit(plain & !by).map_or(0, |bit| 1 << bit) } else { 0 };
        let publishable = b.random.percent(70);
        let step = b.step("count", fact.place, &[copy]);
        let _ = write!(b.text, "  aggregate by {}", fields(by));
        if of != 0 {
            let _ = write!(b.text, " of {}", fields(of));
        }
        b.text.push_str(if publishable { " minimum 10 people\n  suppress secondary\n" } else { " minimum 5 people\n" });
        b.text.push_str("  review \"Output check\"\n");
        let made = self.give(b, "counts", step, &[copy], Builder::counted(by, of));
        b.facts.hop(copy, made, by | of, &counting(by), true);
        let dataset = b.facts.copies[made as usize].dataset;
        b.datasets[dataset as usize].counts = true;
        b.datasets[dataset as usize].publishable = publishable;
        self.counts.push(made);
        if publishable && b.random.percent(60) {
            self.send(b, made, PUBLIC, false);
        }
    }

    /// Links two tables at one place, its own or one of a register's.
    fn link(&mut self, b: &mut Builder) {
        let linkable = KEYS | DIRECT | 1 << DATE_OF_BIRTH | 1 << POSTCODE;
        for _ in 0..8 {
            let left = self.some_rows(b);
            let a = b.facts.copies[left as usize];
            let at = &self.registers[a.place as usize];
            let from_register = self.theme.research && !at.is_empty() && b.random.percent(70);
            let others: Vec<u32> =
                if from_register { at.clone() } else { self.rows.iter().copied().filter(|c| *c != left).collect() };
            let start = b.random.below(others.len().max(1));
            let fits = |c: &&u32| {
                let o = b.facts.copies[**c as usize];
                o.place == a.place
                    && o.dataset != a.dataset
                    && o.columns & a.columns & linkable != 0
                    && !clash(o.columns, a.columns)
                    && (o.columns | a.columns) >> COHORT_KEY & 1 == 0
            };
            let Some(right) = others[start..].iter().chain(&others[..start]).find(fits).copied() else { continue };
            let o = b.facts.copies[right as usize];
            let registers = b.datasets[a.dataset as usize].registers | b.datasets[o.dataset as usize].registers;
            let union = a.columns | o.columns;
            // with a register's rows neither names nor any part of an address may stay
            let direct = if registers != 0 { union & (DIRECT | 1 << POSTCODE | 1 << DISTRICT) } else { 0 };
            // nothing may be left that a party may not have, and the purpose must be the register's
            let owner = party_at(a.place);
            if registers != 0 && (!self.theme.research || union & !direct & !MEMBER == 0) {
                continue;
            }
            let (left_name, right_name) = (name_of(b, left), name_of(b, right));
            let Some(on) = bits(o.columns & a.columns & linkable).min_by_key(|bit| (KEYS >> bit & 1 == 0, *bit)) else {
                continue;
            };
            let step = b.step("link", a.place, &[left, right]);
            let _ = writeln!(b.text, "  match {left_name} with {right_name} on {}", field(on));
            if direct != 0 {
                let _ = writeln!(b.text, "  drop {}", fields(direct));
            }
            let columns = union & !direct;
            let made = self.give(b, "linked", step, &[left, right], columns);
            debug_assert!(b.allowed(b.facts.copies[made as usize].dataset, owner), "what is linked may stay");
            b.facts.hop(left, made, a.columns & columns, &[], false);
            b.facts.hop(right, made, o.columns & columns, &[], false);
            self.rows.push(made);
            return;
        }
        self.number(b);
    }

    /// Gives each row a key.
    fn number(&mut self, b: &mut Builder) {
        let copy = self.some_rows(b);
        let fact = b.facts.copies[copy as usize];
        let Some(key) = b.random.bit(KEYS & !fact.columns) else { return };
        if fact.columns >> COHORT_KEY & 1 == 1 {
            return;
        }
        let step = b.step("number", fact.place, &[copy]);
        let _ = writeln!(b.text, "  add key {}", field(key));
        let made = self.give(b, "numbered", step, &[copy], fact.columns | 1 << key);
        b.facts.hop(copy, made, fact.columns, &[(63, key)], false);
        b.facts.origins.push((made, 1 << key, super::source_class(step)));
        self.rows.push(made);
    }

    /// Makes dates of birth and postcodes coarser.
    fn coarsen(&mut self, b: &mut Builder) {
        let exact = 1 << DATE_OF_BIRTH | 1 << POSTCODE;
        let found = self.some_with(b, |columns| columns & exact != 0);
        let Some(copy) = found else { return self.keep(b) };
        let fact = b.facts.copies[copy as usize];
        let step = b.step("coarsen", fact.place, &[copy]);
        let mut turned = Vec::new();
        if fact.columns >> DATE_OF_BIRTH & 1 == 1 {
            b.text.push_str("  generalise date-of-birth to year\n");
            turned.push((DATE_OF_BIRTH, BIRTH_YEAR));
        }
        if fact.columns >> POSTCODE & 1 == 1 {
            b.text.push_str("  generalise postcode to district\n");
            turned.push((POSTCODE, DISTRICT));
        }
        let columns = turned.iter().fold(fact.columns & !exact, |c, (_, to)| c | 1 << to);
        let made = self.give(b, "coarse", step, &[copy], columns);
        b.facts.hop(copy, made, fact.columns & !exact, &turned, false);
        self.rows.push(made);
    }

    /// Works a new field out of two others.
    fn derive(&mut self, b: &mut Builder) {
        let copy = self.some_rows(b);
        let fact = b.facts.copies[copy as usize];
        let (from, new) = (fact.columns & PLAIN, b.random.bit(PLAIN & !fact.columns));
        let Some((first, new)) = b.random.bit(from).zip(new) else { return self.keep(b) };
        let second = b.random.bit(from & !(1 << first)).unwrap_or(first);
        let step = b.step("derive", fact.place, &[copy]);
        let _ = writeln!(b.text, "  derive {} from {}", field(new), fields(1 << first | 1 << second));
        let made = self.give(b, "derived", step, &[copy], fact.columns | 1 << new);
        let turned: Vec<(u32, u32)> = bits(1 << first | 1 << second).map(|bit| (bit, new)).collect();
        b.facts.hop(copy, made, fact.columns, &turned, false);
        self.rows.push(made);
    }

    /// Puts a code in the place of direct identifiers; a lookup or a secret stays behind, or with an institute.
    fn pseudonymise(&mut self, b: &mut Builder) {
        let found = self.some_with(b, |columns| columns & DIRECT != 0);
        let Some(copy) = found else { return self.keep(b) };
        let fact = b.facts.copies[copy as usize];
        let key = b.random.bit(KEYS).unwrap_or(super::columns::STUDY_ID);
        let replaced = fact.columns & DIRECT;
        let lookup = b.random.percent(50);
        let held =
            if b.random.percent(50) { fact.place } else { super::parties::place(super::parties::sorts::INSTITUTE, 0) };
        let step = b.step("pseudonymise", fact.place, &[copy]);
        let _ = write!(
            b.text,
            "  pseudonymise {} as {} using {}",
            fields(replaced),
            field(key),
            if lookup { "lookup" } else { "salted-hash" }
        );
        if held != fact.place {
            let _ = write!(b.text, " held by {}", b.facts.places[held as usize]);
        }
        b.text.push('\n');
        let columns = fact.columns & !replaced | 1 << key;
        let made = self.give(b, "coded", step, &[copy], columns);
        let turned: Vec<(u32, u32)> = bits(replaced).map(|bit| (bit, key)).collect();
        b.facts.hop(copy, made, fact.columns & !replaced, &turned, false);
        self.rows.push(made);
        let side = (format!("{}-{}", field(key), if lookup { "lookup" } else { "secret" }), held);
        let side_copy = match b.sides.get(&side) {
            Some(there) => *there,
            None => {
                b.facts.datasets.push(side.0.clone());
                b.datasets.push(Dataset { registers: 0, counts: false, publishable: false, copies: Vec::new() });
                let number = b.facts.datasets.len() as u32 - 1;
                let made = b.facts.copy(number, held, 0);
                if !lookup {
                    // a secret holds no data
                    b.facts.copies[made as usize].columns = 0;
                }
                b.sides.insert(side, made);
                made
            }
        };
        if lookup {
            b.facts.copies[side_copy as usize].columns |= replaced | 1 << key;
            b.facts.hop(copy, side_copy, replaced, &turned, false);
        }
    }

    /// Brings what was worked out back into a dataset that it may have been made from: a circle.
    fn update(&mut self, b: &mut Builder) {
        for _ in 0..8 {
            let copy = self.some_rows(b);
            let fact = b.facts.copies[copy as usize];
            let registers = b.datasets[fact.dataset as usize].registers;
            let into = self.rows.iter().copied().find(|c| {
                let o = b.facts.copies[*c as usize];
                o.place == fact.place
                    && o.dataset != fact.dataset
                    && b.datasets[o.dataset as usize].registers == registers
                    && (o.columns & fact.columns & !MEMBER).count_ones() >= 2
            });
            let Some(into) = into.filter(|_| registers == 0) else { continue };
            let columns = b.facts.copies[into as usize].columns & fact.columns;
            let target = name_of(b, into);
            b.step("update", fact.place, &[copy]);
            let _ = writeln!(b.text, "  keep {}\n  gives {target}\n  activity {}\n}}", fields(columns), self.activity);
            b.facts.hop(copy, into, columns, &[], false);
            return;
        }
        self.keep(b);
    }

    /// Leaves some fields out.
    fn keep(&mut self, b: &mut Builder) {
        let copy = self.some_rows(b);
        let fact = b.facts.copies[copy as usize];
        let columns = some(b, fact.columns, 70);
        let step = b.step("select", fact.place, &[copy]);
        let _ = writeln!(b.text, "  keep {}", fields(columns));
        let made = self.give(b, "selected", step, &[copy], columns | MEMBER);
        b.facts.hop(copy, made, columns, &[], false);
        self.rows.push(made);
    }

    /// Somebody looks something up.
    fn used(&mut self, b: &mut Builder) {
        let copy = self.some_rows(b);
        let fact = b.facts.copies[copy as usize];
        let columns = some(b, fact.columns, 50);
        b.looks += 1;
        let number = b.looks;
        let line = format!(
            "use look-{number} at {} {{ takes {}({}); for {}; activity {} }}\n",
            b.place_name(fact.place),
            name_of(b, copy),
            fields(columns),
            self.theme.purpose,
            self.activity
        );
        b.text.push_str(&line);
    }

    /// Somebody decides something about people, with data that comes from no register.
    fn decided(&mut self, b: &mut Builder) {
        let copy = self.some_rows(b);
        let fact = b.facts.copies[copy as usize];
        if b.datasets[fact.dataset as usize].registers != 0 {
            return;
        }
        b.looks += 1;
        let number = b.looks;
        let line = format!(
            "decision decide-{number} at {} {{ takes {}; for {}; activity {}; about individuals; automation assisted; significant yes; review \"A person looks at it\" }}\n",
            b.place_name(fact.place),
            name_of(b, copy),
            self.theme.purpose,
            self.activity
        );
        b.text.push_str(&line);
    }
}

/// Some of the columns of a set, each with a chance in percent, at least one.
fn some(b: &mut Builder, columns: u64, percent: usize) -> u64 {
    let fields = columns & !MEMBER;
    let mut part = 0;
    for bit in bits(fields) {
        if b.random.percent(percent) {
            part |= 1 << bit;
        }
    }
    if part == 0 { b.random.bit(fields).map_or(0, |bit| 1 << bit) } else { part }
}

fn name_of(b: &Builder, copy: u32) -> String {
    b.facts.datasets[b.facts.copies[copy as usize].dataset as usize].clone()
}

/// What the count of people is counted from: what is counted by, and being in the data.
pub(crate) fn counting(by: u64) -> Vec<(u32, u32)> {
    bits(by | MEMBER).map(|bit| (bit, super::columns::PEOPLE)).collect()
}
