//! `staunch explain`: what a code, a rule, a fact or a word means.

use std::path::PathBuf;

use super::terminal;
use super::{ExitCode, run};
use crate::check::{Report, Waivers, reference};
use crate::diagnostic::{codes, did_you_mean};
use crate::output::page;
use crate::project::{self, Loaded};

/// What `staunch explain` takes.
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:
  staunch explain E0705                      an error code
  staunch explain no-return study            a rule or promise of the project in `study`
  staunch explain GDP-003                    a rule of a pack that comes with Staunch
  staunch explain \"agreement in force\"       a fact that conditions ask for
  staunch explain \"every flow\"               every fact of a flow
  staunch explain date-of-birth              a word of the vocabulary
  staunch explain categories                 a list of the vocabulary: also `purposes`, …")]
pub(super) struct Args {
    /// An error code, a rule's name, a fact or a word.
    #[arg(value_name = "CODE|RULE|FACT|WORD")]
    what: String,

    /// The project whose rules and words are meant, too.
    #[arg(default_value = ".")]
    path: PathBuf,
}

/// Runs it.
pub(super) fn run(args: &Args) -> ExitCode {
    let width = terminal::width();
    let what = args.what.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some(code) = codes::find(&what) {
        return show(&[page::code(code, width)]);
    }
    let loaded = match project::open(&args.path) {
        Ok(loaded) => Some(loaded),
        Err(error) if args.path.as_os_str() != "." => {
            terminal::complain(&error.to_string(), Some(error.help()));
            return ExitCode::TextWrong;
        }
        Err(_) => None,
    };
    let facts = run::facts();
    let mut pages: Vec<String> = facts
        .iter()
        .filter(|f| f.name == what || said_with(&f.said, &what))
        .map(|f| page::fact(&f.name, &f.entities, &f.meaning, &f.said, width))
        .collect();
    let thing = what.strip_prefix("every ").unwrap_or(&what);
    let of_thing: Vec<(&str, &str)> = facts
        .iter()
        .filter(|f| f.entities.iter().any(|e| e == thing))
        .map(|f| (f.name.as_str(), f.meaning.as_str()))
        .collect();
    if !of_thing.is_empty() {
        pages.push(page::entity(thing, &of_thing, width));
    }
    pages.extend(run::describe(loaded.as_ref(), &what).map(|text| page::word(&text, width)));
    let words = run::words(loaded.as_ref());
    let (report, wrong) = judged(loaded);
    if let Some((report, rule)) =
        report.as_ref().and_then(|r| r.rules.iter().find(|rule| rule.name == what).map(|rule| (r, rule)))
    {
        pages.push(page::rule(report, rule, width));
    }
    if let Some((pack, entry)) = reference::entry(&what) {
        pages.push(page::pack_rule(pack.name, &entry, width));
    }
    if !pages.is_empty() {
        return show(&pages);
    }
    let mut known: Vec<String> = words;
    known.extend(codes::all().iter().map(|c| c.id.to_owned()));
    known.extend(facts.iter().flat_map(|f| f.entities.iter().cloned()));
    known.extend(facts.into_iter().map(|f| f.name));
    known.extend(report.iter().flat_map(|r| r.rules.iter().map(|rule| rule.name.clone())));
    let help = did_you_mean(&what, known.iter().map(String::as_str)).unwrap_or_else(|| {
        if wrong {
            "the project's text has errors, so its rules are not known: `staunch check` lists them".to_owned()
        } else {
            "rules are known in their own project: name its folder after the word".to_owned()
        }
    });
    terminal::complain(&format!("nothing is called `{what}`: no error code, rule, fact or word"), Some(&help));
    ExitCode::TextWrong
}

/// Whether a model says a fact with these words: `stored in COUNTRY` with `stored in`.
fn said_with(said: &str, words: &str) -> bool {
    let capitals = |w: &str| w.chars().all(|c| !c.is_lowercase());
    said.split(['(', ')', ',', ';']).any(|way| {
        let fixed: Vec<&str> = way.split_whitespace().take_while(|w| !capitals(w)).collect();
        !fixed.is_empty() && fixed.join(" ") == words
    })
}

/// The project's rules with their verdicts, and whether its text has errors.
fn judged(loaded: Option<Loaded>) -> (Option<Report>, bool) {
    match loaded.map(|l| run::judge(l, project::today(), Waivers::Applied)) {
        Some(outcome) => {
            let wrong = outcome.report.is_none();
            (outcome.report, wrong)
        }
        None => (None, false),
    }
}

fn show(pages: &[String]) -> ExitCode {
    match terminal::print(&pages.join("\n")) {
        Ok(()) => ExitCode::Clean,
        Err(code) => code,
    }
}
