//! Form 8: what may be published.

use super::{Detail, Judged, copy_name, key};
use crate::graph::{CellId, Control, Minimum, Reading};
use crate::model::Model;
use crate::rules::compile::Compiled;
use crate::rules::context::Context;
use crate::rules::phrase::Phrase;
use crate::rules::sought::Sought;
use crate::rules::story::Story;

/// `published DATA must be anonymous`.
pub fn published_anonymous<'a>(
    c: &'a Context<'_>,
    sentence: &'a Compiled,
    data: &'a Phrase,
    reading: Reading,
) -> Judged<'a> {
    published(
        c,
        sentence,
        data,
        reading,
        &|hit, levels, control| match control {
            None => hit && levels > 0,
            Some(control) => hit && control.level(c.threshold, reading == Reading::Kind) > 0,
        },
        "is published and not anonymous".to_owned(),
    )
}

/// `published DATA must be counts of at least N people`.
pub fn published_counts<'a>(
    c: &'a Context<'_>,
    sentence: &'a Compiled,
    data: &'a Phrase,
    minimum: u64,
    reading: Reading,
) -> Judged<'a> {
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
        format!("is published and not as counts of at least {minimum} people"),
    )
}

fn published<'a>(
    c: &'a Context<'_>,
    sentence: &'a Compiled,
    data: &'a Phrase,
    reading: Reading,
    breaks: &dyn Fn(bool, u8, Option<Control>) -> bool,
    says: String,
) -> Judged<'a> {
    let mut judged = Judged::new(c);
    let contents = c.contents(reading);
    let seen = c.seen(Model::PUBLIC, reading);
    let sought = Sought::new(c, data, &sentence.except_data());
    for copy in c.sight.published().iter().copied() {
        let mut worst: Option<(CellId, bool, Vec<u64>)> = None;
        for (cell, hit) in sought.hits(c, copy, contents, seen, reading) {
            judged.matched = true;
            if breaks(hit.has_rows(), c.level(seen, copy), None) && worst.is_none() {
                worst = Some((cell, true, hit.rows.to_vec()));
            }
            for (control, set) in contents.counts(cell) {
                if breaks(hit.under(control), 1, Some(control)) && worst.is_none() {
                    worst = Some((cell, false, set.to_vec()));
                }
            }
        }
        let Some((cell, rows, classes)) = worst else { continue };
        let (contents, says) = (contents.clone(), says.clone());
        let subjects = vec!["public".to_owned(), copy_name(c, copy)];
        judged.push_as(key(copy), key(cell), subjects, move || {
            let mut story = Story::default();
            let way = c.tell_way(&mut story, &contents, (cell, &classes, rows), reading, &|_| false);
            if reading == Reading::Harsh {
                c.counts_missing(&mut story, cell, &contents);
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
