//! Form 7: what may not meet.

use std::cell::OnceCell;
use std::rc::Rc;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::never::{anything, excepted_holder, may_have};
use super::{Detail, Judged, copy_name, holder_name, holders, key};
use crate::graph::linkage;
use crate::graph::{Contents, CopyId, Reading};
use crate::model::Model;
use crate::rules::compile::{Compiled, Whom};
use crate::rules::context::{Context, Seen};
use crate::rules::phrase::{Holder, Phrase};
use crate::rules::sought::Sought;
use crate::rules::story::Story;
use crate::rules::ties::needed_level;

/// `no one may hold DATA together with DATA`: one view, one instant (ruling 16).
pub fn together<'a>(
    c: &'a Context<'_>,
    sentence: &'a Compiled,
    who: &'a Whom,
    (left, right): (&'a Phrase, &'a Phrase),
    reading: Reading,
) -> Judged<'a> {
    let except = sentence.except_data();
    let mut judged = Judged { matched: anything(c, left) && anything(c, right), ..Judged::new(c) };
    let contents = c.contents(reading);
    let sought = Rc::new([Sought::new(c, left, &except), Sought::new(c, right, &except)]);
    let relevant = sought.each_ref().map(|s| c.sight.holders(c.model, c.graph, &s.candidates(c, contents), false));
    // what everybody has from what is published is told of the public, where the public breaks the rule itself
    let public = Holder::Party(Model::PUBLIC_PARTY);
    let told = OnceCell::new();
    let of_public = || *told.get_or_init(|| meeting(c, sentence, public, &sought, contents, reading).is_some());
    for holder in holders(c, who, reading) {
        if relevant.iter().any(|r| !may_have(c, r.as_ref(), holder))
            || excepted_holder(&sentence.exceptions, holder, reading)
        {
            continue;
        }
        let Some((copies, seen)) = meeting(c, sentence, holder, &sought, contents, reading) else { continue };
        let [x, y] = copies;
        let public_only = copies.iter().all(|copy| c.graph.copy(*copy).place == Model::PUBLIC);
        if public_only && holder != public && matches!(who, Whom::AllBut(_)) && of_public() {
            continue;
        }
        let subjects = vec![holder_name(c, holder), copy_name(c, x), copy_name(c, y)];
        let (sought, contents) = (sought.clone(), contents.clone());
        judged.push(key((holder, x, y)), subjects, move || {
            let mut story = Story::default();
            let mut last = None;
            for ((copy, sought), phrase) in copies.into_iter().zip(sought.iter()).zip([left, right]) {
                let hits = sought.hits(c, copy, &contents, &seen, reading);
                let Some((cell, hit)) = hits.first() else { continue };
                let way =
                    c.tell_way(&mut story, &contents, (*cell, hit.classes(), hit.has_rows()), reading, &|_| false);
                last = way.last().map(|h| h.arrival).or(last);
                let needed = needed_level(sentence, phrase);
                if hit.has_rows() && needed > 0 {
                    c.tell_linkage(&mut story, &seen, copy, needed, reading);
                }
            }
            if reading == Reading::Harsh {
                c.walls_missing(&mut story, &seen, &[x, y]);
                c.pair_times_missing(&mut story, x, y);
            }
            let who = c.place_title(holder.place(c.model));
            let summary = if x == y {
                format!("{who} holds both in {}", c.data_name(x))
            } else {
                format!("{who} holds {} together with {}", c.data_name(x), c.data_name(y))
            };
            let fix = (x != y).then(|| {
                format!(
                    "destroy {} before {} is there, or keep them at places with a wall between",
                    c.data_name(x),
                    c.data_name(y)
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
    judged
}

/// The first two copies, one with each of what is sought, that one view of a holder has at one instant.
fn meeting(
    c: &Context<'_>,
    sentence: &Compiled,
    holder: Holder,
    sought: &[Sought<'_>; 2],
    contents: &Contents,
    reading: Reading,
) -> Option<([CopyId; 2], Arc<Seen>)> {
    let by_level = sought.iter().any(|s| s.by_level(c));
    let about = |copy: &CopyId| c.part.is_none_or(|about| about.contains(&copy_name(c, *copy)));
    let stays = |copy: &CopyId| !sentence.excepts_place(c.model, c.graph.copy(*copy).place) && about(copy);
    // what was found of each in views of one light, in the order in which views have it
    let mut found: FxHashMap<Option<usize>, [Vec<CopyId>; 2]> = FxHashMap::default();
    let views = c.views(holder, reading);
    for (seen, fresh) in c.fresh(&views, by_level) {
        let light = by_level.then(|| c.levels(seen).light());
        let known = found.entry(light).or_default();
        for (known, sought) in known.iter_mut().zip(sought) {
            let before = known.len();
            let copies = fresh.copies(&seen.view, &seen.view.public.all);
            known.extend(copies.filter(|copy| sought.is_in(c, *copy, contents, seen, reading) && stays(copy)));
            if before > 0 && known.len() > before {
                known.sort_unstable_by_key(|copy| (c.graph.copy(*copy).place == Model::PUBLIC, *copy));
            }
            if known.is_empty() && views.len() == 1 {
                break;
            }
        }
        let [left, right] = known.each_ref().map(|known| -> Vec<CopyId> {
            known.iter().copied().filter(|copy| !seen.view.hides(c.graph.copy(*copy).place)).collect()
        });
        if left.is_empty() || right.is_empty() {
            continue;
        }
        let mut copies: Vec<CopyId> = left.iter().chain(&right).copied().collect();
        copies.sort_unstable();
        copies.dedup();
        let found = linkage::together(c.graph, &copies, reading).iter().find_map(|set| met(set, &left, &right));
        let Some(pair) = found else { continue };
        if !by_level || seen.view.endless(c.graph) {
            return Some((pair, seen.clone()));
        }
        // what each is tied to is asked of one instant, too
        for seen in c.instants(seen) {
            let mut set: Vec<CopyId> = seen.view.all().collect();
            set.sort_unstable();
            let still = |sought: &Sought<'_>, of: &[CopyId]| -> Vec<CopyId> {
                let there = of.iter().copied().filter(|copy| set.binary_search(copy).is_ok());
                there.filter(|copy| sought.is_in(c, *copy, contents, &seen, reading)).collect()
            };
            let (left, right) = (still(&sought[0], &left), still(&sought[1], &right));
            if let (Some(x), Some(y)) = (left.first(), right.first()) {
                let both = left.iter().find(|copy| right.contains(copy));
                return Some((both.map_or([*x, *y], |both| [*both, *both]), seen));
            }
        }
    }
    None
}

/// The first of each of two lists that is in a set; both in one copy is the shorter story.
fn met(set: &[CopyId], left: &[CopyId], right: &[CopyId]) -> Option<[CopyId; 2]> {
    let within = |copy: &&CopyId| set.binary_search(copy).is_ok();
    if let Some(both) = left.iter().filter(within).find(|copy| right.contains(copy)) {
        return Some([*both, *both]);
    }
    Some([*left.iter().find(within)?, *right.iter().find(within)?])
}
