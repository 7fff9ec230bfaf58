//! Forms 1, 2, 7 and 8: who may receive or hold what, what may not meet, and what may be published.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::{Detail, Judged, copy_name, holder_name, holders};
use crate::graph::linkage::{self, Node, Tie};
use crate::graph::{ArrivalId, CellId, ColumnKind, Contents, CopyId, How, Minimum, Reading};
use crate::model::Model;
use crate::rules::compile::{Compiled, Exception, Form, Out, Whom};
use crate::rules::context::{Context, Hit, Seen};
use crate::rules::forms::every;
use crate::rules::phrase::{Holder, Holders, Phrase};
use crate::rules::story::Story;
use crate::rules::truth::Truth;
use crate::syntax::tree::{LevelWord, Verb};

/// A copy of which something breaks the sentence.
struct Broken {
    holder: Holder,
    seen: Rc<Seen>,
    contents: Rc<Contents>,
    /// The cells, with what of them.
    cells: Vec<(CellId, Hit)>,
}

/// `WHO must never receive | hold DATA`, with its kin `no one …` and `only …`.
pub fn never(c: &Context<'_>, sentence: &Compiled, who: &Whom, verb: Verb, data: &Phrase, reading: Reading) -> Judged {
    let mut judged = Judged { matched: anything(c, data), ..Judged::default() };
    let mut broken: BTreeMap<CopyId, Vec<Broken>> = BTreeMap::new();
    for holder in holders(c, who, reading) {
        if excepted_holder(&sentence.exceptions, holder, reading) {
            continue;
        }
        for (copy, found) in broken_of(c, sentence, who, verb, data, holder, reading) {
            broken.entry(copy).or_default().push(found);
        }
    }
    // who has it in hand comes before those for whom it is held
    for (copy, mut all) in broken {
        let place = c.graph.copy(copy).place;
        all.sort_by_key(|b| (c.model.place(b.holder.place(c.model)).party != c.model.place(place).party, b.holder));
        // when everybody is spoken of, whoever has it in hand (or the public, where it is published) is enough
        let in_hand = |b: &Broken| c.model.place(b.holder.place(c.model)).party == c.model.place(place).party;
        if matches!(who, Whom::AllBut(_)) && all.first().is_some_and(in_hand) {
            all.truncate(1);
        }
        for one in all {
            let subjects = vec![holder_name(c, one.holder), copy_name(c, copy)];
            judged.push(subjects, || tell(c, sentence, copy, &one, verb, data, reading));
        }
    }
    judged
}

/// Whether the phrase speaks of anything in the model: whether what it is from exists at all.
fn anything(c: &Context<'_>, data: &Phrase) -> bool {
    match &data.from {
        None => c.graph.size() > 0,
        Some(from) => {
            let mask = c.origins.answering(from);
            let contents = c.contents(Reading::Harsh);
            contents.anywhere(&mask)
        }
    }
}

fn excepted_holder(exceptions: &[Exception], holder: Holder, reading: Reading) -> bool {
    exceptions.iter().any(|e| match &e.what {
        Out::Who(who) => who.sure.contains(&holder) || (reading == Reading::Kind && who.perhaps.contains(&holder)),
        _ => false,
    })
}

/// The places that are excepted: `except at`, and for `only WHO` and `no one except WHO` the places of WHO.
fn excepted_place(c: &Context<'_>, sentence: &Compiled, who: &Whom, copy: CopyId) -> bool {
    let place = c.graph.copy(copy).place;
    sentence.excepts_place(c.model, place) || matches!(who, Whom::AllBut(but) if but.covers(c.model, place))
}

