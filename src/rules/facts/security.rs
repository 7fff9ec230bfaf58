//! Facts of security: channels and safeguards that fit the data, keys kept apart, walls that hold.

use smallvec::{SmallVec, smallvec};

use super::read::*;
use super::research::{Copies, brought_rows, place_of, taken_copies, why_named};
use super::{Answer, Item, Reason, Subject, Wants, Why};
use crate::graph::linkage::together;
use crate::graph::times::facts;
use crate::graph::{Column, ColumnKind, CopyId, How, Reading, is_kind};
use crate::model::{CategoryId, DatasetId, Known, Model, PartyId};
use crate::rules::context::Context;
use crate::rules::phrase::Holder;
use crate::rules::story::list;
use crate::rules::truth::Truth;
use crate::source::Span;
use crate::syntax::intern::Symbol;
use crate::syntax::tree::DataKind;
use crate::vocabulary::tables::Protection;
use crate::vocabulary::{Family, Identifies};

facts! {
    "fitting channel" of Flow, Wants::Nothing, "by CHANNEL", "channels that are secure enough for how far the data identifies people, what it says and how many it is about (table `protection`)"
        => |c, s, _| fitting_channel(c, s);
    "fitting safeguards" of Flow Copy, Wants::Nothing, "kept SAFEGUARD (receiver keeps SAFEGUARD)", "the safeguards that the table `protection` asks for, for how far the data identifies people and what it says"
        => |c, s, _| fitting_safeguards(c, s);
    "access controls" of Copy, Wants::Words(Family::Safeguard), "kept SAFEGUARD (receiver keeps SAFEGUARD)", "who gets at it and what is asked of them: how it is kept, and who gets in where it is"
        => |c, s, _| match s {
            Subject::Copy(copy, _) => {
                let own = safeguards(c, s).iter().map(|w| c.model.word(*w));
                let all = own.chain(access_at(c, copy)).map(|w| Item::Word(w.to_owned()));
                Answer::Values(all.collect(), Span::default())
            }
            _ => Answer::Unsaid,
        };
    "key kept apart" of Flow Step Use Decision, Wants::Nothing, "pseudonymise … held by PLACE", "pseudonyms whose lookup, secret or code is not where the data is received or used"
        => |c, s, _| key_kept_apart(c, s);
    "re-identifiable by combination" of Flow Copy, Wants::Nothing, "nothing: it follows from what its holder holds", "identifiable at its place by facts that together fit one person, without a code or number in common"
        => |c, s, _| by_combination(c, s);
    "only codes returned" of Flow, Wants::Nothing, "nothing: it follows from the fields", "bringing codes, one of which the receiver gave out itself, and nothing else about people that it did not say first"
        => |c, s, _| codes_returned(c, s);
    "re-identifiable" of Flow, Wants::Nothing, "nothing: it follows from what the receiver holds", "identifiable at the receiver, though no direct identifier is sent"
        => |c, s, _| flow_re_identifiable(c, s);
    "cross wall" of Flow, Wants::Nothing, "wall between PLACE and PLACE", "bringing records about people to a place from the other side of a wall, by whatever way"
        => |c, s, _| cross_wall(c, s);
}

/// The fact that asks how identifiable data would be by codes and direct identifiers alone.
pub(crate) const BY_COMBINATION: &str = "re-identifiable by combination";

/// The kinds of data that the table `protection` knows.
const KINDS: [(&str, DataKind); 3] = [
    ("special-category", DataKind::SpecialCategory),
    ("criminal", DataKind::Criminal),
    ("confidential", DataKind::Confidential),
];

/// Some of [`KINDS`].
#[derive(Clone, Copy)]
struct KindsIn([bool; KINDS.len()]);

impl KindsIn {
    /// Those in a copy.
    fn of(c: &Context<'_>, copy: CopyId) -> KindsIn {
        let has = |(_, kind)| c.graph.columns_of(copy).iter().any(|k| is_kind(c.model, k.category, kind));
        KindsIn(KINDS.map(has))
    }

    /// Their words in the table.
    fn words(self) -> Vec<&'static str> {
        KINDS.into_iter().zip(self.0).filter_map(|((word, _), has)| has.then_some(word)).collect()
    }

    /// Every set of them, and the place of this one among those.
    fn all() -> impl Iterator<Item = KindsIn> {
        (0..1_usize << KINDS.len()).map(|set| KindsIn(std::array::from_fn(|kind| set >> kind & 1 == 1)))
    }

    fn number(self) -> usize {
        self.0.into_iter().enumerate().map(|(kind, has)| usize::from(has) << kind).sum()
    }
}

