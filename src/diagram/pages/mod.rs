//! A swimlane that is too large for a page of A4, as several: the parties first, then what each activity does, in the order of
//! its phases. Flows keep their numbers, and a line that leaves its page says where it goes on. A matrix or a life cycle goes on
//! from page to page by its rows, and by its columns or along its axis where it is too wide.

mod part;
mod sheets;
mod split;

use std::collections::BTreeSet;

use super::chart::{Chart, Entry, Heading, Picture, Sheet};
use super::draw;
use super::views::{self, Parts, Profile, Refusal, Request, View, context, swimlane};
use crate::check::{Atlas, Report};
use part::{Homes, Part};
use split::{Detail, Split};

/// More pages than this nobody gets who has not asked for them.
pub const MOST_PAGES: usize = 40;

/// The pages of a picture: one where it fits on a page of A4 in letters of 8 points, else as many as it takes, at most so many. Those
/// of a swimlane are a context and details. Where there would be more it is one picture, with advice: of a swimlane the context. A
/// context is one page.
///
/// Which page shows what does not depend on the profile: what is said of page 4 is true of the document and of the screen.
pub fn pages(atlas: &Atlas, report: &Report, request: &Request, most: usize) -> Result<Vec<Picture>, Refusal> {
    if most < 2 || request.view == View::Context {
        return Ok(vec![views::picture(atlas, report, request)?]);
    }
    if request.view != View::Swimlane {
        return sheets::pages(atlas, report, request, most);
    }
    let parts = Parts::of(atlas, report, request)?;
    if parts.boxes() <= views::MOST_BOXES {
        let document = Request { profile: Profile::Document, ..request.clone() };
        let whole = views::picture(atlas, report, &document)?;
        if draw::on_a_page(&whole) {
            return Ok(vec![views::picture(atlas, report, request)?]);
        }
    }
    let whole = parts.whole(atlas);
    match split::split(&whole, most - 1) {
        Split::Pages(details) => Ok(numbered(atlas, &parts, &whole, details)),
        Split::TooMany { about } => {
            let mut chart = fitting(atlas, &parts);
            chart.heading.advice.push(format!(
                "all of it would be about {about} pages: this is the context alone; ask for them with `--pages={about}`, or for a \
                 part with `--activity`, `--focus` or `--finding`"
            ));
            Ok(vec![Picture::Chart(chart)])
        }
    }
}

/// A context that fits on a page, with as many lines as that takes.
fn fitting(atlas: &Atlas, parts: &Parts) -> Chart {
    let mut most = context::MOST_LINES;
    loop {
        let mut chart = parts.context(atlas, most);
        chart.heading.sheet = Some(Sheet::default());
        if draw::chart_on_a_page(&chart) || most <= 5 {
            chart.heading.sheet = None;
            return chart;
        }
        most = most * 3 / 4;
    }
}

/// The context and the details, with numbers and titles.
fn numbered(atlas: &Atlas, parts: &Parts, whole: &swimlane::Whole, details: Vec<Detail>) -> Vec<Picture> {
    let of = details.len() + 1;
    let homes = homes(whole, &details);
    let contents = details.iter().enumerate().map(|(at, detail)| Entry {
        number: at + 2,
        title: detail.title.clone(),
        flows: context::spans(&flows(atlas, whole, &detail.part), 12),
    });
    let mut first = fitting(atlas, parts);
    let sheet =
        Sheet { number: 1, of, title: "Parties, and what flows between them".to_owned(), contents: contents.collect() };
    dress(&mut first.heading, sheet, "");
    let mut charts = vec![first];
    for (at, detail) in details.iter().enumerate() {
        let mut chart = part::chart(whole, &detail.part, &detail.phased, detail.marked.then_some(&homes));
        let words = swimlane::in_sentences(&chart);
        let sheet = Sheet { number: at + 2, of, title: detail.title.clone(), contents: Vec::new() };
        // what was left out of the whole is said on the first page
        chart.heading.advice.clear();
        dress(&mut chart.heading, sheet, &words);
        charts.push(chart);
    }
    tell_once(&mut charts);
    charts.into_iter().map(Picture::Chart).collect()
}

fn dress(heading: &mut Heading, sheet: Sheet, words: &str) {
    let said = if words.is_empty() { std::mem::take(&mut heading.description) } else { words.to_owned() };
    heading.description = format!("Page {} of {}: {}. {said}", sheet.number, sheet.of, sheet.title);
    heading.sheet = Some(sheet);
}

/// On which page each line of the whole is drawn from end to end.
fn homes(whole: &swimlane::Whole, details: &[Detail]) -> Homes {
    let mut homes = Homes::unknown(whole);
    for (at, detail) in details.iter().enumerate() {
        for edge in detail.part.own.iter().filter(|_| detail.marked) {
            homes.lines[*edge] = at + 2;
        }
    }
    homes
}

/// The numbers of the flows of a page.
fn flows(atlas: &Atlas, whole: &swimlane::Whole, part: &Part) -> BTreeSet<usize> {
    let flows = part.edges.iter().filter_map(|edge| whole.lines[*edge].flow);
    flows.filter_map(|flow| atlas.flows.get(flow)).map(|flow| flow.number).collect()
}

/// A finding has its card on one page: where most of its way is.
fn tell_once(charts: &mut [Chart]) {
    let mut best: Vec<(String, String, usize, usize)> = Vec::new();
    for (page, chart) in charts.iter().enumerate().skip(1) {
        for trail in &chart.trails {
            let size = trail.edges.len() + trail.nodes.len();
            match best.iter_mut().find(|known| known.0 == trail.rule && known.1 == trail.summary) {
                Some(known) if known.2 < size => (known.2, known.3) = (size, page),
                Some(_) => {}
                None => best.push((trail.rule.clone(), trail.summary.clone(), size, page)),
            }
        }
    }
    for (page, chart) in charts.iter_mut().enumerate().skip(1) {
        for trail in &mut chart.trails {
            trail.told = best.iter().any(|b| b.0 == trail.rule && b.1 == trail.summary && b.3 == page);
        }
    }
}
