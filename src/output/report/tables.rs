//! The tables: the register of flows, copies and how long they are kept, agreements, and what is not stated.

use std::collections::BTreeMap;

use super::findings::{finding_id, rule_id, title};
use super::html::{called, ids, is_seen, rich, text};
use super::picture::{Drawn, grade};
use super::{Page, Thing};
use crate::check::Report;
use crate::check::atlas::{Atlas, Copy, Field, Flow, Item, Leg, Moment};
use crate::diagram::chart::Grade;
use crate::diagram::draw;
use crate::output::text::count;
use crate::source::Span;

/// How many rows a table has at the most.
pub const ROWS: usize = 500;

/// How many fields of a copy or flow are named.
const FIELDS: usize = 25;

/// A name as people would write it: `matched-benefits` as `Matched benefits`.
fn spoken(name: &str) -> String {
    let words = name.replace(['-', '_'], " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn word(name: &str) -> String {
    name.replace(['-', '_'], " ")
}

/// What a dataset is called.
pub(super) fn dataset(atlas: &Atlas, number: usize) -> String {
    let said = atlas.datasets.get(number);
    said.map_or_else(String::new, |d| if d.titled && is_seen(&d.title) { d.title.clone() } else { spoken(&d.name) })
}

/// What a place is called, with its party where it is a team.
fn place(atlas: &Atlas, number: usize) -> String {
    let Some(place) = atlas.places.get(number) else { return String::new() };
    match atlas.parties.get(place.party).filter(|_| place.team) {
        Some(party) => format!("{}, {}", called(&party.title, &party.name), called(&place.title, &place.name)),
        None => called(&place.title, &place.name).to_owned(),
    }
}

fn places(atlas: &Atlas, numbers: &[usize]) -> String {
    numbers.iter().map(|number| text(&place(atlas, *number))).collect::<Vec<_>>().join("; ")
}

/// How far something identifies people, by letter and in words; where facts are not stated, at the worst and at the best.
fn level(level: crate::check::atlas::Level) -> String {
    let (worst, best) = grade(level);
    let best = best.map_or_else(String::new, |best| format!(" at the worst, {} at the best: not stated", best.name()));
    let unsure = if best.is_empty() { "" } else { "?" };
    format!(
        "<span class=\"level level-{}\" aria-hidden=\"true\">{}{unsure}</span>&nbsp;{}{best}",
        worst.level(),
        worst.letter(),
        worst.name()
    )
}

fn field(field: &Field) -> String {
    let name = text(&word(&field.name));
    if field.is_sensitive() { format!("<em title=\"special category or criminal offence\">{name}*</em>") } else { name }
}

fn fields<'a>(all: impl Iterator<Item = &'a Field>, open: bool) -> String {
    let all: Vec<&Field> = all.collect();
    let mut names: Vec<String> = all.iter().take(FIELDS).map(|f| field(f)).collect();
    if all.len() > FIELDS {
        names.push(format!("and {} more", all.len() - FIELDS));
    }
    if open {
        names.push("others that are not listed".to_owned());
    }
    names.join(", ")
}

fn moment(moment: Option<&Moment>) -> String {
    moment.map_or_else(|| "not stated".to_owned(), |moment| text(&moment.words))
}

/// A row: its id, what it is on the picture, and the cells.
struct Row {
    id: String,
    shown: Vec<String>,
    label: String,
    thing: Option<Thing>,
    cells: Vec<String>,
}

/// A table with a link to the picture in the head of each row.
fn table(page: &mut Page<'_>, id: &str, caption: &str, heads: &[&str], rows: Vec<Row>, all: usize) -> String {
    if rows.is_empty() {
        return "<p>There are none.</p>\n".to_owned();
    }
    let mut out = format!(
        "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"{caption}, as a table\"><table id=\"{id}\"><caption>{caption}\
         <span class=\"filtered\"></span></caption><thead><tr>"
    );
    heads.iter().for_each(|head| out.push_str(&format!("<th scope=\"col\">{head}</th>")));
    out.push_str("</tr></thead><tbody>\n");
    for row in rows {
        let head = match row.shown.first() {
            Some(first) => {
                format!("<a class=\"show\" data-show=\"{}\" href=\"#{first}\">{}</a>", ids(&row.shown), row.label)
            }
            None => row.label,
        };
        out.push_str(&format!("<tr id=\"{}\"><th scope=\"row\">{head}</th>", row.id));
        row.cells.iter().for_each(|cell| out.push_str(&format!("<td>{cell}</td>")));
        out.push_str("</tr>\n");
        if let Some(thing) = row.thing {
            page.things.insert(row.id, thing);
        }
    }
    out.push_str("</tbody></table></div>\n");
    if all > ROWS {
        out.push_str(&format!(
            "<p class=\"cut\">The first {ROWS} of {all} are shown; {} more are not on this page.</p>\n",
            all - ROWS
        ));
    }
    out
}