/// What the table `protection` asks of data of a level with these kinds in it.
fn protection<'c>(c: &'c Context<'_>, level: u8, kinds: KindsIn) -> Option<&'c Protection<'c>> {
    const HIGHEST: u8 = 4;
    let asked =
        |level, kinds: KindsIn| c.settings.tables.protection(level, &kinds.words(), c.settings.jurisdiction, c.as_of);
    let all = c.protections.get_or_init(|| {
        (0..=HIGHEST)
            .flat_map(|level| KindsIn::all().map(move |kinds| (level, kinds)))
            .map(|(l, k)| asked(l, k))
            .collect()
    });
    all.get((usize::from(level.min(HIGHEST)) << KINDS.len()) + kinds.number())
}

/// How far the rows of a copy identify people by themselves; 0 where there are none.
fn own_level(c: &Context<'_>, copy: CopyId) -> u8 {
    match c.has_rows(copy, Reading::Kind) {
        true => c.linkage(Reading::Kind).own_level(copy),
        false => 0,
    }
}

/// How many people a copy is about, where that is said of all of them.
fn people_in(c: &Context<'_>, copy: CopyId) -> Option<u64> {
    let about = c.graph.about(copy);
    if about.all || about.people.is_empty() {
        return None;
    }
    let counts = about.people.iter().map(|p| c.model.people[p.index()].count.value().copied());
    counts.sum::<Option<u64>>()
}

fn fitting_channel(c: &Context<'_>, s: Subject) -> Answer {
    let Subject::Flow(id) = s else { return Answer::Unsaid };
    let flow = &c.model.flows[id.index()];
    let (channels, span) = match &*flow.channels {
        Known::Said(channels, span) => (channels, *span),
        other => {
            let sentence = "it has no stated channel".to_owned();
            let fix = format!("state `by CHANNEL` in `{}`", c.model.word(flow.declared.name));
            return Answer::Told(Truth::False, vec![Reason { sentence, span: other.span(), fix: Some(fix) }]);
        }
    };
    let vocabulary = &c.model.vocabulary;
    let mut reasons: Vec<Reason> = Vec::new();
    for copy in brought_rows(c, id, Reading::Kind) {
        let (kinds, level) = (KindsIn::of(c, copy), own_level(c, copy));
        let Some(asked) = protection(c, level, kinds).filter(|a| !a.channel.is_empty() || a.small_set.is_some()) else {
            continue;
        };
        let (data, says) = (c.data_name(copy), what_it_is(level, &kinds.words()));
        for channel in channels.iter().map(|w| c.model.word(*w)) {
            let word = vocabulary.word(Family::Channel, channel);
            let has = |mark: &str| word.is_some_and(|w| w.has_mark(mark));
            if let Some(mark) = asked.channel.iter().find(|mark| !has(mark)) {
                let sentence = format!("`{channel}` is no {mark} channel; {data} {says}");
                reasons.push(
                    Reason::at(sentence, span)
                        .mended("send it by `managed-transfer`, `secure-upload` or another secure channel".to_owned()),
                );
            } else if let (true, Some(most)) = (has("for-small-sets"), asked.small_set) {
                let sentence = match people_in(c, copy) {
                    Some(count) if count <= most => continue,
                    Some(count) => {
                        format!("`{channel}` is for up to {most} people; {data} {says}, and it is about {count}")
                    }
                    None => format!(
                        "`{channel}` is for up to {most} people; {data} {says}, and nobody says how many people it is about"
                    ),
                };
                reasons.push(Reason::at(sentence, span).mended(format!("send {data} by `managed-transfer`, give access in place, or, where it is about few people, say how many with `count`")));
            }
        }
    }
    Answer::Told(Truth::from(reasons.is_empty()), reasons)
}

/// `names people and has criminal data in it`.
fn what_it_is(level: u8, kinds: &[&str]) -> String {
    let level = match level {
        4.. => "names people",
        3 => "has a code for each person",
        _ => "is records about people",
    };
    match kinds {
        [] => level.to_owned(),
        kinds => {
            format!("{level} and has {} data in it", list(&kinds.iter().map(|k| (*k).to_owned()).collect::<Vec<_>>()))
        }
    }
}

