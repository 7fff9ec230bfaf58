//! The way of a finding as a small picture: who has what, one below the other, with a rule across wherever data goes from one place
//! to another. In the plain look the same is said in words.

use super::paint::Paint;
use crate::check::Verdict;
use crate::diagram::chart::Shape;
use crate::diagram::text::path::{Stop, sign};
use crate::output::text::{one_line, shorten, width};

/// The widest that a column of places gets; where that is too narrow for one of them, they stand above what they have.
const PLACES: usize = 28;

/// How a picture is laid out.
struct Sheet {
    columns: usize,
    /// How wide the column of places is; nothing where they stand above.
    places: Option<usize>,
    /// How wide the column of titles that a level stands beside is.
    titles: usize,
}

impl Sheet {
    fn of(stops: &[Stop], columns: usize) -> Sheet {
        let widest = |of: &dyn Fn(&Stop) -> usize| stops.iter().map(of).max().unwrap_or(0);
        let places = widest(&|stop| width(&one_line(&stop.place)));
        let titles = widest(&|stop| if stop.level.is_some() { width(&title(stop)) } else { 0 });
        let longest = widest(&|stop| width(&title(stop)));
        let levels = widest(&|stop| width(&level(stop)));
        let beside = columns.saturating_sub(places + 6);
        if places <= PLACES && titles + 2 + levels <= beside && longest <= beside {
            return Sheet { columns, places: Some(places), titles };
        }
        Sheet { columns, places: None, titles: titles.min(columns.saturating_sub(levels + 8)).max(12) }
    }

    /// How far the way stands from the edge.
    fn indent(&self) -> String {
        " ".repeat(self.places.map_or(4, |places| places + 4))
    }
}

fn title(stop: &Stop) -> String {
    let number = stop.number.as_ref().map_or_else(String::new, |number| format!("{number} "));
    one_line(&format!("{number}{}", stop.title))
}

fn level(stop: &Stop) -> String {
    stop.level.as_ref().map(|(letter, words)| format!("{letter} {words}")).unwrap_or_default()
}

fn pad(text: &str, to: usize) -> String {
    format!("{text}{}", " ".repeat(to.saturating_sub(width(text))))
}

/// The picture, line by line.
pub(super) fn drawn(stops: &[Stop], verdict: Verdict, columns: usize, paint: Paint) -> Vec<String> {
    let wrong = |text: &str| if verdict == Verdict::CannotTell { paint.yellow(text) } else { paint.red(text) };
    let sheet = Sheet::of(stops, columns);
    let indent = sheet.indent();
    let mut lines = Vec::new();
    let mut before: Option<&str> = None;
    for (at, stop) in stops.iter().enumerate() {
        if stop.skipped > 0 {
            lines.push(paint.dim(&format!("{indent}… {} more stops", stop.skipped)));
        } else if at > 0 && !stop.follows {
            // what begins anew is no part of the line above it
            lines.push(String::new());
        }
        if let Some(from) = &stop.from {
            lines.push(paint.dim(&boundary(from, &stop.place, columns)));
        }
        let new = before != Some(stop.place.as_str());
        before = Some(&stop.place);
        if sheet.places.is_none() && new {
            lines.push(format!("  {}", paint.bold(&shorten(&one_line(&stop.place), columns.saturating_sub(2)))));
        }
        for arrives in &stop.arrives {
            let text = shorten(&one_line(&arrives.line()), sheet.columns.saturating_sub(indent.len() + 2));
            lines.push(format!("{indent}{} {text}", wrong("│")));
        }
        if stop.arrives.is_empty() && stop.follows {
            lines.push(format!("{indent}{}", wrong("│")));
        }
        let mark = if at + 1 == stops.len() { wrong(sign(stop.shape)) } else { sign(stop.shape).to_owned() };
        let lead = match sheet.places {
            Some(places) if new => format!("  {}  ", paint.bold(&pad(&one_line(&stop.place), places))),
            _ => indent.clone(),
        };
        let title = title(stop);
        lines.push(match level(stop) {
            level if level.is_empty() => {
                format!("{lead}{mark} {}", shorten(&title, sheet.columns.saturating_sub(indent.len() + 2)))
            }
            level => {
                let title = shorten(&title, sheet.titles);
                format!("{lead}{mark} {}  {}", pad(&title, sheet.titles), paint.cyan(&level))
            }
        });
        if let Some(said) = &stop.contradiction {
            lines.push(format!("{indent}  {}", wrong(&format!("yet it is {}", one_line(said)))));
        }
    }
    lines
}

/// The rule across wherever data goes from one place to another.
fn boundary(from: &str, to: &str, columns: usize) -> String {
    let text = format!("boundary: {} → {} ", one_line(from), one_line(to));
    let text = shorten(&text, columns.saturating_sub(8));
    let rest = columns.saturating_sub(width(&text) + 6).min(60);
    format!("  ━━ {text}{}", "━".repeat(rest))
}

/// The same in words, a stop a line, as somebody would read it out.
pub(super) fn told(stops: &[Stop]) -> Vec<String> {
    let mut lines = Vec::new();
    for stop in stops {
        if stop.skipped > 0 {
            lines.push(format!("{} more stops, which are not told", stop.skipped));
        }
        let (place, title) = (one_line(&stop.place), one_line(&stop.title));
        if let Some(from) = &stop.from {
            lines.push(format!("it crosses from {} to {place}", one_line(from)));
        }
        for arrives in &stop.arrives {
            let what = if arrives.fields.is_empty() { "what is not named" } else { &arrives.fields };
            let how = if arrives.manner.is_empty() { String::new() } else { format!("; {}", arrives.manner) };
            lines.push(one_line(&format!("flow {} brings {what}{}", arrives.number, how.replace(" · ", "; "))));
        }
        let number = stop.number.as_ref().map_or_else(String::new, |number| format!("{} ", one_line(number)));
        let verb = match stop.shape {
            Shape::Store | Shape::Party => "holds".to_owned(),
            Shape::Step => format!("does step {number}").trim_end().to_owned(),
            Shape::Document => "reads".to_owned(),
            Shape::Use => format!("has the use {number}").trim_end().to_owned(),
            Shape::Decision => format!("makes the decision {number}").trim_end().to_owned(),
        };
        let level = stop.level.as_ref().map(|(_, words)| format!(", {words}")).unwrap_or_default();
        let said = stop.contradiction.as_ref().map(|said| format!(", yet it is {}", one_line(said)));
        lines.push(format!("{place} {verb} “{title}”{level}{}", said.unwrap_or_default()));
    }
    lines
}