/// The register of flows.
pub(super) fn flows(page: &mut Page<'_>, drawn: &Drawn<'_>) -> String {
    let atlas = drawn.atlas;
    let rows = atlas.flows.iter().take(ROWS).enumerate();
    let rows: Vec<Row> = rows.map(|(number, flow)| flow_row(page, drawn, number, flow)).collect();
    let heads =
        ["Flow", "From", "To", "What travels", "By itself it is", "How", "Under", "For", "From when, until when"];
    table(page, "flows", "Register of flows", &heads, rows, atlas.flows.len())
}

fn flow_row(page: &Page<'_>, drawn: &Drawn<'_>, number: usize, flow: &Flow) -> Row {
    let atlas = drawn.atlas;
    let title = if flow.titled && is_seen(&flow.title) { flow.title.clone() } else { spoken(&flow.name) };
    let worst = flow.legs.iter().filter_map(|leg| atlas.copies.get(leg.to)).map(|copy| copy.own_level);
    let worst = worst.max_by_key(|level| (level.harsh, level.kind));
    let mut how: Vec<String> = flow.channels.iter().map(|channel| text(&word(channel))).collect();
    if flow.channels_not_stated || how.is_empty() {
        how.push("<em class=\"unsaid\">not stated</em>".to_owned());
    }
    let under: Vec<String> = flow
        .agreements
        .iter()
        .filter_map(|a| atlas.agreements.get(*a))
        .map(|a| format!("<a href=\"#{}\">{}</a>", agreement_id(&a.name), text(called(&a.title, &a.name))))
        .collect();
    let purposes: Vec<String> = flow.purposes.iter().map(|p| text(p)).collect();
    let mut cells = vec![
        places(atlas, &flow.from),
        places(atlas, &flow.to),
        travels(atlas, flow),
        worst.map_or_else(String::new, level),
        how.join(", "),
    ];
    cells.push(if under.is_empty() { "<em class=\"unsaid\">none named</em>".to_owned() } else { under.join("; ") });
    let activity = flow.activity.and_then(|a| atlas.activities.get(a)).map(|a| text(called(&a.title, &a.name)));
    let mut purpose = purposes.join("; ");
    if let Some(activity) = activity {
        purpose.push_str(&format!("{}<small>{activity}</small>", if purpose.is_empty() { "" } else { "<br>" }));
    }
    cells.push(purpose);
    cells.push(match (&flow.starts, &flow.ends) {
        (None, None) => "<em class=\"unsaid\">not stated</em>".to_owned(),
        (starts, ends) => format!("{} – {}", moment(starts.as_ref()), moment(ends.as_ref())),
    });
    Row {
        id: format!("row:flow:{}", flow.number),
        shown: drawn.ids(Item::Flow(number)),
        label: format!("{}. {}", flow.number, text(&title)),
        thing: Some(page.facts.flow(atlas, flow)),
        cells,
    }
}

/// The datasets that a flow brings, each with its fields.
fn travels(atlas: &Atlas, flow: &Flow) -> String {
    let mut parts: BTreeMap<usize, String> = BTreeMap::new();
    for leg in &flow.legs {
        let Some(copy) = atlas.copies.get(leg.from) else { continue };
        parts.entry(copy.dataset).or_insert_with(|| {
            let open = copy.open && leg.only.is_none();
            format!("<strong>{}</strong>: {}", text(&dataset(atlas, copy.dataset)), fields(travelling(copy, leg), open))
        });
    }
    parts.into_values().collect::<Vec<_>>().join("<br>")
}

/// The fields of a copy that travel along a leg.
pub(super) fn travelling<'a>(copy: &'a Copy, leg: &'a Leg) -> impl Iterator<Item = &'a Field> {
    copy.fields.iter().filter(move |field| leg.only.as_ref().is_none_or(|only| only.contains(&field.name)))
}

/// Copies and until when they are kept.
pub(super) fn copies(page: &mut Page<'_>, drawn: &Drawn<'_>) -> String {
    let atlas = drawn.atlas;
    let rows: Vec<Row> =
        atlas.copies.iter().take(ROWS).enumerate().map(|(number, copy)| copy_row(page, drawn, number, copy)).collect();
    let heads = ["Data", "Who has it", "To them it is", "Fields", "About", "Kept until", "Then"];
    table(page, "copies", "Copies and how long they are kept", &heads, rows, atlas.copies.len())
}