/// The safeguards that a subject states.
fn safeguards<'a>(c: &Context<'a>, s: Subject) -> &'a [Symbol] {
    let model: &'a Model = c.model;
    let facts = match s {
        Subject::Flow(id) => [Some(&*model.flows[id.index()].facts), None],
        Subject::Copy(copy, arrival) => facts(model, c.graph.arrival(arrival), c.graph.copy(copy).dataset),
        _ => return &[],
    };
    let said = facts.into_iter().flatten().map(|f| &*f.safeguards).find(|k| !matches!(k, Known::Unsaid));
    said.and_then(Known::value).map_or(&[], |all| all)
}

/// What is asked of people who get in where a copy is.
fn access_at<'a>(c: &Context<'a>, copy: CopyId) -> impl Iterator<Item = &'a str> {
    let model: &'a Model = c.model;
    let place = model.place(place_of(c, copy));
    let whole = model.place(model.party(place.party).place);
    let words = [place.access.value(), whole.access.value()];
    words.into_iter().flatten().flatten().map(String::as_str)
}

/// The safeguards that the table asks for and that a copy lacks, where a subject states some of its own.
fn lacking<'c>(c: &'c Context<'_>, s: Subject, copy: CopyId) -> impl Iterator<Item = &'c str> {
    let asked = protection(c, own_level(c, copy), KindsIn::of(c, copy));
    let has = move |word: &str| {
        let own = safeguards(c, s).iter().map(|w| c.model.word(*w));
        own.chain(access_at(c, copy)).any(|own| c.model.vocabulary.word_under(Family::Safeguard, own, word))
    };
    asked.into_iter().flat_map(|a| a.kept.iter().copied()).filter(move |word| !has(word))
}

fn fitting_safeguards(c: &Context<'_>, s: Subject) -> Answer {
    let copies: Copies = match s {
        Subject::Flow(id) => brought_rows(c, id, Reading::Kind),
        Subject::Copy(copy, _) => smallvec![copy],
        _ => return Answer::Unsaid,
    };
    let kept = copies.iter().all(|copy| lacking(c, s, *copy).next().is_none());
    Answer::Later(
        Truth::from(kept),
        Why(|c, s| {
            let copies = match s {
                Subject::Flow(id) => brought_rows(c, id, Reading::Kind),
                Subject::Copy(copy, _) => smallvec![copy],
                _ => Copies::new(),
            };
            copies.into_iter().filter_map(|copy| unguarded(c, s, copy)).collect()
        }),
    )
}

/// What of the safeguards that a copy should have is not there.
fn unguarded(c: &Context<'_>, s: Subject, copy: CopyId) -> Option<Reason> {
    let lacking: Vec<String> = lacking(c, s, copy).map(|w| format!("`{w}`")).collect();
    if lacking.is_empty() {
        return None;
    }
    let (data, what) = (c.data_name(copy), what_it_is(own_level(c, copy), &KindsIn::of(c, copy).words()));
    let first = if let Subject::Copy(_, by) = s { Some(by) } else { c.graph.arrivals_of(copy).next() };
    let span = first.map_or_else(Span::default, |a| c.arrival_span(a));
    let place = c.model.place_name(place_of(c, copy));
    let sentence = format!("{data} {what}, and nothing says that it is kept {} at `{place}`", list(&lacking));
    let words = lacking.join(", ").replace('`', "");
    let fix = match first.map(|a| (c.arrival_name(a), matches!(c.graph.arrival(a).how, How::Flow(..)))) {
        Some((name, true)) => format!("state `receiver keeps {words}` in `{name}`, and see to it"),
        Some((name, false)) => format!("state `kept {words}` in `{name}`, and see to it"),
        None => format!("state `kept {words}`, and see to it"),
    };
    Some(Reason::at(sentence, span).mended(fix))
}

fn key_kept_apart(c: &Context<'_>, s: Subject) -> Answer {
    let all = beside_keys(c, s);
    if all.iter().any(|beside| beside.surely) {
        return Answer::Later(
            Truth::False,
            Why(|c, s| beside_keys(c, s).iter().filter(|beside| beside.surely).map(|b| b.reason(c)).collect()),
        );
    }
    Answer::Told(Truth::all(all.iter().map(|beside| beside.unknown(c))), Vec::new())
}

/// Pseudonyms that are where what turns them back is.
struct Beside {
    copy: CopyId,
    means: CopyId,
    /// Whether that is so when what is not stated is read kindly, too.
    surely: bool,
}

impl Beside {
    fn span(&self, c: &Context<'_>) -> Span {
        c.graph.arrivals_of(self.means).next().map_or_else(Span::default, |a| c.arrival_span(a))
    }

