//! Strict recognisers of what we write in Mermaid, DOT and D2: much less than these languages are, so that a name that broke out
//! of its place would be seen without the programs themselves. Each gives back what it saw, for the tests to count and compare.

/// What a text holds.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Seen {
    /// Ids of boxes, in order.
    pub(crate) nodes: Vec<String>,
    /// Lines, by the ids of their ends.
    pub(crate) edges: Vec<(String, String)>,
    /// Labels of boxes, as they stand.
    pub(crate) labels: Vec<String>,
    /// How many groups.
    pub(crate) groups: usize,
}

/// Whether a text holds nothing but letters that mean nothing to Mermaid, and references by number.
pub(crate) fn harmless(text: &str) -> bool {
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        if letter == '#' {
            let Some(end) = rest.find(';') else { return false };
            let digits = &rest[1..end];
            if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
                return false;
            }
            rest = &rest[end + 1..];
            continue;
        }
        if !(letter.is_alphanumeric() || " ,'(/…–·-).".contains(letter)) {
            return false;
        }
        rest = &rest[letter.len_utf8()..];
    }
    true
}

/// A text with its references put back.
pub(crate) fn decoded(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('#') {
        out.push_str(&rest[..at]);
        let end = rest[at..].find(';').expect("a reference ends") + at;
        let number: u32 = rest[at + 1..end].parse().expect("a number");
        out.push(char::from_u32(number).expect("a letter"));
        rest = &rest[end + 1..];
    }
    out + rest
}

/// `"…"` with lines parted by `<br/>`, all of it harmless; gives what is between the quotes and what follows.
fn label(text: &str) -> Option<(&str, &str)> {
    let rest = text.strip_prefix('"')?;
    let end = rest.find('"')?;
    let inside = &rest[..end];
    inside.split("<br/>").all(harmless).then_some((inside, &rest[end + 1..]))
}

fn id(text: &str) -> Option<(&str, &str)> {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(text.len());
    (end > 0 && text.starts_with(|c: char| c.is_ascii_lowercase())).then(|| text.split_at(end))
}

fn looks(text: &str) -> bool {
    text.split(',').all(|look| {
        look.split_once(':').is_some_and(|(key, value)| {
            key.bytes().all(|b| b.is_ascii_lowercase() || b == b'-')
                && value.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'#' || b == b' ')
        })
    })
}

/// Takes the front matter off, which is a title as JSON, or settings of ours.
fn front(text: &str) -> Option<&str> {
    let Some(rest) = text.strip_prefix("---\n") else { return Some(text) };
    let (front, rest) = rest.split_once("\n---\n")?;
    let ours = front == "config:\n  gantt:\n    leftPadding: 240\n    useWidth: 1400";
    let title = front.strip_prefix("title: ").is_some_and(|t| serde_json::from_str::<String>(t).is_ok());
    (ours || title).then_some(rest)
}

/// A flowchart or a diagram of lanes.
pub(crate) fn flowchart(text: &str) -> Result<Seen, String> {
    let mut seen = Seen::default();
    let mut depth = 0usize;
    let text = front(text).ok_or("front matter")?;
    let mut lines = text.lines();
    let first = lines.next().unwrap_or("");
    if first != "flowchart LR" && first != "swimlane-beta LR" {
        return Err(format!("begins with {first}"));
    }
    for line in lines {
        let line = line.trim_start();
        let fail = || format!("not of ours: {line}");
        if line == "end" {
            depth = depth.checked_sub(1).ok_or_else(fail)?;
        } else if let Some(rest) = line.strip_prefix("subgraph ") {
            let (_, rest) = id(rest).ok_or_else(fail)?;
            let (_, rest) = rest.strip_prefix('[').and_then(label).ok_or_else(fail)?;
            if rest != "]" {
                return Err(fail());
            }
            (depth, seen.groups) = (depth + 1, seen.groups + 1);
        } else if let Some(rest) = line.strip_prefix("accTitle: ").or_else(|| line.strip_prefix("accDescr: ")) {
            harmless(rest).then_some(()).ok_or_else(fail)?;
        } else if let Some(rest) = line.strip_prefix("linkStyle ") {
            let (numbers, style) = rest.split_once(' ').ok_or_else(fail)?;
            let all = numbers.split(',').all(|n| n.parse::<usize>().is_ok_and(|n| n < seen.edges.len()));
            (all && looks(style)).then_some(()).ok_or_else(fail)?;
        } else if let Some(rest) = line.strip_prefix("classDef ") {
            let (name, style) = rest.split_once(' ').ok_or_else(fail)?;
            (id(name).is_some_and(|(_, rest)| rest.is_empty()) && looks(style)).then_some(()).ok_or_else(fail)?;
        } else if let Some(rest) = line.strip_prefix("class ") {
            let (ids, name) = rest.split_once(' ').ok_or_else(fail)?;
            let whole = |text: &str| id(text).is_some_and(|(_, rest)| rest.is_empty());
            (ids.split(',').all(whole) && whole(name)).then_some(()).ok_or_else(fail)?;
        } else {
            statement(line, &mut seen).ok_or_else(fail)?;
        }
    }
    if depth == 0 { Ok(seen) } else { Err("a subgraph does not end".to_owned()) }
}