fn broken_of(
    c: &Context<'_>,
    sentence: &Compiled,
    who: &Whom,
    verb: Verb,
    data: &Phrase,
    holder: Holder,
    reading: Reading,
) -> BTreeMap<CopyId, Broken> {
    let all = c.contents(reading);
    let closed = closed_flows(c, sentence, reading);
    let open = if closed.is_empty() {
        all.clone()
    } else {
        let published = |a: &ArrivalId| c.graph.copy(c.graph.arrival(*a).copy).place == Model::PUBLIC;
        let closed: Vec<ArrivalId> = closed.iter().copied().filter(published).collect();
        Rc::new(c.contents_without(reading, &|a| closed.contains(&a)))
    };
    let received = match (verb, closed.is_empty()) {
        (Verb::Hold, true) => all.clone(),
        (Verb::Hold, false) => {
            // only what enters this holder by such a flow is let pass
            let inside = c.inside(holder, reading);
            let enters = |a: &ArrivalId| {
                inside.contains(&c.graph.arrival(*a).copy) && c.graph.from(*a).iter().any(|f| !inside.contains(f))
            };
            let closed: Vec<ArrivalId> = closed.iter().copied().filter(enters).collect();
            Rc::new(c.contents_without(reading, &|a| closed.contains(&a)))
        }
        (Verb::Receive, _) => c.received_but(holder, reading, &closed),
    };
    let views = if sentence.by_anyone { Rc::new(vec![c.everything(reading)]) } else { c.views(holder, reading) };
    let own = c.inside(holder, reading);
    let except = sentence.except_data();
    let mut broken: BTreeMap<CopyId, Broken> = BTreeMap::new();
    for seen in views.iter() {
        let public = |c2: &CopyId| c.graph.copy(*c2).place == Model::PUBLIC;
        let copies: Vec<CopyId> = if sentence.by_anyone {
            own.iter().copied().chain(c.graph.copy_ids().filter(public)).collect::<Vec<_>>()
        } else {
            seen.view.all().collect()
        };
        for copy in copies {
            // what is published is everybody's, and what is with somebody who is not stated may be anybody's
            let public = matches!(c.graph.copy(copy).place, Model::PUBLIC | Model::UNKNOWN);
            if excepted_place(c, sentence, who, copy) {
                continue;
            }
            let contents = if public { &open } else { &received };
            let mut cells: Vec<(CellId, Hit)> = Vec::new();
            for cell in c.graph.cells_of(copy) {
                if contents.has_any(cell) {
                    let hit = c.hit_except(data, &except, cell, contents, seen, reading);
                    if hit.any() {
                        cells.push((cell, hit));
                    }
                }
            }
            if !cells.is_empty() {
                broken.entry(copy).or_insert_with(|| Broken {
                    holder,
                    seen: seen.clone(),
                    contents: contents.clone(),
                    cells,
                });
            }
        }
    }
    consequences(c, &mut broken);
    broken
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
    broken.retain(|copy, _| roots.contains(copy));
}

/// Arrivals by flows that an exception lets pass.
pub fn closed_flows(c: &Context<'_>, sentence: &Compiled, reading: Reading) -> Vec<ArrivalId> {
    let mut closed = Vec::new();
    for exception in &sentence.exceptions {
        let Out::Flows(condition) = &exception.what else { continue };
        for (number, arrival) in c.graph.arrivals.iter().enumerate() {
            let How::Flow(flow, _) = arrival.how else { continue };
            let truth = every::eval(c, crate::rules::facts::Subject::Flow(flow), condition, reading);
            let passes = match truth {
                Truth::True => true,
                Truth::False => false,
                Truth::Unknown(_) => reading == Reading::Kind,
            };
            if passes {
                closed.push(ArrivalId(number as u32));
            }
        }
    }
    closed
}

fn tell(
    c: &Context<'_>,
    sentence: &Compiled,
    copy: CopyId,
    broken: &Broken,
    verb: Verb,
    data: &Phrase,
    reading: Reading,
) -> Detail {
    let mut story = Story::default();
    let Some((cell, hit)) = c.telling(broken.cells.clone(), reading) else { return Detail::default() };
    let (cell, hit) = (&cell, &hit);
    let rows = hit.rows.iter().any(|w| *w != 0);
    let classes = if rows { &hit.rows } else { &hit.counts };
    let all = c.contents(reading);
    let way = c.tell_way(&mut story, &all, (*cell, classes, rows), reading, &|_| false);
    // what came to be inside the holder's own place needs no telling of where it went; the last hop is where it comes in
    let inside = c.inside(broken.holder, reading);
    let entry = way.iter().rev().find(|h| {
        let arrival = c.graph.arrival(h.arrival);
        matches!(arrival.how, How::Flow(..))
            && inside.contains(&arrival.copy)
            && !c.graph.from(h.arrival).iter().all(|f| inside.contains(f))
    });
    let last = entry.or(way.last()).map(|h| h.arrival);
    let level = broken.seen.levels.of(copy);
    let needs_link =
        matches!(data.level, Some(LevelWord::Identifiable | LevelWord::Pseudonymised | LevelWord::Personal))
            || !sentence.exceptions.is_empty();
    let mut linked = None;
    let attested = c.model.attestations.iter().any(|a| {
        let it = c.graph.copy(copy);
        a.dataset == it.dataset && a.place == it.place
    });
    if rows && level == 4 && (attested || (needs_link && data.level != Some(LevelWord::Personal))) {
        linked = c.tell_linkage(&mut story, &broken.seen, copy, reading);
    }
    if reading == Reading::Harsh {
        if !rows {
            c.counts_missing(&mut story, *cell, &broken.contents, 0);
        }
        c.open_missing(&mut story, copy);
        c.walls_missing(&mut story, &broken.seen, &[copy]);
        holder_missing(c, &mut story, sentence, broken.holder);
    }
    let summary = summarise(c, copy, broken, verb, *cell, rows, linked.as_ref());
    let fix = fix(c, broken, copy, linked.as_ref(), last, rows);
    let span = last.map_or(sentence.span, |a| c.arrival_span(a));
    let mut trail: Vec<String> = last.iter().map(|a| c.arrival_name(*a).to_owned()).collect();
    if let Some((_, tie, Node::Copy(other))) = &linked {
        trail.extend([copy_name(c, *other), c.tie_words(tie)]);
    }
    Detail { summary, span, missing: std::mem::take(&mut story.missing), steps: story.into_steps(), fix, trail }
}

