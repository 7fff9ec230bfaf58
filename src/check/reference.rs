//! The rules of the packs, for reading: what each asks and why, with its examples judged.

use jiff::civil::Date;

use super::{FINDINGS_KEPT, Inputs, Outcome, Waivers, check, sentence_text};
use crate::diagnostic::Diagnostics;
use crate::model::{self, Input, LawSource, NoticeTexts};
use crate::packs::{self, Example, Pack};
use crate::source::{FileId, Sources};
use crate::syntax::{self, intern::Interner};
use crate::vocabulary::{self, Jurisdiction, RuleSeverity, Settings};

/// The date that examples are judged as of, unless they say another.
pub const AS_OF: Date = jiff::civil::date(2026, 11, 1);

/// A rule of a pack.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its code.
    pub code: String,
    /// Its title.
    pub title: String,
    /// How grave it is when broken.
    pub severity: RuleSeverity,
    /// Its sources in law, with where and when they are law.
    pub law: Vec<LawSource>,
    /// Where it holds; everywhere when `None`.
    pub jurisdiction: Option<Jurisdiction>,
    /// When it is judged; always when `None`.
    pub applies: Option<(Date, Option<Date>)>,
    /// What it asks.
    pub sentences: Vec<String>,
    /// Why.
    pub because: Option<String>,
    /// What to do when it is broken.
    pub fix: Option<String>,
}

/// The rules of a pack, in order.
pub fn entries(pack: Pack) -> Vec<Entry> {
    let mut sources = Sources::new();
    let Ok(file) = sources.add(pack.path, pack.text) else { return Vec::new() };
    // a test holds the packs to being good; were one not, what is wrong in it would be missing here
    let mut ignored = Diagnostics::new();
    let mut words = Interner::new();
    let read = syntax::parse_files(syntax::Care::Thorough, &sources, &[file], &mut words, &mut ignored);
    let input = Input {
        trees: &read.trees,
        again: None,
        words,
        vocabulary: vocabulary::standard().clone(),
        sources: &sources,
        notices: &NoticeTexts::new(),
        packs: packs::NAMES,
        standard_packs: &[file],
    };
    let model = model::resolve(input, &mut ignored);
    let entry = |rule: &model::Rule| Entry {
        code: model.word(rule.declared.name).to_owned(),
        title: rule.declared.title.to_string(),
        severity: rule.severity.map_or(RuleSeverity::Error, |(s, _)| s),
        law: rule.law.clone(),
        jurisdiction: rule.jurisdiction,
        applies: rule.applies,
        sentences: rule.sentences.iter().map(|s| sentence_text(&sources, s.span)).collect(),
        because: rule.because.clone(),
        fix: rule.fix.clone(),
    };
    model.rules.iter().map(entry).collect()
}

/// The rule of a code, in whichever letters, with its pack.
pub fn entry(code: &str) -> Option<(Pack, Entry)> {
    let declared = |pack: &&Pack| {
        let mut heads = pack.text.lines().filter_map(|l| l.strip_prefix("rule ")?.split_whitespace().next());
        heads.any(|name| name.eq_ignore_ascii_case(code))
    };
    let pack = packs::PACKS.iter().find(declared)?;
    let entry = entries(*pack).into_iter().find(|e| e.code.eq_ignore_ascii_case(code))?;
    Some((*pack, entry))
}

/// Judges an example of a rule, `passes` or `fails`. Its first lines may say `# as of DATE` and `# jurisdiction eu`.
pub fn judge_example(code: &str, which: &str) -> Option<(Example, Outcome)> {
    let example = packs::example(code, &format!("{which}.staunch"))?;
    let head: Vec<&str> = example.text.lines().take_while(|l| l.starts_with('#')).collect();
    let said = |what: &str| head.iter().find_map(|l| l.strip_prefix("# ")?.strip_prefix(what)).map(str::trim);
    let as_of = said("as of ").and_then(|d| d.parse().ok()).unwrap_or(AS_OF);
    let jurisdiction = if said("jurisdiction ") == Some("eu") { Jurisdiction::Eu } else { Jurisdiction::Uk };
    let mut sources = Sources::new();
    let model = sources.add(example.file, example.text).ok()?;
    let mut notices = NoticeTexts::new();
    for text in packs::examples().filter(|e| e.code == code && !e.file.ends_with(".staunch")) {
        let id: FileId = sources.add(text.file, text.text).ok()?;
        notices.insert((model, text.file.to_owned()), Ok(id));
    }
    let outcome = check(Inputs {
        sources,
        files: vec![model],
        notices,
        settings: Settings { jurisdiction, ..Settings::default() },
        vocabulary: vocabulary::standard().clone(),
        diagnostics: Diagnostics::new(),
        as_of,
        waivers: Waivers::Applied,
        findings_kept: FINDINGS_KEPT,
    });
    Some((example, outcome))
}