/// A box or a line.
fn statement(line: &str, seen: &mut Seen) -> Option<()> {
    let (name, rest) = id(line)?;
    if let Some(rest) = rest.strip_prefix(" -.->").or_else(|| rest.strip_prefix(" -->")) {
        let rest = match rest.strip_prefix('|') {
            Some(rest) => label(rest)?.1.strip_prefix('|')?,
            None => rest,
        };
        let (to, rest) = id(rest.strip_prefix(' ')?)?;
        seen.edges.push((name.to_owned(), to.to_owned()));
        return rest.is_empty().then_some(());
    }
    for (open, close) in [("[(", ")]"), ("([", "])"), ("[/", "/]"), ("[[", "]]"), ("{{", "}}"), ("[", "]")] {
        let Some((text, rest)) = rest.strip_prefix(open).and_then(label) else { continue };
        let (class, rest) = id(rest.strip_prefix(close)?.strip_prefix(":::")?)?;
        seen.nodes.push(name.to_owned());
        seen.labels.push(text.to_owned());
        return (rest.is_empty() && !class.is_empty()).then_some(());
    }
    None
}

/// A sequence diagram; its lines are counted as edges, its notes as labels.
pub(crate) fn sequence(text: &str) -> Result<Seen, String> {
    let mut seen = Seen::default();
    let mut depth = 0usize;
    let text = front(text).ok_or("front matter")?;
    let text = text.strip_prefix("sequenceDiagram\n").ok_or("it begins with another word")?;
    let text_lines = |text: &str| text.split("<br/>").all(harmless);
    for line in text.lines() {
        let line = line.trim_start();
        let fail = || format!("not of ours: {line}");
        if line == "end" {
            depth = depth.checked_sub(1).ok_or_else(fail)?;
        } else if let Some(rest) = line.strip_prefix("box transparent ") {
            harmless(rest).then_some(()).ok_or_else(fail)?;
            depth += 1;
        } else if line.starts_with("rect rgb(") && line.ends_with(')') {
            depth += 1;
        } else if let Some(rest) = line.strip_prefix("participant ") {
            let (name, title) = rest.split_once(" as ").ok_or_else(fail)?;
            (name.starts_with('p') && harmless(title)).then_some(()).ok_or_else(fail)?;
            seen.nodes.push(name.to_owned());
        } else if let Some(rest) = line.strip_prefix("Note over ") {
            let (places, text) = rest.split_once(": ").ok_or_else(fail)?;
            let known = places.split(',').all(|place| seen.nodes.iter().any(|n| n == place));
            (known && text_lines(text)).then_some(()).ok_or_else(fail)?;
            seen.labels.push(text.to_owned());
        } else if let Some(rest) = line.strip_prefix("accTitle: ").or_else(|| line.strip_prefix("accDescr: ")) {
            harmless(rest).then_some(()).ok_or_else(fail)?;
        } else {
            let (ends, text) = line.split_once(": ").ok_or_else(fail)?;
            let (from, to) = ends.split_once("-->>").or_else(|| ends.split_once("->>")).ok_or_else(fail)?;
            let known = [from, to].iter().all(|place| seen.nodes.iter().any(|n| n == place));
            (known && text_lines(text)).then_some(()).ok_or_else(fail)?;
            seen.edges.push((from.to_owned(), to.to_owned()));
        }
    }
    if depth == 0 { Ok(seen) } else { Err("something does not end".to_owned()) }
}

