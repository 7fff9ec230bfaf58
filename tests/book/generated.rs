//! Tables of the book that come from the code.
//!
//! A page holds them between `<!-- generated: NAME -->` and `<!-- end -->`.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;

use jiff::civil::Date;
use staunch::check::reference::entries;
use staunch::check::{self, check_text};
use staunch::diagnostic::{self, Severity, codes};
use staunch::output::page;
use staunch::rules::facts::{Entity, Wants};
use staunch::vocabulary::tables::{self, Needed};
use staunch::vocabulary::{self, Family, Identifies, Jurisdiction, TableName, Vocabulary, standard};
use staunch::{output, packs, project, syntax};

use super::{AS_OF, pages, report, source, writes};

const NAMES: [&str; 11] = [
    "report",
    "packs",
    "faults",
    "bounds",
    "facts",
    "codes",
    "categories",
    "combinations",
    "purposes",
    "words",
    "tables",
];

fn generated(name: &str) -> String {
    match name {
        "report" => report_fields(),
        "bounds" => bounds(),
        "faults" => faults(),
        "facts" => facts(),
        "codes" => all_codes(),
        "categories" => categories(standard()),
        "combinations" => combinations(standard()),
        "purposes" => purposes(standard()),
        "words" => words(standard()),
        "tables" => tables(),
        "packs" => all_packs(),
        name if name.starts_with("pack ") => one_pack(&name["pack ".len()..]),
        _ => panic!("no table is called `{name}`"),
    }
}

/// The fields of the JSON report, as its schema describes them.
fn report_fields() -> String {
    let schema: serde_json::Value = serde_json::from_str(output::json::SCHEMA).unwrap();
    let mut out = String::from("\n| field | what it is |\n|---|---|\n");
    fields(&schema, &schema, "", &mut out);
    for (part, what) in [("place", "a place"), ("counts", "counts by verdict")] {
        let described = &schema["$defs"][part];
        let about = described["description"].as_str().unwrap();
        let _ = writeln!(out, "\n{about}\n\n| field of {what} | what it is |\n|---|---|");
        fields(described, &schema, "", &mut out);
    }
    out.push('\n');
    out
}

/// The fields of one object, and of those that it holds, a row each.
fn fields(object: &serde_json::Value, schema: &serde_json::Value, at: &str, out: &mut String) {
    // the names that must be there stand in the order in which they are written
    for name in object["required"].as_array().unwrap().iter().map(|n| n.as_str().unwrap()) {
        let field = &object["properties"][name];
        let list = if field.get("items").is_some() { "[]" } else { "" };
        let value = field.get("items").unwrap_or(field);
        let value = value.get("oneOf").map_or(value, |ways| &ways[0]);
        let kind = value["$ref"].as_str().map(|r| r.trim_start_matches("#/$defs/"));
        let about = field["description"].as_str().unwrap();
        let allowed: Vec<String> = value["enum"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|w| format!("`{}`", w.to_string().trim_matches('"')))
            .collect();
        let allowed = if allowed.is_empty() { String::new() } else { format!(" {}.", allowed.join(", ")) };
        let _ = writeln!(out, "| `{at}{name}{list}` | {}{allowed} |", cell(about));
        let value = kind.map_or(value, |kind| &schema["$defs"][kind]);
        if !matches!(kind, Some("place" | "counts")) && value.get("properties").is_some() {
            fields(value, schema, &format!("{at}{name}{list}."), out);
        }
    }
}

/// The deliberate faults, as their source describes them.
fn faults() -> String {
    let text = fs::read_to_string(super::repository().join("src/faults.rs")).unwrap();
    let (_, list) = text.split_once("pub enum Fault {").unwrap();
    let (list, _) = list.split_once("\n}").unwrap();
    let mut out = String::from("\n| switch | what is judged wrongly while it is on |\n|---|---|\n");
    let (mut told, mut listed) = (Vec::new(), 0);
    for line in list.lines().map(str::trim).filter(|l| !l.is_empty()) {
        if let Some(doc) = line.strip_prefix("///") {
            told.push(doc.trim());
        } else {
            // the numbers of rulings are for those who read the source
            let words = told.join(" ");
            let words = words.split(" (").next().unwrap_or_default().trim_end_matches('.');
            let _ = writeln!(out, "| `{}` | {} |", line.trim_end_matches(','), cell(words));
            told.clear();
            listed += 1;
        }
    }
    assert_eq!(listed, staunch::faults::Fault::ALL.len());
    out.push('\n');
    out
}