    fn reason(&self, c: &Context<'_>) -> Reason {
        let (data, what) = (c.data_name(self.copy), c.data_name(self.means));
        let here = c.model.place_name(place_of(c, self.copy));
        let at = c.model.place_name(place_of(c, self.means));
        let sentence = format!("`{here}` has {data}, and {what}, which turns its codes back, is at `{at}`");
        Reason::at(sentence, self.span(c)).mended(format!(
            "let somebody else hold {what} (`held by …`), put a wall between, or destroy it before {data} is there"
        ))
    }

    fn unknown(&self, c: &Context<'_>) -> Truth {
        let (data, what) = (c.data_name(self.copy), c.data_name(self.means));
        let at = c.model.place_name(place_of(c, self.means));
        Truth::unknown(format!("whether {what} at `{at}` is kept apart from {data}"), self.span(c))
    }
}

/// The pseudonyms of a subject that are, or may be, where what turns them back is.
fn beside_keys(c: &Context<'_>, s: Subject) -> Vec<Beside> {
    let copies = match s {
        Subject::Flow(id) => brought_rows(c, id, Reading::Harsh),
        _ => taken_copies(c, s, Reading::Kind),
    };
    let mut found = Vec::new();
    for copy in copies {
        let place = place_of(c, copy);
        let holder = match c.model.place(place).team {
            true => Holder::Team(place),
            false => Holder::Party(c.model.place(place).party),
        };
        let seen = c.means_seen(holder);
        if seen.is_empty() {
            continue;
        }
        let categories = c.graph.columns_of(copy).iter().filter_map(|k| k.category);
        let keys: SmallVec<[CategoryId; 2]> = categories.filter(|key| !c.means_of(*key).is_empty()).collect();
        // the means itself is no data that has a pseudonym
        let own = c.graph.copy(copy).dataset;
        if keys.iter().any(|key| c.means_of(*key).binary_search(&own).is_ok()) {
            continue;
        }
        let mut means: SmallVec<[(DatasetId, CopyId); 4]> = SmallVec::new();
        for key in keys {
            let of_key = seen[seen.partition_point(|(k, ..)| *k < key)..].iter().take_while(|(k, ..)| *k == key);
            means.extend(of_key.map(|(_, dataset, held)| (*dataset, *held)));
        }
        means.sort_unstable();
        means.dedup();
        for (_, held) in means {
            let so = |reading| {
                let views = c.views(holder, reading);
                let sees = views.iter().any(|seen| seen.view.sees(copy) && seen.view.sees(held));
                let endless = || [copy, held].iter().all(|copy| c.graph.holding(*copy).endless());
                let at_once = || together(c.graph, &[copy, held], reading).iter().any(|set| set.len() == 2);
                sees && (endless() || at_once())
            };
            let surely = so(Reading::Kind);
            if surely || so(Reading::Harsh) {
                found.push(Beside { copy, means: held, surely });
            }
        }
    }
    found
}

fn flow_re_identifiable(c: &Context<'_>, s: Subject) -> Answer {
    let Subject::Flow(id) = s else { return Answer::Unsaid };
    let truths = brought_rows(c, id, Reading::Harsh).into_iter().map(|copy| re_identifiable(c, copy));
    Answer::Later(
        Truth::any(truths),
        Why(|c, s| {
            let Subject::Flow(id) = s else { return Vec::new() };
            let span = c.model.flows[id.index()].declared.span;
            let named =
                brought_rows(c, id, Reading::Harsh).into_iter().filter(|k| re_identifiable(c, *k) == Truth::True);
            named.map(|copy| Reason::at(why_named(c, copy), span).mended(mend(c, copy))).collect()
        }),
    )
}

/// Whether a flow brings codes alone, among them one of the receiver's own. What is said of people under the other codes is judged
/// where it arrives.
fn codes_returned(c: &Context<'_>, s: Subject) -> Answer {
    let Subject::Flow(id) = s else { return Answer::Unsaid };
    let so = |copy: &CopyId| {
        let (party, columns) = (c.graph.party_of(c.model, *copy), c.graph.columns_of(*copy));
        let own = |column: &Column| column.category.is_some_and(|category| gave_out(c, party, category));
        let is_code = |column: &Column| column.identifies(&c.model.vocabulary) == Identifies::Key;
        let says_nothing = |column: &Column| match column.kind {
            ColumnKind::Membership => true,
            ColumnKind::Reveals => own(column),
            ColumnKind::Open => false,
            ColumnKind::Field => is_code(column),
        };
        columns.iter().all(says_nothing) && columns.iter().any(|k| k.kind == ColumnKind::Field && own(k))
    };
    let copies = brought_rows(c, id, Reading::Harsh);
    Answer::Is(Truth::from(!copies.is_empty() && copies.iter().all(so)))
}