/// A Gantt chart; its bars are counted as boxes.
pub(crate) fn gantt(text: &str) -> Result<Seen, String> {
    let mut seen = Seen::default();
    let text = front(text).ok_or("front matter")?;
    let text = text.strip_prefix("gantt\n").ok_or("it begins with another word")?;
    let date = |text: &str| text.len() == 10 && text.parse::<jiff::civil::Date>().is_ok();
    for line in text.lines() {
        let line = line.trim_start();
        let fail = || format!("not of ours: {line}");
        if ["dateFormat YYYY-MM-DD", "axisFormat %d %b %Y", "todayMarker off"].contains(&line) {
            continue;
        }
        let said = ["accTitle: ", "accDescr: ", "title ", "section "].iter().find_map(|word| line.strip_prefix(word));
        if let Some(rest) = said {
            harmless(rest).then_some(()).ok_or_else(fail)?;
            continue;
        }
        let (name, rest) = line.split_once(" :").ok_or_else(fail)?;
        let rest = rest.strip_prefix("crit, ").or_else(|| rest.strip_prefix("milestone, ")).unwrap_or(rest);
        let [id, from, until] = rest.split(", ").collect::<Vec<_>>()[..] else { return Err(fail()) };
        let ends = date(until) || until == "0d";
        (harmless(name) && date(from) && ends && !id.is_empty()).then_some(()).ok_or_else(fail)?;
        seen.nodes.push(id.to_owned());
        seen.labels.push(name.to_owned());
    }
    Ok(seen)
}

/// A diagram of blocks.
pub(crate) fn blocks(text: &str) -> Result<Seen, String> {
    let mut seen = Seen::default();
    let text = text.strip_prefix("block-beta\n").ok_or("it begins with another word")?;
    for line in text.lines() {
        let line = line.trim_start();
        let fail = || format!("not of ours: {line}");
        if line == "space" || line.strip_prefix("columns ").is_some_and(|n| n.parse::<usize>().is_ok()) {
            continue;
        }
        if let Some(rest) = line.strip_prefix("classDef ") {
            rest.split_once(' ').is_some_and(|(_, style)| looks(style)).then_some(()).ok_or_else(fail)?;
        } else if let Some(rest) = line.strip_prefix("class ") {
            let (name, _) = rest.split_once(' ').ok_or_else(fail)?;
            seen.nodes.iter().any(|n| n == name).then_some(()).ok_or_else(fail)?;
        } else {
            let (name, rest) = id(line).ok_or_else(fail)?;
            let (text, rest) = rest.strip_prefix('[').and_then(label).ok_or_else(fail)?;
            let rest = rest.strip_prefix(']').ok_or_else(fail)?;
            let wide = rest.is_empty() || rest.strip_prefix(':').is_some_and(|n| n.parse::<usize>().is_ok());
            wide.then_some(()).ok_or_else(fail)?;
            seen.nodes.push(name.to_owned());
            seen.labels.push(text.to_owned());
        }
    }
    Ok(seen)
}

/// A word, a sign or a quoted string of DOT and D2.
#[derive(Debug, Clone, PartialEq)]
enum Token {
    Word(String),
    Sign(String),
    Quoted(String),
    /// `<…>` of DOT, with what is inside.
    Html(String),
    Line,
}

