//! Five national registers whose research files go to many, the organisations that break rules, and the rules.

use std::fmt::Write as _;

use super::builder::{Builder, Said};
use super::columns::{
    ATTAINMENT, ATTENDANCE, COHORT_KEY, DATE_OF_BIRTH, DIRECT, MEMBER, PEOPLE, PERSON_KEY, PLAIN, POSTCODE, STUDY_ID,
    bits, fields,
};
use super::parties::{PUBLIC, party_at, place, sorts};
use super::programme::counting;

/// A register: its name, the number of the party that keeps it, and the key of its research file.
const REGISTERS: [(&str, usize, u32); 5] = [
    ("population-register", 1, STUDY_ID),
    ("benefit-register", 0, STUDY_ID),
    ("patient-register", 3, PERSON_KEY),
    ("pupil-register", 15, STUDY_ID),
    ("birth-cohort", 14, COHORT_KEY),
];

/// Parties that are there for the rules' sake: name and kind.
pub(crate) const OTHERS: [(&str, &str); 4] = [
    ("relief-fund", "charity"),
    ("open-college", "university"),
    ("ombudsman", "regulator"),
    ("inspectorate", "regulator"),
];

/// The rules: name, sentence, and whether the project breaks it.
pub(crate) const RULES: [(&str, &str, bool); 20] = [
    ("insurers", "any insurer, any bank must never receive personal data", false),
    ("names-stay", "no one except agency-1 may hold name, nhs-number from population-register", false),
    ("cohort-unknown", "no one except department-2 may hold identifiable data from birth-cohort", false),
    ("charities", "any charity must never receive identifiable data from benefit-register", true),
    (
        "patients-for-research",
        "only any university, any research-organisation may receive personal data from patient-register",
        false,
    ),
    ("short-list", "ombudsman may receive only study-id, attendance from pupil-register", true),
    (
        "strip-first",
        "data from population-register must pass through drop name, address before reaching any research-organisation",
        false,
    ),
    (
        "opted-out",
        "personal data from benefit-register must pass through filter opt-out national-opt-out before reaching any university",
        true,
    ),
    ("output-check", "data must pass through review before reaching public", false),
    ("no-marketing", "data must never be used for marketing, insurance-underwriting", false),
    ("no-decisions", "data from patient-register must never be used to decide about individuals", true),
    ("research-only", "personal data from population-register may be used only for research, statistics", false),
    ("agreements", "every flow of personal data between organisations must have agreement in force", true),
    ("contracts", "every processor must have contract in force", false),
    ("destroyed", "every copy of personal data from pupil-register must be destroyed by register-end", true),
    (
        "apart",
        "no one may hold personal data from patient-register together with personal data from birth-cohort",
        false,
    ),
    ("counts-of-ten", "published data must be counts of at least 10 people", true),
    ("published-safely", "published data from benefit-register must be anonymous", false),
    ("complete", "every dataset where have basis must have a controller, a basis and a deadline", true),
    ("no-surplus", "inspectorate must never receive a field they do not use", false),
];

/// The rules as text.
pub(crate) fn rules() -> String {
    let rules = RULES.iter().map(|(name, sentence, _)| format!("rule {name} {{\n  {sentence}\n}}\n"));
    format!("# Twenty rules of all ten forms.\n\n{}", rules.collect::<Vec<_>>().join("\n"))
}

const ACCESS: Said<'_> = Said { activity: Some("register-access"), under: Some("register-agreement"), more: "" };
const KEPT: &str = "  receiver retains until register-end then destroy\n";

