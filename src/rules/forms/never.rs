//! Forms 1 and 2: who may receive or hold what.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use super::closed::Closed;
use super::{Beyond, Detail, Judged, copy_name, holder_name, holders, key};
use crate::graph::linkage::{Node, Tie};
use crate::graph::trace::Hop;
use crate::graph::{ArrivalId, CellId, ColumnKind, Contents, CopyId, How, Reading};
use crate::model::{Model, PartyId};
use crate::rules::compile::{Compiled, Exception, Form, Out, Whom};
use crate::rules::context::{Context, CopySet, Seen};
use crate::rules::phrase::{Holder, Holders, Phrase};
use crate::rules::sought::{Hit, Sought};
use crate::rules::story::Story;
use crate::rules::ties::needed_level;
use crate::syntax::tree::{LevelWord, Verb};

/// A holder whose copy breaks the sentence.
struct Broken {
    holder: Holder,
    seen: Arc<Seen>,
    contents: Arc<Contents>,
}

/// `WHO must never receive | hold DATA`, with its kin `no one …` and `only …`.
pub fn never<'a>(
    c: &'a Context<'_>,
    sentence: &'a Compiled,
    who: &'a Whom,
    verb: Verb,
    data: &'a Phrase,
    reading: Reading,
) -> Judged<'a> {
    let mut judged = Judged { matched: anything(c, data), ..Judged::new(c) };
    let asked = Rc::new(Asked {
        sentence,
        who,
        verb,
        data,
        sought: Sought::new(c, data, &sentence.except_data()),
        closed: Closed::of(c, sentence, reading),
        open: OnceCell::new(),
        reading,
    });
    let holders = holders(c, who, reading);
    // where everybody is spoken of, counts that are published are told of the public
    let public_too = matches!(who, Whom::AllBut(_)) && holders.contains(&Holder::Party(Model::PUBLIC_PARTY));
    let candidates = asked.sought.candidates(c, c.contents(reading));
    let relevant = c.sight.holders(c.model, c.graph, &candidates, public_too);
    let mut broken: BTreeMap<CopyId, Vec<Broken>> = BTreeMap::new();
    for holder in holders {
        if !may_have(c, relevant.as_ref(), holder) || excepted_holder(&sentence.exceptions, holder, reading) {
            continue;
        }
        for (copy, found) in asked.broken_of(c, holder, public_too) {
            broken.entry(copy).or_default().push(found);
        }
    }
    for (copy, mut all) in broken {
        // who has it in hand comes before those for whom it is held
        let party = c.model.place(c.graph.copy(copy).place).party;
        let in_hand = |b: &Broken| c.model.place(b.holder.place(c.model)).party == party;
        all.sort_by_key(|b| (!in_hand(b), b.holder));
        // when everybody is spoken of, whoever has it in hand (or the public, where it is published) is enough
        if matches!(who, Whom::AllBut(_)) && c.part.is_none() && all.first().is_some_and(in_hand) {
            all.truncate(1);
        }
        for one in all {
            let subjects = vec![holder_name(c, one.holder), copy_name(c, copy)];
            let what = if sentence.weighed { key(asked.hits(c, copy, &one)) } else { 0 };
            let asked = asked.clone();
            judged.push_as(key((one.holder, copy)), what, subjects, move || asked.tell(c, copy, &one));
        }
    }
    judged
}

/// Whether a holder is one of the relevant ones; all are where there is no list of them.
pub(super) fn may_have(c: &Context<'_>, relevant: Option<&BTreeSet<PartyId>>, holder: Holder) -> bool {
    relevant.is_none_or(|relevant| relevant.contains(&c.model.place(holder.place(c.model)).party))
}

/// Whether the phrase speaks of anything in the model: whether what it is from exists at all.
pub(super) fn anything(c: &Context<'_>, data: &Phrase) -> bool {
    match &data.from {
        None => c.graph.size() > 0,
        Some(from) => {
            let mask = c.origins.answering(from);
            let contents = c.contents(Reading::Harsh);
            contents.anywhere(&mask)
        }
    }
}

pub(super) fn excepted_holder(exceptions: &[Exception], holder: Holder, reading: Reading) -> bool {
    let excepts = |e: &&Exception| match &e.what {
        Out::Who(who) => who.surely(holder) || (reading == Reading::Kind && who.perhaps(holder)),
        _ => false,
    };
    exceptions.iter().find(excepts).inspect(|e| e.applied.note()).is_some()
}

