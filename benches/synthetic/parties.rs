//! Who takes part: organisations of a country's public services with their teams, and the words for what they do.

use std::fmt::Write as _;

use super::random::Random;

/// A sort of organisation.
#[derive(Debug)]
pub(crate) struct Sort {
    /// What its parties are called, before their number.
    pub(crate) name: &'static str,
    /// Its kind in the vocabulary.
    pub(crate) kind: &'static str,
    /// How many of a hundred parties are of it.
    share: usize,
    /// Its teams' names.
    teams: [&'static str; 3],
}

const fn sort(name: &'static str, kind: &'static str, share: usize, teams: [&'static str; 3]) -> Sort {
    Sort { name, kind, share, teams }
}

/// The sorts of organisations; the shares add up to a hundred.
pub(crate) const SORTS: [Sort; 14] = [
    sort("department", "government-department", 3, ["operations", "analysis", "fraud"]),
    sort("agency", "executive-agency", 3, ["statistics", "delivery", "inspection"]),
    sort("council", "local-authority", 22, ["early-help", "housing", "revenues"]),
    sort("hospital", "nhs-trust", 10, ["records", "clinics", "research"]),
    sort("police", "police-force", 4, ["intelligence", "custody", "prevention"]),
    sort("university", "university", 5, ["registry", "sociology", "medicine"]),
    sort("institute", "research-organisation", 4, ["survey", "linkage", "publication"]),
    sort("supplier", "technology-supplier", 6, ["hosting", "support", "analytics"]),
    sort("school", "school", 20, ["office", "pastoral", "exams"]),
    sort("surgery", "gp-practice", 9, ["reception", "doctors", "nurses"]),
    sort("charity", "charity", 8, ["advice", "outreach", "volunteers"]),
    sort("housing-association", "housing-association", 4, ["lettings", "arrears", "repairs"]),
    sort("insurer", "insurer", 1, ["claims", "pricing", "actuaries"]),
    sort("bank", "bank", 1, ["lending", "fraud-checks", "branches"]),
];

/// Numbers of sorts in [`SORTS`] that rules are about.
pub(crate) mod sorts {
    pub(crate) const COUNCIL: usize = 2;
    pub(crate) const UNIVERSITY: usize = 5;
    pub(crate) const INSTITUTE: usize = 6;
    pub(crate) const SUPPLIER: usize = 7;
    pub(crate) const CHARITY: usize = 10;
    pub(crate) const HOUSING: usize = 11;
    pub(crate) const INSURER: usize = 12;
    pub(crate) const BANK: usize = 13;
}

/// One organisation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Party {
    /// Its sort's number.
    pub(crate) sort: usize,
    /// How many teams it has.
    pub(crate) teams: u32,
    /// Whether it is in the partnership, the only group that may have one of the registers.
    pub(crate) partner: bool,
}

/// The number of the place that is the public.
pub(crate) const PUBLIC: u32 = 0;

/// The place of a party (team 0) or of one of its teams.
pub(crate) fn place(party: usize, team: u32) -> u32 {
    1 + party as u32 * 4 + team
}

/// The party at a place that is not the public.
pub(crate) fn party_at(place: u32) -> usize {
    (place as usize - 1) / 4
}

/// Makes parties, and the names of their places; writes them as text.
pub(crate) fn parties(random: &mut Random, count: usize, text: &mut String) -> (Vec<Party>, Vec<String>) {
    let by_share: Vec<usize> = SORTS.iter().enumerate().flat_map(|(i, s)| vec![i; s.share]).collect();
    let mut numbers = [0usize; SORTS.len()];
    let mut parties = Vec::with_capacity(count);
    let mut places = vec!["public".to_owned()];
    for index in 0..count {
        // the first ones are of every sort, so that even a small country has them all, and twice what the registers need
        let sort = if index < 2 * SORTS.len() { index % SORTS.len() } else { *random.pick(&by_share) };
        numbers[sort] += 1;
        let Sort { name, kind, teams: named, .. } = &SORTS[sort];
        let number = numbers[sort];
        let teams = [0, 0, 1, 2, 3][random.below(5)];
        let partner = sort == sorts::COUNCIL && (number <= 3 || random.percent(40));
        parties.push(Party { sort, teams, partner });
        let _ = write!(text, "party {name}-{number} {{ kind {kind}; country GB");
        places.push(format!("{name}-{number}"));
        for (team, word) in named.iter().enumerate() {
            if team < teams as usize {
                let _ = write!(text, "; team {word}");
            }
            places.push(format!("{name}-{number}.{word}"));
        }
        text.push_str(" }\n");
        if teams >= 2 && random.percent(15) {
            let _ = writeln!(text, "wall between {name}-{number}.{} and {name}-{number}.{}", named[0], named[1]);
        }
    }
    text.push_str("\ngroup partnership {\n");
    for (index, _) in parties.iter().enumerate().filter(|(_, p)| p.partner) {
        let _ = writeln!(text, "  {},", places[place(index, 0) as usize]);
    }
    // a list may not end with a comma
    text.truncate(text.len() - 2);
    text.push_str("\n}\n");
    (parties, places)
}

/// What a programme is about: the names of its datasets, what they were collected for, and what it does with them.
pub(crate) struct Theme {
    /// What its datasets are called.
    pub(crate) name: &'static str,
    /// What they were collected for.
    pub(crate) collected: &'static str,
    /// What the programme is for.
    pub(crate) purpose: &'static str,
    /// Whether that is research or statistics.
    pub(crate) research: bool,
}

const fn theme(name: &'static str, collected: &'static str, purpose: &'static str, research: bool) -> Theme {
    Theme { name, collected, purpose, research }
}

/// What programmes are about.
pub(crate) const THEMES: [Theme; 10] = [
    theme("benefits", "benefits-administration", "employment-support", false),
    theme("pupils", "education-administration", "evaluation", true),
    theme("cases", "family-support", "early-help", false),
    theme("patients", "clinical-care", "medical-research", true),
    theme("tenancies", "housing-management", "homelessness-prevention", false),
    theme("offences", "criminal-investigation", "crime-prevention", false),
    theme("incomes", "tax-administration", "official-statistics", true),
    theme("referrals", "social-care", "service-planning", false),
    theme("learners", "teaching", "longitudinal-study", true),
    theme("visits", "service-delivery", "performance-monitoring", true),
];
