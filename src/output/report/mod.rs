//! One page that tells all: verdicts, findings, the picture and the tables, as a single HTML file.
//!
//! It loads nothing: style and script stand in it, and its content policy allows these two by their hashes and nothing else.
//! Names come from other organisations; `html` writes all of them. Without its script the page is a picture and tables.

mod data;
mod findings;
mod html;
mod picture;
mod sources;
mod summary;
mod tables;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use sha2::{Digest, Sha256};

use self::data::{Data, Facts, Thing, Walk};
use self::picture::Drawn;
use self::sources::Cited;
use super::text::{count, one_line};
use crate::check::{Report, Surveyed};
use crate::diagram::draw;

pub use findings::{LISTED as RULES_LISTED, TOLD as FINDINGS_TOLD_IN_ALL, TOLD_OF_A_RULE as FINDINGS_TOLD_OF_A_RULE};
pub use picture::LARGEST_PICTURE;
pub use sources::MOST_LINES as SOURCE_LINES;
pub use tables::ROWS;

const SKELETON: &str = include_str!("assets/page.html");
const PANEL: &str = include_str!("assets/panel.html");
const STYLE: &str = include_str!("assets/page.css");
const SCRIPT: &str = include_str!("assets/page.js");

/// The page while it is made.
struct Page<'a> {
    /// Lines of source that it refers to.
    cited: Cited<'a>,
    /// How many findings are told with their way.
    told: usize,
    /// The findings with a way, by rule and number.
    walks: Vec<(String, usize)>,
    facts: Facts,
    /// What filters go by.
    things: BTreeMap<String, Thing>,
    /// How many findings of each rule are told.
    told_of: BTreeMap<String, usize>,
    /// How many findings stand open.
    open: usize,
}

impl Page<'_> {
    /// How many findings of a rule are told with their way.
    fn walks_told(&self, rule: &str) -> usize {
        self.told_of.get(rule).copied().unwrap_or(0)
    }

    /// Whether a finding is told, and can be linked to.
    fn is_told(&self, rule: &str, finding: usize) -> bool {
        finding < self.walks_told(rule)
    }
}

/// The page of a project; nothing where its text has errors.
pub fn render(surveyed: &Surveyed) -> Option<String> {
    let (atlas, report) = (surveyed.atlas.as_ref()?, surveyed.outcome.report.as_ref()?);
    let drawn = Drawn::of(atlas, report);
    let facts = Facts::of(atlas);
    let things = data::things(&drawn, &facts);
    let mut page = Page {
        cited: Cited::of(&surveyed.outcome.sources),
        told: 0,
        walks: Vec::new(),
        facts,
        things,
        told_of: BTreeMap::new(),
        open: 0,
    };
    let findings = findings::sections(&mut page, report);
    let missing = format!("{}{}", tables::missing(&mut page, &drawn, report), tables::unsaid(&drawn));
    let flows = tables::flows(&mut page, &drawn);
    let copies = tables::copies(&mut page, &drawn);
    let agreements = tables::agreements(&mut page, &drawn);
    let waivers = waivers(&mut page, report);
    let assumptions = assumptions(&mut page, report);
    let walks = walks(&page, &drawn, report);
    let data = html::json(&Data::of(&drawn, &page.things, &walks));
    let (style, script) = (lines(STYLE), lines(SCRIPT));
    let title = report.project.as_deref().map_or_else(|| "What is done with personal data".to_owned(), one_line);
    let parts = [
        ("policy", policy(&style, &script)),
        ("title", html::text(&title)),
        ("as-of", date(report.as_of)),
        ("as-of-iso", report.as_of.to_string()),
        ("size", html::text(&size(report))),
        ("summary", summary::verdict(report)),
        ("tally", summary::tally(report)),
        ("begin", summary::begin(&page, report)),
        ("picture", picture_of(&drawn)),
        ("filters", filters(&drawn, &page)),
        ("findings", findings),
        ("missing", missing),
        ("flows", flows),
        ("copies", copies),
        ("agreements", agreements),
        ("waivers", waivers),
        ("assumptions", assumptions),
        ("sources", page.cited.listing()),
        ("version", env!("CARGO_PKG_VERSION").to_owned()),
        ("data", data),
        ("style", style),
        ("script", script),
    ];
    let parts: Vec<(&str, &str)> = parts.iter().map(|(name, text)| (*name, text.as_str())).collect();
    Some(html::fill(&lines(SKELETON), &parts))
}

/// A text with the ends of lines that a browser sees, whatever the checkout has: hashes are of these.
fn lines(text: &str) -> String {
    text.replace("\r\n", "\n")
}

/// What the page may do: nothing, but for its own style and script.
fn policy(style: &str, script: &str) -> String {
    let hash = |text: &str| draw::base64(&Sha256::digest(text.as_bytes()));
    format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
        hash(style),
        hash(script)
    )
}

/// A date as people write it.
fn date(date: Date) -> String {
    date.strftime("%-d %B %Y").to_string()
}

fn size(report: &Report) -> String {
    let size = report.size;
    format!(
        "{}, {}, {}, {}, {}",
        count(size.parties, "party", "parties"),
        count(size.datasets, "dataset", "datasets"),
        count(size.flows, "flow", "flows"),
        count(size.steps, "step", "steps"),
        count(size.copies, "copy", "copies")
    )
}

