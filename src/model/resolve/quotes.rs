//! Comparing a quote with a text: white space, the style of quotation marks and Markdown emphasis do not count, all else
//! does.

use std::collections::HashMap;

use super::windows::Windows;
use crate::source::Span;

/// A text without what does not count, and where each character of it came from.
pub(super) struct Plain {
    /// What is left.
    text: String,
    /// For each byte of `text`, the byte of the original that its character began at.
    from: Vec<u32>,
    /// For each byte of `text` that begins a character: whether a word may begin there.
    begins: Vec<bool>,
    /// The words of the original, small, with their spans in the run's sources.
    words: Vec<(String, Span)>,
    /// The words of the original by number, and the number of each, once a passage that is close to a quote is looked for.
    numbered: Option<(Vec<u32>, HashMap<String, u32>)>,
    windows: Windows,
}

impl Plain {
    /// Makes a text ready; `start` is where it begins in the run's offset space.
    pub(super) fn of(original: &str, start: u32) -> Plain {
        let emphasis = emphasis(original);
        let mut plain = Plain {
            text: String::with_capacity(original.len()),
            from: Vec::with_capacity(original.len()),
            begins: Vec::with_capacity(original.len()),
            words: Vec::new(),
            numbered: None,
            windows: Windows::default(),
        };
        let mut emphasis = emphasis.into_iter().peekable();
        let mut before: Option<char> = None;
        for (offset, c) in original.char_indices() {
            if emphasis.next_if(|o| *o == offset).is_some() {
                continue;
            }
            if c.is_whitespace() {
                before = None;
                continue;
            }
            let kept = if is_quotation_mark(c) { '\'' } else { c };
            let inside = before.is_some_and(char::is_alphanumeric) && kept.is_alphanumeric();
            for _ in 0..kept.len_utf8() {
                plain.from.push(offset as u32 + start);
                plain.begins.push(!inside);
            }
            plain.text.push(kept);
            before = Some(kept);
        }
        plain.words = words(original, start);
        plain
    }

    /// Whether nothing is left.
    pub(super) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// What is left of a word, without marks of emphasis that open or close elsewhere.
    fn bare(&self) -> &str {
        self.text.trim_matches(['*', '_'])
    }

    /// Whether another text stands in this one, from the beginning of a word to the end of one.
    pub(super) fn contains(&mut self, quote: &Plain) -> bool {
        let begins = &self.begins;
        let border = |i: usize| begins.get(i).copied().unwrap_or(true);
        if quote.is_empty() {
            return true;
        }
        if let Some(known) = self.windows.have(&self.text, &quote.text, border) {
            return known;
        }
        match self.text.find(&quote.text) {
            None => false,
            Some(at) if border(at) && border(at + quote.text.len()) => true,
            // it stands there, but within words: look further, however often it does so
            Some(at) => ends(self.text.as_bytes(), quote.text.as_bytes(), at)
                .any(|end| border(end) && border(end - quote.text.len())),
        }
    }

    /// The passage that shares most words with a quote, when it shares at least half of them.
    pub(super) fn closest(&mut self, quote: &str) -> Option<Closest> {
        let wanted = words(quote, 0);
        let size = wanted.len().min(self.words.len());
        if size == 0 {
            return None;
        }
        let (words, numbers) = &*self.numbered.get_or_insert_with(|| numbered(&self.words));
        let mut left = vec![0i64; numbers.len()];
        for number in wanted.iter().filter_map(|(word, _)| numbers.get(word)) {
            left[*number as usize] += 1;
        }
        let asked: Vec<bool> = left.iter().map(|count| *count > 0).collect();
        // slides a window as long as the quote over the text, counting the words that they share
        let (mut shared, mut best) = (0usize, (0usize, 0usize));
        for (index, word) in words.iter().map(|word| *word as usize).enumerate() {
            if asked[word] {
                shared += usize::from(left[word] > 0);
                left[word] -= 1;
            }
            if let Some(gone) = index.checked_sub(size).and_then(|i| words.get(i)).map(|word| *word as usize)
                && asked[gone]
            {
                left[gone] += 1;
                shared -= usize::from(left[gone] > 0);
            }
            if shared > best.0 {
                best = (shared, index);
            }
        }
        if best.0 * 2 < wanted.len() {
            return None;
        }
        let (from, to) = self.aligned(&wanted, (best.1 + 1).saturating_sub(size), best.1);
        let span = self.words.get(from)?.1.to(self.words.get(to)?.1);
        let passage: Vec<Span> = self.words.get(from..=to)?.iter().map(|w| w.1).collect();
        Some(Closest { span, passage, quoted: wanted.into_iter().map(|w| w.1).collect() })
    }

