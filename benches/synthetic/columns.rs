//! The sixty categories that fields are of, and the columns that copies can have: one bit each.

/// Bits of a set of columns, lowest first.
pub(crate) fn bits(mask: u64) -> impl Iterator<Item = u32> {
    (0..64).filter(move |bit| mask >> bit & 1 == 1)
}

/// The categories by the number of their bit; those from [`OWN`] on are declared by the project.
pub(crate) const CATEGORIES: [&str; 60] = [
    // direct identifiers
    "name",
    "address",
    "nhs-number",
    "national-insurance-number",
    "pupil-number",
    "email",
    // keys
    "study-id",
    "person-key",
    "household-key",
    "linkage-key",
    "record-key",
    // quasi-identifiers
    "date-of-birth",
    "postcode",
    "sex",
    "ethnicity",
    "nationality",
    "household-size",
    "school",
    "gp-practice",
    // everything else
    "attendance",
    "attainment",
    "exclusion",
    "special-educational-needs",
    "free-school-meals",
    "intervention",
    "referral",
    "family-support",
    "child-protection",
    "care-needs",
    "domestic-abuse",
    "vulnerability",
    "tenancy",
    "rent-arrears",
    "homelessness",
    "income",
    "debt",
    "council-tax",
    "housing-benefit",
    "universal-credit",
    "employment-status",
    "salary",
    "job-seeking",
    "offences",
    "convictions",
    "probation",
    "victimisation",
    "mental",
    "medication",
    "treatment",
    "emergency-attendance",
    "disability",
    "risk-score",
    "needs-assessment",
    "service-use",
    // the project's own
    "cohort-key",
    "support-plan",
    "waiting-time",
    "learning-mentor",
    "training-grant",
    "caseload-band",
];

/// How many of the categories are the standard vocabulary's.
pub(crate) const OWN: usize = 54;

/// The project's own categories as text.
pub(crate) const OWN_TEXT: &str = "\
category cohort-key under key \"Number in the cohort\" { identifies key }
category support-plan under social \"Support plan\" { identifies no; confidential }
category waiting-time under health \"Time waited for treatment\" { identifies no; special health }
category learning-mentor under education \"Has a learning mentor\" { identifies no }
category training-grant under employment \"Grant for training\" { identifies no }
category caseload-band under assessment \"Band of the caseload\" { identifies no }
";

/// The six direct identifiers.
pub(crate) const DIRECT: u64 = 0b11_1111;
/// The keys that ordinary data has; [`COHORT_KEY`] is not among them.
pub(crate) const KEYS: u64 = 0b1_1111 << 6;
/// The first key.
pub(crate) const STUDY_ID: u32 = 6;
/// The second key.
pub(crate) const PERSON_KEY: u32 = 7;
/// A key that one register has and nobody else.
pub(crate) const COHORT_KEY: u32 = 54;
/// Attendance, which one rule is about.
pub(crate) const ATTENDANCE: u32 = 19;
/// Attainment, which one rule is about.
pub(crate) const ATTAINMENT: u32 = 20;
/// Date of birth to the day.
pub(crate) const DATE_OF_BIRTH: u32 = 11;
/// The whole postcode.
pub(crate) const POSTCODE: u32 = 12;
/// The quasi-identifiers.
pub(crate) const QUASI: u64 = 0xFF << 11;
/// What identifies nobody.
pub(crate) const PLAIN: u64 = ((1 << 60) - 1) & !(DIRECT | KEYS | QUASI | 1 << COHORT_KEY);
/// Date of birth, generalised to the year.
pub(crate) const BIRTH_YEAR: u32 = 60;
/// Postcode, generalised to the district.
pub(crate) const DISTRICT: u32 = 61;
/// The count of people that every table of counts has.
pub(crate) const PEOPLE: u32 = 62;
/// Being in the data at all.
pub(crate) const MEMBER: u64 = 1 << 63;

/// A field's name in the text.
pub(crate) fn field(bit: u32) -> &'static str {
    match bit {
        BIRTH_YEAR => "date-of-birth",
        DISTRICT => "postcode",
        PEOPLE => "people",
        bit => CATEGORIES.get(bit as usize).copied().unwrap_or("being-in-it"),
    }
}

/// The fields of a set as a list in the text.
pub(crate) fn fields(mask: u64) -> String {
    bits(mask & !MEMBER).map(field).collect::<Vec<_>>().join(", ")
}

/// Whether two sets have the same field at two levels of precision.
pub(crate) fn clash(a: u64, b: u64) -> bool {
    let both = |x: u32, y: u32| (a >> x & b >> y | a >> y & b >> x) & 1 == 1;
    both(DATE_OF_BIRTH, BIRTH_YEAR) || both(POSTCODE, DISTRICT)
}