/// Text for a cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

/// A word as code, or nothing.
fn code(text: Option<&str>) -> String {
    text.map_or_else(String::new, |t| format!("`{t}`"))
}

fn wants(wants: Wants) -> String {
    match wants {
        Wants::Nothing => "nothing: it is there or not".to_owned(),
        Wants::Words(family) => format!("a {}", family.noun()),
        Wants::Purposes => "a purpose".to_owned(),
        Wants::Anything => "any word".to_owned(),
        Wants::Number => "a number".to_owned(),
        Wants::Period => "a period, such as `6 years`".to_owned(),
        Wants::Date => "a date or an event".to_owned(),
    }
}

/// Every bound, with what is said beyond it.
fn bounds() -> String {
    let megabytes = |bytes: usize| format!("{} MB", bytes / 1024 / 1024);
    let rows: [(&str, String, &str); 19] = [
        ("a file", megabytes(project::LARGEST_FILE as usize), "E0703"),
        ("the text of a notice", megabytes(project::LARGEST_NOTICE as usize), "E0703"),
        ("all files of a project together", "4 GB".to_owned(), "E0703"),
        ("`.staunch` files of a project", thousands(project::MOST_FILES), "E0704"),
        ("a name", format!("{} characters", syntax::LONGEST_NAME), "E0108"),
        ("a text in double quotes", format!("{} bytes", thousands(syntax::LONGEST_TEXT)), "E0123"),
        ("a number", thousands_of(u64::MAX), "E0106"),
        ("braces within braces, brackets within brackets", format!("{} deep", syntax::DEEPEST), "E0109"),
        ("durations after durations", syntax::DEEPEST.to_string(), "E0109"),
        ("categories under categories, purposes under purposes", format!("{} deep", vocabulary::DEEPEST_TREE), "E0213"),
        ("levels of precision of a category", vocabulary::MOST_LEVELS.to_string(), "E0214"),
        ("a file of words or settings", megabytes(vocabulary::LARGEST_YAML), "E0602"),
        ("… its lists and mappings within each other", format!("{} deep", vocabulary::DEEPEST_YAML), "E0602"),
        ("… its values", thousands(vocabulary::MOST_YAML_VALUES), "E0602"),
        ("… one text in it", format!("{} bytes", thousands(vocabulary::LONGEST_YAML_TEXT)), "E0602"),
        ("… parts of it that refer to other parts (`*name`)", "none".to_owned(), "E0602"),
        ("… a word with its path", format!("{} characters", vocabulary::LONGEST_WORD), "E0613"),
        ("… words under words", format!("{} deep", vocabulary::DEEPEST_TREE), "E0607"),
        ("… levels of precision of a category", vocabulary::MOST_LEVELS.to_string(), "E0609"),
    ];
    let mut out = String::from("\n| what | at most | beyond it |\n|---|---|---|\n");
    for (what, most, code) in rows {
        assert!(codes::all().iter().any(|c| c.id == code), "{code}");
        let _ = writeln!(out, "| {what} | {most} | [`{code}`](../codes.md#{}) |", code.to_lowercase());
    }
    let counted = [
        ("errors and warnings of one run, each", diagnostic::KEPT),
        ("findings of one rule, in the JSON report", check::FINDINGS_KEPT),
        ("findings of one rule, shown to people who did not ask for that rule alone", output::FINDINGS_SHOWN),
        ("… of them told with the whole way", output::FINDINGS_TOLD),
        ("annotations of one kind, in the workflow commands of GitHub", output::ANNOTATIONS_SHOWN),
        ("characters of a comment on a pull request", output::markdown::LONGEST),
    ];
    for (what, most) in counted {
        let _ = writeln!(out, "| {what} | {} | the rest are counted |", thousands(most));
    }
    out.push('\n');
    out
}