    /// Where the words of a quote begin and end around a window of the text: the first and last of the longest row of words
    /// that both have in this order.
    fn aligned(&self, wanted: &[(String, Span)], first: usize, last: usize) -> (usize, usize) {
        let size = wanted.len();
        if size > ALIGNED {
            return (first, last);
        }
        let from = first.saturating_sub(size);
        let to = (last + 2 * size + 1).min(self.words.len());
        let text = self.words.get(from..to).unwrap_or_default();
        // rows[i][j]: how many words the rest of the quote from i and the rest of the text from j share in order
        let mut rows = vec![vec![0u32; text.len() + 1]; size + 1];
        for i in (0..size).rev() {
            for j in (0..text.len()).rev() {
                rows[i][j] =
                    if wanted[i].0 == text[j].0 { rows[i + 1][j + 1] + 1 } else { rows[i + 1][j].max(rows[i][j + 1]) };
            }
        }
        // begin as late, then end as early, as the longest row allows
        let (mut i, mut j) = (0, 0);
        while j < text.len() && rows[0][j + 1] == rows[0][0] {
            j += 1;
        }
        let mut met: Option<(usize, usize)> = None;
        while i < size && j < text.len() {
            if wanted[i].0 == text[j].0 {
                met = Some((met.map_or(j, |m| m.0), j));
                (i, j) = (i + 1, j + 1);
            } else if rows[i + 1][j] >= rows[i][j + 1] {
                i += 1;
            } else {
                j += 1;
            }
        }
        met.map_or((first, last), |(a, b)| (from + a, from + b))
    }
}

/// Quotes of more words than this are not aligned word by word with the passage that is closest to them.
const ALIGNED: usize = 400;

/// The passage of a text that is closest to a quote.
pub(super) struct Closest {
    /// Where it is.
    pub(super) span: Span,
    /// Its words.
    passage: Vec<Span>,
    /// The words of the quote, by their places in it.
    quoted: Vec<Span>,
}

impl Closest {
    /// The first words that differ: the quote's, then the text's, as `text` reads them.
    pub(super) fn difference(&self, quote: &str, text: impl Fn(Span) -> String) -> Option<(String, String)> {
        self.quoted.iter().zip(&self.passage).find_map(|(quoted, said)| {
            let quoted = quote.get(quoted.start as usize..quoted.end as usize)?.to_owned();
            let said = text(*said);
            (Plain::of(&quoted, 0).bare() != Plain::of(&said, 0).bare()).then_some((quoted, said))
        })
    }
}

fn is_quotation_mark(c: char) -> bool {
    matches!(c, '"' | '\'' | '“' | '”' | '„' | '‟' | '«' | '»' | '‘' | '’' | '‚' | '‛' | '‹' | '›')
}

/// The words of a text, small and without marks, each with the place of all that stands between white space.
fn words(text: &str, start: u32) -> Vec<(String, Span)> {
    let mut all = Vec::new();
    let mut begin = None;
    for (offset, c) in text.char_indices().chain([(text.len(), ' ')]) {
        match (c.is_whitespace(), begin) {
            (false, None) => begin = Some(offset),
            (true, Some(from)) => {
                let word: String = text
                    .get(from..offset)
                    .unwrap_or("")
                    .chars()
                    .filter(|c| c.is_alphanumeric())
                    .flat_map(char::to_lowercase)
                    .collect();
                if !word.is_empty() {
                    all.push((word, Span::new(start + from as u32, start + offset as u32)));
                }
                begin = None;
            }
            _ => {}
        }
    }
    all
}

