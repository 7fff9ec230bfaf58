//! Rules and promises, the sources that they cite, what is put off and what is waived.

use jiff::civil::Date;

use super::{ActivityId, Declared, Jurisdiction, List, NoticeId, PeopleId, RuleId, RuleSeverity, Sentence};
use crate::source::Span;
use crate::syntax::intern::Symbol;

/// A rule or promise.
#[derive(Clone, PartialEq, Debug)]
pub struct Rule {
    /// Name, title, place.
    pub declared: Declared,
    /// Whether it is a promise.
    pub promise: bool,
    /// Its sentences; all must hold.
    pub sentences: Vec<Sentence>,
    /// Its quotes with their notices; each stands in the notice's text.
    pub quotes: Vec<(String, NoticeId, Span)>,
    /// Why.
    pub because: Option<String>,
    /// Its sources in law.
    pub law: Vec<LawSource>,
    /// What to do when it is broken.
    pub fix: Option<String>,
    /// How grave it is; `error` when unsaid.
    pub severity: Option<(RuleSeverity, Span)>,
    /// `judged by anyone`: over what all places hold together.
    pub by_anyone: bool,
    /// When it applies; always when `None`.
    pub applies: Option<(Date, Option<Date>)>,
    /// When it was told to people.
    pub made: Option<(Date, Option<Date>)>,
    /// To whom it was told.
    pub made_to: List<PeopleId>,
    /// When it was taken back.
    pub withdrawn: Option<Date>,
    /// The activity it speaks of.
    pub activity: Option<ActivityId>,
    /// Where it holds; everywhere when `None`.
    pub jurisdiction: Option<Jurisdiction>,
    /// The pack it stands in.
    pub pack: Option<u32>,
    /// Why a project that adopts its pack does without it, and until when.
    pub put_off: Option<PutOff>,
}

/// A source in law, and where and when it is law.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LawSource {
    /// The citation.
    pub text: String,
    /// Where; everywhere when `None`.
    pub jurisdiction: Option<Jurisdiction>,
    /// From when.
    pub from: Option<Date>,
    /// The first day on which it is law no more.
    pub to: Option<Date>,
}

impl LawSource {
    /// Whether it is law there on a date.
    pub fn holds(&self, jurisdiction: Jurisdiction, on: Date) -> bool {
        self.jurisdiction.is_none_or(|j| j == jurisdiction)
            && self.from.is_none_or(|from| from <= on)
            && self.to.is_none_or(|to| on < to)
    }
}

/// Why a rule of an adopted pack is put off.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PutOff {
    /// The reason.
    pub because: String,
    /// The day after which the rule is judged again.
    pub review: Option<Date>,
    /// Where it says so.
    pub span: Span,
}

impl Rule {
    /// A rule of which nothing is said yet but its name and whether it is a promise.
    pub fn bare(declared: Declared, promise: bool) -> Rule {
        Rule {
            declared,
            promise,
            sentences: Vec::new(),
            quotes: Vec::new(),
            because: None,
            law: Vec::new(),
            fix: None,
            severity: None,
            by_anyone: false,
            applies: None,
            made: None,
            made_to: List::new(),
            withdrawn: None,
            activity: None,
            jurisdiction: None,
            pack: None,
            put_off: None,
        }
    }
}

/// A rule put off for a subject.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Waiver {
    /// The rule.
    pub rule: RuleId,
    /// The subject, by name.
    pub subject: Symbol,
    /// Why.
    pub because: Option<String>,
    /// By which role.
    pub by: Option<String>,
    /// When it was approved.
    pub on: Option<Date>,
    /// Until when.
    pub until: Option<Date>,
    /// The declaration.
    pub span: Span,
}