fn tokens(text: &str, comment: &str, escapes: &str) -> Result<Vec<Token>, String> {
    let mut all = Vec::new();
    let letters: Vec<char> = text.chars().collect();
    let mut at = 0;
    let starts = |at: usize, word: &str| letters[at..].iter().take(word.len()).collect::<String>() == word;
    while let Some(letter) = letters.get(at).copied() {
        if starts(at, comment) {
            while letters.get(at).is_some_and(|c| *c != '\n') {
                at += 1;
            }
        } else if letter == '"' {
            let mut inside = String::new();
            at += 1;
            loop {
                match letters.get(at).copied() {
                    None | Some('\n') => return Err("a string does not end on its line".to_owned()),
                    Some('"') => break,
                    Some('\\') => {
                        let next = letters.get(at + 1).copied().ok_or("a lone backslash")?;
                        if !escapes.contains(next) {
                            return Err(format!("no such escape: {next}"));
                        }
                        inside.push(match next {
                            'n' | 'l' => '\n',
                            next => next,
                        });
                        at += 1;
                    }
                    Some('$') if comment == "#" => return Err("a substitution".to_owned()),
                    Some(c) if c.is_control() => return Err("a control character".to_owned()),
                    Some(c) => inside.push(c),
                }
                at += 1;
            }
            all.push(Token::Quoted(inside));
            at += 1;
        } else if letter == '<' && comment == "//" {
            let mut depth = 0usize;
            let mut inside = String::new();
            loop {
                let c = letters.get(at).copied().ok_or("HTML does not end")?;
                match c {
                    '<' => depth += 1,
                    '>' => depth -= 1,
                    _ => {}
                }
                inside.push(c);
                at += 1;
                if depth == 0 {
                    break;
                }
            }
            all.push(Token::Html(inside));
        } else if starts(at, "->") {
            all.push(Token::Sign("->".to_owned()));
            at += 2;
        } else if letter.is_ascii_alphanumeric() || letter == '_' {
            let mut word = String::new();
            while let Some(c) = letters.get(at).filter(|c| {
                c.is_ascii_alphanumeric()
                    || "_.".contains(**c)
                    || (comment == "#" && **c == '-' && letters.get(at + 1) != Some(&'>'))
            }) {
                word.push(*c);
                at += 1;
            }
            all.push(Token::Word(word));
        } else if "{}[]=;:,".contains(letter) {
            all.push(Token::Sign(letter.to_string()));
            at += 1;
        } else if letter == '\n' {
            all.push(Token::Line);
            at += 1;
        } else if letter == ' ' {
            at += 1;
        } else {
            return Err(format!("{letter:?} outside of quotes"));
        }
    }
    Ok(all)
}

/// A graph in DOT.
pub(crate) fn dot(text: &str) -> Result<Seen, String> {
    let all: Vec<Token> = tokens(text, "//", "\"\\nl")?.into_iter().filter(|token| *token != Token::Line).collect();
    let mut seen = Seen::default();
    let sign = |token: Option<&Token>, sign: &str| matches!(token, Some(Token::Sign(s)) if s == sign);
    if all.get(..2) != Some(&[Token::Word("digraph".into()), Token::Word("staunch".into())]) || !sign(all.get(2), "{") {
        return Err("no digraph".to_owned());
    }
    let (mut at, mut depth) = (3, 1usize);
    while depth > 0 {
        match all.get(at) {
            Some(Token::Sign(s)) if s == "}" => {
                depth -= 1;
                at += 1;
            }
            Some(Token::Word(word)) if word == "subgraph" => {
                let named = matches!(all.get(at + 1), Some(Token::Word(name)) if name.starts_with("cluster_"));
                (named && sign(all.get(at + 2), "{")).then_some(()).ok_or("a subgraph")?;
                (depth, seen.groups, at) = (depth + 1, seen.groups + 1, at + 3);
            }
            Some(Token::Word(from)) => {
                let edge = sign(all.get(at + 1), "->");
                if edge {
                    let Some(Token::Word(to)) = all.get(at + 2) else { return Err("no end of a line".to_owned()) };
                    seen.edges.push((from.clone(), to.clone()));
                    at += 2;
                }
                let (label, next) = dot_attributes(&all, at + 1)?;
                if !edge && !["graph", "node", "edge"].contains(&from.as_str()) {
                    seen.nodes.push(from.clone());
                    seen.labels.extend(label);
                }
                at = next;
            }
            other => return Err(format!("no statement: {other:?}")),
        }
    }
    if at == all.len() { Ok(seen) } else { Err("something follows".to_owned()) }
}

/// `[a=b, c="d"]`, from its bracket on: the label, and where it ends.
fn dot_attributes(all: &[Token], from: usize) -> Result<(Option<String>, usize), String> {
    let mut label = None;
    let mut at = from;
    if all.get(at) != Some(&Token::Sign("[".into())) {
        return Err(format!("no attributes: {:?}", all.get(at)));
    }
    loop {
        let Some(Token::Word(key)) = all.get(at + 1) else { return Err("no name".to_owned()) };
        if all.get(at + 2) != Some(&Token::Sign("=".into())) {
            return Err("no equals sign".to_owned());
        }
        match all.get(at + 3) {
            Some(Token::Quoted(text)) if key == "label" => label = Some(text.clone()),
            Some(Token::Html(html)) if key == "label" => {
                balanced(html)?;
                label = Some(html.clone());
            }
            Some(Token::Quoted(_) | Token::Word(_)) => {}
            other => return Err(format!("no value: {other:?}")),
        }
        at += 4;
        match all.get(at) {
            Some(Token::Sign(s)) if s == "]" => return Ok((label, at + 1)),
            Some(Token::Sign(s)) if s == "," => {}
            other => return Err(format!("attributes go on with {other:?}")),
        }
    }
}