fn copy_row(page: &Page<'_>, drawn: &Drawn<'_>, number: usize, copy: &Copy) -> Row {
    let atlas = drawn.atlas;
    let held_for: Vec<String> =
        copy.held_for.iter().filter_map(|p| atlas.parties.get(*p)).map(|p| text(called(&p.title, &p.name))).collect();
    let held_for =
        if held_for.is_empty() { String::new() } else { format!("<br><small>for {}</small>", held_for.join(", ")) };
    let about: Vec<String> =
        copy.about.iter().filter_map(|p| atlas.people.get(*p)).map(|p| text(called(&p.title, &p.name))).collect();
    let about = if about.is_empty() { "<em class=\"unsaid\">not stated</em>".to_owned() } else { about.join(", ") };
    let claimed = atlas.datasets.get(copy.dataset).is_some_and(|d| d.claimed_anonymous) && copy.level.kind >= 2;
    let claimed = if claimed { "<br><strong class=\"against\">! said to be anonymous</strong>" } else { "" };
    Row {
        id: format!("row:copy:{}", number + 1),
        shown: drawn.ids(Item::Copy(number)),
        label: text(&dataset(atlas, copy.dataset)),
        thing: Some(page.facts.copies(atlas, &[number])),
        cells: vec![
            format!("{}{held_for}", text(&place(atlas, copy.place))),
            format!("{}{claimed}", level(copy.level)),
            fields(copy.fields.iter(), copy.open),
            about,
            kept(copy),
            copy.kept.then.map_or_else(
                || if copy.published { "" } else { "<em class=\"unsaid\">not stated</em>" }.to_owned(),
                text,
            ),
        ],
    }
}

fn kept(copy: &Copy) -> String {
    if copy.published {
        return "published".to_owned();
    }
    let kept = &copy.kept;
    let mut parts: Vec<String> = kept.words.iter().map(|words| text(words)).collect();
    if let Some(until) = kept.until {
        parts.push(format!("<small>that is {}</small>", super::date(until)));
    }
    if kept.not_stated {
        parts.push("<em class=\"unsaid\">declared as not stated</em>".to_owned());
    }
    if kept.endless || parts.is_empty() {
        parts.push("<em class=\"unsaid\">no end is said</em>".to_owned());
    }
    parts.join("<br>")
}

fn agreement_id(name: &str) -> String {
    format!("row:agreement:{}", draw::id(name))
}

/// Agreements and what is done under them.
pub(super) fn agreements(page: &mut Page<'_>, drawn: &Drawn<'_>) -> String {
    let atlas = drawn.atlas;
    let mut rows = Vec::new();
    for (number, agreement) in atlas.agreements.iter().take(ROWS).enumerate() {
        let under: Vec<(usize, &Flow)> =
            atlas.flows.iter().enumerate().filter(|(_, flow)| flow.agreements.contains(&number)).collect();
        let mut shown: Vec<String> = under.iter().flat_map(|(flow, _)| drawn.ids(Item::Flow(*flow))).collect();
        shown.sort();
        shown.dedup();
        let flows: Vec<String> = under
            .iter()
            .take(ROWS)
            .map(|(n, flow)| match *n < ROWS {
                true => format!("<a href=\"#row:flow:{0}\">{0}</a>", flow.number),
                false => flow.number.to_string(),
            })
            .collect();
        let roles: Vec<String> = atlas
            .parties
            .iter()
            .flat_map(|party| party.roles.iter().map(move |role| (party, role)))
            .filter(|(_, role)| role.under == Some(number))
            .map(|(party, role)| format!("{}: {}", text(called(&party.title, &party.name)), role.kind.words()))
            .collect();
        let between: Vec<String> = agreement
            .between
            .iter()
            .filter_map(|p| atlas.parties.get(*p))
            .map(|p| text(called(&p.title, &p.name)))
            .collect();
        rows.push(Row {
            id: agreement_id(&agreement.name),
            shown,
            label: text(called(&agreement.title, &agreement.name)),
            thing: None,
            cells: vec![
                agreement
                    .kind
                    .as_deref()
                    .map_or_else(|| "<em class=\"unsaid\">not stated</em>".to_owned(), |k| text(&word(k))),
                if between.is_empty() { "<em class=\"unsaid\">not stated</em>".to_owned() } else { between.join(", ") },
                if flows.is_empty() { "none".to_owned() } else { flows.join(", ") },
                if roles.is_empty() { "none".to_owned() } else { roles.join("<br>") },
            ],
        });
    }
    let heads = ["Agreement", "Kind", "Between", "Flows under it", "Roles under it"];
    table(page, "agreements", "Agreements", &heads, rows, atlas.agreements.len())
}