/// Writes the registers and sends their research files to about `wanted` organisations each. Gives, for each place, the research
/// files there that programmes may link.
pub(crate) fn write(b: &mut Builder, wanted: usize) -> Vec<Vec<u32>> {
    b.text.push_str(
        "event register-end { no later than 2035-03-31 }\nactivity register-access {\n  purpose research\n  controller agency-1\n}\nagreement register-agreement {\n  kind sharing\n  binding yes\n  between agency-1, department-1, department-2\n  from 2024-01-01\n  for research\n}\n",
    );
    let mut at_places = vec![Vec::new(); b.facts.places.len()];
    let mut research = Vec::new();
    for (number, (name, keeper, key)) in REGISTERS.into_iter().enumerate() {
        let copy = register(b, number, name, keeper, key);
        research.push(copy);
        let mut reached = vec![keeper];
        for _ in 0..8 * wanted {
            let party = if b.random.percent(50) { b.anybody() } else { b.random.below(b.ordinary) };
            let dataset = b.facts.copies[copy as usize].dataset;
            let barred = reached.contains(&party) || b.parties[party].sort == sorts::SUPPLIER;
            if reached.len() > wanted || barred || !b.allowed(dataset, party) {
                continue;
            }
            reached.push(party);
            let to = b.place_of(party);
            let said = Said { more: if number == 3 { KEPT } else { "" }, ..ACCESS };
            if let Some(made) = b.send(copy, to, None, said)
                && number != 4
            {
                at_places[to as usize].push(made);
            }
        }
    }
    others(b, &research);
    at_places
}

/// One register and its research file; gives the copy of the file.
fn register(b: &mut Builder, number: usize, name: &str, keeper: usize, key: u32) -> u32 {
    let held = place(keeper, 0);
    let holder = b.place_name(held).to_owned();
    let mut plain = 1 << ATTENDANCE | 1 << ATTAINMENT;
    for _ in 0..5 {
        plain |= b.random.bit(PLAIN & !plain).map_or(0, |bit| 1 << bit);
    }
    let columns = DIRECT & 0b111 | 1 << DATE_OF_BIRTH | 1 << POSTCODE | 1 << key | plain;
    let register = b.dataset(name.to_owned(), 1 << number);
    let _ = write!(
        b.text,
        "\ndataset {name} {{\n  held by {holder}\n  controller {holder}\n  about people-{}\n  collected for administration\n  basis public-task under act-1\n  fields {}\n  retain until register-end then destroy\n}}\n",
        number + 1,
        fields(columns)
    );
    let whole = b.copy(register, held, columns);
    b.facts.origins.push((whole, columns | MEMBER, number as u8));
    let dropped = DIRECT & columns | 1 << DATE_OF_BIRTH | 1 << POSTCODE;
    let file = format!("{name}-file");
    let _ = write!(
        b.text,
        "step {name}-strip at {holder} {{\n  takes {name}\n  filter opt-out national-opt-out\n  drop {}\n  gives {file}\n  activity register-access\n  retain until register-end then destroy\n}}\n",
        fields(dropped)
    );
    b.steps += 1;
    let dataset = b.dataset(file, 1 << number);
    let copy = b.copy(dataset, held, columns & !dropped);
    b.facts.hop(whole, copy, columns & !dropped, &[], false);
    if number == 1 {
        let by = 1 << ATTENDANCE;
        let _ = write!(
            b.text,
            "step {name}-count at {holder} {{\n  takes {name}\n  aggregate by attendance minimum 10 people\n  suppress secondary\n  review \"Output check\"\n  gives {name}-counts\n  activity register-access\n}}\n"
        );
        b.steps += 1;
        let counts = b.dataset(format!("{name}-counts"), 1 << number);
        let counted = b.copy(counts, held, Builder::counted(by, 0));
        b.facts.hop(whole, counted, by, &counting(by), true);
        b.send(counted, PUBLIC, None, ACCESS);
    }
    copy
}