fn thousands(number: usize) -> String {
    thousands_of(number as u64)
}

/// A number with commas.
fn thousands_of(number: u64) -> String {
    let digits = number.to_string();
    let parts: Vec<&str> = digits.as_bytes().rchunks(3).rev().map(|c| std::str::from_utf8(c).unwrap()).collect();
    parts.join(",")
}

fn facts() -> String {
    let mut out = String::new();
    for entity in Entity::ALL {
        let _ = writeln!(out, "\n## {}\n", entity.word());
        let mut ways = Vec::new();
        ways.extend(entity.has_data().then_some("`of DATA`"));
        ways.extend(entity.has_place().then_some("`at PLACE`"));
        ways.extend(entity.is_in().then_some("`in ACTIVITY`"));
        ways.extend(entity.has_purpose().then_some("`for PURPOSE`"));
        ways.extend((entity == Entity::Flow).then_some("`from PLACE`, `to PLACE`, `between organisations`"));
        ways.extend((entity == Entity::Notice).then_some("`from PARTY`"));
        ways.push("`named NAME`");
        let _ = writeln!(out, "Can be picked out by {}.\n", ways.join(", "));
        out.push_str("| fact | what it means | how a model says it | what it is compared with |\n|---|---|---|---|\n");
        let mut any = false;
        for fact in entity.facts() {
            any = true;
            let _ = writeln!(
                out,
                "| `{}` | {} | {} | {} |",
                fact.name,
                cell(fact.meaning),
                said(fact.said_by),
                wants(fact.wants)
            );
        }
        if !any {
            out.push_str("| – | no facts of its own | | |\n");
        }
    }
    out
}

/// How a fact is said, the words of the language as code.
fn said(text: &str) -> String {
    if text.is_empty() { "–".to_owned() } else { cell(text) }
}

/// The packs, each with what it is for.
fn all_packs() -> String {
    let mut out = String::from("\n| pack | what it is about | rules |\n|---|---|---|\n");
    for pack in packs::PACKS {
        let entries = entries(*pack);
        let title = pack_line(pack, &format!("pack {} ", pack.name));
        let count = if entries.is_empty() { "all of them".to_owned() } else { entries.len().to_string() };
        let name = if entries.is_empty() { format!("`{}`", pack.name) } else { format!("[`{0}`]({0}.md)", pack.name) };
        let _ = writeln!(out, "| {name} | {title} | {count} |");
    }
    out
}

/// The text in quotes on the line of a pack that begins so.
fn pack_line(pack: &packs::Pack, start: &str) -> String {
    let line = pack.text.lines().find_map(|l| l.trim_start().strip_prefix(start)).unwrap_or_default();
    line.split('"').nth(1).unwrap_or_default().to_owned()
}

/// The rules of a pack, with both examples of each and what the check says.
fn one_pack(name: &str) -> String {
    let pack = packs::find(name).unwrap_or_else(|| panic!("no pack is called `{name}`"));
    let mut out = format!("\n{}\n\n```text\nadopt {name}\n```\n", pack_line(&pack, "because"));
    for entry in entries(pack) {
        let severity = page::severity(entry.severity);
        let _ = writeln!(out, "\n## {}: {}\n", entry.code, entry.title);
        let _ = writeln!(out, "Severity: {severity}.{}\n", page::where_and_when(&entry));
        let _ = writeln!(out, "```text\n{}\n```\n", entry.sentences.join("\n"));
        if let Some(because) = &entry.because {
            let _ = writeln!(out, "{because}\n");
        }
        let law: Vec<String> = entry.law.iter().map(page::law_source).collect();
        let _ = writeln!(out, "*Law and guidance:* {}\n", law.join("; "));
        if let Some(fix) = &entry.fix {
            let _ = writeln!(out, "*What to do:* {fix}\n");
        }
        for (which, words) in [("passes", "A model that keeps it"), ("fails", "One that breaks it")] {
            let Some(example) = packs::example(&entry.code, &format!("{which}.staunch")) else { continue };
            let _ = writeln!(out, "{words}:\n\n```text,example\n{}\n```\n", example.text.trim_end());
        }
        if let Some(said) = page::said_of_example(&entry.code) {
            let _ = writeln!(out, "What the check says of that:\n\n```text\n{}\n```", said.trim_end());
        }
    }
    out
}

