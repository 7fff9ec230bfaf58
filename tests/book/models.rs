//! The models of the book are judged as it says.

use std::collections::BTreeMap;

use staunch::check::{self, Inputs, Standing, Verdict};

use super::{AS_OF, Block, Page, pages, report};

/// The book's models, each with the page it stands on and the text that is checked.
pub(crate) struct Models {
    /// Page, block, whole text.
    pub(crate) models: Vec<(String, Block, String)>,
    /// Notices by file name.
    notices: Vec<(String, String)>,
}

/// Reads the models of some pages.
pub(crate) fn models(pages: &[Page]) -> Models {
    let blocks: Vec<(String, Block)> =
        pages.iter().flat_map(|p| p.blocks().into_iter().map(|b| (p.name.clone(), b))).collect();
    let setups: BTreeMap<String, String> =
        blocks.iter().filter_map(|(_, b)| Some((b.option("name")?.to_owned(), b.text.clone()))).collect();
    let notices = blocks.iter().filter_map(|(_, b)| Some((b.option("notice")?.to_owned(), b.text.clone()))).collect();
    let mut models = Vec::new();
    for (page, block) in blocks {
        let in_session = block.option("file").is_some() || block.option("append").is_some();
        if block.language() != "staunch" || in_session {
            continue;
        }
        let text = match block.option("setup") {
            None => block.text.clone(),
            Some(name) => {
                let setup = setups.get(name).unwrap_or_else(|| panic!("{page}: no block is called `{name}`"));
                format!("{}\n{setup}", block.text)
            }
        };
        models.push((page, block, text));
    }
    Models { models, notices }
}

fn inputs(text: &str, notices: &[(String, String)], as_of: &str) -> Inputs {
    let mut files = vec![("model.staunch", text)];
    files.extend(notices.iter().map(|(n, t)| (n.as_str(), t.as_str())));
    check::inputs_of_texts(&files, as_of.parse().expect("a date"))
}

fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "passes",
        Verdict::Fail => "fails",
        Verdict::CannotTell => "cannot tell",
    }
}

/// What differs between a model's judgement and its `#=` lines.
fn mismatches(text: &str, notices: &[(String, String)]) -> Vec<String> {
    let lines: Vec<&str> = text.lines().filter_map(|l| l.trim().strip_prefix("#= ")).collect();
    let as_of = lines.iter().find_map(|l| l.strip_prefix("as of ")).unwrap_or(AS_OF);
    let outcome = check::check(inputs(text, notices, as_of));
    let mut wrong = Vec::new();
    let expected: Vec<&str> =
        lines.iter().filter_map(|l| l.strip_prefix("error ").or_else(|| l.strip_prefix("warning "))).collect();
    let diagnostics = outcome.diagnostics.sorted();
    for d in &diagnostics {
        if !expected.contains(&d.code.id) {
            wrong.push(format!("{}: {} [{}] {:?}", d.code.id, d.message, outcome.sources.text(d.span), d.help));
        }
    }
    for code in expected {
        if !diagnostics.iter().any(|d| d.code.id == code) {
            wrong.push(format!("{code} is expected and not reported"));
        }
    }
    let verdicts: Vec<(&str, &str)> = lines
        .iter()
        .filter(|l| !["as of ", "error ", "warning "].iter().any(|w| l.starts_with(w)))
        .map(|l| l.split_once(' ').unwrap_or((l, "")))
        .collect();
    let tested = check::test(inputs(text, notices, as_of), |_| true, false);
    for scenario in tested.scenarios.iter().filter(|s| !s.passes()) {
        let came =
            scenario.expected.iter().filter_map(|e| Some(format!("{}: {}", e.text, e.disappointment.as_ref()?.text)));
        let errors = scenario.errors.iter().map(|e| e.message.clone());
        wrong.push(format!("scenario “{}”: {}", scenario.title, came.chain(errors).collect::<Vec<_>>().join("; ")));
    }
    let Some(report) = &outcome.report else {
        wrong.extend(verdicts.iter().map(|(rule, _)| format!("{rule} was not judged")));
        return wrong;
    };
    for rule in &report.rules {
        let applies = rule.standing == Standing::Applies;
        let got = if applies { verdict(rule.verdict) } else { "not judged" };
        let said: Vec<String> = rule
            .findings
            .iter()
            .flat_map(|f| {
                let steps = f.steps.iter().map(|s| format!("  - {}", s.sentence));
                let missing = f.missing.iter().map(|m| format!("  missing: {}", m.text));
                std::iter::once(f.summary.clone()).chain(steps).chain(missing).collect::<Vec<_>>()
            })
            .collect();
        let said = said.join("\n      ");
        let mut any = false;
        for (_, expected) in verdicts.iter().filter(|(r, _)| *r == rule.name) {
            any = true;
            let (expected, mention) = [" because ", " missing "]
                .iter()
                .find_map(|w| expected.split_once(w))
                .map_or((*expected, None), |(e, m)| (e, Some(m)));
            if expected != got {
                wrong.push(format!("{}: the book says `{expected}`, the judgement `{got}`\n      {said}", rule.name));
            } else if let Some(text) = mention
                && !said.to_lowercase().contains(&text.to_lowercase())
            {
                wrong.push(format!("{}: no finding says `{text}`\n      {said}", rule.name));
            }
        }
        if !any && rule.pack.is_none() {
            wrong.push(format!("{}: the book says no verdict, the judgement is `{got}`\n      {said}", rule.name));
        }
    }
    for (rule, _) in verdicts {
        if !report.rules.iter().any(|r| r.name == rule) {
            wrong.push(format!("{rule}: there is no such rule"));
        }
    }
    wrong
}

#[test]
fn models_are_judged_as_the_book_says() {
    let models = models(&pages());
    assert!(models.models.len() > 10, "only {} models are found", models.models.len());
    let mut wrong = Vec::new();
    for (page, block, text) in &models.models {
        wrong.extend(mismatches(text, &models.notices).into_iter().map(|w| format!("{page}:{}: {w}", block.line)));
    }
    report(&wrong);
}

/// A model in a `text` block would be run by nobody.
#[test]
fn no_model_hides_from_the_tests() {
    let mut wrong = Vec::new();
    for page in pages() {
        for block in page.blocks() {
            let known = ["staunch", "console", "diff", "yaml", "markdown", "json", "text", "toml", "sh"];
            if !known.contains(&block.language()) {
                wrong.push(format!("{}:{}: a block of no known kind `{}`", page.name, block.line, block.language()));
            }
            if block.has("example") {
                continue;
            }
            let modelled = ["party ", "dataset ", "flow ", "rule ", "promise "];
            if block.language() == "text" && block.text.lines().any(|l| modelled.iter().any(|m| l.starts_with(m))) {
                wrong.push(format!("{}:{}: a model in a `text` block", page.name, block.line));
            }
        }
    }
    report(&wrong);
}