/// Whether a party is where something is first said of people: it has it in records from the start, or a step there puts it in.
fn gave_out(c: &Context<'_>, party: PartyId, category: CategoryId) -> bool {
    let has = |copy: CopyId| c.graph.columns_of(copy).iter().any(|column| column.category == Some(category));
    c.sight.group(c.model, party, Reading::Kind).into_iter().filter(|copy| has(*copy)).any(|copy| {
        c.graph.arrivals_of(copy).any(|arrival| match c.graph.arrival(arrival).how {
            How::Declared => true,
            How::Flow(..) => false,
            How::Step(..) | How::Side(..) => !c.graph.from(arrival).iter().any(|from| has(*from)),
        })
    })
}

fn mend(c: &Context<'_>, copy: CopyId) -> String {
    let data = c.data_name(copy);
    format!("send {data} under a key of its own, leave out what ties it, or send it to somebody who has no names")
}

fn by_combination(c: &Context<'_>, s: Subject) -> Answer {
    if !matches!(s, Subject::Flow(_) | Subject::Copy(..)) {
        return Answer::Unsaid;
    }
    Answer::Later(
        Truth::from(combined(c, s).next().is_some()),
        Why(|c, s| {
            let told = |copy: CopyId| {
                let first = c.graph.arrivals_of(copy).next();
                let span = first.map_or_else(Span::default, |a| c.arrival_span(a));
                let data = c.data_name(copy);
                let fix = format!("make a part of it coarser (`generalise`), or leave it out of {data}");
                Reason::at(why_named(c, copy), span).mended(fix)
            };
            combined(c, s).map(told).collect()
        }),
    )
}

/// The copies of a subject that can be identified where they are, and could not without facts that fit one person together.
fn combined<'c>(c: &'c Context<'_>, s: Subject) -> impl Iterator<Item = CopyId> + 'c {
    let copies: Copies = match s {
        Subject::Flow(id) => brought_rows(c, id, Reading::Kind),
        Subject::Copy(copy, _) => smallvec![copy],
        _ => Copies::new(),
    };
    copies.into_iter().filter(|copy| re_identifiable(c, *copy) == Truth::True && c.level_there_by_keys(*copy) < 4)
}

fn cross_wall(c: &Context<'_>, s: Subject) -> Answer {
    let Subject::Flow(id) = s else { return Answer::Unsaid };
    if c.model.walls.is_empty() {
        return Answer::Is(Truth::False);
    }
    let span = c.model.flows[id.index()].declared.span;
    let (mut reasons, mut unsure, mut truth) = (Vec::new(), Vec::new(), Truth::False);
    for copy in brought_rows(c, id, Reading::Harsh) {
        let sure = c.has_rows(copy, Reading::Kind);
        let level = c.level(c.seen(place_of(c, copy), Reading::Kind), copy);
        for crossing in c.crossings(copy) {
            let Some(wall) = c.model.walls.get(crossing.wall as usize) else { continue };
            let most = wall.except.map(|w| c.model.word(w)).map_or(0, most_allowed);
            if level <= most {
                continue;
            }
            let (from, to) = (c.model.place_name(crossing.from), c.model.place_name(place_of(c, copy)));
            let data = c.data_name(copy);
            if wall.stated && sure {
                let sentence =
                    format!("{data} brings records that `{from}` held to `{to}`, and a wall stands between the two");
                reasons.push(
                    Reason::at(sentence, span)
                        .mended("send only counts across, say what may pass (`wall … except`), or take the wall out of the model".to_owned()),
                );
                truth = Truth::True;
            } else {
                let open = format!("whether a wall stands between `{from}` and `{to}`");
                let sentence = format!("{data} may bring records that `{from}` held to `{to}`, and nobody says {open}");
                unsure.push(Reason::at(sentence, span));
                truth = truth.or(Truth::unknown(open, wall.span));
            }
        }
    }
    Answer::Told(truth, if reasons.is_empty() { unsure } else { reasons })
}

/// The highest level that a word of `except` lets through a wall.
fn most_allowed(word: &str) -> u8 {
    match word {
        "aggregate" => 1,
        "row-level" => 2,
        "pseudonymised" => 3,
        "personal" | "identifiable" | "identified" => 4,
        _ => 0,
    }
}
