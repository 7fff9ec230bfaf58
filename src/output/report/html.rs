//! Text as HTML. Names and titles come from other organisations: they show as they stand and do nothing.

use crate::output::text::one_line;

/// A text in content and in attributes, on one line.
pub(super) fn text(text: &str) -> String {
    escaped(&one_line(text))
}

/// Whether anything of a title is seen.
pub(super) fn is_seen(title: &str) -> bool {
    // letters that are wide and empty: fillers of Hangul, the blank of Braille
    let blank =
        |c: char| c.is_whitespace() || matches!(c, '\u{115f}' | '\u{1160}' | '\u{2800}' | '\u{3164}' | '\u{ffa0}');
    !title.chars().all(blank)
}

/// A title, or where nothing of it is seen, the name: whoever reads must have something to point at.
pub(super) fn called<'a>(title: &'a str, name: &'a str) -> &'a str {
    if is_seen(title) { title } else { name }
}

/// As [`text`], what stands in backticks as code. Where these are no pairs, nothing is code.
pub(super) fn rich(text: &str) -> String {
    let text = one_line(text);
    if text.matches('`').count() % 2 == 1 || text.contains("``") {
        return escaped(&text);
    }
    let part = |(number, part): (usize, &str)| match number % 2 {
        0 => escaped(part),
        _ => format!("<code>{}</code>", escaped(part)),
    };
    text.split('`').enumerate().map(part).collect()
}

/// As [`rich`], as a sentence: with a capital letter and a full stop.
pub(super) fn sentence(text: &str) -> String {
    rich(&crate::output::text::sentence(text))
}

/// A text with what means something in HTML written out.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// JSON for a script element: nothing in it can end the element or be taken for markup.
pub(super) fn json(value: &impl serde::Serialize) -> String {
    // plain strings and numbers always serialise
    let text = serde_json::to_string(value).unwrap_or_default();
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out
}

/// A template with its `{{parts}}` put in. What is put in is not looked at again.
pub(super) fn fill(template: &str, parts: &[(&str, &str)]) -> String {
    let mut out = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{") {
        out.push_str(before);
        let Some((name, after)) = after.split_once("}}") else {
            rest = after;
            break;
        };
        out.push_str(parts.iter().find(|(part, _)| *part == name).map_or("", |(_, text)| text));
        rest = after;
    }
    out.push_str(rest);
    out
}

/// Names as an attribute that refers to them.
pub(super) fn ids(ids: &[String]) -> String {
    escaped(&ids.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_show_and_do_nothing() {
        assert_eq!(text("</script><b a='\"'>&\u{202e}\n"), "&lt;/script&gt;&lt;b a=&#39;&quot;&#39;&gt;&amp;\\u{202e}");
        assert_eq!(rich("a `<b>` c"), "a <code>&lt;b&gt;</code> c");
        assert_eq!(rich("a ` <b>"), "a ` &lt;b&gt;");
    }

    #[test]
    fn a_title_of_which_nothing_is_seen_is_none() {
        for title in ["", " \u{a0}", "\u{2800}", "\u{3164}\u{ffa0}"] {
            assert_eq!(called(title, "the-name"), "the-name", "{title:?}");
        }
        assert_eq!(called(" a", "the-name"), " a");
    }

    #[test]
    fn json_cannot_end_its_element() {
        assert_eq!(json(&"</script><!--&\u{2028}"), "\"\\u003c/script\\u003e\\u003c!--\\u0026\\u2028\"");
    }

    #[test]
    fn what_is_put_in_is_not_looked_at_again() {
        assert_eq!(fill("a {{x}} {{y}} {{z}}", &[("x", "{{y}}"), ("y", "2")]), "a {{y}} 2 ");
    }
}
