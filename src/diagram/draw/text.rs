//! Texts of other people as a picture can hold them: cleaned, shortened, broken into lines.

use super::font::{self, Weight};

/// More of a title than this is in no picture; the description has the whole.
const LONGEST: usize = 400;

/// A text without what could steer a renderer or turn what stands around it: control characters, marks of direction, and letters
/// of no width. White space becomes one blank.
pub fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len().min(LONGEST));
    for letter in text.chars() {
        if letter.is_whitespace() || letter.is_control() {
            if !out.is_empty() && !out.ends_with(' ') {
                out.push(' ');
            }
        } else if !is_hidden(letter) {
            out.push(letter);
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// Letters that show nothing and change how others are shown.
fn is_hidden(letter: char) -> bool {
    matches!(letter,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}' | '\u{e0000}'..='\u{e0fff}')
}

/// A sentence of a finding without the marks around names.
pub fn plain(text: &str) -> String {
    clean(&text.replace('`', ""))
}

/// A text cut to a width, with dots where something is missing.
pub fn fit(text: &str, size: f64, weight: Weight, most: f64) -> String {
    if font::width(text, size, weight) <= most {
        return text.to_owned();
    }
    let dots = font::advance('…', weight) * size;
    let (mut kept, mut wide) = (String::new(), 0.0);
    for letter in text.chars() {
        wide += font::advance(letter, weight) * size;
        if wide + dots > most {
            break;
        }
        kept.push(letter);
    }
    kept.truncate(kept.trim_end_matches([' ', ',', ':', ';', '-', '–']).len());
    kept.push('…');
    kept
}

/// A text in lines of a width, at most so many; the last is cut with dots where there is more. Words that are too wide are broken.
pub fn wrap(text: &str, size: f64, weight: Weight, most: f64, lines: usize) -> Vec<String> {
    let text: String = text.chars().take(LONGEST).collect();
    let mut out: Vec<String> = Vec::new();
    let mut line = String::new();
    let mut words: std::collections::VecDeque<String> = text.split_whitespace().map(str::to_owned).collect();
    while let Some(word) = words.pop_front() {
        let longer = if line.is_empty() { word.clone() } else { format!("{line} {word}") };
        if font::width(&longer, size, weight) <= most {
            line = longer;
        } else if line.is_empty() {
            let (head, tail) = broken(&word, size, weight, most);
            out.push(head);
            if !tail.is_empty() {
                words.push_front(tail);
            }
        } else {
            words.push_front(word);
            out.push(std::mem::take(&mut line));
        }
        if out.len() >= lines && (!words.is_empty() || !line.is_empty()) {
            // what is left goes into the last line, which is then cut
            let rest: Vec<String> =
                std::iter::once(std::mem::take(&mut line)).filter(|l| !l.is_empty()).chain(words).collect();
            let last = out.pop().unwrap_or_default();
            out.push(fit(&format!("{last} {}", rest.join(" ")), size, weight, most));
            return out;
        }
    }
    if !line.is_empty() {
        out.push(line);
    }
    out
}

/// A word that is too wide for a line, at a hyphen where that fits, else after a letter.
fn broken(word: &str, size: f64, weight: Weight, most: f64) -> (String, String) {
    let mut wide = 0.0;
    let (mut end, mut hyphen) = (0, None);
    for (at, letter) in word.char_indices() {
        wide += font::advance(letter, weight) * size;
        if wide > most && end > 0 {
            break;
        }
        end = at + letter.len_utf8();
        if matches!(letter, '-' | '_' | '.' | '/') {
            hyphen = Some(end);
        }
    }
    let at = hyphen.filter(|at| end < word.len() && *at * 3 > end).unwrap_or(end);
    (word[..at].to_owned(), word[at..].to_owned())
}

/// A text in as few lines as it needs, as evenly filled as can be, so that a box is no wider than it must be.
pub fn balanced(text: &str, size: f64, weight: Weight, most: f64, lines: usize) -> Vec<String> {
    let first = wrap(text, size, weight, most, lines);
    if first.len() < 2 {
        return first;
    }
    let whole = |lines: &[String]| lines.iter().map(String::len).sum::<usize>();
    let mut best = first.clone();
    // no word is broken that was whole
    let word =
        first.iter().flat_map(|line| line.split(' ')).map(|word| font::width(word, size, weight)).fold(0.0, f64::max);
    let mut narrower = most * 0.95;
    while narrower > (most * 0.5).max(word) {
        let next = wrap(text, size, weight, narrower, first.len());
        if next.len() > first.len()
            || whole(&next) < whole(&first)
            || next.last().is_some_and(|l| l.ends_with('…')) != first.last().is_some_and(|l| l.ends_with('…'))
        {
            break;
        }
        best = next;
        narrower *= 0.95;
    }
    best
}

/// The width of the widest line.
pub fn widest(lines: &[String], size: f64, weight: Weight) -> f64 {
    lines.iter().map(|line| font::width(line, size, weight)).fold(0.0, f64::max)
}