fn all_codes() -> String {
    let mut out = String::new();
    for each in codes::all() {
        let kind = match each.severity {
            Severity::Error => "error",
            _ => "warning",
        };
        let _ = writeln!(out, "\n## {}\n", each.id);
        let _ = writeln!(out, "**{}** ({kind}). {}\n", capital(each.title), each.explanation);
        let _ = writeln!(out, "For example:\n\n```text,example\n{}\n```\n", each.example.trim_end());
        let _ = writeln!(out, "*What to do:* {}", each.remedy);
    }
    out
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |c| c.to_uppercase().chain(chars).collect())
}

fn categories(v: &Vocabulary) -> String {
    let mut out = String::from(
        "| category | title | identifies | levels, finest first | law | DPV | Fides |\n|---|---|---|---|---|---|---|\n",
    );
    let mut ids: Vec<_> = v.category_ids().collect();
    ids.sort_by_key(|id| v.category(*id).name.clone());
    for id in ids {
        let c = v.category(id);
        let levels: Vec<String> = if c.levels.len() < 2 {
            Vec::new()
        } else {
            c.levels
                .iter()
                .map(|l| {
                    if l.identifies == c.identifies {
                        l.name.clone()
                    } else {
                        format!("{} ({})", l.name, word(l.identifies))
                    }
                })
                .collect()
        };
        let mut law = Vec::new();
        law.extend(c.special.as_ref().map(|s| format!("special: {s}")));
        law.extend(c.criminal.then(|| "criminal".to_owned()));
        law.extend(c.confidential.then(|| "confidential".to_owned()));
        let _ = writeln!(
            out,
            "| `{}` | {} | {} | {} | {} | {} | {} |",
            c.name,
            cell(&c.title),
            word(c.identifies),
            levels.join(", "),
            law.join(", "),
            code(c.dpv.as_deref()),
            code(c.fides.as_deref())
        );
    }
    out
}

fn word(identifies: Identifies) -> &'static str {
    match identifies {
        Identifies::No => "no",
        Identifies::Quasi => "quasi",
        Identifies::Key => "key",
        Identifies::Direct => "direct",
    }
}

fn combinations(v: &Vocabulary) -> String {
    let mut out = String::new();
    for combination in &v.combinations {
        let parts: Vec<String> = combination
            .parts
            .iter()
            .map(|(id, level)| {
                let c = v.category(*id);
                match c.levels.get(*level as usize) {
                    Some(l) if c.levels.len() > 1 => format!("`{}` at `{}`", c.short_name(), l.name),
                    _ => format!("`{}`", c.short_name()),
                }
            })
            .collect();
        let _ = writeln!(out, "- {}", parts.join(", "));
    }
    out
}

fn purposes(v: &Vocabulary) -> String {
    let mut out = String::from("| purpose | title | under | class | DPV |\n|---|---|---|---|---|\n");
    let names: BTreeSet<&str> = v.purpose_words().collect();
    for name in names {
        let Some(id) = v.find_purpose(name) else { continue };
        let p = v.purpose(id);
        let parent = p.parent.map(|id| v.purpose(id).name.as_str());
        let class = p.class.as_deref().unwrap_or_default();
        let _ = writeln!(
            out,
            "| `{}` | {} | {} | {class} | {} |",
            p.name,
            cell(&p.title),
            code(parent),
            code(p.dpv.as_deref())
        );
    }
    out
}

