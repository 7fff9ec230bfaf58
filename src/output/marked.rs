//! Text from outside inside Markdown and HTML: it shows as it stands, and does nothing. It makes no link, no picture and no
//! markup, names no person who would be told of it, and refers to no issue.
//!
//! Everything here gives one line that must stand behind something else on its line, since what begins a line may be a heading
//! or a list.

use super::text::one_line;

/// What stands between a sign that services read and the word behind it: a space that nobody sees.
const APART: &str = "&#8203;";

/// A text as Markdown, what stands in backticks as code.
pub(super) fn rich(text: &str) -> String {
    parts(text, escaped, code)
}

/// As [`rich`], for a cell of a table.
pub(super) fn cell(text: &str) -> String {
    parts(text, escaped, |text| code(text).replace('|', "\\|"))
}

/// As [`rich`], for a place where HTML stands and no Markdown is read.
pub(super) fn html(text: &str) -> String {
    parts(text, html_escaped, |text| format!("<code>{}</code>", html_escaped(text)))
}

/// A text as code.
pub(super) fn code(text: &str) -> String {
    let text = one_line(text);
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let room = if text.starts_with('`') || text.ends_with('`') || text.is_empty() { " " } else { "" };
    format!("{fence}{room}{text}{room}{fence}")
}

/// The parts of a text outside and inside backticks. Where these are no pairs, nothing is code.
fn parts(text: &str, outside: impl Fn(&str) -> String, inside: impl Fn(&str) -> String) -> String {
    let text = one_line(text);
    if text.matches('`').count() % 2 == 1 || text.contains("``") {
        return outside(&text);
    }
    let part = |(number, part): (usize, &str)| if number % 2 == 0 { outside(part) } else { inside(part) };
    text.split('`').enumerate().map(part).collect()
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        match c {
            '&' => out.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '~' | '$' | '#' => out.extend(['\\', c]),
            // `https://…` and `www.…` would become links
            ':' if rest.as_str().starts_with("//") => out.push_str("\\:"),
            '.' if out
                .len()
                .checked_sub(3)
                .and_then(|at| out.get(at..))
                .is_some_and(|w| w.eq_ignore_ascii_case("www")) =>
            {
                out.push_str("\\.");
            }
            c => out.push(c),
        }
        if refers(c, rest.as_str()) {
            out.push_str(APART);
        }
    }
    out
}

fn html_escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
        if refers(c, rest.as_str()) {
            out.push_str(APART);
        }
    }
    out
}

/// Whether a sign and what stands behind it could be read as the name of a person, a group, an issue or the like.
fn refers(sign: char, rest: &str) -> bool {
    matches!(sign, '@' | '#' | '!' | '~' | '$' | '%' | '&')
        && rest.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '"'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_show_as_they_stand() {
        assert_eq!(rich("Hackney sends `families` to NIESR"), "Hackney sends `families` to NIESR");
        assert_eq!(rich("a*b*_c_ <script>alert(1)</script>"), "a\\*b\\*\\_c\\_ \\<script\\>alert(1)\\</script\\>");
        assert_eq!(html("<b> & `x<y`"), "&lt;b&gt; &amp; <code>x&lt;y</code>");
        assert_eq!(cell("`a|b` c|d"), "`a\\|b` c\\|d");
    }

    #[test]
    fn nothing_is_a_link_or_calls_anybody() {
        assert_eq!(rich("[x](https://y.z) www.y.z"), "\\[x\\](https\\://y.z) www\\.y.z");
        assert_eq!(rich("@octocat o/r#12 !7"), "@&#8203;octocat o/r\\#&#8203;12 !&#8203;7");
        assert_eq!(html("@octocat"), "@&#8203;octocat");
    }

    #[test]
    fn backticks_that_are_no_pairs_are_no_code() {
        assert_eq!(rich("a ` b"), "a \\` b");
        assert_eq!(rich("a `` b"), "a \\`\\` b");
        assert_eq!(code("a`b``"), "``` a`b`` ```");
        assert_eq!(code("x\ny"), "`x y`");
    }
}