/// The places that are excepted: `except at`, and for `only WHO` and `no one except WHO` the places of WHO.
fn excepted_place(c: &Context<'_>, sentence: &Compiled, who: &Whom, copy: CopyId) -> bool {
    let place = c.graph.copy(copy).place;
    sentence.excepts_place(c.model, place) || matches!(who, Whom::AllBut(but) if but.covers(c.model, place))
}

/// A sentence of these forms in a reading, with what it looks for.
struct Asked<'a> {
    sentence: &'a Compiled,
    who: &'a Whom,
    verb: Verb,
    data: &'a Phrase,
    sought: Sought<'a>,
    closed: Closed,
    /// What is published otherwise than by flows that are excepted.
    open: OnceCell<Arc<Contents>>,
    reading: Reading,
}

impl Asked<'_> {
    /// What is published, less what an exception let be.
    fn open(&self, c: &Context<'_>) -> Arc<Contents> {
        self.open
            .get_or_init(|| {
                if self.closed.is_empty() {
                    return c.contents(self.reading).clone();
                }
                Arc::new(c.published_but(self.reading, &|a| self.closed.has(a)))
            })
            .clone()
    }

    /// What a holder has or received, as far as the sentence speaks of it.
    fn has(&self, c: &Context<'_>, holder: Holder) -> Arc<Contents> {
        match self.verb {
            Verb::Receive => c.received_but(holder, self.reading, &self.closed),
            Verb::Hold => {
                let barred = self.let_pass(c, &c.inside(holder, self.reading));
                barred.map_or_else(|| c.contents(self.reading).clone(), Arc::new)
            }
        }
    }

    /// What there is without what an exception lets pass as it enters what is inside a holder: only that is let pass. `None` where nothing
    /// enters so.
    fn let_pass(&self, c: &Context<'_>, inside: &CopySet) -> Option<Contents> {
        let enters = |a: ArrivalId, from: CopyId| {
            self.closed.has(a) && inside.contains(&c.graph.arrival(a).copy) && !inside.contains(&from)
        };
        let any = self.closed.iter().any(|a| c.graph.from(*a).iter().any(|from| enters(*a, *from)));
        any.then(|| c.contents_barred(self.reading, &enters))
    }

    /// Read kindly, what a team has or received where the walls that are not stated stand: what a wall leaves outside can be let pass as
    /// it comes in. `None` where that is the same.
    fn past_walls(&self, c: &Context<'_>, holder: Holder) -> Option<Contents> {
        if self.reading != Reading::Kind || !matches!(holder, Holder::Team(_)) {
            return None;
        }
        match self.verb {
            Verb::Receive => c.received_past_walls(holder, &self.closed),
            Verb::Hold => {
                // what is inside a team is turned round
                let inside = c.inside(holder, Reading::Harsh);
                if inside == c.inside(holder, Reading::Kind) { None } else { self.let_pass(c, &inside) }
            }
        }
    }

    /// The copies at a holder that break the sentence. With `public_too`, counts that are published are the public's to answer
    /// for.
    fn broken_of(&self, c: &Context<'_>, holder: Holder, public_too: bool) -> BTreeMap<CopyId, Broken> {
        let sentence = self.sentence;
        let all = c.contents(self.reading);
        let has = OnceCell::new();
        let past_walls = OnceCell::new();
        let in_either = |copy: CopyId, seen: &Seen| {
            let contents: &Option<Contents> = past_walls.get_or_init(|| self.past_walls(c, holder));
            contents.as_ref().is_none_or(|contents| self.sought.is_in(c, copy, contents, seen, self.reading))
        };
        let views =
            if sentence.by_anyone { Arc::new(vec![c.everything(self.reading)]) } else { c.views(holder, self.reading) };
        let mut broken: BTreeMap<CopyId, Broken> = BTreeMap::new();
        let inside = sentence.by_anyone.then(|| c.inside(holder, self.reading));
        for (seen, fresh) in c.fresh(&views, self.sought.by_level(c)) {
            let public = if public_too { &seen.view.public.rows } else { &seen.view.public.all };
            let (own, seen_here) = match &inside {
                Some(inside) => (Some(inside.iter().chain(c.sight.published()).copied()), None),
                None => (None, Some(fresh.copies(&seen.view, public))),
            };
            for copy in own.into_iter().flatten().chain(seen_here.into_iter().flatten()) {
                // what is published is everybody's, and what is with somebody who is not stated may be anybody's
                let place = c.graph.copy(copy).place;
                if broken.contains_key(&copy) || !self.sought.may_be_in(c, copy, all) {
                    continue;
                }
                let contents = match place {
                    Model::PUBLIC => self.open(c),
                    Model::UNKNOWN => all.clone(),
                    _ => has.get_or_init(|| self.has(c, holder)).clone(),
                };
                if !self.sought.is_in(c, copy, &contents, seen, self.reading)
                    || excepted_place(c, sentence, self.who, copy)
                    || (place != Model::PUBLIC && !in_either(copy, seen))
                {
                    continue;
                }
                broken.insert(copy, Broken { holder, seen: seen.clone(), contents });
            }
        }
        if c.part.is_none() {
            consequences(c, &mut broken);
        }
        broken
    }

    /// The cells of a copy that break the sentence, with what of them.
    fn hits(&self, c: &Context<'_>, copy: CopyId, broken: &Broken) -> Vec<(CellId, Hit)> {
        self.sought.hits(c, copy, &broken.contents, &broken.seen, self.reading)
    }
}