fn words(v: &Vocabulary) -> String {
    let mut out = String::new();
    for family in Family::ALL {
        let _ = writeln!(out, "\n### {}\n", family.key());
        out.push_str("| word | title | under | marks | source | DPV |\n|---|---|---|---|---|---|\n");
        let names: BTreeSet<&str> = v.family_words(family).collect();
        for name in names {
            let Some(w) = v.word(family, name) else { continue };
            let _ = writeln!(
                out,
                "| `{name}` | {} | {} | {} | {} | {} |",
                cell(&w.title),
                code(w.parent.as_deref()),
                w.marks.join(", "),
                cell(w.law.as_deref().unwrap_or_default()),
                code(w.dpv.as_deref())
            );
        }
    }
    out
}

/// Every dated table with its rows.
fn tables() -> String {
    let mut out = String::new();
    for name in TableName::ALL {
        let definition = name.definition();
        let _ = writeln!(out, "\n## {}\n\n{}.\n", definition.name, capital(definition.about));
        out.push_str("| column | what stands there | |\n|---|---|---|\n");
        for column in definition.columns {
            let needed = match column.needed {
                Needed::Key => "the key: a row of yours goes before the standard ones with the same",
                Needed::Always => "always",
                Needed::No => "",
            };
            let _ = writeln!(out, "| `{}` | {} | {needed} |", column.name, cell(column.about));
        }
        let columns: Vec<&str> = definition.columns.iter().map(|c| c.name).collect();
        let _ = writeln!(out, "\n| {} | in | from | to | source |", columns.join(" | "));
        let _ = writeln!(out, "|{}", "---|".repeat(columns.len() + 4));
        for row in tables::standard(name) {
            let cells: Vec<String> = columns.iter().map(|c| cell(&row.texts(c).join(", "))).collect();
            let law = row.jurisdiction.map_or("", |j| if j == Jurisdiction::Uk { "uk" } else { "eu" });
            let date = |d: Option<Date>| d.map_or_else(String::new, |d| d.to_string());
            let (from, to) = (date(row.from), date(row.to));
            let _ = writeln!(out, "| {} | {law} | {from} | {to} | {} |", cells.join(" | "), cell(&row.source));
        }
    }
    out
}

/// What the table of facts says can be asked for can be.
#[test]
fn every_fact_can_be_asked_for() {
    let mut wrong = Vec::new();
    for entity in Entity::ALL {
        // `because` is the word at which a condition ends
        for fact in entity.facts().filter(|f| f.name != "because") {
            let text = format!("rule r {{ every {} must have {} }}\n", entity.word(), fact.name);
            let outcome = check_text(&[("model.staunch", &text)], AS_OF.parse().expect("a date"));
            let said = outcome.diagnostics.sorted().into_iter().map(|d| d.message.clone());
            wrong.extend(said.map(|m| format!("{}: {m}", text.trim())));
        }
    }
    report(&wrong);
}

#[test]
fn tables_are_those_of_the_code() {
    let _held = super::PAGES.lock();
    let mut wrong = Vec::new();
    let mut seen = BTreeSet::new();
    for page in pages() {
        let mut text = String::new();
        let mut rest = page.text.as_str();
        while let Some((before, after)) = rest.split_once("<!-- generated: ") {
            let (name, after) = after.split_once(" -->\n").expect("the name of a table");
            let (_, after) = after.split_once("<!-- end -->").expect("the end of a table");
            seen.insert(name.to_owned());
            text.push_str(&format!(
                "{before}<!-- generated: {name} -->\n{}\n\n<!-- end -->",
                generated(name).trim_end()
            ));
            rest = after;
        }
        text.push_str(rest);
        if text == page.text {
            continue;
        }
        if writes() {
            fs::write(source().join(&page.name), text).expect("the page is written");
        } else {
            wrong.push(format!(
                "{}: a table is out of date; `STAUNCH_BOOK=write cargo test --test book` writes it anew",
                page.name
            ));
        }
    }
    for name in NAMES {
        assert!(seen.contains(name), "no page has the table `{name}`");
    }
    report(&wrong);
}