fn summarise(
    c: &Context<'_>,
    copy: CopyId,
    broken: &Broken,
    verb: Verb,
    cell: CellId,
    rows: bool,
    linked: Option<&(CopyId, Tie, Node)>,
) -> String {
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
    format!("{who} {does} {data}{what}{through}{kind}{tie}")
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
    if rows && !direct.is_empty() && broken.seen.levels.of(copy) == 4 {
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
    let contents = c.contents(Reading::Harsh);
    c.linkage(Reading::Harsh).level_without(&broken.seen.view, key_cell, &contents) < 4
}

fn holder_missing(c: &Context<'_>, story: &mut Story, sentence: &Compiled, holder: Holder) {
    let perhaps = |holders: &Holders| holders.perhaps.contains(&holder);
    let unsure = match &sentence.form {
        Form::Never { who: Whom::These(who) | Whom::AllBut(who), .. } => perhaps(who),
        _ => false,
    } || sentence.exceptions.iter().any(|e| matches!(&e.what, Out::Who(who) if perhaps(who)));
    if unsure && let Holder::Party(party) = holder {
        let declared = &c.model.party(party).declared;
        story.miss(format!("what kind of party `{}` is (`kind`)", c.model.word(declared.name)), declared.span);
    }
}

/// `no one may hold DATA together with DATA`: one view, one instant (ruling 16).
pub fn together(
    c: &Context<'_>,
    sentence: &Compiled,
    who: &Whom,
    (left, right): (&Phrase, &Phrase),
    reading: Reading,
) -> Judged {
    let except = sentence.except_data();
    let mut judged = Judged { matched: anything(c, left) && anything(c, right), ..Judged::default() };
    let contents = c.contents(reading);
    for holder in holders(c, who, reading) {
        if excepted_holder(&sentence.exceptions, holder, reading) {
            continue;
        }
        let mut found = None;
        for seen in c.views(holder, reading).iter() {
            let having = |phrase: &Phrase| -> Vec<(CopyId, CellId, Hit)> {
                let stays = |copy: &CopyId| !sentence.excepts_place(c.model, c.graph.copy(*copy).place);
                let copies = seen.view.all().filter(stays);
                let cells = copies.flat_map(|copy| c.graph.cells_of(copy).map(move |cell| (copy, cell)));
                let hits = cells
                    .map(|(copy, cell)| (copy, cell, c.hit_except(phrase, &except, cell, &contents, seen, reading)));
                hits.filter(|(_, _, hit)| hit.any()).collect()
            };
            let (a, b) = (having(left), having(right));
            if a.is_empty() || b.is_empty() {
                continue;
            }
            let mut copies: Vec<CopyId> = a.iter().chain(&b).map(|(copy, _, _)| *copy).collect();
            copies.sort_unstable();
            copies.dedup();
            for set in linkage::together(c.graph, &copies, reading) {
                let within = |x: &&(CopyId, CellId, Hit)| set.binary_search(&x.0).is_ok();
                if let (Some(x), Some(y)) = (a.iter().find(within), b.iter().find(within)) {
                    found.get_or_insert((x.clone(), y.clone(), seen.clone()));
                }
            }
        }
        if let Some((x, y, seen)) = found {
            let public_only = c.graph.copy(x.0).place == Model::PUBLIC && c.graph.copy(y.0).place == Model::PUBLIC;
            if public_only && holder != Holder::Party(Model::PUBLIC_PARTY) && matches!(who, Whom::AllBut(_)) {
                continue;
            }
            let subjects = vec![holder_name(c, holder), copy_name(c, x.0), copy_name(c, y.0)];
            judged.push(subjects, || {
                let mut story = Story::default();
                let mut last = None;
                for (_, cell, hit) in [&x, &y] {
                    let rows = hit.rows.iter().any(|w| *w != 0);
                    let classes = if rows { &hit.rows } else { &hit.counts };
                    let way = c.tell_way(&mut story, &contents, (*cell, classes, rows), reading, &|_| false);
                    last = way.last().map(|h| h.arrival).or(last);
                }
                if reading == Reading::Harsh {
                    c.walls_missing(&mut story, &seen, &[x.0, y.0]);
                    c.pair_times_missing(&mut story, x.0, y.0);
                }
                let who = c.place_title(holder.place(c.model));
                let summary = if x.0 == y.0 {
                    format!("{who} holds both in {}", c.data_name(x.0))
                } else {
                    format!("{who} holds {} together with {}", c.data_name(x.0), c.data_name(y.0))
                };
                let fix = (x.0 != y.0).then(|| {
                    format!(
                        "destroy {} before {} is there, or keep them at places with a wall between",
                        c.data_name(x.0),
                        c.data_name(y.0)
                    )
                });
                Detail {
                    summary,
                    span: last.map_or(left.span, |a| c.arrival_span(a)),
                    missing: std::mem::take(&mut story.missing),
                    steps: story.into_steps(),
                    fix,
                    ..Detail::default()
                }
            });
        }
    }
    judged
}

/// `published DATA must be anonymous`.
pub fn published_anonymous(c: &Context<'_>, sentence: &Compiled, data: &Phrase, reading: Reading) -> Judged {
    published(
        c,
        sentence,
        data,
        reading,
        &|hit, levels, control| match control {
            None => hit && levels > 0,
            Some(control) => hit && control.level(c.threshold, reading == Reading::Kind) > 0,
        },
        "is published and not anonymous",
    )
}

/// `published DATA must be counts of at least N people`.
pub fn published_counts(c: &Context<'_>, sentence: &Compiled, data: &Phrase, minimum: u64, reading: Reading) -> Judged {
    published(
        c,
        sentence,
        data,
        reading,
        &|hit, _, control| match control.map(|c| c.minimum) {
            None => hit,
            Some(Minimum::NotStated) => hit && reading == Reading::Harsh,
            Some(Minimum::Count(n)) => hit && n < minimum,
        },
        &format!("is published and not as counts of at least {minimum} people"),
    )
}

fn published(
    c: &Context<'_>,
    sentence: &Compiled,
    data: &Phrase,
    reading: Reading,
    breaks: &dyn Fn(bool, u8, Option<crate::graph::Control>) -> bool,
    says: &str,
) -> Judged {
    let mut judged = Judged::default();
    let contents = c.contents(reading);
    let seen = c.seen(Model::PUBLIC, reading);
    let except = sentence.except_data();
    for copy in c.sight.published().iter().copied() {
        let mut worst: Option<(CellId, bool, Vec<u64>)> = None;
        for cell in c.graph.cells_of(copy) {
            let hit = c.hit_except(data, &except, cell, &contents, &seen, reading);
            judged.matched |= hit.any();
            let row_hit = hit.rows.iter().any(|w| *w != 0);
            if breaks(row_hit, c.level(&seen, copy), None) && worst.is_none() {
                worst = Some((cell, true, hit.rows.clone()));
            }
            for (control, set) in contents.counts(cell) {
                if breaks(hit.under(control), 1, Some(control)) && worst.is_none() {
                    worst = Some((cell, false, set.to_vec()));
                }
            }
        }
        let Some((cell, rows, classes)) = worst else { continue };
        judged.push(vec!["public".to_owned(), copy_name(c, copy)], || {
            let mut story = Story::default();
            let way = c.tell_way(&mut story, &contents, (cell, &classes, rows), reading, &|_| false);
            if reading == Reading::Harsh {
                c.counts_missing(&mut story, cell, &contents, 0);
            }
            let name = way.last().map(|h| format!("`{}`", c.arrival_name(h.arrival))).unwrap_or_default();
            let fix = if rows {
                format!("publish counts with a minimum and secondary suppression instead of rows in {name}")
            } else {
                format!("raise the minimum and suppress secondary cells before {name}")
            };
            Detail {
                summary: format!("{} {says}", c.data_name(copy)),
                span: way.last().map_or(sentence.span, |h| c.arrival_span(h.arrival)),
                missing: std::mem::take(&mut story.missing),
                steps: story.into_steps(),
                fix: Some(fix),
                ..Detail::default()
            }
        });
    }
    judged
}