/// Tags of ours that close one another.
fn balanced(html: &str) -> Result<(), String> {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = html.strip_prefix('<').and_then(|h| h.strip_suffix('>')).ok_or("no brackets")?;
    while let Some(at) = rest.find('<') {
        let end = rest[at..].find('>').ok_or("a tag does not end")? + at;
        let tag = &rest[at + 1..end];
        let name = tag.trim_start_matches('/').split([' ', '/']).next().unwrap_or("");
        if !["table", "tr", "td", "b", "font", "br"].contains(&name) {
            return Err(format!("no tag of ours: {tag}"));
        }
        if tag.starts_with('/') {
            (open.pop() == Some(name)).then_some(()).ok_or(format!("{tag} closes another"))?;
        } else if name != "br" {
            open.push(name);
        }
        rest = &rest[end + 1..];
    }
    if open.is_empty() { Ok(()) } else { Err("a tag is left open".to_owned()) }
}

/// A diagram in D2. Ids are as they are to be reached from outside.
pub(crate) fn d2(text: &str) -> Result<Seen, String> {
    let all = tokens(text, "#", "\"\\n$")?;
    let mut seen = Seen::default();
    let mut path: Vec<String> = Vec::new();
    let mut at = 0;
    while at < all.len() {
        match &all[at] {
            Token::Line => at += 1,
            Token::Sign(s) if s == ";" => at += 1,
            Token::Sign(s) if s == "}" => {
                path.pop().ok_or("one brace too many")?;
                at += 1;
            }
            Token::Word(word) => {
                let mut is_box =
                    word.starts_with(|c: char| "nlfchr".contains(c)) && ours(word) && !inside_settings(&path);
                at += 1;
                if all.get(at) == Some(&Token::Sign("->".into())) {
                    let Some(Token::Word(to)) = all.get(at + 1) else { return Err("no end of a line".to_owned()) };
                    seen.edges.push((word.clone(), to.clone()));
                    (at, is_box) = (at + 2, false);
                    if all.get(at) == Some(&Token::Line) {
                        continue;
                    }
                }
                if all.get(at) != Some(&Token::Sign(":".into())) {
                    return Err(format!("no colon after {word}"));
                }
                at += 1;
                let name = path.iter().chain([word]).cloned().collect::<Vec<_>>().join(".");
                at = d2_value(&all, at, &mut path, word)?;
                if is_box {
                    seen.nodes.push(name);
                    if let Some(Token::Quoted(text)) = all[..at].iter().rev().find(|t| matches!(t, Token::Quoted(_))) {
                        seen.labels.push(text.clone());
                    }
                }
            }
            other => return Err(format!("no statement: {other:?}")),
        }
    }
    if path.is_empty() { Ok(seen) } else { Err("a brace is missing".to_owned()) }
}

/// An id that we give: a letter and digits.
fn ours(word: &str) -> bool {
    word == "rest" || word.len() > 1 && word[1..].bytes().all(|b| b.is_ascii_digit() || b == b'c')
}

fn inside_settings(path: &[String]) -> bool {
    path.iter().any(|name| name == "classes" || name == "style")
}

/// A value: a text, a word, a list of words; then perhaps a block, which is entered.
fn d2_value(all: &[Token], from: usize, path: &mut Vec<String>, name: &str) -> Result<usize, String> {
    let mut at = from;
    match all.get(at) {
        Some(Token::Quoted(_) | Token::Word(_)) => at += 1,
        Some(Token::Sign(s)) if s == "[" => {
            while all.get(at) != Some(&Token::Sign("]".into())) {
                let fine = matches!(all.get(at), Some(Token::Word(_)))
                    || matches!(all.get(at), Some(Token::Sign(s)) if s == "[" || s == ";");
                fine.then_some(()).ok_or("a list holds something else")?;
                at += 1;
            }
            at += 1;
        }
        Some(Token::Sign(s)) if s == "{" => {}
        other => return Err(format!("no value: {other:?}")),
    }
    match all.get(at) {
        Some(Token::Sign(s)) if s == "{" => {
            path.push(name.to_owned());
            Ok(at + 1)
        }
        None | Some(Token::Line) => Ok(at),
        Some(Token::Sign(s)) if s == ";" || s == "}" => Ok(at),
        other => Err(format!("something follows a value: {other:?}")),
    }
}
