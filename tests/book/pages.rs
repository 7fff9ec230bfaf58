//! Pages hang together: every one is in the summary, every link leads somewhere.

use std::collections::{BTreeMap, BTreeSet};

use super::{Page, pages, report};

/// `[text](target)` of a text, with line numbers.
fn links(prose: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (number, line) in prose.lines().enumerate() {
        // what stands in backticks is code
        let bare: String = line.split('`').step_by(2).collect::<Vec<_>>().join("code");
        let mut rest = bare.as_str();
        while let Some(at) = rest.find("](") {
            rest = &rest[at + 2..];
            let end = rest.find(')').expect("a link that is closed");
            found.push((number + 1, rest[..end].to_owned()));
            rest = &rest[end..];
        }
    }
    found
}

/// The anchors of a page, as mdBook makes them from headings.
fn anchors(page: &Page) -> BTreeSet<String> {
    let mut anchors = BTreeSet::new();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for line in page.prose().lines() {
        let title = line.trim_start_matches('#');
        if title.len() == line.len() || !title.starts_with(' ') {
            continue;
        }
        let anchor: String = title
            .trim()
            .chars()
            .filter_map(|c| match c {
                c if c.is_whitespace() => Some('-'),
                c if c.is_alphanumeric() || c == '_' || c == '-' => Some(c.to_ascii_lowercase()),
                _ => None,
            })
            .collect();
        let count = counts.entry(anchor.clone()).or_default();
        anchors.insert(if *count == 0 { anchor } else { format!("{anchor}-{count}") });
        *count += 1;
    }
    anchors
}

/// A path with its `..` taken out; `None` when it leads out of the book.
fn joined(page: &str, target: &str) -> Option<String> {
    let mut parts: Vec<&str> = page.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            ".." => {
                parts.pop()?;
            }
            "." | "" => {}
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[test]
fn every_page_is_in_the_summary_once() {
    let pages = pages();
    let summary = pages.iter().find(|p| p.name == "SUMMARY.md").expect("a summary");
    let mut wrong = Vec::new();
    let mut listed = BTreeSet::new();
    for (line, target) in links(&summary.text) {
        if !listed.insert(target.clone()) {
            wrong.push(format!("SUMMARY.md:{line}: {target} is listed twice"));
        }
        if !pages.iter().any(|p| p.name == target) {
            wrong.push(format!("SUMMARY.md:{line}: there is no page {target}"));
        }
    }
    for page in pages.iter().filter(|p| p.name != "SUMMARY.md" && !listed.contains(&p.name)) {
        wrong.push(format!("{}: no line of SUMMARY.md leads there", page.name));
    }
    report(&wrong);
}

#[test]
fn every_link_leads_somewhere() {
    let pages = pages();
    let anchors: BTreeMap<&str, BTreeSet<String>> = pages.iter().map(|p| (p.name.as_str(), anchors(p))).collect();
    let mut wrong = Vec::new();
    let mut count = 0;
    for page in &pages {
        for (line, target) in links(&page.prose()) {
            count += 1;
            let place = format!("{}:{line}", page.name);
            if target.starts_with("https://") {
                continue;
            }
            if target.ends_with(".svg") {
                let book = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("book/src");
                let there = joined(&page.name, &target).map(|name| book.join(name));
                if !there.is_some_and(|path| path.is_file()) {
                    wrong.push(format!("{place}: there is no picture `{target}`"));
                }
                continue;
            }
            let (path, anchor) = target.split_once('#').map_or((target.as_str(), None), |(p, a)| (p, Some(a)));
            let there = if path.is_empty() { Some(page.name.clone()) } else { joined(&page.name, path) };
            match there.as_deref().and_then(|t| anchors.get(t)) {
                None => wrong.push(format!("{place}: `{target}` is no page of the book")),
                Some(known) if anchor.is_some_and(|a| !known.contains(a)) => {
                    wrong.push(format!("{place}: `{target}` has no such heading"));
                }
                Some(_) => {}
            }
        }
    }
    assert!(count > 30, "only {count} links are found: the reader of links is broken");
    report(&wrong);
}

#[test]
fn every_page_has_one_title_and_lines_that_fit() {
    let mut wrong = Vec::new();
    for page in pages().into_iter().filter(|p| p.name != "SUMMARY.md") {
        let titles = page.prose().lines().filter(|l| l.starts_with("# ")).count();
        if titles != 1 {
            wrong.push(format!("{}: {titles} titles", page.name));
        }
        if page.name.ends_with("README.md") {
            wrong.push(format!(
                "{}: mdBook writes it to index.html, and links to it would break: call it index.md",
                page.name
            ));
        }
        for (number, line) in page.text.lines().enumerate() {
            if line.ends_with(' ') {
                wrong.push(format!("{}:{}: white space at the end", page.name, number + 1));
            }
        }
    }
    report(&wrong);
}