/// Facts that a verdict needs and that nobody states, each once, with the rules that need it.
pub(super) fn missing(page: &mut Page<'_>, drawn: &Drawn<'_>, report: &Report) -> String {
    let atlas = drawn.atlas;
    let mut facts: BTreeMap<(Span, &str), Vec<(usize, usize)>> = BTreeMap::new();
    for (rule, said) in report.rules.iter().enumerate() {
        for (number, finding) in said.findings.iter().enumerate().filter(|(_, finding)| finding.counts()) {
            for missing in &finding.missing {
                facts.entry((missing.span, missing.text.as_str())).or_default().push((rule, number));
            }
        }
    }
    let items: BTreeMap<(usize, usize), usize> =
        atlas.trails.iter().enumerate().map(|(n, trail)| ((trail.rule, trail.finding), n)).collect();
    let mut rows = Vec::new();
    let all = facts.len();
    for (at, ((span, fact), needed)) in facts.into_iter().take(ROWS).enumerate() {
        let trails = needed.iter().filter_map(|key| atlas.trails.get(*items.get(key)?));
        let mut shown: Vec<String> = trails.flat_map(|t| t.subjects.iter().flat_map(|s| drawn.ids(*s))).collect();
        shown.sort();
        shown.dedup();
        let mut rules: Vec<usize> = needed.iter().map(|(rule, _)| *rule).collect();
        rules.dedup();
        let links: Vec<String> = rules
            .iter()
            .filter_map(|number| Some((*number, report.rules.get(*number)?)))
            .map(|(number, rule)| {
                let first = needed.iter().find(|(r, _)| *r == number).map_or(0, |(_, finding)| *finding);
                let title = title(rule);
                let to =
                    if page.is_told(&rule.name, first) { finding_id(&rule.name, first) } else { rule_id(&rule.name) };
                format!("<a href=\"#{to}\">{}</a>", rich(title))
            })
            .collect();
        rows.push(Row {
            id: format!("row:missing:{}", at + 1),
            shown,
            label: rich(fact),
            thing: None,
            cells: vec![page.cited.link(span), links.join("<br>"), count(needed.len(), "finding", "findings")],
        });
    }
    if rows.is_empty() {
        return "<p>No verdict needs a fact that is not stated.</p>\n".to_owned();
    }
    let heads = ["What is not stated", "Where it would be said", "Who asks", "How often"];
    table(page, "missing", "Facts that a verdict needs and that are not stated", &heads, rows, all)
}

/// What is not stated although nobody may ask for it.
pub(super) fn unsaid(drawn: &Drawn<'_>) -> String {
    let atlas = drawn.atlas;
    let mut lines: Vec<(String, Option<String>)> = Vec::new();
    let mut add = |words: String, item: Item| lines.push((words, drawn.ids(item).into_iter().next()));
    for (number, flow) in atlas.flows.iter().enumerate().filter(|(_, flow)| flow.channels_not_stated) {
        add(format!("how flow {} travels ({})", flow.number, text(&flow.name)), Item::Flow(number));
    }
    for (number, step) in atlas.steps.iter().enumerate().filter(|(_, step)| step.not_stated) {
        add(format!("what the step {} does", text(&step.name)), Item::Step(number));
    }
    for (number, used) in atlas.uses.iter().enumerate().filter(|(_, used)| used.not_stated) {
        add(format!("what the use {} takes", text(&used.name)), Item::Use(number));
    }
    for (number, wall) in atlas.walls.iter().enumerate().filter(|(_, wall)| !wall.stated) {
        let (left, right) = (text(&place(atlas, wall.left)), text(&place(atlas, wall.right)));
        add(format!("whether a wall stands between {left} and {right}"), Item::Wall(number));
    }
    for (number, copy) in atlas.copies.iter().enumerate().filter(|(_, copy)| copy.kept.not_stated) {
        let (data, who) = (text(&dataset(atlas, copy.dataset)), text(&place(atlas, copy.place)));
        add(format!("until when {who} keeps {data}"), Item::Copy(number));
    }
    if lines.is_empty() {
        return String::new();
    }
    let mut out = String::from("<h3>Declared as not stated</h3>\n<ul class=\"unsaid-list\">\n");
    for (words, id) in lines.iter().take(ROWS) {
        match id {
            Some(id) => {
                out.push_str(&format!("<li><a class=\"show\" data-show=\"{id}\" href=\"#{id}\">{words}</a></li>\n"))
            }
            None => out.push_str(&format!("<li>{words}</li>\n")),
        }
    }
    out.push_str("</ul>\n");
    if lines.len() > ROWS {
        out.push_str(&format!("<p class=\"cut\">{} more are not on this page.</p>\n", lines.len() - ROWS));
    }
    out
}

/// The grades in the order in which filters list them.
pub(super) fn grades() -> impl Iterator<Item = Grade> {
    Grade::ALL.into_iter()
}