fn picture_of(drawn: &Drawn<'_>) -> String {
    let mut out = String::new();
    for advice in &drawn.advice {
        out.push_str(&format!("<p class=\"advice\">{}</p>\n", html::rich(advice)));
    }
    if !drawn.svg.is_empty() {
        out.push_str(&format!(
            "<div id=\"stage\"><div id=\"paper\">{}<div id=\"names\" aria-hidden=\"true\"></div></div>\n{}</div>\n",
            drawn.svg,
            PANEL.trim_end()
        ));
        if drawn.small_on_paper {
            out.push_str(
                "<p class=\"paper-only\">On paper, <code>staunch diagram --profile document</code> draws this on pages on which \
                 every word can be read.</p>\n",
            );
        }
        out.push_str(&format!(
            "<div id=\"key\"><h3>What the marks mean</h3><div class=\"paper\" role=\"region\" tabindex=\"0\" aria-label=\"Legend, as a picture\">{}</div></div>\n",
            drawn.legend
        ));
    }
    out
}

/// What can be chosen: only what occurs.
fn filters(drawn: &Drawn<'_>, page: &Page<'_>) -> String {
    let atlas = drawn.atlas;
    let mut parties: BTreeSet<usize> = (0..atlas.copies.len()).filter_map(|copy| atlas.holder(copy)).collect();
    parties.extend(atlas.copies.iter().flat_map(|copy| copy.held_for.iter().copied()));
    let named = |title: &str, name: &str| html::called(title, name).to_owned();
    let parties =
        parties.into_iter().filter_map(|n| atlas.parties.get(n).map(|p| (n, named(&p.title, &p.name)))).collect();
    let activities = atlas.activities.iter().enumerate().map(|(n, a)| (n, named(&a.title, &a.name))).collect();
    let categories = page.facts.categories.iter().cloned().enumerate().collect();
    let grades: BTreeSet<u8> = atlas
        .copies
        .iter()
        .flat_map(|copy| [copy.level, copy.own_level])
        .map(|level| picture::grade(level).0.level())
        .collect();
    let mut out = String::new();
    if grades.len() > 1 {
        out.push_str("<fieldset class=\"levels\"><legend>How far it identifies people</legend>");
        for grade in tables::grades().filter(|grade| grades.contains(&grade.level())) {
            out.push_str(&format!(
                "<label><input type=\"checkbox\" data-filter=\"l\" value=\"{}\" checked> <span class=\"level level-{0}\" \
                 aria-hidden=\"true\">{}</span> {}</label>",
                grade.level(),
                grade.letter(),
                grade.name()
            ));
        }
        out.push_str("</fieldset>\n");
    }
    for (key, title, all, options) in [
        ("p", "Party", "All parties", select(parties)),
        ("c", "Category", "All categories", select(categories)),
        ("a", "Activity", "All activities", select(activities)),
    ] {
        if let Some(options) = options {
            out.push_str(&format!(
                "<label class=\"choice\">{title} <select data-filter=\"{key}\"><option value=\"\">{all}</option>{options}</select></label>\n"
            ));
        }
    }
    out
}

/// How many things one list offers.
const CHOICES: usize = 1_000;

fn select(all: Vec<(usize, String)>) -> Option<String> {
    let option = |(value, title): &(usize, String)| format!("<option value=\"{value}\">{}</option>", html::text(title));
    (all.len() > 1).then(|| all.iter().take(CHOICES).map(option).collect())
}

fn walks(page: &Page<'_>, drawn: &Drawn<'_>, report: &Report) -> BTreeMap<String, Walk> {
    if drawn.svg.is_empty() {
        return BTreeMap::new();
    }
    let numbers: BTreeMap<(&str, usize), usize> =
        drawn.atlas.trails.iter().enumerate().map(|(n, trail)| ((trail.name.as_str(), trail.finding), n)).collect();
    let mut all = BTreeMap::new();
    for (rule, finding) in &page.walks {
        let Some(trail) = numbers.get(&(rule.as_str(), *finding)) else { continue };
        let (way, steps) = drawn.walk(report, *trail);
        all.insert(findings::finding_id(rule, *finding), Walk { way, steps });
    }
    all
}

fn waivers(page: &mut Page<'_>, report: &Report) -> String {
    if report.waivers.is_empty() {
        return String::new();
    }
    let mut out = String::from(
        "<section aria-labelledby=\"waivers:title\"><h2 id=\"waivers:title\">What is waived</h2>\n\
         <div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"Waivers\"><table><thead><tr><th scope=\"col\">Rule</th>\
         <th scope=\"col\">For</th><th scope=\"col\">Because</th><th scope=\"col\">Approved by</th><th scope=\"col\">Until</th>\
         <th scope=\"col\">Where</th></tr></thead><tbody>\n",
    );
    for waiver in report.waivers.iter().take(ROWS) {
        let stale = if waiver.is_stale() { "<br><strong class=\"against\">! no longer counts</strong>" } else { "" };
        out.push_str(&format!(
            "<tr><th scope=\"row\"><code>{}</code></th><td>{}</td><td>{}</td><td>{}</td><td>{}{stale}</td><td>{}</td></tr>\n",
            html::text(&waiver.rule),
            html::rich(&waiver.subject),
            html::sentence(&waiver.because),
            html::text(&waiver.by),
            date(waiver.until),
            page.cited.link(waiver.span)
        ));
    }
    out.push_str("</tbody></table></div></section>\n");
    out
}

fn assumptions(page: &mut Page<'_>, report: &Report) -> String {
    if report.assumptions.is_empty() {
        return String::new();
    }
    let mut out = String::from("<h3>What is assumed</h3>\n<ul>\n");
    for (words, span) in report.assumptions.iter().take(ROWS) {
        out.push_str(&format!("<li>{} {}</li>\n", html::sentence(words), page.cited.link(*span)));
    }
    out.push_str("</ul>\n");
    out
}
