//! The way of a finding as a small picture: who has what, one below the other, with a rule across wherever data goes from one place
//! to another. In the plain look the same is said in words.

use super::paint::Paint;
use crate::check::Verdict;
use crate::diagram::chart::Shape;
use crate::diagram::text::path::{Stop, sign};
use crate::output::text::{one_line, shorten, width};

/// The widest that the column of places gets.
const PLACES: usize = 28;

/// The picture, line by line.
pub(super) fn drawn(stops: &[Stop], verdict: Verdict, columns: usize, paint: Paint) -> Vec<String> {
    let wrong = |text: &str| if verdict == Verdict::CannotTell { paint.yellow(text) } else { paint.red(text) };
    let room = stops.iter().map(|stop| width(&one_line(&stop.place))).max().unwrap_or(0).min(PLACES);
    let levels = stops.iter().filter_map(|stop| stop.level.as_ref()).map(|(_, words)| width(words) + 3).max();
    let titles = columns.saturating_sub(2 + room + 2 + 2 + levels.unwrap_or(0) + 3).max(12);
    let pad = |text: &str, to: usize| format!("{text}{}", " ".repeat(to.saturating_sub(width(text))));
    let mut lines = Vec::new();
    let mut before: Option<&str> = None;
    for (at, stop) in stops.iter().enumerate() {
        if stop.skipped > 0 {
            lines.push(paint.dim(&format!("  {} {} more stops", " ".repeat(room + 1), stop.skipped)));
        }
        if let Some(from) = &stop.from {
            let text = format!("boundary: {} → {} ", one_line(from), one_line(&stop.place));
            let text = shorten(&text, columns.saturating_sub(8));
            let rest = columns.saturating_sub(width(&text) + 6).min(60);
            lines.push(paint.dim(&format!("  ━━ {text}{}", "━".repeat(rest))));
        }
        for arrives in &stop.arrives {
            let text = shorten(&one_line(arrives), columns.saturating_sub(room + 9));
            lines.push(format!("  {}  {} {text}", " ".repeat(room), wrong("│")));
        }
        if stop.arrives.is_empty() && at > 0 {
            lines.push(format!("  {}  {}", " ".repeat(room), wrong("│")));
        }
        let place = if before == Some(stop.place.as_str()) { "" } else { &stop.place };
        before = Some(&stop.place);
        let place = pad(&shorten(&one_line(place), room), room);
        let title = pad(&shorten(&one_line(&stop.title), titles), titles);
        let level = stop.level.as_ref().map(|(letter, words)| format!("{letter} {words}")).unwrap_or_default();
        let last = at + 1 == stops.len();
        let mark = if last { wrong(sign(stop.shape)) } else { sign(stop.shape).to_owned() };
        lines.push(format!("  {}  {mark} {title} {}", paint.bold(&place), paint.cyan(&level)));
        if let Some(said) = &stop.contradiction {
            lines.push(format!("  {}    {}", " ".repeat(room), wrong(&format!("yet it is {}", one_line(said)))));
        }
    }
    lines
}

/// The same in words, a stop a line.
pub(super) fn told(stops: &[Stop]) -> Vec<String> {
    let mut lines = Vec::new();
    for stop in stops {
        if stop.skipped > 0 {
            lines.push(format!("{} more stops", stop.skipped));
        }
        if let Some(from) = &stop.from {
            lines.push(format!("boundary from {} to {}", one_line(from), one_line(&stop.place)));
        }
        lines.extend(stop.arrives.iter().map(|arrives| format!("flow {}", one_line(arrives))));
        let verb = match stop.shape {
            Shape::Store | Shape::Party => "holds",
            Shape::Step => "does step",
            Shape::Document => "reads",
            Shape::Use => "has the use",
            Shape::Decision => "makes the decision",
        };
        let level = stop.level.as_ref().map(|(_, words)| format!(", {words}")).unwrap_or_default();
        let said = stop.contradiction.as_ref().map(|said| format!(", yet it is {}", one_line(said)));
        let (place, title) = (one_line(&stop.place), one_line(&stop.title));
        lines.push(format!("{place} {verb} {title}{level}{}", said.unwrap_or_default()));
    }
    lines
}