/// Words by number, and the number of each.
fn numbered(words: &[(String, Span)]) -> (Vec<u32>, HashMap<String, u32>) {
    let mut numbers: HashMap<String, u32> = HashMap::new();
    let mut all = Vec::with_capacity(words.len());
    for (word, _) in words {
        let next = numbers.len() as u32;
        let number = numbers.get(word).copied().unwrap_or(next);
        if number == next {
            numbers.insert(word.clone(), next);
        }
        all.push(number);
    }
    (all, numbers)
}

/// Where a pattern that is not empty ends in a text, from `start` on, overlapping ones too: in time that grows with the text
/// alone (Knuth, Morris and Pratt), since a notice may repeat itself as often as it likes.
fn ends<'a>(text: &'a [u8], pattern: &'a [u8], start: usize) -> impl Iterator<Item = usize> + 'a {
    // for each beginning of the pattern, the length of the longest shorter one that it ends with
    let mut shorter = vec![0usize; pattern.len() + 1];
    let step = |shorter: &[usize], mut met: usize, byte: u8| loop {
        if pattern.get(met) == Some(&byte) {
            return met + 1;
        }
        match met {
            0 => return 0,
            _ => met = shorter[met],
        }
    };
    for length in 1..pattern.len() {
        shorter[length + 1] = step(&shorter, shorter[length], pattern[length]);
    }
    let mut met = 0;
    text.iter().enumerate().skip(start).filter_map(move |(at, byte)| {
        met = step(&shorter, met, *byte);
        (met == pattern.len()).then_some(at + 1)
    })
}

/// A run of `*` or `_` that may open or close emphasis.
struct Run {
    mark: char,
    /// Where its unused marks begin and end.
    from: usize,
    to: usize,
    opens: bool,
}

/// The offsets of the marks of Markdown emphasis, sorted: those that open before a word and close after one in the same
/// paragraph. A mark that stands alone (a bullet, a footnote's star, `snake_case`) is text.
fn emphasis(text: &str) -> Vec<usize> {
    let mut marks = Vec::new();
    let mut open = Open::default();
    let mut blank = false; // whether the line so far is blank
    let mut before = ' ';
    let mut chars = text.char_indices().peekable();
    while let Some((offset, c)) = chars.next() {
        if c == '\n' {
            if blank {
                open = Open::default();
            }
            blank = true;
        } else if !c.is_whitespace() {
            blank = false;
        }
        if c != '*' && c != '_' {
            before = c;
            continue;
        }
        let mut end = offset + 1;
        while chars.next_if(|(_, next)| *next == c).is_some() {
            end += 1;
        }
        let after = chars.peek().map_or(' ', |(_, next)| *next);
        if before != '\\' {
            let within_word = c == '_' && before.is_alphanumeric() && after.is_alphanumeric();
            let mut run = Run { mark: c, from: offset, to: end, opens: !after.is_whitespace() && !within_word };
            if !before.is_whitespace() && !within_word {
                open.close(&mut run, &mut marks);
            }
            if run.opens && run.from < run.to {
                *open.of(run.mark) += 1;
                open.runs.push(run);
            }
        }
        before = c;
    }
    marks.sort_unstable();
    marks
}

/// The runs that are open, innermost last, and how many there are of each mark.
#[derive(Default)]
struct Open {
    runs: Vec<Run>,
    stars: usize,
    lines: usize,
}

impl Open {
    fn of(&mut self, mark: char) -> &mut usize {
        if mark == '*' { &mut self.stars } else { &mut self.lines }
    }

