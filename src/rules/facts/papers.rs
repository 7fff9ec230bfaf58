//! Facts of agreements, laws, notices, promises and impact assessments.

use super::read::*;
use super::{Answer, Item, Subject, Wants};
use crate::model::{Known, PartyId, PeopleId};
use crate::rules::truth::Truth;
use crate::vocabulary::Family;

facts! {
    "in force" of Agreement Law LawCited Dpia, Wants::Nothing, "its dates", "in force on the date of the check"
        => |c, s, _| Answer::Is(match s {
            Subject::Agreement(a) => in_force(c, &c.model.agreements[a.index()], (None, None)),
            Subject::Law(l) | Subject::LawCited(_, l, _) => law_in_force(c, l, (None, None)),
            Subject::Dpia(d) => dpia_in_force(c, d),
            _ => Truth::True,
        });
    "power" of Law LawCited, Wants::Nothing, "gives power", "a power or gateway that it gives"
        => |c, s, _| law(c, s).map_or(Answer::Unsaid, |l| words(&l.gives));
    "kind" of Agreement Party, Wants::Anything, "kind KIND", "its kind"
        => |c, s, _| match s {
            Subject::Agreement(a) => text(&c.model.agreements[a.index()].kind),
            Subject::Party(p) => text(&c.model.party(p).kind),
            _ => Answer::Unsaid,
        };
    "binding" of Agreement, Wants::Nothing, "binding yes | no", "binding in law"
        => |c, s, _| match s {
            Subject::Agreement(a) => {
                let agreement = &c.model.agreements[a.index()];
                let name = c.model.word(agreement.declared.name);
                flag(&agreement.binding, || format!("whether `{name}` binds in law (`binding yes | no`)"))
            },
            _ => Answer::Unsaid,
        };
    "terms" of Agreement, Wants::Words(Family::Term), "terms TERM", "what it says"
        => |c, s, _| match s {
            Subject::Agreement(a) => words(&c.model.agreements[a.index()].terms),
            _ => Answer::Unsaid,
        };
    "parties" of Agreement, Wants::Anything, "between A, B", "whom it binds"
        => |c, s, _| match s {
            Subject::Agreement(a) => names_of(c, Some(&c.model.agreements[a.index()].between), |c, p: &PartyId| c.model.party(*p).declared.name),
            _ => Answer::Unsaid,
        };
    "published" of Notice, Wants::Date, "published DATE", "when it was given to people"
        => |c, s, _| notice(c, s).map_or(Answer::Unsaid, |n| date(&n.published));
    "text" of Notice, Wants::Nothing, "text \"FILE\"", "its words"
        => |c, s, _| notice(c, s).map_or(Answer::Unsaid, |n| text(&n.text));
    "audience" of Notice, Wants::Anything, "to PEOPLE", "to whom it was given"
        => |c, s, _| names_of(c, notice(c, s).map(|n| &n.to), |c, p: &PeopleId| c.model.people[p.index()].declared.name);
    "recipients" of Notice, Wants::Anything, "names recipients WHO", "whom it names as recipients"
        => |c, s, _| notice(c, s).and_then(|n| n.names.get("recipients")).map_or(Answer::Unsaid, |k| match k {
            Known::Said(list, span) => Answer::Values(list.iter().map(|(n, _)| Item::Word(c.model.word(*n).to_owned())).collect(), *span),
            other => unsaid(other),
        });
    "quote" of Promise, Wants::Nothing, "quote \"…\" in NOTICE", "the words it was made in"
        => |c, s, _| rule(c, s).map_or(Answer::Unsaid, |r| there(!r.quotes.is_empty()));
    "reason" of Promise Rule, Wants::Nothing, "because \"…\"", "the reason for it"
        => |c, s, _| rule(c, s).map_or(Answer::Unsaid, |r| there(r.because.is_some()));
    "completed" of Dpia, Wants::Date, "completed DATE", "when it was completed"
        => |c, s, _| dpia(c, s).map_or(Answer::Unsaid, |d| date(&d.completed));
    "residual risk" of Dpia, Wants::Anything, "residual risk low | medium | high", "the risk that is left"
        => |c, s, _| dpia(c, s).map_or(Answer::Unsaid, |d| text(&d.residual_risk));
    "advice" of Dpia, Wants::Nothing, "advice \"…\"", "what the data protection officer advised (article 35(2))"
        => |c, s, _| dpia(c, s).map_or(Answer::Unsaid, |d| text(&d.advice));
}