/// Takes out what only follows inside the holder from another copy that is broken already: the finding is where it comes in.
fn consequences(c: &Context<'_>, broken: &mut BTreeMap<CopyId, Broken>) {
    let copies: Vec<CopyId> = broken.keys().copied().collect();
    let follows = |copy: &CopyId| {
        c.graph.arrivals_of(*copy).all(|a| {
            matches!(c.graph.arrival(a).how, How::Step(..) | How::Side(..))
                && c.graph.from(a).iter().any(|f| f != copy && copies.binary_search(f).is_ok())
        })
    };
    let mut roots: Vec<CopyId> = copies.iter().copied().filter(|copy| !follows(copy)).collect();
    if roots.is_empty() {
        roots.extend(copies.first());
    }
    // they are sorted, as the copies are
    broken.retain(|copy, _| roots.binary_search(copy).is_ok());
}

impl Asked<'_> {
    fn tell(&self, c: &Context<'_>, copy: CopyId, broken: &Broken) -> Detail {
        let (sentence, verb, reading) = (self.sentence, self.verb, self.reading);
        let Some((cell, hit)) = c.telling(self.hits(c, copy, broken), reading) else { return Detail::default() };
        let (cell, hit) = (&cell, &hit);
        let rows = hit.has_rows();
        // what the one tells the other need not tell again; which comes first can make the witness shorter
        let (mut story, mut other) = (Story::default(), Story::default());
        let (mut way, mut linked) =
            (self.way(c, &mut story, (*cell, hit), broken), self.link(c, &mut story, copy, rows, broken));
        let (other_linked, other_way) =
            (self.link(c, &mut other, copy, rows, broken), self.way(c, &mut other, (*cell, hit), broken));
        if other.told.len() < story.told.len() {
            (story, way, linked) = (other, other_way, other_linked);
        }
        // what came to be inside the holder's own place needs no telling of where it went; the last hop is where it comes in
        let inside = c.inside(broken.holder, reading);
        let entry = way.iter().rev().find(|h| {
            let arrival = c.graph.arrival(h.arrival);
            matches!(arrival.how, How::Flow(..))
                && inside.contains(&arrival.copy)
                && !c.graph.from(h.arrival).iter().all(|f| inside.contains(f))
        });
        let last = entry.or(way.last()).map(|h| h.arrival);
        if reading == Reading::Harsh {
            if !rows {
                c.counts_missing(&mut story, *cell, &broken.contents);
            }
            c.open_missing(&mut story, copy);
            c.walls_missing(&mut story, &broken.seen, &[copy]);
            holder_missing(c, &mut story, sentence, broken.holder);
        }
        let (summary, beyond) = summarise(c, copy, broken, verb, *cell, rows, linked.as_ref());
        let fix = fix(c, broken, copy, linked.as_ref(), last, rows);
        let span = last.map_or(sentence.span, |a| c.arrival_span(a));
        let mut trail: Vec<String> = last.iter().map(|a| c.arrival_name(*a).to_owned()).collect();
        if let Some((_, tie, Node::Copy(other))) = &linked {
            trail.extend([copy_name(c, *other), c.tie_words(tie)]);
        }
        let missing = std::mem::take(&mut story.missing);
        Detail { summary, beyond, span, missing, steps: story.into_steps(), fix, trail, ..Detail::default() }
    }

    /// Tells how the data came, other than by flows that an exception lets pass; for what is received how it came in, and not
    /// what was there before it did.
    fn way(&self, c: &Context<'_>, story: &mut Story, (cell, hit): (CellId, &Hit), broken: &Broken) -> Vec<Hop> {
        let reading = self.reading;
        let all = c.contents(reading);
        let told = (cell, hit.classes(), hit.has_rows());
        let inside = c.inside(broken.holder, reading);
        let enters = |a: ArrivalId, from: Option<CopyId>, outside: bool| {
            let crosses = inside.contains(&c.graph.arrival(a).copy) && from.is_some_and(|f| !inside.contains(&f));
            self.closed.has(a) && crosses && (self.verb == Verb::Hold || !outside)
        };
        let published = |copy: CopyId| c.graph.copy(copy).place == Model::PUBLIC;
        let way = if published(cell.copy) && !self.closed.is_empty() {
            // the last that publishes it is none of those that are let pass
            let without = |a: ArrivalId, _: Option<CopyId>, outside: bool| !outside && self.closed.has(a);
            c.tell_way_in(story, all, told, reading, &without, Some((&published, &broken.contents)))
        } else {
            match self.verb {
                Verb::Hold => c.tell_way_in(story, all, told, reading, &enters, None),
                Verb::Receive => c.tell_entry(story, all, told, reading, &enters, (&inside, &broken.contents)),
            }
        };
        if way.is_empty() { c.tell_way(story, all, told, reading, &|_| false) } else { way }
    }

    /// Tells why the people are identifiable, or tied to a key, where the sentence speaks of that. Returns the first tie.
    fn link(
        &self,
        c: &Context<'_>,
        story: &mut Story,
        copy: CopyId,
        rows: bool,
        broken: &Broken,
    ) -> Option<(CopyId, Tie, Node)> {
        let word = self.data.level;
        let asked = matches!(word, Some(LevelWord::Identifiable | LevelWord::Pseudonymised))
            || (!self.sentence.exceptions.is_empty() && word != Some(LevelWord::Personal));
        let attested = c.model.attestations.iter().any(|a| {
            let it = c.graph.copy(copy);
            a.dataset == it.dataset && a.place == it.place
        });
        if rows && (attested || asked) && c.levels(&broken.seen).of(copy) == 4 {
            return c.tell_linkage(story, &broken.seen, copy, 4, self.reading);
        }
        let needed = needed_level(self.sentence, self.data);
        if rows && needed != 0 && needed != 4 {
            c.tell_linkage(story, &broken.seen, copy, needed, self.reading);
        }
        None
    }
}