/// The organisations that break rules, and those that keep the rules that are about nobody else.
fn others(b: &mut Builder, research: &[u32]) {
    let at = |b: &Builder, other: usize| place(b.ordinary + other, 0);
    let (relief, college, ombudsman, inspectorate) = (at(b, 0), at(b, 1), at(b, 2), at(b, 3));
    // the fund has its clients' names under the number that the register's file comes with
    let clients = dataset(b, "relief-clients", relief, 0b1 | 1 << STUDY_ID, true);
    b.send(research[1], relief, None, ACCESS);
    // more than the list allows; and nothing says when the other copy ends
    b.send(
        research[3],
        ombudsman,
        Some(1 << STUDY_ID | 1 << ATTENDANCE | 1 << ATTAINMENT),
        Said { more: KEPT, ..ACCESS },
    );
    b.send(research[3], college, Some(1 << STUDY_ID | 1 << ATTENDANCE), ACCESS);
    // past the opt-outs
    let register = b.datasets.iter().position(|d| d.registers == 0b10).unwrap_or_default();
    let whole = b.datasets[register].copies[0];
    let fact = b.facts.copies[whole as usize];
    let holder = b.place_name(fact.place).to_owned();
    let kept = 1 << STUDY_ID | 1 << ATTENDANCE;
    let _ = write!(
        b.text,
        "step quick-extract at {holder} {{\n  takes {}\n  keep {}\n  gives quick-file\n  activity register-access\n}}\n",
        b.facts.datasets[register],
        fields(kept)
    );
    b.steps += 1;
    let quick = b.dataset("quick-file".to_owned(), 0b10);
    let quick = b.copy(quick, fact.place, kept);
    b.facts.hop(whole, quick, kept, &[], false);
    b.send(quick, college, None, ACCESS);
    // patients' data decides about somebody
    if let Some(patients) = b.send(research[2], college, None, ACCESS) {
        let dataset = b.facts.copies[patients as usize].dataset;
        let _ = writeln!(
            b.text,
            "decision admission at open-college {{ takes {}; for research; activity register-access; about individuals; automation solely }}",
            b.facts.datasets[dataset as usize]
        );
    }
    // without an agreement
    for (to, part) in [(college, 0b1), (ombudsman, 1 << STUDY_ID), (inspectorate, 0b1)] {
        b.send(clients, to, Some(part), Said { activity: Some("register-access"), ..Said::default() });
    }
    b.text.push_str(
        "use oversight at inspectorate { takes relief-clients(name); for audit; activity register-access }\n",
    );
    // counts of fewer than ten
    let visits = dataset(b, "fund-visits", relief, 0b1 | 1 << ATTENDANCE, false);
    let by = 1 << ATTENDANCE;
    b.text.push_str(
        "step fund-count at relief-fund {\n  takes fund-visits\n  aggregate by attendance minimum 5 people\n  suppress secondary\n  review \"Output check\"\n  gives fund-counts\n  activity register-access\n}\n",
    );
    b.steps += 1;
    let counts = b.dataset("fund-counts".to_owned(), 0);
    b.datasets[counts as usize].counts = true;
    let counted = b.copy(counts, relief, by | 1 << PEOPLE);
    b.facts.hop(visits, counted, by, &counting(by), true);
    b.send(counted, PUBLIC, None, Said { activity: Some("register-access"), ..Said::default() });
}

/// A dataset of an organisation of the rules; unless `whole`, nobody says who its controller is.
fn dataset(b: &mut Builder, name: &str, held: u32, columns: u64, whole: bool) -> u32 {
    let holder = b.place_name(held).to_owned();
    let more = if whole { format!("  controller {holder}\n") } else { String::new() };
    let _ = write!(
        b.text,
        "dataset {name} {{\n  held by {holder}\n  about people-1\n{more}  basis public-task under act-1\n  fields {}\n  retain 5 years then destroy\n}}\n",
        fields(columns)
    );
    let number = b.dataset(name.to_owned(), 0);
    let copy = b.copy(number, held, columns);
    debug_assert!(bits(columns).count() > 0 && party_at(held) >= b.ordinary);
    b.facts.origins.push((copy, columns | MEMBER, super::source_class(number as usize)));
    copy
}