    /// Pairs a closing run with the runs that are open, innermost first.
    fn close(&mut self, run: &mut Run, marks: &mut Vec<usize>) {
        // a run of the other mark is looked at once: what closes further out closes it for good
        while run.from < run.to && *self.of(run.mark) > 0 {
            let Some(opener) = self.runs.last_mut() else { return };
            if opener.mark == run.mark {
                let used = (opener.to - opener.from).min(run.to - run.from);
                marks.extend(opener.to - used..opener.to);
                marks.extend(run.from..run.from + used);
                opener.to -= used;
                run.from += used;
                if opener.from < opener.to {
                    continue;
                }
            }
            if let Some(gone) = self.runs.pop() {
                *self.of(gone.mark) -= 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stands(quote: &str, text: &str) -> bool {
        Plain::of(text, 0).contains(&Plain::of(quote, 0))
    }

    #[test]
    fn many_quotes_of_one_length_are_found_as_one_is() {
        let text = "We promise ab and cd; we promise abc and bcd.";
        let quotes = ["promise", "and cd;", "romise ", "we prom", "bcd.", "abc", "cd;", "b and", "é"];
        let mut often = Plain::of(text, 0);
        for round in 0..20 {
            for quote in quotes {
                assert_eq!(often.contains(&Plain::of(quote, 0)), stands(quote, text), "{quote}, {round}");
            }
        }
    }

    #[test]
    fn white_space_marks_and_emphasis_do_not_count() {
        assert!(stands("We will never share your name.", "## Notice\n\nWe will **never**\n  share _your_ name. Ever."));
        assert!(stands("your 'school' record", "your “school” record"));
        assert!(stands("the family's file", "the family’s file"));
        assert!(stands("We *will* never", "We will ***never***"));
    }

    #[test]
    fn all_else_counts() {
        assert!(!stands("We will never share", "we will never share"));
        assert!(!stands("We will never share", "We will never, share"));
        assert!(!stands("never share … your name", "never share with others your name"));
        assert!(!stands("identified data", "only unidentified data"));
        assert!(!stands("share your", "share yours"));
        assert!(!stands("data, see below", "data* see below"));
        assert!(!stands("data see below", "data* see below"));
        assert!(!stands("studyid", "study_id"));
        assert!(!stands("one two", "- one\n* two"));
    }

    #[test]
    fn the_closest_passage_is_found() {
        let text = "Who we are. We may share your name with the council. Contact us.";
        let span =
            Plain::of(text, 0).closest("We will share your name with the council").map_or(Span::default(), |c| c.span);
        assert_eq!(&text[span.start as usize..span.end as usize], "We may share your name with the council.");
        let span = Plain::of(text, 0).closest("We may … contact us").map_or(Span::default(), |c| c.span);
        assert_eq!(
            &text[span.start as usize..span.end as usize],
            "We may share your name with the council. Contact us."
        );
        assert!(Plain::of(text, 0).closest("entirely different words in here").is_none());
    }

    #[test]
    fn what_repeats_itself_is_found_where_words_begin_and_end() {
        assert!(stands("ana", "banana ana"));
        assert!(stands("a a a", "ba a ac a a a b"));
        assert!(!stands("aaa", "aaaaaaaaaaaa"));
        assert!(stands("éé", "xéé ééx éé"));
        assert!(!stands("éé", "xéé ééx ééé"));
        assert!(stands("one *two* three", "one two three"));
        // what is closed further out takes what is open within it along
        assert!(stands("one \\_two", "*one \\_*two"));
    }

    proptest::proptest! {
        #[test]
        fn a_quote_is_found_where_it_is(text in "[ab é]{0,30}", quote in "[ab é]{1,4}") {
            let (mut plain, wanted) = (Plain::of(&text, 0), Plain::of(&quote, 0));
            let border = |i: usize| plain.begins.get(i).copied().unwrap_or(true);
            let slowly = (0..=plain.text.len()).filter(|at| plain.text.is_char_boundary(*at)).any(|at| {
                plain.text[at..].starts_with(&wanted.text) && border(at) && border(at + wanted.text.len())
            });
            for _ in 0..8 {
                proptest::prop_assert_eq!(plain.contains(&wanted), slowly || wanted.is_empty());
            }
        }

        #[test]
        fn a_text_stands_in_itself(text in "[ a-z*_“'\n]{0,60}") {
            let mut plain = Plain::of(&text, 7);
            proptest::prop_assert!(plain.contains(&Plain::of(&text, 0)));
        }
    }
}