fn summarise(
    c: &Context<'_>,
    copy: CopyId,
    broken: &Broken,
    verb: Verb,
    cell: CellId,
    rows: bool,
    linked: Option<&(CopyId, Tie, Node)>,
) -> (String, Option<Beyond>) {
    let who = c.place_title(broken.holder.place(c.model));
    let does = crate::rules::compile::verb_words(verb);
    let data = c.data_name(copy);
    let place = c.graph.copy(copy).place;
    let holder_party = c.model.place(broken.holder.place(c.model)).party;
    let through = if place == Model::PUBLIC && holder_party != Model::PUBLIC_PARTY {
        ", as everybody does".to_owned()
    } else if place == Model::UNKNOWN && holder_party != Model::UNKNOWN_PARTY {
        ", being the one who is not stated".to_owned()
    } else if c.model.place(place).party != holder_party && !broken.seen.view.whole {
        format!(" through its processor {}", c.place_title(place))
    } else {
        String::new()
    };
    let column = c.graph.cell(cell).column;
    let what = match column.kind {
        ColumnKind::Membership => String::new(),
        _ => format!(" with {}", c.column_name(&column)),
    };
    let kind = match (rows, c.level(&broken.seen, copy)) {
        (false, _) => ", as counts",
        (true, 4) => ", identifiable there",
        (true, 3) => ", row by row under a key",
        (true, 0) => ", attested anonymous",
        (true, _) => ", row by row",
    };
    let tie = match linked {
        Some((_, tie, Node::Copy(other))) => {
            format!(": {} ties it to {}", c.tie_words(tie), c.data_name(*other))
        }
        Some((_, tie, Node::Assumed(_))) => format!(": {} ties it to what anyone knows", c.tie_words(tie)),
        None => String::new(),
    };
    let before = format!("{who} {does} {data}{what}{through}");
    let summary = format!("{before}{kind}{tie}");
    (summary, Some(Beyond { before, level: kind, tied: linked.is_some(), whole: false }))
}

/// The smallest change that would mend it, where trying it out shows that it does.
fn fix(
    c: &Context<'_>,
    broken: &Broken,
    copy: CopyId,
    linked: Option<&(CopyId, Tie, Node)>,
    last: Option<ArrivalId>,
    rows: bool,
) -> Option<String> {
    let by = last.map(|a| format!("`{}`", c.arrival_name(a)));
    if let Some((_, Tie::Key(key), Node::Copy(other))) = linked {
        let name = crate::rules::story::short(&c.model.vocabulary.category(*key).name);
        let (theirs, at) = (c.data_name(*other), c.model.place_name(c.graph.copy(*other).place));
        let (place, here) = (c.graph.copy(copy).place, c.graph.copy(*other).place);
        let wall = (place != here && c.model.place(place).party == c.model.place(here).party).then(|| {
            format!(", or put a wall between `{}` and `{}`", c.model.place_name(place), c.model.place_name(here))
        });
        let dropped = if mended_without(c, broken, copy, *key) {
            by.map(|by| format!("drop `{name}` before {by}, or "))
        } else {
            None
        };
        return Some(format!(
            "{}destroy {theirs} at `{at}` before {} is there{}",
            dropped.unwrap_or_default(),
            c.data_name(copy),
            wall.unwrap_or_default()
        ));
    }
    if let Some((_, Tie::Direct(category), _)) = linked {
        let name = crate::rules::story::short(&c.model.vocabulary.category(*category).name);
        return by.map(|by| format!("drop `{name}` before {by}"));
    }
    if let Some((_, Tie::Combination(number), _)) = linked {
        let parts = &c.model.vocabulary.combinations.get(*number as usize)?.parts;
        let parts: Vec<String> = parts
            .iter()
            .map(|(p, _)| format!("`{}`", crate::rules::story::short(&c.model.vocabulary.category(*p).name)))
            .collect();
        return by
            .map(|by| format!("drop one of {}, or generalise it, before {by}", crate::rules::story::list(&parts)));
    }
    let by = by?;
    let direct: Vec<String> = c
        .graph
        .cells_of(copy)
        .filter(|cell| broken.contents.has_rows(*cell))
        .map(|cell| c.graph.cell(cell).column)
        .filter(|column| column.identifies(&c.model.vocabulary) == crate::vocabulary::Identifies::Direct)
        .map(|column| c.column_name(&column))
        .collect();
    if rows && !direct.is_empty() && c.levels(&broken.seen).of(copy) == 4 {
        return Some(format!("drop {} before {by}, or do without {by}", crate::rules::story::list(&direct)));
    }
    Some(if rows {
        format!("send counts with a minimum and secondary suppression instead of rows in {by}, or do without {by}")
    } else {
        format!("state a minimum and secondary suppression before {by}, or do without {by}")
    })
}

/// Whether the copy would not be identifiable if this key were not in it: tried on the view without the copy's own key column.
fn mended_without(c: &Context<'_>, broken: &Broken, copy: CopyId, key: crate::model::CategoryId) -> bool {
    let key_cell = c.graph.cells_of(copy).find(|cell| c.graph.cell(*cell).column.category == Some(key));
    let Some(key_cell) = key_cell else { return false };
    c.linkage(Reading::Harsh).level_without(&broken.seen.view, key_cell) < 4
}

fn holder_missing(c: &Context<'_>, story: &mut Story, sentence: &Compiled, holder: Holder) {
    let perhaps = |holders: &Holders| holders.perhaps(holder);
    let unsure = match &sentence.form {
        Form::Never { who: Whom::These(who) | Whom::AllBut(who), .. } => perhaps(who),
        _ => false,
    } || sentence.exceptions.iter().any(|e| matches!(&e.what, Out::Who(who) if perhaps(who)));
    if unsure && let Holder::Party(party) = holder {
        let declared = &c.model.party(party).declared;
        story.miss(format!("what kind of party `{}` is (`kind`)", c.model.word(declared.name)), declared.span);
    }
}
